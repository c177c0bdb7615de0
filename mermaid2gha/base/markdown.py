"""The Mermaid diagrams of a file: fences of a Markdown document as CommonMark and GitHub see them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mermaid2gha.base.patterns import late
from mermaid2gha.base.records import dataclass, replace
from mermaid2gha.base.source import Block, SourceFile, Span

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from markdown_it.token import Token

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)?")
_FRONT_MATTER = late(
    r"\ufeff?---[ \t]*(?:\r\n|\r|\n)(?:.*?(?:\r\n|\r|\n))??---[ \t]*(?:\r\n|\r|\n|\Z)", re.DOTALL
)
# What only files without the ending of Markdown are searched for is compiled when there is one.
_LEAD = r"(?s)\ufeff?(?:\s+|%%\{.*?\}%%|%%[^\r\n]*)*"
DIAGRAM_TYPE = (
    r"(?:sequenceDiagram|graph|flowchart|classDiagram|stateDiagram|erDiagram|gantt|pie|journey|gitGraph|mindmap"
    r"|timeline|quadrantChart|requirementDiagram|C4\w+|sankey|xychart|block|packet|architecture|kanban|radar"
    r"|treemap|zenuml|info)\b"
)

_WORD = "mermaid"
_OPENING = re.compile(r"(`{3,}(?=[^`]*$)|~{3,})(.*)")
_HEADING = re.compile(r"#{1,6}[ \t]+([^\s#](?:[^#]*[^\s#])?)[ \t]*")
# Nothing, or, perhaps after a list mark, what begins no heading, fence, quote, HTML, table or underline.
_PROSE = re.compile(
    r"[ \t]*$|[ \t]*(?:(?:[-*+]|[0-9]{1,9}[.)])[ \t]+)?"
    r"""(?:[^\W\d_]|[]["'(!,.;/\\{}$%&?@]|[*_][^\s*_]|`(?!``)|[0-9]+[^0-9.)])"""
)


def diagram_blocks(file: SourceFile) -> list[Block]:
    """The Mermaid diagrams of a file, in order.

    A `.mmd` or `.mermaid` file is one diagram; a file of another ending than `.md`, `.markdown` and `.mdx` is
    one if it begins like one; any other text is Markdown, and its diagrams are the fenced blocks, in lists
    and quotes too, whose info string begins with the word `mermaid`.
    """
    if not is_markdown(file):
        return [_whole(file)]
    return _fences(file) if "mermaid" in file.text else []


def is_markdown(file: SourceFile) -> bool:
    """Whether a file is Markdown, and not one diagram as a whole."""
    name = file.name.lower()
    if name.endswith((".mmd", ".mermaid")):
        return False
    return name.endswith((".md", ".markdown", ".mdx")) or not _is_diagram(file.text)


def _is_diagram(text: str) -> bool:
    """Whether a text, after front matter, comments and directives, begins with a type of diagram.

    A sequence diagram may have its front matter below comments, where it is a fault that is to be told.
    """
    front = _FRONT_MATTER.match(text)
    at = _led(text, front.end() if front else 0)
    if front:
        return re.compile(DIAGRAM_TYPE).match(text, at) is not None
    if later := _FRONT_MATTER.match(text, at):
        at = _led(text, later.end())
    return text[at : at + 15].lower() == "sequencediagram"


def _led(text: str, at: int) -> int:
    """The offset behind the blanks, comments and directives at one."""
    lead = re.compile(_LEAD).match(text, at)
    return lead.end() if lead else at


def _whole(file: SourceFile) -> Block:
    """The file as one block, its line ends made LF."""
    text = file.text
    span = Span(file, 0, len(text))
    if "\r" not in text:
        return Block(file, text, pieces=((0, 0),), heading=None, heading_span=None, span=span)
    parts: list[str] = []
    pieces: list[tuple[int, int]] = []
    at = 0
    for line in _LINE.finditer(text):
        content = line[0].rstrip("\r\n")
        ended = content if len(content) == len(line[0]) else content + "\n"
        if ended:
            pieces.append((at, line.start()))
        parts.append(ended)
        at += len(ended)
    return Block(
        file, "".join(parts), pieces=tuple(pieces) or ((0, 0),), heading=None, heading_span=None, span=span
    )


@dataclass(frozen=True, slots=True)
class Part:
    """A heading or a fence of a Markdown text: its lines `[first, end)`, its content, a fence's info."""

    is_fence: bool
    first: int
    end: int
    content: str
    info: str = ""


def _fences(file: SourceFile) -> list[Block]:
    """The fenced blocks of a Markdown text."""
    lines, structure = parts(file)
    if file.fences:
        structure = _also_drawn(lines, structure, file.fences)
    blocks: list[Block] = []
    heading: tuple[str, Span] | None = None
    for part in structure:
        if not part.is_fence:
            heading = _heading(file, lines, part)
        elif part.info.split()[:1] == [_WORD]:
            blocks.append(_fence(file, lines, part, heading))
    return blocks


def _also_drawn(
    lines: Sequence[tuple[int, str]], structure: list[Part], renderers: Sequence[str]
) -> list[Part]:
    """The parts, with those that other renderers draw as fences of GitHub's."""
    from mermaid2gha.base.renderers import is_drawn, more_fences, without_options  # late: few ask for them

    inside = {number for part in structure if part.is_fence for number in range(part.first, part.end)}
    more = list(more_fences([line for _, line in lines], inside, renderers))
    hidden = {number for fence in more for number in range(fence.first, fence.end)}
    found = [Part(True, fence.first, end=fence.end, content=fence.content, info=_WORD) for fence in more]
    for part in structure:
        if part.first in hidden:
            continue
        if part.is_fence and is_drawn(part.info, renderers):
            part = replace(part, content=without_options(part.info, part.content), info=_WORD)
        found.append(part)
    return sorted(found, key=lambda part: part.first)


def parts(file: SourceFile) -> tuple[list[tuple[int, str]], list[Part]]:
    """The lines of a Markdown text, each with its offset, and its headings and fences of any word.

    Only the block structure is parsed, and the headings' text.
    """
    text = file.text.replace("\0", "\ufffd")
    front = _FRONT_MATTER.match(text)
    lines = _lines(text)
    source = [content for _, content in lines]
    if source and source[0].startswith("\ufeff"):
        source[0] = source[0][1:]
    if front:
        # GitHub shows front matter as a table; to CommonMark it would be a heading.
        for number in range(len(_lines(front[0])) - (0 if front.end() == len(text) else 1)):
            source[number] = ""
    simple = _simple_parts(source)
    return lines, list(_parts(source)) if simple is None else simple


def _parts(source: Sequence[str]) -> Iterator[Part]:
    """The headings and fences of a text in lines, as CommonMark and GitHub see them."""
    from markdown_it import MarkdownIt

    markdown = MarkdownIt("commonmark").enable("table")
    markdown.core.ruler.enableOnly(["normalize", "block"])
    tokens = markdown.parse("\n".join(source))
    for number, token in enumerate(tokens):
        if token.type == "heading_open" and token.map:
            yield Part(False, token.map[0], token.map[1], tokens[number + 1].content)
        elif token.type == "fence" and token.map:
            yield Part(True, token.map[0], end=token.map[1], content=token.content, info=token.info)


def _simple_parts(source: Sequence[str]) -> list[Part] | None:
    """The same of a text that leaves no doubt, without loading the library; None of any other.

    There is no doubt where every line outside the fences is blank, a heading `## like this`, or begins, be it
    in a list, like prose: so there are no quotes, HTML, tables, underlined headings nor indented fences.
    """
    parts: list[Part] = []
    at = 0
    while at < len(source):
        line, first, at = source[at], at, at + 1
        if opening := _OPENING.fullmatch(line):
            closing = re.compile(rf" {{0,3}}{opening[1][0]}{{{len(opening[1])},}}[ \t]*")
            while at < len(source) and not closing.fullmatch(source[at]):
                at += 1
            if at == len(source):
                return None
            content = "".join(f"{inner}\n" for inner in source[first + 1 : at])
            at += 1
            parts.append(Part(True, first, end=at, content=content, info=opening[2]))
        elif heading := _HEADING.fullmatch(line):
            parts.append(Part(False, first, at, heading[1]))
        elif line and not _PROSE.match(line):
            return None
    return parts


def _lines(text: str) -> list[tuple[int, str]]:
    """The lines of a text, each with its offset, without line ends."""
    found = []
    for line in _LINE.finditer(text):
        found.append((line.start(), line[0].rstrip("\r\n")))
    if len(found) > 1 and not text.endswith(("\r", "\n")):
        found.pop()
    return found


def _heading(file: SourceFile, lines: list[tuple[int, str]], part: Part) -> tuple[str, Span]:
    """A heading's text as people read it, and the place of its text."""
    content = part.content
    start, first = lines[part.first]
    at = first.find(content.split("\n")[0])
    if at < 0 or "\n" in content:
        last_start, last = lines[part.end - 1]
        return _plain(content), Span(file, start, last_start + len(last))
    return _plain(content), Span(file, start + at, start + at + len(content))


def _plain(content: str) -> str:
    """The text of inline Markdown: no emphasis marks, links' texts only, code without backticks."""
    if not re.search(r"[\\`*_\[\]<>&!\n]", content):
        return content.strip()
    from markdown_it import MarkdownIt

    def text(children: list[Token] | None) -> str:
        parts = []
        for child in children or []:
            if child.type in ("text", "code_inline", "text_special"):
                parts.append(child.content)
            elif child.type in ("softbreak", "hardbreak"):
                parts.append(" ")
            elif child.type == "image":
                parts.append(text(child.children))
        return "".join(parts)

    return text(MarkdownIt("commonmark").parseInline(content)[0].children).strip()


def _fence(
    file: SourceFile, lines: list[tuple[int, str]], part: Part, heading: tuple[str, Span] | None
) -> Block:
    """A fence as a block. Each of its lines is the end of a line of the host."""
    first, last = part.first, part.end - 1
    pieces: list[tuple[int, int]] = []
    at = 0
    inner = part.content.split("\n")
    if not inner[-1]:
        inner.pop()
    for number, content in enumerate(inner, first + 1):
        start, line = lines[number]
        kept = content if line.endswith(content) else content.lstrip(" ")
        offset = start + len(line) - len(kept)
        if len(kept) < len(content):
            pieces.append((at, max(start, offset - (len(content) - len(kept)))))
        pieces.append((at + len(content) - len(kept), offset))
        at += len(content) + 1
    opening_start, opening = lines[first]
    closing_start, closing = lines[last]
    opening_end = opening_start + len(opening)
    span = Span(file, opening_start + _fence_column(opening), closing_start + len(closing))
    text, place = heading or (None, None)
    return Block(
        file,
        part.content,
        pieces=_merged(pieces) or ((0, opening_end),),
        heading=text,
        heading_span=place,
        span=span,
    )


def _fence_column(line: str) -> int:
    found = re.search(r"`{3,}|~{3,}", line)
    return found.start() if found else 0


def _merged(pieces: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """The pieces without those that only go on where the one before them leads."""
    kept: list[tuple[int, int]] = []
    for at, offset in pieces:
        if not kept or offset - at != kept[-1][1] - kept[-1][0]:
            kept.append((at, offset))
    return tuple(kept)
