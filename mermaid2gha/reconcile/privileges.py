"""Steps of people's that a drawing starts by events of strangers, or gives more rights than they had.

A drawing is a few lines of Markdown, and so is an edit that lets the steps of a job run on the code of a
stranger with the rights of the repository. Who reviews the lines must be told. Reports `privileged-steps`:
docs/security.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic
from mermaid2gha.base.records import dataclass
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.scripts.comments import DANGEROUS
from mermaid2gha.compiler.scripts.provenance import step_as_written
from mermaid2gha.compiler.scripts.steps import is_gate_step
from mermaid2gha.github.events import PULL_REQUEST, kind_of
from mermaid2gha.github.expressions.ast import Comparison, Literal, Logical, Node, Not
from mermaid2gha.github.expressions.checker import has_status_function, unwrapped
from mermaid2gha.github.expressions.parser import parse
from mermaid2gha.github.logic.domains import subject_of
from mermaid2gha.github.workflow.reader import FileJob, FileStep, WorkflowFile, comment_after
from mermaid2gha.settings.places import Place
from mermaid2gha.yaml.edits import EditBuffer
from mermaid2gha.yaml.tree import Scalar, all_nodes

PRIVILEGED_STEPS = Rule("privileged-steps", Severity.ERROR)

_RANKS = {"": 0, "none": 0, "read": 1, "write": 2}
_CHECK_OUT = re.compile(r"(?:^|/)checkout(?:@|$)", re.IGNORECASE)
_FETCH = re.compile(r"\b(?:git|gh)\b[^\n]{0,120}?\b(?:clone|fetch|pull|checkout|worktree)\b")
_SILENCE = re.compile(
    r"[ \t]*#[ \t]*" + re.escape(DANGEROUS.write()) + r"|[ \t]+" + re.escape(DANGEROUS.write())
)


@dataclass(frozen=True, slots=True)
class Privilege:
    """What steps of people's in a job come by: an event of strangers, or more than they had before an edit.

    `place` is what the settings accept it by; empty for what an edit gives, which is told while it is to be
    made.
    """

    job: str
    place: Place
    finding: Diagnostic


def by_events(file: WorkflowFile, events: Mapping[str, Span | None]) -> Iterator[Privilege]:
    """The jobs with steps of people's that may run by one of these events, each with the place of the drawing
    that names it. A mere comment of a stranger counts for jobs that check code out."""
    if not events:
        return
    buffer = EditBuffer(file.file, file.newline, frozenset())
    for job in file.jobs:
        own = peoples_steps(job, buffer)
        if not own and not _is_peoples_call(job):
            continue
        for event, drawn in events.items():
            kind = kind_of(event)
            brings_code = kind.is_about_pull_request or kind.follows_runs
            if not brings_code and not any(map(_checks_out, own)):
                continue
            if not may_run(file, job, event):
                continue
            place = own[0].span if own else job.span
            finding = diagnostic(
                PRIVILEGED_STEPS,
                f"steps of yours in `{job.id}` run by `{event}`, which strangers cause, with the rights and "
                "secrets of the repository",
                Label(Span(place.file, place.start, min(place.end, place.start + 60)), "steps of yours"),
                Label(drawn, "drawn here") if drawn is not None else None,
                help=f"see that `{job.id}` runs no code of strangers, then accept it in mermaid2gha.yml: "
                f"`accepted: {{{file.file.name.rpartition('/')[2]}: [privileged-steps: "
                f"jobs.{job.id}.on.{event}]}}`; or draw `{PULL_REQUEST.name}`",
            )
            yield Privilege(job.id, ("jobs", job.id, "on", event), finding)


def events_of_peoples_steps(file: WorkflowFile, events: Iterable[str]) -> list[str]:
    """The events among these by which some step of people's can run."""
    buffer = EditBuffer(file.file, file.newline, frozenset())
    own = [job for job in file.jobs if peoples_steps(job, buffer) or _is_peoples_call(job)]
    return [event for event in events if any(may_run(file, job, event) for job in own)]


