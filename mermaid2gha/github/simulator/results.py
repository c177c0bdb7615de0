"""How jobs, and the legs of their matrices, end, and what they give to others."""

from __future__ import annotations

from collections.abc import Mapping

from mermaid2gha.base.enums import Enum
from mermaid2gha.base.records import dataclass, field


class Outcome(Enum):
    """What becomes of a job if it runs. WAITING: the workflow that it calls waits for an approval."""

    SUCCESS = "success"
    FAILURE = "failure"
    TIMEOUT = "timeout"
    CANCELLED = "cancelled"
    WAITING = "waiting"


class JobResult(Enum):
    """`needs.X.result`; WAITING where a job, or one before it, waits for an approval and has none."""

    SUCCESS = "success"
    FAILURE = "failure"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"
    WAITING = "waiting"


RESULTS = {
    Outcome.SUCCESS: JobResult.SUCCESS,
    Outcome.FAILURE: JobResult.FAILURE,
    Outcome.TIMEOUT: JobResult.CANCELLED,
    Outcome.CANCELLED: JobResult.CANCELLED,
    Outcome.WAITING: JobResult.WAITING,
}
"""A job that times out counts as cancelled (docs.github.com, Workflow syntax, `timeout-minutes`)."""


@dataclass(frozen=True, slots=True)
class Outputs:
    """What a job that has begun gives to those that need it, whatever becomes of it; an empty value is none.

    `unsure` are the outputs, in small letters, that depend on what only a runner knows, or on which leg ends
    last.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    unsure: frozenset[str] = frozenset()

    def then(self, later: Outputs) -> Outputs:
        """These and those of a leg that ends later, which take their place where they are not empty
        (docs.github.com, Workflow syntax, `jobs.<job_id>.outputs`)."""
        found = {name: text for name, text in later.values.items() if text}
        differing = {name.lower() for name, text in found.items() if self.values.get(name, text) != text}
        return Outputs({**self.values, **found}, self.unsure | later.unsure | differing)


@dataclass(frozen=True, slots=True)
class LegRun:
    """A leg by its name in parentheses after the job's, and how it ended; `title` is how GitHub shows it.

    `why` says why it did not run, or not to its end; `is_idle`: it ran, and none of its steps did.
    """

    name: str
    result: JobResult
    title: str = ""
    why: str = ""
    has_run: bool = True
    is_idle: bool = False
