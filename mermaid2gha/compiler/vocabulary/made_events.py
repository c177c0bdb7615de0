"""Which events a write to a repository makes, and what people do with a pull request, by the words."""

from __future__ import annotations

import re
from functools import lru_cache

from mermaid2gha.base.patterns import late
from mermaid2gha.base.records import dataclass
from mermaid2gha.compiler.vocabulary import approvals, ci_words, labels, outcomes, outcomes_beyond, writing
from mermaid2gha.compiler.vocabulary.origins import HAPPENING_WORDS
from mermaid2gha.github.actions import commanded
from mermaid2gha.github.events import (
    CREATE,
    DEPLOYMENT,
    DEPLOYMENT_STATUS,
    EVENTS,
    ISSUE_COMMENT,
    ISSUES,
    PULL_REQUEST,
    PULL_REQUEST_TARGET,
    PUSH,
    RELEASE,
    EventKind,
    kind_of,
)
from mermaid2gha.github.expressions.ast import Literal, text_of

DISCUSSION = "discussion"

_MADE: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"\b(?:tags?|tagged)\b", (PUSH.name, CREATE.name)),
    (r"\breleases?\b", (RELEASE.name,)),
    (r"\bbranch(?:es)?\b", (PUSH.name, CREATE.name)),
    (r"\bissues?\b", (ISSUES.name,)),
    (r"\bcomments?\b", (ISSUE_COMMENT.name,)),
    (r"\bdiscussions?\b", (DISCUSSION,)),
    (r"\bdeployments?\b", (DEPLOYMENT.name, DEPLOYMENT_STATUS.name)),
    (r"\b(?:push(?:es)?|commits?|merges?)\b", (PUSH.name,)),
)
_PULL_REQUEST = r"\bpull[- ]requests?\b|(?<![\w/-])PRs?(?![\w/-])"
_OPENS = r"\b(?:opens?|creates?)\b"
_OPENED = frozenset((PULL_REQUEST.name, PULL_REQUEST_TARGET.name))


@lru_cache(maxsize=1 << 10)
def made_events(text: str) -> frozenset[str]:
    """The events that a write to a repository makes, by its words. Few drawings ask, so the patterns wait."""
    if re.search(_PULL_REQUEST, text, re.I):
        if re.search(_OPENS, text, re.I):
            return _OPENED
        text = re.sub(_PULL_REQUEST, " ", text, flags=re.I)
    made = (event for pattern, events in _MADE if re.search(pattern, text, re.I) for event in events)
    return frozenset(made) - ({RELEASE.name} if is_draft_release(text) else set())


def is_draft_release(text: str) -> bool:
    """Whether a text speaks of the draft of a release, which starts nothing until somebody publishes it."""
    return re.search(_DRAFT, text, re.I) is not None and re.search(r"\breleases?\b", text, re.I) is not None


_DRAFT = (
    r"\bdrafts?\b|\b(?:entw[uü]rf|rascunho|borrador|brouillon|bozza|szkic|concept)"
    r"|чернов|草稿|ドラフト|下書き|초안|nháp"
)


@lru_cache(maxsize=1 << 10)
def makes(text: str) -> bool:
    """Whether a write to a thing of the repository makes a new one of it: `publish it`, said to Releases."""
    return (
        re.search(r"\b(?:creates?|publish(?:es)?|opens?|submits?|cuts?|push(?:es)?)\b", text, re.I)
        is not None
    )


_KINDS: tuple[tuple[EventKind, str], ...] = (
    (
        ISSUE_COMMENT,
        r"\bcomments?\b|\bkommenta\w+|\bcommentaire|\bcomentário|\bcomentario|コメント|评论|評論|댓글|коммент",
    ),
    (
        PULL_REQUEST,
        rf"{_PULL_REQUEST}|(?<![a-z])PR(?![a-z])|プルリク|拉取请求|合并请求|풀\s*리퀘|пул-?рекв",
    ),
    (ISSUES, r"(?<![a-z])issues?(?![a-z])|イシュー|议题|議題|이슈"),
    (
        RELEASE,
        r"(?<![a-z])releases?(?![a-z/])|リリース|发行版|릴리[스즈]|релиз|\blanzamiento|\blançamento|\bvers(?:ão|ión)\b|\bwydani[ea]",
    ),
    (EVENTS[DISCUSSION], r"\bdiscussions?\b|\bdiskussion|\bdiscusi|\bdiscuss[ãi]|ディスカッション|讨论|토론"),
    (PULL_REQUEST, r"\blabels?\b|\b[ée]tiquet|\betichett|\betykiet|ラベル|标签|標籤|라벨|метк"),
)


