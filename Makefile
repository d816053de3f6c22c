# Needs git, make and Python 3.11 or newer with venv and pip. No root. Everything else lands in .venv, .tools and .demo.
PYTHON ?= python3
PORT ?= 8000
export PORT
# With this set, nothing keeps its compiled form and every start is twice as slow.
unexport PYTHONDONTWRITEBYTECODE
SETUP = @command -v $(PYTHON) >/dev/null || { echo "handrail: no $(PYTHON) here; Python 3.11 or newer is needed" >&2; exit 1; }; $(PYTHON) tools/bootstrap.py
BIN = .venv/bin
UV = $$(command -v uv || echo .tools/bin/uv)
COMPILE = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header

.DEFAULT_GOAL := help
.PHONY: help setup demo demo-reset test quick prove nightly lint format lock clean

help:  ## what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup:  ## .venv with everything, for development and tests
	$(SETUP) dev

demo:  ## a practice to play with on http://127.0.0.1:8000 (PORT=8100 for another port)
	$(SETUP) runtime
	@exec $(BIN)/handrail demo

demo-reset:  ## the same, from the beginning
	$(SETUP) runtime
	@exec $(BIN)/handrail demo --reset

test: setup  ## the whole suite, with its own PostgreSQL, Valkey and browser
	@$(BIN)/pytest -n 3 --dist loadgroup -m "not prove" $(ARGS)

quick: setup  ## the quick tests, within a minute
	@$(BIN)/pytest -n 2 --dist loadgroup -m "not slow and not prove" $(ARGS)

prove: setup  ## the slow proofs: an hour to an hour and a half
	@$(BIN)/pytest -n 3 --dist loadgroup -m prove $(ARGS)

nightly: setup  ## every pair of deaths on both databases: hours; ARGS="--seed 7"
	@$(BIN)/python -m tests.faults --profile crashes --how-much pairs-on-both $(ARGS)

lint: setup  ## ruff, mypy, import-linter
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: setup  ## lay the code out
	@$(BIN)/ruff check --select I --fix --quiet .
	@$(BIN)/ruff format .

lock: setup  ## choose newer packages within pyproject.toml and write the lock files anew
	$(COMPILE) --upgrade --group dev pyproject.toml -o requirements-dev.lock
	$(COMPILE) -c requirements-dev.lock pyproject.toml -o requirements.lock
	echo uv | $(COMPILE) --upgrade - -o tools/uv.lock

clean:  ## remove what setup, tests and the demo made
	rm -rf .venv .tools .demo .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
