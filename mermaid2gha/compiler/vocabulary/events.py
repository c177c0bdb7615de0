"""Which events a text names: GitHub's own names, and the plain words that people use for them."""

from __future__ import annotations

import re

from mermaid2gha.base.patterns import late
from mermaid2gha.base.records import dataclass, replace
from mermaid2gha.compiler.vocabulary import labels
from mermaid2gha.compiler.vocabulary.branches import MAIN, WELL_KNOWN, branch_named, branches, may_be_named
from mermaid2gha.compiler.vocabulary.phrases import is_phrase, is_time, pushed_ref, target
from mermaid2gha.compiler.vocabulary.times import cron_said, says_cron
from mermaid2gha.github.events import EVENTS, EventKind, kind_of

_NAMES = "|".join(sorted(EVENTS, key=len, reverse=True))
_NAME = late(
    # not in `release/2.x`, a branch; `push/merge` are two events
    rf"(?<![\w-])({_NAMES})(?![\w-]|\.ya?ml|/(?!(?:{_NAMES}|PRs?|pull|merges?|tags?|cron|manual|dispatch)\b))"
)
_SURE_WORD = late(
    r"\b(?:triggers?|triggered|triggering|fires?|starts?|dispatch(?:es)?|events?)\b|\bon\s*:", re.I
)
_SAID_OUTRIGHT = late(
    r"\b(?i:triggers?|triggered|triggering|on)\b\W{0,3}['\"`]([a-z_]+)['\"`]|\b(?i:on)\s*:\W*([a-z_]+)\b"
)
_ALSO_FIELDS = frozenset(("deployment_status", "image_version"))
_WEBHOOK = late(r"\bweb-?hooks?\b|\b(?:POST|GET|PUT)\b|https?://", re.I)
_TYPES = late(r"\s*[\[(]\s*([a-z_]+(?:\s*(?:[,/|]|\bor\b|\band\b)\s*[a-z_]+)*)\s*[\])]")
_BARE_TYPES = late(r"['\"`]?\s*[:(\[]?\s*([a-z_]+(?:\s*(?:[,/|]|\bor\b|\band\b)\s*[a-z_]+)*)")
_BESIDE = late(r"triggers?|triggered|events?|on|by")
_BESIDE_EVENT = late(r"\bevents?\b|\bon\b", re.I)
_BESIDE_AFTER = late(r"triggers?|events?")
_SEPARATOR = late(r"\s*[,/+&|]\s*|\s+(?:and|or)\s+", re.I)
_FILTER = late(r"\s*[\[(]\s*((?:branch(?:es)?|tags?|types?|paths?|workflows?)\s*[=:][^\])]*)[\])]", re.I)
_PAIR = late(r"(?<![\w-])(branch(?:es)?|tags?|types?|paths?|workflows?)\s*[=:]\s*", re.I)
_PLURAL = {"branch": "branches", "tag": "tags", "type": "types", "path": "paths", "workflow": "workflows"}
_BRANCH = late(
    r"\b(?:to|into|on|in)\s+(?:the\s+)?"
    r"([`'\"]?[\w./*-]+[`'\"]?(?:\s*(?:,|&|\band\b|\bor\b)\s*(?:(?:in)?to\s+)?[`'\"]?[\w./*-]+[`'\"]?)*)"
    r"(\s+branch\b)?",
    re.I,
)
_BRANCH_LIST = late(r"\s*(?:,|&|\band\b|\bor\b)\s*(?:(?:in)?to\s+)?", re.I)
_BRANCH_NAMES = late(rf"(?:{WELL_KNOWN})$|.*[/*].*", re.I)
_PLAIN_BRANCH = late(WELL_KNOWN, re.I)
_NEGATED = late(r"\b(?:not|no|never|except|without|unless|skip|skips)(?:\s+[\w'-]+){0,2}\s*$", re.I)
_PUSHED_BRANCH = late(rf"\bpush(?:es)?\s+(?:origin\s+)?[`'\"]?({MAIN})\b", re.I)
_PUSHED_NAME = late(r"(?:git\s+)?push(?:es)?\s+[`'\"]?([\w.-]+/[\w./*-]*[\w*])[`'\"]?\s*", re.I)
_PUSHED_TAG = late(r"\bpush(?:es)?\s+(?:origin\s+)?[`'\"]?(v[\d*X][\w.*-]*)", re.I)
_LETTER = r"[^\W\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uff66-\uff9f]"
"""A letter of a writing that sets words apart: `PR` ends before `を作成`, and is not in `Prüfung`."""


