"""How large a drawing may be, so that whoever reads one that a stranger made is done soon.

What is not bounded here takes time by its length: lines, jobs, messages, lifelines, diagrams, files. Reports
`drawing-too-large`.
"""

from __future__ import annotations

from collections.abc import Iterator

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic
from mermaid2gha.base.source import Span
from mermaid2gha.mermaid.ast import Cosmetic, Diagram, FragmentEnd, FragmentStart, OperandStart, Operator

DRAWING_TOO_LARGE = Rule("drawing-too-large", Severity.ERROR)

LONGEST_TEXT = 6_000
"""Characters of one label, name, guard or mark. Words of it are looked at together."""

DEEPEST = 100
"""Fragments in one another. A job stands under the conditions of all of them."""

MOST_OPERANDS = 200
"""Of one `alt`. What stands in an operand runs under the opposite of all those above it."""

MOST_FLOWS = 128
"""Of one workflow file. Each is told from all others, and the file is run in the cases of each."""


def out_of_bounds(diagram: Diagram) -> list[Diagnostic]:
    """What is too large in a diagram, of which no more is read then."""
    size = len(diagram.block.text)
    found = list(_texts(diagram)) if max(size, len(diagram.name)) > LONGEST_TEXT else []
    return [*found, *(_fragments(diagram) if len(diagram.events) > min(DEEPEST, MOST_OPERANDS) else ())]


def _texts(diagram: Diagram) -> Iterator[Diagnostic]:
    texts: list[tuple[str, Span | None]] = [(diagram.name, diagram.name_span)]
    texts += ((one.id, one.span) for one in diagram.lifelines)
    texts += ((one.label, one.span) for one in diagram.lifelines if one.label != one.id)
    texts += ((one.name or "", one.span) for one in diagram.boxes)
    texts += ((mark.value, mark.span) for mark in diagram.comments)
    spoken = (event for event in diagram.events if not isinstance(event, Cosmetic))
    texts += ((getattr(event, "text", ""), event.span) for event in spoken)
    lines: set[int] = set()
    for text, span in texts:
        place = span or diagram.block.span
        if len(text) > LONGEST_TEXT and place.line not in lines:
            lines.add(place.line)
            message = f"this text has {len(text):,} characters; at most {LONGEST_TEXT:,} are read"
            cure = "write a label of a few words, and the rest into the text around the diagram"
            yield diagnostic(DRAWING_TOO_LARGE, message, place, help=cure)


def _fragments(diagram: Diagram) -> Iterator[Diagnostic]:
    """The first fragment that is too deep, and each `alt` with too many operands."""
    operands: list[int] = []
    is_told = False
    for event in diagram.events:
        match event:
            case FragmentStart():
                operands.append(1)
                if len(operands) > DEEPEST and not is_told:
                    is_told = True
                    message = (
                        f"this fragment stands in {len(operands) - 1} others; at most {DEEPEST - 1} are read"
                    )
                    cure = "draw what stands in it in a diagram of its own"
                    yield diagnostic(DRAWING_TOO_LARGE, message, event.span, help=cure)
            case OperandStart(operator=Operator.ALT | Operator.CRITICAL) if operands:
                operands[-1] += 1
                if operands[-1] == MOST_OPERANDS + 1:
                    message = (
                        f"this is operand {operands[-1]} of a fragment; at most {MOST_OPERANDS} are read"
                    )
                    cure = "divide the choice: one `alt` in an operand of another"
                    yield diagnostic(DRAWING_TOO_LARGE, message, event.span, help=cure)
            case FragmentEnd() if operands:
                operands.pop()
            case _:
                pass


def too_many_flows(file: str, count: int, first_too_many: Span) -> Diagnostic:
    return diagnostic(
        DRAWING_TOO_LARGE,
        f"`{file}` has {count} flows; at most {MOST_FLOWS} of one file are read",
        Label(first_too_many, "one too many"),
        help="give some of them a file of their own, `participant Name as Name (other.yml)`",
    )
