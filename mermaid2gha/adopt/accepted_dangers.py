"""What stands when files are adopted is accepted, also what a reviewer of a new drawing would be told."""

from __future__ import annotations

from mermaid2gha.adopt.propose import Proposal
from mermaid2gha.base.records import replace
from mermaid2gha.base.source import SourceFile
from mermaid2gha.project.build import CompiledProject
from mermaid2gha.settings.acceptances import with_accepted
from mermaid2gha.settings.model import Acceptance
from mermaid2gha.settings.reader import settings_from

_WORDS = "steps that were there when this file was adopted"


def with_dangers_accepted(proposed: Proposal, compiled: CompiledProject) -> tuple[Proposal, CompiledProject]:
    """The proposal in which the dangers of a compiled project are accepted, and the project without them."""
    settings = proposed.project.settings
    assert settings.file is not None
    lists: dict[str, list[tuple[Acceptance, str]]] = {}
    for danger in compiled.dangers:
        if danger.acceptance is not None:
            known = [(one, "") for name, of in settings.accepted if name == danger.file for one in of]
            lists.setdefault(danger.file, known).append((danger.acceptance, _WORDS))
    text, faults = with_accepted(settings.file, lists)
    if not lists or faults:
        return proposed, compiled
    read, _ = settings_from(SourceFile(settings.file.name, text), settings.root)
    project = replace(proposed.project, settings=read)
    return replace(proposed, new=text, project=project), replace(compiled, dangers=())
