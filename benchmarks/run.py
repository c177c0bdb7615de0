"""Speed, as ratios taken in one run: `python benchmarks/run.py [--rounds N] [--quick]`.

Every figure is a median over rounds in which all contestants take turns, so that a busy machine slows all of
them alike. Starts and growth are measured in processor time, which does not count waiting for others. All
contestants may keep their bytecode, as they do for users, and have a first turn that does not count. Mermaid
is measured if the folder of its npm package is named by MERMAID2GHA_NODE_MODULES (with `jsdom` beside it) and
`node` is there; a missing contestant is said, never left out in silence.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "diagrams" / "CI_DIAGRAMS.md"
sys.path.insert(0, str(Path(__file__).resolve().parent))

from documents import document  # noqa: E402

ENV = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}

_COMPILE = """
import gc, sys, time
gc.disable()  # as the program does
from mermaid2gha.base.source import SourceFile
from mermaid2gha.settings.model import Settings
from mermaid2gha.compiler.compile import compile_documents
text = open(sys.argv[1], encoding="utf-8").read()
begin = time.process_time()
compiled = compile_documents([SourceFile("generated.md", text)], Settings())
assert all(compiled.texts)
print(time.process_time() - begin)
"""
_PHASES = """
import gc, sys, time
gc.disable()
from mermaid2gha.base.markdown import diagram_blocks
from mermaid2gha.base.source import SourceFile
from mermaid2gha.compiler.compile import compile_documents
from mermaid2gha.mermaid.parse import parse
from mermaid2gha.settings.model import Settings
file = SourceFile("generated.md", open(sys.argv[1], encoding="utf-8").read())
for turn in range(4):
    begin = time.process_time()
    diagrams = [parse(block) for block in diagram_blocks(file)]
    parsed = time.process_time()
    compile_documents([file], Settings())
    whole = time.process_time() - parsed
    if turn:
        print(parsed - begin, whole - (parsed - begin))
"""
_PROOF = """
import gc, os, shutil, sys, tempfile, time
gc.disable()
import mermaid2gha.project.verification as prove
whole, spent = prove.disproof, []
def timed(texts):
    begin = time.process_time()
    found = whole(texts)
    spent.append(time.process_time() - begin)
    return found
prove.disproof = timed
from mermaid2gha.cli import main
folder = tempfile.mkdtemp()
shutil.copytree(os.path.dirname(sys.argv[1]), os.path.join(folder, "documents"), ignore=lambda _, names: [
    name for name in names if name != os.path.basename(sys.argv[1])
])
os.chdir(folder)
where = ["--output", "made"] if sys.argv[2] == "pictures" else []
begin = time.process_time()
code = main(["compile", os.path.join("documents", os.path.basename(sys.argv[1])), "--quiet", *where])
assert code == 0, code
print(sum(spent), time.process_time() - begin - sum(spent))
"""
_PARSE = """
import sys, time
begin = time.perf_counter()
from mermaid2gha.base.source import SourceFile
from mermaid2gha.base.markdown import diagram_blocks
from mermaid2gha.mermaid.parse import parse
text = open(sys.argv[1], encoding="utf-8").read()
for turn in range(int(sys.argv[2])):
    if turn:
        begin = time.perf_counter()
    for block in diagram_blocks(SourceFile("document.md", text)):
        parse(block)
    print(time.perf_counter() - begin)
"""


_COMPARE = """
import gc, os, sys, time
gc.disable()
import mermaid2gha.project.update as update
from mermaid2gha.cli import main
from mermaid2gha.compiler.compile import PASSES
from mermaid2gha.compiler.ir.sources import Sources
from mermaid2gha.github.workflow.reader import workflow_file
from mermaid2gha.project.discovery import load
from mermaid2gha.project.snapshot import Disk
whole, spent = update.reconciled, []
def timed(*arguments, **more):
    begin = time.process_time()
    found = whole(*arguments, **more)
    spent.append(time.process_time() - begin)
    return found
update.reconciled = timed
for folder in sys.argv[1:]:  # the first is another project, by which everything is imported
    os.chdir(folder)
    spent.clear()
    project = load([], Disk({})).projects[0]
    begin = time.process_time()
    value = Sources(tuple(project.documents))
    for step in PASSES[:2]:
        value, _ = step(value, project.settings)
    lowered = time.process_time()
    for name in os.listdir(".github/workflows"):
        workflow_file(open(os.path.join(".github/workflows", name), "rb").read(), name)
    read = time.process_time()
    assert main(["check", "--no-cache", "--quiet"]) == 0
