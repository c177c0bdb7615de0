"""What is wrong with a drawing though it can be compiled: one file a family of rules."""
