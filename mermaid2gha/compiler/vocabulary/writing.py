"""What a message does by the verb at its head and the object after it: writes, and the right it needs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from mermaid2gha.base.enums import Enum
from mermaid2gha.base.patterns import late
from mermaid2gha.compiler.vocabulary import ci_words, labels, outcomes, outcomes_beyond
from mermaid2gha.github.actions import commanded

_WRITING = frozenset(
    "push commit tag create open update post add set edit close delete merge comment label upload publish "
    "release deploy draft attach write submit reopen bump remove".split()
)
_READING = frozenset(
    "verify check show look read list get fetch pull clone checkout download see find query compare load ask "
    "wait poll inspect view validate scan lint test build run compile use resolve determine detect diff log "
    "print report notify tell say inform return send done ok pass receive analyse analyze confirm start "
    "begin finish is are no all the count watch follow search install set-up setup prepare generate".split()
)
_SIGNING = frozenset(("attest", "sign"))
_GIVING = frozenset("push publish upload deploy release".split())
_DEPLOYING = ("deploy", "publish", "upload")
_OWN = {
    **dict.fromkeys(("push", "commit", "tag", "merge", "release"), "contents"),
    **dict.fromkeys(("comment", "review", "label"), "pull-requests"),
}
_COMMIT_STATUS = r"\bcommit\s+status(?:es)?\b|\bstatus\s+of\s+(?:the\s+)?commit\b"
_STATE = r"(?:green|red|yellow|grey|gray|pending|neutral|successful|inactive|as)\b"
_OBJECTS = tuple(
    (late(pattern, re.IGNORECASE), scope)
    for pattern, scope in (
        (ci_words.SECURITY, "security-events"),
        (r"\b(?:github\s+|gh[- ])?pages\b", "pages"),
        (_COMMIT_STATUS, "statuses"),
        (r"\bissues?\b|\bmilestones?\b", "issues"),
        (r"\bpull[- ]requests?\b|\bPRs?\b|\breview(?:er)?s?\b|\blabels?\b|\bcomments?\b", "pull-requests"),
        (rf"\bdeployments?\b(?!\s+(?!status|{_STATE})\w)", "deployments"),
        (rf"\bcheck(?:\s+run)?s?\b(?!\s+(?!{_STATE})\w)", "checks"),
        (r"\bpackages?\b(?!\s+\w)", "packages"),
        (r"\bdiscussions?\b", "discussions"),
        (
            rf"\bcommits?\b(?!\s+status)|\bbranch(?:es)?\b(?!\s+prot)|\btags?\b|\breleases?\b(?!{labels.OF_BRANCH})|\bfiles?\b|\bchange(?:s|log)?\b|\bversion\b"
            r"|\bwiki\b|\brepo(?:sitory)?\b(?!\s+(?:variable|secret|setting|rule))|\bassets?\b|\bbinar(?:y|ies)\b",
            "contents",
        ),
    )
)
_REVIEW = late(
    r"\W*(?:auto-?\s*)?approves?\s+(?:the\s+|this\s+|an?\s+)?(?:[\w-]+\s+){0,2}(?:PRs?|pull[- ]requests?)\b",
    re.IGNORECASE,
)
_QUOTED_TEXT = r"\"[^\"]*\"|'[^']*'|`[^`]*`|“[^”]*”|«[^»]*»"
_UNSAID = late(rf"{_QUOTED_TEXT}|(?<!\S)[\w./-]+\.\w{{2,5}}(?!\w)")
"""What is no word of a text: what is quoted, and the name of a file."""
_QUOTED = late(_QUOTED_TEXT)
_SPELT = late(r"(?<=[a-z])(?=[^\x00-\x7f])|(?<=[^\x00-\x7f])(?=[A-Za-z])", re.IGNORECASE)
BEHIND_OBJECT = late(
    r"\b(?:for|with|of|from|about|by|after|before|when|if|as|using|via|per|that|which|where|so|through|against"
    r"|(?:link|clos|fix|referenc|resolv|mention)(?:ing|ed)|related)\b|[(:–—]",
    re.IGNORECASE,
)
_OF_FILES = frozenset("result results report reports".split())
_BY_WHAT = late(
    r"\b(?:with|using|by|as|per|from|via)\b.*?(?=\b(?:to|into|onto|on|in)\b|$)|\bfor\s+(?:commits?|tags?|branch(?:es)?)\b",
    re.IGNORECASE,
)
"""What is not the object: `tag image with commit SHA` writes no commit."""
_PLACE = late(r"\b(?:in|on|to|into|onto|at)\s+", re.IGNORECASE)
BETWEEN_CLAUSES = late(
    r"\s*(?:[,;&+、，；＆＋・→⇒➜]|[-=]>|(?<=\s)[/|](?=\s+(?:open|cut|creat|clos|comment|push|merg|post)\w*\s)|\b(?:and|then)\b"
    r"|/(?=(?:issues?|PRs?|pull[- ]requests?|labels?|comments?)(?![\w./-])))\s*",
    re.IGNORECASE,
)
_LEAD = late(
    r"^(?:(?:then|also|finally|now|we|it|automatically|auto)\s+|auto-|@\w[\w/-]*[\s,:]+(?=\S)|\[[^\[\]]*\]\s*(?=\w)|\([^()]*\)\s*(?=\w)"
    r"|\d+\s*[–—-]\s+(?=\w)|[^\w`'\"]+)+",
    re.IGNORECASE,
)
_SAYING = late(r"(\w+):\s+(?=\w)")
_PAGES = late(
    r"(?:the\s+)?(?:(?:github|gh)\s+)?pages(?:\s+site)?\s*(?:$|[^\w\s]|\b(?:for|with|of|from|via|using)\b)",
    re.IGNORECASE,
)
"""GitHub's own pages as what is deployed, or as the place after `to`: not a branch of that name, nor a
manual's."""


