"""Error reports in the admin: who sees what, accepting and declining, and the first page."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from relations.errors import Problem
from relations.models import Agreement, CountryLimit, ErrorReport, Source, Version
from relations.models.versions import remember
from relations.registry import resource_of
from relations.revisions.approval import approve, seen_by
from relations.revisions.saving import pending_revision
from tests.helpers.admin import filled_in, signed_in, text, url
from tests.helpers.factories import AgreementFactory, PlaceFactory, SourceFactory, VisitFactory
from tests.helpers.reports import correction_of, report_on

pytestmark = pytest.mark.django_db
Status = ErrorReport.Status


def page_of(report):
    return url(ErrorReport, "change", report.pk)


def answer(client, report, verb="accept", words="Corrected to 31 May.", **more):
    """By the newest change that the page offers, where there is one."""
    context = client.get(page_of(report)).context
    sent = {"verb": verb, "answer": words, "seen": context["seen"]}
    if context["changes"]:
        sent["change"] = context["changes"][0].value
    return client.post(page_of(report), {**sent, **more}, follow=True)


def approve_answer(client, report, **more):
    sent = {"verb": "approve", "seen": client.get(page_of(report)).context["seen"]}
    return client.post(page_of(report), {**sent, **more}, follow=True)


@pytest.fixture
def editor(staff):
    return signed_in(staff("editor"))


@pytest.fixture
def treaty(db):
    return AgreementFactory(key="treaty", title_en="Treaty", signed="1992-05-30", published=True)


@pytest.fixture
def report(treaty):
    return report_on(treaty, column="date_signed", reply_to="reader@example.org", evidence="Page 5")


class TestOneReport:
    def test_shows_what_was_said_and_leads_to_the_record(self, editor, report, treaty):
        page = text(editor.get(page_of(report)))
        for words in ("The date is wrong", "Page 5", "Treaty", "Signed", "30 May 1992", "reader@example.org"):
            assert words in page
        for address in (
            url(Agreement, "change", treaty.pk),
            url(Agreement, "review", treaty.pk),
            treaty.get_absolute_url().replace("/ru/", "/en/"),
        ):
            assert f'href="{address}"' in page

    def test_shows_the_fact_as_it_was_reported_where_it_has_changed(self, editor, report, treaty):
        version = Version.objects.create(
            type="agreements", object_id=treaty.pk, key="treaty", after={"date_signed": "1991"}
        )
        ErrorReport.objects.update(version=version)
        assert "When it was reported" not in text(editor.get(page_of(report)))
        remember("agreements", [(treaty.pk, "treaty", "{}", '{"title_en": "Treaty"}')])
        page = text(editor.get(page_of(report)))
        assert "When it was reported" in page
        assert "<td>1991</td>" in page
        assert "30 May 1992" in page

    def test_escapes_what_the_reader_wrote(self, editor, treaty):
        hostile = report_on(treaty, "<script>alert(1)</script>", evidence="<b>", reply_to="'<i>'@x.org")
        for address in (page_of(hostile), url(ErrorReport), reverse("admin:index")):
            page = editor.get(address).content.decode()
            for markup in ("<script>alert", "<b>", "<i>"):
                assert markup not in page

    def test_of_something_deleted_says_so_and_can_be_declined(self, editor):
        source = SourceFactory()
        report = report_on(source)
        source.delete()
        assert "It has been deleted since." in text(editor.get(page_of(report)))
        answer(editor, report, "decline")
        assert ErrorReport.objects.get().status == Status.DECLINED

    @pytest.mark.parametrize("pk", ["0", "x", "9" * 30, "-1", "1%00"])
    def test_that_does_not_exist_is_not_found(self, editor, pk):
        assert editor.get(f"/admin/relations/errorreport/{pk}/change/").status_code in (302, 404)


class TestAnswering:
    def test_by_accepting_is_refused_where_nothing_has_changed(self, editor, report, client):
        page = answer(editor, report)
        assert "Choose the change that corrects it" in text(page)
        assert page.context["answer"] == "Corrected to 31 May."
        assert ErrorReport.objects.get().status == Status.OPEN
        assert "Corrected to 31 May." not in text(client.get("/en/agreements/treaty/"))

    @pytest.mark.parametrize("change", ["version-0", "revision-1", "x", "\x00", ""])
    def test_by_a_change_of_something_else_is_refused(self, editor, report, change):
        correction_of(AgreementFactory())
        assert "Choose the change that corrects it" in text(answer(editor, report, change=change))

    def test_by_a_proposed_change_is_public_once_that_is_approved(
        self, editor, report, treaty, client, approved, publisher
    ):
        form = url(Agreement, "change", treaty.pk)
        editor.post(form, filled_in(editor.get(form), signed="1992-05-31"))
        page = answer(editor, report)
        assert "Readers see the answer once the change that it names is approved." in text(page)
        assert "Corrected to 31 May." not in text(client.get("/en/agreements/treaty/"))
        review = signed_in(publisher).get(url(Agreement, "review", treaty.pk))
        assert "Corrected to 31 May." in text(review)
        approved(treaty)
        public = text(client.get("/en/agreements/treaty/"))
        assert "Corrected to 31 May." in public
        assert "31 May 1992" in public

    def test_by_a_change_that_is_discarded_waits_for_another_answer(self, editor, report, treaty, client):
        form = url(Agreement, "change", treaty.pk)
        editor.post(form, filled_in(editor.get(form), signed="1992-05-31"))
        answer(editor, report)
        assert "Error reports of readers" not in text(editor.get(reverse("admin:index")))
        editor.post(url(Agreement, "review", treaty.pk), {"verb": "discard"})
        assert "Error reports of readers: 1" in text(editor.get(reverse("admin:index")))
        assert "the change that it names is not public" in text(editor.get(page_of(report)))
        assert "Corrected to 31 May." not in text(client.get("/en/agreements/treaty/"))

    def test_by_a_public_change_waits_for_somebody_else_who_may_publish(
        self, editor, report, treaty, client, publisher
    ):
        correction_of(treaty)
        page = answer(editor, report)
        assert "The answer is stored." in text(page)
        assert "once somebody else who may publish has approved it" in text(page)
        report.refresh_from_db()
        assert (report.status, report.answer) == (Status.ACCEPTED, "Corrected to 31 May.")
        assert (report.answered_by.username, report.answered_at is not None) == ("editor", True)
        assert "Corrected to 31 May." not in text(client.get("/en/agreements/treaty/"))
        assert "Error reports of readers: 1" in text(signed_in(publisher).get(reverse("admin:index")))
        assert "The answer is public." in text(approve_answer(signed_in(publisher), report))
        public = text(client.get("/en/agreements/treaty/"))
        assert "Corrections after reports" in public
        assert "Corrected to 31 May." in public
        assert "Error reports of readers" not in text(signed_in(publisher).get(reverse("admin:index")))

    def test_is_not_approved_by_an_editor_nor_by_who_wrote_it(
        self, editor, report, treaty, client, publisher, settings
    ):
        correction_of(treaty)
        answer(editor, report)
        assert "Somebody else must approve this answer." in text(approve_answer(editor, report))
        answer(signed_in(publisher), report)
        assert "Approve the answer" not in text(signed_in(publisher).get(page_of(report)))
        approve_answer(signed_in(publisher), report)
        assert "Corrected to 31 May." not in text(client.get("/en/agreements/treaty/"))
        settings.TWO_PAIRS_OF_EYES = False
        answer(signed_in(publisher), report)
        assert "Corrected to 31 May." in text(client.get("/en/agreements/treaty/"))

    def test_is_approved_in_the_wording_that_was_looked_at(self, editor, report, treaty, client, publisher):
        correction_of(treaty)
        answer(editor, report)
        seen = editor.get(page_of(report)).context["seen"]
        answer(editor, report, words="Nothing was corrected.")
        page = approve_answer(signed_in(publisher), report, seen=seen)
        assert "The answer has changed since you looked at it." in text(page)
        approve_answer(signed_in(publisher), report)
        assert "Nothing was corrected." in text(client.get("/en/agreements/treaty/"))
        answer(editor, report, words="On second thoughts")
        public = text(client.get("/en/agreements/treaty/"))
        assert "Nothing was corrected." not in public
        assert "On second thoughts" not in public

    def test_of_a_proposed_change_is_what_its_reviewer_has_seen(
        self, editor, report, treaty, publisher, client
    ):
        form = url(Agreement, "change", treaty.pk)
        editor.post(form, filled_in(editor.get(form), signed="1992-05-31"))
        answer(editor, report)
        revision = pending_revision(resource_of(Agreement), treaty.pk)
        seen = seen_by(resource_of(Agreement), treaty.pk, revision)
        answer(editor, report, words="Another answer")
        revision = pending_revision(resource_of(Agreement), treaty.pk)
        assert seen_by(resource_of(Agreement), treaty.pk, revision) != seen
        with pytest.raises(Problem, match="changed since you looked"):
            approve(resource_of(Agreement), treaty.pk, seen, publisher, revision)

    def test_by_declining_makes_nothing_public(self, editor, report, client):
        answer(editor, report, "decline", "It is so.")
        report.refresh_from_db()
        assert (report.status, report.answer) == (Status.DECLINED, "It is so.")
        assert "It is so." not in text(client.get("/en/agreements/treaty/"))

    @pytest.mark.parametrize(
        ("sent", "sentence"),
        [
            ({"answer": ""}, "Write an answer"),
            ({"answer": "\u200b"}, "no letters and no digits"),
            ({"answer": "a\x00b"}, "control characters that cannot be seen"),
            ({"answer": "<b>Done</b>"}, "contains HTML tags"),
            ({"answer": "x" * 1001}, "The answer has 1001 characters; the limit is 1000."),
            ({"verb": ""}, "Choose whether the report is accepted or declined."),
            ({"verb": "publish\x00"}, "Choose whether the report is accepted or declined."),
        ],
    )
    def test_in_a_way_that_is_not_valid_says_why_and_keeps_what_was_typed(
        self, editor, report, sent, sentence
    ):
        page = answer(editor, report, **{"words": sent.get("answer", "Done"), **sent})
        assert page.status_code == 200
        assert sentence in text(page)
        assert page.context["answer"] == sent.get("answer", "Done")
        assert ErrorReport.objects.get().status == Status.OPEN

    def test_of_two_editors_at_once_is_compared_and_loses_nothing(self, editor, report, publisher):
        editor.get(page_of(report))
        answer(signed_in(publisher), report, "decline", "It is so.")
        page = editor.post(page_of(report), {"verb": "accept", "answer": "Corrected.", "seen": ""})
        assert "Another editor has answered meanwhile." in text(page)
        assert "It is so." in text(page)
        assert page.context["answer"] == "Corrected."
        assert ErrorReport.objects.get().answer == "It is so."

    def test_can_be_corrected(self, editor, report, treaty, client):
        correction_of(treaty)
        answer(editor, report, words="Corected.")
        answer(editor, report, words="Corrected.")
        assert ErrorReport.objects.get().answer == "Corrected."
        answer(editor, report, "decline", "On second thoughts, it is so.")
        assert "Corrections after reports" not in text(client.get("/en/agreements/treaty/"))

    def test_is_kept_in_the_history_of_the_admin(self, editor, report, treaty):
        correction_of(treaty)
        answer(editor, report)
        assert "Accepted: Corrected to 31 May." in text(editor.get(url(ErrorReport, "history", report.pk)))

    def test_deletes_old_addresses_of_readers(self, editor, report, treaty):
        at = timezone.now() - timedelta(days=91)
        correction_of(treaty)
        old = report_on(treaty, status="declined", answer="No", answered_at=at, reply_to="old@example.org")
        answer(editor, report)
        old.refresh_from_db()
        report.refresh_from_db()
        assert (old.reply_to, report.reply_to) == ("", "reader@example.org")


class TestRights:
    @pytest.fixture
    def of_visits(self, django_user_model):
        """Somebody who may answer reports, but change only visits."""
        user = django_user_model.objects.create_user("visits", is_staff=True)
        names = ("view_errorreport", "change_errorreport", "change_visit", "view_agreement")
        user.user_permissions.set(Permission.objects.filter(codename__in=names))
        return signed_in(user)

    def test_to_answer_and_to_see_the_address_come_with_that_to_change_the_type(self, of_visits, report):
        page = of_visits.get(page_of(report))
        assert "The date is wrong" in text(page)
        assert "reader@example.org" not in text(page)
        assert 'name="verb"' not in text(page)
        sent = {"verb": "accept", "answer": "Corrected.", "seen": ""}
        assert of_visits.post(page_of(report), sent).status_code == 403
        assert ErrorReport.objects.get().status == Status.OPEN

    def test_of_another_type_open_its_reports(self, of_visits):
        report = report_on(visit := VisitFactory(published=True), reply_to="reader@example.org")
        correction_of(visit)
        assert "reader@example.org" in text(of_visits.get(page_of(report)))
        answer(of_visits, report)
        assert ErrorReport.objects.get().status == Status.ACCEPTED

    def test_decide_what_the_first_page_lists(self, of_visits, report):
        assert "Error reports of readers" not in text(of_visits.get(reverse("admin:index")))

    def test_of_readers_and_importers_open_no_report(self, staff, report):
        for role in ("reader", "importer"):
            client = signed_in(staff(role))
            assert client.get(page_of(report)).status_code == 403
            assert client.get(url(ErrorReport)).status_code == 403
            assert "Error reports of readers" not in text(client.get(reverse("admin:index")))

    def test_end_at_the_countries_of_a_limited_user(self, staff, report):
        user = staff("publisher")
        kazakhstan = PlaceFactory(code="KZ", kind="country", name_en="Kazakhstan")
        CountryLimit.objects.create(user=user).countries.add(kazakhstan)
        client = signed_in(user)
        assert client.get(page_of(report)).status_code == 200
        assert answer(client, report).status_code == 403
        assert ErrorReport.objects.get().status == "open"

    def test_to_add_or_delete_a_report_has_nobody(self, staff, report):
        client = signed_in(staff("administrator"))
        assert client.get(url(ErrorReport, "add")).status_code == 403
        assert client.post(url(ErrorReport, "delete", report.pk), {"post": "yes"}).status_code == 403


class TestTheList:
    def test_is_filtered_by_status_and_type(self, editor, report, treaty):
        visit = report_on(VisitFactory(published=True), "The visitor is wrong")
        declined = report_on(treaty, status="declined", answer="No", answered_at=timezone.now())

        def listed(**query):
            return {one.pk for one in editor.get(url(ErrorReport), query).context["cl"].queryset}

        assert listed() == {report.pk, visit.pk, declined.pk}
        assert listed(type="visits") == {visit.pk}
        assert listed(status__exact="declined") == {declined.pk}
        assert listed(q="visitor") == {visit.pk}
        assert listed(type="nothing") == set()

    def test_costs_the_same_statements_for_ten_as_for_one(self, editor, treaty):
        def statements():
            with CaptureQueriesContext(connection) as captured:
                assert editor.get(url(ErrorReport)).status_code == 200
            return len(captured)

        report_on(treaty)
        statements()
        few = statements()
        for number in range(9):
            report_on(AgreementFactory(published=True), f"{number}")
        assert statements() == few


class TestTheFirstPage:
    def test_counts_the_open_reports_and_lists_the_oldest_first(self, editor, treaty):
        newer = report_on(treaty, "The newer one", column="date_signed")
        older = report_on(VisitFactory(title_en="Visit", published=True), "The older one")
        ErrorReport.objects.filter(pk=older.pk).update(at=timezone.now() - timedelta(days=3))
        report_on(treaty, "The answered one", status="declined", answer="No", answered_at=timezone.now())
        page = text(editor.get(reverse("admin:index")))
        assert "Error reports of readers: 2" in page
        assert page.index(page_of(older)) < page.index(page_of(newer))
        for words in ("The older one", "The newer one", "Treaty", "Visit", "Signed", "3 days"):
            assert words in page
        assert "The answered one" not in page

    def test_says_how_many_more_there_are(self, editor, treaty):
        for number in range(23):
            report_on(treaty, f"Report {number}")
        page = text(editor.get(reverse("admin:index")))
        assert "Error reports of readers: 23" in page
        assert "and 3 more" in page

    def test_costs_the_same_statements_for_ten_as_for_one(self, editor, treaty):
        def statements():
            with CaptureQueriesContext(connection) as captured:
                editor.get(reverse("admin:index"))
            return len(captured)

        report_on(treaty)
        statements()
        few = statements()
        for number in range(9):
            report_on(AgreementFactory(published=True), f"{number}")
        assert statements() == few

    def test_names_a_source_that_is_deleted_by_its_key(self, editor):
        source = SourceFactory(key="vestnik")
        report_on(source)
        source.delete()
        assert not Source.objects.exists()
        assert "vestnik" in text(editor.get(reverse("admin:index")))
