"""The reader of `mermaid2gha.yml`: what it takes, and that every fault is told at its place with a cure."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mermaid2gha.base.source import SourceFile
from mermaid2gha.settings.model import Condition, FlowSettings, JobSettings, LifelineSettings, Order, RoleName
from mermaid2gha.settings.reader import _TOP, settings_from

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "mermaid2gha"
SCHEMA = json.loads((PACKAGE / "settings" / "schema.json").read_text(encoding="utf-8"))
YAML_FENCE = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SETTINGS_RULES = ["invalid-yaml", "duplicate-key", "invalid-settings", "unknown-setting", "invalid-cron"]

WHOLE = """\
documents: [docs/CI_DIAGRAMS.md]
workflows: .github/workflows
graphs: docs/ci
order: data
runs-on: ubuntu-22.04
timeout-minutes: 30
flows:
  Scheduled run: {cron: "28  0 * * *"}
  Pull request flow from fork: {when: github.event.pull_request.head.repo.full_name != github.repository}
lifelines:
  GitHub Registry: {role: registry, image: "ghcr.io/${GITHUB_REPOSITORY,,}/{artifact}:{tag}"}
  Tests: {file: ci.yml, decider: build-info}
tags: {COMMIT_SHA: "${{ github.event.pull_request.head.sha || github.sha }}"}
conditions: {"In merge run?": "github.event_name == 'push'"}
jobs: {"Tests/Verify CI Image": {id: verify-ci-images}, "Tests/Unit": {ids: [tests-*]}}
extra-jobs: {Tests: [upload-coverage]}
extra-events: {Tests: [workflow_dispatch]}
rules: {ignore: [near-duplicate-name]}
"""


def faults(text: str) -> list[tuple[str, int, str]]:
    """Rule, line and underlined text of every finding."""
    _, found = settings_from(SourceFile("mermaid2gha.yml", text))
    assert all(one.labels and one.help for one in found), "every fault has a place and a cure"
    return [(one.rule, one.labels[0].span.line, one.labels[0].span.text) for one in found]


def test_every_key_is_read() -> None:
    settings, found = settings_from(SourceFile("mermaid2gha.yml", WHOLE), "here")
    assert found == []
    assert settings.root == "here"
    assert settings.documents == ("docs/CI_DIAGRAMS.md",)
    assert (settings.workflows, settings.graphs) == (".github/workflows", "docs/ci")
    assert (settings.order, settings.runs_on, settings.timeout_minutes) == (Order.DATA, "ubuntu-22.04", 30)
    fork = "github.event.pull_request.head.repo.full_name != github.repository"
    assert settings.flows == (
        ("Scheduled run", FlowSettings(cron="28 0 * * *")),
        ("Pull request flow from fork", FlowSettings(when=fork)),
    )
    image = "ghcr.io/${GITHUB_REPOSITORY,,}/{artifact}:{tag}"
    assert settings.lifelines == (
        ("GitHub Registry", LifelineSettings(RoleName.REGISTRY, image=image)),
        ("Tests", LifelineSettings(None, "ci.yml", "build-info")),
    )
    assert settings.tags == (("COMMIT_SHA", "${{ github.event.pull_request.head.sha || github.sha }}"),)
    assert settings.conditions == (("In merge run?", Condition("github.event_name == 'push'")),)
    assert settings.jobs == (
        ("Tests/Verify CI Image", JobSettings("verify-ci-images")),
        ("Tests/Unit", JobSettings(ids=("tests-*",))),
    )
    assert settings.extra_jobs == (("Tests", ("upload-coverage",)),)
    assert settings.extra_events == (("Tests", ("workflow_dispatch",)),)
    assert settings.ignored_rules == ("near-duplicate-name",)


def test_places_point_into_the_file() -> None:
    settings, _ = settings_from(SourceFile("mermaid2gha.yml", WHOLE))
    fork = dict(settings.flows)["Pull request flow from fork"]
    assert fork.span is not None and fork.span.text == "Pull request flow from fork"
    condition = dict(settings.conditions)["In merge run?"]
    assert condition.span is not None and condition.span.line == 14


@pytest.mark.parametrize("text", ["", "\n", "# nothing\n", "null\n", "{}\n"])
def test_an_empty_file_is_the_defaults(text: str) -> None:
    settings, found = settings_from(SourceFile("mermaid2gha.yml", text))
    assert (found, settings.documents, settings.order) == ([], (), Order.LIFELINE)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("documents: a.md", [("invalid-settings", 1, "a.md")]),
        ("documents: [a.md, [b]]", [("invalid-settings", 1, "[b]")]),
        ("documents: [a.md, ]\ngraphs:", [("invalid-settings", 2, ":")]),
        ("order: time", [("invalid-settings", 1, "time")]),
        ("runs_on: x", [("unknown-setting", 1, "runs_on")]),
        ("timeout-minutes: 0", [("invalid-settings", 1, "0")]),
        ("timeout-minutes: yes", [("invalid-settings", 1, "yes")]),
        ("timeout-minutes: 9999999999", [("invalid-settings", 1, "9999999999")]),
        ("workflows: /etc", [("invalid-settings", 1, "/etc")]),
        ("graphs: 'C:\\x'", [("invalid-settings", 1, "'C:\\x'")]),
        ("flows:\n  A: {cron: '* * * *'}", [("invalid-cron", 2, "'* * * *'")]),
        ("flows:\n  A: {cron: '60 * * * *'}", [("invalid-cron", 2, "'60 * * * *'")]),
        ("flows:\n  A: {cron: '@daily'}", [("invalid-cron", 2, "'@daily'")]),
        ("flows:\n  A: {when: 'github.x =='}", [("invalid-settings", 2, "'")]),
        ("flows:\n  A: {when: needs.a.result == 'x'}", [("invalid-settings", 2, "needs")]),
        ("flows:\n  A:\n    wen: x", [("unknown-setting", 3, "wen")]),
        ("flows: {A: {}, a: {}}", [("invalid-settings", 1, "a")]),
        ("lifelines: {A: {role: persn}}", [("invalid-settings", 1, "persn")]),
        ("lifelines: {A: {file: x/ci.yml}}", [("invalid-settings", 1, "x/ci.yml")]),
        ("lifelines: {A: {file: ../ci.yml}}", [("invalid-settings", 1, "../ci.yml")]),
        ("lifelines: {A: {role: person, file: ci.yml}}", [("invalid-settings", 1, "A")]),
        ("lifelines: {A: {image: 'x:{tga}'}}", [("invalid-settings", 1, "'x:{tga}'")]),
        ("conditions: {A: run on Mondays}", [("invalid-settings", 1, "on")]),
        ("jobs: {A: {id: x}}", [("invalid-settings", 1, "A")]),
        ("jobs: {A/b: {id: 1x}}", [("invalid-settings", 1, "1x")]),
        ("jobs: {A/b: {id: x, ids: [y]}}", [("invalid-settings", 1, "A/b")]),
        ("extra-jobs: {A: x}", [("invalid-settings", 1, "x")]),
        ("extra-events: {A: [pull-request]}", [("invalid-settings", 1, "pull-request")]),
        ("rules: {ignore: [no-such-rule]}", [("invalid-settings", 1, "no-such-rule")]),
        ("rules: {ignore: [not-utf-8]}", [("invalid-settings", 1, "not-utf-8")]),
        ("- a\n- b", [("invalid-settings", 1, "- a")]),
        ("a text", [("invalid-settings", 1, "a text")]),
        ("order: data\norder: data", [("duplicate-key", 2, "order")]),
        ("order: [", [("invalid-yaml", 1, "[")]),
        ("order: a: b", [("invalid-yaml", 1, ":")]),
        ("order:\n\tdata", [("invalid-yaml", 2, "\t")]),
        ("order: data\n---\norder: data", [("invalid-yaml", 2, "-")]),
        ("order: \x07", [("invalid-yaml", 1, "\x07")]),
        ("? [a]\n: b", [("invalid-yaml", 1, "[a]")]),
        ("order: &a [*a]", [("invalid-settings", 1, "&a [*a]"), ("invalid-yaml", 1, "&a [*a]")]),
    ],
)
def test_a_fault_is_told_at_its_place(text: str, expected: list[tuple[str, int, str]]) -> None:
    assert faults(text) == expected


def test_all_faults_are_told_in_one_run() -> None:
    assert [line for _, line, _ in faults("order: x\nrun-on: y\ntags: z\nflows: {A: {cron: q}}\n")] == [
        1,
        2,
        3,
        4,
    ]


def test_a_misspelt_word_is_answered_by_the_right_one() -> None:
    _, found = settings_from(
        SourceFile("mermaid2gha.yml", "Documents: []\nextra_events: {A: [pushes]}\norder: dta")
    )
    assert [one.help for one in found] == [
        "did you mean `documents`?",
        "did you mean `extra-events`?",
        "did you mean `data`?",
    ]


def test_words_that_yaml_takes_for_other_types_stay_words() -> None:
    settings, found = settings_from(SourceFile("m.yml", "tags: {NO: 1.10, on: no}\nruns-on: 22.04\n"))
    assert found == []
    assert (settings.tags, settings.runs_on) == ((("NO", "1.10"), ("on", "no")), "22.04")


@pytest.mark.parametrize(
    ("text", "runs_on"),
    [("[self-hosted, linux]", ("self-hosted", "linux")), ("\n  - big", ("big",)), ("big", "big")],
)
def test_a_runner_has_one_label_or_several(text: str, runs_on: object) -> None:
    settings, found = settings_from(SourceFile("m.yml", f"runs-on: {text}\n"))
    assert (settings.runs_on, found) == (runs_on, [])
    jsonschema.validate({"runs-on": list(runs_on) if isinstance(runs_on, tuple) else runs_on}, SCHEMA)


@pytest.mark.parametrize("text", ["[]", "[[a]]", "[a, '']", "{group: a}", "''"])
def test_a_runner_without_labels_is_a_fault(text: str) -> None:
    assert [rule for rule, _, _ in faults(f"runs-on: {text}\n")] == ["invalid-settings"]


def test_a_fault_is_placed_alike_under_windows_line_ends() -> None:
    assert faults("graphs: é\r\norder: x\r\n") == [("invalid-settings", 2, "x")]


@pytest.mark.parametrize("depth", [100_000])
def test_deep_nesting_is_a_fault_and_no_crash(depth: int) -> None:
    assert [rule for rule, _, _ in faults("[" * depth)] == ["invalid-yaml"]


def test_shared_nodes_do_not_explode() -> None:
    lines = ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60))]
    assert {rule for rule, _, _ in faults("\n".join(lines))} == {"unknown-setting"}


@given(st.text(alphabet=st.sampled_from("abc:[]{}-?&*!|>'\"#%@`,\n\t é日😀\x00\r\ufeff"), max_size=60))
def test_no_text_makes_the_reader_raise(text: str) -> None:
    settings, _ = settings_from(SourceFile("m.yml", text))
    assert settings.file is not None


def test_schema_and_reader_know_the_same_keys() -> None:
    assert list(SCHEMA["properties"]) == list(_TOP)


def test_the_schema_is_a_schema_and_takes_the_whole_example() -> None:
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    jsonschema.validate(yaml.safe_load(WHOLE), SCHEMA)


@pytest.mark.parametrize(
    "example", YAML_FENCE.findall((ROOT / "docs/settings.md").read_text(encoding="utf-8"))
)
def test_every_example_of_the_manual_is_right(example: str) -> None:
    assert faults(example) == []
    jsonschema.validate(yaml.safe_load(example), SCHEMA)


@pytest.mark.parametrize("rule", SETTINGS_RULES)
def test_the_page_of_a_rule_shows_the_fault_and_its_cure(rule: str) -> None:
    bad, good = YAML_FENCE.findall((PACKAGE / "rules" / f"{rule}.md").read_text(encoding="utf-8"))
    assert rule in {found for found, _, _ in faults(bad)}
    assert faults(good) == []


@pytest.mark.parametrize("time", ["28 0 * * *", "*/15 8-17 * * MON-FRI", "0 0 1,15 jan *", "5/10 * * * 0"])
def test_cron_times_that_github_takes_are_taken(time: str) -> None:
    assert faults(f"flows: {{A: {{cron: '{time}'}}}}") == []


@pytest.mark.parametrize(
    "time", ["* * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 7", "9-5 * * * *"]
)
def test_cron_times_that_github_refuses_are_refused(time: str) -> None:
    assert [rule for rule, _, _ in faults(f"flows: {{A: {{cron: '{time}'}}}}")] == ["invalid-cron"]
