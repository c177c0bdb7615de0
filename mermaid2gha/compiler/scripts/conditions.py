"""The parts of an `if` that we write, told from those that people added (docs/ownership.md).

An `if` is split at its top `&&`. A term is the drawing's if all that it asks for is: statuses, what jobs that
are drawn give, the guards of flows, what conditions of the drawing ask anywhere about variables and refs, and
whatever this job's own drawn condition asks. Any other term, and one that is partly so, is people's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache

from mermaid2gha.base.records import dataclass, replace
from mermaid2gha.github.events import CONCLUSION, CRON, HEAD_REPOSITORY, kind_of
from mermaid2gha.github.expressions.ast import NAME, Call, Comparison, Literal, Logical, Node, text_of
from mermaid2gha.github.expressions.checker import has_status_function
from mermaid2gha.github.expressions.condition import expression, reference
from mermaid2gha.github.expressions.template import expression_tree, is_always_text, terms
from mermaid2gha.github.logic.equivalence import (
    STATUS,
    ConditionPlace,
    Holds,
    atoms,
    equivalent,
    is_job_result,
)
from mermaid2gha.github.logic.outcomes import ends_of, runs_after
from mermaid2gha.github.workflow.model import Workflow

_KNOWN = 1 << 12
"""Conditions of which is kept what they ask."""

_GUARDS = (
    "github.event_name",
    "github.event.action",
    CRON,
    HEAD_REPOSITORY,
    CONCLUSION,
    "inputs.called",
    "inputs.run",
)
TESTED = "!cancelled()"
"""The first term wherever how the jobs before it ended is asked because of what is drawn: a mark that names
it says so of all these tests, but where it says in the place of which of people's they stand."""

_PAST = "without "
_OVER, _NOTHING = "over ", "nothing"
_REFS = ("github.ref", "github.base_ref", "github.head_ref")
"""What says of a run on which branch or tag it is: the drawing's, as its events are."""


@dataclass(frozen=True, slots=True)
class DrawnQuestions:
    """What the conditions of a compiled workflow ask about, and the jobs of its file that nobody draws and
    that bear no mark of ours; in lower case. `own_terms` are those of the `if` of one job that are accepted
    as people's, and stay so whatever is drawn since; the empty one stands for all that were then."""

    asked: frozenset[str]
    peoples_jobs: frozenset[str]
    own_terms: frozenset[str] = frozenset()

    def has(self, atom: str, own: Collection[str] = (), *, is_marked: bool = False) -> bool:
        """Whether a question is the drawing's in the `if` of a job whose drawn condition asks `own`.

        `is_marked`: the job bears our mark, so that variables of an earlier drawing are ours, too.
        """
        if atom == STATUS or atom in own or any(guard in atom for guard in _GUARDS):
            return True
        if atom.startswith("needs."):
            return atom.split(".")[1] not in self.peoples_jobs
        if atom.startswith(_REFS):
            return True
        return atom.startswith("vars.") and (is_marked or atom in self.asked)

    def of_job(self, own_terms: frozenset[str]) -> DrawnQuestions:
        """The same for one job, in the `if` of which these terms are accepted as people's."""
        return replace(self, own_terms=own_terms) if own_terms else self

    def of_term(self, text: str) -> DrawnQuestions:
        """The same for one term; the variables in one that is accepted as people's are theirs, whatever other
        jobs are drawn to ask."""
        is_own = text in self.own_terms or "" in self.own_terms
        return DrawnQuestions(frozenset(), self.peoples_jobs) if is_own else self


@dataclass(frozen=True, slots=True)
class SplitCondition:
    """The terms of an `if` in written order: what asks for results and statuses, what else is drawn, and
    people's."""

    results: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    peoples: tuple[str, ...] = ()

    @property
    def terms(self) -> tuple[str, ...]:
        """All of them."""
        return (*self.results, *self.own, *self.peoples)


