# Everything a developer types. `make help` lists it.
#
# PYTHON=... names the Python to build with; ARGS=... goes to the program behind the target:
#     make run ARGS="--port 9000"        make test ARGS="tests/voices -x"

PYTHON =
ARGS =
PORT = 8000
HOST = 127.0.0.1
BIN = .venv/bin

# Find a Python, then let it make .venv and install the lock file named by $$lock, if they changed
ENVIRONMENT = \
	set -e; \
	for python in "$(PYTHON)" python3 python3.13 python3.12 python3.11 python3.14; do \
		if [ -n "$$python" ] && command -v "$$python" >/dev/null 2>&1 \
			&& "$$python" -c 'import sys, venv; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null; \
		then exec "$$python" voicecraft/local/environment.py "$$lock"; fi; \
	done; \
	echo "VoiceCraft needs Python 3.11, 3.12, 3.13 or 3.14 with its venv module, and found none. Install it:" >&2; \
	echo "    Debian, Ubuntu:  apt install python3 python3-venv" >&2; \
	echo "    Fedora:          dnf install python3" >&2; \
	echo "    macOS:           brew install python@3.13" >&2; \
	echo "or name one: make PYTHON=/path/to/python3.11 ..." >&2; \
	exit 1

.PHONY: help run test lint format bench seed lock clean reset environment environment-dev chromium

help:
	@echo "make run      everything, in the foreground: databases, web, workers (PORT=8000 HOST=127.0.0.1)"
	@echo "make test     all tests"
	@echo "make lint     ruff, mypy, djlint"
	@echo "make format   put the code and the templates into shape"
	@echo "make bench    measure (ARGS=... names what)"
	@echo "make seed     fill the database of the running make run with plans, voices and the demo account"
	@echo "make lock     write requirements*.txt anew from requirements*.in"
	@echo "make clean    remove the environment and caches; the data in var/ stay"
	@echo "make reset    remove all data: databases, audio, mail"

environment:
	@lock=requirements.txt; $(ENVIRONMENT)

environment-dev:
	@lock=requirements-dev.txt; $(ENVIRONMENT)

chromium: environment-dev
	@$(BIN)/python -m tests.chromium

# With setpriv the kernel ends it when make dies, even by kill -9
run: environment
	@set -- $(BIN)/python manage.py up --host "$(HOST)" --port "$(PORT)" $(ARGS); \
	if setpriv --pdeathsig TERM true 2>/dev/null; then exec setpriv --pdeathsig TERM "$$@"; fi; \
	exec "$$@"

test: environment-dev chromium
	@$(BIN)/python -m pytest $(ARGS)

lint: environment-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy accounts billing projects voicecraft voices manage.py
	$(BIN)/djlint templates --lint --quiet

format: environment-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/djlint templates --reformat --quiet

bench: environment-dev
	$(BIN)/python -m bench $(ARGS)

seed: environment
	$(BIN)/python manage.py seed --demo $(ARGS)

lock: environment-dev
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --quiet \
		--custom-compile-command "make lock" --output-file requirements.txt requirements.in $(ARGS)
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --quiet \
		--custom-compile-command "make lock" --output-file requirements-dev.txt requirements-dev.in $(ARGS)

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis staticfiles test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

reset: environment
	@$(BIN)/python -m voicecraft.local.reset
