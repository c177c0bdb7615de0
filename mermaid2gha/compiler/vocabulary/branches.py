"""Which branches a text means: names, all but some, those of features; and adjectives that name none."""

from __future__ import annotations

import re
from collections.abc import Iterable

from mermaid2gha.base.patterns import late
from mermaid2gha.base.records import dataclass
from mermaid2gha.compiler.vocabulary import labels

EVERY = "**"
MAIN = "main|master|develop|trunk"
"""What a repository's main line is called."""

LINKING = (
    r"(?:\b(?:and|or|und|oder|et|ou|y|o|e|i|lub|of|en|или|и|atau|dan|eller|och|og|nebo|veya|ve)\b"
    r"|或|和|または|と|또는)"
)
"""What joins the last one of a list."""
_PLACES = "development|dev|staging|production|prod"
WELL_KNOWN = f"{MAIN}|{_PLACES}"
"""Names that are a branch's wherever one can stand."""

_OF_BRANCHES = ("branch",)
_NAME = r"[`'\"]?([\w./*-]*[\w*])[`'\"]?"
_PLAIN = late(rf"{WELL_KNOWN}|next|stable", re.I)
_EXCLUDED = late(
    rf"\b(?:except|excluding|but|not|neither|other\s+than|besides)\s+(?:(?:for|to|on|from|the|push(?:es)?)\s+)*{_NAME}"
    rf"((?:\s*(?:,|\band\b|\bor\b|\bnor\b)\s*{_NAME})*)(\s+branch(?:es)?)?",
    re.IGNORECASE,
)
_NONE = late(r"\b(?:no|none|nothing|never|nowhere)\b", re.IGNORECASE)
"""What turns an exception round: `to no branch but main`."""
BRANCH_NOUN = (
    r"zweig\w*|branche?|ram[ao]|v[ěe]tv\w+|gałęzi|gałąź|gren\w*|ветк\w+|гілк\w+|nhánh|haara\w*|cabang|tak"
)
_EXCLUDED_BEYOND = late(
    r"['`]?([A-Za-z][\w./*-]*)['`]?\s*(?:ブランチ|分支|브랜치)?\s*(?:以外|を除く|之外|를?\s*제외|을?\s*제외)"
    r"|除了?\s*['`]?([A-Za-z][\w./*-]*)['`]?"
    rf"|\b(?:{labels.EXCEPT_BEYOND})\s+(?:(?:auf|von|de[rmn]?|sur|les?|la|en|el|na|z|a|o|su|il|op|до|в|от|із?|từ|{BRANCH_NOUN})\s+){{0,2}}"
    r"['`]?([A-Za-z][\w./*-]*)['`]?",
    re.IGNORECASE,
)
"""What is left out, in other languages: one name that is a branch's as such."""
_EXCLUDED_BEHIND = late(r"['`]?\s*[^\s,;、，。()]{0,6}?\s?(?:제외|除外|以外|之外|を除)|['`]?\s+hariç\b")


def is_excluded_behind(text: str, at: int) -> bool:
    """Whether what ends at a place in a text is left out by what stands behind it: `docs/** 以外`."""
    return _EXCLUDED_BEHIND.match(text, at) is not None


