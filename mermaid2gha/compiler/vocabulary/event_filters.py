"""The filters and activity types that a text gives an event: `push[branch=main]`, `release published`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache

from mermaid2gha.base.patterns import late
from mermaid2gha.compiler.vocabulary import labels
from mermaid2gha.compiler.vocabulary.branches import (
    EVERY,
    LINKING,
    MAIN,
    WELL_KNOWN,
    base_of,
    beside_tags,
    bracketed,
    branch_named,
    branches,
    is_branch_name,
    is_excluded_behind,
    is_listed,
    is_well_known,
    may_be_files,
    may_be_named,
    named_beyond,
    says_exception,
    tags_named,
    wildcard,
    with_listed,
)
from mermaid2gha.compiler.vocabulary.origins import may_be_folders
from mermaid2gha.compiler.vocabulary.phrases import is_description, pushed_ref, target
from mermaid2gha.github.events import kind_of

_OF_ONE_LABEL = r"(?:(?<=labeled)\s*[:=]\s*[^\[\]()]+)?"
"""The label that is named behind the type: `issues (labeled: bug)`."""
_TYPES = late(
    r"['\"`]?(?:\s+events?)?\s*[\[(]\s*([a-z_]+(?:\s*(?:[,/|]|\bor\b|\band\b)\s*[a-z_]+)*)"
    rf"{_OF_ONE_LABEL}\s*[\])]"
)
_BARE_TYPES = late(
    r"['\"`]?(?:\s+events?\b)?\s*(?:[:,(\[/.–—-]|[-=]?>|→)?\s*([a-z_]+(?:\s*(?:[,/|]|\bor\b|\band\b)\s*[a-z_]+)*)"
    rf"{_OF_ONE_LABEL}"
)
_OF_PATHS = r"\s+(?=['\"`]?!?[\w.-]*[*/])"
_KEY = (
    r"((?:branch(?:es)?|tags?|types?|paths?|workflows?)(?:-ignore)?)"
    rf"(?:\s*(!=|[=:])|(?<=\bpath){_OF_PATHS}|(?<=\bpaths){_OF_PATHS}|(?<=\bpaths-ignore){_OF_PATHS})"
)
"""A filter's name with what sets it off: paths look like such without anything."""
INSIDE = r"(?:\[[^\[\]]*\]|[^\])])*"
"""What stands in brackets, with lists of characters in them: `branch=[main, dev], tag=v[0-9]+`."""
FILTER = late(rf"\s*[\[(]\s*({_KEY}{INSIDE})[\])]", re.I)
PAIR = late(rf"(?<![\w-]){_KEY}\s*", re.I)
_VALUE = r"['\"`]?[^\s,|'\"`()\[\]]+['\"`]?"
_VALUES = late(rf"\s*(?:[\[(]([^\])]*)[\])]?|({_VALUE}(?:(?:\s*[,|]\s*|\s+(?:and|or)\s+){_VALUE})*))", re.I)
_REFS = ("branches", "branches-ignore", "tags", "tags-ignore")
_PLURAL = {"branch": "branches", "tag": "tags", "type": "types", "path": "paths", "workflow": "workflows"}
_BETWEEN = r"(?:\s*[,&|]\s*(?:(?:and/or|and|or)\s+)?|\s+(?:and/or|and|or|und|oder|et|ou|y|или|lub|/)\s+)"
_BRANCH = late(
    r"(?:\b(?:to|into|onto|against|on|in)\s+|(?:→|->)\s*)(?:the\s+)?"
    rf"([`'\"]?[\w./*-]+[`'\"]?(?:{_BETWEEN}(?:(?:in)?to\s+)?[`'\"]?[\w./*-]+[`'\"]?)*)"
    r"(\s+branch\b)?",
    re.I,
)
_BRANCH_LIST = late(rf"{_BETWEEN}(?:(?:in)?to\s+)?", re.I)
_BRANCH_NAMES = late(rf"(?:{WELL_KNOWN})$|.*[/*].*", re.I)
_EVENT_WORD = late(
    r"prs?|mrs?|pull[- _]requests?|push(?:es)?|merges?|tags?|manual(?:ly)?|scheduled?|cron|dispatch"
    r"|nightly|daily|weekly|hourly|monthly|always",
    re.I,
)
_PLAIN_BRANCH = late(WELL_KNOWN, re.I)
_PUSHED_BRANCH = late(rf"\bpush(?:es)?\s+(?:origin\s+)?[`'\"]?({MAIN})\b", re.I)
_PUSHED_NAME = late(r"(?:git\s+)?push(?:es)?\s+[`'\"]?([\w.-]+/[\w./*-]*[\w*])[`'\"]?\s*", re.I)
_LETTER = r"[^\W\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uff66-\uff9f]"
"""A letter of a writing that sets words apart: `PR` ends before `を作成`, and is not in `Prüfung`."""
_UNSPACED = r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
"""A letter of one that does not, in which a word begins wherever it stands: `PRマージ`."""


