"""The years of a list: each bar is the list of its years, and nothing is lost between bars and undated ones."""

import csv
import random
from datetime import UTC, datetime
from io import StringIO
from xml.etree import ElementTree

import pytest
from django.http import QueryDict

from relations.models import Agreement
from relations.presentation.year_chart import YearChart
from relations.queries.histogram import Years
from relations.queries.record_query import ALL_TYPES, RecordQuery
from tests.helpers.catalog import ALL_SLUGS
from tests.helpers.factories import AgreementFactory, ForumFactory, ObservationFactory, VisitFactory
from tests.helpers.random_queries import random_parameters, total, values_of

pytestmark = pytest.mark.django_db


def years(slug, query=""):
    data = query if isinstance(query, QueryDict) else QueryDict(query)
    return YearChart(None, RecordQuery(slug, data)).years


def heights(found):
    return {bar.label: bar.total for bar in found.bars if bar.total}


def held(*periods):
    for period in periods:
        ForumFactory(period=period, published=True)


def signed(*periods):
    for period in periods:
        AgreementFactory(signed=period, published=True)


class TestBars:
    def test_stand_without_a_gap_from_the_first_year_to_the_last(self):
        signed("1992-05-30", "1995")
        assert [bar.label for bar in years("agreements").bars] == ["1992", "1993", "1994", "1995"]

    def test_hold_a_span_in_every_year_it_certainly_touches(self):
        held("1992", "1992/1994")
        found = years("forums")
        assert heights(found) == {"1992": 2, "1993": 1, "1994": 1}
        assert (found.total, found.undated, found.uncertain, found.spanning) == (2, 0, 0, 1)

    def test_leave_out_a_point_in_time_that_is_not_certain_to_the_year(self):
        signed("1992", "1992/1994", "1995~")
        found = years("agreements")
        assert heights(found) == {"1992": 1}
        assert (found.total, found.undated, found.uncertain, found.spanning) == (3, 0, 2, 0)

    def test_leave_undated_records_out_and_count_them_apart(self):
        signed("1992", "", "XXXX-04")
        found = years("agreements")
        assert heights(found) == {"1992": 1}
        assert (found.total, found.undated) == (3, 2)

    def test_draw_nothing_for_what_is_still_open(self):
        held("1992/..", "1994", "../1993")
        assert heights(years("forums")) == {"1992": 1, "1993": 1, "1994": 1}

    def test_hold_several_years_where_there_are_many(self):
        for year in ("1731", "2022"):
            ObservationFactory(period=year, published=True)
        found = years("statistics")
        assert len(found.bars) <= 60
        assert found.bars[0].first == 1731
        assert found.bars[-1].last == 2022
        assert sum(bar.total for bar in found.bars) == 2

    def test_are_only_those_in_the_query(self):
        held("1992/1999", "2005")
        found = years("forums", "year_from=1994&year_to=1996")
        assert heights(found) == {"1994": 1, "1995": 1, "1996": 1}
        assert found.total == 1

    @pytest.mark.parametrize("query", ["year_from=2000", "year_to=1980", "year_from=2000&year_to=2001"])
    def test_can_be_drawn_where_only_open_periods_answer(self, query):
        held("1985/..", "../1990")
        found = years("forums", query)
        assert found.total == total("forums", query)
        assert sum(bar.total for bar in found.bars) == found.total

    def test_are_none_without_dates(self):
        signed("")
        assert years("agreements").bars == []
        assert Years({}).bars == []

    def test_distinguish_the_types(self):
        signed("1992")
        ForumFactory(period="1992", published=True)
        (bar,) = years(ALL_TYPES).bars
        assert bar.counts == {"agreements": 1, "forums": 1}


@pytest.mark.parametrize("slug", ALL_SLUGS)
def test_for_random_questions_every_bar_is_the_list_of_its_years(slug, content):
    chance = random.Random(f"years of {slug}")
    values = values_of(RecordQuery(slug, QueryDict()))
    for _number in range(12):
        question = random_parameters(chance, values)
        found = years(slug, question)
        assert found.total == total(slug, question), question.urlencode()
        once = sum(bar.total for bar in found.bars) - extra(found)
        assert once + found.undated + found.uncertain == found.total
        for bar in chance.sample(found.bars, min(3, len(found.bars))):
            asked = question.copy()
            asked.pop("undated", None)
            for name, value in bar.parameters.items():
                asked[name] = value
            assert bar.total == total(slug, asked), (question.urlencode(), bar.label)


def extra(found):
    """How often records that span several bars are counted more than once."""
    return sum(
        number * max(found.bars_of(span) - 1, 0)
        for spans in found.spans.values()
        for span, number in spans.items()
    )