_QUANTIFIED = late(r"\b(?:any|all|every|each)\s+(?:other\s+)?(?:branch|branches)\b", re.IGNORECASE)
_FEATURE = late(r"\b(?:feature|topic|working|work|bugfix|pr)[\s-]+branch(?:es)?\b", re.IGNORECASE)
_DEFAULT = late(r"\bdefault\s+branch\b", re.IGNORECASE)
_BEHIND = late(
    r"\bbranch\s+(?:(?:named\s+|called\s+)[`'\"]?([\w./*-]*[\w*])|[`'\"]([\w./*-]*[\w*])[`'\"]"
    r"|([\w./*-]*[\w*])(?![\w./*-])(?!\s+(?!(?:only|and|or|to|into|onto|in|on|of|is|was|with)\b)\w))",
    re.IGNORECASE,
)
"""Not what goes on: in `the qa branch after review` it is no name."""
_OF_REQUEST = late(
    rf"\b(?:PRs?|pull[- ]requests?)\b.*?\b(?:to|into|onto|against)\s+(?:the\s+)?{_NAME}(?:\s+branch)?"
    r"(?=\s+(?:(?:is|was|gets|got|has\s+been)\s+)?merged\b)",
    re.IGNORECASE,
)
"""Where a pull request goes that is merged: `PR to qa is merged`."""
_LISTED = late(
    rf"\bbranches\s+(?:named\s+|called\s+|like\s+|matching\s+)?({_NAME}(?:\s*(?:,|/|\band\b|\bor\b)\s+{_NAME})*)",
    re.IGNORECASE,
)
_BEFORE = late(r"[`'\"]?([\w./*-]*[\w*])[`'\"]?\s+branch\b", re.IGNORECASE)
_SEVERAL = late(r"(?<![\w./*-])([\w./*-]*[\w*])\s+branches\b", re.IGNORECASE)
_OTHER_THAN = late(r"\bnon-([\w./*-]*[\w*])", re.IGNORECASE)
_INTO_LIST = late(
    rf"(?:\b(?:into|onto|to)\b|→|->)\s*(?:the\s+)?({_NAME}(?:\s*(?:,|&|\||\b(?:and|or)\b|\s/\s)\s*(?:the\s+)?{_NAME})+)",
    re.IGNORECASE,
)
_LISTED_NAMES = late(r"(?<![\w./*-])(?!(?:and|or|the)\b)[\w./*-]*[\w*]", re.IGNORECASE)
_QUOTED_TARGET = late(r"\b(?:to|into|onto|on|in)\s+(?:the\s+)?[`'\"]([\w./*-]*[\w*])[`'\"]", re.IGNORECASE)
_FROM = late(r"\bfrom\s+(?:[\w'-]+\s+){0,3}branch(?:es)?\b|\bfrom\s+[\w./-]+", re.IGNORECASE)
_OF_MERGED = late(r"\bof\s+(?:[\w'-]+\s+){0,3}branch(?:es)?\b", re.IGNORECASE)
_MERGE = late(r"\bmerg(?:e[sd]?|ing)\b", re.IGNORECASE)
_ARROW = r"(?:→|->)(?!\s*(?:push|merge|pull|build|test|deploy|trigger|run|start|tag|release)\w*\s+\S)"
"""An arrow to a place, and not to what is done then: `merge PR → push to main`."""
_INTO = late(rf"(?:\b(?:into|onto)\b|{_ARROW})\s*(?:the\s+)?{_NAME}(?!\s+branch|[\w./*-])", re.IGNORECASE)
_TARGET = late(rf"\b(?:to|into|onto|on|in)\s+(?:the\s+)?{_NAME}\s*(?:[.!,;)]|$)", re.IGNORECASE)
_NO_TARGET = frozenset(
    "a the it base default target github git repo repository remote origin fork server codebase code "
    "upstream pull pr prs request requests ci cd pipeline pipelines workflow workflows actions any".split()
)
_TO = late(r"\b(?:to|into|onto|on|in)\b|→|->", re.IGNORECASE)
_NO_ADJECTIVE = frozenset(
    "a an the this that new own my your their its his her same other another some any each every git remote "
    "local to on into in of or and push pushes pushed create creates created delete deleted update updates "
    "updated merge merges merged target base source head".split()
)
_NO_NAME = frozenset(
    "is was are and or to on in of for from with by has push pushed protection rules event trigger triggers "
    "created deleted updated tag tags".split()
)


@dataclass(frozen=True, slots=True)
class Branches:
    """The branches of a filter; `unread` is an adjective that may be the name of one."""

    names: tuple[str, ...] = ()
    unread: str = ""


def branches(text: str, default: str) -> Branches | None:
    """The filter that the words about branches in a text mean; none if it has no such words.

    Of a merge, and of what comes from a branch, only where it goes counts.
    """
    text = _FROM.sub(" ", text)
    if _MERGE.search(text):
        text = _OF_MERGED.sub(" ", text)
        if match := _INTO_LIST.search(text):
            names = _LISTED_NAMES.findall(match[1])
            if all(map(is_branch_name, names)):
                return Branches(tuple(names))
        if (match := _INTO.search(text)) and match[1].casefold() not in _NO_TARGET:
            return Branches((match[1],))
        if match := _OF_REQUEST.search(text):
            is_named = is_branch_name(match[1]) or text[match.start(1) - 1] in "`'\""
            return Branches((match[1],)) if is_named else Branches(unread=match[1])
        if (unread := _unread_target(text)) is not None:
            return unread
        text = _TO.split(text, maxsplit=1)[-1] if _TO.search(text) else ""
    if (exception := _exception(text, default)) is not None:
        return exception
    if _QUANTIFIED.search(text):
        return Branches()
    if _FEATURE.search(text):
        return Branches((EVERY, f"!{default}"))
    if _DEFAULT.search(text):
        return Branches((default,))
    return _by_its_place(text)


