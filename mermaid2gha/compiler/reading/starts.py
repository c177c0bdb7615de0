"""What is told of the messages that start runs: guesses at their events, and names that are none.

Runs of which nothing but words within a sentence says the event are one finding a diagram: what settles them
is the same, and a drawing that is read right gets one warning at most (docs/language.md#reading).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic
from mermaid2gha.base.edit import Fix, respelt
from mermaid2gha.base.records import dataclass, replace
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.marks.offered import is_less, whole, with_branch, with_refs, with_types
from mermaid2gha.compiler.marks.settled import settled, together, trigger_mark
from mermaid2gha.compiler.reading.causes import Cause, other_event
from mermaid2gha.compiler.vocabulary import approvals, ci_words, forms, labels, leftovers, times
from mermaid2gha.compiler.vocabulary import events as event_words
from mermaid2gha.compiler.vocabulary import lifelines as lifeline_names
from mermaid2gha.compiler.vocabulary.branches import (
    base_of,
    branches_named,
    kind_beside,
    listed,
    named_beyond,
    version_named,
)
from mermaid2gha.compiler.vocabulary.event_filters import (
    PAIR,
    is_as_usual,
    is_push_or_tag,
    paths_said,
    says_merged,
    says_tag,
    types_of,
)
from mermaid2gha.compiler.vocabulary.events import EventText
from mermaid2gha.compiler.vocabulary.guards import read_expression, unread_label
from mermaid2gha.compiler.vocabulary.phrases import TYPES_OF_REQUEST, says_push_twice, says_unmerged
from mermaid2gha.github.events import (
    EVENTS,
    ISSUE_COMMENT,
    PULL_REQUEST,
    PUSH,
    RELEASE,
    REPOSITORY_DISPATCH,
    SCHEDULE,
    WORKFLOW_DISPATCH,
    WORKFLOW_RUN,
)
from mermaid2gha.github.expressions.condition import Condition
from mermaid2gha.github.names import is_runner
from mermaid2gha.mermaid.ast import Message

GUESSED_TRIGGER = Rule("guessed-trigger", Severity.WARNING, is_guess=True)
UNKNOWN_EVENT = Rule("unknown-event", Severity.ERROR)


@dataclass(frozen=True, slots=True)
class WordsAlone:
    """A message that starts a run, the events it is taken for, and the places of the words that say so.

    `left` is what it says beside its events, which is not read, `others` the events among that;
    `is_of_repository` whether who sends it is one by its name, which alone makes events of requests.
    """

    message: Message
    events: tuple[EventText, ...]
    causes: tuple[Span, ...] = ()
    left: str = ""
    others: tuple[EventText, ...] = ()
    is_of_repository: bool = True
    default: str = "main"

    @property
    def place(self) -> Span:
        place = self.message.text_span or self.message.span
        assert place is not None
        return place


def guessed_trigger(
    message: str, *places: Label | Span | None, cure: str, mark: str = "", reason: str = ""
) -> Diagnostic:
    """A guess about what starts a run, told at the first place; `mark` above it says what was read."""
    spans = [one.span if isinstance(one, Label) else one for one in places if one is not None]
    is_certain = not is_less(mark, [one.text for one in spans])
    fixes = settled(spans[0], mark) if is_certain else ()
    return diagnostic(GUESSED_TRIGGER, message, *places, help=cure, fixes=fixes, reason=reason)


def joined_filters(
    message: Message, before: Sequence[EventText], events: Sequence[EventText]
) -> list[Diagnostic]:
    """Reports `guessed-trigger` of a trigger that begins the run of another one, `before` it, with filters
    of which GitHub cannot ask as drawn: each filter of an event holds by itself."""
    pairs = ((one, other) for at, other in enumerate(events) for one in (*before, *events[:at]))
    for one, other in ((one, other) for one, other in pairs if one.event == other.event):
        both = event_words.either(one, other)
        is_wider = both.is_words and one.filters != () != other.filters
        if is_wider and not (one.is_words or other.is_words):
            return [
                guessed_trigger(
                    "GitHub asks of each kind of filter by itself, so this and the trigger before it start "
                    f"`{trigger_mark((both,)).removeprefix('trigger: ')}`",
                    message.text_span or message.span,
                    cure="draw a workflow for each of the two, "
                    f"or `%% ignore: {GUESSED_TRIGGER.name}` above this where all that may start it",
                )
            ]
        if one.kind.follows_runs and one.conclusion != other.conclusion:
            return [
                guessed_trigger(
                    f"one run cannot begin after `{one.conclusion or 'success'}` of one workflow and "
                    f"`{other.conclusion or 'success'}` of another, so the first counts for both",
                    message.text_span or message.span,
                    cure="draw a run for each, "
                    f"or `%% trigger: {WORKFLOW_RUN.name}[conclusion=always]` above both",
                )
            ]
    return []


def started_beside(message: Message, receiver: str, mark: str, others: Sequence[str]) -> Diagnostic:
    """Tells that a trigger without an event, drawn behind what its event starts, does not wait for it."""
    event = mark.removeprefix("trigger: ")
    names = " and ".join(f"`{name}`" for name in others)
    return guessed_trigger(
        f"this is taken for `{event}`, so `{receiver}` starts together with {names}, drawn before it",
        message.text_span or message.span,
        cure=f"`%% {mark}` above it says so, `%% trigger: {WORKFLOW_RUN.name}` that it starts when the other "
        "has ended, `%% trigger: EVENT` which event it is",
    )


def words_alone(readings: Sequence[WordsAlone], known: Sequence[Diagnostic]) -> list[Diagnostic]:
    """Reports `guessed-trigger` for those of which nothing else is told.

    `known` are the other findings about the diagram.
    """
    told = {label.span for finding in known for label in finding.labels[:1]}
    left = [one for one in readings if one.place not in told]
    if not left:
        return []
    names = " and ".join(dict.fromkeys(f"`{mark.removeprefix('trigger: ')}`" for mark in map(_read, left)))
    said = [text for one in left for text in (one.message.text, *(cause.text for cause in one.causes))]
    places: dict[Span, str] = {}
    for one in left:
        is_own = bool(one.left) and not any(one.left in labels.plain(cause.text) for cause in one.causes)
        words = f"`{one.left}` is not read" if is_own else "these words"
        places.setdefault(one.place, "this starts a run" if one.causes and not is_own else words)
        for cause in one.causes:
            is_left = one.left and one.left in labels.plain(cause.text)
            places.setdefault(cause, f"`{one.left}` is not read" if is_left else "by these words")
    marks = " and ".join(dict.fromkeys(f"`%% {_offered(one)}`" for one in left))
    cure = f"{marks} above it says so, or which event it is; so does a whole text like `push to main`"
    cure += leftovers.asked_beside(marks, said)
    if any(map(is_push_or_tag, said)):
        cure += f"; `%% trigger: {PUSH.name}[tag=*]` that tags alone do"
    for branch in dict.fromkeys(one.default for one in left if _may_be_merged(one)):
        cure += f"; `%% trigger: {PUSH.name}[branch={branch}]` that it is merged then"
    for kind in dict.fromkeys(filter(None, map(kind_beside, said))):
        wider = trigger_mark([with_branch(one, kind) for one in left[0].events])
        cure += f"; `%% {wider}` that these branches do, too"
    if any(map(_may_be_head, left)):
        cure += f"; `%% trigger: {PULL_REQUEST.name}` that it is the branch that the request comes from"
    if any(map(_says_twice, left)):
        cure += f"; `%% trigger: {PUSH.name}` that every push does"
    if any(map(_may_be_release, left)):
        cure += f"; `%% trigger: {RELEASE.name}[type={RELEASE.sample_type}]` that the release does"
    if names_of_branches := "|".join(dict.fromkeys(name for text in said for name in _likely_branches(text))):
        cure += f"; `%% trigger: {PUSH.name}[branch={names_of_branches}]` that these are branches"
    if any(map(is_closing, (event for one in left for event in one.events))) and any(map(_says_merge, said)):
        cure += f"; `%% when: {MERGED}` that it is merged, too"
    for others in dict.fromkeys(
        trigger_mark(rest) for one in left if (rest := [x for x in one.others if not _is_added(x, one)])
    ):
        cure += f"; `%% {others}` that this starts it, or both with a comma between"
    if any(event.cron for one in left for event in one.events):
        cure += "; a time there is in UTC"
    if any(one.left for one in left):
        named = next(filter(None, map(approvals.environment, map(labels.plain, said))), "production")
        cure += (
            f"; `%% when: EXPRESSION` says when alone it runs, `%% approval: {named}` above its first job "
            "that people are asked"
        )
    if any(leftovers.lists_steps(one.left) for one in left):
        cure += "; steps are drawn as messages of the workflow to itself, one each"
    if any(_names_runner(one.left) for one in left):
        cure += "; `runs-on` in the settings, or in the file, says on which runner"
    if any(one.left and any(event.kind.is_by_hand for event in one.events) for one in left):
        cure += "; `%% with: NAME=VALUE` gives it an input"
    return [
        diagnostic(
            GUESSED_TRIGGER,
            f"{names} is read from words within a sentence, which may say something else",
            *(Label(span, text) for span, text in places.items()),
            help=cure,
            fixes=() if _may_be_other(left, said) else _fix(left),
        )
    ]


def _may_be_merged(one: WordsAlone) -> bool:
    """Whether somebody does with a pull request what neither opens nor changes it: he `accepts` it."""
    if not any(event.event == PULL_REQUEST.name and not event.types for event in one.events):
        return False
    from mermaid2gha.compiler.vocabulary.made_events import is_opened_or_changed  # late: few ask

    texts = [labels.plain(cause.text) for cause in one.causes]
    return bool(texts) and not any(map(is_opened_or_changed, texts))


def _may_be_head(one: WordsAlone) -> bool:
    """Whether the branch beside a pull request that is opened may be where it comes from: `(branch: fix)`."""
    filtered = (x for x in one.events if x.kind.is_about_pull_request and "branches" in dict(x.filters))
    return any(filtered) and any(PAIR.search(cause.text) for cause in one.causes)


def _may_be_release(one: WordsAlone) -> bool:
    """Whether a push of tags is caused by a release that somebody makes, which may be meant itself."""
    from mermaid2gha.compiler.vocabulary.made_events import made_events  # late: few ask

    is_of_tags = any("tags" in dict(event.filters) for event in one.events)
    texts = [re.sub(r"\S*[/*]\S*", " ", labels.plain(cause.text)) for cause in one.causes]
    is_other = all(event.event != RELEASE.name for event in one.others)
    return is_of_tags and is_other and any(RELEASE.name in made_events(text) for text in texts)


def _texts(one: WordsAlone) -> list[str]:
    """The texts that say what starts a run: the message with a filter of its own, else it and its causes."""
    own = labels.plain(one.message.text)
    return [own] if PAIR.search(own) else [own, *(labels.plain(cause.text) for cause in one.causes[-1:])]


def _names_runner(text: str) -> bool:
    return any(map(is_runner, re.findall(r"[\w.-]+", text)))


def _may_be_other(readings: Sequence[WordsAlone], said: Sequence[str]) -> bool:
    """Whether the words name another reading, by which something else would run: then no mark is certain."""
    is_closing_or_merge = any(is_closing(event) for one in readings for event in one.events)
    return (
        any(one.others or one.left for one in readings)
        or any(is_push_or_tag(text) or _likely_branches(text) for text in said)
        or any(event_words.lists_tag(labels.plain(text)) or kind_beside(text) for text in said)
        or any(map(_says_twice, readings))
        or any(map(_may_be_merged, readings))
        or any(map(_may_be_head, readings))
        or any(map(_may_be_release, readings))
        or any(leftovers.unread_patterns(_texts(one), one.events) for one in readings)
        or any(map(unread_label, map(labels.plain, said)))
        or any(_offered(one) != _mark(one) for one in readings if not one.others)
        or any(times.is_open(event.cron) for one in readings for event in one.events)
        or (is_closing_or_merge and any(map(_says_merge, said)))
        or any(_is_review(event) and not one.is_of_repository for one in readings for event in one.events)
    )


def _is_review(event: EventText) -> bool:
    return event.event.startswith(f"{PULL_REQUEST.name}_review")


def _says_merge(text: str) -> bool:
    return event_words.says_merge(labels.plain(text))


def _likely_branches(text: str) -> tuple[str, ...]:
    return () if paths_said(text) else listed(text)


def _mark(one: WordsAlone) -> str:
    return trigger_mark(one.events)


def _says_twice(one: WordsAlone) -> bool:
    """Whether a message names its push with a filter, and once more with none."""
    is_filtered = any(event.event == PUSH.name and event.filters for event in one.events)
    return is_filtered and says_push_twice(one.message.text)


def _read(one: WordsAlone) -> str:
    """What is read of a message, without times that people have to say."""
    return trigger_mark(tuple(replace(x, cron="") if times.is_open(x.cron) else x for x in one.events))


def _offered(one: WordsAlone) -> str:
    """What is read of a message, with the times that stand beside it, which say nothing else."""
    texts = _texts(one)
    events = with_refs(tuple(with_types(event, texts) for event in one.events), texts)
    return trigger_mark((*events, *(x for x in one.others if _is_added(x, one))))


def _is_added(other: EventText, one: WordsAlone) -> bool:
    """Whether what a text says beside its events adds to them: a time, and that people start it, too."""
    is_by_hand = other.kind.is_by_hand and not any(event.kind.is_dispatch for event in one.events)
    return other.kind.has_times or is_by_hand


def _fix(readings: Sequence[WordsAlone]) -> tuple[Fix, ...]:
    """One cure with the marks of all, where each can have one."""
    return together([settled(one.place, _mark(one)) for one in readings])


def unknown_event(message: Message, said: str, names: frozenset[str]) -> list[Diagnostic]:
    """Reports `unknown-event` of a message to a workflow; `said` is its text, `names` are those of others."""
    word = leftovers.unknown_event(said, names)
    if not word:
        return []
    from difflib import get_close_matches  # late: most events are right

    near = get_close_matches(word.casefold(), sorted(EVENTS), 1, 0.6)
    hint = f"did you mean `{near[0]}`? " if near else ""
    place = message.text_span or message.span
    return [
        diagnostic(
            UNKNOWN_EVENT,
            f"`{word}` is no event of GitHub's",
            place,
            help=f"{hint}`%% trigger: EVENT` above the message says what starts it",
            fixes=respelt(place, word, near[0], is_safe=False) if near and place else (),
        )
    ]


def unreached(message: Message, source: str, workflow: str) -> Diagnostic:
    """That a source says something when nothing is left that it could hand on."""
    time = times.clock_said(labels.plain(message.text))
    event = f"{SCHEDULE.name}[cron={time}]" if time else "EVENT"
    job = "`%% job` for the next job of this run, " if forms.names_job(message.text) else ""
    return guessed_trigger(
        f"nothing has reached `{source}` since `{workflow}` was started, so this starts nothing",
        message.text_span or message.span,
        cure=f"say what it is above it: {job}`%% trigger: {event}` for a run of its own "
        f"(`{WORKFLOW_DISPATCH.name}` if people start it), `%% reply` or `%% step`; or draw before it what "
        "happens, such as a push",
        mark="" if time or job or not message.arrow.is_dotted or _says_more(message.text) else "reply",
    )


def _says_more(text: str) -> bool:
    """Whether what seems a reply says that something is started, or names a branch, or has a remark, which a
    mark would lose: `elle başlatma (yalnızca main)`."""
    plain = labels.plain(text)
    return bool(ci_words.is_about_start(plain) or labels.asides(text) or branches_named((plain,)))


def unread_cause(message: Message, event: EventText, causes: Sequence[Cause], default: str) -> Diagnostic:
    """That an event has no filter, where what caused it may name one; only people know which."""
    said = " ".join((message.text, *(cause.span.text for cause in causes if cause.span is not None)))
    base = base_of(labels.plain(said))
    branch = named_beyond(said) or base.name or base.unread or default
    is_filtered = "branches" in event.kind.filters
    is_of_tag = says_tag(said) and "tags" in event.kind.filters
    rest = tuple(one for one in event.filters if not one[0].startswith(("branches", "tags")))
    bare = replace(event, filters=rest)
    (named,) = with_refs((bare,), (said,)) if "*" in said or leftovers.files_named(said, (bare,)) else (bare,)
    ref = ("tags", (version_named(said) or "v*",)) if is_of_tag else ("branches", (branch,))
    is_whole = named.has_refs or (named.has_paths and not bare.has_paths)
    named = named if is_whole else replace(event, filters=(ref, *rest))
    likely, wider = trigger_mark((named,)), trigger_mark((bare,))
    is_of_ref = is_filtered and not event.kind.is_about_pull_request
    is_tag = any(key == "tags" for key, _ in event.filters)
    merged = [x for one in causes for x in one.events if is_tag and "branches" in dict(x.filters)]
    every = (
        "every tag"
        if is_tag
        else "every branch or tag"
        if is_of_ref
        else "one against any branch"
        if is_filtered
        else "any"
    )
    return guessed_trigger(
        f"what caused this `{event.event}` is not read, so {every} starts the run",
        message.text_span or message.span,
        *(Label(cause.span, "the cause") for cause in reversed(causes) if cause.span is not None),
        cure=f"say it above the trigger: {other_event(causes, event.event, default)}"
        + (f"`%% {trigger_mark(merged[-1:])}` that the merge does, " if merged else "")
        + (
            f"`%% {likely}`{leftovers.asked_beside(likely, (said,))}, or `%% {wider}`"
            if is_filtered
            else f"`%% when: EXPRESSION` when alone it runs, or `%% {trigger_mark((event,))}`"
        )
        + " for all",
    )


def other_cause(
    message: Message,
    events: Sequence[EventText],
    caused: Sequence[EventText],
    cause: Span | None,
    default: str,
) -> list[Diagnostic]:
    """That a run starts by hand or at a time alone, where another event has just reached its source and
    started nothing: one of the two may be meant, or both. Reports `guessed-trigger`."""
    names = {one.event for one in caused}
    is_of_itself = all(one.kind.is_dispatch or one.kind.has_times for one in events)
    if not names or not is_of_itself or names & {one.event for one in events}:
        return []
    mark, other = trigger_mark(events), trigger_mark(caused)
    own = mark.removeprefix("trigger: ")
    either = whole((*caused, *events), (labels.plain(message.text),), default)
    return [
        guessed_trigger(
            f"this run starts by `{own}`, and by nothing that is drawn before it",
            message.text_span or message.span,
            Label(cause, "this starts nothing") if cause is not None else None,
            cure=f"`%% {mark}` above it says so, `%% {other}` that it is the other event, "
            f"`%% {either}` that either starts it",
        )
    ]


def dispatched(message: Message, receiver: str, name: str) -> Diagnostic:
    """That an event's name in a dispatch is taken for a word of it: `Dispatch event (release)`."""
    return guessed_trigger(
        f"this is taken for a step that starts `{receiver}` by hand, and `{name}` for no event",
        message.text_span or message.span,
        cure="`%% dispatch` above it says so, "
        f"`%% trigger: {REPOSITORY_DISPATCH.name}[type={name}]` which dispatch it is, "
        f"`%% trigger: {name}` that the event itself starts the run",
        mark="dispatch",
    )


