"""Which events a text names: GitHub's own names, and the plain words that people use for them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from mermaid2gha.base.patterns import late
from mermaid2gha.base.records import dataclass, replace
from mermaid2gha.compiler.vocabulary import labels, phrases
from mermaid2gha.compiler.vocabulary.event_filters import (
    FILTER,
    MANUAL_WORDS,
    MANUAL_WORDS_BEYOND,
    MERGED_BEHIND,
    TAG_WORDS,
    TAG_WORDS_BEYOND,
    apart,
    bad_filters,
    bare_types,
    filters_of,
    is_manual,
    is_of_branch,
    is_push_or_tag,
    says_paths,
    types_of,
    unread_branch,
)
from mermaid2gha.compiler.vocabulary.forms import custom_type
from mermaid2gha.compiler.vocabulary.phrases import each_with_brackets, is_phrase, is_time, pieces
from mermaid2gha.compiler.vocabulary.times import cron_said, figures_said, more_crons, says_cron
from mermaid2gha.github.events import EVENTS, EventKind, kind_of

_NAMES = "|".join(sorted(EVENTS, key=len, reverse=True))
_NAME = late(
    # not in `release/2.x`, a branch, and not in `github.event.release.id`; `push/merge` are two events
    rf"(?<![\w.-])({_NAMES})(?![\w-]|\.ya?ml|\.[a-z_]+\s*[!=]=|/(?!(?:{_NAMES}|PRs?|pull|merges?|tags?|cron|manual|dispatch)\b))"
)
SURE_WORD = late(
    r"(?<!\.)\b(?:triggers?|triggered|triggering|fires?|starts?|dispatch(?:es)?|events?)\b|\bon\s*:", re.I
)
_SAID_OUTRIGHT = late(
    r"\b(?i:triggers?|triggered|triggering|on)\b\W{0,3}['\"`]([a-z_]+)['\"`]|\b(?i:on)\s*:\W*([a-z_]+)\b"
)
_ALSO_FIELDS = frozenset(("deployment_status", "image_version"))
_WEBHOOK = late(r"\bweb-?hooks?\b|\b(?:POST|GET|PUT)\b|https?://", re.I)
_EVENT = r"events?|eventos?|ereignis|événement|zdarzenie|olay[ıi]?|событи[ея]|подія|事件|イベント|이벤트"
_BESIDE = late(rf"triggers?|triggered|{_EVENT}|on|by")
_BESIDE_EVENT = late(rf"\b(?:{_EVENT}|on)\b", re.I)
_BESIDE_AFTER = late(rf"triggers?|{_EVENT}")
_OF_WORK = late(r"\s+(?:workflows?|pipelines?|jobs?)\b", re.I)
_SEPARATOR = late(r"(?:\s*[,/+&|]\s*|\s+(?:and|or|und|oder|et|ou|y|o|e|i|и)\s+)", re.I)
_NEGATED = late(r"\b(?:not|no|never|except|without|unless|skip|skips)(?:\s+[\w'-]+){0,2}\s*$", re.I)
_MERGE_WORDS = (
    r"merges?d?(?![-\s](?:queue|group))|merging|mergen|mergt|gemergt|mergea\w*|fusionn\w+|fusiona\w*|mescla\w*|scal\w+|unisc\w+"
    r"|samenvoeg\w*|voegt\s+samen"
)
_MERGE_WORDS_BEYOND = (
    r"マージ(?!キュー)|合并(?!队列)|合併(?!佇列)|合入|머지(?!\s?큐)|병합(?!\s?(?:큐|대기열))|слив\w*|слить|слияни\w*|влива\w*|влить|с?мер[дж]?ж\w*|злива\w*|злит\w*"
    r"|birleştir\w*|hợp\s+nhất|slår\s+samman"
)
_PUSH_WORDS = r"push(?:es|ed|en|t)?|gepusht|pouss\w+|commits?\s+(?:[\w']+\s+){0,2}(?:to|on|into)(?=\s)"
_PUSH_WORDS_BEYOND = r"プッシュ|推送|푸시|пуш\w*|запуш\w*"
_MERGED = apart("", _MERGE_WORDS, beyond=_MERGE_WORDS_BEYOND)
_PUSHED = apart("", rf"{_PUSH_WORDS}|{TAG_WORDS}", beyond=rf"{_PUSH_WORDS_BEYOND}|{TAG_WORDS_BEYOND}")
_ALTERNATIVE = late(
    r"\s*\(\s*(?:or|ou|oder|o|или)\s+|\s+(?:or|ou|oder|o|или|lub|або|veya|eller|hoặc|[/|]|[+&](?=\s+(?:every|each|any|all)\s))\s+"
    r"|\s*,\s*(?![^()\[\]]*[)\]])|\s*(?:或者?|または|또는)\s*"
    r"|(?<=\w)/(?=(?:PRs?|pull[- ]requests?|merges?)\b)",
    re.I,
)
_REF = late(r"\brefs/\S+")
"""A ref of git's, in which no word is an event: `refs/pull/7/merge`."""
_MANUAL = late(r"\bmanual(?:ly)?\b", re.I)


