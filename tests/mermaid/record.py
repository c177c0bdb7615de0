"""Record Mermaid's verdicts for the plain test suite: `record.py [--check]`.

`recorded.jsonl.gz` holds a pair of a text and Mermaid's answer (see `oracle.mjs`) a line: all probes of
`probes.jsonl`, which are chosen texts one a line, and the random diagrams of the seeds below. With `--check`
nothing is written, and the exit code is 1 if Mermaid now answers otherwise. Needs what `differential.py`
needs.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from mermaid.content import oracle
from mermaid.generate import diagram

HERE = Path(__file__).parent
RECORDED = HERE / "recorded.jsonl.gz"
SEEDS = range(2400)


def probes() -> list[str]:
    return [json.loads(line) for line in (HERE / "probes.jsonl").read_text(encoding="utf-8").splitlines()]


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--check", action="store_true")
    texts = [*probes(), *(diagram(seed) for seed in SEEDS)]
    lines = [
        json.dumps(
            [text, answer if "error" not in answer else {"error": answer["error"][:60]}], ensure_ascii=False
        )
        for text, answer in zip(texts, oracle(texts))
    ]
    content = ("\n".join(lines) + "\n").encode("utf-8")
    if options.parse_args().check:
        same = gzip.decompress(RECORDED.read_bytes()) == content
        print("the recordings hold" if same else "Mermaid answers otherwise than recorded")
        return 0 if same else 1
    RECORDED.write_bytes(gzip.compress(content, 9, mtime=0))
    print(f"{len(lines)} answers, {RECORDED.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
