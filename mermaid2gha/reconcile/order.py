"""`needs` against what is drawn, by the order that they give (docs/language.md#who-owns-what).

A drawn order is kept by a path of needs, through jobs that nothing draws too; only where a condition asks for
a job's result must the need be direct. A need between two drawn jobs is the drawing's, any other people's.
An edit that would close a cycle is not made. Reports `missing-wait`, `extra-wait`, `needs-contradict-order`
and `order-through-undrawn`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic
from mermaid2gha.base.graph import all_before, reachable
from mermaid2gha.base.records import dataclass, replace
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.scripts.comments import DRAWN, drawn_title
from mermaid2gha.compiler.scripts.steps import bare
from mermaid2gha.github.expressions.condition import expression
from mermaid2gha.github.workflow.model import Job, Workflow
from mermaid2gha.github.workflow.reader import FileJob, FileNeed, WorkflowFile
from mermaid2gha.reconcile.bind import Whose
from mermaid2gha.reconcile.difference import Accepted, FileDifference, difference, labelled
from mermaid2gha.reconcile.reads import added_needs, marked_needs, used_needs
from mermaid2gha.settings.model import Acceptance
from mermaid2gha.settings.places import Place

EXTRA_WAIT = Rule("extra-wait", Severity.NOTE)
MISSING_WAIT = Rule("missing-wait", Severity.WARNING)
NEEDS_CONTRADICT_ORDER = Rule("needs-contradict-order", Severity.ERROR)
ORDER_THROUGH_UNDRAWN = Rule("order-through-undrawn", Severity.NOTE)


@dataclass(frozen=True, slots=True)
class FileOrder:
    """What each drawn job of the file should need, by its id, and what is told of it.

    `asked` are further needs that a job must have if its `if` is written anew, for it asks for their results;
    `blocked` are jobs that cannot have one of these, so that their `if` stays. `through` are orders that jobs
    of people's give, which is no difference. `kept` are the jobs, in lower case, that wait for another in no
    drawn order, for an `if` that stays asks for that.
    """

    needs: Mapping[str, tuple[str, ...]]
    asked: Mapping[str, tuple[str, ...]]
    blocked: frozenset[str]
    mentions: Mapping[str, tuple[FileDifference, ...]]
    refused: tuple[FileDifference, ...]
    through: tuple[Diagnostic, ...]
    kept: frozenset[str]


@dataclass(frozen=True, slots=True)
class OrderInputs:
    """A file and the workflow that is drawn for it; in all but `mine` ids are in lower case.

    `mine` says whose each job of the file is, by its id. `gone` are jobs that go, `settled` those whose `if`
    stays as it stands; `gaps` what `accepted_gaps` says; `read` gives for each job what an `if` of it asks
    for that stays, whatever is drawn; `places` where jobs are drawn. Needs that the file has and that must
    stay are in `wanted` already; `lapsed` are those that go with the order of a job that is drawn no more.
    """

    file: WorkflowFile
    wanted: Workflow
    mine: Mapping[str, Whose]
    gone: frozenset[str]
    settled: frozenset[str]
    gaps: Mapping[tuple[str, str], tuple[Acceptance, ...]]
    read: Mapping[str, frozenset[str]]
    untested: frozenset[str]
    places: Mapping[str, Span]
    lapsed: Mapping[str, frozenset[str]]


def order(inputs: OrderInputs, accepts: Accepted) -> FileOrder:
    """The needs that the drawn jobs of a file should have: as they stand where these keep the drawn order."""
    return _Order(inputs, accepts).found()


class _Order:
    def __init__(self, inputs: OrderInputs, accepts: Accepted) -> None:
        file, wanted = inputs.file, inputs.wanted
        self.mine, self.settled, self.places = inputs.mine, inputs.settled, inputs.places
        self.read, self.lapsed, self.untested = inputs.read, inputs.lapsed, inputs.untested
        self.accepts = accepts
        self.gaps = inputs.gaps
        self.gone = frozenset(name.casefold() for name in inputs.gone)
        self.accepted = [(one, place[1::2]) for one, place in _accepted_places(accepts)]
        ids = [*(job.id for job in file.jobs), *(job.id for job in wanted.jobs)]
        self.ids = {name.casefold(): name for name in reversed(ids)}
        self.drawn = {job.id.casefold(): job for job in wanted.jobs}
        self.at = {job.id.casefold(): place for place, job in enumerate(file.jobs)}
        self.there = {job.id.casefold(): job for job in file.jobs if job.id.casefold() not in inputs.gone}
        self.planned = {name: [n.casefold() for n in job.needs] for name, job in self.drawn.items()}
        undrawn = {
            name: [n for n in self.standing(job) if n in self.there]
            for name, job in self.there.items()
            if name not in self.drawn
        }
        self.before = all_before({**undrawn, **self.planned})
        self.apart_from_ours = [
            (late, early)
            for _, (late, early) in self.accepted
            if early in self.there and early in self.drawn and drawn_title(self.there[early].comment)
        ]
        self.known_before: dict[str, frozenset[str]] = {}
        self.graph: dict[str, list[str]] = {**undrawn, **self.planned}
        for name in self.drawn:
            if name in self.there and not self.drawn[name].is_gate:
                self.graph[name] = self.base(name)

    def base(self, name: str) -> list[str]:
        """The needs of a job as they stand, without those that the drawing takes away."""
        planned = set(self.planned[name])
        read = self.read.get(name, frozenset())
        allowed = self.before[name] | planned | read
        used = _used_by(self.drawn[name]) if name not in self.untested else frozenset()
        added = added_needs(self.there[name]) - used - read
        return [
            need
            for need in self.standing(self.there[name])
            if need in self.there and need not in added and (need in allowed or need not in self.drawn)
        ]

    def standing(self, job: FileJob) -> list[str]:
        """The needs of a job in lower case, but for those that lapsed."""
        lapsed = self.lapsed.get(job.id.casefold(), frozenset())
        return [name for need in job.needs if (name := need.job.casefold()) not in lapsed]

    def found(self) -> FileOrder:
        added, refused = self.brought_in()
        mentions: dict[str, tuple[FileDifference, ...]] = {}
        needs: dict[str, tuple[str, ...]] = {}
        for name, job in self.common():
            if differences := self.differences(name, added.get(name, [])):
                mentions[job.id] = tuple(differences)
            needs[job.id] = self.named(self.placed(name))
        further = {name: self.further(name, job) for name, job in self.common() if name not in self.settled}
        return FileOrder(
            needs,
            {self.drawn[name].id: self.named(more) for name, more in further.items()},
            blocked=frozenset(
                self.drawn[name].id
                for name, more in further.items()
                if any(self.would_close(name, need) for need in more)
            ),
            mentions=mentions,
            refused=tuple(refused),
            through=tuple(self.through()),
            kept=frozenset(name for name, _ in self.common() if self.is_kept(name)),
        )

    def is_kept(self, name: str) -> bool:
        """Whether a job waits for another that is drawn, and not before it, as its `if` asks for that."""
        allowed = self.before[name] | {*self.planned[name]}
        asked = self.read.get(name, frozenset()) & self.drawn.keys()
        return any(need in asked and need not in allowed for need in self.graph[name])

    def common(self) -> Iterator[tuple[str, Job]]:
        """The drawn jobs that the file has, without the gate, whose needs are compared with its table."""
        return ((name, job) for name, job in self.drawn.items() if name in self.there and not job.is_gate)

    def placed(self, name: str) -> list[str]:
        """The needs of a job, those that come to people's where they stand among these: in the order in which
        the file has the jobs, if that is theirs."""
        needs, there = self.graph[name], self.standing(self.there[name])
        stood = [one for one in needs if one in there]
        is_theirs = self.mine.get(self.there[name].id) is Whose.PEOPLE_S and len(stood) > 1
        if not is_theirs or stood != sorted(stood, key=self.at.__getitem__):
            return needs
        known = [one for one in needs if one in self.there]
        return [*sorted(known, key=self.at.__getitem__), *(one for one in needs if one not in self.there)]

    def named(self, needs: Iterable[str]) -> tuple[str, ...]:
        """Needs as they are written, each once."""
        return tuple(self.ids[one] for one in dict.fromkeys(needs) if one in self.ids)

    def brought_in(self) -> tuple[dict[str, list[FileDifference]], list[FileDifference]]:
        """The needs that the file lacks, which are in the graph from here on, as they are told: each as it is
        before the others come, which may lead to it. And the orders that it cannot have, for they would close
        a cycle with what must stay."""
        added: dict[str, list[FileDifference]] = {}
        refused: list[FileDifference] = []
        for name, job in self.common():
            self.use_gaps(name)
            for need in self.missing(name, job):
                late = self.late(name, need)
                if self.accepts(late) or (name, need) in self.gaps:
                    continue
                if self.would_close(name, need):
                    refused.append(self.turned(name, need))
                    continue
                added.setdefault(name, []).append(late)
                self.graph[name].append(need)
                self.known_before.clear()
        self.use_drawn()
        return added, refused

    def use_drawn(self) -> None:
        """Take note of what is accepted so that a job does not wait for one that is drawn before it, be it by
        way of others, where no need of the file gives that either."""
        for one, (late, early) in self.accepted:
            is_drawn = late in self.there and early in self.there and early in self.before.get(late, ())
            if is_drawn and early not in self.waits_for(late):
                self.accepts.use(one)

    def use_gaps(self, name: str) -> None:
        """Take note of what is accepted so that a job does not wait for what is directly before it. Where
        that is of a job that goes, it is handed on."""
        for need in self.planned[name]:
            gaps = self.gaps.get((name, need), ())
            if any(not self.gone.isdisjoint(one.casefold() for one in gap.place[1::2]) for gap in gaps):
                self.accepts.hand_on(self.late(name, need))
                continue
            for gap in gaps:
                self.accepts.use(gap)

    def would_close(self, name: str, need: str) -> bool:
        """Whether a job already comes before another, of which it would need the result."""
        return name == need or name in self.waits_for(need)

    def differences(self, name: str, found: Sequence[FileDifference]) -> list[FileDifference]:
        """What is told of the needs of a job, of which some were found to be missing. Those that are written
        anew anyway are as planned: no need of another drawing is left over."""
        there = self.there[name]
        extra = [need for need in self.extra_needs(name) if need.job.casefold() in self.ids]
        is_ours = self.mine.get(there.id) in (Whose.UNTOUCHED, Whose.OURS)
        if is_ours and (found or extra or name not in self.settled):
            self.graph[name] = [one for one in self.planned[name] if (name, one) not in self.gaps]
            self.known_before.clear()
            extra = self.extra_needs(name)
        return [*found, *(self.extra(name, need.job, need.span) for need in extra)]

    def extra_needs(self, name: str) -> list[FileNeed]:
        """The needs of a job that it is not to have."""
        return [need for need in self.there[name].needs if need.job.casefold() not in self.graph[name]]

    def further(self, name: str, job: Job) -> list[str]:
        """The needs that a job must have, too, once its `if` is written anew: it asks for their results."""
        lapse = self.accepts.lapsed.get(name)
        used = _used_by(job) | (lapse.stopping if lapse is not None else frozenset())
        return [need for need in self.planned[name] if need in used and need not in self.graph[name]]

    def through(self) -> Iterator[Diagnostic]:
        """The orders of drawn jobs that only jobs which nothing draws give."""
        of_drawn = {name: [n for n in needs if n in self.drawn] for name, needs in self.planned.items()}
        drawn_before = all_before(of_drawn)
        for name in self.drawn:
            there = self.there.get(name)
            if there is None or self.drawn[name].is_gate:
                continue
            for need in there.needs:
                first = need.job.casefold()
                if first in self.drawn or first not in self.there:
                    continue
                inside = {
                    first,
                    *reachable(
                        [first], lambda one: [n for n in self.graph.get(one, ()) if n not in self.drawn]
                    ),
                }
                reached = {n: None for one in inside for n in self.graph.get(one, ()) if n in self.drawn}
                yield from (
                    diagnostic(
                        ORDER_THROUGH_UNDRAWN,
                        f"`{there.id}` waits for `{self.ids[one]}` through `{need.job}`, which is not drawn",
                        need.span,
                        labelled(self.places.get(name), "drawn in no order with it"),
                        help="nothing needs to be done: what is not drawn may order jobs",
                    )
                    for one in reached
                    if one not in drawn_before[name]
                )

    def missing(self, name: str, job: Job) -> Iterator[str]:
        """The planned needs that no path of needs keeps, and those for which a compiled step asks, or an `if`
        that stays: `needs` has only what is needed directly. What an `if` of people's asks for that is drawn
        to ask for nothing of it is left as it is, heard or not."""
        read = self.read.get(name, frozenset())
        if self.mine.get(self.there[name].id) is Whose.PEOPLE_S:
            read &= _used_by(job)
        asked = _used_by_steps(job, self.there[name]) | read
        for need in (*self.planned[name], *self.past_accepted(name)):
            if need not in self.graph[name] and (need in asked or not self.is_before(need, name)):
                yield need

    def past_accepted(self, name: str) -> Iterator[str]:
        """The jobs of ours that are drawn before a job by way of others alone of which it is accepted that
        they do not wait for them: that says nothing of those after these."""
        for late, early in self.apart_from_ours:
            if early in self.before[name] and late in self.before[name]:
                yield early

    def is_before(self, need: str, name: str) -> bool:
        """Whether a path of needs leads to a job without a need of its own."""
        return any(need in self.waits_for(one) for one in self.graph[name] if one != need)

    def waits_for(self, name: str) -> frozenset[str]:
        """All that a job waits for by the needs that it has now."""
        if name not in self.known_before:
            self.known_before[name] = frozenset(reachable(self.graph.get(name, ()), self.graph.get))
        return self.known_before[name]

    def late(self, name: str, need: str) -> FileDifference:
        one, other = self.ids[name], self.ids[need]
        title = f"`{one}` does not wait for `{other}`, after which it is drawn"
        is_deaf = self.is_before(need, name)  # it waits for that, and does not hear of its result
        if is_deaf:
            reader = "its `if`" if need in self.read.get(name, ()) else "a step of it"
            title = f"`{one}` needs no `{other}`, and {reader} asks for what that gives"
        there = self.there[name]
        return difference(
            MISSING_WAIT,
            ("jobs", there.id, "needs", other, *(["result"] if is_deaf else [])),
            title,
            drawn=other,
            in_document=labelled(self.places.get(name), "this is drawn"),
            in_file=Label(_needs_span(there), f"needs no `{other}`"),
            help="draw them side by side (`par`) if neither must wait, or let `compile` add the need",
        )

    def extra(self, name: str, need: str, span: Span) -> FileDifference:
        there = self.there[name]
        if name in self.before.get(need.casefold(), ()):
            return difference(
                NEEDS_CONTRADICT_ORDER,
                ("jobs", there.id, "needs", need),
                f"`{there.id}` waits for `{need}`, and is drawn before it",
                written=need,
                in_document=labelled(self.places.get(name), "drawn before it"),
                in_file=Label(span, "needed here"),
                help="turn the need round, or draw them in the order in which they run",
            )
        message = f"`{there.id}` waits for `{need}`, and no order of them is drawn"
        cure = "draw it after that, or take the need away if nothing of it is used"
        return difference(
            EXTRA_WAIT,
            ("jobs", there.id, "needs", need),
            message,
            written=need,
            in_document=labelled(self.places.get(name), "drawn beside it"),
            in_file=Label(span, "needed here"),
            help=cure,
        )

    def turned(self, name: str, need: str) -> FileDifference:
        """That an order cannot be brought in: the file has it the other way round, by what must stay."""
        one, other = self.ids[name], self.ids[need]
        there = self.there.get(need, self.there[name])
        span = next(
            (n.span for n in there.needs if name in reachable([n.job.casefold()], self.graph.get)),
            _needs_span(there),
        )
        return difference(
            NEEDS_CONTRADICT_ORDER,
            ("jobs", one, "needs", other),
            f"`{other}` waits for `{one}`, and is drawn before it",
            drawn=other,
            in_document=labelled(self.places.get(name), "this is drawn after it"),
            in_file=Label(span, "needed here"),
            help="turn the need round, or draw them in the order in which they run",
        )


def with_needs(file: WorkflowFile, needs: Mapping[str, Sequence[str]]) -> WorkflowFile:
    """A file some jobs of which need others than it says; they are in the order in which it says them."""
    others = {name.casefold(): names for name, names in needs.items()}

    def changed(job: FileJob) -> FileJob:
        names = others.get(job.id.casefold())
        if names is None or {name.casefold() for name in names} == {one.job.casefold() for one in job.needs}:
            return job
        return replace(job, needs=tuple(FileNeed(name, _needs_span(job)) for name in names))

    return replace(file, jobs=tuple(map(changed, file.jobs)))


def accepted_gaps(
    file: WorkflowFile, gone: Collection[str], accepts: Accepted
) -> dict[tuple[str, str], tuple[Acceptance, ...]]:
    """The orders that a file has not and need not have: pairs, in lower case, of a job and one for which it
    does not wait, each with what is accepted so that it does not.

    Who accepts that a job does not wait for another accepts it of those that come after the first in the file
    and before the second, by needs or by what else is accepted: that they wait for them was drawn by way of
    these alone. A need that nothing draws is no such way. What jobs of ours give that are `gone`, or between
    people's, is no order of the file, and what needs give that bear marks: it comes and goes with the
    drawing. One of people's that goes leaves what it waited for, and for what it did not wait, to those after
    it. Of one that the file has no more it holds when it is drawn again, and for one that has come back so:
    people's job goes on not to wait for it.
    """
    places = _accepted_places(accepts)
    if not places:
        return {}
    going = {name.casefold() for name in gone}
    jobs = {job.id.casefold(): job for job in file.jobs}
    ours = {name for name, job in jobs.items() if drawn_title(job.comment)}
    drawn = {name: added_needs(job) | marked_needs(job) for name, job in jobs.items()}
    standing = {
        name: [other for need in job.needs if (other := need.job.casefold()) not in drawn[name]]
        for name, job in jobs.items()
    }
    found: dict[tuple[str, str], tuple[Acceptance, ...]] = {}
    for is_ours, left_out in ((False, ours), (True, going & ours)):
        needs = {
            name: [need for need in stood if need not in left_out]
            for name, stood in standing.items()
            if name not in left_out
        }
        gaps: dict[str, dict[str, Acceptance]] = {}
        for one, (_, late, _, early) in places:
            if (late in ours) is is_ours and late in needs and early in needs:
                gaps.setdefault(late, {}).setdefault(early, one)
        if gaps:
            before = all_before(needs)
            for (name, need), accepted in _past_gaps(needs, gaps, _extra(accepts)).items():
                is_ordered = need in before[name] or name in before.get(need, ())
                if not is_ordered and going.isdisjoint((name, need)):
                    found.setdefault((name, need), accepted)
    before = all_before(standing)
    for one, (_, late, _, early) in places:
        is_drawn_again = late in jobs and late not in ours and early in ours
        is_ordered = early in before.get(late, ()) or late in before.get(early, ())
        is_gap = (is_drawn_again and not is_ordered) or (late in jobs) is not (early in jobs)
        if is_gap and going.isdisjoint((late, early)):
            found.setdefault((late, early), (one,))
    return found


def without_accepted_waits(job: Job, accepts: Accepted) -> Job:
    """A job that is to be added without the needs that it need not have: one of its id was there once."""
    of_job = {place[3]: one for one, place in _accepted_places(accepts) if place[1] == job.id.casefold()}
    late = [need for need in job.needs if need.casefold() in of_job.keys() - _used_by(job)]
    for need in late:
        accepts.use(of_job[need.casefold()])
    return replace(job, needs=tuple(need for need in job.needs if need not in late))


def _past_gaps(
    needs: Mapping[str, list[str]],
    gaps: Mapping[str, Mapping[str, Acceptance]],
    extra: Collection[tuple[str, str]],
) -> dict[tuple[str, str], tuple[Acceptance, ...]]:
    """The pairs of jobs between which a way leads over an accepted gap, by needs but for the `extra` ones;
    each with what is accepted on the shortest."""
    found: dict[tuple[str, str], tuple[Acceptance, ...]] = {}
    for name in needs:
        ways: dict[str, tuple[Acceptance, ...]] = {name: ()}
        left = [name]
        for one in left:  # grows while it is gone through
            steps = {need: () for need in needs[one] if (one, need) not in extra and need in needs}
            for need, accepted in {**{n: (gap,) for n, gap in gaps.get(one, {}).items()}, **steps}.items():
                if need not in ways:
                    ways[need] = (*ways[one], *accepted)
                    left.append(need)
        found |= {(name, need): accepted for need, accepted in ways.items() if accepted}
    return found


def _accepted_places(accepts: Accepted) -> list[tuple[Acceptance, Place]]:
    """Where it is accepted that a job does not wait for another; that it needs it, and so does not hear of
    its result, is another difference."""
    return [(one, place) for one, place in accepts.places(MISSING_WAIT.name) if len(place) == 4]


def _extra(accepts: Accepted) -> frozenset[tuple[str, str]]:
    """The needs, in lower case, that are accepted though nothing draws them."""
    places = (place for _, place in accepts.places(EXTRA_WAIT.name) if len(place) == 4)
    return frozenset((late, early) for _, late, _, early in places)


def _used_by(job: Job) -> frozenset[str]:
    texts = [expression(job.condition)] if job.condition is not None else []
    texts += [expression(step.condition) for step in job.steps if step.condition is not None]
    texts += [values for _, values in job.matrix if isinstance(values, str)]
    return frozenset().union(*map(used_needs, texts))


def _used_by_steps(job: Job, there: FileJob) -> frozenset[str]:
    """The jobs that those steps ask for which follow the drawing in a file: those marked as drawn, or all
    where people have put none of theirs among them."""
    marked = [
        step for step in there.steps if any(DRAWN.read(comment) is not None for comment in step.comments)
    ]
    names = {bare(step.name) for step in marked}
    follows = job.steps if len(marked) == len(there.steps) else [s for s in job.steps if s.name in names]
    return frozenset().union(
        *(used_needs(expression(s.condition)) for s in follows if s.condition is not None)
    )


def _needs_span(job: FileJob) -> Span:
    entry = job.item("needs")
    return entry.span if entry is not None else job.span