_HAPPENINGS = tuple(
    (name, late(rf"(?<!\w)(?:{stems})(?!\w)" + (rf"|{beyond}" if beyond else ""), re.I))
    for name, stems, beyond in HAPPENING_WORDS
)
_ENDINGS = frozenset({"", "e", "ed", "es", "s", "ing"})


@lru_cache(maxsize=1 << 10)
def types_said(text: str, event: str) -> tuple[str, ...]:
    """The activity types of an event that a text says in words, in whatever language; none where it says no
    more than those by which the event starts a workflow anyway."""
    kind = kind_of(event)
    if kind.is_about_pull_request and _ON_ISSUE.search(text) and not _ON_REQUEST.search(text):
        return ()
    quoted = set(map(str.casefold, _all_quoted(text)))
    text = _PARTICIPLE.sub(" ", _PROPER_NAME.sub(" ", text))
    words = set(re.findall(r"\w+", text.casefold())) - {event, f"{event}s"}
    found = [x for x in kind.types if x in quoted or any(_is_of_stem(word, x) for word in words)]
    found += ["opened"] if kind is EVENTS[ISSUES.name] and _FILES.match(text) else []
    if event == RELEASE.name and "created" in found:  # a draft is, too
        is_new = not words.isdisjoint(("create", "creates", "creating")) and not is_draft_release(text)
        found = [one for one in found if one != "created"] + ["published"] * is_new
    for name, pattern in _HAPPENINGS:
        if pattern.search(text):
            found += [one for one in (name, *_ALSO.get(name, ())) if one in kind.types][:1]
    return () if set(found) <= set(kind.default_types) else tuple(one for one in kind.types if one in found)


_PARTICIPLE = late(r"(?<=\bPR)\s+\w+ing\b|(?<=\brequest)\s+\w+ing\b|(?<=\bissue)\s+\w+ing\b", re.IGNORECASE)
"""What a thing does by what is done with it: `open PR editing the spec`."""
_FILES = late(
    r"\W*(?:fil(?:e|es|ed|ing)|report(?:s|ed|ing)?|rais(?:e|es|ed|ing)|submit(?:s|ted|ting)?|log)\b", re.I
)
"""How people say that they open an issue: `File/Edit Bug`."""
_PROPER_NAME = late(
    r"['\"`“«][^'\"`”»]*['\"`”»]|\b(?:branch(?:es)?|paths?|label)\s*[:=]\s*[\w./*-]+|[\w./]+(?:[-.][\w./]+)+"
    r"|\b(?:not?|non|kein\w*|geen|pas|sin|sem|senza|bez|без|не|nie|without|except)\W+(?:an?\W+|de\W+)?(?:pre-?releas|vorab)\w*",
    re.IGNORECASE,
)
"""Names within a text, whose words say nothing that happens: `package-lock.json`, and `not prerelease`."""


@lru_cache(maxsize=1 << 10)
def is_opened_or_changed(text: str) -> bool:
    """Whether a text says, in whatever language, that something is opened, or that it changes."""
    return any(
        re.search(rf"(?<!\w)(?:{stems}|push\w*)(?!\w)" + (rf"|{beyond}" if beyond else ""), text, re.I)
        for name, stems, beyond in HAPPENING_WORDS
        if name in ("opened", "edited", "reopened", "synchronize")
    )


_ALSO = {"opened": ("published", "created")}
"""Types of other events for what is new."""