def by_edit(
    old: WorkflowFile, new: WorkflowFile, renames: Iterable[tuple[str, str]] = ()
) -> Iterator[Privilege]:
    """What steps of people's get by an edit of their file: rights, an environment's secrets, a runner. The
    jobs that it gives another id are `renames`, pairs of the old and the new one."""
    buffer = EditBuffer(new.file, new.newline, frozenset())
    before_as = {new_id.casefold(): old_id for old_id, new_id in renames}
    for job in new.jobs:
        before = old.job(before_as.get(job.id.casefold(), job.id))
        if before is None or not peoples_steps(job, buffer):
            continue
        more = [*_more_rights(_rights(old, before), _rights(new, job))]
        if job.environment and job.environment != before.environment:
            more.append(f"the secrets of the environment `{job.environment}`")
        if _is_self_hosted(job) and not _is_self_hosted(before):
            more.append("a runner of your own")
        if more:
            listed = " and ".join(more)
            finding = diagnostic(
                PRIVILEGED_STEPS,
                f"steps of yours in `{job.id}` get {listed} by what is drawn now",
                Label(before.span, "steps of yours"),
                help="see that these steps may have it before you compile, and that whoever drew it meant so",
            )
            yield Privilege(job.id, (), finding)


def unsilenced(file: WorkflowFile, events: Sequence[str]) -> str:
    """The text of a file without our comments that silence a linter about these events: over steps of ours it
    has nothing to find, over those of people it may."""
    text = file.file.text
    for event in sorted(file.events, key=lambda event: -event.span.start):
        if event.name in events and DANGEROUS.write() in comment_after(event.key):
            start = event.key.span.end
            end = min(at for at in (text.find("\n", start), len(text)) if at >= 0)
            text = text[:start] + _SILENCE.sub("", text[start:end], count=1) + text[end:]
    return text


def peoples_steps(job: FileJob, buffer: EditBuffer) -> list[FileStep]:
    """The steps of a job that are not as some version of us wrote them."""
    return [step for step in job.steps if not is_gate_step(step) and step_as_written(buffer, step) is None]


def may_run(file: WorkflowFile, job: FileJob, event: str, above: frozenset[str] = frozenset()) -> bool:
    """Whether a job can run by an event, as far as its `if` and those of the jobs before it say."""
    node = parse(unwrapped(job.condition.value)[0])[0] if job.condition is not None else None
    if node is not None and _holds(node, event) is False:
        return False
    if (node is not None and has_status_function(node)) or job.id in above:
        return True
    needed = (file.job(need.job) for need in job.needs)
    return all(may_run(file, one, event, above | {job.id}) for one in needed if one is not None)


def _holds(node: Node, event: str) -> bool | None:
    """Whether a condition holds in a run of an event; None where that is open."""
    match node:
        case Literal(bool(value)):
            return value
        case Not(operand):
            held = _holds(operand, event)
            return None if held is None else not held
        case Logical(operator, operands):
            decides = operator == "||"
            held_by = [_holds(one, event) for one in operands]
            return decides if decides in held_by else None if None in held_by else not decides
        case Comparison("==" | "!=" as operator, Literal(str(text)), other) | Comparison(
            "==" | "!=" as operator, other, Literal(str(text))
        ) if subject_of(other) == "github.event_name":
            return (text.casefold() == event) is (operator == "==")
        case _:
            return None


def _is_peoples_call(job: FileJob) -> bool:
    return bool(job.uses) and not job.uses.startswith("./")


def _checks_out(step: FileStep) -> bool:
    return bool(_CHECK_OUT.search(step.uses) or _FETCH.search(step.run or ""))


def _rights(file: WorkflowFile, job: FileJob) -> dict[str, int] | None:
    """The rights of a job's token; None where nothing is said, so that they are what the repository's are."""
    pairs = job.permissions if job.permissions is not None else file.permissions
    if pairs is None:
        return None
    if len(pairs) == 1 and not pairs[0][0]:
        return {"": _RANKS.get(pairs[0][1].partition("-")[0], 2)}
    return {scope: _RANKS.get(level, 2) for scope, level in pairs}


def _more_rights(before: dict[str, int] | None, now: dict[str, int] | None) -> Iterator[str]:
    if before is None or now is None:
        return
    words = {rank: level for level, rank in _RANKS.items() if level}
    for scope, rank in now.items():
        if rank > before.get(scope, before.get("", 0)):
            yield f"the right `{scope}: {words[rank]}`" if scope else f"the rights `{words[rank]}-all`"


def _is_self_hosted(job: FileJob) -> bool:
    parts = [job.node.get(key) for key in ("runs-on", "strategy")] if job.node is not None else []
    scalars = (one for part in parts if part is not None for one in all_nodes(part))
    return any(isinstance(one, Scalar) and "self-hosted" in one.value.casefold() for one in scalars)
