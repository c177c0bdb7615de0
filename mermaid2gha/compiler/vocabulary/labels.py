"""What the words of a label say: its parts, its verb, the artifact it names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from mermaid2gha.base.patterns import late
from mermaid2gha.base.records import dataclass
from mermaid2gha.github.events import EVENTS

EXCEPT_BEYOND = (
    r"außer|ausser|ausgenommen|abgesehen\s+von|sauf|hormis|excepté|hors|excepto|salvo|menos|exceto|tranne|eccetto|behalve|uitgezonderd"
    r"|oprócz|poza|z\s+wyjątkiem|utom|förutom|unntatt|undtagen|kromě|mimo|okrem|кроме|крім|окрім|исключая|освен|kecuali|selain|trừ"
    r"|kivéve|paitsi|osim|razen"
)
"""Words that leave something out, in other languages than English: what they stand before."""
SKIP = (
    r"skip\w*|ignor\w*|omit\w*|omet\w*|exclu\w+|überspring\w*|saut[ea]\w*|salta\w*|pula\w*|pomij\w*|pomiń\w*|overslaa\w*|negeer\w*"
    r"|atla\w*|kihagy\w*|p[rř]eskoč\w*|hopp\w+\s+över|пропуска\w*|игнорир\w*|пропуска\w*|ігнору\w*|sări\w*|bỏ\s+qua|abaikan|mengabaikan"
)
"""Verbs that leave something out."""
NOT_BEYOND = (
    r"nicht|kein\w*|ohne|pas|sans|non|senza|sin|não|sem|niet|geen|zonder|nie|bez"
    r"|inte|utan|ikke|uten|uden|ei|без|не|tanpa"
)
"""Words that deny something, likewise."""
KNOWN = 1 << 16
"""How many answers about texts are kept: labels recur, in one pass after the other and from flow to flow."""

_BREAK = late(r"<br\s*/?>|\\n", re.IGNORECASE)
_ENTITY = late(r"#(\w+);")
_PULL_REQUEST = late(r"\bpull[- ]requests?\b", re.IGNORECASE)
_UNSAFE = late("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_PREFIX = late(
    r"(?:job|stage|phase|step)(?:\s+#?[\w.]{1,3})?\s*(?::\s*|[.)]\s+|\s[–—-]\s+)(?=\S)", re.IGNORECASE
)

_WORDS = late(r"[\w'-]+")
_MENTIONS = late(r"(?:@\w[\w/-]*[\s,:]+)+(?=\S)")
_NUMBER = late(r"(?:\d{1,2}[.)]|[①-⑳])\s*(?=[^\W\d])")
_REMARK = late(r"\(.*\)")
_LAST_TAG = late(r"\s*\[([^\[\]]*)\]$")

GIVING = frozenset(
    "push pushes pushed publish publishes published upload uploads uploaded deploy deploys deployed release "
    "releases released".split()
)
IMAGES = frozenset(
    "image images imagen imágenes imagem imagens immagine immagini obraz obrazy abbild manifest manifests"
    " образ образы образа 镜像 鏡像 イメージ 이미지".split()
)
"""What a registry has, which a tag is of: that of the repository is of a commit."""
NEVER_MOVING = frozenset(
    "publish publishes published deploy deploys deployed release releases released".split()
)
TAKING = frozenset(
    "pull pulls pulled download downloads downloaded fetch fetches fetched retrieve retrieves "
    "retrieved clone clones cloned".split()
)
MAKING = frozenset(
    "build builds make makes create creates compile compiles package packages generate generates produce "
    "produces bundle bundles assemble assembles prepare prepares bake bakes".split()
)
REPORTING = frozenset("status result results report reports check checks".split())
FAILING = frozenset("failed failure failures fail fails error errors falls".split())
EMPTY_CONDITIONS = frozenset(
    ("", "needed", "if needed", "required", "if required", "optional", "enabled", "if enabled", "selected")
)


@dataclass(frozen=True, slots=True)
class LabelText:
    """A label's parts. `name` is its first line without tag and prefix, `details` its further lines."""

    name: str
    tags: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    details: tuple[str, ...] = ()
    has_prefix: bool = False

    @property
    def title(self) -> str:
        """The name with its tags, as people know it."""
        if not self.tags:
            return self.name.strip()
        tags = " ".join(f"[{tag}]" for tag in self.tags)
        return f"{self.name} {tags}".strip() if self.name != tags else tags

    @property
    def names(self) -> tuple[str, ...]:
        """What settings may call it: all of it, the name with its tags, the bare name."""
        title = self.title
        return " ".join([title, *self.details]), title, self.name


