"""A sequence diagram as lifelines, in SVG: a small view with what each statement was read as.

It shows what the page needs to point at. How Mermaid draws the same, it does not try to be.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from mermaid2gha.base.records import dataclass, field
from mermaid2gha.mermaid.ast import (
    Diagram,
    FragmentEnd,
    FragmentStart,
    Message,
    Note,
    OperandStart,
    Operator,
    Placement,
)
from mermaid2gha.report.cells import plain
from mermaid2gha.views.lettering import wrapped

_COLUMN, _MARGIN, _TOP = 150, 76, 46
_LINE, _GAP = 15, 12
"""Pixels: a line of text, and what is between two rows."""
_NOTE_WIDTH, _TEXT_WIDTH = 22, 30
_OPERANDS = {
    Operator.PAR: "and",
    Operator.PAR_OVER: "and",
    Operator.ALT: "else",
    Operator.CRITICAL: "option",
}
_BREAKS = ("<br>", "<br/>", "<br />", "\\n")


@dataclass(frozen=True, slots=True)
class ReadStatement:
    """What became of a statement: the job, as `FILE:ID`, or nothing; what it was read as, and its line."""

    job: str = ""
    effect: str = ""
    line: int = 0


@dataclass(slots=True)
class _Canvas:
    """The picture while it is drawn: `y` is where the next row begins."""

    columns: Mapping[str, int]
    y: int = _TOP + 14
    parts: list[str] = field(default_factory=list)
    open: list[tuple[str, int]] = field(default_factory=list)

    @property
    def width(self) -> int:
        return 2 * _MARGIN + _COLUMN * max(0, len(self.columns) - 1)


def lifelines_svg(diagram: Diagram, statements: Sequence[ReadStatement]) -> str:
    """The picture; `statements` has one for each event of the diagram."""
    columns = {one.id: _MARGIN + _COLUMN * number for number, one in enumerate(diagram.lifelines)}
    canvas = _Canvas(columns)
    for event, statement in zip(diagram.events, statements):
        match event:
            case Message():
                _row(canvas, statement, _message(canvas, event))
            case Note():
                _row(canvas, statement, _note(canvas, event))
            case FragmentStart():
                canvas.open.append((event.operator.value.replace("_over", ""), canvas.y))
                if event.operator is not Operator.RECT:
                    _row(canvas, statement, _guard(canvas, event.text, canvas.open[-1][0]))
            case OperandStart():
                _row(canvas, statement, _guard(canvas, event.text, _OPERANDS.get(event.operator, "else")))
            case FragmentEnd() if canvas.open:
                _frame(canvas)
            case _:
                pass
    height = canvas.y + 10
    heads = "".join(_head(one.label or one.id, columns[one.id], height) for one in diagram.lifelines)
    size = f'viewBox="0 0 {canvas.width} {height}" width="{canvas.width}" height="{height}"'
    label = escape(plain(diagram.name), quote=True)
    return (
        f'<svg class="lifelines" role="group" aria-label="{label}" {size}>'
        f'<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
        f'orient="auto-start-reverse"><path d="M0 0L8 4L0 8z" class="tip"/></marker></defs>'
        f"{heads}{''.join(canvas.parts)}</svg>"
    )


def _head(label: str, x: int, height: int) -> str:
    lines = wrapped(_words(label), 18)[:2]
    return f'<line class="life" x1="{x}" y1="{_TOP}" x2="{x}" y2="{height}"/>' + _text(
        lines, x, 18 if len(lines) > 1 else 26, "head"
    )


def _row(canvas: _Canvas, statement: ReadStatement, drawn: tuple[str, int]) -> None:
    """A row of the picture, which is what one points at."""
    body, height = drawn
    job = f' data-job="{escape(plain(statement.job), quote=True)}"' if statement.job else ""
    words = f"<title>{escape(plain(statement.effect))}</title>" if statement.effect else ""
    line = f' data-line="{statement.line}"' if statement.line else ""
    kind = "row drawn" if statement.job else "row"
    canvas.parts.append(f'<g class="{kind}" tabindex="0"{job}{line}>{words}{body}</g>')
    canvas.y += height + _GAP


def _message(canvas: _Canvas, event: Message) -> tuple[str, int]:
    x, end = canvas.columns.get(event.sender, _MARGIN), canvas.columns.get(event.receiver, _MARGIN)
    lines = wrapped(_words(event.text), max(_TEXT_WIDTH, abs(end - x) // 7))
    below = canvas.y + _LINE * len(lines) + 2
    dashes = " dotted" if event.arrow.is_dotted else ""
    if x == end:
        path = f"M{x} {below - 6}h26v10h-22"
        text = _text(lines, x + 32, canvas.y + 11, "label start")
    else:
        step = 4 if end > x else -4
        path = f"M{x} {below}H{end - step}"
        text = _text(lines, (x + end) // 2, canvas.y + 11, "label")
    arrow = f'<path class="arrow{dashes}" d="{path}" marker-end="url(#head)"/>'
    return _target(min(x, end), max(x, end), canvas.y, below) + text + arrow, below - canvas.y


def _note(canvas: _Canvas, event: Note) -> tuple[str, int]:
    xs = sorted(canvas.columns.get(one, _MARGIN) for one in event.lifelines)
    span = max(xs[-1] - xs[0], 0)
    lines = [line for part in _parts(event.text) for line in wrapped(part, _NOTE_WIDTH + span // 7)]
    width = span + 136
    left = (xs[0] + xs[-1] - width) // 2
    if event.placement is Placement.LEFT_OF:
        left = xs[0] - width + 40
    elif event.placement is Placement.RIGHT_OF:
        left = xs[0] - 40
    left = min(max(left, 2), canvas.width - width - 2)
    height = _LINE * len(lines) + 8
    box = f'<rect class="note" x="{left}" y="{canvas.y}" width="{width}" height="{height}" rx="5"/>'
    return box + _text(lines, left + width // 2, canvas.y + 15, "label"), height


def _guard(canvas: _Canvas, text: str, operator: str) -> tuple[str, int]:
    inset = 4 + 6 * len(canvas.open)
    lines = wrapped(f"{operator} {_words(text)}", max(20, (canvas.width - 2 * inset) // 7))[:2]
    is_first = operator in {one.value for one in Operator}
    edge = "" if is_first else _edge(inset, canvas.width - inset, canvas.y - 6)
    return edge + _text(lines, inset + 6, canvas.y + 11, "guard start"), _LINE * len(lines) - 2


def _edge(left: int, right: int, y: int) -> str:
    """What parts an operand from the one before it."""
    return f'<line class="edge" x1="{left - 2}" y1="{y}" x2="{right + 2}" y2="{y}"/>'


def _frame(canvas: _Canvas) -> None:
    operator, top = canvas.open.pop()
    inset = 4 + 6 * (len(canvas.open) + 1) - 2
    height = canvas.y - top - 2
    kind = "frame rect" if operator == Operator.RECT.value else "frame"
    box = f'x="{inset}" y="{top - 4}" width="{canvas.width - 2 * inset}" height="{height}"'
    canvas.parts.append(f'<rect class="{kind}" {box} rx="4"/>')
    canvas.y += 6


def _target(left: int, right: int, top: int, bottom: int) -> str:
    """What one points at, also between the letters."""
    return f'<rect class="target" x="{left}" y="{top}" width="{right - left}" height="{bottom - top + 4}"/>'


def _text(lines: Sequence[str], x: int, y: int, kind: str) -> str:
    spans = (
        f'<tspan x="{x}" y="{y + _LINE * number}">{escape(line)}</tspan>' for number, line in enumerate(lines)
    )
    return f'<text class="{kind}">{"".join(spans)}</text>'


def _words(text: str) -> str:
    return " · ".join(_parts(text))


def _parts(text: str) -> Iterator[str]:
    """The lines of a text of Mermaid's."""
    for mark in _BREAKS:
        text = text.replace(mark, "\n")
    return (part for part in map(plain, text.split("\n")) if part.strip())
