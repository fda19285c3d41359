"""Comments of reviewers: on facts, with answers, settled; what is commented on is not approved."""

import pytest
from django.db import IntegrityError, transaction

from relations.catalog import RESOURCES
from relations.errors import Problem
from relations.models import Agreement, CountryLimit, ImportBatch, ReviewComment, Revision, State
from relations.revisions.approval import approve, seen_by
from relations.revisions.batch_approval import Approver, approve_batch, pending_of, seen_of_all
from relations.revisions.comments import (
    add_answer,
    add_comment,
    comments_of,
    comments_waiting_for,
    settle,
)
from relations.revisions.queue import next_in_queue
from tests.helpers.admin import act, filled_in, signed_in, text, url
from tests.helpers.factories import AgreementFactory, ForumFactory
from tests.helpers.sheets import codes, load_rows

pytestmark = pytest.mark.django_db
AGREEMENTS = RESOURCES["agreements"]


@pytest.fixture
def editor(staff):
    return staff("editor")


@pytest.fixture
def treaty(db):
    return AgreementFactory(key="treaty", title_en="Treaty", signed="1992-05-30")


@pytest.fixture
def comment(treaty, publisher):
    return add_comment(AGREEMENTS, treaty.pk, "date_signed", "Which source?", publisher)


def propose(user, record, **changes):
    client, address = signed_in(user), url(type(record), "change", record.pk)
    client.post(address, {**filled_in(client.get(address)), **changes})


def approved(record, by):
    resource = RESOURCES["agreements"]
    return approve(resource, record.pk, seen_by(resource, record.pk, None), by)


