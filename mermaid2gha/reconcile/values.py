"""Outputs and calls of a job against what is drawn: at least that, more is people's.

Reports `output-missing`, `output-undrawn` and `call-differs`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from mermaid2gha.base.diagnostic import Label, Rule, Severity
from mermaid2gha.base.patterns import late
from mermaid2gha.base.records import replace
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.scripts.comments import drawn_title
from mermaid2gha.compiler.scripts.marks import (
    DrawnMark,
    drawn_members,
    has_mark_place,
    mark_place,
    mark_text,
    set_mark,
)
from mermaid2gha.compiler.scripts.provenance import bare_expression, step_as_written
from mermaid2gha.compiler.scripts.steps import DECIDE_ID, DECIDED, decided, known_script
from mermaid2gha.github.events import WORKFLOW_CALL
from mermaid2gha.github.workflow.emitter import (
    argument_text,
    expression_text,
    flow_scalar,
    inert,
    quoted,
    scalar,
)
from mermaid2gha.github.workflow.model import Job, Output, WorkflowCall
from mermaid2gha.github.workflow.reader import FileJob, WorkflowFile
from mermaid2gha.reconcile.difference import Accepted, difference, labelled, unaccepted
from mermaid2gha.reconcile.edits.keys import Keys, Mend, remove_key, remove_members, set_key
from mermaid2gha.reconcile.reads import read_inputs
from mermaid2gha.yaml.edits import EditBuffer
from mermaid2gha.yaml.tree import Entries, Entry, Scalar

CALL_DIFFERS = Rule("call-differs", Severity.WARNING)
OUTPUT_MISSING = Rule("output-missing", Severity.WARNING)
OUTPUT_UNDRAWN = Rule("output-undrawn", Severity.NOTE)

_FRESH = '"true"'


def _here(job: FileJob, key: str) -> Label:
    entry = job.item(key)
    return Label(entry.key.span if entry is not None else job.span)


def _drawn(job: FileJob, places: Mapping[str, Span]) -> Label | None:
    return labelled(places.get(job.id.casefold()), "drawn here")


# -- outputs ---------------------------------------------------------------------------------------


def outputs(
    buffer: EditBuffer, job: FileJob, wanted: Job, places: Mapping[str, Span], accepts: Accepted
) -> list[Mend]:
    """The drawn outputs that a job lacks, and those that only a compiled step gives and nothing draws."""
    if job.uses:
        return _of_call(job, wanted, places, accepts)
    names = {name.casefold() for name, _ in job.outputs}
    missing = [one for one in wanted.outputs if one.name.casefold() not in names]
    found: list[Mend] = []
    if missing:
        mentions = [
            difference(
                OUTPUT_MISSING,
                ("jobs", job.id, "outputs", one.name),
                f"`{job.id}` is drawn to give `{one.name}`, and has no such output",
                drawn=one.name,
                in_document=_drawn(job, places),
                in_file=_here(job, "outputs"),
                help="let `compile` add it, and set it in the step that decides",
            )
            for one in missing
        ]
        differences, outputs = unaccepted(mentions, missing, accepts)
        found.append(Mend(differences, lambda keys: _add_outputs(keys, job, outputs, wanted)))
    stale = _ungiven(buffer, job, wanted)
    if stale:
        gone = tuple(
            difference(
                OUTPUT_UNDRAWN,
                ("jobs", job.id, "outputs", one.key.value),
                f"`{job.id}` gives `{one.key.value}`, which nothing asks for any more",
                written=one.key.value,
                in_file=Label(one.span),
                help="let `compile` take it away",
            )
            for one in stale
        )
        is_last = not any(mend.edit is not None and mend.differences for mend in found)
        found.append(Mend(gone, lambda keys: _remove_outputs(keys, stale, is_last=is_last)))
    return found


def _of_call(job: FileJob, wanted: Job, places: Mapping[str, Span], accepts: Accepted) -> list[Mend]:
    """That a job which stands as a call is drawn to give outputs: a call gives those of the workflow that it
    calls, so nothing can be written."""
    mentions = [
        difference(
            OUTPUT_MISSING,
            ("jobs", job.id, "outputs", one.name),
            f"`{job.id}` is drawn to give `{one.name}`, and stands as a call, which gives its workflow's",
            drawn=one.name,
            in_document=_drawn(job, places),
            in_file=_here(job, "uses"),
            help=f"give it under `outputs` of `{WORKFLOW_CALL.name}` in `{job.uses}`, and accept this",
        )
        for one in wanted.outputs
    ]
    return [Mend((one,)) for one in unaccepted(mentions, mentions, accepts)[0]]


def _add_outputs(keys: Keys, job: FileJob, missing: Sequence[Output], wanted: Job) -> None:
    node = keys.node.get("outputs")
    place = node if isinstance(node, Entries) and node.entries else keys.node
    has_decided = any(step.id == DECIDE_ID for step in job.steps)
    lines = [f"{scalar(one.name)}: {_output_value(one, place, has_decided=has_decided)}" for one in missing]
    fresh = [one.name for one, line in zip(missing, lines) if line.endswith(f": {_FRESH}")]
    if not isinstance(node, Entries) or not node.entries:
        keys.buffer.unmarked += [keys.node.span.start] if fresh else []
        set_key(
            keys,
            "outputs",
            ["outputs:", *(f"  {line}" for line in lines)],
            f"outputs: {{{', '.join(lines)}}}",
        )
        return
    if not keys.is_open("outputs", "; ".join(lines)):
        return
    order = [one.name for one in wanted.outputs]
    if node.is_flow and fresh:
        _mark_members(keys, "outputs", node, come=fresh)
    for one, line in zip(missing, lines):
        if node.is_flow:
            set_key(replace(keys, node=node), one.name, [line], line)
            continue
        before = [e for e in node.entries if e.key.value in order[: order.index(one.name)]]
        first = node.entries[0].span.start
        at = keys.buffer.line_end(before[-1].span.end) if before else keys.buffer.line_start(first)
        keys.buffer.insert_lines(at, [" " * keys.buffer.column(first) + line])


def _output_value(output: Output, node: Entries, *, has_decided: bool) -> str:
    """What an output is given: what the step that decides sets, or where people's steps have none such, what
    a fresh one sets. That is no form of ours alone, so that it bears a mark."""
    if has_decided or DECIDED.read(output.expression) is None:
        return _expression(output.expression, node)
    return _FRESH if node.is_flow else f"{_FRESH} # {mark_text(DrawnMark())}"


def _expression(text: str, node: Entries) -> str:
    """An expression as a value in a mapping: between braces its own must be quoted."""
    whole = expression_text(text)
    return quoted(whole) if node.is_flow and whole.startswith("$") else whole


def _ungiven(buffer: EditBuffer, job: FileJob, wanted: Job) -> list[Entry]:
    node = job.node.get("outputs") if job.node is not None else None
    if not isinstance(node, Entries):
        return []
    kept, marked = {one.name for one in wanted.outputs}, drawn_members(node)
    ungiven: list[Entry] = []
    for one in node.entries:
        if one.key.value in kept or not isinstance(one.value, Scalar):
            continue
        is_fresh = one.key.value in marked and one.value.value == "true"
        is_decided = not node.is_flow and DECIDED.read(bare_expression(one.value.value)) is not None
        if is_fresh or (is_decided and one.key.value in _given(buffer, job)):
            ungiven.append(one)
    return ungiven


def _given(buffer: EditBuffer, job: FileJob) -> set[str]:
    """The outputs that the steps of a job give which stand as compiled."""
    standing = (step_as_written(buffer, step) for step in job.steps)
    known = (known_script(step) for step in standing if step is not None)
    return {name for script in known if script is not None for name in decided(script)}


def _remove_outputs(keys: Keys, stale: Sequence[Entry], *, is_last: bool) -> None:
    """Take outputs away; with all of them the key, where `is_last` says that no other takes their place."""
    node = keys.node.get("outputs")
    if isinstance(node, Entries) and len(stale) == len(node.entries) and is_last:
        remove_key(keys, "outputs")
    elif not isinstance(node, Entries) or not keys.is_open("outputs", ""):
        return
    elif node.is_flow:
        remove_members(keys.buffer, node, [list(node.entries).index(one) for one in stale])
        _mark_members(keys, "outputs", node, gone={one.key.value for one in stale})
    else:
        for entry in stale:
            remove_key(replace(keys, node=node), entry.key.value)


# -- calls -----------------------------------------------------------------------------------------


def called_file(uses: str) -> str:
    """The workflow that a call names, in lower case: of this repository its file, whichever way its path is
    spelt, of another one the path. The reference is people's, whose robots raise it."""
    path = uses.partition("@")[0].replace("\\", "/").casefold()
    return path if _ELSEWHERE.fullmatch(path) else path.rpartition("/")[2]


