"""What a diagram says of the tokens with which workflows write to a repository.

GitHub starts no run for an event that a workflow makes with its own token (docs/language.md#triggers).
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence

from mermaid2gha.base.diagnostic import Diagnostic
from mermaid2gha.base.records import FrozenMap, dataclass, replace
from mermaid2gha.compiler.ir.flow_graph import Participant, Role
from mermaid2gha.compiler.marks.marks import marks_of
from mermaid2gha.compiler.reading.effects import (
    ACTIVITIES,
    STARTS,
    STEPS,
    Effect,
    EffectKind,
    Ground,
    is_login,
)
from mermaid2gha.compiler.reading.rights import (
    ALONE,
    GUESSED_RIGHT,
    STEPPING,
    is_note_of_rights,
    may_be_write,
    unsaid_right,
)
from mermaid2gha.compiler.reading.texts import whole
from mermaid2gha.compiler.vocabulary import branches, ci_words, forms, labels, writing
from mermaid2gha.compiler.vocabulary import lifelines as lifeline_names
from mermaid2gha.compiler.vocabulary.ci_words import says_other_token
from mermaid2gha.compiler.vocabulary.made_events import (
    is_draft_release,
    made_events,
    makes,
    may_commit,
    part_unread,
    said_done,
)
from mermaid2gha.github.events import RELEASE
from mermaid2gha.mermaid.ast import Diagram, Message, Note


@dataclass(frozen=True, slots=True)
class Tokens:
    """The events that each write to a repository makes, by the index of its statement; `outside` has the same
    of what workflows do with other repositories and what is outside. The statements that name another token
    than the workflow's own, and the lifelines that are called by one."""

    made: FrozenMap[int, frozenset[str]] = FrozenMap()
    outside: FrozenMap[int, frozenset[str]] = FrozenMap()
    named_at: frozenset[int] = frozenset()
    holders: frozenset[str] = frozenset()


def tokens(diagram: Diagram, effects: Sequence[Effect], participants: Mapping[str, Participant]) -> Tokens:
    """What is said of tokens, where a run starts after a write that may have made its event."""
    writes = [at for at, effect in enumerate(effects) if _is_write(effect)]
    outside = [at for at, effect in enumerate(effects) if _is_outside(effect)]
    first = min((*writes, *outside), default=len(effects))
    if not any(effect.act in STARTS for effect in effects[first:]):
        return Tokens()
    drafting = {effect.lifeline for at, effect in enumerate(effects) if is_draft_release(_text(diagram, at))}
    return Tokens(
        FrozenMap(
            {
                at: _made(_text(diagram, at), effects[at].partner, to_draft=effects[at].lifeline in drafting)
                for at in writes
            }
        ),
        FrozenMap({at: _made(_text(diagram, at), effects[at].partner) for at in outside}),
        frozenset(
            at
            for at, event in enumerate(diagram.events)
            if isinstance(event, Message | Note) and says_other_token(labels.plain(event.text))
        ),
        frozenset(one.id for one in participants.values() if says_other_token(f"{one.id} {one.name}")),
    )


def _is_write(effect: Effect) -> bool:
    partner = effect.partner
    is_here = partner is not None and partner.role is Role.SOURCE and not partner.is_elsewhere
    return effect.act is EffectKind.WRITE and is_here


def _is_outside(effect: Effect) -> bool:
    """Whether a workflow does something with another repository or with what is outside."""
    partner = effect.partner
    if partner is None or effect.act not in (EffectKind.WRITE, EffectKind.STEP, EffectKind.PUSH):
        return False
    return partner.role is Role.EXTERNAL or (partner.role is Role.SOURCE and partner.is_elsewhere)


def _made(text: str, partner: Participant | None, *, to_draft: bool = False) -> frozenset[str]:
    """The events that a write makes: by its words, else by the thing of the repository that it makes. What is
    uploaded `to_draft`, where the run makes the draft of a release, publishes none."""
    made = made_events(text) or (made_events(partner.name) if partner and makes(text) else frozenset())
    is_upload = to_draft and writing.head(text) in ("upload", "attach")
    return made - {RELEASE.name} if is_upload else made


def _text(diagram: Diagram, at: int) -> str:
    event = diagram.events[at]
    return labels.plain(event.text) if isinstance(event, Message | Note) else ""


# -- notes of rights -------------------------------------------------------------------------------


