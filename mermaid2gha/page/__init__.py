"""One page, as one file, that shows drawing, jobs, workflow and runs beside each other."""
