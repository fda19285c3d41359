"""“Report an error”: a reader without an account tells the editors what is wrong, and loses nothing typed."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from relations.models import Agreement, ErrorReport, Version
from relations.models.versions import remember
from relations.views import reports
from tests.helpers.admin import text
from tests.helpers.browser import AGREEMENT, FIGURE, FORUM, VISIT
from tests.helpers.catalog import SLUGS
from tests.helpers.factories import FACTORIES, AgreementFactory, SourceFactory
from tests.helpers.reports import address_of, correction_of, opened, report_on, send

pytestmark = pytest.mark.django_db
Status = ErrorReport.Status


@pytest.fixture(autouse=True)
def fast_reader(monkeypatch):
    """A test fills in a form faster than a person."""
    monkeypatch.setattr(reports, "SHORTEST", 0)
    cache.clear()


@pytest.fixture
def treaty(db):
    return AgreementFactory(key="treaty", title_en="Treaty", signed="1992-05-30", published=True)


def links_on(page):
    return re.findall(r'href="([^"]*/report/[^"]*)"', unescape(page.content.decode()))


class TestLinks:
    @pytest.mark.parametrize("slug", SLUGS)
    def test_are_beside_each_fact_of_a_record_and_at_its_foot(self, slug, client):
        record = FACTORIES[slug](published=True)
        page = client.get(f"/en/{slug}/{record.key}/")
        links = links_on(page)
        assert links[-1] == address_of(record)
        facts = [link.partition("?fact=")[2] for link in links[:-1]]
        assert {fact.name for fact in page.context["facts"]} <= set(facts)

    @pytest.mark.parametrize("slug", [*SLUGS, "sources"])
    def test_lead_to_the_form_with_their_fact_chosen(self, slug, client):
        record = FACTORIES[slug if slug in SLUGS else "agreements"](published=True)
        about = record if slug in SLUGS else record.citations.get().source
        links = links_on(client.get(f"/en/{slug}/{about.key}/"))
        assert len(links) > 2
        for link in links:
            form = client.get(link).context["form"]
            fact = link.partition("?fact=")[2]
            assert fact in dict(form.fields["fact"].choices), link
            assert form["fact"].value() == fact

    def test_lead_to_their_facts_on_pages_of_every_kind(self, content, client):
        for page in (AGREEMENT, FORUM, VISIT, FIGURE, "sources/suyunov-2024/"):
            for link in links_on(client.get(f"/ru/{page}")):
                fact = link.partition("?fact=")[2]
                assert client.get(link).context["form"]["fact"].value() == fact
                assert not fact or f'value="{fact}" selected' in text(client.get(link)), link

    def test_are_not_on_the_page_of_a_draft(self, staff, client):
        draft = AgreementFactory()
        client.force_login(staff("editor"))
        assert links_on(client.get(draft.get_absolute_url())) == []

    def test_name_their_fact_to_those_who_do_not_see_it(self, client, treaty):
        page = text(client.get("/en/agreements/treaty/"))
        assert 'Report an error<span class="unseen">: Signed' in page


class TestTheForm:
    def test_keeps_a_report_with_all_that_was_said_and_what_the_reader_saw(self, client, treaty):
        version = Version.objects.filter(object_id=treaty.pk).first()
        answer = send(
            client,
            treaty,
            fact="date_signed",
            text="Signed on 31 May.\r\nSee the text.",
            evidence="https://example.org/treaty, <https://example.org>",
            reply_to="reader@example.org",
        )
        assert answer.status_code == 302
        assert "Thank you" in text(client.get(answer.url))
        report = ErrorReport.objects.get()
        assert (report.type, report.object_id, report.key) == ("agreements", treaty.pk, "treaty")
        assert (report.column, report.text) == ("date_signed", "Signed on 31 May.\nSee the text.")
        assert report.evidence == "https://example.org/treaty, <https://example.org>"
        assert (report.reply_to, report.language) == ("reader@example.org", "en")
        assert report.version == version
        assert report.status == Status.OPEN

    def test_is_about_the_version_that_was_public_when_it_was_opened(self, client, treaty):
        data = opened(client, treaty)
        seen = Version.objects.filter(object_id=treaty.pk).first()
        remember("agreements", [(treaty.pk, "treaty", "{}", '{"title_en": "Other"}')])
        client.post(address_of(treaty), {**data, "text": "Wrong"})
        assert ErrorReport.objects.get().version == seen

    def test_needs_no_cookie_and_sets_none(self, treaty):
        from django.test import Client

        strict = Client(enforce_csrf_checks=True)
        answer = send(strict, treaty)
        assert answer.status_code == 302
        assert not strict.cookies

    @pytest.mark.parametrize(("language", "words"), [("ru", "Что неверно"), ("en", "What is wrong")])
    def test_speaks_the_language_of_the_reader(self, client, treaty, language, words):
        page = text(client.get(address_of(treaty, language)))
        assert words in page
        assert '<meta name="robots" content="noindex">' in page
        send(client, treaty, language)
        assert ErrorReport.objects.get().language == language

    def test_names_each_field_and_has_no_script_and_no_style(self, client, treaty):
        page = client.get(address_of(treaty)).content.decode()
        for field in ("fact", "text", "evidence", "reply_to", "website"):
            assert f'<label for="id_{field}">' in page
            assert f'id="id_{field}"' in page
        assert "<script" not in page
        assert "style=" not in page
        assert 'maxlength="2000"' in page
        assert 'aria-describedby="id_evidence_helptext"' in page

    @pytest.mark.parametrize(
        ("field", "typed", "sentence"),
        [
            ("text", "", "Write what is wrong."),
            ("text", "   ", "Write what is wrong."),
            ("text", "a\x00b", "control characters that cannot be seen"),
            ("text", "\x1b[31mred", "control characters that cannot be seen"),
            ("text", "abc \u202etxet", "control characters that cannot be seen"),
            ("text", "abc \u2067txet", "control characters that cannot be seen"),
            ("text", "\u200b\u200b", "no letters and no digits"),
            ("text", "!!! …", "no letters and no digits"),
            ("text", "<script>alert(1)</script>", "contains HTML tags"),
            ("text", "<img src=x onerror=alert(1)>", "contains HTML tags"),
            ("text", "wrong" * 401, "The text has 2005 characters; the limit is 2000."),
            ("evidence", "x" * 1001, "The text has 1001 characters; the limit is 1000."),
            ("evidence", "<b>bold</b>", "contains HTML tags"),
            ("evidence", "\u200b", "no letters and no digits"),
            ("reply_to", "reader", "This is not an e-mail address."),
            ("reply_to", "a\x00@example.org", "Null characters are not allowed."),
            ("reply_to", "reader@example.org\nBcc: other@example.org", "This is not an e-mail address."),
            ("reply_to", f"{'x' * 250}@example.org", "the limit is 254"),
            ("fact", "nothing", "Choose one of the facts of the list."),
            ("fact", "a\x00", "Choose one of the facts of the list."),
        ],
    )
    def test_says_at_the_field_what_is_wrong_and_keeps_what_was_typed(
        self, client, treaty, field, typed, sentence
    ):
        kept = {"text": "It is wrong", "evidence": "Page 5", "reply_to": "reader@example.org"}
        answer = send(client, treaty, **{**kept, field: typed})
        assert answer.status_code == 400
        assert ErrorReport.objects.count() == 0
        page = text(answer)
        assert sentence in page
        assert f'id="id_{field}_error"' in page
        assert re.search(
            rf'id="id_{field}"[^>]*aria-invalid="true"|aria-invalid="true"[^>]*id="id_{field}"', page
        )
        for name, value in {**kept, field: typed}.items():
            assert answer.context["form"][name].value() == value

    def test_escapes_what_was_typed(self, client, treaty):
        page = send(client, treaty, text="</textarea><script>alert(1)</script>").content.decode()
        assert "<script>alert" not in page

    def test_accepts_signs_that_are_no_markup(self, client, treaty):
        assert send(client, treaty, text="2 < 3 > 1, «да» & 😀\n\tи ещё").status_code == 302

    def test_counts_a_new_line_as_browsers_do(self, client, treaty):
        assert send(client, treaty, text="ab\r\n" * 666 + "ab").status_code == 302

    @pytest.mark.parametrize("fact", ["nothing", "\x00", "<script>", "notes"])
    def test_opens_with_nothing_chosen_at_an_address_made_up(self, client, treaty, fact):
        page = client.get(address_of(treaty), {"fact": fact})
        assert page.status_code == 200
        assert "selected" not in page.content.decode()

    def test_does_not_keep_the_same_report_twice(self, client, treaty):
        send(client, treaty)
        assert send(client, treaty).status_code == 302
        assert ErrorReport.objects.count() == 1

    @pytest.mark.parametrize(
        "content_type",
        [
            "application/json",
            "text/plain",
            "multipart/form-data",
            "application/x-www-form-urlencoded; charset=x",
        ],
    )
    def test_takes_no_other_content_for_a_server_error(self, client, treaty, content_type):
        client.raise_request_exception = False
        body = b"\xff\xfe%ED%A0%80text=a"
        answer = client.generic("POST", address_of(treaty), body, content_type=content_type)
        assert answer.status_code == 400
        assert client.put(address_of(treaty)).status_code == 405


class TestPrograms:
    def test_that_fill_in_everything_are_refused_and_a_person_sends_once_more(self, client, treaty):
        answer = send(client, treaty, website="https://spam.example")
        assert answer.status_code == 400
        assert "A field that readers do not see was filled in." in text(answer)
        form = answer.context["form"]
        again = {field.html_name: field.value() or "" for field in form}
        assert (again["text"], again["website"]) == ("It is wrong", "")
        assert client.post(address_of(treaty), again).status_code == 302

    def test_that_are_too_fast_are_refused_and_a_person_sends_once_more(self, client, treaty, monkeypatch):
        monkeypatch.setattr(reports, "SHORTEST", 3)
        answer = send(client, treaty)
        assert answer.status_code == 400
        assert "sent within 3 seconds" in text(answer)
        again = {field.html_name: field.value() or "" for field in answer.context["form"]}
        later = reports.time.time() + 4
        monkeypatch.setattr(reports.time, "time", lambda: later)
        assert client.post(address_of(treaty), again).status_code == 302

    @pytest.mark.parametrize("token", ["", "x", "a\x00", "x" * 5000])
    def test_that_make_up_when_the_form_was_opened_are_refused(self, client, treaty, token):
        answer = send(client, treaty, opened=token)
        assert answer.status_code == 400
        assert "more than a day ago" in text(answer)
        again = {field.html_name: field.value() or "" for field in answer.context["form"]}
        assert client.post(address_of(treaty), again).status_code == 302

    def test_that_use_the_form_of_another_record_are_refused(self, client, treaty):
        other = AgreementFactory(published=True)
        answer = send(client, treaty, opened=opened(client, other)["opened"])
        assert answer.status_code == 400
        again = {field.html_name: field.value() or "" for field in answer.context["form"]}
        assert client.post(address_of(treaty), again).status_code == 302

    def test_that_send_many_have_to_wait_and_lose_nothing(self, client, treaty, settings):
        settings.REPORT_RATE = "2/hour"
        for number in range(2):
            assert send(client, treaty, text=f"Wrong {number}").status_code == 302
        answer = send(client, treaty, text="Wrong again")
        assert answer.status_code == 429
        assert 0 < int(answer["Retry-After"]) <= 3601
        assert "Too many reports have come from your network." in text(answer)
        assert answer.context["form"]["text"].value() == "Wrong again"
        assert client.post(
            address_of(treaty), {**opened(client, treaty), "text": "From elsewhere"}, REMOTE_ADDR="192.0.2.7"
        ).status_code == 302  # fmt: skip

    def test_are_not_remembered_by_their_network_address(self, client, treaty):
        client.post(address_of(treaty), {**opened(client, treaty), "text": "Wrong"}, REMOTE_ADDR="192.0.2.7")
        assert "192.0.2.7" not in repr(cache._cache)
        assert "192.0.2.7" not in repr(ErrorReport.objects.values())


class TestAddresses:
    def test_of_what_is_not_public_are_unknown(self, client, staff):
        draft, source = AgreementFactory(), SourceFactory()
        client.force_login(staff("editor"))
        assert client.get(address_of(draft)).status_code == 404
        assert client.get(address_of(source)).status_code == 404

    def test_of_a_withdrawn_record_lead_to_its_page(self, client, treaty):
        treaty.withdraw()
        assert client.get(address_of(treaty)).url == treaty.get_absolute_url()

    def test_with_a_former_key_lead_to_the_present_one_and_a_form_that_is_sent_is_kept(self, client, treaty):
        before, data = address_of(treaty), opened(client, treaty)
        treaty.key = "another"
        treaty.save()
        assert client.get(f"{before}?fact=date_signed").url == f"{address_of(treaty)}?fact=date_signed"
        assert client.post(before, {**data, "text": "Wrong"}).url == f"{address_of(treaty)}?sent=1"
        assert ErrorReport.objects.get().key == "another"

    def test_of_sources_are_kept_as_those_of_records(self, client, treaty):
        source = treaty.citations.get().source
        assert send(client, source, fact="title").status_code == 302
        assert ErrorReport.objects.get().type == "sources"


class TestCorrections:
    @pytest.fixture
    def accepted(self, treaty, publisher):
        publisher.first_name = "Vera"
        publisher.save()
        return report_on(
            treaty,
            "Secret words of the reader",
            column="date_signed",
            status=Status.ACCEPTED,
            change=correction_of(treaty),
            answer="Исправлено на 31 мая.",
            answered_at=timezone.now(),
            answered_by=publisher,
            approved_at=timezone.now(),
            reply_to="reader@example.org",
        )

    def test_of_accepted_reports_are_public_without_names(self, client, accepted):
        page = text(client.get("/en/agreements/treaty/"))
        assert "Corrections after reports" in page
        section = page.partition('aria-labelledby="corrections"')[2].partition("</section>")[0]
        assert "Signed" in section
        assert '<span class="words" lang="ru">Исправлено на 31 мая.</span>' in section
        assert f'datetime="{timezone.now():%Y-%m-%d}"' in section
        for private in ("Secret words", "reader@example.org", "Vera", "publisher"):
            assert private not in page

    def test_of_open_and_declined_reports_are_not_public(self, client, treaty):
        report_on(treaty)
        report_on(treaty, status=Status.DECLINED, answer="It is so", answered_at=timezone.now())
        page = text(client.get("/en/agreements/treaty/"))
        assert "Corrections after reports" not in page
        assert "It is so" not in page

    def test_of_accepted_reports_without_a_public_change_are_not_public(self, client, accepted):
        ErrorReport.objects.update(change=None)
        assert "Corrections after reports" not in text(client.get("/en/agreements/treaty/"))

    def test_are_shown_on_the_page_of_a_source(self, client, treaty):
        source = treaty.citations.get().source
        about = {"status": Status.ACCEPTED, "change": correction_of(source), "answered_at": timezone.now()}
        about["approved_at"] = timezone.now()
        report_on(source, column="title", answer="Done", **about)
        assert "Corrections after reports" in text(client.get(f"/en/sources/{source.key}/"))

    def test_about_a_column_that_is_no_more_keep_its_name(self, client, accepted):
        ErrorReport.objects.update(column="no_longer")
        assert "No_longer" in text(client.get("/en/agreements/treaty/"))

    def test_cost_a_page_the_same_statements_whatever_their_number(self, count_queries, accepted, treaty):
        def statements():
            return count_queries("/en/agreements/treaty/")

        statements()
        few = statements()
        for number in range(11):
            about = {"status": Status.ACCEPTED, "change": accepted.change, "answered_at": timezone.now()}
            report_on(treaty, answer=f"{number}", **about)
        assert statements() == few


class TestTheAddressOfAReader:
    @pytest.fixture
    def answered(self, treaty):
        def make(days):
            at = timezone.now() - timedelta(days=days)
            about = {"status": Status.DECLINED, "answer": "No", "answered_at": at}
            return report_on(treaty, f"{days}", reply_to="reader@example.org", **about)

        return make

    @pytest.mark.parametrize("way", ["command", "next report"])
    def test_is_deleted_ninety_days_after_the_answer(self, way, client, answered, treaty, capsys):
        answered(89), answered(91)
        report_on(treaty, "open", reply_to="reader@example.org")
        if way == "command":
            call_command("forget_addresses")
            assert "addresses deleted: 1" in capsys.readouterr().out
        else:
            send(client, treaty)
        kept = ErrorReport.objects.exclude(reply_to="").values_list("text", flat=True)
        assert set(kept) == {"89", "open"}

    def test_is_not_shown_any_more_even_before_it_is_deleted(self, answered):
        assert (answered(89).address, answered(91).address) == ("reader@example.org", "")


def test_the_form_costs_the_same_statements_whatever_the_record_has(client):
    poor, rich = AgreementFactory(published=True), AgreementFactory(sources=12, signed="1992", published=True)
    for number in range(12):
        report_on(rich, f"{number}")

    def statements(record):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address_of(record)).status_code == 200
        return len(captured)

    statements(poor)
    assert statements(rich) == statements(poor) <= 10
    assert Agreement.objects.count() == 2
