"""Mermaid itself reads every flowchart that is committed: those of the pages, and those that are compiled.

`python tests/live/pictures.py`; needs what `differential.py` needs.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests")]

from mermaid.content import oracle  # noqa: E402

FENCE = re.compile(r"^```mermaid\n(flowchart .*?)^```$", re.MULTILINE | re.DOTALL)
READ = "other type flowchart"
"""What the oracle, which is made for sequence diagrams, says of a flowchart that Mermaid takes."""


def flowcharts() -> dict[str, str]:
    """Each flowchart by its place."""
    result = {str(path.relative_to(ROOT)): path.read_text("utf-8") for path in ROOT.glob("out/**/*.mmd")}
    for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]:
        for found in FENCE.finditer(page.read_text("utf-8")):
            result[f"{page.relative_to(ROOT)} at {found.start()}"] = found[1]
    return result


def main() -> int:
    charts = flowcharts()
    answers = dict(zip(charts, oracle(list(charts.values()))))
    refused = {
        place: answer
        for place, answer in answers.items()
        if not str(answer.get("error", "")).startswith(READ)
    }
    for place, answer in refused.items():
        print(f"{place}: {answer}")
    print(f"pictures: {len(charts)} flowcharts, {len(refused)} refused by Mermaid")
    return 1 if refused or not charts else 0


if __name__ == "__main__":
    sys.exit(main())
