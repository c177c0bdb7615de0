"""The tables of the grammars are fresh, take what Lark takes, and need nothing but themselves."""

from __future__ import annotations

import os
import re
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lark import Lark
from lark.exceptions import UnexpectedInput

from mermaid2gha.base import lalr
from mermaid2gha.github.expressions.parser import parse

GRAMMARS = Path(__file__).parents[2] / "grammar"
BUILD: dict[str, Any] = runpy.run_path(str(GRAMMARS / "build.py"))
EXPRESSION = (GRAMMARS / "expression.lark").read_text(encoding="utf-8")
# Lark tries the terminal first that may be longest, and ours in the order of the file: `true ( )` is no call.
FIRST = re.sub(r"^(NUMBER|TRUE|FALSE|NULL):", r"\1.1:", EXPRESSION, flags=re.MULTILINE)
LARK = Lark(FIRST, parser="lalr", lexer="contextual")
WORDS = st.sampled_from("a a.b ( ) [ ] , . * ! && || == < 'x' 1 .5 true null f(".split())


@pytest.mark.parametrize("name", BUILD["TABLES"])
def test_a_table_is_what_its_grammar_says(name: str) -> None:
    """`python grammar/build.py` makes it anew."""
    assert BUILD["TABLES"][name].read_text(encoding="utf-8") == BUILD["module"](name)


@given(st.lists(WORDS, max_size=9).map(" ".join))
@example("true ( )")
@example("a.true")
def test_the_machine_takes_what_lark_takes(text: str) -> None:
    try:
        LARK.parse(text)
    except UnexpectedInput:
        assert parse(text)[0] is None
    else:
        assert parse(text)[0] is not None


def test_what_only_becomes_a_symbol_is_that_symbol_at_once() -> None:
    table = lalr.table(**BUILD["values"]("start: word WORD -> two\nword: WORD\nWORD: /a/"))
    assert table.steps[0]["WORD"] == table.steps[0]["word"]


def test_a_rule_without_symbols_has_no_value() -> None:
    class Actions:
        def pair(self, values: list[Any]) -> list[Any]:
            return values

    def tokens() -> Any:
        states.append((yield lalr.Token("A", 0, 1)))
        states.append((yield lalr.Token(lalr.END, 1, 1)))

    states: list[int] = []
    shifted: list[lalr.Token] = []
    table = lalr.table(**BUILD["values"]("start: none A -> pair\nnone:\nA: /a/"))
    machine = lalr.Machine(table, Actions(), tokens(), lambda token: token, {"A": shifted.append})
    assert machine.run() == [None, lalr.Token("A", 0, 1)]
    assert shifted == [lalr.Token("A", 0, 1)]
    assert states == [table.steps[table.steps[0]["none"]]["A"]]


def test_a_check_knows_no_lark_and_no_cache_of_tables(tmp_path: Path) -> None:
    """Bytes that lay in a folder of the user's once decided how diagrams were read."""
    (tmp_path / "x.mmd").write_text("sequenceDiagram\n  A->>B: x\n")
    code = (
        "import sys; sys.modules['lark'] = None; from mermaid2gha.github.expressions.parser import parse\n"
        "assert parse('a == 1')[0]; from mermaid2gha.cli import main; main(['parse', 'x.mmd'])"
    )
    home = tmp_path / "home"
    home.mkdir()
    names = ("HOME", "USERPROFILE", "XDG_CACHE_HOME", "LOCALAPPDATA")
    rest = {name: value for name, value in os.environ.items() if name not in names}
    for more in ({}, dict.fromkeys(names, str(home))):
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=tmp_path, env=rest | more, capture_output=True, text=True
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert "A" in done.stdout
    assert not list(home.iterdir())
