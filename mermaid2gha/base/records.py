"""What `dataclasses` makes of a class, for the classes of this package, in a twelfth of the time.

A first check creates more than a hundred classes. `dataclasses` compiles six functions for each and imports
`inspect`, which took a quarter of the whole run; here one function is compiled for all classes with as many
fields, and all else is shared. Type checkers see the standard library's own names, and tests hold
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
_FUNCTION: Any = type(lambda: None)


class _Field:
    """What a field's line says: its default or what makes one, and what it takes part in."""

    __slots__ = ("compare", "default", "default_factory", "init", "is_optional", "kw_only", "repr")

    def __init__(self, default: Any, default_factory: Any, **takes_part: bool) -> None:
        self.default = default
        self.default_factory = default_factory
        self.init = takes_part.get("init", True)
        self.repr = takes_part.get("repr", True)
        self.compare = takes_part.get("compare", True)
        self.kw_only = takes_part.get("kw_only", False)
        self.is_optional = default is not _MISSING or default_factory is not _MISSING


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
            "_is_positional": not any(one.init and one.kw_only for one in fields.values()),
        }
        if callable(cls.__dict__.get("__eq__")):
            compared["__eq__"] = cls.__dict__["__eq__"]
        body |= compared
        body.setdefault("__repr__", _repr)
        if frozen:
            body |= {"__setattr__": _refuse_set, "__delattr__": _refuse_delete}
        slotted: Any = type(cls.__name__, cls.__bases__, body)
        if frozen and len(fields) >= _MANY_FIELDS and not any(map(_is_made, fields.values())):
            slotted.__new__ = _new(slotted, fields)
        else:
            slotted.__init__ = _init(slotted, fields)
        return slotted  # type: ignore[no-any-return]  # a class with the fields of the one given

    return made


def _replace(instance: _T, /, **changes: Any) -> _T:
    cls: Any = type(instance)
    places, values = cls._given
    given = list(values(instance))
    if cls._is_positional and changes.keys() <= places.keys():
        for name, value in changes.items():
            given[places[name]] = value
        return cls(*given)  # type: ignore[no-any-return]  # an instance of the class of the one given
    return cls(**{**dict(zip(places, given)), **changes})  # type: ignore[no-any-return]  # as above


def _given(fields: dict[str, _Field]) -> tuple[dict[str, int], Callable[[Any], tuple[Any, ...]]]:
    """The fields that a call gives with their places, and what takes their values from an instance."""
    names = [name for name, one in fields.items() if one.init]
    places = {name: place for place, name in enumerate(names)}
    if len(names) > 1:
        return places, attrgetter(*names)
    return places, lambda instance: tuple(getattr(instance, name) for name in names)


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


_MANY_FIELDS = 3
"""From so many fields on `__new__` takes less time than `__init__`: half of it with twelve."""


def _is_made(one: _Field) -> bool:
    return one.default_factory is not _MISSING


def _new(cls: type, fields: dict[str, _Field]) -> Any:
    """`__new__` of a frozen class: it fills an instance of a twin that takes assignments, the one way of
    setting a slot that costs no call, and then makes it one of the class."""
    order = [name for kind in _by_kind(fields) for name in kind]
    twin = type(cls.__name__, (), {"__slots__": cls.__slots__})  # type: ignore[attr-defined]  # it has slots
    names = {f"default_{at}": fields[name].default for at, name in enumerate(order)}
    attributes = {f"field_{at}": name for at, name in enumerate(order)}
    return _compiled(_new_code, fields, {**names, "twin": twin}, cls=cls, attributes=attributes)


def _init(cls: type, fields: dict[str, _Field]) -> Any:
    """`__init__` as one would write it by hand; it sets the slots directly, since a frozen class refuses."""
    names: dict[str, Any] = {}
    for at, name in enumerate(name for kind in _by_kind(fields) for name in kind):
        names[f"set_{at}"] = _setter(cls.__dict__[name].__set__, fields[name].default_factory)
        names[f"default_{at}"] = fields[name].default
    return _compiled(_init_code, fields, names, cls=cls, attributes={})


def _by_kind(fields: dict[str, _Field]) -> tuple[list[str], list[str], list[str]]:
    """The names of the fields that are given by place, by name alone, and not at all."""
    given = [name for name, one in fields.items() if one.init and not one.kw_only]
    keyword = [name for name, one in fields.items() if one.init and one.kw_only]
    return given, keyword, [name for name, one in fields.items() if not one.init]


def _compiled(
    code_of: Callable[[int, int], Any],
    fields: dict[str, _Field],
    names: dict[str, Any],
    *,
    cls: type,
    attributes: dict[str, str],
) -> Any:
    """The function of a class: compiled once for all with as many fields, each has a copy with its own names
    (`names` are the values that it reads, `attributes` the slots that it assigns to)."""
    given, keyword, others = _by_kind(fields)
    shared = code_of(len(given) + len(keyword), len(others))
    first, *rest = shared.co_varnames
    code = shared.replace(
        co_varnames=(first, *given, *keyword, *rest[len(given) + len(keyword) :]),
        co_names=tuple(attributes.get(name, name) for name in shared.co_names),
        co_argcount=1 + len(given),
        co_kwonlyargcount=len(keyword),
    )
    defaults = {name: one.default for name, one in fields.items() if one.is_optional}
    ours = _FUNCTION(code, names, shared.co_name, tuple(defaults[name] for name in given if name in defaults))
    ours.__kwdefaults__ = {name: defaults[name] for name in keyword if name in defaults}
    ours.__qualname__ = f"{cls.__qualname__}.{shared.co_name}"
    return ours


def _setter(set_slot: Callable[[Any, Any], None], make: Any) -> Callable[[Any, Any], None]:
    """What sets a slot; a value that is missing is made."""
    if make is _MISSING:
        return set_slot
    return lambda instance, value: set_slot(instance, make() if value is _MISSING else value)


_CODES: dict[tuple[str, int, int], Any] = {}


def _new_code(given: int, others: int) -> Any:
    """The code of `__new__` for so many fields that are given in a call, and others after them."""
    lines = [" self = twin()", *(f" self.field_{at} = field_{at}" for at in range(given))]
    lines += [f" self.field_{at} = default_{at}" for at in range(given, given + others)]
    return _code("__new__", "cls", given, others, [*lines, " self.__class__ = cls", " return self"])


def _init_code(given: int, others: int) -> Any:
    """The code of `__init__`, likewise."""
    lines = [f" set_{at}(self, field_{at})" for at in range(given)]
    lines += [f" set_{at}(self, default_{at})" for at in range(given, given + others)]
    return _code("__init__", "self", given, others, [*lines, " pass"])


def _code(name: str, first: str, given: int, others: int, lines: list[str]) -> Any:
    if (name, given, others) not in _CODES:
        parameters = ", ".join([first, *(f"field_{at}" for at in range(given))])
        names: dict[str, Any] = {}
        exec("\n".join([f"def {name}({parameters}):", *lines]), names)
        _CODES[name, given, others] = names[name].__code__
    return _CODES[name, given, others]


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
