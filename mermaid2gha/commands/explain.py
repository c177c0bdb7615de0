"""`mermaid2gha explain RULE`: the page of a rule."""

from __future__ import annotations

from importlib.resources import files

from mermaid2gha.commands.answer import CLEAN, MISUSE, Answer
from mermaid2gha.rules import SEVERITY


def explain_answer(rule: str | None) -> Answer:
    """The page of a rule, or without one the list of all, by severity and name."""
    if rule is None:
        wide = max(map(len, SEVERITY), default=0)
        ranks = {"error": 0, "warning": 1, "note": 2}
        rows = sorted(SEVERITY.items(), key=lambda row: (ranks[row[1]], row[0]))
        lines = (f"{severity:<7}  {name:<{wide}}  {_reason(name)}".rstrip() + "\n" for name, severity in rows)
        return Answer("".join(lines), "", CLEAN)
    if rule not in SEVERITY:
        return Answer("", f"mermaid2gha: there is no rule `{rule}`; {_near(rule)}\n", MISUSE)
    return Answer(page(rule), "", CLEAN)


def page(rule: str) -> str:
    """The Markdown page of a known rule."""
    return files("mermaid2gha.rules").joinpath(f"{rule}.md").read_text(encoding="utf-8")


def _reason(rule: str) -> str:
    """The first sentence of a rule's page."""
    place = files("mermaid2gha.rules").joinpath(f"{rule}.md")
    if not place.is_file():
        return ""
    paragraphs = place.read_text(encoding="utf-8").split("\n\n")
    plain = (one for one in paragraphs if not one.startswith(("#", "Severity:", "```")))
    return " ".join(next(plain, "").split()).partition(". ")[0].rstrip(".")


def _near(rule: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(rule.lower().replace("_", "-"), SEVERITY, n=3, cutoff=0.5)
    if near:
        return "did you mean " + " or ".join(f"`{name}`" for name in near) + "?"
    return "`mermaid2gha explain` lists them"
