"""The texts of the guide: both languages have the same sections and name what the interface shows."""

import re
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.utils.translation import gettext, override

from relations.presentation import guide
from relations.presentation.guide import FOLDERS, PAGES, PICTURES, guide_page, pictures_of_guide

LANGUAGES = tuple(FOLDERS)
LINK = re.compile(r'{% guide_link "(\w+)"(?: "([\w-]+)")? %}')
#: what is in quotation marks or bold, in either language
QUOTED = re.compile(r"[“«]([^“”«»]+)[”»]|\*\*([^*]+)\*\*")
CATALOGUE = settings.BASE_DIR / "relations" / "locale" / "ru" / "LC_MESSAGES" / "django.po"
#: quoted or bold in the Russian text, but not a word of the interface
OTHER_WORDS = {
    ";", "+", "прочитано: весна 2022", "столбца нет", "пустая ячейка", "несколько значений", "`key`",
    "места, персоны, организации", "названия мест", "шаблон", "май 1993", "предварительно",
}  # fmt: skip


class Parts(HTMLParser):
    """What a page consists of: [(tag, attributes)]."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def values(self, tag, name):
        return [attrs[name] for one, attrs in self.found if one == tag and name in attrs]


def text_of(name, language):
    return (FOLDERS[language] / f"{name}.md").read_text(encoding="utf-8")


def sections(text):
    """What is between two headings, each as one line."""
    return [" ".join(part.split()) for part in re.split(r"^#+ .*$", text, flags=re.MULTILINE)]


def quoted(text):
    """The words in quotation marks or bold, as they are in the catalogue."""
    found = QUOTED.findall(" ".join(text.split()))
    return {(quote or bold).strip(" .,:*") for quote, bold in found}


@pytest.mark.parametrize("name", PAGES)
def test_both_languages_have_the_same_headings_at_the_same_levels(name):
    russian, english = (
        [(one.level, one.anchor) for one in guide_page(name, language).headings] for language in ("ru", "en")
    )
    assert russian == english
    assert len(english) > 2


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_heading_is_an_anchor_of_its_own(name, language):
    page = guide_page(name, language)
    anchors = [one.anchor for one in page.headings]
    assert len(set(anchors)) == len(anchors)
    assert [attrs["id"] for tag, attrs in Parts(page.html).found if re.fullmatch("h[1-6]", tag)] == anchors


@pytest.mark.parametrize("name", PAGES)
def test_both_languages_show_the_same_pictures_and_as_many_tables(name):
    russian, english = (Parts(guide_page(name, language).html) for language in ("ru", "en"))
    assert russian.values("img", "src") == english.values("img", "src")
    for tag in ("table", "tr", "pre", "ol", "li"):
        assert [one for one, _attrs in russian.found].count(tag) == [
            one for one, _attrs in english.found
        ].count(tag)


def test_every_link_of_a_template_leads_to_a_section():
    linked = [
        pair
        for path in settings.BASE_DIR.glob("templates/**/*.html")
        for pair in LINK.findall(path.read_text())
    ]
    assert len(linked) > 15
    for name, section in linked:
        anchors = {one.anchor for one in guide_page(name, "en").headings}
        assert not section or section in anchors, (name, section)


@pytest.mark.parametrize("name", PAGES)
def test_the_russian_text_names_what_the_english_text_names_in_the_words_of_the_interface(name):
    wrong = []
    messages = {one.lower(): one for one in known_messages()}
    pairs = zip(sections(text_of(name, "ru")), sections(text_of(name, "en")), strict=True)
    for russian, english in pairs:
        for word in quoted(english):
            if message := messages.get(word.lower()):
                with override("ru"):
                    translated = gettext(message)
                if translated.lower() not in russian.lower():
                    wrong.append((word, translated))
    assert not wrong


@pytest.mark.parametrize("name", PAGES)
def test_what_the_russian_text_quotes_is_in_the_interface(name):
    with override("ru"):
        shown = {gettext(one).strip(" :").lower() for one in known_messages()}
    assert {one.lower() for one in quoted(text_of(name, "ru"))} - OTHER_WORDS <= shown


def known_messages():
    """The messages of the catalogue that fill one line, and those of Django that the guide names."""
    found = re.findall(r'^msgid "(.+)"$', CATALOGUE.read_text(encoding="utf-8"), re.MULTILINE)
    return {*found, "Add", "Save", "History"}


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_links_lead_to_the_pages_of_the_guide_and_of_other_files_the_text_is_left(name, language):
    links = Parts(guide_page(name, language).html).values("a", "href")
    assert all(re.fullmatch(r"/admin/guide/(\w+/|pictures/[\w-]+\.png)?", one) for one in links)
    if name == "editors":
        assert "/admin/guide/truth/" in links
        assert "permissions.md" in guide_page(name, language).html


def test_pictures_say_their_size_and_what_they_show():
    for language in LANGUAGES:
        for tag, attrs in Parts(guide_page("editors", language).html).found:
            if tag == "img":
                assert int(attrs["width"]) > int(attrs["height"]) > 100
                assert len(attrs["alt"]) > 20


def test_the_pictures_are_files_of_the_folder_and_no_others():
    pictures = pictures_of_guide()
    assert {"editors-desk.png", "import-preview.png"} < pictures
    assert all((PICTURES / one).is_file() for one in pictures)
    assert "map.png" not in pictures


@pytest.fixture
def written(tmp_path, monkeypatch):
    """A function: the page of a file with this text."""
    monkeypatch.setattr(guide, "FOLDERS", {"en": tmp_path, "ru": tmp_path})

    def page(text):
        (tmp_path / "made-up.md").write_text(text)
        return guide.guide_page.__wrapped__("made-up", "en")

    return page


def test_raw_html_of_a_file_is_shown_as_text(written):
    page = written("# Title\n\n<script>alert(1)</script> and <b>bold</b>\n")
    assert "<script" not in page.html
    assert "<b>" not in page.html
    assert "&lt;b&gt;" in page.html


def test_links_of_a_made_up_kind_are_left_out(written):
    html = written(
        "# Title\n\n[a](javascript:alert) [b](../../x.md) [c](https://example.org/) [d](data.md)\n"
    ).html
    assert Parts(html).values("a", "href") == ["https://example.org/"]


def test_a_page_is_made_once_for_each_language():
    assert guide_page("truth", "ru") is guide_page("truth", "ru")
    assert guide_page("truth", "ru") is not guide_page("truth", "en")
