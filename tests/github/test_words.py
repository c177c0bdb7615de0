"""Conditions in the words of a person, and the facts that are taken for granted."""

from __future__ import annotations

import pytest

from mermaid2gha.github.expressions.parser import parsed
from mermaid2gha.github.simulator.cascade import Facts, runs
from mermaid2gha.github.simulator.explain import skip_of
from mermaid2gha.github.simulator.model import read_workflow
from mermaid2gha.github.simulator.payloads import Occasion
from mermaid2gha.github.simulator.reads import assumed
from mermaid2gha.github.simulator.words import only_words

HEAD = "github.event.pull_request.head.repo"


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("github.event_name == 'push'", "only for pushes"),
        ("github.event_name != 'pull_request'", "not for pull requests"),
        ("'schedule' == github.event_name", "only for scheduled runs"),
        ("github.event_name == 'page_build'", "only for `page_build` events"),
        (f"{HEAD}.full_name != github.repository", "only for pull requests from forks"),
        (f"{HEAD}.full_name == github.repository", "not for pull requests from forks"),
        (f"{HEAD}.fork", "only for pull requests from forks"),
        (f"!{HEAD}.fork", "not for pull requests from forks"),
        (f"{HEAD}.fork == false", "not for pull requests from forks"),
        ("github.ref == 'refs/heads/main'", "only on the branch `main`"),
        ("github.ref != 'refs/tags/v1'", "not for the tag `v1`"),
        ("startsWith(github.ref, 'refs/tags/')", "only for tags"),
        ("startsWith(github.ref, 'refs/tags/v')", "only for tags that begin with `v`"),
        ("!startsWith(github.ref, 'refs/heads/release/')", "not on branches that begin with `release/`"),
        ("github.ref_type == 'tag'", "only for tags"),
        ("github.base_ref == 'main'", "only for pull requests into `main`"),
        ("github.repository == 'o/n'", "only in the repository `o/n`"),
        ("github.repository_owner != 'o'", "not in repositories of `o`"),
        ("github.actor != 'dependabot[bot]'", "not for what `dependabot[bot]` does"),
        ("contains(github.event.pull_request.labels.*.name, 'ci')", "only with the label `ci`"),
        ("!contains(github.event.head_commit.message, '[skip]')", "not for commits that say `[skip]`"),
        ("github.event.pull_request.draft == false", "not for drafts"),
        ("github.event.pull_request.merged", "only once the pull request is merged"),
        ("github.event.action == 'closed'", "only for the type `closed`"),
        ("github.event.workflow_run.conclusion == 'success'", "only after a run that succeeded"),
        ("inputs.deep", "only where the input `deep` is on"),
        ("inputs.deep == false", "not where the input `deep` is on"),
        ("inputs.env == 'prod'", "only where the input `env` is `prod`"),
        ("github.event.inputs.full != 'true'", "not where the input `full` is on"),
        ("vars.DOCS == 'true'", "only where the variable `DOCS` is `true`"),
        ("needs.a.result == 'failure'", "only if `a` fails"),
        ("needs.a.outputs.docs == 'true'", "only if `a` gives `docs` as `true`"),
        ("needs.a.outputs.list != ''", "only if `a` gives a `list`"),
        ("needs.a.outputs.list == ''", "only if `a` gives no `list`"),
        ("needs.a.outputs.list", "only if `a` gives a `list`"),
        ("!needs.a.outputs.list", "only if `a` gives no `list`"),
        ("inputs.tag != ''", "only where the input `tag` is set"),
        ("inputs.tag == ''", "only where the input `tag` is empty"),
        ("vars.DOCS == ''", "only where the variable `DOCS` is empty"),
        ("github.head_ref == null", "not for pull requests"),
        ("github.event.x.y == ''", "only where `github.event.x.y` is empty"),
        ("github.event.issue.pull_request", "only for comments on pull requests"),
        ("github.event.issue.pull_request == null", "only for comments on issues"),
        ("startsWith(github.event.comment.body, '/fix')", "only for comments that begin with `/fix`"),
        ("contains(github.event.comment.body, 'fix')", "only for comments that say `fix`"),
        ("github.event.comment.body != '/fix'", "not for the comment `/fix`"),
        ("github.event.workflow_run.event == 'pull_request'", "only after a run for pull requests"),
        ("github.event.workflow_run.head_branch == 'main'", "only after a run on the branch `main`"),
        ("github.event.workflow_run.name == 'CI'", "only after a run of `CI`"),
        ("github.event.ref == 'refs/heads/main'", "only on the branch `main`"),
        ("startsWith(github.base_ref, 'rel')", "only for pull requests into branches that begin with `rel`"),
        ("needs.a.result != 'skipped'", "not if `a` is skipped"),
        (
            "needs.a.result != 'skipped' || github.ref_type == 'tag'",
            "only for tags or if `a` is not skipped",
        ),
        (
            "github.event_name == 'push' || (github.ref == 'refs/heads/x' && vars.A == 'b')",
            "only for pushes, or on the branch `x`, where the variable `a` is `b`",
        ),
        (
            "(github.event_name == 'push' || github.ref == 'refs/heads/x') && vars.A == 'b'",
            "only (for pushes or on the branch `x`), where the variable `a` is `b`",
        ),
        (
            "github.event_name != 'push' || (inputs.deep && inputs.tag != '')",
            "only where the input `deep` is on and where the input `tag` is set, or not for pushes",
        ),
        (
            "inputs.deep || !(github.event_name == 'push' && github.ref_type == 'tag')",
            "only where the input `deep` is on or not (for pushes and for tags)",
        ),
        ("failure()", "only after a failure"),
        ("!cancelled()", "not when the run is cancelled"),
        ("false", "it is switched off: its `if` is `false`"),
        (
            "github.event_name == 'push' || github.ref == 'refs/heads/x'",
            "only for pushes or on the branch `x`",
        ),
        (
            "github.event_name != 'pull_request' || " + HEAD + ".fork == false",
            "not for pull requests from forks",
        ),
        ("!(github.event_name == 'push' && vars.X)", "not for pushes, where the variable `x` is set"),
        (
            'contains(fromJSON(\'["push", "release"]\'), github.event_name)',
            "only for pushes or for releases",
        ),
        ("contains(github.ref, 'x')", "only where `github.ref` has `x`"),
        ("github.sha == env.X", "only where `github.sha` is `env.X`"),
        ("github.run_attempt > 1", "only where `github.run_attempt > 1`"),
        ("fromJSON(vars.LIST)[0] == 'x'", "only where `fromJSON(vars.LIST)[0]` is `x`"),
    ],
)
def test_a_condition_is_told_as_a_person_would(condition: str, words: str) -> None:
    assert only_words(parsed(condition)).lower() == words.lower()


