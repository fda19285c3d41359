"""The lists show exactly what a query asks for; an invalid query gets a message and no records."""

import csv
import io
import json

import openpyxl
import pytest

from relations.catalog import RESOURCES
from relations.imports.pipeline import load_sheet
from relations.models import Citation
from relations.readers.sheet import read_sheet
from tests.helpers.catalog import SLUGS
from tests.helpers.factories import (
    FACTORIES,
    AgreementFactory,
    ForumFactory,
    ObservationFactory,
    OrganizationFactory,
    PlaceFactory,
    SourceFactory,
    TopicFactory,
    VisitFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def listed(client):
    """A function: the keys a list shows for a query, in order."""

    def ask(slug, query="", language="ru"):
        response = client.get(f"/{language}/{slug}/?{query}")
        assert response.status_code == 200
        return [record.key for record in response.context["page"]]

    return ask


@pytest.mark.parametrize("slug", SLUGS)
def test_only_published_records_are_listed(slug, listed):
    FACTORIES[slug]()
    shown = FACTORIES[slug](published=True)
    FACTORIES[slug](published=True).withdraw()
    assert listed(slug) == [shown.key]


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("language", ["ru", "en"])
def test_an_empty_register_says_so(slug, language, client):
    response = client.get(f"/{language}/{slug}/")
    assert response.status_code == 200
    assert response.context["page"].paginator.count == 0


def test_country_includes_its_regions_and_cities(listed, orenburg, uzbekistan):
    ForumFactory(key="there", participants=[("location", orenburg)], published=True)
    ForumFactory(key="elsewhere", participants=[("location", uzbekistan)], published=True)
    assert listed("forums", "country=RU") == ["there"]
    assert listed("forums", "region=RU-ORE") == ["there"]
    assert listed("forums", "region=ru-orenburg") == ["there"]
    assert set(listed("forums", "country=RU&country=UZ")) == {"there", "elsewhere"}


def test_both_sides_must_take_part(listed, russia, uzbekistan, kazakhstan):
    AgreementFactory(key="ru-uz", participants=[("party", russia), ("party", uzbekistan)], published=True)
    AgreementFactory(key="ru-kz", participants=[("party", russia), ("party", kazakhstan)], published=True)
    assert listed("agreements", "country=RU&with=UZ") == ["ru-uz"]
    assert listed("agreements", "country=KZ&with=UZ") == []


def test_a_question_about_years_finds_what_certainly_lies_in_them(listed):
    ForumFactory(key="dated", period="2009-09", published=True)
    ForumFactory(key="undated", published=True)
    assert listed("forums", "year_from=2009&year_to=2009") == ["dated"]
    assert listed("forums", "year_from=2009&undated=0") == ["dated"]
    assert listed("forums", "year_from=2009&undated=1") == ["dated", "undated"]
    assert listed("forums", "year_from=2009&undated=only") == ["undated"]
    assert listed("forums", "year_from=2010") == []
    assert listed("forums", "year_from=1900&year_to=1901") == []


def test_without_a_question_about_years_the_undated_stand_last(listed):
    ForumFactory(key="undated", published=True)
    ForumFactory(key="dated", period="2009-09", published=True)
    for query in ("", "undated=1", "undated=0&undated=1", "sort=date"):
        assert listed("forums", query) == ["dated", "undated"]
    assert listed("forums", "undated=0") == ["dated"]
    assert listed("forums", "undated=only") == ["undated"]


def test_the_page_says_how_many_more_may_lie_in_the_years_and_shows_the_undated_apart(client):
    ForumFactory(key="dated", period="2009-09", published=True)
    ForumFactory(key="about", period="2009~", published=True)
    ForumFactory(key="undated", published=True)
    page = client.get("/en/forums/?year_from=2009&year_to=2009").content.decode()
    assert "2 more may fall within this period (2009), 1 of them undated" in page
    assert 'href="?year_from=2009&amp;year_to=2009&amp;undated=only"' in page
    assert "<h2>Undated</h2>" in client.get("/en/forums/").content.decode()
    assert "may fall within" not in client.get("/en/forums/?year_from=2009&undated=0").content.decode()


def test_topic_type_status_and_source_narrow_the_list(listed):
    wanted = AgreementFactory(key="wanted", instrument_type="protocol", status_in_law="in_force")
    wanted.topics.add(TopicFactory())
    wanted.publish()
    AgreementFactory(key="other", published=True)
    source = wanted.citations.get().source.key
    for query in ("topic=trade", "type=protocol", "status=in_force", f"source={source}"):
        assert listed("agreements", query) == ["wanted"], query
    assert set(listed("agreements", "type=protocol&type=treaty")) == {"wanted", "other"}


def test_figures_are_filtered_by_indicator_area_and_counterpart(listed, uzbekistan, russia):
    ObservationFactory(key="figure", counterpart_area=russia, published=True)
    for query in ("indicator=enterprises", "area=UZ", "counterpart=RU", "type=level", "status=A"):
        assert listed("statistics", query) == ["figure"], query
    assert listed("statistics", "area=RU") == []


def test_visits_are_filtered_by_office(listed):
    VisitFactory(key="head", visitor_office="head_of_state", published=True)
    assert listed("visits", "office=head_of_state") == ["head"]
    assert listed("visits", "office=mayor") == []


def test_words_are_found_in_another_inflection(listed):
    ForumFactory(key="one", title_ru="Форум регионов", published=True)
    assert listed("forums", "q=форумы") == ["one"]


def test_sorting(listed):
    ForumFactory(key="b", title_ru="Б", period="2001", published=True)
    ForumFactory(key="a", title_ru="А", period="2002", published=True)
    ForumFactory(key="c", title_ru="В", published=True)
    assert listed("forums") == ["a", "b", "c"]
    assert listed("forums", "sort=date")[:2] == ["b", "a"]
    assert listed("forums", "sort=title") == ["a", "b", "c"]


NONSENSE = [
    "year_from=99999999999",
    "year_from=abc",
    "year_to=0",
    "year_from=2010&year_to=2009",
    "year_from=2001&year_from=2002",
    "year_from=%00",
    "country=XX",
    "country=%00",
    "country=UZ&country=XX",
    "topic=nothing",
    "type=nothing",
    "source=%00%00",
    "sort=random",
    "undated=maybe",
    "q=%00",
    "q=!!!",
    "q=и",
    "q=" + "я" * 500,
]


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("query", NONSENSE)
def test_an_invalid_query_gets_a_message_and_no_records(slug, query, client):
    FACTORIES[slug](published=True)
    response = client.get(f"/ru/{slug}/?{query}")
    assert response.status_code == 200
    assert response.context["page"].paginator.count == 0
    assert 'role="alert"' in response.content.decode()
    assert client.get(f"/ru/{slug}.csv?{query}").status_code == 400


@pytest.mark.parametrize(
    "query", ["page=abc", "page=0", "page=-1", "page=2", "page=99999999999999999999", "page=%00"]
)
def test_an_unknown_page_is_not_found(query, client):
    ForumFactory(published=True)
    assert client.get(f"/ru/forums/?{query}").status_code == 404


def test_titles_are_sorted_in_the_readers_language(listed):
    ForumFactory(key="one", title_ru="А", title_en="Z", published=True)
    ForumFactory(key="two", title_ru="Б", title_en="A", published=True)
    ForumFactory(key="only-russian", title_ru="В", title_en="", published=True)
    assert listed("forums", "sort=title") == ["one", "two", "only-russian"]
    assert listed("forums", "sort=title", language="en") == ["two", "one", "only-russian"]


def test_the_form_keeps_what_no_record_has(client, uzbekistan):
    page = " ".join(client.get("/ru/statistics/?area=UZ").content.decode().split())
    assert '<input type="checkbox" name="area" value="UZ" checked>' in page


def test_unknown_parameters_are_ignored(listed):
    ForumFactory(key="one", published=True)
    assert listed("forums", "utm_source=letter&country=") == ["one"]


def test_pages_divide_the_list_without_loss(listed):
    for number in range(55):
        ForumFactory(key=f"forum-{number}", published=True)
    both = listed("forums") + listed("forums", "page=2")
    assert len(both) == len(set(both)) == 55


def test_chips_repeat_the_question_and_drop_one_value_each(client, uzbekistan):
    response = client.get("/en/forums/?country=UZ&year_from=2001&page=1")
    chips = {chip.text: chip.without for chip in response.context["query_summary"].chips}
    assert chips == {"Uzbekistan": "?year_from=2001", "since 2001": "?country=UZ"}


def test_an_empty_answer_names_the_filter_to_drop(client, uzbekistan):
    page = client.get("/en/forums/?country=UZ").content.decode()
    assert "Country: Uzbekistan" in page


def test_the_language_switch_keeps_page_and_filters(client, uzbekistan):
    page = client.get("/ru/forums/?country=UZ&sort=title").content.decode()
    assert 'href="/en/forums/?country=UZ&amp;sort=title"' in page


def test_choices_offer_only_places_that_occur(client, russia, uzbekistan):
    PlaceFactory(code="NO", name_ru="Норвегия")
    ForumFactory(published=True)
    facets = {
        facet.name: facet.groups
        for facet in client.get("/ru/forums/").context["query_summary"].facet_options()
    }
    assert {option.value for _heading, options in facets["country"] for option in options} == {"RU", "UZ"}


@pytest.mark.parametrize("slug", SLUGS)
def test_files_hold_exactly_the_list(slug, client, listed):
    for _number in range(3):
        FACTORIES[slug](published=True)
    FACTORIES[slug]()
    keys = set(listed(slug))
    by_csv = client.get(f"/ru/{slug}.csv")
    text = b"".join(by_csv.streaming_content).decode("utf-8-sig")
    assert {row["key"] for row in csv.DictReader(io.StringIO(text))} == keys
    assert {row["key"] for row in json.loads(client.get(f"/ru/{slug}.json").getvalue())} == keys
    sheet = openpyxl.load_workbook(io.BytesIO(client.get(f"/ru/{slug}.xlsx").getvalue())).active
    assert {row[0].value for row in sheet.iter_rows(min_row=2)} == keys


def test_notes_for_editors_are_in_no_public_file(client):
    ForumFactory(notes="позвонить автору", published=True)
    text = b"".join(client.get("/ru/forums.csv").streaming_content).decode()
    assert "позвонить" not in text
    assert "notes" not in text


def test_an_unknown_format_is_not_found(client):
    assert client.get("/ru/forums.exe").status_code == 404


def test_sources_come_as_a_file_of_the_same_question(client):
    AgreementFactory(published=True)
    SourceFactory(key="of-no-public-record")
    cited = Citation.objects.get().source
    rows = json.loads(client.get("/en/sources.json").getvalue())
    assert [row["key"] for row in rows] == [cited.key]
    assert "notes" not in rows[0]
    assert json.loads(client.get("/en/sources.json?type=book").getvalue()) == []
    assert client.get("/en/sources.csv?type=nonsense").status_code == 400
    assert client.get("/en/sources.exe").status_code == 404
    assert "/en/sources.csv?q=" in client.get("/en/sources/?q=вестник").content.decode()


#: texts that a spreadsheet would run, and how the csv holds them
RUNNING = {
    "=1+1": "'=1+1", "@SUM(A1)": "'@SUM(A1)", "-5 and more": "'-5 and more", "+7": "+7", "'=1": "''=1",
    "''+1": "'''+1", "-5": "-5", "=": "'=", "'quoted'": "'quoted'",
}  # fmt: skip


def test_a_file_for_a_spreadsheet_runs_no_formula_and_reads_back_the_same(client):
    for i, text in enumerate(RUNNING):
        AgreementFactory(key=f"n{i}", summary_ru=text, published=True)
    data = client.get("/en/agreements.csv").getvalue()
    rows = csv.DictReader(io.StringIO(data.decode("utf-8-sig")))
    cells = {row["key"]: row["summary_ru"] for row in rows}
    assert [cells[f"n{i}"] for i in range(len(RUNNING))] == list(RUNNING.values())
    report = load_sheet(RESOURCES["agreements"], read_sheet(data), dry_run=True)
    assert (report.unchanged, report.updated, report.errors) == (len(RUNNING), 0, [])


def test_places_come_as_a_file_with_their_codes(client, orenburg):
    rows = {row["code"]: row for row in json.loads(client.get("/ru/places.json").getvalue())}
    assert (rows["ru-orenburg"]["parent"], rows["ru-orenburg"]["former_names_ru"]) == ("RU-ORE", "Чкалов")
    assert rows["RU"]["parent"] == ""
    assert client.get("/ru/places.csv").getvalue().startswith(b"\xef\xbb\xbfname_ru,")
    assert client.get("/ru/places.pdf").status_code == 404


@pytest.mark.parametrize("form", ["csv", "json"])
def test_a_file_names_no_record_that_is_not_public(form, client):
    agreement = AgreementFactory()
    agreement.links.create(kind="signed_at", to_forum=ForumFactory(key="a-draft"))
    agreement.links.create(kind="signed_at", to_forum=ForumFactory(key="in-public", published=True))
    agreement.publish()
    text = client.get(f"/en/agreements.{form}").getvalue().decode()
    assert "in-public" in text
    assert "a-draft" not in text


def test_empty_parameters_are_not_kept_in_links(client, uzbekistan):
    """A form sends every field; addresses that are shared and cited hold only the filters in use."""
    ForumFactory(published=True)
    page = client.get("/ru/forums/?q=&year_from=&undated=&country=UZ&country=UZ&utm=x&page=1")
    assert page.context["query_summary"].as_query() == "country=UZ"
    assert 'href="/ru/forums.csv?country=UZ"' in page.content.decode()
    without = client.get("/ru/forums/?undated=0&country=UZ").context["query_summary"]
    assert without.as_query() == "undated=0&country=UZ"


def test_the_title_of_a_page_names_the_filters(client, uzbekistan):
    assert "<title>Форумы: Узбекистан · " in client.get("/ru/forums/?country=UZ").content.decode()


def test_an_invalid_page_number_is_reported(client):
    answer = client.get("/ru/forums/?page=7")
    assert answer.status_code == 404
    assert "В этом списке нет такой страницы." in answer.content.decode()


@pytest.mark.parametrize(("slug", "role"), [("visits", "destination"), ("forums", "location")])
def test_a_list_names_an_organisation_where_others_have_a_place(slug, role, client):
    FACTORIES[slug](published=True).participations.create(
        role=role, organization=OrganizationFactory(name_en="Secretariat")
    )
    assert "Secretariat" in client.get(f"/en/{slug}/").content.decode()
