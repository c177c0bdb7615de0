"""The corpus: what other teams draw, beside what they mean, and how well it is read.

`python tests/corpus/grades.py` prints the figures; `-v` also each diagram that is not right.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1])]

from markdown_tests import Section, sections  # noqa: E402

from corpus.meaning import WorkflowMeaning, differences, meaning_of, meanings  # noqa: E402
from mermaid2gha.base.diagnostic import Diagnostic, Severity, leaves  # noqa: E402
from mermaid2gha.base.edit import Edit, apply  # noqa: E402
from mermaid2gha.base.source import SourceFile  # noqa: E402
from mermaid2gha.compiler.compile import Compilation, compile_documents  # noqa: E402
from mermaid2gha.settings.model import Settings  # noqa: E402

FOLDER = Path(__file__).parent
OTHER_THINGS = FOLDER / "other_things.md"
MOST_WARNINGS = 1


class Grade(Enum):
    """How a drawing is read. TOLD: a warning or error stands at the line of each misreading, and its cure
    makes it right; REFUSED: an error leaves no workflow to write, and there is no such cure; WRONG: none of
    these."""

    RIGHT = "right"
    TOLD = "told"
    REFUSED = "refused"
    WRONG = "wrong"


@dataclass(frozen=True)
class Graded:
    """A grade, why it is not RIGHT, and the warnings and errors of the drawing as it stands."""

    grade: Grade
    reasons: tuple[str, ...]
    warnings: tuple[str, ...]


def drawings() -> Iterator[Section]:
    """The sections of the corpus that draw CI."""
    for page in sorted(FOLDER.glob("*.md")):
        if page != OTHER_THINGS:
            yield from (one for one in sections(page) if any(f.words == ("mermaid",) for f in one.fences))


def compiled(text: str) -> Compilation:
    return compile_documents([SourceFile("drawn.mmd", text)], Settings())


def read(compilation: Compilation) -> list[WorkflowMeaning]:
    return [
        meaning_of(workflow.file, text) for workflow, text in zip(compilation.workflows, compilation.texts)
    ]


def graded(section: Section) -> Graded:
    """The grade of a drawing with its meaning, and the cure if it says one."""
    text, said = _fence(section, "mermaid"), meanings(_fence(section, "meaning"))
    before = compiled(text)
    told = tuple(_line(one) for one in before.diagnostics if one.severity is not Severity.NOTE)
    found = differences(said, read(before))
    if not found and not any(one.severity is Severity.ERROR for one in before.diagnostics):
        return Graded(Grade.RIGHT, (), told)
    fixed = differences(said, read(compiled(_fixed(text))))
    if not fixed:
        return Graded(Grade.TOLD, tuple(found), told)
    cure = _fence(section, "cure")
    if not cure:
        grade = Grade.WRONG if before.workflows else Grade.REFUSED
        return Graded(grade, (*found, "and no cure"), told)
    mended, silent = _cured(text, cure)
    left = differences(said, read(compiled(mended)))
    grade = Grade.WRONG if left or silent else Grade.TOLD
    return Graded(grade, (*found, *silent, *(f"when cured: {one}" for one in left)), told)


def _fence(section: Section, word: str) -> str:
    return next((fence.text for fence in section.fences if fence.words == (word,)), "")


def _line(found: Diagnostic) -> str:
    line = found.labels[0].span.line if found.labels else 0
    return f"{line}: {found.rule}: {found.message}"


def _fixed(text: str) -> str:
    """A text with all cures of its findings made that are one edit, until there is none."""
    for _ in range(4):
        edits: list[Edit] = []
        for finding in leaves(compiled(text).diagnostics):
            for fix in finding.fixes[:1]:
                if not any(edit.touches(other) for edit in fix.edits for other in edits):
                    edits += fix.edits
        if not edits:
            break
        text = apply(text, edits)
    return text


def _cured(text: str, cure: str) -> tuple[str, list[str]]:
    """A text with a cure made, and the parts of it that no warning or error at their line speaks of.

    A line of the cure that begins with `+` is put above the line of the drawing that follows it; one that
    begins with `-` is replaced by those with `+` above it.
    """
    silent: list[str] = []
    news: list[str] = []
    for line in cure.splitlines():
        if line.startswith("+"):
            news.append(line[1:].strip())
            continue
        lines = text.splitlines()
        at = next((n for n, one in enumerate(lines) if one.strip() == line[1:].strip()), None)
        assert at is not None, f"the cure speaks of a line that is not drawn: {line}"
        silent += [f"not told at its line: {one}" for one in news if not _is_told(text, at + 1, one)]
        indent = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
        kept = [] if line.startswith("-") else [lines[at]]
        text = "\n".join([*lines[:at], *(indent + one for one in news), *kept, *lines[at + 1 :]]) + "\n"
        news = []
    return text, silent


def _is_told(text: str, line: int, cure: str) -> bool:
    """Whether a warning or error at a line speaks of a cure: names its mark, or writes the edit."""
    mark = re.match(r"%% ([a-z]+)", cure)
    for found in leaves(compiled(text).diagnostics):
        if found.severity is Severity.NOTE or not any(one.span.line == line for one in found.labels):
            continue
        if mark is None or re.search(rf"%% {mark[1]}\b", f"{found.message} {found.help}"):
            return True
    return False


def other_things() -> list[tuple[str, str]]:
    """The drawings that are no CI, with their titles."""
    return [
        (section.title, fence.text)
        for section in sections(OTHER_THINGS)
        for fence in section.fences
        if fence.words == ("mermaid",)
    ]


def is_silent_workflow(text: str) -> bool:
    """Whether a drawing becomes a workflow without a word."""
    found = compiled(text)
    is_told = any(one.severity is not Severity.NOTE for one in found.diagnostics)
    return bool(found.workflows) and not is_told


def main(arguments: Sequence[str]) -> int:
    counts: Counter[Grade] = Counter()
    of_right = 0
    warned = 0
    for section in drawings():
        result = graded(section)
        counts[result.grade] += 1
        if result.grade is Grade.RIGHT:
            of_right += len(result.warnings)
            warned = max(warned, len(result.warnings))
        is_shown = result.grade is Grade.WRONG or "-v" in arguments or len(result.warnings) > MOST_WARNINGS
        if is_shown and not (result.grade is Grade.RIGHT and not result.warnings):
            print(f"{section.file.name}:{section.line}: {section.title}: {result.grade.value}")
            for reason in result.reasons:
                print(f"    {reason}")
            for one in result.warnings:
                print(f"    told {one}")
    total = sum(counts.values())
    for grade in Grade:
        print(f"{grade.value:>6}: {counts[grade]:3} of {total} ({100 * counts[grade] / max(total, 1):.0f} %)")
    print(f"warnings on what is read right: {of_right}, at most {warned} on one drawing")
    if OTHER_THINGS.exists():
        others = other_things()
        silent = [title for title, text in others if is_silent_workflow(text)]
        workflows = [title for title, text in others if compiled(text).workflows]
        print(f"other things: {len(others)}, {len(workflows)} become workflows, {len(silent)} without a word")
        for title in workflows:
            print(f"    {title}")
    return 1 if counts[Grade.WRONG] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
