"""The flows of each workflow file over all documents, and what tells them apart (section 10)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mermaid2gha import words
from mermaid2gha.actions.condition import FALSE, TRUE, Condition, Test, all_of, any_of, expression, negation
from mermaid2gha.actions.names import daily_cron
from mermaid2gha.diagnostic import Diagnostic, Label, diagnostic
from mermaid2gha.flow import Drawing, Run
from mermaid2gha.passes import guards
from mermaid2gha.passes.happens_before import HappensBefore
from mermaid2gha.settings import FlowSettings, Settings, folded
from mermaid2gha.source import Span
from mermaid2gha.triggers import EventText

FORK = Test(
    "github.event.pull_request.head.repo.full_name != github.repository",
    "github.event.pull_request.head.repo.full_name == github.repository",
)
_OWN = re.compile(r"\bfrom\s+(?:the\s+)?[\"'“‘`]?([\w.-]+/[\w.-]+)[\"'”’`]?\s+repo", re.IGNORECASE)
_FROM_FORK = re.compile(r"\bfrom\s+(?:a\s+|the\s+)?forks?\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Flow:
    """A run as one flow of its workflow. `events` are GitHub's events with their filters and times.

    `guards` says for each event what tells this flow from the workflow's others of that event; `is_fork`
    that the flow is a pull request from a fork; `may_write` what its token note says, if it has one.
    """

    number: int
    name: str
    drawing: Drawing
    order: HappensBefore
    run: Run
    events: tuple[EventText, ...]
    guards: tuple[tuple[str, Condition], ...]
    is_fork: bool
    span: Span

    @property
    def may_write(self) -> bool | None:
        return self.run.token.may_write if self.run.token else None


@dataclass(frozen=True, slots=True)
class WorkflowFlows:
    """The flows of one file. `covered` are the events of which some flow takes place in every case.

    `concluded` is that the workflow to which this one listens has ended as drawn (true where none is).
    """

    file: str
    name: str
    flows: tuple[Flow, ...]
    covered: frozenset[str]
    concluded: Condition = TRUE

    @property
    def events(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(event.event for flow in self.flows for event in flow.events))

    def event_test(self, event: str) -> Condition:
        """That a run was started by this event; true where the file has no other."""
        if len(self.events) == 1:
            return TRUE
        called = Test("inputs.called", "!inputs.called")
        if event == "workflow_call":
            return called
        test = Test(f"github.event_name == '{event}'", f"github.event_name != '{event}'")
        return all_of(negation(called), test) if "workflow_call" in self.events else test

    def region(self, numbers: frozenset[int], within: frozenset[int] | None = None) -> Condition:
        """That one of these flows takes place, as simply as it can be said (positively, or by what not).

        `within` are the flows that can take place at all where the test stands; the others do not matter.
        """
        universe = frozenset(range(len(self.flows))) if within is None else within
        is_everything = within is not None or self.covered >= set(self.events)
        if numbers >= universe and is_everything:
            return TRUE
        positive = self._positive(numbers, universe, within is not None)
        others = universe - numbers
        if is_everything and "workflow_call" not in self.events and others:
            inverse = negation(self._positive(others, universe, within is not None))
            if len(expression(inverse)) < len(expression(positive)):
                return inverse
        return positive

    def _positive(self, numbers: frozenset[int], universe: frozenset[int], is_given: bool) -> Condition:
        terms: list[Condition] = []
        for event in self.events:
            of_event = [
                f for f in self.flows if f.number in universe and any(e == event for e, _ in f.guards)
            ]
            inside = [flow for flow in of_event if flow.number in numbers]
            if not inside:
                continue
            is_covered = event in self.covered or is_given
            whens = [dict(flow.guards)[event] for flow in inside]
            outside = [dict(f.guards)[event] for f in of_event if f.number not in numbers]
            when: Condition = TRUE if is_covered and not outside else any_of(*whens)
            if is_covered and outside:
                when = min(when, negation(any_of(*outside)), key=lambda c: len(expression(c)))
            terms.append(all_of(self.event_test(event), when))
        return any_of(*terms) if terms else FALSE


def flows(
    lowered: Sequence[tuple[Drawing, HappensBefore]], settings: Settings
) -> tuple[tuple[WorkflowFlows, ...], list[Diagnostic]]:
    """The flows of every workflow file, in document order.

    Reports `flows-not-told-apart`, `no-trigger`, `unknown-activity-type`, `schedule-without-time`,
    `inferred-event`, `invalid-condition`.
    """
    by_file: dict[str, list[tuple[Drawing, HappensBefore, Run]]] = {}
    names: dict[str, str] = {}
    for drawing, order in lowered:
        for run in drawing.runs:
            by_file.setdefault(run.file.casefold(), []).append((drawing, order, run))
            names.setdefault(run.file.casefold(), run.name)
    diagnostics: list[Diagnostic] = []
    result = []
    for key, runs in by_file.items():
        one, found = _workflow(runs, names[key], settings)
        result.append(one)
        diagnostics += found
    return tuple(result), diagnostics


def _workflow(
    runs: list[tuple[Drawing, HappensBefore, Run]], name: str, settings: Settings
) -> tuple[WorkflowFlows, list[Diagnostic]]:
    diagnostics: list[Diagnostic] = []
    given = {folded(flow): value for flow, value in settings.flows}
    drafts: list[Flow] = []
    taken: set[str] = set()
    for number, (drawing, order, run) in enumerate(runs):
        own = given.get(folded(drawing.diagram.name), FlowSettings())
        events = _events(run, name, own, diagnostics)
        title = _flow_name(drawing, run, runs, taken)
        is_fork = bool(_FROM_FORK.search(drawing.diagram.name))
        drafts.append(Flow(number, title, drawing, order, run, events, (), is_fork, run.span))
    told, covered = _told_apart(drafts, given, diagnostics)
    listening = [flow for flow in told if any(event.event == "workflow_run" for event in flow.events)]
    ended = any_of(*(_conclusion(flow) for flow in listening)) if listening else TRUE
    file = WorkflowFlows(runs[0][2].file, name, told, covered)
    others = negation(file.event_test("workflow_run")) if len(file.events) > 1 else FALSE
    concluded = TRUE if ended == TRUE else any_of(others, ended)
    return WorkflowFlows(file.file, file.name, file.flows, file.covered, concluded), diagnostics


def _flow_name(
    drawing: Drawing, run: Run, runs: list[tuple[Drawing, HappensBefore, Run]], taken: set[str]
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
    found: dict[str, EventText] = {}
    for event, span in run.events:
        if event.bad_types:
            listed = ", ".join(f"`{bad}`" for bad in event.bad_types)
            diagnostics.append(
                diagnostic(
                    "unknown-activity-type",
                    f"GitHub knows no activity type {listed} of `{event.event}`",
                    span,
                    help="see the event's activity types in GitHub's page on events that trigger workflows",
                )
            )
        if event.is_inferred:
            told = ", ".join(f"{key}: {', '.join(values)}" for key, values in event.filters)
            diagnostics.append(
                diagnostic(
                    "inferred-event",
                    f"this is understood as the event `{event.event}`" + (f" ({told})" if told else ""),
                    span,
                    help=f"write `{event.event}` in quotes to say so yourself",
                )
            )
        if event.event == "schedule":
            event = _timed(event, workflow, own, span, diagnostics)
        found[event.event] = _merged(found[event.event], event) if event.event in found else event
    if not found:
        diagnostics.append(
            diagnostic(
                "no-trigger",
                f"nothing starts this run of `{run.name}`, so it is started by hand (`workflow_dispatch`)",
                run.span,
                help=f"draw what starts it, such as `GitHub->>{run.lifeline}: Trigger 'push'`",
            )
        )
        found["workflow_dispatch"] = EventText("workflow_dispatch")
    return tuple(found.values())


def _timed(
    event: EventText, workflow: str, own: FlowSettings, span: Span, diagnostics: list[Diagnostic]
) -> EventText:
    cron = own.cron or event.cron
    if cron in ("", "daily", "weekly"):
        was, cron = cron, daily_cron(workflow, weekly=cron == "weekly")
        diagnostics.append(
            diagnostic(
                "schedule-without-time",
                f"no time is drawn, so the schedule is `{cron}`",
                span,
                help="name the time, or set `flows: NAME: {cron: …}` in the settings"
                if not was
                else "set `flows: NAME: {cron: …}` in the settings for another time",
            )
        )
    elif cron == "hourly":
        cron = f"{daily_cron(workflow).split()[0]} * * * *"
    return EventText(event.event, event.filters, cron, event.is_inferred, event.bad_types)


def _merged(one: EventText, other: EventText) -> EventText:
    """One event named twice in a run: the union of the filters."""
    filters = dict(one.filters)
    for key, values in other.filters:
        filters[key] = tuple(dict.fromkeys((*filters.get(key, ()), *values)))
    return EventText(one.event, tuple(filters.items()), one.cron or other.cron, one.is_inferred)


def _told_apart(
    drafts: list[Flow], given: dict[str, FlowSettings], diagnostics: list[Diagnostic]
) -> tuple[tuple[Flow, ...], frozenset[str]]:
    """The flows with their guards. Flows of one event that cannot be told apart are an error."""
    whens = {flow.number: _when(flow, given, diagnostics) for flow in drafts}
    guards_of: dict[int, list[tuple[str, Condition]]] = {flow.number: [] for flow in drafts}
    covered: set[str] = set()
    for event in dict.fromkeys(e.event for flow in drafts for e in flow.events):
        sharing = [flow for flow in drafts if any(e.event == event for e in flow.events)]
        tests = _tests(event, sharing, whens)
        if event == "workflow_run":
            tests = [all_of(test, _conclusion(flow)) for test, flow in zip(tests, sharing)]
        if (len(sharing) == 1 and tests[0] == TRUE) or _is_complete(tests):
            covered.add(event)
        for at, flow in enumerate(sharing):
            guards_of[flow.number].append((event, tests[at]))
            for other in range(at):
                if not _is_disjoint(tests[at], tests[other]):
                    diagnostics.append(_not_told_apart(event, sharing[other], flow))
    told = tuple(
        Flow(
            f.number,
            f.name,
            f.drawing,
            f.order,
            f.run,
            f.events,
            tuple(guards_of[f.number]),
            f.is_fork,
            f.span,
        )
        for f in drafts
    )
    return told, frozenset(covered)


def _conclusion(flow: Flow) -> Condition:
    """That the workflow listened to has succeeded, unless the drawing says failure or always."""
    text = flow.span.text
    if words.has_word(text, words.FAILING):
        return _equal("github.event.workflow_run.conclusion", "failure")
    if words.has_word(text, frozenset({"always", "any", "whatever"})):
        return TRUE
    return _equal("github.event.workflow_run.conclusion", "success")


def _when(flow: Flow, given: dict[str, FlowSettings], diagnostics: list[Diagnostic]) -> Condition | None:
    """What the settings or the name say of when a flow takes place."""
    own = given.get(folded(flow.name)) or given.get(folded(flow.drawing.diagram.name))
    if own is not None and own.when:
        found = guards.read_expression(own.when)
        if found is None:
            diagnostics.append(
                diagnostic(
                    "invalid-condition",
                    f"`{own.when}` is no boolean expression over `github`, `inputs`, `vars` and `needs`",
                    own.when_span,
                    help="compare something, as in `github.event.pull_request.draft == false`",
                )
            )
            return None
        return found
    name = flow.drawing.diagram.name
    if _FROM_FORK.search(name):
        return FORK
    if match := _OWN.search(name):
        head = "github.event.pull_request.head.repo.full_name"
        return Test(f"{head} == '{match[1]}'", f"{head} != '{match[1]}'")
    return None


def _tests(event: str, sharing: list[Flow], whens: dict[int, Condition | None]) -> list[Condition]:
    """What tells each of these flows of one event from the others."""
    if len(sharing) == 1:
        found = whens[sharing[0].number]
        alone = event in ("pull_request", "pull_request_target") or not _is_by_name(sharing[0])
        return [found if found is not None and alone else TRUE]
    stated: list[Condition | None] = [whens[flow.number] for flow in sharing]
    forks = any(when == FORK for when in stated)
    stated = [negation(FORK) if forks and _is_own(f, when) else when for f, when in zip(sharing, stated)]
    filters = [_filter_test(event, flow, sharing) for flow in sharing]
    known = [when for when in stated if when is not None]
    rest = negation(any_of(*known)) if known else TRUE
    if event == "workflow_dispatch" and not known:
        return [
            Test(f"inputs.run == '{_quoted(f.name)}'", f"inputs.run != '{_quoted(f.name)}'") for f in sharing
        ]
    result: list[Condition] = []
    for when, kept in zip(stated, filters):
        result.append(all_of(rest if when is None else when, kept))
    return result


def _is_by_name(flow: Flow) -> bool:
    return bool(_FROM_FORK.search(flow.drawing.diagram.name) or _OWN.search(flow.drawing.diagram.name))


def _is_own(flow: Flow, when: Condition | None) -> bool:
    return isinstance(when, Test) and when != FORK and bool(_OWN.search(flow.drawing.diagram.name))


def _quoted(text: str) -> str:
    return text.replace("'", "''")


def _filter_test(event: str, flow: Flow, sharing: list[Flow]) -> Condition:
    """The filters of one flow as a test, where flows of one event differ in them."""
    every = [next(e for e in other.events if e.event == event) for other in sharing]
    mine = next(e for e in flow.events if e.event == event)
    terms: list[Condition] = []
    if event == "schedule" and len({e.cron for e in every}) > 1:
        terms.append(_equal("github.event.schedule", mine.cron))
    differing = [
        key for key in ("types", "branches", "tags") if len({dict(e.filters).get(key) for e in every}) > 1
    ]
    options: list[Condition] = []
    for key in differing:
        values = dict(mine.filters).get(key)
        if values is None:
            continue
        subject = {"types": "github.event.action", "branches": _branch(event), "tags": "github.ref"}[key]
        prefix = {"types": "", "branches": "refs/heads/", "tags": "refs/tags/"}[key]
        if key == "branches" and event != "push":
            prefix = ""
        test = any_of(*(_pattern(subject, prefix, value) for value in values))
        if key == "types":
            terms.append(test)
        else:
            options.append(test)
    if options:
        terms.append(any_of(*options))
    return all_of(*terms)


def _branch(event: str) -> str:
    if event == "workflow_run":
        return "github.event.workflow_run.head_branch"
    return "github.ref" if event == "push" else "github.base_ref"


def _pattern(subject: str, prefix: str, value: str) -> Condition:
    if "*" not in value:
        return _equal(subject, prefix + value)
    start = f"startsWith({subject}, '{_quoted(prefix + value.split('*')[0])}')"
    return Test(start, f"!{start}")


def _equal(subject: str, value: str) -> Condition:
    return Test(f"{subject} == '{_quoted(value)}'", f"{subject} != '{_quoted(value)}'")


def _is_complete(tests: list[Condition]) -> bool:
    """Whether some of these tests holds in every case: one is the negation of another, or is true."""
    return (
        any(test == TRUE for test in tests)
        or any_of(*tests) == TRUE
        or any(negation(a) == b for i, a in enumerate(tests) for b in tests[:i])
        or any(negation(a) == any_of(*(t for t in tests if t is not a)) for a in tests)
    )


_COMPARISON = re.compile(r"(.+) == ('(?:[^']|'')*')")
_STARTS = re.compile(r"startsWith\((.+), '((?:[^']|'')*)'\)")


def _is_disjoint(one: Condition, other: Condition) -> bool:
    """Whether two tests surely exclude each other."""
    if all_of(one, other) == FALSE:
        return True
    from mermaid2gha.actions.condition import AnyOf, conjuncts

    if isinstance(one, AnyOf):
        return all(_is_disjoint(term, other) for term in one.terms)
    if isinstance(other, AnyOf):
        return all(_is_disjoint(one, term) for term in other.terms)
    pairs = [(a, b) for a in conjuncts(one) for b in conjuncts(other)]
    return any(
        (isinstance(a, AnyOf) and _is_disjoint(a, b))
        or (isinstance(b, AnyOf) and _is_disjoint(a, b))
        or (isinstance(a, Test) and isinstance(b, Test) and _exclude(a.text, b.text))
        or a == negation(b)
        for a, b in pairs
    )


def _exclude(one: str, other: str) -> bool:
    """Whether two comparisons of one subject cannot both hold."""
    a, b = _subject(one), _subject(other)
    if a is None or b is None or a[0] != b[0]:
        return False
    (_, left, left_exact), (_, right, right_exact) = a, b
    if left_exact and right_exact:
        return left.casefold() != right.casefold()
    short, long = sorted((left.casefold(), right.casefold()), key=len)
    if left_exact != right_exact:
        exact, start = (left, right) if left_exact else (right, left)
        return not exact.casefold().startswith(start.casefold())
    return not long.startswith(short)


def _subject(text: str) -> tuple[str, str, bool] | None:
    if match := _COMPARISON.fullmatch(text):
        return match[1], match[2][1:-1], True
    if match := _STARTS.fullmatch(text):
        return match[1], match[2], False
    return None


def _not_told_apart(event: str, one: Flow, other: Flow) -> Diagnostic:
    return diagnostic(
        "flows-not-told-apart",
        f"`{other.name}` and `{one.name}` both start `{other.run.file}` by `{event}`",
        Label(other.span, "nothing tells this run"),
        Label(one.span, "from this one"),
        help=f"add to mermaid2gha.yml: `flows: {{{_yaml(other.name)}: {{when: EXPRESSION}}}}`, or join the "
        "diagrams",
    )


def _yaml(name: str) -> str:
    return f'"{name}"' if re.search(r"[^\w .-]", name) else name
