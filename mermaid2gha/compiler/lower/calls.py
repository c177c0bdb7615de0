"""Calls of jobs and of workflows, and what one workflow dispatches to another (sections 2, 3 and 6)."""

from __future__ import annotations

import re

from mermaid2gha.base.records import replace
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.ir.builders import JobDraft
from mermaid2gha.compiler.ir.diagram_ir import JobKind, StepKind
from mermaid2gha.compiler.lower.builder import FlowBuilder
from mermaid2gha.compiler.lower.timeline import Frontier
from mermaid2gha.compiler.reading.effects import Effect, statement
from mermaid2gha.compiler.vocabulary import labels
from mermaid2gha.compiler.vocabulary.events import EventText
from mermaid2gha.compiler.vocabulary.labels import LabelText
from mermaid2gha.github.events import WORKFLOW_CALL
from mermaid2gha.github.names import job_id
from mermaid2gha.mermaid.ast import Message, Note


class Calls:
    """Carries out calls; `job_of` is the job that a job's lifeline is at present."""

    def __init__(self, book: FlowBuilder) -> None:
        self.book = book
        self.order = book.order
        self.job_of: dict[str, int] = {}

    def job_lifeline(self, lifeline: str, span: Span) -> JobDraft:
        """The job of a job's lifeline; the first thing that the lifeline does opens it."""
        if lifeline not in self.job_of:
            who = self.book.participants[lifeline]
            job = self.book.open_job(lifeline, JobKind.WORK, labels.parsed(who.name), span)
            self.job_of[lifeline] = job.number
        return self.book.jobs[self.job_of[lifeline]]

    def job_call(self, event: Note | Message, deed: Effect, span: Span) -> None:
        assert deed.partner is not None
        caller = self.order.at(deed.lifeline)
        self.book.run_at(deed.lifeline, span)
        self.job_of.pop(deed.partner.id, None)
        self.order.stand(deed.partner.id, Frontier(caller.frontier))
        job = self.job_lifeline(deed.partner.id, span)
        job.fixed_id = self.book.fixed_id(event.marks)
        job.outputs += [job_id(name) for name in deed.outputs]
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
            job.outputs += [job_id(name) for name in re.split(r"\s*[,;]\s*", match[1]) if name]
        standing = self.order.at(deed.lifeline)
        node = self.order.node(job.node, *standing.frontier)
        self.order.stand(deed.lifeline, Frontier((node,), (number,), False))
        self.book.trace(event.span, statement(event), "end of the job", number)

    def workflow_call(self, event: Note | Message, deed: Effect, span: Span) -> None:
        assert deed.partner is not None
        job = self.book.open_job(deed.lifeline, JobKind.CALL, LabelText(deed.partner.name), span)
        job.fixed_id = self.book.fixed_id(event.marks)
        job.call = deed.partner.file
        given = labels.pieces(event.text)[1:]
        pairs = (re.match(r"([A-Za-z_][\w-]*)\s*:\s*(.+)$", line) for line in given)
        job.arguments = (*(tuple((m[1], m[2].strip()) for m in pairs if m)), *deed.arguments)
        self.book.end_stretch(deed.lifeline)
        called = deed.events or (EventText(WORKFLOW_CALL.name),)
        run = self.book.open_run(deed.partner.id, called, span, (job.node,), "")
        run.begun_by = job.node
        if self.book.tries():
            self.book.retried_calls.append((run, span))
        self.book.trace(event.span, statement(event), f"job that runs {deed.partner.file}", job.number)

    def dispatch(self, event: Note | Message, deed: Effect, span: Span) -> None:
        assert deed.partner is not None
        step = replace(self.book.step(StepKind.DISPATCH, deed.text, span, deed.partner), rights=deed.rights)
        job = self.book.joined(deed.lifeline)
        if job is None:
            text = LabelText(deed.text.name, deed.text.tags)
            job = self.book.open_job(deed.lifeline, JobKind.WORK, text, span)
            job.fixed_id = self.book.fixed_id(event.marks)
        job.steps.append(step)
        self.book.end_stretch(deed.lifeline)
        run = self.book.open_run(deed.partner.id, deed.events, span, (job.node,), "")
        run.begun_by = job.node
        self.book.trace(event.span, statement(event), f"step that starts {deed.partner.file}", job.number)
