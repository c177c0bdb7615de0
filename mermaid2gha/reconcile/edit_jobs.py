"""A job that people have made theirs, edited key by key: what the diagram owns, where it differs."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from mermaid2gha.base.diagnostic import Diagnostic
from mermaid2gha.base.records import replace
from mermaid2gha.compiler.scripts.comments import RIGHT, drawn_title, is_above_jobs
from mermaid2gha.compiler.scripts.provenance import bare_expression, comments_above, step_as_written
from mermaid2gha.compiler.scripts.steps import DECIDED, decided, known_script
from mermaid2gha.github.names import SCOPES
from mermaid2gha.github.workflow.emitter import (
    argument_text,
    comment,
    comment_text,
    expression_text,
    flow_scalar,
    inert,
    permission_lines,
    place_lines,
    quoted,
    scalar,
)
from mermaid2gha.github.workflow.model import Job, Permission
from mermaid2gha.github.workflow.reader import FileJob, WorkflowFile, comment_after
from mermaid2gha.reconcile.edit_conditions import edit_if
from mermaid2gha.reconcile.edit_keys import Keys, remove_item, set_key
from mermaid2gha.reconcile.edit_needs import edit_needs
from mermaid2gha.reconcile.edit_steps import edit_steps
from mermaid2gha.settings.editor import uneditable_place
from mermaid2gha.yaml.edits import EditBuffer, reindented
from mermaid2gha.yaml.tree import Entries, Entry, Scalar

_LEVELS = {"none": 0, "read": 1, "write": 2}


def edit_job(
    sheet: EditBuffer,
    file: WorkflowFile,
    job: FileJob,
    wanted: Job,
    needs: Sequence[str],
    drawn: Collection[str],
    step: int,
) -> list[Diagnostic]:
    """Edit one job towards what is drawn; `needs` are those to have, `drawn` the atoms of conditions."""
    found: list[Diagnostic] = []
    if job.node is None or not job.node.entries:
        message = f"the job `{job.id}` is no mapping, so nothing in it can be edited"
        return [uneditable_place(message, job.span, help="write the job's keys below it")]
    keys = Keys(sheet, job.node, owner=job.id, step=step, found=found)
    is_their_call = bool(job.uses) and wanted.call is None and not drawn_title(job.comment)
    if (wanted.call is not None) != bool(job.uses) and not is_their_call:
        what = "a call of a workflow" if wanted.call is not None else "a job with steps"
        message = f"the job `{job.id}` is drawn as {what}, and written as the other"
        return [uneditable_place(message, job.span, help="rename one of them, or rewrite it")]
    edit_needs(keys, job, needs)
    edit_if(keys, wanted.condition, needs, drawn)
    if is_their_call:  # people do what is drawn in a workflow that they call: as steps of theirs would
        _edit_permissions(keys, file, job, wanted)
        return found
    _edit_place(keys, job, wanted)
    _edit_permissions(keys, file, job, wanted)
    _edit_outputs(keys, job, wanted)
    _edit_call(keys, job, wanted)
    if not job.node.is_flow and job.entry.value is job.node:
        _edit_mark(sheet, job, wanted)
        edit_comments(sheet, job, wanted)
        found += edit_steps(keys, job, wanted)
    return found


def _edit_place(keys: Keys, job: FileJob, wanted: Job) -> None:
    """That there is an environment, and a matrix with the drawn axes; their values are people's."""
    if wanted.environment and keys.node.get("environment") is None:
        bare = Job("", "", environment=wanted.environment, environment_comment=wanted.environment_comment)
        name = scalar(inert(wanted.environment))
        set_key(keys, "environment", list(place_lines(bare)), f"environment: {name}")
    missing = tuple((axis, values) for axis, values in wanted.matrix if axis not in job.axes)
    if not missing or job.is_dynamic_matrix:
        return
    bare = Job(job.id, "", matrix=missing, axis_comments=wanted.axis_comments)
    lines = list(place_lines(bare))
    strategy = keys.node.get("strategy")
    if not isinstance(strategy, Entries):
        set_key(keys, "strategy", lines)
        return
    inside = replace(keys, node=strategy)
    matrix = strategy.get("matrix")
    if not isinstance(matrix, Entries) or not matrix.entries:
        set_key(inside, "matrix", [line[2:] for line in lines[1:]])
        return
    for axis, values in missing:
        text = values if isinstance(values, str) else ""
        flow = f"[{', '.join(flow_scalar(inert(one)) for one in values)}]" if not text else ""
        line = f"{scalar(axis)}: {_expression(text, matrix) if text else flow}"
        set_key(replace(keys, node=matrix), axis, [line], line)


