"""No file is left or made that GitHub refuses: what workflows become is judged before they are written.

A workflow that stands as compiled and calls nothing is not even parsed, for what is compiled is valid
(`tests/compiler/test_valid_outputs.py`). Reports `refused-edit`, and what `github.validity` reports.
"""

from __future__ import annotations

from collections.abc import Sequence

from mermaid2gha.base.diagnostic import Diagnostic, Rule, Severity, diagnostic
from mermaid2gha.base.paths import folder_of, joined
from mermaid2gha.base.records import dataclass, replace
from mermaid2gha.project.snapshot import Disk, shown
from mermaid2gha.project.status import Drift, FileState

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from mermaid2gha.github.validity.calls import Callee

REFUSED_EDIT = Rule("refused-edit", Severity.ERROR)

_TOUCHED = frozenset({FileState.CURRENT, FileState.STALE, FileState.ABSENT})
"""Files that stand as they should or that `compile` writes; of others nothing is judged."""


def without_refused(drifts: Sequence[Drift], disk: Disk) -> tuple[Drift, ...]:
    """The files, each that GitHub refuses as it would become with that state and its faults."""
    if not any(map(_is_judged, drifts)):
        return tuple(drifts)
    folder = _Folder({drift.path: drift for drift in drifts if _is_workflow(drift)}, disk)
    return tuple(folder.judged(drift) if _is_judged(drift) else drift for drift in drifts)


def _is_workflow(drift: Drift) -> bool:
    return drift.output is not None and drift.output.workflow is not None


def _is_judged(drift: Drift) -> bool:
    if drift.state not in _TOUCHED or drift.output is None or drift.output.workflow is None:
        return False
    is_as_compiled = drift.edited is None
    return not is_as_compiled or any(
        job.call is not None or job.starters for job in drift.output.workflow.jobs
    )


@dataclass(slots=True)
class _Folder:
    """The workflows of a project as they would become, by their paths, and those beside them."""

    drifts: dict[str, Drift]
    disk: Disk

    def judged(self, drift: Drift) -> Drift:
        """A file with its faults: those that it has today, else those that its edit would make."""
        from mermaid2gha.github.validity.validity import refusals_with_calls

        folder = folder_of(drift.path)
        after = self.after(drift.path)
        assert after is not None
        faults = refusals_with_calls(after, lambda name: self.after(joined(folder, name)), may_lack=True)
        if not faults:
            return drift
        before = self.before(drift.path)
        today = before and refusals_with_calls(
            before, lambda name: self.before(joined(folder, name)), may_lack=True
        )
        found = today or tuple(_of_edit(drift, fault) for fault in faults)
        return replace(drift, state=FileState.REFUSED, diagnostics=(*drift.diagnostics, *found))

    def before(self, path: str) -> Callee | None:
        return self.disk.judged(path) if self.disk.known(path) is not None else None

    def after(self, path: str) -> Callee | None:
        from mermaid2gha.github.validity.validity import read_and_refusals

        drift = self.drifts.get(path)
        if drift is None or drift.state not in _TOUCHED or drift.state is FileState.CURRENT:
            return self.before(path)
        return read_and_refusals(drift.text.encode("utf-8", "surrogatepass"), shown(path))


def _of_edit(drift: Drift, fault: Diagnostic) -> Diagnostic:
    """A fault that a file does not have yet: its place is in a text that stands nowhere."""
    name = shown(drift.path)
    message = f"GitHub would refuse `{name}` as it would become: {fault.message}"
    labels = tuple(label for label in fault.labels if label.span.file.name != name)
    return diagnostic(REFUSED_EDIT, message, *labels, help=fault.help)
