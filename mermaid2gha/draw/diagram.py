"""One diagram for a workflow that starts by itself, with the workflows that it calls.

What the drawing needs not say is left to people: runners, steps, names, rights of reading, inputs. Every job
has its id as a mark, so that its words bind nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from mermaid2gha.base.never import assert_never
from mermaid2gha.base.records import dataclass, replace
from mermaid2gha.base.source import Block, SourceFile, Span
from mermaid2gha.compiler.marks.mark_values import SCOPES, called
from mermaid2gha.compiler.marks.mark_values import environment as environment_name
from mermaid2gha.compiler.vocabulary.guards import CONTEXTS
from mermaid2gha.compiler.vocabulary.lifelines import workflow_file
from mermaid2gha.draw import questions, words
from mermaid2gha.draw.again import Known
from mermaid2gha.draw.conditions import After, conditions, is_always_true, walk
from mermaid2gha.draw.content import (
    MOST_INSIDE,
    Axis,
    called_file,
    callers,
    computed,
    event_texts,
    is_repeated,
    outputs_that_are_asked,
    plain_arguments,
    plain_axes,
    read_events,
)
from mermaid2gha.draw.exchanges import STORE, Amount, exchanges
from mermaid2gha.draw.flows import EventFlow, flows
from mermaid2gha.draw.fragments import (
    FAILED,
    Abreast,
    Alternatives,
    Drawn,
    JobPart,
    Optional,
    Row,
    Then,
    conditions_of,
    conjunction,
    drawn_chains,
    drawn_fragments,
)
from mermaid2gha.draw.sentences import brief
from mermaid2gha.draw.structure import Chains, Parallel, Structure, chains, jobs_of, modules, series_parallel
from mermaid2gha.github.events import WORKFLOW_DISPATCH, kind_of
from mermaid2gha.github.expressions.ast import Context
from mermaid2gha.github.expressions.checker import condition_test
from mermaid2gha.github.workflow.reader import FileJob, WorkflowFile
from mermaid2gha.mermaid.ast import (
    Arrow,
    Box,
    Cosmetic,
    CosmeticKind,
    Diagram,
    Event,
    FragmentEnd,
    FragmentStart,
    Lifeline,
    Mark,
    Message,
    Note,
    OperandStart,
    Operator,
    Placement,
)
from mermaid2gha.mermaid.errors.github import is_keyword_of_github
from mermaid2gha.mermaid.lexer import BLANKS, tokens
from mermaid2gha.reconcile.gates import judging_job

SOURCE = "GitHub"
_HAS_FAILED = "anything failed"
_SUCCEEDED = "all went well"
_MOST_WIDE = 3
"""So many workflows stand side by side with all of their labels on one line."""
_LONGEST_LABEL = 40
"""So many code points of a lifeline's label stand on one line, which is as wide as all that stands on it."""
_AT_ONCE = "at once"
"""What stands at a `par`: without a text the Mermaid of today (12.3) puts what comes first over its tab."""
_NOT_SAID = {
    After.OTHER: "computes with the results of other jobs, which no fragment says",
    After.ANY: "runs whatever has failed before it, which is drawn only of what nothing waits for",
    After.FAILURE: "runs at `failure()`, and so not where a job ran out of time, which is drawn as a failure",
}
"""What of results a condition asks otherwise than its drawing says."""


@dataclass(frozen=True, slots=True)
class LeftToPeople:
    """Something of a file that the drawing leaves out: its place, and why."""

    span: Span
    reason: str


@dataclass(frozen=True, slots=True)
class DrawnDiagram:
    """A diagram, the files that it draws, and what of them it says otherwise; and what it leaves `open`, for
    only a run knows it."""

    diagram: Diagram
    files: tuple[str, ...]
    undrawn: tuple[LeftToPeople, ...]
    open: tuple[LeftToPeople, ...]


