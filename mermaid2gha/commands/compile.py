"""`mermaid2gha compile`: documents into files, or whether the files are what they say."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from mermaid2gha.base.diagnostic import Diagnostic, has_errors
from mermaid2gha.base.records import dataclass, field
from mermaid2gha.commands.io import Io
from mermaid2gha.commands.options import (
    Showing,
    add_loudness,
    add_output_format,
    add_paths,
    add_strict,
    record,
    showing_from,
)
from mermaid2gha.commands.result import DEFECT, FINDINGS, Result
from mermaid2gha.project import cache
from mermaid2gha.project.snapshot import shown
from mermaid2gha.report.report import Report, rendered
from mermaid2gha.report.text import coloured_diff, summary, text

if TYPE_CHECKING:
    from mermaid2gha.compiler.compile import TraceRow
    from mermaid2gha.project.build import CompiledProject
    from mermaid2gha.project.status import Drift

EXAMPLES = """\
examples:
  mermaid2gha compile docs/ci.md                    write .github/workflows/*.yml
  mermaid2gha compile docs/ci.md --output build     write build/workflows and build/graphs
  mermaid2gha compile --diff                        show what would change, write nothing
  mermaid2gha compile diagrams --check --diff       compare every project below a folder
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
    showing: Showing = field(default_factory=Showing)


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a run has to tell: about documents, about files, and which files it wrote or removed."""

    findings: Sequence[Diagnostic]
    about_files: Sequence[Diagnostic]
    written: Sequence[Drift]


def arguments(parser: argparse.ArgumentParser) -> None:
    add_compared(parser)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a file is out of step")
    parser.add_argument(
        "--force", action="store_true", help="write compiled files afresh, losing what was edited in them"
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
        help="let the job OLD of a file go on as NEW, with its steps",
    )
    parser.add_argument(
        "--exit-non-zero-on-write", action="store_true", help="exit with 1 if a file was written (for hooks)"
    )


def add_compared(parser: argparse.ArgumentParser) -> None:
    """What `compile` and `check` have in common."""
    add_paths(parser)
    parser.add_argument("--output", metavar="DIR", help="put workflows/ and graphs/ there instead")
    parser.add_argument("--diff", action="store_true", help="show each difference; write nothing")
    parser.add_argument("--trace", action="store_true", help="show what became of each statement")
    add_strict(parser)
    add_output_format(parser)
    parser.add_argument(
        "--no-cache", action="store_true", help="compare anew, even if nothing has changed since last time"
    )
    add_loudness(parser)


def _renaming(words: str) -> tuple[str, str]:
    """`OLD=NEW` as a pair."""
    old, _, new = (part.strip() for part in words.partition("="))
    if not (old and new):
        raise argparse.ArgumentTypeError(f"`{words}` is no renaming; write it as OLD=NEW")
    return old, new


def run(arguments: argparse.Namespace, io: Io) -> Result:
    """Compile what the arguments name, write it unless they say otherwise, and tell about it."""
    from mermaid2gha.project.build import COMMAND, Built, build, check_findings, compiled_project, refusals
    from mermaid2gha.project.discovery import load
    from mermaid2gha.project.status import Treatment

    options = record(CompileOptions, arguments, showing=showing_from(arguments, io))
    disk = io.disk()
    disk.facts.update(cache.package_fact())
    loaded = load(options.paths, disk, io.input_for(options.paths))
    treatment = Treatment(options.force, options.prune, options.rename)
    compiled = [compiled_project(project, disk, options.output, treatment) for project in loaded.projects]
    findings = [*loaded.diagnostics, *(found for one in compiled for found in one.diagnostics)]
    command = [
        *COMMAND,
        *options.paths,
        *(["--output", options.output] if options.output is not None else []),
    ]
    if options.check:
        built, about_files = Built(), check_findings(compiled, command)
    else:
        is_forced = options.force
        about_files = refusals(compiled, command, is_forced=is_forced)
        built = (
            Built() if options.diff else build(compiled, disk, io.draw, is_forced=is_forced, clock=io.clock)
        )
    if built.defect:
        return Result("", built.defect, DEFECT)
    outcome = _Outcome(findings, [*about_files, *built.faults], built.written)
    code = options.showing.code([*findings, *outcome.about_files], is_misused=loaded.is_misused)
    if not code and built.written and options.exit_non_zero_on_write:
        code = FINDINGS
    out, err = rendered(_report(options, compiled, outcome), options.showing.format)
    keeps = options.check and "-" not in options.paths
    return Result(out, err, code, disk.facts if keeps else None)


def _report(options: CompileOptions, compiled: Sequence[CompiledProject], outcome: _Outcome) -> Report:
    return Report(
        options.showing.shown([*outcome.findings, *outcome.about_files]),
        people=partial(_people, options, compiled, outcome),
        members=partial(_members, options, compiled, outcome),
        remarks="" if options.showing.is_quiet else "".join(_written(outcome)),
    )


def _people(
    options: CompileOptions, compiled: Sequence[CompiledProject], outcome: _Outcome
) -> tuple[str, str]:
    from mermaid2gha.project.build import is_written
    from mermaid2gha.project.status import State, diff

    paper, is_quiet = options.showing.paper, options.showing.is_quiet
    all_drifts = [drift for one in compiled for drift in one.drifts]
    out = trace_table([row for one in compiled for row in one.compilation.trace]) if options.trace else ""
    if options.diff:
        out += "".join(coloured_diff(diff(drift), paper) for drift in all_drifts)
    findings = options.showing.shown(outcome.findings)
    about_files = options.showing.shown(outcome.about_files)
    err = text(findings, paper) + text([_brief(found) for found in about_files], paper)
    is_writing = not options.check and not options.diff
    if is_writing:
        edited = (drift for drift in all_drifts if drift.state is State.EDITED)
        kept = (drift for drift in edited if not is_written(drift, is_forced=options.force))
        err += "".join(coloured_diff(diff(drift), paper) for drift in kept)
    if not is_quiet:
        err += "".join(_written(outcome)) + (_content(compiled, outcome) if is_writing else "")
    return out, err + summary([*findings, *about_files], _count(compiled), paper)


def _count(compiled: Sequence[CompiledProject]) -> int:
    return sum(len(one.project.documents) for one in compiled)


def _content(compiled: Sequence[CompiledProject], outcome: _Outcome) -> str:
    """That there was nothing to write, where that is so."""
    from mermaid2gha.project.status import State

    files = [drift for one in compiled for drift in one.drifts]
    if not files and compiled and not has_errors([*outcome.findings, *outcome.about_files]):
        if any(finding.rule == "no-jobs" for finding in outcome.findings):
            return "nothing to write: nothing that is drawn is a job\n"
        return "nothing to write: no diagram draws a workflow (`-v` tells why)\n"
    if not files or outcome.about_files or any(drift.state is not State.CURRENT for drift in files):
        return ""
    return f"nothing to write: {len(files)} file{'s are' if len(files) > 1 else ' is'} as drawn\n"


def _brief(found: Diagnostic) -> Diagnostic:
    """A finding about a file in one line: the file is compiled, its lines explain nothing."""
    return Diagnostic(found.rule, found.severity, found.message, help=found.help)


def _written(outcome: _Outcome) -> Iterator[str]:
    for drift in outcome.written:
        yield f"{'removed' if drift.output is None else 'wrote'} {shown(drift.path)}\n"
        yield from (f"  {change}\n" for change in drift.changes)


def _members(
    options: CompileOptions, compiled: Sequence[CompiledProject], outcome: _Outcome
) -> dict[str, object]:
    from mermaid2gha.project.status import diff

    changed = {drift.path for drift in outcome.written}
    files = [
        {
            "path": shown(drift.path),
            "state": _state(drift, changed),
            **({"changes": list(drift.changes)} if drift.changes else {}),
            **({"diff": diff(drift)} if options.diff else {}),
        }
        for one in compiled
        for drift in one.drifts
    ]
    members: dict[str, object] = {"documents": _count(compiled), "files": files}
    if options.trace:
        members["trace"] = [
            {
                "file": row.span.file.name,
                "line": row.span.line,
                "statement": row.statement,
                "becomes": row.becomes,
            }
            for one in compiled
            for row in one.compilation.trace
        ]
    return members


def _state(drift: Drift, changed: set[str]) -> str:
    if drift.path in changed:
        return "removed" if drift.output is None else "written"
    return drift.state.value


def trace_table(rows: Sequence[TraceRow]) -> str:
    """What became of each statement, a row a line: its place, the statement, what it is now."""
    places = [f"{row.span.file.name}:{row.span.line}" for row in rows]
    statements = [" ".join(row.statement.split()) for row in rows]
    left = max((len(place) for place in places), default=0)
    middle = min(max((len(statement) for statement in statements), default=0), 60)
    return "".join(
        f"{place:<{left}}  {statement:<{middle}}  {row.becomes}".rstrip() + "\n"
        for place, statement, row in zip(places, statements, rows)
    )
