"""Compile Mermaid sequence diagrams into GitHub Actions workflows."""
