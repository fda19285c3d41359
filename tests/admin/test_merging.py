"""Two are merged in the admin: side by side, chosen fact by fact, approved by somebody else, undone."""

import pytest
from django.urls import NoReverseMatch, reverse

from relations.catalog import ROWS
from relations.models import Agreement, CountryLimit, Distinct, Merge, Organization, Source, Topic
from relations.revisions.merges import TYPES
from tests.helpers.admin import signed_in, text, url
from tests.helpers.factories import (
    AgreementFactory,
    ForumFactory,
    ObservationFactory,
    OrganizationFactory,
    PlaceFactory,
    SourceFactory,
    two_countries,
)
from tests.helpers.merging import every_row, row

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(staff):
    return signed_in(staff("publisher"))


@pytest.fixture
def boris(staff):
    return signed_in(staff("administrator"))


def side_by_side(client, kept, other, with_=None):
    return client.get(url(type(kept), "merge", kept.pk), {"with": with_ or getattr(other, "key", other.pk)})


def send(client, kept, other, verb="merge", **more):
    page = side_by_side(client, kept, other)
    data = {"verb": verb, "with": other.pk, "seen": page.context["seen"], "reason": "They are one"}
    return client.post(url(type(kept), "merge", kept.pk), {**data, **more}, follow=True)


def facts(page):
    return {one.name: one for one in page.context["facts"]}


class TestPage:
    def test_shows_both_in_words_and_what_would_be_kept(self, anna):
        russia, uzbekistan = two_countries()
        kept = AgreementFactory(title_en="One", instrument_type="treaty")
        other = AgreementFactory(title_en="Other", instrument_type="protocol", summary_en="What it says")
        found = facts(side_by_side(anna, kept, other))
        assert (found["instrument_type"].kept, found["instrument_type"].merged) == ("treaty", "protocol")
        chosen = {
            name: [v for v, _label, is_chosen in one.choices if is_chosen] for name, one in found.items()
        }
        assert chosen["title_en"] == ["kept"]
        assert chosen["summary_en"] == ["merged"]
        assert chosen["source"] == ["both"]
        assert "parties" not in found

    @pytest.mark.parametrize("name", ["key", "pk"])
    def test_finds_the_other_one_by_its_key_or_number(self, name, anna):
        kept, other = SourceFactory(), SourceFactory()
        page = side_by_side(anna, kept, other, getattr(other, name))
        assert page.context["other"] == other

    @pytest.mark.parametrize("sent", ["nothing", "\x00", "9" * 30, "²", "x" * 500, "-1", "<b>"])
    def test_says_that_nothing_has_a_made_up_key(self, sent, anna):
        kept = SourceFactory()
        page = anna.get(url(Source, "merge", kept.pk), {"with": sent})
        assert page.status_code == 200
        assert "other" not in page.context

    def test_is_reached_from_the_form_by_who_may_merge(self, anna, staff):
        source = SourceFactory()
        address = url(Source, "merge", source.pk)
        assert address in text(anna.get(url(Source, "change", source.pk)))
        editor = signed_in(staff("editor"))
        assert address not in text(editor.get(url(Source, "change", source.pk)))
        assert editor.get(address).status_code == 403

    def test_exists_for_each_type_that_can_be_merged(self):
        for slug, resource in ROWS.items():
            if slug in TYPES:
                assert url(resource.model, "merge", 1)
        with pytest.raises(NoReverseMatch):
            url(Topic, "merge", 1)

    def test_names_likely_duplicates_but_not_those_found_different(self, anna):
        source = SourceFactory(title="The long way to a market", url="https://example.org/way")
        same = SourceFactory(title="Another title of it", url="https://www.example.org/way/")
        page = url(Source, "merge", source.pk)
        assert [one.entity for one, _key in anna.get(page).context["likely"]] == [same]
        answer = send(anna, source, same, "different")
        assert answer.context["likely"] == []
        assert anna.get(url(Source, "merge", same.pk)).context["likely"] == []
        assert Distinct.objects.count() == 1

    def test_names_likely_duplicates_of_records_and_of_names(self, anna):
        one, other = (AgreementFactory(title_en="A treaty of trade", signed="2001-02-03") for _ in range(2))
        AgreementFactory(title_en="A treaty of trade", signed="2012-02-03")
        page = anna.get(url(Agreement, "merge", one.pk))
        assert [found.entity for found, _key in page.context["likely"]] == [other]
        ministry, same = OrganizationFactory(name_en="Ministry A"), OrganizationFactory(name_en="Ministry B")
        page = anna.get(url(Organization, "merge", ministry.pk))
        assert [found.entity for found, _key in page.context["likely"]] == [same]

    def test_of_a_figure_and_of_a_place_open(self, anna):
        for one in (ObservationFactory(), PlaceFactory()):
            assert anna.get(url(type(one), "merge", one.pk)).status_code == 200


