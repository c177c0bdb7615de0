"""`mermaid2gha explain RULE`: the page of a rule."""

from __future__ import annotations

from mermaid2gha.commands.result import CLEAN, MISUSE, Answer
from mermaid2gha.rules.pages import names, page, reason, severity


def explain_answer(rule: str | None) -> Answer:
    """The page of a rule, or without one the list of all, by severity and name."""
    if rule is None:
        ranks = {"error": 0, "warning": 1, "note": 2}
        rows = sorted(((severity(name), name) for name in names()), key=lambda row: (ranks[row[0]], row[1]))
        wide = max(len(name) for _, name in rows)
        lines = (f"{grave:<7}  {name:<{wide}}  {reason(name)}".rstrip() + "\n" for grave, name in rows)
        return Answer("".join(lines), "", CLEAN)
    if not page(rule):
        return Answer("", f"mermaid2gha: there is no rule `{rule}`; {_near(rule)}\n", MISUSE)
    return Answer(page(rule), "", CLEAN)


def _near(rule: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(rule.lower().replace("_", "-"), names(), n=3, cutoff=0.5)
    if near:
        return "did you mean " + " or ".join(f"`{name}`" for name in near) + "?"
    return "`mermaid2gha explain` lists them"
