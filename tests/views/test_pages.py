"""Every kind of page, for every kind of reader."""

import re

import pytest
from django.core.cache import cache

from relations.models import Forum
from relations.version import program_version
from relations.views.sources import SHOWN
from tests.helpers.browser import without_data
from tests.helpers.catalog import SLUGS
from tests.helpers.factories import (
    FACTORIES,
    AgreementFactory,
    ForumFactory,
    ForumSeriesFactory,
    ObservationFactory,
    PersonFactory,
    SourceFactory,
    VisitFactory,
)

pytestmark = pytest.mark.django_db
PLAIN = [
    "",
    "timeline/",
    "places/",
    "sources/",
    "indicators/",
    "about/",
    "names/",
    "search/",
    "search/?q=форумы",
    "relations/ru-uz/",
]


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("address", PLAIN)
def test_pages_answer_in_both_languages(language, address, page, russia, uzbekistan):
    for slug in SLUGS:
        FACTORIES[slug](published=True)
    assert f'<html lang="{language}">' in page(f"/{language}/{address}")


@pytest.mark.parametrize(
    ("accepted", "language"), [("ru", "ru"), ("en-GB", "en"), ("de", "ru"), ("kk, en;q=0.5", "en")]
)
def test_the_address_of_the_site_redirects_to_the_readers_language(accepted, language, client):
    response = client.get("/", headers={"accept-language": accepted})
    assert response.headers["location"] == f"/{language}/"


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("language", ["ru", "en"])
def test_a_record_shows_its_footnotes_with_source_and_place(slug, language, page):
    record = FACTORIES[slug](published=True)
    text = page(f"/{language}/{slug}/{record.key}/")
    source = record.citations.get().source
    assert source.title in text
    assert f"/{language}/sources/{source.key}/" in text
    assert 'id="n1"' in text
    assert 'href="#n1"' in text
    assert "7" in text


def test_a_footnote_follows_the_fact_it_supports(page):
    agreement = AgreementFactory(signed="1992-05-30")
    agreement.cite(
        SourceFactory(),
        field="date_signed",
        locator_label="page",
        locator="12",
        note_en="The day is doubtful.",
        confidence="low",
    )
    agreement.publish()
    text = page(f"/en/agreements/{agreement.key}/")
    assert 'href="#n2"' in text.split("30 May 1992</time>")[-1][:60]
    assert "The day is doubtful." in text


def test_the_original_source_is_shown_with_a_link(page):
    forum, origin = ForumFactory(), SourceFactory(title="Сводка министерства")
    forum.cite(SourceFactory(), quoted_in=origin)
    forum.publish()
    assert "Сводка министерства" in page(f"/ru/forums/{forum.key}/")
    assert forum.title in page(f"/ru/sources/{origin.key}/")


def test_a_missing_translation_shows_the_other_language_marked(page):
    forum = ForumFactory(title_ru="Форум регионов", title_en="", published=True)
    for address in (f"/en/forums/{forum.key}/", "/en/forums/"):
        text = page(address)
        assert '<span lang="ru">Форум регионов</span>' in text
        assert "in Russian" in text
    assert "other-language" not in page("/ru/forums/")


def test_a_missing_day_is_reported(page):
    ForumFactory(period="2009-09", published=True)
    text = page("/en/forums/")
    assert "Sept 2009" in text
    assert "day not given" in text


def test_linked_records_are_read_both_ways(page):
    visit, agreement, older = (
        VisitFactory(published=True),
        AgreementFactory(published=True),
        AgreementFactory(published=True),
    )
    agreement.links.create(kind="signed_at", to_visit=visit)
    agreement.links.create(kind="amends", to_agreement=older)
    assert visit.title_en in page(f"/en/agreements/{agreement.key}/")
    assert "signed here" in page(f"/en/visits/{visit.key}/")
    assert "amended by" in page(f"/en/agreements/{older.key}/")


