"""The scheduler follows GitHub's rules, which here stand as small workflows with what GitHub does."""

from __future__ import annotations

import textwrap

import pytest
from one_run import simulate, steps_run

from mermaid2gha.github.simulator.explain import skip_of, waves
from mermaid2gha.github.simulator.model import read_workflow
from mermaid2gha.github.simulator.simulator import JobResult, Outcome, SimulatedRun
from mermaid2gha.github.simulator.triggering import starts

PUSH: dict[str, object] = {"ref": "refs/heads/main", "repository": {"full_name": "o/n"}}


def run_of(jobs: str, outcomes: dict[str, Outcome] | None = None, **more: object) -> SimulatedRun:
    """The run, by a push, of the jobs `id: {needs, if}` as YAML flow mappings, one a line."""
    body = textwrap.indent(textwrap.dedent(jobs).strip(), "  ")
    workflow = read_workflow(f"on: push\njobs:\n{body}\n")
    return simulate(workflow, "push", PUSH, outcomes=outcomes or {}, **more)  # type: ignore[arg-type]


def skipped(run: SimulatedRun) -> list[str]:
    return [name for name, result in run.results.items() if result is JobResult.SKIPPED]


CHAIN = """
    a: {}
    b: {needs: a}
    c: {needs: [b], if: "CONDITION"}
"""


@pytest.mark.parametrize(
    ("condition", "outcome", "is_run"),
    [
        ("", Outcome.FAILURE, False),
        ("success()", Outcome.FAILURE, False),
        ("!failure() && !cancelled()", Outcome.FAILURE, False),
        ("always()", Outcome.FAILURE, True),
        ("failure()", Outcome.FAILURE, True),
        ("failure()", Outcome.SUCCESS, False),
        ("failure()", Outcome.TIMEOUT, False),
        ("cancelled()", Outcome.TIMEOUT, False),
        ("!failure() && !cancelled()", Outcome.TIMEOUT, True),
        ("needs.b.result == 'skipped'", Outcome.FAILURE, False),
        ("!cancelled() && needs.b.result == 'skipped'", Outcome.FAILURE, True),
        ("!cancelled() && needs.b.result == 'skipped'", Outcome.CANCELLED, True),
        ("!cancelled() && needs.a.result == 'failure'", Outcome.FAILURE, False),
        ("${{ always() }} && false", Outcome.FAILURE, True),
        ("${{ 'always()' }}", Outcome.FAILURE, False),
        ("${{ always() && 'x' }}", Outcome.FAILURE, True),
        ("false", Outcome.SUCCESS, False),
        ("'false'", Outcome.SUCCESS, True),
    ],
)
def test_the_third_job_of_a_chain(condition: str, outcome: Outcome, is_run: bool) -> None:
    run = run_of(CHAIN.replace("CONDITION", condition), {"a": outcome})
    assert ("c" in run.ran) is is_run


def test_a_skipped_job_skips_all_that_comes_after_however_far() -> None:
    run = run_of(
        """
        a: {}
        opt: {needs: a, if: false}
        p: {needs: opt, if: "!failure()"}
        q: {needs: p}
        r: {needs: q, if: "!cancelled() && needs.q.result == 'skipped'"}
        """
    )
    assert skipped(run) == ["opt", "q"]
    assert skip_of(run, "q").words == "`opt` before it was skipped"
    assert skip_of(run, "opt").words == "it is switched off: its `if` is `false`"
    assert skip_of(run, "p").words == ""


def test_what_follows_a_failure_handler_cannot_rely_on_failure() -> None:
    run = run_of(
        """
        a: {}
        handler: {needs: a, if: failure()}
        wrong: {needs: handler, if: "!failure()"}
        right: {needs: handler, if: "!cancelled() && needs.handler.result == 'success'"}
        """,
        {"a": Outcome.FAILURE},
    )
    assert run.ran == ("a", "handler", "right")
    assert skip_of(run, "wrong").words == "not after a failure"


def test_a_timed_out_job_counts_as_cancelled() -> None:
    run = run_of("a: {}\nb: {needs: a}", {"a": Outcome.TIMEOUT})
    assert run.results == {"a": JobResult.CANCELLED, "b": JobResult.SKIPPED}
    assert skip_of(run, "b").words == "`a` before it was cancelled"


