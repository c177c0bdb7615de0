"""What pictures say in small letters about a job or a link, in words and numbers of flows."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from mermaid2gha.compiler.ir.flow_graph import JobKind
from mermaid2gha.compiler.plan.model import Link, LinkKind, PlanJob, ProjectPlan, Station
from mermaid2gha.views.lettering import numbers_text, one_line, wrapped
from mermaid2gha.views.palette import flow_numbers

LINK_WORDS = {
    LinkKind.TRIGGER: "starts",
    LinkKind.CALL: "calls",
    LinkKind.PUSH: "pushes",
    LinkKind.PULL: "pulls",
    LinkKind.WRITE: "writes",
}


MergedLinks = dict[tuple[str, str, LinkKind], list[Link]]
"""What passes from a place to another in one way, by the names of the places."""


def job_notes(job: PlanJob, flows: Sequence[str], needed: int, width: int) -> list[str]:
    """All notes of a job, in lines of a width; `needed` is how many jobs a gate needs."""
    notes = condition_notes(job, flows, width) + matrix_and_environment_notes(job, width)
    notes += [gate_note(needed)] if job.kind is JobKind.GATE else []
    return notes + flow_note(job, flows)


def place_notes(place: Station, program: ProjectPlan) -> list[str]:
    """The file of a workflow, and how many jobs it has; nothing for other places."""
    return [*([one_line(place.file)] if place.file else []), *job_count(place, program)]


def merged_links(program: ProjectPlan) -> MergedLinks:
    """What passes between places of the picture, all of one kind between two of them together."""
    names = {place.name for place in program.stations}
    merged: MergedLinks = {}
    for link in program.links:
        if link.source in names and link.target in names:
            merged.setdefault((link.source, link.target, link.kind), []).append(link)
    return merged


def condition_notes(job: PlanJob, flows: Sequence[str], width: int) -> list[str]:
    """The conditions of a job in lines, each once; flows that differ are named by their numbers."""
    by_words: dict[str, list[str]] = {}
    for flow, words in job.words:
        if one_line(words):
            by_words.setdefault(one_line(words), []).append(flow)
    lines: list[str] = []
    for words, bearers in by_words.items():
        lines += wrapped(f"if {words}", width)
        numbers = flow_numbers(bearers, job.flows) and flow_numbers(bearers, flows)
        lines[-1] += f" in {numbers_text(numbers)}" if numbers else ""
    return lines


def flow_note(job: PlanJob, flows: Sequence[str]) -> list[str]:
    """The flows of a job that not all draw, or nothing."""
    numbers = flow_numbers(job.flows, flows)
    return [f"only in {numbers_text(numbers)}"] if numbers else []


def matrix_and_environment_notes(job: PlanJob, width: int) -> list[str]:
    """How often a job runs and over which axes (`× 6: os, python`), and the environment that it waits for.

    Of an axis whose values another job gives nobody knows the number.
    """
    lines: list[str] = []
    if job.matrix:
        counts = [len(values) if not isinstance(values, str) else 0 for _, values in job.matrix]
        number = f"× {prod(counts)}: " if all(counts) else "× each "
        lines += wrapped(number + ", ".join(axis for axis, _ in job.matrix), width)
    if job.environment:
        lines += wrapped(f"environment {one_line(job.environment)}", width)
    return lines


def gate_note(needed: int) -> str:
    """How many jobs a gate needs, since most of its needs are not drawn."""
    return f"needs all {needed} jobs" if needed != 1 else "needs 1 job"


def job_count(place: Station, program: ProjectPlan) -> list[str]:
    """How many jobs a workflow has, or nothing for other places."""
    count = sum(len(graph.jobs) for graph in program.workflows if place.file and graph.file == place.file)
    return [f"{count} jobs" if count > 1 else "1 job"] if count else []


def link_entries(links: Sequence[Link], flows: Sequence[str]) -> list[tuple[str, tuple[int, ...]]]:
    """What passes along links of one kind, each thing once with the numbers of its flows."""
    by_label: dict[str, list[str]] = {}
    for link in links:
        by_label.setdefault(one_line(link.label), []).extend(link.flows)
    return [(label, flow_numbers(bearers, flows)) for label, bearers in by_label.items()]
