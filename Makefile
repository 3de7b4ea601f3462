# Everything a developer or CI runs, by name. `make help` lists it.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= $(shell command -v python3.11 || command -v python3)
ALEMBIC_INI ?= tests/projects/analyticbot_fixed/alembic.ini
PYTEST_ARGS ?=
BENCH_ARGS ?=

VENV := .venv
REAL_PACKAGES := mlflow optuna prefect
NEWER := sync_psycopg] or async_psycopg] or x_argument or version_table or long_ids or tenants or pyproject or version_locations]
RIVALS := alembic sqlalchemy-diff migra
# A file after the other as they are collected: the last folder has the shortest, so that no worker waits for another.
IN_PARALLEL := $(VENV)/bin/pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder
# pytest keeps the folders of failed tests in there.
LEAVE_NOTHING := @rmdir "$${TMPDIR:-/tmp}/pytest-of-$$(id -un)" 2>/dev/null || true
PIP_INSTALL := -m pip install --quiet --disable-pip-version-check
# As pip does with what it installs. Else, where Python may not write bytecode, each command compiles all of it anew.
COMPILE := $(PYTHON) -m compileall -q harness

.PHONY: help
help:  ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# -- environments: made once, and again when pyproject.toml changes ---------------------------------------------------

.PHONY: setup
setup: $(VENV)/.complete  ## Make .venv with everything that the other targets need
	@$(COMPILE)

$(VENV)/.complete: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python $(PIP_INSTALL) --editable '.[dev]'
	@touch $@

# An environment of its own for each package that brings a history.
.venvs/%/.complete: pyproject.toml tests/real/requirements/%.txt
	$(PYTHON) -m venv --clear $(@D)
	$(@D)/bin/python $(PIP_INSTALL) --editable . --requirement tests/real/requirements/$*.txt
	@touch $@

# The same for what pytest compiles in a form of its own: the tests, and each plugin with the whole of its package, so
# that this one, too, where it is imported from here.
$(VENV)/.tests-compiled: $(VENV)/.complete $(shell find conftest.py harness tests -name '*.py' -not -path 'tests/projects/*')
	@PYTHONDONTWRITEBYTECODE= $(VENV)/bin/python -m pytest --collect-only -qq > /dev/null && touch $@ || true

# -- what it is for ---------------------------------------------------------------------------------------------------

.PHONY: test-migrations
test-migrations: setup  ## Walk the migrations of ALEMBIC_INI (default: the mended reference project)
	$(VENV)/bin/pytest -c pyproject.toml --rootdir . --noconftest --roundtrip --verbose $(PYTEST_ARGS) '$(ALEMBIC_INI)'

.PHONY: demo
demo: setup  ## Walk the audited reference project and show what is found
	@$(VENV)/bin/roundtrip check --alembic-ini tests/projects/analyticbot/alembic.ini; \
	code=$$?; echo "roundtrip ended with exit code $$code (1: findings, 4: something was not reached)"; \
	[ $$code -eq 1 ] || [ $$code -eq 4 ]

# -- its own tests ----------------------------------------------------------------------------------------------------

.PHONY: test
test: setup $(VENV)/.tests-compiled  ## Run the test suite
	$(IN_PARALLEL) -m 'not slow' $(PYTEST_ARGS)
	$(LEAVE_NOTHING)

.PHONY: test-slow
test-slow: setup $(VENV)/.tests-compiled  ## Run what it leaves out: more of the same, such as each change to a schema on each PostgreSQL at hand
	$(IN_PARALLEL) -m slow $(PYTEST_ARGS)
	$(LEAVE_NOTHING)

.PHONY: test-fast
test-fast: setup  ## Run the tests that need no server
	$(VENV)/bin/pytest tests/unit tests/test_architecture.py tests/test_public_names.py $(PYTEST_ARGS)
	$(LEAVE_NOTHING)

.PHONY: test-real
test-real: $(REAL_PACKAGES:%=.venvs/%/.complete)  ## Walk the histories of three packages, with an oracle beside each
	@$(COMPILE)
	@failed=; for package in $(REAL_PACKAGES); do \
		echo "== $$package"; ROUNDTRIP_REAL_PACKAGE=$$package .venvs/$$package/bin/pytest tests/real/test_real_histories.py $(PYTEST_ARGS) || failed=1; \
	done; [ -z "$$failed" ]
	$(LEAVE_NOTHING)

# Large applications still pin SQLAlchemy 1.4, and old releases of much else. What is left out there is written for
# psycopg 3, for a Connection that commits, or for settings of a newer Alembic.
.venvs/oldest/.complete: pyproject.toml tests/oldest.txt
	$(PYTHON) -m venv --clear $(@D)
	$(@D)/bin/python $(PIP_INSTALL) --editable . --requirement tests/oldest.txt
	@touch $@

.PHONY: test-oldest
test-oldest: .venvs/oldest/.complete  ## Walk kinds of env.py, and more, with the oldest releases that are supported
	.venvs/oldest/bin/pytest -n auto tests/unit/cli tests/unit/report tests/unit/data tests/unit/search tests/postgres/data/test_checks_*.py $(PYTEST_ARGS)
	.venvs/oldest/bin/pytest tests/postgres/test_env_projects.py -k 'test_the_project_is_walked_to_its_end and not ($(NEWER))' $(PYTEST_ARGS)
	$(LEAVE_NOTHING)

# What Roundtrip is timed against.
.venvs/bench/.complete: benchmarks/requirements.txt
	$(PYTHON) -m venv --clear $(@D)
	$(@D)/bin/python $(PIP_INSTALL) --requirement $<
	@touch $@

.PHONY: bench
bench: setup .venvs/bench/.complete  ## Time a whole check against other tools (BENCH_ARGS="--help" lists the parts)
	@$(VENV)/bin/python -m benchmarks $(BENCH_ARGS)

# What the coverage of changes is compared with, each in an environment of its own.
.venvs/rivals-%/.complete: benchmarks/rivals/%.txt
	$(PYTHON) -m venv --clear $(@D)
	$(@D)/bin/python $(PIP_INSTALL) --requirement $<
	@touch $@

.PHONY: rivals
rivals: setup  ## Compare what other tools see of the changes to a schema (writes docs/schema-coverage.md)
	-@$(MAKE) --keep-going $(RIVALS:%=.venvs/rivals-%/.complete)
	$(VENV)/bin/python -m benchmarks.coverage > docs/schema-coverage.md.new
	mv docs/schema-coverage.md.new docs/schema-coverage.md

.PHONY: lint
lint: setup  ## Check the style of the code
	$(VENV)/bin/ruff check

.PHONY: type
type: setup  ## Check the types
	$(VENV)/bin/mypy

.PHONY: docs
docs: setup  ## Write the pages of the rules and the tables that are generated from the code
	$(VENV)/bin/python docs/generate.py

.PHONY: docs-check
docs-check: setup  ## Check that what is generated of the documentation is what the code says
	$(VENV)/bin/python docs/generate.py --check

.PHONY: clean
clean:  ## Remove everything that the other targets made
	rm -rf .venv .venvs build dist reports *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
