"""`mermaid2gha parse FILE…`: what each diagram of a file says, a line a diagram, for programs and for people.

The events are flat and named as Mermaid's own database names them (LINETYPE); an activation by `+` or `-` is
an event of its own after its message, as it is there.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence

from mermaid2gha.base.diagnostic import Diagnostic, has_errors
from mermaid2gha.base.never import assert_never
from mermaid2gha.base.records import replace
from mermaid2gha.base.source import SourceFile, Span
from mermaid2gha.invocation.io import Io
from mermaid2gha.invocation.options import add_loudness, add_stdin_filename, given_from, showing_from
from mermaid2gha.invocation.result import Result
from mermaid2gha.mermaid.ast import (
    Activation,
    Autonumber,
    Cosmetic,
    Diagram,
    Event,
    FragmentEnd,
    FragmentStart,
    Message,
    Note,
    OperandStart,
    Operator,
)
from mermaid2gha.report import FORMATS
from mermaid2gha.report.guard import Form
from mermaid2gha.report.json import finding
from mermaid2gha.report.report import Report, form_of, rendered
from mermaid2gha.report.text import summary, text

HELP = """\
show what the diagrams of a document say

examples:
  mermaid2gha parse docs/ci.md                       list what each diagram says
  mermaid2gha parse docs/ci.md --format json         one JSON object a line, one line a diagram
  mermaid2gha parse - < ci.mmd                       read standard input
"""
VERSION = 1  # parse_schema.json describes it
_OPERAND_WORDS = {Operator.ALT: "ELSE", Operator.CRITICAL: "OPTION"}


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths", nargs="+", metavar="FILE", help="a document, a folder, or - for standard input"
    )
    add_stdin_filename(parser)
    parser.add_argument("--format", choices=("json", "text"), default="text", help="how to show it")
    parser.add_argument(
        "--output-format",
        choices=tuple(FORMATS),
        default=None,
        help="show the findings alone; json is the same as --format json",
    )
    add_loudness(parser)


def run(arguments: argparse.Namespace, io: Io) -> Result:
    """Every sequence diagram of the files, and what Mermaid would say against it."""
    from mermaid2gha.project.discovery import read_documents

    chosen = arguments.output_format or arguments.format
    showing = replace(showing_from(arguments, io), format=chosen)
    given = given_from(arguments.paths, arguments.stdin_filename, io)
    loaded = read_documents(given.paths, given.disk, given.standard_input)
    parsed = [(file, *parsed_diagram) for file in loaded.documents for parsed_diagram in _diagrams(file)]
    findings = [*loaded.diagnostics, *(fault for _, _, faults in parsed for fault in faults)]
    shown = showing.shown(findings)
    code = showing.code(findings, is_misused=loaded.is_misused)
    if showing.format == "json":
        from json import dumps

        lines = [dumps(_record(file, diagram, faults)) + "\n" for file, diagram, faults in parsed]
        err = text(showing.shown(loaded.diagnostics), showing.paper)
        return Result("".join(lines), err, code, form=Form.JSON)

    def people() -> tuple[str, str]:
        out = "".join(
            f"{line}\n" for file, diagram, faults in parsed for line in _lines(file, diagram, faults)
        )
        count = len(loaded.documents)
        return out, text(shown, showing.paper) + summary(shown, count, showing.paper)

    out, err = rendered(Report(shown, people), showing.format)
    return Result(out, err, code, form=form_of(showing.format))


def _diagrams(file: SourceFile) -> Iterator[tuple[Diagram, list[Diagnostic]]]:
    from mermaid2gha.base.markdown import diagram_blocks
    from mermaid2gha.mermaid.parse import is_sequence_diagram, parse

    for block in diagram_blocks(file):
        if is_sequence_diagram(block):
            yield parse(block)


def _record(file: SourceFile, diagram: Diagram, faults: Sequence[Diagnostic]) -> dict[str, object]:
    return {
        "version": VERSION,
        "document": file.name,
        "line": _first_line(diagram),
        "name": diagram.name,
        "ok": not has_errors(list(faults)),
        "lifelines": [
            {"id": lifeline.id, "label": lifeline.label, "kind": lifeline.kind, "box": lifeline.box}
            for lifeline in diagram.lifelines
        ],
        "boxes": [
            {"name": box.name, "color": box.color, "lifelines": list(box.lifelines)} for box in diagram.boxes
        ],
        "events": [row for event in diagram.events for row in event_rows(event)],
        "title": diagram.title or diagram.front_title,
        "accTitle": diagram.acc_title,
        "accDescr": diagram.acc_descr,
        "diagnostics": [_fault(fault) for fault in faults],
    }


def _first_line(diagram: Diagram) -> int:
    """The line of the diagram's own first line: in Markdown the one below the opening of the fence."""
    return diagram.block.file.line_column(diagram.block.offset(0))[0]


