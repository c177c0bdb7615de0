"""`permissions` of a job against the rights that messages ask for: at least these, more is people's.

What a fresh job has without a message (`contents: read`) is never asked for again. Where neither job nor file
says any right, or says `read-all`, nothing is written, for the least edit would take rights away; it is told,
for the repository's settings may give a token that only reads. A workflow that is only called has those of
its caller. In a call, GitHub refuses to start what the called workflow may not do. What is written goes when
it is drawn no more: it is known by the compiled step that its comment names, and beside steps of people's by
a mark, which keeps what stood there (`contents: write # drawn over read`). Reports `right-missing` and
`right-undrawn`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mermaid2gha.base.diagnostic import Label, Rule, Severity
from mermaid2gha.base.records import dataclass, replace
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.scripts.comments import CALLED_RIGHT, RIGHT, drawn_title
from mermaid2gha.compiler.scripts.marks import (
    DrawnMark,
    drawn_members,
    has_mark_place,
    mark_of,
    mark_place,
    mark_text,
    set_mark,
    set_mark_over,
)
from mermaid2gha.compiler.scripts.provenance import step_as_written
from mermaid2gha.github.events import kind_of
from mermaid2gha.github.workflow.emitter import comment, permission_lines
from mermaid2gha.github.workflow.model import Job, Permission
from mermaid2gha.github.workflow.reader import FileJob, WorkflowFile, comment_after
from mermaid2gha.reconcile.bind import buffer_of
from mermaid2gha.reconcile.difference import Accepted, difference, labelled, unaccepted
from mermaid2gha.reconcile.edits.keys import Keys, Mend, remove_key, remove_members, set_key
from mermaid2gha.reconcile.edits.needs import in_quotes
from mermaid2gha.yaml.edits import EditBuffer
from mermaid2gha.yaml.tree import Entries, Entry, Scalar

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
    is_ours = bool(drawn_title(job.comment))
    asked = [
        right
        for right in wanted.permissions
        if right.comment and (is_ours or CALLED_RIGHT.read(right.comment) is None)
    ]
    given = job.permissions if job.permissions is not None else file.permissions
    if given is None and all(kind_of(event.name).is_call for event in file.events):
        asked = []  # the rights are its caller's
    lacking = [right for right in asked if not _has(given, right)]
    span = places.get(job.id.casefold())
    entry = job.item("permissions") or file.root.entry("permissions")
    in_file = Label(entry.key.span, "these are its rights") if entry is not None else Label(job.span)
    found: list[Mend] = []
    mentions = [
        difference(
            RIGHT_MISSING,
            ("jobs", job.id, "permissions", right.scope),
            _words(job, right, given),
            drawn=right.level,
            written=dict(given or ()).get(right.scope, ""),
            in_document=labelled(span, "drawn here"),
            in_file=in_file,
            help=_cure(right, given),
        )
        for right in lacking
    ]
    missing, lacking = unaccepted(mentions, lacking, accepts)
    if missing and _is_written(given):
        is_fresh = bool(job.steps) and all(step_as_written(buffer, step) is not None for step in job.steps)
        found.append(Mend(missing, lambda keys: _grant(keys, given or (), lacking, wanted, is_fresh)))
    elif missing:
        found.append(Mend(missing))
    stale = [*_stale(buffer, job, wanted), *_unmarked(job, wanted)]
    if stale:
        gone = tuple(
            difference(
                RIGHT_UNDRAWN,
                ("jobs", job.id, "permissions", one.entry.key.value),
                _words_of_stale(job, one),
                drawn=one.left if one.is_drawn else "",
                written=one.entry.key.value,
                in_file=Label(one.entry.span),
                help=f"draw {'what takes it' if one.is_drawn else 'the step'}, or let `compile` take it away",
            )
            for one in stale
        )
        inherited = file.permissions
        found.append(Mend(gone, lambda keys: _revoke(keys, stale, inherited)))
    return found


def peoples_rights(file: WorkflowFile) -> Iterator[tuple[str, str]]:
    """The rights that people gave a workflow or a job of it, one by one: what is drawn, and what is drawn no
    more and goes, bears a mark, or names a compiled step of its job, or the call's own callee."""
    buffer = buffer_of(file)
    for owner in (None, *file.jobs):
        entry = file.root.entry("permissions") if owner is None else owner.item("permissions")
        node = entry.value if entry is not None else None
        if not isinstance(node, Entries):
            continue
        standing = set[str]()
        if owner is not None:
            standing = {step.name for step in owner.steps if step_as_written(buffer, step) is not None}
        is_call = owner is not None and bool(owner.uses) and bool(drawn_title(owner.comment))
        drawn = set(map(_scope, drawn_members(node))) if node.is_flow else set[str]()
        for one in node.entries:
            message = "" if node.is_flow else (RIGHT.read(comment_after(one)) or {}).get("message", "")
            is_of_drawing = one.key.value in drawn or (not node.is_flow and mark_of(one) is not None)
            if not (is_of_drawing or message in standing or (is_call and message)) and _level(one):
                yield one.key.value, _text(one)


