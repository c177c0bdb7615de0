"""Plain shell scripts: what one ends with, as far as that follows from its text."""
