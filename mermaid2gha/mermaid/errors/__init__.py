"""What is wrong with a statement, in words that help."""
