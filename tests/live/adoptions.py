"""Workflows that people wrote, adopted by a drawing of their own jobs: what does the first compile change?

`python tests/live/adoptions.py [--edits N] [--seed N] [-v] [FILE OR FOLDER …]` (without one:
`tests/reconcile/corpus`). For each file that can be read: a drawing of its jobs, `adopt --write`, and then
`compile` must write nothing and `check` must tell no difference. After that random edits of the drawing: a
job more, a job less with `--prune`, a job made optional. By an independent reading of the file each must
change the jobs that it names, and no step of people's; `check` must fail iff `compile` writes, which a second
time it must not; and taken back it must leave the file's meaning, and its bytes where only lines had come.
Figures are printed; exits with 1 if an adoption was no base line, or an edit was not right.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import random
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

import yaml

from mermaid2gha.cli import main as main_of_package

CORPUS = Path(__file__).resolve().parent.parent / "reconcile" / "corpus"
NAME = "mine.yml"


@dataclass(frozen=True)
class Drawing:
    """A workflow's jobs: what starts it, and its jobs in levels, by their ids; `optional` are under `opt`."""

    events: tuple[str, ...]
    levels: tuple[tuple[str, ...], ...]
    optional: frozenset[str] = frozenset()

    def text(self) -> str:
        lines = [f"%% trigger: {', '.join(self.events)}", "GH->>CI: Trigger"]
        for level in self.levels:
            is_parallel = len(level) > 1
            for number, job in enumerate(level):
                lines += [("and" if number else "par")] if is_parallel else []
                note = [f"%% id: {job}", f"Note over CI: {job}"]
                lines += ["opt", *note, "end"] if job in self.optional else note
            lines += ["end"] if is_parallel else []
        body = "\n".join(f"    {line}" for line in lines)
        head = f"    participant GH as GitHub\n    participant CI as CI ({NAME})"
        return f"# CI\n\n```mermaid\nsequenceDiagram\n{head}\n{body}\n```\n"


def drawing(content: bytes) -> Drawing | None:
    """The drawing of a workflow's own jobs; none if it cannot be read as GitHub would."""
    try:
        read = yaml.load(content.decode("utf-8-sig"), yaml.BaseLoader)
    except (UnicodeDecodeError, yaml.YAMLError):
        return None
    if not isinstance(read, dict) or not isinstance(read.get("jobs"), dict) or not read["jobs"]:
        return None
    on = read.get("on")
    events = [on] if isinstance(on, str) else list(on or ())
    if isinstance(on, dict) and isinstance(on.get("workflow_run"), dict):
        senders = "|".join(on["workflow_run"].get("workflows") or ())
        events = [f"{one}[workflows={senders}]" if one == "workflow_run" else one for one in events]
    names = {str(job).casefold(): str(job) for job in read["jobs"]}
    needs = {str(job): needs_of(job_text, names) for job, job_text in read["jobs"].items()}
    levels: list[tuple[str, ...]] = []
    done: set[str] = set()
    while len(done) < len(needs):
        level = tuple(job for job, of in needs.items() if job not in done and set(of) <= done)
        if not level:
            return None
        levels.append(level)
        done |= set(level)
    return Drawing(tuple(map(str, events)), tuple(levels)) if events else None


def needs_of(job: object, names: dict[str, str]) -> list[str]:
    needs = job.get("needs") if isinstance(job, dict) else None
    listed = [needs] if isinstance(needs, str) else needs or []
    return [names[need.casefold()] for need in listed if need and need.casefold() in names]


