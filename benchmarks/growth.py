"""How the time of a check grows with what a stranger would make: `python benchmarks/growth.py [NAME…]`.

Each shape is a project of growing size, checked three times in processor time, start-up taken off. The
exponent is that of the last doubling: 1 is linear (goal: at most 1.2). What is bounded is told at once and
grows with its length only (docs/security.md#what-holds).
"""

from __future__ import annotations

import math
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

HEAD = "    participant GH as GitHub\n    participant CI as CI (ci.yml)\n"
PUSH = "    GH->>CI: Trigger 'push'\n    Note over CI: Build\n"
LEAST = 0.03
"""Seconds below which a time is noise."""


def page(body: str, head: str = HEAD + PUSH) -> dict[str, str]:
    return {"d.md": f"# CI\n\n```mermaid\nsequenceDiagram\n{head}{body}```\n"}


def notes(count: int) -> list[str]:
    return [f"    Note over CI: Job {number}\n" for number in range(count)]


def aliases(count: int) -> str:
    return "".join(f"b{number}: *a\n" for number in range(count))


def flows(count: int, trigger: str) -> dict[str, str]:
    return {
        "d.md": "".join(
            f"## Flow {n}\n\n```mermaid\nsequenceDiagram\n{HEAD}    GH->>CI: {trigger.format(n=n)}\n"
            f"    Note over CI: Build {n}\n```\n\n"
            for n in range(count)
        )
    }


def front(text: str) -> dict[str, str]:
    return {"d.mmd": f"---\n{text}\n---\nsequenceDiagram\n{HEAD}{PUSH}"}


def standing(text: str) -> dict[str, str]:
    return {**page(""), ".github/workflows/ci.yml": text}


def settings(text: str) -> dict[str, str]:
    return {**page(""), "mermaid2gha.yml": text}


SHAPES: dict[str, tuple[int, Callable[[int], dict[str, str]]]] = {
    "notes": (1000, lambda n: page("".join(notes(n)))),
    "messages to new lifelines": (500, lambda n: page("".join(f"    CI->>P{i}: push\n" for i in range(n)))),
    "operands of par": (
        1000,
        lambda n: page("    par\n" + "    and\n".join(notes(n)) + "    end\n"),
    ),
    "operands of alt": (
        16_000,
        lambda n: page("    alt a\n" + "    else b\n".join(notes(n)) + "    end\n"),
    ),
    "fragments in one another": (
        16_000,
        lambda n: page("    opt a\n" * n + "    end\n" * n),
    ),
    "flows not told apart": (500, lambda n: flows(n, "Trigger 'push'")),
    "flows by hand": (500, lambda n: flows(n, "workflow_dispatch")),
    "flows by branch": (500, lambda n: flows(n, "push to branch b{n}")),
    "diagrams of files of their own": (
        100,
        lambda n: {
            "d.md": "".join(
                f"## F {i}\n\n```mermaid\nsequenceDiagram\n{HEAD.replace('ci.yml', f'ci{i}.yml')}{PUSH}```\n"
                for i in range(n)
            )
        },
    ),
    "words of a label": (20_000, lambda n: page("    CI->>Z: " + "push to the " * (n // 12) + "\n")),
    "words of a trigger": (
        20_000,
        lambda n: page("    Note over CI: J\n", HEAD + "    GH->>CI: " + "push to the " * (n // 12) + "\n"),
    ),
    "brackets of a label": (20_000, lambda n: page("    CI->>Z: " + "[" * n + "\n")),
    "many labels of 1,000 characters": (
        50,
        lambda n: page("".join(f"    CI->>Z: {'push to the ' * 83}{i}\n" for i in range(n))),
    ),
    "faulty lines": (2000, lambda n: page("    ???\n" * n)),
    "keys of front matter": (2000, lambda n: front("".join(f"k{i}: v\n" for i in range(n)))),
    "aliases of front matter": (
        2000,
        lambda n: front("a: &a [x]\n" + aliases(n)),
    ),
    "brackets of front matter": (5000, lambda n: front("a: " + "[" * n)),
    "quotes of Markdown": (2000, lambda n: {"d.md": "> " * n + "x\n" + page("")["d.md"]}),
    "links of a heading": (2000, lambda n: {"d.md": "# " + "![a](" * n + "\n" + page("")["d.md"]}),
    "conditions of settings": (
        4000,
        lambda n: settings("conditions:\n" + "".join(f"  c{i}: github.ref == 'x{i}'\n" for i in range(n))),
    ),
    "unknown settings": (4000, lambda n: settings("".join(f"documentz{i}: x\n" for i in range(n)))),
    "parentheses of a condition": (5000, lambda n: settings(f"conditions:\n  c: {'(' * n}\n")),
    "jobs of a workflow": (
        500,
        lambda n: standing(
            "on: push\njobs:\n" + "".join(f"  j{i}: {{runs-on: x, steps: [{{run: a}}]}}\n" for i in range(n))
        ),
    ),
    "brackets of a workflow": (5000, lambda n: standing("on: push\njobs: " + "[" * n + "\n")),
}


def seconds(files: dict[str, str]) -> tuple[float, float]:
    """The least processor time of three checks, and the most memory, in MB."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in {**files, ".git/HEAD": ""}.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        document = next(name for name in files if name.startswith("d."))
        command = [sys.executable, "-m", "mermaid2gha", "check", "--no-cache", "--quiet", document]
        times = []
        for _ in range(3):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
            assert done.returncode < 3, done.stderr.decode()
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        return min(times), after.ru_maxrss / 1024


def exponent(small: float, large: float) -> float:
    """The power of the size by which the time grows, from that of a size to that of its double."""
    return math.log2(max(large, LEAST) / max(small, LEAST))


def main(names: list[str]) -> int:
    idle, _ = seconds({"d.md": "# Prose\n"})
    print(f"{'':34}{'n':>8}{'n':>9}{'2n':>9}{'4n':>9}   exponent")
    worst = 0.0
    for name, (size, shape) in SHAPES.items():
        if names and name not in names:
            continue
        times = [max(seconds(shape(size * factor))[0] - idle, 0.0) for factor in (1, 2, 4)]
        grown = exponent(*times[1:])
        worst = max(worst, grown)
        columns = "".join(f"{time:>8.2f}s" for time in times)
        print(f"{name:<34}{size:>8}{columns}{grown:>11.1f}", flush=True)
    print(f"the largest exponent is {worst:.1f} (goal: at most 1.2)")
    return 0 if worst <= 1.25 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
