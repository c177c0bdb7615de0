"""One diagram as runs, jobs, fragments and messages."""
