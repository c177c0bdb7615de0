"""What settings say of a workflow file or a job that has got another name, in the value and in the text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from mermaid2gha.base.edit import Edit, apply
from mermaid2gha.base.records import dataclass, replace
from mermaid2gha.base.source import SourceFile
from mermaid2gha.github.expressions.template import with_job_renamed
from mermaid2gha.github.workflow.emitter import flow_scalar
from mermaid2gha.settings.model import Acceptance, Settings, folded
from mermaid2gha.settings.places import Place, place_of, place_text
from mermaid2gha.yaml.tree import Alias, Entries, Items, Scalar, Tree, all_nodes, tree

Renames = Sequence[tuple[str, str]]
"""Pairs of an old name and the new one."""

_BY_FILE = ("accepted", "extra-jobs", "extra-events")
"""The settings whose keys can be the names of workflow files."""


@dataclass(frozen=True, slots=True)
class NoteRename:
    """A job whose note got another text: its workflow as the settings call it, the texts, the ids."""

    workflow: str
    old: str
    new: str
    old_id: str
    new_id: str


def with_files_renamed(settings: Settings, files: Renames) -> Settings:
    """The settings in which what is said of workflow files is said of the new ones."""
    names = {folded(old): new for old, new in files}

    def of(name: str) -> str:
        return names.get(folded(name), name)

    return replace(
        settings,
        adopted=tuple(map(of, settings.adopted)),
        accepted=tuple((of(name), listed) for name, listed in settings.accepted),
        extra_jobs=tuple((of(name), listed) for name, listed in settings.extra_jobs),
        extra_events=tuple((of(name), listed) for name, listed in settings.extra_events),
    )


def with_jobs_renamed(acceptance: Acceptance, jobs: Renames) -> Acceptance:
    """An accepted difference after the renaming of jobs in its file: its place, and what both sides read."""
    place = acceptance.place
    sides = (acceptance.in_file, acceptance.drawn)
    for old, new in jobs:
        place = renamed_place(place, old, new)
        sides = (
            with_job_renamed(sides[0], old, new) if sides[0] else sides[0],
            with_job_renamed(sides[1], old, new) if sides[1] else sides[1],
        )
    return replace(acceptance, place=place, in_file=sides[0], drawn=sides[1])


def renamed_place(place: Place, old: str, new: str) -> Place:
    """A place with another job in it: the job itself, or one for which a job waits."""
    is_of_jobs = place[:1] == ("jobs",)
    return tuple(
        new
        if is_of_jobs
        and key.casefold() == old.casefold()
        and (number == 1 or (number == 3 and place[2] == "needs"))
        else key
        for number, key in enumerate(place)
    )


def renamed_text(
    file: SourceFile, files: Renames, jobs: Mapping[str, Renames], notes: Sequence[NoteRename] = ()
) -> str:
    """The text of a settings file after the renaming of workflow files, of jobs by the new name of their
    file, and of notes; what does not follow stays byte for byte."""
    root, faults = tree(file)
    if faults or not isinstance(root, Entries):
        return file.text
    names = {folded(old): new for old, new in files}
    edits: list[Edit] = []
    adopted = root.get("adopted")
    listed = adopted.items if isinstance(adopted, Items) else ()
    by_file = [one for key in _BY_FILE if isinstance(one := root.get(key), Entries)]
    keys = [entry.key for one in by_file for entry in one.entries]
    for scalar in (*listed, *keys):
        if isinstance(scalar, Scalar) and not isinstance(scalar, Alias) and folded(scalar.value) in names:
            edits.append(Edit(scalar.span, flow_scalar(names[folded(scalar.value)])))
    accepted = root.get("accepted")
    for entry in accepted.entries if isinstance(accepted, Entries) else ():
        name = names.get(folded(entry.key.value), entry.key.value)
        renames = next((of for file_name, of in jobs.items() if folded(file_name) == folded(name)), ())
        edits += _of_list(entry.value, renames) if renames else ()
    for note in notes:
        edits += [*_of_keys(root.get("steps"), note), *_of_job(root.get("jobs"), note)]
    return apply(file.text, edits)


def _of_keys(node: Tree | None, note: NoteRename) -> Iterator[Edit]:
    """The keys of `steps` that name a note, by its text or its id, with its workflow before it or without."""
    if not isinstance(node, Entries):
        return
    keys = {folded(entry.key.value) for entry in node.entries}
    for entry in node.entries:
        for old, new in ((note.old, note.new), (note.old_id, note.new_id)):
            for head in ("", f"{note.workflow}/"):
                name = f"{head}{new}"
                if folded(entry.key.value) == folded(f"{head}{old}") and folded(name) not in keys:
                    keys.add(folded(name))
                    yield Edit(entry.key.span, flow_scalar(name))
                    break
            else:
                continue
            break


def _of_job(node: Tree | None, note: NoteRename) -> Iterator[Edit]:
    """The line of `jobs` that gives a note its old id."""
    if not isinstance(node, Entries):
        return
    name = f"{note.workflow}/{note.new}"
    if any(folded(entry.key.value) == folded(name) for entry in node.entries):
        return
    for entry in node.entries:
        given = entry.value.get("id") if isinstance(entry.value, Entries) else None
        is_it = folded(entry.key.value) == folded(f"{note.workflow}/{note.old}")
        if is_it and isinstance(given, Scalar) and given.value.casefold() == note.old_id.casefold():
            yield Edit(entry.key.span, flow_scalar(name))
            yield Edit(given.span, flow_scalar(note.new_id))


def _of_list(node: Tree, renames: Renames) -> Iterator[Edit]:
    from mermaid2gha.settings.reader import acceptances_of  # late: the reader is not needed to write

    if not isinstance(node, Items):
        return
    for item, acceptance in zip(node.items, acceptances_of(node)):
        if acceptance is not None and (new := with_jobs_renamed(acceptance, renames)) != acceptance:
            yield from _of_item(item, acceptance, new)


def _of_item(item: Tree, old: Acceptance, new: Acceptance) -> Iterable[Edit]:
    texts = {old.in_file: new.in_file, old.drawn: new.drawn}
    for node in all_nodes(item):
        if not isinstance(node, Scalar) or isinstance(node, Alias):
            continue
        if place_of(node.value) == old.place != new.place:
            yield Edit(node.span, flow_scalar(place_text(new.place)))
        elif (text := texts.get(node.value.strip())) is not None and text != node.value.strip():
            yield Edit(node.span, flow_scalar(text))