def with_noted_rights(effects: Sequence[Effect], participants: Mapping[str, Participant]) -> list[Effect]:
    """The effects, with the rights that a note says given to the job before it in its run, and to what it
    does next; before the run has done anything, to all that it does, and before its trigger to every run."""
    found = list(effects)
    if not any(map(is_note_of_rights, effects)):
        return found
    before: dict[str, int] = {}
    waiting: dict[str, tuple[tuple[str, str], ...]] = {}
    of_run: dict[str, tuple[tuple[str, str], ...]] = {}
    of_every: dict[str, tuple[tuple[str, str], ...]] = {}
    for at, effect in enumerate(effects):
        lifeline = effect.lifeline
        who = participants.get(lifeline)
        file = who.file if who is not None else ""
        if effect.act in STARTS:
            before.pop(lifeline, None)
            of_every.setdefault(file, of_run.get(file, ()))
            of_run[file] = of_every[file]
        elif is_note_of_rights(effect):
            if lifeline in before:
                last = before[lifeline]
                found[last] = replace(found[last], rights=(*found[last].rights, *effect.rights))
            elif who is not None and who.role is Role.WORKFLOW:
                of_run[file] = (*of_run.get(file, ()), *effect.rights)
                continue
            waiting[lifeline] = (*waiting.get(lifeline, ()), *effect.rights)
        elif effect.act in STEPPING and effect.act is not EffectKind.TOOL:
            is_job = effect.act is EffectKind.JOB or effect.is_head
            is_next = lifeline in waiting and (not is_job or lifeline not in before)
            given = waiting[lifeline] if is_next else ()
            if given or of_run.get(file):
                found[at] = replace(effect, rights=(*effect.rights, *given, *of_run.get(file, ())))
            if not is_job or lifeline in before:
                waiting.pop(lifeline, None)
            before[lifeline] = at
    return found


# -- what is named without a verb that is known ----------------------------------------------------


def _runs(effects: Sequence[Effect]) -> list[tuple[str, int]]:
    """The run in which each statement stands: its lifeline, and how many of its runs began before."""
    begun: dict[str, int] = {}
    found = []
    for effect in effects:
        if effect.act in STARTS:
            begun[effect.lifeline] = begun.get(effect.lifeline, 0) + 1
        found.append((effect.lifeline, begun.get(effect.lifeline, 0)))
    return found


def _unread_commits(diagram: Diagram, effects: Sequence[Effect]) -> Iterator[Diagnostic]:
    """What a workflow does by itself that may commit or tag, where nothing of its job gives a right, and what
    does not say what it gives, where its run has made no image and commits nothing."""
    runs, jobs = _runs(effects), _jobs(effects)
    given = {job for job, effect in zip(jobs, effects) if ("contents", "write") in effect.rights}
    of_images = {run for run, effect in zip(runs, effects) if _is_of_image(effect)}
    for event, effect, run, job in zip(diagram.events, effects, runs, jobs):
        if not isinstance(event, Message | Note) or effect.act not in ALONE:
            continue
        if marks_of(event).keys() & {"write", "step", "permissions", "push"}:
            continue
        bare = writing.bare_gifts(effect.text.name)
        is_commit = may_commit(effect.text.name)
        if bare and ("contents", "write") not in effect.rights and (is_commit or run not in of_images):
            yield unsaid_right(
                f"`{effect.text.title}` does not say what it gives, and is given no right to the repository",
                event.text_span or event.span,
                "`%% write: contents` above it says that it pushes commits, `%% step` that it needs no right",
                "{count} texts do not say what they push, and are given no right to the repository",
            )
        elif is_commit and not bare and job not in given:
            yield unsaid_right(
                f"`{effect.text.title}` may commit or tag, and is given no right to the repository",
                event.text_span or event.span,
                "`%% write: contents` above it says that what it makes is pushed, `%% step` that it is not",
                "{count} texts may commit or tag, and are given no right to the repository",
            )


def _is_of_image(effect: Effect) -> bool:
    is_to_registry = effect.partner is not None and effect.partner.is_registry
    return is_to_registry or ci_words.speaks_of_image(f"{effect.lifeline} {whole(effect.text)}")


def _elsewhere(diagram: Diagram, effects: Sequence[Effect]) -> Iterator[Diagnostic]:
    """Writes to the repository whose text names another one as the place: `push to acme/homebrew-tap`."""
    for event, effect in zip(diagram.events, effects):
        if effect.act is not EffectKind.WRITE or not isinstance(event, Message):
            continue
        if ("contents", "write") not in effect.rights or effect.ground is Ground.MARK:
            continue
        if marks_of(event).keys() & {"write", "permissions"}:
            continue
        text = labels.plain(event.text)
        if (name := branches.repository_named(text)) and not says_other_token(text):
            yield unsaid_right(
                f"`{name}` may be another repository, which the workflow's own token cannot write",
                event.text_span or event.span,
                cure="`%% write: contents` above it says that it is a branch or a folder of this one, "
                "`%% step` that the job has a token of its own for it",
                reason="{count} messages may write to other repositories, which the own token cannot",
            )


