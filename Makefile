# The two commands of a newcomer: `make report` and `make test`. Both first make
# .venv with the locked dependencies; nothing else of the system is touched.
PYTHON ?= python3
CORES ?= all
BIN := .venv/bin

# The oldest Python that will do, as pyproject.toml says it, and what asks one for its version.
NEEDED := $(shell sed -n 's/^requires-python = ">=\([0-9.]*\)".*/\1/p' pyproject.toml)
ASK := -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null
# A test of the shell: is the version $(1) older than that?  No version is older, too.
older = [ "$$(printf '%s\n' "$(NEEDED)" "$(1)" | sort -t . -k 1,1n -k 2,2n | head -n 1)" != "$(NEEDED)" ]
# $(PYTHON) is never the one of .venv, which may be what has to be made anew.
export OUTSIDE := $(subst $(CURDIR)/$(BIN):,,$(PATH))
SYSTEM_PYTHON = env PATH="$$OUTSIDE" $(PYTHON)

# On a terminal pip draws its own bars; elsewhere its many lines become a few.
INSTALL = PYTHONUNBUFFERED=1 $(BIN)/pip install --disable-pip-version-check \
	-c requirements.lock -e '.[test]'

# For the programs that Snakemake's jobs start. Recipes name the folder themselves: the make
# of macOS looks a recipe's program up in the PATH that make itself was started with.
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: report quick archive bench browser docs test archive-tools fuzz lint repair clean

report: .venv/installed
	$(BIN)/snakemake --cores $(CORES)

quick: .venv/installed
	$(BIN)/snakemake --cores $(CORES) --config preset=quick

archive: .venv/installed
	$(BIN)/snakemake --cores $(CORES) archive

bench: .venv/installed
	$(BIN)/snakemake --cores $(CORES) benchmarks

docs: .venv/installed
	$(BIN)/python docs/programs/write_pages.py
	$(BIN)/mkdocs build

test: .venv/installed
	$(BIN)/pytest

# What the tests of archives ask other programs: is it valid?
archive-tools: .venv-archive/installed

.venv-archive/installed: tests/archive-tools.txt
	$(SYSTEM_PYTHON) -m venv --clear .venv-archive
	.venv-archive/bin/pip install --disable-pip-version-check -r tests/archive-tools.txt
	touch $@

# The random files and texts that the tests try, 24 times as many: 200,000 and more.
fuzz: .venv/installed
	BACKPROP_LAB_FUZZ=24 $(BIN)/pytest -n 0 -s tests/fuzz tests/data/test_idx_fuzz.py \
	  tests/runs/test_run.py tests/planning/test_config_fuzz.py

# What the tests in a browser need beside Chromium, which the system provides.
browser: .venv/installed
	$(BIN)/pip install --quiet --disable-pip-version-check -c requirements.lock -e '.[test,browser]'

lint: .venv/installed
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports --no-logo
	$(BIN)/mypy
	$(BIN)/snakefmt --check Snakefile workflow
	$(BIN)/snakemake --lint

# A set-up whose Python has gone, or was too old, is made anew; so is one that was broken off.
.venv/installed: requirements.lock pyproject.toml $(if $(shell $(BIN)/python $(ASK)),,repair)
	@found=$$($(SYSTEM_PYTHON) $(ASK)); if $(call older,$$found); then \
		echo "$(PYTHON) is Python $${found:-(not found)}, and this project needs $(NEEDED) or newer:" \
			"install one and name it, as in: make PYTHON=python$(NEEDED)" >&2; exit 1; fi
	@found=$$($(BIN)/python $(ASK)); if $(call older,$$found) || ! $(BIN)/pip --version >/dev/null 2>&1; \
		then echo "$(PYTHON) -m venv --clear .venv"; $(SYSTEM_PYTHON) -m venv --clear .venv; fi
	@echo "Setting up .venv: $$(grep -c == requirements.lock) packages at most, as requirements.lock" \
		"names them; minutes the first time, which needs a network"
	@if [ -t 1 ]; then $(INSTALL); else { $(INSTALL); echo "status $$?"; } | \
		awk -f workflow/scripts/pip_phases.awk; fi
	touch $@

repair:

clean:
	rm -rf results logs site .snakemake
