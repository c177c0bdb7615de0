"""Laws of the pictures: nothing is lost, no text acts, all fits, the same input gives the same bytes."""

from __future__ import annotations

import re
import tomllib
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from laws.settings import settings_for
from plan_pictures import job as job_of
from plan_pictures import need, plan

from mermaid2gha.base.records import replace
from mermaid2gha.compiler.ir.flow_graph import JobKind
from mermaid2gha.compiler.plan.model import Link, LinkKind, PlaceKind, ProjectPlan, Station, WorkflowPlan
from mermaid2gha.project.drawing import draw
from mermaid2gha.views.dot import job_graph_dots, program_dot
from mermaid2gha.views.files import graph_files
from mermaid2gha.views.flowchart import escaped, flowchart, program_flowchart
from mermaid2gha.views.lettering import MOST_LINES, NOTE, NUMBER, one_line, wrapped
from mermaid2gha.views.outline import outline
from mermaid2gha.views.palette import flow_numbers
from mermaid2gha.views.svg import ENGINE, Draw, narrowest

PR, MERGE = FLOWS = ("Pull request", "Merge")
SVG = "{http://www.w3.org/2000/svg}"
AWKWARD = [
    *(
        "end",
        'say "hi" & <b>bold</b>',
        "back\\slash \\n \\N",
        "&lt; #35; #quot;",
        "1. First",
        "- item",
        "# head",
    ),
    *(
        "`code`",
        "$$x^2$$",
        "%%{init: {}}%%",
        "fa:fa-car",
        "a;b{c}[d](e)|f|",
        "<script>alert(1)</script>",
        "]]>",
    ),
    *(
        "🚀 ship",
        "שלום",
        "日本語のとても長い名前のジョブです",
        "\u202eevil\x00\ufffe",
        "",
        "x" * 300,
        "-->",
        "style: #fff;",
    ),
]


def job_graph_dot(graph: WorkflowPlan) -> str:
    """The jobs in the likeliest layout."""
    return job_graph_dots(graph)[0]


def svg(dot: str, draw: Draw) -> str:
    return narrowest([dot], draw)


texts = st.one_of(st.sampled_from(AWKWARD), st.text(max_size=40))


def pipeline(name: str = "Tests") -> WorkflowPlan:
    """A decider, a `par` of three optional jobs, a wait and a publication, under a gate."""
    tests = [job_of(f"test-{n}", f"{name} {n}", JobKind.WORK, FLOWS, when=(PR,)) for n in (1, 2, 3)]
    jobs = (
        job_of("build-info", "Build info", JobKind.WORK, FLOWS),
        *tests,
        job_of("wait", "Wait for images", JobKind.WAIT, FLOWS),
        job_of("publish", "Publish", JobKind.CALL, (MERGE,)),
        job_of("gate", "Status", JobKind.GATE, FLOWS),
    )
    needs = [need(job.id, "build-info", FLOWS) for job in tests]
    needs += [need("wait", job.id, FLOWS) for job in tests]
    needs += [
        need("publish", "wait", (MERGE,)),
        need("publish", "build-info", (MERGE,), is_data=True, is_order=False),
    ]
    needs += [need("gate", job.id, job.flows) for job in jobs[:-1]]
    return replace(plan("Tests", FLOWS, jobs, needs), file="tests.yml")


def project(name: str = "Registry") -> ProjectPlan:
    places = (
        Station("Repo", PlaceKind.SOURCE),
        Station("Tests", PlaceKind.WORKFLOW, "tests.yml"),
        Station(name, PlaceKind.STORE),
    )
    links = (
        Link("Repo", "Tests", LinkKind.TRIGGER, "pull_request", (PR,)),
        Link("Repo", "Tests", LinkKind.TRIGGER, "push", (MERGE,)),
        Link("Tests", name, LinkKind.PUSH, f"{name} image", FLOWS),
    )
    return ProjectPlan(FLOWS, (pipeline(),), places, links)


