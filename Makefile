# One verb each. Every target sets up what it needs and is safe to run again.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed-$(shell cat requirements/bootstrap.txt requirements/dev.txt pyproject.toml | sha256sum | cut -c1-16)
DEMO ?= cases/lumbar/facet_or_sacroiliac.yaml
JOBS ?= 2
PORT ?= 8000

.DEFAULT_GOAL := run
.PHONY: run demo-assess screenshots test check bench bench-load bench-faults docs wheel lock setup system clean

run: setup ## set everything up and open a clinic of invented patients at a local address
	@NEEDLEPOINT_DATA=build $(BIN)/needlepoint demo --port $(PORT)

demo-assess: setup ## assess a bundled case in the terminal, from chart to next step
	@$(BIN)/needlepoint assess $(DEMO)

screenshots: setup ## draw docs/screenshots anew from the demonstration
	@$(BIN)/python docs/screenshots.py

test: setup system ## set everything up and pass all tests
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadfile

check: setup ## style, types, layers and knowledge
	@$(BIN)/ruff check src tests bench
	@$(BIN)/ruff format --check src tests bench
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/needlepoint knowledge check

bench: setup ## measure speed and calibration; prints tables and writes build/bench.json
	@$(BIN)/python bench/run.py
	@$(BIN)/python bench/needles.py

bench-load: setup ## 100,000 patients and 5 million entries: pages in milliseconds, 20 clinicians writing at once
	@$(BIN)/python bench/load.py

bench-faults: setup ## kill, fill, restart, repeat and set back the clock: nothing acknowledged may be lost
	@$(BIN)/python bench/faults.py

docs: setup ## generate the reference pages of knowledge and cases
	@$(BIN)/needlepoint docs --out docs/reference

wheel: setup ## one file to install a clinic from, with its knowledge and what browsers are given
	@rm -rf build/dist && $(BIN)/uv build -q --wheel --no-build-isolation --python $(BIN)/python --out-dir build/dist
	@ls build/dist/*.whl

lock: setup ## pin every dependency anew, with hashes and without index addresses
	@for f in bootstrap runtime web dev; do $(BIN)/uv pip compile -q --upgrade --generate-hashes \
	  --no-emit-index-url --no-header --python-version 3.11 requirements/$$f.in -o requirements/$$f.txt; done

setup: $(STAMP)
	@$(BIN)/python -m needlepoint.web.shell.assets  # what browsers are given; at once where it is there

$(STAMP):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Needlepoint needs Python 3.11 or newer; $(PYTHON) is older or missing. Say: make PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
	  { if [ "$$(id -u)" = 0 ]; then apt-get update -q && apt-get install -qy python3-venv; \
	    else echo "Python's venv module is missing. Install it with: sudo apt-get install python3-venv"; exit 1; fi; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)  # absent, or cut short
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/bootstrap.txt
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip sync -q --compile-bytecode --require-hashes requirements/dev.txt
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install -q --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q src  # a start takes half as long when nothing is compiled anew
	@rm -f $(VENV)/.installed-*
	@touch $@

system: # what the tests need of the machine itself: a database, a browser and an image archive
	@missing="$$(ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null || echo postgresql) \
	  $$(command -v chromium >/dev/null || echo chromium) \
	  $$(ls /usr/lib/orthanc/libOrthancDicomWeb.so* >/dev/null 2>&1 || echo orthanc orthanc-dicomweb)"; missing="$$(echo $$missing)"; [ -z "$$missing" ] || \
	  { if [ "$$(id -u)" = 0 ]; then apt-get update -q && apt-get install -qy --no-install-recommends $$missing; \
	    else echo "The tests need $$missing. Install with: sudo apt-get install $$missing"; exit 1; fi; }

clean: ## remove what was built; leaves your charts alone
	rm -rf $(VENV) build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
