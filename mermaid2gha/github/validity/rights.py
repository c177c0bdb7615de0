"""The rights of a token as GitHub compares them where one workflow calls another.

Source: actions/runner, src/Sdk/WorkflowParser, Permissions and Conversion/PermissionsHelper: what a called
workflow or one of its jobs asks for may not exceed what the calling job has; who says nothing has what is
said around it. What a repository grants where nobody says anything is its own setting, which no file has:
there nothing is judged but `id-token`, which a job has only by its name.
"""

from __future__ import annotations

from collections.abc import Mapping

from mermaid2gha.github.validity.definitions import SCOPE_LEVELS
from mermaid2gha.yaml.tree import Entries, Scalar, Tree

_RANK = {"none": 0, "read": 1, "write": 2}
_READ_ALL = {"id-token": "read"}

Rights = Mapping[str, str]
"""Levels by right; a right that is not named is not granted."""

UNSAID: Rights = {
    **{scope: max(levels, key=_RANK.__getitem__) for scope, levels in SCOPE_LEVELS.items()},
    "id-token": "none",
}
"""The most that a token can have where no `permissions` says anything (docs.github.com, Permissions for the
GITHUB_TOKEN)."""


def rights(node: Tree | None) -> Rights | None:
    """What a `permissions` grants; none where there is none that can be read."""
    match node:
        case Entries(entries):
            return {
                entry.key.value: entry.value.value for entry in entries if isinstance(entry.value, Scalar)
            }
        case Scalar("read-all" | "write-all" as level):
            wanted = level.removesuffix("-all")
            return {
                scope: wanted if wanted in levels else _READ_ALL.get(scope, "read")
                for scope, levels in SCOPE_LEVELS.items()
            }
        case _:
            return None


def exceeding(asked: Rights, granted: Rights) -> tuple[tuple[str, str, str], ...]:
    """The rights that are asked for beyond what is granted: each with both levels."""
    return tuple(
        (scope, level, granted.get(scope, "none"))
        for scope, level in asked.items()
        if _RANK.get(level, 0) > _RANK.get(granted.get(scope, "none"), 0)
    )
