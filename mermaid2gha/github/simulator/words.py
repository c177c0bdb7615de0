"""A condition in the words of a person: for whom, where and when something runs.

Each part of a condition is a phrase that follows on "only" or "not": "for pull requests from forks", "on the
branch `main`". What no table here has a phrase for is named by what it compares.
"""

from __future__ import annotations

from collections.abc import Callable

from mermaid2gha.base.records import dataclass
from mermaid2gha.github.events import (
    CONCLUSION,
    CRON,
    HEAD_BRANCH,
    HEAD_IS_FORK,
    HEAD_REPOSITORY,
    PULL_REQUEST,
    WORKFLOW_RUN,
    kind_of,
)
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
from mermaid2gha.github.expressions.values import string_of

_BASE = f"github.event.{PULL_REQUEST.name}.base.ref"
_COMMENT = "github.event.comment.body"
_RUN = f"github.event.{WORKFLOW_RUN.name}"
_FORKS = "for pull requests from forks"
_RESULTS = {
    "success": "succeeds",
    "failure": "fails",
    "skipped": "is skipped",
    "cancelled": "is cancelled",
}
_RESULTS_NOT = {
    "success": "does not succeed",
    "failure": "does not fail",
    "skipped": "is not skipped",
    "cancelled": "is not cancelled",
}
_ENDED = {"success": "succeeded", "failure": "failed", "skipped": "was skipped", "cancelled": "was cancelled"}


@dataclass(frozen=True, slots=True)
class Phrase:
    """What follows on "only", or on "not".

    `contrary` is the phrase for the opposite where there is one, `denied` what is said instead of "not"
    beside other phrases. `joint` is "and" or "or" where the phrase is made of several.
    """

    text: str
    is_negative: bool = False
    contrary: str = ""
    denied: str = ""
    joint: str = ""

    @property
    def opposite(self) -> Phrase:
        if self.contrary:
            return Phrase(self.contrary, contrary=self.text)
        return Phrase(self.text, not self.is_negative, denied=self.denied, joint=self.joint)

    @property
    def whole(self) -> str:
        return f"{'not' if self.is_negative else 'only'} {self.text}"

    def within(self, word: str) -> str:
        """The phrase beside others, between which this word stands."""
        if self.is_negative:
            return self.denied or f"not {f'({self.text})' if self.joint else self.text}"
        return f"({self.text})" if self.joint == "or" and word == "and" else self.text


def only_words(node: Node) -> str:
    """When something with this condition runs: "only for pushes", "not on the branch `main`"."""
    if isinstance(node, Literal):
        return f"it is switched off: its `if` is `{text_of(node)}`"
    return phrase(node).whole


def phrase(node: Node) -> Phrase:
    """A condition as words."""
    match node:
        case Not(operand):
            return phrase(operand).opposite
        case Logical(operator, operands):
            return _joined(operator, [phrase(operand) for operand in operands])
        case Comparison("==" | "!=" as operator, left, right):
            found = _compared(left, right) or _compared(right, left) or _plainly("is", left, right)
            return found.opposite if operator == "!=" else found
        case Call(name, arguments):
            return _called(name, arguments, node)
        case Literal(value):
            return Phrase("always", not value)
        case Index() | Context():
            return _bare(node)
        case _:
            return Phrase(f"where `{text_of(node)}`")


def _joined(operator: str, parts: list[Phrase]) -> Phrase:
    """Phrases as one; where all are negative, so is the whole, turned round. Of others the negative ones come
    last, so that "not" is of one phrase only."""
    word = "or" if operator == "||" else "and"
    if is_negative := all(part.is_negative for part in parts):
        word = "and" if word == "or" else "or"
        parts = [part.opposite for part in parts]
    parts = sorted(parts, key=lambda part: part.is_negative)
    texts = [part.within(word) for part in parts]
    if not any(part.is_negative or part.joint for part in parts):
        texts = _telling(word, texts)
    is_parted = word == "or" and any(part.joint == "and" and not part.is_negative for part in parts)
    return Phrase(
        _listing(word, texts, is_parted=is_parted), is_negative, joint=word if len(texts) > 1 else ""
    )


def _listing(word: str, texts: list[str], *, is_parted: bool = False) -> str:
    """Phrases in a row: "for pushes, if `a` succeeds, or for releases"; if they are parted, by commas."""
    whole = texts[0]
    for text in texts[1:]:
        if word == "and" and text.startswith(("if ", "where ")) and not whole.startswith(("if ", "where ")):
            whole += f", {text}"
        else:
            whole += f"{',' if is_parted or ', ' in whole else ''} {word} {text}"
    return whole


