"""The table `[tool.mermaid2gha]` of a `pyproject.toml` as the tree that a YAML file of settings would be.

`tomllib` gives no places. That of a key is found by its line, below the header of its table; that of a value
stands behind it; what is deeper is found by its text in there, else has its key's place.
Reports `invalid-toml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from mermaid2gha.base.diagnostic import Diagnostic, Rule, Severity, diagnostic
from mermaid2gha.base.patterns import late
from mermaid2gha.base.records import dataclass
from mermaid2gha.base.source import SourceFile, Span
from mermaid2gha.settings.names import TABLE
from mermaid2gha.yaml.tree import Entries, Entry, Items, Scalar, Tree

INVALID_TOML = Rule("invalid-toml", Severity.ERROR)

_KEY = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\\r\n]|\\.)*"|'[^'\r\n]*')"""
_DOTTED = rf"{_KEY}(?:[ \t]*\.[ \t]*{_KEY})*"
_HEADER = late(rf"[ \t]*\[\[?[ \t]*({_DOTTED})[ \t]*\]")
_PAIR = late(rf"[ \t]*({_DOTTED})[ \t]*=[ \t]*")
_PART = late(_KEY)
_PLACE = late(r"\(at (?:line (\d+), column (\d+)|end of document)\)")

_Path = tuple[str, ...]


@lru_cache(maxsize=64)
def table_tree(file: SourceFile) -> tuple[Tree | None, tuple[Diagnostic, ...]]:
    """The table as a tree; none where the file has none, or is not TOML."""
    import tomllib  # late: few projects have their settings there

    try:
        value: object = tomllib.loads(file.text.replace("\r\n", "\n"))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        return None, (_fault(file, str(error)),)
    for name in TABLE:
        value = value.get(name) if isinstance(value, Mapping) else None
    if value is None:
        return None, ()
    places = _Places(file, dict(_pairs(file.text)))
    return places.tree(value, TABLE, places.whole(TABLE)), ()


def _fault(file: SourceFile, reason: str) -> Diagnostic:
    """What the parser complains of, at the place that it names."""
    match = _PLACE.search(reason)
    words = (reason[: match.start()] if match else reason).strip()
    at = max(len(file.text.rstrip()) - 1, 0)
    if match is not None and match[1]:
        starts = [0, *(one.end() for one in re.finditer(r"\r\n|\n", file.text))]
        line = min(int(match[1]), len(starts))
        at = min(starts[line - 1] + int(match[2]) - 1, at)
    message = f"this is not TOML: {words[:1].lower()}{words[1:]}"
    cure = "mend the line; other tools do not read the file either"
    return diagnostic(INVALID_TOML, message, Span(file, at, min(at + 1, len(file.text))), help=cure)


@dataclass(frozen=True, slots=True)
class _Pair:
    """The place of a key, and `[start, end)` of its value; of a table's header nothing."""

    key: tuple[int, int]
    start: int
    end: int


def _pairs(text: str) -> Iterator[tuple[_Path, _Pair]]:
    """The keys of our table by their paths; each header of a table below it counts as a key, too."""
    table: _Path = ()
    at = 0
    while at < len(text):
        header, pair = _HEADER.match(text, at), _PAIR.match(text, at)
        end = at
        if header is not None:
            table, end = _path(header[1]), header.end()
            found = (table, _Pair(header.span(1), end, end))
        elif pair is not None:
            end = _value_end(text, pair.end())
            found = ((*table, *_path(pair[1])), _Pair(pair.span(1), pair.end(), end))
        if (header or pair) and found[0][: len(TABLE)] == TABLE:
            yield found
        after = text.find("\n", end)
        at = len(text) if after < 0 else after + 1


def _path(dotted: str) -> _Path:
    return tuple(_bare(part[0]) for part in _PART.finditer(dotted))


def _bare(part: str) -> str:
    """A key without its quotes; escapes are rare in keys, and stay where they are none of JSON's."""
    if part[:1] == '"':
        import json

        try:
            return str(json.loads(part))
        except ValueError:
            return part[1:-1]
    return part.strip("'")


def _value_end(text: str, at: int) -> int:
    """The end of a value: that of its line, which lists and texts of several lines put off."""
    depth, last = 0, at
    while at < len(text):
        char = text[at]
        if char in "\"'":
            mark = char * 3 if text.startswith(char * 3, at) else char
            at = last = _text_end(text, at + len(mark), mark)
        elif char == "#":
            at = text.find("\n", at)
            if at < 0:
                break
        elif char == "\n" and depth <= 0:
            break
        else:
            depth += (char in "[{") - (char in "]}")
            at += 1
            last = last if char.isspace() else at
    return last


def _text_end(text: str, at: int, mark: str) -> int:
    while at < len(text) and not text.startswith(mark, at):
        at += 2 if text[at] == "\\" and mark[0] == '"' else 1
    return min(at + len(mark), len(text))


@dataclass(frozen=True, slots=True)
class _Places:
    file: SourceFile
    pairs: Mapping[_Path, _Pair]

    def whole(self, path: _Path) -> tuple[int, int]:
        """What stands under a path: of a table that is never written out, all that is below it."""
        inside = [pair for known, pair in self.pairs.items() if known[: len(path)] == path]
        if not inside:
            return 0, 0
        return min(pair.key[0] for pair in inside), max(pair.end for pair in inside)

    def tree(self, value: object, path: _Path, around: tuple[int, int]) -> Tree:
        """A value with its place; `around` is where what holds it stands."""
        span = Span(self.file, *around)
        if isinstance(value, Mapping):
            return Entries(tuple(self.entries(value, path, around)), True, span)
        if isinstance(value, list):
            items: list[Tree] = []
            at = around[0]
            for number, item in enumerate(value):
                place = self.found(item, (at, around[1])) or around
                at = place[1] if place != around else at
                items.append(self.tree(item, (*path, str(number)), place))
            return Items(tuple(items), True, span)
        return _scalar(value, span)

    def entries(self, table: Mapping[str, object], path: _Path, around: tuple[int, int]) -> Iterator[Entry]:
        for name, value in table.items():
            inner = (*path, name)
            pair = self.pairs.get(inner)
            if pair is not None:
                key, place = pair.key, (pair.start, pair.end)
                if isinstance(value, Mapping | list) and place[0] == place[1]:  # a header of tables
                    place = self.whole(inner)
            elif any(known[: len(inner)] == inner for known in self.pairs):
                place = self.whole(inner)
                key = self.found(name, place) or place
            else:
                key = self.found(name, around) or around
                place = self.found(value, (key[1], around[1])) or around
            yield Entry(
                Scalar(name, "", Span(self.file, *key)),
                self.tree(value, inner, place),
                Span(self.file, key[0], max(key[1], place[1])),
            )

    def found(self, value: object, around: tuple[int, int]) -> tuple[int, int] | None:
        """Where a scalar's text stands in a range; nothing for what is no scalar, or not to be found."""
        if isinstance(value, Mapping | list):
            return None
        text = _written(value)
        if not text:
            return None
        match = re.compile(rf"(?<![\w-]){re.escape(text)}(?![\w-])").search(self.file.text, *around)
        return match.span() if match else None


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _scalar(value: object, span: Span) -> Scalar:
    """A text is one whatever it looks like; what TOML calls otherwise has its own spelling."""
    return Scalar(_written(value), '"' if isinstance(value, str) else "", span)
