"""`mermaid2gha replay RUN.json [PATHS]`: whether a run that GitHub made is one that the documents allow."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from mermaid2gha.base.diagnostic import Diagnostic, Severity, has_errors
from mermaid2gha.base.records import dataclass, field, replace
from mermaid2gha.invocation.io import Io
from mermaid2gha.invocation.options import (
    Showing,
    add_loudness,
    add_output_format,
    add_paths,
    add_strict,
    record,
    showing_from,
)
from mermaid2gha.invocation.result import CLEAN, MISUSE, Result
from mermaid2gha.project.snapshot import Disk
from mermaid2gha.report.cells import plain
from mermaid2gha.report.report import Report, form_of, rendered
from mermaid2gha.report.text import summary, text

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from mermaid2gha.github.workflow.reader import WorkflowFile
    from mermaid2gha.project.discovery import Loaded, Project
    from mermaid2gha.replay.api import ObservedRun
    from mermaid2gha.replay.check import Checked, DrawnFile
    from mermaid2gha.replay.counts import FlowCount

HELP = """\
tell whether a finished run is one that the diagrams allow

examples:
  gh api --paginate repos/OWNER/NAME/actions/runs/ID/jobs > run.json
  gh api repos/OWNER/NAME/actions/runs/ID >> run.json     the event and the branch, too
  mermaid2gha replay run.json docs/ci.md                  is the run one that the document allows?
  mermaid2gha replay monday.json tuesday.json docs/ci.md  of several: how often did what is drawn happen?