def _telling(word: str, texts: list[str]) -> list[str]:
    """The phrases that say something beside the others: of "for pull requests" and "for pull requests from
    forks" the narrower one where both hold, the wider one where either does."""
    texts = list(dict.fromkeys(texts))
    wide = [text for text in texts if any(other.startswith(f"{text} ") for other in texts)]
    if word == "and":
        return [text for text in texts if text not in wide]
    return [text for text in texts if not any(text.startswith(f"{other} ") for other in wide)]


def path_of(node: Node) -> str:
    """`context.name.name`, `*` for all members; empty for any other expression."""
    match node:
        case Context(name):
            return name
        case Index(of, None):
            return f"{outer}.*" if (outer := path_of(of)) else ""
        case Index(of, Literal(str(name))):
            return f"{outer}.{name}" if (outer := path_of(of)) else ""
        case _:
            return ""


def _compared(left: Node, right: Node) -> Phrase | None:
    """The phrase for a property that has a value."""
    path = path_of(left).lower()
    if path in (HEAD_REPOSITORY.lower(),) and path_of(right).lower() == "github.repository":
        return Phrase(_FORKS, True)
    if not isinstance(right, Literal):
        return None
    if isinstance(right.value, bool):
        whole = phrase(left)
        return whole if right.value else whole.opposite
    value = string_of(right.value)
    if not value and path:
        return _empty(path, left)
    made = _PROPERTIES.get(path)
    if made is not None:
        return made(value)
    match path_of(left).split("."):
        case ["needs", job, "result"] if value in _RESULTS:
            return Phrase(f"if `{job}` {_RESULTS[value]}", denied=f"if `{job}` {_RESULTS_NOT[value]}")
        case ["needs", job, "outputs", name]:
            return Phrase(f"if `{job}` gives `{name}` as `{value}`")
        case ["vars", name]:
            return Phrase(f"where the variable `{name}` is `{value}`")
        case ["inputs", name] | ["github", "event", "inputs", name]:
            if value in ("true", "false"):
                return Phrase(f"where the input `{name}` is on", value == "false")
            return Phrase(f"where the input `{name}` is `{value}`")
        case _:
            return None


def _empty(path: str, node: Node) -> Phrase:
    """The phrase for a property that is empty."""
    match path.split("."):
        case ["inputs", _] | ["github", "event", "inputs", _]:
            return _set(f"the input `{path_of(node).rpartition('.')[2]}`").opposite
        case ["github", "head_ref" | "base_ref"]:
            return phrase(node).opposite
    bare = phrase(node)
    return bare.opposite if bare.contrary else _set(f"`{path_of(node)}`").opposite


def _ref(value: str) -> Phrase:
    if value.startswith("refs/heads/"):
        return Phrase(f"on the branch `{value.removeprefix('refs/heads/')}`")
    if value.startswith("refs/tags/"):
        return Phrase(f"for the tag `{value.removeprefix('refs/tags/')}`")
    return Phrase(f"on `{value}`")


def _begins(path: str, value: str) -> Phrase | None:
    """The phrase for a property that begins with a text."""
    if path in ("github.ref", "github.event.ref"):
        for prefix, one, many in (
            ("refs/tags/", "for tags", "tags"),
            ("refs/heads/", "on branches", "branches"),
        ):
            if value.startswith(prefix):
                rest = value.removeprefix(prefix)
                return Phrase(f"{one} that begin with `{rest}`" if rest else one)
            if prefix.startswith(value) and value.startswith("refs/"):
                return Phrase(f"for {many}" if many == "tags" else one)
    if path == "github.ref_name":
        return Phrase(f"on branches and tags that begin with `{value}`")
    if path in ("github.head_ref", HEAD_BRANCH):
        return Phrase(f"for pull requests from branches that begin with `{value}`")
    if path in ("github.base_ref", _BASE):
        return Phrase(f"for pull requests into branches that begin with `{value}`")
    if path == "github.event.head_commit.message":
        return Phrase(f"for commits whose message begins with `{value}`")
    if path == _COMMENT:
        return Phrase(f"for comments that begin with `{value}`")
    return None


