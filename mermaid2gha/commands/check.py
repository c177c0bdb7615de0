"""`mermaid2gha check`: `compile --check` under a name of its own."""

from __future__ import annotations

from mermaid2gha.commands.compile import EXAMPLES, add_compared, run

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    import argparse

__all__ = ["HELP", "arguments", "run"]

HELP = f"""\
compare the files with the documents; `compile --check`

{EXAMPLES}"""


def arguments(parser: argparse.ArgumentParser) -> None:
    add_compared(parser)
    parser.set_defaults(check=True)
