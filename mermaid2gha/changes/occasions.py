"""What can happen to a repository, as far as its workflows tell cases apart: the events they listen to.

For each event one case for each branch, tag, time and type that a filter or a condition names, and one that
none names; a pull request comes from the repository itself or from a fork, and changes what filters by paths
name, or nothing of it. What nobody can know beforehand,
outputs of jobs, variables and inputs, is taken twice: as not set, and as the conditions ask for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from mermaid2gha.base.records import dataclass
from mermaid2gha.changes.state import WorkflowsState
from mermaid2gha.changes.words import named
from mermaid2gha.github.events import About, EventKind, kind_of
from mermaid2gha.github.simulator.cascade import Facts
from mermaid2gha.github.simulator.globs import glob
from mermaid2gha.github.simulator.model import ScheduledWorkflow
from mermaid2gha.github.simulator.payloads import Occasion

MOST_CASES = 80
"""Cases that are looked at; what more there is, is told to be left out."""

_MOST_NAMES = 6
_REF = re.compile(r"refs/(heads|tags)/([\w./-]*[\w-])(?=')")
_ASKED = re.compile(
    r"\b(needs\.[\w-]+\.outputs|vars|inputs|github\.event\.inputs)\.([\w-]+)(?:\s*==\s*'([^']*)')?"
)
_BRANCH = "main"
_OTHER_BRANCH = "feature"
_TAG = "v1.0.0"
_OTHER_FILES = ("some/other.file",)
"""Changed files that no filter names, unless it names nearly all."""


@dataclass(frozen=True, slots=True)
class EventCase:
    """A case. `words` say it after "for"; `group` is what it shares with others of its event, in words.

    `changed` are the changed files, none where they are as filters want them. `is_usual`: it is one of those
    that are meant by the event's name alone.
    """

    occasion: Occasion
    words: str
    group: str = ""
    changed: tuple[str, ...] | None = None

    @property
    def is_usual(self) -> bool:
        return not self.occasion.action and self.changed is None

    @property
    def plural(self) -> str:
        """All cases of its event."""
        return kind_of(self.occasion.event).plural


def cases(states: Sequence[WorkflowsState]) -> tuple[tuple[EventCase, ...], int]:
    """The cases that the workflows of some states tell apart, and how many more there are."""
    workflows = [workflow for state in states for workflow in state.workflows.values()]
    events = dict.fromkeys(event for workflow in workflows for event, _ in workflow.events)
    found = [case for event in events for case in _of_event(kind_of(event), workflows)]
    kept = tuple(dict.fromkeys(found))
    return kept[:MOST_CASES], max(0, len(kept) - MOST_CASES)


def _of_event(kind: EventKind, workflows: Sequence[ScheduledWorkflow]) -> Iterator[EventCase]:
    """The cases of an event; calls and runs that follow others come with what brings them about."""
    match kind.about:
        case About.CALL | About.RUN:
            return
        case About.TIME:
            for cron in dict.fromkeys(_values(kind, workflows, "cron")):
                yield EventCase(Occasion(kind.name, cron=cron), f"the schedule {named(cron)}")
        case About.REF if kind.has_changes:
            yield from _of_pushes(kind, workflows)
        case About.PULL_REQUEST | About.MERGE_GROUP:
            patterns = _values(kind, workflows, "branches", "branches-ignore")
            bases = _names([_BRANCH, _OTHER_BRANCH] if patterns else [_BRANCH], patterns)
            for base, pattern in bases.items():
                where = "other branches" if base == _OTHER_BRANCH else named(pattern)
                yield from _of_target(kind, workflows, base, f" to {where}" if patterns else "")
        case _:
            for action in _types(kind, workflows):
                words = f"{kind.plural} ({named(action)})" if action else kind.plural
                yield EventCase(Occasion(kind.name, action=action), words)


def _of_pushes(kind: EventKind, workflows: Sequence[ScheduledWorkflow]) -> Iterator[EventCase]:
    texts = [job.guard.text for workflow in workflows for job in workflow.jobs]
    compared = [match for text in texts for match in _REF.findall(text)]
    of_branches = [name for sort, name in compared if sort == "heads"]
    of_tags = [name for sort, name in compared if sort == "tags"]
    filters = _values(kind, workflows, "branches", "branches-ignore")
    for branch, pattern in _names([_BRANCH, _OTHER_BRANCH], [*filters, *of_branches]).items():
        where = "other branches" if branch == _OTHER_BRANCH else named(pattern)
        yield EventCase(
            Occasion(kind.name, branch=branch), f"{kind.plural} to {where}", f"{kind.plural} to branches"
        )
    tags = _names([_TAG], [*_values(kind, workflows, "tags", "tags-ignore"), *of_tags])
    for tag, pattern in tags.items():
        words = f"{kind.plural} of the tag {named(pattern)}"
        yield EventCase(Occasion(kind.name, tag=tag), words, f"{kind.plural} of tags")


def _of_target(
    kind: EventKind, workflows: Sequence[ScheduledWorkflow], base: str, at: str
) -> Iterator[EventCase]:
    """The cases of a pull request, or of a merge queue, to a branch."""
    if not kind.is_about_pull_request:
        yield EventCase(Occasion(kind.name, base), f"{kind.plural}{at}")
        return
    has_paths = bool(_values(kind, workflows, "paths", "paths-ignore"))
    for action in _types(kind, workflows):
        of_type = f" ({named(action)})" if action else ""
        for is_fork, source in ((False, "from the repository itself"), (True, "from forks")):
            group = f"{kind.plural}{of_type}" if action else f"{kind.plural} {source}"
            occasion = Occasion(kind.name, base, is_fork=is_fork, action=action)
            yield EventCase(occasion, f"{kind.plural} {source}{at}{of_type}", group)
    if has_paths:
        words = "that change other files"
        for is_fork, source in ((False, "from the repository itself"), (True, "from forks")):
            yield EventCase(
                Occasion(kind.name, base, is_fork=is_fork),
                f"{kind.plural} {source}{at} {words}",
                f"{kind.plural} {words}",
                _OTHER_FILES,
            )


def _types(kind: EventKind, workflows: Sequence[ScheduledWorkflow]) -> list[str]:
    """The types that make a difference; one of those that GitHub takes by itself is an empty text."""
    asked = dict.fromkeys(_values(kind, workflows, "types"))
    usual = kind.default_types or ((kind.sample_type,) if kind.sample_type else ())
    others = [name for name in asked if name not in usual and kind.has_type(name)]
    if kind.default_types or not asked:
        return ["", *others[:_MOST_NAMES]]
    return list(asked)[: _MOST_NAMES + 1]


def _values(kind: EventKind, workflows: Iterable[ScheduledWorkflow], *keys: str) -> list[str]:
    """What stands under some keys of an event in all workflows."""
    return [
        value
        for workflow in workflows
        for event, event_filter in workflow.events
        if event == kind.name
        for key, values in event_filter.keys
        if key in keys
        for value in values
    ]


def _names(always: Sequence[str], patterns: Iterable[str]) -> dict[str, str]:
    """Names with the patterns that they are samples of, and those that are always looked at."""
    samples = {name: pattern for pattern in patterns if (name := sample(pattern))}
    every = {**dict(zip(always, always)), **samples}
    return dict(list(every.items())[: _MOST_NAMES + len(always)])


def sample(pattern: str) -> str:
    """A name that a pattern stands for; empty where none is found."""
    pattern = pattern.removeprefix("!")
    tried = re.sub(r"\[\^[^\]]*\]", "x", re.sub(r"\*+", "x", pattern))
    tried = re.sub(r"\[\\?(.)[^\]]*\]", r"\1", tried)
    for text in (tried, tried.replace("+", "").replace("?", ""), tried.replace("x", "1")):
        if text and glob(pattern).matches(text):
            return text
    return ""


def facts_of(case: EventCase, states: Sequence[WorkflowsState]) -> tuple[Facts, Facts]:
    """What is known in a case: where nothing else is set, and where all is as conditions ask for it."""
    outputs: dict[str, str] = {}
    variables: dict[str, str] = {}
    inputs: dict[str, object] = {}
    for workflow in (one for state in states for one in state.workflows.values()):
        texts = [job.guard.text for job in workflow.jobs]
        for of, name, value in (match for text in texts for match in _ASKED.findall(text)):
            target = variables if of == "vars" else outputs if of.startswith("needs") else inputs
            target.setdefault(name, value or "true")
    given = {name: value == "true" if value in ("true", "false") else value for name, value in inputs.items()}
    return (
        Facts(case.occasion, changed=case.changed),
        Facts(case.occasion, outputs=outputs, variables=variables, inputs=given, changed=case.changed),
    )