def test_links_to_drafts_stay_hidden(page):
    agreement, draft = AgreementFactory(published=True), AgreementFactory(title_en="Secret draft")
    agreement.links.create(kind="cites", to_agreement=draft)
    assert "Secret draft" not in page(f"/en/agreements/{agreement.key}/")


def test_the_other_editions_of_a_series_are_listed(page):
    series = ForumSeriesFactory()
    sixth = ForumFactory(series=series, edition_number=6, published=True)
    seventh = ForumFactory(series=series, edition_number=7, title_en="Seventh", published=True)
    assert seventh.title_en in page(f"/en/forums/{sixth.key}/")


@pytest.mark.parametrize("slug", SLUGS)
def test_drafts_are_for_editors_only(slug, client, django_user_model):
    record = FACTORIES[slug]()
    assert client.get(record.get_absolute_url()).status_code == 404
    client.force_login(django_user_model.objects.create_user("editor", is_staff=True))
    assert client.get(record.get_absolute_url()).status_code == 200


def test_every_reader_is_told_that_a_record_is_withdrawn(page):
    forum = ForumFactory(title_en="Wrong", published=True)
    forum.withdraw()
    assert "Wrong" not in page(f"/en/forums/{forum.key}/", status=410)


@pytest.mark.parametrize(
    "address",
    [
        "forums/nothing/",
        "places/XX/",
        "sources/nothing/",
        "indicators/nothing/",
        "relations/ru-xx/",
        "relations/ru/",
        "relations/ru-ru/",
        "nothing/",
    ],
)
@pytest.mark.parametrize("language", ["ru", "en"])
def test_an_unknown_address_gets_a_helpful_page_in_the_readers_language(address, language, page):
    text = page(f"/{language}/{address}", status=404)
    assert f'<html lang="{language}">' in text
    assert 'role="search"' in text


def test_a_place_page_includes_the_places_inside_it(page, orenburg):
    forum = ForumFactory(participants=[("location", orenburg)], published=True)
    for code in ("RU", "RU-ORE", "ru-orenburg", "ru-ore"):
        assert forum.title_en in page(f"/en/places/{code}/")
    assert "Чкалов" in page("/en/places/ru-orenburg/")


def test_the_pair_page_has_one_timeline_of_all_types(client, russia, uzbekistan, kazakhstan):
    both = [FACTORIES[slug](published=True) for slug in ("agreements", "forums", "visits", "projects")]
    figure = ObservationFactory(counterpart_area=russia, published=True)
    ForumFactory(participants=[("location", kazakhstan)], published=True)
    response = client.get("/ru/relations/ru-uz/")
    assert {record for _type, record in response.context["page"]} == {*both, figure}


def test_the_timeline_runs_from_new_to_old_with_undated_last(client):
    old, new, undated = (
        AgreementFactory(signed="1992", published=True),
        VisitFactory(period="2023", published=True),
        ForumFactory(published=True),
    )
    assert [record for _type, record in client.get("/ru/timeline/").context["page"]] == [new, old, undated]
    for query, found in (("year_to=2000", [old]), ("year_to=2000&undated=1", [old, undated])):
        page = client.get(f"/ru/timeline/?{query}").context["page"]
        assert [record for _type, record in page] == found


def test_the_timeline_answers_what_every_list_answers(client, orenburg):
    there = ForumFactory(participants=[("location", orenburg)], period="2009", published=True)
    ForumFactory(published=True)
    for query in ("region=ru-orenburg", "q=оренбурге", "undated=0"):
        assert [record for _type, record in client.get(f"/ru/timeline/?{query}").context["page"]] == [there]


@pytest.mark.parametrize(
    "query",
    [
        "year_from=abc",
        "year_from=9999999999",
        "year_from=2010&year_to=2000",
        "country=XX",
        "q=!!!",
        "topic=none",
    ],
)
def test_the_timeline_refuses_invalid_parameters(query, client):
    ForumFactory(published=True)
    response = client.get(f"/ru/timeline/?{query}")
    assert response.status_code == 200
    assert response.context["page"].paginator.count == 0


