"""Pasting one thing into a box: what it is, which fields it fills, and that nothing is lost unsaid."""

import csv
import json
import re
import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from relations.bibliography.apa import gost_line
from relations.bibliography.csl import names, source_item
from relations.bibliography.csl_dates import csl_date
from relations.bibliography.reading import ReadReference, read_reference
from relations.bibliography.reading_fields import language_of
from relations.bibliography.responses import written
from relations.errors import Problem
from relations.models import Source
from relations.text.addresses import without_tracking
from relations.values.period import Period

TODAY = date(2026, 11, 22)
FIXTURE = Path(__file__).parents[2] / "fixtures" / "records" / "sources.csv"
GOLDEN = Path(__file__).parent / "golden"


def fields(text):
    return read_reference(text).fields


def outcome(text):
    """What was read, or the Problem; any other exception is a fault."""
    try:
        return read_reference(text)
    except Problem as problem:
        return problem


def refusal(text):
    with pytest.raises(Problem) as caught:
        read_reference(text)
    return caught.value.code


# Addresses, DOI and ISBN.


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://x.org/a?b=1#c", "https://x.org/a?b=1#c"),
        (" https://x.org/a\n", "https://x.org/a"),
        ("example.org", "https://example.org"),
        ("www.Example.org/A", "https://www.Example.org/A"),
        ("пример.рф/новости", "https://пример.рф/новости"),
        ("<https://x.org/a>.", "https://x.org/a"),
        ("URL: https://x.org/a", "https://x.org/a"),
        ("https://x.org/a?utm_source=b&id=5&fbclid=1&yclid=2", "https://x.org/a?id=5"),
        ("https://ru.wikipedia.org/wiki/A_(b)", "https://ru.wikipedia.org/wiki/A_(b)"),
        ("https://x.org/\u202ea", "https://x.org/a"),
    ],
)
def test_an_address_is_read_without_what_tracks_readers(text, url):
    assert read_reference(text) == ReadReference("url", {"url": url, "type": "webpage"}, [])


@pytest.mark.parametrize(
    ("url", "original", "day"),
    [
        (
            "https://web.archive.org/web/20200131120000/https://x.org/a?b=1",
            "https://x.org/a?b=1",
            "2020-01-31",
        ),
        ("http://web.archive.org/web/20200131120000if_/http://x.org/", "http://x.org/", "2020-01-31"),
        ("https://web.archive.org/web/2020/x.org/a", "http://x.org/a", "2020"),
        ("https://web.archive.org/web/202001/https:/x.org/a", "https://x.org/a", "2020-01"),
        ("https://archive.ph/20200131120000/https://x.org/a", "https://x.org/a", "2020-01-31"),
        ("https://archive.ph/2020.01.31-120000/https://x.org/a", "https://x.org/a", "2020-01-31"),
        ("https://archive.is/AbCd1", None, None),
    ],
)
def test_an_archived_copy_names_its_original_and_its_day(url, original, day):
    found = fields(url)
    assert (found["archive_url"], found.get("url"), found.get("archived_on")) == (url, original, day)


def test_an_impossible_day_of_an_archived_copy_is_left():
    found = read_reference("https://web.archive.org/web/20209931/https://x.org/")
    assert "archived_on" not in found.fields
    assert found.left == ["2020-99-31"]


@pytest.mark.parametrize(
    "text",
    [
        "10.5281/zenodo.1",
        "doi:10.5281/zenodo.1",
        "DOI 10.5281/zenodo.1.",
        "DOI: 10.5281/zenodo.1",
        "https://doi.org/10.5281/zenodo.1",
        "http://dx.doi.org/10.5281%2Fzenodo.1",
        "doi.org/10.5281/zenodo.1",
        "doi: https://doi.org/10.5281/zenodo.1",
        "info:doi/10.5281/zenodo.1",
    ],
)
def test_a_doi_is_read_in_any_spelling(text):
    assert read_reference(text) == ReadReference("doi", {"doi": "10.5281/zenodo.1"}, [])


@pytest.mark.parametrize(
    ("text", "isbn"),
    [
        ("978-3-16-148410-0", "978-3-16-148410-0"),
        ("ISBN 9783161484100", "9783161484100"),
        ("ISBN-13: 978 3 16 148410 0", "978-3-16-148410-0"),
        ("0-8044-2957-X", "0-8044-2957-X"),
        ("ISBN 0–8044–2957–Х", "0-8044-2957-X"),
        ("080442957x", "080442957X"),
    ],
)
def test_an_isbn_is_read_with_its_check_digit(text, isbn):
    assert read_reference(text) == ReadReference("isbn", {"isbn": isbn, "type": "book"}, [])


