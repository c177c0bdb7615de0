"""The proof that a file does what is drawn: it passes for what the compiler writes, and for nothing else."""

from __future__ import annotations

import ast
import os
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from laws.generate import documents
from laws.tree import Document
from laws.widely import wide_documents
from laws.witness import compiled, settings_of
from laws.writer import written
from package_source import source_nodes

from mermaid2gha.cli import main
from mermaid2gha.compiler.link.model import LinkedWorkflow
from mermaid2gha.compiler.lower import builder
from mermaid2gha.compiler.plan import emit as emission
from mermaid2gha.compiler.verify.verify import Difference, proof
from mermaid2gha.github.workflow.emitter import workflow_text
from mermaid2gha.github.workflow.model import Workflow

EXAMPLES = int(os.environ.get("MERMAID2GHA_EXAMPLES", "60"))
laws = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize="MERMAID2GHA_EXAMPLES" not in os.environ,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@laws
@given(documents())
def test_what_the_compiler_writes_is_proved(document: Document) -> None:
    text = "\n".join(written(document).lines) + "\n"
    compilation = compiled(text)
    for linked, workflow in zip(compilation.linked, compilation.workflows):
        found = proof(linked, workflow_text(workflow))
        assert found is None, (found, text)


IN_ALL_WAYS = ("alt Full tests", "Note over CI: Build", "else", "Note over CI: Build", "end")


@pytest.mark.parametrize(
    "lines",
    [
        IN_ALL_WAYS,
        (*IN_ALL_WAYS, "opt Canary", "Note over CI: Deploy", "end"),
        (*IN_ALL_WAYS, "opt Build failed", "Note over CI: Undo", "end"),
        ("opt Full tests", "Note over CI: Lint", "end", *IN_ALL_WAYS, "Note over CI: Deploy"),
        (
            *("opt Full tests", "Note over CI: Build", "end"),
            *("break Full tests", "Note over CI: Build", "end", "Note over CI: Build"),
            *("alt Full tests", "Note over CI: Unit tests", "else", "Note over CI: Smoke tests", "end"),
        ),
        (
            *("alt Full tests", "Note over CI: Lint", "else Canary", "Note over CI: Build"),
            *("else", "Note over CI: Build", "end"),
        ),
    ],
)
def test_a_job_that_several_ways_share_is_proved(lines: tuple[str, ...]) -> None:
    head = ("sequenceDiagram", "participant CI as ci.yml", "GitHub->>CI: Trigger 'push'")
    text = "\n".join((*head, "Note over CI: Plan<br>Decide what runs", *lines))
    compilation = compiled(f"```mermaid\n{text}\n```\n")
    [linked], [workflow] = compilation.linked, compilation.workflows
    assert proof(linked, workflow_text(workflow)) is None


# -- the proof stands alone --------------------------------------------------------------------------

VERIFY = Path(emission.__file__).parents[1] / "verify"
MAY_IMPORT = (
    "base.graph",
    "base.records",
    "compiler.ir.flow_graph",
    "compiler.ir.occurrences",
    "compiler.link.model",
    "compiler.scripts.comments",
    "compiler.scripts.steps",
    "compiler.scripts.wording",
    "compiler.verify.",
    "compiler.vocabulary.guards",
    "github.",
    "mermaid.ast",
    "settings.model",
)
"""Of linking, the names of its values; of vocabulary, what the words of a guard mean."""


@pytest.mark.parametrize("path", sorted(VERIFY.glob("*.py")), ids=lambda path: str(path.stem))
def test_the_proof_imports_nothing_that_plans_or_links(path: Path) -> None:
    named = (
        f"{node.module}.{alias.name}".removeprefix("mermaid2gha.")
        for node in source_nodes(path)
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("mermaid2gha")
        for alias in node.names
    )
    assert [one for one in named if not one.startswith(MAY_IMPORT)] == []


def bare(linked: LinkedWorkflow) -> LinkedWorkflow:
    """A linked workflow of which only its flows' runs are left, and which drawn jobs its jobs are."""
    flows = [
        SimpleNamespace(number=flow.number, name=flow.name, drawing=flow.drawing, run=flow.run)
        for flow in linked.workflow.flows
    ]
    jobs = [
        SimpleNamespace(
            id=job.id,
            identity=SimpleNamespace(name=job.identity.name),
            flows={flow: SimpleNamespace(drawn=there.drawn) for flow, there in job.flows.items()},
        )
        for job in linked.jobs
    ]
    names = {"file": linked.file, "name": linked.name}
    return cast(LinkedWorkflow, SimpleNamespace(workflow=SimpleNamespace(flows=flows), jobs=jobs, **names))


@laws
@given(wide_documents())
def test_the_proof_looks_at_nothing_that_linking_concluded(document: Document) -> None:
    text = "\n".join(written(document).lines) + "\n"
    compilation = compiled(text, settings_of(document))
    for linked, workflow in zip(compilation.linked, compilation.workflows):
        found = proof(bare(linked), workflow_text(workflow), settings_of(document))
        assert found is None, (found, text)


