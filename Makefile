.PHONY: quick test check bench ci long pins site

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

# The site, in build/site/html; needs npm.
site: build/node/node_modules/.package-lock.json
	.venv/bin/pip install -q --require-hashes -r .ci/site.txt
	.venv/bin/python .ci/website.py

build/node/node_modules/.package-lock.json: .ci/package-lock.json
	mkdir -p build/node
	cp .ci/package.json .ci/package-lock.json build/node/
	npm ci --prefix build/node --ignore-scripts --no-audit --no-fund

# What CI installs, with hashes; needs uv and npm.
PIN = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --custom-compile-command 'make pins'

pins:
	$(PIN) pyproject.toml --output-file .ci/runtime.txt
	$(PIN) --extra test pyproject.toml .ci/requirements.in --output-file .ci/requirements.txt
	$(PIN) --constraint .ci/requirements.txt .ci/site.in --output-file .ci/site.txt
	cd .ci && npm install --package-lock-only --ignore-scripts
