"""The commands, one file each, and the table of them.

A command's module has `HELP` (a phrase for the list of commands, an empty line, then examples and what else
there is to know), `arguments(parser)`, which adds its arguments, and `run(arguments, io)`, which gives a
`Result`. What is heavy is imported when it runs: help needs none of it. It reads and writes files of the
project; the terminal, the environment, the clock and the engine that draws are handed to it in an `Io`.
"""

from __future__ import annotations

COMMANDS = {
    "init": "mermaid2gha.commands.init",
    "compile": "mermaid2gha.commands.compile",
    "check": "mermaid2gha.commands.check",
    "graph": "mermaid2gha.commands.graph",
    "page": "mermaid2gha.commands.page",
    "parse": "mermaid2gha.commands.parse",
    "fmt": "mermaid2gha.commands.fmt",
    "fix": "mermaid2gha.commands.fix",
    "when": "mermaid2gha.commands.when",
    "why": "mermaid2gha.commands.why",
    "diff": "mermaid2gha.commands.diff",
    "replay": "mermaid2gha.commands.replay",
    "adopt": "mermaid2gha.commands.adopt",
    "draw": "mermaid2gha.commands.draw",
    "explain": "mermaid2gha.commands.explain",
    "eject": "mermaid2gha.commands.eject",
    "lsp": "mermaid2gha.commands.lsp",
    "completion": "mermaid2gha.commands.completion",
}
"""The commands in the order of the help: name -> module, which is imported when the command is called."""
