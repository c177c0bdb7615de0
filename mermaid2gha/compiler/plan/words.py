"""What a job stands under in the words of the diagrams, for pictures and reasons."""

from __future__ import annotations

from mermaid2gha.compiler.link.model import LinkedJob, LinkedWorkflow
from mermaid2gha.github.expressions.condition import NOT_CANCELLED, expression
from mermaid2gha.github.logic import dnf
from mermaid2gha.github.logic.dnf import AtomKind, Cube, Literal, Sum


def condition_words(linked: LinkedWorkflow, job: LinkedJob) -> tuple[tuple[str, str], ...]:
    """What a job stands under, for each flow that draws it under a condition: `(flow, words)`."""
    return tuple(
        (linked.workflow.flows[flow].name, said)
        for flow, in_flow in sorted(job.flows.items())
        if (said := _said(linked, in_flow.condition))
    )


def _literal_key(literal: Literal) -> tuple[str, str, bool]:
    """What orders literals the same in every run, whatever the order of a set."""
    atom, value = literal
    return (atom.kind.value, atom.name, value)


def _cube_key(cube: Cube) -> list[tuple[str, str, bool]]:
    return sorted(map(_literal_key, cube))


def _said(linked: LinkedWorkflow, condition: Sum) -> str:
    """A condition in the diagram's words, as far as it has any."""
    if condition == dnf.CERTAIN:
        return ""
    terms = []
    for cube in sorted(condition, key=lambda cube: (len(cube), _cube_key(cube))):
        said = []
        for atom, value in sorted(cube, key=_literal_key):
            match atom.kind:
                case AtomKind.FAILURE:
                    is_always = linked.flags.asked(atom, True) == NOT_CANCELLED
                    said.append("always" if is_always else "on failure")
                case AtomKind.EXPRESSION:
                    said.append(expression(linked.flags.asked(atom, value)))
                case _:
                    said.append(atom.name if value else f"not {atom.name}")
        terms.append(" and ".join(said))
    return " or ".join(terms)
