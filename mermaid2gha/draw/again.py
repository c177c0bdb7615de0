"""A diagram that is drawn once more: what people wrote in the one that was there stays.

Their labels go into the new drawing, by what each statement is for; their comments are put back above the
statements that they stood above, or, where one is gone, above what followed it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mermaid2gha.base.markdown import diagram_blocks
from mermaid2gha.base.records import dataclass
from mermaid2gha.base.source import SourceFile
from mermaid2gha.compiler.compile import Compilation, compile_documents
from mermaid2gha.compiler.marks.marks import MISPLACED_MARK
from mermaid2gha.compiler.vocabulary.lifelines import workflow_file as named_file
from mermaid2gha.draw.content import read_events
from mermaid2gha.draw.merge import merged
from mermaid2gha.draw.sentences import brief
from mermaid2gha.draw.terms import event_words
from mermaid2gha.draw.words import escaped
from mermaid2gha.github.workflow.emitter import workflow_text
from mermaid2gha.github.workflow.model import Workflow
from mermaid2gha.github.workflow.reader import WorkflowFile, workflow_file
from mermaid2gha.mermaid.ast import (
    MARKS,
    Cosmetic,
    CosmeticKind,
    Diagram,
    Event,
    FragmentEnd,
    FragmentStart,
    Lifeline,
    Message,
    Note,
    OperandStart,
)
from mermaid2gha.mermaid.format.document import formatted
from mermaid2gha.mermaid.parse import parse
from mermaid2gha.mermaid.write import INDENT, write
from mermaid2gha.settings.model import Settings

_COMMENT = re.compile(r"\s*%%(?!\{)\s*(?:([a-z]+)\s*(?::.*)?)?")
_NAMING = ("id", "if", "failure", "success", "matrix", "trigger", "gate")
"""The marks that say what a statement is for, the first that is there."""

_NONE = Settings()

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What an earlier drawing calls things: texts by what they are for, lifelines by their files.

    `inside` are the files whose jobs it draws where they are called.
    """

    texts: tuple[tuple[Key, str], ...] = ()
    lifelines: tuple[tuple[str, Lifeline], ...] = ()
    inside: frozenset[str] = frozenset()

    def text(self, *key: str) -> str:
        """The text of what bears this mark; empty if there was none."""
        return dict(self.texts).get(key, "")

    def lifeline(self, file: str) -> Lifeline | None:
        return dict(self.lifelines).get(file)


def known_of(diagrams: Sequence[Diagram], first: Diagram | None, *, with_ours: bool = False) -> Known:
    """What diagrams of a file call the things that they draw.

    The words of what starts a run are those of the `first` alone, and only if they are people's own: ours say
    which events these are, and so are said anew, but `with_ours`.
    """
    texts: dict[Key, str] = {}
    lifelines: dict[str, Lifeline] = {}
    for diagram in sorted(diagrams, key=lambda one: one is not first):
        for event in diagram.events:
            if not isinstance(event, Note | Message | FragmentStart | OperandStart):
                continue
            key = _named(event)
            is_kept = key[:1] != ("trigger",) or (diagram is first and (with_ours or not _is_ours(event)))
            if key and is_kept:
                texts.setdefault(key, event.text)
        for lifeline in diagram.lifelines:
            if lifeline.box is None and (file := named_file(lifeline.label)):
                lifelines.setdefault(file, lifeline)
    return Known(tuple(texts.items()), tuple(lifelines.items()))


def _is_ours(trigger: Note | Message | FragmentStart | OperandStart) -> bool:
    """Whether the words of what starts a run are those that `draw` gives to these events, today or before."""
    events = [event for mark in trigger.marks if mark.name == "trigger" for event in read_events(mark.value)]
    former = ", ".join(dict.fromkeys(event_words(event.event) for event in events))
    return trigger.text in (escaped(brief(events)), escaped(former))


def _named(event: Note | Message | FragmentStart | OperandStart) -> Key:
    """What a statement is for, by its marks; a trigger is one whatever starts it."""
    marks = {mark.name: mark.value for mark in event.marks}
    name = next((name for name in _NAMING if name in marks), "")
    if not name:
        return ()
    value = marks[name].casefold() if name == "id" else "" if name == "trigger" else marks[name]
    return name, value


def with_what_people_wrote(old: Diagram, new: Diagram, base: Diagram | None) -> str:
    """The text of a new diagram, with what people changed in an old one.

    `base` is the drawing of what the old one means, if it means anything. Without it their comments stay.
    """
    text = write(new)
    wanted = _compiled(text)
    if base is not None and wanted is not None:
        lines = old.block.text.splitlines(keepends=True)
        theirs = _laid_out("".join(line for line in lines if not _is_comment(line)))
        said = merged(write(base), theirs, text, lambda one: _compiled(one, with_marks=True) == wanted)
        text = _laid_out(said)
    return _with_comments(old, text)


def _is_comment(line: str) -> bool:
    """Whether a line is a comment of people's, and no mark."""
    if not line.lstrip().startswith("%%"):
        return False
    match = _COMMENT.fullmatch(line.rstrip()) or _COMMENT.match(line)
    return match is not None and match[1] not in MARKS


def _laid_out(text: str) -> str:
    """A diagram in the canonical layout."""
    return formatted(SourceFile("drawn.mmd", text), parse).text


def meant(text: str) -> dict[str, WorkflowFile]:
    """The workflows that a diagram of people's means, by their files; none if it compiles to none."""
    compilation = compile_documents((SourceFile("drawn.mmd", text),), Settings())
    if any(finding.severity.value == "error" for finding in compilation.diagnostics):
        return {}
    read = {
        one.file: workflow_file(workflow_text(one).encode(), one.file)[0] for one in compilation.workflows
    }
    return {name: file for name, file in read.items() if file is not None}


