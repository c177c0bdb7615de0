"""Operands whose text is, as a whole, one of the events that start the run: `alt pull request … else push`.

An event by name is no flag: GitHub says itself which one it was (docs/language.md#fragments-and-conditions).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic
from mermaid2gha.base.patterns import late
from mermaid2gha.base.records import dataclass, field, replace
from mermaid2gha.compiler.ir.flow_graph import Participant, Role
from mermaid2gha.compiler.marks.marks import marks_of
from mermaid2gha.compiler.marks.settled import settled, trigger_mark
from mermaid2gha.compiler.reading.conditions import FragmentReading
from mermaid2gha.compiler.reading.effects import ACTIVITIES, STARTS, Effect, EffectKind
from mermaid2gha.compiler.reading.starts import MERGED, is_closing
from mermaid2gha.compiler.reading.texts import pushed_to
from mermaid2gha.compiler.vocabulary import events as event_words
from mermaid2gha.compiler.vocabulary import labels
from mermaid2gha.compiler.vocabulary.branches import is_place, is_well_known
from mermaid2gha.compiler.vocabulary.event_filters import paths_said
from mermaid2gha.compiler.vocabulary.events import EventText
from mermaid2gha.compiler.vocabulary.guards import Guard, Meaning, read_expression
from mermaid2gha.compiler.vocabulary.leftovers import noted_events
from mermaid2gha.compiler.vocabulary.phrases import asked_event, denied, is_by_hand, is_merged, is_phrase
from mermaid2gha.github.events import CONCLUSION, WORKFLOW_DISPATCH
from mermaid2gha.github.expressions.ast import text_of
from mermaid2gha.github.expressions.condition import Condition, all_of, any_of, equal, negation
from mermaid2gha.mermaid.ast import (
    Diagram,
    Event,
    FragmentEnd,
    FragmentStart,
    Message,
    Note,
    OperandStart,
    Operator,
)

CONDITION_AROUND_TRIGGER = Rule("condition-around-trigger", Severity.WARNING)

_CHOOSING = (Operator.OPT, Operator.ALT, Operator.BREAK)
_NAMES = late(r"[\w./-]+")


@dataclass(slots=True)
class _Fragment:
    """A fragment that is open: where it starts, what its operands say, and the events of the runs of the
    workflows that do something in it, by their files."""

    at: int
    starts: list[FragmentStart | OperandStart]
    begun: dict[str, tuple[EventText, ...]]
    files: set[str] = field(default_factory=set)


def with_conclusions(
    diagram: Diagram, effects: Sequence[Effect], fragments: Mapping[int, FragmentReading]
) -> tuple[Effect, ...]:
    """The effects, with how a run must have ended after which another starts, where the outcome around the
    trigger says it and neither its own text nor a mark does."""
    result = list(effects)
    open_: list[tuple[int, int]] = []
    for at, (event, effect) in enumerate(zip(diagram.events, effects)):
        match event:
            case FragmentStart():
                open_.append((at, 0))
            case OperandStart():
                start, index = open_.pop()
                open_.append((start, index + 1))
            case FragmentEnd():
                open_.pop()
            case Message() if open_ and effect.act in STARTS and any(map(_is_open, effect.events)):
                if "trigger" in marks_of(event):
                    continue
                around = (_ended(fragments[start].guards, index) for start, index in reversed(open_))
                if ended := next(filter(None, around), ""):
                    events = (replace(e, conclusion=ended) if _is_open(e) else e for e in effect.events)
                    result[at] = replace(effect, events=tuple(events))
            case _:
                pass
    return tuple(result)


def _ended(guards: Sequence[Guard], index: int) -> str:
    """How a run has ended where an operand happens: by its outcome, or as none of the others says."""
    found = guards[index].outcome
    if guards[index].is_always:
        return "always"
    if found is not None:
        return "failure" if found is Meaning.FAILURE else "success"
    others = {one.outcome for one in guards if not one.is_rest}
    if not guards[index].is_rest or len(others) != 1 or None in others:
        return ""
    return "success" if Meaning.FAILURE in others else "failure"


def _is_open(event: EventText) -> bool:
    """Whether an event happens after a run that may have ended otherwise: after success, as without words."""
    return event.kind.follows_runs and event.conclusion in ("", "success")


@dataclass(slots=True)
class _Run:
    """A run that follows others: where it starts, how many fragments are open there, and in which fragments
    directly within these it does something; -1 stands for none."""

    starts: list[int]
    depth: int
    places: dict[int, None] = field(default_factory=dict)


def with_heard_outcomes(
    diagram: Diagram,
    effects: Sequence[Effect],
    participants: Mapping[str, Participant],
    fragments: Mapping[int, FragmentReading],
) -> tuple[tuple[Effect, ...], dict[int, FragmentReading]]:
    """The effects and fragments, with the outcomes that are those of the run listened to as conditions.

    No job stands before an outcome at the beginning of a run whose outcome it could be. Where all that the
    run does stands below such ones, they say when, and it follows runs that end in any way.
    """
    if not any(effect.act is EffectKind.RUN_AFTER for effect in effects):
        return tuple(effects), dict(fragments)
    result, read = list(effects), dict(fragments)
    runs: list[_Run] = []
    current: dict[str, _Run] = {}
    open_: list[int] = []
    for at, (event, effect) in enumerate(zip(diagram.events, effects)):
        if isinstance(event, FragmentStart):
            open_.append(at)
        elif isinstance(event, FragmentEnd):
            open_.pop()
        if not effect.lifeline:
            continue
        file = participants[effect.lifeline].file
        if effect.act in STARTS:
            begun = current.pop(file, None)
            if effect.act is EffectKind.RUN_AFTER and _is_unsaid(event, effect):
                if begun is not None and not begun.places:  # nothing between: they open one run together
                    begun.starts.append(at)
                    current[file] = begun
                else:
                    current[file] = _Run([at], len(open_))
                    runs.append(current[file])
        elif effect.act in ACTIVITIES and file in current:
            run = current[file]
            inner = [start for start in open_[run.depth :] if _is_choice(diagram, start)]
            run.places[inner[0] if inner else -1] = None
    for run in runs:
        if not run.places or -1 in run.places:
            continue
        after = {word for start in run.starts for word in labels.words(result[start].after)}
        others = [place for place in run.places if not _is_heard(read[place].guards)]
        if others:
            if not all(place in others or _names(read[place].guards, after) for place in run.places):
                continue
            if not all(_is_condition(diagram.events[place], read[place].guards) for place in others):
                continue
        for start in run.starts:
            events = tuple(replace(one, conclusion="always") for one in result[start].events)
            result[start] = replace(result[start], events=events)
        for place in run.places:
            asked = _after_success if place in others else _as_conclusion
            read[place] = replace(read[place], guards=tuple(map(asked, read[place].guards)))
    return tuple(result), read


def _names(guards: Sequence[Guard], after: Set[str]) -> bool:
    """Whether the operands of a fragment ask how the other run ended, by the name of its workflow."""
    return bool(after) and all(guard.is_rest or after <= set(labels.words(guard.text)) for guard in guards)


def _is_condition(event: Event, guards: Sequence[Guard]) -> bool:
    """Whether a fragment is an `opt` with an expression, beside which it can be asked how the run ended."""
    is_opt = isinstance(event, FragmentStart) and event.operator is Operator.OPT
    return is_opt and len(guards) == 1 and guards[0].meaning is Meaning.EXPRESSION


def _after_success(guard: Guard) -> Guard:
    return replace(guard, condition=all_of(equal(CONCLUSION, "success"), guard.condition))


def _is_unsaid(event: Event, effect: Effect) -> bool:
    """Whether nothing says how the runs that a run follows have ended, so that it follows the good ones."""
    mark = marks_of(event).get("trigger", "") if isinstance(event, Message) else ""
    return "conclusion" not in mark and all(map(_is_open, effect.events))


def _is_choice(diagram: Diagram, start: int) -> bool:
    event = diagram.events[start]
    return isinstance(event, FragmentStart) and event.operator in _CHOOSING


def _is_heard(guards: Sequence[Guard]) -> bool:
    """Whether the operands of a fragment ask how something ended, or how the other run did by its name."""
    return all(
        guard.outcome is not None
        or guard.is_rest
        or (guard.meaning is Meaning.EXPRESSION and CONCLUSION in text_of(guard.condition))
        for guard in guards
    )


def _as_conclusion(guard: Guard) -> Guard:
    if guard.outcome is None:
        return guard
    if guard.is_always:
        return replace(guard, meaning=Meaning.EXPRESSION, is_always=False, is_marked=False)
    ended = "failure" if guard.outcome is Meaning.FAILURE else "success"
    condition = equal(CONCLUSION, ended)
    return replace(
        guard, meaning=Meaning.EXPRESSION, condition=condition, subject="", jobs=(), is_certain=True
    )


def with_events(
    diagram: Diagram,
    effects: Sequence[Effect],
    participants: Mapping[str, Participant],
    fragments: Mapping[int, FragmentReading],
    default: str,
) -> dict[int, FragmentReading]:
    """The fragments, with the events by which their runs start as conditions; `default` is the default
    branch."""
    result = dict(fragments)
    open_: list[_Fragment] = []
    begun: dict[str, tuple[EventText, ...]] = {}
    is_begun: set[str] = set()
    for at, (event, effect) in enumerate(zip(diagram.events, effects)):
        file = participants[effect.lifeline].file if effect.lifeline else ""
        match event:
            case FragmentStart():
                open_.append(_Fragment(at, [event], dict(begun)))
            case OperandStart():
                open_[-1].starts.append(event)
            case FragmentEnd():
                done = open_.pop()
                result[done.at] = _read(done, result[done.at], default)
                if open_:
                    open_[-1].files |= done.files
            case _ if effect.act in STARTS:
                before = () if file in is_begun else begun.get(file, ())
                begun[file] = (*before, *effect.events)
                is_begun.discard(file)
                for fragment in open_:
                    fragment.begun.pop(file, None)  # what starts in a fragment is not what stands around it
            case _ if file:
                if not isinstance(event, Message) or event.sender == effect.lifeline:
                    is_begun.add(file)
                for fragment in open_[-1:]:
                    fragment.files.add(file)
    return result


def _read(fragment: _Fragment, reading: FragmentReading, default: str) -> FragmentReading:
    """A fragment with the guards of the operands that name events of every run that acts in it."""
    if fragment.starts[0].operator not in _CHOOSING or not fragment.files:
        return reading
    runs = [fragment.begun.get(file, ()) for file in fragment.files]
    drawn = {value for run in runs for one in run for _, values in one.filters for value in values}
    is_of_places = any(_may_be_place(guard, drawn) for guard in reading.guards)
    guards = tuple(
        _guard(guard, runs, default)
        if _is_flag(guard) and not (is_of_places and is_well_known(guard.text.strip().lower()))
        else guard
        for guard in reading.guards
    )
    if guards == reading.guards:
        return reading
    return replace(reading, guards=guards)


def _is_flag(guard: Guard) -> bool:
    return guard.meaning is Meaning.FLAG and bool(guard.text) and not guard.is_certain and not guard.is_code


def _guard(guard: Guard, runs: Sequence[Sequence[EventText]], default: str) -> Guard:
    """A guard as the condition of the events that its text names, if each run can start by them."""
    if all(map(_is_of_closed, runs)) and (merged := is_merged(guard.text)) is not None:
        asked = read_expression(MERGED)
        assert asked is not None
        return _certain(guard, asked if merged else negation(asked))
    other = denied(guard.text)
    drawn = {value for run in runs for one in run for _, values in one.filters for value in values}
    said = _named(other or guard.text, runs, default, drawn)
    if not said or not all({one.event for one in said} <= {one.event for one in run} for run in runs):
        return guard
    names, is_plain = {one.event for one in said}, not any(one.filters or one.is_merge for one in said)
    if is_plain and all({one.event for one in run} <= names for run in runs):
        return guard  # all of them: that tells no run from another, so `opt push` may mean what is pushed
    refs = {value for one in said for key, values in one.filters if key != "types" for value in values}
    if not all(value == "*" or _is_known(value, default, drawn) for value in refs):
        return guard  # no other text of a drawing becomes a part of an expression
    terms = [_condition(one, default) for one in said]
    if any(term is None for term in terms):
        return guard
    condition = any_of(*(term for term in terms if term is not None))
    condition = negation(condition) if other else condition
    return _certain(guard, condition)


def _certain(guard: Guard, condition: Condition) -> Guard:
    return replace(guard, meaning=Meaning.EXPRESSION, condition=condition, is_choice=False, is_certain=True)


def _is_of_closed(run: Sequence[EventText]) -> bool:
    return bool(run) and all(map(is_closing, run))


def _is_known(branch: str, default: str, drawn: Set[str]) -> bool:
    return branch in drawn or branch == default or is_well_known(branch)


def _named(
    text: str, runs: Sequence[Sequence[EventText]], default: str, drawn: Set[str]
) -> tuple[EventText, ...]:
    """The events that a text names as a whole; a branch alone is a push to it."""
    bare = asked_event(labels.plain(text))
    if event_words.is_event_alone(bare) or is_phrase(bare) or is_by_hand(bare):
        return event_words.said_events(bare, default=default)
    words = _NAMES.findall(bare)
    if not any(_is_known(word, default, drawn) or is_well_known(word.lower()) for word in words):
        return ()
    is_pushed = all(any(_may_be_of_branch(one) for one in run) for run in runs)
    return pushed_to(bare, default) if is_pushed else ()


def _may_be_of_branch(event: EventText) -> bool:
    """Whether an event may be the push to a branch; one with filters of tags alone is none."""
    filters = dict(event.filters)
    return event.kind.has_changes and ("tags" not in filters or "branches" in filters)


def _may_be_place(guard: Guard, drawn: Set[str]) -> bool:
    """Whether a text is a name that environments have as branches do, and no run is filtered by it."""
    bare = asked_event(labels.plain(guard.text)).strip()
    return _is_flag(guard) and is_place(bare) and bare.lower() not in {one.lower() for one in drawn}


def _condition(event: EventText, default: str) -> Condition | None:
    """That an event with its filters has started the run, or nothing where an expression cannot say it."""
    terms: list[Condition] = [equal("github.event_name", event.event)]
    filters = dict(event.filters)
    if event.is_merge and "branches" not in filters:
        filters["branches"] = (default,)
    if event.unread or event.cron or event.bad_types or event.narrowed:
        return None
    for key, values in filters.items():
        asked = _asked(event, key, values)
        if asked is None:
            return None
        terms.append(asked)
    return all_of(*terms)


def _asked(event: EventText, key: str, values: Sequence[str]) -> Condition | None:
    if key == "tags" and tuple(values) == ("*",):
        return equal("github.ref_type", "tag")
    subject, prefix = {
        "types": ("github.event.action", ""),
        "branches": event.kind.branch,
        "tags": ("github.ref", "refs/tags/"),
    }.get(key, ("", ""))
    if not subject or not all(_NAMES.fullmatch(value) for value in values):
        return None
    return any_of(*(equal(subject, prefix + value) for value in values))


# -- conditions around triggers --------------------------------------------------------------------


def conditions_around_triggers(
    diagram: Diagram,
    effects: Sequence[Effect],
    fragments: Mapping[int, FragmentReading],
) -> list[Diagnostic]:
    """Conditions around what GitHub hands on to a workflow: its runs start whatever they say.

    Not where what causes the event happens under the same condition, where the condition names the event or
    its filters, and where it is the outcome that a run after another one asks for. What a run does before it
    ends causes no run after it: its end does. Reports `condition-around-trigger`.
    """
    found: list[Diagnostic] = []
    open_ = [_Choice(-1, 0, None)]
    for at, (event, effect) in enumerate(zip(diagram.events, effects)):
        match event:
            case FragmentStart():
                open_.append(_Choice(at, 0, event))
            case OperandStart():
                last = open_.pop()
                open_[-1].take(last, fragments)
                open_.append(_Choice(last.at, last.index + 1, event))
            case FragmentEnd():
                last = open_.pop()
                open_[-1].take(last, fragments)
                open_[-1].reached.update(last.reached)
            case Message() if effect.act in STARTS and effect.partner is not None:
                around = _decisive(open_, event, effect, fragments)
                if around is not None and not {"when", "trigger"} & marks_of(event).keys():
                    is_before = around not in open_
                    found.append(_around_trigger(event, effect, around, fragments, is_before=is_before))
                for one in open_:
                    one.has_begun = True
                    one.ended.clear()
            case Message():
                open_[-1].reached.add(event.receiver)
            case Note():
                open_[-1].reached.update(event.lifelines)
            case _:
                pass
    return found


@dataclass(slots=True)
class _Choice:
    """An operand around the place of a walk: where its fragment starts, what has been told something in it so
    far, whether a run has begun in it, and the operands in it since then behind which nothing follows."""

    at: int
    index: int
    start: FragmentStart | OperandStart | None
    reached: set[str] = field(default_factory=set)
    ended: list[_Choice] = field(default_factory=list)
    has_begun: bool = False

    def take(self, inner: _Choice, fragments: Mapping[int, FragmentReading]) -> None:
        """Remember an operand in this one that has ended, if what follows does not happen after it."""
        guard = fragments[inner.at].guards[inner.index]
        is_break = inner.start is not None and inner.start.operator is Operator.BREAK
        if (is_break or guard.stops) and guard.text and guard.outcome is None:
            self.ended.append(inner)


def _decisive(
    open_: Sequence[_Choice], event: Message, effect: Effect, fragments: Mapping[int, FragmentReading]
) -> _Choice | None:
    """The innermost condition around a trigger, or before it, that would have to decide if it happens."""
    assert effect.partner is not None
    if effect.partner.role not in (Role.SOURCE, Role.WORKFLOW):
        return None
    is_after = effect.act is EffectKind.RUN_AFTER
    for around in reversed(open_):
        if is_after and around.ended:
            return around.ended[-1]
        if around.has_begun if is_after else event.sender in around.reached:
            return None
        if around.start is None or around.start.operator not in (Operator.OPT, Operator.ALT):
            continue
        guards = fragments[around.at].guards
        is_rest = guards[around.index].is_rest
        if not labels.plain(around.start.text) and not (is_after and is_rest):
            continue
        is_asked_for = is_after and bool(_ended(guards, around.index) or _is_beside_failure(guards))
        is_other_event = is_rest and not is_after
        if not (is_asked_for or _says(labels.plain(around.start.text), effect) or is_other_event):
            return around
    return None


def _is_beside_failure(guards: Sequence[Guard]) -> bool:
    """Whether an operand is one of two whose other is for a failure, after which no run starts by itself."""
    return len(guards) == 2 and any(one.outcome is Meaning.FAILURE for one in guards)


def _says(text: str, effect: Effect) -> bool:
    """Whether a condition names what the trigger does: its event, or a value of its filters."""
    said = {one.event for one in noted_events(text)}
    bare = " ".join(labels.words(text))
    said |= {one.event for one in effect.events if one.event.replace("_", " ") in bare}
    values = {value.strip("*/") for one in effect.events for _, found in one.filters for value in found}
    events = {one.event for one in effect.events}
    return (bool(events) and events <= said) or any(v and v in text for v in values)


def _around_trigger(
    event: Message,
    effect: Effect,
    around: _Choice,
    fragments: Mapping[int, FragmentReading],
    *,
    is_before: bool,
) -> Diagnostic:
    assert around.start is not None
    text = labels.plain(around.start.text)
    place, said = event.text_span or event.span, around.start.text_span or around.start.span
    is_expression = fragments[around.at].guards[around.index].meaning is Meaning.EXPRESSION
    is_after = effect.act is EffectKind.RUN_AFTER
    asked = marks_of(around.start).get("if", text)
    when = f"when: {asked}" if is_expression and "needs" not in asked and not is_after else ""
    mark = when or trigger_mark(effect.events)
    path = next((value for *_, value in paths_said(text)), "")
    path = path or next(
        (word.strip("()[],;") for word in text.split() if "*" in word or word.endswith("/")), ""
    )
    cure = (
        f"say it of the trigger: `%% {mark}` above it, with a filter such as "
        f"`push[path={path or 'docs/**'}]`, or `%% when: EXPRESSION`; or draw the condition around what "
        "the run does"
    )
    fixes = settled(event.span, mark) if when else ()  # else the condition would be lost
    where = "ends what is drawn before" if is_before else "stands around"
    if is_after:
        before = f"`{effect.after}`" if effect.after else "the other workflow"
        cure = (
            f"let {before} start it where that holds, by a message `{WORKFLOW_DISPATCH.name}` of its own; "
            f"`%% {mark}` above this says that it starts after every such run"
        )
        fixes = ()
    return diagnostic(
        CONDITION_AROUND_TRIGGER,
        f"`{text or 'else'}` {where} what starts this run, and GitHub starts it whatever that says",
        Label(place, "this starts") if place is not None else None,
        Label(said, "the condition") if said is not None else None,
        help=cure,
        fixes=fixes,
    )
