"""A difference between what is drawn and a workflow file: what `check` tells and what `compile` mends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from mermaid2gha.base.diagnostic import AcceptedFinding, Diagnostic, Label, Rule, Severity, diagnostic
from mermaid2gha.base.edit import Edit
from mermaid2gha.base.graph import all_before
from mermaid2gha.base.records import dataclass, replace
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.link.model import LinkedWorkflow
from mermaid2gha.compiler.scripts.keeps import Keep, keeping
from mermaid2gha.github.logic.equivalence import ConditionPlace, Holds, equivalent
from mermaid2gha.github.logic.outcomes import ends_of
from mermaid2gha.github.workflow.reader import WorkflowFile
from mermaid2gha.settings.model import Acceptance
from mermaid2gha.settings.places import Place, place_text

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from typing import TypeVar

    _T = TypeVar("_T")

OF_ENDS = "silenced-by-skip"
"""The rule of which an acceptance says after which ends of others a job runs."""


@dataclass(frozen=True, slots=True)
class FileDifference:
    """One difference: a finding, and its `place` in the file's structure: `jobs.build.needs.lint`.

    The finding says it in words, with its place in the file first and then that in the document. `drawn` and
    `written` are what either side says, as far as that is a value; `held` is what an acceptance holds fast of
    the file and of the drawing, where it holds more than the place. `edits` mend it, all of them or none;
    several differences of one key have the same. Without any it is only told. One that `follows` is of the
    file as others let it become: as it stands, it has none. Of a job that is skipped with others as the file
    stands, these are `silenced_by`, in lower case.
    """

    finding: Diagnostic
    place: Place
    drawn: str = ""
    written: str = ""
    held: tuple[str, str | None] | None = None
    edits: tuple[Edit, ...] = ()
    follows: bool = False
    silenced_by: tuple[str, ...] = ()

    @property
    def rule(self) -> str:
        return self.finding.rule

    @property
    def message(self) -> str:
        return self.finding.message

    def acceptance(self) -> Acceptance:
        """What the settings say so that it stays."""
        written, drawn = self.held or (None, None)
        return Acceptance(self.rule, self.place, written, drawn)


def labelled(span: Span | None, text: str) -> Label | None:
    """A place of a difference with words; none where there is no such place."""
    return Label(span, text) if span is not None else None


def difference(
    rule: Rule,
    place: Place,
    message: str,
    *,
    drawn: str = "",
    written: str = "",
    is_scalar: bool = False,
    held: tuple[str, str | None] | None = None,
    in_document: Label | None = None,
    in_file: Label | None = None,
    help: str = "",  # noqa: A002
) -> FileDifference:
    """A difference of a rule, by its places; `help` says what people can do. Of a scalar an acceptance holds
    fast both sides."""
    finding = diagnostic(rule, message, in_file, in_document, help=help)
    return FileDifference(
        finding, place, drawn=drawn, written=written, held=(written, drawn) if is_scalar else held
    )


def of_finding(found: Diagnostic, place: Place, drawn: Span | None) -> FileDifference:
    """A finding about people's steps as a difference that is only told."""
    labels = (*found.labels, *([Label(drawn, "drawn here")] if drawn is not None else []))
    return FileDifference(replace(found, labels=labels), place)


def edited(differences: Iterable[FileDifference], edits: tuple[Edit, ...]) -> list[FileDifference]:
    """The differences, all with the edits that mend them together."""
    return [replace(one, edits=edits) if one.edits != edits else one for one in differences]


def told(differences: Sequence[FileDifference], file: WorkflowFile) -> tuple[Diagnostic, ...]:
    """The findings of the differences of a file. Jobs that are skipped with the same others, and are drawn to
    run on, have one cause, and are told as one, at those others: they are what people can mend. What follows
    other differences is told with these."""
    differences = _with_following(differences, file)
    alike: dict[tuple[str, ...], list[FileDifference]] = {}
    for one in differences:
        if one.silenced_by:
            alike.setdefault(one.silenced_by, []).append(one)
    found = []
    for one in differences:
        jobs = alike.get(one.silenced_by, [])
        if len(jobs) < 2:
            found.append(one.finding)
        elif one is jobs[0]:
            found.append(_silenced(jobs, differences, file))
    return tuple(found)


_ABOUT_RUNS = ("condition-differs", "missing-wait")
"""The rules of what can let another job be skipped that was not: that a job asks for more, or that another
waits for it."""


