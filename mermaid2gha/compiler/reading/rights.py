"""The rights that a statement needs: by who receives, and by the verb at its head.

See docs/language.md#tokens-and-permissions.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from mermaid2gha.base.diagnostic import Diagnostic, Rule, Severity, diagnostic
from mermaid2gha.base.edit import Fix
from mermaid2gha.base.records import replace
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.ir.flow_graph import Participant, Role
from mermaid2gha.compiler.marks.mark_values import SCOPES
from mermaid2gha.compiler.marks.marks import marks_of
from mermaid2gha.compiler.marks.settled import settled
from mermaid2gha.compiler.reading.effects import STARTS, Effect, EffectKind, Ground, is_said_to_job, statement
from mermaid2gha.compiler.reading.texts import how_to_write, is_order, may_be_moved, written_marks
from mermaid2gha.compiler.vocabulary import (
    approvals,
    ci_words,
    forms,
    labels,
    origins,
    outcomes,
    outcomes_beyond,
    writing,
)
from mermaid2gha.compiler.vocabulary import lifelines as lifeline_names
from mermaid2gha.compiler.vocabulary.events import EventText
from mermaid2gha.compiler.vocabulary.made_events import commits, likely_written, reads_alone, status_of
from mermaid2gha.github.actions import calls_github, commanded
from mermaid2gha.github.events import EVENTS, REPOSITORY_DISPATCH, WORKFLOW_DISPATCH
from mermaid2gha.github.names import PAGES_ENVIRONMENT
from mermaid2gha.mermaid.ast import Diagram, FragmentEnd, FragmentStart, Message, Note, OperandStart

GUESSED_RIGHT = Rule("guessed-right", Severity.WARNING, is_guess=True)
OTHER_REPOSITORY = Rule("other-repository", Severity.NOTE)


def with_rights(effect: Effect, events: Sequence[EventText] = (), *, is_about_issues: bool = False) -> Effect:
    """An effect with the rights that it needs; what writes Pages runs in their environment.

    `events` start the run: where they are only of issues, what is commented on and labelled is one.
    """
    found = needed(effect, is_about_issues=is_about_issues or _subject(events) == "issues")
    is_pages = ("pages", "write") in (*found, *effect.rights) and not effect.environment
    environment = PAGES_ENVIRONMENT if is_pages else effect.environment
    return replace(effect, rights=(*found, *effect.rights), environment=environment)


def _subject(events: Sequence[EventText]) -> str:
    """The right to what all events of a run are about, issues or discussions; empty for others."""
    things = {next(iter(one.kind.brings), "") for one in events}
    right = f"{things.pop()}s" if len(things) == 1 else ""
    return right if right in _ABOUT else ""


_ABOUT = ("issues", "discussions")


def needed(effect: Effect, *, is_about_issues: bool = False) -> tuple[tuple[str, str], ...]:
    """The rights of an effect, as scopes and levels, beyond reading the repository."""
    partner, text = effect.partner, effect.text
    found: dict[tuple[str, str], None] = {}
    kind = effect.own if effect.act is EffectKind.TOOL else effect.act
    if partner is not None and partner.takes_own_token:
        if kind is EffectKind.PUSH:
            found[("packages", "write")] = None
        elif kind is EffectKind.PULL or _reads_registry(effect):
            found[("packages", "read")] = None
    if kind is EffectKind.WRITE and effect.ground is not Ground.MARK:
        if partner is None or not partner.is_elsewhere:
            to = partner.name if partner is not None else ""
            scopes = writing.written(text.name, to, is_about_issues=is_about_issues)
            found |= dict.fromkeys((scope, "write") for scope in scopes)
    elif (effect.act in ALONE and partner is None) or is_said_to_job(effect) or _is_of_tool(effect):
        for line in (one for one in (text.name, *text.details) if not ci_words.names_service(one)):
            scopes = writing.written_by_itself(line, is_about_issues=is_about_issues)
            found |= dict.fromkeys((scope, "write") for scope in scopes)
        event, what = ci_words.started_by_itself(text.name)
        if event == WORKFLOW_DISPATCH.name and lifeline_names.workflow_file(what):
            found[(WORKFLOW_DISPATCH.dispatch_scope, "write")] = None
    elif effect.act is EffectKind.STEP and _runs_file(effect):
        found[(WORKFLOW_DISPATCH.dispatch_scope, "write")] = None
    elif effect.act is EffectKind.DISPATCH:
        named = (one for one in EVENTS.values() if one.is_dispatch and one.name in text.name)
        found[(next(named, WORKFLOW_DISPATCH).dispatch_scope, "write")] = None
    is_step = effect.act in STEPPING
    if is_step:
        said = " ".join((text.name, *(f"({one})" for one in (*text.remarks, *text.tags, *text.details))))
        found |= dict.fromkeys(one for one in forms.named_rights(said) if one[0] in SCOPES)
        for scope in _of_identity(effect):
            found[(scope, "write")] = None
    return tuple(found)


def _runs_file(effect: Effect) -> bool:
    """Whether a workflow tells its repository to run a workflow by its file: `Run deploy.yml`."""
    to, text = effect.partner, effect.text.name
    is_here = to is not None and to.role is Role.SOURCE and not to.is_elsewhere
    return is_here and bool(lifeline_names.workflow_file(text)) and forms.orders_run(text)


def _reads_registry(effect: Effect) -> bool:
    """Whether a step, or the tool that it calls, takes something from a registry or asks it for something."""
    name = effect.text.name
    is_asked = effect.act in (EffectKind.STEP, EffectKind.TOOL) and lifeline_names.is_asking_registry(name)
    is_taken = effect.act is EffectKind.TOOL and labels.is_taking(name)
    return is_taken or (is_asked and not ci_words.is_login(name))


def _is_of_tool(effect: Effect) -> bool:
    """Whether a tool that a step calls says what it did for it, or a job does as it replies.

    The commands of a machine of people's are no step's own.
    """
    if effect.act is EffectKind.TOOL:
        is_own = effect.own is EffectKind.ACTIVITY or not commanded(effect.text.name)
        return effect.partner is None and is_own
    is_of_job = effect.act is EffectKind.JOB_REPLY and effect.own is EffectKind.ACTIVITY
    return is_of_job or (effect.act is EffectKind.STEP and effect.is_of_tool)


def unsaid_right(message: str, place: Span | None, cure: str, reason: str) -> Diagnostic:
    """A finding of the rule `guessed-right`, for those who find it elsewhere."""
    return diagnostic(GUESSED_RIGHT, message, place, help=cure, reason=reason)


def rights_alone(text: str) -> tuple[tuple[str, str], ...]:
    """The rights of a note that says nothing else, as GitHub writes them: `permissions: id-token: write`."""
    found = forms.rights_alone(text)
    return found if all(scope in SCOPES for scope, _ in found) else ()


def is_note_of_rights(effect: Effect) -> bool:
    return effect.act is EffectKind.COMMENTARY and bool(effect.rights)


def _unsaid_object(event: Message | Note, effect: Effect) -> Iterator[Diagnostic]:
    """What a workflow does by itself and may need a right for: an event or a thing of the repository that it
    may make."""
    if marks_of(event).keys() & {"write", "step", "permissions", "push"}:
        return
    name = effect.text.name
    kind = EVENTS.get(ci_words.started_by_itself(name)[0])
    if kind is not None and kind.is_dispatch and (kind.dispatch_scope, "write") not in effect.rights:
        yield unsaid_right(
            f"`{effect.text.title}` may make an event of the repository, and is given no right to",
            event.text_span or event.span,
            cure=f"`%% write: {kind.dispatch_scope}` above it says so, `%% step` that it needs no right, or "
            "one of a token of another repository",
            reason="{count} texts may make events of the repository, and are given no right to",
        )
    is_command = lifeline_names.is_command_line(name) or bool(ci_words.writers_named(name))
    is_unknown = writing.verb(name) is writing.Verb.UNKNOWN and ci_words.may_be_made(name)
    if not (effect.rights or is_command or effect.environment) and (is_unknown or likely_written(name)):
        likely = likely_written(name) or writing.likely_right(name, "")
        heads = isinstance(event, Note) and effect.act is EffectKind.JOB
        yield unsaid_right(
            f"`{effect.text.title}` may write to the repository, and is given no right to",
            event.text_span or event.span,
            cure=how_to_write(likely, heads=heads),
            reason="{count} texts may write to the repository, and are given no right to",
        )


def with_written_reports(diagram: Diagram, effects: Sequence[Effect]) -> list[Effect]:
    """The effects, with earlier reports of a run as writes where they write a thing of the repository: the
    last is the run's own, and one of those before would be lost. In a fragment each may be the last."""
    found = list(effects)
    last: dict[str, int] = {}
    depth = 0
    for at, (event, effect) in enumerate(zip(diagram.events, effects)):
        depth += isinstance(event, FragmentStart) - isinstance(event, FragmentEnd)
        if effect.act in STARTS:
            last.pop(effect.lifeline, None)
        if effect.act is not EffectKind.GATE or effect.ground is Ground.MARK:
            continue
        before = last.pop(effect.lifeline, None)
        if before is not None:
            written = with_rights(replace(found[before], act=EffectKind.WRITE, ground=Ground.NAME))
            is_written = writing.verb(written.text.name) is writing.Verb.WRITING and bool(written.rights)
            found[before] = written if is_written else found[before]
        if isinstance(event, Message) and not event.arrow.is_dotted and not depth:
            last[effect.lifeline] = at
    return found