def drawn_questions(workflow: Workflow, peoples_jobs: Collection[str] = ()) -> DrawnQuestions:
    """What the drawn conditions of a workflow ask for; the rest of an `if` is people's."""
    conditions = [job.condition for job in workflow.jobs]
    conditions += [step.condition for job in workflow.jobs for step in job.steps]
    asked = frozenset(
        atom for condition in conditions if condition is not None for atom in asked_of(expression(condition))
    )
    return DrawnQuestions(asked, frozenset(name.casefold() for name in peoples_jobs))


@lru_cache(maxsize=_KNOWN)
def asked_of(text: str) -> frozenset[str]:
    """What an expression asks about, in lower case; nothing where it is none."""
    try:
        return frozenset(atoms(text, place=ConditionPlace.VALUE)) if text else frozenset()
    except ValueError:
        return frozenset()


@lru_cache(maxsize=_KNOWN)
def split_terms(
    text: str,
    drawn: DrawnQuestions,
    own: frozenset[str] = frozenset(),
    *,
    is_marked: bool = False,
    named: frozenset[str] = frozenset(),
) -> SplitCondition | None:
    """The terms of an `if`; none if it is no expression. `named` are those that a mark says to be drawn."""
    try:
        parts = terms(expression_tree(text)) if text.strip() else ()
        asked = [(text_of(part), atoms(text_of(part), place=ConditionPlace.VALUE)) for part in parts]
    except ValueError:
        return None
    results, others, peoples = [], [], []
    for (said, about), part in zip(asked, parts):
        of_term = drawn.of_term(said)
        if said in drawn.own_terms and said not in named:  # whatever is drawn since, but for this very job
            is_ours = bool(about) and all(atom in own for atom in about)
        else:
            is_ours = said in named or all(of_term.has(atom, own, is_marked=is_marked) for atom in about)
        if is_switched_off(part) or not is_ours:
            peoples.append(said)
        elif any(_is_result(atom) for atom in about) or (isinstance(part, Call) and not about):
            results.append(said)
        else:
            others.append(said)
    return SplitCondition(tuple(results), tuple(others), tuple(peoples))


_ONLY_DRAWN = DrawnQuestions(frozenset(), frozenset())


def like_peoples(text: str) -> tuple[str, ...]:
    """The terms of a condition of ours that could be people's, as far as can be seen."""
    split = split_terms(text, _ONLY_DRAWN, is_marked=True)
    return split.peoples if split is not None else ()


def like_drawn(text: str) -> tuple[str, ...]:
    """The terms of an `if` that ask only which run it is, as a drawing does: a mark that names none is of
    these. What jobs and variables decide people write, too, where a flag is drawn."""
    split = split_terms(text, _ONLY_DRAWN, is_marked=True)
    own = split.own if split is not None else ()
    return tuple(term for term in own if all(atom.startswith("github.") for atom in asked_of(term)))


@dataclass(frozen=True, slots=True)
class AcceptedTerms:
    """What an accepted difference of two conditions says: the terms that only the file has, which stay as
    people's do, and those that only the drawing has, which the file need not have."""

    kept: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()


def accepted_terms(
    in_file: str, drawn: str, now: SplitCondition, drawn_now: SplitCondition, events: Collection[str] = ()
) -> AcceptedTerms | None:
    """How a file deviates from its drawing by a difference that was accepted as these two conditions.

    It holds while both mean what they meant, for the `events` that are drawn if these are given, and when
    either gained or lost terms that are in none of the two: then what was drawn since is one more change, and
    what was accepted stays. So does a term that has become people's since, for the job that it asks for is
    drawn no more. None where it holds no more, or where nothing differs.
    """
    own, aims = now.own, drawn_now.own
    if _means(in_file, joined(own)) and _means_for(events, drawn, joined(aims)):
        made = AcceptedTerms(_without(own, aims), _without(aims, own))
    else:
        one, other = term_texts(in_file), term_texts(drawn)
        made = AcceptedTerms(_without(one, other), _without(other, one))
        there = {*own, *now.peoples}
        if not (set(made.kept) <= there and set(made.absent) <= set(aims) - there):
            return None
    return made if made.kept or made.absent else None


