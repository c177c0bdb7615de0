"""`# mermaid2gha: keep` belongs to what its line ends."""

from __future__ import annotations

import pytest

from mermaid2gha.compiler.scripts.keeps import Keep, keeping, keeps, unused_keeps
from mermaid2gha.github.workflow.reader import workflow_file
from mermaid2gha.settings.places import place_text

FILE = """\
on:
  push: # drawn # mermaid2gha: keep
    branches: [main]
  schedule:
    - cron: "1 2 * * *" # mermaid2gha: keep, it is quiet then
    - cron: "3 4 * * *"
      timezone: Europe/Berlin #mermaid2gha:keep
jobs:
  # mermaid2gha: keep
  build: # drawn: Build # mermaid2gha: keep
    needs: [a, b] # mermaid2gha: keep
    if: >- # mermaid2gha: keep
      github.ref == 'x'
    steps:
      - name: One # mermaid2gha: keep
        run: |
          echo '# mermaid2gha: keep'
          # mermaid2gha: keep
      - run: two
  test:
    needs:
      - a # zizmor: ignore[x] # mermaid2gha: keep
      - b # mermaid2gha: keeper
    strategy:
      matrix:
        os: [
          linux, # mermaid2gha: keep
          mac
        ] # mermaid2gha: keep
        v: "# mermaid2gha: keep"
    runs-on: {group: a} # not-mermaid2gha: keep
"""
PLACES = [
    "on.push",
    'on.schedule."1 2 * * *"',
    'on.schedule."3 4 * * *".timezone',
    "",
    "jobs.build",
    "jobs.build.needs",
    "jobs.build.if",
    "jobs.build.steps.One",
    "jobs.test.needs.a",
    "jobs.test.strategy.matrix.os.linux",
    "jobs.test.strategy.matrix.os",
]


def kept(text: str) -> tuple[Keep, ...]:
    file, _ = workflow_file(text.encode(), "ci.yml")
    assert file is not None
    return keeps(file.root)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_each_comment_keeps_what_its_line_ends(newline: str) -> None:
    assert [place_text(one.place) for one in kept(FILE.replace("\n", newline))] == PLACES


def test_what_stands_inside_is_kept_too() -> None:
    here = kept(FILE)
    assert keeping(here, ("jobs", "test", "needs", "a")) is not None
    assert keeping(here, ("jobs", "test", "needs", "b")) is None
    assert keeping(here, ("jobs", "build", "needs", "c")) is not None
    assert keeping(here, ("on", "pull_request")) is None


def test_a_comment_that_keeps_nothing_is_told_at_its_place() -> None:
    here = kept(FILE)
    found = unused_keeps(here, [one for one in here if one.place])
    assert [(one.rule, one.labels[0].span.line) for one in found] == [("unused-keep", 9)]
    assert "`on.push`" in unused_keeps(here, here[1:])[0].message


def test_a_file_without_such_a_comment_keeps_nothing() -> None:
    assert kept("on: push\njobs: {}\n") == ()
