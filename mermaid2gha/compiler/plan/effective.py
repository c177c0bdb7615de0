"""The effective plan: what is drawn, amended by what people own in the file (docs/language.md#who-owns-what).

What people keep must keep its effect, so it takes part before needs and conditions are computed:

- A term that they added to the `if` of a drawn job is one more condition around it, which the file decides.
  All else is compared where it holds, and what happens where it does not is left as it is. The gate expects
  the job, and what a skip of it takes along, only where the term is true.
- A flag in words means what people's job that is drawn under it asks for. Nothing replaces that, no output
  is added for it, and a new job drawn there asks for the same. Another job of theirs under it that asks for
  something else keeps that as a term of its own.
- A need that leads to a job which is not drawn, that the job's own text reads, or that the settings accept,
  stays, and is tested as the file tests it now.
- A drawn job that the settings let be absent is none; what follows it comes after what it follows.
- Where the settings let a job be skipped with another one before it, it asks for the success of that, or of
  one that tells of it; where they let it run after the failure of one, it does not ask how that ended.
- Where the settings let a drawn order be absent, the later job does not ask how the earlier one ended.
- A job that would be skipped by such a term only because the drawing lets it follow another job now, is not:
  it asks itself how those before it ended. So it does of jobs that nobody draws, after which it stopped. A
  new job is skipped by what skips all that it directly follows, whatever comes after it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set

from mermaid2gha.base.records import FrozenMap, dataclass, replace
from mermaid2gha.compiler.ir.existing import ExistingFile, ExistingJob
from mermaid2gha.compiler.link.dataflow import names_of
from mermaid2gha.compiler.link.direct import direct_jobs
from mermaid2gha.compiler.link.model import Flags, FlowJob, LinkedFlow, LinkedJob, LinkedWorkflow
from mermaid2gha.compiler.plan.absent import without_jobs, without_orders
from mermaid2gha.compiler.plan.emit import written_job
from mermaid2gha.compiler.plan.gate import gate, gate_terms
from mermaid2gha.compiler.plan.joins import MOST_BEFORE, with_joins
from mermaid2gha.compiler.plan.model import WorkflowPlan
from mermaid2gha.compiler.plan.needs import needs, own_condition
from mermaid2gha.compiler.plan.skips import (
    NewSkips,
    inherited,
    kept_needs,
    named_in,
    new_skips,
    with_ends_kept,
    with_kept,
    with_tests_kept,
)
from mermaid2gha.compiler.scripts.conditions import (
    AcceptedTerms,
    DrawnQuestions,
    accepted_terms,
    asked_of,
    asks_results,
    drawn_questions,
    flag_terms,
    implies_success,
    is_test_accepted,
    split_terms,
    term_texts,
)
from mermaid2gha.github.expressions.condition import (
    expression,
    negation,
    whole,
)
from mermaid2gha.github.expressions.parser import parsed
from mermaid2gha.github.logic import dnf
from mermaid2gha.github.logic.dnf import Atom, AtomKind, Sum
from mermaid2gha.github.logic.equivalence import ConditionPlace, Holds, equivalent
from mermaid2gha.github.workflow.model import Job, Workflow


@dataclass(frozen=True, slots=True)
class Effective:
    """A workflow as it is drawn around what people own, and the terms of theirs in the `if` of each job.

    `apart` is, by the id in lower case, what people's jobs ask for in the stead of the flag under which they
    are drawn; `kept` are the jobs, in lower case, of which something is people's that bears on whether they
    run; `past` has the terms of people's by which the jobs after them would be skipped now, and are not.
    """

    workflow: Workflow
    terms: FrozenMap[str, tuple[str, ...]]
    apart: FrozenMap[str, AcceptedTerms] = FrozenMap({})
    kept: tuple[str, ...] = ()
    past: FrozenMap[str, frozenset[str]] = FrozenMap({})


def effective(linked: LinkedWorkflow, workflow: Workflow, file: ExistingFile) -> Effective:
    """A compiled workflow around what people own in its file; without anything it is the same."""
    file_jobs = {job.id.casefold(): job for job in file.jobs}
    for job in workflow.jobs:
        there = file_jobs.get(job.id.casefold())
        if there is not None and there.accepted_tests:
            file_jobs[job.id.casefold()] = _with_accepted_tests(there, job)
    ids = {job.id.casefold() for job in workflow.jobs}
    drawn = drawn_questions(workflow, {n for n, job in file_jobs.items() if n not in ids and job.is_people_s})
    meanings = _meanings(linked, file_jobs, drawn)
    gaps = _gaps(linked, file)
    is_any_untested = any(True for _ in _untested(linked, file_jobs))
    amended = _with_meanings(linked, meanings) if meanings else linked
    amended = _with_gaps(amended, gaps) if gaps else amended
    apart = _apart(linked, meanings, file_jobs, drawn)
    terms = _terms(amended, workflow, file_jobs, drawn, apart)
    absent = {job.id.casefold() for job in workflow.jobs} & (file.accepted_absences - file_jobs.keys())
    asked = {job.casefold(): named_in(listed) for job, listed in terms.items()}
    kept = kept_needs(workflow, file, file_jobs, asked)
    has_ends = any(job.silenced_by or job.runs_after or job.stopped_by for job in file_jobs.values())
    undrawn = file_jobs.keys() - ids
    amends = terms or meanings or kept or absent or file.accepted_orders or is_any_untested
    if not (amends or has_ends or undrawn):
        return Effective(workflow, FrozenMap({}))
    if meanings or gaps:
        heard = _without_unheard(_replanned(amended, workflow), workflow, meanings, file_jobs)
        workflow = _without_outputs(heard, meanings, file_jobs)
    if is_any_untested and any(map(_asks_ends, workflow.jobs)):
        tested = _replanned(_with_gaps(amended, gaps, tuple(_untested(linked, file_jobs))), workflow)
        workflow = replace(workflow, jobs=tuple(_with_tests(job, tested, file_jobs) for job in workflow.jobs))
    present = without_jobs(workflow, absent) if absent else workflow  # what is not there hands down no skip
    skips = new_skips(present, terms, file_jobs, file.accepted_orders)
    if skips.new:
        workflow = _past_skips(amended, gaps, tuple(_untested(linked, file_jobs)), workflow, skips)
    if terms and any(job.is_gate for job in workflow.jobs):
        asked_of_gate = gate_terms(linked, inherited(workflow, terms, file_jobs, skips.new))
        workflow = _with_gate(amended, workflow, asked_of_gate)
    if absent:
        workflow = without_jobs(workflow, absent)
    if file.accepted_orders:
        workflow = replace(workflow, jobs=tuple(without_orders(job, file) for job in workflow.jobs))
    if kept:
        workflow = with_kept(workflow, kept, file_jobs)
    workflow = with_tests_kept(workflow, file_jobs, file.accepted_orders, skips)
    if has_ends:
        workflow = with_ends_kept(workflow, file_jobs, file.accepted_orders)
    own = {*kept, *_deciding(linked, meanings), *(job.casefold() for job in terms)}
    return Effective(
        workflow,
        FrozenMap(terms),
        apart=FrozenMap(apart),
        kept=tuple(sorted(own)),
        past=skips.new,
    )


def _with_accepted_tests(there: ExistingJob, drawn: Job) -> ExistingJob:
    """A job that has tests of its own if they are accepted, as it is drawn now."""
    asked = expression(drawn.condition) if drawn.condition is not None else ""
    is_accepted = is_test_accepted(there.accepted_tests, there.condition, asked, there.needs)
    return replace(there, has_own_tests=there.has_own_tests or is_accepted)


def _past_skips(
    linked: LinkedWorkflow,
    gaps: Sequence[tuple[int, int]],
    untested: Sequence[tuple[int, int]],
    workflow: Workflow,
    skips: NewSkips,
) -> Workflow:
    """The workflow in which no job is skipped with one before it by a term of people's by which it is not
    to be: it asks itself how those before it ended."""
    groups: dict[frozenset[str], list[str]] = {}
    for name, new in skips.new.items():
        groups.setdefault(new, []).append(name)
    standing = {job.id.casefold(): job for job in workflow.jobs}
    amended: dict[str, Job] = {}
    for new, names in groups.items():
        around = {
            job.id: terms
            for job in linked.jobs
            if (terms := tuple(sorted(new & skips.now.get(job.id.casefold(), frozenset()))))
        }
        planned = _replanned(_with_gaps(_conditional(linked, around), gaps, untested), workflow)
        jobs = {job.id.casefold(): job for job in planned.jobs}
        amended |= {name: jobs[name] for name in names if name in jobs}
    return replace(
        workflow,
        jobs=tuple(
            replace(job, needs=amended[name].needs, condition=amended[name].condition)
            if name in amended
            else job
            for name, job in standing.items()
        ),
    )


def _deciding(linked: LinkedWorkflow, meanings: Mapping[Atom, str]) -> set[str]:
    """The jobs under a flag that people's job decides."""
    return {
        job.id.casefold()
        for job in linked.jobs
        if any(
            atom in meanings for there in job.flows.values() for cube in there.condition for atom, _ in cube
        )
    }


