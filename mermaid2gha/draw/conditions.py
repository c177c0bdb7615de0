"""When a job of a file runs, as a drawing says it: under which conditions, and after which outcome.

GitHub skips a job when one before it was skipped, unless its `if` has a status function. What a job so
inherits is a condition of it like those of its own `if`, and is drawn by the fragment around both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mermaid2gha.base.enums import Enum
from mermaid2gha.base.records import dataclass
from mermaid2gha.github.expressions.ast import (
    Call,
    Comparison,
    Context,
    Index,
    Literal,
    Logical,
    Node,
    Not,
    text_of,
)
from mermaid2gha.github.expressions.checker import has_status_function
from mermaid2gha.github.expressions.parser import parsed
from mermaid2gha.github.expressions.template import is_always_text, templated
from mermaid2gha.github.expressions.template import terms as terms_of
from mermaid2gha.github.workflow.reader import FileJob, WorkflowFile


class After(Enum):
    """Which outcome of what is before a job lets it run."""

    SUCCESS = "success"
    FAILURE = "failure"
    ANY = "any outcome"
    OTHER = "arithmetic over results, which cannot be drawn"


@dataclass(frozen=True, slots=True)
class RunsWhen:
    """When a job runs: `terms` must all hold, each as text of an expression; inherited ones come first.

    `own` are those that its `if` says itself.
    """

    terms: tuple[str, ...]
    own: tuple[str, ...]
    after: After


def is_always_true(job: FileJob) -> bool:
    """Whether the `if` of a job asks nothing, for a text, be it a line end, stands beside its braces."""
    text = job.condition.value if job.condition is not None else ""
    try:
        return "${{" in text and is_always_text(templated(text))
    except ValueError:
        return False


class _Term(Enum):
    """What one term of an `if` asks."""

    CONTEXT = "something that is known before the job"
    SUCCEEDED = "that all before it, or one job, succeeded"
    FAILED = "that something failed"
    TOLERANT = "that nothing failed, whatever was skipped"
    ALWAYS = "nothing about results"
    OTHER = "something else about results"


def conditions(file: WorkflowFile) -> dict[str, RunsWhen]:
    """The condition of each job by its id, for a file whose needs have no cycle."""
    result: dict[str, RunsWhen] = {}

    def of(job: FileJob) -> Iterator[FileJob]:
        return (other for need in job.needs if (other := file.job(need.job)) is not None)

    left = list(file.jobs)[::-1]
    while left:
        job = left[-1]
        missing = [other for other in of(job) if other.id not in result]
        if missing:
            left += missing
            continue
        left.pop()
        if job.id not in result:
            result[job.id] = _condition(job, {other.id: result[other.id] for other in of(job)})
    return result


def _condition(job: FileJob, before: Mapping[str, RunsWhen]) -> RunsWhen:
    text = job.condition.value if job.condition is not None else ""
    try:
        node = (templated(text) if "${{" in text else parsed(text)) if text.strip() else Literal(True)
    except ValueError:
        return RunsWhen((), (), After.OTHER)
    is_implicit = not has_status_function(node)
    inherited: dict[str, None] = {}
    own: dict[str, None] = {}
    kinds = {_Term.SUCCEEDED} if is_implicit else set()
    followed = list(before) if is_implicit else []
    for term in terms_of(node):
        kind, subject = _kind(term)
        kinds.add(kind)
        if kind is _Term.SUCCEEDED:
            followed += [subject] if subject else list(before)
        elif kind is _Term.CONTEXT and term != Literal(True):
            own[text_of(term)] = None
    for name in followed:
        found = next((one for other, one in before.items() if other.casefold() == name.casefold()), None)
        if found is not None:
            inherited |= dict.fromkeys(found.terms)
            if found.after is After.FAILURE:
                kinds.add(_Term.OTHER)  # it is skipped whenever nothing has failed, and so is this
    return RunsWhen(tuple(inherited | own), tuple(own), _after(kinds, is_implicit))


def _after(kinds: set[_Term], is_implicit: bool) -> After:
    if _Term.OTHER in kinds or (_Term.FAILED in kinds and _Term.SUCCEEDED in kinds):
        return After.OTHER
    if _Term.FAILED in kinds:
        return After.FAILURE
    if _Term.SUCCEEDED in kinds or _Term.TOLERANT in kinds or is_implicit:
        return After.SUCCESS
    return After.ANY


def _kind(term: Node) -> tuple[_Term, str]:
    """What a term asks, and of which job, if of one."""
    match term:
        case Call("always", ()):
            return _Term.ALWAYS, ""
        case Call("format") if is_always_text(term):
            return _Term.ALWAYS, ""
        case Not(Call("cancelled", ())):
            return _Term.ALWAYS, ""
        case Call("success", ()):
            return _Term.SUCCEEDED, ""
        case Call("failure", ()):
            return _Term.FAILED, ""
        case Not(Call("failure", ())):
            return _Term.TOLERANT, ""
        case Comparison("==", left, Literal(str(value))) if subject := _result_of(left):
            return {"success": (_Term.SUCCEEDED, subject), "failure": (_Term.FAILED, subject)}.get(
                value.lower(), (_Term.OTHER, "")
            )
        case Comparison("!=", left, Literal(str(value))) if _result_of(left) and value.lower() == "failure":
            return _Term.TOLERANT, ""
        case Logical("||", operands) if _is_tolerant(operands):
            return _Term.TOLERANT, ""
        case Not(Call("contains", (Index(Index(Context("needs"), None), Literal("result")), _))):
            return _Term.TOLERANT, ""
        case Call("contains", (Index(Index(Context("needs"), None), Literal("result")), Literal("failure"))):
            return _Term.FAILED, ""
        case _:
            return (_Term.OTHER if _asks_results(term) else _Term.CONTEXT), ""


def _is_tolerant(operands: tuple[Node, ...]) -> bool:
    """Whether it asks of one job that it succeeded or was skipped."""
    subjects, values = set(), set()
    for one in operands:
        if not (isinstance(one, Comparison) and one.operator == "==" and isinstance(one.right, Literal)):
            return False
        subjects.add(_result_of(one.left))
        values.add(one.right.value)
    return len(subjects) == 1 and "" not in subjects and values == {"success", "skipped"}


def _result_of(node: Node) -> str:
    """The job whose result a node is; empty if it is none's."""
    match node:
        case Index(Index(Context("needs"), Literal(str(job))), Literal("result")):
            return job
        case _:
            return ""


def _asks_results(node: Node) -> bool:
    """Whether the result of a job, or a status, is asked anywhere in it."""
    return any(
        isinstance(part, Call) and part.name in ("success", "failure", "always", "cancelled")
        for part in walk(node)
    ) or any(
        isinstance(part, Index)
        and isinstance(part.key, Literal)
        and part.key.value == "result"
        and isinstance(part.of, Index)
        and part.of.of == Context("needs")
        for part in walk(node)
    )


def walk(node: Node) -> Iterator[Node]:
    """A node and all that is in it."""
    left = [node]
    while left:
        part = left.pop()
        yield part
        match part:
            case Index(of, key):
                left += [of] if key is None else [of, key]
            case Call(_, arguments):
                left += arguments
            case Not(operand):
                left.append(operand)
            case Comparison(_, one, other):
                left += [one, other]
            case Logical(_, operands):
                left += operands
            case _:
                pass
