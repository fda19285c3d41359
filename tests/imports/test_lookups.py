"""Names, keys, choices and described sources in the cells of a sheet: what is found, and what is said where
it is not."""

import pytest
from django.utils.translation import override

from relations.errors import Problem
from relations.models import Agreement, Place, Source
from relations.rows.citation_columns import CitationColumns
from relations.rows.lookups import Lookups
from relations.rows.suggestions import unknown_choice
from tests.helpers.factories import (
    AgreementFactory,
    ObservationFactory,
    OrganizationFactory,
    SourceFactory,
)
from tests.helpers.sheets import load_rows, problems

pytestmark = pytest.mark.django_db


def sentences(report):
    """English sentences of the errors."""
    return [finding.problem.in_every_language()["en"] for finding in report.errors]


def agreement(**cells):
    return {"key": "a", "title_ru": "Договор", "instrument_type": "treaty", **cells}


# Places.


@pytest.mark.usefixtures("content")
def test_every_country_is_found_by_its_codes_in_any_case():
    lookups = Lookups()
    for code, alpha_3 in (("KZ", "kaz"), ("RU", "RUS"), ("DE", "Deu"), ("US", "USA"), ("KP", "PRK")):
        assert lookups.places.find(alpha_3).code == lookups.places.find(code.lower()).code == code
    for country in Place.objects.filter(kind="country"):
        assert [name for name in country.all_names() if len(name) == 3 and name.isascii() and name.isupper()]


@pytest.mark.usefixtures("content")
@pytest.mark.parametrize("name", ["СПб", "спб", "С.-Петербург", "Санкт Петербург", "Ленинград"])
def test_saint_petersburg_is_found_however_it_is_written(name):
    assert Lookups().places.find(name).code == "RU-SPE"


@pytest.mark.usefixtures("content")
def test_codes_of_three_letters_name_one_country_each():
    found = {}
    for place in Place.objects.all():
        for name in set(place.folded_names.split("\n")):
            if len(name) == 3 and name.isascii():
                found.setdefault(name, []).append(place.code)
    assert [codes for codes in found.values() if len(codes) > 1] == []


def test_values_with_commas_between_them_get_advice_on_separating_them(russia, uzbekistan):
    report = load_rows("agreements", agreement(parties="Россия, Узбекистан"))
    assert problems(report) == [("D2", "value.commas")]
    assert "RU (" in sentences(report)[0]
    assert "separate them with “;”" in sentences(report)[0]


def test_a_comma_within_a_name_does_not_divide_it(russia, uzbekistan):
    OrganizationFactory(key="trade", name_ru="Министерство торговли, Россия")
    assert problems(load_rows("agreements", agreement(parties="Россия, Атлантида"))) == [
        ("D2", "name.unknown")
    ]
    row = {"key": "f", "title_ru": "Форум", "event_type": "congress"}
    assert not load_rows("forums", {**row, "participants": "Министерство торговли, Россия"}).errors


def test_organisations_with_commas_are_reported_in_columns_that_take_places_too():
    OrganizationFactory(key="foreign", name_ru="МИД"), OrganizationFactory(key="economy", name_ru="Минэк")
    row = {"key": "f", "title_ru": "Форум", "event_type": "congress", "participants": "МИД, Минэк"}
    assert problems(load_rows("forums", row)) == [("D2", "value.commas")]


def test_keys_with_commas_are_reported_too():
    SourceFactory(key="herald"), SourceFactory(key="report")
    assert problems(load_rows("agreements", agreement(source="herald, report"))) == [("D2", "value.commas")]
    assert problems(load_rows("agreements", agreement(source="herald,nobody"))) == [("D2", "key.unknown")]


def test_a_participant_in_the_wrong_column_is_reported_with_the_right_column(orenburg):
    report = load_rows("agreements", agreement(parties="Оренбург"))
    assert problems(report) == [("D2", "participant.column")]
    said = report.errors[0].problem.in_every_language()
    assert said["en"].endswith("Allowed here: country, group of places. Enter it in the column “regions”.")
    assert "Оренбург" in said["ru"]
    assert not load_rows("agreements", agreement(regions="Оренбург")).errors