def _fault(fault: Diagnostic) -> dict[str, object]:
    row = finding(fault)
    names = ("rule", "severity", "message", "line", "column", "end_line", "end_column", "help")
    return {name: row[name] for name in names}


def event_rows(event: Event) -> Iterator[dict[str, object]]:
    """An event as Mermaid's database has it: none for a cosmetic statement, several for `A->>+B`."""
    match event:
        case Message():
            yield from _message_rows(event)
        case Note():
            ends = event.lifelines
            row = _row("NOTE", event.span, ends[0], ends[-1], event.text)
            yield {**row, "placement": event.placement.value}
        case Activation():
            yield _row("ACTIVE_START" if event.starts else "ACTIVE_END", event.span, event.lifeline)
        case FragmentStart():
            yield _row(f"{event.operator.name}_START", event.span, text=event.text)
        case OperandStart():
            operator = Operator.PAR if event.operator is Operator.PAR_OVER else event.operator
            word = _OPERAND_WORDS.get(operator, "AND")
            yield _row(f"{operator.name}_{word}", event.span, text=event.text)
        case FragmentEnd():
            operator = Operator.PAR if event.operator is Operator.PAR_OVER else event.operator
            yield _row(f"{operator.name}_END", event.span)
        case Autonumber():
            number = {"start": event.start, "step": event.step, "visible": event.visible}
            yield {**_row("AUTONUMBER", event.span), "autonumber": number}
        case Cosmetic():
            return
        case _:
            assert_never(event)


def _message_rows(event: Message) -> Iterator[dict[str, object]]:
    starts = event.activates or event.central_end
    row = _row(event.arrow.name, event.span, event.sender, event.receiver, event.text)
    yield {**row, "activate": starts}
    if event.activates:
        yield _row("ACTIVE_START", event.span, event.receiver)
    if event.deactivates:
        yield _row("ACTIVE_END", event.span, event.sender)
    if event.central_end:
        yield _row("CENTRAL_CONNECTION", event.span, event.receiver)
    if event.central_start:
        yield _row("CENTRAL_CONNECTION_REVERSE", event.span, event.sender)


def _row(
    kind: str, span: Span | None, sender: str | None = None, receiver: str | None = None, text: str = ""
) -> dict[str, object]:
    return {
        "type": kind,
        "from": sender,
        "to": receiver,
        "text": text,
        "placement": None,
        "activate": False,
        "line": span.line if span is not None else None,
    }


def _lines(file: SourceFile, diagram: Diagram, faults: Sequence[Diagnostic]) -> Iterator[str]:
    """A diagram for people: where and what it is, its lifelines, and its events indented by fragment."""
    state = "" if not has_errors(list(faults)) else " (with errors)"
    yield f"{file.name}:{_first_line(diagram)}: {diagram.name}{state}"
    for lifeline in diagram.lifelines:
        label = f" as {lifeline.label}" if lifeline.label != lifeline.id else ""
        yield f"  {lifeline.kind} {lifeline.id}{label}"
    depth = 1
    for row in (row for event in diagram.events for row in event_rows(event)):
        kind = str(row["type"])
        depth -= kind.endswith(("_END", "_ELSE", "_AND", "_OPTION")) and not kind.startswith("ACTIVE")
        ends = " -> ".join(str(end) for end in (row["from"], row["to"]) if end is not None)
        words = [f"{row['line']:>4}", "  " * max(depth, 1) + kind, ends, str(row["text"])]
        yield " ".join(word for word in words if word).rstrip()
        depth += kind.endswith(("_START", "_ELSE", "_AND", "_OPTION")) and not kind.startswith("ACTIVE")
