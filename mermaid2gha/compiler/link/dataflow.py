"""Which jobs' outputs and results a job reads, in its conditions and those of its steps."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import chain

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic
from mermaid2gha.base.records import dataclass, field
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.link.identity import Identity
from mermaid2gha.compiler.link.model import Flags, FlowJob, LinkedFlow, matrix_owner
from mermaid2gha.compiler.order.exclusion import excludes
from mermaid2gha.compiler.order.happens_before import cyclic_order
from mermaid2gha.github.logic.dnf import AtomKind, Sum

NEEDS_OF_NO_JOB = Rule("needs-of-no-job", Severity.ERROR)

_STRING = re.compile(r"'(?:[^']|'')*'")


def reads_of(
    names: Sequence[Identity], flows: Sequence[LinkedFlow], flags: Flags
) -> tuple[list[dict[int, tuple[int, ...]]], list[Diagnostic]]:
    """For each flow, the jobs whose outputs each of its jobs reads, in document order.

    A job cannot read what a job after it decides: a push that moves to the job that made it may ask so.
    Reports `needs-of-no-job` and `cyclic-order`.
    """
    reading = _Reading(names, flags, {name.id.casefold(): index for index, name in enumerate(names)})
    result: list[dict[int, tuple[int, ...]]] = [{} for _ in flows]
    for index in range(len(names)):
        for linked_flow in flows:
            if index in linked_flow.jobs:
                result[linked_flow.flow.number][index] = reading.of(linked_flow, index)
    return result, reading.diagnostics


@dataclass(slots=True)
class _Reading:
    """What jobs read of one another, found job by job; `index_of` has the jobs by their ids in lower case."""

    names: Sequence[Identity]
    flags: Flags
    index_of: Mapping[str, int]
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def of(self, linked_flow: LinkedFlow, index: int) -> tuple[int, ...]:
        """The jobs whose outputs a job reads in a flow, but for those that come after it there."""
        job, name = linked_flow.jobs[index], self.names[index].id
        asked = _asked(linked_flow, job)
        if any(name.casefold() == read.casefold() for condition in asked for read in _named(condition)):
            # `needs` never holds the job itself
            self.diagnostics.append(_not_drawn(self.names, linked_flow, index, name, self.flags))
        owners = {matrix_owner(linked_flow.conditions, job), *chain.from_iterable(map(_owners, asked))}
        read = []
        for owner in sorted(owners - {"", name}):
            on = self.index_of.get(owner.casefold(), -1)
            if on not in linked_flow.jobs:
                self.diagnostics.append(_not_drawn(self.names, linked_flow, index, owner, self.flags))
                continue
            read.append(on)
            if _is_of_other_way(linked_flow, index, on, owner, asked):
                self.diagnostics.append(_never_together(self.names, linked_flow, index, on, self.flags))
        read.sort()
        late = [on for on in read if linked_flow.order.is_before(job.number, linked_flow.jobs[on].number)]
        self.diagnostics += [_decided_late(self.names, linked_flow, index, on) for on in late]
        return tuple(on for on in read if on not in late)


def _is_of_other_way(linked_flow: LinkedFlow, job: int, read: int, owner: str, asked: Sequence[Sum]) -> bool:
    """Whether a job reads an output of one that stands in another operand of a choice: it is always empty."""
    named = {atom.name for condition in asked for cube in condition for atom, _ in cube}
    if not any(owner.casefold() == name.casefold() for text in named for name, _ in outputs_named(text)):
        return False
    drawing = linked_flow.flow.drawing
    return all(
        excludes(drawing.operands, drawing.fragments, one.operand, other.operand)
        for one in linked_flow.jobs[job].drawn
        for other in linked_flow.jobs[read].drawn
    )


def _asked(linked_flow: LinkedFlow, job: FlowJob) -> list[Sum]:
    """The conditions of a job's steps and its own in a flow, each once."""
    sums = linked_flow.conditions.sums
    return list(
        dict.fromkeys([*(sums[step.operand] for drawn in job.drawn for step in drawn.steps), job.condition])
    )


