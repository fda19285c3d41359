# Python >= 3.11 and make are all a machine needs.
PORT ?= 8000
PY := .venv/bin/python

.PHONY: run set-up test check format bench

# djade takes files, not folders.
TEMPLATES = git ls-files 'templates/*.html' | xargs

.venv/.runtime: requirements.txt
	test -x $(PY) || python3 -m venv .venv
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

.venv/.dev: requirements.txt requirements-dev.txt
	test -x $(PY) || python3 -m venv .venv
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@

# What a running register needs beside the code; each step adds only what is missing.
set-up: .venv/.runtime
	$(PY) manage.py compile_translations
	$(PY) manage.py migrate --verbosity 0
	$(PY) manage.py create_roles
	$(PY) manage.py load_content
	$(PY) manage.py refresh_records --missing

run: set-up
	$(PY) manage.py create_demo_accounts
	$(PY) manage.py runserver 127.0.0.1:$(PORT)

test: .venv/.dev
	$(PY) manage.py compile_translations
	$(PY) -m pytest

check: .venv/.dev
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/lint-imports
	$(TEMPLATES) .venv/bin/djade --check --target-version 5.2
	.venv/bin/djlint --lint --quiet --linter-output-format '{filename}:{line} {code} {message} {match}' templates
	$(PY) -m tests.project.layout
	$(PY) manage.py compile_translations --check
	$(PY) manage.py compile_translations
	DEBUG=1 $(PY) manage.py check
	DEBUG=0 SECRET_KEY=only-to-look-at-the-settings-of-a-server-and-long-enough-for-the-check HTTPS=1 $(PY) manage.py check --deploy --fail-level ERROR
	DEBUG=1 $(PY) manage.py makemigrations --check --dry-run

# Templates are indented by hand: no formatter keeps blanks between inline elements as they are.
format: .venv/.dev
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .
	$(TEMPLATES) .venv/bin/djade --target-version 5.2
	$(PY) -m tests.project.layout --write

# Beside each other in one run, as ratios; on PostgreSQL too where DATABASE_URL names one, in databases of its own.
bench: .venv/.dev
	$(PY) manage.py compile_translations
	$(PY) -m benchmarks $(if $(filter postgres%,$(DATABASE_URL)),--postgres $(DATABASE_URL)) $(BENCH)