def test_a_job_that_continues_on_error_counts_as_successful() -> None:
    run = run_of("a: {continue-on-error: true}\nb: {needs: a}", {"a": Outcome.FAILURE})
    assert run.results == {"a": JobResult.SUCCESS, "b": JobResult.SUCCESS}


def test_needs_shows_direct_needs_only() -> None:
    run = run_of(
        """
        a: {outputs: {x: "${{ steps.s.outputs.x }}"}}
        b: {needs: a}
        c: {needs: b, if: "needs.a.outputs.x == 'yes'"}
        d: {needs: [a, b], if: "needs.a.outputs.x == 'yes'"}
        """,
        outputs={"a": {"x": "yes", "undeclared": "no"}},
    )
    assert skipped(run) == ["c"]
    assert skip_of(run, "c").words == "only if `a` gives `x` as `yes`"


def test_a_failed_job_has_no_outputs() -> None:
    jobs = "a: {outputs: {x: y}}\nb: {needs: a, if: \"always() && needs.a.outputs.x != 'yes'\"}"
    assert "b" in run_of(jobs, {"a": Outcome.FAILURE}, outputs={"a": {"x": "yes"}}).ran


def test_a_cancelled_run_is_seen_by_later_jobs() -> None:
    run = run_of(
        "a: {}\nb: {needs: a}\nc: {needs: b, if: always()}\nd: {needs: b, if: '!cancelled()'}",
        cancelled_during="a",
    )
    assert run.results["a"] is JobResult.CANCELLED
    assert run.ran == ("a", "c")


def test_a_condition_that_cannot_be_evaluated_fails_its_job() -> None:
    run = run_of("a: {}\nb: {needs: a, if: \"fromJSON(needs.a.outputs.x) == 'y'\"}\nc: {needs: b}")
    assert run.results["b"] is JobResult.FAILURE
    assert run.ran == ("a",)
    assert skip_of(run, "b").words == "`fromJSON` gets no valid JSON"


def test_waves_are_as_early_as_the_needs_allow_and_skipped_jobs_take_no_time() -> None:
    run = run_of(
        """
        late: {needs: [mid, skip], if: always()}
        mid: {needs: first}
        first: {}
        other: {}
        skip: {needs: other, if: false}
        after: {needs: skip, if: always()}
        """
    )
    assert [set(wave) for wave in waves(run)] == [{"first", "other"}, {"mid", "after"}, {"late"}]


def test_variables_and_inputs_reach_conditions() -> None:
    workflow = read_workflow(
        textwrap.dedent(
            """
            on:
              workflow_dispatch:
                inputs:
                  full: {type: boolean, default: true}
                  count: {type: number, default: 3}
              workflow_call:
                inputs:
                  called: {type: boolean, default: true}
            jobs:
              a: {if: "inputs.full == true && inputs.count > 2 && vars.docs == 'yes'"}
              b: {if: inputs.called}
            """
        )
    )
    assert simulate(workflow, "workflow_dispatch", {}, variables={"DOCS": "yes"}).ran == ("a",)
    assert simulate(workflow, "push", PUSH, is_called=True).ran == ("b",)
    assert simulate(workflow, "push", PUSH, is_called=True, inputs={"called": False}).ran == ()
    assert simulate(workflow, "push", PUSH).is_started is False


def test_a_pull_request_is_told_from_a_fork() -> None:
    workflow = read_workflow(
        "on: pull_request\njobs:\n"
        '  fork: {if: "github.event.pull_request.head.repo.full_name != github.repository"}\n'
        "  own: {if: \"github.head_ref == 'topic' && github.ref == 'refs/pull/7/merge'\"}\n"
    )
    payload: dict[str, object] = {
        "number": 7,
        "repository": {"full_name": "o/n"},
        "pull_request": {"head": {"ref": "topic", "repo": {"full_name": "o/n"}}, "base": {"ref": "main"}},
    }
    assert simulate(workflow, "pull_request", payload).ran == ("own",)


