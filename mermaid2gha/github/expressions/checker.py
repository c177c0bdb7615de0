"""What an expression may say where it stands: its checks, its type, and the condition that it is."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from mermaid2gha.base.never import assert_never
from mermaid2gha.base.records import replace
from mermaid2gha.github.expressions.ast import (
    FUNCTIONS,
    Call,
    Comparison,
    Context,
    Index,
    Literal,
    Logical,
    Node,
    Not,
    Problem,
    text_of,
)
from mermaid2gha.github.expressions.condition import Condition, whole
from mermaid2gha.github.expressions.parser import parse
from mermaid2gha.github.expressions.properties import domain, path_of

GENERAL_FUNCTIONS = frozenset({"contains", "startsWith", "endsWith", "format", "join", "toJSON", "fromJSON"})
STATUS_FUNCTIONS = frozenset({"success", "failure", "always", "cancelled"})
JOB_IF_CONTEXTS = frozenset({"github", "inputs", "vars", "needs"})

GITHUB_PROPERTIES = frozenset(
    "action action_path action_ref action_repository action_status actor actor_id api_url base_ref env event "
    "event_name event_path graphql_url head_ref job output path ref ref_name ref_protected ref_type "
    "repository "
    "repository_id repository_owner repository_owner_id repositoryurl retention_days run_attempt run_id "
    "run_number secret_source server_url sha state step_summary token triggering_actor workflow workflow_ref "
    "workflow_sha workspace".split()
)
"""The properties of `github` (docs.github.com, Contexts), in lower case."""
_OBJECTS = frozenset(("event",))
"""Those that have properties of their own; all others are texts, numbers or booleans."""
_NEEDS = frozenset(("outputs", "result"))
_BOOLEAN_FUNCTIONS = {"contains", "startswith", "endswith", "success", "failure", "always", "cancelled"}


def check(
    text: str, *, contexts: frozenset[str], functions: frozenset[str]
) -> tuple[Node | None, list[Problem]]:
    """The tree of a well-typed expression, or none and every problem there is.

    `contexts` and `functions` are those of the place, in GitHub's spelling; names are compared whatever
    their case, as GitHub does. Comparisons that can never be true are problems too.
    """
    node, problems = parse(text)
    if node is None:
        return None, problems
    known_contexts = {name.lower() for name in contexts}
    known_functions = {name.lower() for name in functions}
    for part in nodes(node):
        problem = _problem(part, known_contexts, known_functions)
        if problem is not None:
            problems.append(problem)
    problems.sort(key=lambda found: (found.start, found.end))
    return (None if problems else node), problems


def nodes(node: Node) -> Iterator[Node]:
    """The node and everything below it, from the outside in."""
    yield node
    for part in children(node):
        yield from nodes(part)


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below one, from left to right."""
    match node:
        case Literal() | Context():
            return ()
        case Index(of, key):
            return (of,) if key is None else (of, key)
        case Call(_, arguments):
            return arguments
        case Not(operand):
            return (operand,)
        case Comparison(_, left, right):
            return (left, right)
        case Logical(_, operands):
            return operands
        case _:
            assert_never(node)


def _problem(node: Node, contexts: set[str], functions: set[str]) -> Problem | None:
    match node:
        case Context(name) if name not in contexts:
            known = ", ".join(f"`{context}`" for context in sorted(contexts))
            message = f"there is no context `{name}` here"
            return Problem(message, node.start, node.end, f"the contexts are {known}" if known else "")
        case Index(Context("github"), Literal(str() as key)) if "github" in contexts:
            return _property_problem(node, "github", key, GITHUB_PROPERTIES)
        case Index(Index(Context("github"), Literal(str() as of)), Literal(str() as key)) if (
            "github" in contexts and of.lower() in GITHUB_PROPERTIES - _OBJECTS
        ):
            hint = f"it is a text or a number: `github.{of}` as it is"
            return _without_property(node, f"`github.{of}`", key, hint)
        case Index(Index(Context("needs"), Literal()), Literal(str() as key)) if "needs" in contexts:
            return _property_problem(node, "a job of `needs`", key, _NEEDS)
        case Call(name, arguments):
            return _call_problem(node, name, len(arguments), functions)
        case Comparison(_, left, right):
            return _comparison_problem(node, left, right, contexts) or _comparison_problem(
                node, right, left, contexts
            )
        case Not(Context(name)) if name in contexts:
            message = f"`{name}` is an object, which is always true"
            return Problem(message, node.start, node.end, f"name one of its properties, `{name}.…`")
        case _:
            return None


