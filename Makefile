# Everything runs in the project's own .venv; nothing is downloaded but locked packages.
# `make` alone lists what there is.

PYTHON ?= $(shell for p in python3.14 python3.13 python3.12 python3.11 python3; do command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { command -v $$p; break; }; done)
UV_VERSION := 0.13.9
VENV := .venv
BIN := $(VENV)/bin
UV := UV_PYTHON_DOWNLOADS=never UV_COMPILE_BYTECODE=1 $(BIN)/uv
WORKERS ?= auto
TRIALS ?= 2000
JOBS ?= -1
SERVE ?= 1
SYSTEM ?= 0

export EQUIPOISE_HOME ?= $(CURDIR)/var

.PHONY: help demo test system check check-operating bench bench-r docs format figures clean clean-all
.DEFAULT_GOAL := help

help: ## list what can be made
	@grep -hE '^[a-z-]+:.*?## ' $(MAKEFILE_LIST) | awk -F ':.*?## ' '{ printf "  make %-10s %s\n", $$1, $$2 }'

$(BIN)/uv:
	@test -n "$(PYTHON)" || { echo "Equipoise needs Python 3.11 or newer. On Debian: apt install git make python3-venv"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "This Python has no venv module. On Debian: apt install python3-venv"; exit 1; }
	@command -v git >/dev/null || { echo "git is missing. On Debian: apt install git"; exit 1; }
	@echo "Making $(VENV) with $(PYTHON) …"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

$(VENV)/ready: $(BIN)/uv uv.lock pyproject.toml
	@echo "Installing the locked packages …"
	@$(UV) sync --quiet --locked --extra server --no-dev --inexact
	@$(BIN)/python -m compileall -q src
	@touch $@

$(VENV)/ready-dev: $(VENV)/ready
	@echo "Installing the locked packages for development …"
	@$(UV) sync --quiet --locked --extra server
	@touch $@

demo: $(VENV)/ready ## play the reference study from its folder to its report, then serve a site (SERVE=0: do not serve)
	@$(BIN)/equipoise demo $(if $(filter 0,$(SERVE)),--no-serve)

test: $(VENV)/ready-dev system ## run all tests (SYSTEM=1: on Debian, install PostgreSQL and Chromium for them)
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadscope -ra

system:
	@missing=""; \
	ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null || missing=" postgresql"; \
	command -v chromium >/dev/null || missing="$$missing chromium"; \
	test -z "$$missing" || { \
	  if test "$(SYSTEM)" = 1 && command -v apt-get >/dev/null && test "$$(id -u)" = 0; then \
	    echo "Installing$$missing …"; apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $$missing >/dev/null; \
	  else \
	    echo "!! Not installed:$$missing. The tests that need it are SKIPPED. On Debian: sudo apt install$$missing (or, as root: SYSTEM=1 make test)"; \
	  fi; }

check: $(VENV)/ready-dev ## style, types, imports, docstrings, docs, both languages
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m numpydoc.hooks.validate_docstrings $$(git ls-files 'src/equipoise/stats/*.py' 'src/equipoise/analysis/*.py' 'src/equipoise/simulate/*.py' 'src/equipoise/randomise/*.py')
	$(BIN)/sphinx-build -W --keep-going -q -b html docs docs/_build/html
	$(BIN)/python -m pytest -q tests/house -n 0

check-operating: $(VENV)/ready-dev ## play TRIALS (2000) trials of each truth, or go on with them: hours; then make their page
	@$(BIN)/equipoise operating studies/nct07328711 --trials $(TRIALS) --jobs $(JOBS) --store docs/reference/operating
	@$(BIN)/python docs/make_operating.py
	@$(BIN)/python benchmarks/noise_markers.py

bench: $(VENV)/ready-dev ## measure what the docs claim
	@$(BIN)/python benchmarks/run.py

RECOMPUTED := $(EQUIPOISE_HOME)/recomputed

bench-r: $(VENV)/ready ## recompute in R every figure that is reported of three trials
	@command -v Rscript >/dev/null || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null && { apt-get update -qq; apt-get install -y -qq r-base-core r-cran-survival; }; } || { echo "R is missing. On Debian: sudo apt install r-base-core r-cran-survival"; exit 1; }
	@$(BIN)/equipoise verify $(EQUIPOISE_HOME)/demo/dataset >/dev/null 2>&1 || $(BIN)/equipoise demo >/dev/null
	@rm -rf $(RECOMPUTED)
	@$(BIN)/equipoise run examples/actg320 --out $(RECOMPUTED)/actg320 >/dev/null
	@$(BIN)/equipoise simulate examples/blinded --truth helps --participants 60 --seed 1 --out $(RECOMPUTED)/blinded/dataset >/dev/null
	@failed=0; for trial in $(EQUIPOISE_HOME)/demo $(RECOMPUTED)/actg320 $(RECOMPUTED)/blinded; do \
	  echo "== $$(basename $$trial) =="; \
	  $(BIN)/equipoise analyse $$trial/dataset --out $(RECOMPUTED)/$$(basename $$trial)/report --reproduce || failed=1; \
	done; exit $$failed

docs: $(VENV)/ready-dev ## build the docs into docs/_build/html
	$(BIN)/sphinx-build -W -q -b html docs docs/_build/html
	@echo "docs/_build/html/index.html"

figures: $(VENV)/ready ## make again the pictures that README and docs show
	@$(BIN)/python docs/make_pictures.py

format: $(VENV)/ready-dev ## put the code in order
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean: ## remove what runs made
	rm -rf var docs/_build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

clean-all: clean ## also remove the environment
	rm -rf $(VENV)