def _edit_permissions(keys: Keys, file: WorkflowFile, job: FileJob, wanted: Job) -> None:
    """At least the drawn rights; one whose drawn step goes, and that names it, goes with it."""
    if job.permissions is None:
        inherited = file.permissions
        if inherited is None or _grants(inherited, wanted.permissions):
            return
        rights = _raised(inherited, wanted.permissions)
        set_key(keys, "permissions", permission_lines(rights), _flow(rights))
        return
    if _grants(job.permissions, wanted.permissions) and not _stale(keys.sheet, job, wanted):
        return
    node = keys.node.get("permissions")
    if not isinstance(node, Entries) or not node.entries:
        rights = _raised(job.permissions, wanted.permissions)
        set_key(keys, "permissions", permission_lines(rights), _flow(rights))
        return
    if not keys.is_open("permissions", _flow(wanted.permissions)):
        return
    for entry in _stale(keys.sheet, job, wanted):
        if node.is_flow:
            remove_item(keys.sheet, node, list(node.entries).index(entry))
        else:
            start, end = keys.sheet.line_start(entry.span.start), keys.sheet.line_end(entry.span.end)
            keys.sheet.replace(start, end, "")
    levels = dict(job.permissions)
    scopes = [right.scope for right in wanted.permissions]
    for number, right in enumerate(wanted.permissions):
        if _LEVELS.get(levels.get(right.scope, ""), 0) >= _LEVELS[right.level]:
            continue
        entry_of = node.entry(right.scope)
        line = f"{right.scope}: {right.level}"
        if entry_of is not None:
            keys.sheet.replace(entry_of.span.start, entry_of.span.end, line)
        elif node.is_flow:
            set_key(replace(keys, node=node), right.scope, [line], line)
        else:
            before = [one for one in node.entries if one.key.value in scopes[:number]]
            at = keys.sheet.line_end((before or list(node.entries))[-1].span.end)
            blanks = " " * keys.sheet.column(node.entries[0].span.start)
            told = f" {comment(right.comment)}" if right.comment else ""
            keys.sheet.insert_lines(at, [f"{blanks}{line}{told}"])


def _raised(given: Sequence[tuple[str, str]], wanted: Sequence[Permission]) -> tuple[Permission, ...]:
    """What was granted together with what is drawn; `read-all` is written out, scope by scope."""
    every = SCOPES if given and given[0][0] == "" else ()
    known = {scope: Permission(scope, "read") for scope in every}
    known |= {scope: Permission(scope, level) for scope, level in given if scope}
    for right in wanted:
        if right.scope not in known or _LEVELS[right.level] > _LEVELS.get(known[right.scope].level, 0):
            known[right.scope] = right
    return tuple(known.values())


def _flow(rights: tuple[Permission, ...]) -> str:
    return f"permissions: {{{', '.join(f'{right.scope}: {right.level}' for right in rights)}}}"


def _grants(given: Sequence[tuple[str, str]], wanted: Sequence[Permission]) -> bool:
    levels = dict(given)
    every = {"read-all": 1, "write-all": 2}.get(levels.get("", ""), 0)
    return all(
        max(every, _LEVELS.get(levels.get(right.scope, ""), 0)) >= _LEVELS[right.level] for right in wanted
    )


def _stale(sheet: EditBuffer, job: FileJob, wanted: Job) -> list[Entry]:
    """Rights whose comment names a compiled step of the job that is drawn no more."""
    assert job.node is not None
    node = job.node.get("permissions")
    if not isinstance(node, Entries) or node.is_flow:
        return []
    standing = {step.name for step in job.steps if step_as_written(sheet, step) is not None}
    gone = standing - {step.name for step in wanted.steps}
    kept = {right.scope for right in wanted.permissions}
    return [
        one
        for one in node.entries
        if one.key.value not in kept and (RIGHT.read(comment_after(one)) or {}).get("message") in gone
    ]


