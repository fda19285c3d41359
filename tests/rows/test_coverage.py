"""How many facts of a record rest on a source: on its page, in the list, on the home page."""

import json

import pytest
from django.core.management import call_command

from relations.catalog import RESOURCES
from relations.imports.pipeline import load_sheet
from relations.models import Agreement, Source
from relations.models.sources import Work
from relations.readers.sheet import make_sheet
from relations.rows.coverage import coverage
from tests.helpers.factories import AgreementFactory, SourceFactory
from tests.helpers.sheets import import_rows

pytestmark = pytest.mark.django_db


def counts(record):
    found = Agreement.objects.get(pk=record.pk)
    return found.sourced_count, found.fact_count


def of_agreement(works=None, **cells):
    """(facts, sourced) of a row"""
    found = coverage(RESOURCES["agreements"], cells, works or {})
    return found.facts, found.sourced


def trust(works=None, **cells):
    """(identified, corroborated) of a row"""
    found = coverage(
        RESOURCES["agreements"], {"parties": "RU; UZ", "date_signed": "1992"} | cells, works or {}
    )
    return found.identified, found.corroborated


def stored_trust():
    found = Agreement.objects.get()
    return found.identified_count, found.corroborated_count


def test_a_source_of_the_whole_record_supports_every_fact():
    assert of_agreement(parties="RU; UZ", date_signed="1992", source="a") == (2, 2)


def test_a_source_of_single_columns_supports_those_alone():
    row = {"parties": "RU; UZ", "date_signed": "1992", "source": "a", "cited_fields": "parties"}
    assert of_agreement(**row) == (2, 1)


def test_several_sources_share_the_facts_between_them():
    row = {
        "parties": "RU; UZ",
        "date_signed": "1992",
        "source": "a; b",
        "cited_fields": "parties; date_signed",
    }
    assert of_agreement(**row) == (2, 2)
    assert of_agreement(**{**row, "cited_fields": "parties; "}) == (2, 2)
    assert of_agreement(**{**row, "cited_fields": "parties; title_ru"}) == (2, 1)


def test_without_a_source_nothing_is_sourced():
    assert of_agreement(parties="RU; UZ") == (1, 0)


def test_unknown_values_titles_and_notes_are_not_facts():
    assert of_agreement(status="unknown", title_ru="Договор", notes="x", source="a") == (0, 0)


def test_the_parts_of_a_figure_are_one_fact():
    row = {
        "value": "6.5",
        "unit": "ruble",
        "unit_mult": "12",
        "qualifier": "almost",
        "period": "2018",
        "source": "a",
    }
    assert coverage(RESOURCES["statistics"], row, {})[:2] == (2, 2)


def test_a_fact_is_identified_if_a_reader_can_find_one_of_its_sources():
    works = {"a": Work(), "b": Work(is_identified=True)}
    assert trust(works, source="a") == (0, 0)
    assert trust(works, source="b")[0] == 2
    assert trust(works, source="a; b", cited_fields="; parties")[0] == 1


def test_a_fact_is_corroborated_by_two_sources_and_not_by_two_places_in_one():
    assert trust(source="a; b") == (0, 2)
    assert trust(source="a; b", cited_fields="; parties") == (0, 1)
    assert trust(source="a; a", locator="page 1; page 2") == (0, 0)
    assert trust(source="a; b", cited_fields="parties; date_signed") == (0, 0)


def test_a_source_does_not_corroborate_what_it_quotes():
    assert trust(source="a; b", quoted_in="b") == (0, 0)
    assert trust(source="a; b", quoted_in="c; c") == (0, 0)
    assert trust(source="a; b", quoted_in="c; d") == (0, 2)


def test_an_author_does_not_corroborate_himself():
    one, other = Work.of("", "Жапов А.А."), Work.of("", "{Росстат}; Жапов, Андрей")
    assert trust({"a": one, "b": other}, source="a; b") == (0, 0)
    assert trust({"a": one, "b": Work.of("", "Орлов П.С.")}, source="a; b") == (0, 2)


def test_a_source_in_doubt_corroborates_nothing():
    assert trust(source="a; b", confidence="low") == (0, 0)
    assert trust(source="a; b", confidence="medium") == (0, 2)


def test_what_is_known_of_a_source_reaches_the_records_that_cite_it():
    record = AgreementFactory(signed="1992", sources=0)
    one, other = SourceFactory(author="Жапов А.А."), SourceFactory(author="Жапов А.А.")
    for source in (one, other):
        record.cite(source)
    assert stored_trust() == (0, 0)
    one.url = "https://example.org/1"
    one.save()
    assert stored_trust() == (3, 0)
    other.author = "Орлов П.С."
    other.save()
    assert stored_trust() == (3, 3)


