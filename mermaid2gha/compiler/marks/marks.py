"""The marks of a diagram: what stands above which statement, and what is wrong with it.

See docs/marks.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from mermaid2gha.base.diagnostic import Diagnostic, Rule, Severity, diagnostic
from mermaid2gha.base.edit import replaced
from mermaid2gha.base.patterns import late
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.marks import mark_values
from mermaid2gha.compiler.vocabulary import labels, outcomes
from mermaid2gha.mermaid.ast import (
    MARKS,
    Cosmetic,
    CosmeticKind,
    Diagram,
    Event,
    FragmentEnd,
    FragmentStart,
    Mark,
    Message,
    Note,
    OperandStart,
    Operator,
)

MISPLACED_MARK = Rule("misplaced-mark", Severity.WARNING)
WRONG_MARK = Rule("wrong-mark", Severity.ERROR)

OUTCOMES = ("success", "failure", "always")
"""Marks that say how what is before has to end, or that it may end in any way."""
CONDITIONS = ("if", "flag")
"""Marks that say what else a statement asks for."""
ASKING = (Operator.OPT, Operator.ALT, Operator.BREAK)
"""Fragments whose operands ask for something by themselves."""
_ACTIVITY = "a note or a message"
_BEARERS: Mapping[str, str] = {
    **dict.fromkeys(("job", "head", "step", "write", "reply", "gate", "decide", "outputs"), _ACTIVITY),
    **dict.fromkeys(("skip", "permissions"), _ACTIVITY),
    **dict.fromkeys(("push", "pull"), "a message"),
    "dispatch": "a message",
    **dict.fromkeys(("trigger", "when", "token"), "a message, or a note over a workflow"),
    "call": _ACTIVITY,
    "with": "a message, or a note with `call`",
    "wait": "a message or a loop",
    "id": "a note, a message or a loop",
    "comment": "a note, a message or a fragment",
    "approval": _ACTIVITY,
    "stop": "an operand of `opt`, `alt` or `break`",
    **dict.fromkeys(("if", "success", "failure", "flag"), "a fragment, an operand, a note or a message"),
    "always": "an `opt`, a note or a message, or a fragment or operand that asks for nothing by itself",
    **dict.fromkeys(("matrix", "retry", "once"), "a fragment or a note"),
    "role": "a participant, a note or a message",
    "ignore": "a statement",
}
_EXCLUSIVE = (
    frozenset("job head step reply comment gate push pull wait trigger dispatch call skip".split()),
    frozenset(OUTCOMES),
    frozenset(CONDITIONS),
    frozenset("once matrix".split()),
    frozenset("once retry".split()),
)
_NEEDS_VALUE = frozenset(
    "id write outputs trigger with when token skip approval if flag matrix retry permissions role "
    "ignore".split()
)
_NEAR = 0.8
_ALONE = frozenset("job head step reply comment gate decide stop success always once".split())
_VALUES: Mapping[str, Callable[[str], object]] = {
    "write": mark_values.rights,
    "permissions": mark_values.rights,
    "trigger": mark_values.events,
    "with": mark_values.pairs,
    "approval": mark_values.environment,
    "matrix": mark_values.matrix,
    "retry": mark_values.count,
    "role": mark_values.role,
    "call": mark_values.called,
    "push": mark_values.artifact,
    "pull": mark_values.artifact,
    "wait": mark_values.artifact,
}


def marks_of(event: Event) -> dict[str, str]:
    """The marks of a statement, by their keys; of two of one key the first counts."""
    found: dict[str, str] = {}
    for mark in getattr(event, "marks", ()):
        if mark.name not in found and _fault(mark) is None:
            found[mark.name] = mark.value
    return found


def ignored(diagram: Diagram) -> tuple[tuple[str, Span], ...]:
    """The rules that marks above statements leave out, each with the statement's place, a fragment's
    whole."""
    if not diagram.comments:
        return ()
    left_out: list[tuple[str, Span]] = []
    open_: list[tuple[Span | None, str]] = []
    for event in diagram.events:
        rules, span = marks_of(event).get("ignore", ""), event.span
        if isinstance(event, FragmentStart):
            open_.append((span, rules))
        elif isinstance(event, FragmentEnd):
            start, rules = open_.pop()
            if start is not None and span is not None:
                span = Span(start.file, start.start, span.end)
        if rules and span is not None and not isinstance(event, FragmentStart):
            left_out += [(rule, span) for rule in mark_values.words(rules)]
    return tuple(left_out)


def mark_faults(diagram: Diagram) -> list[Diagnostic]:
    """What is wrong with the marks of a diagram. Reports `misplaced-mark` and `wrong-mark`."""
    diagnostics: list[Diagnostic] = []
    borne: set[Span] = set()
    for event in diagram.events:
        marks = getattr(event, "marks", ())
        borne |= {mark.span for mark in marks}
        diagnostics += _of_statement(event, marks)
        if isinstance(event, (Message, Note)) and "%%" in event.text and event.text_span is not None:
            diagnostics += _behind(event.text, event.text_span)
    for mark in diagram.comments:
        if mark.span not in borne:
            diagnostics += _stray(mark)
    return [*diagnostics, *_half_marks(diagram)]


_HALF = late(r"^[ \t]*(%[ \t]*([a-z]+)(?:[ \t]*:[ \t]*\S[^\n]*)?)[ \t]*$", re.MULTILINE)


def _half_marks(diagram: Diagram) -> Iterator[Diagnostic]:
    """Lines with one percent sign before what would be a mark: Mermaid leaves them out without a word."""
    block = diagram.block
    for match in _HALF.finditer(block.text) if "%" in block.text else ():
        if match[2] in MARKS:
            span = Span(block.file, block.offset(match.start(1)), block.offset(match.end(1) - 1) + 1)
            yield diagnostic(
                MISPLACED_MARK,
                f"`{match[2]}` is no mark behind a single `%`",
                span,
                help=f"write `%{match[1]}` if it is meant as one",
                fixes=replaced(span, f"%{match[1]}", is_safe=False),
            )


def _of_statement(event: Event, marks: tuple[Mark, ...]) -> Iterator[Diagnostic]:
    seen: dict[str, Mark] = {}
    for mark in marks:
        if mark.name in seen:
            yield misplaced(f"`{mark.name}` stands twice above one statement; the first counts", mark.span)
            continue
        clash = next((name for name in seen if _contradict(event, name, mark.name)), "")
        if clash:
            yield _clashing(clash, mark)
        seen[mark.name] = mark
        if not can_bear(event, mark.name):
            yield misplaced(f"`{mark.name}` belongs above {_BEARERS[mark.name]}, and not here", mark.span)
        elif fault := _fault(mark) or _fault_of_call(event, mark):
            cure = _STATUSES.get(mark.value.strip(), "") or outcomes.undrawn_status(mark.value)
            yield diagnostic(WRONG_MARK, fault, _value_span(mark), help=cure or _EXAMPLES.get(mark.name, ""))


def _clashing(earlier: str, mark: Mark) -> Diagnostic:
    if not _is_outcome_and_condition(earlier, mark.name):
        return misplaced(f"`{earlier}` and `{mark.name}` contradict each other", mark.span)
    outcome, other = (earlier, mark.name) if earlier in OUTCOMES else (mark.name, earlier)
    return diagnostic(
        MISPLACED_MARK,
        f"one of several ways is of `{outcome}` or of `{other}`, and here `{outcome}` counts alone",
        mark.span,
        help=f"draw an `opt` within this, with `%% {other}: …` above it",
    )


def _is_outcome_and_condition(one: str, other: str) -> bool:
    return (one in OUTCOMES and other in CONDITIONS) or (one in CONDITIONS and other in OUTCOMES)


def _contradict(event: Event, one: str, other: str) -> bool:
    """Whether two marks cannot both be true of a statement; what a run begins with is not what starts it."""
    if _is_outcome_and_condition(one, other):
        return _has_several(event)
    is_own = isinstance(event, Note) or (isinstance(event, Message) and event.sender == event.receiver)
    if is_own and "trigger" in (one, other):
        return False
    return any({one, other} <= group for group in _EXCLUSIVE)


def _has_several(event: Event) -> bool:
    """Whether a statement is one of several ways, or leaves a rest, so that it is of one condition alone."""
    is_way = isinstance(event, FragmentStart) and event.operator in (Operator.ALT, Operator.BREAK)
    return is_way or isinstance(event, OperandStart)


def stops(event: FragmentStart | OperandStart, marks: Mapping[str, str]) -> bool:
    """Whether the rest of what is around a fragment or operand does not happen, by its marks or its text."""
    text = " ".join(labels.lines(event.text))
    if isinstance(event, OperandStart) and outcomes.is_stop_of_rest(text):
        return True
    return event.operator is Operator.BREAK or "stop" in marks or outcomes.is_stop(text)


_STATUSES = {
    "success()": "write `%% success`",
    "failure()": "write `%% failure`",
    **dict.fromkeys(("always()", "!cancelled()"), "write `%% always`"),
}
_EXAMPLES = {
    "trigger": "write `%% trigger: push[branch=main|dev, tag=v*], schedule[cron=0 3 * * *]`",
    "permissions": "write `%% permissions: pages: write, id-token: write`",
    "write": "write `%% write: issues`",
    "role": "write `%% role: workflow release.yml`, or `%% role: NAME = registry`",
    "matrix": "write `%% matrix: {database: [PostgreSQL 16, SQLite]}`",
    "approval": "write `%% approval: production`",
    "skip": "write `%% skip: build in ci.yml`",
    "call": "write `%% call: build.yml`, or `%% call: octo-org/shared/.github/workflows/build.yml@v1`, above "
    "a note, and `%% call` alone above a message",
}


def _fault(mark: Mark) -> str | None:
    if mark.name in _NEEDS_VALUE and not mark.value:
        return f"`%% {mark.name}` needs a value"
    if mark.name in _ALONE and mark.value:
        return f"`%% {mark.name}` takes no value"
    if mark.name == "token" and mark.value not in ("read", "write"):
        return "a token may `read` or `write`"
    if mark.name in ("if", "when"):
        from mermaid2gha.github.expressions.checker import condition_test

        contexts = frozenset({"github", "inputs", "vars", "needs"})
        problems = condition_test(mark.value, contexts=contexts, is_stated=mark.name == "if")
        return problems[0].message if isinstance(problems, list) else None
    parse = _VALUES.get(mark.name)
    if parse is not None and mark.value:
        try:
            parse(mark.value)
        except ValueError as fault:
            return str(fault)
    return None


def _fault_of_call(event: Event, mark: Mark) -> str | None:
    """A message is sent to what it calls; above a note, or a message to itself, the mark names it."""
    is_own = isinstance(event, Message) and event.sender == event.receiver
    if mark.name != "call" or isinstance(event, Note) == bool(mark.value) or is_own:
        return None
    return (
        "`%% call` above a note names the workflow that its job calls"
        if isinstance(event, Note)
        else "`%% call` takes no value above a message: its receiver is what is called"
    )


def _value_span(mark: Mark) -> Span:
    """The place of a mark's value."""
    text = mark.span.text
    at = text.rfind(mark.value) if mark.value else -1
    if at < 0:
        return mark.span
    start = mark.span.start + at
    return Span(mark.span.file, start, start + len(mark.value))


