"""Likely duplicates in a preview are decided on its page, one by one or all of a kind."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from relations.models import Agreement, ImportBatch
from tests.helpers.admin import signed_in
from tests.helpers.factories import SourceFactory
from tests.helpers.import_pages import batch_of, counts, press, upload
from tests.helpers.sheets import load_rows

pytestmark = pytest.mark.django_db
HEADINGS = "title_ru;date_signed;parties;source"
#: two like records of the same date, one like a record of another date, one like the row above it, and a new one
SHEET = f"""{HEADINGS}
Договор «О дружбе»;1992-05-30;RU, UZ;collection
Соглашение о воде.;1993-01-01;RU, UZ;collection
Договор о торговле;1995-02-02;RU, UZ;
Меморандум о науке;1999-09-09;RU, UZ;collection
Меморандум о науке.;1999-09-09;RU, UZ;collection
""".replace("RU, UZ", '"RU; UZ"')


@pytest.fixture
def stored(russia, uzbekistan):
    for key in ("herald", "collection"):
        SourceFactory(key=key)
    rows = [
        {"key": key, "title_ru": title, "date_signed": day, "parties": "RU; UZ", "source": "herald"}
        for key, title, day in (
            ("friendship", "Договор о дружбе", "1992-05-30"),
            ("water", "Соглашение о воде", "1993-01-01"),
            ("trade", "Договор о торговле", "1994"),
        )
    ]
    assert not load_rows("agreements", *rows).errors


@pytest.fixture
def preview(importer, stored):
    return upload(importer, SHEET.encode())


def open_tab(client, page):
    address = reverse("admin:relations_importbatch_change", args=[page.context["batch"].pk])
    return client.get(f"{address}?tab=duplicates")


def lines(client, page):
    return list(open_tab(client, page).context["tabs"].page.object_list)


def decide(client, page, all_same_day="", **choices):
    """The page after the decisions about rows, by their numbers."""
    keys = {f"row{line['row']}": line["key"] for line in lines(client, page)}
    post = {f"choice:{keys[row]}": choice for row, choice in choices.items()}
    address = reverse("admin:relations_importbatch_decide", args=[page.context["batch"].pk])
    return client.post(address, {**post, "all:same_day": all_same_day}, follow=True)


def test_each_row_stands_beside_the_record_that_it_looks_like(importer, preview):
    found = {line["row"]: line for line in lines(importer, preview)}
    assert list(found) == [2, 3, 4, 6]
    titles = [(one.before, one.after) for one in found[2]["differences"] if one.names == ("title_ru",)]
    assert titles == [("Договор о дружбе", "Договор «О дружбе»")]
    assert found[4]["twin"]["is_same_day"] is False
    assert found[6]["twin"]["row"] == 5


def test_only_what_can_become_of_a_row_is_offered(importer, preview):
    found = {line["row"]: [value for value, *_ in line["choices"]] for line in lines(importer, preview)}
    assert found[2] == ["new", "update", "cite", "pass_over"]
    assert found[4] == ["new", "update", "pass_over"]  # it has no source
    assert found[6] == ["new", "pass_over"]  # the row above is no record yet


def test_rows_are_stored_as_decided(importer, preview):
    assert counts(preview) == (5, 0, 0)
    page = decide(importer, preview, row2="update", row3="cite", row4="pass_over", row6="new")
    assert counts(page) == (2, 2, 0)
    press(importer, page, "confirm")
    assert batch_of(page).status == ImportBatch.Status.STORED
    found = {one.key: one for one in Agreement.objects.all()}
    assert len(found) == 5
    assert found["friendship"].title_ru == "Договор «О дружбе»"
    assert found["water"].title_ru == "Соглашение о воде"
    assert found["water"].citations.count() == 2
    assert found["trade"].citations.count() == 1


def test_decisions_stay_on_the_page_and_can_be_changed(importer, preview):
    page = decide(importer, preview, row2="pass_over")
    chosen = {
        line["row"]: [v for v, _label, is_chosen in line["choices"] if is_chosen]
        for line in lines(importer, page)
    }
    assert chosen == {2: ["pass_over"], 3: [], 4: [], 6: []}
    page = decide(importer, page, row2="cite")
    assert counts(page) == (4, 1, 0)


def test_one_decision_is_enough_for_all_others_of_a_kind(importer, preview):
    page = decide(importer, preview, all_same_day="pass_over", row2="update")
    assert counts(page) == (2, 1, 0)
    by_row = {line["row"]: line["choices"] for line in lines(importer, page)}
    assert [[v for v, _label, is_chosen in by_row[row] if is_chosen] for row in (2, 3, 4, 6)] == [
        ["update"], ["pass_over"], [], ["pass_over"],
    ]  # fmt: skip


def test_one_decision_for_all_passes_over_those_of_which_it_cannot_be_made(importer, preview):
    page = decide(importer, preview, all_same_day="cite")
    assert counts(page) == (3, 2, 0)


@pytest.mark.parametrize("choice", ["cite", "dragon", "\x00"])
def test_what_is_not_offered_cannot_be_posted(importer, preview, choice):
    page = decide(importer, preview, row4=choice)
    assert counts(page) == (5, 0, 0)
    assert page.context["messages"]


def test_a_post_without_a_decision_says_so(importer, preview):
    page = decide(importer, preview)
    assert [str(one) for one in page.context["messages"]] == ["Choose what becomes of the rows."]


def test_nobody_else_decides(preview, staff):
    other = signed_in(staff("importer"))
    key = batch_of(preview).lines.filter(tab="duplicates").first().content["key"]
    address = reverse("admin:relations_importbatch_decide", args=[preview.context["batch"].pk])
    assert other.post(address, {f"choice:{key}": "pass_over"}).status_code == 403
    assert not batch_of(preview).decisions


def test_after_storing_nothing_is_decided_any_more(importer, preview):
    press(importer, preview, "confirm")
    address = reverse("admin:relations_importbatch_decide", args=[preview.context["batch"].pk])
    importer.post(address, {"all:same_day": "pass_over"})
    assert not batch_of(preview).decisions


def test_a_record_that_has_gone_meanwhile_can_be_decided_about_again(importer, preview):
    page = decide(importer, preview, row2="pass_over", row3="cite")
    Agreement.objects.get(key="water").delete()
    page = decide(importer, page, row2="new")
    assert batch_of(page).status == ImportBatch.Status.REFUSED
    by_row = {line["row"]: line for line in lines(importer, page)}
    assert by_row[3]["is_gone"]
    page = decide(importer, page, row3="new")
    assert batch_of(page).status == ImportBatch.Status.PREVIEWED


def test_the_page_costs_as_many_statements_for_one_row_as_for_many(importer, stored):
    def statements(sheet):
        page = upload(importer, sheet.encode())
        with CaptureQueriesContext(connection) as captured:
            assert lines(importer, page)
        return len(captured)

    assert statements("".join(SHEET.splitlines(keepends=True)[:2])) == statements(SHEET)
