"""From what each statement does to the jobs of one diagram."""
