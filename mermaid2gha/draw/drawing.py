"""Drawing what stands: from workflow files on the disk to a document and settings, as texts.

Nothing is written here. The settings are those of `mermaid2gha.adopt`, under which the document draws the
files as they are.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from mermaid2gha.adopt.accepted_dangers import with_dangers_accepted
from mermaid2gha.adopt.propose import Proposal, Refusal, proposal
from mermaid2gha.adopt.suggestions import unnameable
from mermaid2gha.base.diagnostic import Diagnostic, Severity, has_errors
from mermaid2gha.base.records import dataclass, replace
from mermaid2gha.draw.document import DrawnDocument, drawn_document
from mermaid2gha.draw.exchanges import Amount
from mermaid2gha.draw.guesses import without_guesses
from mermaid2gha.draw.place import drawing_place
from mermaid2gha.github.workflow.reader import WorkflowFile
from mermaid2gha.project.build import compiled_project
from mermaid2gha.project.snapshot import Disk, shown
from mermaid2gha.views.svg import Draw

WORKFLOWS = ".github/workflows"


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is drawn: documents, and settings.

    `path` is the absolute one of the document in which new diagrams stand; `paths` has those of all by name.

    `left_out` are findings about files that are no workflows, or that no document can name. `dangers` are
    the names of files with steps that strangers can start, each as often as it has such jobs; `faults` are
    what keeps the drawing from being compiled.
    """

    path: str
    paths: tuple[tuple[str, str], ...]
    document: DrawnDocument
    settings: Proposal
    left_out: tuple[Diagnostic, ...]
    dangers: tuple[str, ...] = ()
    faults: tuple[Diagnostic, ...] = ()

    @property
    def text(self) -> str:
        """The text of the document in which new diagrams stand; empty if it is not there, and not needed."""
        names = {path: name for name, path in self.paths}
        return dict(self.document.texts).get(names[self.path], "")


def drawing(
    workflows: Sequence[str],
    document: str,
    disk: Disk,
    engine: Draw,
    *,
    messages: Amount = Amount.NONE,
) -> Drawing | Refusal:
    """The drawing of the named files, or of a repository's; `document` is its path, empty for the usual."""
    root = _root(Path.cwd())
    named = [os.path.abspath(path) for path in workflows or [str(root / WORKFLOWS)]]  # noqa: PTH100
    named = [path for path in named if workflows or disk.is_folder(path)]
    paths = list(dict.fromkeys(_spread(named, disk)))
    if not paths:
        where = ", ".join(f"`{shown(path)}`" for path in named) or f"`{WORKFLOWS}`"
        return Refusal(words=f"there is no workflow file in {where}", is_misused=True)
    files: dict[str, WorkflowFile] = {}
    left_out: list[Diagnostic] = []
    drawn_paths = []
    for path in paths:
        judged = disk.judged(path)
        file = judged.file
        left_out += judged.faults
        if file is not None and (why_not := unnameable(file)) is not None:
            left_out.append(why_not)
        elif file is not None and not judged.faults and file.jobs and file.events:
            files[Path(path).name] = file
            drawn_paths.append(path)
    if not files:
        is_told = has_errors(left_out)
        return Refusal(tuple(left_out), words="" if is_told else "none of these files can be drawn")
    documents, unreadable = drawing_place(document, str(root), disk)
    if documents is None:
        return Refusal(tuple(unreadable))
    around = {name for path in drawn_paths for name in disk.names(str(Path(path).parent), with_hidden=True)}
    place = replace(documents.place, there=frozenset(around - files.keys()))
    made = drawn_document(files, place, messages)
    while True:
        texts = dict(made.texts)
        contents = {path: texts[name].encode("utf-8") for name, path in documents.paths if name in texts}
        beside = disk.with_contents(contents)
        settings = proposal(drawn_paths, list(contents), beside)
        if isinstance(settings, Refusal):
            return settings
        compiled = compiled_project(settings.project, beside, engine)
        told = without_guesses(texts, documents.place.documents, compiled.diagnostics)
        if told == texts:
            break
        made = replace(made, texts=tuple(told.items()))
    made_settings, _ = with_dangers_accepted(settings, compiled)
    return Drawing(
        documents.target,
        documents.paths,
        document=made,
        settings=made_settings,
        left_out=tuple(left_out),
        dangers=tuple(danger.finding.labels[0].span.file.name for danger in compiled.dangers),
        faults=tuple(one for one in compiled.diagnostics if one.severity is Severity.ERROR),
    )


def _root(here: Path) -> Path:
    """The repository that a folder is in, else the folder."""
    return next((at for at in (here, *here.parents) if (at / ".git").exists()), here)


def _spread(paths: Sequence[str], disk: Disk) -> Iterator[str]:
    for path in paths:
        if disk.is_folder(path):
            names = disk.names(path, with_hidden=True)  # GitHub runs `.test.yml`, too
            yield from (str(Path(path, name)) for name in names if name.endswith((".yml", ".yaml")))
        else:
            yield path