def _means_for(events: Collection[str], text: str, other: str) -> bool:
    """Whether two drawn conditions mean the same; for some events, where either asks which it is."""
    if _means(text, other):
        return True
    if not any("event_name" in one for one in (text, other)) or any(kind_of(e).is_call for e in events):
        return False
    tests = " || ".join(f"github.event_name == '{event}'" for event in events)
    return bool(tests) and _means(joined([text or "true", tests]), joined([other or "true", tests]))


def with_accepted_within(text: str, in_file: str, drawn: str) -> str:
    """A drawn term with what an accepted difference has in the file in the stead of what it has in the
    drawing, where that stands within the term: it is drawn for some events only since. Unchanged where it
    does not.

        >>> with_accepted_within("(github.event_name == 'push' && vars.A) || vars.B", "vars.C", "vars.A")
        "github.event_name == 'push' && vars.C || vars.B"
        >>> with_accepted_within("(github.event_name == 'push' && vars.A) || vars.B", "", "vars.A")
        "github.event_name == 'push' || vars.B"
        >>> with_accepted_within("vars.A || vars.B || vars.C", "vars.D", "vars.A || vars.B")
        'vars.D || vars.C'
    """
    gone = term_texts(drawn)
    try:
        tree, there = expression_tree(text), terms(expression_tree(in_file)) if in_file.strip() else ()
    except ValueError:
        return text
    made = _replaced(tree, frozenset(gone), tuple(there)) if gone else tree
    return "true" if made is None else text_of(made) if made != tree else text


def _replaced(node: Node, gone: frozenset[str], there: tuple[Node, ...]) -> Node | None:
    """A condition in which some terms stand for others that stand together; none if it is always true."""
    if isinstance(node, Logical) and node.operator == "||":
        ways, every = _ways(gone), {text_of(part) for part in node.operands}
        if ways and ways < every:  # it is drawn for further events since
            if not there:
                return None
            instead = there[0] if len(there) == 1 else Logical("&&", there)
            return Logical("||", (instead, *(part for part in node.operands if text_of(part) not in ways)))
        left = [one for part in node.operands if (one := _replaced(part, gone, there)) is not None]
        return Logical("||", tuple(left)) if len(left) == len(node.operands) else None
    parts = node.operands if isinstance(node, Logical) else (node,)
    texts = [text_of(part) for part in parts]
    if gone <= {*texts}:
        found = [part for part, said in zip(parts, texts) if said not in gone] + [*there]
    else:
        found = [one for part in parts if (one := _inside(part, gone, there)) is not None]
    return None if not found else found[0] if len(found) == 1 else Logical("&&", tuple(found))


def _ways(gone: frozenset[str]) -> frozenset[str]:
    """What one of these terms asks of which any does, if they are one."""
    tree = expression_tree(*gone) if len(gone) == 1 else None
    is_any = isinstance(tree, Logical) and tree.operator == "||"
    return frozenset(map(text_of, tree.operands)) if isinstance(tree, Logical) and is_any else frozenset()


def _inside(part: Node, gone: frozenset[str], there: tuple[Node, ...]) -> Node | None:
    return _replaced(part, gone, there) if isinstance(part, Logical) else part


@lru_cache(maxsize=_KNOWN)
def own_terms(accepted: tuple[str | None, ...]) -> frozenset[str]:
    """The terms of people's that are accepted, as acceptances say them; one that says none is of all."""
    return frozenset(term for text in accepted for term in (term_texts(text) if text else ("",)))


