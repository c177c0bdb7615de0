"""Documents and settings with every cure made in them that is one exact edit, until none is left."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from mermaid2gha.base.diagnostic import Diagnostic, Severity, leaves
from mermaid2gha.base.edit import MOST_ROUNDS, Edit, Fix, applicable, apply
from mermaid2gha.base.encoding import BOM
from mermaid2gha.base.records import dataclass, replace
from mermaid2gha.base.source import SourceFile
from mermaid2gha.compiler.compile import compile_documents
from mermaid2gha.project.build import compiled_project
from mermaid2gha.project.discovery import STDIN, Project, load
from mermaid2gha.project.existing import existing_ids
from mermaid2gha.project.snapshot import Disk


@dataclass(frozen=True, slots=True)
class FixedFile:
    """A document or settings file as it was read, its new text, and how many findings were cured in it."""

    file: SourceFile
    text: str
    count: int


@dataclass(frozen=True, slots=True)
class Fixed:
    """The files that change, and what is left to tell about all of them; `documents` counts these.

    The places of what is left are those in the new texts. `is_misused` as in `Loaded`.
    """

    files: tuple[FixedFile, ...]
    diagnostics: tuple[Diagnostic, ...]
    documents: int
    is_misused: bool


def fixed(paths: Sequence[str], disk: Disk, standard_input: bytes = b"", *, is_safe: bool = False) -> Fixed:
    """What the paths of a command line name, fixed; with `is_safe` by cures that cannot change what runs.

    Notes are left alone: they say what was read, not what is wrong. Nothing is written.
    """
    snapshot = disk
    files: dict[str, FixedFile] = {}
    for _ in range(MOST_ROUNDS):
        loaded = load(paths, snapshot, standard_input)
        diagnostics = list(loaded.diagnostics)
        for project in loaded.projects:
            existing = existing_ids(project, snapshot)
            compilation = compile_documents(project.documents, project.settings, existing)
            diagnostics += compilation.diagnostics
            diagnostics += (one for one in _of_accepted(project, snapshot) if one not in diagnostics)
        cures = (finding.fixes for finding in leaves(diagnostics) if finding.severity is not Severity.NOTE)
        fixes = applicable(cures, is_safe=is_safe)
        if not fixes:
            count = sum(len(project.documents) for project in loaded.projects)
            return Fixed(tuple(files.values()), tuple(diagnostics), count, loaded.is_misused)
        files = _with_fixes(files, fixes)
        contents = {name: _content(file, disk, standard_input) for name, file in files.items()}
        standard_input = contents.pop(STDIN, standard_input)
        snapshot = disk.with_contents({os.path.abspath(n): new for n, new in contents.items()})  # noqa: PTH100
    raise AssertionError(f"cures that never end, in {', '.join(files)}")


def _of_accepted(project: Project, disk: Disk) -> list[Diagnostic]:
    """What is wrong with accepted differences and can be cured in the settings: only who holds the workflow
    files against what is drawn knows it."""
    if not project.settings.accepted:
        return []
    bare = replace(project, settings=replace(project.settings, graphs=None))
    compiled = compiled_project(bare, disk, lambda _: "")
    file = project.settings.file
    return [
        one
        for one in compiled.diagnostics
        if one.fixes and all(edit.span.file == file for fix in one.fixes for edit in fix.edits)
    ]


def _with_fixes(files: Mapping[str, FixedFile], fixes: Sequence[Fix]) -> dict[str, FixedFile]:
    """The files by their names with these fixes made, too."""
    changed = dict(files)
    edits: dict[SourceFile, list[Edit]] = {}
    for fix in fixes:
        for edit in fix.edits:
            edits.setdefault(edit.span.file, []).append(edit)
    for file, here in edits.items():
        count = sum(fix.edits[0].span.file == file for fix in fixes)
        before = changed.get(file.name, FixedFile(file, file.text, 0))
        changed[file.name] = FixedFile(before.file, apply(file.text, here), before.count + count)
    return changed


def _content(fixed_file: FixedFile, disk: Disk, standard_input: bytes) -> bytes:
    """The bytes of a file with its new text, with the byte order mark that the old ones have."""
    name = fixed_file.file.name
    old = standard_input if name == STDIN else disk.content(os.path.abspath(name))  # noqa: PTH100 (links stay)
    return (BOM if old.startswith(BOM) else b"") + fixed_file.text.encode("utf-8")
