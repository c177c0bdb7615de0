"""Pictures can be read: on a page of GitHub's, on light and dark paper, by people who see and who do not."""

from __future__ import annotations

import random
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from plan_pictures import job as job_of
from plan_pictures import need, plan

from mermaid2gha.base.records import replace
from mermaid2gha.compiler.ir.flow_graph import JobKind
from mermaid2gha.compiler.plan.model import WorkflowPlan
from mermaid2gha.github.workflow.model import Trigger
from mermaid2gha.project.drawing import draw
from mermaid2gha.views import palette
from mermaid2gha.views.dot import job_graph_dots
from mermaid2gha.views.run import COLOURS
from mermaid2gha.views.svg import narrowest

SVG = "{http://www.w3.org/2000/svg}"
PAGE, LEAST = 838, 11.0
"""The width of a picture on a page of GitHub's, and the least height of letters, in pixels."""
SEEDS = range(10, 20)
COMMITTED = sorted((Path(__file__).parents[2] / "out").rglob("*.svg"))
NAMES = (
    *("Build", "Unit tests", "Lint", "Type check", "Integration tests (PostgreSQL)", "Build container image"),
    *(
        "Package for Windows",
        "Publish documentation",
        "Scan dependencies",
        "Deploy to staging",
        "Smoke tests",
    ),
)


def pipeline(seed: int, stages: int = 7) -> WorkflowPlan:
    """Up to thirty jobs in stages, as pipelines have them: a stage waits for some of the one before it."""
    chosen = random.Random(seed)
    flows = ("Pull request", "Merge to main")[: chosen.randint(1, 2)]
    jobs, needs, before = [], [], []
    for _ in range(stages):
        here = []
        for _ in range(min(chosen.choice([1, 1, 2, 4, 7]), 30 - len(jobs))):
            name, shown = f"j{len(jobs)}", f"{chosen.choice(NAMES)} {len(jobs)}"
            when = flows[:1] if chosen.random() < 0.3 else ()
            jobs.append(job_of(name, shown, JobKind.WORK, flows, when=when))
            here.append(name)
            needs += [need(name, on, flows) for on in before if chosen.random() < 0.7]
        before = here or before
    return plan("CI", flows, jobs, needs)


def smallest(picture: str) -> float:
    """The height of the smallest letters of a picture on a page, in pixels."""
    width = re.search(r'<svg [^>]*?width="([0-9.]+)pt"', picture)
    assert width is not None
    scale = min(1.0, PAGE / (float(width[1]) * 4 / 3))
    return min(float(size) for size in re.findall(r'font-size="([0-9.]+)"', picture)) * 4 / 3 * scale


@pytest.mark.parametrize("path", COMMITTED, ids=lambda path: "/".join(path.parts[-3:]))
def test_every_committed_picture_can_be_read_on_a_page(path: Path) -> None:
    assert smallest(path.read_text(encoding="utf-8")) >= LEAST


def test_thirty_jobs_can_be_read_and_none_lies_upon_another() -> None:
    pictures = [narrowest(job_graph_dots(pipeline(seed)), draw) for seed in SEEDS]
    heights = sorted(map(smallest, pictures))
    assert heights[0] >= LEAST - 1 and heights[1] >= LEAST  # one in ten may be a little too small
    for seed, picture in zip(SEEDS, pictures):
        boxes = outlines(picture)
        assert len(boxes) == len(pipeline(seed).jobs)
        for number, a in enumerate(boxes):
            for b in boxes[number + 1 :]:
                assert a[2] < b[0] or b[2] < a[0] or a[3] < b[1] or b[3] < a[1]


def outlines(picture: str) -> list[tuple[float, float, float, float]]:
    """Left, top, right and bottom of every job's box."""
    found = []
    for group in ElementTree.fromstring(picture).iter(f"{SVG}g"):
        if group.get("data-job"):
            shape = next(iter([*group.iter(f"{SVG}path"), *group.iter(f"{SVG}polygon")]))
            text = shape.get("points") or shape.get("d") or ""
            points = re.findall(r"(-?[0-9.]+)[ ,](-?[0-9.]+)", text)
            xs, ys = [float(x) for x, _ in points], [float(y) for _, y in points]
            found.append((min(xs), min(ys), max(xs), max(ys)))
    return found


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


FILLS = {
    palette.PAPER,
    *(fill for fill, _ in [*palette.JOB_COLOURS.values(), *palette.PLACE_COLOURS.values()]),
}
FILLS |= {fill for fill, _ in COLOURS.values()}
LETTERS = {palette.INK, palette.FAINT_INK}
ON_PAPER = {*palette.FLOW_COLOURS, *palette.LINK_COLOURS.values()}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_letters_stand_out_from_what_they_are_on(scheme: str) -> None:
    shown = palette.DARK if scheme == "dark" else {colour: colour for colour in palette.DARK}
    for fill in FILLS:
        for letters in LETTERS:
            assert contrast(shown[letters], shown[fill]) >= 4.5, (scheme, letters, fill)
    for letters in ON_PAPER:
        for fill in (palette.PAPER, palette.JOB_COLOURS[JobKind.WORK][0]):
            assert contrast(shown[letters], shown[fill]) >= 4.5, (scheme, letters, fill)


def test_every_colour_has_a_dark_side() -> None:
    for path in COMMITTED:
        text = path.read_text(encoding="utf-8")
        for kind, colour in set(re.findall(r' (fill|stroke)="(#[0-9a-f]{6})"', text)):
            assert f'[{kind}="{colour}"]{{{kind}:{palette.DARK[colour]}}}' in text
        assert "color-scheme: light dark" in text and 'fill="#ffffff" stroke="none"' not in text


def test_a_picture_says_what_it_is_and_each_job_what_it_does() -> None:
    one, two = (
        pipeline(0, stages=1).jobs[0],
        replace(job_of("b", "Ship", JobKind.WORK, ("f",)), details=("Pack",)),
    )
    graph = replace(plan("CI", ("f",), [one, two], [need("b", one.id, ("f",))]), triggers=(Trigger("push"),))
    picture = narrowest(job_graph_dots(graph), draw)
    tree = ElementTree.fromstring(picture)
    assert (tree.get("role"), tree.get("aria-label")) == ("graphics-document", "CI · ci.yml")
    jobs = [group for group in tree.iter(f"{SVG}g") if group.get("data-job")]
    assert [(job.get("data-job"), job.get("role"), job.get("aria-label")) for job in jobs] == [
        (one.id, "graphics-symbol", one.name),
        ("b", "graphics-symbol", "Ship"),
    ]
    titles = [title.text for title in tree.iter(f"{SVG}title")]
    assert titles == ["CI · ci.yml", one.name, "Ship: Pack", f"b waits for {one.id}"]
    assert "on push" in picture and "xlink:title" not in picture


def test_filters_and_times_of_what_starts_a_workflow_are_shown() -> None:
    triggers = (Trigger("push", (("branches", ("main",)),)), Trigger("schedule", cron=("17 3 * * *",)))
    picture = narrowest(job_graph_dots(replace(pipeline(0, stages=1), triggers=triggers)), draw)
    assert "on push (branches main), schedule (17 3 * * *)" in picture


def test_outputs_that_are_only_read_are_shown_if_they_are_asked_for() -> None:
    jobs = [job_of(name, name, JobKind.WORK, ("f",)) for name in "ab"]
    graph = plan("CI", ("f",), jobs, [need("b", "a", ("f",), is_data=True, is_order=False)])
    assert "->" not in job_graph_dots(graph)[0]
    assert "style=dotted" in job_graph_dots(graph, shows_data=True)[0]
