"""Edits of a drawing by which a workflow was adopted: what was accepted stays, and no more changes than that.

A file is written as one line a job, `lint`, `test: lint if always()`; a drawing as one line a rank, whose
jobs stand beside each other, with `(job)` for one under `opt`.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from quick_yaml import typed

from mermaid2gha.cli import main


def workflow(jobs: str) -> str:
    lines = ["on: [push, pull_request]", "jobs:"]
    for line in jobs.strip().splitlines():
        name, needs, condition = re.fullmatch(r"\s*([\w-]+)(?::([^']*?))?(?: if (.*))?", line).groups()  # type: ignore[union-attr]
        lines += [f"  {name}:"]
        names = (needs or "").split()
        listed = f"[{', '.join(names)}]" if len(names) > 1 else "".join(names)
        lines += [f"    needs: {listed}"] if names else []
        lines += [f"    if: {condition}"] if condition else []
        lines += ["    runs-on: ubuntu-24.04", f"    steps: [{{run: make {name}}}]"]
    return "\n".join(lines) + "\n"


def drawing(ranks: str) -> str:
    lines = ["sequenceDiagram", "participant CI as CI (ci.yml)"]
    lines += ["%% trigger: push, pull_request", "GitHub->>CI: Trigger"]
    for rank in ranks.strip().splitlines():
        names = rank.split()
        lines += ["par"] if len(names) > 1 else []
        for number, name in enumerate(names):
            bare = name.strip("()")
            note = [f"%% id: {bare}", f"Note over CI: {bare}"]
            lines += ["and"] if number else []
            lines += note if bare == name else ["opt github.ref == 'refs/heads/main'", *note, "end"]
        lines += ["end"] if len(names) > 1 else []
    return "\n".join(lines) + "\n"


class Adopted:
    """A workflow that was adopted by a drawing."""

    def __init__(self, jobs: str, ranks: str, *changes: tuple[str, str], drawn: str = "") -> None:
        self.file, self.text = Path(".github/workflows/ci.yml"), workflow(jobs)
        for old, new in changes:
            assert old in self.text
            self.text = self.text.replace(old, new)
        self.file.parent.mkdir(parents=True)
        self.file.write_text(self.text, encoding="utf-8")
        Path("ci.mmd").write_text(drawn or drawing(ranks), encoding="utf-8")
        assert main(["adopt", ".github/workflows", "--document", "ci.mmd", "--write", "-q"]) == 0
        assert self.drawn(drawn or drawing(ranks)) == self.text

    def compiled(self, ranks: str, *options: str) -> str:
        """The file for another drawing; a second compile changes nothing."""
        return self.drawn(drawing(ranks), *options)

    def drawn(self, text: str, *options: str) -> str:
        Path("ci.mmd").write_text(text, encoding="utf-8")
        assert main(["compile", "-q", *options]) == 0
        text = self.file.read_text(encoding="utf-8")
        assert main(["compile", "-q", *options]) == 0
        assert main(["check", "-q", "--no-cache"]) == 0
        assert self.file.read_text(encoding="utf-8") == text
        return text


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def needs_of(text: str) -> dict[str, set[str]]:
    needs = {name: job.get("needs", []) for name, job in typed(text)["jobs"].items()}
    return {name: {of} if isinstance(of, str) else set(of) for name, of in needs.items()}


GAP = "lint\nlicences\nbuild: lint\ntest: build"


def test_who_waits_past_an_accepted_gap_waits_for_no_more_when_the_gap_is_drawn_no_more() -> None:
    adopted = Adopted(GAP, "lint licences\nbuild\ntest")
    text = adopted.compiled("lint licences build\ntest")
    assert needs_of(text) == {"lint": set(), "licences": set(), "build": set(), "test": {"build", "lint"}}
    assert needs_of(adopted.compiled("lint licences\nbuild\ntest"))["build"] == {"lint"}


def test_a_new_job_waits_for_what_those_before_it_do_not_wait_for() -> None:
    adopted = Adopted(GAP, "lint licences\nbuild\ntest")
    text = adopted.compiled("lint licences\nbuild\nnew\ntest")
    assert needs_of(text)["new"] == {"build", "licences"}
    assert needs_of(text)["test"] == {"build", "new"}
    assert adopted.compiled("lint licences\nbuild\ntest", "--prune") == adopted.text


def test_what_is_made_optional_behind_a_gap_stops_by_its_failure_who_waits_for_it() -> None:
    adopted = Adopted("lint\nlicences\nbuild: lint\ntest: build licences", "lint licences\nbuild\ntest")
    text = adopted.compiled("lint (licences)\nbuild\ntest")
    job = typed(text)["jobs"]["test"]
    assert job["needs"] == ["build", "licences"]
    assert "(needs.licences.result == 'success' || needs.licences.result == 'skipped')" in job["if"]
    assert "needs.build.result == 'success'" in job["if"]


def test_who_follows_a_job_that_runs_always_asks_itself_how_those_before_it_ended() -> None:
    adopted = Adopted("lint\nreport: lint if always()\nship: lint report", "lint\nreport\nship")
    text = adopted.compiled("(lint)\nreport\nship")
    asked = typed(text)["jobs"]["ship"]["if"]
    assert "(needs.lint.result == 'success' || needs.lint.result == 'skipped')" in asked
    assert typed(text)["jobs"]["report"]["if"] == "always()"


def test_a_job_that_goes_leaves_what_it_waits_for_and_nobody_draws_to_those_after_it() -> None:
    adopted = Adopted("lint\nsecret: lint\nbuild: secret\ntest: build lint", "lint\nbuild\ntest")
    text = adopted.compiled("lint\ntest", "--prune")
    assert needs_of(text) == {"lint": set(), "secret": {"lint"}, "test": {"lint", "secret"}}


def test_a_job_goes_again_although_the_drawn_part_of_a_condition_asked_how_it_ended() -> None:
    adopted = Adopted("lint\nbuild\ntest: build", "lint build\ntest")
    adopted.compiled("lint build\n(new)\ntest")
    text = adopted.compiled("lint build\ntest", "--prune")
    assert typed(text) == typed(adopted.text)


def test_a_condition_that_never_holds_takes_no_accepted_test_away_when_it_goes() -> None:
    adopted = Adopted("lint\nreport: lint if ${{ !cancelled() }}", "lint\nreport")
    never = drawing("lint\n(report)").replace(
        "github.ref == 'refs/heads/main'", "github.event_name == 'schedule'"
    )
    Path("ci.mmd").write_text(never, encoding="utf-8")
    assert main(["compile", "-q"]) == 0
    assert "!cancelled() && github.event_name == 'schedule'" in adopted.file.read_text(encoding="utf-8")
    assert adopted.compiled("lint\nreport") == adopted.text


def test_a_need_that_a_kept_if_reads_among_all_stays() -> None:
    """What was accepted asks for all needs: without any it would be another question."""
    asked = "always() && contains(needs.*.result, 'failure')"
    adopted = Adopted(f"scan\nnotify: scan if {asked}", "scan\nnotify")
    assert adopted.compiled("scan notify") == adopted.text
    adopted.compiled("scan\nnew\nnotify")
    assert typed(adopted.compiled("scan\nnotify", "--prune")) == typed(adopted.text)


@pytest.mark.parametrize(
    ("condition", "row"),
    [
        ("always() && !contains(needs.*.result, 'skipped')", "needs.test.result == 'success'"),
        ("always() && !contains(join(needs.*.result), 'failure')", "needs.test.result == 'success'"),
        ("always() && contains(toJSON(needs), 'yes')", "needs.test.result == 'success'"),
        ("always() && needs.scan.outputs.go == 'yes'", "needs.test.result == 'success'"),
        ("github.actor != 'bot'", "github.actor != 'bot'"),
    ],
)
def test_a_new_gate_asks_for_no_needs_but_those_that_mean_the_same_there(
    condition: str, row: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own needs are others: of a job that asks for all of its own, a skip is taken, and no failure."""
    monkeypatch.chdir(tmp_path)
    docs = "docs: build if github.ref == 'refs/heads/main'"
    jobs = f"build\nscan\nlint: build\n{docs}\ntest: lint scan if {condition}"
    ranks = "build\nlint (docs)\ntest"
    adopted = Adopted(jobs, ranks)
    Path("ci.mmd").write_text(drawing(ranks) + "CI-->>GitHub: Status\n", encoding="utf-8")
    assert main(["compile", "-q"]) == 0
    assert f"test ${{{{ needs.test.result }}}} ${{{{ {row} }}}}\n" in adopted.file.read_text(encoding="utf-8")


