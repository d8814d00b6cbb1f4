# Two commands are all a newcomer needs: `make demo` and `make test`.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
BUILD := src/tongchou/platform/ui/static/tc/build
ASSETS := $(BUILD)/done
POSTGRES ?= postgres://postgres@127.0.0.1:5432/postgres
WORKERS ?= auto
# Each worker takes tests that stand together, so that what they share is built once.
PYTEST := $(BIN)/python -m pytest -q -n $(WORKERS) --dist worksteal
export UV_PROJECT_ENVIRONMENT := $(VENV)
# Images of containers often forbid it; then each of the many processes compiles all it imports.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test test-all test-postgres on-postgres test-browser test-slow test-night test-spark test-core check messages assets wheel clean

demo: $(VENV)/ready $(ASSETS)
	$(BIN)/tongchou demo $(ARGS)

test: $(VENV)/ready $(ASSETS)
	$(PYTEST) -m "not browser and not postgres and not slow" $(ARGS)

# With PostgreSQL and Chromium present: everything. One run for what takes seconds and what takes
# minutes: the database is made once, and nobody waits for the last of the long ones alone.
test-all: ON_POSTGRES = not browser
test-all: on-postgres test-browser

# What never opens the database, `make test` has run (conftest.py): it is the same on any.
test-postgres: ON_POSTGRES = not browser and not slow
test-postgres: on-postgres

# The long runs, at a length for every change; `make test-night` runs them at their full length.
test-slow test-night: ON_POSTGRES = slow and not browser
test-slow test-night: on-postgres
test-all test-slow: export TONGCHOU_SEEDS ?= 25
test-all test-slow: export TONGCHOU_ROUNDS ?= 40
test-all test-slow: export TONGCHOU_EXAMPLES ?= 25
test-all test-slow: export TONGCHOU_FILES ?= 400
test-all test-slow: export TONGCHOU_CRASH_KILLS ?= 8

on-postgres: $(VENV)/ready $(ASSETS)
	TONGCHOU_DATABASE_URL=$(POSTGRES) $(PYTEST) -m "$(ON_POSTGRES)" --what-the-database-may-change $(ARGS)

test-browser: $(VENV)/ready $(ASSETS)
	$(BIN)/python -m pytest -q -m "browser" $(ARGS)

# The same fold on Spark, where Java is: in an environment of its own, so that nobody else needs it.
test-spark: $(VENV)/ready
	UV_PROJECT_ENVIRONMENT=.venv-spark $(BIN)/uv sync --quiet --frozen --extra spark --python $(BIN)/python
	.venv-spark/bin/python -m pytest -q src/tongchou/lake/tests/test_spark.py $(ARGS)

test-core: $(VENV)/ready
	$(PYTEST) src/tongchou/core $(ARGS)

check: $(VENV)/ready $(ASSETS)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy src/tongchou
	$(BIN)/lint-imports
	$(BIN)/tongchou manage makemigrations --check --dry-run

# After a change of words: new messages enter the English catalogue, without English yet.
messages: $(VENV)/ready
	$(BIN)/python src/tongchou/platform/ui/assets/messages.py

wheel: $(VENV)/ready $(ASSETS)
	$(BIN)/uv build --quiet --wheel --out-dir dist

assets: $(ASSETS)

$(VENV)/ready: pyproject.toml uv.lock
	@$(PYTHON) -c 'import sys; sys.exit("Python >= 3.11 is needed (需要 Python 3.11 或更新版本)" if sys.version_info < (3, 11) else 0)'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	test -x $(BIN)/uv || { $(BIN)/python -m ensurepip --upgrade >/dev/null && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check "uv>=0.5"; }
	$(BIN)/uv sync --quiet --frozen --inexact --python $(BIN)/python
	touch $@

# One build, with Node from its Python package: nothing is assumed on the machine.
$(ASSETS): $(VENV)/ready package.json package-lock.json $(shell find src/tongchou/platform/ui/assets src/tongchou/locale -type f -not -name '*.mo' -not -name '*.pyc' 2>/dev/null)
	$(BIN)/python src/tongchou/platform/ui/assets/build.py
	touch $@

clean:
	rm -rf $(VENV) $(BUILD) dist node_modules
