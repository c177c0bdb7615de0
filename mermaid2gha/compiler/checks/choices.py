"""Choices that no single job decides: non-local choices (docs/language.md#fragments-and-conditions)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic, with_severity
from mermaid2gha.base.records import dataclass, field
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.checks.guards import input_cure
from mermaid2gha.compiler.ir.flow_graph import DrawnJob, FlowGraph, Fragment, Operand, Run
from mermaid2gha.compiler.link.link import Linked
from mermaid2gha.compiler.link.model import FlowConditions, LinkedWorkflow
from mermaid2gha.compiler.marks.settled import settled
from mermaid2gha.compiler.vocabulary import approvals, labels
from mermaid2gha.compiler.vocabulary.guards import asked_input, asked_ref
from mermaid2gha.compiler.vocabulary.loops import values_help
from mermaid2gha.compiler.vocabulary.outcomes import undrawn_status
from mermaid2gha.github.logic.dnf import Atom, AtomKind
from mermaid2gha.mermaid.ast import Operator
from mermaid2gha.settings.model import Settings

MATRIX_WITHOUT_VALUES = Rule("matrix-without-values", Severity.WARNING, is_guess=True)
UNDECIDED_CONDITION = Rule("undecided-condition", Severity.WARNING, is_guess=True)
FLAG_IN_TWO_WORKFLOWS = Rule("flag-in-two-workflows", Severity.WARNING)
NON_LOCAL_CHOICE = Rule("non-local-choice", Severity.WARNING)

_CHOOSING = (Operator.OPT, Operator.ALT, Operator.BREAK)


def choices(project: Linked, settings: Settings) -> list[Diagnostic]:
    """Choices that several deciders make, each for itself. An expression or one repository variable is the
    same for all. Reports `flag-in-two-workflows` and `non-local-choice`."""
    drawings = project.drawings.items
    readers: dict[int, dict[int, FlowConditions]] = {}
    diagnostics: list[Diagnostic] = []
    for linked in project.items:
        for flow in linked.workflow.flows:
            readers.setdefault(id(flow.drawing), {})[flow.run.number] = linked.conditions[flow.number]
    for drawing in drawings:
        diagnostics += _between_workflows(drawing, readers.get(id(drawing), {}))
    return diagnostics


def undecided(project: Linked, settings: Settings) -> list[Diagnostic]:
    """Conditions in words that nothing drawn decides, and, as a note, those without words, or with a mark,
    that a repository variable decides. Reports `undecided-condition`."""
    places: dict[Span, Atom] = {}
    variables: dict[Span, Atom] = {}
    of_requests: set[Span] = set()
    for linked in project.items:
        events = [event for flow in linked.workflow.flows for event in flow.events]
        is_of_requests = all(event.kind.branch[0] == "github.base_ref" for event in events)
        for atom, place in linked.flags.undecided.items():
            places.setdefault(place, atom)
            of_requests |= {place} if is_of_requests else set()
        for atom, place in linked.flags.variables.items():
            variables.setdefault(place, atom)
    given = {
        name: value for drawing in project.drawings.items for run in drawing.runs for name, value in run.given
    }
    beside = {
        place: " ".join(text for text, _ in fragment.guards)
        for drawing in project.drawings.items
        for fragment in drawing.fragments
        for _, place in fragment.guards
        if place is not None
    }
    found = [
        _undecided(place, atom, given, beside.get(place, ""), is_of_requests=place in of_requests)
        for place, atom in places.items()
    ]
    return found + [_rests_on_variable(place, atom) for place, atom in variables.items()]


def matrices(project: Linked, settings: Settings) -> list[Diagnostic]:
    """Axes that list no values and get none from a job. Reports `matrix-without-values`."""
    empty: dict[Fragment, str] = {}
    for linked in project.items:
        for fragment in _undecided_loops(linked):
            axes = fragment.loop.axes if fragment.loop is not None else ()
            for name in (name for name, values in axes if not values):
                empty.setdefault(fragment, name)
    return [_without_values(fragment, axis) for fragment, axis in empty.items()]


def _undecided_loops(linked: LinkedWorkflow) -> Iterator[Fragment]:
    """What stands around the jobs of a workflow whose matrix no other job gives its values."""
    for job in linked.jobs:
        for number, in_flow in job.flows.items():
            if not linked.matrix_owner(job, number):
                drawing = linked.workflow.flows[number].drawing
                around = (operand for drawn in in_flow.drawn for operand in drawing.around(drawn.operand))
                yield from (drawing.fragments[operand.fragment] for operand in around)


def _without_values(fragment: Fragment, axis: str) -> Diagnostic:
    cure = values_help(fragment.loop.text if fragment.loop else axis, axis)
    return diagnostic(
        MATRIX_WITHOUT_VALUES,
        f"nothing says for which values of `{axis}` this is repeated, so it runs once",
        fragment.guards[0][1] or fragment.span,
        help=f"{cure}; `%% once` says that it runs once",
        reason="nothing says for which values {count} loops are repeated, so each runs once",
    )


def _rests_on_variable(place: Span, atom: Atom) -> Diagnostic:
    found = diagnostic(
        UNDECIDED_CONDITION,
        f"no job before this decides it, so it rests on the repository variable `vars.{atom.name}`",
        place,
        help="set the variable to `false` to leave it out, or let a job before it decide: `%% decide` there",
    )
    return with_severity(found, Severity.NOTE)


def _undecided(
    place: Span, atom: Atom, given: Mapping[str, str], beside: str, *, is_of_requests: bool
) -> Diagnostic:
    """`beside` are the texts of all operands of its fragment."""
    text = place.text.strip() or atom.name
    if atom.kind is AtomKind.VARIABLE:
        rests, decider = (
            f"the repository variable `vars.{atom.name}`, which nobody has set",
            "a job before it",
        )
        each = "a repository variable, which nobody has set"
        shown = f"`vars.{atom.name}`"
    else:
        rests, decider = (
            f"the output `{atom.name}` of `{atom.owner}`, which nobody draws as its decision",
            "that job",
        )
        each = f"an output of `{atom.owner}`, which nobody draws as its decision"
        shown = f"the output `{atom.name}`"
    meant = asked_input(labels.plain(text), given)
    ref = asked_ref(labels.plain(text), base=is_of_requests)
    cure = f"let {decider} decide it: `Decide …` as a line of its note, or `%% decide` above it; "
    reason = f"{{count}} conditions are no outcomes and no expressions, and each rests on {each}"
    mark = f"if: {meant}" if meant else ""  # which of several, only people know
    if status := input_cure(meant) or undrawn_status(text):
        cure, reason = status, ""
    elif _is_answer(text, beside):
        cure = _QUESTION
        reason = f"{{count}} conditions are what people answer, whom nobody asks, and each rests on {each}"
    elif ref:
        cure = (
            f"`%% if: {ref}` above it asks for that; {cure}else `%% success`, `%% failure`, `%% flag: NAME`"
        )
        reason = ""
    else:
        cure += (
            "else say what it is above it: `%% if: EXPRESSION`, `%% success`, `%% failure` or `%% flag: NAME`"
        )
    return diagnostic(
        UNDECIDED_CONDITION,
        f"`{text}` is no outcome and no expression, so it rests on {rests}",
        Label(place, shown),
        help=cure,
        fixes=settled(place, mark),
        reason=reason,
    )


_QUESTION = (
    "draw directly above the fragment how people are asked, such as `CI->>CI: wait for approval`, with "
    "`%% approval: production` above it for the environment: the operands are then their answers, and one "
    "for a refusal is what happens when that job fails; else `%% flag: NAME` above it"
)


def _is_answer(text: str, beside: str) -> bool:
    """Whether a condition is what people answer who are asked for an approval, or refuse what another operand
    approves."""
    is_refused = approvals.says_refusal(text) and approvals.says_approval(beside)
    return is_refused or approvals.is_granted(text)


@dataclass(slots=True)
class _Chosen:
    """What a fragment chooses: the first job of each file in each of its operands."""

    fragment: Fragment
    first: dict[int, dict[str, tuple[DrawnJob, Run]]] = field(default_factory=dict)


def _between_workflows(drawing: FlowGraph, readers: dict[int, FlowConditions]) -> Iterator[Diagnostic]:
    for chosen in _chosen(drawing):
        if len({file for by_file in chosen.first.values() for file in by_file}) > 1:
            for index in range(len(chosen.fragment.guards)):
                if place := _decided_apart(drawing, chosen, index, readers):
                    yield place
                    break


def _chosen(drawing: FlowGraph) -> Iterator[_Chosen]:
    """The choices of a drawing with jobs in them, in document order."""
    result: dict[int, _Chosen] = {}
    for job in drawing.jobs:
        run = drawing.runs[job.run]
        for operand in drawing.around(job.operand, within=run.operand):
            fragment = drawing.fragments[operand.fragment]
            if fragment.operator in _CHOOSING:
                chosen = result.setdefault(fragment.number, _Chosen(fragment))
                by_file = chosen.first.setdefault(operand.number, {})
                if run.file in by_file:
                    break  # an earlier job of the file has been there, and in all that is around it
                by_file[run.file] = (job, run)
    return (result[number] for number in sorted(result))


def _decided_apart(
    drawing: FlowGraph, chosen: _Chosen, index: int, readers: dict[int, FlowConditions]
) -> Diagnostic | None:
    """The finding about one guard of a choice, if files that read it read different things."""
    fragment = chosen.fragment
    atoms: dict[str, tuple[Atom, DrawnJob]] = {}
    inside: list[str] = []
    for number, by_file in chosen.first.items():
        operand = drawing.operands[number]
        for file, (job, run) in by_file.items():
            if run.number not in readers or not _reads(fragment, operand, index):
                continue
            if operand.index == index and not operand.is_complement:
                inside.append(file)
            if atom := _flag(readers[run.number], fragment, index):
                atoms.setdefault(file, (atom, job))
    if len(atoms) < 2:
        return None
    decided = {atom for atom, _ in atoms.values()}
    if len(decided) == 1 and next(iter(decided)).kind is AtomKind.VARIABLE:
        return None
    return _apart(fragment, index, atoms, is_inside=len(inside) > 1)


def _reads(fragment: Fragment, operand: Operand, index: int) -> bool:
    """Whether the jobs of an operand ask a guard: their own, and those before it in an `alt`."""
    if operand.is_complement or fragment.operator is not Operator.ALT:
        return operand.index == index
    return index < operand.index or (index == operand.index and not fragment.read[index].is_rest)


def _flag(reader: FlowConditions, fragment: Fragment, index: int) -> Atom | None:
    """The flag or variable by which a workflow decides a guard, if it is no expression and no outcome."""
    if fragment.outcome(index) is not None:
        return None
    atoms = {atom for cube in reader.guard(fragment, index) for atom, _ in cube}
    return next((atom for atom in atoms if atom.kind in (AtomKind.FLAG, AtomKind.VARIABLE)), None)


def _apart(
    fragment: Fragment, index: int, atoms: dict[str, tuple[Atom, DrawnJob]], *, is_inside: bool
) -> Diagnostic:
    place = fragment.guards[index][1] or fragment.span or next(iter(atoms.values()))[1].span
    cure = "write an expression that every workflow can evaluate, or one fragment for each"
    if is_inside:
        return diagnostic(
            FLAG_IN_TWO_WORKFLOWS,
            f"one condition stands around jobs of {len(atoms)} workflows, which decide it separately",
            Label(place, "this condition"),
            *(Label(job.span, f"a job of {file}") for file, (_, job) in atoms.items()),
            help=cure,
        )
    return diagnostic(
        NON_LOCAL_CHOICE,
        f"no single job decides this choice: {len(atoms)} workflows decide it, each for itself",
        Label(place, "this choice"),
        *(Label(job.span, f"in {file}, {_decider(atom)} decides") for file, (atom, job) in atoms.items()),
        help=cure,
    )


def _decider(atom: Atom) -> str:
    return f"`{atom.owner}`" if atom.kind is AtomKind.FLAG else f"the variable `{atom.name}`"
