"""A page as one file: it asks no network, and no text of a project acts in it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from html import escape
from importlib.resources import files

from mermaid2gha.base.diagnostic import Diagnostic, leaves
from mermaid2gha.page.content import PageContent, ShownDiagram, ShownLine, ShownWorkflow
from mermaid2gha.page.lifelines import lifelines_svg
from mermaid2gha.page.runs import Runs, all_runs
from mermaid2gha.report.cells import plain
from mermaid2gha.views.dot import job_graph_dots
from mermaid2gha.views.svg import Draw, narrowest

MARK = '<meta name="generator" content="mermaid2gha page">'
"""By this a file is known as a page, and may be written anew."""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"
_IDS = re.compile(r' id="[^"]*"')
_PROLOGUE = re.compile(r"<\?xml.*?\?>|<!DOCTYPE.*?>|<!--.*?-->", re.DOTALL)
_JOB = re.compile(r'data-job="([^"]*)"')
_SIZE = re.compile(r'width="([0-9.]+)pt" height="([0-9.]+)pt"')


def page(content: PageContent, title: str, draw: Draw) -> str:
    """The page of a project."""
    return _document(title, _inside(content, title, draw), _POLICY)


def renewed_page(content: PageContent, title: str, draw: Draw) -> tuple[str, str]:
    """The page as it is served, which asks where it came from for a newer one, and its version."""
    inside = f"{_inside(content, title, draw)}{_script('reload.js')}"
    version = hashlib.sha256(inside.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return _document(title, inside, f"{_POLICY}; connect-src 'self'", version), version


def _document(title: str, inside: str, policy: str, version: str = "") -> str:
    style = files("mermaid2gha.page").joinpath("page.css").read_text(encoding="utf-8")
    numbered = f' data-version="{version}"' if version else ""
    named = _inert(escape(plain(title)))
    return (
        f'<!DOCTYPE html>\n<html lang="en"{numbered}>\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f'{MARK}\n<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{named}</title>\n<style>\n{style}</style>\n</head>\n"
        f"<body>\n{inside}</body>\n</html>\n"
    )


def _inert(text: str) -> str:
    """HTML that GitHub's runner takes for no command where it is printed into a log."""
    return text.replace("##[", "##&#91;")


def _script(name: str) -> str:
    text = files("mermaid2gha.page").joinpath(name).read_text(encoding="utf-8")
    return f"<script>\n{text}</script>\n"


def _inside(content: PageContent, title: str, draw: Draw) -> str:
    """The body of the page: three columns, and the answers to what one may choose."""
    runs = all_runs(content.scheduled)
    body = "".join(
        [
            f"<header><h1>{escape(plain(title))}</h1>{_choices(runs)}</header>",
            f"<main>{_drawing(content)}",
            '<section class="graphs" aria-label="Jobs"><h2>Jobs</h2>',
            '<div class="told" aria-live="polite"></div>',
            *(_graph(one, draw) for one in content.workflows),
            "" if content.diagrams else _undrawn(content),
            '</section><section class="texts" aria-label="Workflows"><h2>Workflows</h2>',
            *(_text(one) for one in content.workflows),
            "</section></main>",
        ]
    )
    answers = f'<script type="application/json" id="runs">{_json(runs)}</script>'
    return f"{_inert(body)}\n{answers}\n{_script('page.js')}"


def _drawing(content: PageContent) -> str:
    """The column of what is drawn; where nothing is, there is none."""
    if not content.diagrams:
        return ""
    shown = "".join(_diagram(one, number) for number, one in enumerate(content.diagrams, 1))
    found = _findings(content.findings)
    return f'<section class="drawing" aria-label="Drawing"><h2>Drawing</h2>{shown}{found}</section>'


def _choices(runs: Runs) -> str:
    """What one chooses: an event, flags, and a job that fails."""
    occasions = dict.fromkeys(case.occasion for case in runs.answers)
    flags = dict.fromkeys(case.flags for case in runs.answers)
    if not occasions:
        return ""
    parts = [
        _select("occasion", "event", ["all jobs", *occasions]),
        _select("flags", "flags", list(flags)) if len(flags) > 1 else "",
        _select("failing", "fails", ["no job"]),
    ]
    return f'<form class="choices">{"".join(parts)}</form>'


