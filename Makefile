# Tongban: every stable command. `make` alone lists them.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help demo story test test-slow check fix docs messages pictures bench lock browser
help:
	@echo "make demo | story | test | test-slow | check | fix | docs | messages | bench | lock"

.venv/core: requirements/core.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install -q --require-hashes --no-deps --only-binary :all: -r requirements/core.txt
	$(BIN)/pip install -q --no-deps --no-build-isolation --no-index --editable .
	@touch $@

.venv/dev: .venv/core requirements/dev.txt requirements/bulk.txt
	$(BIN)/pip install -q --require-hashes --no-deps --only-binary :all: -r requirements/bulk.txt
	$(BIN)/pip install -q --require-hashes --no-deps --only-binary :all: -r requirements/dev.txt
	@touch $@

browser:
	@command -v chromium >/dev/null || \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -qq && apt-get install -qq -y --no-install-recommends chromium fonts-noto-cjk >/dev/null; \
	  else echo "Journeys need the packages chromium and fonts-noto-cjk: please install them."; fi

demo: .venv/core
	$(BIN)/tongban demo

story: .venv/core
	$(BIN)/tongban story

# No test may stand still: after five minutes it says where it stands, and the run ends.
ENDS := -o faulthandler_timeout=300 -o faulthandler_exit_on_timeout=true

test: .venv/dev browser
	$(BIN)/pytest -q -m "not slow" $(ENDS) -n 2 --dist loadfile --ignore=tests/journeys --ignore=tests/faults
	$(BIN)/pytest -q -m "not slow" $(ENDS) -n 2 --dist loadfile tests/faults
	$(BIN)/pytest -q -m "not slow" $(ENDS) tests/journeys

test-slow: .venv/dev
	$(BIN)/pytest -q -m slow

check: .venv/dev
	$(BIN)/ruff format --check -q .
	$(BIN)/ruff check -q .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/djlint --lint --quiet src/tongban/portals
	$(BIN)/tongban packs check base lanchuan yunling >/dev/null
	$(BIN)/pytest -q tests/architecture

fix: .venv/dev
	$(BIN)/ruff format -q .
	$(BIN)/ruff check -q --fix .

docs: .venv/dev
	$(BIN)/python tools/docs.py

# What pages say, for translators; says what nobody has translated.
messages: .venv/dev
	$(BIN)/python -m tools.messages

pictures: .venv/dev browser
	$(BIN)/python -m tools.pictures
	$(BIN)/python -m tools.walks

bench: .venv/dev
	$(BIN)/tongban bench all

# Pins stay as they are unless pyproject.toml asks for more; no host name enters the files.
lock: .venv/dev
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 \
	  pyproject.toml --group build -o requirements/core.txt
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 \
	  --group dev -c requirements/core.txt -o requirements/dev.txt
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 \
	  --group bulk -c requirements/core.txt -o requirements/bulk.txt
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 \
	  --group spark -c requirements/core.txt -c requirements/bulk.txt -o requirements/spark.txt