def drawn(
    name: str,
    entry: str,
    flow: EventFlow,
    files: Mapping[str, WorkflowFile],
    known: Known | None = None,
    *,
    messages: Amount = Amount.NONE,
) -> DrawnDiagram:
    """The diagram of a flow of a file, with what happens in those that it alone calls; `files` are all.

    What an earlier drawing calls things stays: it is `known`.
    """
    return _Drawing(name, entry, flow, files, known or Known(), messages=messages).drawn()


class _Drawing:
    """Collects the events of one diagram. `lifelines` has the files that it draws with their lifelines."""

    def __init__(
        self,
        name: str,
        entry: str,
        flow: EventFlow,
        files: Mapping[str, WorkflowFile],
        known: Known,
        *,
        messages: Amount,
    ) -> None:
        self.name = name
        self.entry = entry
        self.flow = flow
        self.files = files
        self.known = known
        self.messages = messages
        self.places: dict[str, Lifeline] = {}
        self.lifelines: dict[str, Lifeline] = {}
        self.boxes: list[Box] = []
        self.members: dict[str, list[Lifeline]] = {}
        self.at: dict[tuple[str, str], str] = {}
        self.events: list[Event] = []
        self.undrawn: list[LeftToPeople] = []
        self.open: list[LeftToPeople] = []

    def drawn(self) -> DrawnDiagram:
        self.workflow(self.entry, calls=(), started_by=None)
        declared: list[Event] = [_participant(Lifeline(SOURCE, SOURCE), "")]
        lifelines = [Lifeline(SOURCE, SOURCE)]
        for file, lifeline in self.lifelines.items():
            members = self.members.get(file, [])
            if members:
                box = self.boxes[members[0].box or 0]
                declared.append(Cosmetic(CosmeticKind.BOX, f"{box.color} {box.name}"))
                declared += [_participant(member, "") for member in members]
                declared.append(Cosmetic(CosmeticKind.BOX_END, ""))
                lifelines += members
            else:
                narrow = self._narrow(lifeline, file)
                declared.append(_participant(narrow, file))
                lifelines.append(narrow)
        for place in self.places.values():
            declared += [_participant(place, "")]
            lifelines.append(place)
        text = SourceFile("drawn", "")
        diagram = Diagram(
            self.name,
            None,
            lifelines=tuple(lifelines),
            boxes=tuple(self.boxes),
            events=(*declared, *self.events),
            title="",
            acc_title="",
            acc_descr="",
            front_title="",
            block=Block(text, "", pieces=(), heading=None, heading_span=None, span=Span(text, 0, 0)),
        )
        return DrawnDiagram(diagram, tuple(self.lifelines), tuple(self.undrawn), open=tuple(self.open))

    # -- a workflow --------------------------------------------------------------------------------

    def workflow(self, name: str, calls: tuple[str, ...], started_by: Message | None) -> None:
        """Draw what a file does from its start on; `calls` are the files on the way to it."""
        file = self.files[name]
        flow = self.flow if started_by is None else flows(file)[0]
        gate = judging_job(file)
        jobs = [job.id for job, _ in flow.jobs if gate is None or job.id != gate.id]
        edges = [edge for edge in flow.edges if edge[1] in jobs and edge[0] in jobs]
        structure = series_parallel(jobs, edges) if jobs else None
        label = self.label(name)
        lifeline = self.lifeline(name, label)
        chained: Chains | None = None
        groups: dict[str, Structure] = {}
        if jobs and structure is None:
            found = modules(jobs, edges)
            groups = dict(found.groups)
            chained = chains(list(groups), found.edges)
            self._box(name, label, chained, groups)
        first = self.at[name, chained.chains[0][0]] if chained is not None else lifeline.id
        if started_by is None:
            self._trigger(flow, first)
        else:
            self.events.append(
                Message(started_by.sender, first, started_by.text, Arrow.SOLID, marks=started_by.marks)
            )
        if chained is not None:
            self._also_started(name, chained)
        part = _Part(self, file, flow, calls=(*calls, name))
        if chained is not None:
            part.chained(chained, groups)
        elif structure is not None:
            part.structure(structure)
        if gate is not None:
            last = self.at[name, chained.chains[-1][-1]] if chained is not None else lifeline.id
            marks = (_mark("gate"), _mark("id", gate.id), *rights(gate))
            text = self.job_name(gate)
            self.events.append(Message(last, SOURCE, text, Arrow.DOTTED, marks=marks))

    def label(self, name: str) -> str:
        """What a workflow is called, with its file; the file alone where that says the same."""
        title = words.title(self.files[name].name, _stem(name))
        return name if title in (name, _stem(name)) else f"{title} ({name})"

    def job_name(self, job: FileJob, *, is_note: bool = False) -> str:
        """What a job is called: as people called it in the drawing or the file, else its id in words, which
        stands as it is in the mark."""
        said = words.spoken(job.id)
        ours = words.title(job.name or said, said)
        return self.known.text("id", job.id.casefold()) or (words.wrapped(ours) if is_note else ours)

    def _narrow(self, lifeline: Lifeline, file: str) -> Lifeline:
        """A lifeline with its file on a line of its own where there are many, or it is long, and the label is
        ours."""
        is_wide = len(self.lifelines) > _MOST_WIDE or len(lifeline.label) > _LONGEST_LABEL
        if not is_wide or lifeline.label != self.label(file):
            return lifeline
        return replace(lifeline, label=lifeline.label.replace(f" ({file})", f"<br/>({file})"))

    def lifeline(self, name: str, label: str) -> Lifeline:
        if name not in self.lifelines:
            given = self.known.lifeline(name)
            if given is not None and self.free(given.id) == given.id:
                self.lifelines[name] = replace(given, is_declared=True)
            else:
                self.lifelines[name] = Lifeline(self.free(_stem(name)), label, is_declared=True)
        return self.lifelines[name]

    def _box(self, name: str, label: str, chained: Chains, groups: Mapping[str, Structure]) -> None:
        """The lifelines of a file that is drawn as chains, in a box with its name."""
        members = []
        for chain in chained.chains:
            is_many = isinstance(groups[chain[0]], Parallel)
            called = f"{chain[0]} …" if is_many else chain[0]
            member = Lifeline(self.free(chain[0]), called, box=len(self.boxes), is_declared=True)
            members.append(member)
            for job in (job for first in chain for job in jobs_of(groups[first])):
                self.at[name, job] = member.id
            self.members[name] = members
        self.boxes.append(Box(label, "transparent", tuple(member.id for member in members)))

    def free(self, wanted: str) -> str:
        """A name for a lifeline that Mermaid takes for one, and that no other has."""
        taken = {SOURCE.casefold()} | {one.id.casefold() for one in self.lifelines.values()}
        taken |= {one.id.casefold() for members in self.members.values() for one in members}
        taken |= {one.id.casefold() for one in self.places.values()}
        stem = re.sub(r"\W+", "_", wanted, flags=re.ASCII).strip("_") or "workflow"
        name = stem if _is_name(stem) else f"{stem}_yml" if _is_name(f"{stem}_yml") else f"workflow_{stem}"
        number = 2
        while name.casefold() in taken:
            name, number = f"{stem}_{number}", number + 1
        return name

    def _trigger(self, flow: EventFlow, receiver: str) -> None:
        """The message that starts a flow, with all its events."""
        texts = [text for event in flow.events for text in event_texts(event)]
        mark = _mark("trigger", ", ".join(texts) or WORKFLOW_DISPATCH.name)
        said = brief(read_events(mark.value)) or ", ".join(event.name for event in flow.events)
        text = self.known.text("trigger", "") or words.escaped(said)
        self.events.append(Message(SOURCE, receiver, text, Arrow.SOLID, marks=(mark,)))

    def _also_started(self, name: str, chained: Chains) -> None:
        """The message again to each further lifeline of a box that waits for no other, only to be seen."""
        trigger = self.events[-1]
        assert isinstance(trigger, Message)
        awaited = {node[1] for node in chained.drawn if len(node) == 2}
        for first, *_ in chained.chains[1:]:
            if first not in awaited:
                at = self.at[name, first]
                self.events.append(replace(trigger, receiver=at, marks=(_mark("reply"),)))


