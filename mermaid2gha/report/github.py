"""Diagnostics as GitHub's workflow commands, which the checks of a pull request show beside the line.

The escaping is that of actions/toolkit, `packages/core/src/command.ts`: in a message `%`, CR and LF, in a
property `:` and `,` too.
"""

from __future__ import annotations

from collections.abc import Iterable

from mermaid2gha.base.diagnostic import Diagnostic, Severity
from mermaid2gha.report.report import Report

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def render(report: Report) -> tuple[str, str]:
    return github(report.findings), report.remarks


def github(diagnostics: Iterable[Diagnostic]) -> str:
    """One `::error file=…,line=…,title=RULE::message` a line; the cure follows the message."""
    return "".join(f"{_command(diagnostic)}\n" for diagnostic in diagnostics)


def _command(diagnostic: Diagnostic) -> str:
    properties = {"title": diagnostic.rule}
    if diagnostic.labels:
        span = diagnostic.labels[0].span
        line, column = span.file.line_column(span.start)
        end_line, end_column = span.file.line_column(max(span.end - 1, span.start))
        properties = {
            "file": span.file.name,
            "line": str(line),
            "endLine": str(end_line),
            "col": str(column),
            "endColumn": str(end_column + 1),
            "title": diagnostic.rule,
        }
        if line != end_line:  # GitHub wants columns for a single line only
            del properties["col"], properties["endColumn"]
    written = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    message = f"{diagnostic.message}\n{diagnostic.help}" if diagnostic.help else diagnostic.message
    return f"::{_COMMANDS[diagnostic.severity]} {written}::{_message(message)}"


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
