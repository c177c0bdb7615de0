"""The promises of the language as laws on drawings with all that the language has."""

from __future__ import annotations

from hypothesis import given
from laws import checks
from laws.settings import laws
from laws.tree import Document
from laws.widely import wide_documents
from laws.witness import witness


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
