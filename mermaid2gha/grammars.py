"""The texts of the grammars, which stand beside the package in a checkout and inside it in a wheel."""

from __future__ import annotations

from pathlib import Path


def grammar_text(name: str) -> str:
    """The Lark grammar `grammar/NAME.lark`; the wheel's copy if there is one, else the checkout's."""
    package = Path(__file__).parent
    installed = package / "grammar" / f"{name}.lark"
    path = installed if installed.is_file() else package.parent / "grammar" / f"{name}.lark"
    return path.read_text(encoding="utf-8")
