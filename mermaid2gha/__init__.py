"""Compile Mermaid sequence diagrams into GitHub Actions workflows."""

__version__ = "0.1.0"