def _replanned(linked: LinkedWorkflow, workflow: Workflow) -> Workflow:
    """The workflow with the needs, conditions and gate of another link."""
    plan = _planned(linked, {job.id for job in workflow.jobs})
    planned = {job.id: job for job in plan.jobs}
    by_id = {job.id: job for job in workflow.jobs}
    some = next((job for job in workflow.jobs if job.call is None), workflow.jobs[0])
    jobs = []
    for name in by_id if planned.keys() == by_id.keys() else planned:
        fresh = written_job(plan, planned[name], some.runs_on, some.timeout_minutes or 0)
        compiled = by_id.get(name, fresh)
        steps = fresh.steps if fresh.is_gate else compiled.steps  # the table of a gate tells of conditions
        comment = fresh.condition_comment
        jobs.append(
            replace(
                compiled, needs=fresh.needs, condition=fresh.condition, condition_comment=comment, steps=steps
            )
        )
    return replace(workflow, jobs=tuple(jobs))


def _without_unheard(
    planned: Workflow, drawn: Workflow, meanings: Mapping[Atom, str], known: Mapping[str, ExistingJob]
) -> Workflow:
    """The workflow whose people's jobs need no more than is drawn for what their own `if` reads of jobs that
    they do not need, of which GitHub gives nothing: what stands is the meaning of a flag as it stands."""
    read = named_in([*meanings.values()])
    wanted = {job.id: {need.casefold() for need in job.needs} for job in drawn.jobs}
    jobs = []
    for job in planned.jobs:
        there = known.get(job.id.casefold())
        if there is not None and there.is_people_s:
            needed = {need.casefold() for need in there.needs} | wanted.get(job.id, set())
            unheard = (read & named_in([there.condition])) - needed
            job = replace(job, needs=tuple(need for need in job.needs if need.casefold() not in unheard))
        jobs.append(job)
    return replace(planned, jobs=tuple(jobs))


