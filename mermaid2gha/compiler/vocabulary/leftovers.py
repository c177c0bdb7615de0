"""What a text says beside the events that it names: an event by its name speaks for a whole text or for none.

`pull_request from dependabot` has an event's own name, and words that may narrow what starts the run: they
are told, whatever they are (docs/language.md#triggers). The words here only spare a warning.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mermaid2gha.base.patterns import late
from mermaid2gha.base.records import replace
from mermaid2gha.compiler.vocabulary import labels, times
from mermaid2gha.compiler.vocabulary.approvals import likely_environment, says_approval
from mermaid2gha.compiler.vocabulary.branches import BRANCH_NOUN, may_be_files
from mermaid2gha.compiler.vocabulary.ci_words import is_about_start
from mermaid2gha.compiler.vocabulary.clauses import ClauseKind, clause, repeated
from mermaid2gha.compiler.vocabulary.event_filters import INSIDE, is_manual, says_merged
from mermaid2gha.compiler.vocabulary.events import (
    SURE_WORD,
    EventText,
    has_own_name,
    is_webhook,
    plain_events,
    said_events,
    says_merge,
)
from mermaid2gha.compiler.vocabulary.guards import unread_label
from mermaid2gha.compiler.vocabulary.loops import said_list
from mermaid2gha.compiler.vocabulary.origins import (
    LEFT_OUT,
    choices,
    inside_brackets,
    may_be_folders,
    says_closing,
)
from mermaid2gha.compiler.vocabulary.phrases import is_phrase
from mermaid2gha.github.events import EVENTS, PUSH, SCHEDULE

_OR = late(r"\(\s*(?:or|ou|oder|o|или)\s[^()]*\)", re.IGNORECASE)
"""What else starts what people start by hand: it is started by hand alone, which is less."""
_BREAK = late(r"<br\s*/?>", re.IGNORECASE)
_FILE = late(r"[\w./-]+\.ya?ml(?![A-Za-z0-9_])", re.IGNORECASE)
_INPUT_LINE = late(r"<br\s*/?>\s*[\w-]+\s*:[^<]*", re.IGNORECASE)
"""A further line that gives an input its value: `environment: staging`."""
_ATTRIBUTE = late(
    r"[\[(]\s*(?:(?:branch(?:es)?|tags?|types?|paths?|workflows?|conclusion|cron|environment)(?:-ignore)?"
    rf"\s*!?[=:]\s*(?=[^\s\])]){INSIDE}|(?:closed\s*(?:,|and|&|\+)\s*)?merged\s*(?:==?\s*true\s*)?)[\])]"
    r"|\b(?:branches|tags|types|paths|workflows|conclusion|cron)\s*[=:]\s*(?:\[[^\]]*\]|\S+)",
    re.IGNORECASE,
)
_EMPTY = late(r"[\[(]\s*[\w-]+\s*[=:]\s*[\])]")
"""An attribute without a value: `[branch=]`."""
_WORD = late(r"[^\s,;:'\"`()\[\]{}!?…+&|→<>=]+")
_PLAIN = frozenset(
    "trigger triggers triggered triggering on event events by the a an this its to into in of and or via when"
    " webhook webhooks workflow workflows pipeline pipelines ci cd ci/cd run runs running start starts"
    " started fires fire fired dispatch dispatches dispatched job jobs build builds check checks action"
    " actions github gh new then manual manually kick kicks off launches launch begins for hook / - – — ."
    " … * // # deploy deployment deployments release receives received emits sends send"
    " evento eventos événement ereignis zdarzenie olay событие подія 事件 イベント 이벤트"
    " token key pat app トリガー 起動 実行 触发 觸發 启动 啟動 트리거 실행".split()
)
_OF_PUSHES = frozenset(
    "push pushes pushed commit commits code branch branches tag tags tagged git origin main master merge"
    " merges merged any all every default 태그 푸시 タグ プッシュ 推送 标签".split()
)
_OF_REQUESTS = frozenset(
    "pr prs pull request requests open opens opened reopened synchronize synchronized synchronise update"
    " updates updated create creates created branch against base any all every".split()
)
_OF_MERGES = frozenset("closed merged is was if when only true type types".split())
_OF_TIMES = frozenset(
    "schedule scheduled cron tick ticks timer nightly daily weekly hourly monthly"
    " every each at utc am pm day days night week"
    " hour hours min minutes minute h morning midnight noon time times weekday weekdays weekend once"
    " per".split()
)
_OF_ENDINGS = frozenset(
    "success successful successfully succeeds succeeded completed completes complete completion passed passes"
    " green ok"
    " failure failed fails after conclusion has is was ends ended finished finishes".split()
)
_OF_STARTS = frozenset(
    "by hand from with using input inputs ui cli button click clicks clicked presses press call calls called"
    " reusable request requests invoke invokes manual manually or is can be also optional optionally api rest"
    " post please we you it now again me i"
    " callable".split()
)
"""Words that say no more of a start by hand or by a call than that it is one."""

_EXCEPTING = late(r"\b(?:except|excluding|but|besides|without|ignoring)\b.*", re.IGNORECASE)
_FILTERED_LAST = late(
    r"\b(?:push(?:es)?|pull[_ -]requests?|PRs?)['\"`]?\s*(?:,|/|&|\+|\band\b|\bor\b)\s*(?:on\s+)?['\"`]?"
    r"(?:push(?:es)?|pull[_ -]requests?|PRs?)\b['\"`]?\s+((?:to|on|into|against|in)\b.*)",
    re.IGNORECASE,
)
_OF_THING = late(
    r"\b(?:of|to|into|onto)\s+(?:the\s+)?['\"`]?(releases?|deploy\w*|builds?)['\"`]?\W*$", re.IGNORECASE
)
"""What is pushed to that is called like what else is said of runs."""
_QUOTED = late(r"(['\"`])([^'\"`]+)\1")


def leftover(text: str, events: Sequence[EventText], names: frozenset[str]) -> str:
    """The words of a text that are no part of the events that it names, nor a name of what is drawn.

    Nothing where the text is a phrase as a whole, and where its place alone says by what it starts.
    """
    text = _BREAK.sub(" ", _INPUT_LINE.sub("", text))
    values = [value for one in events for _, found in one.filters for value in found]
    if (match := _EXCEPTING.search(text)) and not any(value.startswith("!") for value in values):
        return match[0]
    changes = [one for one in events if one.kind.has_changes]
    if changes and not any(one.has_refs for one in changes) and (match := _OF_THING.search(text)):
        return match[1]
    is_split = len({one.has_refs for one in changes}) == _BOTH
    if is_split and (match := _FILTERED_LAST.search(text)):
        return match[1]
    is_started = bool(events) and all(one.kind.takes_inputs or one.kind.is_call for one in events)
    if all(one.is_inferred for one in events) and not (is_started and is_manual(text)):
        return ""
    if all(one.kind.is_by_hand for one in events) and _is_label(text):
        return ""
    left = _left(text, events, names, is_started=is_started)
    return left if left and not is_phrase(text) else ""


_LABELLED = late(r"([^()\[\]]+?)\s*[(\[]\s*(?:on\s*:\s*)?[`'\"]?(\w+)[`'\"]?\s*[)\]]\W*")


def _is_label(text: str) -> bool:
    """Whether a text is but what people call a start whose event stands in brackets: `elle başlatma
    (workflow_dispatch)`; not where it says when, where or of what."""
    match = _LABELLED.fullmatch(text)
    if match is None or match[2] not in EVENTS:
        return False
    is_plain = re.search(r"[\d=*/:'\"`]", match[1]) is None
    has_time = any(one.kind.has_times for one in plain_events(match[1]))
    return is_plain and not has_time and clause(match[1]) is None and not likely_environment(match[1])


_ASIDE = late(r"[\[(（]([^\[\]()（）]*)[\])）]")
_TOKEN = late(
    r"(?<!\S)(?:[\w./-]*\*[\w./*-]*|--?[A-Za-z][\w-]*(?:=\S+)?|[A-Za-z_][\w.-]*=[^\s,;()\[\]]+)(?!\S)"
)
"""What is written as code or as a pattern is: `release/**`, `--all`, `timeout=20`."""


def unread_attribute(text: str, events: Sequence[EventText], names: frozenset[str]) -> str:
    """What a text has in brackets, or written as code, that says nothing of its events and is no name."""
    bare = _QUOTED.sub(" ", _FILE.sub(" ", _ATTRIBUTE.sub(" ", text)))
    if not any(sign in bare for sign in "[(（*=-"):
        return ""
    bare = _BREAK.sub(" ", _INPUT_LINE.sub("", bare))
    is_started = bool(events) and all(one.kind.takes_inputs or one.kind.is_call for one in events)
    bare = _OR.sub(" ", bare) if is_started else bare
    for pattern in (_ASIDE, _TOKEN):
        for match in pattern.finditer(bare):
            said = match[1] if pattern is _ASIDE else match[0]
            is_read = is_phrase(said) or bool(said_events(said))
            if not is_read and _left(said, events, names, is_started=is_started):
                return match[0]
    return ""


def unread_condition(text: str, events: Sequence[EventText], names: frozenset[str]) -> str:
    """What a text says of when its events start a run, or of which files, and none of them has: `only if docs
    changed`, `for backend changes`, `src/ modified`."""
    has_paths = any(key.startswith("paths") for one in events for key, _ in one.filters)
    changed = [match[0].strip() for match in _CHANGED.finditer(text)] if not has_paths else []
    of_files = next((one for one in changed if _FILE_NAMED.search(one)), "")
    return unread_clause(text, events, names) or of_files or _first_left(changed, events, names)


def unread_clause(text: str, events: Sequence[EventText], names: frozenset[str]) -> str:
    """What a text that starts a run says, by a clause, of when, how often or for what, of who is asked, or of
    a key of a job, and none of its events has: `at most once a day`, `unless it is a draft`."""
    text = _INPUT_LINE.sub("", text)
    is_filtered = any(key.startswith("paths") for one in events for key, _ in one.filters)
    read = (ClauseKind.MANUAL, *((ClauseKind.CONDITION,) if is_filtered else ()))
    read = (*read, ClauseKind.REF) if any(one.kind.has_changes for one in events) else read
    is_timed = any(one.kind.has_times for one in events)
    said = (clause(text), repeated(text, is_timed=is_timed))
    found = [one.text for one in said if one is not None and one.kind not in read]
    found = [one for one in found if not (says_merged(text) and _OF_MERGES.issuperset(labels.words(one)))]
    found += [listed[0]] if (listed := said_list(text)) else []
    is_of_review = any("review" in one.event for one in events) or says_merge(text)
    if says_approval(text) and not is_of_review:
        found.append(text)
    return _first_left(found, events, names)


def _first_left(found: Sequence[str], events: Sequence[EventText], names: frozenset[str]) -> str:
    """The first of what a text says that its events neither have nor name."""
    is_started = bool(events) and all(one.kind.takes_inputs or one.kind.is_call for one in events)
    own = {event.event for event in events}
    for one in found:
        named = {event.event for event in said_events(one)}
        words = _left(one, events, names, is_started=is_started).split()
        is_read = bool(named) and named <= own and not says_approval(one)
        if not is_read and not _OF_CONDITIONS.issuperset(words):
            return one
    return ""


_CHANGED = late(
    r"(?<![\w/-])(?!(?:code|source|new|no|any|all|the|more|further|detects?|on|of|for|push|pushes|status|state)\s)"
    r"[\w./*-]+\s+(?:(?:files?|paths?|folders?|director(?:y|ies))\s+)?"
    r"(?:(?:is|are|was|were|has|have|been)\s+)*(?:changed|changes|modified|touched|affected)\b"
    r"|(?<![\w./-])[\w-][\w./-]*\.[a-z]{1,5}\s+change\b|\b(?:changes?|changed\s+files?)\s+(?:in|to|under|of|within)\s+(?!(?:main|master|the|this|code|repo\w*)\b)[\w./*-]+",
    re.IGNORECASE,
)
"""Which files are changed: `specs changed`, `changes in api`."""
_OF_CONDITIONS = frozenset(
    "only if when whenever nur wenn si quand cuando se quando als gdy on on: is are was changed changes"
    " modified there needed necessary required possible everything all else ready done source needed,".split()
)
"""Words that, beside an event's own, narrow nothing."""


