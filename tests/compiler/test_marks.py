"""Marks in workflow files: what is written is known again, beside whatever else a line says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mermaid2gha.compiler.scripts.marks import (
    DrawnMark,
    comment_at,
    drawn_members,
    mark_of,
    mark_place,
    mark_text,
    read_mark,
    set_mark,
)
from mermaid2gha.github.workflow.emitter import comment_text
from mermaid2gha.github.workflow.reader import workflow_file
from mermaid2gha.yaml.edits import EditBuffer
from mermaid2gha.yaml.tree import Entries, Entry, Tree, resolved

FILE = """\
on:
  push: # drawn
    branches: [main, 'release/**'] # drawn: main # why
    tags:
      - v* # drawn
      - w*
    paths: [ # of whom?
      src/**, docs/**
    ]  # drawn: docs/**, gone
  schedule: &times # drawn
    - cron: "1 2 * * *" # drawn
    - cron: "3 4 * * *"
      timezone: Europe/Berlin # drawn # noted
  workflow_dispatch: # drawn
  pull_request: {types: [opened], branches: [main]} # drawn: types
  release: {types: [published]} # drawn # keep
  issues:
    types: opened # drawn
  label:
    types: >- # drawn
      created
jobs:
  build:
    environment: 'a # drawn'
    env: {A: '# drawn', B: &n 1}
    runs-on: x # drawn by people
    strategy:
      matrix: {os: [a, b], v: *n} # drawn: os
"""


def part(path: str, text: str = FILE) -> Entry:
    file, _ = workflow_file(text.encode(), "ci.yml")
    assert file is not None
    node: Tree = file.root
    for name in path.split("."):
        node = resolved(node)
        assert isinstance(node, Entries)
        entry = node.entry(name)
        assert entry is not None, name
        node = entry.value
    return entry


@pytest.mark.parametrize(
    "path, mark",
    [
        ("on.push", DrawnMark()),
        ("on.push.branches", DrawnMark(("main",), "why")),
        ("on.push.tags", None),
        ("on.push.paths", DrawnMark(("docs/**", "gone"))),
        ("on.schedule", DrawnMark()),
        ("on.workflow_dispatch", DrawnMark()),
        ("on.pull_request", DrawnMark(("types",))),
        ("on.pull_request.types", None),
        ("on.release", DrawnMark(rest="keep")),
        ("on.issues", None),
        ("on.issues.types", DrawnMark()),
        ("on.label.types", DrawnMark()),
        ("jobs.build.environment", None),
        ("jobs.build.env", None),
        ("jobs.build.runs-on", None),
        ("jobs.build.strategy.matrix", DrawnMark(("os",))),
        ("jobs.build.strategy.matrix.os", None),
    ],
)
def test_a_mark_belongs_to_what_its_line_ends(path: str, mark: DrawnMark | None) -> None:
    assert mark_of(part(path)) == mark


@pytest.mark.parametrize(
    "path, members",
    [
        ("on", ("push", "schedule", "workflow_dispatch", "pull_request", "release")),
        ("on.push.branches", ("main",)),
        ("on.push.tags", ("v*",)),
        ("on.push.paths", ("docs/**", "gone")),
        ("on.schedule", ("1 2 * * *", "3 4 * * *")),
        ("on.pull_request", ("types",)),
        ("on.release", ()),
        ("on.issues.types", ("opened",)),
        ("jobs.build.strategy.matrix", ("os",)),
        ("jobs.build.env", ()),
    ],
)
def test_the_members_that_are_drawn_are_named(path: str, members: tuple[str, ...]) -> None:
    assert drawn_members(part(path).value) == members


@pytest.mark.parametrize(
    "comment",
    ["drawn by people", "drawnx", "Drawn", "zizmor: ignore[x] # drawn", 'drawn: "a', "not drawn", ""],
)
def test_other_comments_are_no_marks(comment: str) -> None:
    assert read_mark(comment) is None


texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
rests = texts.map(lambda text: comment_text(text).strip(" \t#")).filter(lambda text: text.isprintable())


@given(st.none() | st.lists(texts, min_size=1).map(tuple), rests)
def test_what_is_written_is_read_again(members: tuple[str, ...] | None, rest: str) -> None:
    text = mark_text(DrawnMark(members, rest))
    assert read_mark(text) == DrawnMark(members, rest), text
    assert "\n" not in text and "\r" not in text


@pytest.mark.parametrize(
    "path, members, line",
    [
        ("on.push", None, "  push: # drawn"),
        ("on.push.branches", ("main", "dev"), "    branches: [main, 'release/**'] # drawn: main, dev # why"),
        ("on.push.branches", (), "    branches: [main, 'release/**'] # why"),
        ("on.push.tags", None, "    tags: # drawn"),
        ("on.push.paths", ("a b", "c,d"), '    ]  # drawn: a b, "c,d"'),
        ("jobs.build.runs-on", None, "    runs-on: x # drawn # drawn by people"),
        ("on.issues.types", (), "    types: opened"),
        ("on.issues", None, "  issues: # drawn"),
        ("on.label.types", (), "    types: >-"),
    ],
)
def test_a_mark_is_set_beside_what_stands(path: str, members: tuple[str, ...] | None, line: str) -> None:
    entry = part(path)
    sheet = EditBuffer(entry.span.file, "\n")
    set_mark(sheet, mark_place(entry), members)
    new = sheet.applied()
    old_lines, new_lines = FILE.splitlines(), new.splitlines()
    assert len(old_lines) == len(new_lines)
    assert [b for a, b in zip(old_lines, new_lines) if a != b] in ([line], [])
    assert line in new_lines


def test_a_file_with_other_line_ends_keeps_them() -> None:
    text = FILE.replace("\n", "\r\n")
    entry = part("on.push.branches", text)
    assert comment_at(entry) == "drawn: main # why"
    sheet = EditBuffer(entry.span.file, "\r\n")
    set_mark(sheet, mark_place(entry), ("a",))
    assert sheet.applied() == text.replace("# drawn: main #", "# drawn: a #")
