"""The classes of this package behave as those of `dataclasses` do."""

from __future__ import annotations

import dataclasses
import inspect
from typing import Any

import pytest

from mermaid2gha.base import records


def described(library: Any, *, frozen: bool, eq: bool = True) -> Any:
    """A class with every kind of field that the package has."""

    @library.dataclass(frozen=frozen, slots=True, eq=eq)
    class Described:
        """Has a docstring."""

        name: str
        place: object = library.field(default=None, compare=False)
        parts: tuple[str, ...] = ()
        known: list[str] = library.field(default_factory=list, compare=False)
        _found: list[str] = library.field(default_factory=list, init=False, repr=False, compare=False)
        is_sound: bool = library.field(default=True, repr=False, kw_only=True)

        @property
        def title(self) -> str:
            return self.name.title()

    return Described


def plain(library: Any) -> Any:
    @library.dataclass(frozen=True, slots=True)
    class Plain:
        """One field, no default."""

        text: str

    return Plain


def empty(library: Any) -> Any:
    @library.dataclass(frozen=True, slots=True)
    class Empty:
        """No field."""

    return Empty


BOTH = pytest.mark.parametrize("library", [dataclasses, records], ids=lambda library: library.__name__)
MANY = 3
"""Instances of a class: the first gives it an `__init__` of its own, the later ones have that."""
FROZEN = pytest.mark.parametrize("frozen", [True, False])


@BOTH
@FROZEN
def test_fields_are_given_by_place_or_name_or_default(library: Any, frozen: bool) -> None:
    made = described(library, frozen=frozen)("a", 1, parts=("x",), is_sound=False)
    assert (made.name, made.place, made.parts, made.known, made._found) == ("a", 1, ("x",), [], [])
    assert not made.is_sound
    assert made.title == "A"


@BOTH
@FROZEN
def test_later_instances_are_as_the_first(library: Any, frozen: bool) -> None:
    cls = described(library, frozen=frozen)
    instances = [cls("a", 1, known=["x"], is_sound=False) for _ in range(MANY)]
    assert {(one.name, one.place, one.parts, *one.known, *one._found, one.is_sound) for one in instances} == {
        ("a", 1, (), "x", False)
    }


@BOTH
@pytest.mark.parametrize(
    ("given", "named"),
    [
        ((), {}),
        (("a", 1, (), [], False), {}),
        (("a",), {"_found": []}),
        (("a",), {"b": 1}),
        (("a",), {"name": "b"}),
    ],
)
def test_other_arguments_are_refused(library: Any, given: tuple[Any, ...], named: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        described(library, frozen=True)(*given, **named)


@BOTH
def test_a_made_default_belongs_to_one_instance(library: Any) -> None:
    cls = described(library, frozen=False)
    first, second = cls("a"), cls("a")
    first.known.append("x")
    first._found.append("y")
    assert (second.known, second._found) == ([], [])


@BOTH
@FROZEN
def test_equal_is_what_has_equal_fields_that_are_compared(library: Any, frozen: bool) -> None:
    cls = described(library, frozen=frozen)
    assert cls("a", place=1) == cls("a", place=2, known=["x"])
    assert cls("a") != cls("b")
    assert cls("a") != cls("a", is_sound=False)
    assert cls("a") != described(library, frozen=frozen)("a")
    assert plain(library)("a") != "a"
    assert len({empty(library)(), empty(library)()}) == 2


@BOTH
def test_frozen_values_can_be_keys_and_others_cannot(library: Any) -> None:
    cls = described(library, frozen=True)
    assert len({cls("a", place=1), cls("a", place=2), cls("b")}) == 2
    with pytest.raises(TypeError, match="unhashable"):
        hash(described(library, frozen=False)("a"))


@BOTH
def test_what_is_told_apart_by_identity_stays_so(library: Any) -> None:
    cls = described(library, frozen=True, eq=False)
    one = cls("a")
    assert one == one
    assert one != cls("a")
    assert len({one, cls("a")}) == 2


@BOTH
def test_frozen_values_do_not_change(library: Any) -> None:
    one = described(library, frozen=True)("a")
    with pytest.raises(AttributeError, match="cannot assign to field 'name'"):
        one.name = "b"
    with pytest.raises(AttributeError, match="cannot delete field 'name'"):
        del one.name
    loose = described(library, frozen=False)("a")
    loose.name = "b"
    assert loose.name == "b"


@BOTH
def test_there_are_no_other_attributes(library: Any) -> None:
    with pytest.raises(AttributeError):
        described(library, frozen=False)("a").other = 1


@BOTH
@FROZEN
def test_replacing_gives_another_value(library: Any, frozen: bool) -> None:
    cls = described(library, frozen=frozen)
    one = cls("a", 1, ("x",), is_sound=False)
    other = library.replace(one, name="b")
    assert other == cls("b", parts=("x",), is_sound=False)
    assert (one.name, other.place) == ("a", 1)


def test_representations_patterns_and_docstrings_are_those_of_the_standard_library() -> None:
    theirs, ours = described(dataclasses, frozen=True), described(records, frozen=True)
    assert repr(ours("a", parts=("x",))) == repr(theirs("a", parts=("x",)))
    assert ours.__match_args__ == theirs.__match_args__
    assert (ours.__doc__, ours.__qualname__) == (theirs.__doc__, theirs.__qualname__)
    for _ in range(MANY):
        ours("a")
    assert list(inspect.signature(ours).parameters) == list(inspect.signature(theirs).parameters)


@BOTH
def test_a_pattern_takes_fields_by_place(library: Any) -> None:
    cls = plain(library)
    match cls("a"):
        case cls(text):
            assert text == "a"
        case _:
            pytest.fail("the pattern should match")


def test_a_frozen_map_is_looked_up_like_a_dictionary_and_has_a_hash() -> None:
    once, again = records.FrozenMap({"a": 1, "b": 2}), records.FrozenMap([("b", 2), ("a", 1)])
    assert once == again == {"a": 1, "b": 2}
    assert hash(once) == hash(again)
    assert (once["a"], once.get("c"), list(once)) == (1, None, ["a", "b"])


def test_a_frozen_map_cannot_be_changed() -> None:
    frozen: Any = records.FrozenMap({"a": 1})
    for change in (
        lambda: frozen.update(b=2),
        lambda: frozen.setdefault("b", 2),
        lambda: frozen.pop("a"),
        frozen.popitem,
        frozen.clear,
        lambda: frozen.__setitem__("a", 2),
        lambda: frozen.__delitem__("a"),
        lambda: frozen.__ior__({"b": 2}),
    ):
        with pytest.raises(TypeError):
            change()
    assert frozen == {"a": 1}


def test_a_kept_hash_is_no_part_of_the_value() -> None:
    @records.dataclass(frozen=True, slots=True)
    class Tree:
        leaves: tuple[str, ...]
        _hash: int | None = records.field(default=None, init=False, repr=False, compare=False)

    asked, fresh = Tree(("a",)), Tree(("a",))
    assert hash(asked) == hash(asked) == hash(fresh) == hash(("a",))
    assert asked == fresh and repr(asked) == repr(Tree(("a",)))
    assert hash(records.replace(asked, leaves=("b",))) == hash(Tree(("b",)))


def test_a_class_may_say_itself_what_is_equal_to_it() -> None:
    @records.dataclass(frozen=True, slots=True)
    class Exact:
        value: object

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Exact) and repr(self.value) == repr(other.value)

    assert Exact(1) == Exact(1) != Exact(True)
    assert hash(Exact(1)) == hash(Exact(1))
