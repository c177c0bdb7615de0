"""The entry of the hook in `.pre-commit-config.yaml`, added without touching the rest."""

from __future__ import annotations

from mermaid2gha.base.source import SourceFile
from mermaid2gha.yaml.edits import EditBuffer
from mermaid2gha.yaml.tree import Entries, Items, Scalar, resolved, tree

NAME = ".pre-commit-config.yaml"


def entry(repository: str, revision: str) -> list[str]:
    """The lines of the entry, from column 0."""
    return [f"- repo: {repository}", f"  rev: {revision}", "  hooks:", "    - id: mermaid2gha"]


def is_there(file: SourceFile) -> bool:
    """Whether a file of hooks has one of ours."""
    root, _ = tree(file)
    repositories = root.get("repos") if isinstance(root, Entries) else None
    found: list[str] = []
    for item in map(resolved, repositories.items if isinstance(repositories, Items) else ()):
        hooks = item.get("hooks") if isinstance(item, Entries) else None
        for one in map(resolved, hooks.items if isinstance(hooks, Items) else ()):
            name = one.get("id") if isinstance(one, Entries) else None
            found += [name.value] if isinstance(name, Scalar) else []
    return any(name in ("mermaid2gha", "mermaid2gha-check") for name in found)


def with_entry(file: SourceFile, lines: list[str]) -> str | None:
    """The text with the entry behind the others; none where it is no list in lines, which people edit."""
    root, faults = tree(file)
    repositories = root.entry("repos") if isinstance(root, Entries) and not faults else None
    value = repositories.value if repositories is not None else None
    if not isinstance(value, Items) or value.is_flow or value.anchor or not value.items:
        return None
    buffer = EditBuffer(file, "\r\n" if "\r\n" in file.text else "\n")
    start = buffer.line_start(value.items[0].span.start)
    mark = file.text.find("-", start)
    blanks = " " * (mark - start)
    if file.text[start:mark].strip():
        return None
    buffer.insert_lines(buffer.line_end(value.span.end), [f"{blanks}{line}" for line in lines])
    return buffer.applied()
