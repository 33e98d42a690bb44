# Five commands and their like. Everything is installed from the lock into .venv; a second run is quick.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: run test demo check bench setup format lock image-test fuzz chaos faults peers clean help

help:  ## what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: $(VENV)/.run  ## start the daemon on config/monitor.toml
	@$(BIN)/monitor -c config/monitor.toml run

demo: $(VENV)/.run  ## a bundled story, offline, from feed to alert in under a minute
	@$(BIN)/monitor demo

test: $(VENV)/.dev  ## the whole test suite
	@$(BIN)/pytest

check: $(VENV)/.dev  ## lint, types, layers, Dockerfile
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/hadolint Dockerfile

bench: $(VENV)/.dev  ## every figure that the README and the design notes claim
	@$(BIN)/python -m bench

chaos: $(VENV)/.dev  ## a thousand SIGKILLs of the real daemon: lost, twice, integrity (MONITOR_KILLS=1000)
	@MONITOR_FRESH=1 MONITOR_KILLS=$${MONITOR_KILLS:-1000} $(BIN)/pytest tests/e2e/test_chaos.py -n 0 -s

faults: $(VENV)/.dev  ## each of the first 300 writes fails, once and for good; power cuts; flipped bytes; a lock held for 30 s; a full disk (MONITOR_WRITES=300 MONITOR_HOLD=30)
	@MONITOR_WRITES=$${MONITOR_WRITES:-300} MONITOR_HOLD=$${MONITOR_HOLD:-30} $(BIN)/pytest tests/contract/test_store_faults.py tests/e2e/test_faults.py

peers: $(VENV)/.peers  ## alerts through real servers: mail into IMAP, MQTT, IRC, XMPP, Matrix; says what is missing
	@$(BIN)/pytest tests/peers -m peers -n 0 -rs

image-test: $(VENV)/.run  ## build the container image and run it, read-only and unprivileged (needs buildah)
	@PYTHON=$(BIN)/python tests/image/run.sh

fuzz: $(VENV)/.dev  ## 100,000 damaged feeds: none may raise, hang or grow
	@$(BIN)/python tests/unit/feeds/mutated.py 100000

format: $(VENV)/.dev  ## let ruff put things in order
	@$(BIN)/ruff check --fix --exit-zero . && $(BIN)/ruff format .

setup: $(VENV)/.dev  ## everything a developer needs

lock:  ## make the lock files anew from pyproject.toml (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --extra test --extra dev pyproject.toml -o requirements-dev.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header -c requirements-dev.lock pyproject.toml --group build -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header -c requirements-dev.lock --group pyproject.toml:peers -o requirements-peers.lock

clean:  ## forget the environment and every cache
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis

# Two stamps, one environment: running needs less than developing. The build backend is in the lock too,
# so that nothing is installed that the lock does not name.
$(VENV)/.run: requirements.lock pyproject.toml | $(VENV)/bin/python
	@test -e $(VENV)/.dev || { echo "setting up $(VENV) …" && $(PIP) install --require-hashes -r requirements.lock; }
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml | $(VENV)/bin/python
	@echo "setting up $(VENV) with the test tools …"
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/.run

# Other people's servers, as far as they are wheels; a test says which packages the rest is in.
$(VENV)/.peers: requirements-peers.lock $(VENV)/.dev
	@echo "adding other people's servers to $(VENV) …"
	@$(PIP) install --require-hashes -r requirements-peers.lock
	@touch $@

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "monitor needs Python 3.11 or newer; try: make PYTHON=python3.12 …" >&2; exit 2; }
	@$(PYTHON) -m venv $(VENV)
