"""Every script of ours: how a step that runs it is written, and how it is known again in each version.

A version says all of a step but its condition: its name, id, variables and what it runs. The newest is
written; a step in an older one is still ours, and is brought up to date like any other. `retried` puts a loop
around any of them (docs/architecture.md, "A script").
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from mermaid2gha.base.records import dataclass, field, replace
from mermaid2gha.compiler.scripts.comments import DRAWN
from mermaid2gha.compiler.scripts.marks import read_mark
from mermaid2gha.compiler.scripts.wording import TUNABLE, Wording, holes, read, write
from mermaid2gha.github.expressions.condition import Condition
from mermaid2gha.github.workflow.emitter import inert
from mermaid2gha.github.workflow.model import Step, Variable

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from mermaid2gha.github.workflow.reader import FileStep

DECIDE_ID = "decide"
DECIDED = Wording((f"steps.{DECIDE_ID}.outputs.«output:word»",))
"""What the deciding step of a job says, as an expression in this job."""
SET_OUTPUT = Wording(("echo '«output:word»=true' >> \"${GITHUB_OUTPUT}\"",))
"""How people's step says so, as we advise it."""
_RETRIED_SHORT = """\
for attempt in $(seq «tries:number»); do
  «script:line» && exit 0
done
exit 1"""
_RETRIED_SHORT_2 = """\
for _ in $(seq «tries:number»); do
  «script:line» && exit 0
done
exit 1"""
RETRIED_SHORT = Wording((_RETRIED_SHORT, _RETRIED_SHORT_2))
"""A loop around a single command; after the last try it fails. The first wording named what it did not use,
which shellcheck tells (SC2034)."""
_RETRIED = """\
set +e
for _ in $(seq «tries:number»); do
  (
    set -e
    «script:line*»
  )
  code=$?
  [ "${code}" = 0 ] && break
done
exit "${code}\""""
RETRIED = Wording((_RETRIED,))
"""A loop around a script of any length; it fails as the last try did.

Bash ignores `set -e` in all that an `&&`, `||` or `if` asks about, so each try is a subshell, whose exit code
is asked for when it has ended.
"""


@dataclass(frozen=True, slots=True)
class Version:
    """One wording of a step, with holes; `text` is what it announces, where `title` is what is drawn.

    `loop` stands around it where it is retried. A variable with `rows` goes on in further ones, `NAME_2`,
    where they are many; `table` is all of these variables, and `row` is one row. `shell` and `directory` are
    set where people's `defaults` must not decide what the script does.
    """

    run: str
    name: str = "«title:text»"
    id: str = ""
    env: tuple[tuple[str, str], ...] = (("TEXT", "«text:text»"),)
    row: str = ""
    loop: Wording = RETRIED
    shell: str = ""
    directory: str = ""

    @property
    def templates(self) -> tuple[str, ...]:
        return (self.run, self.name, *(template for _, template in self.env))


@dataclass(frozen=True, slots=True)
class Script:
    """What a step of ours can do, in each version that was ever written, the newest last."""

    versions: tuple[Version, ...]


_ANNOUNCE = "printf '::notice::%s\\n' \"${TEXT}\""
_DECIDE = f"""\
{_ANNOUNCE}
{{
  echo '«flags:flag*»'
}} >> "${{GITHUB_OUTPUT}}\""""
_LOGIN = """\
printf '%s' "${TOKEN}" | docker login «host:host» --username "${GITHUB_ACTOR}" --password-stdin"""
_WAIT = """\
for attempt in $(seq «polls:number»); do
  docker manifest inspect "«image:image»" > /dev/null 2>&1 && exit 0
  sleep 30
done
printf '::error::not there after «minutes:number» minutes: %s\\n' "${TEXT}"
exit 1"""
_WAIT_2 = _WAIT.replace("for attempt in", "for _ in")  # likewise
_GATE = """\
failed=0
while read -r job result expected handled; do
  case "${expected}/${result}" in
    true/success | false/skipped) ;;
    true/*)
      if [ "${handled}" != true ]; then
        echo "::error::${job}: ${result}, but the diagram expects it to succeed"
        failed=1
      fi
      ;;
    *)
      echo "::error::${job}: ${result}, but the diagram expects it to be skipped"
      failed=1
      ;;
  esac
done <<< "«table:table»"
if [ "${DRAWN}" != true ]; then
  echo "::error::the diagram draws no flow for this event"
  failed=1
fi
exit "${failed}\""""
_GATE_ALONE = """\
if [ "${DRAWN}" != true ]; then
  echo "::error::the diagram draws no flow for this event"
  exit 1
fi"""
_GATE_NAME = "Compare the results with the diagram"
_GATE_ENV = (("DRAWN", "«drawn:text»"), ("RESULTS", "«rows:text»"))
_GATE_ROW = "«job:word» ${{ needs.«job:word».result }} «expected:value»«accepted:accepted»"
_LOGIN_ENV = (("TOKEN", "${{ github.token }}"),)
_IMAGE_ENV = (("TAG", "«tag:text»"), ("TEXT", "«text:text»"))

