"""The marks `# drawn` in a workflow file: written, read, set anew (docs/language.md#marks-in-the-file).

A mark ends the line of what was drawn: of a key that holds a mapping or list in lines, of an item, of a
scalar. Behind a collection between brackets or braces it stands on its last line and names the members that
are drawn, `[main, release] # drawn: main`. A comment of another tool's goes on behind it. Where a form is
ours alone (a right with its message, an output of the deciding step, what a call of ours gives) it bears
none. A value that stands in the place of one of people's names that, `staging # drawn over production`, so
that it can be put back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from mermaid2gha.base.patterns import late
from mermaid2gha.base.records import dataclass, replace
from mermaid2gha.compiler.scripts.comments import DRAWN
from mermaid2gha.github.workflow.emitter import comment_text, quoted
from mermaid2gha.github.workflow.model import ListComment
from mermaid2gha.settings.places import unescaped
from mermaid2gha.yaml.tree import Alias, Entries, Entry, Items, Scalar, Tree, resolved

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from mermaid2gha.yaml.edits import EditBuffer

_COMMENT = late(r"[ \t]*#[ \t]*(.*?)[ \t]*$")
_QUOTED = r'"((?:[^"\\]|\\.)*)"'
_NAMED = late(rf'(?:{_QUOTED.replace("((", "(?:(", 1)}|[^"#]|(?<=\S)#)*')
_MEMBER = late(rf"\s*(?:{_QUOTED}|([^,]*?))\s*(?:,|$)")
_OVER = late(rf'[ \t]+over[ \t]+(?:{_QUOTED}|([^#"]*?))[ \t]*(?=#|$)')
_NEEDS_QUOTES = late(r'[,"#\\]|^\s|\s$|^$')
_BEFORE_BLOCK = late(r"(?:[ \t]*:)?(?:[ \t]+[&!]\S+)*(?:[ \t]+[|>][-+\d]*)?")


@dataclass(frozen=True, slots=True)
class DrawnMark:
    """A mark: of the thing itself, or of the `members` that it names; `rest` is another tool's comment.

    `over` is the value of people's in whose place the drawn one stands, or an empty text.
    """

    members: tuple[str, ...] | None = None
    rest: str = ""
    over: str = ""


# -- written ---------------------------------------------------------------------------------------


def mark_text(mark: DrawnMark) -> str:
    """A mark as a comment without its `# `; what another tool has to say stands behind it.

    One that names no member is none.
    """
    if mark.members == ():
        return mark.rest
    named = f": {', '.join(map(_member, mark.members))}" if mark.members is not None else ""
    if mark.over:
        named = f" over {_member(mark.over)}"
    return f"{DRAWN.write()}{named}{f' # {mark.rest}' if mark.rest else ''}"


def list_comment(members: Sequence[str]) -> ListComment:
    """The marks of a list of which these members are drawn, in whichever form it is written."""
    return ListComment(mark_text(DrawnMark(tuple(members))), mark_text(DrawnMark()))


def _member(text: str) -> str:
    is_bare = not _NEEDS_QUOTES.search(text) and comment_text(text) == text
    return text if is_bare else quoted(text)


# -- read ------------------------------------------------------------------------------------------


def read_mark(comment: str) -> DrawnMark | None:
    """The mark that a comment, without its `# `, is or begins with; none if it is another."""
    return next(filter(None, (_read(word, comment) for word in reversed(DRAWN.versions))), None)


def _read(word: str, comment: str) -> DrawnMark | None:
    if not comment.startswith(word):
        return None
    rest, members, over = comment[len(word) :], None, ""
    if (old := _OVER.match(rest)) is not None:
        over = unescaped(old[1]) if old[1] is not None else old[2]
        rest = rest[old.end() :]
    elif rest.startswith(":"):
        match = _NAMED.match(rest, 1)
        assert match is not None
        members, rest = tuple(_members(match[0])), rest[match.end() :]
    elif rest and rest[0] not in " \t":
        return None
    rest = rest.strip(" \t")
    return DrawnMark(members, rest[1:].strip(" \t"), over) if rest[:1] in ("", "#") else None


def _members(text: str) -> Iterator[str]:
    for match in _MEMBER.finditer(text):
        if match[1] is not None:
            yield unescaped(match[1])
        elif match[2]:
            yield match[2]


def mark_of(part: Tree | Entry) -> DrawnMark | None:
    """The mark of a key with its value, or of an item; none if it has none.

    Of an item that is a mapping in lines, such as a step or a time, the mark may end the line of any scalar.
    """
    if not has_marks(part.span.file.text):
        return None
    if isinstance(part, Entries) and not part.is_flow:
        scalars = (one for one in part.entries if isinstance(resolved(one.value), Scalar))
        return next((mark for one in scalars if (mark := mark_of(one)) is not None), None)
    return read_mark(comment_at(part))


@lru_cache(maxsize=4)
def has_marks(text: str) -> bool:
    """Whether a file can have marks at all: those that nobody has compiled have none."""
    return any(word in text for word in DRAWN.versions)


def comment_at(part: Tree | Entry) -> str:
    """The comment where the mark of a part stands or would stand, without its `# `; empty without one."""
    rest = part.span.file.line_rest(mark_place(part))
    match = _COMMENT.match(rest) if "#" in rest else None
    return match[1] if match else ""


def mark_place(part: Tree | Entry) -> int:
    """The offset behind which, on the same line, the mark of a part stands or has to stand."""
    if not isinstance(part, Entry):
        return part.span.end
    value, text = part.value, part.span.file.text
    is_block = isinstance(value, Entries | Items) and not value.is_flow
    is_scalar = isinstance(value, Scalar) and (value.style in ("|", ">") or not value.value)
    if is_block or (is_scalar and value.span.text[:1] not in ("'", '"')):
        before = _BEFORE_BLOCK.match(text, part.key.span.end)
        assert before is not None
        return before.end()
    return value.span.end


def ends_its_line(part: Tree | Entry) -> bool:
    """Whether a mark can stand where that of a part has its place: nothing but a comment follows there."""
    rest = part.span.file.line_rest(mark_place(part)).strip(" \t")
    return not rest or rest.startswith("#")


def has_mark_place(buffer: EditBuffer, part: Tree | Entry) -> bool:
    """Whether a mark can stand behind a part; where it cannot, the buffer takes note of it."""
    if not ends_its_line(part):
        buffer.unmarked.append(part.span.start)
        return False
    return True


def drawn_members(value: Tree) -> tuple[str, ...]:
    """The members of a list or mapping that marks say to be drawn, those that are gone included.

    A scalar in the stead of a list is its only member. Where no mark is, none is named.
    """
    match value:
        case Alias():
            return ()
        case Scalar():
            mark = mark_of(value)
            return () if mark is None else (value.value,) if mark.members is None else mark.members
        case Items(items, is_flow) if not is_flow:
            return tuple(item_name(item) for item in items if mark_of(item) is not None)
        case Entries(entries, is_flow) if not is_flow:
            return tuple(one.key.value for one in entries if mark_of(one) is not None)
        case _:
            mark = mark_of(value)
            return () if mark is None or mark.members is None else mark.members


def item_name(item: Tree) -> str:
    """The text by which an item of a list is named: its own, or the first of a mapping; else nothing."""
    node = resolved(item)
    if isinstance(node, Entries):
        node = resolved(node.entries[0].value) if node.entries else node
    return node.value if isinstance(node, Scalar) else ""


# -- set anew --------------------------------------------------------------------------------------


def set_mark(sheet: EditBuffer, at: int, members: Iterable[str] | None) -> None:
    """Set the mark behind an offset (`mark_place`); without members, where such are asked for, it goes.

    Another tool's comment stays behind it.
    """
    _set(sheet, at, DrawnMark(None if members is None else tuple(members)))


def set_mark_over(sheet: EditBuffer, at: int, old: str) -> None:
    """Mark what stands before an offset as drawn in the place of a value of people's."""
    _set(sheet, at, DrawnMark(over=old))


def _set(sheet: EditBuffer, at: int, mark: DrawnMark) -> None:
    rest = sheet.file.line_rest(at)
    match = _COMMENT.match(rest)
    old = match[1] if match else ""
    known = read_mark(old)
    new = mark_text(replace(mark, rest=known.rest if known is not None else old))
    if new != old:
        blanks = rest[: rest.index("#")] if match else " "
        sheet.replace(at, at + len(rest), f"{blanks or ' '}# {new}" if new else "")
