"""Search: the same hits in any inflection, in both languages, on both databases."""

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from relations.models import Agreement, Forum, Observation, Place, Source, Visit
from relations.models.row_cache import refresh
from relations.queries.record_query import RecordQuery
from relations.search.index import by_index
from relations.search.lemmas import lemmas
from relations.text.normalize import fold
from tests.helpers.factories import (
    AgreementFactory,
    ForumFactory,
    ObservationFactory,
    PlaceFactory,
    SourceFactory,
    TopicFactory,
    VisitFactory,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ёлка", "елка"),
        ("Санкт-Петербург", "санкт петербург"),
        ("Türkmenbaşy", "turkmenbasy"),
        ("Qoraqalpog‘iston", "qoraqalpogiston"),
        ("Росси\u0301я", "россия"),
        ("Узбе\u00adкистан", "узбекистан"),
        ("Узбе\u200bкистан", "узбекистан"),
        ("Ｋａｚａｎ", "kazan"),
        ("Ор\u0435\u0308л", "орел"),
    ],
)
def test_spellings_that_mean_the_same_fold_together(one, other):
    assert fold(one) == fold(other)


def test_short_i_stays_a_letter_of_its_own():
    assert fold("Край") == "край"


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("форумы", "форум"),
        ("визиты", "визитом"),
        ("предприятие", "предприятий"),
        ("Казахстаном", "Казахстана"),
        ("соглашениях", "соглашение"),
        ("Orenburg's", "Orenburgs"),
        ("agreements", "agreement"),
    ],
)
def test_inflections_share_a_lemma(asked, written):
    assert lemmas(fold(asked)) & lemmas(fold(written))


@pytest.mark.django_db
class TestHits:
    @pytest.mark.parametrize(
        "asked", ["форумы", "ФОРУМОВ", "регионов", "forums", "Forum of regions", "шестой?"]
    )
    def test_a_forum_is_found_in_another_inflection(self, asked):
        forum = ForumFactory(title_ru="Шестой форум регионов", title_en="Sixth Forum of Regions")
        assert Forum.objects.matching(asked).get() == forum

    def test_every_word_must_occur(self):
        ForumFactory(title_ru="Форум регионов")
        assert not Forum.objects.matching("форумы хлопка").exists()

    def test_empty_words_narrow_nothing(self):
        ForumFactory(title_ru="Форум в Оренбурге")
        assert Forum.objects.matching("форум в и на").exists()
        assert Forum.objects.matching("?!…").exists()

    def test_participants_are_found_by_all_their_names(self, orenburg, russia):
        ForumFactory(participants=[("location", orenburg)])
        for name in ("Оренбурге", "Orenburg", "Чкалов", "России", "РФ"):
            assert Forum.objects.matching(name).exists(), name

    def test_visitors_are_found_by_name_and_country(self, mirziyoyev):
        VisitFactory(participants=[("visitor", mirziyoyev)])
        for name in ("Мирзиёева", "мирзиеев", "Mirziyoyev", "Узбекистана", "визиты"):
            assert Visit.objects.matching(name).exists(), name

    def test_figures_are_found_by_indicator_unit_and_value(self):
        ObservationFactory(title_ru="", title_en="")
        for words in ("предприятие", "enterprises", "961"):
            assert Observation.objects.matching(words).exists(), words

    def test_editions_are_found_in_both_numerals(self):
        ForumFactory(edition_number=6)
        assert Forum.objects.matching("VI").exists()
        assert Forum.objects.matching("6").exists()

    def test_editions_are_found_in_words(self):
        ForumFactory(edition_number=6)
        assert Forum.objects.matching("шестого").exists()
        assert Forum.objects.matching("6th").exists()

    def test_names_are_found_from_the_beginning_of_a_word_or_inflected_best_first(self, orenburg, russia):
        PlaceFactory(
            code="RU-KOS",
            kind="region",
            parent=russia,
            name_ru="Костромская область",
            name_en="Kostroma Oblast",
        )
        omsk = PlaceFactory(
            code="RU-OMS", kind="region", parent=russia, name_ru="Омская область", name_en="Omsk Oblast"
        )
        assert list(Place.objects.named("омск")) == [omsk]
        assert list(Place.objects.named("Оренбурге"))[0] == orenburg
        assert list(Place.objects.named("оренбург"))[0] == orenburg

    def test_the_beginning_of_a_word_is_enough_while_typing(self):
        AgreementFactory(title_ru="Соглашение о военном сотрудничестве")
        assert Agreement.objects.matching("воен", beginnings=True).exists()
        assert not Agreement.objects.matching("воен").exists()

    def test_a_new_topic_is_searchable_after_refreshing(self):
        forum = ForumFactory()
        forum.topics.add(TopicFactory(key="cotton", name_ru="Хлопок", name_en="Cotton"))
        refresh([forum])
        assert Forum.objects.matching("хлопка").exists()

    def test_sources_are_found_by_title_and_author(self):
        SourceFactory(title="Узбекистан и Россия", author="А. Суюнов")
        assert Source.objects.matching("узбекистана суюнову").exists()

    @pytest.mark.parametrize(
        "nonsense",
        ["'; DROP TABLE x; --", '"', "a & | ! ( )", "\x00форум", "*", "NEAR(", "²", "漢字", "a" * 5000],
    )
    def test_no_question_breaks_the_search(self, nonsense):
        ForumFactory()
        list(Forum.objects.matching(nonsense))
        list(Forum.objects.matching(nonsense, beginnings=True))


def test_postgresql_keeps_to_the_index_of_words_and_has_memory_for_what_it_finds(db):
    def setting(name):
        with connection.cursor() as cursor:
            cursor.execute(f"SHOW {name}")
            return cursor.fetchone()[0]

    if connection.vendor != "postgresql":
        with by_index("default"):
            assert Agreement.objects.count() == 0
        return
    assert setting("work_mem") == "32MB"
    with by_index("default"):
        assert setting("enable_seqscan") == "off"
    assert setting("enable_seqscan") == "on"


def test_a_question_in_words_keeps_to_that_index(db):
    AgreementFactory(title_ru="Договор о дружбе", published=True)
    with CaptureQueriesContext(connection) as captured:
        assert RecordQuery("agreements", QueryDict("q=дружбой")).total == 1
    told = [one["sql"] for one in captured if "enable_seqscan = off" in one["sql"]]
    assert len(told) == (connection.vendor == "postgresql")
