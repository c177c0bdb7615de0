"""Diagnostics as GitHub's workflow commands, which the checks of a pull request show beside the line.

The escaping is that of actions/toolkit, `packages/core/src/command.ts`: in a message `%`, CR and LF, in a
property `:` and `,` too. GitHub shows ten of each severity a step and drops the others without a word
(its page on problem matchers there), so errors come first, and the last line says how many it drops.
"""

from __future__ import annotations

from collections.abc import Iterable

from mermaid2gha.base.diagnostic import Diagnostic, Severity, leaves
from mermaid2gha.report.report import Report

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
MOST_SHOWN = 10


def render(report: Report) -> tuple[str, str]:
    return github(report.findings), report.remarks


def github(diagnostics: Iterable[Diagnostic]) -> str:
    """One `::error file=…,line=…,title=RULE::message` a line; the cure follows the message."""
    findings = list(leaves(diagnostics))
    by_severity = [[one for one in findings if one.severity is severity] for severity in _COMMANDS]
    lines = [_command(one) for group in by_severity for one in group]
    dropped = sum(max(len(group) - MOST_SHOWN, 0) for group in by_severity)
    if dropped:
        lines.append(f"{dropped} more above: GitHub shows {MOST_SHOWN} of each severity")
    return "".join(f"{line}\n" for line in lines)


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
