"""`mermaid2gha when EVENT`: which jobs an event runs, in which waves, which it does not, and why."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

from mermaid2gha.base.records import dataclass, field
from mermaid2gha.commands.result import CLEAN, FINDINGS, MISUSE, Answer, Showing
from mermaid2gha.explain.when import story, told_json, told_picture, told_text
from mermaid2gha.github.events import EVENTS
from mermaid2gha.github.simulator.cascade import Facts, runs
from mermaid2gha.github.simulator.model import ScheduledWorkflow, read_workflow
from mermaid2gha.github.simulator.payloads import REPOSITORY, Occasion
from mermaid2gha.github.simulator.simulator import Outcome
from mermaid2gha.github.workflow.matrix import legs
from mermaid2gha.project.snapshot import Disk, shown

_SETTINGS = "mermaid2gha.yml"
_USUAL = ".github/workflows"


@dataclass(frozen=True, slots=True)
class WhenOptions:
    """The options of `when`, as they were typed; `values` are the `NAME=VALUE` of `--set`."""

    event: str
    workflows: tuple[str, ...] = ()
    branch: str = "main"
    tag: str = ""
    head: str = "feature"
    is_fork: bool = False
    action: str = ""
    cron: str = ""
    paths: tuple[str, ...] | None = None
    values: tuple[str, ...] = ()
    failing: tuple[str, ...] = ()
    late: tuple[str, ...] = ()
    unapproved: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()
    times: int = 1
    by_token: bool = False
    cancelled_during: str = ""
    payload: str | None = None
    repository: str = ""
    format: str = "text"
    showing: Showing = field(default_factory=Showing)


class _MisuseError(Exception):
    """What is wrong with the call, for the person who made it."""


def when_answer(options: WhenOptions) -> Answer:
    """The runs of an event over the workflow files of a repository, drawn or not."""
    disk = Disk()
    try:
        workflows, faults = _workflows(options.workflows, disk)
        facts = _facts(options, workflows, disk)
        found = runs(workflows, facts)
        told = story(found, facts, options.event, options.times)
        if options.format == "json":
            return Answer(told_json(told), faults, FINDINGS if faults else CLEAN)
        if options.format in ("svg", "mmd", "mermaid"):
            return Answer(told_picture(told, options.format), faults, FINDINGS if faults else CLEAN)
        return Answer(told_text(told, options.showing.paper), faults, FINDINGS if faults else CLEAN)
    except _MisuseError as misuse:
        return Answer("", f"mermaid2gha: {misuse}\n", MISUSE)


def _workflows(paths: Sequence[str], disk: Disk) -> tuple[dict[str, ScheduledWorkflow], str]:
    """The workflows by their files' names, and what is wrong with those that GitHub would not run."""
    files = [file for path in paths or [_folder(disk)] for file in _files(path, disk)]
    if not files:
        named = ", ".join(f"`{path}`" for path in paths) or f"`{_USUAL}`"
        raise _MisuseError(f"there is no workflow in {named}; name files or a folder with `--workflows`")
    found: dict[str, ScheduledWorkflow] = {}
    faults = ""
    for file in files:
        try:
            found[Path(file).name] = read_workflow(disk.content(file).decode("utf-8-sig"))
        except (OSError, ValueError) as fault:
            faults += f"{shown(file)} is left out: {fault}\n"
    return found, faults


def _folder(disk: Disk) -> str:
    """Where the workflows are: what the nearest settings say, else the usual folder here or above."""
    here = str(Path.cwd())
    root = disk.holder(here, _SETTINGS)
    if root is not None:
        from mermaid2gha.project.discovery import load

        loaded = load((), disk)
        for project in loaded.projects:
            return os.path.normpath(Path(project.root, project.settings.workflows))
    for folder in (Path(here), *Path(here).parents):
        if (folder / _USUAL).is_dir():
            return str(folder / _USUAL)
    return str(Path(here, _USUAL))


def _files(path: str, disk: Disk) -> list[str]:
    if Path(path).is_dir():
        return [str(Path(path, name)) for name in disk.names(path) if name.endswith((".yml", ".yaml"))]
    if not disk.is_there(path):
        raise _MisuseError(f"there is no `{path}`")
    return [path]


def _facts(options: WhenOptions, workflows: Mapping[str, ScheduledWorkflow], disk: Disk) -> Facts:
    if options.event not in EVENTS:
        raise _MisuseError(f"there is no event `{options.event}`{_near(options.event, EVENTS)}")
    kind = EVENTS[options.event]
    if options.action and not kind.has_type(options.action):
        listed = ", ".join(kind.types) or "none"
        raise _MisuseError(f"`{options.event}` has no type `{options.action}`; its types: {listed}")
    outcomes = {_job(name, workflows): Outcome.FAILURE for name in options.failing}
    outcomes |= {_job(name, workflows): Outcome.TIMEOUT for name in options.late}
    given = _values(options.values, workflows)
    return Facts(
        Occasion(
            options.event,
            options.branch,
            options.tag,
            options.head,
            options.is_fork,
            options.action,
            options.cron,
            options.repository or _repository(disk) or REPOSITORY,
        ),
        _payload(options.payload, disk),
        {name.removeprefix("vars."): value for name, value in given.items() if name.startswith("vars.")},
        {
            name.removeprefix("inputs."): value == "true" if value in ("true", "false") else value
            for name, value in given.items()
            if name.startswith("inputs.")
        },
        {name: value for name, value in given.items() if not name.startswith(("vars.", "inputs."))},
        outcomes,
        options.paths,
        _job(options.cancelled_during, workflows) if options.cancelled_during else "",
        _environments(options.unapproved, workflows),
        _environments(options.rejected, workflows),
        options.by_token,
    )


