"""Workflows with keys behind a `?`: what is edited is written as others are, all else stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from quick_yaml import typed

from mermaid2gha.cli import main

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


def compiled(drawn: str, *options: str) -> str:
    Path("ci.mmd").write_text(drawn, encoding="utf-8")
    assert main(["compile", "-q", *options]) == 0
    text = Path(".github/workflows/ci.yml").read_bytes().decode()
    assert main(["check", "-q", "--no-cache"]) == 0
    return text


def said(text: str) -> object:
    read = typed(text)
    for job in read["jobs"].values():
        job["needs"] = [job["needs"]] if isinstance(job.get("needs"), str) else job.get("needs")
        job["if"] = job.get("if", "").removeprefix("${{ ").removesuffix(" }}")
    return read


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("jobs", JOBS)
def test_an_edit_beside_keys_behind_a_question_mark_is_made_and_can_be_taken_back(
    jobs: str, newline: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = (HEAD + JOBS[jobs]).replace("\n", newline)
    file = Path(".github/workflows/ci.yml")
    file.parent.mkdir(parents=True)
    file.write_bytes(text.encode())
    Path("ci.mmd").write_text(DRAWN, encoding="utf-8")
    assert main(["adopt", ".github/workflows", "--document", "ci.mmd", "--write", "-q"]) == 0
    assert compiled(DRAWN) == text
    mentions = [line.partition("#")[2].strip() for line in text.splitlines() if "#" in line]
    for name, (old, new) in EDITS.items():
        file.write_bytes(text.encode())
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
    file = Path(".github/workflows/ci.yml")
    file.parent.mkdir(parents=True)
    text = "? on\n: ? push\n  : branches: [main]\n? jobs\n: ? build\n  : ? runs-on\n    : u\n    ? steps\n"
    text += "    : - run: x\n  ? deploy\n  : needs: build\n    runs-on: u\n    steps: [{run: x}]\n"
    file.write_text(text, encoding="utf-8")
    Path("ci.mmd").write_text(DRAWN, encoding="utf-8")
    assert main(["adopt", ".github/workflows", "--document", "ci.mmd", "--write", "-q"]) == 0
    assert compiled(DRAWN) == text
    made = typed(compiled(DRAWN.replace(*EDITS["an environment"])))
    assert made["jobs"]["deploy"]["environment"] == "staging"
    assert said(compiled(DRAWN)) == said(text)