@pytest.mark.parametrize("text", ["978-3-16-148410-1", "ISBN 0-8044-2957-1", "ISBN 12345", "1234567890"])
def test_a_wrong_isbn_is_refused(text):
    assert refusal(text) == "reference.isbn"


# BibTeX.


def bib(kind="misc", **given):
    lines = ",\n".join(f"  {name} = {value}" for name, value in given.items())
    return f"@{kind}{{key,\n{lines}\n}}"


def test_a_bibtex_article_fills_the_fields_of_a_source():
    text = r"""
    @Article{smith2020,
      author    = {Smith, John and {\'E}mile Zola and {World Bank and Partners} and others},
      title     = {The {B}order of {\"O}sterreich: 100\% \& more},
      journal   = "Journal of " # {Borders},
      year      = 2020, month = mar, day = 5,
      volume    = {3}, number = {2}, pages = {11--15},
      doi       = {https://doi.org/10.1000/a\_b},
      url       = {https://x.org/a\_b~c?utm_source=d},
      urldate   = {2024-02-01},
      abstract  = {Words.}
    }"""
    found = read_reference(text)
    assert found.format == "bibtex"
    assert found.fields == {
        "type": "article-journal",
        "author": "Smith, John; Zola, Émile; {World Bank and Partners}",
        "title": "The Border of Österreich: 100% & more",
        "container_title": "Journal of Borders",
        "issued": "2020-03-05",
        "volume": "3",
        "issue": "2",
        "page": "11–15",
        "doi": "10.1000/a_b",
        "url": "https://x.org/a_b~c",
        "accessed": "2024-02-01",
    }
    assert found.left == ["and others", "abstract: Words."]


@pytest.mark.parametrize(
    ("kind", "given", "expected"),
    [
        ("book", {}, "book"),
        ("incollection", {}, "chapter"),
        ("inproceedings", {}, "chapter"),
        ("techreport", {}, "report"),
        ("online", {"url": "{https://x.org}"}, "webpage"),
        ("misc", {}, "document"),
        ("misc", {"url": "{https://x.org}"}, "webpage"),
        ("misc", {"howpublished": r"{\url{https://x.org}}"}, "webpage"),
    ],
)
def test_a_bibtex_type_is_one_of_ours(kind, given, expected):
    assert fields(bib(kind, title="{A}", **given))["type"] == expected


@pytest.mark.parametrize(
    ("author", "expected"),
    [
        ("{Ludwig van Beethoven}", "van Beethoven, Ludwig"),
        ("{John Smith}", "Smith, John"),
        ("{King, Jr, Martin}", "King Jr, Martin"),
        ("{{Ministry of Trade, Moscow}}", "{Ministry of Trade, Moscow}"),
        ("{Иванов, И. И. and Петров, П.}", "Иванов, И. И.; Петров, П."),
        ("{{Barnes and Noble} and Smith, J.}", "{Barnes and Noble}; Smith, J."),
        ('"{UN}"', "{UN}"),
    ],
)
def test_authors_of_bibtex_are_told_apart(author, expected):
    assert fields(bib(title="{A}", author=author))["author"] == expected


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        (r"Caf\'e, Caf\'{e}, Caf{\'e}, Caf{\'{e}}", "Café, Café, Café, Café"),
        (r"\v{S}koda \c{c}a \H{o} \o re \ss{} {\L}\'od\'z na\"{\i}ve", "Škoda ça ő øre ß Łódź naïve"),
        (r"``A'' -- B --- C~D", "“A” – B — C D"),
        (r"\emph{A} \textit{b} \unknown{c}", r"A b \unknown c"),
        (r"\textbackslash{}a\textbraceleft{}b\textbraceright{}\textasciitilde{}\#\$\_", r"\a{b}~#$_"),
        (r"{{Nested {braces {deep}}}}", "Nested braces deep"),
    ],
)
def test_latex_becomes_plain_text(latex, expected):
    assert fields(bib(title=f"{{{latex}}}"))["title"] == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"date": "{2018-10-24/2018-10-26}"}, "2018-10-24/2018-10-26"),
        ({"date": "{2014~}"}, "2014~"),
        ({"year": "2020", "month": '"1~" # may'}, "2020-05-01"),
        ({"year": "{2020}", "month": "{September}"}, "2020-09"),
        ({"year": "{2020}", "month": "12"}, "2020-12"),
        ({"year": "{около 2014 г.}"}, "2014~"),
    ],
)
def test_dates_of_bibtex_are_read(given, expected):
    assert fields(bib(title="{A}", **given))["issued"] == expected


