"""What a run has to tell, before it is put into one of the `FORMATS`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module

from mermaid2gha.base.diagnostic import AcceptedFinding, Diagnostic
from mermaid2gha.base.records import dataclass
from mermaid2gha.report import FORMATS
from mermaid2gha.report.guard import Form


def _no_members() -> dict[str, object]:
    return {}


@dataclass(frozen=True, slots=True)
class Report:
    """Findings, and what else there is to tell, which not every format has a place for.

    `people` gives all of it in words, findings too, for standard output and standard error; `members` what
    programs get beside the findings. Both are asked only by a format that shows them. `remarks` are lines for
    standard error where a format knows findings only. `accepted` are findings that people accepted, for a
    format that keeps account of them.
    """

    findings: Sequence[Diagnostic]
    people: Callable[[], tuple[str, str]]
    members: Callable[[], dict[str, object]] = _no_members
    remarks: str = ""
    accepted: Sequence[AcceptedFinding] = ()


def form_of(name: str) -> Form:
    """What the standard output of a format is."""
    return {"json": Form.JSON, "sarif": Form.JSON, "github": Form.COMMANDS}.get(name, Form.TEXT)


def rendered(report: Report, name: str) -> tuple[str, str]:
    """Standard output and standard error of a report in the format of a name."""
    render: Callable[[Report], tuple[str, str]] = import_module(FORMATS[name]).render
    return render(report)