def test_an_organisation_among_the_places_is_reported_with_its_column():
    OrganizationFactory(key="mid")
    report = load_rows("agreements", agreement(parties="org:mid"))
    assert "“organizations”" in sentences(report)[0]


def test_where_no_other_column_takes_it_only_the_kinds_are_named():
    OrganizationFactory(key="mid")
    report = load_rows("agreements", agreement(place="org:mid"))
    assert sentences(report)[0].endswith("does not belong in this column. Allowed here: place.")


def test_an_unknown_name_is_reported_without_an_article():
    assert "There is no place “Атлантида” in the register." in sentences(
        load_rows("agreements", agreement(parties="Атлантида"))
    )
    ObservationFactory()
    report = load_rows("statistics", {"indicator": "enterprisez", "area": "RU", "value": "1"})
    beginning = "There is no indicator “enterprisez” in the register. Did you mean enterprises ("
    assert sentences(report)[0].startswith(beginning)


# Sources that are named.


@pytest.mark.parametrize("text", ["Газета «Известия», 5 мая 1992", "https://example.org/1", "x " * 5000])
def test_a_title_in_the_place_of_a_key_is_reported_with_its_column(text):
    SourceFactory(key="herald")
    report = load_rows("agreements", agreement(source=text))
    assert problems(report) == [("D2", "key.unknown")]
    assert "source_title and source_url" in sentences(report)[0]


def test_a_key_that_is_not_there_is_only_named():
    SourceFactory(key="suyunov-2024")
    assert "source_title" not in sentences(load_rows("agreements", agreement(source="nobody")))[0]
    assert (
        "Did you mean suyunov-2024?"
        in sentences(load_rows("agreements", agreement(source="suyunov 2024")))[0]
    )
    report = load_rows("agreements", agreement(source="suyunov-2024", quoted_in="Газета «Известия»"))
    assert "source_title" not in sentences(report)[0]


def test_an_unknown_key_is_looked_up_once_and_found_after_it_is_created():
    lookups = Lookups()
    refusals = []
    for _again in range(2):
        with pytest.raises(Problem) as caught:
            lookups.keys("agreements").find("treaty-1992")
        refusals.append(caught.value)
    assert refusals[0] is refusals[1]
    lookups.learn("agreements", {"treaty-1992": 7})
    assert lookups.keys("agreements").find("treaty-1992") == 7


def test_a_cell_holds_one_address():
    def said(url):
        return problems(
            load_rows("agreements", agreement(source_title="Вестник", source_url=url), dry_run=True)
        )

    for between in ("; ", ";", ", ", "\n", " "):
        assert said(f"https://a.org/1{between}https://b.org/2") == [("E2", "address.several")]
    assert said("https://web.archive.org/web/2020/https://example.org/1") == []
    assert said("https://a.org/1;2,3?next=https://b.org/") == []
    assert said("javascript:alert(1)") == [("E2", "text.invalid")]


# Choices.


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("статья", "journal article, newspaper article?"),
        ("article", "journal article, newspaper article?"),
        ("Книга стихов", "book?"),
        ("книrа", "book?"),
        ("pres-release", "press release?"),
    ],
)
def test_a_similar_choice_is_suggested(text, meant):
    with override("en"):
        sentence = str(unknown_choice(text, Source.Type.choices))
    assert sentence.endswith(f"Did you mean {meant}")


def test_a_choice_similar_to_none_is_answered_with_all_of_them():
    said = unknown_choice("самолёт", Source.Type.choices).in_every_language()
    assert "Did you mean" not in said["en"]
    assert "webpage" not in said["en"]
    assert "web page" in said["en"]
    assert "книга" in said["ru"]


def test_the_confidence_is_read_in_words_and_its_values_are_listed_in_words():
    SourceFactory(key="herald")
    assert not load_rows("agreements", agreement(source="herald", confidence="низкая")).errors
    report = load_rows("agreements", agreement(source="herald", confidence="hihg"))
    assert "Did you mean high?" in sentences(report)[0]


# Sources that are described in the row.