def _of_identity(effect: Effect) -> Iterator[str]:
    """The rights of a step that proves who it is: to a cloud, to those who sign, or in an attestation."""
    text = effect.text
    yield from writing.signed(text.name)
    for said in (*text.tags, *text.remarks, *text.details):
        yield from writing.signed(said)
    if effect.partner is not None and ci_words.says_oidc(effect.partner.name):
        yield "id-token"


ALONE = frozenset((EffectKind.ACTIVITY, EffectKind.JOB))
"""What a workflow or job does by itself."""


STEPPING = frozenset(
    (
        EffectKind.STEP,
        EffectKind.PUSH,
        EffectKind.PULL,
        EffectKind.WRITE,
        EffectKind.ACTIVITY,
        EffectKind.JOB,
        EffectKind.DISPATCH,
        EffectKind.TOOL,
    )
)


def notes_of_rights(
    diagram: Diagram, effects: Sequence[Effect], participants: Mapping[str, Participant]
) -> Iterator[Diagnostic]:
    """What messages may do, and are not read to. Reports `guessed-right` and `other-repository`."""
    given = {
        (effect.partner.id, effect.lifeline)
        for effect in effects
        if effect.act is EffectKind.PUSH and effect.partner is not None
    }
    pushing = {effect.lifeline for effect in effects if "contents" in commanded(effect.text.name)}
    called: dict[str, str] = {}
    starting: dict[str, str] = {}
    subjects: dict[str, str] = {}
    spoken: set[tuple[str, str]] = set()
    identified: set[str] = set()
    yield from _unsaid_repository(diagram, effects, participants)
    for event, effect in zip(diagram.events, effects):
        identified = _identified(event, effect, identified)
        is_known = effect.lifeline in identified or (effect.act is EffectKind.TOOL and bool(identified))
        if isinstance(event, (Message, Note)) and effect.act in STEPPING and not is_known:
            yield from _unread_identity(event, effect)
        is_own = effect.act in ALONE or is_said_to_job(effect)
        if isinstance(event, (Message, Note)) and is_own and ("contents", "write") not in effect.rights:
            yield from _unsaid_object(event, effect)
        if not isinstance(event, Message):
            continue
        is_answer = event.arrow.is_dotted and (event.receiver, event.sender) in spoken
        spoken.add((event.sender, event.receiver))
        if is_answer and effect.act is EffectKind.PUSH and effect.ground is not Ground.MARK:
            yield _answered(event)
        elif not (_is_commit_alone(effect.text.name) and effect.lifeline in pushing):
            yield from _of_message(event, effect, subjects.get(effect.lifeline, ""))
        yield from _unread_pull(event, effect, given)
        yield from _unread_reply(event, effect, participants)
        if not is_answer:
            yield from _unread_tool(event, effect, called)
        if effect.act in STARTS:
            subjects[effect.lifeline] = _subject(effect.events)
            if effect.partner is not None:
                starting[effect.lifeline] = effect.partner.id
        is_step = effect.act in STEPPING and effect.act is not EffectKind.TOOL
        if is_step and effect.lifeline == event.sender and starting.get(event.sender) != event.receiver:
            called[event.receiver] = event.sender
        elif event.arrow.is_dotted and called.get(event.sender) == event.receiver:
            del called[event.sender]


