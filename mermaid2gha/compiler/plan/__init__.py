"""From linked flows to the jobs of a workflow: needs, conditions, gate, steps, rights."""
