"""YAML as PyYAML reads it, by LibYAML where that was built: ten times as fast, which counts in laws."""

from __future__ import annotations

from typing import Any

import yaml

_TYPED = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TEXTS = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def typed(text: str | bytes) -> Any:
    """The value of a text, with types by YAML 1.1: the key `on` is true."""
    return yaml.load(text, _TYPED)


def texts(text: str | bytes) -> Any:
    """The value of a text, in which each scalar is a text."""
    return yaml.load(text, _TEXTS)
