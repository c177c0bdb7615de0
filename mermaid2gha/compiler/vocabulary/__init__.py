"""All knowledge of natural language, as tables."""
