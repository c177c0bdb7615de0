"""Workflows as YAML: model in, text out, deciding nothing.

Block style, two blanks of indentation, lines of up to 110 columns where YAML lets them break. A text comes
out plain where YAML 1.1 and 1.2 both surely read it as that very string, else between double quotes.

The comment of a step ends the line of its name, whatever else it holds: the one line that every step has and
after which a comment is always legal. A job's stands likewise after its key.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import cache, lru_cache

from mermaid2gha.github.expressions.ast import Logical
from mermaid2gha.github.expressions.condition import Condition, expression, operand
from mermaid2gha.github.workflow.model import (
    NO_COMMENT,
    GivenStep,
    Input,
    Job,
    ListComment,
    Permission,
    Step,
    Trigger,
    Variable,
    Workflow,
    WorkflowCall,
)

WIDTH = 110
LIST_WIDTH = 80
"""Columns of a line with a list between brackets: a wider one is broken by formatters, as by prettier."""

# What no YAML reader, editor or reviewer should meet raw: control characters, line separators, blanks that
# look like others, invisible and direction-changing characters, half pairs. An explicit list, since what
# `str.isprintable` says changes with the version of Python.
UNSEEN = (
    "\x00-\x08\x0a-\x1f\x7f-\xa0\xad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e0fff"
)
_BLANK_IN_COMMENTS = (
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
_BEGINS_PLAIN = (*"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_/$", "./")
_BREAKS_PLAIN = re.compile(r":(?: |$)| #| $")
_BREAKS_PLAIN_IN_FLOW = re.compile(r"[\[\]{},:?]")
_RESERVED = frozenset({"true", "false", "yes", "no", "on", "off", "y", "n", "null", "nan", "inf", "infinity"})
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def workflow_text(workflow: Workflow) -> str:
    """The YAML of a workflow file; lines end in LF, the last one too."""
    parts = [
        [comment(line) for line in workflow.header],
        [f"name: {scalar(literal(workflow.name))}"],
        ["on:", *_indented(line for trigger in workflow.triggers for line in trigger_lines(trigger))],
        ["permissions: {}"],
        _concurrency(workflow.concurrency),
        _jobs(workflow.jobs),
    ]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


@lru_cache(maxsize=1 << 16)  # most names, runners and versions recur in every job
def scalar(text: str) -> str:
    """A string as a YAML scalar on one line: plain if YAML 1.1 and 1.2 both read it so, else quoted."""
    is_plain = (
        (text.startswith(_BEGINS_PLAIN) or text[:1] > "\u00a0")
        and not _has_unseen(text)
        and "\t" not in text
        and not _BREAKS_PLAIN.search(text)
        and text.casefold() not in _RESERVED
    )
    return text if is_plain else quoted(text)


def _has_unseen(text: str) -> bool:
    """Whether a text has what can be written as an escape only; a tab is not among it."""
    if text.isascii():
        return not text.replace("\t", "").isprintable()
    return _unseen().search(text) is not None


@cache
def _unseen() -> re.Pattern[str]:
    return re.compile(f"[{UNSEEN}]")


def flow_scalar(text: str) -> str:
    """A string as an item of a list between brackets."""
    return quoted(text) if _BREAKS_PLAIN_IN_FLOW.search(text) else scalar(text)


def quoted(text: str) -> str:
    """A string between double quotes, with JSON's escapes (`\\U` and eight digits beyond four)."""
    if text.isascii():
        return f'"{text.translate(_ascii_escapes())}"'
    return '"' + re.sub(f'["\\\\\t{UNSEEN}]', lambda match: _escape(match[0]), text) + '"'


def inert(text: str) -> str:
    """A text for a place where GitHub reads expressions: `${{` is what it shows, no expression begins."""
    return text.replace("${{", "${{ '${{' }}")


def literal(text: str) -> str:
    """A text for a place where GitHub knows no expression and refuses `${{` altogether: a blank parts it."""
    return text.replace("${{", "$ {{")


def comment(text: str) -> str:
    """A text as a comment of one line."""
    return f"# {comment_text(text)}".rstrip()


