"""The promises of the language as laws on random drawings, held to an interpretation of their own."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st
from laws import checks
from laws.generate import deadlocks, documents
from laws.reference import is_cyclic
from laws.settings import settings_for
from laws.tree import Document
from laws.witness import compiled, witness
from laws.writer import written

from mermaid2gha.github.workflow.emitter import workflow_text

laws = settings_for(50)


@laws
@given(documents(flow_count=1))
def test_in_a_single_flow_jobs_are_ordered_exactly_as_drawn(document: Document) -> None:
    checks.check_order(witness(document))


@laws
@given(documents())
def test_drawn_order_is_kept_over_all_flows_and_more_of_it_is_told(document: Document) -> None:
    checks.check_told_order(witness(document))


@laws
@given(documents())
def test_the_jobs_that_run_are_those_that_are_drawn_whose_conditions_hold(document: Document) -> None:
    checks.check_presence(witness(document))


@laws
@given(documents(flow_count=1))
def test_jobs_run_in_the_waves_of_the_drawn_order(document: Document) -> None:
    checks.check_waves(witness(document))


@laws
@given(documents())
def test_no_job_starts_after_what_must_precede_it_ended_badly(document: Document) -> None:
    checks.check_failures(witness(document))


@laws
@given(deadlocks())
def test_workflows_that_wait_for_each_other_are_refused_and_no_others(document: Document) -> None:
    found = compiled("\n".join(written(document).lines) + "\n").diagnostics
    assert any(one.rule == "cyclic-order" for one in found) == is_cyclic(document.flows[0])


@laws
@given(documents(flow_count=1))
def test_no_need_is_superfluous(document: Document) -> None:
    checks.check_minimal(witness(document))


@laws
@given(documents())
def test_every_statement_has_a_row_in_the_trace(document: Document) -> None:
    checks.check_trace(witness(document))


@laws
@given(documents(flow_count=2), st.randoms(use_true_random=False))
def test_prose_indentation_and_comments_change_nothing(document: Document, chance: Random) -> None:
    text = "\n".join(written(document).lines) + "\n"
    once, again, other = (texts(one) for one in (text, text, checks.disturbed(text, chance)))
    assert once == again == other


def texts(document: str) -> list[str]:
    return [workflow_text(workflow) for workflow in compiled(document).workflows]


@laws
@given(st.text(alphabet="${}()[]'\"`\\|&!*-?:,<>@%~ abX\u2028\t\u00a0\u65e5", min_size=1, max_size=40))
def test_no_text_of_a_label_becomes_code_or_an_expression(label: str) -> None:
    checks.check_safety(label)