def says_other(text: str, events: Sequence[EventText], names: frozenset[str]) -> bool:
    """Whether what a thing of the repository says is neither that a run starts by its events, nor what has
    happened to it: `Confirm app.json`."""
    from mermaid2gha.compiler.vocabulary.made_events import types_said  # late: few ask

    if not events or is_about_start(text) or any(types_said(text, one.event) for one in events):
        return False
    known = (*(replace(one, is_inferred=False) for one in events), EventText(PUSH.name))
    return not unread_condition(text, events, names) and leftover(text, known, names) != ""


def unread_aside(text: str, events: Sequence[EventText], names: frozenset[str]) -> str:
    """What a text that caused a run has in brackets, and that says nothing of its events and is no name."""
    is_narrowed = any(one.narrowed for one in events)
    if is_narrowed and (behind := _BEHIND_COMMA.search(_QUOTED.sub(" ", text))):
        return behind[1].strip()
    is_of_labels = is_narrowed or any("labeled" in one.types for one in events)
    if not is_of_labels and (labelled := _WITH_LABEL.search(text)):
        return labelled[0].strip()
    if (
        "*" in text
        and (head := _FROM_PATTERN.search(text))
        and any(x.kind.is_about_pull_request for x in events)
    ):
        return head[0]
    is_of_request = any(x.kind.is_about_pull_request for x in events)
    if is_of_request and (bot := _OF_BOT.search(text)):
        return bot[0]
    may_have_paths = any("paths" in x.kind.filters and not x.has_paths for x in events)
    if may_have_paths and (named := paths_named(text)):
        return named[0]
    is_of_tags = any("tags" in dict(x.filters) and "branches" not in dict(x.filters) for x in events)
    if is_of_tags and (patterns := unread_patterns((text,), events)):
        return patterns[0]
    if not any(sign in text for sign in "[(（"):
        return ""
    said = unread_attribute(_TOKEN.sub(" ", text), events, names)
    is_push = any(x.event == PUSH.name and not x.has_refs for x in events) and not says_merge(text)
    if (
        (_VERSION.fullmatch(said) and not is_push)
        or _LIKE.match(said)
        or (says_merge(text) and _MANNER.match(said))
    ):
        return ""
    return said


