"""Calls and the legs of matrices: what is handed over, what is held, who starts whom, and where it ends."""

from __future__ import annotations

import textwrap
import time

import pytest

from mermaid2gha.github.simulator.cascade import MOST_JOBS, Facts, WorkflowRun, conclusion, runs
from mermaid2gha.github.simulator.concurrent_runs import crowd
from mermaid2gha.github.simulator.explain import skip_of
from mermaid2gha.github.simulator.model import read_workflow
from mermaid2gha.github.simulator.payloads import Occasion
from mermaid2gha.github.simulator.simulator import Outcome

CALL = "    uses: ./.github/workflows/r.yml"


def started(texts: dict[str, str], facts: Facts | None = None) -> list[WorkflowRun]:
    read = {file: read_workflow(textwrap.dedent(text)) for file, text in texts.items()}
    return [run for run in runs(read, facts or Facts(Occasion("push"))) if not run.why_not]


def results(run: WorkflowRun) -> dict[str, str]:
    return {name: result.value for name, result in run.run.results.items()}


# -- legs ----------------------------------------------------------------------------------------------

LEGS = {
    "x.yml": """
        on: push
        jobs:
          d:
            name: To ${{ matrix.env }}
            strategy: {matrix: {env: [staging, production], fast: [true], n: [3]}}
            uses: ./.github/workflows/r.yml
            with: {env: "${{ matrix.env }}", fast: "${{ matrix.fast }}", n: "${{ matrix.n }}", text: 3.10}
          after: {needs: d}
        """,
    "r.yml": """
        on:
          workflow_call:
            inputs:
              env: {type: string}
              fast: {type: boolean}
              n: {type: number}
              text: {type: string}
              most: {type: number, default: 7}
              none: {type: string}
        jobs:
          smoke: {if: inputs.env == 'staging'}
          quick: {if: inputs.fast == true && inputs.n == 3 && inputs.text == '3.1'}
          never: {if: inputs.env == 'nowhere' || inputs.most != 7 || inputs.none != ''}
        """,
}


def test_each_leg_of_a_call_hands_over_its_own_values_with_their_types() -> None:
    [run] = started(LEGS)
    inside = dict(run.called)
    assert list(inside) == ["d (staging, true, 3)", "d (production, true, 3)"]
    wanted = {"smoke": "success", "quick": "success", "never": "skipped"}
    assert results(inside["d (staging, true, 3)"]) == wanted
    assert results(inside["d (production, true, 3)"]) == {**wanted, "smoke": "skipped"}
    assert [leg.title for leg in run.run.legs["d"]] == ["To staging", "To production"]


def test_a_leg_that_fails_inside_fails_the_call_and_cancels_the_others() -> None:
    [run] = started(LEGS, Facts(Occasion("push"), outcomes={"r.yml:smoke": Outcome.FAILURE}))
    assert results(run) == {"d": "failure", "after": "skipped"}
    assert [leg.result.value for leg in run.run.legs["d"]] == ["failure", "cancelled"]
    assert list(dict(run.called)) == ["d (staging, true, 3)"]
    [run] = started(LEGS, Facts(Occasion("push"), outcomes={"d (production, true, 3)": Outcome.FAILURE}))
    assert [leg.result.value for leg in run.run.legs["d"]] == ["cancelled", "failure"]


def test_an_environment_of_a_leg_is_approved_by_itself() -> None:
    legs = "strategy: {matrix: {e: [s, p]}}, environment: '${{ matrix.e }}'"
    text = f"on: push\njobs:\n  a: {{{legs}}}\n  b: {{needs: a}}"
    [run] = started({"x.yml": text}, Facts(Occasion("push"), unapproved=("p",)))
    assert results(run) == {"a": "waiting", "b": "waiting"}
    assert [leg.result.value for leg in run.run.legs["a"]] == ["success", "waiting"]
    assert skip_of(run.run, "b").words == "it waits for `a`"
    [run] = started({"x.yml": text}, Facts(Occasion("push"), rejected=("p",)))
    assert results(run) == {"a": "failure", "b": "skipped"}


def test_a_call_all_of_whose_jobs_are_skipped_is_skipped() -> None:
    texts = {
        "x.yml": f"on: push\njobs:\n  c:\n{CALL}\n  d: {{needs: c}}",
        "r.yml": "on: workflow_call\njobs: {a: {if: false}}",
    }
    [run] = started(texts)
    assert results(run) == {"c": "skipped", "d": "skipped"}


