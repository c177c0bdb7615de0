"""Starts that GitHub does not make: of workflows by themselves, after nothing, or too many in a row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic
from mermaid2gha.base.edit import respelt
from mermaid2gha.base.graph import reachable
from mermaid2gha.base.records import replace
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.ir.flow_graph import Run
from mermaid2gha.compiler.link.flow_model import Flow
from mermaid2gha.compiler.link.link import Linked
from mermaid2gha.compiler.link.model import LinkedWorkflow
from mermaid2gha.compiler.marks.marks import marks_of
from mermaid2gha.compiler.marks.settled import trigger_mark
from mermaid2gha.compiler.reading.starts import guessed_trigger
from mermaid2gha.compiler.vocabulary import labels, outcomes_beyond
from mermaid2gha.compiler.vocabulary.clauses import clause
from mermaid2gha.compiler.vocabulary.events import EventText
from mermaid2gha.github.events import MOST_CHAINED, WORKFLOW_RUN
from mermaid2gha.github.simulator.unlikely_filters import doubt
from mermaid2gha.mermaid.ast import Event, FragmentEnd, FragmentStart, Message, Note, OperandStart
from mermaid2gha.settings.model import Settings, folded

CALLS_ITSELF = Rule("calls-itself", Severity.ERROR)
CHAINED_TOO_DEEP = Rule("chained-too-deep", Severity.ERROR)
EMPTY_RUN = Rule("empty-run", Severity.WARNING, is_guess=True)
RUNS_AFTER_ITSELF = Rule("runs-after-itself", Severity.ERROR)
RUNS_AFTER_NOTHING = Rule("runs-after-nothing", Severity.ERROR)
UNLIKELY_FILTER = Rule("unlikely-filter", Severity.WARNING)
UNUSABLE_FILTER = Rule("unusable-filter", Severity.ERROR)


def triggers(project: Linked, settings: Settings) -> list[Diagnostic]:
    """What is wrong with the events that start the flows of a project.

    Reports `unusable-filter`, `unlikely-filter`, `empty-run`, `runs-after-nothing`, `runs-after-itself`,
    `chained-too-deep`, `calls-itself`, and `guessed-trigger` of names of workflows.
    """
    result: list[Diagnostic] = []
    after: dict[str, list[tuple[str, Flow]]] = {}
    adopted = {file.casefold() for file in settings.adopted}
    for linked in project.items:
        for flow in linked.workflow.flows:
            result += _filters(flow)
            if flow.run.gate is None or linked.file.casefold() not in adopted:
                result += _empty(linked, flow)  # what people's own gate reports is theirs
            if any(event.kind.follows_runs for event in flow.events):
                result += _after(linked, flow)
                result += _after_unknown(linked, flow, project)
                result += _after_some(linked, flow, project)
                result += _after_failure(linked, flow)
                after.setdefault(folded(linked.name), []).append((folded(flow.run.after), flow))
        result += _repeated(linked)
    return [*result, *_too_deep(after), *_circular_calls(project.items)]


def _filters(flow: Flow) -> Iterator[Diagnostic]:
    for event, span in flow.run.events:
        for key in event.bad_filters:
            from difflib import get_close_matches  # late: most filters are right

            near = next(
                iter(get_close_matches(key.lower(), (*event.kind.filters, "environment"), 1, 0.6)), ""
            )
            yield diagnostic(
                UNUSABLE_FILTER,
                f"GitHub has no filter `{key}` for `{event.event}`",
                span,
                help=f"{f'did you mean `{near}`? ' if near else ''}"
                "remove it, or draw the condition as an `opt` around what it is for",
            )
        for key, value in ((key, value) for key, values in event.filters for value in values):
            found = doubt(key, value) if key.startswith(("branches", "tags", "paths")) else None
            if found is not None:
                yield diagnostic(
                    UNLIKELY_FILTER,
                    f"`{value}` can hardly be meant: {found.reason}",
                    span,
                    help=(f"did you mean `{found.meant}`? " if found.meant else "")
                    + "`%% ignore: unlikely-filter` above it where it is meant so",
                    fixes=respelt(span, value, found.meant, is_safe=False)
                    if found.meant and span and not found.is_open
                    else (),
                )


def _empty(linked: LinkedWorkflow, flow: Flow) -> Iterator[Diagnostic]:
    """A run that draws nothing, of a workflow that has jobs in others; not one of which a mark says that its
    report is the check to require."""
    if flow.run.gate is not None and flow.run.gate.is_marked:
        return
    if linked.jobs and not any(flow.number in job.flows for job in linked.jobs):
        yield diagnostic(
            EMPTY_RUN,
            f"`{linked.name}` is started here and does nothing",
            Label(flow.span, "nothing is drawn between this and its next trigger"),
            help="draw what it does in this run: each trigger begins a run of its own; `%% gate` above what "
            "it answers makes that the check to require; if it starts what the next one does, too, "
            "`%% comment` above it, and its event in the `%% trigger: …` of that one",
            reason="{count} triggers start a workflow that does nothing in their runs",
        )


def _repeated(linked: LinkedWorkflow) -> Iterator[Diagnostic]:
    """A run that begins once more by an event which begins another, and says that it gives something: only
    the other's jobs do anything."""
    kept = {(id(flow.drawing), flow.run.number) for flow in linked.workflow.flows}
    drawings = {id(flow.drawing): flow.drawing for flow in linked.workflow.flows}
    for key, drawing in drawings.items():
        starts = {run.span: run for run in drawing.runs if run.file == linked.file}
        left = {
            run.span
            for run in starts.values()
            if (key, run.number) not in kept and not any(event.kind.is_call for event, _ in run.events)
        }
        current: Run | None = None
        for event in drawing.diagram.events if left else ():
            if not isinstance(event, Message):
                continue
            current = starts.get(event.text_span, current) if event.text_span is not None else current
            if current is None or current.span not in left or event.sender != current.lifeline:
                continue
            if labels.has_word(labels.plain(event.text), labels.GIVING) and not event.marks:
                yield diagnostic(
                    EMPTY_RUN,
                    f"`{linked.name}` does nothing in this run, which another begins by the same event, too",
                    Label(current.span, "this run"),
                    Label(event.text_span or current.span, "this is read as a reply"),
                    help="draw what it does solid, or as a message to itself, if it does something here; "
                    "`%% reply` above what it says if that is all",
                )
                break


