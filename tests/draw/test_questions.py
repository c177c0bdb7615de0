"""What a drawing calls conditions, jobs and times: as people would, in few words."""

from __future__ import annotations

import pytest

from mermaid2gha.draw.questions import LONGEST, asked
from mermaid2gha.draw.sentences import when
from mermaid2gha.draw.words import title
from mermaid2gha.github.workflow.reader import workflow_file

FORK = "github.event.pull_request.head.repo.full_name"


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("github.ref == 'refs/heads/main'", "branch main"),
        ("github.ref != 'refs/heads/main'", "not branch main"),
        ("startsWith(github.ref, 'refs/tags/')", "a tag"),
        ("startsWith(github.ref, 'refs/tags/v2.')", "tag v2.…"),
        ("startsWith(github.ref, 'refs/heads/releases/')", "branch releases/…"),
        ("github.event_name == 'workflow_dispatch'", "by hand"),
        ("github.event_name != 'pull_request'", "not pull request"),
        (f"{FORK} != github.repository", "from a fork"),
        (f"github.event_name == 'push' || {FORK} == github.repository", "push or not from a fork"),
        ("github.event.repository.default_branch == github.ref_name", "default branch"),
        ("contains(github.event.pull_request.labels.*.name, 'full build')", "labelled full build"),
        ("!contains(github.event.pull_request.labels.*.name, 'skip')", "not labelled skip"),
        ("github.repository == 'a/b' || github.repository == 'a/c'", "in a/b or a/c"),
        ("github.repository == 'a/b' && needs.changes.outputs.docs == 'true'", "docs and in a/b"),
        ("needs.check.outputs.result == 'success'", "check result is success"),
        ("needs.changes.outputs.count == 1", "count is 1"),
        ("needs.changes.outputs.count > 0", "count > 0"),
        ("fromJSON(needs.plan.outputs.val).mode == 'upload'", "mode is upload"),
        ("inputs.tag != ''", "with tag"),
        ("inputs.tag == ''", "without tag"),
        ("inputs.kind != 'question'", "kind is not question"),
        ("!(inputs.a || inputs.b)", "not (a or b)"),
        ("inputs.a && (inputs.b || inputs.c)", "a and (b or c)"),
        ("contains(fromJSON('[\"success\", \"failure\"]'), github.event.workflow_run.conclusion)",
         "it succeeded or failed"),
        ("github.actor != 'dependabot[bot]'", "not by dependabot[bot]"),
        ("startsWith(github.event.pull_request.base.ref, 'release-')", "into release-…"),
        ("false", "never"),
    ],
)  # fmt: skip
def test_a_condition_is_asked_in_words(expression: str, words: str) -> None:
    assert asked(expression) == words


def test_of_many_terms_the_first_are_said_and_that_there_are_more() -> None:
    terms = [f"needs.changes.outputs.part-{number} == 'true'" for number in range(20)]
    words = asked(" || ".join(terms))
    assert words.startswith("part 0 or part 1 or ")
    assert words.endswith(" or more")
    assert len(words) <= LONGEST


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Unit tests (${{ matrix.python }})", "Unit tests"),
        ("Tests / ${{ matrix.os }}", "Tests"),
        ("Tests / ${{ matrix.python || '3' }} / ${{ matrix.os }}", "Tests"),
        ("Build on ${{ matrix.os }}", "Build on …"),
        ("Build for ${{ matrix.goos }}_${{ matrix.go-arch }}", "Build for …_…"),
        ("Test py${{ matrix.python }} here", "Test py… here"),
        ("Deploy ${{ inputs.to || 'production' }} now", "Deploy … now"),
        ("${{ matrix.name }}", "job"),
        ("${{ matrix.full && 'Full' || '' }} Node.js ${{ matrix.node }}", "Node.js …"),
        ("Terraform ${{ inputs.os }} ${{ inputs.arch }} v${{ inputs.version }}", "Terraform … v…"),
        ("Build; then #1", "Build#59; then #35;1"),
    ],
)
def test_a_name_has_no_expression(name: str, words: str) -> None:
    assert title(name, "job") == words


@pytest.mark.parametrize(
    ("events", "words"),
    [
        ("push", "at each push"),
        ("{push: {branches: [main]}, pull_request: }", "at each push to `main` and for each pull request"),
        ("{push: {tags: ['*']}}", "at each push of a tag"),
        ("{push: {tags: ['v*']}}", "at each push of a tag `v*`"),
        ("{push: {branches: ['**'], tags: ['v*']}}", "at each push to any branch or of a tag `v*`"),
        ("{push: {branches: ['**']}}", "at each push"),
        ("{push: {branches: ['*']}}", "at each push to `*`"),
        ("{pull_request: {types: [synchronize]}}", "when a pull request is synchronized"),
        ("{push: {branches-ignore: ['x/**']}}", "at each push to any branch but `x/**`"),
        ("{push: {branches: [a, b, c, d]}}", "at each push to `a`, `b` and 2 more"),
        ("{pull_request: {types: [closed]}}", "when a pull request is closed"),
        ("{pull_request: {types: [opened, synchronize, reopened, labeled]}}", "for each pull request"),
        ("{pull_request: {paths: ['docs/**']}}", "for each pull request that touches `docs/**`"),
        ("{schedule: [{cron: '0 3 * * *'}], workflow_dispatch: }", "every day at 03:00 UTC and by hand"),
        ("{schedule: [{cron: '5 4 * * MON'}]}", "every Monday at 04:05 UTC"),
        ("{schedule: [{cron: '5 4 1 * *'}]}", "on day 1 of every month at 04:05 UTC"),
        ("{schedule: [{cron: '*/7 1 2 3 *'}]}", "on a schedule (`*/7 1 2 3 *`)"),
        ("{workflow_run: {workflows: [CI]}}", "after `CI`"),
        ("{issues: {types: [opened]}}", "when an issue is opened"),
        ("{issue_comment: {types: [created]}}", "when an issue comment is created"),
        ("{release: {types: [published]}}", "when a release is published"),
        ("workflow_call", "when another workflow calls it"),
        ("fork", "at `fork`"),
    ],
)  # fmt: skip
def test_a_sentence_says_when_a_workflow_runs(events: str, words: str) -> None:
    text = f"on: {events}\njobs: {{a: {{runs-on: x, steps: [{{run: x}}]}}}}\n"
    file, faults = workflow_file(text.encode(), "ci.yml")
    assert file is not None, faults
    assert when(file.events) == words