def _exception(text: str, default: str) -> Branches | None:
    """All branches but some: `except main`, `not release/*`, `non-main`."""
    if match := _EXCLUDED.search(text):
        rest = re.findall(_NAME, match[2] or "")
        said = [match[1], *(name for name in rest if name not in ("and", "or", "nor"))]
        names = [_of_default(name, default) for name in said]
        if _NONE.search(text[: match.start()]):
            return Branches(tuple(names))
        is_of_branches = bool(match[4]) or _QUANTIFIED.search(text) is not None
        if all(
            is_branch_name(name) or (is_of_branches and name.casefold() not in _NO_NAME) for name in names
        ):
            return Branches((EVERY, *(f"!{name}" for name in names)))
    if match := _EXCLUDED_BEYOND.search(text):
        name = _of_default(next(group for group in match.groups() if group), default)
        if is_branch_name(name):
            return Branches((EVERY, f"!{name}"))
    if match := _OTHER_THAN.search(text):
        name = _of_default(match[1], default)
        if is_branch_name(name) or name == default:
            return Branches((EVERY, f"!{name}"))
    return None


def _by_its_place(text: str) -> Branches | None:
    """What stands beside the word `branch`, or where a push goes to."""
    before = _BEFORE.search(text)
    if before is not None and before[1].casefold() in _DESCRIBING and before[0][0] not in "`'\"":
        return Branches(unread=before[1])
    is_named = before is not None and is_branch_name(before[1])
    if not is_named and (match := _BEHIND.search(text)):
        name = next(filter(None, match.groups()))
        if name.casefold() not in _NO_NAME:
            return Branches((name, *_more(text[match.end() :])))
    if not is_named and (match := _LISTED.search(text)):
        names = [one for one in re.findall(_NAME, match[1]) if one not in ("and", "or")]
        if names and all(map(is_branch_name, names)):
            return Branches(tuple(names))
    if (match := _SEVERAL.search(text)) and not is_branch_name(match[1]):
        is_any = match[1].casefold() in _NO_ADJECTIVE
        return Branches() if is_any else Branches(unread=match[1])
    if before is None:
        return _unread_target(text)
    word = before[1]
    if word.casefold() in _NO_ADJECTIVE:
        return Branches() if not _is_any_name(text) else None
    is_quoted = before[0][0] in "`'\""
    if is_branch_name(word) or is_quoted:
        return None  # a name as such, which is read with others of its list
    return Branches(unread=word)


def _more(text: str) -> tuple[str, ...]:
    """The further names of a list of which the first stands behind `branch`: `branch main or develop`."""
    found: list[str] = []
    at = 0
    while (match := _FURTHER.match(text, at)) and is_branch_name(match[1]):
        found.append(match[1])
        at = match.end()
    return tuple(found)


_FURTHER = late(rf"\s*(?:,\s*(?:(?:and|or)\b)?|/|&|\||\b(?:and|or)\b)\s*(?:the\s+)?{_NAME}", re.IGNORECASE)
_DESCRIBING = frozenset(("stable", "next"))
"""Names of branches that tell of which kind one is where they stand before that word."""


def says_exception(text: str) -> bool:
    """Whether a text in another language says which branch is left out."""
    match = _EXCLUDED_BEYOND.search(text)
    return match is not None and is_branch_name(next(group for group in match.groups() if group))


def _unread_target(text: str) -> Branches | None:
    """What a push or merge goes to at the end of a text, by a word that is no branch's as such."""
    if match := _QUOTED_TARGET.search(text):
        return None if is_branch_name(match[1]) else Branches((match[1],))
    match = _TARGET.search(text)
    if match is None or is_branch_name(match[1]):
        return None
    is_other = match[1].casefold() in _NO_TARGET | _NO_ADJECTIVE | _NO_NAME
    return None if is_other else Branches(unread=match[1])


