"""The final check against what is drawn: its needs, its condition and its table. Layout is people's.

A job of people's with the id of the drawn gate is the gate: its needs and its script are theirs. What it
makes of a failure or of a skip of a job that it needs is tried, as GitHub would run it, and told where it is
not what is drawn: a drawn job that it does not reach, a failure that it passes, a skip that it does not.
Where its text is not understood it is taken to be right. Reports `gate-differs` and `gate-misses`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from mermaid2gha.base.diagnostic import Label, Rule, Severity
from mermaid2gha.base.graph import reachable
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.scripts.comments import is_mark_alone
from mermaid2gha.compiler.scripts.conditions import asks_results, implies_success, term_texts
from mermaid2gha.compiler.scripts.provenance import step_as_written
from mermaid2gha.compiler.scripts.steps import KnownScript, known_script
from mermaid2gha.github.expressions.condition import ALWAYS, NOT_CANCELLED, TRUE, expression
from mermaid2gha.github.expressions.template import expression_tree, is_always_text, terms
from mermaid2gha.github.logic.equivalence import ConditionPlace, Holds, equivalent
from mermaid2gha.github.workflow.emitter import comment_text, condition_lines, step_lines
from mermaid2gha.github.workflow.model import Job, Workflow
from mermaid2gha.github.workflow.reader import FileJob, WorkflowFile
from mermaid2gha.reconcile.difference import FileDifference, difference, labelled
from mermaid2gha.reconcile.edits.keys import Keys, Mend, set_key
from mermaid2gha.reconcile.edits.needs import edit_needs
from mermaid2gha.reconcile.reads import used_needs
from mermaid2gha.yaml.edits import EditBuffer
from mermaid2gha.yaml.tree import Entries, Items, comparable

GATE_DIFFERS = Rule("gate-differs", Severity.WARNING)
GATE_MISSES = Rule("gate-misses", Severity.WARNING)

_MOST_EVENTS = 4
"""Drawn events under which a gate of people's is tried."""

_OPEN = re.compile(
    r"\b(?:outputs|vars|inputs|secrets|steps|matrix|strategy)\s*[.\[]|\bgithub\s*(?:\[|\.(?!event_name\b))"
)
"""What a text asks besides results and the event, so that what it does cannot be tried by these alone."""

_JUDGES = re.compile(r"\bneeds\s*[.\[)]")
"""That a text asks how other jobs ended; what does not may ask elsewhere."""


_RESULT = re.compile(
    r"needs\s*\.\s*\*\s*\.\s*result|toJSON\s*\(\s*needs\s*\)|needs\s*\.\s*([\w-]+)\s*\.\s*result", re.I
)


def judging_job(file: WorkflowFile) -> FileJob | None:
    """The job of people's that judges the others: nothing needs it, it always runs, and it reads the results
    of what it needs. Of several it is the one that needs most, of those that need as many none."""
    needed = {need.job.casefold() for job in file.jobs for need in job.needs}
    needs = {job.id.casefold(): [need.job.casefold() for need in job.needs] for job in file.jobs}
    candidates = [
        job
        for job in file.jobs
        if job.id.casefold() not in needed
        and job.needs
        and not job.uses
        and _runs_always(job)
        and _reads_results(job)
        and 2 * len({*reachable(needs[job.id.casefold()], needs.get)} & needs.keys()) >= len(file.jobs) - 1
    ]
    candidates.sort(key=lambda job: -len(job.needs))
    if not candidates or (len(candidates) > 1 and len(candidates[0].needs) == len(candidates[1].needs)):
        return None
    return candidates[0]


def _runs_always(job: FileJob) -> bool:
    """Whether the `if` of a job asks for nothing, and not for success either."""
    try:
        parts = terms(expression_tree(job.condition.value)) if job.condition is not None else ()
    except ValueError:
        return False
    always = (ALWAYS, NOT_CANCELLED)
    rest = (part for part in parts if part not in always)
    return any(part in always for part in parts) and all(
        part == TRUE or is_always_text(part) for part in rest
    )


def _reads_results(job: FileJob) -> bool:
    """Whether the text of a job reads the results of all that it needs."""
    asked = [match[1] for match in _RESULT.finditer(job.node.span.text if job.node is not None else "")]
    named = {name.casefold() for name in asked if name}
    return None in asked or {need.job.casefold() for need in job.needs} <= named


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
        in_document=labelled(there, "drawn here"),
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
    if job.comment != mark and is_mark_alone(job.comment):
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
    """The drawn jobs whose failure a gate of people's does not see, new ones included, and those whose skip
    it takes for a failure although they are optional; its needs and its script are theirs."""
    trial = _Trial(file, job, [trigger.event for trigger in drawn.triggers])
    direct = {need.job.casefold() for need in job.needs}
    reached = _reached(file, job, drawn, wanted, trial)
    optional = {one.id.casefold() for one in drawn.jobs if _is_optional(one)}
    span = places.get(job.id.casefold())
    entry = job.item("needs")
    at = Label(entry.span if entry is not None else job.span)
    in_document = labelled(span, "drawn here")
    found = []
    for name in wanted.needs:
        low = name.casefold()
        message, rule = "", GATE_MISSES
        cure = "add the need, or draw the report before it"
        if low in direct and trial.passes(low, "failure"):
            message = f"`{job.id}` passes although `{name}` fails, which is drawn before it"
            cure = f"let it fail if `needs.{name}.result` is no success, or draw the report before it"
        elif low in direct and low in optional and trial.fails(low, "skipped"):
            message = f"`{job.id}` fails where `{name}` is skipped, which is drawn as optional"
            cure, rule = "let it pass what was skipped, or draw the job in any case", GATE_DIFFERS
        elif low not in direct and low not in reached:
            message = f"`{job.id}` does not wait for `{name}`, which is drawn before it"
            if low in set(reachable(direct, trial.needs.get)):
                message = (
                    f"`{job.id}` passes where `{name}` fails, for it lets a skip pass and does not need it"
                )
        if message:
            place = ("jobs", job.id, "needs", name)
            found.append(
                difference(rule, place, message, drawn=name, in_document=in_document, in_file=at, help=cure)
            )
    return found


