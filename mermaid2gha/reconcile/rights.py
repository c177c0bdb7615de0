"""`permissions` of a job against the rights that messages ask for: at least these, more is people's.

What a fresh job has without a message (`contents: read`) is never asked for again. Where neither job nor file
says any right, or says `read-all`, nothing is written, for the least edit would take rights away. In a call,
GitHub refuses to start what the called workflow may not do. Reports `right-missing` and `right-undrawn`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mermaid2gha.base.diagnostic import Label, Rule, Severity
from mermaid2gha.base.records import replace
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.scripts.comments import RIGHT
from mermaid2gha.compiler.scripts.provenance import step_as_written
from mermaid2gha.github.workflow.emitter import comment, permission_lines
from mermaid2gha.github.workflow.model import Job, Permission
from mermaid2gha.github.workflow.reader import FileJob, WorkflowFile, comment_after
from mermaid2gha.reconcile.difference import Accepted, difference, unaccepted
from mermaid2gha.reconcile.edits.keys import Keys, Mend, remove_item, set_key
from mermaid2gha.yaml.edits import EditBuffer
from mermaid2gha.yaml.tree import Entries, Entry

RIGHT_MISSING = Rule("right-missing", Severity.WARNING)
RIGHT_UNDRAWN = Rule("right-undrawn", Severity.NOTE)

_LEVELS = {"none": 0, "read": 1, "write": 2}
_EVERY = {"read-all": 1, "write-all": 2}


def rights(
    buffer: EditBuffer,
    file: WorkflowFile,
    job: FileJob,
    wanted: Job,
    places: Mapping[str, Span],
    accepts: Accepted,
) -> list[Mend]:
    """The rights of a job that messages ask for and it lacks, and those that named a step which is gone."""
    asked = [right for right in wanted.permissions if right.comment]
    given = job.permissions if job.permissions is not None else file.permissions
    lacking = [right for right in asked if not _has(given, right)]
    span = places.get(job.id.casefold())
    entry = job.item("permissions") or file.root.entry("permissions")
    in_file = Label(entry.key.span, "these are its rights") if entry is not None else Label(job.span)
    found: list[Mend] = []
    mentions = [
        difference(
            RIGHT_MISSING,
            ("jobs", job.id, "permissions", right.scope),
            f"`{job.id}` is drawn to do `{right.comment}`, which takes `{right.scope}: {right.level}`",
            drawn=right.level,
            written=dict(given or ()).get(right.scope, ""),
            in_document=Label(span, "drawn here") if span is not None else None,
            in_file=in_file,
            help=f"give the job `permissions: {{{right.scope}: {right.level}}}`, or draw who really does it",
        )
        for right in lacking
    ]
    missing, lacking = unaccepted(mentions, lacking, accepts)
    if missing and _is_written(given):
        found.append(Mend(missing, lambda keys: _grant(keys, given or (), lacking, wanted)))
    elif missing:
        found.append(Mend(missing))
    stale = _stale(buffer, job, wanted)
    if stale:
        gone = tuple(
            difference(
                RIGHT_UNDRAWN,
                ("jobs", job.id, "permissions", one.key.value),
                f"`{job.id}` may `{one.key.value}` for a step that is drawn no more",
                written=one.key.value,
                in_file=Label(one.span),
                help="draw the step, or let `compile` take the right away",
            )
            for one in stale
        )
        found.append(Mend(gone, lambda keys: _revoke(keys, stale)))
    return found


def _is_written(given: Sequence[tuple[str, str]] | None) -> bool:
    """Whether rights are listed one by one, so that one can be added and none is lost."""
    return given is not None and not any(scope == "" for scope, _ in given)


def _has(given: Sequence[tuple[str, str]] | None, right: Permission) -> bool:
    """Whether the token surely or, where nothing is said, perhaps has a right."""
    if given is None:
        return True
    for scope, level in given:
        if not scope and _EVERY.get(level, 0) >= _LEVELS[right.level]:
            return True
        if scope == right.scope and _LEVELS.get(level, 0) >= _LEVELS[right.level]:
            return True
    return False


def _grant(keys: Keys, given: Sequence[tuple[str, str]], lacking: Sequence[Permission], wanted: Job) -> None:
    node = keys.node.get("permissions")
    if not isinstance(node, Entries) or not node.entries:
        made = _raised(given, lacking)
        flow = f"permissions: {{{', '.join(f'{right.scope}: {right.level}' for right in made)}}}"
        set_key(keys, "permissions", permission_lines(made), flow)
        return
    if not keys.is_open("permissions", f"permissions: {lacking[0].scope}"):
        return
    scopes = [right.scope for right in wanted.permissions]
    for right in lacking:
        line = f"{right.scope}: {right.level}"
        entry = node.entry(right.scope)
        if entry is not None:
            keys.buffer.replace(entry.value.span.start, entry.value.span.end, right.level)
        elif node.is_flow:
            set_key(replace(keys, node=node), right.scope, [line], line)
        else:
            before = [e for e in node.entries if e.key.value in scopes[: scopes.index(right.scope)]]
            at = keys.buffer.line_end((before or list(node.entries))[-1].span.end)
            blanks = " " * keys.buffer.column(node.entries[0].span.start)
            keys.buffer.insert_lines(at, [f"{blanks}{line} {comment(right.comment)}"])


def _raised(given: Sequence[tuple[str, str]], lacking: Sequence[Permission]) -> tuple[Permission, ...]:
    """What was granted together with what is drawn."""
    known = {scope: Permission(scope, level) for scope, level in given if scope}
    for right in lacking:
        known[right.scope] = right
    return tuple(known.values())


def _stale(buffer: EditBuffer, job: FileJob, wanted: Job) -> list[Entry]:
    """Rights whose comment names a compiled step of the job that is drawn no more."""
    node = job.node.get("permissions") if job.node is not None else None
    if not isinstance(node, Entries) or node.is_flow:
        return []
    standing = {step.name for step in job.steps if step_as_written(buffer, step) is not None}
    gone = standing - {step.name for step in wanted.steps}
    kept = {right.scope for right in wanted.permissions}
    return [
        one
        for one in node.entries
        if one.key.value not in kept and (RIGHT.read(comment_after(one)) or {}).get("message") in gone
    ]


def _revoke(keys: Keys, stale: Sequence[Entry]) -> None:
    node = keys.node.get("permissions")
    if not isinstance(node, Entries) or not keys.is_open("permissions", ""):
        return
    if len(stale) == len(node.entries):
        set_key(keys, "permissions", ["permissions: {}"])
        return
    for entry in stale:
        if node.is_flow:
            remove_item(keys.buffer, node, list(node.entries).index(entry))
        else:
            start, end = keys.buffer.line_start(entry.span.start), keys.buffer.line_end(entry.span.end)
            keys.buffer.replace(start, end, "")
