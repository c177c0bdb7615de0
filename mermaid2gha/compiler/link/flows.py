"""The flows of each workflow file over all documents, and what tells them apart.

docs/language.md#several-flows-in-one-file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic
from mermaid2gha.base.edit import respelt
from mermaid2gha.base.records import replace
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.ir.bounds import MOST_FLOWS, too_many_flows
from mermaid2gha.compiler.ir.existing import NOTHING, Existing
from mermaid2gha.compiler.ir.flow_graph import FlowGraph, Role, Run
from mermaid2gha.compiler.link.discriminators import conclusion, told_apart
from mermaid2gha.compiler.link.flow_model import Flow, WorkflowFlows
from mermaid2gha.compiler.order.happens_before import HappensBefore
from mermaid2gha.compiler.reading.causes import event_said
from mermaid2gha.compiler.reading.texts import followed
from mermaid2gha.compiler.vocabulary import labels
from mermaid2gha.compiler.vocabulary.approvals import how_to_run_in
from mermaid2gha.compiler.vocabulary.event_filters import PAIR, is_manual
from mermaid2gha.compiler.vocabulary.events import EventText, either, named_events, plain_events
from mermaid2gha.compiler.vocabulary.forms import SCHEDULED, orders_run, pairs_said, says_when
from mermaid2gha.compiler.vocabulary.leftovers import asked_beside, unread_aside
from mermaid2gha.compiler.vocabulary.lifelines import FILE, workflow_file
from mermaid2gha.compiler.vocabulary.origins import says_time_of_run, time_of_label
from mermaid2gha.compiler.vocabulary.phrases import pushed_to
from mermaid2gha.compiler.vocabulary.times import (
    clock_said,
    cron_said,
    is_time,
    likely_time,
    more_crons,
    says_cron,
)
from mermaid2gha.github.events import (
    EVENTS,
    ISSUE_COMMENT,
    PUSH,
    SCHEDULE,
    WORKFLOW_DISPATCH,
    WORKFLOW_RUN,
)
from mermaid2gha.github.expressions.condition import FALSE, TRUE, any_of, negation
from mermaid2gha.github.names import derived_cron
from mermaid2gha.github.workflow.cron import cron_problem
from mermaid2gha.mermaid.ast import FragmentEnd, FragmentStart, Message, Note, OperandStart, Operator
from mermaid2gha.settings.model import FlowSettings, Settings, folded
from mermaid2gha.settings.reader import invalid_cron

INFERRED_EVENT = Rule("inferred-event", Severity.NOTE)
NO_TRIGGER = Rule("no-trigger", Severity.WARNING, is_guess=True)
SCHEDULE_WITHOUT_TIME = Rule("schedule-without-time", Severity.NOTE)
UNKNOWN_ACTIVITY_TYPE = Rule("unknown-activity-type", Severity.ERROR)


def flows(
    lowered: Sequence[tuple[FlowGraph, HappensBefore]], settings: Settings, existing: Existing = NOTHING
) -> tuple[tuple[WorkflowFlows, ...], list[Diagnostic]]:
    """The flows of every workflow file, in document order; of those that stand `existing` has the names.

    Reports `drawing-too-large`, `flows-not-told-apart`, `narrower-run`, `no-trigger`,
    `unknown-activity-type`, `schedule-without-time`, `inferred-event`.
    """
    by_file: dict[str, list[tuple[FlowGraph, HappensBefore, Run]]] = {}
    names: dict[str, str] = {}
    for drawing, order in lowered:
        for run in _without_repeats(drawing):
            by_file.setdefault(run.file.casefold(), []).append((drawing, order, run))
            names.setdefault(run.file.casefold(), run.name)
    titles = {folded(name): existing.file(key).title for key, name in names.items()}
    called = {folded(name): titles[folded(name)] or name for name in names.values()}
    for key, name in names.items():
        called |= dict.fromkeys({key, key.rpartition(".")[0]} - called.keys(), called[folded(name)])
    for runs in by_file.values():
        runs[:] = [(drawing, order, _titled(run, titles, called)) for drawing, order, run in runs]
    diagnostics: list[Diagnostic] = []
    result = []
    for key, runs in by_file.items():
        runs = _without_mere_calls(runs)
        if len(runs) > MOST_FLOWS:
            run = runs[MOST_FLOWS][2]
            diagnostics.append(too_many_flows(run.file, len(runs), run.span))
            runs = runs[:MOST_FLOWS]
        workflow, findings = _workflow(runs, names[key], settings)
        result.append(workflow)
        diagnostics += findings
    return tuple(result), diagnostics


def _without_repeats(drawing: FlowGraph) -> tuple[Run, ...]:
    """The runs of a drawing, without those that are drawn once more and left empty.

    An event that starts a workflow twice in one diagram, and the second time nothing is drawn for it, starts
    the run that is drawn. One with other filters is another event: it starts the run that does nothing.
    """
    busy = {job.run for job in drawing.jobs}
    runs = list(drawing.runs)
    for at, run in enumerate(runs):
        if run.number in busy or run.gate is not None or run.skips:
            continue
        for event, span in run.events:
            same = next((i for i, other in enumerate(runs) if i != at and _starts(other, run, event)), -1)
            if same >= 0:
                runs[same] = replace(runs[same], events=(*runs[same].events, (event, span)))
                kept = tuple(one for one in runs[at].events if one[0] is not event)
                runs[at] = replace(runs[at], events=kept)
    return _without_same(drawing, [x for x, old in zip(runs, drawing.runs) if x.events or not old.events])


def _without_same(drawing: FlowGraph, runs: Sequence[Run]) -> tuple[Run, ...]:
    """The runs of a drawing, without those in which one is drawn once more, event for event and statement for
    statement; in what people repeat also one that is drawn only to where the other goes on."""
    started = [
        (run.file.casefold(), run.after, {(e.event, e.filters, e.times) for e, _ in run.events})
        for run in runs
    ]
    alike = [at for at, one in enumerate(started) if one[2] and started.count(one) > 1]
    texts = {at: _statements(drawing, runs[at]) for at in alike}
    result = list(runs)
    left: set[int] = set()
    for at in alike:
        for before in (one for one in alike if one < at and started[one] == started[at] and one not in left):
            mine, its, common = texts[at], texts[before], min(len(texts[at]), len(texts[before]))
            is_repeated = mine == its or (_is_in_loop(runs[at], drawing) and mine[:common] == its[:common])
            if not is_repeated or not common or _beside(runs[at]) != _beside(runs[before]):
                continue
            gone, stays = (at, before) if len(mine) <= len(its) else (before, at)
            result[stays] = replace(result[stays], events=(*result[stays].events, *result[gone].events))
            left.add(gone)
            break
    return tuple(run for at, run in enumerate(result) if at not in left)


def _beside(run: Run) -> tuple[object, ...]:
    """What else than its statements tells a run from another."""
    return (run.when, run.given, run.gate is None, [skip.name for skip in run.skips])


def _statements(drawing: FlowGraph, run: Run) -> list[tuple[object, ...]]:
    """What is drawn of a run, up to the next of its workflow: the statements, and the fragments within it."""
    roles = {one.id: one.role for one in drawing.participants}
    files = {one.id: one.file.casefold() for one in drawing.participants if one.file}
    own = run.file.casefold()
    starts = {other.span for other in drawing.runs if other.file == run.file and other.span != run.span}
    result: list[tuple[object, ...]] = []
    open_: list[int] = []
    is_begun = False
    for event in drawing.diagram.events:
        if isinstance(event, Message | Note) and event.text_span in starts and is_begun:
            break
        if isinstance(event, Message) and event.text_span == run.span:
            is_begun = True
        elif isinstance(event, FragmentStart) and is_begun:
            open_.append(len(result))
            result.append((event.operator, labels.plain(event.text)))
        elif isinstance(event, OperandStart) and is_begun and open_:
            result.append((OperandStart, labels.plain(event.text)))
        elif isinstance(event, FragmentEnd) and is_begun and open_:
            start = open_.pop()
            if all(one[0] is OperandStart for one in result[start + 1 :]):
                del result[start:]  # it holds nothing of this workflow
            else:
                result.append((FragmentEnd,))
        elif isinstance(event, Note) and is_begun and files.get(event.lifelines[0], own) == own:
            result.append((event.lifelines, labels.plain(event.text), _marked(event)))
        elif isinstance(event, Message) and is_begun and not event.arrow.is_dotted:
            ends, known = (event.sender, event.receiver), {files.get(event.sender), files.get(event.receiver)}
            is_of_others = {roles[end] for end in ends} <= {Role.PERSON, Role.SOURCE}
            is_of_others |= own not in known and known != {None}
            if roles[event.sender] is not Role.SOURCE and not is_of_others:
                result.append((event.sender, event.receiver, labels.plain(event.text), _marked(event)))
    return result[: open_[0]] if open_ else result


def _marked(event: Message | Note) -> tuple[tuple[str, str], ...]:
    return tuple((mark.name, mark.value) for mark in event.marks)


def _titled(run: Run, titles: Mapping[str, str], called: Mapping[str, str]) -> Run:
    """A run with the names that the files have after whose runs it begins; `called` are these by the names of
    their lifelines and of their files, with and without the ending."""
    events = tuple(
        (
            replace(
                event,
                filters=tuple(
                    (key, tuple(called.get(folded(x), x) for x in values) if key == "workflows" else values)
                    for key, values in event.filters
                ),
            ),
            span,
        )
        if event.kind.follows_runs
        else (event, span)
        for event, span in run.events
    )
    return replace(run, sender=titles.get(folded(run.after), ""), events=events)


def _without_mere_calls(
    runs: list[tuple[FlowGraph, HappensBefore, Run]],
) -> list[tuple[FlowGraph, HappensBefore, Run]]:
    """The runs of a workflow, without calls of it that draw nothing of what it does then, if another does.

    Whoever calls a workflow that is drawn elsewhere need not draw it again: the call is a job of the caller.
    """
    drawn = [run for run in runs if not _is_mere_call(run[0], run[2])]
    is_drawn = any(event.kind.is_call for _, _, run in drawn for event, _ in run.events)
    return drawn if is_drawn else runs


def _is_mere_call(drawing: FlowGraph, run: Run) -> bool:
    is_call = bool(run.events) and all(event.kind.is_call for event, _ in run.events)
    does_nothing = run.gate is None and not run.skips and all(job.run != run.number for job in drawing.jobs)
    return is_call and does_nothing


def _starts(other: Run, run: Run, event: EventText) -> bool:
    """Whether another run of the same workflow is started by the same event, with the same filters."""
    if other.file.casefold() != run.file.casefold() or other.after != run.after:
        return False
    same = [one for one, _ in other.events if one.event == event.event]
    return any((one.filters, one.times) == (event.filters, event.times) for one in same)


def _workflow(
    runs: list[tuple[FlowGraph, HappensBefore, Run]], name: str, settings: Settings
) -> tuple[WorkflowFlows, list[Diagnostic]]:
    diagnostics: list[Diagnostic] = []
    given = {folded(flow): value for flow, value in settings.flows}
    drafts: list[Flow] = []
    taken: set[str] = set()
    for number, (drawing, order, run) in enumerate(runs):
        own = given.get(folded(drawing.diagram.name), FlowSettings())
        events = _events(run, name, own, diagnostics)
        if not run.events:
            diagnostics.append(_no_trigger(run, drawing, settings.default_branch))
        title = _flow_name(drawing, run, runs, taken)
        drafts.append(
            Flow(
                number,
                title,
                drawing=drawing,
                order=order,
                run=run,
                events=events,
                guards=(),
                is_fork=bool(drawing.origin.is_fork),
                span=run.span,
            )
        )
    flows, covered = told_apart(drafts, given, diagnostics)
    listening = [flow for flow in flows if any(event.kind.follows_runs for event in flow.events)]
    ended = any_of(*(conclusion(flow) for flow in listening)) if listening else TRUE
    file = WorkflowFlows(runs[0][2].file, name, flows, covered)
    others = negation(file.event_test(WORKFLOW_RUN.name)) if len(file.events) > 1 else FALSE
    concluded = TRUE if ended == TRUE else any_of(others, ended)
    return replace(file, concluded=concluded), diagnostics


def _flow_name(
    drawing: FlowGraph, run: Run, runs: list[tuple[FlowGraph, HappensBefore, Run]], taken: set[str]
) -> str:
    """The diagram's name, with the run's events where the workflow has several runs in it; numbered."""
    name = drawing.diagram.name
    if sum(other is drawing for other, _, _ in runs) > 1:
        events = ", ".join(dict.fromkeys(event.event for event, _ in run.events))
        name = f"{name} ({events})" if events else name
    number, free = 1, name
    while free.casefold() in taken:
        number += 1
        free = f"{name} {number}"
    taken.add(free.casefold())
    return free


def _events(
    run: Run, workflow: str, own: FlowSettings, diagnostics: list[Diagnostic]
) -> tuple[EventText, ...]:
    """The events of a run, complete: a schedule with its time, a run without event as a manual one."""
    events: dict[str, EventText] = {}
    for event, span in run.events:
        if event.bad_types:
            from difflib import get_close_matches  # late: most types are right

            listed = ", ".join(f"`{bad}`" for bad in event.bad_types)
            [bad, *others] = event.bad_types
            near = get_close_matches(bad, event.kind.types, 1, 0.75) if not others and span else []
            page = "see the event's activity types in GitHub's page on events that trigger workflows"
            diagnostics.append(
                diagnostic(
                    UNKNOWN_ACTIVITY_TYPE,
                    f"GitHub knows no activity type {listed} of `{event.event}`",
                    span,
                    help=f"did you mean `{near[0]}`? {page}" if near else page,
                    fixes=respelt(span, bad, near[0]) if near and span else (),
                )
            )
        if event.is_inferred and not event.is_words:
            filters = ", ".join(f"{key}: {', '.join(values)}" for key, values in event.filters)
            diagnostics.append(
                diagnostic(
                    INFERRED_EVENT,
                    f"this is understood as the event `{event.event}`" + (f" ({filters})" if filters else ""),
                    span,
                    help=f"write `{event.event}` in quotes to say so yourself",
                )
            )
        if event.kind.has_times and not (event.event in events and not event.cron):
            event = _timed(event, workflow, own, span, diagnostics)
        events[event.event] = _merged(events[event.event], event) if event.event in events else event
    if not events:
        return (EventText(WORKFLOW_DISPATCH.name),)
    return tuple(events.values())


def _no_trigger(run: Run, drawing: FlowGraph, default: str) -> Diagnostic:
    """That nothing starts a run; a trigger that reaches something outside instead is shown."""
    roles = {one.id: one.role for one in drawing.participants}
    stray = next(
        (
            Label(event.text_span, f"this reaches `{event.receiver}`, which is no workflow")
            for event in drawing.diagram.events
            if isinstance(event, Message)
            and event.text_span is not None
            and roles[event.sender] in (Role.PERSON, Role.SOURCE)
            and roles[event.receiver] is Role.EXTERNAL
            and named_events(labels.plain(event.text))
        ),
        None,
    )
    causes = _unread_causes(run, drawing, roles)
    may_bear = _may_bear_trigger(run, drawing)
    likely = _likely_event(run, drawing, [label.span.text for label in causes], default)
    return diagnostic(
        NO_TRIGGER,
        f"nothing starts this run of `{run.name}`, so it is started by hand (`{WORKFLOW_DISPATCH.name}`)",
        run.span,
        stray,
        *causes,
        *(
            Label(one.text_span, "this says when")
            for one in _times_noted(run, drawing)
            if one.text_span is not None
        ),
        help=f"draw what starts it, such as `GitHub->>{run.lifeline}: Trigger '{likely}'`"
        + (f", or say it above this: `%% trigger: {likely}`" if may_bear else "")
        + _named_alone(run, likely, [label.span.text for label in causes])
        + _other_cures(run, drawing)
        + f"; `%% role: {run.lifeline} = external` above it if it is no workflow of GitHub's",
    )


def _named_alone(run: Run, likely: str, causes: Sequence[str]) -> str:
    """The cure of a run that a comment starts of which its beginning names one, or that has inputs there, or
    before which something stands in brackets beside what caused it."""
    if likely == WORKFLOW_DISPATCH.name and run.span is not None:
        given = pairs_said(labels.plain(run.span.text))
        where = next(filter(None, map(how_to_run_in, map(labels.plain, causes))), "")
        file = next((x for one in causes if (x := workflow_file(labels.plain(one))) != run.file), "")
        where += f"; `{file}` in the label of its lifeline if it is that one" if file else ""
        return f" with `%% with: {given}`" if given else where
    if not likely.startswith(ISSUE_COMMENT.name) or run.span is None:
        cure = asked_beside(likely, [run.span.text, *causes]) if run.span is not None else ""
        events, texts = named_events(likely), map(labels.plain, causes)
        left = next((x for one in texts if (x := unread_aside(one, events, frozenset()))), "")
        about = likely.partition("[")[0].rstrip("s")
        is_left = left != "" and not cure and left.strip("()[] ").casefold().rstrip("s") != about
        return f"{cure}; `%% when: EXPRESSION` with it where `{left}` says when" if is_left else cure
    from mermaid2gha.compiler.vocabulary.made_events import named_comment  # late: few drawings ask

    asked = named_comment(labels.plain(run.span.text))
    return f" with `%% when: {asked}` if one comment alone does" if asked else ""


def _may_bear_trigger(run: Run, drawing: FlowGraph) -> bool:
    """Whether a mark above what a run begins with speaks of this run: not where it is told to what is outside
    and acts, which would be started by it."""
    messages = [one for one in drawing.diagram.events if isinstance(one, Message)]
    begins = next((one for one in messages if one.text_span == run.span), None)
    if begins is None or begins.receiver == run.lifeline:
        return True
    return begins.sender == run.lifeline and not any(
        _acts(begins.receiver, event) for event in drawing.diagram.events
    )


def _acts(lifeline: str, event: object) -> bool:
    """Whether a lifeline does something by a statement: a note over it, or a message that is no answer."""
    if isinstance(event, Note):
        return set(event.lifelines) == {lifeline}
    if not isinstance(event, Message) or event.sender != lifeline:
        return False
    return event.receiver == lifeline or not event.arrow.is_dotted


def _repeated_at(run: Run, drawing: FlowGraph) -> str:
    """The time that a loop says around what a run begins with, or directly behind the note that it does."""
    open_: list[FragmentStart] = []
    events = drawing.diagram.events
    for at, event in enumerate(events):
        if isinstance(event, FragmentStart):
            open_.append(event)
        elif isinstance(event, FragmentEnd):
            open_.pop()
        elif isinstance(event, (Message, Note)) and event.text_span == run.span:
            behind = events[at + 1 : at + 2] if isinstance(event, Note) else ()
            open_ += [one for one in behind if isinstance(one, FragmentStart)]
            texts = [labels.plain(one.text) for one in open_ if one.operator is Operator.LOOP]
            return next((time for text in texts if (time := clock_said(text) or cron_said(text))), "")
    return ""


def _likely_event(run: Run, drawing: FlowGraph, causes: Sequence[str], default: str) -> str:
    """The event that is most likely meant, by what the run begins with, the name of an event, a time or what
    happens to a thing of the repository, else by what has happened before."""
    from mermaid2gha.compiler.vocabulary.made_events import types_said  # late: few drawings ask

    said = labels.plain(run.span.text) if run.span else ""
    words = f" {' '.join(labels.words(said)).replace('-', ' ')} "
    spelt = [
        name
        for name in EVENTS
        if "_" in name and (f" {name.replace('_', ' ')} " in words or re.search(rf"\b{name}\b", said))
    ]
    if spelt:
        name = max(spelt, key=len)
        types = types_said(said, name)
        return f"{name}[type={'|'.join(types)}]" if types else name
    if after := followed(said, run.file, drawing.participants):
        return after
    fields = cron_said(said) if says_cron(said) else ""
    if time := fields or clock_said(said) or _repeated_at(run, drawing):
        time = "], schedule[cron=".join((time, *more_crons(said)))
        more = f", {WORKFLOW_DISPATCH.name}" if is_manual(said) or "dispatched" in words else ""
        return f"{SCHEDULE.name}[cron={time}]{more}"
    if time := next(filter(None, (likely_time(note.text) for note in _times_noted(run, drawing))), ""):
        return f"{SCHEDULE.name}[cron={time}]"
    if SCHEDULED.search(said):
        return SCHEDULE.name
    if time := _time_of_sender(run, drawing):
        return f"{SCHEDULE.name}[cron={time}]"
    if any(map(orders_run, map(labels.plain, causes))):
        return WORKFLOW_DISPATCH.name
    if likely := _said_in_label(run, drawing, default):
        return likely
    is_told = _is_of_message(run, drawing) or says_when(said) or PAIR.search(said) is not None
    is_told = is_told or (_is_from_outside(run, drawing) and bool(plain_events(said, default)))
    texts = (said if is_told else "", *causes, *_reaching(run, drawing))
    found = [event for text in texts if (event := event_said(text, default))]
    found = found or [f"{PUSH.name}[branch={branch}]" if (branch := pushed_to(said)) else PUSH.name]
    return next((one for one in found if one.startswith(f"{found[0]}[")), found[0])  # with what a cause says


def _said_in_label(run: Run, drawing: FlowGraph, default: str) -> str:
    """The event or time that the label of a run's lifeline says beside its name: `cd.yml (push to main)`."""
    label = next((one.label for one in drawing.diagram.lifelines if one.id == run.lifeline), "")
    is_of_file = FILE.search(label) is not None
    is_named = run.name != run.file.rpartition(".")[0]
    if is_of_file and not is_named and SCHEDULED.search(run.name):
        return SCHEDULE.name  # `nightly.yml`
    for text in (*labels.asides(label), *((run.name,) if is_of_file and is_named else ())):
        if time := cron_said(text) or likely_time(text):
            return f"{SCHEDULE.name}[cron={time}]"
        if SCHEDULED.search(text):
            return SCHEDULE.name
        if event := event_said(text, default):
            return event
    return ""


