"""What the texts and marks of fragments mean: a guard for each operand, and what a loop repeats.

Outcomes have polarity, and the operands of one `alt` are complements: an `else` without text is what its `if`
is not, and two operands of one outcome are an error. What is no outcome is a flag of its own, which a fresh
file leaves unset: none of several ways is taken by default (docs/language.md#fragments-and-conditions).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mermaid2gha.base.diagnostic import Diagnostic, Label, Rule, Severity, diagnostic, with_severity
from mermaid2gha.base.records import dataclass, replace
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.marks import mark_values
from mermaid2gha.compiler.marks.marks import marks_of, misplaced, stops
from mermaid2gha.compiler.marks.settled import settled
from mermaid2gha.compiler.vocabulary import labels, loops, outcomes
from mermaid2gha.compiler.vocabulary.guards import Guard, Meaning, guard, read_expression
from mermaid2gha.compiler.vocabulary.loops import Loop, LoopKind
from mermaid2gha.compiler.vocabulary.outcomes_beyond import named_outcome
from mermaid2gha.github.expressions.condition import FALSE
from mermaid2gha.mermaid.ast import Diagram, FragmentEnd, FragmentStart, Message, Note, OperandStart, Operator
from mermaid2gha.settings.model import Settings

GUESSED_CONDITION = Rule("guessed-condition", Severity.WARNING, is_guess=True)
SAME_OUTCOME = Rule("same-outcome", Severity.ERROR)

_CHOOSING = (Operator.OPT, Operator.ALT, Operator.BREAK)
_MARKED_OUTCOMES = {"success": Meaning.SUCCESS, "failure": Meaning.FAILURE}


@dataclass(frozen=True, slots=True)
class FragmentReading:
    """A fragment read: the guard of each operand, and what it repeats if it is a loop."""

    guards: tuple[Guard, ...]
    loop: Loop | None = None


def conditions(
    diagram: Diagram, settings: Settings
) -> tuple[Mapping[int, FragmentReading], list[Diagnostic]]:
    """The fragments of a diagram by the indices of their starts. Reports `same-outcome`,
    `guessed-condition`."""
    operands: dict[int, list[FragmentStart | OperandStart]] = {}
    stack: list[int] = []
    for at, event in enumerate(diagram.events):
        match event:
            case FragmentStart():
                stack.append(at)
                operands[at] = [event]
            case OperandStart():
                operands[stack[-1]].append(event)
            case FragmentEnd():
                stack.pop()
            case _:
                pass
    result: dict[int, FragmentReading] = {}
    diagnostics: list[Diagnostic] = []
    named = _Named(diagram)
    for at, starts in operands.items():
        result[at] = FragmentReading(_guards(starts, settings, named, diagnostics), _loop(starts))
    return result, diagnostics


def always_faults(diagram: Diagram, fragments: Mapping[int, FragmentReading]) -> Iterator[Diagnostic]:
    """What is to run whatever happens, and stands in what is for a success or a failure, or around such."""
    if not any(guard.is_always for one in fragments.values() for guard in one.guards):
        return
    open_: list[tuple[int, int]] = []
    around: list[tuple[bool, bool]] = []
    told: set[int] = set()
    for at, event in enumerate(diagram.events):
        if isinstance(event, FragmentStart):
            open_.append((at, 0))
        elif isinstance(event, OperandStart):
            start, index = open_.pop()
            open_.append((start, index + 1))
            around.pop()
        elif isinstance(event, FragmentEnd):
            open_.pop()
            around.pop()
        if isinstance(event, FragmentStart | OperandStart):
            start, index = open_[-1]
            guard = fragments[start].guards[index]
            is_always, is_outcome = guard.is_always, guard.outcome is not None and not guard.is_always
            is_nested = any((is_always and outcome) or (is_outcome and always) for always, outcome in around)
            if is_nested and start not in told:
                told.add(start)
                fault = misplaced("`always` and a success or failure stand in one another", _place(event))
                cure = "draw what runs whatever happens beside what is for a success or a failure, not in it"
                yield replace(with_severity(fault, Severity.ERROR), help=cure)
            around.append((is_always, is_outcome))


@dataclass(slots=True)
class _Named:
    """What a diagram calls its jobs and steps, looked up when it is asked for."""

    diagram: Diagram
    names: frozenset[str] | None = None

    def outcome(self, guard: Guard) -> Guard:
        """A guard as the outcome of what the diagram names, if its text says one of that."""
        if guard.meaning is not Meaning.FLAG or guard.is_certain or not guard.text:
            return guard
        if self.names is None:
            drawn = (event for event in self.diagram.events if isinstance(event, Message | Note))
            self.names = frozenset(labels.parsed(event.text).name for event in drawn) - {""}
        said = named_outcome(guard.text, self.names)
        if said is None:
            return guard
        is_failure = said.polarity is outcomes.Polarity.FAILURE
        meaning = Meaning.FAILURE if is_failure else Meaning.SUCCESS
        return replace(guard, meaning=meaning, jobs=said.names, is_certain=True, is_code=False)


def _guards(
    starts: Sequence[FragmentStart | OperandStart],
    settings: Settings,
    named: _Named,
    diagnostics: list[Diagnostic],
) -> tuple[Guard, ...]:
    operator = starts[0].operator
    if operator is Operator.CRITICAL:
        return (Guard(Meaning.SUCCESS), *(Guard(Meaning.FAILURE, labels.plain(x.text)) for x in starts[1:]))
    if operator not in _CHOOSING:
        return tuple(Guard(Meaning.NONE, labels.plain(start.text)) for start in starts)
    found = [named.outcome(_guard(start, settings)) for start in starts]
    if operator is Operator.BREAK:
        found = [replace(one, is_choice=True) if _is_unread(one) else one for one in found]
    if operator is Operator.ALT:
        found = _complements(_with_rest(found, starts[-1]))
        diagnostics += _same(found, starts)
        diagnostics += _guessed(found, starts)
    return tuple(found)


def _guard(start: FragmentStart | OperandStart, settings: Settings) -> Guard:
    """The guard of one operand, by its marks or its text."""
    marks, text = marks_of(start), " ".join(labels.lines(start.text))
    is_stop = stops(start, marks)
    for name, meaning in _MARKED_OUTCOMES.items():
        if name in marks:
            jobs = mark_values.words(marks[name])
            return Guard(meaning, text, jobs=jobs, stops=is_stop, is_certain=True, is_marked=True)
    if "always" in marks and start.operator not in (Operator.ALT, Operator.BREAK):
        return Guard(Meaning.FAILURE, text, is_certain=True, is_marked=True, is_always=True)
    if "if" in marks:
        condition = read_expression(marks["if"], is_stated=True)
        assert condition is not None, marks["if"]
        return Guard(
            Meaning.EXPRESSION, text, condition=condition, stops=is_stop, is_certain=True, is_marked=True
        )
    if "flag" in marks:
        return Guard(Meaning.FLAG, marks["flag"], stops=is_stop, is_certain=True)
    return replace(guard(start.text, settings), stops=is_stop)


def _with_rest(found: list[Guard], last: FragmentStart | OperandStart) -> list[Guard]:
    """The guards of one `alt`, with a last `else` that says what is done there, and no condition, as one
    without text: `else skip the tests`."""
    is_rest = isinstance(last, OperandStart) and not marks_of(last).keys() & {"flag", "if"}
    is_rest = is_rest and not outcomes.is_stop_of_rest(found[0].text)  # `alt exit 1 … else exit 2` are cases
    if is_rest and found[-1].meaning is Meaning.FLAG and outcomes.is_stop_of_rest(found[-1].text):
        return [*found[:-1], replace(found[-1], text="", is_certain=True)]
    return found


def _complements(found: list[Guard]) -> list[Guard]:
    """The guards of one `alt`, each as it is beside the others."""
    last, first = len(found) - 1, found[0]
    is_rest = last > 0 and found[last].meaning is Meaning.FLAG and not found[last].text
    if is_rest and last == 1 and first.outcome is not None:
        found[1] = replace(found[1], meaning=_opposite(first.meaning), is_certain=True)
    elif is_rest:
        found[last] = replace(found[last], is_rest=True)
    elif last == 1 and first.meaning is Meaning.SUCCESS and _is_unread(found[1]):
        found[1] = replace(found[1], meaning=Meaning.FAILURE)
    if found[last].is_rest and {Meaning.SUCCESS, Meaning.FAILURE} <= {one.meaning for one in found}:
        found[last] = Guard(Meaning.EXPRESSION, condition=FALSE, is_certain=True)  # nothing remains
    has_text = [one.text for one in found if one.meaning is Meaning.FLAG and one.text]
    if has_text:
        found = [replace(g, is_choice=True) if g.meaning is Meaning.FLAG and g.text else g for g in found]
    return found


def _is_unread(guard: Guard) -> bool:
    return guard.meaning is Meaning.FLAG and not guard.is_certain


def _opposite(meaning: Meaning) -> Meaning:
    return Meaning.FAILURE if meaning is Meaning.SUCCESS else Meaning.SUCCESS


def _same(found: list[Guard], starts: Sequence[FragmentStart | OperandStart]) -> Iterator[Diagnostic]:
    """Operands of one `alt` that are of one outcome, of the same thing or of whatever stands before."""
    for at, one in enumerate(found):
        for earlier in range(at):
            other = found[earlier]
            if one.outcome is None or one.outcome is not other.outcome:
                continue
            is_failure = one.outcome is Meaning.FAILURE
            mine, its = one.jobs or one.subject, other.jobs or other.subject
            if is_failure and mine and its and mine != its:
                continue
            yield diagnostic(
                SAME_OUTCOME,
                f"two operands of one `alt` are both for a {one.meaning.value}",
                Label(_place(starts[at]), "this one"),
                Label(_place(starts[earlier]), "and this one"),
                help="let one be for the success: `%% success` or `%% failure` above an operand says which",
            )
            return


def _guessed(found: list[Guard], starts: Sequence[FragmentStart | OperandStart]) -> Iterator[Diagnostic]:
    """An `else` whose text is no outcome, beside one for success; one that is of something else; and one
    without text that is not the last, so that it is not for what remains."""
    for start, one in list(zip(starts, found))[1:-1]:
        if one.meaning is Meaning.FLAG and not one.text:
            yield diagnostic(
                GUESSED_CONDITION,
                "an `else` without text is for what remains, and here another one follows",
                start.span,
                help="draw it last, or say what it is above it: `%% if: EXPRESSION`, `%% failure` …",
            )
    if len(found) == 2 and _are_of_others(found[0], found[1]):
        at = 0 if found[0].outcome is Meaning.FAILURE else 1
        yield diagnostic(
            GUESSED_CONDITION,
            f"`{found[at].text}` is not what remains of `{found[1 - at].text}`, and is taken for any failure "
            "before",
            _place(starts[at]),
            help="write `%% failure` above it if it is, `%% success` above the one that is for the good end; "
            "else draw an `opt` of its own for each",
            fixes=settled(starts[at].span, "failure"),
        )
    if len(found) == 2 and found[1].meaning is Meaning.FAILURE and not found[1].is_certain:
        yield diagnostic(
            GUESSED_CONDITION,
            f"`else {found[1].text}` is taken for the failure of what `alt {found[0].text}` is the "
            f"success of",
            _place(starts[1]),
            help=outcomes.undrawn_status(found[1].text)
            or "write `%% failure` above it if it is, `%% success` above it and `%% failure` above the "
            "other if it is the good end, else `%% flag: NAME` for a condition of its own",
            fixes=() if outcomes.undrawn_status(found[1].text) else settled(starts[1].span, "failure"),
        )


def _are_of_others(one: Guard, other: Guard) -> bool:
    """Whether one operand is for a success of something, and the other for a failure of something else."""
    if one.outcome is None or other.outcome is None or one.outcome is other.outcome:
        return False
    if (
        one.subject == other.subject
        or not (one.subject and other.subject)
        or one.is_marked
        or other.is_marked
    ):
        return False
    return not (
        outcomes.named(one.subject, [other.subject])[0] or outcomes.named(other.subject, [one.subject])[0]
    )


def guessed_condition(message: str, place: Span | None, *, cure: str, mark: str) -> Diagnostic:
    """A finding of the rule `guessed-condition`, for those who find it elsewhere; `mark` above its place says
    what was read."""
    return diagnostic(GUESSED_CONDITION, message, place, help=cure, fixes=settled(place, mark))


def _once(start: FragmentStart | OperandStart) -> Loop | None:
    """A loop whose body runs once; one over things has no axis, and still holds jobs of its own."""
    if start.operator is not Operator.LOOP:
        return None
    is_matrix = loops.loop(start.text).kind is LoopKind.MATRIX
    return Loop(LoopKind.MATRIX if is_matrix else LoopKind.ONCE, start.text)


def _place(start: FragmentStart | OperandStart) -> Span:
    place = start.text_span or start.span
    assert place is not None
    return place


def _loop(starts: Sequence[FragmentStart | OperandStart]) -> Loop | None:
    """What a fragment repeats; a `par` of one operand whose text is a list repeats it for each."""
    start, marks = starts[0], marks_of(starts[0])
    if "matrix" in marks:
        return Loop(LoopKind.MATRIX, marks["matrix"], axes=mark_values.matrix(marks["matrix"]))
    if "retry" in marks:
        return Loop(LoopKind.RETRY, start.text, tries=mark_values.count(marks["retry"]))
    if "once" in marks:
        return _once(start)
    if start.operator is Operator.LOOP:
        return loops.loop(start.text)
    if start.operator in (Operator.PAR, Operator.PAR_OVER) and len(starts) == 1:
        axes = loops.listed(start.text)
        if axes:
            return Loop(LoopKind.MATRIX, start.text, axes=axes)
        return Loop(LoopKind.OTHER, start.text)
    return None
