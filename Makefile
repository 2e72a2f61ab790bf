# The two commands a newcomer needs are `make plan` and `make test`. Both install what they need first, from a lock
# with hashes, into .venv.
.DEFAULT_GOAL := help
.PHONY: help plan test check lint format types install install-test lock clean

VENV   := .venv
BIN    := $(VENV)/bin
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
            $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo $$python; break; }; done)
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet
DATA   ?= data/retail
RUNS   ?= runs

help:  ## show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1|/' | column -t -s '|'

plan: install  ## plan data/retail (or DATA=folder), show the plan and check it
	@echo "Planning $(DATA): this takes about a minute"
	@$(BIN)/planner solve $(DATA) --out $(RUNS) --json > $(VENV)/plan.json
	@run=$$(sed -E 's/.*"folder": "([^"]*)".*/\1/' $(VENV)/plan.json) && \
	  $(BIN)/planner runs show "$$run" --out $(RUNS) && $(BIN)/planner check "$$run" --out $(RUNS)

test: install-test  ## run every test
	$(BIN)/python -m pytest -n 3 --dist loadscope --no-loadscope-reorder

lint: install-test  ## look for mistakes and for unformatted code
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: install-test  ## format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: install-test  ## check the types
	$(BIN)/mypy

check: test lint types  ## everything that must pass before a change lands

install: $(VENV)/installed
install-test: $(VENV)/installed-test

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed and was not found; name one: make PYTHON=/path/to/python3" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: requirements.lock pyproject.toml | $(BIN)/python
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/installed-test: requirements-test.lock $(VENV)/installed
	$(PIP) install --require-hashes -r requirements-test.lock
	@touch $@

lock:  ## write the two locks again from pyproject.toml (needs uv)
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11 --group build \
	  --custom-compile-command "make lock" pyproject.toml --output-file requirements.lock
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11 --group build --extra test --extra dask --extra server \
	  --constraint requirements.lock --custom-compile-command "make lock" pyproject.toml --output-file requirements-test.lock

clean:  ## remove the environment and caches; runs stay
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist
