"""Diagnostics for programs: one JSON document, as docs/cli.md describes it; `version` counts its shapes."""

from __future__ import annotations

from collections.abc import Iterable

from mermaid2gha.base.diagnostic import Diagnostic, Severity
from mermaid2gha.base.source import Span
from mermaid2gha.report.report import Report

VERSION = 1


def render(report: Report) -> tuple[str, str]:
    return json(report.findings, **report.members()), ""


def place(span: Span) -> dict[str, object]:
    """A place: lines and columns from 1, the end exclusive."""
    file = span.file
    line, column = file.line_column(span.start)
    end_line, end_column = file.line_column(span.end)
    return {
        "file": file.name,
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
    }


def finding(diagnostic: Diagnostic) -> dict[str, object]:
    """One diagnostic; its own place is that of its first label, `related` holds the others."""
    own: dict[str, object] = place(diagnostic.labels[0].span) if diagnostic.labels else {}
    return {
        "rule": diagnostic.rule,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "help": diagnostic.help,
        "file": own.get("file"),
        "line": own.get("line"),
        "column": own.get("column"),
        "end_line": own.get("end_line"),
        "end_column": own.get("end_column"),
        "label": diagnostic.labels[0].text if diagnostic.labels else "",
        "related": [{**place(label.span), "label": label.text} for label in diagnostic.labels[1:]],
        "fixes": [
            {"is_safe": fix.is_safe, "edits": [{**place(edit.span), "text": edit.text} for edit in fix.edits]}
            for fix in diagnostic.fixes
        ],
        **({"parts": [finding(part) for part in diagnostic.parts]} if diagnostic.parts else {}),
    }


def json(diagnostics: Iterable[Diagnostic], **more: object) -> str:
    """The document of a run: its findings, their counts, and what else the command has to tell."""
    from json import dumps

    from mermaid2gha.base import version

    findings = list(diagnostics)
    document = {
        "version": VERSION,
        "tool": {"name": "mermaid2gha", "version": version.VERSION},
        "summary": {
            f"{severity.value}s": sum(diagnostic.severity is severity for diagnostic in findings)
            for severity in Severity
        },
        "diagnostics": [finding(diagnostic) for diagnostic in findings],
        **more,
    }
    return dumps(document, indent=2) + "\n"