def _time_of_sender(run: Run, drawing: FlowGraph) -> str:
    """The time that the label of what sends the message says with which a run begins, as a cron."""
    senders = {
        event.sender
        for event in drawing.diagram.events
        if isinstance(event, Message) and event.text_span == run.span and event.receiver == run.lifeline
    }
    label = next((labels.plain(one.label) for one in drawing.diagram.lifelines if one.id in senders), "")
    time = time_of_label(label) if any(map(str.isdigit, label)) else ""
    return time if len(time.split()) > 1 else ""


def _times_noted(run: Run, drawing: FlowGraph) -> list[Note]:
    """The notes over what a run is of that say a time, and nothing else."""
    notes = [one for one in drawing.diagram.events if isinstance(one, Note) and run.lifeline in one.lifelines]
    return [one for one in notes if is_time(one.text) or says_time_of_run(one.text)]


def _reaching(run: Run, drawing: FlowGraph) -> list[str]:
    """What others have told a source before a run that no message starts, the last first."""
    roles = {one.id: one.role for one in drawing.participants}
    found: list[str] = []
    for event in drawing.diagram.events if not _is_of_message(run, drawing) else ():
        if isinstance(event, Message | Note) and event.text_span == run.span:
            break
        if isinstance(event, Message) and roles[event.receiver] is Role.SOURCE:
            is_of_others = roles[event.sender] in (Role.PERSON, Role.EXTERNAL)
            found += [event.text] if is_of_others and not event.arrow.is_dotted else []
    return found[::-1]


