"""Workflow files that are drawn no more while others are new: whether they were renamed only people know.

A file whose name changed, on the disk or in the drawing, holds steps and settings of people's; a fresh one in
its place only announces itself, and both would run. Nothing is written until people say which it is. Reports
`vanished-workflow` and `unused-renaming`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from mermaid2gha.base.diagnostic import Diagnostic, Rule, Severity, diagnostic
from mermaid2gha.base.records import replace
from mermaid2gha.base.source import SourceFile, Span
from mermaid2gha.project.artifacts import Folder, Treatment, is_workflow_name
from mermaid2gha.project.discovery import Project
from mermaid2gha.project.snapshot import Disk, shown
from mermaid2gha.project.status import Drift, FileState, Places
from mermaid2gha.project.update import is_untouched
from mermaid2gha.reconcile.reconcile import RENAMED_IN_PART
from mermaid2gha.settings.model import folded

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from mermaid2gha.github.workflow.reader import WorkflowFile

UNUSED_RENAMING = Rule("unused-renaming", Severity.WARNING)
VANISHED_WORKFLOW = Rule("vanished-workflow", Severity.ERROR)

_LIKELY = 0.5
"""How many of the drawn jobs a file must have, of 1, to be taken for one that was adopted by another name."""


def with_files_moved(folder: str, treatment: Treatment, disk: Disk) -> tuple[Disk, dict[str, str]]:
    """The disk as it is once workflow files of a folder are renamed, and the old path of each new one.

    One that is not there, or whose new name is taken, stays.
    """
    moved = {str(Path(folder, new)): str(Path(folder, old)) for old, new in treatment.file_renames}
    contents = {new: disk.known(old) for new, old in moved.items() if disk.kind(new) == "-"}
    there = {new: content for new, content in contents.items() if content is not None}
    return (disk.with_contents(there) if there else disk), {new: moved[new] for new in there}


def moved_drifts(found: Sequence[Drift], moved: dict[str, str], disk: Disk) -> tuple[Drift, ...]:
    """The files, those that are moved with where they lay, which is to go. What nothing draws stays there."""
    drawn = {one.path: one for one in found if one.path in moved and one.output is not None}
    gone = {moved[path] for path in drawn}
    made = []
    for one in found:
        if one.path in drawn and not one.is_compared:
            state = FileState.STALE if one.state is FileState.CURRENT else one.state
            made.append(replace(one, state=state, edited=one.edited or one.old, moved_from=moved[one.path]))
        elif one.path not in gone and not (one.path in moved and one.output is None):
            made.append(one)
    leaving = [Drift(p, FileState.ORPHANED, None, disk.known(p), moved_from=p) for p in sorted(gone)]
    return (*made, *leaving)


def with_vanished(project: Project, found: tuple[Drift, ...], where: Places, disk: Disk) -> tuple[Drift, ...]:
    """The files, of which none is written where one may have been renamed."""
    new = [
        one
        for one in found
        if one.state is FileState.ABSENT and one.output is not None and one.output.workflow is not None
    ]
    if not new or where.now != where.by_settings:
        return found
    gone = dict(_gone(project, found, where, disk))
    asked = [_vanished(path, file, new) for path, file in gone.items()]
    asked += _missing(project, new, where, disk, set(gone) | {one.path for one in found})
    if not asked:
        return found
    first, paths = new[0].path, {one.path for one in new}
    return tuple(
        replace(one, state=FileState.REFUSED, diagnostics=tuple(asked) if one.path == first else ())
        if one.path in paths
        else one
        for one in found
        if one.output is not None or one.path not in gone
    )


def _gone(
    project: Project, found: Sequence[Drift], where: Places, disk: Disk
) -> Iterator[tuple[str, WorkflowFile]]:
    """The workflow files of this project that are drawn no more and in which something is people's."""
    folder = where.now[Folder.WORKFLOWS]
    drawn = {one.path for one in found if one.output is not None}
    ours = [one.path for one in found if one.state is FileState.UNDRAWN and is_workflow_name(one.path)]
    adopted = [str(Path(folder, name)) for name in project.settings.adopted]
    for path in dict.fromkeys((*ours, *adopted)):
        file, _ = disk.workflow(path) if path not in drawn else (None, ())
        if file is not None and (path not in ours or not is_untouched(project, file)):
            yield path, file


