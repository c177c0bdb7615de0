"""Completion: the scripts are sound, know every command and option, and `help` is `--help`."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from command_calls import called

from mermaid2gha.cli import main
from mermaid2gha.commands import COMMANDS, completion


def script(shell: str) -> str:
    result = called(completion, [shell])
    assert result.code == 0
    return result.out


@pytest.mark.parametrize("shell", completion.SHELLS)
def test_a_script_names_every_command_and_every_option(shell: str) -> None:
    text = script(shell)
    for command in completion.command_lines():
        assert command.name in text
        for option in command.options:
            for name in option.names:
                assert (name if shell != "fish" else name.lstrip("-")) in text


@pytest.mark.parametrize("shell", completion.SHELLS)
def test_a_script_is_one_that_its_shell_reads(shell: str) -> None:
    if shutil.which(shell) is None:
        assert shell != "bash"  # the others need not be there; what they print is held above
        return
    run = subprocess.run([shell, "-n"], input=script(shell), text=True, capture_output=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")


def completed(*words: str) -> list[str]:
    """What bash offers for the last word of a line."""
    line = " ".join(f"'{word}'" for word in words)
    code = (
        f"{script('bash')}\nCOMP_WORDS=({line}); COMP_CWORD={len(words) - 1}; _mermaid2gha;"
        'printf "%s\\n" "${COMPREPLY[@]}"'
    )
    run = subprocess.run(["bash", "-c", code], text=True, capture_output=True, check=True)
    return run.stdout.split()


def test_bash_offers_commands_options_and_choices() -> None:
    assert completed("mermaid2gha", "ch") == ["check"]
    assert "--format" in completed("mermaid2gha", "graph", "--")
    assert completed("mermaid2gha", "graph", "--format", "") == ["svg", "dot", "mmd"]
    assert completed("mermaid2gha", "completion", "z") == ["zsh"]


def test_help_of_a_command_is_what_its_option_shows(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["help", "draw"]) == 0
    asked = capsys.readouterr().out
    assert main(["draw", "--help"]) == 0
    assert capsys.readouterr().out == asked
    assert main(["help"]) == 0
    listed = capsys.readouterr().out
    assert all(name in listed for name in COMMANDS)
    assert main(["help", "nothing"]) == 2
    assert "invalid choice: 'nothing'" in capsys.readouterr().err