def _is_of_stem(word: str, activity: str) -> bool:
    """Whether a word is a form of the verb of an activity type: `closes` or `closing` of `closed`."""
    stem = activity.removesuffix("ed")
    return stem != activity and word.startswith(stem) and word.removeprefix(stem) in _ENDINGS


@lru_cache(maxsize=1 << 10)
def happening_said(text: str) -> str:
    """The event that a text says happens to a thing of the repository, with its types, as a mark has it: an
    issue that is opened, a release. Empty if it names no such thing."""
    kind = next((kind for kind, words in _KINDS if re.search(words, text, re.I)), None)
    if kind is None:
        return ""
    types = types_said(text, kind.name)
    return f"{kind.name}[type={'|'.join(types)}]" if types else kind.name


@dataclass(frozen=True, slots=True)
class Done:
    """What is done with a pull request: the event of GitHub's, its types, and the condition of the one
    comment or label that is named."""

    event: str
    types: tuple[str, ...] = ()
    narrowed: str = ""


_REVIEW, _LABELED, _COMMENT = "pull_request_review", ("labeled",), ISSUE_COMMENT.name
_GIVES = (
    r"(?:(?:adds?|posts?|leaves?|writes?|submits?|gives?|sets?|applies|apply|puts?|makes?)"
    r"\s+(?:(?!to\b|on\b|in\b)\S+\s+){0,3})?"
)
_REQUEST = r"(?:PRs?|pull[- ]requests?)"
_DONE: tuple[tuple[re.Pattern[str], str, tuple[str, ...]], ...] = tuple(
    (
        late(
            rf"\W*{_GIVES}(?:{verbs})\b|.*\b{_REQUEST}(?:\s+#?\d+)?\s+(?:is\s+|was\s+|gets\s+)*(?:{verbs})\b"
            + (rf"|.*(?:{beyond})" if beyond else ""),
            re.IGNORECASE,
            for_ascii=rf"\W*{_GIVES}(?:{verbs})\b"
            rf"|.*\b{_REQUEST}(?:\s+#?\d+)?\s+(?:is\s+|was\s+|gets\s+)*(?:{verbs})\b",
        ),
        event,
        types,
    )
    for verbs, beyond, event, types in (
        (
            rf"(?:marks?\s+(?:\S+\s+){{0,2}}{_REQUEST}\s+(?:as\s+)?)?ready\s+for\s+review",
            "",
            PULL_REQUEST.name,
            ("ready_for_review",),
        ),
        (r"(?:requests?|asks?\s+for)\s+(?:an?\s+)?reviews?", "", PULL_REQUEST.name, ("review_requested",)),
        (
            r"reviews?|reviewed|reviewing|approv(?:es?|ed|al|ing)|requests?\s+changes"
            r"|revis[ae]r?|überprüf(?:t|en)|genehmig(?:t|en)|approuver?|aprueba|aprobar|aprova[r]?",
            "レビュー|審査|审查|审核|评审|리뷰|ревью|провер",
            _REVIEW,
            (),
        ),
        (
            r"unlabels?|labels?|labell?ed|labell?ing|etiqueta[r]?|etiketter?",
            "ラベル|标签|標籤|라벨|метк",
            PULL_REQUEST.name,
            _LABELED,
        ),
        (
            r"comments?|commented|commenting|(?:kommentar|kommentier|comment|coment)\w*|/[\w-]+",
            "コメント|评论|評論|留言|댓글|коммент",
            _COMMENT,
            ("created",),
        ),
        (r"assigns?|assigned", "", PULL_REQUEST.name, ("assigned",)),
    )
)
_NAMED = late(
    r"(?<!\w)'(?P<single>[^'\"`]+)'(?!\w)|[\"`](?P<plain>[^'\"`]+)[\"`]|[“„](?P<raised>[^“”„]+)[“”]|«(?P<angled>[^«»]+)»"
    r"|‹(?P<angle>[^‹›]+)›|「(?P<cornered>[^「」]+)」|『(?P<double>[^『』]+)』|\"(?P<quoted>[^\"]+)\""
)
_COMMAND = late(rf"(?<![\w/])(/[a-z][\w-]*(?:\s+{approvals.TARGET}(?![\w/-]))?)", re.IGNORECASE)
_MENTION = late(r"(?<![\w./@-])@[a-z][\w-]*(?![\w./])", re.IGNORECASE)
_OF_LABEL = late(r"\b(?:with|as)\s+([\w:.-]+)|\b(?!the\b|an?\b|add\w*\b)([\w:.-]+)\s+label\b", re.IGNORECASE)


