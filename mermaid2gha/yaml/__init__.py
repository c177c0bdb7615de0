"""YAML as GitHub reads it: trees with places, and edits of single spans."""
