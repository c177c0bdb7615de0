"""Diagnostics as SARIF 2.1.0, which GitHub's code scanning and editors read.

Every rule that was told is described by its page, with its address where the package knows its home. Columns
count code points from 1, as `columnKind` says, and the end is exclusive. A finding's fingerprint is of its
rule, its file, the text of its line without blanks at the ends, and its number among those that are alike, so
that it stays the same when lines above it change.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence

from mermaid2gha.base.diagnostic import AcceptedFinding, Diagnostic, Label, leaves
from mermaid2gha.base.digest import text_digest
from mermaid2gha.base.edit import Fix
from mermaid2gha.base.source import Span
from mermaid2gha.report.report import Report

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
CATEGORY = "mermaid2gha"
"""Under which code scanning keeps these findings apart from those of other tools."""
_FINGERPRINT = "mermaid2ghaLine/v1"


def render(report: Report) -> tuple[str, str]:
    return sarif(report.findings, report.accepted), report.remarks


def sarif(diagnostics: Iterable[Diagnostic], accepted: Sequence[AcceptedFinding] = ()) -> str:
    """One SARIF log with one run; what is accepted is suppressed in it, so that it can be seen and counts for
    nothing."""
    from json import dumps

    from mermaid2gha.base.version import VERSION
    from mermaid2gha.rules.pages import home

    suppressed = {one.finding: one for one in accepted}
    findings = [*leaves(diagnostics), *suppressed]
    rules = sorted({diagnostic.rule for diagnostic in findings})
    driver = {
        "name": "mermaid2gha",
        "semanticVersion": VERSION,
        **({"informationUri": home()} if home() else {}),
        "rules": [_rule(name) for name in rules],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "automationDetails": {"id": f"{CATEGORY}/"},
        "results": _results(findings, rules, suppressed),
    }
    return dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(name: str) -> dict[str, object]:
    """A rule with its page as help; the first sentence of its why is the short description."""
    from mermaid2gha.rules.pages import page, page_address, plain_page, reason, severity

    markdown = page(name)
    address = page_address(name)
    return {
        "id": name,
        **({"helpUri": address} if address else {}),
        "shortDescription": {"text": f"{reason(name) or name}."},
        "help": {"text": plain_page(name) or name, "markdown": markdown or name},
        "defaultConfiguration": {"level": severity(name) or "warning"},
    }


def _results(
    findings: Sequence[Diagnostic], rules: Sequence[str], suppressed: Mapping[Diagnostic, AcceptedFinding]
) -> list[dict[str, object]]:
    seen: dict[tuple[str, ...], int] = {}
    results = []
    for diagnostic in findings:
        alike = _likeness(diagnostic)
        number = seen[alike] = seen.get(alike, -1) + 1
        result = _result(diagnostic, rules.index(diagnostic.rule), _digest((*alike, str(number))))
        if diagnostic in suppressed:
            kind = "inSource" if suppressed[diagnostic].is_in_source else "external"
            result["suppressions"] = [{"kind": kind, "status": "accepted"}]
        results.append(result)
    return results


def _result(diagnostic: Diagnostic, index: int, fingerprint: str) -> dict[str, object]:
    message = f"{diagnostic.message}\n\nhelp: {diagnostic.help}" if diagnostic.help else diagnostic.message
    result: dict[str, object] = {
        "ruleId": diagnostic.rule,
        "ruleIndex": index,
        "level": diagnostic.severity.value,
        "message": {"text": message},
        "partialFingerprints": {_FINGERPRINT: fingerprint},
    }
    if diagnostic.labels:
        result["locations"] = [_location(diagnostic.labels[0])]
    if diagnostic.labels[1:]:
        result["relatedLocations"] = [
            {"id": number, **_location(label)} for number, label in enumerate(diagnostic.labels[1:], 1)
        ]
    if diagnostic.fixes:
        result["fixes"] = [_fix(fix, diagnostic.help or diagnostic.message) for fix in diagnostic.fixes]
    return result


def _fix(fix: Fix, words: str) -> dict[str, object]:
    """A cure, with its edits by file in the order of their places."""
    changes: dict[str, list[dict[str, object]]] = {}
    for edit in sorted(fix.edits, key=lambda edit: edit.span.start):
        replacement = {"deletedRegion": _region(edit.span), "insertedContent": {"text": edit.text}}
        changes.setdefault(edit.span.file.name, []).append(replacement)
    return {
        "description": {"text": words},
        "artifactChanges": [
            {"artifactLocation": _artifact(name), "replacements": replacements}
            for name, replacements in changes.items()
        ],
    }


def _location(label: Label) -> dict[str, object]:
    span = label.span
    place = {"artifactLocation": _artifact(span.file.name), "region": _region(span)}
    words = {"message": {"text": label.text}} if label.text else {}
    return {"physicalLocation": place, **words}


def _region(span: Span) -> dict[str, object]:
    line, column = span.file.line_column(span.start)
    end_line, end_column = span.file.line_column(span.end)
    return {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}


def _artifact(name: str) -> dict[str, object]:
    """A file by its name as a relative reference, which needs escapes for what has a meaning in one."""
    from urllib.parse import quote

    errors = "surrogatepass" if os.name == "nt" else "surrogateescape"  # as names that are no text are read
    uri = quote(name, errors=errors)
    return {"uri": f"file://{uri}" if name.startswith("/") else uri}


def _likeness(diagnostic: Diagnostic) -> tuple[str, ...]:
    """What a finding shares with those that only its place tells from it."""
    if not diagnostic.labels:
        return (diagnostic.rule, diagnostic.message)
    file = diagnostic.labels[0].span.file
    line = file.line_text(diagnostic.labels[0].span.line)
    return (diagnostic.rule, file.name, " ".join(line.split()))


def _digest(parts: Sequence[str]) -> str:
    return text_digest("\0".join(parts))[:32]