class Verb(Enum):
    """What the head of a text is."""

    WRITING = "writing"
    READING = "reading"
    UNKNOWN = "unknown"


def stem(word: str) -> str:
    """A verb without its ending: `pushes`, `pushed` and `pushing` are `push`."""
    for known in (word, word.removesuffix("s"), word.removesuffix("es"), word.removesuffix("d")):
        if known in _WRITING or known in _READING or known in _SIGNING:
            return known
    for ending in ("ed", "ing"):
        bare = word.removesuffix(ending)
        if bare != word:
            for known in (bare, f"{bare}e", bare[:-1]):
                if known in _WRITING or known in _READING or known in _SIGNING:
                    return known
    return word


def clauses(text: str) -> list[str]:
    """The parts of a text that compare nothing, each with its own verb at its head; of what is read, several
    are one. None behind the first that tells how something stands: `passed → merge OK`."""
    parts = [_LEAD.sub("", part).strip() for part in BETWEEN_CLAUSES.split(text)]
    parts = [one for one in parts if one and "==" not in one and "!=" not in one]
    found = [_unheaded(one) for at, one in enumerate(parts) if not (at and outcomes.is_state(one))]
    is_read = len(found) > 1 and head(found[0]) in _READING
    return [one for one in found if one.lower() not in _SEVERAL] if is_read else found


def _unheaded(clause: str) -> str:
    """A clause without what is no verb before a colon: `Bot: create issue`, `tests failed: open an issue`."""
    clause = outcomes_beyond.without_outcome(clause)
    match = _SAYING.match(clause)
    is_verb = match is not None and stem(match[1].lower()) in _WRITING | _READING | _SIGNING
    return clause if match is None or is_verb else clause[match.end() :]


def _thing(object_: str) -> tuple[str, ...]:
    """The last words of what an object is, without a quotation, a remark or a number behind it."""
    bare = labels.without_asides(object_)
    bare = bare if labels.words(bare) else object_
    return labels.words(_AT_NUMBER.sub("", BEHIND_OBJECT.split(bare, maxsplit=1)[0]))[-2:]


_AT_NUMBER = late(r"\s*#?\d+\W*$|\s+v?\d[\w.*-]*\W*$")


