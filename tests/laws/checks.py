"""The promises of the language as checks of one compiled document; a failing one tells where."""

from __future__ import annotations

from laws.witness import View, Witness, assignments, is_green
from mermaid2gha.actions.scheduler import Outcome, waves

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
    """Ordered iff drawn, in documents of one flow."""
    for view in seen.views:
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
    """In documents of one flow, a job runs in the wave after the last of what is drawn before it."""
    for view in seen.views:
        order = view.order
        for values in assignments(view.flags(), most=8):
            found = waves(view.run(values))
            wave_of = {job: number for number, wave in enumerate(found) for job in wave}
            for job, before in order.items():
                if job in wave_of:
                    wanted = max((wave_of[b] + 1 for b in before if b in wave_of), default=0)
                    assert wave_of[job] == wanted, (job, values, seen.text)


def check_failures(seen: Witness) -> None:
    """What is drawn after a job that ended badly does not run, all else does, and the gate is red."""
    for view in seen.views:
        order, emitted = view.order, emitted_order(view)
        for values in assignments(view.flags(), most=4):
            whole = view.ran(view.run(values))
            for number, bad in enumerate(sorted(whole)):
                run = view.run(values, {bad: BAD[number % 3]})
                after = {job for job, before in order.items() if bad in before}
                known = {job for job, before in emitted.items() if bad in before}
                ran = view.ran(run)
                context = (view.workflow, view.kind, bad, values, seen.text)
                assert not ran & after, (ran & after, *context)
                assert whole - ran <= known, (whole - ran - known, *context)
                assert ran <= whole, (ran - whole, *context)
                if view.has_gate:
                    assert not is_green(view, run), context


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