def _after(linked: LinkedWorkflow, flow: Flow) -> Iterator[Diagnostic]:
    is_named = any(key == "workflows" for event in flow.events for key, _ in event.filters)
    if folded(flow.run.after) == folded(linked.name):
        yield diagnostic(
            RUNS_AFTER_ITSELF,
            f"`{linked.name}` would run again whenever it has run",
            Label(flow.span, "listens to the workflow that it starts"),
            help="draw what runs after it on a lifeline of its own",
        )
    elif not flow.run.after and not is_named:
        yield diagnostic(
            RUNS_AFTER_NOTHING,
            f"nothing says after which workflow `{linked.name}` runs",
            flow.span,
            help="let that workflow send the message (`%% role: workflow FILE.yml` above a lifeline makes it "
            f"one), or name it above this: `%% trigger: {WORKFLOW_RUN.name}[workflows=NAME]`",
        )


def _after_unknown(linked: LinkedWorkflow, flow: Flow, project: Linked) -> Iterator[Diagnostic]:
    """A start after the run of a workflow by a name that none has which is drawn, where others are drawn
    before it."""
    events = [event for event in flow.events if event.kind.follows_runs]
    message = next((one for one in flow.drawing.diagram.events if _is_at(one, flow.span)), None)
    names = [name for event in events for name in dict(event.filters).get("workflows", ())]
    drawn = [one for one in project.items if one is not linked]
    of_files = [one.file.casefold() for one in drawn]
    known = {folded(one.name) for one in drawn} | {*of_files, *(one.rpartition(".")[0] for one in of_files)}
    unknown = [name for name in names if folded(name) not in known]
    before = [run.name for run in flow.drawing.runs[: flow.run.number] if run.file != flow.run.file]
    if not unknown or not before or message is None or marks_of(message).get("trigger"):
        return
    if any(project.drawings.documents.existing.file(file).title in unknown for file in of_files):
        return
    likely = (replace(events[0], filters=(("workflows", (name,)),)) for name in dict.fromkeys(before))
    others = " or ".join(f"`%% {trigger_mark((one,))}`" for one in likely)
    yield guessed_trigger(
        f"no workflow that is drawn is called {' and '.join(f'`{name}`' for name in unknown)}, and GitHub "
        "waits for the one that is",
        flow.span,
        cure=f"{others} above it if that is meant, `%% {trigger_mark(events)}` if that one is not drawn",
    )


