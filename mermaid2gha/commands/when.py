"""`mermaid2gha when EVENT`: which jobs an event runs, in which waves, which it does not, and why."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from mermaid2gha.base.records import dataclass
from mermaid2gha.invocation.io import Io
from mermaid2gha.invocation.options import record
from mermaid2gha.invocation.result import CLEAN, FINDINGS, MISUSE, Result
from mermaid2gha.project.cache import kind_of
from mermaid2gha.project.snapshot import Disk, shown
from mermaid2gha.project.written_files import USUAL_FOLDER, usual_folder, workflow_paths
from mermaid2gha.report.report import form_of

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from mermaid2gha.base.diagnostic import Diagnostic
    from mermaid2gha.github.simulator.cascade import Facts
    from mermaid2gha.github.simulator.model import ScheduledWorkflow
    from mermaid2gha.github.validity.calls import Callee, Callees
    from mermaid2gha.report.text import Paper

HELP = """\
show what an event runs, in which order, and what not and why

examples:
  mermaid2gha when push                             what a push to main runs, in waves, and what not and why
  mermaid2gha when pull_request --fork              a pull request from a fork
  mermaid2gha when push --set build-docs=false --fail tests
  mermaid2gha when push --format svg > push.svg     as a picture

Works on all workflow files of a repository, drawn or written by hand. Outputs of jobs, variables and inputs
that conditions read are empty unless `--set` gives them: OUTPUT=VALUE, JOB.OUTPUT=VALUE, vars.NAME=VALUE,
inputs.NAME=VALUE; github.event.PATH=VALUE is a fact of the payload. What is taken for granted is listed.
A job is named by its id or display name, with its file before it where that is needed (`ci.yml:build`); a leg
of a matrix by the name that GitHub shows, or with its values behind it (`--fail 'test (3.11, ubuntu)'`).
"""


@dataclass(frozen=True, slots=True)
class WhenOptions:
    """The options of `when`, as they were typed; `values` are the `NAME=VALUE` of `--set`."""

    event: str
    workflows: tuple[str, ...] = ()
    branch: str = ""
    tag: str = ""
    head: str = ""
    is_fork: bool = False
    action: str = ""
    cron: str = ""
    changed: tuple[str, ...] | None = None
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
    verbose: bool = False


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A workflow file that GitHub would not run: its faults, or a reason in words."""

    path: str
    faults: tuple[Diagnostic, ...]
    reason: str = ""


class _MisuseError(Exception):
    """What is wrong with the call, for the person who made it."""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("event", metavar="EVENT", help="an event's name, such as push or pull_request")
    parser.add_argument(
        "--workflows", metavar="PATH", nargs="+", default=[], help="workflow files or folders of them"
    )
    _add_event(parser)
    _add_values(parser)
    _add_outcomes(parser)
    parser.add_argument(
        "-v", "--verbose", action="store_true", help="show conditions as they stand in the files, too"
    )
    parser.add_argument(
        "--format", choices=("text", "json", "mermaid", "svg"), default="text", help="(default: text)"
    )


def _add_event(parser: argparse.ArgumentParser) -> None:
    """What the event is about, and who made it."""
    parser.add_argument("--branch", default="", help="pushed to, or a pull request's target (main)")
    parser.add_argument("--tag", default="", help="a tag that is pushed or released, instead of a branch")
    parser.add_argument("--head", default="", help="the branch that a pull request comes from (feature)")
    parser.add_argument(
        "--fork", dest="is_fork", action="store_true", help="the pull request comes from a fork"
    )
    parser.add_argument(
        "--repository",
        metavar="OWNER/NAME",
        default="",
        help="the repository (default: that of the git remote `origin`)",
    )
    parser.add_argument(
        "--type",
        dest="action",
        metavar="TYPE",
        default="",
        help="the event's type, such as opened or published",
    )
    parser.add_argument("--cron", default="", help="the time of a schedule, as it stands in the workflow")
    parser.add_argument(
        "--paths", dest="changed", metavar="FILE", nargs="+", help="the changed files, for filters by paths"
    )
    parser.add_argument(
        "--by-token", action="store_true", help="a workflow made the event with its GITHUB_TOKEN"
    )
    parser.add_argument(
        "--times", metavar="N", type=_times, default=1, help="the event comes N times while the first runs"
    )


