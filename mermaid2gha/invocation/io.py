"""What a command has of the world around it; `cli` hands it in, and so can a test or another surface."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from mermaid2gha.base.records import dataclass
from mermaid2gha.report.guard import ESCAPE
from mermaid2gha.report.text import Paper

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from mermaid2gha.project.snapshot import Disk
    from mermaid2gha.views.svg import Draw


def _silent(words: str) -> None:
    """Progress where nobody looks."""


@dataclass(frozen=True, slots=True)
class Io:
    """Streams, environment, clock, disk, and the engine that draws pictures.

    `standard_input` reads all of it. `environment` has the variables that an answer may depend on.
    `is_terminal` and `columns` (0 if unknown) are of standard error. `clock` gives seconds that only grow.
    `disk` gives a new snapshot. `pen` is that of the paper. `progress` is told what is being done.
    `ask` gives the answer to a question, which is the second text where people only press Enter; there is
    none where nobody can answer.
    """

    standard_input: Callable[[], bytes]
    environment: Mapping[str, str]
    is_terminal: bool
    columns: int
    clock: Callable[[], float]
    disk: Callable[[], Disk]
    draw: Draw
    pen: str = ESCAPE
    progress: Callable[[str], None] = _silent
    ask: Callable[[str, str], str] | None = None

    @property
    def paper(self) -> Paper:
        """NO_COLOR and FORCE_COLOR decide on colours, else whether the terminal knows them; COLUMNS on the
        width, else what the terminal says, else 110."""
        knows_colours = self.is_terminal and self.environment.get("TERM") != "dumb"
        is_coloured = bool(self.environment.get("FORCE_COLOR")) or knows_colours
        columns = self.environment.get("COLUMNS", "")
        width = int(columns) if columns.isdecimal() else 0
        return Paper(
            is_coloured and not self.environment.get("NO_COLOR"), width or self.columns or 110, pen=self.pen
        )

    def input_for(self, paths: Sequence[str]) -> bytes:
        """Standard input where `-` is among the paths, else nothing."""
        return self.standard_input() if "-" in paths else b""