def test_a_source_page_lists_everything_that_cites_it(page):
    source = SourceFactory()
    forum, visit = ForumFactory(sources=0), VisitFactory(sources=0)
    for record in (forum, visit):
        record.cite(source)
        record.publish()
    text = page(f"/en/sources/{source.key}/")
    assert forum.title_en in text
    assert visit.title_en in text


def test_a_source_page_shows_the_newest_records_and_leads_to_the_list_of_all(page, client):
    source = SourceFactory()
    for year in range(1990, 1991 + SHOWN):
        forum = ForumFactory(sources=0, period=str(year))
        forum.cite(source)
        forum.publish()
    address = f"/en/sources/{source.key}/"
    text = page(address)
    assert f"Cited by {SHOWN + 1} records" in text
    assert text.count('class="entry"') == SHOWN
    assert Forum.objects.get(period="1990").get_absolute_url() not in text
    all_of_them = f"/en/forums/?source={source.key}"
    assert f'href="{all_of_them}"' in text
    assert client.get(all_of_them).context["page"].paginator.count == SHOWN + 1


def test_a_source_page_with_few_records_has_no_link_to_a_list(page):
    source = ForumFactory(published=True).citations.get().source
    assert f"?source={source.key}" not in page(f"/en/sources/{source.key}/")


def test_sources_of_drafts_alone_are_not_public(page):
    forum = ForumFactory()
    page(f"/en/sources/{forum.citations.get().source.key}/", status=404)


def test_sources_are_listed_with_the_number_of_records_that_cite_them(client):
    source = SourceFactory()
    for _number in range(2):
        forum = ForumFactory(sources=0)
        forum.cite(source, locator_label="page", locator="1")
        forum.cite(source, locator_label="page", locator="2")
        forum.publish()
    assert client.get("/ru/sources/").context["rows"] == [(source, 2)]
    assert client.get("/ru/sources/?q=вестника").context["page"].paginator.count == 1
    assert client.get("/ru/sources/?type=nonsense").context["page"].paginator.count == 0


def test_an_original_source_counts_its_records_too(client):
    origin, forum = SourceFactory(title="Я"), ForumFactory()
    forum.cite(SourceFactory(title="Б"), quoted_in=origin)
    forum.publish()
    assert (origin, 1) in client.get("/ru/sources/").context["rows"]


@pytest.mark.parametrize("query", ["q=!!!", "q=и", "type=nonsense", "q=" + "я" * 300])
def test_an_invalid_query_for_sources_gets_a_message_and_no_sources(query, client):
    ForumFactory(published=True)
    response = client.get(f"/ru/sources/?{query}")
    assert response.context["page"].paginator.count == 0
    assert 'role="alert"' in response.content.decode()


def test_our_translation_of_a_foreign_title_comes_first_and_is_marked_as_ours(page):
    forum, source = (
        ForumFactory(sources=0),
        SourceFactory(title="Вестник", title_translation="Herald", language="ru", author="Орлов М.М."),
    )
    forum.cite(source)
    forum.publish()
    marked = (
        '<span lang="ru">Орлов М.М.</span> <span lang="en">Herald</span>'
        ' <small class="other-language">our translation</small>'
        ' [<span lang="ru">Вестник</span>]'
    )
    for address in (f"/en/forums/{forum.key}/", "/en/sources/"):
        assert marked in page(address)
        assert "Herald" not in page(address.replace("/en/", "/ru/"))
    detail = page(f"/en/sources/{source.key}/")
    assert "<h1> Herald <small" in " ".join(detail.split())
    assert "Original title" in detail
    assert "Название в нашем переводе" in page(f"/ru/sources/{source.key}/")


