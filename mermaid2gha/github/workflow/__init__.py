"""A workflow file as a value: read and written."""