class TestAComment:
    @pytest.mark.parametrize(
        ("field", "said", "code"),
        [
            ("date_signed", " \n ", "comment.empty"),
            ("date_signed", "x" * 1001, "comment.too_long"),
            ("date_signed", "a\x00b", "plain.control"),
            ("date_signed", "<b>Which?</b>", "plain.markup"),
            ("date_signed", "\u200b", "plain.empty"),
            ("nothing", "Which source?", "comment.field"),
        ],
    )
    def test_that_says_nothing_or_is_about_nothing_is_refused(self, treaty, publisher, field, said, code):
        with pytest.raises(Problem) as refused:
            add_comment(AGREEMENTS, treaty.pk, field, said, publisher)
        assert refused.value.code == code
        assert not ReviewComment.objects.exists()

    def test_on_a_part_of_a_fact_is_on_the_fact(self, treaty, publisher):
        assert (
            add_comment(AGREEMENTS, treaty.pk, "participation_status", "Signed?", publisher).field
            == "parties"
        )

    def test_that_is_sent_twice_is_written_once(self, treaty, publisher, comment):
        again = add_comment(AGREEMENTS, treaty.pk, "date_signed", "Which source?", publisher)
        assert again == comment
        add_answer(AGREEMENTS, treaty.pk, comment.pk, "Page 5", publisher)
        add_answer(AGREEMENTS, treaty.pk, comment.pk, "Page 5", publisher)
        assert ReviewComment.objects.count() == 2

    def test_of_another_record_is_neither_answered_nor_settled(self, comment, publisher):
        other = AgreementFactory()
        for do in (
            lambda: add_answer(AGREEMENTS, other.pk, comment.pk, "Page 5", publisher),
            lambda: settle(AGREEMENTS, other.pk, comment.pk, publisher, may_publish=True),
        ):
            with pytest.raises(Problem) as refused:
                do()
            assert refused.value.code == "comment.unknown"

    def test_is_settled_by_its_writer_or_a_publisher_alone(self, treaty, comment, editor, publisher):
        with pytest.raises(Problem) as refused:
            settle(AGREEMENTS, treaty.pk, comment.pk, editor, may_publish=False)
        assert refused.value.code == "comment.others"
        settle(AGREEMENTS, treaty.pk, comment.pk, publisher, may_publish=False)
        comment.refresh_from_db()
        assert comment.settled_by == publisher

    def test_is_settled_once_and_the_second_is_told_by_whom(self, treaty, comment, publisher, staff):
        settle(AGREEMENTS, treaty.pk, comment.pk, publisher, may_publish=True)
        with pytest.raises(Problem) as refused:
            settle(AGREEMENTS, treaty.pk, comment.pk, staff("administrator"), may_publish=True)
        assert refused.value.code == "comment.settled"
        assert "publisher" in str(refused.value)

    def test_keeps_the_answers_of_two_at_once_and_of_one_who_was_late(
        self, treaty, comment, editor, publisher
    ):
        add_answer(AGREEMENTS, treaty.pk, comment.pk, "Page 5", editor)
        add_answer(AGREEMENTS, treaty.pk, comment.pk, "I have looked", publisher)
        settle(AGREEMENTS, treaty.pk, comment.pk, publisher, may_publish=True)
        add_answer(AGREEMENTS, treaty.pk, comment.pk, "And page 6", editor)
        assert [one.text for one in comment.answers.all()] == ["Page 5", "I have looked", "And page 6"]

    def test_is_kept_by_the_database_from_being_empty_or_a_settled_answer(self, comment, publisher):
        about = {"type": "agreements", "object_id": comment.object_id, "user": publisher}
        for wrong in (
            {"text": ""},
            {"text": "Page 5", "answer_to": comment, "settled_at": comment.at, "settled_by": publisher},
            {"text": "Page 5", "settled_by": publisher},
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                ReviewComment.objects.create(**about, **wrong)


class TestARecordWithAnOpenComment:
    def test_is_not_approved_and_the_comments_are_listed(self, treaty, comment, staff):
        administrator = staff("administrator")
        with pytest.raises(Problem) as refused:
            approved(treaty, administrator)
        assert refused.value.code == "review.open_comments"
        assert "Which source?" in str(refused.value)
        settle(AGREEMENTS, treaty.pk, comment.pk, administrator, may_publish=True)
        assert approved(treaty, administrator)
        assert Agreement.objects.get().state == State.PUBLISHED

    def test_is_not_published_by_an_action(self, treaty, comment, staff):
        page = text(act(signed_in(staff("administrator")), "publish", treaty))
        assert "It has open comments (1)" in page
        assert Agreement.objects.get().state == State.DRAFT

    def test_is_not_published_by_the_operator_of_an_import(self, treaty, comment, publisher):
        report = load_rows("agreements", {"key": "treaty", "title_en": "New"}, publish=True, user=publisher)
        assert codes(report.errors) == ["review.open_comments"]
        assert Agreement.objects.get().title_en == "Treaty"

    def test_may_be_changed_further(self, comment, treaty, editor):
        propose(editor, treaty, title_en="Another")
        assert Agreement.objects.get().title_en == "Another"

    def test_is_left_out_of_the_approval_of_an_import(self, publisher, staff):
        for key in ("one", "two"):
            AgreementFactory(key=key, published=True)
        batch = ImportBatch.objects.create(type="agreements", file="a.csv", user=staff("importer"))
        rows = [{"key": key, "title_en": f"New {key}"} for key in ("one", "two")]
        load_rows("agreements", *rows, proposes=True, batch=batch)
        one = Agreement.objects.get(key="one")
        add_comment(AGREEMENTS, one.pk, "", "Not so", publisher)
        shown = seen_of_all(AGREEMENTS, list(pending_of(batch)))
        outcome = approve_batch(batch, AGREEMENTS, Approver(publisher, shown, confirms_all=True))
        assert [key for key, _reason in outcome.left] == ["one"]
        assert outcome.approved == [Agreement.objects.get(key="two").pk]


class TestTheDesk:
    def waiting(self, user):
        return [one.note.partition(": ")[2] for one in comments_waiting_for(user).tasks]

    def test_shows_a_comment_to_who_wrote_the_change_and_not_to_its_writer(
        self, treaty, editor, publisher, staff
    ):
        propose(editor, treaty, title_en="Another")
        add_comment(AGREEMENTS, treaty.pk, "date_signed", "Which source?", publisher)
        assert self.waiting(editor) == ["Which source?"]
        assert self.waiting(publisher) == []
        assert self.waiting(staff("importer")) == []
        assert [one.note.partition(": ")[0] for one in comments_of(publisher).tasks] == ["Signed"]

    def test_shows_it_after_the_record_was_sent_back_as_a_draft(self, treaty, editor, publisher):
        propose(editor, treaty, title_en="Another")
        add_comment(AGREEMENTS, treaty.pk, "", "Which source?", publisher)
        Agreement.objects.get().submit(editor)
        Agreement.objects.get().send_back(publisher)
        assert self.waiting(editor) == ["Which source?"]

    def test_gives_an_answered_comment_back_to_its_writer_until_it_is_settled(
        self, treaty, comment, editor, publisher
    ):
        add_answer(AGREEMENTS, treaty.pk, comment.pk, "Page 5", editor)
        assert self.waiting(publisher) == ["Which source?"]
        assert comments_of(publisher).number == 0
        settle(AGREEMENTS, treaty.pk, comment.pk, publisher, may_publish=True)
        assert self.waiting(publisher) == []

    def test_leaves_out_what_was_deleted_or_may_not_be_viewed(self, treaty, comment, publisher):
        treaty.delete()
        assert comments_of(publisher).tasks == []


class TestTheQueue:
    @pytest.fixture
    def waiting(self, editor):
        records = [AgreementFactory(title_en=f"Treaty {i}") for i in range(2)]
        records.append(ForumFactory(title_en="Forum"))
        for one in records:
            propose(editor, one, summary_en="New")
            type(one).objects.get(pk=one.pk).submit(editor)
        return records

    def following(self, user, record):
        resource = RESOURCES["agreements" if isinstance(record, Agreement) else "forums"]
        record.refresh_from_db()
        found = next_in_queue(user, (resource, record.pk), record.updated_at)
        return found and found.title

    def test_goes_on_in_order_of_age_and_begins_again_at_its_end(self, waiting, publisher):
        titles = [one.title_en for one in waiting]
        following = [self.following(publisher, one) for one in waiting]
        assert following == [titles[1], titles[2], titles[0]]

    def test_leaves_out_what_the_reviewer_wrote_alone(self, waiting, publisher):
        own = AgreementFactory()
        propose(publisher, own, summary_en="Mine")
        Agreement.objects.get(pk=own.pk).submit(publisher)
        assert self.following(publisher, waiting[2]) == waiting[0].title_en

    def test_is_empty_for_who_may_not_publish(self, waiting, editor):
        assert self.following(editor, waiting[0]) is None

    def test_leaves_out_other_countries_than_those_of_the_reviewer(self, waiting, publisher, kazakhstan):
        CountryLimit.objects.create(user=publisher).countries.add(kazakhstan)
        assert self.following(publisher, waiting[0]) is None

    def test_holds_proposed_changes_but_not_what_was_sent_back(self, editor, publisher):
        public = AgreementFactory(published=True)
        propose(editor, public, title_en="New treaty")
        other = AgreementFactory()
        assert self.following(publisher, other) == "New treaty"
        Revision.objects.update(status=Revision.Status.SENT_BACK)
        assert self.following(publisher, other) is None
