.PHONY: quick test check bench ci long pins

quick:
	.venv/bin/pytest -n auto -m 'not slow'

test:
	.venv/bin/pytest

check:
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/mermaid2gha check diagrams docs/ci

bench:
	.venv/bin/python benchmarks/run.py

ci:
	bash .ci/run

long:
	bash .ci/long

# What CI installs, with hashes; needs uv and npm.
PIN = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --custom-compile-command 'make pins'

pins:
	$(PIN) pyproject.toml --output-file .ci/runtime.txt
	$(PIN) --extra test pyproject.toml .ci/requirements.in --output-file .ci/requirements.txt
	cd .ci && npm install --package-lock-only --ignore-scripts
