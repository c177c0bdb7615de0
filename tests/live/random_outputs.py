"""Every oracle on workflows that random drawings compile to, which must be silent on all of them.

`python tests/live/random_outputs.py [--count N] [--seed N]`; needs what `check_outputs.py` needs. The
drawings are those of the laws, with all that the language has, and odd documents put together without sense.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from oracles import ORACLES

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "compiler"))

from laws.tree import Document
from laws.widely import wide_documents
from laws.witness import settings_of
from laws.writer import written
from test_odd_documents import document as odd_document

from mermaid2gha.base.source import SourceFile
from mermaid2gha.compiler.compile import compile_documents
from mermaid2gha.github.workflow.emitter import workflow_text
from mermaid2gha.settings.model import Settings

AT_ONCE = 25
"""How many documents stand in one repository: each oracle is started once for them all."""


def documents(count: int, seed: int) -> list[tuple[str, Settings]]:
    """Texts with their settings: three drawings of the laws for each odd document."""
    found: list[Document] = []

    @seeded(seed)
    @settings(
        max_examples=count - count // 4,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(wide_documents())
    def collect(drawn: Document) -> None:
        found.append(drawn)

    collect()
    drawn = [("\n".join(written(one).lines) + "\n", settings_of(one)) for one in found]
    odd = [odd_document(seed * 10_000 + number) for number in range(count // 4)]
    return [*drawn, *((text, Settings(order=order)) for text, order in odd)]


def workflows(number: int, text: str, given_settings: Settings) -> dict[str, str]:
    """The files of a document, with names of their own, by which its calls name them too.

    None for a document that calls a workflow of which it draws no job: the rest of it is somebody else's.
    """
    compilation = compile_documents([SourceFile("random.md", text)], given_settings)
    names = {workflow.file: f"d{number}-{workflow.file}" for workflow in compilation.workflows}
    result = {}
    for workflow in compilation.workflows:
        content = workflow_text(workflow)
        for file, name in names.items():
            content = content.replace(f"/workflows/{file}", f"/workflows/{name}")
        result[names[workflow.file]] = content
    called = [job.call.uses.split("/")[-1] for w in compilation.workflows for job in w.jobs if job.call]
    return {} if set(called) - names.keys() else result


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    files: list[dict[str, str]] = []
    for number, (text, given_settings) in enumerate(documents(arguments.count, arguments.seed)):
        found = workflows(number, text, given_settings)
        if number % AT_ONCE == 0:
            files.append({})
        files[-1] |= found
    complaints = [
        f"{name}: {line}"
        for some in files
        if some
        for name, oracle in ORACLES.items()
        for line in oracle(some)
    ]
    print("\n".join(line[:600] for line in complaints))
    print(f"random_outputs: {sum(map(len, files))} workflows, {len(complaints)} complaints")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
