"""What a command is invoked with, and what it gives: the world around it, common options, its result."""
