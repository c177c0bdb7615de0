"""What a compilation does, seen from the text of its workflows alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from random import Random

from laws.reference import FAILURE, Drawn, Literal, Meaning, condition, holds, meaning
from laws.reference import events as events_of
from laws.tree import Document, Job, Trigger, Wait, Writer, workflows, written
from mermaid2gha.actions.evaluate import Environment, evaluate
from mermaid2gha.actions.expression_tree import Call, text_of
from mermaid2gha.actions.expression_values import string_of
from mermaid2gha.actions.scheduled import ScheduledJob, ScheduledWorkflow, read_workflow, templated
from mermaid2gha.actions.scheduler import Outcome, Run, environment_of, simulate
from mermaid2gha.actions.write import workflow_text
from mermaid2gha.pipeline import Compilation, compile_documents
from mermaid2gha.settings import Settings
from mermaid2gha.source import SourceFile

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


PAYLOADS: dict[str, dict[str, object]] = {
    "fork": pull_request("someone/r"),
    "own": pull_request("o/r"),
    "merge": {"ref": "refs/heads/main", "repository": REPOSITORY},
    "scheduled": {"repository": REPOSITORY},
}


def compiled(text: str) -> Compilation:
    return compile_documents([SourceFile("ci.md", text)], Settings())


@dataclass
class View:
    """One flow of one workflow: what is drawn there, and what the emitted file makes of it.

    `ids` maps the drawn names of this workflow's jobs to the ids in the file.
    """

    flow: int
    kind: str
    event: str
    workflow: str
    meaning: Meaning
    file: ScheduledWorkflow
    ids: Mapping[str, str]
    has_gate: bool
    jobs: dict[str, Drawn] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)

    def before(self, name: str) -> set[str]:
        """The ids of the jobs that are drawn before one."""
        drawn = self.meaning.before[(self.workflow, name)]
        return {self.ids[other] for workflow, other in drawn if workflow == self.workflow}

    @cached_property
    def drawn(self) -> dict[str, Drawn]:
        return {self.ids[name]: drawn for name, drawn in self.jobs.items()}

    @cached_property
    def order(self) -> dict[str, set[str]]:
        return {self.ids[name]: self.before(name) for name in self.jobs}

    @cached_property
    def conditions(self) -> dict[str, list[frozenset[Literal]]]:
        return {self.ids[name]: condition(drawn, self.ids) for name, drawn in self.jobs.items()}

    def flags(self) -> list[str]:
        found = {name for cubes in self.conditions.values() for cube in cubes for name, _ in cube}
        return sorted(found - {FAILURE})

    def shown(self, values: Mapping[str, bool]) -> set[str]:
        """The ids of the jobs that the drawing shows for an assignment of its flags."""
        whole = {**values, FAILURE: False}
        return {name for name, cubes in self.conditions.items() if holds(cubes, whole)}

    def gate(self) -> ScheduledJob | None:
        return next((job for job in self.file.jobs if Call("always", ()) in _terms(job)), None)

    def run(self, values: Mapping[str, bool], outcomes: Mapping[str, Outcome] | None = None) -> Run:
        texts = {name: "true" if value else "false" for name, value in values.items()}
        outputs = {job.id: {n: texts.get(n, "true") for n, _ in job.outputs} for job in self.file.jobs}
        variables = {name.upper().replace("-", "_"): text for name, text in texts.items()}
        payload = PAYLOADS[self.kind]
        return simulate(
            self.file, self.event, payload, variables=variables, outputs=outputs, outcomes=outcomes or {}
        )

    def ran(self, run: Run) -> set[str]:
        """The jobs that ran, but for the gate and what only waits for others."""
        gate = self.gate()
        return {job for job in run.ran if not job.startswith("join-")} - ({gate.id} if gate else set())

    def has_namesakes(self) -> bool:
        """Whether jobs or variables decide several flags of one name, of which none implies another."""
        texts = " ".join(text_of(job.guard.node) for job in self.file.jobs)
        read = set(re.findall(r"(?:needs\.([\w-]+)\.outputs|vars)\.([\w-]+)", texts))
        named = [name.lower().replace("_", "-") for _, name in read]
        return len(named) != len(set(named))

    def undecided(self, run: Run) -> bool:
        """Whether a job that decides something was left out, so that flags have no value."""
        return any(job.outputs and job.id not in run.ran for job in self.file.jobs if job.id in self.order)


def _terms(job: ScheduledJob) -> tuple[object, ...]:
    node = job.guard.node
    return getattr(node, "operands", ()) or (node,)


def is_green(view: View, run: Run) -> bool:
    """What the script of the gate makes of the results, by its table."""
    gate = view.gate()
    assert gate is not None
    return passes(gate, run)


def passes(gate: ScheduledJob, run: Run) -> bool:
    """Whether the script of a gate ends well, by its table."""
    environment = Environment(environment_of(run, gate).contexts)
    values = {name: string_of(evaluate(templated(text), environment)) for name, text in gate.steps[0].env}
    rows = [row.split() for name, text in values.items() if name != "DRAWN" for row in text.splitlines()]
    expected = {"true": "success", "false": "skipped"}
    return values["DRAWN"] == "true" and all(
        result == expected[wanted] or (wanted == "true" and handled == ["true"])
        for _, result, wanted, *handled in rows
    )


@dataclass
class Witness:
    """A document compiled, with a view for each flow of each workflow."""

    document: Document
    text: str
    compilation: Compilation
    views: list[View]

    def told(self, rule: str) -> set[int]:
        """The lines at which a rule is told."""
        return {d.labels[0].span.line for d in self.compilation.diagnostics if d.rule == rule}


def witness(document: Document) -> Witness:
    writer = written(document)
    text = "\n".join(writer.lines) + "\n"
    compilation = compiled(text)
    errors = [d for d in compilation.diagnostics if d.severity.value == "error"]
    assert not errors, (errors, text)
    files = {w.file: read_workflow(workflow_text(w)) for w in compilation.workflows}
    return Witness(document, text, compilation, list(_views(document, writer, compilation, files)))


def _views(
    document: Document, writer: Writer, compilation: Compilation, files: Mapping[str, ScheduledWorkflow]
) -> Iterator[View]:
    becomes = {row.span.line: row.becomes for row in compilation.trace}
    for number, flow in enumerate(document.flows):
        found = meaning(flow)
        lines = {
            (event.node.workflow, event.node.name): writer.line_of[(number, event.number)]
            for event in events_of(flow)
            if isinstance(event.node, Job | Wait)
        }
        started = {node.workflow: node.event for node in flow.body if isinstance(node, Trigger)}
        for workflow in workflows(flow):
            names = [name for who, name in found.jobs if who == workflow]
            ids = {name: _id(becomes[lines[(workflow, name)]]) for name in names}
            if not names and f"{workflow.lower()}.yml" not in files:
                continue  # what draws no job makes no file
            file = files[f"{workflow.lower()}.yml"]
            yield View(
                number,
                flow.kind,
                started[workflow],
                workflow,
                found,
                file,
                ids,
                workflow in flow.gates,
                {name: found.jobs[(workflow, name)] for name in names},
                {ids[name]: lines[(workflow, name)] for name in names},
            )


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
