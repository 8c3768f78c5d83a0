# The words of every day; `make help` lists them.

# The first Python of at least 3.11 that can make a virtual environment; only asked for when one is made.
PYTHON ?= $(shell for p in python3.11 python3 /usr/bin/python3.11 /usr/bin/python3; do \
	$$p -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
LOCKED := .venv/.installed

# Byte code is wanted (start-up is three times slower without), and nothing may depend on a home folder or a display.
export PYTHONDONTWRITEBYTECODE =
export PIP_DISABLE_PIP_VERSION_CHECK = 1
export MPLBACKEND = Agg
export MPLCONFIGDIR ?= $(CURDIR)/.cache/matplotlib

.PHONY: help setup demo check test test-thorough mutants bench notebooks lock golden clean
.DEFAULT_GOAL := help

help:  ## List these words
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' Makefile | expand -t 15

$(LOCKED): requirements.lock pyproject.toml
	test -x $(BIN)/pip || $(or $(PYTHON),python3.11) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

setup: $(LOCKED)  ## Install everything into .venv, at the versions of requirements.lock
	@$(BIN)/python -m compileall -q src

demo: setup  ## Simulate scenarios/baseline.yaml and print its key figures
	$(BIN)/mptf-sim run scenarios/baseline.yaml --paths 10000 --seed 7 --out runs/baseline

check: setup  ## Style, types and who may import whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: setup  ## All tests
	$(BIN)/python -m pytest

test-thorough: setup  ## All tests, with many more random examples
	HYPOTHESIS_PROFILE=thorough $(BIN)/python -m pytest

mutants: setup  ## Break the engine in a hundred ways, one at a time, and show what catches each
	$(BIN)/python -m tests.mutants

bench: setup  ## Time whole runs and the hot kernels
	$(BIN)/python -m benchmarks

notebooks: setup  ## Write each notebook anew from its plain Python
	$(BIN)/jupytext --quiet --update --to ipynb --set-kernel python3 notebooks/*.py

golden: setup  ## Accept today's results as the recorded ones in tests/golden
	$(BIN)/python -m pytest tests/golden --accept-golden -n0

lock:  ## Choose the newest versions anew and write requirements.lock (needs the network)
	rm -rf .venv-lock && $(PYTHON) -m venv .venv-lock
	.venv-lock/bin/python -m pip install --quiet uv
	.venv-lock/bin/uv pip compile pyproject.toml --extra dev --python-version 3.11 --universal --fork-strategy fewest \
		--upgrade --generate-hashes --no-header --no-cache --quiet -o requirements.lock
	rm -rf .venv-lock

clean:  ## Remove the environment, caches and built files; runs/ stays
	rm -rf .venv .venv-lock .cache .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .benchmarks build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
