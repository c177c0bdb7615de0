"""What the values of marks mean: events, rights, pairs, roles, environments (docs/marks.md).

Each function takes the value of a mark and raises `ValueError`, with what is wrong, where it is none.
"""

from __future__ import annotations

import re

from mermaid2gha.base.patterns import late
from mermaid2gha.compiler.vocabulary.events import EventText
from mermaid2gha.github.events import EVENTS, kind_of
from mermaid2gha.github.names import job_id

SCOPES = frozenset(
    "actions artifact-metadata attestations checks code-quality contents copilot-requests deployments "
    "discussions drives id-token issues models packages pages pull-requests repository-projects "
    "security-events statuses vulnerability-alerts".split()
)
"""The rights of a token (docs.github.com, Workflow syntax: `permissions`)."""

PLURALS = {"branch": "branches", "tag": "tags", "type": "types", "path": "paths", "workflow": "workflows"}
_EVENT = late(r"""\s*([a-z_]+)\s*(?:\[((?:"[^"]*"|'[^']*'|"(?![^"]*")|'(?![^']*')|[^\[\]"'])*)\])?\s*""")
_ROLES = frozenset("person source registry environment job workflow external".split())
_ENVIRONMENT = late(r"[\w@](?:[\w .()/&+@-]*[\w.()])?")
"""Names that stand in a workflow, and in a message, as they are."""
_PAIR = late(r"([A-Za-z_][\w-]*)\s*[:=]\s*(.*)", re.DOTALL)


def parts(value: str, separator: str = ",") -> list[str]:
    """A value parted at separators that stand in no brackets and no quotes; blank parts are left out."""
    result, depth, quote, piece = [], 0, "", ""
    for char in value:
        if quote:
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char in "[{(":
            depth += 1
        elif char in "]})":
            depth -= 1
        elif char == separator and depth == 0:
            result.append(piece)
            piece = ""
            continue
        piece += char
    return [piece.strip() for piece in (*result, piece) if piece.strip()]


def words(value: str) -> tuple[str, ...]:
    """A list, with or without its brackets: `[a, b]` or `a, b`."""
    bare = value.strip()
    if bare.startswith("[") and bare.endswith("]"):
        bare = bare[1:-1]
    return tuple(unquoted(part) for part in parts(bare))


def unquoted(text: str) -> str:
    """A text without blanks around it and the quotation marks that it stands in, if it does."""
    text = text.strip()
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" else text


def pairs(value: str) -> tuple[tuple[str, str], ...]:
    """Keys and values, `a: x, b: y`, `{a: x}` or, for words without blanks, `a=x b=z`."""
    return tuple((key, unquoted(given)) for key, given in _written_pairs(value))


def _written_pairs(value: str) -> tuple[tuple[str, str], ...]:
    """Keys and values, with the quotes of values."""
    bare = value.strip()
    if bare.startswith("{") and bare.endswith("}"):
        bare = bare[1:-1]
    pieces = parts(bare)
    if len(pieces) == 1 and bare.count("=") > 1 and ":" not in bare:
        pieces = parts(bare, " ")
    result: list[tuple[str, str]] = []
    for piece in pieces:
        match = _PAIR.fullmatch(piece)
        if match is None and result and result[-1][0] == "cron":  # a list of days: `cron=0 3 * * 1,3`
            result[-1] = ("cron", f"{result[-1][1]},{piece}")
            continue
        if match is None:
            raise ValueError(f"`{piece}` is no pair of a key and a value")
        result.append((match[1], match[2]))
    if not result:
        raise ValueError("a key and a value are missing")
    return tuple(result)


def events(value: str) -> tuple[EventText, ...]:
    """Events with their filters: `push[branch=main|dev, tag=v*], schedule[cron=0 3 * * *]`.

    A value that would part them, or has brackets, stands in quotes: `push[tag="v[0-9]+"]`.
    """
    result = []
    for piece in parts(value):
        match = _EVENT.fullmatch(piece)
        if match is None:
            raise ValueError(f"`{piece}` is no event with filters in brackets")
        if match[1] not in EVENTS:
            raise ValueError(f"`{match[1]}` is no event of GitHub's")
        result += _events(match[1], match[2] or "")
    if not result:
        raise ValueError("an event is missing")
    return tuple(result)


