"""What a repository held at a revision, read from git's files without git."""
