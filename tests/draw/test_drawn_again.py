"""What is drawn of random workflows compiles to the same plan: order, events, conditions, rights, values."""

from __future__ import annotations

import re
from collections.abc import Mapping

import yaml
from hypothesis import given
from hypothesis import strategies as st
from laws.settings import settings_for

from mermaid2gha.base.diagnostic import has_errors
from mermaid2gha.base.graph import bits, closure, successors
from mermaid2gha.base.source import SourceFile
from mermaid2gha.compiler.compile import compile_documents
from mermaid2gha.draw.conditions import After, conditions
from mermaid2gha.draw.content import event_texts, outputs_that_are_asked, plain_axes
from mermaid2gha.draw.document import DrawnBefore, drawn_document
from mermaid2gha.github.events import kind_of
from mermaid2gha.github.logic.equivalence import ConditionPlace, Holds, equivalent
from mermaid2gha.github.workflow.emitter import workflow_text
from mermaid2gha.github.workflow.reader import FileJob, WorkflowFile, pairs, workflow_file
from mermaid2gha.settings.model import Settings
from mermaid2gha.yaml.tree import Entries

NAMES = [
    "Build",
    "Unit tests",
    "Deploy to production",
    "Status",
    "Skip it (nightly)",
    "Ship; now",
    "C# #1",
    "end",
]
RIGHTS = [None, {"contents": "write"}, {"packages": "write", "contents": "read"}, {"id-token": "write"}]
MATRICES = [
    {"python": ["3.11", "3.12"], "os": ["ubuntu-24.04"]},
    {"node": [20, 22]},
    {"os": ["ubuntu-24.04", "windows-2025"], "include": [{"os": "ubuntu-24.04", "extra": "x"}]},
]
TERMS = [
    "github.event_name == 'push'",
    "github.event_name != 'pull_request'",
    "github.ref == 'refs/heads/main'",
    "github.repository == 'o/r'",
    "startsWith(github.ref, 'refs/tags/v')",
    "vars.DEPLOY == 'true'",
    "inputs.full",
    "contains(github.event.pull_request.labels.*.name, 'ci: all')",
]
ARGUMENTS: dict[str, list[object]] = {
    "level": ["short", "a, b: c", "it's 1.0", "${{ github.ref }}"],
    "deep": [True, False, "true", "${{ inputs.full }}"],
    "how-many": [1, 20, 0, "${{ fromJSON('3') }}"],
}
"""Values for the inputs of a callee, of each some that are expressions."""
EVENTS = [
    {"push": {"branches": ["main", "release/*"]}},
    {"push": {"tags": ["v*"]}, "workflow_dispatch": {"inputs": {"full": {"type": "boolean"}}}},
    {"workflow_dispatch": {"inputs": {"full": {"type": "boolean"}, "level": {"type": "string"}}}},
    {
        "workflow_call": {"inputs": {"full": {"type": "boolean", "required": True}}},
        "schedule": [{"cron": "1 2 * * *"}],
    },
    {"pull_request": None, "push": {"branches": ["main"], "paths-ignore": ["docs/**"]}},
    {"schedule": [{"cron": "0 3 * * *"}, {"cron": "7 * * * 1-5"}], "pull_request": {"types": ["opened"]}},
    {"merge_group": None, "pull_request": None},
    {"release": {"types": ["published"]}},
    {"push": {"tags": ["v[0-9]+.[0-9]+", "!v0.*"]}, "schedule": [{"cron": "0 9,13 * * 1-5"}]},
    {"push": {"branches-ignore": ["dependabot/**"]}, "pull_request": {"branches": ["main"]}},
    {"workflow_run": {"workflows": ["Nightly build"], "types": ["completed"]}},
    {
        "workflow_run": {"workflows": ["A", "B, C"], "types": ["completed"], "branches": ["main"]},
        "push": None,
    },
]


def takes_inputs(events: Mapping[str, object]) -> bool:
    return any(name.startswith("workflow_") and name != "workflow_run" for name in events)


