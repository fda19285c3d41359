"""Citing: lines by the standard, files that public parsers read, and nothing claimed that is not known."""

import csv
import json
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs

import feedparser
import pytest
import rispy

from relations.bibliography.apa import apa_line, gost_line
from relations.bibliography.bibtex import bibtex
from relations.bibliography.coins import coins
from relations.bibliography.csl import list_item, names, record_item, source_item
from relations.bibliography.csl_dates import csl_date
from relations.bibliography.highwire import highwire
from relations.bibliography.responses import written
from relations.bibliography.ris import ris
from relations.bibliography.schema_org import linked_source
from relations.link_check.client import Answer
from relations.models import Forum, LinkCheck, Source
from relations.values.period import Period
from tests.helpers.bibliography import SITE, TRICKY, parsed_bib
from tests.helpers.factories import ForumFactory, ObservationFactory, SourceFactory

pytestmark = pytest.mark.django_db
GOLDEN = Path(__file__).parent / "golden"
TODAY = date(2026, 11, 22)


def read(name):
    return dict(row.split("\t") for row in (GOLDEN / name).read_text(encoding="utf-8").splitlines())


def sources(language):
    with (GOLDEN / f"sources_{language}.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            issued = Period.parse(row.pop("issued"))
            accessed = Period.parse("2024-03-05")
            yield Source(key=row["type"], language=language, issued=issued, accessed=accessed, **row)


def source(**values):
    return Source(**{"key": "one", "title": "Работа", "type": "webpage", "language": "ru"} | values)


def items():
    return [source_item(one, TODAY) for language in ("ru", "en") for one in sources(language)]


# Lines.


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("kind", Source.Type.values)
def test_a_source_of_every_type_is_cited_by_the_standard(kind, language):
    found = {one.type: gost_line(source_item(one, TODAY), language) for one in sources(language)}
    assert found[kind] == read(f"gost_{language}.txt")[kind]


def test_the_golden_files_cover_every_type():
    for language in ("ru", "en"):
        assert set(read(f"gost_{language}.txt")) == set(Source.Type.values)


@pytest.mark.parametrize(
    ("author", "expected"),
    [
        ("Орлов П.С.; Белов, Андрей; ОГУ", "Орлов П. С., Белов А., ОГУ. Работа."),
        ("Орлов П.С.; Белов, Андрей; ОГУ; Жапов А.А.", "Орлов П. С. и др. Работа."),
        ("Минобрнауки РФ.", "Минобрнауки РФ. Работа."),
    ],
)
def test_of_more_than_three_authors_the_first_is_named(author, expected):
    assert gost_line(source_item(source(author=author), TODAY), "ru") == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"publisher_place": "М.", "publisher": "Ltd."}, "Работа. М. : Ltd."),
        ({"title": "Работа.", "container_title": "Вестник."}, "Работа // Вестник."),
        ({"title": "Что?", "publisher": "Наука", "issued": "2014/.."}, "Что?. Наука, с 2014 г."),
        ({"type": "article-journal", "publisher": "Наука", "issued": "2014/.."}, "Работа. С 2014 г."),
        ({"type": "treaty", "issued": "2014", "number": "5"}, "Работа № 5. 2014."),
        ({"volume": "1", "issue": "2", "number": "3", "page": "4 - 5"}, "Работа. Т. 1. № 2. № 3. С. 4–5."),
    ],
)
def test_areas_are_separated_by_one_full_stop(values, expected):
    issued = Period.parse(values.pop("issued", ""))
    assert gost_line(source_item(source(issued=issued, **values), TODAY), "ru") == expected


def test_marks_follow_the_language_of_the_work_and_the_day_of_access_that_of_the_reader():
    item = source_item(source(title="Work", language="en", page="5", url="https://x.org"), TODAY)
    assert gost_line(item, "ru") == "Work. P. 5. URL: https://x.org (дата обращения: 22.11.2026)."


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("ru", "Жапов, А. А. (2022, 19 апреля). Работа. Сайт. https://x.org"),
        ("en", "Жапов, А. А. (2022, April 19). Работа. Сайт. https://x.org"),
    ],
)
def test_apa_is_in_the_language_of_the_reader(language, expected):
    one = source(
        author="Жапов А.А.", container_title="Сайт", issued=Period.parse("2022-04-19"), url="https://x.org"
    )
    assert apa_line(source_item(one, TODAY), language) == expected


