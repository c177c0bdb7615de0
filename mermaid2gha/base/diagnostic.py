"""What the compiler tells: a rule, a place, a sentence, and a cure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from mermaid2gha.base.edit import Fix
from mermaid2gha.base.enums import Enum
from mermaid2gha.base.records import dataclass, replace
from mermaid2gha.base.source import Span


class Severity(Enum):
    """How grave a diagnostic is: an error leaves no workflow to write, a note tells an inference."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Rule:
    """What a finding is an instance of, named by the fault; `rules/NAME.md` is its page.

    Declared in the one module that raises it: `CYCLIC_ORDER = Rule("cyclic-order", Severity.ERROR)`.
    `is_guess`: what decides was read in one of several ways, and a mark at its place says in which
    (docs/language.md#reading).
    """

    name: str
    severity: Severity
    is_guess: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    """A place with a few words about it; the words may be empty."""

    span: Span
    text: str = ""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding. The first label is its place (none: the run as a whole), the others are the why.

    `message` is one lower-case sentence without a full stop, code in backticks; `help` is the cure. `fixes`
    are edits that make it: one, or several among which only people can choose. `reason` is what it has in
    common with others of its rule, as a sentence with `{count}`: those of one diagram are told as one, for
    one answer settles them. `parts` are findings of several rules that one act settles, each whole: what
    shows findings line by line shows these (`leaves`).
    """

    rule: str
    severity: Severity
    message: str
    labels: tuple[Label, ...] = ()
    help: str = ""
    fixes: tuple[Fix, ...] = ()
    reason: str = ""
    is_guess: bool = False
    parts: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class AcceptedFinding:
    """A finding that people accepted, in the settings or, `is_in_source`, at its place; formats that keep
    account of such get it, and it is told nowhere else."""

    finding: Diagnostic
    is_in_source: bool = False


def diagnostic(
    rule: Rule,
    message: str,
    *labels: Label | Span | None,
    help: str = "",  # noqa: A002
    fixes: tuple[Fix, ...] = (),
    reason: str = "",
) -> Diagnostic:
    """A diagnostic of a rule with the rule's own severity; absent places are left out."""
    places = tuple(p if isinstance(p, Label) else Label(p) for p in labels if p is not None)
    return Diagnostic(
        rule.name,
        rule.severity,
        message=message,
        labels=places,
        help=help,
        fixes=fixes,
        reason=reason,
        is_guess=rule.is_guess,
    )


def sorted_diagnostics(diagnostics: list[Diagnostic]) -> list[Diagnostic]:
    """The same findings without repetition, by file in order of appearance, then place, then rule."""
    files: dict[str, int] = {}
    for found in diagnostics:
        for label in found.labels[:1]:
            files.setdefault(label.span.file.name, len(files))

    def place(found: Diagnostic) -> tuple[int, int, int, str, str]:
        if not found.labels:
            return (-1, 0, 0, found.rule, found.message)
        span = found.labels[0].span
        return (files[span.file.name], span.start, span.end, found.rule, found.message)

    return sorted(dict.fromkeys(diagnostics), key=place)


def leaves(diagnostics: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """The findings, those that have parts as their parts: each of one rule, with a place and a cure."""
    for found in diagnostics:
        yield from found.parts or (found,)


def has_errors(diagnostics: list[Diagnostic]) -> bool:
    """Whether an error is among some findings."""
    return any(found.severity is Severity.ERROR for found in diagnostics)


def with_severity(found: Diagnostic, severity: Severity) -> Diagnostic:
    """The same finding at another severity (a rule that the settings or the context make milder)."""
    return replace(found, severity=severity)


def as_one(findings: Sequence[Diagnostic]) -> Diagnostic:
    """Findings of one rule for one reason as one, at the place of the first, with one cure for those of them
    that have one."""
    first = findings[0]
    if len(findings) == 1:
        return replace(first, reason="")
    fixes = [fix for found in findings for fix in found.fixes]
    edits = tuple(edit for fix in fixes for edit in fix.edits)
    are_single = bool(fixes) and all(len(found.fixes) <= 1 for found in findings)
    return replace(
        first,
        message=first.reason.replace("{count}", str(len(findings))),
        labels=(
            *(
                label if label.text else replace(label, text="here")
                for one in findings
                for label in one.labels[:1]
            ),
            *(label for one in findings for label in one.labels[1:]),
        ),
        help="; ".join(dict.fromkeys(found.help for found in findings)),
        fixes=(Fix(edits, is_safe=all(fix.is_safe for fix in fixes)),) if are_single else (),
        reason="",
    )


def joined(rule: Rule, message: str, findings: Sequence[Diagnostic]) -> Diagnostic:
    """Findings of several rules as the parts of one, at the place of the first, with one cure for all.

    Each place has its own words; the first of a finding that has none says what is found there. No cure is an
    edit where one of them has none.
    """
    cures = [found.fixes for found in findings]
    fixes = [fix for several in cures for fix in several]
    edits = tuple(dict.fromkeys(edit for fix in fixes for edit in fix.edits))
    are_single = all(len(several) == 1 for several in cures)
    places = [
        label if number or label.text else replace(label, text=found.message)
        for found in findings
        for number, label in enumerate(found.labels)
    ]
    return replace(
        diagnostic(rule, message, *places, help="; ".join(dict.fromkeys(one.help for one in findings))),
        fixes=(Fix(edits, is_safe=all(fix.is_safe for fix in fixes)),) if are_single else (),
        parts=tuple(findings),
    )
