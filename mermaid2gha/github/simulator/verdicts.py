"""Whether a step fails, where that follows from how other jobs ended: a script in plain shell, or an action
that is known to judge results."""

from __future__ import annotations

import json
import re

from mermaid2gha.github.shell.machine import Budget
from mermaid2gha.github.shell.script import exit_code
from mermaid2gha.github.simulator.known import StepView
from mermaid2gha.github.simulator.model import ScheduledStep

_SHELLS = {"": False, "bash": True, "sh": False}
"""Shells whose scripts are followed, and whether they have `pipefail` (docs.github.com, Workflow syntax,
`jobs.<job_id>.steps[*].shell`)."""

_ALLS_GREEN = re.compile(r"re-actors/alls-green@", re.IGNORECASE)
_SCRIPT_ACTION = re.compile(r"actions/github-script@", re.IGNORECASE)
_SET_FAILED = re.compile(r"\s*core\.setFailed\((?:'[^']*'|\"[^\"]*\"|`[^`$]*`)\);?\s*")
_DECIDES = re.compile(r"\bneeds\b|\bexit\b|\bfalse\b")


def verdict(step: ScheduledStep, runs_on: tuple[str, ...], seen: StepView, budget: Budget) -> str | None:
    """Why a step fails, in a few words; empty if it goes well, none where that is not understood."""
    name = f"its step “{step.name}”" if step.name else f"its step {step.position + 1}"
    if step.is_script:
        if not any(_DECIDES.search(text) for text in (step.text, *(text for _, text in step.env))):
            return ""
        code = _script_code(step, runs_on, seen, budget)
        return None if code is None else f"{name} ends with {code}" if code else ""
    if _ALLS_GREEN.match(step.text):
        found = _alls_green(step, seen)
        return found and f"{name}: {found}"
    if _SCRIPT_ACTION.match(step.text):
        fails = _SET_FAILED.fullmatch(dict(step.arguments).get("script", ""))
        return f"{name} calls `setFailed`" if fails else None
    return "" if "needs" not in "".join(text for _, text in step.arguments) else None


def _script_code(step: ScheduledStep, runs_on: tuple[str, ...], seen: StepView, budget: Budget) -> int | None:
    shell = step.shell.strip()
    is_windows = any(label.lower().startswith("windows") for label in runs_on)
    if shell not in _SHELLS or (is_windows and not shell):
        return None
    text = seen.text(step.text)
    if text is None:
        return None
    return exit_code(text, seen.variables, seen.hidden, has_pipefail=_SHELLS[shell], budget=budget)


def _alls_green(step: ScheduledStep, seen: StepView) -> str | None:
    """The verdict of re-actors/alls-green: every job has to succeed, but for those that may fail or be
    skipped (its README)."""
    values = {name: seen.text(text) for name, text in step.arguments}
    if None in values.values():
        return None
    try:
        jobs = json.loads(values.get("jobs") or "")
    except ValueError:
        return None
    if not isinstance(jobs, dict):
        return None
    may_fail, may_be_skipped = (_names(values.get(f"allowed-{what}") or "") for what in ("failures", "skips"))
    bad = []
    for name, job in jobs.items():
        result = job.get("result") if isinstance(job, dict) else None
        is_good = result == "success" or (result == "skipped" and name in may_be_skipped)
        if not is_good and not (name in may_fail and result in ("failure", "cancelled", "skipped")):
            bad.append(f"`{name}` is {result}")
    return ", ".join(bad)


def _names(text: str) -> set[str]:
    """Names between commas, or in JSON."""
    try:
        found = json.loads(text)
    except ValueError:
        found = text.split(",")
    return {str(name).strip() for name in found} if isinstance(found, list) else set()
