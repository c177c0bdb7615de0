"""What leaves the program as text: nothing in it steers a terminal, a log, or GitHub's runner.

Whatever a command gives goes through `guarded` before it is printed, so that no print must think of it:
control, escape and direction characters become visible signs, and a line that GitHub's runner would take for
a command is spoilt by a backslash. The runner takes for one a line that begins, blanks apart, with `::` and a
word, and one that has `##[` anywhere (actions/runner, `ActionCommand.cs`: `TryParseV2` and `TryParse`).
"""

from __future__ import annotations

from mermaid2gha.base.enums import Enum
from mermaid2gha.base.never import assert_never
from mermaid2gha.base.patterns import late
from mermaid2gha.report.cells import STEERING, visible


class Form(Enum):
    """What a text is, which decides how what is dangerous in it can be written."""

    TEXT = "text"
    JSON = "json"
    COMMANDS = "commands"
    """Lines, each a workflow command of ours."""
    CONTENT = "content"
    """A document as it is, in which `steering` has found nothing."""


ESCAPE = "\x1b"

_STEERING = late(f"[{STEERING}]")
_IN_JSON = late(rf"[{STEERING}]|(?<=##)\[")
# What stands for a character beyond the first 65,536 are two halves; one alone is refused by many readers.
_ESCAPED = late(r"\\(?:ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}|(?P<half>ud[89a-f][0-9a-f]{2})|.)")
_FOR_RUNNER = late(r"(?m)^(?=[^\S\n]*::[^:\s])|(?<=##)(?=\[)")
_OURS = late(r"::(?:error|warning|notice) ")
_IN_CONTENT = late(rf"(?m)(?!\A\ufeff)(?!\r$)[{STEERING}]|^[^\S\n]*::[\w-]+[^\n]*::|##\[[\w-]+[^\n]*\]")


def guarded(text: str, form: Form, pen: str) -> str:
    """The text as it may be printed. `pen` stands for ESC in our own colours (`report.text.Paper`)."""
    if not text:
        return ""
    match form:
        case Form.TEXT:
            return ESCAPE.join(map(_spoilt, text.split(pen)))
        case Form.JSON:
            return _json(text)
        case Form.COMMANDS:
            return "\n".join(map(_command, text.split("\n")))
        case Form.CONTENT:
            return text
        case _:
            assert_never(form)


def steering(content: str) -> int | None:
    """The offset of what must not be printed of a document that is printed as it is; None where all may."""
    found = _IN_CONTENT.search(content)
    return found.start() if found else None


def _spoilt(text: str) -> str:
    shown = _STEERING.sub(lambda found: visible(found[0]), text.replace("\r\n", "\n"))
    return _FOR_RUNNER.sub(r"\\", shown)


def _command(line: str) -> str:
    lead = _OURS.match(line)
    return lead[0] + _spoilt(line[lead.end() :]) if lead else _spoilt(line)


def _json(text: str) -> str:
    escaped = _IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    return _ESCAPED.sub(lambda found: "\\ufffd" if found["half"] else found[0], escaped)
