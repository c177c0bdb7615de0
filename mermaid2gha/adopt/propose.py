"""How the settings grow under which a document draws workflows that people wrote, kind by kind.

After each kind the documents are compiled under all that is proposed so far, so that the next builds on it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from mermaid2gha.adopt.base_line import base_line
from mermaid2gha.adopt.job_mapping import JobMapping, job_mappings
from mermaid2gha.adopt.suggestions import (
    FilePair,
    conditions,
    drawn_as_another,
    extras,
    file_name,
    lifelines,
    named_lifelines,
    pairs,
    unnameable,
)
from mermaid2gha.base.diagnostic import Diagnostic, Rule, Severity, diagnostic, has_errors, with_severity
from mermaid2gha.base.records import dataclass, replace
from mermaid2gha.base.source import SourceFile
from mermaid2gha.compiler.compile import Compilation, compile_documents
from mermaid2gha.compiler.ir.sources import Sources
from mermaid2gha.compiler.link.model import LinkedWorkflow
from mermaid2gha.compiler.reading.lifelines.tools import UNREAD_LIFELINE
from mermaid2gha.compiler.reading.reading import NOT_A_FLOW, diagrams
from mermaid2gha.github.workflow.reader import WorkflowFile, not_a_workflow
from mermaid2gha.project.artifacts import Folder, outputs
from mermaid2gha.project.discovery import Project, load, missing_file, no_documents
from mermaid2gha.project.existing import existing_ids
from mermaid2gha.project.snapshot import Disk, shown
from mermaid2gha.project.update import undrawn_parts
from mermaid2gha.settings.acceptances import with_accepted
from mermaid2gha.settings.editor import Value, with_settings, without_members
from mermaid2gha.settings.model import Acceptance, Settings
from mermaid2gha.settings.reader import settings_from

Given = dict[str, Value]

GUESSED_JOB = Rule("guessed-job", Severity.WARNING)
GUESSED_WORKFLOW = Rule("guessed-workflow", Severity.WARNING)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A project with the settings that are proposed, and the text of its settings file before and after.

    `path` is absolute; `old` is what is there, nothing where `is_fresh`; `findings` are about files that no
    drawn workflow is like, about guesses and about what differs; `remarks` say of each file in a line why it
    is adopted or not.
    """

    project: Project
    path: str
    old: SourceFile
    is_fresh: bool
    new: str
    findings: tuple[Diagnostic, ...]
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is no proposal: findings, or a sentence about the call."""

    found: tuple[Diagnostic, ...] = ()
    words: str = ""
    is_misused: bool = False


def proposal(workflows: Sequence[str], documents: Sequence[str], disk: Disk) -> Proposal | Refusal:
    """The settings under which the documents draw these workflow files, or why there are none."""
    try:
        return _Adopting(workflows, documents, disk).proposal()
    except _StopError as stop:
        return stop.refusal


class _StopError(Exception):
    """Leaves a run whose steps build on each other; never leaves this module."""

    def __init__(self, *found: Diagnostic, words: str = "", is_misused: bool = False) -> None:
        self.refusal = Refusal(found, words, is_misused or bool(words))


class _Adopting:
    """One run: the settings grow, kind by kind, and the documents are compiled under them each time."""

    def __init__(self, workflows: Sequence[str], documents: Sequence[str], disk: Disk) -> None:
        self.disk = disk
        self.left_out: list[Diagnostic] = []
        self.remarks: dict[str, str] = {}
        self.unnamed: list[Diagnostic] = []
        self.files = self.read(workflows)
        self.folder = _one_folder(self.files)
        self.project = self.loaded(documents)
        self.path = self.project.settings_path
        self.old = self.project.settings.file or SourceFile(shown(self.path), "")
        self.given: Given = {}
        self.guesses: list[Diagnostic] = []
        self.undrawn: dict[str, Sequence[str]] = {}
        self.pairs: Sequence[FilePair] = ()
        self.words: dict[tuple[str, str], str] = {}
        self.accepted: dict[str, tuple[tuple[Acceptance, str], ...]] = {}
        self.differences: list[Diagnostic] = []
        self.gone: list[str] = []

    def proposal(self) -> Proposal:
        findings_of_run = self.run()
        settings = self.settings()
        assert settings.file is not None
        is_fresh = self.project.settings.file is None
        project = replace(self.project, settings=settings)
        return Proposal(
            project,
            self.path,
            old=self.old,
            is_fresh=is_fresh,
            new=settings.file.text,
            findings=(*self.unnamed, *findings_of_run, *self.guesses),
            remarks=tuple(f"{name}: {words}" for name, words in sorted(self.remarks.items())),
        )

    # -- what is there -----------------------------------------------------------------------------

    def read(self, workflows: Sequence[str]) -> list[WorkflowFile]:
        files: list[WorkflowFile] = []
        faults: list[Diagnostic] = []
        named = {os.path.abspath(path) for path in workflows}  # noqa: PTH100 (links in the name must stay)
        for path in dict.fromkeys(workflow_paths(workflows, self.disk)):
            if self.disk.known(path) is None:
                cure = "name a workflow file, or a folder of them"
                faults.append(missing_file(f"there is no file `{shown(path)}`", help=cure))
                continue
            judged = self.disk.judged(path)
            file, found = judged.file, list(judged.faults)
            if file is not None and not file.jobs:
                message = f"`{shown(path)}` is no workflow: it has no jobs"
                found.append(not_a_workflow(message, help="name a workflow file"))
            elif file is not None and (why_not := unnameable(file)) is not None:
                self.unnamed.append(why_not)
            elif file is not None and not has_errors(found):
                files.append(file)
            (faults if path in named else self.left_out).extend(found)
            if has_errors(found):
                self.remarks[Path(path).name] = f"not adopted: {_reason(found)}"
        left_out = [*self.left_out, *(with_severity(one, Severity.ERROR) for one in self.unnamed)]
        if faults or (left_out and not files):
            raise _StopError(*faults, *left_out, is_misused=True)
        return files

    def loaded(self, named: Sequence[str]) -> Project:
        """The one project of the documents, with the root that its settings have or will have."""
        made = load(named, self.disk)
        if has_errors(list(made.diagnostics)):
            raise _StopError(*made.diagnostics, is_misused=made.is_misused)
        roots = {project.root if project.settings.file is not None else "" for project in made.projects}
        if len(roots) != 1:
            raise _StopError(words="the documents are of several projects: adopt for one at a time")
        first = made.projects[0]
        paths = tuple(dict.fromkeys(path for project in made.projects for path in project.paths))
        documents = tuple(dict.fromkeys(file for project in made.projects for file in project.documents))
        root = first.root if first.settings.file is not None else root_of((*paths, self.folder))
        return Project(replace(first.settings, root=shown(root)), root, documents, paths, is_whole=True)

    # -- settings, kind by kind --------------------------------------------------------------------

    def run(self) -> list[Diagnostic]:
        self.place()
        first = self.sound()
        names = named_lifelines(diagrams(Sources(self.project.documents)), first.linked, self.files)
        self.give(lifelines={name: {"file": file} for name, file in names})
        linked = self.sound().linked
        if not linked:
            raise _StopError(self.without_flow(first))
        self.pairs, diagnostics = pairs(linked, self.files)
        if not self.pairs:
            raise _StopError(*(with_severity(one, Severity.ERROR) for one in diagnostics))
        diagnostics += [one for pair in self.pairs if (one := self.named_otherwise(pair)) is not None]
        is_linked = self.linked()
        self.pairs = [pair for pair in self.pairs if is_linked(pair)]
        if not self.pairs:
            raise _StopError(*(with_severity(one, Severity.ERROR) for one in diagnostics))
        for one in diagnostics:
            name = Path(one.labels[0].span.file.name).name
            file = next(file for file in self.files if file_name(file) == name)
            counted = _counted(file, [job.id for job in file.jobs])
            self.remarks[name] = f"not adopted: {one.message}; {counted}"
        self.jobs()
        self.conditions()
        self.extras()
        self.adopted()
        return [*map(mild, self.left_out), *diagnostics, *self.differences]

    def named_otherwise(self, pair: FilePair) -> Diagnostic | None:
        """Propose the file of a workflow; what is wrong where the drawing names another one by itself, which
        settings do not change."""
        names = dict(lifelines(pair.workflow, pair.file))
        more: Given = {"lifelines": {name: {"file": file} for name, file in names.items()}}
        if names and not self.linked(more)(pair):
            return drawn_as_another(pair)
        self.give(**more)
        for name in names:
            self.words["lifelines", name] = _said(pair.ground, is_guess=pair.likeness < 1)
        if pair.likeness < 1:
            self.guesses.append(_guessed_workflow(pair))
        return None

    def linked(self, more: Given | None = None) -> Callable[[FilePair], bool]:
        """Whether the documents draw a file under what is proposed, and more settings; or have errors."""
        made = self.compiled(self.settings(more))
        files = {one.file.casefold() for one in made.linked}
        is_faulty = has_errors(list(made.diagnostics))
        return lambda pair: is_faulty or file_name(pair.file).casefold() in files

    def place(self) -> None:
        """The documents, and the folder of the workflows."""
        settings, root = self.project.settings, self.project.root
        named = [os.path.normpath(Path(root, name)) for name in settings.documents]
        listed = [path for path in self.project.paths if not _is_listed(path, named)]
        self.give(documents=[relative_path(path, root) for path in listed])
        if os.path.normpath(Path(root, settings.workflows)) != self.folder:
            self.give(workflows=relative_path(self.folder, root))

    def jobs(self) -> None:
        project = replace(self.project, settings=self.settings())
        workflows = {one.file.casefold(): one for one in self.sound().workflows}
        for one, file in self.current():
            undrawn = undrawn_parts(project, workflows[one.file.casefold()], file).jobs
            for mapping in job_mappings(one, file, undrawn):
                value: Value = {"id": mapping.ids[0]} if _is_sole(mapping.ids) else {"ids": list(mapping.ids)}
                more: Given = {"jobs": dict.fromkeys(mapping.keys, value)}
                if not mapping.is_guess or self.is_possible(more):
                    self.give(**more)
                    said = _said(mapping.ground, is_guess=mapping.is_doubtful)
                    self.words |= {("jobs", key): said for key in mapping.keys}
                    if mapping.is_doubtful:
                        self.guesses.append(_guessed(mapping))

    def conditions(self) -> None:
        for one, file in self.current():
            for condition, asked in conditions(one, file):
                more: Given = {"conditions": {condition: asked}}
                if self.is_possible(more):
                    self.give(**more)

    def extras(self) -> None:
        """The jobs and events that are not drawn; no name of a job is left out for being new."""
        project = replace(self.project, settings=self.settings())
        workflows = {one.file.casefold(): one for one in self.sound().workflows}
        for one, file in self.current():
            workflow = workflows[one.file.casefold()]
            undrawn = undrawn_parts(project, workflow, file)
            jobs, events = extras(one, workflow, file, undrawn)
            if jobs:
                self.give(**{"extra-jobs": {one.name: list(jobs)}})
            if events:
                self.give(**{"extra-events": {one.name: list(events)}})
            self.undrawn[file_name(file)] = [*jobs, *(job for job in undrawn.jobs if job not in jobs)]

    def adopted(self) -> None:
        """All files that can be read; what differs in them is accepted, so that nothing changes at first."""
        project = replace(self.project, settings=self.settings())
        compilation = self.sound()
        folders = {Folder.WORKFLOWS: self.folder}
        paths = dict(zip((document.name for document in project.documents), project.paths))
        files = {file_name(pair.file): pair for pair in self.pairs}
        for output in outputs(compilation, folders, paths):
            pair = files.get(output.name)
            if pair is None:
                continue
            found = base_line(project, output, pair.file)
            self.remarks[output.name] = self.remark(pair, is_adopted=found is not None)
            if found is not None:
                self.accepted[output.name] = found.accepted
                self.differences += [mild(one) for one in found.findings]
                if output.name not in project.settings.adopted:
                    self.give(adopted=[output.name])
        drawn = {one.file.casefold() for one in compilation.linked}
        for name in (*project.settings.adopted, *(name for name, _ in project.settings.accepted)):
            if name.casefold() not in drawn and not self.disk.is_there(str(Path(self.folder, name))):
                self.gone.append(name)
        self.accepted |= {name: () for name, _ in project.settings.accepted if name in self.gone}

    def remark(self, pair: FilePair, *, is_adopted: bool) -> str:
        """Why a file is adopted or not, and how many of its jobs are drawn nowhere."""
        name, ground = pair.workflow.name, _said(pair.ground, is_guess=pair.likeness < 1)
        counted = _counted(pair.file, self.undrawn.get(file_name(pair.file), ()))
        if not is_adopted:
            return f"not adopted: it is `{name}`, and cannot be compared as it stands; {counted}"
        return f"adopted: it is `{name}`, {ground}; {counted}"

    # -- compiling under what is proposed ----------------------------------------------------------

    def give(self, **more: Value) -> None:
        """Propose more settings; a list that nothing is in, or a mapping without entries, is left out."""
        self.given = _joined(self.given, more)

    def settings(self, more: Mapping[str, Value] | None = None) -> Settings:
        """The settings that a text with the proposal would give."""
        made, found = with_settings(self.old, _joined(self.given, more or {}), self.words)
        if not found:
            made = without_members(SourceFile(self.old.name, made), "adopted", self.gone)
        if not found and self.accepted:
            made, found = with_accepted(SourceFile(self.old.name, made), self.accepted)
        if not found:
            settings, found = settings_from(SourceFile(self.old.name, made), self.project.settings.root)
        if has_errors(found):
            raise _StopError(*found, is_misused=True)
        return settings

    def compiled(self, settings: Settings) -> Compilation:
        project = replace(self.project, settings=settings)
        return compile_documents(project.documents, settings, existing_ids(project, self.disk))

    def sound(self) -> Compilation:
        made = self.compiled(self.settings())
        if has_errors(list(made.diagnostics)):
            raise _StopError(*(one for one in made.diagnostics if one.severity is Severity.ERROR))
        return made

    def is_possible(self, more: Mapping[str, Value]) -> bool:
        """Whether the documents compile under more settings, which then name something in them."""
        made = self.compiled(self.settings(more))
        return not has_errors(list(made.diagnostics))

    def current(self) -> Sequence[tuple[LinkedWorkflow, WorkflowFile]]:
        """The pairs as they are linked now."""
        linked = {one.file.casefold(): one for one in self.sound().linked}
        return [(linked[file_name(pair.file).casefold()], pair.file) for pair in self.pairs]

    def without_flow(self, made: Compilation) -> Diagnostic:
        finding = next((one for one in made.diagnostics if one.rule in _WITHOUT_FLOW), None)
        if finding is not None:
            return with_severity(finding, Severity.ERROR)
        names = ", ".join(f"`{file.name}`" for file in self.project.documents)
        message = f"there is no sequence diagram with a workflow in {names}"
        return no_documents(message, help="name the document that draws these workflows")


_WITHOUT_FLOW = (NOT_A_FLOW.name, UNREAD_LIFELINE.name)
"""What is told of a diagram in which no lifeline is a workflow."""


def mild(found: Diagnostic) -> Diagnostic:
    """A difference that is accepted: no error any more."""
    return with_severity(found, Severity.WARNING) if found.severity is Severity.ERROR else found


def _joined(one: Mapping[str, Value], other: Mapping[str, Value]) -> Given:
    """Both together: mappings and lists are joined, and of two texts the second counts."""
    made: Given = dict(one)
    for key, value in other.items():
        known = made.get(key)
        if isinstance(value, Mapping) and (value or known):
            made[key] = _joined(known if isinstance(known, Mapping) else {}, value)
        elif isinstance(value, str):
            made[key] = value
        elif value:
            made[key] = [
                *(known if isinstance(known, Sequence) and not isinstance(known, str) else ()),
                *value,
            ]
    return {key: value for key, value in made.items() if value}


def _is_sole(ids: Sequence[str]) -> bool:
    return len(ids) == 1 and "*" not in ids[0]


def workflow_paths(paths: Sequence[str], disk: Disk) -> Iterator[str]:
    """The files that the paths name, those of a folder in order; absolute."""
    for path in paths:
        whole = os.path.abspath(path)  # noqa: PTH100 (links in the name must stay)
        if disk.is_folder(whole):  # which raises nothing for names that no system has
            names = disk.names(whole, with_hidden=True)  # GitHub runs `.test.yml`, too
            yield from (str(Path(whole, name)) for name in names if name.endswith((".yml", ".yaml")))
        else:
            yield whole


def _one_folder(files: Sequence[WorkflowFile]) -> str:
    folders = sorted({str(Path(os.path.abspath(file.file.name)).parent) for file in files})  # noqa: PTH100
    if not folders:
        raise _StopError(words="there is no workflow file in what is named")
    if len(folders) > 1:
        listed = " and ".join(f"`{shown(folder)}`" for folder in folders)
        raise _StopError(words=f"the workflow files are in {listed}: adopt those of one folder at a time")
    return folders[0]


def root_of(paths: Sequence[str]) -> str:
    """Where new settings go: the repository that holds all, else the nearest folder that does."""
    common = Path(
        os.path.commonpath([str(Path(paths[-1])), *(str(Path(path).parent) for path in paths[:-1])])
    )
    return str(next((at for at in (common, *common.parents) if (at / ".git").exists()), common))


def _is_listed(path: str, listed: Sequence[str]) -> bool:
    return any(path == one or Path(path).is_relative_to(one) for one in listed)


def relative_path(path: str, root: str) -> str:
    """A path from a folder on, with slashes on every system."""
    return os.path.relpath(path, root).replace(os.sep, "/")


def _said(ground: str, *, is_guess: bool) -> str:
    return f"a guess {ground}" if is_guess else ground


def _counted(file: WorkflowFile, undrawn: Sequence[str]) -> str:
    """How many of a file's jobs are drawn nowhere, and which."""
    if not undrawn:
        return "all its jobs are drawn"
    some = ", ".join(f"`{name}`" for name in undrawn[:5]) + ", …" * (len(undrawn) > 5)
    verb = "is" if len(undrawn) == 1 else "are"
    return f"{len(undrawn)} of its {len(file.jobs)} jobs {verb} drawn nowhere: {some}"


