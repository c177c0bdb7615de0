"""Jobs of a file that cannot fail, against what is drawn to come after their success.

GitHub takes the failure of a job with `continue-on-error: true` for success, and a step with it fails no job
(docs.github.com, Workflow syntax). Where a drawn job waits for such a one, it starts although that failed,
which is not drawn. Nothing is edited: only people know which of the two is meant. Reports `ignored-failure`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mermaid2gha.base.diagnostic import Label, Rule, Severity
from mermaid2gha.base.source import Span
from mermaid2gha.github.workflow.model import Job, Workflow
from mermaid2gha.github.workflow.reader import FileJob
from mermaid2gha.reconcile.difference import FileDifference, difference, labelled
from mermaid2gha.settings.places import Place
from mermaid2gha.yaml.tree import Entries, Entry, Scalar, resolved

IGNORED_FAILURE = Rule("ignored-failure", Severity.WARNING)
_KEY = "continue-on-error"


def ignored_failures(
    job: FileJob, wanted: Job, workflow: Workflow, places: Mapping[str, Span]
) -> Iterator[FileDifference]:
    """That what is drawn after a job goes on where it fails, for GitHub takes that for a success.

    An expression is people's to decide, for each leg anew: only what is always so is told.
    """
    own = job.item(_KEY)
    steps = [step.node.entry(_KEY) if isinstance(step.node, Entries) else None for step in job.steps]
    place: Place = ("jobs", job.id, _KEY)
    if own is None or not _is_true(own):
        if not steps or not all(one is not None and _is_true(one) for one in steps):
            return
        own, place = steps[-1], ("jobs", job.id, "steps")
        assert own is not None
    after = [one.id for one in workflow.jobs if wanted.id in one.needs]
    if after:
        yield _ignored(job, after, place, own.span, places)


def _is_true(entry: Entry) -> bool:
    value = resolved(entry.value)
    text = value.value if isinstance(value, Scalar) else ""
    return text.removeprefix("${{").removesuffix("}}").strip() == "true"


def _ignored(
    job: FileJob, after: list[str], place: Place, at: Span, places: Mapping[str, Span]
) -> FileDifference:
    span = places.get(job.id.casefold())
    named = ", ".join(f"`{one}`" for one in after[:3]) + (" and more" if len(after) > 3 else "")
    return difference(
        IGNORED_FAILURE,
        place,
        f"where `{job.id}` fails, GitHub takes it for a success, and {named} drawn after it would go on",
        drawn="false",
        written="true",
        in_document=labelled(span, "drawn here"),
        in_file=Label(at),
        help=f"take `{_KEY}` away, draw nothing that waits for `{job.id}`, or accept it",
    )
