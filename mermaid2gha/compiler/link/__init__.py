"""All flows of one workflow file as one: shared jobs, guards, conditions."""