def _jobs(effects: Sequence[Effect]) -> list[tuple[str, int]]:
    """The job in which each statement stands: its lifeline, and how many of its jobs began before."""
    begun: dict[str, int] = {}
    found = []
    for effect in effects:
        if effect.act in STARTS or effect.act is EffectKind.JOB or effect.is_head:
            begun[effect.lifeline] = begun.get(effect.lifeline, 0) + 1
        found.append((effect.lifeline, begun.get(effect.lifeline, 0)))
    return found


def _part_of_texts(diagram: Diagram, effects: Sequence[Effect]) -> Iterator[Diagnostic]:
    """Writes of which one part gives a right, and another names what may need one more, where its job has
    none: `Branch x, create PR`."""
    jobs = _jobs(effects)
    held = {
        (job, scope) for job, one in zip(jobs, effects) for scope, level in one.rights if level == "write"
    }
    for event, effect, job in zip(diagram.events, effects, jobs):
        is_own = effect.act is EffectKind.WRITE or (effect.act in ALONE and effect.partner is None)
        if not is_own or not isinstance(event, Message | Note) or not effect.rights:
            continue
        if effect.ground is Ground.MARK or marks_of(event).keys() & {"write", "step", "permissions"}:
            continue
        said, scope = part_unread(effect.text.name)
        is_comment = scope == "pull-requests" and (job, "issues") in held
        if not said or (job, scope) in held or is_comment:
            continue
        given = ", ".join(one for one, level in effect.rights if level == "write")
        yield unsaid_right(
            f"`{said}` may write to the repository as well, and is given no right to",
            event.text_span or event.span,
            cure=f"`%% write: {given}, {scope}` above it says so, `%% write: {given}` that it does not",
            reason="{count} texts may write more to the repository than they are given a right to",
        )


def _reported_comments(
    diagram: Diagram, effects: Sequence[Effect], participants: Mapping[str, Participant]
) -> Iterator[Diagnostic]:
    """Reports and replies to the repository or to people that speak of a comment or a label as well, in a run
    that has no right to write one: `review comment / check result posted`."""
    held = {
        effect.lifeline
        for effect in effects
        if {("pull-requests", "write"), ("issues", "write")}.intersection(effect.rights)
    }
    called: dict[str, str] = {}
    for event, effect in zip(diagram.events, effects):
        is_of_tool = effect.act is EffectKind.TOOL
        if effect.act in STEPPING and effect.partner is not None and not is_of_tool:
            called[effect.partner.id] = effect.lifeline
        is_reply = is_of_tool or effect.act in (EffectKind.GATE, EffectKind.COSMETIC, EffectKind.STEP)
        if not is_reply or not isinstance(event, Message) or (is_of_tool and not event.arrow.is_dotted):
            continue
        sender, receiver = participants[event.sender], participants[event.receiver]
        text = labels.plain(event.text)
        if not ci_words.names_comment(text) or called.get(sender.id, sender.id) in held or marks_of(event):
            continue
        is_step = effect.act is EffectKind.STEP
        is_to_people = receiver.role is Role.PERSON and (is_step or event.arrow.is_dotted)
        if sender.role not in (Role.WORKFLOW, Role.JOB, Role.EXTERNAL):
            continue
        if sender.role is Role.EXTERNAL and sender.id not in called:
            continue
        if not is_to_people and (is_step or receiver.role is not Role.SOURCE):
            continue
        is_gate = effect.act is EffectKind.GATE
        is_told = not (is_gate or is_of_tool or is_to_people) and may_be_write(text)
        if receiver.is_elsewhere or effect.rights or is_told:
            continue
        read = "gate" if is_gate else "step" if is_step else "reply"
        likely = "issues" if writing.likely_right(text, "") == "issues" else "pull-requests"
        yield unsaid_right(
            f"`{text}` is read as {'the' if is_gate else 'a'} {read}, and may write a comment or a label",
            event.text_span or event.span,
            cure=f"`%% permissions: {likely}: write` above the call that does it gives the right; "
            "`%% comment` above this says that nothing is written"
            if is_of_tool
            else f"draw what is written as a message of its own, or `%% write: {likely}` above it if that "
            f"is all that it does; `%% {read}` that nothing is written",
            reason="{count} reports or replies may write comments or labels, and are given no right to",
        )


