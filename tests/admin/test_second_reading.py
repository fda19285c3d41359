"""The page on which a second reader checks citations, its numbers in lists and on the desk, and the sample."""

import pytest

from relations.models import Agreement, CitationCheck, CountryLimit, Source
from tests.helpers.admin import signed_in, text, url
from tests.helpers.factories import AgreementFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def treaty(db):
    return AgreementFactory(key="treaty", title_en="Treaty", published=True)


@pytest.fixture
def reader(publisher):
    return signed_in(publisher)


def citations(record):
    return url(Agreement, "citations", record.pk)


def form_of(client, record, **more):
    """What a browser would send of the first citation."""
    one, name, value = client.get(citations(record)).context["cited"][0]
    return {"place": name, "value": value, "seen": one.seen, "outcome": "supports"} | more


def test_a_citation_is_checked_and_its_check_shown(reader, treaty):
    page = reader.post(citations(treaty), form_of(reader, treaty), follow=True)
    assert "Checked against the source by publisher on" in text(page)
    assert CitationCheck.objects.get().object_id == treaty.pk


def test_what_was_typed_is_kept_when_it_is_refused(reader, treaty):
    sent = form_of(reader, treaty, outcome="does_not", comment="<b>June</b>")
    page = reader.post(citations(treaty), sent)
    assert "The text contains HTML tags" in text(page)
    assert page.context["sent"]["outcome"] == "does_not"
    assert "&lt;b&gt;June&lt;/b&gt;</textarea>" in page.content.decode()
    assert not CitationCheck.objects.exists()


@pytest.mark.parametrize("name", ["place", "value", "seen", "outcome"])
@pytest.mark.parametrize("value", ["", "[]", "null", "\x00", "x" * 1000, '["a", "b", "c", "d"]'])
def test_a_check_that_was_made_up_is_refused_with_a_sentence(reader, treaty, name, value):
    if name == "seen" and not value:
        value = "2026-01-01T00:00:00"
    page = reader.post(citations(treaty), form_of(reader, treaty) | {name: value})
    assert page.status_code == 200
    assert 'class="error"' in text(page)
    assert not CitationCheck.objects.exists()


def test_only_records_of_the_own_countries_are_checked(publisher, reader, treaty, kazakhstan):
    sent = form_of(reader, treaty)
    CountryLimit.objects.create(user=publisher).countries.add(kazakhstan)
    assert reader.post(citations(treaty), sent).status_code == 403
    assert reader.get(citations(treaty)).status_code == 200


def test_the_list_counts_and_filters_what_is_checked(reader, treaty):
    reader.post(citations(treaty), form_of(reader, treaty))
    AgreementFactory(title_en="Other")
    page = text(reader.get(url(Agreement)))
    assert "1 / 1" in page
    assert "0 / 1" in page
    found = {
        how: [one.key for one in reader.get(url(Agreement), {"read_twice": how}).context["cl"].result_list]
        for how in ("all", "none")
    }
    assert found["all"] == ["treaty"]
    assert "treaty" not in found["none"]
    assert len(reader.get(url(Agreement), {"read_twice": "made up"}).context["cl"].result_list) == 2


def test_the_desk_counts_what_is_checked_and_leads_to_the_sample(reader, treaty, staff):
    reader.post(citations(treaty), form_of(reader, treaty))
    page = text(reader.get("/admin/"))
    assert "Checked by a second reader: 1 of 1 citation of public records, 0 not supported." in page
    assert url(Source, "sample") in page


def test_the_sample_lists_what_is_not_checked_yet(reader, treaty):
    address = url(Source, "sample")
    assert "Not checked yet: 1" in text(reader.get(address, {"month": "2026-11"}))
    assert citations(treaty) in text(reader.get(address))
    reader.post(citations(treaty), form_of(reader, treaty))
    page = text(reader.get(address, {"month": "2026-11"}))
    assert "Not checked yet: 0" in page
    assert "Checked: 1" in page
    assert "Write the month as year and month" in text(reader.get(address, {"month": "<script>"}))


def test_many_citations_cost_no_more_statements_than_one(reader, django_assert_max_num_queries):
    one, many = AgreementFactory(), AgreementFactory(sources=8)
    with django_assert_max_num_queries(40) as captured:
        reader.get(citations(one))
    with django_assert_max_num_queries(len(captured)):
        reader.get(citations(many))
