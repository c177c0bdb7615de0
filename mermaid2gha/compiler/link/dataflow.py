"""Which jobs' outputs and results a job reads, in its conditions and those of its steps."""

from __future__ import annotations

import re

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic
from mermaid2gha.compiler.link.model import LinkedJob, LinkedWorkflow
from mermaid2gha.compiler.order.happens_before import cyclic_order
from mermaid2gha.github.events import WORKFLOW_DISPATCH, kind_of
from mermaid2gha.github.logic.dnf import AtomKind, Sum

INPUT_NEVER_GIVEN = Rule("input-never-given", Severity.ERROR)
NEEDS_OF_NO_JOB = Rule("needs-of-no-job", Severity.ERROR)

_STRING = re.compile(r"'(?:[^']|'')*'")


def reads(
    linked: LinkedWorkflow,
    job: LinkedJob,
    flow: int,
    index_of: dict[str, int],
    diagnostics: list[Diagnostic],
) -> tuple[int, ...]:
    """The jobs whose outputs a job reads in a flow, in document order.

    A job cannot read what a job after it decides: a push that moves to the job that made it may ask so.
    """
    there = job.flows[flow]
    owners = {linked.matrix_owner(job, flow)}
    conditions = [linked.condition(flow, step.operand) for drawn in there.drawn for step in drawn.steps]
    conditions = list(dict.fromkeys([*conditions, there.condition]))
    for condition in conditions:
        owners |= _owners(condition)
    found = []
    if any(job.id.casefold() == name.casefold() for condition in conditions for name in _named(condition)):
        diagnostics.append(_not_drawn(linked, job, job.id, flow))  # `needs` never holds the job itself
    for owner in sorted(owners - {"", job.id}):
        on = index_of.get(owner.casefold())
        if on is None or flow not in linked.jobs[on].flows:
            diagnostics.append(_not_drawn(linked, job, owner, flow))
        else:
            found.append(on)
    found.sort()
    order = linked.orders[flow]
    late = [on for on in found if order.is_before(there.number, linked.jobs[on].flows[flow].number)]
    diagnostics += [_decided_late(job, linked.jobs[on], flow) for on in late]
    return tuple(on for on in found if on not in late)


def _decided_late(job: LinkedJob, decider: LinkedJob, flow: int) -> Diagnostic:
    one, other = job.identity.title, decider.identity.title
    return cyclic_order(
        f"these jobs wait for each other: `{one}` before `{other}`, whose decision a step of `{one}` awaits",
        Label(job.flows[flow].drawn[0].span, "it begins here"),
        Label(decider.flows[flow].drawn[0].span, "this decides a step of it"),
        help="decide before the job begins, or let the step be a job of its own: give it a note",
    )


def _owners(condition: Sum) -> set[str]:
    """The ids of the jobs that give the flags of a condition."""
    found: set[str] = set()
    for cube in condition:
        for atom, _ in cube:
            if atom.kind is AtomKind.FLAG:
                found.add(atom.owner)
            elif atom.kind is AtomKind.EXPRESSION:
                found |= names_of("needs", atom.name)
    return found


def _named(condition: Sum) -> set[str]:
    """The jobs that the expressions of a condition name."""
    atoms = {atom for cube in condition for atom, _ in cube if atom.kind is AtomKind.EXPRESSION}
    return {name for atom in atoms for name in names_of("needs", atom.name)}


def names_of(context: str, expression: str) -> set[str]:
    """The names that an expression takes of a context, `needs.NAME` or `inputs.NAME`."""
    bare = _STRING.sub("''", expression)
    return {match[1] for match in re.finditer(rf"\b{context}\.([A-Za-z_][\w-]*)", bare, re.IGNORECASE)}


def _not_drawn(linked: LinkedWorkflow, job: LinkedJob, owner: str, flow: int) -> Diagnostic:
    place = next(
        (
            span
            for atom, span in linked.flags.places.items()
            if atom.kind is AtomKind.EXPRESSION and owner in names_of("needs", atom.name)
        ),
        job.flows[flow].drawn[0].span,
    )
    near = ", ".join(f"`{one.id}`" for one in linked.jobs if flow in one.flows and one is not job)
    return diagnostic(
        NEEDS_OF_NO_JOB,
        f"the flow draws no job `{owner}` before this one whose result or outputs could be read"
        if owner == job.id
        else f"the flow draws no job `{owner}` whose result or outputs could be read",
        place,
        help=f"name a job that is drawn before: {near}" if near else "draw that job before",
    )


def used_inputs(linked: LinkedWorkflow) -> dict[str, str]:
    """The inputs that drawn conditions of a workflow read, with the type that the comparison shows."""
    result: dict[str, str] = {}
    for atom in linked.flags.tests:
        if atom.kind is not AtomKind.EXPRESSION:
            continue
        for name in sorted(names_of("inputs", atom.name)):
            result.setdefault(name, _input_type(name, atom.name))
    return result


def _input_type(name: str, expression: str) -> str:
    compared = re.search(rf"\binputs\.{re.escape(name)}\s*[=!<>]=?\s*('|\d)?", expression, re.IGNORECASE)
    if compared is None:
        return "boolean"
    return {"'": "string", None: "boolean"}.get(compared[1], "number")


def input_findings(linked: LinkedWorkflow) -> list[Diagnostic]:
    """Conditions on inputs of a workflow that nothing gives inputs to. Reports `input-never-given`."""
    if any(kind_of(event).takes_inputs for event in linked.told.events):
        return []
    return [
        diagnostic(
            INPUT_NEVER_GIVEN,
            f"`{linked.name}` has no inputs, for it is neither called nor started by hand",
            linked.flags.places.get(atom) or linked.told.flows[0].span,
            help=f"draw what starts it by hand (`{WORKFLOW_DISPATCH.name}`), or read a variable, `vars.NAME`",
        )
        for atom in linked.flags.tests
        if atom.kind is AtomKind.EXPRESSION and names_of("inputs", atom.name)
    ]
