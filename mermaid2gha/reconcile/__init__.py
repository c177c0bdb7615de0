"""What is drawn against a workflow file that stands: differences, and the edits that mend them."""