def _words(job: FileJob, right: Permission, given: Sequence[tuple[str, str]] | None) -> str:
    unsaid = ", and neither it nor its file says which rights it has" if given is None else ""
    called = CALLED_RIGHT.read(right.comment)
    if called is not None:
        return f"`{called['file']}`, which `{job.id}` calls, asks for `{right.scope}: {right.level}`{unsaid}"
    return f"`{job.id}` is drawn to do `{right.comment}`, which takes `{right.scope}: {right.level}`{unsaid}"


def _cure(right: Permission, given: Sequence[tuple[str, str]] | None) -> str:
    if given is None:
        return "write `permissions` in the job, with all that its steps need: what is not listed is lost"
    if CALLED_RIGHT.read(right.comment) is not None:
        return "let `compile` give the call the right, or take it from what is called"
    return f"give the job `permissions: {{{right.scope}: {right.level}}}`, or draw who really does it"


def _is_written(given: Sequence[tuple[str, str]] | None) -> bool:
    """Whether rights are listed one by one, so that one can be added and none is lost."""
    return given is not None and not any(scope == "" for scope, _ in given)


def _has(given: Sequence[tuple[str, str]] | None, right: Permission) -> bool:
    """Whether the token surely has a right."""
    if given is None:
        return False
    for scope, level in given:
        if not scope and _EVERY.get(level, 0) >= _LEVELS[right.level]:
            return True
        if scope == right.scope and _LEVELS.get(level, 0) >= _LEVELS[right.level]:
            return True
    return False


def _grant(
    keys: Keys, given: Sequence[tuple[str, str]], lacking: Sequence[Permission], wanted: Job, is_fresh: bool
) -> None:
    """Write the rights that are lacking; in a job whose steps are not all compiled, each with a mark."""
    entry = keys.node.entry("permissions")
    node = entry.value if entry is not None else None
    if entry is None or not isinstance(node, Entries) or not node.entries:
        made = _raised(given, lacking, is_marked=not is_fresh)
        flow = f"permissions: {{{', '.join(f'{right.scope}: {right.level}' for right in made)}}}"
        head = mark_text(DrawnMark()) if entry is None and not is_fresh else None
        set_key(keys, "permissions", permission_lines(made), flow, comment=head)
        return
    if not keys.is_open("permissions", f"permissions: {lacking[0].scope}"):
        return
    scopes = [right.scope for right in wanted.permissions]
    members = list(drawn_members(node)) if node.is_flow else []
    for right in lacking:
        line = f"{right.scope}: {right.level}"
        there = node.entry(right.scope)
        old = there.value.value if there is not None and isinstance(there.value, Scalar) else ""
        if node.is_flow and right.scope not in map(_scope, members):
            members.append(f"{right.scope} over {old}" if old else right.scope)
        if there is not None:
            _set_level(keys, there, right.level)
            if not (node.is_flow or is_fresh) and mark_of(there) is None and old:
                set_mark_over(keys.buffer, mark_place(there), old)
        elif node.is_flow:
            set_key(replace(keys, node=node), right.scope, [line], line)
        else:
            before = [e for e in node.entries if e.key.value in scopes[: scopes.index(right.scope)]]
            at = keys.buffer.line_end((before or list(node.entries))[-1].span.end)
            blanks = " " * keys.buffer.column(node.entries[0].span.start)
            why = right.comment if is_fresh else _named(right.comment)
            keys.buffer.insert_lines(at, [f"{blanks}{line} {comment(why)}"])
    if node.is_flow and has_mark_place(keys.buffer, entry):
        set_mark(keys.buffer, mark_place(entry), members)


def _set_level(keys: Keys, right: Entry, level: str) -> None:
    style = right.value.style if isinstance(right.value, Scalar) else ""
    keys.buffer.replace(right.value.span.start, right.value.span.end, in_quotes(style, level) or level)


def _named(message: str) -> str:
    """The mark of a right that a message asks for."""
    return mark_text(DrawnMark((message,)))


def _scope(member: str) -> str:
    """The scope that a member of a mark behind braces names, without the level that stood there."""
    return member.partition(" ")[0]


def _raised(
    given: Sequence[tuple[str, str]], lacking: Sequence[Permission], *, is_marked: bool
) -> tuple[Permission, ...]:
    """What was granted together with what is drawn."""
    known = {scope: Permission(scope, level) for scope, level in given if scope}
    for right in lacking:
        old = known.get(right.scope)
        if is_marked:
            why = mark_text(DrawnMark(over=old.level)) if old is not None else _named(right.comment)
            right = replace(right, comment=why)
        known[right.scope] = right
    return tuple(known.values())


