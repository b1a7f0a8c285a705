# Every everyday command of the project. `make help` lists them.
#
# Each target sets up what it needs first, so any of them works in a fresh clone.  A second call finds
# the environment as the first one left it, and starts at once.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help run test test-postgres check bench capacity audit soak reliability screenshots fix translations lock sbom clean environment dev-environment

# Where `make run` listens.  On the command line or in the environment; FAULTLINES_HOST and FAULTLINES_PORT count too.
HOST ?= $(or $(FAULTLINES_HOST),127.0.0.1)
PORT ?= $(or $(FAULTLINES_PORT),8000)
# More arguments for pytest or the benchmark: make test ARGS='-k filters -x', make bench ARGS=--quick
ARGS ?=

# Where `make screenshots` writes, and the folder of an earlier run to compare with.
OUT ?= screenshots
BASELINE ?=

# Modules are run with -m, never through .venv/bin/NAME: those scripts hold the absolute path of the folder
# they were installed in, and break when the clone is moved.
PY := .venv/bin/python

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "  make run takes HOST (now $(HOST)) and PORT (now $(PORT)); make test takes ARGS for pytest;"
	@echo "  make screenshots takes OUT (now $(OUT)) and BASELINE, the folder of an earlier run to compare with;"
	@echo "  make lock takes UPGRADE=1 for newer versions; the first set-up takes PYTHON=/path/to/python."

run: environment ## Publish the shipped dossier and serve it
	@$(PY) -m app publish
	@exec $(PY) -m app serve --host $(HOST) --port $(PORT)

test: dev-environment ## Run all tests, with a real browser, nginx, PostgreSQL and strace (found or installed)
	@browser=$$(scripts/ensure-browser.sh $(PY)) && nginx=$$(scripts/ensure-debian.sh nginx) && \
	postgres=$$(scripts/ensure-postgres.sh) && strace=$$(scripts/ensure-debian.sh strace) && \
	faketime=$$(scripts/ensure-debian.sh faketime) || exit; \
	FAULTLINES_TEST_BROWSER="$$browser" FAULTLINES_TEST_NGINX="$$nginx" FAULTLINES_TEST_POSTGRES="$$postgres" \
	FAULTLINES_TEST_STRACE="$$strace" FAULTLINES_TEST_FAKETIME="$$faketime" exec $(PY) -m pytest $(ARGS)

test-postgres: dev-environment ## Run the same tests with releases kept in PostgreSQL, on servers that the tests start and stop
	@FAULTLINES_TEST_STORE=postgres $(MAKE) --no-print-directory test

check: dev-environment ## Lint, types, templates, translations, migrations, import rules: all of them, failures counted
	@exec scripts/check.sh $(PY)

bench: dev-environment ## This site beside its peers, as ratios, into docs/performance.md: needs wrk and nginx; ARGS=--quick
	@exec $(PY) -m bench $(ARGS)

capacity: dev-environment ## What a request costs and the machines that many readers need, into docs/capacity.md; ARGS='--claims N'
	@nginx=$$(scripts/ensure-debian.sh nginx) || exit; FAULTLINES_TEST_NGINX="$$nginx" exec $(PY) -m bench.capacity $(ARGS)

audit: dev-environment ## Known faults of packages, the Nu HTML checker, Lighthouse: needs Java and Node, says how to get them
	@$(PY) -m scripts.advisories; known=$$?; \
	scripts/ensure-audit.sh && browser=$$(scripts/ensure-browser.sh $(PY)) || exit; \
	FAULTLINES_TEST_BROWSER="$$browser" $(PY) -m scripts.audit && exit $$known

soak: environment ## Ten minutes at a steady rate, with releases published, into docs/reliability.md; SECONDS=30 writes nothing
	@exec $(PY) -m scripts.soak $(or $(SECONDS),--write)

reliability: dev-environment ## Run the tests of faults and write what they tried and lost into docs/reliability.md
	@strace=$$(scripts/ensure-debian.sh strace) && faketime=$$(scripts/ensure-debian.sh faketime) || exit; \
	FAULTLINES_TEST_STRACE="$$strace" FAULTLINES_TEST_FAKETIME="$$faketime" exec $(PY) -m scripts.reliability $(ARGS)

screenshots: dev-environment ## Pictures of every kind of page in OUT; with BASELINE=folder, says which changed
	@browser=$$(scripts/ensure-browser.sh $(PY)) || exit; \
	FAULTLINES_TEST_BROWSER="$$browser" exec $(PY) -m scripts.screenshots '$(OUT)' $(if $(BASELINE),--baseline '$(BASELINE)')

fix: dev-environment ## Format the code and repair what the linter can repair
	@$(PY) -m ruff format
	@$(PY) -m ruff check --fix

# uv keeps the versions that are locked already unless told to upgrade, so a new dependency changes only its own lines.
# Universal, and for the oldest Python supported: one lock file serves every system and Python version.
LOCK = $(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header $(if $(UPGRADE),--upgrade) pyproject.toml

translations: dev-environment ## Bring new messages into the French catalogue, and say what is missing
	@$(PY) -m scripts.check_translations --update

lock: environment ## Lock the dependencies of pyproject.toml, with hashes
	@$(PY) -c 'import uv' 2>/dev/null || scripts/ensure-venv.sh --tool uv
	@echo "Locking requirements.txt ..."
	@$(LOCK) --output-file requirements.txt >/dev/null
	@echo "Locking requirements-postgres.txt ..."
	@$(LOCK) --extra postgres --output-file requirements-postgres.txt >/dev/null
	@echo "Locking requirements-dev.txt ..."
	@$(LOCK) --extra dev --extra assistant --extra telemetry --extra postgres --output-file requirements-dev.txt >/dev/null
	@$(MAKE) --no-print-directory sbom

sbom: dev-environment ## Write app/sbom.json, what the site is made of, from the lock file
	@$(PY) -m scripts.sbom --write

# Published releases stay: an older one may be what a rollback needs, and no command can rebuild it.
clean: ## Remove the environment and all caches; published releases stay
	rm -rf .venv .make .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find app migrations scripts tests -name __pycache__ -type d -prune -exec rm -rf {} +

environment:
	@PYTHON='$(if $(filter command line,$(origin PYTHON)),$(PYTHON))' scripts/ensure-venv.sh requirements.txt

dev-environment:
	@PYTHON='$(if $(filter command line,$(origin PYTHON)),$(PYTHON))' scripts/ensure-venv.sh requirements-dev.txt
