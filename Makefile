# Python >= 3.11 and make are all a machine needs.
PORT ?= 8000
PY := .venv/bin/python

.PHONY: run test check bench

.venv/.runtime: requirements.txt
	test -x $(PY) || python3 -m venv .venv
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

.venv/.dev: requirements.txt requirements-dev.txt
	test -x $(PY) || python3 -m venv .venv
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@

run: .venv/.runtime
	$(PY) manage.py migrate --verbosity 0
	$(PY) manage.py runserver 127.0.0.1:$(PORT)

test: .venv/.dev
	$(PY) -m pytest

check: .venv/.dev
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	DEBUG=1 $(PY) manage.py check
	DEBUG=1 $(PY) manage.py makemigrations --check --dry-run
