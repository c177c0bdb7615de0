"""Jobs that run in other cases than is drawn, or than they did, once what is before them is edited.

GitHub skips a job with those before it, unless its `if` asks how they ended (docs.github.com, Using
conditions to control job execution). So a job of people's runs less where a drawn one before it becomes
optional or comes after an optional one, and more where such a one goes. Nothing keeps that from being so,
for the drawing says it; it is told before. So is a drawn job that comes after such a one of people's, by
whose skip it is skipped though it is drawn to run. Reports `changed-along`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic
from mermaid2gha.base.graph import reachable
from mermaid2gha.compiler.scripts.conditions import asks_results, implies_success, joined, term_texts
from mermaid2gha.github.logic.equivalence import ConditionPlace, Holds, equivalent
from mermaid2gha.github.logic.outcomes import runs_after, stopped_by
from mermaid2gha.github.workflow.model import Workflow
from mermaid2gha.github.workflow.reader import FileJob, WorkflowFile
from mermaid2gha.reconcile.condition_meaning import condition_text, inherited_terms
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


def skipped_through(old: WorkflowFile, new: WorkflowFile, wanted: Workflow) -> Iterator[Diagnostic]:
    """The drawn jobs that an edit lets be skipped by way of jobs that nobody draws, though drawn to run; or
    since they are for a failure and ask for the success of another one that may be skipped now."""
    drawn = {job.id.casefold(): job for job in wanted.jobs}
    undrawn = {job.id.casefold() for job in new.jobs} - drawn.keys()
    handlers = {job.id.casefold() for job in new.jobs if _is_for_failure(job)}
    if not undrawn and not handlers:
        return
    before, after, past = _asked(old), _asked(new), _asked(new, undrawn)
    needs = {name: [need.casefold() for need in job.needs] for name, job in drawn.items()}
    inherited = inherited_terms({name: (condition_text(job), needs[name]) for name, job in drawn.items()})
    for job in old.jobs:
        name = job.id.casefold()
        if name not in drawn or drawn[name].is_gate or name not in after:
            continue
        is_direct = name in handlers
        known = [*_own(text_of_if(job) or ""), *before[name], *inherited[name]]
        known += [] if is_direct else past[name]
        known += _own(condition_text(drawn[name]))
        gains = [one for one in after[name] if one not in known]
        if not gains or _is_same(known, [*known, *gains]):
            continue
        message = f"`{job.id}` will be skipped too unless `{joined(gains)}`, and is drawn to run"
        through = "skipped along with a job before it that nobody draws"
        cure = "draw that job too, or let its `if` say when it runs"
        if is_direct:
            through = "for a failure, and only after the success of another job"
            cure = "draw it under the same condition, or let its `if` not ask for that job"
        yield diagnostic(CHANGED_ALONG, message, Label(job.span, through), help=cure)


def _is_for_failure(job: FileJob) -> bool:
    """Whether a job runs only after a failure: of those it names, or of any other one."""
    return "success()" not in runs_after(text_of_if(job) or "", [need.job for need in job.needs])


def _is_same(one: Sequence[str], other: Sequence[str]) -> bool:
    verdict = equivalent(joined(one) or "true", joined(other) or "true", place=ConditionPlace.VALUE)
    return isinstance(verdict, Holds)


def _own(text: str) -> list[str]:
    """The terms of an `if` that skip it, how the jobs before it ended aside; one that waits for a failure is
    skipped where there is none."""
    return [term for term in term_texts(text) if term == "failure()" or not asks_results(term)]


def _asked(file: WorkflowFile, without: Collection[str] = ()) -> Mapping[str, Sequence[str]]:
    """For each job what those ask, besides how jobs ended, that skip it along with them; `without` some jobs,
    in lower case, and what skips others by way of these alone."""
    texts = {job.id.casefold(): text_of_if(job) or "" for job in file.jobs}
    needs = {
        job.id.casefold(): [one for need in job.needs if (one := need.job.casefold()) not in without]
        for job in file.jobs
    }

    def skipped_by(name: str) -> Sequence[str]:
        """The jobs before one that skip it: all, or the needs whose skip its `if` does not outlive."""
        if implies_success(texts.get(name, "")):
            return list(reachable(needs.get(name, ()), needs.get))
        skipping = stopped_by(texts[name], tuple(needs.get(name, ())), "skipped")
        if skipping is None:  # it is for a failure
            return [need for need in needs.get(name, ()) if implies_success(texts[name], need)]
        return [need for need in needs.get(name, ()) if need in skipping]

    return {
        name: list(
            dict.fromkeys(
                term for one in reachable(skipped_by(name), skipped_by) for term in _own(texts.get(one, ""))
            )
        )
        for name in texts
    }
