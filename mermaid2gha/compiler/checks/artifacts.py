"""Artifacts that two jobs push at once, and names that look like those of others.

See docs/language.md#messages-artifacts-and-waits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic
from mermaid2gha.base.edit import respelt
from mermaid2gha.base.graph import bits
from mermaid2gha.base.records import dataclass
from mermaid2gha.compiler.ir.flow_graph import FlowGraph, Run, Transfer
from mermaid2gha.compiler.link.flow_model import Flow
from mermaid2gha.compiler.link.link import Linked
from mermaid2gha.compiler.link.model import LinkedWorkflow
from mermaid2gha.compiler.lower.artifacts import is_slip
from mermaid2gha.compiler.order.exclusion import are_together, excludes
from mermaid2gha.compiler.vocabulary import forms, labels
from mermaid2gha.github.logic import dnf
from mermaid2gha.github.logic.dnf import AtomKind, Sum
from mermaid2gha.settings.model import Settings

MISTYPED_ARTIFACT = Rule("mistyped-artifact", Severity.WARNING)
RACED_PUSH = Rule("raced-push", Severity.WARNING)

_SHORTEST = 5
_Signature = tuple[tuple[str, ...], int, tuple[str, ...]]


def artifacts(project: Linked, settings: Settings) -> list[Diagnostic]:
    """Reports `raced-push` and `mistyped-artifact`."""
    drawings = project.drawings.items
    diagnostics: list[Diagnostic] = []
    flows: dict[int, dict[int, tuple[LinkedWorkflow, Flow]]] = {}
    for linked in project.items:
        for flow in linked.workflow.flows:
            flows.setdefault(id(flow.drawing), {})[flow.run.number] = (linked, flow)
    for drawing in drawings:
        diagnostics += _races(drawing, flows.get(id(drawing), {}))
    diagnostics += _slips(drawings)
    return diagnostics


# -- races -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Push:
    """A push with the job that it is a step of: its file, its index there, and the condition around it."""

    transfer: Transfer
    run: Run
    file: str
    index: int
    condition: Sum


def _races(drawing: FlowGraph, flows: dict[int, tuple[LinkedWorkflow, Flow]]) -> Iterator[Diagnostic]:
    """Pushes of one artifact and tag to one place by jobs that nothing orders; the first pair of each."""
    groups: dict[tuple[str, tuple[str, ...], str], list[_Push]] = {}
    for transfer in drawing.transfers:
        run = drawing.jobs[transfer.job].run
        partner = transfer.step.partner
        if not transfer.is_push or partner is None or run not in flows or not _is_one_thing(transfer):
            continue
        linked, flow = flows[run]
        condition = linked.condition(flow.number, transfer.step.operand)
        index = linked.job_index[flow.number][transfer.job]
        push = _Push(transfer, drawing.runs[run], file=linked.file, index=index, condition=condition)
        groups.setdefault((transfer.artifact, transfer.tags, partner.id), []).append(push)
    for pushes in groups.values():
        if len(pushes) > 1 and (pair := _raced(drawing, pushes, next(iter(flows.values()))[1])):
            first, second = (push.transfer.step for push in pair)
            yield diagnostic(
                RACED_PUSH,
                f"nothing orders the two pushes of `{first.text.title}`: which one stays is left to chance",
                Label(second.span, "one push"),
                Label(first.span, "the other"),
                help="push from one job, draw one push after the other, or give them different tags",
            )


def _is_one_thing(push: Transfer) -> bool:
    """Whether a push tells which thing it gives, so that another of the same words gives the same one.

    Two jobs that `Upload reports` upload a report each; two that push `image [latest]` overwrite each other.
    """
    step = push.step
    is_image = step.partner is not None and bool(step.partner.image)
    return bool(push.tags) or is_image or forms.names_version(step.text.name)


def _raced(drawing: FlowGraph, pushes: list[_Push], flow: Flow) -> tuple[_Push, _Push] | None:
    """The first two of these pushes that can happen at once. The order of a flow is that of its diagram."""
    order = flow.order
    by_position: dict[int, list[_Push]] = {}
    for push in pushes:
        by_position.setdefault(order.position[push.transfer.job], []).append(push)
    earlier = 0
    for position in sorted(by_position):
        for push in by_position[position]:
            unordered = bits(earlier & ~order.before[push.transfer.job])
            others = (other for at in unordered for other in by_position[at])
            if (met := next((one for one in others if _can_meet(drawing, one, push)), None)) is not None:
                return met, push
        earlier |= 1 << position
    return None


def _can_meet(drawing: FlowGraph, one: _Push, other: _Push) -> bool:
    if (one.file, one.index) == (other.file, other.index):
        return False
    if not are_together(drawing.runs, one.run, other.run) or not _share_an_event(one.run, other.run):
        return False
    if excludes(drawing.operands, drawing.fragments, *(push.transfer.step.operand for push in (one, other))):
        return False
    if any(atom.kind is AtomKind.FAILURE for push in (one, other) for c in push.condition for atom, _ in c):
        return False
    return dnf.both(one.condition, other.condition) != dnf.NOTHING


def _share_an_event(one: Run, other: Run) -> bool:
    kinds, others = ({event.kind for event, _ in run.events} for run in (one, other))
    is_companion = any(kind.is_companion for kind in kinds | others)
    return not kinds or not others or is_companion or bool(kinds & others)


# -- slips -----------------------------------------------------------------------------------------


def _slips(drawings: Sequence[FlowGraph]) -> Iterator[Diagnostic]:
    """Pulls of what nothing in the project pushes, and one push of it nearly names."""
    pushes = [t for drawing in drawings for t in drawing.transfers if t.is_push]
    pushed = {push.artifact for push in pushes}
    near: dict[_Signature, list[Transfer]] = {}
    for push in pushes:
        for key in _signatures(push):
            near.setdefault(key, []).append(push)
    for drawing in drawings:
        reported: set[str] = set()
        for pull in drawing.transfers:
            if pull.is_push or pull.artifact in pushed or pull.artifact in reported:
                continue
            meant = [push for key in _signatures(pull) for push in near.get(key, ()) if _is_near(pull, push)]
            if meant:
                reported.add(pull.artifact)
                own = (push for push in meant if push in drawing.transfers)
                yield _slip(pull, next(own, meant[0]))


def _signatures(transfer: Transfer) -> Iterator[_Signature]:
    """The name of an artifact without one of its words, for each of them."""
    parts = tuple(transfer.artifact.split())
    for at in range(len(parts)):
        yield transfer.tags, at, parts[:at] + parts[at + 1 :]


def _is_near(pull: Transfer, push: Transfer) -> bool:
    """Whether the one word that differs is long enough to be a slip of the pen."""
    pairs = _differing(pull, push)
    return len(pairs) == 1 and min(map(len, pairs[0])) >= _SHORTEST and is_slip(*pairs[0])


def _differing(pull: Transfer, push: Transfer) -> list[tuple[str, str]]:
    """The words in which the names of two artifacts differ, folded and in the singular."""
    return [(a, b) for a, b in zip(pull.artifact.split(), push.artifact.split()) if a != b]


def _slip(pull: Transfer, push: Transfer) -> Diagnostic:
    [(wrong, right)] = _differing(pull, push)
    written = _spellings(pull, wrong)
    meant = _spellings(push, right)
    is_clear = len(written) == len(meant) == 1
    return diagnostic(
        MISTYPED_ARTIFACT,
        f"nothing pushes `{pull.step.text.title}`, but one push is of `{push.step.text.title}`",
        Label(pull.step.span, "pulled here"),
        Label(push.step.span, "pushed here"),
        help="write one name in both places if they are the same artifact",
        fixes=respelt(pull.step.span, written[0], meant[0], is_safe=False) if is_clear else (),
    )


def _spellings(transfer: Transfer, word: str) -> list[str]:
    """How a word of an artifact is spelt in the text of a push or pull."""
    return [said for said in re.findall(r"\w+", transfer.step.span.text) if labels.singular(said) == word]
