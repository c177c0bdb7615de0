"""What the proof takes of linking, and when each flow takes place.

Of a linked workflow it takes which runs are the flows of the file, and which of its jobs each drawn job is;
nothing else is looked at. What tells the flows apart is worked out anew, from the events of the runs, the
flows' names and the settings (docs/language.md#several-flows-in-one-file).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mermaid2gha.base.records import dataclass
from mermaid2gha.compiler.ir.flow_graph import DrawnJob, FlowGraph, Gate, Run
from mermaid2gha.compiler.link.model import LinkedWorkflow
from mermaid2gha.compiler.verify.actual import value_formula
from mermaid2gha.github.events import CONCLUSION, CRON, HEAD_REPOSITORY, WORKFLOW_DISPATCH, kind_of
from mermaid2gha.github.expressions.condition import expression
from mermaid2gha.github.logic.equivalence import Formula, Operation
from mermaid2gha.github.names import derived_cron
from mermaid2gha.github.simulator.globs import literals
from mermaid2gha.settings.model import FlowSettings, Settings, folded

_FROM_OWN = value_formula(f"{HEAD_REPOSITORY} == github.repository")
_FROM_FORK = (Operation.NOT, (_FROM_OWN,))

Filters = Mapping[str, tuple[str, ...]]
"""What is asked of an event: by `types`, `branches`, `tags`, `paths`, `workflows`, and `cron`."""


@dataclass(frozen=True, slots=True)
class DrawnFlow:
    """A run as one flow of a file: its events with their filters, and its jobs.

    `trigger` is the text that starts it; `jobs` are those of the run, `ids` give the file's job of each, by
    its number in the diagram, and `places` the drawn jobs that each job of the file is there, by its id in
    lower case, as GitHub compares it.
    """

    number: int
    name: str
    graph: FlowGraph
    run: Run
    trigger: str
    events: Mapping[str, Filters]
    jobs: tuple[DrawnJob, ...]
    ids: Mapping[int, str]
    places: Mapping[str, tuple[DrawnJob, ...]]


@dataclass(frozen=True, slots=True)
class DrawnWorkflow:
    """What is drawn of one file: `ids` and `names` of its jobs, by the ids in lower case."""

    file: str
    name: str
    flows: tuple[DrawnFlow, ...]
    ids: Mapping[str, str]
    names: Mapping[str, str]

    @property
    def events(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(event for flow in self.flows for event in flow.events))

    @property
    def gates(self) -> dict[int, Gate]:
        return {flow.number: flow.run.gate for flow in self.flows if flow.run.gate is not None}


def drawn_workflow(linked: LinkedWorkflow, settings: Settings) -> DrawnWorkflow:
    """The flows and jobs of a file."""
    ids = {job.id.lower(): job.id for job in linked.jobs}
    names = {job.id.lower(): job.identity.name for job in linked.jobs}
    flows = []
    for flow in linked.workflow.flows:
        number = flow.number
        places = {job.id.lower(): job.flows[number].drawn for job in linked.jobs if number in job.flows}
        flows.append(
            DrawnFlow(
                number,
                flow.name,
                graph=flow.drawing,
                run=flow.run,
                trigger=flow.run.span.text,
                events=_events(flow.run, flow.drawing, linked.name, settings),
                jobs=tuple(job for job in flow.drawing.jobs if job.run == flow.run.number),
                ids={drawn.number: ids[name] for name, all_drawn in places.items() for drawn in all_drawn},
                places=places,
            )
        )
    return DrawnWorkflow(linked.file, linked.name, tuple(flows), ids=ids, names=names)


def _events(run: Run, graph: FlowGraph, workflow: str, settings: Settings) -> dict[str, Filters]:
    """The events of a run. One that is named twice has the filters of both, or none if it once has none, and
    all its times; a time that is not drawn follows from the workflow's name; a run without an event is
    started by hand."""
    own = _of_flow(settings, graph.diagram.name)
    events: dict[str, dict[str, tuple[str, ...]]] = {}
    for event, _ in run.events:
        filters = dict(event.filters)
        if event.event in events:
            earlier = events[event.event]
            cron = earlier.pop("cron", ())
            both = dict.fromkeys((*earlier, *filters)) if earlier and filters else {}
            filters = {
                key: tuple(dict.fromkeys((*earlier.get(key, ()), *filters.get(key, ())))) for key in both
            }
            said = own.cron or event.cron
            more = (_time(said, workflow),) if said and event.kind.has_times else ()
            filters |= {"cron": tuple(dict.fromkeys((*cron, *more)))} if cron else {}
        elif event.kind.has_times:
            filters["cron"] = (_time(own.cron or event.cron, workflow),)
        events[event.event] = filters
    return dict(events) or {WORKFLOW_DISPATCH.name: {}}


def _time(cron: str, workflow: str) -> str:
    derived = derived_cron(workflow, cron)
    return cron if derived is None else derived


def _of_flow(settings: Settings, *names: str) -> FlowSettings:
    """What the settings say of a flow, by the first of its names that they know."""
    given = {folded(name): value for name, value in settings.flows}
    return next((given[folded(name)] for name in names if folded(name) in given), FlowSettings())


class Starts:
    """When an event is one of a flow, and of which."""

    def __init__(self, drawn: DrawnWorkflow, settings: Settings) -> None:
        self.flows = drawn.flows
        self.settings = settings
        self.guards: dict[str, dict[int, Formula]] = {event: self.told_apart(event) for event in drawn.events}

    def takes_place(self, flow: int, event: str) -> Formula:
        """When an event is one of this flow and of no other of the file; of no flow at all for -1."""
        own = [guard for number, guard in self.guards[event].items() if number == flow]
        others = [guard for number, guard in self.guards[event].items() if number != flow]
        return Operation.ALL, (*own, (Operation.NOT, ((Operation.ANY, tuple(others)),)))

    def told_apart(self, event: str) -> dict[int, Formula]:
        """What tells the flows of one event apart, for each of them."""
        sharing = [flow for flow in self.flows if event in flow.events]
        kind = kind_of(event)
        stated = {flow.number: self.stated(flow) for flow in sharing}
        filters = {flow.number: tuple(self.filtered(event, flow, sharing)) for flow in sharing}
        if len(sharing) == 1:
            [only] = sharing
            is_said = kind.is_about_pull_request or not only.graph.origin.is_said
            asked = stated[only.number]
            asked_of = {only.number: asked if is_said and asked is not None else True}
        else:
            if _FROM_FORK in stated.values():
                stated |= {flow.number: _FROM_OWN for flow in sharing if self.is_from_repository(flow)}
            given = tuple(one for one in stated.values() if one is not None)
            if kind.is_by_hand and not given:
                return {flow.number: _equal("inputs.run", flow.name) for flow in sharing}
            asked_of = {}
            for flow in sharing:
                if (own := stated[flow.number]) is None:
                    cases = tuple(
                        (Operation.ANY, tuple(_fits(event, "types", value) for value in of_others))
                        if (of_others := _unusual_types(event, other, flow))
                        else (Operation.ALL, (one, *filters[other.number]))
                        for other in sharing
                        if (one := stated[other.number]) is not None
                    )
                    own = Operation.NOT, ((Operation.ANY, cases),)
                asked_of[flow.number] = own
        return {
            flow.number: (
                Operation.ALL,
                (
                    asked_of[flow.number],
                    *filters[flow.number],
                    *(
                        (Operation.NOT, ((Operation.ALL, filters[other.number]),))
                        for other in sharing
                        if asked_of[other.number] == asked_of[flow.number]
                        and _passes(other.events[event], flow.events[event])
                        and not _passes(flow.events[event], other.events[event])
                    ),
                ),
            )
            for flow in sharing
        }

    def stated(self, flow: DrawnFlow) -> Formula | None:
        """What a mark, the settings or the name say of when a flow takes place."""
        if flow.run.when is not None:
            return value_formula(expression(flow.run.when))
        given = _of_flow(self.settings, flow.name, _title(flow))
        if given.when:
            return value_formula(given.when)
        origin = flow.graph.origin
        if origin.is_fork is not None:
            return _FROM_FORK if origin.is_fork else _FROM_OWN
        return _equal(HEAD_REPOSITORY, origin.repository) if origin.repository else None

    def is_from_repository(self, flow: DrawnFlow) -> bool:
        """Whether a flow is told by the name of a repository; beside flows from forks, the own one."""
        named = flow.graph.origin.repository
        return bool(named) and self.stated(flow) == _equal(HEAD_REPOSITORY, named)

    def filtered(self, event: str, flow: DrawnFlow, sharing: list[DrawnFlow]) -> Iterator[Formula]:
        """What is asked of the event beyond that: its filters where those of the flows differ, and how the
        run has ended that it follows."""
        differing = [
            key
            for key in ("cron", "types", "branches", "tags")
            if len({other.events[event].get(key) for other in sharing}) > 1
        ]
        refs: list[Formula] = []
        for key, values in flow.events[event].items():
            if key not in differing:
                continue
            if key in ("branches", "tags"):
                beside = [
                    p for other in sharing if other is not flow for p in other.events[event].get(key, ())
                ]
                refs.append(_fits_in_turn(event, key, values, beside))
            else:
                yield Operation.ANY, tuple(_fits(event, key, value) for value in values)
        if refs:
            yield Operation.ANY, tuple(refs)
        ended = next((one.conclusion for one, _ in flow.run.events if one.conclusion), "success")
        if kind_of(event).follows_runs and ended != "always":
            yield _equal(CONCLUSION, ended)


def _unusual_types(event: str, other: DrawnFlow, flow: DrawnFlow) -> tuple[str, ...]:
    """The types by which a flow starts, if one that names none is never started by any of them."""
    types, usual = other.events[event].get("types", ()), kind_of(event).default_types
    is_apart = bool(usual) and "types" not in flow.events[event] and set(types).isdisjoint(usual)
    return tuple(types) if is_apart else ()


def _title(flow: DrawnFlow) -> str:
    return flow.graph.diagram.name


def _passes(narrow: Filters, wide: Filters) -> bool:
    """Whether what some filters let pass, others let pass, too: of patterns, by their plain beginnings."""
    if narrow.get("cron") != wide.get("cron"):
        return False
    if "types" in wide and not set(narrow.get("types", ("",))) <= set(wide["types"]):
        return False
    refs, wide_refs = ([key for key in ("branches", "tags") if key in one] for one in (narrow, wide))
    if not wide_refs:
        return True
    return bool(refs) and all(_all_pass(narrow[key], wide.get(key, ())) for key in refs)


def _all_pass(narrow: Sequence[str], wide: Sequence[str]) -> bool:
    """The same of the patterns of one key."""
    for value in narrow:
        if value.startswith("!") or _is_surely_refused(narrow, value):
            continue
        taken = [at for at, one in enumerate(wide) if not one.startswith("!") and _is_wider(one, value)]
        if not taken:
            return False
        for one in wide[taken[-1] :]:
            is_met = one.startswith("!") and _may_fit_both(literals(one[1:]), literals(value))
            if is_met and not _is_surely_refused(narrow, one[1:]):
                return False
    return True


def _is_surely_refused(narrow: Sequence[str], value: str) -> bool:
    """Whether a `!` refuses all that fits a pattern, and nothing behind it takes some of that back."""
    behind: list[str] = []
    for one in reversed(narrow):
        if not one.startswith("!"):
            behind.append(one)
        elif _is_wider(one[1:], value):
            texts = literals(value)
            return not any(_may_fit_both(literals(other), texts) for other in behind)
    return False


def _is_wider(wide: str, narrow: str) -> bool:
    """Whether a pattern is another one, or a beginning of it that stars follow; one star ends at a slash."""
    begin, *others = literals(wide)
    is_open = wide.endswith("*") and not any(others) and not set("?+[]\\") & set(wide)
    if wide == narrow or not (is_open and literals(narrow)[0].startswith(begin)):
        return wide == narrow
    goes_on = not narrow.startswith(begin) or any(sign in narrow[len(begin) :] for sign in ("/", "[", "**"))
    return wide.endswith("**") or not goes_on


def _fits_in_turn(event: str, key: str, values: Sequence[str], beside: Sequence[str]) -> Formula:
    """That a ref passes a filter: of the patterns that it fits the last counts, and `!` before it refuses.

    What is refused by a pattern that no `if` can ask for, or by one that stops at a slash where no filter
    `beside` it lets such refs pass, starts nothing anyway and counts as its own.
    """
    passes: Formula = False
    for value in values:
        if not value.startswith("!"):
            passes = Operation.ANY, (passes, _fits(event, key, value))
        elif _is_asked(value[1:], _subject(event, key)[1], beside):
            passes = Operation.ALL, (passes, (Operation.NOT, (_fits(event, key, value[1:]),)))
    return passes


def _is_asked(refused: str, prefix: str, beside: Sequence[str]) -> bool:
    begin, *others = literals(refused)
    if not others:
        return True
    said = [text for text in others if text]
    if len(said) > 1 or set("?+[]\\") & set(refused):
        return False
    if any(_overlaps(prefix + begin, text) for text in said):
        return False
    is_sure = refused.endswith("**") and not said
    return is_sure or any(_may_fit_both((begin, *others), literals(other)) for other in beside)


def _overlaps(begin: str, text: str) -> bool:
    """Whether a text may be found that is not wholly behind a beginning."""
    return text in begin or any(begin[-size:] == text[:size] for size in range(1, len(text)))


def _may_fit_both(texts: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Whether a name may fit two patterns by its beginning and, where one has no wildcard, by its end."""
    if len(texts) == len(others) == 1:
        return texts == others
    if len(texts) == 1:
        return texts[0].startswith(others[0]) and texts[0].endswith(others[-1])
    if len(others) == 1:
        return others[0].startswith(texts[0]) and others[0].endswith(texts[-1])
    begins = texts[0].startswith(others[0]) or others[0].startswith(texts[0])
    return begins and (texts[-1].endswith(others[-1]) or others[-1].endswith(texts[-1]))


def _fits(event: str, key: str, value: str) -> Formula:
    """That an event has a value of a filter; of a pattern, that it begins and ends as the pattern does, and
    contains what the pattern has between its wildcards."""
    subject, prefix = _subject(event, key)
    if key not in ("branches", "tags"):
        return _equal(subject, value)
    begin, *others = literals(value)
    if not others:
        return _equal(subject, prefix + begin)
    asked = [f"startsWith({subject}, '{_quoted(prefix + begin)}')"]
    asked += [f"contains({subject}, '{_quoted(text)}')" for text in others[:-1] if text]
    asked += [f"endsWith({subject}, '{_quoted(text)}')" for text in others[-1:] if text]
    return Operation.ALL, tuple(map(value_formula, asked))


def _subject(event: str, key: str) -> tuple[str, str]:
    """What a filter is about, and what stands before its values there."""
    return {
        "cron": (CRON, ""),
        "types": ("github.event.action", ""),
        "branches": kind_of(event).branch,
        "tags": ("github.ref", "refs/tags/"),
    }[key]


def _equal(subject: str, value: str) -> Formula:
    return value_formula(f"{subject} == '{_quoted(value)}'")


def _quoted(text: str) -> str:
    return text.replace("'", "''")
