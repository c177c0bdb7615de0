.PHONY: test check bench ci

test:
	.venv/bin/pytest

check:
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/mermaid2gha compile diagrams --check

bench:
	.venv/bin/python benchmarks/run.py

ci:
	bash .ci/run
