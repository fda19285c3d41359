# Python >= 3.11 and make are all a machine needs.
PORT ?= 8000
PY := .venv/bin/python
SAY := .ci/say

.PHONY: run serve set-up upgrade test quick coverage lock bench bench-quick chaos addresses format settings sbom audit
.PHONY: check check-locks check-settings check-style check-imports check-types check-templates check-translations check-django
.PHONY: check-migrations

# djade takes files, not folders, and knows the templates of Django alone.
TEMPLATES = git ls-files 'templates/*.html' ':!templates/jinja2' | xargs

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
	$(PY) manage.py prepare_database
	$(PY) manage.py create_roles
	$(PY) manage.py load_content
	$(PY) manage.py refresh_records --missing

# The database of an earlier version, backed up first; docs/operations.md says how.
upgrade: .venv/.runtime
	$(PY) manage.py upgrade $(UPGRADE)

run: set-up
	$(PY) manage.py create_demo_accounts
	$(PY) manage.py runserver 127.0.0.1:$(PORT)

# As on a server: DEBUG=0; SECRET_KEY, ALLOWED_HOSTS and the others come from the environment (docs/running.md).
serve: .venv/.runtime
	$(PY) -m config.serve

test: .venv/.dev
	$(PY) manage.py compile_translations
	$(PY) -m pytest $(TESTS)

# The tests of what has changed since main, by package.
quick: .venv/.dev
	$(PY) manage.py compile_translations
	$(PY) .ci/quick.py

# The suite once, with the lines and branches that no test reaches.
coverage: .venv/.dev
	$(PY) manage.py compile_translations
	$(PY) -m slipcover --json --out .coverage.json -m pytest $(TESTS)
	$(PY) .ci/coverage_report.py

lock: .venv/.dev
	$(PY) .ci/locks.py --write $(UV)

# docs/settings.md, from .env.example and config/settings.py.
settings: .venv/.dev
	$(PY) .ci/settings_table.py --write

# What a server runs, as CycloneDX: sbom.json.
sbom: .venv/.dev
	$(PY) -W ignore -m cyclonedx_py requirements --pyproject pyproject.toml --output-reproducible --output-file sbom.json requirements.txt
	@echo "sbom.json lists the $$(grep -c '"bom-ref": "requirements' sbom.json) packages of requirements.txt."

# Known weaknesses of these packages; asks pypi.org.
audit: .venv/.dev
	$(PY) .ci/audit.py

# Each step may be run alone; where one fails, its last line says what to do. `make -k check` does not stop there.
check: check-locks check-settings check-style check-imports check-types check-templates check-translations check-django check-migrations

check-locks: .venv/.dev
	@$(SAY) "Change pins in pyproject.toml alone, then run: make lock" $(PY) .ci/locks.py

check-settings: .venv/.dev
	@$(SAY) "Describe each setting in .env.example, then run: make settings" $(PY) .ci/settings_table.py

check-style: .venv/.dev
	@$(SAY) "Correct the lines named above. This does most of it: .venv/bin/ruff check --fix . && .venv/bin/ruff format ." .venv/bin/ruff check .
	@$(SAY) "Format the files named above: .venv/bin/ruff format ." .venv/bin/ruff format --check .

check-imports: .venv/.dev
	@$(SAY) "Move the code into the package where it belongs, or pass what it needs as an argument, so that imports lead downwards. The order is in docs/architecture.md; a new package gets its place in pyproject.toml, under importlinter." .venv/bin/lint-imports

check-types: .venv/.dev
	@$(SAY) "Give every function named above its type hints, and correct the values that do not fit them." .venv/bin/mypy $(FILES)

check-templates: .venv/.dev
	@$(TEMPLATES) $(SAY) "Format the templates named above: make format" .venv/bin/djade --check --target-version 5.2
	@$(SAY) "Correct the templates named above." .venv/bin/djlint --lint --quiet --linter-output-format '{filename}:{line} {code} {message} {match}' templates
	@$(SAY) "Break the lines named above by hand; make format does the rest." $(PY) -m tests.project.layout

check-translations: .venv/.dev
	@$(SAY) "Run makemessages and translate what is named above; CONTRIBUTING.md has the command." $(PY) manage.py compile_translations --check
	$(PY) manage.py compile_translations

check-django: .venv/.dev
	$(PY) manage.py compile_translations
	DEBUG=1 $(PY) manage.py check --fail-level WARNING
	DEBUG=0 SECRET_KEY=only-to-look-at-the-settings-of-a-server-and-long-enough-for-the-check ALLOWED_HOSTS=localhost HTTPS=1 HSTS_SUBDOMAINS=1 HSTS_PRELOAD=1 $(PY) manage.py check --deploy --fail-level WARNING
	@DEBUG=1 $(SAY) "The models have changed: write the migration with manage.py makemigrations." $(PY) manage.py makemigrations --check --dry-run

check-migrations: .venv/.dev
	@$(SAY) "A new migration locks a table for long or loses columns. Change it as said above, or name it with the reason in ALLOWED of .ci/lint_migrations.py." $(PY) .ci/lint_migrations.py

# Templates are indented by hand: no formatter keeps blanks between inline elements as they are.
format: .venv/.dev
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .
	$(TEMPLATES) .venv/bin/djade --target-version 5.2
	$(PY) -m tests.project.layout --write

# Faults on purpose, on this machine alone: kills, hangs and restarts of what the register needs, for fifteen minutes.
chaos: .venv/.dev
	$(PY) -m tests.chaos $(CHAOS)

# Ten thousand addresses that nobody should ask for, in a database of their own: ADDRESSES="NUMBER SEED".
addresses: .venv/.dev
	$(PY) -m tests.addresses $(ADDRESSES)

# Beside each other in one run, as ratios; on PostgreSQL too where DATABASE_URL names one, in databases of its own.
bench: .venv/.dev
	$(PY) manage.py compile_translations
	$(PY) -m benchmarks $(if $(filter postgres%,$(DATABASE_URL)),--postgres $(DATABASE_URL)) $(BENCH)

# The pages of ten thousand agreements, in about two minutes: on PostgreSQL where DATABASE_URL names one, else on SQLite.
bench-quick: .venv/.dev
	$(PY) manage.py compile_translations
	$(PY) -m benchmarks --only read-pages --pages 10000 --questions 5 $(if $(filter postgres%,$(DATABASE_URL)),--postgres $(DATABASE_URL) --no-sqlite) $(BENCH)
