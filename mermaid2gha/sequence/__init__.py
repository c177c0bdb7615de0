"""Mermaid sequence diagrams: model, grammar and parser."""
