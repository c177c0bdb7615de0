"""What a job of people's asks of how those before it ended stays, with what is drawn beside it."""

from __future__ import annotations

from pathlib import Path

import pytest
from adopted_file import adopted, compiled
from quick_yaml import typed
from test_edits_after_adoption import Adopted, drawing, workflow


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def asked(text: str) -> dict[str, str]:
    """The `if` of each job in one line, without the braces."""
    jobs = typed(text)["jobs"]
    return {name: _bare(job.get("if", "")) for name, job in jobs.items()}


def _bare(condition: str) -> str:
    return " ".join(condition.removeprefix("${{").removesuffix("}}").split())


@pytest.mark.parametrize("more", ["", " && github.repository == 'o/r'"])
def test_an_if_that_means_no_more_than_none_asks_for_what_is_drawn_since_too(more: str) -> None:
    """It would go as needless, and then nobody could bring it back."""
    test = "!cancelled() && needs.lint.result == 'success'"
    adopted = Adopted(f"lint\nbuild: lint if ${{{{ {test}{more} }}}}", "lint\nbuild")
    text = adopted.compiled("lint\nnew\nbuild")
    assert asked(text)["build"] == f"{test} && needs.new.result == 'success'{more}"
    assert adopted.compiled("lint\nbuild") == adopted.text


PAST = "lint\nscan\nbuild: lint scan\nship: build lint if github.repository == 'o/r'"


def test_a_job_asks_nothing_where_the_one_before_it_is_skipped_with_all_before_that() -> None:
    """`build` is accepted to be skipped with `lint`, whatever comes between them and asks itself."""
    adopted = Adopted(PAST.replace("lint\n", "lint if vars.LINT\n", 1), "(lint) scan\nbuild\nship")
    text = adopted.compiled("(lint) scan\nnew\nbuild\nship")
    assert asked(text)["build"] == "" and asked(text)["ship"] == "github.repository == 'o/r'"
    assert "needs.lint.result == 'skipped'" in asked(text)["new"]
    assert adopted.compiled("(lint) scan\nbuild\nship") == adopted.text


def test_tests_that_are_drawn_and_not_needed_go_from_an_if_that_had_none() -> None:
    adopted = Adopted(PAST.replace("lint\n", "lint if vars.LINT\n", 1), "(lint) scan\nbuild\nship")
    own = "    if: github.repository == 'o/r'\n"
    tested = "!cancelled() && needs.build.result == 'success' && github.repository == 'o/r'"
    assert own in adopted.text
    adopted.file.write_text(
        adopted.text.replace(own, f"    if: ${{{{ {tested} }}}} # drawn: !cancelled()\n"), encoding="utf-8"
    )
    text = adopted.compiled("(lint) scan\nbuild\nship")
    assert asked(text) == asked(adopted.text) and "drawn" not in text


@pytest.mark.parametrize(
    "test",
    ["needs.lint.result != 'skipped'", "(needs.lint.result == 'success' || needs.lint.result == 'failure')"],
)
def test_who_waits_for_a_job_that_runs_after_failures_goes_on_to_stop_after_them(test: str) -> None:
    """`build` asks for less once `lint` is optional, and never stood for its success."""
    adopted = Adopted(f"lint\nbuild: lint if ${{{{ always() && {test} }}}}\nship: build", "lint\nbuild\nship")
    text = adopted.compiled("(lint)\nbuild\nship")
    assert "(needs.lint.result == 'success' || needs.lint.result == 'skipped')" in asked(text)["ship"]
    assert adopted.compiled("lint\nbuild\nship") == adopted.text


def test_a_new_job_runs_past_a_skip_past_which_those_after_it_run() -> None:
    test = "!cancelled() && needs.build.result != 'failure'"
    adopted = Adopted(f"build if github.repository == 'o/r'\nship: build if ${{{{ {test} }}}}", "build\nship")
    text = adopted.compiled("build\nnew\nship")
    assert asked(text)["ship"] == f"{test} && needs.new.result == 'success'"
    assert "needs.build.result == 'skipped'" in asked(text)["new"]
    assert adopted.compiled("build\nship") == adopted.text


@pytest.mark.parametrize(
    "ranks", ["setup lint new\nfast slow\nall\nship", "setup lint\nfast slow\nnew\nall\nship"]
)
def test_a_test_that_came_past_a_gate_of_peoples_stays_as_it_was_written(ranks: str) -> None:
    """`ship` needs `new` only to ask for it: the next compile kept the question, and took away the need."""
    gate = "all: setup lint fast slow if always() && !cancelled()"
    ship = "ship: all if always() && needs.all.result == 'success'"
    ways = "fast: setup if vars.FAST == 'yes'\nslow: setup if vars.FAST == 'no'"
    adopted = Adopted(f"setup\nlint\n{ways}\n{gate}\n{ship}", "setup lint\nfast slow\nall\nship")
    text = adopted.compiled(ranks)
    assert "needs.new.result == 'success'" in asked(text)["ship"]
    assert adopted.compiled("setup lint\nfast slow\nall\nship") == adopted.text


@pytest.mark.parametrize("condition", ["", " if vars.PINS != 'old'"])
@pytest.mark.parametrize("first", ["(new)", "(new) other"])
def test_a_test_of_an_undrawn_job_that_is_planned_is_not_left_over(first: str, condition: str) -> None:
    """`pins` may be skipped with `docs`, and not with what is drawn first since, of which it asks itself."""
    jobs = f"image\nearly\ndocs: image if vars.DOCS\ntest: image\npins: docs test early{condition}\nother"
    before = flagged(first.removeprefix("(new)").strip(), "image", "(docs) test", "pins")
    adopted(workflow(jobs), before)
    asks = asked(compiled(flagged(first, "image", "(docs) test", "pins")))["pins"]
    assert "needs.early.result == 'success' && needs.docs.result == 'success'" in asks
    assert "'skipped'" not in asks
    assert asked(compiled(before, "--prune")) == asked(workflow(jobs))


def flagged(*ranks: str) -> str:
    """A drawing in which what is in brackets may be left out."""
    return drawing("\n".join(filter(None, ranks))).replace("opt github.ref == 'refs/heads/main'", "opt")
