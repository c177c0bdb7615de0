"""One diagram for a workflow that starts by itself, with the workflows that it calls.

What the drawing needs not say is left to people: runners, steps, names, rights of reading, inputs. Every job
has its id as a mark, so that its words bind nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from mermaid2gha.base.records import dataclass
from mermaid2gha.base.source import Block, SourceFile, Span
from mermaid2gha.compiler.marks.mark_values import SCOPES
from mermaid2gha.compiler.vocabulary.guards import CONTEXTS
from mermaid2gha.compiler.vocabulary.lifelines import workflow_file
from mermaid2gha.draw import words
from mermaid2gha.draw.conditions import After, RunsWhen, conditions, walk
from mermaid2gha.draw.content import (
    called_file,
    callers,
    event_texts,
    gate_of,
    outputs_that_are_asked,
    plain_axes,
)
from mermaid2gha.draw.exchanges import Amount, exchanges
from mermaid2gha.draw.structure import (
    Chains,
    Parallel,
    Series,
    Single,
    Structure,
    chains,
    jobs_of,
    series_parallel,
)
from mermaid2gha.github.events import WORKFLOW_DISPATCH, kind_of
from mermaid2gha.github.expressions.ast import Context, text_of
from mermaid2gha.github.expressions.checker import condition_test
from mermaid2gha.github.expressions.condition import all_of, negation, whole
from mermaid2gha.github.expressions.parser import parsed
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
from mermaid2gha.mermaid.lexer import BLANKS, tokens

SOURCE = "GitHub"
_FAILED = "if anything failed"


@dataclass(frozen=True, slots=True)
class LeftToPeople:
    """Something of a file that the drawing leaves out: its place, and why."""

    span: Span
    reason: str


@dataclass(frozen=True, slots=True)
class DrawnDiagram:
    """A diagram, the files that it draws, and what it leaves out of them."""

    diagram: Diagram
    files: tuple[str, ...]
    undrawn: tuple[LeftToPeople, ...]


def drawn(
    name: str,
    entry: str,
    files: Mapping[str, WorkflowFile],
    labels: Mapping[str, str] | None = None,
    *,
    messages: Amount = Amount.NONE,
) -> DrawnDiagram:
    """The diagram of a file, with what happens in those that it alone calls; `files` are all by name.

    `labels` are texts of an earlier drawing, by the ids of jobs in lower case, which stay.
    """
    return _Drawing(name, entry, files, labels or {}, messages=messages).drawn()


class _Drawing:
    """Collects the events of one diagram. `lifelines` has the files that it draws with their lifelines."""

    def __init__(
        self,
        name: str,
        entry: str,
        files: Mapping[str, WorkflowFile],
        labels: Mapping[str, str],
        *,
        messages: Amount,
    ) -> None:
        self.name = name
        self.entry = entry
        self.files = files
        self.labels = labels
        self.messages = messages
        self.places: dict[str, Lifeline] = {}
        self.lifelines: dict[str, Lifeline] = {}
        self.boxes: list[Box] = []
        self.members: dict[str, list[Lifeline]] = {}
        self.at: dict[tuple[str, str], str] = {}
        self.events: list[Event] = []
        self.undrawn: list[LeftToPeople] = []

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
                declared.append(_participant(lifeline, file))
                lifelines.append(lifeline)
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
        return DrawnDiagram(diagram, tuple(self.lifelines), tuple(self.undrawn))

    # -- a workflow --------------------------------------------------------------------------------

    def workflow(self, name: str, calls: tuple[str, ...], started_by: Message | None) -> None:
        """Draw what a file does from its start on; `calls` are the files on the way to it."""
        file = self.files[name]
        gate = gate_of(file)
        jobs = [job.id for job in file.jobs if gate is None or job.id != gate.id]
        edges = [(need.job, job.id) for job in file.jobs for need in job.needs if job.id in jobs]
        at = {job.casefold(): job for job in jobs}
        edges = [(at[first.casefold()], second) for first, second in edges if first.casefold() in at]
        structure = series_parallel(jobs, edges) if jobs else None
        label = self.label(name)
        lifeline = self.lifeline(name, label)
        chained: Chains | None = None
        if jobs and structure is None:
            chained = chains(jobs, edges)
            self._box(name, label, chained)
        first = self.at[name, chained.chains[0][0]] if chained is not None else lifeline.id
        if started_by is None:
            self._trigger(file, first)
        else:
            self.events.append(
                Message(started_by.sender, first, started_by.text, Arrow.SOLID, marks=started_by.marks)
            )
        part = _Part(self, file, conditions(file), calls=(*calls, name))
        if chained is not None:
            part.chained(chained)
        elif structure is not None:
            part.structure(structure, frozenset())
        if gate is not None:
            last = self.at[name, chained.chains[-1][-1]] if chained is not None else lifeline.id
            marks = (_mark("gate"), _mark("id", gate.id))
            text = words.title(gate.name or gate.id, gate.id)
            self.events.append(Message(last, SOURCE, text, Arrow.DOTTED, marks=marks))

    def label(self, name: str) -> str:
        """What a workflow is called, with its file."""
        return f"{words.title(self.files[name].name, _stem(name))} ({name})"

    def lifeline(self, name: str, label: str) -> Lifeline:
        if name not in self.lifelines:
            self.lifelines[name] = Lifeline(self.free(_stem(name)), label, is_declared=True)
        return self.lifelines[name]

    def _box(self, name: str, label: str, chained: Chains) -> None:
        """The lifelines of a file that is drawn as chains, in a box with its name."""
        members = []
        for chain in chained.chains:
            member = Lifeline(self.free(chain[0]), chain[0], box=len(self.boxes), is_declared=True)
            members.append(member)
            for job in chain:
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

    def _trigger(self, file: WorkflowFile, receiver: str) -> None:
        """The message that starts a file, with all its events."""
        texts = [text for event in file.events for text in event_texts(event)]
        said = dict.fromkeys(event.name.replace("_", " ") for event in file.events)
        mark = _mark("trigger", ", ".join(texts) or WORKFLOW_DISPATCH.name)
        text = ", ".join(said) or "by hand"
        self.events.append(Message(SOURCE, receiver, words.escaped(text), Arrow.SOLID, marks=(mark,)))


class _Part:
    """Draws the jobs of one file on its lifelines."""

    def __init__(
        self,
        drawing: _Drawing,
        file: WorkflowFile,
        when: Mapping[str, RunsWhen],
        *,
        calls: tuple[str, ...],
    ) -> None:
        self.drawing = drawing
        self.events = drawing.events
        self.file = file
        self.name = calls[-1]
        self.when = when
        self.calls = calls
        self.jobs = {job.id: job for job in file.jobs}
        self.read = outputs_that_are_asked(file, when)
        self.has_inputs = any(kind_of(event.name).takes_inputs for event in file.events)

    def structure(self, part: Structure, given: frozenset[str]) -> None:
        """A part under the conditions that stand around it already, and its own around it."""
        common = self._common(part) - given
        opened = self._open(self._ordered(part, common))
        self._inside(part, given | common)
        self.events += opened * [FragmentEnd(Operator.OPT)]

    def _inside(self, part: Structure, given: frozenset[str]) -> None:
        match part:
            case Single(job):
                self._job(self.jobs[job], self.drawing.lifelines[self.name].id)
            case Series(parts):
                for group in self._grouped(parts, given, adjacent=True):
                    if len(group) == len(parts):
                        for one in parts:
                            self.structure(one, given)
                    else:
                        self.structure(group[0] if len(group) == 1 else Series(tuple(group)), given)
            case Parallel(parts):
                groups = self._grouped(parts, given, adjacent=False)
                if len(groups) == 1:
                    groups = [[one] for one in parts]
                self._operands(
                    [group[0] if len(group) == 1 else Parallel(tuple(group)) for group in groups], given
                )

    def _operands(self, parts: Sequence[Structure], given: frozenset[str]) -> None:
        """Parts without an order, as operands of a `par`; two of which exactly one happens, as an `alt`."""
        operands: list[tuple[Structure, ...]] = []
        left = list(parts)
        while left:
            part = left.pop(0)
            other = next((one for one in left if self._are_opposite(part, one, given)), None)
            if other is not None:
                left.remove(other)
            operands.append((part,) if other is None else (part, other))
        if len(operands) > 1:
            self.events.append(FragmentStart(Operator.PAR, ""))
        for place, operand in enumerate(operands):
            if place:
                self.events.append(OperandStart(Operator.PAR, ""))
            if len(operand) == 1:
                self.structure(operand[0], given)
            else:
                self._alternatives(operand, given)
        if len(operands) > 1:
            self.events.append(FragmentEnd(Operator.PAR))

    def _are_opposite(self, part: Structure, other: Structure, given: frozenset[str]) -> bool:
        """Whether each of two parts asks one thing, and that is true of exactly one of them."""
        first, second = (self._common(one) - given for one in (part, other))
        if len(first) != 1 or len(second) != 1 or "" in first | second:
            return False
        return text_of(negation(parsed(*first))) == text_of(parsed(*second))

    def _alternatives(self, parts: Sequence[Structure], given: frozenset[str]) -> None:
        for place, part in enumerate(parts):
            common = self._common(part) - given
            (term,) = common
            marks = (_mark("if", term),)
            self.events.append(
                OperandStart(Operator.ALT, words.asked(term), marks=marks)
                if place
                else FragmentStart(Operator.ALT, words.asked(term), marks=marks)
            )
            self._inside(part, given | common)
        self.events.append(FragmentEnd(Operator.ALT))

    def _grouped(
        self, parts: Sequence[Structure], given: frozenset[str], *, adjacent: bool
    ) -> list[list[Structure]]:
        """The parts that stand in one fragment, because all of them share their conditions."""
        groups: list[tuple[frozenset[str], list[Structure]]] = []
        for part in parts:
            common = self._common(part) - given
            candidates = groups[-1:] if adjacent else groups
            fitting = next((members for key, members in candidates if key and key == common), None)
            if fitting is not None:
                fitting.append(part)
            else:
                groups.append((common, [part]))
        return [members for _, members in groups]

    def _common(self, part: Structure) -> frozenset[str]:
        """The conditions of all jobs of a part."""
        sets = [frozenset(self._terms(job)) for job in jobs_of(part)]
        return frozenset.intersection(*sets)

    def _ordered(self, part: Structure, chosen: frozenset[str]) -> list[str]:
        return [term for term in self._terms(jobs_of(part)[0]) if term in chosen]

    def _terms(self, job: str) -> tuple[str, ...]:
        """The conditions of a job; that something before it failed is one, without any text."""
        when = self.when[job]
        return (*filter(self._is_drawable, when.terms), *([""] if when.after is After.FAILURE else []))

    def _is_drawable(self, term: str) -> bool:
        """Whether a mark can ask it: of contexts that there are, and of inputs only where some are given."""
        asked = condition_test(term, contexts=CONTEXTS, is_stated=True)
        if isinstance(asked, list):
            return False
        return self.has_inputs or not any(part == Context("inputs") for part in walk(asked))

    def _open(self, terms: Sequence[str]) -> int:
        """Open the fragments of conditions, one for all that are asked, one for a failure; gives how many."""
        starts = []
        if asked := [term for term in terms if term]:
            starts.append(
                FragmentStart(Operator.OPT, words.asked(_all(asked)), marks=(_mark("if", _all(asked)),))
            )
        if "" in terms:
            starts.append(FragmentStart(Operator.OPT, _FAILED, marks=(_mark("failure"),)))
        self.events += starts
        return len(starts)

    def chained(self, chained: Chains) -> None:
        """The jobs of a box, each under its own conditions, and the messages between its lifelines."""
        at = self.drawing.at
        for node in chained.drawn:
            if len(node) == 2:
                sender, receiver = (at[self.name, job] for job in node)
                self.events.append(Message(sender, receiver, "then", Arrow.DOTTED))
                continue
            opened = self._open(self._terms(node[0]))
            self._job(self.jobs[node[0]], at[self.name, node[0]])
            self.events += opened * [FragmentEnd(Operator.OPT)]

    # -- a job -------------------------------------------------------------------------------------

    def _job(self, job: FileJob, lifeline: str) -> None:
        if self.when[job.id].after is After.OTHER and job.condition is not None:
            reason = "it computes with the results of other jobs, which no fragment says"
            self.drawing.undrawn.append(LeftToPeople(job.condition.span, reason))
        elif self.when[job.id].after is After.ANY and job.condition is not None:
            reason = "it runs whatever has failed before it, which is drawn only of the last check"
            self.drawing.undrawn.append(LeftToPeople(job.condition.span, reason))
        for term in self.when[job.id].own:
            if not self._is_drawable(term) and job.condition is not None:
                reason = f"`{term}` asks what a condition of a drawing cannot ask"
                self.drawing.undrawn.append(LeftToPeople(job.condition.span, reason))
        marks = tuple(self._marks(job))
        name = self._name(job)
        callee = called_file(job)
        if callee and callee in self.drawing.files and callee not in self.calls:
            self._call(job, callee, lifeline, marks)
            return
        if job.uses:
            reason = (
                "it calls a workflow of another repository" if not callee else "the workflow is not there"
            )
            self.drawing.undrawn.append(LeftToPeople(job.span, reason))
        axes = plain_axes(job)
        if axes:
            value = ", ".join(f"{axis}: [{', '.join(values)}]" for axis, values in axes)
            said = ", ".join(axis.replace("_", " ").replace("-", " ") for axis, _ in axes)
            mark = _mark("matrix", f"{{{value}}}")
            self.events.append(FragmentStart(Operator.LOOP, f"For each {words.escaped(said)}", marks=(mark,)))
        self.events.append(Note(Placement.OVER, (lifeline,), name, marks=marks))
        self._exchanges(job, lifeline)
        if axes:
            self.events.append(FragmentEnd(Operator.LOOP))

    def _exchanges(self, job: FileJob, lifeline: str) -> None:
        """What a job gives and takes, as messages that are nothing but seen."""
        drawing = self.drawing
        for one in exchanges(job, self.file, drawing.messages):
            if one.place not in drawing.places:
                name = drawing.free(one.place)
                drawing.places[one.place] = Lifeline(name, one.place, "database", is_declared=True)
            place = drawing.places[one.place].id
            sender, receiver = (place, lifeline) if one.is_taken else (lifeline, place)
            self.events.append(
                Message(sender, receiver, words.escaped(one.text), Arrow.DOTTED, marks=(_mark("reply"),))
            )

    def _call(self, job: FileJob, callee: str, lifeline: str, marks: tuple[Mark, ...]) -> None:
        drawing = self.drawing
        is_drawn = callee in drawing.lifelines or not callers(callee, drawing.files)
        name = self._name(job)
        call = Message(lifeline, "", name, Arrow.SOLID, marks=(*marks, _mark("call")))
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

    def _name(self, job: FileJob) -> str:
        """What a job is called in the drawing."""
        return self.drawing.labels.get(job.id.casefold()) or words.title(job.name or job.id, job.id)

    def _marks(self, job: FileJob) -> Iterator[Mark]:
        yield _mark("id", job.id)
        if job.environment and re.fullmatch(r"[A-Za-z0-9][\w.-]*", job.environment):
            yield _mark("approval", job.environment)
        if outputs := self.read.get(job.id):
            yield _mark("outputs", ", ".join(outputs))
        rights = [
            f"{scope}: write"
            for scope, level in job.permissions or ()
            if level == "write" and scope in SCOPES
        ]
        if rights:
            yield _mark("permissions", ", ".join(rights))


def _all(terms: Sequence[str]) -> str:
    """The conjunction of expressions, as one."""
    return text_of(all_of(*(whole(parsed(term)) for term in terms)))


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
    """Whether Mermaid takes a text for the name of a lifeline at the beginning of a message."""
    first = next(tokens(f"{text} ->> {text}: x\n", []))
    return first.kind == "INITIAL_ACTOR" and f"{text} ->>"[: first.end].strip(BLANKS) == text
