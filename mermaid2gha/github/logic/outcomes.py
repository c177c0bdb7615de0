"""After which ends of the jobs before it a job runs: after their success, after a failure, or after both.

That is what tells a successor from a failure handler, whatever else the two ask, and however many jobs are
before them. An `if` is valued for a few ends of these jobs; what else it asks may be so or not.

`JobEnds` says so of a job as a whole, and of those jobs before it whose failure or skip it outlives.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache

from mermaid2gha.base.records import dataclass
from mermaid2gha.github.expressions.ast import Call
from mermaid2gha.github.logic.domains import Probe
from mermaid2gha.github.logic.equivalence import (
    ConditionPlace,
    Formula,
    Operation,
    condition_formula,
    is_job_result,
    parts_of,
    questions,
)

_WELL = {"success": True, "failure": False, "cancelled": False}
_SKIPPED = {**_WELL, "success": False}
_FAILED = {**_SKIPPED, "failure": True}
_CANCELLED = {**_SKIPPED, "cancelled": True}
_FAILURES = ((_FAILED, "failure"), (_CANCELLED, "cancelled"))
SKIPPED_ALONG = "skipped along"
"""The end of a job that is skipped since one before it failed: `failure()` sees that one, however far."""

_RUNS = {
    "failure": _FAILURES,
    "skipped": ((_SKIPPED, "skipped"),),
    SKIPPED_ALONG: tuple((run, "skipped") for run, _ in _FAILURES),
}


_KINDS = ("success()", "failure()")
_OF_ONE = re.compile(r"needs\.([\w-]+)\.result == '(failure|skipped)'", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class JobEnds:
    """After which ends of the jobs before it a job runs: `kinds` are of `success()` and `failure()`; `failed`
    and `skipped` the jobs, in lower case, after whose failure or skip alone it runs, too."""

    kinds: frozenset[str]
    failed: frozenset[str] = frozenset()
    skipped: frozenset[str] = frozenset()

    @property
    def text(self) -> str:
        """They as an `if` that asks for nothing else.

        >>> JobEnds(frozenset(["success()"]), skipped=frozenset(["a"])).text
        "success() || needs.a.result == 'skipped'"
        """
        parts = [kind for kind in _KINDS if kind in self.kinds]
        for end, jobs in (("failure", self.failed), ("skipped", self.skipped)):
            parts += [f"needs.{job}.result == '{end}'" for job in sorted(jobs)]
        return " || ".join(parts) or "false"

    def has_kinds_of(self, other: JobEnds) -> bool:
        """Whether others are of the same kinds, or run after fewer failures than after whichever."""
        return self.kinds == other.kinds or (self.kinds == {*_KINDS} and other.kinds == {_KINDS[0]})

    def covers(self, other: JobEnds) -> bool:
        """Whether others are of the same kinds, and of no further jobs."""
        is_after_any = "failure()" in self.kinds or other.failed <= self.failed
        return self.has_kinds_of(other) and is_after_any and other.skipped <= self.skipped


@lru_cache(maxsize=1 << 10)
def ends_of(text: str) -> JobEnds | None:
    """The ends that an `if` of that form says; none of another form.

    >>> ends_of("success() || needs.a.result == 'failure'").failed
    frozenset({'a'})
    """
    parts = [part.strip() for part in text.split("||")]
    left = [part for part in parts if part.lower() not in (*_KINDS, "false")]
    jobs = [match for part in left if (match := _OF_ONE.fullmatch(part)) is not None]
    if len(jobs) < len(left):
        return None
    by_end = {
        end: frozenset(one[1].casefold() for one in jobs if one[2].lower() == end)
        for end in ("failure", "skipped")
    }
    kinds = frozenset(part.lower() for part in parts) & {*_KINDS}
    return JobEnds(kinds, by_end["failure"], by_end["skipped"])


def runs_after(text: str, needs: Collection[str] = ()) -> str:
    """The kinds of ends after which a job with this `if` can run, as an `if` that asks for nothing else.

    It is `success()`, `failure()`, both of them, or `false`; what was cancelled counts as a failure. One that
    runs after success runs after failures only if it does so where all before it failed. An `if` that is no
    expression is given back. `needs` are the jobs for which `needs.*.result` stands.

        >>> runs_after("needs.a.result == 'success' && github.ref_name == 'main'")
        'success()'
        >>> runs_after("!cancelled() && (needs.a.result == 'failure' || needs.a.result == 'cancelled')")
        'failure()'
        >>> runs_after("!cancelled() && !failure()"), runs_after("always()")
        ('success()', 'success() || failure()')
    """
    return _runs_after(text, tuple(needs) if "*" in text else ())


@lru_cache(maxsize=1 << 12)
def _runs_after(text: str, needs: tuple[str, ...]) -> str:
    asked = _about_ends(text, needs)
    return text if asked is None else _kinds(asked)


@lru_cache(maxsize=1 << 12)
def _about_ends(text: str, needs: tuple[str, ...]) -> Formula | None:
    """What a condition asks of how jobs ended; what else it asks may be so. None if it is no expression."""
    try:
        asked = condition_formula(text, place=ConditionPlace.STEP, needs=needs)
    except ValueError:
        return None
    return Operation.ALL, tuple(part for part in parts_of(asked) if not _is_free(part))


@lru_cache(maxsize=1 << 12)
def _is_free(part: Formula) -> bool:
    """Whether a part of a condition can be true, however jobs ended."""
    asks_ends = any(
        is_job_result(one.subject) if isinstance(one, Probe) else isinstance(one, Call) and one.name in _WELL
        for one in questions(part)
    )
    return not asks_ends and _can_be(part, _WELL, {})


@lru_cache(maxsize=1 << 12)
def _kinds(asked: Formula) -> str:
    tested = {one.subject for one in questions(asked) if isinstance(one, Probe)}
    jobs = sorted(filter(is_job_result, tested))
    well = _can_be(asked, _WELL, dict.fromkeys(jobs, "success"))
    after_skip = any(_can_be(asked, _SKIPPED, ends) for ends in _with_one(jobs, "skipped"))
    after_failure = any(
        _can_be(asked, run, ends)
        for run, end in _FAILURES
        for ends in ([dict.fromkeys(jobs, end)] if well else _with_one(jobs, end))
    )
    said = ["success()"] if well or after_skip else []
    said += ["failure()"] if after_failure else []
    return " || ".join(said) or "false"


def runs_after_success(text: str, needs: tuple[str, ...]) -> bool:
    """Whether a job can run where all of its `needs` succeeded, as one that is for trouble alone does not.

    >>> runs_after_success("!cancelled()", ("a",)), runs_after_success("needs.a.result != 'success'", ("a",))
    (True, False)
    """
    asked = _about_ends(text, needs if "*" in text else ())
    return asked is None or _can_be(
        asked, _WELL, {f"needs.{one.casefold()}.result": "success" for one in needs}
    )


def stopped_by(text: str, needs: tuple[str, ...], end: str) -> frozenset[str] | None:
    """The `needs` of a job of which one alone stops it by its `end`, `failure`, `skipped` or `SKIPPED_ALONG`;
    none if any job before it does, however far.

        >>> sorted(stopped_by("!cancelled() && needs.b.result == 'success'", ("a", "b"), "failure"))
        ['b']
        >>> stopped_by("", ("a", "b"), "skipped") is None
        True
        >>> stopped_by("failure()", ("a",), "skipped") is None, stopped_by("failure()", ("a",), SKIPPED_ALONG)
        (True, frozenset())
    """
    asked = _about_ends(text, needs if "*" in text else ())
    return _stopped_by(asked, needs, end) if asked is not None else None


@lru_cache(maxsize=1 << 12)
def _stopped_by(asked: Formula, needs: tuple[str, ...], end: str) -> frozenset[str] | None:
    runs = _RUNS[end]
    well = {f"needs.{need.casefold()}.result": "success" for need in needs}
    if not any(_can_be(asked, run, well) for run, _ in runs):
        return None
    return frozenset(
        need
        for need in needs
        if not any(
            _can_be(asked, run, {**well, f"needs.{need.casefold()}.result": ended}) for run, ended in runs
        )
    )


@lru_cache(maxsize=1 << 12)
def may_stop(text: str, needs: tuple[str, ...], end: str) -> frozenset[str] | None:
    """The `needs` of a job of which one may stop it by its `end`, if what else it asks is so too; none if any
    job before it may, however far. That the run is cancelled is no end of one of them.

    >>> sorted(may_stop("!cancelled() && (vars.A || needs.b.result == 'success')", ("a", "b"), "failure"))
    ['b']
    >>> may_stop("always() && needs.a.result != 'skipped' && vars.A", ("a",), "failure")
    frozenset()
    """
    if stopped_by(text, needs, end) is None:
        return None
    asked = condition_formula(text, place=ConditionPlace.STEP, needs=needs)
    parts = asked[1] if isinstance(asked, tuple) and asked[0] is Operation.ALL else (asked,)
    well = {f"needs.{need.casefold()}.result": "success" for need in needs}
    found: set[str] = set()
    for part in parts:
        about = {one.subject for one in questions(part) if isinstance(one, Probe)} & well.keys()
        has_status = any(isinstance(one, Call) and one.name in _WELL for one in questions(part))
        for run, ended in (one for one in _RUNS[end] if one[0] is not _CANCELLED):
            if has_status and not about and _truths(part, run, well)[1]:
                return None
            found |= {one for one in about if _truths(part, run, {**well, one: ended})[1]}
    return frozenset(need for need in needs if f"needs.{need.casefold()}.result" in found)


def _with_one(jobs: Collection[str], end: str) -> Iterator[Mapping[str, str]]:
    """JobEnds of jobs of which one ends so, each in turn, and of which all do."""
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
        can_be, can_fail = [one for one, _ in each], [one for _, one in each]
        if operation is Operation.ALL:
            return all(can_be), any(can_fail)
        return any(can_be), all(can_fail)
    if isinstance(formula, Call) and not formula.arguments and formula.name in run:
        return run[formula.name], not run[formula.name]
    if isinstance(formula, Probe) and formula.subject in ends:
        is_so = formula.answer(ends[formula.subject])
        return is_so, not is_so
    return True, True
