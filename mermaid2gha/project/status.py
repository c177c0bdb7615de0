"""How the files on disk differ from what a project compiles to.

A workflow file that people have edited is not out of step for that: it is edited in place where the diagram
says something else (`project.update`). A file of graphs is a product: whatever was done to it, it is drawn
anew. Reports `stale-file`, `absent-file`, `orphaned-file`, `foreign-file`, `partial-project` and
`output-collision`.
"""

from __future__ import annotations

import os
from collections.abc import Container, Iterable, Iterator, Sequence

from mermaid2gha.base.diagnostic import (
    AcceptedFinding,
    Diagnostic,
    Label,
    Rule,
    Severity,
    diagnostic,
    has_errors,
)
from mermaid2gha.base.enums import Enum
from mermaid2gha.base.paths import folder_of, is_at_or_below, joined
from mermaid2gha.base.records import dataclass, replace
from mermaid2gha.base.source import SourceFile, Span
from mermaid2gha.project.artifacts import (
    SUFFIXES,
    Folder,
    OutputFile,
    Ownership,
    Treatment,
    Written,
    is_current,
    output_text,
    written,
)
from mermaid2gha.project.discovery import Project
from mermaid2gha.project.snapshot import Disk, shown
from mermaid2gha.settings.model import Acceptance, accepted_in
from mermaid2gha.views.files import WHOLE, GraphFile

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from mermaid2gha.reconcile.difference import FileDifference
    from mermaid2gha.views.svg import Draw

ABSENT_FILE = Rule("absent-file", Severity.ERROR)
FOREIGN_FILE = Rule("foreign-file", Severity.ERROR)
ORPHANED_FILE = Rule("orphaned-file", Severity.ERROR)
OUTPUT_COLLISION = Rule("output-collision", Severity.ERROR)
PARTIAL_PROJECT = Rule("partial-project", Severity.ERROR)
STALE_FILE = Rule("stale-file", Severity.ERROR)


