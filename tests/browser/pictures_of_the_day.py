"""Draws the pictures of docs/editors.md again, in Chromium with the curated content:

.venv/bin/python -m pytest -n 0 tests/browser/pictures_of_the_day.py
"""

import pytest
from django.conf import settings

from relations.models import Agreement, Observation
from tests.helpers.admin import filled_in, signed_in, url

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FOLDER = settings.BASE_DIR / "docs"
WIDTH, HEIGHTS, MOST_BYTES = 1280, range(760, 300, -40), 80_000
REFERENCE = "Иванов И. И. Торговля в Центральной Азии // Вестник. — 2021. — № 3. — С. 5–12."


def draw(editor, name, selector=""):
    """What a window shows that begins at `selector`: as high as the size of the file allows."""
    if editor.sees(".main.shifted"):  # the list of all types, beside the page
        editor.page.locator("#toggle-nav-sidebar").click()
    for height in HEIGHTS:
        editor.page.set_viewport_size({"width": WIDTH, "height": height})
        if selector:
            editor.page.locator(selector).first.evaluate("one => one.scrollIntoView({ block: 'start' })")
        picture = editor.page.screenshot(animations="disabled")
        if len(picture) <= MOST_BYTES:
            (FOLDER / f"editors-{name}.png").write_bytes(picture)
            return
    raise AssertionError(f"{name}: {len(picture)} bytes")


def open_page(editor, model, page, *keys, query=""):
    editor.open(url(model, page, *keys).lstrip("/") + query)


def test_pictures(visit, staff):
    writer = signed_in(staff("editor"))
    for role in ("publisher", "administrator"):
        staff(role)
    treaty = Agreement.objects.published().filter(signed__gt="").order_by("pk").first()
    address = url(Agreement, "change", treaty.pk)
    writer.post(address, filled_in(writer.get(address), signed="1993-02", _reason="Дата по тексту договора"))
    figure = Observation.objects.published().filter(indicator__unit__isnull=False).first()
    with visit(width=WIDTH) as editor:
        editor.sign_in("editor")
        editor.open("admin/relations/source/add/")
        editor.page.locator("#id_reference").fill(REFERENCE)
        editor.press(".reference-box [type=submit]")
        draw(editor, "source", ".reference-box")
        open_page(editor, Agreement, "change", treaty.pk)
        draw(editor, "citations", "#citations-group")
        grid = f"?indicator={figure.indicator.key}&areas=Казахстан; Узбекистан&first_year=2015&last_year=2020"
        open_page(editor, Observation, "grid", query=grid)
        for year, text in ((2015, "120"), (2016, "около 130"), (2017, "более 200")):
            editor.page.locator(f"[name='cell-{year}-KZ']").fill(text)
        draw(editor, "grid", "#grid-help")
    with visit(width=WIDTH) as publisher:
        publisher.sign_in("publisher")
        draw(publisher, "desk")
        open_page(publisher, Agreement, "review", treaty.pk)
        draw(publisher, "review", "#content h1")
        open_page(publisher, Agreement, "history", treaty.pk)
        draw(publisher, "history", "#content h1")
