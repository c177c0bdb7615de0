"""Nothing that is printed steers a terminal or GitHub's runner, whatever stood in the input."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mermaid2gha.report.guard import Form, guarded, steering

PEN = "\x1b0123"
STEERS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
TEXTS = st.lists(
    st.sampled_from(
        ["\x1b[31m", PEN, "\x9b", "\u202e", "\r", "\n", " ", "\u00a0", "::", "##[", "\\", "\udcff", "x", '"']
    )
).map("".join)


def is_command(line: str) -> bool:
    """What the runner takes for one: `TryParseV2` trims and looks at the start, `TryParse` looks anywhere."""
    return bool(re.match(r"\s*::[^:\s]", line)) or "##[" in line


@given(TEXTS)
def test_no_text_steers_or_commands(text: str) -> None:
    for form in (Form.TEXT, Form.COMMANDS):
        shown = guarded(text, form, "\x1bunknown")
        assert not STEERS.search(shown)
        assert not any(is_command(line) for line in shown.split("\n"))


@given(TEXTS)
def test_json_means_the_same_and_is_only_spelt_otherwise(text: str) -> None:
    for is_ascii in (True, False):
        shown = guarded(json.dumps({"a": text}, ensure_ascii=is_ascii), Form.JSON, PEN)
        assert not STEERS.search(shown) and not is_command(shown)
        assert json.loads(shown)["a"] == re.sub("[\ud800-\udfff]", "\ufffd", text)


def test_a_character_of_two_halves_stays_one() -> None:
    assert json.loads(guarded(json.dumps("😀\\ud800 \ud83d"), Form.JSON, PEN)) == "😀\\ud800 \ufffd"


def test_our_own_colours_stay_and_those_of_others_go() -> None:
    text = f"{PEN}[1;31merror{PEN}[0m: \x1b[32mwell"
    assert guarded(text, Form.TEXT, PEN) == "\x1b[1;31merror\x1b[0m: ␛[32mwell"


def test_line_ends_of_windows_are_line_ends() -> None:
    assert guarded("-a\r\n+b\rc\r\n", Form.TEXT, PEN) == "-a\n+b␍c\n"


def test_our_own_commands_stay_and_what_they_say_is_no_other() -> None:
    assert (
        guarded("::error title=a::b ##[add-mask]c\n", Form.COMMANDS, PEN)
        == "::error title=a::b ##\\[add-mask]c\n"
    )
    assert guarded("::set-output name=a::b", Form.COMMANDS, PEN) == "\\::set-output name=a::b"


@pytest.mark.parametrize(
    ("content", "at"),
    [
        ("# A\n\n| a | b |\n|:---|:---|\n::: note\nx\n:::\n", None),
        ("\ufeffa\r\nb\tc\r\n", None),
        ("a\rb", 1),
        ("ab\u202ec", 2),
        ("a\n  ::error::b", 2),
        ("a ##[endgroup]", 2),
    ],
)
def test_documents_are_printed_as_they_are_or_not_at_all(content: str, at: int | None) -> None:
    assert steering(content) == at
