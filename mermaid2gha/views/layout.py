"""Whether a picture of jobs goes from left to right or downwards, and which jobs stand beside each other.

A page of GitHub's shows a picture at most 838 pixels wide; a wider one is made smaller, and its letters with
it. So a picture that would be too wide from left to right goes downwards, in rows that are narrow enough.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mermaid2gha.base.records import dataclass

MOST_ACROSS, MOST_WIDTH = 730.0, 620.0
"""Points, from left to right and of a row, to which the engine adds a good deal: see `svg.MOST_POINTS`."""
RANK_GAP = 30.0
BOX_GAP = 14.0
LINE_GAP = 16.0
"""What a line takes that passes a row."""
LETTER, SMALL_LETTER = 6.4, 5.4
"""Points that a letter of a name and of a note takes, about."""
MARGIN = 24.0
_NARROWER = (1.0, 0.85, 0.7, 0.6, 0.5, 0.4)


@dataclass(frozen=True, slots=True)
class Layout:
    """How jobs are laid out; where there are `rows`, these jobs stand beside each other."""

    is_downwards: bool = False
    rows: tuple[tuple[str, ...], ...] = ()


def box_width(name: Sequence[str], notes: Sequence[str]) -> float:
    """The width of a job's box in points, about, by the lines of its name and of its notes."""
    names = max((len(line) for line in name), default=0) * LETTER
    return max(names, max((len(line) for line in notes), default=0) * SMALL_LETTER) + MARGIN


def layouts(before: Mapping[str, Sequence[str]], widths: Mapping[str, float]) -> tuple[Layout, ...]:
    """The layouts of jobs by the jobs before each and their widths in points; the likeliest to fit first.

    How wide a picture becomes is known once it is drawn.
    """
    widths = {job: widths[job] for job in _order(before)}
    ranks = _rows(before, widths, room=float("inf"))
    across = sum(max(widths[job] for job in jobs) + RANK_GAP for jobs in ranks)
    if across <= MOST_ACROSS:
        return (Layout(),)
    narrow: dict[tuple[tuple[str, ...], ...], float] = {}
    for share in _NARROWER:
        rows = _rows(before, widths, room=MOST_WIDTH * share)
        narrow[tuple(map(tuple, rows))] = _width(rows, before, widths)
    best = sorted(narrow, key=lambda rows: (max(narrow[rows], MOST_WIDTH), len(rows)))
    rowed = [Layout(is_downwards=True, rows=rows) for rows in best]
    return (rowed[0], Layout(is_downwards=True), *rowed[1:], Layout())


def _order(before: Mapping[str, Sequence[str]]) -> list[str]:
    """The jobs in an order in which they can run, else as in the file; those of a circle come last."""
    found: dict[str, None] = {}
    waiting = list(before)
    while free := [job for job in waiting if all(one in found for one in before[job])]:
        found |= dict.fromkeys(free)
        waiting = [job for job in waiting if job not in found]
    return [*found, *waiting]


def _rows(
    before: Mapping[str, Sequence[str]], widths: Mapping[str, float], *, room: float
) -> list[list[str]]:
    """The jobs in rows of a width, each below all that it waits for and as high as there is room.

    This is list scheduling with rows for times, as by Coffman and Graham (Acta Informatica 1, 1972).
    """
    rows: list[list[str]] = []
    used: list[float] = []
    at: dict[str, int] = {}
    for job, width in widths.items():
        row = max((at[one] + 1 for one in before[job] if one in at), default=0)
        while row < len(rows) and used[row] + width > room:
            row += 1
        if row >= len(rows):
            rows.append([])
            used.append(0.0)
            row = len(rows) - 1
        rows[row].append(job)
        used[row] += width + BOX_GAP
        at[job] = row
    return rows


def _width(
    rows: Sequence[Sequence[str]], before: Mapping[str, Sequence[str]], widths: Mapping[str, float]
) -> float:
    """The width of the widest row, with the lines that pass it; those to one job go together."""
    at = {job: number for number, jobs in enumerate(rows) for job in jobs}
    passing = [0.0] * len(rows)
    for job, sources in before.items():
        for number in range(min((at[one] for one in sources), default=at[job]) + 1, at[job]):
            passing[number] += LINE_GAP
    return max(sum(widths[job] + BOX_GAP for job in jobs) + more for jobs, more in zip(rows, passing))