@dataclass(frozen=True, slots=True)
class _Stale:
    """A right that goes: to `left`, the level that stays, or wholly where that is empty; `is_drawn`: that is
    what is drawn, and people raised it since."""

    entry: Entry
    level: str
    left: str
    is_drawn: bool = False


def _words_of_stale(job: FileJob, stale: _Stale) -> str:
    right = f"`{job.id}` may `{stale.entry.key.value}: {stale.level}`"
    return (
        f"{right}, and is drawn to `{stale.left}`" if stale.is_drawn else f"{right} for what is drawn no more"
    )


def _stale(buffer: EditBuffer, job: FileJob, wanted: Job) -> Iterator[_Stale]:
    """Rights whose comment names a compiled step of the job that is drawn no more, or a message that takes
    less."""
    node = job.node.get("permissions") if job.node is not None else None
    if not isinstance(node, Entries) or node.is_flow:
        return
    drawn = {step.name for step in wanted.steps}
    levels = {right.scope: right.level for right in wanted.permissions}
    comments = {right.scope: right.comment for right in wanted.permissions if right.comment}
    for entry in node.entries:
        left = levels.get(entry.key.value, "")
        message = (RIGHT.read(comment_after(entry)) or {}).get("message")
        if _level(entry) <= _LEVELS.get(left, 0):
            continue
        named = [step for step in job.steps if step.name == message and message not in drawn]
        if any(step_as_written(buffer, step) is not None for step in named):
            yield _Stale(entry, _text(entry), left)
        elif left and message == comments.get(entry.key.value):
            yield _Stale(entry, _text(entry), left, is_drawn=True)


def _unmarked(job: FileJob, wanted: Job) -> Iterator[_Stale]:
    """Rights whose mark says that they were drawn, which they are no more."""
    entry = job.item("permissions")
    node = entry.value if entry is not None else None
    if entry is None or not isinstance(node, Entries):
        return
    asked = {right.scope: right.level for right in wanted.permissions if right.comment}
    old = dict(member.partition(" over ")[::2] for member in drawn_members(node)) if node.is_flow else {}
    for one in node.entries:
        mark = None if node.is_flow else mark_of(one)
        is_drawn = mark is not None or one.key.value in old
        left = mark.over if mark is not None else old.get(one.key.value, "")
        drawn = asked.get(one.key.value, "")
        if not is_drawn or _level(one) <= _LEVELS.get(drawn, 0):
            continue
        is_raised = _LEVELS.get(drawn, 0) > _LEVELS.get(left, 0)
        yield _Stale(one, _text(one), drawn if is_raised else left, is_raised)


def _text(entry: Entry) -> str:
    return entry.value.value if isinstance(entry.value, Scalar) else ""


def _level(entry: Entry) -> int:
    return _LEVELS.get(_text(entry), 0)


def _revoke(keys: Keys, stale: Sequence[_Stale], inherited: Sequence[tuple[str, str]] | None) -> None:
    entry = keys.node.entry("permissions")
    node = entry.value if entry is not None else None
    if entry is None or not isinstance(node, Entries) or not keys.is_open("permissions", ""):
        return
    levels = {one.key.value: _text(one) for one in node.entries}
    levels |= {one.entry.key.value: one.left for one in stale}
    left = {scope: level for scope, level in levels.items() if level}
    if not node.is_flow and mark_of(entry) is not None and left == dict(inherited or ()):
        remove_key(keys, "permissions")
        return
    if not left:
        last = mark_of(entry if node.is_flow else node.entries[-1])
        set_key(keys, "permissions", ["permissions: {}"], comment=last.rest if last is not None else "")
        return
    taken = {one.entry.key.value for one in stale if not one.is_drawn}
    members = [one for one in drawn_members(node) if _scope(one) not in taken]
    gone = [list(node.entries).index(one.entry) for one in stale if not one.left]
    for one in stale:
        if one.left:
            _set_level(keys, one.entry, one.left)
            at = mark_place(one.entry)
            if one.is_drawn:  # its mark says what it is for
                continue
            if not node.is_flow and mark_of(one.entry) is None:  # the comment names the message that is gone
                keys.buffer.replace(at, at + len(keys.buffer.file.line_rest(at)), "")
            elif not node.is_flow:
                set_mark(keys.buffer, at, ())
        elif not node.is_flow:
            start, end = (
                keys.buffer.line_start(one.entry.span.start),
                keys.buffer.line_end(one.entry.span.end),
            )
            keys.buffer.replace(start, end, "")
    if node.is_flow:
        remove_members(keys.buffer, node, gone)
        if has_mark_place(keys.buffer, entry):
            set_mark(keys.buffer, mark_place(entry), members)
