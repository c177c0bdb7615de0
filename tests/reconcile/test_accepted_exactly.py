"""What is accepted of an `if` covers the difference that was there then, and no other one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mermaid2gha.cli import main
from mermaid2gha.github.logic.outcomes import runs_after
from mermaid2gha.github.workflow.reader import workflow_file
from mermaid2gha.reconcile.reads import text_of_if

HEAD = "sequenceDiagram\n    participant CI as CI (ci.yml)\n    GitHub->>CI: Trigger 'push'\n"
BUILD, MAIL = "    Note over CI: build\n", "    Note over CI: mail\n"
AFTER = f"{HEAD}{BUILD}{MAIL}"
HANDLER = f"{HEAD}{BUILD}    break build fails\n{MAIL}    end\n"
MORE = f"{HEAD}{BUILD}    Note over CI: more\n{MAIL}"
OPTIONAL = f"{HEAD}    opt\n{BUILD}    end\n{MAIL}"
RUNS = "    runs-on: ubuntu-24.04\n    steps: [{run: make}] # theirs\n"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / ".github/workflows/ci.yml"
    file.parent.mkdir(parents=True)
    return file


def adopted(file: Path, condition: str, drawing: str) -> str:
    """The text of a file in which `mail` has this `if`, adopted by a drawing."""
    text = (
        f"name: CI\non: push\njobs:\n  build:\n{RUNS}  mail:\n    needs: build\n    if: {condition}\n{RUNS}"
    )
    file.write_text(text, encoding="utf-8")
    Path("ci.mmd").write_text(drawing, encoding="utf-8")
    assert main(["adopt", ".github/workflows", "--document", "ci.mmd", "--write", "-q"]) == 0
    assert main(["check", "--no-cache", "-q"]) == 0
    assert main(["compile", "-q"]) == 0
    assert file.read_text(encoding="utf-8") == text
    return text


@pytest.mark.parametrize("condition", ["failure()", "${{ always() }}", '"!cancelled()"'])
@pytest.mark.parametrize(("before", "now"), [(AFTER, HANDLER), (HANDLER, AFTER)])
def test_a_handler_drawn_as_a_successor_or_the_reverse_is_told_written_and_taken_back(
    file: Path, condition: str, before: str, now: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = adopted(file, condition, before)
    Path("ci.mmd").write_text(now, encoding="utf-8")
    capsys.readouterr()
    assert main(["check", "--no-cache"]) == 1
    assert "error[stale-file]" in capsys.readouterr().err
    assert main(["compile", "-q"]) == 0
    written = file.read_text(encoding="utf-8")
    read, _ = workflow_file(file.read_bytes(), "ci.yml")
    assert read is not None and text_of_if(read.jobs[-1]) not in (condition, condition.strip('"'))
    assert ("needs.build.result == 'failure'" in written) == (now == HANDLER)
    assert main(["check", "--no-cache", "-q"]) == 0
    Path("ci.mmd").write_text(before, encoding="utf-8")
    assert main(["compile", "-q"]) == 0
    assert bare(file.read_text(encoding="utf-8")) == bare(text)


def bare(text: str) -> str:
    """A file whose conditions have no braces and no quotes."""
    return re.sub(r"(?m)^( +if: )(?:\$\{\{ (.*) \}\}|\"(.*)\")$", r"\1\2\3", text)


@pytest.mark.parametrize("condition", ["failure()", "${{ always() }}", '"!cancelled() && !failure()"'])
@pytest.mark.parametrize("now", [MORE, OPTIONAL])
def test_what_is_drawn_around_the_job_lets_its_tests_stand(file: Path, condition: str, now: str) -> None:
    adopted(file, condition, AFTER)
    Path("ci.mmd").write_text(now, encoding="utf-8")
    assert main(["compile", "-q"]) == 0
    assert f"    if: {condition}\n" in file.read_text(encoding="utf-8")
    assert main(["check", "--no-cache", "-q"]) == 0


def test_an_acceptance_without_sides_leaves_them_open(file: Path) -> None:
    text = adopted(file, "failure()", AFTER)
    settings = Path("mermaid2gha.yml")
    said = settings.read_text(encoding="utf-8")
    bare = said.replace("{at: jobs.mail.if, file: failure(), drawn: success()}", "jobs.mail.if")
    assert bare != said
    settings.write_text(bare, encoding="utf-8")
    Path("ci.mmd").write_text(HANDLER, encoding="utf-8")
    assert main(["compile", "-q"]) == 0
    assert file.read_text(encoding="utf-8") == text


def test_a_term_that_is_drawn_no_more_is_told_beside_an_accepted_one(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("mermaid2gha.yml").write_text("conditions: {Nightly: vars.NIGHTLY == 'yes'}\n", encoding="utf-8")
    drawing = f"{HEAD}{BUILD}    opt Nightly\n{MAIL}    end\n"
    text = adopted(file, "github.repository == 'o/r' && vars.NIGHTLY == 'yes'", drawing)
    Path("ci.mmd").write_text(AFTER, encoding="utf-8")
    capsys.readouterr()
    main(["check", "--no-cache"])
    told = capsys.readouterr().err
    assert "warning[undrawn-term]: `mail` asks for `vars.NIGHTLY == 'yes'` too" in told
    assert "github.repository == 'o/r'` too" not in told
    assert main(["compile", "-q"]) == 0
    assert file.read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("condition", "ends"),
    [
        ("", "success()"),
        ("needs.a.result == 'failure'", "false"),  # for `success()` is implied
        ("always() && needs.a.result == 'success' && needs.b.result == 'failure'", "failure()"),
        ("!cancelled() && !contains(needs.*.result, 'failure')", "success()"),
        ("always() && !contains(needs.*.result, 'failure')", "success() || failure()"),  # when cancelled
        ("!cancelled() && (needs.a.result == 'success' || needs.b.result == 'success')", "success()"),
        ("!cancelled() && needs.a.result == 'skipped'", "success()"),
        ("failure() || github.event_name == 'push'", "success() || failure()"),
        ("${{ failure() && vars.X }}", "failure()"),
        ("always() && needs.a.result == 'cancelled'", "failure()"),
        ("a ||", "a ||"),
    ],
)
def test_after_which_ends_a_job_runs(condition: str, ends: str) -> None:
    assert runs_after(condition, ["a", "b"]) == ends


@pytest.mark.parametrize("cure", [["fix"], ["adopt", "--accept", "-q"]])
@pytest.mark.parametrize(
    ("condition", "terms"), [("failure()", 0), ("github.actor == 'a' && vars.MAIL", 2), ("vars.MAIL", 1)]
)
def test_an_acceptance_of_a_place_alone_is_told_and_cured_by_what_it_covers(
    file: Path, capsys: pytest.CaptureFixture[str], cure: list[str], condition: str, terms: int
) -> None:
    adopted(file, condition, AFTER)
    settings = Path("mermaid2gha.yml")
    exact = [line.partition(" #")[0] for line in settings.read_text(encoding="utf-8").splitlines()]
    said = [line for line in exact if "jobs.mail.if" in line]
    assert len(said) == max(terms, 1)
    rule = said[0].split()[1]
    kept = [line for line in exact if line not in said]
    settings.write_text("\n".join([*kept, f"    - {rule} jobs.mail.if # ours", ""]), encoding="utf-8")
    capsys.readouterr()
    assert main(["check", "--no-cache", "--strict"]) == 1
    assert "warning[wide-acceptance]" in capsys.readouterr().err
    assert main(cure) == 0
    now = settings.read_text(encoding="utf-8").splitlines()
    assert sorted(line.partition(" #")[0] for line in now) == sorted(exact)
    assert any(line == f"{one} # ours" for line in now for one in said)
    assert main(["check", "--no-cache", "--strict", "-q"]) == 0
    assert main(["compile", "-q"]) == 0


def ran(job: str, needs: str = "", condition: str = "") -> str:
    lines = [
        f"  {job}:\n",
        f"    needs: {needs}\n" if needs else "",
        f"    if: {condition}\n" if condition else "",
    ]
    return "".join(lines) + RUNS


def note(*jobs: str) -> str:
    return "".join(f"    Note over CI: {job}\n" for job in jobs)


def optional(*jobs: str) -> str:
    return f"    opt\n{note(*jobs)}    end\n"


def apart(*operands: str) -> str:
    return "    par\n" + "    and\n".join(operands) + "    end\n"


TEST = "needs.test.result == 'success'"
ASKING = ran("lint") + ran("test") + ran("mail", "[lint, test]", f"${{{{ !cancelled() && {TEST} }}}}")
PUSHED = "(github.event_name == 'push' || needs.docs.result == 'success')"
PAST = ran("lint") + ran("docs", condition="github.event_name != 'push'")
PAST += ran("test", "[lint, docs]", f"\"!cancelled() && needs.lint.result == 'success' && {PUSHED}\"")
PAST += ran("mail", "[lint, docs, test]", f"${{{{ !cancelled() && {TEST} && inputs.publish }}}}")


@pytest.mark.parametrize(
    ("jobs", "before", "now", "condition"),
    [
        pytest.param(
            ran("test") + ran("mail", "test"),
            optional("test") + note("mail"),
            optional("test") + optional("more") + note("mail"),
            f"!cancelled() && (needs.more.result == 'success' || needs.more.result == 'skipped') && {TEST}",
            id="it is skipped with one, and drawn after another that may be skipped",
        ),
        pytest.param(
            ran("test") + ran("mail", "test"),
            optional("test") + note("mail"),
            optional("test") + note("more", "mail"),
            "",
            id="it is skipped with one, and drawn after another that runs always",
        ),
        pytest.param(
            ASKING,
            apart(note("lint"), note("test")) + note("mail"),
            apart(note("lint"), note("test")) + note("more", "mail"),
            f"!cancelled() && {TEST} && needs.more.result == 'success'",
            id="it runs after the failure of one, and is drawn after another",
        ),
        pytest.param(
            ASKING,
            apart(note("lint"), note("test")) + note("mail"),
            apart(note("lint"), note("test")) + optional("more") + note("mail"),
            f"!cancelled() && {TEST} && (needs.more.result == 'success' || needs.more.result == 'skipped')",
            id="it runs after the failure of one, and is drawn after another that may be skipped",
        ),
        pytest.param(
            ASKING,
            apart(note("lint"), note("test")) + note("mail"),
            apart(note("lint"), optional("test")) + note("mail"),
            f"!cancelled() && ({TEST} || needs.test.result == 'skipped')",
            id="it runs after the failure of one, and another may be skipped",
        ),
        pytest.param(
            ran("lint")
            + ran("test", "[lint]")
            + ran("mail", "[lint, test]", "${{ !cancelled() && needs.test.result != 'skipped' }}"),
            note("lint", "test", "mail"),
            note("lint") + optional("test") + note("mail"),
            "!cancelled() && needs.lint.result == 'success'",
            id="it runs whether one succeeded or failed, and that one may be skipped",
        ),
        pytest.param(
            PAST,
            apart(note("lint"), note("docs")) + note("test", "mail"),
            apart(note("lint"), note("docs")) + optional("test") + note("mail"),
            f"!cancelled() && ({TEST} || needs.test.result == 'skipped') && needs.lint.result == 'success'"
            " && (needs.docs.result == 'success' || needs.docs.result == 'skipped') && inputs.publish",
            id="it asks about one that runs past another, and that one may be skipped",
        ),
    ],
)
def test_what_is_accepted_of_the_ends_of_some_jobs_is_none_of_others(
    file: Path, jobs: str, before: str, now: str, condition: str
) -> None:
    text = f"name: CI\non: push\njobs:\n{jobs}"
    file.write_text(text, encoding="utf-8")
    Path("ci.mmd").write_text(HEAD + before, encoding="utf-8")
    assert main(["adopt", ".github/workflows", "--document", "ci.mmd", "--write", "-q"]) == 0
    assert "silenced-by-skip" in Path("mermaid2gha.yml").read_text(encoding="utf-8")
    assert main(["compile", "-q"]) == 0
    assert file.read_text(encoding="utf-8") == text
    Path("ci.mmd").write_text(HEAD + now, encoding="utf-8")
    assert main(["check", "--no-cache", "-q"]) == 1
    assert main(["compile", "-q"]) == 0
    written, faults = workflow_file(file.read_bytes(), "ci.yml")
    assert written is not None and not faults
    mail = written.job("mail")
    assert mail is not None
    asked = text_of_if(mail) or ""
    assert asked.removeprefix("${{ ").removesuffix(" }}").split() == condition.split()
    assert {"more"} & {job.id for job in written.jobs} == {"more"} & {need.job for need in mail.needs}
    assert main(["check", "--no-cache", "-q"]) == 0
    Path("ci.mmd").write_text(HEAD + before, encoding="utf-8")
    assert main(["compile", "-q"]) == 0
    back = file.read_text(encoding="utf-8")
    assert "more" not in back
    assert main(["check", "--no-cache", "-q"]) == 0
    if "more" in now:
        assert back.replace(", test]", ",test]") == text.replace(", test]", ",test]")


@pytest.mark.parametrize(
    ("condition", "then"),
    [
        ("always()", "always()"),
        (
            "github.event.workflow_run.conclusion != 'cancelled'",
            "(github.event_name == 'workflow_run' && github.event.workflow_run.conclusion != 'cancelled')"
            " || github.event_name == 'workflow_dispatch'",
        ),
    ],
)
def test_what_is_accepted_of_a_condition_stays_on_the_first_event_when_another_is_drawn(
    file: Path, condition: str, then: str
) -> None:
    start = "on:\n  workflow_run:\n    workflows: [Other]\n    types: [completed]\n"
    text = f"{start}jobs:\n{ran('mail', '', condition)}"
    drawn = (
        "sequenceDiagram\n    participant CI as CI (ci.yml)\n    %% trigger: workflow_run[workflows=Other]"
    )
    file.write_text(text, encoding="utf-8")
    Path("ci.mmd").write_text(f"{drawn}\n    GitHub->>CI: Trigger\n{MAIL}", encoding="utf-8")
    assert main(["adopt", ".github/workflows", "--document", "ci.mmd", "--write", "-q"]) == 0
    assert "condition-differs: {at: jobs.mail.if" in Path("mermaid2gha.yml").read_text(encoding="utf-8")
    Path("ci.mmd").write_text(
        f"{drawn}, workflow_dispatch\n    GitHub->>CI: Trigger\n{MAIL}", encoding="utf-8"
    )
    assert main(["compile", "-q"]) == 0
    written, _ = workflow_file(file.read_bytes(), "ci.yml")
    mail = written.job("mail") if written is not None else None
    assert mail is not None and (text_of_if(mail) or "").split() == then.split()
    assert main(["check", "--no-cache", "--strict", "-q"]) == 0


def test_a_job_that_need_not_be_there_asks_for_no_flag(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing else is decided by it, so that no output is missing, and no step has to set one."""
    monkeypatch.chdir(tmp_path)
    drawn = "sequenceDiagram\nparticipant CI as CI (ci.yml)\nGitHub->>CI: Trigger 'push'\n"
    drawn += "Note over CI: info<br>Decide what to run\nopt Docs changed\nNote over CI: docs\nend\n"
    Path("ci.mmd").write_text(drawn + "Note over CI: build\n", encoding="utf-8")
    steps = "    runs-on: ubuntu-24.04\n    steps: [{run: make}]\n"
    file = Path(".github/workflows/ci.yml")
    file.parent.mkdir(parents=True)
    text = f"on: push\njobs:\n  info:\n{steps}  build:\n    needs: info\n{steps}"
    file.write_text(text, encoding="utf-8")
    settings = "documents: [ci.mmd]\nadopted: [ci.yml]\naccepted:\n  ci.yml: [absent-job: jobs.docs]\n"
    Path("mermaid2gha.yml").write_text(settings, encoding="utf-8")
    assert main(["check", "--strict"]) == 0, capsys.readouterr().err
    assert main(["compile"]) == 0 and file.read_text(encoding="utf-8") == text
    more = drawn.replace("end\n", "Note over CI: links\nend\n")
    Path("ci.mmd").write_text(more + "Note over CI: build\n", encoding="utf-8")
    assert main(["compile"]) == 0
    assert "docs-changed:" in file.read_text(encoding="utf-8")
