"""The way in for Python programs: `mermaid2gha.compile` and `fix`. What is here stays (docs/stable.md).

Texts in, texts out: no file, no environment and no network is touched, and equal texts give equal answers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from posixpath import join

from mermaid2gha.base import edit
from mermaid2gha.base.diagnostic import Diagnostic, Severity, has_errors, leaves
from mermaid2gha.base.records import dataclass, field, replace
from mermaid2gha.base.source import SourceFile, Span

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from mermaid2gha.compiler.compile import Compilation
    from mermaid2gha.settings.model import Settings

__all__ = [
    "Compiled",
    "Cure",
    "DefectError",
    "DrawnStatement",
    "Finding",
    "FixedTexts",
    "TextEdit",
    "compile",
    "fix",
]

_ROOT = "/project"
_SETTINGS = "mermaid2gha.yml"


class DefectError(Exception):
    """What was compiled is not what is drawn: a defect of mermaid2gha, with the smallest case of it."""


@dataclass(frozen=True, slots=True)
class TextEdit:
    """A place in a document or in the settings, as a finding has one, and the text that takes its stead."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    text: str


@dataclass(frozen=True, slots=True)
class Cure:
    """A cure of a finding: all of the edits or none. `is_safe`: it cannot change what runs."""

    edits: tuple[TextEdit, ...]
    is_safe: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """What there is to tell of a document or of the settings.

    `severity` is `error`, `warning` or `note`; `rule` the name of the rule, whose page `mermaid2gha explain`
    shows; `help` the cure, or empty. `file` is the document's name as it was given, or `mermaid2gha.yml`;
    lines and columns count from 1, in code points, the end is exclusive, and all five are none where a
    finding is about no place. `cures` are exact edits: one, or several among which only people can
    choose.
    """

    rule: str
    severity: str
    message: str
    help: str = ""
    file: str | None = None
    line: int | None = None
    column: int | None = None
    end_line: int | None = None
    end_column: int | None = None
    cures: tuple[Cure, ...] = ()


@dataclass(frozen=True, slots=True)
class DrawnStatement:
    """What became of a line of a diagram, as `compile --trace` tells it: a job, a step, an order, or nothing.

    `effect` is what it was read as, and `ground` what speaks for that; `job` is the id of the job that it is,
    or is of, in the file `workflow`. Both are empty where it is of none.
    """

    file: str
    line: int
    becomes: str
    effect: str = ""
    ground: str = ""
    workflow: str = ""
    job: str = ""


@dataclass(frozen=True, slots=True)
class Compiled:
    """Workflows and findings; with an error among these there are no workflows.

    `workflows` are the texts of fresh files by their names (`ci.yml`), `charts` Mermaid flowcharts of their
    jobs by the same names, `pictures` the same as SVG.
    """

    workflows: Mapping[str, str] = field(default_factory=dict)
    charts: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    _compilation: Compilation | None = field(default=None, repr=False, compare=False)

    @property
    def is_clean(self) -> bool:
        """Whether there is no error."""
        return all(finding.severity != "error" for finding in self.findings)

    @property
    def statements(self) -> tuple[DrawnStatement, ...]:
        """What became of each statement of the diagrams that could be read, in their order."""
        rows = self._compilation.trace if self._compilation is not None else ()
        return tuple(
            DrawnStatement(
                row.span.file.name,
                row.span.line,
                becomes=row.becomes,
                effect=row.effect,
                ground=row.ground,
                workflow=row.workflow,
                job=row.job_id,
            )
            for row in rows
        )

    def pictures(self, draw: Callable[[str], str]) -> Mapping[str, str]:
        """The jobs of each workflow as SVG, and under the last name what passes between the workflows.

        The names are those of the files that `compile` writes: `ci.svg`, and `flows.svg` at the end. `draw`
        is Graphviz, from a text in its language to SVG; what it raises comes through.
        """
        from mermaid2gha.views.files import graph_files, graph_text

        files = graph_files(self._compilation.plan) if self._compilation is not None else ()
        return {file.name: graph_text(file, draw) for file in files if file.is_picture}


@dataclass(frozen=True, slots=True)
class FixedTexts:
    """Documents and settings with every cure made, and the findings that are left, at their places in these.

    `count` is how many findings were cured.
    """

    documents: Mapping[str, str]
    settings: str = ""
    findings: tuple[Finding, ...] = ()
    count: int = 0


