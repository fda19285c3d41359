"""Lists as Atom feeds: complete, in order, well-formed whatever is written in a record, and silent on what is
not public."""

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import feedparser
import pytest

from relations import feeds
from relations.models import Source
from tests.helpers.catalog import SLUGS
from tests.helpers.factories import (
    FACTORIES,
    AgreementFactory,
    ForumFactory,
    ObservationFactory,
    PlaceFactory,
    SourceFactory,
    TopicFactory,
    VisitFactory,
)
from tests.helpers.memberships import MembershipFactory

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ATOM = "{http://www.w3.org/2005/Atom}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
TOTAL = "{http://a9.com/-/spec/opensearch/1.1/}totalResults"


@pytest.fixture
def feed(client):
    """A function: the root of the feed at an address."""

    def read(address):
        response = client.get(address)
        assert response.status_code == 200, address
        assert response["content-type"].startswith("application/atom+xml")
        return ElementTree.fromstring(response.content)

    return read


def titles(root):
    return [entry.findtext(f"{ATOM}title") for entry in root.iter(f"{ATOM}entry")]


def link(element, rel):
    return next(one.get("href") for one in element.findall(f"{ATOM}link") if one.get("rel") == rel)


def at(record, hour):
    """Published and changed at an hour of one day."""
    moment = NOON + timedelta(hours=hour)
    type(record).objects.filter(pk=record.pk).update(published_at=moment, updated_at=moment)
    return record


def pages_of(feed, address):
    """The pages of a feed from this one on, each by the link of the one before."""
    found = [feed(address)]
    while following := [one for one in found[-1].findall(f"{ATOM}link") if one.get("rel") == "next"]:
        found.append(feed(following[0].get("href").removeprefix("http://testserver")))
    return found


# What a feed holds.

QUESTIONS = {
    "agreements": "type=treaty",
    "forums": "year_from=2010&year_to=2019",
    "visits": "q=запись",
    "projects": "country=UZ&status=unknown",
    "statistics": "indicator=enterprises&sort=title",
    "timeline": "country=RU&with=UZ&page=2",
    "sources": "type=document",
}


@pytest.mark.parametrize("slug", QUESTIONS)
def test_a_feed_holds_all_that_the_list_holds(slug, feed, client):
    for number in range(53):
        one = slug if slug in SLUGS else SLUGS[number % len(SLUGS)]
        column = "signed" if one == "agreements" else "period"
        FACTORIES[one](published=True, **{column: f"{1990 + number % 30}"})
    ForumFactory(title_ru="Черновик", title_en="Draft")
    for language, query in (
        ("ru", ""),
        ("en", ""),
        ("ru", f"?{QUESTIONS[slug]}"),
        ("en", f"?{QUESTIONS[slug]}"),
    ):
        page = client.get(f"/{language}/{slug}/{query.removesuffix('&page=2')}").context["page"]
        pages = pages_of(feed, f"/{language}/{slug}.atom{query.removesuffix('&page=2')}")
        entries = [entry for root in pages for entry in root.iter(f"{ATOM}entry")]
        assert page.paginator.count
        assert len(entries) == int(pages[0].findtext(TOTAL)) == page.paginator.count
        assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == len(entries)


def test_an_empty_feed_is_a_feed(feed):
    root = feed("/ru/forums.atom")
    assert root.findtext(TOTAL) == "0"
    assert root.findtext(f"{ATOM}updated") == "1970-01-01T00:00:00+00:00"


@pytest.mark.parametrize("slug", SLUGS)
def test_what_is_not_public_is_in_no_feed(slug, feed):
    FACTORIES[slug](title_ru="Черновик", title_en="Draft")
    FACTORIES[slug](title_ru="Отозвано", title_en="Withdrawn", published=True).withdraw()
    for address in (f"{slug}.atom", "timeline.atom", "sources.atom"):
        assert titles(feed(f"/ru/{address}")) == []


@pytest.mark.parametrize(
    "address",
    [
        "forums.atom?country=XX",
        "timeline.atom?year_from=dragon",
        "sources.atom?type=none",
        "timeline.atom?q=%00",
    ],
)
def test_an_invalid_query_is_answered_with_the_reasons(address, client):
    response = client.get(f"/ru/{address}")
    assert response.status_code == 400
    assert response["content-type"].startswith("text/plain")
    assert response.content


def test_pairs_are_followed_by_the_timeline(feed, russia, uzbekistan, kazakhstan):
    both = VisitFactory(published=True)
    ForumFactory(participants=[("location", kazakhstan)], published=True)
    assert titles(feed("/ru/timeline.atom?country=RU&with=UZ")) == [both.title_ru]


# Order.


