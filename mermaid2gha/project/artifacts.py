"""A compilation as files: names and texts, and the marks by which a file is known as ours.

The last lines of each file that we write are comments: `mermaid2gha: from DOCUMENT` for each document that
draws it, a path from the file's own folder, by which a file that nobody draws any more is told from those of
another project in the same folder. People edit workflow files freely, so that is all the mark they have. A
file of graphs is a product, whatever was done to it: it is drawn anew, and holds nothing over which two
branches would fight but what both changed. A file without marks is people's.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence

from mermaid2gha.base.enums import Enum
from mermaid2gha.base.paths import joined, name_of, suffix_of
from mermaid2gha.base.patterns import late
from mermaid2gha.base.records import dataclass, field
from mermaid2gha.compiler.compile import Compilation
from mermaid2gha.compiler.link.model import LinkedWorkflow
from mermaid2gha.compiler.scripts.comments import HEADER_START, PRODUCT, SEAL, SOURCE
from mermaid2gha.compiler.scripts.wording import Wording
from mermaid2gha.github.workflow.emitter import comment
from mermaid2gha.github.workflow.model import Workflow
from mermaid2gha.views.files import GraphFile, graph_files, graph_text

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from mermaid2gha.views.svg import Draw

SUFFIXES = (".yml", ".yaml", ".dot", ".mmd", ".svg")
_COMMENTS = {".yml": ("# ", ""), ".yaml": ("# ", ""), ".dot": ("// ", ""), ".mmd": ("%% ", "")}
_MARKUP = ("<!-- ", " -->")
_MARK = late(r"(?:# |// |%% |<!-- )(mermaid2gha: .*?)(?: -->)?")


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
    """What the command line says about files that are there.

    Take those of people's for adopted, prune, rename jobs and workflow files: pairs of an old name and the
    new one, of which those with the ending of a workflow file are files.
    """

    is_forced: bool = False
    prunes: bool = False
    renames: tuple[tuple[str, str], ...] = ()

    @property
    def job_renames(self) -> tuple[tuple[str, str], ...]:
        return tuple(pair for pair in self.renames if not is_workflow_name(pair[0]))

    @property
    def file_renames(self) -> tuple[tuple[str, str], ...]:
        """Of workflow files, by their names without a folder."""
        pairs = (pair for pair in self.renames if is_workflow_name(pair[0]))
        return tuple((name_of(old), name_of(new)) for old, new in pairs)


def is_workflow_name(name: str) -> bool:
    return name.endswith((".yml", ".yaml"))


class Ownership(Enum):
    """Whose file one is: people's, or ours, edited or not."""

    FOREIGN = "foreign"
    OURS = "ours"


@dataclass(frozen=True, slots=True)
class Written:
    """What an existing file says about itself: whose it is, and from which documents."""

    ownership: Ownership
    sources: tuple[str, ...]


def outputs(
    compilation: Compilation, folders: dict[Folder, str], paths: Mapping[str, str]
) -> tuple[OutputFile, ...]:
    """The files of a compilation: its workflows, and its graphs if they have a folder.

    `folders` are absolute, and so are the documents' `paths`, by their names; with `-` for standard input.
    Each file names the documents that draw it, so that another document of the project touches none.
    """

    def sources(folder: Folder, documents: Sequence[str]) -> tuple[str, ...]:
        return tuple(source_from(folders[folder], paths[name]) for name in documents)

    files = [
        OutputFile(
            Folder.WORKFLOWS,
            one.file,
            content=PlainText(text),
            sources=sources(Folder.WORKFLOWS, plan.documents),
            workflow=one,
            linked=linked,
        )
        for one, text, linked, plan in zip(
            compilation.workflows, compilation.texts, compilation.linked, compilation.plan.workflows
        )
    ]
    if Folder.GRAPHS in folders and compilation.workflows:
        files += [
            OutputFile(Folder.GRAPHS, one.name, one, sources(Folder.GRAPHS, one.shown.documents))
            for one in graph_files(compilation.plan)
        ]
    return tuple(files)


def source_from(folder: str, path: str) -> str:
    """A document as a path from a folder, with `/`; on another drive its bare name."""
    if path == "-":
        return path
    try:
        return joined(os.path.relpath(path, folder)).replace(os.sep, "/")
    except ValueError:
        return name_of(path)


def output_text(output: OutputFile, draw: Draw | None = None) -> str:
    """The whole text of a file, with our marks; only a picture needs the engine that draws."""
    text = bare_text(output, draw)
    start, end = _COMMENTS.get(suffix_of(output.name), _MARKUP)
    marks = [SOURCE.write(document=_escaped(source)) for source in output.sources]
    if not marks and isinstance(output.content, GraphFile):
        marks = [PRODUCT.write()]
    whole = text if text.endswith("\n") or not text else f"{text}\n"
    if output.folder is Folder.WORKFLOWS and marks:
        whole += "\n"  # prettier wants it between the text of a block and a comment
    return whole + "".join(f"{start}{mark}{end}\n" for mark in marks)


def bare_text(output: OutputFile, draw: Draw | None = None) -> str:
    """The text of a file without our marks; only a picture needs the engine that draws."""
    return output.content.text if isinstance(output.content, PlainText) else graph_text(output.content, draw)


def is_current(output: OutputFile, existing: str, draw: Draw | None = None) -> bool:
    """Whether a file already is what would be written, line ends apart."""
    return _with_lf(existing) == output_text(output, draw)


def footer(output: OutputFile) -> tuple[str, ...]:
    """The comments at the end of a workflow file that name its documents."""
    return tuple(comment(SOURCE.write(document=_escaped(source))) for source in output.sources)


def written(existing: str) -> Written:
    """Whose file this is, and what it was made from, whatever was edited or merged in it."""
    lines = _with_lf(existing).split("\n")
    marks = (SOURCE, PRODUCT, SEAL)
    is_ours = _has_header(lines) or any(_held(mark, line) is not None for line in lines for mark in marks)
    return Written(Ownership.OURS if is_ours else Ownership.FOREIGN, _sources_of(lines))


def _held(mark: Wording, line: str) -> str | None:
    """What a mark of ours holds in a line, however the file writes comments; none if the line is none."""
    match = _MARK.fullmatch(line)
    values = mark.read(match[1]) if match else None
    return None if values is None else next(iter(values.values()), "")


def _sources_of(lines: Sequence[str]) -> tuple[str, ...]:
    found = (_unescaped(source) for line in lines if (source := _held(SOURCE, line)))
    return tuple(dict.fromkeys(found))


def _has_header(lines: Sequence[str]) -> bool:
    return lines[0].removeprefix("\ufeff").startswith(comment(HEADER_START))


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
