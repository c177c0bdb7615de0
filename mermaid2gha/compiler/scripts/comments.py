"""Every comment and mark of ours in a file, each without its `# `, and the names of jobs that nobody drew."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from mermaid2gha.compiler.scripts.wording import Wording, read

DRAWN = Wording(("drawn",))
"""The mark of what is drawn (`marks.py`)."""
DRAWN_JOB = Wording(("drawn: «title:text»",), ("drawn:«title:text»",))
"""The mark of a job."""
RIGHT = Wording(("«message:text»",))
"""Behind a right: the message that asks for it."""
CALLED_RIGHT = Wording(("«file:line» asks for it",))
"""Behind a right of a call: the called workflow to which people gave it."""
EVERY_FLOW = Wording(("In every flow.",))
SOME_FLOWS = Wording(("In «flows:flows».",))
NOTED = Wording(("Noted: «remark:text»",))
ABOVE_GATE = Wording(
    ("The one check to require: it compares what ran with what the diagrams draw.",),
    ("The one check to require: «what:text»",),
)
SELF_CALL = Wording(("zizmor: ignore[self-repository] act knows no other spelling",))
"""Behind `uses` of a workflow of the repository itself."""
DANGEROUS = Wording(("zizmor: ignore[dangerous-triggers] the diagram draws it",))
"""Behind an event whose runs have rights that the code they see may not deserve."""
CALLED = Wording(("zizmor: ignore[concurrency-limits] a called run has its caller's group",))
"""Behind the event of a call in a file that starts by others, too, and has no group of its own."""
SOURCE = Wording(("mermaid2gha: from «document:text»",))
"""The last lines of a file: the documents that it is compiled from."""
PRODUCT = Wording(
    ("mermaid2gha: a product, drawn anew with each compile",), ("mermaid2gha: drawn «digest:digest»",)
)
"""The same in a file of graphs that no document is named for, and in those of earlier versions."""
SEAL = Wording(("mermaid2gha: sha256 «digest:digest»",))
"""The very last line of files of earlier versions: the digest of the rest."""
HEADER_START = "Compiled by mermaid2gha"
_HEADER = f"""\
{HEADER_START} from «documents:text»: edit the diagrams, then compile again.

The diagrams own which jobs and events there are, each job's `needs` and `if`, at least its drawn
permissions and outputs, the steps marked `# drawn`, and the final check. Names, runners, time-outs,
filters and the other steps are yours: """
_HEADER_OF_MARKS = f"""\
{HEADER_START} from «documents:text»: edit the diagrams, then compile again.

The diagrams own which jobs and events there are, each job's `needs` and `if`, at least its drawn
permissions and outputs, what is marked `# drawn`, and the final check. All else is yours, and stays as
it is when you compile again."""
HEADER = Wording(
    (
        f"{_HEADER}a file that you have edited is not overwritten unasked.",
        f"{_HEADER}they stay as they are when you compile again.",
        _HEADER_OF_MARKS,
    )
)

JOIN_AFTER = Wording(("Join after «job:text»",))
"""A job that only waits for the one that is named and those beside it."""
JOIN_FROM = Wording(("Join from «job:text»",))
"""A join of a part of them, which begins with the one that is named."""

ABOVE_JOBS = (EVERY_FLOW, SOME_FLOWS, NOTED, ABOVE_GATE)


def bare_comment(line: str) -> str | None:
    """The text of a line that is a comment; none for another line."""
    line = line.strip()
    return line[2:] if line.startswith("# ") or line == "#" else None


def is_join(name: str) -> bool:
    """Whether a job of this name only waits for others, in the stead of those that follow it."""
    return any(one.read(name) is not None for one in (JOIN_AFTER, JOIN_FROM))


def is_above_jobs(line: str) -> bool:
    """Whether a line is a comment as the compiler writes them above a job."""
    text = bare_comment(line)
    return text is not None and any(one.read(text) is not None for one in ABOVE_JOBS)


def is_footer(line: str) -> bool:
    """Whether a line is one of those at the end of our files."""
    text = bare_comment(line)
    return text is not None and any(one.read(text) is not None for one in (SOURCE, SEAL))


@lru_cache(maxsize=1 << 12)
def drawn_title(comment: str) -> str:
    """What is drawn, as the comment behind a job's key names it; empty if it is no such mark.

    A comment of people's or of another tool's may stand before it or behind it.
    """
    for text in (comment, comment.partition("#")[2].strip()):
        if (values := DRAWN_JOB.read(text)) is not None:
            return str(values["title"]).partition(" # ")[0].rstrip()
    return ""


def is_mark_alone(comment: str) -> bool:
    """Whether the comment behind a job's key is no more than our mark."""
    values = DRAWN_JOB.read(comment)
    return values is not None and values["title"] == drawn_title(comment)


def header_lines(lines: Sequence[str]) -> int:
    """How many of the first lines of a file are our header: all of it, its first line alone, or none."""
    found = 0
    for version in HEADER.versions:
        first, *rest = version.split("\n")
        texts = [bare_comment(line) for line in lines[: len(rest) + 1]]
        if texts and texts[0] is not None and read(first, texts[0]) is not None:
            found = len(texts) if texts[1:] == rest else max(found, 1)
    return found
