"""What tells the flows of one event apart: the settings, the flows' names, their filters.

docs/language.md#several-flows-in-one-file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic
from mermaid2gha.base.enums import Enum
from mermaid2gha.base.records import replace
from mermaid2gha.compiler.link import ref_filters
from mermaid2gha.compiler.link.flow_model import Flow
from mermaid2gha.compiler.vocabulary.events import EventText
from mermaid2gha.compiler.vocabulary.guards import checked_expression
from mermaid2gha.github.events import CONCLUSION, CRON, HEAD_REPOSITORY, WORKFLOW_CALL, kind_of
from mermaid2gha.github.expressions.ast import Call, Comparison, Literal, Node
from mermaid2gha.github.expressions.condition import (
    FALSE,
    TRUE,
    Condition,
    all_of,
    any_of,
    conjuncts,
    disjuncts,
    equal,
    negation,
    reference,
)
from mermaid2gha.settings.model import FlowSettings, folded

FLOWS_NOT_TOLD_APART = Rule("flows-not-told-apart", Severity.ERROR)
NARROWER_RUN = Rule("narrower-run", Severity.WARNING, is_guess=True)

_SHOWN = 3
"""How many of the runs in one that has no filter are told: of many there are many pairs."""

_Filters = Mapping[str, tuple[str, ...]]

FORK = Comparison("!=", reference(HEAD_REPOSITORY), reference("github.repository"))


def told_apart(
    drafts: list[Flow], given: dict[str, FlowSettings], diagnostics: list[Diagnostic]
) -> tuple[tuple[Flow, ...], frozenset[str]]:
    """The flows with their guards. One whose filter is narrower than that of another has its cases alone;
    flows of one event that cannot be told apart are an error. Reports `flows-not-told-apart`, `narrower-run`.
    """
    whens = {flow.number: _when(flow, given) for flow in drafts}
    guards_of: dict[int, list[tuple[str, Condition]]] = {flow.number: [] for flow in drafts}
    covered: set[str] = set()
    for event in dict.fromkeys(e.event for flow in drafts for e in flow.events):
        sharing = [flow for flow in drafts if any(e.event == event for e in flow.events)]
        tests = _tests(event, sharing, whens)
        tests = _without_narrower(event, sharing, tests, whens, diagnostics)
        if kind_of(event).follows_runs:
            tests = [all_of(test, conclusion(flow)) for test, flow in zip(tests, sharing)]
        if (len(sharing) == 1 and tests[0] == TRUE) or _is_complete(tests):
            covered.add(event)
        diagnostics += _not_joined(event, sharing)
        for at, flow in enumerate(sharing):
            guards_of[flow.number].append((event, tests[at]))
            alike = next((other for other in range(at) if not _is_disjoint(tests[at], tests[other])), None)
            if alike is not None:  # one is enough: of many that are alike there are many pairs
                diagnostics.append(_not_told_apart(event, sharing[alike], flow))
    return tuple(replace(f, guards=tuple(guards_of[f.number])) for f in drafts), frozenset(covered)


def conclusion(flow: Flow) -> Condition:
    """That the workflow listened to has succeeded, unless the drawing says failure or always."""
    ended = next((event.conclusion for event in flow.events if event.conclusion), "success")
    return TRUE if ended == "always" else equal(CONCLUSION, ended)


def _when(flow: Flow, given: dict[str, FlowSettings]) -> Condition | None:
    """What a mark, the settings or the name say of when a flow takes place."""
    if flow.run.when is not None:
        return flow.run.when
    own = given.get(folded(flow.name)) or given.get(folded(flow.drawing.diagram.name))
    if own is not None and own.when:
        return checked_expression(own.when)
    is_fork = flow.drawing.origin.is_fork
    if is_fork is not None:
        return FORK if is_fork else negation(FORK)
    return _from_named(flow)


def _from_named(flow: Flow) -> Condition | None:
    """That a pull request comes from the repository that a flow's name tells, if it tells one."""
    repository = flow.drawing.origin.repository
    return equal(HEAD_REPOSITORY, repository) if repository else None