def test_strings_and_comments_of_bibtex_are_understood():
    text = '@comment{by {Jabref}}\n@string{jb = "Journal of Borders"}\n' + bib(
        "article", title="{A}", journal="jb"
    )
    assert fields(text)["container_title"] == "Journal of Borders"


# RIS.


def test_a_ris_record_fills_the_fields_of_a_source():
    text = """TY  - JOUR\r
AU  - Smith, John\r
A1  - Министерство торговли, Москва\r
TI  - A title that
goes on
JO  - Journal
JA  - J.
PY  - 2020
DA  - 2020/03/05/
VL  - 3
IS  - 2
SP  - 11
EP  - 15
SN  - 1234-5678
DO  - doi:10.1000/a
UR  - https://x.org/a;b
Y2  - 2024/02/01/
LA  - English
KW  - trade
ER  - """
    found = read_reference(text)
    assert found.format == "ris"
    assert found.fields == {
        "type": "article-journal",
        "title": "A title that goes on",
        "container_title": "Journal",
        "author": "Smith, John; {Министерство торговли, Москва}",
        "page": "11–15",
        "issued": "2020-03-05",
        "issue": "2",
        "volume": "3",
        "doi": "10.1000/a",
        "url": "https://x.org/a;b",
        "accessed": "2024-02-01",
        "language": "en",
    }
    assert found.left == ["J.", "ISBN/ISSN: 1234-5678", "KW: trade"]


# CSL-JSON.


def test_csl_json_fills_the_fields_of_a_source():
    item = {
        "id": 5,
        "type": "chapter",
        "title": "A <b>",
        "author": [
            {"family": "Gogh", "given": "Vincent", "non-dropping-particle": "van"},
            {"literal": "UN; WHO"},
            7,
        ],
        "issued": {"date-parts": [["2020", 3]]},
        "volume": 3,
        "container-title": "B",
        "ISBN": "9783161484100",
        "abstract": "Words",
        "number": None,
    }
    found = read_reference(json.dumps([item]))
    assert found.format == "csl-json"
    assert found.fields == {
        "type": "chapter",
        "title": "A <b>",
        "author": "van Gogh, Vincent; {UN; WHO}",
        "issued": "2020-03",
        "volume": "3",
        "container_title": "B",
        "isbn": "9783161484100",
        "language": "en",
    }
    assert found.left == ["author: 7", "abstract: Words"]


# GOST.


