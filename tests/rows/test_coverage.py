"""How many facts of a record rest on a source: on its page, in the list, on the home page."""

import pytest
from django.core.management import call_command

from relations.catalog import RESOURCES
from relations.imports.pipeline import load_sheet
from relations.models import Agreement
from relations.readers.sheet import make_sheet
from relations.rows.coverage import coverage
from tests.helpers.factories import AgreementFactory, SourceFactory

pytestmark = pytest.mark.django_db


def counts(record):
    found = Agreement.objects.get(pk=record.pk)
    return found.sourced_count, found.fact_count


def of_agreement(**cells):
    return coverage(RESOURCES["agreements"], cells)


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
    assert coverage(RESOURCES["statistics"], row) == (2, 2)


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
    assert "2 of 3 facts sourced" in client.get(f"/en/agreements/{part.key}/").content.decode()
    assert "3 of 3 facts sourced" in client.get(f"/en/agreements/{whole.key}/").content.decode()
    assert whole.key in client.get("/en/agreements/?sourced=all").content.decode()
    assert whole.key not in client.get("/en/agreements/?sourced=some").content.decode()
    assert "Sources are given for 5 of 6 facts" in client.get("/en/").content.decode()