print(lowered - begin, read - lowered, sum(spent))
"""
_JUDGE = """
import gc, sys, time
gc.disable()
from mermaid2gha.github.validity.validity import refusals
from mermaid2gha.github.workflow.reader import workflow_file
content = open(sys.argv[1], "rb").read()
for turn in range(6):
    begin = time.process_time()
    file, faults = workflow_file(content + b"#" * turn, "long.yml")
    read = time.process_time()
    assert file is not None and not faults and not refusals(file)
    if turn:
        print(read - begin, time.process_time() - read)
"""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=15, help="turns of each contestant (default 15)")
    parser.add_argument("--quick", action="store_true", help="leave out the document of 100,000 events")
    options = parser.parse_args(arguments)
    start_up(options.rounds)
    pictures(min(options.rounds, 7))
    against_mermaid(min(options.rounds, 7))
    long_documents([10_000] if options.quick else [10_000, 50_000, 200_000])
    memory()
    growth([1_000, 10_000] if options.quick else [1_000, 10_000, 100_000])
    phases()
    proving(min(options.rounds, 3))
    asking(min(options.rounds, 5))
    judging()
    comparing()
    return 0


def phases() -> None:
    """What comes after parsing, against parsing: by Mermaid's parser, and by ours."""
    print("\nlowering and emitting 10,000 events, in processor time (goal: no more than parsing)")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "long.md"
        file.write_text(document(10_000), encoding="utf-8")
        found = _lines([sys.executable, "-c", _PHASES, str(file)])
        parsing, rest = (statistics.median(found[at::2]) for at in (0, 1))
        print(
            f"  ours: parsing {parsing * 1000:.0f} ms, the rest {rest * 1000:.0f} ms, {rest / parsing:.1f} x"
        )
        if os.environ.get("MERMAID2GHA_NODE_MODULES"):
            texts = Path(folder) / "texts.json"
            texts.write_text(json.dumps(_diagrams(file)), encoding="utf-8")
            script = Path(__file__).resolve().parent / "mermaid_time.mjs"
            theirs = statistics.median(_lines(["node", str(script), str(texts), "4"])[1:])
            print(f"  Mermaid: parsing {theirs * 1000:.0f} ms, our rest is {rest / theirs:.2f} x of it")


def proving(rounds: int) -> None:
    """What the proof of the written files takes of a whole `compile`."""
    print("\nthe proof's share of compile, in processor time (goal: less than the rest without pictures)")
    with tempfile.TemporaryDirectory() as folder:
        files = [DOCUMENT, *sorted((ROOT / "diagrams").glob("*/*.md"))]
        for size in (1_000, 10_000):
            files.append(Path(folder) / f"{size} events")
            files[-1].with_suffix(".md").write_text(document(size), encoding="utf-8")
            files[-1] = files[-1].with_suffix(".md")
        for file in files:
            told = f"  {file.stem:<20}"
            for kind in ("workflows", "pictures"):
                command = [sys.executable, "-c", _PROOF, str(file), kind]
                turns = [_lines(command) for _ in range(rounds)]
                proof = statistics.median(turn[0] for turn in turns)
                rest = statistics.median(turn[1] for turn in turns)
                words = f"proof {proof * 1000:7.1f} ms, rest" if kind == "workflows" else "with pictures"
                told += f" {words} {rest * 1000:8.1f} ms {proof / (proof + rest):4.0%} "
            print(told)


def asking(rounds: int) -> None:
    """`when` on a workflow of 300 jobs and 12 flags, as people wait for it."""
    print("\n`when` on a workflow of 300 jobs and 12 flags (goal: under a second)")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "large.yml"
        file.write_text(workflow(300, 12), encoding="utf-8")
        bare = statistics.median(_wall([sys.executable, "-c", "pass"]) for _ in range(rounds))
        for form in ("text", "json", "mermaid"):
            command = [sys.executable, "-m", "mermaid2gha", "when", "push", "--workflows", str(file)]
            command += ["--format", form, "--set", "flag-3=false", "--fail", "job-7"]
            turns = [_wall(command) for _ in range(rounds)]
            seconds = statistics.median(turns)
            print(f"  {form:<10} {seconds:6.2f} s {seconds / bare:7.1f} x python -c pass")


