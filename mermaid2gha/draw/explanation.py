"""What `draw` says at its end, as in a pull request: what is drawn, what stays and why, what next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from mermaid2gha.base.diagnostic import Diagnostic, Severity
from mermaid2gha.draw.drawing import Drawing
from mermaid2gha.project.snapshot import shown

_Place = tuple[str, int]


def explained(made: Drawing) -> Iterator[str]:
    """The lines of the explanation, each with its line end."""
    document = made.document
    count = len(document.files)
    counts = ((len(document.fresh), "new"), (len(document.changed), "changed"))
    changes = ", ".join(f"{number} {word}" for number, word in counts if number)
    jobs = "1 workflow" if count == 1 else f"{count} workflows"
    yield f"{shown(made.path)} draws {jobs}{f' ({changes})' if changes else ''}\n"
    stays = _stays(made)
    if stays:
        yield "not drawn as it stands, and accepted in the settings:\n"
    for (name, line), reasons in sorted(stays.items()):
        yield from (f"  {name}:{line}: {reason}\n" for reason in reasons)
    for name, number in _dangers(made):
        jobs = "1 job runs" if number == 1 else f"{number} jobs run"
        yield f"  {name}: {jobs} with all rights for what strangers send; look at these steps with care\n"
    for name, job in document.gone_jobs:
        yield f"`{job}` is gone from {name}, and now from its diagram\n"
    for place in document.gone:
        line, _ = place.file.line_column(place.start)
        yield f"{place.file.name}:{line}: the workflow of this diagram is gone: delete the diagram, too\n"
    if any(one.severity is Severity.ERROR for one in made.faults):
        yield "next: mend these errors, which GitHub has with the workflows as they stand, too\n"
        return
    yield "next: read it as GitHub shows it, run `mermaid2gha check`, and edit the diagrams from now on\n"
    if stays:
        yield "what agrees one day need not be accepted any more: `mermaid2gha adopt --accept` sees to that"
        yield "\n"


def _stays(made: Drawing) -> dict[_Place, list[str]]:
    """What the workflows say otherwise than the drawing, by its places: our reason where there is one."""
    found: dict[_Place, list[str]] = {}
    for left in made.document.undrawn:
        line, _ = left.span.file.line_column(left.span.start)
        found.setdefault((left.span.file.name, line), []).append(left.reason)
    ours = set(found)
    rules = {one.rule for _, entries in made.settings.project.settings.accepted for one in entries}
    for finding in made.settings.findings:
        place = _place(finding)
        if finding.rule in rules and place is not None and place not in ours:
            found.setdefault(place, [finding.message])
    return found


def _place(finding: Diagnostic) -> _Place | None:
    span = finding.labels[0].span if finding.labels else None
    if span is None:
        return None
    line, _ = span.file.line_column(span.start)
    return span.file.name, line


def _dangers(made: Drawing) -> list[tuple[str, int]]:
    """The files with steps that run with all rights for strangers, and how many jobs each has of these."""
    return sorted(Counter(made.dangers).items())