def events_of_name(name: str, default: str) -> tuple[EventText, ...]:
    """The events that a source is called by; `default` is the default branch."""
    if ci_words.RELEASES.fullmatch(name):
        return (EventText(RELEASE.name, (("types", (RELEASE.sample_type,)),), is_inferred=True),)
    events = event_words.said_events(name.replace("_", " "), default=default)
    is_whole = lifeline_names.is_event(name) or lifeline_names.is_source(name)
    return tuple(replace(one, is_words=one.is_words and not is_whole) for one in events)


def of_its_type(
    events: tuple[EventText, ...], named: tuple[EventText, ...], said: str
) -> tuple[EventText, ...]:
    """Events in everyday words, said by what is called by an event (`named`) of which they name a type:
    `published` of the releases is no push, whatever tag it names."""
    words = set(labels.words(said))
    is_typed = any(words & set(one.kind.types) for one in named)
    if not (is_typed and all(one.is_inferred for one in events)):
        return events
    return tuple(
        replace(one, filters=(("types", types),))
        if (types := tuple(kind for kind in one.kind.types if kind in words))
        and not (one.filters or is_as_usual(one.event, types))
        else one
        for one in named
    )


def types_alone(named: Sequence[EventText], said: str, default: str) -> tuple[EventText, ...]:
    """The event by which a source is called, where all that it says are types of it: `closed event`, said by
    the pull request."""
    bare = forms.types_listed(said)
    found = ((one.event, types_of(one.event, f" {bare}", is_whole=True)) for one in named)
    typed = [f"{event}{types}" for event, types in found if types]
    return event_words.named_events(typed[0], default) if typed else ()


