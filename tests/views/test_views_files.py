"""A file of graphs is known as current by what it shows: no other drawing passes for it, no text is made."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from plan_pictures import job, need, plan

from mermaid2gha.base import records
from mermaid2gha.base.diagnostic import Label
from mermaid2gha.base.enums import Enum
from mermaid2gha.base.source import SourceFile, Span
from mermaid2gha.compiler.ir.flow_graph import JobKind
from mermaid2gha.compiler.plan.model import (
    Link,
    LinkKind,
    PlaceKind,
    PlanJob,
    PlanNeed,
    ProjectPlan,
    Station,
    WorkflowPlan,
)
from mermaid2gha.project.artifacts import Folder, OutputFile, is_current, output_text
from mermaid2gha.project.drawing import draw
from mermaid2gha.views.files import EDITION, GraphFile, graph_files, graph_text, is_text_of, origin

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

SHOWN = {
    ProjectPlan: ("flows", "workflows", "stations", "links"),
    WorkflowPlan: ("file", "name", "flows", "jobs"),
    PlanJob: ("id", "name", "kind", "flows", "needs", "words", "details"),
    PlanNeed: ("on", "flows", "is_data", "is_order"),
}
"""What of plans pictures show."""

# The digest of all drawings of `PROGRAM` in each edition. If it is another one, drawings look otherwise than
# before: raise `files.EDITION` and add a line here.
RECORDED = {1: "f7fc437de5fabf85b23f3ec1a7cd5d9da8cc502ba8858e24c7daedd0dfc33435"}


def made(name: str, shown: WorkflowPlan | ProjectPlan = GRAPH) -> OutputFile:
    return OutputFile(Folder.GRAPHS, name, GraphFile(name, shown), ("../ci.md",))


def changed(value: Any) -> Iterator[Any]:
    """Values that differ in one place, some for each place that there is."""
    if isinstance(value, Enum):
        yield next(other for other in type(value) if other is not value)
    elif isinstance(value, bool):
        yield not value
    elif isinstance(value, str):
        yield value + "'"
    elif isinstance(value, tuple):
        for at, item in enumerate(value):
            yield (*value[:at], *value[at + 1 :])
            yield from ((*value[:at], other, *value[at + 1 :]) for other in changed(item))
        yield (*value, "more" if not value or isinstance(value[0], str) else value[0])
    else:
        for name in SHOWN.get(type(value), value.__match_args__):
            if name != "needs" or value.needs:
                yield from (
                    records.replace(value, **{name: other}) for other in changed(getattr(value, name))
                )


@pytest.mark.parametrize("shown", [GRAPH, PROGRAM], ids=["graph", "program"])
def test_whatever_changes_in_what_is_shown_changes_the_origin(shown: WorkflowPlan | ProjectPlan) -> None:
    others = [shown, *changed(shown)]
    assert len(others) > 50
    assert len({origin(GraphFile("ci.svg", other)) for other in others}) == len(set(others)) == len(others)


@pytest.mark.parametrize("name", ["ci.dot", "ci.mmd", "ci.svg"])
def test_matrices_and_environments_show_in_pictures_of_jobs_only(name: str) -> None:
    axes = (("os", ("linux", "macos")),), (("os", "fromJSON(needs.build.outputs.os)"),)
    more = [{"matrix": axis} for axis in axes] + [
        {"environment": text} for text in ("approval", "production")
    ]
    jobs = [records.replace(JOBS[1], **values) for values in more]
    graphs = [GRAPH, *(plan("CI", FLOWS, (JOBS[0], job, *JOBS[2:]), NEEDS) for job in jobs)]
    assert len({origin(GraphFile(name, graph)) for graph in graphs}) == len(graphs)
    wholes = {origin(GraphFile("flows.svg", records.replace(PROGRAM, workflows=(g,)))) for g in graphs}
    assert len(wholes) == 1


def test_kinds_of_files_have_their_own_origins() -> None:
    assert len({origin(GraphFile(f"ci.{kind}", GRAPH)) for kind in ("dot", "svg", "mmd")}) == 3


def test_where_a_need_is_drawn_does_not_show() -> None:
    place = Label(Span(SourceFile("ci.md", "text"), 0, 4), "here")
    moved = plan("CI", FLOWS, JOBS, ((job, records.replace(one, because=(place,))) for job, one in NEEDS))
    for kind in ("dot", "mmd"):
        one, other = GraphFile(f"ci.{kind}", GRAPH), GraphFile(f"ci.{kind}", moved)
        assert origin(one) == origin(other) and graph_text(one) == graph_text(other)


def test_a_drawing_that_looks_otherwise_is_another_edition() -> None:
    drawings = "".join(graph_text(file, draw) for file in graph_files(PROGRAM))
    assert RECORDED[EDITION] == sha256(drawings.encode()).hexdigest()


@pytest.mark.parametrize("name", ["ci.dot", "ci.mmd", "ci.svg"])
def test_a_file_is_current_until_it_or_what_it_shows_changes(name: str) -> None:
    text = output_text(made(name), draw)
    assert is_current(made(name), text)
    assert is_current(made(name), text.replace("\n", "\r\n"))
    assert not is_current(made(name), text.replace("Deploy", "Destroy"))
    assert not is_current(made(name, records.replace(GRAPH, name="CD")), text)
    assert not is_current(OutputFile(Folder.GRAPHS, name, GraphFile(name, GRAPH), ("../cd.md",)), text)


@pytest.mark.parametrize("name", ["ci.dot", "ci.mmd", "ci.svg"])
def test_a_file_of_another_edition_is_current_if_it_looks_the_same(name: str) -> None:
    text = graph_text(GraphFile(name, GRAPH), draw)
    assert is_text_of(text, GraphFile(name, GRAPH))
    assert not is_text_of(text, GraphFile(name, records.replace(GRAPH, name="CD")))


def test_an_unchanged_file_needs_no_library() -> None:
    text = output_text(made("ci.svg"), draw)
    code = (
        "import sys; sys.path[:0] = ['tests', 'tests/views']; from test_views_files import *;"
        "text = sys.stdin.read(); assert is_current(made('ci.svg'), text) and 'graphviz' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], input=text, text=True, check=True, cwd=ROOT)
