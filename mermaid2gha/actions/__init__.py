"""GitHub Actions: the model of a workflow, its expressions, and the writer of its YAML."""
