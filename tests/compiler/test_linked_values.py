"""The values between the passes: each has a hash, and equal documents give equal ones."""

from __future__ import annotations

from hypothesis import given
from laws.settings import settings_for
from laws.tree import Document
from laws.widely import wide_documents
from laws.witness import settings_of
from laws.writer import written

from mermaid2gha.base.records import FrozenMap
from mermaid2gha.base.source import SourceFile
from mermaid2gha.compiler.compile import PASSES
from mermaid2gha.compiler.ir.sources import Sources
from mermaid2gha.compiler.link.link import Linked
from mermaid2gha.settings.model import Settings

laws = settings_for(25)


@laws
@given(wide_documents(flow_count=3))
def test_what_is_linked_has_a_hash_and_is_the_same_for_the_same_documents(document: Document) -> None:
    text, settings = "\n".join(written(document).lines) + "\n", settings_of(document)
    once, again = (linked(text, settings) for _ in range(2))
    assert once == again
    assert hash(once) == hash(again)


def linked(text: str, settings: Settings) -> Linked:
    """The value of the pass `link`; it is there whatever is wrong with the document."""
    value: object = Sources((SourceFile("ci.md", text),), FrozenMap(), FrozenMap())
    for run in PASSES:
        value, _ = run(value, settings)
        if isinstance(value, Linked):
            return value
    raise AssertionError("no pass links")