def _said_gifts(
    diagram: Diagram, effects: Sequence[Effect], participants: Mapping[str, Participant]
) -> Iterator[Diagnostic]:
    """Replies of tools that say what these have done to the repository or its packages, in a run that has no
    right to it: `image pushed to GHCR`."""
    held = {(one.lifeline, scope) for one in effects for scope, level in one.rights if level == "write"}
    for event, effect in zip(diagram.events, effects):
        if effect.act is not EffectKind.COSMETIC or not isinstance(event, Message) or marks_of(event):
            continue
        sender, receiver = participants[event.sender], participants[event.receiver]
        is_reply = event.arrow.is_dotted and sender.role is Role.EXTERNAL
        if not is_reply or receiver.role not in (Role.WORKFLOW, Role.JOB) or sender.is_registry:
            continue
        text = labels.plain(event.text)
        if not (scope := said_done(text, sender.name)) or (receiver.id, scope) in held:
            continue
        yield unsaid_right(
            f"`{text}` says that `{sender.name}` wrote to the repository or its packages, without a right to",
            event.text_span or event.span,
            cure=f"`%% permissions: {scope}: write` above the call that does it gives the right; "
            "`%% comment` above this says that it needs none, or has a token of its own",
            reason="{count} replies say that tools wrote to the repository, which have no right to",
        )


def _ordered_replies(
    diagram: Diagram, effects: Sequence[Effect], participants: Mapping[str, Participant]
) -> Iterator[Diagnostic]:
    """Replies of a workflow to people that order work of its own, which no step does then."""
    for event, effect in zip(diagram.events, effects):
        if effect.act is not EffectKind.COSMETIC or not isinstance(event, Message) or marks_of(event):
            continue
        sender, receiver = participants[event.sender], participants[event.receiver]
        if sender.role not in (Role.WORKFLOW, Role.JOB) or receiver.role is not Role.PERSON:
            continue
        text = labels.plain(event.text)
        if event.arrow.is_dotted and forms.is_order_of_work(text):
            yield unsaid_right(
                f"`{text}` is drawn as a reply, so no step does it",
                event.text_span or event.span,
                cure="draw it solid, or `%% step` above it, if a step does it; `%% reply` that it only tells",
                reason="{count} messages are drawn as replies, so no step does them",
            )


def _identified_by_name(
    effects: Sequence[Effect], participants: Mapping[str, Participant]
) -> Iterator[Diagnostic]:
    """Workflows and jobs called after how they prove who they are, of which no step is given the right to."""
    proving = {effect.lifeline for effect in effects if ("id-token", "write") in effect.rights}
    for one in participants.values():
        is_own = one.role in (Role.WORKFLOW, Role.JOB) and one.id not in proving
        if is_own and one.span is not None and ci_words.says_oidc(one.name):
            yield unsaid_right(
                f"`{one.name}` may prove to others who it is, and no job of it is given the right to",
                one.span,
                cure="`%% permissions: id-token: write` above the note or step that does gives its job the "
                f"right, `%% ignore: {GUESSED_RIGHT.name}` above this says that none needs it",
                reason="{count} lifelines may prove to others who they are, and are given no right to",
            )


def lapsed_logins(
    diagram: Diagram, effects: Sequence[Effect], comments: Container[int], first_steps: Container[int]
) -> Iterator[Diagnostic]:
    """What is said to whom an earlier job of the run logs in to, or behind a job that does nothing after its
    login, in a job that is given no right to: what a login brings is gone with its job. `comments` are the
    notes that head none, `first_steps` belong to the job of the next note. Reports `guessed-right`."""
    known: set[tuple[str, str]] = set()
    within: set[str] = set()
    held: set[str] = set()
    last: dict[str, Effect] = {}
    useless: set[str] = set()
    for at, (event, effect) in enumerate(zip(diagram.events, effects)):
        own = effect.lifeline
        if effect.act in STARTS:
            known = {one for one in known if one[0] != own}
            useless.discard(own)
        begins = effect.is_head or (effect.act is EffectKind.JOB and at not in comments)
        if effect.act in STARTS or begins:
            within.discard(own)
        if begins and own in last and is_login(last[own]):
            (within if own in held else useless).add(own)
        if effect.act in ACTIVITIES:
            last[own] = effect
            held = held | {own} if at in first_steps else held - {own}
        if ("id-token", "write") in effect.rights and effect.act in _PROVING and at not in first_steps:
            within.add(own)
        to = effect.partner
        if to is None or effect.act not in STEPS or not isinstance(event, Message) or event.sender != own:
            continue
        if is_login(effect):
            known.add((own, to.id))
        elif ((own, to.id) in known or own in useless) and to.role is Role.EXTERNAL and own not in within:
            within.add(own)
            useless.discard(own)
            if marks_of(event).keys().isdisjoint(("permissions", "step")):
                yield _lapsed(event, to)


