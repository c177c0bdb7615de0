"""LALR(1) tables of grammars, and the machine that runs them.

`grammar/build.py` makes the tables with Lark; what runs them knows nothing of Lark, and starts without it.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Generator, Mapping

from mermaid2gha.base.records import dataclass

TYPE_CHECKING = False  # type checkers take it for true

END = "$END"
"""The kind of the token after the last, which the tables have too."""

LEXICAL = "LEXICAL"
"""The kind of an empty token where no terminal matches, which no table has."""


if TYPE_CHECKING:
    from typing import Any, NamedTuple

    class Token(NamedTuple):
        """A terminal at `[start, end)` of the text that is parsed."""

        kind: str
        start: int
        end: int

else:
    Token = namedtuple("Token", ("kind", "start", "end"))


Production = tuple[str, int, str]
"""A production: the symbol it makes, how many symbols it takes, and the name of its action, if any.

Without an action the value of the first symbol that it takes is that of the one it makes.
"""


@dataclass(frozen=True, slots=True)
class Table:
    """An LALR(1) table and the terminals of its lexer, with their patterns, in the order of the grammar.

    `ignored` are terminals that only skip text. `steps[state][symbol]` is the next state (zero or more) or,
    below zero, `-1 - rule`, an index into `rules`. The first state is 0; `accepting` is the one reached when
    the start symbol is complete.
    """

    terminals: tuple[tuple[str, str], ...]
    ignored: frozenset[str]
    rules: tuple[Production, ...]
    steps: tuple[dict[str, int], ...]
    accepting: int


def table(
    terminals: tuple[tuple[str, str], ...],
    ignored: tuple[str, ...],
    rules: tuple[Production, ...],
    symbols: tuple[str, ...],
    steps: tuple[tuple[int, ...], ...],
    accepting: int,
) -> Table:
    """The table of what is shipped: a row of `steps` has symbols, by number, each with its step."""
    name = symbols.__getitem__
    rows = tuple(dict(zip(map(name, row[::2]), row[1::2])) for row in steps)
    return Table(
        terminals,
        frozenset(ignored),
        rules=rules,
        steps=rows,
        accepting=accepting,
    )


class Machine:
    """A run of a table over tokens, whose rules act by the methods of `actions` that they name.

    `tokens` is sent the state in which the next token is asked for. `recover` is called with a token that has
    no place where the run is; it may change `states`, `values` and `tokens`, and gives the token to go on
    with. `shifting` are calls to make before a terminal is shifted. The value of a symbol is its token, or
    what the action of its rule returns.
    """

    def __init__(
        self,
        table: Table,
        actions: object,
        tokens: Generator[Token, int, None],
        recover: Callable[[Token], Token],
        shifting: Mapping[str, Callable[[Token], None]],
    ) -> None:
        self.table = table
        self.actions = [getattr(actions, name) if name else None for _, _, name in table.rules]
        self.tokens = tokens
        self.recover = recover
        self.shifting = shifting
        self.states = [0]
        self.values: list[Any] = [None]

    def run(self) -> Any:
        """Run to the end; the value of the start symbol."""
        steps, rules, accepting = self.table.steps, self.table.rules, self.table.accepting
        states, values, actions, shifting = self.states, self.values, self.actions, self.shifting
        token = next(self.tokens)
        following, kind = self.tokens.send, token[0]
        state = states[-1]
        while state != accepting:
            step = steps[state].get(kind)
            if step is None:
                token = self.recover(token)
                following, kind = self.tokens.send, token[0]
                state = states[-1]
            elif step >= 0:
                if kind in shifting:
                    shifting[kind](token)
                states.append(step)
                values.append(token)
                state = step
                token = following(step)
                kind = token[0]
            else:  # as `reduce` does, which would cost a call for each symbol
                symbol, size, _ = rules[-1 - step]
                action = actions[-1 - step]
                value = None
                if size:
                    value = action(values[-size:]) if action else values[-size]
                    del states[-size:]
                    del values[-size:]
                state = steps[states[-1]][symbol]
                states.append(state)
                values.append(value)
        return values[-1]

    def reduce(self, rule: int) -> None:
        """Replace the symbols of a rule by the one that it makes."""
        symbol, size, _ = self.table.rules[rule]
        action = self.actions[rule]
        value = None
        if size:
            value = action(self.values[-size:]) if action else self.values[-size]
            del self.states[-size:]
            del self.values[-size:]
        self.states.append(self.table.steps[self.states[-1]][symbol])
        self.values.append(value)
