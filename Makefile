.PHONY: quick test check bench ci long

quick:
	.venv/bin/pytest -n auto -m 'not slow'

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

long:
	bash .ci/long
