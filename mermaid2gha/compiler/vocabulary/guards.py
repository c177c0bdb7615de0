"""How the text of an operand is read: the settings' word first, then GitHub's, then an outcome, else a
flag."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from mermaid2gha.base.enums import Enum
from mermaid2gha.base.patterns import late
from mermaid2gha.base.records import dataclass
from mermaid2gha.compiler.vocabulary import branches, labels, outcomes, outcomes_beyond
from mermaid2gha.compiler.vocabulary.clauses import CONDITIONAL, WHEN, clause
from mermaid2gha.compiler.vocabulary.event_filters import paths_said, says_merged
from mermaid2gha.compiler.vocabulary.events import says_merge
from mermaid2gha.compiler.vocabulary.origins import left_out
from mermaid2gha.github.expressions import condition as conditions
from mermaid2gha.github.expressions.ast import Literal, text_of
from mermaid2gha.github.expressions.condition import Condition
from mermaid2gha.github.names import is_runner
from mermaid2gha.settings.model import OUTCOMES, Settings, folded

CONTEXTS = frozenset({"github", "inputs", "vars", "needs"})
_SOUNDS_LIKE_CODE = late(r"[=!<>]=|&&|\|\||[()]|\b(?:github|inputs|vars|needs)\.|^!|^(?:true|false)$")
_LOOKS_LIKE_CODE = late(
    r"[!=]=|&&|\|\||\b(?:github|inputs|vars|needs)\.\w"
    r"|\b(?:success|failure|always|cancelled|contains|startsWith|endsWith)\("
)

_ASKS_INPUT = late(
    r"(not\s+|!\s*)?([A-Za-z_][\w-]*)\??(?:\s*(={1,3}|!=|:|\bis\b)\s*['\"`]?([^'\"`=!<>|&()]+?)['\"`]?)?"
)


class Meaning(Enum):
    """What kind of guard a text is."""

    EXPRESSION = "expression"
    SUCCESS = "success"
    FAILURE = "failure"
    FLAG = "flag"
    NONE = "none"

    @property
    def is_outcome(self) -> bool:
        return self in (Meaning.SUCCESS, Meaning.FAILURE)


@dataclass(frozen=True, slots=True)
class Guard:
    """A guard read: an expression's condition, an outcome and whose it is, or the text of a flag.

    A flag without text is named by what it holds. `is_choice`: it is one of several ways, so that a fresh
    file takes none. `is_rest`: the last `else` without text. `stops`: the rest of the fragment around does
    not happen. `is_marked`: a mark or the settings say which outcome or expression it is, and `jobs` are
    those, by name or id, whose failure it is; `is_always`: it is for every end, and not of a failure alone.
    `is_certain`: nobody need be told how it was read; `is_code`:
    it looks like an expression, and what is wrong with it is told.
    """

    meaning: Meaning
    text: str = ""
    condition: Condition = conditions.TRUE
    subject: str = ""
    jobs: tuple[str, ...] = ()
    is_choice: bool = False
    is_rest: bool = False
    stops: bool = False
    is_certain: bool = False
    is_marked: bool = False
    is_always: bool = False
    is_code: bool = False

    @property
    def outcome(self) -> Meaning | None:
        """Success or failure, if it is one of these."""
        return self.meaning if self.meaning.is_outcome else None


def guard(text: str, settings: Settings) -> Guard:
    """The guard that a text is; texts that say no more than `if needed` count as none."""
    bare = " ".join(labels.lines(text))
    for name, given in settings.conditions:
        if folded(name) == folded(bare):
            if given.expression.strip() in OUTCOMES:
                is_failure = given.expression.strip() == "failure()"
                meaning = Meaning.FAILURE if is_failure else Meaning.SUCCESS
                return Guard(meaning, bare, is_certain=True, is_marked=True)
            asked = checked_expression(given.expression)
            return Guard(Meaning.EXPRESSION, bare, condition=asked, is_certain=True, is_marked=True)
    return _plain_guard(bare)


@lru_cache(maxsize=1 << 12)  # drawings say the same again and again
def _plain_guard(bare: str) -> Guard:
    if _SOUNDS_LIKE_CODE.search(bare):
        read = read_expression(bare)
        if read is not None:
            return Guard(Meaning.EXPRESSION, bare, condition=read, is_certain=True)
    if said := outcomes.outcome(bare) or outcomes_beyond.outcome(bare):
        is_failure = said.polarity is outcomes.Polarity.FAILURE
        meaning = Meaning.FAILURE if is_failure else Meaning.SUCCESS
        return Guard(meaning, bare, subject=said.subject, is_certain=True)
    is_code = _LOOKS_LIKE_CODE.search(bare) is not None
    is_empty = labels.folded(bare).rstrip("?") in labels.EMPTY_CONDITIONS
    return Guard(Meaning.FLAG, "" if is_empty else bare, is_certain=is_empty, is_code=is_code)


def asked_input(text: str, given: Mapping[str, str]) -> str:
    """The expression that a text is meant for which asks, without saying so, for one of the inputs that are
    given values: `track == production`, `not dry-run`; empty for others."""
    match = _ASKS_INPUT.fullmatch(text)
    names = {name.casefold(): name for name in given}
    if match is None or match[2].casefold() not in names:
        return ""
    name = names[match[2].casefold()]
    is_boolean = given[name] in ("true", "false")
    if match[4] is None:
        return f"{'!' if match[1] else ''}inputs.{name}" if is_boolean else ""
    operator, value = "!=" if match[3] == "!=" else "==", match[4].strip()
    if match[1] or "'" in value:
        return ""
    is_plain = is_boolean and value in ("true", "false")
    return f"inputs.{name} {operator} {value if is_plain else repr(value)}"


_TAG = late(
    r"(?<![^\W_])(?:tags?|tagged|etiquetas?|étiquettes?|etykiet\w*)(?![^\W_])|\bтег|\bметк|标签|標籤|タグ|태그",
    re.IGNORECASE,
)
_BRANCH = late(r"branch|zweig|\brama|\bramo|gałąź|ветк|гілк|ブランチ|分支|브랜치", re.IGNORECASE)
_OTHER_THAN = late(
    r"\b(?:except|excluding|but|not|other\s+than|unless|non|no|hariç|without"
    rf"|{labels.EXCEPT_BEYOND}|{labels.NOT_BEYOND}|{labels.SKIP})\b|除了|不是|不在|跳过|跳過|忽略",
    re.IGNORECASE,
)
_APART = late(r"以外|除く|제외|아닌|之外|hariç|スキップ|無視|건너|무시", re.IGNORECASE)
_REF = late(r"(?<![A-Za-z0-9_./*@-])[A-Za-z0-9*][A-Za-z0-9_.*/-]*[A-Za-z0-9_*]")
_VERSION = late(r"v(?:\d|\*|x\b).*", re.IGNORECASE)
_MAIN = late(branches.MAIN, re.IGNORECASE)
_LINE = late(r"(?:release|releases|hotfix|feature|features|feat|bugfix|dependabot|renovate|support)/.*")
_MOST_REFS = 4


def asked_ref(text: str, *, base: bool = False) -> str:
    """The expression that a text is meant for which names a branch or a tag among other words: `on main`,
    `tag v*`, `any branch except dependabot/**`, or says whose runs it leaves out; empty for others. Of a pull
    request's run (`base`) it is where that goes."""
    text = re.sub(r"\bnon-", "non ", text, flags=re.IGNORECASE)
    is_of_tag, is_of_branch = _TAG.search(text) is not None, _BRANCH.search(text) is not None
    is_of_request = base or _REQUEST.search(text) is not None
    asked: list[str] = []
    left: list[str] = []  # what is left out, behind what is not
    first = len(text)
    tag_end = -1
    for match in _REF.finditer(text):
        kind = _ref_kind(match[0], is_of_tag=is_of_tag, is_of_branch=is_of_branch)
        if kind and tag_end >= 0 and _PLACED_ON.fullmatch(text, tag_end, match.start()):
            continue  # a tag on a branch: a run of the one is none of the other
        is_left = bool(left) or (bool(asked) and _OTHER_THAN.search(text, first, match.start()) is not None)
        is_head = is_of_request and _FROM.search(text, 0, match.start()) is not None
        found = left if is_left else asked
        found += [_of_ref(match[0], kind, base=base, is_head=is_head)] if kind else []
        first = min(first, match.start()) if kind else first
        tag_end = match.end() if kind == "tags" else tag_end
    if not asked and is_of_tag:
        asked = ["github.ref_type == 'tag'"]
    if not asked or len(asked) + len(left) > _MOST_REFS:
        return left_out(text)[1]
    if _OTHER_THAN.search(text, 0, first) or _APART.search(text):
        return " && ".join(map(_not, (*asked, *left)))
    if left:
        either = f"({' || '.join(asked)})" if len(asked) > 1 else asked[0]
        return " && ".join((either, *map(_not, left)))
    return " || ".join(asked)