def _apart(before: str, words: str, after: str = "", *, beyond: str = "") -> re.Pattern[str]:
    """Words that no letter joins on to; `before` and `after` are what else may not stand beside them.

    `beyond` are further words, which texts that are ASCII cannot have.
    """
    pattern = rf"(?<!LETTER){before}(?:WORDS)(?!LETTER{after})"
    every = pattern.replace("LETTER", _LETTER).replace("WORDS", f"{words}|{beyond}" if beyond else words)
    return late(every, re.I, for_ascii=pattern.replace("LETTER", r"\w").replace("WORDS", words))


_MERGE_WORDS = r"merges?d?|merging|mergen|mergt|gemergt|mergea\w*|fusionn\w+|fusionar|mesclar|scal\w+"
_MERGE_WORDS_BEYOND = r"マージ|合并|合併|слив\w*|слить|слияни\w*|влива\w*|влить|birleştir\w*"
_TAG_WORDS = r"tags?|tagged|etiquet\w+|etykiet\w+|etiket\w*"
_TAG_WORDS_BEYOND = r"étiquet\w+|タグ\w*|标签|標籤|тег\w*"
_PUSH_WORDS = (
    r"push(?:es|ed|en|t)?|gepusht|pouss\w+"
    r"|commits?\s+(?:[\w']+\s+){0,2}(?:to|on|into)(?=\s)"
)
_PUSH_WORDS_BEYOND = r"プッシュ|推送|пуш\w*|запуш\w*"
_VERSION = late(r"(?<![\w.])(v\d[\w.*-]*)", re.I)
_MERGED = _apart("", _MERGE_WORDS, beyond=_MERGE_WORDS_BEYOND)
_PUSHED = _apart("", rf"{_PUSH_WORDS}|{_TAG_WORDS}", beyond=rf"{_PUSH_WORDS_BEYOND}|{_TAG_WORDS_BEYOND}")
_TAG_WORD = _apart("", _TAG_WORDS, beyond=_TAG_WORDS_BEYOND)
_MAIN = _apart(r"(?<![./-])", "(main|master)", r"|[/-]|\.\w")
_TAG_VALUE = late(
    r"\btags?\b\s*[:=]?\s*[\[(`'\"]*\s*([\w./*-]*[\d*][\w./*-]*|X\.Y\.Z|vX\.Y\.Z|<[^>]+>|\{[^}]+\})", re.I
)
_VALUE_TAG = late(r"[`'\"]?\b(v[\d*X][\w.*-]*|v\*)[`'\"]?\s+tags?\b", re.I)
_ALTERNATIVE = late(
    r"\s*\(\s*(?:or|ou|oder|o|или)\s+|\s+(?:or|ou|oder|o|или|[/|])\s+|\s*,\s*"
    r"|(?<=\w)/(?=(?:PRs?|pull[- ]requests?)\b)",
    re.I,
)
_CUSTOM_TYPE = late(r"['\"`]?\s*(?:[(\[:→]|->|—)\s*['\"`]?([\w.-]+)['\"`]?\s*[)\]]?\s*$")
_BRANCH_AND_TAG = late(
    rf"\b({WELL_KNOWN})\s*(?:,|&|\+|/|\band\b|\bor\b)\s*(?:(?:on|new|push(?:es)?|of|any|a)\s+)*tags?\b", re.I
)


_MANUAL = late(r"\bmanual(?:ly)?\b", re.I)


PLAIN: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        _apart(
            "", r"pull[- ]requests?|PRs?", beyond=r"プルリク(?:エスト)?|拉取请求|合并请求|пул-?реквест\w*"
        ),
        "pull_request",
    ),
    (
        _apart(
            "",
            rf"(?:{_PUSH_WORDS})(?!\s+(?:an?\s+|the\s+)?(?:draft\s+)?(?:PRs?\b|pull[- ]request))"
            rf"|{_MERGE_WORDS}|{_TAG_WORDS}",
            beyond=rf"{_PUSH_WORDS_BEYOND}|{_MERGE_WORDS_BEYOND}|{_TAG_WORDS_BEYOND}",
        ),
        "push",
    ),
    (_apart("", r"nightly|daily|weekly|hourly|scheduled?|cron|every\s+\d+"), "schedule"),
    (_apart("", r"manual(?:ly)?|dispatch(?:es)?"), "workflow_dispatch"),
)