Without PATHS, the `documents` of the nearest mermaid2gha.yml are read. The output of `gh run view ID --json
jobs,event,headBranch,workflowName,status,conclusion` is read as well. A file may tell several runs, and files
that end in .json are runs.
exit code: 0 it is allowed, 1 findings, 2 wrong call, or a file that is no run
"""


@dataclass(frozen=True, slots=True)
class ReplayOptions:
    """The options of `replay`; `runs` and `paths` as they were typed, `-` for standard input."""

    runs: tuple[str, ...]
    paths: tuple[str, ...] = ()
    workflow: str = ""
    event: str = ""
    skew: float = 1.0
    showing: Showing = field(default_factory=Showing)


class _MisuseError(Exception):
    """What is wrong with the call, for the person who made it."""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", metavar="RUN.json", help="what GitHub tells of a run, or - for standard input")
    add_paths(parser)
    parser.add_argument(
        "--workflow", metavar="FILE", default="", help="the workflow of the run, where the run does not say"
    )
    parser.add_argument(
        "--event", metavar="EVENT", default="", help="what started it, where the run does not say"
    )
    parser.add_argument(
        "--skew",
        metavar="SECONDS",
        type=_seconds,
        default=1.0,
        help="times so far apart count as equal (default: 1)",
    )
    add_strict(parser)
    add_output_format(parser)
    add_loudness(parser)


def _seconds(text: str) -> float:
    """A number of seconds, not below 0."""
    try:
        found = float(text)
    except ValueError:
        found = -1.0
    if not 0 <= found < 10**9:
        raise argparse.ArgumentTypeError(f"`{text}` is no number of seconds")
    return found


def run(arguments: argparse.Namespace, io: Io) -> Result:
    """The findings about a run, and which flow it was."""
    from mermaid2gha.compiler.compile import compile_documents
    from mermaid2gha.project.build import unignored
    from mermaid2gha.project.discovery import load
    from mermaid2gha.project.existing import existing_ids
    from mermaid2gha.replay.check import DrawnFile

    named = [path for path in arguments.paths if path.endswith(".json")]
    options = record(
        ReplayOptions,
        arguments,
        runs=(arguments.run, *named),
        paths=tuple(path for path in arguments.paths if path not in named),
        showing=showing_from(arguments, io),
    )
    standard_input = io.input_for((*options.runs, *options.paths))
    disk = io.disk()
    loaded = load(options.paths, disk, standard_input)
    found = list(loaded.diagnostics)
    files: list[tuple[Project, DrawnFile]] = []
    for project in loaded.projects:
        compilation = compile_documents(project.documents, project.settings, existing_ids(project, disk))
        found += [one for one in compilation.diagnostics if one.severity is Severity.ERROR]
        for linked, plan, fresh in zip(compilation.linked, compilation.plan.workflows, compilation.workflows):
            file = _on_disk(project, disk, plan.file)
            drawn = DrawnFile(linked, plan, fresh, settings=project.settings, file=file)
            files.append((project, drawn))
    if has_errors(found):
        return _result(options, loaded, found, [])
    try:
        observed = [run for path in options.runs for run in _observed(path, options, disk, standard_input)]
        judged = _judged(options, observed, files)
    except _MisuseError as misuse:
        return Result("", f"mermaid2gha: {misuse}\n", MISUSE)
    differences = [
        finding if len(observed) == 1 else replace(finding, message=f"{one.name}: {finding.message}")
        for one in judged
        for result in one.results
        for finding in unignored(one.project, result.diagnostics)
    ]
    all_drawn = [file for _, file in files]
    return _result(options, loaded, differences, judged, drawn=all_drawn, undrawn=len(observed) - len(judged))


@dataclass(frozen=True, slots=True)
class _Judged:
    """What there is to tell of a run, which is called so among several."""

    name: str
    project: Project
    results: tuple[Checked, ...]


def _judged(
    options: ReplayOptions, observed: Sequence[ObservedRun], files: Sequence[tuple[Project, DrawnFile]]
) -> list[_Judged]:
    """Each run beside its drawing; of several, those of workflows that nobody draws are left out."""
    from mermaid2gha.replay.check import checked

    judged: list[_Judged] = []
    fault: _MisuseError | None = None
    for number, run in enumerate(observed, 1):
        try:
            project, drawn = _of_run(options, run, files)
        except _MisuseError as misuse:
            fault = misuse
            continue
        others = [other for _, other in files]
        name = f"run {run.id or f'#{number}'}"
        judged.append(_Judged(name, project, tuple(checked(drawn, run, others, options.skew))))
    if fault is not None and not judged:
        raise fault
    return judged


def _on_disk(project: Project, disk: Disk, name: str) -> WorkflowFile | None:
    return disk.workflow(os.path.normpath(Path(project.root, project.settings.workflows, name)))[0]


def _observed(path: str, options: ReplayOptions, disk: Disk, standard_input: bytes) -> list[ObservedRun]:
    """The runs of a file."""
    from mermaid2gha.github.events import EVENTS
    from mermaid2gha.replay.api import observed_runs

    if path == "-" and "-" in options.paths:
        raise _MisuseError("the run and the document cannot both come from standard input")
    try:
        content = standard_input if path == "-" else disk.content(os.path.abspath(path))  # noqa: PTH100
    except OSError as fault:
        raise _MisuseError(f"`{path}` cannot be read: {(fault.strerror or str(fault)).lower()}") from None
    try:
        runs = observed_runs(content)
    except ValueError as fault:
        raise _MisuseError(f"`{path}` cannot be replayed: {plain(str(fault))}") from None
    if options.event and options.event not in EVENTS:
        raise _MisuseError(f"there is no event `{options.event}`")
    return [replace(run, event=options.event or run.event) for run in runs]


def _of_run(
    options: ReplayOptions, run: ObservedRun, files: Sequence[tuple[Project, DrawnFile]]
) -> tuple[Project, DrawnFile]:
    """The workflow of a run: by its file, its name, or as the only one."""
    from mermaid2gha.settings.model import folded

    wanted = options.workflow or PurePosixPath(run.path).name or run.workflow
    fitting = [pair for pair in files if wanted and folded(wanted) in set(_names(pair[1]))]
    if not fitting and not options.workflow and not run.path and len(files) == 1:
        fitting = list(files)
    if len(fitting) != 1:
        drawn = ", ".join(f"`{one.plan.file}`" for _, one in files) or "none"
        whose = f"no one drawn workflow is `{wanted}`" if wanted else "the run does not say of which workflow"
        raise _MisuseError(f"{whose}; name it with `--workflow` (drawn: {drawn})")
    return fitting[0]


def _names(one: DrawnFile) -> Iterator[str]:
    from mermaid2gha.settings.model import folded

    yield folded(one.plan.file)
    yield folded(one.plan.name)
    yield folded(one.fresh.name)
    if one.file is not None:
        yield folded(one.file.name)


def _result(
    options: ReplayOptions,
    loaded: Loaded,
    found: Sequence[Diagnostic],
    judged: Sequence[_Judged],
    *,
    drawn: Sequence[DrawnFile] = (),
    undrawn: int = 0,
) -> Result:
    showing = options.showing
    findings = showing.shown(found)
    code = showing.code(found, is_misused=loaded.is_misused)
    count = sum(len(project.documents) for project in loaded.projects)
    from mermaid2gha.replay.counts import how_often

    results = [result for one in judged for result in one.results]
    happened = how_often(results, drawn)

    def people() -> tuple[str, str]:
        several = len(judged) + undrawn > 1
        lines = [
            f"{one.name}: {line}" if several and not line.startswith(" ") else line
            for one in judged
            for result in one.results
            for line in _lines(result)
        ]
        if several:
            lines += _counted(happened, len(judged), undrawn)
        out = "" if showing.is_quiet and code == CLEAN else "".join(f"{plain(line)}\n" for line in lines)
        return out, text(findings, showing.paper) + summary(findings, count, showing.paper)

    def members() -> dict[str, object]:
        return {
            "documents": count,
            "runs": [{**_object(result), "run": one.name} for one in judged for result in one.results],
            "flows": [
                {
                    "workflow": one.file,
                    "flow": one.flow,
                    "runs": one.runs,
                    "as_drawn": one.as_drawn,
                    "shown": [{"value": words, "runs": number} for words, number in one.shown],
                }
                for one in happened
            ],
            "undrawn_runs": undrawn,
        }

    out, err = rendered(Report(findings, people, members), showing.format)
    return Result(out, err, code, form=form_of(showing.format))


def _counted(happened: Sequence[FlowCount], runs: int, undrawn: int) -> Iterator[str]:
    """How often each drawn flow happened."""
    others = f", and {undrawn} of other workflows" if undrawn else ""
    yield f"of {runs} run{'' if runs == 1 else 's'} of what is drawn{others}:"
    for one in happened:
        times = {0: "never", 1: "once"}.get(one.runs, f"{one.runs} times")
        odd = one.runs - one.as_drawn
        yield f"  “{one.flow}” ({one.file}) happened {times}{f', {odd} not as drawn' if odd else ''}"
        yield from (f"    with {words}: {number}" for words, number in one.shown)


def _lines(result: Checked) -> Iterator[str]:
    """What a run was, in a sentence, and what it shows of the conditions."""
    from mermaid2gha.compiler.verify.verify import NO_FLOW
    from mermaid2gha.replay.counts import shown_value

    name = f"`{result.file}`" + (f", called by `{result.caller}`," if result.caller else "")
    replayed = result.replayed
    if replayed is None:
        yield f"{name} was started by `{result.event}`, which no flow draws: nothing is compared"
        return
    begun = sum(seen.has_begun for seen in result.jobs.values())
    jobs = f"{begun} of {len(result.jobs)} jobs ran"
    if replayed.flow == NO_FLOW:
        what = f"no flow that is drawn takes place at this `{replayed.event}`"
    else:
        what = f"the flow “{result.flow}”, by `{replayed.event}`"
    if replayed.breaches:
        like = what if replayed.flow == NO_FLOW else f"most like it is {what}"
        yield f"{name} did not run as it is drawn: {like}; {jobs}"
    else:
        yield f"{name} ran as it is drawn: {what}; {jobs}{'' if result.is_finished else ' so far'}"
    if replayed.shown:
        yield f"  the run shows {', '.join(map(shown_value, replayed.shown))}"


def _object(result: Checked) -> dict[str, object]:
    replayed = result.replayed
    return {
        "workflow": result.file,
        "caller": result.caller or None,
        "event": replayed.event if replayed is not None else result.event,
        "flow": result.flow or None,
        "allowed": replayed is not None and not replayed.breaches,
        "finished": result.is_finished,
        "shown": {one.atom: one.value for one in replayed.shown} if replayed is not None else {},
        "jobs": [
            {"id": name, "state": seen.state.value, "start": seen.start, "end": seen.end}
            for name, seen in result.jobs.items()
        ],
    }
