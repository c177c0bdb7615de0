"""Jobs that only wait, where a file would else have more needs or longer conditions than GitHub takes.

A job that follows n others, all of which may be left out, needs them all; m such jobs have n times m needs,
and the `if` of each asks for n results. A *join* is a job of its own at the end of a fragment: what follows
needs it alone. It stands on the lifeline like a note, so the order between the drawn jobs is as before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from mermaid2gha.base.diagnostic import Label, Rule, Severity
from mermaid2gha.base.graph import reachable
from mermaid2gha.base.records import dataclass
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.ir.builders import JobDraft
from mermaid2gha.compiler.ir.diagram_ir import Fragment, JobKind, Role
from mermaid2gha.compiler.ir.sources import Crowd
from mermaid2gha.compiler.lower.builder import FlowBuilder
from mermaid2gha.compiler.lower.timeline import Frontier
from mermaid2gha.compiler.scripts.comments import JOIN_AFTER, JOIN_FROM
from mermaid2gha.mermaid.ast import Operator

JOIN_ADDED = Rule("join-added", Severity.NOTE)

MOST_BEFORE = (64, 16)
"""How many jobs are followed without a join in a file with joins; the second where the first will not do."""


@dataclass(frozen=True, slots=True)
class _Place:
    """The end of a fragment where a join is set if a job follows: its operand, and the jobs before it."""

    operand: int
    loose: tuple[JobDraft, ...]
    crowd: Crowd
    span: Span


class Joins:
    """Sets joins while a diagram is walked; `crowded` are the files that need them.

    A place for one is kept at the end of each fragment after which many jobs are to be followed, and taken
    when a job follows directly: at the ends of nested fragments one join will do.
    """

    def __init__(
        self, book: FlowBuilder, fragments: Sequence[Fragment], crowded: Mapping[str, Crowd]
    ) -> None:
        self.book = book
        self.fragments = fragments
        self.crowded = crowded
        self.before: dict[int, list[int]] = {}
        self.known = 0
        self.job_at: dict[int, int] = {}
        self.names: set[tuple[int, str]] = set()
        self.about_failure: dict[int, bool] = {}
        self.places: dict[int, _Place] = {}

    def after_fragment(self, lifelines: Iterable[str], span: Span) -> None:
        """Keep a place for a join on each lifeline that a fragment touched, where many jobs are before."""
        for lifeline in lifelines:
            who = self.book.participants[lifeline]
            crowd = self.crowded.get(who.file.casefold()) if who.role is Role.WORKFLOW else None
            if crowd is not None and self.book.run_of(lifeline) is not None:
                loose = self.loose(lifeline)
                if len(loose) > crowd.most_before:
                    standing = self.book.order.at(lifeline)
                    node = self.book.order.node(*standing.frontier)
                    self.places[node] = _Place(self.book.operands.current, tuple(loose), crowd, span)
                    self.book.order.stand(lifeline, Frontier((node,), standing.jobs, standing.is_joinable))

    def before_job(self, lifeline: str) -> None:
        """Take the place kept where a lifeline stands, for a job is about to follow."""
        for node in self.book.order.at(lifeline).frontier:
            if place := self.places.pop(node, None):
                self.join(node, place)

    def loose(self, lifeline: str) -> list[JobDraft]:
        """The jobs before this place that no job which surely runs stands after, in document order."""
        self.learn()
        run, here = self.book.run_of(lifeline), self.book.operands.current

        def job_of(node: int) -> JobDraft | None:
            job = self.book.jobs[self.job_at[node]] if node in self.job_at else None
            return job if job is not None and job.run == run else None

        def before(node: int) -> list[int] | None:
            job = job_of(node)
            return None if job is not None and self.book.is_sure(job, here) else self.before.get(node)

        nodes = reachable(self.book.order.at(lifeline).frontier, before)
        return sorted((job for job in map(job_of, nodes) if job is not None), key=lambda job: job.number)

    def learn(self) -> None:
        """Take in the edges and jobs that have come since the last time."""
        edges = self.book.order.edges
        for a, b in edges[self.known :]:
            self.before.setdefault(b, []).append(a)
        self.known = len(edges)
        for job in self.book.jobs[len(self.job_at) :]:
            self.job_at[job.node] = job.number

    def join(self, node: int, place: _Place) -> None:
        """One join after all of these jobs, and joins of parts of them before it, where it would ask much."""
        last = place.loose[-1]
        name = self.free(last.run, JOIN_AFTER.write(job=last.text.name))
        most = place.crowd.most_before
        parts = [job for job in place.loose if self.is_asked_for(job, place)]
        while len(parts) > most:
            size = -(-len(parts) // -(-len(parts) // most))
            parts = [self.part(parts[at : at + size], place) for at in range(0, len(parts), size)]
        self.book.order.edges += [(job.node, node) for job in parts if job.kind is JobKind.JOIN]
        job = self.book.open_join(name, node, last.run, place.operand, place.span)
        self.tell(job, place.loose, place.span)

    def part(self, jobs: Sequence[JobDraft], place: _Place) -> JobDraft:
        first = jobs[0].text.name
        first = (JOIN_FROM.read(first) or {"job": first})["job"]
        name = self.free(jobs[0].run, JOIN_FROM.write(job=first))
        node = self.book.order.node(*(job.node for job in jobs))
        return self.book.open_join(name, node, jobs[0].run, place.operand, place.span)

    def is_asked_for(self, job: JobDraft, place: _Place) -> bool:
        """Whether what follows must ask for a job's result, and for that alone: nothing can make it good."""
        if self.book.is_sure(job, place.operand):
            return place.crowd.has_flows
        operand = self.book.operands.all[job.operand]
        while not self.book.operands.is_within(place.operand, operand.number):
            if self.is_about_failure(operand.fragment):
                return False
            operand = self.book.operands.all[operand.parent]
        return True

    def is_about_failure(self, number: int) -> bool:
        """Whether a fragment has an operand that handles a failure."""
        if number not in self.about_failure:
            fragment = self.fragments[number]
            self.about_failure[number] = fragment.operator is Operator.CRITICAL or any(
                guard.outcome for guard in fragment.read
            )
        return self.about_failure[number]

    def free(self, run: int, name: str) -> str:
        """A name that no other join of the run has."""
        number, free = 1, name
        while (run, free) in self.names:
            number += 1
            free = f"{name} {number}"
        self.names.add((run, free))
        return free

    def tell(self, job: JobDraft, loose: Sequence[JobDraft], span: Span) -> None:
        self.book.report(
            JOIN_ADDED,
            f"`{job.text.name}` is a job that only waits for the {len(loose)} before it, for GitHub takes no "
            "file with that many needs",
            Label(span, "what follows waits for it"),
            Label(loose[0].span, "the first job that it waits for"),
            cure="nothing is wrong with it; a diagram with fewer jobs side by side needs none",
        )