def _with_gate(linked: LinkedWorkflow, workflow: Workflow, terms: Mapping[str, Sequence[str]]) -> Workflow:
    """The workflow with a gate that expects each job only where these terms hold."""
    old = next((job for job in workflow.jobs if job.is_gate), None)
    last = gate(_conditional(linked, terms), needs(linked)) if old is not None else None
    if old is None or last is None:
        return workflow
    flows = tuple(flow.name for flow in linked.workflow.flows)
    fresh = written_job(WorkflowPlan(linked.file, linked.name, flows=flows, jobs=(last,)), last, "", 0)
    made = replace(old, needs=fresh.needs, steps=fresh.steps)
    return replace(workflow, jobs=tuple(made if job is old else job for job in workflow.jobs))


def _planned(linked: LinkedWorkflow, compiled: Set[str]) -> WorkflowPlan:
    """The plan of a link; with joins, where the compiled jobs have some that no flow draws."""
    jobs = needs(linked)
    last = gate(linked, jobs)
    every = (*jobs, last) if last is not None else jobs
    plan = WorkflowPlan(
        linked.file, linked.name, flows=tuple(flow.name for flow in linked.workflow.flows), jobs=every
    )
    if {job.id for job in every} == compiled:
        return plan
    return min(
        (with_joins(linked, plan, most)[0] for most in MOST_BEFORE),
        key=lambda joined: len({job.id for job in joined.jobs} ^ compiled),
    )


