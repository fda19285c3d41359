"""A foreign table in real Chromium, and by keyboard where that is quicker: from the upload to cited drafts."""

import pytest

from relations.models import ImportRecipe, Observation

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
IMPORT = "admin/relations/observation/import/"
#: titles, a blank first column, years across, a total and a note, as statistics offices publish them
TABLE = """
;Экспорт товаров
;Казахстан
;млн долл. США
;;2001;2002
;Россия;1500,5;1700
;Узбекистан;90;н/д
;Атлантида;1;2
;Мир в целом;9000;9500
;* по предварительным данным
""".strip()


def uploaded(importer, text):
    importer.open(IMPORT)
    file = {"name": "экспорт.csv", "mimeType": "text/csv", "buffer": text.encode()}
    importer.page.locator("#id_file").set_input_files(file)
    importer.press("form[enctype] [type=submit]")


def chosen(importer):
    """[(our column, text)] of what is the same for all rows."""
    rows = importer.page.locator("select[name=constant]")
    texts = importer.page.locator("input[name=constant_text]")
    found = [(rows.nth(at).input_value(), texts.nth(at).input_value()) for at in range(rows.count())]
    return {name: text for name, text in found if name}


def test_a_table_of_a_statistics_office_becomes_cited_drafts_without_excel(visit, staff):
    staff("importer")
    with visit() as importer:
        importer.sign_in("importer")
        uploaded(importer, TABLE)
        assert chosen(importer) == {"indicator": "=B1", "area": "=B2", "unit": "=B3"}
        page = importer.page
        page.locator("select[name=c1]").select_option("counterpart")
        page.locator("select[name=constant]").nth(3).select_option("source_title")
        page.locator("input[name=constant_text]").nth(3).fill("Статистический ежегодник")
        page.locator("textarea[name=pass_over]").fill("Мир в целом")
        page.locator("input[name=name]").fill("Ежегодник: экспорт")
        assert not importer.axe_violations()
        assert importer.sideways(360) <= 0
        page.set_viewport_size({"width": 1280, "height": 900})
        with page.expect_navigation():
            page.locator("input[name=name]").press("Enter")  # the first button of the form goes on
        assert importer.sees(".findings td", "Атлантида")
        page.locator("details.mend summary").first.click()
        assert not importer.axe_violations()
        importer.press("button[name=pass_over]")
        importer.press("[name=confirm]")
        assert importer.sees(".messagelist .success")
        uploaded(importer, TABLE.replace("2001;2002", "2001;2003"))
        assert importer.sees("h2", "Предпросмотр")
        assert not importer.complaints, "\n".join(importer.complaints)
    stored = Observation.objects.filter(ref_area__code="KZ", counterpart_area__code="RU", period="2001")
    assert [int(one.obs_value * 10) for one in stored if one.citations.exists()] == [15005]
    assert ImportRecipe.objects.filter(name="Ежегодник: экспорт").exists()