def _with_following(differences: Sequence[FileDifference], file: WorkflowFile) -> list[FileDifference]:
    """The differences without those that follow others, which are told in the cure of one of these: of what
    would skip them, or of a job before them."""
    following = [one for one in differences if one.follows]
    causes = [one for one in differences if one.edits and not one.follows and one.place[:1] == ("jobs",)]
    if not following or not causes:
        return [*differences]
    before = all_before({job.id: [need.job for need in job.needs] for job in file.jobs})
    earlier = frozenset().union(*(before.get(one.place[1], ()) for one in following))
    silenced_by = frozenset().union(*map(silencing, following))

    def likelihood(one: FileDifference) -> tuple[bool, bool, bool]:
        is_of_runs, lets_skip = one.rule in _ABOUT_RUNS, one.place[3:4] or one.place[1:2]
        is_it = is_of_runs and lets_skip[0].casefold() in silenced_by
        return is_it, is_of_runs and one.place[1] in earlier, is_of_runs

    cause = max(causes, key=likelihood)
    names = [f"`{one.place[1]}`" for one in following]
    listed = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    cure = f"{cause.finding.help}; {listed} will ask themselves then how the jobs before them ended"
    told_with = replace(cause, finding=replace(cause.finding, help=cure))
    return [told_with if one is cause else one for one in differences if not one.follows]


def silencing(one: FileDifference) -> tuple[str, ...]:
    """The jobs with which one is skipped though it is drawn to run on, where that is all that differs."""
    sides = [ends_of(text or "") for text in one.held or ()] if one.rule == OF_ENDS else []
    if len(sides) < 2 or sides[0] is None or sides[1] is None:
        return ()
    is_all = sides[0].kinds == sides[1].kinds and not sides[0].failed | sides[0].skipped | sides[1].failed
    return tuple(sorted(sides[1].skipped)) if is_all else ()


def _silenced(
    jobs: Sequence[FileDifference], differences: Sequence[FileDifference], file: WorkflowFile
) -> Diagnostic:
    """That several jobs are skipped with the same others."""
    causes = [job for name in jobs[0].silenced_by if (job := file.job(name)) is not None]
    names = ", ".join(f"`{one.place[1]}`" for one in jobs)
    before = " or ".join(f"`{job.id}`" for job in causes)
    message = f"a skip of {before} skips {len(jobs)} jobs that are drawn to run on: {names}"
    here = [
        Label(job.condition.span if job.condition is not None else job.span, "with this they are skipped")
        for job in causes
    ]
    of_causes = [one for one in differences if any(one.place == ("jobs", job.id, "if") for job in causes)]
    there = [replace(label, text="drawn here") for one in of_causes for label in one.finding.labels[1:2]]
    drawn = [replace(label, text="drawn to run on") for one in jobs for label in one.finding.labels[1:2]]
    return replace(jobs[0].finding, message=message, labels=tuple(dict.fromkeys([*here, *there, *drawn])))


def all_edits(differences: Iterable[FileDifference]) -> list[Edit]:
    """The edits of differences, those that several share once, in order."""
    shared = {id(one.edits): one.edits for one in differences}
    return [edit for edits in shared.values() for edit in edits]


@dataclass(frozen=True, slots=True)
class DrawnPlaces:
    """Where a workflow is drawn: its jobs by their ids in lower case, its events by their names."""

    jobs: Mapping[str, Span]
    events: Mapping[str, Span]


NOWHERE = DrawnPlaces({}, {})


def places_of(linked: LinkedWorkflow) -> DrawnPlaces:
    """Where the jobs and events of a linked workflow are drawn first."""
    jobs = {job.id.casefold(): job.flows[min(job.flows)].drawn[0].span for job in linked.jobs}
    for gate in reversed(linked.gates().values()):
        jobs.setdefault("", gate.span)
    events: dict[str, Span] = {}
    for flow in linked.workflow.flows:
        for event in flow.events:
            events.setdefault(event.event, flow.span)
    return DrawnPlaces(jobs, events)


@dataclass(frozen=True, slots=True)
class Lapsed:
    """What is left of an acceptance of the ends after which a job runs.

    `still_skipped` are the jobs before it, in lower case, with which it is skipped, `still_after` those after
    whose failure it runs; `sides` what both sides say now, for an acceptance that covers it all. `stale` are
    tests that were added for it, of jobs that are drawn before it no more, `gone` the jobs with which it
    would be skipped, and is not to be, `after` all after whose failure it ran when that was accepted, but for
    those by which these are skipped. Where nothing lapses but that it runs on after the failure of some that
    are drawn before it anew, these are `stopping`, and the rest is as it was accepted.
    """

    still_skipped: frozenset[str]
    still_after: frozenset[str]
    sides: tuple[str, str]
    stale: tuple[str, ...] = ()
    gone: frozenset[str] = frozenset()
    after: frozenset[str] = frozenset()
    stopping: frozenset[str] = frozenset()


