"""What other teams draw is read right, or told at the line of the misreading with a cure that works."""

from __future__ import annotations

import pytest
from markdown_tests import Section

from corpus.grades import (
    MOST_WARNINGS,
    Grade,
    drawings,
    graded,
    is_silent_workflow,
    other_things,
)

DRAWINGS = list(drawings())
GUESSES = ("guessed-", "unread-", "no-trigger")


@pytest.mark.parametrize("section", DRAWINGS, ids=lambda one: f"{one.file.stem}: {one.title}")
def test_a_drawing_is_read_right_or_told_at_the_line(section: Section) -> None:
    result = graded(section)
    assert result.grade is not Grade.WRONG, "\n".join(result.reasons)
    if result.grade is Grade.RIGHT:
        guesses = [one for one in result.warnings if one.split(": ")[1].startswith(GUESSES)]
        assert len(guesses) <= MOST_WARNINGS, guesses


def test_there_are_enough_drawings_in_enough_languages() -> None:
    assert len(DRAWINGS) >= 60
    assert len({one.file for one in DRAWINGS}) >= 6
    assert len(other_things()) >= 100


@pytest.mark.parametrize(
    "text", [text for _, text in other_things()], ids=[name for name, _ in other_things()]
)
def test_what_is_no_ci_becomes_no_workflow_without_a_word(text: str) -> None:
    assert not is_silent_workflow(text)
