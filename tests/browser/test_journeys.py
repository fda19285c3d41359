"""Journeys of readers and editors in real Chromium, on the curated content."""

import re
import zlib

import pytest
from playwright.sync_api import expect

from relations.models import Agreement, State
from tests.helpers.browser import (
    AGREEMENT,
    DESKTOP,
    FIGURE,
    FORUM,
    INDICATOR,
    LANGUAGES,
    NARROWEST,
    PARAGRAPH,
    PHONE,
    VISIT,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

#: three facts, and the links that lead to each from the home page
ROUTES = {
    FORUM: ["/forums/", FORUM],
    VISIT: ["/visits/", VISIT],
    FIGURE: ["/indicators/", INDICATOR, FIGURE],
}
#: what each page must show of its fact, in either language
PROOFS = {
    FORUM: ['time[datetime="2009-09"]', 'a[href$="/places/ru-orenburg/"]'],
    VISIT: ['time[datetime="2023-10-05/2023-10-07"]'],
    FIGURE: ['.big-figure:has-text("961")', 'time[datetime="2018"]'],
}
OTHER_INFLECTIONS = {
    "ru": {"форумы": FORUM, "визиты": VISIT, "предприятие": FIGURE},
    "en": {"forums": FORUM, "visits": VISIT, "enterprise": FIGURE},
}


def each_language_and_width():
    return list(zip(LANGUAGES, (PHONE, DESKTOP), strict=True))


def test_a_new_reader_finds_each_fact_by_browsing_within_three_clicks(visit):
    for language, width in each_language_and_width():
        with visit(width=width) as newcomer:
            for fact, links in ROUTES.items():
                newcomer.open(f"{language}/")
                for link in links:
                    newcomer.follow(link)
                assert newcomer.address == f"/{language}/{fact}"
                assert newcomer.clicks <= 3
                shows_the_fact_with_its_source(newcomer, fact)


def shows_the_fact_with_its_source(reader, fact):
    for proof in PROOFS[fact]:
        assert reader.sees(proof), f"{reader.address} does not show {proof}"
    assert reader.sees('.notes a[href*="/sources/"]')
    assert PARAGRAPH.search(reader.texts(".notes")[0])


def test_a_new_reader_finds_each_fact_by_searching_in_another_inflection(visit):
    for language, width in each_language_and_width():
        with visit(width=width) as newcomer:
            for words, fact in OTHER_INFLECTIONS[language].items():
                newcomer.open(f"{language}/")
                newcomer.search(words)
                newcomer.press(f'h2 a[href*="/{fact.split("/")[0]}/?q="]')
                newcomer.follow(fact)
                shows_the_fact_with_its_source(newcomer, fact)


def test_filters_are_applied_shown_as_chips_and_dropped(visit):
    for language, width in each_language_and_width():
        with visit(width=width) as reader:
            reader.open(f"{language}/forums/")
            everything = reader.count(".entry")
            apply_country(reader, "UZ")
            assert 0 < reader.count(".entry") < everything
            assert reader.count(".chips li") == 2  # the country, and the way to drop all
            reader.press(".chips li:first-child a")
            assert reader.count(".entry") == everything
            assert not reader.sees(".chips")


def apply_country(reader, code):
    reader.unfold_filters()
    reader.page.locator(f'input[name=country][value="{code}"]').check()
    reader.press(".facets button")
    assert f"country={code}" in reader.address


def test_an_empty_result_and_an_invalid_query_say_what_to_do(visit):
    for language, width in each_language_and_width():
        with visit(width=width) as reader:
            reader.open(f"{language}/forums/?country=UZ&year_to=1995&undated=0")
            assert not reader.sees(".entry")
            assert reader.count(".empty li") == 3
            reader.press('.empty a[href*="country=UZ"]:has-text("1995")')
            assert reader.sees(".entry")
            reader.open(f"{language}/forums/?year_from=dragon")
            assert reader.sees(".problem[role=alert]")
            assert not reader.sees(".entry")
            assert not reader.sees(".empty")


def test_filters_are_folded_on_a_phone_open_on_a_desktop_and_kept_in_the_other_language(visit):
    for width in (PHONE, DESKTOP):
        with visit(width=width) as reader:
            reader.open("ru/forums/?country=UZ&topic=trade")
            assert reader.sees(".filters > summary") == (width == PHONE)
            assert reader.sees(".facets button") == (width == DESKTOP)
            if width == PHONE:
                assert "(2)" in reader.texts(".filters > summary")[0]
            reader.press("a.language")
            assert reader.address == "/en/forums/?country=UZ&topic=trade"
            assert reader.page.locator("html").get_attribute("lang") == "en"
            assert reader.page.locator("input[name=country][value=UZ]").is_checked()
            assert reader.count(".chips li") == 3


def excesses(reader):
    """[(width, pixels too many)] of the page as it stands, in windows of three widths."""
    for width in (NARROWEST, PHONE, DESKTOP):
        if (pixels := reader.sideways(width)) > 0:
            yield width, pixels


def test_an_editor_adds_cites_and_publishes_an_agreement(visit, staff):
    staff("editor")
    staff("publisher")
    with visit() as editor:
        editor.sign_in("editor")
        editor.open("admin/relations/agreement/add/")
        editor.fill(title_ru="Соглашение о мостах", title_en="Agreement on Bridges", signed="2021-03")
        editor.choose("instrument_type", "agreement")
        editor.add_party(0, "росс", "Россия")
        editor.add_party(1, "узбек", "Узбекистан")
        cite_a_new_source(editor)
        editor.press("[name=_save]")
        assert editor.sees(".messagelist li")
        assert not editor.complaints, "\n".join(editor.complaints)
    with visit() as publisher:
        publisher.sign_in("publisher")
        publish_by_the_list_action(publisher)
        publisher.open("en/agreements/?q=bridge")
        publisher.follow("/" + Agreement.objects.get(title_en="Agreement on Bridges").key + "/")
        assert publisher.sees('time[datetime="2021-03"]')
        assert publisher.sees(".notes", "Вестник мостов")
        assert PARAGRAPH.search(publisher.texts(".notes")[0])
        assert not publisher.complaints, "\n".join(publisher.complaints)


def cite_a_new_source(editor):
    editor.add_row("citations")
    editor.create_source_in_popup("citations-0", title="Вестник мостов", key="bridge-herald")
    expect(editor.page.locator("#id_citations-0-source option:checked")).to_have_text("Вестник мостов")
    editor.choose("citations-0-locator_label", "paragraph")
    editor.fill(**{"citations-0-locator": "4"})


def publish_by_the_list_action(publisher):
    record = Agreement.objects.get(title_en="Agreement on Bridges")
    assert record.state == State.DRAFT
    publisher.open("admin/relations/agreement/")
    publisher.page.locator(f'.action-select[value="{record.pk}"]').check()
    publisher.page.locator("select[name=action]").first.select_option("publish")
    publisher.press("button[name=index]")
    publisher.fill(reason="Checked against the source")
    publisher.press(".confirm-action [type=submit]")
    assert publisher.sees(".messagelist li")
    record.refresh_from_db()
    assert record.is_published


def test_the_admin_neither_scrolls_sideways_nor_logs_errors_in_the_console(visit, staff):
    staff("administrator")
    record = Agreement.objects.first()
    with visit() as administrator:
        administrator.sign_in("administrator")
        for page in ("", "agreement/", f"agreement/{record.pk}/change/", "agreement/import/", "source/add/"):
            administrator.open(f"admin/{'relations/' * bool(page)}{page}")
            assert administrator.sees("#content")
            assert not list(excesses(administrator)), page
        assert not administrator.complaints, "\n".join(administrator.complaints)


def test_the_links_of_a_form_are_above_its_save_buttons(visit, staff):
    staff("administrator")
    with visit(width=1280) as administrator:
        administrator.sign_in("administrator")
        administrator.open(f"admin/relations/agreement/{Agreement.objects.first().pk}/change/")
        links, save = (
            administrator.page.locator(selector).first.bounding_box()
            for selector in (".object-tools .historylink", ".submit-row")
        )
        assert links["y"] + links["height"] <= save["y"]


def test_a_page_is_printed_in_light_colours_from_a_dark_screen(visit):
    for page in (INDICATOR, "map/", "years/", AGREEMENT):
        colours = {}
        for theme in ("light", "dark"):
            with visit(theme=theme) as reader:
                reader.open(f"ru/{page}")
                colours[theme] = fills(reader.page.pdf(print_background=True))
        assert colours["dark"] == colours["light"], page


def fills(pdf):
    """The colours with which text and areas of a PDF are painted."""
    streams = [inflated(pdf[begin.end() :]) for begin in re.finditer(rb"stream\r?\n", pdf)]
    return {colour for stream in streams for colour in re.findall(rb"[\d.]+ [\d.]+ [\d.]+ rg\b", stream)}


def inflated(stream):
    try:
        return zlib.decompressobj().decompress(stream)
    except zlib.error:  # not a compressed one
        return b""


def test_everything_can_be_read_without_javascript(visit):
    for language, width in each_language_and_width():
        with visit(width=width, javascript=False) as reader:
            reader.open(f"{language}/forums/")
            apply_country(reader, "KZ")
            reader.follow(FORUM)
            shows_the_fact_with_its_source(reader, FORUM)
