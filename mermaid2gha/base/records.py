"""What `dataclasses` makes of a class, for the classes of this package, in a twelfth of the time.

A first check creates more than a hundred classes. `dataclasses` compiles six functions for each and imports
`inspect`, which took a quarter of the whole run. Here a class gets what fills its fields with its first
instance, a copy of a function that is compiled with the package (`base/makers.py`, which tests make), and all
else is shared. Type checkers see the standard library's own names, and tests hold that classes behave the
same. What no class here uses is left out: dictionaries for `slots`, inheritance, `order`, `hash`,
`__post_init__`, pickling.

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


def _first_new(cls: Any, /, *given: Any, **named: Any) -> Any:
    """`__new__` of a frozen class until it has one of its own: at its first instance."""
    cls.__new__ = _own(cls, is_frozen=True)
    return cls.__new__(cls, *given, **named)


def _first_init(self: Any, /, *given: Any, **named: Any) -> None:
    """`__init__` of another class until it has one of its own."""
    self.__class__.__init__ = _own(self.__class__, is_frozen=False)
    self.__init__(*given, **named)


def _own(cls: Any, *, is_frozen: bool) -> Any:
    """`__new__` of a frozen class, `__init__` of another: as one would write it by hand.

    Assignments are the one way of setting a slot that costs no call, and a frozen class refuses them: its
    function fills an instance of a twin that takes them, and then makes it one of the class. It is compiled
    once for all classes with the same ways of filling, each has a copy with its own names.
    """
    fields: dict[str, _Field] = cls._fields
    given, keyword, others = _order(fields)
    shared = _code(maker(cls))
    names: dict[str, Any] = {"missing": _MISSING}
    if is_frozen:
        names["twin"] = type(cls.__name__, (), {"__slots__": cls.__slots__})
    attributes = {}
    for at, field_name in enumerate([*given, *keyword, *others]):
        one = fields[field_name]
        names |= {f"default_{at}": one.default, f"make_{at}": one.default_factory}
        attributes[f"field_{at}"] = field_name
    first, *rest = shared.co_varnames
    name = "__new__" if is_frozen else "__init__"
    code = shared.replace(
        co_name=name,
        co_varnames=(first, *given, *keyword, *rest[len(given) + len(keyword) :]),
        co_names=tuple([attributes.get(of_all, of_all) for of_all in shared.co_names]),
        co_argcount=1 + len(given),
        co_kwonlyargcount=len(keyword),
    )
    defaults = {field_name: one.default for field_name, one in fields.items() if one.is_optional}
    own = _FUNCTION(code, names, name, tuple(defaults[one] for one in given if one in defaults))
    own.__kwdefaults__ = {one: defaults[one] for one in keyword if one in defaults}
    own.__qualname__ = f"{cls.__qualname__}.{name}"
    return own


def _order(fields: dict[str, _Field]) -> tuple[list[str], list[str], list[str]]:
    """The fields that a call gives by place, those that it names, and those that it does not give."""
    given = [name for name, one in fields.items() if one.init and not one.kw_only]
    keyword = [name for name, one in fields.items() if one.init and one.kw_only]
    return given, keyword, [name for name, one in fields.items() if not one.init]


def maker(cls: Any) -> str:
    """The name of the function that fills the fields of such a class: `new_` of a frozen one, `init_` of
    another, and a letter for each field. A call gives it (`g`), or what is missing is made (`m`); or no call
    gives it: it has its default (`d`), or is made (`n`)."""
    fields: dict[str, _Field] = cls._fields
    ordered = [fields[name] for names in _order(fields) for name in names]
    letters = "".join(["dngm"[2 * one.init + one.is_made] for one in ordered])
    return f"{'new' if cls.__setattr__ is _refuse_set else 'init'}_{letters}"


def maker_source(name: str) -> str:
    """The function of that name, on one line."""
    is_frozen, letters = name.startswith("new_"), name.partition("_")[2]
    parameters = ["cls" if is_frozen else "self"]
    parameters += [f"field_{at}" for at, letter in enumerate(letters) if letter in "gm"]
    lines = ["self = twin()"] if is_frozen else []
    for at, letter in enumerate(letters):
        other = f"make_{at}()" if letter in "mn" else f"default_{at}"
        value = f"field_{at} if field_{at} is not missing else {other}" if letter == "m" else f"field_{at}"
        lines.append(f"self.field_{at} = {value if letter in 'gm' else other}")
    lines += ["self.__class__ = cls", "return self"] if is_frozen else ["pass"]
    return f"def {name}({', '.join(parameters)}): {'; '.join(lines)}\n"


_FROZEN = {"__new__": _first_new, "__setattr__": _refuse_set, "__delattr__": _refuse_delete}
_CODES: dict[str, Any] = {}


def _code(name: str) -> Any:
    """The code of the function of that name: that for the package's own classes is compiled with them."""
    from mermaid2gha.base import makers

    if hasattr(makers, name):
        return getattr(makers, name).__code__
    if name not in _CODES:
        names: dict[str, Any] = {}
        exec(maker_source(name), names)
        _CODES[name] = names[name].__code__
    return _CODES[name]


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
