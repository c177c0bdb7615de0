"""Which drawn jobs are one job, and what its id and name are (section 5)."""

from __future__ import annotations

from collections.abc import Sequence

from mermaid2gha.base.records import dataclass, field
from mermaid2gha.compiler.ir.diagram_ir import DrawnJob, JobKind
from mermaid2gha.compiler.link.expansion import setting_of
from mermaid2gha.compiler.vocabulary import labels
from mermaid2gha.github.names import MAX_ID, digest, job_id, slug
from mermaid2gha.settings.model import JobSettings


@dataclass(frozen=True, slots=True)
class Bearer:
    """A drawn job in a flow, by the flow's number among those of its workflow.

    `group` tells it from a job of the same text that is drawn elsewhere in the flow and cannot be the
    same; `apart` is the name of the flow in which it is a job of its own.
    """

    flow: int
    job: DrawnJob
    group: int = 0
    apart: str = ""


@dataclass(frozen=True, slots=True)
class Identity:
    """What one job of a workflow is called: its id, its name in the file, the words that are drawn."""

    id: str
    name: str
    title: str
    kind: JobKind


_Key = tuple[str, tuple[str, ...], tuple[str, ...], int, str, str, str]


@dataclass(slots=True)
class _Group:
    key: _Key
    bearers: list[Bearer] = field(default_factory=list)

    @property
    def first(self) -> DrawnJob:
        return self.bearers[0].job


def identities(
    bearers: Sequence[Bearer], settings: dict[str, JobSettings], workflow: str
) -> tuple[tuple[Identity, tuple[Bearer, ...]], ...]:
    """The jobs of a workflow in document order, each with the drawn jobs that it is.

    Two bearers of one name are one job iff their tags are equal and, within one flow, their details too.
    The bare slug goes to the tags borne in most flows, then to the longer tag list, then by alphabet. Those
    that are given one id are one job, too.
    """
    groups, fixed = _given_one_id(_groups(bearers), settings, workflow)
    by_slug: dict[str, list[_Group]] = {}
    for group in groups:
        by_slug.setdefault(job_id(group.first.text.name), []).append(group)
    taken = {name.casefold() for name in fixed.values()}
    ids: dict[int, tuple[str, str]] = {}
    for stem, sharing in by_slug.items():
        ranked = sorted(sharing, key=_rank)
        for place, group in enumerate(ranked):
            if id(group) in fixed:
                ids[id(group)] = (fixed[id(group)], _display(group, place, ranked))
                continue
            ids[id(group)] = (_free(_candidates(stem, group, place), taken), _display(group, place, ranked))
            taken.add(ids[id(group)][0].casefold())
    names = _unique_names([ids[id(g)] for g in groups])
    return tuple(
        (Identity(ids[id(g)][0], name, g.first.text.title, _kind(g)), tuple(g.bearers))
        for g, name in zip(groups, names)
    )


def _given_one_id(
    groups: list[_Group], settings: dict[str, JobSettings], workflow: str
) -> tuple[list[_Group], dict[int, str]]:
    """The groups, those of one given id as one, and the ids that are given, by the identity of the group.

    What calls a workflow is no job with steps, and what the flows hold apart stays so: its given id is
    qualified by the flow.
    """
    result: list[_Group] = []
    fixed: dict[int, str] = {}
    first: dict[tuple[str, str], _Group] = {}
    for group in groups:
        text = group.first.text
        given = setting_of(workflow, (text.title, text.name), settings)
        marked = next((b.job.fixed_id for b in group.bearers if b.job.fixed_id), "")
        chosen = group.first.stands_for or marked or (given.id if given is not None else "")
        if chosen and not group.key[5]:
            known = first.setdefault((chosen.casefold(), group.first.call), group)
            fixed[id(known)] = fixed.get(id(known), chosen)
            if known is not group:
                known.bearers += group.bearers
                continue
        elif chosen:
            fixed[id(group)] = _short(f"{chosen}-{_apart(group)}")
        result.append(group)
    for group in first.values():
        group.bearers.sort(key=lambda bearer: (bearer.flow, bearer.job.number))
    return result, fixed


