"""Projects compiled, held against the files that are there, and written."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence

from mermaid2gha.base.diagnostic import AcceptedFinding, Diagnostic, has_errors
from mermaid2gha.base.paths import joined, name_of
from mermaid2gha.base.records import dataclass, replace
from mermaid2gha.base.source import SourceFile
from mermaid2gha.compiler.checks.checks import reported
from mermaid2gha.compiler.checks.contradictions import ORDER_FROM_ANOTHER_FLOW
from mermaid2gha.compiler.compile import Compilation
from mermaid2gha.compiler.link.separation import JOB_SEPARATED
from mermaid2gha.project.artifacts import Folder, OutputFile, Treatment, output_text, outputs
from mermaid2gha.project.dangers import Danger, accepted_nowhere, dangers, strangers_events, unsilenced_drift
from mermaid2gha.project.discovery import Project
from mermaid2gha.project.existing import compilation_of
from mermaid2gha.project.newer_marks import unless_newer
from mermaid2gha.project.refused import without_refused
from mermaid2gha.project.snapshot import Disk, shown
from mermaid2gha.project.status import (
    Drift,
    FileState,
    abandoned,
    collisions,
    drift_diagnostic,
    drifts,
    is_picture,
    places,
)
from mermaid2gha.settings.names import SETTINGS_NAMES, is_toml

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from mermaid2gha.compiler.link.model import LinkedWorkflow
    from mermaid2gha.project.writer import Change
    from mermaid2gha.settings.model import Settings
    from mermaid2gha.settings.renames import NoteRename
    from mermaid2gha.views.svg import Draw

COMMAND = ("mermaid2gha", "compile")

_OF_COMPILED = frozenset({ORDER_FROM_ANOTHER_FLOW.name, JOB_SEPARATED.name})
"""What is said of workflows as they would be compiled, which means nothing where people wrote them all."""


@dataclass(frozen=True, slots=True)
class CompiledProject:
    """A project, what it compiles to, and how the disk differs from it; no drifts where there are errors.

    `destination` is the folder of `--output`, absolute, as it is named. `dangers` are told of files that are
    as they should be, too; `remarks` is what else there is to say. `settings_text` is what the settings
    become where files or jobs are renamed or go of which they say something.
    """

    project: Project
    compilation: Compilation
    drifts: tuple[Drift, ...] = ()
    destination: str | None = None
    dangers: tuple[Danger, ...] = ()
    remarks: tuple[Diagnostic, ...] = ()
    settings_text: str = ""
    accepted_dangers: tuple[AcceptedFinding, ...] = ()

    @property
    def accepted(self) -> tuple[AcceptedFinding, ...]:
        """What people accepted: differences, and dangers."""
        return (*(one for drift in self.drifts for one in drift.accepted), *self.accepted_dangers)

    @property
    def diagnostics(self) -> list[Diagnostic]:
        of_files = [diagnostic for drift in self.drifts for diagnostic in drift.diagnostics]
        workflows = [drift for drift in self.drifts if drift.output is not None and drift.output.workflow]
        is_compared = bool(workflows) and all(drift.is_compared for drift in workflows)
        said = [f for f in self.compilation.diagnostics if not is_compared or f.rule not in _OF_COMPILED]
        return unignored(self.project, [*said, *of_files, *self.remarks])


@dataclass(frozen=True, slots=True)
class Built:
    """The files that were written or removed, the paths of settings that were, or why none was.

    `defect` says that what was compiled is not what is drawn, which is a fault of ours.
    """

    written: tuple[Drift, ...] = ()
    faults: tuple[Diagnostic, ...] = ()
    defect: str = ""
    settings: tuple[str, ...] = ()


def unignored(project: Project, diagnostics: Sequence[Diagnostic]) -> list[Diagnostic]:
    """The findings without those that the settings ignore; errors cannot be ignored."""
    return list(reported(diagnostics, project.settings))


def compiled_project(
    project: Project,
    disk: Disk,
    draw: Draw,
    *,
    destination: str | None = None,
    treatment: Treatment | None = None,
) -> CompiledProject:
    """`destination` is the folder of `--output`; pictures are drawn to be compared with those that stand."""
    treatment = treatment or Treatment()
    moved: dict[str, str] = {}
    if treatment.file_renames:
        from mermaid2gha.project.renaming import with_files_moved  # late: few runs rename any

        disk, moved = with_files_moved(places(project, destination).now[Folder.WORKFLOWS], treatment, disk)
    compilation = compilation_of(project, disk)
    output = os.path.abspath(destination) if destination is not None else None  # noqa: PTH100 (as it is named)
    if has_errors(list(compilation.diagnostics)):
        return CompiledProject(project, compilation, destination=output)
    where = places(project, destination)
    names = (document.name for document in project.documents)
    expected = outputs(compilation, where.by_settings, dict(zip(names, project.paths)))
    if moved:
        from mermaid2gha.settings.renames import with_files_renamed  # late, as above

        drawn = {joined(where.now[one.folder], one.name) for one in expected}
        moved = {new: old for new, old in moved.items() if new in drawn}
        pairs = [(name_of(old), name_of(new)) for new, old in moved.items()]
        project = replace(project, settings=with_files_renamed(project.settings, pairs))
    is_drawing = _can_draw(expected)
    files = drifts(project, expected, where, disk, draw if is_drawing else _nothing, treatment)
    if moved:
        from mermaid2gha.project.renaming import moved_drifts

        files = moved_drifts(files, moved, disk)
    if any(drift.state is FileState.ABSENT for drift in files):
        from mermaid2gha.project.renaming import with_vanished  # late: most files are there

        files = with_vanished(project, files, where, disk)
    files = without_refused(files, disk)
    if not is_drawing:  # they can neither be made nor compared
        files = tuple(drift for drift in files if drift.output is None or not is_picture(drift.output))
    compiled = _judged(CompiledProject(project, compilation, files, output), disk, is_drawing=is_drawing)
    is_renamed = any(drift.renames or drift.moved_from for drift in compiled.drifts)
    if is_renamed:
        compiled = replace(compiled, settings_text=_renamed_settings(compiled))
    has_handed_on = any(drift.handed_on for drift in compiled.drifts)
    return _with_handed_on(compiled) if has_handed_on else compiled


def _can_draw(expected: Sequence[OutputFile]) -> bool:
    """Whether all that is expected can be made: pictures need an engine."""
    if not any(map(is_picture, expected)):
        return True
    from mermaid2gha.project.pictures import can_draw  # late: not every project has pictures

    return can_draw()


def _judged(compiled: CompiledProject, disk: Disk, *, is_drawing: bool) -> CompiledProject:
    """A project with what strangers could do by its files, what is accepted and occurs nowhere, and that its
    pictures cannot be drawn, if they cannot."""
    settings = compiled.project.settings
    events = strangers_events(compiled.compilation.linked)
    files = tuple(unless_newer(unsilenced_drift(drift, events, disk)) for drift in compiled.drifts)
    in_danger, remarks, accepted = dangers(events, files, settings, disk)
    is_asked = any(drift.state is FileState.REFUSED for drift in files)
    if settings.accepted and compiled.project.is_whole and not is_asked:
        remarks = (*remarks, *accepted_nowhere(settings, files))
    if not is_drawing:
        from mermaid2gha.project.pictures import no_engine

        remarks = (*remarks, no_engine())
    return replace(compiled, drifts=files, dangers=in_danger, remarks=remarks, accepted_dangers=accepted)


def _renamed_settings(compiled: CompiledProject) -> str:
    """What the settings say once files and jobs are renamed; nothing where they say the same."""
    from mermaid2gha.settings.renames import renamed_text

    file = compiled.project.settings.file
    if file is None or is_toml(file):  # a table of TOML is not edited
        return ""
    drawn = [(one, one.output.name) for one in compiled.drifts if one.output is not None]
    files = [(name_of(one.moved_from), name) for one, name in drawn if one.moved_from]
    jobs = {name: one.renames for one, name in drawn if one.renames}
    new = renamed_text(file, files, jobs, list(_renamed_notes(compiled)))
    return new if new != file.text else ""


def _with_handed_on(compiled: CompiledProject) -> CompiledProject:
    """A project whose settings also list what of the accepted differences of a job that goes is of others;
    where they cannot, the files are refused."""
    from mermaid2gha.settings.acceptances import with_more_accepted  # late: few runs take jobs away

    file = compiled.project.settings.file
    assert file is not None, "without settings nothing is accepted"
    lists = {one.output.name: one.handed_on for one in compiled.drifts if one.output is not None}
    text, faults = with_more_accepted(SourceFile(file.name, compiled.settings_text or file.text), lists)
    if not has_errors(faults):
        return replace(compiled, settings_text=text)
    refused = [
        replace(one, state=FileState.REFUSED, diagnostics=(*one.diagnostics, *faults))
        if one.handed_on
        else one
        for one in compiled.drifts
    ]
    return replace(compiled, drifts=tuple(refused))


def _renamed_notes(compiled: CompiledProject) -> Iterator[NoteRename]:
    """The notes of renamed jobs, as the mark of the job and the drawing have them; none of a text that
    something has that is drawn even now."""
    from mermaid2gha.compiler.scripts.comments import drawn_title
    from mermaid2gha.github.workflow.reader import workflow_file
    from mermaid2gha.settings.model import folded
    from mermaid2gha.settings.renames import NoteRename

    drawn = {
        folded(name)
        for linked in compiled.compilation.linked
        for job in linked.jobs
        for note in job.drawn
        for text in (note.text, *(step.text for step in note.steps))
        for name in (text.title, text.name)
    }
    for one in compiled.drifts:
        linked = one.output.linked if one.output is not None else None
        file, _ = workflow_file(one.old or b"", one.path) if one.renames else (None, ())
        if linked is None or file is None:
            continue
        titles = {job.id.casefold(): job.identity.title for job in linked.jobs}
        for old, new in one.renames:
            there = file.job(old)
            title = drawn_title(there.comment) if there is not None else ""
            if title and folded(title) not in drawn and new.casefold() in titles:
                yield NoteRename(linked.name, title, titles[new.casefold()], old_id=old, new_id=new)


def _nothing(dot: str) -> str:
    return ""


def with_abandoned(
    compiled: Sequence[CompiledProject], folders: Sequence[str], disk: Disk, treatment: Treatment
) -> list[CompiledProject]:
    """The projects, each also with the files that projects which are gone have left in its folders.

    `folders` are those that the command line names: what lay below them is gone with them.
    """
    if not folders:
        return list(compiled)
    where = [places(one.project, one.destination) for one in compiled]
    known = {drift.path for one in compiled for drift in one.drifts}
    more: dict[int, list[Drift]] = {}
    for folder, drift in abandoned(folders, where, known, disk, treatment):
        holder = next(number for number, one in enumerate(where) if folder in one.now.values())
        more.setdefault(holder, []).append(drift)
    return [replace(one, drifts=(*one.drifts, *more.get(n, ()))) for n, one in enumerate(compiled)]


def check_findings(compiled: Sequence[CompiledProject], command: Sequence[str] = COMMAND) -> list[Diagnostic]:
    """How the files are out of step; `command` is the call that mends it.

    Of a file that people wrote, its differences are among the project's findings; that it is not written is
    told here where `compile` would edit it once it is adopted.
    """
    return _findings(compiled, command, lambda drift: not drift.is_compared or drift.has_edits)


def refusals(compiled: Sequence[CompiledProject], command: Sequence[str]) -> list[Diagnostic]:
    """Which files are not written, and why."""
    return _findings(compiled, command, lambda drift: not drift.is_mendable)


def _findings(
    compiled: Sequence[CompiledProject], command: Sequence[str], is_told: Callable[[Drift], bool]
) -> list[Diagnostic]:
    found = [drift for one in compiled for drift in one.drifts]
    changing = [drift for drift in found if drift.state is not FileState.CURRENT]
    if not changing:
        return collisions(found)
    import shlex  # late: most checks find nothing

    call = shlex.join(command)
    diagnostics = (drift_diagnostic(drift, call) for drift in changing if is_told(drift))
    return [*collisions(found), *(finding for finding in diagnostics if finding is not None)]


def build(
    compiled: Sequence[CompiledProject],
    disk: Disk,
    draw: Draw,
    *,
    clock: Callable[[], float],
) -> Built:
    """Write the files of projects: of one project all or none, and none at all where two collide."""
    if collisions([drift for one in compiled for drift in one.drifts]):
        return Built()
    from mermaid2gha.project.verification import disproof  # late: a check writes nothing
    from mermaid2gha.project.writer import write

    to_write = [(drift, one) for one in compiled for drift in _to_write(one)]
    changes = [(_change(drift, one, draw), drift, one) for drift, one in to_write]
    if defect := disproof(_workflow_texts(changes)):
        return Built(defect=defect)
    read = _read(compiled, disk)
    settings = [_settings_change(one, disk) for one in compiled if one.settings_text and _to_write(one)]
    files = [*(change for change, _, _ in changes), *settings]
    writing = write(files, read, _folders(compiled), clock=clock)
    paths = {change.path for change in writing.made}
    return Built(
        tuple(drift for drift, _ in to_write if drift.path in paths),
        writing.faults,
        settings=tuple(change.path for change in settings if change.path in paths),
    )


def _settings_change(compiled: CompiledProject, disk: Disk) -> Change:
    from mermaid2gha.project.writer import document_change

    return document_change(compiled.project.settings_path, compiled.settings_text, disk)


def texts(compiled: Sequence[CompiledProject]) -> tuple[Built, list[tuple[str, str]]]:
    """The workflows as they would be written, each with its path; or why none is given."""
    from mermaid2gha.project.verification import disproof  # late, as above

    changes = [
        (_change(drift, one, _nothing), drift, one)
        for one in compiled
        for drift in one.drifts
        if drift.output is not None and drift.output.workflow is not None
    ]
    if defect := disproof(_workflow_texts(changes)):
        return Built(defect=defect), []
    return Built(), [
        (shown(change.path), change.new.decode("utf-8", "surrogatepass"))
        for change, _, _ in changes
        if change.new is not None
    ]


def _folders(compiled: Sequence[CompiledProject]) -> dict[str, tuple[str, ...]]:
    """Where runs that were killed can have left something: beside outputs, links followed, and documents."""
    return {
        os.path.dirname(os.path.realpath(path)): _allowed(one)  # noqa: PTH120 (a loop of links raises nothing)
        for one in compiled
        for path in (*(drift.path for drift in one.drifts), *one.project.paths, f"{one.project.root}/x")
        if path != "-"
    }


def _read(compiled: Sequence[CompiledProject], disk: Disk) -> dict[str, str]:
    """The documents and settings of the projects with the digests that they had when they were read."""
    paths = {path for one in compiled for path in one.project.paths}
    paths |= {joined(one.project.root, name) for one in compiled for name in SETTINGS_NAMES}
    return {path: known for (kind, path), known in disk.facts.items() if kind == "content" and path in paths}


def _to_write(compiled: CompiledProject) -> list[Drift]:
    """The files of a project that change: none if there is one that must not be touched.

    What nothing draws any more stays, and keeps nothing else from being written.
    """
    still = {FileState.CURRENT, FileState.UNDRAWN}
    changing = [drift for drift in compiled.drifts if drift.state not in still]
    return changing if all(drift.is_mendable for drift in changing) else []


def _change(drift: Drift, compiled: CompiledProject, draw: Draw) -> Change:
    from mermaid2gha.project.writer import Change

    allowed = _allowed(compiled)
    if drift.output is None:
        return Change(drift.path, drift.old, None, allowed)
    if drift.edited is not None:
        return Change(drift.path, None if drift.moved_from else drift.old, drift.edited, allowed)
    new = output_text(drift.output, draw)
    if drift.old is not None and b"\r\n" in drift.old and b"\n" not in drift.old.replace(b"\r\n", b""):
        new = new.replace("\n", "\r\n")  # a checkout with Windows line ends keeps them
    return Change(drift.path, drift.old, new.encode("utf-8", "surrogatepass"), allowed)


def _workflow_texts(
    changes: Sequence[tuple[Change, Drift, CompiledProject]],
) -> Iterator[tuple[LinkedWorkflow, str, Settings, frozenset[str] | None]]:
    """The workflows among the files that are to be written, each with the text that it would have, the
    settings under which it is drawn, and, where people's parts stay in it, the jobs of which a difference
    stays, too. One that lacks something drawn with people's consent cannot be held against the drawing."""
    for change, drift, one in changes:
        if drift.output is None or drift.output.folder is not Folder.WORKFLOWS or change.new is None:
            continue
        for linked in one.compilation.linked:
            if linked.file == drift.output.name:
                text = change.new.decode("utf-8", "surrogatepass")
                excused = drift.excused if drift.edited is not None else None
                if not (drift.edited is not None and drift.is_partly_absent):
                    yield linked, text, one.project.settings, excused


def _allowed(compiled: CompiledProject) -> tuple[str, ...]:
    """The folders out of which neither links nor settings may lead: the repository, or without one the
    settings' folder and the working directory; and what `--output` names, unless it lies in them by name.
    """
    from pathlib import Path  # late: a check writes nothing

    root = Path(compiled.project.root)
    repository = next((folder for folder in (root, *root.parents) if (folder / ".git").exists()), None)
    own = (repository,) if repository is not None else (root, Path.cwd())
    named = Path(compiled.destination) if compiled.destination is not None else own[0]
    return (*map(str, own), *(() if any(map(named.is_relative_to, own)) else (str(named),)))
