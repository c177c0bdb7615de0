"""What `draw` says at its end, as in a pull request: what is drawn, what stays and why, what next."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from mermaid2gha.base.diagnostic import Diagnostic, Severity
from mermaid2gha.draw.diagram import LeftToPeople
from mermaid2gha.draw.drawing import Drawing
from mermaid2gha.draw.words import listed
from mermaid2gha.project.snapshot import shown

_Place = tuple[str, int]
LONGEST = 150
"""Code points of a reason; the settings have the whole."""
_OF_JOB = re.compile(r"`([^`]+)` ")
MOST_NAMED = 6
"""So many files are named in a line; of more the first, and that there are others."""


def explained(made: Drawing) -> Iterator[str]:
    """The lines of the explanation, each with its line end."""
    document = made.document
    yield f"{_drawn(made)}\n"
    stays = list(_grouped(_stays(made)))
    if stays:
        yield "not drawn as it stands, and accepted in the settings:\n"
    yield from (f"  {line}\n" for line in stays)
    left = list(_grouped(_by_place(document.open)))
    if left:
        yield "not drawn, and left to the workflows:\n"
    yield from (f"  {line}\n" for line in left)
    if made.dangers:
        yield f"{_dangers(made)}\n"
    for name, job in document.gone_jobs:
        yield f"`{job}` is gone from {name}, and now from its diagram\n"
    for name in document.taken:
        yield f"{name}, or what it did for some events, is gone, and now its diagram\n"
    for place in document.gone:
        line, _ = place.file.line_column(place.start)
        what = "there is no workflow of this diagram: `compile` makes it, or delete the diagram"
        yield f"{place.file.name}:{line}: {what}\n"
    if any(one.severity is Severity.ERROR for one in made.faults):
        yield "next: mend these errors, which GitHub has with the workflows as they stand, too\n"
        return
    if not document.fresh and not document.changed:
        return
    yield "next: read it as GitHub shows it, run `mermaid2gha check`, and edit the diagrams from now on\n"
    if stays:
        yield "what agrees one day need not be accepted any more: `mermaid2gha adopt --accept` sees to that"
        yield "\n"


def _drawn(made: Drawing) -> str:
    """Which documents draw how many workflows, and how many of them are new or changed."""
    document = made.document
    names = [name for name, _ in document.texts] or [shown(made.path)]
    count = len(document.files)
    counts = ((len(document.fresh), "new"), (len(document.changed), "changed"))
    changes = ", ".join(f"{number} {word}" for number, word in counts if number)
    jobs = "1 workflow" if count == 1 else f"{count} workflows"
    verb = "draws" if len(names) == 1 else "draw"
    return f"{_named(names)} {verb} {jobs}{f' ({changes})' if changes else ''}"


def _named(names: Sequence[str]) -> str:
    if len(names) > MOST_NAMED:
        return listed([*names[: MOST_NAMED - 1], f"{len(names) - MOST_NAMED + 1} more"])
    return listed(list(names))


def _stays(made: Drawing) -> dict[_Place, list[str]]:
    """What the workflows say otherwise than the drawing, by its places: our reason where there is one."""
    found = _by_place(made.document.undrawn)
    ours = set(found)
    rules = {one.rule for _, entries in made.settings.project.settings.accepted for one in entries}
    for finding in made.settings.findings:
        place = _place(finding)
        if finding.rule in rules and place is not None and place not in ours:
            found.setdefault(place, [finding.message])
    return found


def _by_place(reasons: Iterable[LeftToPeople]) -> dict[_Place, list[str]]:
    found: dict[_Place, list[str]] = {}
    for left in reasons:
        line, _ = left.span.file.line_column(left.span.start)
        found.setdefault((left.span.file.name, line), []).append(left.reason)
    return found


def _grouped(stays: dict[_Place, list[str]]) -> Iterator[str]:
    """Each with its place; what is said of several jobs is said once, of the first, and then where else."""
    groups: dict[str, dict[str, list[tuple[int, str, str]]]] = {}
    for (name, line), reasons in sorted(stays.items()):
        for reason in reasons:
            job = match[1] if (match := _OF_JOB.match(reason)) else ""
            by_file = groups.setdefault(reason.removeprefix(f"`{job}` "), {})
            by_file.setdefault(name, []).append((line, job, reason))
    for by_file in groups.values():
        (first, [(line, _, reason), *others]), *rest = by_file.items()
        short = reason if len(reason) <= LONGEST else reason[: LONGEST - 2].rpartition(" ")[0] + " …"
        yield f"{first}:{line}: {short}"
        if others:
            yield f"  {_likewise(others)}"
        for name, members in rest:
            yield f"  {name}:{_likewise(members)}"


def _likewise(members: Sequence[tuple[int, str, str]]) -> str:
    jobs = listed([f"`{job}`" if job else f"line {line}" for line, job, _ in members])
    return f"{', '.join(str(line) for line, *_ in members)}: likewise {jobs}"


def _place(finding: Diagnostic) -> _Place | None:
    span = finding.labels[0].span if finding.labels else None
    if span is None:
        return None
    line, _ = span.file.line_column(span.start)
    return span.file.name, line


def _dangers(made: Drawing) -> str:
    """The files with steps that run with all rights for strangers, and how many jobs have these."""
    counts = Counter(Path(name).name for name in made.dangers)
    jobs = "1 job runs" if counts.total() == 1 else f"{counts.total()} jobs run"
    where = _named(sorted(counts))
    return f"{jobs} with all rights for what strangers send, in {where}: look at these steps with care"
