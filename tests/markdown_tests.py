"""Markdown as the language of tests: the fences of a section, what they claim, and what they should say.

A fence's info string is `LANGUAGE WORD…`. Diagrams stand in ```` ```mermaid ```` fences, or with headings of
their own in a ````` ````markdown ````` fence; ```` ```yaml settings ```` is the project's settings file, and
```` ```yaml FILE KEY… ```` an excerpt of a workflow. A claim, `%% error: [rule] words`, stands below the line
that it is about (in settings: `# error: [rule]`); claims below one another are about the same line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import yaml
from quick_yaml import composed

from mermaid2gha.base.diagnostic import Diagnostic, leaves
from mermaid2gha.base.source import SourceFile
from mermaid2gha.compiler.compile import Compilation, compile_documents
from mermaid2gha.github.workflow.emitter import workflow_text
from mermaid2gha.settings.model import Settings
from mermaid2gha.settings.reader import settings_from

ROOT = Path(__file__).parent.parent
DEFAULT_KEYS = ("on", "jobs.*/", "jobs.*.needs", "jobs.*.if")
_FENCE = re.compile(r"(`{3,}|~{3,})\s*(.*)$")
_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*$")
_CLAIM = re.compile(r"\s*(?:%%|#) (error|warning|note): \[([\w-]+)\]\s*(.*?)\s*$")


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced block: the words of its info string, and its lines `[start, end)`, from 0, without marks."""

    words: tuple[str, ...]
    start: int
    end: int
    text: str = field(repr=False)

    @property
    def is_drawing(self) -> bool:
        return self.words[:1] in (("mermaid",), ("markdown",))

    @property
    def is_settings(self) -> bool:
        return self.words == ("yaml", "settings")

    @property
    def is_excerpt(self) -> bool:
        return len(self.words) > 1 and self.words[0] == "yaml" and not self.is_settings


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands below it, up to the next heading of any level."""

    file: Path
    title: str
    line: int
    fences: tuple[Fence, ...]
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Claim:
    """A diagnostic that a document says it gets: its line (from 1), and words of its message."""

    line: int
    severity: str
    rule: str
    words: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Compiled:
    """What the drawings of some fences compile to; `diagnostics` are of the settings, too."""

    compilation: Compilation
    diagnostics: tuple[Diagnostic, ...]
    settings: Settings

    def workflows(self) -> dict[str, str]:
        """The text of each workflow by its file."""
        return {workflow.file: workflow_text(workflow) for workflow in self.compilation.workflows}

    def claims(self) -> list[Claim]:
        """What a document would have to claim of these diagnostics."""
        return sorted(
            (
                Claim(found.labels[0].span.line, found.severity.value, found.rule, found.message)
                for found in leaves(self.diagnostics)
                if found.labels
            ),
            key=lambda claim: (claim.line, claim.rule),
        )


def sections(path: Path) -> tuple[Section, ...]:
    """The sections of a Markdown file that have fences, in order."""
    lines = path.read_text(encoding="utf-8").splitlines()
    starts: list[tuple[int, str]] = [(0, path.stem)]
    fences: list[Fence] = []
    at = 0
    while at < len(lines):
        if opened := _FENCE.match(lines[at]):
            end = next(i for i in range(at + 1, len(lines)) if lines[i].strip() == opened[1])
            inner = "".join(line + "\n" for line in lines[at + 1 : end])
            fences.append(Fence(tuple(opened[2].split()), at + 1, end, inner))
            at = end
        elif heading := _HEADING.match(lines[at]):
            starts.append((at, heading[2]))
        at += 1
    ends = [start for start, _ in starts[1:]] + [len(lines)]
    return tuple(
        Section(path, title, start + 1, inside, "\n".join(lines[start:end]))
        for (start, title), end in zip(starts, ends)
        if (inside := tuple(f for f in fences if start <= f.start < end))
    )


def compiled(fences: Sequence[Fence]) -> Compiled:
    """Compile the drawings among some fences of a file under the settings among them.

    All other lines of the file are blank in the document, so that diagnostics have the file's own lines;
    its name, and so that of a flow without a title, is `ci.md`. Many tests ask of the same fences.
    """
    return _compiled(tuple(fences))


@cache
def _compiled(fences: tuple[Fence, ...]) -> Compiled:
    settings, diagnostics = Settings(), []
    document: list[str] = []
    for fence in fences:
        if fence.is_settings:
            file = SourceFile("mermaid2gha.yml", "\n" * fence.start + fence.text)
            settings, found = settings_from(file)
            diagnostics += found
        elif fence.is_drawing:
            marks = ("", "") if fence.words[0] == "markdown" else ("```mermaid", "```")
            document += [""] * (fence.start - 1 - len(document))
            document += [marks[0], *fence.text.splitlines(), marks[1]]
    compilation = compile_documents([SourceFile("ci.md", "\n".join(document))], settings)
    return Compiled(compilation, (*diagnostics, *compilation.diagnostics), settings)


def claims(fences: Sequence[Fence]) -> list[Claim]:
    """The claims in drawings and settings, each for the last line above it that is no claim."""
    found: list[Claim] = []
    for fence in fences:
        if not (fence.is_drawing or fence.is_settings):
            continue
        subject = fence.start
        for number, line in enumerate(fence.text.splitlines(), fence.start + 1):
            if match := _CLAIM.match(line):
                found.append(Claim(subject, match[1], match[2], match[3]))
            else:
                subject = number
    return sorted(found, key=lambda claim: (claim.line, claim.rule))


def excerpt(text: str, keys: Sequence[str]) -> str:
    """The lines of a workflow that hold some keys, with the lines of the keys around them.

    A key is a path of keys and, for items of lists, of numbers from 0; it may have wildcards:
    `jobs.*.needs`, `jobs.build.steps.1`. Of one that ends in a slash, only its own line is shown; one that
    begins with `#` brings the comments above it.
    """
    lines = text.splitlines()
    shown: set[int] = set()
    for name, key, value, around in _entries(composed(text), "", ()):
        wanted = [one for one in keys if _is_named(name, one.strip("#/"))]
        if not wanted:
            continue
        is_whole = not all(one.endswith("/") for one in wanted)
        first = key.start_mark.line
        above = first
        while any(one.startswith("#") for one in wanted) and lines[above - 1].lstrip().startswith("#"):
            above -= 1
        shown.update(range(above, first))
        shown.update((*around, *range(first, (_last_line(lines, value) if is_whole else first) + 1)))
    return "".join(lines[number] + "\n" for number in sorted(shown))


def _is_named(name: str, pattern: str) -> bool:
    return name.count(".") == pattern.count(".") and fnmatchcase(name, pattern)


def _last_line(lines: list[str], value: yaml.Node) -> int:
    """The last line of a value; blank lines and comments below it belong to what follows."""
    last = value.end_mark.line - (value.end_mark.column == 0)
    last = min(last, len(lines) - 1)
    while last > value.start_mark.line and (not lines[last].strip() or lines[last].lstrip().startswith("#")):
        last -= 1
    if not isinstance(value, yaml.ScalarNode) and value.flow_style is False:
        indent = min(value.start_mark.column, len(lines[value.start_mark.line]))
        while last > value.start_mark.line and len(lines[last]) - len(lines[last].lstrip()) < indent:
            last -= 1
    return last


_Entry = tuple[str, yaml.Node, yaml.Node, tuple[int, ...]]


def _entries(node: yaml.Node | None, path: str, around: tuple[int, ...]) -> Iterator[_Entry]:
    """Every entry of nested mappings and lists: its path, key, value, and the lines of the keys around it."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            inner = f"{path}.{key.value}".lstrip(".")
            yield inner, key, value, around
            yield from _entries(value, inner, (*around, key.start_mark.line))
    elif isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            yield f"{path}.{number}", item, item, around
            yield from _entries(item, f"{path}.{number}", (*around, item.start_mark.line))


def expected_excerpt(fence: Fence, result: Compiled) -> str:
    """What an excerpt's fence should say."""
    _, file, *keys = fence.words
    texts = result.workflows()
    assert file in texts, f"no workflow {file}, only {', '.join(texts) or 'none'}"
    return excerpt(texts[file], keys or DEFAULT_KEYS)


def rewritten(section: Section, news: dict[int, str]) -> None:
    """Write new texts into the fences of a section, by index. Other sections may have grown meanwhile."""
    now = next(one for one in sections(section.file) if one.title == section.title)
    lines = section.file.read_text(encoding="utf-8").splitlines(keepends=True)
    for index in sorted(news, reverse=True):
        fence = now.fences[index]
        lines[fence.start : fence.end] = news[index].splitlines(keepends=True)
    section.file.write_text("".join(lines), encoding="utf-8")