# -- terms of people's -----------------------------------------------------------------------------


def _terms(
    linked: LinkedWorkflow,
    workflow: Workflow,
    known: Mapping[str, ExistingJob],
    drawn: DrawnQuestions,
    apart: Mapping[str, AcceptedTerms],
) -> dict[str, tuple[str, ...]]:
    """The terms that people added to the `if` of drawn jobs, by the drawn ids.

    The gate has none: all of it is compiled.
    """
    own = {job.id.casefold(): job for job in linked.jobs}
    events = tuple(dict.fromkeys(trigger.event for trigger in workflow.triggers))
    by_job = {}
    for job in workflow.jobs:
        there = known.get(job.id.casefold())
        if job.is_gate or there is None or not there.condition:
            continue
        drawn_job = own.get(job.id.casefold())
        asked = expression(own_condition(linked, drawn_job)) if drawn_job is not None else ""
        terms = _peoples_terms(there, asked, drawn, events)
        own_flags = apart[job.id.casefold()].kept if job.id.casefold() in apart else ()
        terms = (*(term for term in own_flags if term not in terms), *terms)
        if terms:
            by_job[job.id] = terms
    return by_job


def _peoples_terms(
    there: ExistingJob, asked: str, drawn: DrawnQuestions, events: Sequence[str]
) -> tuple[str, ...]:
    """The terms of an `if` that people added, and those that only the file has by an accepted difference."""
    own, named = asked_of(asked), there.marked_terms
    drawn = drawn.of_job(there.own_terms)
    split = split_terms(there.condition, drawn, own, is_marked=not there.is_people_s, named=named)
    aim = split_terms(asked, drawn, own) if there.accepted_conditions else None
    if split is None or aim is None:
        return split.peoples if split is not None else ()
    kept: list[str] = []
    for in_file, of_drawing in there.accepted_conditions:
        found = accepted_terms(in_file, of_drawing, split, aim, events)
        kept += (term for term in found.kept if term not in split.peoples) if found is not None else ()
    return (*kept, *split.peoples)


def _conditional(linked: LinkedWorkflow, terms: Mapping[str, Sequence[str]]) -> LinkedWorkflow:
    """The linked workflow in which each job with terms has them around it in every flow."""
    flags = _flags(linked.flags, AtomKind.PEOPLE, [one for listed in terms.values() for one in listed])
    around: dict[str, Sum] = {}
    for job, listed in terms.items():
        asked = dnf.CERTAIN
        for term in listed:
            asked = dnf.both(asked, dnf.literal(Atom(AtomKind.PEOPLE, "", term)))
        around[job] = asked
    flows = [
        {
            job.index: FlowJob(there.drawn, dnf.both(there.condition, around.get(job.id, dnf.CERTAIN)))
            for job in linked.jobs
            if (there := job.flows.get(flow.number)) is not None
        }
        for flow in linked.workflow.flows
    ]
    return _with_flows(replace(linked, flags=flags), flows)