_ELSEWHERE = late(r"[\w-]+/[\w.-]+/\.github/workflows/[^/]+")


def call_of_other_kind(job: FileJob, wanted: Job, places: Mapping[str, Span]) -> list[Mend]:
    """That a drawn call stands as steps, or the reverse: told, and never replaced."""
    if (wanted.call is not None) == bool(job.uses):
        return []
    drawn, there = ("a call", "steps") if wanted.call is not None else ("a job with steps", "a call")
    mentions = difference(
        CALL_DIFFERS,
        ("jobs", job.id, "uses"),
        f"`{job.id}` is drawn as {drawn}, and stands as {there}",
        drawn=wanted.call.uses if wanted.call is not None else "",
        written=job.uses,
        in_document=_drawn(job, places),
        in_file=_here(job, "uses"),
        help="draw it as it stands, or rewrite it; `compile` leaves it as it is",
    )
    return [Mend((mentions,))]


def call(job: FileJob, wanted: WorkflowCall, places: Mapping[str, Span], accepts: Accepted) -> list[Mend]:
    """Another file than the drawn one, and drawn inputs that are not given."""
    found: list[Mend] = []
    if called_file(job.uses) != called_file(wanted.uses):
        other = difference(
            CALL_DIFFERS,
            ("jobs", job.id, "uses"),
            f"`{job.id}` calls `{job.uses}`, and `{wanted.uses}` is drawn",
            drawn=wanted.uses,
            written=job.uses,
            is_scalar=True,
            in_document=_drawn(job, places),
            in_file=_here(job, "uses"),
            help="draw the workflow that it calls, or let `compile` write the drawn one",
        )
        line = f"uses: {scalar(wanted.uses)}"
        found.append(Mend((other,), lambda keys: set_key(keys, "uses", [line], line)))
    given = {name.casefold(): value for name, value in job.arguments}
    missing = [(n, v) for n, v in wanted.arguments if not _is_given(given.get(n.casefold()), v)]
    if missing:
        mentions = [
            difference(
                CALL_DIFFERS,
                ("jobs", job.id, "with", name),
                f"`{job.id}` is drawn to give `{name}: {_plain(value)}`",
                drawn=_plain(value),
                written=given.get(name.casefold(), ""),
                is_scalar=True,
                in_document=_drawn(job, places),
                in_file=_here(job, "with"),
                help="change the drawing, or let `compile` write the drawn value",
            )
            for name, value in missing
        ]
        differences, arguments = unaccepted(mentions, missing, accepts)
        is_ours = bool(drawn_title(job.comment))
        found.append(Mend(differences, lambda keys: _give(keys, arguments, is_ours=is_ours)))
    return found