def edits(before: Drawing, chance: random.Random) -> Iterator[tuple[str, Drawing, str]]:
    """Random edits of a drawing, without an end: what is done, the drawing then, the job that it is about."""
    while True:
        kind = chance.choice(["add", "remove", "optional"])
        at = chance.randrange(len(before.levels))
        job = chance.choice(before.levels[at])
        if kind == "add":
            new = f"added-{chance.randrange(1000)}"
            place = at + 1
            levels = (*before.levels[:place], (new,), *before.levels[place:])
            yield kind, Drawing(before.events, levels, before.optional), new
        elif kind == "remove" and sum(map(len, before.levels)) > 1:
            kept = (tuple(one for one in level if one != job) for level in before.levels)
            yield kind, Drawing(before.events, tuple(filter(None, kept)), before.optional), job
        elif kind == "optional":
            yield kind, Drawing(before.events, before.levels, before.optional | {job}), job


@dataclass(frozen=True)
class Answer:
    """What a command said, and its exit code."""

    code: int
    said: str


def run(folder: Path, *arguments: str) -> Answer:
    """A command in a folder, in this process, which is several times as fast as one of its own."""
    said = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with contextlib.chdir(folder), contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
        code = main_of_package([*arguments])
    said.flush()
    return Answer(code, said.buffer.getvalue().decode("utf-8"))  # type: ignore[attr-defined]


@dataclass
class Figures:
    """How many files were tried and came so far; for edits, by kind, how many were right of how many."""

    files: int = 0
    adopted: int = 0
    unchanged: int = 0
    silent: int = 0

    def __post_init__(self) -> None:
        self.edits: dict[str, list[bool]] = {}


def tried(path: Path, figures: Figures, chance: random.Random, count: int) -> list[str]:
    """What went wrong with a file, in words."""
    content = path.read_bytes()
    own = drawing(content)
    if own is None:
        return []
    figures.files += 1
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / ".git").mkdir()
        workflow = folder / ".github" / "workflows" / NAME
        workflow.parent.mkdir(parents=True)
        workflow.write_bytes(content)
        document = folder / "ci.md"
        document.write_text(own.text(), encoding="utf-8")
        made = run(folder, "adopt", str(workflow), "--document", "ci.md", "--write")
        settings = folder / "mermaid2gha.yml"
        if not settings.exists() or NAME not in settings.read_text(encoding="utf-8").partition("adopted")[2]:
            return [f"not adopted: {first_line(made.said)}"]
        figures.adopted += 1
        compiled = run(folder, "compile")
        if workflow.read_bytes() != content:
            return ["the first compile changes it"]
        if compiled.code:
            return [f"the first compile fails: {first_line(compiled.said)}"]
        figures.unchanged += 1
        told = [line for line in run(folder, "check").said.splitlines() if f"workflows/{NAME}" in line]
        if told:
            return [f"a difference is told: {told[0].strip()}"]
        figures.silent += 1
        faults = []
        for (kind, after, job), _ in zip(edits(own, chance), range(count)):
            fault = edited(folder, workflow, content, own, after, kind, job)
            figures.edits.setdefault(kind, []).append(not fault)
            faults += [f"{kind} {job}: {fault}"] if fault else []
            document.write_text(own.text(), encoding="utf-8")
            workflow.write_bytes(content)
        return faults


def edited(
    folder: Path, workflow: Path, content: bytes, own: Drawing, after: Drawing, kind: str, job: str
) -> str:
    """What is wrong with the file after an edit of the drawing; nothing if the edit changed what it says."""
    document = folder / "ci.md"
    document.write_text(after.text(), encoding="utf-8")
    options = ["--prune"] if kind == "remove" else []
    is_stale = run(folder, "check", "--no-cache").code == 1
    result = run(folder, "compile", *options)
    changed = workflow.read_bytes()
    before, jobs = (yaml.load(text, yaml.BaseLoader)["jobs"] for text in (content, changed))
    expected = {*before, job} if kind == "add" else {*before} - {job} if kind == "remove" else {*before}
    if {*jobs} != expected:
        if changed == content and names_job(result.said, job):
            return ""  # nothing changes, for what is said there
        return f"the jobs are {sorted(jobs)}: {first_line(result.said)}"
    for name in before.keys() & jobs.keys():
        lost = [
            key
            for key in before[name]
            if key not in ("needs", "if") and jobs[name].get(key) != before[name][key]
        ]
        if lost:
            return f"`{lost[0]}` of `{name}` changed"
    if result.code:
        return first_line(result.said)
    if is_stale != (changed != content) and kind != "remove":
        return (
            f"check {'fails' if is_stale else 'passes'}, and compile writes {'it' if is_stale else 'nothing'}"
        )
    again = run(folder, "compile", *options)
    if again.code or workflow.read_bytes() != changed:
        return f"a second compile changes it: {first_line(again.said)}"
    if (then := run(folder, "check", "--no-cache")).code:
        return f"check fails after compile: {first_line(then.said)}"
    return "" if kind == "remove" else taken_back(folder, workflow, content, own)