@dataclass(frozen=True, slots=True)
class EventText:
    """An event as a text names it. `cron` is a time in five fields, or `daily`, `weekly`, `hourly`;
    `is_time_derived` if nothing that is drawn or set says it in fields; `more_times` are further ones.

    `is_inferred`: by plain words, or with a value read as a wildcard; `bad_types` are unknown to GitHub, and
    it has no `bad_filters` for the event. `conclusion` is how the workflow must have ended to which
    it listens. `is_merge`: it is a merge, of which the branch is not said; `unread` is a word that may name
    a branch or not. `is_words`: words within a sentence alone speak for it.
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

    @property
    def times(self) -> tuple[str, ...]:
        """All times at which it happens."""
        return (self.cron, *self.more_times) if self.cron else ()

    @property
    def has_refs(self) -> bool:
        """Whether it says which branches or tags it is about."""
        return any(key.startswith(("branches", "tags")) for key, _ in self.filters)

    @property
    def kind(self) -> EventKind:
        return kind_of(self.event)


def is_sure(text: str) -> bool:
    """Whether a message with this text is a trigger by its words alone."""
    return bool(_SURE_WORD.search(text)) or _has_own_name(text) or is_event_alone(text)


def is_unmistakable(text: str) -> bool:
    """Whether a text names an event of GitHub's in a way that means nothing else, whoever says it.

    `workflow_dispatch`, `Trigger 'push'`, `on: push` and `push[branch=main]` do; `push`, `create event` and a
    webhook, which any two services can send each other, do not.
    """
    if any((match[1] or match[2]) in EVENTS for match in _SAID_OUTRIGHT.finditer(text)):
        return True
    if any(_FILTER.match(text, match.end()) for match in _NAME.finditer(text)):
        return True
    return _has_own_name(text) and not _WEBHOOK.search(text)


def _has_own_name(text: str) -> bool:
    """Whether a text has an event's name that is no everyday word, such as `pull_request`."""
    return any("_" in match[1] and match[1] not in _ALSO_FIELDS for match in _NAME.finditer(text))


def is_webhook(text: str) -> bool:
    return _WEBHOOK.search(text) is not None


def is_mere_news(text: str) -> bool:
    """Whether a text names an event as what any service may be told: `push event`, `issues opened`."""
    is_start = re.search(r"\btrigger|\bon\s*:|\bworkflows?\b|\bdispatch|['\"`\[]", text, re.I) is not None
    is_news = re.search(r"\bevents?\b", text, re.I) is not None or is_webhook(text)
    return not is_start and (is_news or not _has_own_name(text))


def is_event_alone(text: str) -> bool:
    """Whether a text is nothing but names of events, quoted or with filters, joined by `,`, `/` or `and`."""
    bare = _FILTER.sub("", text)
    names = [_bare(part) for part in _SEPARATOR.split(bare)]
    if names and all(name in EVENTS for name in names):
        return True
    name, _, rest = bare.strip().partition(" ")
    return _bare(name) in EVENTS and bool(_types_of(_bare(name), f" {rest}", is_whole=True))


def _bare(text: str) -> str:
    return text.strip(" \t'\"`[]()")


def named_events(text: str, default: str = "main") -> tuple[EventText, ...]:
    """The events that a trigger names by GitHub's own names, in order; `default` is the default branch."""
    found: dict[str, EventText] = {}
    alone = is_event_alone(text)
    for match in _NAME.finditer(text):
        event = match[1]
        if not (alone or "_" in event or _is_marked(text, match)):
            continue
        if "_" not in event and _MANUAL.search(text) and not _is_bracketed(text, match):
            continue  # `manual release trigger` is made by hand, and releases
        after = text[match.end() :]
        own = after[: m.end()] if (m := _FILTER.match(after)) else _bare_types(event, after)
        own = own or _types_of(event, after)
        if not own and event == "repository_dispatch" and (made := _CUSTOM_TYPE.match(after)):
            own = f"[types={made[1]}]"
        is_of_tags = event == "push" and bool(re.search(r"\btags?\s+$", text[: match.start()], re.I))
        tail = own or ("tag " if is_of_tags else "") + _tail(text, match)
        filters, inferred, bad = _filters(event, tail, default)
        cron = cron_said(text) if kind_of(event).has_times else ""
        found.setdefault(
            event,
            EventText(
                event,
                filters,
                cron=cron,
                is_inferred=inferred or is_of_tags,
                bad_types=bad,
                bad_filters=_bad_filters(event, own),
                unread=_unread(event, tail, default),
            ),
        )
    if not found and says_cron(text):
        found["schedule"] = EventText("schedule", cron=cron_said(text))
    return tuple(found.values())


