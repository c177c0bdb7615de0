"""Pushes and pulls of artifacts: which pull takes what which push gave, within one diagram (section 6)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic
from mermaid2gha.base.edit import respelt
from mermaid2gha.compiler.ir.diagram_ir import DrawnStep, StepKind, Transfer
from mermaid2gha.compiler.lower.timeline import DrawnOrder
from mermaid2gha.compiler.vocabulary import labels

MISTYPED_TAG = Rule("mistyped-tag", Severity.WARNING)


class Transfers:
    """The transfers of a diagram in document order; pulls are ordered after the pushes that they take."""

    def __init__(self, order: DrawnOrder) -> None:
        self.order = order
        self.found: list[Transfer] = []
        self.pushes: dict[str, list[int]] = {}
        self.waited: set[tuple[int, str, tuple[str, ...]]] = set()
        self.files: dict[int, str] = {}
        self.mistyped: list[tuple[Transfer, Transfer]] = []

    def push(self, job: int, node: int, file: str, step: DrawnStep, *, is_moved: bool) -> None:
        artifact = labels.artifact(step.text.name)
        self.files[job] = file
        self.pushes.setdefault(artifact, []).append(len(self.found))
        self.found.append(
            Transfer(
                artifact,
                step.text.tags,
                job=job,
                node=node,
                is_push=True,
                is_moved=is_moved,
                is_matched=False,
                step=step,
            )
        )

    def sources(self, step: DrawnStep) -> list[Transfer]:
        """The earlier pushes that a pull takes: of its tags, else of tags that it seems to mistype."""
        earlier = [self.found[at] for at in self.pushes.get(labels.artifact(step.text.name), ())]
        return _of_tags(earlier, step.text.tags)

    def foreign(self, run: int, file: str, step: DrawnStep) -> list[Transfer]:
        """The pushes of other workflows that a pull takes and that its run has not waited for yet."""
        key = (run, labels.artifact(step.text.name), step.text.tags)
        taken = [] if key in self.waited else self.sources(step)
        return taken if all(self.files[push.job] != file for push in taken) else []

    def pulls(self, job: int, node: int, run: int, file: str, steps: Iterable[DrawnStep]) -> None:
        """Order a job after the pushes that these pulls and waits of it take."""
        self.files[job] = file
        for step in steps:
            if step.kind not in (StepKind.PULL, StepKind.WAIT):
                continue
            taken = self.sources(step)
            self.order.edges += [(push.node, node) for push in taken if push.job != job]
            self.waited.add((run, labels.artifact(step.text.name), step.text.tags))
            artifact = labels.artifact(step.text.name)
            pull = Transfer(
                artifact,
                step.text.tags,
                job=job,
                node=node,
                is_push=False,
                is_moved=False,
                is_matched=bool(taken),
                step=step,
            )
            self.found.append(pull)
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
        pull = self.found[at]
        return _of_tags([self.found[i] for i in self.pushes.get(pull.artifact, ()) if is_there(i)], pull.tags)

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


def _is_similar(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two lists of tags look like one with a slip of the pen."""
    return (
        len(one) == len(other) and one != other and all(a == b or is_slip(a, b) for a, b in zip(one, other))
    )


def is_slip(one: str, other: str) -> bool:
    """Whether two words differ by one letter missing, added, changed or two neighbours swapped, or in case.

    Words of fewer than four letters, and words that differ in a digit only, are different words.
    """
    a, b = one.casefold(), other.casefold()
    if a == b:
        return one != other
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
