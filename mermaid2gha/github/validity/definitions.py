"""What a workflow file may hold, key by key, and which contexts and functions expressions may use at each.

The facts are those of the schema `workflow-v1.0` by which GitHub's parser reads a file (npm
@actions/workflow-parser 0.3, actions/languageservices; the service's own copy is in actions/runner,
src/Sdk/WorkflowParser/workflow-v1.0.json) and of docs.github.com, Contexts, "Context availability". Where the
published parser and the service differ, the service counts: `docs/validity.md#where-the-service-differs`.
"""

from __future__ import annotations

from functools import cache

from mermaid2gha.github.events import EVENTS, WORKFLOW_CALL, WORKFLOW_DISPATCH, EventKind
from mermaid2gha.github.validity.forms import (
    Available,
    Definition,
    Plain,
    either,
    keyed,
    listed,
    pairs,
    plain,
    text,
    using,
    words,
)

_STATUS = frozenset({"always", "cancelled", "failure", "success"})
_FILES = frozenset({"hashfiles"})


def _contexts(*names: str) -> frozenset[str]:
    return frozenset(names)


_RUN = _contexts("github", "inputs", "vars")
_AFTER = _RUN | _contexts("needs")
_LEG = _AFTER | _contexts("strategy", "matrix")
_ON_RUNNER = _LEG | _contexts("steps", "job", "runner", "env")

OF_RUN = Available(_RUN)
WORKFLOW_ENV = Available(_RUN | _contexts("secrets"))
CALL_OUTPUT = Available(_RUN | _contexts("jobs"))
JOB_IF = Available(_AFTER, _STATUS)
STRATEGY = Available(_AFTER)
OF_LEG = Available(_LEG)
LEG_SECRETS = Available(_LEG | _contexts("secrets"))
JOB_DEFAULTS = Available(_LEG | _contexts("env"))
CREDENTIALS = Available(_RUN | _contexts("secrets", "env"))
ENVIRONMENT_URL = Available(_ON_RUNNER)
JOB_OUTPUT = Available(_ON_RUNNER | _contexts("secrets"))
STEP_IF = Available(_ON_RUNNER, _STATUS | _FILES)
STEP = Available(_ON_RUNNER | _contexts("secrets"), _FILES)

TEXT = text()
SOME_TEXT = text(may_be_empty=False)
TEXTS = listed(SOME_TEXT)
TEXT_OR_TEXTS = either(SOME_TEXT, TEXTS)
NUMBER = plain(Plain.NUMBER)
BOOLEAN = plain(Plain.BOOLEAN)
NULL = plain(Plain.NULL)
SCALAR = either(TEXT, BOOLEAN, NUMBER)

# -- events ------------------------------------------------------------------------------------------

_RETIRED = {
    "project": ("created", "closed", "reopened", "edited", "deleted"),
    "project_card": ("created", "moved", "converted", "edited", "deleted"),
    "project_column": ("created", "updated", "moved", "deleted"),
    "pull_request_comment": ("created", "edited", "deleted"),
}
"""Events that GitHub still reads and that start nothing any more, with their activity types."""

_FILTERS = tuple(f"{name}{ignored}" for name in ("branches", "tags", "paths") for ignored in ("", "-ignore"))
"""Filters, which GitHub passes over at events that have none such (actions/runner, `on-mapping`)."""

INPUT_TYPES = ("string", "boolean", "number", "environment", "choice")
CALL_INPUT_TYPES = ("string", "boolean", "number")

DISPATCH = keyed(
    f"`{WORKFLOW_DISPATCH.name}`",
    {
        "inputs": pairs(
            "`inputs`",
            keyed(
                "an input",
                {
                    "description": TEXT,
                    "type": words(*INPUT_TYPES),
                    "required": BOOLEAN,
                    "default": SCALAR,
                    "options": listed(TEXT),
                },
            ),
        )
    },
)
CALL = keyed(
    f"`{WORKFLOW_CALL.name}`",
    {
        "inputs": pairs(
            "`inputs`",
            keyed(
                "an input",
                {
                    "description": TEXT,
                    "type": words(*CALL_INPUT_TYPES),
                    "required": BOOLEAN,
                    "default": using(OF_RUN, SCALAR),
                },
                required=("type",),
            ),
        ),
        "secrets": pairs(
            "`secrets`", either(NULL, keyed("a secret", {"description": TEXT, "required": BOOLEAN}))
        ),
        "outputs": pairs(
            "`outputs`",
            keyed("an output", {"description": TEXT, "value": using(CALL_OUTPUT, TEXT)}, required=("value",)),
        ),
    },
)
TIMES = listed(keyed("a time", {"cron": SOME_TEXT, "timezone": SOME_TEXT}, required=("cron",)))