def judging() -> None:
    """What GitHub refuses of a long workflow, against reading it as a tree."""
    print(
        "\njudging a workflow of 3,000 lines, in processor time (goals: under 0.3 s, at most 4 x its reading)"
    )
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "long.yml"
        file.write_text(long_workflow(3_000), encoding="utf-8")
        turns = _lines([sys.executable, "-c", _JUDGE, str(file)])
        reading, judged = (statistics.median(turns[at::2]) for at in (0, 1))
        print(
            f"  reading {reading * 1000:.0f} ms, judging {judged * 1000:.0f} ms, {judged / reading:.1f} x; "
            f"both {reading + judged:.2f} s"
        )


def comparing() -> None:
    """What holding a file of people's against its drawing takes, beside reading and lowering the drawing."""
    print(
        "\ncomparing adopted workflows, in processor time "
        "(goals: less than parsing and lowering their drawing; 3,000 lines in under 0.3 s)"
    )
    with tempfile.TemporaryDirectory() as folder:
        warm = _adopted(Path(folder, "warm"), 100, has_conditions=True)
        for lines, has_conditions in ((3_000, False), (300, True), (3_000, True)):
            path = _adopted(Path(folder, f"{lines}-{has_conditions}"), lines, has_conditions=has_conditions)
            turns = [_lines([sys.executable, "-c", _COMPARE, str(warm), str(path)]) for _ in range(5)]
            lowering, reading, comparing = (statistics.median(turn[at] for turn in turns) for at in (0, 1, 2))
            kind = (
                "each under a condition of its own, all accepted" if has_conditions else "without conditions"
            )
            print(
                f"  {lines} lines, jobs {kind}: parsing and lowering the drawing {lowering * 1000:.0f} ms, "
                f"parsing the file {reading * 1000:.0f} ms, comparing {comparing * 1000:.0f} ms, "
                f"{comparing / (lowering + reading):.2f} x of both"
            )


def _adopted(folder: Path, lines: int, *, has_conditions: bool) -> Path:
    """A project with a workflow of about so many lines, adopted by a drawing of its jobs without one `if`."""
    workflows = folder / ".github" / "workflows"
    workflows.mkdir(parents=True)
    (folder / ".git").mkdir()
    text = long_workflow(lines)
    if not has_conditions:
        text = "".join(line for line in text.splitlines(True) if not line.startswith("    if: "))
    (workflows / "long.yml").write_text(text, encoding="utf-8")
    jobs = range(text.count("runs-on:"))
    notes = (f"    %% id: job-{number}\n    Note over CI: Job {number}\n" for number in jobs)
    head = "sequenceDiagram\n    participant CI as CI (long.yml)\n    GitHub->>CI: Trigger 'push'\n"
    (folder / "ci.mmd").write_text(head + "".join(notes), encoding="utf-8")
    adopt = [sys.executable, "-m", "mermaid2gha", "adopt", ".github/workflows"]
    _seconds([*adopt, "--document", "ci.mmd", "--write"], ENV, str(folder))
    return folder


def long_workflow(lines: int) -> str:
    """A workflow of about so many lines, with jobs as people have them."""
    job = """\
  job-%d:
    name: Job %d of ${{ github.ref_name }}
    needs: [%s]
    if: ${{ !cancelled() && github.event_name != 'schedule' && vars.JOB_%d != 'off' }}
    runs-on: ${{ matrix.os }}
    strategy:
      matrix: {os: [ubuntu-24.04, macos-14], node: [20, 22]}
    permissions:
      contents: read
    outputs:
      version: ${{ steps.make.outputs.version }}
    steps:
      - uses: actions/checkout@v4
        with:
          fetch-depth: 0
      - id: make
        name: Make %d
        env:
          TOKEN: ${{ secrets.TOKEN_%d }}
          NODE: ${{ matrix.node }}
        run: |
          make all VERSION=%d
          echo "version=${{ github.sha }}" >> "$GITHUB_OUTPUT"
"""
    count = lines // job.count("\n")
    jobs = (
        job % (number, number, f"job-{number - 1}" if number else "", *[number] * 4)
        for number in range(count)
    )
    return "on: push\njobs:\n" + "".join(jobs)


def workflow(jobs: int, flags: int) -> str:
    """A workflow in which every job needs up to four before it, every third under a flag of the first."""
    outputs = "".join(f"      flag-{n}: ${{{{ steps.decide.outputs.flag-{n} }}}}\n" for n in range(flags))
    lines = [f"on: push\njobs:\n  job-0:\n    runs-on: ubuntu-24.04\n    outputs:\n{outputs}    steps: []"]
    for number in range(1, jobs):
        needs = ["job-0", *(f"job-{other}" for other in range(max(1, number - 4), number))]
        tests = [f"(needs.{n}.result == 'success' || needs.{n}.result == 'skipped')" for n in needs]
        flag = [f"needs.job-0.outputs.flag-{number % flags} != 'false'"] if number % 3 == 0 else []
        condition = " && ".join(["!cancelled()", *tests, *flag])
        lines.append(f"  job-{number}:\n    needs: [{', '.join(needs)}]\n    if: ${{{{ {condition} }}}}")
        lines.append("    runs-on: ubuntu-24.04\n    steps: [{run: echo}]")
    return "\n".join(lines) + "\n"


