"""GitHub's expressions: read, checked, evaluated."""
