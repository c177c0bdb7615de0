"""A repository is read as git reads it, by whichever way its objects and names lie on the disk."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from mermaid2gha.history.objects import AbsentObjectError, HistoryError
from mermaid2gha.history.repository import Repository, repository

QUIET = {
    **dict.fromkeys(("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"), "x"),
    **dict.fromkeys(("GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"), "x@x"),
    **dict.fromkeys(("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"), os.devnull),
}
FOLDER = ".github/workflows"


def git(where: Path, *words: str, at: int = 0) -> str:
    dates = dict.fromkeys(("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"), f"{1700000000 + at} +0000")
    environment = {**os.environ, **QUIET, **dates}
    run = subprocess.run(["git", *words], cwd=where, env=environment, capture_output=True, check=True)
    return run.stdout.decode().strip()


def text(number: int) -> str:
    """A file of which each version is a small change of the one before."""
    return "".join(f"line {line} of a workflow\n" for line in range(400)) + f"version {number}\n"


def grown(where: Path, *options: str) -> Path:
    """A repository with six commits on main, a branch with a merge, tags of both kinds, and other files."""
    where.mkdir()
    git(where, "init", "-q", "-b", "main", *options, ".")
    (where / FOLDER).mkdir(parents=True)
    for number in range(6):
        (where / FOLDER / "ci.yml").write_text(text(number))
        (where / FOLDER / "notes.md").write_text("not a workflow")
        (where / f"other-{number}").write_text("x")
        git(where, "add", "-A")
        git(where, "commit", "-qm", f"commit {number}", at=number)
    git(where, "tag", "light", "HEAD~3")
    git(where, "tag", "-m", "a tag", "v1.0", "HEAD~1")
    git(where, "switch", "-qc", "topic/one", "HEAD~2")
    (where / FOLDER / "new.yaml").write_text("on: push\n")
    git(where, "add", "-A")
    git(where, "commit", "-qm", "topic", at=10)
    git(where, "switch", "-q", "main")
    git(where, "merge", "-q", "--no-ff", "-m", "merge", "topic/one", at=11)
    return where


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return grown(tmp_path_factory.mktemp("git") / "origin")


def packed(where: Path) -> Path:
    git(where, "gc", "-q", "--aggressive", "--prune=now")
    assert not [one for one in (where / ".git/objects").iterdir() if len(one.name) == 2]
    return where


def as_it_is(origin: Path, here: Path) -> Path:
    return origin


def cloned(origin: Path, here: Path) -> Path:
    git(here, "clone", "-q", f"file://{origin}", "x")
    return here / "x"


def all_packed(origin: Path, here: Path) -> Path:
    return packed(cloned(origin, here))


def borrowing(origin: Path, here: Path) -> Path:
    git(here, "clone", "-q", "--shared", str(origin), "x")
    return here / "x"


def worktree(origin: Path, here: Path) -> Path:
    git(cloned(origin, here), "worktree", "add", "-q", "--detach", str(here / "tree"), "HEAD")
    return here / "tree"


def sha256(origin: Path, here: Path) -> Path:
    return packed(grown(here / "x", "--object-format=sha256"))


REVISIONS = (
    *("HEAD", "@", "main", "main~1", "HEAD^", "HEAD^2", "HEAD^2~1^", "v1.0", "v1.0~2", "v1.0^{}", "light"),
    *("refs/tags/light", "tags/v1.0", "main^0", "HEAD~0", "light^{commit}"),
)


@pytest.mark.parametrize(
    "made", [as_it_is, cloned, all_packed, borrowing, worktree, sha256], ids=lambda one: one.__name__
)
def test_a_revision_is_the_commit_that_git_says_and_its_files_are_those(
    made: Callable[[Path, Path], Path], origin: Path, tmp_path: Path
) -> None:
    where = made(origin, tmp_path)
    found = repository(str(where))
    branch = "topic/one" if made in (as_it_is, sha256) else "origin/topic/one"
    for revision in (*REVISIONS, branch):
        name = found.commit(revision)
        assert name == git(where, "rev-parse", f"{revision}^{{commit}}"), revision
        assert found.commit(name[:9]) == name
        files = found.files(name, FOLDER)
        for file in ("ci.yml", "new.yaml"):
            shown = subprocess.run(
                ["git", "show", f"{name}:{FOLDER}/{file}"], cwd=where, capture_output=True, check=False
            )
            assert files.get(file) == (shown.stdout if not shown.returncode else None)
        assert set(files) <= {"ci.yml", "new.yaml"}
    for one, other in (("main~3", branch), ("light", "main"), ("HEAD^1", "HEAD^2")):
        shared = found.common_ancestor(found.commit(one), found.commit(other))
        assert shared == git(where, "merge-base", one, other)


@pytest.mark.parametrize(
    ("revision", "why"),
    [
        ("nowhere", "there is no revision `nowhere` in this clone"),
        ("HEAD~40", "there is no commit `HEAD~40`"),
        ("HEAD^3", "there is no commit `HEAD^3`"),
        ("main@{1}", "is a revision of a kind that is not read"),
        ("HEAD:.github", "is a revision of a kind that is not read"),
        ("main..topic/one", "is a revision of a kind that is not read"),
        ("HEAD^{tree}", "`HEAD^{tree}` is no revision"),
        ("../../origin/.git/HEAD", "is a revision of a kind that is not read"),
        ("refs/heads/../../HEAD", "is a revision of a kind that is not read"),
        ("/etc/hostname", "there is no revision"),
        ("", "is no revision"),
        ("0" * 40, "is not in this clone"),
    ],
)
def test_what_is_no_revision_is_said(origin: Path, revision: str, why: str) -> None:
    with pytest.raises(HistoryError) as fault:
        repository(str(origin)).commit(revision)
    assert why in str(fault.value)


def test_a_clone_of_one_commit_says_that_it_goes_no_further(origin: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "--depth=1", f"file://{origin}", "x")
    found = repository(str(tmp_path / "x"))
    assert found.files(found.commit("HEAD"), FOLDER).keys() == {"ci.yml", "new.yaml"}
    with pytest.raises(HistoryError, match="does not go back as far") as fault:
        found.commit("HEAD^")
    assert "fetch-depth: 2" in fault.value.help


def test_a_file_that_a_partial_clone_lacks_is_told_and_not_fetched(origin: Path, tmp_path: Path) -> None:
    git(origin, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "-q", "--filter=blob:none", f"file://{origin}", "x")
    found = repository(str(tmp_path / "x"))
    with pytest.raises(AbsentObjectError):
        found.files(found.commit("HEAD~4"), FOLDER)


@pytest.mark.parametrize("change", [b"", b"\0" * 40, b"x"])
def test_a_damaged_store_is_a_sentence(origin: Path, tmp_path: Path, change: bytes) -> None:
    where = all_packed(origin, tmp_path)
    [pack] = (where / ".git/objects/pack").glob("*.pack")
    content = pack.read_bytes()
    pack.chmod(0o644)
    pack.write_bytes(content[:12] + change * (len(content) // max(len(change), 1)))
    with pytest.raises(HistoryError, match="cannot be read"):
        repository(str(where)).commit("HEAD")


def test_no_setting_and_no_hook_of_the_repository_is_followed(origin: Path, tmp_path: Path) -> None:
    where = cloned(origin, tmp_path)
    trap = tmp_path / "trap"
    for key in ("core.fsmonitor", "core.sshCommand", "core.pager", "diff.external", "alias.show"):
        git(where, "config", key, f"touch {trap}")
    found: Repository = repository(str(where))
    assert found.files(found.commit("HEAD~2"), FOLDER)
    assert not trap.exists()


def test_names_in_tables_are_refused(origin: Path, tmp_path: Path) -> None:
    where = cloned(origin, tmp_path)
    git(where, "config", "extensions.refstorage", "reftable")
    with pytest.raises(HistoryError, match="tables"):
        repository(str(where))


def test_a_store_that_borrows_from_itself_ends(origin: Path, tmp_path: Path) -> None:
    where = cloned(origin, tmp_path)
    (where / ".git/objects/info/alternates").write_text(f"{where}/.git/objects\n")
    assert repository(str(where)).commit("HEAD")