@lru_cache(maxsize=KNOWN)
def plain(text: str) -> str:
    """A text with Mermaid's entity codes decoded and every control character or line separator a blank."""
    if "#" in text and ";" in text:
        text = _ENTITY.sub(_decoded, text)
    if not text.isprintable():
        text = _UNSAFE.sub(" ", text)
    return unquoted(" ".join(text.split(" ")).strip())


_QUOTED = late(r"([\"'])(\w(?:[^\"'`]*[\w.!?)\]])?)\1|“(\w(?:[^“”]*[\w.!?)\]])?)”")
"""A sentence in quotes: what begins with a sign (`'; exit 1; '`) is a text that people wrote so."""


def unquoted(text: str) -> str:
    """A text without the quotes in which it stands as a whole: Mermaid shows them, and people mean none."""
    match = _QUOTED.fullmatch(text) if text and text[0] in "\"'“" else None
    return (match[2] or match[3]).strip() if match is not None else text


def _decoded(match: re.Match[str]) -> str:
    from html import unescape

    code = match[1]
    decoded = unescape(f"&#{code};" if code.isdigit() else f"&{code};")
    return match[0] if decoded.startswith("&") and decoded != "&" else decoded


def pieces(text: str) -> list[str]:
    """What stands between the `<br>` of a label, without the empty ones."""
    found = (" ".join(plain(piece).split()) for piece in _BREAK.split(unquoted(text.strip())))
    return [piece for piece in found if piece]


def lines(text: str) -> list[str]:
    """The lines of a label; one that begins with a lower-case letter continues the line before it."""
    return list(_lines(text))


@lru_cache(maxsize=KNOWN)
def _lines(text: str) -> tuple[str, ...]:
    found: list[str] = []
    for line in pieces(text):
        if found and line[0].islower():
            found[-1] = f"{found[-1]} {line}"
        else:
            found.append(line)
    return tuple(found)


@lru_cache(maxsize=KNOWN)
def parsed(text: str) -> LabelText:
    """The parts of a label: name, tags `[X]`, remarks `(…)`, details."""
    name, tags, remarks, details, has_prefix = "", [], [], [], False
    for number, line in enumerate(lines(text)):
        rest, found = _without_tags(line)
        tags += found
        if number == 0:
            rest = unnumbered(rest)
            bare = _PREFIX.sub("", rest, count=1) if _PREFIX.match(rest) else rest
            has_prefix, name = bare != rest, bare
        elif _REMARK.fullmatch(rest):
            remarks.append(rest[1:-1].strip())
        elif rest:
            details.append(rest)
    if not name:
        name = details.pop(0) if details else " ".join(f"[{tag}]" for tag in tags)
    return LabelText(name, tuple(tags), remarks=tuple(remarks), details=tuple(details), has_prefix=has_prefix)


def unnumbered(text: str) -> str:
    """A text without the number at its head, `3. Build`, which the next edit changes."""
    match = _NUMBER.match(text)
    return text[match.end() :] if match is not None else text


def _without_tags(line: str) -> tuple[str, list[str]]:
    """The line without bracketed words at its end (or alone on it), and those words."""
    tags: list[str] = []
    while "]" in line and (match := _LAST_TAG.search(line)):
        tags.insert(0, match[1].strip())
        line = line[: match.start()].rstrip()
    return line, [tag for tag in tags if tag]


@lru_cache(maxsize=KNOWN)
def words(text: str) -> tuple[str, ...]:
    """The words of a text in lower case, without those to whom it is said at its head: `@release: …`."""
    if text.startswith("@"):
        text = _MENTIONS.sub("", text)
    return tuple(_WORDS.findall(text.lower()))


