"""What a condition asks, in a few words for people: `github.ref == 'refs/heads/main'` is `branch main`.

Where the words would be too many, the first say what is asked and the last that there is more: the whole
stands in the mark above.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from mermaid2gha.base.records import dataclass
from mermaid2gha.draw.words import escaped, spoken
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
from mermaid2gha.github.expressions.parser import parsed

LONGEST = 64
"""Code points of a label; Mermaid breaks it into lines."""

_VAGUE = frozenset("name id type login title number state result body message event value".split())
"""Names that say little without that of whose they are."""
_SAID = {
    "github.repository": "in",
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
_WHOLE = {
    "github.ref_type == 'tag'": "a tag",
    "github.ref_type == 'branch'": "a branch",
    f"{CONCLUSION} == 'success'": "it succeeded",
    f"{CONCLUSION} == 'failure'": "it failed",
    HEAD_IS_FORK: "from a fork",
    f"{HEAD_REPOSITORY} != github.repository": "from a fork",
    f"github.repository != {HEAD_REPOSITORY}": "from a fork",
    f"{HEAD_REPOSITORY} == github.repository": "not from a fork",
    f"github.repository == {HEAD_REPOSITORY}": "not from a fork",
    f"{_DEFAULT} == github.ref_name": "default branch",
    f"github.ref_name == {_DEFAULT}": "default branch",
    f"github.ref == format('refs/heads/{{0}}', {_DEFAULT})": "default branch",
}
"""Questions that have a name (docs.github.com, Contexts)."""
_REFS = {"refs/heads/": "branch", "refs/tags/": "tag", "refs/pull/": "pull request"}


def asked(expression: str) -> str:
    """An expression as a few words."""
    words = _Words(LONGEST).of(parsed(expression))
    if len(words) > LONGEST:
        words = words[: LONGEST - 1].rpartition(" ")[0] + " …"
    return escaped(words)


@dataclass(frozen=True, slots=True)
class _Words:
    """Says what nodes ask, in about as many code points as `room`."""

    room: int

    def of(self, node: Node) -> str:
        match node:
            case Not(Logical()):
                return f"not ({_Words(self.room - 6).of(node.operand)})"
            case Not(operand):
                return _negated(self.of(operand))
            case Logical(operator, operands):
                return self._joined(operator, list(_gathered(operator, operands)))
            case _:
                return _term(node)

    def _joined(self, operator: str, parts: list[Node | tuple[Comparison, ...]]) -> str:
        """As many parts as there is room for; that there are more, if there are."""
        word = " and " if operator == "&&" else " or "
        if operator == "&&":  # where it runs at all is said last
            parts.sort(key=lambda part: isinstance(part, Comparison) and _is_of_repository(part))
        said: list[str] = []
        for place, part in enumerate(parts):
            rest = f"{word}more" if place < len(parts) - 1 else ""
            room = self.room - len(word.join((*said, rest)))
            words = _any_of(part, room) if isinstance(part, tuple) else _Words(room - 2).of(part)
            if isinstance(part, Logical):
                words = f"({words})"
            if said and len(words) > room:
                return f"{word.join(said)}{word}more"
            said += [words] if words not in said else []
        return word.join(said)


def _gathered(operator: str, operands: Sequence[Node]) -> Iterator[Node | tuple[Comparison, ...]]:
    """The operands of an operation; values that one thing may be, or must not be, together."""
    same = "==" if operator == "||" else "!="
    groups: dict[str, list[Comparison]] = {}
    for node in operands:
        if isinstance(node, Comparison) and node.operator == same and isinstance(node.right, Literal):
            groups.setdefault(text_of(node.left), []).append(node)
    for node in operands:
        group = groups.get(text_of(node.left), []) if isinstance(node, Comparison) else []
        if len(group) < 2 or node not in group:
            yield node
        elif node is group[0]:
            yield tuple(group)


def _any_of(group: Sequence[Comparison], room: int) -> str:
    """`in a or b`, `not in a or b`: comparisons of one thing."""
    words = [_term(node) for node in group]
    shared = words[0].rpartition(" ")[0]
    while shared and not all(one.startswith(f"{shared} ") for one in words):
        shared = shared.rpartition(" ")[0]
    lead = f"{shared} " if shared else ""
    said = lead + " or ".join(word.removeprefix(lead) for word in words)
    return said if len(said) <= room else f"{words[0]} or more"


def _is_of_repository(node: Comparison) -> bool:
    return text_of(node.left).startswith("github.repository")


def _negated(words: str) -> str:
    if words.startswith("not "):
        return words.removeprefix("not ")
    return f"without {words.removeprefix('with ')}" if words.startswith("with ") else f"not {words}"


def _term(node: Node) -> str:
    if (whole := _WHOLE.get(text_of(node))) is not None:
        return whole
    match node:
        case Comparison(operator, left, Literal(value)) if operator in ("==", "!="):
            return _compared(left, value, is_equal=operator == "==")
        case Call("startswith" | "endswith" | "contains" as name, (left, Literal(value))):
            return _within(name, left, str(value))
        case Call("contains", (Call("fromjson", (Literal(str(texts)),)), left)):
            return _member(node, left, texts)
        case Index() | Context():
            return _name(node)
        case Literal(False):
            return "never"
        case Comparison(operator, left, Literal(value)):
            return f"{_name(left)} {operator} {text_of(Literal(value))}"
        case _:
            return text_of(node)


def _compared(left: Node, value: bool | float | str | None, *, is_equal: bool) -> str:
    """That something is, or is not, a value."""
    if isinstance(value, bool) or value in ("true", "false"):
        words = _term(left)
        return words if (value in (True, "true")) == is_equal else _negated(words)
    asked_of = text_of(left)
    said = value if isinstance(value, str) else text_of(Literal(value))
    words = f"with {_name(left)}" if not value and not isinstance(value, float) else ""
    if words:
        return _negated(words) if is_equal else words
    if f"{asked_of} == {text_of(Literal(value))}" in _WHOLE:
        words = _WHOLE[f"{asked_of} == {text_of(Literal(value))}"]
    elif ref := _ref(left, said):
        words = ref
    elif asked_of == "github.event_name":
        words = event_words(said)
    elif asked_of in _SAID or asked_of.endswith(".login"):
        said = said.removesuffix("[bot]")  # a robot of that name, as people call it
        lead = _SAID.get(asked_of, "by")
        is_word = asked_of == "github.event.action" or lead == "it ran at"
        words = f"{lead} {event_words(said) if is_word else said}".strip()
    else:
        return f"{_name(left)} is {'' if is_equal else 'not '}{said}"
    return words if is_equal else _negated(words)


def _within(name: str, left: Node, value: str) -> str:
    """That a text begins or ends with a value, or holds it."""
    asked_of = text_of(left)
    if name == "contains":
        is_labels = asked_of.endswith(".labels.*.name")
        return f"labelled {value}" if is_labels else f"{value} in {_name(left)}"
    if name == "startswith" and (ref := _ref(left, value)):
        return f"a {ref}" if ref in _REFS.values() else f"{ref}…"
    if asked_of in _SAID:
        return f"{_SAID[asked_of]} {value}…" if name == "startswith" else f"{_SAID[asked_of]} …{value}"
    return f"{_name(left)} {'begins' if name == 'startswith' else 'ends'} with {value}"


def _member(node: Node, left: Node, texts: str) -> str:
    """That something is one of the values of a list."""
    try:
        values = json.loads(texts)
    except ValueError:
        return text_of(node)
    if not isinstance(values, list) or not values or not all(isinstance(one, str) for one in values):
        return text_of(node)
    group = [Comparison("==", left, Literal(one)) for one in values]
    return _any_of(group, LONGEST) if len(group) > 1 else _term(group[0])


def _ref(left: Node, value: str) -> str:
    if text_of(left) not in ("github.ref", "github.event.ref"):
        return ""
    for prefix, kind in _REFS.items():
        if value.startswith(prefix):
            return f"{kind} {value.removeprefix(prefix)}".strip()
    return ""


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
        case Call("fromjson", (inner,)):
            return _name(inner)
        case Context(name):
            return name
        case _:
            return text_of(node)


def event_words(name: str) -> str:
    """An event as people call it in passing."""
    return "by hand" if kind_of(name).is_by_hand else spoken(name)
