"""What a command gives: a value, so that it can be kept and given again."""

from __future__ import annotations

from mermaid2gha.base.records import dataclass
from mermaid2gha.project.cache import Facts
from mermaid2gha.report.guard import Form

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from mermaid2gha.terminal.serve import Served
    from mermaid2gha.terminal.watch import Watched

CLEAN, FINDINGS, MISUSE, DEFECT = 0, 1, 2, 3
"""Nothing to tell; findings, or files out of step; a wrong call or settings; our own defect."""


@dataclass(frozen=True, slots=True)
class Result:
    """What goes to standard output and standard error, and the exit code.

    `facts` are what it was made from, if it may be kept. `form` is that of standard output;
    standard error is text. `watched` is what to wait for before the command is run again, if it shall be,
    and `served` a page to show meanwhile.
    """

    out: str
    err: str
    code: int
    facts: Facts | None = None
    form: Form = Form.TEXT
    watched: Watched | None = None
    served: Served | None = None