def branch_named(text: str) -> str:
    """A name directly before `branch`, wherever it stands: `push the release/2.3 branch`."""
    match = _BEFORE.search(_FROM.sub(" ", text))
    return match[1] if match and is_branch_name(match[1]) else ""


def is_of_work(name: str) -> bool:
    """Whether a branch is called as those are from which pull requests come: `feature/*`."""
    return _OF_WORK.match(name) is not None


def may_be_files(name: str) -> bool:
    """Whether a pattern behind `push to` may be of the files that are pushed: `scripts/**`. The families of
    branches are called otherwise, `release/**`."""
    return (
        name.endswith("/**") and name[:1].isalpha() and _FAMILY.match(name) is None and not is_of_work(name)
    )


_FAMILY = late(
    r"(?:releases?|hotfix(?:es)?|support|maint\w*|stable|lts|rc|dev\w*|main|master|staging|prod\w*|dependabot|renovate|users?"
    r"|wip|experiment\w*|refactor\w*|env\w*|deploy|preview|rel|backports?|integration|gh-readonly-queue|v?\d[\w.]*|[a-z]+-\d+)/",
    re.IGNORECASE,
)
_OF_WORK = late(r"(?:feat(?:ure)?s?|(?:bug)?fix(?:es)?|topic|chore|task|user)/", re.IGNORECASE)


def bracketed(text: str) -> list[str]:
    """The branches that stand alone in brackets: those that are well known, `(dev)`, `(main/master)`, or a
    list with patterns of branches, `(feature/*, main)`."""
    if match := _PATTERNS.search(text):
        return re.split(r"\s*[,|&]\s*", match[1])
    match = _BRACKETED.search(text)
    names = re.split(r"\s*(?:[/,|&]|\bor\b|\band\b)\s*", match[1]) if match else []
    return names if names and all(map(is_well_known, names)) else []


_BRACKETED = late(
    r"[\[(]\s*(?:branch(?:es)?\s+|on\s+)?([\w.-]+(?:\s*(?:[/,|&]|\bor\b|\band\b)\s*[\w.-]+)*)\s*[\])]", re.I
)
_LINE_OF = (
    r"(?:feat(?:ure)?s?|(?:bug)?fix(?:es)?|hotfix(?:es)?|releases?|topic|chore|dependabot|renovate)/\*\*?"
)
_PATTERNS = late(
    rf"[\[(]\s*((?:(?:{WELL_KNOWN})\s*[,|&]\s*)*{_LINE_OF}(?:\s*[,|&]\s*(?:{WELL_KNOWN}|{_LINE_OF}))*)\s*[\])]",
    re.IGNORECASE,
)


def repository_named(text: str) -> str:
    """An owner and a repository to which a text says, in its last words, that something goes; not what is
    called as a branch is, nor a pattern."""
    match = _REPOSITORY.search(text)
    return "" if match is None or is_of_work(match[1]) or _LINE_OF_BRANCHES.match(match[1]) else match[1]


_REPOSITORY = late(
    r"\b(?:to|into|onto|in|at)\s+[`'\"]?([a-z][\w-]*/[a-z][\w.-]*)[`'\"]?(?:\s+repo(?:sitory)?)?\W*$",
    re.IGNORECASE,
)
_LINE_OF_BRANCHES = late(
    r"(?:releases?|hotfix|origin|refs|heads|docs?|src|deploy|gh|ghcr\.io)/", re.IGNORECASE
)


def may_be_named(word: str) -> str:
    """A word that stands where a branch does and is none as such, if it may be the name of one."""
    if not word or is_branch_name(word) or word.casefold() in _NO_TARGET | _NO_ADJECTIVE | _NO_NAME:
        return ""
    return word


