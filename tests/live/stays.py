"""How often a run goes from room to room: `python tests/live/stays.py`.

Counted is the way of a compiled workflow that meets a file, from the end of the compilation to the bytes that
the file becomes. A stay is a stretch of calls of functions of one folder of the way (`project`, `reconcile`,
`compiler`; asking a library such as `yaml` or `github` moves no value on); stays less folders are the returns
to one that was left. A call up is one of a function of a higher room by a lower one, which a callback makes;
the same in all rooms, libraries too, is given beside it.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from types import CodeType, FrameType

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from test_architecture import LEVEL, MODULES, room  # noqa: E402

from mermaid2gha.compiler.compile import compile_documents  # noqa: E402
from mermaid2gha.project.build import compiled_project  # noqa: E402
from mermaid2gha.project.discovery import load  # noqa: E402
from mermaid2gha.project.drawing import draw  # noqa: E402
from mermaid2gha.project.snapshot import Disk  # noqa: E402

DOCUMENT = """\
```mermaid
sequenceDiagram
    participant GitHub
    participant CI as CI (ci.yml)
    GitHub->>CI: Trigger 'push'
    Note over CI: Plan
    opt Affected
        Note over CI: Build<br/>Pack
    end
    Note over CI: Test
    CI-->>GitHub: Status
```
"""
ROOMS = {str(path): room(name) for name, path in MODULES.items()}
LIBRARIES = ("compiler.vocabulary", "compiler.scripts")


class Stays:
    """The rooms that calls lead to after the first compilation, in order, and the calls that lead up."""

    def __init__(self) -> None:
        self.rooms: list[str] = []
        self.up: list[str] = []
        self.is_compiled = False
        self.room_of: dict[CodeType, str] = {}

    def __call__(self, frame: FrameType, event: str, _: object) -> None:
        if event == "return":
            self.is_compiled |= frame.f_code is compile_documents.__code__
        if event != "call" or not self.is_compiled or frame.f_code.co_name == "<module>":
            return
        here, caller = self.room(frame), frame.f_back
        while caller is not None and not self.room(caller):
            caller = caller.f_back
        self.rooms.append(here)
        if here and caller is not None and LEVEL[here] < LEVEL[self.room(caller)]:
            self.up.append(f"{self.room(caller)} -> {here}")

    def room(self, frame: FrameType) -> str:
        """The room of a function; none of `base` and of what is not ours."""
        code = frame.f_code
        if code not in self.room_of:
            here = ROOMS.get(code.co_filename, "")
            self.room_of[code] = here if here != "base" else ""
        return self.room_of[code]

    def way(self) -> str:
        folders = (one.split(".")[0] for one in self.rooms if one not in LIBRARIES)
        return _counted(one for one in folders if one in ("project", "reconcile", "compiler"))


def _counted(rooms: Iterable[str]) -> str:
    stays = [one for one, _ in groupby(rooms)]
    return f"{len(stays)} stays in {len(set(stays))}, {len(stays) - len(set(stays))} returns"


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        document, workflow = Path("docs/ci.md"), Path(".github/workflows/ci.yml")
        for path in (document, workflow):
            path.parent.mkdir(parents=True)
        document.write_text(DOCUMENT, encoding="utf-8")
        [project] = load([str(document)], Disk()).projects
        [text] = compile_documents(project.documents, project.settings).texts
        for name, worked in worked_in(f"{text}\n# mermaid2gha: from ../../docs/ci.md\n").items():
            workflow.write_text(worked, encoding="utf-8")
            [drift] = compiled_project(project, Disk(), draw).drifts  # and all that is imported late
            stays = Stays()
            sys.setprofile(stays)
            compiled_project(project, Disk(), draw)
            sys.setprofile(None)
            print(f"{name} ({drift.state.value})")
            print(f"    on the way {stays.way()}; calls up: {', '.join(sorted(set(stays.up))) or 'none'}")
            print(f"    in all rooms {_counted(filter(None, stays.rooms))}")
    return 0


def worked_in(text: str) -> dict[str, str]:
    """Files as people leave them."""
    steps = text.replace("    steps:\n", "    steps:\n      - uses: actions/checkout@v4\n", 1)
    term = text.replace("    runs-on:", "    if: github.actor != 'bot'\n    runs-on:", 1)
    return {
        "as compiled": text,
        "with a step of people's": steps,
        "with a term of people's": term,
        "with a need too many": steps.replace("    needs: build\n", "    needs: [build, plan]\n"),
    }


if __name__ == "__main__":
    sys.exit(main())