@st.composite
def graphs(draw: st.DrawFn) -> WorkflowPlan:
    """Any acyclic graph: later jobs need earlier ones; the last may be a gate."""
    count = draw(st.integers(1, 9))
    some = st.sets(st.sampled_from(FLOWS), min_size=1).map(
        lambda flows: tuple(f for f in FLOWS if f in flows)
    )
    kinds = st.sampled_from([JobKind.WORK, JobKind.WAIT, JobKind.CALL])
    jobs = [
        job_of(f"j{n}", draw(texts), draw(kinds), draw(some), when=FLOWS if draw(st.booleans()) else ())
        for n in range(count)
    ]
    axes = st.one_of(st.just("fromJSON(x)"), st.lists(texts, min_size=1, max_size=3).map(tuple))
    matrices = st.lists(st.tuples(texts, axes), max_size=2).map(tuple)
    environments = st.one_of(st.just(""), texts)
    jobs = [replace(job, matrix=draw(matrices), environment=draw(environments)) for job in jobs]
    pairs = [(f"j{b}", f"j{a}") for b in range(count) for a in range(b)]
    chosen = [pair for pair in pairs if draw(st.booleans())]
    needs = []
    for b, a in chosen:
        flows, is_data = draw(some), draw(st.booleans())
        needs.append(need(b, a, flows, is_data=is_data, is_order=not is_data or draw(st.booleans())))
    if draw(st.booleans()):
        needs += [need("gate", job.id, job.flows) for job in jobs]
        jobs.append(job_of("gate", "Gate", JobKind.GATE, FLOWS))
    return plan(draw(texts), FLOWS, jobs, needs)


def shown_texts(picture: str) -> list[str]:
    """The texts of an SVG, line by line; to parse it proves it well-formed."""
    return ["".join(text.itertext()) for text in ElementTree.fromstring(picture).iter(f"{SVG}text")]


@given(graphs())
def test_an_outline_shows_every_need_once_but_those_that_a_gate_implies(graph: WorkflowPlan) -> None:
    shown = outline(graph, shows_data=True)
    before: dict[str, list[tuple[str, tuple[str, ...], bool]]] = {}
    for line in shown.lines:
        before.setdefault(line.target, []).append((line.source, line.flows, line.is_order))
    told: list[tuple[str, str, tuple[str, ...], bool]] = []
    for job in graph.jobs:
        for source, flows, is_order in before.get(job.id, []):
            through = before[source] if source in shown.junctions else [(source, flows, is_order)]
            told += [(job.id, *need) for need in through]
    needs = [(job.id, need.on, need.flows, need.is_order) for job, need in graph.needs]
    implied = [need for need in needs if need[0] == "gate" and need not in told]
    assert sorted(told) == sorted(set(needs) - set(implied))
    followed = {need.on for job, need in graph.needs if job.id != "gate" and need.is_order}
    assert {on for _, on, _, _ in implied} <= followed


def test_a_gate_is_drawn_after_what_nothing_else_needs_and_says_how_many_it_needs() -> None:
    shown = outline(pipeline())
    assert [line.source for line in shown.lines if line.target == "gate"] == ["publish"]
    assert shown.gates == (("gate", 6),)
    assert "needs all 6 jobs" in job_graph_dot(pipeline())
    assert "needs all 6 jobs" in flowchart(pipeline())


def test_several_jobs_that_need_the_same_several_jobs_share_a_junction() -> None:
    jobs = tuple(job_of(name, name, JobKind.WORK, ("f",)) for name in "abcdef")
    needs = tuple(need(job, on, ("f",)) for job in "def" for on in "abc")
    shown = outline(plan("CI", ("f",), jobs, needs))
    assert len(shown.junctions) == 1
    assert len(shown.lines) == 6


