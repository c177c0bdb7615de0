"""What settings would have to say so that drawn workflows are the files that people wrote for them.

Each function proposes one kind of setting for what was linked under those before it. Nothing is proposed that
is so without it. Reports `undrawn-workflow` and `ambiguous-workflow`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from mermaid2gha.base.diagnostic import Diagnostic, Rule, Severity, diagnostic
from mermaid2gha.base.patterns import late
from mermaid2gha.base.records import dataclass
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.ir.flow_graph import Role
from mermaid2gha.compiler.link.matching import LEAST, likeness, matching, words_of
from mermaid2gha.compiler.link.model import LinkedWorkflow
from mermaid2gha.compiler.vocabulary import labels
from mermaid2gha.github.events import EVENTS
from mermaid2gha.github.expressions.checker import condition_test
from mermaid2gha.github.expressions.condition import expression
from mermaid2gha.github.logic.dnf import AtomKind
from mermaid2gha.github.logic.equivalence import (
    STATUS,
    ConditionPlace,
    Holds,
    equivalent,
    is_job_result,
    parted,
)
from mermaid2gha.github.workflow.model import Workflow
from mermaid2gha.github.workflow.reader import FileJob, WorkflowFile
from mermaid2gha.mermaid.ast import Diagram
from mermaid2gha.settings.model import Undrawn, folded

AMBIGUOUS_WORKFLOW = Rule("ambiguous-workflow", Severity.ERROR)
UNDRAWN_WORKFLOW = Rule("undrawn-workflow", Severity.WARNING)

_NAMEABLE = late(r"[^\s#;/\\:*?\"<>|][^#;/\\:*?\"<>|\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]*\.ya?ml")
"""Names that stand in a participant's label and in the settings as they are."""

NEAR = 0.05
"""How much better than the next a workflow must be like a file to be taken for it."""


def file_name(file: WorkflowFile) -> str:
    """A workflow file's name without its folder."""
    return file.file.name.replace(os.sep, "/").rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class FilePair:
    """A drawn workflow and the file that it is; below 1 `likeness` makes it a guess by what both have."""

    workflow: LinkedWorkflow
    file: WorkflowFile
    likeness: float = 1.0

    @property
    def ground(self) -> str:
        """On what it rests that they are one."""
        if self.likeness < 1:
            return f"by likeness of jobs, events and names ({int(10 * self.likeness) / 10})"
        return "by the name of the file" if _is_file(self.workflow, self.file) else "by name"


def pairs(
    workflows: Sequence[LinkedWorkflow], files: Sequence[WorkflowFile]
) -> tuple[list[FilePair], list[Diagnostic]]:
    """Which file each drawn workflow is: by the file's name, by its `name`, else by what is in it."""
    file_pairs: list[FilePair] = []
    diagnostics: list[Diagnostic] = []
    for is_same in (_is_file, _is_name):
        for file in files:
            free = [one for one in workflows if all(one is not known.workflow for known in file_pairs)]
            if all(file is not known.file for known in file_pairs):
                file_pairs += [FilePair(one, file) for one in free if is_same(one, file)][:1]
    left = [file for file in files if all(file is not known.file for known in file_pairs)]
    free = [one for one in workflows if all(one is not known.workflow for known in file_pairs)]
    scores = {(a, b): _alike(one, file) for a, one in enumerate(free) for b, file in enumerate(left)}
    taken: set[int] = set()
    for b, file in enumerate(left):
        ranked = sorted(
            (-scores[a, b], a) for a in range(len(free)) if a not in taken and scores[a, b] >= LEAST
        )
        near = [free[a] for score, a in ranked if score - ranked[0][0] < NEAR]
        is_best = bool(ranked) and all(
            scores[ranked[0][1], other] <= scores[ranked[0][1], b] for other in range(len(left))
        )
        if len(near) > 1:
            diagnostics.append(_ambiguous(file, near))
        elif is_best:
            taken.add(ranked[0][1])
            file_pairs.append(FilePair(near[0], file, min(scores[ranked[0][1], b], 0.99)))
        else:
            best = max(range(len(free)), key=lambda a: scores[a, b], default=None)
            diagnostics.append(_undrawn(file, free, scores[best, b] if best is not None else 0.0))
    return file_pairs, diagnostics


