"""What programs get: one JSON document, and GitHub's annotations."""

from __future__ import annotations

import json

from mermaid2gha.base.diagnostic import Diagnostic, Label, Severity
from mermaid2gha.base.source import SourceFile, Span
from mermaid2gha.report.github import github
from mermaid2gha.report.json import json as as_json

SOURCE = SourceFile("docs/a,b:c.md", "one\ntwo 100%\n")
HERE = Label(Span(SOURCE, 4, 7), "here")


def finding(*labels: Label, help: str = "", severity: Severity = Severity.ERROR) -> Diagnostic:  # noqa: A002
    return Diagnostic("a-rule", severity, "100% of `a`\nor b", labels, help)


def test_json_is_one_document_with_a_version() -> None:
    warning = finding(severity=Severity.WARNING)
    document = json.loads(
        as_json([finding(HERE, Label(Span(SOURCE, 0, 3)), help="mend it"), warning], documents=2)
    )
    assert document["version"] == 1
    assert document["documents"] == 2
    assert document["summary"] == {"errors": 1, "warnings": 1, "notes": 0}
    first, second = document["diagnostics"]
    place = [first[name] for name in ("file", "line", "column", "end_line", "end_column", "label")]
    assert place == ["docs/a,b:c.md", 2, 1, 2, 4, "here"]
    assert [other["line"] for other in first["related"]] == [1]
    assert (second["file"], second["line"], second["severity"]) == (None, None, "warning")


def test_annotations_are_escaped_as_github_reads_them() -> None:
    assert github([finding(HERE, help="mend it")]) == (
        "::error file=docs/a%2Cb%3Ac.md,line=2,endLine=2,col=1,endColumn=4,title=a-rule::"
        "100%25 of `a`%0Aor b%0Amend it\n"
    )


def test_severities_have_githubs_names() -> None:
    shown = github([finding(severity=severity) for severity in Severity])
    assert [line.split(" ")[0] for line in shown.splitlines()] == ["::error", "::warning", "::notice"]


def test_errors_come_first_and_what_github_drops_is_counted() -> None:
    """actions/toolkit, its page on problem matchers: ten warnings and ten errors a step."""
    findings = [finding(severity=severity) for severity in (*Severity,) * 12]
    assert "more above" not in github(findings[:30])
    *lines, last = github(findings).splitlines()
    kinds = [line.split(" ")[0] for line in lines]
    assert kinds == ["::error"] * 12 + ["::warning"] * 12 + ["::notice"] * 12
    assert last == "6 more above: GitHub shows 10 of each severity"


def test_an_annotation_of_many_lines_has_no_columns() -> None:
    assert "file=docs/a%2Cb%3Ac.md,line=1,endLine=2,title" in github([finding(Label(Span(SOURCE, 0, 7)))])