def _property_problem(node: Node, of: str, key: str, known: frozenset[str]) -> Problem | None:
    """A property that a context does not have: GitHub reads it as empty, so that no comparison holds."""
    if key.lower() in known:
        return None
    from difflib import get_close_matches

    near = get_close_matches(key.lower(), sorted(known), 1, 0.5)
    owner = of if " " in of else f"`{of}`"
    return _without_property(node, owner, key, f"did you mean `{near[0]}`?" if near else "")


def _without_property(node: Node, owner: str, key: str, hint: str) -> Problem:
    return Problem(f"{owner} has no property `{key}`", node.start, node.end, hint, is_unknown_property=True)


def _call_problem(node: Call, name: str, count: int, functions: set[str]) -> Problem | None:
    if name not in functions or name not in FUNCTIONS:
        known = ", ".join(f"`{FUNCTIONS[function][0]}`" for function in sorted(functions & FUNCTIONS.keys()))
        message = f"there is no function `{name}` here"
        return Problem(message, node.start, node.end, f"the functions are {known}" if known else "")
    spelling, least, most = FUNCTIONS[name]
    if least <= count <= most and not (name == "case" and count % 2 == 0):
        return None
    takes = f"{least}" if least == most else f"{least} to {most}"
    if name == "case":
        takes = "an odd number of"
    plural = "argument" if takes == "1" else "arguments"
    return Problem(f"`{spelling}` takes {takes} {plural} and gets {count}", node.start, node.end)


def _comparison_problem(node: Comparison, left: Node, right: Node, contexts: set[str]) -> Problem | None:
    if isinstance(left, Context) and left.name in contexts:
        message = f"`{left.name}` is an object, which no comparison can be true of"
        return Problem(message, node.start, node.end, f"compare one of its properties, `{left.name}.…`")
    if is_boolean(left) and isinstance(right, Literal) and isinstance(right.value, str):
        message = f"`{text_of(left)}` is a boolean, and a string is compared with it as a number"
        return Problem(message, node.start, node.end, "compare with `true` or `false` without quotes")
    return None


def is_boolean(node: Node) -> bool:
    """Whether the value is certainly `true` or `false`; a property is not, whatever it is called."""
    match node:
        case Literal(value):
            return isinstance(value, bool)
        case Not() | Comparison():
            return True
        case Call(name):
            return name in _BOOLEAN_FUNCTIONS
        case Logical(_, operands):
            return all(is_boolean(part) for part in operands)
        case Context() | Index():
            return False
        case _:
            assert_never(node)


def condition_test(
    text: str,
    *,
    contexts: frozenset[str] = JOB_IF_CONTEXTS,
    is_stated: bool = False,
) -> Condition | list[Problem]:
    """The condition that a text is as a whole, or what keeps it from being one.

    Only a boolean expression over a context or a status is a condition: no English sentence parses as one,
    and a single word (be it `true`), a constant or a bare property does not count, but for an input, which
    is declared as what conditions ask for. Where the place says that it is an expression (`is_stated`), any
    counts, by its truthiness. `${{ … }}` around the whole is taken off.
    """
    inner, offset = unwrapped(text)
    node, problems = check(inner, contexts=contexts, functions=GENERAL_FUNCTIONS)
    if node is None:
        return [replace(p, start=p.start + offset, end=p.end + offset) for p in problems]
    if is_stated:
        return whole(node)
    if not _is_asked(node):
        message = f"`{text_of(node)}` is not certainly a boolean"
        return [Problem(message, offset, offset + len(inner), "compare it with a value, `… == 'true'`")]
    if not any(isinstance(part, Context) for part in nodes(node)) and not has_status_function(node):
        message = f"`{text_of(node)}` is the same for every event"
        return [Problem(message, offset, offset + len(inner), "use a context such as `github`")]
    return whole(node)


def _is_asked(node: Node) -> bool:
    """Whether the value is certainly a boolean, where an input that is asked for as one is one, and what a
    payload has is what it has there."""
    match node:
        case Index(Context("inputs"), Literal(str())):
            return True
        case Index():
            known = domain(path_of(node))
            return known is not None and known.is_boolean
        case Logical(_, operands):
            return all(_is_asked(part) for part in operands)
        case _:
            return is_boolean(node)


def unwrapped(text: str) -> tuple[str, int]:
    """The expression in `${{ … }}` and its offset, if the text is one such; else the text as it is."""
    body = text.strip()
    if body.startswith("${{") and body.endswith("}}") and "${{" not in body[3:] and "}}" not in body[3:-2]:
        return body[3:-2], text.index("${{") + 3
    return text, 0


@lru_cache(maxsize=1 << 12)
def has_status_function(node: Node) -> bool:
    """Whether GitHub leaves the expression as it is, instead of `success() && (…)`: judged on the tree."""
    return any(isinstance(part, Call) and part.name in STATUS_FUNCTIONS for part in nodes(node))
