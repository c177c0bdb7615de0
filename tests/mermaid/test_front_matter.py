"""YAML in front matter and in `@{…}` is read as js-yaml 4.3.2 reads it, which is what Mermaid asks.

The answers beside the texts are js-yaml's own, by its JSON schema; numbers are floats, keys texts.
`differential.py` asks Mermaid itself about random ones.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mermaid2gha.yaml.core import Value, js_string, load
from mermaid2gha.yaml.events import YamlSyntaxError

INF, NAN = float("inf"), float("nan")
REFUSED = "<refused>"

SAME: list[tuple[str, Value]] = [
    ("", None),
    ("# c", None),
    ("title: T", {"title": "T"}),
    ("title:T", "title:T"),
    ("title: 5", {"title": 5.0}),
    ("title: 1.50", {"title": 1.5}),
    ("title: 0x1F", {"title": 31.0}),
    ("title: 0o17", {"title": 15.0}),
    ("title: 017", {"title": 17.0}),
    ("title: 1_000", {"title": "1_000"}),
    ("title: 1e3", {"title": 1000.0}),
    ("title: .5", {"title": 0.5}),
    ("title: -.inf", {"title": -INF}),
    ("title: .NaN", {"title": NAN}),
    ("title: 2024-01-01", {"title": "2024-01-01"}),
    ("title: yes", {"title": "yes"}),
    ("title: on", {"title": "on"}),
    ("title: True", {"title": True}),
    ("title: ~", {"title": None}),
    ("title: NULL", {"title": None}),
    ("title: nUll", {"title": "nUll"}),
    ("title:", {"title": None}),
    ("? title\n: T", {"title": "T"}),
    ("title: a: b", REFUSED),
    ("title: a:b", {"title": "a:b"}),
    ("title: x # c", {"title": "x"}),
    ("title: x#c", {"title": "x#c"}),
    ("title: [a, b]", {"title": ["a", "b"]}),
    ("title: {a: b}", {"title": {"a": "b"}}),
    ("title: {a:b}", {"title": {"a:b": None}}),
    ('title: {"a":b}', {"title": {"a": "b"}}),
    ("title: [a?b, ?c, c:d, :e]", {"title": ["a?b", "?c", "c:d", ":e"]}),
    ("title: {?a: b}", {"title": {"?a": "b"}}),
    ("{: a}", {"null": "a"}),
    ("{}", {}),
    ("[: a]", [{"null": "a"}]),
    ("[a, ]", ["a"]),
    ("[, a]", REFUSED),
    ("[-, a]", REFUSED),
    ("[-a]", ["-a"]),
    ("title: @x", REFUSED),
    ("title: `x`", REFUSED),
    ("title: %x", REFUSED),
    ("title: - x", REFUSED),
    ("title: *a", REFUSED),
    ("a: &x T\ntitle: *x", {"a": "T", "title": "T"}),
    ("a: &x 1\nb: &x 2\ntitle: *x", {"a": 1.0, "b": 2.0, "title": 2.0}),
    ("title: &x.y/z T", {"title": "T"}),
    ("a: &é 1\ntitle: *é", {"a": 1.0, "title": 1.0}),
    ("title: !!str 5", {"title": "5"}),
    ("title: !!int '5'", {"title": 5.0}),
    ("title: !!float 5", {"title": 5.0}),
    ("title: !!int x", REFUSED),
    ("title: !!str", {"title": ""}),
    ("title: ! 5", {"title": "5"}),
    ("title: !", {"title": None}),
    ("title: !x T", REFUSED),
    ("title: !!set {a}", REFUSED),
    ("title: !!seq", {"title": []}),
    ("title: !!map", {"title": {}}),
    ("title: !!null ''", REFUSED),
    ("title: !!null", {"title": None}),
    ("title: a\ntitle: b", REFUSED),
    ("1: a\n'1': b", REFUSED),
    ("1: a\n1.0: b", REFUSED),
    ("[a, b]: c", {"a,b": "c"}),
    ("[[a]]: c", REFUSED),
    ("{a: b}: c", {"[object Object]": "c"}),
    ("<<: {a: b}", {"<<": {"a": "b"}}),
    ("a: &x {b: c}\nd:\n  <<: *x\n  b: e", {"a": {"b": "c"}, "d": {"<<": {"b": "c"}, "b": "e"}}),
    ("title:\tT", {"title": "T"}),
    ("title: T\t# c", {"title": "T"}),
    ("title: a\tb", {"title": "a\tb"}),
    ("title\t: T", {"title": "T"}),
    ("-\tT", ["T"]),
    ("-\ta: b", REFUSED),
    ("-\t- a", REFUSED),
    ("?\ta\n:\tb", {"a": "b"}),
    ("\ttitle: T", REFUSED),
    ("\tT", "T"),
    ("title:\n\tT", REFUSED),
    ("title:\n  \tT", {"title": "T"}),
    ("title: T\n\t\na: b", {"title": "T", "a": "b"}),
    ("title: T\n\t# c", {"title": "T"}),
    ("[\ta,\tb\t]", ["a", "b"]),
    ("{\ta:\tb\t}", {"a": "b"}),
    ("title: |\t\n  a", {"title": "a\n"}),
    ("title: |\n  a\tb\t\n\tc", REFUSED),
    ("title: |\n  a\n  b", {"title": "a\nb\n"}),
    ("title: >-\n  a\n  b", {"title": "a b"}),
    ("title: |2\n    a", {"title": "  a\n"}),
    ("title: |\na", REFUSED),
    ("title:\n|\n a", REFUSED),
    ("|", REFUSED),
    ("> \n a", "a\n"),
    ("title: 'a\n  b'", {"title": "a b"}),
    ("title: 'it''s'", {"title": "it's"}),
    ('title: "\\x41\\u00e9\\n"', {"title": "Aé\n"}),
    ('title: "\\q"', REFUSED),
    ('title: "a', REFUSED),
    ("title: 'a' b", REFUSED),
    ("title: a\n b", {"title": "a b"}),
    ("title: a\nb", REFUSED),
    (" title: a", {"title": "a"}),
    (" a\nb", REFUSED),
    ("title: a\u2028b", {"title": "a\u2028b"}),
    ("title: a\x85b", {"title": "a\x85b"}),
    ("title: \x07", REFUSED),
    ("...", None),
    ("--- # c\ntitle: T", {"title": "T"}),
    ("--- title: T", {"title": "T"}),
    ("--- - a", ["a"]),
    ("---x", "x"),
    ("a\n---\nb", REFUSED),
    ("a\n...\nb", REFUSED),
    ("%YAML 1.2\n---\ntitle: T", {"title": "T"}),
    ("%TAG ! tag:x,2000:\n---\n!a b", REFUSED),
    ("- a\n- b", ["a", "b"]),
    ("- - a", [["a"]]),
    ("-", [None]),
    ("- \n- a", [None, "a"]),
    ("title:\n- a", {"title": ["a"]}),
    ("a:\n  - b\n - c", REFUSED),
    ('title: "a\n"', {"title": "a "}),
    (' "a\n"', "a "),
    ('title: "a\nb"', {"title": "a b"}),
    ("{&x\n a}", {"a": None}),
    ("&x\na\nb", "a b"),
]

STRANGE: list[tuple[str, Value, Value]] = [
    ("a: &x [&x 1]\ntitle: *x", {"a": [1.0], "title": [1.0]}, {"a": [1.0], "title": 1.0}),
    ("title: &x a: b", {"title": {"a": "b"}}, REFUSED),
    ("title: !!str a: b", {"title": {"a": "b"}}, REFUSED),
    ('title: "a\n"x": y', {"title": "a ", 'x"': "y"}, REFUSED),
    ("%a'b\n---\ntitle: T", {"title": "T"}, REFUSED),
    ("{ # c\n: a}", {"null": "a"}, REFUSED),
    ("title: {a\nb}", REFUSED, {"title": {"a b": None}}),
    ("|2\n  a", " a\n", "a\n"),
    ("\t---", None, "---"),
    ("  -\n- a", [None, "a"], REFUSED),
    ("!!str\n\n a\nb", "a b", REFUSED),
    ("|\n   ", "", REFUSED),
    ("# \x0b", None, REFUSED),
    ("'\x7f'", "\x7f", REFUSED),
]
"""Texts that nobody writes, with js-yaml's answer and ours: what fuzzing the two against each other leaves.