def _is_commit_alone(name: str) -> bool:
    """Whether a text is the command that commits, and does not push as well."""
    return name.startswith("git commit") and "contents" not in commanded(name)


def _unsaid_repository(
    diagram: Diagram, effects: Sequence[Effect], participants: Mapping[str, Participant]
) -> Iterator[Diagnostic]:
    """The first write to a repository of some kind of which nothing starts a run, where no repository starts
    one: it may be another one than the workflow's own."""
    starting = {e.partner.id for e in effects if e.act in STARTS and e.partner is not None}
    if any(participants[one].role is Role.SOURCE for one in starting):
        return
    told: set[str] = set()
    for event, effect in zip(diagram.events, effects):
        partner = effect.partner
        is_write = effect.act is EffectKind.WRITE and isinstance(event, Message) and bool(effect.rights)
        if not is_write or partner is None or partner.is_elsewhere:
            continue
        assert isinstance(event, Message)
        is_open = effect.ground is not Ground.MARK and not marks_of(event).keys() & {"write", "permissions"}
        if partner.id in told or not is_open or not lifeline_names.says_particular(partner.name):
            continue
        told.add(partner.id)
        scopes = ", ".join(scope for scope, level in effect.rights if level == "write")
        yield diagnostic(
            GUESSED_RIGHT,
            f"`{partner.name}` is taken for the workflow's own repository, and this may write to it",
            event.text_span or event.span,
            help=f"`%% write: {scopes}` above it says so; `%% role: {partner.id} = external` above its first "
            "use that it is another one, for which the job needs a token of its own",
            fixes=settled(event.span, f"write: {scopes}"),
        )