def apart(before: str, words: str, after: str = "", *, beyond: str = "") -> re.Pattern[str]:
    """Words that no letter joins on to; `before` and `after` are what else may not stand beside them.

    `beyond` are further words, which texts that are ASCII cannot have.
    """
    pattern = rf"(?<!LETTER){before}(?:WORDS)(?!LETTER{after})"
    begins = "(?<!LETTER)" if not beyond else rf"(?:(?<!LETTER)|(?={_UNSPACED}))"
    every = (
        pattern.replace("(?<!LETTER)", begins, 1)
        .replace("LETTER", _LETTER)
        .replace("WORDS", f"{words}|{beyond}" if beyond else words)
    )
    return late(every, re.I, for_ascii=pattern.replace("LETTER", r"\w").replace("WORDS", words))


MANUAL_WORDS = (
    r"manual(?:ly|mente)?|dispatch(?:es)?|by\s+hand|gh\s+workflow\s+run|run\s+workflow\s+button"
    r"|(?:(?:click|press)(?:e?s)?\s+(?:on\s+)?(?:the\s+)?|(?<=['\"`«“„「]))run\s+workflow"
    r"|manuell\w*|von\s+hand|manuel(?:le(?:ment)?|t)?|handmatig\w*|a\s+mano|(?:avvio|lancio)\s+manuale"
)
MANUAL_WORDS_BEYOND = (
    r"manuális\w*|manuáln\w+|ručn\w+|à\s+la\s+main|à\s+mão|ręczn\w+|вручн\w+|ручн\w+"
    r"|手動|手动|수동|thủ\s+công"
)
TAG_WORDS = (
    r"etiquet\w+|etykiet\w+|etiket\w*|(?<!jeden\s)(?<!jedem\s)(?<!pro\s)(?<!am\s)(?<!auto-)(?<!auto\s)"
    r"(?!(?:(?<=trigger\s)|(?<=triggers\s)|(?<=start\s)|(?<=starts\s))tags?\s+creation)tags?(?!\s+(?:des|der|im)\b)|tagg\w*"
)
TAG_WORDS_BEYOND = (
    r"étiquet\w+|タグ\w*|태그\w*|тег\w*|(?<![加贴貼])(?:标签|標籤)|(?:标签|標籤)(?=\s*['\"`“]?v?\d)"
)
_VERSION = late(r"(?<![\w.])(v\d[\w.*-]*)", re.I)
_TAG_PATTERN = late(r"(?<![\w./*-])([\w.-]*\*[\w.*-]*|v\d[\w.*-]*|\d+\.\d[\w.*-]*|v?x\.y\.z)(?![\w*/])", re.I)
"""A tag beside a word for it in whatever language: `v*`, `v1.2`, `release-*`."""
_TAG_WORD = apart("", TAG_WORDS, beyond=TAG_WORDS_BEYOND)
_MAIN = apart(r"(?<![./-])", "(main|master)", r"|[/-]|\.\w")
_KNOWN = apart(r"(?<![./-])", f"({WELL_KNOWN})", r"|[/-]|\.\w")
_PATTERN = late(r"(?<![\w./*-])([\w.-]+/\*|(?:release|hotfix|feature)s?/\*\*)(?![\w./*-])")
"""Branches as a pattern: `hotfix/*`; with more behind it, it may be one of paths."""
_IN_ENGLISH = late(r"\b(?:push|merge|commit|pull[- ]request)(?:s|es|d|ed|ing)?\b", re.I)
_BRACKETED_TAG = late(r"[(\[]\s*[`'\"]?(v\*|v?\d[\w.*-]*\*[\w.*-]*)[`'\"]?\s*[)\]]", re.I)
_BRANCH_AND_TAG = late(
    rf"\b({WELL_KNOWN})\s*(?:,|&|\+|/|\band\b|\bor\b)\s*(?:(?:on|new|push(?:es)?|of|any|a)\s+)*tags?\b",
    re.I,
)
_PUSH_AND_TAG = late(
    r"\bpush(?:es|ed)?\b['\"`)\]]*(?:\s+(?:events?|commits?|code))?\s*"
    r"(?:[/&+|]|,(?!\s*tags?\s+\S)|\b(?:and|or|und|oder|et|ou|e|y|o|i|lub)\b)\s*"
    r"(?:(?:on|new|push(?:es|ed)?|of|any|an?|the)\s+)*['\"`(\[]*tags?\b",
    re.I,
)


