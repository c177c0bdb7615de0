"""The flows of a file: its jobs as each class of its events runs them.

Events are of one class if they run the same jobs. A file whose classes have most jobs in common is drawn
once, with an `opt` around the others: the same thirty jobs twice help nobody.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from mermaid2gha.base.graph import bits, closure, successors
from mermaid2gha.base.records import dataclass, replace
from mermaid2gha.draw.conditions import RunsWhen, conditions
from mermaid2gha.github.events import kind_of
from mermaid2gha.github.expressions.ast import (
    Call,
    Comparison,
    Context,
    Index,
    Literal,
    Logical,
    Node,
    Not,
    text_of,
)
from mermaid2gha.github.expressions.condition import all_of, any_of, negation
from mermaid2gha.github.expressions.parser import parsed
from mermaid2gha.github.workflow.reader import FileEvent, FileJob, WorkflowFile

MOST_SHARED = 0.75
"""The part of a file's jobs that all classes may have in common for each to be drawn by itself."""
_EVENT = Index(Context("github"), Literal("event_name"))


@dataclass(frozen=True, slots=True)
class EventFlow:
    """What a file does for some of its events: its jobs in the order of the file, and what is before what.

    `is_sole` if these are all its events.
    """

    events: tuple[FileEvent, ...]
    jobs: tuple[tuple[FileJob, RunsWhen], ...]
    edges: tuple[tuple[str, str], ...]
    is_sole: bool = True

    @property
    def when(self) -> dict[str, RunsWhen]:
        """The condition of each job by its id."""
        return {job.id: when for job, when in self.jobs}

    @property
    def before(self) -> dict[str, frozenset[str]]:
        """The ids of all jobs before each."""
        return _before([job.id for job, _ in self.jobs], self.edges)


def whole(file: WorkflowFile) -> EventFlow:
    """A file as one flow, whatever starts it."""
    when = conditions(file)
    return EventFlow(file.events, tuple((job, when[job.id]) for job in file.jobs), _edges(file))


def flows(file: WorkflowFile) -> tuple[EventFlow, ...]:
    """The flows of a file, in the order of their first events."""
    sole = whole(file)
    when, edges = sole.when, sole.edges
    if len(file.events) < 2 or any(kind_of(event.name).is_call for event in file.events):
        return (sole,)
    classes: dict[frozenset[str], list[FileEvent]] = {}
    for event in file.events:
        classes.setdefault(frozenset(_run_by(event.name, when)), []).append(event)
    shared = frozenset.intersection(*classes)
    total = sum(map(len, classes))
    is_apart = len(shared) < len(when) and total <= (1 + MOST_SHARED) * len(when)
    if not is_apart or not all(classes) or frozenset.union(*classes) != frozenset(when):
        return (sole,)
    before = _before([job.id for job in file.jobs], edges)
    return tuple(
        _flow(file, events, _left_of(when, jobs, events), before) for jobs, events in classes.items()
    )


def _flow(
    file: WorkflowFile,
    events: Sequence[FileEvent],
    when: Mapping[str, RunsWhen],
    before: Mapping[str, frozenset[str]],
) -> EventFlow:
    """The jobs of one class; what was ordered by way of a job that it has not stays ordered."""
    jobs = tuple((job, when[job.id]) for job in file.jobs if job.id in when)
    edges = tuple((first.id, job.id) for job, _ in jobs for first, _ in jobs if first.id in before[job.id])
    return EventFlow(tuple(events), jobs, edges, is_sole=False)


def _edges(file: WorkflowFile) -> tuple[tuple[str, str], ...]:
    ids = {job.id.casefold(): job.id for job in file.jobs}
    return tuple(
        (ids[need.job.casefold()], job.id)
        for job in file.jobs
        for need in job.needs
        if need.job.casefold() in ids
    )


def _before(jobs: Sequence[str], edges: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    """All jobs before each."""
    return {
        job: frozenset(jobs[place] for place in bits(earlier))
        for job, earlier in closure(jobs, successors(edges)).items()
    }


def _run_by(event: str, when: Mapping[str, RunsWhen]) -> Iterator[str]:
    """The jobs that an event can run."""
    return (job for job, one in when.items() if all(_left(term, event) != "false" for term in one.terms))


def _left_of(
    when: Mapping[str, RunsWhen], jobs: Collection[str], events: Sequence[FileEvent]
) -> dict[str, RunsWhen]:
    """The conditions of these jobs, without what all of these events answer."""
    left: dict[str, RunsWhen] = {}
    for job in jobs:
        one = when[job]
        answers = {term: {_left(term, event.name) for event in events} for term in one.terms}
        settled = {term: min(texts) if len(texts) == 1 else term for term, texts in answers.items()}
        terms, own = (
            tuple(dict.fromkeys(settled[term] for term in asked if settled[term] != "true"))
            for asked in (one.terms, one.own)
        )
        left[job] = replace(one, terms=terms, own=own)
    return left


@lru_cache(maxsize=1 << 12)
def _left(term: str, event: str) -> str:
    """What is left of a condition once the event is known; `true` and `false` are answers."""
    node = parsed(term)
    settled = _settled(node, event)
    return term if settled == node else text_of(settled)


def _settled(node: Node, event: str) -> Node:
    match node:
        case Comparison("==" | "!=" as operator, left, right) if _EVENT in (left, right):
            other = right if left == _EVENT else left
            if isinstance(other, Literal) and isinstance(other.value, str):
                return Literal((other.value.casefold() == event) == (operator == "=="))
            return node
        case Call("contains", (Call("fromjson", (Literal(str(listed)),)), asked)) if asked == _EVENT:
            return _listed(listed, event, node)
        case Not(operand):
            inner = _settled(operand, event)
            return negation(inner) if isinstance(inner, Literal) else Not(inner)
        case Logical(operator, operands):
            settled = [_settled(one, event) for one in operands]
            return all_of(*settled) if operator == "&&" else any_of(*settled)
        case _:
            return node


def _listed(listed: str, event: str, node: Node) -> Node:
    try:
        values = json.loads(listed)
    except ValueError:
        return node
    if not isinstance(values, list):
        return node
    return Literal(any(isinstance(value, str) and value.casefold() == event for value in values))
