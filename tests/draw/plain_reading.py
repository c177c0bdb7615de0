"""A reading of drawn documents that shares nothing with the package but Mermaid's parser.

It knows only what `draw` writes: lifelines with their files, jobs by `%% id`, conditions as texts, and the
order that lifelines and messages give (docs/language.md#order).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from mermaid2gha.base.markdown import diagram_blocks
from mermaid2gha.base.source import SourceFile
from mermaid2gha.mermaid.ast import (
    Cosmetic,
    Diagram,
    FragmentEnd,
    FragmentStart,
    Mark,
    Message,
    Note,
    OperandStart,
    Operator,
)
from mermaid2gha.mermaid.parse import is_sequence_diagram, parse

FAILED = "%% failure"
"""The condition of jobs that run when something before them failed."""

_FILE = re.compile(r"[\w.+-]+\.ya?ml(?=\)|$)")


@dataclass
class Job:
    """A drawn job: `before` are all jobs of its file that precede it in its diagram, `asked` the conditions
    around it, each with whether it must hold."""

    id: str
    before: frozenset[str]
    asked: tuple[tuple[str, bool], ...] = ()
    marks: dict[str, str] = field(default_factory=dict)
    axes: dict[str, list[str]] = field(default_factory=dict)
    callee: str = ""
    is_gate: bool = False


@dataclass
class Flow:
    """What a diagram says of one file; `events` have their filters, none if it is only called there."""

    file: str
    events: dict[str, dict[str, list[str]]]
    jobs: dict[str, Job]


@dataclass
class _Fragment:
    operator: Operator
    start: dict[str, frozenset[str]]
    ends: list[dict[str, frozenset[str]]] = field(default_factory=list)
    asked: list[list[tuple[str, bool]]] = field(default_factory=list)
    earlier: list[list[tuple[str, bool]]] = field(default_factory=list)
    axes: dict[str, list[str]] = field(default_factory=dict)
    is_handler: list[bool] = field(default_factory=list)


def flows(document: str) -> list[Flow]:
    """What all diagrams of a document say, in their order."""
    found = []
    for block in diagram_blocks(SourceFile("drawn.md", document)):
        if is_sequence_diagram(block):
            diagram, findings = parse(block)
            assert not [one for one in findings if one.severity.value == "error"], findings
            found += list(_Reading(diagram).flows())
    return found


def _marks(event: object) -> dict[str, str]:
    given: tuple[Mark, ...] = getattr(event, "marks", ())
    return {mark.name: mark.value for mark in given}


class _Reading:
    def __init__(self, diagram: Diagram) -> None:
        self.diagram = diagram
        self.files = dict(self._files())
        self.known: dict[str, frozenset[str]] = {}
        self.open: list[_Fragment] = []
        self.depths: dict[str, int] = {}
        self.events: dict[str, dict[str, dict[str, list[str]]]] = {}
        self.jobs: dict[str, dict[str, Job]] = {}

    def _files(self) -> Iterator[tuple[str, str]]:
        """The file of each lifeline, by its label, its box, or the mark above it."""
        for lifeline in self.diagram.lifelines:
            box = self.diagram.boxes[lifeline.box].name or "" if lifeline.box is not None else ""
            if match := _FILE.search(box) or _FILE.search(lifeline.label):
                yield lifeline.id, match[0]
        for event in self.diagram.events:
            if isinstance(event, Cosmetic) and (role := _marks(event).get("role", "")).startswith(
                "workflow "
            ):
                yield event.lifeline or "", role.removeprefix("workflow ").strip()

    def flows(self) -> Iterator[Flow]:
        for event in self.diagram.events:
            match event:
                case FragmentStart(operator):
                    self._start(_Fragment(operator, dict(self.known)), event)
                case OperandStart():
                    self._operand(event)
                case FragmentEnd():
                    self._end()
                case Note(_, (lifeline,)) if "id" in _marks(event):
                    self._job(lifeline, _marks(event), _marks(event).get("call", ""))
                case Message():
                    self._message(event)
        assert not self.open
        for file in dict.fromkeys(self.files.values()):
            yield Flow(file, self.events.get(file, {}), self.jobs.get(file, {}))

    # -- fragments -------------------------------------------------------------------------------

    def _start(self, fragment: _Fragment, event: FragmentStart) -> None:
        self.open.append(fragment)
        marks = _marks(event)
        if event.operator is Operator.LOOP:
            fragment.axes = {
                axis: [str(one) for one in values]
                for axis, values in yaml.load(marks["matrix"], yaml.BaseLoader).items()
            }
        self._asked(fragment, marks, is_first=True)

    def _asked(self, fragment: _Fragment, marks: dict[str, str], *, is_first: bool) -> None:
        """The conditions of an operand, and that those before it do not hold."""
        asked = [(f"!({one[0]})", True) for earlier in fragment.earlier for one in earlier]
        own = []
        if "if" in marks:
            own = [(marks["if"], True)]
        elif "failure" in marks:
            own, asked = [(FAILED, True)], []
        elif fragment.operator is Operator.OPT:
            raise AssertionError(f"an opt that asks nothing: {marks}")
        if fragment.operator in (Operator.ALT, Operator.OPT):
            fragment.earlier.append([one for one in own if one[0] != FAILED])
        fragment.is_handler.append("failure" in marks and fragment.operator in (Operator.ALT, Operator.OPT))
        fragment.asked.append([*asked, *own])
        assert is_first or fragment.operator in (Operator.ALT, Operator.PAR)

    def _operand(self, event: OperandStart) -> None:
        fragment = self.open[-1]
        fragment.ends.append(self.known)
        self.known = dict(fragment.start)
        self._asked(fragment, _marks(event), is_first=False)

    def _end(self) -> None:
        fragment = self.open.pop()
        ends = [*fragment.ends, self.known]
        kept = [end for end, handles in zip(ends, fragment.is_handler, strict=True) if not handles]
        self.known = dict(fragment.start)
        for lifeline in {name for end in kept for name in end}:
            self.known[lifeline] = frozenset().union(*(end.get(lifeline, frozenset()) for end in kept))

    # -- jobs ------------------------------------------------------------------------------------

    def _job(self, lifeline: str, marks: dict[str, str], callee: str = "", *, is_gate: bool = False) -> None:
        file = self.files[lifeline]
        inner = self.open[self.depths.get(file, 0) :]
        drawn = self.jobs.setdefault(file, {})
        known = (
            drawn if is_gate else self.known.get(lifeline, ())
        )  # a gate follows all that is drawn above it
        job = Job(
            marks["id"].casefold(),
            frozenset(one for one in known if one in drawn),
            asked=tuple(one for fragment in inner for one in fragment.asked[-1]),
            marks=marks,
            axes={axis: values for fragment in inner for axis, values in fragment.axes.items()},
            callee=callee,
            is_gate=is_gate,
        )
        assert job.id not in drawn, f"{job.id} is drawn twice"
        drawn[job.id] = job
        if "always" not in marks:  # nothing waits for what runs aside
            self.known[lifeline] = self.known.get(lifeline, frozenset()) | {job.id}

    def _message(self, event: Message) -> None:
        marks = _marks(event)
        sender, receiver = event.sender, event.receiver
        if "trigger" in marks:
            file = self.files[receiver]
            assert not self.open
            self.events[file] = dict(_events(marks["trigger"]))
        elif "gate" in marks:
            self._job(sender, marks, is_gate=True)
        elif "call" in marks:
            callee = self.files[receiver]
            self._job(sender, marks, callee)
            self.depths.setdefault(callee, len(self.open))
        elif "reply" in marks:
            return
        elif sender in self.files and self.files[sender] == self.files.get(receiver):
            self.known[receiver] = self.known.get(receiver, frozenset()) | self.known.get(sender, frozenset())


# -- the mark of a trigger -----------------------------------------------------------------------


def _events(mark: str) -> Iterator[tuple[str, dict[str, list[str]]]]:
    """The events of a mark with their filters; those of a schedule are joined."""
    times: list[str] = []
    for event in _parted(mark, ","):
        name, _, inside = event.partition("[")
        filters: dict[str, list[str]] = {}
        for one in _parted(inside.removesuffix("]"), ",") if inside else ():
            key, _, values = one.partition("=")
            filters[key] = [_bare(value) for value in _parted(values, "|")]
        times += filters.get("cron", [])
        yield name, {"cron": sorted(times)} if times and name == "schedule" else filters


def _parted(text: str, sign: str) -> list[str]:
    found, depth, quote, piece = [], 0, "", ""
    for char in text:
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char in "[]":
            depth += 1 if char == "[" else -1
        if char == sign and not depth and not quote:
            found.append(piece.strip())
            piece = ""
        else:
            piece += char
    return [*found, piece.strip()]


def _bare(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text
