"""Renderings of diagnostics: text, JSON and GitHub annotations."""
