"""How the values of a workflow file are defined: what may stand at a place, and what expressions may say.

A definition has one or several forms, of which a value must have one. The mechanism is that of GitHub's own
template reader (actions/runner, src/Sdk/WorkflowParser/ObjectTemplating): scalars by type, lists by their
items, mappings by their keys, and contexts that a definition adds to those of the places around it.
"""

from __future__ import annotations

from collections.abc import Mapping as Map
from enum import Enum

from mermaid2gha.base.records import FrozenMap, dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Available:
    """What expressions may use at a place: contexts, and functions beside those that all places have.

    All names are in lower case.
    """

    contexts: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()

    def __or__(self, other: Available) -> Available:
        if other.contexts <= self.contexts and other.functions <= self.functions:
            return self
        return Available(self.contexts | other.contexts, self.functions | other.functions)


NOTHING = Available()
"""A place without expressions: what stands there is read as it is written."""


class Plain(Enum):
    """What a scalar can be beside a text, by the core schema of YAML 1.2; the value is its name in words."""

    NULL = "nothing"
    BOOLEAN = "`true` or `false`"
    NUMBER = "a number"


@dataclass(frozen=True, slots=True)
class TextForm:
    """A text: one certain word, or any. What is another scalar is taken as its text."""

    word: str = ""
    may_be_empty: bool = True


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list of such items."""

    item: Reference


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping with certain keys, some of which must be there; `others` are further keys, if there may be
    any.

    `title` is what it is in messages: `a job`.
    """

    title: str
    keys: FrozenMap[str, Reference]
    required: frozenset[str] = frozenset()
    others: Reference | None = None


Form = Plain | TextForm | Sequence | Mapping


@dataclass(frozen=True, slots=True)
class Definition:
    """What may stand at a place; `adds` is what expressions may use there beyond the places around it."""

    forms: tuple[Form, ...]
    adds: Available = field(default=NOTHING)


Reference = Definition | str
"""A definition, or the name of one that holds itself."""


def text(*, may_be_empty: bool = True) -> Definition:
    """Any text."""
    return Definition((TextForm(may_be_empty=may_be_empty),))


def words(*known: str) -> Definition:
    """One of some words."""
    return Definition(tuple(TextForm(word) for word in known))


def plain(*kinds: Plain) -> Definition:
    """A scalar of one of these kinds."""
    return Definition(kinds)


def listed(item: Reference) -> Definition:
    """A list of such items."""
    return Definition((Sequence(item),))


def keyed(
    title: str,
    keys: Map[str, Reference],
    *,
    required: tuple[str, ...] = (),
    others: Reference | None = None,
) -> Definition:
    """A mapping with certain keys."""
    return Definition((Mapping(title, FrozenMap(keys), required=frozenset(required), others=others),))


def pairs(title: str, value: Reference) -> Definition:
    """A mapping whose keys people choose."""
    return keyed(title, {}, others=value)


def either(*definitions: Definition) -> Definition:
    """A value that has one of several forms."""
    return Definition(tuple(form for definition in definitions for form in definition.forms))


def using(available: Available, definition: Definition) -> Definition:
    """A definition that adds to what expressions may use."""
    return replace(definition, adds=available)
