"""What `make serve` does: looks whether the database is ready, prepares static files, and becomes the server."""

import os
import sys


def main() -> None:
    os.environ["DEBUG"] = "0"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.conf import settings

    os.chdir(settings.BASE_DIR)
    prepare()
    command = [sys.executable, "-m", "gunicorn", "--config", "python:config.gunicorn", "config.wsgi"]
    os.execv(sys.executable, command)  # its signals go to the server itself


def prepare() -> None:
    """In this process, whose memory the server does not keep."""
    import django
    from django.core.management import call_command

    django.setup()
    from relations.views.health import why_not_ready

    if reason := why_not_ready():
        sys.exit(f"The register cannot be served: {reason}. Look at DATABASE_URL, and run: make set-up")
    call_command("compile_translations", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)


if __name__ == "__main__":
    main()
