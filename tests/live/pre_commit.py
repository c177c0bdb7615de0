"""The hooks, tried by pre-commit itself from a fresh repository: they fail when they wrote, and then pass.

`python tests/live/pre_commit.py [REPOSITORY]`; needs pre-commit, git, and a package index for the hook's own
environment. It tries the last commit of the repository, by default of this checkout.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent.parent.parent).resolve()
NAME = ("-c", "user.name=t", "-c", "user.email=t@example.invalid")
TAG = "v0.0.1"
DOCUMENT = """\
# Tests

```mermaid
sequenceDiagram
    participant GitHub
    participant CI as CI (ci.yml)
    GitHub->>CI: Trigger 'push'
    Note over CI: Build
    Note over CI: Unit tests
```
"""


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    kept["PRE_COMMIT_HOME"] = str(folder.parent / "environments")
    return subprocess.run(command, cwd=folder, env=kept, capture_output=True, text=True, check=False)


def released(folder: Path) -> Path:
    """A clone in which the last commit is a release: it has a tag, which the repository may not have."""
    origin = folder / "origin.git"
    if not origin.exists():
        made = run(folder, "git", "clone", "--quiet", "--bare", "--shared", str(ROOT), str(origin))
        assert made.returncode == 0, made.stderr
        run(origin, "git", "tag", "--force", TAG, run(ROOT, "git", "rev-parse", "HEAD").stdout.strip())
    return origin


def commit(folder: Path) -> None:
    run(folder, "git", "add", "--all")
    made = run(folder, "git", *NAME, "commit", "--quiet", "--no-verify", "-m", "A state to check")
    assert made.returncode == 0, made.stderr


def hook(folder: Path, name: str) -> tuple[int, str]:
    """The exit code and the words of a hook over all files of a repository."""
    configured(folder, name)
    tried = run(folder, sys.executable, "-m", "pre_commit", "run", "--all-files", "--verbose")
    return tried.returncode, tried.stdout + tried.stderr


def configured(folder: Path, name: str) -> None:
    """Set up one hook by a tag, as people do, and stage everything."""
    origin = released(folder.parent)
    config = folder / ".pre-commit-config.yaml"
    config.write_text(f"repos: [{{repo: '{origin.as_posix()}', rev: {TAG}, hooks: [{{id: {name}}}]}}]\n")
    run(folder, "git", "add", "--all")


def expect(step: str, tried: tuple[int, str], code: int, words: str) -> bool:
    is_right = tried[0] == code and words in tried[1]
    print(f"{'ok  ' if is_right else 'FAIL'} {step}")
    if not is_right:
        print(tried[1])
    return is_right


def in_place(folder: Path) -> list[bool]:
    """A workflow in which people have worked: the hook mends it in place and says what changed in words."""
    workflow = folder / ".github/workflows/ci.yml"
    ours = "      - run: make test # ours\n# mermaid2gha: from"
    workflow.write_text(workflow.read_text().replace("# mermaid2gha: from", ours))
    steps = [expect("an edited workflow passes", hook(folder, "mermaid2gha-check"), 0, "Passed")]
    commit(folder)
    drawn = DOCUMENT.replace("Unit", "System").replace("tests\n```", "tests\n    Note over CI: Publish\n```")
    (folder / "docs/ci.md").write_text(drawn)
    told = "job `publish` added, which waits for `system-tests`"
    steps.append(expect("the hook fails with the file mended", hook(folder, "mermaid2gha"), 1, told))
    is_kept = "make test # ours" in workflow.read_text() and "  publish:" in workflow.read_text()
    print(f"{'ok  ' if is_kept else 'FAIL'} what people wrote has stayed")
    steps += [is_kept, expect("it passes then", hook(folder, "mermaid2gha"), 0, "Passed")]
    commit(folder)
    return steps + reordered(folder, drawn)


def reordered(folder: Path, drawn: str) -> list[bool]:
    """Jobs that were side by side are drawn one after the other: a commit says which waits for which now."""
    beside = drawn.replace("    Note over CI: Publish\n", "    par\n{}    and\n{}    end\n")
    images, docs = "        Note over CI: Verify CI image\n", "        Note over CI: Build docs\n"
    (folder / "docs/ci.md").write_text(beside.format(images, docs))
    steps = [
        expect("jobs side by side are written", hook(folder, "mermaid2gha"), 1, "job `build-docs` added")
    ]
    commit(folder)
    (folder / "docs/ci.md").write_text(beside.format(images + docs, ""))
    waits = "`build-docs` now waits for `verify-ci-image`"
    steps.append(expect("check tells the change in words", hook(folder, "mermaid2gha-check"), 1, waits))
    steps.append(expect("a commit fails with the file mended", committed(folder), 1, waits))
    steps.append(expect("it passes with the file added", committed(folder), 0, ""))
    return steps


def committed(folder: Path) -> tuple[int, str]:
    """A real commit under the hook that compiles: its exit code and what whoever commits sees."""
    configured(folder, "mermaid2gha")
    run(folder, sys.executable, "-m", "pre_commit", "install")
    made = run(folder, "git", *NAME, "commit", "-m", "Draw them one after the other")
    return made.returncode, made.stdout + made.stderr


def laid_out() -> list[bool]:
    """The hook that lays diagrams out: fails when it wrote, then passes; leaves a damaged diagram alone."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "project"
        folder.mkdir()
        run(folder, "git", "init", "--quiet")
        document = folder / "ci.md"
        document.write_text(DOCUMENT.replace("    Note", " NOTE").replace("->>", "  ->>"))
        commit(folder)
        steps = [expect("fmt writes, and fails for it", hook(folder, "mermaid2gha-fmt"), 1, "ci.md")]
        steps.append("    GitHub ->> CI: Trigger" in document.read_text())
        steps.append(expect("fmt passes then", hook(folder, "mermaid2gha-fmt"), 0, "Passed"))
        damaged = document.read_text().replace("->> CI:", "->> CI")
        document.write_text(damaged)
        steps.append(expect("fmt fails on damage", hook(folder, "mermaid2gha-fmt"), 1, "missing-colon"))
        steps.append(document.read_text() == damaged)
    return steps


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "project"
        folder.mkdir()
        run(folder, "git", "init", "--quiet")
        (folder / "docs").mkdir()
        (folder / "docs/ci.md").write_text(DOCUMENT)
        (folder / "mermaid2gha.yml").write_text("documents: [docs/ci.md]\n")
        commit(folder)
        written = "wrote .github/workflows/ci.yml"
        steps = [
            expect(
                "check fails while nothing is compiled", hook(folder, "mermaid2gha-check"), 1, "absent-file"
            ),
            expect("compile writes, and fails for it", hook(folder, "mermaid2gha"), 1, written),
            expect("compile passes when nothing changes", hook(folder, "mermaid2gha"), 0, "Passed"),
            expect("check passes then", hook(folder, "mermaid2gha-check"), 0, "Passed"),
        ]
        commit(folder)
        (folder / "docs/ci.md").write_text(DOCUMENT.replace("Unit", "System"))
        steps += [
            expect(
                "check fails when the diagram changed", hook(folder, "mermaid2gha-check"), 1, "stale-file"
            ),
            expect("compile writes the change", hook(folder, "mermaid2gha"), 1, written),
            expect("check passes again", hook(folder, "mermaid2gha-check"), 0, "Passed"),
        ]
        commit(folder)
        steps += in_place(folder)
    return 0 if all(steps + laid_out()) else 1


if __name__ == "__main__":
    sys.exit(main())