def _is_file(linked: LinkedWorkflow, file: WorkflowFile) -> bool:
    return linked.file.casefold() == file_name(file).casefold()


def _is_name(linked: LinkedWorkflow, file: WorkflowFile) -> bool:
    return folded(linked.name) in {folded(file.name), folded(file_name(file).rpartition(".")[0])}


def _alike(linked: LinkedWorkflow, file: WorkflowFile) -> float:
    """From 0 to 1: how many of the drawn jobs and events a file has, and how like the names are."""
    jobs = len(matching(linked, file)) / max(len(linked.jobs), 1)
    drawn, there = set(linked.workflow.events), {event.name for event in file.events}
    events = len(drawn & there) / max(len(drawn | there), 1)
    stem = file_name(file).rpartition(".")[0]
    name = max(likeness(words_of(linked.name), words_of(name)) for name in (file.name, stem))
    return 0.6 * jobs + 0.2 * events + 0.2 * name


def unnameable(file: WorkflowFile) -> Diagnostic | None:
    """Why a file cannot be drawn, if no document or settings can name it."""
    if _NAMEABLE.fullmatch(file_name(file)):
        return None
    return diagnostic(
        UNDRAWN_WORKFLOW,
        f"no document can name `{file.file.name}`, so it is left out",
        _start(file),
        help="give the file a name of letters, digits, `.`, `_` and `-`, such as `ci.yml`",
    )


def drawn_as_another(pair: FilePair) -> Diagnostic:
    """That a workflow is like a file, and the drawing itself names another one for it."""
    name, file = file_name(pair.file), pair.workflow.file
    shown = f".github/workflows/{name}" if name.startswith(".") else name  # else it is a file of settings
    return diagnostic(
        UNDRAWN_WORKFLOW,
        f"`{pair.file.file.name}` is like `{pair.workflow.name}`, and the drawing says that this is `{file}`",
        _start(pair.file),
        help=f"write `{name}` where a mark or a trigger names `{file}`, or behind the lifeline's name: "
        f"`{pair.workflow.name} ({shown})`",
    )


def _undrawn(file: WorkflowFile, free: Sequence[LinkedWorkflow], best: float) -> Diagnostic:
    name = file_name(file)
    lifeline = free[0].name if free else "NAME"
    why = f" (at best {best:.1f}, and less than {LEAST} is none)" if best else ""
    return diagnostic(
        UNDRAWN_WORKFLOW,
        f"no drawn workflow is like `{file.file.name}`{why}",
        _start(file),
        help=f"draw it, leave it out, or say which it is: `lifelines: {{{lifeline}: {{file: {name}}}}}`",
    )


def _ambiguous(file: WorkflowFile, near: Sequence[LinkedWorkflow]) -> Diagnostic:
    return diagnostic(
        AMBIGUOUS_WORKFLOW,
        f"`{file.file.name}` can be {listed([one.name for one in near])} as well",
        _start(file),
        help=f"say which it is in the settings: `lifelines: {{{near[0].name}: {{file: {file_name(file)}}}}}`",
    )


def _start(file: WorkflowFile) -> Span:
    first = file.root.entries[0].key.span if file.root.entries else file.root.span
    return Span(file.file, first.start, first.end)


def named_lifelines(
    diagrams: Sequence[Diagram], workflows: Sequence[LinkedWorkflow], files: Sequence[WorkflowFile]
) -> tuple[tuple[str, str], ...]:
    """`lifelines: NAME: file` for lifelines that bear the name of a file and are no workflow without it."""
    drawn = {folded(flow.run.lifeline) for one in workflows for flow in one.workflow.flows}
    names = {
        folded(name): name
        for diagram in diagrams
        for lifeline in diagram.lifelines
        if folded(lifeline.id) not in drawn
        for name in (next(iter(labels.lines(lifeline.label)), lifeline.id), lifeline.id)
    }
    found = []
    for file in files:
        if any(_is_file(one, file) or _is_name(one, file) for one in workflows):
            continue
        called = (folded(file.name), folded(file_name(file).rpartition(".")[0]))
        found += [(names[name], file_name(file)) for name in called if name in names][:1]
    return tuple(found)