# -- defects -------------------------------------------------------------------------------------------


def test_a_handler_waits_for_what_its_own_flow_draws_only() -> None:
    """In one flow `Report` follows a handled failure of `Test`, in the other its success."""
    assert differences(FLOW.format("pull_request", HANDLED) + FLOW.format("push", OPTIONAL)) == []


def test_a_failure_that_an_option_made_good_stops_nothing_that_another_flow_orders_after_it() -> None:
    """The push made good what failed; that the scheduled flow orders `Archive` after it counts there only."""
    assert differences(FLOW.format("push", MENDED) + FLOW.format("schedule", STRAIGHT)) == []


FLOW = """
```mermaid
---
title: A {0}
---
sequenceDiagram
    participant CI as CI (ci.yml)
    Repo ->> CI: Trigger '{0}'
{1}
```
"""
HANDLED = """\
    Note over CI: Test
    opt failure
        Note over CI: Collect
        Note over CI: Report
    end"""
OPTIONAL = """\
    Note over CI: Test
    opt Quick run
        Note over CI: Collect
    end
    Note over CI: Report"""
MENDED = """\
    Note over CI: Begin
    critical
        Note over CI: Deploy
        Note over CI: Watch
    option it fails
        Note over CI: Roll back
    end
    Note over CI: Tell
    opt Is canary
        Note over CI: Clean
    end
    Note over CI: Archive"""
STRAIGHT = """\
    Note over CI: Deploy
    opt Is canary
        Note over CI: Clean
    end
    Note over CI: Archive"""


def test_a_file_that_is_not_what_is_drawn_is_told_and_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """A writer that forgets a conjunct stands for any defect of the compiler."""
    document, folder = tmp_path / "ci.md", tmp_path / "made"
    document.write_text(FLOW.format("push", OPTIONAL), encoding="utf-8")

    def forgetful(workflow: Workflow) -> str:
        return workflow_text(workflow).replace("needs.test.result == 'success'", "always()")

    monkeypatch.setattr(emission, "workflow_text", forgetful)
    assert main(["compile", str(document), "--output", str(folder)]) == 3
    assert not folder.exists()
    assert capfd.readouterr().err.startswith(
        "internal error: what was compiled is not what is drawn, so nothing was written\n"
        "  ci.yml: `report` runs and is not drawn to\n"
        "    in the flow `A push`, by `push`\n"
        "    and `test` fails\n"
    )


def differences(text: str) -> list[object]:
    compilation = compiled(text)
    assert compilation.linked, compilation.diagnostics
    found = (proof(one, workflow_text(w)) for one, w in zip(compilation.linked, compilation.workflows))
    return [one for one in found if one is not None]


# -- the case that is printed is the smallest ----------------------------------------------------------

THREE_FLAGS = """\
    Note over CI: Build<br>Decide what to do
    opt Lint
        Note over CI: Check style
    end
    opt Docs
        Note over CI: Build docs
    end
    opt Slow tests
        Note over CI: Test slowly
    end
    Note over CI: Publish"""


def damaged(text: str, old: str, new: str) -> Difference | None:
    """What the proof says of the one workflow of a document with a part of its text replaced."""
    compilation = compiled(text)
    [linked], [workflow] = compilation.linked, compilation.workflows
    whole = workflow_text(workflow)
    assert old in whole, whole
    return proof(linked, whole.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new", "values", "failing"),
    [
        # one flag alone, and no failure, shows a job that runs although its flag is not set
        ("      && needs.build.outputs.docs != 'false'\n", "", 1, None),
        # nothing at all has to be so where a job never runs
        ("if: >-\n      !cancelled()", "if: >-\n      failure()", 0, None),
        # a failure that is not looked at shows with that failure, where the job that fails runs
        (
            "&& (needs.check-style.result == 'success' || needs.check-style.result == 'skipped')",
            "",
            1,
            "check-style",
        ),
        # two tests that are one: the job is left out where one flag is set and not where it is not
        ("needs.test-slowly.result == 'skipped'", "needs.check-style.result == 'success'", 2, None),
    ],
)
def test_the_case_has_the_fewest_failures_and_then_the_fewest_values(
    old: str, new: str, values: int, failing: str | None
) -> None:
    found = damaged(FLOW.format("push", THREE_FLAGS), old, new)
    assert found is not None
    assert len(found.assignment) == values, found
    assert (found.failing[0] if found.failing else None) == failing, found