class FileState(Enum):
    """How a file stands to what it should be; the value is its name in reports.

    Of what nothing draws any more an orphaned file is removed, an undrawn one stays.
    """

    CURRENT = "current"
    ABSENT = "absent"
    STALE = "stale"
    ORPHANED = "orphaned"
    UNDRAWN = "undrawn"
    FOREIGN = "foreign"
    PARTIAL = "partial"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Drift:
    """A file and its state. No `output`: nothing drawn compiles to it. `path` is absolute.

    `differences` are those of an existing workflow file from what is drawn, `edited` is what it becomes by
    their edits, `changes` what that means in words, and `diagnostics` what there is to tell of its content.
    `excused` are the jobs, in lower case, of which a difference stays when they are made, and
    `is_partly_absent` tells that something drawn is not there then. `is_compared`: people wrote the file, and
    it is not written. `renames` are jobs that get another id, `moved_from` is the path from which the file
    comes by another name. `accepted` is what of it people accepted, `handed_on` what the settings must list,
    too, so that it stays, in words.
    """

    path: str
    state: FileState
    output: OutputFile | None
    old: bytes | None
    others: tuple[str, ...] = ()
    edited: bytes | None = None
    changes: tuple[str, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    differences: tuple[FileDifference, ...] = ()
    excused: frozenset[str] = frozenset()
    is_partly_absent: bool = False
    is_compared: bool = False
    renames: tuple[tuple[str, str], ...] = ()
    moved_from: str = ""
    accepted: tuple[AcceptedFinding, ...] = ()
    handed_on: tuple[tuple[Acceptance, str], ...] = ()

    @property
    def text(self) -> str:
        """What the file becomes, unless it is a picture, which would have to be drawn."""
        if self.edited is not None:
            return self.edited.decode("utf-8", "replace")
        return output_text(self.output) if self.output is not None else ""

    @property
    def has_edits(self) -> bool:
        """Whether a difference is one that `compile` mends where it may write."""
        return any(one.edits for one in self.differences)

    @property
    def is_mendable(self) -> bool:
        """Whether `compile` puts it right without being told to overwrite anything."""
        return self.state in {FileState.ABSENT, FileState.STALE, FileState.ORPHANED}


@dataclass(frozen=True, slots=True)
class Places:
    """The folders of a project's outputs: where they go now, and where the settings say."""

    now: dict[Folder, str]
    by_settings: dict[Folder, str]


def places(project: Project, destination: str | None) -> Places:
    """`destination` is what `--output` says; graphs go there even if the settings give them no place."""
    settings = project.settings
    usual = {Folder.WORKFLOWS: settings.workflows}
    if settings.graphs is not None:
        usual[Folder.GRAPHS] = settings.graphs
    elif destination is not None:
        usual[Folder.GRAPHS] = Folder.GRAPHS.value
    by_settings = {kind: os.path.normpath(joined(project.root, name)) for kind, name in usual.items()}
    if destination is None:
        return Places(by_settings, by_settings)
    base = os.path.abspath(destination)  # noqa: PTH100 (links in the name must stay)
    return Places({kind: joined(base, kind.value) for kind in usual}, by_settings)


def drifts(
    project: Project,
    made: Sequence[OutputFile],
    where: Places,
    disk: Disk,
    draw: Draw,
    treatment: Treatment,
) -> tuple[Drift, ...]:
    """The state of every output, then the orphans; pictures are drawn to be compared."""
    found = [
        _drift(project, output, where, disk, treatment)
        if output.folder is Folder.WORKFLOWS
        else _graph_drift(project, output, made, where, disk, draw, treatment)
        for output in made
    ]
    return (*found, *_orphans(project, made, where, disk, treatment))


def _graph_drift(
    project: Project,
    output: OutputFile,
    made: Sequence[OutputFile],
    where: Places,
    disk: Disk,
    draw: Draw,
    treatment: Treatment,
) -> Drift:
    """A product: it is ours by its mark or, where a tool took that away, by that of a file beside it."""
    folder = where.now[Folder.GRAPHS]
    path = joined(folder, output.name)
    old = disk.known(path)
    if old is None:
        return Drift(path, FileState.FOREIGN if disk.kind(path) != "-" else FileState.ABSENT, output, None)
    text = old.decode("utf-8", "replace")
    stem = output.name.rpartition(".")[0]
    others = [one.name for one in made if one.folder is Folder.GRAPHS]
    if stem != WHOLE:
        others = [name for name in others if name.rpartition(".")[0] == stem]
    for name in (output.name, *others):
        known = written(text if name == output.name else _text(disk, joined(folder, name)))
        if known.ownership is Ownership.OURS:
            if is_current(output, text, draw):
                return Drift(path, FileState.CURRENT, output, old)
            partial = _others(project, known, where.by_settings[Folder.GRAPHS], disk)
            state = FileState.PARTIAL if partial else FileState.STALE
            return Drift(path, state, output=output, old=old, others=partial)
    return Drift(path, FileState.STALE if treatment.is_forced else FileState.FOREIGN, output, old)


def _text(disk: Disk, path: str) -> str:
    return (disk.known(path) or b"").decode("utf-8", "replace")


def _drift(project: Project, output: OutputFile, where: Places, disk: Disk, treatment: Treatment) -> Drift:
    path = joined(where.now[output.folder], output.name)
    old = disk.known(path)
    if old is None:
        return Drift(path, FileState.FOREIGN if disk.kind(path) != "-" else FileState.ABSENT, output, None)
    text = old.decode("utf-8", "replace")
    is_accepted = bool(project.settings.accepted and accepted_in(project.settings, output.name))
    if not is_accepted and is_current(output, text):
        return Drift(path, FileState.CURRENT, output, old)
    known = written(text)
    is_ours = known.ownership is Ownership.OURS
    is_adopted = output.workflow is not None and output.name in project.settings.adopted
    if is_ours or is_adopted or treatment.is_forced:
        others = _others(project, known, where.by_settings[output.folder], disk)
        if others:
            return Drift(path, FileState.PARTIAL, output=output, old=old, others=others)
        return _in_place(project, Drift(path, FileState.STALE, output, old), disk, treatment, is_ours=is_ours)
    if output.workflow is not None:
        file, faults = disk.workflow(path)
        if file is not None and file.jobs and not faults:
            from mermaid2gha.project.update import as_adopted  # late: of files of people only
            from mermaid2gha.reconcile.difference import told

            found = as_adopted(project, output, file, disk)
            return Drift(
                path,
                FileState.FOREIGN,
                output,
                old,
                diagnostics=told(found.differences, file),
                differences=found.differences,
                is_compared=True,
            )
    return Drift(path, FileState.FOREIGN, output, old)


def _in_place(project: Project, drift: Drift, disk: Disk, treatment: Treatment, *, is_ours: bool) -> Drift:
    """A workflow file with the changes that the diagram asks for; one that cannot be read stays."""
    file, faults = disk.workflow(drift.path)
    if file is None or faults:
        return replace(drift, state=FileState.REFUSED, edited=drift.old, diagnostics=faults)
    from mermaid2gha.project.existing import read_callees
    from mermaid2gha.project.update import content_of, reconciled  # late: a file as compiled needs no reading

    assert drift.output is not None
    workflow = drift.output.workflow
    called = read_callees(workflow, file, drift.path, disk) if workflow is not None else {}
    new = reconciled(project, drift.output, file, treatment, is_ours=is_ours, called=called)
    content = content_of(file, new.text)
    state = FileState.CURRENT if content == drift.old else FileState.STALE
    state = FileState.REFUSED if has_errors(list(new.diagnostics)) else state
    return replace(
        drift,
        state=state,
        edited=content,
        changes=new.changes,
        diagnostics=new.diagnostics,
        differences=new.differences,
        excused=new.excused,
        is_partly_absent=new.is_partly_absent,
        renames=new.renames,
        accepted=new.accepted,
        handed_on=new.handed_on,
    )


def _others(project: Project, known: Written, folder: str, disk: Disk) -> tuple[str, ...]:
    """The documents that a file was made from too, that still exist, and that this project leaves out."""
    paths = (_document(folder, source) for source in known.sources)
    return tuple(path for path in paths if not _belongs(project, path, disk) and disk.is_there(path))


def _document(folder: str, source: str) -> str:
    return source if source == "-" else os.path.normpath(joined(folder, source))


def _belongs(project: Project, path: str, disk: Disk) -> bool:
    """Whether it is for this project to say what a document draws, even if it is gone or listed no more."""
    if path in project.paths:
        return True
    is_near = project.is_whole and path != "-"
    return is_near and disk.settings_root(folder_of(path)) == project.root


def _orphans(
    project: Project, made: Sequence[OutputFile], where: Places, disk: Disk, treatment: Treatment
) -> Iterator[Drift]:
    """What was compiled from documents of this project, and nothing draws any more.

    Without being told to prune only products go, and none whose workflow stays, nor any where the documents
    draw nothing at all: a text that is no longer recognised must not cost a file.
    """
    drawn = {(output.folder, output.name.casefold()) for output in made}
    staying: set[str] = set()
    for folder, place in where.now.items():  # workflows first
        undrawn = (name for name in disk.names(place) if (folder, name.casefold()) not in drawn)
        for name, path, old, sources in _compiled_files(disk, place, undrawn):
            documents = [_document(where.by_settings[folder], source) for source in sources]
            own = [_belongs(project, document, disk) for document in documents]
            if not any(own) or any(disk.is_there(one) for one, is_own in zip(documents, own) if not is_own):
                continue
            stem = name.rpartition(".")[0].casefold()
            is_product = folder is Folder.GRAPHS and bool(made) and stem not in staying
            staying.add(stem if folder is Folder.WORKFLOWS else "")
            state = FileState.ORPHANED if is_product or treatment.prunes else FileState.UNDRAWN
            yield Drift(path, state, None, old)


def _compiled_files(
    disk: Disk, place: str, names: Iterable[str]
) -> Iterator[tuple[str, str, bytes, tuple[str, ...]]]:
    """The files of a folder that may be compiled ones, among some names: each with its path, its content, and
    the documents from which it says that it was compiled."""
    for name in names:
        path = joined(place, name)
        if name.endswith(SUFFIXES) and disk.kind(path) == "file":
            content = disk.known(path) or b""
            yield name, path, content, written(content.decode("utf-8", "replace")).sources


def abandoned(
    folders: Sequence[str], where: Iterable[Places], known: Container[str], disk: Disk, treatment: Treatment
) -> Iterator[tuple[str, Drift]]:
    """The compiled files of projects that are gone: their documents lay below these folders, none is there,
    and no project of the run says anything of the file (`known` are the paths that some does). Each is given
    with the folder that it is in."""
    places_of = {(kind, one.now[kind], one.by_settings[kind]) for one in where for kind in one.now}
    for _kind, place, by_settings in sorted(places_of, key=lambda one: (one[1], one[0].value)):
        unknown = (name for name in disk.names(place) if joined(place, name) not in known)
        for _name, path, old, sources in _compiled_files(disk, place, unknown):
            documents = [_document(by_settings, source) for source in sources if source != "-"]
            is_below = any(is_at_or_below(one, folder) for one in documents for folder in folders)
            if not is_below or any(disk.is_there(one) for one in documents):
                continue
            if all(disk.settings_root(folder_of(one)) is None for one in documents):
                state = FileState.ORPHANED if treatment.prunes else FileState.UNDRAWN
                yield place, Drift(path, state, None, old)


def drift_diagnostic(drift: Drift, command: str) -> Diagnostic | None:
    """What there is to say about a file; `command` is the call of `compile` that mends it."""
    name = shown(drift.path)
    mend = f"run `{command}`"
    match drift.state:
        case FileState.CURRENT | FileState.REFUSED:
            return None
        case FileState.ABSENT:
            return diagnostic(ABSENT_FILE, f"`{name}` has not been written", help=mend)
        case FileState.STALE:
            comments = dict.fromkeys(one.message for one in drift.differences if one.edits)
            words = _in_words(drift.changes or tuple(comments))  # where nothing but comments differs
            message = f"`{name}` is not what the documents compile to{words}"
            places = _places_of_differences(drift) or [Label(_difference(drift))]
            return diagnostic(STALE_FILE, message, *places, help=mend)
        case FileState.ORPHANED:
            message = f"nothing that is drawn compiles to `{name}` any more"
            return diagnostic(ORPHANED_FILE, message, _start(drift), help=mend)
        case FileState.UNDRAWN:
            message = f"nothing that is drawn compiles to `{name}` any more, and it runs on"
            cure = f"draw it again, delete it, or let `{command} --prune` take it away"
            if not name.endswith((".yml", ".yaml")):
                message = message.removesuffix(", and it runs on")
            return diagnostic(ORPHANED_FILE, message, _start(drift), help=cure)
        case FileState.FOREIGN:
            message = f"`{name}` is in the way: mermaid2gha did not write it"
            cure = (
                "list it under `adopted` in the settings, move it away, or give the lifeline another `file`"
            )
            if drift.is_compared:
                message += ", and it is not what the documents draw"
                cure = "run `mermaid2gha adopt`, after which `compile` may edit it, or draw what it does"
            if not name.endswith((".yml", ".yaml")):
                cure = f"move it away, or let `{command} --force` overwrite it"
            return diagnostic(FOREIGN_FILE, message, _start(drift), help=cure)
        case FileState.PARTIAL:
            others = [shown(path) for path in drift.others]
            listed = ", ".join(f"`{other}`" for other in others)
            message = f"`{name}` is also drawn in {listed}, and would lose what is drawn there"
            cure = f"compile them together: `{command} {' '.join(others)}`"
            return diagnostic(PARTIAL_PROJECT, message, _start(drift), help=cure)


def _in_words(changes: Sequence[str]) -> str:
    """The changes as the end of a sentence; of many the first ones."""
    if not changes:
        return ""
    more = [f"and {len(changes) - 6} more changes"] if len(changes) > 7 else []
    return ": " + "; ".join([*(changes[:6] if more else changes), *more])


def _places_of_differences(drift: Drift) -> list[Label]:
    """Where a file differs by what `compile` would write, with what differs there; of many the first ones."""
    found = [one for one in drift.differences if one.edits and one.finding.labels]
    return [Label(one.finding.labels[0].span, one.message) for one in found[:8]]


def _start(drift: Drift) -> Span | None:
    return Span(_existing(drift), 0, 0) if drift.old is not None else None


def _existing(drift: Drift) -> SourceFile:
    return SourceFile(shown(drift.path), (drift.old or b"").decode("utf-8", "replace"))


def _difference(drift: Drift) -> Span:
    """The first line at which a file differs from what it should be (of a picture: its start)."""
    file = _existing(drift)
    if drift.output is None or is_picture(drift.output):
        return Span(file, 0, 0)
    at = 0
    wanted = drift.text.splitlines()
    for number, line in enumerate(file.text.splitlines(keepends=True)):
        if number >= len(wanted) or line.rstrip("\r\n") != wanted[number]:
            return Span(file, at, at + max(len(line.rstrip("\r\n")), 1))
        at += len(line)
    return Span(file, max(at - 1, 0), at)


def is_picture(output: OutputFile) -> bool:
    """Whether an output is a picture that an engine draws."""
    return isinstance(output.content, GraphFile) and output.content.is_picture


def collisions(found: Sequence[Drift]) -> list[Diagnostic]:
    """Outputs of one name, whatever the case, in one folder: only one of them can be written."""
    seen: dict[str, str] = {}
    diagnostics = []
    for drift in found:
        if drift.output is not None:
            key = drift.path.casefold()
            if key in seen:
                message = f"two projects or lifelines compile to `{shown(drift.path)}`"
                cure = "give one of them another `file`, or another folder in its settings"
                diagnostics.append(diagnostic(OUTPUT_COLLISION, message, help=cure))
            seen[key] = drift.path
    return diagnostics


def diff(drift: Drift) -> str:
    """What writing would change, as a unified diff; a picture, which would have to be drawn, in one line."""
    if drift.state is FileState.CURRENT:
        return ""
    name = shown(drift.path)
    if drift.output is not None and is_picture(drift.output):
        return f"--- {name}\n+++ {name}\n(a picture, drawn anew)\n"
    if drift.output is None and drift.moved_from:
        return ""  # its text is shown where it goes
    before = shown(drift.moved_from or drift.path) if drift.old is not None else "/dev/null"
    after = name if drift.output is not None else "/dev/null"
    moved = f"rename from {before}\nrename to {name}\n" if drift.moved_from else ""
    return moved + text_diff((drift.old or b"").decode("utf-8", "replace"), drift.text, before, after)


def text_diff(old: str, new: str, before: str, after: str) -> str:
    """Two texts as a unified diff, under these names."""
    from difflib import unified_diff  # late: shown on demand

    lines = unified_diff(old.splitlines(keepends=True), new.splitlines(keepends=True), before, after)
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )
