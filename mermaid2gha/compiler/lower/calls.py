"""Calls of jobs and of workflows, and what one workflow dispatches to another.

The rules are those of docs/language.md#messages-artifacts-and-waits.
"""

from __future__ import annotations

import re

from mermaid2gha.base.records import replace
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.ir.diagram_ir import DrawnJob, JobKind, StepKind
from mermaid2gha.compiler.ir.occurrences import OccurrenceKind
from mermaid2gha.compiler.lower.builder import FlowBuilder
from mermaid2gha.compiler.order.timeline import Frontier
from mermaid2gha.compiler.reading.effects import Effect, statement
from mermaid2gha.compiler.vocabulary import labels
from mermaid2gha.compiler.vocabulary.events import EventText
from mermaid2gha.compiler.vocabulary.labels import LabelText
from mermaid2gha.github.events import WORKFLOW_CALL
from mermaid2gha.github.names import job_id
from mermaid2gha.mermaid.ast import Mark, Message, Note


class Calls:
    """Carries out calls; `job_of` is the job that a job's lifeline is at present."""

    def __init__(self, book: FlowBuilder) -> None:
        self.book = book
        self.job_of: dict[str, int] = {}

    def job_lifeline(self, lifeline: str, span: Span, marks: tuple[Mark, ...] = ()) -> DrawnJob:
        """The job of a job's lifeline; the first thing that the lifeline does opens it."""
        if lifeline not in self.job_of:
            text = labels.parsed(self.book.participants[lifeline].name)
            job = self.book.open_job(lifeline, JobKind.WORK, text, span, marks=marks)
            self.job_of[lifeline] = job.number
        return self.book.jobs[self.job_of[lifeline]]

    def job_call(self, event: Note | Message, deed: Effect, span: Span) -> None:
        assert deed.partner is not None
        self.book.run_at(deed.lifeline, span)
        self.job_of.pop(deed.partner.id, None)
        sent = self.book.occur(OccurrenceKind.SEND, deed.lifeline)
        self.book.occur(OccurrenceKind.START, deed.partner.id, sent)
        job = self.job_lifeline(deed.partner.id, span, event.marks)
        self.book.declare(job, deed)
        self.book.end_stretch(deed.lifeline)
        self.book.trace(event.span, statement(event), "start of the job", job.number)

    def job_reply(self, event: Note | Message, deed: Effect) -> None:
        assert deed.partner is not None
        number = self.job_of.get(deed.partner.id)
        if number is None:
            self.book.trace(event.span, statement(event), "cosmetic")
            return
        job = self.book.jobs[number]
        if match := re.match(r"outputs?\s*:\s*(.+)", deed.text.name, re.IGNORECASE):
            outputs = tuple(job_id(name) for name in re.split(r"\s*[,;]\s*", match[1]) if name)
            self.book.jobs[number] = replace(job, outputs=job.outputs + outputs)
        self.book.occur(OccurrenceKind.RECEIVE, deed.lifeline, job.occurrence)
        points = self.book.timeline.at(deed.lifeline).points
        self.book.timeline.stand(deed.lifeline, Frontier(points, (job.occurrence,), False))
        self.book.trace(event.span, statement(event), "end of the job", number)

    def workflow_call(self, event: Note | Message, deed: Effect, span: Span) -> None:
        assert deed.partner is not None
        pairs = (re.match(r"([A-Za-z_][\w-]*)\s*:\s*(.+)$", line) for line in labels.pieces(event.text)[1:])
        job = self.book.open_job(
            deed.lifeline,
            JobKind.CALL,
            LabelText(deed.partner.name),
            span,
            marks=event.marks,
            call=deed.partner.file,
            arguments=(*((m[1], m[2].strip()) for m in pairs if m), *deed.arguments),
        )
        self.book.end_stretch(deed.lifeline)
        events = deed.events or (EventText(WORKFLOW_CALL.name),)
        run = self.book.open_run(deed.partner.id, events, span, sender=job.occurrence)
        self.book.open_runs[run.number].begun_by = job.occurrence
        if self.book.tries():
            self.book.retried_calls.append((run.number, span))
        self.book.trace(event.span, statement(event), f"job that runs {deed.partner.file}", job.number)

    def dispatch(self, event: Note | Message, deed: Effect, span: Span) -> None:
        assert deed.partner is not None
        step = replace(self.book.step(StepKind.DISPATCH, deed.text, span, deed.partner), rights=deed.rights)
        text = LabelText(deed.text.name, deed.text.tags)
        job = self.book.joined(deed.lifeline) or self.book.open_job(
            deed.lifeline, JobKind.WORK, text, span, marks=event.marks
        )
        self.book.steps[job.number].append(step)
        self.book.end_stretch(deed.lifeline)
        run = self.book.open_run(deed.partner.id, deed.events, span, sender=job.occurrence)
        self.book.open_runs[run.number].begun_by = job.occurrence
        self.book.trace(event.span, statement(event), f"step that starts {deed.partner.file}", job.number)
