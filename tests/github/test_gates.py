"""Jobs that judge others: red where their own scripts, or actions that are known, make them so."""

from __future__ import annotations

import pytest

from mermaid2gha.github.shell.jq import outputs
from mermaid2gha.github.shell.syntax import NotUnderstoodError
from mermaid2gha.github.simulator.cascade import Facts, WorkflowRun, runs
from mermaid2gha.github.simulator.model import read_workflow
from mermaid2gha.github.simulator.payloads import Occasion
from mermaid2gha.github.simulator.reads import assumed
from mermaid2gha.github.simulator.simulator import Outcome

HEAD = "on: push\njobs:\n  a: {}\n  b: {needs: a}\n  gate:\n    if: always()\n    needs: [a, b]\n    steps:\n"
FAILED = {"a": Outcome.FAILURE}
GATES = [
    "- run: '[ \"${{ needs.a.result }}\" = success ]'",
    "- {if: \"contains(needs.*.result, 'failure')\", run: exit 1}",
    "- {if: \"needs.a.result != 'success'\", run: 'echo no && exit 1'}",
    "- run: |\n    if [[ '${{ needs.a.result }}' != 'success' || x != x ]]; then\n      exit 1\n    fi",
    "- {env: {R: '${{ needs.a.result }}'}, run: 'if [ \"$R\" == \"failure\" ]; then exit 1; fi'}",
    "- {run: \"echo '${{ toJSON(needs) }}' | grep -q '\\\"failure\\\"' && exit 1 || exit 0\"}",
    "- {run: \"for r in ${{ join(needs.*.result, ' ') }}; do [ $r = success ] || exit 1; done\"}",
    "- {uses: re-actors/alls-green@v1, with: {jobs: '${{ toJSON(needs) }}'}}",
    "- {uses: actions/github-script@v7, if: needs.a.result == 'failure', with: {script: core.setFailed('')}}",
    "- {run: 'exit ${{ contains(needs.*.result, ''failure'') && 1 || 0 }}'}",
    "- {shell: bash, run: 'test ${{ needs.a.result }} = success'}",
]
ALL = "- env: {ALL: '${{ toJSON(needs) }}'}\n  run: |\n    "
BY_JQ = [
    'jq -e \'all(.result == "success" or .result == "skipped")\' <<< "$ALL"',
    'jq -C <<< "$ALL"\n    jq --exit-status \'map(.result) | all(. != "failure")\' <<< "$ALL"',
    'bad=$(echo "$ALL" | jq -r \'to_entries[] | select(.value.result != "success" and .value.result != '
    '"skipped") | "\\(.key): \\(.value.result)"\')\n    if [ -n "$bad" ]; then exit 1; fi',
    'for r in $(jq -r ".[].result" <<< "$ALL"); do\n    [ "$r" = failure ] && exit 1\n    done\n    exit 0',
    'n=$(jq \'[.[] | select(.result | IN("failure"))] | length\' <<< "$ALL")\n    [ "$n" -eq 0 ]',
    'test $(jq -r ".a.result" <<< "$ALL") = success',
]
GATES += [f"{ALL}{script}" for script in BY_JQ]


def ended(steps: str, outcomes: dict[str, Outcome] | None = None) -> WorkflowRun:
    lines = "\n".join(f"      {line}" for line in steps.splitlines())
    read = {"ci.yml": read_workflow(f"{HEAD}{lines}\n")}
    return runs(read, Facts(Occasion("push"), outcomes=outcomes or {}))[0]


@pytest.mark.parametrize("steps", GATES)
def test_a_gate_is_red_after_a_failure_and_green_otherwise(steps: str) -> None:
    red, green = ended(steps, FAILED), ended(steps)
    assert red.run.results["gate"].value == "failure"
    assert "gate" in red.run.ran and "its step 1" in red.run.reasons["gate"]
    assert green.run.results["gate"].value == "success"
    assert not red.run.unread and not green.run.unread


def test_alls_green_lets_jobs_fail_and_be_skipped_as_it_is_told() -> None:
    step = "- {uses: re-actors/alls-green@v1, with: {jobs: '${{ toJSON(needs) }}', MORE}}"
    allowed = step.replace("MORE", "allowed-failures: a, allowed-skips: 'b, c'")
    assert ended(allowed, FAILED).run.results["gate"].value == "success"
    assert ended(step.replace("MORE", "allowed-skips: b"), FAILED).run.results["gate"].value == "failure"


@pytest.mark.parametrize(
    "steps",
    [
        "- run: python judge.py ${{ needs.a.result }}",
        "- {shell: python, run: 'exit(${{ needs.a.result }})'}",
        f"{ALL}jq -e 'reduce .[] as $x (true; . and $x.result)' <<< \"$ALL\"",
        f"{ALL}jq -e --arg x y 'all(.result == $x)' <<< \"$ALL\"",
        "- {uses: some/action@v1, with: {needs: '${{ toJSON(needs) }}'}}",
        "- {env: {R: '${{ needs.a.result }}', S: '${{ secrets.X }}'}, run: '[ \"$R$S\" = success ]'}",
    ],
)
def test_a_gate_that_is_not_understood_is_named(steps: str) -> None:
    run = ended(steps, FAILED).run
    assert run.results["gate"].value == "success"
    assert run.unread == ("gate",)