def test_apa_gives_a_title_once_and_the_day_an_undated_page_was_opened():
    item = source_item(source(url="https://x.org"), TODAY)
    assert apa_line(item, "ru") == "Работа. (б. д.). Извлечено 22 ноября 2026 г., от https://x.org"
    assert apa_line(item, "en") == "Работа. (n.d.). Retrieved November 22, 2026, from https://x.org"


def test_a_title_with_a_question_mark_gets_no_full_stop_in_apa():
    assert apa_line(source_item(source(title="Что?", url="https://x.org/?.a"), TODAY), "en").startswith(
        "Что? (n.d.)"
    )


def test_apa_writes_every_type():
    for language in ("ru", "en"):
        for one in sources(language):
            text = apa_line(source_item(one, TODAY), language)
            assert one.title in text
            assert one.url in text or one.doi in text


@pytest.mark.parametrize(
    ("author", "expected"),
    [
        ("Жапов А.А.", {"family": "Жапов", "given": "А. А."}),
        ("А. А. Жапов", {"family": "Жапов", "given": "А. А."}),
        ("Жапов, Андрей", {"family": "Жапов", "given": "Андрей"}),
        ("Правительство Российской Федерации", {"literal": "Правительство Российской Федерации"}),
        ("Центр политики, площадка «Эксперт»", {"literal": "Центр политики, площадка «Эксперт»"}),
    ],
)
def test_persons_are_distinguished_from_organisations(author, expected):
    assert names(author) == [expected]


MINISTERS = "{Министры иностранных дел Казахстана, Кыргызстана}"


def of_two_authors():
    return source(author=f"{MINISTERS}; Suyunov, Asliddin", type="report", publisher="ООН")


def test_an_organisation_with_a_comma_is_one_name_in_every_form():
    one = of_two_authors()
    item, body = source_item(one, TODAY), MINISTERS.strip("{}")
    person = {"family": "Suyunov", "given": "Asliddin"}
    assert item["author"] == [{"literal": body}, person]
    assert gost_line(item, "ru").startswith(f"{body}, Suyunov A. Работа.")
    assert apa_line(item, "en").startswith(f"{body}, & Suyunov, A.")
    assert f"author = {{{{{body}}} and Suyunov, Asliddin}}" in bibtex(item)
    assert rispy.loads(ris(item))[0]["authors"] == [body, "Suyunov, Asliddin"]
    assert linked_source(one, item)["author"] == [
        {"@type": "Organization", "name": body},
        {"@type": "Person", "familyName": "Suyunov", "givenName": "Asliddin"},
    ]
    assert [text for name, text in highwire(item) if name == "citation_author"] == [body, "Suyunov, Asliddin"]
    found = parse_qs(coins(item))
    assert (found["rft.aucorp"], found["rft.au"]) == ([body], ["Suyunov, Asliddin"])


def test_linked_data_does_not_guess_what_a_name_of_unknown_kind_is():
    one = source(author="Asliddin Suyunov")
    assert linked_source(one, source_item(one, TODAY))["author"] == ["Asliddin Suyunov"]


def test_readers_see_an_organisation_without_braces(client):
    one = SourceFactory(author=MINISTERS)
    ForumFactory(sources=0).cite(one)
    Forum.objects.get().publish()
    text = client.get(one.get_absolute_url()).content.decode()
    assert MINISTERS.strip("{}") in text
    assert MINISTERS not in text


def test_a_feed_names_the_authors_of_a_source(client):
    one = SourceFactory(author=f"{MINISTERS}; Suyunov, Asliddin")
    ForumFactory(sources=0).cite(one)
    Forum.objects.get().publish()
    (entry,) = feedparser.parse(client.get("/ru/sources.atom").getvalue()).entries
    assert [author["name"] for author in entry.authors] == [MINISTERS.strip("{}"), "Asliddin Suyunov"]


# Dates.


