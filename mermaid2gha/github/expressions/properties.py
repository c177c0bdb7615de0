"""Which values properties of contexts can have, where that is known: GitHub compares a boolean with a text as
numbers, so that `draft == 'false'` never holds, and `vars.DEPLOY == true` neither
(docs.github.com, Contexts; Expressions: operators)."""

from __future__ import annotations

from mermaid2gha.base.records import dataclass
from mermaid2gha.github.expressions.ast import Context, Index, Literal, Node


@dataclass(frozen=True, slots=True)
class Domain:
    """What a property can be: a boolean, else a text, one of `texts` if those are known."""

    is_boolean: bool = False
    texts: tuple[str, ...] = ()


_BOOLEAN, _TEXT = Domain(is_boolean=True), Domain()
_OF_RESULT = Domain(texts=("success", "failure", "cancelled", "skipped"))
_CONCLUSIONS = Domain(
    texts=tuple(
        "success failure cancelled skipped timed_out action_required neutral stale startup_failure".split()
    )
)
"""Of runs, checks and suites of them alike."""
_STATES = Domain(texts=("open", "closed"))
_OF_REVIEW = Domain(texts=("approved", "changes_requested", "commented", "dismissed", "pending"))
_OF_DEPLOYMENT = Domain(
    texts=tuple("error failure inactive in_progress queued pending success waiting".split())
)
_TEXTS = frozenset(
    "actor base_ref event_name head_ref job ref ref_name repository repository_owner sha triggering_actor "
    "workflow".split()
)
_BOOLEANS = frozenset(
    "archived allow_forking deleted disabled draft fork forced has_issues has_pages has_wiki is_template "
    "locked maintainer_can_modify mergeable merged prerelease private protected rebaseable site_admin".split()
)
"""Properties of payloads that are `true` or `false`, and those of `github` that are texts."""
_ANYTHING = frozenset(("client_payload", "payload"))
_NEVER_EMPTY = frozenset(
    "actor actor_id api_url event event_name graphql_url ref ref_name ref_type repository repository_id "
    "repository_owner repository_owner_id run_attempt run_id run_number server_url sha triggering_actor "
    "workflow workflow_ref workflow_sha".split()
)
"""Properties of `github` that every run has (docs.github.com, Contexts: github context)."""


def path_of(node: Node) -> tuple[str, ...]:
    """The names of a property, its context first, in lower case; none if it is something else."""
    names: list[str] = []
    while isinstance(node, Index):
        if not (isinstance(node.key, Literal) and isinstance(node.key.value, str)):
            return ()
        names.append(node.key.value.lower())
        node = node.of
    return (node.name, *reversed(names)) if isinstance(node, Context) and names else ()


def is_never_empty(path: tuple[str, ...]) -> bool:
    """Whether the property of a path has a value in every run, so that asked for by itself it is true."""
    match path:
        case ("github", name):
            return name in _NEVER_EMPTY
        case ("needs", _, "result"):
            return True
    return False


def domain(path: tuple[str, ...]) -> Domain | None:
    """What the property of a path can be, if that is known."""
    match path:
        case ("vars", _) | ("needs", _, "outputs", _) | ("github", "event", "inputs", _):
            return _TEXT
        case ("needs", _, "result"):
            return _OF_RESULT
        case ("github", name) if name in _TEXTS:
            return _TEXT
        case ("github", "event", *inner, name) if inner and name in _BOOLEANS and _ANYTHING.isdisjoint(path):
            return _BOOLEAN
        case ("github", "event", ("forced" | "deleted" | "created")):
            return _BOOLEAN
        case ("github", "ref_protected"):
            return _BOOLEAN
        case ("github", "ref_type"):
            return Domain(texts=("branch", "tag"))
        case ("github", "event", _, "conclusion"):
            return _CONCLUSIONS
        case ("github", "event", thing, "state"):
            return _state_of(thing)
    return None


def _state_of(thing: str) -> Domain | None:
    """What the state of a thing in a payload can be: a request, an issue, a review, how a deployment went."""
    if thing.startswith("deployment_"):
        return _OF_DEPLOYMENT
    if thing == "review":
        return _OF_REVIEW
    return _STATES if thing == "issue" or thing.startswith("pull_") else None


def unlike(known: Domain, value: bool | float | str | None) -> str:
    """Why a property can never be a value; empty where it may be."""
    match value:
        case str() if known.is_boolean:
            return "" if _is_number(value) else "it is `true` or `false`, to which no text is equal"
        case bool() if not known.is_boolean:
            return "it is a text, and no text but a number is equal to `true` or `false`"
        case str() if known.texts and value.lower() not in ("", *known.texts):
            return f"it is one of {', '.join(f'`{text}`' for text in known.texts)}"
    return ""


def _is_number(text: str) -> bool:
    return not text.strip() or text.strip().lstrip("+-").replace(".", "", 1).isdigit()