def is_test_accepted(
    accepted: Iterable[tuple[str | None, str | None]], condition: str, drawn: str, needs: Collection[str]
) -> bool:
    """Whether a job may ask as its file has it how those before it ended, and not as it is drawn.

    An acceptance of that says after which ends of them the job runs, in the file and as drawn: not what
    either asks, for that changes with the jobs that are drawn around it. So it is no acceptance of a job that
    is drawn to handle failures now, and was drawn to come after success.
    """
    sides = runs_after(condition, needs), runs_after(drawn, needs)
    return any(
        all(said is None or _is_kind(said, side) for said, side in zip(one, sides)) for one in accepted
    )


def _is_kind(text: str, other: str) -> bool:
    ends, others = ends_of(text), ends_of(other)
    if ends is not None and others is not None:
        return ends.has_kinds_of(others)
    return _means(text, other)


def _means(text: str, other: str) -> bool:
    if text.split() == other.split():
        return True
    return isinstance(equivalent(text or "true", other or "true", place=ConditionPlace.VALUE), Holds)


def _without(terms_of: Sequence[str], others: Sequence[str]) -> tuple[str, ...]:
    return tuple(term for term in terms_of if term not in others)


def marked_past(terms_past: Iterable[str]) -> list[str]:
    """How a mark names the terms of people's whose skips a job is not to inherit."""
    return [f"{_PAST}{term}" for term in sorted(terms_past)]


def past_terms(marked: Iterable[str]) -> frozenset[str]:
    """The terms of people's past which a job runs, by what its mark names."""
    return frozenset(one.removeprefix(_PAST) for one in marked if one.startswith(_PAST))


def marked_over(tests: Iterable[str]) -> list[str]:
    """How a mark names the tests of people's in the place of which the drawn ones stand, or that there was
    none."""
    return marked_over_flags(tests) or [f"{_OVER}{_NOTHING}"]


def marked_over_flags(terms_over: Iterable[str]) -> list[str]:
    """How a mark names what people asked for in the stead of a flag that is drawn no more."""
    return [f"{_OVER}{term}" for term in terms_over]


def are_tests_drawn(marked: Collection[str]) -> bool:
    """Whether all tests of an `if` are ours, by what its mark names: none of people's had that place."""
    return TESTED in marked and not any(one.startswith(_OVER) and not _is_over_flag(one) for one in marked)


def _is_over_flag(one: str) -> bool:
    return bool(flag_terms(one.removeprefix(_OVER)))


def as_people_had_it(text: str, marked: Sequence[str]) -> str:
    """An `if` with what people had, which its mark names, in the place of the drawn terms.

    Unchanged where a drawn test that is named does not stand there: people have written it anew since.

    >>> as_people_had_it("always() && needs.a.result == 'success' && vars.A", [
    ...     "needs.a.result == 'success'", "over needs.b.result != 'skipped'"])
    "(always()) && (needs.b.result != 'skipped') && (vars.A)"
    """
    named = [one.removeprefix(_OVER) for one in marked if one.startswith(_OVER)]
    theirs = [one for one in named if one != _NOTHING]
    there = term_texts(text) if named else ()
    if not named or any(one not in there for one in marked if asks_results(one)):
        return text
    ours = {one for one in marked if not (are_tests_drawn(marked) and (one == TESTED or asks_results(one)))}
    at = next((i for i, term in enumerate(there) if term in ours), None)
    if at is None:  # they only went, and people write what asks for statuses first
        at = max((i + 1 for i, one in enumerate(there) if asks_results(one) or not asked_of(one)), default=0)
    return joined([*there[:at], *theirs, *(term for term in there[at:] if term not in ours)])


def marked_needs(names: Iterable[str]) -> list[str]:
    """How a mark names the jobs that a job needs only so that it can ask how they ended."""
    return [f"needs.{name}" for name in names]


def needs_added(marked: Iterable[str]) -> frozenset[str]:
    """The jobs, in lower case, that a job needs only for that, by what its mark names."""
    parts = (one.casefold().split(".") for one in marked)
    return frozenset(part[1] for part in parts if part[0] == "needs" and len(part) == 2)