_PROPERTIES: dict[str, Callable[[str], Phrase]] = {
    "github.event_name": lambda value: Phrase(f"for {kind_of(value).plural}"),
    "github.ref": _ref,
    "github.event.ref": _ref,
    "github.ref_name": lambda value: Phrase(f"on `{value}`"),
    "github.ref_type": lambda value: Phrase("for tags" if value == "tag" else "on branches"),
    "github.base_ref": lambda value: Phrase(f"for pull requests into `{value}`"),
    _BASE: lambda value: Phrase(f"for pull requests into `{value}`"),
    "github.head_ref": lambda value: Phrase(f"for pull requests from the branch `{value}`"),
    HEAD_BRANCH: lambda value: Phrase(f"for pull requests from the branch `{value}`"),
    HEAD_REPOSITORY: lambda value: Phrase(f"for pull requests from `{value}`"),
    "github.repository": lambda value: Phrase(f"in the repository `{value}`"),
    "github.repository_owner": lambda value: Phrase(f"in repositories of `{value}`"),
    "github.actor": lambda value: Phrase(f"for what `{value}` does"),
    "github.triggering_actor": lambda value: Phrase(f"for what `{value}` does"),
    f"github.event.{PULL_REQUEST.name}.user.login": lambda value: Phrase(f"for pull requests by `{value}`"),
    "github.event.action": lambda value: Phrase(f"for the type `{value}`"),
    "github.event.label.name": lambda value: Phrase(f"for the label `{value}`"),
    "github.event.schedule": lambda value: Phrase(f"at the time `{value}`"),
    CONCLUSION: lambda value: Phrase(f"after a run that {_ENDED.get(value, value)}"),
    _COMMENT: lambda value: Phrase(f"for the comment `{value}`"),
    f"{_RUN}.event": lambda value: Phrase(f"after a run for {kind_of(value).plural}"),
    f"{_RUN}.head_branch": lambda value: Phrase(f"after a run on the branch `{value}`"),
    f"{_RUN}.name": lambda value: Phrase(f"after a run of `{value}`"),
    CRON: lambda value: Phrase(f"at the time `{value}`"),
}


def _bare(node: Node) -> Phrase:
    """The phrase for a property that is true."""
    path = path_of(node)
    match path.lower().split("."):
        case _ if path.lower() == HEAD_IS_FORK:
            return Phrase(_FORKS)
        case ["github", "event", _, "draft"]:
            return Phrase("for drafts")
        case ["github", "event", _, "merged"]:
            return Phrase("once the pull request is merged")
        case ["github", "event", _, "prerelease"]:
            return Phrase("for prereleases")
        case ["github", "head_ref" | "base_ref"]:
            return Phrase("for pull requests")
        case ["github", "event", "issue", PULL_REQUEST.name]:
            return Phrase("for comments on pull requests", contrary="for comments on issues")
        case ["inputs", name] | ["github", "event", "inputs", name]:
            return Phrase(f"where the input `{name}` is on")
        case ["needs", job, "outputs", _]:
            name = path.rpartition(".")[2]
            return Phrase(f"if `{job}` gives a `{name}`", contrary=f"if `{job}` gives no `{name}`")
        case ["vars", _]:
            return _set(f"the variable `{path.partition('.')[2]}`")
        case _:
            return _set(f"`{text_of(node)}`")


def _set(what: str) -> Phrase:
    return Phrase(f"where {what} is set", contrary=f"where {what} is empty")


def _called(name: str, arguments: tuple[Node, ...], node: Node) -> Phrase:
    match name:
        case "success":
            return Phrase("if all before it succeeded")
        case "failure":
            return Phrase("after a failure")
        case "always":
            return Phrase("always")
        case "cancelled":
            return Phrase("when the run is cancelled")
    if len(arguments) == 2 and isinstance(arguments[1], Literal):
        path, value = path_of(arguments[0]).lower(), string_of(arguments[1].value)
        if name == "startswith" and (found := _begins(path, value)):
            return found
        if name == "contains" and path.endswith(".labels.*.name"):
            return Phrase(f"with the label `{value}`")
        if name == "contains" and path == "github.event.head_commit.message":
            return Phrase(f"for commits that say `{value}`")
        if name == "contains" and path == _COMMENT:
            return Phrase(f"for comments that say `{value}`")
        if name == "contains" and path == f"github.event.{PULL_REQUEST.name}.title":
            return Phrase(f"for pull requests with `{value}` in the title")
        words = {"startswith": "begins with", "endswith": "ends with", "contains": "has"}
        if name in words and path:
            return _plainly(words[name], arguments[0], arguments[1])
    if name == "contains" and len(arguments) == 2 and (listed := _listed(arguments[0])):
        parts = [phrase(Comparison("==", arguments[1], Literal(value))) for value in listed]
        return _joined("||", parts)
    return Phrase(f"where `{text_of(node)}` holds")


def _listed(node: Node) -> list[str]:
    """The texts of `fromJSON('["a", "b"]')`."""
    import json

    match node:
        case Call("fromjson", (Literal(str(text)),)):
            try:
                found = json.loads(text)
            except ValueError:
                return []
            return [value for value in found if isinstance(value, str)] if isinstance(found, list) else []
        case _:
            return []


def _plainly(word: str, left: Node, right: Node) -> Phrase:
    if isinstance(left, Literal) and not isinstance(right, Literal):
        left, right = right, left
    value = f"`{string_of(right.value)}`" if isinstance(right, Literal) else f"`{text_of(right)}`"
    if isinstance(right, Literal) and right.value in ("", None):
        value = "empty"
    return Phrase(f"where `{text_of(left)}` {word} {value}")
