"""The pipeline that somebody says to have, as a document and settings.

Every statement of the document is read by marks or exact names, so that nothing in it is a guess.
"""

from __future__ import annotations

from collections.abc import Iterator

from mermaid2gha.base.records import dataclass
from mermaid2gha.beginning.starters import Language, Steps, Target, of_job, of_target
from mermaid2gha.github.events import PULL_REQUEST
from mermaid2gha.github.workflow.emitter import scalar

_HEAD = """\
# Our pipeline

The workflows in `.github/workflows` come from these diagrams: edit them, then run `mermaid2gha compile`.
"""
_CHECKS = """\
## Pull requests

```mermaid
sequenceDiagram
    participant GitHub
    participant CI as CI (ci.yml)
    GitHub ->> CI: {event}
{jobs}    CI -->> GitHub: Report status
```
"""
_TARGETS = {
    Target.PYPI: """\
## Releases

```mermaid
sequenceDiagram
    participant GitHub
    participant Release as Release (release.yml)
    participant PyPI
    GitHub ->> Release: push[tag=v*]
    %% job
    Note over Release: Build the package
    %% approval: pypi
    %% permissions: id-token: write
    Note over Release: Publish
    %% step
    Release ->> PyPI: Publish the package
```
""",
    Target.PAGES: """\
## Site

```mermaid
sequenceDiagram
    participant GitHub
    participant Site as Site (site.yml)
    GitHub ->> Site: push[branch={branch}]
    %% job
    Note over Site: Build the site
    %% approval: github-pages
    %% permissions: pages: write, id-token: write
    Note over Site: Deploy the site
```
""",
    Target.GHCR: """\
## Image

```mermaid
sequenceDiagram
    participant GitHub
    participant Image as Image (image.yml)
    participant Registry as GitHub's registry
    GitHub ->> Image: push[branch={branch}]
    %% job
    %% permissions: packages: write
    Note over Image: Build the image
    %% step
    Image ->> Registry: Push the image
```
""",
}


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a repository does: the jobs of a pull request, side by side, and where it publishes.

    `files` are the names at the root of the repository.
    """

    jobs: tuple[str, ...]
    language: Language
    targets: tuple[Target, ...] = ()
    branch: str = "main"
    files: frozenset[str] = frozenset()


def document(pipeline: Beginning) -> str:
    """The first document of a pipeline."""
    jobs = "".join(f"    {line}\n" for line in _jobs(pipeline.jobs))
    sections = [_CHECKS.format(event=PULL_REQUEST.name, jobs=jobs)]
    sections += [_TARGETS[target].replace("{branch}", pipeline.branch) for target in pipeline.targets]
    return "\n".join((_HEAD, *sections))


def _jobs(names: tuple[str, ...]) -> Iterator[str]:
    if len(names) == 1:
        yield from ("%% job", f"Note over CI: {escaped(names[0])}")
        return
    for number, name in enumerate(names):
        yield "and" if number else "par"
        yield from ("    %% job", f"    Note over CI: {escaped(name)}")
    yield "end"


def escaped(name: str) -> str:
    """A name as the text of a note: what Mermaid would take for the end of the statement is its code."""
    codes = {";": "#59;", "#": "#35;", "<": "#lt;", ">": "#gt;"}
    return "".join(codes.get(sign, sign) for sign in " ".join(name.split()))


def steps(pipeline: Beginning) -> Iterator[Steps]:
    """The steps that the settings give for what the document draws, as far as they can be known."""
    for name in pipeline.jobs:
        if (known := of_job(name, pipeline.language, pipeline.files)) is not None:
            yield known
    for target in pipeline.targets:
        yield from of_target(target)


def settings(pipeline: Beginning, documents: str, graphs: str, schema: str) -> str:
    """The settings of a pipeline whose document and pictures have these paths."""
    lines = [
        f"# yaml-language-server: $schema={schema}",
        f"documents: [{scalar(documents)}]",
        f"graphs: {scalar(graphs)}",
    ]
    if pipeline.branch != "main":
        lines.append(f"default-branch: {scalar(pipeline.branch)}")
    given = list(steps(pipeline))
    if given:
        lines += ["", "# What fresh jobs do. Once a step is written, it is yours in the workflow.", "steps:"]
    for one in given:
        lines.append(f"  {scalar(' '.join(one.text.split()))}:")
        lines += [f"    {line}" for line in one.lines]
    return "".join(f"{line}\n" for line in lines)
