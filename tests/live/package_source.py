"""The source of the package as syntax trees, parsed once for all tests that look at how it is written."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path


@cache
def source_tree(path: Path) -> ast.Module:
    """The tree of a Python file of the repository, which nobody changes while tests run."""
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def source_nodes(path: Path) -> tuple[ast.AST, ...]:
    """All nodes of it, in the order of `ast.walk`."""
    return tuple(ast.walk(source_tree(path)))
