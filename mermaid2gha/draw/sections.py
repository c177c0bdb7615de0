"""Where the sections of a document stand: workflows that people think of together, under one heading.

A few stand one after the other. Of many each stands under a heading that says what starts them. What comes
later is put behind the last one of its kind, by what the diagrams there say and not by the words of headings,
so that people may call these as they like.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mermaid2gha.base.edit import Edit
from mermaid2gha.base.markdown import is_markdown, parts
from mermaid2gha.base.records import dataclass
from mermaid2gha.base.source import Block, SourceFile, Span
from mermaid2gha.compiler.vocabulary.events import EventText
from mermaid2gha.github.events import About, EventKind

MANY = 8
"""From so many workflows on they stand under headings of their kinds."""
_CHANGES = "Pushes and pull requests"
_RELEASES = "Releases"
_CARE = "Care of issues and pull requests"
_TIMES = "On a schedule and by hand"
_AFTER = "After other workflows"
_CALLED = "Called by other workflows"
KINDS = (_CHANGES, _RELEASES, _CARE, _TIMES, _AFTER, _CALLED)
"""The headings, in their order."""
_FORMER = {"Changes": _CHANGES, "Issues and pull requests": _CARE}
"""What headings were called in earlier versions."""


Drawn = tuple[Block, Sequence[EventText]]
"""A diagram that is there, and the events that start it."""


@dataclass(frozen=True, slots=True)
class _Heading:
    """A heading of a document: its level, its text and its offset."""

    level: int
    text: str
    offset: int


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a new section stands: an offset in a document, none for its end, and the level of its heading."""

    document: str
    at: int | None
    level: int


class Sections:
    """Collects new sections for documents.

    `documents` are those that are there, and `target` is the name of the one in which stands what has no
    other place; `drawn` are their diagrams in order, and `count` is how many sections there are if all of
    them are new, else 0.
    """

    def __init__(
        self, documents: Sequence[SourceFile], target: str, count: int, drawn: Sequence[Drawn]
    ) -> None:
        self.documents = {document.name: document for document in documents}
        self.target = target
        headings = {one.name: _headings(one) for one in documents if is_markdown(one)}
        self.places: dict[str, _Place] = {}
        for name, there in headings.items():
            for one in there:
                kind = _FORMER.get(one.text, one.text)
                if one.level == 2 and kind in KINDS:
                    self.places[kind] = _Place(name, _end(one, there), 3)
        stands = []
        for block, events in drawn:
            there = headings.get(block.file.name, [])
            heading = _above(block, there)
            if heading is not None:
                place = _Place(block.file.name, _end(heading, there), heading.level)
                stands.append((kind_of_section(events), place))
        is_deep = len(stands) >= MANY and all(place.level > 2 for _, place in stands)
        self.is_parted = count >= MANY or bool(self.places) or is_deep
        self.is_by_kind = self.is_parted or len({place.document for _, place in stands}) > 1
        self.places |= {self._kept(kind): place for kind, place in stands}
        self.last = next((place for _, place in reversed(stands) if place.document == target), None)
        self.added: dict[str, list[tuple[int, str]]] = {}

    def _kept(self, kind: str) -> str:
        """A kind where places differ by it, else the one that all have."""
        return kind if self.is_by_kind else ""

    def _place(self, kind: str) -> _Place | None:
        """Where new sections of a kind that is kept stand; none at the end, under a heading of its own."""
        place = self.places.get(kind)
        if place is None and not self.is_parted:
            return self.last or _Place(self.target, None, 2)
        return place

    def level(self, kind: str) -> int:
        """The level of the heading of a new section of a kind."""
        place = self._place(self._kept(kind))
        return place.level if place is not None else 3

    def add(self, kind: str, jobs: int, text: str) -> None:
        """A section of a workflow of so many jobs, from the blank line before its heading on."""
        self.added.setdefault(self._kept(kind), []).append((jobs, text))

    def edits(self) -> Iterator[Edit]:
        """The sections that stand behind others which are there already, and not at the end."""
        at_place: dict[tuple[str, int], str] = {}
        for kind, sections in self.added.items():
            place = self._place(kind)
            if place is not None and place.at is not None:
                texts = "".join(text.lstrip("\n") + "\n" for _, text in sections)
                key = place.document, place.at
                at_place[key] = at_place.get(key, "") + texts
        for (name, at), text in at_place.items():
            yield Edit(Span(self.documents[name], at, at), text)

    def rest(self, document: str) -> str:
        """What comes at the end of a document.

        Under a new heading the workflow with the most jobs comes first, for it is what people look for.
        """
        texts = []
        for kind in sorted(self.added, key=lambda kind: KINDS.index(kind) if kind else 0):
            sections = self.added[kind]
            place = self._place(kind)
            if place is None and document == self.target:
                sections = sorted(sections, key=lambda section: -section[0])
                texts.append(f"\n## {kind}\n")
            if place is None or place.at is None:
                is_here = document == (place.document if place is not None else self.target)
                texts += [text for _, text in sections if is_here]
        return "".join(texts)


def _headings(file: SourceFile) -> list[_Heading]:
    lines, found = parts(file)
    result = []
    for part in found:
        offset, line = lines[part.first]
        if not part.is_fence and line[:1] not in (">", "-", "*"):
            sharps = len(line.lstrip()) - len(line.lstrip().lstrip("#"))
            under = lines[part.end - 1][1].lstrip()[:1]
            result.append(_Heading(sharps or (1 if under == "=" else 2), part.content.strip(), offset))
    return result


def _above(block: Block, headings: Sequence[_Heading]) -> _Heading | None:
    """The heading under which a diagram stands."""
    return next((one for one in reversed(headings) if one.offset < block.span.start), None)


def _end(heading: _Heading, headings: Sequence[_Heading]) -> int | None:
    """Where the section of a heading ends: before the next one of its level, or of a higher; none at the end
    of all."""
    later = (one.offset for one in headings if one.offset > heading.offset and one.level <= heading.level)
    return next(later, None)


def kind_of_section(events: Sequence[EventText]) -> str:
    """What people would look for a workflow under that these events start."""
    kinds = [event.kind for event in events]
    apart = [one for one in kinds if not one.is_by_hand and not one.is_call]
    if any(map(_brings_changes, events)):
        return _CHANGES
    if any(map(_is_of_releases, apart)):
        return _RELEASES
    if any(one.has_times for one in apart) or (not apart and any(one.is_by_hand for one in kinds)):
        return _TIMES
    if any(one.follows_runs for one in apart):
        return _AFTER
    return _CARE if apart else _CALLED


def _is_of_releases(kind: EventKind) -> bool:
    return kind.about is About.RELEASE or (kind.has_changes and not kind.is_about_pull_request)


def _brings_changes(event: EventText) -> bool:
    """Whether an event is a push to a branch, or a pull request with new commits."""
    kind, filters = event.kind, dict(event.filters)
    if not kind.has_changes or kind.is_dangerous:
        return False
    if kind.is_about_pull_request:
        types = filters.get("types", ())
        return not types or not set(kind.default_types).isdisjoint(types)
    return "tags" not in filters or "branches" in filters