PLAIN: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        apart("", r"pull[- ]requests?|PRs?", beyond=r"プルリク(?:エスト)?|拉取请求|合并请求|пул-?реквест\w*"),
        "pull_request",
    ),
    (
        apart(
            "",
            rf"(?:{_PUSH_WORDS})(?!\s+(?:an?\s+|the\s+)?(?:draft\s+)?(?:PRs?\b|pull[- ]request))"
            rf"|{_MERGE_WORDS}|{TAG_WORDS}",
            beyond=rf"{_PUSH_WORDS_BEYOND}|{_MERGE_WORDS_BEYOND}|{TAG_WORDS_BEYOND}",
        ),
        "push",
    ),
    (apart("", r"nightly|daily|weekly|hourly|scheduled?|cron|every\s+\d+"), "schedule"),
    (apart("", MANUAL_WORDS, beyond=MANUAL_WORDS_BEYOND), "workflow_dispatch"),
    (phrases.QUEUE, "merge_group"),
)


@dataclass(frozen=True, slots=True)
class EventText:
    """An event as a text names it. `cron` is a time in five fields, or `daily`, `weekly`, `hourly`;
    `is_time_derived` if nothing that is drawn or set says it in fields; `more_times` are further ones.

    `is_inferred`: by plain words, or with a value read as a wildcard; `bad_types` are unknown to GitHub, and
    it has no `bad_filters` for the event. `conclusion` is how the workflow must have ended to which
    it listens. `is_merge`: it is a merge, of which the branch is not said; `unread` is a word that may name
    a branch or not. `is_words`: words within a sentence alone speak for it. `narrowed` is the condition of
    the one comment or label that they name.
    """

    event: str
    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()
    cron: str = ""
    is_inferred: bool = False
    bad_types: tuple[str, ...] = ()
    bad_filters: tuple[str, ...] = ()
    conclusion: str = ""
    is_merge: bool = False
    unread: str = ""
    is_words: bool = False
    is_time_derived: bool = False
    more_times: tuple[str, ...] = ()
    narrowed: str = ""

    @property
    def times(self) -> tuple[str, ...]:
        """All times at which it happens."""
        return (self.cron, *self.more_times) if self.cron else ()

    @property
    def has_refs(self) -> bool:
        """Whether it says which branches or tags it is about."""
        return any(key.startswith(("branches", "tags")) for key, _ in self.filters)

    @property
    def has_paths(self) -> bool:
        """Whether it says which files are changed."""
        return any(key.startswith("paths") for key, _ in self.filters)

    @property
    def types(self) -> tuple[str, ...]:
        """The activity types that it says."""
        return dict(self.filters).get("types", ())

    @property
    def kind(self) -> EventKind:
        return kind_of(self.event)


@lru_cache(maxsize=labels.KNOWN)
def is_sure(text: str) -> bool:
    """Whether a message with this text is a trigger by its words alone."""
    return bool(SURE_WORD.search(text)) or has_own_name(text) or is_event_alone(text)


@lru_cache(maxsize=labels.KNOWN)
def is_unmistakable(text: str) -> bool:
    """Whether a text names an event of GitHub's in a way that means nothing else, whoever says it.

    `workflow_dispatch`, `Trigger 'push'`, `on: push` and `push[branch=main]` do; `push`, `create event` and a
    webhook, which any two services can send each other, do not.
    """
    if any((match[1] or match[2]) in EVENTS for match in _SAID_OUTRIGHT.finditer(text)):
        return True
    if any(FILTER.match(text, match.end()) for match in _NAME.finditer(text)):
        return True
    return has_own_name(text) and not _WEBHOOK.search(text)