def _repository(disk: Disk) -> str:
    """OWNER/NAME of the nearest git repository, by its remote `origin`; empty where it is not on GitHub."""
    root = disk.holder(str(Path.cwd()), ".git/config")
    content = disk.known(str(Path(root, ".git/config"))) if root is not None else None
    origin = re.search(rb'\[remote "origin"\][^\[]*?\burl\s*=\s*(\S+)', content or b"")
    url = origin[1].decode("utf-8", "replace") if origin else ""
    found = re.search(r"github\.com[:/]([\w.-]+/[\w.-]+?)(?:\.git)?/?$", url)
    return found[1] if found else ""


def _environments(names: Sequence[str], workflows: Mapping[str, ScheduledWorkflow]) -> tuple[str, ...]:
    """The environments of some names; reports those that no job is for, where no expression can be one."""
    known = {job.environment for workflow in workflows.values() for job in workflow.jobs if job.environment}
    for name in names:
        if name not in known and not any("${{" in one for one in known):
            raise _MisuseError(f"no job is for the environment `{name}`{_near(name, known)}")
    return tuple(names)


def _payload(path: str | None, disk: Disk) -> Mapping[str, object] | None:
    if path is None:
        return None
    import json

    try:
        content = json.loads(disk.content(path))
    except OSError:
        raise _MisuseError(f"there is no `{path}`") from None
    except ValueError as fault:
        raise _MisuseError(f"`{path}` is no JSON: {fault}") from None
    if not isinstance(content, dict):
        raise _MisuseError(f"`{path}` holds no JSON object, as a payload is")
    return content


def _job(name: str, workflows: Mapping[str, ScheduledWorkflow]) -> str:
    """A job as `Facts` name it: by its id or its display name, alone or behind its file and a colon; a leg of
    a matrix with its values in parentheses behind it."""
    if (leg := _leg(name, workflows)) is not None:
        return leg
    file, _, wanted = name.rpartition(":")
    known = {
        text: job.id
        for key, workflow in workflows.items()
        if file in ("", key)
        for job in workflow.jobs
        for text in (job.name, job.id)
    }
    folded = {text.casefold(): found for text, found in known.items()}
    if wanted.casefold() not in folded:
        raise _MisuseError(f"there is no job `{name}`{_near(wanted, known)}")
    found = folded[wanted.casefold()]
    return f"{file}:{found}" if file else found


def _leg(name: str, workflows: Mapping[str, ScheduledWorkflow]) -> str | None:
    """The name of a leg, `job (3.11, ubuntu)`, as `Facts` have it; none where it is no such name."""
    job, is_leg, values = name.partition(" (")
    if not is_leg or not values.endswith(")"):
        return None
    whole = _job(job, workflows)
    known = [
        leg.name
        for key, workflow in workflows.items()
        for one in workflow.jobs
        if whole in (one.id, f"{key}:{one.id}")
        for leg in legs(one.matrix) or ()
    ]
    if known and values[:-1] not in known:
        raise _MisuseError(f"there is no leg `{name}`{_near(values[:-1], dict.fromkeys(known))}")
    return f"{whole} ({values}"


def _values(given: Sequence[str], workflows: Mapping[str, ScheduledWorkflow]) -> dict[str, str]:
    """The values of `--set`; reports names that nothing declares."""
    outputs = {name for workflow in workflows.values() for job in workflow.jobs for name, _ in job.outputs}
    outputs |= {name for workflow in workflows.values() for name, _ in workflow.outputs}
    found: dict[str, str] = {}
    for text in given:
        name, is_set, value = text.partition("=")
        if not is_set:
            raise _MisuseError(f"`--set {text}` has no value; write `--set {text}=true`")
        is_output = name.rpartition(".")[2] in outputs
        if not name.startswith(("vars.", "inputs.")) and not is_output:
            cure = _near(name, outputs) or "; repository variables are `vars.NAME`, inputs `inputs.NAME`"
            raise _MisuseError(f"no job has an output `{name}`{cure}")
        found[name] = value
    return found


def _near(name: str, known: Mapping[str, object] | set[str]) -> str:
    folded = {one.casefold(): one for one in known}
    near = [folded[one] for one in get_close_matches(name.casefold(), list(folded), n=3, cutoff=0.5)]
    return f"; did you mean {' or '.join(f'`{one}`' for one in near)}?" if near else ""
