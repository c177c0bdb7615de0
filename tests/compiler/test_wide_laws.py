"""The promises of the language as laws on drawings with all that the language has."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st
from laws import checks, facts
from laws.criticals import critical_documents
from laws.handlers import handler_documents
from laws.settings import settings_for
from laws.tree import Document
from laws.widely import wide_documents
from laws.witness import Witness, compiled, settings_of, witness
from laws.writer import written

from mermaid2gha.compiler.verify.verify import proof
from mermaid2gha.github.workflow.emitter import workflow_text

laws = settings_for(25)


@laws
@given(wide_documents(flow_count=1))
def test_in_a_single_flow_jobs_are_ordered_exactly_as_drawn(document: Document) -> None:
    checks.check_order(witness(document))


@laws
@given(wide_documents())
def test_drawn_order_is_kept_over_all_flows_and_more_of_it_is_told(document: Document) -> None:
    checks.check_told_order(witness(document))


@laws
@given(wide_documents())
def test_the_jobs_that_run_are_those_that_are_drawn_whose_conditions_hold(document: Document) -> None:
    checks.check_presence(witness(document))


@laws
@given(wide_documents(flow_count=1))
def test_jobs_run_in_the_waves_of_the_drawn_order(document: Document) -> None:
    checks.check_waves(witness(document))


@laws
@given(wide_documents())
def test_no_job_starts_after_what_must_precede_it_ended_badly(document: Document) -> None:
    checks.check_failures(witness(document))


@laws
@given(wide_documents(flow_count=1))
def test_no_need_is_superfluous(document: Document) -> None:
    checks.check_minimal(witness(document))


@laws
@given(wide_documents())
def test_every_statement_has_a_row_in_the_trace(document: Document) -> None:
    checks.check_trace(witness(document))


@laws
@given(wide_documents())
def test_steps_are_drawn_ones_and_run_under_their_conditions(document: Document) -> None:
    facts.check_steps(witness(document))


@laws
@given(wide_documents())
def test_environments_matrices_ids_calls_rights_and_retries_are_as_drawn(document: Document) -> None:
    seen = witness(document)
    facts.check_facts(seen)
    facts.check_retries(seen)


@laws
@given(wide_documents(flow_count=2), st.randoms(use_true_random=False))
def test_prose_indentation_and_comments_change_nothing(document: Document, chance: Random) -> None:
    text = "\n".join(written(document).lines) + "\n"
    given_settings = settings_of(document)
    once, again, other = (
        [workflow_text(workflow) for workflow in compiled(one, given_settings).workflows]
        for one in (text, text, checks.disturbed(text, chance))
    )
    assert once == again == other


@laws
@given(critical_documents())
def test_conditions_around_and_inside_critical_are_kept(document: Document) -> None:
    seen = witness(document)
    checks.check_order(seen)
    checks.check_presence(seen)
    checks.check_failures(seen)
    check_proof(seen, document)


@laws
@given(handler_documents())
def test_a_branch_of_failure_runs_for_the_failures_that_it_is_drawn_for(document: Document) -> None:
    seen = witness(document)
    checks.check_told_order(seen)
    checks.check_presence(seen)
    checks.check_failures(seen)
    check_proof(seen, document)


@settings_for(12)
@given(wide_documents())
def test_the_proof_finds_no_difference(document: Document) -> None:
    check_proof(witness(document), document)


def check_proof(seen: Witness, document: Document) -> None:
    for linked, workflow in zip(seen.compilation.linked, seen.compilation.workflows):
        found = proof(linked, workflow_text(workflow), settings_of(document))
        assert found is None, (found, seen.text)
