"""What a workflow does, in a few lines: what diagrams of the corpus mean, and what they compile to.

A workflow is a line `FILE: EVENTS`, then a line for each job:

    ci.yml: push[branches=main|dev], schedule
    - Build (2)
    - Deploy (1) after Build; if flag; asks production; writes packages; matrix os=a|b; tries 3; on push
      - Tell the team if failure

A job is named as it is displayed, and its drawn steps are counted, the note that heads it among them;
`after` says which jobs precede it, directly or not. `if` says what kind of condition it stands under: a flag,
a failure, or an expression; a step stands below its job only where it has one. All is read from the text of
the workflow, by nothing of the compiler.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from quick_yaml import texts

_TERM = re.compile(r"github\.[\w.]+\s*(?:[!=]=)\s*(?:'[^']*'|[\w.]+)|startsWith\([^()]*\)|contains\([^()]*\)")
_EVENT = re.compile(r"github\.event_name\s*([!=]=)\s*'(\w+)'")


@dataclass(frozen=True)
class JobMeaning:
    """A job: its drawn steps, all jobs before it, and what decides when and with what it runs."""

    name: str
    steps: int = 0
    after: frozenset[str] = frozenset()
    facts: frozenset[str] = frozenset()
    inner: tuple[str, ...] = ()


@dataclass(frozen=True)
class WorkflowMeaning:
    """The events of a workflow, and its jobs in any order."""

    file: str
    events: frozenset[str]
    jobs: frozenset[JobMeaning]


# -- of a workflow ---------------------------------------------------------------------------------


def meaning_of(file: str, text: str) -> WorkflowMeaning:
    """What the text of a compiled workflow does."""
    workflow = texts(text)
    drawn = _drawn_steps(text)
    jobs: Mapping[str, Mapping[str, object]] = workflow.get("jobs", {})
    names = {id_: _name(id_, job) for id_, job in jobs.items()}
    needs = {id_: _listed(job.get("needs")) for id_, job in jobs.items()}
    return WorkflowMeaning(
        file,
        frozenset(_events(workflow["on"])),
        frozenset(
            JobMeaning(
                names[id_],
                drawn.get(id_, 0),
                after=frozenset(names[one] for one in _before(id_, needs)),
                facts=frozenset(_facts(job, frozenset(workflow["on"]))),
                inner=tuple(_inner(job, frozenset(workflow["on"]))),
            )
            for id_, job in jobs.items()
        ),
    )


def _name(id_: str, job: Mapping[str, object]) -> str:
    if "uses" in job:
        return f"calls {str(job['uses']).rsplit('/', 1)[-1]}"
    if "always()" in str(job.get("if", "")):
        return "gate"
    return str(job.get("name", id_))


def _drawn_steps(text: str) -> dict[str, int]:
    found: dict[str, int] = {}
    job = ""
    for line in text.partition("\njobs:")[2].splitlines():
        if match := re.match(r"  ([\w-]+):", line):
            job = match[1]
        elif re.match(r"      - .*# drawn\b", line) and job:
            found[job] = found.get(job, 0) + 1
    return found


def _before(id_: str, needs: Mapping[str, Sequence[str]]) -> set[str]:
    found: set[str] = set()
    ahead = list(needs[id_])
    while ahead:
        one = ahead.pop()
        if one not in found:
            found.add(one)
            ahead += needs[one]
    return found


def _events(on: Mapping[str, object]) -> list[str]:
    found = []
    for event, filters in on.items():
        if event == "schedule":
            times = [entry["cron"] for entry in filters] if isinstance(filters, list) else []
            found.append(f"schedule[{', '.join(times)}]")
        elif isinstance(filters, Mapping):
            keys = [
                f"{key}={'|'.join(_listed(value))}"
                for key, value in sorted(filters.items())
                if key != "inputs" and (event, key) != ("workflow_run", "types")
            ]
            found.append(f"{event}[{', '.join(keys)}]" if keys and event != "workflow_call" else event)
        else:
            found.append(event)
    return found


def _listed(value: object) -> list[str]:
    return [value] if isinstance(value, str) and value else [str(one) for one in value or ()]  # type: ignore[attr-defined]


def _facts(job: Mapping[str, object], all_events: frozenset[str]) -> list[str]:
    is_gate = "always()" in str(job.get("if", ""))
    found = [] if is_gate else _conditions(str(job.get("if", "")), all_events)
    environment = job.get("environment")
    if environment:
        name = environment.get("name") if isinstance(environment, Mapping) else environment
        found.append(f"asks {name}")
    rights = job.get("permissions")
    if isinstance(rights, Mapping):
        found += [f"writes {scope}" for scope, level in rights.items() if level == "write"]
    strategy = job.get("strategy")
    if isinstance(strategy, Mapping):
        matrix = strategy["matrix"]
        assert isinstance(matrix, Mapping)
        found += [f"matrix {axis}={'|'.join(_listed(values))}" for axis, values in matrix.items()]
    tries = re.findall(
        r"\bseq (\d+)\b|\btries=(\d+)|\{1\.\.(\d+)\}|for try in ((?:\d+ ?)+)", str(job.get("steps"))
    )
    found += [f"tries {_number(one)}" for one in tries[:1]]
    return found


def _number(groups: Sequence[str]) -> str:
    said = next(one for one in groups if one)
    return said.split()[-1]


def _conditions(text: str, all_events: frozenset[str]) -> list[str]:
    found: list[str] = []
    tests = _EVENT.findall(text)
    named = {event for sign, event in tests if sign == "=="}
    others = all_events - {event for sign, event in tests if sign == "!="}
    if tests:
        found.append(f"on {'|'.join(sorted(named or others))}")
    if re.search(r"== 'failure'|!= 'success'|\bfailure\(\)", text):
        found.append("if failure")
    if ".outputs." in text or "vars." in text:
        found.append("if flag")
    found += [f"if {term}" for term in _TERM.findall(text) if not _EVENT.match(term)]
    return found


def _inner(job: Mapping[str, object], all_events: frozenset[str]) -> list[str]:
    found = []
    steps = job.get("steps")
    for step in steps if isinstance(steps, list) else ():
        for condition in _conditions(str(step.get("if", "")), all_events):
            found.append(f"{step.get('name')} {condition}")
    return found


# -- as it is written beside a drawing -------------------------------------------------------------


def meanings(text: str) -> list[WorkflowMeaning]:
    """The workflows that a text says."""
    result: list[WorkflowMeaning] = []
    for line in text.splitlines():
        if not line.strip():
            continue
        if line.startswith("  - "):
            _add_inner(result, line[4:].strip())
        elif line.startswith("- "):
            last = result[-1]
            job = _job(line[2:].strip())
            result[-1] = WorkflowMeaning(last.file, last.events, last.jobs | {_closed(job, last.jobs)})
            _LAST[last.file] = job.name
        else:
            file, _, events = line.partition(":")
            said = re.split(r",\s*(?![^\[]*\])", events.strip())
            result.append(WorkflowMeaning(file.strip(), frozenset(one for one in said if one), frozenset()))
    return result


_LAST: dict[str, str] = {}


def _job(line: str) -> JobMeaning:
    head, *facts = [part.strip() for part in line.split(";")]
    head, _, after = head.partition(" after ")
    match = re.fullmatch(r"(.*?)(?:\s*\((\d+)\))?", head.strip())
    assert match
    return JobMeaning(
        match[1],
        int(match[2] or 0),
        after=frozenset(one.strip() for one in after.split(",") if one.strip()),
        facts=frozenset(part for fact in facts for part in _split(fact)),
    )


def _split(fact: str) -> list[str]:
    if fact.startswith("writes "):
        return [f"writes {scope}" for scope in fact.split()[1:]]
    return [fact.replace("if on ", "on ")]


def _closed(job: JobMeaning, before: frozenset[JobMeaning]) -> JobMeaning:
    """The job with all that is before those before it."""
    known = {one.name: one for one in before}
    unknown = job.after - known.keys()
    assert not unknown, f"`{job.name}` comes after what is not above it: {unknown}"
    after = job.after.union(*(known[name].after for name in job.after))
    return JobMeaning(job.name, job.steps, after=after, facts=job.facts, inner=job.inner)


def _add_inner(result: list[WorkflowMeaning], said: str) -> None:
    last = result[-1]
    name = _LAST[last.file]
    job = next(one for one in last.jobs if one.name == name)
    longer = JobMeaning(job.name, job.steps, after=job.after, facts=job.facts, inner=(*job.inner, said))
    result[-1] = WorkflowMeaning(last.file, last.events, (last.jobs - {job}) | {longer})


# -- the two beside each other ---------------------------------------------------------------------


def differences(said: Sequence[WorkflowMeaning], found: Sequence[WorkflowMeaning]) -> list[str]:
    """Where what workflows do differs from what is said; nothing if they agree."""
    result: list[str] = []
    known = {one.file: one for one in found}
    for one in said:
        other = known.pop(one.file, None)
        if other is None:
            result.append(f"no workflow {one.file}")
            continue
        result += _of_events(one, other)
        mine = {job.name: job for job in one.jobs}
        its = {job.name: job for job in other.jobs}
        result += [f"{one.file}: no job `{name}`" for name in mine.keys() - its.keys()]
        result += [f"{one.file}: a job `{name}` too many" for name in its.keys() - mine.keys()]
        for name in mine.keys() & its.keys():
            result += [f"{one.file}: `{name}`: {text}" for text in _of_jobs(mine[name], its[name])]
    result += [f"a workflow {file} too many" for file in known]
    return sorted(result)


def _of_events(one: WorkflowMeaning, other: WorkflowMeaning) -> list[str]:
    its = {"schedule" if "schedule" in one.events and e.startswith("schedule[") else e for e in other.events}
    return [] if its == one.events else [f"{one.file}: started by {', '.join(sorted(its))}"]


def _of_jobs(one: JobMeaning, other: JobMeaning) -> list[str]:
    found = []
    if one.steps and one.steps != other.steps:
        found.append(f"{other.steps} drawn steps")
    if one.after != other.after:
        found.append(f"after {', '.join(sorted(other.after)) or 'nothing'}")
    if one.facts != other.facts:
        found.append(f"facts {', '.join(sorted(other.facts)) or 'none'}")
    if sorted(one.inner) != sorted(other.inner):
        found.append(f"steps {', '.join(other.inner) or 'without conditions'}")
    return found
