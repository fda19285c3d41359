"""README.txt of a dump, in Russian and English."""

import re
import textwrap
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from relations.bibliography.apa import apa_line, gost_line
from relations.bibliography.csl import dump_item
from relations.dumps.history import History
from relations.dumps.tables import Table
from relations.dumps.zip_archive import Written
from relations.models import Source
from relations.models.named import LANGUAGES

from .diff import KINDS
from .storage import period_of
from .tables import RECORDS

WIDTH = 80
#: used where a section is empty
BLANKS = re.compile(r"\n{3,}")


def readme(
    day: date,
    files: Iterable[Written],
    tables: Iterable[Table | History],
    compared_with: str,
    counts: Mapping[str, Mapping[str, int]],
) -> str:
    """`counts` are {slug: {added, removed, changed}} of the tables compared, none where this is the first dump."""
    texts = []
    for language in LANGUAGES:
        with override(language):
            text = render_to_string(
                "dumps/README.txt", context(day, files, tables, compared_with, counts, language)
            )
        texts.append(BLANKS.sub("\n\n", "\n".join(map(wrapped, text.splitlines()))).strip())
    return f"\n\n{'-' * WIDTH}\n\n".join(texts) + "\n"


def context(
    day: date,
    files: Iterable[Written],
    tables: Iterable[Table | History],
    compared_with: str,
    counts: Mapping[str, Mapping[str, int]],
    language: str,
) -> dict[str, Any]:
    labels = {
        "codebook": _("every column and every code"),
        "changes": _("what has changed since the previous dump"),
        **{table.slug: table.label for table in tables},
    }
    item = dump_item(day, settings.SITE_URL and settings.SITE_URL + reverse("dump", args=[day]), day)
    return {
        "period": period_of(day),
        "files": [f"  {file.name:<20}{file.rows:>9}  {labels[file.slug]}" for file in files],
        "types": [(table.slug, table.label) for table in RECORDS],
        "compared_with": compared_with,
        "changes": [
            (f"{slug}.csv", {kind: found[kind] for kind in KINDS})
            for slug, found in counts.items()
            if any(found.values())
        ],
        "datasets": Source.objects.public().with_licences(),
        "gost": gost_line(item, language),
        "apa": apa_line(item, language),
    }


def wrapped(line: str) -> str:
    """A wrapped line; indented text is a table and stays as it is."""
    if line.startswith("  "):
        return line
    return textwrap.fill(line, WIDTH, break_long_words=False, break_on_hyphens=False)
