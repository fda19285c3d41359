"""Two that are one are merged: nothing is lost, all that referred to either leads to the one that stays."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relations.catalog import RECORD_TYPES, ROWS
from relations.errors import Problem
from relations.imports.undo import undo
from relations.models import (
    Citation,
    CitationCheck,
    CountryLimit,
    Distinct,
    FormerKey,
    LinkCheck,
    Merge,
    Place,
    Recheck,
    Role,
    State,
    Version,
)
from relations.models.merges import distinct_from
from relations.revisions import trash
from relations.revisions.merges import (
    TYPES,
    approve_merge,
    discard_merge,
    key_of_entity,
    propose,
    shown_of,
    tell_apart,
)
from relations.revisions.saving import save_row
from relations.revisions.unmerging import undo_merge
from tests.helpers.factories import (
    FACTORIES,
    AgreementFactory,
    ForumFactory,
    ForumSeriesFactory,
    ObservationFactory,
    OrganizationFactory,
    PersonFactory,
    PlaceFactory,
    SourceFactory,
    TopicFactory,
    two_countries,
)
from tests.helpers.memberships import MembershipFactory
from tests.helpers.merging import every_row, merged_into, proposed, row

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(staff):
    return staff("publisher")


@pytest.fixture
def boris(staff):
    return staff("administrator")


def two_of(slug):
    """Two entities of a type, with all that records of the register show of them."""
    if slug == "sources":
        return two_sources()
    if slug == "places":
        return two_places()
    if slug in ("organizations", "people"):
        return two_participants(OrganizationFactory if slug == "organizations" else PersonFactory)
    return two_records(slug)


def group():
    return PlaceFactory(code="CIS", kind="group", name_ru="СНГ", name_en="CIS")


def two_sources():
    kept, merged = (
        SourceFactory(title="Vestnik", notes="Ours"),
        SourceFactory(title="Vestnik 3", doi="10.1/x"),
    )
    both, one = AgreementFactory(published=True), ForumFactory(published=True)
    for source, field in ((kept, "title_ru"), (merged, "title_en"), (merged, "status_in_law")):
        both.cite(source, locator_label="page", locator="5", field=field)
    one.cite(merged, note_en="A doubt")
    one.cite(SourceFactory(), quoted_in=merged)
    russia, _uzbekistan = two_countries()
    MembershipFactory(group=group(), member=russia, joined="1991-12-21", joined_source=merged)
    LinkCheck.objects.create(
        source=merged, url=merged.url, status=200, outcome="alive", checked_at=NOON, last_alive_at=NOON
    )
    return kept, merged


def two_places():
    russia, uzbekistan = two_countries()
    named = {"kind": "region", "parent": uzbekistan}
    kept = PlaceFactory(code="UZ-OS", name_ru="Ош", name_en="Osh", **named)
    merged = PlaceFactory(code="UZ-OJ", name_ru="Ошь", name_en="Osch", other_names_en="Osh city", **named)
    parties = [(Role.PARTY, russia), (Role.PARTY, uzbekistan)]
    there = [(Role.PLACE_OF_SIGNATURE, merged)]
    AgreementFactory(participants=[*parties, *there], published=True)
    AgreementFactory(participants=[*parties, *there, (Role.PLACE_OF_SIGNATURE, kept)])
    ObservationFactory(ref_area=merged, published=True)
    OrganizationFactory(place=merged)
    PersonFactory(place=merged)
    PlaceFactory(code="UZ-OJ-1", kind="city", parent=merged)
    MembershipFactory(group=group(), member=merged, joined="1991-12-21", joined_source=SourceFactory())
    MembershipFactory(group=group(), member=kept)
    return kept, merged


def two_participants(factory):
    kept, merged = factory(name_ru="Один", name_en="One"), factory(name_ru="Два", name_en="Two")
    ForumFactory(
        participants=[(Role.ORGANIZER, merged), (Role.PARTICIPANT, two_countries()[0])], published=True
    )
    ForumFactory(participants=[(Role.ORGANIZER, merged), (Role.ORGANIZER, kept)])
    if factory is OrganizationFactory:
        ObservationFactory(about_organization=merged)
    return kept, merged


def two_records(slug):
    kept = FACTORIES[slug](title_ru="Одна", title_en="One", summary_en="What it is", published=True)
    merged = FACTORIES[slug](title_ru="Другая", title_en="Other", summary_ru="Что это", published=True)
    merged.topics.add(TopicFactory())
    merged.save()
    kind = "part_of" if slug == "statistics" else "after"
    other = FACTORIES[slug]()
    other.links.create(kind=kind, **{f"to_{merged._meta.model_name}": merged})
    if slug == "agreements":
        merged.links.create(kind="cites", to_agreement=other)
        ObservationFactory(about_agreement=merged)
    return kept, merged


class TestAnyTwo:
    def test_every_type_that_can_be_merged_is_tested_here(self):
        assert {one.slug for one in RECORD_TYPES} < set(TYPES) <= set(ROWS)

    @pytest.mark.parametrize("slug", TYPES)
    def test_are_one_afterwards_and_two_again_to_the_byte_when_that_is_undone(self, slug, anna, boris):
        kept, merged = two_of(slug)
        before = every_row()
        merge = merged_into(kept, merged, anna, boris)
        assert merge.status == Merge.Status.DONE
        after = every_row()
        assert (slug, merged.pk) not in after
        key = key_of_entity(merged)
        texts = [" ".join(cells.values()) for cells in after.values()]
        assert not any(key in text.replace(";", " ").replace(":", " ").split() for text in texts)
        undo_merge(merge, boris)
        assert every_row() == before

    @pytest.mark.parametrize("slug", TYPES)
    def test_can_be_merged_again_after_an_undo(self, slug, anna, boris):
        kept, merged = two_of(slug)
        first = merged_into(kept, merged, anna, boris)
        after = every_row()
        undo_merge(first, boris)
        merged_into(kept, merged, anna, boris)
        assert every_row() == after

    @pytest.mark.parametrize("slug", TYPES)
    def test_have_a_version_of_each_row_that_changed_with_one_reason_and_batch(self, slug, anna, boris):
        kept, merged = two_of(slug)
        before = every_row()
        merge = merged_into(kept, merged, anna, boris)
        after = every_row()
        changed = {place for place, cells in before.items() if after.get(place) != cells}
        versions = Version.objects.filter(batch=merge.batch)
        assert {(one.type, one.object_id) for one in versions} == changed
        assert {one.reason for one in versions} == {"They are one"}
        assert {one.user for one in versions} == {boris}
        assert len(versions) == len(changed)


def place_in(record, field):
    """The one citation of a record for a column."""
    return Citation.objects.get(**{record._meta.model_name: record}, field=field)


class TestSources:
    def test_all_that_cited_either_cites_the_one_that_stays(self, anna, boris):
        kept, merged = SourceFactory(), SourceFactory()
        agreement, forum = AgreementFactory(sources=0), ForumFactory(sources=0)
        agreement.cite(merged, locator_label="page", locator="5", field="title_ru")
        forum.cite(SourceFactory(), quoted_in=merged)
        merged_into(kept, merged, anna, boris)
        assert place_in(agreement, "title_ru").source == kept
        assert place_in(forum, "").quoted_in == kept
        assert row(agreement)["source"] == kept.key

    def test_citations_of_one_place_are_one_with_all_that_they_support(self, anna, boris):
        kept, merged = SourceFactory(), SourceFactory()
        agreement = AgreementFactory(sources=0)
        where = {"locator_label": "page", "locator": "5"}
        agreement.cite(merged, **where, field="title_en")
        agreement.cite(SourceFactory(), field="status_in_law")
        agreement.cite(kept, **where, field="title_ru")
        merged_into(kept, merged, anna, boris)
        (slot,) = [
            one for one in ROWS["agreements"].citations.slots_of_row(row(agreement)) if one.source == kept.key
        ]
        assert set(slot.fields) == {"title_ru", "title_en"}

    def test_what_only_one_of_two_citations_says_is_kept(self, anna, boris):
        kept, merged = SourceFactory(), SourceFactory()
        agreement = AgreementFactory(sources=0)
        agreement.cite(kept, note_en="Ours", confidence="high")
        agreement.cite(merged, note_en="Theirs", confidence="low", quotation="As said", note_ru="Их")
        before = every_row()
        merge = merged_into(kept, merged, anna, boris)
        one = place_in(agreement, "")
        assert (one.note_en, one.note_ru, one.confidence, one.quotation) == (
            "Ours / Theirs",
            "Их",
            "low",
            "As said",
        )
        undo_merge(merge, boris)
        assert every_row() == before

    def test_two_quotations_of_one_place_are_not_made_one(self, anna):
        kept, merged = SourceFactory(), SourceFactory()
        agreement = AgreementFactory(sources=0)
        agreement.cite(kept, quotation="One")
        agreement.cite(merged, quotation="Other")
        before = every_row()
        with pytest.raises(Problem, match="One.*Other"):
            proposed(kept, merged, anna)
        assert every_row() == before
        assert not Merge.objects.exists()

    def test_what_second_readers_found_and_what_is_to_be_checked_again_follows(self, anna, boris):
        kept, merged = SourceFactory(), SourceFactory()
        agreement = AgreementFactory(sources=0)
        agreement.cite(merged, field="title_ru")
        about = {"type": "agreements", "object_id": agreement.pk, "field": "title_ru"}
        Recheck.objects.create(**about, source=merged.key)
        CitationCheck.objects.create(**about, source=merged.key, outcome="supports")
        CitationCheck.objects.create(**about, source=kept.key, quoted_in=merged.key, outcome="supports")
        merge = merged_into(kept, merged, anna, boris)
        assert Recheck.objects.get().source == kept.key
        assert set(CitationCheck.objects.values_list("source", "quoted_in")) == {
            (kept.key, ""),
            (kept.key, kept.key),
        }
        undo_merge(merge, boris)
        assert Recheck.objects.get().source == merged.key

    def test_one_that_is_quoted_in_the_other_is_not_the_other(self, anna):
        kept, merged = SourceFactory(), SourceFactory()
        AgreementFactory(sources=0).cite(kept, quoted_in=merged)
        for pair in ((kept, merged), (merged, kept)):
            with pytest.raises(Problem, match="cannot be one|не могут быть"):
                proposed(*pair, anna)


class TestRecords:
    def test_have_the_lists_of_both_and_what_only_one_has(self, anna, boris):
        russia, uzbekistan = two_countries()
        kazakhstan = PlaceFactory(code="KZ")
        kept = AgreementFactory(title_en="One", title_ru="Одно", summary_en="Ours")
        merged = AgreementFactory(
            title_en="Other", title_ru="Одно", summary_en="Theirs", summary_ru="Их",
            participants=[(Role.PARTY, russia), (Role.PARTY, uzbekistan), (Role.PARTY, kazakhstan)],
        )  # fmt: skip
        merged.participations.filter(place=russia).update(status="suspended")
        merged.topics.add(TopicFactory())
        merged.save()
        merged_into(kept, merged, anna, boris)
        cells = row(kept)
        assert (cells["summary_en"], cells["summary_ru"]) == ("Ours", "Их")
        assert cells["parties"] == "RU; UZ; KZ"
        assert cells["participation_status"].startswith("suspended")
        assert cells["alternative_titles"] == "Other"
        assert cells["topics"] == "trade"
        assert len(cells["source"].split("; ")) == 2

    def test_have_the_columns_that_were_chosen(self, anna, boris):
        kept, merged = AgreementFactory(title_en="One"), AgreementFactory(title_en="Other")
        merged_into(kept, merged, anna, boris, title_en="merged", source="kept")
        cells = row(kept)
        assert cells["title_en"] == "Other"
        assert "One" in cells["alternative_titles"]
        assert "; " not in cells["source"]

    def test_citations_of_the_value_that_was_not_chosen_are_to_be_checked_again_until_an_undo(self, anna):
        kept, merged = (
            AgreementFactory(title_en="One", sources=0),
            AgreementFactory(title_en="Other", sources=0),
        )
        for one in (kept, merged):
            one.cite(SourceFactory(), field="title_en")
        about = {"type": "agreements", "object_id": kept.pk, "source": place_in(kept, "title_en").source.key}
        CitationCheck.objects.create(
            **about, field="title_en", outcome="supports", vouched='{"title_en":"One"}'
        )
        checks = list(CitationCheck.objects.values())
        merge = proposed(kept, merged, anna, title_en="merged")
        assert [(one.object_id, one.source) for one in Recheck.objects.all()] == [(kept.pk, about["source"])]
        assert not CitationCheck.objects.exists()
        undo_merge(merge, anna)
        assert not Recheck.objects.exists()
        assert list(CitationCheck.objects.values()) == checks

    def test_what_only_one_may_have_is_given_back_when_a_merge_is_undone(self, anna):
        series = ForumSeriesFactory()
        kept, merged = ForumFactory(), ForumFactory(series=series, edition_number=5)
        before = every_row()
        merge = proposed(kept, merged, anna)
        assert row(kept)["edition"] == "5"
        undo_merge(merge, anna)
        assert every_row() == before

    def test_no_choice_that_was_made_up_is_taken(self, anna):
        with pytest.raises(Problem, match="no choice|нельзя выбрать"):
            proposed(AgreementFactory(), AgreementFactory(), anna, title_en="both")

    def test_that_are_linked_are_two(self, anna):
        kept, merged = AgreementFactory(), AgreementFactory()
        kept.links.create(kind="amends", to_agreement=merged)
        for pair in ((kept, merged), (merged, kept)):
            with pytest.raises(Problem, match="cannot be one|не могут быть"):
                proposed(*pair, anna)

    def test_that_were_public_are_in_the_trash_and_restored_by_an_undo_as_they_were(self, anna, boris):
        kept, merged = AgreementFactory(published=True), AgreementFactory(published=True)
        was = vars(type(merged).objects.get(pk=merged.pk))
        merge = merged_into(kept, merged, anna, boris)
        assert [one.key for one in trash.deleted(ROWS["agreements"])] == [merged.key]
        undo_merge(merge, boris)
        now = vars(type(merged).objects.get(pk=merged.pk))
        left_out = {"_state"}
        assert {k: v for k, v in now.items() if k not in left_out} == {
            k: v for k, v in was.items() if k not in left_out
        }
        assert not trash.deleted(ROWS["agreements"]).exists()

    def test_that_would_leave_a_public_record_with_one_party_are_not_merged(self, anna, boris):
        russia, uzbekistan = two_countries()
        parent = {"kind": "region", "parent": uzbekistan}
        kept, merged = (PlaceFactory(code=code, **parent) for code in ("UZ-A", "UZ-B"))
        AgreementFactory(participants=[(Role.PARTY, kept), (Role.PARTY, merged)], published=True)
        before = every_row()
        with pytest.raises(Problem):
            merged_into(kept, merged, anna, boris)
        assert every_row() == before


class TestPlacesAndPeople:
    def test_names_of_the_merged_one_are_other_names(self, anna, boris):
        kept = PersonFactory(name_ru="Пётр Орлов", name_en="Pyotr Orlov")
        merged = PersonFactory(name_ru="П. Орлов", name_en="Pyotr Orlov", other_names_en="P. Orlov")
        merged_into(kept, merged, anna, boris)
        cells = row(kept)
        assert (cells["other_names_ru"], cells["other_names_en"]) == ("П. Орлов", "P. Orlov")

    def test_a_sheet_with_the_former_key_means_the_one_that_stays(self, anna, boris):
        kept, merged = two_places()
        merged_into(kept, merged, anna, boris)
        forum = ForumFactory()
        save_row(ROWS["forums"], {**row(forum), "places": "uz-oj"}, ["places"], forum.pk)
        assert row(forum)["places"] == "UZ-OS"

    def test_who_takes_part_twice_takes_part_once(self, anna, boris):
        kept, merged = OrganizationFactory(), OrganizationFactory()
        forum = ForumFactory(participants=[(Role.ORGANIZER, merged), (Role.ORGANIZER, kept)])
        merged_into(kept, merged, anna, boris)
        assert [one.organization for one in forum.participations.all()] == [kept]

    def test_dates_of_a_membership_are_kept_where_only_one_has_them(self, anna, boris):
        kept, merged = two_places()
        merged_into(kept, merged, anna, boris)
        assert row(Place.objects.get(code="CIS"))["members"].startswith("UZ-OS 1991-12-21")

    def test_places_of_two_kinds_are_two(self, anna):
        with pytest.raises(Problem, match="kind|вид"):
            proposed(PlaceFactory(code="CIS", kind="group"), PlaceFactory(code="RU"), anna)

    def test_a_user_limited_to_the_merged_country_is_limited_to_the_other(self, anna, boris, staff):
        kept, merged = PlaceFactory(code="KZ"), PlaceFactory(code="KA")
        limit = CountryLimit.objects.create(user=staff("editor"))
        limit.countries.set([merged])
        merge = merged_into(kept, merged, anna, boris)
        assert list(limit.countries.all()) == [kept]
        undo_merge(merge, boris)
        assert list(limit.countries.all()) == [merged]


class TestFormerAddresses:
    @pytest.mark.parametrize("address", ["/en/agreements/{}/", "/api/v1/agreements/{}/"])
    def test_of_a_record_redirects(self, address, client, anna, boris):
        kept, merged = AgreementFactory(published=True), AgreementFactory(published=True)
        merged_into(kept, merged, anna, boris)
        answer = client.get(address.format(merged.key))
        assert (answer.status_code, answer["Location"]) == (301, address.format(kept.key))

    @pytest.mark.parametrize("address", ["/en/sources/{}/", "/api/v1/sources/{}/"])
    def test_of_a_source_redirects(self, address, client, anna, boris):
        kept, merged = two_sources()
        merged_into(kept, merged, anna, boris)
        answer = client.get(address.format(merged.key))
        assert (answer.status_code, answer["Location"]) == (301, address.format(kept.key))

    @pytest.mark.parametrize("address", ["/en/places/{}/", "/api/v1/places/{}/"])
    def test_of_a_place_redirects(self, address, client, anna, boris):
        kept, merged = two_places()
        merge = merged_into(kept, merged, anna, boris)
        answer = client.get(address.format("uz-oj"))
        assert (answer.status_code, answer["Location"]) == (301, address.format("UZ-OS"))
        undo_merge(merge, boris)
        assert client.get(address.format("UZ-OJ")).status_code == 200

    def test_earlier_former_keys_lead_to_the_one_that_stays(self, anna, boris):
        kept, merged = AgreementFactory(), AgreementFactory()
        merged.key = "newer"
        merged.save()
        merged_into(kept, merged, anna, boris)
        assert FormerKey.objects.filter(agreement=kept).count() == 2

    def test_a_version_of_the_merged_record_is_gone_and_not_another_one(self, client, anna, boris):
        kept, merged = AgreementFactory(), AgreementFactory()
        for one in (kept, merged):
            one.publish()
        address = f"/en/agreements/{merged.key}/versions/1/"
        assert client.get(address).status_code == 200
        merge = merged_into(kept, merged, anna, boris)
        assert client.get(address).status_code == 410
        undo_merge(merge, boris)
        assert client.get(address).status_code == 200


class TestApproval:
    def test_drafts_that_readers_never_saw_are_merged_at_once(self, anna):
        merge = proposed(AgreementFactory(), AgreementFactory(), anna)
        assert merge.status == Merge.Status.DONE

    def test_what_readers_see_waits_for_another_person(self, anna, boris):
        kept, merged = AgreementFactory(published=True), AgreementFactory()
        before = every_row()
        merge = proposed(kept, merged, anna)
        assert merge.status == Merge.Status.OPEN
        assert every_row() == before
        with pytest.raises(Problem, match="Somebody else|другой"):
            approve_merge(merge, shown_of(merge), anna)
        approve_merge(merge, shown_of(merge), boris)
        assert not type(merged).objects.filter(pk=merged.pk).exists()
        kept.refresh_from_db()
        assert kept.state == State.PUBLISHED

    def test_a_draft_source_cited_by_a_public_record_waits_too(self, anna):
        kept, merged = SourceFactory(), SourceFactory()
        AgreementFactory(published=True).cite(merged)
        assert proposed(kept, merged, anna).status == Merge.Status.OPEN

    def test_a_house_with_one_publisher_merges_at_once(self, anna, settings):
        settings.TWO_PAIRS_OF_EYES = False
        merge = proposed(AgreementFactory(published=True), AgreementFactory(published=True), anna)
        assert merge.status == Merge.Status.DONE

    def test_is_of_what_was_looked_at(self, anna, boris):
        kept, merged = AgreementFactory(published=True), AgreementFactory()
        merge = proposed(kept, merged, anna)
        with pytest.raises(Problem, match="changed|измен"):
            approve_merge(merge, "something else", boris)
        merged.title_en = "Changed meanwhile"
        merged.save()
        with pytest.raises(Problem, match="changed|измен"):
            approve_merge(merge, shown_of(merge), boris)

    def test_is_discarded_and_then_decided(self, anna, boris):
        merge = proposed(AgreementFactory(published=True), AgreementFactory(), anna)
        discard_merge(merge, boris)
        for decide in (
            lambda: approve_merge(merge, shown_of(merge), boris),
            lambda: discard_merge(merge, anna),
        ):
            with pytest.raises(Problem, match="decided|решен"):
                decide()

    def test_of_one_that_is_gone_is_told(self, anna, boris):
        kept, merged = AgreementFactory(published=True), AgreementFactory()
        merge = proposed(kept, merged, anna)
        trash.delete(ROWS["agreements"], [merged.pk])
        with pytest.raises(Problem, match="no longer there|больше нет"):
            approve_merge(merge, shown_of(merge), boris)
        discard_merge(merge, anna)

    def test_of_two_merges_into_each_other_one_wins(self, anna, boris):
        one, other = AgreementFactory(published=True), AgreementFactory(published=True)
        first, second = proposed(one, other, anna), proposed(other, one, anna)
        approve_merge(first, shown_of(first), boris)
        with pytest.raises(Problem, match="no longer there|больше нет"):
            approve_merge(second, shown_of(second), boris)

    def test_one_whose_change_waits_is_not_merged(self, anna, boris):
        kept, merged = AgreementFactory(published=True), AgreementFactory()
        save_row(
            ROWS["agreements"],
            {**row(kept), "title_en": "New"},
            ["title_en"],
            kept.pk,
            user=anna,
            proposes=True,
        )
        for pair in ((kept, merged), (merged, kept)):
            with pytest.raises(Problem, match="waits for approval|ждёт одобрения|ждет"):
                proposed(*pair, anna)

    def test_one_that_a_waiting_change_refers_to_is_not_merged_away(self, anna):
        agreement = AgreementFactory(published=True)
        kept, merged = SourceFactory(), SourceFactory()
        cells = {**row(agreement), "source": merged.key, "locator": ""}
        save_row(ROWS["agreements"], cells, ["source", "locator"], agreement.pk, user=anna, proposes=True)
        with pytest.raises(Problem):
            proposed(kept, merged, anna)
        proposed(merged, kept, anna)

    def test_needs_a_reason_and_two(self, anna):
        one, other = AgreementFactory(), AgreementFactory()
        for kept, merged, reason in ((one, other, " "), (one, one, "Twice"), (one, other, "x" * 400)):
            with pytest.raises(Problem):
                proposed(kept, merged, anna, reason)
        assert not Merge.objects.exists()

    def test_of_what_has_changed_since_the_page_was_opened_is_refused(self, anna):
        kept, merged = AgreementFactory(), AgreementFactory()
        with pytest.raises(Problem, match="changed|измен"):
            propose(ROWS["agreements"], kept.pk, merged.pk, "old", {}, anna, "They are one")


class TestUndo:
    def test_is_refused_with_the_names_of_what_has_changed_since(self, anna, boris):
        kept, merged = two_sources()
        merge = merged_into(kept, merged, anna, boris)
        forum = Citation.objects.filter(source=kept, forum__isnull=False).get().forum
        forum.title_ru = forum.title_en = "Changed since"
        forum.save()
        before = every_row()
        with pytest.raises(Problem, match="Changed since"):
            undo_merge(merge, boris)
        assert every_row() == before

    def test_is_refused_where_the_kept_one_was_changed_or_is_gone(self, anna):
        kept, merged = AgreementFactory(), AgreementFactory()
        merge = proposed(kept, merged, anna)
        kept.refresh_from_db()
        kept.title_ru = "Иначе"
        kept.save()
        with pytest.raises(Problem, match="Иначе"):
            undo_merge(merge, anna)
        trash.delete(ROWS["agreements"], [kept.pk])
        with pytest.raises(Problem):
            undo_merge(merge, anna)

    def test_is_refused_where_the_merged_one_was_restored_from_the_trash(self, anna):
        kept, merged = AgreementFactory(), AgreementFactory()
        merge = proposed(kept, merged, anna)
        trash.restore(ROWS["agreements"], trash.deleted(ROWS["agreements"]).get().pk, anna)
        with pytest.raises(Problem, match=merged.key):
            undo_merge(merge, anna)

    def test_happens_once(self, anna):
        merge = proposed(AgreementFactory(), AgreementFactory(), anna)
        undo_merge(merge, anna)
        with pytest.raises(Problem, match="nothing to undo|нечего"):
            undo_merge(merge, anna)

    def test_is_not_that_of_an_import(self, anna):
        merge = proposed(AgreementFactory(), AgreementFactory(), anna)
        with pytest.raises(Problem, match="объединение"):
            undo(merge.batch, dict(ROWS), anna)


class TestDifferent:
    def test_is_remembered_once_whichever_was_named_first(self, anna):
        one, other = SourceFactory(), SourceFactory()
        for pair in ((one, other), (other, one)):
            tell_apart(ROWS["sources"], *(each.pk for each in pair), anna)
        assert distinct_from("sources", one.pk) == {other.pk}
        assert distinct_from("sources", other.pk) == {one.pk}
        assert Distinct.objects.get().user == anna


@pytest.mark.parametrize("kind", ["sources", "places"])
def test_the_statements_of_a_merge_and_of_its_undoing_do_not_grow_with_the_records(kind, anna, boris):
    numbers = []
    for number in (2, 12):
        kept, merged = two_for_many(kind, number)
        with CaptureQueriesContext(connection) as there:
            merge = merged_into(kept, merged, anna, boris)
        with CaptureQueriesContext(connection) as back:
            undo_merge(merge, boris)
        numbers.append((len(there), len(back)))
    assert numbers[1] == numbers[0]


def two_for_many(kind, number):
    """Two sources or places; so many records show the second one."""
    russia, uzbekistan = two_countries()
    if kind == "sources":
        kept, merged = SourceFactory(title="Vestnik"), SourceFactory(title="Vestnik 3")
        for _number in range(number):
            AgreementFactory(sources=0).cite(merged, locator_label="page", locator="5")
        return kept, merged
    kept, merged = (PlaceFactory(code=f"city-{number}-{i}", kind="city", parent=uzbekistan) for i in (1, 2))
    for _number in range(number):
        AgreementFactory(participants=[("party", russia), ("party", merged)])
    return kept, merged
