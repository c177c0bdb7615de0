"""Which lifeline is what: by marks, settings, names, and what is drawn of it."""
