"""A document with all its sound sequence diagrams in canonical layout."""

from __future__ import annotations

from collections.abc import Callable

from mermaid2gha.base.diagnostic import Diagnostic, Severity, has_errors
from mermaid2gha.base.edit import apply
from mermaid2gha.base.markdown import diagram_blocks
from mermaid2gha.base.records import dataclass, replace
from mermaid2gha.base.source import Block, SourceFile
from mermaid2gha.mermaid.ast import Cosmetic, CosmeticKind, Diagram
from mermaid2gha.mermaid.format.layout import edits
from mermaid2gha.mermaid.preprocess import diagram_type

_ROUNDS = 4
"""Markdown takes as much indentation off a line as the fence has, so that a line may settle late."""
_SPELT_FREELY = {CosmeticKind.PARTICIPANT, CosmeticKind.CREATE, CosmeticKind.DESTROY}


@dataclass(frozen=True, slots=True)
class Formatted:
    """The new text of a document, the errors of the diagrams that were left alone for them, and the blocks
    that were left alone because their new layout would not have said the same (a defect of ours)."""

    text: str
    diagnostics: tuple[Diagnostic, ...]
    refused: tuple[Block, ...]


Parse = Callable[[Block], tuple[Diagram, list[Diagnostic]]]
"""`mermaid.parse.parse`, which stands above and is handed in."""


def formatted(file: SourceFile, parse: Parse) -> Formatted:
    """Lay out every sound sequence diagram of a file; all else stays as it is, byte for byte."""
    blocks = diagram_blocks(file)
    said = {number: parse(block) for number, block in enumerate(blocks) if diagram_type(block)}
    faults = [found for _, all_found in said.values() for found in all_found]
    sound = {number: diagram for number, (diagram, found) in said.items() if not has_errors(found)}
    refused: set[int] = set()
    text = _settled(file, set(sound))
    while wrong := _changed(replace(file, text=text), sound, len(blocks), parse) - refused:
        refused |= wrong
        text = _settled(file, set(sound) - refused)
    return Formatted(
        text,
        tuple(found for found in faults if found.severity is Severity.ERROR),
        tuple(blocks[number] for number in sorted(refused)),
    )


def _settled(file: SourceFile, chosen: set[int]) -> str:
    """The text when nothing changes any more in the blocks of these numbers."""
    for _ in range(_ROUNDS):
        numbered = enumerate(diagram_blocks(file))
        all_edits = [edit for number, block in numbered if number in chosen for edit in edits(block)]
        if not all_edits:
            break
        file = replace(file, text=apply(file.text, all_edits))
    return file.text


def _changed(file: SourceFile, before: dict[int, Diagram], count: int, parse: Parse) -> set[int]:
    """The numbers of the diagrams that no longer say what they said."""
    blocks = diagram_blocks(file)
    if len(blocks) != count:
        return set(before)
    return {number for number, diagram in before.items() if not _is_same(diagram, parse(blocks[number]))}


def _is_same(before: Diagram, parsed: tuple[Diagram, list[Diagnostic]]) -> bool:
    after, found = parsed
    return not has_errors(found) and meaning(after) == meaning(before)


def meaning(diagram: Diagram) -> Diagram:
    """A diagram without the spelling of its declarations, which the lifelines hold in full."""
    events = tuple(
        replace(event, text="") if isinstance(event, Cosmetic) and event.kind in _SPELT_FREELY else event
        for event in diagram.events
    )
    return replace(diagram, events=events)
