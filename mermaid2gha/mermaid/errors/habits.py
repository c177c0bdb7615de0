"""Statements of other notations: comments, declarations and dividers as HTML, C and PlantUML have them."""

from __future__ import annotations

import re

from mermaid2gha.base.edit import Fix
from mermaid2gha.base.patterns import late
from mermaid2gha.mermaid.errors.statement import Statement, StatementError, short, syntax_error
from mermaid2gha.mermaid.keywords import ARROW
from mermaid2gha.mermaid.lexer import BLANKS

COMMENT = re.compile(
    r"(<!--)((?:[^\n]*\n){0,50}?.*?)-->[ \t]*(?=\n|\Z)|(/\*)((?:[^\n]*\n){0,50}?.*?)\*/[ \t]*(?=\n|\Z)"
    r"|(<!--|/\*|//(?!-))(.*)|(--+|')[ \t]+(?![->])(.*)"
)
"""A comment of another language at the start of a line: odd groups are its mark, even ones its text.

One that ends nowhere near ends with its line.
"""

_LIKE_MARK = late(r"[a-z]+(?:-[a-z]+)*(?:[ \t]*:.*)?")
_KINDS = {
    "boundary": "boundary",
    "control": "control",
    "entity": "entity",
    "database": "database",
    "collections": "collections",
    "collection": "collections",
    "queue": "queue",
}
_PERSONS = ("person", "persona", "user")
_PARTICIPANTS = (
    *"lifeline lifelines participants actors object component class node service system server".split(),
    *"client external interface agent module".split(),
)
_DECLARATION = re.compile(
    rf"({'|'.join((*_KINDS, *_PERSONS, *_PARTICIPANTS))})[ \t]+(\"[^\"]+\"|[^\s\",]+)"
    r"(?:[ \t]+as[ \t]+(.+)|[ \t]*(,.+))?",
    re.IGNORECASE,
)
_NO_NAME_BEFORE_BRACES = re.compile(r"[-=\s]")
_LATER_STATEMENT = re.compile(
    rf"\s(?:(?:participant|actor|activate|deactivate|note|loop|alt|opt|par)\s|\S+\s*(?:{ARROW}))",
    re.IGNORECASE,
)
_DIRECTION = re.compile(r"(?:TB|TD|BT|LR|RL)\b|:")
_OTHERS: tuple[tuple[str, str, str], ...] = (
    (r"@(?:start|end)uml\b", "is of PlantUML", "remove it"),
    (r"==+[^=].*==+|==+", "is a divider, which Mermaid does not have", "write a note: `note over A: TEXT`"),
    (r"\.{3,}.*|\|{2,3}", "is a pause, which Mermaid does not have", "remove it"),
    (r"return\b.*", "is an answer as PlantUML writes it", "write a message: `B-->>A: TEXT`"),
)
"""A line as a whole (in any case), what it is, and the cure."""


def comment(wrong: Statement) -> StatementError | None:
    """`<!-- … -->`, `/* … */`, `// …`, `-- …` and `' …`: none of them is a comment to Mermaid."""
    text = wrong.builder.text
    start = line_start(text, wrong.start)
    match = COMMENT.match(text, start)
    if match is None:
        return None
    mark, words = mark_and_words(match)
    end = max(match.end(), wrong.start)
    newline = text.find("\n", end)
    is_long = "\n" in words.strip(BLANKS)
    cure = "begin each of its lines with `%%`" if is_long else f"write `%% {short(words.strip(BLANKS))}`"
    first = start + len(text[start : wrong.line_end].rstrip(BLANKS))
    change = (start, match.end(), as_comment(words))
    fixes = wrong.cure(change, line=start) if not is_long and change[2] else ()
    strays = wrong.builder.strays
    strays[:] = [stray for stray in strays if not start <= stray.start < end]  # they are parts of its marks
    found = syntax_error(wrong, not_a_comment(mark), (start, min(first, match.end())), cure, fixes).found
    return StatementError(found, newline if newline >= 0 else len(text))