def test_a_workflow_of_the_repository_is_followed_also_by_its_whole_name() -> None:
    callee = "on: workflow_call\njobs: {a: {}}"
    for uses in (
        "owner/name/.github/workflows/r.yml@main",
        "$/.github/workflows/r.yml",
        "./.github/workflows/r.yml",
    ):
        [run] = started({"x.yml": f"on: push\njobs:\n  c: {{uses: '{uses}'}}", "r.yml": callee})
        assert list(dict(run.called)) == ["c"]
    [run] = started(
        {"x.yml": "on: push\njobs:\n  c: {uses: 'o/n/.github/workflows/r.yml@v1'}", "r.yml": callee}
    )
    assert run.called == () and results(run) == {"c": "success"}


def test_a_run_that_is_cancelled_inside_of_a_call_is_cancelled_as_a_whole() -> None:
    texts = {
        "x.yml": f"on: push\njobs:\n  c:\n{CALL}\n"
        "  d: {needs: c, if: cancelled()}\n  e: {needs: c, if: '!cancelled()'}",
        "r.yml": "on: workflow_call\njobs: {a: {}, b: {needs: a, if: always()}}",
    }
    [run] = started(texts, Facts(Occasion("push"), cancelled_during="r.yml:a"))
    assert results(run) == {"c": "cancelled", "d": "success", "e": "skipped"}


# -- concurrency ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("caller", "callee", "is_deadlock"),
    [
        ("concurrency: g", "concurrency: g", True),
        ("concurrency: g", "concurrency: {group: G, cancel-in-progress: true}", True),
        ("concurrency: g", "concurrency: other", False),
        ("concurrency: '${{ github.workflow }}'", "concurrency: '${{ github.workflow }}'", True),
        (
            "concurrency: '${{ github.workflow }}'",
            "concurrency: '${{ github.workflow }}-${{ inputs.e }}'",
            False,
        ),
        ("", "concurrency: g", False),
    ],
)
def test_a_callee_in_the_group_of_its_caller_is_a_deadlock(
    caller: str, callee: str, *, is_deadlock: bool
) -> None:
    """rhysd/actionlint#538, github/vscode-github-actions#135."""
    texts = {
        "x.yml": f"on: push\n{caller}\njobs:\n  c:\n{CALL}\n    with: {{e: x}}\n  d: {{needs: c}}",
        "r.yml": f"on: {{workflow_call: {{inputs: {{e: {{type: string}}}}}}}}\n{callee}\njobs: {{a: {{}}}}",
    }
    [run] = started(texts)
    assert conclusion(run.run) == ("cancelled" if is_deadlock else "success")
    assert results(run)["c"] == ("cancelled" if is_deadlock else "success")
    assert ("deadlock" in run.run.reasons.get("c", "")) is is_deadlock


def test_jobs_and_calls_below_who_holds_their_group_are_deadlocks() -> None:
    [run] = started(
        {"x.yml": "on: push\nconcurrency: g\njobs:\n  a: {concurrency: G}\n  b: {concurrency: h}"}
    )
    assert results(run) == {"a": "cancelled", "b": "success"}
    texts = {
        "x.yml": f"on: push\njobs:\n  c:\n    concurrency: g\n{CALL}",
        "r.yml": "on: workflow_call\njobs: {a: {concurrency: g}, b: {}}",
    }
    [run] = started(texts)
    assert results(dict(run.called)["c"]) == {"a": "cancelled", "b": "success"}
    texts["r.yml"] = "on: workflow_call\nconcurrency: g\njobs: {a: {}}"
    assert results(started(texts)[0]) == {"c": "cancelled"}


def test_legs_of_one_group_wait_for_each_other_and_only_one_can_wait() -> None:
    """docs.github.com, Control the concurrency of workflows and jobs; `queue: max` of 7 May 2026."""
    text = "on: push\njobs:\n  a: {strategy: {fail-fast: false, matrix: {e: [1, 2, 3]}}, concurrency: GROUP}"
    for group, wanted in (
        ("g", ["success", "cancelled", "success"]),
        ("'g-${{ matrix.e }}'", ["success", "success", "success"]),
        ("{group: g, queue: max}", ["success", "success", "success"]),
        ("{group: g, cancel-in-progress: true}", ["cancelled", "cancelled", "success"]),
    ):
        [run] = started({"x.yml": text.replace("GROUP", group)})
        assert [leg.result.value for leg in run.run.legs["a"]] == wanted


def test_runs_of_one_event_in_one_group_take_each_other_s_place() -> None:
    body = "on: push\nconcurrency: {group: g, cancel-in-progress: CUT}\njobs: {a: {}}\n"
    texts = {f"{name}.yml": body.replace("CUT", "false") for name in "abc"}
    assert [conclusion(run.run) for run in started(texts)] == ["success", "cancelled", "success"]
    texts = {f"{name}.yml": body.replace("CUT", "true") for name in "abc"}
    found = started(texts)
    assert [conclusion(run.run) for run in found] == ["cancelled", "cancelled", "success"]
    assert "taken" not in found[0].run.reasons["a"] and "by b.yml" in found[0].run.reasons["a"]


