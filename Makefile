# Needs make, Python 3.11 or later with its venv module, and nothing else; `make test` gets itself an etcd and a
# chromium from Debian's packages.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
UV     ?= $(BIN)/uv
PIP    := $(BIN)/python -m pip --quiet --disable-pip-version-check --no-input

# For example: make demo ARGS=--once; make test PYTEST="-k ceasefire"; make bench SIZE=1000000;
# make lock UPGRADE=--upgrade; make fuzz SECONDS=600
ARGS    ?=
SIZE    ?= 100000
PYTEST  ?=
UPGRADE ?=
SECONDS ?= 60

PACKAGES := domain projections service
CHROMIUM := /usr/bin/chromium
FUZZED   := edtf line note headers token places

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test check bench bench-parts fuzz audit lint lock clean

help:
	@echo 'make demo    record the founding chronology, show it, and serve it; ARGS=--once to stop after showing'
	@echo 'make test    everything that has to hold: lint, types, imports, all tests'
	@echo 'make check   the same in seconds: without the slow tests and the browser'
	@echo 'make bench   one table of what is measured; SIZE=1000000 for the full size, ARGS="-k import" for some rows'
	@echo 'make bench-parts   what single parts cost, one by one'
	@echo 'make fuzz    feed what reads the text of strangers with made-up bytes; SECONDS=600 for each reader'
	@echo 'make audit   look for known vulnerabilities in what it depends on, and for insecure code'
	@echo 'make lock    pin the dependencies again; UPGRADE=--upgrade for their newest releases'
	@echo 'make clean   remove .venv and all caches'

demo: $(VENV)/runtime.stamp
	$(BIN)/depositary demo $(ARGS)

test: lint | $(BIN)/etcd $(CHROMIUM)
	$(BIN)/pytest -n auto --dist worksteal $(PYTEST)

check: lint
	$(BIN)/pytest -q -n auto -m 'not slow and not browser' $(PYTEST)

bench: $(VENV)/dev.stamp
	$(BIN)/python -m tests.benchmarks --size $(SIZE) $(ARGS)

bench-parts: $(VENV)/dev.stamp
	$(BIN)/pytest tests/benchmarks --benchmark-only $(PYTEST)

fuzz: $(VENV)/dev.stamp
	@$(BIN)/python -c 'import atheris' 2>/dev/null || { \
	  echo 'Fuzzing needs atheris, which there is for Linux on x86_64 and Python 3.11 or 3.12.'; exit 1; } >&2
	@mkdir -p var; for target in $(FUZZED); do \
	  echo "$$target:"; $(BIN)/python -m tests.fuzz $$target $(SECONDS) 2>var/fuzz-$$target.log || { \
	    tail -40 var/fuzz-$$target.log; exit 1; }; \
	  grep -E 'number_of_executed_units|new_units_added' var/fuzz-$$target.log; done

audit: $(VENV)/dev.stamp
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive $(PACKAGES)
	@mkdir -p var; for file in requirements.txt requirements-dev.txt; do \
	  found=$$($(AUDIT) --requirement $$file 2>var/audit.log) && { \
	    echo "$$file: no known vulnerabilities"; continue; }; \
	  if [ -n "$$found" ]; then echo "$$file:"; echo "$$found"; exit 1; fi; \
	  tail -1 var/audit.log; \
	  echo "$$file could not be checked: the advisory service did not answer. Nothing is known of it."; exit 2; \
	done >&2

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict $(PACKAGES)
	$(BIN)/lint-imports --no-logo
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive $(PACKAGES)

# requirements-dev.txt holds all of requirements.txt, so what is set up for tests is set up for the demo.

$(VENV)/runtime.stamp: requirements.txt pyproject.toml | $(BIN)/pip
	@echo 'Installing what Depositary runs on into $(VENV) ...'
	@$(PIP) install --require-hashes -r requirements.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev.stamp: requirements.txt requirements-dev.txt pyproject.toml | $(BIN)/pip
	@echo 'Installing what Depositary is tested with into $(VENV) ...'
	@$(PIP) install --require-hashes -r requirements-dev.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $(VENV)/runtime.stamp $@

$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo 'Depositary needs Python 3.11 or later, and "$(PYTHON)" is not that.'; \
	  echo 'Name one that is, for example: make $(or $(MAKECMDGOALS),demo) PYTHON=python3.13'; exit 1; } >&2
	@$(PYTHON) -m venv $(VENV)

# The pinned files are read as they are, and each name and version looked up among the advisories of osv.dev.

AUDIT := $(BIN)/pip-audit --vulnerability-service osv --disable-pip --require-hashes --progress-spinner off

# Debian's package is unpacked here, not installed: that needs no root, and starts no service.

ETCD     := $(VENV)/etcd
DOWNLOAD := apt-get -qq -o APT::Sandbox::User=root download etcd-server

$(BIN)/etcd: | $(BIN)/pip
	@if command -v etcd >/dev/null; then ln -sf "$$(command -v etcd)" $@; exit; fi; \
	 command -v apt-get >/dev/null || { \
	   echo 'The tests of failover need etcd: install it, and repeat make $(MAKECMDGOALS).'; exit 1; } >&2; \
	 echo "Unpacking Debian's etcd into $(VENV) ..."; \
	 rm -rf $(ETCD) && mkdir -p $(ETCD) && cd $(ETCD) && \
	 { $(DOWNLOAD) 2>/dev/null || { apt-get -qq update && $(DOWNLOAD); }; } && dpkg -x etcd-server_*.deb . && \
	 ln -sf $(abspath $(ETCD))/usr/bin/etcd $(abspath $@)

# The browser that the pages are looked at with is installed: it takes the libraries of the whole system.

INSTALL := apt-get -qq -o DPkg::Lock::Timeout=300 install --yes --no-install-recommends chromium

$(CHROMIUM):
	@command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ] || { \
	   echo 'The tests look at the pages in Debian'"'"'s chromium, and it is not there.'; \
	   echo 'Install it (apt-get install chromium), and repeat make $(MAKECMDGOALS).'; exit 1; } >&2
	@echo "Installing Debian's chromium ..."
	@export DEBIAN_FRONTEND=noninteractive; \
	 $(INSTALL) >/dev/null 2>&1 || { apt-get -qq update && $(INSTALL) >/dev/null; }

# The second file is compiled under the first one, so that both pin the same releases.

COMPILE := $(UV) pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
           --custom-compile-command 'make lock' --no-config $(UPGRADE)

lock: $(filter $(BIN)/uv,$(UV))
	$(COMPILE) --group build --output-file requirements.txt
	$(COMPILE) --group dev --all-extras --constraint requirements.txt --output-file requirements-dev.txt

$(BIN)/uv: | $(BIN)/pip
	@$(PIP) install 'uv>=0.13,<1'

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache .benchmarks *.egg-info
	find $(PACKAGES) tests -name __pycache__ -type d -prune -exec rm -rf {} +
