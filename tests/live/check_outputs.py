"""Every oracle on the workflows below folders, which must be silent on all of them.

`python tests/live/check_outputs.py [FOLDER …]` (without one: `out`); needs actionlint, node with
MERMAID2GHA_NODE_MODULES, check-jsonschema and zizmor.
"""

from __future__ import annotations

import sys
from pathlib import Path

from oracles import ORACLES


def main(arguments: list[str]) -> int:
    roots = [Path(argument) for argument in arguments or ["out"]]
    folders = sorted(
        {path.parent for root in roots for path in root.rglob("*.yml") if path.parent.name == "workflows"}
    )
    if not folders:
        print("check_outputs: no workflows to check")
        return 1
    complaints = [line for folder in folders for line in checked(folder)]
    print("\n".join(complaints))
    print(f"check_outputs: {len(folders)} folders, {len(complaints)} complaints")
    return 1 if complaints else 0


def checked(folder: Path) -> list[str]:
    """The complaints of all oracles about the workflows of a folder."""
    files = {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.yml"))}
    return [f"{folder}: {name}: {line}" for name, oracle in ORACLES.items() for line in oracle(files)]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