PEOPLES_TERM = "lint if github.repository == 'o/r'\nbuild\ntest: build"


def test_a_new_job_lets_none_be_skipped_by_a_term_by_which_it_was_not() -> None:
    adopted = Adopted(PEOPLES_TERM, "lint build\ntest")
    text = adopted.compiled("lint build\nnew\ntest")
    jobs = typed(text)["jobs"]
    assert "(needs.lint.result == 'success' || needs.lint.result == 'skipped')" in jobs["new"]["if"]
    assert "needs.new.result == 'success'" in jobs["test"]["if"]
    assert "# drawn: !cancelled(), needs.new, without github.repository == 'o/r'" in text
    assert adopted.compiled("lint build\ntest") == adopted.text


def test_a_job_that_is_skipped_by_the_term_goes_on_to_be() -> None:
    adopted = Adopted(PEOPLES_TERM.replace("test: build", "test: build lint"), "lint build\ntest")
    jobs = typed(adopted.compiled("lint build\nnew\ntest"))["jobs"]
    assert "if" not in jobs["test"]


@pytest.mark.parametrize("new", ["new", "(new)"])
@pytest.mark.parametrize("test", ["", "\ntest: build", "\ntest: build lint"])
@pytest.mark.parametrize("accepted", ["github.repository == 'o/r'", "github.event_name == 'push'"])
def test_a_new_job_runs_where_one_that_it_follows_does_whatever_comes_after_it(
    new: str, test: str, accepted: str
) -> None:
    ranks, after = "lint build", test.partition(":")[0]
    adopted = Adopted(f"lint if {accepted}\nbuild{test}", f"{ranks}{after}")
    asked = typed(adopted.compiled(f"{ranks}\n{new}{after}"))["jobs"]["new"]["if"]
    assert "(needs.lint.result == 'success' || needs.lint.result == 'skipped')" in asked
    assert "needs.build.result == 'success'" in asked
    assert typed(adopted.compiled(f"{ranks}{after}")) == typed(adopted.text)