def _unread_pull(event: Message, effect: Effect, given: Collection[tuple[str, str]]) -> Iterator[Diagnostic]:
    """A message of a registry, or with what another workflow has given something, which may be a pull."""
    partner = effect.partner
    if effect.act is not EffectKind.STEP or effect.ground is Ground.MARK or partner is None:
        return
    is_of_others = any(to == partner.id and lifeline != effect.lifeline for to, lifeline in given)
    is_from = event.sender == partner.id
    if not (is_from and partner.is_registry) and not is_of_others:
        return
    if writing.is_known(effect.text.name) or effect.text.name.rstrip().endswith("?"):
        return
    yield unsaid_right(
        f"`{statement(event)}` is taken for a step, which waits for no push to `{partner.name}`",
        event.text_span or event.span,
        cure="`%% pull: ARTIFACT` above it says that it takes something, `%% push: ARTIFACT` that it gives "
        "something, `%% step` neither",
        reason="{count} messages are taken for steps, which wait for no push",
    )


def _unread_tool(event: Message, effect: Effect, called: Collection[str]) -> Iterator[Diagnostic]:
    """What a tool of a step does with the repository or its registry, and is given no right to."""
    partner = effect.partner
    if effect.act is not EffectKind.TOOL or partner is None or event.sender not in called:
        return
    if partner.is_elsewhere or "comment" in marks_of(event):
        return
    name = effect.text.name
    if partner.takes_own_token:
        if not (event.arrow.is_dotted or effect.rights or writing.is_known(name)):
            yield unsaid_right(
                f"`{statement(event)}` may give something to `{partner.name}`, and is given no right to",
                event.text_span or event.span,
                cure="`%% write: packages` above it says that it does, `%% comment` that no step does",
                reason="{count} messages may give something to registries, and are given no right to",
            )
        return
    if partner.role is not Role.SOURCE:
        return
    if event.arrow.is_dotted:  # no step of the caller, whatever it says
        if writing.verb(name) is not writing.Verb.WRITING or not is_order(name):
            return
    elif effect.rights or writing.verb(name) is writing.Verb.READING or writing.is_local(name):
        return
    yield _no_right(event, partner, ", or `%% comment` if no step does it", is_of_tool=True)