def _event(kind: EventKind) -> Definition:
    """What may stand under an event."""
    if kind.has_times:
        return TIMES
    if kind.is_call:
        return either(NULL, CALL)
    if kind.is_by_hand:
        return either(NULL, DISPATCH)
    types = TEXTS if kind.has_own_types else _types(kind.types)
    keys = {**({"types": types} if kind.types else {}), **dict.fromkeys(kind.filters, TEXT_OR_TEXTS)}
    passed_over = dict.fromkeys(_FILTERS, "any")
    return either(NULL, keyed(f"`{kind.name}`", {**passed_over, **keys}))


def _types(known: tuple[str, ...]) -> Definition:
    return either(words(*known), listed(words(*known)))


@cache
def _events() -> Definition:
    by_name = {name: _event(kind) for name, kind in EVENTS.items()}
    for name, types in _RETIRED.items():
        by_name[name] = either(NULL, keyed(f"`{name}`", {"types": _types(types)}))
    names = words(*by_name)
    return either(names, listed(names), keyed("`on`", by_name))


# -- rights ------------------------------------------------------------------------------------------

_ANY_LEVEL = ("read", "write", "none")
SCOPE_LEVELS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        (
            *("actions", "artifact-metadata", "attestations", "checks", "code-quality", "contents"),
            *("deployments", "discussions", "drives", "issues", "packages", "pages", "pull-requests"),
            *("repository-projects", "security-events", "statuses"),
        ),
        _ANY_LEVEL,
    ),
    **dict.fromkeys(("copilot-requests", "id-token"), ("write", "none")),
    **dict.fromkeys(("models", "vulnerability-alerts"), ("read", "none")),
}
"""The levels that each right of the token can have."""

PERMISSIONS = either(
    keyed("`permissions`", {scope: words(*levels) for scope, levels in SCOPE_LEVELS.items()}),
    words("read-all", "write-all"),
)

# -- jobs --------------------------------------------------------------------------------------------


def _concurrency(short: Definition) -> Definition:
    keys = {"group": SOME_TEXT, "cancel-in-progress": BOOLEAN, "queue": words("single", "max")}
    return either(short, keyed("`concurrency`", keys, required=("group",)))


_RUN_DEFAULTS = keyed("`run`", {"shell": SOME_TEXT, "working-directory": SOME_TEXT})
_CONTAINER_KEYS = {
    "image": SOME_TEXT,
    "options": TEXT,
    "env": pairs("`env`", using(JOB_OUTPUT, TEXT)),
    "ports": TEXTS,
    "volumes": TEXTS,
    "credentials": using(CREDENTIALS, keyed("`credentials`", {"username": SOME_TEXT, "password": SOME_TEXT})),
}
CONTAINER = either(TEXT, keyed("a container", _CONTAINER_KEYS))
SERVICE = either(SOME_TEXT, keyed("a service", {**_CONTAINER_KEYS, "entrypoint": TEXT, "command": TEXT}))
RUNS_ON = either(TEXT_OR_TEXTS, keyed("`runs-on`", {"group": SOME_TEXT, "labels": TEXT_OR_TEXTS}))
MATRIX = keyed(
    "`matrix`",
    dict.fromkeys(("include", "exclude"), listed(pairs("an entry", "any"))),
    others=listed("any"),
)
ENVIRONMENT = either(
    TEXT,
    keyed(
        "`environment`",
        {"name": TEXT, "url": using(ENVIRONMENT_URL, TEXT), "deployment": BOOLEAN},
        required=("name",),
    ),
)
_SNAPSHOT_KEYS = {"image-name": SOME_TEXT, "if": using(OF_LEG, TEXT), "version": SOME_TEXT}
SNAPSHOT = either(SOME_TEXT, keyed("`snapshot`", _SNAPSHOT_KEYS, required=("image-name",)))

