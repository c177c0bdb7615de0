"""Small questions about the text of one statement, asked where it gets its effect."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from mermaid2gha.base.records import replace
from mermaid2gha.compiler.ir.flow_graph import Participant, Role
from mermaid2gha.compiler.marks.settled import trigger_mark
from mermaid2gha.compiler.reading.effects import Effect, EffectKind, Ground
from mermaid2gha.compiler.vocabulary import (
    approvals,
    ci_words,
    forms,
    labels,
    loops,
    outcomes,
    outcomes_beyond,
    writing,
)
from mermaid2gha.compiler.vocabulary import events as event_words
from mermaid2gha.compiler.vocabulary import lifelines as lifeline_names
from mermaid2gha.compiler.vocabulary.branches import wildcard
from mermaid2gha.compiler.vocabulary.clauses import Clause, ClauseKind
from mermaid2gha.compiler.vocabulary.event_filters import FILTER, PAIR, filter_key, paths_said, values_of
from mermaid2gha.compiler.vocabulary.events import EventText
from mermaid2gha.compiler.vocabulary.labels import LabelText, is_question_mark
from mermaid2gha.compiler.vocabulary.origins import how_to_time
from mermaid2gha.compiler.vocabulary.phrases import is_phrase
from mermaid2gha.github.events import PUSH, WORKFLOW_DISPATCH, WORKFLOW_RUN
from mermaid2gha.mermaid.ast import Diagram, Message, Note


def answered_messages(diagram: Diagram) -> set[int]:
    """The messages that a dotted message back answers."""
    open_calls: dict[tuple[str, str], list[int]] = {}
    found: set[int] = set()
    for at, event in enumerate(diagram.events):
        if isinstance(event, Message) and event.sender != event.receiver:
            waiting = open_calls.get((event.receiver, event.sender))
            if event.arrow.is_dotted and waiting:
                found.add(waiting.pop())
            else:
                open_calls.setdefault((event.sender, event.receiver), []).append(at)
    return found


def followed(text: str, file: str, participants: Iterable[Participant]) -> str:
    """The end of the run of another workflow that is drawn, whose file the trigger of a file names; else
    nothing."""
    named = lifeline_names.workflow_file(labels.plain(text)).casefold() if ".y" in text else ""
    others = (one for one in participants if named and one.file != file)
    name = next((one.name for one in others if one.file.casefold() == named), "")
    return f"{WORKFLOW_RUN.name}[workflows={name}]" if name else ""


def pushed_to(text: str, default: str) -> tuple[EventText, ...]:
    """The push that a text means which names but its branch: `main`, `on main`, `to the main branch`."""
    for said in (f"push {text}", f"push to {text}"):
        events = event_words.said_events(said, default=default) if is_phrase(said) else ()
        if len(events) == 1 and events[0].event == PUSH.name and dict(events[0].filters).get("branches"):
            return events
    return ()


def concluded(events: tuple[EventText, ...], said: str) -> tuple[EventText, ...]:
    """Events after a run with how that must have ended."""
    conclusion = forms.conclusion(said)
    return tuple(replace(one, conclusion=conclusion) if one.kind.follows_runs else one for one in events)


def runs_in(text: LabelText) -> str:
    """The workflow that a skip note's remark names."""
    for remark in text.remarks:
        if file := forms.runs_in(remark):
            return file
    return ""


def decides(text: LabelText) -> bool:
    """Whether a note or message decides: one of its lines begins with `Decide`."""
    return any(forms.decides(line) for line in (text.name, *text.details))


def ground_of_verb(text: LabelText, among: frozenset[str]) -> Ground:
    """The ground of a verb: a name at the head of the text, else a word in it."""
    first = next(iter(labels.words(text.name)), "")
    return Ground.NAME if first in among else Ground.WORDS


def ground_of_look(name: str) -> Ground:
    """The ground of a step: a name where a known verb says at its head that it only looks or tells."""
    return Ground.NAME if writing.verb(name) is writing.Verb.READING else Ground.STRUCTURE


def ground_of_report(text: LabelText) -> Ground:
    """By what a message is read as a report: by a verb at its head that says so, or by its words."""
    return Ground.NAME if forms.reports(writing.head(text.name)) else Ground.WORDS


