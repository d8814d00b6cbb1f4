# Two commands are all a newcomer needs: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ASSETS := src/tongchou/platform/ui/static/tc/build/done
export UV_PROJECT_ENVIRONMENT := $(VENV)

.PHONY: demo test test-postgres test-browser test-all check assets messages wheel clean

demo: $(VENV)/ready $(ASSETS)
	$(BIN)/tongchou demo $(ARGS)

test: $(VENV)/ready $(ASSETS)
	$(BIN)/python -m pytest -q -n auto -m "not browser and not postgres and not slow" $(ARGS)

$(VENV)/ready: pyproject.toml uv.lock
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "需要 Python 3.11 或更新版本 (Python >= 3.11 is needed)")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv>=0.5"
	$(BIN)/uv sync --quiet --frozen --inexact
	touch $@

assets: $(ASSETS)

$(ASSETS): $(VENV)/ready package.json package-lock.json $(wildcard src/tongchou/platform/ui/assets/*)
	$(BIN)/python src/tongchou/platform/ui/assets/build.py
	touch $@