def _dashed(event: Message, effect: Effect, partner: Participant) -> Diagnostic:
    """That a write is drawn as a reply; the cure writes down the right that it has, or that it has none."""
    scopes = ", ".join(scope for scope, level in effect.rights if level == "write")
    likely = scopes or writing.likely_right(labels.plain(event.text), partner.name)
    taken = "that write" if scopes else "without a right"
    return diagnostic(
        GUESSED_RIGHT,
        f"`{statement(event)}` is drawn as a reply, and is taken for a step "
        f"{'that writes' if scopes else taken}",
        event.text_span or event.span,
        help=f"draw it solid if it is one, or say above it {written_marks(likely)}; "
        "`%% reply` that it is none",
        fixes=settled(event.span, f"write: {scopes}") if scopes else _with_right(event, partner, likely),
        reason=f"{{count}} messages are drawn as replies, and are taken for steps {taken}",
    )


def _answered(event: Message) -> Diagnostic:
    """That something is given as the answer to who asked for it."""
    return unsaid_right(
        f"`{statement(event)}` is drawn as a reply, and is taken for a step that gives something",
        event.text_span or event.span,
        cure="draw it solid, or `%% push: ARTIFACT` above it, if it does; `%% reply` that it is none",
        reason="{count} messages are drawn as replies, and are taken for steps that give something",
    )


def _unread_reply(
    event: Message, effect: Effect, participants: Mapping[str, Participant]
) -> Iterator[Diagnostic]:
    """A dashed message to the repository that names what is made there, and not that it is."""
    sender, receiver = participants[event.sender], participants[event.receiver]
    name = labels.plain(event.text)
    is_inner = sender.role in (Role.WORKFLOW, Role.JOB) and receiver.role is Role.SOURCE
    if not (is_inner and event.arrow.is_dotted and effect.act is EffectKind.COSMETIC):
        return
    if effect.ground is Ground.MARK or receiver.is_elsewhere or not may_be_write(name):
        return
    likely = writing.likely_right(name, receiver.name)
    yield unsaid_right(
        f"`{statement(event)}` is read as a reply, and may write to the repository",
        event.text_span or event.span,
        cure=f"{written_marks(likely)} above it says that it does, `%% reply` that it writes nothing",
        reason="{count} messages are read as replies, and may write to the repository",
    )


def may_be_write(name: str) -> bool:
    """Whether a reply names what is made in the repository, or gives something in another language."""
    if outcomes.says_either(name):
        return False
    if writing.names_written(name) or (ci_words.is_giving(name) and len(labels.words(name)) > 1):
        return True
    is_unknown = writing.verb(name) is writing.Verb.UNKNOWN and not labels.is_question_mark(name)
    return is_unknown and ci_words.names_thing_beyond(name)


def _identified(event: object, effect: Effect, before: set[str]) -> set[str]:
    """The lifelines whose job at this place is known to prove who it is, so that a further text which says so
    lacks nothing; where a fragment begins or ends, or another job, it may be another."""
    if isinstance(event, (FragmentStart, OperandStart, FragmentEnd)):
        return set()
    known = before
    if effect.act in STARTS or effect.act in (EffectKind.JOB, EffectKind.APPROVAL) or effect.is_head:
        known = known - {effect.lifeline}
    if effect.act is EffectKind.JOB_CALL and effect.partner is not None:
        known = known - {effect.partner.id}
    proves = ("id-token", "write") in effect.rights and effect.act is not EffectKind.TOOL
    return known | {effect.lifeline} if proves else known


def _unread_identity(event: Message | Note, effect: Effect) -> Iterator[Diagnostic]:
    """Words within a sentence that speak of signing, attesting or a role that is assumed."""
    likely = writing.likely_signed(event.text)
    is_held = "id-token" in (scope for scope, _ in effect.rights)
    if not likely or is_held or marks_of(event).keys() & {"write", "step", "permissions"}:
        return
    is_deed = isinstance(event, Message) or writing.verb(event.text) is not writing.Verb.UNKNOWN  # no title
    rights = ", ".join(f"{scope}: write" for scope in likely)
    cure = settled(event.span, f"permissions: {rights}") if ci_words.is_signed_without_key(event.text) else ()
    yield diagnostic(
        GUESSED_RIGHT,
        f"`{labels.plain(event.text)}` may prove to others who it is, and is given no right to",
        event.text_span or event.span,
        help=f"`%% permissions: {rights}` above it gives the right, `%% ignore: {GUESSED_RIGHT.name}` says "
        "that it has a key of its own",
        fixes=tuple(replace(fix, is_safe=False) for fix in cure if is_deed),
        reason="{count} texts may prove to others who it is, and are given no right to",
    )


