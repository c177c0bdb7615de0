"""What a terminal is for while a command runs: progress, and waiting for the next change."""