@lru_cache(maxsize=1 << 10)
def says_label(text: str) -> bool:
    """Whether a text says that a pull request gets a label, for which some languages say a tag."""
    done = done_to_request(text)
    return done is not None and done.types == _LABELED


@lru_cache(maxsize=1 << 10)
def done_to_request(text: str) -> Done | None:
    """What a text that names a pull request says that people do with it, if that is an event of its own and
    no change of it: `review PR`, `label PR with deploy`, `comment /deploy on PR`."""
    for pattern, event, types in _DONE:
        if pattern.match(text):
            return Done(event, types, _narrowed(text, event, types))
    return None


def _narrowed(text: str, event: str, types: tuple[str, ...]) -> str:
    """The condition of the comment or label that is named, as an expression."""
    if event == _COMMENT:
        return named_comment(text)
    if types == _LABELED:
        said = _NAMED.search(text) or _OF_LABEL.search(text)
        return _asked_label(next((group for group in said.groups() if group), ""), text) if said else ""
    return ""


@lru_cache(maxsize=1 << 10)
def named_comment(text: str) -> str:
    """The condition of the one comment that a text names, in whatever language; empty if it names none."""
    names = [name for name in _all_quoted(text) if name[0] in "/@"]
    command, mention = _COMMAND.search(text), _MENTION.search(text)
    said = names[0] if names else command[1] if command else _quoted(text)
    said = _LEFT_OPEN.sub("", said or (mention[0] if mention else "")).strip()
    if not said:
        return ""
    how = "contains" if said.startswith("@") else "startsWith"
    asked = f"{how}(github.event.comment.body, {text_of(Literal(said))})"
    rest = _NAMED.sub(" ", text)
    is_on_request = _ON_REQUEST.search(rest) is not None and _ON_ISSUE.search(rest) is None
    of = ".merged_at" if _OF_MERGED.search(rest) is not None else ""
    return f"github.event.issue.{PULL_REQUEST.name}{of} != null && {asked}" if is_on_request else asked


_ON_REQUEST = late(
    rf"(?<![\w-])(?:{_REQUEST}|merge[- ]requests?)(?![\w-])"
    r"|プルリク|拉取请求|合并请求|풀\s*리퀘스트|пул[- ]?реквест|пулл[- ]?реквест",
    re.IGNORECASE,
)

_ON_ISSUE = late(r"(?<![A-Za-z_])issues?(?![A-Za-z_])|イシュー|议题|議題|이슈|ишью", re.IGNORECASE)


@lru_cache(maxsize=1 << 10)
def named_label(text: str) -> str:
    """The condition of the one label that a text names: in quotes, behind `labeled:`, or in words."""
    behind = _AFTER_LABELED.search(text)
    said = behind[1] if behind is not None else _behind_label(text) or _quoted(text)
    if said:
        return _asked_label(said, text)
    done = done_to_request(text)
    return done.narrowed if done is not None and done.types == _LABELED else ""


def _asked_label(name: str, text: str) -> str:
    """The condition of a label, and that the request which gets it is merged, where its text says so."""
    asked = f"github.event.label.name == {text_of(Literal(name))}" if name else ""
    is_merged = asked and _OF_MERGED.search(_NAMED.sub(" ", text)) is not None
    return f"{asked} && github.event.{PULL_REQUEST.name}.merged" if is_merged else asked


_OF_MERGED = late(
    r"\b(?:merged|gemergte?[nrs]?|samengevoegde?|fusionn[ée]e?s?|fusionad[oa]s?|mesclad[oa]s?|scalon\w+|unit[aeio])\b"
    r"|マージ済|已合[并併]|병합된|слит\w+|смерж\w+",
    re.IGNORECASE,
    for_ascii=r"\b(?:merged|gemergte?[nrs]?|samengevoegde?|fusionnee?s?|fusionad[oa]s?|mesclad[oa]s?|scalon\w+|unit[aeio])\b",
)
"""That a request which gets a label is merged."""