def has_own_name(text: str) -> bool:
    """Whether a text has an event's name that is no everyday word, such as `pull_request`."""
    return any("_" in match[1] and match[1] not in _ALSO_FIELDS for match in _NAME.finditer(text))


def is_webhook(text: str) -> bool:
    return _WEBHOOK.search(text) is not None


def is_event_alone(text: str) -> bool:
    """Whether a text is nothing but names of events, quoted or with filters, joined by `,`, `/` or `and`."""
    if ":" in text and _SPELT_OUT.fullmatch(text):
        return True
    bare = FILTER.sub("", text)
    names = [_bare(part) for part in _SEPARATOR.split(bare)]
    if names and all(name in EVENTS for name in names):
        return True
    name, _, rest = bare.strip().partition(" ")
    return _bare(name) in EVENTS and bool(types_of(_bare(name), f" {rest}", is_whole=True))


_SPELT_OUT = late(
    rf"\W*(?:on\s*:\s*)?(?:{_NAMES})\s*:(?:\s*(?:branches|tags|types|paths)(?:-ignore)?\s*:\s*(?:\[[^\]]*\]|[^\s:]+))+\s*"
)
"""An event with its filters as a workflow file has them: `push: tags: v*`."""


def _bare(text: str) -> str:
    return text.strip(" \t'\"`[]():,")


@lru_cache(maxsize=labels.KNOWN)
def named_events(text: str, default: str = "main") -> tuple[EventText, ...]:
    """The events that a trigger names by GitHub's own names, in order; `default` is the default branch."""
    found: dict[str, EventText] = {}
    alone = is_event_alone(text)
    filtered = 0
    for match in _NAME.finditer(text):
        event = match[1]
        if match.start() < filtered or is_of_branch(text, match):
            continue  # `push[branch=release]`, `push to branch release`
        if not (alone or "_" in event or _is_marked(text, match)):
            continue
        if "_" not in event and _MANUAL.search(text) and not _is_bracketed(text, match):
            continue  # `manual release trigger` is made by hand, and releases
        after = text[match.end() :]
        bracketed = FILTER.match(after)
        filtered = match.end() + (bracketed.end() if bracketed is not None else 0)
        own = after[: bracketed.end()] if bracketed is not None else bare_types(event, after)
        own = own or types_of(event, after)
        own = own or (custom_type(after) if kind_of(event).has_own_types else "")
        is_of_tags = event == "push" and bool(re.search(r"\btags?\s+$", text[: match.start()], re.I))
        tail = ("tag " if is_of_tags else "") + _tail(
            text, match, match.end() + (bracketed.end() if bracketed is not None else 0)
        )
        tail = tail if not own or own in tail else f"{own} {tail}"
        filters, inferred, bad = filters_of(event, tail, default)
        cron = cron_said(text) if kind_of(event).has_times else ""
        named = EventText(
            event,
            filters,
            cron=cron,
            is_inferred=inferred or is_of_tags,
            bad_types=bad,
            bad_filters=bad_filters(event, own),
            unread=unread_branch(event, tail, default),
            is_words=(event == "push" and not own and is_push_or_tag(text)) or says_paths(event, tail),
        )
        before = found.get(event)
        found[event] = named if before is None else either(before, named)
    if not found and says_cron(text):
        found["schedule"] = EventText("schedule", cron=cron_said(text))
    return tuple(one for event in found.values() for one in _at_each_time(event, text))


def _at_each_time(event: EventText, text: str) -> Iterator[EventText]:
    """An event, once for each time that a text says in five fields."""
    yield event
    for time in more_crons(text) if event.cron else ():
        yield replace(event, cron=time)


