"""Marks that cannot be seen: left out in sheets, forms and grids alike, and the record is found by its words."""

import pytest

from relations.models import Agreement, Source
from tests.helpers.admin import filled_in, signed_in, url
from tests.helpers.factories import AgreementFactory
from tests.helpers.sheets import load_rows, problems, warnings

pytestmark = pytest.mark.django_db
SPOILED = "Мемо\u00adрандум\u00a0о\u202fсвя\u200bзи\u200e"
MEANT = "Меморандум о связи"


def test_a_sheet_keeps_the_text_that_was_meant_and_says_so(treaty):
    report = load_rows("agreements", {**treaty, "title_ru": SPOILED}, publish=True)
    assert (warnings(report), Agreement.objects.get().title_ru) == (["text.invisible"], MEANT)
    assert "Удалены невидимые символы." in report.warnings[0].problem.in_every_language()["ru"]


def test_the_record_is_found_by_its_words(treaty):
    load_rows("agreements", {**treaty, "title_ru": SPOILED.replace("связи", "свя\u0301зи")})
    assert Agreement.objects.matching("меморандум связи").exists()


def test_codes_names_dates_and_sources_are_read_without_the_marks(treaty):
    spoiled = {
        **treaty,
        "instrument_type": "tre\u200baty",
        "date_signed": "\u202a30.\u200e05.\u200e1992\u202c",
        "parties": "\u2066RU\u2069; U\u00adZ",
        "source": "her\u200bald",
    }
    report = load_rows("agreements", spoiled)
    assert not problems(report)
    found = Agreement.objects.get()
    assert (found.instrument_type, found.signed.text) == ("treaty", "1992-05-30")
    again = load_rows("agreements", treaty)
    assert (again.unchanged, again.updated) == (1, 0)


@pytest.mark.parametrize("letter", ["\x00", "\x1b", "\x9f", "\ud800", "\uffff", "\ufdd0", "\U0001fffe"])
def test_real_controls_stay_refused(letter, treaty):
    report = load_rows("agreements", {**treaty, "title_ru": f"Мемо{letter}рандум"})
    assert problems(report) == [("B2", "text.control")]


def test_spaces_and_stress_alone_are_no_finding(treaty):
    report = load_rows("agreements", {**treaty, "title_ru": "Росси\u0301я\u00a0и соседи"})
    assert (warnings(report), Agreement.objects.get().title_ru) == ([], "Росси\u0301я и соседи")


def test_a_form_keeps_the_text_that_was_meant(staff):
    record, client = AgreementFactory(title_ru="Прежнее"), signed_in(staff("editor"))
    address = url(Agreement, "change", record.pk)
    assert client.post(address, filled_in(client.get(address), title_ru=SPOILED)).status_code == 302
    assert Agreement.objects.get().title_ru == MEANT


def test_a_form_says_that_it_leaves_them_out(staff):
    client = signed_in(staff("editor"))
    answer = client.post(f"{url(Source, 'reading')}?column=title", {"cell": SPOILED}).json()
    assert (answer["errors"], answer["warnings"]) == ([], ["Invisible characters were removed."])
