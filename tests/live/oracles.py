"""Other people's programs that know workflows, each as a function from files to complaints.

Every check runs on a copy of the files in a folder of its own, laid out as a repository, so that reusable
workflows are found and no configuration of the surroundings counts. A program that is missing is an error.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

HERE = Path(__file__).resolve().parent
RUNNERS = ("ubuntu-24.04", "ubuntu-22.04", "ubuntu-latest", "macos-15", "windows-2025")


@contextmanager
def repository(files: Mapping[str, str]) -> Iterator[Path]:
    """A temporary git repository, with one commit, whose workflows have these names and texts."""
    with tempfile.TemporaryDirectory(prefix="workflows-") as folder:
        root = Path(folder)
        workflows = root / ".github" / "workflows"
        workflows.mkdir(parents=True)
        for name, text in files.items():
            (workflows / name).write_text(text, encoding="utf-8", newline="")
        git = ["git", "-C", folder, "-c", "user.name=x", "-c", "user.email=x@example.invalid"]
        for arguments in (
            ["init", "-q", "-b", "main"],
            ["remote", "add", "origin", "https://github.com/owner/name.git"],
            ["add", "-A"],
            ["-c", "commit.gpgsign=false", "commit", "-q", "-m", "x"],
        ):
            subprocess.run([*git, *arguments], check=True, capture_output=True, timeout=60)
        yield root


def program(name: str) -> str:
    """The path of a program: beside this Python, else on the path."""
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.is_file() else shutil.which(name)
    assert found is not None, f"`{name}` is missing"
    return found


def actionlint(files: Mapping[str, str]) -> list[str]:
    """What actionlint finds; without its optional helpers, which not every machine has."""
    with repository(files) as root:
        run = _run([program("actionlint"), "-no-color", "-oneline", "-shellcheck=", "-pyflakes="], root)
        assert run.returncode in (0, 1), run.stderr
        return run.stdout.splitlines()


def workflow_parser(files: Mapping[str, str]) -> list[str]:
    """What GitHub's own parser, @actions/workflow-parser from npm, finds."""
    with repository(files) as root:
        paths = sorted(map(str, (root / ".github" / "workflows").iterdir()))
        run = _run(["node", str(bundle("workflow_parser")), *paths], root)
        assert run.returncode == 0, run.stderr
        return [str(line) for line in json.loads(run.stdout)]


@cache
def bundle(name: str) -> Path:
    """A script here in one file: Node refuses the package's import of JSON, and esbuild resolves it."""
    modules = Path(os.environ["MERMAID2GHA_NODE_MODULES"])
    target = modules / ".cache" / f"{name}.mjs"
    source = HERE / f"{name}.mjs"
    # Packages inside the bundle call `require`, which a module does not have by itself.
    require = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);"
    arguments = ["--bundle", "--platform=node", "--format=esm", f"--outfile={target}", "--log-level=error"]
    esbuild = [str(modules / ".bin" / "esbuild"), str(source), *arguments, f"--banner:js={require}"]
    subprocess.run(esbuild, check=True, env={**os.environ, "NODE_PATH": str(modules)}, timeout=120)
    return target


def json_schema(files: Mapping[str, str]) -> list[str]:
    """What the schema of SchemaStore finds, as check-jsonschema carries it."""
    with repository(files) as root:
        paths = sorted(map(str, (root / ".github" / "workflows").iterdir()))
        command = [program("check-jsonschema"), "--builtin-schema", "vendor.github-workflows", "-o", "json"]
        run = _run([*command, *paths], root)
        report = json.loads(run.stdout)
        found = report.get("errors", []) + report.get("parse_errors", [])
        return [] if report.get("status") == "ok" else [json.dumps(fault) for fault in found] or [run.stdout]


