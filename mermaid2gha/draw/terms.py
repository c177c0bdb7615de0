"""What one term of a condition asks, as a phrase: `github.ref == 'refs/heads/main'` is `branch main`."""

from __future__ import annotations

import json

from mermaid2gha.base.records import dataclass, replace
from mermaid2gha.draw.words import spoken
from mermaid2gha.github.events import CONCLUSION, HEAD_BRANCH, HEAD_IS_FORK, HEAD_REPOSITORY, kind_of
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


@dataclass(frozen=True, slots=True)
class TermWords:
    """A question in words: a `value` between its `lead` and its `tail`, as `skip` in `not labelled skip`.

    Phrases that differ in their values alone can be said as one.
    """

    value: str
    lead: str = ""
    tail: str = ""
    is_not: bool = False

    @property
    def words(self) -> str:
        return " ".join(filter(None, (self.opening, self.value, self.tail)))

    @property
    def opening(self) -> str:
        """What stands before the value."""
        if not self.is_not:
            return self.lead
        if self.lead == "with":
            return "without"
        return f"{self.lead} not" if self.lead.endswith(" is") else f"not {self.lead}".strip()


_VAGUE = frozenset("name id type login title number state result body message event value".split())
"""Names that say little without that of whose they are."""
_BASE_REPOSITORY = HEAD_REPOSITORY.replace("head", "base")
_SAID = {
    "github.repository": "in",
    _BASE_REPOSITORY: "in",
    "github.repository_owner": "owned by",
    "github.actor": "by",
    "github.triggering_actor": "by",
    "github.ref_name": "ref",
    "github.base_ref": "into",
    "github.head_ref": "from branch",
    HEAD_REPOSITORY: "from",
    "github.event.label.name": "label",
    "github.event.action": "",
    HEAD_BRANCH: "from branch",
    HEAD_BRANCH.replace("head", "base"): "into",
    CONCLUSION.replace("conclusion", "event"): "it ran at",
}
"""What stands before a value that one of these is; the value alone where that says it."""
_DEFAULT = "github.event.repository.default_branch"
_FORK = TermWords("a fork", "from")
_WHOLE = {
    "github.ref_type == 'tag'": TermWords("a tag"),
    "github.ref_type == 'branch'": TermWords("a branch"),
    f"{CONCLUSION} == 'success'": TermWords("succeeded", "it"),
    f"{CONCLUSION} == 'failure'": TermWords("failed", "it"),
    HEAD_IS_FORK: _FORK,
    f"{HEAD_REPOSITORY} != github.repository": _FORK,
    f"github.repository != {HEAD_REPOSITORY}": _FORK,
    f"{HEAD_REPOSITORY} == github.repository": replace(_FORK, is_not=True),
    f"github.repository == {HEAD_REPOSITORY}": replace(_FORK, is_not=True),
    f"{HEAD_REPOSITORY} == {_BASE_REPOSITORY}": replace(_FORK, is_not=True),
    f"{HEAD_REPOSITORY} != {_BASE_REPOSITORY}": _FORK,
    f"{_DEFAULT} == github.ref_name": TermWords("default branch"),
    f"github.ref_name == {_DEFAULT}": TermWords("default branch"),
    f"github.ref == format('refs/heads/{{0}}', {_DEFAULT})": TermWords("default branch"),
}
"""Questions that have a name (docs.github.com, Contexts)."""
_REFS = {"refs/heads/": "branch", "refs/tags/": "tag", "refs/pull/": "pull request"}


def phrase(node: Node) -> TermWords:
    """What a node that is no `&&` and no `||` asks."""
    if (whole := _WHOLE.get(text_of(node))) is not None:
        return whole
    match node:
        case Not(operand):
            return _negated(phrase(operand))
        case Comparison("==" | "!=" as operator, Literal() as value, Index() | Context() as left):
            return phrase(Comparison(operator, left, value))
        case Comparison(operator, left, Literal(value)) if operator in ("==", "!="):
            return _compared(left, value, is_equal=operator == "==")
        case Call("startswith" | "endswith" | "contains" as name, (left, Literal(value))):
            return _within(name, left, str(value))
        case Index() | Context():
            return TermWords(_name(node))
        case Literal(False):
            return TermWords("never")
        case Comparison(operator, left, Literal(value)):
            return TermWords(f"{_name(left)} {operator} {text_of(Literal(value))}")
        case Comparison("==" | "!=" as operator, Index() as left, Index() as right):
            return _same(left, right, is_equal=operator == "==")
        case _:
            return TermWords(text_of(node))