def _behind_label(text: str) -> str:
    """The name that stands in quotes behind a word for a label, where there are several names."""
    matches = list(_NAMED.finditer(text))
    if len(matches) < 2:
        return ""
    starts = (0, *(match.end() for match in matches))
    said = (m for at, m in zip(starts, matches) if _LABEL_WORD.search(text[at : m.start()]))
    names = (next(filter(None, match.groups())).strip() for match in said)
    return next((name for name in names if name not in _LABELED and not _OF_EVENT.fullmatch(name)), "")


_LABEL_WORD = late(r"label|étiquette|etiqueta|etichett|etykiet|ラベル|标签|標籤|라벨|метк", re.IGNORECASE)
_LEFT_OPEN = late(r"\s*(?:…|\.\.\.|<[^<>]*>|\{[^{}]*\}|\[[^\[\]]*\])\s*")
"""What somebody fills in: `/squad …`, `/deploy <env>`."""


def _all_quoted(text: str) -> list[str]:
    return [next(filter(None, match.groups())).strip() or " " for match in _NAMED.finditer(text)]


def _quoted(text: str) -> str:
    """What stands in quotes and is no event, with its filters or without, nor a type of one."""
    return next(
        (name for name in _all_quoted(text) if name not in _LABELED and not _OF_EVENT.fullmatch(name)), ""
    )


_OF_EVENT = late(
    rf"\s*(?:{'|'.join(EVENTS)})\s*(?:[\[(].*|:\s*(?:types|branches|tags|paths)\b.*|{_LABELED[0]})?"
)


_AFTER_LABELED = late(r"\blabell?ed\s*(?:[:=]|\bas\b|\bwith\b)\s*['\"`]?([\w.:-]+)", re.IGNORECASE)


def _deeds(text: str) -> list[str]:
    """The clauses of a text; one that commits by itself (`auto-commit`) is one that commits."""
    return [_AUTOMATIC.sub("", clause) for clause in writing.clauses(text)]


_AUTOMATIC = late(r"auto-?\s*(?=commit)", re.IGNORECASE)
_IN_GIT = late(r"\bgit\s+tags?\W*$", re.IGNORECASE)
_ELSEWHERE = late(
    r"\b(?:docker|images?|containers?|transactions?|databases?|offsets?|metrics?|metadata)\b", re.IGNORECASE
)


_OF_STORES = late(r"\b(?:transactions?|databases?|offsets?)\b", re.IGNORECASE)
_COMMITS = late(
    r"\bgit\s+commit\b|\bcommit(?!s?\b|ted\b|ting\b|ters?\b|ment)[a-zé]+\b|(?:комм?ит|закоммит)\w*"
    r"|コミット(?!メッセージ|ハッシュ|ID)|提交(?:并|並|到|新|更|变|變|$)|커밋(?!\s*(?:메시지|해시))",
    re.IGNORECASE,
)
"""A commit as a command, and as a verb of other languages that took the word over: `committen`, `commita`."""


def commits(text: str) -> bool:
    """Whether a text says, anywhere in it, that something is committed, in no database."""
    if _OF_STORES.search(text):
        return False
    if "commit" in text.lower() and any(writing.head(deed) == "commit" for deed in _deeds(text)):
        return True
    said = labels.words(text)
    is_last = len(said) > 1 and said[-1] == "commit" and said[-2] not in _OF_A_COMMIT  # `newTag=v1 commit`
    is_read = writing.verb(text) is writing.Verb.READING
    return not is_read and (is_last or _COMMITS.search(text) is not None)


_OF_A_COMMIT = frozenset(
    "a the this that each every per last latest head merge new previous of on for by".split()
)


