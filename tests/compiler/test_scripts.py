"""Scripts and comments of ours are known again in each version, and what is to be retried is."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from laws.settings import settings_for
from laws.tree import Document
from laws.widely import wide_documents
from laws.witness import compiled, settings_of
from laws.writer import written

from mermaid2gha.base.diagnostic import has_errors
from mermaid2gha.base.records import replace
from mermaid2gha.compiler.scripts import comments, steps
from mermaid2gha.compiler.scripts.comments import ABOVE_JOBS, DRAWN, DRAWN_JOB, HEADER, header_lines
from mermaid2gha.compiler.scripts.provenance import job_as_written
from mermaid2gha.compiler.scripts.steps import (
    ANNOUNCE,
    DECIDE,
    GATE,
    PUSH,
    RETRIED,
    RETRIED_SHORT,
    SCRIPTS,
    WAIT,
    Script,
    Version,
    known_script,
    recognised,
    retried,
    step_of,
)
from mermaid2gha.compiler.scripts.wording import KINDS, Wording, holes, write
from mermaid2gha.compiler.verify.verify import proof
from mermaid2gha.github.workflow.emitter import comment, workflow_text
from mermaid2gha.github.workflow.model import Job, ListComment, Step, Workflow
from mermaid2gha.github.workflow.reader import workflow_file
from mermaid2gha.reconcile.bind import Terms, bound
from mermaid2gha.reconcile.reconcile import Reconciliation, reconcile
from mermaid2gha.settings.model import LifelineSettings, RoleName, Settings
from mermaid2gha.yaml.edits import EditBuffer

REGISTRY = LifelineSettings(RoleName.REGISTRY, image="ghcr.io/o/{artifact}:{tag}")
WORDINGS = [
    *(one for module in (comments, steps) for one in vars(module).values() if isinstance(one, Wording)),
]
VERSIONS = [(script, version) for script in SCRIPTS for version in script.versions]
laws = settings_for(25)


def examples(*templates: str) -> dict[str, str]:
    """Something for each hole of some templates."""
    return {name: KINDS[kind][1] for template in templates for name, kind in holes(template).items()}


def at(wording: Wording, text: str, back: int) -> str:
    """A text of ours as it was so many versions ago."""
    values = wording.read(text)
    assert values is not None, text
    old = wording.versions[max(len(wording.versions) - 1 - back, 0)]
    return write(old, {**examples(old), **values})


def aged_step(step: Step, back: int) -> Step:
    """A step with its script, and the loop around it, as they were so many versions ago."""
    known = known_script(step)
    assert known is not None, step
    versions = known.script.versions
    old = versions[max(len(versions) - 1 - back, 0)]
    loops = old.loop.versions[: max(len(old.loop.versions) - back, 1)]
    values = {**examples(*old.templates, old.row), **known.values}
    script = Script((replace(old, loop=Wording(loops)),))
    made = step_of(script, values, tries=known.tries, condition=step.condition, has_effect=step.has_effect)
    return replace(made, comment=at(DRAWN, step.comment, back))


def aged_job(job: Job, back: int) -> Job:
    above = tuple(
        next(at(one, line, back) for one in ABOVE_JOBS if one.read(line) is not None) for line in job.comments
    )
    old_steps = tuple(aged_step(step, back) for step in job.steps)
    return replace(
        job,
        comment=at(DRAWN_JOB, job.comment, back),
        comments=above,
        steps=old_steps,
        environment_comment=aged_mark(job.environment_comment, back),
        axis_comments=aged_marks(job.axis_comments, back),
    )


def aged_mark(text: str, back: int) -> str:
    """A mark with the word by which it began so many versions ago."""
    old = DRAWN.versions[max(len(DRAWN.versions) - 1 - back, 0)]
    return f"{old}{text.removeprefix(DRAWN.write())}" if text else ""


def aged_marks(
    comments_of: tuple[tuple[str, ListComment], ...], back: int
) -> tuple[tuple[str, ListComment], ...]:
    return tuple(
        (name, ListComment(aged_mark(marks.whole, back), aged_mark(marks.each, back)))
        for name, marks in comments_of
    )


def aged(workflow: Workflow, back: int) -> Workflow:
    return replace(
        workflow,
        triggers=tuple(
            replace(one, comment=aged_mark(one.comment, back), comments=aged_marks(one.comments, back))
            for one in workflow.triggers
        ),
        jobs=tuple(aged_job(job, back) for job in workflow.jobs),
    )


def most_versions() -> int:
    """The most versions that any text of a workflow has."""
    texts = (DRAWN, DRAWN_JOB, *ABOVE_JOBS, *SCRIPTS, *(version.loop for _, version in VERSIONS))
    return max(len(one.versions) for one in texts)


def check_ours(text: str) -> None:
    """That each job and step of a file is known as ours, down to its last line."""
    file, _ = workflow_file(text.encode(), "ci.yml")
    assert file is not None
    for job in file.jobs:
        assert job_as_written(EditBuffer(file.file, "\n"), job, 2) is not None, (job.id, text)


def workflows_of(document: Document, *, is_real: bool) -> tuple[Workflow, ...]:
    given_settings = settings_of(document)
    if is_real:
        given_settings = replace(given_settings, lifelines=(("Registry", REGISTRY),))
    made = compiled("\n".join(written(document).lines) + "\n", given_settings)
    return () if has_errors(list(made.diagnostics)) else made.workflows


@contextmanager
def another_version(*scripts: Script) -> Iterator[None]:
    """Scripts, and all loops and comments, with a further version, as a later release would have them."""
    old: list[tuple[Script | Wording, tuple[object, ...]]] = []
    try:
        for script in scripts:
            old.append((script, script.versions))
            newest = script.versions[-1]
            set_versions(
                script, (*script.versions, replace(newest, run=f": again\n{newest.run}", loop=RETRIED))
            )
        for wording in (RETRIED, RETRIED_SHORT, DRAWN, DRAWN_JOB, *ABOVE_JOBS):
            old.append((wording, wording.versions))
            lead = ": again\n" if wording in (RETRIED, RETRIED_SHORT) else "again "
            set_versions(wording, (*wording.versions, f"{lead}{wording.versions[-1]}"))
        yield
    finally:
        for one, versions in old:
            set_versions(one, versions)


def set_versions(one: Script | Wording, versions: tuple[object, ...]) -> None:
    object.__setattr__(one, "versions", versions)


# -- known again -----------------------------------------------------------------------------------


@laws
@given(wide_documents(), st.booleans())
def test_each_job_and_step_of_each_version_is_known_as_ours(document: Document, is_real: bool) -> None:
    for workflow in workflows_of(document, is_real=is_real):
        check_ours(workflow_text(workflow))
        for back in range(1, most_versions()):
            check_ours(workflow_text(aged(workflow, back)))
        assert all(aged_step(step, 0) == step for job in workflow.jobs for step in job.steps)


@settings_for(8)
@given(wide_documents(), st.booleans())
def test_files_of_before_a_change_of_any_script_are_known_as_ours(document: Document, is_real: bool) -> None:
    before = [workflow_text(workflow) for workflow in workflows_of(document, is_real=is_real)]
    with another_version(*SCRIPTS):
        for workflow, text in zip(workflows_of(document, is_real=is_real), before, strict=True):
            assert workflow_text(workflow) != text or not any(job.steps for job in workflow.jobs)
            assert workflow_text(aged(workflow, 1)) == text
            check_ours(text)
            check_ours(workflow_text(workflow))


@pytest.mark.parametrize("loop", [Wording(()), RETRIED_SHORT, RETRIED], ids=["once", "short", "long"])
@pytest.mark.parametrize("script, version", VERSIONS)
def test_each_version_of_a_script_is_known_in_each_loop(
    script: Script, version: Version, loop: Wording
) -> None:
    values = examples(*version.templates) | {"text": "Build [latest]"}
    bare = step_of(Script((version,)), values)
    if loop is RETRIED_SHORT and "\n" in bare.run:
        return  # such a loop holds a single command
    for wording in loop.versions or ("",):
        run = write(wording, {"script": bare.run, "tries": "4"}) if wording else bare.run
        known = known_script(replace(bare, run=run))
        assert known is not None and known.script is script and known.version is version
        assert known.tries == (4 if wording else 0)
        assert all(values[name] == value for name, value in known.values.items() if name in values)


@pytest.mark.parametrize("wording", WORDINGS)
def test_each_version_of_a_comment_holds_what_was_put_in(wording: Wording) -> None:
    for template in wording.versions:
        assert wording.read(write(template, examples(template))) == examples(template)


def test_each_version_of_the_header_is_ours() -> None:
    for template in HEADER.versions:
        lines = [comment(line) for line in write(template, {"documents": "ci.md, a.md"}).split("\n")]
        assert header_lines([*lines, "", "name: CI"]) == len(lines)
        assert header_lines([lines[0], "# More of people's.", *lines[1:]]) == 1
    assert header_lines(["# Of people's.", "name: CI"]) == header_lines([]) == 0


@pytest.mark.parametrize(
    "change",
    [
        {"run": 'docker push "ghcr.io/o/app:${TAG}" # people\'s'},
        {"run": "docker push ghcr.io/o/app"},
        {"name": "Push it"},
        {"id": "push"},
        {"env": ()},
        {"run": "for attempt in $(seq 3); do\n  make && exit 0\ndone\nexit 1"},
    ],
)
def test_a_step_in_which_anything_was_changed_is_peoples(change: dict[str, object]) -> None:
    made = step_of(PUSH, {"title": "Push app", "image": "ghcr.io/o/app:${TAG}", "tag": "main"})
    assert known_script(made) is not None
    assert known_script(replace(made, **change)) is None  # type: ignore[arg-type]


# -- a file that stands ----------------------------------------------------------------------------

DRAWN_FILE = """\
```mermaid
sequenceDiagram
    participant CI as ci.yml
    GitHub->>CI: Trigger 'push'
    Note over CI: Build
    CI->>Registry: Push image<br>[main]
    Note over CI: Test
    loop Retry
        CI->>CI: Smoke test
    end
    CI->>GitHub: Report the status
```
"""


def workflow_of(text: str, image: str = REGISTRY.image) -> Workflow:
    registry = replace(REGISTRY, image=image)
    (made,) = compiled(text, Settings(lifelines=(("Registry", registry),))).workflows
    return made


def updated(text: str, wanted: Workflow) -> Reconciliation:
    file, _ = workflow_file(text.encode(), "ci.yml")
    assert file is not None
    terms = Terms("ubuntu-24.04", 60)
    return reconcile(bound(file, wanted, terms), wanted, terms)


def test_a_file_of_an_older_version_is_brought_up_to_date_and_nothing_in_it_is_peoples() -> None:
    old = workflow_text(workflow_of(DRAWN_FILE))
    with another_version(*SCRIPTS):
        new = workflow_of(DRAWN_FILE)
        standing = workflow_text(new).replace("push: # again drawn", "push: # drawn")  # right as it is
        assert updated(old, new).text == standing != old
        assert not updated(old, new).diagnostics


def test_peoples_steps_stay_while_ours_beside_them_are_brought_up_to_date() -> None:
    theirs = "      - run: make image # theirs\n"
    old = workflow_text(workflow_of(DRAWN_FILE))
    line = "      - name: Build # drawn\n"
    assert line in old
    with another_version(ANNOUNCE, GATE):
        new = workflow_of(DRAWN_FILE)
        made = updated(old.replace(line, theirs + line), new)
        line = f"      - name: Build {comment(DRAWN.write())}\n"
        mine = workflow_text(new).replace(line, theirs + line)
        mine = mine.replace("push: # again drawn", "push: # drawn")
        assert made.text == mine.replace("again drawn: Build", "drawn: Build")


def test_a_number_that_people_have_set_stays_and_what_is_drawn_follows() -> None:
    theirs = "      - run: make # theirs\n"
    old = workflow_text(workflow_of(DRAWN_FILE)).replace("seq 3", "seq 7")
    for line in ("      - name: Build # drawn\n", "      - name: Smoke test # drawn\n"):
        assert line in old
        old = old.replace(line, theirs + line)
    new = updated(old, workflow_of(DRAWN_FILE, "ghcr.io/o2/{artifact}:{tag}")).text
    assert new == old.replace("ghcr.io/o/", "ghcr.io/o2/")


def test_the_gate_of_an_older_version_is_run_by_the_proof() -> None:
    made = compiled(DRAWN_FILE)
    (linked,), (workflow,) = made.linked, made.workflows
    text = workflow_text(workflow)
    with another_version(GATE):
        assert not proof(linked, text)
    assert proof(linked, text.replace('exit "${failed}"', "exit 0"))


# -- run by bash -----------------------------------------------------------------------------------

FLAKY = """\
#!/bin/bash
echo x >> "${TRIES}"
[ "$(wc -l < "${TRIES}")" -ge "${GOOD_FROM}" ]
"""


def ran(folder: Path, run: str, good_from: int, **env: str) -> tuple[int, int, str]:
    """How a step's script ends, how often it called `docker` or `flaky`, and the outputs that it set.

    The first `good_from - 1` calls fail. It is run as GitHub runs a step without `shell`.
    """
    for name in ("docker", "flaky", "sleep"):
        program = folder / name
        program.write_text(FLAKY if name != "sleep" else "#!/bin/bash\n")
        program.chmod(0o755)
    tries, outputs, script = folder / "tries", folder / "outputs", folder / "script.sh"
    tries.write_text("")
    outputs.write_text("")
    script.write_text(f"{run}\n")
    given_env = {
        "PATH": f"{folder}:{os.environ['PATH']}",
        "TRIES": str(tries),
        "GOOD_FROM": str(good_from),
        "GITHUB_OUTPUT": str(outputs),
        "TEXT": "Push [main]",
        "TAG": "main",
        **env,
    }
    ended = subprocess.run(["bash", "-e", str(script)], env=given_env, capture_output=True, check=False)
    return ended.returncode, len(tries.read_text().split()), outputs.read_text()


@pytest.mark.parametrize("good_from, code, calls", [(1, 0, 1), (3, 0, 3), (4, 1, 3)])
def test_a_push_is_tried_until_it_succeeds_and_fails_after_the_last_try(
    tmp_path: Path, good_from: int, code: int, calls: int
) -> None:
    made = step_of(PUSH, {"title": "Push", "image": "ghcr.io/o/app:${TAG}", "tag": "main"}, tries=3)
    assert ran(tmp_path, made.run, good_from) == (code, calls, "")


@pytest.mark.parametrize("good_from, code, calls", [(1, 0, 1), (5, 0, 5), (9, 1, 6)])
def test_a_wait_is_tried_again_with_all_its_polls(
    tmp_path: Path, good_from: int, code: int, calls: int
) -> None:
    values = {"title": "Wait", "image": "ghcr.io/o/app:${TAG}", "tag": "main", "polls": "2", "minutes": "1"}
    assert ran(tmp_path, step_of(WAIT, values, tries=3).run, good_from) == (code, calls, "")


@pytest.mark.parametrize("good_from, code, calls, said", [(2, 0, 2, "docs=true\n"), (4, 1, 3, "")])
def test_a_try_ends_at_its_first_failure_and_sets_outputs_once_it_succeeds(
    tmp_path: Path, good_from: int, code: int, calls: int, said: str
) -> None:
    decide = step_of(DECIDE, {"title": "Plan", "flags": "docs=true"}).run
    run = retried(f"flaky\n{decide}", 3)
    assert ran(tmp_path, run, good_from) == (code, calls, said)


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_loop_around_any_script_is_bash(tmp_path: Path, script: Script) -> None:
    values = examples(*script.versions[-1].templates) | {"flags": "docs=true"}
    made = step_of(script, values, tries=2)
    parsed = subprocess.run(["bash", "-n"], input=made.run.encode(), capture_output=True, check=False)
    assert parsed.returncode == 0 and not parsed.stderr


@pytest.mark.parametrize("result, code", [("success", 0), ("failure", 1)])
def test_a_loop_changes_nothing_in_what_it_holds(tmp_path: Path, result: str, code: int) -> None:
    for tries in (0, 2):
        made = step_of(GATE, {"drawn": "true", "rows": ""}, tries=tries)
        rows = f"build {result} true\ndocs skipped false"
        assert ran(tmp_path, made.run, 1, DRAWN="true", RESULTS=rows)[0] == code


@pytest.mark.parametrize("version", range(len(RETRIED_SHORT.versions)))
def test_a_loop_of_each_version_is_known_with_its_tries(version: int) -> None:
    """`for attempt` names what nothing uses; files that have it are ours all the same."""
    values = {"script": ANNOUNCE.versions[-1].run, "tries": "7"}
    known = recognised("Build", "", write(RETRIED_SHORT.versions[version], values), {"TEXT": "Build"})
    assert known is not None and (known.script, known.tries) == (ANNOUNCE, 7)
    assert "attempt" not in step_of(ANNOUNCE, {"title": "Build"}, tries=7).run
