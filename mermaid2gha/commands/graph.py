"""`mermaid2gha graph`: one picture, of a workflow's jobs or of the whole."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from mermaid2gha.commands.answer import MISUSE, Answer, Showing
from mermaid2gha.commands.compile import heeded
from mermaid2gha.commands.drift import Drift, State, drift_diagnostic
from mermaid2gha.commands.write import Change, write
from mermaid2gha.diagnostic import Diagnostic, has_errors
from mermaid2gha.disk import Disk
from mermaid2gha.graphs import Program
from mermaid2gha.outputs import Folder, Output, Ownership, bare_text, output_text, written
from mermaid2gha.pipeline import compile_documents
from mermaid2gha.project import load
from mermaid2gha.report.text import summary, text


@dataclass(frozen=True, slots=True)
class GraphOptions:
    """The options of `graph`; `format` is `svg`, `dot` or `mmd`, `workflow` a file's name or its stem."""

    paths: tuple[str, ...] = ()
    format: str = "svg"
    workflow: str | None = None
    output: str | None = None
    showing: Showing = field(default_factory=Showing)


def graph_answer(options: GraphOptions, standard_input: bytes = b"") -> Answer:
    """The picture on standard output, or in the file that `--output` names."""
    showing = options.showing
    loaded = load(options.paths, Disk(), standard_input)
    found = list(loaded.diagnostics)
    programs: list[Program] = []
    count = 0
    for project in loaded.projects:
        compilation = compile_documents(project.documents, project.settings)
        found += heeded(project, compilation.diagnostics)
        programs.append(compilation.program)
        count += len(project.documents)
    shown = showing.shown(found)
    err = text(shown, showing.paper) + summary(shown, count, showing.paper)
    code = showing.code(found, is_misused=loaded.is_misused)
    if has_errors(found):
        return Answer("", err, code)
    picture = _picture(programs, options)
    if isinstance(picture, str):
        return Answer("", f"{err}mermaid2gha: {picture}\n", MISUSE)
    if options.output is None:
        return Answer(bare_text(picture), err, code)
    faults = _written(picture, options.output)
    return Answer("", err + text(faults, showing.paper), showing.code([*found, *faults]))


def _picture(programs: Sequence[Program], options: GraphOptions) -> Output | str:
    """The picture that the options ask for, or why there is none."""
    from mermaid2gha.views.files import graph_files

    made = [one for program in programs for one in graph_files(program)]
    workflows = [graph.file for program in programs for graph in program.graphs]
    listed = ", ".join(f"`{name}`" for name in workflows) or "none"
    stem = PurePath(options.workflow).stem if options.workflow is not None else None
    if stem is not None and stem not in {PurePath(name).stem for name in workflows}:
        return f"there is no workflow `{options.workflow}`; there is {listed}"
    if stem is None:
        if not workflows:
            return "there is no workflow to show"
        stem = PurePath(workflows[0]).stem if len(workflows) == 1 else "flows"
    names = {one.name: one for one in made}
    known = names.get(f"{stem}.{options.format}")
    if known is not None:
        return Output(Folder.GRAPHS, known.name, known.text or None, known.dot or None, ())
    drawn = names.get(f"{stem}.svg")
    if options.format == "dot" and drawn is not None and drawn.dot:
        return Output(Folder.GRAPHS, f"{stem}.dot", drawn.dot, None, ())
    return f"one workflow at a time is shown as `{options.format}`; choose one by `--workflow`: {listed}"


def _written(picture: Output, name: str) -> list[Diagnostic]:
    """Write a picture to a file, unless that file is not ours to write."""
    path = os.path.abspath(name)  # noqa: PTH100 (links in the name must stay)
    old = Disk().known(path)
    drift = Drift(path, State.ABSENT, picture, old)
    if old is not None:
        known = written(old.decode("utf-8", "replace"))
        state = State.STALE if known.ownership is Ownership.OURS else State[known.ownership.name]
        drift = Drift(path, state, picture, old)
    if not drift.is_mendable:
        told = drift_diagnostic(drift, "mermaid2gha graph")
        return [told] if told is not None else []
    new = output_text(picture).encode("utf-8", "surrogatepass")
    return write([Change(path, old, new, (str(Path(path).parent),))]) if new != old else []