def can_bear(event: Event, key: str) -> bool:
    """Whether a mark may stand above a statement of this kind, whatever the statement does."""
    match event:
        case Message():
            return key not in _OF_FRAGMENTS and key != "stop"
        case Note():
            has_call = any(mark.name == "call" for mark in event.marks)
            starts = any(mark.name == "trigger" for mark in event.marks)
            return (
                (key not in _OF_MESSAGES and key != "stop")
                or (key == "with" and has_call)
                or (starts and key in ("trigger", "when", "token"))
            )
        case FragmentStart(operator=operator):
            is_loop = operator is Operator.LOOP
            if key == "always" and operator in (Operator.ALT, Operator.BREAK):
                return False
            if key == "stop" or (operator is Operator.RECT and key in _OF_FRAGMENTS):
                return operator in ASKING
            return key in _ON_FRAGMENTS or (is_loop and key in ("wait", "id"))
        case OperandStart(operator=operator):
            is_way = operator in ASKING
            is_other = key == "stop" if is_way else key == "always"
            return is_other or key in ("if", "success", "failure", "flag", "ignore")
        case Cosmetic(kind=kind):
            return key in ("role", "ignore") and kind in (CosmeticKind.PARTICIPANT, CosmeticKind.CREATE)
        case _:
            return False