def other_arguments(
    job: FileJob, wanted: Job, called_files: Mapping[str, WorkflowFile]
) -> tuple[list[str], list[str]]:
    """The inputs that are not drawn and that a call of ours gives, or one of people's since they were drawn:
    those that the called workflow reads, and others. Where that is not known, what a call of ours gives stays
    without a word, and what a mark says to be drawn goes."""
    if wanted.call is None or not job.uses:
        return [], []
    is_ours = bool(drawn_title(job.comment))
    node = job.node.get("with") if job.node is not None and not is_ours else None
    marked = drawn_members(node) if isinstance(node, Entries) else ()
    drawn = {name.casefold() for name, _ in wanted.call.arguments}
    more = [name for name, _ in job.arguments if name.casefold() not in drawn and (is_ours or name in marked)]
    called = called_files.get(called_file(job.uses)) if more else None
    read = read_inputs(called, more) if called is not None else frozenset()
    kept = [name for name in more if name.casefold() in read]
    has_reader = called is None and is_ours
    return kept, [name for name in more if not has_reader and name not in kept]


def more_arguments(
    job: FileJob, kept: Sequence[str], spare: Sequence[str], places: Mapping[str, Span], accepts: Accepted
) -> list[Mend]:
    """That a call gives inputs that came with the drawing and are not drawn: those stay that the called
    workflow reads, others go."""
    called = job.uses.rpartition("/")[2]
    reasons = dict.fromkeys(kept, f"; `{called}` reads it, so it stays") | dict.fromkeys(spare, "")
    made = {
        name: difference(
            CALL_DIFFERS,
            ("jobs", job.id, "with", name),
            f"`{job.id}` gives `{name}`, which is not drawn{reason}",
            written=name,
            in_document=_drawn(job, places),
            in_file=_here(job, "with"),
            help="draw it, accept it, or take it away in both files",
        )
        for name, reason in reasons.items()
    }
    found = [Mend((made[name],)) for name in kept]
    gone, names = unaccepted([made[name] for name in spare], spare, accepts)
    return [*found, Mend(gone, lambda keys: _take(keys, names))] if gone else found


