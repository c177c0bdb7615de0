"""The documents that draw workflows: a section for each, and what was there before.

Documents that draw some of them already keep their prose, their order and their labels: the diagram of a
workflow is written anew only if it would say something else, where it stands, and what is new comes behind
what is of its kind.
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
from mermaid2gha.draw.again import Known, compile_alike, gone_jobs, known_of, meant, with_what_people_wrote
from mermaid2gha.draw.content import drawn_events, entries
from mermaid2gha.draw.diagram import DrawnDiagram, LeftToPeople, drawn
from mermaid2gha.draw.earlier import Section, drawn_inside, events_of, paired, sections
from mermaid2gha.draw.exchanges import STORE, Amount
from mermaid2gha.draw.flows import EventFlow, flows, whole
from mermaid2gha.draw.sections import Sections, kind_of_section
from mermaid2gha.draw.sentences import when
from mermaid2gha.draw.terms import event_words
from mermaid2gha.draw.words import escaped, listed, title
from mermaid2gha.github.events import kind_of
from mermaid2gha.github.workflow.reader import WorkflowFile
from mermaid2gha.mermaid.ast import Diagram, Message
from mermaid2gha.mermaid.format.document import meaning
from mermaid2gha.mermaid.parse import parse
from mermaid2gha.mermaid.width import WIDTH, wanted_width
from mermaid2gha.mermaid.write import INDENT, write
from mermaid2gha.settings.model import Settings

TITLE = "CI"
_BEGINNING = (
    f"# {TITLE}\n\nThe diagrams on this page are the source of the workflows that they name: edit them, "
    "then run `mermaid2gha compile`.\n"
)


@dataclass(frozen=True, slots=True)
class DrawnBefore:
    """Documents that draw already, and that in which new diagrams stand, by its name and as it is, if it is
    there. `drawn` are workflows that these documents draw in a way in which no diagram is of one alone, and
    `there` the names of all files beside those that are drawn."""

    name: str
    documents: tuple[SourceFile, ...] = ()
    settings: Settings = Settings()
    drawn: frozenset[str] = frozenset()
    there: frozenset[str] = frozenset()

    @property
    def old(self) -> SourceFile | None:
        return next((one for one in self.documents if one.name == self.name), None)


@dataclass(frozen=True, slots=True)
class DrawnDocument:
    """The texts of documents that draw workflows, each by the document's name: of that in which new diagrams
    stand, and of all that are there.

    `fresh` and `changed` are the files whose diagrams are new or others than before; `gone` the places of
    diagrams whose workflow is not there, `taken` the files whose diagrams went with them; `gone_jobs` the
    files and ids of jobs that went from one. `undrawn` is what the files say otherwise, `open` what only a
    run knows.
    """

    texts: tuple[tuple[str, str], ...]
    files: tuple[str, ...]
    fresh: tuple[str, ...]
    changed: tuple[str, ...]
    gone: tuple[Span, ...]
    taken: tuple[str, ...]
    gone_jobs: tuple[tuple[str, str], ...]
    undrawn: tuple[LeftToPeople, ...]
    open: tuple[LeftToPeople, ...]


def drawn_document(
    files: Mapping[str, WorkflowFile], place: DrawnBefore, messages: Amount = Amount.NONE
) -> DrawnDocument:
    """All workflows by their bare names, in the documents of a place."""
    return _Drawn(files, place, messages).document()


class _Drawn:
    """Collects what is drawn of the files, one after the other."""

    def __init__(self, files: Mapping[str, WorkflowFile], place: DrawnBefore, messages: Amount) -> None:
        self.files = files
        self.place = place
        self.messages = messages
        self.before = sections(place.documents, place.settings)
        known = [section for sections in self.before.values() for section in sections]
        diagrams = [diagram for _, diagram in known]
        self.inside = drawn_inside(diagrams, place.settings)
        order = [document.name for document in place.documents]
        known.sort(key=lambda section: (order.index(section[0].file.name), section[0].span.start))
        stands = [(block, events_of(diagram)) for block, diagram in known]
        self.entries = [name for name in entries(files, self.inside) if self._is_drawn_here(name)]
        count = 0 if place.old is not None else len(self.entries) - len(self.before.keys() & files.keys())
        self.more = Sections(place.documents, place.name, count, stands)
        self.edits: list[Edit] = []
        self.fresh: dict[str, None] = {}
        self.changed: dict[str, None] = {}
        self.drawn: list[DrawnDiagram] = []
        self.taken: set[str] = set()
        self.gone: list[Span] = []
        self.gone_with_file: dict[str, None] = {}
        self.gone_jobs: dict[tuple[str, str], None] = {}

    def _is_drawn_here(self, name: str) -> bool:
        return name in self.before or name not in self.place.drawn

    def document(self) -> DrawnDocument:
        for name in self.entries:
            self._file(name, self.before.pop(name, []))
        for name, known in self.before.items():
            if name not in self.place.there:
                self._gone(name, known)
        undrawn = (one for made in self.drawn for one in made.undrawn)
        return DrawnDocument(
            tuple(self._texts()),
            tuple(self.files),
            fresh=tuple(self.fresh),
            changed=tuple(self.changed),
            gone=tuple(self.gone),
            taken=tuple(self.gone_with_file),
            gone_jobs=tuple(one for one in self.gone_jobs if not self.files[one[0]].job(one[1])),
            undrawn=tuple(dict.fromkeys(undrawn)),
            open=tuple(dict.fromkeys(one for made in self.drawn for one in made.open)),
        )

    def _file(self, name: str, known: Sequence[Section]) -> None:
        """Draw a file: each of its flows in the diagram that has it already, or in a new one."""
        file = self.files[name]
        parts = flows(file) if len(known) != 1 else (whole(file),)
        pairs = paired(parts, known)
        self._gone(name, [one for one in known if all(one[0] is not two[0] for two in pairs if two)])
        for flow, section in zip(parts, pairs):
            heading = _heading(file, flow, self.taken)
            named = self._known(known, section, with_ours=False)
            made = drawn(heading, name, flow, self.files, named, messages=self.messages)
            self.drawn.append(made)
            if section is None:
                self.fresh[name] = None
                self._add(made, name, flow)
            elif not _says_the_same(*section, made.diagram, self.place.settings) or (
                self.messages is not Amount.NONE and not _passed(made.diagram) <= _passed(section[1])
            ):
                self.changed[name] = None
                self.gone_jobs |= dict.fromkeys((name, job) for job in gone_jobs(section[1], made.diagram))
                base = self._base(name, section[1], self._known(known, section, with_ours=True))
                text = with_what_people_wrote(section[1], made.diagram, base)
                self.edits.append(Edit(section[0].span, _inside(section[0], text)))
                self.edits += _sentence_again(*section, name, flow)

    def _gone(self, name: str, known: Sequence[Section]) -> None:
        """Diagrams that no workflow is behind any more: those of adopted files, which were drawn of them, go
        with these; of others it is told, for they may be ahead of their workflow."""
        is_ours = name.casefold() in (file.casefold() for file in self.place.settings.adopted)
        for block, diagram in known:
            if is_ours and is_markdown(block.file):
                self.edits.append(_without(block, diagram, name))
                self.gone_with_file[name] = None
            else:
                self.gone.append(block.span)

    def _known(self, known: Sequence[Section], section: Section | None, *, with_ours: bool) -> Known:
        first = section[1] if section is not None else None
        named = known_of([diagram for _, diagram in known], first, with_ours=with_ours)
        return replace(named, inside=self.inside)

    def _add(self, made: DrawnDiagram, name: str, flow: EventFlow) -> None:
        """A new section."""
        file = self.files[name]
        kind = kind_of_section(drawn_events(file.events))
        sentence = _sentence(name, drawn_events(flow.events), flow)
        self.more.add(kind, len(file.jobs), _section(made, sentence, self.more.level(kind)))

    def _base(self, name: str, old: Diagram, known: Known) -> Diagram | None:
        """The drawing of what a diagram means, as it would be drawn; none if it means no workflow."""
        said = meant(old.block.text)
        if name not in said:
            return None
        files = {**self.files, **said}
        return drawn(old.name, name, whole(said[name]), files, known, messages=self.messages).diagram

    def _texts(self) -> Iterator[tuple[str, str]]:
        """The documents with all edits made; that of the new diagrams has what comes at its end, too."""
        edits = [*self.edits, *self.more.edits()]
        documents = list(self.place.documents)
        if self.place.old is None and self.more.rest(self.place.name):
            documents.append(SourceFile(self.place.name, _BEGINNING))
        for document in documents:
            newline = "\r\n" if "\r\n" in document.text else "\n"
            ours = [edit for edit in edits if edit.span.file.name == document.name]
            text = apply(document.text, [_with_line_ends(edit, newline) for edit in ours])
            if rest := self.more.rest(document.name):
                text = text.rstrip("\r\n") + newline + rest.replace("\n", newline)
            yield document.name, text


def _with_line_ends(edit: Edit, newline: str) -> Edit:
    return Edit(edit.span, edit.text.replace("\r\n", "\n").replace("\n", newline))


def _says_the_same(block: Block, old: Diagram, new: Diagram, settings: Settings) -> bool:
    """Whether a diagram is the new one, up to its words, or compiles to what that does."""
    file = SourceFile("drawn.mmd", write(new))
    read, _ = parse(diagram_blocks(file)[0])
    return _content(old) == _content(read) or compile_alike(block.text, new, settings)


def _passed(diagram: Diagram) -> set[tuple[str, str]]:
    """What a diagram shows to be given to stores and taken from them: the store's label, and the text."""
    stores = {one.id: one.label for one in diagram.lifelines if one.kind == STORE}
    return {
        (stores.get(event.receiver) or stores[event.sender], event.text)
        for event in diagram.events
        if isinstance(event, Message) and not stores.keys().isdisjoint((event.sender, event.receiver))
    }


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
    return f"\n{'#' * level} {made.diagram.name}\n\n{sentence}\n\n```mermaid\n{_text(made.diagram)}```\n"


