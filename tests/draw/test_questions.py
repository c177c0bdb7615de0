"""What a drawing calls conditions, jobs and times: as people would, in few words."""

from __future__ import annotations

import random

import pytest

from mermaid2gha.draw.content import drawn_events, read_events
from mermaid2gha.draw.questions import LONGEST, asked, shared_terms
from mermaid2gha.draw.sentences import brief, when
from mermaid2gha.draw.words import title, wrapped
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
        ("github.actor != 'dependabot[bot]'", "not by dependabot"),
        ("startsWith(github.event.pull_request.base.ref, 'release-')", "into release-…"),
        ("false", "never"),
        ("false && github.ref == 'refs/heads/main'", "never"),
        ("contains(inputs.on, 'linux') && contains(inputs.on, 'macos') && contains(inputs.on, 'windows')",
         "linux, macos and windows in on"),
        ("contains(github.event.issue.labels.*.name, 'kind: a') || "
         "contains(github.event.issue.labels.*.name, 'kind: b')", "labelled kind: a or b"),
        ("github.actor != 'a[bot]' && github.actor != 'b[bot]'", "not by a nor b"),
        ("github.actor != 'a[bot]' || github.actor != 'b[bot]'", "not by a or not by b"),
        ("inputs.a || inputs.b || inputs.c", "a, b or c"),
        ("inputs.a || inputs.b && inputs.c || inputs.d", "a or (b and c) or d"),
        ("(inputs.k == 'x' || inputs.k == 'y') && contains(fromJSON('[\"x\", \"y\"]'), inputs.k)",
         "k is x or y"),
        ("!contains(fromJSON('[\"x\", \"y\"]'), inputs.k)", "not (k is x or y)"),
        ("'main' == github.head_ref", "from branch main"),
        ("github.event.comment.author_association == 'MEMBER'", "by member"),
        ("github.event.comment.user.id == github.event.issue.user.id", "same user id"),
        (f"{FORK} == github.event.pull_request.base.repo.full_name", "not from a fork"),
        ("contains(github.event_name, 'pull_request')", "pull request"),
        ("needs.changes.outputs.windowsBuild == 'true'", "windows build"),
        ("needs.changes.outputs.build-x86_64 == 'true'", "build x86_64"),
    ],
)  # fmt: skip
def test_a_condition_is_asked_in_words(expression: str, words: str) -> None:
    assert asked(expression) == words


PARTS = ("documentation-of-all", "features-of-components", "kubernetes-and-others")
LABELLED = "contains(github.event.pull_request.labels.*.name, '{}')"


def test_of_many_alternatives_some_are_said_and_that_there_are_more() -> None:
    terms = [f"needs.changes.outputs.part-{number} == 'true'" for number in range(20)]
    words = asked(" || ".join(terms))
    assert words.startswith("part 0 or part 1 or ")
    assert words.endswith(" or …")
    assert len(words) <= LONGEST


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        (
            f"(github.event_name == 'pull_request' && !github.event.pull_request.draft && "
            f"{LABELLED.format('tracked-by-all-of-us')} || github.event_name == 'push' && "
            f"!startsWith(github.event.head_commit.message, 'release:')) && github.repository == 'a/b'",
            "(pull request and labelled tracked-by-all-of-us …) or push …",
        ),
        (
            f"{LABELLED.format('state: needs details')} && github.actor != 'renovate[bot]' && "
            f"github.actor != 'dependabot-preview[bot]'",
            "labelled state: needs details and not by renovate …",
        ),
        (
            " || ".join(f"startsWith(github.event.review.body, '/run-{name}')" for name in PARTS),
            "review body begins with /run-documentation-of-all …",
        ),
        ("inputs.b && inputs.publish_to_the_index_of_all_the_tests_that_there_are_every_single_week != 'yes'",
         "b …"),
        ("inputs.publish_to_the_index_of_all_the_tests_that_there_are_every_single_week != 'yes'",
         "not publish to the index of all the tests that there are every …"),
    ],
)  # fmt: skip
def test_what_a_long_condition_leaves_out_is_an_ellipsis(expression: str, words: str) -> None:
    assert asked(expression) == words


