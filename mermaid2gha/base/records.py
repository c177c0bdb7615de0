"""What `dataclasses` makes of a class, for the classes of this package, in a twelfth of the time.

A first check creates more than a hundred classes. `dataclasses` compiles six functions for each and imports
`inspect`, which took a quarter of the whole run; here one function is compiled for all classes with as many
fields, once one of them has had some instances, and all else is shared. Type checkers see the standard
library's own names, and tests hold that classes behave the same. What no class here uses is left out:
dictionaries for `slots`, inheritance, `order`, `hash`, `__post_init__`, pickling.

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
_FUNCTION: Any = type(lambda: None)


class _Field:
    """What a field's line says: its default or what makes one, and what it takes part in."""

    __slots__ = ("compare", "default", "default_factory", "init", "is_made", "is_optional", "kw_only", "repr")

    def __init__(self, default: Any, default_factory: Any, **takes_part: bool) -> None:
        self.default = default
        self.default_factory = default_factory
        self.init = takes_part.get("init", True)
        self.repr = takes_part.get("repr", True)
        self.compare = takes_part.get("compare", True)
        self.kw_only = takes_part.get("kw_only", False)
        self.is_made = default_factory is not _MISSING
        self.is_optional = self.is_made or default is not _MISSING

    def usual(self) -> Any:
        """The value of a field that a call does not give."""
        return self.default_factory() if self.is_made else self.default


_PLAIN = _Field(_MISSING, _MISSING)
"""A field of whose line nothing but its type is known."""


def _field(*, default: Any = _MISSING, default_factory: Any = _MISSING, **takes_part: bool) -> Any:
    return _Field(default, default_factory, **takes_part)


def _dataclass(*, slots: bool, frozen: bool = False, eq: bool = True) -> Callable[[type[_T]], type[_T]]:
    assert slots, "a class of this package has slots"

    def made(cls: type[_T]) -> type[_T]:
        names = cls.__annotations__
        body = dict(cls.__dict__)
        fields = {name: _as_field(body.pop(name, _PLAIN)) for name in names}
        body.pop("__dict__", None)
        body.pop("__weakref__", None)
        body["__slots__"] = tuple(fields)
        body["__match_args__"] = tuple([name for name, one in fields.items() if one.init and not one.kw_only])
        body["__qualname__"] = cls.__qualname__
        body["_fields"] = fields
        body["_given"] = None
        body["_few"] = iter(range(_FEW))
        if eq:
            own = body.get("__eq__")
            body |= _compared(fields, is_hashed=frozen)
            body["__eq__"] = own or body["__eq__"]
        body.setdefault("__repr__", _repr)
        if frozen:
            body |= _FROZEN
        else:
            body["__init__"] = _first_init
        return type(cls.__name__, cls.__bases__, body)

    return made


def _replace(instance: _T, /, **changes: Any) -> _T:
    cls: Any = type(instance)
    if cls._given is None:
        cls._given = _given(cls._fields)
    places, values, is_positional = cls._given
    given = list(values(instance))
    if is_positional:
        try:
            for name, value in changes.items():
                given[places[name]] = value
        except KeyError:
            pass  # as below, where Python says what is wrong
        else:
            return cls(*given)  # type: ignore[no-any-return]  # an instance of the class of the one given
    return cls(**{**dict(zip(places, given)), **changes})  # type: ignore[no-any-return]  # as above


def _given(fields: dict[str, _Field]) -> tuple[dict[str, int], Callable[[Any], tuple[Any, ...]], bool]:
    """The fields that a call gives with their places, what takes their values from an instance, and whether
    a call need not name them."""
    names = [name for name, one in fields.items() if one.init]
    places = {name: place for place, name in enumerate(names)}
    is_positional = not any(fields[name].kw_only for name in names)
    if len(names) > 1:
        return places, attrgetter(*names), is_positional
    return places, lambda instance: tuple(getattr(instance, name) for name in names), is_positional


def _as_field(value: Any) -> _Field:
    return value if isinstance(value, _Field) else _Field(value, _MISSING)


def _compared(fields: dict[str, _Field], *, is_hashed: bool) -> dict[str, Any]:
    """The methods by which values with equal fields are equal."""
    names = [name for name, one in fields.items() if one.compare]
    content: Callable[[Any], Any] = attrgetter(*names) if names else lambda instance: ()

    def is_equal(self: Any, other: Any) -> bool:
        if other is self:
            return True
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


_FEW = 8
"""So many instances of a class are made by `_values`: its own function takes as long to make as twenty."""