@pytest.mark.parametrize(
    ("period", "expected", "gost"),
    [
        ("2009", {"date-parts": [[2009]]}, "2009"),
        ("2009-09", {"date-parts": [[2009, 9]]}, "09.2009"),
        ("2006-08-25", {"date-parts": [[2006, 8, 25]]}, "25.08.2006"),
        ("2014~", {"date-parts": [[2014]], "circa": True}, "[ок. 2014]"),
        ("2011?", {"date-parts": [[2011]], "circa": True}, "[ок. 2011]"),
        ("2018-10-24/2018-10-26", {"date-parts": [[2018, 10, 24], [2018, 10, 26]]}, "24.10.2018–26.10.2018"),
        ("2017/2018~", {"date-parts": [[2017], [2018]], "circa": True}, "[ок. 2017–2018]"),
        ("2014/..", {"literal": "с 2014 г."}, "С 2014 г"),
        ("200X", {"literal": "2000-е гг."}, "2000-е гг"),
        ("2023-33", {"literal": "I квартал 2023 г."}, "I квартал 2023 г"),
        ("XXXX-04", {"literal": "апрель, год не указан"}, "Апрель, год не указан"),
        ("", None, None),
    ],
)
def test_no_date_becomes_more_precise_than_it_is(period, expected, gost):
    one = source(issued=Period.parse(period))
    assert csl_date(one.issued, "ru") == expected
    item = source_item(one, TODAY)
    assert gost_line(item, "ru") == (f"Работа. {gost}." if gost else "Работа.")
    for language in ("ru", "en"):
        assert apa_line(item, language)
        assert ris(item)
        assert bibtex(item)


def test_an_uncertain_date_stays_uncertain_in_every_form():
    one = source(issued=Period.parse("2014~"))
    item = source_item(one, TODAY)
    assert "circa" in json.dumps(item)
    assert rispy.loads(ris(item))[0]["date"] == "2014///около 2014 г."
    assert "year" not in rispy.loads(ris(item))[0]
    fields = parsed_bib(bibtex(item), decoded=False)[0].fields_dict
    assert fields["date"].value == "2014~"
    assert fields["year"].value == "около 2014 г."
    assert "date" not in coins(item)
    assert "datePublished" not in linked_source(one, item)


@pytest.mark.parametrize(
    ("bounds", "russian", "english"),
    [
        ({"not_before": "2018"}, "[не ранее 2018 г.]", "[not before 2018]"),
        ({"not_after": "2024-05"}, "[не позднее мая 2024 г.]", "[not after May 2024]"),
        (
            {"not_before": "2018", "not_after": "2020/2024"},
            "[не ранее 2018 г., не позднее 2024 г.]",
            "[not before 2018, not after 2024]",
        ),
        ({"not_before": "2018/..", "not_after": "2018/.."}, "[не ранее 2018 г.]", "[not before 2018]"),
    ],
)
def test_a_work_without_a_date_is_cited_with_its_bounds(bounds, russian, english):
    for language, words in (("ru", russian), ("en", english)):
        one = source(language=language, title="Работа" if language == "ru" else "Work", **bounds)
        item = source_item(one, TODAY)
        assert item["issued"] == {"literal": words}
        assert words in gost_line(item, language)
        assert f"({words})" in apa_line(item, language)
        assert words in bibtex(item)
        assert rispy.loads(ris(item))[0]["date"] == f"///{words}"
        assert "datePublished" not in linked_source(one, item)


def test_the_date_of_a_work_leaves_its_bounds_out():
    one = source(issued=Period.parse("2019"), not_before="2018")
    assert source_item(one, TODAY)["issued"] == {"date-parts": [[2019]]}


def test_an_academic_year_keeps_its_name_in_every_form():
    figure = ObservationFactory(key="pupils", period="2015-09/2016-08", published=True)
    item = record_item(figure, SITE, TODAY)
    for text in (
        gost_line(item, "ru"),
        apa_line(item, "ru"),
        ris(item),
        bibtex(item),
        json.dumps(item, ensure_ascii=False),
    ):
        assert "2015/16 учебный год" in text
        assert "2015-09" not in text
        assert "09.2015" not in text


# Translated titles.


