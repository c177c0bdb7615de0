"""Marks: what stands above which statement, what their values mean, and the marks that settle a guess."""
