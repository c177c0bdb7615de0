"""What is drawn and that nothing uses: outputs that nobody reads, empty choices, flows that start nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.ir.flow_graph import FlowGraph, JobKind, Role
from mermaid2gha.compiler.link.link import Linked
from mermaid2gha.compiler.link.model import LinkedJob, LinkedWorkflow
from mermaid2gha.compiler.vocabulary import forms, labels
from mermaid2gha.github.events import PUSH
from mermaid2gha.github.expressions.condition import expression
from mermaid2gha.github.names import flag_id
from mermaid2gha.mermaid.ast import (
    Diagram,
    FragmentEnd,
    FragmentStart,
    Message,
    Note,
    OperandStart,
    Operator,
)
from mermaid2gha.settings.model import Settings

EMPTY_CHOICE = Rule("empty-choice", Severity.WARNING)
STARTS_NOTHING = Rule("starts-nothing", Severity.WARNING)
UNUSED_OUTPUT = Rule("unused-output", Severity.WARNING)

_CHOOSING = (Operator.OPT, Operator.ALT, Operator.BREAK)


def unused_drawing(project: Linked, settings: Settings) -> list[Diagnostic]:
    """Reports `unused-output`, `empty-choice` and `starts-nothing`."""
    drawings = project.drawings.items
    diagnostics = list(_unused_outputs(project.items, drawings))
    for drawing in drawings:
        diagnostics += _empty_choices(drawing.diagram)
        diagnostics += _starts_nothing(drawing)
    return diagnostics


# -- outputs ---------------------------------------------------------------------------------------


def _unused_outputs(project: Sequence[LinkedWorkflow], drawings: Sequence[FlowGraph]) -> Iterator[Diagnostic]:
    """Outputs of deciding jobs that no condition and no matrix reads, and no text mentions.

    An output of a job that decides nothing may carry what people need in steps of their own.
    """
    said: str | None = None
    for linked in project:
        for job in linked.jobs:
            for name in _drawn_outputs(job) if _is_decider(linked, job) else ():
                if said is None:
                    said = f"-{'-'.join(flag_id(text) for text in _texts(drawings))}-"
                if name not in _read(linked, job) and f"-{name}-" not in said:
                    yield diagnostic(
                        UNUSED_OUTPUT,
                        f"`{job.identity.title}` decides `{name}`, and nothing asks for it",
                        Label(_place(job, name, drawings), "declared here"),
                        help=f"draw an `opt {name}` around what it decides, or leave the output out",
                    )


def _drawn_outputs(job: LinkedJob) -> list[str]:
    names = [name for in_flow in job.flows.values() for drawn in in_flow.drawn for name in drawn.outputs]
    return list(dict.fromkeys(names))


def _is_decider(linked: LinkedWorkflow, job: LinkedJob) -> bool:
    if job.kind is not JobKind.WORK:
        return False
    flags = linked.flags
    return job.id in flags.deciders or bool(flags.outputs.get(job.id) or flags.lists.get(job.id))


def _read(linked: LinkedWorkflow, job: LinkedJob) -> set[str]:
    read = {*linked.flags.outputs.get(job.id, ()), *linked.flags.lists.get(job.id, ())}
    pattern = re.compile(rf"\bneeds\.{re.escape(job.id)}\.outputs\.([A-Za-z_][\w-]*)", re.IGNORECASE)
    tests = map(expression, linked.flags.tests.values())
    return read | {match for test in tests for match in pattern.findall(test)}


def _texts(drawings: Sequence[FlowGraph]) -> Iterator[str]:
    """What all drawings say but where they declare outputs; names of lifelines included."""
    for drawing in drawings:
        for participant in drawing.participants:
            yield from (participant.id, participant.name)
        for event in drawing.diagram.events:
            if isinstance(event, (Message, Note, FragmentStart, OperandStart)):
                text = labels.plain(event.text)
                if not forms.lists_outputs(text):
                    yield text


def _place(job: LinkedJob, name: str, drawings: Sequence[FlowGraph]) -> Span:
    """The message that declares an output, else the job."""
    for drawing in drawings:
        for event in drawing.diagram.events:
            if isinstance(event, Message) and event.text_span:
                listed = forms.outputs(labels.plain(event.text))
                if name in map(flag_id, listed):
                    return event.text_span
    return next(iter(job.flows.values())).drawn[0].span


# -- choices ---------------------------------------------------------------------------------------


def _empty_choices(diagram: Diagram) -> Iterator[Diagnostic]:
    """Choices with nothing in any of their operands, the outermost of nested ones."""
    stack: list[tuple[int, FragmentStart]] = []
    filled = 0  # how many of the open fragments, from the outside, are known to hold something
    empty: list[tuple[int, FragmentStart, Span]] = []
    for at, event in enumerate(diagram.events):
        match event:
            case FragmentStart():
                stack.append((at, event))
            case FragmentEnd():
                begun, start = stack.pop()
                if filled <= len(stack) and start.operator in _CHOOSING and start.span is not None:
                    while empty and empty[-1][0] > begun:
                        empty.pop()
                    empty.append((begun, start, start.span))
                filled = min(filled, len(stack))
            case Message() | Note():
                filled = len(stack)
            case _:
                pass
    return (_empty(start, span) for _, start, span in empty)


def _empty(start: FragmentStart, span: Span) -> Diagnostic:
    text = f"{start.operator.value} {labels.plain(start.text)}".strip()
    return diagnostic(
        EMPTY_CHOICE,
        f"`{text}` holds nothing, so nobody asks whether it happens",
        start.text_span or span,
        help="draw what depends on it, or remove the fragment",
    )


# -- flows -----------------------------------------------------------------------------------------


def _starts_nothing(drawing: FlowGraph) -> Iterator[Diagnostic]:
    """A flow whose workflows are neither started nor do anything."""
    workflows = [p for p in drawing.participants if p.role is Role.WORKFLOW]
    if drawing.runs or not workflows:
        return
    names = ", ".join(f"`{workflow.name}`" for workflow in workflows)
    first = workflows[0]
    yield diagnostic(
        STARTS_NOTHING,
        f"this flow starts no workflow: nothing reaches {names}",
        first.span or drawing.diagram.block.span,
        help=f"draw what starts it, such as `GitHub->>{first.id}: Trigger '{PUSH.name}'`, and what it does",
    )