def test_what_tells_a_condition_from_its_neighbours_is_said_first() -> None:
    body = "github.event.review.body"
    neighbours = [
        f"startsWith({body}, '/run-everything') || contains({body}, '/run-{part}')" for part in PARTS
    ]
    shared = shared_terms(neighbours)
    for part, expression in zip(PARTS, neighbours):
        assert asked(expression, shared) == f"/run-{part} in review body or …"
        assert asked(expression) == "review body begins with /run-everything or …"
    named = [
        "github.event_name != 'pull_request' && github.actor != 'a[bot]' && inputs.sure && "
        f"contains(needs.plan.outputs.platforms, '{part}')"
        for part in PARTS
    ]
    for part, expression in zip(PARTS, named):
        assert f"{part} in platforms" in asked(expression, shared_terms(named))


def test_no_label_is_too_long_nor_says_nothing() -> None:
    chance = random.Random(1)
    terms = ["inputs.a", "github.ref == 'refs/heads/some-long-branch'", "github.actor != 'renovate[bot]'",
             LABELLED.format("a label of several words"), "inputs.kind == 'x'", "inputs.kind == 'yy'",
             "github.repository == 'somebody/something'",
             f"contains(github.event.comment.body, '{'x' * 80}')"]  # fmt: skip

    def expression(depth: int) -> str:
        if not depth or chance.random() < 0.2:
            return chance.choice(terms)
        operator = chance.choice((" && ", " || "))
        said = operator.join(f"({expression(depth - 1)})" for _ in range(chance.randint(2, 5)))
        return f"!({said})" if chance.random() < 0.2 else said

    for _ in range(80):
        words = asked(text := expression(3))
        assert 0 < len(words) <= LONGEST, (text, words)
        assert "()" not in words and words.count("(") >= words.count(")"), (text, words)


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
    ("label", "lines"),
    [
        ("Check spelling", ["Check spelling"]),
        (
            "Check license, update scripts, git hooks, missing gitignore entries and unneeded files",
            ["Check license, update scripts, git hooks,", "missing gitignore entries and unneeded files"],
        ),
        (
            "Build The Documentation Of All The Libraries and publish it",
            ["Build The Documentation Of All The Libraries", "and publish it"],
        ),
        ("Build The Documentation Of All Libraries Anew", ["Build The Documentation Of All Libraries Anew"]),
    ],
)  # fmt: skip
def test_a_long_name_is_broken_where_it_goes_on(label: str, lines: list[str]) -> None:
    assert wrapped(label) == "<br/>".join(lines)


