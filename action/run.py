"""What the action does, in a runner: install what it needs, check, and show what the change makes run.

Whatever is printed that is no annotation of ours stands between `::stop-commands::` and its end, whose word
nobody can guess: a document of a stranger, which is part of what is printed, cannot speak to the runner.
Needs the standard library alone, and is written so that an older Python gets as far as saying that it is one.
"""

import hashlib
import os
import re
import secrets
import shlex
import subprocess
import sys
from pathlib import Path

_OLDEST = (3, 11)
_ANNOTATION = re.compile(r"::(error|warning|notice) [^\n]*")
_OUTDATED = re.compile(r"title=(?:stale|absent|orphaned|foreign)-file(?:,|::)")
_PULLS = ("pull_request", "pull_request_target", "merge_group")


def given(name):
    return os.environ.get("INPUT_" + name, "").strip()


def failed(message):
    """Say in an annotation why nothing was checked."""
    text = message.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    print("::error title=mermaid2gha::" + text, flush=True)
    sys.exit(2)


def quiet(text):
    """Print what is not ours, so that nothing in it is a command."""
    if not text.strip():
        return
    word = secrets.token_hex(16)
    lines = [line.replace("##[", "##\\[") for line in text.splitlines()]
    print("\n".join(["::stop-commands::" + word, *lines, "::" + word + "::"]), flush=True)


def installed(here):
    """The Python of an environment with the package: this checkout's, with what it stands on by hash."""
    wanted = given("VERSION")
    if wanted and not re.fullmatch(r"[0-9][0-9A-Za-z.+!-]{0,40}", wanted):
        failed("`version` is no version: write such as 0.1.0, or leave it out")
    pins = here / ".ci" / "runtime.txt"
    key = hashlib.sha256((sys.version + str(here) + wanted).encode() + pins.read_bytes()).hexdigest()[:16]
    folder = Path(os.environ["RUNNER_TEMP"], "mermaid2gha-" + key)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if (folder / "ready").is_file():
        return python
    what = ["mermaid2gha==" + wanted] if wanted else ["--require-hashes", "-r", str(pins)]
    pip = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        str(python),
        "install",
        "-q",
        "--disable-pip-version-check",
    ]
    for command in ([sys.executable, "-m", "venv", "--without-pip", str(folder)], [*pip, *what]):
        run = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace", check=False)
        quiet(run.stdout + run.stderr)
        if run.returncode:
            failed("mermaid2gha could not be installed; the lines above say why")
    if not wanted:
        [packages] = [*folder.glob("lib/python*/site-packages"), *folder.glob("Lib/site-packages")]
        (packages / "mermaid2gha.pth").write_text(str(here) + "\n", encoding="utf-8")
        described(packages, here)
    (folder / "ready").touch()
    return python


def described(packages, here):
    """What an installed package says of itself, so that findings can name the addresses of their rules."""
    text = (here / "mermaid2gha" / "base" / "version.py").read_text(encoding="utf-8")
    version = re.search(r'VERSION = "([^"]+)"', text)[1]
    lines = ["Metadata-Version: 2.1", "Name: mermaid2gha", "Version: " + version]
    if os.environ.get("ACTION_REPOSITORY"):
        server = os.environ.get("GITHUB_SERVER_URL", "https://github.com")
        lines.append("Project-URL: Repository, " + server + "/" + os.environ["ACTION_REPOSITORY"])
    folder = packages / ("mermaid2gha-" + version + ".dist-info")
    folder.mkdir()
    (folder / "METADATA").write_text("\n".join(lines) + "\n", encoding="utf-8")


def called(python, *words):
    environment = {**os.environ, "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1", "NO_COLOR": "1"}
    command = [str(python), "-I", "-m", "mermaid2gha", *words]
    return subprocess.run(
        command, capture_output=True, encoding="utf-8", errors="replace", env=environment, check=False
    )


def annotated(run):
    """Print the annotations of a run, errors first as they come, and all else as text."""
    annotations = [
        line for line in run.stdout.splitlines() if _ANNOTATION.fullmatch(line) and "##[" not in line
    ]
    quiet(run.stderr)
    print("".join(line + "\n" for line in annotations), end="", flush=True)
    quiet("\n".join(line for line in run.stdout.splitlines() if line not in annotations))
    return annotations


def status(counts, is_outdated):
    words = [
        "{} {}{}".format(count, kind, "" if count == 1 else "s") for kind, count in counts.items() if count
    ]
    if is_outdated:
        return "**Workflows are not what the diagrams say**: {}.".format(" and ".join(words))
    if words:
        return "**The diagrams have findings**: {}.".format(" and ".join(words))
    return "The workflows are what the diagrams say."


def summarised(python, line):
    """Append the status and what the change makes run to the job's summary."""
    summary = os.environ.get("GITHUB_STEP_SUMMARY", "")
    if given("SUMMARY").lower() != "true" or not summary:
        return
    with open(summary, "a", encoding="utf-8") as file:
        file.write("### mermaid2gha\n\n" + line + "\n\n")
    if os.environ.get("GITHUB_EVENT_NAME", "") not in _PULLS:
        return
    run = called(python, "diff", "HEAD^", "--summary", summary)
    quiet(run.stdout + run.stderr)
    if run.returncode:
        with open(summary, "a", encoding="utf-8") as file:
            file.write("What runs before and after is not shown: give actions/checkout `fetch-depth: 2`.\n")


def main():
    if sys.version_info < _OLDEST:
        failed(
            "the python3 of this runner is {}.{}, and mermaid2gha needs {}.{}: "
            "put actions/setup-python before this step".format(*sys.version_info[:2], *_OLDEST)
        )
    here = Path(__file__).resolve().parent.parent
    try:
        documents = shlex.split(given("DOCUMENTS"))
        os.chdir(given("WORKING_DIRECTORY") or ".")
    except (OSError, ValueError) as fault:
        failed(str(fault))
    python = installed(here)
    strict = ["--strict"] if given("STRICT").lower() == "true" else []
    run = called(python, "check", "--no-cache", *strict, "--output-format", "github", "--", *documents)
    annotations = annotated(run)
    kinds = [_ANNOTATION.fullmatch(line)[1] for line in annotations]
    counts = {kind: kinds.count(kind) for kind in ("error", "warning")}
    is_outdated = any(_OUTDATED.search(line) for line in annotations)
    sarif = given("SARIF_FILE")
    if sarif:
        other = called(python, "check", "--no-cache", "--output-format", "sarif", "--", *documents)
        quiet(other.stderr)
        Path(sarif).write_text(other.stdout, encoding="utf-8")
    summarised(python, status(counts, is_outdated))
    lines = {"outdated": str(is_outdated).lower(), "errors": counts["error"], "warnings": counts["warning"]}
    with open(os.environ["GITHUB_OUTPUT"], "a", encoding="utf-8") as file:
        for name, value in lines.items():
            file.write("{}={}\n".format(name, value))
        if sarif and "\n" not in sarif:
            file.write("sarif-file={}\n".format(Path(given("WORKING_DIRECTORY") or ".", sarif)))
    return run.returncode


if __name__ == "__main__":
    sys.exit(main())
