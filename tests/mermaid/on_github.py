"""Record what Mermaid 12.3 and GitHub's 11.16 take, for the plain test suite: `on_github.py [--check]`.

`on_github.jsonl.gz` holds a line for each text: the text, and which of the two versions take it. With
`--check` nothing is written, and the exit code is 1 if one of them now answers otherwise. Needs what
`differential.py` needs.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from itertools import product
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from mermaid.content import oracle

RECORDED = Path(__file__).parent / "on_github.jsonl.gz"
VERSIONS = ("mermaid", "mermaid-on-github")
NAMES = (
    "A|Link|link|LINKS|Links|links|properties|Properties|details|Details|linked|Linker|unlink|detail|property"
    "|Link to|link x|My Link|the details|Link-Checker|link.x|links_a|details2|Details é|linké|link\u00a0x"
    "|details\tx|a-b|a=b|a b|build-info|-a|a-|=|a.b|a/b|ſlinks|link#35;x|links😀|\u212aink|日本"
).split("|")
DATABASE = '@{ "type": "database" }'
USES = [
    *"participant {}|actor {}|participant {} as X|participant X as {}|activate {}\ndeactivate {}".split("|"),
    *"{}->>B: m|B->>{}: m|B->>+{}: m|B->>-{}: m|B->>(){}: m|B()->>{}: m|{}-->>{}: m|B ->> {} : m".split("|"),
    *"Note over {}: t|Note over B,{}: t|note left of {}: t|title {}|B->>B: {}".split("|"),
    *"link {}: x @ y|links {}: x|properties {}: x|details {}: x".split("|"),
    "create participant {}\nB->>{}: m",
    "destroy {}\nB->>{}: m",
    "box {}\nparticipant B\nend",
    "loop {}\nB->>B: m\nend",
    "B->>B: m\n{}->>B: n",
    f"participant {{}}{DATABASE}",
    f"participant {{}} {DATABASE}",
    f"participant {{}}\u00a0{DATABASE}",
    f"participant {{}}{DATABASE} as D",
    f"create participant {{}} {DATABASE}\nB->>{{}}: m",
    'actor {}\t@{"type":"queue"}',
    'participant {}\n@{"type":"queue"}',
    "participant {} @{type: actor} as D",
]


def texts() -> list[str]:
    return [f"sequenceDiagram\n{use.replace('{}', name)}\n" for use, name in product(USES, NAMES)]


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--check", action="store_true")
    answers = [oracle(texts(), version) for version in VERSIONS]
    taken = [[text, *("error" not in answer for answer in both)] for text, *both in zip(texts(), *answers)]
    content = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in taken).encode("utf-8")
    if options.parse_args().check:
        same = gzip.decompress(RECORDED.read_bytes()) == content
        print("the recordings hold" if same else "Mermaid answers otherwise than recorded")
        return 0 if same else 1
    RECORDED.write_bytes(gzip.compress(content, 9, mtime=0))
    newer = sum(new and not old for _, new, old in taken)
    print(f"{len(taken)} answers, {newer} of them too new for GitHub, {RECORDED.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