def alternatives(node: Node) -> Node:
    """That something is one of the values of a list, as alternatives; another node as it is."""
    match node:
        case Call("contains", (Call("fromjson", (Literal(str(texts)),)), left)):
            try:
                values = json.loads(texts)
            except ValueError:
                return node
            if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
                return node
            tests = tuple(Comparison("==", left, Literal(one)) for one in values)
            return Logical("||", tests) if len(tests) > 1 else tests[0] if tests else node
        case _:
            return node


def is_of_repository(node: Node) -> bool:
    """Whether a term asks in which repository a workflow runs at all."""
    left = text_of(node.left) if isinstance(node, Comparison) else ""
    return left.startswith("github.repository") or left == _BASE_REPOSITORY


def _negated(said: TermWords) -> TermWords:
    return replace(said, is_not=not said.is_not)


def _compared(left: Node, value: bool | float | str | None, *, is_equal: bool) -> TermWords:
    """That something is, or is not, a value."""
    if isinstance(value, bool) or value in ("true", "false"):
        said = phrase(left)
        return said if (value in (True, "true")) == is_equal else _negated(said)
    asked_of = text_of(left)
    text = value if isinstance(value, str) else text_of(Literal(value))
    if not value and not isinstance(value, float):
        return TermWords(_name(left), "with", is_not=is_equal)
    said = _WHOLE.get(f"{asked_of} == {text_of(Literal(value))}") or _ref(left, text) or TermWords("")
    if not said.value:
        lead = _SAID.get(asked_of, "by" if asked_of.endswith(".login") else "")
        if asked_of == "github.event_name":
            said = TermWords(event_words(text))
        elif asked_of.endswith(".author_association"):
            said = TermWords(spoken(text.lower()), "by")
        elif lead or asked_of in _SAID:
            is_word = asked_of == "github.event.action" or lead == "it ran at"
            robot = text.removesuffix("[bot]")  # as people call it
            said = TermWords(event_words(text) if is_word else robot, lead)
        else:
            said = TermWords(text, f"{_name(left)} is")
    return said if is_equal else _negated(said)


def _within(name: str, left: Node, value: str) -> TermWords:
    """That a text begins or ends with a value, or holds it."""
    asked_of = text_of(left)
    if name == "contains":
        if asked_of == "github.event_name":
            return TermWords(event_words(value))
        is_labels = asked_of.endswith(".labels.*.name")
        return TermWords(value, "labelled") if is_labels else TermWords(value, tail=f"in {_name(left)}")
    if name == "startswith" and (ref := _ref(left, value)) is not None:
        return replace(ref, value=f"{ref.value}…") if ref.value else TermWords(f"a {ref.lead}")
    if asked_of in _SAID:
        return TermWords(f"{value}…" if name == "startswith" else f"…{value}", _SAID[asked_of])
    return TermWords(value, f"{_name(left)} {'begins' if name == 'startswith' else 'ends'} with")


def _same(left: Node, right: Node, *, is_equal: bool) -> TermWords:
    """That two things are, or are not, the same."""
    one, other = _name(left), _name(right)
    said = TermWords(one, "same") if one == other else TermWords(other, f"{one} is")
    return said if is_equal else _negated(said)


def _ref(left: Node, value: str) -> TermWords | None:
    if text_of(left) not in ("github.ref", "github.event.ref"):
        return None
    return next(
        (TermWords(value[len(one) :], kind) for one, kind in _REFS.items() if value.startswith(one)), None
    )


def _name(node: Node) -> str:
    """The last name of a property, as words: of `needs.changes.outputs.docs` it is `docs`; with the one
    before it where it says little by itself, as in `label name`."""
    match node:
        case Index(Index(Index(_, Literal(str(job))), Literal("outputs")), Literal(str(name))) if (
            name in _VAGUE
        ):
            return spoken(job if spoken(job).endswith(f" {name}") else f"{job} {name}")
        case Index(Index(_, Literal(str(owner))), Literal(str(name))) if name in _VAGUE:
            return spoken(f"{owner} {name}")
        case Index(_, Literal(str(name))):
            return spoken(name) or text_of(node)
        case Index(of, Literal(float())):
            return _name(of)
        case Index(of, None):
            return _name(of)
        case Call("fromjson", (inner,)) | Logical("||", (inner, *_)):
            return _name(inner)
        case Context(name):
            return name
        case _:
            return text_of(node)


def event_words(name: str) -> str:
    """An event as people call it in passing."""
    return "by hand" if kind_of(name).is_by_hand else spoken(name)