def translated():
    return source(title="Вестник", title_translation="[Herald]", language="ru", type="report")


def test_a_translated_title_follows_the_original_in_brackets_for_readers_of_its_language():
    item = source_item(translated(), TODAY)
    assert gost_line(item, "en") == "Вестник [Herald]."
    assert gost_line(item, "ru") == "Вестник."
    assert apa_line(item, "en").startswith("Вестник [Herald]. (n.d.)")
    assert "Herald" not in apa_line(item, "ru")


def test_files_keep_the_original_title_and_carry_our_translation_in_a_field_of_its_own():
    one = translated()
    item = source_item(one, TODAY)
    entry = parsed_bib(bibtex(item))[0].fields_dict
    assert (entry["title"].value, entry["note"].value) == ("Вестник", "Название в нашем переводе: Herald")
    found = rispy.loads(ris(item))[0]
    assert (found["title"], found["translated_title"]) == ("Вестник", "Herald")
    linked = linked_source(one, item)
    assert (linked["name"], linked["alternateName"]) == ("Вестник", "Herald")
    as_csl = json.loads(written(item, "csl"))
    assert (as_csl["title"], as_csl["note"]) == ("Вестник", "Название в нашем переводе: Herald")
    assert set(as_csl) == {"id", "type", "title", "language", "note"}


# Forms of an item.


def test_ris_is_read_by_a_public_parser():
    texts = [ris(item) for item in items()]
    found = rispy.loads("".join(texts))
    assert [one["id"] for one in found] == [item["id"] for item in items()]
    assert [one["title"] for one in found] == [item["title"] for item in items()]
    article = found[0]
    assert article["type_of_reference"] == "JOUR"
    assert article["authors"] == ["Жапов, А. А."]
    assert (article["start_page"], article["end_page"], article["year"]) == ("77", "80", "2023")
    assert (article["urls"], article["access_date"]) == (["https://apni.ru/article/1"], "2024/03/05/")


def test_bibtex_is_read_by_a_public_parser():
    found = parsed_bib("".join(bibtex(item) for item in items()[:13]), decoded=False)
    assert [entry.key for entry in found] == [item["id"] for item in items()[:13]]
    article = {name: field.value for name, field in found[0].fields_dict.items()}
    assert article["author"] == "Жапов, А. А."
    assert (article["year"], article["pages"]) == ("2023", "77--80")
    assert (article["url"], article["urldate"]) == ("https://apni.ru/article/1", "2024-03-05")


def test_special_characters_survive_bibtex():
    title = "100% & $5 #1 a_b «Дружба» \\ ~"
    fields = parsed_bib(bibtex(source_item(source(title=title, author="A & B"), TODAY)))[0].fields_dict
    assert fields["title"].value == title
    assert fields["author"].value == "A & B"


def test_braces_in_texts_leave_bibtex_in_balance():
    address = "https://x.org/{a?q=1%20&b=c#d_e~f"
    text = bibtex(source_item(source(title=TRICKY, url=address), TODAY))
    assert text.count("{") == text.count("}")
    fields = parsed_bib(text, decoded=False)[0].fields_dict
    assert r"\textbraceleft{}of\textbraceright{} 100\%" in fields["title"].value
    assert fields["url"].value == "https://x.org/%7Ba?q=1%20&b=c#d_e~f"


def test_no_value_can_begin_a_line_of_its_own():
    hostile = source(title="A\nER  - \nTY  - BOOK", author="B\r\nTI  - C", container_title="D\u2028E")
    found = rispy.loads(ris(source_item(hostile, TODAY)))
    assert len(found) == 1
    assert found[0]["title"] == "A ER - TY - BOOK"


def test_csl_json_has_what_the_schema_asks_for():
    allowed = {
        "id",
        "type",
        "title",
        "author",
        "issued",
        "accessed",
        "language",
        "container-title",
        "publisher",
    }
    allowed |= {"publisher-place", "URL", "DOI", "ISBN", "volume", "issue", "page", "number", "genre"}
    types = set(Source.Type.values) - {"press-release"}
    for item in items():
        assert {"id", "type", "title"} <= set(item) <= allowed
        assert item["type"] in types
        for name in item.get("author", ()):
            assert set(name) in ({"literal"}, {"family", "given"})
        for variable in {"issued", "accessed"} & set(item):
            parts = item[variable]["date-parts"]
            assert all(1 <= len(point) <= 3 and all(isinstance(n, int) for n in point) for point in parts)


