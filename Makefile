# `make run` and `make test` do all their own set-up on a machine with Python >= 3.11.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin

.PHONY: run test test-slow bench docs lint example lock clean

run: $(VENV)/.core
	$(BIN)/primum run multi-domain --limit 345 --target sim:sound --target sim:leaky --target sim:caving --offline

test: $(VENV)/.dev
	scripts/test-servers
	$(MAKE) --no-print-directory lint
	$(BIN)/pytest -n 2

test-slow: $(VENV)/.dev
	scripts/slow-setup $(BIN)
	$(BIN)/pytest -m slow tests/slow

lint: $(VENV)/.dev
	$(BIN)/ruff check src tests benchmarks scripts
	$(BIN)/ruff format --check src tests benchmarks scripts
	$(BIN)/mypy

bench: $(VENV)/.dev
	benchmarks/run

docs: $(VENV)/.dev
	$(BIN)/python scripts/library-doc
	$(BIN)/python scripts/transforms-doc

$(VENV)/.core: requirements/core.txt requirements/build.txt pyproject.toml
	scripts/make-venv $(PYTHON) $(VENV) requirements/core.txt
	touch $@

$(VENV)/.dev: requirements/dev.txt requirements/build.txt pyproject.toml
	scripts/make-venv $(PYTHON) $(VENV) requirements/dev.txt
	touch $@ $(VENV)/.core

# Writes docs/examples/report.html anew; calls nothing outside this machine.
example: $(VENV)/.core
	scripts/make-example $(BIN)

# Re-resolves the locks; needs `uv` on the PATH.
lock:
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header -q -o requirements/core.txt
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-header -q -o requirements/dev.txt
	uv pip compile requirements/build.in --universal --python-version 3.11 --generate-hashes --no-header -q -o requirements/build.txt

clean:
	rm -rf $(VENV) out .pytest_cache .mypy_cache .ruff_cache
