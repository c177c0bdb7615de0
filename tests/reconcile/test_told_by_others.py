"""Edits after adoption ask of a job only what no other one that is asked of tells: the success of those
before it; and nothing that a drawn job which is not there would hand down."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from quick_yaml import typed
from test_edits_after_adoption import Adopted, drawing, needs_of, workflow

from mermaid2gha.cli import main


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def condition_of(text: str, name: str) -> str:
    """The `if` of a job without braces."""
    return str(typed(text)["jobs"][name].get("if", "")).removeprefix("${{ ").removesuffix(" }}")


IMAGES = "build\nprod: build\nwait: build\ntest: wait prod\ndeploy: test"
"""Skips of the first two are drawn to leave the others running, and in the file silence them all."""

DRAWN = "(build)\n(prod)\nwait\ntest\ndeploy"


def test_a_silence_that_another_tested_job_tells_of_costs_no_need() -> None:
    adopted = Adopted(IMAGES, DRAWN)
    text = adopted.compiled("(build)\n(prod)\nwait\n(docs)\ntest\ndeploy")
    needs = needs_of(text)
    assert (needs["wait"], needs["test"], needs["deploy"]) == ({"build"}, {"wait", "prod", "docs"}, {"test"})
    assert "needs.build" not in condition_of(text, "test")
    assert "needs.prod.result == 'success'" in condition_of(text, "test")
    assert condition_of(text, "wait") == ""
    assert condition_of(text, "deploy") == "!cancelled() && needs.test.result == 'success'"
    assert adopted.compiled(DRAWN) == adopted.text


def test_a_silence_of_which_no_tested_job_tells_is_asked_for() -> None:
    """Where the one between may be skipped itself, it tells nothing of those before it."""
    adopted = Adopted("build\nwait: build\ntest: wait build\ndeploy: test", "(build)\n(wait)\ntest\ndeploy")
    text = adopted.compiled("(build)\n(wait)\n(docs)\ntest\ndeploy")
    assert needs_of(text)["test"] == {"wait", "build", "docs"}
    assert "needs.build.result == 'success'" in condition_of(text, "test")


def test_the_silence_goes_on_where_what_tells_of_it_is_written_anew_too() -> None:
    adopted = Adopted(IMAGES, DRAWN)
    text = adopted.compiled("(build)\n(prod)\n(docs)\nwait\ntest\n(mail)\ndeploy")
    needs = needs_of(text)
    assert (needs["wait"], needs["test"]) == ({"build", "docs"}, {"wait", "prod"})
    assert needs["deploy"] == {"test", "mail"}
    assert "needs.build.result == 'success'" in condition_of(text, "wait")
    assert "needs.build" not in condition_of(text, "test") + condition_of(text, "deploy")


def test_a_job_that_the_file_has_not_hands_down_no_skip() -> None:
    """`audit` is drawn after `lint`, for which nothing of the file waits, and nobody has it."""
    jobs = "lint if vars.LINT\nbuild\ntest: build\ndeploy: test"
    adopted = Adopted(jobs, "lint\n(build)\n(audit)\ntest\ndeploy")
    text = adopted.compiled("lint\n(build)\n(audit)\ntest\n(docs)\ndeploy")
    assert needs_of(text)["deploy"] == {"test", "docs"}
    assert condition_of(text, "deploy").startswith(
        "!cancelled() && needs.test.result == 'success' && (needs.docs"
    )
    assert "without" not in text and "vars.LINT" not in condition_of(text, "test")


def test_jobs_that_are_skipped_with_the_same_one_are_told_as_one_at_that(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Each is a difference by itself, which can be accepted; what people can mend is one."""
    jobs = "build if github.ref == 'refs/heads/main'\nwait: build\nunit: wait\ne2e: wait\ndocs: wait"
    Path(".github/workflows").mkdir(parents=True)
    Path(".github/workflows/ci.yml").write_text(workflow(jobs), encoding="utf-8")
    Path("ci.mmd").write_text(drawing("(build)\nwait\nunit e2e docs"), encoding="utf-8")
    assert main(["check", "--no-cache", "ci.mmd"]) == 1
    (told,) = re.findall(r"(?s)warning\[silenced-by-skip\].*?(?=\n\n)", capsys.readouterr().err)
    assert "a skip of `build` skips 4 jobs that are drawn to run on: `wait`, `unit`, `e2e`, `docs`" in told
    assert "ci.yml:4:9" in told and "with this they are skipped" in told
    assert told.count("drawn to run on\n") == 4


@pytest.mark.parametrize(
    ("jobs", "ranks", "cause"),
    [
        ("build\nwait: build\nunit: wait", "(build)\nwait\nunit", "`build` runs in any case"),
        (
            "plan\nlint if github.ref == 'refs/heads/main'\nbuild: plan\nunit: build",
            "plan\n(lint)\nbuild\nunit",
            "`build` does not wait for `lint`",
        ),
    ],
)
def test_what_follows_another_edit_is_told_with_that(
    jobs: str, ranks: str, cause: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """As the file stands, `unit` runs as it is drawn: no skip silences it before `build` can be skipped."""
    Path(".github/workflows").mkdir(parents=True)
    Path(".github/workflows/ci.yml").write_text(workflow(jobs), encoding="utf-8")
    Path("ci.mmd").write_text(drawing(ranks), encoding="utf-8")
    assert main(["check", "--no-cache", "ci.mmd"]) == 1
    told = capsys.readouterr().err
    assert "silenced-by-skip" not in told
    (of_cause,) = [one for one in told.split("\n\n") if cause in one]
    assert "`unit` will ask themselves then how" in of_cause


def test_a_job_needs_nothing_for_what_its_if_reads_unheard_where_one_before_it_asks_itself() -> None:
    """`trial` asks itself how `plan` ended, and `report` reads what `plan` gives without needing it."""
    asked = "needs.plan.outputs.run == 'true'"
    jobs = f"plan\ntypes: plan if {asked}\ntrial: plan if (!failure()) && {asked}"
    adopted = Adopted(f"{jobs}\nreport: types trial if failure() && {asked}", "plan\ntypes trial\nreport")
    optional = drawing("plan\n(types) trial\nreport").replace("opt github.ref == 'refs/heads/main'", "opt")
    Path("ci.mmd").write_text(optional, encoding="utf-8")
    assert main(["compile", "-q"]) == 0
    assert adopted.file.read_text(encoding="utf-8") == adopted.text


def test_a_job_that_is_drawn_earlier_and_back_again_waits_for_none_by_an_accepted_gap() -> None:
    """That the one before waits for it in between came with the drawing, as the mark on its `if` says."""
    jobs = "build\nwait: build\nlint if github.ref == 'refs/heads/main'\ntest: wait"
    drawn = "build\nwait\n(lint)\ntest"
    adopted = Adopted(jobs, drawn)
    text = adopted.compiled("build\n(lint)\nwait\ntest")
    assert needs_of(text)["wait"] == {"build", "lint"}
    assert adopted.compiled(drawn) == adopted.text