def _tests(event: str, sharing: list[Flow], whens: dict[int, Condition | None]) -> list[Condition]:
    """What tells each of these flows of one event from the others."""
    if len(sharing) == 1:
        when = whens[sharing[0].number]
        alone = kind_of(event).is_about_pull_request or not sharing[0].drawing.origin.is_said
        return [when if when is not None and alone else TRUE]
    stated: list[Condition | None] = [whens[flow.number] for flow in sharing]
    forks = any(when == FORK for when in stated)
    stated = [negation(FORK) if forks and _is_own(f, when) else when for f, when in zip(sharing, stated)]
    filters = [_filter_test(event, flow, sharing) for flow in sharing]
    whens_stated = [when for when in stated if when is not None]
    if kind_of(event).is_by_hand and not whens_stated:
        return [equal("inputs.run", flow.name) for flow in sharing]
    result: list[Condition] = []
    for flow, when, kept in zip(sharing, stated, filters):
        met = [
            _of_types(event, other) if _is_of_other_types(event, other, flow) else all_of(x, y)
            for other, x, y in zip(sharing, stated, filters)
            if x is not None and not _is_disjoint(kept, y)
        ]
        rest = negation(any_of(*met)) if met else TRUE
        result.append(all_of(rest if when is None else when, kept))
    return result


def _of_types(event: str, flow: Flow) -> Condition:
    """That an event is of one of the types by which a flow starts: what starts by others never has these."""
    return any_of(*(equal("github.event.action", one) for one in _patterns(_of_event(flow, event), "types")))


def _is_own(flow: Flow, when: Condition | None) -> bool:
    """Whether a flow is told by the name of a repository, and not otherwise by the settings."""
    return when is not None and when != FORK and when == _from_named(flow)


def _filter_test(event: str, flow: Flow, sharing: list[Flow]) -> Condition:
    """The filters of one flow as a test, where flows of one event differ in them."""
    every = [next(e for e in other.events if e.event == event) for other in sharing]
    mine = next(e for e in flow.events if e.event == event)
    terms: list[Condition] = []
    if len({e.times for e in every}) > 1:
        terms.append(any_of(*(equal(CRON, time) for time in mine.times)))
    differing = [
        key for key in ("types", "branches", "tags") if len({dict(e.filters).get(key) for e in every}) > 1
    ]
    options: list[Condition] = []
    for key in differing:
        values = dict(mine.filters).get(key)
        if values is None:
            continue
        subject, prefix = {
            "types": ("github.event.action", ""),
            "branches": kind_of(event).branch,
            "tags": ("github.ref", "refs/tags/"),
        }[key]
        if key == "types":
            terms.append(any_of(*(equal(subject, value) for value in values)))
        else:
            others = [one for event_text in every if event_text != mine for one in _patterns(event_text, key)]
            options.append(ref_filters.asked(subject, prefix, values, others))
    if options:
        terms.append(any_of(*options))
    return all_of(*terms)


def _without_narrower(
    event: str,
    sharing: list[Flow],
    tests: list[Condition],
    whens: dict[int, Condition | None],
    diagnostics: list[Diagnostic],
) -> list[Condition]:
    """The tests of flows, each without the cases of those whose filters are narrower than its own."""
    result = []
    if len({_of_event(flow, event) for flow in sharing}) == 1:
        return tests
    for flow, test in zip(sharing, tests):
        within: list[Flow] = []
        for other, narrower in zip(sharing, tests):
            is_alike = whens[flow.number] == whens[other.number]
            if not is_alike or not _is_narrower(event, other, flow) or _is_disjoint(test, narrower):
                continue
            if _is_exact(event, other):
                test = ref_filters.without(test, _filter_test(event, other, sharing))
                within.append(other)
        unlike = [other for other in within if not _is_of_other_types(event, other, flow)]
        diagnostics += [_narrower_run(event, other, flow) for other in unlike[:_SHOWN]]
        result.append(test)
    return result


