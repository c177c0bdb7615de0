"""The settings file: its model, reading and editing."""
