"""`mermaid2gha lsp`: the language server, which an editor starts and speaks with over standard streams."""

from __future__ import annotations

import argparse

from mermaid2gha.invocation.io import Io
from mermaid2gha.invocation.result import CLEAN, MISUSE, Result

HELP = """\
serve an editor: findings as you type, cures, what a line becomes

examples:
  pip install 'mermaid2gha[lsp]'          it needs two libraries more than the compiler
  mermaid2gha lsp                         what an editor calls; docs/editors.md has the lines for yours

It speaks the Language Server Protocol over standard input and output, and writes no file.
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--stdio", action="store_true", help="over standard input and output, as always; some editors ask it"
    )


def run(arguments: argparse.Namespace, io: Io) -> Result:
    """Serve until the editor ends it."""
    try:
        from mermaid2gha.editor.server import server
    except ModuleNotFoundError as absent:
        if absent.name is None or absent.name.partition(".")[0] not in ("pygls", "lsprotocol"):
            raise
        message = "the language server needs more libraries: pip install 'mermaid2gha[lsp]'"
        return Result("", f"mermaid2gha: {message}\n", MISUSE)
    import logging

    logging.basicConfig(level=logging.ERROR)
    server(io.disk).start_io()
    return Result("", "", CLEAN)
