"""What Mermaid does to a diagram's text before its lexer sees it, each step as an edit of a mapped text.

The steps and their order are those of Mermaid 12.3's `preprocess.ts`, `Diagram.ts` and `utils.ts`: quotes of
attributes, front matter, directives, comment lines, entity codes, one newline at the end. Each acts on
the whole text, labels included. All take time linear in the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from mermaid2gha.base.markdown import DIAGRAM_TYPE
from mermaid2gha.base.records import dataclass, field, replace
from mermaid2gha.base.source import Block, Span
from mermaid2gha.mermaid.ast import Mark
from mermaid2gha.mermaid.lexer import BLANKS

_S = f"[{BLANKS}]"
_LINE_ENDS = "\n\r\u2028\u2029"
_DOT = f"[^{_LINE_ENDS}]"
# Kept as texts: most are needed in few diagrams, and compiling them costs more than parsing a short one.
_DIRECTIVE = rf"(?a)%%\{{{_S}*(?:(\w+){_S}*:|(\w+)){_S}*(?:(\w+)|((?:(?!\}}%%){_DOT}|\n)*)){_S}*(\}}%%)?"
_MARK = r"(?a)%%[ \t]*([A-Za-z][A-Za-z_-]*)(?:([ \t]*[:=][ \t]*)(.*?))?[ \t]*"
_TYPE_ANY_CASE = rf"(?ai){_S}*(sequence(?:[ \t_-]?(?:diagrams?|diag|chart))?)\b"
_FIRST_WORD = rf"(?a){_S}*([a-zA-Z]+)\b"
_STATEMENT = r"(?i)(?:participant|actor)[ \t]+\w|[\w ]+(?:->>|-->>|-\)|--\))[ \t]*[-+]?[\w ]+:"
"""How a sequence diagram without its type begins; the arrows are no other diagram's."""
_PARTS = ("sequence", "participant", "actor", "->>", "-)")
"""What a sequence diagram has one of, with its type or without."""
_TYPE_BELOW = rf"(?m)^{_S}*(sequenceDiagram)\b"
_ENTITY = r"(?a)#(\w+);"
_STAND_INS = [chr(code) for code in range(0xFDD0, 0xFDF0)]


@dataclass(frozen=True, slots=True)
class Cut:
    """`[start, end)` of a text is replaced by `text`."""

    start: int
    end: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class MappedText:
    """A text whose offsets lead back to the host file: `text[starts[i]:]` stands at `origins[i]` there."""

    text: str
    starts: list[int]
    origins: list[int]

    def offset(self, at: int) -> int:
        """The host offset of the character at `at`."""
        piece = bisect_right(self.starts, at) - 1
        return self.origins[piece] + at - self.starts[piece]

    def edited(self, cuts: list[Cut]) -> MappedText:
        """The text with disjoint cuts made, given in order."""
        if not cuts:
            return self
        parts: list[str] = []
        starts: list[int] = []
        origins: list[int] = []
        length = 0
        kept_from = 0
        for cut in (*cuts, Cut(len(self.text), len(self.text))):
            for start, origin in self._pieces(kept_from, cut.start):
                starts.append(length + start - kept_from)
                origins.append(origin)
            parts.append(self.text[kept_from : cut.start])
            length += cut.start - kept_from
            if cut.text:
                starts.append(length)
                origins.append(self.offset(cut.start))
                parts.append(cut.text)
                length += len(cut.text)
            kept_from = cut.end
        starts.append(length)
        origins.append(self.offset(len(self.text)))
        return MappedText("".join(parts), starts, origins)

    def _pieces(self, start: int, end: int) -> list[tuple[int, int]]:
        """The pieces of `[start, end)`, each with its start here and in the host."""
        if start >= end:
            return []
        first = bisect_right(self.starts, start)
        pieces = [(start, self.offset(start))]
        for piece in range(first, len(self.starts)):
            if self.starts[piece] >= end:
                break
            pieces.append((self.starts[piece], self.origins[piece]))
        return pieces


@dataclass(frozen=True, slots=True)
class Prelexed:
    """A diagram's text as Mermaid's lexer gets it.

    `front` is the front matter's YAML and where it begins in the block; `marks` are the comments that
    could be meant for us; `stand_ins` are the two characters that stand
    for `#` and `;` of entity codes; `traps` are unclosed directives, which take words with them.
    """

    text: MappedText
    front: tuple[str, int] | None
    marks: tuple[Mark, ...]
    stand_ins: tuple[str, str] | None
    traps: tuple[Span, ...]
    front_is_wrong: bool = False
    block: Block = field(repr=False, kw_only=True)

    def decoded(self, text: str) -> str:
        """A piece of the text in source spelling, entity codes included."""
        if self.stand_ins is None:
            return text
        return text.replace(self.stand_ins[0], "#").replace(self.stand_ins[1], ";")


