"""What a repository begins with: a first document, settings with steps, and the hook."""
