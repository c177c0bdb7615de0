"""A diagram's text to its model, with every fault of it reported."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from mermaid2gha.base.diagnostic import Diagnostic, Rule, Severity, diagnostic, has_errors
from mermaid2gha.base.edit import replaced
from mermaid2gha.base.lalr import Token
from mermaid2gha.base.records import replace
from mermaid2gha.base.source import Block, SourceFile, Span
from mermaid2gha.mermaid.actions import Builder
from mermaid2gha.mermaid.actors import CREATE_WITHOUT_MESSAGE, DESTROY_WITHOUT_MESSAGE, UNBALANCED_ACTIVATION
from mermaid2gha.mermaid.ast import (
    MARKS,
    Activation,
    Autonumber,
    Cosmetic,
    Diagram,
    Event,
    FragmentStart,
    Mark,
    Message,
    Note,
    OperandStart,
)
from mermaid2gha.mermaid.errors.github import refused_by_github
from mermaid2gha.mermaid.errors.warnings import silent_losses
from mermaid2gha.mermaid.frontmatter import front_title
from mermaid2gha.mermaid.lexer import BLANKS
from mermaid2gha.mermaid.parser import Parser
from mermaid2gha.mermaid.preprocess import diagram_type, misspelt_type_span, prelexed, with_type

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from mermaid2gha.mermaid.errors.statement import Parsed, StatementError

MISSING_DIAGRAM_TYPE = Rule("missing-diagram-type", Severity.ERROR)
MISSPELT_DIAGRAM_TYPE = Rule("misspelt-diagram-type", Severity.ERROR)


def is_sequence_diagram(block: Block) -> bool:
    """Whether a block is a sequence diagram to Mermaid, or would be if its first word were what it should."""
    return diagram_type(block) != ""


def parse(block: Block) -> tuple[Diagram, list[Diagnostic]]:
    """The model of a sequence diagram, as good as it can be, and all that is wrong with its text.

    There is an error among the findings exactly when Mermaid 12.3 rejects the text; what it drops in silence
    is a warning, and what GitHub's older Mermaid rejects. Never raises. Reports the rules of `errors`,
    `actors`, `parser` and `frontmatter`.
    """
    source = prelexed(block)
    diagnostics: list[Diagnostic] = []
    kind = diagram_type(block)
    if kind == "missing":
        source, first_line = with_type(source)
        diagnostics.append(_missing_type(first_line))
    builder = Builder(source)
    if kind == "misspelt":
        builder.is_type_misspelt = True
        misspelt = misspelt_type_span(block)
        message, cure = "the type of the diagram is misspelt, so Mermaid shows an error", "sequenceDiagram"
        fixes = replaced(misspelt, cure)
        found = diagnostic(MISSPELT_DIAGRAM_TYPE, message, misspelt, help=f"write `{cure}`", fixes=fixes)
        diagnostics.append(found)
    title, place, problems = front_title(source)
    diagnostics += problems
    run = Parser(builder, _diagnosed)
    run.parse()
    diagnostics += run.faults
    diagnostics += _independent(builder.problems, run.skipped)
    diagnostics += silent_losses(builder, is_faulty=has_errors(diagnostics))
    diagnostics += refused_by_github(builder)
    name, span = _name(builder, title, place)
    diagram = Diagram(
        name,
        span,
        lifelines=tuple(builder.lifelines.known.values()),
        boxes=builder.lifelines.all_boxes(),
        events=tuple(_marked(builder.events, source.marks)),
        title=builder.title_text,
        acc_title=builder.acc_title_text,
        acc_descr=builder.acc_descr_text,
        front_title=title,
        block=block,
        comments=source.marks,
    )
    return diagram, diagnostics


def _missing_type(first_line: Span) -> Diagnostic:
    from mermaid2gha.mermaid.errors.habits import COMMENT  # late: most diagrams begin with their type

    is_comment = COMMENT.match(first_line.text) is not None
    return diagnostic(
        MISSING_DIAGRAM_TYPE,
        "the diagram does not begin with its type, so Mermaid shows an error",
        first_line,
        help="write `%%` for a comment" if is_comment else "begin the diagram with `sequenceDiagram`",
    )


_PASSED = (Activation, Autonumber)
"""Statements that a mark above does not belong to: it is that of the next one."""


def _marked(events: Sequence[Event], marks: Sequence[Mark]) -> Sequence[Event]:
    """The events, each with the marks above it; what nothing can bear stays a comment."""
    pending = [mark for mark in marks if mark.is_exact and mark.name in MARKS]
    if not pending:
        return events
    result = []
    passed = 0
    for event in events:
        if passed < len(pending) and not isinstance(event, _PASSED) and event.span is not None:
            first = passed
            while passed < len(pending) and pending[passed].span.start < event.span.start:
                passed += 1
            own = tuple(pending[first:passed])
            if own and isinstance(event, Message | Note | FragmentStart | OperandStart | Cosmetic):
                event = replace(event, marks=own)
        result.append(event)
    return result


def _diagnosed(
    builder: Builder, taken: Sequence[Token], token: Token, *, is_trial: bool = False
) -> StatementError:
    """What is wrong with a statement; loaded late, for most diagrams have no fault."""
    from mermaid2gha.mermaid.errors.statement import Statement
    from mermaid2gha.mermaid.errors.statement_errors import fault

    return fault(Statement(builder, taken, token, _reparsed if not is_trial else lambda line: None))


def _reparsed(line: str) -> Parsed:
    """A line read by itself, as a trial, within which there is no other."""
    from mermaid2gha.mermaid.errors.statement import Parsed

    text = f"sequenceDiagram\n{line}\n"
    file = SourceFile("line", text)
    builder = Builder(
        prelexed(
            Block(
                file, text, pieces=((0, 0),), heading=None, heading_span=None, span=Span(file, 0, len(text))
            )
        )
    )
    run = Parser(builder, partial(_diagnosed, is_trial=True))
    run.parse()
    return Parsed(builder, run.faults)


def _independent(problems: list[Diagnostic], skipped: list[str]) -> list[Diagnostic]:
    """The faults of lifelines, but for those that a statement which was passed over may explain."""
    if not skipped:
        return problems
    activating = [text for text in skipped if "+" in text or "activate" in text.lower()]
    explaining = {
        CREATE_WITHOUT_MESSAGE.name: skipped,
        DESTROY_WITHOUT_MESSAGE.name: skipped,
        UNBALANCED_ACTIVATION.name: activating,
    }
    return [
        found
        for found in problems
        if not any(found.labels[0].span.text in text for text in explaining.get(found.rule, ()))
    ]


def _name(builder: Builder, title: str, place: Span | None) -> tuple[str, Span | None]:
    """What people call the diagram, and where that stands."""
    block = builder.source.block
    if title.strip(BLANKS):
        return title.strip(BLANKS), place
    if builder.title_text.strip(BLANKS):
        return builder.title_text.strip(BLANKS), builder.title_span
    if block.heading:
        return block.heading, block.heading_span
    stem = block.file.name.replace("\\", "/").rsplit("/", 1)[-1]
    return stem.rsplit(".", 1)[0] or stem, None
