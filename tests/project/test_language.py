"""Every page speaks the reader's language; what is written in the other one is marked as such."""

import re
from html.parser import HTMLParser

import pytest
from django.utils.translation import gettext, override

from relations.presentation.counts import counted, grouped, noun
from relations.templatetags.register import language_name
from tests.helpers.browser import PUBLIC_PAGES
from tests.helpers.factories import ForumFactory, SourceFactory

pytestmark = pytest.mark.django_db
CYRILLIC, LATIN = re.compile("[а-яё]", re.IGNORECASE), re.compile("[a-z]{2}", re.IGNORECASE)
SAID_ALOUD = ("aria-label", "title", "placeholder", "alt")
EMPTY = {"meta", "link", "input", "br", "img", "source", "hr"}
#: pages that repeat the reader's own words
ASKED = "?q="


class Spoken(HTMLParser):
    """[(language, text)] of all text on a page, and of the labels of its parts."""

    def __init__(self, text, language):
        super().__init__()
        self.open, self.texts, self.labels = [("", language)], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        language = attrs.get("lang") or self.open[-1][1]
        if tag not in EMPTY:
            self.open.append((tag, language))
        if attrs.get("class") != "Z3988":  # the address of a reference, not words
            self.labels += [(language, attrs[name]) for name in SAID_ALOUD if attrs.get(name)]

    def handle_endtag(self, tag):
        while len(self.open) > 1 and self.open.pop()[0] != tag:
            pass

    def handle_data(self, text):
        tag, language = self.open[-1]
        if text.strip() and tag != "script":
            self.texts.append((language, text.strip()))


def test_an_english_page_marks_all_that_is_russian(content, client):
    for path in PUBLIC_PAGES:
        page = client.get(f"/en/{path}").content.decode()
        spoken = Spoken(page, "en")
        texts = [] if ASKED in path else spoken.texts
        # The choice of sources shows titles in their own language.
        texts = [(language, text) for language, text in texts if f"<span>{text}</span>" not in page]
        found = [
            text for language, text in texts + spoken.labels if language != "ru" and CYRILLIC.search(text)
        ]
        assert not found, path


def test_a_russian_page_has_no_english_labels(content, client):
    for path in PUBLIC_PAGES:
        for language, text in Spoken(client.get(f"/ru/{path}").content.decode(), "ru").labels:
            assert language == "en" or CYRILLIC.search(text) or not LATIN.search(text), (path, text)


@pytest.mark.parametrize(
    ("number", "russian", "english"),
    [(1, "1", "1"), (1234, "1234", "1,234"), (16500, "16\u00a0500", "16,500")],
)
def test_numbers_are_written_as_the_reader_writes_them(number, russian, english):
    for language, written in (("ru", russian), ("en", english)):
        with override(language):
            assert grouped(number) == written
            assert counted(number, "forums").startswith(f"{written} ")
            assert written not in noun(number, "forums")


@pytest.mark.parametrize(
    ("code", "russian", "english"),
    [
        ("en", "английский", "english"),
        ("uz", "узбекский", "uzbek"),
        ("xx-none", "xx-none", "xx-none"),
        ("", "", ""),
    ],
)
def test_the_language_of_a_source_has_a_name(code, russian, english):
    with override("ru"):
        assert language_name(code) == russian
    with override("en"):
        assert language_name(code).lower() == english


def test_titles_in_another_language_say_which(client):
    forum = ForumFactory(sources=0)
    forum.cite(SourceFactory(title="Вестник", author="Орлов М.М."))
    forum.publish()
    source = forum.citations.get().source
    for page in ("sources/", f"forums/{forum.key}/", "search/?q=вестник"):
        text = " ".join(client.get(f"/en/{page}").content.decode().split())
        assert f'href="/en/sources/{source.key}/"><span lang="ru">Орлов М.М. Вестник<' in text, page


#: endings of one gender, which a sentence with any noun in it must not have
OF_ONE_GENDER = re.compile(r"успешно|еще один|ещё один |был |выбранные %|Изменить %|Выберите %")


def test_russian_sentences_of_the_admin_fit_a_noun_of_any_gender():
    """Django's own, where a model is named in them."""
    with override("ru"):
        for sentence in (
            "Add another %(verbose_name)s", "Add %s", "Change %s", "View %s", "Select %s", "Select %s to change",
            "Select %s to view", "Delete selected %(verbose_name_plural)s",
            "The {name} “{obj}” was added successfully.", "The {name} “{obj}” was changed successfully.",
            "The %(name)s “%(obj)s” was deleted successfully.",
        ):  # fmt: skip
            found = gettext(sentence)
            assert found != sentence
            assert not OF_ONE_GENDER.search(found), found