ANNOUNCE = Script((Version(_ANNOUNCE, loop=RETRIED_SHORT),))
DECIDE = Script((Version(_DECIDE, id=DECIDE_ID),))
LOGIN = Script((Version(_LOGIN, name="Log in to «host:host»", env=_LOGIN_ENV),))
PUSH = Script((Version('docker push "«image:image»"', env=_IMAGE_ENV),))
PULL = Script((Version('docker pull "«image:image»"', env=_IMAGE_ENV),))
WAIT = Script((Version(_WAIT, env=_IMAGE_ENV), Version(_WAIT_2, env=_IMAGE_ENV)))
_GATE_VERSION = Version(_GATE, name=_GATE_NAME, env=_GATE_ENV, row=_GATE_ROW)
_GATE_ALONE_VERSION = Version(_GATE_ALONE, name=_GATE_NAME, env=_GATE_ENV[:1])
GATE = Script((_GATE_VERSION, replace(_GATE_VERSION, shell="bash", directory=".")))
GATE_ALONE = Script((_GATE_ALONE_VERSION, replace(_GATE_ALONE_VERSION, shell="bash", directory=".")))
"""The gate of runs that draw no job: a table without rows would be read as one empty row."""
SCRIPTS = (ANNOUNCE, DECIDE, LOGIN, PUSH, PULL, WAIT, GATE, GATE_ALONE)

_CODES = re.compile(r"%(?=25|0[aAdD])")
_ROWS_LIMIT = 12_000
"""Characters of rows in one variable; GitHub takes 21,000 with all expressions of a scalar."""


@dataclass(frozen=True, slots=True)
class KnownScript:
    """A script that was found in a step: which, in which version, what its holes hold, how often it is tried.

    `tries` is 0 where it is not retried.
    """

    script: Script
    version: Version
    values: Mapping[str, str] = field(compare=False)
    tries: int = 0


# -- written ---------------------------------------------------------------------------------------


def step_of(
    script: Script,
    values: Mapping[str, str],
    *,
    tries: int = 0,
    condition: Condition | None = None,
    has_effect: bool = False,
) -> Step:
    """A step that runs a script in its newest version; `values` are what its holes hold.

    The announced `text` comes from `title`, and `table` from `rows`.
    """
    version = script.versions[-1]
    chunks = _chunks(values["rows"]) if "rows" in values else []
    values = {"text": spoken(values.get("title", "")), "table": _table(len(chunks)), **values}
    env: list[Variable] = []
    for name, template in version.env:
        parts = chunks if "rows" in holes(template) else [write(template, values)]
        is_ours = "text" not in holes(template)
        env += [Variable(_numbered(name, number), part, is_ours) for number, part in enumerate(parts)]
    return Step(
        write(version.name, values),
        retried(write(version.run, values), tries, version.loop),
        id=version.id or None,
        condition=condition,
        env=tuple(env),
        comment=DRAWN.write(),
        has_effect=has_effect,
        shell=version.shell,
        directory=version.directory,
    )


def retried(run: str, tries: int, loop: Wording = RETRIED) -> str:
    """A script of any length, tried so many times until it succeeds; 0 leaves it as it is."""
    return loop.write(script=run, tries=str(tries)) if tries else run


def spoken(title: str) -> str:
    """A text as a notice announces it: what GitHub would decode there is escaped."""
    return _CODES.sub("%25", title)


def gate_row(job: str, expected: str, accepted: str) -> str:
    """A row of the gate's table: a job, whether it has to run, whether its failure is accepted (or empty)."""
    values = {"job": job, "expected": expected, "accepted": f" {accepted}" if accepted else ""}
    return write(GATE.versions[-1].row, values)


def _table(count: int) -> str:
    return "\n".join(f"${{{_numbered('RESULTS', number)}}}" for number in range(count))


