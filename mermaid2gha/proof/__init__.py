"""The proof that a file does what is drawn: its text is run beside the drawing, in all cases together."""