def paths_named(text: str) -> list[str]:
    """The files in a text that have a folder, workflows aside: `src/api.py`."""
    found = _PATH_NAMED.findall(text) if "/" in text else []
    return [name for name in found if not _FILE.fullmatch(name)]


_BEHIND_COMMA = late(r"[,;，、；]\s*([^\W\d].*)")
"""What is said behind a comment or label that is named, such as who may write or put it."""
_PATH_NAMED = late(r"(?<![\w./@:*-])([\w-][\w.-]*(?:/[\w-][\w.-]*)*/[\w.-]*\w\.[a-z]\w{1,4})(?![\w/.*@-])")
_WITH_LABEL = late(
    r"(?:['\"`“«][^'\"`”»]+['\"`”»]|\bthe\s+[\w./-]+|\+\s*[\w./-]+)\s+label\w*|\blabell?ed\s+[\w./-]+"
    r"|\b(?:label|etikett|étiquett|etiquet|etichett|etykiet|štít|címk)\w*\s*[:=]?\s*(?:['\"`“«][^'\"`”»]+['\"`”»]|[\w./-]+)"
    r"|(?:['\"`“«]?[\w./-]+['\"`”»]?\s*)?(?:метк\w*|ラベル|标签|標籤|라벨|레이블|nhãn)\s*['\"`“«]?[\w./-]*['\"`”»]?",
    re.IGNORECASE,
)
"""A label that what is caused has, and by which it may be meant alone: `merges PR with label backport`."""
_FROM_PATTERN = late(r"\b(?:from|von|de|desde|depuis|da|z|из|con)\s+[\w./-]*\*[\w./*-]*", re.IGNORECASE)
"""A pattern of branches that a pull request comes from, which no filter is of: `from release/* to main`."""
_OF_BOT = late(
    r"\b(?!(?:the|a|to|and|or|is|as)\b)[^\W\d_]{1,6}\s+(?:[\w-]*bot|renovate)(?:\[bot\])?(?![\w/-])",
    re.IGNORECASE,
)
"""Whose pull requests alone are meant: `PR från dependabot`."""
_VERSION = late(r"\W*v?\d+(?:\.[\w*-]+)*\W*")
_LIKE = late(
    r"\W*(?:e\. ?g\.|i\. ?e\.|z\. ?B\.|p\. ?ex\.|por ej|es\.|bijv|np\.|örn|např|例|예)", re.IGNORECASE
)
"""What begins an example, which narrows nothing."""
_MANNER = late(r"\W*(?:squash|rebase|by\s)", re.IGNORECASE)
"""How, and by whom, a pull request is merged."""


