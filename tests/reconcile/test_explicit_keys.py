"""Workflows with keys behind a `?`: what is edited is written as others are, all else stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from adopted_file import adopted, compiled, said, write
from quick_yaml import typed

DRAWN = """\
sequenceDiagram
    participant CI as CI (ci.yml)
    GitHub->>CI: Trigger 'push'
    Note over CI: build
    Note over CI: deploy
"""
HEAD = "on:\n  push:\njobs:\n"
STEPS = "    steps:\n      - ? run\n        : |\n          make\n          all\n"
JOBS = {
    "a job": f"""\
  ? build
  : runs-on: u
    strategy: {{matrix: {{python: ["3.11", "3.12"]}}}}
{STEPS}
  # the outside
  ? "deploy" # asks
  # and why
  : needs: build
    runs-on: u
{STEPS}""",
    "a job on lines of its own": f"""\
  ? build
  :
    runs-on: u
    strategy: {{matrix: {{python: ["3.11", "3.12"]}}}}
{STEPS}
  ?   deploy
  : # asks
    needs: [build]
    runs-on: u
{STEPS}""",
    "keys of a job": f"""\
  build:
    ? runs-on
    : u
    ? strategy
    : matrix:
        ? python
        : - "3.11"
          - "3.12"
{STEPS}
  deploy:
    ? needs
    : - build # first
    ? 'environment'
    : {{name: production,
       url: x}}
    ? if
    : >-
      github.ref
      != 'x'
    runs-on: u
{STEPS}""",
    "a job and its keys": f"""\
  ? build
  : ? runs-on
    : u
    ? strategy
    : ? matrix
      : ? python
        : ["3.11", "3.12"]
{STEPS}
  ? deploy
  : ? needs
    : build
    runs-on: u
{STEPS}""",
}
EDITS = {
    "a job": ("    Note over CI: deploy", "    Note over CI: audit\n    Note over CI: deploy"),
    "a condition": (
        "    Note over CI: deploy",
        "    opt vars.RUN_IT == 'true'\n    Note over CI: deploy\n    end",
    ),
    "an environment": ("    Note over CI: deploy", "    %% approval: staging\n    Note over CI: deploy"),
    "a value": (
        "    Note over CI: build\n",
        "    loop For each Python (3.11, 3.12, 3.14)\n    Note over CI: build\n    end\n",
    ),
    "no order": ("    Note over CI: deploy", "    and\n    Note over CI: deploy\n    end"),
}


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("jobs", JOBS)
def test_an_edit_beside_keys_behind_a_question_mark_is_made_and_can_be_taken_back(
    jobs: str, newline: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = (HEAD + JOBS[jobs]).replace("\n", newline)
    adopted(text, DRAWN)
    mentions = [line.partition("#")[2].strip() for line in text.splitlines() if "#" in line]
    for name, (old, new) in EDITS.items():
        write(text)
        drawn = DRAWN.replace(old, new, 1)
        if name == "no order":
            drawn = drawn.replace("    Note over CI: build", "    par\n    Note over CI: build")
        made = compiled(drawn)
        assert said(made) != said(text) and all(one in made for one in mentions)
        assert newline == "\n" or made.count("\n") == made.count("\r\n")
        assert not any(line.endswith((" ", "\t")) for line in made.splitlines())
        assert STEPS.replace("\n", newline) in made
        left = compiled(DRAWN, "--prune")
        assert said(left) == said(text) and "drawn" not in left


def test_all_of_a_file_may_stand_behind_question_marks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = "? on\n: ? push\n  : branches: [main]\n? jobs\n: ? build\n  : ? runs-on\n    : u\n    ? steps\n"
    text += "    : - run: x\n  ? deploy\n  : needs: build\n    runs-on: u\n    steps: [{run: x}]\n"
    adopted(text, DRAWN)
    made = typed(compiled(DRAWN.replace(*EDITS["an environment"])))
    assert made["jobs"]["deploy"]["environment"] == "staging"
    assert said(compiled(DRAWN)) == said(text)
