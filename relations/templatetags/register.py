"""Template tags for records: dates, figures, texts in the reader's language and footnote marks."""

from datetime import datetime
from typing import Any

from django import template
from django.conf import settings
from django.db.models import Model
from django.template import Context
from django.urls import reverse, translate_url
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from relations.bibliography.csl import register_description
from relations.catalog import RECORD_TYPES, RecordType, listed_types
from relations.charts.series_names import full_name
from relations.models import Observation, Participation, ParticipationStatus, Place, Record, Source
from relations.models.named import in_reader_language, other_language, reader_language
from relations.presentation.counts import counted, counted_apart, counting_rule, grouped, noun
from relations.presentation.dating import date_in_words, dated_by
from relations.presentation.footnotes import Footnote
from relations.presentation.query_summary import QuerySummary
from relations.queries.record_query import ALL_TYPES
from relations.rows.columns import Label
from relations.search.lemmas import language_of_letters
from relations.values.period import Period
from relations.values.period_format import dating_phrase, missing_part, phrase
from relations.version import program_version

register = template.Library()
register.filter(grouped)
for words in (
    counted,
    counted_apart,
    noun,
    counting_rule,
    listed_types,
    register_description,
    program_version,
):
    register.simple_tag(words)


@register.filter
def period(value: Period) -> str:
    """«24–26 октября 2018 г.»; words for an unknown date."""
    return phrase(value, reader_language())


@register.filter
def date_short(record: Record) -> str:
    """«24–26 окт. 2018» or «до 27 мая 2024» for the date column of a list."""
    return date_in_words(record, short=True)


@register.filter
def date_long(record: Record) -> str:
    """«до 27 мая 2024 г. (дата источника)» for the page of a record."""
    reasons = "; ".join(dated_by(record))
    return f"{date_in_words(record)} ({reasons})" if reasons else date_in_words(record)


@register.filter
def day(moment: datetime) -> str:
    """«12 ноября 2026 г.» of a moment."""
    return phrase(Period.parse(timezone.localdate(moment).isoformat()), reader_language())


@register.filter
def party_status(party: Participation) -> str:
    """«приостановлено с марта 2022 г.», "suspended since March 2022"; of an act, the date on which it was done."""
    lasts = party.status in (ParticipationStatus.ACTIVE, ParticipationStatus.SUSPENDED)
    date = party.status_date
    if lasts and date and "/" not in date.text:
        return f"{party.get_status_display()} {phrase(Period.parse(f'{date}/..'), reader_language())}"
    return (
        f"{party.get_status_display()}, {phrase(date, reader_language())}"
        if date
        else party.get_status_display()
    )


@register.filter
def missing(value: Period) -> str:
    """«день не указан» under a date that is only a month."""
    return _("day not given") if missing_part(value) else ""


@register.filter
def figure(observation: Observation) -> str:
    return observation.in_words()


@register.filter
def series_name(observation: Observation) -> str:
    """The series of a figure within its indicator, in words."""
    return full_name(observation)


@register.filter
def language_name(code: str) -> str:
    """«английский», "English" for "en"; an unknown code stays as it is."""
    try:
        name = get_language_info(code)["name_translated"] if code else ""
    except KeyError:
        return code
    return name.lower() if reader_language() == "ru" else name


@register.simple_tag
def bilingual(entity: object, stem: str) -> str:
    """A text in the reader's language; where only the other has it, that one, marked as such."""
    text, language = in_reader_language(entity, stem)
    if not text:
        return getattr(entity, stem, "") or ""
    if language == reader_language():
        return text
    mark = _("in Russian") if language == "ru" else _("in English")
    return format_html(
        '<span lang="{}">{}</span> <small class="other-language">{}</small>', language, text, mark
    )


@register.filter
def plain(entity: object, stem: str) -> str:
    """The text in the reader's language, else in the other; unmarked, for places that allow no markup."""
    return in_reader_language(entity, stem)[0]


@register.simple_tag
def record_types() -> tuple[RecordType, ...]:
    return RECORD_TYPES


@register.simple_tag
def source_name(source: Source) -> str:
    """Author and title; our translation of a foreign title comes first, marked as ours."""
    if not source.translation:
        return format_html('<span lang="{}">{}</span>', language_of(source.title), source.named(source.title))
    author = source.author_in_front
    return format_html(
        '{}<span lang="{}">{}</span> <small class="other-language">{}</small> [<span lang="{}">{}</span>]',
        format_html('<span lang="{}">{}</span> ', language_of(author), author) if author else "",
        reader_language(),
        source.translation,
        _("our translation"),
        language_of(source.title),
        source.title.strip("[]"),
    )


@register.filter
def dated(source: Source) -> str:
    """The date of a work, else what bounds it: “not before 2018”, else “no date”."""
    language = reader_language()
    if source.issued:
        return phrase(source.issued, language)
    return dating_phrase(source.not_before, source.not_after, language) or _("no date")


@register.simple_tag
def references(notes: list[Footnote]) -> str:
    """The footnote numbers of a fact, linked to the footnotes."""
    links = format_html_join(
        " ",
        '<a href="#n{}" aria-label="{} {}">{}</a>',
        ((n.number, _("source"), n.number, n.number) for n in notes),
    )
    return format_html("<sup>{}</sup>", links) if links else ""


@register.filter
def colour(place: object) -> str:
    """The class of the fixed colour of one of the six countries; other places have none."""
    country = (
        place.country if isinstance(place, Place) else getattr(getattr(place, "place", None), "country", None)
    )
    return f"who-{country.code.lower()}" if country else ""


@register.filter
def language_of(text: str) -> str:
    """The language a foreign title is written in, for screen readers: by its letters."""
    return language_of_letters(text)


@register.filter
def model_name(entity: Model) -> str:
    return entity._meta.model_name or ""


@register.filter
def verbose_name(model: type[Model]) -> Label:
    return model._meta.verbose_name or ""


@register.simple_tag(takes_context=True)
def address_in(context: Context, language: str) -> str:
    """This very page, with its filters, in another language."""
    here = context["request"].get_full_path()
    there = translate_url(here, language)
    own = f"/{other_language(language)}/"
    return f"/{language}/{here.removeprefix(own)}" if there == here and here.startswith(own) else there


@register.simple_tag
def the_other_language() -> dict[str, str]:
    code = other_language(reader_language())
    return {"code": code, "name": dict(settings.LANGUAGES)[code]}


@register.inclusion_tag("components/views.html", takes_context=True)
def views_of(context: Context, query_summary: QuerySummary) -> dict[str, Any]:
    """The ways to look at one query; `here` is the name of the address the reader is at."""
    slug, query = query_summary.query.slug, query_summary.as_query()
    here = context["request"].resolver_match.url_name.removesuffix("-of")
    names = {slug: _("List"), "years": _("Years"), "map": _("Map"), "matrix": _("Matrix")}
    return {
        "views": [
            (label, address_of_view(name, slug) + (f"?{query}" if query else ""), name == here)
            for name, label in names.items()
        ]
    }


def address_of_view(name: str, slug: str) -> str:
    return reverse(name) if name == slug or slug == ALL_TYPES else reverse(f"{name}-of", args=[slug])
