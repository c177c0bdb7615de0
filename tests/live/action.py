"""The action as a runner meets it, under act: annotations, outputs, summary and SARIF of a pull request.

`python tests/live/action.py`; needs act and the package index. The pull request is a stranger's: names of
jobs, labels and files try to speak to the runner, and nothing of them may be a command.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from oracles import program

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = """\
```mermaid
sequenceDiagram
    participant CI as CI (ci.yml)
    Dev->>CI: pull request
    Note over CI: Build
    Note over CI: {label}
    CI-->>Dev: Status
```
"""
EVIL = "::set-output name=errors::no ##[add-mask]x ::error::evil ::add-path::/evil"
USE = """\
on: pull_request
permissions: {contents: read}
jobs:
  checked:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
        with: {persist-credentials: false, fetch-depth: 2}
      - id: m
        uses: OWNER/mermaid2gha@v1
        continue-on-error: true
        with: {documents: "docs/ci.md 'docs/%EVIL%.md'", sarif-file: found.sarif}
      - name: after
        env: {OUTDATED: "${{ steps.m.outputs.outdated }}", ERRORS: "${{ steps.m.outputs.errors }}"}
        run: |
          echo "outdated=$OUTDATED errors=$ERRORS PATH=$PATH"
          cp found.sarif "$OUTSIDE/found.sarif"
      - id: clean
        uses: OWNER/mermaid2gha@v1
        with: {documents: clean.md, working-directory: clean, summary: false}
      - name: last
        env: {OUTDATED: "${{ steps.clean.outputs.outdated }}"}
        run: echo "clean outdated=$OUTDATED"
"""


def git(where: Path, *words: str) -> None:
    quiet = ["-c", "user.name=x", "-c", "user.email=x@x", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *quiet, *words], cwd=where, check=True, capture_output=True)


def copied(target: Path) -> None:
    """What a clone of this checkout has, for act packs the whole folder anew for each step."""
    listed = subprocess.run(
        ["git", "ls-files", "-coz", "--exclude-standard", "action.yml", "action", "mermaid2gha", ".ci"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target / name)


def pull_request(root: Path) -> None:
    """A repository at the merge commit of a pull request that is not compiled and is hostile."""
    name = "x::warning::y"
    for folder in (".github/workflows", "docs", "clean"):
        (root / folder).mkdir(parents=True)
    (root / ".github/workflows/use.yml").write_text(USE.replace("%EVIL%", name))
    (root / "docs/ci.md").write_text(DOCUMENT.replace("{label}", "Test"))
    (root / f"docs/{name}.md").write_text("nothing\n")
    (root / "clean/clean.md").write_text("```mermaid\nsequenceDiagram\n  GitHub->>CI: push\n```\n")
    (root / "clean/mermaid2gha.yml").write_text("workflows: out\n")
    tool = Path(sys.executable).parent / "mermaid2gha"
    subprocess.run([tool, "compile", "-q", "docs/ci.md"], cwd=root, check=True)
    (root / "clean/clean.md").write_text(DOCUMENT.replace("{label}", "Test"))
    subprocess.run([tool, "compile", "-q", "clean.md"], cwd=root / "clean", check=True)
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "base")
    git(root, "switch", "-qc", "topic")
    (root / "docs/ci.md").write_text(DOCUMENT.replace("{label}", EVIL.replace(";", "")))
    workflow = root / ".github/workflows/ci.yml"
    workflow.write_text(workflow.read_text().replace("name: Build\n", f"name: {json.dumps(EVIL)}\n"))
    git(root, "commit", "-qam", "topic")
    git(root, "switch", "-q", "main")
    git(root, "merge", "-q", "--no-ff", "-m", "merge", "topic")


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="action-") as made:
        root, home, outside = Path(made, "repository"), Path(made, "home"), Path(made, "outside")
        for folder in (root, home, outside):
            folder.mkdir()
        pull_request(root)
        copied(Path(made, "action"))
        event = {
            "number": 1,
            "pull_request": {"number": 1, "head": {"ref": "topic"}, "base": {"ref": "main"}},
        }
        Path(made, "event.json").write_text(json.dumps(event))
        command = [program("act"), "pull_request", "-W", ".github/workflows/use.yml", "--json"]
        command += [
            "-e",
            str(Path(made, "event.json")),
            "-P",
            "ubuntu-24.04=-self-hosted",
            "--no-cache-server",
        ]
        command += ["--local-repository", f"OWNER/mermaid2gha@v1={Path(made, 'action')}"]
        environment = {**os.environ, "OUTSIDE": str(outside), "HOME": str(home), "XDG_CACHE_HOME": str(home)}
        run = subprocess.run(
            command, cwd=root, capture_output=True, encoding="utf-8", env=environment, timeout=600
        )
        sarif = outside / "found.sarif"
        return judged(run.stdout, run.stderr, sarif.read_text() if sarif.is_file() else "{}")


def judged(output: str, errors: str, sarif: str) -> int:
    """Compare what act obeyed with what it may have obeyed."""
    entries = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
    commands = [one for one in entries if "command" in one]
    obeyed = {re.sub(r"[0-9a-f]{32}", "its end", str(one["command"])) for one in commands}
    printed = "\n".join(str(one.get("msg", "")) for one in entries)
    summaries = [str(one.get("msg", "")) for one in commands if one["command"] == "summary"]
    results = [one["jobResult"] for one in entries if "jobResult" in one]
    rules = {one["ruleId"] for one in json.loads(sarif).get("runs", [{}])[0].get("results", [])}
    # act ends the properties at the last `::`, GitHub at the first one behind the command
    found = (
        re.match(r"::error [^:]*title=([\w-]+)::", str(one["raw"]))
        for one in commands
        if one["command"] == "error"
    )
    titles = {one and one[1] for one in found}
    faults = [
        what
        for what, holds in {
            "the job ends well": results == ["success"],
            "errors are annotations with a rule": "stale-file" in titles and None not in titles,
            "nothing else is obeyed": obeyed
            <= {"error", "warning", "notice", "summary", "set-output", "stop-commands", "its end"},
            "outputs are ours": "outdated=true errors=1 " in printed and "clean outdated=false" in printed,
            "the path is not changed": "PATH=/evil" not in printed,
            "the summary has the status and the change": any(
                "Workflows are not what the diagrams say" in one and "What runs differs in 1 workflow" in one
                for one in summaries
            ),
            "SARIF has the finding": "stale-file" in rules,
        }.items()
        if not holds
    ]
    if faults:
        print(*(json.dumps(one) for one in commands), printed[-8_000:], errors, sep="\n")
    print("\n".join(f"action: not so: {fault}" for fault in faults))
    print(f"action: {len(commands)} commands obeyed, {len(faults)} differences")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