def test_the_steps_of_a_job_that_run() -> None:
    workflow = read_workflow(
        textwrap.dedent(
            """
            on: push
            env: {MODE: full}
            jobs:
              a:
                env: {DEEP: "${{ env.MODE }}-${{ github.event_name }}"}
                steps:
                  - {id: decide, run: "true"}
                  - {name: flag, run: x, if: "steps.decide.outputs.docs != 'false'"}
                  - {name: event, run: x, if: "github.event_name == 'schedule'"}
                  - {name: on failure, run: x, if: failure()}
                  - {name: mode, run: x, if: "env.DEEP == '-push'"}
                  - {name: always, run: x, if: always()}
                  - {name: well, run: x, if: "always() && job.status == 'success'"}
            """
        )
    )
    run = simulate(workflow, "push", PUSH)
    assert [step.name for step in steps_run(run, "a")] == ["", "flag", "mode", "always", "well"]
    docs = {"decide": {"docs": "false"}}
    assert [step.name for step in steps_run(run, "a", outputs=docs)] == ["", "mode", "always", "well"]
    assert [step.name for step in steps_run(run, "a", failing=0)] == ["", "on failure", "always"]


@pytest.mark.parametrize(
    ("on", "event", "payload", "is_started"),
    [
        ("push", "push", {"ref": "refs/tags/v1"}, True),
        ("push", "pull_request", {}, False),
        ("[push, schedule]", "schedule", {"schedule": "1 2 * * *"}, True),
        ("{push: {branches: [main]}}", "push", {"ref": "refs/heads/main"}, True),
        ("{push: {branches: [main]}}", "push", {"ref": "refs/heads/topic"}, False),
        ("{push: {branches: [main]}}", "push", {"ref": "refs/tags/v1"}, False),
        ("{push: {tags: ['v*']}}", "push", {"ref": "refs/tags/v1.2"}, True),
        ("{push: {tags: ['v*']}}", "push", {"ref": "refs/heads/v1"}, False),
        ("{push: {branches: ['rel/*']}}", "push", {"ref": "refs/heads/rel/a/b"}, False),
        ("{push: {branches: ['rel/**']}}", "push", {"ref": "refs/heads/rel/a/b"}, True),
        ("{push: {branches: ['**', '!main']}}", "push", {"ref": "refs/heads/main"}, False),
        ("{push: {branches-ignore: [main]}}", "push", {"ref": "refs/heads/main"}, False),
        ("{push: {branches: ['v[0-9].x+']}}", "push", {"ref": "refs/heads/v2.xx"}, True),
        ("pull_request", "pull_request", {"action": "opened"}, True),
        ("pull_request", "pull_request", {"action": "closed"}, False),
        ("{pull_request: {types: [closed]}}", "pull_request", {"action": "closed"}, True),
        (
            "{pull_request: {branches: [main]}}",
            "pull_request",
            {"pull_request": {"base": {"ref": "x"}}},
            False,
        ),
        ("{workflow_run: {workflows: [CI]}}", "workflow_run", {"workflow_run": {"name": "Other"}}, False),
        ("{workflow_run: {workflows: [CI]}}", "workflow_run", {"workflow_run": {"name": "CI"}}, True),
        ("{schedule: [{cron: '1 2 * * *'}]}", "schedule", {}, True),
    ],
)
def test_filters_decide_what_starts_a_workflow(
    on: str, event: str, payload: dict[str, object], is_started: bool
) -> None:
    assert starts(read_workflow(f"on: {on}\njobs: {{a: {{}}}}"), event, payload) is is_started


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("on: push\njobs: {a: {needs: b}}", "job `a` needs `b`, which does not exist"),
        ("on: push\njobs: {a: {needs: b}, b: {needs: a}}", "job `a` needs itself in the end"),
        ("on: push\njobs: {a: {if: 'x y'}}", "`x y` is no expression"),
        ("on: push\njobs: {a: {if: '${{ x'}}", "is not closed"),
        ("on: push", "a workflow has a mapping `jobs`"),
        ("jobs: {a: {}}", "a workflow has `on`"),
        ("jobs: [", "the text is no YAML"),
    ],
)
def test_what_github_would_not_run_is_refused(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words.replace("{", r"\{").replace("$", r"\$")):
        read_workflow(text)


def test_three_hundred_jobs_that_need_each_other_are_read_and_run() -> None:
    lines = ["on: push", "jobs:"]
    for number in range(300):
        before = [f"j{other}" for other in range(max(0, number - 4), number)]
        tests = [f"(needs.{name}.result == 'success' || needs.{name}.result == 'skipped')" for name in before]
        condition = " && ".join(["!cancelled()", *tests])
        lines.append(f'  j{number}: {{needs: {before}, if: "{condition}", steps: [{{run: echo}}]}}')
    workflow = read_workflow("\n".join(lines))
    run = simulate(workflow, "push", PUSH, outcomes={"j0": Outcome.FAILURE})
    assert len(run.results) == 300
