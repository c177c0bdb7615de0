"""The digest by which texts are known again: SHA-256 in hexadecimal digits.

The interpreter's own module is asked first, since `hashlib` loads OpenSSL: 4 ms of every start.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from typing import Any


def text_digest(text: str) -> str:
    """64 hexadecimal digits; a text may have half pairs."""
    return str(_sha256(text.encode("utf-8", "surrogatepass")).hexdigest())


def _found() -> Any:
    for module in ("_sha2", "_sha256", "hashlib"):  # from Python 3.12 on, 3.11, every interpreter
        try:
            return import_module(module).sha256
        except ImportError:
            continue
    raise AssertionError("every Python has hashlib")


_sha256 = _found()