def _after_some(linked: LinkedWorkflow, flow: Flow, project: Linked) -> Iterator[Diagnostic]:
    """A start after the run of a workflow that is drawn after one run of it, where further events start that
    one: GitHub starts this after all of them."""
    drawing = flow.drawing
    event = next(one for one in flow.events if one.kind.follows_runs)
    message = next((one for one in drawing.diagram.events if _is_at(one, flow.span)), None)
    if message is None or event.has_refs or not {"trigger", "when", "ignore"}.isdisjoint(marks_of(message)):
        return
    senders = [
        one for one in project.items if one is not linked and folded(one.name) == folded(flow.run.after)
    ]
    runs = [each for one in senders for each in one.workflow.flows if each.drawing is drawing]
    listening = [one for one in linked.workflow.flows if one.run.after == flow.run.after]
    drawn = [
        max(
            (one for one in runs if one.run.number < each.run.number),
            key=lambda one: one.run.number,
            default=None,
        )
        for each in listening
    ]
    followed = {(x.event, x.filters) for one in drawn if one is not None for x in one.events}
    others = [x for one in runs for x in one.events if (x.event, x.filters) not in followed]
    before = drawn[listening.index(flow)]
    if before is None or not others:
        return
    name = dict(event.filters).get("workflows", (flow.run.after,))[0]
    named = dict.fromkeys(trigger_mark((one,)).removeprefix("trigger: ") for one in others)
    yield guessed_trigger(
        f"GitHub starts this after every run of `{name}`, also those by "
        f"{' and '.join(f'`{one}`' for one in named)}, after which it is not drawn",
        flow.span,
        cure=f"{_those_alone(event, name, before.events)}; `%% {trigger_mark((event,))}` that all are meant",
    )


def _after_failure(linked: LinkedWorkflow, flow: Flow) -> Iterator[Diagnostic]:
    """A start after the good runs of a workflow, for nothing says after which, where it, what is drawn
    directly before it, or what the run does says that something failed."""
    event = next(one for one in flow.events if one.kind.follows_runs)
    drawn = flow.drawing.diagram.events
    at = next((at for at, one in enumerate(drawn) if _is_at(one, flow.span)), len(drawn))
    message = drawn[at] if at < len(drawn) else None
    if not isinstance(message, Message) or event.conclusion not in ("", "success"):
        return
    said = labels.plain(message.text)
    is_said = outcomes_beyond.says_ending(said) and not outcomes_beyond.says_failure_alone(said)
    if is_said or not {"trigger", "when", "ignore"}.isdisjoint(marks_of(message)):
        return
    others = {one.span for one in linked.workflow.flows if one.drawing is flow.drawing}
    before, after = drawn[:at], drawn[at + 1 :]
    texts = [message.text, *_directly_before(before, message.sender), *_of_run(after, message, others)]
    failing = next((x for x in map(labels.plain, texts) if outcomes_beyond.says_failure_alone(x)), "")
    if not failing:
        return
    name = dict(event.filters).get("workflows", (flow.run.after,))[0]
    ended = (replace(event, filters=(("workflows", (name,)),), conclusion=x) for x in _ENDED)
    bad, any_, good = (f"`%% {trigger_mark((one,))}`" for one in ended)
    yield guessed_trigger(
        f"`{failing}` may say that this follows runs of `{name}` that fail, and it follows the good ones",
        flow.span,
        cure=f"{bad} above it says so, {any_} that it follows all, {good} the good ones alone",
    )