def head(clause: str) -> str:
    """The verb at the head of a clause, or the word that stands there; `pull request` is a thing, and what
    may be one is no verb."""
    first, *others = labels.words(clause)[:2] or [""]
    if first == "pull" and others in (["request"], ["requests"]):
        return " ".join((first, *others))
    return "" if _is_thing(first, clause) else stem(first)


def _is_thing(first: str, clause: str) -> bool:
    """Whether a word at the head may be a thing, no verb: `Tags auflisten`, `Commit prüfen`, `commit.yml`.

    Alone, and with an object behind it, it is what somebody does: `Tags the commit`, `Comments on the PR`.
    """
    rest = clause.partition(" ")[2]
    is_subject = stem(first) in _WRITING and (labels.is_subject(clause) or _UNSAID.match(clause) is not None)
    if is_subject or (first in _OF_A_THING and _begins_with_thing(labels.words(clause))):
        return True
    if stem(first) not in _THINGS or not rest or (rest.isascii() and first not in _SEVERAL):
        return False
    return not _BEHIND_VERB.match(rest) and not (rest.isascii() and _of(rest))


_KINDS = dict.fromkeys(
    "open opened closed merged tagged labeled labelled released published pushed created updated deleted "
    "committed".split(),
    frozenset("issues prs commits tags releases files branches versions packages labels comments".split()),
)
_OF_A_THING: dict[str, frozenset[str]] = {
    **_KINDS,
    "release": frozenset("note notes page pages date dates history list".split()),
    "commit": frozenset("log logs history message messages hash hashes sha list range".split()),
    "tag": frozenset("name names list history".split()),
    "label": frozenset("name names list".split()),
    "comment": frozenset("thread threads list text".split()),
    "merge": frozenset("conflict conflicts base queue state".split()),
    "push": frozenset("right rights protection rule rules access".split()),
    "update": frozenset("date dates history".split()),
    "publish": frozenset("date dates".split()),
    "upload": frozenset("limit limits size sizes".split()),
}
"""Two words that are one thing, with more behind it: `release notes holen`, `open issues zählen`."""
_ON = frozenset("to into onto on in for with from of by as if when and".split())


def _begins_with_thing(said: tuple[str, ...]) -> bool:
    if said[0] in _KINDS and said[1:3] == ("pull", "requests"):
        said = (said[0], "prs", *said[3:])
    return len(said) > 2 and said[1] in _OF_A_THING[said[0]] and said[2] not in _ON


