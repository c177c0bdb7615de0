"""Comparisons that come out the same in every run: of a property with a value that it never has, by its type,
or by the events that start the run (docs/language.md#fragments-and-conditions)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from mermaid2gha.base.diagnostic import Diagnostic, Rule, Severity, diagnostic
from mermaid2gha.base.records import dataclass
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.ir.flow_graph import FlowGraph, FlowGraphs, Fragment, Run
from mermaid2gha.compiler.link.inputs import input_findings
from mermaid2gha.compiler.link.link import Linked
from mermaid2gha.compiler.link.ref_filters import may_meet
from mermaid2gha.compiler.vocabulary.events import EventText
from mermaid2gha.compiler.vocabulary.guards import Guard, Meaning
from mermaid2gha.github.events import (
    CONCLUSION,
    EVENTS,
    PULL_REQUEST,
    WORKFLOW_DISPATCH,
    WORKFLOW_RUN,
    About,
    EventKind,
)
from mermaid2gha.github.expressions.ast import Call, Comparison, Literal, Logical, Node, Not, text_of
from mermaid2gha.github.expressions.properties import domain, is_never_empty, path_of, unlike
from mermaid2gha.mermaid.ast import Operator
from mermaid2gha.settings.model import Settings

NEVER_EQUAL = Rule("never-equal", Severity.WARNING)

_ANY = ("*",)
_WILDCARDS = frozenset("?+[]\\")


def comparisons(drawings: FlowGraphs, settings: Settings) -> list[Diagnostic]:
    """Conditions that never hold, and comparisons that are always the same, in the fragments of drawings.

    Not of marks of adopted files, which say what people wrote there. Reports `never-equal`.
    """
    adopted = {file.casefold() for file in settings.adopted}
    result: list[Diagnostic] = []
    for drawing in drawings.items:
        is_adopted = not adopted.isdisjoint(run.file.casefold() for run in drawing.runs)
        runs: Mapping[int, list[Run]] | None = None
        for fragment in drawing.fragments:
            for index, guard in enumerate(fragment.read):
                if guard.meaning is not Meaning.EXPRESSION or (is_adopted and guard.is_marked):
                    continue
                runs = _runs(drawing) if runs is None else runs
                result += _of_guard(fragment, index, guard, runs.get(fragment.number, []))[:1]
        for run in drawing.runs:
            if run.when is not None and not is_adopted:
                result += list(_unequal(run.when, run.span, is_said=True))[:1]
    return result


def inputs(project: Linked, settings: Settings) -> list[Diagnostic]:
    """Conditions on inputs that are not drawn, or not of the type. Reports what `input_findings` does."""
    adopted = {file.casefold() for file in settings.adopted}
    given: dict[str, dict[str, str]] = {}
    for drawing in project.drawings.items:
        for job in drawing.jobs:
            if job.call:
                given.setdefault(job.call.casefold(), {}).update(job.arguments)
        for run in drawing.runs:
            given.setdefault(run.file.casefold(), {}).update(run.given)
    return [
        found
        for linked in project.items
        for found in input_findings(linked, given.get(linked.file.casefold(), {}))
        if found.severity is Severity.ERROR or linked.file.casefold() not in adopted
    ]


def _runs(drawing: FlowGraph) -> dict[int, list[Run]]:
    """The runs that do something in each fragment."""
    result: dict[int, dict[int, None]] = {}
    for job in drawing.jobs:
        for place in {job.operand, *(step.operand for step in job.steps)}:
            for operand in drawing.around(place, within=drawing.runs[job.run].operand):
                result.setdefault(operand.fragment, {})[job.run] = None
    return {fragment: [drawing.runs[run] for run in runs] for fragment, runs in result.items()}


def _of_guard(fragment: Fragment, index: int, guard: Guard, runs: Sequence[Run]) -> list[Diagnostic]:
    place = fragment.guards[index][1] or fragment.span
    if place is None:
        return []
    found = list(_unequal(guard.condition, place, is_said=guard.is_marked))
    events = [event for run in runs for event in _events(run)]
    if found or not events or any(event.kind.is_call for event in events):
        return found
    facts = _Facts(events)
    truth = facts.truth(guard.condition)
    is_followed = fragment.operator is Operator.ALT and index + 1 < len(fragment.read)
    if truth is False or (truth is True and is_followed):
        found.append(_settled(guard.condition, place, facts, is_true=truth))
    return found


def _events(run: Run) -> list[EventText]:
    if run.events:
        return [event for event, _ in run.events]
    return [EventText(WORKFLOW_RUN.name if run.after else WORKFLOW_DISPATCH.name)]


# -- by the type of what is compared ---------------------------------------------------------------


def _unequal(condition: Node, place: Span, *, is_said: bool) -> Iterator[Diagnostic]:
    """Comparisons with a value that a property never has, whatever starts the run, and properties that are
    never empty and stand by themselves; so do values where `is_said` that they decide, by a mark or the
    settings."""
    from mermaid2gha.github.expressions.checker import nodes  # late: most guards are words

    for node in _asked_alone(condition):
        if is_never_empty(path_of(node)):
            message = f"`{text_of(node)}` is never empty, so this is always the same"
            cure = f"compare it with a value, `{text_of(node)} == '…'`"
            yield diagnostic(NEVER_EQUAL, message, place, help=cure)
        elif isinstance(node, Literal) and is_said:
            message = f"`{text_of(node)}` asks for nothing, so this is always the same"
            yield diagnostic(NEVER_EQUAL, message, place, help="say what it depends on, `vars.NAME == '…'`")
    for node in nodes(condition):
        if not isinstance(node, Comparison) or node.operator not in ("==", "!="):
            continue
        prop, value = _compared(node)
        said, cure = _cure_of(prop, value) if prop is not None else ("", "")
        if said:
            yield diagnostic(NEVER_EQUAL, f"{said}, so this is always the same", place, help=cure)


def _asked_alone(condition: Node) -> Iterator[Node]:
    """The parts of a condition whose value counts as it is, be it empty or not."""
    match condition:
        case Logical(_, operands):
            for one in operands:
                yield from _asked_alone(one)
        case Not(operand):
            yield from _asked_alone(operand)
        case _:
            yield condition


def _compared(node: Comparison) -> tuple[Node | None, bool | float | str | None]:
    """The property and the value that are compared; no property if it is something else."""
    for one, other in ((node.left, node.right), (node.right, node.left)):
        if isinstance(other, Literal) and path_of(one):
            return one, other.value
    return None, None


def _cure_of(prop: Node, value: bool | float | str | None) -> tuple[str, str]:
    """Why a property never has a value, and what to write; empty where it may have it."""
    path, name = path_of(prop), text_of(prop)
    if isinstance(value, str) and (cure := _cure_of_text(".".join(path), value)):
        return f"`{name}` is never `{value}`", cure
    known = domain(path)
    said = unlike(known, value) if known is not None else ""
    if known is None or not said:
        return "", ""
    shown = f"'{value}'" if isinstance(value, str) else "true" if value else "false"
    near = _near(value, known.texts) if isinstance(value, str) else ""
    if known.is_boolean:
        cure = "compare it with `true` or `false`, without quotes"
    else:
        cure = f"did you mean `{near}`?" if near else f"compare it with a text, `'{shown}'`"
        cure = f"name one of them: {said}" if isinstance(value, str) and not near else cure
    return f"`{name}` is never `{shown}`, for {said}", cure


def _cure_of_text(name: str, value: str) -> str:
    """What to write where a property of `github` never has a text; empty where it may have it."""
    bare = value.removeprefix("refs/heads/").removeprefix("refs/tags/")
    if name == "github.event_name" and value.lower() not in EVENTS:
        near = _near(value.replace("-", "_"), sorted(EVENTS))
        return f"did you mean `{near}`?" if near else "the events are GitHub's own"
    if name == "github.ref" and value and not value.startswith("refs/"):
        return f"compare `github.ref_name` with `{value}`, or `github.ref` with `refs/heads/{value}`"
    if name in ("github.ref_name", "github.base_ref", "github.head_ref") and bare != value:
        return f"compare it with `{bare}`, which is the name alone"
    if name in _REFS and (wild := re.search(r"[*?\[]", value)):
        begin = value[: wild.start()]
        return f"no ref has `{wild[0]}` in its name; ask how it begins, `startsWith({name}, '{begin}')`"
    if name == "github.repository_owner" and "/" in value:
        return f"compare it with `{value.partition('/')[0]}`, or `github.repository` with `{value}`"
    if name == "github.repository" and value and value.count("/") != 1:
        return f"it has its owner before it: `OWNER/{value.rpartition('/')[2]}`"
    if name.endswith(("actor", ".login")) and value.lower() in _APPS:
        return f"as a user an app has an ending: compare it with `{value}[bot]`"
    return ""


_REFS = frozenset(("github.ref", "github.ref_name", "github.base_ref", "github.head_ref"))
_APPS = frozenset(("dependabot", "github-actions", "renovate"))
"""Apps that people ask for as for users; no user has such a name."""


def _near(value: str, known: Sequence[str]) -> str:
    from difflib import get_close_matches  # late: most values are right

    return next(iter(get_close_matches(value.lower(), known, 1, 0.6)), "")


# -- by the events that start the run --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Facts:
    """What is known of the properties of `github` in runs of some events."""

    events: Sequence[EventText]

    def patterns(self, name: str) -> tuple[str, ...]:
        """What a property can be, as patterns in which `*` stands for anything; all of them."""
        return tuple(dict.fromkeys(one for event in self.events for one in _patterns(event, name)))

    def truth(self, node: Node) -> bool | None:
        """Whether a condition holds in every run, or in none."""
        match node:
            case Not(operand):
                truth = self.truth(operand)
                return None if truth is None else not truth
            case Logical(operator, operands):
                truths = [self.truth(operand) for operand in operands]
                decisive = operator == "||"
                if decisive in truths:
                    return decisive
                return None if None in truths else not decisive
            case Comparison("==" | "!=" as operator, _, _):
                prop, value = _compared(node)
                if prop is None or not isinstance(value, str):
                    return None
                equal = self.equals(".".join(path_of(prop)), value)
                return None if equal is None else equal is (operator == "==")
            case Call("startswith", (whole, Literal(str() as begin))):
                return self.begins(whole, begin)
        return None

    def equals(self, name: str, value: str) -> bool | None:
        patterns = self.patterns(name)
        if not any(may_meet(one.lower(), value.lower()) for one in patterns):
            return False
        return True if len(patterns) == 1 and patterns[0].lower() == value.lower() else None

    def begins(self, whole: Node, begin: str) -> bool | None:
        patterns = self.patterns(".".join(path_of(whole)))
        if not any(may_meet(one.lower(), f"{begin.lower()}*") for one in patterns):
            return False
        return True if all(one.lower().startswith(begin.lower()) for one in patterns) else None


def _patterns(event: EventText, name: str) -> tuple[str, ...]:
    """What a property of `github` can be in runs of an event."""
    kind, refs = event.kind, _refs(event)
    match name:
        case "github.event_name":
            return (event.event,)
        case "github.ref":
            return refs
        case "github.ref_name":
            return tuple(_bare(ref) for ref in refs)
        case "github.ref_type":
            types = (("tag",) if ref.startswith("refs/tags/") else ("branch",) for ref in refs)
            return ("branch", "tag") if _ANY[0] in refs else tuple(one for found in types for one in found)
        case "github.base_ref" | "github.head_ref" if not kind.is_about_pull_request:
            return ("",)
        case "github.base_ref" if kind.branch[0] == name:
            return _filter(event, "branches", "") or _ANY
        case _ if name == CONCLUSION and kind.follows_runs:
            return _ANY if event.conclusion == "always" else (event.conclusion or "success",)
        case "github.event.action" if not kind.has_own_types:
            return _types(event) or ("",)
        case "github.event.schedule":
            return event.times or (("",) if not kind.has_times else _ANY)
        case _ if (needed := _OF_TYPES.get(name, frozenset())).intersection(kind.types):
            return _ANY if needed.intersection(_types(event)) else ("",)
    return _ANY


def _types(event: EventText) -> tuple[str, ...]:
    """The activity types by which an event starts a run."""
    return _filter(event, "types", "") or event.kind.default_types or event.kind.types


_OF_TYPES = {
    "github.event.label.name": frozenset(("labeled", "unlabeled")),
    "github.event.assignee.login": frozenset(("assigned", "unassigned")),
    "github.event.requested_reviewer.login": frozenset(("review_requested", "review_request_removed")),
}
"""Properties that the payloads of some activity types alone have (docs.github.com, Webhook events and
payloads), of events that have these types."""


def _refs(event: EventText) -> tuple[str, ...]:
    """What `github.ref` can be in runs of an event."""
    kind: EventKind = event.kind
    if kind.branch[0] == "github.ref":
        branches, tags = _filter(event, "branches", "refs/heads/"), _filter(event, "tags", "refs/tags/")
        return (*branches, *tags) or ("refs/heads/*", "refs/tags/*")
    if kind.is_about_pull_request and not kind.has_default_ref:
        is_merged = "closed" in dict(event.filters).get("types", ())  # then it is the branch merged into
        return _ANY if is_merged else ("refs/pull/*/merge",)
    match kind.about:
        case About.RELEASE:
            return ("refs/tags/*",)
        case About.TIME | About.RUN:
            return ("refs/heads/*",)
    return _ANY


def _filter(event: EventText, key: str, prefix: str) -> tuple[str, ...]:
    """The patterns of a filter, those apart that refuse; anything, where they are no plain ones."""
    values = [one for one in dict(event.filters).get(key, ()) if not one.startswith("!")]
    return tuple(f"{prefix}{'*' if _WILDCARDS & set(value) else value}" for value in values)


def _bare(ref: str) -> str:
    return ref.removeprefix("refs/heads/").removeprefix("refs/tags/").removeprefix("refs/pull/")


def _settled(condition: Node, place: Span, facts: _Facts, *, is_true: bool) -> Diagnostic:
    """That a condition holds in all runs of some events, or in none; the comparison that decides is named."""
    from mermaid2gha.github.expressions.checker import nodes

    asked = [node for node in nodes(condition) if isinstance(node, (Comparison, Call))]
    decided = [node for node in asked if facts.truth(node) is not None]
    deciding = next((node for node in decided if facts.truth(node) is is_true), decided[0])
    prop = _property(deciding)
    name = ".".join(path_of(prop))
    events = " or ".join(dict.fromkeys(f"`{event.event}`" for event in facts.events))
    shown = " or ".join(f"`{one}`" for one in facts.patterns(name)) or "empty"
    shown = "empty" if shown == "``" else shown
    what = "always holds, and what follows it never happens" if is_true else "never holds"
    is_pull = any(event.kind.is_about_pull_request for event in facts.events)
    cure = "ask for something that can differ, or draw the event for which it does"
    if is_pull and name in ("github.ref", "github.ref_name"):
        cure = (
            "`github.base_ref` is the branch that a pull request is to be merged into, `github.head_ref` the "
            "one that it comes from"
        )
    if name in _OF_TYPES:
        likely = f"{facts.events[0].event}[type={min(_OF_TYPES[name])}]"
        cure = f"draw the event with the type that has it, such as `{likely}`"
        if is_pull and name == "github.event.label.name":
            cure += (
                f", or ask for all labels, `contains(github.event.{PULL_REQUEST.name}.labels.*.name, 'NAME')`"
            )
    if name == CONCLUSION:
        cure = (
            f"draw a trigger of its own before what this is for, with `%% trigger: {WORKFLOW_RUN.name}"
            "[conclusion=failure]` above it"
        )
    return diagnostic(
        NEVER_EQUAL, f"`{text_of(prop)}` is {shown} in runs of {events}, so this {what}", place, help=cure
    )


def _property(node: Comparison | Call) -> Node:
    prop = _compared(node)[0] if isinstance(node, Comparison) else node.arguments[0]
    assert prop is not None
    return prop
