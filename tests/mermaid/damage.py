"""Random sound diagrams, and ways to damage them at one line so that one fault is to be told there."""

from __future__ import annotations

import random

NAMES = ("Dev", "CI", "Registry", "Build Images", "a-b", "Mail")
BLOCKS = {"loop": "", "opt": "", "alt": "else", "par": "and", "critical": "option", "break": "", "rect": ""}
OPENERS = tuple(BLOCKS)


def sound(rng: random.Random, count: int) -> list[str]:
    """The lines of a sound diagram with at least this many messages and notes, indented by block."""
    lines = ["sequenceDiagram", *(f"    participant {name}" for name in NAMES)]
    drawn = 0
    while drawn < count:
        drawn += _some(rng, lines, 1)
    return lines


def _some(rng: random.Random, lines: list[str], depth: int) -> int:
    indent = "    " * depth
    if depth > 3 or rng.random() < 0.7:
        one, two = rng.choice(NAMES), rng.choice(NAMES)
        message = (
            f"{one}{rng.choice(['->>', '-->>', '->', '-)', '-x '])}{two}: {rng.choice(['x', 'a b', ''])}"
        )
        lines.append(indent + rng.choice([message, message, f"Note over {one}: about"]))
        return 1
    word = rng.choice(OPENERS)
    lines.append(f"{indent}{word} {'rgb(1,2,3)' if word == 'rect' else 'when'}")
    drawn = sum(_some(rng, lines, depth + 1) for _ in range(rng.randint(1, 3)))
    while BLOCKS[word] and rng.random() < 0.5:
        lines.append(f"{indent}{BLOCKS[word]} other")
        drawn += sum(_some(rng, lines, depth + 1) for _ in range(rng.randint(1, 3)))
    lines.append(f"{indent}end")
    return drawn


FAULTY_LINES = (
    "CI->>Dev",
    "CI->>Dev x",
    "CI=>>Dev: x",
    "CI<-Dev: x",
    "CI->>Dev: a; b",
    "CI->>Dev,Mail: x",
    "Note over CI",
    "Note CI: x",
    "Note over CI: a; b",
    "Note over CI,Dev,Mail: x",
    "linux-x64->>CI: x",
    "CI->>End user: x",
    "End->>CI: x",
    "Note over Loop: x",
    "foo bar baz",
    "* item",
    "participant A, B",
    "participant A: b",
    "activate A: b",
    "deactivate Dev",
    "CI-->>-Mail: x",
    "CI->>Dev： x",
    "->>CI: x",
    "CI->>: x",
    "autonumber on",
    "link CI",
    "create CI",
    "sequenceDiagram",
)


def damaged(rng: random.Random, lines: list[str], count: int) -> tuple[list[str], list[int]]:
    """The lines with so many damages, and the numbers (from 1) of the lines that are damaged."""
    inner = [n for n, line in enumerate(lines) if ":" in line]
    chosen = sorted(rng.sample(inner, count))
    made = list(lines)
    for number in chosen:
        indent = made[number][: len(made[number]) - len(made[number].lstrip())]
        made[number] = indent + rng.choice(FAULTY_LINES)
    return made, [number + 1 for number in chosen]


def without_end(rng: random.Random, lines: list[str]) -> tuple[list[str], int]:
    """The lines without one `end`, and the number of the line whose block is open now."""
    ends = [n for n, line in enumerate(lines) if line.strip() == "end"]
    if not ends:
        return lines, 0
    gone = rng.choice(ends)
    column = lines[gone].index("end")
    opening = max(
        n
        for n, line in enumerate(lines[:gone])
        if line[:column].isspace() and line[column:].startswith(OPENERS)
    )
    return [*lines[:gone], *lines[gone + 1 :]], opening + 1


def with_end(rng: random.Random, lines: list[str]) -> tuple[list[str], int]:
    """The lines with an `end` too many, indented as the line below it, and the number of its line."""
    at = rng.choice([n for n, line in enumerate(lines) if ":" in line])
    indent = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
    return [*lines[:at], f"{indent}end", *lines[at:]], at + 1