def start_up(rounds: int) -> None:
    """`check` of the sample document, without pictures, against a bare interpreter start: first, and when
    nothing has changed."""
    with tempfile.TemporaryDirectory() as folder:
        env = ENV | {"MERMAID2GHA_CACHE_DIR": str(Path(folder, "cache"))}
        Path(folder, DOCUMENT.name).write_bytes(DOCUMENT.read_bytes())
        settings = f'documents: [{DOCUMENT.name}]\nflows:\n  Scheduled run: {{cron: "28 0 * * *"}}\n'
        Path(folder, "mermaid2gha.yml").write_text(settings, encoding="utf-8")
        program = [sys.executable, "-m", "mermaid2gha"]
        _seconds([*program, "compile", "--quiet"], env, folder)
        check = [*program, "check", "--quiet"]
        contestants: dict[str, Callable[[], float]] = {
            "python -c pass": lambda: _seconds([sys.executable, "-c", "pass"]),
            "check, first time": lambda: _seconds([*check, "--no-cache"], env, folder),
            "check, nothing changed": lambda: _seconds(check, env, folder),
        }
        for first_turn in contestants.values():
            first_turn()
        medians = _turns(contestants, rounds)
    bare = medians["python -c pass"]
    print(
        "start-up in processor time (goals: at most 12 the first time, at most 1.6 when nothing has changed)"
    )
    for name, seconds in medians.items():
        print(f"  {name:<36} {seconds * 1000:8.1f} ms   {seconds / bare:5.2f} x python -c pass")


def pictures(rounds: int) -> None:
    """`compile` and `check` of the sample with pictures: drawn by the engine, compiled first or loaded
    from the cache, or known there."""
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder, "cache")
        env = ENV | {"MERMAID2GHA_CACHE_DIR": str(cache)}
        written = str(Path(folder, "written"))
        program = [sys.executable, "-m", "mermaid2gha"]
        _seconds([*program, "compile", str(DOCUMENT), "--quiet", "--output", written], env)

        def forget(*kinds: str) -> None:
            for entry in cache.iterdir() if cache.is_dir() else ():
                if any(entry.read_bytes().startswith(f"mermaid2gha {kind} ".encode()) for kind in kinds):
                    entry.unlink()

        def compiling(*more: str, forgotten: str = "") -> float:
            forget(forgotten)
            with tempfile.TemporaryDirectory() as made:
                return _seconds([*program, "compile", str(DOCUMENT), "--quiet", "--output", made, *more], env)

        def checking(*forgotten: str) -> float:
            forget("answer", *forgotten)
            return _seconds([*program, "check", str(DOCUMENT), "--quiet", "--output", written], env)

        contestants = {
            "compile, the engine compiled": lambda: compiling("--no-cache"),
            "compile, the engine loaded": lambda: compiling(forgotten="picture"),
            "compile, pictures known": compiling,
            "check, pictures drawn": lambda: checking("picture"),
            "check, pictures known": checking,
        }
        for first_turn in contestants.values():
            first_turn()
        medians = _turns(contestants, rounds)
    print("\nruns with pictures, in processor time (goal: loaded at most 1/3 of compiled, known less)")
    for name, seconds in medians.items():
        share = seconds / medians["compile, the engine compiled"]
        print(f"  {name:<30} {seconds * 1000:8.1f} ms   {share:5.2f} x that with the engine compiled")


def against_mermaid(rounds: int) -> None:
    """Reading the diagrams of the sample document: Mermaid's own parser under node, and ours."""
    print("\nparsing the sample document (goal: at most a tenth of Mermaid's time)")
    modules = os.environ.get("MERMAID2GHA_NODE_MODULES")
    if not modules:
        print("  not measured: MERMAID2GHA_NODE_MODULES does not name a folder with mermaid and jsdom")
        return
    texts = Path(tempfile.mkdtemp()) / "texts.json"
    texts.write_text(json.dumps(_diagrams()), encoding="utf-8")
    script = Path(__file__).resolve().parent / "mermaid_time.mjs"
    theirs = _lines(["node", str(script), str(texts), str(rounds)])
    ours = _lines([sys.executable, "-c", _PARSE, str(DOCUMENT), str(rounds)])
    rows = (
        ("first, libraries loaded", theirs[0], ours[0]),
        ("then", *map(statistics.median, (theirs[1:], ours[1:]))),
    )
    for name, slow, fast in rows:
        print(
            f"  {name:<24} mermaid {slow * 1000:8.1f} ms   ours {fast * 1000:7.1f} ms   1/{slow / fast:.1f}"
        )