def is_order(name: str) -> bool:
    """Whether a text tells to write something, and does not say that something was written."""
    said = labels.words(name)
    if says_outcome(name):
        return False
    if len(said) > 1 and forms.says_done(said[1]):
        return any(map(forms.is_object, said[2:3]))  # `upload signed packages`
    return len(said) > 1


def says_outcome(name: str) -> bool:
    """Whether a text whose verb of giving may be a noun tells how that ended: `Deploy success`."""
    if not labels.GIVING.intersection(labels.words(name)[:1]):
        return False
    return outcomes.is_outcome_alone(name) or outcomes_beyond.outcome(name) is not None


def looks_up(name: str) -> bool:
    """Whether a text looks something up by its verb, and does not tell how that ended: `Checks passed`."""
    is_query = forms.looks_up(writing.head(name)) or labels.queries(name)
    return is_query and not outcomes.is_outcome_alone(name)


def gives_or_takes(name: str) -> bool:
    """Whether a text tells to give, take or write something: by the verb at its head, which may be part of an
    action's name (`upload-artifact`)."""
    first = next(iter(labels.words(name)), "").partition("-")[0]
    is_known = first in labels.GIVING or first in labels.TAKING or writing.verb(name) is writing.Verb.WRITING
    return (is_known and is_order(name)) or ci_words.is_giving(name)


def may_give(name: str) -> bool:
    """Whether a message to another lifeline may do more than look at something or tell of it."""
    is_looking = writing.verb(name) is writing.Verb.READING
    return not is_looking or approvals.says_approval(name) or loops.is_wait(name)


def environment_of(partner: Participant, text: LabelText) -> str:
    """The environment of an approval: by the lifeline that is asked, or by the text."""
    by_name = lifeline_names.environment(partner.name) if partner.role is Role.EXTERNAL else ""
    return by_name or environment_said(text) or approvals.UNNAMED


def environment_said(text: LabelText) -> str:
    """The environment that a text names, in its sentence or as an attribute: `[environment=live]`."""
    return approvals.environment(whole(text))


def whole(text: LabelText) -> str:
    """All parts of a text, without the brackets around them."""
    return " ".join((text.name, *text.tags, *text.remarks, *text.details))


def is_asked(sender: Participant, receiver: Participant, name: str, *, is_dotted: bool) -> bool:
    """Whether a message of a workflow or job asks for an approval: by its phrase, or by its receiver."""
    if approvals.is_approval(name):
        return not (receiver.role is Role.SOURCE and writing.is_review(name))
    is_question = receiver.is_environment and not is_dotted and sender.role is Role.WORKFLOW
    is_question = is_question and not forms.reads_out(writing.head(name))
    return is_question and (is_question_mark(name) or writing.head(name) not in labels.GIVING)


def is_of_thing(event: Message | Note, effect: Effect) -> bool:
    """Whether a store or a registry says something to a workflow: such confirm, and approve nothing; or a
    workflow does something with a pull request at its source, which is a review."""
    partner = effect.partner
    if partner is not None and partner.role is Role.SOURCE and approvals.is_of_request(effect.text.name):
        return isinstance(event, Message) and event.sender == effect.lifeline
    is_given = isinstance(event, Message) and event.sender != effect.lifeline
    return is_given and partner is not None and (partner.is_store or partner.is_registry)


def mark_by_paths(text: str, events: Sequence[EventText]) -> str:
    """The mark that says of a trigger by which paths it starts, as the text around it has them."""
    paths = tuple(value for _, _, key, value in paths_said(labels.plain(text)) if key == "paths")
    if not paths:
        return "when: EXPRESSION"
    return trigger_mark(
        [
            replace(one, filters=(*one.filters, ("paths", paths))) if one.kind.has_changes else one
            for one in events
        ]
    )


def others_named(named: Sequence[EventText], events: Sequence[EventText]) -> tuple[EventText, ...]:
    """The time, or the start by hand, that the name of what starts a run says beside the events that its
    message does: `Cron / Manual trigger`."""
    started = {one.event for one in events}
    if started.isdisjoint(one.event for one in named):
        return ()
    others = (one for one in named if one.event not in started)
    return tuple(one for one in others if one.kind.has_times or one.kind.is_dispatch)


