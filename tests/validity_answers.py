"""Verdicts of GitHub's published parser on workflow files, held against ours.

The parser is npm @actions/workflow-parser, which is not what runs on GitHub: `TAKEN` are complaints of it
about what the service takes, `STRICTER` our rules for what the service refuses and the parser does not look
at. The sources of both are in docs/validity.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from mermaid2gha.base.diagnostic import Diagnostic
from mermaid2gha.base.source import SourceFile
from mermaid2gha.github.validity.validity import read_and_refusals
from mermaid2gha.yaml.tree import Alias, Entries, Scalar, Tree, read_tree

Complaint = tuple[int, str]
"""A line of the file, 0 where the parser names none, and what it says."""

TAKEN = tuple(
    map(
        re.compile,
        (
            r"Unexpected type 'BasicExpressionToken' encountered while reading '(step env|job env|services)'",
            r"Unexpected type 'BasicExpressionToken' encountered while reading 'service key'",
            r"Unexpected value 'repository_dispatch'",
        ),
    )
)
PASSED_OVER = re.compile(
    r"Unexpected value '(branches|tags|paths)(-ignore)?'|A mapping was not expected|.*\binput default\b"
)
"""Complaints of what the service does not look at, where it stands in a line of `_passed_over`."""
STRICTER = {
    *("both-filters", "file-too-large", "group-too-long", "script-too-long", "too-many-dispatch-inputs"),
    *("repeated-id", "unusable-matrix", "unusable-reference", "unusable-tag"),
}
STRICT_YAML = (
    "Block scalar lines must not be less indented",
    "Flow map in block collection must be sufficiently indented",
    "Flow sequence in block collection must be sufficiently indented",
)
"""What the parser's reader of YAML refuses, and YamlDotNet, which the service has, does not."""

UNKNOWN = re.compile(r"Unexpected value '(background|wait|wait-all|cancel)'")
"""Keys of steps that the service takes and the parser does not know yet."""

_UNCLOSED = re.compile("Missing closing ['\"]quote")

_UNKNOWN_JOB = re.compile(r"Job '.*' depends on unknown job '(.*)'\.", re.DOTALL)


def judged(text: str, name: str = "workflow.yml") -> tuple[Diagnostic, ...]:
    """What we find in a workflow file."""
    return read_and_refusals(text.encode("utf-8", "surrogatepass"), name).faults


def line(found: Diagnostic) -> int:
    return found.labels[0].span.line


def of_service(complaints: Iterable[Complaint], text: str) -> list[int] | None:
    """The lines of what the service refuses too, for all that is known, in order; none where the parser
    breaks down, as it does at a key that is a number, at `{key}` without a value, at an unknown anchor, and
    where its YAML is stricter; and where it does not know a key."""
    complaints = list(complaints)
    if any("indexOf is not a function" in message for _, message in complaints):
        return None
    if complaints and all(not at and message.startswith("Expected") for at, message in complaints):
        return None
    if any(UNKNOWN.match(message) for _, message in complaints):
        return None
    if any(message.startswith(STRICT_YAML) or _outdented(at, message, text) for at, message in complaints):
        return None
    ids = _job_ids(text)
    strangers = [match[1] for _, message in complaints if (match := _UNKNOWN_JOB.match(message))]
    others = {name for name in strangers if name in ids or name.lower() not in ids.values()}
    is_of_case = bool(strangers) and not others
    left = []
    passed_over = _passed_over(text)
    for at, message in complaints:
        if at in passed_over and PASSED_OVER.match(message):
            continue
        is_of_needs = is_of_case and message.startswith("Job '") and " depends on " in message
        if not is_of_needs and not any(pattern.match(message) for pattern in TAKEN):
            left.append(at)
    return sorted(set(left))


def _outdented(at: int, message: str, text: str) -> bool:
    """Whether a complaint is about a quoted text with a line too far to the left for YAML 1.2, and not about
    one that is closed nowhere, of which the parser complains at the end."""
    return bool(_UNCLOSED.match(message)) and at <= text.count("\n")


def _passed_over(text: str) -> set[int]:
    """The lines of what the service does not look at: filters of events that have none such, and defaults of
    inputs but those of calls with a boolean."""
    root, _ = read_tree(SourceFile("workflow.yml", text))
    events = root.get("on") if isinstance(root, Entries) else None
    found = set()
    for event in events.entries if isinstance(events, Entries) else ():
        under = event.value
        for entry in under.entries if isinstance(under, Entries) else ():
            found.add(entry.key.span.line)
            if entry.key.value == "inputs" and isinstance(entry.value, Entries):
                for one in entry.value.entries:
                    found |= set(_free_default(one.value, is_call=event.key.value == "workflow_call"))
    return found


def _free_default(declared: Tree, *, is_call: bool) -> Iterator[int]:
    """The line of the default of an input, if it may be any text or number; what is none both refuse."""
    default = declared.get("default") if isinstance(declared, Entries) else None
    if isinstance(declared, Entries) and isinstance(default, Scalar | Alias):
        given = declared.get("type")
        if not (is_call and isinstance(given, Scalar) and given.value == "boolean"):
            yield default.span.line


def _job_ids(text: str) -> dict[str, str]:
    """The ids of the jobs of a workflow, each with itself in lower case."""
    root, _ = read_tree(SourceFile("workflow.yml", text))
    jobs = root.get("jobs") if isinstance(root, Entries) else None
    keys = [entry.key.value for entry in jobs.entries] if isinstance(jobs, Entries) else []
    return {key: key.lower() for key in keys}


def difference(lines: Iterable[int] | None, found: Iterable[Diagnostic]) -> str:
    """How our verdict differs from the lines of the parser's complaints, in words; empty if it does not.

    What is no YAML both refuse; where a parser notices that is its own affair. An expression that is not
    closed has its own place with us, and that of its whole text with the parser.
    """
    if lines is None:
        return ""
    theirs = set(lines)
    ours = list(found)
    if not theirs:
        extra = [one for one in ours if not _is_stricter(one)]
        return f"only we refuse it: {extra[0].rule}: {extra[0].message}" if extra else ""
    if not ours:
        return f"only the parser refuses it, in {sorted(theirs)}"
    if (
        theirs == {0}
        or theirs & {line(one) for one in ours}
        or any(one.rule == "invalid-yaml" for one in ours)
        or any("is not closed" in one.message and min(theirs) <= line(one) for one in ours)
    ):
        return ""
    return f"it complains of {sorted(theirs)}, and we of {sorted({line(one) for one in ours})}"


def _is_stricter(found: Diagnostic) -> bool:
    """Whether the service refuses it and the parser does not: names without an anchor, which the parser
    passes over, anchors of signs, and arguments of a status function, which its schema allows."""
    is_of_anchor = "anchor" in found.message or "alphabetic" in found.message
    is_of_status = found.message.startswith(("`success` takes 0", "`failure` takes 0"))
    return found.rule in STRICTER or (found.rule == "invalid-yaml" and is_of_anchor) or is_of_status
