"""`mermaid2gha eject [PATHS]`: workflows without marks and headers, which run on as they are."""

from __future__ import annotations

import argparse
from pathlib import Path

from mermaid2gha.base.diagnostic import Diagnostic
from mermaid2gha.invocation.io import Io
from mermaid2gha.invocation.options import add_loudness, add_paths, showing_from
from mermaid2gha.invocation.result import Result
from mermaid2gha.report.text import summary, text, text_diff

HELP = """\
leave: take marks and headers out of the workflows

examples:
  mermaid2gha eject --diff     show what would go
  mermaid2gha eject            and take it out

The workflows run on as before: nothing changes in them but comments. Documents, pictures and mermaid2gha.yml
stay; delete what you do not want to keep, and the hook in .pre-commit-config.yaml.
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    add_paths(parser)
    parser.add_argument("--diff", action="store_true", help="show each difference; write nothing")
    add_loudness(parser)


def run(arguments: argparse.Namespace, io: Io) -> Result:
    """Take our comments out of the workflow files of the named projects; all are written, or none."""
    from mermaid2gha.base.encoding import BOM
    from mermaid2gha.compiler.scripts.unmarked import unmarked
    from mermaid2gha.project.discovery import load
    from mermaid2gha.project.snapshot import shown
    from mermaid2gha.project.writer import Change, write

    showing = showing_from(arguments, io)
    disk = io.disk()
    loaded = load(arguments.paths, disk, io.input_for(arguments.paths))
    findings: list[Diagnostic] = list(loaded.diagnostics)
    changes: list[Change] = []
    differences: list[str] = []
    for project in loaded.projects:
        folder = Path(project.root, project.settings.workflows).resolve()
        for name in disk.names(str(folder)):
            path = str(folder / name)
            content = disk.known(path)
            if not name.endswith((".yml", ".yaml")) or content is None or b"drawn" not in content:
                continue
            file, faults = disk.workflow(path)
            findings += faults
            new = unmarked(file) if file is not None else ""
            if file is None or new == file.file.text:
                continue
            mark = BOM if file.has_bom else b""
            changes.append(Change(path, content, mark + new.encode("utf-8"), (str(folder),)))
            differences.append(text_diff(shown(path), file.file.text, new, showing.paper))
    if not arguments.diff and not showing.code(findings, is_misused=loaded.is_misused):
        read = {path: digest for (kind, path), digest in disk.facts.items() if kind == "content"}
        findings += write(changes, read, clock=io.clock).faults
    code = showing.code(findings, is_misused=loaded.is_misused)
    is_done = not arguments.diff and not code
    chatter = "".join(f"{'freed' if is_done else 'would free'} {shown(change.path)}\n" for change in changes)
    if not changes and not code:
        chatter = "nothing to take out: no workflow has marks or a header\n"
    err = text(showing.shown(findings), showing.paper) + ("" if showing.is_quiet or code else chatter)
    out = "".join(differences) if arguments.diff else ""
    return Result(out, err + summary(showing.shown(findings), len(loaded.projects), showing.paper), code)
