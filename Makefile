# Every command of the project; continuous integration calls these targets and nothing else.
# Needs GNU make, a POSIX shell and Python 3.11 or newer. The rest is fetched.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.SUFFIXES:
.DELETE_ON_ERROR:
# Steps print for people to read, and some need what the step before made.
.NOTPARALLEL:

# Sample, address and data folder of the demo; workers of the tests.
SAMPLE ?= 2022
PORT ?= 8000
DATA ?= $(if $(filter 2022,$(SAMPLE)),.demo,.demo-$(SAMPLE))
JOBS ?= 2

# The first Python that is new enough, else whatever python3 is, which is then refused by name.
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$name"; exit; }; \
	done; echo python3)
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check --no-input --quiet
TUSOI := $(PY) -m tusoi
PYTEST := $(PY) -m pytest -q -n $(JOBS)
PO := $(wildcard src/tusoi/locale/en/LC_MESSAGES/django.po)
MO := $(PO:.po=.mo)

.PHONY: help demo demo-reset test test-sqlite test-postgres test-browser coverage check fmt bench \
	docs messages lock wheel frontend rulebooks clean

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile
	@echo "  make demo PORT=8123 DATA=some/folder chooses the port and where the data is kept."

# -- setting up ---------------------------------------------------------------------------------

$(VENV)/made:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "Python 3.11 or newer is needed: install it, or name it with PYTHON=/path/to/python3." >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, sqlite3, venv' 2>/dev/null || \
		{ echo "This Python cannot make virtual environments: install them (Debian and Ubuntu: apt install python3-venv)." >&2; exit 1; }
	@rm -rf $(VENV)
	@"$(PYTHON)" -m venv $(VENV)
	@touch $@

# Installed in place: the folder src stays the code that runs.
$(VENV)/runtime: $(VENV)/made requirements/runtime.txt requirements/build.txt pyproject.toml
	@echo "Installing the Python dependencies."
	@$(PIP) install --require-hashes -r requirements/runtime.txt -r requirements/build.txt || \
		{ echo "The Python dependencies could not be installed: check the network and pip's index setting, then try again." >&2; exit 1; }
	@$(PIP) install --no-deps --no-index --no-build-isolation --editable .
	@touch $@

$(VENV)/dev: $(VENV)/runtime requirements/dev.txt
	@echo "Installing what the tests and checks need."
	@$(PIP) install --require-hashes -r requirements/dev.txt || \
		{ echo "The Python dependencies could not be installed: check the network and pip's index setting, then try again." >&2; exit 1; }
	@touch $@

frontend: $(VENV)/made ## Fetch the front-end libraries into src/tusoi/web/static/vendor
	@$(PY) tools/frontend.py

%.mo: %.po $(VENV)/runtime tools/messages.py
	@$(PY) tools/messages.py --compile

# -- running ------------------------------------------------------------------------------------

demo: $(VENV)/runtime frontend $(MO) ## Serve the sample: Bình Thủy 2022 on http://127.0.0.1:8000 (SAMPLE=2022-end, 2023, 2025: others)
	@$(TUSOI) demo --sample "$(SAMPLE)" --port "$(PORT)" --data "$(DATA)"

demo-reset: $(VENV)/runtime frontend $(MO) ## Throw away what was entered in the demo and load the sample anew
	@$(TUSOI) demo --sample "$(SAMPLE)" --data "$(DATA)" --reset --no-serve

bench: $(VENV)/dev frontend $(MO) ## Measure the bars that we promise, each beside its floor
	@$(PY) tools/postgres.py --durable sh -c '$(TUSOI) bench --postgres "$$TUSOI_DATABASE_URL"'

# -- checking -----------------------------------------------------------------------------------

test: check test-sqlite test-postgres test-browser ## Check, then test on SQLite, on PostgreSQL and in the browser

test-sqlite: $(VENV)/dev frontend $(MO) ## Run the suite on SQLite
	@echo "The suite on SQLite"
	@$(PYTEST) -m "not browser"

test-postgres: $(VENV)/dev frontend $(MO) ## Run what opens a database on a throw-away PostgreSQL
	@echo "The suite on PostgreSQL"
	@$(PY) tools/postgres.py $(PYTEST) -m "database and not browser and not once"

test-browser: $(VENV)/dev frontend $(MO) ## Run the browser journeys on SQLite, what is not marked `once` on PostgreSQL too
	@echo "Browser journeys on SQLite"
	@$(PY) tools/chromium.py $(PYTEST) tests/journeys
	@echo "Browser journeys on PostgreSQL"
	@$(PY) tools/chromium.py $(PY) tools/postgres.py $(PYTEST) -m "not once" tests/journeys

# Tracing makes the suite half as slow again, so it is no part of `make test`.
coverage: $(VENV)/dev frontend $(MO) ## Run the suite on SQLite and hold its coverage to the floors
	@$(PYTEST) -m "not browser" --cov --cov-report=
	@$(PY) tools/coverage_floors.py

check: $(VENV)/dev frontend $(MO) ## Static checks: style, types, rooms, templates, migrations, settings, catalogue
	@$(PY) tools/check.py

rulebooks: $(VENV)/runtime ## Check every rulebook, run its worked cases, print its fingerprint
	@PYTHONPATH=src $(PY) -m tusoi.rulebooks

fmt: $(VENV)/dev ## Format Python and templates
	@$(PY) -m ruff check --quiet --fix-only .
	@$(PY) -m ruff format --quiet .
	@$(VENV)/bin/djangofmt --quiet src/tusoi/web/templates

# -- writing ------------------------------------------------------------------------------------

messages: $(VENV)/runtime ## Bring the English catalogue up to date and compile it
	@$(PY) tools/messages.py

docs: $(VENV)/runtime ## Write the generated pages of docs/
	@$(PY) tools/docs.py

lock: $(VENV)/made ## Pin the dependencies anew (UPGRADE=1 takes the newest)
	@$(PIP) install --require-hashes -r requirements/lock.txt
	@$(PY) tools/lock.py $(if $(UPGRADE),--upgrade)

wheel: $(VENV)/runtime frontend $(MO) ## Build dist/tusoi-*.whl, which runs without Node and without the repository
	@rm -rf dist build
	@$(PIP) wheel --no-deps --no-build-isolation --wheel-dir dist .
	@ls dist/*.whl

clean: ## Remove everything that was fetched or built; what was entered in the demo stays
	@rm -rf $(VENV) .cache build dist htmlcov test-results .coverage .mypy_cache .pytest_cache .ruff_cache \
		.import_linter_cache src/tusoi/web/static/vendor
	@find src tests tools -name __pycache__ -prune -exec rm -rf {} +
