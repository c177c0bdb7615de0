"""Settings in `[tool.mermaid2gha]` of a `pyproject.toml`: read as those of a file, with places in it."""

from __future__ import annotations

import tomllib

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mermaid2gha.base.records import replace
from mermaid2gha.base.source import SourceFile
from mermaid2gha.settings.editor import with_settings
from mermaid2gha.settings.reader import settings_from
from mermaid2gha.settings.toml import table_tree
from mermaid2gha.yaml.tree import Entries, all_nodes

TOML = """\
[project]
name = "x"
order = "nonsense of another tool"

[tool.mermaid2gha]
documents = [
    "docs/ci.md",  # the checks
    'docs/nightly.md',
]
order = "data"
timeout-minutes = 30
rules.ignore = ["near-duplicate-name"]

[tool.mermaid2gha.lifelines]
"GitHub Registry" = {role = "registry", image = "ghcr.io/x/{artifact}:{tag}"}

[tool.mermaid2gha.lifelines.Tests]
file = "ci.yml"

[tool.other]
order = 1
"""
YAML = """\
documents: [docs/ci.md, docs/nightly.md]
order: data
timeout-minutes: 30
rules: {ignore: [near-duplicate-name]}
lifelines:
  GitHub Registry: {role: registry, image: "ghcr.io/x/{artifact}:{tag}"}
  Tests: {file: ci.yml}
"""


def told(text: str) -> list[tuple[str, int, str]]:
    """Rule, line and underlined text of every finding."""
    _, found = settings_from(SourceFile("pyproject.toml", text))
    assert all(one.labels and one.help and not one.fixes for one in found)
    return [(one.rule, one.labels[0].span.line, one.labels[0].span.text) for one in found]


def test_a_table_says_what_a_file_says() -> None:
    of_table, found = settings_from(SourceFile("pyproject.toml", TOML))
    of_file, _ = settings_from(SourceFile("mermaid2gha.yml", YAML))
    assert found == []
    assert replace(of_table, file=None) == replace(of_file, file=None)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('"data"', '"dat"', ("invalid-settings", 10, '"dat"')),
        ("order = ", "ordr = ", ("unknown-setting", 10, "ordr")),
        ("= 30", "= 0", ("invalid-settings", 11, "0")),
        ('"near-duplicate-name"', '"near-name"', ("invalid-settings", 12, "near-name")),
        ('role = "registry"', 'role = "registri"', ("invalid-settings", 15, "registri")),
        ('file = "ci.yml"', 'file = "a/ci.yml"', ("invalid-settings", 18, '"a/ci.yml"')),
        ("role =", "rule =", ("unknown-setting", 15, "rule")),
        ("'docs/nightly.md'", "[1]", ("invalid-settings", 6, "[")),
        ('order = "data"', "order = data", ("invalid-toml", 10, "d")),
    ],
)
def test_a_fault_has_its_line(old: str, new: str, fault: tuple[str, int, str]) -> None:
    head, table = TOML[: TOML.index("[tool")], TOML[TOML.index("[tool") :]
    assert fault in [told(head + table.replace(old, new, 1))[0]]


def test_a_fault_in_one_of_several_tables_is_found_by_its_key() -> None:
    text = """\
[tool.mermaid2gha]
[[tool.mermaid2gha.steps.Turn]]
run = "turn"
[[tool.mermaid2gha.steps.Turn]]
shell = "bash"
rn = "make"
"""
    assert told(text)[-1] == ("unknown-key", 6, "rn")


def test_a_file_without_the_table_has_no_settings() -> None:
    assert told("[tool.mermaid2gha-like]\norder = 1\n") == []


def test_nothing_is_added_to_a_table() -> None:
    text, found = with_settings(SourceFile("pyproject.toml", TOML), {"graphs": "docs/ci"})
    assert (text, [one.rule for one in found]) == (TOML, ["uneditable-place"])
    assert with_settings(SourceFile("pyproject.toml", TOML), {}) == (TOML, [])


KEYS = st.sampled_from(["documents", "order", "jobs", "a b", "lifelines", "ä", "x.y"])
LEAVES = (
    st.sampled_from(["docs/ci.md", "a # b", 'say "x"', "[", "two\nlines", ""])
    | st.integers(0, 99)
    | st.booleans()
)
INNER = LEAVES | st.lists(LEAVES, max_size=3) | st.dictionaries(KEYS, LEAVES, max_size=3)
VALUES = INNER | st.lists(INNER, max_size=3) | st.dictionaries(KEYS, INNER, max_size=3)


def written(value: object) -> str:
    """A value in TOML, inline; texts as JSON, which is TOML too."""
    match value:
        case bool():
            return str(value).lower()
        case dict():
            return "{" + ", ".join(f"{written(key)} = {written(one)}" for key, one in value.items()) + "}"
        case list():
            return "[\n" + ",\n".join(map(written, value)) + "\n]" if value else "[]"
        case str():
            return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
        case _:
            return str(value)


@given(st.dictionaries(KEYS, VALUES, max_size=4), st.booleans())
def test_every_place_lies_in_the_file_and_every_key_on_its_line(
    table: dict[str, object], is_nested: bool
) -> None:
    """Inline tables may not span lines in TOML 1.0, so lists in them stand on one."""
    lines = [f"{written(key)} = {written(value)}".replace("\n", " ") for key, value in table.items()]
    if is_nested:
        lines.insert(0, "[tool.mermaid2gha.flows]")
    text = "\n".join(["a = 1 # [tool.mermaid2gha]", "[tool.mermaid2gha]", *lines, "[tool.z]", "order = 2"])
    tomllib.loads(text)
    file = SourceFile("pyproject.toml", text)
    root, faults = table_tree(file)
    assert isinstance(root, Entries)
    assert faults == ()
    inner = root.get("flows") if is_nested else root
    assert isinstance(inner, Entries)
    assert all(0 <= node.span.start <= node.span.end <= len(text) for node in all_nodes(root))
    first = 4 if is_nested else 3
    assert [entry.key.span.line for entry in inner.entries] == list(range(first, first + len(table)))


def test_yaml_and_toml_name_the_same_keys() -> None:
    assert set(yaml.safe_load(YAML)) == set(tomllib.loads(TOML)["tool"]["mermaid2gha"])
