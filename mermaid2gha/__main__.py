"""`python -m mermaid2gha`."""

from mermaid2gha.cli import run

run()
