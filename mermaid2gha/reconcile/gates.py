"""The final check against what is drawn: its needs, its condition and its table. Layout is people's.

A job of people's with the id of the drawn gate is the gate: its needs and its script are theirs, and a drawn
job that it does not reach is told. Reports `gate-differs` and `gate-misses`.
"""

from __future__ import annotations

from collections.abc import Mapping

from mermaid2gha.base.diagnostic import Label, Rule, Severity
from mermaid2gha.base.graph import reachable
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.scripts.comments import drawn_title
from mermaid2gha.compiler.scripts.provenance import step_as_written
from mermaid2gha.compiler.scripts.steps import KnownScript, known_script
from mermaid2gha.github.expressions.condition import expression
from mermaid2gha.github.logic.equivalence import ConditionPlace, Holds, equivalent
from mermaid2gha.github.workflow.emitter import comment_text, condition_lines, step_lines
from mermaid2gha.github.workflow.model import Job, Workflow
from mermaid2gha.github.workflow.reader import FileJob, WorkflowFile
from mermaid2gha.reconcile.difference import FileDifference, difference
from mermaid2gha.reconcile.edit_keys import Keys, Mend, set_key
from mermaid2gha.reconcile.edit_needs import edit_needs
from mermaid2gha.yaml.edits import EditBuffer
from mermaid2gha.yaml.tree import Entries, Items, comparable

GATE_DIFFERS = Rule("gate-differs", Severity.WARNING)
GATE_MISSES = Rule("gate-misses", Severity.WARNING)


def compiled_gate(buffer: EditBuffer, job: FileJob, wanted: Job, places: Mapping[str, Span]) -> list[Mend]:
    """How a final check of ours differs from the drawn one, key by key."""
    found: list[Mend] = []
    names = {need.job.casefold() for need in job.needs}
    needed = {name.casefold(): name for name in wanted.needs}
    entry = job.item("needs")
    span = entry.span if entry is not None else job.span
    listed = [
        _difference(job, f"needs.{needed[name]}", f"`{job.id}` does not judge `{needed[name]}`", span, places)
        for name in needed
        if name not in names
    ]
    listed += [
        _difference(
            job,
            f"needs.{need.job}",
            f"`{job.id}` waits for `{need.job}`, which it does not judge",
            need.span,
            places,
        )
        for need in job.needs
        if need.job.casefold() not in needed
    ]
    if listed:
        found.append(Mend(tuple(listed), lambda keys: edit_needs(keys, job, wanted.needs)))
    aim = expression(wanted.condition) if wanted.condition is not None else ""
    text = job.condition.value if job.condition is not None else ""
    if text.split() != aim.split() and not isinstance(equivalent(text, aim), Holds):
        at = job.condition.span if job.condition is not None else job.span
        message = f"`{job.id}` is drawn to run if `{aim}`"
        one = _difference(job, "if", message, at, places, drawn=aim, written=text)
        found.append(Mend((one,), lambda keys: _set_condition(keys, wanted)))
    if not _is_same_script(buffer, job, wanted):
        steps = job.item("steps")
        at = steps.key.span if steps is not None else job.span
        message = f"the script of `{job.id}` does not compare the results with what is drawn"
        one = _difference(job, "steps", message, at, places)
        found.append(Mend((one,), lambda keys: _set_steps(keys, job, wanted)))
    return found


def _difference(
    job: FileJob,
    key: str,
    message: str,
    span: Span,
    places: Mapping[str, Span],
    drawn: str = "",
    written: str = "",
) -> FileDifference:
    there = places.get(job.id.casefold())
    return difference(
        GATE_DIFFERS,
        ("jobs", job.id, *key.split(".", 1)),
        message,
        drawn=drawn,
        written=written,
        in_document=Label(there, "drawn here") if there is not None else None,
        in_file=Label(span),
        help="let `compile` write it as drawn",
    )


def _set_condition(keys: Keys, wanted: Job) -> None:
    assert wanted.condition is not None
    lines = condition_lines(wanted.condition, 0 if keys.node.is_flow else keys.column)
    set_key(keys, "if", [f"if: {lines[0]}", *(f"  {line}" for line in lines[1:])])


def _set_steps(keys: Keys, job: FileJob, wanted: Job) -> None:
    """Write the script, and the mark of the job in the form of the version that has written it."""
    mark = comment_text(wanted.comment)
    if job.comment and job.comment != mark and drawn_title(job.comment):
        end = keys.buffer.text.index(job.comment, job.span.end) + len(job.comment)
        keys.buffer.replace(end - len(job.comment), end, mark)
    lines = [line for step in wanted.steps for line in step_lines(step)]
    set_key(keys, "steps", ["steps:", *(f"  {line}" if line else "" for line in lines)])


def _is_same_script(buffer: EditBuffer, job: FileJob, wanted: Job) -> bool:
    """Whether the one step of a gate stands as it is written, or does the same."""
    node = job.node.get("steps") if job.node is not None else None
    if not isinstance(node, Items) or len(node.items) != 1 or not isinstance(node.items[0], Entries):
        return False
    made = "\n".join(step_lines(wanted.steps[0]))
    from mermaid2gha.base.source import SourceFile
    from mermaid2gha.yaml.tree import tree

    fresh, _ = tree(SourceFile("gate", f"{made}\n"))
    if isinstance(fresh, Items) and comparable(fresh) == comparable(node):
        return True
    standing = step_as_written(buffer, job.steps[0])
    mine, aim = (known_script(one) if one is not None else None for one in (standing, wanted.steps[0]))
    return mine is not None and aim is not None and _is_same_table(mine, aim)


def _is_same_table(one: KnownScript, other: KnownScript) -> bool:
    """Whether two gates in one version of the script judge the same, by truth table."""
    if one.script is not other.script or one.version != other.script.versions[-1]:
        return False
    if not _is_same_value(one.values.get("drawn", ""), other.values.get("drawn", "")):
        return False
    rows = [sorted(each.values.get("rows", "").splitlines()) for each in (one, other)]
    return rows[0] == rows[1]


def _is_same_value(one: str, other: str) -> bool:
    return one == other or isinstance(equivalent(one, other, place=ConditionPlace.VALUE), Holds)


def gate_of_people(
    file: WorkflowFile, job: FileJob, drawn: Workflow, wanted: Job, places: Mapping[str, Span]
) -> list[FileDifference]:
    """The drawn jobs that a gate of people's does not reach, new ones included; its needs and its script are
    theirs."""
    needs = {one.id.casefold(): [need.job.casefold() for need in one.needs] for one in file.jobs}
    new = {one.id.casefold() for one in drawn.jobs if file.job(one.id) is None}
    for one in drawn.jobs if new else ():
        late = [n.casefold() for n in one.needs if one.id.casefold() in new or n.casefold() in new]
        needs.setdefault(one.id.casefold(), []).extend([] if one is wanted else late)
    reached = set(reachable(needs.get(job.id.casefold(), []), needs.get))
    span = places.get(job.id.casefold())
    entry = job.item("needs")
    return [
        difference(
            GATE_MISSES,
            ("jobs", job.id, "needs", name),
            f"`{job.id}` does not wait for `{name}`, which is drawn before it",
            drawn=name,
            in_document=Label(span, "drawn here") if span is not None else None,
            in_file=Label(entry.span if entry is not None else job.span),
            help="add the need, or draw the report before it",
        )
        for name in wanted.needs
        if name.casefold() not in reached
    ]
