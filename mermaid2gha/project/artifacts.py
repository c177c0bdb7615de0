"""A compilation as files: names and texts, and the seal by which a file is known as ours and as untouched.

The last lines of each file that we write are comments: `mermaid2gha: from DOCUMENT` for each document, a
path from the file's own folder, by which a file that nobody draws any more is told from those of another
project in the same folder. People edit workflow files freely, so that is all the mark they have. A file of
graphs is a product: it also has a line `mermaid2gha: drawn …`, the digest of what it shows, by which it is
known as current without being made again, and `mermaid2gha: sha256 …`, the digest of all that stands
above it, by which an edit is seen. A file without marks is people's.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import PurePath

from mermaid2gha.base.digest import text_digest
from mermaid2gha.base.enums import Enum
from mermaid2gha.base.records import dataclass, field
from mermaid2gha.compiler.compile import Compilation
from mermaid2gha.compiler.link.model import LinkedWorkflow
from mermaid2gha.compiler.scripts.comments import HEADER_START, SEAL, SHOWN, SOURCE, is_footer
from mermaid2gha.compiler.scripts.wording import Wording
from mermaid2gha.github.workflow.emitter import comment
from mermaid2gha.github.workflow.model import Workflow
from mermaid2gha.views.files import GraphFile, graph_files, graph_text, is_text_of, origin

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from mermaid2gha.views.svg import Draw

SUFFIXES = (".yml", ".yaml", ".dot", ".mmd", ".svg")
_COMMENTS = {".yml": ("# ", ""), ".yaml": ("# ", ""), ".dot": ("// ", ""), ".mmd": ("%% ", "")}
_MARKUP = ("<!-- ", " -->")
_MARK = re.compile(r"(?:# |// |%% |<!-- )(mermaid2gha: .*?)(?: -->)?")


class Folder(Enum):
    """The two folders of outputs; the value is the folder's name below `--output`."""

    WORKFLOWS = "workflows"
    GRAPHS = "graphs"


@dataclass(frozen=True, slots=True)
class PlainText:
    """The content of a file as it is."""

    text: str


@dataclass(frozen=True, slots=True)
class OutputFile:
    """A file to write; `sources` are the documents as paths from the folder that the settings give it.

    `workflow` is the model of a workflow file, by which an existing one is edited in place;
    `linked` its jobs as they are drawn, with which one that people wrote is compared.
    """

    folder: Folder
    name: str
    content: PlainText | GraphFile
    sources: tuple[str, ...] = ()
    workflow: Workflow | None = None
    linked: LinkedWorkflow | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Treatment:
    """What the command line says about files that are there: write them afresh, prune, rename jobs."""

    is_forced: bool = False
    prunes: bool = False
    renames: tuple[tuple[str, str], ...] = ()


class Ownership(Enum):
    """Whose file one is: people's, ours but edited since, or ours as we wrote it."""

    FOREIGN = "foreign"
    EDITED = "edited"
    OURS = "ours"


@dataclass(frozen=True, slots=True)
class Written:
    """What an existing file says about itself; `body` is its text above the seal, with LF line ends.

    `origin` is the digest of what a file of graphs shows, as `views.files.origin` gives it, or empty.
    """

    ownership: Ownership
    sources: tuple[str, ...]
    body: str
    origin: str = ""


def outputs(
    compilation: Compilation, folders: dict[Folder, str], paths: Sequence[str]
) -> tuple[OutputFile, ...]:
    """The files of a compilation: its workflows, and its graphs if they have a folder.

    `folders` are absolute, and so are the documents' `paths`; with `-` for standard input.
    """
    sources = _sources(folders[Folder.WORKFLOWS], paths)
    made = [
        OutputFile(
            Folder.WORKFLOWS, one.file, content=PlainText(text), sources=sources, workflow=one, linked=linked
        )
        for one, text, linked in zip(compilation.workflows, compilation.texts, compilation.linked)
    ]
    if Folder.GRAPHS in folders and compilation.workflows:
        sources = _sources(folders[Folder.GRAPHS], paths)
        files = graph_files(compilation.plan)
        made += [OutputFile(Folder.GRAPHS, one.name, one, sources) for one in files]
    return tuple(made)


def _sources(folder: str, paths: Sequence[str]) -> tuple[str, ...]:
    return tuple(source_from(folder, path) for path in paths)


def source_from(folder: str, path: str) -> str:
    """A document as a path from a folder, with `/`; on another drive its bare name."""
    if path == "-":
        return path
    try:
        return PurePath(os.path.relpath(path, folder)).as_posix()
    except ValueError:
        return PurePath(path).name


