# The two commands of a newcomer: `make report` and `make test`. Both first make
# .venv with the locked dependencies; nothing else of the system is touched.
PYTHON ?= python3
CORES ?= all
BIN := .venv/bin

export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: report quick bench test lint clean

report: .venv/installed
	snakemake --cores $(CORES)

quick: .venv/installed
	snakemake --cores $(CORES) --config preset=quick

bench: .venv/installed
	snakemake --cores $(CORES) benchmarks

test: .venv/installed
	pytest

lint: .venv/installed
	ruff check
	ruff format --check
	snakefmt --check Snakefile workflow
	snakemake --lint

.venv/installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -c requirements.lock -e '.[test]'
	touch $@

clean:
	rm -rf results logs .snakemake
