"""What `make serve` does: looks whether the database is ready, prepares static files, and becomes the server."""

import hashlib
import os
import re
import sys
from pathlib import Path


def main() -> None:
    os.environ["DEBUG"] = "0"
    os.environ["IS_SERVER"] = "1"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.conf import settings

    os.chdir(settings.BASE_DIR)
    prepare()
    if settings.METRICS:
        from relations.metrics import processes

        processes.prepare(Path(settings.STATE_DIR, ".metrics", re.sub(r"\W+", "-", settings.BIND)))
    command = [sys.executable, "-m", "gunicorn", "--config", "python:config.gunicorn", "config.wsgi"]
    os.execv(sys.executable, command)  # its signals go to the server itself


def prepare() -> None:
    """In this process, whose memory the server does not keep."""
    import django

    django.setup()
    from django.conf import settings

    from relations.doctor.examination import why_not_ready

    if not settings.PREPARED:
        compile_translations()
    if reason := why_not_ready():
        sys.exit(f"The register cannot be served: {reason}. Look at DATABASE_URL, and run: make set-up")
    collect_static_files()


def compile_translations() -> None:
    """If they cannot be written, those compiled before are used; why_not_ready() reports missing ones."""
    from django.core.management import call_command

    try:
        call_command("compile_translations", verbosity=0)
    except OSError as error:
        print(f"The translations cannot be compiled: {error}", file=sys.stderr)


def collect_static_files() -> None:
    """Only after one of them has changed: to compress them as far as they can be takes a minute."""
    from django.conf import settings
    from django.core.management import call_command

    if settings.PREPARED:
        if not Path(settings.STATIC_ROOT, "staticfiles.json").is_file():
            sys.exit("PREPARED is 1, but the static files are not collected. Run: sh deploy/build.sh program")
        return
    stamp, state = Path(settings.STATIC_ROOT, "collected"), state_of_static_files()
    if not stamp.exists() or stamp.read_text() != state:
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(state)


def state_of_static_files() -> str:
    """Changes with each name, size and time of change."""
    from django.contrib.staticfiles.finders import get_finders

    paths = sorted(storage.path(name) for finder in get_finders() for name, storage in finder.list([]))
    described = [(path, os.stat(path).st_size, os.stat(path).st_mtime_ns) for path in paths]
    return hashlib.sha256(repr(described).encode()).hexdigest()


if __name__ == "__main__":
    main()
