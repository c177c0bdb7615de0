"""Fuzz the reader of diagrams: `fuzz.py [--seconds N] [--corpus FOLDER] [--judge]`.

With atheris installed the mutations are guided by coverage, else they are random. Every text is read as a
`.mmd` file and as a Markdown document, and `laws` must hold of it; one that breaks a law is written into the
corpus folder and ends the run with a traceback. With `--judge` nothing is mutated: Mermaid's answer to each
text of the corpus is compared with ours, which needs what `differential.py` needs. A find is kept as a line
of `probes.jsonl`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[2]))

HERE = Path(__file__).parent
LONGEST = 4096
WORDS = (
    "sequenceDiagram participant actor as box end loop opt alt else par par_over and critical option break "
    "rect note over left_of right_of activate deactivate create destroy autonumber off title accTitle: "
    "accDescr{ link links properties details ->> -->> -) --) -x <<->> () @{ } type: alias: wrap: nowrap: %% "
    "%%{ }%% --- title: #35; #quot; ``` ```mermaid ~~~ > - # ; : + - /|- --\\\\ \\u2028 \\ufeff"
).split()


def instrumented() -> bool:
    """Import what is fuzzed, so that atheris, if it is there, sees which lines run."""
    try:
        import atheris
    except ImportError:
        return False
    with atheris.instrument_imports(include=["mermaid2gha", "mermaid.laws"]):
        import mermaid.laws  # noqa: F401
    return True


def seeds() -> list[str]:
    """The texts to begin with."""
    from mermaid.generate import diagram

    lines = (HERE / "probes.jsonl").read_text(encoding="utf-8").splitlines()
    plain = [json.loads(line) for line in lines] + [diagram(seed) for seed in range(400)]
    fenced = [f"# Flow\n\n> - ```mermaid\n>   {text}\n>   ```\n" for text in plain[::20]]
    return [text for text in plain + fenced if len(text) <= LONGEST]


def check(content: bytes) -> None:
    """Hold the laws of a text given as bytes."""
    from mermaid.laws import laws

    text = content.decode("utf-8", "replace")
    laws("x.mmd", text)
    if "```" in text or "~~~" in text:
        laws("x.md", text)


def guided(folder: Path, seconds: int, seed: int) -> None:
    import atheris

    words = folder.parent / f"{folder.name}.dict"
    quoted = (word.replace("\\", "\\\\") for word in WORDS)
    words.write_text("".join(f'"{word}"\n' for word in quoted), encoding="utf-8")
    options = [f"-max_total_time={seconds}", f"-max_len={LONGEST}", "-timeout=20", f"-dict={words}"]
    options += [f"-artifact_prefix={folder.parent}/find-", "-print_final_stats=1", "-rss_limit_mb=3000"]
    options += [f"-seed={seed}"]  # 0 stands for one by chance
    atheris.Setup([sys.argv[0], *options, str(folder)], check)
    atheris.Fuzz()


def unguided(folder: Path, seconds: int, seed: int) -> None:
    rng = random.Random(seed)
    texts = [path.read_bytes().decode("utf-8", "replace") for path in sorted(folder.iterdir())]
    begin, runs = time.monotonic(), 0
    while time.monotonic() - begin < seconds:
        text = rng.choice(texts)
        for _ in range(rng.randint(1, 6)):
            at, to = sorted(rng.randint(0, len(text)) for _ in "12")
            to = min(to, at + rng.randint(0, 8))
            text = text[:at] + rng.choice([*WORDS, *"\n \t;:#%-<>{}@", text[at : at + 20]]) + text[to:]
        try:
            check(text[:LONGEST].encode("utf-8", "replace"))
        except BaseException:
            (folder.parent / "find-text").write_text(text, encoding="utf-8", newline="")
            raise
        runs += 1
    print(f"{runs} texts in {seconds} s, no find")


def judged(folder: Path) -> int:
    from mermaid.content import differs, oracle, ours

    texts = [path.read_bytes().decode("utf-8", "replace") for path in sorted(folder.iterdir())]
    found = 0
    for at in range(0, len(texts), 5000):
        part = texts[at : at + 5000]
        for text, theirs in zip(part, oracle(part)):
            mine = ours(text)
            if differs(text, theirs, mine):
                found += 1
                print(json.dumps(text), "\n  Mermaid:", json.dumps(theirs), "\n  ours:   ", json.dumps(mine))
    print(f"{found} disagreements on {len(texts)} texts of the corpus")
    return 1 if found else 0


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=int, default=60)
    options.add_argument("--seed", type=int, default=0, help="of the mutations")
    options.add_argument("--corpus", type=Path, default=Path("fuzz/corpus"), help="kept between runs")
    options.add_argument("--judge", action="store_true", help="compare the corpus with Mermaid's answers")
    chosen = options.parse_args()
    if chosen.judge:
        return judged(chosen.corpus)
    is_guided = instrumented()
    chosen.corpus.mkdir(parents=True, exist_ok=True)
    for text in seeds():
        content = text.encode("utf-8", "replace")
        (chosen.corpus / hashlib.sha1(content).hexdigest()).write_bytes(content)
    print("guided by atheris" if is_guided else "unguided: atheris is not installed", flush=True)
    if is_guided:
        guided(chosen.corpus, chosen.seconds, chosen.seed)
    else:
        unguided(chosen.corpus, chosen.seconds, chosen.seed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
