"""What `dataclasses` makes of a class, for the classes of this package, in a twelfth of the time.

A first check creates more than a hundred classes. `dataclasses` compiles six functions for each and imports
`inspect`, which took a quarter of the whole run; here one function is compiled, for a class of which there
are many instances, and all else is shared. Type checkers see the standard library's own names, and tests hold
that classes behave the same. What no class here uses is left out: dictionaries for `slots`, inheritance,
`order`, `hash`, `__post_init__`, pickling.

A frozen class with a field `_hash` (not given, not compared) keeps its hash there once it is asked for, so
that a tree need not be walked again to be looked up.

`FrozenMap` is the mapping that such a class may have as a field.
"""

from __future__ import annotations

from operator import attrgetter

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from dataclasses import dataclass, field, replace
    from typing import Any, NoReturn, TypeVar

    _T = TypeVar("_T")
    _K = TypeVar("_K")
    _V = TypeVar("_V", covariant=True)

    class FrozenMap(Mapping[_K, _V]):
        """As it is below, without what would change it."""

        def __init__(self, items: Mapping[_K, _V] | Iterable[tuple[_K, _V]] = ()) -> None: ...
        def __getitem__(self, key: _K) -> _V: ...
        def __iter__(self) -> Iterator[_K]: ...
        def __len__(self) -> int: ...
        def __hash__(self) -> int: ...


__all__ = ["FrozenMap", "dataclass", "field", "replace"]

_MISSING: Any = object()
_FEW = 32
"""Instances of a class that are made without a function of its own: compiling one takes as long as forty."""


class _Field:
    """What a field's line says: its default or what makes one, and what it takes part in."""

    __slots__ = ("compare", "default", "default_factory", "init", "kw_only", "repr")

    def __init__(self, default: Any, default_factory: Any, **takes_part: bool) -> None:
        self.default = default
        self.default_factory = default_factory
        self.init = takes_part.get("init", True)
        self.repr = takes_part.get("repr", True)
        self.compare = takes_part.get("compare", True)
        self.kw_only = takes_part.get("kw_only", False)


def _field(*, default: Any = _MISSING, default_factory: Any = _MISSING, **takes_part: bool) -> Any:
    return _Field(default, default_factory, **takes_part)


def _dataclass(*, slots: bool, frozen: bool = False, eq: bool = True) -> Callable[[type[_T]], type[_T]]:
    assert slots, "a class of this package has slots"

    def made(cls: type[_T]) -> type[_T]:
        fields = {name: _as_field(cls.__dict__.get(name, _MISSING)) for name in cls.__annotations__}
        body = {name: value for name, value in cls.__dict__.items() if name not in fields}
        body.pop("__dict__", None)
        body.pop("__weakref__", None)
        compared = _compared(fields, is_hashed=frozen, is_compared=eq)
        body |= {
            "__slots__": tuple(fields),
            "__match_args__": tuple(name for name, one in fields.items() if one.init and not one.kw_only),
            "__qualname__": cls.__qualname__,
            "_fields": fields,
            "_given": _given(fields),
            "_few": None,
            "__init__": _first_init,
        }
        if callable(cls.__dict__.get("__eq__")):
            compared["__eq__"] = cls.__dict__["__eq__"]
        body |= compared
        body.setdefault("__repr__", _repr)
        if frozen:
            body |= {"__setattr__": _refuse_set, "__delattr__": _refuse_delete}
        slotted: type[_T] = type(cls.__name__, cls.__bases__, body)
        return slotted

    return made


def _replace(instance: _T, /, **changes: Any) -> _T:
    cls: Any = type(instance)
    names, values = cls._given
    return cls(**{**dict(zip(names, values(instance))), **changes})  # type: ignore[no-any-return]


def _given(fields: dict[str, _Field]) -> tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]:
    """The fields that a call gives, and what takes their values from an instance."""
    names = tuple(name for name, one in fields.items() if one.init)
    if len(names) > 1:
        return names, attrgetter(*names)
    return names, lambda instance: tuple(getattr(instance, name) for name in names)


def _as_field(value: Any) -> _Field:
    return value if isinstance(value, _Field) else _Field(value, _MISSING)


def _compared(fields: dict[str, _Field], *, is_hashed: bool, is_compared: bool) -> dict[str, Any]:
    """The methods by which values with equal fields are equal."""
    if not is_compared:
        return {}
    names = [name for name, one in fields.items() if one.compare]
    content: Callable[[Any], Any] = attrgetter(*names) if names else lambda instance: ()

    def is_equal(self: Any, other: Any) -> bool:
        if other.__class__ is self.__class__:
            return bool(content(self) == content(other))
        return NotImplemented  # type: ignore[no-any-return]  # so that Python asks the other one

    def digest(self: Any) -> int:
        return hash(content(self))

    def kept_digest(self: Any) -> int:
        if self._hash is None:
            object.__setattr__(self, "_hash", digest(self))
        return self._hash  # type: ignore[no-any-return]  # a number by now

    hashing = kept_digest if "_hash" in fields else digest
    return {"__eq__": is_equal, "__hash__": hashing if is_hashed else None}


