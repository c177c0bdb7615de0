"""GitHub Actions: workflows, expressions, events, and how GitHub runs them."""
