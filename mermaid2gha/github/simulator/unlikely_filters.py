"""Filters that let through less than people mean: patterns that no ref and no path has.

docs.github.com, Workflow syntax, Filter pattern cheat sheet: patterns are no regular expressions, and paths
are those in the repository. git-check-ref-format: what the name of a ref cannot hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mermaid2gha.base.patterns import late
from mermaid2gha.base.records import dataclass, replace
from mermaid2gha.github.simulator.globs import is_refused


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a value of a filter is not what is meant, and the likely one; nothing where none is. With
    `is_open` the value may be right, too, which only people know."""

    reason: str
    meant: str = ""
    is_open: bool = False


def doubt(key: str, value: str) -> Doubt | None:
    """What is wrong with a value of a filter (`branches`, `tags-ignore`, `paths` …), if anything is."""
    sign, pattern = ("!", value[1:]) if value.startswith("!") else ("", value)
    found = next(_of_path(pattern) if key.startswith("paths") else _of_ref(pattern), None)
    return replace(found, meant=f"{sign}{found.meant}") if found is not None and found.meant else found


_ESCAPE = late(r"\\[*?+!\[\]\\]")
"""A sign of GitHub's patterns that is to be itself."""
_EXPRESSION = late(r"\A/.*/\Z|\A\^|\$\Z|\\|\(|\)")
"""Signs of a regular expression, escapes of a pattern apart."""
_ANYTHING = late(r"(?<![\d\])}*+?])\.[*+]")
"""Anything, in a regular expression; behind a number it is a full stop and a wildcard: `v1.*`."""
_NO_EXPRESSION = "it is a regular expression, and GitHub's patterns have `*`, `**`, `?`, `+` and `[…]`"


def _of_ref(pattern: str) -> Iterator[Doubt]:
    if _EXPRESSION.search(_ESCAPE.sub("", pattern)) or _ANYTHING.search(pattern):
        yield Doubt(_NO_EXPRESSION, _as_pattern(pattern))
    if is_refused(pattern):
        yield Doubt("GitHub refuses a pattern like this")
    remote = re.match(r"(?:remotes/)?(?:origin|upstream)/(.+)", pattern)
    if remote is not None:
        yield Doubt("it is a branch of a remote as a clone has it; GitHub knows it without that", remote[1])
    if pattern.endswith("/"):
        yield Doubt("no name of a branch or tag ends in `/`", f"{pattern.lstrip('/')}**")
    if pattern.startswith("/"):
        yield Doubt("no name of a branch or tag begins with `/`", pattern.lstrip("/"))
    if re.search(r"//|\.\.|[\s~:]|@\{|\.\Z|\.lock\Z", pattern):
        yield Doubt("no branch and no tag can have such a name")


def _of_path(pattern: str) -> Iterator[Doubt]:
    bare = _ESCAPE.sub("", pattern)
    if "\\" in bare and not re.search(r"\\[dws.]", bare):
        yield Doubt("paths are written with `/`", pattern.replace("\\", "/"))
    if _EXPRESSION.search(bare):
        yield Doubt(_NO_EXPRESSION, _as_pattern(pattern))
    if is_refused(pattern):
        yield Doubt("GitHub refuses a pattern like this")
    within = re.sub(r"\A(?:\.{0,2}/)+", "", pattern)
    whole = f"{within}**" if within.endswith("/") else within
    if within != pattern:
        yield Doubt("a path begins in the root of the repository, with neither `/` nor `./`", whole)
    if pattern.endswith("/"):
        yield Doubt("no file's path ends in `/`; what is in a folder is", whole)
    if re.fullmatch(r"[a-z][a-z0-9_-]*", pattern):
        reason = "that is one file in the root of the repository; what is in a folder is"
        yield Doubt(reason, f"{pattern}/**", is_open=True)


def _as_pattern(expression: str) -> str:
    """A regular expression as a pattern; nothing where it takes more than that."""
    inner = re.sub(r"\A/(.*)/\Z", r"\1", expression)
    inner = (
        inner.removeprefix("^")
        .removesuffix("$")
        .replace(r"\d", "[0-9]")
        .replace(r"\.", ".")
        .replace(r"\/", "/")
    )
    inner = _ANYTHING.sub("**", inner)
    return "" if re.search(r"[\\()^$|]", inner) or is_refused(inner) else inner
