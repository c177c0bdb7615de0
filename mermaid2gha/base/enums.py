"""What `enum` makes of a class, for the enumerations of this package, in a tenth of the time.

A first check creates about thirty of them, which took a twentieth of the whole run; and the members of these
have their value and their hash as any object has, where those of `enum` run Python code. Type checkers see
the standard library's own name, and tests hold that enumerations behave the same. What none here uses is left
out: two names for one value, other types of members, flags.
"""

from __future__ import annotations

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from collections.abc import Iterator
    from enum import Enum
    from typing import Any, NoReturn

__all__ = ["Enum"]


class _Enumeration(type):
    """The type of enumerations: their members are what their class says, but for functions and properties."""

    _members: dict[str, Any]
    _by_value: dict[Any, Any]

    def __new__(mcs, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> Any:
        values = {
            key: value for key, value in body.items() if key[0] != "_" and not hasattr(value, "__get__")
        }
        slots = {} if bases else {"__slots__": ("name", "value")}
        rest = {key: value for key, value in body.items() if key not in values}
        cls: Any = type.__new__(mcs, name, bases, {"__slots__": (), **rest, **slots})
        members = {}
        for key, value in values.items():
            members[key] = member = object.__new__(cls)
            object.__setattr__(member, "name", key)
            object.__setattr__(member, "value", value)
            type.__setattr__(cls, key, member)
        type.__setattr__(cls, "_members", members)
        type.__setattr__(cls, "_by_value", dict(zip(values.values(), members.values())))
        return cls

    def __call__(cls, value: Any) -> Any:
        try:
            return cls._by_value[value]
        except (KeyError, TypeError):
            raise ValueError(f"{value!r} is not a valid {cls.__qualname__}") from None

    def __getitem__(cls, name: str) -> Any:
        return cls._members[name]

    def __iter__(cls) -> Iterator[Any]:
        return iter(cls._members.values())

    def __len__(cls) -> int:
        return len(cls._members)

    def __setattr__(cls, name: str, value: object) -> NoReturn:
        raise AttributeError(f"cannot set {name!r} of an enumeration")


class _Enum(metaclass=_Enumeration):
    def __repr__(self) -> str:
        return f"<{self}: {self.value!r}>"  # type: ignore[attr-defined]  # a slot

    def __str__(self) -> str:
        return f"{self.__class__.__name__}.{self.name}"  # type: ignore[attr-defined]  # a slot

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"cannot set {name!r} of a member")


if not TYPE_CHECKING:
    Enum = _Enum
