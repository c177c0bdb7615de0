"""The enumerations of this package behave as those of `enum` do."""

from __future__ import annotations

import enum
from typing import Any

import pytest

from mermaid2gha.base import enums


def described(library: Any) -> Any:
    class Kind(library.Enum):  # type: ignore[name-defined,misc]  # of either library
        """Has a docstring, members and a property."""

        PUSH = "push"
        PULL = "pull"
        MANY = 3

        @property
        def is_push(self) -> bool:
            return self is Kind.PUSH

    return Kind


BOTH = pytest.mark.parametrize("library", [enum, enums], ids=lambda library: library.__name__)


@BOTH
def test_members_stand_in_order_with_name_and_value(library: Any) -> None:
    kind = described(library)
    assert [(member.name, member.value) for member in kind] == [
        ("PUSH", "push"),
        ("PULL", "pull"),
        ("MANY", 3),
    ]
    assert len(kind) == 3
    assert [member.is_push for member in kind] == [True, False, False]


@BOTH
def test_a_member_is_found_by_value_and_by_name(library: Any) -> None:
    kind = described(library)
    assert kind("push") is kind["PUSH"] is kind.PUSH
    for wrong in ("PUSH", None, []):
        with pytest.raises(ValueError, match=r"is not a valid .*Kind"):
            kind(wrong)
    with pytest.raises(KeyError):
        kind["push"]


@BOTH
def test_members_are_equal_to_themselves_only_and_can_be_keys(library: Any) -> None:
    kind, other = described(library), described(library)
    assert kind.PUSH == kind.PUSH != kind.PULL
    assert kind.PUSH != "push" and kind.PUSH != other.PUSH
    assert {kind.PUSH: 1, kind.PULL: 2}[kind("pull")] == 2
    assert isinstance(kind.PUSH, kind) and isinstance(kind.PUSH, library.Enum)


@BOTH
def test_members_are_written_with_their_class(library: Any) -> None:
    kind = described(library)
    assert (repr(kind.PUSH), str(kind.PUSH), f"{kind.MANY}") == (
        "<Kind.PUSH: 'push'>",
        "Kind.PUSH",
        "Kind.MANY",
    )
    assert kind.__doc__ == "Has a docstring, members and a property."


@BOTH
def test_a_member_is_matched_by_its_name(library: Any) -> None:
    kind = described(library)
    match kind("pull"):
        case kind.PUSH:
            pytest.fail("it is another member")
        case kind.PULL:
            pass


@pytest.mark.parametrize("change", ["kind.PUSH = 1", "kind.PUSH.value = 1", "kind.PUSH.other = 1"])
def test_nothing_of_an_enumeration_changes(change: str) -> None:
    with pytest.raises(AttributeError):
        exec(change, {"kind": described(enums)})
