"""A job of people's that the settings list as undrawn is drawn for a while: then all is as it was.

What the drawing adds bears marks, and goes again. What it would take away of theirs cannot come back: it is
accepted first, or nothing is written.
"""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from adopted_file import DOCUMENT, FILE, adopted, compiled, needs_in, refused, said, write

from mermaid2gha.cli import main

WORKFLOW = """\
name: CI
on:
  push:
    branches: [main]
permissions: {contents: read}
jobs:
  build:
    runs-on: ubuntu-24.04
    steps: [{run: make}]

  # the outside
  deploy:
    needs: build
    runs-on: ubuntu-24.04
    steps:
      - run: ./deploy
"""
DRAWN = """\
sequenceDiagram
    participant CI as CI (ci.yml)
    GitHub->>CI: Trigger 'push' to main
    Note over CI: build
    Note over CI: deploy
"""
NEEDS = {
    "a name": "needs: build",
    "a name in quotes": "needs: 'build' # first",
    "a list": "needs: [ build ]",
    "lines": "needs:\n      - build # first",
    "a list over lines": "needs: [\n      build, # first\n    ]",
}
AUDIT = "\n  audit:\n    runs-on: ubuntu-24.04\n    steps: [{run: ./audit}]\n"


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("needs", NEEDS)
def test_needs_that_came_with_the_order_of_an_undrawn_job_go_with_it(
    needs: str, newline: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = (WORKFLOW.replace("needs: build", NEEDS[needs]) + AUDIT).replace("\n", newline)
    adopted(text, DRAWN)
    first = DRAWN.replace("    Note over CI: build", "    Note over CI: lint\n    Note over CI: build")
    behind = first.replace("    Note over CI: deploy", "    Note over CI: audit\n    Note over CI: deploy")
    made = compiled(behind)
    assert needs_in(made) == {"build": {"lint"}, "audit": {"build"}, "deploy": {"build", "audit"}}
    assert "needs: build # drawn" in made
    left = compiled(first)
    assert needs_in(left) == {"build": {"lint"}, "deploy": {"build"}}
    back = compiled(DRAWN)
    assert said(back) == said(text) and "drawn" not in back
    assert back.count("# first") == text.count("# first") and (back == text or needs != "lines")


@pytest.mark.parametrize("order", ["audit\nbuild\ndeploy", "build\naudit\ndeploy", "build\ndeploy\naudit"])
def test_an_undrawn_job_between_braces_is_as_it_was_when_it_is_drawn_no_more(
    order: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    audit = "  audit: {runs-on: ubuntu-24.04, steps: [{run: ./audit}]} # mine\n"
    text = WORKFLOW + audit
    adopted(text, DRAWN)
    head = DRAWN[: DRAWN.index("    Note over")]
    made = compiled(head + "".join(f"    Note over CI: {name}\n" for name in order.split()))
    names = order.split()
    assert all(one in needs_in(made)[other] for one, other in pairwise(names))
    left = compiled(DRAWN)
    assert said(left) == said(text) and "drawn" not in left and "# mine" in left


def test_a_need_that_came_with_an_undrawn_job_stays_where_people_have_come_to_read_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    adopted(WORKFLOW + AUDIT, DRAWN)
    made = compiled(
        DRAWN.replace("    Note over CI: deploy", "    Note over CI: audit\n    Note over CI: deploy")
    )
    read = made.replace("run: ./deploy", "run: ./deploy ${{ needs.audit.result }}")
    write(read)
    left = compiled(DRAWN)
    assert needs_in(left) == {"deploy": {"build", "audit"}}
    assert "run: ./deploy ${{ needs.audit.result }}" in left


def ranks(*names: str) -> str:
    """A drawing of jobs one after the other; `(name)` is under `opt`."""
    lines = []
    for name in names:
        note = f"    Note over CI: {name.strip('()')}\n"
        lines.append(note if "(" not in name else f"    opt github.ref != 'refs/heads/x'\n{note}    end\n")
    return DRAWN[: DRAWN.index("    Note over")] + "".join(lines)


def job(name: str, keys: str = "") -> str:
    lines = "".join(f"    {line}\n" for line in keys.splitlines())
    return f"\n  {name}:\n{lines}    runs-on: ubuntu-24.04\n    steps:\n      - run: ./{name}\n"


STANDS = {
    "it waits for nothing": "",
    "it waits for one": "needs: build",
    "it runs always": "needs: [build]\nif: always() # clean up",
    "it asks how one ended": "needs: build\nif: always() && needs.build.result == 'failure'",
    "it asks for all": "needs: [build]\nif: ${{ !cancelled() }}\nenv: {ALL: '${{ toJSON(needs) }}'}",
    "it has all": (
        "needs: build\nenvironment: production\npermissions: {contents: read, id-token: write} # OIDC\n"
        "strategy: {matrix: {python: ['3.11', '3.12']}}"
    ),
}


@pytest.mark.parametrize("more", [("deploy", "audit"), ("lint", "deploy", "audit"), ("deploy", "(audit)")])
@pytest.mark.parametrize("stands", STANDS)
def test_an_undrawn_job_is_as_it_was_when_it_was_drawn_for_a_while(
    stands: str, more: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = WORKFLOW + job("audit", STANDS[stands])
    adopted(text, DRAWN)
    made = compiled(ranks("build", *more))
    assert said(made) != said(text) and "# drawn" in made
    left = compiled(DRAWN, *(["--prune"] if "lint" in more else []))
    assert said(left) == said(text) and "drawn" not in left
    assert left.count("#") == text.count("#")


@pytest.mark.parametrize(
    ("edit", "written"),
    [
        (("audit\n", "audit\n    CI->>GitHub: Create release\n"), "contents: write"),
        (("    Note over CI: audit\n", "    %% approval: staging\n    Note over CI: audit\n"), "staging"),
        (
            (
                "    Note over CI: audit\n",
                "    loop For each Python (3.11, 3.12, 3.14)\n    Note over CI: audit\n    end\n",
            ),
            "3.14",
        ),
        (("    Note over CI: audit\n", "    %% outputs: version\n    Note over CI: audit\n"), "version: "),
    ],
)
@pytest.mark.parametrize("stands", ["it waits for nothing", "it has all"])
def test_whatever_is_drawn_in_an_undrawn_job_goes_with_it(
    edit: tuple[str, str], written: str, stands: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = WORKFLOW + job("audit", STANDS[stands])
    adopted(text, DRAWN)
    assert written in compiled(ranks("build", "deploy", "audit").replace(*edit)).replace('"', "")
    left = compiled(DRAWN)
    assert said(left) == said(text) and "drawn" not in left


def test_a_new_job_needs_an_undrawn_one_while_that_is_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What we wrote ourselves needs a mark, too: else the need would be people's once the job is undrawn."""
    monkeypatch.chdir(tmp_path)
    text = WORKFLOW + job("audit", "needs: build")
    adopted(text, ranks("build"))
    before = compiled(ranks("build", "lint"))
    made = compiled(ranks("build", "audit", "lint"))
    assert "    needs: audit # drawn\n" in made and needs_in(made)["lint"] == {"audit"}
    assert compiled(ranks("build", "lint")) == before
    several = compiled(ranks("build", "(audit)", "lint"))
    assert "    needs: [build, audit] # drawn: audit\n" in several
    assert compiled(ranks("build", "lint")) == before
    assert compiled(ranks("build", "audit", "lint")) == made
    assert compiled(ranks("build", "audit"), "--prune") == text  # it goes without more ado, for it is ours


@pytest.mark.parametrize(
    ("keys", "drawn", "why"),
    [
        ("if: github.event_name != 'push'", ("build", "audit"), "it asks for `github.event_name != "),
        ("needs: deploy", ("build", "audit"), ""),
        ("needs: [build, deploy]", ("audit", "build", "deploy"), "`audit` waits for `build`, `audit` waits"),
        ("needs: deploy", ("build", "par audit deploy"), "`audit` waits for `deploy`"),
    ],
)
def test_what_cannot_come_back_is_not_taken_away(
    keys: str,
    drawn: tuple[str, ...],
    why: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    text = WORKFLOW + job("audit", keys)
    adopted(text, DRAWN)
    more = ranks(*drawn)
    if drawn[-1].startswith("par"):
        beside = "    par\n    Note over CI: audit\n    and\n    Note over CI: deploy\n    end\n"
        more = ranks("build") + beside
    capsys.readouterr()
    if not why:
        assert said(compiled(more)) == said(text)
        return
    refused(more)
    assert f"`audit` is listed under `extra-jobs`, and is drawn otherwise than it stands: {why}" in (
        found := capsys.readouterr().err
    )
    assert "`mermaid2gha adopt --accept`" in found


def test_what_stands_in_an_undrawn_job_can_be_accepted_when_it_is_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = WORKFLOW + job("audit", "needs: build\nif: github.event_name != 'push'")
    adopted(text, DRAWN)
    drawn = ranks("build", "deploy", "audit")
    refused(drawn)
    assert main(["adopt", "--accept", "-q"]) == 0
    assert compiled(drawn) == text


def test_a_job_that_is_listed_as_undrawn_no_more_is_the_drawings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = WORKFLOW + job("audit", "needs: [build, deploy]\nif: github.event_name != 'push'")
    adopted(text, DRAWN)
    drawn = ranks("build", "audit")
    refused(drawn)
    settings = Path("mermaid2gha.yml")
    settings.write_text(settings.read_text(encoding="utf-8").replace("[audit]", "[deploy]"), encoding="utf-8")
    made = compiled(drawn)
    assert "event_name" not in made


@pytest.mark.parametrize("asked", ["github.ref == 'refs/heads/main'", "always() && needs.build.outputs.go"])
def test_what_an_undrawn_job_asks_for_is_back_when_it_is_drawn_no_more(
    asked: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = WORKFLOW + job("audit", f"needs: build\nif: {asked}")
    adopted(text, DRAWN)
    made = compiled(ranks("build", "audit", "deploy"))
    assert "    if: success() # drawn: success(), over " in made
    assert compiled(DRAWN) == text


def beside(*names: str) -> str:
    return "    par\n" + "    and\n".join(f"    Note over CI: {name}\n" for name in names) + "    end\n"


def test_a_wait_that_is_accepted_as_missing_comes_with_no_job_between(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By what was drawn for a while it waits, and what `if` asks for then goes with that."""
    monkeypatch.chdir(tmp_path)
    asks = "if: ${{ !cancelled() && needs.build.result != 'failure' && github.ref == 'refs/heads/main' }}"
    text = WORKFLOW.partition("\n  # the outside")[0] + job("lint") + job("audit", "if: ${{ always() }}")
    text += job("ship", f"needs: [build, audit]\n{asks}") + job("mail", "needs: build")
    head = DRAWN[: DRAWN.index("    Note over")]
    first, last = beside("build", "lint"), beside("ship", "mail")
    adopted(text, head + first + last)
    settings = Path("mermaid2gha.yml").read_text(encoding="utf-8")
    assert "missing-wait: jobs.ship.needs.lint" in settings and "silenced-by-skip" in settings
    made = compiled(head + first + "    opt\n    Note over CI: audit\n    end\n" + last)
    assert needs_in(made)["audit"] == {"build", "lint"} and "lint" not in needs_in(made)["ship"]
    assert compiled(head + first + last) == text


@pytest.mark.parametrize(
    "asks",
    [
        "always() && needs.lint.result != 'skipped'",
        "!cancelled() && needs.lint.result == 'success'",
        "!cancelled() && !contains(needs.*.result, 'failure')",
        "failure()",
    ],
)
@pytest.mark.parametrize("listed", ["lint", "ship", ""])
def test_jobs_that_are_drawn_side_by_side_stay_in_the_order_that_an_if_asks_for(
    asks: str, listed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or nothing is written; it ended in an internal error."""
    monkeypatch.chdir(tmp_path)
    text = WORKFLOW.partition("\n  # the outside")[0] + job("lint", "needs: build")
    text += job("ship", f"needs: lint\nif: ${{{{ {asks} }}}}")
    head = DRAWN[: DRAWN.index("    Note over")] + "    Note over CI: build\n"
    names = ("lint", "ship")
    adopted(text, head + "".join(f"    Note over CI: {one}\n" for one in names if one != listed))
    DOCUMENT.write_text(head + beside(*names), encoding="utf-8")
    code = main(["compile", "-q"])
    assert code in (0, 1)
    if code:
        refused(head + beside(*names))
        assert FILE.read_text(encoding="utf-8") == text
    else:
        assert "lint" in needs_in(compiled(head + beside(*names)))["ship"] or "needs.lint" not in asks


SINGLES = {
    "alone": ("", "needs: build"),
    "as others": (job("docs", "needs: lint"), "needs: build"),
    "in brackets as others": (job("docs", "needs: [lint]"), "needs: [build]"),
    "on a line of its own": (job("docs", "needs: [lint, build]"), "needs:\n  - build"),
    "with blanks": ("", "needs: [ build ]"),
    "beside a longer list": (job("docs", "needs: [lint, build]"), "needs: build"),
}


@pytest.mark.parametrize("style", SINGLES)
@pytest.mark.parametrize("extra", [True, False])
def test_a_single_need_is_written_as_it_stood_when_another_came_and_went(
    style: str, extra: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    more, keys = SINGLES[style]
    text = WORKFLOW.partition("\n  # the outside")[0] + job("lint") + job("ship", keys)
    text += more + (job("audit") if extra else "")
    head, first = DRAWN[: DRAWN.index("    Note over")], beside("build", "lint")
    last = "    Note over CI: ship\n"
    adopted(text, head + first + last)
    made = compiled(head + first + "    opt\n    Note over CI: audit\n    end\n" + last)
    assert "audit" in needs_in(made)["ship"]
    assert compiled(head + first + last, *([] if extra else ["--prune"])) == text


@pytest.mark.parametrize(
    ("order", "rule"),
    [
        (("deploy", "audit", "build"), "needs-contradict-order"),
        (("build", "deploy", "audit"), "needs-contradict-order"),
        (("audit", "build", "deploy"), "extra-job-differs"),
    ],
)
def test_a_job_that_is_drawn_against_its_order_is_refused_once(
    order: tuple[str, ...],
    rule: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    text = WORKFLOW.partition("\n  # the outside")[0] + job("audit", "needs: build")
    adopted(text + job("more", "needs: audit") + job("deploy", "needs: more"), DRAWN)
    capsys.readouterr()
    refused(ranks(*order))
    found = re.findall(r"^error\[([\w-]+)\]: `(?:audit|deploy)`", capsys.readouterr().err, re.MULTILINE)
    assert found and {*found} == {rule} and len(found) % 2 == 0  # by both commands
    assert rule == "needs-contradict-order" or len(found) == 2
