"""Expressions in the texts of a workflow file: where they are, and what GitHub's parser refuses of each.

Reports `invalid-expression`, `unavailable-context` and `misplaced-expression`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from functools import lru_cache

from mermaid2gha.base.diagnostic import Diagnostic, Rule, Severity, diagnostic
from mermaid2gha.base.records import dataclass
from mermaid2gha.base.source import Span
from mermaid2gha.github.expressions.ast import FUNCTIONS, Call, Context, Problem
from mermaid2gha.github.expressions.checker import nodes
from mermaid2gha.github.expressions.parser import parse
from mermaid2gha.github.validity.forms import Available
from mermaid2gha.yaml.tree import Scalar

INVALID_EXPRESSION = Rule("invalid-expression", Severity.ERROR)
MISPLACED_EXPRESSION = Rule("misplaced-expression", Severity.ERROR)
UNAVAILABLE_CONTEXT = Rule("unavailable-context", Severity.ERROR)

OPENING, CLOSING = "${{", "}}"
CONTEXTS = frozenset(
    (
        "github",
        "inputs",
        "vars",
        "needs",
        "strategy",
        "matrix",
        "secrets",
        "steps",
        "job",
        "jobs",
        "runner",
        "env",
    )
)
_GENERAL = frozenset(("contains", "startswith", "endswith", "format", "join", "tojson", "fromjson", "case"))
_INSIDE = re.compile(r"((?:[^'}]++|'[^']*+'|\}(?!\}))*)\}\}")
_QUOTED = re.compile(r"'(?:[^']++|'')*'")
_INSERT = re.compile(r"insert(\s|$)")


@dataclass(frozen=True, slots=True)
class Template:
    """An expression in a text: what stands between the braces, at which offset of the text, where it ends
    after them, and its number from 0."""

    inside: str
    start: int
    end: int
    number: int


def pieces(text: str) -> tuple[list[Template], int | None]:
    """The expressions of a text, and how many come before one that is not closed (none: all are closed)."""
    made: list[Template] = []
    at = text.find(OPENING)
    while at >= 0:
        match = _INSIDE.match(text, at + len(OPENING))
        if match is None:
            return made, len(made)
        made.append(Template(match[1], at, end=match.end(), number=len(made)))
        at = text.find(OPENING, match.end())
    return made, None


def literal(text: str) -> str:
    """The text that GitHub reads: a string in braces, `${{ 'x' }}`, is that string."""
    if text.startswith(OPENING):
        found, _ = pieces(text)
        if found and found[0].end == len(text) and _QUOTED.fullmatch(found[0].inside.strip()):
            return found[0].inside.strip()[1:-1].replace("''", "'")
    return text


def template_faults(scalar: Scalar, available: Available, *, is_key: bool = False) -> Iterator[Diagnostic]:
    """What is wrong with the expressions of a scalar, each at its own place."""
    text = scalar.value
    found, unclosed = pieces(text)
    for piece in found:
        place = _place(scalar, piece)
        if _INSERT.match(piece.inside.strip()):
            if not (
                is_key and piece.inside.strip() == "insert" and (piece.start, piece.end) == (0, len(text))
            ):
                message = "`insert` may only stand alone, in place of a key"
                yield diagnostic(INVALID_EXPRESSION, message, place, help="write out what it stands for")
        elif not available.contexts and not available.functions:
            if literal(text) == text:
                message = "GitHub evaluates no expression here"
                yield diagnostic(MISPLACED_EXPRESSION, message, place, help="write the value itself")
        elif problem := _problem(piece.inside, available):
            yield _finding(problem, place, piece.inside)
    if unclosed is not None:
        start = _occurrence(scalar, unclosed)
        place = Span(scalar.span.file, start, start + len(OPENING)) if start >= 0 else scalar.span
        message = "this expression is not closed"
        cure = "close it with `}}`; where the three characters are meant as text, write `${{ '${{' }}`"
        yield diagnostic(INVALID_EXPRESSION, message, place, help=cure)


def condition_faults(scalar: Scalar, available: Available) -> Iterator[Diagnostic]:
    """What is wrong with the text of an `if` that is an expression without braces."""
    if OPENING in scalar.value and literal(scalar.value) == scalar.value:
        return  # read with all other templates
    text = "" if scalar.is_null else literal(scalar.value).strip()
    problem = _problem(text, available) if text else None
    if problem is not None:
        at = scalar.span.text.find(text)
        start = scalar.span.start + at
        place = Span(scalar.span.file, start, start + len(text)) if at >= 0 and text else scalar.span
        yield _finding(problem, place, text)


def _finding(problem: _Fault, place: Span, text: str) -> Diagnostic:
    """A problem at its place in an expression, if the file has the expression as it is read."""
    at = place.text.find(text)
    if at >= 0:
        start = place.start + at + problem.start
        place = Span(place.file, start, max(start + 1, place.start + at + problem.end))
    rule = UNAVAILABLE_CONTEXT if problem.is_unavailable else INVALID_EXPRESSION
    return diagnostic(rule, problem.message, place, help=problem.help)


def _place(scalar: Scalar, piece: Template) -> Span:
    """Where an expression stands in the file: its braces are found again in the order of the text."""
    start = _occurrence(scalar, piece.number)
    if start < 0:
        return scalar.span
    whole = scalar.span.file.text[start : scalar.span.end]
    written = piece.inside
    end = start + len(OPENING) + len(written) + len(CLOSING)
    if not whole.startswith(OPENING + written + CLOSING):  # lines that are folded into one, or escapes
        end = whole.find(CLOSING)
        end = scalar.span.end if end < 0 else start + end + len(CLOSING)
    return Span(scalar.span.file, start, end)


def _occurrence(scalar: Scalar, number: int) -> int:
    at = scalar.span.start - 1
    for _ in range(number + 1):
        at = scalar.span.file.text.find(OPENING, at + 1, scalar.span.end)
        if at < 0:
            return at
    return at


@dataclass(frozen=True, slots=True)
class _Fault:
    """What is wrong with an expression; `is_unavailable`: it asks for what there is not at its place."""

    message: str
    start: int
    end: int
    help: str = ""
    is_unavailable: bool = False


@lru_cache(maxsize=4096)
def _problem(text: str, available: Available) -> _Fault | None:
    """The first fault of an expression at a place."""
    if not text.strip():
        return _Fault(
            "there is no expression between the braces", 0, len(text), "write one, or leave out the braces"
        )
    node, problems = parse(text)
    if node is None:
        return _of_syntax(problems[0])
    for part in nodes(node):
        fault = None
        if isinstance(part, Context) and part.name not in available.contexts:
            fault = _no_context(part, available)
        elif isinstance(part, Call):
            fault = _no_call(part, available)
        if fault is not None:
            return fault
    return None


def _of_syntax(problem: Problem) -> _Fault:
    message = (
        problem.message if "expression" in problem.message else f"this is no expression: {problem.message}"
    )
    cure = problem.help or "mend the expression; texts stand in single quotes"
    return _Fault(message, problem.start, problem.end, cure)


def _no_context(node: Context, available: Available) -> _Fault:
    start, end = node.start, node.end
    if node.name in CONTEXTS:
        message = f"the context `{node.name}` is not available here"
        return _Fault(message, start, end, _instead(node.name, available), is_unavailable=True)
    near = get_close_matches(node.name, sorted(available.contexts), 1, 0.6)
    cure = f"did you mean `{near[0]}`?" if near else f"there are {_listed(available.contexts)}"
    return _Fault(f"there is no context `{node.name}`", start, end, cure, is_unavailable=True)


def _instead(name: str, available: Available) -> str:
    """What to do where a context is not available."""
    match name:
        case "secrets" if "env" in available.contexts:
            return "hand the secret over in `env` of the job and ask `env` for it"
        case "env" if "vars" in available.contexts:
            return "write the value itself, or make it a configuration variable and ask `vars`"
        case "steps" if "needs" in available.contexts:
            return "make it an output of a job before this one and ask `needs`"
    return f"there are {_listed(available.contexts)}"


def _listed(names: frozenset[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names)) or "none"


_OF_JOBS = ("success", "failure")
"""In the `if` of a job they take the names of any number of jobs (@actions/workflow-parser, `job-if`)."""


def _no_call(node: Call, available: Available) -> _Fault | None:
    if node.name not in _GENERAL | available.functions:
        known = sorted(FUNCTIONS[name][0] for name in _GENERAL | available.functions)
        where = (
            f"the function `{FUNCTIONS[node.name][0]}` is not available here"
            if node.name in FUNCTIONS
            else ""
        )
        near = get_close_matches(node.name, known, 1, 0.6)
        cure = (
            f"did you mean `{near[0]}`?" if near and not where else f"there are {_listed(frozenset(known))}"
        )
        message = where or f"there is no function `{node.name}`"
        return _Fault(message, node.start, node.end, cure, is_unavailable=True)
    spelling, least, most = FUNCTIONS[node.name]
    if node.name in _OF_JOBS and "steps" not in available.contexts:
        return None
    count = len(node.arguments)
    if least <= count <= most and not (node.name == "case" and count % 2 == 0):
        return None
    takes = (
        "an odd number of" if node.name == "case" else f"{least}" if least == most else f"{least} to {most}"
    )
    message = f"`{spelling}` takes {takes} argument{'' if takes == '1' else 's'} and gets {count}"
    return _Fault(message, node.start, node.end, "give it as many as it takes")
