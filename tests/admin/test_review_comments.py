"""The review page: facts are found right or wrong, comments are answered and settled, and the next one is offered."""

from html import escape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relations.models import Agreement, FactCheck, ReviewComment, Revision, Source, State
from tests.helpers.admin import filled_in, signed_in, text, url
from tests.helpers.factories import AgreementFactory, SourceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(staff):
    return signed_in(staff("editor"))


@pytest.fixture
def chief(publisher):
    return signed_in(publisher)


@pytest.fixture
def treaty(anna):
    """A public agreement with a proposed change of its date and its title."""
    record = AgreementFactory(title_en="Treaty", signed="1992-05-30", published=True)
    address = url(Agreement, "change", record.pk)
    anna.post(address, filled_in(anna.get(address), title_en="Another treaty", signed="1993-02"))
    return record


def review(record):
    return url(type(record), "review", record.pk)


def send(client, record, verb, **more):
    seen = client.get(review(record)).context["seen"]
    return client.post(review(record), {"verb": verb, "seen": seen, **more}, follow=True)


def comment(client, record, verb="comment", **more):
    return client.post(url(type(record), "comment", record.pk), {"verb": verb, **more}, follow=True)


def marks(page):
    return {one.name: (one.mark.choice, one.mark.text) for one in page.context["reviewed"]}


class TestAFact:
    def test_is_found_right_until_it_changes(self, anna, chief, treaty):
        page = send(chief, treaty, "mark", **{"mark-date_signed": "right"})
        assert marks(page)["date_signed"] == ("right", "")
        assert "✓ publisher" in text(anna.get(review(treaty)))
        address = url(Agreement, "change", treaty.pk)
        anna.post(address, filled_in(anna.get(address), signed="1994"))
        assert marks(chief.get(review(treaty)))["date_signed"] == ("", "")
        assert "✓ publisher" not in text(anna.get(review(treaty)))

    def test_is_not_found_right_as_something_else_than_was_looked_at(self, anna, chief, treaty):
        seen = chief.get(review(treaty)).context["seen"]
        address = url(Agreement, "change", treaty.pk)
        anna.post(address, filled_in(anna.get(address), signed="1994"))
        sent = {"verb": "mark", "seen": seen, "mark-date_signed": "right"}
        sent |= {"mark-title_en": "wrong", "comment-title_en": "Which title?"}
        page = chief.post(review(treaty), sent)
        assert "It has changed since you looked at it" in text(page)
        assert marks(page)["date_signed"] == ("", "")
        assert marks(page)["title_en"] == ("wrong", "Which title?")
        assert not FactCheck.objects.exists()

    def test_is_wrong_only_with_a_comment(self, chief, treaty):
        page = send(chief, treaty, "mark", **{"mark-date_signed": "wrong", "mark-title_en": "right"})
        assert "Signed: Write the comment" in text(page)
        assert marks(page) | {"date_signed": ("wrong", "")} == marks(page)
        assert not FactCheck.objects.exists()
        send(chief, treaty, "mark", **{"mark-date_signed": "wrong", "comment-date_signed": "Which source?"})
        assert ReviewComment.objects.get().field == "date_signed"
        assert Revision.objects.get().status == Revision.Status.OPEN

    def test_that_is_wrong_is_not_approved_and_what_was_typed_is_kept(self, chief, treaty):
        sent = {"mark-date_signed": "wrong", "comment-date_signed": "Which source?", "comment": "Alas"}
        page = send(chief, treaty, "approve", **sent)
        assert "You have marked facts as wrong: Signed." in text(page)
        assert marks(page)["date_signed"] == ("wrong", "Which source?")
        assert page.context["comment"] == "Alas"
        assert Agreement.objects.get().title_en == "Treaty"

    def test_that_is_wrong_is_sent_back_with_its_comment(self, anna, chief, treaty):
        send(
            chief,
            treaty,
            "send_back",
            **{"mark-date_signed": "wrong", "comment-date_signed": "Which source?"},
        )
        revision = Revision.objects.get()
        assert (revision.status, revision.comment) == (Revision.Status.SENT_BACK, "Signed: Which source?")
        assert "Which source?" in text(anna.get("/admin/"))

    def test_is_not_sent_back_halfway(self, chief, treaty):
        sent = {"mark-title_en": "wrong", "comment-title_en": "So?", "mark-date_signed": "wrong"}
        send(chief, treaty, "send_back", **sent)
        assert Revision.objects.get().status == Revision.Status.OPEN
        assert not ReviewComment.objects.exists()