@pytest.mark.parametrize(
    ("text", "expected", "left"),
    [
        (
            "Иванов И. И., Петров П.П. История региона : учебник / И. И. Иванов, П. П. Петров ; под ред. С. Сидорова."
            " – 2-е изд., перераб. и доп. – М. : Наука, 2020. – 320 с. – (Классика). – ISBN 978-3-16-148410-0."
            " – Текст : непосредственный.",
            {
                "type": "book",
                "author": "Иванов, И. И.; Петров, П. П.",
                "title": "История региона : учебник",
                "publisher_place": "М.",
                "publisher": "Наука",
                "issued": "2020",
                "isbn": "978-3-16-148410-0",
                "language": "ru",
            },
            ["(Классика)", "320 с", "2-е изд., перераб. и доп", "под ред. С. Сидорова"],
        ),
        (
            "1. Иванов, И. И. О торговле [Электронный ресурс] / И. И. Иванов // Вестник МГУ. – 2020. – Т. 3, № 2."
            " – С. 11–15. – DOI 10.1000/abc-1. – URL: https://x.org/a (дата обращения: 01.02.2024)."
            " – Текст : электронный.",
            {
                "type": "article-journal",
                "author": "Иванов, И. И.",
                "title": "О торговле",
                "container_title": "Вестник МГУ",
                "issued": "2020",
                "volume": "3",
                "issue": "2",
                "page": "11–15",
                "doi": "10.1000/abc-1",
                "url": "https://x.org/a",
                "accessed": "2024-02-01",
                "language": "ru",
            },
            ["1."],
        ),
        (
            "Торговля стран / А. Б. Смирнов, К. Ли. — Санкт-Петербург: Питер, 2019. — 200 с.",
            {
                "type": "book",
                "author": "Смирнов, А. Б.; Ли, К.",
                "title": "Торговля стран",
                "publisher_place": "Санкт-Петербург",
                "publisher": "Питер",
                "issued": "2019",
                "language": "ru",
            },
            ["200 с"],
        ),
        (
            "Торговля / А. Б. Смирнов [и др.] ; сост. К. Ли. – М. : Наука, 2019.",
            {
                "type": "book",
                "author": "Смирнов, А. Б.",
                "title": "Торговля",
                "publisher_place": "М.",
                "publisher": "Наука",
                "issued": "2019",
                "language": "ru",
            },
            ["[и др.]", "сост. К. Ли"],
        ),
        (
            "Обзор рынка / Министерство экономики. – М.; СПб. : Наука, 2019.",
            {
                "type": "book",
                "author": "{Министерство экономики}",
                "title": "Обзор рынка",
                "publisher_place": "М.; СПб.",
                "publisher": "Наука",
                "issued": "2019",
                "language": "ru",
            },
            [],
        ),
        (
            "Федеральный закон от 26.07.2017 № 179-ФЗ «Об основах» // Собрание законодательства РФ. 2017."
            " № 31. Ст. 4828.",
            {
                "type": "legislation",
                "title": "Федеральный закон от 26.07.2017 № 179-ФЗ «Об основах»",
                "container_title": "Собрание законодательства РФ",
                "issued": "2017",
                "issue": "31",
                "language": "ru",
            },
            ["Ст. 4828"],
        ),
        (
            "Smith J., Brown A. et al. Borders / edited by C. Grey. New York: Wiley, 2006. 300 p.",
            {
                "type": "book",
                "author": "Smith, J.; Brown, A.",
                "title": "Borders",
                "publisher_place": "New York",
                "publisher": "Wiley",
                "issued": "2006",
                "language": "en",
            },
            ["300 p", "et al.", "edited by C. Grey"],
        ),
        (
            "Laruelle M. Russia // The Oxford Handbook / ed. by G. Rose. Oxford: Oxford University Press, 2020. P. 12.",
            {
                "type": "chapter",
                "author": "Laruelle, M.",
                "title": "Russia",
                "container_title": "The Oxford Handbook",
                "publisher_place": "Oxford",
                "publisher": "Oxford University Press",
                "issued": "2020",
                "page": "12",
                "language": "en",
            },
            ["ed. by G. Rose"],
        ),
        (
            "Россия и Азия: итоги / Ин-т востоковедения ; отв. ред. А. Б. Иванов. – Москва : ИВ РАН, 2018."
            " – 300 с. : ил.",
            {
                "type": "book",
                "author": "{Ин-т востоковедения}",
                "title": "Россия и Азия: итоги",
                "publisher_place": "Москва",
                "publisher": "ИВ РАН",
                "issued": "2018",
                "language": "ru",
            },
            ["300 с. : ил", "отв. ред. А. Б. Иванов"],
        ),
        (
            "Россия — Узбекистан: 30 лет. Ташкент, 2022.",
            {
                "type": "document",
                "title": "Россия — Узбекистан: 30 лет",
                "publisher_place": "Ташкент",
                "issued": "2022",
                "language": "ru",
            },
            [],
        ),
        (
            "Петров П. П. Книга. М., 2006.",
            {
                "type": "document",
                "author": "Петров, П. П.",
                "title": "Книга",
                "publisher_place": "М.",
                "issued": "2006",
                "language": "ru",
            },
            [],
        ),
        (
            "Смит А. Б. 1984. URL: https://x.org/1",
            {"type": "webpage", "author": "Смит, А. Б.", "title": "1984", "url": "https://x.org/1"},
            [],
        ),
        (
            "Заголовок новости https://x.org/1",
            {"type": "webpage", "title": "Заголовок новости", "url": "https://x.org/1", "language": "ru"},
            [],
        ),
    ],
)
def test_a_reference_by_the_standard_fills_the_fields_of_a_source(text, expected, left):
    found = read_reference(text)
    assert found.format == "gost"
    assert found.fields == expected
    assert found.left == left


def test_an_address_of_a_doi_in_a_file_is_both():
    found = fields(bib(title="{A}", url="{https://doi.org/10.1000/a}"))
    assert (found["url"], found["doi"]) == ("https://doi.org/10.1000/a", "10.1000/a")


def test_an_archived_copy_in_a_reference_names_its_original():
    copy = "https://web.archive.org/web/20200131/https://x.org/a"
    found = fields(f"О мире // ТАСС. 2020. 5 мая. URL: {copy} (дата обращения: 01.02.2024).")
    assert (found["archive_url"], found["url"], found["archived_on"]) == (
        copy,
        "https://x.org/a",
        "2020-01-31",
    )


def test_a_wrong_isbn_inside_a_reference_is_left():
    found = read_reference("Книга. М. : Наука, 2020. ISBN 978-3-16-148410-1.")
    assert "isbn" not in found.fields
    assert found.left == ["ISBN 978-3-16-148410-1"]


