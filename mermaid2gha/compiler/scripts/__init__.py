"""Every text of ours in a workflow: how it is written and how it is known again."""