def _other_cures(run: Run, drawing: FlowGraph) -> str:
    """What else may be meant where nothing starts a run, by its place."""
    if not _is_of_message(run, drawing):
        return "; `%% comment` above this if it is a remark"
    found = ""
    if _is_in_loop(run, drawing):
        found += "; `%% trigger: schedule[cron=0 3 * * *]` if the loop around it is a time"
    if any(other.file == run.file for other in drawing.runs[: run.number]):
        found += "; `%% approval: production` if the run before goes on by it"
        is_answer = any(
            isinstance(event, Message) and event.text_span == run.span and event.arrow.is_dotted
            for event in drawing.diagram.events
        )
        found += ", `%% reply` if it is an answer to that" if is_answer else ""
    return found


def _is_in_loop(run: Run, drawing: FlowGraph) -> bool:
    first = next((job.operand for job in drawing.jobs if job.run == run.number), run.operand)
    fragments = (drawing.fragments[operand.fragment] for operand in drawing.around(first))
    return any(fragment.operator is Operator.LOOP for fragment in fragments)


def _unread_causes(run: Run, drawing: FlowGraph, roles: Mapping[str, Role]) -> list[Label]:
    """What reached, before a run, the source that starts it, and names no event that is read."""
    messages = [event for event in drawing.diagram.events if isinstance(event, Message)]
    at = next((n for n, event in enumerate(messages) if event.text_span == run.span), None)
    found: list[Label] = []
    if at is None or roles[messages[at].sender] is not Role.SOURCE:
        return found
    source = messages[at].sender
    for event in reversed(messages[:at]):
        if event.sender == source and event.receiver == messages[at].receiver:
            break
        if event.receiver == source and event.text_span is not None:
            found.append(Label(event.text_span, "no event is read from this"))
    return found


