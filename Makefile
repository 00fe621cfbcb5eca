# Two commands do it all: `make run` and `make test`. `make help` lists the rest.

PORT ?= 8000
# The first Python found that is new enough; without one, tools/install.py says what is needed.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && exit; \
	done; echo python3)
TESTS ?=
ROWS ?=
BASE ?=
BIN := .venv/bin
MARK := .venv/.installed
MARK_DEV := .venv/.installed-dev
INSTALLED_BY := pyproject.toml requirements-uv.lock tools/install.py

.DEFAULT_GOAL := help
.PHONY: help run test soak bench check format lock migration checksums clean

help: ## This list
	@sed -n 's/^\([a-z]*\):.*## /  make \1 \t/p' $(MAKEFILE_LIST) | expand -t 20

run: $(MARK) ## The whole platform with its own servers and sample content, at PORT (8000)
	@$(BIN)/enishi up --demo --stop-with-parent --port $(PORT)

test: $(MARK_DEV) ## Every test but the long ones; TESTS="tests/kit -k clock" for some
	@$(BIN)/python tools/browser.py
	$(BIN)/python -m pytest -n 2 --dist=worksteal -m "not soak" $(TESTS)

soak: $(MARK_DEV) ## The long tests: kills, chaos, a million people
	@$(BIN)/python tools/browser.py
	$(BIN)/python -m pytest -m soak $(TESTS)

bench: $(MARK_DEV) ## Measure: ROWS="web votes" some, ROWS=--full all, ROWS=against BASE=COMMIT beside it
	PYTHONPATH=platform:jobs $(BIN)/python -m tests.bench $(ROWS) $(if $(BASE),--base $(BASE))

check: $(MARK_DEV) ## All linters
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --lint --quiet frontend_templates

format: $(MARK_DEV) ## Put the code into the form that `make check` asks for
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Without an index in it, a lock works wherever the packages are taken from.
LOCK := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url \
	--no-annotate --no-header --python-version 3.11 pyproject.toml

lock: $(MARK_DEV) ## Lock the newest versions that pyproject.toml allows
	$(LOCK) --upgrade --group dev -o requirements-dev.lock
	$(LOCK) --upgrade --group build -c requirements-dev.lock -o requirements.lock
	sed -n '/^uv==/,/[^\\]$$/p' requirements-dev.lock > requirements-uv.lock

migration: $(MARK_DEV) ## A new migration from the tables of APP (kit, audit …)
	@test -n "$(APP)" || { echo "Say for which app: make migration APP=kit"; exit 2; }
	PICCOLO_CONF=enishi.piccolo_conf $(BIN)/piccolo migrations new $(APP) --auto

checksums: $(MARK_DEV) ## List new migrations with their SHA-256: from then on they stay as they are
	$(BIN)/python tools/checksums.py

clean: ## Remove what can be made again; the data in .enishi stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

# A mark is newer than all it was made from, so a second run installs nothing. The development
# lock holds all of the other one.
$(MARK): requirements.lock $(INSTALLED_BY)
	@$(PYTHON) tools/install.py
	@touch $@

$(MARK_DEV): requirements-dev.lock $(INSTALLED_BY)
	@$(PYTHON) tools/install.py --dev
	@touch $(MARK) $@
