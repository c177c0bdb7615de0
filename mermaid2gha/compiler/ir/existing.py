"""What the compiler must know of workflow files that stand, as a value: one of its inputs, like documents.

It is made of parsed files by the project; nothing here reads one.
"""

from __future__ import annotations

from mermaid2gha.base.records import dataclass


@dataclass(frozen=True, slots=True)
class ExistingJob:
    """A job that stands in a file: its id, the text of its `if` (empty: none), and the jobs it needs.

    `reads` are those needs, in lower case, which its own text asks for results or outputs of. `is_people_s`:
    something in it is of people, so that what it says of a drawn flag is what the flag means. `marked_terms`
    are those of its `if` that a mark says to be drawn; `accepted_conditions` pairs of what the file and what
    the drawing may ask, with a difference that is accepted. `has_own_tests`: how the jobs before it ended is
    asked as the file has it, and not as drawn; that is accepted where the job runs after such ends of them,
    and is drawn to run after such, as a pair of `accepted_tests` says, what it does not say being open. Where
    less is accepted, `silenced_by` are the jobs, in lower case, with which it is skipped, `runs_after` those
    after whose failure it runs, though it is drawn not to, and `went_after` all after whose failure it ran
    when that was accepted: those after it ask themselves how these ended. `stopped_by` are those that are
    drawn before it since, after whose failure alone it is not to run though the rest is accepted. `own_terms`
    are the terms of people's that are accepted; the empty one stands for all.
    """

    id: str
    condition: str = ""
    needs: tuple[str, ...] = ()
    reads: frozenset[str] = frozenset()
    is_people_s: bool = False
    marked_terms: frozenset[str] = frozenset()
    accepted_conditions: tuple[tuple[str, str], ...] = ()
    has_own_tests: bool = False
    accepted_tests: tuple[tuple[str | None, str | None], ...] = ()
    silenced_by: frozenset[str] = frozenset()
    runs_after: frozenset[str] = frozenset()
    went_after: frozenset[str] = frozenset()
    stopped_by: frozenset[str] = frozenset()
    own_terms: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ExistingFile:
    """A workflow file that stands, by its bare name, with its jobs in the order in which they stand.

    `accepted_needs` are pairs of a job and one that it needs though nothing orders the two;
    `accepted_absences` are drawn jobs that the file has not and need not have; `accepted_orders` are pairs of
    a job and one for which it does not and need not wait, drawn after it or not. All in lower case.
    `title` is what GitHub calls the workflow, if that is known: its `name:`, else its path.
    """

    name: str
    jobs: tuple[ExistingJob, ...]
    accepted_needs: frozenset[tuple[str, str]] = frozenset()
    accepted_absences: frozenset[str] = frozenset()
    accepted_orders: frozenset[tuple[str, str]] = frozenset()
    title: str = ""


@dataclass(frozen=True, slots=True)
class AskedRight:
    """A right that people gave a called workflow, or a job of it, so that its calls must have it, too."""

    file: str
    scope: str
    level: str


@dataclass(frozen=True, slots=True)
class Existing:
    """The workflow files of a project that stand; one that is left out is not there or does not matter.

    `rights` are those that people gave workflows that are called, where the calls would lack them.
    """

    files: tuple[ExistingFile, ...] = ()
    rights: tuple[AskedRight, ...] = ()

    def file(self, name: str) -> ExistingFile:
        """The file of a name, in whatever case, as some disks have it; one without jobs if there is none."""
        same = (file for file in self.files if file.name.casefold() == name.casefold())
        return next(same, ExistingFile(name, ()))

    def has(self, name: str) -> bool:
        """Whether a file of a name stands, as far as that is known."""
        return any(file.name.casefold() == name.casefold() for file in self.files)


NOTHING = Existing()
"""No file stands."""
