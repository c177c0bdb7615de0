"""Workflow files as plain YAML, and what is other in a drawing of them, by running both.

Nothing here is the package's. A workflow runs as docs.github.com says (`needs`, status functions, `if`), a
drawing as docs/language.md#handled-failures says: each job whose conditions hold, after what is before it,
unless that failed. Both are run with the same answers to all that they ask, and the same failures.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import yaml
from plain_expressions import Answers, Tree, is_true, parts, read, text_of, value
from plain_reading import FAILED, Flow

RUNS = 40
"""How often each event of a file is run."""
_KEYS = {
    "branches": "branch",
    "tags": "tag",
    "types": "type",
    "paths": "path",
    "workflows": "workflow",
}
_PULLS = ("pull_request", "pull_request_target")
_TAKEN = {
    "branches": ("push", *_PULLS, "workflow_run", "merge_group"),
    "tags": ("push",),
    "paths": ("push", *_PULLS),
}
"""The events of which a filter says something (Workflow syntax, `on`); GitHub passes over others."""


@dataclass(frozen=True)
class FileJob:
    needs: tuple[str, ...]
    condition: Tree
    entry: Mapping[str, object]

    @property
    def has_status(self) -> bool:
        return any(
            one[0] == "call" and one[1] in ("success", "failure", "always", "cancelled")
            for one in parts(self.condition)
        )


@dataclass(frozen=True)
class File:
    events: Mapping[str, dict[str, list[str]]]
    jobs: Mapping[str, FileJob]
    rights: object

    def before(self, job: str) -> frozenset[str]:
        left, found = [job], set()
        while left:
            for need in self.jobs[left.pop()].needs:
                if need not in found:
                    found.add(need)
                    left.append(need)
        return frozenset(found)


@lru_cache
def file_of(text: str) -> File | None:
    """A workflow file; none if it has no jobs, or is no mapping."""
    tree = yaml.load(text, yaml.BaseLoader)
    if not isinstance(tree, dict) or not isinstance(tree.get("jobs"), dict) or not tree["jobs"]:
        return None
    on = tree.get("on")
    on = {on: None} if isinstance(on, str) else dict.fromkeys(on) if isinstance(on, list) else on
    jobs = {}
    for name, entry in tree["jobs"].items():
        needs = entry.get("needs") or []
        condition = str(entry.get("if", "") or "")
        jobs[name.casefold()] = FileJob(
            tuple(one.casefold() for one in ([needs] if isinstance(needs, str) else needs)),
            _condition(condition),
            entry,
        )
    return File({event: _filters(event, given) for event, given in on.items()}, jobs, tree.get("permissions"))


def _condition(text: str) -> Tree:
    """An `if`; a text around expressions in braces is always true, as GitHub has it, be it a line end."""
    if not text.strip():
        return ("value", True)
    inside = re.findall(r"\$\{\{((?:(?!\}\}).)*)\}\}", text, re.DOTALL)
    if inside and text != f"${{{{{inside[0]}}}}}":
        asked: Tree = ("value", True)
        for one in inside:  # for the status functions in it, which GitHub looks for all the same
            asked = ("||", asked, read(one))
        return asked
    return read(text)


def _filters(event: str, given: object) -> dict[str, list[str]]:
    if isinstance(given, list):
        return {"cron": sorted(one["cron"].strip() for one in given)}
    if not isinstance(given, dict):
        return {}
    found = {}
    for key, values in given.items():
        if event in _TAKEN.get(key.removesuffix("-ignore"), (event,)) and (
            key in _KEYS or key.endswith("-ignore")
        ):
            found[_KEYS.get(key, key)] = [values] if isinstance(values, str) else list(values or [])
    return {key: values for key, values in found.items() if values}


# -- what is other ---------------------------------------------------------------------------------


def differences(
    name: str, file: File, drawn: list[Flow], accepted: frozenset[str], chance: random.Random
) -> Iterator[str]:
    """What a file and its drawings say differently, in words; jobs in `accepted` and those after them are
    left out where they may be other."""
    yield from _other_events(file, drawn)
    exempt = accepted | {job for job in file.jobs if file.before(job) & accepted}
    for flow in drawn:
        for job in flow.jobs.values():
            if job.id not in file.jobs:
                yield f"{job.id} is drawn, and not in {name}"
                continue
            there = file.jobs[job.id]
            before = file.before(job.id) & flow.jobs.keys()
            if before != job.before and job.id not in accepted:
                yield f"{job.id}: after {sorted(before)}, drawn after {sorted(job.before)}"
            yield from _other_values(there, job.marks, job.axes, job.callee, is_gate=job.is_gate)
    missing = file.jobs.keys() - {job for flow in drawn for job in flow.jobs}
    if missing:
        yield f"not drawn: {sorted(missing)}"
    texts = {text for flow in drawn for job in flow.jobs.values() for text, _ in job.asked if text != FAILED}
    trees = [*(job.condition for job in file.jobs.values()), *map(read, sorted(texts))]
    offers = _offers(trees)
    for event in file.events:
        flows = [flow for flow in drawn if event in flow.events or not flow.events]
        for _ in range(RUNS):
            failing = frozenset(
                chance.sample(sorted(file.jobs), chance.choice((0, 0, 1, 1, min(2, len(file.jobs)))))
            )
            answers = _answers(offers, event, chance)
            ran = run_file(file, answers, failing)
            said: dict[str, str] = {}
            for flow in flows:
                said |= run_flow(flow, answers, failing, file)
            other = [job for job in file.jobs if job not in exempt and ran[job] != said.get(job, "skipped")]
            if other:
                known = {key: one for key, one in answers.known.items() if key != "github.event_name"}
                yield (
                    f"{other[0]} at {event}: {ran[other[0]]}, drawn {said.get(other[0], 'skipped')} "
                    f"where {sorted(failing)} fail and {known}"
                )
                break


def _other_events(file: File, drawn: list[Flow]) -> Iterator[str]:
    said = {event: filters for flow in drawn for event, filters in flow.events.items()}
    calls = {"workflow_call"} if any(not flow.events for flow in drawn) else set()
    if said.keys() | calls != file.events.keys() | calls:
        yield f"events {sorted(file.events)}, drawn {sorted(said)}"
    for event, filters in said.items():
        drawn_filters = {key: one for key, one in filters.items() if key != "conclusion"}
        if event in file.events and drawn_filters != file.events[event]:
            yield f"{event}: {file.events[event]}, drawn {drawn_filters}"


def _other_values(
    there: FileJob,
    marks: Mapping[str, str],
    axes: Mapping[str, list[str]],
    callee: str,
    *,
    is_gate: bool,
) -> Iterator[str]:
    entry = there.entry
    environment = entry.get("environment")
    wanted = environment.get("name", "") if isinstance(environment, dict) else environment or ""
    if "${{" not in wanted and not is_gate and marks.get("approval", "") != wanted:
        yield f"environment {wanted!r}, drawn {marks.get('approval')!r}"
    uses = str(entry.get("uses", ""))
    local = uses.startswith("./.github/workflows/")
    called = uses if "/" in callee else uses.rsplit("/", 1)[-1]
    if callee and called != callee:
        yield f"uses {uses}, drawn a call of {callee}"
    if local and not callee and not marks.get("gate"):
        yield f"uses {uses}, drawn as a job"
    rights = entry.get("permissions")
    write = (
        {scope for scope, level in rights.items() if level == "write"} if isinstance(rights, dict) else set()
    )
    said = {one.partition(":")[0].strip() for one in marks.get("permissions", "").split(",") if one.strip()}
    if write != said:
        yield f"writes {sorted(write)}, drawn {sorted(said)}"
    strategy = entry.get("strategy")
    matrix = strategy.get("matrix") if isinstance(strategy, dict) else None
    known = matrix if isinstance(matrix, dict) else {}
    for axis, values in axes.items():
        if known.get(axis) != values:
            yield f"axis {axis} {known.get(axis)}, drawn {values}"


# -- answers ---------------------------------------------------------------------------------------


def _offers(trees: list[Tree]) -> dict[str, list[object]]:
    """The values that tell something about each path: those it is compared with, and another."""
    offers: dict[str, list[object]] = {}
    for tree in trees:
        for part in parts(tree):
            match part:
                case ("==" | "!=" | "<" | ">" | "<=" | ">=", ("path", str(path)), ("value", given)) | (
                    "==" | "!=",
                    ("value", given),
                    ("path", str(path)),
                ):
                    offers.setdefault(path, []).append(given)
                case (
                    "call",
                    "contains" | "startswith" | "endswith",
                    (("path", str(path)), ("value", given)),
                ):
                    offers.setdefault(path, []).extend((given, f"{given}x", f"x{given}"))
                case ("path", str(path)):
                    offers.setdefault(path, [])
    return offers


def _answers(offers: dict[str, list[object]], event: str, chance: random.Random) -> Answers:
    def drawn(text: str) -> object:
        found = offers.get(text)
        if found is None:
            return chance.choice((True, False))
        if found and chance.random() < 0.8:
            return chance.choice(found)
        return chance.choice((True, "", "other")) if not found else "other"

    known: dict[str, object] = {} if event == "workflow_call" else {"github.event_name": event}
    return Answers(known, drawn)


# -- runs ------------------------------------------------------------------------------------------


def run_file(file: File, answers: Answers, failing: frozenset[str]) -> dict[str, str]:
    """The result of each job as GitHub has it: `success`, `failure` or `skipped`."""
    results: dict[str, str] = {}
    left = list(file.jobs)
    while left:
        job = next(one for one in left if all(need in results for need in file.jobs[one].needs))
        left.remove(job)
        given = file.jobs[job]
        ahead = [results[one] for one in file.before(job)]
        statuses = {
            "always": True,
            "cancelled": False,
            "success": all(one == "success" for one in ahead),
            "failure": "failure" in ahead,
        }
        here = Answers(
            answers.known,
            answers.draw,
            results={need: results[need] for need in given.needs},
            statuses=statuses,
        )
        runs = is_true(value(given.condition, here)) and (given.has_status or statuses["success"])
        results[job] = "skipped" if not runs else "failure" if _fails(job, given, failing) else "success"
    return results


def _fails(job: str, given: FileJob, failing: frozenset[str]) -> bool:
    return job in failing and given.entry.get("continue-on-error") in (None, "false")


def run_flow(flow: Flow, answers: Answers, failing: frozenset[str], file: File) -> dict[str, str]:
    """The result of each job as the drawing has it."""
    state: dict[str, str] = {}
    for job in flow.jobs.values():  # in the order of the drawing, so that all before it are there
        here = Answers(answers.known, answers.draw, statuses=dict.fromkeys(("always",), True))
        asked = [text for text, _ in job.asked if text != FAILED]
        holds = all(is_true(value(read(text), here)) for text in asked)
        ahead = [state[one] for one in job.before]
        if job.is_gate:
            runs = True
        elif "always" in job.marks:
            runs = holds
        elif any(text == FAILED for text, _ in job.asked):
            inner = [one for one in job.before if any(text == FAILED for text, _ in flow.jobs[one].asked)]
            runs = holds and "failure" in [state[one] for one in job.before if one not in inner]
            runs = runs and all(state[one] in ("success", "left out") for one in inner)
        else:
            runs = holds and all(one in ("success", "left out") for one in ahead)
        if runs:
            state[job.id] = "failure" if _fails(job.id, file.jobs[job.id], failing) else "success"
        else:
            state[job.id] = "left out" if not holds else "blocked"
    return {job: result if result in ("success", "failure") else "skipped" for job, result in state.items()}


__all__ = ["differences", "file_of", "text_of"]