_MAKES_COMMIT = late(
    r"\b(?:commit(?:ten|tet|iert?|ieren|ear?|ea|a|er|ez|uj\w*|ować|owa\w*|lemek|le|nout|tare|ta)|zacommit\w*|einchecken)\b"
    r"|\b(?:fa[zçc]\w*|hac\w*|hag\w*|fai\w*|far\w*|fa|cria\w*|crea\w*|crée\w*|zr[óo]b\w*|tworz\w*|maak\w*|lav\w*|gör)"
    r"\s+(?:\w{1,3}\s+)?commits?\b|(?:за)?комм?ит(?:ит|им|ить|нуть|ь)\w*"
    r"|コミット(?:する|し|$|・|、|して|＆|&|と)|提交(?:并|並|到|新|更|变|變)|커밋(?:하|$|\s*및|\s*후|,)",
    re.IGNORECASE,
)
"""That a commit is made, by verbs of other languages than English."""


@lru_cache(maxsize=1 << 10)
def may_commit(text: str) -> bool:
    """Whether a text says, anywhere in it, that something is committed or tagged, in no registry and no
    database: `bump version and tag`, `commit formatted code`."""
    said = text.lower()
    if _ELSEWHERE.search(text):
        return False
    is_other = _OF_STORES.search(text) is not None or ci_words.names_thing_beyond(text)  # told as such
    if _MAKES_COMMIT.search(text) and not ci_words.LOOKS.search(text) and not is_other:
        return True
    if "commit" not in said and "tag" not in said:
        return False
    if _COMMANDED.search(text):
        return True
    found = _deeds(text)
    heads = [writing.head(deed) for deed in found]
    is_tag = len(found) > 1 and "tag" in map(str.lower, found)
    is_made = "commit" in heads or is_tag or any(map(_TAGS_VERSION.fullmatch, found))
    is_read = bool(found) and writing.verb(found[0]) is writing.Verb.READING
    return is_made or (not is_read and _IN_GIT.search(labels.plain(text)) is not None)


_COMMANDED = late(r"\bgit\s+(?:commit\b|tag\s+(?:-[asmf]\b|v?\d|[\"'$<{]|v[\w.{$<*]))", re.ASCII)
_TAGS_VERSION = late(
    r"(?:re-?)?tag(?:s|ging)?\s+(?:(?:it|this|main|HEAD|commit)\s+)?(?:(?:as|with)\s+)?v?(?:\d[\w.*-]*|X\.Y\S*|<[^<>]*>|\{[^{}]*\})\W*",
    re.IGNORECASE,
)
"""A version as all that is tagged: `tag v1.2.0`, which no image is."""


def part_unread(text: str) -> tuple[str, str]:
    """Of a text that says several things, the first part that names a thing of the repository by a verb that
    nobody knows, or before a colon, and its right, where nothing else in the text gives that."""
    given = writing.written(text)
    parts = writing.BETWEEN_CLAUSES.split(_QUOTED_OR_ASIDE.sub(" ", text))
    is_held = (len(parts) == 1 and ":" not in text) or commanded(text) or ci_words.names_service(text)
    for part in () if is_held or not given else parts:
        said, *others = part.split(": ", maxsplit=1)
        bare = _ARTICLE.sub("", said)
        is_verb = writing.verb(bare) is not writing.Verb.UNKNOWN and not others
        if (bare == said and is_verb) or not (others or len(parts) > 1):
            continue
        object_ = writing.BEHIND_OBJECT.split(bare, maxsplit=1)[0]
        is_told = _PARTICIPLES.search(object_) or ci_words.TELLS.search(said) or ci_words.LOOKS.search(said)
        scope = "" if is_told else writing.right_of_object(object_) or writing.thing_named(object_)
        is_merged = scope == "pull-requests" and "merge" in (writing.head(one) for one in (bare, *others))
        if scope and scope not in given and not is_merged:
            return said.strip(), scope
    return "", ""


_QUOTED_OR_ASIDE = late(
    r"\([^()]*\)|\[[^\[\]]*\]|\"[^\"]*\"|'[^']*'|`[^`]*`|“[^”]*”|«[^»]*»|(?<!\S)[\w.-]+/[\w./-]*"
)
_ARTICLE = late(r"^\W*(?:the|an?|its|our|this|that|each|every)\s+", re.IGNORECASE)
_PARTICIPLES = late(r"\b\w{2,}ed\b", re.IGNORECASE)


