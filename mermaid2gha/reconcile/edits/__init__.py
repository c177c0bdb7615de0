"""Edits of single parts of a workflow file, in the style in which the part stands."""
