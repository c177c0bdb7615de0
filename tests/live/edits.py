"""GitHub's own parser sees, in each workflow of the corpus, exactly the difference that was asked for.

`python tests/live/edits.py`; needs node and the packages of `.ci/package.json`. It edits each workflow of
`tests/test_edit_styles.py` and has the parser read it before and after: `needs` and `if` of one job differ.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1] / "reconcile"), str(Path(__file__).parents[1])]

from oracles import bundle  # noqa: E402
from test_edit_styles import CORPUS, drawn, result, values  # noqa: E402


def parsed(folder: Path, texts: list[str]) -> list[dict[str, object]]:
    """What GitHub's parser makes of each text, without places."""
    paths = []
    for number, text in enumerate(texts):
        paths.append(str(folder / f"{number}.yml"))
        Path(paths[-1]).write_text(text, encoding="utf-8", newline="")
    (folder / "paths.json").write_text(json.dumps(paths))
    command = ["node", str(bundle("edits")), str(folder / "paths.json")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    made: list[dict[str, object]] = json.loads(done.stdout)
    return made


def apart(read: dict[str, object]) -> tuple[object, object, str]:
    """What the parser gives of the job `test`: its needs and its condition, and all the rest as text."""
    made = read["made"]
    assert isinstance(made, dict)
    job = next(one for one in made["jobs"] if _text(one["id"]) == "test")
    needs, condition = job.pop("needs", None), job.pop("if", None)
    return sorted(map(_text, needs or [])), condition, json.dumps(made, sort_keys=True)


def _text(token: object) -> str:
    """A string of the template; the parser writes bare ones as they are, others with their type."""
    return str(token["lit"] if "lit" in token else token["value"]) if isinstance(token, dict) else str(token)


def main() -> int:
    old: list[str] = [case.values[0][0] for case in CORPUS]
    push, other = "github.event_name == 'push'", "github.event_name != 'schedule'"
    kept = [tuple(values(text)[0]) for text in old]
    waiting = [result(text, drawn(("build", "lint"), push)).text for text in old]
    judging = [result(text, drawn(needs, other)).text for text, needs in zip(old, kept)]
    with tempfile.TemporaryDirectory() as name:
        read = parsed(Path(name), [*old, *waiting, *judging])
    faults = [fault for one in read for fault in one["faults"]]  # type: ignore[attr-defined]
    parts = [apart(one) for one in read]
    count = len(old)
    bad = 0
    for before, after, decided in zip(parts[:count], parts[count : 2 * count], parts[2 * count :]):
        is_right = after[0] == ["build", "lint"] and after[1:] == before[1:]
        bad += not (is_right and (decided[0], decided[2]) == (before[0], before[2]))
        bad += decided[1] == before[1]
    print(f"{2 * count} edits of {count} workflows: {bad} differ otherwise than asked, {len(faults)} faults")
    for fault in dict.fromkeys(faults):
        print(f"  {fault}")
    return 1 if bad or faults else 0


if __name__ == "__main__":
    sys.exit(main())