def comment_text(text: str) -> str:
    """A text as comments show it.

    Control characters, line separators and marks that turn the direction of writing are one blank each; none
    of them is printable.
    """
    return (text if text.isprintable() else re.sub(_BLANK_IN_COMMENTS, " ", text)).strip()


def condition_lines(condition: Condition, column: int) -> list[str]:
    """The value of an `if` whose key begins at a column (from 0); lines after the first are its folded text.

    One line `${{ … }}` where that fits, else `>-` with a conjunct a line. All folded lines have one
    indentation, since YAML keeps the line ends around more indented ones.
    """
    text = on_one_line(expression(condition))
    one = scalar(f"${{{{ {text} }}}}")
    if column + len("if: ") + len(one) <= WIDTH or _has_unseen(text) or "\t" in text:
        return [one]
    return [">-", *_broken(condition, WIDTH - column - 2)]


def _escape(char: str) -> str:
    code = ord(char)
    return _ESCAPES.get(char) or (f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}")


@cache
def _ascii_escapes() -> dict[int, str]:
    return {code: _escape(chr(code)) for code in (*range(0x20), 0x7F, *map(ord, _ESCAPES))}


def _indented(lines: Iterable[str], by: int = 2) -> list[str]:
    blanks = " " * by
    return [blanks + line if line else line for line in lines]


def _with_comment(line: str, text: str) -> str:
    return f"{line} {comment(text)}" if text else line


def list_lines(
    key: str,
    items: tuple[str, ...],
    column: int,
    comments: ListComment = NO_COMMENT,
    commented: Collection[str] | None = None,
) -> list[str]:
    """A list between brackets where it fits from a column (from 0), else an item a line.

    Comments do not count: formatters see them so. `commented` are the items that have one, if not all.
    """
    if column + sum(map(len, items)) <= LIST_WIDTH:
        line = f"{key}: [{', '.join(flow_scalar(item) for item in items)}]"
        if column + len(line) <= LIST_WIDTH:
            return [_with_comment(line, comments.whole)]
    of = items if commented is None else commented
    lines = (_with_comment(f"  - {scalar(item)}", comments.each if item in of else "") for item in items)
    return [f"{key}:", *lines]


def trigger_lines(trigger: Trigger) -> Iterator[str]:
    """An event with its filters; its key begins at column 0."""
    comments = dict(trigger.comments)
    yield _with_comment(f"{scalar(trigger.event)}:", trigger.comment)
    for key, values in trigger.filters:
        texts = tuple(literal(value) for value in values)
        yield from _indented(list_lines(scalar(key), texts, 4, comments.get(key, NO_COMMENT)))
    for time in trigger.cron:
        yield _with_comment(f"  - cron: {quoted(time)}", comments.get(time, NO_COMMENT).each)
    if trigger.inputs:
        yield "  inputs:"
        for parameter in trigger.inputs:
            yield from _indented(input_lines(parameter), 4)


def input_lines(parameter: Input) -> Iterator[str]:
    """An input of a manual run or a call; its name begins at column 0."""
    yield f"{scalar(parameter.name)}:"
    if parameter.description:
        yield f"  description: {scalar(literal(parameter.description))}"
    yield f"  type: {scalar(parameter.type)}"
    if parameter.required:
        yield "  required: true"
    if isinstance(parameter.default, bool):
        yield f"  default: {str(parameter.default).lower()}"
    elif parameter.default is not None:
        yield f"  default: {scalar(literal(parameter.default))}"
    if parameter.options:
        yield from _indented(list_lines("options", tuple(literal(option) for option in parameter.options), 8))


def _concurrency(concurrency: tuple[str, str] | None) -> list[str]:
    if concurrency is None:
        return []
    group, cancel = concurrency
    cancel = cancel if cancel in ("true", "false") else scalar(cancel)
    return ["concurrency:", f"  group: {scalar(group)}", f"  cancel-in-progress: {cancel}"]


