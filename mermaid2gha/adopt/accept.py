"""The list `accepted` brought to what differs now: what differs is accepted, and what accepts nothing goes.

Jobs and events that are not drawn are listed under `extra-jobs` and `extra-events`. Files that people wrote
and did not adopt are left out. Reports what loading and compiling report.
"""

from __future__ import annotations

from collections.abc import Sequence

from mermaid2gha.adopt.base_line import BaseLine, base_line
from mermaid2gha.adopt.propose import Given, Proposal, Refusal, mild, relative_path, root_of, workflow_paths
from mermaid2gha.base.diagnostic import Diagnostic, Severity, has_errors
from mermaid2gha.base.records import dataclass, replace
from mermaid2gha.base.source import SourceFile
from mermaid2gha.project.artifacts import Ownership, written
from mermaid2gha.project.build import CompiledProject, compiled_project
from mermaid2gha.project.discovery import Project, load
from mermaid2gha.project.snapshot import Disk, shown
from mermaid2gha.project.status import Drift
from mermaid2gha.settings.acceptances import with_accepted
from mermaid2gha.settings.editor import with_settings
from mermaid2gha.settings.model import Acceptance, Settings, accepted_in
from mermaid2gha.settings.reader import settings_from

_DANGER = "steps that were there when this was accepted"
_EXTRAS = {"undrawn-job": "extra-jobs", "undrawn-event": "extra-events"}


@dataclass(frozen=True, slots=True)
class Renewal:
    """New settings, how many differences they accept, and how many of these are new and how many went."""

    proposed: Proposal
    count: int
    more: int
    fewer: int

    def __str__(self) -> str:
        changed = [f"{self.more} more"] if self.more else []
        changed += [f"{self.fewer} fewer"] if self.fewer else []
        plural = "" if self.count == 1 else "s"
        return f"{self.count} accepted difference{plural}" + (f" ({', '.join(changed)})" if changed else "")


def renewed(workflows: Sequence[str], documents: Sequence[str], disk: Disk) -> Renewal | Refusal:
    """The settings under which nothing that differs now is told, in these files only where some are named."""
    loaded = load(documents, disk)
    if has_errors(list(loaded.diagnostics)):
        return Refusal(loaded.diagnostics, is_misused=loaded.is_misused)
    if len(loaded.projects) != 1:
        return Refusal(
            words="the documents are of several projects: accept for one at a time", is_misused=True
        )
    project = loaded.projects[0]
    compiled = _compiled(project, disk)
    faults = [one for one in compiled.compilation.diagnostics if one.severity is Severity.ERROR]
    if faults:
        return Refusal(tuple(faults))
    drifts = {drift.path: drift for drift in compiled.drifts if _is_held(drift)}
    named = list(workflow_paths(workflows, disk))
    if strange := next((path for path in named if path not in drifts), None):
        words = f"`{shown(strange)}` is neither compiled nor adopted, so nothing in it can be accepted yet"
        return Refusal(words=words, is_misused=True)
    chosen = [drifts[path] for path in named] if named else list(drifts.values())
    return _Renewing(project, chosen, disk).renewal(is_whole=not named)


def _compiled(project: Project, disk: Disk) -> CompiledProject:
    """The project compiled and compared, but for pictures."""
    bare = replace(project, settings=replace(project.settings, graphs=None))
    return compiled_project(bare, disk, lambda _: "")


def _is_held(drift: Drift) -> bool:
    """Whether a workflow file is there, and `compile` would edit it."""
    is_workflow = drift.output is not None and drift.output.workflow is not None
    return is_workflow and drift.old is not None and not drift.is_compared and not drift.others


