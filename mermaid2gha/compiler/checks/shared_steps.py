"""Steps of one name that go to different places in different runs of one job: the job has but one of them."""

from __future__ import annotations

from collections.abc import Iterator

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic
from mermaid2gha.compiler.ir.flow_graph import DrawnStep, Role
from mermaid2gha.compiler.link.link import Linked
from mermaid2gha.compiler.link.model import LinkedJob
from mermaid2gha.github.names import job_id
from mermaid2gha.settings.model import Settings, folded

ONE_STEP_FOR_TWO_PLACES = Rule("one-step-for-two-places", Severity.WARNING)


def shared_steps(linked: Linked, _settings: Settings) -> list[Diagnostic]:
    """Reports `one-step-for-two-places`."""
    return [found for item in linked.items for job in item.jobs for found in _of_job(job)]


def _of_job(job: LinkedJob) -> Iterator[Diagnostic]:
    known: dict[str, tuple[int, DrawnStep]] = {}
    for number, in_flow in job.flows.items():
        for drawn in in_flow.drawn:
            for step in drawn.steps:
                if _place(step) is None:
                    continue
                flow, other = known.setdefault(folded(step.text.title), (number, step))
                if flow != number and _place(other) != _place(step):
                    yield _finding(step, other)


def _place(step: DrawnStep) -> str | None:
    """Where a step goes by the name of what is outside; not a registry, whose artifacts are compared."""
    partner = step.partner
    if partner is None or partner.role is not Role.EXTERNAL or partner.is_registry:
        return None
    return folded(partner.name)


def _finding(step: DrawnStep, other: DrawnStep) -> Diagnostic:
    assert step.partner is not None
    assert other.partner is not None
    here, there = step.partner.name, other.partner.name
    ids = [f"`%% id: {job_id(f'{step.text.name} {place}')}`" for place in (there, here)]
    return diagnostic(
        ONE_STEP_FOR_TWO_PLACES,
        f"`{step.text.title}` goes to `{here}` here and to `{there}` in another run, and is one step",
        Label(step.span, "goes there"),
        Label(other.span, "the other place"),
        help=f"{ids[0]} above what begins the job there and {ids[1]} above what begins it here make two "
        "jobs, and so does another name; `%% ignore: one-step-for-two-places` above it says that it is one",
    )
