"""Likely duplicates of an import, decided in real Chromium, by keyboard too."""

import pytest

from relations.models import Agreement

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
#: like an agreement of the content, but for the quotation marks and the full stop
SHEET = """title_ru;date_signed;parties;source
{title}.;2018-10-19;"{parties}";suyunov-2024
Соглашение о погоде в горах;2001-02-03;"RU; UZ";suyunov-2024
"""


def test_a_row_that_looks_like_a_record_is_only_cited(visit, staff):
    staff("publisher")
    there = Agreement.objects.get(key="joint-statement-ru-uz-2018")
    before = there.citations.count()
    text = SHEET.format(title=there.title_ru, parties="RU; UZ")
    with visit() as editor:
        editor.sign_in("publisher")
        editor.open("admin/relations/agreement/import/")
        file = {"name": "договоры.csv", "mimeType": "text/csv", "buffer": text.encode()}
        editor.page.locator("#id_file").set_input_files(file)
        editor.press("form[enctype] [type=submit]")
        editor.press('.import-tabs a[href$="duplicates"]')
        assert not editor.axe_violations()
        assert editor.sideways(360) <= 0
        editor.page.set_viewport_size({"width": 1280, "height": 900})
        editor.focus(".duplicates input[value=new]")
        editor.page.keyboard.press("ArrowRight")
        editor.page.keyboard.press("ArrowRight")  # only its sources
        editor.step(".duplicates .button")
        assert editor.page.locator(".duplicates input[value=cite]").is_checked()
        editor.press("[name=confirm]")
        assert editor.sees(".messagelist .success")
        assert not editor.complaints, "\n".join(editor.complaints)
    assert Agreement.objects.filter(title_ru__startswith="Соглашение о погоде").count() == 1
    assert not Agreement.objects.filter(title_ru=f"{there.title_ru}.").exists()
    assert there.citations.count() == before  # what readers see waits for approval
