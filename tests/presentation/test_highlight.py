"""Matches are marked; a misspelt name is corrected."""

import pytest

from relations.presentation.highlight import Marker
from relations.queries.spelling import suggestion
from tests.helpers.factories import AgreementFactory


@pytest.mark.parametrize(
    ("asked", "text", "marked"),
    [
        ("договор", "О договорах и договоре", "О <mark>договорах</mark> и <mark>договоре</mark>"),
        ("мед", "Мёд и медь", "<mark>Мёд</mark> и медь"),
        ("forums", "The Forum of Regions", "The <mark>Forum</mark> of Regions"),
        ("вода", "<b>вода</b>", "&lt;b&gt;<mark>вода</mark>&lt;/b&gt;"),
        ("нет", "Ничего", "Ничего"),
    ],
)
def test_every_inflection_of_a_search_word_is_marked(asked, text, marked):
    assert Marker(asked).marked(text) == marked


def test_a_snippet_is_the_text_around_the_first_match():
    text = "слово " * 40 + "договор " + "слово " * 60
    snippet = Marker("договоры").snippet("", "ничего", text)
    assert snippet.startswith("… ")
    assert snippet.endswith(" …")
    assert "<mark>договор</mark>" in snippet
    assert len(snippet) < 300


def test_without_a_match_there_is_no_snippet():
    assert Marker("договор").snippet("форум", "") == ""


@pytest.mark.django_db
def test_a_misspelt_name_is_answered_with_the_right_one(russia, uzbekistan, client):
    assert suggestion("Узбекситан") == "Узбекистан"
    assert suggestion("визиты в Узбекситан") == "визиты в Узбекистан"
    assert suggestion("Uzbekstan") == "Uzbekistan"
    assert suggestion("Узбекистане") == ""
    assert suggestion("абракадабра") == ""
    page = client.get("/ru/search/?q=Узбекситан").content.decode()
    assert "<strong>Узбекистан</strong></a>?" in page


@pytest.mark.django_db
def test_the_search_page_marks_what_it_found_and_runs_nothing(client):
    AgreementFactory(
        title_ru="О границе <script>alert(1)</script>", summary_ru="Текст о мостах", published=True
    )
    page = client.get("/ru/search/?q=границы").content.decode()
    assert "О <mark>границе</mark> &lt;script&gt;" in page
    assert "<script>alert" not in page
    assert "<mark>мостах</mark>" in client.get("/ru/search/?q=мост").content.decode()
