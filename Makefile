# `make lab` opens the course, `make test` proves it, `make teach` readies it for a class.  Each sets up what it needs, once.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
SETUP := pyproject.toml constraints.txt
LAB_ARGS ?=
JOBS ?= 2
# One thread for each of two processes: two torch threads on a busy machine are slower than one.
ONE_THREAD := OMP_NUM_THREADS=1 MKL_NUM_THREADS=1
NBVAL := --nbval --nbval-sanitize-with tests/nbval.cfg --nbval-cell-timeout 900

.PHONY: lab teach test test-lesson check lint pytest notebooks fresh test-browser browser sandbox bench bench-grading clean

lab: $(VENV)/.installed-lab
	$(BIN)/gm-ref lab $(LAB_ARGS)

teach: $(VENV)/.installed-teach
	@echo "Ready: $(BIN)/gm-ref release and $(BIN)/gm-ref grade; docs/teaching.md says how."

test check: $(VENV)/.installed-dev
	@rm -rf build/times
	@for part in lint fresh pytest notebooks; do \
	$(BIN)/python -m tests.timing part $$part $(MAKE) --no-print-directory $$part || exit 1; done
	@$(BIN)/python -m tests.timing table

test-lesson: $(VENV)/.installed-dev
	@[ -n "$(LESSON)" ] || { echo "say which lesson: make test-lesson LESSON=33"; exit 2; }
	$(BIN)/gm-ref build --check $(LESSON)
	$(ONE_THREAD) $(BIN)/python -m pytest -n $(JOBS) --dist worksteal --lesson $(LESSON)
	$(ONE_THREAD) TQDM_DISABLE=1 $(BIN)/python -m pytest $(NBVAL) --lesson $(LESSON) solutions

lint:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check gm_ref tests
	$(BIN)/mypy

fresh:
	$(BIN)/gm-ref build --check

pytest:
	$(ONE_THREAD) $(BIN)/python -m pytest -n $(JOBS) --dist worksteal --times build/times/tests.json

notebooks:
	rm -f solutions/*.safetensors
	$(ONE_THREAD) TQDM_DISABLE=1 $(BIN)/python -m pytest -n $(JOBS) --dist loadfile $(NBVAL) --times build/times/notebooks.json solutions

test-browser: browser $(VENV)/.installed-dev
	$(BIN)/python -m pytest tests/browser

browser:
	command -v chromium >/dev/null || { apt-get update && \
	apt-get install -y --no-install-recommends chromium chromium-driver fonts-dejavu-core; }

sandbox:
	command -v bwrap >/dev/null || { apt-get update && apt-get install -y --no-install-recommends bubblewrap; }

bench: $(VENV)/.installed-dev
	$(BIN)/python -m tests.benchmarks.checks

bench-grading: $(VENV)/.installed-dev
	$(ONE_THREAD) $(BIN)/python -m tests.benchmarks.grading

$(VENV)/.installed-%: $(SETUP) | $(VENV)/bin/python
	$(PIP) install -c constraints.txt -e '.[$*]'
	@touch $@

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	echo "$(PYTHON) is older than 3.11: install Python 3.11 or newer, or say which one: make PYTHON=python3.12 lab"; exit 1; }
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	echo "Python's venv module is missing: on Debian, apt-get install python3-venv."; exit 1; }

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache
