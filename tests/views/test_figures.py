"""Pages about figures: series apart, subjects as links, parts beside their wholes, statements in words."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relations.models import Observation, RecordLink
from tests.helpers.charts import HERE, figure, series
from tests.helpers.factories import (
    ForumFactory,
    IndicatorFactory,
    OrganizationFactory,
    PlaceFactory,
    TopicFactory,
    UnitFactory,
    two_countries,
)

pytestmark = pytest.mark.django_db

ENGLISH = HERE.replace("/ru/", "/en/")


def page(client, address):
    response = client.get(address)
    assert response.status_code == 200, address
    return " ".join(response.content.decode().split())


def statement(**values):
    return figure(None, qualifier="direction_only", unit=None, **values)


def test_the_table_of_an_indicator_is_grouped_by_series(client):
    for title in ("EEF", "SPIEF"):
        series([1, 2], about_forum=ForumFactory(title_en=title, published=True))
    series([3], definition_en="with branches")
    table = page(client, ENGLISH).split('<table class="figures">')[1].split("</table>")[0]
    headings = [part.split("</th>")[0] for part in table.split('scope="rowgroup">')[1:]]
    assert headings == [
        "Uzbekistan; enterprises; ≠ with branches",
        "Uzbekistan; EEF; enterprises",
        "Uzbekistan; SPIEF; enterprises",
    ]


def test_one_series_needs_no_heading(client):
    series([1, 2])
    assert "rowgroup" not in page(client, ENGLISH)


def test_an_indicator_says_its_newest_figure_and_number_of_series(client):
    series([1, 2, 3])
    statement(period="2020", direction="up")
    facts = page(client, ENGLISH).split('<dl class="facts">')[1]
    assert "3 enterprises</a> (2012; " in facts
    assert "<dt>Series</dt> <dd>1</dd>" in facts


def test_indicators_are_listed_by_topic_with_the_newest_value_of_each(client):
    education, trade = (
        TopicFactory(key="education", name_en="education"),
        TopicFactory(key="trade", name_en="trade"),
    )
    for key, topics, value in (("a", [trade, education], 5), ("b", [trade], 6), ("c", [], 7)):
        indicator = IndicatorFactory(key=key, name_en=f"Indicator {key}")
        indicator.topics.set(topics)
        series([1, value], indicator=indicator)
    shown = page(client, "/en/indicators/")
    for earlier, later in (
        ("Education</h2>", "Indicator a"),
        ("Indicator a", "Trade</h2>"),
        ("Trade</h2>", "Indicator b"),
        ("Indicator b", "Other topics</h2>"),
        ("Other topics</h2>", "Indicator c"),
    ):
        assert shown.index(earlier) < shown.index(later), (earlier, later)
    for value in (5, 6, 7):
        assert f"{value} enterprises" in shown
    assert "1 enterprise<" not in shown


def test_a_record_links_to_what_it_is_about_and_back(client):
    forum = ForumFactory(title_en="EEF 2023", published=True)
    record = figure(373, about_forum=forum)
    link = f'<a href="{forum.get_absolute_url().replace("/ru/", "/en/")}">EEF 2023</a>'
    assert link in page(client, record.get_absolute_url().replace("/ru/", "/en/"))
    assert link in page(client, "/en/statistics/")
    about_it = page(client, forum.get_absolute_url().replace("/ru/", "/en/")).split("Figures about it</h2>")[
        1
    ]
    assert "373 enterprises" in about_it


def test_what_is_not_public_is_named_nowhere(client):
    record = figure(373, about_forum=ForumFactory(key="secret-forum", title_en="Secret", title_ru="Тайный"))
    for address in (
        record.get_absolute_url(),
        "/ru/statistics/",
        "/ru/statistics.csv",
        HERE,
        "/ru/indicators/",
    ):
        response = client.get(address)
        text = b"".join(response).decode() if response.streaming else response.content.decode()
        assert "ecret" not in text, address
        assert "Тайный" not in text, address


def test_an_organisation_is_named_without_a_link(client):
    record = figure(373, about_organization=OrganizationFactory(name_en="Energy Co"))
    assert "Energy Co" in page(client, record.get_absolute_url().replace("/ru/", "/en/"))
    assert "Energy Co" in page(client, "/en/statistics/")
    rows = b"".join(client.get("/en/statistics.csv")).decode()
    assert f"org:{record.about.key}" in rows


def test_a_part_is_shown_with_its_whole_in_the_table_and_on_both_pages(client):
    whole = figure(26)
    city = PlaceFactory(
        code="uz-city", kind="city", parent=whole.ref_area, name_ru="Душанбе", name_en="Dushanbe"
    )
    part = figure(5, ref_area=city)
    RecordLink.objects.create(kind="part_of", from_observation=part, to_observation=whole)
    of_which = f'href="{whole.get_absolute_url()}"'
    assert "в том числе 5 предприятий (Душанбе)" in page(client, whole.get_absolute_url())
    assert "в том числе 5 предприятий (Душанбе)" in page(client, HERE)
    assert "26 предприятий</a> (" in page(client, HERE).split("Самое новое значение</dt>")[1]
    assert of_which in page(client, part.get_absolute_url())
    english = page(client, part.get_absolute_url().replace("/ru/", "/en/"))
    assert "part of 26 enterprises (Uzbekistan)" in english
    part.withdraw()
    assert "в том числе" not in page(client, whole.get_absolute_url())


@pytest.fixture
def trade(db):
    """(what Russia sold to Uzbekistan, what Uzbekistan bought from Russia) in one year."""
    sold, bought = (
        IndicatorFactory(key=f"merchandise-{flow}", name_en=flow) for flow in ("exports", "imports")
    )
    russia, uzbekistan = two_countries()
    return (
        figure(100, "2010", indicator=sold, ref_area=russia, counterpart_area=uzbekistan),
        figure(120, "2010", indicator=bought, ref_area=uzbekistan, counterpart_area=russia, obs_status="E"),
    )


def test_the_figure_of_the_other_side_stands_beside_it_in_the_table_and_on_both_pages(trade, client):
    sold, bought = trade
    back = bought.get_absolute_url()
    beside = "the other side: 120 enterprises, estimate (imports)"
    for address in (sold.get_absolute_url(), "/ru/indicators/merchandise-exports/"):
        assert f'href="{bought.get_absolute_url().replace("/ru/", "/en/")}"' in page(
            client, address.replace("/ru/", "/en/")
        )
        assert beside in page(client, address.replace("/ru/", "/en/"))
    assert "другая сторона: 100 предприятий" in page(client, back)
    bought.withdraw()
    assert "the other side" not in page(client, sold.get_absolute_url().replace("/ru/", "/en/"))


def test_another_year_another_unit_and_another_direction_are_not_the_other_side(trade, client):
    sold, _bought = trade
    for change in (
        {"period": "2011"},
        {"unit": UnitFactory(key="ton")},
        {"counterpart_area": PlaceFactory(code="KZ")},
    ):
        fields = {"period": "2010", "indicator": sold.indicator, "ref_area": sold.ref_area}
        other = figure(5, **{**fields, "counterpart_area": sold.counterpart_area, **change})
        assert "другая сторона" not in page(client, other.get_absolute_url())


def test_the_table_of_an_indicator_asks_for_all_other_sides_at_once(trade, client):
    address = "/ru/indicators/merchandise-exports/"

    def cost():
        client.get(address)
        with CaptureQueriesContext(connection) as counted:
            client.get(address)
        return len(counted)

    before = cost()
    sold, bought = trade
    for year in range(2011, 2020):
        for one in (sold, bought):
            sides = {"ref_area": one.ref_area, "counterpart_area": one.counterpart_area}
            figure(year, str(year), one.citations.get().source, indicator=one.indicator, **sides)
    assert cost() == before
    assert page(client, address).count("другая сторона") == 10


def test_a_statement_is_called_one_and_never_a_missing_figure(client):
    record = statement(wording_en="the greater part", wording_ru="большая часть", measure="growth")
    for address in (record.get_absolute_url(), "/ru/statistics/", HERE, "/ru/indicators/"):
        english = page(client, address.replace("/ru/", "/en/"))
        assert "the greater part" in english, address
        assert "tatement in words" in english, address
        assert "no figure given" not in english, address
        assert address == "/ru/statistics/" or "growth" not in english, address  # a filter there offers it
        assert "большая часть" in page(client, address), address


def test_another_definition_is_said_in_words_beside_the_figure(client):
    record = figure(3000, definition_en="with branches", definition_ru="с филиалами")
    english = page(client, record.get_absolute_url().replace("/ru/", "/en/"))
    assert "another definition than that of the indicator: with branches" in english
    assert "≠ with branches" in page(client, "/en/statistics/")


def test_every_page_costs_the_same_however_many_series_there_are(client):
    def cost(address):
        client.get(address)
        with CaptureQueriesContext(connection) as counted:
            client.get(address)
        return len(counted)

    def more(number):
        for n in range(number):
            series([1], about_forum=ForumFactory(published=True), unit=UnitFactory(key=f"u{n}"))

    more(2)
    before = [cost(address) for address in ("/ru/indicators/", "/ru/statistics/")]
    more(12)
    assert [cost(address) for address in ("/ru/indicators/", "/ru/statistics/")] == before
    assert Observation.objects.published().count() == 14
