"""What a plain script ends with: its commands, followed one by one.

Commands are followed that depend on nothing but the script and its variables: tests, `echo`, `grep` of what
they are given, `exit`, loops and cases. The first one that is another ends the matter.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from mermaid2gha.github.shell.commands import COMMANDS
from mermaid2gha.github.shell.machine import Budget, ExitError, Shell
from mermaid2gha.github.shell.parser import parsed_script
from mermaid2gha.github.shell.syntax import NotUnderstoodError

_LONGEST = 21_000
"""Characters of a script (docs.github.com, Workflow syntax, `jobs.<job_id>.steps[*].run`)."""

_script = lru_cache(maxsize=256)(parsed_script)


def exit_code(
    text: str,
    variables: Mapping[str, str],
    unknown: frozenset[str] = frozenset(),
    *,
    has_pipefail: bool = False,
    budget: Budget | None = None,
) -> int | None:
    """What a script ends with, run by `bash -e`; none where that does not follow from its text.

    `unknown` are variables that are set, in small letters, to values that are not known. `budget` is what may
    be spent on it and on other scripts.
    """
    shell = Shell(variables, unknown, COMMANDS, budget or Budget())
    shell.has_pipefail = has_pipefail
    try:
        if len(text) > _LONGEST:
            return None
        shell.commands(_script(text))
    except ExitError as end:
        return end.code
    except (NotUnderstoodError, RecursionError):
        return None
    return shell.status
