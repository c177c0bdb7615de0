"""Fuzz every reader of what a stranger can write: `readers.py [--seconds N] [--corpus FOLDER] [--seed N]`.

Documents, settings, workflow files, expressions, runs, marks of files and paths are read, and whole projects
checked by the command. With atheris installed the mutations are guided by coverage, else they are random. A
text breaks a law if something is raised, if it takes more than twenty seconds, or if what is printed could
steer a terminal or GitHub's runner; it is written beside the corpus folder and ends the run. A find is kept
as a line of `finds.jsonl`, which `tests/project/test_hostile.py` reads again.

The first byte of an input chooses the reader.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import hashlib
import io
import json
import os
import random
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[2]))

ROOT = Path(__file__).parents[2]
LONGEST = 8192
WORDS = (
    "sequenceDiagram participant actor as box end loop opt alt else par and critical option break Note over "
    "->> -->> : ; %% %%{ }%% --- title: ```mermaid ``` # > - documents: workflows: graphs: lifelines: role: "
    "conditions: jobs: id: ids: extra-jobs: extra-events: adopted: accepted: rules: ignore: flows: when: "
    "on: push pull_request pull_request_target workflow_run workflow_call schedule needs: if: steps: run: "
    "uses: strategy: matrix: include: outputs: permissions: write-all env: concurrency: runs-on: ${{ }} "
    "github.event_name == != && || ! ( ) always() failure() contains( startsWith( fromJSON( toJSON( cron: "
    "format( hashFiles( needs.a.result 'success' [*] .* 0x1 1e9 NaN &a *a << | > !!str ? {a: b} [a, b] "
    "\\u001b \\u202e :: ##[ ::set-output \\ud800 \\0 \\ufeff 99999999999999999999 decide: trigger: token: "
    "Trigger"
).split()
STEERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def document(content: bytes) -> None:
    from mermaid2gha.base.encoding import decoded
    from mermaid2gha.compiler.compile import compile_documents
    from mermaid2gha.settings.model import Settings

    for name in ("x.md", "x.mmd"):
        file, faults = decoded(content, name)
        if not faults:
            shown(compile_documents([file], Settings()).diagnostics)


def settings(content: bytes) -> None:
    from mermaid2gha.base.encoding import decoded
    from mermaid2gha.settings.reader import settings_from

    file, faults = decoded(content, "mermaid2gha.yml")
    if not faults:
        shown(settings_from(file, ".")[1])


def workflow(content: bytes) -> None:
    from mermaid2gha.github.simulator.model import read_workflow
    from mermaid2gha.github.workflow.reader import workflow_file
    from mermaid2gha.project.artifacts import written

    shown(workflow_file(content, "ci.yml")[1])
    written(content.decode("utf-8", "replace"))
    with contextlib.suppress(ValueError):
        read_workflow(content.decode("utf-8-sig"))
    difference(content)


SOUND = b"on: push\njobs:\n  build: {runs-on: x, steps: [{run: make}]}\n"


def difference(content: bytes) -> None:
    """What a change to the file makes run, told in each form."""
    from mermaid2gha.changes.compare import compared
    from mermaid2gha.changes.state import state
    from mermaid2gha.changes.tell import Compared, change_chart, change_json, change_markdown, change_text
    from mermaid2gha.report.guard import Form, guarded
    from mermaid2gha.report.text import Paper

    answer = Compared("`a`", "`b`", compared(state({"ci.yml": SOUND}), state({"ci.yml": content})))
    printable(guarded(change_text(answer, Paper()), Form.TEXT, "\x1bunknown"))
    printable(guarded(change_markdown(answer), Form.TEXT, "\x1bunknown"))
    printable(guarded(change_json(answer), Form.JSON, "\x1bunknown"))
    printable(guarded(change_chart(answer)[0], Form.TEXT, "\x1bunknown"))


def expression(content: bytes) -> None:
    from mermaid2gha.github.expressions.checker import condition_test
    from mermaid2gha.github.logic.equivalence import equivalent
    from mermaid2gha.settings.places import place_of, place_text

    text = content.decode("utf-8", "replace")
    condition_test(text)
    first, _, second = text.partition("\n")
    if len(text) < 300:
        equivalent(first, second)
    place = place_of(first)
    assert place is None or place_of(place_text(place)) == place


def run(content: bytes) -> None:
    from mermaid2gha.replay.api import observed_runs

    with contextlib.suppress(ValueError):
        observed_runs(content)


def markdown(content: bytes) -> None:
    from mermaid2gha.base.encoding import decoded
    from mermaid2gha.base.markdown import diagram_blocks
    from mermaid2gha.mermaid.format.document import formatted
    from mermaid2gha.mermaid.parse import parse

    file, faults = decoded(content, "x.md")
    if not faults:
        diagram_blocks(file)
        assert not formatted(file, parse).refused


def project(content: bytes) -> None:
    """A document, settings and a workflow, parted by form feeds, before commands."""
    parts = [*content.split(b"\x0c"), b"", b"", b""][:3]
    with tempfile.TemporaryDirectory() as folder:
        files = {"d.md": parts[0], "mermaid2gha.yml": parts[1], ".github/workflows/ci.yml": parts[2]}
        Path(folder, ".git").mkdir()
        for name, text in files.items():
            Path(folder, name).parent.mkdir(parents=True, exist_ok=True)
            if text:
                Path(folder, name).write_bytes(text)
        for words in (["check", "--no-cache", "d.md"], ["when", "push"], ["parse", "d.md"]):
            command(folder, words)


def command(folder: str, words: list[str]) -> None:
    """Call a command; it must not fail by itself, nor print what steers or commands."""
    from mermaid2gha.cli import main

    printed = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    before = Path.cwd()
    os.chdir(folder)
    try:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            code = main(words)
    finally:
        os.chdir(before)
    printed.flush()
    text = printed.buffer.getvalue().decode("utf-8", "surrogateescape")  # type: ignore[attr-defined]
    assert code < 3, text
    printable(text)


def shown(diagnostics: object) -> None:
    """What findings are in each format is printable."""
    from mermaid2gha.report import FORMATS
    from mermaid2gha.report.guard import Form, guarded
    from mermaid2gha.report.report import Report, form_of, rendered
    from mermaid2gha.report.text import Paper, text

    found = list(diagnostics)[:50]  # type: ignore[call-overload]
    report = Report(found, lambda: (text(found, Paper()), ""))
    for name in FORMATS:
        out, _ = rendered(report, name)
        printable(guarded(out, form_of(name), "\x1bunknown"), is_commands=form_of(name) is Form.COMMANDS)


def printable(text: str, *, is_commands: bool = False) -> None:
    steers = STEERS.search(text)
    assert steers is None, text[max(0, steers.start() - 50) : steers.end() + 50]
    for line in text.split("\n"):
        lead = re.match(r"::(?:error|warning|notice) ", line) if is_commands else None
        assert lead or not re.match(r"\s*::[^:\s]", line), line
        assert "##[" not in line, line


READERS: tuple[Callable[[bytes], None], ...] = (
    document,
    settings,
    workflow,
    expression,
    run,
    markdown,
    project,
)


def check(content: bytes) -> None:
    if content:
        READERS[content[0] % len(READERS)](content[1:])


def seeds() -> Iterator[bytes]:
    """What the repository has of each kind."""

    def of(reader: Callable[[bytes], None], text: bytes) -> bytes:
        return bytes([READERS.index(reader)]) + text

    documents = [*(ROOT / "diagrams").rglob("*.md"), *(ROOT / "tests/cases").glob("*.md")]
    fences = [
        fence
        for path in documents
        for fence in re.findall(rb"```mermaid\n.*?```\n", path.read_bytes(), re.DOTALL)
    ]
    settings_files = [path.read_bytes() for path in ROOT.rglob("mermaid2gha.yml") if ".venv" not in str(path)]
    fenced = [
        one
        for path in documents
        for one in re.findall(rb"```yaml mermaid2gha.yml\n(.*?)```", path.read_bytes(), re.DOTALL)
    ]
    workflows = [path.read_bytes() for path in sorted((ROOT / "out").rglob("*.yml"))]
    for fence in fences:
        yield of(document, fence)
        yield of(markdown, b"# A\n\n" + fence)
    for text in [*settings_files, *fenced]:
        yield of(settings, text)
    for text in workflows:
        yield of(workflow, text)
        for condition in re.findall(rb"if: (?:>\n)?(.*)", text)[:4]:
            yield of(expression, condition)
    yield of(
        run, b'{"jobs": [{"name": "Build", "conclusion": "success", "started_at": "2026-01-01T00:00:00Z"}]}'
    )
    for number, fence in enumerate(fences[::7]):
        one, other = settings_files[number % len(settings_files)], workflows[number % len(workflows)]
        yield of(project, b"\x0c".join((fence, one, other)))


def guided(folder: Path, seconds: int, seed: int) -> None:
    import atheris

    words = folder.parent / f"{folder.name}.dict"
    quoted = (word.replace("\\", "\\\\").replace('"', '\\"') for word in WORDS)
    words.write_text("".join(f'"{word}"\n' for word in quoted), encoding="utf-8")
    options = [f"-max_total_time={seconds}", f"-max_len={LONGEST}", "-timeout=20", f"-dict={words}"]
    options += [f"-artifact_prefix={folder.parent}/find-", "-print_final_stats=1", "-rss_limit_mb=3000"]
    options += [f"-seed={seed}"]
    atheris.Setup([sys.argv[0], *options, str(folder)], check)
    atheris.Fuzz()


def unguided(folder: Path, seconds: int, seed: int) -> None:
    rng = random.Random(seed)
    texts = [path.read_bytes() for path in sorted(folder.iterdir())]
    begin, runs, slowest = time.monotonic(), 0, 0.0
    while time.monotonic() - begin < seconds:
        text = rng.choice(texts)
        for _ in range(rng.randint(1, 6)):
            at, to = sorted(rng.randint(1, max(1, len(text))) for _ in "12")
            word = rng.choice([*WORDS, *"\n \t;:#%-<>{}@", "\x1b", "\x00", "\r"]).encode()
            text = text[:at] + rng.choice([word, text[at : at + 20], word * 40]) + text[min(to, at + 8) :]
        text = text[:LONGEST]
        started = time.process_time()
        try:
            check(text)
        except BaseException:
            (folder.parent / "find-text").write_bytes(text)
            raise
        runs, slowest = runs + 1, max(slowest, time.process_time() - started)
    print(f"{runs} texts in {seconds} s, the slowest {slowest:.1f} s, no find")


def kept(line: str) -> bytes:
    """A line of `finds.jsonl`: the reader's name with a text, or with bytes in base 64."""
    find = json.loads(line)
    number = [reader.__name__ for reader in READERS].index(find["reader"])
    text = (
        find["text"].encode("utf-8", "surrogatepass") if "text" in find else base64.b64decode(find["bytes"])
    )
    return bytes([number]) + text


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=int, default=60)
    options.add_argument("--seed", type=int, default=0, help="of the mutations")
    options.add_argument("--corpus", type=Path, default=Path("fuzz/readers"), help="kept between runs")
    chosen = options.parse_args()
    try:
        import atheris
    except ImportError:
        is_guided = False
    else:
        is_guided = True
        with atheris.instrument_imports(include=["mermaid2gha"]):
            for reader in READERS:
                with contextlib.suppress(Exception):
                    reader(b"")
    chosen.corpus.mkdir(parents=True, exist_ok=True)
    for content in seeds():
        (chosen.corpus / hashlib.sha1(content).hexdigest()).write_bytes(content[:LONGEST])
    print("guided by atheris" if is_guided else "unguided: atheris is not installed", flush=True)
    (guided if is_guided else unguided)(chosen.corpus.resolve(), chosen.seconds, chosen.seed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