def of_request_alone(said: str) -> str:
    """The pull request with its types, of which a text names but these, one of them by a name that nothing
    else has: `synchronize event`, `opened / synchronize`; nothing for other texts."""
    bare = forms.types_listed(said)
    typed = types_of(PULL_REQUEST.name, f" {bare}", is_whole=True) if TYPES_OF_REQUEST.search(said) else ""
    return f"{PULL_REQUEST.name}{typed}" if typed else ""


def changes_of_request(events: tuple[EventText, ...], source: str, said: str) -> tuple[EventText, ...]:
    """The events of a message (`said`) to what is called a pull request: what is pushed to it changes it,
    what merges it is the push, and a type alone is of it."""
    if not events and lifeline_names.is_request(source):
        return types_alone(events_of_name(source, ""), said, "")
    if not lifeline_names.is_request(source) or event_words.is_merge(said):
        return events
    return tuple(
        EventText(PULL_REQUEST.name, is_inferred=True, is_words=one.is_words)
        if one.event == PUSH.name and not one.is_merge and "tags" not in dict(one.filters)
        else one
        for one in events
    )


def closed_by_merge(
    events: tuple[EventText, ...], causes: Sequence[Cause]
) -> tuple[tuple[EventText, ...], bool]:
    """The events of a trigger of which one says that a pull request is closed, and whether what has reached
    its source last is a merge: then it is into the branch that this says."""
    last = causes[-1] if causes else None
    pushed = [one for one in last.events if one.event == PUSH.name] if last is not None else []
    said = labels.plain(last.span.text) if last is not None and last.span is not None else ""
    is_merge = event_words.is_merge(said) and last is not None and not any(map(is_closing, last.events))
    is_alone = is_merge and leftovers.is_merge_alone(said)
    if not pushed or is_alone is False or not events or not all(map(is_closing, events)):
        return events, False
    if is_alone is None:
        return tuple(replace(one, is_words=True) for one in events), False
    branches = tuple(pair for pair in pushed[0].filters if pair[0] == "branches")
    return tuple(
        one if one.has_refs else replace(one, filters=(*one.filters, *branches), is_inferred=True)
        for one in events
    ), True