@pytest.mark.parametrize("test", ["", "\ntest: build", "\ntest"])
def test_a_new_job_is_skipped_with_all_that_it_follows(test: str) -> None:
    ranks, after = "lint\nbuild", test.partition(":")[0]
    adopted = Adopted(f"lint if github.repository == 'o/r'\nbuild: lint{test}", f"{ranks}{after}")
    jobs = typed(adopted.compiled(f"{ranks}\nnew{after}"))["jobs"]
    assert "if" not in jobs["new"] and jobs["new"]["needs"] == "build"
    assert typed(adopted.compiled(f"{ranks}{after}")) == typed(adopted.text)


def test_a_job_that_asks_itself_how_others_ended_stops_after_failures_of_undrawn_ones() -> None:
    adopted = Adopted("lint\nscan\nreport: lint scan if ${{ !cancelled() }}\nship: report", "lint\nship")
    text = adopted.compiled("(lint)\nship")
    assert "needs.scan.result == 'success'" in typed(text)["jobs"]["ship"]["if"]
    assert "scan" in needs_of(text)["ship"]
    assert adopted.compiled("lint\nship") == adopted.text


def test_what_asked_only_how_jobs_ended_goes_with_what_was_drawn() -> None:
    adopted = Adopted("lint\nbuild: lint\ntest: build lint", "lint\nbuild\ntest")
    text = adopted.compiled("(lint)\nbuild\ntest")
    assert "# drawn: !cancelled()" in text
    assert adopted.compiled("lint\nbuild\ntest") == adopted.text


def test_an_if_of_peoples_that_means_no_more_than_none_stays() -> None:
    adopted = Adopted(
        "lint\nbuild: lint if ${{ !cancelled() && needs.lint.result == 'success' }}", "lint\nbuild"
    )
    assert adopted.compiled("lint\nbuild\nnew").startswith(adopted.text)
    assert adopted.compiled("lint\nbuild") == adopted.text


def test_a_job_that_goes_leaves_its_accepted_gaps_to_those_after_it() -> None:
    adopted = Adopted("a\nb: a\nc: a\nd: c", "a\nb\nc d")
    text = adopted.compiled("a\nb\nd", "--prune")
    assert needs_of(text) == {"a": set(), "b": {"a"}, "d": {"a"}}