_ENDED = ("failure", "always", "success")


def _directly_before(drawn: Sequence[Event], sender: str) -> Iterator[str]:
    """The last thing that a lifeline is drawn to do, or the text of the operand in which that would stand."""
    for one in reversed(drawn):
        if isinstance(one, FragmentEnd):
            return
        is_own = isinstance(one, Message) and one.sender == sender
        is_own = is_own or (isinstance(one, Note) and sender in one.lifelines)
        if is_own or isinstance(one, FragmentStart | OperandStart):
            assert isinstance(one, Message | Note | FragmentStart | OperandStart)
            yield one.text
            return


def _of_run(drawn: Sequence[Event], start: Message, others: Set[Span]) -> Iterator[str]:
    """What the workflow that a message starts does by itself from there to its next start, in no fragment."""
    depth = 0
    for one in drawn:
        depth += isinstance(one, FragmentStart) - isinstance(one, FragmentEnd)
        if depth < 0 or (isinstance(one, Message) and one.text_span in others):
            return
        is_own = isinstance(one, Message) and one.sender == start.receiver
        is_own = is_own or (isinstance(one, Note) and one.lifelines == (start.receiver,))
        if is_own and not depth and isinstance(one, Message | Note) and clause(one.text) is None:
            yield one.text


def _those_alone(event: EventText, name: str, before: Sequence[EventText]) -> str:
    """What says that a start after the runs of a workflow is after those by some events alone."""
    branches = [dict(x.filters).get("branches", ()) for x in before if x.kind.branch[0] == "github.ref"]
    if len(branches) == 1 and branches[0] and not any(x.startswith("!") for x in branches[0]):
        filtered = replace(event, filters=(("workflows", (name,)), ("branches", branches[0])))
        return f"`%% {trigger_mark((filtered,))}` above it waits for those of `{'|'.join(branches[0])}` alone"
    asked = f"github.event.{WORKFLOW_RUN.name}.event == '{before[0].event}'"
    return f"`%% when: {asked}` above it says that it follows those alone"


def _is_at(event: object, place: Span) -> bool:
    return isinstance(event, Message) and event.text_span == place


def _too_deep(after: dict[str, list[tuple[str, Flow]]]) -> Iterator[Diagnostic]:
    """Flows more than three runs of `workflow_run` away from an event of another kind."""
    for senders in after.values():
        for sender, flow in senders:
            chain = reachable([sender], lambda name: [before for before, _ in after.get(name, ())[:1]])
            if len(list(chain)) > MOST_CHAINED:
                yield diagnostic(
                    CHAINED_TOO_DEEP,
                    f"GitHub starts at most {MOST_CHAINED} workflows after one another by "
                    f"`{WORKFLOW_RUN.name}`",
                    flow.span,
                    help="call the workflow (`call`), or start it by a dispatch",
                )


def _circular_calls(project: Sequence[LinkedWorkflow]) -> Iterator[Diagnostic]:
    """Calls of workflows that reach the caller again."""
    calls: dict[str, dict[str, Span]] = {}
    for linked in project:
        for job in linked.jobs:
            for drawn in (drawn for in_flow in job.flows.values() for drawn in in_flow.drawn if drawn.call):
                calls.setdefault(linked.file.casefold(), {}).setdefault(drawn.call.casefold(), drawn.span)
    for caller, called in calls.items():
        for file, span in called.items():
            if caller in reachable([file], calls.get):
                yield diagnostic(
                    CALLS_ITSELF,
                    f"`{caller}` calls itself by way of this call",
                    span,
                    help="draw the jobs that both need in a third workflow, and let both call it",
                )
