"""What the playground asks of the compiler: texts in, JSON out. Needs no browser: any Python will do."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import mermaid2gha

MARKDOWN, DIAGRAM, SETTINGS = "ci.md", "ci.mmd", "mermaid2gha.yml"
_FENCE = re.compile(r"^[ \t>*+-]*(?:`{3,}|~{3,}|:{3,})[ \t]*\{?\.?[ \t]*mermaid", re.MULTILINE)


class Playground:
    """The drawing that was compiled last, about which the other questions are."""

    def __init__(self) -> None:
        self.compiled_last = mermaid2gha.Compiled()
        self.sources: tuple[str, str] = ("", "")

    def compiled(self, drawing: str, settings: str) -> str:
        """Workflows, findings and what each statement became, where the drawing is called `name`."""
        self.sources = drawing, settings
        self.compiled_last = mermaid2gha.Compiled()
        name = name_of(drawing)
        try:
            made = mermaid2gha.compile({name: drawing}, settings)
        except mermaid2gha.DefectError as defect:
            said = {"workflows": [], "findings": [], "statements": [], "defect": str(defect)}
            return json.dumps({"name": name, **said})
        self.compiled_last = made
        findings = [_finding(one) for one in made.findings]
        statements = [
            {key: getattr(one, key) for key in ("line", "becomes", "effect", "ground", "workflow", "job")}
            for one in made.statements
        ]
        workflows = list(made.workflows.items())
        said = {"workflows": workflows, "findings": findings, "statements": statements}
        return json.dumps({"name": name, **said})

    def fixed(self) -> str:
        """What `fix` would write, and how many findings it cures."""
        drawing, settings = self.sources
        name = name_of(drawing)
        made = mermaid2gha.fix({name: drawing}, settings)
        return json.dumps({"drawing": made.documents[name], "settings": made.settings, "count": made.count})

    def pictures(self, draw: Callable[[str], str]) -> str:
        """The pictures, each with the file that it is of (the last: of none), and what can start a run.

        One workflow alone has no picture of what passes between workflows.
        """
        made = self.compiled_last
        pictures = list(made.pictures(draw).values())
        files = [*made.workflows, ""]
        shown = list(zip(files, pictures))[: 1 if len(made.workflows) == 1 else None]
        return json.dumps({"pictures": shown, **self._choices()})

    def _choices(self) -> dict[str, list[str]]:
        from mermaid2gha.page.runs import EVERY, NONE, flags_of, occasions

        workflows = self._scheduled()
        flags = flags_of(workflows)
        settings = [EVERY, NONE, *(f"without {flag}" for flag in flags if len(flags) > 1)] if flags else []
        return {"occasions": [name for name, _ in occasions(workflows)], "flags": settings}

    def run(self, occasion: str, flags: str, failing: str) -> str:
        """Who runs at an event: for each job (`FILE:ID`) its result, its wave (0: none), and why not."""
        from mermaid2gha.page.runs import EVERY, Chosen, Runs, flags_of, occasions, work_out

        workflows = self._scheduled()
        event = dict(occasions(workflows)).get(occasion)
        if event is None:
            return json.dumps({"jobs": {}, "remarks": []})
        case, runs = Chosen(occasion, flags or EVERY, failing), Runs()
        work_out(runs, case, event, workflows, flags_of(workflows))
        words = list(runs.words)
        jobs = {job: [result, wave, words[why]] for job, (result, wave, why) in runs.answers[case].items()}
        return json.dumps({"jobs": jobs, "remarks": runs.remarks[case]})

    def _scheduled(self) -> dict[str, Any]:
        from mermaid2gha.github.simulator.model import read_workflow

        found = {}
        for name, text in self.compiled_last.workflows.items():
            try:
                found[name] = read_workflow(text)
            except ValueError:  # what is wrong with it is among the findings
                continue
        return found

    def rule(self, name: str) -> str:
        """The page of a rule as HTML; links are words there, as they lead into a repository."""
        from markdown_it import MarkdownIt

        from mermaid2gha.rules.pages import page

        reader = MarkdownIt("commonmark", {"html": False}).enable("table")
        tokens = reader.parse(page(name))
        for token in tokens:
            if token.children is not None:
                token.children = [
                    one for one in token.children if one.type not in ("link_open", "link_close")
                ]
        html: str = reader.renderer.render(tokens, reader.options, {})
        return html


def name_of(drawing: str) -> str:
    """Markdown where there is a fence of Mermaid in it, else one diagram."""
    return MARKDOWN if _FENCE.search(drawing) else DIAGRAM


def _finding(one: mermaid2gha.Finding) -> dict[str, object]:
    keys = ("rule", "severity", "message", "help", "file", "line", "column", "end_line", "end_column")
    cures = [{"is_safe": cure.is_safe, "edits": [_edit(edit) for edit in cure.edits]} for cure in one.cures]
    return {**{key: getattr(one, key) for key in keys}, "cures": cures}


def _edit(one: mermaid2gha.TextEdit) -> dict[str, object]:
    return {key: getattr(one, key) for key in ("file", "line", "column", "end_line", "end_column", "text")}
