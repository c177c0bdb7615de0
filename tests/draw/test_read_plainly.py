"""What is drawn of workflows of many styles, read by a reader of its own: events, order, conditions."""

from __future__ import annotations

import random
import re
import shutil
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml
from command_calls import called
from plain_reading import Flow, flows
from plain_workflow import differences, file_of

from mermaid2gha.commands import draw

CORPUS = Path(__file__).parents[1] / "reconcile" / "corpus"
STYLES = Path(__file__).parent / "styles"

NOT_YAML = frozenset({"tabs.yaml"})
"""Files that GitHub reads and this reader's YAML does not."""


def accepted(settings: str) -> Mapping[str, frozenset[str]]:
    """The jobs of each file in which something stays otherwise than drawn; dangers are no difference."""
    found: dict[str, set[str]] = defaultdict(set)
    for file, entries in (yaml.safe_load(settings).get("accepted") or {}).items():
        for entry in entries:
            ((rule, at),) = entry.items()
            place = at["at"] if isinstance(at, dict) else at
            if rule != "privileged-steps" and place.startswith("jobs."):
                found[file].add(place.split(".")[1].casefold())
    return {file: frozenset(jobs) for file, jobs in found.items()}


def faults(folder: Path) -> list[str]:
    """What the document of a repository says otherwise than its workflows."""
    document = (folder / "docs" / "ci.md").read_text(encoding="utf-8")
    stays = accepted((folder / "mermaid2gha.yml").read_text(encoding="utf-8"))
    drawn: dict[str, list[Flow]] = defaultdict(list)
    for flow in flows(document):
        drawn[flow.file].append(flow)
    found = []
    for path in sorted((folder / ".github" / "workflows").iterdir()):
        if path.name in NOT_YAML:
            continue
        file = file_of(path.read_text(encoding="utf-8-sig"))
        if file is not None and path.name in drawn:
            of_file = [flow for flow in drawn[path.name] if flow.jobs]
            chance = random.Random(1)
            said = differences(path.name, file, of_file, stays.get(path.name, frozenset()), chance)
            found += [f"{path.name}: {one}" for one in said]
    return found


@pytest.fixture(params=[CORPUS, STYLES], ids=lambda path: path.name)
def repository(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(request.param, tmp_path / ".github" / "workflows")
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    assert called(draw, []).code == 0
    return tmp_path


def test_a_drawing_says_what_the_workflows_say(repository: Path) -> None:
    assert not faults(repository)


CALLING = """\
on: {push: , pull_request: }
jobs:
  plan: {runs-on: x, steps: [{run: x}]}
  one: {needs: plan, uses: ./.github/workflows/one.yml}
  two: {needs: plan, if: github.event_name == 'push', uses: ./.github/workflows/two.yml, with: {depth: 2}}
  three: {needs: [one, two], uses: ./.github/workflows/three.yml}
  four: {needs: plan, uses: ./.github/workflows/four.yml}
  five: {needs: three, if: always(), uses: ./.github/workflows/five.yml}
"""
CALLED = """\
on: {workflow_call: {inputs: {depth: {type: number}}}, workflow_dispatch: }
jobs: {work: {runs-on: x, steps: [{run: x}]}}
"""


def test_who_takes_a_noted_call_for_a_job_reads_the_rest_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    (folder / "ci.yml").write_text(CALLING, encoding="utf-8")
    for name in ("one", "two", "three", "four", "five"):
        (folder / f"{name}.yml").write_text(CALLED, encoding="utf-8")
    assert called(draw, []).code == 0
    document = tmp_path / "docs" / "ci.md"
    text = document.read_text(encoding="utf-8")
    plain, count = re.subn(r"(?m)^ *%% call: .*\n(?: *%% with: .*\n)?(?= *Note )", "", text)
    assert count == 5
    document.write_text(plain, encoding="utf-8")
    found = faults(tmp_path)
    assert len(found) == count
    assert all(one.endswith("drawn as a job") for one in found), found


DAMAGES = {
    "a condition is another": (r"(%% if: )(.*)", r"\1!(\2)"),
    "a condition is gone": (r"(?m)^ *%% if: .*\n *opt (.*)\n( *%% id: .*\n.*\n) *end\n", r"\2"),
    "an event is gone": (r"(%% trigger: )[a-z_]+(\[[^\]]*\])?, ", r"\1"),
    "a filter is another": (r"(branch=)main", r"\1other"),
    "an order is gone": (
        r"( *)(%% id: .*\n *Note over (\w+): .*\n)\1(%% id: .*\n *Note over \3: .*\n)",
        r"\1par\n\1\2\1and\n\1\4\1end\n",
    ),
    "an order is new": (r"(?m)^ *and\n", ""),
    "a right is another": (r"(%% permissions: )(packages|contents)", r"\1issues"),
    "an approval is gone": (r" *%% approval: .*\n", ""),
    "a value is another": (r"(%% matrix: \{[a-z-]+: \[)[^,\]]*", r"\1zz"),
}  # fmt: skip


def test_the_reader_tells_each_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(STYLES, tmp_path / ".github" / "workflows")
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    called(draw, [])
    document = tmp_path / "docs" / "ci.md"
    right = document.read_text(encoding="utf-8")
    for what, (old, new) in DAMAGES.items():
        places = list(re.finditer(old, right))
        assert places, what
        for place in places[:3]:
            document.write_text(
                right[: place.start()] + place.expand(new) + right[place.end() :], encoding="utf-8"
            )
            assert faults(tmp_path), (what, place[0])
