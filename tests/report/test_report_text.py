"""What people see: places, underlines and cures, whatever stands in the source."""

from __future__ import annotations

import re
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from mermaid2gha.base.diagnostic import Diagnostic, Label, Severity
from mermaid2gha.base.source import SourceFile, Span
from mermaid2gha.report.cells import cells
from mermaid2gha.report.text import Paper, summary, text


def finding(*labels: Label, help: str = "", severity: Severity = Severity.ERROR) -> Diagnostic:  # noqa: A002
    return Diagnostic("a-rule", severity, "a message about `this`", labels, help)


def at(source: SourceFile, word: str, words: str = "") -> Label:
    start = source.text.index(word)
    return Label(Span(source, start, start + len(word)), words)


SOURCE = SourceFile("docs/ci.md", "one\ntwo three\nfour\n\nfive six\n")


def test_a_finding_shows_its_place_and_its_cure() -> None:
    shown = text([finding(at(SOURCE, "three", "this one"), help="do that")], Paper())
    assert shown == (
        "error[a-rule]: a message about `this`\n"
        " --> docs/ci.md:2:5\n"
        "  |\n"
        "2 | two three\n"
        "  |     ^^^^^ this one\n"
        "  = help: do that\n\n"
    )


def test_other_places_are_underlined_by_dashes_in_order_of_lines() -> None:
    shown = text([finding(at(SOURCE, "five"), at(SOURCE, "two", "first"), at(SOURCE, "three"))], Paper())
    assert shown.splitlines()[1:] == [
        " --> docs/ci.md:5:1",
        "  |",
        "2 | two three",
        "  | --- first",
        "  |     -----",
        "...",
        "5 | five six",
        "  | ^^^^",
        "",
    ]


def test_a_place_in_another_file_is_named() -> None:
    other = SourceFile("ci.yml", "needs: build\n")
    shown = text([finding(at(SOURCE, "two"), at(other, "build", "here"))], Paper())
    assert " ::: ci.yml:1:8\n  |\n1 | needs: build\n  |        ----- here\n" in shown


def test_a_finding_without_a_place_is_short() -> None:
    assert (
        text([finding(help="do that")], Paper())
        == "error[a-rule]: a message about `this`\n  = help: do that\n"
    )


def test_neighbours_without_a_place_share_their_cure() -> None:
    shown = text([finding(help="do that"), finding(help="do that"), finding(help="or that")], Paper())
    assert shown.count("= help: do that") == 1
    assert shown.count("= help: or that") == 1


def test_a_label_over_many_lines_underlines_the_first() -> None:
    shown = text([finding(Label(Span(SOURCE, 4, len(SOURCE.text))))], Paper())
    assert "2 | two three\n  | ^^^^^^^^^\n" in shown


def test_an_empty_label_is_one_caret_even_at_the_end_of_the_text() -> None:
    end = len(SOURCE.text) - 1
    assert "5 | five six\n  |         ^\n" in text([finding(Label(Span(SOURCE, end, end)))], Paper())


def test_tabs_and_wide_characters_keep_the_underline_in_place() -> None:
    source = SourceFile("a.md", "\t日本 ok👩‍🚀 here\n")
    shown = text([finding(at(source, "here"))], Paper()).splitlines()
    assert shown[3].endswith("    日本 ok👩‍🚀 here")
    assert shown[4] == "  | " + " " * (4 + 4 + 1 + 2 + 2 + 1) + "^^^^"


def test_a_combining_accent_takes_no_column() -> None:
    source = SourceFile("a.md", "e\u0301e\u0301 x\n")
    assert text([finding(at(source, "x"))], Paper()).splitlines()[4] == "  |    ^"


def test_a_long_line_is_cut_around_its_label() -> None:
    source = SourceFile("a.md", "a" * 2500 + "NEEDLE" + "b" * 2500)
    lines = text([finding(at(source, "NEEDLE", "found"))], Paper(width=80)).splitlines()
    assert len(lines[3]) <= 80
    assert lines[3].startswith("1 | …") and lines[3].endswith("…")
    start = lines[3].index("NEEDLE")
    assert lines[4] == "  | " + " " * (start - 4) + "^^^^^^ found"


def test_a_label_longer_than_the_window_is_cut_too() -> None:
    source = SourceFile("a.md", "x " * 2500)
    lines = text([finding(Label(Span(source, 0, 5000)))], Paper(width=80)).splitlines()
    assert max(map(len, lines[:5])) <= 80


def test_text_cannot_steer_the_terminal() -> None:
    source = SourceFile("a\x1b[2J.md", "\x1b[31mred\u202e\x07\n")
    found = Diagnostic("a-rule", Severity.ERROR, "the name `\x1b]0;x\x07`", (at(source, "red"),), "\x1b[0m")
    shown = text([found], Paper())
    assert not [char for char in shown if char != "\n" and unicodedata.category(char) in {"Cc", "Cf"}]


def test_colours_change_nothing_but_colour() -> None:
    found = [finding(at(SOURCE, "three", "why"), at(SOURCE, "one"), help="do"), finding(help="x")]
    coloured = text(found, Paper(is_coloured=True))
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == text(found, Paper())


def test_the_summary_counts_what_there_is() -> None:
    found = [finding(), finding(), finding(severity=Severity.WARNING)]
    assert summary(found, 1, Paper()) == "2 errors, 1 warning in 1 document\n"
    assert summary([], 3, Paper()) == ""


_ANY = st.text(alphabet=st.sampled_from("ab \té日😀\u0301\u200d\x1b"), max_size=300)


@given(_ANY, st.integers(0, 300), st.integers(0, 40), st.integers(20, 90))
def test_any_line_fits_the_width_and_its_underline_stands_below_it(
    line: str, start: int, length: int, width: int
) -> None:
    source = SourceFile("a.md", line or "x")
    start = min(start, len(source.text))
    shown = text([finding(Label(Span(source, start, start + length)))], Paper(width=width)).splitlines()
    body = [one for one in shown[3:5] if " | " in one]
    for one in body:
        room = cells(one.partition("| ")[2]).width
        assert room <= max(width - 4, 20) + 1