def _not(asked: str) -> str:
    """An expression of a branch or a tag, as it does not hold."""
    return f"!{asked}" if "(" in asked else asked.replace("==", "!=")


def says_other_than(text: str) -> bool:
    """Whether a text says, in whatever language that is known, that something is left out."""
    return _OTHER_THAN.search(text) is not None or _APART.search(text) is not None


_PLACED_ON = late(r"\W*\b(?:on|from|of|in|auf|sur|en|em|su|na|op|von|de|på)\W+(?:the\s+)?", re.IGNORECASE)
_OF_REFS = frozenset("any all every branch branches tag tags on for the pushes push to in from".split())


def asked_alone(text: str) -> str:
    """The expression that a text is meant for which says nothing but on which branches or tags something
    runs: `main only`, `tag v*`, `any branch except dependabot/**`; empty for others."""
    asked = asked_ref(text)
    is_of_tag, is_of_branch = _TAG.search(text) is not None, _BRANCH.search(text) is not None
    names = (match[0] for match in _REF.finditer(text) if asked)
    others = [n for n in names if not _ref_kind(n, is_of_tag=is_of_tag, is_of_branch=is_of_branch)]
    return asked if _OF_REFS.union(CONDITIONAL, _EXCEPT).issuperset(map(str.lower, others)) else ""


