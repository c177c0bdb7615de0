"""One file held against what is drawn, part by part.

Reports `absent-gate`, `absent-job`, `outdated-text`, `steps-differ` and `uneditable-place`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import lru_cache

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity
from mermaid2gha.base.records import replace
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.link.dataflow import names_of
from mermaid2gha.compiler.link.matching import undrawn_job
from mermaid2gha.compiler.scripts.comments import drawn_title, is_above_jobs
from mermaid2gha.compiler.scripts.marks import has_marks, list_comment
from mermaid2gha.compiler.scripts.provenance import comments_above, job_as_written
from mermaid2gha.github.expressions.condition import expression, whole
from mermaid2gha.github.expressions.parser import parsed
from mermaid2gha.github.workflow.emitter import comment, comment_text, job_lines
from mermaid2gha.github.workflow.model import Job, Trigger, Workflow
from mermaid2gha.github.workflow.reader import FileJob, WorkflowFile
from mermaid2gha.reconcile.bind import (
    BoundFile,
    Terms,
    Whose,
    buffer_of,
    has_same_step_ifs,
    indentation,
    is_as_compiled,
    is_tuned_job,
    unmarked_jobs,
)
from mermaid2gha.reconcile.condition_meaning import Question
from mermaid2gha.reconcile.conditions import conditions, question, undrawn_terms
from mermaid2gha.reconcile.consequences import with_causes
from mermaid2gha.reconcile.difference import (
    DrawnPlaces,
    FileDifference,
    difference,
    edited,
    labelled,
    of_finding,
)
from mermaid2gha.reconcile.edits.added_jobs import add_jobs
from mermaid2gha.reconcile.edits.comments import (
    edit_comments,
    edit_footer,
    edit_header,
    edit_mark,
    remove_jobs,
)
from mermaid2gha.reconcile.edits.conditions import edit_condition
from mermaid2gha.reconcile.edits.events import drawn_events, edit_events, is_folded, lay_out
from mermaid2gha.reconcile.edits.keys import Keys, Mend
from mermaid2gha.reconcile.edits.members import edit_marked_needs
from mermaid2gha.reconcile.edits.renames import Renamings, vanished
from mermaid2gha.reconcile.edits.steps import edit_steps
from mermaid2gha.reconcile.ends import read_by_kept_if
from mermaid2gha.reconcile.events import (
    event_differences,
    filter_differences,
    gone_events,
    has_more_events,
)
from mermaid2gha.reconcile.failures import ignored_failures
from mermaid2gha.reconcile.gates import compiled_gate, gate_of_people
from mermaid2gha.reconcile.order import (
    FileOrder,
    OrderInputs,
    accepted_gaps,
    order,
    with_needs,
    without_accepted_waits,
)
from mermaid2gha.reconcile.reads import (
    marked_needs,
    needs_past,
    needs_to_mark,
    reads_all,
    text_of_if,
    undrawn_if,
    used_needs,
)
from mermaid2gha.reconcile.rights import rights
from mermaid2gha.reconcile.sides import is_put_back, is_settled, left_without_tests
from mermaid2gha.reconcile.surroundings import approved_call, environment, matrix
from mermaid2gha.reconcile.values import call, call_of_other_kind, more_arguments, other_arguments, outputs
from mermaid2gha.settings.editor import uneditable_place
from mermaid2gha.yaml.edits import EditBuffer, reindented
from mermaid2gha.yaml.tree import Entries

ABSENT_GATE = Rule("absent-gate", Severity.WARNING)
ABSENT_JOB = Rule("absent-job", Severity.WARNING)
OUTDATED_TEXT = Rule("outdated-text", Severity.NOTE)
STEPS_DIFFER = Rule("steps-differ", Severity.WARNING)


_MOST_TURNS, _FREE_TURNS = 8, 3
"""How often `if`s are judged with other needs; and how often one that was to be written anew may stay again,
so that this ends."""


class FileComparison:
    """One file on its way; each part gathers its edits in a buffer of its own.

    `wanted` is the workflow that the drawing asks for, around what people own; `mine` says of each drawn job
    of the file whose it is; `gone` are the jobs that go and `kept` those that stay undrawn, by `read` for
    whom; `asked` is what the comparison of conditions needs, `order` how the jobs wait. `faults` are findings
    that no edit mends. `unmarked` are offsets between braces at which what an edit writes has no place for
    its mark.
    """

    def __init__(self, bound_file: BoundFile, wanted: Workflow, terms: Terms, places: DrawnPlaces) -> None:
        file = self.file = bound_file.file
        self.wanted, self.terms, self.places, self.mine = wanted, terms, places, bound_file.mine
        self.buffer = buffer_of(file)
        self.step = indentation(self.buffer, file)
        drawn = {job.id.casefold() for job in wanted.jobs}
        self.gone = [job for job in file.jobs if job.id in bound_file.gone]
        self.read, self.lapsed, self.released = bound_file.read, bound_file.lapsed, bound_file.released
        self.standing = bound_file.standing
        self.kept = [
            job for job in file.jobs if job.id not in bound_file.gone and job.id.casefold() not in drawn
        ]
        self.renamings = Renamings(file, wanted, terms.extra_jobs)
        self.faults: list[Diagnostic] = []
        self.unmarked: list[int] = []
        self.accepts = terms.accepts
        gone = frozenset(job.id.casefold() for job in self.gone)
        self.gaps = accepted_gaps(self.standing, gone, terms.accepts)
        self.gone_events = gone_events(file, wanted.triggers, terms.extra_events, prunes=terms.prune)
        self.judged = self.standing
        self.as_it_stands = lru_cache(1)(lambda: self.question(self.standing, is_edited=False))
        self.judge(gone)
        self.faults += self.order.through

    def question(self, file: WorkflowFile, *, is_edited: bool = True) -> Question:
        """What the conditions are compared under in a file with some needs."""
        return question(
            file,
            self.wanted,
            {job.id for job in self.kept} & unmarked_jobs(self.file),
            self.accepts,
            stood=self.standing,
            is_open=has_more_events(self.file, self.wanted.triggers, self.gone_events, self.accepts),
            gone=frozenset(job.id.casefold() for job in self.gone),
            gaps=self.gaps,
            apart=self.terms.apart,
            past=self.terms.past,
            places=self.places.jobs,
            listed=self.terms.extra_jobs,
            is_edited=is_edited,
        )

    def judge(self, gone: frozenset[str]) -> None:
        """Find out which `if`s mean what is drawn, and what each job needs: each says something of the other,
        for a job asks what those before it ask. So they are judged with the needs that the file will have."""
        unsettled: frozenset[str] = frozenset()
        for turn in range(_MOST_TURNS):
            self.asked = self.question(self.judged)
            found = {
                job.id.casefold(): is_settled(self.asked, there, job)
                for job in self.wanted.jobs
                if (there := self.judged.job(job.id)) is not None
            }
            self.settled = frozenset(name for name, is_as_drawn in found.items() if is_as_drawn) - unsettled
            self.order = self.ordered(gone)
            needs = with_needs(self.standing, self.order.needs)
            if needs.jobs == self.judged.jobs:
                return
            self.judged = needs
            if turn >= _FREE_TURNS:
                unsettled |= found.keys() - self.settled

    def ordered(self, gone: frozenset[str]) -> FileOrder:
        stays = self.settled & {name.casefold() for name in unmarked_jobs(self.file)}
        aims = {job.id.casefold(): job for job in self.wanted.jobs}
        untested = {
            name: left
            for name, aim in aims.items()
            if (job := self.judged.job(name)) is not None
            and (left := left_without_tests(self.asked, job, aim, is_all=False)) is not None
        }
        back = (
            name
            for name, aim in aims.items()
            if (job := self.judged.job(name)) is not None and is_put_back(self.asked, job, aim)
        )
        read = {
            name: read_by_kept_if(self.asked, job, aims.get(name), stays=name in stays)
            for name, job in self.file.by_id().items()
        }
        for name, left in untested.items():  # its tests go, whatever is accepted of how it asks
            read[name] = read[name] if reads_all(f"${{{{ {left} }}}}") else read[name] & used_needs(left)
        inputs = OrderInputs(
            self.file,
            self.wanted,
            mine=self.mine,
            gone=gone,
            settled=self.settled,
            gaps=self.gaps,
            read=read,
            untested=frozenset((*untested, *back)),
            places=self.places.jobs,
            lapsed=self.lapsed,
        )
        return order(inputs, self.accepts)

    def mended(
        self, differences: Iterable[FileDifference], edit: Callable[[EditBuffer], None]
    ) -> list[FileDifference]:
        """The differences with the edits that a function makes."""
        differences = [one for one in differences if not self.accepts(one)]
        if not differences:
            return []
        buffer = EditBuffer(self.buffer.file, self.buffer.newline, self.buffer.aliased)
        edit(buffer)
        self.unmarked += buffer.unmarked
        return edited(differences, buffer.edits)

    # -- the file ----------------------------------------------------------------------------------

    def differences(self) -> list[FileDifference]:
        found = list(self.of_events())
        for job in self.kept:
            found += self.of_kept(job)
        found += self.of_gone()
        for wanted in self.wanted.jobs:
            known = self.file.job(wanted.id)
            if known is not None:
                found += self.of_job(known, wanted)
        found += self.order.refused
        found += self.of_absent([job for job in self.wanted.jobs if self.file.job(job.id) is None])
        found += self.of_texts()
        return [one for one in found if one.edits or not self.accepts(one)]

    def of_events(self) -> Iterator[FileDifference]:
        file, terms = self.file, self.terms
        triggers = [self.with_read_inputs(one) for one in self.wanted.triggers]
        gone = self.gone_events
        mended, mentions = event_differences(file, triggers, gone, terms.extra_events, self.places.events)
        left = [one for one in mended if not self.accepts(one)]
        filters = list(filter_differences(file, triggers, self.places.events, is_old=self.is_old))
        edited = [one for one, edit in filters if edit is not None and not self.accepts(one)]
        names = {one.place[1] for one in edited}
        if is_folded(file, names, has_others=bool(left)):
            yield from self.mended([*left, *edited], self.in_root(lambda keys: lay_out(keys, file, names)))
            yield from (*mentions, *(one for one, edit in filters if edit is None))
            return
        if left:
            names = {one.place[1] for one in left}
            there = {event.name for event in file.events}
            triggers_left = [one for one in triggers if one.event in names | there]
            gone = [event for event in gone if event in names]
            yield from self.mended(
                left,
                lambda buffer: self.faults.extend(edit_events(buffer, file, triggers_left, gone, self.step)),
            )
        yield from mentions
        for one, edit in filters:
            yield from self.mended([one], self.in_root(edit)) if edit is not None else [one]

    @property
    def is_old(self) -> bool:
        """Whether an older version compiled the file: it is ours, and nothing of `on` bears a mark."""
        return bool(self.terms.footer) and not drawn_events(self.file)

    def in_root(self, edit: Callable[[Keys], None]) -> Callable[[EditBuffer], None]:
        file = self.file
        return lambda buffer: edit(
            Keys(buffer, file.root, owner=file.file.name, step=self.step, found=self.faults)
        )

    def with_read_inputs(self, trigger: Trigger) -> Trigger:
        """A trigger without the inputs that tell runs apart where nothing asks which run it is."""
        texts = [expression(job.condition) for job in self.wanted.jobs if job.condition is not None]
        for job in self.wanted.jobs:
            texts += [expression(step.condition) for step in job.steps if step.condition is not None]
            texts += [variable.value for step in job.steps if job.is_gate for variable in step.env]
        read = {name for text in texts for name in names_of("inputs", text)}
        ours = {"called", "run"} - read
        return replace(trigger, inputs=tuple(one for one in trigger.inputs if one.name not in ours))

    def of_texts(self) -> Iterator[FileDifference]:
        """The header and the footer, where they are ours."""
        for name, edit in (
            ("header", lambda buffer: edit_header(buffer, self.wanted)),
            ("footer", lambda buffer: edit_footer(buffer, self.terms.footer)),
        ):
            at = self.file.root.span
            one = difference(
                OUTDATED_TEXT,
                (name,),
                f"the {name} of `{self.file.file.name}` does not name the documents that draw it",
                in_file=Label(Span(at.file, at.start, at.start)),
            )
            found = self.mended([one], edit)
            yield from (each for each in found if each.edits)

    # -- jobs that are not drawn -------------------------------------------------------------------

    def of_kept(self, job: FileJob) -> Iterator[FileDifference]:
        if job.id not in self.terms.extra_jobs:
            if job.id not in self.read and (fault := self.vanished(job)) is not None:
                self.faults.append(fault)
            else:
                yield self.undrawn(job)
        yield from self.of_gone_needs(job)
        if job.id.casefold() in self.released:
            yield from self.of_released(job)

    def of_released(self, job: FileJob) -> Iterator[FileDifference]:
        """What was drawn of a job of people's that the settings list as undrawn, which goes again."""
        node = job.node
        if node is None or drawn_title(job.comment) or not has_marks(node.span.text):
            return
        text, left = text_of_if(job), undrawn_if(job)
        if left is not None and left != text:
            message = f"`{job.id}` asks for `{text}`, as it was drawn to, and is no more"
            one = FileDifference(undrawn_job(message, job.span), ("jobs", job.id, "if"), written=text or "")
            condition = whole(parsed(left)) if left else None
            yield from self.of_mend(Mend((one,), lambda keys: edit_condition(keys, condition, ())), job, node)
        for mend in self.of_keys(job, Job(job.id, job.name)) if not job.uses else ():
            if mend.edit is not None:
                yield from self.of_mend(mend, job, node)

    def of_gone_needs(self, job: FileJob) -> Iterator[FileDifference]:
        """The needs of a job that the drawing does not rule, where these go."""
        lapsed = self.lapsed.get(job.id.casefold(), frozenset())
        gone = dict.fromkeys(lapsed, "as it was drawn to, and is no more")
        gone |= {one.id.casefold(): "which goes" for one in self.gone}
        if job.node is None or not any(need.job.casefold() in gone for need in job.needs):
            return
        names = needs_past(self.standing, self.standing.job(job.id) or job, [one.id for one in self.gone])
        node = job.node
        mentions = [
            FileDifference(
                undrawn_job(f"`{job.id}` waits for `{need.job}`, {gone[need.job.casefold()]}", need.span),
                ("jobs", job.id, "needs", need.job),
                written=need.job,
            )
            for need in job.needs
            if need.job.casefold() in gone
        ]
        yield from self.mended(
            mentions,
            lambda buffer: self.set_needs(
                Keys(buffer, node, owner=job.id, step=self.step, found=self.faults), job, names
            ),
        )

    def undrawn(self, job: FileJob) -> FileDifference:
        name = self.file.file.name
        message = f"the job `{job.id}` of `{name}` is not drawn"
        reader = self.read.get(job.id, "")
        if reader:
            message += f"; it stays, for {reader}"
        elif job not in self.gone:
            message += ", and has steps or settings of yours"
        new = self.renamings.proposed(job)
        cure = "draw it, list it under `extra-jobs` in the settings, or take it away with `--prune`"
        if reader:
            cure = "take that away first, then compile with `--prune`; or draw it"
        if new:
            cure = f"if it is `{new}` now, compile with `--rename {job.id}={new}`; else {cure}"
        return FileDifference(undrawn_job(message, job.span, help=cure), ("jobs", job.id), written=job.id)

    def vanished(self, job: FileJob) -> Diagnostic | None:
        was_drawn = bool(drawn_title(job.comment)) or job.id.casefold() in self.terms.once_drawn
        return vanished(job, self.renamings, was_drawn=was_drawn, is_adopted=self.terms.is_adopted)

    def of_gone(self) -> list[FileDifference]:
        """The jobs that go: each is a difference, and all go by one edit, for blank lines between them do."""
        if not self.gone:
            return []
        return self.mended(
            [self.undrawn(job) for job in self.gone],
            lambda buffer: remove_jobs(buffer, self.file, self.gone),
        )

    # -- drawn jobs --------------------------------------------------------------------------------

    def of_job(self, job: FileJob, wanted: Job) -> Iterator[FileDifference]:
        places = self.places.jobs
        mine = self.mine[job.id]
        node = job.node
        if node is None or not node.entries:
            message = f"the job `{job.id}` is no mapping, so nothing in it can be edited"
            self.faults.append(uneditable_place(message, job.span, help="write the job's keys below it"))
            return
        if wanted.is_gate and mine is not Whose.GATE:
            yield from gate_of_people(self.file, job, self.wanted, wanted, places)
            for mend in rights(self.buffer, self.file, job, wanted, places, self.accepts):
                yield from self.of_mend(mend, job, node)
            yield from self.of_gone_needs(job)
            return
        terms = undrawn_terms(self.asked, job, wanted, places) if not wanted.is_gate else []
        kept, spare = other_arguments(job, wanted, self.terms.called)
        is_tuned = bool(kept) or is_tuned_job(self.buffer, job, wanted)
        if mine is Whose.UNTOUCHED and not terms and not is_tuned:
            yield from self.of_untouched(job, wanted)
            return
        if wanted.is_gate:
            mends = [*compiled_gate(self.buffer, job, wanted, places)]
            mends += rights(self.buffer, self.file, job, wanted, places, self.accepts)
        else:
            mends = [*self.of_if_and_needs(job, wanted), *self.of_keys(job, wanted)]
            mends += more_arguments(job, kept, spare, places, self.accepts)
        for mend in mends:
            yield from self.of_mend(mend, job, node)
        yield from terms
        yield from ignored_failures(job, wanted, self.wanted, places)
        if not node.is_flow and job.entry.value is node:
            yield from self.of_comments(job, wanted)
            if not wanted.is_gate and bool(job.uses) == (wanted.call is not None):
                yield from self.of_steps(job, wanted, node)

    def of_mend(self, mend: Mend, job: FileJob, node: Entries) -> list[FileDifference]:
        edit = mend.edit
        if edit is None:
            return list(mend.differences)
        return self.mended(
            mend.differences,
            lambda buffer: edit(Keys(buffer, node, owner=job.id, step=self.step, found=self.faults)),
        )

    def of_if_and_needs(self, job: FileJob, wanted: Job) -> Iterator[Mend]:
        name = job.id.casefold()
        judged = self.judged.job(job.id) or job
        mend = conditions(self.asked, judged, wanted, self.accepts, is_as_drawn=name in self.settled)
        if mend is not None and wanted.id in self.order.blocked:
            mend = replace(mend, edit=None)
        edit_if = mend.edit if mend is not None else None
        needs = self.order.needs[wanted.id]
        if edit_if is not None and mend is not None:
            asked = (one for one in self.order.asked.get(wanted.id, ()) if one.casefold() in mend.asks)
            needs = (*needs, *(one for one in asked if one not in needs))
        if mentions := self.order.mentions.get(wanted.id):
            yield Mend(mentions, lambda keys: self.set_needs(keys, job, needs))
        elif edit_if is not None and mend is not None:

            def edit_both(keys: Keys) -> None:
                self.set_needs(keys, job, needs)
                edit_if(keys)

            mend = replace(mend, edit=edit_both)
        if mend is not None:
            yield with_causes(mend, self.as_it_stands, self.standing.job(job.id) or job)

    def set_needs(self, keys: Keys, job: FileJob, wanted: Sequence[str]) -> None:
        edit_marked_needs(keys, job, wanted, self.needs_to_mark(job.id, wanted, marked_needs(job)))

    def needs_to_mark(self, name: str, needs: Sequence[str], marked: Collection[str] = ()) -> list[str]:
        drawn = {one.id.casefold() for one in self.wanted.jobs}
        return needs_to_mark(name.casefold(), needs, drawn, self.terms.extra_jobs, marked)

    def with_marks(self, wanted: Job, job: FileJob | None = None) -> Job:
        """A job to write whose needs bear the marks that they must have."""
        marked = self.needs_to_mark(wanted.id, wanted.needs, marked_needs(job) if job is not None else ())
        return replace(wanted, needs_comment=list_comment(marked), commented_needs=tuple(marked))

    def of_keys(self, job: FileJob, wanted: Job) -> Iterator[Mend]:
        places = self.places.jobs
        other = call_of_other_kind(job, wanted, places)
        yield from other
        if other and job.uses:  # people do what is drawn in a workflow that they call
            yield from approved_call(job, wanted, places)
            yield from matrix(job, wanted, places, self.accepts)
            yield from outputs(self.buffer, job, wanted, places, self.accepts)
            yield from rights(self.buffer, self.file, job, wanted, places, self.accepts)
            return
        if not other:
            yield from environment(job, wanted, places)
            yield from matrix(job, wanted, places, self.accepts)
        yield from rights(self.buffer, self.file, job, wanted, places, self.accepts)
        if not other:
            yield from outputs(self.buffer, job, wanted, places, self.accepts)
            if wanted.call is not None:
                yield from call(job, wanted.call, places, self.accepts)

    def of_untouched(self, job: FileJob, wanted: Job) -> list[FileDifference]:
        """A job of ours alone: where it differs at all, it is written anew as a whole."""
        found = [one for mend in self.of_if_and_needs(job, wanted) for one in mend.differences]
        written = job_as_written(self.buffer, job, self.step)
        assert written is not None
        if not is_as_compiled(written, wanted) or not has_same_step_ifs(job, wanted):
            found += [one for mend in self.of_keys(job, wanted) for one in mend.differences]
            if not found:
                words = f"`{job.id}` is not written as it is drawn now"
                if wanted.starters:
                    words = f"`{job.id}` only announces what is drawn, and the settings have steps for it"
                found.append(self.outdated(job, words, STEPS_DIFFER))
        if not found:
            return list(self.of_comments(job, wanted))
        needs = self.order.needs.get(wanted.id, wanted.needs)
        return self.mended(found, lambda buffer: self.rewrite(buffer, job, replace(wanted, needs=needs)))

    def rewrite(self, buffer: EditBuffer, job: FileJob, wanted: Job) -> None:
        """Write a job anew, with the comments above it."""
        assert job.node is not None
        column = buffer.column(job.span.start)
        above = [start for start, line in comments_above(buffer, job.span.start) if is_above_jobs(line)]
        start, end = buffer.line_start(job.span.start), buffer.line_end(job.node.span.end - 1)
        lines = list(job_lines(replace(self.with_marks(wanted, job), id=job.id, comments=())))
        made = list(reindented(lines, column, self.step))
        comments = [comment(line) for line in wanted.comments]
        if not above:
            made = [*reindented(comments, column, 2), *made]
        elif [buffer.text[at : buffer.line_end(at)].strip() for at in above] != comments:
            buffer.replace_lines(above, reindented(comments, column, 2))
        buffer.replace(start, end, "".join(f"{line}\n" for line in made))

    def of_comments(self, job: FileJob, wanted: Job) -> Iterator[FileDifference]:
        """The mark on a job's line and the comments above it, where they are ours."""
        old, new = drawn_title(job.comment), drawn_title(comment_text(wanted.comment))
        words = f"the mark of `{job.id}` names `{old}`, and `{new}` is drawn"
        yield from self.reworded(job, words, lambda buffer: edit_mark(buffer, job, wanted))
        words = f"the comment above `{job.id}` does not say in which flows it is drawn"
        yield from self.reworded(job, words, lambda buffer: edit_comments(buffer, job, wanted))

    def reworded(
        self, job: FileJob, message: str, edit: Callable[[EditBuffer], None]
    ) -> list[FileDifference]:
        """That a text of ours is not that of now, where there is an edit that brings it."""
        buffer = EditBuffer(self.buffer.file, self.buffer.newline, self.buffer.aliased)
        edit(buffer)
        one = self.outdated(job, message) if buffer.edits or buffer.unmarked else None
        if one is None or self.accepts(one):
            return []
        self.unmarked += buffer.unmarked
        return edited([one], buffer.edits) if buffer.edits else []

    def outdated(self, job: FileJob, message: str, rule: Rule = OUTDATED_TEXT) -> FileDifference:
        span = self.places.jobs.get(job.id.casefold())
        return difference(
            rule,
            ("jobs", job.id) if rule is OUTDATED_TEXT else ("jobs", job.id, "steps"),
            message,
            in_document=labelled(span, "drawn here"),
            in_file=Label(job.span),
            help="let `compile` write it as drawn",
        )

    def of_steps(self, job: FileJob, wanted: Job, node: Entries) -> Iterator[FileDifference]:
        mentions: list[Diagnostic] = []
        one = self.outdated(
            job, f"the compiled steps of `{job.id}` are not those that are drawn", STEPS_DIFFER
        )

        def edit(buffer: EditBuffer) -> None:
            keys = Keys(buffer, node, owner=job.id, step=self.step, found=self.faults)
            mentions.extend(edit_steps(keys, job, wanted))

        yield from (each for each in self.mended([one], edit) if each.edits)
        for found in mentions:
            yield of_finding(found, ("jobs", job.id, "steps"), self.places.jobs.get(job.id.casefold()))

    # -- drawn jobs that are not there -------------------------------------------------------------

    def of_absent(self, jobs: Sequence[Job]) -> list[FileDifference]:
        if not jobs:
            return []
        node = self.file.root.get("jobs")
        pairs = [(self.absent(job), job) for job in jobs]
        mentions = [one for one, _ in pairs if not self.accepts(one)]
        jobs = [without_accepted_waits(job, self.accepts) for one, job in pairs if one in mentions]
        if not jobs:
            return []
        if not isinstance(node, Entries) or node.is_flow or not self.file.jobs:
            self.unmarked += [node.span.start] if node is not None else []
            place = node.span if node is not None else self.file.root.span
            message = f"no job can be added to `jobs` of `{self.file.file.name}` where it stands"
            cure = "write `jobs:` with its jobs on lines below it"
            self.faults.append(uneditable_place(message, place, help=cure))
            return mentions
        stay = [job for job in self.file.jobs if job not in self.gone]
        made = [self.with_marks(job) for job in jobs]
        names = [job.id for job in self.wanted.jobs]
        return self.mended(mentions, lambda buffer: add_jobs(buffer, self.file, made, stay, names, self.step))

    def absent(self, job: Job) -> FileDifference:
        name = drawn_title(comment_text(job.comment)) or job.name
        span = self.places.jobs.get("" if job.is_gate else job.id.casefold())
        entry = self.file.root.entry("jobs")
        what = "the final check " if job.is_gate else ""
        return difference(
            ABSENT_GATE if job.is_gate else ABSENT_JOB,
            ("jobs", job.id),
            f"{what}`{name}` is drawn, and `{self.file.file.name}` has no job `{job.id}`",
            drawn=job.id,
            in_document=labelled(span, "drawn here"),
            in_file=Label(entry.key.span, "these are its jobs") if entry is not None else None,
            help=f"add the job, or say which it is in the settings: "
            f'`jobs: {{"{self.wanted.name}/{name}": {{ids: [ID]}}}}`',
        )
