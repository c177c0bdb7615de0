"""What passes between a job and the workflow that it calls: its file, its inputs, its outputs.

docs.github.com, Reusing workflows; how values become inputs: actions/runner,
src/Sdk/WorkflowParser/Conversion, ConvertToWorkflowJobInputs.
"""

from __future__ import annotations

from collections.abc import Collection

from mermaid2gha.github.events import WORKFLOW_CALL
from mermaid2gha.github.expressions.ast import Context, Index
from mermaid2gha.github.expressions.checker import nodes
from mermaid2gha.github.expressions.evaluator import Environment, EvaluationError, evaluate
from mermaid2gha.github.expressions.template import templated
from mermaid2gha.github.simulator.legs import text_of
from mermaid2gha.github.simulator.model import ScheduledJob, ScheduledWorkflow
from mermaid2gha.github.simulator.results import Outputs
from mermaid2gha.github.simulator.simulator import SimulatedRun, declared_inputs, input_value, is_unsure
from mermaid2gha.github.simulator.words import path_of

FOLDER = ".github/workflows/"


def callee(job: ScheduledJob, files: Collection[str], repository: str) -> str:
    """The file of the workflow of this repository that a job calls, or nothing.

    `./.github/workflows/x.yml`, `$/…`, and `OWNER/NAME/.github/workflows/x.yml@REF` of the repository itself.
    """
    path = job.uses.partition("@")[0]
    whole = f"{repository}/"
    if path[: len(whole)].casefold() == whole.casefold():
        path = f"./{path[len(whole) :]}"
    name = path.rpartition("/")[2] if path.startswith(("./", "$/")) else ""
    return name if name in files else ""


def handed_over(callee: ScheduledWorkflow, job: ScheduledJob, environment: Environment) -> dict[str, object]:
    """The inputs of a called workflow: what the job's `with` gives, each as its declared type, else defaults.

    What cannot be evaluated here is not given.
    """
    outside = {name: environment.contexts.get(name) for name in ("github", "vars")}
    values: dict[str, object] = declared_inputs(callee, WORKFLOW_CALL.name, {})
    for declared in callee.inputs:
        if declared.event == WORKFLOW_CALL.name and "${{" in declared.default:
            values[declared.name] = input_value(
                declared.type, text_of(declared.default, Environment({**outside, "inputs": values}))
            )
    types = {
        declared.name.casefold(): declared
        for declared in callee.inputs
        if declared.event == WORKFLOW_CALL.name
    }
    for name, given in job.arguments:
        value = given
        if isinstance(given, str) and "${{" in given:
            try:
                value = evaluate(templated(given), environment)
            except (EvaluationError, ValueError):
                continue
        wanted = types.get(name.casefold())
        if wanted is None:
            values[name] = value
        else:
            values[wanted.name] = input_value(wanted.type, value)
    return values


def handed_back(run: SimulatedRun) -> Outputs:
    """The outputs of the run of a called workflow, made of those of its jobs."""
    environment = Environment({**run.contexts, "jobs": dict(run.entries)})
    values = {name: text_of(text, environment) for name, text in run.workflow.outputs}
    unsure = frozenset(name.lower() for name, text in run.workflow.outputs if _is_unsure(run, text))
    return Outputs({name: value for name, value in values.items() if value}, unsure)


def _is_unsure(run: SimulatedRun, text: str) -> bool:
    """Whether a text reads an output of a job that only a runner knows."""
    if "${{" not in text:
        return False
    try:
        parts = list(nodes(templated(text)))
    except ValueError:
        return False
    read = [path_of(part).split(".") for part in parts if isinstance(part, Index)]
    outputs = [
        (path[1], path[3]) for path in read if path[0] == "jobs" and path[2:3] == ["outputs"] and path[3:]
    ]
    results = [path for path in read if path[0] == "jobs" and path[2:] == ["result"]]
    if sum(part == Context("jobs") for part in parts) > len(outputs) + len(results):
        return True
    return any(is_unsure(run, job, name) for job, name in outputs)
