"""Command: compile the translations to .mo files without gettext tools."""

from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from relations.management.messages import unknown_messages


class Command(BaseCommand):
    help = "Compiles the .po files to .mo files without the gettext tools."
    #: one of them asks for what this command makes
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="only check that every message is translated; exit 1 if not"
        )

    def handle(self, **options: Any) -> None:
        for path in Path(settings.LOCALE_PATHS[0]).glob("*/LC_MESSAGES/*.po"):
            catalogue = polib.pofile(str(path))
            if options["check"]:
                check(path, catalogue)
            else:
                catalogue.save_as_mofile(str(path.with_suffix(".mo")))


def check(path: Path, catalogue: polib.POFile) -> None:
    missing = [entry.msgid for entry in (*catalogue.untranslated_entries(), *catalogue.fuzzy_entries())]
    missing += [
        f"{text} ({source.relative_to(settings.BASE_DIR)})"
        for text, source in unknown_messages(catalogue, settings.BASE_DIR)
    ]
    if missing:
        raise CommandError(f"Untranslated messages in {path}: " + "; ".join(missing[:10]))