def _events(name: str, inside: str) -> list[EventText]:
    """An event with its filters, once for each of its times."""
    filters: dict[str, tuple[str, ...]] = {}
    times: tuple[str, ...] = ("",)
    conclusion = ""
    for key, given in _written_pairs(inside) if inside.strip() else ():
        key = PLURALS.get(key, key)
        values = tuple(map(unquoted, parts(given, "|")))
        if key == "cron" and kind_of(name).has_times:
            times = values
        elif key == "conclusion" and kind_of(name).follows_runs:
            conclusion = unquoted(given)
        elif (key == "types" and all(map(kind_of(name).has_type, values))) or (
            key in kind_of(name).filters and values
        ):
            filters[key] = values
        else:
            raise ValueError(f"`{name}` has no filter `{key}={given}`")
    return [EventText(name, tuple(filters.items()), cron=time, conclusion=conclusion) for time in times]


def rights(value: str) -> tuple[tuple[str, str], ...]:
    """Rights with their levels, `pages: write, id-token: write`; a right alone is to write."""
    result = []
    for piece in parts(value.strip("{}")):
        scope, _, level = (part.strip() for part in piece.replace("=", ":").partition(":"))
        if scope not in SCOPES:
            raise ValueError(f"`{scope}` is no right of a token")
        if (level or "write") not in ("read", "write", "none"):
            raise ValueError(f"`{level}` is none of `read`, `write` and `none`")
        result.append((scope, level or "write"))
    if not result:
        raise ValueError("a right is missing")
    return tuple(result)


def role(value: str) -> tuple[str, str, str]:
    """A role, the name before `=` whose it is (empty: the statement's), and the file after it."""
    name, equals, given = value.partition("=")
    chosen = (given if equals else name).strip()
    kind, _, rest = chosen.partition(" ")
    if kind not in _ROLES:
        raise ValueError(f"`{kind}` is no role")
    file = rest.strip().removeprefix("of ").strip()
    return kind, unquoted(name) if equals else "", file


def artifact(value: str) -> tuple[str, tuple[str, ...]]:
    """An artifact and its tags: `ci-images[sha]`."""
    match = re.fullmatch(r"([^\[\]]+?)\s*((?:\[[^\[\]]*\]\s*)*)", value.strip())
    if match is None:
        raise ValueError(f"`{value}` is no artifact with tags in brackets")
    return unquoted(match[1]), tuple(re.findall(r"\[\s*([^\[\]]*?)\s*\]", match[2]))


def environment(value: str) -> str:
    """The name of an environment, as it may stand in a workflow."""
    name = unquoted(value)
    if not name:
        raise ValueError("the environment's name is missing")
    return name if _ENVIRONMENT.fullmatch(name) else job_id(name)


_CALLED = late(r"(?:\./\.github/workflows/)?(\w[\w.-]*\.ya?ml)", re.ASCII)
_CALLED_ELSEWHERE = late(r"[\w-]+/\w[\w.-]*/\.github/workflows/\w[\w.-]*\.ya?ml@\w[\w./-]*", re.ASCII)


def called(value: str) -> str:
    """The workflow that a job calls: the bare name of a file of the repository, or the path of one of another
    repository with its reference."""
    value = unquoted(value)
    if match := _CALLED.fullmatch(value):
        return match[1]
    if not _CALLED_ELSEWHERE.fullmatch(value):
        raise ValueError(f"`{value}` names no workflow that can be called")
    return value


def count(value: str) -> int:
    """A number from 1 to 99; `ValueError` for anything else."""
    if not re.fullmatch(r"[1-9]\d?", value.strip()):
        raise ValueError(f"`{value}` is no number from 1 to 99")
    return int(value)


_NO_AXIS = late(r"(?<![\w.-])(exclude|include|fail-fast|max-parallel)\s*[:=]")
"""Keys beside the axes of a matrix (docs.github.com, Workflow syntax: `jobs.<job_id>.strategy`)."""


def matrix(value: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Axes with their values: `{database: [PostgreSQL 16, SQLite]}`."""
    if key := _NO_AXIS.search(value):
        raise ValueError(f"`{key[1]}` is no axis, and is written into the workflow file, where it stays")
    found = tuple((name, words(values)) for name, values in pairs(value))
    if empty := [name for name, values in found if not values]:
        raise ValueError(f"the axis `{empty[0]}` has no values")
    return found


def skipped(value: str) -> tuple[str, str]:
    """A job that runs elsewhere, and where: `build-ci-images in build-images.yml`."""
    name, _, where = value.partition(" in ")
    return unquoted(name), unquoted(where)
