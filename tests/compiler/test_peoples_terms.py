"""Terms of people in the `if` of drawn jobs: they stay, and what happens where one is false stays, too."""

from __future__ import annotations

import os
import re
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from laws.generate import documents
from laws.tree import Document
from laws.writer import written
from quick_yaml import typed

from mermaid2gha.base.diagnostic import has_errors
from mermaid2gha.base.source import SourceFile
from mermaid2gha.compiler.compile import compile_documents
from mermaid2gha.compiler.ir.existing import NOTHING, Existing
from mermaid2gha.compiler.link.model import LinkedWorkflow
from mermaid2gha.compiler.plan.effective import effective
from mermaid2gha.compiler.verify.verify import proof
from mermaid2gha.github.workflow.emitter import workflow_text
from mermaid2gha.github.workflow.model import Workflow
from mermaid2gha.github.workflow.reader import workflow_file
from mermaid2gha.reconcile.bind import Terms, bound
from mermaid2gha.reconcile.existing import existing_file
from mermaid2gha.reconcile.reconcile import Reconciliation, reconcile
from mermaid2gha.settings.model import Settings

TERMS = Terms("ubuntu-24.04", 60)
THEIRS = ("github.actor != 'bot'", "github.repository == 'o/r'", "false")
DRAWN = """\
sequenceDiagram
    participant GitHub
    participant CI as CI (ci.yml)
    GitHub->>CI: Trigger 'push'
    Note over CI: Plan
    Note over CI: Build
    Note over CI: Test
    CI-->>GitHub: Status
"""


def compiled(text: str) -> list[tuple[LinkedWorkflow, Workflow]]:
    made = compile_documents([SourceFile("ci.md", text)], Settings())
    return [] if has_errors(list(made.diagnostics)) else list(zip(made.linked, made.workflows))


def edit(text: str, linked: LinkedWorkflow, wanted: Workflow) -> Reconciliation:
    file, found = workflow_file(text.encode(), "ci.yml")
    assert file is not None and not found
    wanted = effective(linked, wanted, existing_file(file)).workflow
    return reconcile(bound(file, wanted, TERMS), wanted, TERMS)


def with_term(text: str, job: str, term: str) -> str:
    """A compiled file in which people added a term to the `if` of a job, as they would."""
    start = text.index(f"\n  {job}:")
    end = re.compile(r"^(?=  \S|\S|\Z)", re.M).search(text, text.index("\n", start + 1) + 1)
    assert end is not None
    block = text[start : end.start()]
    folded = re.search(r"^    if: >-\n(?:      .*\n)+", block, re.M)
    line = re.search(r"^    if: \$\{\{ (.*) \}\}$", block, re.M)
    if folded:
        first, *rest = folded[0].splitlines()[1:]
        lines = [first, *rest]
        if any(line.startswith("      || ") for line in rest):
            lines = [f"      ({first.strip()}", *rest]
            lines[-1] += ")"
        made = "\n".join(["    if: >-", *lines, f"      && {term}", ""])
        block = block.replace(folded[0], made)
    elif line:
        block = block.replace(line[0], f"    if: ${{{{ ({line[1]}) && {term} }}}}")
    else:
        block = re.sub(
            r"^    (?=runs-on:|uses:|permissions:)", f"    if: {term}\n    ", block, count=1, flags=re.M
        )
    return text[:start] + block + text[end.start() :]


def edited_sample(term: str = "github.repository == 'o/r'") -> str:
    [(linked, wanted)] = compiled(f"```mermaid\n{DRAWN}```\n")
    made = edit(with_term(workflow_text(wanted), "build", term), linked, wanted)
    assert proof(linked, made.text) is None
    return made.text


def test_what_follows_a_job_with_a_term_is_left_as_it_is() -> None:
    [(_, wanted)] = compiled(f"```mermaid\n{DRAWN}```\n")
    jobs, before = (typed(text)["jobs"] for text in (edited_sample(), workflow_text(wanted)))
    assert jobs["build"]["if"] == "github.repository == 'o/r'"
    assert jobs["test"] == before["test"]


def test_the_gate_expects_the_job_only_where_the_term_is_true() -> None:
    gate = typed(edited_sample())["jobs"]["status"]
    lines = gate["steps"][0]["env"]["RESULTS"].splitlines()
    assert lines[1] == "build ${{ needs.build.result }} ${{ github.repository == 'o/r' }}"
    assert lines[0].endswith(" true")
    assert lines[2] == "test ${{ needs.test.result }} ${{ github.repository == 'o/r' }}"