def test_the_language_is_not_guessed_by_the_alphabet_alone():
    for title in ("Olsztyn zerwał umowę", "Ўзбекистонда технопарклар"):
        assert "language" not in fields(f"{title}. URL: https://x.org/1")


# What our own writers write.

WORDS = {
    "ru": "Россия Узбекистан торговля граница сотрудничество регион ёлка 1990-е «Дружба» отношения".split(),
    "en": "Russia Tajikistan trade border cooperation region the 1990s “Friendship” relations".split(),
}
PEOPLE = {
    "ru": ["Жапов, А. А.", "Орлов П.С.", "Чернышов, Михаил Михайлович", "Салтыков-Щедрин, М. Е."],
    "en": ["Suyunov, Asliddin", "J. R. Smith", "O'Brien, Tim"],
}
BODIES = {
    "ru": ["{Правительство Российской Федерации}", "{Министры иностранных дел Казахстана, Кыргызстана}"],
    "en": ["{World Bank}", "{Ministry of Trade, Moscow}"],
}
HOSTS = {"ru": ["Вестник", "Граница : сборник", "РИА Новости"], "en": ["Eurasian Studies", "The Border"]}
PERIODS = """2009 2009-09 2006-08-25 2014~ 2018-10-24/2018-10-26 2017/2018 2017~/2018~ 2014/.. ../2014 200X 2023-33
2022-21 2022-24 2023-40 2015-09/2016-08 2009-05/2009-07 2014-03~ 2014-05/..""".split()
DAYS = ["", "2024-03-05", "2024-03", "2024"]


def some(strategy):
    return st.one_of(st.just(""), strategy)


@st.composite
def works(draw):
    language = draw(st.sampled_from(["ru", "en"]))
    title = " ".join(draw(st.lists(st.sampled_from(WORDS[language]), min_size=1, max_size=7)))
    title = title[0].upper() + title[1:]
    title = draw(
        st.sampled_from([title, title, f"[{title}]", f"{title}?", f"{title} : {WORDS[language][2]}"])
    )
    authors = draw(st.lists(st.sampled_from(PEOPLE[language] + BODIES[language]), max_size=3, unique=True))
    issued = draw(some(st.sampled_from(PERIODS)))
    number = st.integers(1, 400).map(str)
    work = Source(
        key="one",
        type=draw(st.sampled_from(Source.Type.values)),
        title=title,
        author="; ".join(authors),
        container_title=draw(some(st.sampled_from(HOSTS[language]))),
        publisher=draw(some(st.sampled_from(["Наука", "Penguin", "Изд-во ОГУ"]))),
        publisher_place=draw(some(st.sampled_from(["Москва", "М.", "London", "Нижний Новгород"]))),
        volume=draw(some(number)),
        issue=draw(some(st.sampled_from(["2", "3 (45)", "7-8"]))),
        number=draw(some(st.sampled_from(["2577-р", "17"]))),
        page=draw(some(st.sampled_from(["5", "77-80", "5–10", "IV–IX"]))),
        doi=draw(some(st.sampled_from(["10.5281/zenodo.1", "10.1000/a_b(c)"]))),
        isbn=draw(some(st.sampled_from(["978-3-16-148410-0", "0-8044-2957-X"]))),
        url=draw(
            some(
                st.sampled_from(
                    ["https://x.org/a_b?c=d&e=%20f~g", "http://пример.рф/{a}", "https://x.org/a;b"]
                )
            )
        ),
        language=draw(st.sampled_from([language, ""])),
    )
    work.issued, work.accessed = issued, draw(st.sampled_from(DAYS))
    if not issued:
        work.not_before = draw(some(st.sampled_from(["2018", "2018-12-31"])))
        work.not_after = draw(some(st.sampled_from(["2024-05", "2026"])))
    return work


def carried(work, form):
    """The fields that the format carries: what is read back must be these."""
    item = source_item(work, TODAY)
    number = work.issue or work.number
    is_issue = (
        work.type.startswith("article")
        if form == "bib"
        else work.type in ("article-journal", "article-newspaper", "chapter", "post-weblog")
    )
    numbers = {"issue": number if is_issue else "", "number": "" if is_issue else number}
    found = {
        "type": kind_in(work, form),
        "title": work.title,
        "title_translation": work.title_translation.strip("[]"),
        "container_title": work.container_title,
        "publisher": work.publisher,
        "publisher_place": work.publisher_place,
        "issued": certain(work.issued),
        "not_before": "" if work.issued else work.not_before.text,
        "not_after": "" if work.issued else work.not_after.text,
        "accessed": (work.accessed.text or TODAY.isoformat()) if work.url else "",
        "url": address(work.url, form),
        "doi": work.doi,
        "isbn": work.isbn,
        "volume": work.volume,
        "issue": work.issue,
        "number": work.number,
        "page": work.page if form == "csl" else re.sub(r"\s*[-–]\s*", "–", work.page),
        "language": item["language"],
        **({} if form == "csl" else numbers),
    }
    return {name: value for name, value in found.items() if value}