def prelexed(block: Block) -> Prelexed:
    """The block's text after all steps; never fails (a faulty front matter is left to the caller)."""
    text = _attribute_quotes(block.text)
    mapped = MappedText(text, [at for at, _ in block.pieces], [origin for _, origin in block.pieces])
    front = front_matter(text)
    body: tuple[str, int] | None = None
    if front is not None:
        mapped = mapped.edited([Cut(0, front[2])])
        body = (_dedented(text[front[0] : front[1]], front[3]), front[0])
    mapped, traps = _without_directives(mapped, block)
    mapped, marks = _without_comments(mapped, block)
    wrong = mapped.text.startswith("---")
    for word in ("style", "classDef"):
        mapped = _without_style_semicolons(mapped, word)
    encoded, stand_ins = _encoded(mapped.text)
    mapped = MappedText(encoded + "\n", mapped.starts, mapped.origins)
    return Prelexed(
        mapped, body, marks=marks, stand_ins=stand_ins, traps=traps, front_is_wrong=wrong, block=block
    )


def diagram_type(block: Block) -> str:
    """`sequence`, `misspelt`, `missing`, or nothing for any other type.

    It is missing where it stands below something else, or where the first line is a message or a declaration.
    """
    text = block.text
    lowered = text.lower()
    if not any(part in lowered for part in _PARTS):
        return ""
    front = front_matter(text)
    if front is not None:
        text = text[front[2] :]
    text = _uncommented(re.sub(_DIRECTIVE, "", text) if "%%{" in text else text).lstrip(BLANKS)
    if text.startswith("---"):
        again = front_matter(text)
        text = (
            text[again[2] :]
            if again
            else re.sub(r"\A---[^\n]*(?:\n(?![ \t]*sequenceDiagram)[^\n]*)*", "", text)
        )
        text = _uncommented(text).lstrip(BLANKS)
    if text.startswith("sequenceDiagram"):
        return "sequence"
    if _misspelt_type(text) is not None:
        return "misspelt"
    is_below = re.search(_TYPE_BELOW, text) and not re.match(DIAGRAM_TYPE, text)
    return "missing" if is_below or re.match(_STATEMENT, text) else ""


def with_type(source: Prelexed) -> tuple[Prelexed, Span]:
    """The text from its missing type on, wherever that stands, and the place of the first line."""
    text = source.text.text
    match = re.search(_TYPE_BELOW, text)
    at = match.start(1) if match else 0
    cut = Cut(0, at, "" if match else "sequenceDiagram\n")
    first = len(text) - len(text.lstrip(BLANKS))
    end = first + len(text[first : text.find("\n", first)].rstrip(BLANKS))
    place = Span(source.block.file, source.text.offset(first), source.text.offset(end - 1) + 1)
    marks = tuple(mark for mark in source.marks if mark.span.start >= source.text.offset(at))
    return replace(source, text=source.text.edited([cut]), marks=marks), place


def misspelt_type_span(block: Block) -> Span:
    """Where the misspelt `sequenceDiagram` stands."""
    mapped = prelexed(block).text
    found = _misspelt_type(mapped.text)
    if found is None:
        return Span(block.file, block.offset(0), block.offset(0) + 1)
    return Span(block.file, mapped.offset(found.start(1)), mapped.offset(found.end(1) - 1) + 1)


def _misspelt_type(text: str) -> re.Match[str] | None:
    """The first word (group 1) where it is meant for the type and is not spelt so: in another case or form,
    or with letters that are missing, too many or others. No other type of Mermaid's is as near."""
    found = re.match(_TYPE_ANY_CASE, text)
    if found is not None:
        return found
    from difflib import get_close_matches  # late: most first words are types

    word = re.match(_FIRST_WORD, text)
    is_near = word is not None and get_close_matches(word[1].lower(), ["sequencediagram"], 1, 0.8)
    return word if is_near else None


def _uncommented(text: str) -> str:
    """Without the comments at the start, as type detection sees it (a bare `%%` is one too)."""
    text = text.lstrip(BLANKS)
    at = 0
    while text.startswith("%%", at) and (newline := text.find("\n", at)) >= 0:
        at = newline + 1
        while text[at : at + 1] and text[at] in BLANKS:
            at += 1
    return text[at:]


def _attribute_quotes(text: str) -> str:
    """`="x"` inside `<word …>` becomes `='x'`; the length stays."""
    at = 0
    for found in re.finditer(r"<\w", text, re.ASCII):
        if found.start() < at:
            continue
        end = text.find(">", found.end())
        if end < 0:
            break
        tag = text[found.start() : end]
        if '="' in tag:
            text = text[: found.start()] + re.sub(r'="([^"]*)"', r"='\1'", tag) + text[end:]
        at = end
    return text


