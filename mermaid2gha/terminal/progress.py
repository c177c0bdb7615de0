"""A line on the terminal that says what takes so long, from the first second on; gone when it is done."""

from __future__ import annotations

import _thread
from collections.abc import Callable
from time import monotonic

from mermaid2gha.base.records import dataclass

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from typing import TextIO

AFTER, EVERY = 1.0, 0.2
"""Seconds before the line is shown, and between two of its states."""

_CLEARED = "\r\x1b[K"


@dataclass(slots=True)
class _State:
    words: str = "working"


def progress(stream: TextIO, width: int) -> tuple[Callable[[str], None], Callable[[], None]]:
    """What says what is being done, and what ends the line; `width` is that of the terminal.

    The bare threads of the interpreter are used, for importing `threading` would cost every call something.
    """
    state = _State()
    is_done, has_ended = _thread.allocate_lock(), _thread.allocate_lock()
    is_done.acquire()
    has_ended.acquire()

    def show() -> None:
        began = monotonic()
        pause, is_shown = AFTER, False
        while not is_done.acquire(timeout=pause):
            seconds = f" {int(monotonic() - began)} s"
            words = "".join(sign if sign.isprintable() else "?" for sign in state.words)
            stream.write(f"{_CLEARED}{words[: max(width - len(seconds) - 1, 0)]}{seconds}")
            stream.flush()
            pause, is_shown = EVERY, True
        if is_shown:
            stream.write(_CLEARED)
            stream.flush()
        has_ended.release()

    def say(words: str) -> None:
        state.words = words

    def end() -> None:
        is_done.release()
        has_ended.acquire()

    _thread.start_new_thread(show, ())
    return say, end
