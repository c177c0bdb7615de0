"""The canonical layout of a diagram."""
