"""What reached a source of events, and which event a message of it to a workflow hands on.

Position before words (docs/language.md#triggers): a source performs nothing, so what it sends a workflow is
the event that reached it last, unless it names its own. An event opens one run of a workflow. What its words
leave open of the filter is told.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic, with_severity
from mermaid2gha.base.records import dataclass, field, replace
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.marks.offered import with_types
from mermaid2gha.compiler.marks.settled import settled, trigger_mark
from mermaid2gha.compiler.reading.effects import STARTS, Effect, EffectKind, Ground
from mermaid2gha.compiler.vocabulary import branches, ci_words, forms, labels, times
from mermaid2gha.compiler.vocabulary.branches import base_of
from mermaid2gha.compiler.vocabulary.event_filters import paths_said, types_of
from mermaid2gha.compiler.vocabulary.events import EventText, is_merge, plain_events, said_events
from mermaid2gha.compiler.vocabulary.leftovers import alternatives
from mermaid2gha.compiler.vocabulary.phrases import pushed_to
from mermaid2gha.github.events import (
    ISSUE_COMMENT,
    ISSUES,
    PULL_REQUEST,
    PULL_REQUEST_TARGET,
    PUSH,
    WORKFLOW_DISPATCH,
)
from mermaid2gha.mermaid.ast import (
    Diagram,
    Message,
)

GUESSED_FILTER = Rule("guessed-filter", Severity.WARNING, is_guess=True)

_GIVING = frozenset((EffectKind.PUSH, EffectKind.WRITE))
_REFS = ("branches", "branches-ignore", "tags", "tags-ignore")


@dataclass(frozen=True, slots=True)
class Cause:
    """A statement that reached a source: its place among the events of the diagram, and what it names.

    `file` is the workflow whose own message it is: that reaches the source for others alone. `is_around`: it
    is what stands around the trigger, and nothing that happens before it. `is_of_itself`: the source says it
    to itself.
    """

    at: int
    events: tuple[EventText, ...]
    span: Span | None
    is_of_person: bool = False
    file: str = ""
    is_around: bool = False
    is_of_itself: bool = False


@dataclass(slots=True)
class Causes:
    """What has reached each source so far, when the last run of each workflow began, and what opened runs."""

    reached: dict[str, list[Cause]] = field(default_factory=dict)
    begun: dict[str, int] = field(default_factory=dict)
    used: dict[str, set[int]] = field(default_factory=dict)

    def reach(
        self,
        source: str,
        at: int,
        events: tuple[EventText, ...],
        span: Span | None,
        *,
        is_of_person: bool = False,
        file: str = "",
        is_around: bool = False,
        is_of_itself: bool = False,
    ) -> None:
        cause = Cause(
            at,
            events,
            span,
            is_of_person=is_of_person,
            file=file,
            is_around=is_around,
            is_of_itself=is_of_itself,
        )
        self.reached.setdefault(source, []).append(cause)

    def hand_on(self, sender: str, receiver: str, at: int, span: Span | None) -> None:
        """What a source says to another hands on its own cause."""
        known = [cause for cause in self.reached.get(sender, ()) if cause.events]
        self.reach(receiver, at, known[-1].events if known else (), span)

    def begin(self, file: str, source: str, at: int) -> None:
        """A run of a workflow begins; what has reached the source before has been answered."""
        self.begun[file] = at
        self.used.setdefault(file, set()).update(cause.at for cause in self.reached.get(source, ()))

    def is_pending(self, source: str, events: set[tuple[str, tuple[str, ...]]]) -> bool:
        """Whether the last that reached a source names all these events, with their types, and has opened no
        run yet."""
        last = self.reached.get(source, ())[-1:]
        return self.is_fresh(source) and any(
            events <= {(e.event, e.types) for e in cause.events} for cause in last
        )

    def is_fresh(self, source: str) -> bool:
        """Whether what has reached a source last has opened no run of any workflow."""
        last = self.reached.get(source, ())[-1:]
        return bool(last) and not any(cause.at in used for cause in last for used in self.used.values())

    def since(self, source: str, file: str) -> list[Cause]:
        """What others have done to a source since the last run of a workflow began."""
        return [cause for cause in self.all_since(source, file) if not cause.file or cause.file != file]

    def all_since(self, source: str, file: str) -> list[Cause]:
        """What has reached a source since the last run of a workflow began, from its own runs, too."""
        begun = self.begun.get(file, -1)
        used = self.used.get(file, ())
        return [c for c in self.reached.get(source, ()) if c.at > begun and c.at not in used]

    def is_apart(self, source: str, file: str) -> bool:
        """Whether something has happened to a source since the last trigger of a workflow, so that the next
        one is of an event of its own."""
        return any(not cause.is_around for cause in self.since(source, file))

    def of_trigger(self, source: str, file: str) -> tuple[tuple[EventText, ...], Cause | None]:
        """The events that a trigger without one hands on, and a later statement that was not read."""
        found = self.since(source, file)
        named = [cause for cause in found if cause.events]
        if not named:
            return (), None
        later = [cause for cause in found if cause.at > named[-1].at]
        return named[-1].events, later[-1] if later else None

    def started_by_last(self, source: str, file: str) -> set[str]:
        """The other workflows of which the event that a trigger without one hands on has opened runs."""
        named = [cause.at for cause in self.since(source, file) if cause.events]
        return {other for other, used in self.used.items() if other != file and named and named[-1] in used}

    def inherited(self, events: Sequence[EventText], source: str, file: str) -> tuple[EventText, ...]:
        """Events that a trigger names, with the filters of the event that caused it where it says none."""
        return tuple(self._with_filters(event, source, file) for event in events)

    def _with_filters(self, event: EventText, source: str, file: str) -> EventText:
        is_any_tag = event.is_inferred and event.filters == (("tags", ("*",)),)
        own = () if is_any_tag else event.filters
        has_others = any(key not in ("types", "paths", "paths-ignore") for key, _ in own)
        if has_others or event.cron or event.bad_types or event.bad_filters:
            return event
        if event.unread:
            return event
        for cause in reversed(self.since(source, file)):
            same = [one for one in cause.events if _is_alike(one, event)]
            same = [one for one in same if not (event.is_merge and "tags" in dict(one.filters))]
            if same and same[-1].cron:
                return replace(event, cron=same[-1].cron, is_inferred=True, is_words=same[-1].is_words)
            if same and same[-1].is_words and dict(same[-1].filters).keys() == {"types"}:
                return event  # its name says more than the words before it
            if same:
                filters, is_merge = same[-1].filters, same[-1].is_merge
                if "types" in dict(own) and not (same[-1].has_refs or same[-1].has_paths):
                    return event
                if own:  # its paths or types, beside the branches and the paths of what caused it
                    left = _REFS if event.has_paths else (*_REFS, "paths", "paths-ignore")
                    filters = (*(one for one in filters if one[0] in left), *own)
                if is_any_tag and "tags" not in dict(filters):
                    return event
                if not filters and not is_merge and not same[-1].unread:
                    return event
                return replace(
                    event,
                    filters=filters,
                    is_inferred=True,
                    is_merge=is_merge,
                    unread=same[-1].unread,
                    is_words=same[-1].is_words,
                )
        return event


def _is_alike(one: EventText, other: EventText) -> bool:
    """Whether two events happen by the same deed: a pull request is `pull_request_target`, too."""
    is_of_requests = one.kind.is_about_pull_request and other.kind.is_about_pull_request
    return one.event == other.event or (is_of_requests and one.kind.filters == other.kind.filters)


def event_said(text: str, default: str = "main") -> str:
    """The event that a text most likely names, as a mark has it, in whatever language; empty if none."""
    from mermaid2gha.compiler.vocabulary.made_events import happening_said, types_said  # late: few ask

    plain = labels.plain(text)
    found = []
    for event in said_events(plain, default=default):
        types, base = types_said(plain, event.event), base_of(plain).name
        filters = event.filters or ((("types", types),) if types else ())
        if event.event == PUSH.name and not event.has_refs and (branch := pushed_to(plain)):
            filters = (*filters, ("branches", (branch,)))
        elif not event.has_refs and (event.is_merge or (event.kind.is_about_pull_request and base)):
            filters = (*filters, ("branches", (default if event.is_merge else base,)))
        found.append(replace(event, filters=filters))
    if found or not plain:
        return trigger_mark(found).removeprefix("trigger: ") if found else ""
    parts = [one for one in map(happening_said, alternatives(plain)) if one]
    if {one.partition("[")[0] for one in parts} == {ISSUES.name, ISSUE_COMMENT.name}:
        usual = {ISSUES.name: "opened", ISSUE_COMMENT.name: "created"}
        return ", ".join(dict.fromkeys(f"{x}[type={usual[x]}]" if x in usual else x for x in parts))
    if happening := happening_said(plain):
        return happening
    if forms.pairs_said(plain):
        return WORKFLOW_DISPATCH.name
    paths = [value for _, _, key, value in paths_said(plain) if key == "paths"] or forms.changed_files(plain)
    branch = base_of(plain).name
    said = [f"path={'|'.join(paths)}"] if paths else []
    said += [f"branch={branch}"] if branch and branch not in paths else []
    return f"{PUSH.name}[{', '.join(said)}]" if said else ""


def event_unasked(text: str, default: str) -> str:
    """The event that a text names of somebody whom a run has asked for nothing; empty if none."""
    named = event_said(text, default)
    return named if said_events(text) or not named.startswith(PUSH.name) else ""


def other_event(causes: Sequence[Cause], event: str, default: str) -> str:
    """The event, other than this one, that one of some causes most likely names, as a cure's first mark."""
    said = (event_said(one.span.text, default) for one in causes if one.span is not None)
    other = next((one for one in said if one and not one.startswith((event, PUSH.name))), "")
    if event == PULL_REQUEST_TARGET.name and other.startswith(PULL_REQUEST.name):
        other = f"{event}{other.removeprefix(PULL_REQUEST.name)}"  # the same, with other rights
    return f"`%% trigger: {other}`, " if other else ""