def test_a_work_without_a_date_says_what_bounds_it_and_why(page):
    source = SourceFactory(not_before="2018", dating_en="the latest year it names")
    forum = ForumFactory(sources=0)
    forum.cite(source)
    forum.publish()
    assert "not before 2018: the latest year it names" in " ".join(
        page(f"/en/sources/{source.key}/").replace("</dd>", " ").split()
    ).replace(" :", ":")
    assert "Not before 2018" in page(f"/en/forums/{forum.key}/")
    assert "не ранее 2018 г." in page("/ru/sources/")


def test_sources_that_only_drafts_cite_are_named_nowhere(page):
    origin, forum, draft = SourceFactory(), ForumFactory(), ForumFactory()
    forum.cite(SourceFactory(), quoted_in=origin)
    forum.publish()
    secret = SourceFactory(title="Тайный источник")
    draft.cite(secret, quoted_in=origin)
    assert "Тайный" not in page(f"/ru/sources/{origin.key}/")


def test_an_indicator_has_a_chart_and_a_table(client):
    cache.clear()
    figure = ObservationFactory(period="2018", published=True)
    assert "961" in client.get("/ru/indicators/enterprises/").content.decode()
    for theme in ("light", "dark"):
        chart = client.get(f"/ru/indicators/enterprises/chart-{theme}.svg")
        assert chart["content-type"] == "image/svg+xml"
        assert b"961" in chart.content
    figure.withdraw()
    assert client.get("/ru/indicators/enterprises/").status_code == 404


def test_a_chart_with_long_names_can_be_read_on_a_phone(client, russia):
    cache.clear()
    russia.name_ru = "Основные партнёры " * 6
    russia.save()
    ObservationFactory(counterpart_area=russia, published=True)
    svg = client.get("/ru/indicators/enterprises/chart-light-narrow.svg").content.decode()
    assert (
        float(re.search(r'width="([\d.]+)"', svg)[1]) <= 420
    )  # 15 px drawn are 11 px or more in a column of 328


def test_ranks_are_not_drawn(client):
    ObservationFactory(measure="rank", obs_value=11, published=True)
    assert "chart" not in client.get("/ru/indicators/enterprises/").content.decode().split("</header>")[1]
    assert client.get("/ru/indicators/enterprises/chart-light.svg").status_code == 404


@pytest.mark.parametrize(
    "query", ["q=%00", "q=" + "x" * 500, "q=%27%22%3Cscript%3E", "q=", "q=%F0%9F%98%80", "q=a&q=b"]
)
def test_no_search_breaks(query, page):
    ForumFactory(published=True)
    assert "<script>" not in page(f"/ru/search/?{query}")


def test_markup_in_texts_is_shown_not_run(page):
    forum = ForumFactory(title_en="<script>alert(1)</script>", summary_en="<b>bold</b>", published=True)
    text = page(f"/en/forums/{forum.key}/")
    assert "<script" not in without_data(text)
    assert "&lt;b&gt;bold" in text


def test_people_are_shown_with_their_office(page):
    person = PersonFactory(office_ru="посол", office_en="ambassador")
    visit = VisitFactory(participants=[("visitor", person)], published=True)
    assert "ambassador" in page(f"/en/visits/{visit.key}/")


def test_pages_carry_a_strict_policy_and_nothing_inline(client):
    forum = ForumFactory(published=True)
    for address in ("/ru/", f"/ru/forums/{forum.key}/", "/ru/forums/", "/ru/indicators/"):
        response = client.get(address)
        policy = response["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        text = without_data(response.content.decode())
        assert "<script" not in text
        assert "style=" not in text


def test_every_page_says_which_version_of_the_program_answers(page):
    assert f"Версия {program_version()}" in page("/ru/about/")
    assert f"Version {program_version()}" in page("/en/about/")


def test_the_service_addresses_respond(page):
    ForumFactory(published=True)
    assert page("/healthz") == f"ok {program_version()}\n"
    assert page("/readyz") == "ready\n"
    assert "/sitemap.xml" in page("/robots.txt")
    assert "/sitemap-forums.xml" in page("/sitemap.xml")
    page("/favicon.ico", status=302)
