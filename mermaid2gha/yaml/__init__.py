"""YAML as GitHub and Mermaid read it: one tree with places, edits of single spans, plain values."""