def address(url, form):
    """Without tracking; in BibTeX a brace is written as in addresses."""
    return without_tracking(url.translate({123: "%7B", 125: "%7D"}) if form == "bib" else url)


def certain(period):
    """CSL knows of doubtful dates only that they are about."""
    return period.text.replace("?", "~")


def kind_in(work, form):
    """Files have fewer types than we have."""
    if form == "csl" or work.type == "press-release":
        return work.type
    if form == "ris":
        return "document" if work.type == "speech" else work.type
    known = {"article-newspaper": "article-journal"}
    known |= dict.fromkeys(["article-journal", "book", "chapter", "report"])
    if work.type in known:
        return known[work.type] or work.type
    return "webpage" if work.url else "document"


def check_round_trip(work, form):
    found = read_reference(written(source_item(work, TODAY), form))
    authors = found.fields.pop("author", "")
    assert names(authors) == names(work.author)
    assert found.fields == carried(work, form)
    assert found.left == []


@pytest.mark.parametrize("form", ["csl", "bib", "ris"])
@settings(max_examples=150, deadline=None)
@given(work=works())
def test_files_that_we_write_are_read_back_to_the_same_fields(form, work):
    check_round_trip(work, form)


def fixture():
    with FIXTURE.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            row.pop("identified_by")
            yield Source(**row)


@pytest.mark.parametrize("form", ["csl", "bib", "ris"])
def test_the_sources_of_the_register_are_read_back_from_their_files(form):
    for work in fixture():
        check_round_trip(work, form)


ACTS = ("legislation", "treaty")
GOST_FIELDS = "container_title publisher publisher_place volume page doi url issue number".split()


def in_gost(work):
    """The fields that a reference carries: initials, and the year alone of what is dated by years."""
    has_no_issuer = work.type.startswith("article")
    found = {name: getattr(work, name) for name in GOST_FIELDS}
    if has_no_issuer:
        found["publisher"] = found["publisher_place"] = ""
    found["url"] = without_tracking(work.url)
    found["page"] = re.sub(r"\s*[-–]\s*", "–", work.page)
    found["title"] = work.title.removesuffix(".")
    found["accessed"] = (work.accessed.text or TODAY.isoformat()) if work.url else ""
    by_year = work.type in {"article-journal", "book", "chapter", "report", "dataset"}
    found["issued"] = in_years(work.issued) if by_year else certain(work.issued)
    found["not_before"] = "" if work.issued else work.not_before.text
    found["not_after"] = "" if work.issued else work.not_after.text
    is_numbered_by_title = work.type in ACTS and work.number
    if bool(work.issue) != bool(work.number) and not is_numbered_by_title:
        is_of_host = bool(work.container_title or work.volume)
        number = work.issue or work.number
        found |= {"issue": number if is_of_host else "", "number": "" if is_of_host else number}
    return {name: value for name, value in found.items() if value}


def in_years(period):
    """The years of a date that has any; a season stays one."""
    points = (csl_date(period, "ru") or {}).get("date-parts")
    mark = "~" if "~" in certain(period) else ""
    return "/".join(dict.fromkeys(f"{parts[0]}{mark}" for parts in points)) if points else certain(period)


def initials(author):
    return [
        {"family": name["family"], "given": re.sub(r"\B\w+", ".", name["given"]).replace("..", ".")}
        if "family" in name
        else name
        for name in names(author)
    ]


def check_gost(work, language="ru"):
    found = dict(read_reference(gost_line(source_item(work, TODAY), language)).fields)
    authors = found.pop("author", "")
    assert names(authors) == initials(work.author)
    found.pop("type")
    found.pop("language", "")
    found.pop("title_translation", "")
    assert found == in_gost(work)


def test_the_sources_of_the_register_are_read_back_from_their_references():
    for work in fixture():
        for language in ("ru", "en"):
            check_gost(work, language)


def test_the_golden_references_are_read_as_a_whole():
    for language in ("ru", "en"):
        for line in (GOLDEN / f"gost_{language}.txt").read_text(encoding="utf-8").splitlines():
            kind, text = line.split("\t")
            found = read_reference(text)
            assert (found.format, found.left) == ("gost", [])
            if kind in (
                "article-journal",
                "article-newspaper",
                "webpage",
                "book",
                "chapter",
                "press-release",
            ):
                assert found.fields["type"] == kind


