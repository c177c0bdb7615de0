"""Happens-before and exclusion."""