_OF_ALL_JOBS = {
    "name": using(OF_LEG, TEXT),
    "needs": either(TEXTS, SOME_TEXT),
    "if": using(JOB_IF, TEXT),
    "permissions": PERMISSIONS,
    "concurrency": using(OF_LEG, _concurrency(SOME_TEXT)),
    "strategy": using(
        STRATEGY, keyed("`strategy`", {"fail-fast": BOOLEAN, "max-parallel": NUMBER, "matrix": MATRIX})
    ),
}
JOB = keyed(
    "a job",
    {
        **_OF_ALL_JOBS,
        "runs-on": using(OF_LEG, RUNS_ON),
        "timeout-minutes": using(OF_LEG, NUMBER),
        "cancel-timeout-minutes": using(OF_LEG, NUMBER),
        "continue-on-error": using(OF_LEG, BOOLEAN),
        "container": using(OF_LEG, CONTAINER),
        "services": using(OF_LEG, pairs("`services`", SERVICE)),
        "env": using(LEG_SECRETS, pairs("`env`", TEXT)),
        "environment": using(OF_LEG, ENVIRONMENT),
        "outputs": pairs("`outputs`", using(JOB_OUTPUT, TEXT)),
        "defaults": keyed("`defaults`", {"run": using(JOB_DEFAULTS, _RUN_DEFAULTS)}),
        "steps": listed("step"),
        "snapshot": SNAPSHOT,
    },
    required=("runs-on",),
)
CALLING_JOB = keyed(
    "a job that calls a workflow",
    {
        **_OF_ALL_JOBS,
        "uses": SOME_TEXT,
        "with": pairs("`with`", using(OF_LEG, SCALAR)),
        "secrets": either(pairs("`secrets`", using(LEG_SECRETS, SCALAR)), words("inherit")),
    },
    required=("uses",),
)

_OF_ALL_STEPS = {
    "name": using(STEP, TEXT),
    "id": SOME_TEXT,
    "if": using(STEP_IF, TEXT),
    "continue-on-error": using(STEP, BOOLEAN),
    "timeout-minutes": using(STEP, NUMBER),
    "env": using(STEP, pairs("`env`", TEXT)),
}
_STEP_TEXT = using(STEP, TEXT)
_BACKGROUND = {"background": BOOLEAN}
RUN_STEP = keyed(
    "a step that runs a script",
    {**_OF_ALL_STEPS, **_BACKGROUND, "run": _STEP_TEXT, "working-directory": _STEP_TEXT, "shell": SOME_TEXT},
    required=("run",),
)
ACTION_STEP = keyed(
    "a step that uses an action",
    {**_OF_ALL_STEPS, **_BACKGROUND, "uses": SOME_TEXT, "with": using(STEP, pairs("`with`", TEXT))},
    required=("uses",),
)
PARALLEL_STEP = keyed("a step of steps", {"parallel": listed("step")}, required=("parallel",))
_OF_STEPS_ABOUT_STEPS = {key: _OF_ALL_STEPS[key] for key in ("name", "id", "continue-on-error")}
WAITING_STEPS = tuple(
    keyed(f"a step that {verb}", {**_OF_STEPS_ABOUT_STEPS, key: value}, required=(key,))
    for key, verb, value in (
        ("wait", "waits for others", either(SOME_TEXT, listed(SOME_TEXT))),
        ("wait-all", "waits for all others", either(NULL, BOOLEAN)),
        ("cancel", "ends another", SOME_TEXT),
    )
)
"""Steps about those that run in the background (docs.github.com, Workflow syntax)."""

_ANY = either(NULL, BOOLEAN, NUMBER, TEXT, listed("any"), pairs("a mapping", "any"))

RECURSIVE: dict[str, Definition] = {
    "any": _ANY,
    "step": either(RUN_STEP, ACTION_STEP, PARALLEL_STEP, *WAITING_STEPS),
}
"""The definitions that hold themselves, by their names."""


@cache
def workflow() -> Definition:
    """What a workflow file is."""
    return keyed(
        "a workflow",
        {
            "on": _events(),
            "name": TEXT,
            "description": TEXT,
            "run-name": using(OF_RUN, TEXT),
            "defaults": keyed("`defaults`", {"run": _RUN_DEFAULTS}),
            "env": using(WORKFLOW_ENV, pairs("`env`", TEXT)),
            "permissions": PERMISSIONS,
            "concurrency": using(OF_RUN, _concurrency(TEXT)),
            "jobs": pairs("`jobs`", either(JOB, CALLING_JOB)),
        },
        required=("on", "jobs"),
    )
