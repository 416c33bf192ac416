# One door. Everything below is quiet and quick when nothing has changed.
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.PHONY: help run install install-test fetch-run fetch-test front test test-alone lint format docs bench lock translations catalogue module changelog wheels clean

# Compiled code is kept whatever the surroundings say: the second start and the second test run are much quicker.
export PYTHONDONTWRITEBYTECODE :=

BIN := .venv/bin
PYTHON_FILES := core tools tests plugins
PROJECTS := core/pyproject.toml $(wildcard plugins/*/pyproject.toml)
LOCKS := $(wildcard requirements/*.txt)
BUNDLE := core/src/kartoteka/web/static/manifest.json
FRONT := $(shell find core/front -type f -not -path '*/node_modules/*' -not -path '*/__pycache__/*')
PORT ?= 8000

help:
	@echo "make run                 install, create the demo company, serve it on http://127.0.0.1:$(PORT)"
	@echo "make test                all tests; browser tests where Chromium is there (ARGS=... goes to pytest)"
	@echo "make test-alone          tests of the core with no module installed (MODULES=crm_clients: with that one, its tests)"
	@echo "make lint                style, types, import contracts, templates, translations"
	@echo "make format              put the style right"
	@echo "make front               rebuild scripts, styles and icons after a change in core/front"
	@echo "make module NAME=...     a new module in plugins/"
	@echo "make translations        collect texts into the .po files"
	@echo "make docs                write docs/reference anew"
	@echo "make catalogue           which rows of the catalogue have a test"
	@echo "make bench SIZE=10000    measure pages against the bare floor"
	@echo "make lock                write requirements/*.txt anew (UPGRADE=1: newest versions that fit)"
	@echo "make wheels              build the distributions into dist/"
	@echo "make clean               remove what was built (the company's data in instance/ stays)"

# The venv comes first, so that packages and the front-end bundle can be fetched side by side.
.venv/.made: tools/install.sh requirements/uv.txt
	@tools/install.sh venv
	@touch $@

.venv/.run: .venv/.made $(PROJECTS) requirements/run.txt requirements/build.txt
	@if [ -e .venv/.test ]; then tools/install.sh test && touch .venv/.test; else tools/install.sh run; fi
	@touch $@

.venv/.test: .venv/.made $(PROJECTS) requirements/test.txt requirements/build.txt
	@tools/install.sh test
	@touch .venv/.run $@

$(BUNDLE): $(FRONT) requirements/front.txt | .venv/.made
	@tools/install.sh front

install:
	@$(MAKE) -j2 fetch-run

install-test:
	@$(MAKE) -j2 fetch-test

fetch-run: .venv/.run $(BUNDLE)
	@:

fetch-test: .venv/.test $(BUNDLE)
	@:

front: $(BUNDLE)

run: install
	@exec $(BIN)/kartoteka run --demo --port $(PORT)

test: install-test
	@$(BIN)/python -m pytest -n auto --dist worksteal -m "not bench" $(ARGS)

# An environment of its own, so that the other modules are really absent; storage is tested on both databases elsewhere.
test-alone: install-test
	@tools/install.sh alone $(MODULES)
	@KARTOTEKA_TEST_DATABASES=$(or $(KARTOTEKA_TEST_DATABASES),sqlite) .venv/alone/bin/python -m pytest -n auto --dist worksteal \
		-m "not bench" $(or $(ARGS),$(if $(MODULES),$(addprefix tests/modules/,$(MODULES)),tests/core tests/hostile tests/stories))

lint: install-test
	@tools/lint.sh

format: install-test
	@$(BIN)/ruff format $(wildcard $(PYTHON_FILES))
	@$(BIN)/ruff check --fix --quiet $(wildcard $(PYTHON_FILES))

docs: install-test
	@$(BIN)/python -m tools.make_reference

bench: install-test
	@$(BIN)/python tests/bench/run.py $(if $(SIZE),--size $(SIZE))

translations: install-test
	@$(BIN)/python -m tools.update_translations

catalogue:
	@$(if $(wildcard $(BIN)/python),$(BIN)/python,python3) -m tools.catalogue

module: install-test
	@test -n "$(NAME)" || { echo "Name the module: make module NAME=warehouse"; exit 2; }
	@$(BIN)/kartoteka module new $(NAME) --into plugins

lock: install-test
	@tools/lock.sh $(if $(UPGRADE),--upgrade)

changelog: install-test
	@$(BIN)/towncrier build --yes --version $(VERSION)

wheels: install-test
	@for member in core plugins/*/; do $(BIN)/uv build --quiet --wheel --out-dir dist $$member; done
	@ls dist

clean:
	@rm -rf .venv core/front/node_modules core/src/kartoteka/web/static dist build .mypy_cache .ruff_cache .pytest_cache \
		.import_linter_cache .hypothesis htmlcov .coverage test-results
	@find core plugins tests tools -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
