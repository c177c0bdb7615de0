"""The parse table of `expression.lark`, built by Lark and kept (`grammars.kept`), with what runs it.

In each state the lexer tries the terminals alone that the state takes, as Lark's contextual lexer does: the
one with a priority first, words such as `true` before names, the others in the order of the grammar.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple

from mermaid2gha.base.lalr import kept
from mermaid2gha.base.records import dataclass

LAYOUT = "1"  # of the kept file; raise it when what is kept changes
_END = "$END"
_WORD = "[A-Za-z0-9_-]"


class Token(NamedTuple):
    """A terminal with its text and offsets."""

    type: str
    text: str
    start_pos: int
    end_pos: int


@dataclass(frozen=True, slots=True)
class Rule:
    """A production: its symbol, which of the symbols that it takes are kept, and the name of its action.

    Without an action the one symbol that is kept stands for it, or all of them as a list where `is_list`.
    """

    symbol: str
    kept: tuple[bool, ...]
    action: str
    is_list: bool


@dataclass(frozen=True, slots=True)
class Table:
    """`steps[state][symbol]` is the next state (zero or more) or, below zero, `-1 - rule`."""

    lexers: tuple[re.Pattern[str], ...]
    blank: re.Pattern[str]
    rules: tuple[Rule, ...]
    steps: tuple[dict[str, int], ...]
    start: int
    accepting: int


class SyntaxFaultError(Exception):
    """A text is no expression: `at` is the offset of what does not belong there, none at its end."""

    def __init__(self, at: int | None) -> None:
        super().__init__(at)
        self.at = at


@cache
def table() -> Table:
    """The table of the grammar that is installed, from the cache if it is there."""
    return kept("expression", LAYOUT, _built, lambda fields: _table(*fields))


def _table(terminals: Any, blank: str, rules: Any, steps: Any, start: int, accepting: int) -> Table:
    return Table(
        tuple(_lexer([(name, text) for name, text in terminals if name in row]) for row in steps),
        re.compile(blank),
        tuple(Rule(symbol, tuple(mask), action, is_list) for symbol, mask, action, is_list in rules),
        tuple(steps),
        start,
        accepting,
    )


def _lexer(terminals: list[tuple[str, str]]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?P<{name}>{text})" for name, text in terminals) or "(?!)")


def _built(grammar: str) -> list[Any]:
    """The table of the grammar, by Lark, as plain values."""
    from lark import Lark
    from lark.lexer import Lexer
    from lark.parsers.lalr_analysis import Shift

    class Terminals(Lexer):
        """Takes the terminals as Lark hands them to a custom lexer."""

        found: tuple[Any, ...] = ()
        ignored: tuple[str, ...] = ()

        def __init__(self, lexer_conf: Any) -> None:
            Terminals.found = tuple(lexer_conf.terminals)
            Terminals.ignored = tuple(lexer_conf.ignore)

        def lex(self, lexer_state: Any, parser_state: Any) -> Any:
            raise AssertionError("the table is run by `parsed`, not by Lark")

    lark: Any = Lark(grammar, parser="lalr", lexer=Terminals, maybe_placeholders=False)
    parse_table = lark.parser.parser.parser.parse_table
    numbered = {rule: number for number, rule in enumerate(lark.rules)}
    rules = [
        (
            str(rule.origin.name),
            [not getattr(symbol, "filter_out", False) for symbol in rule.expansion],
            str(rule.alias or ("" if rule.options.expand1 else rule.origin.name)),
            str(rule.origin.name).startswith("_"),
        )
        for rule in lark.rules
    ]
    steps = [
        {
            str(symbol): argument if action is Shift else -1 - numbered[argument]
            for symbol, (action, argument) in parse_table.states[state].items()
        }
        for state in sorted(parse_table.states)
    ]
    ordered = sorted(Terminals.found, key=lambda one: (-one.priority, not one.pattern.value.isalpha()))
    terminals = [(one.name, _pattern(one)) for one in ordered if one.name not in Terminals.ignored]
    blank = "|".join(one.pattern.to_regexp() for one in ordered if one.name in Terminals.ignored)
    ends = (parse_table.start_states["start"], parse_table.end_states["start"])
    return [terminals, f"(?:{blank})*", rules, steps, *ends]


def _pattern(terminal: Any) -> str:
    """The pattern of a terminal; a word does not end inside of a longer one."""
    text = str(terminal.pattern.to_regexp())
    return f"{text}(?!{_WORD})" if terminal.pattern.value.isalpha() else text


def parsed(text: str, actions: Mapping[str, Callable[[list[Any]], Any]]) -> Any:
    """What the actions make of a text, from the inside out; raises `SyntaxFaultError`."""
    made = table()
    states: list[int] = [made.start]
    values: list[Any] = []
    at = made.blank.match(text, 0).end()  # type: ignore[union-attr]
    while True:
        found = made.lexers[states[-1]].match(text, at)
        name = found.lastgroup if found is not None else _END if at == len(text) else None
        step = made.steps[states[-1]].get(name or "")
        if step is None:
            raise SyntaxFaultError(at if at < len(text) else None)
        while step < 0:
            _reduced(made.rules[-1 - step], states, values, actions)
            states.append(made.steps[states[-1]][made.rules[-1 - step].symbol])
            if states[-1] == made.accepting and name == _END:
                return values[0]
            step = made.steps[states[-1]].get(name or "")
            if step is None:
                raise SyntaxFaultError(at if at < len(text) else None)
        if found is None:
            return values[0]
        states.append(step)
        values.append(Token(name or "", found.group(), at, found.end()))
        at = made.blank.match(text, found.end()).end()  # type: ignore[union-attr]


def _reduced(
    rule: Rule, states: list[int], values: list[Any], actions: Mapping[str, Callable[[list[Any]], Any]]
) -> None:
    """Replace the symbols of a production by what it makes of them."""
    size = len(rule.kept)
    parts: list[Any] = []
    for value, is_kept in zip(values[len(values) - size :], rule.kept):
        if is_kept:
            parts.extend(value) if isinstance(value, list) else parts.append(value)
    del states[len(states) - size :]
    del values[len(values) - size :]
    if rule.is_list:
        values.append(parts)
    else:
        values.append(actions[rule.action](parts) if rule.action else parts[0])
