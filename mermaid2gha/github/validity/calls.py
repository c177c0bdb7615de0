"""What GitHub refuses of a workflow for the workflows that it calls, and for those that these call in turn.

Sources: actions/runner, src/Sdk/WorkflowParser/Conversion (ReusableWorkflowsLoader, and
ConvertToReferencedWorkflow); docs.github.com, Reusing workflow configurations, limits. Only workflows of the
same repository are looked at: what others have stands in no file here. Reports `absent-callee`,
`uncallable-workflow`, `refused-callee`, `missing-argument`, `undeclared-argument`, `right-beyond-caller`,
`calls-too-deep` and `too-many-callees`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic
from mermaid2gha.base.records import dataclass, field
from mermaid2gha.base.source import Span
from mermaid2gha.github.events import MOST_CALL_LEVELS, WORKFLOW_CALL
from mermaid2gha.github.validity.rights import UNSAID, Rights, exceeding, rights
from mermaid2gha.github.workflow.reader import FileEvent, FileJob, WorkflowFile
from mermaid2gha.yaml.tree import Entries, Entry, Scalar, Tree, resolved

ABSENT_CALLEE = Rule("absent-callee", Severity.ERROR)
CALLS_TOO_DEEP = Rule("calls-too-deep", Severity.ERROR)
MISSING_ARGUMENT = Rule("missing-argument", Severity.ERROR)
REFUSED_CALLEE = Rule("refused-callee", Severity.ERROR)
RIGHT_BEYOND_CALLER = Rule("right-beyond-caller", Severity.ERROR)
TOO_MANY_CALLEES = Rule("too-many-callees", Severity.ERROR)
UNCALLABLE_WORKFLOW = Rule("uncallable-workflow", Severity.ERROR)
UNDECLARED_ARGUMENT = Rule("undeclared-argument", Severity.ERROR)

MOST_CALLEES = 50
"""Different files that one run may call (docs.github.com, Reusing workflow configurations)."""

_FOLDER = ".github/workflows/"
_LOCAL = ("./", "$/")


@dataclass(frozen=True, slots=True)
class Callee:
    """A workflow file that is called: what is in it, none where it cannot be read, and why GitHub refuses it
    by itself, if it does."""

    file: WorkflowFile | None
    faults: tuple[Diagnostic, ...] = ()


Callees = Callable[[str], Callee | None]
"""The workflow with a file name, in the folder of those that are looked at; none where there is no such
file."""


@dataclass(slots=True)
class _Tree:
    """The calls of one run, while they are followed. `followed` are calls with the first call that leads to
    them, the rights that they have and their level: one that comes again has nothing new."""

    callees: Callees
    called: set[str] = field(default_factory=set)
    followed: set[tuple[int, int, str, int]] = field(default_factory=set)
    is_full: bool = False


def call_faults(file: WorkflowFile, callees: Callees, *, may_lack: bool = False) -> Iterator[Diagnostic]:
    """What is wrong with what a workflow calls, at its own calls; `may_lack`: a file that is not there is no
    fault."""
    calls = _Tree(callees)
    top = rights(file.root.get("permissions"))
    if top is None and any(event.name != WORKFLOW_CALL.name for event in file.events):
        top = UNSAID  # else what calls it decides
    for job in file.jobs:
        yield from _call(job, _own_rights(job, top), calls, may_lack=may_lack, path=(job,))


def callee_name(uses: str) -> str:
    """The file name of the workflow of the same repository that a `uses` names; empty where it names none."""
    if not uses.startswith(_LOCAL):
        return ""
    folder, _, name = uses[2:].partition("@")[0].rpartition("/")
    return name if folder + "/" == _FOLDER else ""


def _own_rights(job: FileJob, around: Rights | None) -> Rights | None:
    own = rights(job.node.get("permissions")) if job.node is not None else None
    return around if own is None else own


def _call(
    job: FileJob, granted: Rights | None, calls: _Tree, *, may_lack: bool, path: tuple[FileJob, ...]
) -> Iterator[Diagnostic]:
    """What is wrong with one call; `path` are the calling jobs that lead to it, its own last, and the place
    of a finding is the first of them."""
    name = callee_name(job.uses)
    key = (id(path[0]), id(job), repr(granted), len(path))
    if not name or key in calls.followed:
        return
    calls.followed.add(key)
    if len(path) >= MOST_CALL_LEVELS:
        message = f"calls lead from here {len(path)} levels deep, and GitHub follows {MOST_CALL_LEVELS - 1}"
        cure = "call fewer one inside another; a workflow that calls itself never ends"
        yield _at_call(CALLS_TOO_DEEP, message, path, (), cure)
        return
    callee = calls.callees(name)
    if callee is None:
        if not may_lack:
            message, cure = f"there is no workflow `{name}` to call", "write it, or mend the name"
            yield _at_call(ABSENT_CALLEE, message, path, (), cure)
        return
    calls.called.add(name)
    if len(calls.called) > MOST_CALLEES and not calls.is_full:
        calls.is_full = True
        message = f"this run would call {len(calls.called)} files and more, and GitHub takes {MOST_CALLEES}"
        yield _at_call(TOO_MANY_CALLEES, message, path, (), "put some of them into one file")
    if callee.file is None or callee.faults:
        yield _refused(name, callee, path)
    if callee.file is not None:
        yield from _called(job, callee.file, granted, calls, path=path, may_lack=may_lack)


def _called(
    job: FileJob,
    file: WorkflowFile,
    granted: Rights | None,
    calls: _Tree,
    *,
    path: tuple[FileJob, ...],
    may_lack: bool,
) -> Iterator[Diagnostic]:
    event = next((event for event in file.events if event.name == WORKFLOW_CALL.name), None)
    if event is None:
        message = f"`{_shown(file)}` cannot be called: it does not start by `{WORKFLOW_CALL.name}`"
        labels = (Label(_events_place(file), "its events"),)
        yield _at_call(UNCALLABLE_WORKFLOW, message, path, labels, f"add `{WORKFLOW_CALL.name}` to its `on`")
        return
    yield from _arguments(job, file, event, path)
    whole = rights(file.root.get("permissions"))
    if granted is not None:
        yield from _rights(file, whole, granted, path)
    inside = granted if whole is None else whole
    for inner in file.jobs:
        if len(path) < MOST_CALL_LEVELS:
            below = _own_rights(inner, inside)
            yield from _call(inner, below, calls, may_lack=may_lack, path=(*path, inner))


def _at_call(
    rule: Rule, message: str, path: tuple[FileJob, ...], labels: tuple[Label, ...], cure: str
) -> Diagnostic:
    """A finding at the call of the workflow that is looked at; calls further in are named after it."""
    way = tuple(Label(_uses_place(job), "by this call") for job in path[1:])
    return diagnostic(rule, message, _uses_place(path[0]), *labels, *way, help=cure)


def _uses_place(job: FileJob) -> Span:
    entry = job.item("uses")
    return entry.value.span if entry is not None else job.span


def _events_place(file: WorkflowFile) -> Span:
    entry = file.root.entry("on")
    return entry.key.span if entry is not None else Span(file.file, 0, 0)


def _shown(file: WorkflowFile) -> str:
    return file.file.name.rpartition("/")[2]


def _refused(name: str, callee: Callee, path: tuple[FileJob, ...]) -> Diagnostic:
    message = f"GitHub refuses `{name}`, and so this workflow that calls it"
    first = callee.faults[0] if callee.faults else None
    labels = (
        tuple(Label(label.span, first.message) for label in first.labels[:1]) if first is not None else ()
    )
    return _at_call(REFUSED_CALLEE, message, path, labels, "mend the called workflow")


# -- inputs and secrets ------------------------------------------------------------------------------


def _arguments(
    job: FileJob, file: WorkflowFile, event: FileEvent, path: tuple[FileJob, ...]
) -> Iterator[Diagnostic]:
    declared = event.node if isinstance(event.node, Entries) else None
    given, secrets = (job.node.get(key) if job.node is not None else None for key in ("with", "secrets"))
    yield from _matched("input", _keys(declared, "inputs"), _given(given), file, path)
    if not isinstance(secrets, Scalar) or secrets.is_null:  # else all are handed on
        yield from _matched("secret", _keys(declared, "secrets"), _given(secrets), file, path)


def _keys(declared: Entries | None, key: str) -> Mapping[str, Entry]:
    return _given(declared.get(key) if declared is not None else None)


def _given(node: Tree | None) -> Mapping[str, Entry]:
    """The entries of a mapping by their keys, whose case makes no difference."""
    return {entry.key.value.lower(): entry for entry in node.entries} if isinstance(node, Entries) else {}


def _matched(
    what: str,
    declared: Mapping[str, Entry],
    given: Mapping[str, Entry],
    file: WorkflowFile,
    path: tuple[FileJob, ...],
) -> Iterator[Diagnostic]:
    key = "with" if what == "input" else "secrets"
    for name, entry in declared.items():
        if name not in given and _is_required(entry):
            message = (
                f"`{_shown(file)}` requires the {what} `{entry.key.value}`, which the call does not give"
            )
            labels = (Label(entry.key.span, "required here"),)
            yield _at_call(MISSING_ARGUMENT, message, path, labels, f"give it under `{key}`")
    for name, entry in given.items():
        if name not in declared and "${{" not in name:
            message = f"`{_shown(file)}` declares no {what} `{entry.key.value}`"
            near = get_close_matches(name, list(declared), 1, 0.6)
            cure = (
                f"did you mean `{declared[near[0]].key.value}`?"
                if near
                else "declare it there, or take it out"
            )
            way = tuple(Label(_uses_place(job), "by this call") for job in path[1:])
            place = entry.key.span
            if len(path) > 1:
                place, way = _uses_place(path[0]), (Label(entry.key.span), *way)
            yield diagnostic(UNDECLARED_ARGUMENT, message, place, *way, help=cure)


def _is_required(entry: Entry) -> bool:
    declared = resolved(entry.value)
    required = declared.get("required") if isinstance(declared, Entries) else None
    return isinstance(required, Scalar) and required.is_plain and required.value.lower() == "true"


# -- rights ------------------------------------------------------------------------------------------


def _rights(
    file: WorkflowFile, whole: Rights | None, granted: Rights, path: tuple[FileJob, ...]
) -> Iterator[Diagnostic]:
    """What a called workflow, or a job of it, asks for beyond what its caller has."""
    if whole is not None:
        entry = file.root.entry("permissions")
        assert entry is not None
        yield from _beyond(f"`{_shown(file)}`", whole, granted, entry, path)
    for job in file.jobs:
        own = rights(job.node.get("permissions")) if job.node is not None else None
        entry = job.item("permissions")
        if own is not None and entry is not None:
            yield from _beyond(f"the job `{job.id}` of `{_shown(file)}`", own, granted, entry, path)


def _beyond(
    who: str, asked: Rights, granted: Rights, entry: Entry, path: tuple[FileJob, ...]
) -> Iterator[Diagnostic]:
    is_open = granted is UNSAID and not isinstance(resolved(entry.value), Entries)  # `write-all` of it
    beyond = () if is_open else exceeding(asked, granted)
    if not beyond:
        return
    wanted = ", ".join(f"`{scope}: {level}`" for scope, level, _ in beyond)
    has = ", ".join(f"`{scope}: {level}`" for scope, _, level in beyond)
    message = f"{who} asks for {wanted}, and this call has {has}"
    cure = f"give the calling job {wanted} under `permissions`, or take it from the called one"
    yield _at_call(RIGHT_BEYOND_CALLER, message, path, (Label(entry.key.span, "asked for here"),), cure)
