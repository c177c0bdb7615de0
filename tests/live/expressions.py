"""Random expressions, valued by this project and by npm's @actions/expressions, must agree.

`python tests/live/expressions.py [--count N] [--seed S] [--record FILE]`; needs node and, in the variable
MERMAID2GHA_NODE_MODULES, a folder with @actions/expressions. `--record` writes the cases with npm's answers.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from expression_answers import CONTEXTS, answer

SCRIPT = Path(__file__).with_name("expressions.mjs")
STRINGS = [
    "", " ", "a", "A", "abc", "ABC", "true", "false", "null", "0", "1", " 1 ", "-1", "1.5", "0x1F",
    "0o17", "1e3", "NaN", "Infinity", "-Infinity", "+5", "5.", ".5", "it''s", "ß", "İ", "ı", "é", "É",
    "Σ", "ς", "😀", "\uff5e", "{0}", "{0}-{1}", "{{0}}", "{0", "}", "{1:x}", "{2}", "[]", "{}", "[1, 2]",
    '{"a": {"B": [1, "x"]}}', '"x"', "[1,]", "tab\there", "line\nbreak", "refs/heads/main", "0b11",
    "1_000", "--1", "１", "1 2", "x y",
]  # fmt: skip
NUMBERS = [
    "0", "1", "-1", "2", "1.5", ".5", "5.", "+3", "0x1F", "0o17", "1e3", "1E-7", "1e21",
    "123456789012345678", "0.1", "1.0000000000000001", "0.0000152587890625", "-0", "NaN", "Infinity",
    "-Infinity", "1e-16", "3.14159e2",
]  # fmt: skip
NAMES = [
    "a",
    "b",
    "B",
    "name",
    "labels",
    "list",
    "x-y",
    "missing",
    "true",
    "null",
    "deep",
    "Empty",
    "number",
    "zero",
]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--record", type=Path)
    options = parser.parse_args(arguments)
    chance = random.Random(options.seed)
    expressions = [_spelled(chance) for _ in range(options.count)]
    expected = npm_answers(expressions)
    faults = [
        (expression, theirs, ours)
        for expression, theirs in zip(expressions, expected, strict=True)
        if (ours := answer(expression)) != theirs
    ]
    for expression, theirs, ours in faults[:40]:
        print(f"{expression!r}\n  npm: {theirs}\n  we:  {ours}")
    errors = sum("error" in theirs for theirs in expected)
    print(f"expressions: {len(expressions)} compared, {errors} of them errors, {len(faults)} disagreements")
    if options.record and not faults:
        record(options.record, expressions, expected)
    return 1 if faults else 0


def npm_answers(expressions: list[str]) -> list[dict[str, object]]:
    """The answers of npm's @actions/expressions, in the order of the expressions."""
    assert os.environ.get("MERMAID2GHA_NODE_MODULES"), "set MERMAID2GHA_NODE_MODULES"
    lines = "".join(json.dumps({"expression": e, "contexts": CONTEXTS}) + "\n" for e in expressions)
    run = subprocess.run(
        ["node", str(SCRIPT)], input=lines, capture_output=True, encoding="utf-8", check=True, timeout=600
    )
    return [json.loads(line) for line in run.stdout.splitlines()]


def record(path: Path, expressions: list[str], expected: list[dict[str, object]]) -> None:
    """Cases with their answers as gzipped JSON lines; the same cases give the same bytes."""
    lines = [json.dumps({"expression": e, **a}, ensure_ascii=False) for e, a in zip(expressions, expected)]
    path.write_bytes(gzip.compress("".join(f"{line}\n" for line in lines).encode(), mtime=0))


def _spelled(chance: random.Random) -> str:
    """A random expression; one in eight with a random fault in its spelling."""
    while True:
        text = "".join(_tokens(chance, chance.choice([1, 2, 3, 4])))
        if chance.random() < 0.125:
            at = chance.randrange(len(text) + 1)
            text = text[:at] + chance.choice("()[].,'!=<>&|*-+ 1a\"$") + text[at + chance.choice([0, 1]) :]
        if not _is_known_difference(text):
            return text


def _is_known_difference(text: str) -> bool:
    """Where npm's package is not the service: trailing commas, `0b`, doubled quotes after the first."""
    return bool(re.search(r",\s*\)|0b|''[^']*''|'''", text)) or not text.strip()


def _tokens(chance: random.Random, depth: int) -> Iterator[str]:
    blank = chance.choice(["", " ", "  ", "\n"]) if chance.random() < 0.3 else " "
    if depth == 0:
        yield _leaf(chance)
        return
    match chance.randrange(8):
        case 0 | 1:
            operator = chance.choice(["==", "!=", "<", "<=", ">", ">="])
            yield from (*_tokens(chance, depth - 1), blank, operator, blank, *_tokens(chance, depth - 1))
        case 2 | 3:
            operator = chance.choice(["&&", "||"])
            for _ in range(chance.choice([1, 1, 2])):
                yield from (*_tokens(chance, depth - 1), blank, operator, blank)
            yield from _tokens(chance, depth - 1)
        case 4:
            yield from ("!", *_tokens(chance, depth - 1))
        case 5:
            yield from ("(", *_tokens(chance, depth - 1), blank, ")")
            if chance.random() < 0.2:
                yield _access(chance, depth - 1)
        case 6:
            yield from _call(chance, depth - 1)
        case _:
            yield chance.choice(["github", "needs", "GITHUB", "vars"])
            for _ in range(chance.randrange(1, 4)):
                yield _access(chance, depth - 1)


def _leaf(chance: random.Random) -> str:
    match chance.randrange(6):
        case 0 | 1:
            return "'" + chance.choice(STRINGS) + "'"
        case 2:
            return chance.choice(NUMBERS)
        case 3:
            return chance.choice(["true", "false", "null"])
        case 4:
            return chance.choice(
                ["github", "needs", "vars", "other"] if chance.random() < 0.3 else ["github"]
            )
        case _:
            return chance.choice(["github", "vars", "needs"]) + "." + chance.choice(NAMES)


def _access(chance: random.Random, depth: int) -> str:
    match chance.randrange(6):
        case 0 | 1 | 2:
            return "." + chance.choice(NAMES)
        case 3:
            return chance.choice([".*", "[*]"])
        case 4:
            return (
                "["
                + chance.choice(["0", "1", "-1", "1.9", "'a'", "'NAME'", "true", "null", "'1'", "9"])
                + "]"
            )
        case _:
            return "[" + "".join(_tokens(chance, max(depth, 0))) + "]"


def _call(chance: random.Random, depth: int) -> Iterator[str]:
    name, least, most = chance.choice(
        [
            ("contains", 2, 2),
            ("startsWith", 2, 2),
            ("endsWith", 2, 2),
            ("format", 1, 4),
            ("join", 1, 2),
            ("toJSON", 1, 1),
            ("fromJSON", 1, 1),
            ("case", 3, 5),
        ]
    )
    spelling = chance.choice([name, name.lower(), name.upper()])
    count = chance.randrange(max(least - (chance.random() < 0.03), 0), most + 1 + (chance.random() < 0.03))
    if name == "fromJSON" and chance.random() < 0.7:
        yield from (spelling, "('", chance.choice(STRINGS), "')")
        return
    yield from (spelling, "(")
    for index in range(count):
        yield ", " if index else ""
        yield from _tokens(chance, depth)
    yield ")"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
