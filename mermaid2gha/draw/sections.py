"""Where the sections of a document stand: workflows that people think of together, under one heading.

A few stand one after the other. Of many each stands under a heading that says what starts them; what comes
later joins those of its kind.
"""

from __future__ import annotations

from collections.abc import Iterator

from mermaid2gha.base.edit import Edit
from mermaid2gha.base.markdown import is_markdown, parts
from mermaid2gha.base.source import SourceFile, Span
from mermaid2gha.draw.content import filter_members
from mermaid2gha.github.events import About, kind_of
from mermaid2gha.github.workflow.reader import FileEvent, WorkflowFile

MANY = 8
"""From so many workflows on they stand under headings of their kinds."""
_CHANGES = "Changes"
_RELEASES = "Releases"
_CARE = "Issues and pull requests"
_TIMES = "On a schedule and by hand"
_AFTER = "After other workflows"
_CALLED = "Called by other workflows"
KINDS = (_CHANGES, _RELEASES, _CARE, _TIMES, _AFTER, _CALLED)
"""The headings, in their order."""


class Sections:
    """Collects new sections for a document; `count` is how many there are if all of it is new, else 0."""

    def __init__(self, old: SourceFile | None, count: int) -> None:
        self.places = dict(_places(old)) if old is not None and is_markdown(old) else {}
        self.is_parted = count >= MANY or bool(self.places)
        self.added: dict[str, list[tuple[int, str]]] = {}

    @property
    def level(self) -> int:
        """The level of the headings of sections."""
        return 3 if self.is_parted else 2

    def add(self, file: WorkflowFile, text: str) -> None:
        """A section of a workflow, from the blank line before its heading to its last line."""
        kind = _kind(file) if self.is_parted else ""
        self.added.setdefault(kind, []).append((len(file.jobs), text))

    def edits(self) -> Iterator[Edit]:
        """The sections that stand under headings which are there already."""
        for kind, place in self.places.items():
            if place is not None:
                for _, text in self.added.get(kind, ()):
                    yield Edit(place, text.lstrip("\n") + "\n")

    def rest(self) -> str:
        """What comes at the end of the document.

        Under a new heading the workflow with the most jobs comes first, for it is what people look for.
        """
        texts = []
        for kind in sorted(self.added, key=lambda kind: KINDS.index(kind) if kind else 0):
            sections = self.added[kind]
            if kind and kind not in self.places:
                sections = sorted(sections, key=lambda section: -section[0])
                texts.append(f"\n## {kind}\n")
            if self.places.get(kind) is None:
                texts += [text for _, text in sections]
        return "".join(texts)


def _places(old: SourceFile) -> Iterator[tuple[str, Span | None]]:
    """Where the sections of each kind end: before the next heading of that level; none at the end of all."""
    lines, found = parts(old)
    starts = [(lines[part.first][0], lines[part.first][1].strip()) for part in found if not part.is_fence]
    for number, (_, heading) in enumerate(starts):
        kind = heading.removeprefix("## ")
        if kind in KINDS and heading != kind:
            later = (at for at, other in starts[number + 1 :] if not other.startswith("###"))
            end = next(later, None)
            yield kind, Span(old, end, end) if end is not None else None


def _kind(file: WorkflowFile) -> str:
    """What people would look for a workflow under."""
    kinds = [kind_of(event.name) for event in file.events]
    apart = [one for one in kinds if not one.is_by_hand and not one.is_call]
    if any(_brings_changes(event) for event in file.events):
        return _CHANGES
    if any(
        one.about is About.RELEASE or (one.has_changes and not one.is_about_pull_request) for one in apart
    ):
        return _RELEASES
    if any(one.has_times for one in apart) or (not apart and any(one.is_by_hand for one in kinds)):
        return _TIMES
    if any(one.follows_runs for one in apart):
        return _AFTER
    return _CARE if apart else _CALLED


def _brings_changes(event: FileEvent) -> bool:
    """Whether an event is a push to a branch, or a pull request with new commits."""
    kind = kind_of(event.name)
    if not kind.has_changes or kind.is_dangerous:
        return False
    if kind.is_about_pull_request:
        types = filter_members(event, "types")
        return not types or not set(kind.default_types).isdisjoint(types)
    is_of_tags = filter_members(event, "tags") and not filter_members(event, "branches")
    return not is_of_tags
