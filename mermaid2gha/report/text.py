"""Diagnostics for people at a terminal: the message, the places with the lines they stand on, the cure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mermaid2gha.base.diagnostic import Diagnostic, Label, Severity
from mermaid2gha.base.records import dataclass
from mermaid2gha.base.source import SourceFile
from mermaid2gha.report.cells import Cells, cells, plain, window
from mermaid2gha.report.report import Report

_COLOURS = {Severity.ERROR: "31", Severity.WARNING: "33", Severity.NOTE: "36"}
_BLUE = "34"


@dataclass(frozen=True, slots=True)
class Paper:
    """What the text is for: whether it takes colours, and its width in columns.

    `pen` begins each of our colours. The program gives one that no input can know, and puts ESC in its place
    when all else that could steer a terminal is gone (`report.guard`).
    """

    is_coloured: bool = False
    width: int = 110
    pen: str = "\x1b"

    def ink(self, text: str, *codes: str) -> str:
        return f"{self.pen}[{';'.join(codes)}m{text}{self.pen}[0m" if self.is_coloured and text else text


@dataclass(frozen=True, slots=True)
class _Place:
    """A label with the line and the column of its start, both from 1."""

    label: Label
    line: int
    column: int

    @property
    def file(self) -> SourceFile:
        return self.label.span.file

    @property
    def length(self) -> int:
        """How many characters of its line the label covers; at least one."""
        rest = len(self.file.line_text(self.line)) - (self.column - 1)
        return max(1, min(self.label.span.end - self.label.span.start, rest))


def render(report: Report) -> tuple[str, str]:
    return report.people()


def text(diagnostics: Sequence[Diagnostic], paper: Paper) -> str:
    """One block for each diagnostic, blank lines between blocks that show source.

    A cure that several neighbours without a place share is said once, after the last of them.
    """
    blocks: list[str] = []
    for index, diagnostic in enumerate(diagnostics):
        after = diagnostics[index + 1] if index + 1 < len(diagnostics) else None
        is_shared = (
            after is not None and not diagnostic.labels and not after.labels and after.help == diagnostic.help
        )
        block = _block(diagnostic, paper, shows_help=not is_shared)
        gap = "\n" if diagnostic.labels or (after is not None and after.labels) else ""
        blocks.append(block + gap)
    return "".join(blocks)


def _block(diagnostic: Diagnostic, paper: Paper, *, shows_help: bool) -> str:
    colour = _COLOURS[diagnostic.severity]
    title = paper.ink(f"{diagnostic.severity.value}[{diagnostic.rule}]", "1", colour)
    lines = [title + paper.ink(": " + plain(diagnostic.message), "1")]
    gutter = len(str(max((label.span.line for label in diagnostic.labels), default=0)))
    for part in diagnostic.parts:
        lines += _places(part, gutter, paper)
        words = paper.ink(f"= {part.rule}:", "1") + " " + plain(part.message)
        lines += [" " * (gutter + 1) + words, *_help(part, gutter, paper)]
    if not diagnostic.parts:
        lines += _places(diagnostic, gutter, paper)
        lines += _help(diagnostic, gutter, paper) if shows_help else ()
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _help(diagnostic: Diagnostic, gutter: int, paper: Paper) -> Iterable[str]:
    if diagnostic.help:
        margin = " " * (gutter + 1) if diagnostic.labels else "  "
        yield margin + paper.ink("= help:", "1") + " " + plain(diagnostic.help)


def _places(diagnostic: Diagnostic, gutter: int, paper: Paper) -> Iterable[str]:
    """Where a finding is, and the lines of each file that bear a label."""
    places = [_Place(label, *label.span.file.line_column(label.span.start)) for label in diagnostic.labels]
    by_file: dict[str, list[_Place]] = {}
    for place in places:
        by_file.setdefault(place.file.name, []).append(place)
    for number, group in enumerate(by_file.values()):
        arrow = "-->" if number == 0 else ":::"
        where = f"{plain(group[0].file.name)}:{group[0].line}:{group[0].column}"
        yield paper.ink(" " * gutter + arrow, _BLUE) + " " + where
        yield from _source(group, diagnostic, gutter, paper)


def _source(group: Sequence[_Place], diagnostic: Diagnostic, gutter: int, paper: Paper) -> Iterable[str]:
    """The lines of one file that bear a label, in order, each with its underlines below it."""
    file = group[0].file
    if not file.text:
        return
    bar = paper.ink("|", _BLUE)
    yield f"{' ' * gutter} {bar}"
    before: int | None = None
    for line in sorted({place.line for place in group}):
        if before is not None and line > before + 1:
            yield paper.ink("...", _BLUE)
        before = line
        marked = [place for place in group if place.line == line]
        shown, offset = _line(marked[0], paper.width - gutter - 3)
        yield f"{paper.ink(f'{line:>{gutter}}', _BLUE)} {bar} {shown.text}"
        for place in marked:
            is_first = place.label is diagnostic.labels[0]
            mark = _underline(shown, place.column - 1 - offset, place.length, is_first)
            if mark:
                colour = _COLOURS[diagnostic.severity] if is_first else _BLUE
                words = f" {plain(place.label.text)}" if place.label.text else ""
                blanks = len(mark) - len(mark.lstrip())
                yield f"{' ' * gutter} {bar} {' ' * blanks}{paper.ink(mark.strip() + words, '1', colour)}"


def _line(first: _Place, room: int) -> tuple[Cells, int]:
    """A line as it is shown, cut to the room around its first label, and how many characters came off."""
    source = first.file.line_text(first.line)
    start, room = first.column - 1, max(room, 20)
    end = start + first.length
    near = max(start - 4 * room, 0)  # what lies further off is not shown, and lines can be long
    part = cells(source[near : min(end, start + 4 * room) + 4 * room])
    shown, offset = window(part, start - near, end - near, room)
    return shown, offset + near


def _underline(shown: Cells, start: int, length: int, is_first: bool) -> str:
    """The marks below a line, or nothing where the label lies outside the part that is shown."""
    left = max(start, 0)
    right = min(start + length, len(shown.starts))
    if left > len(shown.starts) or (right <= left and start < 0):
        return ""
    begin = shown.column(left)
    end = max(shown.column(right), begin + 1)
    return " " * begin + ("^" if is_first else "-") * (end - begin)


def summary(diagnostics: Iterable[Diagnostic], documents: int, paper: Paper) -> str:
    """`2 errors, 3 warnings in 1 document`; nothing if there is nothing to count."""
    counts = dict.fromkeys(Severity, 0)
    for diagnostic in diagnostics:
        counts[diagnostic.severity] += 1
    parts = [
        paper.ink(_count(number, severity.value), "1", _COLOURS[severity])
        for severity, number in counts.items()
        if number
    ]
    place = f" in {_count(documents, 'document')}" if documents else ""
    return f"{', '.join(parts)}{place}\n" if parts else ""


def text_diff(name: str, old: str, new: str, paper: Paper) -> str:
    """What changes in a text that people wrote, as a unified diff; nothing if nothing does."""
    from difflib import unified_diff

    before, after = old.split("\n"), new.split("\n")
    lines = unified_diff(before, after, f"a/{name}", f"b/{name}", lineterm="")
    return coloured_diff("".join(f"{line}\n" for line in lines), paper)


def coloured_diff(lines: str, paper: Paper) -> str:
    """A unified diff, its added lines green and its removed ones red."""
    if not paper.is_coloured:
        return lines
    codes = {"+": "32", "-": "31", "@": "36"}
    return "".join(
        paper.ink(line.rstrip("\n"), codes[line[0]]) + "\n" if line[:1] in codes else line
        for line in lines.splitlines(keepends=True)
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
