# What the README tells you to type. Needs git, make and Python >= 3.11; uv is used where it is there.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.made

# Which tests; all of them unless named.
TESTS ?=

.PHONY: demo test clean-room lint fuzz year crash model manual clean

demo: $(STAMP)
	$(BIN)/konbini demo

test: $(STAMP)
	$(BIN)/python -m pytest -n auto --dist loadfile $(TESTS)

clean-room:
	.ci/clean-room --whole

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

fuzz: $(STAMP)
	FUZZ_MUTANTS=100000 $(BIN)/python -m pytest tests/messages/test_fuzz.py -q

# Another year than the one in the tests: make year YEAR_SEED=7
year: $(STAMP)
	YEAR_SEED=$${YEAR_SEED:-$$(date +%s)} $(BIN)/python -m pytest tests/year -q

crash: $(STAMP)
	KONBINI_KILLS=200 $(BIN)/python -m pytest tests/crash -q -s

model: $(STAMP)
	KONBINI_MODEL_SECONDS=600 $(BIN)/python -m pytest tests/model -q -s

$(STAMP): pyproject.toml
	@if command -v uv >/dev/null 2>&1; then \
		uv venv --quiet --allow-existing --python $(PYTHON) $(VENV) && \
		uv pip install --quiet --python $(BIN)/python -e '.[demo,dkim,keyring,card,calendar,push,oauth]' --group dev; \
	else \
		$(PYTHON) -m venv $(VENV) && \
		$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1' && \
		$(BIN)/python -m pip install --quiet -e '.[demo,dkim,keyring,card,calendar,push,oauth]' --group dev; \
	fi
	@touch $@

manual: $(STAMP)
	$(BIN)/python -m watcher.cli.manual

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
