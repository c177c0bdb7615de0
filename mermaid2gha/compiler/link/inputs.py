"""The inputs of a workflow: of which type each is, and what conditions ask of inputs that nobody draws.

A drawn value alone does not say of which type its input is: `dry-run=true` is a text to a condition that
compares it with one, and GitHub finds no text equal to a boolean (docs.github.com, Expressions: operators).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from mermaid2gha.base.diagnostic import Diagnostic, Rule, Severity, diagnostic
from mermaid2gha.base.edit import respelt
from mermaid2gha.base.never import assert_never
from mermaid2gha.base.records import dataclass
from mermaid2gha.base.source import Span
from mermaid2gha.compiler.link.model import LinkedWorkflow
from mermaid2gha.github.events import WORKFLOW_DISPATCH, kind_of
from mermaid2gha.github.expressions.ast import Call, Comparison, Context, Index, Literal, Logical, Node, Not
from mermaid2gha.github.logic.dnf import AtomKind

INPUT_NEVER_GIVEN = Rule("input-never-given", Severity.ERROR)
INPUT_OF_TWO_TYPES = Rule("input-of-two-types", Severity.WARNING)
UNDRAWN_INPUT = Rule("undrawn-input", Severity.WARNING)

_OURS = frozenset(("called", "run"))
"""Inputs of ours, by which runs are told apart."""
_BOOLEANS = frozenset(("true", "false"))
_OF_TEXTS = frozenset(("contains", "startswith", "endswith", "fromjson"))


@dataclass(frozen=True, slots=True)
class InputUse:
    """That a condition asks for an input as a value of some type; `value` is the text that it is compared
    with, `place` that of the condition."""

    name: str
    type: str
    value: str | None = None
    place: Span | None = None


@lru_cache(maxsize=1 << 10)
def _uses(condition: Node, asked_as: str = "boolean") -> tuple[InputUse, ...]:
    """What a condition asks of inputs; it stands where a value of the type is asked for."""
    match condition:
        case Index(Context("inputs"), Literal(str() as name)):
            return (InputUse(name, asked_as),)
        case Comparison(_, left, right):
            return (*_compared(left, right), *_compared(right, left))
        case Logical(_, operands):
            return tuple(use for operand in operands for use in _uses(operand, asked_as))
        case Not(operand):
            return _uses(operand)
        case Call(name, arguments):
            inner = "string" if name in _OF_TEXTS else ""
            return tuple(use for argument in arguments for use in _uses(argument, inner))
        case Index(of, key):
            return (*_uses(of, ""), *(_uses(key, "string") if key is not None else ()))
        case Literal() | Context():
            return ()
        case _:
            assert_never(condition)


def _compared(node: Node, other: Node) -> tuple[InputUse, ...]:
    value = other.value if isinstance(other, Literal) else None
    match value:
        case bool():
            return _uses(node, "boolean")
        case str():
            asked = _uses(node, "string")
            is_input = isinstance(node, Index) and len(asked) == 1
            return (InputUse(asked[0].name, "string", value),) if is_input else asked
        case None:
            return _uses(node, "" if isinstance(other, Literal) else "string")
        case _:
            return _uses(node, "number")


def input_uses(linked: LinkedWorkflow) -> tuple[InputUse, ...]:
    """What the drawn conditions of a workflow ask of its inputs, in their order."""
    result: list[InputUse] = []
    for atom, test in linked.flags.tests.items():
        if atom.kind is AtomKind.EXPRESSION and "inputs." in atom.name.lower():
            place = linked.flags.places.get(atom)
            result += (InputUse(use.name, use.type, use.value, place) for use in _uses(test))
    for flow in linked.workflow.flows:
        asked = dict.fromkeys(use for _, guard in flow.guards for use in _uses(guard))
        theirs = [use for use in asked if use.name.casefold() not in _OURS]
        result += (InputUse(use.name, use.type, use.value, flow.span) for use in theirs)
    return tuple(result)


def input_types(linked: LinkedWorkflow, given: Mapping[str, str]) -> dict[str, str]:
    """The inputs that drawn conditions read, and those that are `given` values, each with its type.

    What a condition compares an input with decides, else the value. Names are the same whatever their case.
    """
    asked: dict[str, list[InputUse]] = {}
    for use in input_uses(linked):
        asked.setdefault(use.name.casefold(), []).append(use)
    values = {name.casefold(): value for name, value in given.items()}
    names = {name.casefold(): name for name in given}
    result = {}
    for key, uses in asked.items():
        name = names.get(key, uses[0].name)
        result[name] = _type(frozenset(use.type for use in uses), values.get(key))
    return {**result, **{n: _type(frozenset(), given[n]) for k, n in names.items() if k not in asked}}


def _type(asked: frozenset[str], value: str | None) -> str:
    for name in ("string", "boolean"):
        if name in asked:
            return name
    if "number" in asked and (not value or _is_number(value)):
        return "number"
    return input_type(value) if value else "string"


def input_type(value: str) -> str:
    """The type of an input that is given this value, if nothing else says it."""
    if value and _BOOLEANS.issuperset(value.replace(" ", "").split("|")):
        return "boolean"
    return "number" if _is_number(value) else "string"


def _is_number(value: str) -> bool:
    return value.isascii() and value.isdigit()


# -- findings --------------------------------------------------------------------------------------


def input_findings(linked: LinkedWorkflow, given: Mapping[str, str]) -> Iterator[Diagnostic]:
    """Conditions on inputs that nothing gives, and on those that cannot be what they are asked for; `given`
    are the drawn values of inputs. Reports `input-never-given`, `input-of-two-types`, `undrawn-input`."""
    uses = input_uses(linked)
    default = linked.workflow.flows[0].span
    if not any(kind_of(event).takes_inputs for event in linked.workflow.events):
        places = dict.fromkeys(use.place or default for use in uses)
        yield from (_never_given(linked, place) for place in places)
        return
    drawn = {name.casefold(): name for name in given}
    kinds: dict[str, set[str]] = {}
    for use in uses:
        kinds.setdefault(use.name.casefold(), set()).add(use.type)
    told: set[str] = set()
    for use in uses:
        key = use.name.casefold()
        if key in told or key in _OURS:
            continue
        if drawn and key not in drawn:
            told.add(key)
            yield _undrawn(use, list(drawn.values()), use.place or default)
        elif said := _contradiction(use, kinds[key], given.get(drawn.get(key, ""))):
            told.add(key)
            yield diagnostic(
                INPUT_OF_TWO_TYPES,
                said,
                use.place or default,
                help=f"ask for it alike everywhere: `inputs.{use.name} == true` is of a box that is ticked, "
                f"`inputs.{use.name} == 'TEXT'` of a text, one that it can be",
            )


def _contradiction(use: InputUse, kinds: set[str], value: str | None) -> str:
    """What is wrong with how an input is asked for, beside how it is asked for elsewhere and its value,
    which may be several, or none that is drawn."""
    name = f"`inputs.{use.name}`"
    if use.type == "boolean" and "string" in kinds:
        return f"{name} is true or false here and a text elsewhere, and a text is always true"
    if not value:
        return ""
    values = [one.strip() for one in value.split("|")]  # one of these: `staging|production`
    if use.type == "boolean" and not _BOOLEANS.issuperset(values):
        return f"{name} is given as `{value}`, and is asked for here as true or false"
    if use.value is not None and _BOOLEANS.issuperset(values) and use.value.lower() not in {*_BOOLEANS, ""}:
        return f"{name} is given as `{value}`, and is asked for here as `{use.value}`"
    if len(values) > 1 and use.value and use.value.casefold() not in map(str.casefold, values):
        return f"{name} is one of `{value}`, and is asked for here as `{use.value}`, which is none of these"
    return ""


def _never_given(linked: LinkedWorkflow, place: Span) -> Diagnostic:
    return diagnostic(
        INPUT_NEVER_GIVEN,
        f"`{linked.name}` has no inputs, for it is neither called nor started by hand",
        place,
        help=f"draw what starts it by hand (`{WORKFLOW_DISPATCH.name}`), or read a variable, `vars.NAME`",
    )


def _undrawn(use: InputUse, drawn: Sequence[str], place: Span) -> Diagnostic:
    from difflib import get_close_matches  # late: most inputs are drawn

    near = next(iter(get_close_matches(use.name, drawn, 1, 0.6)), "")
    listed = ", ".join(f"`{name}`" for name in drawn)
    return diagnostic(
        UNDRAWN_INPUT,
        f"`inputs.{use.name}` is none of the inputs that are drawn, {listed}, so it is one more that "
        "somebody has to give",
        place,
        help=f"did you mean `inputs.{near}`?"
        if near
        else f"draw its value beside the others: `{use.name}=VALUE`",
        fixes=respelt(place, use.name, near, is_safe=False) if near else (),
    )
