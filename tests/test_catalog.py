"""The catalogue is complete: `manage.py check` names every part that a type of record lacks, and what to add where."""

from copy import deepcopy
from dataclasses import replace

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.test.utils import isolate_apps
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from relations import catalog, checks
from relations.bibliography.csl import register_description
from relations.catalog import BY_SLUG, RECORD_TYPES, RESOURCES, listed_types
from relations.filters.record_filters import RecordFilter
from relations.models import Forum, LinkKind, Record
from relations.models.events import Event
from relations.presentation.counts import counted, counting_rule
from relations.rows.forums import ForumResource
from relations.rows.related_columns import Links
from relations.sitemaps import SITEMAPS
from tests.helpers.factories import FACTORIES

SHARED_COLUMNS = {
    "key", "title_ru", "title_en", "summary_ru", "summary_en", "topics", "source", "locator", "cited_fields", "notes",
}  # fmt: skip
COLUMNS = {
    "agreements": "instrument_type level status date_signed date_in_force date_terminated place parties regions"
    " organizations signed_at",
    "forums": "series edition event_type date places participants organizations event_status",
    "visits": "visitor office from_place to_places visit_type format date",
    "projects": "project_type status status_as_of period places parties parent operators founders hosts investors"
    " contractors beneficiaries actors about",
    "statistics": "indicator area counterpart period value value_to qualifier unit measure obs_status",
    "sources": "key type title author container_title publisher issued url archive_url accessed language page doi",
}
PARAMETERS = {
    "q",
    "country",
    "region",
    "with",
    "year_from",
    "year_to",
    "undated",
    "topic",
    "type",
    "status",
    "source",
    "sort",
}
FORUMS = BY_SLUG["forums"]


@pytest.mark.parametrize(
    ("language", "types"),
    [
        ("ru", ": соглашения, форумы и визиты"),
        ("en", ": agreements, forums and visits"),
    ],
)
def test_sentences_about_the_register_name_the_types_of_the_catalogue(language, types, monkeypatch):
    three = tuple(BY_SLUG[slug] for slug in ("agreements", "forums", "visits"))
    monkeypatch.setattr(catalog, "RECORD_TYPES", three)
    with override(language):
        assert types in register_description()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/en/", "/en/about/", "/en/search/", "/en/timeline/", "/api/v1/schema/?lang=en"]
)
def test_pages_that_describe_the_register_take_the_types_from_the_catalogue(path, client, monkeypatch):
    monkeypatch.setattr(Forum._meta, "verbose_name_plural", "meetings")
    with override("en"):
        types = listed_types()
    assert "meetings" in types
    assert f": {types}" in client.get(path).content.decode()


def test_nothing_is_missing():
    assert checks.check_record_types() == []


@pytest.mark.parametrize("one", RECORD_TYPES, ids=lambda one: one.slug)
class TestEveryType:
    def test_has_addresses(self, one):
        (
            reverse(one.slug),
            reverse(f"{one.slug}-file", args=["csv"]),
            reverse(one.model._meta.model_name, args=["key"]),
            reverse(f"api:{one.slug}"),
            reverse(f"admin:relations_{one.model._meta.model_name}_changelist"),
        )

    def test_is_counted_in_words_with_its_rule(self, one):
        assert counted(2, one.slug).startswith("2 ")
        assert counting_rule(one.slug)

    def test_is_in_the_sitemap_and_the_tests(self, one):
        assert one.slug in SITEMAPS
        assert one.slug in FACTORIES

    def test_answers_every_parameter(self, one):
        assert set(one.filterset.base_filters) >= PARAMETERS

    @pytest.mark.django_db
    def test_can_be_made_published_and_found(self, one):
        record = FACTORIES[one.slug](published=True, title_ru="Редкостный")
        assert list(one.model.objects.published().matching("редкостный")) == [record]


@pytest.mark.parametrize("slug", COLUMNS)
def test_sheets_have_the_columns_people_rely_on(slug):
    wanted = set(COLUMNS[slug].split()) | (SHARED_COLUMNS if slug != "sources" else set())
    assert wanted <= set(RESOURCES[slug].names())


@pytest.mark.parametrize("slug", RESOURCES)
def test_no_two_columns_share_a_label(slug):
    for language in (0, 1):
        labels = [list(column.labels())[language] for column in RESOURCES[slug].columns()]
        assert len(labels) == len(set(labels))


def the_sentence(sentences, *parts):
    """The one of these sentences that has all parts."""
    found = [one for one in sentences if all(part in one for part in parts)]
    assert len(found) == 1, list(sentences)
    return found[0]


