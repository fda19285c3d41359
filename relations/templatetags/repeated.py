"""What repeats on a page is rendered by Jinja2, in a tenth of the time: entries of lists, choices, bars, cells."""

from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.template import engines
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy
from jinja2 import Environment, StrictUndefined

from relations.catalog import RecordType
from relations.models import Record
from relations.models.named import reader_language
from relations.presentation.counts import counted, grouped
from relations.presentation.query_summary import QuerySummary
from relations.queries.matrix import Matrix

from . import register as register_tags

register = template.Library()
MOST_LABELS = 2_000
#: words with a context, which the templates of Jinja2 cannot mark
WORDS = {
    "about": pgettext_lazy("figure", "about"),
    "from": pgettext_lazy("years", "from"),
    "to": pgettext_lazy("years", "to"),
}


def environment(**options: Any) -> Environment:
    """The environment of the templates in templates/jinja2, as the settings name it."""
    own = {"trim_blocks": True, "lstrip_blocks": True, "undefined": StrictUndefined}
    made = Environment(**options | own)  # noqa: S701 - Django has chosen to escape
    tags = ("bilingual", "colour", "date_short", "figure", "language_of", "missing")
    made.globals |= {name: getattr(register_tags, name) for name in tags}
    made.globals |= {
        "_": _,
        "words": WORDS,
        "label": label,
        "address_of": address_of,
        "row": row,
        "counted": counted,
        "grouped": grouped,
    }
    made.filters["capfirst"] = capfirst
    return made


def macro(name: str, called: str) -> Callable[..., SafeString]:
    """A macro of a template. Calling it takes less than rendering the template, which makes a context each time.

    AttributeError where the template has none of that name.
    """
    template: Any = engines["jinja2"].get_template(name)
    # who works on a template sees a change of what it imports at once
    module = template.template.make_module() if settings.DEBUG else template.template.module
    found: Callable[..., SafeString] = getattr(module, called)
    return found


def row(record: Record, record_type: RecordType) -> SafeString:
    """What the row of a type shows below the title."""
    return macro(record_type.row_template, "row")(record)


def rendered(name: str, **context: Any) -> SafeString:
    return mark_safe(engines["jinja2"].get_template(name).render(context))  # noqa: S308 - the template escapes


def address_of(record: Record) -> str:
    before, after = parts_of_address(type(record), reader_language())
    return f"{before}{record.key}{after}"


def label(record: Record, column: str) -> str:
    """The label of the code in a column."""
    return label_in(reader_language(), type(record), column, getattr(record, column))


@lru_cache(MOST_LABELS)
def label_in(language: str, model: type[Record], column: str, code: str) -> str:
    """`language` is that of the reader, in which labels are. Django makes all labels of a column each time."""
    field: Any = model._meta.get_field(column)
    return str(dict(field.flatchoices).get(code, code))


@cache
def parts_of_address(model: type[Record], language: str) -> tuple[str, str]:
    """What stands before and after the key: an address is looked up once for all records of a type."""
    before, _key, after = reverse(str(model._meta.model_name), args=["the-key"]).partition("the-key")
    return before, after


@register.simple_tag
def entry(record: Record, record_type: RecordType) -> SafeString:
    """One record in a list of its type."""
    return entry_of(record, record_type, is_typed=False)


@register.simple_tag
def typed_entry(record: Record, record_type: RecordType) -> SafeString:
    """One record in a list of several types."""
    return entry_of(record, record_type, is_typed=True)


def entry_of(record: Record, record_type: RecordType, is_typed: bool) -> SafeString:
    """Kept with a remembered record, unless the list adds something to it or templates are being worked on."""
    kind = record_type.model._meta.verbose_name if is_typed else ""
    is_plain = not (record.through or record.marked_title or record.met)
    kept = record.kept_entries if is_plain and not settings.DEBUG else None
    if kept is None:
        return macro("entry.html", "entry")(record, record_type, kind)
    at = reader_language(), is_typed
    if at not in kept:
        kept[at] = macro("entry.html", "entry")(record, record_type, kind)
    return kept[at]


@register.simple_tag
def filters(query_summary: QuerySummary) -> SafeString:
    """The form of a list."""
    return rendered("filters.html", query_summary=query_summary)


@register.simple_tag
def matrix_table(table: Matrix, query_summary: QuerySummary) -> SafeString:
    """How many records pairs of places share."""
    return rendered("matrix_table.html", table=table, list=reverse(query_summary.query.slug))


@register.simple_tag
def histogram(query_summary: QuerySummary) -> SafeString | str:
    """The results by year: nothing where there would be only one bar."""
    years = query_summary.histogram
    if not years:
        return ""
    undated = ngettext("and %(n)s undated", "and %(n)s undated", years.undated) % {
        "n": grouped(years.undated)
    }
    return rendered(
        "histogram.html", query_summary=query_summary, years=years, undated=undated if years.undated else ""
    )