def listened_to(events: Sequence[EventText]) -> frozenset[str]:
    """The names of the workflows, or of their files, after whose runs some events say that they happen."""
    return frozenset(
        labels.folded(name)
        for one in events
        if one.kind.follows_runs
        for name in dict(one.filters).get("workflows", ())
    )


def called_as(workflow: Participant, names: Collection[str]) -> bool:
    """Whether one of some names is that of a workflow, or of its file, with or without its ending."""
    file = labels.folded(workflow.file)
    return not {labels.folded(workflow.name), file, file.rpartition(".")[0]}.isdisjoint(names)


def with_own_filters(events: tuple[EventText, ...], text: str) -> tuple[EventText, ...]:
    """Events that come by position, with the filters in brackets in the text that hands them on."""
    found: dict[str, tuple[str, ...]] = {}
    for match in FILTER.finditer(text):
        pairs = list(PAIR.finditer(match[1]))
        for at, pair in enumerate(pairs):
            end = pairs[at + 1].start() if at + 1 < len(pairs) else len(match[1])
            found[filter_key(pair)] = tuple(
                wildcard(value) for value in values_of(match[1][pair.end() : end])
            )
    if not found:
        return events
    return tuple(
        replace(
            event,
            filters=(
                *(one for one in event.filters if one[0] not in found),
                *((key, values) for key, values in found.items() if values and key in event.kind.filters),
            ),
        )
        for event in events
    )


def by_outsider(who: Participant, text: LabelText) -> Effect:
    """What is no workflow's or job's own: a tool does it where it is called, a machine of people's there."""
    is_machine = lifeline_names.is_host(who.name) or lifeline_names.is_machine(who.name)
    return Effect(
        EffectKind.TOOL if who.role is Role.EXTERNAL else EffectKind.COSMETIC,
        who.id,
        text=text,
        own=EffectKind.STEP if is_machine else EffectKind.ACTIVITY,
    )


def may_be_moved(text: str) -> bool:
    """Whether a message to a registry says that it gives, takes or reads, and nothing of the repository: `tag
    v1` alone does."""
    if labels.has_word(text, labels.GIVING) or labels.is_taking(text):
        return True
    is_of_repository = "contents" in writing.written(text) and not labels.has_word(text, labels.IMAGES)
    return writing.is_known(text) and not is_of_repository


def how_to_say(said: Clause, asked: str = "", text: str = "") -> str:
    """The cure of a clause that is read as part of a name; `asked` is the expression that it is likely meant
    for, if one is."""
    return {
        ClauseKind.FAILURE: "`%% failure` above it makes it run when what is before it failed",
        ClauseKind.ALWAYS: outcomes.undrawn_status("always"),
        ClauseKind.TRIES: loops.how_to_try(said.text),
        ClauseKind.TIME: how_to_time(said.text, text),
        ClauseKind.MERGED: "`%% if: github.event_name == 'push'` above it keeps it to pushes, in a run that "
        "has them, and a run by `push` has it of its own",
        ClauseKind.MANUAL: "`%% approval: production` above it says that people are asked, `%% trigger: "
        f"{WORKFLOW_DISPATCH.name}` above a message to this lifeline begins a run of its own that they start",
        ClauseKind.TOLERANT: "`continue-on-error: true`, written into the workflow file at this job, stays",
        ClauseKind.BESIDE: "a `par` around the two, with an operand each, runs them beside each other",
    }.get(said.kind, f"`%% if: {asked or 'EXPRESSION'}` or `%% flag: NAME` above it says when it runs")


def written_marks(likely: str) -> str:
    """The mark that says of something that it writes what is likely, or those among which people know."""
    if likely:
        return f"`%% write: {likely}`"
    return "`%% write: contents` (code, tags, releases), `%% write: issues` or `%% write: pull-requests`"


def how_to_write(likely: str, *, heads: bool) -> str:
    """The cure of what may write to the repository; what `heads` a job is none with a mark of a write."""
    if not heads:
        return f"{written_marks(likely)} above it says that it does, `%% step` that it writes nothing"
    rights = ", ".join(f"{one}: write" for one in (likely or "contents").split(", "))
    return (
        f"`%% permissions: {rights}` above it gives its job the right, `%% ignore: guessed-right` says "
        "that it writes nothing"
    )
