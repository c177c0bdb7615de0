"""Thousands of workflow files, most of them wrong, have the verdict that GitHub's own parser gives them.

`python tests/live/validity.py [--count N] [--seed S] [--record FILE] [--files PATH…]`; needs node and, in the
variable MERMAID2GHA_NODE_MODULES, a folder with @actions/workflow-parser and esbuild. Mutations of valid
workflows are judged by both; `--files` judges files, or all of folders, instead (the examples of other
linters, say, or workflows of other repositories). `--record` writes the lines of the parser's complaints.
"""

from __future__ import annotations

import argparse
import gzip
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parent), str(Path(__file__).resolve().parent.parent)]

from oracles import bundle  # noqa: E402
from validity_answers import Complaint, difference, judged, line, of_service  # noqa: E402
from workflow_mutations import digest, mutation  # noqa: E402


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0, help="of the first mutation")
    parser.add_argument("--record", type=Path)
    parser.add_argument("--files", type=Path, nargs="+")
    options = parser.parse_args(arguments)
    if options.files:
        texts = {str(path): path.read_text(encoding="utf-8-sig") for path in _files(options.files)}
    else:
        texts = {str(s): mutation(s) for s in range(options.seed, options.seed + options.count)}
    answers = [of_service(found, text) for found, text in zip(complaints(texts), texts.values(), strict=True)]
    if options.record:
        with gzip.GzipFile(options.record, "wb", mtime=0) as file:
            for (name, text), lines in zip(texts.items(), answers, strict=True):
                file.write((json.dumps([int(name), digest(text), lines]) + "\n").encode())
        print(f"recorded {len(texts)} verdicts")
        return 0
    faults, same_line, refused = 0, 0, 0
    for (name, text), lines in zip(texts.items(), answers, strict=True):
        found = judged(text)
        refused += bool(lines)
        same_line += bool(set(lines or ()) & {line(one) for one in found})
        if words := difference(lines, found):
            faults += 1
            print(f"{name}: {words}")
    print(
        f"{len(texts)} files, {refused} refused by the parser, {same_line} of these on a line of ours, "
        f"{faults} with another verdict"
    )
    return 1 if faults else 0


def complaints(texts: dict[str, str]) -> list[list[Complaint]]:
    """What the parser says of each file."""
    asked = "".join(json.dumps({"name": "workflow.yml", "text": text}) + "\n" for text in texts.values())
    command = ["node", str(bundle("validity"))]
    run = subprocess.run(
        command, input=asked, capture_output=True, check=True, encoding="utf-8", timeout=3600
    )
    return [[(at, message) for at, message in json.loads(answer)] for answer in run.stdout.splitlines()]


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        yield from (
            sorted(file for file in path.rglob("*.y*ml") if file.is_file()) if path.is_dir() else [path]
        )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