@st.composite
def workflows(draw: st.DrawFn) -> str:
    """A workflow of people's: jobs with needs, conditions, matrices, environments, rights, outputs, under
    some names; one calls another file, one judges the rest."""
    jobs: dict[str, object] = {}
    events = draw(st.sampled_from(EVENTS))
    asked = [term for term in TERMS if "inputs" not in term or takes_inputs(events)]
    for number in range(draw(st.integers(1, 7))):
        name = f"job-{number}"
        job: dict[str, object] = {"runs-on": "ubuntu-latest", "steps": [{"run": "make"}]}
        if needs := draw(st.lists(st.sampled_from(sorted(jobs)), unique=True, max_size=3)) if jobs else []:
            job["needs"] = needs
        if draw(st.booleans()):
            job["name"] = draw(st.sampled_from(NAMES))
        terms = draw(st.lists(st.sampled_from(asked), unique=True, max_size=2))
        if needs and draw(st.integers(0, 5)) == 0:
            tests = [f"needs.{one}.result == 'success'" for one in needs]
            terms = ["!cancelled()", *tests, *terms]
        if terms:
            job["if"] = " && ".join(terms)
        if draw(st.integers(0, 4)) == 0:
            job["strategy"] = {"matrix": draw(st.sampled_from(MATRICES))}
        if (rights := draw(st.sampled_from(RIGHTS))) is not None:
            job["permissions"] = rights
        if "decide" in jobs and "decide" in needs and draw(st.booleans()):
            asked_of = "needs.decide.outputs.full == 'true'"
            job["if"] = f"{job['if']} && {asked_of}" if "if" in job else asked_of
        if draw(st.integers(0, 4)) == 0:
            job["environment"] = "production"
        if number == 0 and draw(st.booleans()):
            name = "decide"
            job["outputs"] = {"full": "${{ steps.x.outputs.full }}"}
        jobs[name] = job
    if draw(st.integers(0, 3)) == 0:
        jobs["scan"] = {"uses": "./.github/workflows/scan.yml", "needs": draw(st.sampled_from(sorted(jobs)))}
        if given := draw(st.dictionaries(st.sampled_from(sorted(ARGUMENTS)), st.integers(0, 3), max_size=3)):
            jobs["scan"]["with"] = {name: ARGUMENTS[name][number] for name, number in given.items()}
    if draw(st.integers(0, 3)) == 0:
        steps = [{"run": "echo '${{ toJSON(needs) }}'"}]
        jobs["all-green"] = {"if": "always()", "needs": sorted(jobs), "runs-on": "x", "steps": steps}
    return yaml.safe_dump({"name": "CI", "on": events, "jobs": jobs}, sort_keys=False)


def read(text: str) -> WorkflowFile:
    file, _ = workflow_file(text.encode(), "ci.yml")
    assert file is not None
    return file


SCAN = """\
on: workflow_call
jobs:
  first: {runs-on: x, steps: [{run: x}]}
  second: {runs-on: x, needs: first, steps: [{run: x}]}
"""


def recompiled(file: WorkflowFile) -> WorkflowFile:
    """The workflow that the drawing of a workflow compiles to where nothing stands."""
    scan, _ = workflow_file(SCAN.encode(), "scan.yml")
    assert scan is not None
    ((_, text),) = drawn_document({"ci.yml": file, "scan.yml": scan}, DrawnBefore("ci.md")).texts
    compilation = compile_documents((SourceFile("ci.md", text),), Settings())
    assert not has_errors(list(compilation.diagnostics)), (text, compilation.diagnostics)
    return next(read(workflow_text(one)) for one in compilation.workflows if one.file == "ci.yml")


def order(file: WorkflowFile) -> set[tuple[str, str]]:
    jobs = [job.id for job in file.jobs]
    edges = [(need.job, job.id) for job in file.jobs for need in job.needs]
    return {
        (jobs[at], job) for job, earlier in closure(jobs, successors(edges)).items() for at in bits(earlier)
    }


def rights(job: FileJob) -> set[tuple[str, str]]:
    """What the token of a job may write."""
    return {(scope, level) for scope, level in job.permissions or () if level == "write"}


def given_plainly(job: FileJob) -> dict[str, str]:
    """What a job gives to its callee, but for expressions."""
    return {name: value for name, value in job.arguments if "${{" not in value}


def asked_inputs(file: WorkflowFile) -> set[str]:
    """The inputs that conditions read, which a file must declare for each event that has any."""
    text = " ".join(term for one in conditions(file).values() for term in one.terms)
    return set(re.findall(r"\binputs\.([\w-]+)", text))


@settings_for(100)
@given(workflows())
def test_the_plan_is_that_of_the_file(text: str) -> None:
    file = read(text)
    again = recompiled(file)
    assert order(again) == order(file)
    events, compiled_events = (
        {said for event in one.events for said in event_texts(event)} for one in (file, again)
    )
    assert compiled_events == events
    compiled = conditions(again)
    for event in again.events:
        declared = event.node.get("inputs") if isinstance(event.node, Entries) else None
        if kind_of(event.name).takes_inputs:
            assert asked_inputs(file) <= {name for name, _ in pairs(declared)}
    assert outputs_that_are_asked(again, compiled) == outputs_that_are_asked(file, conditions(file))
    starts = " || ".join(f"github.event_name == '{event.name}'" for event in file.events)
    for job, condition in conditions(file).items():
        there, here = file.job(job), again.job(job)
        assert there is not None
        assert here is not None
        assert (here.uses, here.environment) == (there.uses, there.environment)
        assert given_plainly(here) == given_plainly(there)
        assert (plain_axes(here), rights(here)) == (plain_axes(there), rights(there))
        if job == "all-green":
            continue
        assert condition.after is After.SUCCESS or not condition.own
        wanted, got = (
            " && ".join(f"({term})" for term in (starts, *one.terms)) for one in (condition, compiled[job])
        )
        assert isinstance(equivalent(wanted, got, place=ConditionPlace.VALUE), Holds), (job, wanted, got)


@settings_for(50)
@given(workflows())
def test_a_drawing_that_is_drawn_again_stays_as_it_is(text: str) -> None:
    file = read(text)
    ((name, document),) = drawn_document({"ci.yml": file}, DrawnBefore("ci.md")).texts
    again = drawn_document({"ci.yml": file}, DrawnBefore(name, (SourceFile(name, document),)))
    assert again.texts == ((name, document),)
    assert not again.fresh
    assert not again.changed
    assert not again.gone
