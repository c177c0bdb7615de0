"""What a drawing of workflows that stand leaves unsaid: a label is the name that its job has, and no more.

A name such as `Test typing-extensions (main branch)` could say of a drawing of people's when its job runs,
which is asked then. Here the file says it, and the drawing was made of that.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from mermaid2gha.base.diagnostic import Diagnostic, Severity
from mermaid2gha.base.source import SourceFile
from mermaid2gha.compiler.checks.checks import GUESSED_READING

_MARK = f"%% ignore: {GUESSED_READING.name}"
_NOTE = re.compile(r"[ \t]*(?=Note over )")


def without_guesses(
    texts: Mapping[str, str], known: Sequence[SourceFile], findings: Sequence[Diagnostic]
) -> dict[str, str]:
    """Documents in which a mark above each note that was drawn now says that nothing is guessed from its
    text, where a finding asks, and none stands there; `texts` by the documents' names, `known` these as they
    were."""
    before = {document.name: document.text for document in known}
    lines = {name: text.splitlines(keepends=True) for name, text in texts.items()}
    asked: dict[str, set[int]] = {}
    guesses = (leaf for finding in findings for leaf in (finding.parts or (finding,)))
    told = (one for one in guesses if one.is_guess and one.severity is Severity.WARNING)
    for label in (label for guess in told for label in guess.labels):
        if (name := label.span.file.name) in texts:
            asked.setdefault(name, set()).add(label.span.file.line_column(label.span.start)[0] - 1)
    made = dict(texts)
    for name, numbers in asked.items():
        there = {*before.get(name, "").splitlines(keepends=True)}
        for number in sorted(numbers):
            line, above = lines[name][number], lines[name][number - 1]
            if (note := _NOTE.match(line)) is not None and line not in there and _MARK not in above:
                lines[name][number] = f"{note[0]}{_MARK}\n{line}"
        made[name] = "".join(lines[name])
    return made