def narrowed(events: tuple[EventText, ...], causes: Sequence[Cause], said: str) -> tuple[EventText, ...]:
    """The events of a trigger, of which one is of the comment or label that its text (`said`) names, or what
    has reached its source last: `comment /deploy`, `add the label 'ship it'`."""
    comments = [one for one in events if one.event == ISSUE_COMMENT.name]
    labeled = [one for one in events if one.types == (_LABELED,)]
    if not (comments or labeled):
        return events
    from mermaid2gha.compiler.vocabulary.made_events import named_comment, named_label  # late: few ask

    last = causes[-1].span if causes else None
    texts = (said, labels.plain(last.text) if last is not None else "")
    comment = next(filter(None, map(named_comment, texts)), "")
    label = next(filter(None, map(named_label, texts)), "")
    return tuple(
        replace(one, narrowed=comment)
        if comment and one in comments and one.types in ((), (_CREATED,))
        else replace(one, narrowed=label)
        if label and one in labeled
        else one
        for one in events
    )


_CREATED = "created"
_LABELED = "labeled"


def is_of_type(cause: Cause, event: EventText) -> bool:
    """Whether a cause is, in words, what the type of an event says: a label that is added."""
    if not event.types or cause.span is None:
        return False
    from mermaid2gha.compiler.vocabulary.made_events import done_to_request  # late: few ask

    done = done_to_request(labels.plain(cause.span.text))
    return done is not None and done.types == event.types