def plain_events(text: str, default: str = "main") -> tuple[EventText, ...]:
    """The events that a message of a person or a source means by everyday words."""
    found: dict[str, EventText] = {}
    for event, said in said_of_each(text).items():
        filters, _, bad = filters_of(event, said, default)
        found[event] = EventText(
            event,
            filters,
            cron=cron_said(text) if kind_of(event).has_times else "",
            is_inferred=True,
            bad_types=bad,
            is_merge=event == "push" and not filters and is_merge(said),
            unread=unread_branch(event, said, default),
            is_words=(
                (event == "push" and is_push_or_tag(text))
                or says_paths(event, said)
                or not (is_phrase(text) or (kind_of(event).takes_inputs and is_manual(text)))
            ),
        )
    if closed := _CLOSED.search(text):
        if not _MERGED.search(text.replace(closed[0], " ")):
            found.pop("push", None)
        filters = (
            ("types", ("closed",)),
            *(pair for pair in found["pull_request"].filters if pair[0] != "types"),
        )
        found["pull_request"] = replace(found["pull_request"], filters=filters)
    if re.search(r"/dispatches\b", text, re.I) and "/workflows/" not in text:
        found.pop("workflow_dispatch", None)  # GitHub's interface: `POST /repos/o/r/dispatches`
        found["repository_dispatch"] = EventText("repository_dispatch", is_inferred=True)
    if "schedule" not in found and is_time(text):
        found["schedule"] = EventText("schedule", cron=cron_said(text), is_inferred=True)
    if {"pull_request", "push"} <= found.keys() and all(
        _MERGED.search(part) for part in _ALTERNATIVE.split(text) if PLAIN[0][0].search(part)
    ):
        del found["pull_request"]  # a pull request that is merged is a push
    if _INTO_REQUEST.fullmatch(text):  # the branch of the request, whatever it is called
        found = {"pull_request": EventText("pull_request", is_inferred=True)}
    if "pull_request" in found and found["pull_request"].is_words and not closed:
        found = _of_request(found, text)
    if "push" in found and found["push"].filters == (("tags", ("*",)),) and lists_tag(text):
        found["push"] = replace(found["push"], filters=())  # of branches, too
    if "push" in found and dict(found["push"].filters).keys() == {"tags"}:
        found["push"] = _or_branch(found["push"], text, default)
    return tuple(one for event in found.values() for one in _at_each_time(event, text))


def _or_branch(event: EventText, text: str, default: str) -> EventText:
    """A push of tags, with the branch that another clause of its text names: `Push auf main oder Tag v*`."""
    for clause in _clauses(text):
        filters = filters_of(event.event, clause, default)[0] if _PUSHED.search(clause) else ()
        if dict(filters).keys() == {"branches"}:
            return either(event, replace(event, filters=filters))
    return event


def said_of_each(text: str) -> dict[str, str]:
    """The everyday events that a text names, each with the part of the text that says something of it.

    Of two events with a word like `or` between them each has the clause in which it stands: of `opens a PR
    / pushes to main` the branch is the push's alone. In `push or PR to main`, where the first is but a word,
    the end belongs to both.
    """
    named = dict.fromkeys(phrases.meant([event for _, event in _named_in(text)], text), text)
    if len(named) == 1 or "push" not in named:
        return named
    texts = _clauses(text)
    if len(texts) == 1 or all(_is_bare(clause) for clause in texts[:-1]):
        return named
    return {
        event: " ".join(one for one in texts if event in (name for _, name in _named_in(one)))
        for event in named
    }


def _clauses(text: str) -> list[str]:
    """A text parted where a word like `or` stands between two events."""
    texts: list[str] = []
    joint = ""
    for at, piece in enumerate(pieces(text)):
        if at % 2:
            joint = piece
        elif texts and not (any(_named_in(texts[-1])) and (any(_named_in(piece)) or is_time(piece))):
            texts[-1] += joint + piece
        else:
            texts.append(piece)
    return texts


def _named_in(text: str) -> Iterator[tuple[re.Pattern[str], str]]:
    """The everyday events of a text that does not deny them, with what finds their words."""
    for pattern, event in PLAIN:
        if any(not _NEGATED.search(text[: match.start()]) for match in pattern.finditer(text)):
            yield pattern, event


def _is_bare(clause: str) -> bool:
    """Whether a clause is an event and nothing else."""
    for pattern, _ in _named_in(clause):
        clause = pattern.sub(" ", clause)
    return _JOINTS.fullmatch(clause) is not None


_JOINTS = late(
    r"(?:\W|\b(?:on|an?|the|any|every|each|new|git|events?|and|or|und|oder|et|ou|y|o|e|i)\b)*", re.I
)


