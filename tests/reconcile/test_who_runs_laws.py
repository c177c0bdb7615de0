"""Who runs in a workflow of people's changes only as an edit of its drawing says, whatever fails.

Random workflows are adopted by a drawing of some of their jobs; then a job is drawn more, made optional, or
taken away. Each file is run by the scheduler before and after, with every single failure, in two
repositories. `MERMAID2GHA_EXAMPLES` sets how many are tried; with it set they differ from run to run, or are
those of `MERMAID2GHA_SEED`.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from pathlib import Path
from random import Random, SystemRandom

import pytest
from one_run import simulate
from quick_yaml import typed

from mermaid2gha.cli import main
from mermaid2gha.github.simulator.model import read_workflow
from mermaid2gha.github.simulator.simulator import JobResult, Outcome

GIVEN = os.environ.get("MERMAID2GHA_EXAMPLES")
CHANCE = Random(os.environ["MERMAID2GHA_SEED"]) if "MERMAID2GHA_SEED" in os.environ else SystemRandom()
FOUND = [
    247607736,
    300551794,
    909925047,
    922308594,
    643077375,
    363494477,
    109494177,
    429350157,
    347600296,
    77058899,
    517576613,
]
"""Seeds that once failed, each for another reason."""
SEEDS = [CHANCE.randrange(10**9) for _ in range(int(GIVEN))] if GIVEN else [3, 5, 8, *FOUND]
ASKING_FOUND = [
    354698089,
    950381377,
    48322290,
    909788772,
    815451979,
    258881430,
    997952756,
    935876267,
    23335079,
    907545567,
    346392527,
    635690414,
    489791129,
    223300714,
    929485280,
    865310354,
    544476476,
    478647686,
    870852524,
    540932976,
    355713583,
    673578670,
    709,
]
ASKING_SEEDS = [CHANCE.randrange(10**9) for _ in range(int(GIVEN))] if GIVEN else [3, 5, 8, *ASKING_FOUND]
CONDITIONS = (
    *[""] * 6,
    "github.repository == 'o/r'",
    "github.ref == 'refs/heads/main'",
    "!failure() && !cancelled()",
    "!cancelled()",
    "always()",
    "failure()",
)
ASKING = (
    *CONDITIONS,
    "always() && needs.{need}.result != 'skipped'",
    "!cancelled() && needs.{need}.result != 'failure' && github.ref == 'refs/heads/main'",
    "!cancelled() && needs.{need}.result == 'success'",
    "!cancelled() && needs.{need}.result == 'success' && github.repository == 'o/r'",
    "always() && (needs.{need}.result == 'success' || needs.{need}.result == 'failure')",
)
"""The same, and some that ask how one of the jobs before them ended."""
ADOPTED: dict[str, str] = {}
"""The settings by which a workflow is adopted by its drawing, for each of the laws alike."""
Levels = tuple[tuple[str, ...], ...]
Drawn = Callable[[list[str], list[str]], bool]
"""What a law asks of the jobs of a workflow and those of them that are drawn."""


def workflow(random: Random, conditions: tuple[str, ...]) -> tuple[str, list[str], Levels]:
    """A random workflow by push: its text, the ids of its jobs, and levels of those that are drawn."""
    names = [f"job-{letter}" for letter in "abcdef"[: random.randrange(3, 7)]]
    lines = ["name: CI", "on: push", "jobs:"]
    depth: dict[str, int] = {}
    for at, name in enumerate(names):
        needs = sorted(random.sample(names[:at], min(at, random.choice([0, 1, 1, 2, 3]))))
        depth[name] = max((depth[need] + 1 for need in needs), default=0)
        lines += [f"  {name}:"]
        lines += (
            [f"    needs: {needs[0]}" if len(needs) == 1 else f"    needs: [{', '.join(needs)}]"]
            if needs
            else []
        )
        condition = random.choice(conditions if at else [one for one in conditions if "()" not in one])
        if "{need}" in condition:
            condition = condition.format(need=random.choice(needs)) if needs else "always()"
        lines += [f"    if: ${{{{ {condition} }}}}"] if condition else []
        lines += ["    runs-on: ubuntu-24.04", "    steps:", f"      - run: make {name} # theirs"]
    drawn = [name for name in names if random.random() < 0.8 or name == names[0]]
    levels = (tuple(n for n in drawn if depth[n] == level) for level in range(len(names)))
    return "\n".join(lines) + "\n", names, tuple(level for level in levels if level)


def drawing(levels: Levels, optional: str = "") -> str:
    lines = ["sequenceDiagram", "    participant CI as CI (ci.yml)", "    GitHub->>CI: Trigger 'push'"]
    for level in levels:
        lines += ["    par"] if len(level) > 1 else []
        for number, name in enumerate(level):
            note = [f"    %% id: {name}", f"    Note over CI: {name}"]
            lines += ["    and"] if number else []
            lines += ["    opt", *note, "    end"] if name == optional else note
        lines += ["    end"] if len(level) > 1 else []
    return "\n".join(lines) + "\n"


def runs(text: str, jobs: list[str]) -> Iterator[tuple[str, str, frozenset[str]]]:
    """For each repository and each job that fails, or none, the jobs that run."""
    read = read_workflow(text)
    for repository in ("o/r", "f/r"):
        payload: dict[str, object] = {"ref": "refs/heads/main", "repository": {"full_name": repository}}
        for failing in ("", *jobs):
            outcomes = {failing: Outcome.FAILURE} if failing else {}
            results = simulate(read, "push", payload, outcomes=outcomes).results
            ran = frozenset(name for name, result in results.items() if result is not JobResult.SKIPPED)
            yield repository, failing, ran


class Adopted:
    """A project in which a random workflow is adopted as it stands.

    `along` are the undrawn jobs of which the last compile told that they run in other cases.
    """

    along: set[str]

    def __init__(
        self,
        root: Path,
        random: Random,
        conditions: tuple[str, ...],
        is_meant: Drawn = lambda jobs, drawn: True,
    ) -> None:
        self.root, self.file = root, root / ".github/workflows/ci.yml"
        self.text, self.jobs, self.levels = workflow(random, conditions)
        while not is_meant(self.jobs, self.drawn):
            self.text, self.jobs, self.levels = workflow(random, conditions)
        self.file.parent.mkdir(parents=True)
        self.file.write_text(self.text, encoding="utf-8")
        self.draw(drawing(self.levels))
        key = self.text + drawing(self.levels)
        if key not in ADOPTED:
            assert main(["adopt", ".github/workflows", "--document", "ci.mmd", "--write", "-q"]) == 0
            assert self.compiled() == self.text
            ADOPTED[key] = (root / "mermaid2gha.yml").read_text(encoding="utf-8")
        (root / "mermaid2gha.yml").write_text(ADOPTED[key], encoding="utf-8")

    @property
    def drawn(self) -> list[str]:
        return [name for level in self.levels for name in level]

    def draw(self, text: str) -> None:
        (self.root / "ci.mmd").write_text(text, encoding="utf-8")

    def compiled(self, *options: str) -> str:
        """The file after a compile; `check` fails before it iff it changes something, and not after it."""
        before = self.file.read_text(encoding="utf-8")
        is_stale = main(["check", "--no-cache", "-q"]) == 1
        mentions = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
        with contextlib.redirect_stderr(mentions):
            assert main(["compile", *options]) == 0
        mentions.seek(0)
        self.along = set(re.findall(r"changed-along\]: `([\w-]+)`", mentions.read()))
        after = self.file.read_text(encoding="utf-8")
        assert is_stale == (before != after) or options
        assert main(["check", "--no-cache", "-q"]) == 0
        assert main(["compile", "-q"]) == 0
        assert self.file.read_text(encoding="utf-8") == after
        return after

    def back(self, changed: str) -> None:
        """The edit is taken back: the meaning is as it was, and the text where only lines had come."""
        self.draw(drawing(self.levels))
        text = self.compiled()
        assert meaning(text) == meaning(self.text)
        steps = SequenceMatcher(
            None, self.text.splitlines(), changed.splitlines(), autojunk=False
        ).get_opcodes()
        is_more = all(tag in ("equal", "insert") for tag, *_ in steps)
        assert not is_more or text == self.text


def after(text: str, name: str) -> set[str]:
    """The jobs of a workflow that wait for one, however far."""
    jobs = typed(text)["jobs"]
    found: set[str] = set()
    for _ in jobs:
        waiting = (
            job for job, one in jobs.items() if {name, *found}.intersection(_listed(one.get("needs", [])))
        )
        found.update(waiting)
    return found


def is_after_success(asked: str) -> bool:
    """Whether a job is one that comes after the success of others: a failure of which nobody has said that it
    may run after that stops it."""
    return not asked or ("!cancelled()" in asked and "needs." in asked)


def _listed(needs: str | list[str]) -> list[str]:
    return [needs] if isinstance(needs, str) else needs


def meaning(text: str) -> object:
    """A workflow as a value, with all needs as sets, and the terms of each `if`."""
    read = typed(text)
    for job in read["jobs"].values():
        asked = str(job.pop("if", "")).strip().removeprefix("${{").removesuffix("}}")
        job["if"] = {" ".join(term.split()) for term in asked.split("&&")}
        needs = job.pop("needs", ())
        job["needs"] = {needs} if isinstance(needs, str) else set(needs)
    return read


SEEDED = [*((seed, CONDITIONS) for seed in SEEDS), *((seed, ASKING) for seed in ASKING_SEEDS)]


@pytest.fixture(params=SEEDED)
def case(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[Adopted, Random]:
    return adopted_by(request, tmp_path, monkeypatch, lambda jobs, drawn: True)


@pytest.fixture(params=SEEDED)
def case_of_two(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[Adopted, Random]:
    """One in which two jobs are drawn at least, so that a drawing is left where one goes."""
    return adopted_by(request, tmp_path, monkeypatch, lambda jobs, drawn: len(drawn) > 1)


@pytest.fixture(params=SEEDED)
def case_with_undrawn(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[Adopted, Random]:
    return adopted_by(request, tmp_path, monkeypatch, lambda jobs, drawn: len(drawn) < len(jobs))


def adopted_by(
    request: pytest.FixtureRequest, root: Path, monkeypatch: pytest.MonkeyPatch, is_meant: Drawn
) -> tuple[Adopted, Random]:
    """The first random workflow of a seed that is of the kind of which a law speaks."""
    monkeypatch.chdir(root)
    seed, conditions = request.param
    random = Random(seed)
    return Adopted(root, random, conditions, is_meant), random


def test_a_job_more_changes_nothing_where_it_succeeds(case: tuple[Adopted, Random]) -> None:
    adopted, random = case
    at = random.randrange(len(adopted.levels) + 1)
    adopted.draw(drawing((*adopted.levels[:at], ("new",), *adopted.levels[at:])))
    text = adopted.compiled()
    first = {name for level in adopted.levels[:at] for name in level}
    asked = typed(adopted.text)["jobs"]
    is_after_handler = any(asked[name].get("if") == "${{ failure() }}" for name in first)
    later = {name for level in adopted.levels[at:] for name in level}
    for (repository, failing, old), (_, _, new) in zip(
        runs(adopted.text, adopted.jobs), runs(text, adopted.jobs)
    ):
        is_bare = "if" not in typed(text)["jobs"]["new"]
        assert "new" not in new or failing not in first or not is_bare
        is_left_out = "new" not in new and is_after_handler  # which runs after failures alone
        if failing in {"", *later} and not is_left_out:  # after another failure it stops those after it
            # What nobody draws asks as it did, and now of what is skipped before the new job, too.
            skipped = set(adopted.jobs) - old
            late = {name for one in skipped for name in after(text, one) - after(adopted.text, one)}
            late -= {*adopted.drawn}
            assert new - {"new"} == old - (late - new), (repository, failing)
            assert failing or old - new <= adopted.along
    plain = [name for name in later if is_after_success(typed(adopted.text)["jobs"][name].get("if", ""))]
    failed = simulate(
        read_workflow(text),
        "push",
        {"ref": "refs/heads/main", "repository": {"full_name": "o/r"}},
        outcomes={"new": Outcome.FAILURE},
    ).results
    assert [
        name for name in plain if failed["new"] is JobResult.FAILURE and failed[name] is not JobResult.SKIPPED
    ] == []
    adopted.back(text)


def test_an_optional_job_changes_nothing_where_it_runs(case: tuple[Adopted, Random]) -> None:
    adopted, random = case
    conditions = {name: job.get("if", "") for name, job in typed(adopted.text)["jobs"].items()}
    names = [name for name in adopted.drawn if "()" not in conditions[name]]
    name = random.choice(names)  # what asks how others ended is drawn anew as a whole
    adopted.draw(drawing(adopted.levels, name))
    text = adopted.compiled()
    for (repository, failing, old), (_, _, new) in zip(
        runs(adopted.text, adopted.jobs), runs(text, adopted.jobs)
    ):
        if name in old:
            assert new == old, (repository, failing)
    adopted.back(text)


def test_a_job_less_changes_nothing_where_it_succeeded(case_of_two: tuple[Adopted, Random]) -> None:
    adopted, random = case_of_two
    name = random.choice(adopted.drawn)
    levels = tuple(tuple(one for one in level if one != name) for level in adopted.levels)
    adopted.draw(drawing(tuple(level for level in levels if level)))
    text = adopted.compiled("--prune")
    if name in typed(text)["jobs"]:  # what another one's own test asks for stays, and all with it
        assert text == adopted.text and f"needs.{name}." in text
        return
    for (repository, failing, old), (_, _, new) in zip(
        runs(adopted.text, adopted.jobs), runs(text, adopted.jobs)
    ):
        if name in old and failing != name:
            # What is drawn after the job, and let it not wait for another, waits for that by itself now.
            late = after(text, failing) - after(adopted.text, failing)
            late |= adopted.along
            assert new - late == old - late - {name}, (repository, failing)


def test_a_job_that_nobody_drew_is_as_it_was_when_it_was_drawn_for_a_while(
    case_with_undrawn: tuple[Adopted, Random], capsys: pytest.CaptureFixture[str]
) -> None:
    """Or nothing is written: what stands there otherwise than it is drawn must be accepted first."""
    adopted, random = case_with_undrawn
    undrawn = [name for name in adopted.jobs if name not in adopted.drawn]
    name, at = random.choice(undrawn), random.randrange(len(adopted.levels) + 1)
    levels = (*adopted.levels[:at], (name,), *adopted.levels[at:])
    if at < len(adopted.levels) and random.random() < 0.5:
        levels = (*adopted.levels[:at], (*adopted.levels[at], name), *adopted.levels[at + 1 :])
    adopted.draw(drawing(levels, name if random.random() < 0.2 else ""))
    if main(["compile"]) != 0:
        said = capsys.readouterr().err
        assert "error[extra-job-differs]" in said or "error[needs-contradict-order]" in said
        assert adopted.file.read_text(encoding="utf-8") == adopted.text
        return
    adopted.back(adopted.file.read_text(encoding="utf-8"))