_PROVING = (*STEPS, EffectKind.JOB, EffectKind.ACTIVITY)


def _lapsed(event: Message, partner: Participant) -> Diagnostic:
    return unsaid_right(
        f"another job logs in before this is said to `{partner.name}`, and this one is given no right to",
        event.text_span or event.span,
        cure="`%% permissions: id-token: write` above it gives the right, draw the login in this job, too; "
        "`%% step` says that it has a key of its own",
        reason="{count} jobs do what another one logs in for, and are given no right to",
    )


def unread_writers(
    diagram: Diagram, effects: Sequence[Effect], participants: Mapping[str, Participant]
) -> Iterator[Diagnostic]:
    """What names a tool or a place that is there to be written to, or a workflow that it starts, and is given
    no right to. Reports `guessed-right`."""
    yield from _unread_commits(diagram, effects)
    yield from _elsewhere(diagram, effects)
    yield from _part_of_texts(diagram, effects)
    yield from _reported_comments(diagram, effects, participants)
    yield from _said_gifts(diagram, effects, participants)
    yield from _ordered_replies(diagram, effects, participants)
    yield from _identified_by_name(effects, participants)
    yield from _other_workflows(diagram, effects, participants)
    if not ci_words.writers_named(diagram.block.text):
        return
    found = [
        (event, effect, likely)
        for event, effect in zip(diagram.events, effects)
        if effect.act in STEPPING and (likely := _named(effect))
    ]
    if not found:
        return
    held: dict[str, set[str]] = {}
    for effect in effects:
        written = (scope for scope, level in effect.rights if level == "write")
        held.setdefault(effect.lifeline, set()).update(written)
    speaking = {
        event.sender
        for event in diagram.events
        if isinstance(event, Message) and participants[event.receiver].role is Role.SOURCE
    }
    for event, effect, scopes in found:
        if not isinstance(event, Message | Note) or effect.ground is Ground.MARK:
            continue
        if marks_of(event).keys() & {"write", "step", "permissions", "push"}:
            continue
        if effect.partner is not None and effect.partner.id in speaking:
            continue  # what a tool is drawn to do says what it needs
        if held[effect.lifeline].issuperset(scopes[:1]):
            continue
        held[effect.lifeline].update(scopes)
        rights = ", ".join(f"{scope}: write" for scope in scopes)
        settling = "step" if isinstance(event, Message) else f"ignore: {GUESSED_RIGHT.name}"
        yield unsaid_right(
            f"`{labels.plain(event.text)}` may write to the repository, and is given no right to",
            event.text_span or event.span,
            cure=f"`%% permissions: {rights}` above it gives the right, `%% {settling}` that it needs none",
            reason="{count} texts may write to the repository, and are given no right to",
        )


def _other_workflows(
    diagram: Diagram, effects: Sequence[Effect], participants: Mapping[str, Participant]
) -> Iterator[Diagnostic]:
    """What a workflow does by itself, and which names the file of another workflow: it may start that one, or
    be a run of it. What comes first and names the only such file may be the workflow's own, unless its label
    has one."""
    found = [
        (event, effect, file)
        for event, effect in zip(diagram.events, effects)
        if isinstance(event, Message | Note) and (file := _other_workflow(effect, participants))
    ]
    first: dict[str, Effect] = {}
    for effect in effects:
        if effect.act in STEPPING:
            first.setdefault(effect.lifeline, effect)
    for event, effect, file in found:
        is_sole = all(other == file for _, one, other in found if one.lifeline == effect.lifeline)
        is_marked = effect.ground is Ground.MARK or marks_of(event).keys() & {"write", "step", "permissions"}
        if is_marked or effect.rights:
            continue
        own = participants[effect.lifeline]
        has_file = own.span is None or own.file in own.span.text
        may_be_own = is_sole and effect is first.get(effect.lifeline) and not has_file
        is_it = f"; `{file}` in the label of `{own.id}` if it is that workflow itself" if may_be_own else ""
        is_call = effect.act is EffectKind.JOB_CALL and effect.partner is not None
        is_step = isinstance(event, Message) and not is_call
        settling = "step" if is_step else f"ignore: {GUESSED_RIGHT.name}"
        calling = (
            f"`%% role: workflow {file}` above `{effect.partner.id}`" if is_call and effect.partner else ""
        )
        started = "another workflow" if file == _UNNAMED else f"`{file}` or be a run of it"
        yield unsaid_right(
            f"`{labels.plain(event.text)}` may start {started}, and is a "
            f"{'step' if is_step else 'job'} of `{participants[effect.lifeline].file}`",
            event.text_span or event.span,
            cure=f"{calling or f'`%% call: {file}` above it'} calls that workflow, `%% permissions: actions: "
            f"write` lets it be dispatched, `%% {settling}` says that nothing starts it; one that starts by "
            f"itself is drawn as `participant NAME as {file}`{is_it}",
            reason="{count} texts name other workflows, and start none of these",
        )