def plain_events(text: str, default: str = "main") -> tuple[EventText, ...]:
    """The events that a message of a person or a source means by everyday words."""
    found: dict[str, EventText] = {}
    for pattern, event in PLAIN:
        if any(not _NEGATED.search(text[: match.start()]) for match in pattern.finditer(text)):
            filters, _, bad = _filters(event, text, default)
            cron = cron_said(text) if kind_of(event).has_times else ""
            found[event] = EventText(
                event,
                filters,
                cron=cron,
                is_inferred=True,
                bad_types=bad,
                is_merge=event == "push" and not filters and _is_merge(text),
                unread=_unread(event, text, default),
                is_words=not (is_phrase(text) or (kind_of(event).takes_inputs and is_manual(text))),
            )
    if re.search(r"/dispatches\b", text, re.I) and "/workflows/" not in text:
        found.pop("workflow_dispatch", None)  # GitHub's interface: `POST /repos/o/r/dispatches`
        found["repository_dispatch"] = EventText("repository_dispatch", is_inferred=True)
    if "schedule" not in found and is_time(text):
        found["schedule"] = EventText("schedule", cron=cron_said(text), is_inferred=True)
    if {"pull_request", "push"} <= found.keys() and all(
        _MERGED.search(part) for part in _ALTERNATIVE.split(text) if PLAIN[0][0].search(part)
    ):
        del found["pull_request"]  # a pull request that is merged is a push
    return tuple(found.values())


def _is_merge(text: str) -> bool:
    """Whether a push is a merge and nothing else: in `push/merge` it is both, so any branch can be meant."""
    return _MERGED.search(text) is not None and not _PUSHED.search(text)


def said_events(text: str, by: str = "", default: str = "main") -> tuple[EventText, ...]:
    """The events that a message of a person or a source names, by GitHub's names or by everyday words.

    `by` is the receiver's name: `Trigger release`, said to the workflow Release, names the workflow.
    Beside an event's own name everyday words count only in a list: `push main or workflow_dispatch`.
    """
    own = set(labels.words(by))
    named = tuple(
        e
        for e in named_events(text, default)
        if e.event not in own or e.filters or is_unmistakable(text) or is_event_alone(text)
    )
    if not named:
        return plain_events(text, default)
    found = {event.event: event for event in named}
    for part in _ALTERNATIVE.split(text):
        if not _NAME.search(part) or any(match[1] in ("push", "schedule") for match in _NAME.finditer(part)):
            first = next(iter(labels.words(part.removeprefix("git "))), "")
            for event in plain_events(part, default) if plain_events(first) else ():
                found.setdefault(event.event, event)
    return tuple(found.values())


def with_own_filters(events: tuple[EventText, ...], text: str) -> tuple[EventText, ...]:
    """Events that come by position, with the filters in brackets in the text that hands them on."""
    found: dict[str, tuple[str, ...]] = {}
    for match in _FILTER.finditer(text):
        pairs = list(_PAIR.finditer(match[1]))
        for at, pair in enumerate(pairs):
            end = pairs[at + 1].start() if at + 1 < len(pairs) else len(match[1])
            key = _PLURAL.get(pair[1].lower(), pair[1].lower())
            found[key] = tuple(_wildcard(value) for value in _values(match[1][pair.end() : end]))
    if not found:
        return events
    return tuple(
        replace(
            event,
            filters=(
                *(one for one in event.filters if one[0] not in found),
                *((key, values) for key, values in found.items() if values and key in event.kind.filters),
            ),
        )
        for event in events
    )


