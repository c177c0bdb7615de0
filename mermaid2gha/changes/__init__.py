"""What differs between two states of a repository's workflow files: what runs before, and what after."""
