"""A document from the workflows that are there: the inverse of lowering."""
