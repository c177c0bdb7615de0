"""YAML as PyYAML reads it, by LibYAML where that was built: ten times as fast, which counts in laws."""

from __future__ import annotations

import re
from typing import Any

import yaml

_TYPED = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TEXTS = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_WRITER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class _Core(_TYPED):  # type: ignore[misc, valid-type]
    """With the types of YAML 1.2: dates are texts, and so are `on`, `off`, `yes` and `no`."""


_OTHERS = ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp")
_Core.yaml_implicit_resolvers = {
    first: [one for one in known if one[0] not in _OTHERS]
    for first, known in _TYPED.yaml_implicit_resolvers.items()
}
_Core.add_implicit_resolver(_OTHERS[0], re.compile("true|false", re.IGNORECASE), list("tTfF"))


def typed(text: str | bytes) -> Any:
    """The value of a text, with types by YAML 1.1: the key `on` is true."""
    return yaml.load(text, _TYPED)


def core(text: str | bytes) -> Any:
    """The same by YAML 1.2: the key `on` is a text."""
    return yaml.load(text, _Core)


def texts(text: str | bytes) -> Any:
    """The value of a text, in which each scalar is a text."""
    return yaml.load(text, _TEXTS)


def composed(text: str) -> yaml.Node | None:
    """The tree of a text, whose nodes know their places."""
    return yaml.compose(text, _TYPED)


def written(value: object) -> str:
    """The text of a value, each scalar in one line."""
    return str(yaml.dump(value, Dumper=_WRITER, sort_keys=False, width=10**6))
