"""Names on GitHub: ids of jobs, variables, times, rights.

An id is `[A-Za-z_][A-Za-z0-9_-]*`, at most 99 characters, unique whatever the case, and must not begin with
two underscores (actions/runner, `IdBuilder`).
"""

from __future__ import annotations

import re
from functools import lru_cache

from mermaid2gha.base.digest import text_digest
from mermaid2gha.base.patterns import late

MAX_ID = 99
PAGES_ENVIRONMENT = "github-pages"
"""Where GitHub deploys Pages from (docs.github.com, Using custom workflows with GitHub Pages)."""
_BETWEEN_WORDS = re.compile(r"[^a-z0-9]+")
_LETTER = re.compile(r"[a-z]")
_RUNNER = r"(?:ubuntu|windows|macos)-(?:latest|\d[\w.-]*)|self-hosted"
_RUNNER_WORD = late(
    r"(?<![\w./:-])(?:(?:ubuntu|windows|macos)-(?:latest|\d[\w.]*(?:-[\w.]+)*)"
    r"(?<!\.)|self-hosted(?=\s*(?:$|[\])}）,;/]|\brunners?\b)))(?![\w/:-]|\.\w)",
    re.IGNORECASE,
)
_USUAL = ("ubuntu-latest", "ubuntu-24.04")
"""Where a fresh job runs anyway."""
_SIGN = late(
    r"[≤≥≠]|(?<![-=<>])(?:[<>]=?|!=)(?=\s*[-+]?[\d.$€]|(?<=\s.)\s|(?<=\s..)\s)"
    r"|(?<![^\s(])!(?=\w)"
)
_SIGNS = {
    "<": "below",
    ">": "above",
    "!": "not",
    "<=": "at most",
    "≤": "at most",
    ">=": "at least",
    "≥": "at least",
    "!=": "is not",
    "≠": "is not",
}
"""What the signs of a comparison say, in words."""
_QUOTES = dict.fromkeys(map(ord, "'’`"))
"""Nothing, for each of them: such characters part no words."""


def slug(text: str) -> str:
    """The words of a text as a lower-case id, or `""` if it holds no letter a-z; never over 99 characters."""
    plain = text
    if not text.isascii():
        import unicodedata  # late: most texts need none of it

        letters = unicodedata.normalize("NFKD", text)
        plain = "".join(char for char in letters if not unicodedata.combining(char))
    words = _BETWEEN_WORDS.sub("-", plain.lower().translate(_QUOTES)).strip("-")
    if not _LETTER.search(words):
        return ""
    if words[0].isdigit():
        words = f"job-{words}"
    return words[:MAX_ID].rstrip("-")


@lru_cache(maxsize=1 << 16)  # of every job and artifact, in one pass after the other
def job_id(text: str) -> str:
    """The slug of a text; a text without a-z becomes `job-` and eight hex digits of its hash."""
    return slug(text) or f"job-{digest(text)[:8]}"


def flag_id(text: str) -> str:
    """The slug of a condition's text, with eight hex digits of its hash where the slug lacks letters of it.

    Two texts that differ in other writings than a slug's are two flags: `变更 docs` and `没有变更 docs`. So
    are two that compare otherwise, or of which one denies the other:

        >>> flag_id("coverage < 80"), flag_id("coverage >= 80"), flag_id("!docs changed")
        ('coverage-below-80', 'coverage-at-least-80', 'not-docs-changed')
    """
    if _SIGN.search(text) is not None:
        text = _SIGN.sub(lambda match: f" {_SIGNS[match[0]]} ", text)
    found = slug(text)
    if not found or text.isascii():
        return found or job_id(text)
    import unicodedata  # late: most texts need none of it

    letters = unicodedata.normalize("NFKD", text)
    is_whole = all(one.isascii() or not one.isalnum() or unicodedata.combining(one) for one in letters)
    return found if is_whole else f"{found[: MAX_ID - 9].rstrip('-')}-{digest(text)[:8]}"


def digest(text: str) -> str:
    """SHA-256 of a text in hex: the source of all stable but arbitrary choices."""
    return text_digest(text)


def is_job_id(text: str) -> bool:
    return len(text) <= MAX_ID and re.fullmatch(r"(?!__)[A-Za-z_][A-Za-z0-9_-]*", text) is not None


def variable_name(text: str) -> str:
    """A text as a configuration variable, `BUILD_DOCS`; GitHub reserves names that begin with `GITHUB_`."""
    name = job_id(text).replace("-", "_").upper()
    return f"DRAWN_{name}" if name.startswith("GITHUB_") else name


def is_runner(value: str) -> bool:
    """Whether a value is a label of GitHub's runners (docs.github.com, About GitHub-hosted runners)."""
    return re.fullmatch(_RUNNER, value) is not None


def runners_in(text: str) -> tuple[str, ...]:
    """The labels of GitHub's runners that a text names as words of their own, each once; none where a fresh
    job runs there anyway. `self-hosted` is one where something said ends with it, or where `runner`
    follows."""
    if "-" not in text:
        return ()
    found = tuple(dict.fromkeys(match[0].lower() for match in _RUNNER_WORD.finditer(text)))
    return found if any(one not in _USUAL for one in found) else ()


_LIKE_RUNNER = late(r"(?<![\w./-])([a-z]{4,9})-([a-z]{4,8})(?![\w/-])", re.IGNORECASE)
_LIKE = 0.75
"""How alike a misspelt word is to the one that is meant."""


def runners_meant(text: str) -> tuple[str, ...]:
    """The labels of runners that a text names, else the word that is nearly one, `windows-lastest`, and that
    label."""
    if named := runners_in(text):
        return named
    for match in _LIKE_RUNNER.finditer(text) if "-" in text else ():
        system = _nearest(match[1], ("ubuntu", "windows", "macos"))
        if system and _nearest(match[2], ("latest",)) and not is_runner(match[0].lower()):
            return match[0], f"{system}-latest"
    return ()


def _nearest(word: str, words: tuple[str, ...]) -> str:
    from difflib import get_close_matches

    return next(iter(get_close_matches(word.lower(), words, 1, _LIKE)), "")


def derived_cron(name: str, said: str) -> str | None:
    """The time that stands for `daily`, `weekly`, `monthly`, `hourly`, days of the week (`on 1-5`), or none
    said; nothing if a time is said."""
    if said in ("", "daily", "weekly"):
        return daily_cron(name, weekly=said == "weekly")
    minute, hour = daily_cron(name).split()[:2]
    if said == "hourly":
        return f"{minute} * * * *"
    if said == "monthly":
        return f"{minute} {hour} 1 * *"
    return f"{minute} {hour} * * {said.removeprefix('on ')}" if said.startswith("on ") else None


def daily_cron(name: str, *, weekly: bool = False) -> str:
    """A time of the day (and, weekly, a day of the week) in cron's five fields, derived from a name."""
    number = int(digest(name)[:8], 16)
    day = str(number // 1440 % 7) if weekly else "*"
    return f"{number % 60} {number // 60 % 24} * * {day}"
