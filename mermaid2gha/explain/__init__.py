"""What would run and why, as values and words."""