class _Renewing:
    """One run: first what is not drawn, which can hide differences; then these; then dangers."""

    def __init__(self, project: Project, drifts: Sequence[Drift], disk: Disk) -> None:
        self.drifts, self.disk = drifts, disk
        is_fresh = project.settings.file is None
        root = root_of((*project.paths, *(drift.path for drift in drifts))) if is_fresh else project.root
        self.path = replace(project, root=root).settings_path
        self.old = project.settings.file or SourceFile(shown(self.path), "")
        self.is_fresh = is_fresh
        self.more: Given = (
            {"documents": [relative_path(one, root) for one in project.paths]} if is_fresh else {}
        )
        self.project = replace(project, root=root, settings=replace(project.settings, root=shown(root)))
        self.lists: dict[str, list[tuple[Acceptance, str]]] = {}
        self.findings: list[Diagnostic] = []

    def renewal(self, *, is_whole: bool) -> Renewal | Refusal:
        before = self.project.settings
        if is_whole:  # what is listed for files that are gone goes, too
            self.lists = {name: [] for name, _ in before.accepted}
        for drift in self.drifts:
            self.extras(drift)
        settings, faults = self.settings()
        for drift in self.drifts if not has_errors(faults) else ():
            project = replace(self.project, settings=replace(settings, accepted=before.accepted))
            made = self.base_line(project, drift)
            if made is None or drift.output is None:
                continue
            self.lists[drift.output.name] = list(made.accepted)
            self.findings += [mild(one) for one in made.findings]
        settings, faults = self.settings()
        if not has_errors(faults):
            self.dangers(replace(self.project, settings=settings))
            settings, faults = self.settings()
        if has_errors(faults):
            return Refusal(tuple(faults), is_misused=True)
        assert settings.file is not None
        left = _errors(_compiled(replace(self.project, settings=settings), self.disk))
        if left:
            return Refusal(left)
        project = replace(self.project, settings=settings)
        proposed = Proposal(
            project,
            self.path,
            old=self.old,
            is_fresh=self.is_fresh,
            new=settings.file.text,
            findings=tuple(self.findings),
        )
        old, new = _all_accepted(before), _all_accepted(settings)
        return Renewal(proposed, count=len(new), more=len(new - old), fewer=len(old - new))

    def base_line(self, project: Project, drift: Drift) -> BaseLine | None:
        assert drift.output is not None
        file, _ = self.disk.workflow(drift.path)
        known = accepted_in(project.settings, drift.output.name)
        is_ours = (
            drift.old is not None
            and written(drift.old.decode("utf-8", "replace")).ownership is Ownership.OURS
        )
        return base_line(project, drift.output, file, known, is_ours=is_ours) if file is not None else None

    def extras(self, drift: Drift) -> None:
        """The jobs and events of a file that nothing draws, for the settings."""
        made = self.base_line(self.project, drift)
        assert drift.output is not None and drift.output.workflow is not None
        for acceptance, _ in made.accepted if made is not None else ():
            key = _EXTRAS.get(acceptance.rule)
            if key is not None and len(acceptance.place) == 2:
                of_key = self.more.setdefault(key, {})
                assert isinstance(of_key, dict)
                of_key.setdefault(drift.output.workflow.name, []).append(acceptance.place[1])

    def dangers(self, project: Project) -> None:
        """The dangers that are there, be they accepted or not, for the lists of the files."""
        chosen = {drift.output.name for drift in self.drifts if drift.output is not None}
        for danger in _compiled(project, self.disk).dangers:
            if danger.acceptance is not None and danger.file in chosen:
                self.lists.setdefault(danger.file, []).append((danger.acceptance, _DANGER))
                if (danger.file.casefold(), danger.acceptance) not in _all_accepted(self.project.settings):
                    self.findings.append(mild(danger.finding))

    def settings(self) -> tuple[Settings, list[Diagnostic]]:
        """The settings that a text with all this would give."""
        text, faults = with_settings(self.old, self.more)
        if not has_errors(faults):
            text, faults = with_accepted(SourceFile(self.old.name, text), self.lists)
        if has_errors(faults):
            return self.project.settings, faults
        settings, faults = settings_from(SourceFile(self.old.name, text), self.project.settings.root)
        return settings, list(faults)


def _errors(compiled: CompiledProject) -> tuple[Diagnostic, ...]:
    """What keeps files from being written even so."""
    return tuple(one for one in compiled.diagnostics if one.severity is Severity.ERROR)


def _all_accepted(settings: Settings) -> set[tuple[str, Acceptance]]:
    return {(name.casefold(), one) for name, listed in settings.accepted for one in listed}