def test_coins_says_what_the_work_is():
    found = {item["type"]: parse_qs(coins(item)) for item in items()[:12]}
    article, treaty = found["article-journal"], found["treaty"]
    assert article["rft_val_fmt"] == ["info:ofi/fmt:kev:mtx:journal"]
    assert article["rft.au"] == ["Жапов, А. А."]
    assert article["rft_id"] == ["info:doi/10.5281/zenodo.1", "https://apni.ru/article/1"]
    assert treaty["rft.date"] == ["2004-06-16"]


# Records.


def test_a_record_is_an_entry_of_this_register():
    forum = ForumFactory(key="forum", title_ru="Форум", title_en="", period="2018-10-24/2018-10-26")
    item = record_item(forum, SITE, TODAY)
    assert gost_line(item, "ru") == (
        "Форум : 24.10.2018–26.10.2018 // Россия и Центральная Азия. Регистр отношений. "
        f"URL: {SITE}/ru/forums/forum/ (дата обращения: 22.11.2026)."
    )
    assert apa_line(item, "ru") == (
        "Форум [24–26 октября 2018 г.]. (б. д.). В Россия и Центральная Азия. Регистр отношений. "
        f"Извлечено 22 ноября 2026 г., от {SITE}/ru/forums/forum/"
    )


def test_for_a_dead_link_the_archived_copy_is_cited_and_never_todays_date():
    url, copy = "https://gone.example/", "https://archive.example/gone"
    one = SourceFactory(title="Работа", url=url, archive_url=copy, archived_on="2024-05-03")
    assert source_item(one, TODAY)["URL"] == url
    LinkCheck.objects.keep(one.pk, url, Answer(404))
    one = Source.objects.get()
    assert gost_line(source_item(one, TODAY), "ru") == f"Работа. URL: {copy} (дата обращения: 03.05.2024)."
    one.archive_url = ""
    assert gost_line(source_item(one, TODAY), "ru") == f"Работа. URL: {url}."


def test_the_day_of_an_event_is_no_day_of_publication():
    item = record_item(ForumFactory(key="forum", period="2018-10-24", published=True), SITE, TODAY)
    assert "issued" not in item
    found = rispy.loads(ris(item))[0]
    assert "year" not in found
    assert found["notes"] == ["24 октября 2018 г."]
    assert "note = {24 октября 2018 г.}" in bibtex(item)
    assert "date = {" not in bibtex(item).replace("urldate = {", "")
    assert "rft.date" not in parse_qs(coins(item))


def test_records_without_date_or_title_in_the_readers_language_are_cited(client):
    forum = ForumFactory(title_ru="Форум без даты", title_en="", published=True)
    text = client.get(f"/en/forums/{forum.key}/").content.decode()
    assert "Форум без даты // Russia and Central Asia. A register of relations. URL: " in text
    assert "Форум без даты. (n.d.). In Russia" in text


def test_a_figure_without_a_title_of_its_own_is_cited_by_what_it_measures(client):
    figure = ObservationFactory(title_ru="", title_en="", period="2014~", published=True)
    found = client.get(f"/en/statistics/{figure.key}/cite.json").json()
    assert found[0]["title"] == "Enterprises: Uzbekistan"
    assert found[0]["event-date"] == {"date-parts": [[2014]], "circa": True}


def test_a_list_is_a_data_set():
    item = list_item("Соглашения", ["Узбекистан", "с 2000"], "19 соглашений", f"{SITE}/ru/agreements/", TODAY)
    assert gost_line(item, "ru") == (
        "Соглашения: Узбекистан; с 2000 (19 соглашений) // Россия и Центральная Азия. Регистр отношений. "
        f"URL: {SITE}/ru/agreements/ (дата обращения: 22.11.2026)."
    )
    assert "[Набор данных]. (б. д.)" in apa_line(item, "ru")