_OF_INPUTS = late(
    r"(?<!\bno )(?<!\bwithout )\b(?:inputs?|param(?:eter|ètre|etr)\w*|params?|par[âáa]metr\w*"
    r"|eingabe\w*|entrad\w*|entrées?|вход\w*|параметр\w*)\b"
    r"|参数|參數|输入|輸入|入力|パラメータ|입력|파라미터|매개변수",
    re.IGNORECASE,
)


def lists_steps(text: str) -> bool:
    """Whether a text names several steps with arrows between them: `lint → build → deploy`."""
    parts = re.split(r"\s*(?:[→➜⇒➔»]|[-=]{1,2}>)\s*", text)
    return len(parts) > _BOTH and all(re.search(r"\w", part) for part in parts)


def says_inputs(text: str) -> bool:
    """Whether a text speaks of the inputs of a start by hand, which may be called like anything else."""
    return _OF_INPUTS.search(text) is not None


def unread_inputs(text: str, events: Sequence[EventText]) -> str:
    """What a text says beside its events where it speaks of the inputs of a start by hand, and what stands
    behind the event's own name in brackets, whatever that is: `(workflow_dispatch) med indata modul`."""
    bare = [replace(one, is_inferred=False) for one in events]
    if says_inputs(text):
        return leftover(text, bare, frozenset())
    _, _, behind = text.rpartition(
        next((f"({one.event})" for one in events if f"({one.event})" in text), "\n")
    )
    is_behind = behind != text and behind[:1] == " "
    return behind.strip() if is_behind and _left(behind, bare, frozenset(), is_started=True) else ""


