"""A command called with a world of its own: nothing of it is that of the process."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from types import ModuleType

from mermaid2gha.invocation.io import Io
from mermaid2gha.invocation.result import Result
from mermaid2gha.project.snapshot import Disk


def undrawn(dot: str) -> str:
    raise AssertionError("no picture is wanted here")


@cache  # to make one takes as long as most commands
def parser_of(command: ModuleType) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser()
    command.arguments(parser)
    return parser


def called(
    command: ModuleType,
    words: Sequence[str],
    standard_input: bytes = b"",
    *,
    environment: Mapping[str, str] | None = None,
    clock: Callable[[], float] = lambda: 0.0,
    disk: Callable[[], Disk] = Disk,
    draw: Callable[[str], str] = undrawn,
    ask: Callable[[str, str], str] | None = None,
) -> Result:
    io = Io(
        standard_input=lambda: standard_input,
        environment=environment or {},
        is_terminal=False,
        columns=0,
        clock=clock,
        disk=disk,
        draw=draw,
        ask=ask,
    )
    result: Result = command.run(parser_of(command).parse_args(list(words)), io)
    return result
