"""`mermaid2gha diff`: what runs before and after; its page, whose example is run; and two laws.

Another layout is no difference, and no other value is silent.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from mermaid2gha.changes.compare import StateChange, compared
from mermaid2gha.changes.occasions import sample
from mermaid2gha.changes.picture import MOST_EDGES, flow_chart
from mermaid2gha.changes.state import WorkflowsState, state
from mermaid2gha.changes.tell import MARKER, Compared, change_chart, change_json, change_markdown, change_text
from mermaid2gha.cli import main
from mermaid2gha.github.simulator.globs import glob
from mermaid2gha.github.workflow.values import typed_scalar
from mermaid2gha.report.text import Paper
from mermaid2gha.yaml.tree import Entries, Items, Scalar, Tree, resolved

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "diff.md"
CORPUS = sorted((ROOT / "tests" / "reconcile" / "corpus").glob("*.y*ml"))
HEAD = "on: {push: {branches: [main]}, pull_request: {}}\njobs:\n"


def of(text: str, name: str = "a.yml", **others: str) -> WorkflowsState:
    files = {name: text, **{f"{other}.yml": content for other, content in others.items()}}
    return state({file: content.encode() for file, content in files.items() if content})


def job(name: str, more: str = "") -> str:
    return f"  {name}: {{runs-on: x, steps: [{{run: 'make {name}'}}]{more and ', '}{more}}}\n"


def messages(before: str, after: str) -> list[str]:
    change = compared(of(before), of(after))
    return [one.message for file in change.files for one in file.differences]


JOBS = HEAD + job("a") + job("b", "needs: a") + job("c", "needs: b")


@pytest.mark.parametrize(
    ("after", "wanted"),
    [
        (HEAD + job("a") + job("b", "needs: a") + job("c", "needs: a"), ["`c` no longer waits for `b`"]),
        (
            HEAD + job("a") + job("b") + job("c", "needs: [a, b]"),
            ["`b` no longer waits for `a`"],
        ),
        (JOBS + job("d", "needs: c"), ["`d` is new", "`d` now runs for pushes to `main` and pull requests"]),
        (
            HEAD + job("a") + job("n") + job("b", "needs: [a, n]") + job("c", "needs: b"),
            ["`n` is new", "`b` waits for `n`", "`n` now runs for pushes to `main` and pull requests"],
        ),
        (
            JOBS.replace(job("c", "needs: b"), job("c", "needs: b, if: github.event_name == 'push'")),
            ["`c` runs if `github.event_name == 'push'`", "`c` no longer runs for pull requests"],
        ),
        (
            HEAD
            + job("a")
            + job("b", "needs: a")
            + job("c", 'needs: b, if: "github.event.pull_request.head.repo.fork == false"'),
            [
                "`c` runs if `github.event.pull_request.head.repo.fork == false`",
                "`c` no longer runs for pull requests from forks",
            ],
        ),
        (
            JOBS.replace(job("c", "needs: b"), job("z", "needs: b").replace("make z", "make c")),
            ["`c` is called `z`"],
        ),
        (
            JOBS.replace("on: {push: {branches: [main]}", "on: {push: {tags: ['v*']}"),
            [
                "`branches` of `push` is not there any more (before: `main`)",
                "`tags` of `push` is `v*`",
                "`a`, `b` and `c` now also run for pushes of tags and no longer run for pushes to `main`",
            ],
        ),
        (
            JOBS.replace(
                "pull_request: {}", "pull_request: {types: [opened, synchronize, reopened, closed]}"
            ),
            [
                "`types` of `pull_request` is `opened`, `synchronize`, `reopened` and `closed`",
                "`a`, `b` and `c` now also run for pull requests (`closed`)",
            ],
        ),
        (
            JOBS.replace("make b'", "make all'"),
            [
                "`b` has the new step `make all`",
                "`b` no longer has the step `make b`",
            ],
        ),
        (
            JOBS.replace("runs-on: x, steps: [{run: 'make a'}]", "runs-on: [x, y], steps: [{run: 'make a'}]"),
            ["`runs-on` of `a` is `x, y` (before: `x`)"],
        ),
        (
            JOBS.replace("jobs:", "permissions: {contents: read}\njobs:"),
            [
                "the token of `a`, `b` and `c` has `contents: read` and has no longer "
                "`what the repository gives by itself`"
            ],
        ),
        (
            JOBS.replace("pull_request: {}", "pull_request: {paths: ['src/**']}"),
            [
                "`paths` of `pull_request` is `src/**`",
                "`a`, `b` and `c` no longer run for pull requests that change other files",
            ],
        ),
        (
            JOBS.replace("pull_request: {}", "pull_request: {branches: [main]}"),
            [
                "`branches` of `pull_request` is `main`",
                "`a`, `b` and `c` no longer run for pull requests from the repository itself to other "
                "branches and pull requests from forks to other branches",
            ],
        ),
        ("name: New\n" + JOBS, ["the workflow is called `New`"]),
        (JOBS.replace("jobs:", "env: {A: '1'}\njobs:"), ["the workflow has `env`"]),
        (
            JOBS.replace("needs: a", "needs: a, strategy: {matrix: {p: [1, 2]}}"),
            ["`b` runs for `(1)` and `(2)`"],
        ),
        (JOBS.replace("needs: a", "needs: a, environment: e"), ["`b` is for the environment `e`"]),
    ],
)
def test_what_is_other_is_said(after: str, wanted: list[str]) -> None:
    found = messages(JOBS, after)
    assert [one for one in found if one in wanted] == wanted
    assert len(found) == len(wanted)


STEPS = "jobs:\n  a:\n    runs-on: x\n    steps:\n"


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        ("      - uses: o/n@v1\n", "      - uses: o/n@v2\n", "`a` uses `o/n@v2` (before: `o/n@v1`)"),
        (
            "      - {name: N, run: x}\n",
            "      - {name: N, run: y}\n",
            "the step `N` of `a` changed: `run`",
        ),
        (
            "      - {name: N, run: x}\n",
            "      - {name: N, run: x, if: always()}\n",
            "the step `N` of `a` runs if `always()`",
        ),
        (
            "      - run: x\n      - run: y\n",
            "      - run: y\n      - run: x\n",
            "the steps of `a` stand in another order",
        ),
        (
            "      - {id: i, name: N, run: x}\n",
            "      - {id: i, name: M, run: x}\n",
            "the step `M` of `a` was called `N`",
        ),
        (
            "      - {uses: o/n@v1, with: {a: 1}}\n",
            "      - {uses: o/n@v1, with: {a: 2}}\n",
            "the step `o/n@v1` of `a` changed: `with`",
        ),
    ],
)
def test_steps_are_told_by_their_names(before: str, after: str, wanted: str) -> None:
    assert messages(f"on: push\n{STEPS}{before}", f"on: push\n{STEPS}{after}") == [wanted]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("if: success()", "if: '${{ success() }}'"),
        (
            "if: github.event_name == 'push' && github.ref == 'x'",
            "if: \"'x' == github.ref && !(github.event_name != 'push')\"",
        ),
        ("environment: e", "environment: {name: e}"),
        ("container: c", "container: {image: c}"),
        ("concurrency: g", "concurrency: {group: g, cancel-in-progress: false}"),
        ("timeout-minutes: 10", "timeout-minutes: 1e1"),
        ("strategy: {matrix: {p: [a, b]}}", "strategy: {matrix: {p: [b, a]}}"),
        ("env: {A: '1'}", "env: {A: 1}"),
        ("permissions: {contents: read}", "permissions: {contents: read, packages: none}"),
        ("env: {A: '${{github.ref}}'}", "env: {A: '${{ github.ref }}'}"),
    ],
)
def test_other_spellings_are_no_difference(before: str, after: str) -> None:
    assert messages(HEAD + job("a", before), HEAD + job("a", after)) == []


# -- laws ------------------------------------------------------------------------------------------

_SAFE = re.compile(r"[A-Za-z0-9_./@-]+")


def in_one_line(node: Tree) -> str:
    """The same YAML as a single line of braces and quotes."""
    whole = resolved(node)
    match whole:
        case Entries(entries):
            inside = (f"{json.dumps(one.key.value)}: {in_one_line(one.value)}" for one in reversed(entries))
            return f"{{{', '.join(inside)}}}"
        case Items(items):
            return f"[{', '.join(map(in_one_line, items))}]"
        case Scalar(value) if whole.is_plain and _SAFE.fullmatch(value):
            return value
        case _:
            assert isinstance(whole, Scalar)
            typed = typed_scalar(whole)
            return "null" if typed is None else json.dumps(typed, ensure_ascii=False)


def leaves(node: Tree) -> Iterator[Scalar]:
    match node:
        case Entries(entries):
            for one in entries:
                yield from leaves(one.value)
        case Items(items):
            for item in items:
                yield from leaves(item)
        case Scalar() if node.style not in ("|", ">"):
            yield node


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_another_layout_is_no_difference_and_no_other_value_is_silent(path: Path) -> None:
    before = state({path.name: path.read_bytes()})
    file = before.files[0].file
    assert file is not None
    if before.files[0].workflow is not None:
        assert compared(before, state({path.name: in_one_line(file.root).encode()})) == StateChange()
    for leaf in list(leaves(file.root))[:: max(1, len(list(leaves(file.root))) // 12)]:
        text, span = file.file.text, leaf.span
        other = text[: span.start] + json.dumps(f"{leaf.value}x") + text[span.end :]
        change = compared(before, state({path.name: other.encode()}))
        assert change.files, other
        assert all(one.differences or one.state != "changed" for one in change.files), other


@pytest.mark.parametrize(
    "pattern",
    [
        "main",
        "release/**",
        "v[0-9]+.[0-9]+",
        "**",
        "*",
        "!old",
        "feature/*-x",
        "v?1",
        "**/docs/**",
        "rel-[^a]",
    ],
)
def test_a_sample_is_one_that_the_pattern_stands_for(pattern: str) -> None:
    assert glob(pattern.removeprefix("!")).matches(sample(pattern))


# -- files and checks ------------------------------------------------------------------------------


def test_a_file_that_comes_goes_moves_or_is_refused_is_told() -> None:
    text = HEAD + job("a")
    for before, after, states in (
        (of(text), of(""), {"a.yml": "gone"}),
        (of(""), of(text), {"a.yml": "new"}),
        (of(text), of(text, "b.yml"), {"b.yml": "called `a.yml` before"}),
        (of(text), of(text + "  b: {needs: zz}\n"), {"a.yml": "refused by GitHub now:"}),
        (of(text + "  b: {needs: zz}\n"), of(text), {"a.yml": "no longer refused by GitHub:"}),
        (of("a: ["), of("b: ["), {"a.yml": "refused by GitHub, before and after:"}),
    ):
        found = {one.file: one.state for one in compared(before, after).files}
        assert found.keys() == states.keys()
        assert all(found[name].startswith(words) for name, words in states.items())


def test_checks_are_legs_and_called_jobs_and_one_that_pushes_keep_vanishes_for_forks() -> None:
    called = "on: workflow_call\njobs:\n" + job("inner")
    before = HEAD + job("m", "strategy: {matrix: {p: [1, 2]}}") + "  c: {uses: ./.github/workflows/b.yml}\n"
    after = before.replace("[1, 2]", "[2, 3]").replace("  c:", "  call:")
    change = compared(of(before, b=called), of(after, b=called))
    assert change.vanished == ("c / inner", "m (1)")
    assert change.appeared == ("call / inner", "m (3)")
    pushes = HEAD.replace(", pull_request: {}", "") + job("a")
    assert compared(of(HEAD + job("a")), of(pushes)).vanished == ("a",)
    assert compared(of(pushes), of(HEAD + job("a"))).vanished == ()
    tags = "on: {push: {tags: ['v*']}}\njobs:\n" + job("a")
    assert compared(of(tags), of(tags.replace("  a:", "  b:"))).vanished == ()  # no pull request waits for it


def test_a_check_that_a_filter_takes_from_some_pull_requests_is_told() -> None:
    for filters in ("paths: [src]", "paths-ignore: ['**']", "branches: [main]"):
        after = JOBS.replace("pull_request: {}", f"pull_request: {{{filters}}}")
        change = compared(of(JOBS), of(after))
        assert {*change.vanished, *change.narrowed} == {"a", "b", "c"}, filters
        assert compared(of(after), of(JOBS)).narrowed == ()
        shown = change_markdown(Compared("x", "y", change))
        assert "waits for ever): `a`, `b` and `c`" in shown


def test_a_callee_that_goes_is_told_at_its_caller() -> None:
    called = "on: workflow_call\njobs:\n" + job("inner")
    caller = HEAD + "  c: {uses: ./.github/workflows/b.yml}\n"
    change = compared(of(caller, b=called), of(caller))
    assert {one.file: one.state.partition(":")[0] for one in change.files} == {
        "a.yml": "refused by GitHub now",
        "b.yml": "gone",
    }


def test_what_is_asked_of_outputs_and_variables_counts_as_run() -> None:
    gives = job("a", "outputs: {o: '${{ steps.x.outputs.y }}'}")
    before = HEAD + gives + job("b", "needs: a, if: \"needs.a.outputs.o == 'yes' && vars.V == 'on'\"")
    after = before.replace("on'\"", "on' && github.event_name == 'push'\"")
    assert "`b` no longer runs for pull requests" in messages(before, after)


# -- what strangers write --------------------------------------------------------------------------

HOSTILE = 'a`b|c]"</details>@x\n::error::x ##[group] <!-- \x1b[31m ${{ x }} end -->'


def hostile() -> StateChange:
    name = json.dumps(HOSTILE)
    before = HEAD + job("a") + job("b")
    after = HEAD + job("a", f"name: {name}, needs: b, environment: {name}") + job("b")
    return compared(of(before), of(after))


def test_names_of_strangers_stay_between_backticks() -> None:
    shown = change_markdown(Compared("`a`", "`b`", hostile()))
    for line in shown.splitlines():
        outside = re.sub(r"`[^`]*`", "", line)
        assert "@" not in outside and "::error" not in outside and "<!-- " not in outside.replace(MARKER, "")
        assert not line.lstrip().startswith("::")
    assert shown.count("</details>") - sum("`" in one for one in re.findall(r".*</details>.*", shown)) == 1
    assert "\x1b" not in shown


def many(count: int) -> str:
    first = "".join(job(f"a{number}") for number in range(count))
    needs = ", ".join(f"a{number}" for number in range(count))
    return HEAD + first + "".join(job(f"b{number}", f"needs: [{needs}]") for number in range(count))


def test_a_chart_with_too_many_arrows_is_a_table_and_what_does_not_fit_is_left_out() -> None:
    change = compared(of(many(11).replace("needs", "if: true, needs", 1)), of(many(11).replace("a0]", "a1]")))
    wide = compared(of(""), of(many(11)))
    assert all(len(flow.edges_after) > MOST_EDGES for one in wide.files for flow in one.flows)
    shown = change_markdown(Compared("a", "b", wide))
    assert "```mermaid" not in shown and "| `b0` | does not run | after `a0`" in shown
    assert len(change_markdown(Compared("a", "b", change), 1000).encode()) <= 1000
    several = {f"w{number}.yml": (HEAD + job("a")).encode() for number in range(40)}
    told = Compared("a", "b", compared(state({}), state(several)))
    cut = change_markdown(told, 4000)
    assert len(cut.encode()) <= 4000 and "more files differ" in cut


def test_ids_of_a_chart_are_plain_and_labels_quoted() -> None:
    for line in change_chart(Compared("a", "b", hostile()))[0].splitlines():
        assert re.fullmatch(
            r"flowchart LR| *subgraph f\d+ \[\"[^\"]*\"\]| *end|"
            r" *f\d+_\d+\[\"[^\"]*\"\]:::(same|new|gone)| *f\d+_\d+ (-->|==>|-\.->) f\d+_\d+|  classDef .*",
            line,
        )


# -- the command -----------------------------------------------------------------------------------


def page_parts() -> dict[str, str]:
    text = PAGE.read_text(encoding="utf-8")
    return {
        **dict(re.findall(r"```yaml\n# (before|after)\n(.*?)```", text, re.DOTALL)),
        **dict(re.findall(r"<!-- (diff|chart) -->\n```\w+\n(.*?)```", text, re.DOTALL)),
    }


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with the page's workflow before the change committed, and the one after it beside."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    (folder / "ci.yml").write_text(page_parts()["before"], encoding="utf-8")
    for words in (
        ["init", "-q", "-b", "main", "."],
        ["add", "-A"],
        ["-c", "user.name=x", "-c", "user.email=x@x", "commit", "-qm", "x"],
    ):
        subprocess.run(["git", *words], check=True)
    (folder / "ci.yml").write_text(page_parts()["after"], encoding="utf-8")
    return tmp_path


def test_the_page_shows_what_is_answered(
    here: Path, capsys: pytest.CaptureFixture[str], update: bool
) -> None:
    parts = page_parts()
    assert main(["diff", "main"]) == 0
    told = {"diff": capsys.readouterr().out}
    change = compared(state({"ci.yml": parts["before"].encode()}), state({"ci.yml": parts["after"].encode()}))
    [flow] = [one for file in change.files for one in file.flows if one.words.endswith("from forks")]
    told["chart"] = flow_chart([flow])
    if update:
        text = PAGE.read_text(encoding="utf-8")
        for name, content in told.items():
            text = re.sub(
                rf"(<!-- {name} -->\n```\w+\n).*?```",
                lambda found, content=content: f"{found[1]}{content}```",  # type: ignore[misc]
                text,
                flags=re.DOTALL,
            )
        PAGE.write_text(text, encoding="utf-8")
    assert told == {name: page_parts()[name] for name in told}


def test_each_format_and_the_summary(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "main", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["checks"] == {"vanished": ["test (3.11)"], "narrowed": [], "appeared": ["test (3.13)"]}
    assert {one["about"] for one in found["workflows"][0]["differences"]} >= {"order", "right", "matrix"}
    assert main(["diff", "main", "--format", "mermaid"]) == 0
    assert capsys.readouterr().out.startswith("flowchart LR\n")
    Path("s.md").write_text("before\n")
    assert main(["diff", "main", "--format", "markdown", "--summary", "s.md", "--exit-code"]) == 1
    shown = capsys.readouterr().out
    assert Path("s.md").read_text() == f"before\n{shown}"
    assert shown.startswith(f"{MARKER}\n### What runs differs in 1 workflow\n")


def test_nothing_that_differs_is_said_and_is_no_failure(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["diff", "HEAD", "main", "--exit-code"]) == 0
    assert capsys.readouterr().out == "nothing that runs differs between `HEAD` and `main`\n"
    assert main(["diff", "--merge-base", "main", "--workflows", "nowhere"]) == 0
    assert "nothing that runs differs" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nowhere"], "there is no revision `nowhere` in this clone; name a branch"),
        (["main", "--workflows", "../x"], "`../x` lies outside of the repository"),
        (["main", "--summary", "no/such/folder"], "`no/such/folder` cannot be written"),
        (["main", "--max-bytes", "7"], "is no number of bytes"),
    ],
)
def test_a_wrong_call_is_told(
    here: Path, words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["diff", *words]) == 2
    assert message in capsys.readouterr().err


def test_where_there_is_no_repository_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["diff", "main"]) == 2
    assert capsys.readouterr().err == "mermaid2gha: there is no git repository here\n"


def test_a_link_out_of_the_repository_is_not_read(
    here: Path, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = tmp_path_factory.mktemp("secret") / "x.yml"
    secret.write_text(HEAD + job("secret-job"))
    (here / ".github/workflows/z.yml").symlink_to(secret)
    assert main(["diff", "main"]) == 0
    assert "secret-job" not in capsys.readouterr().out


def test_text_and_json_of_a_stranger_steer_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    told = Compared("`a`", "`b`", hostile())
    assert "\x1b" not in change_text(told, Paper())
    assert json.loads(change_json(told))["workflows"]
