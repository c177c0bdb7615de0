"""Laws of the YAML writer: what YAML's readers get from the text is the model again, whatever it holds."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from laws.settings import settings_for
from workflow_strategies import AWKWARD, conditions, texts, workflows

from mermaid2gha.github.expressions.condition import Condition, all_of, any_of, expression
from mermaid2gha.github.expressions.parser import parsed
from mermaid2gha.github.workflow.emitter import (
    comment_text,
    condition_lines,
    flow_scalar,
    scalar,
    workflow_text,
)
from mermaid2gha.github.workflow.model import (
    Input,
    Job,
    Output,
    Permission,
    Step,
    Trigger,
    Variable,
    Workflow,
    WorkflowCall,
)


def pushed(text: str) -> Workflow:
    """The least workflow, with a text as the name of all that has one."""
    step = Step(text, "make\nmake test", env=(Variable("TEXT", text),), comment=text)
    job = Job("build", text, comment=text, comments=(text,), runs_on="ubuntu-24.04", steps=(step,))
    return Workflow("ci.yml", text, (text,), (Trigger("push", comment=text),), None, (job,))


def read(text: str) -> Any:
    """What a strict reader of YAML 1.1 gets; every scalar a string."""
    return yaml.load(text, Loader=yaml.BaseLoader)


def shown(text: str) -> str:
    """What GitHub shows for a string in which the only expressions are `${{ '${{' }}`."""
    return "${{".join(part.replace("${{", "!") for part in text.split("${{ '${{' }}"))


@given(texts)
def test_a_scalar_is_read_as_the_string_it_was(text: str) -> None:
    for loader in (yaml.BaseLoader, yaml.SafeLoader):
        assert yaml.load(f"key: {scalar(text)} # comment", Loader=loader) == {"key": text}
        assert yaml.load(f"key: [{flow_scalar(text)}, b]", Loader=loader) == {"key": [text, "b"]}
    assert "\n" not in scalar(text)


@pytest.mark.parametrize("text", AWKWARD)
def test_an_awkward_text_is_read_as_the_string_it_was(text: str) -> None:
    assert yaml.safe_load(f"- {scalar(text)}\n- [{flow_scalar(text)}]\n") == [text, [text]]


@pytest.mark.parametrize(
    "text",
    [
        "Build CI Images",
        "C#",
        "a:b",
        "it's",
        "./.github/workflows/ci.yml",
        "${{ github.sha }}",
        "🚀 ship",
        "a, b",
    ],
)
def test_a_harmless_text_stays_plain(text: str) -> None:
    assert scalar(text) == text


@given(texts)
def test_a_text_is_inert_wherever_it_stands(text: str) -> None:
    tree = read(workflow_text(pushed(text)))
    job = tree["jobs"]["build"]
    assert [
        shown(name) for name in (job["name"], job["steps"][0]["name"], job["steps"][0]["env"]["TEXT"])
    ] == [text] * 3
    assert tree["name"] == text.replace("${{", "$ {{")
    assert list(tree) == ["name", "on", "permissions", "jobs"]


@given(texts)
def test_a_comment_is_one_line_and_ends_there(text: str) -> None:
    line = f"# {comment_text(text)}"
    assert len(line.splitlines()) == 1
    assert yaml.safe_load(f"a: 1 {line}\n{line}\nb: 2\n") == {"a": 1, "b": 2}


def test_control_characters_and_line_separators_in_comments_are_one_blank_each() -> None:
    assert comment_text("a\tb\nc\x85d\u2028e\u202ef") == "a b c d e f"


def literal(text: str) -> str:
    return text.replace("${{", "$ {{")


def inert(text: str) -> str:
    return text.replace("${{", "${{ '${{' }}")


def present(tree: dict[str, Any]) -> dict[str, Any]:
    """The keys that have a value."""
    return {key: value for key, value in tree.items() if value not in (None, "", [], {})}


def tree_of(workflow: Workflow) -> dict[str, Any]:
    """A workflow as plain mappings and lists of strings, without its comments."""
    tree: dict[str, Any] = {
        "name": literal(workflow.name),
        "on": {t.event: trigger_tree(t) for t in workflow.triggers},
    }
    tree["permissions"] = {}
    if workflow.concurrency:
        tree["concurrency"] = {
            "group": workflow.concurrency[0],
            "cancel-in-progress": workflow.concurrency[1],
        }
    return tree | {"jobs": {job.id: job_tree(job) for job in workflow.jobs}}


def trigger_tree(trigger: Trigger) -> Any:
    if trigger.cron:
        return [{"cron": time} for time in trigger.cron]
    tree: dict[str, Any] = {key: [literal(v) for v in values] for key, values in trigger.filters}
    if trigger.inputs:
        tree["inputs"] = {i.name: input_tree(i) for i in trigger.inputs}
    return tree or ""


def input_tree(parameter: Input) -> dict[str, Any]:
    tree = {"description": literal(parameter.description), "type": parameter.type}
    tree["required"] = "true" if parameter.required else ""
    tree = present(tree) | {"options": [literal(o) for o in parameter.options]}
    if isinstance(parameter.default, bool):
        return present(tree) | {"default": str(parameter.default).lower()}
    return present(tree) | ({} if parameter.default is None else {"default": literal(parameter.default)})


def job_tree(job: Job) -> dict[str, Any]:
    needs = job.needs[0] if len(job.needs) == 1 else list(job.needs)
    axes = {axis: [inert(value) for value in values] for axis, values in job.matrix}
    matrix = {"matrix": axes} if axes else {}
    tree = present(
        {
            "needs": needs,
            "runs-on": job.runs_on,
            "timeout-minutes": str(job.timeout_minutes or ""),
            "environment": inert(job.environment),
            "strategy": matrix,
            "outputs": {out.name: f"${{{{ {out.expression} }}}}" for out in job.outputs},
            "steps": [step_tree(step) for step in job.steps],
        }
    )
    tree |= {"name": inert(job.name), "permissions": {right.scope: right.level for right in job.permissions}}
    if job.call:
        tree["uses"] = job.call.uses
        tree |= present({"with": {name: inert(value) for name, value in job.call.arguments}})
    return tree


def step_tree(step: Step) -> dict[str, Any]:
    env = {variable.name: inert(variable.value) for variable in step.env}
    return {"name": inert(step.name), "run": step.run.rstrip("\n")} | present({"id": step.id, "env": env})


def without_last_line_ends(tree: Any) -> Any:
    for job in tree["jobs"].values():
        for step in job.get("steps", []):
            step["run"] = step["run"].rstrip("\n")
    return tree


@settings_for(100)
@given(workflows)
@example(pushed("plain"))
def test_the_text_of_a_workflow_is_read_as_the_model(workflow: Workflow) -> None:
    assert without_last_line_ends(read(workflow_text(workflow))) == tree_of(workflow)


@settings_for(100)
@given(workflows)
def test_no_line_holds_what_nobody_sees(workflow: Workflow) -> None:
    text = workflow_text(workflow)
    assert text.endswith("\n") and not text.endswith("\n\n")
    assert not [line for line in text.split("\n") if len(line.splitlines()) > 1]
    assert not set(text) & set("\r\x00\x85\u2028\u2029\u202e\ufeff")


@given(conditions, st.sampled_from([4, 8]))
def test_a_condition_is_read_as_one_line_without_braces_or_with_both(
    condition: Condition, column: int
) -> None:
    first, *folded = condition_lines(condition, column)
    value = read("\n".join([f"if: {first}", *(f"  {line}" for line in folded)]))["if"]
    if folded:
        assert value == expression(condition)
        assert column + len(f"if: {scalar(f'${{{{ {value} }}}}')}") > 110
    else:
        assert value == f"${{{{ {expression(condition)} }}}}"


def test_a_long_condition_has_a_conjunct_a_line() -> None:
    tests = [
        any_of(parsed(f"needs.job-{n}.result == 'success'"), parsed(f"needs.job-{n}.result == 'skipped'"))
        for n in (1, 2)
    ]
    assert condition_lines(all_of(parsed("!cancelled()"), *tests), 4) == [
        ">-",
        "!cancelled()",
        "&& (needs.job-1.result == 'success' || needs.job-1.result == 'skipped')",
        "&& (needs.job-2.result == 'success' || needs.job-2.result == 'skipped')",
    ]


def test_an_overlong_disjunction_breaks_at_one_indentation() -> None:
    events = any_of(*(parsed(f"github.event.action == 'a-rather-long-{n}'") for n in range(3)))
    assert condition_lines(all_of(parsed("!cancelled()"), events), 4) == [
        ">-",
        "!cancelled()",
        "&& (github.event.action == 'a-rather-long-0'",
        "|| github.event.action == 'a-rather-long-1'",
        "|| github.event.action == 'a-rather-long-2')",
    ]


def test_the_comment_of_a_step_ends_the_line_of_its_name() -> None:
    steps = (
        Step("a # drawn", "one", comment="drawn"),
        Step("b", "two\nlines", comment="drawn"),
        Step("c # drawn", "three"),
    )
    text = workflow_text(
        Workflow("ci.yml", "CI", (), (Trigger("push"),), None, (Job("a", "A", steps=steps),))
    )
    assert [line.strip() for line in text.splitlines() if "- name" in line] == [
        '- name: "a # drawn" # drawn',
        "- name: b # drawn",
        '- name: "c # drawn"',
    ]


def test_a_workflow_reads_as_a_careful_person_would_have_written_it() -> None:
    right = Permission("packages", "write", "Push CI Images")
    step = Step("Decide", 'echo "docs=true" >> "${GITHUB_OUTPUT}"\necho done', id="decide", comment="drawn")
    build = Job(
        "build-info",
        "Build info",
        comment="drawn: Build info",
        comments=("In every flow.",),
        runs_on="ubuntu-24.04",
        timeout_minutes=60,
        permissions=(Permission("contents", "read"), right),
        outputs=(Output("docs", "steps.decide.outputs.docs"),),
        steps=(step,),
    )
    docs = Job(
        "docs", "Docs", needs=("build-info",), condition=parsed("needs.build-info.outputs.docs != 'false'"),
        call=WorkflowCall(
            "./.github/workflows/docs.yml", (("fast", "true"),), "zizmor: ignore[self-repository]"
        ),
    )  # fmt: skip
    events = (
        Trigger("pull_request"),
        Trigger("push", (("branches", ("main", "*-stable")),)),
        Trigger("schedule", cron=("28 0 * * *",)),
        Trigger("workflow_dispatch", inputs=(Input("run", "choice", default="a", options=("a", "b")),)),
    )
    group = ("${{ github.workflow }}-${{ github.run_id }}", "true")
    assert workflow_text(Workflow("ci.yml", "CI", ("Compiled.",), events, group, (build, docs))) == CAREFUL


CAREFUL = """\
# Compiled.

name: CI

on:
  pull_request:
  push:
    branches: [main, "*-stable"]
  schedule:
    - cron: "28 0 * * *"
  workflow_dispatch:
    inputs:
      run:
        type: choice
        default: a
        options: [a, b]

permissions: {}

concurrency:
  group: ${{ github.workflow }}-${{ github.run_id }}
  cancel-in-progress: true

jobs:
  # In every flow.
  build-info: # drawn: Build info
    name: Build info
    runs-on: ubuntu-24.04
    timeout-minutes: 60
    permissions:
      contents: read
      packages: write # Push CI Images
    outputs:
      docs: ${{ steps.decide.outputs.docs }}
    steps:
      - name: Decide # drawn
        id: decide
        run: |
          echo "docs=true" >> "${GITHUB_OUTPUT}"
          echo done

  docs:
    name: Docs
    needs: build-info
    if: ${{ needs.build-info.outputs.docs != 'false' }}
    permissions: {}
    uses: ./.github/workflows/docs.yml # zizmor: ignore[self-repository]
    with:
      fast: "true"
"""


def test_a_writer_loads_no_library() -> None:
    code = "import sys, mermaid2gha.github.workflow.emitter; sys.exit('yaml' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