def _numbered(name: str, number: int) -> str:
    return f"{name}_{number + 1}" if number else name


def _chunks(text: str) -> list[str]:
    """Rows in groups below the limit of one variable."""
    chunks: list[list[str]] = [[]]
    size = 0
    for line in text.split("\n"):
        if size + len(line) > _ROWS_LIMIT and chunks[-1]:
            chunks.append([])
            size = 0
        chunks[-1].append(line)
        size += len(line) + 1
    return ["\n".join(chunk) for chunk in chunks]


# -- known again -----------------------------------------------------------------------------------


def known_script(step: Step) -> KnownScript | None:
    """The script of ours that a step runs, in whatever version; none if anything in it is people's."""
    env = {variable.name: bare(variable.value) for variable in step.env}
    run_by = (step.shell, step.directory)
    return recognised(bare(step.name), step.id or "", step.run.rstrip("\n"), env, run_by=run_by)


def recognised(
    name: str, step_id: str, run: str, env: Mapping[str, str], *, run_by: tuple[str, str] | None = None
) -> KnownScript | None:
    """The script of ours that a step is (`known_script`); `run_by` are its shell and directory, if known."""
    env, count = _joined(env)
    runs = [(run, 0)]
    for wording in (RETRIED_SHORT, RETRIED):
        if (match := wording.read(run)) is not None:
            runs.append((match["script"], int(match["tries"])))
    for script in SCRIPTS:
        for version in reversed(script.versions):
            if version.id != step_id or dict(version.env).keys() != env.keys():
                continue
            if run_by not in (None, (version.shell, version.directory)):
                continue
            for inner, tries in runs:
                values = _values(version, (inner, name, *(env[variable] for variable, _ in version.env)))
                if values is not None and values.get("table", _table(count)) == _table(count):
                    return KnownScript(script, version, values, tries)
    return None


def _values(version: Version, texts: tuple[str, ...]) -> dict[str, str] | None:
    """What the holes of a version hold, if all the texts of a step are of it and say the same."""
    values: dict[str, str] = {}
    for template, text in zip(version.templates, texts):
        of_text = read(template, text)
        if of_text is None or any(values.setdefault(name, value) != value for name, value in of_text.items()):
            return None
    shown = values.get("text", "").replace("%25", "%")
    return values if "text" not in values or shown == values["title"].replace("%25", "%") else None


def _joined(env: Mapping[str, str]) -> tuple[dict[str, str], int]:
    """Variables in which numbered ones go on in the first, and of how many the last such is made."""
    joined: dict[str, str] = {}
    count = 1
    for name, value in env.items():
        first = name.removesuffix(f"_{count + 1}")
        if first != name and first in joined:
            joined[first] += f"\n{value}"
            count += 1
        else:
            joined[name] = value
    return joined, count


def bare(text: str) -> str:
    """A text as it was before the emitter made it inert."""
    return text.replace(inert("${{"), "${{")


def is_drawn(step: FileStep) -> bool:
    """Whether a step bears our mark."""
    return any(DRAWN.read(comment) is not None for comment in step.comments)


def is_gate_step(step: FileStep) -> bool:
    """Whether a step is the gate's, whatever else people changed in it or say behind its mark."""
    is_marked = any(read_mark(one) is not None for one in step.comments)
    return is_marked and any(version.name == step.name for version in GATE.versions)


def decided(script: KnownScript) -> list[str]:
    """The outputs that a step sets."""
    return [flag.partition("=")[0] for flag in script.values.get("flags", "").splitlines()]


def is_tuned(step: Step | None, aim: Step) -> bool:
    """Whether a step of ours differs from another by no more than a number or a flag's value, and does so.

    Steps with a condition never count.
    """
    mine, wanted = known_script(step) if step is not None else None, known_script(aim)
    if step is None or mine is None or wanted is None or (step.condition, aim.condition) != (None, None):
        return False
    if (
        mine.script is not wanted.script
        or bool(mine.tries) != bool(wanted.tries)
        or decided(mine) != decided(wanted)
    ):
        return False
    kinds = {name: kind for template in mine.version.templates for name, kind in holes(template).items()}
    names = mine.values.keys() | wanted.values.keys()
    differing = {name for name in names if mine.values.get(name) != wanted.values.get(name)}
    if mine.tries == wanted.tries and not differing:
        return False
    return {kinds.get(name) for name in differing} <= TUNABLE
