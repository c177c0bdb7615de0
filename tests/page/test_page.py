"""The page holds all that it shows, asks nobody, and no text acts in it; `live/page_browser.py` uses it."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser
from pathlib import Path

import pytest
from command_calls import called

from mermaid2gha.base.markdown import diagram_blocks
from mermaid2gha.base.source import SourceFile
from mermaid2gha.commands import page
from mermaid2gha.github.simulator.model import read_workflow
from mermaid2gha.invocation.options import opening
from mermaid2gha.mermaid.parse import parse
from mermaid2gha.page.lifelines import ReadStatement, lifelines_svg
from mermaid2gha.page.runs import Chosen, all_runs
from mermaid2gha.project.drawing import draw

DOCUMENT = """\
# Pipeline

```mermaid
sequenceDiagram
    participant CI
    Developer ->> CI: push
    Note over CI: Lint
    Note over CI: Tests<br>Decide slow
    opt slow
        Note over CI: {name}
    end
```
"""
HOSTILE = "x</script><script>alert(1)</script><img src=x onerror=alert(1)>"


class Elements(HTMLParser):
    """The elements of a page with their attributes, and those that are not closed."""

    VOID = ("meta", "br")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def jobs(self) -> dict[str, set[str]]:
        """For each job the kinds of elements that show it."""
        found: dict[str, set[str]] = {}
        for tag, attributes in self.found:
            if job := attributes.get("data-job"):
                found.setdefault(job, set()).add(tag if tag == "li" else str(attributes.get("class")))
        return found


def made(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str = "Slow tests") -> str:
    (folder / ".git").mkdir()
    (folder / "ci.md").write_text(DOCUMENT.replace("{name}", name), encoding="utf-8")
    monkeypatch.chdir(folder)
    result = called(page, ["ci.md"], draw=draw)
    assert result.code == 0
    return result.out


def test_a_job_is_shown_in_drawing_graph_and_workflow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elements = Elements(made(tmp_path, monkeypatch))
    assert elements.open == []
    jobs = elements.jobs()
    gate = jobs.pop("ci.yml:ci-status", {"node", "li"})  # which no statement draws
    assert jobs == {f"ci.yml:{job}": {"row drawn", "node", "li"} for job in ("lint", "tests", "slow-tests")}
    assert gate == {"node", "li"}


def test_the_page_asks_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = made(tmp_path, monkeypatch)
    elements = Elements(text)
    policy = next(one["content"] for tag, one in elements.found if one.get("http-equiv"))
    assert policy is not None and policy.startswith("default-src 'none'")
    for _, attributes in elements.found:
        assert not {"src", "href", "xlink:href", "action"} & attributes.keys()
    assert not re.search(r"url\((?!#)|@import|fetch\(|XMLHttpRequest", text)


def test_no_text_acts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in "ab":
        (tmp_path / name).mkdir()
    plain = Elements(made(tmp_path / "a", monkeypatch))
    hostile = Elements(made(tmp_path / "b", monkeypatch, HOSTILE))
    assert [tag for tag, _ in hostile.found if tag in ("script", "img")] == [
        tag for tag, _ in plain.found if tag in ("script", "img")
    ]
    assert not any(name.startswith("on") for _, attributes in hostile.found for name in attributes)


def test_the_same_input_gives_the_same_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = made(tmp_path, monkeypatch)
    assert called(page, ["ci.md"], draw=draw).out == first
    assert called(page, ["ci.md", "--output", "ci.html"], draw=draw).out == ""
    assert (tmp_path / "ci.html").read_text(encoding="utf-8") == first
    assert called(page, ["ci.md", "--output", "ci.html"], draw=draw).err.endswith(opening("ci.html"))


def test_a_file_that_is_no_page_is_not_written_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(tmp_path, monkeypatch)
    before = (tmp_path / "ci.md").read_bytes()
    result = called(page, ["ci.md", "--output", "ci.md"], draw=draw)
    assert (result.code, "foreign-file" in result.err) == (1, True)
    assert (tmp_path / "ci.md").read_bytes() == before


def test_workflows_that_nobody_draws_have_a_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    text = "on: push\njobs:\n  a:\n    runs-on: x\n    steps: [{run: a}]\n"
    (folder / "ci.yml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    result = called(page, [], draw=draw)
    assert result.code == 0 and "Nothing of this is drawn" in result.out
    assert Elements(result.out).jobs() == {"ci.yml:a": {"node", "li"}}
    (folder / "ci.yml").unlink()
    assert called(page, [], draw=draw).code == 2


def test_the_runs_of_a_page_are_those_of_when() -> None:
    text = "on: push\njobs:\n  a:\n    runs-on: x\n    outputs: {f: x}\n    steps: [{run: a}]\n"
    text += "  b:\n    needs: a\n    if: needs.a.outputs.f == 'true'\n    runs-on: x\n    steps: [{run: a}]\n"
    runs = all_runs({"ci.yml": read_workflow(text)})
    assert runs.answers[Chosen("push")] == {"ci.yml:a": ("success", 1, 0), "ci.yml:b": ("success", 2, 0)}
    off = runs.answers[Chosen("push", "no flag")]["ci.yml:b"]
    assert off[:2] == ("skipped", 0) and [*runs.words][off[2]]
    failing = runs.answers[Chosen("push", failing="ci.yml:a")]
    assert failing["ci.yml:a"][0] == "failure" and failing["ci.yml:b"][0] == "skipped"
    assert set(runs.answers) == {
        Chosen("push"),
        Chosen("push", "no flag"),
        Chosen("push", failing="ci.yml:a"),
        Chosen("push", failing="ci.yml:b"),
    }


def test_every_statement_of_a_diagram_is_a_row_of_its_view() -> None:
    text = (
        "sequenceDiagram\n  box Team\n  participant A\n  end\n  A->>B: one<br>two\n  B->>B: self\n"
        "  alt x\n  Note left of A: left\n  else y\n  Note over A,B: both\n  end\n  rect rgb(1,2,3)\n"
        "  Note right of B: <b>&</b>\n  end\n  critical c\n  B--xA: z\n  option o\n  A->>B: w\n  end\n"
    )
    (block,) = diagram_blocks(SourceFile("a.mmd", text))
    diagram, found = parse(block)
    assert not found
    picture = lifelines_svg(
        diagram, [ReadStatement(f"ci.yml:{n}", "e", n) for n, _ in enumerate(diagram.events)]
    )
    tree = ElementTree.fromstring(picture)
    rows = [one for one in tree.iter() if str(one.get("class")).startswith("row")]
    words = ["".join(one.itertext()) for one in rows]
    assert [one.removeprefix("e") for one in words] == [
        *("one · two", "self", "alt x", "left", "else y", "both", "<b>&</b>"),
        *("critical c", "z", "option o", "w"),
    ]
    assert json.dumps([one.get("data-line") for one in rows]).count("null") <= 1
    assert len([one for one in tree.iter() if str(one.get("class")).startswith("frame")]) == 3
