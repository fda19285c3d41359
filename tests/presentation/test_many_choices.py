"""Facets with many choices: those with the most records, those that are chosen, and those that are looked for."""

import pytest
from django.http import QueryDict

from relations.models import Source
from relations.presentation.query_summary import QuerySummary
from relations.queries.record_query import RecordQuery
from tests.helpers.factories import ForumFactory, PlaceFactory, SourceFactory

pytestmark = pytest.mark.django_db
SOURCES = 25


def facet(name, question=""):
    summary = QuerySummary(RecordQuery("forums", QueryDict(question)))
    return next(one for one in summary.facet_options() if one.name == name)


def values(found):
    return [option.value for _heading, options in found.groups for option in options]


@pytest.fixture
def forums(russia):
    """One forum of each source; the first of them is cited by two."""
    for number in range(SOURCES):
        source = SourceFactory(key=f"s{number:02}", title=f"Ежегодник {number:02}")
        forum = ForumFactory(period="2003")
        forum.cite(source)
        forum.publish()
    other = ForumFactory(period="2004")
    other.cite(source)
    other.publish()


def test_only_the_twenty_most_cited_sources_are_shown_and_it_is_said_how_many_there_are(forums):
    found = facet("source")
    assert found.is_cut
    assert (found.shown, found.total) == (20, Source.objects.public().count())
    assert "s24" in values(found)
    assert values(found) == sorted(values(found))


def test_a_chosen_source_is_shown_whatever_others_have(forums):
    assert "s23" not in values(facet("source"))
    assert "s23" in values(facet("source", "source=s23"))


def test_sources_are_found_by_their_words_and_only_those_with_records(forums):
    SourceFactory(key="uncited", title="Ежегодник 23")
    found = facet("source", "find_source=ежегодники 23")
    assert values(found) == ["s23"]
    assert found.is_unfolded


def test_nothing_is_found_by_words_that_no_source_has_and_they_stay_in_the_field(forums, client):
    page = client.get("/ru/forums/?find_source=дракон%00").content.decode()
    assert 'name="find_source" maxlength="100" value="дракон"' in " ".join(page.split())
    assert 'name="source"' not in page


def test_places_are_cut_and_found_within_their_countries(russia):
    for number in range(SOURCES):
        region = PlaceFactory(
            code=f"RU-{number:02}", kind="region", parent=russia, name_ru=f"Область {number:02}"
        )
        ForumFactory(participants=[("participant", region)], published=True)
    found = facet("region")
    assert (found.shown, found.total) == (20, SOURCES)
    assert values(facet("region", "find_region=ОБЛАСТЬ 24")) == ["RU-24"]
    assert values(facet("region", "find_region=область 24&region=RU-03")) == ["RU-03", "RU-24"]


def test_a_facet_with_few_choices_is_shown_whole_and_has_no_search(client, russia):
    ForumFactory(published=True)
    assert "find_" not in client.get("/ru/forums/").content.decode()


def test_the_search_box_changes_no_list(forums, client):
    all_of_them = client.get("/ru/forums/").context["page"].paginator.count
    assert client.get("/ru/forums/?find_source=03").context["page"].paginator.count == all_of_them


def test_a_long_title_is_cut_between_two_words(russia):
    forum = ForumFactory(sources=0)
    forum.cite(SourceFactory(key="long", title="Соглашение о взаимном признании документов " * 4))
    forum.publish()
    (option,) = (one for _heading, options in facet("source").groups for one in options)
    assert option.label.endswith("взаимном признании документов…")
    assert len(option.label) <= 90
