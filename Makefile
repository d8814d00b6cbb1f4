# Two commands are all a newcomer needs: `make demo` and `make test`.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
BUILD := src/tongchou/platform/ui/static/tc/build
ASSETS := $(BUILD)/done
POSTGRES ?= postgres://postgres@127.0.0.1:5432/postgres
WORKERS ?= auto
export UV_PROJECT_ENVIRONMENT := $(VENV)
# Images of containers often forbid it; then each of the many processes compiles all it imports.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test test-all test-postgres test-browser test-slow test-night test-spark test-core check messages assets wheel clean

demo: $(VENV)/ready $(ASSETS)
	$(BIN)/tongchou demo $(ARGS)

test: $(VENV)/ready $(ASSETS)
	$(BIN)/python -m pytest -q -n $(WORKERS) -m "not browser and not postgres and not slow" $(ARGS)

# With PostgreSQL and Chromium present: everything.
test-all: test-postgres test-slow test-browser

# What touches no database, or brings its own, `make test` has run.
NO_DATABASE := src/tongchou/core tests/docs \
  $(filter-out %/test_lake.py,$(wildcard src/tongchou/commands/tests/test_*.py))

test-postgres: $(VENV)/ready $(ASSETS)
	TONGCHOU_DATABASE_URL=$(POSTGRES) $(BIN)/python -m pytest -q -n $(WORKERS) -m "not browser and not slow" $(NO_DATABASE:%=--ignore=%) $(ARGS)

# The long runs, at a length for every change; `make test-night` runs them at their full length.
test-slow: export TONGCHOU_SEEDS ?= 25
test-slow: export TONGCHOU_ROUNDS ?= 40
test-slow: export TONGCHOU_EXAMPLES ?= 25
test-slow: export TONGCHOU_CRASH_KILLS ?= 8
test-slow test-night: $(VENV)/ready $(ASSETS)
	TONGCHOU_DATABASE_URL=$(POSTGRES) $(BIN)/python -m pytest -q -n $(WORKERS) -m "slow and not browser" $(ARGS)

test-browser: $(VENV)/ready $(ASSETS)
	$(BIN)/python -m pytest -q -m "browser" $(ARGS)

# The same fold on Spark, where Java is: in an environment of its own, so that nobody else needs it.
test-spark: $(VENV)/ready
	UV_PROJECT_ENVIRONMENT=.venv-spark $(BIN)/uv sync --quiet --frozen --extra spark --python $(BIN)/python
	.venv-spark/bin/python -m pytest -q src/tongchou/lake/tests/test_spark.py $(ARGS)

test-core: $(VENV)/ready
	$(BIN)/python -m pytest -q src/tongchou/core $(ARGS)

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