def _text(diagram: Diagram) -> str:
    """A new diagram, with lifelines that are as wide as what stands on them wants."""
    text, width = write(diagram), wanted_width(diagram)
    said = f'{INDENT}%%{{init: {{"sequence": {{"width": {width}}}}}}}%%\n' if width > WIDTH else ""
    return text.replace("sequenceDiagram\n", f"sequenceDiagram\n{said}", 1)


def _sentence(name: str, events: Sequence[EventText], flow: EventFlow) -> str:
    """A sentence on when a file runs, or does what is drawn; events that no mark can say by their names."""
    said = when(events) or listed([f"at `{event.name}`" for event in flow.events])
    return _whole_sentence(name, said) if flow.is_sole else _sentence_of_part(name, said)


def _whole_sentence(name: str, said: str) -> str:
    return f"`{name}` runs {said}."


def _sentence_of_part(name: str, said: str) -> str:
    return f"This is what `{name}` does {'when run ' if said.startswith('by hand') else ''}{said}."


def _place_of(sentence: str, block: Block) -> tuple[int, int] | None:
    """Where a sentence stands between the heading of a diagram and it, however its lines are wrapped."""
    start = block.heading_span.end if block.heading_span is not None else 0
    words = r"\s+".join(map(re.escape, sentence.split()))
    match = re.search(words, block.file.text[start : block.span.start])
    return (start + match.start(), start + match.end()) if match is not None else None


