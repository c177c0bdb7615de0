"""Settings added to a file that people wrote: what they wrote stays, whatever its style."""

from __future__ import annotations

import pytest
import yaml

from mermaid2gha.base.source import SourceFile
from mermaid2gha.settings.editor import Value, with_settings, without_members

MORE: dict[str, Value] = {
    "documents": ["docs/ci.md"],
    "jobs": {"CI/Unit tests": {"ids": ["unit-*"]}},
    "extra-jobs": {"CI": ["a", "b"]},
}
WHOLE = """\
documents: [docs/ci.md]
jobs:
  CI/Unit tests: {ids: [unit-*]}
extra-jobs:
  CI: [a, b]
"""


UNIT = "CI/Unit tests: {ids: [unit-*]}"


def added(text: str) -> str:
    new, found = with_settings(SourceFile("mermaid2gha.yml", text), MORE)
    assert found == []
    return new


@pytest.mark.parametrize("text", ["", "# ours\n", "---\n", "# ours, without an end"])
def test_a_file_without_settings_gets_all(text: str) -> None:
    new = added(text)
    assert new.startswith(text) and yaml.safe_load(new) == yaml.safe_load(WHOLE)


def test_what_is_there_already_is_not_added_again() -> None:
    assert added(WHOLE) == WHOLE
    assert added(added("order: data\n")) == added("order: data\n")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("documents: [a.md] # one\n", "documents: [a.md, docs/ci.md] # one\n"),
        ("documents: []\n", "documents: [docs/ci.md]\n"),
        ("documents:\n- a.md # one\n# end\n", "documents:\n- a.md # one\n- docs/ci.md\n# end\n"),
        ("documents:\n  - a.md\n\norder: data\n", "documents:\n  - a.md\n  - docs/ci.md\n\norder: data\n"),
        ("documents: [\n  a.md, # one\n]\n", "documents: [\n  a.md, docs/ci.md, # one\n]\n"),
        ("documents:\n  - docs/ci.md\n", "documents:\n  - docs/ci.md\n"),
    ],
)
def test_a_list_gets_what_it_lacks_in_its_own_style(old: str, new: str) -> None:
    assert added(old).startswith(new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("jobs: # ours\n", "jobs: # ours\n  " + UNIT + "\n"),
        ("jobs:\n    X/y: {id: z} # z\n", "jobs:\n    X/y: {id: z} # z\n    " + UNIT + "\n"),
        ("jobs: {}\n", "jobs: {" + UNIT + "}\n"),
        ("jobs: {X/y: {id: z}}\n", "jobs: {X/y: {id: z}, " + UNIT + "}\n"),
        ("jobs: {\n  X/y: {id: z}, # z\n}\n", "jobs: {\n  X/y: {id: z}, " + UNIT + ", # z\n}\n"),
        ("jobs:\n  ci/unit  tests: {}\n", "jobs:\n  ci/unit  tests: {ids: [unit-*]}\n"),
        ("jobs:\n  CI/Unit tests: {ids: [x]}\n", "jobs:\n  CI/Unit tests: {ids: [x, unit-*]}\n"),
        (
            "jobs:\n  CI/Unit tests:\n    ids:\n    - x\n",
            "jobs:\n  CI/Unit tests:\n    ids:\n    - x\n    - unit-*\n",
        ),
    ],
)  # fmt: skip
def test_a_mapping_gets_what_it_lacks_in_its_own_style(old: str, new: str) -> None:
    made = added(old)
    assert made.startswith(new)
    assert added(made) == made


def test_the_last_line_may_have_no_end() -> None:
    assert added("order: data").startswith("order: data\ndocuments: [docs/ci.md]\n")


def test_a_long_list_stands_in_lines() -> None:
    names = [f"a-job-with-a-long-name-{number}" for number in range(9)]
    new, _ = with_settings(SourceFile("mermaid2gha.yml", ""), {"extra-jobs": {"CI": names}})
    assert yaml.safe_load(new) == {"extra-jobs": {"CI": names}}
    assert max(map(len, new.splitlines())) < 100


def test_names_that_yaml_would_read_otherwise_are_quoted() -> None:
    more: dict[str, Value] = {"jobs": {"CI/a: b #1 [x]": {"id": "on"}}, "conditions": {"yes": "a == 'b'"}}
    new, _ = with_settings(SourceFile("mermaid2gha.yml", ""), more)
    assert yaml.safe_load(new) == more


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("jobs:\n  CI/Unit tests: unit\n", "uneditable-place"),
        ("jobs:\n  CI/Unit tests: {ids: unit}\n", "setting-in-the-way"),
        ("documents: a.md\n", "setting-in-the-way"),
        ("jobs: &j {}\nflows: *j\n", "uneditable-place"),
        ("jobs: ~\n", "uneditable-place"),
        ("- 1\n", "uneditable-place"),
        ("a: [\n", "invalid-yaml"),
    ],
)
def test_what_cannot_be_added_is_told_and_nothing_changes(text: str, rule: str) -> None:
    new, found = with_settings(SourceFile("mermaid2gha.yml", text), MORE)
    assert (new, [one.rule for one in found]) == (text, [rule])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("adopted: [a.yml, b.yml, c.yml, d.yml] # ours\n", "adopted: [a.yml, c.yml] # ours\n"),
        ("adopted: [b.yml, a.yml]\n", "adopted: [a.yml]\n"),
        ("adopted:\n  - a.yml\n  - b.yml # gone\n  - c.yml\n", "adopted:\n  - a.yml\n  - c.yml\n"),
        ("graphs: out\nadopted: [b.yml, d.yml]\nworkflows: w\n", "graphs: out\nworkflows: w\n"),
        ("adopted:\n- b.yml\n- d.yml\nworkflows: w\n", "workflows: w\n"),
        ("adopted: [a.yml, # here\n  b.yml, # why\n  d.yml]\n", None),
        ("adopted: &all [a.yml, b.yml]\n", None),
        ("{adopted: [b.yml]}\n", None),
        ("workflows: w\n", None),
    ],
)
def test_members_that_name_what_is_gone_leave_a_list_and_nothing_else(before: str, after: str | None) -> None:
    file = SourceFile("mermaid2gha.yml", before)
    assert without_members(file, "adopted", ["b.yml", "d.yml"]) == (before if after is None else after)