def _kind(group: _Group) -> JobKind:
    kinds = [bearer.job.kind for bearer in group.bearers]
    return JobKind.WORK if JobKind.WORK in kinds else kinds[0]


def _groups(bearers: Sequence[Bearer]) -> list[_Group]:
    """Bearers that are one job. Details tell jobs apart only where one flow has several of a name."""
    details: dict[tuple[str, tuple[str, ...]], set[tuple[int, tuple[str, ...]]]] = {}
    for bearer in bearers:
        text = bearer.job.text
        details.setdefault((labels.folded(text.name), text.tags), set()).add((bearer.flow, text.details))
    several: set[tuple[str, tuple[str, ...]]] = set()
    for named, found in details.items():
        flows = [flow for flow, _ in found]
        if len(flows) != len(set(flows)):
            several.add(named)
    groups: dict[_Key, _Group] = {}
    for bearer in bearers:
        text = bearer.job.text
        base = (labels.folded(text.name), text.tags)
        told = text.details if base in several else ()
        key = (*base, told, bearer.group, bearer.job.call, bearer.apart, bearer.job.stands_for)
        groups.setdefault(key, _Group(key)).bearers.append(bearer)
    return list(groups.values())


def _rank(group: _Group) -> tuple[bool, int, int, tuple[str, ...], tuple[str, ...], int]:
    flows = len({bearer.flow for bearer in group.bearers})
    return (bool(group.key[5]), -flows, -len(group.key[1]), group.key[1], group.key[2], group.key[3])


def _candidates(stem: str, group: _Group, place: int) -> list[str]:
    """The ids to try in turn: bare for the first, then by tags, details, number."""
    tags = slug(" ".join(group.key[1])) if group.key[1] else ""
    text = group.first.text
    detail = slug(text.details[0]) if text.details else ""
    tries = [stem] if place == 0 else []
    if tags:
        tries.append(f"{stem}-{tags}")
    if detail:
        tries.append(f"{stem}-{tags}-{detail}" if tags else f"{stem}-{detail}")
    if group.key[5]:
        tries = [f"{stem}-{_apart(group)}"]
    return tries or [stem]


def _apart(group: _Group) -> str:
    """What tells a job that is apart in one flow from its namesake: the name of the flow."""
    return slug(group.key[5]) or digest(group.key[5])[:8]


def _free(tries: list[str], taken: set[str]) -> str:
    for name in tries:
        if _short(name).casefold() not in taken:
            return _short(name)
    number = 2
    while _short(tries[-1], f"-{number}").casefold() in taken:
        number += 1
    return _short(tries[-1], f"-{number}")


def _short(name: str, ending: str = "") -> str:
    """An id that fits: an over-long one keeps its beginning and gets a hash of the whole."""
    if len(name) + len(ending) <= MAX_ID:
        return name + ending
    room = MAX_ID - len(ending) - 9
    return f"{name[:room].rstrip('-')}-{digest(name)[:8]}{ending}"


def _display(group: _Group, place: int, ranked: list[_Group]) -> str:
    text = group.first.text
    if group.key[5]:
        return f"{text.title} ({group.key[5]})"
    if place == 0 or len(ranked) == 1:
        return text.name
    if text.tags:
        return text.title
    return f"{text.name} ({text.details[0]})" if text.details else text.name


def _unique_names(named: list[tuple[str, str]]) -> list[str]:
    """Display names made unique: branch protection tells checks apart by them."""
    count: dict[str, int] = {}
    for _, name in named:
        count[name.casefold()] = count.get(name.casefold(), 0) + 1
    return [name if count[name.casefold()] == 1 else f"{name} ({ident})" for ident, name in named]
