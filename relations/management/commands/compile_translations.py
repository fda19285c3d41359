from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    help = "Builds the .mo files without gettext's own tools; --check names what is not translated."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, **options: Any) -> None:
        for path in Path(settings.LOCALE_PATHS[0]).glob("*/LC_MESSAGES/*.po"):
            catalogue = polib.pofile(str(path))
            if options["check"]:
                missing = [
                    entry.msgid for entry in (*catalogue.untranslated_entries(), *catalogue.fuzzy_entries())
                ]
                if missing:
                    raise CommandError(f"{path} lacks: " + "; ".join(missing[:10]))
            else:
                catalogue.save_as_mofile(str(path.with_suffix(".mo")))