_MERGED_ATTRIBUTE = late(
    r"[\[(]\s*(?:closed\s*(?:,|and|&|\+)\s*)?merged\s*(?:==?\s*true\s*)?[\])]"
    r"|\bpull_request(?:_target)?['\"`]?\s*(?:[\[(]\s*(?:types?\s*=\s*)?closed\s*[\])])?\s*(?:is\s+|was\s+|and\s+)*"
    r"(?:closed\s*(?:,|and|&|\+)\s*)?merged\b",
    re.I,
)
_ENVIRONMENT_ATTRIBUTE = late(r"[\[(]\s*environment\s*[:=]\s*['\"`]?([\w.-]+)['\"`]?\s*[\])]", re.I)


def says_merged(text: str) -> bool:
    """Whether a trigger says in brackets, or directly behind its event, that the pull request is merged."""
    return _MERGED_ATTRIBUTE.search(text) is not None


def said_environment(text: str) -> str:
    """The environment that a trigger names in brackets, `(environment: production)`, or nothing."""
    match = _ENVIRONMENT_ATTRIBUTE.search(text)
    return match[1] if match else ""


_TYPED_NAME = late(rf"(?<![\w./-])({_NAMES})\.([a-z_]+)(?![\w./(-])")
_QUOTED_NAME = late(r"(['\"`])([A-Za-z]+(?:[ -][A-Za-z]+)+)\1")


def spelt(text: str) -> str:
    """A text in which names of events are spelt as a workflow has them: `'repository-dispatch'`, and
    `release.published`, as deliveries of web hooks are called."""

    def event(match: re.Match[str]) -> str:
        name = re.sub(r"[ -]", "_", match[2].lower())
        return f"{match[1]}{name}{match[1]}" if name in EVENTS else match[0]

    def typed(match: re.Match[str]) -> str:
        kind = kind_of(match[1])
        if not kind.has_type(match[2]):
            return match[0]
        return f"'{match[1]}'" if match[2] in kind.default_types else f"'{match[1]}' ({match[2]})"

    return _QUOTED_NAME.sub(event, _TYPED_NAME.sub(typed, text) if "." in text else text)


_DIRECT = late(
    r"(?:\b(?:triggers?|triggered|triggering|event|events|on)\b\s*:?|(?<=['\"`\])])\s*(?:[,/|&+]|\band\b|\bor\b))\s*"
    r"(?:['\"`]([A-Za-z_]+)['\"`]|\[([A-Za-z_]+)\])",
    re.I,
)
_AFTER_ON = late(r"(?<![\w-])on\s*:\s*['\"`\[]?([A-Za-z_]+)", re.I)
_LISTED_ON = late(r"(?<![\w-])on\s*:?\s*\[([A-Za-z_]+(?:\s*,\s*[A-Za-z_]+)+)\]", re.I)
_BESIDE_A_NAME = late(r"\s*(?:workflows?|pipelines?|jobs?|runs?)\b", re.I)
_NEAR = 300
"""How far, in characters, the words beside a name are looked for."""
_KNOWN_WORDS = frozenset("branches tags types paths workflows branch tag type path workflow cron".split())


def unknown_event(text: str, names: frozenset[str]) -> str:
    """A quoted or bracketed word where an event stands that is none, nor a type of one; `names` are
    others'."""
    for pattern in (_DIRECT, _AFTER_ON):
        for match in pattern.finditer(text):
            word = next(group for group in match.groups() if group)
            is_other = word in EVENTS or word in _KNOWN_WORDS or word.casefold() in names
            if is_other or word in _ALL_TYPES or _BESIDE_A_NAME.match(text, match.end()):
                continue
            if pattern is _AFTER_ON and plain_events(word):
                continue  # `on: merge`
            return word
    for match in _LISTED_ON.finditer(text):
        for word in re.split(r"\s*,\s*", match[1]):
            if word not in EVENTS and not plain_events(word):
                return word
    return ""


_ALL_TYPES = frozenset(name for kind in EVENTS.values() for name in kind.types)


def conclusion(text: str) -> str:
    """How the workflow must have ended to which a run listens, by the words of its trigger."""
    said = set(labels.words(text))
    if said & {"always", "any", "whatever"}:
        return "always"
    is_failure = not said.isdisjoint(labels.FAILING) and not said & {"not", "no", "never", "without"}
    return "failure" if is_failure else "success"


def is_manual(text: str) -> bool:
    """Whether a text says that something is started by hand."""
    return re.search(r"\bmanual(?:ly)?\b|\bdispatch(?:es)?\b|\bby\s+hand\b", text, re.I) is not None


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
        or _FILTER.match(text, m.end())
        or _bare_types(m[1], text[m.end() :])
        or _BESIDE_EVENT.search(text)
        for m in found
    )