def is_unambiguous(work):
    """Whether its reference has one reading: not every title has a sign of a reference beside it, a name before the
    date may be a city or a publisher, and what looks like an author may be two.
    """
    authors = names(work.author)
    is_day = re.fullmatch(r"\d{4}-\d\d-\d\d", work.issued.text)
    return (
        bool(work.container_title or work.url or work.doi)
        and (len(authors) < 2 or all("family" in name for name in authors))
        and (work.type.startswith("article") or bool(work.publisher_place) >= bool(work.publisher))
        and (bool(work.publisher) == bool(work.publisher_place) or bool(work.issued))
        and not (work.type in ACTS and work.number and not is_day)
        and not (work.type in ACTS and work.number and work.issue and not work.container_title)
        and not (work.type in ACTS and is_day and work.publisher_place)
    )


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(works())
def test_references_that_we_write_are_read_back_to_the_same_fields(work):
    assume(is_unambiguous(work))
    check_gost(work)


# What is refused, and what is hostile.


@pytest.mark.parametrize(
    "text",
    [
        "https://x.org/a https://x.org/b",
        "https://x.org/a\nhttps://x.org/b",
        "10.1000/a, 10.1000/b",
        bib(title="{A}") + "\n" + bib(title="{B}"),
        "TY  - BOOK\nTI  - A\nER  - \nTY  - BOOK\nTI  - B\nER  - ",
        '[{"title": "A"}, {"title": "B"}]',
        "1. Иванов И. И. Книга. М. : Наука, 2020.\n2. Петров П. П. Книга. М. : Наука, 2021.",
        "Иванов И. И. Книга. М. : Наука, 2020.\nПетров П. П. Книга. М. : Наука, 2021.",
        "О мире // РИА Новости. 2020.\nО войне // ТАСС. 2021.",
    ],
)
def test_several_references_are_read_one_at_a_time(text):
    assert refusal(text) == "reference.several"


def test_a_reference_may_be_broken_into_lines():
    text = (
        "Иванов И. И. О торговле // Вестник. 2020. № 2.\nURL: https://x.org/a\n(дата обращения: 01.02.2024)."
    )
    assert fields(text)["accessed"] == "2024-02-01"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n",
        "\0",
        "\u202e",
        "слово",
        "lorem ipsum dolor",
        "javascript:alert(1)",
        "<script>alert(1)</script>",
        "-",
        "//",
    ],
)
def test_where_there_is_no_reference_that_is_said(text):
    assert refusal(text) == "reference.unreadable"


@pytest.mark.parametrize(
    "text",
    [
        "@book{",
        "@book{a",
        "@book{a, title = {A}",
        '@book{a, title = "A}',
        "@book{a, title = }",
        "@book{a, = {A}}",
        "@b{a,}}x,",
    ]
    + ["@book{a title {A}}", "@comment{a}"],
)
def test_a_cut_off_entry_of_bibtex_is_refused(text):
    assert refusal(text) in ("reference.broken", "reference.unreadable")


def test_a_brace_too_many_is_left():
    assert read_reference("@book{a, title = {A}} }").left == ["}"]


@pytest.mark.parametrize(
    "text",
    ["{", "{}", "[{}]", "[]", '{"title": 5', '{"title": {}}', '{"title": NaN}', '{"a": "b"}', "[{]"]
    + ["[{" * 9000, '{"title":' * 2000, '{"title": "A", "volume": ' + "1" * 9000 + "}"],
)
def test_wrong_json_is_refused(text):
    with pytest.raises(Problem):
        read_reference(text)


def test_values_of_a_wrong_kind_in_json_are_left():
    item = {
        "title": "A",
        "author": "B",
        "issued": [2020],
        "URL": {"a": 1},
        "volume": [3],
        "language": 5,
        "DOI": True,
    }
    item |= {
        "accessed": {"date-parts": [[True, None]]},
        "type": ["book"],
        "publisher": None,
        "page": "\ud800",
    }
    found = read_reference(json.dumps(item))
    assert found.fields == {"type": "document", "title": "A", "language": "en"}


@pytest.mark.parametrize(
    "text",
    [
        "x" * 20_001,
        "\0" * 100_000,
        "@book{" + "{" * 99_994,
    ],
)
def test_a_text_that_is_too_long_is_not_even_tried(text):
    assert refusal(text) == "reference.too_long"