def names_job(said: str, job: str) -> bool:
    """Whether a finding says why nothing changes: what asks for a job, or that the file cannot be edited."""
    return "uneditable-place" in said or bool(
        re.search(rf"(undrawn|vanished)-job\].*`{re.escape(job)}`", said)
    )


def taken_back(folder: Path, workflow: Path, content: bytes, own: Drawing) -> str:
    """What is wrong with the file after the edit is taken back."""
    changed = workflow.read_bytes()
    (folder / "ci.md").write_text(own.text(), encoding="utf-8")
    result = run(folder, "compile")
    if result.code:
        return f"taking it back fails: {first_line(result.said)}"
    back = workflow.read_bytes()
    if "undrawn-term" in result.said:
        return ""  # between braces no mark says whose a term is: told
    if meaning(back) != meaning(content):
        return "taking it back leaves another meaning"
    lines = [text.splitlines(keepends=True) for text in (content, changed)]
    came = SequenceMatcher(None, *lines, autojunk=False).get_opcodes()
    if back != content and all(tag in ("equal", "insert") for tag, *_ in came):
        return "taking it back leaves other bytes"
    return ""


def meaning(content: bytes) -> object:
    """A workflow as a value: the needs of each job as a set, and so the terms of its `if`."""
    read = yaml.load(content, yaml.BaseLoader)
    names = {str(job).casefold(): str(job) for job in read["jobs"]}
    for job in read["jobs"].values():
        job["needs"] = set(needs_of(job, names))
        asked = re.sub(r"^\$\{\{(.*)\}\}$", r"\1", job.get("if", "").strip(), flags=re.DOTALL)
        job["if"] = {term.strip(" ()\n") for term in asked.split("&&")}
    return read


def first_line(text: str) -> str:
    return text.strip().splitlines()[0] if text.strip() else ""


def files_of(paths: Sequence[str]) -> Iterator[Path]:
    for path in map(Path, paths or [str(CORPUS)]):
        yield from (
            sorted(one for one in path.rglob("*") if one.suffix in (".yml", ".yaml"))
            if path.is_dir()
            else [path]
        )


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("paths", nargs="*")
    parser.add_argument("--edits", type=int, default=2, help="edits of each drawing (default 2)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("-v", "--verbose", action="store_true", help="name the files that are not right")
    options = parser.parse_args(arguments)
    figures, chance = Figures(), random.Random(options.seed)
    for path in files_of(options.paths):
        faults = tried(path, figures, chance, options.edits)
        if options.verbose:
            print(*(f"  {path.name}: {fault}" for fault in faults), sep="\n", end="\n" if faults else "")
    print(
        f"adoptions: {figures.files} files, {figures.adopted} adopted, {figures.unchanged} unchanged by the "
        f"first compile, {figures.silent} without a difference"
    )
    for kind, right in sorted(figures.edits.items()):
        print(f"  {kind:<9} {sum(right)} of {len(right)} right")
    return 0 if figures.files == figures.silent and all(map(all, figures.edits.values())) else 1


if __name__ == "__main__":
    sys.exit(main())