class TestMerging:
    def test_drafts_are_one_at_once_as_chosen(self, anna):
        kept, other = AgreementFactory(title_en="One"), AgreementFactory(title_en="Other")
        answer = send(anna, kept, other, **{"choose-title_en": "merged"})
        assert "All that referred to “Other” leads here" in text(answer)
        assert row(kept)["title_en"] == "Other"
        assert not Agreement.objects.filter(pk=other.pk).exists()

    def test_what_readers_see_waits_on_the_desk_of_another(self, anna, boris):
        kept, other = AgreementFactory(published=True), AgreementFactory(title_en="Other", published=True)
        answer = send(anna, kept, other)
        assert "waits for approval" in text(answer)
        assert "Somebody else has to approve it" in text(answer)
        merge = Merge.objects.get()
        address = url(Agreement, "merged", merge.pk)
        assert address in text(boris.get(reverse("admin:index")))
        page = boris.get(address)
        own = anna.post(address, {"verb": "approve", "seen": page.context["seen"]}, follow=True)
        assert "Somebody else has to approve it" in text(own)
        done = boris.post(address, {"verb": "approve", "seen": page.context["seen"]}, follow=True)
        assert "Approved and merged" in text(done)
        assert not Agreement.objects.filter(pk=other.pk).exists()
        assert "Other" in text(anna.get(url(Agreement, "merges")))

    def test_is_undone_on_its_page(self, anna):
        kept, other = AgreementFactory(), AgreementFactory()
        before = every_row()
        send(anna, kept, other)
        address = url(Agreement, "merged", Merge.objects.get().pk)
        assert "both are as they were before" in text(anna.post(address, {"verb": "undo"}, follow=True))
        assert every_row() == before
        assert "nothing to undo" in text(anna.post(address, {"verb": "undo"}, follow=True))

    def test_is_discarded_by_its_author(self, anna):
        kept, other = AgreementFactory(published=True), AgreementFactory()
        send(anna, kept, other)
        address = url(Agreement, "merged", Merge.objects.get().pk)
        assert "discarded" in text(anna.post(address, {"verb": "discard"}, follow=True))
        assert "decided already" in text(anna.post(address, {"verb": "discard"}, follow=True))

    def test_a_refusal_keeps_what_was_chosen_and_written(self, anna):
        kept, other = AgreementFactory(title_en="One"), AgreementFactory(title_en="Other")
        kept.links.create(kind="amends", to_agreement=other)
        answer = send(anna, kept, other, reason="A good reason", **{"choose-title_en": "merged"})
        assert "cannot be one" in text(answer)
        assert answer.context["reason"] == "A good reason"
        chosen = [value for value, _label, is_chosen in facts(answer)["title_en"].choices if is_chosen]
        assert chosen == ["merged"]

    def test_a_record_of_another_country_is_not_merged_by_a_limited_user(self, staff):
        kazakhstan = PlaceFactory(code="KZ")
        user = staff("publisher")
        CountryLimit.objects.create(user=user).countries.set([kazakhstan])
        kept, other = ForumFactory(), ForumFactory()
        client = signed_in(user)
        assert client.get(url(type(kept), "merge", kept.pk)).status_code == 403
        mine = ForumFactory(participants=[("participant", kazakhstan)])
        answer = send(client, mine, other)
        assert "one of your countries" in text(answer)
        assert not Merge.objects.exists()


class TestHostilePosts:
    @pytest.mark.parametrize(
        "sent",
        [
            {"seen": ""},
            {"seen": "\x00"},
            {"reason": "\x00"},
            {"reason": "\u202e" * 3},
            {"reason": ""},
            {"reason": "x" * 5000},
            {"choose-title_en": "both"},
            {"choose-title_en": "\x00"},
            {"with": "\x00"},
            {"with": "nothing"},
            {"with": "9" * 40},
        ],
        ids=str,
    )
    def test_are_answered_with_a_sentence_and_change_nothing(self, sent, anna):
        kept, other = AgreementFactory(title_en="One"), AgreementFactory(title_en="Other")
        before = every_row()
        answer = send(anna, kept, other, **sent)
        assert answer.status_code == 200
        assert len(list(answer.context["messages"])) == 1
        assert every_row() == before

    def test_with_itself_or_with_what_is_gone_change_nothing(self, anna):
        kept, other = AgreementFactory(), AgreementFactory()
        page = side_by_side(anna, kept, other)
        data = {"verb": "merge", "seen": page.context["seen"], "reason": "One"}
        other.delete()
        for wanted in (kept.key, other.key):
            answer = anna.post(url(Agreement, "merge", kept.pk), {**data, "with": wanted}, follow=True)
            assert answer.status_code == 200
        assert not Merge.objects.exists()

    def test_with_an_unknown_verb_are_refused(self, anna):
        kept, other = AgreementFactory(), AgreementFactory()
        assert send(anna, kept, other, "made up").status_code == 403
        send(anna, kept, other)
        address = url(Agreement, "merged", Merge.objects.get().pk)
        assert anna.post(address, {"verb": "made up"}).status_code == 403
        assert anna.get(url(Source, "merged", Merge.objects.get().pk)).status_code == 404

    def test_of_who_may_only_look_change_nothing(self, anna, staff):
        kept, other = AgreementFactory(), AgreementFactory()
        send(anna, kept, other)
        address = url(Agreement, "merged", Merge.objects.get().pk)
        reader = signed_in(staff("reader"))
        assert reader.get(address).status_code == 200
        for verb in ("approve", "discard", "undo"):
            assert reader.post(address, {"verb": verb}).status_code == 403
        assert Merge.objects.get().status == Merge.Status.DONE
