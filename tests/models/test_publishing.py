"""Only publish() makes a record public, and it names every reason against it."""

import pytest
from django.core.exceptions import ValidationError

from relations.errors import Problem
from relations.models import Agreement, State
from relations.models.row_cache import unpacked
from relations.registry import resource_of
from relations.rows.coverage import needing_source
from tests.helpers.factories import (
    FACTORIES,
    AgreementFactory,
    ForumFactory,
    ObservationFactory,
    SourceFactory,
)

pytestmark = pytest.mark.django_db


def reasons(record):
    with pytest.raises(ValidationError) as caught:
        record.publish()
    record.refresh_from_db()
    assert record.state == State.DRAFT
    return [error.code for error in caught.value.error_list]


@pytest.mark.parametrize("factory", FACTORIES.values())
def test_a_complete_record_of_any_type_becomes_public(factory):
    record = factory()
    record.publish()
    record.refresh_from_db()
    assert record.is_published
    assert record.published_at


@pytest.mark.parametrize("factory", FACTORIES.values())
def test_an_undated_record_of_any_type_is_allowed(factory):
    assert not factory(published=True).period


@pytest.mark.parametrize("factory", FACTORIES.values())
def test_without_a_source_nothing_becomes_public(factory):
    assert reasons(factory(sources=0)) == ["publish.source"]


def test_without_a_title_in_either_language_it_is_refused():
    assert reasons(ForumFactory(title_ru=" ", title_en="")) == ["publish.title"]
    ForumFactory(title_ru="", title_en="Forum", published=True)
    ForumFactory(title_ru="Форум", title_en="", published=True)


def test_an_agreement_needs_two_parties_unless_it_is_a_law(russia):
    assert reasons(AgreementFactory(participants=[("party", russia)])) == ["publish.parties"]
    AgreementFactory(participants=[("party", russia)], instrument_type="law_or_concept", published=True)


def test_places_of_signature_are_not_parties(russia, kazakhstan):
    people = [("party", russia), ("place_of_signature", kazakhstan)]
    assert reasons(AgreementFactory(participants=people)) == ["publish.parties"]


def test_a_figure_needs_an_area_a_unit_and_an_indicator():
    assert reasons(ObservationFactory(ref_area=None)) == ["publish.area"]
    assert reasons(ObservationFactory(unit=None)) == ["publish.unit"]
    assert reasons(ObservationFactory(indicator=None)) == ["publish.indicator"]


def test_a_source_for_one_fact_leaves_the_others_unsourced():
    agreement = AgreementFactory(sources=0, signed="1992-05-30")
    agreement.cite(SourceFactory(), field="date_signed")
    assert set(reasons(agreement)) == {"publish.unsourced"}
    for column in ("parties", "status"):
        agreement.cite(SourceFactory(), field=column)
    agreement.publish()


def test_what_the_sources_do_not_say_needs_no_source():
    agreement = AgreementFactory(sources=0, signed="1992-05-30", status_in_law="unknown")
    for column in ("date_signed", "parties"):
        agreement.cite(SourceFactory(), field=column)
    agreement.publish()


@pytest.mark.parametrize("slug", FACTORIES)
def test_the_facts_that_need_a_source_are_the_same_by_the_row_and_by_the_record(slug):
    record = FACTORIES[slug](sources=0)
    record.cite(SourceFactory(), field="notes")
    record = type(record).objects.get(pk=record.pk)
    resource = resource_of(type(record))
    needed = [str(resource.column(name).label) for name in needing_source(resource, unpacked(record.row))]
    assert needed
    assert [one.params["field"] for one in record.citation_problems()] == needed


def test_all_reasons_are_named_at_once():
    assert reasons(AgreementFactory(title_ru="", title_en="", sources=0, participants=[])) == [
        "publish.title",
        "publish.parties",
        "publish.source",
    ]


def test_the_state_cannot_be_set_past_publish():
    AgreementFactory(sources=0)
    with pytest.raises(Problem):
        Agreement.objects.update(state="published")


def test_a_public_record_is_restored_or_withdrawn():
    agreement = AgreementFactory(published=True)
    agreement.withdraw()
    assert not Agreement.objects.published().exists()
    agreement.send_back()
    assert Agreement.objects.get().state == State.DRAFT


def test_publishing_many_leaves_the_refused_as_they_are():
    good, bare = AgreementFactory(), AgreementFactory(sources=0)
    refused = Agreement.objects.publish()
    assert [record for record, _problems in refused] == [bare]
    assert Agreement.objects.published().get() == good


def test_the_last_source_of_a_public_record_cannot_be_removed():
    agreement = AgreementFactory(published=True)
    with pytest.raises(Problem) as caught:
        agreement.citations.get().delete()
    assert agreement.title in str(caught.value)
    with pytest.raises(Problem):
        agreement.citations.all().delete()
    assert agreement.citations.count() == 1


def test_one_source_of_two_can_be_removed_and_is_counted():
    agreement = AgreementFactory(sources=2, published=True)
    agreement.citations.first().delete()
    agreement.refresh_from_db()
    assert agreement.source_count == 1


def test_a_draft_can_lose_its_last_source():
    agreement = AgreementFactory()
    agreement.citations.get().delete()
    agreement.refresh_from_db()
    assert agreement.source_count == 0


def test_sources_are_counted_once_however_often_cited():
    agreement, source = AgreementFactory(sources=0), SourceFactory()
    agreement.cite(source, locator_label="page", locator="1")
    agreement.cite(source, locator_label="page", locator="2")
    agreement.refresh_from_db()
    assert agreement.source_count == 1


def test_a_record_cannot_be_saved_public_past_publish():
    draft = AgreementFactory()
    draft.state = State.PUBLISHED
    with pytest.raises(Problem):
        draft.save()
    with pytest.raises(Problem):
        draft.change_state(State.PUBLISHED)
    with pytest.raises(Problem):
        Agreement.objects.create(title_ru="Договор", state="published", source_count=1)


def test_a_public_record_cannot_be_saved_without_a_title():
    agreement = AgreementFactory(published=True)
    agreement.title_ru = agreement.title_en = ""
    with pytest.raises(Problem):
        agreement.save()


def test_the_last_source_cannot_be_moved_away():
    agreement, other = AgreementFactory(published=True), AgreementFactory()
    citation = agreement.citations.get()
    citation.agreement = other
    with pytest.raises(Problem):
        citation.save()
    with pytest.raises(Problem):
        agreement.citations.update(agreement=other)
    assert agreement.citations.count() == 1


def test_an_outdated_copy_does_not_miscount_the_sources():
    agreement = AgreementFactory(published=True)
    agreement.citations.model.objects.create(agreement=agreement, source=SourceFactory())
    agreement.save()
    agreement.refresh_from_db()
    assert agreement.source_count == 2
