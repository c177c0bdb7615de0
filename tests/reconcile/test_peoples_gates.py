"""A final check that people wrote, beside the drawing: what it misses, and what it makes of skips."""

from __future__ import annotations

import pytest
from test_differences import adopted, chain, held, jobs, note, optional, ran, rules

from mermaid2gha.settings.model import Settings


def test_a_gate_of_people_s_that_does_not_reach_a_new_job_is_told_at_once() -> None:
    file = ran(a="", b="    needs: a\n", last="    needs: b\n    if: ${{ !cancelled() }}\n")
    end = "%% gate\n %% id: last\n CI-->>GitHub: last"
    drawn = chain(note("a"), note("b"), end)
    accepted = adopted(file, drawn)
    missed = held(file, chain(note("a"), note("b"), note("c"), end), Settings(), accepted).differences
    assert ("gate-misses", ("jobs", "last", "needs", "c")) in [(one.rule, one.place) for one in missed]
    between = held(file, chain(note("a"), note("c"), note("b"), end), Settings(), accepted).differences
    assert "gate-misses" not in [one.rule for one in between]
    less = held(file, chain(note("a"), end), Settings(), accepted, prune=True)
    assert jobs(less.text) == {"a": jobs(file)["a"], "last": {**jobs(file)["last"], "needs": "a"}}


END = "%% gate\n %% id: last\n CI-->>GitHub: last"
ALL = "{{ toJSON(needs) }}"


def judging(step: str, condition: str = "always()") -> str:
    """A file of two jobs after one, and a gate that needs the last."""
    file = ran(a="", b="    needs: a\n", last=f"    needs: b\n    if: {condition}\n")
    return file[: file.rindex("steps:")] + f"steps:\n      - {step}\n"


@pytest.mark.parametrize(
    ("step", "lets_skips_pass"),
    [
        ("{if: \"contains(needs.*.result, 'failure')\", run: exit 1}", True),
        (
            "{if: \"contains(needs.*.result, 'skipped') || needs.b.result == 'failure'\", run: exit 1}",
            False,
        ),
        (f"{{uses: re-actors/alls-green@v1, with: {{jobs: '${ALL}'}}}}", False),
        (f"{{uses: re-actors/alls-green@v1, with: {{jobs: '${ALL}', allowed-skips: b}}}}", True),
        ("run: for r in ${{ join(needs.*.result, ' ') }}; do [ $r = success ] || exit 1; done", False),
        ("run: '[ \"${{ needs.b.result }}\" != failure ]'", True),
        (f"run: |\n          jq -e 'all(.result == \"success\")' <<< '${ALL}'", False),
        (
            f"run: |\n          jq -e 'all(.result == \"success\" or .result == \"skipped\")' <<< '${ALL}'",
            True,
        ),
    ],
)
def test_what_a_gate_of_people_s_makes_of_skips_is_held_against_the_drawing(
    step: str, lets_skips_pass: bool
) -> None:
    file = judging(step)
    told = [
        (one.rule, one.place[-1])
        for one in held(file, chain(note("a"), note("b"), END), Settings()).differences
    ]
    assert told == ([("gate-misses", "a")] if lets_skips_pass else [])
    optional_b = held(file, chain(note("a"), optional("", note("b")), END), Settings())
    told = [(one.rule, one.place[-1]) for one in optional_b.differences if one.rule.startswith("gate")]
    assert told == ([("gate-misses", "a")] if lets_skips_pass else [("gate-differs", "b")])
    after = jobs(optional_b.text)
    assert after["last"] == jobs(file)["last"] and "if" in after["b"]


@pytest.mark.parametrize(
    "step",
    [
        "run: python judge.py '${{ toJSON(needs) }}'",
        "run: '[ \"${{ needs.b.outputs.x }}\" = yes ] || exit 1'",
        "{if: \"needs.b.result == 'failure' && vars.STRICT\", run: exit 1}",
        "run: make",
    ],
)
def test_a_gate_of_people_s_that_is_not_understood_is_taken_to_be_right(step: str) -> None:
    assert rules(judging(step), chain(note("a"), note("b"), END), Settings()) == []


def test_a_gate_of_people_s_that_passes_a_failure_is_told() -> None:
    file = judging("{if: \"needs.b.result == 'cancelled'\", run: exit 1}")
    told = held(file, chain(note("a"), note("b"), END), Settings()).differences
    assert [(one.rule, one.place[-1]) for one in told] == [("gate-misses", "a"), ("gate-misses", "b")]
    assert "passes although `b` fails" in told[1].message


def test_the_rights_that_a_mark_gives_a_gate_of_people_s_come_and_go_with_it() -> None:
    file = "permissions: {contents: read}\n" + ran(
        a="", b="    needs: a\n", last="    needs: b\n    if: always()\n"
    )
    accepted = adopted(file, chain(note("a"), note("b"), END))
    given = held(
        file, chain(note("a"), note("b"), f"%% permissions: checks: write\n {END}"), Settings(), accepted
    )
    assert jobs(given.text)["last"]["permissions"] == {"contents": "read", "checks": "write"}
    assert held(given.text, chain(note("a"), note("b"), END), Settings(), accepted).text == file