def _add_values(parser: argparse.ArgumentParser) -> None:
    """What conditions read."""
    parser.add_argument(
        "--set", dest="values", metavar="NAME=VALUE", action="append", default=[], help="give a value"
    )
    parser.add_argument(
        "--payload", metavar="FILE", help="the event's payload as JSON, instead of a usual one"
    )


def _add_outcomes(parser: argparse.ArgumentParser) -> None:
    """How jobs end, and what becomes of approvals and of the run."""
    parser.add_argument(
        "--fail", dest="failing", metavar="JOB", action="append", default=[], help="a job that fails"
    )
    parser.add_argument(
        "--timeout", dest="late", metavar="JOB", action="append", default=[], help="a job that times out"
    )
    parser.add_argument(
        "--unapproved", metavar="ENV", action="append", default=[], help="an environment nobody has approved"
    )
    parser.add_argument(
        "--reject",
        dest="rejected",
        metavar="ENV",
        action="append",
        default=[],
        help="an environment whose reviewers said no",
    )
    parser.add_argument(
        "--cancel-during",
        dest="cancelled_during",
        metavar="JOB",
        default="",
        help="the run is cancelled then",
    )


def _times(text: str) -> int:
    """A number from 1 to 1000."""
    if not text.isdigit() or not 1 <= int(text) <= 1000:
        raise argparse.ArgumentTypeError(f"`{text}` is no number from 1 to 1000")
    return int(text)


def run(arguments: argparse.Namespace, io: Io) -> Result:
    """The runs of an event over the workflow files of a repository, drawn or not."""
    from mermaid2gha.explain.story import story
    from mermaid2gha.explain.story_forms import story_json, story_picture
    from mermaid2gha.explain.story_text import story_text
    from mermaid2gha.github.simulator.cascade import runs

    options = record(WhenOptions, arguments)
    disk = io.disk()
    try:
        workflows, left_out = _workflows(options.workflows, disk)
        facts = _facts(options, workflows, disk)
        events = story(runs(workflows, facts), facts, options.event, options.times)
    except _MisuseError as misuse:
        return Result("", f"mermaid2gha: {misuse}\n", MISUSE)
    if options.format == "json":
        out = story_json(events)
    elif options.format == "text":
        out = story_text(events, io.paper, is_verbose=options.verbose)
    else:
        out = story_picture(events, options.format, io.draw, is_verbose=options.verbose)
    err = "".join(_left_out(one, io.paper) for one in left_out)
    return Result(out, err, FINDINGS if left_out else CLEAN, form=form_of(options.format))


def _left_out(file: LeftOut, paper: Paper) -> str:
    """Why a file is not among the runs: GitHub would run nothing of it."""
    from mermaid2gha.report.text import text

    if not file.faults:
        return f"{shown(file.path)} is left out: {file.reason}\n"
    return f"{shown(file.path)} is left out, for GitHub refuses it:\n{text(file.faults, paper)}"


def _workflows(paths: Sequence[str], disk: Disk) -> tuple[dict[str, ScheduledWorkflow], tuple[LeftOut, ...]]:
    """The workflows by their files' names, and those that GitHub would not run, each with why."""
    from mermaid2gha.github.simulator.model import read_workflow
    from mermaid2gha.github.validity.validity import refusals_with_calls

    for path in paths:
        if not workflow_paths(path, disk) and kind_of(path) not in {"folder", "link"}:
            raise _MisuseError(f"there is no `{path}`")
    files = [file for path in paths or [usual_folder(disk)] for file in workflow_paths(path, disk)]
    if not files:
        named = ", ".join(f"`{path}`" for path in paths) or f"`{USUAL_FOLDER}`"
        raise _MisuseError(f"there is no workflow in {named}; name files or a folder with `--workflows`")
    workflows: dict[str, ScheduledWorkflow] = {}
    left_out: list[LeftOut] = []
    for file in files:
        try:
            disk.content(file)
        except OSError as error:
            left_out.append(LeftOut(file, (), str(error)))
            continue
        judged = disk.judged(file)
        faults = refusals_with_calls(judged, _callees(file, disk))
        if faults or judged.file is None:
            left_out.append(LeftOut(file, faults))
            continue
        try:
            workflows[Path(file).name] = read_workflow(judged.file.file.text)
        except ValueError as error:
            left_out.append(LeftOut(file, (), str(error)))
    return workflows, tuple(left_out)


