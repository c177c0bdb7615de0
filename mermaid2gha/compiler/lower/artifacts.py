"""Pushes and pulls of artifacts: which pull takes what which push gave, within one diagram.

The rules are those of docs/language.md#messages-artifacts-and-waits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic
from mermaid2gha.base.edit import respelt
from mermaid2gha.compiler.ir.flow_graph import DrawnJob, DrawnStep, StepKind, Transfer
from mermaid2gha.compiler.ir.occurrences import PairKind

MISTYPED_TAG = Rule("mistyped-tag", Severity.WARNING)


class Transfers:
    """The transfers of a diagram in document order; pulls are ordered after the pushes that they take."""

    def __init__(self, pair: Callable[[PairKind, int, int], None]) -> None:
        self.pair = pair
        self.all: list[Transfer] = []
        self.pushes: dict[str, list[int]] = {}
        self.waited: set[tuple[int, str, tuple[str, ...]]] = set()
        self.files: dict[int, str] = {}
        self.mistyped: list[tuple[Transfer, Transfer]] = []

    def push(self, job: DrawnJob, file: str, step: DrawnStep, *, moved_from: int | None = None) -> None:
        """A push of a job; `moved_from` is the occurrence where it is drawn, if that is not in the job."""
        artifact = step.artifact
        self.files[job.number] = file
        self.pushes.setdefault(artifact, []).append(len(self.all))
        self.all.append(
            Transfer(
                artifact,
                step.text.tags,
                job=job.number,
                occurrence=job.occurrence if moved_from is None else moved_from,
                is_push=True,
                is_moved=moved_from is not None,
                is_matched=False,
                step=step,
            )
        )

    def sources(self, step: DrawnStep) -> list[Transfer]:
        """The earlier pushes that a pull takes: of its tags, else of tags that it seems to mistype."""
        earlier = [self.all[at] for at in self.pushes.get(step.artifact, ())]
        return _of_tags(earlier, step.text.tags)

    def foreign(self, run: int, file: str, step: DrawnStep) -> list[Transfer]:
        """The pushes of other workflows that a pull takes and that its run has not waited for yet."""
        key = (run, step.artifact, step.text.tags)
        taken = [] if key in self.waited else self.sources(step)
        return taken if all(self.files[push.job] != file for push in taken) else []

    def pulls(self, job: DrawnJob, file: str, steps: Iterable[DrawnStep]) -> None:
        """Order a job after the pushes that these pulls and waits of it take."""
        self.files[job.number] = file
        for step in steps:
            if step.kind not in (StepKind.PULL, StepKind.WAIT):
                continue
            taken = self.sources(step)
            for push in taken:
                if push.job != job.number:
                    self.pair(PairKind.ARTIFACT, push.occurrence, job.occurrence)
            artifact = step.artifact
            self.waited.add((job.run, artifact, step.text.tags))
            pull = Transfer(
                artifact,
                step.text.tags,
                job=job.number,
                occurrence=job.occurrence,
                is_push=False,
                is_moved=False,
                is_matched=bool(taken),
                step=step,
            )
            self.all.append(pull)
            if taken:
                self.note_slip(pull, taken[-1])

    def note_slip(self, pull: Transfer, push: Transfer) -> None:
        """Remember a pull that takes a push under a tag that it seems to mistype."""
        if pull.tags != push.tags:
            self.mistyped.append((pull, push))

    def earlier(self, at: int) -> list[Transfer]:
        """The pushes before a pull in the text that it takes; `at` is its index."""
        return self._matching(at, lambda other: other < at)

    def later(self, at: int) -> list[Transfer]:
        """The pushes after a pull in the text that it could take; `at` is its index."""
        return self._matching(at, lambda other: other > at)

    def _matching(self, at: int, is_there: Callable[[int], bool]) -> list[Transfer]:
        pull = self.all[at]
        return _of_tags([self.all[i] for i in self.pushes.get(pull.artifact, ()) if is_there(i)], pull.tags)

    def check(self, diagnostics: list[Diagnostic]) -> None:
        for pull, push in self.mistyped:
            written, meant = (" ".join(f"[{tag}]" for tag in t.tags) for t in (pull, push))
            diagnostics.append(
                diagnostic(
                    MISTYPED_TAG,
                    f"nothing pushes this with the tag `{written}`, but one push says `{meant}`",
                    Label(pull.step.span, "pulled here"),
                    Label(push.step.span, "pushed here"),
                    help=f"write `{meant}` in both places if they are the same artifact",
                    fixes=respelt(pull.step.span, written, meant),
                )
            )


def _of_tags(pushes: list[Transfer], tags: tuple[str, ...]) -> list[Transfer]:
    """Those of some pushes that have these tags, else those whose tags these seem to mistype."""
    same = [push for push in pushes if push.tags == tags]
    return same or [push for push in pushes if _is_similar(push.tags, tags)]


def _is_similar(tags: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Whether two lists of tags look like one with a slip of the pen."""
    return (
        len(tags) == len(others)
        and tags != others
        and all(a == b or is_slip(a, b) for a, b in zip(tags, others))
    )


def is_slip(word: str, other: str) -> bool:
    """Whether two words differ by one letter missing, added, changed or two neighbours swapped, or in case.

    Words of fewer than four letters, and words that differ in a digit only, are different words.
    """
    a, b = word.casefold(), other.casefold()
    if a == b:
        return word != other
    if min(len(a), len(b)) < 4 or abs(len(a) - len(b)) > 1:
        return False
    start = next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
    rest_a, rest_b = a[start:], b[start:]
    changed = {*rest_a[:1], *rest_b[:1]}
    if any(char.isdigit() for char in changed):
        return False
    if len(a) == len(b):
        swapped = rest_a[:2] == rest_b[1::-1] and rest_a[2:] == rest_b[2:]
        return rest_a[1:] == rest_b[1:] or swapped
    return rest_a[1:] == rest_b or rest_a == rest_b[1:]