_OF_FRAGMENTS = frozenset("matrix retry once".split())
_OF_MESSAGES = frozenset("push pull wait trigger dispatch with when token".split())
_ON_FRAGMENTS = frozenset("if success failure always flag matrix retry once stop comment ignore".split())


def _behind(text: str, span: Span) -> Iterator[Diagnostic]:
    """A mark behind a statement: to Mermaid it is part of the text."""
    after = text.split("%%", 1)[1]
    key = labels.words(after)[:1]
    if key and key[0] in MARKS:
        yield misplaced(f"`%% {key[0]}` is part of this text: a mark stands on a line of its own", span)


_OF_FILES: Mapping[str, str] = {
    **dict.fromkeys(
        ("environment", "environments"), "`%% approval: {value}` says which environment asks people"
    ),
    **dict.fromkeys(
        ("on", "event", "events"), "`%% trigger: {value}` above the message that starts the run says it"
    ),
    **{
        plural: f"`%% trigger: EVENT[{one}={{value}}]` above the message that starts the run says it"
        for one, plural in mark_values.PLURALS.items()
    },
    **dict.fromkeys(
        ("schedule", "cron"), "`%% trigger: schedule[cron={value}]` above the message that starts it says it"
    ),
    "needs": "what a job waits for is the order that is drawn: draw it below what it needs",
    "strategy": "`%% matrix: {{NAME: [A, B]}}` says for which values a job runs",
    "uses": "`%% call` above a message to the workflow calls it",
    **dict.fromkeys(
        "runs-on container services timeout-minutes concurrency env defaults secrets inputs shell "
        "continue-on-error working-directory".split(),
        "it is yours: write it in the workflow file, where it stays",
    ),
}
"""What GitHub calls the keys of a workflow that are no marks here, and what says the same."""


