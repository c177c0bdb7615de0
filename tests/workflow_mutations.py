"""Workflows that are wrong in every way one can think of: valid ones, changed at one place or two.

`mutation(seed)` is always the same text for a seed. A change is made in the text, so that what stands around
it keeps its style: a value becomes another one, a key is renamed, repeated, moved or lost, an expression asks
for something else, a line changes its indentation, a character goes or comes.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache
from pathlib import Path
from zlib import crc32

from mermaid2gha.base.source import SourceFile
from mermaid2gha.yaml.tree import Entries, Entry, Items, Scalar, Tree, all_nodes, read_tree

FOLDER = Path(__file__).parent / "github" / "valid"

VALUES = (
    *("", "null", "~", "true", "no", "0", "3", "-1.5", "0x1F", "1e3", "text", "'quoted'", '"3"', "two words"),
    *("[]", "[a]", "[a, b]", "{}", "{a: b}", "{name: x}", "[{run: x}]", "[[a]]", "|\n  a", "!!str 1", "main"),
    *("${{ github.ref }}", "${{ env.A }}", "${{ secrets.A }}", "${{ matrix.a }}", "${{ needs.a.result }}"),
    *("${{ steps.a.outcome }}", "${{ inputs.a }}", "${{ vars.A }}", "${{ job.status }}", "${{ runner.os }}"),
    *("${{ strategy.job-index }}", "${{ jobs.a.outputs.b }}", "${{ nothing.at.all }}", "${{ success() }}"),
    *(
        "${{ hashFiles('a') }}",
        "${{ github.ref",
        "a ${{ github.ref }} b",
        "${{ }}",
        "${{ 'text' }}",
        "${{ 1 }}",
    ),
    *("${{ fromJSON('{}') }}", "${{ contains(github.ref) }}", "${{ nope() }}", "${{ a b }}", '${{ "a" }}'),
    *("${{ insert }}", "always()", "success() || env.A", "github.ref == 'x", "needs.*.result", "a.b.c == 1"),
    *("read-all", "write", "read", "inherit", "push", "self-hosted", "owner/action@v1", "* * * * *", "1 2 3"),
    *("build", "plan", "first", "list", "__x", "1a", "a.b", "Test", "a" * 101),
)
KEYS = (
    *("name", "on", "env", "jobs", "runs-on", "steps", "run", "uses", "with", "id", "if", "needs", "secrets"),
    *(
        "strategy",
        "matrix",
        "include",
        "exclude",
        "outputs",
        "permissions",
        "contents",
        "concurrency",
        "group",
    ),
    *("types", "branches", "branches-ignore", "paths", "cron", "inputs", "type", "required", "default"),
    *("options", "value", "container", "image", "services", "environment", "url", "shell", "defaults"),
    *(
        "timeout-minutes",
        "continue-on-error",
        "description",
        "permission",
        "step",
        "Name",
        "RUNS-ON",
        "1",
        "<<",
    ),
    *(
        "push",
        "pull_request",
        "workflow_call",
        "workflow_dispatch",
        "schedule",
        "true",
        "null",
        "${{ vars.A }}",
    ),
    *("background", "wait", "parallel", "labels", "cancel-in-progress", "version", "working-directory"),
)
SIGNS = (*":{}[]#&*!|>'\"%@`,?-\t \n\\$", "- ", ": ", " #", "''", "${{", "}}")
WORDS = (
    *("github", "env", "secrets", "matrix", "needs", "steps", "inputs", "vars", "runner", "job", "strategy"),
    *(
        "always",
        "success",
        "failure",
        "cancelled",
        "hashFiles",
        "contains",
        "format",
        "toJSON",
        "case",
        "jobs",
    ),
)

Change = Callable[[random.Random, str, Tree], str]


@cache
def bases() -> tuple[str, ...]:
    """The valid workflows that are changed; those that this compiler once wrote come up less often."""
    texts = {path.name: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.yml"))}
    own = [text for name, text in texts.items() if not name.startswith("compiled")]
    return (*texts.values(), *own, *own)


def mutation(seed: int) -> str:
    """A workflow that is changed at one place, sometimes at more."""
    draw = random.Random(seed)
    text = draw.choice(bases())
    for _ in range(draw.choice((1, 1, 1, 1, 2, 3))):
        root, _ = read_tree(SourceFile("base.yml", text))
        if root is not None:
            text = draw.choice(CHANGES)(draw, text, root)
    return text


def digest(text: str) -> int:
    """A number by which a recorded verdict knows that it is about this text."""
    return crc32(text.encode("utf-8", "surrogatepass"))


def _entries(root: Tree) -> list[Entry]:
    return [entry for node in all_nodes(root) if isinstance(node, Entries) for entry in node.entries]


def _values(root: Tree) -> list[Tree]:
    return [*(entry.value for entry in _entries(root)), *_items(root)]


def _items(root: Tree) -> list[Tree]:
    return [item for node in all_nodes(root) if isinstance(node, Items) for item in node.items]


def _spliced(text: str, start: int, end: int, new: str) -> str:
    return text[:start] + new + text[end:]


def _another_value(draw: random.Random, text: str, root: Tree) -> str:
    node = draw.choice(_values(root))
    value = draw.choice(VALUES)
    before = " " if text[node.span.start - 1 : node.span.start] == ":" else ""
    return _spliced(text, node.span.start, node.span.end, before + value)


def _another_scalar(draw: random.Random, text: str, root: Tree) -> str:
    nodes = [node for node in _values(root) if isinstance(node, Scalar)]
    node = draw.choice(nodes or [root])
    return _spliced(text, node.span.start, node.span.end, draw.choice(VALUES))


def _another_key(draw: random.Random, text: str, root: Tree) -> str:
    key = draw.choice(_entries(root)).key
    name = draw.choice((draw.choice(KEYS), key.value.upper(), key.value + "s", key.value[1:]))
    return _spliced(text, key.span.start, key.span.end, name)


def _lost(draw: random.Random, text: str, root: Tree) -> str:
    """An entry without its line, or the whole of it in a line of its own."""
    span = draw.choice(_entries(root)).span
    return _spliced(text, span.start, span.end, draw.choice(("", "x: y", "# gone")))


def _repeated(draw: random.Random, text: str, root: Tree) -> str:
    entry = draw.choice(_entries(root))
    column = entry.span.start - text.rfind("\n", 0, entry.span.start) - 1
    written = text[entry.span.start : entry.span.end]
    if draw.random() < 0.3:
        written = written.replace(entry.key.value, entry.key.value.upper(), 1)
    return _spliced(text, entry.span.start, entry.span.start, f"{written}\n{' ' * column}")


def _added(draw: random.Random, text: str, root: Tree) -> str:
    entry = draw.choice(_entries(root))
    column = entry.span.start - text.rfind("\n", 0, entry.span.start) - 1
    written = f"{draw.choice(KEYS)}: {draw.choice(VALUES)}"
    return _spliced(text, entry.span.start, entry.span.start, f"{written}\n{' ' * column}")


def _swapped(draw: random.Random, text: str, root: Tree) -> str:
    one, other = sorted((draw.choice(_values(root)).span for _ in range(2)), key=lambda span: span.start)
    if one.end > other.start:
        return text
    middle = text[one.end : other.start]
    return text[: one.start] + other.text + middle + one.text + text[other.end :]


def _other_word(draw: random.Random, text: str, root: Tree) -> str:
    """Another context or function in an expression."""
    found = [word for word in WORDS if word in text]
    word = draw.choice(found or ["name"])
    places = [at for at in range(len(text)) if text.startswith(word, at)]
    at = draw.choice(places) if places else 0
    return _spliced(text, at, at + len(word), draw.choice(WORDS)) if places else text


def _indented(draw: random.Random, text: str, root: Tree) -> str:
    lines = text.split("\n")
    number = draw.randrange(len(lines))
    line = lines[number]
    lines[number] = draw.choice((" " + line, "  " + line, line[1:], line[2:], "\t" + line, "    " + line))
    return "\n".join(lines)


def _character(draw: random.Random, text: str, root: Tree) -> str:
    at = draw.randrange(len(text))
    return _spliced(text, at, at + draw.choice((0, 1, 1, 2)), draw.choice((draw.choice(SIGNS), "")))


def _commented(draw: random.Random, text: str, root: Tree) -> str:
    lines = text.split("\n")
    number = draw.randrange(len(lines))
    lines[number] = draw.choice(("", "# " + lines[number], lines[number] + " # why", lines[number] + "x"))
    return "\n".join(lines)


CHANGES: tuple[Change, ...] = (
    *(_another_value, _another_value, _another_scalar, _another_scalar, _another_key, _another_key),
    *(
        _lost,
        _repeated,
        _added,
        _added,
        _swapped,
        _other_word,
        _other_word,
        _indented,
        _character,
        _commented,
    ),
)
