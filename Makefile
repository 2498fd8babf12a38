# How do I see it, test it, measure it?
#
#   make demo    a synthetic clinic in the browser (needs Python 3.11 or newer, nothing else); ARGS="--reset" is passed on
#   make test    lint, then everything against a real PostgreSQL, Apache Kafka and Chromium; ARGS="-k board" is passed on
#   make soak    the long fault runs, ending with a table of the faults fired; ARGS="--seed 7 --minutes 1" is passed on
#   make lint    ruff, mypy --strict, import-linter, reasons of exemptions
#   make mutate  would the tests notice if a decision, scorer or number differed? ARGS="journey/policy.py --part 0.1" is passed on
#   make bench   the figures of the documents, on this machine
#   make bench-large   whether all that holds with millions of events; ARGS="--sizes 10000,1000000" is passed on
#   make calibrate     whether 10,000 simulated patients of each study come out inside what was published of it
#   make lock    write the two lock files anew
#   make clean   remove what the above made, but no demo data

SHELL := /bin/sh
CANDIDATES := python3 python3.14 python3.13 python3.12 python3.11
AGE := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))
first_python = $(shell for p in $(CANDIDATES); do $$p -c '$(1)' >/dev/null 2>&1 && { echo $$p; break; }; done)
PYTHON ?= $(call first_python,import venv, ensurepip; $(AGE))
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --no-input
COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 pyproject.toml
WORKERS ?= 2

.DELETE_ON_ERROR:
.PHONY: demo test soak mutate lint bench bench-large calibrate lock clean

demo: .venv/.runtime
	@exec $(BIN)/journey demo $(ARGS)

test: lint
	$(BIN)/python -m tests.servers -- $(BIN)/python -m pytest -n $(WORKERS) $(ARGS)

soak: .venv/.dev
	$(BIN)/python -m tests.servers --without chromium -- $(BIN)/python -m pytest -m soak -v --seed $$(date +%s) $(ARGS)

lint: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.lint.exemptions

mutate: .venv/.dev
	$(BIN)/python -m tests.mutation $(ARGS)

bench: .venv/.dev
	$(BIN)/python -m tests.servers --lasting -- $(BIN)/python -m tests.bench $(ARGS)

bench-large: .venv/.dev
	$(BIN)/python -m tests.bench.large $(ARGS)

calibrate: .venv/.runtime
	$(BIN)/python -m entrypoints.simulator.calibration $(ARGS)

lock: .venv/.dev
	$(COMPILE) --upgrade --extra tracker --extra build -o requirements.lock
	$(COMPILE) --upgrade --all-extras -c requirements.lock -o requirements-dev.lock

clean:
	rm -rf .venv .cache .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@if [ -z "$(PYTHON)" ]; then \
	  if [ -n "$(call first_python,$(AGE))" ]; then \
	    echo "$(call first_python,$(AGE)) has no venv module: install it (Debian and Ubuntu: apt install python3-venv)" >&2; \
	  else \
	    echo "Python 3.11 to 3.14 is needed and none of $(CANDIDATES) is one: install it, or say make PYTHON=/path/to/python3.12" >&2; \
	  fi; exit 1; fi
	@$(PYTHON) -c '$(AGE)' || { echo "$(PYTHON) is not Python 3.11 to 3.14" >&2; exit 1; }
	@$(PYTHON) -m venv .venv

.venv/.runtime: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing from requirements.lock into .venv (once)"
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

.venv/.dev: requirements-dev.lock pyproject.toml | $(BIN)/python
	@echo "Installing from requirements-dev.lock into .venv (once)"
	@$(PIP) --require-hashes -r requirements-dev.lock
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@ .venv/.runtime
