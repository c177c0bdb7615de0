"""All checks in a list: what each needs, and the function that tells what is wrong with it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence

from mermaid2gha.base.diagnostic import Diagnostic, Rule, Severity, as_one, joined, sorted_diagnostics
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.checks.activations import activations
from mermaid2gha.compiler.checks.artifacts import artifacts
from mermaid2gha.compiler.checks.choices import choices, matrices, undecided
from mermaid2gha.compiler.checks.comparisons import comparisons, inputs
from mermaid2gha.compiler.checks.contradictions import PUSH_MOVES, contradictions, never_after, never_runs
from mermaid2gha.compiler.checks.given_rights import given_rights
from mermaid2gha.compiler.checks.guards import guards, unawaited_failures
from mermaid2gha.compiler.checks.limits import limits
from mermaid2gha.compiler.checks.payloads import payloads
from mermaid2gha.compiler.checks.shared_steps import shared_steps
from mermaid2gha.compiler.checks.sizes import conditions, file_sizes
from mermaid2gha.compiler.checks.strangers import strangers
from mermaid2gha.compiler.checks.token_events import token_events
from mermaid2gha.compiler.checks.triggers import triggers
from mermaid2gha.compiler.checks.unknown_roles import unknown_roles
from mermaid2gha.compiler.checks.unused_drawing import unused_drawing
from mermaid2gha.compiler.checks.unused_settings import unused_settings
from mermaid2gha.compiler.ir.flow_graph import FlowGraphs
from mermaid2gha.compiler.link.link import Linked
from mermaid2gha.compiler.plan.emit import Workflows
from mermaid2gha.compiler.plan.permissions import read_tokens
from mermaid2gha.compiler.plan.plan import JoinedPlans, Plans
from mermaid2gha.compiler.reading.reading import Reading, Readings
from mermaid2gha.settings.model import Settings

GUESSED_READING = Rule("guessed-reading", Severity.WARNING)

CHECKS: tuple[tuple[type, Callable[..., Sequence[Diagnostic]]], ...] = (
    (Readings, activations),
    (Readings, token_events),
    (FlowGraphs, unknown_roles),
    (FlowGraphs, guards),
    (FlowGraphs, comparisons),
    (FlowGraphs, payloads),
    (Linked, triggers),
    (Linked, artifacts),
    (Linked, choices),
    (Linked, matrices),
    (Linked, undecided),
    (Linked, unused_drawing),
    (Linked, unused_settings),
    (Linked, read_tokens),
    (Linked, inputs),
    (Linked, contradictions),
    (Linked, unawaited_failures),
    (Linked, shared_steps),
    (Linked, strangers),
    (Plans, never_runs),
    (Plans, given_rights),
    (JoinedPlans, conditions),
    (Workflows, file_sizes),
    (Workflows, limits),
    (Workflows, never_after),
)
"""The value that a check needs, and the check: `(value, settings)` to findings."""


def findings(values: Mapping[type, object], settings: Settings) -> list[Diagnostic]:
    """What the checks find in the values that there are, be it that a later pass could not go on."""
    return [
        diagnostic
        for needed, check in CHECKS
        if needed in values
        for diagnostic in check(values[needed], settings)
    ]


def reported(
    diagnostics: Sequence[Diagnostic], settings: Settings, readings: Sequence[Reading] = ()
) -> tuple[Diagnostic, ...]:
    """The findings in order, without those of rules that the settings, or a mark above the statement, leave
    out; errors cannot be ignored. What is found for one reason in a diagram is one finding, and what is
    guessed in one is one, too. Reports `guessed-reading`."""
    marked = [ignored for reading in readings for ignored in reading.ignored]
    kept = [
        diagnostic
        for diagnostic in sorted_diagnostics(list(diagnostics))
        if diagnostic.severity is Severity.ERROR
        or (_names(diagnostic).isdisjoint(settings.ignored_rules) and not _is_ignored(diagnostic, marked))
    ]
    fences = _Fences([reading.diagram.block.span for reading in readings])
    return tuple(_of_one_reading(_for_one_reason(kept, fences), fences))


_OF_FILE = frozenset([PUSH_MOVES.name])
"""The rules of which one reason is in all the diagrams of a workflow alike."""


class _Fences:
    """Which diagram a place is in."""

    def __init__(self, spans: Sequence[Span]) -> None:
        self._starts: dict[str, list[int]] = {}
        for span in sorted(spans, key=lambda one: one.start):
            self._starts.setdefault(span.file.name, []).append(span.start)

    def diagram(self, place: Span) -> tuple[str, int]:
        """The file of a place, and the number of its diagram there."""
        return place.file.name, bisect_right(self._starts.get(place.file.name, ()), place.start)


def _for_one_reason(diagnostics: Sequence[Diagnostic], fences: _Fences) -> list[Diagnostic]:
    """The findings, those of one reason in one diagram, or in all of a file, as one where the first of them
    stands."""
    result: dict[object, list[Diagnostic]] = {}
    for at, found in enumerate(diagnostics):
        key: object = at
        if found.reason and found.labels:
            file, diagram = fences.diagram(found.labels[0].span)
            place = (file,) if found.rule in _OF_FILE else (file, diagram)
            key = (found.rule, found.severity, found.reason, *place)
        result.setdefault(key, []).append(found)
    return [as_one(found) for found in result.values()]


def _of_one_reading(diagnostics: Sequence[Diagnostic], fences: _Fences) -> list[Diagnostic]:
    """The findings, the guesses about one diagram as one where the first of them stands: what settles them is
    one act, to say what is meant at each place."""
    result: dict[object, list[Diagnostic]] = {}
    for at, found in enumerate(diagnostics):
        is_open = found.is_guess and found.severity is Severity.WARNING and bool(found.labels)
        result.setdefault(fences.diagram(found.labels[0].span) if is_open else at, []).append(found)
    return [_reading(found) if len(found) > 1 else found[0] for found in result.values()]


def _reading(guesses: Sequence[Diagnostic]) -> Diagnostic:
    words = f"{len(guesses)} things here may mean something else than what is read"
    return joined(GUESSED_READING, words, guesses)


def _names(diagnostic: Diagnostic) -> set[str]:
    """The names by which a finding can be left out."""
    return {diagnostic.rule, *([GUESSED_READING.name] if diagnostic.is_guess else ())}


def _is_ignored(diagnostic: Diagnostic, marked: Sequence[tuple[str, Span]]) -> bool:
    """Whether a mark above the statement that a finding is about leaves it out."""
    if not diagnostic.labels:
        return False
    place, names = diagnostic.labels[0].span, _names(diagnostic)
    return any(
        rule in names and span.file.name == place.file.name and span.start <= place.start < span.end
        for rule, span in marked
    )