def either(one: EventText, other: EventText) -> EventText:
    """One event for two of a name, of which either starts a run: `push[branch=main], push[tag=v*]`.

    Where GitHub cannot say that, for filters of a workflow hold together, it is the wider one, as of words.
    """
    if other.filters in ((), one.filters) or one.bad_types or one.bad_filters:
        return one
    bad = replace(one, bad_types=other.bad_types, bad_filters=other.bad_filters)
    if bad != one or not one.filters:
        return replace(other, is_words=other.is_words or bad == one)
    first, second = dict(one.filters), dict(other.filters)
    by_branch, by_tag = (first, second) if "branches" in first else (second, first)
    is_of_refs = "branches" in by_branch and "tags" in by_tag and not _REFS & first.keys() & second.keys()
    both = {
        key: tuple(dict.fromkeys((*values, *second[key]))) for key, values in first.items() if key in second
    }
    if is_of_refs:  # filters of paths hold for branches alone
        return replace(one, filters=(*by_branch.items(), ("tags", by_tag["tags"])))
    differing = [key for key, values in both.items() if len(values) > min(len(first[key]), len(second[key]))]
    is_plain = not any(value.startswith("!") for values in both.values() for value in values)
    is_one = first.keys() == second.keys() and len(differing) == 1 and is_plain
    return replace(one, filters=tuple(both.items()), is_words=not is_one)


_REFS = frozenset(("branches", "tags"))
_INTO_REQUEST = late(
    r"\W*(?:git\s+)?(?:(?:commits?|and|&)\s+){0,2}push(?:es|ed|ing)?(?:\s+[\w'-]+){0,4}?\s+(?:to|into|onto|on)"
    r"\s+(?:(?:the|an?|my|this|that|their|his|her|its|open|existing|same)\s+)*(?:PR|pull[- ]request)(?:'s)?"
    r"(?:\s+#?\d+)?(?:\s+branch)?\W*",
    re.I,
)
"""That commits are pushed to the branch of a pull request: `push fixes to the PR`."""


def _of_request(found: dict[str, EventText], text: str) -> dict[str, EventText]:
    """The events that a text names, of which one is of a pull request, as what is done with that; a label is
    no tag."""
    from mermaid2gha.compiler.vocabulary.made_events import done_to_request, says_label  # late: few ask

    event, done = found["pull_request"], done_to_request(text)
    is_of_tag = "push" in found and dict(found["push"].filters).keys() == {"tags"}
    is_alone = found.keys() == {"pull_request"}
    if done is None or not (is_alone or (found.keys() == {"pull_request", "push"} and is_of_tag)):
        return found
    if not is_alone and (not says_label(text) or lists_tag(text)):
        return found
    filters = (*((("types", done.types),) if done.types else ()), *event.filters)
    taken = kind_of(done.event).filters
    kept = tuple(one for one in filters if one[0] == "types" or one[0] in taken)
    return {done.event: replace(event, event=done.event, filters=kept, narrowed=done.narrowed)}


_TAG_LISTED = late(
    rf"(?:\A|[/|,、，])\s*(?:{TAG_WORDS}|タグ|标签|標籤|теги?)\s*(?:[/|,、，]|\Z)",
    re.I,
    for_ascii=rf"(?:\A|[/|,])\s*(?:{TAG_WORDS})\s*(?:[/|,]|\Z)",
)
_PUSHING = apart("", _PUSH_WORDS, beyond=_PUSH_WORDS_BEYOND)


def lists_tag(text: str) -> bool:
    """Whether a tag, or what may be a label, is a word of a list of what is pushed: `推送分支/PR/标签`."""
    return _TAG_LISTED.search(text) is not None and _PUSHING.search(text) is not None


_CLOSED = late(
    r"\bclos(?:e[sd]?|ing)\s+(?:(?:an?|the|this|its)\s+)?(?:PR|pull[- ]request)\b"
    r"|(?<!\w)(?:PR|pull[- ]request)s?\s+(?:#?\d+\s+)?(?:(?:is|was|gets)\s+)?"
    r"(?:merged\s*(?:/|,|or)\s*)?closed\b"
    r"(?:\s*(?:/|,|or)\s*merged\b)?",
    re.I,
)
"""That a pull request is closed, be it by a merge."""


