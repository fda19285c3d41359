"""An error is reported without scripts, by keyboard, on a phone, and answered on a phone, in real Chromium."""

import pytest

from relations.models import Agreement, ErrorReport
from relations.views import reports
from tests.helpers.admin import url
from tests.helpers.browser import AGREEMENT, PHONE, tab
from tests.helpers.reports import correction_of, report_on

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_reader_reports_an_error_by_keyboard_without_scripts(browser, live_server, content, monkeypatch):
    monkeypatch.setattr(reports, "SHORTEST", 0)
    with tab(browser, live_server.url, width=PHONE, javascript=False) as reader:
        reader.open(f"en/{AGREEMENT}")
        reader.step('.facts a.report[href$="fact=date_signed"]')
        reader.write("#id_text", "Signed on 20 October")
        for words in ("https://example.org", "reader@example.org"):
            reader.page.keyboard.press("Tab")
            reader.page.keyboard.type(words)
        reader.page.keyboard.press("Tab")  # to the button, since no one comes to the hidden field
        reader.page.keyboard.press("Enter")
        reader.page.locator("[role=status]").wait_for()
        assert reader.sideways(PHONE) <= 0
        assert not reader.complaints
    report = ErrorReport.objects.get()
    assert (report.column, report.text) == ("date_signed", "Signed on 20 October")
    assert (report.evidence, report.reply_to) == ("https://example.org", "reader@example.org")


def test_an_editor_answers_it_on_a_phone(visit, staff):
    staff("editor")
    treaty = Agreement.objects.get(key=AGREEMENT.split("/")[1])
    report = report_on(treaty, "word " * 300, column="parties", evidence="https://example.org/" + "x" * 400)
    correction_of(treaty)
    with visit(width=PHONE) as reader:
        reader.sign_in("editor")
        for page in ("admin/", url(ErrorReport, "change", report.pk).lstrip("/")):
            reader.open(page)
            assert reader.sideways(PHONE) <= 0, page
            assert not reader.axe_violations(), page
        reader.page.fill("#id_answer", "Corrected.")
        reader.page.locator("#id_change").select_option(index=1)
        reader.press("button[value=accept]")
        reader.page.locator(".messagelist .success").wait_for()
        assert not reader.complaints
    assert ErrorReport.objects.get().answer == "Corrected."