_LISTED = late(
    r"\s+/\s*|\s*/\s+|\s*[+&|,]\s*|\s+(?:or|and|then|und|oder|et|ou|y|o(?!\s+\d)|e|i|lub|и|или|oppure|albo"
    r"|veya|ya\s+da|hoặc|eller|nebo|alebo|vagy|tai|atau|sau|або|чи)\s+|\s*(?:또는|혹은|或者|または|もしくは|あるいは)\s*",
    re.IGNORECASE,
)


def _left(text: str, events: Sequence[EventText], names: frozenset[str], *, is_started: bool) -> str:
    """The words of a text that neither its events nor the names account for, or such a name in quotes."""
    bare = _FILE.sub(" ", _ATTRIBUTE.sub(" ", text))
    if empty := _EMPTY.search(bare):
        return empty[0]
    known = {word for name in names for word in name.casefold().split()} | _known(events)
    if is_started:
        bare, known = _OR.sub(" ", bare), known | _OF_STARTS
    known |= _OF_MERGES if says_merged(text) else set()
    for match in _QUOTED.finditer(bare):
        inner = (word[0] for word in _WORD.finditer(match[2]))
        is_known = all(word.casefold() in known or _is_value(word, events) for word in inner)
        said = match[2].casefold()
        is_event = any(said == one.event for one in events)
        if not is_event and said not in names and not (is_known and said not in _NO_NAMES):
            return match[2]
    left = [
        word
        for word in (match[0].strip(".").casefold() for match in _WORD.finditer(bare))
        if word and word not in known and not _is_value(word, events)
    ]
    return " ".join(left)


