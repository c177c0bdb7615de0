"""What people changed in a drawing, in the drawing that takes its place: as a merge of three texts.

`base` is the drawing of what theirs means, `theirs` what they made of it, `new` what is to be said now. What
differs between the first two is theirs: a `rect`, numbers, activations, colours, comments, notes, the
order of lifelines. It is put into the third change by change, each beside the line that it stood beside, and
stays out where the drawing would then say something else.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher

from mermaid2gha.base.records import dataclass
from mermaid2gha.mermaid.ast import MARKS

_OPENS = re.compile(r"(?:rect|opt|alt|par|par_over|loop|critical|break|box)\b")
_END = re.compile(r"end(?:\t|$)")
_MARK = re.compile(rf"%%\s*(?:{'|'.join(sorted(MARKS))})\s*(?::|$)")


@dataclass(frozen=True, slots=True)
class _Change:
    """Lines `gone` of the base, and `come` in their place, between the lines `before` and `after`."""

    gone: tuple[str, ...]
    come: tuple[str, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def balance(self) -> int:
        """How many more fragments it opens than it closes."""
        return _balance(self.come) - _balance(self.gone)


def _balance(lines: Sequence[str]) -> int:
    return sum(1 if _OPENS.match(line) else -1 if _END.match(line) else 0 for line in lines)


def _ends_owned(text: str) -> Iterator[str]:
    """The lines of a text without indentation; an `end` also says what it ends, so that it is taken for no
    other."""
    opened: list[str] = []
    for line in map(str.strip, text.splitlines()):
        if _OPENS.match(line):
            opened.append(line)
        yield f"end\t{opened.pop()}" if line == "end" and opened else line


def merged(base: str, theirs: str, new: str, is_right: Callable[[str], bool]) -> str:
    """The new text with what people changed; lines without indentation. `is_right` judges a text."""
    first, second, lines = (list(_ends_owned(text)) for text in (base, theirs, new))
    spelt = {_members(line): line for line in second}
    first = [spelt.get(_members(line), line) for line in first]
    own = set(lines) - set(first)  # what both came to say by themselves is not said twice
    changes = [
        one for one in _changes(first, second) if not (one.come and not one.gone and own >= {*one.come})
    ]
    groups = _grouped(changes)
    together = _with(lines, changes)
    if together is not None and is_right(_text(together)):
        return _text(together)
    for group in groups:
        made = _with(lines, group)
        if made is not None and is_right(_text(made)):
            lines = made
    return _text(lines)


def _members(line: str) -> tuple[str, ...]:
    """A line without the order of the members of a mark: rights and outputs have none."""
    if not _MARK.match(line):
        return (line,)
    key, _, members = line.partition(":")
    return key, *sorted(one.strip() for one in members.split(","))


def _text(lines: Sequence[str]) -> str:
    return "".join(f"{line.partition(chr(9))[0] if _END.match(line) else line}\n" for line in lines)


def _changes(base: Sequence[str], theirs: Sequence[str]) -> Iterator[_Change]:
    for kind, start, end, first, last in SequenceMatcher(None, base, theirs, autojunk=False).get_opcodes():
        if kind != "equal":
            yield _Change(
                tuple(base[start:end]),
                tuple(theirs[first:last]),
                tuple(base[:start]),
                tuple(base[end:]),
            )


def _grouped(changes: Sequence[_Change]) -> Iterator[list[_Change]]:
    """Changes of which each alone is none: what opens and closes a fragment, what moves a line."""
    group: list[_Change] = []
    for change in changes:
        group.append(change)
        moved = {line for one in group for line in one.gone} & {line for one in group for line in one.come}
        if sum(one.balance for one in group) == 0 and not moved:
            yield group
            group = []
    if group:
        yield group


def _with(lines: Sequence[str], changes: Sequence[_Change]) -> list[str] | None:
    """Lines with changes made; none where a line that is to go is not there."""
    result = list(lines)
    for change in changes:
        at = _place(result, change)
        if at is None:
            return None
        result[at : at + len(change.gone)] = change.come
    return result


def _place(lines: Sequence[str], change: _Change) -> int | None:
    """The number of the line before which a change stands, or which is the first to go."""
    if change.gone:
        size = len(change.gone)
        found = [at for at in range(len(lines)) if tuple(lines[at : at + size]) == change.gone]
        if len(found) < 2:
            return found[0] if found else None
        return min(found, key=lambda at: _distance(lines, at, size, change))
    following = _beside(lines, change.after)
    preceding = _beside(lines[::-1], change.before[::-1])
    above = len(lines) - preceding if preceding is not None else None
    is_above = following is None or (above is not None and change.balance < 0)
    at = above if is_above else following
    while at and at < len(lines) and _MARK.match(lines[at - 1]):  # a mark stays with its statement
        at += 1 if is_above else -1
    return at


def _beside(lines: Sequence[str], others: Sequence[str]) -> int | None:
    """The place before some lines: before the first of them that is there once, and those like it above.

    A line of a keyword alone says nothing of where one is.
    """
    counts = Counter(lines)
    for steps, line in enumerate(others):
        if " " in line and counts[line] == 1 and others.count(line) == 1:
            at = lines.index(line)
            while steps and at and lines[at - 1] == others[steps - 1]:
                steps, at = steps - 1, at - 1
            return at
    return None


def _distance(lines: Sequence[str], at: int, size: int, change: _Change) -> int:
    """How unlike the lines around a place are to those around a change."""
    above = zip(reversed(lines[:at]), reversed(change.before))
    below = zip(lines[at + size :], change.after)
    return -sum(_alike(pairs) for pairs in (above, below))


def _alike(pairs: Iterator[tuple[str, str]]) -> int:
    count = 0
    for one, other in pairs:
        if one != other:
            break
        count += 1
    return count
