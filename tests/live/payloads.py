"""Writes the table of `mermaid2gha/github/payloads.py` anew: what GitHub's own editor knows of payloads.

`npm pack @actions/languageservice`, unpack it, `python tests/live/payloads.py FOLDER/package VERSION`, and
`ruff format`. Nothing but names of properties is taken from the package, which has the MIT licence.
"""

from __future__ import annotations

import json
import re
import sys
import textwrap
from pathlib import Path
from typing import Any

TABLE = Path(__file__).parents[2] / "mermaid2gha/github/payloads.py"
Tree = dict[str, "Tree"]


def tree(parameters: list[Any], objects: list[Any], into: Tree) -> Tree:
    """The properties of a payload, each with its own; links aside, which all things have."""
    for one in parameters:
        parameter = objects[one] if isinstance(one, int) else one
        if not parameter["name"].lower().endswith("url"):
            below = into.setdefault(parameter["name"], {})
            tree(parameter.get("childParamsGroups") or [], objects, below)
    return into


def of_values(value: Any) -> Tree:
    """The properties of a sample payload."""
    return {
        name: of_values(inner) if isinstance(inner, dict) else {}
        for name, inner in value.items()
        if not name.lower().endswith("url")
    }


class Rows:
    """Things that payloads speak of, each once: a row names its properties, and the rows of theirs."""

    def __init__(self) -> None:
        self.rows: dict[str, int] = {}

    def row(self, of: Tree) -> int:
        names = [f"{name}:{self.row(inner)}" if inner else name for name, inner in sorted(of.items())]
        return self.rows.setdefault(" ".join(names), len(self.rows))


def main() -> None:
    folder, version = Path(sys.argv[1]) / "dist/context-providers/events", sys.argv[2]
    webhooks, objects, schedule = (
        json.loads((folder / f"{name}.min.json").read_text()) for name in ("webhooks", "objects", "schedule")
    )
    from mermaid2gha.github.events import EVENTS

    payloads: dict[str, Tree] = {"schedule": of_values(schedule)}
    for event, actions in webhooks.items():
        for action in actions.values():
            tree(action["bodyParameters"], objects, payloads.setdefault(event, {}))
    rows = Rows()
    events = {name: rows.row(payloads[name]) for name in sorted(payloads) if name in EVENTS}
    lines = [f'    "{name}": {at},' for name, at in events.items()]
    table = [f"_EVENTS = {{\n{chr(10).join(lines)}\n}}", "_ROWS = ("]
    for row in rows.rows:
        parts = textwrap.wrap(row, 98, break_long_words=False, break_on_hyphens=False)
        shown = [f'"{part}{" " if at < len(parts) - 1 else ""}"' for at, part in enumerate(parts)]
        indent = "        " if len(shown) > 1 else "    "
        body = "\n".join(indent + one for one in shown)
        table.append(f"    (\n{body}\n    )," if len(shown) > 1 else f"{body},")
    table.append(")")
    text = TABLE.read_text()
    text = re.sub(r"^_EVENTS = .*\Z", "\n".join(table).replace("\\", r"\\") + "\n", text, flags=re.S | re.M)
    text = re.sub(r"languageservice [\d.]+", f"languageservice {version}", text)
    TABLE.write_text(text)


if __name__ == "__main__":
    main()