def compile(documents: Mapping[str, str], settings: str = "") -> Compiled:  # noqa: A001
    """The workflows that documents draw, as fresh files; nothing is written.

    `documents` are texts by their names, which say what they are: `ci.md` holds Markdown, `ci.mmd` a diagram.
    `settings` is the text of a `mermaid2gha.yml`; `documents`, `graphs` and `adopted` in it count for nothing
    here. Each workflow is run beside its drawing in all cases before it is given; raises `DefectError` where
    one does something else.

        >>> drawing = "sequenceDiagram\\n  GitHub->>CI: push\\n  Note over CI: Test\\n"
        >>> list(compile({"ci.mmd": drawing}).workflows)
        ['ci.yml']
    """
    found, faults, compilation = _compilation(documents, settings)
    if compilation is None:
        return Compiled(findings=tuple(map(_finding, faults)))
    findings = tuple(map(_finding, leaves([*faults, *compilation.diagnostics])))
    if has_errors(list(compilation.diagnostics)):
        return Compiled(findings=findings, _compilation=compilation)
    texts = _workflows(compilation, found, documents)
    return Compiled(texts, _charts(compilation), findings, _compilation=compilation)


def fix(documents: Mapping[str, str], settings: str = "", *, is_safe: bool = False) -> FixedTexts:
    """Documents and settings with each finding mended that one exact edit cures, as the command does it.

    Takes what `compile` takes, and writes nothing. With `is_safe` cures that could change what runs are left
    out.

        >>> drawing = "sequenceDiagram\\n  GitHub=>>CI: push\\n  Notes over CI: Test\\n"
        >>> fix({"ci.mmd": drawing}).documents["ci.mmd"]
        'sequenceDiagram\\n  GitHub->>CI: push\\n  Note over CI: Test\\n'
    """
    texts = {**documents, _SETTINGS: settings}
    count = 0
    for _ in range(edit.MOST_ROUNDS):
        drawn = {name: texts[name] for name in documents}
        _, faults, compilation = _compilation(drawn, texts[_SETTINGS])
        diagnostics = list(leaves([*faults, *(compilation.diagnostics if compilation is not None else ())]))
        cures = (finding.fixes for finding in diagnostics if finding.severity is not Severity.NOTE)
        fixes = edit.applicable(cures, is_safe=is_safe)
        if not fixes:
            return FixedTexts(drawn, texts[_SETTINGS], tuple(map(_finding, diagnostics)), count)
        count += len(fixes)
        edits = [one for cure in fixes for one in cure.edits]
        for name in {one.span.file.name for one in edits}:
            texts[name] = edit.apply(texts[name], [one for one in edits if one.span.file.name == name])
    raise AssertionError(f"cures that never end, in {', '.join(documents)}")


def _compilation(
    documents: Mapping[str, str], settings: str
) -> tuple[Settings, list[Diagnostic], Compilation | None]:
    """The settings with their findings, and what the documents compile to if these have no error."""
    from mermaid2gha.compiler.compile import compile_documents
    from mermaid2gha.settings.reader import settings_from

    found, faults = settings_from(SourceFile(_SETTINGS, settings), _ROOT)
    if has_errors(faults):
        return found, faults, None
    sources = [SourceFile(name, text) for name, text in documents.items()]
    return found, faults, compile_documents(sources, found)


def _workflows(compilation: Compilation, settings: Settings, documents: Mapping[str, str]) -> dict[str, str]:
    from mermaid2gha.project.artifacts import Folder, output_text, outputs
    from mermaid2gha.project.verification import disproof

    folders = {Folder.WORKFLOWS: join(_ROOT, settings.workflows)}
    made = outputs(compilation, folders, {name: join(_ROOT, name) for name in documents})
    texts = {output.name: output_text(output) for output in made}
    proved = ((linked, texts[linked.file], settings, None) for linked in compilation.linked)
    if defect := disproof(proved):
        raise DefectError(defect)
    return texts


def _charts(compilation: Compilation) -> dict[str, str]:
    from mermaid2gha.views.flowchart import flowchart

    return {plan.file: flowchart(plan) for plan in compilation.plan.workflows}


def _finding(found: Diagnostic) -> Finding:
    span = found.labels[0].span if found.labels else None
    cures = tuple(Cure(tuple(map(_edit, one.edits)), one.is_safe) for one in found.fixes)
    finding = Finding(found.rule, found.severity.value, found.message, help=found.help, cures=cures)
    if span is None:
        return finding
    line, column, end_line, end_column = _place(span)
    return replace(
        finding,
        file=span.file.name,
        line=line,
        column=column,
        end_line=end_line,
        end_column=end_column,
    )


def _edit(one: edit.Edit) -> TextEdit:
    line, column, end_line, end_column = _place(one.span)
    return TextEdit(
        one.span.file.name,
        line=line,
        column=column,
        end_line=end_line,
        end_column=end_column,
        text=one.text,
    )


def _place(span: Span) -> tuple[int, int, int, int]:
    return (*span.file.line_column(span.start), *span.file.line_column(span.end))