def test_jobs_of_runs_that_follow_quickly_meet_in_their_groups() -> None:
    text = "on: push\njobs: {a: {}, deploy: {needs: a, concurrency: prod}}"
    crowded = crowd(started({"x.yml": text}), 3)
    assert [(entry.job, entry.number, entry.place.name) for entry in crowded] == [
        ("deploy", 1, "RUNS"),
        ("deploy", 2, "DROPPED"),
        ("deploy", 3, "WAITS"),
    ]
    assert crowd(started({"x.yml": text.replace("prod", "'p-${{ github.run_id }}'")}), 3) == ()


# -- runs that follow runs -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("filters", "actions"),
    [
        ("", ["completed", "in_progress", "requested"]),
        (", types: [completed]", ["completed"]),
        (", types: [requested]", ["requested"]),
        (", types: [in_progress, requested]", ["in_progress", "requested"]),
        (", types: [completed], branches: [main]", ["completed"]),
        (", types: [completed], branches: ['release/**']", []),
        (", types: [completed], branches-ignore: [main]", []),
    ],
)
def test_a_run_is_followed_by_what_becomes_of_it(filters: str, actions: list[str]) -> None:
    """docs.github.com, `workflow_run`: all types where none are named, and the run's branch."""
    condition = "github.event.workflow_run.conclusion == 'success'"
    next_text = f"on: {{workflow_run: {{workflows: [CI]{filters}}}}}\njobs: {{a: {{if: {condition}}}}}"
    first, *followers = started({"ci.yml": "name: CI\non: push\njobs: {a: {}}", "next.yml": next_text})
    assert first.file == "ci.yml"
    assert [run.at for run in followers] == actions
    for run in followers:
        assert results(run)["a"] == ("success" if run.at == "completed" else "skipped")


def test_a_run_that_waits_was_requested_and_is_not_completed() -> None:
    texts = {
        "ci.yml": "name: CI\non: push\njobs: {a: {environment: prod}}",
        "next.yml": "on: {workflow_run: {workflows: [CI]}}\njobs: {a: {}}",
    }
    found = started(texts, Facts(Occasion("push"), unapproved=("prod",)))
    assert [run.at for run in found] == ["", "in_progress", "requested"]


@pytest.mark.parametrize(
    ("occasion", "branch"),
    [
        (Occasion("push", branch="topic"), "topic"),
        (Occasion("push", tag="v1"), "v1"),
        (Occasion("release"), "v1.0.0"),
        (Occasion("pull_request", head="topic"), "topic"),
        (Occasion("pull_request", head="topic", is_fork=True), "topic"),
        (Occasion("schedule", branch="topic"), "main"),
        (Occasion("merge_group"), "gh-readonly-queue/main/pr-1"),
    ],
)
def test_the_branch_of_a_run_is_that_of_its_ref_and_of_one_that_follows_a_run_the_default_one(
    occasion: Occasion, branch: str
) -> None:
    """actions/runner#1628: the third of a chain sees the default branch."""
    follows = (
        "on: {{workflow_run: {{workflows: [{}], types: [completed], branches: ['{}']}}}}\njobs: {{a: {{}}}}"
    )
    texts = {
        "a.yml": f"name: A\non: {occasion.event}\njobs: {{a: {{}}}}",
        "b.yml": "name: B\n" + follows.format("A", branch),
        "c.yml": "name: C\n" + follows.format("B", "main"),
        "d.yml": "name: D\n" + follows.format("B", "topic"),
    }
    assert [run.file for run in started(texts, Facts(occasion))] == ["a.yml", "b.yml", "c.yml"]


# -- outputs -------------------------------------------------------------------------------------------

OUTPUTS = """
    on:
      push:
      workflow_call:
        inputs: {env: {type: string, default: none}}
        outputs: {out: {value: '${{ jobs.a.outputs.o }}'}, ended: {value: '${{ jobs.a.result }}'}}
    jobs:
      a:
        if: CONDITION
        env: {MODE: quick}
        strategy: {matrix: {n: [1, 2]}}
        outputs: {o: 'VALUE', other: x}
        steps: [{id: s, run: 'true'}, {id: never, if: false, run: 'true'}]
      is: {needs: a, if: "always() && needs.a.outputs.o == 'WANTED'"}
    """