@pytest.mark.parametrize(
    "steps",
    [
        "- {run: make}",
        "- {id: x, run: make}\n- {if: steps.x.outputs.y != 'true', run: exit 1}",
        "- {if: env.NONE == 'x', run: exit 1}",
        "- {continue-on-error: true, run: exit 1}",
        "- {env: {T: '${{ secrets.T }}'}, run: '[ -n \"$T\" ] || exit 1'}",
        # What may fail without the job, which another step wants to have failed.
        "- {id: x, continue-on-error: true, run: make}\n"
        '- {run: \'if [ "${{ steps.x.outcome }}" != "failure" ]; then exit 1; fi\'}',
        "- {id: x, continue-on-error: true, run: make}\n- {if: steps.x.outcome == 'success', run: exit 1}",
        "- {id: x, continue-on-error: true, run: make}\n"
        "- {env: {ALL: '${{ toJSON(steps) }}'}, run: 'echo \"$ALL\" | grep -q failure || exit 1'}",
        # What nobody gave: inputs, outputs, facts of the event.
        "- {env: {TAG: '${{ inputs.tag }}'}, run: '[[ \"$TAG\" =~ ^v ]] || exit 1'}",
        "- {env: {D: '${{ needs.a.outputs.d }}'}, run: '[ \"$D\" == yes ] && make'}",
        '- {run: \'[ "${{ github.event.head_commit.message }}" != "" ] || exit 1\'}',
        '- {run: \'[ "${{ vars.X }}" != "" ] || exit 1\'}',
    ],
)
def test_a_job_does_not_fail_by_what_only_a_runner_knows(steps: str) -> None:
    assert ended(steps, FAILED).run.results["gate"].value == "success"


def test_a_gate_may_read_what_nobody_gave_beside_results_which_is_listed() -> None:
    step = "- {run: '[ \"${{ needs.a.outputs.d }}${{ needs.b.result }}\" = success ]'}"
    run = ended(step).run
    assert run.results["gate"].value == "success"
    text = f"{HEAD}      {step}\n".replace("a: {}", "a: {outputs: {d: '${{ steps.x.outputs.d }}'}}")
    [asking] = runs({"ci.yml": read_workflow(text)}, Facts(Occasion("push")))
    assert [fact.path for fact in assumed(asking.run, (), is_called=False)] == ["needs.a.outputs.d"]


def test_a_callee_judges_by_what_its_caller_hands_on() -> None:
    callee = "on: {workflow_call: {inputs: {r: {type: string}}}}\njobs:\n  j:\n    steps:\n"
    callee += "      - {env: {R: '${{ inputs.r }}'}, run: '[ \"$R\" = success ] || exit 1'}\n"
    head, _, _ = HEAD.rpartition("    steps:")
    call = "    uses: ./.github/workflows/r.yml\n    with: {r: '${{ needs.a.result }}'}\n"
    read = {"ci.yml": read_workflow(head + call), "r.yml": read_workflow(callee)}
    [red, _] = runs(read, Facts(Occasion("push"), outcomes=FAILED))
    assert red.run.results["gate"].value == "failure"
    [green, _] = runs(read, Facts(Occasion("push")))
    assert green.run.results["gate"].value == "success"


def test_a_job_none_of_whose_steps_runs_does_nothing() -> None:
    idle = "- {if: github.event_name == 'release', run: make}\n"
    idle += "- {if: \"github.ref == 'x' && steps.y.outputs.z\", run: make}"
    assert ended(idle).run.idle == ("gate",)
    assert ended(idle + "\n- {if: hashFiles('x') != '', run: make}").run.idle == ()
    assert ended(idle + "\n- {run: make}").run.idle == ()


def test_what_is_said_of_a_job_counts_more_than_its_steps() -> None:
    assert ended(GATES[0], {**FAILED, "gate": Outcome.SUCCESS}).run.results["gate"].value == "success"
    assert ended(GATES[0], {"gate": Outcome.FAILURE}).run.results["gate"].value == "failure"


NEEDS = '{"a": {"result": "success", "outputs": {}}, "b": {"result": "skipped", "outputs": {"x": "1"}}}'


@pytest.mark.parametrize(
    ("text", "given"),
    [
        (".a.result", ["success"]),
        ('.["b"].outputs.x', ["1"]),
        (".[].result", ["success", "skipped"]),
        (".c.result", [None]),
        ('[.[].result] | unique | join(",")', ["skipped,success"]),
        ('any(.[]; .result == "failure") | not', [True]),
        ('map(select(.result == "skipped")) | length', [1]),
        ("keys[]", ["a", "b"]),
        ('.a.result, .b.result == "skipped"', ["success", True]),
        ('to_entries | map("\\(.key)=\\(.value.result)") | .[1]', ["b=skipped"]),
        (".[] | .result != true and .outputs == .outputs", [True, True]),
        ("(.a | .result) as $x | $x", None),
        (".[0]", None),
        (".a.result.x", None),
        ("1 +", None),
    ],
)
def test_programs_of_jq_give_what_they_give(text: str, given: list[object] | None) -> None:
    if given is not None:
        assert outputs(text, NEEDS) == given
        return
    with pytest.raises(NotUnderstoodError):
        outputs(text, NEEDS)
