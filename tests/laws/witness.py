"""What a compilation does, seen from the text of its workflows alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import product
from random import Random

from one_run import simulate

from laws.data_order import in_data_order
from laws.points import Began, Event
from laws.reference import (
    FAILURE,
    Drawn,
    Literal,
    Meaning,
    Names,
    condition,
    cube,
    holds,
    is_expression,
    meaning,
)
from laws.tree import Document
from laws.writer import Writer, written
from mermaid2gha.base.diagnostic import leaves
from mermaid2gha.base.source import SourceFile
from mermaid2gha.compiler.compile import Compilation, compile_documents
from mermaid2gha.github.expressions.ast import Call, text_of
from mermaid2gha.github.expressions.evaluator import Environment, Evaluation, evaluate
from mermaid2gha.github.expressions.evaluator import compiled as compiled_expression
from mermaid2gha.github.expressions.template import templated
from mermaid2gha.github.expressions.values import string_of
from mermaid2gha.github.simulator.model import ScheduledJob, ScheduledWorkflow, read_workflow
from mermaid2gha.github.simulator.simulator import Outcome, SimulatedRun, environment_of
from mermaid2gha.github.workflow.emitter import workflow_text
from mermaid2gha.settings.model import Condition, Order, Settings

REPOSITORY = {"full_name": "o/r", "default_branch": "main"}


def pull_request(head: str) -> dict[str, object]:
    return {
        "number": 7,
        "action": "opened",
        "repository": REPOSITORY,
        "pull_request": {
            "number": 7,
            "head": {"ref": "topic", "sha": "1" * 40, "repo": {"full_name": head}},
            "base": {"ref": "main", "repo": REPOSITORY},
        },
    }


def payload_of(kind: str, event: str) -> dict[str, object]:
    """An event as a flow of this kind sees it."""
    match event:
        case "pull_request" | "pull_request_target":
            return pull_request("someone/r" if kind == "fork" else "o/r")
        case "push":
            return {"ref": "refs/heads/main", "repository": REPOSITORY}
        case "release":
            release = {"tag_name": "v1"}
            return {"action": "published", "release": release, "repository": REPOSITORY}
        case "workflow_run":
            ended = {"conclusion": "success", "name": "Alpha", "event": "push", "head_branch": "main"}
            return {"action": "completed", "workflow_run": ended, "repository": REPOSITORY}
        case _:
            return {"repository": REPOSITORY}


def compiled(text: str, settings: Settings | None = None) -> Compilation:
    return compile_documents([SourceFile("ci.md", text)], settings or Settings())


def settings_of(document: Document) -> Settings:
    given = tuple((text, Condition(expression)) for text, expression in document.conditions)
    return Settings(order=Order.DATA if document.is_data else Order.LIFELINE, conditions=given)


@dataclass
class View:
    """One run of one workflow in one flow: what is drawn there, and what the emitted file makes of it.

    `ids` maps the drawn names of its jobs to the ids in the file. `event` is what starts the run, or its
    caller's. `lines` are those of the notes by id, `line_of` those of all leaves of the flow; `covered` are
    the jobs that the file's gate judges.
    """

    flow: int
    kind: str
    began: Began
    event: str
    is_called: bool
    meaning: Meaning
    file: ScheduledWorkflow
    ids: Mapping[str, str]
    given: Mapping[str, str]
    jobs: dict[str, Drawn] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    line_of: dict[int, int] = field(default_factory=dict)
    covered: set[str] = field(default_factory=set)

    @property
    def workflow(self) -> str:
        return self.began.name

    @property
    def has_gate(self) -> bool:
        return self.began.name in self.meaning.points.gates

    @property
    def names(self) -> Names:
        return Names(self.meaning.points, self.began.name, self.ids, self.given)

    def before(self, name: str) -> set[str]:
        """The ids of the jobs that are drawn before one."""
        drawn = self.meaning.before[(self.workflow, name)]
        return {self.ids[other] for workflow, other in drawn if workflow == self.workflow}

    @cached_property
    def drawn(self) -> dict[str, Drawn]:
        return {self.ids[name]: drawn for name, drawn in self.jobs.items()}

    def drawn_before_gate(self) -> set[str]:
        """The ids of the jobs that are drawn before the gate, if this run draws one."""
        end = self.meaning.points.gates.get(self.workflow, -1)
        return {name for name, drawn in self.drawn.items() if drawn.events[0].number < end}

    @cached_property
    def order(self) -> dict[str, set[str]]:
        return {self.ids[name]: self.before(name) for name in self.jobs}

    @cached_property
    def conditions(self) -> dict[str, list[frozenset[Literal]]]:
        return {self.ids[name]: condition(drawn, self.names) for name, drawn in self.jobs.items()}

    @cached_property
    def steps(self) -> dict[str, list[tuple[Event, frozenset[Literal]]]]:
        """The mere steps of the jobs, by id, each with what must hold for it."""
        return {
            name: [(event, cube(event.within, self.names)) for event in drawn.steps]
            for name, drawn in self.drawn.items()
        }

    @cached_property
    def known(self) -> dict[str, bool]:
        """The expressions of all conditions with their values in this run."""
        found = {name for cube in self._cubes() for name, _ in cube if is_expression(name)}
        environment = Environment(dict(self.run({}).contexts)) if found else Environment({})
        return {name: evaluate(templated("${{ " + name + " }}"), environment) is True for name in found}

    def _cubes(self) -> Iterator[frozenset[Literal]]:
        for cubes in self.conditions.values():
            yield from cubes
        for steps in self.steps.values():
            yield from (cube for _, cube in steps)

    def flags(self) -> list[str]:
        found = {name for cube in self._cubes() for name, _ in cube if not is_expression(name)}
        return sorted(found - {FAILURE})

    def values(self, flags: Mapping[str, bool], *, failure: bool) -> dict[str, bool]:
        """The values of all that conditions read."""
        return {**self.known, **flags, FAILURE: failure}

    def shown(self, values: Mapping[str, bool]) -> set[str]:
        """The ids of the jobs that the drawing shows for an assignment of its flags."""
        whole = self.values(values, failure=False)
        return {name for name, cubes in self.conditions.items() if holds(cubes, whole)}

    def gate(self) -> ScheduledJob | None:
        return next((job for job in self.file.jobs if Call("always", ()) in _terms(job)), None)

    def run(self, values: Mapping[str, bool], outcomes: Mapping[str, Outcome] | None = None) -> SimulatedRun:
        texts = texts_of(values)
        lists = {name for job in self.file.jobs for name in _LISTED.findall(str(job.matrix))}
        outputs = {
            job.id: {n: '["default"]' if n in lists else texts.get(n, "true") for n, _ in job.outputs}
            for job in self.file.jobs
        }
        variables = {name.upper().replace("-", "_"): text for name, text in texts.items()}
        return simulate(
            self.file,
            self.event,
            payload_of(self.kind, self.event),
            variables=variables,
            outputs=outputs,
            outcomes=outcomes or {},
            is_called=self.is_called,
        )

    def ran(self, run: SimulatedRun) -> set[str]:
        """The jobs that ran, but for the gate and what only waits for others."""
        gate = self.gate()
        return {job for job in run.ran if not job.startswith("join-")} - ({gate.id} if gate else set())

    def has_namesakes(self) -> bool:
        """Whether jobs or variables decide several flags of one name, of which none implies another."""
        texts = " ".join(text_of(job.guard.node) for job in self.file.jobs)
        read = set(re.findall(r"(?:needs\.([\w-]+)\.outputs|vars)\.([\w-]+)", texts))
        named = [name.lower().replace("_", "-") for _, name in read]
        return len(named) != len(set(named))

    def undecided(self, run: SimulatedRun) -> bool:
        """Whether a job that decides something was left out, so that flags have no value."""
        return any(
            self.decides(job.id) and job.id not in run.ran for job in self.file.jobs if job.id in self.order
        )

    def decides(self, job: str) -> bool:
        """Whether a job has outputs that conditions of this run read."""
        return not {name for name, _ in self.file.job(job).outputs}.isdisjoint(self.flags())


_LISTED = re.compile(r"fromJSON\(needs\.[\w-]+\.outputs\.([\w-]+)\)", re.IGNORECASE)
"""The outputs that axes of a matrix are read from: lists, as the deciding step of a fresh file sets them."""


def texts_of(values: Mapping[str, bool]) -> dict[str, str]:
    """Flags as outputs and variables have them."""
    return {name: "true" if value else "false" for name, value in values.items()}


def _terms(job: ScheduledJob) -> tuple[object, ...]:
    node = job.guard.node
    return getattr(node, "operands", ()) or (node,)


def is_green(view: View, run: SimulatedRun) -> bool:
    """What the script of the gate makes of the results, by its table."""
    gate = view.gate()
    assert gate is not None
    return passes(gate, run)


def passes(gate: ScheduledJob, run: SimulatedRun) -> bool:
    """Whether the script of a gate ends well, by its table."""
    environment = Environment(environment_of(run, gate).contexts)
    values = {name: string_of(_evaluation(text)(environment)) for name, text in gate.steps[0].env}
    rows = [row.split() for name, text in values.items() if name != "DRAWN" for row in text.splitlines()]
    expected = {"true": "success", "false": "skipped"}
    return values["DRAWN"] == "true" and all(
        result == expected[wanted] or (wanted == "true" and handled == ["true"])
        for _, result, wanted, *handled in rows
    )


@lru_cache(maxsize=64)
def _evaluation(text: str) -> Evaluation:
    """A text with expressions in it as a function: the table of a gate is asked of in each of its runs."""
    return compiled_expression(templated(text))


@dataclass
class Witness:
    """A document compiled, with a view for each flow of each workflow."""

    document: Document
    text: str
    compilation: Compilation
    views: list[View]

    @property
    def lone_views(self) -> list[View]:
        """Those of files that have but one run, whose order no other run brings more into."""
        runs = Counter(file for file, _ in {(v.began.file, (v.flow, v.workflow)) for v in self.views})
        return [view for view in self.views if runs[view.began.file] == 1]

    def told(self, rule: str) -> set[int]:
        """The lines at which a rule is told."""
        return {d.labels[0].span.line for d in leaves(self.compilation.diagnostics) if d.rule == rule}


def witness(document: Document) -> Witness:
    writer = written(document)
    text = "\n".join(writer.lines) + "\n"
    compilation = compiled(text, settings_of(document))
    errors = [d for d in compilation.diagnostics if d.severity.value == "error"]
    assert not errors, (errors, text)
    files = {w.file: read_workflow(workflow_text(w)) for w in compilation.workflows}
    views = list(_views(document, writer, compilation, files))
    for view in views:  # a job that some run draws before the gate is judged by it in all
        for other in views:
            view.covered |= other.drawn_before_gate() if other.file is view.file else set()
    return Witness(document, text, compilation, views)


def _views(
    document: Document, writer: Writer, compilation: Compilation, files: Mapping[str, ScheduledWorkflow]
) -> Iterator[View]:
    becomes = {row.span.line: row.becomes for row in compilation.trace}
    for number, flow in enumerate(document.flows):
        found = in_data_order(meaning(flow)) if document.is_data else meaning(flow)
        line_of = {leaf: line for (at, leaf), line in writer.line_of.items() if at == number}
        for began in found.points.runs.values():
            jobs = {name: drawn for (run, name), drawn in found.jobs.items() if run == began.name}
            lines = {name: line_of[drawn.events[0].leaf] for name, drawn in jobs.items()}
            ids = {name: _id(becomes[line]) for name, line in lines.items()}
            if not jobs and began.file not in files:
                continue  # what draws no job makes no file
            by_id = {ids[name]: line for name, line in lines.items()}
            file, given = files[began.file], dict(document.conditions)
            for event, caller in began.events:
                seen = _event(found, event, caller)
                is_called = event == "workflow_call"
                yield View(
                    number, flow.kind, began, seen, is_called, found, file, ids, given, jobs, by_id, line_of
                )


def _event(found: Meaning, event: str, caller: str) -> str:
    """The event that a run sees: a called one its caller's."""
    return _event(found, *found.points.runs[caller].events[0]) if caller else event


def _id(becomes: str) -> str:
    match = re.search(r"\([\w.-]+: ([\w-]+)\)$", becomes)
    assert match, becomes
    return match[1]


def assignments(flags: list[str], *, most: int) -> Iterator[dict[str, bool]]:
    """Every assignment of flags when there are few, else a fixed sample that begins with the extremes."""
    if 2 ** len(flags) <= most:
        for values in product((True, False), repeat=len(flags)):
            yield dict(zip(flags, values))
        return
    yield dict.fromkeys(flags, True)
    yield dict.fromkeys(flags, False)
    chance = Random(len(flags))
    for _ in range(most - 2):
        yield {name: chance.random() < 0.6 for name in flags}
