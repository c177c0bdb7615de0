"""YAML as PyYAML reads it, by LibYAML where that was built: ten times as fast, which counts in laws."""

from __future__ import annotations

from typing import Any

import yaml

_TYPED = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TEXTS = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_WRITER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def typed(text: str | bytes) -> Any:
    """The value of a text, with types by YAML 1.1: the key `on` is true."""
    return yaml.load(text, _TYPED)


def texts(text: str | bytes) -> Any:
    """The value of a text, in which each scalar is a text."""
    return yaml.load(text, _TEXTS)


def composed(text: str) -> yaml.Node | None:
    """The tree of a text, whose nodes know their places."""
    return yaml.compose(text, _TYPED)


def written(value: object) -> str:
    """The text of a value, each scalar in one line."""
    return str(yaml.dump(value, Dumper=_WRITER, sort_keys=False, width=10**6))