@pytest.mark.parametrize("fragment", ["opt vars.A == 'x'", "opt"])
@pytest.mark.parametrize(
    "condition", ["vars.A == 'x'", "always() && vars.A == 'x'", "vars.A == 'x' && vars.B == 'y'"]
)
def test_a_term_of_peoples_stays_where_another_job_is_drawn_to_ask_the_same(
    fragment: str, condition: str
) -> None:
    jobs = f"lint if vars.A == 'x'\nbuild\ntest: build if {condition}"
    adopted = Adopted(jobs, "lint build\ntest")
    drawn = drawing("(lint) build\ntest").replace("opt github.ref == 'refs/heads/main'", fragment)
    Path("ci.mmd").write_text(drawn, encoding="utf-8")
    assert main(["compile", "-q"]) == 0
    asked = {name: job.get("if") for name, job in typed(adopted.file.read_text("utf-8"))["jobs"].items()}
    assert asked == {"lint": "vars.A == 'x'", "build": None, "test": condition}
    assert adopted.compiled("lint build\ntest") == adopted.text


UNNEEDED = """\
sequenceDiagram
participant CI as CI (ci.yml)
GitHub->>CI: Trigger 'push'
%% id: changes
%% outputs: any
Note over CI: changes
%% if: needs.changes.outputs.any == 'true'
opt
%% id: lock
Note over CI: lock
%% id: smoke
Note over CI: smoke
end
"""


def test_a_result_that_an_if_asks_for_without_needing_it_is_told_and_stops_no_later_edit() -> None:
    asked = "if needs.changes.outputs.any == 'true'"
    text = workflow(f"changes\nlock: changes {asked}\nsmoke: lock {asked}")
    text = text.replace("  changes:\n", "  changes:\n    outputs: {any: x}\n").replace(", pull_request", "")
    file = Path(".github/workflows/ci.yml")
    drawing_file, settings_file = Path("ci.mmd"), Path("mermaid2gha.yml")
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")
    drawing_file.write_text(UNNEEDED, encoding="utf-8")
    assert main(["adopt", ".github/workflows", "--document", "ci.mmd", "--write", "-q"]) == 0
    settings = settings_file.read_text(encoding="utf-8")
    assert (
        "missing-wait: jobs.smoke.needs.changes.result # `smoke` needs no `changes`, and its `if`" in settings
    )
    assert main(["compile", "-q"]) == 0
    assert file.read_text(encoding="utf-8") == text
    drawing_file.write_text(f"{UNNEEDED}Note over CI: last\n", encoding="utf-8")
    assert main(["compile", "-q"]) == 0
    assert "    needs: lock\n    if: needs.changes" in file.read_text(encoding="utf-8")
    apart = (
        UNNEEDED.replace("true'\nopt\n", "true'\nopt\npar\n").replace("%% id: smoke", "and\n%% id: smoke")
        + "end\n"
    )
    drawing_file.write_text(apart, encoding="utf-8")
    assert (
        main(["compile", "-q"]) == 0
    )  # what is accepted is that it does not hear, not that it does not wait
    assert needs_of(file.read_text(encoding="utf-8"))["smoke"] == {"changes"}
    file.write_text(text, encoding="utf-8")
    drawing_file.write_text(UNNEEDED, encoding="utf-8")
    settings_file.write_text(settings.replace("- missing-wait: jobs.smoke", "# "), encoding="utf-8")
    assert main(["compile", "-q"]) == 0
    assert needs_of(file.read_text(encoding="utf-8"))["smoke"] == {"lock", "changes"}


@pytest.mark.parametrize(
    "condition",
    [
        "github.repository == 'x/y' && github.event_name == 'push'",
        "github.event_name == 'push' && github.actor != 'z' && github.event_name != 'pull_request'",
    ],
)
def test_terms_of_an_if_keep_their_words_and_order_when_tests_come_and_go(condition: str) -> None:
    adopted = Adopted(f"a\nb: a if {condition}", "a\nb")
    asked = typed(adopted.compiled("(a)\nb"))["jobs"]["b"]["if"]
    assert "needs.a.result" in asked and asked.endswith(condition)
    assert adopted.compiled("a\nb") == adopted.text


