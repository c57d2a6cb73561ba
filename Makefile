# Every command of the project; continuous integration calls these targets and nothing else.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.SUFFIXES:

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python

.PHONY: help frontend

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

frontend: ## Fetch the front-end libraries into src/tusoi/web/static/vendor
	@$(PYTHON) tools/frontend.py