def _gaps(linked: LinkedWorkflow, file: ExistingFile) -> tuple[tuple[int, int], ...]:
    """The pairs of drawn jobs of which the first does not and need not wait for the second."""
    index_of = {job.id.casefold(): job.index for job in linked.jobs}
    pairs = ((index_of.get(late), index_of.get(early)) for late, early in sorted(file.accepted_orders))
    return tuple((late, early) for late, early in pairs if late is not None and early is not None)


def _untested(linked: LinkedWorkflow, known: Mapping[str, ExistingJob]) -> Iterator[tuple[int, int]]:
    """The pairs of drawn jobs of which the first need not have asked how the second ended."""
    for job in linked.jobs:
        there = known.get(job.id.casefold())
        if there is None or implies_success(there.condition):
            continue
        if not there.has_own_tests and not there.went_after:
            continue
        for other in linked.jobs:
            is_past = there.has_own_tests or other.id.casefold() in there.went_after
            if other is not job and is_past and not implies_success(there.condition, other.id):
                yield job.index, other.index


def _with_tests(job: Job, tested: Workflow, known: Mapping[str, ExistingJob]) -> Job:
    """A job that asks itself what those before it do not ask, if its tests are to be written, or are there:
    where it has none, GitHub asks that all before it went well, however far."""
    one = next((one for one in tested.jobs if one.id == job.id), job)
    there = known.get(job.id.casefold())
    asked = named_in([expression(job.condition)]) if job.condition is not None else frozenset()
    if not _asks_ends(job):
        return job
    assert job.condition is not None
    if there is not None and not implies_success(there.condition):
        more = named_in([expression(one.condition)]) if one.condition is not None else frozenset()
        if named_in([*filter(asks_results, term_texts(there.condition))]).isdisjoint(more - asked):
            return job
    return replace(job, needs=one.needs, condition=one.condition)


def _asks_ends(job: Job) -> bool:
    """Whether a job that judges none asks itself how those before it ended."""
    return not job.is_gate and job.condition is not None and not implies_success(expression(job.condition))


def _with_gaps(
    linked: LinkedWorkflow, gaps: Sequence[tuple[int, int]], untested: Sequence[tuple[int, int]] = ()
) -> LinkedWorkflow:
    """The linked workflow in which a job directly follows what those between them do not wait for, or of
    which they do not ask how it ended."""
    flows = [
        {job.index: job.flows[flow.number] for job in linked.jobs if flow.number in job.flows}
        for flow in linked.workflow.flows
    ]
    return _with_flows(linked, flows, gaps, untested)


def _with_flows(
    linked: LinkedWorkflow,
    flows: Sequence[dict[int, FlowJob]],
    gaps: Sequence[tuple[int, int]] = (),
    untested: Sequence[tuple[int, int]] = (),
) -> LinkedWorkflow:
    """The linked workflow with other conditions around its jobs, and what these must directly follow."""
    direct = [
        direct_jobs(
            LinkedFlow(
                flow,
                linked.orders[flow.number],
                conditions=linked.conditions[flow.number],
                jobs=FrozenMap(flows[flow.number]),
                index_of=linked.job_index[flow.number],
            ),
            gaps,
            untested,
        )
        for flow in linked.workflow.flows
    ]
    jobs = tuple(
        replace(
            job,
            flows=FrozenMap({flow: flows[flow][job.index] for flow in job.flows}),
            direct=FrozenMap({flow: direct[flow][job.index] for flow in job.flows}),
        )
        for job in linked.jobs
    )
    return replace(linked, jobs=jobs)


def _flags(known: Flags, kind: AtomKind, texts: Sequence[str]) -> Flags:
    """The flags of the drawing and some expressions of people's, which come last."""
    tests, rank = dict(known.tests), dict(known.rank)
    for text in texts:
        atom = Atom(kind, "", text)
        tests.setdefault(atom, whole(parsed(text)))
        rank.setdefault(atom, len(rank))
    return replace(known, tests=FrozenMap(tests), rank=FrozenMap(rank))