def closed_as_merged(said: str, causes: Sequence[Cause]) -> tuple[EventText, ...]:
    """The closed pull request, where a trigger says no event but that something is closed, in whatever
    language, and what has reached its source last is a merge: `closed event`. A push has no types."""
    last = causes[-1] if causes else None
    pushed = [one for one in last.events if one.event == PUSH.name] if last is not None else []
    if not pushed or last is None or last.span is None or not is_merge(labels.plain(last.span.text)):
        return ()
    from mermaid2gha.compiler.vocabulary.made_events import types_said  # late: few ask

    if types_said(said, PULL_REQUEST.name) != ("closed",):
        return ()
    is_exact = bool(types_of(PULL_REQUEST.name, f" {forms.types_listed(said)}", is_whole=True))
    return (EventText(PULL_REQUEST.name, (("types", ("closed",)),), is_inferred=True, is_words=not is_exact),)


# -- filters that words leave open ------------------------------------------------------------------


def unread_filters(
    diagram: Diagram, effects: Sequence[Effect], causes: Sequence[tuple[int, Diagnostic]]
) -> list[Diagnostic]:
    """Reports `guessed-filter`, and what is told of `causes` that are not read, each with its place,
    as errors where the run gives something to the outside."""
    result = [
        with_severity(found, Severity.ERROR) if _gives(effects[at + 1 :], effects[at].lifeline) else found
        for at, found in causes
    ]
    for at, (event, effect) in enumerate(zip(diagram.events, effects)):
        if effect.act not in STARTS or not isinstance(event, Message):
            continue
        unread = next((one.unread for one in effect.events if one.unread), "")
        narrowed = _narrowed(effect.events)
        if narrowed and effect.when is None:
            found = _any_starts(event, effect, narrowed)
            is_given = effect.ground is not Ground.NAME and _gives(effects[at + 1 :], effect.lifeline)
            result.append(replace(with_severity(found, Severity.ERROR), fixes=()) if is_given else found)
        if effect.ground is not Ground.MARK and (head := _base_like_head(effect)):
            result.append(_of_head(event, effect, head))
        if effect.ground is not Ground.MARK and (example := _work_alone(effect)):
            result.append(_of_example(event, effect, example))
        if not unread:
            continue
        place = event.text_span or event.span
        said = _said(diagram, at, unread)
        found = diagnostic(
            GUESSED_FILTER,
            f"`{unread} branch` may name a branch or describe one, so every branch starts this",
            Label(place, "this run") if place is not None else None,
            Label(said, "said here") if said is not None and said != place else None,
            help=f"say it above the trigger, `%% trigger: push[branch={unread}]`, or `%% trigger: push` for "
            "all",
        )
        is_given = _gives(effects[at + 1 :], effect.lifeline)
        result.append(with_severity(found, Severity.ERROR) if is_given else found)
    return result


