"""Random workflows that call others, with matrices, run by act and by this project's scheduler.

Every job prints who it is and what it sees: `callee.b:production,true,3,`. What the legs of all calls print
must be what the scheduler says they see, each as often, and the jobs of the caller must end alike.

What act does otherwise is left out (docs/proof.md): failures inside of calls, outputs of calls with a matrix
and of skipped jobs of a callee, inputs with types that are not handed on, null in a matrix, calls that end
with a skipped job.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator

from oracles import act

from mermaid2gha.github.expressions.evaluator import Environment
from mermaid2gha.github.simulator.cascade import Facts, WorkflowRun, runs
from mermaid2gha.github.simulator.legs import text_of, units
from mermaid2gha.github.simulator.model import ScheduledJob, read_workflow
from mermaid2gha.github.simulator.payloads import Occasion
from mermaid2gha.github.simulator.simulator import environment_of

INPUTS = "{env: {type: string}, fast: {type: boolean}, n: {type: number, default: 4}, more: {type: string}}"
OF_INPUTS = [
    "inputs.fast",
    "!inputs.fast",
    "inputs.fast == true",
    "inputs.fast == false",
    "inputs.n == 3",
    "inputs.n > 3",
    "inputs.n",
    "inputs.env == 'production'",
    "inputs.env != 'staging'",
    "inputs.env == ''",
    "inputs.more",
    "contains(inputs.env, 'prod')",
    "format('{0}-{1}', inputs.env, inputs.fast) == 'staging-true'",
    "github.event_name == 'push'",
]
VALUES = {
    "env": ["staging", "production", '"3"', "3.10", "''"],
    "fast": ["true", "false"],
    "n": ["3", "4", "0", "3.5"],
}
OTHER = {"env": "other", "n": "77"}
"""Values that no axis has; act takes null for other than false, as which GitHub counts it."""

SEEN = "${{ inputs.env }},${{ inputs.fast }},${{ inputs.n }},${{ inputs.more }}"
OF_LEGS = "${{ matrix.env }},${{ matrix.fast }},${{ matrix.n }},${{ matrix.extra }},${{ matrix.n == 3 }}"


def compared_calls(chance: random.Random, seed: int) -> list[str]:
    """What differs on one random caller with its callees."""
    files = {name: callee(chance) for name in ("r.yml", "s.yml")}
    files["x.yml"] = caller(chance)
    run = act(files, "x.yml", "push", {"ref": "refs/heads/main"})
    read = {name: read_workflow(text) for name, text in files.items()}
    ours = next(one for one in runs(read, Facts(Occasion("push"))) if one.file == "x.yml")
    theirs = Counter(line for lines in run.printed.values() for line in lines if ":" in line)
    said = Counter(_lines(ours))
    faults = []
    if said != theirs:
        faults.append(f"act alone prints {dict(theirs - said)}, the scheduler {dict(said - theirs)}")
    for job in ours.workflow.jobs:
        result = ours.run.results[job.id].value
        if not job.uses and run.results.get(job.id) != result:
            faults.append(f"{job.id}: act says {run.results.get(job.id)}, the scheduler {result}")
    texts = "\n".join(f"# {name}\n{text}" for name, text in files.items())
    return [f"seed {seed}: {fault}\n{texts if not number else ''}" for number, fault in enumerate(faults)]


def _lines(run: WorkflowRun) -> Iterator[str]:
    """What the jobs of a run print, those that it calls too."""
    for job in run.workflow.jobs:
        if job.id not in run.run.ran:
            continue
        for seen in _environments(run, job):
            for step in job.steps:
                yield text_of(step.text.removeprefix('echo "').removesuffix('"'), seen)
    for _, inside in run.called:
        yield from _lines(inside)


def _environments(run: WorkflowRun, job: ScheduledJob) -> list[Environment]:
    made = units(job, environment_of(run.run, job))
    assert not isinstance(made, str), made
    return [unit.environment for unit in made]


def callee(chance: random.Random) -> str:
    """A workflow to be called: its jobs ask for inputs and for each other."""
    lines = [f"on:\n  workflow_call:\n    inputs: {INPUTS}"]
    lines += ['    outputs: {out: {value: "${{ jobs.z.outputs.o }}"}}', "jobs:"]
    names = "abcde"[: chance.randrange(2, 6)]
    mark = chance.randrange(1000)
    for position, name in enumerate(names):
        needs = chance.sample(names[:position], min(position, chance.choice([0, 1, 1, 2])))
        lines += [f"  {name}:", "    runs-on: ubuntu-24.04"]
        lines += [f"    needs: {json.dumps(needs)}"] if needs else []
        if chance.random() < 0.7:
            terms = chance.sample(OF_INPUTS, chance.choice([1, 1, 2]))
            condition = chance.choice([" && ", " || "]).join(terms)
            lines.append(
                f"    if: ${{{{ {chance.choice(['', 'always() && ']) if needs else ''}({condition}) }}}}"
            )
        lines += [_matrix(chance)] if chance.random() < 0.25 else []
        has_matrix = "matrix" in lines[-1]
        lines.append(f"    steps: [{{run: 'echo \"{mark}.{name}:{OF_LEGS if has_matrix else SEEN}\"'}}]")
    # The result of a call is that of its last jobs for act, so its last one always runs. It gives the output,
    # too: that of a job which was skipped is what its expression says, for act, and none for GitHub.
    lines += [
        "  z:",
        "    runs-on: ubuntu-24.04",
        f"    needs: {json.dumps(list(names))}",
        "    if: always()",
        "    outputs: {o: \"${{ needs.a.result == 'success' && inputs.env || '' }}\"}",
    ]
    lines.append(f"    steps: [{{run: 'echo \"{mark}.z:{SEEN}\"'}}]")
    return "\n".join(lines) + "\n"


def caller(chance: random.Random) -> str:
    """A workflow with calls, some for each leg of a matrix, and jobs that wait for them."""
    lines = ["name: X", "on: push", "jobs:"]
    before: list[str] = []
    plain_calls: list[str] = []
    for number in range(chance.randrange(2, 6)):
        name, needs = f"j{number}", chance.sample(before, min(len(before), chance.choice([0, 1, 1, 2])))
        lines += [f"  {name}:"]
        lines += [f"    needs: {json.dumps(needs)}"] if needs else []
        read = [need for need in needs if need in plain_calls]
        if read and chance.random() < 0.6:
            lines.append(f"    if: needs.{read[0]}.outputs.out != 'staging'")
        elif needs and chance.random() < 0.5:
            lines.append(f"    if: ${{{{ {chance.choice(['always()', '!failure()', '!cancelled()'])} }}}}")
        matrix = _matrix(chance) if chance.random() < 0.6 else ""
        lines += [matrix] if matrix else []
        if chance.random() < 0.6:
            lines.append(f"    uses: ./.github/workflows/{chance.choice('rs')}.yml")
            lines.append(f"    with: {{{', '.join(_arguments(chance, matrix))}}}")
            plain_calls += [] if matrix else [name]
        else:
            seen = OF_LEGS if matrix else "${{ github.event_name }}"
            lines.append("    runs-on: ubuntu-24.04")
            lines.append(f"    steps: [{{run: 'echo \"{name}:{seen}\"'}}]")
        before.append(name)
    return "\n".join(lines) + "\n"


def _matrix(chance: random.Random) -> str:
    axes = chance.sample(sorted(VALUES), chance.choice([1, 2, 2, 3]))
    chosen = {
        axis: chance.sample(
            VALUES[axis], min(len(VALUES[axis]), chance.randrange(1, 4 if len(axes) < 3 else 3))
        )
        for axis in axes
    }
    parts = [f"{axis}: [{', '.join(values)}]" for axis, values in chosen.items()]
    if chance.random() < 0.4 and sum(map(len, chosen.values())) > len(chosen) + 1:
        axis = max(chosen, key=lambda one: len(chosen[one]))
        parts.append(f"exclude: [{{{axis}: {chosen[axis][0]}}}]")
    if chance.random() < 0.5:
        axis = chance.choice([name for name in axes if name in OTHER] or ["n"])
        more = (
            "extra: z"
            if axis not in chosen
            else chance.choice(
                [f"{axis}: {chosen[axis][-1]}, extra: x", f"{axis}: {OTHER[axis]}, extra: y", "extra: z"]
            )
        )
        parts.append(f"include: [{{{more}}}]")
    return f"    strategy: {{fail-fast: false, matrix: {{{', '.join(parts)}}}}}"


def _arguments(chance: random.Random, matrix: str) -> Iterator[str]:
    """What a call hands on: of an axis that its matrix has, or a value; what has a type in any case."""
    for name, values in VALUES.items():
        if chance.random() < 0.8 or name != "env":
            is_everywhere = name != "fast" or "extra: y" not in matrix
            is_read = f"{name}: [" in matrix and name != "n" and is_everywhere and chance.random() < 0.7
            yield f"{name}: " + (f'"${{{{ matrix.{name} }}}}"' if is_read else chance.choice(values))
    if matrix and chance.random() < 0.5:
        yield 'more: "${{ matrix.extra }}"'
