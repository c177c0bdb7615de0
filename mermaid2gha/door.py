"""The way in for Python programs: `mermaid2gha.compile`. What it takes and gives stays (docs/stable.md).

Texts in, texts out: no file, no environment and no network is touched, and equal texts give equal answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from posixpath import join

from mermaid2gha.base.diagnostic import Diagnostic, has_errors
from mermaid2gha.base.records import dataclass, field
from mermaid2gha.base.source import SourceFile

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from mermaid2gha.compiler.compile import Compilation
    from mermaid2gha.settings.model import Settings

__all__ = ["Compiled", "DefectError", "Finding", "compile"]

_ROOT = "/project"
_SETTINGS = "mermaid2gha.yml"


class DefectError(Exception):
    """What was compiled is not what is drawn: a defect of mermaid2gha, with the smallest case of it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What there is to tell of a document or of the settings.

    `severity` is `error`, `warning` or `note`; `rule` the name of the rule, whose page `mermaid2gha explain`
    shows; `help` the cure, or empty. `file` is the document's name as it was given, or `mermaid2gha.yml`;
    line and column count from 1, and all three are none where a finding is about no place.
    """

    rule: str
    severity: str
    message: str
    help: str = ""
    file: str | None = None
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True, slots=True)
class Compiled:
    """Workflows and findings; with an error among these there are no workflows.

    `workflows` are the texts of fresh files by their names (`ci.yml`), `charts` Mermaid flowcharts of their
    jobs by the same names.
    """

    workflows: Mapping[str, str] = field(default_factory=dict)
    charts: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    @property
    def is_clean(self) -> bool:
        """Whether there is no error."""
        return all(finding.severity != "error" for finding in self.findings)


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
    from mermaid2gha.compiler.compile import compile_documents
    from mermaid2gha.settings.reader import settings_from

    found, faults = settings_from(SourceFile(_SETTINGS, settings), _ROOT)
    if has_errors(faults):
        return Compiled(findings=tuple(map(_finding, faults)))
    compilation = compile_documents([SourceFile(name, text) for name, text in documents.items()], found)
    findings = tuple(map(_finding, [*faults, *compilation.diagnostics]))
    if has_errors(list(compilation.diagnostics)):
        return Compiled(findings=findings)
    return Compiled(_workflows(compilation, found, documents), _charts(compilation), findings)


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
    file = line = column = None
    if found.labels:
        span = found.labels[0].span
        file = span.file.name
        line, column = span.file.line_column(span.start)
    return Finding(
        found.rule,
        found.severity.value,
        found.message,
        help=found.help,
        file=file,
        line=line,
        column=column,
    )
