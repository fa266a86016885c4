# Everything starts here, on a machine with Python 3.11 or newer, pip and make:
#   make demo    install the pinned dependencies, then compare the plans of the bank's autumn campaign
#   make test    install, then run the whole suite
# Others: quick, long, lint, format, types, validation, headline, luck, bench, bench-engines, constraints, clean.

VENV ?= .venv
BIN := $(VENV)/bin
# Processes of the test suite and of the headline study.
WORKERS ?= 2

# The first Python that really runs (a shim may not) and is new enough; PYTHON=/path/to/python says otherwise.
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11 python; do \
	if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then echo $$python; break; fi; done)

INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
BUILD_ON := pyproject.toml constraints.txt

.PHONY: demo test quick long lint format types validation headline luck bench bench-engines constraints clean
.DEFAULT_GOAL := test

# Where Python comes without ensurepip (Debian), the base installation's pip fills the environment.
$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Rehearsal needs Python 3.11 or newer; none was found on PATH" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV) || { $(PYTHON) -m venv --clear --without-pip $(VENV) \
		&& $(PYTHON) -m pip --python $(BIN)/python install --quiet pip; }

$(VENV)/.installed: $(BUILD_ON) | $(BIN)/python
	$(INSTALL) --editable .
	@touch $@

$(VENV)/.installed-dev: $(BUILD_ON) | $(BIN)/python
	$(INSTALL) --editable '.[dev]'
	@touch $@ $(VENV)/.installed

demo: $(VENV)/.installed
	$(BIN)/rehearse compare bank-autumn

# A file of tests stays in one process, which runs each of its plans once. In their own order, the long ones come first.
test: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadscope --no-loadscope-reorder

quick: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadscope --no-loadscope-reorder -m "not slow and not study"

long: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadscope --no-loadscope-reorder -m study

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(VENV)/.installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(VENV)/.installed-dev
	$(BIN)/mypy

# The page that says which tests answer for what.
validation: $(VENV)/.installed-dev
	$(BIN)/python -m calibration.validation_table > docs/validation.md

# The headline study: what queues do to the return of a campaign, over many worlds. Takes about a quarter of an hour.
headline: $(VENV)/.installed
	$(BIN)/python -m experiments.oversold --workers $(WORKERS)

# What common luck is worth in every scenario of the gallery. Takes about an hour.
luck: $(VENV)/.installed
	$(BIN)/python -m experiments.common_luck --workers $(WORKERS)

bench: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks

# Worker processes against independent ones, and the cost of a run beside its simulation: two minutes of a quiet machine.
bench-engines: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks.engines

# The newest release of everything, for every supported Python at once. Run the whole suite before keeping it.
constraints: $(VENV)/.installed-dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	{ echo '# Exact versions for Python 3.11 and newer. Made by `make constraints`; do not edit.'; \
	  $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --all-extras --upgrade --quiet \
	    --no-header --no-annotate --no-emit-index-url --no-emit-find-links; } > constraints.new
	mv constraints.new constraints.txt

clean:
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