def _first_new(cls: Any, /, *given: Any, **named: Any) -> Any:
    """`__new__` of a frozen class until it has one of its own."""
    values = _values(cls, given, named)
    if values is None:
        cls.__new__ = _own(cls, is_frozen=True)
        return cls.__new__(cls, *given, **named)
    instance = object.__new__(cls)
    for name, value in values.items():
        object.__setattr__(instance, name, value)
    return instance


def _first_init(self: Any, /, *given: Any, **named: Any) -> None:
    """`__init__` of another class until it has one of its own."""
    cls = self.__class__
    values = _values(cls, given, named)
    if values is None:
        cls.__init__ = _own(cls, is_frozen=False)
        return cls.__init__(self, *given, **named)  # type: ignore[no-any-return]  # it gives nothing
    for name, value in values.items():
        setattr(self, name, value)
    return None


def _values(cls: Any, given: tuple[Any, ...], named: dict[str, Any]) -> dict[str, Any] | None:
    """The values of all fields by the arguments of a call.

    Nothing after the first few instances, and where the arguments do not fit: the class's own function says
    what is wrong with them.
    """
    if next(cls._few, None) is None or len(given) > len(cls.__match_args__):
        return None
    values = {**dict(zip(cls.__match_args__, given)), **named}
    fields: dict[str, _Field] = cls._fields
    if len(values) < len(given) + len(named) or not values.keys() <= fields.keys():
        return None
    for name, one in fields.items():
        if name not in values:
            if not one.is_optional:
                return None
            values[name] = one.usual()
        elif not one.init:
            return None
    return values


def _own(cls: Any, *, is_frozen: bool) -> Any:
    """`__new__` of a frozen class, `__init__` of another: as one would write it by hand.

    Assignments are the one way of setting a slot that costs no call, and a frozen class refuses them: its
    function fills an instance of a twin that takes them, and then makes it one of the class. It is compiled
    once for all classes with the same ways of filling, each has a copy with its own names.
    """
    fields: dict[str, _Field] = cls._fields
    given = [name for name, one in fields.items() if one.init and not one.kw_only]
    keyword = [name for name, one in fields.items() if one.init and one.kw_only]
    order = [*given, *keyword, *(name for name, one in fields.items() if not one.init)]
    shared = _code(tuple((fields[name].init, fields[name].is_made) for name in order), is_frozen=is_frozen)
    names: dict[str, Any] = {"missing": _MISSING}
    if is_frozen:
        names["twin"] = type(cls.__name__, (), {"__slots__": cls.__slots__})
    for at, name in enumerate(order):
        names |= {f"default_{at}": fields[name].default, f"make_{at}": fields[name].default_factory}
    attributes = {f"field_{at}": name for at, name in enumerate(order)}
    first, *rest = shared.co_varnames
    code = shared.replace(
        co_varnames=(first, *given, *keyword, *rest[len(given) + len(keyword) :]),
        co_names=tuple(attributes.get(name, name) for name in shared.co_names),
        co_argcount=1 + len(given),
        co_kwonlyargcount=len(keyword),
    )
    defaults = {name: one.default for name, one in fields.items() if one.is_optional}
    own = _FUNCTION(code, names, shared.co_name, tuple(defaults[name] for name in given if name in defaults))
    own.__kwdefaults__ = {name: defaults[name] for name in keyword if name in defaults}
    own.__qualname__ = f"{cls.__qualname__}.{shared.co_name}"
    return own


_FROZEN = {"__new__": _first_new, "__setattr__": _refuse_set, "__delattr__": _refuse_delete}
_CODES: dict[tuple[bool, tuple[tuple[bool, bool], ...]], Any] = {}


def _code(ways: tuple[tuple[bool, bool], ...], *, is_frozen: bool) -> Any:
    """The code for fields in their order: whether a call gives each, and whether a value that is missing is
    made."""
    if (is_frozen, ways) not in _CODES:
        name, first = ("__new__", "cls") if is_frozen else ("__init__", "self")
        parameters = ", ".join([first, *(f"field_{at}" for at, (is_given, _) in enumerate(ways) if is_given)])
        lines = [f"def {name}({parameters}):", *([" self = twin()"] if is_frozen else [])]
        for at, (is_given, is_made) in enumerate(ways):
            other = f"make_{at}()" if is_made else f"default_{at}"
            value = f"field_{at} if field_{at} is not missing else {other}" if is_made else f"field_{at}"
            lines.append(f" self.field_{at} = {value if is_given else other}")
        lines += [" self.__class__ = cls", " return self"] if is_frozen else [" pass"]
        names: dict[str, Any] = {}
        exec("\n".join(lines), names)
        _CODES[is_frozen, ways] = names[name].__code__
    return _CODES[is_frozen, ways]


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
