"""`mermaid2gha.yml` as a value with places. Passes read it at the start of lowering and in `plan` only."""

from __future__ import annotations

from functools import lru_cache

from mermaid2gha.base.enums import Enum
from mermaid2gha.base.records import dataclass, field
from mermaid2gha.base.source import SourceFile, Span
from mermaid2gha.github.workflow.model import GivenStep
from mermaid2gha.settings.places import Place

OUTCOMES = ("failure()", "success()")
"""The status functions that can be a whole condition: that what stands before failed, or succeeded."""


class Order(Enum):
    """How much of the drawn order is kept: all of it, or what data and decisions need."""

    LIFELINE = "lifeline"
    DATA = "data"


class RoleName(Enum):
    """The roles that `lifelines:` can set."""

    PERSON = "person"
    WORKFLOW = "workflow"
    JOB = "job"
    SOURCE = "source"
    EXTERNAL = "external"
    REGISTRY = "registry"
    ENVIRONMENT = "environment"


@dataclass(frozen=True, slots=True)
class FlowSettings:
    """`flows: NAME:`; `when` is a GitHub expression, `cron` a schedule's time."""

    when: str = ""
    cron: str = ""
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class LifelineSettings:
    """`lifelines: NAME:`; `file` a workflow's file name, `decider` a job's id or name, `image` a template."""

    role: RoleName | None = None
    file: str = ""
    decider: str = ""
    image: str = ""
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class JobSettings:
    """`jobs: "WORKFLOW/NAME":`; one `id`, or `ids` (with wildcards) of the jobs that a note stands for."""

    id: str = ""
    ids: tuple[str, ...] = ()
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Condition:
    """`conditions: TEXT: EXPRESSION`; the span is the expression's."""

    expression: str
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class GivenSteps:
    """`steps: NAME:`; what stands in a fresh job instead of a step that only announces."""

    steps: tuple[GivenStep, ...] = ()
    span: Span | None = field(default=None, compare=False)


DANGERS = frozenset({"privileged-steps"})
"""Rules of what is told of a state that is as drawn, and accepted like a difference."""


@dataclass(frozen=True, slots=True)
class Acceptance:
    """One difference that stays: a rule, and the place in the drawing's or the file's structure.

    Of a scalar, what the file and what the drawing says when it was accepted; else both are none. The place
    is empty where the rule has but one in a file. `span` is that of the item in the settings.
    """

    rule: str
    place: Place = ()
    in_file: str | None = None
    drawn: str | None = None
    span: Span | None = field(default=None, compare=False)
    _hash: int | None = field(default=None, init=False, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Settings:
    """Every key of the settings file, with the defaults of a project that has none.

    Paths are relative to `root`, the folder of the settings file (absent: the working directory). Keys of
    the mappings are the user's own names; matching ignores case and runs of white space. `adopted` are the
    names of workflow files that people wrote and that may be edited in place; `accepted` are differences that
    stay, by the name of the workflow file. `fences` are renderers of `base.renderers`.
    """

    file: SourceFile | None = None
    root: str = "."
    documents: tuple[str, ...] = ()
    workflows: str = ".github/workflows"
    graphs: str | None = None
    fences: tuple[str, ...] = ()
    order: Order = Order.LIFELINE
    runs_on: str | tuple[str, ...] = "ubuntu-24.04"
    timeout_minutes: int = 60
    flows: tuple[tuple[str, FlowSettings], ...] = ()
    lifelines: tuple[tuple[str, LifelineSettings], ...] = ()
    tags: tuple[tuple[str, str], ...] = ()
    conditions: tuple[tuple[str, Condition], ...] = ()
    jobs: tuple[tuple[str, JobSettings], ...] = ()
    steps: tuple[tuple[str, GivenSteps], ...] = ()
    extra_jobs: tuple[tuple[str, tuple[str, ...]], ...] = ()
    extra_events: tuple[tuple[str, tuple[str, ...]], ...] = ()
    adopted: tuple[str, ...] = ()
    accepted: tuple[tuple[str, tuple[Acceptance, ...]], ...] = ()
    default_branch: str = "main"
    ignored_rules: tuple[str, ...] = ()


def accepted_in(settings: Settings, file: str) -> tuple[Acceptance, ...]:
    """The differences that stay in a workflow file, whatever the case of its name; dangers apart."""
    return tuple(one for one in _listed(settings, file) if one.rule not in DANGERS)


def dangers_accepted_in(settings: Settings, file: str) -> tuple[Acceptance, ...]:
    """The told dangers that are accepted in a workflow file, which are no differences from the drawing."""
    return tuple(one for one in _listed(settings, file) if one.rule in DANGERS)


def _listed(settings: Settings, file: str) -> tuple[Acceptance, ...]:
    named = (of for name, of in settings.accepted if name.casefold() == file.casefold())
    return next(named, ())


@dataclass(frozen=True, slots=True)
class Undrawn:
    """The jobs and events that may stand in a workflow file although nothing draws them."""

    jobs: frozenset[str] = frozenset()
    events: frozenset[str] = frozenset()


@lru_cache(maxsize=1 << 16)  # names recur from flow to flow
def folded(name: str) -> str:
    """A name as settings compare it: case folded, every run of white space one blank."""
    return " ".join(name.split()).casefold()
