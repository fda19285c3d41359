"""What is missing: the numbers on the desk, the lists that they lead to, and records by country and year."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from relations.models import Agreement, Recheck, State
from tests.helpers.admin import signed_in, text, url
from tests.helpers.factories import AgreementFactory, ForumFactory, PlaceFactory, SourceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(staff):
    return signed_in(staff("editor"))


def listed(client, **chosen):
    page = client.get(url(Agreement), chosen)
    assert page.status_code == 200
    return {record.key for record in page.context["cl"].result_list}


def treaty_of(*codes, **details):
    parties = [("party", PlaceFactory(code=code)) for code in codes]
    return AgreementFactory(participants=parties, **details)


class TestTheDesk:
    def test_counts_what_is_missing_and_leads_to_the_records(self, editor):
        AgreementFactory(key="whole", title_ru="Договор", title_en="Treaty")
        AgreementFactory(key="one-language", title_ru="Договор", title_en="")
        partly = AgreementFactory(key="partly", title_ru="Договор", title_en="Treaty", sources=0)
        partly.cite(SourceFactory(), field="date_signed")
        changed = AgreementFactory(key="changed", title_ru="Договор", title_en="Treaty")
        Recheck.objects.create(type="agreements", object_id=changed.pk, source="source", vouched="1993")
        (row,) = [
            one
            for one in editor.get(reverse("admin:index")).context["rows"]
            if one.record_type.model is Agreement
        ]
        assert (row.facts_without_source, row.to_check_again, row.not_translated) == (1, 1, 1)
        assert listed(editor, missing="sources") == {"partly"}
        assert listed(editor, missing="check") == {"changed"}
        assert listed(editor, missing="translation") == {"one-language"}
        page = text(editor.get(reverse("admin:index")))
        for missing in ("sources", "check", "translation"):
            assert f"{url(Agreement)}?missing={missing}" in page

    def test_says_how_many_findings_of_a_record_have_no_answer(self, staff):
        AgreementFactory(signed="2005", adopted="2006").submit()
        page = text(signed_in(staff("publisher")).get(reverse("admin:index")))
        assert "1 remark of the rules without an answer" in page


class TestTheListOfOneYear:
    @pytest.fixture(autouse=True)
    def of_two_years(self, db):
        AgreementFactory(key="first", signed="1992-05-30")
        AgreementFactory(key="second", signed="1993")

    def test_has_the_records_that_begin_in_it(self, editor):
        assert listed(editor, year="1992") == {"first"}
        assert listed(editor) == {"first", "second"}

    @pytest.mark.parametrize("year", ["0", "-1", "10000", "x", "١٩٩٢", "9" * 5000])
    def test_is_empty_for_what_is_no_year(self, editor, year):
        assert listed(editor, year=year) == set()


class TestRecordsByCountryAndYear:
    def numbers(self, client, **query):
        table = client.get(reverse("admin-coverage"), query).context["table"]
        return {(row.year, cell.code): cell.number for row in table.rows for cell in row.cells if cell.number}

    def test_are_counted_in_each_country_that_takes_part(self, editor):
        treaty_of("RU", "KZ", signed="1992-05-30")
        treaty_of("RU", "UZ", signed="1992", published=True)
        treaty_of("RU", "TJ", signed="")
        withdrawn = treaty_of("RU", "KG", signed="1992", published=True)
        withdrawn.withdraw(None)
        assert self.numbers(editor, type="agreements") == {
            (1992, "RU"): 2,
            (1992, "KZ"): 1,
            (1992, "UZ"): 1,
            (None, "RU"): 1,
            (None, "TJ"): 1,
        }

    def test_lead_to_the_same_number_of_records(self, editor):
        treaty_of("RU", "KZ", signed="1992-05-30")
        treaty_of("RU", "KZ", signed="")
        page = text(editor.get(reverse("admin-coverage"), {"type": "agreements"}))
        for query, number in re.findall(r"\?(country=KZ&amp;(?:year=1992|dated=no))\">(\d)<", page):
            assert (
                len(listed(editor, **dict(part.split("=") for part in query.split("&amp;"))))
                == int(number)
                == 1
            )

    def test_have_a_row_for_each_year_so_that_nothing_missing_is_hidden(self, editor):
        table = editor.get(reverse("admin-coverage")).context["table"]
        years = [row.year for row in table.rows]
        assert years == sorted(range(1992, years[0] + 1), reverse=True)

    def test_of_a_made_up_type_are_those_of_the_first(self, editor):
        assert editor.get(reverse("admin-coverage"), {"type": "x\x00"}).context["chosen"].slug == "agreements"

    def test_are_closed_to_who_may_see_no_records(self, client, django_user_model):
        client.force_login(django_user_model.objects.create_user("nobody", is_staff=True))
        assert client.get(reverse("admin-coverage")).status_code == 403
        client.logout()
        assert client.get(reverse("admin-coverage")).status_code == 302

    def test_cost_the_same_number_of_statements_for_few_and_for_many(self, editor):
        def statements():
            with CaptureQueriesContext(connection) as captured:
                editor.get(reverse("admin-coverage"), {"type": "forums"})
            return len(captured)

        ForumFactory(period="1992")
        few = statements()
        for year in range(1993, 1999):
            ForumFactory(period=str(year))
        assert statements() == few

    def test_withdrawn_ones_are_in_no_row(self, editor):
        AgreementFactory(signed="1992", published=True).withdraw(None)
        assert Agreement.objects.get().state == State.WITHDRAWN
        assert self.numbers(editor) == {}