def _decided_late(names: Sequence[Identity], linked_flow: LinkedFlow, job: int, decider: int) -> Diagnostic:
    title, late = names[job].title, names[decider].title
    return cyclic_order(
        f"these jobs wait for each other: `{title}` before `{late}`, whose decision a step of `{title}` "
        "awaits",
        Label(linked_flow.jobs[job].drawn[0].span, "it begins here"),
        Label(linked_flow.jobs[decider].drawn[0].span, "this decides a step of it"),
        help="decide before the job begins, or let the step be a job of its own: give it a note",
    )


def _owners(condition: Sum) -> set[str]:
    """The ids of the jobs that give the flags of a condition."""
    owners: set[str] = set()
    for cube in condition:
        for atom, _ in cube:
            if atom.kind is AtomKind.FLAG:
                owners.add(atom.owner)
            elif atom.kind is AtomKind.EXPRESSION:
                owners |= names_of("needs", atom.name)
    return owners


def _named(condition: Sum) -> set[str]:
    """The jobs that the expressions of a condition name."""
    atoms = {atom for cube in condition for atom, _ in cube if atom.kind is AtomKind.EXPRESSION}
    return {name for atom in atoms for name in names_of("needs", atom.name)}


def names_of(context: str, expression: str) -> set[str]:
    """The names that an expression takes of a context, `needs.NAME` or `inputs.NAME`."""
    if f"{context}." not in expression.lower():
        return set()
    return set(_name_of(context).findall(_STRING.sub("''", expression)))


@cache
def _name_of(context: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.-]){context}\.([A-Za-z_][\w-]*)", re.IGNORECASE)


def _place(linked_flow: LinkedFlow, job: int, owner: str, flags: Flags) -> Span:
    """Where a condition names a job, else the job that reads it."""
    return next(
        (
            span
            for atom, span in flags.places.items()
            if atom.kind is AtomKind.EXPRESSION and owner in names_of("needs", atom.name)
        ),
        linked_flow.jobs[job].drawn[0].span,
    )


def _never_together(
    names: Sequence[Identity], linked_flow: LinkedFlow, job: int, read: int, flags: Flags
) -> Diagnostic:
    owner = names[read].id
    return diagnostic(
        NEEDS_OF_NO_JOB,
        f"`{owner}` is drawn in another operand, so its outputs are always empty here",
        Label(_place(linked_flow, job, owner, flags)),
        Label(linked_flow.jobs[read].drawn[0].span, "drawn here"),
        help="draw that job before the choice, or read an output of one that is",
    )


def _not_drawn(
    names: Sequence[Identity], linked_flow: LinkedFlow, job: int, owner: str, flags: Flags
) -> Diagnostic:
    place = _place(linked_flow, job, owner, flags)
    near = ", ".join(
        f"`{name.id}`" for index, name in enumerate(names) if index in linked_flow.jobs and index != job
    )
    return diagnostic(
        NEEDS_OF_NO_JOB,
        f"the flow draws no job `{owner}` before this one whose result or outputs could be read"
        if owner == names[job].id
        else f"the flow draws no job `{owner}` whose result or outputs could be read",
        place,
        help=f"name a job that is drawn before: {near}" if near else "draw that job before",
    )


def outputs_named(expression: str) -> set[tuple[str, str]]:
    """The outputs that an expression asks for, `needs.JOB.outputs.NAME`, each with its job."""
    if "needs." not in expression.lower():
        return set()
    bare = _STRING.sub("''", expression)
    found = re.finditer(
        r"(?<![\w.-])needs\.([A-Za-z_][\w-]*)\.outputs\.([A-Za-z_][\w-]*)", bare, re.IGNORECASE
    )
    return {(match[1], match[2]) for match in found}