def _jobs(jobs: tuple[Job, ...]) -> list[str]:
    lines = ["jobs:"] if jobs else ["jobs: {}"]
    for number, job in enumerate(jobs):
        lines += [""] if number else []
        lines += _indented(job_lines(job))
    return lines


def job_lines(job: Job) -> list[str]:
    """The lines of a job from its comments on; its key begins at column 0."""
    lines = [comment(line) for line in job.comments]
    lines.append(_with_comment(f"{scalar(job.id)}:", job.comment))
    lines.append(f"  name: {scalar(inert(job.name))}")
    lines += _indented(_needs_lines(job))
    if job.condition is not None:
        first, *folded = _if(job.condition, 4)
        lines += _indented([_with_comment(first, job.condition_comment), *folded])
    lines += _indented(place_lines(job))
    lines += _indented(permission_lines(job.permissions))
    if job.outputs:
        lines.append("  outputs:")
        lines += (f"    {scalar(out.name)}: {expression_text(out.expression)}" for out in job.outputs)
    if job.steps:
        lines.append("  steps:")
        lines += _indented(fresh_step_lines(job), 4)
    if job.call is not None:
        lines += _indented(_call(job.call))
    return lines


def _needs_lines(job: Job) -> list[str]:
    if len(job.needs) != 1:
        commented = frozenset(job.commented_needs)
        return list_lines("needs", job.needs, 4, job.needs_comment, commented) if job.needs else []
    comment_of_one = job.needs_comment.each if job.needs[0] in job.commented_needs else ""
    return [_with_comment(f"needs: {scalar(job.needs[0])}", comment_of_one)]


def place_lines(job: Job) -> Iterator[str]:
    """Where, how long and how often a job runs."""
    if isinstance(job.runs_on, tuple):
        yield from list_lines("runs-on", job.runs_on, 4)
    elif job.runs_on:
        yield f"runs-on: {scalar(job.runs_on)}"
    if job.timeout_minutes is not None:
        yield f"timeout-minutes: {job.timeout_minutes}"
    if job.environment:
        yield _with_comment(f"environment: {scalar(inert(job.environment))}", job.environment_comment)
    if job.matrix:
        yield from ("strategy:", "  matrix:")
    for axis, values in job.matrix:
        comments = dict(job.axis_comments).get(axis, NO_COMMENT)
        if isinstance(values, str):
            yield _with_comment(f"    {scalar(axis)}: {expression_text(values)}", comments.each)
        else:
            texts = tuple(inert(value) for value in values)
            yield from _indented(list_lines(scalar(axis), texts, 8, comments), 4)


def permission_lines(permissions: tuple[Permission, ...]) -> list[str]:
    """The key `permissions` with what it grants."""
    if not permissions:
        return ["permissions: {}"]
    lines = (_with_comment(f"  {right.scope}: {right.level}", right.comment) for right in permissions)
    return ["permissions:", *lines]


def _call(call: WorkflowCall) -> Iterator[str]:
    yield _with_comment(f"uses: {scalar(call.uses)}", call.comment)
    if call.arguments:
        yield "with:"
        yield from (f"  {scalar(name)}: {argument_text(value)}" for name, value in call.arguments)


def argument_text(value: str | bool | int) -> str:
    """A value of `with`: GitHub takes no quoted `true` for a boolean input, nor a quoted number."""
    if isinstance(value, str):
        return scalar(inert(value))
    return str(value).lower()


def step_lines(step: Step) -> list[str]:
    """The lines of a step, its item mark included."""
    lines = [_with_comment(f"- name: {scalar(inert(step.name))}", step.comment)]
    if step.id is not None:
        lines.append(f"  id: {scalar(step.id)}")
    if step.condition is not None:
        lines += _indented(_if(step.condition, 8))
    if step.shell:
        lines.append(f"  shell: {scalar(step.shell)}")
    if step.directory:
        lines.append(f"  working-directory: {scalar(step.directory)}")
    if step.env:
        lines.append("  env:")
        for variable in step.env:
            lines += _indented(_variable(variable), 4)
    return lines + _indented(_run(step.run))