def _base_like_head(effect: Effect) -> str:
    """The branch in a pull request's filter that is called as those from which requests come, or nothing."""
    found = (
        v for one in effect.events if one.kind.is_repeated for v in dict(one.filters).get("branches", ())
    )
    return next((one for one in found if branches.is_of_work(one)), "")


def _work_alone(effect: Effect) -> str:
    """The branch of one piece of work by whose pushes alone a run starts, as words say, or nothing."""
    found = [
        value
        for one in effect.events
        if one.has_refs and not one.kind.is_about_pull_request and one.is_inferred
        for value in dict(one.filters).get("branches", ())
    ]
    is_one = len(found) == 1 and "/" in found[0] and "*" not in found[0]
    return found[0] if is_one and branches.is_of_work(found[0]) else ""


def _of_example(event: Message, effect: Effect, example: str) -> Diagnostic:
    kind = example.split("/")[0]
    return diagnostic(
        GUESSED_FILTER,
        f"pushes to `{example}` alone start this, which is called as the branch of one piece of work",
        event.text_span or event.span,
        help=f"`%% trigger: {PUSH.name}[branch={kind}/**]` above it is of all such branches, "
        f"`%% trigger: {PUSH.name}` of all that there are, `%% {trigger_mark(effect.events)}` of this one",
    )