def _undrawn(content: PageContent) -> str:
    hint = "<p>Nothing of this is drawn: <code>mermaid2gha draw</code> makes a document of it.</p>"
    return _findings(content.findings) + (hint if content.workflows else "")


def _select(name: str, label: str, options: Sequence[str]) -> str:
    listed = "".join(f"<option>{escape(plain(one))}</option>" for one in options)
    return f'<label>{label} <select name="{name}">{listed}</select></label>'


def _diagram(diagram: ShownDiagram, number: int) -> str:
    picture = lifelines_svg(diagram.diagram, diagram.statements).replace('"head"', f'"head-{number}"', 1)
    picture = picture.replace("url(#head)", f"url(#head-{number})")
    return (
        f"<article><h3>{escape(plain(diagram.name))}</h3>"
        f'<div class="scroll">{picture}</div>'
        f"<details><summary>{escape(plain(diagram.document))}</summary>{_listing(diagram.lines)}</details></article>"
    )


def _graph(workflow: ShownWorkflow, draw: Draw) -> str:
    picture = _PROLOGUE.sub("", narrowest(job_graph_dots(workflow.plan), draw))
    picture = _IDS.sub("", picture)

    def named(found: re.Match[str]) -> str:
        drawn = found[1].replace("&#45;", "-")
        job = plain(f"{workflow.file}:{workflow.ids.get(drawn, drawn)}")
        return f'tabindex="0" data-job="{escape(job, quote=True)}"'

    picture = _SIZE.sub(r'style="max-width:\1pt" width="100%"', _JOB.sub(named, picture), count=1)
    return f'<article><h3>{escape(plain(workflow.file))}</h3><div class="scroll">{picture}</div></article>'


def _text(workflow: ShownWorkflow) -> str:
    return f"<article><h3>{escape(plain(workflow.file))}</h3>{_listing(workflow.lines)}</article>"


def _listing(lines: Sequence[ShownLine]) -> str:
    """Lines with their numbers; those of a job, and what a line was read as, can be pointed at."""
    return f'<ol class="lines" start="{lines[0].number if lines else 1}">{"".join(map(_line, lines))}</ol>'


def _line(line: ShownLine) -> str:
    job = f' data-job="{escape(plain(line.job), quote=True)}"' if line.job else ""
    effect = f' title="{escape(plain(line.effect), quote=True)}"' if line.effect else ""
    return f'<li value="{line.number}"{job}{effect}><code>{escape(plain(line.text)) or " "}</code></li>'


def _findings(findings: Sequence[Diagnostic]) -> str:
    if not findings:
        return ""
    listed = "".join(map(_finding, leaves(findings)))
    return f'<div class="found"><h2>Findings</h2><ul class="findings">{listed}</ul></div>'


def _finding(finding: Diagnostic) -> str:
    span = finding.labels[0].span if finding.labels else None
    place = f"{plain(span.file.name)}:{span.line} " if span is not None else ""
    cure = f"<br><small>{escape(plain(finding.help))}</small>" if finding.help else ""
    line = f' data-at="{span.line}"' if span is not None else ""
    return (
        f'<li class="{finding.severity.value}"{line}><b>{finding.severity.value}</b> '
        f"<code>{escape(finding.rule)}</code> "
        f"{escape(place)}{escape(plain(finding.message))}{cure}</li>"
    )


def _json(runs: Runs) -> str:
    """The answers as JSON in which no text can end the element that holds it, nor command a runner."""
    answers = [
        [
            *map(plain, (case.occasion, case.flags, case.failing)),
            {plain(job): answer for job, answer in found.items()},
            [*map(plain, runs.remarks[case])],
        ]
        for case, found in runs.answers.items()
    ]
    text = json.dumps({"words": [*map(plain, runs.words)], "runs": answers}, ensure_ascii=False)
    return text.replace("<", "\\u003c").replace("##[", "##\\u005b")
