"""The steps that settings give for fresh jobs: judged as GitHub would judge them in a workflow."""

from __future__ import annotations

from collections.abc import Iterator

from mermaid2gha.base.diagnostic import Diagnostic
from mermaid2gha.base.source import Span
from mermaid2gha.github.validity.validity import step_faults
from mermaid2gha.github.workflow.given_steps import given_step
from mermaid2gha.github.workflow.model import GivenStep
from mermaid2gha.yaml.tree import Entries, Entry, Items, Scalar, Tree, resolved


def given_steps(node: Items) -> tuple[tuple[GivenStep, ...], list[Diagnostic]]:
    """The steps of a list, and why GitHub would refuse a job with them."""
    faults = list(step_faults(_job_of(node)))
    if faults:
        return (), faults
    return tuple(given_step(step) for step in _mappings(node)), []


def _mappings(node: Items) -> Iterator[Entries]:
    for item in map(resolved, node.items):
        assert isinstance(item, Entries)
        yield item


def _job_of(node: Items) -> Entries:
    """The root of a workflow whose one job has these steps; all else in it stands where they do."""
    span = Span(node.span.file, node.span.start, node.span.start)
    job = _mapping({"runs-on": Scalar("ubuntu-latest", "", span), "steps": node}, span)
    jobs = _mapping({"job": job}, span)
    return _mapping({"on": Scalar("push", "", span), "jobs": jobs}, span)


def _mapping(values: dict[str, Tree], span: Span) -> Entries:
    entries = (Entry(Scalar(name, "", span), value, span) for name, value in values.items())
    return Entries(tuple(entries), True, span)
