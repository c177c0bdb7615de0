"""The rules: a page `rules/<name>.md` each."""