_CALLED_BRANCH = late(
    r"(?:\b(?:branche|zweig|rama|ramo|gałę(?:zi|ź)|větv[ei]|nhánh|tak|grenen?|gren)|ветк\w*|ветв\w*|гілк\w*"
    r"|\b(?:na|no|nel|sul|en|la|el|le|il|i|w|do)\s+branch)\s+"
    r"(?:(?:called|named|namens|nommée|llamada|chamada)\s+)?['`\"«「]?([A-Za-z][\w./*-]*[\w*])"
    r"|([A-Za-z][\w./*-]*[\w*])['`\"»」]?\s*(?:の\s*)?(?:分支|ブランチ|브랜치|dal[ıi]\w*|branch[’']?[ieı]\w*)",
    re.IGNORECASE,
    for_ascii=r"(?:\b(?:branche|zweig|rama|ramo|tak|grenen?|gren)"
    r"|\b(?:na|no|nel|sul|en|la|el|le|il|i|w|do)\s+branch)\s+"
    r"(?:(?:called|named|namens|llamada|chamada)\s+)?['`\"]?([A-Za-z][\w./*-]*[\w*])"
    r"|([A-Za-z][\w./*-]*[\w*])['`\"]?\s*(?:dali\w*|branch'?i\w*)",
)
_NO_FOREIGN_NAME = frozenset(
    "par del della par por vers dans para na no en e et y ou o und oder i w z principale principal "
    "de da padrão predeterminada default".split()
)


def named_beyond(text: str) -> str:
    """The name beside what other languages call a branch: `merge na branch homolog`, `qa 分支`."""
    for match in _CALLED_BRANCH.finditer(text):
        name = match[1] or match[2]
        if name.casefold() not in _NO_TARGET | _NO_ADJECTIVE | _NO_NAME | _NO_FOREIGN_NAME:
            return name
    return ""


_BEHIND_PUSH = late(
    r"\bpush(?:es|ed)?\s+([\w.-]+(?:(?:\s*[,|&]\s*|\s+/\s*|/\s+|\s+(?:and|or|et|ou|und|oder|y|e|o)\s+)[\w.-]+)+)\W*\Z",
    re.IGNORECASE,
)


def listed(text: str) -> tuple[str, ...]:
    """What stands behind `push` and may be branches: the words of a list, `push dev / qa`, and one that is
    pushed by a command, `git push hotfix-2`, which git takes for a remote."""
    match = _BEHIND_PUSH.search(text)
    if match:
        return tuple(re.split(r"\s*[,|&/]\s*|\s+\w+\s+", match[1]))
    match = _BEHIND_COMMAND.fullmatch(text.strip())
    return (match[1],) if match and match[1].casefold() not in _NO_TARGET else ()


_BEHIND_COMMAND = late(r"git\s+push\s+(?!-)([\w.][\w./-]*)", re.IGNORECASE)


def wildcard(value: str) -> str:
    """A filter's value with placeholders and version numbers read as `*`; one with a `*` says itself what may
    be where. A version whose last part is an `x` keeps what stands before: `release/1.x` is `release/1.*`."""
    value = re.sub(r"^refs/(?:heads|tags)/", "", value)
    if "*" in value:
        return re.sub(_OPEN, "*", value)
    value = re.sub(_OPEN, "*", value)
    of_series = re.sub(r"(?<![\w.])(v?\d+(?:\.\d+)*)(?:\.[xXyYzZ])+(?![\w.])", r"\1.*", value)
    if of_series != value:
        return of_series
    return re.sub(r"(?:\d+|[xX])(?:\.(?:\d+|[xX]|[YZyz]))+(?:[-+][\w.]+)?|(?<=v)[xX]\b", "*", value)


def _of_default(name: str, default: str) -> str:
    """The branch that a word names: `default` is the default one."""
    return default if name.casefold() == "default" else name


def is_well_known(name: str) -> bool:
    """Whether a word is what branches are often called, in so many letters."""
    return _PLAIN.fullmatch(name) is not None


def is_place(name: str) -> bool:
    """Whether a word is what both branches and environments are often called."""
    return _PLACE.fullmatch(name) is not None