def said_done(text: str, who: str) -> str:
    """The right that was needed for what a tool says in its reply to have done to the repository or to its
    packages: `image pushed to GHCR`, `PR opened`; `who` is the name of the tool."""
    if ci_words.names_service(f"{who} {text}"):
        return ""
    is_releasing = _RELEASING.search(who) is not None
    for pattern, scope, is_of_release in _SAID_DONE:
        if (is_releasing or not is_of_release) and pattern.search(text):
            return scope
    return ""


_RELEASING = late(r"release|changeset|\bgh\b|github", re.IGNORECASE)
_A_REQUEST = r"(?:PRs?|pull[- ]requests?)"
_SAID_DONE = tuple(
    (late(pattern, re.IGNORECASE), scope, is_of_release)
    for pattern, scope, is_of_release in (
        (
            r"\b(?:push|publish|upload)(?:es|ed|s)?\b[^.;]*\b(?:ghcr(?:\.io)?|github\s+(?:packages|container\s+registry))\b",
            "packages",
            False,
        ),
        (
            rf"\b(?:comment|review|suggestion|summary|label)s?\b[^.;]*\b(?:posted|added|left|published|applied)\b"
            rf"|\b(?:posted|added|left)\b[^.;]*\b(?:comments?|labels?|{_A_REQUEST})\b"
            rf"|\b{_A_REQUEST}\b[^.;]*\b(?:created|opened|updated|commented|approved|labell?ed|closed)\b"
            rf"|\b(?:created|opened|updated|approved|closed|commented\s+on)\b[^.;]*\b{_A_REQUEST}\b",
            "pull-requests",
            False,
        ),
        (
            r"\bissues?\s+(?:was\s+|were\s+)?(?:created|opened|closed|labell?ed)\b|\b(?:created|opened)\s+issues?\b",
            "issues",
            False,
        ),
        (
            rf"\b{_A_REQUEST}\b[^.;]*\bmerged\b|\bgithub\s+release\s+(?:created|published|drafted)\b",
            "contents",
            False,
        ),
        (
            r"\b(?:commits?|changes?|branch|files?|version\s+bump)\s+(?:was\s+|were\s+)?(?:pushed|committed)\b"
            r"|\b(?:pushed|committed)\s+(?:to|into)\s+(?:the\s+)?(?:main|master|develop|repo(?:sitory)?|branch|gh-pages)\b",
            "contents",
            False,
        ),
        (r"\b(?:release|tag)s?\b[^.;]*\b(?:created|published|pushed|drafted)\b", "contents", True),
    )
)
"""What replies say was done, the right to it, and whether it is GitHub's only of a tool that releases."""


def reads_alone(text: str) -> bool:
    """Whether the verb of a text is one of reading, and it goes on to give nothing, in whatever language:
    `Compile & déploie sur gh-pages` does."""
    if writing.verb(text) is not writing.Verb.READING:
        return False
    return not any(ci_words.is_giving(one) or _DEPLOYS.match(one) for one in writing.clauses(text)[1:])


_DEPLOYS = late(
    r"\W*(?:deploy|d[ée]plo(?:i|y)|despli?eg|implant|publi|bereitstell|ausroll|veröffentlich|distribui|wdra[żz]|wdro[żz]|uitrol"
    r"|разв[её]р|публик|опублик|部署|发布|發佈|デプロイ|公開|배포|게시)",
    re.IGNORECASE,
)


def likely_written(text: str) -> str:
    """The right that what a workflow does by itself may need, where its verb is one of writing and its
    object, or the place where it goes, a thing of the repository: `Post plan to PR`."""
    if ci_words.names_service(text):
        return ""
    for pattern, scope in _MANAGED:
        if pattern.match(text):
            return scope
    if writing.verb(text) is writing.Verb.UNKNOWN and _OWN_REGISTRY.search(text) is not None:
        is_other = ci_words.says_taken(text) or ci_words.TELLS.search(text) or ci_words.LOOKS.search(text)
        return "" if is_other or ci_words.is_login(text) else "packages"
    if writing.verb(text) is not writing.Verb.WRITING or _PLAIN_WORK.match(text) is not None:
        return ""
    scopes = [one for one in writing.written(text) if one in _OF_THINGS]
    return scopes[0] if len(scopes) == 1 and _THING_LAST.search(_BEHIND.split(text, maxsplit=1)[0]) else ""


