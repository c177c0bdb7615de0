"""Letters of other scripts that look like Latin ones, and what a name looks like.

The letters are those that Unicode's table of confusables (UTS #39, confusables.txt) maps from the Greek and
Cyrillic blocks to one Latin letter each; what NFKC makes of a letter (full width, styled) needs no table.
Compared are whole names: a word with one letter that looks like no Latin one is a word of its language.
"""

from __future__ import annotations

import unicodedata

_LATIN = str.maketrans(
    "АВЕЅІЈКМНОРСТУХԌԚԜҮаеорсухѕіјһԁԛԝүΑΒΕΖΗΙΚΜΝΟΡΤΥΧονϲϳ",
    "ABESIJKMHOPCTYXGQWYaeopcyxsijhdqwyABEZHIKMNOPTYXovcj",
)
_INVISIBLE = "Cf"
"""The category of what stands in a text and is not seen, such as a soft hyphen or a blank of no width."""


def looks_like(name: str) -> str:
    """What a name looks like in Latin letters; the name itself where it is no look-alike."""
    if name.isascii():
        return name
    latin = "".join(map(_latin, name)).strip()
    return latin if latin.isascii() else name


def _latin(letter: str) -> str:
    if letter.isalpha():
        return unicodedata.normalize("NFKC", letter).translate(_LATIN)
    return "" if unicodedata.category(letter) == _INVISIBLE else letter


def is_mixed(name: str) -> bool:
    """Whether a name that looks Latin has letters of Latin and of another script in one word."""
    if looks_like(name) == name:
        return False
    return any(
        any(one.isascii() and one.isalpha() for one in word) and not word.isascii() for word in name.split()
    )


def foreign_letters(name: str) -> list[str]:
    """The letters of a name that are not what they look like, as Unicode calls them."""
    found = dict.fromkeys(one for one in name if not one.isascii())
    return [f"U+{ord(one):04X} {unicodedata.name(one, '')}".strip() for one in found]