def _is_marked(text: str, match: re.Match[str]) -> bool:
    """Whether an event's everyday name is quoted, bracketed, has a filter, or stands beside `trigger`."""
    if _is_bracketed(text, match):
        return True
    before, after = text[: match.start()], text[match.end() :]
    if _FILTER.match(after) or _bare_types(match[1], after):
        return True
    left, right = _neighbours(before[-_NEAR:]), _neighbours(after[:_NEAR])
    return bool(left and _BESIDE.fullmatch(left[-1])) or bool(right and _BESIDE_AFTER.fullmatch(right[0]))


def _is_bracketed(text: str, match: re.Match[str]) -> bool:
    """Whether an event's name stands between quotes or brackets."""
    before, after = text[: match.start()], text[match.end() :]
    return before[-1:] in tuple("'\"`[(") and after[:1] in tuple("'\"`])")


def _bare_types(event: str, after: str) -> str:
    """The activity types that stand in brackets after an event, as a filter: `release (published)`."""
    match = _TYPES.match(after)
    types = re.findall(r"[a-z_]+", match[1]) if match else []
    types = [name for name in types if name not in ("or", "and")]
    return f"[types={','.join(types)}]" if types and set(types) <= set(kind_of(event).types) else ""


def _types_of(event: str, after: str, *, is_whole: bool = False) -> str:
    """The activity types directly after an event, as a filter: `release published`, `'issues' opened`.

    Not those that start a workflow anyway: `pull_request opened` is how people say that there is one.
    """
    kind = kind_of(event)
    match = _BARE_TYPES.match(after)
    if match is None or kind.has_own_types or (is_whole and match.end() < len(after.rstrip(" )].!"))):
        return ""
    types = [one for one in re.findall(r"[a-z_]+", match[1]) if one not in ("or", "and")]
    if not is_whole:
        known = [one for one in types if one in kind.types]
        types = known if types[:1] == known[:1] else []
    if not types or not set(types) <= set(kind.types):
        return ""
    return "" if set(types) <= set(kind.default_types) and not is_whole else f"[types={','.join(types)}]"


def _neighbours(text: str) -> list[str]:
    """The words of a text without events, their filters and what joins them."""
    found = re.split(r"[\s:,'\"`/+&|()\[\]]+", _NAME.sub(" ", _FILTER.sub(" ", text)).lower())
    return [word for word in found if word not in ("and", "or", "a", "an", "the", "")]


def _tail(text: str, match: re.Match[str]) -> str:
    """What follows an event's name up to the next event's name: where its filters can stand."""
    following = _NAME.search(text, match.end())
    return text[match.start() : following.start() if following else len(text)]


def _unread(event: str, text: str, default: str) -> str:
    """An adjective before `branch` that may be the name of one, where no filter is named."""
    if event != "push" or _PAIR.search(text) or re.search(r"\btags?\b|\btagged\b", text, re.I):
        return ""
    found = branches(text, default)
    if found is not None:
        return found.unread
    return "" if _filters(event, text, default)[0] else may_be_named(target(text))