@given(texts, st.integers(8, 40))
def test_wrapped_lines_keep_the_text_and_the_width(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert all(len(line) <= width for line in lines)
    assert len(lines) <= MOST_LINES
    whole = "".join(one_line(text).split())
    kept = "".join("".join(lines).split())
    assert kept == whole or (len(lines) == MOST_LINES and whole.startswith(kept.removesuffix("…")))


@given(texts)
def test_a_shown_text_never_holds_a_mark(text: str) -> None:
    assert not set(one_line(NOTE + text + NUMBER)) & {NOTE, NUMBER, "\n", "\x00", "\u202e"}


@settings_for(60)
@given(graphs())
def test_a_picture_of_any_graph_is_well_formed_and_shows_the_names_as_they_are(graph: WorkflowPlan) -> None:
    texts_shown = [" ".join(text.split()) for text in shown_texts(svg(job_graph_dot(graph), draw))]
    for job in graph.jobs:
        for line in wrapped(job.name, 14 if job.kind in (JobKind.WAIT, JobKind.GATE) else 20):
            assert " ".join(line.split()) in [*texts_shown, ""]


def test_names_without_a_letter_do_not_corrupt_the_engine() -> None:
    jobs = tuple(job_of(f"j{n}", "", JobKind.WAIT, FLOWS[n % 2 :]) for n in range(6))
    needs = tuple(need(f"j{n + 1}", f"j{n}", (MERGE,)) for n in range(5))
    dot = job_graph_dot(plan("", FLOWS, jobs, needs))
    assert {svg(dot, draw) for _ in range(20)} == {svg(dot, draw)}
    assert svg(job_graph_dot(pipeline()), draw)


@settings_for(30)
@given(texts)
def test_a_picture_of_any_project_is_well_formed(name: str) -> None:
    assert "Tests" in shown_texts(svg(program_dot(project(name)), draw))


def boxes(picture: str) -> list[tuple[float, float, float, float]]:
    """Left, top, right and bottom of every node's outline, without junctions."""
    found = []
    for group in ElementTree.fromstring(picture).iter(f"{SVG}g"):
        outlines = [*group.iter(f"{SVG}polygon"), *group.iter(f"{SVG}path")]
        if group.get("class") == "node" and outlines:
            points = re.findall(
                r"(-?[0-9.]+)[ ,](-?[0-9.]+)", outlines[0].get("points") or outlines[0].get("d") or ""
            )
            xs, ys = [float(x) for x, _ in points], [float(y) for _, y in points]
            found.append((min(xs), min(ys), max(xs), max(ys)))
    return found


@pytest.mark.parametrize(
    "name", ["Tests", "A rather long name of a test that must be broken into lines", "x" * 90]
)
def test_no_box_lies_upon_another(name: str) -> None:
    placed = boxes(svg(job_graph_dot(pipeline(name)), draw))
    assert len(placed) == 7
    for number, a in enumerate(placed):
        for b in placed[number + 1 :]:
            assert a[2] < b[0] or b[2] < a[0] or a[3] < b[1] or b[3] < a[1]


def test_notes_are_small_and_numbers_of_flows_have_their_colours() -> None:
    picture = svg(job_graph_dot(pipeline()), draw)
    assert re.search(r'font-size="10.50" fill="#59636e">if changed', picture)
    assert '<tspan font-weight="bold" fill="#bc4c00">2</tspan>' in picture
    assert NOTE not in picture and NUMBER not in picture


@pytest.mark.parametrize(
    ("matrix", "environment", "notes"),
    [
        ((("os", ("linux", "macos")), ("python", ("3.11", "3.14", "3.15"))), "", ["× 6: os, python"]),
        ((("os", "fromJSON(needs.a.outputs.os)"), ("python", ("3.11",))), "", ["× each os, python"]),
        ((), "production", ["environment production"]),
        ((("os", ("linux",)),), "a\nb", ["× 1: os", "environment a b"]),
        ((), "", []),
    ],
)
def test_how_often_a_job_runs_and_whom_it_asks_is_small_below_its_name(
    matrix: tuple[tuple[str, tuple[str, ...] | str], ...], environment: str, notes: list[str]
) -> None:
    job = replace(
        job_of("test", "Test", JobKind.WORK, FLOWS, when=(PR,)), matrix=matrix, environment=environment
    )
    graph = plan("CI", FLOWS, (job,), ())
    shown = shown_texts(svg(job_graph_dot(graph), draw))
    at = shown.index("Test")
    assert shown[at + 1 :] == ["if changed in 1", *notes]
    chart = flowchart(graph)
    assert all(f"<small>{escaped(note)}</small>" in chart for note in notes)


def test_the_same_input_gives_the_same_bytes() -> None:
    dot = job_graph_dot(pipeline())
    assert dot == job_graph_dot(pipeline())
    assert svg(dot, draw) == svg(dot, draw)
    assert flowchart(pipeline()) == flowchart(pipeline())


def test_the_engine_is_the_one_that_the_project_pins() -> None:
    name, pinned = ENGINE.split(" ")
    project_file = Path(__file__).parents[2] / "pyproject.toml"
    required = tomllib.loads(project_file.read_text(encoding="utf-8"))["project"]["dependencies"]
    assert f"{name}=={pinned}" in required
    assert version(name) == pinned


LABEL = r'"(?:[^"#&<>\\`$%{}|:]|#\d+;|<br/>|</?small>)*"'
RULE = r"[a-z-]+:[-#a-z0-9 ]+"
STATEMENT = re.compile(
    rf'---|title: ".*"|config: \{{.*\}}|flowchart (?:LR|TB)'
    rf"|  n_\w+(?:\[\[?|\(\[|\{{\{{){LABEL}(?:\]\]?|\]\)|\}}\}}):::\w+"
    r'|  j\d+@\{ shape: f-circ, label: " " \}|  l1 ~~~ n_\w+'
    r"|  (?:n_\w+|j\d+) (?:-->|---|-\.->|-\.-) (?:n_\w+|j\d+)"
    r'|  subgraph legend \[Legend\]|    l1\[".*"\]:::legendText|  end|  class legend legendFrame'
    rf"|  classDef \w+ {RULE}(?:,{RULE})*|  linkStyle [0-9,]+ stroke:#[0-9a-f]{{6}},stroke-width:2px"
)


@given(graphs())
def test_a_flowchart_has_no_statement_but_ours_whatever_the_names(graph: WorkflowPlan) -> None:
    text = flowchart(graph)
    assert [line for line in text[:-1].split("\n") if line and not STATEMENT.fullmatch(line)] == []
    assert len(re.findall(r"^  n_\w+\W+\"", text, re.MULTILINE)) == len(graph.jobs)


def test_a_flowchart_keeps_to_what_mermaid_draws() -> None:
    jobs = tuple(job_of(f"j{n}", f"J{n}", JobKind.WORK, ("f",)) for n in range(50))
    needs = tuple(need(f"j{25 + b}", f"j{a}", ("f",)) for b in range(25) for a in range(25) if a != b)
    text = flowchart(plan("CI", ("f",), jobs, needs))
    assert len(re.findall(r"-->|---(?! )|~~~", text)) <= 502
    assert "101 more arrows are not drawn" in text


def in_a_row(count: int) -> WorkflowPlan:
    """Optional jobs one after the other: each needs all before it, in one flow or the other."""
    jobs = tuple(job_of(f"j{n}", f"J{n}", JobKind.WORK, ("f", "g")) for n in range(count))
    flows = (("f", "g"), ("f",), ("g",))
    needs = tuple(
        need(f"j{b}", f"j{a}", flows[0] if b == a + 1 else flows[(a + b) % 3])
        for b in range(count)
        for a in range(b)
    )
    return plan("CI", ("f", "g"), jobs, needs)


@pytest.mark.parametrize("draw", [flowchart, job_graph_dot])
def test_of_too_many_arrows_those_that_longer_ways_say_are_left_out(
    draw: Callable[[WorkflowPlan], str],
) -> None:
    assert "longer ways" not in draw(in_a_row(20))
    assert "longer ways" in draw(in_a_row(30))
    lines = outline(in_a_row(30)).lines
    assert [(line.source, line.target) for line in lines] == [(f"j{n}", f"j{n + 1}") for n in range(29)]


def test_an_arrow_that_is_needed_in_one_flow_stays() -> None:
    row = in_a_row(30)
    jobs = (*row.jobs, job_of("late", "Late", JobKind.WORK, ("g", "h")))
    needs = [(job.id, one) for job, one in row.needs]
    needs += [need("late", "j0", ("g", "h")), need("late", "j29", ("g",))]
    shown = outline(plan("CI", ("f", "g", "h"), jobs, needs))
    assert shown.is_reduced
    assert {(line.source, line.target) for line in shown.lines if line.target == "late"} == {
        ("j0", "late"),  # in `h` no longer way leads there
        ("j29", "late"),
    }


def test_links_of_one_kind_between_two_places_are_one_edge_with_their_labels() -> None:
    dot = program_dot(project())
    assert dot.count("->") == 2
    assert f"starts\\lpull_request  {NUMBER}1\\lpush  {NUMBER}2\\l" in dot
    assert 'p1 -->|"starts<br/>pull_request (1)<br/>push (2)"| p2' in program_flowchart(project())


def test_only_the_flows_of_some_are_numbered() -> None:
    assert flow_numbers(FLOWS, FLOWS) == ()
    assert flow_numbers((MERGE,), FLOWS) == (2,)


def test_a_project_has_three_files_a_workflow_and_one_for_the_whole() -> None:
    assert [file.name for file in graph_files(project())] == [
        "tests.dot",
        "tests.svg",
        "tests.mmd",
        "flows.svg",
    ]
    assert [file.name for file in graph_files(project()) if file.is_picture] == [
        "tests.svg",
        "flows.svg",
    ]
    assert graph_files(ProjectPlan((), ())) == ()


def test_no_two_files_have_one_name() -> None:
    named = [WorkflowPlan(file, "CI", (), ()) for file in ("flows.yml", "ci.yml", "CI.yaml")]
    names = [file.name for file in graph_files(ProjectPlan((), tuple(named)))]
    assert len({name.casefold() for name in names}) == 10


def test_a_gate_is_drawn_after_what_only_jobs_outside_it_need() -> None:
    kinds = {"build": JobKind.WORK, "publish": JobKind.WORK, "gate": JobKind.GATE}
    jobs = tuple(job_of(name, name.title(), kind, FLOWS) for name, kind in kinds.items())
    needs = (need("publish", "build", FLOWS[:1]), need("gate", "build", FLOWS))
    shown = outline(plan("CI", FLOWS, jobs, needs))
    assert [line.source for line in shown.lines if line.target == "gate"] == ["build"]
