"""This repository's own workflows under act: who runs for each event, and on demand a job's true steps.

    python tests/live/own_ci.py                                  who runs; needs act
    python tests/live/own_ci.py --real quick-checks              the job as it is, in a copy of this checkout
    python tests/live/own_ci.py --real tests --python python3.12  a leg of it, with that Python


The plain run makes every step harmless and compares with the scheduler, gates included. A real one stands in
for actions/setup-python, since act has no tool cache; all else is what the workflow says. Neither sees macOS
and Windows, whose legs run here as Linux.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml
from act_runs import disagreements
from gallery_runs import REPOSITORY
from oracles import program

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = ROOT / ".github" / "workflows"
PULL = {
    "action": "opened",
    "repository": REPOSITORY,
    "number": 7,
    "pull_request": {
        "number": 7,
        "head": {"ref": "topic", "repo": {"full_name": "owner/name", "fork": False}},
        "base": {"ref": "main", "repo": REPOSITORY},
    },
}
RUNS: tuple[tuple[str, str, dict[str, Any], tuple[str, ...]], ...] = (
    ("ci.yml", "pull_request", PULL, ("live-oracles",)),
    ("ci.yml", "push", {"ref": "refs/heads/main", "repository": REPOSITORY}, ()),
    ("nightly.yml", "schedule", {"schedule": "17 2 * * *", "repository": REPOSITORY}, ()),
    ("release.yml", "push", {"ref": "refs/tags/v0.1.0", "repository": REPOSITORY}, ("try-the-wheel",)),
)


def harmless(file: str) -> str:
    """A workflow whose steps are scripts, of which an action is one; steps of single legs are left out."""
    workflow = yaml.safe_load((WORKFLOWS / file).read_text(encoding="utf-8"))
    workflow["on"] = workflow.pop(True)  # which YAML 1.1 takes it for
    for job in workflow["jobs"].values():
        job["steps"] = [step for step in job["steps"] if "matrix." not in step.get("if", "")]
        for step in job["steps"]:
            if "uses" in step:
                for key in ("uses", "with"):
                    step.pop(key, None)
                step["run"] = "true"
    return str(yaml.dump(workflow, sort_keys=False))


def who_runs() -> list[str]:
    faults = []
    for file, event, payload, failing in RUNS:
        gates = ("report-status",) if file == "ci.yml" else ()
        run, found = disagreements(harmless(file), event, payload, failing=failing, real=gates)
        faults += [f"{file}, {event}, {failing}: {fault}" for fault in found]
        if gates and (run.results["report-status"] == "success") is bool(failing):
            faults.append(f"{file}, {event}, {failing}: the final check says {run.results['report-status']}")
    return faults


def pinned(action: str) -> str:
    """An action with the commit by which the workflows use it."""
    texts = (path.read_text(encoding="utf-8") for path in WORKFLOWS.glob("*.yml"))
    return next(word for text in texts for word in text.split() if word.startswith(f"{action}@"))


STAND_IN = """\
name: stands in for actions/setup-python
inputs: {python-version: {}}
runs:
  using: composite
  steps:
    - shell: bash
      run: |
        "$STAND_IN_PYTHON" -m venv "$RUNNER_TEMP/python"
        echo "$RUNNER_TEMP/python/bin" >> "$GITHUB_PATH"
"""


def really(job: str, python: str) -> int:
    """Run a job of ci.yml with its true steps in a copy of this checkout; act's exit code."""
    with tempfile.TemporaryDirectory(prefix="own-ci-") as made:
        copy, stand_in, home = Path(made, "copy"), Path(made, "setup-python"), Path(made, "home")
        for folder in (copy, stand_in, home):
            folder.mkdir()
        listed = subprocess.run(
            ["git", "ls-files", "-coz", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True
        )
        for name in filter(None, listed.stdout.decode().split("\0")):
            if (ROOT / name).is_file():
                (copy / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, copy / name)
        (stand_in / "action.yml").write_text(STAND_IN)
        quiet = ["git", "-c", "user.name=x", "-c", "user.email=x@x", "-c", "commit.gpgsign=false"]
        for folder in (copy, stand_in):
            for words in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-qm", "x"]):
                subprocess.run([*quiet, *words], cwd=folder, check=True, capture_output=True)
        command = [program("act"), "pull_request", "-W", ".github/workflows/ci.yml", "-j", job]
        command += ["-P", "ubuntu-24.04=-self-hosted", "--no-cache-server"]
        command += [
            "--matrix",
            "os:ubuntu-24.04",
            "--matrix",
            f"python:{Path(python).name.removeprefix('python')}",
        ]
        command += ["--local-repository", f"{pinned('actions/setup-python')}={stand_in}"]
        environment = {
            **os.environ,
            "HOME": str(home),
            "XDG_CACHE_HOME": str(home),
            "STAND_IN_PYTHON": python,
        }
        return subprocess.run(command, cwd=copy, env=environment, check=False).returncode


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--real", metavar="JOB")
    parser.add_argument("--python", default=sys.executable)
    arguments = parser.parse_args()
    if arguments.real:
        return really(arguments.real, arguments.python)
    faults = who_runs()
    print("\n".join(faults))
    print(f"own CI: {len(RUNS)} runs, {len(faults)} differences")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