def _sentence_again(block: Block, old: Diagram, name: str, flow: EventFlow) -> Iterator[Edit]:
    """The sentence above a diagram, if it is still ours, as it is to be now."""
    if not events_of(old):
        return
    before, after = (_sentence(name, one, flow) for one in (events_of(old), drawn_events(flow.events)))
    place = _place_of(before, block)
    if place is not None and before != after:
        yield Edit(Span(block.file, *place), after)


def _without(block: Block, old: Diagram, name: str) -> Edit:
    """The edit that takes a diagram out, with the sentence above it that is ours; and with its heading, where
    nobody wrote anything else below that."""
    text, start, end = block.file.text, block.span.start, block.span.end
    sentences = (form(name, when(events_of(old))) for form in (_whole_sentence, _sentence_of_part))
    said = next((place for one in sentences if (place := _place_of(one, block))), None)
    heading = block.heading_span
    if heading is not None:
        first, last = said or (start, start)
        between = text[heading.end : first] + text[last:start]
        following = re.match(r"\s*(?=#|\Z)", text[end:])
        if not between.strip() and following is not None:
            start = text.rfind("\n", 0, heading.start) + 1
            return Edit(Span(block.file, start, end + following.end()), "")
    if said and not text[said[1] : start].strip():
        start = said[0]
    blank = re.match(r"[ \t]*\r?\n?(?:[ \t]*\r?\n)?", text[end:])
    return Edit(Span(block.file, start, end + (blank.end() if blank is not None else 0)), "")


def _said(flow: EventFlow) -> list[str]:
    """The events of a flow in words, but that of being called."""
    return [event_words(event.name) for event in flow.events if not kind_of(event.name).is_call]