_PLACE = late(_PLACES, re.IGNORECASE)
_JOINT = r"(?:[,/&|+]|\b(?:and|or|und|oder|et|ou|e|y|o|i|lub|или|и)\b)"
_LINK_WORD = (
    r"\b(?:of|en|u|oppure|albo|oraz|nebo|atau|dan|eller|och|og|veya|ve|hoặc|và|tai|vagy|sau|або|та)\b"
    r"|或者?|または|또는"
)
"""What joins a branch to what stands behind it, where no other word can: `main of tag v*`."""
_IN_LIST = rf"(?:{WELL_KNOWN}|(?:releases?|hotfix(?:es)?|features?|support)/[\w.*/-]+)"
_TO_BRANCH = r"(?:(?:to|on|into|auf|nach|sur|vers|the|an?|any|new|of|branch|push|merge)\s+)*"
_BESIDE_TAGS = late(
    rf"{_JOINT}\s*{_TO_BRANCH}({_IN_LIST})(?![\w./*-])(?!\s*tags?\b)"
    rf"|(?<![\w.-])({_IN_LIST})(?![\w.*-])(?:\s+branch)?(?=\s*(?:{_JOINT}|{_LINK_WORD})\s*{_TO_BRANCH}(?:tags?\b|{_IN_LIST}))",
    re.IGNORECASE,
)
_KIND_BESIDE = late(
    rf"{_JOINT}\s*(?:an?\s+|any\s+|the\s+|to\s+)*(release|hotfix|feature|support)\s+branch", re.IGNORECASE
)


def beside_tags(text: str) -> tuple[str, ...]:
    """The branches that stand in one list with tags: `push to main and develop or tag`, `push a tag v* or to
    develop`."""
    found = (one for match in _BESIDE_TAGS.finditer(text) for one in match.groups() if one)
    return tuple(dict.fromkeys(found))


_LINK = (
    r"\s*[,&|+、，]\s*|\s+(?:{no})(?:[^\W\d]{{1,7}}|ya\s+da)\s+"
    r"|\s*(?:または|もしくは|か|と|や|或者?|和|与|與|及|또는|혹은|과|와|및)\s*"
).format(
    no=r"(?!(?:to|into|onto|in|on|from|against|with|vs|versus|not|but|except|before|after|then|than|unless|auf|nach|von|aus"
    r"|gegen|vor|sur|vers|dans|de|depuis|contre|avant|sauf|al|en|a|desde|hacia|contra|sin|salvo|para|em|da|su|di|verso|naar"
    r"|van|uit|tegen|op|na|do|od|z|ze|w|v|przed|в|на|из|от|до|с|у|till|från|mot|på|til|fra|ke|dari|vào|từ|branch|branche|tag)\b)"
)
_LISTED_REFS = late(
    rf"(?<![\w./*-]){_IN_LIST}(?:['\"`]?(?:{_LINK})(?:branch\s+)?['\"`]?(?:{_IN_LIST})(?![\w/*-]|\.\w))+"
    rf"|(?<=\bnaar )(?:{_IN_LIST})\s+en\s+(?:{_IN_LIST})(?![\w/*-])"
    rf"|(?<=\bdo )(?:{_IN_LIST})\s+a\s+(?:{_IN_LIST})(?![\w/*-])",
    re.IGNORECASE,
)
"""Names that are a branch's wherever one can stand, in a list of whatever language: between two of them one
short word, which says nothing of a direction, joins them."""
_REF_IN_LIST = late(rf"(?<![\w./*-])(?:{_IN_LIST})(?![\w/*-])", re.IGNORECASE)


def is_listed(text: str, at: int) -> bool:
    """Whether a place in a text lies in a list of names that are a branch's wherever one can stand."""
    return any(match.start() <= at < match.end() for match in _LISTED_REFS.finditer(text))


def with_listed(names: Iterable[str], text: str) -> tuple[str, ...]:
    """Branches, with those that stand in one list with one of them: `push naar main of develop`."""
    found = dict.fromkeys(names)
    for match in _LISTED_REFS.finditer(text):
        listed = _REF_IN_LIST.findall(match[0])
        if any(one in found for one in listed):
            found |= dict.fromkeys(listed)
    return tuple(found)