def is_push_or_tag(text: str) -> bool:
    """Whether a text has tags beside a push, and not as what is pushed: `push, tags`, `'push' and 'tag'`.

    So every branch counts, or `push` is what is done with the tag: that is told.
    """
    return _PUSH_AND_TAG.search(text) is not None and not PAIR.search(text)


_OF_BRANCHES = ("push", "create", "delete")
"""Events that are what is done with a branch."""
_BEFORE_NAME = late(r"\bbranch(?:es)?\s*[:=]?\s*['\"`]?$", re.I)
_LEADING_NAME = late(r"\b(?:of|to|into|onto|on|the)\s+['\"`]?$", re.I)
_BEHIND_NAME = late(r"['\"`]?\s+branch(?:es)?\b", re.I)


def is_of_branch(text: str, name: re.Match[str]) -> bool:
    """Whether the name of an event in a text is that of a branch: `branch release`, `the release branch`."""
    if "branch" not in text or name[1] in _OF_BRANCHES:
        return False
    is_before = _BEFORE_NAME.search(text, 0, name.start()) is not None
    is_within = _LEADING_NAME.search(text, 0, name.start()) is not None
    return is_before or (is_within and _BEHIND_NAME.match(text, name.end()) is not None)


def bare_types(event: str, after: str) -> str:
    """The activity types that stand in brackets after an event, as a filter: `release (published)`."""
    match = _TYPES.match(after)
    types = re.findall(r"[a-z_]+", match[1]) if match else []
    types = [name for name in types if name not in ("or", "and")]
    return f"[types={','.join(types)}]" if types and set(types) <= set(kind_of(event).types) else ""


