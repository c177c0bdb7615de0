"""Whether people are asked before what they are drawn to approve.

A job that is drawn to wait for people has an environment in the file. What follows an approval on its
lifeline has one itself, or needs jobs that have one and of which some runs whenever it does: within the
operand of the approval, and further down if nothing else stands in that operand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mermaid2gha.compiler.ir.flow_graph import DrawnApproval, DrawnJob, JobKind
from mermaid2gha.compiler.verify.actual import File
from mermaid2gha.compiler.verify.conditions import OperandReader
from mermaid2gha.compiler.verify.expected import Expectation
from mermaid2gha.compiler.verify.flows import DrawnFlow
from mermaid2gha.compiler.verify.logic import either, implies


def unasked(expected: Expectation, file: File) -> str:
    """The first job that is drawn to wait for people and does not, as words; empty if there is none."""
    for flow in expected.drawn.flows:
        for job in flow.jobs:
            if job.environment and not _asks(job, flow, file):
                return f"people are drawn to approve `{flow.ids[job.number]}`, and it has no environment"
        reader = expected.places[flow.number]
        for approval in flow.graph.approvals:
            if approval.run == flow.run.number:
                for job in _unasked(approval, flow, reader, file):
                    return f"`{flow.ids[job.number]}` is drawn after an approval, and may run unasked"
    return ""


def _asks(job: DrawnJob, flow: DrawnFlow, file: File) -> bool:
    return bool(file.jobs[flow.ids[job.number].lower()].environment)


def _unasked(
    approval: DrawnApproval, flow: DrawnFlow, reader: OperandReader, file: File
) -> Iterator[DrawnJob]:
    """The jobs that follow an approval and may run although nobody was asked."""
    after = list(_following(approval, flow, reader))
    asking = [job for job in after if _asks(job, flow, file)]
    for job in after:
        if job.kind is JobKind.WAIT or job in asking:
            continue
        ancestors = file.jobs[flow.ids[job.number].lower()].ancestors
        before = [one for one in asking if ancestors & file.bits[flow.ids[one.number].lower()]]
        if not implies(
            reader.condition(job.operand), either(*(reader.condition(one.operand) for one in before))
        ):
            yield job


def _following(approval: DrawnApproval, flow: DrawnFlow, reader: OperandReader) -> Sequence[DrawnJob]:
    """The jobs of the lifeline that people are drawn to approve."""
    after = [job for job in flow.jobs if job.occurrence >= approval.place]
    outer, left = approval.operand, set[int]()
    while outer and outer not in reader.ends:
        if any(_is_within(job.operand, outer, reader) for job in after):
            break
        left.add(flow.graph.operands[outer].fragment)
        outer = flow.graph.operands[outer].parent
    return [
        job
        for job in after
        if _is_within(job.operand, outer, reader)
        and flow.graph.occurrences[job.occurrence].lifeline == approval.lifeline
        and not any(operand.fragment in left for operand in reader.chain(job.operand))
    ]


def _is_within(place: int, outer: int, reader: OperandReader) -> bool:
    return place == outer or not outer or any(one.parent == outer for one in reader.chain(place))
