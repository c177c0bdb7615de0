"""Each workflow run beside its drawing, in all cases, before it is written."""
