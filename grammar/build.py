"""Make the tables that the package ships of these grammars: `python grammar/build.py`.

Only this needs Lark, some of whose attributes here are private. A test makes the tables again and compares.
The same grammar has the same table always: its states are numbered in the order in which they are reached.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lark import Lark
from lark.lexer import Lexer
from lark.parsers.lalr_analysis import Shift

FOLDER = Path(__file__).resolve().parent
PACKAGE = FOLDER.parent / "mermaid2gha"
TABLES = {
    "sequence": PACKAGE / "mermaid" / "table.py",
    "expression": PACKAGE / "github" / "expressions" / "table.py",
}
_MODULE = '''\
"""The LALR(1) table of `grammar/{name}.lark`, as values for `base.lalr.table`.

Made by `python grammar/build.py`; do not edit it.
"""

# ruff: noqa: E501
# fmt: off

TABLE = (
    {terminals!a},
    {ignored!a},
    {rules!a},
    {symbols!a},
    {steps!a},
    {accepting},
)
'''


def main() -> None:
    for name, path in TABLES.items():
        path.write_text(module(name), encoding="utf-8")


def module(name: str) -> str:
    """The text of the module with the table of a grammar."""
    return _MODULE.format(name=name, **values((FOLDER / f"{name}.lark").read_text(encoding="utf-8")))


class _Terminals(Lexer):
    """Takes the terminals as Lark hands them to a custom lexer: in the order of the file."""

    terminals: tuple[tuple[str, str], ...] = ()
    ignored: tuple[str, ...] = ()

    def __init__(self, lexer_conf: Any) -> None:
        _Terminals.terminals = tuple((row.name, row.pattern.to_regexp()) for row in lexer_conf.terminals)
        _Terminals.ignored = tuple(lexer_conf.ignore)

    def lex(self, lexer_state: Any, parser_state: Any) -> Any:
        raise AssertionError("the table is run by `base.lalr`")


def values(grammar: str) -> dict[str, Any]:
    """What `base.lalr.table` takes, of the text of a grammar."""
    lark: Any = Lark(grammar, parser="lalr", lexer=_Terminals)
    parse_table = lark.parser.parser.parser.parse_table
    numbered = {rule: number for number, rule in enumerate(lark.rules)}
    rules = [(str(rule.origin.name), len(rule.expansion), str(rule.alias or "")) for rule in lark.rules]
    rows = {
        state: {
            str(symbol): argument if action is Shift else -1 - numbered[argument]
            for symbol, (action, argument) in row.items()
        }
        for state, row in parse_table.states.items()
    }
    _skip_units(rows, rules)
    symbols = sorted({symbol for row in rows.values() for symbol in row})
    states = [parse_table.start_states["start"]]
    for state in states:
        reached = (rows[state][symbol] for symbol in symbols if symbol in rows[state])
        states += [step for step in dict.fromkeys(reached) if step >= 0 and step not in states]
    place = {state: number for number, state in enumerate(states)}
    steps = [
        tuple(
            part
            for number, symbol in enumerate(symbols)
            if (step := rows[state].get(symbol)) is not None
            for part in (number, place[step] if step >= 0 else step)
        )
        for state in states
    ]
    return {
        "terminals": _Terminals.terminals,
        "ignored": _Terminals.ignored,
        "rules": tuple(rules),
        "symbols": tuple(symbols),
        "steps": tuple(steps),
        "accepting": place[parse_table.end_states["start"]],
    }


def _skip_units(rows: dict[int, dict[str, int]], rules: Sequence[tuple[str, int, str]]) -> None:
    """Let a terminal that only becomes a symbol of its own (`newline`, `arrow`) be that symbol at once.

    Such a rule has one symbol and no action; a state in which nothing but its reduction is possible is
    passed over. The language stays the same: a wrong next token is found one step later, before any
    other token is taken.
    """
    for row in rows.values():
        for symbol, step in list(row.items()):
            reductions = set(rows[step].values()) if step >= 0 else set()
            number = -1 - reductions.pop() if len(reductions) == 1 else -1
            if number >= 0 and rules[number][1] == 1 and not rules[number][2] and symbol.isupper():
                row[symbol] = row.get(rules[number][0], step)


if __name__ == "__main__":
    main()
