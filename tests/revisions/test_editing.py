"""Nothing public changes unreviewed, and two editors lose nothing: forms become rows, rows become revisions."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relations.errors import Problem
from relations.models import Agreement, Revision, Source, State, Version
from relations.models.row_cache import unpacked
from tests.helpers.admin import filled_in, signed_in, text, url
from tests.helpers.factories import AgreementFactory, PlaceFactory, SourceFactory

pytestmark = pytest.mark.django_db


def opened(client, record):
    """What a browser would send back from the form of a record that is open in it."""
    return filled_in(client.get(url(type(record), "change", record.pk)))


def save(client, record, data, **changes):
    return client.post(url(type(record), "change", record.pk), {**data, **changes}, follow=True)


def row(record):
    return unpacked(type(record).objects.values_list("row", flat=True).get(pk=record.pk))


@pytest.fixture
def anna(staff):
    return signed_in(staff("editor"))


@pytest.fixture
def boris(staff, django_user_model):
    user = staff("importer")
    user.groups.set(django_user_model.objects.get(username="editor").groups.all())
    return signed_in(user)


@pytest.fixture
def treaty(db):
    return AgreementFactory(title_en="Treaty", signed="1992-05-30", sources=2, published=True)


class TestAPublicRecord:
    def test_stays_as_it_is_while_a_change_waits(self, anna, treaty, client):
        before = row(treaty)
        answer = save(anna, treaty, opened(anna, treaty), title_en="Another treaty")
        assert "waits for approval" in text(answer)
        assert row(treaty) == before
        revision = Revision.objects.get()
        assert (revision.base, revision.row["title_en"]) == (before, "Another treaty")
        assert "Another treaty" not in text(client.get(f"/en/agreements/{treaty.key}/"))

    def test_is_changed_by_the_approval_alone_which_keeps_a_version(self, anna, treaty, approved):
        save(anna, treaty, opened(anna, treaty), title_en="Another treaty")
        approved(treaty)
        assert row(treaty)["title_en"] == "Another treaty"
        assert Revision.objects.get().status == Revision.Status.APPROVED
        version = Version.objects.filter(is_proposal=False).first()
        assert (version.before["title_en"], version.after["title_en"]) == ("Treaty", "Another treaty")
        assert version.revision == Revision.objects.get()

    def test_shows_its_proposed_row_in_the_form_of_the_next_editor(self, anna, boris, treaty):
        save(anna, treaty, opened(anna, treaty), title_en="Another treaty")
        data = opened(boris, treaty)
        assert data["title_en"] == "Another treaty"
        save(boris, treaty, data, signed="1993")
        revision = Revision.objects.get()
        assert (revision.row["title_en"], revision.row["date_signed"]) == ("Another treaty", "1993")
        assert Agreement.objects.get().title_en == "Treaty"

    def test_has_no_proposal_left_when_it_is_taken_back_in_the_form(self, anna, treaty):
        save(anna, treaty, opened(anna, treaty), title_en="Another treaty")
        save(anna, treaty, opened(anna, treaty), title_en="Treaty")
        assert [one.status for one in Revision.objects.all()] == [Revision.Status.DISCARDED]

    def test_is_not_approved_by_who_wrote_the_change(self, treaty, publisher, approved):
        save(signed_in(publisher), treaty, opened(signed_in(publisher), treaty), title_en="Another")
        with pytest.raises(Problem) as refused:
            approved(treaty, publisher)
        assert refused.value.code == "approval.own"
        assert Agreement.objects.get().title_en == "Treaty"

    def test_is_approved_by_who_wrote_it_in_a_house_with_one_publisher(
        self, treaty, publisher, approved, settings
    ):
        settings.TWO_PAIRS_OF_EYES = False
        save(signed_in(publisher), treaty, opened(signed_in(publisher), treaty), title_en="Another")
        assert approved(treaty, publisher)
        assert Agreement.objects.get().title_en == "Another"

    def test_waits_for_a_second_approval_where_the_approver_wrote_a_part(
        self, anna, treaty, publisher, approved, django_user_model
    ):
        save(anna, treaty, opened(anna, treaty), title_en="Another treaty")
        client = signed_in(publisher)
        save(client, treaty, opened(client, treaty), signed="1993")
        assert not approved(treaty, publisher)
        assert Agreement.objects.get().title_en == "Treaty"
        second = django_user_model.objects.create_user("second", is_staff=True)
        assert approved(treaty, second)
        assert Agreement.objects.get().title_en == "Another treaty"

    def test_is_not_approved_as_something_else_than_was_looked_at(self, anna, treaty, publisher):
        save(anna, treaty, opened(anna, treaty), title_en="Another treaty")
        review = url(Agreement, "review", treaty.pk)
        client = signed_in(publisher)
        seen = client.get(review).context["seen"]
        save(anna, treaty, opened(anna, treaty), title_en="Yet another")
        answer = client.post(review, {"verb": "approve", "seen": seen}, follow=True)
        assert "It has changed since you looked at it" in text(answer)
        assert Agreement.objects.get().title_en == "Treaty"

    def test_keeps_what_has_changed_since_the_proposal(self, anna, treaty, approved):
        save(anna, treaty, opened(anna, treaty), title_en="Another treaty")
        stored = Agreement.objects.get()
        stored.notes = "Changed meanwhile"
        stored.save()
        approved(treaty)
        stored.refresh_from_db()
        assert (stored.title_en, stored.notes) == ("Another treaty", "Changed meanwhile")

    def test_keeps_it_in_the_form_too(self, anna, boris, treaty):
        save(anna, treaty, opened(anna, treaty), title_en="Another treaty")
        stored = Agreement.objects.get()
        stored.summary_en = "Changed meanwhile"
        stored.save()
        data = opened(boris, treaty)
        assert (data["title_en"], data["summary_en"]) == ("Another treaty", "Changed meanwhile")
        save(boris, treaty, data, signed="1993")
        found = Revision.objects.get().row
        assert (found["title_en"], found["summary_en"], found["date_signed"]) == (
            "Another treaty",
            "Changed meanwhile",
            "1993",
        )


class TestTheReason:
    def test_is_asked_for_where_readers_would_see_the_change(self, anna):
        record = AgreementFactory(title_en="Treaty", published=True)
        address = url(Agreement, "change", record.pk)
        page = anna.post(address, filled_in(anna.get(address), title_en="Another", _reason=" "))
        assert "Say why you change what is public" in text(page)
        assert page.context["adminform"].form["title_en"].value() == "Another"
        assert not Revision.objects.exists()
        page = anna.post(address, filled_in(page, _reason="Misspelt"), follow=True)
        assert Revision.objects.get().reason == "Misspelt"

    def test_of_what_is_proposed_already_is_kept_in_the_form(self, anna):
        record = AgreementFactory(title_en="Treaty", published=True)
        address = url(Agreement, "change", record.pk)
        anna.post(address, filled_in(anna.get(address), title_en="Another", _reason="Misspelt"))
        assert anna.get(address).context["reason"] == "Misspelt"

    def test_of_a_draft_is_left_to_its_author(self, anna):
        record = AgreementFactory(title_en="Treaty")
        address = url(Agreement, "change", record.pk)
        anna.post(address, filled_in(anna.get(address), title_en="Another", _reason=""))
        assert Agreement.objects.get().title_en == "Another"


class TestTwoEditors:
    @pytest.fixture(params=["draft", "public"])
    def record(self, request):
        return AgreementFactory(
            title_en="Treaty", signed="1992", sources=1, published=request.param == "public"
        )

    def stored(self, record):
        revision = Revision.objects.filter(status=Revision.Status.OPEN).first()
        return revision.row if revision else row(record)

    def test_who_change_different_facts_lose_nothing(self, anna, boris, record):
        annas, boriss = opened(anna, record), opened(boris, record)
        save(anna, record, annas, title_en="Another treaty")
        save(boris, record, boriss, signed="1993-02")
        found = self.stored(record)
        assert (found["title_en"], found["date_signed"]) == ("Another treaty", "1993-02")

    def test_who_each_add_a_citation_add_both(self, anna, boris, record):
        sources = SourceFactory.create_batch(2)
        for client, data, source in [
            (one, opened(one, record), source) for one, source in zip((anna, boris), sources, strict=True)
        ]:
            new = {
                "citations-1-source": source.pk,
                "citations-1-confidence": "high",
                "citations-TOTAL_FORMS": 2,
            }
            save(client, record, data, **new)
        assert self.stored(record)["source"].split("; ")[1:] == [one.key for one in sources]

    def test_who_change_the_same_fact_see_both_and_decide(self, anna, boris, record):
        annas, boriss = opened(anna, record), opened(boris, record)
        save(anna, record, annas, title_en="Anna’s title")
        answer = save(boris, record, boriss, title_en="Boris’s title")
        assert "Anna’s title" in text(answer)
        assert self.stored(record)["title_en"] == "Anna’s title"
        again = filled_in(answer)
        assert again["title_en"] == "Boris’s title"
        save(boris, record, again)
        assert self.stored(record)["title_en"] == "Boris’s title"

    def test_who_have_not_chosen_overwrite_nothing(self, anna, boris, record):
        boriss = opened(boris, record)
        save(anna, record, opened(anna, record), title_en="Anna’s title")
        again = filled_in(save(boris, record, boriss, title_en="Boris’s title"), _holds_title_en="")
        answer = save(boris, record, again)
        assert "choose for each fact what holds" in text(answer)
        assert self.stored(record)["title_en"] == "Anna’s title"

    def test_of_whom_one_takes_the_value_of_the_other_keeps_it_with_the_rest_of_the_form(
        self, anna, boris, record
    ):
        boriss = opened(boris, record)
        save(anna, record, opened(anna, record), title_en="Anna’s title")
        again = filled_in(save(boris, record, boriss, title_en="Boris’s title", notes="Checked"))
        save(boris, record, again, _holds_title_en="theirs")
        found = self.stored(record)
        assert (found["title_en"], found["notes"]) == ("Anna’s title", "Checked")

    def test_are_asked_again_where_a_third_change_came_between(self, anna, boris, record):
        boriss = opened(boris, record)
        save(anna, record, opened(anna, record), title_en="First")
        again = filled_in(save(boris, record, boriss, title_en="Boris’s title"))
        save(anna, record, opened(anna, record), title_en="Second")
        answer = save(boris, record, again)
        assert "Second" in text(answer)
        assert self.stored(record)["title_en"] == "Second"

    def test_who_swap_two_parties_meet_no_error(self, anna, record):
        data = opened(anna, record)
        swapped = {
            "participations-0-place": data["participations-1-place"],
            "participations-1-place": data["participations-0-place"],
        }
        before = self.stored(record)["parties"].split("; ")
        save(anna, record, data, **swapped)
        assert self.stored(record)["parties"].split("; ") == before[::-1]

    def test_who_add_the_same_party_twice_are_told_at_the_form(self, anna, record):
        data = opened(anna, record)
        same = {f"participations-2-{name}": data[f"participations-0-{name}"] for name in ("role", "place")}
        answer = save(anna, record, data, **same, **{"participations-TOTAL_FORMS": 3})
        assert "The same participant appears twice in the same role." in text(answer)

    def test_who_remove_what_another_has_just_removed_meet_no_error(self, anna, boris, record):
        PlaceFactory(code="KZ")
        annas, boriss = opened(anna, record), opened(boris, record)
        new = {"participations-2-role": "party", "participations-2-place": PlaceFactory(code="KG").pk}
        save(anna, record, annas, **new, **{"participations-TOTAL_FORMS": 3})
        save(boris, record, boriss, title_en="Another")
        found = self.stored(record)
        assert found["title_en"] == "Another"
        assert "KG" in found["parties"]


def test_a_draft_is_saved_at_once_with_a_version(anna):
    record = AgreementFactory(title_en="Treaty")
    save(anna, record, opened(anna, record), title_en="Another")
    assert row(record)["title_en"] == "Another"
    version = Version.objects.first()
    assert (version.before["title_en"], version.after["title_en"], version.user.username) == (
        "Treaty",
        "Another",
        "editor",
    )


def test_every_move_between_states_keeps_a_version_with_its_user(publisher):
    record = AgreementFactory(title_en="Treaty")
    record.submit(publisher)
    record.publish(publisher)
    record.withdraw(publisher, "Twice in the register")
    moves = [(one.before["state"], one.after["state"]) for one in Version.objects.order_by("pk")]
    assert moves == [("draft", "review"), ("review", "published"), ("published", "withdrawn")]
    assert {one.user for one in Version.objects.all()} == {publisher}
    assert Version.objects.first().reason == "Twice in the register"


@pytest.mark.parametrize("name", ["locator", "note_en", "quotation", "confidence"])
def test_a_change_of_one_detail_of_a_citation_alone_is_saved(anna, name, approved):
    value = {"confidence": "low", "locator": "8"}.get(name, "A detail")
    for record in (AgreementFactory(title_en="Draft"), AgreementFactory(title_en="Public", published=True)):
        save(anna, record, opened(anna, record), **{f"citations-0-{name}": value})
        if record.state == State.PUBLISHED:
            approved(record)
        assert getattr(record.citations.get(), name) == value


def test_a_record_cannot_have_the_key_of_the_example_row(anna):
    record = AgreementFactory(title_en="Treaty")
    data = opened(anna, record) | {"citations-TOTAL_FORMS": 0, "participations-TOTAL_FORMS": 0}
    answer = anna.post(url(Agreement, "add"), data | {"key": "example"})
    assert "is that of the example row of the template" in text(answer)
    assert Agreement.objects.count() == 1


class TestReview:
    def test_shows_old_and_new_in_words_with_the_evidence(self, anna, treaty, publisher):
        save(anna, treaty, opened(anna, treaty), signed="1993-02")
        page = text(signed_in(publisher).get(url(Agreement, "review", treaty.pk)))
        assert "30 May 1992" in page
        assert "February 1993" in page
        assert str(treaty.citations.first().source) in page

    def test_shows_what_has_changed_since_it_was_sent_back(self, anna, treaty, publisher):
        save(anna, treaty, opened(anna, treaty), signed="1993-02", notes="Checked")
        client, review = signed_in(publisher), url(Agreement, "review", treaty.pk)
        assert "Changed since it was sent back." not in text(client.get(review))
        sent = {"verb": "send_back", "seen": client.get(review).context["seen"], "mark-date_signed": "wrong"}
        client.post(review, {**sent, "comment-date_signed": "Which day?"})
        save(anna, treaty, opened(anna, treaty), signed="1993-02-17")
        page = client.get(review)
        found = {one.name: one for one in page.context["reviewed"]}
        assert (found["date_signed"].former, found["notes"].former) == ("February 1993", None)
        assert found["date_signed"].mark.choice == ""
        said = text(page)
        assert said.count("Changed since it was sent back.") == 1
        assert "(of the former value)" in said

    def test_shows_what_was_taken_out_since_it_was_sent_back(self, anna, publisher):
        record = AgreementFactory(title_en="Treaty", summary_en="Long")
        client, review = signed_in(publisher), url(Agreement, "review", record.pk)
        save(anna, record, opened(anna, record), notes="Checked")
        sent = {"verb": "mark", "seen": client.get(review).context["seen"], "mark-summary_en": "wrong"}
        client.post(review, {**sent, "comment-summary_en": "Too long"})
        save(anna, record, opened(anna, record), summary_en="")
        (gone,) = [one for one in client.get(review).context["reviewed"] if one.former is not None]
        assert (gone.name, gone.former, gone.difference.after) == ("summary_en", "Long", "")

    def test_links_to_the_sources_and_to_their_pages(self, treaty, publisher):
        Source.objects.update(url="https://example.org/treaty")
        source = treaty.citations.first().source
        record = AgreementFactory(title_en="Draft", sources=0)
        record.cite(source)
        page = text(signed_in(publisher).get(url(Agreement, "review", record.pk)))
        assert 'href="https://example.org/treaty"' in page
        assert f'href="{url(Source, "change", source.pk)}"' in page

    def test_approves_a_draft_as_it_was_seen(self, anna, publisher):
        record = AgreementFactory(title_en="Treaty")
        save(anna, record, opened(anna, record), title_en="Another")
        client, review = signed_in(publisher), url(Agreement, "review", record.pk)
        client.post(review, {"verb": "approve", "seen": client.get(review).context["seen"]})
        assert Agreement.objects.get().state == State.PUBLISHED

    def test_says_once_that_it_was_not_approved_and_why(self, anna, publisher):
        record = AgreementFactory(title_en="Treaty", sources=0)
        client, review = signed_in(publisher), url(Agreement, "review", record.pk)
        page = text(client.post(review, {"verb": "approve", "seen": client.get(review).context["seen"]}))
        assert "Not approved. It has no source." in page
        assert page.count("It has no source.") == 1

    def test_sends_back_with_a_comment_and_not_without(self, anna, treaty, publisher):
        save(anna, treaty, opened(anna, treaty), signed="1993-02")
        client, review = signed_in(publisher), url(Agreement, "review", treaty.pk)
        answer = client.post(review, {"verb": "send_back"}, follow=True)
        assert "Say what should be changed." in text(answer)
        client.post(review, {"verb": "send_back", "comment": "Which source says so?"})
        revision = Revision.objects.get()
        assert (revision.status, revision.comment) == (Revision.Status.SENT_BACK, "Which source says so?")
        assert "Which source says so?" in text(anna.get(review))

    @pytest.mark.parametrize("verb", ["approve", "discard"])
    def test_refuses_who_may_not(self, anna, boris, treaty, verb):
        save(anna, treaty, opened(anna, treaty), signed="1993-02")
        review = url(Agreement, "review", treaty.pk)
        seen = boris.get(review).context["seen"]
        assert boris.post(review, {"verb": verb, "seen": seen}).status_code == 403
        assert Revision.objects.get().status == Revision.Status.OPEN

    def test_of_a_withdrawn_record_needs_a_new_submission(self, treaty, publisher, approved):
        treaty.withdraw()
        with pytest.raises(Problem) as refused:
            approved(treaty, publisher)
        assert refused.value.code == "approval.state"


class TestASource:
    def test_that_public_records_cite_waits_for_approval(self, anna, treaty, approved):
        source = treaty.citations.first().source
        before = source.title
        page = anna.get(url(Source, "change", source.pk))
        assert "1 public record rests on this:" in text(page)
        save(anna, source, filled_in(page), title="Another title")
        source.refresh_from_db()
        assert source.title == before
        assert approved(source)
        source.refresh_from_db()
        assert source.title == "Another title"
        assert Version.objects.filter(type="sources", is_proposal=False).count() == 1

    def test_that_only_drafts_cite_is_changed_at_once_with_a_version(self, anna):
        source = AgreementFactory().citations.get().source
        save(anna, source, opened(anna, source), title="Another title")
        source.refresh_from_db()
        assert source.title == "Another title"
        assert Version.objects.get(type="sources").after["title"] == "Another title"

    def test_of_two_editors_loses_nothing(self, anna, boris):
        source = SourceFactory(author="")
        annas, boriss = opened(anna, source), opened(boris, source)
        save(anna, source, annas, title="Another title")
        save(boris, source, boriss, author="Орлова, А. П.")
        source.refresh_from_db()
        assert (source.title, source.author) == ("Another title", "Орлова, А. П.")


@pytest.mark.parametrize("published", [False, True])
def test_many_citations_cost_a_form_no_more_statements_than_one(anna, published):
    def statements(number):
        record = AgreementFactory(sources=number, published=published)
        opened(anna, record)
        with CaptureQueriesContext(connection) as to_open:
            data = opened(anna, record)
        with CaptureQueriesContext(connection) as to_save:
            save(anna, record, data, title_en="Another")
        return len(to_open), len(to_save)

    statements(1)  # the list that follows reads the index once
    assert statements(10) == statements(1)


def test_a_conflict_is_shown_in_words(anna, boris):
    record = AgreementFactory(title_en="Treaty", signed="1992")
    annas, boriss = opened(anna, record), opened(boris, record)
    save(anna, record, annas, signed="1993-02")
    page = text(save(boris, record, boriss, signed="1994-05-30"))
    assert "February 1993" in page
    assert "30 May 1994" in page


def test_a_proposed_change_is_not_said_to_have_been_made(anna, treaty):
    page = text(save(anna, treaty, opened(anna, treaty), title_en="Another treaty"))
    assert "waits for approval" in page
    assert "was changed successfully" not in page
