"""A finished run held against the drawing."""