def test_a_value_that_its_field_does_not_take_is_left():
    found = read_reference(
        bib(title="{A}", publisher="{" + "B" * 301 + "}", url="{javascript:alert(1)}", doi="{no}")
    )
    assert found.fields == {"type": "document", "title": "A", "language": "en"}
    assert found.left == ["B" * 301, "javascript:alert(1)", "DOI: no"]


def test_of_many_authors_those_that_fit_are_kept():
    people = " and ".join(f"Author{chr(97 + n // 26)}{chr(97 + n % 26)}, Given" for n in range(40))
    found = read_reference(bib(title="{A}", author=f"{{{people}}}"))
    assert len(found.fields["author"]) <= 300
    assert len(found.fields["author"].split("; ")) + len(found.left) == 40


def test_marks_that_nobody_sees_do_not_reach_a_field():
    text = json.dumps(
        {"title": "A\0\u202eB\u200b\ud800", "author": [{"family": "C\u2066", "given": "D\ufeff"}]}
    )
    assert fields(text)["title"] == "AB"
    assert fields(text)["author"] == "C, D"


def test_html_is_no_more_than_text():
    assert fields("<b>Книга</b>. М. : Наука, 2020.")["title"] == "<b>Книга</b>"


DATE_FIELDS = ("issued", "not_before", "not_after", "accessed", "archived_on")
SLOW = [
    "{",
    "}",
    "@a{",
    "@a{b,",
    "[",
    "(",
    ")",
    ". ",
    "., ",
    " : ",
    " // ",
    " / ",
    "А. ",
    "Аб А. ",
    "Аб А., ",
    "и др. ",
    "1 ",
    "1.1.2020 ",
    "URL: ",
    "http://",
    "https://x.org/ ",
    "doi ",
    "DOI: 10.1000/a ",
    "doi:",
    "ISBN ",
    "ISBN 978 ",
    "10.1000/",
    "www.",
    "a.",
    "a-",
    "TY  - ",
    "AU  - a\n",
    "№ 1. ",
    "С. 1. ",
    " – ",
    "- ",
    ", ",
    "; ",
    "\\'",
    "\\'{e}",
    "\\textit{",
    "%41",
    "&utm_a=b",
    "[не ранее ",
    "Т. 1. ",
    "2020. ",
    "с 2020 по ",
    " and ",
    "Текст : ",
    "\n1. a",
    "web.archive.org/web/2020/",
]


@pytest.mark.parametrize("piece", SLOW)
@pytest.mark.parametrize(
    "frame",
    [
        "{}",
        "Книга {} // Вестник. 2020.",
        "А. 2020. {}",
        "@book{{a, title = {{{}}}}}",
        "https://x.org/{}",
        "TY  - BOOK\nTI  - {}",
    ],
)
def test_no_text_takes_long_or_is_an_error(frame, piece):
    text = frame.format(piece * ((20_000 - len(frame)) // len(piece)))
    started = time.process_time()
    assert str(outcome(text))
    assert time.process_time() - started < 1.5


PIECES = st.lists(
    st.sampled_from([*SLOW, "Книга", "title", " = ", '"', ",", "}", "#", "\n", "2020", "x"]), max_size=25
)


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(max_size=80), PIECES.map("".join)))
@example("{\x85}")
@example("@a{b,c=d#}")
def test_any_text_is_a_reference_or_a_problem(text):
    for form in (
        text,
        f"@book{{a, title = {{A}}, {text}}}",
        f"TY  - BOOK\n{text}",
        json.dumps({"title": text, "DOI": text}),
    ):
        found = outcome(form)
        for name, value in getattr(found, "fields", {}).items():
            assert value == value.strip() != ""
            checked = Period.parse(value) if name in DATE_FIELDS else value
            Source._meta.get_field(name).run_validators(checked)
        assert str(found)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["date-parts", "literal", "family"]), inner)
    ),
    max_leaves=8,
)
VARIABLES = "title author issued accessed URL DOI ISBN language genre note type volume container-title circa x".split()


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from(VARIABLES), JSON))
def test_any_json_is_a_reference_or_a_problem(item):
    assert str(outcome(json.dumps(item)))


@pytest.mark.parametrize("text", ["@book{a", "слово", "ISBN 1", "x" * 20_001, "10.1000/a 10.1000/b"])
def test_a_problem_is_said_in_both_languages(text):
    with pytest.raises(Problem) as caught:
        read_reference(text)
    sentences = caught.value.in_every_language()
    assert language_of(sentences["en"].replace("BibTeX", "")) == "en"
    assert re.search("[а-я]", sentences["ru"])
