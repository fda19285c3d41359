"""No page needs more queries for twelve records of each type than for one."""

import pytest

from relations.registry import resource_of
from relations.revisions.saving import row_of, save_row
from relations.rows.forums import ForumResource
from tests.helpers.catalog import SLUGS
from tests.helpers.factories import FACTORIES, ForumFactory, ForumSeriesFactory, SourceFactory, TopicFactory

pytestmark = pytest.mark.django_db
PAGES = [
    "",
    *(f"{slug}/" for slug in SLUGS),
    "timeline/",
    "relations/ru-uz/",
    "map/",
    "map/forums/",
    "years/",
    "years/agreements/",
    "matrix/",
    "matrix/statistics/",
    "places/",
    "places/UZ/",
    "sources/",
    "indicators/",
    "indicators/enterprises/",
    "search/?q=запись",
    "about/",
    "corrections/",
]
#: of a page that asks all four types for every facet
MOST = 70


def publish_of_each(number):
    for slug in SLUGS:
        for i in range(number):
            record = (
                FACTORIES[slug](period=f"{1990 + i % 30}")
                if slug != "agreements"
                else FACTORIES[slug](signed="1992")
            )
            record.topics.add(TopicFactory())
            record.publish()
            correct(record)


def correct(record):
    """Changes what readers see, so that there is a former version."""
    resource = resource_of(type(record))
    row = {**row_of(resource, record.pk), "summary_en": "Another summary"}
    save_row(resource, row, ["summary_en"], record.pk, reason="Misprint", proposes=False)


def test_every_page_costs_the_same_with_one_record_and_with_twelve(count_queries):
    publish_of_each(1)
    for page in PAGES:
        count_queries(f"/ru/{page}")  # what is loaded once a process
    with_one = {page: count_queries(f"/ru/{page}") for page in PAGES}
    publish_of_each(11)
    for page in PAGES:
        count_queries(f"/ru/{page}")  # what is kept for each state of the records
    dearer = {
        page: (with_one[page], now)
        for page in PAGES
        if (now := count_queries(f"/ru/{page}")) > with_one[page]
    }
    assert not dearer
    assert max(with_one.values()) <= MOST, with_one


def test_a_record_costs_the_same_with_one_source_and_with_twelve(count_queries):
    series = ForumSeriesFactory()
    poor, rich = ForumFactory(series=series, published=True), ForumFactory(series=series)
    for number in range(12):
        rich.cite(SourceFactory(), locator_label="page", locator=number)
    rich.publish()
    assert count_queries(rich.get_absolute_url()) <= count_queries(poor.get_absolute_url())


def test_a_record_costs_the_same_with_one_correction_and_with_twelve(count_queries):
    poor, rich = ForumFactory(published=True), ForumFactory(published=True)
    correct(poor)
    for number in range(12):
        save_row(
            ForumResource,
            {"key": rich.key, "title_en": f"Forum {number}"},
            ["title_en"],
            rich.pk,
            proposes=False,
        )
    for ending in ("", "versions/", "versions/2/"):
        addresses = [f"{one.get_absolute_url()}{ending}" for one in (rich, poor)]
        with_many, with_one = map(count_queries, addresses)
        assert with_many <= with_one, ending


def test_a_source_costs_the_same_with_one_record_and_with_twelve(count_queries):
    source = SourceFactory()

    def cite(number):
        for slug in SLUGS:
            for _i in range(number):
                record = FACTORIES[slug](sources=0)
                record.cite(source)
                record.publish()

    cite(1)
    with_one = count_queries(f"/ru/sources/{source.key}/")
    cite(12)
    assert count_queries(f"/ru/sources/{source.key}/") <= with_one


def test_the_form_of_a_report_costs_the_same_for_one_source_and_for_twelve(count_queries):
    poor, rich = ForumFactory(published=True), ForumFactory(sources=12, published=True)
    with_one = count_queries(f"{poor.get_absolute_url()}report/")
    assert count_queries(f"{rich.get_absolute_url()}report/") <= with_one


@pytest.mark.parametrize("slug", SLUGS)
def test_a_file_costs_the_same_with_one_record_and_with_twelve(slug, count_queries):
    FACTORIES[slug](published=True)
    with_one = count_queries(f"/ru/{slug}.csv")
    for _number in range(11):
        FACTORIES[slug](published=True)
    assert count_queries(f"/ru/{slug}.csv") <= with_one
