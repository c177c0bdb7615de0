"""Every fault is told once, where it is, and none that only follows from another."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from mermaid.damage import damaged, sound, with_end, without_end
from mermaid.laws import laws
from mermaid2gha.base.markdown import diagram_blocks
from mermaid2gha.base.source import SourceFile
from mermaid2gha.mermaid.keywords import Opener
from mermaid2gha.mermaid.parse import parse

PROBES = Path(__file__).parents[1] / "mermaid" / "probes.jsonl"


def faulty_lines(lines: list[str]) -> list[int]:
    """The lines of the errors of a diagram, in order."""
    [block] = diagram_blocks(SourceFile("x.mmd", "\n".join(lines) + "\n"))
    found = parse(block)[1]
    return sorted(one.labels[0].span.line for one in found if one.severity.value == "error")


@pytest.mark.parametrize("first", range(0, 400, 100))
def test_ten_damaged_lines_give_ten_errors(first: int) -> None:
    for seed in range(first, first + 100):
        rng = random.Random(seed)
        lines = sound(rng, 30)
        assert faulty_lines(lines) == []
        made, places = damaged(rng, lines, 10)
        assert faulty_lines(made) == places, "\n".join(made)


def test_a_missing_end_is_told_once_and_where_its_block_opens() -> None:
    right = count = 0
    for seed in range(300):
        rng = random.Random(seed)
        made, place = without_end(rng, sound(rng, 20))
        told = faulty_lines(made)
        assert len(told) == bool(place), "\n".join(made)
        count += 1
        right += told == [place] * bool(place)
    assert right > 0.9 * count  # an `option` below may be taken for that of the block that lacks its end


def test_a_surplus_end_is_told_where_it_stands() -> None:
    for seed in range(300):
        rng = random.Random(seed)
        made, place = with_end(rng, sound(rng, 20))
        assert faulty_lines(made) == [place], "\n".join(made)


def test_the_laws_of_reading_hold_of_every_text_that_ever_broke_one() -> None:
    for line in PROBES.read_text(encoding="utf-8").splitlines():
        laws("x.mmd", json.loads(line))


def test_blocks_never_closed_are_told_each_once_and_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = 0

    def is_same(one: object, other: object) -> bool:
        nonlocal compared
        compared += 1
        return one is other

    monkeypatch.setattr(Opener, "__eq__", is_same)
    assert faulty_lines(["sequenceDiagram", *["  opt a"] * 500]) == list(range(2, 502))
    assert compared < 1000