def _take(keys: Keys, spare: Sequence[str]) -> None:
    node = keys.node.get("with")
    if not isinstance(node, Entries) or len(node.entries) == len(spare):
        remove_key(keys, "with")
    elif node.is_flow:
        numbers = [at for at, one in enumerate(node.entries) if one.key.value in spare]
        if keys.is_open("with", ""):
            remove_members(keys.buffer, node, numbers)
            _mark_members(keys, "with", node, gone=spare)
    else:
        for name in spare:
            remove_key(replace(keys, node=node), name)


def _is_given(given: str | None, wanted: str | bool | int) -> bool:
    return given is not None and given == _plain(wanted)


def _give(keys: Keys, missing: Sequence[tuple[str, str | bool | int]], *, is_ours: bool) -> None:
    """Give a call its drawn inputs; one that comes to people's call bears a mark, by which it goes again."""
    node = keys.node.get("with")
    there = node if isinstance(node, Entries) and node.entries else None
    is_flow = (there or keys.node).is_flow
    fresh = [name for name, _ in missing if not is_ours and (there is None or there.get(name) is None)]
    mark = f" # {mark_text(DrawnMark())}"
    lines = [f"{scalar(name)}: {_argument(value, is_flow)}" for name, value in missing]
    if not is_flow:
        lines = [line + mark * (name in fresh) for (name, _), line in zip(missing, lines)]
    if there is None:
        keys.buffer.unmarked += [keys.node.span.start] if is_flow and fresh else []
        set_key(keys, "with", ["with:", *(f"  {line}" for line in lines)], f"with: {{{', '.join(lines)}}}")
        return
    for (name, _), line in zip(missing, lines):
        set_key(replace(keys, node=there), name, [line], line)
    if is_flow and fresh:
        _mark_members(keys, "with", there, come=fresh)


def _mark_members(
    keys: Keys, key: str, node: Entries, *, come: Sequence[str] = (), gone: Collection[str] = ()
) -> None:
    """Set the mark behind a mapping between braces anew, for members that come and go."""
    entry, old = keys.node.entry(key), drawn_members(node)
    if entry is None or not (come or old) or not has_mark_place(keys.buffer, entry):
        return
    members = dict.fromkeys((*old, *come))
    set_mark(keys.buffer, mark_place(entry), [one for one in members if one not in gone])


def _argument(value: str | bool | int, is_flow: bool) -> str:
    return flow_scalar(inert(value)) if is_flow and isinstance(value, str) else argument_text(value)


def _plain(value: str | bool | int) -> str:
    return inert(value) if isinstance(value, str) else str(value).lower()