def _stray(mark: Mark) -> Iterator[Diagnostic]:
    """A comment that belongs to no statement, is nearly a mark, or a key of GitHub's."""
    if mark.is_exact and mark.name in MARKS:
        yield misplaced(f"no statement follows that could bear `{mark.name}`", mark.span)
        return
    if mark.is_exact and not mark.value and (cure := outcomes.undrawn_status(mark.name)):
        yield diagnostic(MISPLACED_MARK, f"`{mark.name}` is no mark", mark.span, help=cure)
        return
    if mark.is_exact and not mark.value and mark.name.removesuffix("s") in MARKS:
        return  # a word alone is prose: `steps`
    if mark.name in _NEEDS_VALUE and mark.span.text.rstrip().endswith(":"):
        yield diagnostic(
            MISPLACED_MARK,
            f"`%% {mark.name}:` says nothing, for no value follows",
            mark.span,
            help=f"write the value behind it, or leave out the colon if `{mark.name}` is a remark",
        )
        return
    if mark.value and mark.is_exact and (says := _OF_FILES.get(mark.name)):
        yield diagnostic(
            MISPLACED_MARK,
            f"`{mark.name}` is a key of GitHub's, and no mark: this says nothing",
            mark.span,
            help=says.format(value=mark.value),
        )
        return
    from difflib import get_close_matches

    for key in get_close_matches(mark.name.lower(), sorted(MARKS), 1, _NEAR):
        if not mark.value and key in _NEEDS_VALUE:
            continue  # a word alone is prose, too
        written = f"%% {key}: {mark.value}" if mark.value else f"%% {key}"
        yield diagnostic(
            MISPLACED_MARK,
            f"`{mark.name}` is no mark",
            mark.span,
            help=f"write `{written}` if it is meant as one",
            fixes=replaced(mark.span, written, is_safe=False),
        )


def unused_id(mark: Mark) -> Diagnostic:
    """That no job begins below an id, for those who find it out. Reports `misplaced-mark`."""
    return diagnostic(
        MISPLACED_MARK,
        f"no job begins here, so none gets the id `{mark.value}`",
        mark.span,
        help="write it above what a job begins with, or `%% job` beside it if this is one",
    )


def idle_mark(mark: Mark, what: str) -> Diagnostic:
    """That a mark applies to nothing that its statement does, for those who find it out; `what` is what it
    belongs above. Reports `misplaced-mark`."""
    return diagnostic(
        MISPLACED_MARK,
        f"`{mark.name}` says nothing here: it belongs above what {what}, and this is none of it",
        mark.span,
        help="write it above the note or message that it is about, or take it away",
    )


def unused_values(marks: Sequence[Mark]) -> Iterator[Diagnostic]:
    """That nothing takes the values of a mark `with`, for those who find it out. Reports `misplaced-mark`."""
    for mark in (one for one in marks if one.name == "with" and one.value):
        yield diagnostic(
            MISPLACED_MARK,
            f"no workflow is called here, so nobody gets `{mark.value}`",
            mark.span,
            help="`%% call` beside it calls the workflow; inputs of a start by hand are given when it is "
            "started, and declared where a drawn condition reads one, `inputs.NAME`",
        )


def misplaced(message: str, span: Span) -> Diagnostic:
    return diagnostic(
        MISPLACED_MARK,
        message,
        span,
        help="a mark stands alone on a line, directly above the statement that it is about",
    )
