"""The document that draws workflows: a section for each, and what was there before.

A document that draws some of them already keeps its prose, its order and its labels: the diagram of a
workflow is written anew only if it would say something else, and what is new comes at the end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from mermaid2gha.adopt.suggestions import file_name
from mermaid2gha.base.edit import Edit, apply
from mermaid2gha.base.markdown import diagram_blocks, is_markdown
from mermaid2gha.base.records import dataclass, replace
from mermaid2gha.base.source import Block, SourceFile, Span
from mermaid2gha.compiler.vocabulary.events import EventText
from mermaid2gha.compiler.vocabulary.lifelines import workflow_file
from mermaid2gha.draw.again import Known, compile_alike, gone_jobs, known_of, meant, with_what_people_wrote
from mermaid2gha.draw.content import drawn_events, entries, read_events
from mermaid2gha.draw.diagram import DrawnDiagram, LeftToPeople, drawn
from mermaid2gha.draw.exchanges import Amount
from mermaid2gha.draw.flows import EventFlow, flows, whole
from mermaid2gha.draw.questions import event_words
from mermaid2gha.draw.sections import Sections, kind_of_section
from mermaid2gha.draw.sentences import when
from mermaid2gha.draw.words import escaped, listed, title
from mermaid2gha.github.events import kind_of
from mermaid2gha.github.workflow.reader import WorkflowFile
from mermaid2gha.mermaid.ast import Cosmetic, Diagram, Message
from mermaid2gha.mermaid.format.document import meaning
from mermaid2gha.mermaid.parse import is_sequence_diagram, parse
from mermaid2gha.mermaid.write import write

TITLE = "CI"
_INTRODUCTION = (
    "The diagrams on this page are the source of the workflows that they name: edit them, then run "
    "`mermaid2gha compile`."
)


@dataclass(frozen=True, slots=True)
class DrawnDocument:
    """The text of a document that draws workflows.

    `fresh` and `changed` are the files whose diagrams are new or others than before; `gone` the places of
    diagrams whose workflow is not there any more, `gone_jobs` the files and ids of jobs that went from one.
    """

    text: str
    files: tuple[str, ...]
    fresh: tuple[str, ...]
    changed: tuple[str, ...]
    gone: tuple[Span, ...]
    gone_jobs: tuple[tuple[str, str], ...]
    undrawn: tuple[LeftToPeople, ...]


def drawn_document(
    files: Mapping[str, WorkflowFile], old: SourceFile | None, messages: Amount = Amount.NONE
) -> DrawnDocument:
    """All workflows by their bare names as one document; `old` is what it says now, if it is there."""
    before = _sections(old) if old is not None else {}
    text = old.text if old is not None else f"# {TITLE}\n\n{_INTRODUCTION}\n"
    stands = [(block, _events(diagram)) for known in before.values() for block, diagram in known]
    stands.sort(key=lambda section: section[0].span.start)
    more = Sections(old, len(entries(files)) if old is None else 0, stands)
    edits: list[Edit] = []
    fresh: list[str] = []
    changed: list[str] = []
    all_drawn: list[DrawnDiagram] = []
    taken: set[str] = set()
    gone: list[Span] = []
    gone_before: list[tuple[str, str]] = []
    for name, file in ((name, files[name]) for name in entries(files)):
        known = before.pop(name, [])
        parts = flows(file) if len(known) != 1 else (whole(file),)
        paired = _paired(parts, known)
        gone += [block.span for block, _ in known if all(block is not one[0] for one in paired if one)]
        for flow, section in zip(parts, paired):
            named = known_of([diagram for _, diagram in known], section[1] if section is not None else None)
            made = drawn(_heading(file, flow, taken), name, flow, files, named, messages=messages)
            all_drawn.append(made)
            if section is None:
                fresh.append(name)
                events = drawn_events(flow.events)
                kind = kind_of_section(drawn_events(file.events))
                more.add(
                    kind, len(file.jobs), _section(made, _sentence(name, events, flow), more.level(kind))
                )
            elif not _says_the_same(*section, made.diagram):
                changed.append(name)
                gone_before += [(name, job) for job in gone_jobs(section[1], made.diagram)]
                base = _base(section[1], name, files, named, messages)
                text_again = with_what_people_wrote(section[1], made.diagram, base)
                edits.append(Edit(section[0].span, _inside(section[0], text_again)))
                edits += _sentence_again(*section, name, flow)
    newline = "\r\n" if "\r\n" in text else "\n"
    edits += [Edit(edit.span, edit.text.replace("\n", newline)) for edit in more.edits()]
    text = apply(text, edits)
    if rest := more.rest():
        text = text.rstrip("\r\n") + newline + rest.replace("\n", newline)
    gone += [block.span for known in before.values() for block, _ in known]
    undrawn = tuple(one for made in all_drawn for one in made.undrawn)
    return DrawnDocument(
        text,
        tuple(files),
        fresh=tuple(dict.fromkeys(fresh)),
        changed=tuple(dict.fromkeys(changed)),
        gone=tuple(gone),
        gone_jobs=tuple((name, job) for name, job in dict.fromkeys(gone_before) if not files[name].job(job)),
        undrawn=tuple(dict.fromkeys(undrawn)),
    )


def _base(
    old: Diagram, name: str, files: Mapping[str, WorkflowFile], known: Known, messages: Amount
) -> Diagram | None:
    """The drawing of what a diagram means, as it would be drawn; none if it means no workflow."""
    said = meant(old.block.text)
    if name not in said:
        return None
    return drawn(old.name, name, whole(said[name]), {**files, **said}, known, messages=messages).diagram


_Section = tuple[Block, Diagram]


def _sections(old: SourceFile) -> dict[str, list[_Section]]:
    """The diagrams of a document by the file that each begins with."""
    found: dict[str, list[_Section]] = {}
    for block in diagram_blocks(old):
        if is_sequence_diagram(block):
            diagram, _ = parse(block)
            name = _first_file(diagram)
            if name:
                found.setdefault(name, []).append((block, diagram))
    return found


def _paired(parts: Sequence[EventFlow], known: Sequence[_Section]) -> list[_Section | None]:
    """For each flow of a file the diagram of those there are that has most of its events."""
    left = list(known)
    result: list[_Section | None] = []
    for flow in parts:
        names = {event.name for event in flow.events}
        best = max(left, key=lambda section: len(names & _event_names(section[1])), default=None)
        if best is not None and (len(parts) == 1 or names & _event_names(best[1])):
            left.remove(best)
            result.append(best)
        else:
            result.append(None)
    return result


def _events(diagram: Diagram) -> list[EventText]:
    """The events that the marks of a diagram name."""
    marks = (mark for event in diagram.events if isinstance(event, Message) for mark in event.marks)
    return [event for mark in marks if mark.name == "trigger" for event in read_events(mark.value)]


def _event_names(diagram: Diagram) -> set[str]:
    return {event.event for event in _events(diagram)}


def _first_file(diagram: Diagram) -> str:
    """The file that a diagram draws: that of the workflow which something starts, else the first named."""
    files = dict(_files(diagram))
    started = [
        event.receiver
        for event in diagram.events
        if isinstance(event, Message) and any(mark.name == "trigger" for mark in event.marks)
    ]
    return next((files[one] for one in (*started, *files) if one in files), "")


def _files(diagram: Diagram) -> Iterator[tuple[str, str]]:
    """The workflow file of each lifeline that has one: by the mark above it, its box, or its label."""
    marks = {
        event.lifeline: mark.value
        for event in diagram.events
        if isinstance(event, Cosmetic)
        for mark in event.marks
        if mark.name == "role"
    }
    for lifeline in diagram.lifelines:
        kind, _, given = marks.get(lifeline.id, "").partition(" ")
        box = diagram.boxes[lifeline.box].name if lifeline.box is not None else ""
        file = given if kind == "workflow" else workflow_file(box or "") or workflow_file(lifeline.label)
        if file:
            yield lifeline.id, file


def _says_the_same(block: Block, old: Diagram, new: Diagram) -> bool:
    """Whether a diagram is the new one, up to its words, or compiles to what that does."""
    file = SourceFile("drawn.mmd", write(new))
    read, _ = parse(diagram_blocks(file)[0])
    return _content(old) == _content(read) or compile_alike(block.text, new)


def _content(diagram: Diagram) -> tuple[object, ...]:
    said = meaning(diagram)
    return said.lifelines, said.boxes, tuple(map(_bare, said.events))


def _bare(event: object) -> object:
    """An event without what people may write as they like."""
    if isinstance(event, Message) and not any(mark.name == "id" for mark in event.marks):
        return replace(event, text="")
    return event


def _inside(block: Block, text: str) -> str:
    """A diagram in the place of a block: in its fence, each line behind what stands before those there."""
    host = block.span.text
    newline = "\r\n" if "\r\n" in block.file.text else "\n"
    text = text.replace("\n", newline)
    if not is_markdown(block.file):
        return text
    opening, closing = host[: host.index("\n") + 1], host[host.rindex("\n") + 1 :]
    line, column = block.file.line_column(block.offset(0))
    lead = block.file.line_text(line)[: column - 1]
    return opening + "".join(lead + one for one in text.splitlines(keepends=True)) + closing


def _heading(file: WorkflowFile, flow: EventFlow, taken: set[str]) -> str:
    """The name of a flow: the workflow's, unless another has it or its words would say more than a name, and
    its events where that has several."""
    name = file_name(file)
    apart = "" if flow.is_sole else f": {listed(_said(flow))}"
    heading = title(file.name, name.rpartition(".")[0]) + apart
    if heading.casefold() in taken or " from " in f" {heading.casefold()} ":
        heading = escaped(name) + apart
    taken.add(heading.casefold())
    return heading


def _section(made: DrawnDiagram, sentence: str, level: int) -> str:
    return f"\n{'#' * level} {made.diagram.name}\n\n{sentence}\n\n```mermaid\n{write(made.diagram)}```\n"


def _sentence(name: str, events: Sequence[EventText], flow: EventFlow) -> str:
    """A sentence on when a file runs, or does what is drawn."""
    said = when(events) or "by hand"
    if flow.is_sole:
        return f"`{name}` runs {said}."
    return f"This is what `{name}` does {'when run ' if said.startswith('by hand') else ''}{said}."


def _sentence_again(block: Block, old: Diagram, name: str, flow: EventFlow) -> Iterator[Edit]:
    """The sentence above a diagram, if it is still ours, as it is to be now."""
    before, after = (_sentence(name, one, flow) for one in (_events(old), drawn_events(flow.events)))
    start = block.heading_span.end if block.heading_span is not None else 0
    words = r"\s+".join(map(re.escape, before.split()))
    match = re.search(words, block.file.text[start : block.span.start])
    if match is not None and before != after:
        yield Edit(Span(block.file, start + match.start(), start + match.end()), after)


def _said(flow: EventFlow) -> list[str]:
    """The events of a flow in words, but that of being called."""
    return [event_words(event.name) for event in flow.events if not kind_of(event.name).is_call]
