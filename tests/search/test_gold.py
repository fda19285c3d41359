"""One list of questions and of what they find in the curated content: the same on SQLite and on PostgreSQL.

The suite runs on both, so both find just this. Whoever changes the content reads the change of the list and
keeps it with
`UPDATE_GOLD=1`.
"""

import json
import os
from pathlib import Path

import pytest
from django.conf import settings

from relations.catalog import RECORD_TYPES
from relations.models import Source

pytestmark = pytest.mark.django_db
GOLD = Path(__file__).parent / "golden" / "search.json"
WANTED = json.loads(GOLD.read_text(encoding="utf-8"))


def found(words):
    """{type: keys} of what answers, types without any left out."""
    lists = {one.slug: one.model.objects.published() for one in RECORD_TYPES} | {
        "sources": Source.objects.public()
    }
    hits = {
        slug: sorted(things.matching(words).values_list("key", flat=True)) for slug, things in lists.items()
    }
    return {slug: keys for slug, keys in hits.items() if keys}


def test_every_question_of_the_gold_list_finds_just_what_it_should(content):
    now = {words: found(words) for words in WANTED}
    if os.environ.get("UPDATE_GOLD"):
        GOLD.write_text(json.dumps(now, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    assert now == WANTED


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("договор о дружбе", "ДОГОВОРЫ дружба"),
        ("визит Мирзиёева", "визиты Мирзиеева"),
        ("стратегическое партнёрство", "стратегическом партнерстве"),
        ("cross-border cooperation", "Cross border COOPERATION"),
        ("шестой форум", "форумы шестые"),
        ("Mirziyoyev", "Mirziyoyev's"),
    ],
)
def test_inflection_yo_hyphens_and_case_change_nothing(one, other, content):
    assert found(one) == found(other) != {}


def test_the_gold_list_asks_in_both_languages_of_every_type():
    curated = {path.stem for path in (settings.BASE_DIR / "fixtures" / "records").glob("*.csv")}
    assert {slug for hits in WANTED.values() for slug in hits} == curated
    assert any(words.isascii() for words in WANTED)
    assert not all(words.isascii() for words in WANTED)
    assert any(not hits for hits in WANTED.values())
