"""`mermaid2gha compile`: documents into files, or whether the files are what they say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from mermaid2gha.base.diagnostic import Diagnostic, Severity, has_errors, leaves, with_severity
from mermaid2gha.base.records import dataclass, field
from mermaid2gha.invocation.io import Io
from mermaid2gha.invocation.options import (
    Showing,
    add_loudness,
    add_output_format,
    add_paths,
    add_stdin_filename,
    add_strict,
    add_watch,
    given_from,
    not_printed,
    record,
    showing_from,
    unwatchable,
)
from mermaid2gha.invocation.result import DEFECT, FINDINGS, Result
from mermaid2gha.project.snapshot import shown
from mermaid2gha.report.guard import Form
from mermaid2gha.report.report import Report, form_of, rendered
from mermaid2gha.report.text import coloured_diff, summary, text

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    import argparse

    from mermaid2gha.compiler.ir.flow_graph import TraceRow
    from mermaid2gha.explain.overview import Overview
    from mermaid2gha.project.artifacts import Treatment
    from mermaid2gha.project.build import Built, CompiledProject
    from mermaid2gha.project.discovery import Project
    from mermaid2gha.project.snapshot import Disk
    from mermaid2gha.project.status import Drift
    from mermaid2gha.terminal.watch import Watched

EXAMPLES = """\
examples:
  mermaid2gha compile docs/ci.md                    write .github/workflows/*.yml
  mermaid2gha compile docs/ci.md --output build     write build/workflows and build/graphs
  mermaid2gha compile --watch                       again whenever a document is saved
  mermaid2gha compile --diff                        show what would change, write nothing
  mermaid2gha compile diagrams --check --diff       compare every project below a folder
  mermaid2gha compile - < ci.mmd                    print the workflow, write nothing
  cat ci.mmd | mermaid2gha compile - --trace        say what became of each statement

Without PATHS, the `documents` of the nearest mermaid2gha.yml are compiled.
exit code: 0 clean, 1 findings or files out of step, 2 wrong call or settings, 3 a defect of mermaid2gha
"""
HELP = f"""\
compile documents into workflows and graphs

{EXAMPLES}"""


@dataclass(frozen=True, slots=True)
class CompileOptions:
    """The options of `compile`; `paths` and `output` as they were typed."""

    paths: tuple[str, ...] = ()
    output: str | None = None
    check: bool = False
    diff: bool = False
    trace: bool = False
    force: bool = False
    prune: bool = False
    rename: tuple[tuple[str, str], ...] = ()
    exit_non_zero_on_write: bool = False
    statistics: bool = False
    showing: Showing = field(default_factory=Showing)

    @property
    def is_printing(self) -> bool:
        """Whether the workflows go to standard output: what comes from standard input writes no file."""
        return "-" in self.paths and self.output is None and not self.check and not self.diff

    @property
    def is_writing(self) -> bool:
        return not self.check and not self.diff and not self.is_printing


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a run has to tell: about documents, about files, and which files it wrote or removed.

    `printed` are the paths and texts of workflows that are written nowhere.
    """

    options: CompileOptions
    compiled: Sequence[CompiledProject]
    findings: Sequence[Diagnostic]
    about_files: Sequence[Diagnostic]
    written: Sequence[Drift]
    printed: Sequence[tuple[str, str]] = ()
    settings: Sequence[str] = ()


def arguments(parser: argparse.ArgumentParser) -> None:
    add_compared(parser)
    add_watch(parser)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a file is out of step")
    parser.add_argument(
        "--force",
        action="store_true",
        help="edit workflows that people wrote as if they were adopted; no step is lost",
    )
    parser.add_argument(
        "--prune", action="store_true", help="take away jobs, events and files that are not drawn"
    )
    parser.add_argument(
        "--rename",
        action="append",
        type=_renaming,
        default=[],
        metavar="OLD=NEW",
        help="let the job, or the workflow file, OLD go on as NEW, with its steps",
    )
    parser.add_argument(
        "--exit-non-zero-on-write", action="store_true", help="exit with 1 if a file was written (for hooks)"
    )


def add_compared(parser: argparse.ArgumentParser) -> None:
    """What `compile` and `check` have in common."""
    add_paths(parser)
    add_stdin_filename(parser)
    parser.add_argument("--output", metavar="DIR", help="put workflows/ and graphs/ there instead")
    parser.add_argument("--diff", action="store_true", help="show each difference; write nothing")
    parser.add_argument("--trace", action="store_true", help="show what became of each statement")
    parser.add_argument(
        "--statistics", action="store_true", help="count the findings by their rules instead of showing each"
    )
    add_strict(parser)
    add_output_format(parser)
    parser.add_argument(
        "--no-cache", action="store_true", help="compare anew, even if nothing has changed since last time"
    )
    add_loudness(parser)


def _renaming(words: str) -> tuple[str, str]:
    """`OLD=NEW` as a pair."""
    import argparse

    old, _, new = (part.strip() for part in words.partition("="))
    if not (old and new):
        raise argparse.ArgumentTypeError(f"`{words}` is no renaming; write it as OLD=NEW")
    if len({name.endswith((".yml", ".yaml")) for name in (old, new)}) > 1:
        raise argparse.ArgumentTypeError(f"`{words}` is of a workflow file and a job; write two of one kind")
    return old, new


def run(arguments: argparse.Namespace, io: Io) -> Result:
    """Compile what the arguments name, write it unless they say otherwise, and tell about it."""
    from mermaid2gha.project.artifacts import Treatment
    from mermaid2gha.project.build import with_abandoned
    from mermaid2gha.project.discovery import load

    options = record(CompileOptions, arguments, showing=showing_from(arguments, io))
    is_watching = getattr(arguments, "watch", False)
    if is_watching and (refusal := unwatchable(options.paths)) is not None:
        return refusal
    given = given_from(options.paths, arguments.stdin_filename, io)
    disk = given.disk
    loaded = load(given.paths, disk, given.standard_input)
    treatment = Treatment(options.force, options.prune, options.rename)
    compiled = _compiled(loaded.projects, options, treatment, disk, io)
    compiled = with_abandoned(compiled, loaded.folders, disk, treatment)
    built, printed = _built(options, compiled, disk, io)
    if built.defect:
        return Result("", built.defect, DEFECT)
    findings = [*loaded.diagnostics, *_findings(options, treatment, compiled)]
    about_files = [*_about_files(options, compiled), *built.faults]
    about_files += [fault for path, content in printed for fault in not_printed(path, content)]
    code = options.showing.code([*findings, *about_files], is_misused=loaded.is_misused)
    if not code and built.written and options.exit_non_zero_on_write:
        code = FINDINGS
    outcome = _Outcome(
        options,
        compiled,
        findings,
        about_files,
        written=built.written,
        printed=() if code else printed,
        settings=built.settings,
    )
    out, err = rendered(_report(outcome), options.showing.format)
    keeps = options.check and not given.name
    watched = _watched(disk, built.written) if is_watching else None
    return Result(out, err, code, disk.facts if keeps else None, form=_form(options), watched=watched)


def _compiled(
    projects: Sequence[Project], options: CompileOptions, treatment: Treatment, disk: Disk, io: Io
) -> list[CompiledProject]:
    """Each project compiled, with a word on the terminal about which one it is."""
    from mermaid2gha.project.build import compiled_project

    compiled = []
    for number, project in enumerate(projects, 1):
        of_all = f" ({number} of {len(projects)})" if len(projects) > 1 else ""
        io.progress(f"compiling {', '.join(document.name for document in project.documents)}{of_all}")
        compiled.append(
            compiled_project(project, disk, io.draw, destination=options.output, treatment=treatment)
        )
    return compiled


def _built(
    options: CompileOptions, compiled: Sequence[CompiledProject], disk: Disk, io: Io
) -> tuple[Built, Sequence[tuple[str, str]]]:
    """What was written, if anything is to be; and the paths and texts of workflows that are to be printed."""
    from mermaid2gha.project.build import Built, build, texts

    if options.is_printing:
        return texts(compiled)
    if not options.is_writing:
        return Built(), ()
    io.progress("running the workflows beside their drawings")
    return build(compiled, disk, io.draw, clock=io.clock), ()


def _form(options: CompileOptions) -> Form:
    """What standard output has: workflows as they are, or what is told."""
    form = form_of(options.showing.format)
    return Form.CONTENT if options.is_printing and form is Form.TEXT and not options.trace else form


def _watched(disk: Disk, written: Sequence[Drift]) -> Watched:
    """What the next change is looked for in, but for what was written now."""
    from mermaid2gha.terminal.watch import Watched  # late, as it is rare

    return Watched(dict(disk.facts), tuple(drift.path for drift in written))


def _findings(
    options: CompileOptions, treatment: Treatment, compiled: Sequence[CompiledProject]
) -> list[Diagnostic]:
    """What is wrong with documents, steps of people's and the names of `--rename`."""
    findings = [finding for project in compiled for finding in project.diagnostics]
    if not any(project.drifts for project in compiled) and not has_errors(findings):
        findings = [_told_aloud(finding) for finding in findings]
    findings += _dangers(options, compiled)
    if options.rename:
        from mermaid2gha.project.renaming import unused_renamings

        drifts = [drift for project in compiled for drift in project.drifts]
        findings += unused_renamings(treatment, drifts)
    return findings


def _told_aloud(finding: Diagnostic) -> Diagnostic:
    """A finding as it is told where nothing at all is drawn: why a diagram is left alone is no aside then."""
    from mermaid2gha.compiler.reading.reading import NOT_A_FLOW

    return with_severity(finding, Severity.WARNING) if finding.rule == NOT_A_FLOW.name else finding


def _dangers(options: CompileOptions, compiled: Sequence[CompiledProject]) -> list[Diagnostic]:
    """What steps of people's come by; a check fails on it until it is accepted, what is drawn is compiled."""
    severity = Severity.ERROR if options.check else Severity.WARNING
    return [with_severity(danger.finding, severity) for one in compiled for danger in one.dangers]


def _about_files(options: CompileOptions, compiled: Sequence[CompiledProject]) -> list[Diagnostic]:
    """How the files are out of step, for a check; else which of them are not written, and why."""
    from mermaid2gha.project.build import COMMAND, check_findings, refusals

    output = ["--output", options.output] if options.output is not None else []
    command = [*COMMAND, *options.paths, *output]
    if options.check:
        return check_findings(compiled, command)
    if options.is_printing:
        return []
    return refusals(compiled, command)


def _report(outcome: _Outcome) -> Report:
    showing = outcome.options.showing
    return Report(
        showing.shown([*outcome.findings, *outcome.about_files]),
        people=partial(_people, outcome),
        members=partial(_members, outcome),
        remarks="" if showing.is_quiet else "".join(_written(outcome)) + _understood(outcome),
        accepted=[one for compiled in outcome.compiled for one in compiled.accepted],
    )


def _people(outcome: _Outcome) -> tuple[str, str]:
    from mermaid2gha.project.status import diff

    options, showing = outcome.options, outcome.options.showing
    paper, all_drifts = showing.paper, _drifts(outcome)
    out = trace_table(_trace(outcome)) if options.trace else _printed(outcome)
    if options.diff:
        out += "".join(coloured_diff(diff(drift), paper) for drift in all_drifts)
        out += "".join(coloured_diff(_settings_diff(one), paper) for one in outcome.compiled)
    findings, about_files = showing.shown(outcome.findings), showing.shown(outcome.about_files)
    if options.statistics:
        err, out = "", out + _statistics([*findings, *about_files])
    else:
        err = text(findings, paper) + text([_brief(found) for found in about_files], paper)
    if not showing.is_quiet:
        err += "".join(_written(outcome)) + (_nothing_to_write(outcome) if options.is_writing else "")
    err += summary([*findings, *about_files], _count(outcome), paper)
    return out, err if showing.is_quiet else err + _understood(outcome)


def _counts(findings: Sequence[Diagnostic]) -> list[tuple[int, str, str]]:
    """How many findings there are of each rule, with its severity; the most first."""
    counts: dict[tuple[str, str], int] = {}
    for found in leaves(findings):
        key = found.severity.value, found.rule
        counts[key] = counts.get(key, 0) + 1
    rows = [(count, severity, rule) for (severity, rule), count in counts.items()]
    return sorted(rows, key=lambda row: (-row[0], row[2], row[1]))


def _statistics(findings: Sequence[Diagnostic]) -> str:
    return "".join(f"{count:>5}  {severity:<7}  {rule}\n" for count, severity, rule in _counts(findings))


def _printed(outcome: _Outcome) -> str:
    """The workflows as one stream of YAML; of several, each begins with the path that it would have."""
    if len(outcome.printed) == 1:
        return outcome.printed[0][1]
    return "---\n".join(f"# {path}\n{content}" for path, content in outcome.printed)


def _settings_diff(compiled: CompiledProject) -> str:
    """What becomes of settings that speak of what is renamed."""
    from mermaid2gha.project.status import text_diff

    file = compiled.project.settings.file
    if file is None or not compiled.settings_text:
        return ""
    return text_diff(file.text, compiled.settings_text, file.name, file.name)


def _count(outcome: _Outcome) -> int:
    return sum(len(compiled.project.documents) for compiled in outcome.compiled)


def _drifts(outcome: _Outcome) -> list[Drift]:
    return [drift for compiled in outcome.compiled for drift in compiled.drifts]


def _trace(outcome: _Outcome) -> list[TraceRow]:
    return [row for compiled in outcome.compiled for row in compiled.compilation.trace]


def _nothing_to_write(outcome: _Outcome) -> str:
    """That there was nothing to write, where that is so."""
    from mermaid2gha.compiler.link.link import NO_JOBS
    from mermaid2gha.project.status import FileState

    files = _drifts(outcome)
    if not files and outcome.compiled and not has_errors([*outcome.findings, *outcome.about_files]):
        if any(finding.rule == NO_JOBS.name for finding in outcome.findings):
            return "nothing to write: nothing that is drawn is a job\n"
        return "nothing to write: no diagram draws a workflow\n"
    if not files or outcome.about_files or any(drift.state is not FileState.CURRENT for drift in files):
        return ""
    return f"nothing to write: {len(files)} file{'s are' if len(files) > 1 else ' is'} as drawn\n"


def _understood(outcome: _Outcome) -> str:
    """What was understood, a workflow a line; nothing for a check, which is about files."""
    if outcome.options.check:
        return ""
    from mermaid2gha.explain.overview import overview_line, trusted_line  # late: a check needs none

    text = ""
    for path, of_workflow in _overviews(outcome):
        text += overview_line(of_workflow, path if len(outcome.compiled) > 1 else "") + "\n"
        if outcome.options.showing.is_verbose and (trusted := trusted_line(of_workflow)):
            text += f"  {trusted}\n"
    return text


def _overviews(outcome: _Outcome) -> Iterator[tuple[str, Overview]]:
    """The overview of each workflow with the path of its file, whose steps count where people's are in it."""
    from mermaid2gha.explain.overview import overview
    from mermaid2gha.github.workflow.reader import workflow_file

    for compiled in outcome.compiled:
        plans = {plan.file: plan for plan in compiled.compilation.plan.workflows}
        for drift in compiled.drifts:
            if drift.output is None or drift.output.workflow is None:
                continue
            file = None
            if drift.edited is not None:  # else the file is as compiled, or will be
                file, _ = workflow_file(drift.edited, shown(drift.path))
            yield shown(drift.path), overview(plans[drift.output.workflow.file], file)


def _brief(found: Diagnostic) -> Diagnostic:
    """A finding about a file in one line, unless its lines say what differs where."""
    if any(label.text for label in found.labels):
        return found
    return Diagnostic(found.rule, found.severity, found.message, help=found.help)


def _written(outcome: _Outcome) -> Iterator[str]:
    for drift in outcome.written:
        yield f"{'removed' if drift.output is None else 'wrote'} {shown(drift.path)}\n"
        yield from (f"  {change}\n" for change in drift.changes)
    yield from (f"wrote {shown(path)}\n" for path in outcome.settings)


def _members(outcome: _Outcome) -> dict[str, object]:
    from mermaid2gha.project.status import diff

    changed = {drift.path for drift in outcome.written}
    contents = dict(outcome.printed)
    files = [
        {
            "path": shown(drift.path),
            "state": _state(drift, changed),
            **({"changes": list(drift.changes)} if drift.changes else {}),
            **({"diff": diff(drift)} if outcome.options.diff else {}),
            **({"text": contents[shown(drift.path)]} if shown(drift.path) in contents else {}),
        }
        for drift in _drifts(outcome)
    ]
    members: dict[str, object] = {"documents": _count(outcome), "files": files}
    if not outcome.options.check:
        members["workflows"] = [
            _overview_members(path, of_workflow) for path, of_workflow in _overviews(outcome)
        ]
    if outcome.options.statistics:
        found = outcome.options.showing.shown([*outcome.findings, *outcome.about_files])
        members["statistics"] = [
            {"rule": rule, "severity": severity, "count": count} for count, severity, rule in _counts(found)
        ]
    if outcome.options.trace:
        members["trace"] = [
            {
                "file": row.span.file.name,
                "line": row.span.line,
                "statement": row.statement,
                "becomes": row.becomes,
                "effect": row.effect,
                "ground": row.ground,
            }
            for row in _trace(outcome)
        ]
    return members


def _overview_members(path: str, of_workflow: Overview) -> dict[str, object]:
    return {
        "path": path,
        "events": list(of_workflow.events),
        "jobs": list(of_workflow.jobs),
        "waiting": list(of_workflow.waiting),
        "giving": list(of_workflow.giving),
        "placeholders": list(of_workflow.placeholders),
    }


def _state(drift: Drift, changed: set[str]) -> str:
    if drift.path in changed:
        return "removed" if drift.output is None else "written"
    return drift.state.value


def trace_table(rows: Sequence[TraceRow]) -> str:
    """What became of each statement, a row a line: its place, the statement, what it is now, and as what it
    was read on which ground."""
    places = [f"{row.span.file.name}:{row.span.line}" for row in rows]
    statements = [" ".join(row.statement.split()) for row in rows]
    left = max((len(place) for place in places), default=0)
    middle = min(max((len(statement) for statement in statements), default=0), 60)
    return "".join(
        f"{place:<{left}}  {statement:<{middle}}  {row.becomes}{_reading(row)}".rstrip() + "\n"
        for place, statement, row in zip(places, statements, rows)
    )


def _reading(row: TraceRow) -> str:
    return f" [{row.effect} by {row.ground}]" if row.effect else ""
