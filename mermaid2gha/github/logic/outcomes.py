"""After which ends of the jobs before it a job runs: after their success, after a failure, or after both.

That is what tells a successor from a failure handler, whatever else the two ask, and however many jobs are
before them. An `if` is valued for a few ends of these jobs; what else it asks may be so or not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from mermaid2gha.github.expressions.ast import Call
from mermaid2gha.github.logic.domains import Probe
from mermaid2gha.github.logic.equivalence import (
    ConditionPlace,
    Formula,
    Operation,
    condition_formula,
    is_job_result,
    questions,
)

_WELL = {"success": True, "failure": False, "cancelled": False}
_SKIPPED = {**_WELL, "success": False}
_FAILED = {**_SKIPPED, "failure": True}
_CANCELLED = {**_SKIPPED, "cancelled": True}


def runs_after(text: str, needs: Collection[str] = ()) -> str:
    """The ends after which a job with this `if` can run, as an `if` that asks for nothing else.

    It is `success()`, `failure()`, both of them, or `false`; what was cancelled counts as a failure. An `if`
    that is no expression is given back. `needs` are the jobs for which `needs.*.result` stands.

        >>> runs_after("needs.a.result == 'success' && github.ref_name == 'main'")
        'success()'
        >>> runs_after("!cancelled() && (needs.a.result == 'failure' || needs.a.result == 'cancelled')")
        'failure()'
        >>> runs_after("!cancelled() && !failure()"), runs_after("always()")
        ('success()', 'success() || failure()')
    """
    try:
        asked = condition_formula(text, place=ConditionPlace.STEP, needs=needs)
    except ValueError:
        return text
    tested = {one.subject for one in questions(asked) if isinstance(one, Probe)}
    jobs = sorted(filter(is_job_result, tested))
    well = _can_be(asked, _WELL, dict.fromkeys(jobs, "success"))
    after_skip = any(_can_be(asked, _SKIPPED, ends) for ends in _with_one(jobs, "skipped"))
    after_failure = any(
        _can_be(asked, run, ends)
        for run, end in ((_FAILED, "failure"), (_CANCELLED, "cancelled"))
        for ends in _with_one(jobs, end)
    )
    said = ["success()"] if well or after_skip else []
    said += ["failure()"] if after_failure else []
    return " || ".join(said) or "false"


def _with_one(jobs: Collection[str], end: str) -> Iterator[Mapping[str, str]]:
    """Ends of jobs of which one ends so, each in turn, and of which all do."""
    yield dict.fromkeys(jobs, end)
    for job in jobs:
        yield {**dict.fromkeys(jobs, "success"), job: end}


def _can_be(formula: Formula, run: Mapping[str, bool], ends: Mapping[str, str]) -> bool:
    """Whether a condition is true of jobs that ended so, whatever else it asks."""
    return _truths(formula, run, ends)[0]


def _truths(formula: Formula, run: Mapping[str, bool], ends: Mapping[str, str]) -> tuple[bool, bool]:
    """Whether a condition can be true of jobs that ended so, and whether it can be false."""
    if isinstance(formula, bool):
        return formula, not formula
    if isinstance(formula, tuple):
        operation, parts = formula
        each = [_truths(part, run, ends) for part in parts]
        if operation is Operation.NOT:
            return each[0][1], each[0][0]
        can_be, can_fail = zip(*each)
        if operation is Operation.ALL:
            return all(can_be), any(can_fail)
        return any(can_be), all(can_fail)
    if isinstance(formula, Call) and not formula.arguments and formula.name in run:
        return run[formula.name], not run[formula.name]
    if isinstance(formula, Probe) and formula.subject in ends:
        is_so = formula.answer(ends[formula.subject])
        return is_so, not is_so
    return True, True
