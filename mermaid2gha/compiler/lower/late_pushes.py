"""Waits for what is pushed only further down: workflows may overtake each other in the text (section 8)."""

from __future__ import annotations

from collections.abc import Sequence

from mermaid2gha.base.diagnostic import Label, Rule, Severity
from mermaid2gha.base.graph import reachable, successors
from mermaid2gha.base.records import replace
from mermaid2gha.compiler.ir.diagram_ir import Fragment, StepKind, Transfer
from mermaid2gha.compiler.ir.occurrences import PairKind
from mermaid2gha.compiler.lower.builder import FlowBuilder
from mermaid2gha.compiler.order.exclusion import are_together, excludes

ENDLESS_WAIT = Rule("endless-wait", Severity.WARNING)


def late_pushes(book: FlowBuilder, fragments: Sequence[Fragment]) -> None:
    """Order each wait that no earlier push satisfies after the later ones that do (section 8).

    A wait that another workflow's later push ends is legal, and a deadlock where that push comes after the
    wait, which the order then shows as a cycle. Reports `endless-wait` for waits whose pushes all stand
    where they cannot end them. Linear in what is drawn for each wait that has a later push.
    """
    transfers = book.transfers
    after = successors(book.order.edges)
    edges: list[tuple[int, int]] = []
    for at, wait in enumerate(transfers.found):
        if wait.is_push or wait.step.kind is not StepKind.WAIT:
            continue
        earlier = transfers.earlier(at) if wait.is_matched else []
        if not all(_excluded(book, fragments, wait, push) for push in earlier):
            continue
        later = transfers.later(at)
        possible = _possible(book, fragments, wait, later, after)
        nearest = _without_followers(possible, after)
        edges += [(push.node, wait.node) for push in nearest]
        for push in nearest:
            book.pair(PairKind.ARTIFACT, push.occurrence, wait.occurrence)
        if nearest:
            transfers.found[at] = replace(wait, is_matched=True)
            transfers.note_slip(wait, nearest[-1])
        elif earlier or later:
            _report(book, fragments, wait, (earlier or later)[0])
    book.order.edges += edges


def _possible(
    book: FlowBuilder,
    fragments: Sequence[Fragment],
    wait: Transfer,
    later: list[Transfer],
    after: dict[int, list[int]],
) -> list[Transfer]:
    """The later pushes that can end a wait, or would if they did not wait for each other."""
    found = [
        push
        for push in later
        if not _excluded(book, fragments, wait, push) and _is_together(book, wait, push)
    ]
    files = book.transfers.files
    if all(files[push.job] != files[wait.job] for push in found):
        return found
    behind = set(reachable([wait.node], after.get))
    return [push for push in found if files[push.job] != files[wait.job] or push.node not in behind]


def _excluded(book: FlowBuilder, fragments: Sequence[Fragment], wait: Transfer, push: Transfer) -> bool:
    return excludes(book.operands.all, fragments, wait.step.operand, push.step.operand)


def _is_together(book: FlowBuilder, wait: Transfer, push: Transfer) -> bool:
    one, other = (book.runs[book.jobs[transfer.job].run] for transfer in (wait, push))
    return are_together(book.runs, one, other)


def _without_followers(pushes: list[Transfer], after: dict[int, list[int]]) -> list[Transfer]:
    """The pushes that come after no other of them: what ends the wait first."""
    if len(pushes) < 2:
        return pushes
    reached = set(reachable((node for push in pushes for node in after.get(push.node, ())), after.get))
    return [push for push in pushes if push.node not in reached]


def _report(book: FlowBuilder, fragments: Sequence[Fragment], wait: Transfer, push: Transfer) -> None:
    if _excluded(book, fragments, wait, push):
        why = "it is pushed only in a branch that excludes this one"
        cure = "draw the push in the branch of the wait, or before the fragment"
    elif not _is_together(book, wait, push):
        why = "it is pushed only in a run that another trigger starts"
        cure = "draw the push in the run that waits, or do not wait for it there"
    else:
        why = "the workflow itself pushes it, and only afterwards"
        cure = "draw the push before the wait, or let a job that does not come after the wait push it"
    book.report(
        ENDLESS_WAIT,
        f"nothing ends the wait for `{wait.step.text.title}`: {why}",
        Label(wait.step.span, "waits here"),
        Label(push.step.span, "pushed here"),
        cure=cure,
    )
