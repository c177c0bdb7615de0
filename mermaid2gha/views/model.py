"""Job graphs: the narrow waist between the two languages. An edge `(a, b)` means a before b."""

from __future__ import annotations

from enum import Enum

from mermaid2gha.base.diagnostic import Label
from mermaid2gha.base.records import dataclass, field
from mermaid2gha.compiler.ir.diagram_ir import JobKind


@dataclass(frozen=True, slots=True)
class GraphJob:
    """A job of a graph. `flows` are the names of the flows that draw it, in the order of the documents.

    `conditions` says for flows under a condition what it is, in the diagram's words: `(flow, words)`.
    `is_optional`: some flow that draws the job may leave it out. `details` are the names of its steps.
    """

    id: str
    name: str
    kind: JobKind
    flows: tuple[str, ...]
    conditions: tuple[tuple[str, str], ...] = ()
    is_optional: bool = False
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Need:
    """`job` needs `on`, in these flows, because of these places of the documents.

    `is_data`: the job reads an output of `on`; `is_order`: the drawing orders them (a need may be both).
    """

    job: str
    on: str
    flows: tuple[str, ...]
    is_data: bool = False
    is_order: bool = True
    because: tuple[Label, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class JobGraph:
    """The jobs of one workflow in a topological order that keeps the documents' order, and their needs."""

    file: str
    name: str
    flows: tuple[str, ...]
    jobs: tuple[GraphJob, ...]
    needs: tuple[Need, ...]


class LinkKind(Enum):
    """What goes from one place to another in the picture of the whole."""

    TRIGGER = "trigger"
    CALL = "call"
    PUSH = "push"
    PULL = "pull"
    WRITE = "write"


@dataclass(frozen=True, slots=True)
class Link:
    """Something that passes between workflows, sources and stores; `label` an event or an artifact's name."""

    source: str
    target: str
    kind: LinkKind
    label: str
    flows: tuple[str, ...]


class PlaceKind(Enum):
    """The places of the picture of the whole."""

    WORKFLOW = "workflow"
    SOURCE = "source"
    PERSON = "person"
    STORE = "store"


@dataclass(frozen=True, slots=True)
class Station:
    """A workflow (`name` its name, `file` its file), a source, a person or a store."""

    name: str
    kind: PlaceKind
    file: str = ""


@dataclass(frozen=True, slots=True)
class Program:
    """Everything of a project that a picture can show."""

    flows: tuple[str, ...]
    graphs: tuple[JobGraph, ...]
    places: tuple[Station, ...]
    links: tuple[Link, ...]
