from pathlib import Path

import polib
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.functional import Promise
from django.utils.translation import override

from relations.catalog import RECORD_TYPES


class Command(BaseCommand):
    help = "Builds the .mo files without gettext's own tools; --check names what is not translated."

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true")

    def handle(self, **options):
        for path in Path(settings.LOCALE_PATHS[0]).glob("*/LC_MESSAGES/*.po"):
            catalogue = polib.pofile(str(path))
            if options["check"]:
                self.check_complete(path, catalogue)
            else:
                catalogue.save_as_mofile(str(path.with_suffix(".mo")))

    def check_complete(self, path, catalogue):
        """Refuses entries without a translation, and words of record types that have no entry at all."""
        entries = [*catalogue.untranslated_entries(), *catalogue.fuzzy_entries()]
        known = {entry.msgid for entry in catalogue}
        missing = [entry.msgid for entry in entries]
        missing += [word for one in RECORD_TYPES for word in words_of(one) if word not in known]
        if missing:
            raise CommandError(f"{path} lacks: " + "; ".join(list(dict.fromkeys(missing))[:10]))


def words_of(record_type):
    """What readers and editors are told of a type, in the language of the code."""
    model, columns = record_type.model, record_type.resource.columns()
    filters = record_type.filterset.base_filters.values()
    fields = [field for field in model._meta.get_fields() if hasattr(field, "verbose_name")]
    labels = [
        *(model._meta.verbose_name, model._meta.verbose_name_plural, record_type.counting_rule),
        *(thing.verbose_name for thing in fields),
        *(label for field in fields for _code, label in field.choices or ()),
        *(thing.label for thing in (*columns, *filters)),
    ]
    with override(None):
        words = [str(label) for label in labels if isinstance(label, Promise)]
        return [*words, (record_type.noun % {"n": 1}).replace("1", "%(n)d", 1)]