def types_of(event: str, after: str, *, is_whole: bool = False) -> str:
    """The activity types directly after an event, as a filter: `release published`, `'issues' opened`.

    Not all those that start a workflow anyway, nor the first of them alone: `pull_request opened` is how
    people say that there is one.
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
    is_exact = is_whole or after[:1] == ":"  # `pull_request: opened`
    return "" if is_as_usual(event, types) and not is_exact else f"[types={','.join(types)}]"


def is_as_usual(event: str, types: Collection[str]) -> bool:
    """Whether activity types say no more than that an event happens, as it does without any."""
    kind = kind_of(event)
    return bool(kind.default_types) and set(types) in ({kind.sample_type}, set(kind.default_types))


def unread_branch(event: str, text: str, default: str) -> str:
    """An adjective before `branch` that may be the name of one, where no filter is named."""
    if event != "push" or PAIR.search(text) or re.search(r"\btags?\b|\btagged\b", text, re.I):
        return ""
    if (found := branches(text, default)) is not None:
        return found.unread
    if is_description(ref := pushed_ref(text)):
        return ref
    return "" if filters_of(event, text, default)[0] else may_be_named(target(text))


def filters_of(
    event: str, text: str, default: str
) -> tuple[tuple[tuple[str, tuple[str, ...]], ...], bool, tuple[str, ...]]:
    """The filters of an event in the text that belongs to it; whether a value was inferred; bad types."""
    raw, rest = _of_pairs(labels.with_branches_apart(text))
    if kind_of(event).is_about_pull_request and "branches" in raw and (aim := base_of(rest).name):
        raw["branches"] = [aim]  # in brackets is where it comes from
    paths = () if raw.keys() & {"paths", "paths-ignore"} else paths_said(rest)
    paths = tuple(one for one in paths if one[3] not in bracketed(rest))
    for start, end, key, value in reversed(paths):
        raw[key], rest = [value, *raw.get(key, [])], f"{rest[:start]} {rest[end:]}"
    said, is_inferred = _of_words(event, rest, default) if not raw.keys() & set(_REFS) else ((), False)
    kept, is_wild, bad = _fitting(event, raw)
    said = tuple(one for one in said if not raw or one[0] in _REFS)
    is_wild |= bool(paths)
    return (*said, *kept), is_inferred or is_wild, bad


@lru_cache(maxsize=1 << 10)
def paths_said(text: str) -> tuple[tuple[int, int, str, str], ...]:
    """The paths that words say, each with its place, its filter and its value: what ends in a slash, or is a
    pattern that no branch has.

    `infra/`, `*.md`, and `infra/**` where no word before it says that something goes there.
    """
    if "/" not in text and "*." not in text:
        return ()
    found: list[tuple[int, int, str, str]] = []
    is_of_branches = is_left_out = is_branch = False
    for match in _PIECE.finditer(text):
        before = _WORDS_BEFORE.search(text[: match.start()])
        if before is not None and not _LIST_WORD.fullmatch(before[0].strip()):
            is_of_branches = _TOWARDS.search(before[0]) is not None and not (is_branch and "(" in before[0])
            is_left_out = _LEAVING_OUT.search(text[: match.start()]) is not None
        is_of_branches |= _BRANCHES_BUT.search(text[: match.start()]) is not None
        is_branch = is_of_branches or _PUSHED_GLOB.fullmatch(text) is not None
        is_called = "branch" in text or _BRANCH_BEFORE.search(text[: match.start()]) is not None
        is_branch &= is_called or not may_be_files(match[0])
        is_branch |= is_listed(text, match.start()) or _BRANCH_AFTER.match(text, match.end()) is not None
        is_branch = is_branch and not (
            _AFTER_PUSH.search(text[: match.start()]) and _GOING_TO.match(text, match.end())
        )
        if path := _path(match[0].rstrip(".:!?"), is_branch=is_branch):
            is_out = is_left_out or is_excluded_behind(text, match.end())
            found.append((match.start(), match.end(), "paths-ignore" if is_out else "paths", path))
    return tuple(_with_files(text, found))


def _with_files(text: str, found: list[tuple[int, int, str, str]]) -> Iterator[tuple[int, int, str, str]]:
    """Paths, with the single files that stand in one list with them: `src/, package.json`."""
    taken = {start for start, *_ in found}
    for start, end, key, path in found:
        before = _FILE_BEFORE.search(text[:start])
        if before is not None and before.start(1) not in taken:
            taken.add(before.start(1))
            yield before.start(1), before.end(1), key, before[1]
        yield start, end, key, path
        while (match := _FILE_BEHIND.match(text, end)) and match.start(1) not in taken:
            taken.add(match.start(1))
            yield match.start(1), match.end(1), key, match[1]
            end = match.end(1)


def says_paths(event: str, text: str) -> bool:
    """Whether words give an event paths that are not written as its filter."""
    return "paths" in kind_of(event).filters and bool(paths_said(text)) and not PAIR.search(text)


_IN_LIST = rf"['\"`]?\s*(?:[,;|&]|{LINKING})\s*(?:{LINKING}\s*)?['\"`]?"
_SINGLE_FILE = r"((?:[\w.@-]+/)*[\w@-][\w.@-]*\.[a-z][a-z0-9]{0,6})"
_FILE_BEHIND = late(rf"{_IN_LIST}{_SINGLE_FILE}(?![\w*/.-])", re.IGNORECASE)
_FILE_BEFORE = late(rf"(?<![\w*/.-]){_SINGLE_FILE}{_IN_LIST}\Z", re.IGNORECASE)
_PUSHED_GLOB = late(
    r"\W*(?:git\s+)?push\w*\s+(?!(?:in|with|of|for|if)\s)[^\W\d]{1,4}"
    r"\s+['\"`]?([\w-][\w-]*/\*\*?)['\"`]?\W*",
    re.IGNORECASE,
)
"""A pattern to which a short word of whatever language says that something is pushed: `push su hotfix/**`."""
_PIECE = late(r"(?<![^\s,;|()\[\]'\"`>])[^\s,;|()\[\]'\"`]*[/*](?:[^\s,;|()\[\]'\"`](?<!\*[^\x00-\x7f]))*")
_WORDS_BEFORE = late(r"[^\s,;|()\[\]'\"`]+[\s,;|()\[\]'\"`]*\Z")
_LIST_WORD = late(rf"(?:(?!en\b){LINKING}|&|\S*[/*]\S*)[\s,;|'\"`]*", re.IGNORECASE)
_CALLED = r"(?:branche|zweig|ramas?|ram[oi]|gałę?ą?[zź]i?|větev|větve|nhánh|gren(?:en)?|ветк[аеу]|гілк[аиу])"
_BRANCH_BEFORE = late(rf"\b{_CALLED}\W*\Z", re.IGNORECASE)
_TOWARDS = late(
    r"(?:\b(?:to|into|onto|against|on|from|branch(?:es)?|tags?|push(?:es|ed)?|origin|merge[sd]?|auf|nach|sur|vers|na|no|em"
    rf"|naar|op|su|sul|para|do|till|til|på|ke|lên|vào|pe|до|в|на|{_CALLED})|→|->)\W*\Z",
    re.IGNORECASE,
)
"""What stands before a branch, so that `release/**` behind it is one."""
_LEAVING_OUT = late(
    r"\b(?:except|excluding|but|besides|unless|without|not|no|never|outside|esclus\w+|hariç"
    rf"|{labels.EXCEPT_BEYOND}|{labels.NOT_BEYOND}|{labels.SKIP})(?:\s+[\w']+){{0,3}}\W*\Z",
    re.IGNORECASE,
)
_BRANCHES_BUT = late(
    r"\bbranch(?:es)?\s+(?:except|but|besides|excluding|other\s+than|not)(?:\s+(?:for|the))?\W*\Z", re.I
)
_BRANCH_AFTER = late(r"['\"`]?\s*(?:\bbranch(?:es|\b)|\b(?:zweig|dal[ıi]|gren)|브랜치|ブランチ|分支)", re.I)
_FOLDER = late(r"(?:\./)?((?:[\w.*@-]+/)+)")
_AFTER_PUSH = late(r"\bpush(?:es|ed)?\s+['\"`]?\Z", re.IGNORECASE)
_GOING_TO = late(
    r"(?<!fix/\*\*)(?<!feature/\*\*)(?<!release/\*\*)['\"`]?\s+(?:in)?to\s+(?:the\s+)?['\"`]?"
    rf"(?:{WELL_KNOWN})\b",
    re.IGNORECASE,
)
"""Where what is pushed goes: then it is no branch itself, `push docs/** to main`."""
_OF_FILES = late(r"(?:\./)?((?:[\w.*@-]+/)*\*\.[a-z][a-z0-9]{0,4})", re.IGNORECASE)
_DEEP = late(r"(?:\./)?((?:[\w.*@-]+/)*\*\*(?:/[\w.*@-]+)*)")


def _path(piece: str, *, is_branch: bool) -> str:
    """A piece of a text as a filter of paths; empty if it may be something else."""
    if match := _FOLDER.fullmatch(piece):
        stems = [stem for stem in match[1].split("/") if stem]
        words = [x for x in stems if _EVENT_WORD.fullmatch(x) or is_well_known(x) or _DEED.fullmatch(x)]
        return "" if words == stems else f"{match[1]}**"
    if match := _OF_FILES.fullmatch(piece):
        return match[1] if "/" in match[1] else f"**{match[1][1:]}"
    match = _DEEP.fullmatch(piece)
    return match[1] if match is not None and not is_branch and len(piece) > len("**") else ""


_DEED = late(r"(?:open|creat|updat|reopen|review|approv|edit|clos)(?:e?s|ed?|ing)?", re.IGNORECASE)
"""Words of a list that is spelt `open/ update`, and no folder of what is pushed."""


def _of_words(event: str, text: str, default: str) -> tuple[tuple[tuple[str, tuple[str, ...]], ...], bool]:
    """The filters that words say, and whether a value was inferred."""
    raw = _of_ref(text, default) if event == "push" else {}
    if not raw and event == "push" and (glob := _PUSHED_GLOB.fullmatch(text)):
        return (("branches", (glob[1],)),), True
    if not raw and event == "push" and (said := branches(text, default)) is not None:
        named = with_listed(said.names, text)
        names = tuple(dict.fromkeys(wildcard(_as_spelt(name, text)) for name in named))
        return ((("branches", names),) if names else ()), bool(names)
    if not raw and kind_of(event).has_changes:
        raw = _of_names(event, _BEFORE_LIST.sub("", text))
    elif not raw and "branches" in kind_of(event).filters:
        raw = _alone(text) or _of_line(text)
    if "branches" in raw:
        raw["branches"] = [_as_spelt(name, text) for name in with_listed(raw["branches"], text)]
    return _fitting(event, raw)[:2]


_BEFORE_LIST = late(
    rf"\bbranch\s+(?=['\"`]?(?:{WELL_KNOWN})['\"`]?\s*(?:[,&|]|\band\b|\bor\b)\s*['\"`]?(?:{WELL_KNOWN})\b)",
    re.IGNORECASE,
)
"""The word before a list of names of branches, which are read by themselves."""


def _each(name: str) -> list[str]:
    """The branches that a name lists: `main/develop` are two, for git has no such branch beside `main`."""
    parts = name.split("/")
    return parts if all(map(is_well_known, parts)) else [name]


def _as_spelt(name: str, text: str) -> str:
    """A branch as it is spelt: `Main` at the head of a word is `main`, unless it stands in quotes."""
    is_quoted = re.search(rf"['\"`]{re.escape(name)}['\"`]", text) is not None
    return name.lower() if _PLAIN_BRANCH.fullmatch(name) and not is_quoted else name


def _of_pairs(text: str) -> tuple[dict[str, list[str]], str]:
    """What is written as pairs: `branches: main, next`; and the text without them.

    Within brackets blanks set values apart, and one list may be of several pairs.
    """
    raw: dict[str, list[str]] = {}
    rest, done = "", 0
    pairs = list(PAIR.finditer(text))
    for at, pair in enumerate(pairs):
        before, end = text[: pair.start()], pairs[at + 1].start() if at + 1 < len(pairs) else len(text)
        is_inside = sum(map(before.count, "[(")) > sum(map(before.count, "])"))
        values = re.compile(INSIDE).match(text, pair.end(), end) if is_inside else None
        values = values or _VALUES.match(text, pair.end(), end)
        said = values_of(values[0]) if values else []
        raw.setdefault(filter_key(pair), []).extend(one for one in said if not _SETTING.match(one))
        rest += text[done : pair.start()]
        done = values.end() if values else pair.end()
    return raw, rest + text[done:]


def _of_ref(text: str, default: str) -> dict[str, list[str]]:
    """The tags that words about tags mean, and the ref that stands directly after `push`."""
    raw: dict[str, list[str]] = {}
    if named := tags_named(text):
        raw["tags"] = list(named)
    elif (ref := pushed_ref(text)) and not is_description(ref):
        is_tag = ref.startswith("refs/tags/") or _VERSION.fullmatch(ref) is not None
        name = re.sub(r"^refs/(?:tags|heads)/", "", ref)
        raw["tags" if is_tag else "branches"] = _each(name)
    elif re.search(r"\btags?\b|\btagged\b", text, re.I):
        raw["tags"] = [match[1] if (match := _BRACKETED_TAG.search(text)) else "*"]
    elif _TAG_WORD.search(text):
        raw["tags"] = [match[1] if (match := _TAG_PATTERN.search(text)) else "*"]
    elif name := _pushed_name(text, default):
        raw["branches"] = _each(name)
    elif listed := bracketed(text):
        raw["branches"] = listed
    if "tags" in raw and (beside := _BRANCH_AND_TAG.search(text)):
        raw["branches"] = list(beside_tags(text)) or [beside[1]]
    elif "tags" in raw and (named := beside_tags(text)):
        return {"branches": list(named), **raw}
    elif "tags" in raw and is_push_or_tag(text):
        return {} if raw["tags"] == ["*"] else {"branches": [EVERY], **raw}
    return raw


def _of_names(event: str, text: str) -> dict[str, list[str]]:
    """The branches that are named as such."""
    named: list[str] = []
    for match in _BRANCH.finditer(text):
        is_last = not text[match.end() :].strip(" .!)]'`\"")
        if match[0][:3].lower() == "in " and match[1] in may_be_folders(text):
            continue  # `(changes in apps/web)`
        named += _branches(match[1], is_said=bool(match[2]), is_last=is_last)
    if event == "push" or all(is_well_known(one) or one.startswith("release") for one in bracketed(text)):
        named = named or bracketed(text)  # requests come from `renovate/*`
    raw = {"branches": named} if named else _aimed(text) or _main(text, event) or _alone(text)
    if not raw and event == "push" and (name := branch_named(text)):
        return {"branches": [name]}
    return raw


def _alone(text: str) -> dict[str, list[str]]:
    """The branch of which brackets say that it alone counts: `pull_request (develop only)`."""
    match = _ONLY.search(text)
    return {"branches": [match[1]]} if match and is_well_known(match[1]) else {}


def _of_line(text: str) -> dict[str, list[str]]:
    """The well-known branch of the run that another one follows: `workflow_run (success on main)`."""
    if match := _ON_LINE.search(text):
        return {"branches": [match[1]]}
    listed = bracketed(text)
    return {"branches": listed} if listed and all(map(is_well_known, listed)) else {}


_ON_LINE = late(
    rf"\b(?:on|for|in|of|auf|sur|en|em|su|op|na|på)\s+(?:(?:the|branch|la|le|der)\s+)*['\"`]?({MAIN})(?![\w/-])",
    re.IGNORECASE,
)
_ONLY = late(r"[(\[,]\s*(?:only\s+(?:on\s+|for\s+)?)?['\"`]?([\w./-]+)['\"`]?\s+only\s*[)\]]", re.IGNORECASE)


def _fitting(
    event: str, raw: Mapping[str, list[str]]
) -> tuple[tuple[tuple[str, tuple[str, ...]], ...], bool, tuple[str, ...]]:
    """What an event takes of some filters, as `filters_of` gives it."""
    kind = kind_of(event)
    kept: list[tuple[str, tuple[str, ...]]] = []
    bad: tuple[str, ...] = ()
    inferred = False
    for key, values in raw.items():
        if key == "types":
            said = [v for v in values if not (v == "merged" and kind.is_about_pull_request)]  # a condition
            bad = tuple(v for v in said if not kind.has_type(v))
            kept.append((key, tuple(v for v in said if v not in bad)))
        elif key in kind.filters:
            wild = tuple(dict.fromkeys(wildcard(v) for v in values))
            inferred |= wild != tuple(values)
            kept.append(excluding(key, wild) if f"{key}-ignore" not in raw else (key, wild))
    return tuple((key, values) for key, values in kept if values), inferred, bad


def _pushed_name(text: str, default: str) -> str:
    """The branch that stands directly after `push`: `push feature/login`, `push origin main`."""
    if match := _PUSHED_NAME.fullmatch(text.rstrip(" )]")):
        return match[1].removeprefix("origin/")
    match = _PUSHED_BRANCH.search(text)
    return match[1] if match is not None and branches(text, default) is None else ""


def _aimed(text: str) -> dict[str, list[str]]:
    """The branches to which a phrase in whatever language pushes: `Push nach staging`."""
    names = _branches(target(text), is_said=False)
    return {"branches": names} if names else {}


_EXCEPTED = late(r"\b(?:not|no|except|without|from|any)\b", re.IGNORECASE)


def _main(text: str, event: str) -> dict[str, list[str]]:
    """The main branch, wherever a text without another filter says it: `git push na main`, `push:main`.

    In the text of a push that is not English, where nobody knows what stands before a branch, the one name
    that is a branch's as such, or a pattern: `developにマージ`.
    """
    if _EXCEPTED.search(text) or says_exception(text):
        return {}
    if match := _MAIN.search(text):
        return {"branches": [match[1]]}
    if event != "push":
        return {}
    if name := named_beyond(text):
        return {"branches": [name]}
    is_english = text.isascii() and _IN_ENGLISH.search(text) is not None
    known = (_PATTERN,) if is_english else (_KNOWN, _PATTERN)
    names = dict.fromkeys(match[1] for one in known for match in one.finditer(text))
    return {"branches": list(names)} if len(names) == 1 else {}


def _branches(text: str, *, is_said: bool, is_last: bool = True) -> list[str]:
    """The branches in a list of names; `main/develop` are two. `is_said`: the text calls it a branch;
    `is_last`: nothing follows, so that in `to main or beta` each is where it goes."""
    names = [name.strip("`'\" .").removeprefix("origin/") for name in _BRANCH_LIST.split(text)]
    is_either = is_last and re.search(r"\bor\b", text, re.I) is not None and any(map(is_branch_name, names))
    others = {name for name in names if not _EVENT_WORD.fullmatch(name)} if is_either else set()
    others |= {one for one in names[-1:] if is_said and not _EVENT_WORD.fullmatch(one)}
    found: list[str] = []
    for name in names:
        parts = name.split("/")
        if len(parts) > 1 and all(_EVENT_WORD.fullmatch(part) for part in parts):
            continue  # `on PR/merge` says two events
        if len(parts) > 1 and any(_EVENT_WORD.fullmatch(part) for part in parts):
            parts = [part for part in parts if not _EVENT_WORD.fullmatch(part)]  # `to main/PR`: both
        if all(_PLAIN_BRANCH.fullmatch(part) for part in parts):
            found += parts
        elif name and (_BRANCH_NAMES.match(name) or is_branch_name(name) or name in others):
            found.append(name)
    return found


_SETTING = late(r"([a-z][\w-]*)=", re.IGNORECASE)
"""What gives another attribute its value, and is no value itself: `environment=` in a list of filters."""
_OTHER_KEY = late(rf"[\[(,;|]\s*(?!{_KEY})([a-z][\w-]*)\s*=", re.IGNORECASE)
_READ_KEYS = frozenset(("cron", "conclusion", "merged", "environment", "label", "comment"))
"""The attributes in an event's brackets that are read beside its filters."""


