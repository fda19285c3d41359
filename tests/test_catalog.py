"""The catalogue is complete: a new record type that lacks anything is named here."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.template.loader import get_template
from django.urls import reverse

from relations.catalog import RECORD_TYPES, RESOURCES
from relations.models import Record
from relations.models.foreign_keys import RECORD_KEYS
from relations.presentation.counts import counted, counting_rule
from relations.sitemaps import SITEMAPS
from tests.helpers.factories import FACTORIES

SHARED_COLUMNS = {
    "key", "title_ru", "title_en", "summary_ru", "summary_en", "topics", "source", "locator", "cited_fields", "notes",
}  # fmt: skip
COLUMNS = {
    "agreements": "instrument_type level status date_signed date_in_force date_terminated place parties regions organizations signed_at",
    "forums": "series edition event_type date places participants organizations event_status",
    "visits": "visitor office from_place to_places visit_type format date",
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


def concrete_records():
    return {model for model in apps.get_models() if issubclass(model, Record)}


def test_every_type_of_record_stands_in_the_catalogue():
    assert {one.model for one in RECORD_TYPES} == concrete_records()


@pytest.mark.parametrize("one", RECORD_TYPES, ids=lambda one: one.slug)
class TestEveryType:
    def test_has_addresses(self, one):
        (
            reverse(one.slug),
            reverse(f"{one.slug}-file", args=["csv"]),
            reverse(one.model._meta.model_name, args=["key"]),
        )

    def test_has_a_row_template(self, one):
        get_template(one.row_template)

    def test_has_a_place_on_the_desk(self, one):
        assert one.model in admin.site._registry

    def test_can_be_cited_and_searched(self, one):
        assert one.model._meta.model_name in RECORD_KEYS
        assert one.model.objects.for_row() is not None

    def test_is_counted_in_words_with_its_rule(self, one):
        assert counted(2, one.slug)
        assert counting_rule(one.slug)

    def test_is_in_the_sitemap_and_the_tests(self, one):
        assert one.slug in SITEMAPS
        assert one.slug in FACTORIES

    def test_answers_every_parameter(self, one):
        assert set(one.filterset.base_filters) >= PARAMETERS

    def test_cites_only_columns_it_has(self, one):
        assert set(one.model.MUST_BE_CITED) <= set(one.resource.names())

    def test_its_row_says_everything_the_model_holds(self, one):
        derived = {
            "id",
            "state",
            "source_count",
            "search_text",
            "row",
            "fact_count",
            "sourced_count",
            "created_at",
            "updated_at",
            "published_at",
            "first_day",
            "last_day",
        }
        said = {column.attribute for column in one.resource.columns()}
        if one.slug == "agreements":
            derived.add("period")
        assert {field.name for field in one.model._meta.concrete_fields} - derived <= said


@pytest.mark.parametrize("slug", RESOURCES)
def test_sheets_have_the_columns_people_rely_on(slug):
    wanted = set(COLUMNS[slug].split()) | (SHARED_COLUMNS if slug != "sources" else set())
    assert wanted <= set(RESOURCES[slug].names())


@pytest.mark.parametrize("slug", RESOURCES)
def test_no_two_columns_share_a_label(slug):
    for language in (0, 1):
        labels = [list(column.labels())[language] for column in RESOURCES[slug].columns()]
        assert len(labels) == len(set(labels))