@lru_cache(maxsize=_KNOWN)
def term_texts(text: str) -> tuple[str, ...]:
    """The terms of an expression in one spelling; none of what is always true."""
    if text.strip() in ("", "true"):
        return ()
    try:
        return tuple(text_of(part) for part in terms(expression_tree(text)) if not is_always_text(part))
    except ValueError:
        return (text,)


def flag_terms(text: str, others: Collection[str] = ()) -> str:
    """What an `if` asks besides results, statuses, guards of flows and some other terms, as one expression;
    or nothing."""
    try:
        parts = terms(expression_tree(text))
    except ValueError:
        return ""
    found = [part for part in parts if _is_flag(part) and text_of(part) not in others]
    bare = [text_of(part) for part in found]
    return bare[0] if len(bare) == 1 else " && ".join(f"({one})" for one in bare)


def _is_flag(part: Node) -> bool:
    if has_status_function(part) or is_switched_off(part):
        return False
    about = asked_of(text_of(part))
    if not about or any(_is_result(atom) for atom in about):
        return False
    return not all(any(guard in atom for guard in _GUARDS) for atom in about)


def implies_success(text: str, job: str = "") -> bool:
    """Whether an `if` holds only where all before it succeeded; or, with a job, where that job did."""
    asked = _successes_asked(text)
    return asked is None or (bool(job) and _success_of(job) in asked)


@lru_cache(maxsize=_KNOWN)
def _successes_asked(text: str) -> frozenset[str] | None:
    """The terms of an `if` in small letters; none if it asks for the success of all, and where it is none."""
    if not text.strip():
        return None
    try:
        parts = terms(expression_tree(text))
    except ValueError:
        return None
    if not any(has_status_function(part) for part in parts) or Call("success", ()) in parts:
        return None
    return frozenset(text_of(part).casefold() for part in parts)


@lru_cache(maxsize=_KNOWN)
def _success_of(job: str) -> str:
    if NAME.fullmatch(job):
        return f"needs.{job}.result == 'success'".casefold()
    return text_of(Comparison("==", reference(f"needs.{job}.result"), Literal("success"))).casefold()


def is_switched_off(part: Node) -> bool:
    """Whether a term is never true and asks nothing: so people switch a job off."""
    return isinstance(part, Literal) and part.value is False


@lru_cache(maxsize=_KNOWN)
def asks_results(text: str) -> bool:
    """Whether a term asks how jobs ended, or how the run goes."""
    try:
        return any(map(_is_result, atoms(text, place=ConditionPlace.VALUE)))
    except ValueError:
        return False


def _is_result(atom: str) -> bool:
    return atom == STATUS or is_job_result(atom)


def joined(parts: Iterable[str]) -> str:
    """SplitCondition as one expression; nothing for none."""
    listed = list(parts)
    return listed[0] if len(listed) == 1 else " && ".join(f"({one})" for one in listed)


def successes(needs: Sequence[str], above: Mapping[str, frozenset[str]]) -> list[str]:
    """That of these jobs none succeeds but after those of them that are above it, where that is known."""
    return [
        f"needs.{low}.result != 'success' || needs.{high}.result == 'success'"
        for low in needs
        for high in needs
        if high in above.get(low, ())
    ]


def spelt_out(text: str, needs: Sequence[str]) -> str:
    """A condition in which `success()`, also where it is implied, asks for the results of the needs."""
    bare = without_braces(text)
    if implies_success(bare) and "success()" not in bare.casefold():
        bare = f"success() && ({bare})" if bare else "success()"
    said = " && ".join(["!cancelled()", *(f"needs.{need}.result == 'success'" for need in needs)])
    return bare.replace("success()", f"({said})")


def without_braces(text: str) -> str:
    """The expression of a condition that may stand in `${{ }}`."""
    stripped = text.strip()
    is_whole = stripped.startswith("${{") and stripped.endswith("}}") and stripped.count("${{") == 1
    return stripped[3:-2].strip() if is_whole else stripped
