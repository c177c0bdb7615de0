"""Outcomes with polarity: a text that as a whole says success or failure of a subject
(docs/language.md#fragments-and-conditions).

`if`, a subject, a quantifier or negation, and one word of success or failure, in the orders that people
write; a text with anything else in it is no outcome.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from mermaid2gha.base.enums import Enum
from mermaid2gha.base.patterns import late
from mermaid2gha.base.records import dataclass
from mermaid2gha.compiler.vocabulary import labels


class Polarity(Enum):
    """How something ended."""

    SUCCESS = "success"
    FAILURE = "failure"

    @property
    def opposite(self) -> Polarity:
        return Polarity.FAILURE if self is Polarity.SUCCESS else Polarity.SUCCESS


@dataclass(frozen=True, slots=True)
class Ending:
    """A polarity, and the words of whose it is; none for whatever stands before."""

    polarity: Polarity
    subject: str = ""


_STATE = {
    **dict.fromkeys(
        "failed fails fail failing failure failures error errors errored red broken unsuccessful "
        "unsuccessfully "
        "falls ✗ ✘ ❌ ✖".split(),
        Polarity.FAILURE,
    ),
    **dict.fromkeys(
        "success successful successfully succeeds succeeded succeed succeeding passed passes pass passing ok "
        "okay green ✓ ✔ ✅".split(),
        Polarity.SUCCESS,
    ),
}
_NOUNS = frozenset("failure failures error errors success".split())
"""Words of an outcome that are things as well: after an unknown subject they say nothing (`retry after
failure`)."""

_LEADING = frozenset("if when once only on in case of as soon upon after".split())
_TURNING = frozenset("unless".split())
_IN_SPITE = frozenset("even regardless despite whether although though notwithstanding".split())
"""Before how something ended these say that it changes nothing: `even if the build failed`."""
_NEGATING = frozenset(
    "no not without never none nothing nobody neither "
    "don't didn't doesn't isn't aren't wasn't haven't hasn't".split()
)
_ALL = frozenset("all every everything each both".split())
_ANY = frozenset("any anything some something either one".split())
_ARTICLES = frozenset(
    "the a an is are was were be been has have had did do does with there of that it its they this these "
    "which "
    "completely at least".split()
)
_SUBJECTS = frozenset(
    "test tests testing build builds job jobs check checks step steps ci cd pipeline pipelines workflow "
    "workflows lint linting linter linters deploy deployment deployments scan scans run runs validation "
    "quality "
    "gate gates unit integration e2e smoke security static analysis coverage compile compilation suite "
    "suites "
    "status release publish health verification type typecheck docker image everything anything command "
    "result "
    "results conclusion outcome previous above required action actions install".split()
)
_JOINING = frozenset(("&", "&&", "+"))
"""Signs for `and`."""
_HAPPENING = frozenset("found occurs occurred detected happens happened".split())
_HAVING = frozenset("has have had with any".split())
_ERRORS = frozenset("error errors".split())
_MOST_UNKNOWN = 3
_LINKS = frozenset(
    "after before over for to from by while and or but at than rate budget log allowed below above until "
    "during "
    "because since hardly barely scarcely rarely seldom almost nearly partly partially few".split()
)
_PUNCTUATION = late(r"(?:(?<!\w)'|'(?!\w)|[\s,.:!?…()\[\]\"`“”‘])+")


@lru_cache(maxsize=1 << 12)
def outcome(text: str) -> Ending | None:
    """The outcome that a text is as a whole, or nothing."""
    said = [word for word in _PUNCTUATION.split(text.casefold().replace("’", "'")) if word]
    said = ["and" if word in _JOINING else part for word in said for part in _parted(word)]
    if not _IN_SPITE.isdisjoint(said[:1]):
        return None
    said = _timed_out(said)
    is_turned = False
    while said and said[0] in _LEADING | _TURNING | {"and"}:
        is_turned ^= said[0] in _TURNING
        said = said[1:]
    states = [word for word in said if word in _STATE]
    if len(states) != 1:
        return _doubled(said, is_turned) if len(states) == 2 else None
    at = said.index(states[0])
    before, state, after = said[:at], said[at], said[at + 1 :]
    return _read(before, state, after, is_turned=is_turned)


def _timed_out(said: list[str]) -> list[str]:
    """The words, with that something took too long as its failure: so it is for GitHub."""
    pairs = [at for at, pair in enumerate(pairwise(said)) if pair in _TIMED_OUT]
    return [*said[: pairs[0]], "failed", *said[pairs[0] + 2 :]] if len(pairs) == 1 else said


_TIMED_OUT = frozenset((("timed", "out"), ("times", "out")))


def _parted(word: str) -> list[str]:
    """A word, with a negation that is part of it apart: `non-successful`, `un-ok`."""
    for prefix in ("non-", "un-", "in-", "not-"):
        if word.startswith(prefix) and word.removeprefix(prefix) in _STATE:
            return ["not", word.removeprefix(prefix)]
    if "-" in word and word.rsplit("-", 1)[1] in _STATE:  # `build-failed`
        return [*word.split("-")]
    return [word]


def _doubled(said: list[str], is_turned: bool) -> Ending | None:
    """`failed with errors`, `passed successfully`: the same thing twice."""
    polarities = {_STATE[word] for word in said if word in _STATE}
    rest = [word for word in said if word not in _STATE]
    if len(polarities) != 1:
        return None
    polarity = polarities.pop()
    known = _ARTICLES | _SUBJECTS | (_ALL if polarity is Polarity.SUCCESS else _ANY)
    if not all(word in known for word in rest):
        return None
    return Ending(polarity.opposite if is_turned else polarity, _subject(rest))


def _read(before: list[str], state: str, after: list[str], *, is_turned: bool) -> Ending | None:
    polarity = _STATE[state]
    counted = before if state in _NOUNS else [word for word in before if word not in _ARTICLES][:1]
    counts = {word for word in counted if _COUNT.fullmatch(word)}  # `job 2 failed` has a number for a name
    if counts - _NO_COUNT:
        return None  # `3 errors` and `3 tests failed` are thresholds
    before = [word for word in before if word not in counts]
    negations = len(counts) + sum(word in _NEGATING for word in (*before, *after))
    if negations > 1 or any(word in _NEGATING for word in after):
        return None
    quantifiers = {word for word in before if word in _ALL | _ANY}
    subject = [word for word in before if word not in _NEGATING | _ALL | _ANY | _ARTICLES]
    trailing = [word for word in after if word not in _ARTICLES | _HAPPENING]
    if trailing and not (all(word in _SUBJECTS for word in trailing) and not subject):
        return None  # `failed tests` is one; `fails over to standby` is none
    subject += trailing
    if set(subject) >= _PREVIOUS and not _WHOLES.isdisjoint(subject):
        return None  # `previous release failed` is of another run
    unknown = [word for word in subject if word not in _SUBJECTS]
    if set(unknown) == {"and"} and polarity is Polarity.SUCCESS and not negations and not is_turned:
        unknown = []  # `lint and tests passed`: each did
    if len(unknown) > _MOST_UNKNOWN or any(word in _LINKS for word in unknown):
        return None
    has_some = bool(before) and before[-1] in _HAVING
    if unknown and state in _NOUNS and not has_some and not (state not in _ERRORS and len(subject) == 1):
        return None
    is_negated = negations == 1
    if quantifiers & _ALL and polarity is Polarity.FAILURE and not is_negated:
        return None  # that all failed is not that one did
    if quantifiers & _ANY and polarity is Polarity.SUCCESS:
        return None
    if is_turned ^ is_negated:
        polarity = polarity.opposite
    return Ending(polarity, _subject([word for word in subject if word not in _GENERAL | {"and"}]))


_PREVIOUS = frozenset(("previous",))
_WHOLES = frozenset(
    "run runs release releases deployment deployments build builds pipeline pipelines workflow ci".split()
)
"""What there is one of in a run, so that a previous one is none of it."""
_COUNT = late(r"\d+\+?|zero", re.IGNORECASE)
_NO_COUNT = frozenset(("0", "zero"))
_GENERAL = frozenset("job jobs check checks step steps ci pipeline workflow previous result results".split())


def _subject(said: list[str]) -> str:
    return " ".join(word for word in said if word not in _ARTICLES)


_STATUS = late(
    r"\b(?:always|finally|immer(?!\s+noch)|toujours(?=\W*$)|siempre|sempre|altijd|zawsze|her\s+zaman|alltid)\b"
    r"|всегда|завжди|常に|必ず|总是|總是|始终|始終|항상|!\s*cancelled\b",
    re.IGNORECASE,
)
_WHATEVER = late(
    r"\b(?:regardless|irrespective(?:ly)?\s+of|whatever\s+(?:happen\w*|the\s+\w+)|no\s+matter\s+(?:what|how|if|whether)|either\s+way"
    r"|in\s+(?:any|either|every)\s+case|even\s+(?:if|when|though|on|after)(?=\s)|whether\s+or\s+not|auf\s+jeden\s+fall|in\s+jedem\s+fall"
    r"|unabhängig\s+(?:vom|von)|egal\s+(?:ob|wie|was)|(?:auch|selbst)\s+(?:wenn|falls|bei|nach)|(?:en|dans)\s+tous?\s+(?:les\s+)?cas"
    r"|quels?\s+que\s+soi\w+|quoi\s+qu\S+|même\s+(?:s['’]?il?s?|en\s+cas|après|quand)|indépendamment|en\s+(?:cualquier|todo)\s+caso"
    r"|pase\s+lo\s+que\s+pase|aunque|incluso\s+(?:si|tras)|aun\s+(?:si|cuando)|independientemente|in\s+ogni\s+caso|anche\s+(?:se|in\s+caso|dopo)"
    r"|indipendentemente|em\s+(?:qualquer|todo)\s+caso|mesmo\s+(?:se|que|com|em\s+caso|após)|independente(?:mente)?\s+d\w+|in\s+elk\s+geval"
    r"|ook\s+(?:als|bij|na)|ongeacht|w\s+każdym\s+(?:razie|przypadku)|nawet\s+(?:jeśli|gdy|po|przy|w)|niezależnie\s+od|bez\s+względu"
    r"|i\s+když|i\s+po|bez\s+ohledu|v\s+každ\w+\s+případ\w+|her\s+durumda|ne\s+olursa\s+olsun|(?:oavsett|uansett|uanset)\s|även\s+(?:om|vid)"
    r"|selv\s+(?:om|ved|hvis)|riippumatta|függetlenül|minden\s+esetben|akkor\s+is|hiba\s+esetén\s+is|myös\s+virheen|indiferent|chiar\s+dacă|terlepas|meskipun|walaupun|bất\s+kể)"
    r"|в\s+любом\s+случае|независимо\s+от|даже\s+(?:если|при|после|когда)|незалежно\s+від|навіть\s+(?:якщо|при|після)|いずれにせよ|(?<!と)ても"
    r"|に(?:関|かか)わらず|无论|無論|不管|即使|即便|어쨌든|(?:[와과]\s?)?(?:상관|관계)\s?없이|더라도|해도(?=\s|$)",
    re.IGNORECASE,
)
"""What something happens in spite of, or independently of."""
_CANCELLED = late(r"\bcancell?ed\b", re.IGNORECASE)


def undrawn_status(text: str) -> str:
    """What to do where a text asks for one of GitHub's statuses that is neither success nor failure, or says
    that something happens in any case; empty for others. A run that is cancelled starts nothing drawn."""
    if _STATUS.search(text) or _WHATEVER.search(text):
        return "`%% always` above it lets it run however what is before ended, but in no cancelled run"
    if _CANCELLED.search(text):
        return (
            "nothing that is drawn starts in a cancelled run; in the file a step of yours may have "
            "`if: cancelled()`"
        )
    return ""


def whatever_said(text: str) -> str:
    """What a text says in spite or independently of what something happens: from the words for that, or up to
    them in Japanese and Korean."""
    if (match := _WHATEVER.search(text)) is None:
        return ""
    is_behind = "\u3040" <= match[0][0] < "\u3100" or "\uac00" <= match[0][0] < "\ud7a4"
    return (text[: match.end()] if is_behind else text[match.start() :]).strip()


class Bearing(Enum):
    """How a name bears the words of a subject: both say the same, or one says more than the other."""

    WHOLE = "whole"
    PART = "part"


def named(subject: str, names: Sequence[str]) -> tuple[tuple[int, ...], Bearing]:
    """Which of some jobs, by their names, the words of an outcome speak of: those whose name says the same;
    else those that are called so with more words (`tests failed` after `Run all tests`); else those that are
    called so with fewer (`unit tests failed` after `Test`)."""
    said = subject.split()
    found = [_bearing(said, _subject_words(name)) for name in names] if said else []
    best = max(found, default=0)
    chosen = tuple(at for at, one in enumerate(found) if one == best) if best else ()
    return chosen, Bearing.WHOLE if best == _SAME else Bearing.PART


def is_outcome_alone(text: str) -> bool:
    """Whether a text is an outcome and has at most one word that outcomes need not have, whose it is: two may
    be a deed and what is done, as in `issue açar: nightly broken`."""
    found = outcome(text)
    return found is not None and sum(word not in _SUBJECTS for word in found.subject.split()) <= 1


def is_state(text: str) -> bool:
    """Whether a text tells how something stands, and orders nothing: `merge OK`, `merge allowed`."""
    return is_outcome_alone(text) or _STATED.fullmatch(text) is not None


_STATED = late(r"\w+\s+(?:\w+ed|NG)", re.IGNORECASE)


def is_failure(text: str) -> bool:
    """Whether a text is, as a whole, that something failed."""
    found = outcome(text)
    return found is not None and found.polarity is Polarity.FAILURE


def is_of_nothing(subject: str, texts: Sequence[str]) -> bool:
    """Whether the words of a subject are none that outcomes usually have, and in no text that is drawn."""
    unknown = [word for word in subject.split() if word not in _SUBJECTS]
    drawn = {word for text in texts for word in labels.words(text)}
    return bool(unknown) and not any(_is_akin(word, other) for word in unknown for other in drawn)


def _subject_words(name: str) -> list[str]:
    return [word for word in labels.words(name) if word not in _ARTICLES | _GENERAL | _DOING]


_DOING = frozenset("run runs execute executes perform performs do".split())
_ENDINGS = frozenset(("", *"s es e ed ing er ers ment ments ion ions ation ations y ies ied ication".split()))
_LEAST_STEM = 3


_SAME = 3


def _bearing(said: list[str], name: list[str]) -> int:
    """How well a name bears the words of a subject: 0 not at all, 3 if both say the same."""
    is_in_name = all(any(_is_akin(word, other) for other in name) for word in said)
    is_all = bool(name) and all(any(_is_akin(word, other) for word in said) for other in name)
    return _SAME if is_in_name and is_all else 2 if is_in_name else 1 if is_all else 0


def _is_akin(one: str, other: str) -> bool:
    """Whether two words are forms of one: `test` and `testing`, `deploy` and `deployment`, `ship` and
    `shipping`."""
    pairs = enumerate(zip(one, other))
    stem = next((at for at, (mine, theirs) in pairs if mine != theirs), min(len(one), len(other)))
    last = one[stem - 1 : stem]
    endings = {
        ending.removeprefix(last) if len(ending) > 1 else ending for ending in (one[stem:], other[stem:])
    }
    return one == other or (stem >= _LEAST_STEM and endings <= _ENDINGS)


def is_stop(text: str) -> bool:
    """Whether a whole text, or its last clause, is stop, exit or skip, perhaps with an object."""
    said = labels.words(_BEFORE_STOP.split(text)[-1])
    return bool(said) and said[0] in _STOPS and len(said) <= _MOST_STOP


def is_stop_of_rest(text: str) -> bool:
    """Whether the text of an `else` says what is done there, a stop, and no condition: `otherwise skip`,
    `sonst Tests überspringen`."""
    if _SKIP_BEYOND.fullmatch(text.strip(" .!")) is not None:
        return True
    said = labels.words(_OTHERWISE.sub("", text))
    return bool(said) and is_stop(_OTHERWISE.sub("", text)) and said[0] in _STOPS and _ASKED.isdisjoint(said)


_OTHERWISE = late(r"\s*(?:else|otherwise|if\s+not|no)\b[\s,:–—-]*", re.IGNORECASE)
_ASKED = frozenset("if when unless label labels flag input requested set true is are enabled was".split())
_SKIP_BEYOND = late(
    r"(?:(?:sonst|andernfalls|sinon|si\s+no|sino|senão|caso\s+contrário|altrimenti|inaczej|иначе|инакше|anders|annars|jinak"
    r"|aksi\s+halde|değilse|nếu\s+không|否则|否則|それ以外(?:は)?|아니면|else|otherwise)[\s,:–—、，-]*)?"
    r"(?:(?:passer(?!\s+(?:en|à|au))|sauter|saltar(?:se)?|saltare|omitir|pular|pomiń|pominąć|пропустить|пропустити|přeskočit"
    r"|hoppa\s+över|bỏ\s+qua)(?:\s+[^\s,;:]+){0,4}|(?:跳过|跳過)\s*[^\s,;:]*(?:\s+[^\s,;:]+){0,3}"
    r"|(?:[^\s,;:]+\s+){0,3}(?:überspringen|überspringe|overslaan|atla|atlanır|スキップ(?:する)?|건너뛰기|건너뜀))",
    re.IGNORECASE,
)


def skips_thing(text: str) -> bool:
    """Whether a text that is a stop names a thing to skip, and not the rest of all: `Skip publish`."""
    if _SKIP_BEYOND.fullmatch(text.strip(" .!")) is not None:
        return len(labels.words(text)) > 1
    said = labels.words(_BEFORE_STOP.split(text)[-1])
    return said[:1] in (("skip",), ("skips",)) and len(said) > 1 and _REST.isdisjoint(said)


_REST = frozenset("rest remaining remainder everything all others run workflow pipeline".split())
_BEFORE_STOP = late(r"[,;:→]|\bso\b")
_STOPS = frozenset("stop stops exit exits skip skips abort aborts".split())
_MOST_STOP = 4


def says_end(text: str) -> bool:
    """Whether a statement says, as a whole, that its run goes no further: `Exit early`, `Abbruch`, `終了`."""
    return _ENDS.fullmatch(labels.plain(text)) is not None


_ENDS = late(
    r"\W*(?:(?:exit|stop|abort|halt|terminate|quit|end)(?:s|ped|ed|ping)?"
    r"(?:\s+(?:early|here|now|immediately|the|this|all|rest|of|remaining|further|everything|workflow|pipeline|run"
    r"|build|process|processing|execution|steps?|jobs?|release|deployment|flow|ci|cd|with|code|status|\d+|gracefully))*"
    r"|(?:the\s+)?(?:workflow|pipeline|run|build|job|ci|deployment|release)\s+(?:is\s+)?"
    r"(?:stop(?:s|ped)|abort(?:s|ed)|end(?:s|ed)|exit(?:s|ed)|terminated|cancell?ed|halt(?:s|ed))(?:\s+(?:here|early))?"
    r"|(?:return|finish)(?:s|ed)?\s+early|skip(?:s|ped)?\s+(?:the\s+)?(?:rest|remaining|everything|all)(?:\s+\w+){0,2}"
    r"|(?:abbruch|abbrechen|bricht\s+ab|beenden|stoppen|ende|arrêt(?:er)?|arrête|quitter|terminer|fin|terminar|termina"
    r"|detener|detiene|salir|abortar|aborta|parar|para|encerrar|sair|interrompi|interrompere|ferma|esci|afbreken"
    r"|przerwij|przerwać|zakończ|avbryt|durdur|iptal|остановить|остановка|завершить|выход|прервать|стоп|зупинити)"
    r"(?:\s+[^\s,;:]+){0,3}"
    r"|(?:ワークフロー|パイプライン|処理|早期|流程|流水线|工作流|构建|워크플로우?|파이프라인)?[をを를을]?\s*"
    r"(?:中止|終了|停止|终止|結束|结束|退出|중단|종료)(?:する|します|し|处理|流程)?)\W*",
    re.IGNORECASE,
)


def says_either(text: str) -> bool:
    """Whether a text has a sign of success and one of failure: it tells how something ended, whichever it
    is."""
    signs = {_STATE[char] for char in text if char in _STATE}
    return len(signs) == len(Polarity)
