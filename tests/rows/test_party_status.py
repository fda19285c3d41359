"""What has become of the participation of each party: in sheets, forms, pages and the API."""

import pytest

from relations.catalog import RESOURCES
from relations.imports.undo import undo
from relations.models import Agreement
from relations.models.row_cache import unpacked
from tests.helpers.admin import filled_in, signed_in, text, url
from tests.helpers.factories import AgreementFactory, OrganizationFactory, PlaceFactory, SourceFactory
from tests.helpers.sheets import codes, import_rows, load_rows, load_table

pytestmark = pytest.mark.django_db


@pytest.fixture
def finland(db):
    return PlaceFactory(code="FI", name_ru="Финляндия", name_en="Finland")


@pytest.fixture
def programme(russia, uzbekistan, finland):
    """Three parties, of which the second has suspended its participation."""
    record = AgreementFactory(
        key="programme",
        participants=[("party", uzbekistan), ("party", russia), ("party", finland)],
        published=True,
    )
    import_rows("agreements", {"key": "programme", "participation_status": "active; suspended:2022-03"})
    return record


def statuses(key="programme"):
    record = Agreement.objects.for_row().get(key=key)
    return {str(one.who.code): (one.status, str(one.status_date)) for one in record.in_role("party")}


def cells(key="programme"):
    """The kept row, which must be the one gathered from the tables."""
    record = Agreement.objects.for_row().get(key=key)
    gathered = RESOURCES["agreements"].cells_of(record)
    assert unpacked(record.row) == {name: cell for name, cell in gathered.items() if cell}
    return gathered


def test_each_party_has_the_status_of_its_place_in_the_list(programme):
    assert statuses() == {"UZ": ("active", ""), "RU": ("suspended", "2022-03"), "FI": ("", "")}
    assert cells()["participation_status"] == "active; suspended:2022-03"


def test_an_exported_sheet_is_imported_without_a_change(programme):
    resource = RESOURCES["agreements"]
    rows = list(resource.rows(Agreement.objects.all()))
    report = load_table("agreements", resource.names(), *rows)
    assert (report.unchanged, report.updated, report.errors) == (1, 0, [])
    Agreement.objects.all().delete()
    assert load_table("agreements", resource.names(), *rows).created == 1
    assert cells()["participation_status"] == "active; suspended:2022-03"


def test_the_order_of_the_columns_does_not_matter(russia, finland):
    row = {"participation_status": "; withdrew:2023", "parties": "FI; RU", "key": "new", "title_en": "New"}
    assert not load_rows("agreements", row | {"source": SourceFactory().key}).errors
    assert statuses("new") == {"FI": ("", ""), "RU": ("withdrew", "2023")}
    assert cells("new")["participation_status"] == "; withdrew:2023"


@pytest.mark.parametrize("cell", ["приостановлено:2022-03", "suspended: March 2022", "Suspended:03.2022"])
def test_a_status_is_read_by_its_code_or_its_label_in_both_languages(cell, programme):
    import_rows("agreements", {"key": "programme", "participation_status": f"; ; {cell}"})
    assert statuses() == {"UZ": ("", ""), "RU": ("", ""), "FI": ("suspended", "2022-03")}


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("gone", "choice.unknown"),
        (":2022", "choice.unknown"),
        ("active; active; active; active", "party.status"),
        ("suspended:nonsense", "date.unreadable"),
    ],
)
def test_a_status_that_cannot_be_read_is_refused(cell, code, programme):
    report = load_rows("agreements", {"key": "programme", "participation_status": cell})
    assert codes(report.errors) == [code]
    assert cells()["participation_status"] == "active; suspended:2022-03"


def test_a_party_keeps_its_status_where_a_sheet_has_the_parties_alone(programme):
    batch = import_rows("agreements", {"key": "programme", "parties": "RU; FI"}, publish=True)
    assert statuses() == {"RU": ("suspended", "2022-03"), "FI": ("", "")}
    assert cells()["participation_status"] == "suspended:2022-03"
    assert undo(batch, RESOURCES).restored == 1
    assert cells()["participation_status"] == "active; suspended:2022-03"


def test_an_empty_cell_takes_the_statuses_away(programme):
    import_rows("agreements", {"key": "programme", "participation_status": ""})
    assert set(statuses().values()) == {("", "")}


def test_regions_and_organisations_have_columns_of_their_own(russia, orenburg_oblast):
    company = OrganizationFactory(key="company")
    record = AgreementFactory(
        key="deal", participants=[("party", russia), ("party", orenburg_oblast), ("party", company)]
    )
    row = {"key": "deal", "regions_status": "acceded:2010", "organizations_status": "withdrew"}
    import_rows("agreements", row)
    found = {
        str(one.who): one.status for one in Agreement.objects.for_row().get(pk=record.pk).in_role("party")
    }
    assert found == {"Россия": "", "Оренбургская область": "acceded", "Министерство": "withdrew"}


# The form.


def sent(client, programme, **values):
    page = client.get(url(Agreement, "change", programme.pk))
    data = {f"participations-1-{name}": value for name, value in values.items()}
    return client.post(url(Agreement, "change", programme.pk), filled_in(page, **data))


def test_the_form_of_an_agreement_sets_the_status_of_a_party(staff, programme):
    programme.withdraw()
    answer = sent(signed_in(staff("publisher")), programme, status="withdrew", status_date="2023-05")
    assert answer.status_code == 302
    assert statuses()["RU"] == ("withdrew", "2023-05")
    assert cells()["participation_status"] == "active; withdrew:2023-05"


@pytest.mark.parametrize(
    "values", [{"role": "depositary", "status": "suspended"}, {"status": "", "status_date": "2022"}]
)
def test_the_form_refuses_a_status_of_another_role_and_a_date_without_a_status(values, staff, programme):
    answer = sent(signed_in(staff("publisher")), programme, **values)
    assert "Only a party or a signatory has a status, and a date needs one." in text(answer)
    assert statuses()["RU"] == ("suspended", "2022-03")


# Pages and the API.


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("suspended:2022-03", "suspended since March 2022"),
        ("withdrew:2023", "withdrew, 2023"),
        ("acceded:2010-05-02", "acceded, 2 May 2010"),
        ("active", "active"),
    ],
)
def test_the_page_names_the_status_beside_the_party(cell, words, client, programme):
    import_rows("agreements", {"key": "programme", "participation_status": f"; {cell}"})
    page = text(client.get("/en/agreements/programme/"))
    assert f'Russia</a> <span class="party-status">({words})</span>' in page
    assert page.count('class="party-status"') == 1


def test_the_api_gives_the_status_of_each_participant(client, programme):
    found = client.get("/api/v1/agreements/programme/").json()
    russia = next(one for one in found["participants"] if one["key"] == "RU")
    assert (russia["status"], russia["status_date"]) == ("suspended", "2022-03")
    assert found["columns"]["participation_status"] == ["active", "suspended:2022-03"]