def says_merge(text: str) -> bool:
    return _MERGED.search(text) is not None


def is_merge(text: str) -> bool:
    """Whether a push is a merge and nothing else: in `push/merge` it is both, so any branch can be meant."""
    return says_merge(text) and not _PUSHED.search(text)


_NAMED_ALONE = late(r"\W*(?:(?:on|triggers?|triggered|events?)\W+)?(push|schedule)(?:\W+events?)?\W*", re.I)
"""An event by its name, with which nothing else is said."""


@lru_cache(maxsize=labels.KNOWN)
def said_events(text: str, by: str = "", default: str = "main") -> tuple[EventText, ...]:
    """The events that a message of a person or a source names, by GitHub's names or by everyday words.

    `by` is the receiver's name: `Trigger release`, said to the workflow Release, names the workflow.
    Beside an event's own name everyday words count only in a list: `push main or workflow_dispatch`.
    """
    if parts := each_with_brackets(text):
        found: dict[str, EventText] = {}
        for event in (one for part in parts for one in said_events(part, by, default)):
            found[event.event] = either(found[event.event], event) if event.event in found else event
        return tuple(found.values())
    own = set(labels.words(by))
    named = tuple(
        e
        for e in named_events(text, default)
        if e.event not in own or e.filters or is_unmistakable(text) or is_event_alone(text)
    )
    if not named:
        return plain_events(text, default)
    named = _with_rest(named, text, default)
    more: dict[str, EventText] = {}
    for part in _ALTERNATIVE.split(_REF.sub(" ", MERGED_BEHIND.sub("", text))):
        alone = _NAMED_ALONE.fullmatch(part)
        if alone is not None and any(event.event == alone[1].lower() for event in named):
            continue
        for event in named_events(part, default) if part != text and is_event_alone(part) else ():
            more.setdefault(event.event, event)
        if not _NAME.search(part) or any(match[1] in ("push", "schedule") for match in _NAME.finditer(part)):
            first = " ".join(labels.words(part.removeprefix("git "))[:2])  # `pull request` is two
            for event in plain_events(part, default) if plain_events(first) else ():
                is_same = event.event == "push" and is_merge(part) and any("closed" in e.types for e in named)
                more.setdefault(event.event, replace(event, is_words=event.is_words or is_same))
    if all(x.kind.is_dispatch for x in named) and not _NAME_ASIDE.search(text):  # whatever joins it to a time
        rest = _NAME.sub(" ", text)
        for event in (one for one in plain_events(rest, default) if one.kind.has_times):
            more.setdefault(event.event, replace(event, is_words=True))
        if time := figures_said(rest):
            more.setdefault("schedule", EventText("schedule", cron=time, is_inferred=True, is_words=True))
    names = {event.event for event in named}
    added = (each for event in more.values() for each in _at_each_time(event, text))
    return _shared((*named, *(event for event in added if event.event not in names)), text)


def _shared(events: tuple[EventText, ...], text: str) -> tuple[EventText, ...]:
    """Two events with one filter in brackets behind them, which is of both: `push / pull_request (main)`."""
    match = _LISTED_BEFORE.search(text) if len(events) > 1 else None
    filtered = [one for one in events if match and one.event == match[1].lower() and one.has_refs]
    return tuple(
        replace(one, filters=filtered[-1].filters, is_words=True)
        if filtered and one not in filtered and one.event == "push" and not one.filters
        else one
        for one in events
    )


_LISTED_BEFORE = late(
    rf"\bpush(?:es)?['\"`]?{_SEPARATOR.pattern}['\"`]?(pull_request(?:_target)?)['\"`]?"
    r"(?:\s*[(\[][^()\[\]]*[)\]]|\s+(?:to|on|into|against|for|in)\s+[^()\[\]]*?)\W*$",
    re.IGNORECASE,
)


def _with_rest(named: tuple[EventText, ...], text: str, default: str) -> tuple[EventText, ...]:
    """Events by their names alone in brackets, as the words beside say them: `Merge to next (push event)`."""
    if (match := _NAME_ASIDE.search(text)) is None or any(one.filters for one in named):
        return named
    said = {one.event: one for one in plain_events(text.replace(match[0], " "), default)}
    return tuple(said.get(one.event, one) if one.event == match[1].lower() else one for one in named)