# -- flags that people's jobs decide ---------------------------------------------------------------


def _meanings(
    linked: LinkedWorkflow, known: Mapping[str, ExistingJob], drawn: DrawnQuestions
) -> dict[Atom, str]:
    """What flags mean by the first of people's jobs that is drawn under each alone, be it in some of its
    flows only, where it says more or other than the flag."""
    meanings: dict[Atom, str] = {}
    nested: list[tuple[tuple[Atom, ...], str]] = []
    for job in linked.jobs:
        there = known.get(job.id.casefold())
        if there is None or not there.is_people_s or not there.condition:
            continue
        conditions = {flow.condition for flow in job.flows.values()}
        atoms, others = _set_flags(conditions - {dnf.CERTAIN}, linked.flags)
        if not atoms or meanings.keys() >= {*atoms}:
            continue
        text = flag_terms(there.condition, others | there.marked_terms)
        tests = " && ".join(expression(linked.flags.tests[atom]) for atom in atoms)
        is_said = isinstance(equivalent(text, tests, place=ConditionPlace.VALUE), Holds)
        if text and not is_said and f"needs.{job.id}.".casefold() not in text.casefold():
            nested.append((atoms, text))
            if len(atoms) == 1:
                meanings[atoms[0]] = text
    drawn_under = Counter(atom for job in linked.jobs for atom in _atoms(job))
    for atoms, text in nested:  # of flags in each other that are of this job alone, all together mean it
        if meanings.keys().isdisjoint(atoms) and all(drawn_under[atom] == 1 for atom in atoms):
            meanings |= dict.fromkeys(atoms, text)
    return meanings


def _apart(
    linked: LinkedWorkflow,
    meanings: Mapping[Atom, str],
    known: Mapping[str, ExistingJob],
    drawn: DrawnQuestions,
) -> dict[str, AcceptedTerms]:
    """What people's jobs that are drawn under flags alone ask for in the stead of these, where that is not
    what the flags mean: their own terms, and those that they lack, by the id in lower case."""
    apart: dict[str, AcceptedTerms] = {}
    for job in linked.jobs:
        there = known.get(job.id.casefold())
        cubes = {cube for flow in job.flows.values() for cube in flow.condition}
        if there is None or not there.is_people_s or not there.condition or len(cubes) != 1:
            continue
        if any(len(flow.condition) != 1 for flow in job.flows.values()):
            continue
        (cube,) = cubes
        flags = {one for one in cube if one[0].kind in (AtomKind.FLAG, AtomKind.VARIABLE)}
        if not flags:
            continue
        others = {term for one in cube - flags for term in term_texts(_said(linked, one, meanings))}
        text = flag_terms(there.condition, others | there.marked_terms)
        aim = " && ".join(f"({_said(linked, one, meanings)})" for one in _ranked(flags, linked.flags))
        if not text or isinstance(equivalent(text, aim, place=ConditionPlace.VALUE), Holds):
            continue
        asked, aims = term_texts(text), term_texts(aim)
        own = tuple(term for term in asked if term not in aims)
        if own:
            apart[job.id.casefold()] = AcceptedTerms(own, tuple(term for term in aims if term not in asked))
    return apart


def _ranked(literals: Set[tuple[Atom, bool]], known: Flags) -> list[tuple[Atom, bool]]:
    return sorted(literals, key=lambda one: known.rank[one[0]])


def _said(linked: LinkedWorkflow, literal: tuple[Atom, bool], meanings: Mapping[Atom, str]) -> str:
    """What a literal of a condition asks, with what flags mean."""
    atom, value = literal
    test = whole(parsed(meanings[atom])) if atom in meanings else linked.flags.tests[atom]
    return expression(test if value else negation(test))


def _atoms(job: LinkedJob) -> set[Atom]:
    return {atom for flow in job.flows.values() for cube in flow.condition for atom, _ in cube}