def status_of(text: str) -> str:
    """The right to what a text names whose status it may set by a verb that nobody knows: `deployment status
    op success zetten`; nothing where it tells no more than how that ended."""
    match = _STATUS_OF.search(text) if writing.verb(text) is writing.Verb.UNKNOWN else None
    if match is None or text.rstrip().endswith("?"):
        return ""
    rest = labels.words(text[: match.start()] + " " + text[match.end() :])
    is_told = (outcomes_beyond.outcome(text) or outcomes.outcome(text)) is not None
    return "" if len(rest) < _A_PHRASE or is_told else match[1].lower().rstrip("s") + "s"


_A_PHRASE = 2
_STATUS_OF = late(r"\b(deployments?)[\s-]+status(?:es)?(?!\w)", re.IGNORECASE)


_OWN_REGISTRY = late(
    r"\bghcr\b|\bgithub(?:'s)?\s+(?:packages\b|(?:container\s+|packages?\s+)?registry\b)", re.IGNORECASE
)
"""GitHub's registry, as the place where something is given."""
_SOME = r"\s+(?:[\w'-]+\s+){0,4}?"
_THE_REQUEST = r"(?:PRs?|pull\s+requests?)"
_MANAGED = tuple(
    (late(rf"\W*(?:gh\s+)?{pattern}", re.IGNORECASE), scope)
    for pattern, scope in (
        (
            rf"(?:re-?)?(?:request|assign|dismiss|resolve)s?{_SOME}(?:reviewers?|reviews?|assignees?)\b",
            "pull-requests",
        ),
        (
            rf"(?:resolve|hide|minimi[sz]e|reopen)s?{_SOME}(?:threads?|conversations?|comments?)\b",
            "pull-requests",
        ),
        (
            rf"(?:auto-?)?(?:approve|mark|convert|queue|rebase|label|assign|auto-?merge)s?{_SOME}{_THE_REQUEST}\b",
            "pull-requests",
        ),
        (rf"(?:add|remove|set|post)s?{_SOME}(?:reactions?|emojis?)\b", "issues"),
        (
            rf"(?:un)?(?:lock|pin|assign|triage)s?{_SOME}(?:conversations?|issues?|threads?|discussions?)\b",
            "issues",
        ),
        (
            rf"(?:cancel|re-?run|re-?try|re-?start)s?{_SOME}(?:(?:runs?|jobs?|workflows?)\b(?!\s+(?:tests?|e2e)\b))",
            "actions",
        ),
        (r"(?:auto[- ]?merges?\W*$|自[动動](?:合[并併]|マージ)|자동\s?병합)", "contents, pull-requests"),
        (r"(?:back-?port|cherry-?pick|fast-?forward)s?\s+(?:[\w'-]+\s+){0,4}?(?:to|into|onto)\b", "contents"),
    )
)
"""What is done to things of the repository, which nobody does on the runner alone, and the right to it."""
_OF_THINGS = ("issues", "pull-requests", "statuses", "checks", "discussions")
_PLAIN_WORK = late(r"\W*(?:deploy|push|publish|upload|release|submit)", re.IGNORECASE)  # its object says it
_BEHIND = late(r"\s+(?:for|with|of|from|about|when|if|as|using|via)\s|\s*[(:–—]", re.IGNORECASE)
_THING_LAST = late(
    r"\b(?:issues?|PRs?|pull[- ]requests?|milestones?|discussions?|reviews?|reviewers?|comments?|labels?"
    r"|(?:PR|request|issue)\s+(?:description|title|body)|commit\s+status(?:es)?|check(?:\s+run)?s?)"
    r"(?:\s+(?:to|as)\s+\w+)?\W*$",
    re.IGNORECASE,
)