def _repr(self: Any) -> str:
    shown = (f"{name}={getattr(self, name)!r}" for name, one in self._fields.items() if one.repr)
    return f"{self.__class__.__qualname__}({', '.join(shown)})"


def _refuse_set(self: Any, name: str, value: Any) -> None:
    raise AttributeError(f"cannot assign to field {name!r}")


def _refuse_delete(self: Any, name: str) -> None:
    raise AttributeError(f"cannot delete field {name!r}")


class _Few:
    """Makes the first few instances of a class: `left` says how many more.

    A count in the class itself would make Python forget what it has looked up there.
    """

    __slots__ = ("defaults", "factories", "given", "left", "positional", "setters")

    def __init__(self, cls: Any, fields: dict[str, _Field]) -> None:
        self.left = _FEW
        self.positional: tuple[str, ...] = cls.__match_args__
        self.given = frozenset(name for name, one in fields.items() if one.init)
        self.setters = {name: cls.__dict__[name].__set__ for name in fields}
        self.defaults = {name: one.default for name, one in fields.items() if one.default is not _MISSING}
        self.factories = [
            (name, one.default_factory) for name, one in fields.items() if one.default_factory is not _MISSING
        ]

    def set_fields(self, instance: Any, arguments: tuple[Any, ...], named: dict[str, Any]) -> bool:
        """Set the fields by the arguments of a call; whether these fit."""
        values = dict(zip(self.positional, arguments))
        if len(values) < len(arguments):
            return False
        if named:
            if not (named.keys() <= self.given and named.keys().isdisjoint(values)):
                return False
            values |= named
        if len(values) < len(self.setters):
            values = self.defaults | values
            for name, factory in self.factories:
                if name not in values:
                    values[name] = factory()
            if len(values) < len(self.setters):
                return False
        for name, value in values.items():
            self.setters[name](instance, value)
        return True


def _first_init(self: Any, *arguments: Any, **named: Any) -> None:
    """`__init__` until a class has had a few instances; then, or at a wrong call, its own is compiled."""
    few = self._few or _begun(self.__class__)
    few.left -= 1
    if few.left < 0 or not few.set_fields(self, arguments, named):
        cls = self.__class__
        cls.__init__ = _init(cls, cls._fields)
        cls.__init__(self, *arguments, **named)


def _begun(cls: Any) -> _Few:
    cls._few = _Few(cls, cls._fields)
    few: _Few = cls._few
    return few


def _init(cls: type, fields: dict[str, _Field]) -> Any:
    """`__init__` as one would write it by hand; it sets the slots directly, since a frozen class refuses."""
    names: dict[str, Any] = {"MISSING": _MISSING}
    given: list[str] = []
    keyword: list[str] = []
    lines: list[str] = []
    for name, one in fields.items():
        names[f"set_{name}"] = cls.__dict__[name].__set__
        value = name if one.init else f"default_{name}"
        parameter = name
        if one.default_factory is not _MISSING:
            names[f"make_{name}"] = one.default_factory
            parameter = f"{name}=MISSING"
            value = f"make_{name}() if {name} is MISSING else {name}" if one.init else f"make_{name}()"
        elif one.default is not _MISSING:
            names[f"default_{name}"] = one.default
            parameter = f"{name}=default_{name}"
        if one.init:
            (keyword if one.kw_only else given).append(parameter)
        lines.append(f"    set_{name}(self, {value})")
    parameters = ", ".join(["self", *given, *(["*", *keyword] if keyword else [])])
    exec(f"def __init__({parameters}):\n" + "\n".join(lines or ["    pass"]), names)
    init = names["__init__"]
    init.__qualname__ = f"{cls.__qualname__}.__init__"
    return init


class _FrozenMap(dict):  # type: ignore[type-arg]  # of whatever the type checker's `FrozenMap` is
    """A mapping that cannot be changed and has a hash, if its values have: equal whatever the order.

    A dictionary, so that looking up is as fast as in one.
    """

    __slots__ = ()

    def __hash__(self) -> int:  # type: ignore[override]  # a dictionary has none
        return hash(frozenset(self.items()))

    def __repr__(self) -> str:
        return f"FrozenMap({super().__repr__()})"

    def _refuse(self, *arguments: object, **named: object) -> NoReturn:
        raise TypeError("a FrozenMap cannot be changed")

    __setitem__ = __delitem__ = __ior__ = update = setdefault = pop = popitem = clear = _refuse


if not TYPE_CHECKING:
    dataclass, field, replace, FrozenMap = _dataclass, _field, _replace, _FrozenMap
