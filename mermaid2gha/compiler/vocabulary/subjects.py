"""Outcomes whose subject is what a drawing itself calls a job or a step: `Vergleich fehlgeschlagen`,
`deploy EU or deploy US failed`.

A name is known as a whole, whatever its language; what remains has to be an outcome by itself
(docs/language.md#fragments-and-conditions).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from mermaid2gha.base.patterns import late
from mermaid2gha.base.records import dataclass
from mermaid2gha.compiler.vocabulary import outcomes, outcomes_beyond
from mermaid2gha.compiler.vocabulary.outcomes import Polarity

_EITHER = late(
    r"(?:or|oder|ou|o|u|of|lub|albo|veya|ya da|или|або|hoặc|eller"
    r"|または|又は|もしくは|或者|或|또는|혹은|या|/)",
    re.IGNORECASE,
)
_BOTH = late(
    r"(?:and|und|et|y|e|en|i|ve|и|та|và|och|og|と|および|及び|和|与|且|과|와|및|और|&|\+)", re.IGNORECASE
)
_QUOTES = late(r"[\"`“”„«»「」]|(?<!\w)'|'(?!\w)")
_COMMA = late(r"[,、،;]")
_PLACE = "\0"


@dataclass(frozen=True, slots=True)
class NamedEnding:
    """How some jobs or steps, by the names in which they are drawn, have ended: one of those that failed, or
    all of those that succeeded."""

    polarity: Polarity
    names: tuple[str, ...]


def named_outcome(text: str, names: Iterable[str]) -> NamedEnding | None:
    """The outcome of what is drawn by some of these names, if a text is one as a whole."""
    rest, found = _QUOTES.sub("", text), list[str]()
    for name in sorted(dict.fromkeys(names), key=len, reverse=True):
        if not name or name.casefold() not in rest.casefold():
            continue
        bounded = rf"(?<![\w\0]){re.escape(name)}(?!\w)" if name.isascii() or " " in text else re.escape(name)
        parts = re.split(bounded, rest, flags=re.IGNORECASE)
        if len(parts) == 2:  # named once
            rest, found = _PLACE.join(parts), [*found, name]
    if not found or rest.count(_PLACE) != len(found):
        return None
    first, last = rest.index(_PLACE), rest.rindex(_PLACE)
    between = [part.strip() for part in rest[first:last].split(_PLACE)[1:]]
    bare = " ".join((rest[:first] + " " + rest[last + 1 :]).split())
    ending = outcomes.outcome(bare) or outcomes_beyond.outcome(bare)
    if ending is None or ending.subject:
        return None
    joined = _EITHER if ending.polarity is Polarity.FAILURE else _BOTH
    if not all(joined.fullmatch(part) or _COMMA.fullmatch(part) for part in between):
        return None
    return NamedEnding(ending.polarity, tuple(sorted(found, key=text.casefold().find)))