_THINGS = frozenset("commit tag label comment release merge upload update push".split())
_SEVERAL = frozenset("commits tags labels comments releases".split())
_BEHIND_VERB = late(
    r"[\W\d]|(?:the|an?|its?|this|that|these|those|all|each|every|new|our|your|to|on|in|into|with|as|for|v\d\S*)\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=1 << 12)
def verb(text: str) -> Verb:
    """What the heads of a text's clauses are: one that writes makes it a write."""
    heads = [head(clause) for clause in clauses(text)]
    if any(one in _WRITING for one in heads) or is_review(text) or commanded(text):
        return Verb.WRITING
    return Verb.READING if heads and heads[0] in _READING else Verb.UNKNOWN


def is_known(text: str) -> bool:
    """Whether a text says that it gives, takes, writes or reads."""
    return labels.has_word(text, labels.GIVING) or labels.is_taking(text) or verb(text) is not Verb.UNKNOWN


@lru_cache(maxsize=1 << 12)
def written(text: str, to: str = "", *, is_about_issues: bool = False) -> tuple[str, ...]:
    """The rights that a message to the repository asks for, by its commands, verbs of writing and objects.

    `to` is the name of the lifeline to which it goes: the thing of the repository where the text names none,
    and nothing of it is committed or pushed.
    """
    found: dict[str, None] = dict.fromkeys(commanded(text))
    if is_review(text):
        found["pull-requests"] = None
    found |= dict.fromkeys(_of_further_objects(text))
    said = clauses(text)
    is_of_commit = not _BARE.isdisjoint(map(head, said))
    for clause in said:
        first = head(clause)
        if first in _WRITING and (not is_local(clause) or _is_of_release(first, to)):
            own = _scope(clause, first)
            is_any = is_of_commit or _is_of_run(first, to) or ci_words.is_anywhere(first, to)
            scope = own or ("" if is_any else _of(to))
            is_deployed = first in _DEPLOYING and _of(to) == "pages"
            if scope == "pages" and _is(to, r"\bwiki\b"):
                scope = "contents"  # those of a wiki
            if scope == "contents" and is_deployed and not _is(clause, r"\b(?:branch|commits?|tags?)\b"):
                scope = "pages"  # files are given to the pages, and not kept
            if scope == "pull-requests" and is_about_issues and not _is(clause, r"pull[- ]request|\bPRs?\b"):
                scope = "" if not own and first in _GIVING else "issues"  # what is given is no comment
            if scope:
                found[scope] = None
            if scope == "pages":
                found["id-token"] = None
    return tuple(found)


def _of_further_objects(text: str) -> Iterator[str]:
    """The rights of what a verb is not directly before: its further objects (`create a release + a PR`), and
    GitHub's registry as the place to which it gives."""
    before = ""
    for clause in clauses(text):
        first = head(clause)
        is_further = before != "" and first not in _WRITING and first not in _READING
        if is_further and (scope := right_of_object(_PLACE.split(clause, maxsplit=1)[0])):
            yield scope
        before = before if is_further else first if first in _WRITING else ""
        if before in _GIVING and _TO_PACKAGES.search(_BY_WHAT.sub("", clause)):
            yield "packages"


_TO_PACKAGES = late(
    r"(?:\b(?:in|on|to|into|onto|at)\s+(?:the\s+|our\s+)?|\()(?:ghcr(?:\.io\b\S*)?|github(?:'s)?\s+(?:packages|(?:container\s+)?registry"
    r"|packages?\s+registry))(?=\W|$)",
    re.IGNORECASE,
)


def _is_of_run(first: str, to: str) -> bool:
    """Whether what is given to the repository as a whole may be an artifact of the run, without a right."""
    return first in ("upload", "attach") and _is(to, r"\brepo(?:sitory)?\b")


def _is_of_release(first: str, to: str) -> bool:
    """Whether a release is given something: it keeps files as its assets, whatever they are called."""
    return first in ("upload", "attach") and _is(to, r"\breleases?\b")


def is_review(text: str) -> bool:
    """Whether a text approves a pull request: that is a review, and asks nobody."""
    return _REVIEW.match(text) is not None


def _scope(clause: str, first: str) -> str:
    if _OF_COMMIT.search(clause) is not None:
        return "contents"
    rest = clause.split(None, 1)[1] if " " in clause else ""
    pieces = _PLACE.split(rest, maxsplit=1)
    place = pieces[1] if len(pieces) > 1 else ""
    strong = next((scope for pattern, scope in _OBJECTS[:2] if pattern.search(rest)), "")
    if strong == "pages" and _is_branch_of_pages(first, rest):
        return "contents"
    if strong:
        return strong
    if first in _OWN:
        own = "packages" if first == "push" and _is_image(pieces[0]) else _OWN[first]
        named = BEHIND_OBJECT.split(rest, maxsplit=1)[0].strip() or rest
        return "issues" if own == "pull-requests" and _is(named, r"\bissues?\b") else own
    of_object = right_of_object(pieces[0])
    is_placed = BEHIND_OBJECT.search(pieces[0]) is None
    if is_placed and of_object == "pull-requests" and _is(place, r"\bissues?\b"):
        return "issues"
    return of_object or _of(place)


_OF_COMMIT = late(
    r"\bcomments?\b.*\b(?:on|to|in|at)\s+(?:(?:the|each|its|a|this)\s+)?(?:\w+\s+)?commits?\W*$",
    re.IGNORECASE,
)
"""What is said about a commit, and no pull request: GitHub keeps it with the code."""


def _is_image(object_: str) -> bool:
    """Whether an object is an image, by its name in GitHub's registry or by its last word."""
    said = labels.words(BEHIND_OBJECT.split(object_, maxsplit=1)[0])
    is_image = any(one.removesuffix("s") in ("image", "container") for one in said[-1:])
    return is_image or object_.lower().startswith("ghcr.io/")


def _is_branch_of_pages(first: str, rest: str) -> bool:
    """Whether a clause writes the branch that is called by GitHub's pages, and not the pages themselves."""
    is_of_branch = first in ("push", "commit", "merge") and _is(rest, r"\bgh-pages\b")
    return is_of_branch or _is(rest, r"\bpages`?\s+branch\b")


def right_of_object(text: str) -> str:
    """The right of the thing that an object is: in `open release PR` the last word, not what it is of."""
    bare = _QUOTED.sub(" ", text)
    head = BEHIND_OBJECT.split(bare, maxsplit=1)[0]
    found = [(match.end(), scope) for pattern, scope in _OBJECTS for match in pattern.finditer(head)]
    return max(found)[1] if found else _of(bare) or _of(text)


def _of(text: str) -> str:
    """The right of the first thing of the table that a text names; in `release PR` that of the last word."""
    found = [
        (match.start(), match.end(), scope) for pattern, scope in _OBJECTS for match in pattern.finditer(text)
    ]
    begins = {start - 1 for start, _, _ in found}
    return min((one for one in found if one[1] not in begins), default=(0, 0, ""))[2]


def _is(text: str, pattern: str) -> bool:
    return re.search(pattern, text, re.IGNORECASE) is not None


_LOCAL = late(
    r"git\s+(?:add|checkout|clean|clone|config|describe|diff|fetch|init|log|ls-files|mv|pull|reset|restore"
    r"|rev-parse|rm|show|stash|status|switch)(?![\w-])",
    re.ASCII,
)
"""Git's commands that change nothing but the runner's own copy; a commit may be said to be one there."""
_CHECKING = late(
    r"(?:terraform|tofu|terragrunt|tflint|pytest|tox|ruff|mypy|flake8|eslint|tsc|jest|vitest|mvn|gradlew?|\./gradlew"
    r"|kubectl|helm|aws|az|gcloud|docker\s+(?:build|compose)|(?:npm|pnpm|yarn)\s+(?:ci|i|install|test|run|audit)"
    r"|uploads?\s+(?:(?:the|build|test|an?)\s+){0,2}artifacts?"
    r"|go\s+(?:test|build|vet|mod)|cargo\s+(?:test|build|check|clippy|fmt)|dotnet\s+(?:test|build|restore))(?![\w-])",
    re.ASCII,
)
"""What writes to no repository, to whomever it is drawn: an artifact is its run's."""


_TAKES_CODE = late(
    r"(?:check(?:s|ed)?[\s-]?out|clones?|actions/checkout)\b|(?:检出|拉取|克隆)|.*(?:チェックアウト|クローン|체크아웃|클론)(?:する|します)?$",
    re.IGNORECASE,
)


def takes_code(text: str) -> bool:
    """Whether a text says at its head, or at its end where verbs stand there, that code is taken."""
    return _TAKES_CODE.match(labels.unnumbered(text)) is not None


def is_local(text: str) -> bool:
    """Whether a text is a command that writes nothing to the repository: `terraform plan`."""
    return _LOCAL.match(text) is not None or _CHECKING.match(text) is not None


@lru_cache(maxsize=1 << 12)
def written_by_itself(text: str, *, is_about_issues: bool = False) -> tuple[str, ...]:
    """The rights of what a workflow does by itself, by a verb of writing and its object, also in an id."""
    if (match := _ID.match(text)) is not None:
        text = match[1].replace("-", " ") + (match[2] or "")
    found = dict.fromkeys(written_to_anyone(text, is_about_issues=is_about_issues))
    for clause in clauses(text):
        first, rest = head(clause), clause.partition(" ")[2]
        object_ = _PLACE.split(rest, maxsplit=1)[0]
        if first in _WRITING and (remark := _REMARK_LAST.search(clause)) and names_written(remark[1]):
            found["issues" if _is(remark[1], r"\bissues?\b") else right_of_object(remark[1])] = None
        if first in ("add", "post", "submit") and not _SAID_ON.isdisjoint(_thing(object_)[-1:]):
            found["issues" if is_about_issues or _is(rest, r"\bissues?\b") else "pull-requests"] = None
    if bare_gifts(text) >= {"commit", "push"}:
        found["contents"] = None
    return tuple(found)


_ID = late(r"([a-z]+(?:-[a-z]+)+)(?:\s+(?:job|step)\b.*|(\s+(?:to|on|for|in|with|from|at)\b.*)|)$", re.ASCII)
_REMARK_LAST = late(r"\(([^()]+)\)\W*$")


def bare_gifts(text: str) -> set[str]:
    """The verbs of a text that give commits, and say neither what nor where: `push (if changed)`."""
    said = text.lower()
    if ("push" not in said and "commit" not in said) or ":" in said:
        return set()
    found = (BEHIND_OBJECT.split(clause, maxsplit=1)[0] for clause in clauses(text))
    return {head(part) for part in found if len(labels.words(part)) == 1} & _BARE


_BARE = frozenset(("commit", "push"))


_SAID_ON = frozenset("comment comments label labels review".split())


def written_to_anyone(text: str, *, is_about_issues: bool = False) -> tuple[str, ...]:
    """The rights of what is written to the repository, whoever the text is said to."""
    found: dict[str, None] = dict.fromkeys(commanded(text))
    before = ""
    for clause in clauses(text):
        first, rest = head(clause), clause.split(None, 1)[1] if " " in clause else ""
        if before and first not in _WRITING and first not in _READING:
            first, rest = before, clause  # a further object of the verb: `create a release + a PR`
        before = first if first in _WRITING else ""
        object_ = _PLACE.split(rest, maxsplit=1)[0]
        if first not in _WRITING:
            continue
        rest = _BY_WHAT.sub("", rest)
        is_given_there = object_.lower().startswith("ghcr.io/")
        if first in _GIVING and (is_given_there or _TO_PACKAGES.search(rest)):
            found["packages"] = None
            if is_given_there:
                continue
        if first == "tag" and _is(object_, r"\b(?:images?|containers?)\b"):
            continue  # in a registry
        if first in _GIVING and _PAGES.match(_PLACE.split(rest, maxsplit=1)[-1]):
            found |= dict.fromkeys(("pages", "id-token"))
        elif first in _GIVING and _OBJECTS[0][0].search(rest):
            found["security-events"] = None
        elif (
            first in ("push", "commit", "tag", "merge")
            and _is(rest, r"\bcommits?\b|\bbranch(?:es)?\b|\btags?\b|\bchanges\b|\bchangelog\b|\bversion\b")
        ) or (first == "tag" and _is(rest, r"\breleases?\W*$")):
            found["contents"] = None
        elif first == "merge":
            found |= dict.fromkeys(("contents",) if _names_request(object_) else ())
        elif first in ("create", "draft", "publish", "open", "update", "close", "edit", "delete"):
            last = "".join(_thing(object_)[-1:])
            is_ref = first in ("create", "update", "delete") and last in ("tag", "tags", "branch", "branches")
            if last == "release" or (is_ref and not ci_words.speaks_of_image(object_)):
                found["contents"] = None
            elif last in ("issue", "issues"):
                found["issues"] = None
            elif _names_request(object_):
                found["pull-requests"] = None
        elif first == "comment" and _is(rest, r"\bPRs?\b|\bpull[- ]requests?\b|\bissues?\b"):
            found["issues" if is_about_issues or _is(rest, r"\bissues?\b") else "pull-requests"] = None
    return tuple(found)


def names_request(text: str) -> bool:
    """Whether the verb of a text is unknown, and the thing that it is done to is a pull request."""
    return verb(text) is Verb.UNKNOWN and len(labels.words(text)) > 1 and _names_request(text)


def _names_request(object_: str) -> bool:
    """Whether the thing that an object is is a pull request: `a release PR`, and not `the PR number`."""
    thing = _thing(object_)
    return thing[-1:] in (("pr",), ("prs",)) or thing in (("pull", "request"), ("pull", "requests"))


_CHECKOUT = late(
    r"\bcheck(?:s|ed|ing)?[\s-]?out\b|\bactions/checkout\b|\bgh\s+pr\s+checkout\b"
    r"|\bgit\s+(?:clone|checkout|fetch|pull)\b|\bclon(?:e|es|ed|ing)\b",
    re.IGNORECASE,
)


def checks_out(text: str) -> bool:
    """Whether a text says that code is taken from a repository: by the command, the action or the word."""
    return _CHECKOUT.search(text) is not None


def has_written_object(text: str) -> bool:
    """Whether a report writes into a thing of the repository, or another thing than the status, result,
    report or check itself."""
    return any(_is_of_other_thing(clause) for clause in clauses(text))


def _is_of_other_thing(clause: str) -> bool:
    first, rest = head(clause), clause.partition(" ")[2]
    object_, *places = _PLACE.split(_QUOTED.sub(" ", rest), maxsplit=1)
    if first not in _WRITING:
        is_noun = first in labels.REPORTING or verb(clause) is Verb.READING
        if first == "report" and not labels.REPORTING.issuperset(labels.words(object_)[-1:]):
            is_noun = not tells_in(clause)
        return not is_noun and bool(places) and bool(_of(places[0]))
    is_of_these = _is(rest, r"\bsarif\b|\bsecurity\b|\bpages\b|\bcomments?\b|\bdeployments?\s+status")
    if is_of_these or _is(rest, _COMMIT_STATUS) or first == "comment":
        return True
    if first in ("label", "tag", "commit", "merge"):
        thing = labels.words(rest)[:1]  # `commit status` is the status, `commit results` brings files
        return not labels.REPORTING.issuperset(thing) or (first == "commit" and thing[0] in _OF_FILES)
    if first in ("upload", "attach"):
        return labels.words(object_)[-1:] != ("status",)  # a file that reports is given as any other
    said = labels.words(BEHIND_OBJECT.split(object_, maxsplit=1)[0])
    is_itself = not said or not labels.REPORTING.isdisjoint(said[-1:]) or said[-2:] == ("check", "run")
    return not is_itself or (bool(places) and bool(_of(places[0])))


def tells_in(text: str) -> bool:
    """Whether a text tells something in a pull request or an issue, which is written there: `Notify user in
    PR`."""
    behind = [one.strip() for one in _PLACE.split(text)[1:]]
    return head(text) in _TELLING and any(_TOLD_IN.match(one) for one in behind)


_TELLING = frozenset("notify tell inform say show report send return print".split())
_TOLD_IN = late(r"(?:(?:the|an?|its|this|each)\s+)?(?:PRs?|pull[- ]requests?|issues?)\W*$", re.IGNORECASE)
_MADE = frozenset("comment comments review issue release tag label labels discussion".split())


@lru_cache(maxsize=1 << 12)
def names_written(text: str) -> bool:
    """Whether a text without a verb names a thing that is made in the repository: `PR comment with plan`."""
    if verb(text) is not Verb.UNKNOWN or text.rstrip().endswith("?"):
        return False
    bare = _QUOTED.sub(" ", text)
    said, all_said = labels.words(BEHIND_OBJECT.split(bare, maxsplit=1)[0]), labels.words(bare)
    if any(word.endswith("ed") for word in said):
        return False
    return any(len(words) > 1 and words[-1] in _MADE for words in (said, all_said))


@lru_cache(maxsize=1 << 12)
def likely_right(text: str, to: str, *, of_run: str = "") -> str:
    """The right that a write most likely needs whose verb nobody knows, by what stands in its text or by whom
    it goes to; if neither tells, that of runs that are spoken of, or of what the run is about; or nothing."""
    spelt = _SPELT.sub(" ", f"{text} | {to if is_thing(to) else ''}")  # any thing may go to a repository
    is_of_runs = _is(text, r"\b(?:runs?|jobs?|workflows?|re-?runs?)\b")
    is_of_review = _is(text, r"\brequests?\s+changes\b|\bsuggest\w*\b")
    is_of_check = _is(text, r"\bannotat\w*\b")
    found = "pull-requests" if is_of_review else "checks" if is_of_check else _of(_UNSAID.sub(" ", spelt))
    is_of_image, is_of_status = ci_words.IMAGE.search(text) is not None, _is(text, r"\bstatus\b")
    other = "statuses" if is_of_status else "packages" if is_of_image else "actions" if is_of_runs else ""
    if of_run == "issues" and found == "pull-requests" and not is_of_review and not ci_words.names_pr(text):
        found = found if head(text) in _GIVING else of_run
    by_head = "deployments" if labels.words(text)[:1] == ("deployment",) else ""
    by_head = next(iter(commanded(text)), "contents" if ci_words.gives_in_any_language(text) else by_head)
    of_run = "contents" if _is(text, r"^\W*(?:\w+\s+)?commit") else of_run
    found = ci_words.right_by_deed(f"{text} | {to}", found or other or of_run or thing_named(text) or by_head)
    return "pages, id-token" if found == "pages" else found


def thing_named(text: str) -> str:
    """The right to the one thing of a repository that a text names, in whatever language, or nothing."""
    bare = _QUOTED.sub(" ", text)
    found = {scope for pattern, scope in ci_words.THINGS if pattern.search(bare)}
    found = found or ({"contents"} if ci_words.REFS.search(bare) else set())
    return (found - {""} or {"pull-requests"}).pop() if found and len(found - {""}) < 2 else ""


def is_thing(name: str) -> bool:
    """Whether a lifeline is by its name one thing of the repository, and not the repository."""
    return not _is(name, r"\brepo") and bool(_of(name))


_NAMED_FILE = late(r"(?<!\S)[\w/-]+\.(?:md|json\w*|txt|ya?ml|toml|rst|html)(?!\w)", re.IGNORECASE)
_OWN_KEY = late(r"--key\b|\b(?:kms|gpg)\b|\b(?:with|by)\s+(?:[\w-]+\s+){0,2}keys?\b", re.IGNORECASE)
_MADE_BY_SIGNING = frozenset("attestation attestations provenance".split())


@lru_cache(maxsize=1 << 12)
def signed(text: str) -> tuple[str, ...]:
    """The rights of a step that proves who it is: by OIDC, a command, or as it says that it attests."""
    found = dict.fromkeys(("id-token",) if ci_words.says_oidc(text) else ())
    if ci_words.SIGNED.search(text) is None:
        return tuple(found)
    found |= dict.fromkeys(scope for scope in commanded(text) if scope in ("id-token", "attestations"))
    for clause in clauses(text):
        first, *rest = labels.words(BEHIND_OBJECT.split(clause, maxsplit=1)[0]) or ("",)
        is_making = stem(first) in _WRITING or first in labels.MAKING or stem(first) == "sign"
        if stem(first) == "attest" or (is_making and not _MADE_BY_SIGNING.isdisjoint(rest[-1:])):
            found |= dict.fromkeys(("id-token", "attestations"))
        elif stem(first) in _GIVING and _is(clause, r"\bwith\s+(?:[\w-]+\s+){0,2}provenance\b"):
            found["id-token"] = None
    return tuple(found)


def likely_signed(text: str) -> tuple[str, ...]:
    """The rights of a step that may prove who it is, by words within its label, and not in names of files."""
    text = _NAMED_FILE.sub(" ", text)
    if ci_words.SIGNED.search(text) is None:
        return ()
    said = [one for one in clauses(labels.plain(text)) if ci_words.SIGNED.search(one)]
    is_read = said and all(head(x) in _READING or ci_words.verifies(x) for x in said)
    if (is_read and not _is(text, r"\bassum")) or _OWN_KEY.search(text) is not None or text.endswith("?"):
        return ()
    return ("id-token", "attestations") if _is(text, ci_words.ATTESTED) else ("id-token",)
