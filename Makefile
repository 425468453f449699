# Two commands: `make run` shows Procession at work, `make test` proves it. `make` alone lists the rest.
# Everything is built once and again only when what it is made of has changed.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory --no-builtin-rules

BIN := .venv/bin
INSTALLED := .venv/.installed
NODE_MODULES := node_modules/.package-lock.json
ISLANDS := server/web/static/.built

# The style sheet is cut down to what the templates use, so they count as sources too.
ISLAND_SOURCES := scripts/build_islands.mjs $(shell find server/web/islands server/web/assets server/web/templates -type f 2>/dev/null)

# Tests share nothing, so they run side by side; a file's tests stay together and share its server and browser.
WORKERS ?= 2
PYTEST := $(BIN)/pytest -n $(WORKERS) --dist loadfile
# Tests start hundreds of processes: each would compile the server anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help
help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: $(INSTALLED) $(ISLANDS) ## Start web and worker with a demonstration database under var/ (PORT=8000)
	@exec $(BIN)/procession run --demonstration

.PHONY: demo
demo: $(INSTALLED) ## Play the demonstration script once more into the database
	@$(BIN)/procession demo

.PHONY: test
test: $(INSTALLED) $(ISLANDS) lint ## Run every check and every test, those in a browser included
	@chromium=$$(bash scripts/find_chromium.sh); CHROMIUM="$$chromium" $(PYTEST)

.PHONY: soak
soak: $(INSTALLED) $(ISLANDS) ## Kill processes again and again, with random processes too (SOAK=1800 seconds of each); ask the API much more
	@SOAK="$(or $(SOAK),1800)" $(BIN)/pytest tests/proofs/test_killed.py tests/proofs/test_random_processes.py tests/api/test_contract.py

.PHONY: lint
lint: $(INSTALLED) ## Check style, types and the floors of the house
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports

.PHONY: conformance
conformance: $(INSTALLED) $(ISLANDS) ## Run the corpora (CORPUS=folder) and print how much of each passes
	@chromium=$$(bash scripts/find_chromium.sh); CHROMIUM="$$chromium" CORPUS="$(CORPUS)" $(PYTEST) tests/conformance

.PHONY: bench
bench: $(INSTALLED) $(ISLANDS) ## Measure speed and size, and print them beside what this machine can do at best
	@$(BIN)/python -m tests.benchmarks $(ONLY)

.PHONY: cluster
cluster: $(INSTALLED) $(ISLANDS) ## Try several machines on one: PostgreSQL, two web processes, two workers (PORT=8000)
	@exec $(BIN)/python scripts/try_cluster.py

.PHONY: build
build: $(ISLANDS) ## Build the browser's side (islands and style sheets)

.PHONY: messages
messages: $(INSTALLED) ## Bring the catalogues of translations up to date with the source
	@$(BIN)/python -m scripts.update_messages

.PHONY: lock
lock: ## Pin the dependencies anew after a change of pyproject.toml or package.json (UPGRADE=1: newest of all)
	@bash scripts/lock.sh $(if $(UPGRADE),--upgrade)

.PHONY: clean
clean: ## Remove what was built and installed; the database under var/ stays
	@rm -rf .venv node_modules server/web/static dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	@find server tests -name __pycache__ -type d -prune -exec rm -rf {} +

# hatchling is in the lock and builds the editable install, so that nothing unpinned is fetched for it.
$(INSTALLED): requirements.lock pyproject.toml scripts/make_venv.sh scripts/check_machine.sh
	@bash scripts/make_venv.sh .venv
	@touch $@

$(NODE_MODULES): package.json package-lock.json
	@bash scripts/check_machine.sh node
	@npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

$(ISLANDS): $(NODE_MODULES) $(ISLAND_SOURCES)
	@node scripts/build_islands.mjs
	@touch $@