def test_a_need_that_only_a_drawn_flag_reads_goes_with_it() -> None:
    adopted = Adopted("pre\na: pre\nb: a", "pre\na\nb")
    drawn = drawing("pre\na\nb").replace("%% id: pre", "%% id: pre\n%% decide")
    Path("ci.mmd").write_text(
        drawn.replace("%% id: b\nNote over CI: b\n", "opt\n%% id: b\nNote over CI: b\nend\n")
    )
    assert main(["compile", "-q"]) == 0
    text = adopted.file.read_text(encoding="utf-8")
    assert needs_of(text)["b"] == {"a", "pre"}
    flag = "needs.pre.outputs.b != 'false'"
    assert f"if: ${{{{ {flag} }}}} # drawn: {flag}, needs.pre\n" in text
    Path("ci.mmd").write_text(drawn, encoding="utf-8")
    assert main(["compile", "-q"]) == 0
    assert needs_of(adopted.file.read_text(encoding="utf-8"))["b"] == {"a"}


def test_a_need_that_a_test_asks_for_comes_and_goes_with_that() -> None:
    adopted = Adopted(
        "build\ntest: build\nmail: test if ${{ !cancelled() && needs.test.result != 'skipped' }}",
        "build\ntest\nmail",
    )
    there = adopted.compiled("build\n(test)\nmail")
    assert needs_of(there)["mail"] == {"build", "test"} and "needs.build.result == 'success'" in there
    assert adopted.compiled("build\ntest\nmail") == adopted.text


TRIAGE = """pre
act: pre if needs.pre.outputs.on == 'true'
agent: act if needs.act.outputs.spent != 'true'
detect: act agent if always() && needs.agent.result != 'skipped'
send: act agent detect if always() && needs.agent.result != 'skipped' && needs.detect.result == 'success'
"""
"""A job that runs however another one ended, be it not skipped, which it is by terms of people's."""


@pytest.mark.parametrize(
    ("jobs", "ranks", "optional", "asked"),
    [
        (
            TRIAGE,
            "pre\nact\nagent\ndetect\nsend",
            "agent",
            {
                "detect": "always() && needs.act.result == 'success'",
                "send": "always() && needs.detect.result == 'success'",
            },
        ),
        (
            TRIAGE,
            "pre\nact\nagent\ndetect\nsend",
            "detect",
            {
                "send": "always() && needs.agent.result != 'skipped'"
                " && (needs.detect.result == 'success' || needs.detect.result == 'skipped')",
            },
        ),
        (
            "a\nx: a if github.repository == 'o/r'\ny: a x if always() && needs.x.result != 'skipped'",
            "a\nx\ny",
            "x",
            {"y": "always() && needs.a.result == 'success'"},
        ),
        (
            "a\nx: a if vars.X\ny: a x if ${{ !cancelled() && needs.x.result == 'success' }}",
            "a\nx\ny",
            "x",
            {
                "y": "!cancelled() && needs.a.result == 'success'"
                " && (needs.x.result == 'success' || needs.x.result == 'skipped')"
            },
        ),
        (  # what is people's in it stays, and so does what stands behind it
            "a\nx: a\ny: a x if always() && needs.x.result == 'success' && github.repository == 'o/r' # ours",
            "a\nx\ny",
            "x",
            {
                "y": "always() && (needs.x.result == 'success' || needs.x.result == 'skipped')"
                " && needs.a.result == 'success' && github.repository == 'o/r'"
            },
        ),
    ],
)
def test_tests_of_peoples_in_the_place_of_which_others_were_drawn_are_back(
    jobs: str, ranks: str, optional: str, asked: dict[str, str]
) -> None:
    adopted = Adopted(jobs, ranks)
    there = adopted.compiled(ranks.replace(optional, f"({optional})"))
    conditions = {name: job.get("if", "") for name, job in typed(there)["jobs"].items()}
    assert {name: " ".join(conditions[name].split()) for name in asked} == asked
    back = adopted.compiled(ranks)
    assert _terms(back) == _terms(adopted.text) and "drawn" not in back
    assert ("# ours" in back) == ("# ours" in adopted.text)


def test_a_test_that_people_wrote_in_the_place_of_ours_is_theirs() -> None:
    jobs = "a\nx: a\ny: a x if always() && needs.x.result != 'skipped'"
    adopted = Adopted(jobs, "a\nx\ny")
    there = adopted.compiled("a\n(x)\ny")
    mark = "# drawn: needs.a.result == 'success', over needs.x.result != 'skipped'"
    assert f"    if: always() && needs.a.result == 'success' {mark}\n" in there
    own = there.replace("always() && needs.a.result == 'success' #", "always() #")
    adopted.file.write_text(own, encoding="utf-8")
    assert adopted.compiled("a\nx\ny") == own.replace("    if: github.ref == 'refs/heads/main' # drawn\n", "")


