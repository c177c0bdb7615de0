"""What jobs inherit by the skips of those before them, and those that nobody draws and that inherit otherwise
once these are edited.

GitHub skips a job with those before it, unless its `if` asks how they ended (docs.github.com, Using
conditions to control job execution). So a job of people's runs less where a drawn one before it becomes
optional or comes after an optional one, and more where such a one goes. Nothing keeps that from being so,
for the drawing says it; it is told before. Reports `changed-along`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic
from mermaid2gha.base.graph import reachable, successors, topological
from mermaid2gha.compiler.scripts.conditions import asks_results, implies_success, joined, term_texts
from mermaid2gha.github.logic.equivalence import ConditionPlace, Holds, equivalent
from mermaid2gha.github.workflow.reader import WorkflowFile
from mermaid2gha.reconcile.reads import text_of_if

CHANGED_ALONG = Rule("changed-along", Severity.WARNING)


def changed_along(old: WorkflowFile, new: WorkflowFile, drawn: Collection[str]) -> Iterator[Diagnostic]:
    """What happens to the jobs that are not among the `drawn`, whose ids are in lower case, by an edit."""
    before, after = _asked(old), _asked(new)
    for job in old.jobs:
        name = job.id.casefold()
        if name in drawn or name not in after:
            continue
        own = _own(text_of_if(job) or "")
        was, will = [*own, *before[name]], [*own, *after[name]]
        if {*was} == {*will} or _is_same(was, will):
            continue
        either = list(dict.fromkeys([*was, *will]))
        gains, losses = [one for one in will if one not in was], [one for one in was if one not in will]
        if not _is_same(was, either) and gains:
            message = f"`{job.id}`, which nobody draws, will be skipped too unless `{joined(gains)}`"
        elif losses:
            message = f"`{job.id}`, which nobody draws, will run too where `{joined(losses)}` does not hold"
        else:
            continue
        cure = f"it waits for jobs that are drawn: draw `{job.id}` too, or let its `if` say when it runs"
        yield diagnostic(CHANGED_ALONG, message, Label(job.span, "a job of yours"), help=cure)


def _is_same(one: Sequence[str], other: Sequence[str]) -> bool:
    verdict = equivalent(joined(one) or "true", joined(other) or "true", place=ConditionPlace.VALUE)
    return isinstance(verdict, Holds)


def _own(text: str) -> list[str]:
    """The terms of an `if` that do not ask how jobs ended."""
    return [term for term in term_texts(text) if not asks_results(term)]


def _asked(file: WorkflowFile) -> Mapping[str, Sequence[str]]:
    """For each job what those ask, besides how jobs ended, that skip it along with them."""
    texts = {job.id.casefold(): text_of_if(job) or "" for job in file.jobs}
    needs = {job.id.casefold(): [need.job.casefold() for need in job.needs] for job in file.jobs}

    def skipped_by(name: str) -> Sequence[str]:
        """The jobs before one that skip it: all, or the needs whose success its `if` asks for."""
        if implies_success(texts.get(name, "")):
            return list(reachable(needs.get(name, ()), needs.get))
        return [need for need in needs.get(name, ()) if implies_success(texts[name], need)]

    return {
        name: list(
            dict.fromkeys(
                term for one in reachable(skipped_by(name), skipped_by) for term in _own(texts.get(one, ""))
            )
        )
        for name in texts
    }


# -- what jobs inherit by skips ---------------------------------------------------------------------


def in_order(every: Mapping[str, Collection[str]], needs: Mapping[str, Collection[str]]) -> list[str]:
    """The jobs, each after all that it needs, as the file has it or is drawn; where the two go round in a
    circle, as the file has it."""
    order = topological(every, successors((a, name) for name, before in every.items() for a in before))
    left = [name for name in needs if name not in set(order)]
    return order + topological(left, successors((a, name) for name in left for a in needs[name]))


def is_after_success(text: str, needs: Collection[str], above: Mapping[str, frozenset[str]]) -> bool:
    """Whether a job with this `if` runs only if all its needs succeeded: it says nothing of them, or names
    each, or one that is below it and itself runs only after its success."""
    if implies_success(text):
        return True
    named = {need for need in needs if implies_success(text, need)}
    return all(need in named or any(need in above[one] for one in named) for need in needs)


def inherited_terms(jobs: Mapping[str, tuple[str, Sequence[str]]]) -> dict[str, tuple[str, ...]]:
    """What each job asks by the jobs before it, which skip it when they are skipped; `jobs` gives the `if` of
    each and what it needs. A job whose `if` has a status function is skipped by those alone of which it asks
    that they succeeded."""
    result: dict[str, tuple[str, ...]] = {}
    left = list(jobs)[::-1]
    open_: set[str] = set()
    while left:
        name = left[-1]
        missing = [need for need in _followed(jobs, name) if need not in result and need not in open_]
        open_.add(name)
        if missing:
            left += missing
            continue
        left.pop()
        result[name] = handed_down_terms(jobs, name, result)
    return result


def _followed(jobs: Mapping[str, tuple[str, Sequence[str]]], name: str) -> list[str]:
    """The jobs that skip one when they are skipped: all, or those whose success its `if` asks for."""
    text, needs = jobs[name]
    return [need for need in needs if need in jobs and implies_success(text, need)]


def handed_down_terms(
    jobs: Mapping[str, tuple[str, Sequence[str]]], name: str, known: Mapping[str, tuple[str, ...]]
) -> tuple[str, ...]:
    """What a job inherits of those directly before it, of which it is known what they inherit."""
    terms: dict[str, None] = {}
    for need in _followed(jobs, name):
        terms |= dict.fromkeys(known.get(need, ()))
        if jobs[need][0].strip():
            terms |= dict.fromkeys(term for term in sorted(term_set(jobs[need][0])) if not asks_results(term))
    return tuple(terms)


def term_set(text: str) -> frozenset[str]:
    from mermaid2gha.github.expressions.ast import text_of
    from mermaid2gha.github.expressions.template import templated, terms

    try:
        return frozenset(map(text_of, terms(templated(text if "${{" in text else f"${{{{ {text} }}}}"))))
    except ValueError:
        return frozenset([text])
