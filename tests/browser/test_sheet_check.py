"""The public check of a sheet in real Chromium, without an account and without scripts."""

import pytest

from relations.models import ImportBatch, KeptFile
from tests.helpers.browser import DESKTOP, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGE = "sheet-check/"
WITH_ERRORS = """
title_en;parties;date_signed;place
Treaty on trade;RU; Atlantis;31.02.1992;Moscow
Treaty of friendship;"RU; UZ";30.05.1992;Moscow
Total;;;
""".strip()
FOREIGN = """
Exports of goods
Kazakhstan
Mystery;2001;2002
Russia;1500,5;1700
Atlantis;1;2
""".strip()


def given(reader, type_, text):
    reader.page.locator("#id_type").select_option(type_)
    file = {"name": "table.csv", "mimeType": "text/csv", "buffer": text.encode()}
    reader.page.locator("#id_file").set_input_files(file)


def check(reader):
    reader.press("button[value=check]")


def is_in_order(reader):
    assert not reader.axe_violations()
    assert all(reader.sideways(width) <= 0 for width in (PHONE, DESKTOP))


@pytest.mark.parametrize(("language", "theme"), [("ru", "light"), ("en", "dark")])
def test_a_reader_sees_what_is_wrong_and_answers_questions(visit, language, theme):
    with visit(theme=theme) as reader:
        reader.open(f"{language}/{PAGE}")
        given(reader, "agreements", WITH_ERRORS)
        check(reader)
        assert reader.sees(".findings td", "Atlantis")
        is_in_order(reader)
        given(reader, "agreements", WITH_ERRORS)
        with reader.page.expect_download() as download:
            reader.page.locator("button[value=marked]").click()
        assert download.value.suggested_filename == "agreements-errors.csv"
        given(reader, "statistics", FOREIGN)
        check(reader)
        is_in_order(reader)
        reader.page.locator("select[name=c0]").select_option("counterpart")
        given(reader, "statistics", FOREIGN)
        with reader.page.expect_navigation():
            reader.page.locator("input[name=name]").press("Enter")  # the first button of the form checks
        assert reader.sees(".findings td", "Atlantis")
        assert reader.page.locator("select[name=c0]").input_value() == "counterpart"
        is_in_order(reader)
        assert not reader.complaints, "\n".join(reader.complaints)
    assert not ImportBatch.objects.exists()
    assert not KeptFile.objects.exists()


def test_it_needs_no_scripts(visit):
    with visit(javascript=False) as reader:
        reader.open(f"en/{PAGE}")
        reader.page.locator("#id_pasted").fill(WITH_ERRORS)
        check(reader)
        assert reader.sees(".findings td", "Atlantis")
        assert reader.page.locator("#id_pasted").input_value() == WITH_ERRORS