def _is_from_outside(run: Run, drawing: FlowGraph) -> bool:
    """Whether a run begins with what somebody else says to its workflow, be it a step."""
    return any(
        isinstance(event, Message)
        and event.text_span == run.span
        and event.receiver == run.lifeline != event.sender
        for event in drawing.diagram.events
    )


def _is_of_message(run: Run, drawing: FlowGraph) -> bool:
    """Whether a run begins with a message to its workflow that is no step, and not with what it does."""
    steps = {step.span for job in drawing.jobs for step in job.steps}
    return run.span not in steps and _is_from_outside(run, drawing)


def _timed(
    event: EventText, workflow: str, own: FlowSettings, span: Span, diagnostics: list[Diagnostic]
) -> EventText:
    said = own.cron or event.cron
    derived = derived_cron(workflow, said)
    if derived is not None and said != "hourly":
        diagnostics.append(
            diagnostic(
                SCHEDULE_WITHOUT_TIME,
                f"no time is read, so the schedule is `{derived}`",
                span,
                help="name the time, or set `flows: NAME: {cron: …}` in the settings"
                if not said
                else "set `flows: NAME: {cron: …}` in the settings for another time",
            )
        )
    cron = said if derived is None else derived
    for time in (cron, *event.more_times) if not own.cron else ():  # those of the settings are told there
        if (problem := cron_problem(time)) is not None:
            diagnostics.append(invalid_cron(time, problem, span))
    return replace(event, cron=cron, is_time_derived=derived is not None)


def _merged(event: EventText, other: EventText) -> EventText:
    """One event named twice in a run: the union of the filters; none, if it came once without any."""
    mine, its = (tuple(pair for pair in one.filters if pair[0] != "workflows") for one in (event, other))
    both = either(replace(event, filters=mine), replace(other, filters=its)).filters if mine and its else ()
    listened = [name for one in (event, other) for name in dict(one.filters).get("workflows", ())]
    workflows = (("workflows", tuple(dict.fromkeys(listened))),) if listened else ()
    times = tuple(dict.fromkeys((*event.times, *other.times)))
    return replace(
        event,
        filters=(*both, *workflows),
        cron=times[0] if times else "",
        is_time_derived=event.is_time_derived and other.is_time_derived,
        more_times=times[1:],
    )
