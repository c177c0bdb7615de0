"""The workflow files of a repository at one moment: each as the simulator sees it, or why none of it runs."""

from __future__ import annotations

from collections.abc import Mapping

from mermaid2gha.base.records import dataclass
from mermaid2gha.github.simulator.model import ScheduledWorkflow, read_workflow
from mermaid2gha.github.validity.calls import Callee
from mermaid2gha.github.validity.validity import read_and_refusals, refusals_with_calls
from mermaid2gha.github.workflow.reader import WorkflowFile


@dataclass(frozen=True, slots=True)
class KnownWorkflow:
    """A workflow file by its name. `why_not` says why GitHub runs nothing of it; then `workflow` is none."""

    name: str
    content: bytes
    file: WorkflowFile | None
    workflow: ScheduledWorkflow | None
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class WorkflowsState:
    """All workflow files of a moment, in the order of their names."""

    files: tuple[KnownWorkflow, ...]

    def file(self, name: str) -> KnownWorkflow | None:
        return next((one for one in self.files if one.name == name), None)

    @property
    def workflows(self) -> dict[str, ScheduledWorkflow]:
        """Those that GitHub runs."""
        return {one.name: one.workflow for one in self.files if one.workflow is not None}


def state(contents: Mapping[str, bytes]) -> WorkflowsState:
    """The state in which the workflow folder has these files, by their names."""
    judged = {name: read_and_refusals(content, name) for name, content in sorted(contents.items())}
    return WorkflowsState(tuple(_known(name, contents[name], judged) for name in judged))


def _known(name: str, content: bytes, judged: Mapping[str, Callee]) -> KnownWorkflow:
    whole = judged[name]
    faults = refusals_with_calls(whole, judged.get, may_lack=False)
    if whole.file is None or faults:
        where = f" (line {faults[0].labels[0].span.line})" if faults and faults[0].labels else ""
        return KnownWorkflow(name, content, file=whole.file, workflow=None, why_not=_first(faults) + where)
    try:
        return KnownWorkflow(name, content, file=whole.file, workflow=read_workflow(whole.file.file.text))
    except ValueError as fault:
        return KnownWorkflow(name, content, file=whole.file, workflow=None, why_not=str(fault))


def _first(faults: tuple[object, ...]) -> str:
    return str(getattr(faults[0], "message", "")) if faults else "it cannot be read"