def described(number, title, url="", date="2024-05-27"):
    cells = {"source_title": title, "source_url": url, "source_date": date}
    return {"key": f"a{number}", "title_ru": f"Договор {number}", "instrument_type": "treaty", **cells}


def sources_after(*rows):
    """How many sources there are once the rows are stored; the same rows again change nothing."""
    rows = [described(number, *row) for number, row in enumerate(rows)]
    assert load_rows("agreements", *rows).outcome in ("accepted", "accepted_with_conversions")
    assert load_rows("agreements", *rows).unchanged == len(rows)
    return Source.objects.count()


def test_one_address_is_one_source_whatever_its_title_and_spelling():
    first, second = ("Вестник", "http://www.example.org/a/"), ("Вестник, № 5", "https://Example.org/a#top")
    assert sources_after(first, second) == 1


def test_the_address_of_a_source_in_the_register_is_found_however_it_is_spelled():
    there = SourceFactory(key="herald", url="https://www.example.org/a?utm_source=feed")
    assert sources_after(("Другое название", "http://example.org/a")) == 1
    assert Agreement.objects.get().citations.get().source == there


def test_the_same_address_wins_over_an_equivalent_one():
    SourceFactory(url="http://example.org/a")
    exact = SourceFactory(url="https://www.example.org/a")
    assert sources_after(("Вестник", "https://www.example.org/a")) == 2
    assert Agreement.objects.get().citations.get().source == exact


def test_the_same_title_on_another_date_is_another_source():
    assert sources_after(("Вестник", "", "2024-05-27"), ("Вестник", "", "2024-05-28")) == 2


def test_the_same_title_and_date_without_an_address_is_one_source():
    assert sources_after(("Вестник", ""), ("«ВЕСТНИК»", ""), ("Вестник", "https://example.org/a")) == 1


def test_the_title_and_date_of_a_source_in_the_register_are_found():
    SourceFactory(key="herald", title="Вестник", issued="2024-05-27")
    SourceFactory(key="other", title="Вестник", issued="2023")
    assert sources_after(("вестник", "", "27.05.2024")) == 2
    assert Agreement.objects.get().citations.get().source.key == "herald"


def test_the_same_title_and_date_at_two_addresses_are_two_sources():
    assert sources_after(("Новости", "https://example.org/1"), ("Новости", "https://example.org/2")) == 2


def test_long_titles_that_begin_alike_are_two_sources():
    title = "Совместное заявление о дальнейшем развитии отношений стратегического партнёрства с "
    assert sources_after((f"{title}Узбекистаном", ""), (f"{title}Казахстаном", "")) == 2


def test_a_source_whose_title_an_editor_has_corrected_is_found_again():
    rows = [described(1, "Вестнек")]
    load_rows("agreements", *rows)
    source = Source.objects.get()
    source.title = "Вестник"
    source.save()
    assert load_rows("agreements", *rows).unchanged == 1
    assert Source.objects.count() == 1


def test_a_known_key_wins_over_the_title():
    SourceFactory(key="other", title="Вестник", issued="2024-05-27")
    load_rows("agreements", {**described(1, "Вестник"), "source": "herald"})
    assert set(Source.objects.values_list("key", flat=True)) == {"other"}
    SourceFactory(key="herald")
    load_rows("agreements", {**described(2, "Вестник"), "source": "herald"})
    assert Agreement.objects.get(key="a2").citations.get().source.key == "herald"
    load_rows("agreements", {**described(3, "Ведомости"), "source": "news"})
    assert Agreement.objects.get(key="a3").citations.get().source.key == "news"


def test_sources_are_compared_without_a_query_for_each(django_assert_max_num_queries):
    AgreementFactory(), SourceFactory(url="https://example.org/a")
    lookups, columns = Lookups(), CitationColumns()

    def read(number):
        cells = {"source_title": f"Вестник {number}", "source_url": f"https://example.org/{number}"}
        return columns.parse(cells, [], lookups, lambda *found: pytest.fail(str(found)))

    with django_assert_max_num_queries(2):
        assert len({read(number)[0].source for number in range(100)}) == 100