class _Part:
    """Draws the jobs of one file on its lifelines."""

    def __init__(
        self, drawing: _Drawing, file: WorkflowFile, flow: EventFlow, *, calls: tuple[str, ...]
    ) -> None:
        self.drawing = drawing
        self.events = drawing.events
        self.file = file
        self.name = calls[-1]
        self.when = flow.when
        self.before = flow.before
        self.calls = calls
        self.jobs = {job.id: job for job, _ in flow.jobs}
        self.read = outputs_that_are_asked(file, conditions(file))
        self.shared: Mapping[str, int] = {}
        self.is_boxed = False
        self.has_inputs = any(kind_of(event.name).takes_inputs for event in file.events)

    def structure(self, part: Structure) -> None:
        """All jobs of a structure, in their fragments."""
        self._whole(drawn_fragments(part, self._terms, self.before))

    def _whole(self, drawn: Drawn) -> None:
        """All that is drawn of the file."""
        self.shared = questions.shared_terms(conditions_of(drawn))
        self._drawn(drawn)

    def _drawn(self, part: Drawn) -> None:
        match part:
            case JobPart(job):
                self._job(self.jobs[job], self._place(job))
            case Then(first, second):
                self.events.append(Message(self._place(first), self._place(second), "then", Arrow.DOTTED))
            case Row(parts):
                for one in parts:
                    self._drawn(one)
            case Abreast(parts):
                for place, one in enumerate(parts):
                    self.events.append(
                        OperandStart(Operator.PAR, "") if place else FragmentStart(Operator.PAR, _AT_ONCE)
                    )
                    self._drawn(one)
                self.events.append(FragmentEnd(Operator.PAR))
            case Optional(terms, body):
                text, marks = self._guard(terms)
                self.events.append(FragmentStart(Operator.OPT, text, marks=marks))
                self._drawn(body)
                self.events.append(FragmentEnd(Operator.OPT))
            case Alternatives():
                self._choice(part)
            case _:
                assert_never(part)

    def _choice(self, choice: Alternatives) -> None:
        for place, (terms, body) in enumerate(choice.operands):
            text, marks = self._guard(terms)
            if choice.is_outcome and not terms:
                text, marks = self._said(_SUCCEEDED, _mark("success")), (_mark("success"),)
            self.events.append(
                OperandStart(Operator.ALT, text, marks=marks)
                if place
                else FragmentStart(Operator.ALT, text, marks=marks)
            )
            self._drawn(body)
        self.events.append(FragmentEnd(Operator.ALT))

    def _guard(self, terms: Sequence[str]) -> tuple[str, tuple[Mark, ...]]:
        """The label and the marks of an operand; of one for all else there are none."""
        if not terms:
            return "", ()
        if tuple(terms) == (FAILED,):
            return self._said(_HAS_FAILED, _mark("failure")), (_mark("failure"),)
        asked = conjunction(terms)
        return self._said(questions.asked(asked, self.shared), _mark("if", asked)), (_mark("if", asked),)

    def _said(self, text: str, mark: Mark) -> str:
        """What people call what bears a mark, else a text of ours."""
        return self.drawing.known.text(mark.name, mark.value) or text

    def _place(self, job: str) -> str:
        """The lifeline on which a job is drawn."""
        return self.drawing.at.get((self.name, job)) or self.drawing.lifelines[self.name].id

    def _terms(self, job: str) -> tuple[str, ...]:
        """The conditions of a job; that something before it failed is one, without any text."""
        when = self.when[job]
        return (*filter(self._is_drawable, when.terms), *([FAILED] if when.after is After.FAILURE else []))

    def _is_drawable(self, term: str) -> bool:
        """Whether a mark, which is one line, can ask it: of contexts that there are, and of inputs only where
        some are given."""
        if not term.isprintable():
            return False
        asked = condition_test(term, contexts=CONTEXTS, is_stated=True)
        if isinstance(asked, list):
            return False
        return self.has_inputs or not any(part == Context("inputs") for part in walk(asked))

    def chained(self, chained: Chains, groups: Mapping[str, Structure]) -> None:
        """The jobs of a box in their fragments, and the messages between its lifelines."""
        self.is_boxed = True
        self._whole(drawn_chains(chained, groups, self._terms, self.before))

    # -- a job -------------------------------------------------------------------------------------

    def _job(self, job: FileJob, lifeline: str) -> None:
        if job.condition is not None:
            for reason in self._undrawn(job):
                left = LeftToPeople(job.condition.span, f"`{job.id}` {reason}")
                self.drawing.undrawn.append(left)
        self.drawing.open += [LeftToPeople(span, f"`{job.id}` {what}") for span, what in computed(job)]
        marks = (*self._marks(job), *((_mark("always"),) if self._is_aside(job) else ()))
        callee = called_file(job)
        if (
            callee
            and callee in self.drawing.files
            and callee not in self.calls
            and not self._is_noted(callee)
        ):
            self._call(job, callee, lifeline, marks)
            return
        if job.uses:
            marks = (*marks, *self._noted_call(job, callee))
        axes = plain_axes(job)
        loop = self._loop(axes) if is_repeated(job, axes) else None
        if axes and loop is None:
            marks = (*marks, _matrix(axes))
        self.events += [loop] if loop is not None else []
        name = self.drawing.job_name(job, is_note=True)
        self.events.append(Note(Placement.OVER, (lifeline,), name, marks=marks))
        self._exchanges(job, lifeline)
        if loop is not None:
            self.events.append(FragmentEnd(Operator.LOOP))

    def _is_aside(self, job: FileJob) -> bool:
        """Whether a job runs whatever has failed before it, and nothing waits for it: no call, and no job on
        the lifeline of a box, where each waits for the one above."""
        is_needed = any(
            need.job.casefold() == job.id.casefold() for one in self.file.jobs for need in one.needs
        )
        is_after = self.when[job.id].after is After.ANY and bool(job.needs)
        return is_after and not (is_needed or job.uses or self.is_boxed)

    def _is_noted(self, callee: str) -> bool:
        """Whether a call stands as a note: of what has a diagram of its own, where a lifeline for each would
        make the picture too wide to read."""
        drawing = self.drawing
        called = {called_file(job) for job in self.jobs.values()} & drawing.files.keys()
        return (
            len(called) > MOST_INSIDE
            and callee not in drawing.lifelines
            and drawing.known.lifeline(callee) is None
            and not callers(callee, drawing.files, drawing.known.inside)
        )

    def _noted_call(self, job: FileJob, callee: str) -> Iterator[Mark]:
        """The marks by which a note says what its job calls, if a mark can."""
        try:
            path = called(callee or job.uses)
        except ValueError:
            reason = f"`{job.id}` calls a workflow that no mark can name, and is drawn as a job"
            uses = job.item("uses")
            place = uses.key.span if uses is not None else job.span
            self.drawing.undrawn.append(LeftToPeople(place, reason))
            return
        yield _mark("call", path)
        if given := plain_arguments(job):
            yield _mark("with", ", ".join(given))

    def _loop(self, axes: Sequence[Axis]) -> FragmentStart:
        """The loop over a matrix, called by the axes that have several values."""
        several = [axis for axis, values in axes if len(values) > 1] or [axis for axis, _ in axes]
        said = words.escaped(words.listed(list(map(words.spoken, several))))
        return FragmentStart(
            Operator.LOOP, self._said(f"For each {said}", _matrix(axes)), marks=(_matrix(axes),)
        )

    def _undrawn(self, job: FileJob) -> Iterator[str]:
        """What the condition of a job asks and its drawing does not."""
        when = self.when[job.id]
        if when.after in _NOT_SAID and not self._is_aside(job):
            yield _NOT_SAID[when.after]
        elif job.condition is not None and re.search(r"\balways\s*\(", job.condition.value, re.IGNORECASE):
            yield "asks `always()`, and so runs though the run was cancelled, which no drawing says"
        if is_always_true(job):
            yield "has an `if` that is always true, for something stands beside its braces, be it a line end"
        for term in when.own:
            if not self._is_drawable(term):
                yield f"asks `{term}`, which a condition of a drawing cannot ask"

    def _exchanges(self, job: FileJob, lifeline: str) -> None:
        """What a job gives and takes, as messages that are nothing but seen."""
        drawing = self.drawing
        for one in exchanges(job, self.file, drawing.messages):
            if one.place not in drawing.places:
                name = drawing.free(one.place)
                drawing.places[one.place] = Lifeline(name, one.place, STORE, is_declared=True)
            place = drawing.places[one.place].id
            sender, receiver = (place, lifeline) if one.is_taken else (lifeline, place)
            self.events.append(Message(sender, receiver, one.text, Arrow.DOTTED, marks=(_mark("reply"),)))

    def _call(self, job: FileJob, callee: str, lifeline: str, marks: tuple[Mark, ...]) -> None:
        drawing = self.drawing
        is_drawn = callee in drawing.lifelines or not callers(callee, drawing.files, drawing.known.inside)
        name = drawing.job_name(job)
        given = plain_arguments(job)
        says = (_mark("call"), *([_mark("with", ", ".join(given))] if given else []))
        call = Message(lifeline, "", name, Arrow.SOLID, marks=(*marks, *says))
        if is_drawn:
            drawing.lifeline(callee, drawing.label(callee))
            first = (
                drawing.members[callee][0].id if callee in drawing.members else drawing.lifelines[callee].id
            )
            drawing.events.append(Message(lifeline, first, name, Arrow.SOLID, marks=call.marks))
            last = first
        else:
            drawing.workflow(callee, self.calls, call)
            last = (
                drawing.members[callee][-1].id if callee in drawing.members else drawing.lifelines[callee].id
            )
        drawing.events.append(Message(last, lifeline, "done", Arrow.DOTTED, marks=(_mark("reply"),)))

    def _marks(self, job: FileJob) -> Iterator[Mark]:
        yield _mark("id", job.id)
        if job.environment and environment_name(job.environment) == job.environment:
            yield _mark("approval", job.environment)
        if outputs := self.read.get(job.id):
            yield _mark("outputs", ", ".join(outputs))
        yield from rights(job)