def _reason(found: Sequence[Diagnostic]) -> str:
    """The first error in words."""
    return next(one.message for one in found if one.severity is Severity.ERROR)


def _guessed(mapping: JobMapping) -> Diagnostic:
    """That notes are taken for jobs by likeness of names or by a step, or put together."""
    names = " and ".join(f"`{key.partition('/')[2]}`" for key in mapping.keys)
    jobs = ", ".join(f"`{name}`" for name in mapping.ids)
    verb = "are" if len(mapping.keys) > 1 else "is"
    cure = "if it is another job, change the line in the settings; `%% id: ID` above the note settles it"
    message = f"{names} {verb} taken for {jobs} {mapping.ground}"
    return diagnostic(GUESSED_JOB, message, mapping.spans[0], help=cure)


def _guessed_workflow(pair: FilePair) -> Diagnostic:
    """That a drawn workflow is taken for a file by what is in both."""
    name, flow = file_name(pair.file), pair.workflow.workflow.flows[0]
    return diagnostic(
        GUESSED_WORKFLOW,
        f"`{pair.workflow.name}` is taken for `{name}` {pair.ground}",
        flow.span,
        help="if it is another file, change the line in the settings; the file's name behind that of the "
        f"lifeline, `{pair.workflow.name} ({name})`, settles it",
    )
