"""`mermaid2gha init`: a first document with settings and the hook, and the workflows that come of them."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from mermaid2gha.base.records import dataclass, replace
from mermaid2gha.invocation.io import Io
from mermaid2gha.invocation.options import add_loudness, opening, showing_from
from mermaid2gha.invocation.result import MISUSE, Result
from mermaid2gha.report.text import text

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from types import ModuleType

    from mermaid2gha.beginning.pipeline import Beginning
    from mermaid2gha.project.snapshot import Disk
    from mermaid2gha.project.writer import Change

HELP = """\
begin: a first document, settings with steps, the workflows, and the hook

examples:
  mermaid2gha init                          asks on a terminal, else takes what the repository shows
  mermaid2gha init --jobs "Lint, Unit tests" --language python
  mermaid2gha init --publish pypi --publish pages

Nothing that is there is written over. Where there are workflows already, `mermaid2gha draw` draws them.
"""
_LANGUAGES = ("python", "node", "none")
_TARGETS = ("pypi", "pages", "ghcr")
_JOBS = "Lint, Unit tests"
_ATTRIBUTES = "-diff -merge linguist-generated=true"


@dataclass(frozen=True, slots=True)
class InitOptions:
    """What is asked for; what is empty or none is asked on a terminal, else taken from the repository."""

    document: str = "docs/ci.md"
    graphs: str = "docs/ci"
    jobs: str = ""
    language: str = ""
    publish: tuple[str, ...] = ()
    branch: str = ""
    hook: bool | None = None
    attributes: bool | None = None
    repo: str = ""
    fresh: bool = False


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--document", metavar="FILE", help="the document to write (default: docs/ci.md)")
    parser.add_argument("--graphs", metavar="DIR", help="the folder of its pictures (default: docs/ci)")
    parser.add_argument(
        "--jobs", metavar="NAMES", help=f"jobs of a pull request, with commas between (default: {_JOBS})"
    )
    parser.add_argument("--language", choices=_LANGUAGES, help="by which steps are offered")
    parser.add_argument(
        "--publish", action="append", choices=_TARGETS, help="where to publish; may be repeated"
    )
    parser.add_argument(
        "--branch", metavar="NAME", help="the default branch (default: that of the repository)"
    )
    parser.add_argument(
        "--hook", action=argparse.BooleanOptionalAction, help="add the hook to .pre-commit-config.yaml"
    )
    parser.add_argument(
        "--attributes",
        action=argparse.BooleanOptionalAction,
        help="let .gitattributes fold pictures",
    )
    parser.add_argument("--repo", metavar="URL", help="where the hook comes from (default: as installed)")
    parser.add_argument("--fresh", action="store_true", help="begin anew beside workflows that are there")
    add_loudness(parser)


def run(arguments: argparse.Namespace, io: Io) -> Result:
    """Ask what is not said, write what is not there, compile it, and say what to do next."""
    given = {name: value for name, value in vars(arguments).items() if value is not None}
    known = {name: given[name] for name in InitOptions.__match_args__ if name in given}
    known = {name: tuple(value) if isinstance(value, list) else value for name, value in known.items()}
    options = replace(InitOptions(), **known)
    disk = io.disk()
    here = str(Path.cwd())
    root = disk.repository(here) or here
    if not options.fresh and (count := _workflows(root, disk)):
        return _beside_workflows(count, io)
    standing = [
        *disk.settings_files(root),
        *([options.document] if _is_there(root, options.document, disk) else []),
    ]
    if standing:
        names = " and ".join(f"`{name}`" for name in standing)
        words = f"{names} {'are' if len(standing) > 1 else 'is'} there already; nothing was written"
        return Result(
            "",
            f"mermaid2gha: {words}\ngo on with `mermaid2gha compile`, or name another `--document`\n",
            MISUSE,
        )
    return _begun(_asked(options, root, disk, io.ask), root, disk, io, arguments)


def _is_there(root: str, name: str, disk: Disk) -> bool:
    return disk.is_there(str(Path(root, name)))


def _workflows(root: str, disk: Disk) -> int:
    folder = str(Path(root, ".github", "workflows"))
    return sum(name.endswith((".yml", ".yaml")) for name in disk.names(folder))


def _beside_workflows(count: int, io: Io) -> Result:
    """What there is to do where workflows are there: draw them, if that is wanted."""
    words = f"there {'are' if count > 1 else 'is'} {count} workflow{'s' if count > 1 else ''} already"
    if io.ask is not None and _is_yes(io.ask(f"{words}: draw them? (y, n)", "y")):
        from mermaid2gha.commands import draw

        return _ran(draw, [], io)
    cure = "`mermaid2gha draw` draws them; `mermaid2gha init --fresh` begins anew beside them"
    return Result("", f"mermaid2gha: {words}; nothing was written\n{cure}\n", MISUSE)


def _ran(command: ModuleType, words: Sequence[str], io: Io) -> Result:
    """What another command gives."""
    parser = argparse.ArgumentParser()
    command.arguments(parser)
    result: Result = command.run(parser.parse_args(list(words)), io)
    return result


def _is_yes(answer: str) -> bool:
    return answer.strip().casefold() in ("y", "yes")


# -- what is said ----------------------------------------------------------------------------------


def _asked(options: InitOptions, root: str, disk: Disk, ask: Callable[[str, str], str] | None) -> InitOptions:
    """The options with what was not said: as the answers are, or as the repository shows."""
    names = disk.names(root)
    language = options.language or _language(names)
    said = replace(
        options, jobs=options.jobs or _JOBS, language=language, branch=options.branch or _branch(root, disk)
    )
    if ask is None:
        return said
    if not options.jobs:
        said = replace(said, jobs=ask("jobs of a pull request, with commas between", said.jobs))
    if not options.language:
        said = replace(said, language=_chosen(ask, "language (python, node, none)", language, _LANGUAGES))
    if not options.publish:
        answer = ask("publish to (pypi, pages, ghcr; several with commas, or none)", "none")
        targets = tuple(name.strip() for name in answer.casefold().split(","))
        said = replace(said, publish=tuple(name for name in _TARGETS if name in targets))
    if options.hook is None and _is_there(root, ".pre-commit-config.yaml", disk):
        said = replace(said, hook=_is_yes(ask("add the hook to .pre-commit-config.yaml? (y, n)", "y")))
    if options.attributes is None:
        question = "let .gitattributes fold the pictures in reviews? (y, n)"
        said = replace(said, attributes=_is_yes(ask(question, "y")))
    return said


def _chosen(ask: Callable[[str, str], str], question: str, usual: str, choices: Sequence[str]) -> str:
    answer = ask(question, usual).strip().casefold()
    return answer if answer in choices else usual


def _language(names: Sequence[str]) -> str:
    """The language that the files at the root speak for."""
    if {"pyproject.toml", "setup.py", "requirements.txt"} & set(names) or any(
        name.endswith(".py") for name in names
    ):
        return "python"
    return "node" if "package.json" in names else "none"


def _branch(root: str, disk: Disk) -> str:
    """The branch that is checked out, which is the default one in a repository that begins."""
    head = (disk.known(str(Path(root, ".git", "HEAD"))) or b"").decode("utf-8", "replace")
    return head.strip().partition("ref: refs/heads/")[2] or "main"


def _pipeline(options: InitOptions, root: str, disk: Disk) -> Beginning:
    from mermaid2gha.beginning.pipeline import Beginning
    from mermaid2gha.beginning.starters import Language, Target

    jobs = dict.fromkeys(" ".join(name.split()) for name in options.jobs.split(",") if name.strip())
    return Beginning(
        tuple(jobs) or ("Unit tests",),
        Language(options.language),
        tuple(Target(name) for name in dict.fromkeys(options.publish)),
        branch=options.branch,
        files=frozenset(disk.names(root)),
    )


# -- what is done ----------------------------------------------------------------------------------


def _begun(options: InitOptions, root: str, disk: Disk, io: Io, arguments: argparse.Namespace) -> Result:
    """Everything written and compiled, or nothing."""
    from mermaid2gha.beginning.origin import origin
    from mermaid2gha.beginning.pipeline import document, settings
    from mermaid2gha.commands import compile as compiling
    from mermaid2gha.project.snapshot import shown
    from mermaid2gha.project.writer import Change, write
    from mermaid2gha.settings.names import SETTINGS

    showing = showing_from(arguments, io)
    source = origin(disk)
    source = replace(source, repository=options.repo) if options.repo else source
    pipeline = _pipeline(options, root, disk)
    texts = {
        options.document: document(pipeline),
        SETTINGS: settings(pipeline, options.document, options.graphs, source.schema),
    }
    changes = [
        Change(os.path.normpath(Path(root, name)), None, content.encode(), (root,))
        for name, content in texts.items()
    ]
    hook, advice = _hook(options, root, disk, source.repository, source.revision)
    attributes, more = _attributes(options, root, disk)
    changes += [*hook, *attributes]
    writing = write(changes, clock=io.clock)
    if writing.faults:
        return Result("", text(writing.faults, showing.paper), showing.code(writing.faults))
    wrote = "".join(f"wrote {shown(change.path)}\n" for change in changes)
    compiled = _ran(compiling, [os.path.normpath(Path(root, SETTINGS))], io)
    if compiled.code:
        return replace(compiled, err=wrote + compiled.err)
    picture = shown(os.path.normpath(Path(root, options.graphs, "ci.svg")))
    chatter = "".join([wrote, compiled.err, *_next(options), advice, more, opening(picture)])
    return Result("", "" if showing.is_quiet else chatter, 0)


def _next(options: InitOptions) -> Iterator[str]:
    """What only people can do."""
    yield "next: commit all of it, and require the check `Report status` in the rules of your branch\n"
    if "pypi" in options.publish:
        yield "at PyPI, add a trusted publisher: this repository, `release.yml`, the environment `pypi`\n"
    if "pages" in options.publish:
        yield "in the settings of the repository, let Pages be built by GitHub Actions\n"


def _hook(
    options: InitOptions, root: str, disk: Disk, repository: str, revision: str
) -> tuple[list[Change], str]:
    """The change of the hooks' file, or what people are to write into it."""
    from mermaid2gha.base.encoding import decoded
    from mermaid2gha.beginning.hook import NAME, entry, is_there, with_entry
    from mermaid2gha.project.writer import Change

    path = str(Path(root, NAME))
    old = disk.known(path)
    lines = entry(repository or "URL", revision)
    file, faults = decoded(old or b"", NAME)
    if options.hook is False or (old is not None and not faults and is_there(file)):
        return [], ""
    if options.hook and repository and old is not None and not faults:
        new = with_entry(file, lines)
        if new is not None:
            mark = b"\xef\xbb\xbf" if old.startswith(b"\xef\xbb\xbf") else b""
            return [Change(path, old, mark + new.encode(), (root,))], ""
    whole = [] if old is not None else ["repos:"]
    shown_lines = "".join(f"  {line}\n" for line in [*whole, *(f"  {line}" for line in lines)])
    where = "" if repository else " (URL is where you got mermaid2gha from)"
    return [], f"for pre-commit, write into {NAME}{where}:\n{shown_lines}"


def _attributes(options: InitOptions, root: str, disk: Disk) -> tuple[list[Change], str]:
    """The change of `.gitattributes`, which folds pictures in reviews, or the line that would."""
    from mermaid2gha.project.writer import Change

    line = f"{options.graphs.strip('/')}/*.svg {_ATTRIBUTES}"
    path = str(Path(root, ".gitattributes"))
    old = disk.known(path)
    if options.attributes is False or line.encode() in (old or b"").splitlines():
        return [], ""
    if options.attributes:
        gap = b"" if not old or old.endswith(b"\n") else b"\n"
        return [Change(path, old, (old or b"") + gap + f"{line}\n".encode(), (root,))], ""
    return [], f"to fold pictures in reviews, write into .gitattributes:\n  {line}\n"