def _no_right(
    event: Message, to: Participant, more: str, of_run: str = "", *, is_of_tool: bool = False
) -> Diagnostic:
    likely = writing.likely_right(labels.plain(event.text), to.name, of_run=of_run)
    is_of_code = to.may_be_github and lifeline_names.names_repository(to.name)
    likely = "contents" if likely == "packages" and is_of_code else likely
    more = f"{more} or it is another repository, which needs a token of its own" if is_of_code else more
    return diagnostic(
        GUESSED_RIGHT,
        f"`{statement(event)}` may write to the repository, and is given no right to",
        event.text_span or event.span,
        help="its own token cannot write that: `%% step` above it says that the job has another one"
        if (is_beyond := ci_words.is_administered(event.text))
        else f"say which above it, {written_marks(likely)}{' for one' if likely else ''}{more}",
        fixes=() if event.arrow.is_dotted or is_of_tool or is_beyond else _with_right(event, to, likely),
        reason="{count} messages may write to the repository, and are given no right to",
    )


def _with_right(event: Message, to: Participant, likely: str) -> tuple[Fix, ...]:
    """The cure that gives a right, where the thing that is written is named; without it the step may fail,
    and be none: only people know."""
    text = labels.plain(event.text)
    is_asking = text.rstrip().endswith("?") or labels.is_taking(text) or approvals.says_approval(text)
    is_asking = is_asking or ci_words.LOOKS.search(text) is not None
    is_thing = to.role is Role.SOURCE and (bool(writing.thing_named(text)) or writing.is_thing(to.name))
    is_named = not is_asking and (is_thing or ci_words.gives_to_security(text, to.name))
    fixes = settled(event.span, f"write: {likely}") if is_named and likely else ()
    return tuple(replace(fix, is_safe=False) for fix in fixes)


def _of_message(event: Message, effect: Effect, of_run: str) -> Iterator[Diagnostic]:
    """That a message may write and is given no right to; `of_run` is the right to what its run is about."""
    partner = effect.partner
    if partner is None or effect.ground is Ground.MARK:
        return
    if marks_of(event).keys() & {"write", "step", "permissions", "push"}:
        return
    span = event.text_span or event.span
    thing = of_run or status_of(effect.text.name) if effect.act is EffectKind.GATE else ""
    if thing and not event.arrow.is_dotted:
        yield _reported(event, thing)
    elif effect.act in (EffectKind.WRITE, EffectKind.STEP) and partner.role is Role.SOURCE:
        if event.sender != effect.lifeline:
            return
        if partner.is_elsewhere:
            if effect.act is EffectKind.WRITE or _may_write(effect.text.name):
                yield _elsewhere(partner, span)
            return
        if effect.act is EffectKind.WRITE and event.arrow.is_dotted:
            yield _dashed(event, effect, partner)
            return
        is_quiet = effect.act is EffectKind.STEP or writing.is_local(effect.text.name)
        if effect.rights or (is_quiet and not _may_write(effect.text.name)):
            return
        more = ", or `%% step` if it writes nothing, `%% gate` if it reports how the run ended"
        yield _no_right(event, partner, more, of_run)
    elif REPOSITORY_DISPATCH.name in effect.text.name and effect.act is EffectKind.STEP:
        yield _elsewhere(partner, span)
    elif _may_write_outside(event, effect, partner):
        yield _no_right(event, partner, ", or `%% step` if it writes nothing there", of_run)
    elif effect.act is EffectKind.PUSH and partner.is_registry and not may_be_moved(effect.text.name):
        is_given = ci_words.is_giving(effect.text.name)
        if is_given or (not partner.takes_own_token and ci_words.gives_in_any_language(effect.text.name)):
            return
        if writing.likely_signed(event.text):
            return  # it is asked for the right to prove who it is
        yield diagnostic(
            GUESSED_RIGHT,
            f"`{statement(event)}` is taken for a push, for `{partner.name}` is a registry",
            span,
            help="`%% push` above it says so, `%% pull: ARTIFACT` or `%% step` that it is none"
            + _written_instead(effect.text.name),
            fixes=_push_cure(event, effect.text.name),
            reason="{count} messages are taken for pushes, for they go to registries",
        )


