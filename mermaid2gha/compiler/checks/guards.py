"""Guards that cannot be what is meant: failures of nothing, and code that is no condition."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.ir.flow_graph import DrawnJob, FlowGraph, FlowGraphs, Fragment
from mermaid2gha.compiler.vocabulary import guards as guard_words
from mermaid2gha.compiler.vocabulary import labels
from mermaid2gha.github.events import WORKFLOW_RUN
from mermaid2gha.mermaid.ast import Operator
from mermaid2gha.settings.model import OUTCOMES, Settings, folded

FAILURE_ELSEWHERE = Rule("failure-elsewhere", Severity.WARNING)
FAILURE_OF_NOTHING = Rule("failure-of-nothing", Severity.ERROR)
INVALID_CONDITION = Rule("invalid-condition", Severity.WARNING)
UNKNOWN_PROPERTY = Rule("unknown-property", Severity.ERROR)


def guards(drawings: FlowGraphs, settings: Settings) -> list[Diagnostic]:
    """The guards of drawings that say something else than they seem to.

    Reports `failure-of-nothing`, `failure-elsewhere`, `invalid-condition`, `unknown-property`.
    """
    result: list[Diagnostic] = []
    for drawing in drawings.items:
        for fragment in drawing.fragments:
            result += _codes(fragment, settings)
        result += _failures_of_nothing(drawing, settings)
    return result


def _codes(fragment: Fragment, settings: Settings) -> Iterator[Diagnostic]:
    """Texts that are written like expressions, and are not whole conditions of GitHub."""
    if fragment.operator not in (Operator.OPT, Operator.ALT, Operator.BREAK):
        return
    named = {folded(name) for name, _ in settings.conditions}
    for (text, span), guard in zip(fragment.guards, fragment.read):
        bare = " ".join(labels.lines(text))
        if not guard.is_code or folded(bare) in named or bare in OUTCOMES:
            continue
        from mermaid2gha.github.expressions.checker import condition_test  # late: most guards are words

        problems = condition_test(bare, contexts=guard_words.CONTEXTS)
        if not isinstance(problems, list) or not (place := span or fragment.span):
            continue
        if all(problem.is_unknown_property for problem in problems):
            yield diagnostic(
                UNKNOWN_PROPERTY,
                f"{problems[0].message}, so this would never hold",
                place,
                help=problems[0].help or "see the contexts of GitHub's expressions for what there is",
            )
        else:
            yield diagnostic(
                INVALID_CONDITION,
                f"`{bare}` is no condition of GitHub and is read as plain words: {problems[0].message}",
                place,
                help=problems[0].help
                or "say under `conditions:` in the settings what the text means, or above it: `%% if: EXPR`, "
                "`%% success`, `%% failure` or `%% flag: NAME`",
            )


def _failures_of_nothing(drawing: FlowGraph, settings: Settings) -> Iterator[Diagnostic]:
    """Operands on failure with jobs in them before which no job stands that could fail."""
    reported: set[int] = set()
    for job in drawing.jobs:
        at = job.operand
        while at > 0 and at != drawing.runs[job.run].operand:  # what stands around a call is the caller's
            operand = drawing.operands[at]
            at = operand.parent
            fragment = drawing.fragments[operand.fragment]
            if operand.is_complement or fragment.number in reported:
                continue
            if fragment.outcome(operand.index) is not guard_words.Meaning.FAILURE:
                continue
            if _can_fail(drawing, fragment, job.run):
                if named := _elsewhere(drawing, fragment.named(operand.index), job.run):
                    reported.add(fragment.number)
                    yield _failure_elsewhere(drawing, job, named, fragment.guards[operand.index][1])
                continue
            reported.add(fragment.number)
            yield diagnostic(
                FAILURE_OF_NOTHING,
                f"`{job.text.title}` runs on a failure, and no job stands before it that could fail",
                fragment.guards[operand.index][1] or fragment.span,
                help="draw the job that can fail before the fragment",
            )


def _elsewhere(drawing: FlowGraph, named: Sequence[int], run: int) -> DrawnJob | None:
    """The first of some jobs, if all of them are of other runs than this one."""
    jobs = [drawing.jobs[number] for number in named]
    return jobs[0] if jobs and all(job.run != run for job in jobs) else None


def _failure_elsewhere(drawing: FlowGraph, job: DrawnJob, named: DrawnJob, place: Span | None) -> Diagnostic:
    mine, its = drawing.runs[job.run].name, drawing.runs[named.run].name
    where = f"`{its}`" if mine != its else "another run"
    return diagnostic(
        FAILURE_ELSEWHERE,
        f"`{named.text.title}` runs in {where}, whose failures are not seen here: `{job.text.title}` is for "
        "those of the jobs before it",
        Label(place or job.span, "about a job of another run"),
        Label(named.span, "this one"),
        help=f"draw the branch over `{its}`, after that job; or start this run by its end, `%% trigger: "
        f"{WORKFLOW_RUN.name}[conclusion=failure]`",
    )


def _can_fail(drawing: FlowGraph, fragment: Fragment, run: int) -> bool:
    if fragment.operator is not Operator.CRITICAL:
        return bool(dict(fragment.before).get(run))
    return any(job.run == run and _is_in(drawing, job.operand, fragment.number, 0) for job in drawing.jobs)


def _is_in(drawing: FlowGraph, at: int, fragment: int, index: int) -> bool:
    """Whether an operand is, or is nested in, one operand of a fragment."""
    while at > 0:
        operand = drawing.operands[at]
        if (operand.fragment, operand.index) == (fragment, index) and not operand.is_complement:
            return True
        at = operand.parent
    return False
