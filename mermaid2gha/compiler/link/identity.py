"""Which drawn jobs are one job, and what its id and name are (docs/language.md#jobs-steps-and-ids)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mermaid2gha.base.records import dataclass, field
from mermaid2gha.compiler.ir.flow_graph import DrawnJob, JobKind
from mermaid2gha.compiler.link.expansion import setting_of
from mermaid2gha.github.names import MAX_ID, digest, job_id, slug
from mermaid2gha.settings.model import JobSettings, folded

Places = tuple[tuple[int, DrawnJob], ...]
"""Drawn jobs, each with the number of its flow."""


@dataclass(frozen=True, slots=True)
class Separations:
    """What is no one job although its text is: by the number of the flow and that of the drawn job in it.

    `repeats` number those of one text in a flow that are ordered, so that one must end before another
    begins; `apart` names the flow in which a job is one of its own.
    """

    repeats: Mapping[tuple[int, int], int]
    apart: Mapping[tuple[int, int], str]


@dataclass(frozen=True, slots=True)
class Identity:
    """What one job of a workflow is called: its id, its name in the file, the words that are drawn."""

    id: str
    name: str
    title: str
    kind: JobKind


_Key = tuple[str, tuple[str, ...], tuple[str, ...], int, str, str, str, str]


@dataclass(slots=True)
class _Group:
    key: _Key
    places: list[tuple[int, DrawnJob]] = field(default_factory=list)

    @property
    def first(self) -> DrawnJob:
        return self.places[0][1]


def identities(
    drawn: Iterable[tuple[int, DrawnJob]],
    separations: Separations,
    settings: Mapping[str, JobSettings],
    workflow: str,
) -> tuple[tuple[Identity, Places], ...]:
    """The jobs of a workflow in document order, each with the drawn jobs that it is.

    Two of one name are one job iff their tags are equal and, within one flow, their details too. The bare
    slug goes to the tags that are drawn in most flows, then to the longer tag list, then by alphabet. Those
    that are given one id are one job, too.
    """
    groups, fixed = _given_one_id(_groups(drawn, separations), settings, workflow)
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
        (Identity(ids[id(g)][0], name, g.first.text.title, _kind(g)), tuple(g.places))
        for g, name in zip(groups, names)
    )


def _given_one_id(
    groups: list[_Group], settings: Mapping[str, JobSettings], workflow: str
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
        given = setting_of(workflow, text.names, settings)
        marked = next((job.fixed_id for _, job in group.places if job.fixed_id), "")
        chosen = group.first.stands_for or marked or (given.id if given is not None else "")
        if chosen and not group.key[5]:
            same = first.setdefault((chosen.casefold(), group.first.call), group)
            fixed[id(same)] = fixed.get(id(same), chosen)
            if same is not group:
                same.places += group.places
                continue
        elif chosen:
            fixed[id(group)] = _short(f"{chosen}-{_apart(group)}")
        result.append(group)
    for group in first.values():
        group.places.sort(key=lambda place: (place[0], place[1].number))
    return result, fixed


def _kind(group: _Group) -> JobKind:
    kinds = [job.kind for _, job in group.places]
    return JobKind.WORK if JobKind.WORK in kinds else kinds[0]


def _groups(drawn: Iterable[tuple[int, DrawnJob]], separations: Separations) -> list[_Group]:
    """Drawn jobs that are one. Details tell jobs apart only where one flow has several of a name, marked ids
    wherever one text has several."""
    places = list(drawn)
    marked: dict[tuple[str, tuple[str, ...]], set[str]] = {}
    for _, job in places:
        if job.fixed_id:
            named = folded(job.text.name), job.text.tags
            marked.setdefault(named, set()).add(job.fixed_id.casefold())
    details: dict[tuple[str, tuple[str, ...]], set[tuple[int, tuple[str, ...]]]] = {}
    for flow, job in places:
        details.setdefault((folded(job.text.name), job.text.tags), set()).add((flow, job.text.details))
    several = {named for named, variants in details.items() if len({f for f, _ in variants}) < len(variants)}
    groups: dict[_Key, _Group] = {}
    for flow, job in places:
        base = (folded(job.text.name), job.text.tags)
        details_of = job.text.details if base in several else ()
        repeat = separations.repeats[flow, job.number]
        apart = separations.apart.get((flow, job.number), "")
        given = job.fixed_id.casefold() if len(marked.get(base, ())) > 1 else ""
        key = (*base, details_of, repeat, job.call, apart, job.stands_for, given)
        groups.setdefault(key, _Group(key)).places.append((flow, job))
    return list(groups.values())


def _rank(group: _Group) -> tuple[bool, int, int, tuple[str, ...], tuple[str, ...], int]:
    flows = len({flow for flow, _ in group.places})
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
