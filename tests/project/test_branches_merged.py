"""Two branches that change different parts of a drawing: git merges our outputs as it merges the drawing."""

from __future__ import annotations

import os
import re
import subprocess
from itertools import permutations
from pathlib import Path

import pytest

from mermaid2gha.cli import main

DRAWN = """\
# CI

```mermaid
sequenceDiagram
    participant CI as CI (ci.yml)
    GitHub->>CI: Trigger 'push'
    Note over CI: Plan
    par
        Note over CI: Lint

        Note over CI: Style
    and
        Note over CI: Unit tests

        Note over CI: Slow tests
    and
        Note over CI: Docs

        Note over CI: Pages
    end
    Note over CI: Deploy
    Note over CI: Announce
```
"""
SETTINGS = "documents: [ci.md]\ngraphs: graphs\n"
EDITS = {
    name: (
        f"        Note over CI: {after}\n",
        f"        Note over CI: {after}\n\n        Note over CI: {new}\n",
    )
    for name, after, new in (
        ("style", "Lint", "Format"),
        ("tests", "Unit tests", "Bench"),
        ("docs", "Docs", "Links"),
    )
}
"""Each puts a job into a branch of the `par`, where neither the jobs beside nor those behind all change."""
LAST = ("    Note over CI: Announce\n", "    Note over CI: Announce\n    Note over CI: Thank\n")


def git(root: Path, *arguments: str, may_fail: bool = False) -> str:
    names = {f"GIT_{who}_{what}": "a@b.c" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    environment = {"PATH": os.environ["PATH"], "HOME": str(root), **names}
    done = subprocess.run(
        ["git", *arguments], cwd=root, capture_output=True, text=True, env=environment, check=False
    )
    assert may_fail or not done.returncode, done.stdout + done.stderr
    return done.stdout


def committed(root: Path, document: str, message: str) -> None:
    (root / "ci.md").write_text(document, encoding="utf-8")
    assert main(["compile", "-q"]) == 0
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", message)


@pytest.mark.parametrize(("one", "other"), [*permutations(EDITS, 2), ("style", "last")])
def test_branches_conflict_only_where_both_changed(
    one: str, other: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    edits = {**EDITS, "last": LAST}
    git(tmp_path, "init", "-q", "-b", "main", ".")
    (tmp_path / "mermaid2gha.yml").write_text(SETTINGS, encoding="utf-8")
    committed(tmp_path, DRAWN, "drawn")
    git(tmp_path, "checkout", "-q", "-b", "branch")
    committed(tmp_path, DRAWN.replace(*edits[one]), one)
    git(tmp_path, "checkout", "-q", "main")
    committed(tmp_path, DRAWN.replace(*edits[other]), other)
    git(tmp_path, "merge", "-q", "branch", "-m", "both", may_fail=True)
    conflicts = git(tmp_path, "diff", "--name-only", "--diff-filter=U").split()
    both = DRAWN.replace(*edits[one]).replace(*edits[other])
    assert (tmp_path / "ci.md").read_text(encoding="utf-8") == both
    assert [path for path in conflicts if not path.startswith("graphs/")] == []
    for path in conflicts:
        if not path.endswith(".svg"):  # of the others only arrows beside each other, none of the jobs
            assert not re.search(
                r"\[label=|\[\"", between_markers((tmp_path / path).read_text(encoding="utf-8"))
            )
    merged = (tmp_path / ".github/workflows/ci.yml").read_bytes()
    assert main(["compile", "-q"]) == 0
    assert (tmp_path / ".github/workflows/ci.yml").read_bytes() == merged
    after = {path: path.read_bytes() for path in (tmp_path / "graphs").iterdir()}
    assert not any(b"<<<<<<<" in content for content in after.values())
    for path in after:
        path.unlink()
    assert main(["compile", "-q"]) == 0
    assert {path: path.read_bytes() for path in after} == after


def between_markers(text: str) -> str:
    """What git could not merge."""
    return "".join(re.findall(r"^<{7} .*?^>{7} ", text, re.MULTILINE | re.DOTALL))