_OPEN = r"(?:<[^<>]+>|\$?\{[^{}]+\}|\$\w+)"
"""A place within a name that people leave open: `{version}`."""
_TAG_VALUE = late(
    r"\btags?\b\s*[:=]?\s*[\[(`'\"]*\s*"
    rf"((?:[\w./-]|{_OPEN})*(?:[\d*]|v?X\.Y\.Z|{_OPEN})(?:[\w./*-]|{_OPEN})*)",
    re.I,
)
_VALUE_TAG = late(r"[`'\"]?\b(v[\d*X][\w.*-]*|v\*|\w[\w./-]*\*)[`'\"]?\s+tags?\b", re.I)
_PUSHED_TAG = late(rf"\bpush(?:es)?\s+(?:origin\s+)?[`'\"]?(v(?:[\d*X]|{_OPEN})(?:[\w.*-]|{_OPEN})*)", re.I)
_NEXT_TAG = late(
    r"['\"`]?\s*(?:[,|&+]|\band\b|\bor\b|\s/\s)\s*(?:tags?\s+)?['\"`]?((?![\w.-]*/)[\w.-]*\*[\w.*-]*|v\d[\w.*-]*)",
    re.IGNORECASE,
)


def tags_named(text: str) -> tuple[str, ...]:
    """The tags that a text names beside that word or behind its push, with those that follow in a list:
    `tags v* and beta-*`."""
    match = _TAG_VALUE.search(text) or _VALUE_TAG.search(text) or _PUSHED_TAG.search(text)
    found = [match] if match is not None else []
    while found and (further := _NEXT_TAG.match(text, found[-1].end())) is not None:
        found.append(further)
    return tuple(one[1] for one in found)


_VERSION_NAMED = late(r"(?<![\w./@:-])(v\d+(?:\.(?:\d+|\*|[xyzXYZ]))*|v\*|v?[xX]\.[yY]\.[zZ])(?![\w./-])")


def version_named(text: str) -> str:
    """The tags that the one version in a text is of, as a pattern: `wydanie v2.1.0`."""
    found = {match[1] for match in _VERSION_NAMED.finditer(text)}
    return re.sub(r"v[\d.].*", "v*", wildcard(found.pop())) if len(found) == 1 else ""


def kind_beside(text: str) -> str:
    """The branches of a kind that stand in a list, as a pattern: `a tag or a release branch`."""
    match = _KIND_BESIDE.search(text)
    return f"{match[1].lower()}/**" if match is not None else ""


def is_branch_name(name: str) -> bool:
    """Whether a word is the name of a branch wherever one can stand."""
    return _PLAIN.fullmatch(name) is not None or "/" in name or "*" in name


_MAIN_ALONE = late(rf"(?<![\w./*@:#-])(?:{MAIN})(?![\w/*-]|\.\w)", re.IGNORECASE)


def branches_named(texts: Iterable[str]) -> tuple[str, ...]:
    """The words of texts by which the branches are called that others are merged into: `gegen develop`."""
    return tuple(dict.fromkeys(name.lower() for text in texts for name in _MAIN_ALONE.findall(text)))


def _is_any_name(text: str) -> bool:
    return re.search(rf"\b(?:{MAIN}|staging|production)\b", text, re.IGNORECASE) is not None


def branch_of_label(label: str) -> str:
    """The single branch in a source's label: `GitHub (main)`, `GitHub main`, `Branch 'qa'`."""
    match = _IN_LABEL.search(label)
    name = next(filter(None, match.groups()), "") if match else ""
    return name if is_branch_name(name) else branch_called(label)[0]


_IN_LABEL = late(
    r"[(（]\s*([\w./-]+)(?:\s+branch)?\s*[)）]|\A(?:git|github|gh)\s+([\w./-]+)(?:\s+branch)?\Z",
    re.IGNORECASE,
)


def branch_called(label: str) -> tuple[str, str]:
    """The branch that a lifeline is, by its label: `Branch 'qa'`, `staging branch`, `mainブランチ` or
    `develop`; and a word that may name it, where none is certain."""
    if is_line(label):
        return label.strip().lower(), ""
    if match := _QUOTED_BRANCH.fullmatch(label.strip()):
        return match[1] or match[2], ""
    match = _BRANCH_ALONE.fullmatch(label.strip()) or _BRANCH_INSIDE.search(label)
    word = next(filter(None, match.groups()), "") if match else ""
    word = word.lower() if is_well_known(word) else word
    return (word, "") if is_branch_name(word) else ("", may_be_named(word))


def is_line(label: str) -> bool:
    """Whether a label is the bare name of a branch into which people bring their work."""
    return _LINE.fullmatch(label.strip()) is not None


