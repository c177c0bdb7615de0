"""The promises of the language as checks of one compiled document; a failing one tells where."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from random import Random

from quick_yaml import typed

from laws.outcomes import Fate, direct, fates, handled, handling, is_well
from laws.reference import handles, is_possible
from laws.witness import View, Witness, assignments, compiled, is_green
from mermaid2gha.compiler.verify.verify import proof
from mermaid2gha.github.expressions.ast import text_of
from mermaid2gha.github.simulator.explain import waves
from mermaid2gha.github.simulator.simulator import Outcome
from mermaid2gha.github.workflow.emitter import workflow_text

BAD = (Outcome.FAILURE, Outcome.TIMEOUT, Outcome.CANCELLED)


def emitted_order(view: View) -> dict[str, set[str]]:
    """Which drawn jobs of a flow come before each by the emitted `needs`, however far."""
    names = [job.id for job in view.file.jobs]
    return {
        job.id: {names[i] for i in range(len(names)) if job.ancestors >> i & 1} & view.order.keys()
        for job in view.file.jobs
        if job.id in view.order
    }


def check_order(seen: Witness) -> None:
    """Ordered iff drawn, in workflows of one run."""
    for view in seen.lone_views:
        assert emitted_order(view) == view.order, (view.workflow, seen.text)


def check_told_order(seen: Witness) -> None:
    """Ordered if drawn; what is ordered besides is told."""
    told = seen.told("order-from-another-flow")
    for view in seen.views:
        for job, before in emitted_order(view).items():
            assert view.order[job] <= before, (job, seen.text)
            if extra := before - view.order[job]:
                around = {job, *before}
                assert any(view.lines[x] in told for x in around), (view.kind, job, extra, seen.text)


def check_presence(seen: Witness) -> None:
    """What runs is what is drawn and whose conditions hold, and the gate agrees."""
    for view in seen.views:
        for values in assignments(view.flags(), most=32):
            run = view.run(values)
            if not view.undecided(run):
                assert view.ran(run) == view.shown(values), (view.workflow, view.kind, values, seen.text)
                if view.has_gate:
                    assert is_green(view, run), (view.workflow, view.kind, values, seen.text)


def check_waves(seen: Witness) -> None:
    """In workflows of one run, a job runs in the wave after the last of what is drawn before it."""
    for view in seen.lone_views:
        order = view.order
        for values in assignments(view.flags(), most=8):
            found = waves(view.run(values))
            wave_of = {job: number for number, wave in enumerate(found) for job in wave}
            for job, before in order.items():
                if job in wave_of:
                    wanted = max((wave_of[b] + 1 for b in before if b in wave_of), default=0)
                    assert wave_of[job] == wanted, (job, values, seen.text)


def check_failures(seen: Witness) -> None:
    """What is drawn after a job that ended badly does not run, all else does, and the gate is red: in each
    flow by its own order, whatever another flow orders."""
    for view in seen.views:
        for values in assignments(view.flags(), most=4):
            run = view.run(values)
            whole = [] if view.undecided(run) else sorted(view.ran(run))
            for number, bad in enumerate([*((one,) for one in whole), *_pairs(whole)]):
                check_failure(seen, view, values, bad, BAD[number % 3])


def _pairs(jobs: list[str]) -> list[tuple[str, str]]:
    """Some pairs: neighbours, and each with the one half-way on."""
    half = len(jobs) // 2
    return [*pairwise(jobs), *zip(jobs, jobs[half:])] if half > 1 else []


def check_failure(
    seen: Witness,
    view: View,
    values: dict[str, bool],
    bad: tuple[str, ...],
    outcome: Outcome,
) -> None:
    run = view.run(values, dict.fromkeys(bad, outcome))
    if any(view.decides(job) for job in bad) and any(map(handling, view.drawn.values())):
        return  # what handles the failure of a job may ask for its decisions, and there are none
    wanted = fates(view, values, set(bad))
    drawn = {job for job, state in wanted.items() if state in (Fate.WELL, Fate.BAD)}
    ran = view.ran(run)
    context = (view.workflow, view.kind, bad, outcome, values, seen.text)
    assert not ran - drawn, ("runs", ran - drawn, *context)
    assert not drawn - ran, ("stopped", drawn - ran, *context)
    if view.has_gate:
        assert is_green(view, run) == is_well(view, wanted), ("gate", is_green(view, run), *context)


def check_minimal(seen: Witness) -> None:
    """In workflows of one run, a need is asked for by the order, or its result or outputs are read."""
    for view in seen.lone_views:
        for job in view.file.jobs:
            is_clear = job.id in view.order and is_possible(view.conditions[job.id])
            if is_clear and not view.has_namesakes():
                steps = " ".join(text_of(step.guard.node) for step in job.steps)
                texts = f"{text_of(job.guard.node)} {steps} {job.matrix}"
                read = {x for x in job.needs if f"needs.{x}.outputs." in texts}
                wanted = direct(view, job.id)
                if handling(view.drawn[job.id]):
                    around = [one for one in reversed(view.drawn[job.id].events[0].places) if handles(one)]
                    read |= handled(view, job.id, around)
                assert wanted <= set(job.needs), (job.id, wanted - set(job.needs), seen.text)
                assert set(job.needs) - wanted <= read, (job.id, set(job.needs) - wanted - read, seen.text)


def check_trace(seen: Witness) -> None:
    """Every statement has a row in the trace."""
    traced = {row.span.line for row in seen.compilation.trace}
    is_inside = False
    for number, line in enumerate(seen.text.splitlines(), 1):
        text = line.strip()
        if text.startswith("```"):
            is_inside = text == "```mermaid"
        elif is_inside and text and not text.startswith("%%") and text != "sequenceDiagram":
            assert number in traced, (line, seen.text)


def disturbed(text: str, chance: Random) -> str:
    """The same drawings with other prose around them, other indentation, blank lines and comments."""
    result = ["Some *prose* first.", ""]
    is_inside = False
    for line in text.splitlines():
        if line.startswith("```"):
            is_inside = line != "```"
            result += [line] if is_inside else [line, "", "More prose, `GitHub ->> CI: no message`."]
        elif is_inside and chance.random() < 0.3:
            between = [] if is_marked(result) else [chance.choice(("", "%% nothing", "   %% loop forever"))]
            result += [*between, " " * 3 + line]
        else:
            result.append("\t" + line.strip() if is_inside and chance.random() < 0.2 else line)
    return "\n".join(result) + "\n"


def is_marked(lines: list[str]) -> bool:
    """Whether the last of these lines is a mark, which says something of the next one."""
    return lines[-1].strip().startswith(("%% id:", "%% comment"))


MARK = "zq7zq"
# The id of a job, an output or a variable, which has letters, digits, `-` and `_` only.
_AS_A_NAME = re.compile(rf"(?:\.|echo ')[\w-]*{MARK}[\w-]*", re.IGNORECASE)


def check_safety(label: str) -> None:
    """A label with a mark in it: the mark stands in no expression and in no script of the YAML, and what is
    compiled of it is written."""
    hostile = label.replace("#", "").replace(";", "") + MARK + label.replace("#", "").replace(";", "")
    compilation = compiled(
        "```mermaid\nsequenceDiagram\n    participant A as A (a.yml)\n    Repo ->> A: Trigger 'push'\n"
        f"    Note over A: {hostile}\n    A ->> Tool: {hostile}\n    opt {hostile}\n"
        f"        Note over A: Second<br>{hostile}\n    end\n    A -->> Repo: Status {hostile}\n```\n"
    )
    for linked, workflow in zip(compilation.linked, compilation.workflows):
        assert (found := proof(linked, workflow_text(workflow))) is None, found
        read = typed(workflow_text(workflow))
        for path, value in _scalars(read, ()):
            inside = re.findall(r"\$\{\{(.*?)\}\}", value)
            for code in [*inside, *([value] if path[-1] in ("run", "if", "uses", "shell") else ())]:
                assert MARK not in _AS_A_NAME.sub("", code).lower(), (path, value)


def _scalars(node: object, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _scalars(value, (*path, str(key)))
    elif isinstance(node, list):
        for value in node:
            yield from _scalars(value, path)
    elif isinstance(node, str):
        yield path, node