STARTED = "workflow_dispatch, workflow_run[workflows=Other]"


@pytest.mark.parametrize("events", [f"{STARTED}, merge_group", STARTED.partition(", ")[2]])
def test_what_is_accepted_of_events_holds_for_more_of_them_and_for_fewer(events: str) -> None:
    drawn = drawing("a").replace("push, pull_request", STARTED)
    file = Path(".github/workflows/ci.yml")
    file.parent.mkdir(parents=True)
    text = "on:\n  workflow_dispatch:\n  workflow_run:\n    workflows: [Other]\n    types: [completed]\n"
    file.write_text(text + workflow("a").partition("\n")[2], encoding="utf-8")
    Path("ci.mmd").write_text(drawn, encoding="utf-8")
    assert main(["adopt", ".github/workflows", "--document", "ci.mmd", "--write", "-q"]) == 0
    assert "condition-differs: {at: jobs.a.if" in Path("mermaid2gha.yml").read_text(encoding="utf-8")
    Path("ci.mmd").write_text(drawn.replace(STARTED, events), encoding="utf-8")
    assert main(["compile", "-q"]) == 0
    assert "if:" not in file.read_text(encoding="utf-8")


def _terms(text: str) -> dict[str, set[str]]:
    asked = {name: job.get("if", "") for name, job in typed(text)["jobs"].items()}
    bare = {name: one.removeprefix("${{").removesuffix("}}") for name, one in asked.items()}
    return {name: {term.strip() for term in one.split("&&")} for name, one in bare.items()}


def test_a_job_of_ours_that_goes_leaves_no_order_to_those_after_it() -> None:
    adopted = Adopted(
        "wasm\napi\ncli: wasm\npublish: wasm cli"
        " if always() && needs.wasm.result == 'success' && needs.cli.result == 'success'",
        "wasm api\ncli\npublish",
    )
    there = adopted.compiled("wasm api\ncli\nnew\npublish")
    assert needs_of(there)["publish"] == {"wasm", "cli", "new"} and "needs.new.result == 'success'" in there
    assert adopted.compiled("wasm api\ncli\npublish") == adopted.text.replace(
        "if: always() && needs.wasm.result == 'success' && needs.cli.result == 'success'",
        "if: ${{ always() && needs.wasm.result == 'success' && needs.cli.result == 'success' }}",
    )


def test_comments_below_a_list_or_an_if_are_no_text_of_a_block_that_comes_there() -> None:
    listed = (
        "    needs: [lint, docs]\n",
        "    needs:\n      - lint\n      - docs\n\n      #- spell\n    # slow\n",
    )
    condition = "github.repository == 'an-owner-of-repositories/a-repository'"
    asked = (f"    if: {condition}\n", f"    if: {condition}\n      # not in forks\n")
    adopted = Adopted(
        f"lint\ndocs\ntest: lint docs\nmail: lint docs test if {condition}",
        "lint docs\ntest\nmail",
        listed,
        asked,
    )
    text = adopted.compiled("lint (docs)\ntest\nmail")
    jobs = typed(text)["jobs"]
    assert "needs.docs.result == 'skipped'" in jobs["test"]["if"]
    assert "needs.test.result == 'success'" in jobs["mail"]["if"]
    assert not any("#" in job.get("if", "") for job in jobs.values())
    assert "      - docs\n\n      #- spell\n    if: >-" in text
    assert "    # not in forks\n    if: >-" in text
    assert adopted.compiled("lint docs\ntest\nmail").count("#") == 3


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ("", "vars.GET != 'false'"),
        ("github.event_name == 'push'", "format('{0}\\n', github.event_name == 'merge_group') && "),
        ("github.actor == 'a'", "if: ${{ github.actor == 'a' }}"),
    ],
)
def test_a_text_as_an_if_which_is_always_true_comes_back_as_a_text(words: str, asked: str) -> None:
    """The line end of a block scalar stands behind the braces, so that it is no expression but a text."""
    text = "    if: |\n      ${{ github.event_name == 'merge_group' }}\n"
    adopted = Adopted("get\nlint", "get\nlint", ("    runs-on", f"{text}    runs-on"))
    drawn = drawing("get\nlint")
    note = "%% id: get\nNote over CI: get\n"
    Path("ci.mmd").write_text(drawn.replace(note, f"opt {words}\n{note}end\n"), encoding="utf-8")
    assert main(["compile", "-q"]) == 0
    assert asked in adopted.file.read_text(encoding="utf-8")
    assert adopted.compiled("get\nlint") == adopted.text


