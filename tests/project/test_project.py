"""Which documents and settings make a project."""

from __future__ import annotations

from pathlib import Path

import pytest

from mermaid2gha.project.discovery import Loaded, load
from mermaid2gha.project.snapshot import Disk

DIAGRAM = "# A\n```mermaid\nsequenceDiagram\n    Dev->>CI: push\n```\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def put(root: Path, files: dict[str, str]) -> None:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")


def names(loaded: Loaded) -> list[list[str]]:
    return [[document.name for document in project.documents] for project in loaded.projects]


def found(loaded: Loaded) -> list[tuple[str, str]]:
    return [(one.rule, one.labels[0].span.text if one.labels else "") for one in loaded.diagnostics]


def test_documents_without_settings_are_one_project(here: Path) -> None:
    put(here, {"a.md": DIAGRAM, "sub/b.mmd": "sequenceDiagram\n"})
    loaded = load(["a.md", "sub/b.mmd"], Disk())
    assert (names(loaded), found(loaded)) == ([["a.md", "sub/b.mmd"]], [])
    assert not loaded.projects[0].is_whole


def test_listed_documents_are_one_project_whichever_is_named(here: Path) -> None:
    put(here, {"mermaid2gha.yml": "documents: [a.md, b.md]", "a.md": DIAGRAM, "b.md": DIAGRAM})
    for paths in ([], ["a.md"], ["b.md"], ["."], ["mermaid2gha.yml"], ["b.md", "a.md", "a.md"]):
        loaded = load(paths, Disk())
        assert names(loaded) == [["a.md", "b.md"]]
        assert loaded.projects[0].is_whole