_BOTH = 2
_NO_NAMES = frozenset(("deploy", "release", "build", "run"))
"""Words that are no mere ones where they are quoted: the name of a label, say."""


def _known(events: Sequence[EventText]) -> set[str]:
    """The words that say no more than the events, their types and their times do."""
    found = set(_PLAIN)
    for event in events:
        found |= {event.event, *event.event.split("_"), *event.cron.casefold().split()}
        found |= {kind for key, values in event.filters if key == "types" for kind in values}
        found |= {"type", "types"} if event.kind.has_own_types and event.filters else set()
        found |= set(event.kind.default_types) if not event.filters else set()
        found |= _OF_PUSHES if event.kind.has_changes and not event.kind.is_about_pull_request else set()
        found |= _OF_REQUESTS if event.kind.is_about_pull_request else set()
        found |= _OF_TIMES if event.kind.has_times else set()
        found |= _OF_ENDINGS if event.kind.follows_runs else set()
    return found


def _is_value(word: str, events: Sequence[EventText]) -> bool:
    """Whether a word is a value of a filter as it was read, or a part of a list of them."""
    values = [value.casefold().lstrip("!") for one in events for _, found in one.filters for value in found]
    parts = [part for part in word.removeprefix("refs/heads/").removeprefix("refs/tags/").split("/") if part]
    is_version = re.fullmatch(r"v?[\dxyz*]+(?:\.[\dxyz*]+)*[\w.*+-]*", word) is not None
    is_time = re.fullmatch(r"\d{1,2}(?::\d\d)?(?:[ap]m)?", word) is not None
    return (
        word in values
        or f"{word.removeprefix('./')}**" in values
        or (word.startswith("*.") and f"*{word}" in values)
        or all(part in values or any(part == one.event for one in events) for part in parts)
        or (is_version and any(key == "tags" for one in events for key, _ in one.filters))
        or (is_time and any(one.kind.has_times for one in events))
    )


_DIRECT = late(
    r"(?:\b(?:triggers?|triggered|triggering|event|events|on)\b\s*:?|(?<=['\"`\])])\s*(?:[,/|&+]|\band\b|\bor\b))\s*"
    r"(?:['\"`]([A-Za-z_]+)['\"`]|\[([A-Za-z_]+)\])",
    re.I,
)
_AFTER_ON = late(r"(?<![\w-])on\s*:\s*['\"`\[]?([A-Za-z_]+)", re.I)
_LISTED_ON = late(
    r"(?<![\w-])(?:on|triggers?|triggered|events?)\s*:?\s*\[([A-Za-z_]+(?:\s*,\s*[A-Za-z_]+)+)\]",
    re.I,
)
_BESIDE_A_NAME = late(r"\s*(?:workflows?|pipelines?|jobs?|runs?)\b", re.I)
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
    for match in _SPELT_LIKE.finditer(text):
        if match[1] not in EVENTS and match[1] not in _ALL_TYPES and match[1].casefold() not in names:
            from difflib import get_close_matches  # late: most events are right

            if get_close_matches(match[1].casefold(), _OWN_NAMES, 1, _NEAR_ENOUGH):
                return match[1]
    return ""


_SPELT_LIKE = late(r"['\"`\[]([A-Za-z]+_[A-Za-z_]+)['\"`\]]")
"""A word spelt as events are, where only they are: after whatever verb, of whatever language."""
_OWN_NAMES = tuple(name for name in EVENTS if "_" in name)
_NEAR_ENOUGH = 0.85
_ALL_TYPES = frozenset(name for kind in EVENTS.values() for name in kind.types)


def is_merge_alone(text: str) -> bool | None:
    """Whether a request that a text says is merged, and which is closed thereby, is closed by that alone: not
    in `closes or merges the PR`. None where something else stands beside the merge, which may close it, too.
    """
    others = [part for part in choices(text) if not says_merge(part)]
    if any(map(says_closing, others)):
        return False
    return True if not others or is_phrase(text) else None