def has_word(text: str, among: frozenset[str]) -> bool:
    return not among.isdisjoint(words(text))


def says_report(text: str) -> bool:
    """Whether a text has a word for how something stands; the name of a label, `status/done`, is none, nor is
    what says which thing it is: `status labels`."""
    text = _LABEL.sub(" ", text) if "abel" in text else text
    text = _STATUS_LABEL.sub(" ", text) if ":" in text and _SETS.match(text) is None else text
    return has_word(_OF_WHICH.sub(" ", text), REPORTING)


_OF_WHICH = late(
    r"\b(?:status|results?|reports?|checks?)[\s-]+(?=(?:labels?|badges?|pages?|boards?|files?|artifacts?|tables?)\b)",
    re.IGNORECASE,
)
_STATUS_LABEL = late(
    r"(?<=\S\s)(?:status|results?|checks?):(?!\s)\S+|\b(?:as|als|como|comme|come|jako|som)\s+status:\s*\S+",
    re.IGNORECASE,
)
"""A label by its name, where another verb is at the head: `mark PR as status: ready`."""
_SETS = late(r"\W*(?:set|updat|report|post|send|return|publish|writ|check|status)", re.IGNORECASE)
_QUERIES = late(
    r"\W*(?:consult[aeoi]?[rzn]?\b|abfrage\w*|frag(?:e|t|en)\b|interrog\w+|opvrag\w+|vraagt?\b|zapyt\w+|sorgul\w+"
    r"|запраш\w+|запрос\w*|запит\w*|查询|查詢|照会|조회)",
    re.IGNORECASE,
)


def queries(text: str) -> bool:
    """Whether a text asks how something stands, by the word at its head, in other languages than English."""
    return _QUERIES.match(text) is not None


_LABEL = late(r"(?<=[\s:'\"`])[\w-]+[/:]\S+|['\"`][^'\"`]*['\"`]")


def is_published(text: str) -> bool:
    """Whether a text has a verb of publishing; the `release` of a branch, `release/1.x`, is none."""
    return has_word(_BRANCH.sub(" ", text) if "elease/" in text else text, NEVER_MOVING)


OF_BRANCH = r"/[\w*{<]*[\d.*_{<-]"
"""What stands behind the first part of a branch's name, and not between two words: `release/1.x`."""
_BRANCH = late(rf"(?<![\w/.])release{OF_BRANCH}\S*", re.IGNORECASE)


def verb(text: str, among: frozenset[str]) -> str | None:
    """The first word of a text that is one of these verbs."""
    return next((word for word in words(text) if word in among), None)


def is_taking(text: str) -> bool:
    """Whether a text has a verb of taking; the `pull` of a pull request is none."""
    return has_word(_PULL_REQUEST.sub(" ", text), TAKING)


@lru_cache(maxsize=KNOWN)
def folded(text: str) -> str:
    """A text by which names are compared: case and white space folded."""
    return " ".join(text.split()).casefold()


@lru_cache(maxsize=KNOWN)
def singular(text: str) -> str:
    """A text by which artifacts are compared: case folded, plural endings gone, punctuation kept."""
    return " ".join(
        word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
        for word in folded(text).split()
    )


@lru_cache(maxsize=KNOWN)
def spelt_alike(text: str) -> str:
    """A name by which spellings of one are compared: without case, punctuation, accents and plural endings.

    In scripts that need not part words blanks are no difference either.
    """
    plain = text.translate(_QUOTES).casefold()
    if not plain.isascii():
        import unicodedata  # late: most names need none of it

        letters = unicodedata.normalize("NFKD", plain)
        plain = "".join(char for char in letters if not unicodedata.combining(char))
    said = singular(_BETWEEN_WORDS.sub(" ", plain))
    return said if said.isascii() else said.replace(" ", "")


_QUOTES = dict.fromkeys(map(ord, "'’`\""))
_BETWEEN_WORDS = late(r"[\W_]+")


