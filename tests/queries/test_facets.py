"""The number beside a choice is the length of the list with it: for any question, any facet, on both databases."""

import random

import pytest
from django.http import QueryDict

from relations.presentation.query_summary import QuerySummary
from relations.queries.record_query import RecordQuery
from tests.helpers.catalog import ALL_SLUGS
from tests.helpers.factories import AgreementFactory, OrganizationFactory, PlaceFactory
from tests.helpers.random_queries import random_parameters, total, values_of

pytestmark = pytest.mark.django_db
QUESTIONS_A_TYPE = 12


def facets_of(slug):
    return RecordQuery(slug, QueryDict()).facets


def summary_of(slug, query):
    return QuerySummary(RecordQuery(slug, QueryDict(query)))


def options_of(slug, query, name):
    """All choices of one facet."""
    facet = next(part for part in summary_of(slug, query).facet_options() if part.name == name)
    return [option for _heading, options in facet.groups for option in options]


@pytest.mark.parametrize("slug", ALL_SLUGS)
def test_for_random_questions_every_number_is_the_length_of_its_list(slug, content):
    chance = random.Random(f"facets of {slug}")
    values = values_of(RecordQuery(slug, QueryDict()))
    for _number in range(QUESTIONS_A_TYPE):
        question = random_parameters(chance, values)
        facets = RecordQuery(slug, question).facets
        for name in chance.sample(sorted(values), 3):
            counts = facets.counts(name)
            likely = [value for value in values[name] if counts[value]] or values[name]
            for value in {*chance.sample(likely, min(2, len(likely))), chance.choice(values[name])}:
                chosen = question.copy()
                chosen[name] = value
                assert counts[value] == total(slug, chosen), (question.urlencode(), name, value)


@pytest.mark.parametrize("slug", ALL_SLUGS)
def test_a_decade_shows_how_many_records_the_list_would_have(slug, content):
    for query in ("", "undated=0", "country=UZ"):
        for option in summary_of(slug, query).decades():
            assert option.count == total(slug, option.value.lstrip("?")), (query, option.label)


def test_a_record_with_two_places_in_one_country_counts_once(russia, orenburg, uzbekistan):
    ministry = OrganizationFactory(place=russia)
    parties = [("party", russia), ("party", orenburg), ("party", ministry), ("party", uzbekistan)]
    AgreementFactory(participants=parties, published=True)
    counts = facets_of("agreements").counts("country")
    assert (counts["RU"], counts["ru-orenburg"], counts["UZ"]) == (1, 1, 1)


def test_a_group_counts_for_each_of_its_members(russia, uzbekistan):
    group = PlaceFactory(code="central-asia", kind="group")
    group.members.add(uzbekistan)
    AgreementFactory(participants=[("party", russia), ("party", group)], published=True)
    assert facets_of("agreements").counts("country")["UZ"] == 1


def test_the_place_of_signature_does_not_count(russia, uzbekistan, kazakhstan):
    parties = [("party", russia), ("party", uzbekistan), ("place_of_signature", kazakhstan)]
    AgreementFactory(participants=parties, published=True)
    assert facets_of("agreements").counts("country")["KZ"] == 0


def test_the_choices_of_one_facet_do_not_narrow_each_other(russia, uzbekistan, kazakhstan):
    AgreementFactory(participants=[("party", russia), ("party", uzbekistan)], published=True)
    AgreementFactory(participants=[("party", russia), ("party", kazakhstan)], published=True)
    counts = {option.value: option.count for option in options_of("agreements", "country=UZ", "country")}
    assert counts == {"RU": 2, "UZ": 1, "KZ": 1}


def test_choices_without_records_are_shown_with_a_zero(russia, uzbekistan, client):
    AgreementFactory(signed="1992", instrument_type="treaty", published=True)
    page = " ".join(client.get("/en/agreements/?type=protocol").content.decode().split())
    assert 'class="none"><input type="checkbox" name="type" value="protocol" checked>' in page
    assert 'class="none"><input type="checkbox" name="country" value="UZ">' in page


def test_an_invalid_query_is_not_counted(russia, uzbekistan, client):
    AgreementFactory(published=True)
    options = options_of("agreements", "country=XX", "country")
    assert {option.count for option in options} == {0}
    assert summary_of("agreements", "country=XX").decades() == []
    assert client.get("/en/agreements/?country=XX").status_code == 200
