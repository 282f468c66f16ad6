# The two commands of a newcomer: `make report` and `make test`. Both first make
# .venv with the locked dependencies; nothing else of the system is touched.
PYTHON ?= python3
CORES ?= all
BIN := .venv/bin

# For the programs that Snakemake's jobs start. Recipes name the folder themselves: the make
# of macOS looks a recipe's program up in the PATH that make itself was started with.
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: report quick bench test lint clean

report: .venv/installed
	$(BIN)/snakemake --cores $(CORES)

quick: .venv/installed
	$(BIN)/snakemake --cores $(CORES) --config preset=quick

bench: .venv/installed
	$(BIN)/snakemake --cores $(CORES) benchmarks

test: .venv/installed
	$(BIN)/pytest

lint: .venv/installed
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports --no-logo
	$(BIN)/mypy
	$(BIN)/snakefmt --check Snakefile workflow
	$(BIN)/snakemake --lint

.venv/installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -c requirements.lock -e '.[test]'
	touch $@

clean:
	rm -rf results logs .snakemake
