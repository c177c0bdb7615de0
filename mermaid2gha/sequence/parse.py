"""A diagram's text to its model, with every fault of it reported."""

from __future__ import annotations

from typing import Any

from mermaid2gha.diagnostic import Diagnostic, diagnostic
from mermaid2gha.sequence.build import Builder
from mermaid2gha.sequence.diagram import Diagram
from mermaid2gha.sequence.grammar import table
from mermaid2gha.sequence.lexer import BLANKS, Token, tokens
from mermaid2gha.sequence.prelex import diagram_type, prelexed
from mermaid2gha.source import Block, Span


def is_sequence_diagram(block: Block) -> bool:
    """Whether a block is a sequence diagram to Mermaid, or would be if its first word were spelt right."""
    return diagram_type(block) != ""


def parse(block: Block) -> tuple[Diagram, list[Diagnostic]]:
    source = prelexed(block)
    builder = Builder(source)
    diagnostics: list[Diagnostic] = []
    run(builder, diagnostics)
    diagnostics += builder.problems
    name, span = _name(block, builder)
    diagram = Diagram(
        name,
        span,
        tuple(builder.lifelines.known.values()),
        builder.lifelines.all_boxes(),
        tuple(builder.events),
        builder.title_text,
        builder.acc_title_text,
        builder.acc_descr_text,
        "",
        block,
    )
    return diagram, diagnostics


def run(builder: Builder, diagnostics: list[Diagnostic]) -> None:
    made = table()
    steps, rules = made.steps, made.rules
    actions = [getattr(builder, rule.action) if rule.action else None for rule in rules]
    states = [made.start]
    values: list[Any] = [None]
    lookahead = tokens(builder.text)
    token = next(lookahead)
    kind = token[0]
    while True:
        step = steps[states[-1]].get(kind)
        if step is None:
            place = builder.span(token.start, token.end)
            diagnostics.append(diagnostic("syntax-error", "Mermaid does not understand this", place))
            return
        if step >= 0:
            states.append(step)
            values.append(token)
            token = next(lookahead)
            kind = token[0]
            continue
        symbol, size, _ = rules[-1 - step]
        action = actions[-1 - step]
        if size:
            value = action(values[-size:]) if action else None
            del states[-size:]
            del values[-size:]
        else:
            value = None
        goto = steps[states[-1]][symbol]
        states.append(goto)
        values.append(value)
        if goto == made.accepting:
            return


def _name(block: Block, builder: Builder) -> tuple[str, Span | None]:
    title = builder.title_text.strip(BLANKS)
    if title:
        return title, builder.title_span
    if block.heading:
        return block.heading, block.heading_span
    stem = block.file.name.replace("\\", "/").rsplit("/", 1)[-1]
    return stem.rsplit(".", 1)[0] or stem, None
