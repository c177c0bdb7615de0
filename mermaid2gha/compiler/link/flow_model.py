"""The flows of one workflow file, and how it is said that some of them take place."""

from __future__ import annotations

from mermaid2gha.base.records import dataclass
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.ir.flow_graph import DrawnJob, FlowGraph, Run
from mermaid2gha.compiler.order.happens_before import HappensBefore
from mermaid2gha.compiler.vocabulary.events import EventText
from mermaid2gha.github.events import kind_of
from mermaid2gha.github.expressions.condition import (
    FALSE,
    TRUE,
    Condition,
    all_of,
    any_of,
    equal,
    expression,
    negation,
)


@dataclass(frozen=True, slots=True)
class Flow:
    """A run as one flow of its workflow. `events` are GitHub's events with their filters and times.

    `guards` says for each event what tells this flow from the workflow's others of that event; `is_fork`
    that the flow is a pull request from a fork; `may_write` what its token note says, if it has one.
    """

    number: int
    name: str
    drawing: FlowGraph
    order: HappensBefore
    run: Run
    events: tuple[EventText, ...]
    guards: tuple[tuple[str, Condition], ...]
    is_fork: bool
    span: Span

    @property
    def jobs(self) -> tuple[DrawnJob, ...]:
        """The drawn jobs of its run, in document order."""
        return tuple(job for job in self.drawing.jobs if job.run == self.run.number)

    @property
    def may_write(self) -> bool | None:
        return self.run.token.may_write if self.run.token else None


@dataclass(frozen=True, slots=True)
class WorkflowFlows:
    """The flows of one file. `covered` are the events of which some flow takes place in every case.

    `concluded` is that the workflow to which this one listens has ended as drawn (true where none is).
    """

    file: str
    name: str
    flows: tuple[Flow, ...]
    covered: frozenset[str]
    concluded: Condition = TRUE

    @property
    def events(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(event.event for flow in self.flows for event in flow.events))

    @property
    def is_called(self) -> bool:
        return any(kind_of(event).is_call for event in self.events)

    def event_test(self, event: str) -> Condition:
        """That a run was started by this event; true where the file has no other."""
        if len(self.events) == 1:
            return TRUE
        # Not `inputs.called` alone: where the run is no call, that is empty and no boolean in a gate's table.
        called = equal("inputs.called", True)
        if kind_of(event).is_call:
            return called
        test = equal("github.event_name", event)
        return all_of(negation(called), test) if self.is_called else test

    def region(self, numbers: frozenset[int], within: frozenset[int] | None = None) -> Condition:
        """That one of these flows takes place, as simply as it can be said (positively, or by what not).

        `within` are the flows that can take place at all where the test stands; the others do not matter.
        """
        universe = frozenset(range(len(self.flows))) if within is None else within
        is_everything = within is not None or self.covered >= set(self.events)
        if numbers >= universe and is_everything:
            return TRUE
        positive = self._positive(numbers, universe, within is not None)
        others = universe - numbers
        if is_everything and not self.is_called and others:
            inverse = negation(self._positive(others, universe, within is not None))
            if len(expression(inverse)) < len(expression(positive)):
                return inverse
        return positive

    def _positive(self, numbers: frozenset[int], universe: frozenset[int], is_given: bool) -> Condition:
        terms: list[Condition] = []
        for event in self.events:
            of_event = [
                f for f in self.flows if f.number in universe and any(e == event for e, _ in f.guards)
            ]
            inside = [flow for flow in of_event if flow.number in numbers]
            if not inside:
                continue
            is_covered = event in self.covered or is_given
            whens = [dict(flow.guards)[event] for flow in inside]
            outside = [dict(f.guards)[event] for f in of_event if f.number not in numbers]
            when: Condition = TRUE if is_covered and not outside else any_of(*whens)
            if is_covered and outside:
                when = min(when, negation(any_of(*outside)), key=lambda c: len(expression(c)))
            terms.append(all_of(self.event_test(event), when))
        return any_of(*terms) if terms else FALSE
