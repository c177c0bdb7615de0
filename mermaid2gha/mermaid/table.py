"""The parse table of `sequence.lark`: built by Lark, kept as plain values (`grammars.kept`)."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from mermaid2gha.base.lalr import kept
from mermaid2gha.base.records import dataclass

LAYOUT = "3"  # of the kept file; raise it when what is kept changes
END = "$END"


class Rule(NamedTuple):
    """A production: the symbol it makes, how many symbols it takes, and the name of its action, if any."""

    symbol: str
    size: int
    action: str


@dataclass(frozen=True, slots=True)
class Table:
    """An LALR(1) table and the terminals of its lexer in the order in which they are tried.

    `steps[state][symbol]` is the next state (zero or more) or, below zero, `-1 - rule`, an index into
    `rules`. `accepting` is the state reached when the start symbol is complete.
    """

    terminals: tuple[tuple[str, str], ...]
    rules: tuple[Rule, ...]
    steps: tuple[dict[str, int], ...]
    start: int
    accepting: int


@cache
def table() -> Table:
    """The table of the grammar that is installed, from the cache if it is there."""
    return kept("sequence", LAYOUT, lambda grammar: _fields(build(grammar)), lambda fields: _table(*fields))


def _fields(made: Table) -> list[Any]:
    return [made.terminals, made.rules, made.steps, made.start, made.accepting]


def _table(terminals: Any, rules: Any, steps: Any, start: int, accepting: int) -> Table:
    return Table(
        tuple((name, pattern) for name, pattern in terminals),
        tuple(Rule(symbol, size, action) for symbol, size, action in rules),
        tuple(steps),
        start,
        accepting,
    )


def build(grammar: str) -> Table:
    """The table of a grammar, by Lark."""
    from lark import Lark
    from lark.lexer import Lexer
    from lark.parsers.lalr_analysis import Shift

    class Order(Lexer):
        """Takes the terminals as Lark hands them to a custom lexer: in file order."""

        terminals: tuple[tuple[str, str], ...] = ()

        def __init__(self, lexer_conf: Any) -> None:
            Order.terminals = tuple((t.name, t.pattern.value) for t in lexer_conf.terminals)

        def lex(self, lexer_state: Any, parser_state: Any) -> Any:
            raise AssertionError("the table is run by `parse`, not by Lark")

    lark: Any = Lark(grammar, parser="lalr", lexer=Order)
    parse_table = lark.parser.parser.parser.parse_table
    numbered = {rule: number for number, rule in enumerate(lark.rules)}
    rules = tuple(
        Rule(str(rule.origin.name), len(rule.expansion), str(rule.alias or "")) for rule in lark.rules
    )
    states = parse_table.states
    steps = tuple(
        {
            str(symbol): argument if action is Shift else -1 - numbered[argument]
            for symbol, (action, argument) in states[number].items()
        }
        for number in sorted(states)
    )
    _skip_units(steps, rules)
    return Table(
        Order.terminals, rules, steps, parse_table.start_states["start"], parse_table.end_states["start"]
    )


def _skip_units(steps: tuple[dict[str, int], ...], rules: tuple[Rule, ...]) -> None:
    """Let a terminal that only becomes a symbol of its own (`newline`, `arrow`) be that symbol at once.

    Such a rule has one symbol and no action; a state in which nothing but its reduction is possible is
    passed over. The language stays the same: a wrong next token is found one step later, before any
    other token is taken.
    """
    for row in steps:
        for symbol, step in list(row.items()):
            if step < 0:
                continue
            reductions = set(steps[step].values())
            number = -1 - reductions.pop() if len(reductions) == 1 else -1
            if number >= 0 and rules[number].size == 1 and not rules[number].action:
                target = row.get(rules[number].symbol, -1)
                if target >= 0 and symbol.isupper():
                    row[symbol] = target
