"""What a job of people's asks of how those before it ended stays as it stands, with what is drawn beside it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from test_edits_after_adoption import Adopted


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def asked(text: str) -> dict[str, str]:
    """The `if` of each job in one line, without the braces."""
    jobs = yaml.safe_load(text)["jobs"]
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
