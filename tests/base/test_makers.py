"""The functions that fill the package's records are those of its classes as they are."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

import mermaid2gha
from mermaid2gha.base import makers
from mermaid2gha.base.records import maker, maker_source

HEAD = '''"""What fills the fields of the package's records, compiled with it. Made by `pytest --update`.

The name says what `new_` (a frozen class) or `init_` does with each field: a call gives it (`g`), or may
leave it to be made (`m`); it has its default (`d`), or is made new (`n`). `base/records.py` gives the names.
"""

# mypy: ignore-errors
# ruff: noqa
# fmt: off

'''


def classes() -> Iterator[Any]:
    """All records of the package."""
    for module in walk_packages(mermaid2gha.__path__, f"{mermaid2gha.__name__}."):
        if not module.name.endswith("__main__"):
            for value in vars(import_module(module.name)).values():
                if isinstance(value, type) and isinstance(vars(value).get("_fields"), dict):
                    yield value


def table() -> str:
    found = {maker_source(maker(cls)) for cls in classes()}
    return HEAD + "".join(sorted(found))


def test_the_functions_are_those_of_the_classes(update: bool) -> None:
    path = Path(makers.__file__)
    if update:
        path.write_text(table(), encoding="utf-8")
    assert path.read_text(encoding="utf-8") == table(), "run `pytest --update tests/base/test_makers.py`"