@pytest.mark.parametrize("term", THEIRS)
def test_a_second_compile_changes_nothing_and_the_term_can_go_again(term: str) -> None:
    [(linked, wanted)] = compiled(f"```mermaid\n{DRAWN}```\n")
    text = edited_sample(term)
    assert edit(text, linked, wanted).text == text
    without = re.sub(r"^    if: (?!.*needs).*\n(?=    runs-on)", "", text, count=1, flags=re.M)
    assert without != text
    assert edit(without, linked, wanted).text == workflow_text(wanted)


def test_where_all_jobs_have_one_term_none_has_to_mind_another() -> None:
    [(linked, wanted)] = compiled(f"```mermaid\n{DRAWN}```\n")
    text = workflow_text(wanted)
    for job in ("plan", "build", "test"):
        text = with_term(text, job, "github.repository == 'o/r'")
    jobs = typed(edit(text, linked, wanted).text)["jobs"]
    assert [jobs[job]["if"] for job in ("plan", "build", "test")] == ["github.repository == 'o/r'"] * 3


@pytest.mark.parametrize("term", THEIRS)
def test_what_stands_is_an_input_of_the_compiler(term: str) -> None:
    """A value like the documents; the fresh texts are as if nothing stood."""
    document = SourceFile("ci.md", f"```mermaid\n{DRAWN}```\n")
    fresh = compile_documents([document], Settings())
    file, _ = workflow_file(with_term(fresh.texts[0], "build", term).encode(), "ci.yml")
    assert file is not None
    existing = Existing((existing_file(file),))
    assert existing == Existing((existing_file(file),)) and hash(existing) == hash(Existing(existing.files))
    planned = compile_documents([document], Settings(), existing)
    assert planned.texts == fresh.texts and planned.linked[0].jobs
    [workflow] = planned.workflows
    assert workflow == effective(fresh.linked[0], fresh.workflows[0], existing.files[0]).workflow
    assert workflow != fresh.workflows[0]
    assert effective(fresh.linked[0], workflow, existing.files[0]).workflow == workflow
    assert compile_documents([document], Settings(), NOTHING).workflows == fresh.workflows


def test_a_job_switched_off_by_people_stays_off() -> None:
    assert typed(edited_sample("false"))["jobs"]["build"]["if"] is False


laws = settings(
    max_examples=int(os.environ.get("MERMAID2GHA_EXAMPLES", "40")),
    deadline=None,
    derandomize="MERMAID2GHA_EXAMPLES" not in os.environ,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@laws
@given(documents(flow_count=2), st.integers(0, 10**6).map(Random))
def test_a_term_leaves_out_its_job_alone(document: Document, random: Random) -> None:
    """The proof runs the edited text: where a term is false its job is skipped, all else as it is drawn."""
    for linked, wanted in compiled("\n".join(written(document).lines) + "\n"):
        text = workflow_text(wanted)
        for job in wanted.jobs:
            if not job.is_gate and random.random() < 0.4:
                text = with_term(text, job.id, random.choice(THEIRS))
        made = edit(text, linked, wanted)
        assert not has_errors(list(made.diagnostics))
        assert proof(linked, made.text) is None
        assert edit(made.text, linked, wanted).text == made.text
        for term in THEIRS:
            assert made.text.count(term) >= text.count(term)


@pytest.mark.parametrize("condition", ["", "    if: github.actor != 'bot'\n"])
def test_a_job_may_wait_for_one_of_people_that_may_be_left_out(condition: str) -> None:
    """What a drawn job takes from it is people's affair: no defect, and nothing else is let off."""
    [(linked, wanted)] = compiled(f"```mermaid\n{DRAWN}```\n")
    theirs = f"  setup:\n    runs-on: x\n{condition}    steps: [{{run: x}}]\n\n  build:"
    text = workflow_text(wanted).replace("  build:", theirs)
    text = text.replace(
        "    needs: plan\n", "    needs: [plan, setup]\n    env: {A: '${{ needs.setup.result }}'}\n", 1
    )
    file, _ = workflow_file(text.encode(), "ci.yml")
    assert file is not None
    terms = Terms("ubuntu-24.04", 60, extra_jobs=frozenset({"setup"}))
    planned = effective(linked, wanted, existing_file(file)).workflow
    made = reconcile(bound(file, planned, terms), planned, terms)
    assert typed(made.text)["jobs"]["build"]["needs"] == ["plan", "setup"]
    assert proof(linked, made.text) is None
    wrong = made.text.replace("    needs: build\n", "    needs: build\n    if: always()\n", 1)
    assert wrong != made.text and proof(linked, wrong) is not None