def output_text(output: OutputFile, draw: Draw | None = None) -> str:
    """The whole text of a file, sealed; only a picture needs the engine that draws."""
    return sealed(bare_text(output, draw), output)


def bare_text(output: OutputFile, draw: Draw | None = None) -> str:
    """The text of a file without our seal; only a picture needs the engine that draws."""
    return output.content.text if isinstance(output.content, PlainText) else graph_text(output.content, draw)


def is_current(output: OutputFile, existing: str) -> bool:
    """Whether a file already is what would be written; draws no picture."""
    if isinstance(output.content, PlainText):
        return _with_lf(existing) == sealed(output.content.text, output)
    known = written(existing)
    if known.ownership is not Ownership.OURS or known.sources != output.sources:
        return False
    return known.origin == origin(output.content) or is_text_of(known.body, output.content)


def sealed(text: str, output: OutputFile) -> str:
    """A text with our marks below it: the documents, and the seal of a file of graphs."""
    start, end = _COMMENTS.get(PurePath(output.name).suffix, _MARKUP)
    lines = [text if text.endswith("\n") or not text else f"{text}\n"]
    lines += [f"{start}{SOURCE.write(document=_escaped(source))}{end}\n" for source in output.sources]
    if isinstance(output.content, GraphFile):
        lines.append(f"{start}{SHOWN.write(digest=origin(output.content))}{end}\n")
    body = "".join(lines)
    if output.workflow is not None:
        return body
    return f"{body}{start}{SEAL.write(digest=text_digest(body))}{end}\n"


def footer(output: OutputFile) -> tuple[str, ...]:
    """The comments at the end of a workflow file that name its documents."""
    return tuple(comment(SOURCE.write(document=_escaped(source))) for source in output.sources)


def written(existing: str) -> Written:
    """Whose file this is, and what it was made from."""
    text = _with_lf(existing)
    lines = text.rstrip("\n").split("\n")
    seal = _held(SEAL, lines[-1])
    whole_lines = above = lines[:-1] if seal else lines
    shown = _held(SHOWN, above[-1]) if above else ""
    above = above[:-1] if shown else above
    count = next((n for n, line in enumerate(reversed(above)) if not _held(SOURCE, line)), len(above))
    cut = len(above) - count
    body = "".join(f"{line}\n" for line in above[:cut])
    whole = "".join(f"{line}\n" for line in whole_lines)
    if _is_workflow(lines):
        return Written(Ownership.OURS, _sources_of(lines), body)
    if seal:
        is_whole = seal == text_digest(whole) and text == f"{whole}{lines[-1]}\n"
        return Written(
            Ownership.OURS if is_whole else Ownership.EDITED, _sources_of(above[cut:]), body, shown
        )
    is_marked = any(_held(SEAL, line) for line in lines) or any(HEADER_START in line for line in lines[:5])
    return Written(Ownership.EDITED if is_marked else Ownership.FOREIGN, _sources_of(lines), body)


def _held(mark: Wording, line: str) -> str:
    """What a mark of ours holds in a line, however the file writes comments; empty if the line is none."""
    match = _MARK.fullmatch(line)
    return next(iter((mark.read(match[1]) or {}).values()), "") if match else ""


def _sources_of(lines: Sequence[str]) -> tuple[str, ...]:
    return tuple(_unescaped(source) for line in lines if (source := _held(SOURCE, line)))


def _is_workflow(lines: Sequence[str]) -> bool:
    """Whether a text is a workflow with marks of ours, be it edited or sealed by an earlier version."""
    if lines[0].removeprefix("\ufeff").startswith(comment(HEADER_START)):
        return True
    return any(line.startswith("# ") and is_footer(line) for line in lines)


def _with_lf(text: str) -> str:
    return text.replace("\r\n", "\n") if "\r" in text else text


def _escaped(path: str) -> str:
    """A path on one line, and legal in a comment of XML, where `--` may not stand."""
    plain = path.replace("%", "%25")
    if not plain.isprintable():
        unfit = r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]"
        plain = re.sub(unfit, lambda match: f"%u{ord(match[0]):04X}", plain)
    return re.sub(r"(?<=-)-", "%2D", plain)


def _unescaped(path: str) -> str:
    plain = re.sub(r"%u([0-9A-F]{4})", lambda match: chr(int(match[1], 16)), path)
    return plain.replace("%2D", "-").replace("%25", "%")
