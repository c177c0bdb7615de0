"""The last step before writing: workflows whose text does not do what is drawn are told, not written."""

from __future__ import annotations

from collections.abc import Iterable

from mermaid2gha.compiler.verify.verify import Difference, proof

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from mermaid2gha.compiler.link.model import LinkedWorkflow
    from mermaid2gha.settings.model import Settings


def disproof(texts: Iterable[tuple[LinkedWorkflow, str, Settings, frozenset[str] | None]]) -> str:
    """What there is to tell where some text is not what is drawn: a defect of ours. Empty if all is well.

    Each text with the settings under which it is drawn. Of one that has parts of people's, the jobs of which
    a difference stays (else none); what of people's parts cannot be read is no defect.
    """
    from mermaid2gha.base.version import VERSION

    differences = [
        difference
        for linked, text, settings, excused in texts
        if (difference := _difference(linked, text, settings, excused)) is not None
    ]
    if not differences:
        return ""
    cases = "\n".join(case_text(difference) for difference in differences)
    return (
        f"internal error: what was compiled is not what is drawn, so nothing was written\n{cases}\n"
        f"This is a defect of mermaid2gha {VERSION} and not your fault.\n"
        "Please file it as an issue, with the lines above and the document if you can share it.\n"
    )


def _difference(
    linked: LinkedWorkflow, text: str, settings: Settings, excused: frozenset[str] | None
) -> Difference | None:
    if excused is None:
        return proof(linked, text, settings)
    found = proof(linked, text, settings, is_edited=True, excused=excused)
    return found if found is not None and not found.is_unread else None


def case_text(difference: Difference) -> str:
    """A difference with the case that shows it, a line for each part of the case."""
    lines = [f"  {difference.file}: {difference.what}"]
    if difference.event:
        flow = f"in the flow `{difference.flow}`" if difference.flow else "where no flow takes place"
        lines.append(f"    {flow}, by `{difference.event}`")
    if difference.assignment:
        from mermaid2gha.github.logic.domains import value_text  # late: few workflows are disproved

        values = ", ".join(f"{atom} = {value_text(value)}" for atom, value in difference.assignment)
        lines.append(f"    where {values}")
    if difference.failing:
        job, outcome = difference.failing
        lines.append(f"    and `{job}` {outcome}")
    return "\n".join(lines)