def lifelines(linked: LinkedWorkflow, file: WorkflowFile) -> tuple[tuple[str, str], ...]:
    """`lifelines: NAME: file` for each lifeline that draws a workflow, if its file has another name."""
    if _is_file(linked, file):
        return ()
    found = (
        participant
        for flow in linked.workflow.flows
        for participant in flow.drawing.participants
        if participant.role is Role.WORKFLOW and participant.file.casefold() == linked.file.casefold()
    )
    return tuple((name, file_name(file)) for name in dict.fromkeys(one.name for one in found))


def extras(
    linked: LinkedWorkflow, workflow: Workflow, file: WorkflowFile, undrawn: Undrawn
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The jobs and events that the file has and nothing draws."""
    known = {job.id for job in matching(linked, file).values()} | undrawn.jobs
    ours = {job.id.casefold() for job in workflow.jobs}
    jobs = [job.id for job in file.jobs if job.id not in known and job.id.casefold() not in ours]
    drawn = {*linked.workflow.events, *undrawn.events}
    events = [event.name for event in file.events if event.name not in drawn and event.name in EVENTS]
    return tuple(jobs), tuple(events)


def listed(names: Sequence[str]) -> str:
    """Names in backticks, with commas and a last `and`."""
    quoted = [f"`{name}`" for name in dict.fromkeys(names)]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def conditions(linked: LinkedWorkflow, file: WorkflowFile) -> tuple[tuple[str, str], ...]:
    """`conditions: TEXT: EXPRESSION` for each drawn text under which all jobs ask for the same."""
    asked: dict[tuple[str, str], set[tuple[str, ...]]] = {}
    found = matching(linked, file)
    for index, there in found.items():
        for flow, drawn in linked.jobs[index].flows.items():
            for drawn_text in _sole_text(linked, flow, drawn.drawn[0].operand):
                asked.setdefault(drawn_text, set()).add(_asked(there))
    result = []
    for (text, known), ways in asked.items():
        parts = next(iter(ways))
        whole = " && ".join(f"({part})" if "||" in part and len(parts) > 1 else part for part in parts)
        if (
            len(ways) > 1
            or not whole
            or isinstance(equivalent(whole, known, place=ConditionPlace.VALUE), Holds)
        ):
            continue
        if not isinstance(condition_test(whole), list):
            result.append((text, whole))
    return tuple(result)


def _sole_text(linked: LinkedWorkflow, flow: int, operand: int) -> Iterator[tuple[str, str]]:
    """The text of the fragment around a place, if that alone decides whether the place is reached, and what
    it is compiled to."""
    drawing = linked.workflow.flows[flow].drawing
    condition = linked.condition(flow, operand)
    literals = [literal for cube in condition for literal in cube]
    if (
        len(literals) != 1
        or not literals[0][1]
        or literals[0][0].kind not in (AtomKind.FLAG, AtomKind.VARIABLE)
    ):
        return
    for around in drawing.around(operand):
        if linked.condition(flow, around.parent) != condition:
            text = " ".join(drawing.fragments[around.fragment].guards[around.index][0].split())
            if text and not around.is_complement:
                yield text, expression(linked.flags.tests[literals[0][0]])
            return


def _asked(job: FileJob) -> tuple[str, ...]:
    """The conjuncts of a job's `if` but those about statuses, results and the repository."""
    text = job.condition.value if job.condition is not None else ""
    try:
        return parted(text, _is_no_guard, place=ConditionPlace.VALUE).foreign
    except ValueError:
        return ()


def _is_no_guard(atom: str) -> bool:
    return atom == STATUS or is_job_result(atom) or atom.startswith("github.repository")