_UNNAMED = "FILE.yml"
"""What stands for the file of a workflow that has but a name."""


def _other_workflow(effect: Effect, participants: Mapping[str, Participant]) -> str:
    """The file of another workflow that a workflow says by itself to start, or to be; empty if none."""
    is_own = effect.act is EffectKind.JOB_CALL or (effect.act in ALONE and effect.partner is None)
    text = whole(effect.text)
    if not is_own or (".y" not in text and effect.act is EffectKind.JOB_CALL):
        return ""
    if ".y" not in text:
        own = participants[effect.lifeline].name if effect.lifeline in participants else ""
        return _UNNAMED if forms.starts_workflow(text, own) else ""
    file = lifeline_names.workflow_file(text)
    who = participants.get(effect.lifeline)
    if not file or who is None or file == who.file or effect.call or lifeline_names.is_command_line(text):
        return ""
    if ci_words.started_by_itself(text)[0] or ci_words.USES.search(text):
        return ""  # which is told by its event
    is_start = ci_words.SAYS_DISPATCH.search(text) or ci_words.STARTS_RUN.match(text)
    return file if is_start or any(map(forms.is_of_file, writing.clauses(text))) else ""


def _named(effect: Effect) -> tuple[str, ...]:
    """The rights of a tool or place that a text names and does not only look at, or whose
    lifeline is told something."""
    partner, name = effect.partner, effect.text.name
    if effect.act is EffectKind.TOOL or (partner is not None and partner.role is not Role.EXTERNAL):
        return ()
    said = whole(effect.text)
    likely = ci_words.writers_named(said if partner is None else f"{partner.name} | {said}")
    if not likely or name.rstrip().endswith("?") or ci_words.LOOKS.search(name):
        return ()
    is_looking = writing.verb(name) is writing.Verb.READING and writing.head(name) not in ci_words.RUNNING
    return () if is_looking or writing.is_local(name) else likely


def rights_between_jobs(diagram: Diagram, effects: Sequence[Effect]) -> Iterator[Diagnostic]:
    """Notes of rights that stand between two jobs of a run, of which either may be meant."""
    if not any(map(is_note_of_rights, effects)):
        return
    before: dict[str, str] = {}
    noted: dict[str, Note] = {}
    for event, effect in zip(diagram.events, effects):
        lifeline = effect.lifeline
        is_activity = effect.act in STEPPING and effect.act is not EffectKind.TOOL
        if effect.act in STARTS:
            before.pop(lifeline, None)
            noted.pop(lifeline, None)
        elif isinstance(event, Note) and is_note_of_rights(effect):
            if lifeline in before and not marks_of(event):
                noted[lifeline] = event
        elif is_activity:
            is_job = effect.act is EffectKind.JOB or effect.is_head
            note = noted.pop(lifeline, None)
            if note is not None and is_job:
                rights = ", ".join(f"{scope}: {level}" for scope, level in forms.rights_alone(note.text))
                yield unsaid_right(
                    f"`{labels.plain(note.text)}` stands between `{before[lifeline]}` and "
                    f"`{effect.text.name}`, and is given to what is before it",
                    note.text_span or note.span,
                    cure=f"`%% permissions: {rights}` above the one that needs it says so, in place of this",
                    reason="{count} notes of rights stand between two jobs, and are given to those before",
                )
            before[lifeline] = effect.text.name if is_job else before.get(lifeline, effect.text.name)
