"""One diagram as runs, jobs, fragments and occurrences."""