def _is_narrower(event: str, flow: Flow, other: Flow) -> bool:
    """Whether all that a flow's filters let pass passes another's, and not the other way round."""
    mine, its = (dict(_of_event(one, event).filters) for one in (flow, other))
    if flow is other or _of_event(flow, event).times != _of_event(other, event).times:
        return False
    return _is_within(mine, its) and not _is_within(its, mine)


def _is_of_other_types(event: str, narrow: Flow, wide: Flow) -> bool:
    """Whether a flow starts by types alone by which an event without types starts nothing: `closed`."""
    mine, its = (dict(_of_event(one, event).filters).get("types") for one in (narrow, wide))
    return mine is not None and its is None and not set(mine) & set(kind_of(event).default_types)


def _is_within(filters: _Filters, others: _Filters) -> bool:
    refs, other_refs = ([key for key in ("branches", "tags") if key in one] for one in (filters, others))
    types, other_types = filters.get("types"), others.get("types")
    if other_types is not None and (types is None or not set(types) <= set(other_types)):
        return False
    if not other_refs:
        return True
    return bool(refs) and all(ref_filters.is_within(filters[key], others.get(key, ())) for key in refs)


def _is_exact(event: str, flow: Flow) -> bool:
    """Whether a flow's filters of refs can be asked for in an `if`."""
    text, prefix = _of_event(flow, event), {"branches": kind_of(event).branch[1], "tags": "refs/tags/"}
    return all(ref_filters.is_exact(_patterns(text, key), prefix[key]) for key in prefix)


def _patterns(event: EventText, key: str) -> tuple[str, ...]:
    return dict(event.filters).get(key, ())


def _of_event(flow: Flow, event: str) -> EventText:
    return next(one for one in flow.events if one.event == event)


def _narrower_run(event: str, narrow: Flow, wide: Flow) -> Diagnostic:
    return diagnostic(
        NARROWER_RUN,
        f"this run takes place by `{event}` where that of a narrower filter does not",
        Label(wide.span, "without the cases of the other run"),
        Label(narrow.span, "these are of this run alone"),
        help="where both shall run, draw the jobs of this one in the other, too; to say when it takes place, "
        "write `%% when: EXPRESSION` above its trigger, or add "
        f"`flows: {{{_yaml(wide.name)}: {{when: EXPRESSION}}}}` to mermaid2gha.yml",
    )


def _is_complete(tests: list[Condition]) -> bool:
    """Whether some of these tests holds in every case: one is the negation of another, or is true."""
    return (
        any(test == TRUE for test in tests)
        or any_of(*tests) == TRUE
        or any(negation(a) == b for i, a in enumerate(tests) for b in tests[:i])
        or any(negation(a) == any_of(*(t for t in tests if t is not a)) for a in tests)
    )


def _is_disjoint(test: Condition, other: Condition) -> bool:
    """Whether two tests surely exclude each other."""
    if all_of(test, other) == FALSE:
        return True
    if len(terms := disjuncts(test)) > 1:
        return all(_is_disjoint(term, other) for term in terms)
    if len(terms := disjuncts(other)) > 1:
        return all(_is_disjoint(test, term) for term in terms)
    mine, its = conjuncts(test), conjuncts(other)
    return (
        any(_exclude(a, b) or a == negation(b) for a in mine for b in its)
        or any(len(disjuncts(a)) > 1 and _is_disjoint(a, other) for a in mine)
        or any(len(disjuncts(b)) > 1 and _is_disjoint(test, b) for b in its)
    )


def _exclude(test: Condition, other: Condition) -> bool:
    """Whether two questions about the text of one subject cannot both be answered with yes."""
    a, b = _asked(test), _asked(other)
    if a is None or b is None or a[0] != b[0]:
        return False
    (_, left, how), (_, right, its) = a, b
    if how is _Part.WHOLE:
        return not its.is_in(left, right)
    if its is _Part.WHOLE:
        return not how.is_in(right, left)
    is_one_end = how is its and how is not _Part.SOME
    return is_one_end and not how.is_in(left, right) and not how.is_in(right, left)


