"""Each rule is declared once, in the one module that raises it, with the severity that its page says."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from package_source import source_nodes, source_tree

from mermaid2gha.rules import pages

PACKAGE = Path(__file__).parents[2] / "mermaid2gha"
SOURCES = sorted(PACKAGE.rglob("*.py"))


def declared(tree: ast.Module) -> Iterator[tuple[str, str, str]]:
    """The constant, the name and the severity of each rule that a module declares."""
    for node in tree.body:
        match node:
            case ast.Assign(
                targets=[ast.Name(constant)],
                value=ast.Call(
                    func=ast.Name("Rule"), args=[ast.Constant(name), ast.Attribute(attr=severity)]
                ),
            ):
                yield constant, name, severity.lower()


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)


RULES = [
    (path, *one)
    for path in SOURCES
    if " = Rule(" in path.read_text(encoding="utf-8")
    for one in declared(source_tree(path))
]


def test_the_rules_declared_are_the_pages() -> None:
    assert sorted((name, severity) for _, _, name, severity in RULES) == [
        (name, pages.severity(name)) for name in pages.names()
    ]


def test_a_rule_is_made_nowhere_else() -> None:
    """So that the test above sees every rule there is."""
    calls = [
        node
        for path in SOURCES
        for node in source_nodes(path)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Rule"
    ]
    assert len(calls) == len(RULES)


def test_a_rule_is_raised_in_the_module_that_declares_it() -> None:
    """Others may ask whether a finding is of it (`found.rule == CYCLIC_ORDER.name`), and no more."""
    constants = {(dotted(path), constant) for path, constant, _, _ in RULES}
    elsewhere = set()
    for path in SOURCES:
        nodes = source_nodes(path)
        imported = {
            alias.name
            for node in nodes
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
            if (node.module, alias.name) in constants
        }
        compared = {
            id(node.value)
            for node in nodes
            if isinstance(node, ast.Attribute) and node.attr == "name" and isinstance(node.value, ast.Name)
        }
        elsewhere |= {
            (node.id, str(path.relative_to(PACKAGE)))
            for node in nodes
            if isinstance(node, ast.Name) and node.id in imported and id(node) not in compared
        }
    assert elsewhere == set()


def test_every_rule_is_raised() -> None:
    for path, constant, _, _ in RULES:
        uses = [node for node in source_nodes(path) if isinstance(node, ast.Name) and node.id == constant]
        assert len(uses) > 1, constant
