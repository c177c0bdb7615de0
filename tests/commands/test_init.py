"""`init`: what a repository begins with compiles, is clean, and never takes the place of what is there."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml
from command_calls import called

from mermaid2gha.base.source import SourceFile
from mermaid2gha.beginning import origin as origins
from mermaid2gha.beginning.hook import entry, with_entry
from mermaid2gha.beginning.origin import Origin
from mermaid2gha.beginning.starters import Language, Target, of_job, of_target
from mermaid2gha.commands import check, init
from mermaid2gha.github.validity.validity import read_and_refusals
from mermaid2gha.invocation.result import Result
from mermaid2gha.project.snapshot import Disk
from mermaid2gha.settings.reader import settings_from

HOOKS = Path(".pre-commit-config.yaml")
URL = "https://github.com/OWNER/mermaid2gha"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "HEAD").write_text("ref: refs/heads/trunk\n")
    yield tmp_path


def begun(*words: str, ask: Callable[[str, str], str] | None = None) -> Result:
    return called(init, words, draw=lambda dot: "<svg/>", ask=ask)


def files(here: Path) -> dict[str, bytes]:
    paths = (path for path in here.rglob("*") if path.is_file() and ".git" not in path.parts)
    return {path.relative_to(here).as_posix(): path.read_bytes() for path in paths}


def jobs(file: str) -> dict[str, dict[str, list[dict[str, str]]]]:
    read: dict[str, dict[str, dict[str, list[dict[str, str]]]]] = yaml.safe_load(
        Path(".github/workflows", file).read_text()
    )
    return read["jobs"]


EVERYTHING = ("--publish", "pypi", "--publish", "pages", "--publish", "ghcr")


@pytest.mark.parametrize("language", [language.value for language in Language])
def test_what_it_begins_is_without_a_fault_or_a_warning(here: Path, language: str) -> None:
    result = begun("--language", language, "--jobs", "Lint, Unit tests, Build", *EVERYTHING)
    assert (result.code, result.out) == (0, "")
    again = called(check, ["--strict", "--no-cache", "-v"], draw=lambda dot: "<svg/>")
    assert (again.code, again.err) == (0, "")
    for path in Path(".github/workflows").iterdir():
        assert not read_and_refusals(path.read_bytes(), path.name).faults
    assert jobs("release.yml")["publish"]["permissions"] == {"contents": "read", "id-token": "write"}
    assert Path("docs/ci/flows.svg").exists()


def test_jobs_have_the_steps_of_the_language(here: Path) -> None:
    Path("requirements.txt").write_text("")
    begun("--jobs", "Unit tests, Look at the sky")
    assert "pip install pytest -r requirements.txt" in jobs("ci.yml")["unit-tests"]["steps"][-1]["run"]
    assert "notice" in jobs("ci.yml")["look-at-the-sky"]["steps"][-1]["run"], "nobody can know these steps"


def test_the_branch_is_that_of_the_repository(here: Path) -> None:
    begun("--publish", "pages")
    assert "branches: [trunk]" in Path(".github/workflows/site.yml").read_text()
    assert "default-branch: trunk" in Path("mermaid2gha.yml").read_text()


@pytest.mark.parametrize(
    "name", ["a; b", "C# tests", "if x < y > z", 'say "x": y', "end", "Überprüfung", "%% x"]
)
def test_any_name_of_a_job_is_drawn_as_it_is(here: Path, name: str) -> None:
    assert begun("--jobs", f"{name}, Lint").code == 0
    names = [job["name"] for job in jobs("ci.yml").values()]
    assert names[0] == name


@pytest.mark.parametrize("name", ["mermaid2gha.yml", ".mermaid2gha.yml", "docs/ci.md"])
def test_nothing_that_is_there_is_written_over(here: Path, name: str) -> None:
    Path(name).parent.mkdir(exist_ok=True)
    Path(name).write_text("# mine\n")
    before = files(here)
    result = begun()
    assert result.code == 2 and f"`{name}`" in result.err
    assert files(here) == before


def test_where_there_are_workflows_it_offers_to_draw_them(here: Path) -> None:
    Path(".github/workflows").mkdir(parents=True)
    Path(".github/workflows/a.yml").write_text(
        "on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps: [{run: make}]\n"
    )
    before = files(here)
    result = begun()
    assert result.code == 2 and "mermaid2gha draw" in result.err and files(here) == before
    assert begun(ask=lambda question, usual: "n").code == 2 and files(here) == before
    assert begun(ask=lambda question, usual: usual).code == 0
    assert "Note over" in Path("docs/ci.md").read_text()
    shutil.rmtree("docs")
    Path("mermaid2gha.yml").unlink()
    assert begun("--fresh").code == 0
    assert files(here)[".github/workflows/a.yml"] == before[".github/workflows/a.yml"]


@dataclass
class Answers:
    """Answers to questions by a word of theirs; what was asked is kept."""

    by_word: dict[str, str]
    asked: list[str] = field(default_factory=list)

    def __call__(self, question: str, usual: str) -> str:
        self.asked.append(question)
        return next((answer for word, answer in self.by_word.items() if word in question), usual)


def test_on_a_terminal_it_asks_for_what_is_not_said(here: Path) -> None:
    answers = Answers({"jobs": "Test", "language": "node", "publish": "ghcr, pypi", "gitattributes": "n"})
    assert begun("--branch", "main", ask=answers).code == 0
    assert len(answers.asked) == 4
    assert sorted(path.name for path in Path(".github/workflows").iterdir()) == [
        "ci.yml",
        "image.yml",
        "release.yml",
    ]
    assert not Path(".gitattributes").exists()
    assert "setup-node" in Path("mermaid2gha.yml").read_text()


def test_the_hook_is_added_to_a_file_that_is_there(here: Path) -> None:
    old = "# ours\nrepos:\n  - repo: local # x\n    hooks: []\n# end\nci: {}\n"
    HOOKS.write_text(old)
    result = begun("--hook", "--repo", URL)
    assert "pre-commit" not in result.err.replace("wrote .pre-commit-config.yaml", "")
    added = f"  - repo: {URL}\n    rev: v0.1.0\n    hooks:\n      - id: mermaid2gha\n"
    assert HOOKS.read_text() == old.replace("    hooks: []\n", f"    hooks: []\n{added}")
    assert len(yaml.safe_load(HOOKS.read_text())["repos"]) == 2


@pytest.mark.parametrize(
    "text", ["repos: []\n", "repos: [{repo: local, hooks: []}]\n", "- a\n", "repos: &a\n  - b\n", "a: ["]
)
def test_a_file_of_hooks_in_another_form_is_left_alone(here: Path, text: str) -> None:
    HOOKS.write_text(text)
    result = begun("--hook", "--repo", URL)
    assert result.code == 0 and f"- repo: {URL}" in result.err
    assert HOOKS.read_text() == text


def test_the_hook_is_not_added_twice_nor_without_a_place_to_come_from(here: Path) -> None:
    mine = "repos:\n- repo: x\n  hooks: [{id: mermaid2gha-check}]\n"
    HOOKS.write_text(mine)
    assert "pre-commit" not in begun("--hook", "--repo", URL).err
    assert HOOKS.read_text() == mine
    assert with_entry(SourceFile("a", "repos:\n- repo: x\n"), entry(URL, "v1.0")) == (
        f"repos:\n- repo: x\n- repo: {URL}\n  rev: v1.0\n  hooks:\n    - id: mermaid2gha\n"
    )


def test_attributes_are_added_behind_those_that_are_there(here: Path) -> None:
    Path(".gitattributes").write_bytes(b"* text=auto")
    begun("--attributes")
    line = b"docs/ci/*.svg -diff -merge linguist-generated=true\n"
    assert Path(".gitattributes").read_bytes() == b"* text=auto\n" + line


def test_an_install_from_a_commit_says_where_hook_and_schema_are() -> None:
    of_commit = Origin(f"{URL}.git", "0123abc")
    assert of_commit.schema == (
        "https://raw.githubusercontent.com/OWNER/mermaid2gha/0123abc/mermaid2gha/settings/schema.json"
    )
    assert Origin("", "v0.1.0").schema == "https://json.schemastore.org/mermaid2gha.json"
    assert Origin("https://example.org/x", "v1").schema == "https://json.schemastore.org/mermaid2gha.json"


OF_GIT = '{"url": "https://h/x", "vcs_info": {"vcs": "git", "commit_id": "abc", "requested_revision": "%s"}}'


@pytest.mark.parametrize(
    ("noted", "expected"),
    [
        (OF_GIT % "v9.1", ("https://h/x", "v9.1")),
        (OF_GIT % "main", ("https://h/x", "abc")),
        ('{"url": "file:///x", "dir_info": {}}', ("", "v0.1.0")),
        ("{broken", ("", "v0.1.0")),
        (None, ("", "v0.1.0")),
    ],
)
def test_the_origin_is_what_the_installer_noted(
    monkeypatch: pytest.MonkeyPatch, noted: str | None, expected: tuple[str, str]
) -> None:
    class Installed:
        def read_text(self, name: str) -> str | None:
            return noted

    monkeypatch.setattr("importlib.metadata.distribution", lambda name: Installed())
    found = origins.origin(Disk())
    assert (found.repository, found.revision) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [(f"{URL}.git", f"{URL}.git"), ("https://me:secret@h/x", ""), ("git@github.com:a/b", "")],
)
def test_the_origin_of_a_clone_is_that_of_its_remote(
    here: Path, monkeypatch: pytest.MonkeyPatch, url: str, expected: str
) -> None:
    (here / ".git" / "config").write_text(f'[core]\n\tbare = false\n[remote "origin"]\n\turl = {url}\n')
    noted = json.dumps({"url": here.as_uri(), "dir_info": {"editable": True}})

    class Installed:
        def read_text(self, name: str) -> str | None:
            return noted

    monkeypatch.setattr("importlib.metadata.distribution", lambda name: Installed())
    assert origins.origin(Disk()) == Origin(expected, "v0.1.0")


def test_every_offered_step_is_right_by_itself() -> None:
    offered = [*(steps for target in Target for steps in of_target(target))]
    for language in Language:
        names = ("Lint", "Unit tests", "Build")
        offered += [steps for name in names if (steps := of_job(name, language, frozenset({"setup.py"})))]
    for steps in offered:
        text = "steps:\n  a:\n" + "".join(f"    {line}\n" for line in steps.lines)
        _, faults = settings_from(SourceFile("mermaid2gha.yml", text))
        assert faults == []


def test_all_that_is_offered_is_clean_under_zizmor_s_strictest_persona(here: Path) -> None:
    begun("--language", "python", "--jobs", "Lint, Unit tests, Build", *EVERYTHING)
    zizmor = str(Path(sys.executable).with_name("zizmor"))  # it is installed with the tests
    command = [zizmor, "--offline", "--quiet", "--persona=auditor", ".github/workflows"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
