"""Calls of jobs and of workflows, and what one workflow dispatches to another.

The rules are those of docs/language.md#messages-artifacts-and-waits.
"""

from __future__ import annotations

import re

from mermaid2gha.base.records import replace
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.ir.flow_graph import DrawnJob, JobKind, StepKind
from mermaid2gha.compiler.ir.occurrences import OccurrenceKind
from mermaid2gha.compiler.lower.builder import FlowBuilder
from mermaid2gha.compiler.order.timeline import Frontier
from mermaid2gha.compiler.reading.effects import Effect, EffectKind, Ground, statement
from mermaid2gha.compiler.vocabulary import labels
from mermaid2gha.compiler.vocabulary.events import EventText
from mermaid2gha.compiler.vocabulary.labels import LabelText
from mermaid2gha.compiler.vocabulary.lifelines import is_command_line
from mermaid2gha.github.events import WORKFLOW_CALL
from mermaid2gha.github.names import flag_id
from mermaid2gha.mermaid.ast import Mark, Message, Note


class Calls:
    """Carries out calls; `job_of` is the job that a job's lifeline is at present."""

    def __init__(self, builder: FlowBuilder) -> None:
        self.builder = builder
        self.job_of: dict[str, int] = {}

    def job_lifeline(self, lifeline: str, span: Span, marks: tuple[Mark, ...] = ()) -> DrawnJob:
        """The job of a job's lifeline; the first thing that the lifeline does opens it."""
        if lifeline not in self.job_of:
            text = labels.parsed(self.builder.participants[lifeline].name)
            job = self.builder.open_job(lifeline, JobKind.WORK, text, span, marks=marks)
            self.job_of[lifeline] = job.number
        return self.builder.jobs[self.job_of[lifeline]]

    def job_call(self, event: Note | Message, effect: Effect, span: Span) -> None:
        assert effect.partner is not None
        self.builder.run_at(effect.lifeline, span)
        self.job_of.pop(effect.partner.id, None)
        sent = self.builder.occur(OccurrenceKind.SEND, effect.lifeline)
        self.builder.occur(OccurrenceKind.START, effect.partner.id, sent)
        job = self.job_lifeline(effect.partner.id, span, event.marks)
        asked = effect.text if effect.text.name else job.text
        step = self.builder.step(StepKind.ACTIVITY, asked, span, rights=effect.rights)
        if effect.ground is not Ground.MARK and is_command_line(effect.text.name):
            self.builder.steps[job.number].append(step)
        else:
            self.builder.asked[job.number] = step
        self.builder.declare(job, effect)
        if effect.environment:
            self.builder.approve(job, effect.environment)
        self.builder.end_stretch(effect.lifeline)
        self.builder.trace(event.span, statement(event), "start of the job", job.number)

    def job_reply(self, event: Note | Message, effect: Effect) -> None:
        assert effect.partner is not None
        number = self.job_of.get(effect.partner.id)
        if number is None:
            self.builder.trace(event.span, statement(event), "cosmetic")
            return
        job = self.builder.jobs[number]
        if effect.own is EffectKind.ACTIVITY:
            span = event.text_span or event.span or job.span
            step = self.builder.step(StepKind.ACTIVITY, effect.text, span, rights=effect.rights)
            self.builder.steps[number].append(step)
        if effect.outputs:
            outputs = tuple(map(flag_id, effect.outputs))
            self.builder.jobs[number] = replace(job, outputs=job.outputs + outputs)
        self.builder.occur(OccurrenceKind.RECEIVE, effect.lifeline, job.occurrence)
        points = self.builder.timeline.at(effect.lifeline).points
        self.builder.timeline.stand(effect.lifeline, Frontier(points, (job.occurrence,), False))
        self.builder.trace(event.span, statement(event), "end of the job", number)

    def workflow_call(self, event: Note | Message, effect: Effect, span: Span) -> None:
        assert effect.partner is not None
        pairs = (
            re.match(r"([A-Za-z_][\w-]*)\s*:\s*(.+)$", line, re.ASCII)
            for line in labels.pieces(event.text)[1:]
        )
        arguments = (*((m[1], m[2].strip()) for m in pairs if m), *effect.arguments)
        self.await_approval(effect, span)
        job = self.builder.open_job(
            effect.lifeline,
            JobKind.CALL,
            # what tells the calls of one workflow apart is what they give it
            LabelText(effect.partner.name, details=tuple(value for _, value in arguments)),
            span,
            marks=event.marks,
            call=effect.partner.file,
            arguments=arguments,
            rights=effect.rights,
        )
        self.builder.end_stretch(effect.lifeline)
        self.job_of.pop(effect.lifeline, None)  # the job that calls has no further steps
        events = effect.events or (EventText(WORKFLOW_CALL.name),)
        run = self.builder.open_run(effect.partner.id, events, span, sender=job.occurrence)
        self.builder.open_runs[run.number].begun_by = job.occurrence
        if self.builder.tries():
            self.builder.retried_calls.append((run.number, span))
        self.builder.trace(event.span, statement(event), f"job that runs {effect.partner.file}", job.number)

    def await_approval(self, effect: Effect, span: Span) -> None:
        """Let the job that an effect is about to open wait for whom a mark above it says."""
        if effect.environment:
            self.builder.await_approval(effect.lifeline, effect.environment, span)

    def noted_call(self, event: Note | Message, effect: Effect, span: Span) -> None:
        """A job that calls a workflow which the diagram does not show."""
        self.await_approval(effect, span)
        job = self.builder.open_job(
            effect.lifeline,
            JobKind.CALL,
            LabelText(effect.text.name, effect.text.tags),
            span,
            marks=event.marks,
            call=effect.call,
            arguments=effect.arguments,
            rights=effect.rights,
        )
        self.builder.noted.add(job.number)
        self.builder.comments[job.number] += [f"({remark})" for remark in effect.text.remarks]
        self.builder.end_stretch(effect.lifeline)
        self.builder.trace(event.span, statement(event), f"job that runs {effect.call}", job.number)

    def dispatch(self, event: Note | Message, effect: Effect, span: Span) -> None:
        assert effect.partner is not None
        step = self.builder.step(
            StepKind.DISPATCH, effect.text, span, partner=effect.partner, rights=effect.rights
        )
        text = LabelText(effect.text.name, effect.text.tags)
        self.await_approval(effect, span)
        job = self.builder.joined(effect.lifeline) or self.builder.open_job(
            effect.lifeline, JobKind.WORK, text, span, marks=event.marks
        )
        self.builder.steps[job.number].append(step)
        self.builder.end_stretch(effect.lifeline)
        run = self.builder.open_run(effect.partner.id, effect.events, span, sender=job.occurrence)
        self.builder.runs[run.number] = replace(run, given=(*run.given, *effect.arguments))
        self.builder.open_runs[run.number].begun_by = job.occurrence
        self.builder.trace(
            event.span, statement(event), f"step that starts {effect.partner.file}", job.number
        )
