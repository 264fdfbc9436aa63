# `make run` and `make test` do all the set-up; `make` alone checks, then tests.
BIN := .venv/bin
PYTHON := $(shell for p in python3 python3.11 python3.12 python3.13 python3.14; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

.PHONY: all setup run test test-parts test-browser check fix bench soak
all: check test

setup: .venv/.run static/vendor/.ready

run: setup
	@exec $(BIN)/python manage.py up

test: setup .venv/.dev node_modules/.dev
	@$(BIN)/python tests/set_up_machine.py
	@$(MAKE) --no-print-directory -j 2 test-parts test-browser

# Most of the flow and browser tests wait for servers: others run meanwhile.
test-parts:
	@$(BIN)/python -m pytest -m "not browser and not soak" -q -n 2 --dist worksteal
	@$(BIN)/python config/node.py --test tests/js/*.test.js

# Said in one go, so that it is not mixed with what the others say.
test-browser:
	@said="$$(DJANGO_ALLOW_ASYNC_UNSAFE=1 $(BIN)/python -m pytest -m browser -q -p no:randomly 2>&1)"; \
		failed=$$?; printf '%s\n' "$$said"; exit $$failed

check: .venv/.dev
	@$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/mypy . && $(BIN)/typos
	@$(BIN)/python manage.py makemigrations --check --dry-run && $(BIN)/python manage.py check

fix: .venv/.dev
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format . ; $(BIN)/djade templates/**/*.html

bench: setup .venv/.dev
	@$(BIN)/python tests/set_up_machine.py
	@$(BIN)/python -m bench

soak: setup .venv/.dev
	@$(BIN)/python tests/set_up_machine.py
	@$(BIN)/python -m pytest tests/soak -m soak -q -s

.venv/.uv: requirements-uv.txt
	@test -n "$(PYTHON)" || { echo "signalbox: Python 3.11 or newer is needed; install it and try again."; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "signalbox: Python's venv module is needed (on Debian: apt install python3-venv)."; exit 1; }
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-uv.txt
	@touch $@

.venv/.run: requirements.txt .venv/.uv
	@echo "Setting up Signalbox …"
	@$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r requirements.txt
	@touch $@

.venv/.dev: requirements-dev.txt .venv/.run
	@$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r requirements-dev.txt
	@touch $@

static/vendor/.ready: package.json package-lock.json .venv/.run
	@$(BIN)/python config/node.py npm ci --omit=dev --silent --no-audit --no-fund
	@$(BIN)/python manage.py vendor
	@touch $@

# What only the tests need; the file goes with the folder whenever that is filled anew.
node_modules/.dev: static/vendor/.ready
	@$(BIN)/python config/node.py npm ci --silent --no-audit --no-fund
	@touch $@