def said_when(text: str) -> str:
    """What a text may say of when something runs; empty if nothing in it does."""
    said = clause(text)
    if said is not None and said.kind in WHEN:
        return said.text
    plain = labels.plain(text)
    if asked_alone(plain) or outcomes.is_failure(plain):
        return plain
    pieces = (plain[start:end] for start, end, _, _ in paths_said(plain))
    return next((piece for piece in pieces if "*" in piece), "")


_EXCEPT = ("except", "but", "not", "excluding", "other", "than")


def _ref_kind(name: str, *, is_of_tag: bool, is_of_branch: bool) -> str:
    """Whether a word of a text is the name of a tag or of a branch."""
    if _VERSION.fullmatch(name) or (is_of_tag and "*" in name):
        return "tags"
    is_branch = _MAIN.fullmatch(name) or _LINE.fullmatch(name)
    return "heads" if is_branch or (is_of_branch and branches.is_well_known(name)) else ""


_FROM = late(
    r"(?:\b(?:from|von|aus|de|del|desde|depuis|da|dal|van|z|ze|od|fra|från|из|от|з|із)\W+(?:the\W+)?|来自)\W*\Z",
    re.IGNORECASE,
)
_REQUEST = late(r"\bPRs?\b|\bpull[- ]?requests?\b|合并请求|プルリクエスト", re.IGNORECASE)