def _of_head(event: Message, effect: Effect, head: str) -> Diagnostic:
    bare = [replace(x, filters=tuple(y for y in x.filters if y[0] != "branches")) for x in effect.events]
    return diagnostic(
        GUESSED_FILTER,
        f"a filter is of where a pull request goes, and `{head}` is called as a branch from which it comes",
        event.text_span or event.span,
        help=f"`%% {trigger_mark(bare)}` and `%% when: startsWith(github.head_ref, '{head.split('*')[0]}')` "
        f"above it are of where it comes from, `%% {trigger_mark(effect.events)}` is of where it goes",
    )


def _narrowed(events: Sequence[EventText]) -> str:
    """The condition of what is named, of each event its own, so that none of several shuts out another."""
    if not any(one.narrowed for one in events):
        return ""
    if len(events) == 1:
        return events[0].narrowed
    own = ((f"github.event_name == '{one.event}'", one.narrowed) for one in events)
    return " || ".join(f"({name} && {condition})" if condition else name for name, condition in own)


def _any_starts(event: Message, effect: Effect, narrowed: str) -> Diagnostic:
    """That one comment or label is named by which a run starts, and any starts it."""
    mark = trigger_mark([x if x.types else with_types(x, [labels.plain(event.text)]) for x in effect.events])
    said = [what for what in ("label", "comment") if f"event.{what}." in narrowed]
    what = " or ".join(said)
    new = "" if "[" in mark else f", `%% {mark}[type=created]` that no edit does"
    return diagnostic(
        GUESSED_FILTER,
        f"one {what} is named, and any starts this (`{mark.removeprefix('trigger: ')}`)",
        event.text_span or event.span,
        help=f"`%% when: {narrowed}` above it says that this one alone does, `%% {mark}` that any does{new}; "
        "or which event it is",
        fixes=tuple(replace(fix, is_safe=False) for fix in settled(event.span, mark, f"when: {narrowed}")),
    )


def with_left(found: Sequence[Diagnostic], left: Mapping[Span, str]) -> list[Diagnostic]:
    """Findings of which comment or label starts a run, with what its message says beside that, by its place:
    no mark that says less is written."""
    return [_beside(one, left.get(one.labels[0].span, "") if one.labels else "") for one in found]


def _beside(found: Diagnostic, left: str) -> Diagnostic:
    is_known = set(labels.words(left)) <= set(labels.words(f"{found.message} {found.help}".replace("'", " ")))
    if not left or is_known or found.rule != GUESSED_FILTER.name or not found.fixes:
        return found
    cure = (
        f"; nothing of `{left}` is read: `%% when: EXPRESSION` says it, too, `%% approval: production` above "
        "its first job that people are asked"
    )
    place = replace(found.labels[0], text=f"`{left}` is not read")
    return replace(found, labels=(place, *found.labels[1:]), help=f"{found.help}{cure}", fixes=())


def _said(diagram: Diagram, at: int, unread: str) -> Span | None:
    """The place of the last message up to here that has the word."""
    for event in reversed(diagram.events[: at + 1]):
        if isinstance(event, Message) and unread in labels.plain(event.text):
            return event.text_span
    return None


def _gives(following: Sequence[Effect], lifeline: str) -> bool:
    """Whether a run gives something away before the next one of its workflow begins."""
    for effect in following:
        if effect.lifeline == lifeline and effect.act in STARTS:
            return False
        if effect.lifeline == lifeline and (
            effect.act in _GIVING or labels.has_word(effect.text.name, labels.NEVER_MOVING)
        ):
            return True
    return False


def other_events(name: str, own: Sequence[EventText], *, is_under_way: bool) -> tuple[EventText, ...]:
    """The events, other than its `own` ones, that the name of a job in a run says: `On tag v*`, `Nightly at
    2 AM`, and in a run that is under way `Manual trigger for publish`."""
    if is_under_way and ci_words.TRIGGERED.search(name):
        return said_events(name)
    head = labels.words(name.rpartition(": ")[2])[:1]
    is_at_event = not ci_words.AT_EVENT.isdisjoint(head)
    if not own or not (is_at_event or _says_time(name, head)):
        return ()
    said = said_events(name)
    is_own = {(one.event, one.filters) for one in own} <= {(one.event, one.filters) for one in said}
    return () if is_own else said


def _says_time(name: str, head: Collection[str]) -> bool:
    """Whether a name says a time in figures, or has a word for one at its `head`: `Nightly tests`."""
    if any(map(str.isdigit, name)) and times.figures_said(name):
        return True
    return not forms.OFTEN.isdisjoint(head) and any(one.kind.has_times for one in plain_events(name))
