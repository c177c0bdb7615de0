"""Write docs/errors.md, Mermaid's answers to faulty diagrams beside ours: `errors_table.py [--check]`.

Both answers are of this very run. With `--check` nothing is written, and the exit code is 1 if the page would
change. Needs what `differential.py` needs.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from mermaid.content import oracle
from mermaid2gha.base.diagnostic import Diagnostic, sorted_diagnostics
from mermaid2gha.base.markdown import diagram_blocks
from mermaid2gha.base.source import SourceFile
from mermaid2gha.mermaid.parse import parse

PAGE = Path(__file__).parents[2] / "docs" / "errors.md"
INTRODUCTION = """\
# Faulty diagrams, and what is said about them

What Mermaid 12.3 says of a faulty diagram, and what mermaid2gha says: every fault, at its line, with the
cure. Mermaid stops at the first one and counts lines after its own clean-up. Of its lists of expected tokens
two names are shown, and how many follow. A diagram that Mermaid takes, but not as it is meant, is marked *no
complaint*. The first line, `sequenceDiagram`, is left out where nothing is wrong with it; lines count from
it. This page is written by `tests/mermaid/errors_table.py` from live runs of both.

| | the diagram | Mermaid 12.3 | mermaid2gha |
|---|---|---|---|"""
FAULTY = [
    "CI->>Registry: push; pull",
    "Note over CI: build; test",
    "CI->>Dev: Tom &amp; Ann",
    "CI->>Registry: Push #12 of 30",
    "end->>CI: done",
    "CI->>End user: mail",
    "Option A->>CI: start",
    "and->>CI: go",
    "loop->>CI: again\nCI->>Dev: x",
    "Note over Loop: wait",
    "activate->>CI: on",
    "linux-x64->>CI: built",
    "CI->>linux-x64: build",
    "CI-->>-xAlice: bye",
    "CI->>Registry",
    "Note over CI",
    "CI->>Registry push it",
    "opt fork\n  CI->>CI: a\nelse own\n  CI->>CI: b\nend",
    "and then\nCI->>Dev: x",
    "loop each day\n  CI->>CI: build",
    "alt a\n  opt b\n    CI->>CI: x\n  else c\n    CI->>CI: y\nend",
    "CI->>Dev: x\nend",
    "loop x\n  CI->>CI: y\nend loop",
    "if green\n  CI->>Dev: ok\nend",
    "%type%sequencediagram\nCI->>Dev: x",
    "> CI->>Dev: x",
    "CI=>>Registry: push",
    "CI->>>Registry: push",
    "Registry<-CI: push",
    "CI → Registry: push",
    "CI —> Registry: push",
    "CI->>Registry： push",
    "participant\u00a0CI\nNote\u00a0over\u00a0CI： x",
    "participant CI, Registry",
    "participant CI: the server",
    "participant a@v4",
    'participant DB@{ "type": "database"\nCI->>DB: x',
    "CI->>Registry,Dev: push",
    "Note over CI,Dev,Registry: x",
    "Note CI: x",
    "CI-->>-Dev: done",
    "deactivate CI",
    "create participant W\nCI->>Dev: x",
    "destroy CI\nDev->>Registry: x",
    "box Team\n  participant CI\n  CI->>CI: x\nend",
    "box A\nparticipant CI\nend\nbox B\nparticipant CI\nend",
    "autonumber \nCI->>Dev: x",
    "CI->>Registry: x\nRegistri->>CI: y",
    "title\nCI->>Dev: x",
    "A%% hidden\nCI->>Dev: x",
    "<!-- later -->\nCI->>Dev: x",
    "// CI->>Dev: x",
    "database DB as Store",
    'participant DB@{ "type": "database" } \nCI->>DB: x',
    "CI- >>Dev: x",
    "CI->>Dev: x\nNote over CI build it",
    "%type%sequenceDiagram participant CI participant Dev CI->>Dev: x",
    "%type%<!-- how we test -->\nsequenceDiagram\nCI->>Dev: x",
    "%type%---\ntitle: a: b\n---\nsequenceDiagram\nCI->>Dev: x",
    "CI->>Dev: a\nfoo\nCI=>>Dev: b\nNote over CI\nend\nCI->>Dev: c; d",
]
"""The texts below `sequenceDiagram`; those after `%type%` are whole."""


def whole(text: str) -> str:
    return text.removeprefix("%type%") if text.startswith("%type%") else f"sequenceDiagram\n{text}"


def page() -> str:
    texts = [whole(text) for text in FAULTY]
    rows = [
        f"| {number} | {_code(shown.removeprefix('%type%'))} | {_theirs(answer)} | {ours(text)} |"
        for number, (shown, text, answer) in enumerate(zip(FAULTY, texts, oracle(texts)), 1)
    ]
    return "\n".join([INTRODUCTION, *rows]) + "\n"


def _code(text: str) -> str:
    """Lines as code in a cell; blanks at the ends are made visible, since a cell shows none."""
    lines = (re.sub(r" (?=\Z)|(?<=\A) | (?= )|\u00a0", "·", line) for line in text.split("\n"))
    return "<br>".join(f"`{line}`" if line else "" for line in lines).replace("|", "\\|")


def _theirs(answer: dict[str, Any]) -> str:
    if "error" not in answer:
        return "*no complaint*"
    return _code(re.sub(r"Expecting ('.*?', '.*?'), (.*), got", _shortened, answer["error"].strip()))


def _shortened(found: re.Match[str]) -> str:
    others = len(re.findall(r"'.*?'", found[2]))
    return f"Expecting {found[1]} and {others} others, got"


def ours(text: str) -> str:
    """Our cell of a row."""
    [block] = diagram_blocks(SourceFile("x.mmd", text))
    return "<br>".join(_finding(found) for found in sorted_diagnostics(parse(block)[1]))


def _finding(found: Diagnostic) -> str:
    line, column = found.labels[0].span.file.line_column(found.labels[0].span.start)
    rule = f"[{found.rule}](../mermaid2gha/rules/{found.rule}.md)"
    said = f"{line}:{column} {rule}: {found.message}; *{found.help}*"
    return " ".join(said.split()).replace("|", "\\|")


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--check", action="store_true")
    made = page()
    if options.parse_args().check:
        same = PAGE.exists() and PAGE.read_text(encoding="utf-8") == made
        print("docs/errors.md holds" if same else "docs/errors.md would change")
        return 0 if same else 1
    PAGE.write_text(made, encoding="utf-8")
    print(f"{len(FAULTY)} faulty diagrams")
    return 0


if __name__ == "__main__":
    sys.exit(main())