def _missing(
    project: Project, new: Sequence[Drift], where: Places, disk: Disk, known: set[str]
) -> Iterator[Diagnostic]:
    """The files that are adopted and not there, where one that nothing draws has most of what is drawn."""
    adopted = {folded(name) for name in project.settings.adopted}
    folder = where.now[Folder.WORKFLOWS]
    for one in new:
        name = Path(one.path).name
        if folded(name) not in adopted:
            continue
        paths = [str(Path(folder, other)) for other in disk.names(folder) if is_workflow_name(other)]
        files = {path: disk.workflow(path)[0] for path in paths if path not in known}
        scores = {path: _share(one, file) for path, file in files.items() if file is not None}
        best = max(scores, key=lambda path: scores[path], default=None)
        if best is not None and scores[best] >= _LIKELY:
            yield _asked(best, disk.known(best) or b"", [one], name)


def _vanished(path: str, file: WorkflowFile, new: Sequence[Drift]) -> Diagnostic:
    best = max(new, key=lambda one: _share(one, file))
    likely = Path(best.path).name if len(new) == 1 or _share(best, file) >= _LIKELY else ""
    return _asked(path, file.file.text.encode("utf-8", "surrogatepass"), new, likely)


def _share(drift: Drift, file: WorkflowFile) -> float:
    """How many of the drawn jobs a file has, from 0 to 1."""
    assert drift.output is not None and drift.output.workflow is not None
    drawn = {job.id.casefold() for job in drift.output.workflow.jobs}
    return len(drawn & {job.id.casefold() for job in file.jobs}) / max(len(drawn), 1)


def _asked(path: str, content: bytes, new: Sequence[Drift], likely: str) -> Diagnostic:
    old = Path(path).name
    names = ", ".join(f"`{Path(one.path).name}`" for one in new)
    renamed = f"if it is `{likely}` now" if likely else "if it is one of these"
    return diagnostic(
        VANISHED_WORKFLOW,
        f"`{shown(path)}` is drawn nowhere and has steps or settings of yours, and {names} "
        f"{'are' if len(new) > 1 else 'is'} drawn and not there",
        Span(SourceFile(shown(path), content.decode("utf-8", "replace")), 0, 0),
        help=f"{renamed}, compile with `--rename {old}={likely or 'NEW'}`, or write `({old})` behind the "
        "lifeline's name; else take it out of `adopted` and its last lines, which name its documents, out "
        "of it, delete it, or take it away with `--prune`",
    )


def unused_renamings(treatment: Treatment, found: Sequence[Drift]) -> list[Diagnostic]:
    """What was to be renamed and was not, but for what is drawn by its old name, too, which is an error."""
    used = {(Path(one.moved_from).name, Path(one.path).name) for one in found if one.moved_from}
    used |= {(old.casefold(), new.casefold()) for one in found for old, new in one.renames}
    in_part = {
        (old.casefold(), new.casefold())
        for one in found
        if any(finding.rule == RENAMED_IN_PART.name for finding in one.diagnostics)
        for old, new in treatment.job_renames
    }
    asked = [(pair, pair) for pair in treatment.file_renames]
    asked += [((old, new), (old.casefold(), new.casefold())) for old, new in treatment.job_renames]
    return [
        diagnostic(
            UNUSED_RENAMING,
            f"nothing is called `{old}` that could be renamed to `{new}`",
            help="the old name is that of a job or workflow file as it is there, the new one what is drawn",
        )
        for (old, new), known in asked
        if known not in used | in_part
    ]