def _edit_outputs(keys: Keys, job: FileJob, wanted: Job) -> None:
    """At least the drawn outputs; one goes that only a compiled `decide` step gives and nothing draws."""
    names = {name.casefold() for name, _ in job.outputs}
    missing = [one for one in wanted.outputs if one.name.casefold() not in names]
    node = keys.node.get("outputs")
    place = node if isinstance(node, Entries) and node.entries else keys.node
    lines = [f"{scalar(one.name)}: {_expression(one.expression, place)}" for one in missing]
    if not isinstance(node, Entries) or not node.entries:
        if missing:
            flow = f"outputs: {{{', '.join(lines)}}}"
            set_key(keys, "outputs", ["outputs:", *(f"  {line}" for line in lines)], flow)
        return
    sheet = keys.sheet
    if not missing and not _ungiven(sheet, job, wanted, node):
        return
    if not keys.is_open("outputs", "; ".join(lines)):
        return
    for entry in _ungiven(sheet, job, wanted, node) if not node.is_flow else ():
        sheet.replace(sheet.line_start(entry.span.start), sheet.line_end(entry.span.end), "")
    order = [one.name for one in wanted.outputs]
    for one, line in zip(missing, lines):
        if node.is_flow:
            set_key(replace(keys, node=node), one.name, [line], line)
            continue
        before = [e for e in node.entries if e.key.value in order[: order.index(one.name)]]
        at = sheet.line_end(before[-1].span.end) if before else sheet.line_start(node.entries[0].span.start)
        sheet.insert_lines(at, [" " * sheet.column(node.entries[0].span.start) + line])


def _expression(text: str, node: Entries) -> str:
    """An expression as a value in a mapping: between braces its own must be quoted."""
    whole = expression_text(text)
    return quoted(whole) if node.is_flow and whole.startswith("$") else whole


def _ungiven(sheet: EditBuffer, job: FileJob, wanted: Job, node: Entries) -> list[Entry]:
    standing = (step_as_written(sheet, step) for step in job.steps)
    known = (known_script(step) for step in standing if step is not None)
    given = {name for script in known if script is not None for name in decided(script)}
    kept = {one.name for one in wanted.outputs}
    found = [
        one
        for one in node.entries
        if one.key.value not in kept
        and isinstance(one.value, Scalar)
        and DECIDED.read(bare_expression(one.value.value)) is not None
        and one.key.value in given
    ]
    return found if len(found) < len(node.entries) else []


def _edit_call(keys: Keys, job: FileJob, wanted: Job) -> None:
    """`uses`, and the drawn keys of `with`."""
    call = wanted.call
    if call is None:
        return
    if job.uses != call.uses:
        set_key(keys, "uses", [f"uses: {scalar(call.uses)}"], f"uses: {scalar(call.uses)}")
    given = {name.casefold(): value for name, value in job.arguments}
    node = keys.node.get("with")
    missing = [(n, v) for n, v in call.arguments if given.get(n.casefold()) != _plain(v)]
    is_flow = (node if isinstance(node, Entries) and node.entries else keys.node).is_flow
    lines = [f"{scalar(name)}: {_argument(value, is_flow)}" for name, value in missing]
    if not missing:
        return
    if not isinstance(node, Entries) or not node.entries:
        set_key(keys, "with", ["with:", *(f"  {line}" for line in lines)], f"with: {{{', '.join(lines)}}}")
        return
    for (name, _), line in zip(missing, lines):
        set_key(replace(keys, node=node), name, [line], line)


def _argument(value: str | bool | int, is_flow: bool) -> str:
    return flow_scalar(inert(value)) if is_flow and isinstance(value, str) else argument_text(value)


def _plain(value: str | bool | int) -> str:
    return inert(value) if isinstance(value, str) else str(value).lower()


def _edit_mark(sheet: EditBuffer, job: FileJob, wanted: Job) -> None:
    """The comment of a job that names what is drawn, where it has one."""
    old, new = drawn_title(job.comment), drawn_title(comment_text(wanted.comment))
    if old and new and old != new:
        end = sheet.text.index(job.comment, job.span.end) + len(job.comment)
        sheet.replace(end - len(old), end, new)


def edit_comments(sheet: EditBuffer, job: FileJob, wanted: Job) -> None:
    """The compiled comments above a job, where such stand; people's stay among them."""
    above = comments_above(sheet, job.span.start)
    ours = [(start, line) for start, line in above if is_above_jobs(line)]
    aim = [comment(line) for line in wanted.comments]
    if not ours or [line for _, line in ours] == aim:
        return
    blanks = sheet.column(job.span.start)
    sheet.replace_lines([start for start, _ in ours], reindented(aim, blanks, 2))
