"""What the `if` of a job asks: of results, outputs and values, each question once."""

from __future__ import annotations

from functools import lru_cache

from mermaid2gha.base.records import dataclass
from mermaid2gha.compiler.verify.cases import is_result, null_answer
from mermaid2gha.github.expressions.ast import Call
from mermaid2gha.github.expressions.template import if_expression
from mermaid2gha.github.expressions.template import terms as conjuncts
from mermaid2gha.github.logic.domains import RESULTS, Probe
from mermaid2gha.github.logic.equivalence import Formula, Operation, Question, atom_of, formula, questions


@dataclass(frozen=True, slots=True)
class NeedAsked:
    """What a question asks of a job: one of its outputs, or whether it has ended in one of these ways."""

    job: str
    output: str | None
    results: tuple[str, ...]
    is_true_of_null: bool


@lru_cache(maxsize=4096)
def need_asked(question: Probe) -> NeedAsked | None:
    """What is asked of a job, if it is asked of one: `needs.JOB.result` or `needs.JOB.outputs.NAME`."""
    parts = question.subject.split(".")
    if parts[0] != "needs" or len(parts) < 3:
        return None
    is_null = null_answer(question)
    if parts[2] == "outputs" and len(parts) > 3:
        return NeedAsked(parts[1], parts[3], (), is_null)
    if parts[2] != "result" or len(parts) > 3:
        return None
    yes = tuple(result for result in RESULTS if question.answer(result))
    return NeedAsked(parts[1], None, yes, is_null)


def is_told_from_time_out(question: Question) -> bool:
    """Whether an answer can be another where a job failed than where it timed out."""
    if isinstance(question, Call):
        return question.name == "failure"
    asked = need_asked(question) if isinstance(question, Probe) else None
    return asked is not None and ("failure" in asked.results) != ("cancelled" in asked.results)


@dataclass(frozen=True, slots=True)
class JobCondition:
    """The `if` of a job. `terms` must all be true for it to run, implied `success()` included.

    `plan` are the same with what is asked of one result put together. `read` are the questions about values,
    not about what became of jobs, and `atoms` what these ask about; `statuses` are the status functions.
    `tells_time_outs`: it can be another after a time-out than after a failure; `awaits_all`: it asks that all
    before the job succeeded, as one does that says nothing of statuses; `ends_with_run`: it is false, for
    certain, where the run is cancelled.
    """

    terms: tuple[Formula, ...]
    plan: tuple[Formula | NeedAsked, ...]
    read: tuple[Question, ...]
    atoms: frozenset[str]
    statuses: frozenset[str]
    tells_time_outs: bool
    awaits_all: bool
    ends_with_run: bool


@lru_cache(maxsize=1 << 14)
def job_condition(text: str) -> JobCondition:
    """What the text of an `if` asks; the jobs of many files say the same."""
    terms = tuple(formula(term) for term in conjuncts(if_expression(text, is_job=True).node))
    asked = tuple(dict.fromkeys(question for term in terms for question in questions(term)))
    awaits_all = Call("success", ()) in terms
    read = tuple(question for question in asked if not is_result(atom_of(question)))
    return JobCondition(
        terms,
        tuple(map(_planned, terms)),
        read=read,
        atoms=frozenset(map(atom_of, read)),
        statuses=frozenset(one.name for one in asked if isinstance(one, Call)),
        tells_time_outs=any(map(is_told_from_time_out, asked)),
        awaits_all=awaits_all,
        ends_with_run=awaits_all or (Operation.NOT, (Call("cancelled", ()),)) in terms,
    )


def _planned(term: Formula) -> Formula | NeedAsked:
    """A term as what is asked of one job's result, where it is that and nothing else."""
    if isinstance(term, Probe):
        asked = need_asked(term)
        return asked if asked is not None and asked.output is None else term
    if not isinstance(term, tuple):
        return term
    parts = [_planned(part) for part in term[1]]
    needs = [part for part in parts if isinstance(part, NeedAsked)]
    if len(needs) < len(parts) or len({need.job for need in needs}) != 1:
        return term
    sets = [set(need.results) for need in needs]
    null = [need.is_true_of_null for need in needs]
    match term[0]:
        case Operation.ALL:
            yes, is_null = set.intersection(*sets), all(null)
        case Operation.ANY:
            yes, is_null = set.union(*sets), any(null)
        case _:
            yes, is_null = set(RESULTS) - sets[0], not null[0]
    return NeedAsked(needs[0].job, None, tuple(one for one in RESULTS if one in yes), is_null)
