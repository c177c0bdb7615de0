"""Waits for what is pushed only further down: workflows may overtake each other in the text.

The rules are those of docs/language.md#order.
"""

from __future__ import annotations

from collections.abc import Sequence

from mermaid2gha.base.diagnostic import Label, Rule, Severity
from mermaid2gha.base.graph import reachable, successors
from mermaid2gha.base.records import replace
from mermaid2gha.compiler.ir.flow_graph import Fragment, StepKind, Transfer
from mermaid2gha.compiler.ir.occurrences import PairKind
from mermaid2gha.compiler.lower.builder import FlowBuilder
from mermaid2gha.compiler.order.exclusion import are_together, excludes

ENDLESS_WAIT = Rule("endless-wait", Severity.WARNING)


def late_pushes(builder: FlowBuilder, fragments: Sequence[Fragment]) -> None:
    """Order each wait that no earlier push satisfies after the later ones that do.

    A wait that another workflow's later push ends is legal, and a deadlock where that push comes after the
    wait, which the order then shows as a cycle. Reports `endless-wait` for waits whose pushes all stand
    where they cannot end them. Linear in what is drawn for each wait that has a later push.
    """
    transfers = builder.transfers
    after = successors(builder.timeline.edges)
    pairs: list[tuple[int, int]] = []
    for at, wait in enumerate(transfers.all):
        if wait.is_push or wait.step.kind is not StepKind.WAIT:
            continue
        earlier = transfers.earlier(at) if wait.is_matched else []
        if not all(_excluded(builder, fragments, wait, push) for push in earlier):
            continue
        later = transfers.later(at)
        possible = _possible(builder, fragments, wait, later, after)
        nearest = _without_followers(builder, possible, after)
        pairs += [(push.occurrence, wait.occurrence) for push in nearest]
        if nearest:
            transfers.all[at] = replace(wait, is_matched=True)
            transfers.note_slip(wait, nearest[-1])
        elif earlier or later:
            _report(builder, fragments, wait, (earlier or later)[0])
    for before, following in pairs:
        builder.pair(PairKind.ARTIFACT, before, following)


def _possible(
    builder: FlowBuilder,
    fragments: Sequence[Fragment],
    wait: Transfer,
    later: list[Transfer],
    after: dict[int, list[int]],
) -> list[Transfer]:
    """The later pushes that can end a wait, or would if they did not wait for each other."""
    possible = [
        push
        for push in later
        if not _excluded(builder, fragments, wait, push) and _is_together(builder, wait, push)
    ]
    files = builder.transfers.files
    if all(files[push.job] != files[wait.job] for push in possible):
        return possible
    behind = set(reachable(_points(builder, wait), after.get))
    return [
        push
        for push in possible
        if files[push.job] != files[wait.job] or behind.isdisjoint(_points(builder, push))
    ]


def _points(builder: FlowBuilder, transfer: Transfer) -> tuple[int, ...]:
    return builder.timeline.points_of[transfer.occurrence]


def _excluded(builder: FlowBuilder, fragments: Sequence[Fragment], wait: Transfer, push: Transfer) -> bool:
    return excludes(builder.operands.all, fragments, wait.step.operand, push.step.operand)


def _is_together(builder: FlowBuilder, wait: Transfer, push: Transfer) -> bool:
    waiting, pushing = (builder.runs[builder.jobs[transfer.job].run] for transfer in (wait, push))
    return are_together(builder.runs, waiting, pushing)


def _without_followers(
    builder: FlowBuilder, pushes: list[Transfer], after: dict[int, list[int]]
) -> list[Transfer]:
    """The pushes that come after no other of them: what ends the wait first."""
    if len(pushes) < 2:
        return pushes
    points = [point for push in pushes for point in _points(builder, push)]
    reached = set(reachable((following for point in points for following in after.get(point, ())), after.get))
    return [push for push in pushes if reached.isdisjoint(_points(builder, push))]


def _report(builder: FlowBuilder, fragments: Sequence[Fragment], wait: Transfer, push: Transfer) -> None:
    if _excluded(builder, fragments, wait, push):
        why = "it is pushed only in a branch that excludes this one"
        cure = "draw the push in the branch of the wait, or before the fragment"
    elif not _is_together(builder, wait, push):
        why = "it is pushed only in a run that another trigger starts"
        cure = "draw the push in the run that waits, or do not wait for it there"
    else:
        why = "the workflow itself pushes it, and only afterwards"
        cure = "draw the push before the wait, or let a job that does not come after the wait push it"
    builder.report(
        ENDLESS_WAIT,
        f"nothing ends the wait for `{wait.step.text.title}`: {why}",
        Label(wait.step.span, "waits here"),
        Label(push.step.span, "pushed here"),
        cure=cure,
    )