@lru_cache(maxsize=KNOWN)
def artifact(name: str) -> str:
    """The artifact that a push or pull names: its text without the verb, folded."""
    return singular(_without_first(name, GIVING | TAKING))


@lru_cache(maxsize=KNOWN)
def made_by(name: str) -> str:
    """The artifact that a job makes by its name: `Build CI Images` makes `ci image`."""
    return singular(_without_first(name, MAKING))


def without_asides(text: str) -> str:
    """A text without what stands in quotes or brackets in it: titles, labels, remarks."""
    return " ".join(_ASIDE.sub(" ", text).split())


_ASIDE = late(
    r"\"[^\"]*\"|'[^']*'|`[^`]*`|“[^”]*”|„[^“”]*[“”]|«[^»]*»|「[^」]*」|[(（\[【][^()（）\[\]【】]*[)）\]】]"
)


def halfwidth(text: str) -> str:
    """A text whose brackets, and the signs within them, are those of ASCII: `（branch：main）`."""
    return text if text.isascii() else text.translate(_HALF_WIDTH)


_HALF_WIDTH = str.maketrans("（）［］：，＝＊", "()[]:,=*")


def with_branches_apart(text: str) -> str:
    """A text in which the start of a branch's name, or a pattern of it, stands apart from the word for a
    branch behind it, as a pattern: `feature/-Branch`, `a release/ branch`."""
    return _OF_BRANCHES.sub(lambda said: f"{said[1]}{said[2] or '**'} ", text) if "/" in text else text


_OF_BRANCHES = late(
    r"(?<![\w./*-])([\w.-]+/)(\*{0,2})(?:\s*-|\s+|(?=[^\x00-\x7f]))"
    r"(?=(?:(?:or|and|oder|und|ou|et|o|y|e|,|/)\s+[\w.-]+/\*{0,2}\s*-?\s*)?['\"`]?(?:branch(?:es|en|e)?|zweige?n?|gren(?:ar|er)?|ветк\w*|gałę[zź]\w*|dal[ıi]\w*|브랜치|ブランチ|分支)(?!\w))",
    re.IGNORECASE,
)


def asides(label: str) -> tuple[str, ...]:
    """What stands beside the name in a label: in its brackets, and on its further lines."""
    first, *further = lines(label) or [""]
    return (*(one[1:-1] for one in _ASIDE.findall(first) if one[0] in "(（[【"), *further)


def is_question_mark(name: str) -> bool:
    """Whether a text ends with a question mark, of whatever writing."""
    return name.rstrip().endswith(("?", "？", "؟"))


@lru_cache(maxsize=KNOWN)
def is_subject(clause: str) -> bool:
    """Whether the first word of a text is what does something, and no verb: `deploy runs`, `push starts CI`.

    What is done to it may be said of it: `tag is pushed` pushes one.
    """
    return _SUBJECT.match(clause) is not None


_SUBJECT = late(
    r"(?:(?:deploy|release|merge|push|publish)\s+runs?(?![\w-])|\w+\s+(?:(?:starts|begins|finishes|completes|ends|succeeds|fails|passes|happens|triggers|takes|goes|uses|needs"
    r"|waits|can|could|will|would|must|should|may|does|has)(?![\w-])|(?:is|are|was|were)\s+(?!(?:\w+ly\s+)?\w+ed\b)))",
    re.IGNORECASE,
)


def without_verbs(title: str) -> str:
    """What a push or pull is of, as it is written."""
    return " ".join(word for word in title.split() if word.lower() not in TAKING | GIVING)


def taken(title: str) -> str:
    """What a pull is of, as it is written."""
    return " ".join(word for word in title.split() if word.lower() not in TAKING)


def _without_first(name: str, verbs: frozenset[str]) -> str:
    found = name.split()
    for at, word in enumerate(found):
        if word.lower().strip(":,.") in verbs:
            return " ".join(found[:at] + found[at + 1 :])
    return name


_RULED = late(r"\s*[-=_~*#─━═—–]{2,}[^\S\n]*\w.*\w\W*?[-=_~*#─━═—–]{2,}\s*")


