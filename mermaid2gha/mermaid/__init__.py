"""Mermaid's sequence diagrams: read as Mermaid reads them."""
