# PrintAlma. `make help` lists what there is.

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install -q --disable-pip-version-check
# The first Python that works, of the promised versions if there is one, else a newer one: a version manager's
# `python3` may answer with an error, and the system's own may be too old.
PYTHON ?= $(shell for end in 3,14 4,; do \
	for p in python3 python3.13 python3.12 python3.11 python /usr/bin/python3 $(HOME)/.pyenv/versions/3.*/bin/python; do \
	$$p -c "import ssl, sys, venv; sys.exit(not (3, 11) <= sys.version_info < ($$end))" 2>/dev/null && echo $$p && exit; \
	done; done)
APT := $(shell [ "$$(id -u)" = 0 ] && command -v apt-get)
# Tests wait a part of their time for servers and browsers: four at once keep two cores busy. AGAIN is what is done when
# a few fail; pytest remembers which, of this run only.
PARALLEL ?= --cache-clear -n 4 --dist loadfile --no-loadscope-reorder
# What one process of a run has compiled, the others read, whatever the machine thinks of keeping it.
export PYTHONDONTWRITEBYTECODE :=
AGAIN := $(BIN)/python -m tests.support.again
PRETTIER = PATH="$$PATH:$(CURDIR)/$(BIN)" tests/node/node_modules/.bin/prettier --log-level warn \
	"{static,examples,tests/node}/**/*.{js,mjs,css}"
RATE ?= 12
MINUTES ?= 10
SEED ?= 1
DATABASE ?= sqlite
SECONDS ?= 3
WORKERS ?= 1
DASHBOARDS ?= 0

.DEFAULT_GOAL := help
.PHONY: help setup run demo test test-all lint format lock audit screenshots icons bench chaos siege soak clean

help: ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.ready $(VENV)/.libraries-ready ## installs what running needs into .venv and static/vendor

run: setup ## prepares the shop and serves it on PORT, else 3004
	@PATH="$(CURDIR)/$(BIN):$$PATH"; flask --app wsgi setup --catalogue && exec gunicorn wsgi:app

demo: setup ## posts believable orders to a running shop: make demo RATE=30 (orders a minute)
	@$(BIN)/python -m printalma.demo --rate $(RATE)

test: lint ## one path through everything, on SQLite and PostgreSQL, in a real browser
	@$(BIN)/python -m pytest -q $(PARALLEL) || $(AGAIN) $$?

test-all: lint ## the whole matrix
	@$(BIN)/python -m pytest -q --all $(PARALLEL) || $(AGAIN) $$? --all

lint: $(VENV)/.dev-ready $(VENV)/.libraries-ready ## ruff, mypy, and djlint and prettier for what browsers get
	@$(PRETTIER) --check & scripts=$$!; $(BIN)/djlint templates --check --quiet & templates=$$!; \
	$(BIN)/ruff check . && $(BIN)/ruff format --check -q . && $(BIN)/mypy --no-error-summary; python=$$?; \
	wait $$scripts && wait $$templates && exit $$python

format: $(VENV)/.dev-ready ## breaks and indents lines as lint wants them
	@$(BIN)/ruff format -q . && $(PRETTIER) --write
	@$(BIN)/djlint templates --reformat --quiet || true

bench: $(VENV)/.dev-ready $(VENV)/.libraries-ready ## how fast it is, in ratios; make bench QUICK=1 in a minute and a half
	@$(if $(PEERS),$(BIN)/python -m bench.peers $(PEERS),$(BIN)/python -m bench $(if $(QUICK),--quick))

soak: $(VENV)/.dev-ready $(VENV)/.libraries-ready ## steady load, one line a minute: make soak MINUTES=60
	@$(BIN)/python -m bench.soak $(MINUTES)

chaos: $(VENV)/.dev-ready $(VENV)/.libraries-ready ## breaks things under load: make chaos MINUTES=10 SEED=7 DATABASE=postgres POOLED=1
	@$(BIN)/python -m tests.system.chaos --seconds $$(( $(MINUTES) * 60 )) --seed $(SEED) --database $(DATABASE) \
		$(if $(POOLED),--pooled)

siege: $(VENV)/.dev-ready $(VENV)/.libraries-ready ## attacks a server of its own: make siege DATABASE=postgres WORKERS=2 DASHBOARDS=1000
	@$(BIN)/python -m tests.system.siege --seconds $(SECONDS) --database $(DATABASE) --workers $(WORKERS) \
		--dashboards $(DASHBOARDS)

lock: $(VENV)/.dev-ready ## compiles requirements*.in to pins and hashes; UPGRADE=1 takes what is new
	@for name in requirements requirements-dev requirements-node; do \
		$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes $(if $(UPGRADE),--upgrade) \
			--custom-compile-command 'make lock' $$name.in -o $$name.txt || exit 1; done

audit: $(VENV)/.dev-ready ## asks who knows of a hole in what is pinned
	@$(BIN)/python -m tests.support.audit requirements-dev.txt requirements-node.txt

screenshots: $(VENV)/.dev-ready $(VENV)/.libraries-ready ## draws docs/screenshots/ anew: the README's pictures
	@test -z "$(APT)" || $(APT) install -y -qq --no-install-recommends fonts-inter fonts-noto-color-emoji >/dev/null
	@$(BIN)/python -m tests.system.screenshots

icons: $(VENV)/.dev-ready ## draws the app's icons anew from the geometry of static/icon.svg
	@$(BIN)/python -m tests.system.icons

clean: ## forgets what setup installed; the shop's data in instance/ stays
	rm -rf $(VENV) .pythons static/vendor static/node_modules tests/node/node_modules

$(VENV)/.ready: requirements.txt
	@test -n "$(PYTHON)" || { echo "PrintAlma needs Python 3.11 or newer." >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { \
		test -n "$(APT)" && $(APT) update -qq && $(APT) install -y -qq python3-venv && $(PYTHON) -m venv $(VENV); }
	@$(PIP) -r requirements.txt
	@touch $@

$(VENV)/.libraries-ready: static/package.json static/package-lock.json | $(VENV)/.ready
	@$(BIN)/python -m printalma.web.vendor
	@touch $@

tests/node/node_modules/.ready: tests/node/package.json tests/node/package-lock.json | $(VENV)/.ready
	@command -v npm >/dev/null || test -x $(BIN)/npm || $(PIP) -r requirements-node.txt
	@cd tests/node && PATH="$$PATH:$(CURDIR)/$(BIN)" npm ci --ignore-scripts --silent
	@touch $@

$(VENV)/.dev-ready: requirements-dev.txt $(VENV)/.ready tests/node/node_modules/.ready
	@$(PIP) -r requirements-dev.txt
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || { \
		test -n "$(APT)" && $(APT) update -qq && $(APT) install -y -qq --no-install-recommends chromium fonts-dejavu-core; } \
		|| $(BIN)/python -m playwright install chromium
	@command -v chromium-headless-shell >/dev/null || test -z "$(APT)" || \
		$(APT) install -y -qq --no-install-recommends chromium-headless-shell 2>/dev/null || \
		{ $(APT) update -qq && $(APT) install -y -qq --no-install-recommends chromium-headless-shell; } || \
		echo "No chromium-headless-shell: all tests use the whole browser, and take longer." >&2
	@command -v pgbouncer >/dev/null || test -x /usr/sbin/pgbouncer || test -z "$(APT)" || \
		$(APT) install -y -qq --no-install-recommends pgbouncer || echo "No pgbouncer: its tests are skipped." >&2
	@touch $@