class TestMissingParts:
    """Each part is taken away from a type that is complete, and the check says which, and what to add where."""

    @pytest.mark.parametrize("name", ["noun", "counting_rule", "schema_org", "schema_org_dates", "example"])
    def test_of_the_entry(self, name):
        sentences = list(checks.problems_of_entry(replace(FORUMS, **{name: ""})))
        the_sentence(
            sentences, f"“forums” has no {name}", f"Add it to its entry in {checks.CATALOG}", f"{name}="
        )

    def test_an_example_of_unknown_columns(self):
        sentences = checks.problems_of_entry(replace(FORUMS, example={"titel": "VI форум"}))
        the_sentence(sentences, "“titel”", "relations/rows/forums.py")

    def test_a_row_template(self):
        sentences = checks.problems_of_entry(replace(FORUMS, row_template="rows/none.html"))
        the_sentence(sentences, "Add templates/jinja2/rows/none.html")

    def test_a_row_template_without_the_macro(self):
        sentences = checks.problems_of_entry(replace(FORUMS, row_template="entry.html"))
        the_sentence(sentences, "templates/jinja2/entry.html", "{% macro row(record) %}")

    def test_of_the_catalogue(self):
        sentences = checks.sentences(one for one in RECORD_TYPES if one is not FORUMS)
        the_sentence(sentences, "Forum is a type of record", "Add a RecordType", checks.CATALOG)

    @isolate_apps("relations")
    def test_of_the_model(self):
        class Fair(Event):
            class Meta:
                app_label = "relations"

        sentences = list(checks.problems_of_model(Fair))
        the_sentence(sentences, "Import Fair in relations/models/__init__.py")
        the_sentence(sentences, "class Meta(Record.Meta)")
        the_sentence(sentences, "a verbose_name and a verbose_name_plural")
        assert len(sentences) == 3

    @isolate_apps("relations")
    def test_the_places_of_a_model_without_participants(self):
        class Gauge(Record):
            class Meta(Record.Meta):
                app_label = "relations"
                verbose_name, verbose_name_plural = _("figure"), _("statistics")

        sentences = checks.problems_of_model(Gauge)
        the_sentence(sentences, "which places", "“involvement”, “places_named”, “sides”", "Event")

    def test_foreign_keys(self):
        sentence = the_sentence(checks.problems_of_keys(Forum, ["forum"], []), "Add “forum” to EVENTS")
        assert checks.KEYS in sentence
        observation = BY_SLUG["statistics"].model
        the_sentence(checks.problems_of_keys(observation, [], []), "Add “observation” to RECORD_KEYS")

    def test_the_search_index(self):
        assert {"agreement", "forum", "visit", "project", "observation"} <= checks.indexed_models()
        sentences = checks.unindexed([FORUMS], {"agreement"})
        the_sentence(sentences, "Add CreateSearchIndex(“forum”)", "relations/migrations")

    def test_of_the_row(self):
        class Bare(ForumResource):
            slug, citations, telling_columns = "", None, ()
            own_columns = [
                one for one in deepcopy(ForumResource.own_columns) if one.name not in ("edition", "date")
            ]

        sentences = list(checks.problems_of_schema(replace(FORUMS, resource=Bare)))
        the_sentence(sentences, "needs a slug of at most 20 letters")
        the_sentence(sentences, "Add citations = CitationColumns()")
        the_sentence(sentences, "Add telling_columns")
        the_sentence(sentences, "leaves out “edition_number”")
        the_sentence(sentences, "MUST_BE_CITED of Forum", "“date”, “edition”", "relations/models/forums.py")

    def test_a_label_of_its_own(self):
        class Confused(ForumResource):
            own_columns = deepcopy(ForumResource.own_columns)

        Confused.column("places").given_label = Confused.column("hosts").given_label
        sentences = list(checks.problems_of_schema(replace(FORUMS, resource=Confused)))
        the_sentence(sentences, "“hosts” in “en”", "another label")

    def test_an_end_of_links(self):
        class Unlinked(ForumResource):
            own_columns = [*deepcopy(ForumResource.own_columns), Links("amends", LinkKind.AMENDS)]

        sentences = checks.useless_links(replace(FORUMS, resource=Unlinked))
        the_sentence(sentences, "“amends” of “forums”", "to “forum” of EVENTS", checks.KEYS)

    def test_of_the_filter_set(self):
        sentences = list(checks.problems_of_filter_set(replace(FORUMS, filterset=RecordFilter)))
        the_sentence(sentences, "no parameter “type”")
        the_sentence(sentences, "no parameter “status”")

    def test_the_column_of_a_parameter(self):
        sentences = checks.problems_of_filter_set(replace(FORUMS, filterset=BY_SLUG["visits"].filterset))
        the_sentence(
            sentences, "“office” of VisitFilter", "“visitor_office”", "no field with choices of Forum"
        )

    def test_the_check_fails_with_the_sentence(self, monkeypatch):
        monkeypatch.setattr(checks, "RECORD_TYPES", (replace(FORUMS, noun=""),))
        with pytest.raises(SystemCheckError, match="“forums” has no noun"):
            call_command("check")

    def test_the_check_of_a_contributor_fails_without_a_search_index(self, monkeypatch):
        monkeypatch.setattr(checks, "indexed_models", set)
        with pytest.raises(SystemCheckError, match="Forum has no search index"):
            call_command("check", fail_level="WARNING")
        assert (
            "DEBUG=1 $(PY) manage.py check --fail-level WARNING"
            in (settings.BASE_DIR / "Makefile").read_text()
        )