def test_settings_are_found_from_below(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(here, {"mermaid2gha.yml": "documents: [a.md]", "a.md": DIAGRAM, "deep/er/b.md": DIAGRAM})
    monkeypatch.chdir(here / "deep/er")
    assert names(load([], Disk())) == [["../../a.md"]]


def test_a_named_document_that_is_not_listed_is_a_project_of_its_own(here: Path) -> None:
    put(here, {"mermaid2gha.yml": "documents: [a.md]\norder: data", "a.md": DIAGRAM, "b.md": DIAGRAM})
    loaded = load(["b.md"], Disk())
    assert names(loaded) == [["b.md"]]
    assert loaded.projects[0].settings.order.value == "data"
    assert not loaded.projects[0].is_whole


def test_a_folder_is_every_document_below_it(here: Path) -> None:
    put(
        here,
        {
            "d/a.md": DIAGRAM,
            "d/prose.md": "# no diagram",
            "d/x/b.mmd": "sequenceDiagram\n",
            "d/flow.mmd": "graph TD",
        },
    )
    put(here, {"d/node_modules/c.md": DIAGRAM, "d/venv/pyvenv.cfg": "", "d/venv/d.md": DIAGRAM})
    assert names(load(["d"], Disk())) == [["d/a.md", "d/x/b.mmd"]]


def test_each_settings_file_below_a_folder_is_a_project_of_its_own(here: Path) -> None:
    put(here, {"mermaid2gha.yml": "documents: [d/a.md]", "d/a.md": DIAGRAM, "d/unlisted.md": DIAGRAM})
    put(here, {"d/one/mermaid2gha.yml": "documents: [x.md]", "d/one/x.md": DIAGRAM, "d/one/y.md": DIAGRAM})
    put(here, {"d/two/mermaid2gha.yml": "order: data", "d/two/z.md": DIAGRAM})
    loaded = load(["d"], Disk())
    assert names(loaded) == [["d/a.md"], ["d/one/x.md"], ["d/two/z.md"]]
    assert [project.is_whole for project in loaded.projects] == [True, True, True]
    assert [Path(project.root).name for project in loaded.projects] == [here.name, "one", "two"]
    assert names(load([], Disk())) == [["d/a.md"]]


def test_a_listed_folder_stands_for_its_documents(here: Path) -> None:
    put(here, {"mermaid2gha.yml": "documents: [d]", "d/a.md": DIAGRAM, "d/b.md": DIAGRAM})
    put(here, {"d/own/mermaid2gha.yml": "", "d/own/c.md": DIAGRAM})
    assert names(load([], Disk())) == [["d/a.md", "d/b.md"]]


def test_a_listed_pattern_stands_for_the_documents_that_it_matches(here: Path) -> None:
    put(here, {"mermaid2gha.yml": "documents: ['d/**/c?.md', 'e/*.md', 'd/[b].md']"})
    put(here, {"d/c1.md": DIAGRAM, "d/x/y/c2.md": DIAGRAM, "d/x/c33.md": DIAGRAM, "d/b.md": DIAGRAM})
    put(here, {"e/c.md": DIAGRAM, "e/prose.md": "# no diagram", "e/x/c1.md": DIAGRAM, "d/.h/c1.md": DIAGRAM})
    put(here, {"d/own/mermaid2gha.yml": "", "d/own/c1.md": DIAGRAM, "e/a.mmd": "sequenceDiagram\n"})
    loaded = load([], Disk())
    assert names(loaded) == [["d/c1.md", "d/x/y/c2.md", "e/c.md", "d/b.md"]]
    assert loaded.projects[0].is_whole
    assert names(load(["e/c.md"], Disk())) == [["d/c1.md", "d/x/y/c2.md", "e/c.md", "d/b.md"]]
    assert names(load(["e/x/c1.md"], Disk())) == [["e/x/c1.md"]]


def test_a_file_whose_name_is_a_pattern_is_that_file(here: Path) -> None:
    put(here, {"mermaid2gha.yml": "documents: ['[a].md']", "[a].md": DIAGRAM, "a.md": DIAGRAM})
    assert names(load([], Disk())) == [["[a].md"]]


def test_a_pattern_that_matches_nothing_is_told(here: Path) -> None:
    put(here, {"mermaid2gha.yml": "documents: [a.md, 'docs/*.md']", "a.md": DIAGRAM, "docs/b.md": "# prose"})
    loaded = load([], Disk())
    assert found(loaded) == [("missing-file", "'docs/*.md'")] and loaded.is_misused
    assert names(loaded) == []


def test_a_pattern_leads_not_out_of_the_repository(here: Path) -> None:
    put(here, {"r/.git/HEAD": "", "r/mermaid2gha.yml": "documents: ['../*.md']", "secret.md": DIAGRAM})
    loaded = load([str(here / "r")], Disk())
    assert [rule for rule, _ in found(loaded)] == ["outside-project"] and names(loaded) == []


@pytest.mark.parametrize("name", [".mermaid2gha.yml", "mermaid2gha.yaml", "pyproject.toml"])
def test_settings_are_found_by_each_of_their_names(here: Path, name: str) -> None:
    text = '[tool.mermaid2gha]\ndocuments = ["a.md"]' if name.endswith("toml") else "documents: [a.md]"
    put(here, {f"d/{name}": text, "d/a.md": DIAGRAM, "d/b.md": DIAGRAM})
    for paths in (["d"], [f"d/{name}"], ["d/a.md"], []):
        assert names(load(paths, Disk())) == [["d/a.md"]]


def test_a_pyproject_without_the_table_is_passed_by(here: Path) -> None:
    put(here, {"mermaid2gha.yml": "order: data", "d/pyproject.toml": "[broken", "d/a.md": DIAGRAM})
    assert load(["d/a.md"], Disk()).projects[0].settings.order.value == "data"
    loaded = load(["d/pyproject.toml"], Disk())
    assert found(loaded) == [("no-documents", "")] and loaded.is_misused


def test_two_settings_files_in_one_folder_are_told_by_name(here: Path) -> None:
    put(here, {"mermaid2gha.yml": "", "pyproject.toml": "[tool.mermaid2gha]\n", "a.md": DIAGRAM})
    loaded = load(["a.md"], Disk())
    assert found(loaded) == [("several-settings-files", "")] and loaded.is_misused
    assert "`mermaid2gha.yml` and `pyproject.toml`" in loaded.diagnostics[0].message
    assert names(loaded) == []


def test_a_part_of_a_folder_with_settings_is_not_the_whole_project(here: Path) -> None:
    put(here, {"mermaid2gha.yml": "order: data", "d/a.md": DIAGRAM, "b.md": DIAGRAM})
    assert [project.is_whole for project in load(["d"], Disk()).projects] == [False]
    assert [project.is_whole for project in load(["."], Disk()).projects] == [True]


def test_standard_input_is_a_document(here: Path) -> None:
    loaded = load(["-"], Disk(), b"\xef\xbb\xbfsequenceDiagram\n")
    assert names(loaded) == [["<stdin>"]]
    assert loaded.projects[0].documents[0].text == "sequenceDiagram\n"


def test_nothing_to_compile_says_what_to_do(here: Path) -> None:
    loaded = load([], Disk())
    assert found(loaded) == [("no-documents", "")] and loaded.is_misused
    put(here, {"mermaid2gha.yml": "order: data"})
    assert "documents: [" in load([], Disk()).diagnostics[0].help
    (here / "empty").mkdir()
    assert found(load(["empty"], Disk())) == [("no-documents", "")]


def test_what_cannot_be_read_is_told_and_the_rest_is_too(here: Path) -> None:
    put(here, {"mermaid2gha.yml": "documents: [a.md, gone.md, bad.md]", "a.md": DIAGRAM})
    (here / "bad.md").write_bytes("# é\nx \xfc".encode().replace("\xfc".encode(), b"\xfc"))
    loaded = load([], Disk())
    assert found(loaded) == [("missing-file", "gone.md"), ("not-utf-8", "\ufffd")]
    assert "offset 7" in loaded.diagnostics[1].message
    assert (loaded.projects, loaded.is_misused) == ((), True)


def test_a_document_of_another_encoding_is_a_finding_and_no_misuse(here: Path) -> None:
    (here / "a.md").write_bytes("# A".encode("utf-16"))
    loaded = load(["a.md"], Disk())
    assert found(loaded)[0][0] == "not-utf-8"
    assert "UTF-16" in loaded.diagnostics[0].help
    assert not loaded.is_misused


def test_wrong_settings_stop_their_project_only(here: Path) -> None:
    put(here, {"a/mermaid2gha.yml": "order: x", "a/a.md": DIAGRAM, "b/b.md": DIAGRAM})
    loaded = load(["a/a.md", "b/b.md"], Disk())
    assert (found(loaded), names(loaded)) == ([("invalid-settings", "x")], [["b/b.md"]])


def test_a_folder_in_place_of_a_document_is_no_crash(here: Path) -> None:
    put(here, {"mermaid2gha.yml": "documents: ['a\\0b.md', no/such/a.md]".replace("'", '"')})
    assert [rule for rule, _ in found(load([], Disk()))] == ["invalid-settings"]
    put(here, {"mermaid2gha.yml": "documents: [no/such/a.md]"})
    assert [rule for rule, _ in found(load(["a\0b.md"], Disk()))] == ["missing-file"]


def repository(root: Path) -> None:
    (root / ".git").mkdir(parents=True)


def test_settings_above_the_root_of_a_repository_rule_nothing_in_it(here: Path) -> None:
    put(here, {"mermaid2gha.yml": "order: data", "r/docs/a.md": DIAGRAM})
    repository(here / "r")
    (project,) = load(["r/docs/a.md"], Disk()).projects
    assert project.settings.file is None
    put(here, {"r/mermaid2gha.yml": "timeout-minutes: 7"})
    (project,) = load(["r/docs/a.md"], Disk()).projects
    assert (project.settings.order.value, project.settings.timeout_minutes) == ("lifeline", 7)


def test_settings_in_a_folder_of_everybody_rule_nothing_below_it(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(here, {"shared/mermaid2gha.yml": "order: data", "shared/mine/a.md": DIAGRAM})
    (here / "shared").chmod(0o1777)
    (project,) = load(["shared/mine/a.md"], Disk()).projects
    assert project.settings.file is None
    monkeypatch.chdir(here / "shared")
    (project,) = load(["mine/a.md"], Disk()).projects
    assert project.settings.order.value == "data"


@pytest.mark.parametrize("name", ["docs/a.md", "docs/a.mmd", "mermaid2gha.yml", ".github/workflows/ci.yml"])
@pytest.mark.parametrize("target", ["outside", "r/.git/config"])
def test_nothing_is_read_through_a_link_that_leads_out_of_the_repository(
    here: Path, monkeypatch: pytest.MonkeyPatch, name: str, target: str
) -> None:
    repository(here / "r")
    put(here, {target: "sequenceDiagram\n  secret", "r/docs/x.md": DIAGRAM})
    link = here / "r" / name
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(here / target)
    disk = Disk()
    assert disk.known(str(link)) is None
    if not name.startswith(".github"):
        monkeypatch.chdir(here / "r")
        assert ("unreadable-file", "") in found(load([name], Disk()))


def test_a_link_within_the_repository_is_followed_and_so_is_one_where_there_is_none(here: Path) -> None:
    put(here, {"r/docs/a.md": DIAGRAM})
    for root in ("r", "s"):
        (here / root).mkdir(exist_ok=True)
        (here / root / "b.md").symlink_to(here / "r/docs/a.md")
    repository(here / "r")
    assert names(load(["r/b.md"], Disk())) == [["r/b.md"]]
    assert names(load(["s/b.md"], Disk())) == [["s/b.md"]]


@pytest.mark.parametrize(
    "settings",
    [
        "documents: [../a.md]",
        "documents: [..]",
        "workflows: ../w",
        "graphs: x/../../w",
        "documents: [.git/a.md]",
    ],
)
def test_settings_name_nothing_outside_of_the_repository(
    here: Path, monkeypatch: pytest.MonkeyPatch, settings: str
) -> None:
    put(here, {"a.md": DIAGRAM, "r/.git/a.md": DIAGRAM, "r/b.md": DIAGRAM, "r/mermaid2gha.yml": settings})
    monkeypatch.chdir(here / "r")
    loaded = load(["b.md"], Disk())
    assert (loaded.projects, loaded.is_misused) == ((), True)
    assert [rule for rule, _ in found(loaded)] == ["outside-project"]


def test_a_huge_file_is_refused_without_being_read(here: Path) -> None:
    with (here / "a.md").open("wb") as file:
        file.truncate(1 << 40)
    loaded = load(["a.md"], Disk())
    assert [one.message for one in loaded.diagnostics] == [
        "`a.md` cannot be read: it has more than 16 million bytes"
    ]


def test_without_settings_here_or_above_those_below_are_compiled(here: Path) -> None:
    put(here, {"api/mermaid2gha.yml": "documents: [a.md]", "api/a.md": DIAGRAM, "README.md": DIAGRAM})
    put(here, {"web/mermaid2gha.yml": "documents: [docs]", "web/docs/b.mdx": DIAGRAM})
    loaded = load([], Disk())
    assert (names(loaded), found(loaded)) == ([["api/a.md"], ["web/docs/b.mdx"]], [])
    assert all(project.is_whole for project in loaded.projects)


def test_settings_below_that_list_nothing_leave_nothing_to_compile(here: Path) -> None:
    put(here, {"api/mermaid2gha.yml": "order: data", "api/a.md": DIAGRAM})
    assert [rule for rule, _ in found(load([], Disk()))] == ["no-documents"]


@pytest.mark.parametrize(
    ("settings", "folder"),
    [
        ("documents: [docs/a.md]", "../.github/workflows"),
        ("{}", "../.github/workflows"),
        ("workflows: .github/workflows", ".github/workflows"),
        ("workflows: out", "out"),
    ],
)
def test_without_a_folder_workflows_are_where_github_looks(here: Path, settings: str, folder: str) -> None:
    put(here, {"r/api/docs/a.md": DIAGRAM, "r/api/mermaid2gha.yml": settings})
    repository(here / "r")
    (project,) = load(["r/api/docs/a.md"], Disk()).projects
    assert project.settings.workflows == folder


def test_without_settings_workflows_are_where_github_looks(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(here, {"r/docs/a.md": DIAGRAM})
    monkeypatch.chdir(here / "r/docs")
    assert load(["a.md"], Disk()).projects[0].settings.workflows == ".github/workflows"
    repository(here / "r")
    assert load(["a.md"], Disk()).projects[0].settings.workflows == "../.github/workflows"