class TestPage:
    def test_shows_every_year_with_a_link_to_its_list(self, client):
        signed("1992", "1994")
        page = client.get("/en/years/agreements/").content.decode()
        assert 'href="/en/agreements/?year_from=1992&amp;year_to=1992"' in page
        assert "2 agreements" in page

    def test_of_all_types_has_a_column_a_type(self, client):
        signed("1992")
        VisitFactory(period="1993", published=True)
        page = client.get("/en/years/?type=agreements&type=visits").content.decode()
        assert "Agreements</th>" in page
        assert "Visits</th>" in page
        assert "Forums</th>" not in page

    def test_of_an_invalid_query_says_what_is_wrong(self, client):
        page = client.get("/en/years/agreements/?year_from=dragon")
        assert page.status_code == 200
        assert "Enter the year as four digits, such as 1992." in page.content.decode()

    @pytest.mark.parametrize(
        "address", ["years/nonsense/", "years/nonsense/light.svg", "years/agreements/pink.svg"]
    )
    def test_is_not_there_for_an_unknown_type_or_look(self, client, address):
        assert client.get(f"/en/{address}").status_code == 404


class TestPicture:
    def test_says_what_it_shows_and_where_it_comes_from(self, client):
        signed("1992-05-30", "1994", "")
        answer = client.get("/en/years/agreements/light.svg?country=UZ")
        assert answer["Content-Type"] == "image/svg+xml"
        text = " ".join(ElementTree.fromstring(answer.content).itertext())
        for said in (
            "Agreements: 3",
            "Uzbekistan",
            "1992–1994",
            "3 in total, 1 of them undated",
            "Source: Russia and Central Asia",
        ):
            assert said in text
        assert "as of" in text

    def test_says_how_many_are_context_and_on_which_day_the_newest_was_changed(self, client):
        signed("1992", "1993")
        Agreement.objects.update_unchecked(updated_at=datetime(2021, 3, 5, 12, tzinfo=UTC))
        Agreement.objects.filter(signed="1993").update_unchecked(in_scope=False)
        Agreement.objects.filter(signed="1992").update_unchecked(in_scope=True)
        for language, said in {
            "en": ("Of them context, outside the register’s subject: 1.", "as of 5 March 2021"),
            "ru": ("Из них контекст, вне предмета регистра: 1.", "на 5 марта 2021"),
        }.items():
            answer = client.get(f"/{language}/years/agreements/light.svg")
            text = " ".join(ElementTree.fromstring(answer.content).itertext())
            assert all(one in text for one in said), text

    def test_labels_every_bar_for_screen_readers(self, client):
        signed("1992", "1992")
        assert 'aria-label="1992: 2 (' in client.get("/en/years/agreements/light.svg").content.decode()

    @pytest.mark.parametrize("look", ["light", "dark", "light-narrow", "dark-narrow"])
    def test_comes_in_every_look(self, client, look):
        signed("1992")
        assert client.get(f"/ru/years/agreements/{look}.svg").status_code == 200

    def test_may_be_kept_for_a_while(self, client):
        assert "s-maxage=60" in client.get("/ru/years/agreements/light.svg")["Cache-Control"]

    def test_comes_as_png(self, client):
        signed("1992")
        answer = client.get("/ru/years/timeline/light.png?country=UZ")
        assert answer["Content-Type"] == "image/png"
        assert answer.content.startswith(b"\x89PNG")

    def test_of_nothing_can_still_be_drawn(self, client):
        assert client.get("/ru/years/agreements/light.svg").status_code == 200

    def test_keeps_markup_as_text(self, client):
        answer = client.get("/en/years/agreements/light.svg?q=%3Cscript%3Ealert(1)%3C/script%3E")
        assert b"<script" not in answer.content

    def test_is_refused_with_reasons_for_an_invalid_query(self, client):
        for address in ("light.svg", "light.png", "years.csv"):
            answer = client.get(f"/en/years/agreements/{address}?year_from=dragon")
            assert answer.status_code == 400
            assert "Cache-Control" not in answer
            assert "Enter the year" in answer.content.decode()


def test_the_table_as_a_file_has_a_line_a_bar_and_two_for_records_in_no_bar(client):
    signed("1992", "1994", "")
    ForumFactory(period="1994", published=True)
    rows = list(
        csv.reader(
            StringIO(client.get("/en/years/timeline/years.csv?type=agreements&type=forums").content.decode())
        )
    )
    assert rows == [
        ["year_from", "year_to", "agreements", "forums", "total", "dates"],
        ["1992", "1992", "1", "0", "1", "certain"],
        ["1993", "1993", "0", "0", "0", "certain"],
        ["1994", "1994", "1", "1", "2", "certain"],
        ["", "", "0", "0", "0", "uncertain"],
        ["", "", "1", "0", "1", "undated"],
    ]


def test_the_bars_above_a_list_link_to_their_years_and_are_pale_outside_the_chosen_ones(client):
    signed("1992", "1994")
    page = client.get("/en/agreements/?year_from=1994").content.decode()
    assert 'class="bar pale" x="00"' in page
    assert 'class="bar" x="20"' in page
    assert 'href="?year_from=1992&amp;year_to=1992"' in page
