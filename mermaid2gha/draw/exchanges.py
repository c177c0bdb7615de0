"""What the jobs of a workflow give to others and take from them, as far as well-known steps show it.

Such messages are pictures only: a drawing with them compiles to what it compiles to without them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from mermaid2gha.base.enums import Enum
from mermaid2gha.base.records import dataclass
from mermaid2gha.draw.words import title
from mermaid2gha.github.workflow.reader import FileJob, FileStep, WorkflowFile


class Amount(Enum):
    """How many messages are drawn: none; what passes between jobs; all that is known."""

    NONE = "none"
    SOME = "some"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Exchange:
    """Something that a job gives to a place outside of it, or takes from there; `text` is a label."""

    place: str
    text: str
    is_taken: bool = False


@dataclass(frozen=True, slots=True)
class _Known:
    """A step that gives or takes: by the action that it uses, or by a command of its script.

    `named` are the keys of `with` that may say what; `if_set` is one without which nothing is given.
    """

    uses: str
    place: str
    verb: str
    named: tuple[str, ...] = ()
    is_taken: bool = False
    if_set: str = ""
    command: str = ""


STORE = "database"
"""The kind of lifeline that a place is drawn as."""
_ARTIFACTS = "Artifacts"
_REGISTRY = "Registry"
_KNOWN = (
    _Known("actions/upload-artifact", _ARTIFACTS, "Upload", ("name", "path")),
    _Known("actions/download-artifact", _ARTIFACTS, "Download", ("name", "pattern"), is_taken=True),
    _Known("docker/build-push-action", _REGISTRY, "Push", ("tags",), if_set="push", command=r"docker\s+push"),
    _Known("pypa/gh-action-pypi-publish", "PyPI", "Publish", command=r"twine\s+upload|uv\s+publish"),
    _Known("", "npm", "Publish", command=r"(?:npm|pnpm|yarn)\s+publish"),
    _Known("", "crates.io", "Publish", command=r"cargo\s+publish"),
    _Known("actions/deploy-pages", "Pages", "Deploy"),
    _Known("softprops/action-gh-release", "Releases", "Create a release", command=r"gh\s+release\s+create"),
)
"""Actions and commands by which people give things away (the READMEs of the actions, the tools' manuals)."""


def exchanges(job: FileJob, file: WorkflowFile, amount: Amount) -> tuple[Exchange, ...]:
    """What a job gives and takes, in the order of its steps, each once.

    Of artifacts `SOME` has those that one job of the file gives and another takes.
    """
    if amount is Amount.NONE:
        return ()
    passed = _passed(file)
    result: dict[Exchange, None] = {}
    for step in job.steps:
        known = _known(step)
        if known is None:
            continue
        if amount is Amount.SOME and known.place == _ARTIFACTS and _name(step, known) not in passed:
            continue
        if amount is Amount.SOME and known.place not in (_ARTIFACTS, _REGISTRY):
            continue
        name = title(_said(step, known), "")
        result[Exchange(known.place, f"{known.verb} {name}".strip(), known.is_taken)] = None
    return tuple(result)


def _passed(file: WorkflowFile) -> set[str]:
    """The names of artifacts that are given by one job and taken by another; empty for all of them."""
    given: Mapping[bool, set[str]] = {True: set(), False: set()}
    for job in file.jobs:
        for step in job.steps:
            known = _known(step)
            if known is not None and known.place == _ARTIFACTS:
                given[known.is_taken].add(_name(step, known))
    return given[False] | given[True] if "" in given[True] else given[False] & given[True]


def _known(step: FileStep) -> _Known | None:
    action = step.uses.partition("@")[0].casefold()
    arguments = dict(step.arguments)
    for row in _KNOWN:
        if row.uses and action == row.uses:
            return row if not row.if_set or arguments.get(row.if_set, "false") != "false" else None
        if row.command and step.run and re.search(rf"(?m)^\s*(?:sudo\s+)?(?:{row.command})\b", step.run):
            return row
    return None


def _name(step: FileStep, known: _Known) -> str:
    """What is given or taken, if it is named plainly."""
    said = _said(step, known)
    return "" if "${{" in said else said


def _said(step: FileStep, known: _Known) -> str:
    """What is given or taken, as the step says it; of several the first."""
    arguments = dict(step.arguments)
    said = next((arguments[key] for key in known.named if arguments.get(key)), "")
    return said.strip().splitlines()[0] if said.strip() else ""