def bad_filters(event: str, text: str) -> tuple[str, ...]:
    """The filters in an event's own brackets that GitHub does not have for it."""
    kind = kind_of(event)
    keys = [key for key in map(filter_key, PAIR.finditer(text)) if key != "types" and key not in kind.filters]
    if "=" in text and not kind.is_dispatch:
        keys += (match[3] for match in _OTHER_KEY.finditer(text) if match[3].lower() not in _READ_KEYS)
    return tuple(dict.fromkeys(keys))


def filter_key(pair: re.Match[str]) -> str:
    """The name that GitHub has for a filter: `branch!=main` is one of `branches-ignore`."""
    name, _, ignored = pair[1].lower().partition("-")
    return _PLURAL.get(name, name) + ("-ignore" if ignored or pair[2] == "!=" else "")


def excluding(key: str, values: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """A filter that only excludes, as GitHub has it: by `!main` with no pattern before it nothing passes."""
    if key in ("branches", "tags", "paths") and values and all(value.startswith("!") for value in values):
        return f"{key}-ignore", tuple(value[1:] for value in values)
    return key, values


def values_of(text: str) -> list[str]:
    inner = re.match(rf"\s*[\[(]?({INSIDE})", text)
    return [v for v in re.split(r"[\s,|&'\"`]+", inner[1] if inner else "") if v and v not in ("and", "or")]


_AND_MERGED = (
    r"(?:closed\s*(?:,|;|and|with|(?:only\s+)?if|when|&&?|\+)\s*)?(?:(?:PR|is|was|been)\s+)*(?:github\.event\.)?(?:pull_request\.)?"
    r"merged\s*(?:={1,3}\s*true\s*)?"
)
_MERGED_ATTRIBUTE = late(
    rf"[\[(]\s*(?:[^\[\]()]*[,;]\s*)?(?:types?\s*[=:]\s*)?{_AND_MERGED}[\]),;]"
    r"|\bpull_request(?:_target)?['\"`]?\s*:?\s*(?:[\[(]\s*(?:types?\s*[=:]\s*\[?\s*)?closed\s*\]?\s*[\])]|"
    r"types?\s*[=:]\s*\[?closed\]?)?\s*[,;&+]?\s*"
    rf"(?:(?:is|was|and|if|when|only)\s+|&\s*)*{_AND_MERGED}(?!\w)",
    re.I,
)
MERGED_BEHIND = late(r"(?:[\[(,&+]|\band\b)\s*(?:(?:if|when|only)\s+)*merged\b\s*(?:={1,3}\s*true\b)?", re.I)
"""That the closed pull request is merged: no event of its own beside that one."""


def says_merged(text: str) -> bool:
    """Whether a trigger says in brackets, or directly behind its event, that the pull request is merged."""
    return _MERGED_ATTRIBUTE.search(text) is not None


def says_tag(text: str) -> bool:
    """Whether a text has a word for a tag, of whatever language."""
    return re.search(rf"{TAG_WORDS}|{TAG_WORDS_BEYOND}", text, re.I) is not None


def tag_of_label(label: str) -> str:
    """The tags that the label of a source names: `Git Tag (v*.*.*)`."""
    match = _TAG_PATTERN.search(label) if _TAG_WORD.search(label) is not None else None
    return match[1] if match is not None and "*" in match[1] else ""


def is_manual(text: str) -> bool:
    """Whether a text says that something is started by hand."""
    return _MANUAL.search(text) is not None


_MANUAL = apart("", MANUAL_WORDS, beyond=MANUAL_WORDS_BEYOND)
