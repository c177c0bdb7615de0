"""Sources to what each of their diagrams says: every lifeline's role and every statement's effect."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence

from mermaid2gha.base.diagnostic import Diagnostic, Rule, Severity, diagnostic, with_severity
from mermaid2gha.base.markdown import diagram_blocks
from mermaid2gha.base.records import FrozenMap, dataclass, replace
from mermaid2gha.base.source import Block, Span
from mermaid2gha.compiler.ir.bounds import out_of_bounds
from mermaid2gha.compiler.ir.flow_graph import Participant, Role
from mermaid2gha.compiler.ir.sources import Sources
from mermaid2gha.compiler.marks.expanded import cut_short, expanded
from mermaid2gha.compiler.marks.marks import ignored, mark_faults
from mermaid2gha.compiler.reading.answers import with_answers, with_lone_questions, with_refusals
from mermaid2gha.compiler.reading.approvals import unnamed_environments
from mermaid2gha.compiler.reading.clauses import UNREAD_CLAUSE
from mermaid2gha.compiler.reading.conditions import (
    FragmentReading,
    always_faults,
    conditions,
    guessed_condition,
)
from mermaid2gha.compiler.reading.effects import Effect, EffectKind
from mermaid2gha.compiler.reading.event_guards import (
    conditions_around_triggers,
    with_conclusions,
    with_events,
    with_heard_outcomes,
)
from mermaid2gha.compiler.reading.idle import (
    conditional_notes,
    doubtful_jobs,
    idle_conditions,
    unheeded_stops,
    unread_labels,
    unread_titles,
)
from mermaid2gha.compiler.reading.lifelines.evidence import Evidence
from mermaid2gha.compiler.reading.lifelines.heard import works_itself
from mermaid2gha.compiler.reading.lifelines.job_lifelines import job_lifelines
from mermaid2gha.compiler.reading.lifelines.lost_lifelines import SPLIT_LIFELINE, lost_lifelines
from mermaid2gha.compiler.reading.lifelines.noted_approvals import approved_above
from mermaid2gha.compiler.reading.lifelines.opened_runs import opened_runs
from mermaid2gha.compiler.reading.lifelines.roles import roles
from mermaid2gha.compiler.reading.lifelines.tools import UNREAD_LIFELINE
from mermaid2gha.compiler.reading.lifelines.workflow_files import named_files
from mermaid2gha.compiler.reading.noted import (
    belied_ends,
    requests_of_bots,
    unread_scripts,
    unwritten_files,
)
from mermaid2gha.compiler.reading.statements import effects_of
from mermaid2gha.compiler.reading.structure import Structure, is_wait, structure
from mermaid2gha.compiler.reading.tokens import Tokens, lapsed_logins, tokens
from mermaid2gha.compiler.reading.unread import (
    UNREAD_NOTE,
    unawaited_jobs,
    unread_calls,
    unread_notes,
    unread_reports,
)
from mermaid2gha.compiler.vocabulary import ci_words, forms, labels
from mermaid2gha.compiler.vocabulary import lifelines as lifeline_names
from mermaid2gha.compiler.vocabulary.origins import RequestOrigin, origin
from mermaid2gha.github.names import slug
from mermaid2gha.mermaid.ast import Diagram, FragmentStart, Lifeline, Message, Note
from mermaid2gha.mermaid.errors.fences import undrawn_fences
from mermaid2gha.mermaid.errors.warnings import NEAR_DUPLICATE_NAME
from mermaid2gha.mermaid.parse import is_sequence_diagram, parse
from mermaid2gha.settings.model import Settings

NOT_A_FLOW = Rule("not-a-flow", Severity.NOTE)


@dataclass(frozen=True, slots=True)
class Reading:
    """A diagram in which some lifeline is a workflow, as it is understood.

    `participants` are its lifelines with their roles, in column order; `effects` has one for each event
    of the diagram; `structure` says where fragments end and what they hold, `fragments` what they mean, by
    the indices of their starts. `ignored` are the rules that marks leave out, each with the place where it
    is not to be told. `origin` is where the diagram's name says that pull requests come from, `tokens` what
    is said of the tokens with which workflows write.
    """

    diagram: Diagram
    participants: tuple[Participant, ...]
    effects: tuple[Effect, ...]
    structure: Structure
    fragments: FrozenMap[int, FragmentReading]
    ignored: tuple[tuple[str, Span], ...] = ()
    origin: RequestOrigin = RequestOrigin()
    tokens: Tokens = Tokens()


@dataclass(frozen=True, slots=True)
class Readings:
    """The diagrams of a project that draw workflows; `diagrams` are all of them."""

    documents: Sources
    diagrams: tuple[Diagram, ...]
    items: tuple[Reading, ...]


def reading(documents: Sources, settings: Settings) -> tuple[Readings, list[Diagnostic]]:
    """Every diagram with a workflow in it, understood; the others are told in a note.

    Reports `not-a-flow`, `fence-not-drawn`, and what the parser, the bounds and the roles of lifelines do.
    """
    diagnostics: list[Diagnostic] = []
    parsed: list[tuple[Diagram, list[Diagnostic]]] = []
    for document in documents.files:
        blocks = diagram_blocks(document)
        diagnostics += undrawn_fences(document, blocks)
        parsed += _parsed(blocks)
    flowing: list[tuple[Diagram, dict[str, Participant]]] = []
    aside: list[Diagnostic] = []
    for drawn, faults in parsed:
        if too_large := out_of_bounds(drawn):
            is_aside = not lifeline_names.speaks_of_ci(drawn.block.text)
            (aside if is_aside else diagnostics).extend([*faults, *too_large])
            continue
        diagram, misplaced = opened_runs(
            expanded(job_lifelines(named_files(drawn, settings), settings)), settings
        )
        evidence = Evidence(diagram, settings)
        participants, found = roles(evidence)
        is_aside = not participants and not lifeline_names.speaks_of_ci(diagram.block.text)
        (aside if is_aside else diagnostics).extend(faults)
        diagnostics += found
        lost = lost_lifelines(evidence, participants)
        split = {one.labels[0].span for one in lost if one.rule == SPLIT_LIFELINE.name and one.labels}
        told = diagnostics if not is_aside else aside
        told[:] = [one for one in told if not (one.rule == NEAR_DUPLICATE_NAME.name and _place(one) in split)]
        diagnostics += lost
        if participants:
            diagnostics += [*mark_faults(drawn), *_cut_short(drawn)]
            diagnostics += misplaced
            flowing.append((diagram, participants))
        elif not any(one.rule == UNREAD_LIFELINE.name for one in lost):  # which says the same, and of which
            diagnostics.append(_not_a_flow(drawn))
    diagnostics += [_milder(fault) for fault in aside] if flowing else aside
    known = frozenset(
        labels.folded(labels.parsed(event.text).name)
        for diagram, _ in flowing
        for event in diagram.events
        if isinstance(event, Note) or (isinstance(event, FragmentStart) and is_wait(event))
    )
    items = []
    for diagram, participants in flowing:
        item, found = _reading(diagram, participants, known, settings)
        items.append(item)
        diagnostics += found
    return Readings(documents, tuple(diagram for diagram, _ in parsed), tuple(items)), diagnostics


def _cut_short(diagram: Diagram) -> Iterator[Diagnostic]:
    """Marks above notes that end at what others say to each other, though their workflow goes on then."""
    for note, between in cut_short(diagram):
        if (place := between.text_span or between.span) is not None:
            yield guessed_condition(
                f"what a mark above `{labels.plain(note.text)}` says ends here, and what follows is done "
                "without it",
                place,
                cure="a fragment around all that it is of (`opt`, `loop`), with the mark above that, says it "
                "of all; a note above what follows heads the next job",
                mark="",
            )


def _place(found: Diagnostic) -> Span | None:
    return found.labels[0].span if found.labels else None


def _reading(
    diagram: Diagram, participants: dict[str, Participant], known: frozenset[str], settings: Settings
) -> tuple[Reading, list[Diagnostic]]:
    """`known` are the folded names of the notes of all diagrams of the project."""
    diagram = approved_above(diagram, participants)
    fragments, found = conditions(diagram, settings)
    effects, unread = effects_of(diagram, participants, known, settings)
    effects = with_conclusions(diagram, effects, fragments)
    effects, fragments = with_heard_outcomes(diagram, effects, participants, fragments)
    fragments = with_answers(diagram, effects, participants, fragments)
    effects, fragments, refused = with_refusals(diagram, effects, participants, fragments)
    unread += refused
    effects = with_lone_questions(diagram, effects, participants)
    fragments = with_events(diagram, effects, participants, fragments, settings.default_branch)
    found += always_faults(diagram, fragments)
    effects = tuple(map(_with_its_object, effects))
    item = Reading(
        diagram,
        tuple(participants.values()),
        effects=effects,
        structure=structure(diagram, effects, participants),
        fragments=FrozenMap(fragments),
        ignored=ignored(diagram),
        origin=origin(diagram.name),
        tokens=tokens(diagram, effects, participants),
    )
    told, places = conditional_notes(diagram, effects, participants, item.structure.comments)
    unread = [*(one for one in unread if not _is_clause_in(one, places)), *told]
    unread += unread_notes(diagram, effects, participants, item.structure, places)
    unread += unnamed_environments(diagram, effects)
    unread += unread_calls(diagram, effects)
    unread += unread_reports(diagram, effects, participants, item.structure)
    unread += doubtful_jobs(diagram, effects)
    unread += idle_conditions(diagram, effects, participants, fragments)
    unread += unread_labels(diagram, effects, participants)
    unread += unread_titles(diagram, effects, participants)
    unread += unheeded_stops(diagram, effects, participants, fragments)
    unread += conditions_around_triggers(diagram, effects, fragments)
    unread += lapsed_logins(diagram, effects, item.structure.comments, item.structure.first_steps)
    unread += unawaited_jobs(diagram, effects, participants)
    unread += belied_ends(diagram, effects)
    unread += requests_of_bots(diagram, effects, participants)
    unread += unwritten_files(diagram, effects, participants)
    unread += unread_scripts(diagram, effects, unread)
    return item, [*found, *_asked_once(unread)]


def _with_its_object(effect: Effect) -> Effect:
    """A step whose text is nothing but a verb (`run`) with whom it is said to: as a name it would say of no
    step what it does, and be one name for several."""
    if effect.act is not EffectKind.STEP or effect.partner is None or effect.is_of_tool:
        return effect
    if effect.partner.role is not Role.EXTERNAL:
        return effect
    if not forms.is_bare_order(effect.text.name):
        return effect
    name = f"{effect.text.name} {effect.partner.name}"
    return replace(effect, text=replace(effect.text, name=name))


def _asked_once(findings: Sequence[Diagnostic]) -> list[Diagnostic]:
    """The findings without clauses in notes that are commentary: whether they are is asked first."""
    notes = {label.span for one in findings if one.rule == UNREAD_NOTE.name for label in one.labels}
    return [one for one in findings if not _is_clause_in(one, notes)]


def _is_clause_in(found: Diagnostic, places: Container[Span | None]) -> bool:
    """Whether a finding is of a clause in one of some texts."""
    return found.rule == UNREAD_CLAUSE.name and bool(found.labels) and found.labels[0].span in places


def diagrams(documents: Sources) -> list[Diagram]:
    """The sequence diagrams of documents, whatever they draw."""
    return [drawn for document in documents.files for drawn, _ in _parsed(diagram_blocks(document))]


def _parsed(blocks: Sequence[Block]) -> list[tuple[Diagram, list[Diagnostic]]]:
    """The sequence diagrams among those of a document, each with its faults."""
    return [parse(block) for block in blocks if is_sequence_diagram(block)]


def _milder(fault: Diagnostic) -> Diagnostic:
    """A fault in a diagram of something else: it is not to stand in the way of those that draw workflows."""
    return with_severity(fault, Severity.WARNING if fault.severity is Severity.ERROR else Severity.NOTE)


def _not_a_flow(diagram: Diagram) -> Diagnostic:
    one, file = _candidate(diagram)
    cure = "`%% role: workflow FILE.yml` above a lifeline makes it one"
    if one is not None and (own := lifeline_names.workflow_file(one.label)):
        cure = f"`%% role: workflow {own}` above `{one.label}` makes that one, if it is"
    elif one is not None:
        file = file or f"{slug(' '.join(labels.lines(one.label))) or 'FILE'}.yml"
        own = lifeline_names.workflow_file(one.label)
        label = f"write its file into its label, `participant {one.id} as {one.label} ({file})`, or "
        cure = f"if `{one.label}` is one, {'' if own else label}`%% role: workflow {own or file}` above it"
    return diagnostic(
        NOT_A_FLOW,
        f"no lifeline of `{diagram.name}` is a workflow, so the diagram is left alone",
        diagram.block.span,
        help=cure,
    )


def _candidate(diagram: Diagram) -> tuple[Lifeline | None, str]:
    """The likeliest lifeline to be a workflow, if one may be, and its file where the drawing names one:
    by its name, by a file in what it is told, or GitHub that works itself, else one that is started, else the
    first that acts, else GitHub that tells others what to do, else any that is nothing else."""
    messages = [one for one in diagram.events if isinstance(one, Message)]
    files = {e.receiver: file for e in reversed(messages) if (file := lifeline_names.workflow_file(e.text))}
    acting = {e.sender for e in messages if e.sender == e.receiver}
    acting |= {e.lifelines[0] for e in diagram.events if isinstance(e, Note) and len(set(e.lifelines)) == 1}
    lifelines = [x for x in diagram.lifelines if not lifeline_names.is_person(lifeline_names.called(x.label))]
    others = [x for x in lifelines if not _is_something_else(x)]
    by_id = [x for x in others if lifeline_names.says_engine(x.id)]
    by_name = [x for x in others if lifeline_names.says_engine(x.label) or lifeline_names.is_engine(x.id)]
    by_name = [*(x for x in by_name if not lifeline_names.is_source(x.id)), *by_id]
    by_file = [x for x in lifelines if x.id in files and x.kind != "actor"]
    by_work = [x for x in lifelines if x.kind != "actor" and works_itself(x, messages)]
    outside = {x.id for x in others}
    ordering = {e.sender for e in messages if e.receiver in outside and not e.arrow.is_dotted}
    by_order = [
        x for x in lifelines if x.id in ordering and lifeline_names.is_source(lifeline_names.called(x.label))
    ]
    started = {e.receiver for e in messages if ci_words.STARTS_RUN.match(e.text)}
    by_start = [x for x in others if x.id in started and any(e.sender == x.id for e in messages)]
    by_deed = [x for x in others if x.id in acting]
    ranked = [*by_name, *by_file, *by_work, *by_start, *by_deed, *by_order, *others]
    one = ranked[0] if ranked else None
    return one, files.get(one.id, "") if one is not None else ""


def _is_something_else(lifeline: Lifeline) -> bool:
    """Whether a lifeline's name says what it is, and that this is no workflow."""
    name = lifeline_names.called(lifeline.label)
    return (
        lifeline_names.is_outside(lifeline.label, lifeline.kind)
        or lifeline_names.is_registry(name)
        or lifeline_names.is_environment(name)
        or lifeline_names.is_other_engine(name)
    )