def long_documents(sizes: list[int]) -> None:
    """Reading long diagrams: Mermaid's parser and ours on the first size, then how our time grows."""
    print("\nparsing long documents (goals: at most 1/20 of Mermaid's time on 10,000 lines; linear)")
    first = 0.0
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            file, texts = Path(folder) / "long.md", Path(folder) / "texts.json"
            text = document(size)
            lines = text.count("\n")
            file.write_text(text, encoding="utf-8")
            ours = statistics.median(_lines([sys.executable, "-c", _PARSE, str(file), "4"])[1:])
            theirs = ""
            if not first and os.environ.get("MERMAID2GHA_NODE_MODULES"):
                texts.write_text(json.dumps(_diagrams(file)), encoding="utf-8")
                script = Path(__file__).resolve().parent / "mermaid_time.mjs"
                slow = statistics.median(_lines(["node", str(script), str(texts), "4"])[1:])
                theirs = f"   mermaid {slow * 1000:8.1f} ms   1/{slow / ours:.1f}"
        first = first or ours / lines
        grown = f"{ours / lines / first:5.2f} x that of the first size"
        print(f"  {lines:>7} lines   ours {ours * 1000:8.1f} ms   a line {grown}{theirs}")


def memory() -> None:
    """The most memory that a compilation of the sample document takes, and of a bare interpreter."""

    def peak(command: list[str]) -> int:
        code = "import resource, subprocess, sys; subprocess.run(sys.argv[1:], capture_output=True); "
        code += "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
        return int(
            subprocess.run(
                [sys.executable, "-c", code, *command], capture_output=True, check=True, cwd=ROOT, env=ENV
            ).stdout
        )

    bare = peak([sys.executable, "-c", "pass"])
    full = peak([sys.executable, "-m", "mermaid2gha", "compile", "--check", "--quiet", "--no-cache"])
    print(f"\npeak memory of compile --check: {full / 1024:.0f} MiB, {full / bare:.1f} x python -c pass")


def growth(sizes: list[int]) -> None:
    """Compile time from text to YAML for documents of growing size (goal: linear)."""
    print("\ndocument to YAML by number of events, in processor time (goals: linear; 10,000 in under 2 s)")
    first = 0.0
    for size in sizes:
        with tempfile.NamedTemporaryFile("w", suffix=".md", encoding="utf-8") as file:
            file.write(document(size))
            file.flush()
            turns = [
                _lines([sys.executable, "-c", _COMPILE, file.name])[0]
                for _ in range(1 if size > 10_000 else 3)
            ]
        seconds = statistics.median(turns)
        each = seconds / size
        first = first or each
        print(
            f"  {size:>7} events {seconds:8.2f} s   {each * 1e6:6.0f} us an event   "
            f"{each / first:5.2f} x that of the first size"
        )


def _diagrams(file: Path = DOCUMENT) -> list[str]:
    from mermaid2gha.base.markdown import diagram_blocks
    from mermaid2gha.base.source import SourceFile

    text = file.read_text(encoding="utf-8")
    return [block.text for block in diagram_blocks(SourceFile(file.name, text))]


def _turns(contestants: dict[str, Callable[[], float]], rounds: int) -> dict[str, float]:
    """The median of each contestant over rounds in which all take one turn each."""
    times: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, turn in contestants.items():
            times[name].append(turn())
    return {name: statistics.median(found) for name, found in times.items()}


def _seconds(command: list[str], env: dict[str, str] | None = None, folder: str | Path = ROOT) -> float:
    """The processor time of one run."""
    begin = _of_children()
    subprocess.run(command, cwd=folder, env=env or ENV, capture_output=True, check=True)
    return _of_children() - begin


def _wall(command: list[str]) -> float:
    """The time of one run as a clock shows it; findings are no failure."""
    begin = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, env=ENV, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    return time.perf_counter() - begin


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _lines(command: list[str]) -> list[float]:
    found = subprocess.run(command, cwd=ROOT, env=ENV, capture_output=True, text=True, check=True)
    return [float(line) for line in found.stdout.split()]


if __name__ == "__main__":
    sys.exit(main())
