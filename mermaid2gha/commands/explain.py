"""`mermaid2gha explain RULE`: the page of a rule."""

from __future__ import annotations

import argparse

from mermaid2gha.invocation.io import Io
from mermaid2gha.invocation.result import CLEAN, MISUSE, Result

HELP = """\
tell what a rule means, and the cure

examples:
  mermaid2gha explain                     list every rule
  mermaid2gha explain cyclic-order        why it is an error, an example, and the cure
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("rule", nargs="?", metavar="RULE", help="a rule's name; without one, all are listed")


def run(arguments: argparse.Namespace, io: Io) -> Result:
    """The page of a rule, or without one the list of all."""
    from mermaid2gha.rules.pages import page

    rule = arguments.rule
    if rule is None:
        return Result(rule_table(), "", CLEAN)
    if not (text := page(rule)):
        return Result("", f"mermaid2gha: there is no rule `{rule}`; {_near(rule)}\n", MISUSE)
    return Result(text, "", CLEAN)


def rule_table() -> str:
    """All rules by severity and name, a line each: severity, name, the first sentence of the page."""
    from mermaid2gha.rules.pages import names, reason, severity

    ranks = {"error": 0, "warning": 1, "note": 2}
    rows = sorted(((severity(name), name) for name in names()), key=lambda row: (ranks[row[0]], row[1]))
    wide = max(len(name) for _, name in rows)
    return "".join(f"{grave:<7}  {name:<{wide}}  {reason(name)}".rstrip() + "\n" for grave, name in rows)


def _near(rule: str) -> str:
    from difflib import get_close_matches

    from mermaid2gha.rules.pages import names

    near = get_close_matches(rule.lower().replace("_", "-"), names(), n=3, cutoff=0.5)
    if near:
        return "did you mean " + " or ".join(f"`{name}`" for name in near) + "?"
    return "`mermaid2gha explain` lists them"