def fresh_step_lines(job: Job) -> list[str]:
    """The lines of the steps of a fresh job, with those that people give in the stead of what is announced.

    The deciding step stays, behind them, unless one of theirs has its id.
    """
    lines: list[str] = []
    starters = {starter.title: starter for starter in job.starters}
    for step in job.steps:
        starter = starters.pop(step.name, None)
        for given in starter.steps if starter is not None else ():
            lines += _given_lines(given, step.condition)
        if starter is None or (step.id is not None and all(one.id != step.id for one in starter.steps)):
            lines += step_lines(step)
    return lines


def _given_lines(given: GivenStep, condition: Condition | None) -> list[str]:
    """A step that people give, where it is drawn under a condition under that, too."""
    if condition is None:
        return list(given.lines)
    if not given.condition:
        return [given.lines[0], *_indented(_if(condition, 8)), *given.lines[1:]]
    own = given.condition.strip().removeprefix("${{").removesuffix("}}").strip()
    both = f"${{{{ ({' '.join(expression(condition).split())}) && ({' '.join(own.split())}) }}}}"
    kept: list[str] = []
    is_inside = False
    for number, line in enumerate(given.lines):
        is_inside = is_inside and line.startswith("   ")
        if line[2:].startswith("if:"):
            is_inside = True
            kept.append(f"{line[:2]}if: {scalar(both)}")
        elif not is_inside or not number:
            kept.append(line)
    return kept


def inner_indented(lines: Iterable[str]) -> list[str]:
    """Lines below a key or an item."""
    return _indented(lines)


def script_fits_block(text: str) -> bool:
    """Whether a text of several lines can stand as a block."""
    return bool(text) and text[0] not in " \t\n" and not _has_unseen(text.replace("\n", ""))


def _variable(variable: Variable) -> list[str]:
    """An entry of `env`; lines of our own making stand as a block, text of a diagram on one line."""
    name = scalar(variable.name)
    if variable.is_expression and "\n" in variable.value and variable.value[0] not in " \t\n":
        return [f"{name}: |-", *_indented(variable.value.split("\n"))]
    return [f"{name}: {scalar(variable.value if variable.is_expression else inert(variable.value))}"]


def expression_text(text: str) -> str:
    """An expression as the whole value of a key."""
    return scalar(f"${{{{ {text} }}}}")


def _run(script: str) -> list[str]:
    """A script: plain, else as a block, else quoted; a last line end more or less means nothing to bash."""
    text = script.rstrip("\n")
    if scalar(text) == text:
        return [f"run: {text}"]
    if not script_fits_block(text):
        return [f"run: {quoted(script)}"]
    return ["run: |", *_indented(text.split("\n"))]


def _if(condition: Condition, column: int) -> list[str]:
    first, *folded = condition_lines(condition, column)
    return [f"if: {first}", *_indented(folded)]


def on_one_line(text: str) -> str:
    """An expression that people may have written in several lines; a line end in a text within it stays."""
    if len(text.splitlines()) < 2:
        return text.strip()
    parts = re.split(r"('(?:[^']|'')*')", text)
    return "".join(part if part[:1] == "'" else " ".join(part.splitlines()) for part in parts).strip()


def _broken(condition: Condition, width: int) -> list[str]:
    """A condition in lines of a width where its operators let it break, each after the first with one."""
    if not isinstance(condition, Logical) or condition.is_whole:
        return [on_one_line(expression(condition))]
    operator = condition.operator
    lines: list[str] = []
    for term in condition.operands:
        first, *rest = _operand(term, width - len(operator) - 1)
        lines += [f"{operator} {first}" if lines else first, *rest]
    return lines


def _operand(condition: Condition, width: int) -> list[str]:
    """A term of a longer condition; a nested one is in parentheses, and on one line where it fits."""
    text = on_one_line(operand(condition))
    if not isinstance(condition, Logical) or condition.is_whole or len(text) <= width:
        return [text]
    first, *rest = _broken(condition, width - 1)
    return [f"({first}", *rest[:-1], f"{rest[-1]})"]
