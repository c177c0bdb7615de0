"""A file of graphs is known as current by what it shows: no other drawing passes for it, no text is made."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

import pytest
from plan_pictures import job, need, plan

from mermaid2gha.base import records
from mermaid2gha.base.diagnostic import Label
from mermaid2gha.base.source import SourceFile, Span
from mermaid2gha.compiler.ir.flow_graph import JobKind
from mermaid2gha.compiler.plan.model import (
    Link,
    LinkKind,
    PlaceKind,
    PlanJob,
    ProjectPlan,
    Station,
    WorkflowPlan,
)
from mermaid2gha.project.artifacts import Folder, OutputFile, is_current, output_text
from mermaid2gha.project.drawing import draw
from mermaid2gha.views.files import GraphFile, graph_files, graph_text

ROOT = Path(__file__).parents[2]
FLOWS = ("Pull request", "Merge")
JOBS = (
    PlanJob("build", "Build", JobKind.WORK, FLOWS, details=("Push Image",)),
    job("test", "Test", JobKind.WORK, FLOWS, when=("Merge",)),
    job("wait", "Wait", JobKind.WAIT, ("Merge",)),
    job("deploy", "Deploy", JobKind.CALL, ("Merge",)),
    job("gate", "Status", JobKind.GATE, FLOWS),
)
NEEDS = (
    need("test", "build", FLOWS),
    need("wait", "test", ("Merge",)),
    need("deploy", "wait", ("Merge",)),
    need("deploy", "build", ("Merge",), is_data=True, is_order=False),
    *(need("gate", job.id, job.flows) for job in JOBS[:-1]),
)
GRAPH = plan("CI", FLOWS, JOBS, NEEDS)
PLACES = (
    Station("Repo", PlaceKind.SOURCE),
    Station("CI", PlaceKind.WORKFLOW, "ci.yml"),
    Station("Dev", PlaceKind.PERSON),
    Station("Registry", PlaceKind.STORE),
)
LINKS = (
    Link("Repo", "CI", LinkKind.TRIGGER, "push", FLOWS),
    Link("CI", "Registry", LinkKind.PUSH, "image", ("Merge",)),
)
PROGRAM = ProjectPlan(FLOWS, (GRAPH,), PLACES, LINKS)

RECORDED = "ee87586cab4fa8526086d050a39bd9435a2ce409a67b79d27c5505d3e24e2646"
"""The digest of all drawings of `PROGRAM`: if it is another one, drawings look otherwise than before."""


def made(name: str, shown: WorkflowPlan | ProjectPlan = GRAPH) -> OutputFile:
    return OutputFile(Folder.GRAPHS, name, GraphFile(name, shown), ("../ci.md",))


@pytest.mark.parametrize("name", ["ci.dot", "ci.mmd", "ci.svg"])
def test_matrices_and_environments_show_in_pictures_of_jobs_only(name: str) -> None:
    axes = (("os", ("linux", "macos")),), (("os", "fromJSON(needs.build.outputs.os)"),)
    more = [{"matrix": axis} for axis in axes] + [
        {"environment": text} for text in ("approval", "production")
    ]
    jobs = [records.replace(JOBS[1], **values) for values in more]
    graphs = [GRAPH, *(plan("CI", FLOWS, (JOBS[0], job, *JOBS[2:]), NEEDS) for job in jobs)]
    assert len({graph_text(GraphFile(name, graph), draw) for graph in graphs}) == len(graphs)
    whole = {
        graph_text(GraphFile("flows.svg", records.replace(PROGRAM, workflows=(g,))), draw) for g in graphs
    }
    assert len(whole) == 1


def test_where_a_need_is_drawn_does_not_show() -> None:
    place = Label(Span(SourceFile("ci.md", "text"), 0, 4), "here")
    moved = plan("CI", FLOWS, JOBS, ((job, records.replace(one, because=(place,))) for job, one in NEEDS))
    for kind in ("dot", "mmd"):
        one, other = GraphFile(f"ci.{kind}", GRAPH), GraphFile(f"ci.{kind}", moved)
        assert graph_text(one) == graph_text(other)


def test_a_drawing_looks_as_it_is_recorded() -> None:
    drawings = "".join(graph_text(file, draw) for file in graph_files(PROGRAM))
    assert sha256(drawings.encode()).hexdigest() == RECORDED


@pytest.mark.parametrize("file", graph_files(PROGRAM), ids=lambda file: file.name)
def test_a_product_holds_nothing_over_which_branches_would_fight(file: GraphFile) -> None:
    text = output_text(OutputFile(Folder.GRAPHS, file.name, file, ("../ci.md",)), draw)
    assert not re.search(r"\b[0-9a-f]{16,}\b", text)


@pytest.mark.parametrize("name", ["ci.dot", "ci.mmd", "ci.svg"])
def test_a_file_is_current_until_it_or_what_it_shows_changes(name: str) -> None:
    text = output_text(made(name), draw)
    assert is_current(made(name), text, draw)
    assert is_current(made(name), text.replace("\n", "\r\n"), draw)
    assert not is_current(made(name), text.replace("Deploy", "Destroy"), draw)
    assert not is_current(made(name, records.replace(GRAPH, name="CD")), text, draw)
    other = OutputFile(Folder.GRAPHS, name, GraphFile(name, GRAPH), ("../cd.md",))
    assert not is_current(other, text, draw)