@pytest.mark.parametrize(
    ("events", "words"),
    [
        ("push", "for each push"),
        ("{push: {branches: [main]}, pull_request: }", "for each push to `main` and for each pull request"),
        ("{push: {branches: [a]}, pull_request: {branches: [a]}}", "for each push and pull request to `a`"),
        ("{push: {tags: ['*']}}", "for each push of a tag"),
        ("{push: {tags: ['v*']}}", "for each push of a tag `v*`"),
        ("{push: {tags: ['v*', '!*-rc']}}", "for each push of a tag `v*` but not `*-rc`"),
        ("{push: {branches: ['**'], tags: ['v*']}}", "for each push to any branch or of a tag `v*`"),
        ("{push: {branches: ['**']}}", "for each push"),
        ("{push: {branches: ['*']}}", "for each push to `*`"),
        ("{push: {branches-ignore: ['x/**']}}", "for each push to any branch but `x/**`"),
        ("{push: {branches: [a, b, c, d]}}", "for each push to `a`, `b` and 2 more branches"),
        ("{pull_request: {types: [synchronize]}}", "when a pull request gets new commits"),
        ("{pull_request: {types: [closed]}}", "when a pull request is closed"),
        ("{pull_request: {types: [labeled], branches: [a]}}", "when a pull request to `a` is labeled"),
        ("{pull_request: {types: [review_requested]}}", "when a pull request has review requested"),
        (
            "{pull_request: {types: [opened, synchronize, reopened, labeled]}}",
            "for each pull request (also when it is labeled)",
        ),
        ("{pull_request: {paths: ['docs/**']}}", "for each pull request that touches `docs/**`"),
        ("{push: {branches: [a], paths: [x/**, y]}, pull_request: {paths: [x/**, y]}}",
         "for each push to `a` that touches `x/**` or `y` and for each pull request that does too"),
        ("{push: {paths: ['**', '!docs/**']}}", "for each push that touches anything but `docs/**`"),
        ("{push: {paths: ['**', '!docs/**', docs/api/**]}}",
         "for each push that touches anything but `docs/**` (where `docs/api/**` counts)"),
        ("{push: {paths: ['src/**', '!src/docs/**']}}",
         "for each push that touches `src/**` but not `src/docs/**`"),
        ("{push: {paths-ignore: [docs/**, '!docs/api/**', '*.md']}}",
         "for each push that touches more than `docs/**` and `*.md` (where `docs/api/**` counts)"),
        ("{push: {branches: ['**', '!x/**']}}", "for each push to any branch but `x/**`"),
        ("{push: {branches: [main], tags-ignore: ['*']}}", "for each push to `main`"),
        ("{push: {tags-ignore: ['v*']}}", "for each push of any tag but `v*`"),
        ("{push: {paths: [a, b, c, d]}, pull_request: {types: [closed, labeled]}, workflow_dispatch: }",
         "for each push that touches `a`, `b` and 2 more paths, when a pull request is closed or labeled, "
         "and by hand"),
        ("pull_request_target", "for each pull request (with the rights of the repository)"),
        ("{schedule: [{cron: '0 3 * * *'}], workflow_dispatch: }", "every day at 03:00 UTC and by hand"),
        ("{schedule: [{cron: '5 4 * * MON'}]}", "every Monday at 04:05 UTC"),
        ("{schedule: [{cron: '5 4 * * 6,3'}]}", "every Wednesday and Saturday at 04:05 UTC"),
        ("{schedule: [{cron: '5 4 * * 1,2,3,4,5'}]}", "every working day at 04:05 UTC"),
        ("{schedule: [{cron: '5 4 * * FRI-7'}]}", "every Friday, Saturday and Sunday at 04:05 UTC"),
        ("{schedule: [{cron: '5 4 1 * *'}]}", "on day 1 of every month at 04:05 UTC"),
        ("{schedule: [{cron: '5 4 1,15 * *'}]}", "on days 1 and 15 of every month at 04:05 UTC"),
        ("{schedule: [{cron: '*/15 * * * *'}]}", "every 15 minutes"),
        ("{schedule: [{cron: '5 */6 * * *'}]}", "every 6 hours"),
        ("{schedule: [{cron: '5 */7 * * *'}]}", "on a schedule (`5 */7 * * *`)"),
        ("{schedule: [{cron: '*/7 1 2 3 *'}]}", "on a schedule (`*/7 1 2 3 *`)"),
        ("{schedule: [{cron: '5 4 1 * MON'}]}", "on a schedule (`5 4 1 * MON`)"),
        ("{workflow_run: {workflows: [CI]}}", "after `CI`"),
        ("{issues: {types: [opened]}}", "when an issue is opened"),
        ("issues", "whatever happens to an issue"),
        ("{issue_comment: {types: [created]}}", "when an issue comment is created"),
        ("branch_protection_rule", "when a branch protection rule is created, deleted or edited"),
        ("{release: {types: [published]}}", "when a release is published"),
        ("workflow_call", "when another workflow calls it"),
        ("fork", "when somebody forks the repository"),
    ],
)  # fmt: skip
def test_a_sentence_says_when_a_workflow_runs(events: str, words: str) -> None:
    text = f"on: {events}\njobs: {{a: {{runs-on: x, steps: [{{run: x}}]}}}}\n"
    file, faults = workflow_file(text.encode(), "ci.yml")
    assert file is not None, faults
    assert when(drawn_events(file.events)) == words


@pytest.mark.parametrize(
    ("events", "words"),
    [
        ("push[branch=main], pull_request", "push to main, pull request"),
        ("push[branch=main|v*]", "push"),
        ("push[branch=v*]", "push"),
        ("push[tag=v*]", "push of a tag"),
        ("push[tag=v*, branch=main]", "push"),
        ("issues[type=opened], issues[type=opened|closed]", "issue opened, issues"),
        ("pull_request[type=synchronize]", "pull request"),
        ("workflow_run[workflow=CI, type=completed]", "after CI"),
        ("workflow_run[workflow=CI|Docs]", "workflow run"),
        ("schedule[cron=0 3 * * *], workflow_dispatch", "schedule, by hand"),
    ],
)
def test_what_starts_a_run_is_said_in_a_few_words(events: str, words: str) -> None:
    assert brief(read_events(events)) == words
