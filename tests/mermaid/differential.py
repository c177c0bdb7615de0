"""Compare our parser with Mermaid's on random diagrams: `differential.py [--count N] [--seed S]`.

Prints the number of disagreements; the exit code is 1 if there are any. Needs Node and, in the folder that
MERMAID2GHA_NODE_MODULES names, mermaid 12.3.0 and jsdom.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from mermaid.content import differs, oracle, ours
from mermaid.generate import diagram


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--count", type=int, default=2000)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--show", type=int, default=10, help="how many disagreements to print")
    chosen = options.parse_args()
    texts = [diagram(seed) for seed in range(chosen.seed, chosen.seed + chosen.count)]
    found = valid = 0
    for at in range(0, len(texts), 5000):
        part = texts[at : at + 5000]
        for text, theirs in zip(part, oracle(part)):
            mine = ours(text)
            valid += "error" not in theirs
            if differs(text, theirs, mine):
                found += 1
                if found <= chosen.show:
                    print(
                        json.dumps(text), "\n  Mermaid:", json.dumps(theirs), "\n  ours:   ", json.dumps(mine)
                    )
    print(f"{found} disagreements on {len(texts)} diagrams, of which Mermaid accepts {valid}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