def _set_flags(conditions: Set[Sum], known: Flags) -> tuple[tuple[Atom, ...], frozenset[str]]:
    """The flags that decide, in every flow alike and by being set, whether a job runs, mostly one, and the
    drawn expressions that must hold besides; no flag where anything else decides."""
    cubes = {cube for condition in conditions for cube in condition}
    if len(conditions) != 1 or len(cubes) != 1:
        return (), frozenset()
    (cube,) = cubes
    asked = [(atom, value) for atom, value in cube if atom.kind is AtomKind.EXPRESSION]
    flags = [one for one in cube if one not in asked]
    if not all(value and atom.kind in (AtomKind.FLAG, AtomKind.VARIABLE) for atom, value in flags):
        return (), frozenset()
    tests = [known.tests[atom] if value else negation(known.tests[atom]) for atom, value in asked]
    terms = frozenset(term for test in tests for term in term_texts(expression(test)))
    return tuple(sorted((atom for atom, _ in flags), key=lambda atom: known.rank[atom])), terms


def _with_meanings(linked: LinkedWorkflow, meanings: Mapping[Atom, str]) -> LinkedWorkflow:
    """The linked workflow in which an expression stands for each of these flags."""
    texts = list(dict.fromkeys(meanings.values()))
    flags = _flags(linked.flags, AtomKind.EXPRESSION, texts)
    instead = {atom: Atom(AtomKind.EXPRESSION, "", text) for atom, text in meanings.items()}

    def amended(condition: Sum) -> Sum:
        if not any(atom in instead for cube in condition for atom, _ in cube):
            return condition
        return dnf.simplified(
            {frozenset((instead.get(atom, atom), value) for atom, value in cube) for cube in condition}
        )

    flows = [
        {
            job.index: FlowJob(there.drawn, amended(there.condition))
            for job in linked.jobs
            if (there := job.flows.get(flow.number)) is not None
        }
        for flow in linked.workflow.flows
    ]
    made = _with_flows(replace(linked, flags=flags), flows)
    index_of = {job.id.casefold(): job.index for job in linked.jobs}
    jobs = tuple(_with_reads(job, linked.jobs[job.index], index_of, instead) for job in made.jobs)
    return replace(made, jobs=jobs)


def _with_reads(
    job: LinkedJob, before: LinkedJob, index_of: Mapping[str, int], instead: Mapping[Atom, Atom]
) -> LinkedJob:
    """A job that reads what its conditions ask now, and no more the decider of a flag that is none."""
    reads = {}
    for flow, there in job.flows.items():
        old = {atom for cube in before.flows[flow].condition for atom, _ in cube}
        new = {atom for cube in there.condition for atom, _ in cube}
        gone = {index_of.get(atom.owner.casefold(), -1) for atom in old & instead.keys()}
        left = {index_of.get(atom.owner.casefold(), -1) for atom in new if atom.kind is AtomKind.FLAG}
        named = {
            index_of.get(name.casefold(), -1)
            for atom in new & set(instead.values())
            for name in names_of("needs", atom.name)
        }
        kept = {on for on in before.reads.get(flow, ()) if on not in gone - left}
        reads[flow] = tuple(sorted((kept | named) - {-1, job.index}))
    return replace(job, reads=FrozenMap(reads))


def _without_outputs(
    workflow: Workflow, meanings: Mapping[Atom, str], known: Mapping[str, ExistingJob]
) -> Workflow:
    """The workflow whose jobs that stand need not give what nothing asks for any more."""
    gone = {(atom.owner.casefold(), atom.name) for atom in meanings if atom.kind is AtomKind.FLAG}
    jobs = [
        replace(job, outputs=tuple(one for one in job.outputs if (job.id.casefold(), one.name) not in gone))
        if job.id.casefold() in known
        else job
        for job in workflow.jobs
    ]
    return replace(workflow, jobs=tuple(jobs))