def rights(job: FileJob) -> Iterator[Mark]:
    """The rights to write that a job has, as a mark."""
    given = [
        f"{scope}: write" for scope, level in job.permissions or () if level == "write" and scope in SCOPES
    ]
    if given:
        yield _mark("permissions", ", ".join(given))


def _matrix(axes: Sequence[Axis]) -> Mark:
    said = ", ".join(f"{axis}: [{', '.join(values)}]" for axis, values in axes)
    return _mark("matrix", f"{{{said}}}")


def _mark(name: str, value: str = "") -> Mark:
    return Mark(name, value, _NOWHERE)


_NOWHERE = Span(SourceFile("drawn", ""), 0, 0)


def _participant(lifeline: Lifeline, file: str) -> Cosmetic:
    """A declaration; where its label does not say which file it is, a mark does."""
    is_read = not file or workflow_file(f"{lifeline.label} {lifeline.id}") == file
    marks = () if is_read else (_mark("role", f"workflow {file}"),)
    return Cosmetic(CosmeticKind.PARTICIPANT, "", lifeline.id, marks=marks)


def _stem(name: str) -> str:
    return name.rsplit(".", 1)[0]


def _is_name(text: str) -> bool:
    """Whether Mermaid, and GitHub's, takes a text as the name of a lifeline where a message begins."""
    if is_keyword_of_github(text):
        return False
    first = next(tokens(f"{text} ->> {text}: x\n", []))
    return first.kind == "INITIAL_ACTOR" and f"{text} ->>"[: first.end].strip(BLANKS) == text
