"""Names, URLs and numbers are kept beside what has them, whatever the way by which it is stored."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relations.catalog import ROWS
from relations.models import Agreement, Source, Trait
from relations.models.traits import LONGEST, having, keep_traits, traits_of
from tests.helpers.factories import OrganizationFactory, PersonFactory, SourceFactory
from tests.helpers.sheets import load_rows

pytestmark = pytest.mark.django_db


def kept():
    return {(one.type, one.object_id, one.text) for one in Trait.objects.all()}


def expected():
    """The traits of all that there is, computed again."""
    return {
        (slug, one.pk, text)
        for slug, resource in ROWS.items()
        if not resource.citations
        for one in resource.model._base_manager.all()
        for text in traits_of(one)
    }


def test_everything_of_the_curated_content_has_its_traits(content):
    assert kept() == expected()
    assert {slug for slug, _pk, _text in kept()} >= {"sources", "places", "people", "organizations"}


def test_a_change_replaces_them_and_the_same_again_writes_nothing():
    person = PersonFactory(name_ru="Орлов, Пётр", name_en="Pyotr Orlov")
    assert kept() == {("people", person.pk, "орлов петр"), ("people", person.pk, "orlov pyotr")}
    person.name_en = "Peter Orlov"
    person.save()
    assert kept() == expected()
    with CaptureQueriesContext(connection) as captured:
        keep_traits("people", [person])
    assert len(captured) == 1


def test_sources_of_a_sheet_and_those_that_a_record_describes_have_them():
    load_rows(
        "sources", {"key": "way", "title": "Way", "type": "webpage", "url": "https://www.example.org/way/"}
    )
    source = Source.objects.get(key="way")
    assert ("sources", source.pk, "url example.org/way") in kept()
    load_rows(
        "agreements",
        {"title_ru": "Договор", "source_title": "Другой путь", "source_url": "https://example.org/other"},
    )
    assert Agreement.objects.get().citations.exists()
    assert kept() == expected()


def test_a_preview_keeps_none():
    load_rows(
        "sources",
        {"key": "way", "title": "Way", "type": "webpage", "url": "https://example.org"},
        dry_run=True,
    )
    assert not kept()


def test_the_longest_texts_are_kept_by_their_beginning():
    source = SourceFactory(url=f"https://example.org/{'x' * 900}", doi="10.1000/ABC", isbn=" 5-02-013850-9 ")
    assert max(len(text) for _type, _pk, text in kept()) == LONGEST
    assert having("sources", ["doi 10.1000/abc"], 5) == [source.pk]
    assert having("sources", ["isbn 5-02-013850-9"], 5) == [source.pk]
    assert having("people", ["doi 10.1000/abc"], 5) == []


def test_what_was_stored_before_gets_them_by_the_migration():
    SourceFactory(url="https://example.org/way")
    OrganizationFactory()
    before = kept()
    Trait.objects.all().delete()
    import_module("relations.migrations.0027_traits").keep_traits(apps, None)
    assert kept() == before == expected()