def merged_alone(
    events: tuple[EventText, ...], *, is_said: bool
) -> tuple[tuple[EventText, ...], Condition | None]:
    """The events of a trigger that says `(merged)` behind a pull request: when it is closed, if merged."""
    closing = [one for one in events if one.kind.is_about_pull_request and one.kind.has_type(_CLOSED)]
    if not is_said or not closing:
        return events, None
    types = (("types", (_CLOSED,)),)
    closed = tuple(
        replace(one, filters=(*types, *(pair for pair in one.filters if pair[0] != "types")))
        if one in closing
        else one
        for one in events
    )
    others = dict.fromkeys(f"github.event_name == '{one.event}' || " for one in events if one not in closing)
    return closed, read_expression(f"{''.join(others)}{MERGED}")


def merge_said(events: Sequence[EventText], text: str) -> Condition | None:
    """What a text says of the merge of pull requests, where all that starts its run is that one is closed: a
    mark that says the event takes nothing of it away."""
    if not events or not all(map(is_closing, events)):
        return None
    if says_unmerged(text):
        return read_expression(MERGED.replace("==", "!="))
    return read_expression(MERGED) if says_merged(text) else None


MERGED = f"github.event.{PULL_REQUEST.name}.merged == true"
"""That a pull request which is closed has been merged."""


def is_closing(event: EventText) -> bool:
    """Whether an event is that a pull request is closed, and nothing else of it."""
    return event.kind.is_about_pull_request and event.types == (_CLOSED,)


_CLOSED = "closed"


def is_of_any_ref(event: EventText) -> bool:
    """Whether an event says no more of its branch or tag than that it is one."""
    is_any_tag = event.is_inferred and event.filters == (("tags", ("*",)),)
    return not event.is_merge and (is_any_tag or not event.has_refs)


def to_branch(event: EventText, branch: str) -> EventText:
    """A push of which nothing says where it goes, as one to the branch in the label of its source."""
    is_bare = all(key in ("paths", "paths-ignore") for key, _ in event.filters)
    is_open = event.event == PUSH.name and is_bare and not (event.is_merge or event.unread)
    filters = (("branches", (branch,)), *event.filters)
    return replace(event, filters=filters, is_inferred=True) if is_open else event