def _callees(caller: str, disk: Disk) -> Callees:
    """The workflows that stand in the folder of one, by their file names."""

    def callee(name: str) -> Callee | None:
        path = str(Path(caller).parent / name)
        return disk.judged(path) if disk.is_there(path) else None

    return callee


def _facts(options: WhenOptions, workflows: Mapping[str, ScheduledWorkflow], disk: Disk) -> Facts:
    from mermaid2gha.github.events import EVENTS
    from mermaid2gha.github.simulator.cascade import Facts
    from mermaid2gha.github.simulator.payloads import REPOSITORY, Occasion, payload
    from mermaid2gha.github.simulator.simulator import Outcome

    if options.event not in EVENTS:
        raise _MisuseError(f"there is no event `{options.event}`{_near(options.event, EVENTS)}")
    kind = EVENTS[options.event]
    if options.action and not kind.has_type(options.action):
        listed = ", ".join(kind.types) or "none"
        raise _MisuseError(f"`{options.event}` has no type `{options.action}`; its types: {listed}")
    names = _Names(workflows)
    outcomes = {names.job(name): Outcome.FAILURE for name in options.failing}
    outcomes |= {names.job(name): Outcome.TIMEOUT for name in options.late}
    values = _values(options.values, workflows)
    of_github = {name: value for name, value in values.items() if name.startswith("github.")}
    occasion = Occasion(
        options.event,
        options.branch or "main",
        tag=options.tag,
        head=options.head or "feature",
        is_fork=options.is_fork,
        action=options.action,
        cron=options.cron,
        repository=options.repository or _repository(disk) or REPOSITORY,
    )
    return Facts(
        occasion,
        _with_facts(_payload(options.payload, disk) or payload(occasion), of_github),
        variables={n.removeprefix("vars."): v for n, v in values.items() if n.startswith("vars.")},
        inputs={
            name.removeprefix("inputs."): value == "true" if value in ("true", "false") else value
            for name, value in values.items()
            if name.startswith("inputs.")
        },
        outputs={n: v for n, v in values.items() if not n.startswith(("vars.", "inputs.", "github."))},
        outcomes=outcomes,
        changed=options.changed,
        cancelled_during=names.job(options.cancelled_during) if options.cancelled_during else "",
        unapproved=_environments(options.unapproved, workflows),
        rejected=_environments(options.rejected, workflows),
        by_token=options.by_token,
        github={
            name.removeprefix("github."): value
            for name, value in of_github.items()
            if not name.startswith("github.event.")
        },
        given=(*of_github, *_given(options, is_named=bool(options.repository or _repository(disk)))),
    )


def _given(options: WhenOptions, *, is_named: bool) -> Iterator[str]:
    """The facts that the options say; `is_named`: the repository is known."""
    from mermaid2gha.github.events import PULL_REQUEST

    pull = f"github.event.{PULL_REQUEST.name}"
    if options.payload is not None:
        yield "github.event"
        yield from ("github.ref", "github.ref_name", "github.ref_type", "github.base_ref", "github.head_ref")
        yield from ("github.repository", "github.repository_owner", "github.actor")
    if options.branch or options.tag:
        yield from ("github.ref", "github.ref_name", "github.ref_type", "github.base_ref")
        yield from ("github.event.ref", f"{pull}.base.ref")
    if options.head:
        yield from ("github.head_ref", f"{pull}.head.ref")
    if options.is_fork:
        yield f"{pull}.head.repo"
    if options.action:
        yield "github.event.action"
    if options.cron:
        yield f"github.event.{options.event}"
    if is_named:
        yield from ("github.repository", "github.repository_owner", "github.event.repository.full_name")


def _with_facts(content: Mapping[str, object], facts: Mapping[str, str]) -> Mapping[str, object]:
    """A payload with the facts that `--set github.event.PATH=VALUE` gives."""
    changed: dict[str, object] = dict(content)
    for path, value in facts.items():
        if not path.startswith("github.event."):
            continue
        *outer, last = path.removeprefix("github.event.").split(".")
        inside = changed
        for name in outer:
            inner = inside.get(name)
            inside[name] = kept = dict(inner) if isinstance(inner, dict) else {}
            inside = kept
        inside[last] = _json_value(value)
    return changed


