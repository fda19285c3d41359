from pathlib import Path

import polib
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Compiles the .po files to .mo files without the gettext tools."

    def add_arguments(self, parser):
        parser.add_argument(
            "--check", action="store_true", help="only check that every message is translated; exit 1 if not"
        )

    def handle(self, **options):
        for path in Path(settings.LOCALE_PATHS[0]).glob("*/LC_MESSAGES/*.po"):
            catalogue = polib.pofile(str(path))
            if options["check"]:
                missing = [
                    entry.msgid for entry in (*catalogue.untranslated_entries(), *catalogue.fuzzy_entries())
                ]
                if missing:
                    raise CommandError(f"Untranslated messages in {path}: " + "; ".join(missing[:10]))
            else:
                catalogue.save_as_mofile(str(path.with_suffix(".mo")))