def front_matter(text: str) -> tuple[int, int, int, str] | None:
    """The front matter at the very start: body from, body to, end of it all, and its indentation.

    The result of Mermaid's backtracking expression: blank lines after the opening `---` belong to the
    opening as long as a closing `---` is left, and the body ends at the first closing one.
    """
    length = len(text)
    at = 0
    while at < length and text[at] in BLANKS and text[at] != "\n":
        at += 1
    indent = text[:at]
    if not text.startswith("---", at):
        return None
    openings = _newlines(text, at + 3)
    if not openings:
        return None
    closing = re.compile("\n" + re.escape(indent) + "---")
    fences = []
    for found in closing.finditer(text, openings[0] + 1):
        after = _newlines(text, found.end())
        if after:
            fences.append((found.start(), after[-1] + 1))
    if not fences:
        return None
    opening = max(one for one in openings if one == openings[0] or one < fences[-1][0])
    for start, end in fences:
        if start > opening:
            return opening + 1, start, end, indent
    return None


def _newlines(text: str, at: int) -> list[int]:
    """The newlines of the run of blanks at `at`."""
    found = []
    while at < len(text) and text[at] in BLANKS:
        if text[at] == "\n":
            found.append(at)
        at += 1
    return found


def _dedented(body: str, indent: str) -> str:
    if not indent:
        return body
    return "\n".join(line.removeprefix(indent) for line in body.split("\n"))


def _without_directives(mapped: MappedText, block: Block) -> tuple[MappedText, tuple[Span, ...]]:
    if "%%{" not in mapped.text:
        return mapped, ()
    cuts = []
    traps = []
    for found in re.finditer(_DIRECTIVE, mapped.text):
        cuts.append(Cut(found.start(), found.end()))
        if not found[5]:
            start = mapped.offset(found.start())
            traps.append(Span(block.file, start, mapped.offset(max(found.start(), found.end() - 1)) + 1))
    return mapped.edited(cuts), tuple(traps)


def _without_comments(mapped: MappedText, block: Block) -> tuple[MappedText, tuple[Mark, ...]]:
    """Cut the lines that begin with `%%`, and the blank lines before them; then the blanks at the start."""
    text = mapped.text
    cuts: list[Cut] = []
    marks: list[Mark] = []
    floor = at = 0
    while (at := text.find("%%", at)) >= 0:
        if text[at + 2 : at + 3] in ("", "\n", "{"):
            at += 1
            continue
        start = _comment_start(text, floor, at)
        if start is None:
            at += 1
            continue
        end = text.find("\n", at)
        line_end = end if end >= 0 else len(text)
        floor = line_end + 1 if end >= 0 else line_end
        if found := re.fullmatch(_MARK, text[at:line_end].rstrip(BLANKS)):
            span = Span(block.file, mapped.offset(at), mapped.offset(line_end - 1) + 1)
            separator, value = found[2] or "", (found[3] or "").strip(BLANKS)
            is_exact = found[1].islower() and "=" not in separator and bool(value) == bool(separator)
            marks.append(Mark(found[1], value, span, is_exact))
        cuts.append(Cut(start, floor))
        at = floor
    edited = mapped.edited(cuts)
    lead = len(edited.text) - len(edited.text.lstrip(BLANKS))
    if lead:
        edited = edited.edited([Cut(0, lead)])
    return edited, tuple(marks)


def _comment_start(text: str, floor: int, at: int) -> int | None:
    """The earliest line start from which only blanks lead to `at`, or none."""
    start = None
    while True:
        if at == 0 or text[at - 1] in _LINE_ENDS:
            start = at
        if at == floor or text[at - 1] not in BLANKS:
            return start
        at -= 1


def _without_style_semicolons(mapped: MappedText, word: str) -> MappedText:
    """Mermaid drops the last `;` of a line that looks like a style statement, wherever it stands."""
    text = mapped.text
    if word not in text:
        return mapped
    cuts = []
    for found in re.finditer(rf"{word}({_DOT}*)", text):
        rest = found[1]
        last = rest.rfind(";")
        if last >= 0 and "#" in rest[:last] and re.search(rf":[^{BLANKS}#:]*#", rest[:last]):
            cuts.append(Cut(found.start(1) + last, found.start(1) + last + 1))
    return mapped.edited(cuts)


def _encoded(text: str) -> tuple[str, tuple[str, str] | None]:
    """Entity codes with their `#` and `;` replaced by characters that the text does not hold."""
    if "#" not in text or not re.search(_ENTITY, text):
        return text, None
    free = [char for char in _STAND_INS if char not in text]
    opening, closing = [*free, "\ufdd0", "\ufdd1"][:2]
    return re.sub(_ENTITY, rf"{opening}\1{closing}", text), (opening, closing)