def _written_instead(name: str) -> str:
    """What is offered beside a push where a text names what is written in the repository."""
    scopes = ", ".join(writing.written(name))
    return f", `%% write: {scopes}` that it writes to the repository" if scopes else ""


def _push_cure(event: Message, name: str) -> tuple[Fix, ...]:
    """The mark that says of a message that it is a push, where a word of it gives something."""
    return settled(event.span, "push") if ci_words.gives_in_any_language(name) else ()


def _reported(event: Message, of_run: str) -> Diagnostic:
    """That a run about an issue, which has no commit to show it at, reports how it ended, or a deployment."""
    return diagnostic(
        GUESSED_RIGHT,
        f"`{statement(event)}` is read as the run's report, which none of {of_run} shows",
        event.text_span or event.span,
        help=f"`%% write: {of_run}` above it says that it is written there, `%% gate` that it is a report",
        fixes=settled(event.span, f"write: {of_run}"),
        reason=f"{{count}} messages are read as reports of runs, which none of {of_run} shows",
    )


def _elsewhere(partner: Participant, span: Span | None) -> Diagnostic:
    return diagnostic(
        OTHER_REPOSITORY,
        f"`{partner.name}` is another repository, which the workflow's own token cannot write",
        span,
        help="give the job a token of its own for it",
    )


def _may_write_outside(event: Message, effect: Effect, partner: Participant) -> bool:
    """Whether what is said to something outside, or by a tool to its caller, may write to the repository."""
    if effect.act not in (EffectKind.STEP, EffectKind.PUSH) or partner.role is not Role.EXTERNAL:
        return False
    name = effect.text.name
    if any(level == "write" for _, level in effect.rights):
        return False
    if event.sender == partner.id:
        return effect.is_of_tool and writing.names_request(name)
    says_other = ci_words.says_other_token(labels.plain(event.text)) or writing.head(name) == "draft"
    if says_other:
        return False  # `draft PR` is a thing as well
    if commits(name) and not (event.arrow.is_dotted or partner.is_store or partner.is_registry):
        return True
    is_write = writing.verb(name) is writing.Verb.WRITING
    if ci_words.gives_to_security(name, partner.name) and not (event.arrow.is_dotted or is_write):
        return effect.ground is not Ground.MARK
    is_release = origins.is_of_release(name, partner.name)
    may_be_here = partner.may_be_github or is_release
    if may_be_here and not event.arrow.is_dotted and not is_write:
        is_look = ci_words.LOOKS.search(name) is not None or lifeline_names.is_command_line(name)
        return effect.ground is not Ground.MARK and not is_look and _may_write(name)
    is_called_here = calls_github(name) and not partner.is_registry
    is_of_owner = re.fullmatch(r"[\w-]+/[\w.-]+", partner.name) is not None
    is_checked_out = "origin" in labels.words(name)
    is_pushed_here = "contents" in commanded(name) and (is_checked_out or is_of_owner)
    is_here = may_be_here or is_pushed_here or is_called_here
    return is_write and (is_here or "pull-requests" in writing.written_to_anyone(name))


def _may_write(name: str) -> bool:
    """Whether a solid message to the repository could be a write, by a head that nobody knows."""
    name = ci_words.consequence(name) or name  # `tests failed → issue öffnen`
    if writing.tells_in(name):
        return True
    verb = writing.verb(name)
    ends_in_write = writing.verb(next(iter(labels.words(name)[-1:]), "")) is writing.Verb.WRITING
    is_local = writing.is_local(name) and not ends_in_write  # `helm values commit` does more than helm
    if reads_alone(name) or is_local or writing.takes_code(name) or labels.queries(name):
        return False
    said = labels.without_asides(name) or name
    if outcomes.is_outcome_alone(said) or outcomes_beyond.outcome(said) is not None:
        return False  # it tells how the run ended
    return verb is not writing.Verb.WRITING and not name.rstrip().endswith("?")