_INPUTS = late(r"[(,]\s*[^(),]*\b(?:inputs?|parameters?)\b|(?<![\w\[(])[a-z][\w-]*=[\w.<{$'\"-]", re.I)


def has_inputs(text: str) -> bool:
    """Whether a text that starts something gives it inputs, which only what is started by hand has."""
    is_start = SURE_WORD.search(text) is not None or re.match(r"\W*runs?\b", text, re.I) is not None
    return is_start and _INPUTS.search(text) is not None


def published(text: str) -> tuple[EventText, ...]:
    """The event that a text makes which says, as a whole, that somebody publishes a release."""
    if not (_PUBLISHING.search(text) and is_phrase(text)):
        return ()
    return (EventText("release", (("types", ("published",)),), is_inferred=True),)


_PUBLISHING = late(r"\bpublish(?:es|ed)?\b.*\brelease|\brelease\b.*\bpublished\b", re.I)


def is_mere_news(text: str) -> bool:
    """Whether a text names an event as what any service may be told: `push event`, `issues opened`."""
    is_start = re.search(r"\btrigger|\bon\s*:|\bworkflows?\b|\bdispatch|['\"`\[]", text, re.I) is not None
    is_news = re.search(r"\bevents?\b", text, re.I) is not None or is_webhook(text)
    return not is_start and (is_news or not has_own_name(text))


def noted_events(text: str, default: str = "main") -> tuple[EventText, ...]:
    """The events that a text which is no message names, or its times, in whatever language."""
    found = said_events(text, default=default)
    is_timed = not found and times.is_time(text) and times.is_repeated(text)
    return (EventText(SCHEDULE.name, cron=times.figures_said(text), is_words=True),) if is_timed else found


_PATTERN = late(r"(?<![\w.*/{}<>-])[\w./*-]*\*[\w.*/-]*")
OF_TAGS = late(r"v(?:\d|\*).*", re.IGNORECASE)
OF_FILES = late(r".*/\*\*|.*\*\.[a-z]\w*|\*\*/.*", re.IGNORECASE)


def is_of_files(pattern: str) -> bool:
    """Whether a pattern is one of files, and not of a family of branches such as `release/**`."""
    is_family = pattern.endswith("/**") and "/" in pattern[1:] and not may_be_files(pattern)
    return OF_FILES.fullmatch(pattern) is not None and not is_family


def unread_patterns(texts: Sequence[str], events: Sequence[EventText]) -> tuple[str, ...]:
    """The patterns in texts that no filter of the events read there has: `git push tagu v2.*`."""
    values = {value.strip("!") for event in events for _, found in event.filters for value in found}
    said = (pattern for text in texts if "*" in text for pattern in _PATTERN.findall(text))
    return tuple(dict.fromkeys(one for one in said if one not in values and one.strip("*./-")))


_FILE_NAMED = late(r"(?<![\w.*/@:-])(?!\d)([\w-][\w./-]*\.[a-z]{1,5})(?![\w/*-]|\.\w)")
_NO_FILE = late(
    r"(?:.*\.)?[\w-]+\.(?:ya?ml|io|com|org|net|dev|app|de|ai|sh/.*)|(?:node|next|vue|nuxt|express|react|three)\.js"
    r"|(?:\w\.)+\w?",
    re.IGNORECASE,
)
"""What is spelt like a file and is none, or the workflow's own: a host, `Node.js`, `e.g`."""
_FOLDER_NAMED = late(r"(?<![<\w.*/:-])([\w.-]+(?:/[\w.-]+)*/)(?![\w*])")


def files_named(text: str, events: Sequence[EventText]) -> tuple[str, ...]:
    """The files in brackets in a text, or said to be changed, and the folders in it, as patterns: `only under
    src/`; with the patterns of files that no filter has."""
    folders = [f"{name}**" for name in _FOLDER_NAMED.findall(text) if may_be_files(f"{name}**")]
    inside = inside_brackets(text)
    files = [x for x in (*_FILE_NAMED.findall(inside), *paths_named(text)) if not _NO_FILE.fullmatch(x)]
    files += [x for one in _CHANGED.finditer(text) for x in _FILE_NAMED.findall(one[0])]
    patterns = [one for one in unread_patterns((inside,), events) if is_of_files(one)]
    return tuple(dict.fromkeys((*folders, *files, *patterns, *(f"{x}/**" for x in may_be_folders(text)))))


