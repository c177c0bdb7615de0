"""Each lifeline's role and each statement's effect, by structure, names and words."""