A mapping that begins behind an anchor or a tag; a quote that closes at the margin, with more behind it; odd
directives; an empty key behind a comment; a text of several lines between brackets at the margin; the width
of a block text that is the whole document, and such a text of blanks; a tab before `---`; a list that goes on
farther left; a text behind a tag that goes on farther left; control characters in comments and quotes; an
anchor inside the node of the same anchor.
"""


def answer(text: str) -> Value:
    try:
        return load(text)
    except YamlSyntaxError as fault:
        assert 0 <= fault.start <= len(text) + 1 and fault.reason
        return REFUSED


@pytest.mark.parametrize(("text", "theirs"), SAME)
def test_a_text_is_read_as_by_js_yaml(text: str, theirs: Value) -> None:
    assert repr(answer(text)) == repr(theirs)


@pytest.mark.parametrize(("text", "theirs", "mine"), STRANGE)
def test_what_differs_is_known(text: str, theirs: Value, mine: Value) -> None:
    assert repr(answer(text)) == repr(mine) != repr(theirs)


def test_nesting_has_an_end() -> None:
    assert answer("[" * 100 + "]" * 100) != REFUSED
    assert answer("[" * 101 + "]" * 101) == REFUSED
    assert answer("[" * 100_000) == REFUSED


def test_a_node_that_holds_itself_is_written_as_javascript_does() -> None:
    assert js_string(answer("&x [a, *x, b]")) == "a,,b"


def test_aliases_stand_for_so_many_nodes_and_no_more() -> None:
    lines = ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60))]
    assert answer("\n".join([*lines[:8], "title: *a7"])) != REFUSED
    assert answer("\n".join(lines)) == REFUSED


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (5.0, "5"),
        (1.5, "1.5"),
        (1e21, "1e+21"),
        (-INF, "-Infinity"),
        (NAN, "NaN"),
    ],
)
def test_a_value_is_written_as_by_javascript(value: Value, text: str) -> None:
    assert js_string(value) == text
    assert js_string([value, None, ["x", {}]]) == f"{'' if value is None else text},,x,[object Object]"


@given(st.text(alphabet="ab1:-?,[]{}#&*!|>'\"%@`~. \n\t\r\x85\u2028\x0b\ufeff😀", max_size=60))
def test_no_text_makes_the_reader_raise(text: str) -> None:
    answer(text)