_LINE = late("main|master|trunk|develop", re.IGNORECASE)
_BRANCH = r"(?:branch|branche|zweig|rama|ramo|gałąź|ветка|гілка|nhánh|dal[ıi]?)"
_BRANCH_BEHIND = r"(?:ブランチ|分支|브랜치)"
_QUOTED_BRANCH = late(
    rf"{_BRANCH}\s*:?\s*['\"`«「]([\w./-]+)['\"`»」]"
    rf"|['\"`«「]([\w./-]+)['\"`»」]\s*[ -]?(?:{_BRANCH}|{_BRANCH_BEHIND})",
    re.IGNORECASE,
)
_BRANCH_ALONE = late(
    rf"{_BRANCH}\s*:?\s+([a-z][\w./-]*)|([a-z][\w./-]*?)(?:\s+|-){_BRANCH}"
    rf"|([a-z][a-z\d./-]*)\s*{_BRANCH_BEHIND}",
    re.IGNORECASE,
)


_BRANCH_INSIDE = late(
    rf"[(（]\s*(?:{_BRANCH}\s*:?\s+([a-z][\w./-]*)|([a-z][\w./-]*?)(?:\s+|-){_BRANCH}|([a-z][a-z\d./-]*)\s*{_BRANCH_BEHIND})\s*[)）]",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Base:
    """The branch into which a pull request is said to go; `unread` is a word that may name it."""

    name: str = ""
    unread: str = ""


def next_base(text: str, before: Base) -> Base:
    """Where a pull request goes behind another: one that names no branch to the main line to which the one
    `before` it goes."""
    said = base_of(text)
    is_bare = not (said.name or said.unread)
    return before if is_bare and _MAIN_LINE.fullmatch(before.name) else said


_MAIN_LINE = late("main|master|trunk", re.IGNORECASE)


_SENTENCE_IN_QUOTES = late(r"['\"`“«][^'\"`”»]*\s[^'\"`”»]*['\"`”»]")
"""What is in quotes and no name: the label `safe to test` goes nowhere."""


def base_of(text: str) -> Base:
    """Where a pull request goes: `open PR to develop`, and in other words the one branch that they name."""
    text = _SENTENCE_IN_QUOTES.sub(" ", text)
    match = _TOWARDS.search(text)
    if match is not None and is_branch_name(match[1]):
        return Base(match[1])
    if between := _BETWEEN.search(text):  # `feature/login -> next`: what stands before is where it comes from
        return Base(between[1])
    tokens = [one for one in _TOKEN.findall(_FROM.sub(" ", text)) if "//" not in one and "*" not in one]
    named = [one for one in tokens if is_branch_name(one) and not _DEEDS.fullmatch(one)]
    if len(set(named)) == 1:
        return Base(named[0])
    if named:
        return Base(unread=named[-1])
    match = _AIM.search(text)
    is_other = match is None or match[1].casefold() in _NO_TARGET | _NO_ADJECTIVE | _NO_NAME
    return Base() if match is None or is_other else Base(unread=match[1])


_DEED = (
    r"(?:open|creat|updat|reopen|submit|rais|push|merg|review|approv|edit|clos|lint|test|build|deploy|check|releas"
    r"|publish|format|scan|pack|sign|run)(?:e?s|ed?|ing)?"
)
_DEEDS = late(
    rf"{_DEED}(?:/{_DEED})+|ci/cd",
    re.IGNORECASE,
)
"""What is done to a request or by a workflow, and no branch: `Open/Update PR`, `build/test`, `CI/CD`."""
_TOKEN = late(r"[A-Za-z0-9_][A-Za-z0-9_./*-]*[A-Za-z0-9_*](?![\w/*])")
_TOWARDS = late(
    rf"(?:\b(?:to|into|against|onto|targeting|targets)\b|{_ARROW})\s*(?:the\s+)?{_NAME}", re.IGNORECASE
)
_BETWEEN = late(rf"[\w/*-]\s*(?:→|->|➜|⇒)\s*(?:the\s+)?{_NAME}", re.IGNORECASE)
_AIM = late(rf"\b(?:into|against|onto|to)\s+(?:the\s+)?{_NAME}(?:\s+branch)?\s*(?:[.!,;)]|$)", re.IGNORECASE)
