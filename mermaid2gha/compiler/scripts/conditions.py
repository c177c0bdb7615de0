"""The parts of an `if` that we write, told from those that people added (docs/ownership.md)."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from mermaid2gha.github.events import CONCLUSION, CRON, HEAD_REPOSITORY
from mermaid2gha.github.expressions.condition import expression
from mermaid2gha.github.logic.equivalence import STATUS, atoms, parted
from mermaid2gha.github.workflow.model import Workflow

_RESULTS = ("needs.", "vars.")
_GUARDS = (
    "github.event_name",
    "github.event.action",
    CRON,
    HEAD_REPOSITORY,
    CONCLUSION,
    "inputs.called",
    "inputs.run",
)


def drawn_atoms(workflow: Workflow) -> frozenset[str]:
    """What the conditions of a compiled workflow ask about, in lower case."""
    conditions = [job.condition for job in workflow.jobs]
    conditions += [step.condition for job in workflow.jobs for step in job.steps]
    return frozenset(
        atom for condition in conditions if condition is not None for atom in _atoms(expression(condition))
    )


def _atoms(text: str) -> Iterable[str]:
    try:
        return atoms(text)
    except ValueError:
        return ()


def is_compiled_atom(atom: str, drawn: Collection[str]) -> bool:
    """Whether a question is one that the compiler asks: of results, flags, guards and statuses."""
    return (
        atom == STATUS
        or atom in drawn
        or atom.startswith(_RESULTS)
        or any(guard in atom for guard in _GUARDS)
    )


def peoples_conjuncts(text: str, drawn: Collection[str]) -> tuple[str, ...] | None:
    """The conjuncts of an `if` that people added, or none if it cannot be split or is no expression."""
    try:
        parts = parted(text, lambda atom: is_compiled_atom(atom, drawn))
    except ValueError:
        return None
    never = tuple(part for part in parts.known if part == "false")  # nothing asks: people switched it off
    return None if parts.mixed else (*parts.foreign, *never)