class Accepted:
    """What is accepted in one file, and which of it was of use.

    `exact` has, of each that says its place alone where what stays could be said, what it covers now, with
    the differences in words. `handed_on` are, in words too, those that stay beside what is listed because one
    that is listed is of a job that goes. `lapsed` are the jobs, in lower case, of which it is not accepted
    any more how they ask in which way the jobs before them ended.
    """

    def __init__(self, listed: Sequence[Acceptance] = (), kept: Sequence[Keep] = ()) -> None:
        self.listed, self.kept = listed, kept
        self._at: Mapping[tuple[str, Place], Sequence[Acceptance]] = _by_place(listed)
        self.used: list[Acceptance] = []
        self.exact: dict[Acceptance, dict[Acceptance, str]] = {}
        self.used_keeps: list[Keep] = []
        self.handed_on: dict[Acceptance, str] = {}
        self.lapsed: dict[str, Lapsed] = {}
        self._stayed: dict[AcceptedFinding, Acceptance | None] = {}

    def __call__(self, difference: FileDifference) -> bool:
        """Whether a difference stays; where more than its place is accepted, only while that means what it
        meant."""
        written, drawn = difference.held or (difference.written, difference.drawn)
        for one in self._at.get((difference.rule, _folded(difference.place)), ()):
            if is_said(one, written, drawn):
                self.used.append(one)
                if difference.held is not None and one.in_file is None and one.drawn is None:
                    self.exact.setdefault(one, {})[difference.acceptance()] = difference.message
                self._stayed[AcceptedFinding(difference.finding)] = one
                return True
        keep = keeping(self.kept, difference.place) if self.kept else None
        if keep is not None:
            self.used_keeps.append(keep)
            self._stayed[AcceptedFinding(difference.finding, True)] = None
        return keep is not None

    def follow(self, renames: Sequence[tuple[str, str]]) -> None:
        """Let what is accepted in jobs that got another id be accepted under that."""
        if not renames:
            return
        from mermaid2gha.settings.renames import (
            renamed_place,
            with_jobs_renamed,
        )  # late: few jobs are renamed

        self.listed = tuple(with_jobs_renamed(one, renames) for one in self.listed)
        self._at = _by_place(self.listed)
        for old, new in renames:
            self.kept = tuple(replace(one, place=renamed_place(one.place, old, new)) for one in self.kept)

    def hand_on(self, difference: FileDifference) -> None:
        """Let a difference stay, too, that was part of one of a job that goes."""
        acceptance = difference.acceptance()
        if acceptance not in self.handed_on:
            self.handed_on[acceptance] = difference.message
            self.listed = (*self.listed, acceptance)
            self._at = _by_place(self.listed)

    def places(self, rule: str) -> list[tuple[Acceptance, Place]]:
        """The places at which a rule's differences are accepted, in lower case."""
        return [(one, _folded(one.place)) for one in self.listed if one.rule == rule]

    def at(self, rule: str, place: Place) -> Sequence[Acceptance]:
        """What is accepted of a rule's differences at one place, which is in lower case."""
        return self._at.get((rule, place), ())

    def use(self, acceptance: Acceptance) -> None:
        self.used.append(acceptance)

    @property
    def findings(self) -> tuple[AcceptedFinding, ...]:
        """What is accepted, as findings; by its place where it was planned for, so that nothing differs."""
        compared = set(self._stayed.values())
        planned = [one for one in dict.fromkeys(self.used) if one not in compared and one.span is not None]
        return (*self._stayed, *(AcceptedFinding(_planned(one)) for one in planned))


def _by_place(listed: Sequence[Acceptance]) -> Mapping[tuple[str, Place], Sequence[Acceptance]]:
    """Acceptances by their rules and places, in lower case: thousands of differences ask for their own."""
    found: dict[tuple[str, Place], list[Acceptance]] = {}
    for one in listed:
        found.setdefault((one.rule, _folded(one.place)), []).append(one)
    return found


NOTHING_ACCEPTED = Accepted()


def _planned(acceptance: Acceptance) -> Diagnostic:
    message = f"`{place_text(acceptance.place)}` is as the file has it, and not as drawn"
    assert acceptance.span is not None
    label = Label(acceptance.span, "accepted here")
    return Diagnostic(acceptance.rule, Severity.WARNING, message, labels=(label,))


def _folded(place: Place) -> Place:
    return tuple(key.casefold() for key in place)


def is_said(acceptance: Acceptance, written: str, drawn: str | None) -> bool:
    """Whether an acceptance is of these two sides; what it does not say it leaves open. One of the ends after
    which a job runs is one of fewer of them."""
    if acceptance.rule == OF_ENDS:
        return _covers(acceptance.in_file, written) and _covers(acceptance.drawn, drawn)
    return _is_same(acceptance.in_file, written) and _is_same(acceptance.drawn, drawn)


@lru_cache(maxsize=1 << 10)
def _covers(accepted: str | None, now: str | None) -> bool:
    ends, others = ends_of(accepted or ""), ends_of(now or "")
    if accepted is None or now is None or ends is None or others is None:
        return _is_same(accepted, now)
    return ends.covers(others)


def _is_same(accepted: str | None, now: str | None) -> bool:
    if accepted is None or now is None or accepted.split() == now.split():
        return True
    one, other = accepted or "true", now or "true"
    return isinstance(equivalent(one, other, place=ConditionPlace.VALUE), Holds)


def unaccepted(
    differences: Sequence[FileDifference], things: Sequence[_T], accepts: Accepted
) -> tuple[tuple[FileDifference, ...], list[_T]]:
    """Those differences that are not accepted, and of the things that they are about theirs."""
    left = [(one, thing) for one, thing in zip(differences, things) if not accepts(one)]
    return tuple(one for one, _ in left), [thing for _, thing in left]