class TestACommentOnAField:
    def test_is_shown_at_the_field_of_the_form(self, anna, chief, treaty):
        comment(chief, treaty, field="date_signed", text="Which <i source?")
        page = anna.get(url(Agreement, "change", treaty.pk))
        field = page.context["adminform"].form.fields["signed"]
        assert escape("publisher: Which <i source?") in field.help_text
        assert 'href="#id_signed"' in text(page)
        other = anna.get(url(Agreement, "change", AgreementFactory().pk))
        assert "field-comment" not in text(other)

    @pytest.mark.parametrize(
        ("field", "group"), [("parties", "participations"), ("source", "citations"), ("signed_at", "links")]
    )
    def test_on_rows_of_the_form_is_shown_above_them(self, anna, chief, treaty, field, group):
        comment(chief, treaty, field=field, text="Which one?")
        page = text(anna.get(url(Agreement, "change", treaty.pk)))
        said = page.split('class="field-comment"')
        assert len(said) == 2
        assert "publisher: Which one?" in said[1]
        assert f'id="{group}-group"' in said[1][:600]

    def test_is_shown_in_the_history_below_its_version(self, anna, chief, treaty):
        comment(chief, treaty, field="date_signed", text="Which source?")
        (newest, threads), *rest = anna.get(url(Agreement, "history", treaty.pk)).context["changes"]
        assert newest.version.is_proposal
        assert [one.comment.text for one in threads] == ["Which source?"]
        assert not any(found for _change, found in rest)

    def test_is_shown_in_the_history_of_a_record_without_versions(self, chief):
        record = AgreementFactory()
        comment(chief, record, text="Which source?")
        assert "Which source?" in text(chief.get(url(Agreement, "history", record.pk)))

    def test_is_answered_settled_and_then_no_obstacle(self, anna, chief, treaty):
        comment(chief, treaty, field="date_signed", text="Which source?")
        number = ReviewComment.objects.get().pk
        page = text(send(chief, treaty, "approve"))
        assert "It has open comments (1), which must be settled first: “Which source?”." in page
        answered = comment(anna, treaty, "answer", thread=number, text="Page 5", page="change")
        assert answered.redirect_chain[-1][0] == f"{url(Agreement, 'change', treaty.pk)}#comments"
        assert "Answer it instead" in text(comment(anna, treaty, "settle", thread=number))
        assert "The comment is settled." in text(comment(chief, treaty, "settle", thread=number))
        to_confirm = [value for value, _words in chief.get(review(treaty)).context["to_confirm"]]
        assert "Approved and public." in text(send(chief, treaty, "approve", confirmed=to_confirm))

    def test_that_is_refused_is_shown_again(self, chief, treaty):
        page = comment(chief, treaty, field="date_signed", text="<b>Which?</b>")
        assert "The text contains HTML tags" in text(page)
        assert page.context["typed_text"] == "<b>Which?</b>"
        assert "&lt;b&gt;Which?&lt;/b&gt;</textarea>" in page.content.decode()

    def test_that_two_settle_at_once_is_settled_by_the_first(self, chief, treaty, staff):
        second = signed_in(staff("administrator"))
        comment(chief, treaty, text="Which source?")
        number = ReviewComment.objects.get().pk
        comment(second, treaty, "settle", thread=number)
        assert "Administrator has settled this comment meanwhile." in text(
            comment(chief, treaty, "settle", thread=number)
        )
        page = text(comment(chief, treaty, "answer", thread=number, text="Thank you"))
        assert "Administrator has settled this comment meanwhile." in page
        assert ReviewComment.objects.filter(text="Thank you").exists()

    @pytest.mark.parametrize("thread", ["", "0", "-1", "9" * 30, "1e9", "\x00", "٣", "null"])
    @pytest.mark.parametrize("verb", ["answer", "settle"])
    def test_is_not_found_by_a_number_that_was_made_up(self, chief, treaty, verb, thread):
        page = comment(chief, treaty, verb, thread=thread, text="Page 5")
        assert "This record has no such comment." in text(page)

    def test_is_not_written_by_who_may_not_change_the_record(self, treaty, staff):
        reader = signed_in(staff("reader"))
        address = url(Agreement, "comment", treaty.pk)
        assert reader.post(address, {"verb": "comment", "text": "Which source?"}).status_code == 403
        assert reader.get(address).status_code == 403
        assert not ReviewComment.objects.exists()

    def test_on_a_source_keeps_its_change_from_being_approved(self, anna, chief):
        source = SourceFactory(title="Vestnik")
        AgreementFactory(sources=0).cite(source).record.publish()
        address = url(Source, "change", source.pk)
        anna.post(address, filled_in(anna.get(address), title="Another"))
        comment(chief, source, field="title", text="Which one?")
        assert "publisher: Which one?" in text(anna.get(address))
        assert "It has open comments (1)" in text(send(chief, source, "approve"))
        assert Source.objects.get().title == "Vestnik"


class TestTheNextInTheQueue:
    def test_is_offered_on_the_page_and_after_the_decision(self, anna, chief, treaty):
        later = AgreementFactory(title_en="Later treaty")
        address = url(Agreement, "change", later.pk)
        anna.post(address, filled_in(anna.get(address), summary_en="New"))
        Agreement.objects.get(pk=later.pk).submit()
        link = f'href="{review(later)}"'
        assert link in text(chief.get(review(treaty)))
        page = send(chief, treaty, "send_back", comment="Which source?")
        assert "Sent back to its author." in text(page)
        assert link in text(page)
        assert "next-task" not in text(anna.get(review(treaty)))
        assert "next-task" not in text(chief.get(review(later)))

    @pytest.mark.parametrize("after", ["", "yesterday", "2026-02-31T10:00", "2026-01-01", "9" * 40, "\x00"])
    def test_does_not_depend_on_a_time_that_was_made_up(self, chief, treaty, after):
        assert chief.get(review(treaty), {"after": after}).status_code == 200


def test_a_draft_in_review_is_sent_back_with_what_is_wrong(anna, chief):
    record = AgreementFactory(title_en="Treaty")
    Agreement.objects.get().submit()
    send(chief, record, "send_back", **{"mark-title_en": "wrong", "comment-title_en": "Misprint"})
    assert Agreement.objects.get().state == State.DRAFT
    assert ReviewComment.objects.get().text == "Misprint"


def test_many_facts_and_comments_cost_no_more_statements_than_few(chief, treaty):
    def statements():
        with CaptureQueriesContext(connection) as captured:
            chief.get(review(treaty))
        return len(captured)

    comment(chief, treaty, field="date_signed", text="One?")
    few = statements()
    for number in range(5):
        comment(chief, treaty, field="parties", text=f"Another {number}?")
    assert statements() == few