_NAME_ASIDE = late(rf"[(\[]\s*(?:on\s*:?\s+)?['\"`]?({_NAMES})['\"`]?(?:\s+event)?\s*[)\]]", re.IGNORECASE)
_TYPED_NAME = late(rf"(?<![\w./-])({_NAMES})\.([a-z_]+)(?![\w./(-])")
_QUOTED_NAME = late(r"(['\"`])([A-Za-z]+(?:[ -][A-Za-z]+)+)\1")


def spelt(text: str) -> str:
    """A text with brackets of ASCII, and names of events as a workflow has them, web hooks' ones as well."""
    text = labels.halfwidth(text)

    def event(match: re.Match[str]) -> str:
        name = re.sub(r"[ -]", "_", match[2].lower())
        return f"{match[1]}{name}{match[1]}" if name in EVENTS else match[0]

    types: dict[str, list[str]] = {}
    for match in _TYPED_NAME.finditer(text) if "." in text else ():
        if kind_of(match[1]).has_type(match[2]):
            types.setdefault(match[1], []).append(match[2])

    def typed(match: re.Match[str]) -> str:
        if match[2] not in types.get(match[1], ()):
            return match[0]
        is_usual = any(one in text for one in set(kind_of(match[1]).default_types) - set(types[match[1]]))
        return f"'{match[1]}'" if is_usual else f"'{match[1]}' ({', '.join(types[match[1]])})"

    return _QUOTED_NAME.sub(event, _TYPED_NAME.sub(typed, text) if "." in text else text)


_NEAR = 300
"""How far, in characters, the words beside a name are looked for."""


def is_loose(text: str) -> bool:
    """Whether a text names an event by nothing but an everyday word beside `trigger`: `Trigger deployment`.

    People mean the workflow by it as often as the event, so what is known to have happened before says more.
    What brings commits or a time, `push` and `schedule`, is nothing else.
    """
    found = [m for m in _NAME.finditer(text) if "_" in m[1] or _is_marked(text, m)]
    return bool(found) and not any(
        "_" in m[1]
        or kind_of(m[1]).has_changes
        or kind_of(m[1]).has_times
        or _is_bracketed(text, m)
        or FILTER.match(text, m.end())
        or (bare_types(m[1], text[m.end() :]) or types_of(m[1], text[m.end() :]))
        or _BESIDE_EVENT.search(text)
        for m in found
    )


def _is_marked(text: str, match: re.Match[str]) -> bool:
    """Whether an event's everyday name is quoted, bracketed, has a filter, or stands beside `trigger`."""
    if _is_bracketed(text, match):
        return True
    before, after = text[: match.start()], text[match.end() :]
    if FILTER.match(after) or bare_types(match[1], after):
        return True
    left, right = _neighbours(before[-_NEAR:]), _neighbours(after[:_NEAR])
    if left and left[-1] != "on" and _OF_WORK.match(after) and not kind_of(match[1]).has_changes:
        return False  # `triggers release job` names what is started
    return bool(left and _BESIDE.fullmatch(left[-1])) or bool(right and _BESIDE_AFTER.fullmatch(right[0]))


def _is_bracketed(text: str, match: re.Match[str]) -> bool:
    """Whether an event's name stands between quotes or brackets; not as in `chore(release): v1`."""
    before, after = text[: match.start()], text[match.end() :]
    return before[-1:] in tuple("'\"`[(") and after[:1] in tuple("'\"`])") and after[:2] != "):"


def _neighbours(text: str) -> list[str]:
    """The words of a text without events, their filters and what joins them."""
    found = re.split(r"[\s:,'\"`/+&|()\[\]]+", _NAME.sub(" ", FILTER.sub(" ", text)).lower())
    return [word for word in found if word not in ("and", "or", "a", "an", "the", "")]


def _tail(text: str, match: re.Match[str], end: int) -> str:
    """An event's name, and its own filter up to `end`, with what follows up to the next event's name: where
    its filters can stand; a branch may be called like an event, `'push' of branch release`."""
    following = next((one for one in _NAME.finditer(text, end) if not is_of_branch(text, one)), None)
    return text[match.start() : following.start() if following else len(text)]
