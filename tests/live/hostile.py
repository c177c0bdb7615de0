"""Documents whose labels are made of other languages' syntax: the workflows must hold them as mere text.

`python tests/live/hostile.py`; needs what `check_outputs.py` needs, and act. Every label is compiled alone by
the command, which writes only what its proof accepts, and the oracles must be silent; then all of them
together run under act, which must print each text as it is.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from oracles import ORACLES, act

from mermaid2gha.cli import main as command

# What stands in the diagram (`#35;` is Mermaid's way to write `#`, `#59;` its `;`).
LABELS = [
    "key: value",
    "- item",
    "? question",
    "&anchor and *alias",
    "!tag !!python/object:os.system",
    "| pipe and > fold",
    "'single' and \"double\"",
    "it's %d percent @ sign",
    "{a: b}, [c",
    "a #35;comment",
    "#35;!/bin/sh",
    "${{ github.token }}",
    "${{ secrets.TOKEN }} and ${{ '${{' }} and }}",
    "${{",
    "}}",
    "$(id) and `id`",
    "$HOME ${HOME} ~/x",
    "back\\slash \\t \\",
    "--",
    "---",
    "...",
    "null",
    "~",
    "1e3",
    "0x10",
    "on",
    "yes",
    "12:30:45",
    "2026-01-01",
    "::error::x",
    "::add-mask::a",
    "::set-output name=a::b",
    "#35;#35;[error]x",
    "100%25 and %0A",
    "EOF",
    "'#59; exit 1#59; '",
    '"#59; exit 1 #35;',
    "$'\\x41' $((1+1)) !! *.py",
    "<<: *merge",
    "%YAML 1.2",
    "a=b GITHUB_ENV<<EOF",
    "<script>alert(1)</script>",
    "emoji 😀 ✓ é ß",
    "שלום עולם",
    "right \u202eto left",
    "no\u00a0break and zero\u200bwidth",
    "x" * 5000,
    "word " * 900,
]
# Labels whose text means something in this project's own language: only the oracles' silence is asked.
WITH_MEANING = [
    "a line\\nbreak \\",
    "first<br>second: line<br>${{ third }}",
    "name: x<br/>run: y<br />- z",
    "[::error::x]",
    "[${{ github.token }}] (remark: $(id))",
    "a\u2028b\u0085c\x0bd",
    "line&#10;feed",
    "#quot;quoted#quot; #amp;amp#59; &copy",
    "Decide ${{ github.token }}<br>Decide on 'x'",
    "Push Image's<br>[$(id):latest]",
    'Wait for "images" && true || `x`',
]


def document(labels: list[str]) -> str:
    """Every label as a note and, after a word, as a message, each in an operand of its own."""
    operands = [f"        Note over CI: {label}\n        CI->>Cloud: tell {label}\n" for label in labels]
    return (
        "# Hostile\n\n```mermaid\nsequenceDiagram\n    participant CI as CI (ci.yml)\n"
        "    participant Repo as GitHub repo\n    participant Cloud\n"
        "    Repo->>CI: trigger 'push'\n    par\n" + "    and\n".join(operands) + "    end\n```\n"
    )


def compiled(labels: list[str]) -> tuple[str, list[str]]:
    """The workflow that the command writes for a document and, if it writes none, its exit code."""
    with TemporaryDirectory() as folder:
        source, written = Path(folder) / "hostile.md", Path(folder) / "out" / "workflows" / "ci.yml"
        source.write_text(document(labels), encoding="utf-8")
        code = command(["compile", "--quiet", "--output", f"{folder}/out", str(source)])
        if code or not written.exists():
            return "", [f"{labels[0][:60]!r}: not written, exit code {code}"]
        return written.read_text(encoding="utf-8"), []


def main() -> int:
    files: dict[str, str] = {}
    faults: list[str] = []
    for number, label in enumerate([*LABELS, *WITH_MEANING]):
        text, problems = compiled([label])
        faults += problems
        files |= {f"label-{number}.yml": text} if text else {}
    faults += [f"{name}: {line}" for name, oracle in ORACLES.items() for line in oracle(files)]
    faults += printed_faults()
    print("\n".join(fault[:500] for fault in faults))
    print(f"hostile: {len(files)} documents, {len(LABELS)} labels under act, {len(faults)} faults")
    return 1 if faults else 0


def printed_faults() -> list[str]:
    """Run all labels in one workflow; what is not printed as it is, and every command but `::notice`."""
    text, faults = compiled(LABELS)
    if faults:
        return faults
    run = act({"ci.yml": text}, "ci.yml", "push", {"ref": "refs/heads/main"})
    lines = [line for job in run.printed.values() for line in job]
    faults += [f"{job} ended in {result}" for job, result in run.results.items() if result != "success"]
    faults += [f"printed: {line[:200]}" for line in lines if re.match(r"\s*(::(?!notice\b)|##\[)", line)]
    shown = [_shown(line) for line in lines]
    for label in LABELS:
        words = _words(label.replace("#35;", "#").replace("#59;", ";"))
        faults += [f"not printed: {text[:100]!r}" for text in (words, f"tell {words}") if text not in shown]
    return faults


def _shown(line: str) -> str:
    """The message of a `::notice` as GitHub shows it; another line as it is."""
    found = re.fullmatch(r"::notice(?: [^:]*)?::(.*)", line, re.DOTALL)
    text = found[1] if found else line
    for escape, character in (("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        text = text.replace(escape, character)
    return _words(text)


def _words(text: str) -> str:
    return " ".join(text.split())


if __name__ == "__main__":
    sys.exit(main())