def test_an_import_of_sources_reaches_the_records_that_cite_them():
    record = AgreementFactory(signed="1992", sources=0)
    for key in ("one", "other"):
        record.cite(SourceFactory(key=key, title=key, author="Жапов А.А."))
    import_rows("sources", {"key": "one", "author": "{Росстат}", "url": "https://example.org/1"})
    assert stored_trust() == (3, 3)


def test_an_import_counts_identified_and_corroborated_facts_as_the_models_do(russia, uzbekistan):
    SourceFactory(key="gazette", author="Жапов А.А.")
    rows = [
        ["key", "title_ru", "parties", "date_signed", "source", "quoted_in", "source_url", "source_title"],
        ["one", "Договор", "RU; UZ", "1992", "", "", "https://example.org/1", "Вестник"],
    ]
    load_sheet(RESOURCES["agreements"], make_sheet("", rows, ""))
    assert stored_trust() == (2, 0)
    described = Source.objects.exclude(key="gazette").get().key
    Agreement.objects.all().delete()
    rows = [
        ["key", "title_ru", "parties", "date_signed", "source"],
        ["two", "Договор", "RU; UZ", "1992", f"gazette; {described}"],
    ]
    load_sheet(RESOURCES["agreements"], make_sheet("", rows, ""))
    imported = stored_trust()
    call_command("refresh_records")
    assert imported == stored_trust() == (2, 2)


def test_a_list_can_be_narrowed_to_identified_and_to_corroborated_facts(client, russia, uzbekistan):
    found, bare = (AgreementFactory(signed="1992", published=True) for _number in range(2))
    source = found.citations.get().source
    source.url = "https://example.org/1"
    source.save()
    assert keys_of(client, "identified") == {found.key}
    assert keys_of(client, "corroborated") == set()
    bare.cite(SourceFactory())
    assert keys_of(client, "corroborated") == {bare.key}
    text = client.get("/en/agreements/").content.decode()
    assert "every fact, in identified works" in text
    assert "at least one fact, by two independent sources" in text


def keys_of(client, sourced):
    file = client.get(f"/en/agreements.json?sourced={sourced}")
    return {row["key"] for row in json.loads(file.getvalue())}


@pytest.mark.parametrize("page", ["", "about/", "data/"])
def test_pages_about_the_register_say_how_well_it_is_sourced(page, client, russia, uzbekistan):
    record = AgreementFactory(signed="1992", sources=2)
    source = record.citations.first().source
    source.url = "https://example.org/1"
    source.save()
    record.publish()
    text = " ".join(client.get(f"/en/{page}").content.decode().split())
    assert "which a reader can find: 3. Facts corroborated by two independent sources: 3." in text


def test_the_page_of_a_source_says_by_what_it_is_identified(client):
    record = AgreementFactory(published=True)
    source = record.citations.get().source
    assert "work not identified" in client.get(f"/en/sources/{source.key}/").content.decode()
    source.url = "https://example.org/1"
    source.save()
    assert "identified by its address" in client.get(f"/en/sources/{source.key}/").content.decode()


def test_the_counts_follow_every_change():
    record = AgreementFactory(signed="1992", sources=0)
    assert counts(record) == (0, 3)
    record.cite(SourceFactory(), field="parties")
    assert counts(record) == (1, 3)
    record.cite(SourceFactory())
    assert counts(record) == (3, 3)
    record.citations.last().delete()
    assert counts(record) == (1, 3)


def test_an_import_counts_as_the_models_do(russia, uzbekistan):
    SourceFactory(key="gazette")
    rows = [
        ["key", "title_ru", "parties", "date_signed", "source", "cited_fields"],
        ["k", "Договор", "RU; UZ", "1992", "gazette", "parties"],
    ]
    load_sheet(RESOURCES["agreements"], make_sheet("", rows, ""))
    imported = counts(Agreement.objects.get())
    call_command("refresh_records")
    assert imported == counts(Agreement.objects.get()) == (1, 2)


def test_readers_see_it_on_the_page_in_the_list_and_at_home(client, russia, uzbekistan):
    whole = AgreementFactory(signed="1992", published=True)
    part = AgreementFactory(signed="1993", instrument_type="", sources=0)
    for field in ("parties", "date_signed", "status"):
        part.cite(SourceFactory(), field=field)
    part.level = "interstate"
    part.save()
    part.publish()
    text = " ".join(client.get(f"/en/agreements/{part.key}/").content.decode().split())
    assert "2 of 3 facts sourced · in identified works: 0 · corroborated: 0" in text
    assert "3 of 3 facts sourced" in client.get(f"/en/agreements/{whole.key}/").content.decode()
    assert whole.key in client.get("/en/agreements/?sourced=all").content.decode()
    assert whole.key not in client.get("/en/agreements/?sourced=some").content.decode()
    assert "Sources are given for 5 of 6 facts" in client.get("/en/").content.decode()
