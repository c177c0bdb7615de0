"""Adoption as a base line: what differs in a file is accepted, so that the first compile changes nothing."""

from __future__ import annotations

from collections.abc import Sequence

from mermaid2gha.base.diagnostic import Diagnostic
from mermaid2gha.base.records import dataclass, replace
from mermaid2gha.compiler.scripts.keeps import keeps
from mermaid2gha.github.workflow.reader import WorkflowFile
from mermaid2gha.project.artifacts import OutputFile, Treatment
from mermaid2gha.project.discovery import Project
from mermaid2gha.project.update import missing_waits, reconciled
from mermaid2gha.reconcile.difference import OF_ENDS, Accepted, FileDifference
from mermaid2gha.settings.model import Acceptance

_MOST = 12
"""How often differences that show once others are accepted are looked for; each look finds fewer."""


@dataclass(frozen=True, slots=True)
class BaseLine:
    """The differences to accept in a file, each with its words, and the findings that they are."""

    accepted: tuple[tuple[Acceptance, str], ...]
    findings: tuple[Diagnostic, ...]


def base_line(
    project: Project,
    output: OutputFile,
    file: WorkflowFile,
    known: Sequence[Acceptance] = (),
    *,
    is_ours: bool = False,
) -> BaseLine | None:
    """What has to be accepted in a file; none where it could not be left as it is.

    Accepting one difference can show another behind it, and make a third one vanish. What jobs do not wait
    for is accepted first: to plan how each would, past all terms of people's before it, takes long. What is
    `known` already stays while it is of use, without words; of what says its place alone, what it covers now.
    `is_ours`: the file has marks of ours.
    """
    words: dict[Acceptance, str] = dict.fromkeys(known, "")
    accepted = Accepted(tuple(words), keeps(file.root))
    waits = missing_waits(project, output, file, is_ours=is_ours, accepted=accepted)
    words |= {one.acceptance(): one.message for one in waits}
    findings: dict[str, Diagnostic] = {one.message: one.finding for one in waits}
    for _ in range(_MOST):
        accepted = Accepted(tuple(words), keeps(file.root))
        found = reconciled(project, output, file, Treatment(), is_ours=is_ours, accepted=accepted)
        of_use = frozenset(accepted.used)
        used = {one: text for one, text in words.items() if one in of_use}
        for one, exact in accepted.exact.items():
            if used.pop(one, None) is not None:
                used |= exact
        used = _widened(used, accepted, found.differences)
        now = used | {one.acceptance(): one.message for one in found.differences}
        findings |= {one.message: one.finding for one in found.differences}
        if now == words:
            told = {*words.values()}
            shown = [one for message, one in findings.items() if message in told]
            shown.sort(key=lambda one: one.labels[0].span.start if one.labels else 0)
            return BaseLine(tuple(words.items()), tuple(shown)) if found.text == file.file.text else None
        words = now
    return None


def _widened(
    used: dict[Acceptance, str], accepted: Accepted, found: Sequence[FileDifference]
) -> dict[Acceptance, str]:
    """What is of use, of which that of the ends after which a job runs says all that is so now: accepting how
    one job asks can let those after it run after the failure of others, too."""
    told = {one.place for one in found}
    for name, lapse in accepted.lapsed.items():
        listed = [one for one in accepted.at(OF_ENDS, ("jobs", name, "if")) if one in used]
        for one in listed if listed and listed[0].place not in told else ():
            used[replace(one, in_file=lapse.sides[0], drawn=lapse.sides[1])] = used.pop(one)
    return used