NOT_BEFORE = late(
    rf"\b(?:not|no|except|excluding|without|ignoring|{labels.EXCEPT_BEYOND}|{labels.NOT_BEYOND})\W+(?:\w{{1,4}}\W+)?\Z",
    re.I,
)
INTO_PATTERN = late(
    r"(?<!\w)(?:gegen|against|vers|contre|contra|contro|verso|naar|tegen|do|to|into|onto|nach|mot|till|til|в|на|к|до)\s+[`'\"]?"
    rf"(?:(?:the\s+|den\s+|la\s+|el\s+)?(?:branch\w*|{BRANCH_NOUN})\s+[`'\"]?)?(?![\w./-]*\*\.[a-z])([\w./-]*/\*+)(?![\w./*-])",
    re.IGNORECASE,
)
"""Where a pull request goes, as a pattern: `gegen release/*`."""


def asked_beside(mark: str, texts: Sequence[str]) -> str:
    """The cures beside a mark: that the one label is meant which texts name, or a review that approves."""
    from mermaid2gha.compiler.vocabulary.made_events import named_label  # late: few ask

    plain = [labels.plain(text) for text in texts]
    label = next(filter(None, map(named_label, plain)), "") if "type=labeled" in mark else ""
    cure = f"; `%% when: {label}` with it that the one which is named does" if label else ""
    for asked in dict.fromkeys(filter(None, map(unread_label, plain))):
        cure += f"; `%% trigger: pull_request[type=closed]` and `%% when: {asked}` that one with it does"
    for event, pattern, asked in LEFT_OUT:
        if event in mark and any(map(pattern.search, plain)):
            cure += f"; `%% when: {asked}` with it that none of these does"
    folders = {f"{name}/**": name for text in plain for name in may_be_folders(text)}
    for event, one in re.findall(r"(\w+)\[path=([^,|\]]+)\]", mark):
        if one in folders or (event == PUSH.name and may_be_files(one)):
            cure += f"; `%% trigger: {event}[branch={folders.get(one, one)}]` that this is a branch"
    is_review = re.search(r"\bpull_request_review\b(?!_)", mark) is not None
    if is_review and any(map(says_approval, plain)):
        cure += "; `%% when: github.event.review.state == 'approved'` with it that an approval alone does"
    return cure


def alternatives(text: str) -> list[str]:
    """The parts of a list in words: `an issue or a comment`."""
    return _LISTED.split(_BREAK.sub(" ", text))


def parts_said(text: str) -> tuple[list[str], list[str]]:
    """The parts of a text that is a list in words, none of another, and what stands in its brackets."""
    bare = _BREAK.sub(" ", text)
    inside = [part for one in _ASIDE.findall(bare) for part in alternatives(one)]
    parts = alternatives(_ASIDE.sub(" ", bare))
    parts = [one for part in parts for one in (part.split("/") if not part.isascii() else [part])]
    return parts if len(parts) > 1 else [], inside


_ON_DEMAND = late(
    r"\b(?:on[ -]demand|bei\s+bedarf|auf\s+anforderung|(?:bajo|a)\s+demanda|sob\s+demanda|su\s+richiesta"
    r"|op\s+aanvraag|na\s+żądanie|na\s+vyžádání|v[ie]d\s+behov|efter\s+behov|tarvittaessa|istek\s+üzerine"
    r"|sesuai\s+permintaan|theo\s+yêu\s+cầu|à\s+la\s+demande)\b|по\s+(?:запросу|требованию)|за\s+запитом"
    r"|オンデマンド|按需|随时|필요\s*시|온디맨드",
    re.IGNORECASE,
)


def says_by_hand(text: str) -> bool:
    """Whether a text says in any words that people start something, whenever they want to."""
    return is_manual(text) or _ON_DEMAND.search(text) is not None