@pytest.mark.parametrize(
    ("value", "wanted", "unsure"),
    [
        ("${{ inputs.env }}", "", []),  # no call
        ("plain", "plain", []),
        ("${{ env.MODE }}-${{ github.event_name }}", "quick-push", []),
        ("${{ matrix.n }}", "2", ["o"]),  # that of the leg that ends last
        ("${{ matrix.n == 1 && 'first' || '' }}", "first", []),
        ("${{ steps.s.outcome }}", "success", ["o"]),
        ("${{ steps.never.outcome }}", "skipped", ["o"]),
        ("${{ steps.s.outputs.x }}", "", ["o"]),
        ("${{ steps.s.outputs.x || 'x' }}", "", ["o"]),
        ("${{ secrets.X }}", "", ["o"]),
        ("${{ job.status }}", "", ["o"]),
        ("${{ hashFiles('x') }}", "", ["o"]),
        ("${{ fromJSON('{') }}", "", ["o"]),
    ],
)
def test_an_output_is_what_its_expression_says_where_no_runner_is_asked(
    value: str, wanted: str, unsure: list[str]
) -> None:
    text = OUTPUTS.replace("CONDITION", "true").replace("'VALUE'", f'"{value}"').replace("WANTED", wanted)
    [run] = started({"x.yml": text})
    assert results(run)["is"] == "success"
    assert sorted(run.run.unsure["a"]) == unsure


def test_a_job_that_failed_has_outputs_and_one_that_was_skipped_has_none() -> None:
    """actions/runner, JobExtension.FinalizeJob, evaluates them whatever became of the job."""
    text = OUTPUTS.replace("VALUE", "x").replace("WANTED", "x")
    [run] = started(
        {"x.yml": text.replace("CONDITION", "true")},
        Facts(Occasion("push"), outcomes={"a": Outcome.FAILURE}),
    )
    assert results(run) == {"a": "failure", "is": "success"}
    [run] = started({"x.yml": text.replace("CONDITION", "false")})
    assert results(run) == {"a": "skipped", "is": "skipped"}


@pytest.mark.parametrize(
    ("condition", "value", "given", "wanted", "is_unsure"),
    [
        ("true", "${{ inputs.env }}", {}, "staging", False),
        ("inputs.env != 'staging'", "${{ inputs.env }}", {}, "", False),
        ("true", "${{ steps.s.outputs.x }}", {}, "", True),
        ("true", "${{ steps.s.outputs.x }}", {"c.out": "y"}, "y", True),
        ("true", "${{ steps.s.outputs.x }}", {"x.yml:c.out": "y"}, "y", True),
        ("true", "${{ steps.s.outputs.x }}", {"out": "y"}, "y", True),
        ("true", "${{ steps.s.outputs.x }}", {"a.o": "y"}, "y", True),
        ("true", "${{ inputs.env }}", {"c.out": "y"}, "y", False),
    ],
)
def test_a_call_hands_on_what_its_callee_s_job_gives(
    condition: str, value: str, given: dict[str, str], wanted: str, is_unsure: bool
) -> None:
    caller = f"""
        on: push
        jobs:
          c: {{uses: ./.github/workflows/r.yml, with: {{env: staging}}}}
          is: {{needs: c, if: "needs.c.outputs.out == '{wanted}' && needs.c.outputs.ended != 'failure'"}}
        """
    callee = OUTPUTS.replace("CONDITION", condition).replace("VALUE", value).replace("WANTED", "")
    texts = {"x.yml": caller, "r.yml": callee.replace("      push:\n", "")}
    [run] = started(texts, Facts(Occasion("push"), outputs=given))
    assert results(run)["is"] == "success"
    assert run.run.unsure["c"] == (frozenset(["out"]) if is_unsure else frozenset())


# -- bounds --------------------------------------------------------------------------------------------


def test_a_tree_of_calls_that_grows_at_each_level_is_told_and_not_walked() -> None:
    begun = time.process_time()
    call = "  jN: {uses: ./.github/workflows/NEXT.yml, with: {x: '${{ inputs.x }}N'}}"
    jobs = "\n".join(call.replace("N'", f"{n}'").replace("jN", f"j{n}") for n in range(30))
    head = "on: {push: {}, workflow_call: {inputs: {x: {type: string}}}}\njobs:\n"
    texts = {f"{at}.yml": head + jobs.replace("NEXT", str(at + 1)) for at in range(6)}
    read = {file: read_workflow(text) for file, text in texts.items()}
    found = runs(read, Facts(Occasion("push")))
    told = [run.why_not for run in found if run.why_not]
    assert told and all(f"more than {MOST_JOBS:,} jobs" in why for why in told)
    assert time.process_time() - begun < 20


def test_workflows_that_start_each_other_come_to_an_end() -> None:
    names = [f"W{n}" for n in range(12)]
    text = "name: NAME\non: {push: {}, workflow_run: {workflows: [ALL]}}\njobs: {a: {}}"
    texts = {f"{n}.yml": text.replace("NAME", n).replace("ALL", ", ".join(names)) for n in names}
    read = {file: read_workflow(one) for file, one in texts.items()}
    found = runs(read, Facts(Occasion("push")))
    assert len(found) <= 501
    assert "more than 500 runs" in found[-1].why_not
