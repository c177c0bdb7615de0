"""`mermaid2gha replay RUN.json [PATHS]`: whether a run that GitHub made is one that the documents allow."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from mermaid2gha.base.diagnostic import Diagnostic, Severity, has_errors
from mermaid2gha.base.records import dataclass, field, replace
from mermaid2gha.commands.compile import heeded
from mermaid2gha.commands.result import CLEAN, MISUSE, Answer, Format, Showing
from mermaid2gha.compiler.compile import compile_documents
from mermaid2gha.compiler.verify.verify import NO_FLOW
from mermaid2gha.github.events import EVENTS
from mermaid2gha.github.workflow.reader import WorkflowFile, workflow_file
from mermaid2gha.project.discovery import Loaded, Project, load
from mermaid2gha.project.existing_jobs import written_jobs
from mermaid2gha.project.snapshot import Disk, shown
from mermaid2gha.project.verification import value_text
from mermaid2gha.replay.api import ObservedRun, observed_run
from mermaid2gha.replay.check import Checked, DrawnFile, checked
from mermaid2gha.replay.replay import Shown
from mermaid2gha.report.cells import plain
from mermaid2gha.report.text import summary, text
from mermaid2gha.settings.model import folded


@dataclass(frozen=True, slots=True)
class ReplayOptions:
    """The options of `replay`; `run` and `paths` as they were typed, `-` for standard input."""

    run: str
    paths: tuple[str, ...] = ()
    workflow: str = ""
    event: str = ""
    skew: float = 1.0
    showing: Showing = field(default_factory=Showing)


class _MisuseError(Exception):
    """What is wrong with the call, for the person who made it."""


def replay_answer(options: ReplayOptions, standard_input: bytes = b"") -> Answer:
    """The findings about a run, and which flow it was."""
    disk = Disk()
    loaded = load(options.paths, disk, standard_input)
    found = list(loaded.diagnostics)
    files: list[tuple[Project, DrawnFile]] = []
    for project in loaded.projects:
        compilation = compile_documents(project.documents, project.settings, written_jobs(project, disk))
        found += [one for one in compilation.diagnostics if one.severity is Severity.ERROR]
        for linked, planned in zip(compilation.linked, compilation.workflows):
            file = _on_disk(project, disk, linked.file)
            files.append((project, DrawnFile(linked, planned, project.settings, file)))
    if has_errors(found):
        return _answer(options, loaded, found, ())
    try:
        run = _run(options, disk, standard_input)
        project, one = _of_run(options, run, files)
    except _MisuseError as misuse:
        return Answer("", f"mermaid2gha: {misuse}\n", MISUSE)
    results = checked(one, run, [other for _, other in files], options.skew)
    told = [finding for result in results for finding in result.diagnostics]
    return _answer(options, loaded, heeded(project, told), results)


def _on_disk(project: Project, disk: Disk, name: str) -> WorkflowFile | None:
    path = os.path.normpath(Path(project.root, project.settings.workflows, name))
    content = disk.known(path)
    return workflow_file(content, shown(path))[0] if content is not None else None


def _run(options: ReplayOptions, disk: Disk, standard_input: bytes) -> ObservedRun:
    path = options.run
    if path == "-" and "-" in options.paths:
        raise _MisuseError("the run and the document cannot both come from standard input")
    try:
        content = standard_input if path == "-" else disk.content(os.path.abspath(path))  # noqa: PTH100
    except OSError as fault:
        raise _MisuseError(f"`{path}` cannot be read: {(fault.strerror or str(fault)).lower()}") from None
    try:
        run = observed_run(content)
    except ValueError as fault:
        raise _MisuseError(f"`{path}` cannot be replayed: {plain(str(fault))}") from None
    if options.event and options.event not in EVENTS:
        raise _MisuseError(f"there is no event `{options.event}`")
    return replace(run, event=options.event or run.event)


def _of_run(
    options: ReplayOptions, run: ObservedRun, files: Sequence[tuple[Project, DrawnFile]]
) -> tuple[Project, DrawnFile]:
    """The workflow of a run: by its file, its name, or as the only one."""
    wanted = options.workflow or PurePosixPath(run.path).name or run.workflow
    fitting = [pair for pair in files if wanted and folded(wanted) in set(_names(pair[1]))]
    if not fitting and not options.workflow and not run.path and len(files) == 1:
        fitting = list(files)
    if len(fitting) != 1:
        drawn = ", ".join(f"`{one.linked.file}`" for _, one in files) or "none"
        whose = f"no one drawn workflow is `{wanted}`" if wanted else "the run does not say of which workflow"
        raise _MisuseError(f"{whose}; name it with `--workflow` (drawn: {drawn})")
    return fitting[0]


def _names(one: DrawnFile) -> Iterator[str]:
    yield folded(one.linked.file)
    yield folded(one.linked.name)
    yield folded(one.planned.name)
    if one.file is not None:
        yield folded(one.file.name)


def _answer(
    options: ReplayOptions, loaded: Loaded, found: Sequence[Diagnostic], results: Sequence[Checked]
) -> Answer:
    showing = options.showing
    told = showing.shown(found)
    code = showing.code(found, is_misused=loaded.is_misused)
    count = sum(len(project.documents) for project in loaded.projects)
    lines = [line for result in results for line in _lines(result)]
    match showing.format:
        case Format.TEXT:
            out = "" if showing.is_quiet and code == CLEAN else "".join(f"{plain(line)}\n" for line in lines)
            return Answer(out, text(told, showing.paper) + summary(told, count, showing.paper), code)
        case Format.JSON:
            from mermaid2gha.report.json import json

            return Answer(json(told, documents=count, runs=[_object(one) for one in results]), "", code)
        case Format.GITHUB:
            from mermaid2gha.report.github import github

            return Answer(github(told), "", code)
        case Format.SARIF:
            from mermaid2gha.report.sarif import sarif

            return Answer(sarif(told), "", code)


def _lines(result: Checked) -> Iterator[str]:
    """What a run was, in a sentence, and what it shows of the conditions."""
    name = f"`{result.file}`" + (f", called by `{result.caller}`," if result.caller else "")
    replayed = result.replayed
    if replayed is None:
        yield f"{name} was started by `{result.event}`, which no flow draws: nothing is compared"
        return
    begun = sum(seen.has_begun for seen in result.jobs.values())
    jobs = f"{begun} of {len(result.jobs)} jobs ran"
    if replayed.flow == NO_FLOW:
        what = f"no flow that is drawn takes place at this `{replayed.event}`"
    else:
        what = f"the flow “{result.flow}”, by `{replayed.event}`"
    if replayed.breaches:
        like = what if replayed.flow == NO_FLOW else f"most like it is {what}"
        yield f"{name} did not run as it is drawn: {like}; {jobs}"
    else:
        yield f"{name} ran as it is drawn: {what}; {jobs}{'' if result.is_finished else ' so far'}"
    if replayed.shown:
        yield f"  the run shows {', '.join(map(_shown_value, replayed.shown))}"


def _shown_value(one: Shown) -> str:
    """A value, or which it was not where it was none of those that are asked for."""
    name = one.atom.removeprefix("needs.").replace(".outputs.", ".")
    if not _is_other(one.value):
        return f"{name} = {value_text(one.value)}"
    named = [value_text(value) for value in one.others if not _is_other(value)]
    return f"{name} ≠ {' and '.join(named)}"


def _is_other(value: object) -> bool:
    """Whether a value stands for all texts that are none of the others."""
    return isinstance(value, str) and value.endswith("…")


def _object(result: Checked) -> dict[str, object]:
    replayed = result.replayed
    return {
        "workflow": result.file,
        "caller": result.caller or None,
        "event": replayed.event if replayed is not None else result.event,
        "flow": result.flow or None,
        "allowed": replayed is not None and not replayed.breaches,
        "finished": result.is_finished,
        "shown": {one.atom: one.value for one in replayed.shown} if replayed is not None else {},
        "jobs": [
            {"id": name, "state": seen.state.value, "start": seen.start, "end": seen.end}
            for name, seen in result.jobs.items()
        ],
    }