def _filters(
    event: str, text: str, default: str
) -> tuple[tuple[tuple[str, tuple[str, ...]], ...], bool, tuple[str, ...]]:
    """The filters of an event in the text that belongs to it; whether a value was inferred; bad types."""
    raw: dict[str, list[str]] = {}
    pairs = list(_PAIR.finditer(text))
    for at, pair in enumerate(pairs):
        value = text[pair.end() : pairs[at + 1].start() if at + 1 < len(pairs) else len(text)]
        key = pair[1].lower()
        raw.setdefault(_PLURAL.get(key, key), []).extend(_values(value))
    if not raw and event == "push":
        if match := _TAG_VALUE.search(text) or _VALUE_TAG.search(text) or _PUSHED_TAG.search(text):
            raw["tags"] = [match[1]]
        elif ref := pushed_ref(text):
            is_tag = ref.startswith("refs/tags/") or _VERSION.fullmatch(ref) is not None
            raw["tags" if is_tag else "branches"] = [re.sub(r"^refs/(?:tags|heads)/", "", ref)]
        elif re.search(r"\btags?\b|\btagged\b", text, re.I):
            raw["tags"] = ["*"]
        elif _TAG_WORD.search(text):
            raw["tags"] = [match[1] if (match := _VERSION.search(text)) else "*"]
        elif name := _pushed_name(text, default):
            raw["branches"] = [name]
        if "tags" in raw and (beside := _BRANCH_AND_TAG.search(text)):
            raw["branches"] = [beside[1]]
    said = branches(text, default) if not raw and event == "push" else None
    if said is not None:
        return ((("branches", said.names),) if said.names else ()), bool(said.names), ()
    if not raw and kind_of(event).has_changes:
        for match in _BRANCH.finditer(text):
            raw.setdefault("branches", []).extend(_branches(match[1], is_said=bool(match[2])))
        raw = {key: values for key, values in raw.items() if values} or _aimed(text) or _main(text)
        if not raw and event == "push" and (named := branch_named(text)):
            raw["branches"] = [named]
    kind = kind_of(event)
    kept: list[tuple[str, tuple[str, ...]]] = []
    bad: tuple[str, ...] = ()
    inferred = False
    for key, values in raw.items():
        if key == "types":
            bad = tuple(v for v in values if not kind.has_type(v))
            kept.append((key, tuple(v for v in values if v not in bad)))
        elif key in kind.filters:
            wild = tuple(dict.fromkeys(_wildcard(v) for v in values))
            inferred |= wild != tuple(values)
            kept.append((key, wild))
    return tuple((key, values) for key, values in kept if values), inferred, bad


def _pushed_name(text: str, default: str) -> str:
    """The branch that stands directly after `push`: `push feature/login`, `push origin main`."""
    if match := _PUSHED_NAME.fullmatch(text.rstrip(" )]")):
        return match[1]
    match = _PUSHED_BRANCH.search(text)
    return match[1] if match is not None and branches(text, default) is None else ""


def _aimed(text: str) -> dict[str, list[str]]:
    """The branches to which a phrase in whatever language pushes: `Push nach staging`."""
    names = _branches(target(text), is_said=False)
    return {"branches": names} if names else {}


def _main(text: str) -> dict[str, list[str]]:
    """The main branch, wherever a text without another filter says it: `git push na main`, `push:main`."""
    match = _MAIN.search(text)
    if match is None or re.search(r"\b(?:not|no|except|without|from|any)\b", text, re.I):
        return {}
    return {"branches": [match[1]]}


def _branches(text: str, *, is_said: bool) -> list[str]:
    """The branches in a list of names; `main/develop` are two. `is_said`: the text calls it a branch."""
    names = [name.strip("`'\" .") for name in _BRANCH_LIST.split(text)]
    found: list[str] = []
    for name in names:
        parts = name.split("/")
        if all(_PLAIN_BRANCH.fullmatch(part) for part in parts):
            found += parts
        elif name and (_BRANCH_NAMES.match(name) or (is_said and name == names[-1])):
            found.append(name)
    return found


def _bad_filters(event: str, text: str) -> tuple[str, ...]:
    """The filters in an event's own brackets that GitHub does not have for it."""
    keys = dict.fromkeys(_PLURAL.get(pair[1].lower(), pair[1].lower()) for pair in _PAIR.finditer(text))
    return tuple(key for key in keys if key != "types" and key not in kind_of(event).filters)


def _values(text: str) -> list[str]:
    inner = re.match(r"\s*[\[(]?([^\])]*)", text)
    return [v for v in re.split(r"[\s,'\"`]+", inner[1] if inner else "") if v and v not in ("and", "or")]


def _wildcard(value: str) -> str:
    """A filter's value with placeholders and version numbers read as `*`."""
    value = re.sub(r"<[^>]*>|\{[^}]*\}", "*", re.sub(r"^refs/(?:heads|tags)/", "", value))
    return re.sub(r"(?:\d+|[xX])(?:\.(?:\d+|[xX*]|[YZyz]))+(?:[-+][\w.*]+)?|(?<=v)[xX]\b", "*", value)


def first_line_event(text: str) -> str | None:
    """The event that is the first line of a note, if that line is nothing but an event's name."""
    first = next(iter(labels.lines(text)), "")
    bare = re.sub(r"\s*\[[^\]]*\]\s*$", "", first).strip(" '\"`")
    return bare if bare in EVENTS else None
