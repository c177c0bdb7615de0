"""The arguments of the commands, and help that teaches by example."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from functools import partial

from mermaid2gha import __version__

_TOP = """\
examples:
  mermaid2gha compile docs/ci.md          compile a document into .github/workflows
  mermaid2gha compile                     compile what mermaid2gha.yml lists
  mermaid2gha check                       fail if the files are not what the documents say
  mermaid2gha explain cyclic-order        what a rule means, and the cure
"""
_COMPILE = """\
examples:
  mermaid2gha compile docs/ci.md                    write .github/workflows/*.yml
  mermaid2gha compile docs/ci.md --output build     write build/workflows and build/graphs
  mermaid2gha compile --diff                        show what would change, write nothing
  mermaid2gha compile diagrams --check --diff       compare every project below a folder
  cat ci.mmd | mermaid2gha compile - --trace        say what became of each statement

Without PATHS, the `documents` of the nearest mermaid2gha.yml are compiled.
exit code: 0 clean, 1 findings or files out of step, 2 wrong call or settings, 3 a defect of mermaid2gha
"""
_GRAPH = """\
examples:
  mermaid2gha graph docs/ci.md > ci.svg                     the whole, or the only workflow
  mermaid2gha graph --workflow ci.yml --output ci.svg       one workflow's jobs
  mermaid2gha graph --workflow ci.yml --format mmd          the same as a Mermaid flowchart
"""
_PARSE = """\
examples:
  mermaid2gha parse docs/ci.md                       list what each diagram says
  mermaid2gha parse docs/ci.md --format json         one JSON object a line, one line a diagram
  mermaid2gha parse - < ci.mmd                       read standard input
"""
_FMT = """\
examples:
  mermaid2gha fmt docs/ci.md              lay out its diagrams: indentation, blanks, the case of keywords
  mermaid2gha fmt docs --check --diff     fail if a diagram is laid out otherwise, and show how
  mermaid2gha fmt - < ci.mmd              from standard input to standard output

Without PATHS, the `documents` of the nearest mermaid2gha.yml are laid out. Faulty diagrams are told and left
alone; nothing outside of diagrams changes.
"""
_WHEN = """\
examples:
  mermaid2gha when push                             what a push to main runs, in waves, and what not and why
  mermaid2gha when pull_request --fork              a pull request from a fork
  mermaid2gha when push --set build-docs=false --fail tests
  mermaid2gha when push --format svg > push.svg     as a picture

Works on all workflow files of a repository, drawn or written by hand. Outputs of jobs, variables and inputs
that conditions read are empty unless `--set` gives them: OUTPUT=VALUE, JOB.OUTPUT=VALUE, vars.NAME=VALUE,
inputs.NAME=VALUE. A job is named by its id or its display name, with its file before it where that is needed
(`ci.yml:build`); a leg of a matrix with its values behind it (`--fail 'test (3.11, ubuntu)'`).
"""
_WHY = """\
examples:
  mermaid2gha why publish                      what it waits for, when it is left out, what its token may do
  mermaid2gha why publish build                the chain of lines and needs by which it waits for `build`
  mermaid2gha why ci.yml:test --document docs/ci.md

A job is named by its id or its display name. Without --document, the `documents` of the nearest
mermaid2gha.yml are read.
"""
_REPLAY = """\
examples:
  gh api --paginate repos/OWNER/NAME/actions/runs/ID/jobs > run.json
  gh api repos/OWNER/NAME/actions/runs/ID >> run.json     the event and the branch, too
  mermaid2gha replay run.json docs/ci.md                  is the run one that the document allows?

Without PATHS, the `documents` of the nearest mermaid2gha.yml are read. The output of `gh run view ID --json
jobs,event,headBranch,workflowName,status,conclusion` is read as well.
exit code: 0 it is allowed, 1 findings, 2 wrong call, or a file that is no run
"""
_ADOPT = """\
examples:
  mermaid2gha adopt .github/workflows/ci.yml --document docs/ci.md             show what settings it takes
  mermaid2gha adopt .github/workflows --document docs/ci.md --write            and write them

Shows the settings under which the document draws these workflow files, which people wrote, and what differs
all the same. Settings that are there stay; --write adds the others to mermaid2gha.yml. Workflows stay as they
are.
"""
_EXPLAIN = """\
examples:
  mermaid2gha explain                     list every rule
  mermaid2gha explain cyclic-order        why it is an error, an example, and the cure
"""


def parser(width: int, given: Sequence[str]) -> argparse.ArgumentParser:
    """The parser of a command line; `command` names the command that was given.

    Only the commands among the words `given` get their arguments: those of all take longer to make. Help
    has lines of at most `width` columns; argparse would import a good deal to find that out.
    """
    formatter = partial(argparse.RawDescriptionHelpFormatter, width=width)
    top = argparse.ArgumentParser(
        prog="mermaid2gha",
        description="Compile Mermaid sequence diagrams into GitHub Actions workflows.",
        epilog=_TOP,
        formatter_class=formatter,
        allow_abbrev=False,
    )
    top.add_argument("--version", action="version", version=f"mermaid2gha {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)

    for name, (words, examples, add) in _COMMANDS.items():
        command = commands.add_parser(
            name,
            help=words,
            description=f"{words[0].upper()}{words[1:]}.",
            epilog=examples,
            formatter_class=formatter,
            allow_abbrev=False,
        )
        if name in given:
            add(command)
    return top


def _add_compile(command: argparse.ArgumentParser) -> None:
    _add_compared(command)
    command.add_argument("--check", action="store_true", help="write nothing; fail if a file is out of step")
    command.add_argument(
        "--force", action="store_true", help="write compiled files afresh, losing what was edited in them"
    )
    command.add_argument(
        "--prune", action="store_true", help="take away jobs, events and files that are not drawn"
    )
    command.add_argument(
        "--rename",
        action="append",
        type=_renaming,
        default=[],
        metavar="OLD=NEW",
        help="let the job OLD of a file go on as NEW, with its steps",
    )
    command.add_argument(
        "--exit-non-zero-on-write", action="store_true", help="exit with 1 if a file was written (for hooks)"
    )


def _add_compared(command: argparse.ArgumentParser) -> None:
    """What `compile` and `check` have in common."""
    _add_paths(command)
    command.add_argument("--output", metavar="DIR", help="put workflows/ and graphs/ there instead")
    command.add_argument("--diff", action="store_true", help="show each difference; write nothing")
    command.add_argument("--trace", action="store_true", help="show what became of each statement")
    command.add_argument("--strict", action="store_true", help="fail on warnings too")
    command.add_argument(
        "--output-format",
        choices=("text", "json", "github", "sarif"),
        default="text",
        help="how findings are shown (default: text)",
    )
    command.add_argument(
        "--no-cache", action="store_true", help="compare anew, even if nothing has changed since last time"
    )
    _add_loudness(command)


def _add_graph(command: argparse.ArgumentParser) -> None:
    _add_paths(command)
    command.add_argument(
        "--format", choices=("svg", "dot", "mmd"), default="svg", help="of the picture (default: svg)"
    )
    command.add_argument(
        "--workflow", metavar="FILE", help="the workflow to show; the whole if there are several"
    )
    command.add_argument(
        "--output", metavar="FILE", help="write the picture there instead of standard output"
    )
    _add_loudness(command)


def _add_paths(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "paths", nargs="*", metavar="PATHS", help="documents, folders of them, or - for standard input"
    )


def _add_loudness(command: argparse.ArgumentParser) -> None:
    command.add_argument("-v", "--verbose", action="store_true", help="show notes, too: what was inferred")
    command.add_argument("-q", "--quiet", action="store_true", help="show errors only")


def _add_parse(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "paths", nargs="+", metavar="FILE", help="a document, a folder, or - for standard input"
    )
    command.add_argument("--format", choices=("json", "text"), default="text", help="how to show it")
    command.add_argument(
        "--output-format",
        choices=("text", "json", "github", "sarif"),
        default=None,
        help="show the findings alone; json is the same as --format json",
    )
    _add_loudness(command)


def _add_fmt(command: argparse.ArgumentParser) -> None:
    _add_paths(command)
    command.add_argument("--check", action="store_true", help="write nothing; fail if something would change")
    command.add_argument("--diff", action="store_true", help="show each difference; write nothing")
    _add_loudness(command)


def _add_when(command: argparse.ArgumentParser) -> None:
    command.add_argument("event", metavar="EVENT", help="an event's name, such as push or pull_request")
    command.add_argument(
        "--workflows", metavar="PATH", nargs="+", default=[], help="workflow files or folders of them"
    )
    command.add_argument("--branch", default="main", help="pushed to, or a pull request's target (main)")
    command.add_argument("--tag", default="", help="a tag that is pushed or released, instead of a branch")
    command.add_argument("--head", default="feature", help="the branch that a pull request comes from")
    command.add_argument("--fork", action="store_true", help="the pull request comes from a fork")
    command.add_argument(
        "--repository",
        metavar="OWNER/NAME",
        default="",
        help="the repository (default: that of the git remote `origin`)",
    )
    command.add_argument("--type", default="", help="the event's type, such as opened or published")
    command.add_argument("--cron", default="", help="the time of a schedule, as it stands in the workflow")
    command.add_argument(
        "--paths", dest="changed", metavar="FILE", nargs="+", help="the changed files, for filters by paths"
    )
    command.add_argument("--set", metavar="NAME=VALUE", action="append", default=[], help="give a value")
    command.add_argument("--fail", metavar="JOB", action="append", default=[], help="a job that fails")
    command.add_argument("--timeout", metavar="JOB", action="append", default=[], help="a job that times out")
    command.add_argument(
        "--unapproved", metavar="ENV", action="append", default=[], help="an environment nobody has approved"
    )
    command.add_argument(
        "--reject", metavar="ENV", action="append", default=[], help="an environment whose reviewers said no"
    )
    command.add_argument(
        "--times", metavar="N", type=_times, default=1, help="the event comes N times while the first runs"
    )
    command.add_argument(
        "--by-token", action="store_true", help="a workflow made the event with its GITHUB_TOKEN"
    )
    command.add_argument("--cancel-during", metavar="JOB", default="", help="the run is cancelled then")
    command.add_argument(
        "--payload", metavar="FILE", help="the event's payload as JSON, instead of a usual one"
    )
    command.add_argument(
        "--format", choices=("text", "json", "mermaid", "svg"), default="text", help="(default: text)"
    )


def _add_why(command: argparse.ArgumentParser) -> None:
    command.add_argument("job", metavar="JOB", help="the job in question")
    command.add_argument("other", metavar="OTHER", nargs="?", help="a job that it may wait for")
    command.add_argument(
        "--document", dest="paths", metavar="PATH", nargs="+", default=[], help="documents or folders of them"
    )
    _add_loudness(command)


def _add_replay(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "run", metavar="RUN.json", help="what GitHub tells of a run, or - for standard input"
    )
    _add_paths(command)
    command.add_argument(
        "--workflow", metavar="FILE", default="", help="the workflow of the run, where the run does not say"
    )
    command.add_argument(
        "--event", metavar="EVENT", default="", help="what started it, where the run does not say"
    )
    command.add_argument(
        "--skew",
        metavar="SECONDS",
        type=_seconds,
        default=1.0,
        help="times so far apart count as equal (default: 1)",
    )
    command.add_argument("--strict", action="store_true", help="fail on warnings too")
    command.add_argument(
        "--output-format",
        choices=("text", "json", "github", "sarif"),
        default="text",
        help="how findings are shown (default: text)",
    )
    _add_loudness(command)


def _times(text: str) -> int:
    """A number from 1 to 1000."""
    if not text.isdigit() or not 1 <= int(text) <= 1000:
        raise argparse.ArgumentTypeError(f"`{text}` is no number from 1 to 1000")
    return int(text)


def _seconds(text: str) -> float:
    """A number of seconds, not below 0."""
    try:
        found = float(text)
    except ValueError:
        found = -1.0
    if not 0 <= found < 10**9:
        raise argparse.ArgumentTypeError(f"`{text}` is no number of seconds")
    return found


def _add_adopt(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "workflows", nargs="+", metavar="WORKFLOWS", help="workflow files or a folder of them"
    )
    command.add_argument(
        "--document", dest="documents", metavar="PATH", nargs="+", default=[], help="what draws them"
    )
    command.add_argument("--write", action="store_true", help="write the settings into mermaid2gha.yml")
    _add_loudness(command)


def _add_explain(command: argparse.ArgumentParser) -> None:
    command.add_argument("rule", nargs="?", metavar="RULE", help="a rule's name; without one, all are listed")


_COMMANDS: dict[str, tuple[str, str, Callable[[argparse.ArgumentParser], None]]] = {
    "compile": ("compile documents into workflows and graphs", _COMPILE, _add_compile),
    "check": ("compare the files with the documents; `compile --check`", _COMPILE, _add_compared),
    "graph": ("show the jobs of a workflow, or the whole, as a picture", _GRAPH, _add_graph),
    "parse": ("show what the diagrams of a document say", _PARSE, _add_parse),
    "fmt": ("lay out the diagrams of documents in one style", _FMT, _add_fmt),
    "when": ("show what an event runs, in which order, and what not and why", _WHEN, _add_when),
    "why": ("tell why a job waits for another, can be left out, or has a right", _WHY, _add_why),
    "replay": ("tell whether a finished run is one that the diagrams allow", _REPLAY, _add_replay),
    "adopt": ("propose settings for workflows that people wrote", _ADOPT, _add_adopt),
    "explain": ("tell what a rule means, and the cure", _EXPLAIN, _add_explain),
}


def _renaming(text: str) -> tuple[str, str]:
    """`OLD=NEW` as a pair."""
    old, _, new = (part.strip() for part in text.partition("="))
    if not (old and new):
        raise argparse.ArgumentTypeError(f"`{text}` is no renaming; write it as OLD=NEW")
    return old, new
