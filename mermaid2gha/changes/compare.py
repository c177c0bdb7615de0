"""Two states of the workflow files of a repository: what is other in each, and what runs before and after."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from mermaid2gha.base.graph import reduction
from mermaid2gha.base.records import dataclass
from mermaid2gha.changes.differences import RunDifference, Topic, differences, renames
from mermaid2gha.changes.occasions import EventCase, cases
from mermaid2gha.changes.runs import CaseRuns, case_runs, order_among
from mermaid2gha.changes.state import KnownWorkflow, WorkflowsState
from mermaid2gha.changes.words import joined, listed, named
from mermaid2gha.github.events import About, kind_of
from mermaid2gha.github.simulator.model import ScheduledWorkflow

Edges = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ChangedFlow:
    """What runs of a file in some cases, before and after. `words` name the cases, `jobs` are ids with the
    names that are shown; edges lead from a job to one that begins after it, none implied by others."""

    words: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    edges_before: Edges
    edges_after: Edges
    jobs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class FileChange:
    """What is other in a workflow file. `state` says in words what became of the file as a whole."""

    file: str
    state: str
    differences: tuple[RunDifference, ...] = ()
    flows: tuple[ChangedFlow, ...] = ()


@dataclass(frozen=True, slots=True)
class StateChange:
    """All that is other. `vanished` and `appeared` are names of checks, `narrowed` those that every pull
    request had and not every one has any more; `remarks` limit what is said."""

    files: tuple[FileChange, ...] = ()
    vanished: tuple[str, ...] = ()
    appeared: tuple[str, ...] = ()
    narrowed: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


CHANGED, NEW, GONE = "changed", "new", "gone"


def compared(before: WorkflowsState, after: WorkflowsState) -> StateChange:
    """What differs in meaning between two states."""
    names = dict.fromkeys(sorted({one.name for one in (*before.files, *after.files)}))
    if all(_content(before, name) == _content(after, name) for name in names):
        return StateChange()
    states = (before, after)
    found, left = cases(states)
    was = [case_runs(case, before, states) for case in found]
    now = [case_runs(case, after, states) for case in found]
    moves = _moves(before, after, names)
    comparison = _Comparison(before, after, found, was, now, moves)
    changes = [change for name in names if (change := comparison.file(name)) is not None]
    remarks = [f"{left} more cases of events are not looked at"] if left else []
    vanished, appeared = _checks(found, was, now)
    narrowed = tuple(sorted(_of_all(found, was) - _of_all(found, now) - set(vanished)))
    return StateChange(tuple(changes), vanished, appeared=appeared, narrowed=narrowed, remarks=tuple(remarks))


def _content(state: WorkflowsState, name: str) -> bytes | None:
    known = state.file(name)
    return known.content if known is not None else None


def _moves(before: WorkflowsState, after: WorkflowsState, names: Collection[str]) -> dict[str, str]:
    """The files that have another name now and are the same otherwise: the new name by the old one."""
    gone = [name for name in names if after.file(name) is None]
    new = [name for name in names if before.file(name) is None]
    return {
        old: match
        for old in gone
        if (match := next((name for name in new if _content(after, name) == _content(before, old)), None))
    }


class _Comparison:
    """The two states with what each case runs in them."""

    def __init__(
        self,
        before: WorkflowsState,
        after: WorkflowsState,
        found: Sequence[EventCase],
        was: Sequence[CaseRuns],
        now: Sequence[CaseRuns],
        moves: Mapping[str, str],
    ) -> None:
        self.before, self.after, self.cases = before, after, found
        self.was, self.now, self.moves = was, now, moves

    def file(self, name: str) -> FileChange | None:
        """What is other in a file; none where nothing is."""
        if name in self.moves:
            return None
        old_name = next((old for old, new in self.moves.items() if new == name), name)
        before_file, after_file = self.before.file(old_name), self.after.file(name)
        ids: dict[str, str] = {}
        run_differences: list[RunDifference] = []
        if (
            before_file is not None
            and after_file is not None
            and before_file.file
            and after_file.file
            and before_file.content != after_file.content
        ):
            ids = dict(renames(before_file.file, after_file.file))
            if before_file.workflow is not None and after_file.workflow is not None:
                run_differences += differences(
                    before_file.file, after_file.file, before_file.workflow, after_file.workflow
                )
        was = [frozenset(ids.get(job, job) for job in runs.of(old_name)) for runs in self.was]
        now = [runs.of(name) for runs in self.now]
        run_differences += self.running(was, now)
        flows = tuple(self.flows(before_file, after_file, ids, was, now))
        state = _state(before_file, after_file, old_name)
        if not run_differences and not flows and state == CHANGED:
            return None
        return FileChange(name, state, differences=tuple(run_differences), flows=flows)

    def running(
        self, was: Sequence[frozenset[str]], now: Sequence[frozenset[str]]
    ) -> Iterator[RunDifference]:
        """For which cases each job runs now, or no longer; jobs with the same cases share a sentence."""
        by_cases: dict[tuple[bool, tuple[int, ...], tuple[int, ...]], list[str]] = {}
        jobs = dict.fromkeys(sorted(job for ran in (*was, *now) for job in ran))
        for job in jobs:
            won = tuple(at for at in range(len(now)) if job in now[at] and job not in was[at])
            lost = tuple(at for at in range(len(now)) if job in was[at] and job not in now[at])
            if won or lost:
                ran_before = any(job in ran for ran in was)
                by_cases.setdefault((ran_before, won, lost), []).append(job)
        for (ran_before, won, lost), names in by_cases.items():
            runs = "runs" if len(names) == 1 else "run"
            parts = [f"now {'also ' * ran_before}{runs} for {self.phrase(won)}"] if won else []
            parts += [f"no longer {runs} for {self.phrase(lost)}"] if lost else []
            yield RunDifference(Topic.EVENT, f"{listed(names)} {' and '.join(parts)}", tuple(names))

    def flows(
        self,
        one: KnownWorkflow | None,
        other: KnownWorkflow | None,
        ids: Mapping[str, str],
        was: Sequence[frozenset[str]],
        now: Sequence[frozenset[str]],
    ) -> Iterator[ChangedFlow]:
        """What runs in the cases in which something is other, those together in which the same runs."""
        alike: dict[tuple[frozenset[str], frozenset[str]], list[int]] = {}
        for at in range(len(self.cases)):
            if was[at] or now[at]:
                alike.setdefault((was[at], now[at]), []).append(at)
        before = one.workflow if one is not None else None
        after = other.workflow if other is not None else None
        for (ran_before, ran_after), places in alike.items():
            edges_before = _edges(before, ran_before, ids)
            edges_after = _edges(after, ran_after, {})
            if ran_before == ran_after and set(edges_before) == set(edges_after):
                continue
            shown = {ids.get(job.id, job.id): job.name for job in (before.jobs if before else ())}
            shown |= {job.id: job.name for job in (after.jobs if after else ())}
            yield ChangedFlow(
                self.phrase(tuple(places)),
                before=tuple(name for name in shown if name in ran_before),
                after=tuple(name for name in shown if name in ran_after),
                edges_before=edges_before,
                edges_after=edges_after,
                jobs=tuple((name, shown[name]) for name in shown if name in ran_before | ran_after),
            )

    def phrase(self, places: Sequence[int]) -> str:
        """Some cases in as few words as there are."""
        chosen = {self.cases[at] for at in places}
        parts: list[str] = []
        for event in dict.fromkeys(case.occasion.event for case in self.cases if case in chosen):
            of_event = [case for case in self.cases if case.occasion.event == event]
            usual = [case for case in of_event if case.is_usual] or of_event
            left = [case for case in of_event if case in chosen]
            if chosen.issuperset(usual):
                parts.append(of_event[0].plural)
                left = [case for case in left if case not in usual and len(left) < len(of_event)]
            for group in dict.fromkeys(case.group for case in left if case.group):
                inside = [case for case in of_event if case.group == group]
                if all(case in left for case in inside):
                    parts.append(group)
                    left = [case for case in left if case not in inside]
            parts += [case.words for case in left]
        return joined(parts)


def _state(one: KnownWorkflow | None, other: KnownWorkflow | None, old_name: str) -> str:
    """What became of a file as a whole, in words after its name."""
    if other is None:
        return GONE
    if one is None:
        return f"{NEW}, and GitHub refuses it: {other.why_not}" if other.why_not else NEW
    if one.name != other.name:
        return f"called {named(old_name)} before"
    if other.why_not and one.why_not:
        return (
            CHANGED
            if one.content == other.content
            else f"refused by GitHub, before and after: {other.why_not}"
        )
    if other.why_not:
        return f"refused by GitHub now: {other.why_not}"
    return f"no longer refused by GitHub: {one.why_not}" if one.why_not else CHANGED


def _edges(workflow: ScheduledWorkflow | None, ran: frozenset[str], ids: Mapping[str, str]) -> Edges:
    """What waits for what among the jobs that run; `ran` has the new ids, `ids` those of renamed jobs."""
    if workflow is None:
        return ()
    old = {new: name for name, new in ids.items()}
    pairs = order_among(workflow, frozenset(old.get(name, name) for name in ran))
    return tuple(reduction([(ids.get(a, a), ids.get(b, b)) for a, b in pairs]))


def _checks(
    found: Sequence[EventCase], was: Sequence[CaseRuns], now: Sequence[CaseRuns]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of checks that vanish, and those that appear.

    A pull request has those of its own runs, and those of pushes to its branch. One that pull requests lose
    vanishes for those from forks, be it that pushes still have it.
    """
    pulls = {About.PULL_REQUEST, About.MERGE_GROUP}
    own = [at for at, case in enumerate(found) if kind_of(case.occasion.event).about in pulls]
    branches = [at for at, case in enumerate(found) if not case.occasion.tag]
    pushed = [at for at in branches if kind_of(found[at].occasion.event).has_changes]
    sides = []
    for runs in (was, now):
        of_pulls = {name for at in own for name in runs[at].checks}
        sides.append((of_pulls, {name for at in (*own, *pushed) for name in runs[at].checks}))
    (pulls_before, all_before), (pulls_after, all_after) = sides
    vanished = (pulls_before - pulls_after) | (all_before - all_after)
    return tuple(sorted(vanished)), tuple(sorted(all_after - all_before))


def _of_all(found: Sequence[EventCase], runs: Sequence[CaseRuns]) -> set[str]:
    """The checks that each pull request has, whatever it changes and wherever it goes."""
    of_pulls = [at for at, case in enumerate(found) if kind_of(case.occasion.event).is_about_pull_request]
    by_event: dict[str, set[str]] = {}
    for at in of_pulls:
        case = found[at]
        if not case.occasion.action:
            known = by_event.get(case.occasion.event)
            by_event[case.occasion.event] = set(runs[at].checks if known is None else known & runs[at].checks)
    return {name for checks in by_event.values() for name in checks}