def test_a_job_made_optional_does_not_need_what_its_own_if_reads_of_a_job_that_it_does_not_need() -> None:
    """What stands is the meaning of the `opt` as it stands; a new job beside it needs what it asks."""
    jobs = "plan\ntest: plan\nreport: test if failure() && needs.plan.outputs.report == 'true'"
    adopted = Adopted(jobs, "plan\ntest\nreport")
    optional = drawing("plan\ntest\n(report)").replace("opt github.ref == 'refs/heads/main'", "opt")
    Path("ci.mmd").write_text(optional, encoding="utf-8")
    assert (main(["check", "-q", "--no-cache"]), main(["compile", "-q"])) == (0, 0)
    assert adopted.file.read_text(encoding="utf-8") == adopted.text
    more = optional.replace("Note over CI: report\n", "Note over CI: report\nNote over CI: Mail\n")
    Path("ci.mmd").write_text(more, encoding="utf-8")
    assert main(["compile", "-q"]) == 0
    needs = needs_of(adopted.file.read_text(encoding="utf-8"))
    assert needs["report"] == {"test"} and {"report", "plan"} <= needs["mail"]


def test_a_job_that_is_drawn_no_more_leaves_what_an_if_behind_it_does_not_hear() -> None:
    asked = "if needs.changes.outputs.any == 'true'"
    outputs = ("  changes:\n", "  changes:\n    outputs: {any: x}\n")
    adopted = Adopted(f"changes\nlock: changes\nsmoke: lock {asked}", "changes\nlock\nsmoke", outputs)
    assert adopted.compiled("changes\nsmoke") == adopted.text


@pytest.mark.parametrize(
    "between", ["a\nb\nx\nc\nd", "a\nx\nb\nc\nd", "a\nb\nx c\nd", "a\nb\nc\nx\nd", "a\nb\ny\nx\nc\nd"]
)
def test_an_accepted_gap_is_found_again_when_an_undrawn_job_was_drawn_within_it(between: str) -> None:
    adopted = Adopted("a\nb: a\nx\nc: a\nd: c", "a\nb\nc\nd")
    adopted.compiled(between)
    assert typed(adopted.compiled("a\nb\nc\nd", "--prune")) == typed(adopted.text)
    adopted.compiled(between)
    assert needs_of(adopted.compiled("a\nb\nd", "--prune")) == {
        "a": set(),
        "b": {"a"},
        "x": set(),
        "d": {"a"},
    }


def test_what_was_drawn_of_the_if_of_a_job_goes_when_that_is_drawn_no_more() -> None:
    asked = "if always() && needs.a.result == 'success'"
    adopted = Adopted(f"a\nb\nx: a {asked}\nc: b", "a\nb\nc")
    made = adopted.compiled("a\n(b)\nx\nc")
    assert "needs.b" in typed(made)["jobs"]["x"]["if"] and needs_of(made)["x"] == {"a", "b"}
    assert typed(adopted.compiled("a\nb\nc")) == typed(adopted.text)


STEPS_OF_DEPLOY = (
    "    runs-on: ubuntu-24.04\n    steps: [{run: make deploy}]",
    "    uses: ./.github/workflows/x.yml",
)


def test_a_call_asks_nobody_and_that_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    adopted = Adopted("lint\ndeploy", "lint deploy", STEPS_OF_DEPLOY)
    capsys.readouterr()
    drawn = drawing("lint deploy").replace("Note over CI: deploy", "%% approval: prod\nNote over CI: deploy")
    Path("ci.mmd").write_text(drawn, encoding="utf-8")
    assert main(["check", "--no-cache"]) == main(["compile"]) == 0
    said = capsys.readouterr()
    told = "people are drawn to approve `deploy`, which stands as a call, and a call asks nobody"
    assert (said.out + said.err).count(told) == 2
    assert adopted.file.read_text(encoding="utf-8") == adopted.text
