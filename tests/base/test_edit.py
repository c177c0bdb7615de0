"""Edits of texts: what they make, what they refuse, and marks above statements wherever those stand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mermaid2gha.base.edit import Edit, Fix, applicable, apply, mark_above
from mermaid2gha.base.markdown import diagram_blocks
from mermaid2gha.base.source import SourceFile, Span

TEXT = "0123456789"
FILE = SourceFile("a.md", TEXT)


def edit(start: int, end: int, text: str) -> Edit:
    return Edit(Span(FILE, start, end), text)


def test_insertions_at_one_place_keep_their_order_and_stand_before_what_is_replaced() -> None:
    assert apply(TEXT, [edit(4, 6, "-"), edit(4, 4, "a"), edit(4, 4, "b"), edit(6, 6, "c")]) == "0123ab-c6789"


@pytest.mark.parametrize("other", [(3, 5), (4, 6), (5, 5), (1, 9)])
def test_two_edits_of_one_place_are_refused(other: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="two edits of one place"):
        apply(TEXT, [edit(4, 6, "-"), edit(*other, "+")])


@given(st.lists(st.tuples(st.integers(0, 10), st.integers(0, 3), st.text(max_size=3))))
def test_edits_that_leave_each_other_alone_can_be_made_in_any_order(
    given_edits: list[tuple[int, int, str]],
) -> None:
    fixes = [(Fix((edit(at, min(at + length, 10), text),)),) for at, length, text in given_edits]
    chosen = [edit for fix in applicable(fixes) for edit in fix.edits]
    assert apply(TEXT, chosen) == apply(TEXT, reversed(chosen))
    one_by_one = TEXT
    for one in sorted(chosen, key=lambda one: one.span.start, reverse=True):
        one_by_one = one_by_one[: one.span.start] + one.text + one_by_one[one.span.end :]
    assert one_by_one == apply(TEXT, chosen)


def test_of_several_cures_none_is_chosen_and_an_unsafe_one_only_if_wanted() -> None:
    one, two = Fix((edit(1, 2, "x"),)), Fix((edit(5, 6, "y"),), is_safe=False)
    assert applicable([(one, two)]) == ()
    assert applicable([(two,), (one,)]) == (two, one)
    assert applicable([(two,), (one,)], is_safe=True) == (one,)


@pytest.mark.parametrize(
    "host",
    [
        "```mermaid\nsequenceDiagram\n    A->>B: go\n```\n",
        "> - ```mermaid\n>   sequenceDiagram\n>       A->>B: go\n>   ```\n",
        "1. x\n\n   ```mermaid\r\n   sequenceDiagram\r\n   \tA->>B: go\r\n   ```\r\n",
        ">> ~~~mermaid\n>>sequenceDiagram\n>> A->>B: go\n>> ~~~\n",
    ],
)
def test_a_mark_stands_in_the_same_fence_as_its_statement(host: str) -> None:
    file = SourceFile("a.md", host)
    [block] = diagram_blocks(file)
    at = host.index("A->>B")
    made = mark_above(Span(file, at, at + 9), "approval: production")
    assert made is not None
    [marked] = diagram_blocks(SourceFile("a.md", apply(host, [made])))
    before, mark, after = marked.text.splitlines()
    assert [before, after] == block.text.splitlines()
    assert mark.strip() == "%% approval: production"
    assert len(mark) - len(mark.lstrip()) == len(after) - len(after.lstrip())
    assert ("\r\n" in host) == ("production\r\n" in apply(host, [made]))


def test_a_statement_behind_another_one_gets_no_mark() -> None:
    file = SourceFile("a.mmd", "sequenceDiagram\nA->>B: x; B->>A: y\n")
    at = file.text.index("B->>A")
    assert mark_above(Span(file, at, at + 8), "reply") is None
