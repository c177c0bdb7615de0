"""Pictures that were drawn before, by what they were drawn from: to draw one takes longer than a check.

They lie where answers lie and are believed under the same conditions (`cache.distrust`). A picture is kept as
the engine gave it, by the digest of the engine's name and the DOT text.
"""

from __future__ import annotations

import zlib

from mermaid2gha.project import cache
from mermaid2gha.views.svg import ENGINE

MARK = b"mermaid2gha picture 1\n"


def drawn(dot: str, *, is_kept: bool = True) -> str:
    """The picture of a DOT text as SVG. `is_kept`: it is taken from the cache, and kept there."""
    name = cache.digest(f"{ENGINE}\n{dot}".encode("utf-8", "surrogatepass"))
    known = cache.kept(name, MARK) if is_kept else None
    if known is not None:
        return zlib.decompress(known).decode("utf-8")
    from mermaid2gha.project import drawing  # late: it loads a WebAssembly runtime

    picture = drawing.draw(dot, is_kept=is_kept)
    if is_kept:
        cache.keep(name, MARK, zlib.compress(picture.encode("utf-8"), 1))
    return picture