class _Part(Enum):
    """Which part of a text is asked for: the whole of it, its beginning, its end, or any."""

    WHOLE = "=="
    BEGINNING = "startswith"
    END = "endswith"
    SOME = "contains"

    def is_in(self, text: str, part: str) -> bool:
        match self:
            case _Part.BEGINNING:
                return text.startswith(part)
            case _Part.END:
                return text.endswith(part)
            case _Part.SOME:
                return part in text
            case _:
                return text == part


def _asked(test: Condition) -> tuple[Node, str, _Part] | None:
    """What a test is about, the text in lower case, and which part of the subject that is."""
    match test:
        case Comparison("==", subject, Literal(str(text))):
            return subject, text.casefold(), _Part.WHOLE
        case Call("startswith" | "endswith" | "contains" as name, (subject, Literal(str(text)))):
            return subject, text.casefold(), _Part(name)
        case _:
            return None


def _not_told_apart(event: str, flow: Flow, other: Flow) -> Diagnostic:
    starts = f"`{other.name}` and `{flow.name}` both start `{other.run.file}` by `{event}`"
    setting = f"add to mermaid2gha.yml: `flows: {{{_yaml(other.name)}: {{when: EXPRESSION}}}}`"
    shared = _shared(event, flow, other)
    if not shared:
        cure = f"{setting}, or join the diagrams"
        if flow.drawing is other.drawing:
            cure = (
                "if it is that run once more, draw the same in both; else say when it takes place, "
                f"`%% when: EXPRESSION` above its trigger, or {setting}"
            )
        if any(text.has_paths for one in (flow, other) for text, _ in one.run.events if text.event == event):
            cure = (
                "paths are of all runs of a workflow: draw a lifeline with a file of its own for each, "
                f"`participant NAME as FILE.yml`; or {setting}"
            )
        if event == WORKFLOW_CALL.name:
            cure = (
                f"draw what it does below one of the calls alone, if it is the same for all; else {setting}"
            )
        return diagnostic(
            FLOWS_NOT_TOLD_APART,
            starts,
            Label(other.span, "nothing tells this run"),
            Label(flow.span, "from this one"),
            help=cure,
        )
    values = " and ".join(f"`{value}`" for value in shared)
    return diagnostic(
        FLOWS_NOT_TOLD_APART,
        f"{starts}, and {values} {'is' if len(shared) == 1 else 'are'} of both filters",
        Label(other.span, f"{values} starts this run" if len(shared) == 1 else f"{values} start this run"),
        Label(flow.span, "and this one"),
        help=f"take {values} out of one of the filters, and draw there in the other run what both do; or "
        f"{setting}",
    )


def _not_joined(event: str, sharing: Sequence[Flow]) -> list[Diagnostic]:
    """That the filters of some flows make no single one, which is all that a file can have."""
    texts = [_of_event(flow, event) for flow in sharing]
    for key in ("branches", "tags"):
        filters = {values: flow for flow, text in zip(sharing, texts) if (values := _patterns(text, key))}
        if ref_filters.joined(list(filters)) is None:
            first, *others = filters.values()
            return [
                diagnostic(
                    FLOWS_NOT_TOLD_APART,
                    f"no single filter of `{event}` lets the {key} pass of all runs of `{first.run.file}`",
                    Label(first.span, "what one refuses"),
                    *(Label(other.span, "another lets pass") for other in others[:_SHOWN]),
                    help="refuse nothing in one (`!…`) that another lets pass, or draw one of them in a "
                    "workflow of its own",
                )
            ]
    return []


def _shared(event: str, flow: Flow, other: Flow) -> tuple[str, ...]:
    """What passes the filters of both of two flows, where neither lets all pass that the other does."""
    mine, its = (dict(_of_event(one, event).filters) for one in (flow, other))
    if _is_within(mine, its) or _is_within(its, mine):
        return ()
    return tuple(
        dict.fromkeys(
            value if ref_filters.covers(wide, value) else wide
            for key in ("branches", "tags")
            for value in mine.get(key, ())
            for wide in its.get(key, ())
            if ref_filters.covers(wide, value) or ref_filters.covers(value, wide)
        )
    )


def _yaml(name: str) -> str:
    return f'"{name}"' if re.search(r"[^\w .-]", name) else name