def run_of(text: str, occasion: Occasion, given: tuple[str, ...] = ()) -> dict[str, str | None]:
    [run] = runs({"x.yml": read_workflow(text)}, Facts(occasion))
    return {fact.path: fact.value for fact in assumed(run.run, given, is_called=False)}


def test_a_skip_keeps_the_raw_condition_beside_its_words() -> None:
    [run] = runs(
        {"x.yml": read_workflow("on: push\njobs: {a: {if: github.ref == 'x'}}")}, Facts(Occasion("push"))
    )
    skip = skip_of(run.run, "a")
    assert (skip.words, skip.condition) == ("only on `x`", "github.ref == 'x'")


def test_an_expression_that_fails_for_want_of_a_value_names_it() -> None:
    text = (
        "on: push\njobs:\n  a: {outputs: {x: '${{ steps.s.outputs.x }}'}}\n"
        "  b: {needs: a, if: fromJSON(needs.a.outputs.x).y}"
    )
    [run] = runs({"x.yml": read_workflow(text)}, Facts(Occasion("push")))
    assert skip_of(run.run, "b").words == "`fromJSON` gets no valid JSON: `a.x` is not set"
    [run] = runs({"x.yml": read_workflow(text)}, Facts(Occasion("push"), outputs={"a.x": "["}))
    assert skip_of(run.run, "b").words == "`fromJSON` gets no valid JSON"


IF = "on: [push, pull_request]\njobs:\n  a:\n    if: "


@pytest.mark.parametrize(
    ("condition", "occasion", "facts"),
    [
        (
            "contains(github.event.head_commit.message, 'x')",
            Occasion("push"),
            {"github.event.head_commit.message": None},
        ),
        ("contains(github.event.head_commit.message, 'x')", Occasion("pull_request"), {}),
        ("github.repository == 'o/n'", Occasion("push"), {"github.repository": "owner/name"}),
        ("github.actor != 'x'", Occasion("push"), {"github.actor": "someone"}),
        (
            "github.event_name == 'push' && github.ref == 'refs/heads/main'",
            Occasion("push"),
            {"github.ref": "refs/heads/main"},
        ),
        ("github.event_name == 'push' && github.ref == 'refs/heads/main'", Occasion("pull_request"), {}),
        (
            "github.event.pull_request.draft == false",
            Occasion("pull_request"),
            {"github.event.pull_request.draft": "false"},
        ),
        (
            "contains(github.event.pull_request.labels.*.name, 'x') || github.event.action == 'opened'",
            Occasion("pull_request"),
            {"github.event.pull_request.labels.*.name": None, "github.event.action": "opened"},
        ),
        ("vars.A == 'x' && vars.B == 'y'", Occasion("push"), {"vars.A": None}),
        ("github.event.sender.type == 'Bot'", Occasion("push"), {"github.event.sender.type": "User"}),
    ],
)
def test_what_decides_and_nobody_said_is_listed(
    condition: str, occasion: Occasion, facts: dict[str, str | None]
) -> None:
    assert run_of(f"{IF}{condition}\n", occasion) == facts


def test_what_somebody_said_is_not_assumed() -> None:
    text = f"{IF}github.repository == 'o/n' || github.event.head_commit.message\n"
    assert list(run_of(text, Occasion("push"))) == ["github.repository", "github.event.head_commit.message"]
    assert list(run_of(text, Occasion("push"), ("github.repository",))) == [
        "github.event.head_commit.message"
    ]
    assert run_of(text, Occasion("push"), ("github",)) == {}