def zizmor(files: Mapping[str, str]) -> list[str]:
    """What zizmor's strictest persona finds."""
    with repository(files) as root:
        command = [program("zizmor"), "--offline", "--no-config", "--persona", "auditor"]
        run = _run([*command, "--strict-collection", "--format", "json", "--quiet", "."], root)
        if not run.stdout.strip():
            return run.stderr.splitlines()[:1] or ["zizmor says nothing"]
        return [_zizmor_line(finding) for finding in json.loads(run.stdout)]


def _zizmor_line(finding: dict[str, object]) -> str:
    places = finding.get("locations")
    first = places[0] if isinstance(places, list) and places else {}
    return f"{finding.get('ident')}: {finding.get('desc')} {json.dumps(first)[:400]}"


def _run(command: Sequence[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=folder, capture_output=True, encoding="utf-8", timeout=600, stdin=subprocess.DEVNULL
    )


ORACLES: dict[str, Callable[[Mapping[str, str]], list[str]]] = {
    "actionlint": actionlint,
    "workflow-parser": workflow_parser,
    "check-jsonschema": json_schema,
    "zizmor": zizmor,
}


@dataclass(frozen=True, slots=True)
class ActRun:
    """A run under act: each job's result (`success`, `failure`, `skipped`) and the lines it printed."""

    results: Mapping[str, str]
    printed: Mapping[str, tuple[str, ...]] = field(repr=False)
    log: str = field(repr=False)


ASKED_AGAIN: list[str] = []
"""Why act was asked a second time, each time that it was."""


def act(
    files: Mapping[str, str],
    file: str,
    event: str,
    payload: Mapping[str, object],
    *,
    variables: Mapping[str, str] | None = None,
) -> ActRun:
    """Run one of the workflows for an event, on this machine, without containers or network.

    act runs stage by stage, so it shows who runs and who is skipped, not that two jobs are unordered. It was
    seen to wait for itself among called workflows, and under load to end without a word of any job; whatever
    it says when asked again counts.
    """
    with repository(files) as root:
        (root / "event.json").write_text(json.dumps(payload), encoding="utf-8")
        command = [program("act"), event, "-W", f".github/workflows/{file}", "-e", "event.json"]
        command += [word for runner in RUNNERS for word in ("-P", f"{runner}=-self-hosted")]
        command += [word for pair in (variables or {}).items() for word in ("--var", "=".join(pair))]
        command += ["--no-cache-server", "--json", "-v", "--concurrent-jobs", "4"]
        home = root / "home"
        home.mkdir()
        surroundings = {"HOME": str(home), "XDG_CACHE_HOME": str(home), "XDG_CONFIG_HOME": str(home)}

        def once(seconds: int) -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                command,
                cwd=root,
                capture_output=True,
                encoding="utf-8",
                timeout=seconds,
                stdin=subprocess.DEVNULL,
                env={**os.environ, **surroundings},
            )

        try:
            run = once(120)
            fault = "" if '"jobID"' in run.stdout else "it told of no job"
        except subprocess.TimeoutExpired:
            fault = "it did not end"
        if fault:
            ASKED_AGAIN.append(fault)
            run = once(480)
    return _act_run(run.stdout, run.stderr)


def act_asked_again() -> str:
    """How often act was asked a second time, to be printed beside what was found."""
    why = (f"{fault}, {count} times" for fault, count in sorted(Counter(ASKED_AGAIN).items()))
    return f"act was asked once more: {'; '.join(why) or 'never'}"


def _act_run(output: str, errors: str) -> ActRun:
    results: dict[str, str] = {}
    printed: dict[str, list[str]] = {}
    for line in output.splitlines():
        entry = json.loads(line) if line.startswith("{") else {}
        job = entry.get("jobID")
        if not job:
            continue
        if "jobResult" in entry:
            results[job] = entry["jobResult"]
        if entry.get("raw_output") or "command" in entry:
            # act splits `::notice::a::b` elsewhere than GitHub does, hence the raw line.
            printed.setdefault(job, []).append(entry.get("raw", entry["msg"]).rstrip("\r\n"))
    return ActRun(results, {job: tuple(lines) for job, lines in printed.items()}, output[-20_000:] + errors)
