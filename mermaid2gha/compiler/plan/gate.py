"""The gate: one job that tells whether what ran is what the drawing says (docs/language.md#the-gate).

It runs always, needs every job drawn before it, and holds each result against the job's own condition:
where that is true the job must have succeeded, where not it must have been skipped. It needs nothing but
bash.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

from mermaid2gha.base.diagnostic import Label
from mermaid2gha.compiler.ir.flow_graph import Gate, JobKind
from mermaid2gha.compiler.link.dataflow import names_of
from mermaid2gha.compiler.link.model import LinkedJob, LinkedWorkflow
from mermaid2gha.compiler.plan.calls import united
from mermaid2gha.compiler.plan.criticals import criticals, enclosing, failures, is_critical, made_good
from mermaid2gha.compiler.plan.model import DrawnAt, PlanJob, PlanNeed
from mermaid2gha.compiler.plan.needs import merged_condition
from mermaid2gha.compiler.plan.results import succeeded
from mermaid2gha.compiler.scripts.comments import RIGHT
from mermaid2gha.compiler.scripts.steps import GATE, GATE_ALONE, gate_row, step_of
from mermaid2gha.github.expressions.ast import Context, Index, Literal, Node
from mermaid2gha.github.expressions.condition import (
    ALWAYS,
    FALSE,
    TRUE,
    Condition,
    all_of,
    any_of,
    expression,
)
from mermaid2gha.github.logic import dnf
from mermaid2gha.github.logic.dnf import AtomKind, Sum
from mermaid2gha.github.workflow.model import Permission


def covered(linked: LinkedWorkflow) -> tuple[LinkedJob, ...]:
    """The jobs that the gate of a workflow needs: those drawn before it in some flow."""
    indexes = {
        linked.job_index[flow][number] for flow, gate in linked.gates().items() for number in gate.covers
    }
    return tuple(job for job in linked.jobs if job.index in indexes)


def gate_id(linked: LinkedWorkflow, first: Gate) -> str:
    """The id of the final check: its own or, where a job of the file has that, with `-gate` behind it."""
    taken = {job.id.casefold() for job in linked.jobs}
    name = first.id
    number, free = 1, name
    while free.casefold() in taken:
        number += 1
        free = f"{name}-gate" if number == 2 else f"{name}-gate-{number - 1}"
    return free


def gate_rights(linked: LinkedWorkflow) -> tuple[Permission, ...]:
    """The rights that marks give the gate of a workflow."""
    return united(
        [
            Permission(scope, level, RIGHT.write(message=one.text.title))
            for one in linked.gates().values()
            for scope, level in one.rights
        ]
    )


def gate(linked: LinkedWorkflow, planned: tuple[PlanJob, ...]) -> PlanJob | None:
    """The gate of a workflow, if some flow draws one; `planned` are its jobs."""
    gates = linked.gates()
    if not gates:
        return None
    first = next(iter(gates.values()))
    jobs = covered(linked)
    own = {job.id: job.own for job in planned}
    workflow = linked.workflow
    names = [flow.name for flow in workflow.flows]
    drawing = frozenset(gates)
    drawn = workflow.region(drawing)
    every = workflow.region(frozenset(range(len(workflow.flows))))
    within = drawn if drawn not in (TRUE, every) else TRUE
    rows = [_row(linked, drawing, job, own[job.id]) for job in jobs if not _is_handler(linked, job)]
    needs = {
        job.id: PlanNeed(
            job.id,
            tuple(names[flow] for flow in sorted(job.flow_set)),
            because=(Label(first.span),),
        )
        for job in jobs
    }
    flows = tuple(names[flow] for flow in sorted(gates))
    for name in _asked(linked, rows):
        if name not in needs:
            needs[name] = PlanNeed(name, flows, is_data=True, is_order=False)
    return PlanJob(
        gate_id(linked, first),
        first.text.name,
        kind=JobKind.GATE,
        flows=flows,
        title=first.text.title,
        needs=tuple(needs.values()),
        tests=(ALWAYS,),
        own=all_of(workflow.concluded, within),
        rights=gate_rights(linked),
        steps=(step_of(GATE if rows else GATE_ALONE, {"drawn": _value(every), "rows": "\n".join(rows)}),),
        drawn=tuple(DrawnAt(names[flow], at.span) for flow, at in sorted(gates.items())),
    )


def gate_terms(linked: LinkedWorkflow, terms: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """The terms of people's in the `if` of each job, as the gate can ask for them.

    One that means something else in a job of other needs is held to be true where the job succeeded: then it
    may run or be skipped, and not fail.
    """
    if not terms:
        return {}
    from mermaid2gha.github.expressions.parser import parsed  # late: few files have terms of people's

    ids = {job.id.casefold() for job in covered(linked)}
    every = dict.fromkeys(term for listed in terms.values() for term in listed)
    alike = {term for term in every if _means_alike(parsed(term), ids)}
    return {
        job: tuple(
            dict.fromkeys(term if term in alike else f"needs.{job}.result == 'success'" for term in listed)
        )
        for job, listed in terms.items()
    }


def _means_alike(term: Node, drawn: Set[str]) -> bool:
    """Whether a term means the same in each job: it asks for needs by the names of drawn ones only."""
    from mermaid2gha.github.expressions.checker import has_status_function, nodes  # late, as above

    if has_status_function(term):
        return False
    every = [node for node in nodes(term) if isinstance(node, Context) and node.name == "needs"]
    named = [
        node
        for node in nodes(term)
        if isinstance(node, Index)
        and node.of == Context("needs")
        and isinstance(node.key, Literal)
        and str(node.key.value).casefold() in drawn
    ]
    return len(every) == len(named)


def _asked(linked: LinkedWorkflow, rows: list[str]) -> list[str]:
    """The jobs whose outputs the table reads, judged or not: only those of its needs are at hand."""
    read = {name for row in rows for name in names_of("needs", row)}
    return [job.id for job in linked.jobs if job.id in read]


def _is_handler(linked: LinkedWorkflow, job: LinkedJob) -> bool:
    """Whether a job runs on failures only: whatever it gives, the failure itself is judged."""
    return all(failures(_asked_of_it(linked, flow, there.condition)) for flow, there in job.flows.items())


def _asked_of_it(linked: LinkedWorkflow, flow: int, condition: Sum) -> Sum:
    """The condition of a job in a flow, but for that it runs however what is before ended."""
    fragments = linked.workflow.flows[flow].drawing.fragments
    always = {number for number in failures(condition) if fragments[number].is_always}
    if not always:
        return condition
    return dnf.simplified(
        {
            frozenset(x for x in cube if x[0].kind is not AtomKind.FAILURE or int(x[0].name) not in always)
            for cube in condition
        }
    )


def _row(linked: LinkedWorkflow, gates: frozenset[int], job: LinkedJob, own: Condition) -> str:
    """What the gate expects of a job, `own` being its own condition.

    Only the flows that draw the gate matter (`gates`), and only of their deciders are the outputs at hand.
    """
    flows = {flow: there for flow, there in job.flows.items() if flow in gates}
    inside = {flow: _asked_of_it(linked, flow, there.condition) for flow, there in flows.items()}
    is_plain = len(gates) == len(linked.workflow.flows) and not any(
        failures(condition) or dnf.has_people(condition) for condition in inside.values()
    )
    expected = own
    if not is_plain:
        sums = {
            flow: dnf.simplified({cube for cube in condition if not _is_of_failure(cube)})
            for flow, condition in inside.items()
        }
        expected = merged_condition(linked, sums, gates)
    handling = frozenset(flow for flow, condition in inside.items() if failures(condition))
    if handling:  # elsewhere it is an ordinary job: there is nothing to expect where it handles a failure
        has_run = all_of(linked.workflow.region(handling), succeeded(job.id))
        expected = any_of(expected, has_run)
    handled = _handled(linked, job)
    return gate_row(job.id, _value(expected), _value(handled) if handled != FALSE else "")


def _is_of_failure(cube: dnf.Cube) -> bool:
    return any(atom.kind is AtomKind.FAILURE for atom, _ in cube)


def _value(condition: Condition) -> str:
    """A condition as a value; a constant is written out, for it needs no expression."""
    text = expression(condition)
    return text if text in ("true", "false") else f"${{{{ {text} }}}}"


def _handled(linked: LinkedWorkflow, job: LinkedJob) -> Condition:
    """That the option of a `critical` around a job has succeeded, so that its failure is accepted."""
    terms: list[Condition] = []
    for flow, there in job.flows.items():
        drawing = linked.workflow.flows[flow].drawing
        around = [at for at, index in enclosing(drawing, there.drawn[0].operand) if index == 0]
        if not any(is_critical(drawing, at) for at in around):
            continue
        found = criticals(linked, flow, sorted(linked.job_index[flow].values()), None)
        region = linked.workflow.region(frozenset({flow}))
        terms += [all_of(region, made_good(linked.jobs, found[at])) for at in around if at in found]
    return any_of(*terms) if terms else FALSE