def test_the_record_published_last_comes_first_then_the_newer_record(feed):
    old, same, newer, new = (at(ForumFactory(published=True), hour) for hour in (0, 1, 1, 2))
    assert titles(feed("/ru/forums.atom")) == [one.title_ru for one in (new, newer, same, old)]
    assert feed("/ru/forums.atom").findtext(f"{ATOM}updated") == "2026-11-20T14:00:00+00:00"


def test_the_timeline_merges_the_types_by_the_day_of_publication(feed):
    second, first, third = (
        at(ForumFactory(published=True), 2),
        at(AgreementFactory(published=True), 3),
        at(VisitFactory(published=True), 1),
    )
    fourth = at(ForumFactory(published=True), 0)
    assert titles(feed("/ru/timeline.atom")) == [one.title_ru for one in (first, second, third, fourth)]


def test_a_source_is_dated_by_the_first_record_that_cites_it(feed):
    older, newer, origin = SourceFactory(title="А"), SourceFactory(title="Б"), SourceFactory(title="В")
    for hour, source in ((0, older), (1, newer), (2, older)):
        forum = ForumFactory(sources=0)
        forum.cite(source, **({"quoted_in": origin} if source == newer else {}))
        forum.publish()
        at(forum, hour)
    found = {one.title: one for one in Source.objects.public().with_publication()}
    assert {title: one.published_at for title, one in found.items()} == {
        "А": NOON,
        "Б": NOON + timedelta(hours=1),
        "В": NOON + timedelta(hours=1),
    }
    assert found["А"].updated_at == NOON + timedelta(hours=2)
    assert titles(feed("/ru/sources.atom")) == ["В", "Б", "А"]


def test_a_source_of_a_membership_alone_is_in_no_feed_since_nothing_was_published_with_it(feed, russia):
    membership = MembershipFactory(group=PlaceFactory(kind="group"), member=russia, joined="1991-12-08")
    assert membership.joined_source in Source.objects.public()
    forum = ForumFactory(published=True)
    root = feed("/ru/sources.atom")
    assert titles(root) == [cited.source.title for cited in forum.citations.all()]
    assert root.findtext(TOTAL) == "1"


# What an entry says.


def test_an_entry_says_what_it_is_in_the_readers_language(feed, settings):
    settings.SITE_URL = "https://register.example"
    forum = ForumFactory(
        title_ru="Форум", title_en="", summary_en="Met twice.", period="2018-10-24/2018-10-26"
    )
    forum.topics.add(TopicFactory())
    forum.publish()
    (russian,) = feed("/ru/forums.atom").iter(f"{ATOM}entry")
    (english,) = feed("/en/forums.atom?q=форум").iter(f"{ATOM}entry")
    name = f"tag:register.example,2026:forums/{forum.key}"
    assert russian.findtext(f"{ATOM}id") == english.findtext(f"{ATOM}id") == name
    assert link(english, "alternate") == f"https://register.example/en/forums/{forum.key}/"
    assert russian.find(f"{ATOM}title").get(LANG) is None
    assert english.find(f"{ATOM}title").get(LANG) == "ru"
    assert english.findtext(f"{ATOM}summary") == "24–26 October 2018 · 1 source\n\nMet twice."
    assert russian.findtext(f"{ATOM}summary") == (
        "24–26 октября 2018 г. · 1 источник\n\nMet twice. (на английском)"
    )
    terms = [(one.get("term"), one.get("label")) for one in english.iter(f"{ATOM}category")]
    assert terms == [("forums", "forum"), ("interregional_forum", "interregional forum"), ("trade", "Trade")]


def test_a_figure_is_described_in_words(feed):
    ObservationFactory(period="2018", published=True)
    (entry,) = feed("/en/statistics.atom").iter(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}summary").startswith("961\u00a0enterprises · 2018 · 1 source")


def test_a_feed_names_its_author_address_and_licence(feed, settings):
    settings.SITE_URL = "https://register.example"
    root = feed("/en/agreements.atom?type=treaty")
    assert root.get(LANG) == "en"
    assert (
        root.findtext(f"{ATOM}title")
        == "Agreements: treaty · Russia and Central Asia. A register of relations"
    )
    assert root.findtext(f"{ATOM}author/{ATOM}name").startswith("Russia and Central Asia")
    assert "https://creativecommons.org/licenses/by/4.0/" in root.findtext(f"{ATOM}rights")
    assert link(root, "self") == "https://register.example/en/agreements.atom?type=treaty"
    assert link(root, "alternate") == "https://register.example/en/agreements/?type=treaty"


NASTY = "<b>&amp; ]]> \"'\x00\x01\x0b\x1f\x7f\x85\ufffe\uffff\U0001f600 </title>"