def _with_comments(old: Diagram, text: str) -> str:
    """A text with the comments of people: each above the line that it stood above, or above the statement of
    that line, or, where this is gone, above the next one that has a name."""
    comments = list(_comments(old))
    if not comments:
        return text
    read, _ = parse(diagram_blocks(SourceFile("drawn.mmd", text))[0])
    places = {key: (first, last) for first, last, key in _anchors(read)}
    order = [key for *_, key in _anchors(old)]
    lines = text.splitlines()
    above: dict[int, list[str]] = {}
    for comment, below, key in comments:
        following = order[order.index(key) :] if key in order else []
        found = next((one for one in following if one in places and (one == key or _is_name(one))), None)
        at = len(lines)
        if found is not None:
            at, last = places[found]
            same = [place for place in range(at, last + 1) if lines[place].strip() == below]
            at = same[0] if same and found == key else at
        above.setdefault(at, []).append(comment)
    result: list[str] = []
    for number, line in enumerate(lines):
        indent = line[: len(line) - len(line.lstrip())]
        result += [f"{indent}{comment}" for comment in above.get(number, ())]
        result.append(line)
    result += [f"{INDENT}{comment}" for comment in above.get(len(lines), ())]
    return "".join(f"{line}\n" for line in result)


def gone_jobs(old: Diagram, new: Diagram) -> list[str]:
    """The ids of jobs that an old diagram marks and a new one has not."""
    first, second = (
        {
            mark.value: None
            for event in one.events
            for mark in getattr(event, "marks", ())
            if mark.name == "id"
        }
        for one in (old, new)
    )
    left = {name.casefold() for name in second}
    return [name for name in first if name.casefold() not in left]


def _anchors(diagram: Diagram) -> Iterator[tuple[int, int, Key]]:
    """The statements of a diagram: the line of the first mark of each, its own line, and what it is.

    What has no name is known by the next one that has, an end by the last.
    """
    events = [event for event in diagram.events if event.span is not None]
    keys = [_key(event) for event in events]
    near = list(keys)
    for at in reversed(range(len(keys))):
        if not _is_name(keys[at]):
            near[at] = near[at + 1] if at + 1 < len(keys) else ()
    for at, event in enumerate(events):
        if isinstance(event, FragmentEnd):
            near[at] = near[at - 1] if at else ()
    counts: dict[Key, int] = {}
    for event, key, name in zip(events, keys, near):
        assert event.span is not None
        whole = key if _is_name(key) else (*key, *name)
        counts[whole] = counts.get(whole, 0) + 1
        marks = (mark.span.start for mark in getattr(event, "marks", ()))
        first = min((event.span.start, *marks))
        yield _line(diagram, first), _line(diagram, event.span.start), (*whole, str(counts[whole]))


def _is_name(key: Key) -> bool:
    """Whether a statement is known by what it is for, or by its lifelines."""
    return key[0] in (*_NAMING, "message", "participant")


def _key(event: Event) -> Key:
    if isinstance(event, Note | Message | FragmentStart | OperandStart) and (named := _named(event)):
        return named
    match event:
        case Message(sender, receiver):
            return "message", sender, receiver
        case Cosmetic(CosmeticKind.PARTICIPANT, _, str(lifeline)):
            return "participant", lifeline
        case FragmentStart(operator) | OperandStart(operator):
            return type(event).__name__, operator.value
        case _:
            return (type(event).__name__,)


def _line(diagram: Diagram, offset: int) -> int:
    """The number of a line in its diagram, from 0, by an offset in the document."""
    file = diagram.block.file
    first, _ = file.line_column(diagram.block.offset(0))
    line, _ = file.line_column(offset)
    return line - first


def _comments(diagram: Diagram) -> Iterator[tuple[str, str, Key]]:
    """The comments of people, each with the line below it that is none, and the statement of that line; at
    the end without any."""
    anchors = list(_anchors(diagram))
    lines = diagram.block.text.splitlines()
    for number, line in enumerate(lines):
        if _is_comment(line):
            key = next((key for _, at, key in anchors if at > number), ())
            below = next((one for one in lines[number + 1 :] if not _is_comment(one)), "")
            yield line.strip(), below.strip(), key


# -- what it compiles to ---------------------------------------------------------------------------


def compile_alike(old: str, new: Diagram, settings: Settings) -> bool:
    """Whether a diagram of people's, as text, compiles under settings to what a new one does, however it is
    drawn."""
    first, second = (_compiled(text, settings) for text in (old, write(new)))
    return first is not None and first == second


def _compiled(text: str, settings: Settings = _NONE, *, with_marks: bool = False) -> object:
    """What a text compiles to; none if to nothing or, `with_marks`, if a mark stands where none may."""
    compilation: Compilation = compile_documents((SourceFile("drawn.mmd", text),), settings)
    if any(finding.severity.value == "error" for finding in compilation.diagnostics):
        return None
    if with_marks and any(finding.rule == MISPLACED_MARK.name for finding in compilation.diagnostics):
        return None
    return {workflow.file: _content(workflow) for workflow in compilation.workflows}


def _content(workflow: Workflow) -> object:
    """What is drawn of a workflow, without names and layout."""
    triggers = {(one.event, frozenset(one.filters), frozenset(one.cron)) for one in workflow.triggers}
    jobs = {
        job.id.casefold(): (
            frozenset(job.needs),
            job.condition,
            job.environment,
            frozenset(job.matrix),
            frozenset((right.scope, right.level) for right in job.permissions),
            frozenset(output.name for output in job.outputs),
            job.call.uses if job.call is not None else "",
            job.is_gate,
        )
        for job in workflow.jobs
    }
    return triggers, jobs