def as_comment(words: str) -> str:
    """Mermaid's comment of these words; nothing for words that it would make a mark of ours."""
    words = words.strip(BLANKS)
    return "" if _LIKE_MARK.fullmatch(words) else f"%% {words}".rstrip(BLANKS)


def comment_at(text: str, at: int) -> re.Match[str] | None:
    """The comment that begins the line of an offset, if this is within its mark."""
    start = line_start(text, at)
    match = COMMENT.match(text, start)
    return match if match is not None and not text[start:at].strip("</") else None


def mark_and_words(match: re.Match[str]) -> tuple[str, str]:
    """The mark of a comment and its text."""
    mark, words = (part for part in match.groups() if part is not None)
    return mark, words


def not_a_comment(mark: str) -> str:
    """The message for what other languages begin comments with."""
    return f"`{mark}` begins no comment in Mermaid"


def line_start(text: str, at: int) -> int:
    """Where what is written on the line of an offset begins."""
    start = text.rfind("\n", 0, at) + 1
    while start < at and text[start] in BLANKS:
        start += 1
    return start


def declaration(wrong: Statement) -> StatementError | None:
    """`boundary X as Y`, `database "My store" as D`, `lifeline X`: participants of other notations."""
    match = _DECLARATION.fullmatch(wrong.rest)
    if match is None or re.search(ARROW, wrong.rest):
        return None
    word, name, label = match[1].lower(), match[2].strip('"'), match[3] or ""
    if match[2].startswith('"') and label:
        name, label = label.strip(BLANKS), name
    kind = _KINDS.get(word)
    keyword = "actor" if word in _PERSONS else "participant"
    fixes: tuple[Fix, ...] = ()
    if match[4]:
        cure = f"write one `{keyword}` line for each name"
    else:
        is_exact = bool(label) or not (" " in name or (kind and _NO_NAME_BEFORE_BRACES.search(name)))
        if not is_exact:
            name, label = "P1", name
        braces = f'@{{ "type": "{kind}" }}' if kind else ""
        as_label = f" as {label.strip(BLANKS)}" if label else ""
        declared = f"{keyword} {name}{braces}{as_label}"
        cure = f"write `{declared}`"
        if is_exact:
            fixes = wrong.cure((wrong.start, wrong.start + len(wrong.rest), declared))
    place = (wrong.start, wrong.start + len(match[1]))
    return syntax_error(wrong, f"`{match[1]}` is no keyword of Mermaid", place, cure, fixes)


def one_line(wrong: Statement) -> StatementError | None:
    """`sequenceDiagram participant A participant B A->>B: x`: a statement ends at the end of its line."""
    text = wrong.builder.text
    before = text[text.rfind("\n", 0, wrong.start) + 1 : wrong.start].strip(BLANKS).lower()
    is_first = before == "sequencediagram"
    if is_first and (match := _DIRECTION.fullmatch(wrong.rest)):
        place = (wrong.start, wrong.start + match.end())
        return syntax_error(wrong, f"`{match[0]}` may not follow `sequenceDiagram`", place, "remove it")
    is_declaration = wrong.kinds[:1] in (["INITIAL_PARTICIPANT"], ["INITIAL_ACTOR_KEYWORD"])
    named = re.match(r"\w+\s+\S+", wrong.rest)
    later = _LATER_STATEMENT.search(wrong.rest, named.end()) if is_declaration and named else None
    if later is None:
        return None
    at = wrong.start + later.start() + 1
    said = short(text[at : wrong.line_end].rstrip(BLANKS))
    message = f"several statements stand on this line, and `{said}` is not read as one"
    cure = "put each statement on a line of its own"
    return StatementError(syntax_error(wrong, message, (at, wrong.line_end), cure).found, wrong.line_end)


def other_line(wrong: Statement) -> StatementError | None:
    """Dividers, pauses and the like of PlantUML."""
    for pattern, what, cure in _OTHERS:
        if re.fullmatch(pattern, wrong.rest, re.IGNORECASE):
            said = f"`{short(wrong.rest)}` {what}"
            place = (wrong.start, wrong.start + len(wrong.rest))
            return StatementError(syntax_error(wrong, said, place, cure).found, wrong.line_end)
    return None