def _json_value(text: str) -> object:
    """The value that a text is in JSON, else the text."""
    import json

    try:
        return json.loads(text, parse_int=float)
    except ValueError:
        return text


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


class _Names:
    """How jobs and the legs of their matrices are named in a call.

    By id or display name, alone or behind the file and a colon; a leg by the name that GitHub shows, or with
    its values in parentheses behind its job: `test (3.11, ubuntu)`.
    """

    def __init__(self, workflows: Mapping[str, ScheduledWorkflow]) -> None:
        self.workflows = workflows

    def job(self, name: str) -> str:
        """A job or a leg as `Facts` name it."""
        file, _, wanted = name.rpartition(":")
        if file not in ("", *self.workflows):
            file, wanted = "", name
        jobs = self.known(file)
        folded = {text.casefold(): key for text, key in jobs.items()}
        key = folded.get(wanted.casefold())
        if key is None:
            jobs |= self.of_legs(file)
            key = {text.casefold(): key for text, key in jobs.items()}.get(wanted.casefold())
        begun = folded.get(wanted.partition(" (")[0].casefold()) if wanted.endswith(")") else None
        if key is None and begun and not any(text.startswith(f"{begun} (") for text in jobs):
            key = f"{begun} ({wanted.partition(' (')[2]}"  # of a matrix that is not known yet
        if key is None:
            what = "leg" if begun else "job"
            raise _MisuseError(f"there is no {what} `{name}`{_near(wanted, jobs)}")
        return f"{file}:{key}" if file else key

    def known(self, file: str) -> dict[str, str]:
        return {
            text: job.id
            for key, workflow in self.workflows.items()
            if file in ("", key)
            for job in workflow.jobs
            for text in (job.name, job.id)
        }

    def of_legs(self, file: str) -> dict[str, str]:
        from mermaid2gha.github.expressions.evaluator import Environment
        from mermaid2gha.github.simulator.legs import units

        found: dict[str, str] = {}
        for key, workflow in self.workflows.items():
            for job in workflow.jobs if file in ("", key) else ():
                made = units(job, Environment({})) if job.matrix is not None else ""
                for unit in made if not isinstance(made, str) else ():
                    if unit.leg is not None:
                        found |= {text: unit.key(job) for text in (unit.title, unit.key(job))}
        return found


def _values(given: Sequence[str], workflows: Mapping[str, ScheduledWorkflow]) -> dict[str, str]:
    """The values of `--set`; reports names that nothing declares."""
    outputs = {name for workflow in workflows.values() for job in workflow.jobs for name, _ in job.outputs}
    outputs |= {name for workflow in workflows.values() for name, _ in workflow.outputs}
    outputs |= {name for workflow in workflows.values() for name in _of_calls(workflow)}
    found: dict[str, str] = {}
    for text in given:
        name, is_set, value = text.partition("=")
        if not is_set:
            raise _MisuseError(f"`--set {text}` has no value; write `--set {text}=true`")
        is_output = name.rpartition(".")[2] in outputs
        if not name.startswith(("vars.", "inputs.", "github.")) and not is_output:
            cure = _near(name, outputs) or "; repository variables are `vars.NAME`, inputs `inputs.NAME`"
            raise _MisuseError(f"no job has an output `{name}`{cure}")
        found[name] = value
    return found


def _of_calls(workflow: ScheduledWorkflow) -> Iterator[str]:
    """The outputs that are read of calls, which may be declared in other repositories."""
    from mermaid2gha.github.simulator.reads import outputs_read

    calls = {job.id for job in workflow.jobs if job.uses}
    return (name for job, name in outputs_read(workflow) if job in calls)


def _near(name: str, known: Mapping[str, object] | set[str]) -> str:
    from difflib import get_close_matches

    folded = {one.casefold(): one for one in known}
    near = [folded[one] for one in get_close_matches(name.casefold(), list(folded), n=3, cutoff=0.5)]
    return f"; did you mean {' or '.join(f'`{one}`' for one in near)}?" if near else ""
