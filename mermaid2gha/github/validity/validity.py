"""Whether GitHub runs a workflow file: what its parser and its checks before a run refuse.

One file by itself is `refusals`, a file with those that it calls `refusals_with_calls`.
`docs/validity.md` has what is judged and how it is known.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from mermaid2gha.base.diagnostic import Diagnostic, Rule, Severity, diagnostic, sorted_diagnostics
from mermaid2gha.base.source import Span
from mermaid2gha.github.validity.calls import Callee, Callees, call_faults
from mermaid2gha.github.validity.jobs import job_faults
from mermaid2gha.github.validity.shapes import shape_faults
from mermaid2gha.github.validity.triggers import trigger_faults
from mermaid2gha.github.workflow.reader import WorkflowFile, workflow_file
from mermaid2gha.yaml.tree import DUPLICATE_KEY, Entries

FILE_TOO_LARGE = Rule("file-too-large", Severity.ERROR)

MOST_BYTES = 512_000
"""Bytes of a workflow file (docs.github.com, Actions limits: 500 KB)."""


@lru_cache(maxsize=256)
def refusals(file: WorkflowFile) -> tuple[Diagnostic, ...]:
    """Why GitHub refuses a workflow file for itself, in the order of the file; nothing if it takes it."""
    found = [
        *shape_faults(file.root),
        *trigger_faults(file.root.get("on")),
        *job_faults(file.root),
    ]
    size = len(file.file.text.encode("utf-8", "surrogatepass"))
    if size > MOST_BYTES:
        message = f"the file has {size} bytes, and GitHub runs none of more than {MOST_BYTES}"
        cure = "move jobs into workflows that it calls"
        found.append(diagnostic(FILE_TOO_LARGE, message, Span(file.file, 0, 0), help=cure))
    return tuple(sorted_diagnostics(found))


def step_faults(root: Entries) -> Iterator[Diagnostic]:
    """Why GitHub refuses a workflow of one job for what stands in that, be it no file yet."""
    yield from shape_faults(root)
    yield from job_faults(root)


def read_and_refusals(content: bytes, name: str) -> Callee:
    """The workflow in the bytes of a file, and why GitHub refuses it, be it that it cannot be read."""
    return judged(*workflow_file(content, name))


def judged(file: WorkflowFile | None, faults: Sequence[Diagnostic]) -> Callee:
    """A workflow as it was read, with what was wrong then and why GitHub refuses it."""
    if file is None:
        return Callee(None, tuple(faults))
    kept = [fault for fault in faults if not _is_computed(fault)]
    return Callee(file, tuple(sorted_diagnostics([*kept, *refusals(file)])))


def _is_computed(fault: Diagnostic) -> bool:
    """Whether it is about a key that an expression gives, of which there may be several."""
    return fault.rule == DUPLICATE_KEY.name and "${{" in fault.labels[0].span.text


def refusals_with_calls(whole: Callee, callees: Callees, *, may_lack: bool = False) -> tuple[Diagnostic, ...]:
    """Why GitHub refuses a workflow file for itself or for what it calls; `may_lack`: what is called need not
    be there."""
    if whole.file is None:
        return whole.faults
    found = [*whole.faults, *call_faults(whole.file, callees, may_lack=may_lack)]
    return tuple(sorted_diagnostics(found))