def is_ruled(text: str) -> bool:
    """Whether a text stands between lines, as a heading of what follows does: `── Iterate ──`."""
    return _RULED.fullmatch(text) is not None


@lru_cache(maxsize=KNOWN)
def first_line_event(text: str) -> str | None:
    """The event that is the first line of a note, if that line is nothing but an event's name."""
    first = next(iter(lines(text)), "")
    bare = re.sub(r"\s*\[[^\]]*\]\s*$", "", first).strip(" '\"`")
    return bare if bare in EVENTS else None


_OF_NAME = r"[^\W\u3040-\uff9f]"
"""A letter of a file's name: none of a script that parts no words, which stands beside it."""
FILE = late(
    rf"(?<![.-])(?<!{_OF_NAME})(?<![.-]/)(?<!{_OF_NAME}/)(?:(?:{_OF_NAME}|[.-])+/)*"
    rf"((?:{_OF_NAME}|[.-])+\.ya?ml)(?!{_OF_NAME})",
    re.IGNORECASE,
)
"""A workflow's file: looked for where a path begins, and not in the middle of one once more."""


_JOB_ELSEWHERE = late(
    r"\b(?:cloud\s*run|kubernetes|k8s|nomad|databricks|batch|fargate|ecs|glue|spark|flink|dataflow|dataproc|slurm"
    r"|container\s+apps?|sagemaker|vertex(?:\s+ai)?)[\s-]+(?:\w+[\s-]+)?jobs?\b",
    re.IGNORECASE,
)


def without_jobs_elsewhere(name: str) -> str:
    """A name without that of a job which another platform runs: `Cloud Run Job: migrate`."""
    return _JOB_ELSEWHERE.sub(" ", name)


_THEN_WORDS = (
    r"->|\b(?:and\s+)?(?:then|afterwards|dann|danach|puis|ensuite|luego|poi|dopo|depois|daarna|vervolgens|potem"
    r"|sedan|sonra)\b"
)
_THEN = late(
    rf"\s*,?\s*(?:{_THEN_WORDS}|→|\bdespués\b|\bnastępnie\b|затем|потом|потім|然后|然後|次に)\s*,?\s*",
    re.IGNORECASE,
    for_ascii=rf"\s*,?\s*(?:{_THEN_WORDS})\s*,?\s*",
)


def in_order(text: str) -> tuple[str, ...]:
    """The single words that a text lists one after the other, `dev, then acc, then prd`; nothing else."""
    found = [one.strip() for one in _THEN.sub("\n", text).split("\n")]
    return tuple(found) if len(found) > 1 and all(re.fullmatch(r"[\w.-]+", one) for one in found) else ()


_DURATION = late(
    r"\d\s*(?:ms|s|secs?|sec\w*d\w*|se[cgk]\w*nd\w*|m|mins?|minut\w*|h|hours?|stunden?|heures?|horas?|сек\w*|мин\w*|秒|分|초|분)(?![^\W\d_])",
    re.IGNORECASE,
)


def says_duration(text: str) -> bool:
    """Whether a text has a number with a unit of time: `every 15 s`, `max 8 min`."""
    return _DURATION.search(text) is not None


_SYSTEM = late(r"(?:ubuntu|windows|mac-?os|mac|osx|linux)(?:-[\w.]+)?", re.IGNORECASE)


def are_systems(values: Sequence[str]) -> bool:
    """Whether all values are names of systems on which runners are."""
    return all(map(_SYSTEM.fullmatch, values))


def of_runners(name: str, values: Sequence[str]) -> tuple[str, Sequence[str]]:
    """An axis, with the labels of GitHub's runners where its values are names of systems."""
    is_of_names = are_systems(values) and not all("-" in value for value in values)
    return ("os", tuple(map(_runner_of, values))) if is_of_names else (name, values)


def _runner_of(system: str) -> str:
    """The label of GitHub's runner for a system; what has one of its own stays."""
    name = {"ubu": "ubuntu", "lin": "ubuntu", "win": "windows"}.get(system[:3].lower(), "macos")
    return system.lower() if "-" in system and system[:4].lower() != "mac-" else f"{name}-latest"