def test_the_smallest_case_is_that_of_any_job_not_of_the_first() -> None:
    """`build-docs` is wrong only after a failure, `publish` always: that is told."""
    text = FLOW.format("push", THREE_FLAGS)
    compilation = compiled(text)
    [linked], [workflow] = compilation.linked, compilation.workflows
    whole = workflow_text(workflow)
    publish = whole.index("  publish:")
    careless = "&& needs.build.result == 'success'\n"
    whole = whole[:publish].replace(careless, "\n") + whole[publish:]
    found = proof(linked, whole)
    assert found is not None and found.failing == ("build", "fails")
    found = proof(linked, whole[:publish] + whole[publish:].replace("!cancelled()", "failure()"))
    assert found is not None and found.failing is None
    assert found.what == "`publish` is drawn to run and does not"


# -- steps and filters of a fresh file -----------------------------------------------------------------

STEPS = """\
    Note over CI: Build<br>Decide what to do
    opt Docs
        CI->>Store: Upload the docs
    end
    CI->>Store: Upload the log"""
ONLY_LATER = """\
    Note over CI: Build<br>Decide what to do
    CI->>Store: Upload the log
    CI->>Store: Upload the report"""


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        (
            "if: ${{ steps.decide.outputs.docs == 'true' }}\n",
            "\n",
            "the step `Upload the docs` of `build` runs and is not drawn to",
        ),
        (
            "steps.decide.outputs.docs == 'true'",
            "steps.decide.outputs.docs == 'false'",
            "the step `Upload the docs` of `build` ",
        ),
        (
            "id: decide",
            "id: decides",
            "the step `Upload the docs` of `build` is drawn to run and does not",
        ),
        (
            "name: Upload the log",
            "name: Upload a log",
            "the step `Upload the log` of `build` is drawn and the file",
        ),
    ],
)
def test_a_step_that_runs_otherwise_than_drawn_is_told(old: str, new: str, what: str) -> None:
    found = damaged(FLOW.format("push", STEPS), old, new)
    assert found is not None and found.what.startswith(what), found


def test_a_step_of_another_flow_is_told() -> None:
    text = FLOW.format("pull_request", STEPS) + FLOW.format("push", ONLY_LATER)
    condition = "if: ${{ github.event_name == 'push' }}"
    found = damaged(text, condition, "if: ${{ github.event_name == 'pull_request' }}")
    assert found is not None and found.what.startswith("the step `Upload the report` of `build` "), found


def test_people_s_steps_are_not_compared() -> None:
    compilation = compiled(FLOW.format("push", STEPS))
    [linked], [workflow] = compilation.linked, compilation.workflows
    text = workflow_text(workflow).replace("name: Upload the log", "name: Upload what there is")
    assert proof(linked, text, is_edited=True) is None


@pytest.mark.parametrize(
    ("event", "old", "new", "what"),
    [
        (
            "push[branch=main]",
            "branches: [main]",
            "branches: [dev]",
            "`push` (refs/heads/main) is drawn to start it and does not",
        ),
        (
            "push[branch=release/*]",
            "branches: [release/*]",
            "branches-ignore: [x]",
            "`push` (refs/heads/main) starts it and is not drawn to",
        ),
        (
            "push tag v1.2.3",
            "tags: [v*",
            "tags-ignore: [v*",
            "`push` (refs/tags/vx) is drawn to start it and does not",
        ),
        (
            "pull_request[type=closed]",
            "types: [closed]",
            "types: [opened]",
            "`pull_request` (closed, main) is drawn to start it and does not",
        ),
        (
            "schedule 28 0 * * *",
            'cron: "28 0 * * *"',
            'cron: "29 0 * * *"',
            "`schedule` (28 0 * * *) is drawn to start it and does not",
        ),
    ],
)
def test_a_filter_that_is_not_drawn_is_told(event: str, old: str, new: str, what: str) -> None:
    text = FLOW.format("x", OPTIONAL).replace("Trigger 'x'", f"Trigger {event}")
    found = damaged(text, old, new)
    assert found is not None and found.what == what, found


ASKED = """\
    actor Dev
    Note over CI: Build
    CI ->> Dev: request approval
    Dev ->> CI: approved
    opt vars.MIGRATE == 'true'
        Note over CI: Migrate
    end
    %% call: owner/repo/.github/workflows/deploy.yml@v1
    Note over CI: Deploy"""


def test_a_job_without_the_environment_that_is_drawn_is_told() -> None:
    found = damaged(FLOW.format("push", ASKED), "    environment: approval\n", "")
    assert found is not None and found.what.startswith("people are drawn to approve `"), found


def test_a_job_that_may_run_unasked_after_an_approval_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """A compiler that asks before the first job alone, which may be left out."""
    document = tmp_path / "ci.md"
    document.write_text(FLOW.format("push", ASKED), encoding="utf-8")
    monkeypatch.setattr(builder, "is_always_before", lambda *_, **__: True)
    assert main(["compile", str(document), "--output", str(tmp_path / "made")]) == 3
    assert "  ci.yml: `deploy` is drawn after an approval, and may run unasked\n" in capfd.readouterr().err
