"""Fences of Mermaid that renderers other than GitHub draw, where the settings name these renderers.

MyST: a directive, between backticks or colons, whose options are the lines `:key: value` at its head
(mystmd.org, Directives; sphinxcontrib-mermaid). MkDocs: SuperFences of PyMdown Extensions, whose info may
stand between braces, and which stand below tabs, admonitions and lists by multiples of four blanks, too.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence

from mermaid2gha.base.patterns import late
from mermaid2gha.base.records import dataclass

MYST, MKDOCS = "myst", "mkdocs"
RENDERERS = (MYST, MKDOCS)

_MYST_INFO = late(r"\{mermaid\}(?:\s.*)?")
_MKDOCS_INFO = late(r"\{\s*\.mermaid(?:\s[^{}]*)?\}(?:\s.*)?")
_MYST_OPTION = late(r":[A-Za-z][\w-]*:(?:[ \t].*)?")
_COLONS = late(r" {0,3}(:{3,})\{mermaid\}[ \t]*.*")
_INDENTED = late(r"(?P<blanks>(?: {4}|\t)+)(?P<sign>`{3,}|~{3,})[ \t]*(?P<info>[^`]*)")
_INDENTED_SOMEWHERE = late(r"(?m)^(?: {4}|\t)[ \t]*(?:`{3}|~{3})")
_CONTAINER = late(r"(?:!!!|\?\?\?\+?|===[!+]?)[ \t]+\S.*|(?:[-*+]|\d{1,9}[.)])[ \t]+.*")


@dataclass(frozen=True, slots=True)
class Fence:
    """A fence by its lines, `[first, end)`, and its content, less its indentation."""

    first: int
    end: int
    content: str


def may_matter(text: str) -> bool:
    """Whether a text may hold what only these renderers draw, so that it counts which the settings name."""
    return "mermaid}" in text or ".mermaid" in text or _INDENTED_SOMEWHERE.search(text) is not None


def is_drawn(info: str, renderers: Sequence[str]) -> bool:
    """Whether some of these renderers draw a fence with this info."""
    text = info.strip()
    return (MYST in renderers and _MYST_INFO.fullmatch(text) is not None) or (
        MKDOCS in renderers and _MKDOCS_INFO.fullmatch(text) is not None
    )


def without_options(info: str, content: str) -> str:
    """The content of a directive without its options; their lines are empty, so that all others keep their
    place."""
    if not _MYST_INFO.fullmatch(info.strip()):
        return content
    lines = content.split("\n")
    for number, line in enumerate(lines):
        if not _MYST_OPTION.fullmatch(line.strip()):
            break
        lines[number] = ""
    return "\n".join(lines)


def more_fences(lines: Sequence[str], inside: Container[int], renderers: Sequence[str]) -> Iterator[Fence]:
    """The diagrams that CommonMark takes for text or code; `inside` are the lines of the fences it knows."""
    at = 0
    while at < len(lines):
        first, at = at, at + 1
        if first in inside:
            continue
        closing, blanks, info = _opened(lines, first, renderers)
        if not closing:
            continue
        content: list[str] = []
        while at < len(lines) and not re.fullmatch(closing, lines[at]):
            content.append(lines[at].removeprefix(blanks) if lines[at].strip() else "")
            at += 1
        if at == len(lines):
            return
        at += 1
        yield Fence(first, at, without_options(info, "".join(f"{line}\n" for line in content)))


def _opened(lines: Sequence[str], at: int, renderers: Sequence[str]) -> tuple[str, str, str]:
    """How the fence that a line opens is closed, as a pattern, its indentation and its info; else nothing."""
    if MYST in renderers and (colons := _COLONS.fullmatch(lines[at])):
        return rf" {{0,3}}:{{{len(colons[1])},}}[ \t]*", "", "{mermaid}"
    if MKDOCS in renderers and (indented := _INDENTED.fullmatch(lines[at])):
        info, blanks, sign = indented["info"].strip(), indented["blanks"], indented["sign"]
        is_mermaid = info.split()[:1] == ["mermaid"] or _MKDOCS_INFO.fullmatch(info)
        if is_mermaid and _is_contained(lines, at, blanks):
            return rf"{blanks}{re.escape(sign[0])}{{{len(sign)},}}[ \t]*", blanks, "mermaid"
    return "", "", ""


def _is_contained(lines: Sequence[str], at: int, blanks: str) -> bool:
    """Whether what is indented so stands below a tab, an admonition or the item of a list, not as code."""
    width = len(blanks.expandtabs(4))
    for number in range(at - 1, -1, -1):
        line = lines[number].expandtabs(4)
        indentation = len(line) - len(line.lstrip())
        if not line.strip() or indentation >= width:
            continue
        if not _CONTAINER.fullmatch(line.strip()):
            return False
        width = indentation
        if width < 4:
            return True
    return False