@pytest.mark.parametrize("where", ["forums", "sources"])
def test_nothing_written_in_a_record_can_break_a_feed(where, feed):
    nasty = NASTY.replace("\x00", "")  # which no database holds
    forum = ForumFactory(title_ru=nasty, title_en="", summary_ru=nasty, sources=0)
    forum.cite(SourceFactory(title=nasty, language="x y", author=nasty))
    forum.topics.add(TopicFactory(key="nasty", name_ru=nasty))
    forum.publish()
    (title,) = titles(feed(f"/ru/{where}.atom"))
    assert title == "<b>&amp; ]]> \"'\x7f\x85\U0001f600 </title>"


def test_no_query_can_break_a_feed(feed):
    assert titles(feed('/ru/forums.atom?q="<b>%26%01%EF%BF%BE')) == []


@pytest.mark.parametrize("slug", [*SLUGS, "timeline", "sources"])
def test_a_feed_reader_understands_them(slug, client):
    for one in SLUGS:
        FACTORIES[one](published=True)
    parsed = feedparser.parse(client.get(f"/en/{slug}.atom").content)
    assert not parsed.bozo, parsed.bozo_exception
    assert parsed.version == "atom10"
    for entry in parsed.entries:
        assert entry.id.startswith("tag:")
        assert entry.title
        assert entry.summary
        assert entry.published_parsed
        assert entry.updated_parsed
        assert entry.tags
        assert client.get(entry.link.removeprefix("http://testserver")).status_code == 200


# Pages.


def test_a_feed_has_the_newest_fifty_and_links_to_the_pages_before_them(feed):
    for number in range(53):
        at(ForumFactory(title_ru=f"Форум {number}", published=True), number)
    first, second = pages_of(feed, "/ru/forums.atom?country=&q=форум")
    assert titles(first) == [f"Форум {number}" for number in range(52, 2, -1)]
    assert titles(second) == ["Форум 2", "Форум 1", "Форум 0"]
    own = "http://testserver/ru/forums.atom?country=&q=%D1%84%D0%BE%D1%80%D1%83%D0%BC"
    for root in (first, second):
        assert root.findtext(f"{ATOM}id") == link(root, "first") == own
        assert link(root, "last") == f"{own}&page=2"
    assert link(first, "self") == link(second, "previous") == own
    assert link(second, "self") == link(first, "next") == f"{own}&page=2"


@pytest.mark.parametrize("page", ["0", "2", "x", "01", "9" * 30, "-1"])
def test_a_page_that_a_feed_lacks_is_not_found(page, client):
    ForumFactory(published=True)
    for slug in ("forums", "timeline", "sources", "corrections"):
        assert client.get(f"/ru/{slug}.atom?page={page}").status_code == 404


def test_pages_of_a_feed_are_told_apart_by_their_tags(client):
    for _number in range(51):
        ForumFactory(published=True)
    first, second = (client.get(f"/ru/forums.atom?page={page}") for page in (1, 2))
    assert first["ETag"] != second["ETag"]
    for page, answer in ((1, first), (2, second)):
        known = client.get(f"/ru/forums.atom?page={page}", HTTP_IF_NONE_MATCH=answer["ETag"])
        assert known.status_code == 304


def test_a_feed_ends_where_the_files_have_the_rest(client, monkeypatch):
    monkeypatch.setattr(feeds, "PAGE_SIZE", 1)
    monkeypatch.setattr(feeds, "MOST_PAGES", 2)
    for _number in range(3):
        ForumFactory(published=True)
    assert client.get("/ru/forums.atom?page=2").status_code == 200
    assert client.get("/ru/forums.atom?page=3").status_code == 404


@pytest.mark.parametrize("slug", [*SLUGS, "timeline", "sources"])
def test_a_feed_costs_the_same_with_one_record_and_with_fifty(slug, count_queries):
    def publish():
        for one in SLUGS:
            record = FACTORIES[one]()
            record.topics.add(TopicFactory())
            record.publish()

    publish()
    with_one = count_queries(f"/ru/{slug}.atom")
    for _number in range(12):
        publish()
    assert count_queries(f"/ru/{slug}.atom") <= with_one <= 4 * len(SLUGS) + 4


def test_a_reader_of_a_feed_is_told_when_nothing_is_new(client):
    first, second = ForumFactory(published=True), ForumFactory(published=True)
    tag = client.get("/ru/forums.atom")["etag"]

    def status():
        return client.get("/ru/forums.atom", headers={"if-none-match": tag}).status_code

    assert status() == 304
    second.withdraw()
    assert status() == 200
    second.publish()
    first.save()
    assert status() == 200