def _of_ref(name: str, kind: str, *, base: bool, is_head: bool) -> str:
    is_of_request = (base or is_head) and kind == "heads"
    subject, lead = (
        (f"github.{'head' if is_head else 'base'}_ref", "")
        if is_of_request
        else ("github.ref", f"refs/{kind}/")
    )
    known, is_pattern, behind = (name.lower() if _MAIN.fullmatch(name) else name).partition("*")
    if kind == "tags" and _VERSION.fullmatch(name) and known[1:2] in "0123456789xX":
        known, is_pattern = ("v", "*") if not is_pattern else (known, is_pattern)  # a version stands for any
    if not is_pattern:
        return f"{subject} == '{lead}{known}'"
    begins = f"startsWith({subject}, '{lead}{known}')"
    parts = [f"contains({subject}, '{part}')" for part in behind.split("*") if re.search(r"[^\W\d_]", part)]
    return f"({' && '.join((begins, *parts))})" if parts else begins


def read_expression(text: str, *, is_stated: bool = False) -> Condition | None:
    """A text as a condition if it is, as a whole, a well-typed boolean expression.

    Where a mark or the settings say that it is one (`is_stated`), it counts by its truthiness.
    See docs/language.md#fragments-and-conditions.
    """
    from mermaid2gha.github.expressions.checker import condition_test

    found = condition_test(text, contexts=CONTEXTS, is_stated=is_stated)
    return None if isinstance(found, list) else found


def checked_expression(text: str) -> Condition:
    """The condition of an expression of the settings, which have been checked when they were read."""
    found = read_expression(text, is_stated=True)
    assert found is not None, text
    return found


# -- what a call of a job says ---------------------------------------------------------------------

_MERE = frozenset(
    "a an the this its it on in of for to and job jobs runner runners task stage step workflow pipeline"
    " der die das den dem le la les l el los las il lo un une una ein eine einen o os as de del".split()
)
"""Words of a call that say no more than that a job is called."""


def says_work(text: str, called: str) -> bool:
    """Whether the call of a job so `called` says more than that it starts: `Run pyinstaller`.

    Not `Start the build`, said to the job Build, nor what asks something, or says how something ended.
    """
    ended = outcomes.outcome(text) or outcomes_beyond.outcome(text)
    if labels.is_question_mark(text) or "=" in text or said_when(text) or ended is not None:
        return False
    own = [word for word in labels.words(called) if word not in _MERE]
    said = [word for word in labels.words(text) if word not in _MERE and not word.isdigit()]
    if not said or said[0] in CONDITIONAL:
        return False
    left = [word for word in said if not _is_like_any(word, own)]
    return len(left) > 1 and not is_runner(left[-1])


def _is_like_any(word: str, others: list[str]) -> bool:
    """Whether a word is another form of one of others: `tests` of `test`."""
    return any(word[: min(len(one), _STEM)] == one[: min(len(word), _STEM)] for one in others)


_STEM = 5


def unread_label(text: str) -> str:
    """The condition that a request is merged or closed which has the label that a text names, or nothing."""
    is_merged = says_merge(text) or says_merged(text)
    match = _HAS_LABEL.search(text) if "abel" in text and (is_merged or "closed" in text) else None
    if match is None:
        return ""
    name = text_of(Literal(next(filter(None, match.groups()), "")))
    request = "github.event.pull_request"
    return f"{request}.merged == true && " * is_merged + f"contains({request}.labels.*.name, {name})"


_HAS_LABEL = late(
    r"(?<!\w)['\"`]([\w.:/ -]+)['\"`]\s+label\b|\blabel(?:l?ed)?\s*[:=]?\s*['\"`]([\w.:/ -]+)['\"`]"
    r"|\blabel(?:l?ed)?(?:\s*[:=]|\s+with\b|\s+as\b)?\s*(?!(?:and|or|is|was|by|an?|the|on|to|has|have|with|as)\b)\b([\w.:/-]+)",
    re.IGNORECASE,
)
