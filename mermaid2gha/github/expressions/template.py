"""Texts with `${{ … }}` in them, and the `if` of a job or step: what GitHub adds to what is written.

docs.github.com, Expressions: an `if` without a status function is `success() && (…)`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from mermaid2gha.base.records import dataclass, field
from mermaid2gha.github.expressions.ast import (
    Call,
    Comparison,
    Context,
    Index,
    Literal,
    Logical,
    Node,
    Not,
    text_of,
)
from mermaid2gha.github.expressions.checker import has_status_function
from mermaid2gha.github.expressions.evaluator import ALL_BEFORE_KEY, Evaluation, compiled
from mermaid2gha.github.expressions.parser import parsed, tree_of

SUCCESS = Call("success", ())
ALL_BEFORE = Context(ALL_BEFORE_KEY)
"""What `needs` is before `.*` in the `if` of a job: there it has all jobs before it (actions/runner#2356)."""

_KNOWN = 1 << 12
"""Conditions whose trees are kept: many jobs say the same, and each is asked about many times."""

_PLACEHOLDER = re.compile(r"\{\d+\}")
_UNTIL_END = re.compile(r"((?:[^'}]|'[^']*'|\}(?!\}))*)\}\}")


@dataclass(frozen=True, slots=True)
class IfExpression:
    """An `if`: its tree with the `success() && (…)` that GitHub adds.

    `text` is what is written, and `seen` the tree as it is where the `if` stands (`as_job_sees`).
    """

    node: Node
    is_implicit: bool
    text: str
    seen: Node = field(compare=False, repr=False)

    @property
    def evaluation(self) -> Evaluation:
        """The same as a function, made when it is first asked for: the proof only looks at the tree."""
        return _evaluation(self.seen)


_evaluation = lru_cache(maxsize=4096)(compiled)


@lru_cache(maxsize=4096)
def if_expression(text: str, *, is_job: bool = False) -> IfExpression:
    """The expression that the text of an `if` is; blank text is `success()`."""
    if not text.strip():
        return IfExpression(SUCCESS, True, "", SUCCESS)
    node = templated(text) if "${{" in text else parsed(text)
    is_implicit = not has_status_function(node)
    whole = Logical("&&", (SUCCESS, *terms(node))) if is_implicit else node
    seen = as_job_sees(whole) if is_job and "*" in text else whole
    return IfExpression(whole, is_implicit, text, seen)


def as_job_sees(node: Node) -> Node:
    """The tree of a job's `if` with `needs.*` for all jobs before it."""
    match node:
        case Index(Context("needs"), None):
            return Index(ALL_BEFORE, None)
        case Index(of, key):
            return Index(as_job_sees(of), key if key is None else as_job_sees(key))
        case Call(name, arguments):
            return Call(name, tuple(map(as_job_sees, arguments)))
        case Not(operand):
            return Not(as_job_sees(operand))
        case Comparison(operator, left, right):
            return Comparison(operator, as_job_sees(left), as_job_sees(right))
        case Logical(operator, operands):
            return Logical(operator, tuple(map(as_job_sees, operands)))
        case _:
            return node


def terms(node: Node) -> tuple[Node, ...]:
    """What must all be true for the expression to be true."""
    return node.operands if isinstance(node, Logical) and node.operator == "&&" else (node,)


def templated(text: str) -> Node:
    """The expression that a text with `${{ … }}` in it is: that alone, or a `format` of the whole."""
    pieces = _pieces(text)
    if len(pieces) == 1 and isinstance(pieces[0], tuple):
        return parsed(pieces[0][0])
    template = ""
    values: list[Node] = []
    for piece in pieces:
        if isinstance(piece, str):
            template += piece.replace("{", "{{").replace("}", "}}")
        else:
            template += f"{{{len(values)}}}"
            values.append(parsed(piece[0]))
    return Call("format", (Literal(template), *values))


@lru_cache(maxsize=_KNOWN)
def expression_tree(text: str) -> Node:
    """The expression that the text of a condition is, with or without `${{ … }}` around it or in it."""
    inside = text if "${{" not in text else _inside(text)
    if inside is None or "}}" in inside:
        return templated(text if "${{" in text else f"${{{{ {text} }}}}")
    return tree_of(inside)


def _inside(text: str) -> str | None:
    """The expression that a text with `${{ … }}` is, if it is nothing besides."""
    is_alone = text.startswith("${{") and text.endswith("}}") and text.count("${{") == 1
    return text[3:-2] if is_alone else None


def is_always_text(node: Node) -> bool:
    """Whether a node is a text with something beside its expressions, and so never empty.

    Such is the `if` of a block scalar, whose line end stands behind the braces: always true.
    """
    match node:
        case Call("format", (Literal(str(template)), *_)):
            return bool(_PLACEHOLDER.sub("", template))
        case _:
            return False


def untemplated(node: Node) -> str | None:
    """A text with `${{ … }}` in it that is a node, `templated` the other way round; none of another one.

    >>> untemplated(templated("a ${{ github.ref }}"))
    'a ${{ github.ref }}'
    """
    match node:
        case Call("format", (Literal(str(template)), *values)) if is_always_text(node):
            pieces = re.split(r"\{(\d+)\}|(\{\{|\}\})", template)
            numbers, braces = pieces[1::3], pieces[2::3]
            made = (f"${{{{ {text_of(values[int(n)])} }}}}" if n else b[0] for n, b in zip(numbers, braces))
            return pieces[0] + "".join(one + after for one, after in zip(made, pieces[3::3]))
        case _:
            return None


def _pieces(text: str) -> list[str | tuple[str]]:
    """Plain text and, each in a tuple, the expressions; `}}` in an expression's string does not end it."""
    pieces: list[str | tuple[str]] = []
    at = 0
    while (start := text.find("${{", at)) >= 0:
        inside = _UNTIL_END.match(text, start + 3)
        if inside is None:
            raise ValueError(f"`${{{{` is not closed in `{text}`")
        pieces += [text[at:start]] if start > at else []
        pieces.append((inside[1],))
        at = inside.end()
    return pieces + ([text[at:]] if at < len(text) else [])


def reads_of_job(job: str) -> re.Pattern[str]:
    """What reads a job's results in an expression, `needs.build` or `needs['build']`; its id is the second
    group."""
    return re.compile(rf"(\bneeds\s*(?:\.\s*|\[\s*'))({re.escape(job)})(?![\w-])", re.IGNORECASE)


def with_job_renamed(text: str, old: str, new: str) -> str:
    """A text whose expressions read a job by its new id.

    >>> with_job_renamed("needs.a.result == needs['a'].outputs.b", "a", "c")
    "needs.c.result == needs['c'].outputs.b"
    """
    return reads_of_job(old).sub(lambda match: match[1] + new, text)