def _is_optional(job: Job) -> bool:
    """Whether a drawn job is skipped although nothing before it failed."""
    text = expression(job.condition) if job.condition is not None else ""
    return any(not asks_results(term) for term in term_texts(text))


def _reached(file: WorkflowFile, job: FileJob, drawn: Workflow, wanted: Job, trial: _Trial) -> frozenset[str]:
    """The jobs, in lower case, whose failure reaches a gate: by a chain of skips of which it sees the last,
    or by one that runs even so and reads how they ended."""
    texts = {one.id.casefold(): one.condition.value if one.condition is not None else "" for one in file.jobs}
    needs = {one.id.casefold(): [need.job.casefold() for need in one.needs] for one in file.jobs}
    new = {one.id.casefold() for one in drawn.jobs if file.job(one.id) is None}
    for one in drawn.jobs if new else ():
        name = one.id.casefold()
        late = [n.casefold() for n in one.needs if name in new or n.casefold() in new]
        needs.setdefault(name, []).extend([] if one is wanted else late)
        texts.setdefault(name, expression(one.condition) if one.condition is not None else "")
    trial.needs = needs
    found: set[str] = set()
    waiting = [name for name in needs.get(job.id.casefold(), ()) if not trial.passes(name, "skipped")]
    while waiting:
        name = waiting.pop()
        for before in needs.get(name, ()):
            is_seen = implies_success(texts.get(name, "")) or before in used_needs(texts.get(name, ""))
            if is_seen and before not in found:
                found.add(before)
                waiting.append(before)
    return frozenset(found)


class _Trial:
    """A gate of people's, run alone after jobs that end as one likes, once for each drawn event."""

    def __init__(self, file: WorkflowFile, job: FileJob, events: Sequence[str]) -> None:
        self.file, self.job = file, job
        self.events = list(dict.fromkeys(events))[:_MOST_EVENTS]
        self.needs: Mapping[str, Sequence[str]] = {}
        self.results: dict[tuple[str, str], frozenset[str]] = {}
        text = job.entry.span.text
        self.is_open = _OPEN.search(text) is not None or _JUDGES.search(text) is None

    def passes(self, name: str, result: str) -> bool:
        """Whether it is known to succeed whatever the event where this job ends so and all others succeed."""
        return self.ends(name, result) == {"success"}

    def fails(self, name: str, result: str) -> bool:
        return self.ends(name, result) == {"failure"}

    def ends(self, name: str, result: str) -> frozenset[str]:
        """How it can end; nothing where that is not understood."""
        if self.is_open:
            return frozenset()
        if (name, result) not in self.results:
            ends = [self._end(event, name, result) for event in self.events]
            self.results[name, result] = frozenset(ends) if None not in ends else frozenset()  # type: ignore[arg-type]
        return self.results[name, result]

    def _end(self, event: str, name: str, result: str) -> str | None:
        from mermaid2gha.github.simulator.cascade import Facts, runs  # late: few files have such a gate
        from mermaid2gha.github.simulator.model import read_workflow
        from mermaid2gha.github.simulator.payloads import Occasion
        from mermaid2gha.github.simulator.simulator import Outcome

        try:
            workflow = read_workflow("".join(self._lines(event, name if result == "skipped" else "")))
        except ValueError:
            return None
        failed = next((need.job for need in self.job.needs if need.job.casefold() == name), name)
        outcomes = {failed: Outcome.FAILURE} if result == "failure" else {}
        facts = Facts(Occasion(event), outcomes=outcomes)
        found = next((one for one in runs({"gate.yml": workflow}, facts) if one.run is not None), None)
        gate = self.job.id
        if found is None or gate in found.run.unread or gate not in found.run.results:
            return None
        return found.run.results[gate].value

    def _lines(self, event: str, skipped: str) -> Iterator[str]:
        """A workflow of this gate and jobs without steps that it needs."""
        yield f"on: {event}\n"
        for key in ("env", "defaults"):
            if (entry := self.file.root.entry(key)) is not None:
                yield f"{entry.span.text.rstrip()}\n"
        blanks = " " * (self.job.span.file.line_column(self.job.span.start)[1] - 1)
        yield "jobs:\n"
        for name in dict.fromkeys(need.job for need in self.job.needs):
            yield f"{blanks}{name}: {'{if: false}' if name.casefold() == skipped else '{}'}\n"
        yield f"{blanks}{self.job.entry.span.text.rstrip()}\n"
