"""Places in the cells of sheets: by names in any language, former names, short forms and codes; what is refused."""

import csv

import pytest

from relations.errors import Problem
from relations.geo import REFERENCE
from relations.models import Forum, Place
from relations.rows.lookups import Lookups
from relations.rows.place_table import listed_names
from tests.helpers.factories import OrganizationFactory, PlaceFactory
from tests.helpers.sheets import load_rows, problems, warnings

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("content")]


@pytest.fixture
def places():
    return Lookups().places


def rows_of_the_list():
    with (REFERENCE / "names.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(line for line in stream if not line.startswith("#")))


def refusal(places, text):
    with pytest.raises(Problem) as caught:
        places.find(text)
    return caught.value


def said(problem):
    return problem.in_every_language()["en"]


def agreement_of(parties):
    row = {"key": "a", "title_ru": "Договор", "instrument_type": "treaty", "date_signed": "1993-05-25"}
    return load_rows("agreements", {**row, "parties": parties}, dry_run=True)


# Names that are found.


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("KZ", "Қазақстан Республикасы; Qazaqstan; Qozogʻiston; Gazagystan; Қазоқистон"),
        ("UZ", "Ўзбекистон Республикаси; Oʻzbekiston Respublikasi; Ӯзбекистон; Өзбекстан; Özbegistan"),
        ("TJ", "Ҷумҳурии Тоҷикистон; Tadzhikistan; Тәжікстан; Täjigistan; Точикистон"),
        ("TM", "Түркменистан; Turkmaniston; Түрікменстан; Туркманистон; Төркменистан; Туркмения"),
        ("KG", "Кыргыз Республикасы; Qirgʻiziston; Қырғызстан; Gyrgyzystan; Kirghizia; Киргизия"),
        ("RU", "Ресей; Русия; Rossiya; Russiýa; РФ"),
    ],
)
def test_a_country_is_found_by_its_names_in_every_language(places, code, names):
    assert [places.find(name).code for name in names.split("; ")] == [code] * len(names.split("; "))


@pytest.mark.parametrize("apostrophe", "ʻ‘’'`ʼ´")
def test_any_apostrophe_will_do(places, apostrophe):
    assert places.find(f"Qirg{apostrophe}iziston").code == "KG"
    assert places.find(f"Farg{apostrophe}ona viloyati").code == "UZ-FA"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Ақтөбе", "kz-aktobe"),
        ("Қарағанды", "kz-karaganda"),
        ("Қарағанды облысы", "KZ-35"),
        ("Бухоро", "uz-bukhara"),
        ("Бухоро вилояти", "UZ-BU"),
        ("Surxondaryo", "UZ-SU"),
        ("Қорақалпоғистон", "UZ-QR"),
        ("Хуҷанд", "tj-khujand"),
        ("Кӯҳистони Бадахшон", "TJ-GB"),
        ("Горно-Бадахшанская АО", "TJ-GB"),
        ("Türkmenbaşy", "tm-turkmenbashi"),
        ("Lebap welaýaty", "TM-L"),
        ("Чүй облусу", "KG-C"),
        ("Мәскеу", "RU-MOW"),
    ],
)
def test_cities_and_regions_are_found_by_their_names_in_their_own_language(places, text, code):
    assert places.find(text).code == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Кокчетав", "kz-kokshetau"),
        ("Шевченко", "kz-aktau"),
        ("Джамбул", "kz-taraz"),
        ("Чимкент", "KZ-79"),
        ("Ура-Тюбе", "tj-istaravshan"),
        ("Туркменабад", "tm-turkmenabat"),
        ("Куйбышев", "ru-samara"),
        ("г. Фрунзе", "KG-GB"),
        ("УзССР", "UZ"),
    ],
)
def test_a_former_name_means_the_place_of_today(places, text, code):
    assert places.find(text).code == code


def test_every_country_is_found_by_its_two_letters_three_letters_and_three_digits(places):
    digits = {one.code: one.name for one in listed_names() if one.kind == "code"}
    for country in Place.objects.filter(kind="country"):
        assert places.find(digits[country.code.casefold()]) == places.find(country.code) == country
    assert [places.find(code).code for code in ("860", "UZB", "uz", "051")] == ["UZ", "UZ", "UZ", "AM"]
    assert refusal(places, "51").code == "name.unknown"


@pytest.mark.parametrize(
    "text",
    [
        "Узбекиста\u0301н", "Узбеки\u00adстан", "Узбеки\u200bстан", "Ｕｚｂｅｋｉｓｔａｎ", "Узбекистан*",
        "Узбекистан²", "Узбекистан 1)", "Узбекистан [2]", "Узбекистан (1)", "🇺🇿 Узбекистан", "«Узбекистан»",
        "Узбекистан (РУз)", "Узбекистан (UZ)", "UZ¹",
    ],
)  # fmt: skip
def test_marks_around_a_name_do_no_harm(places, text):
    assert places.find(text).code == "UZ"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("г. Самарканд", "uz-samarkand"),
        ("гор. Ленинград", "RU-SPE"),
        ("город Актау¹", "kz-aktau"),
        ("Самарқанд шаҳри", "uz-samarkand"),
        ("Самаркандская обл.", "UZ-SA"),
        ("Респ. Казахстан", "KZ"),
        ("Гулистан (Узбекистан)", "uz-gulistan"),
        ("Казахстан (РК)", "KZ"),
        ("Таджикистан (РТ)", "TJ"),
    ],
)
def test_words_that_tables_put_beside_a_name_are_understood(places, text, code):
    assert places.find(text).code == code


@pytest.mark.parametrize("text", ["г. Казахстан", "г.", "Казахстан (Россия)", "Ташкентская р-н"])
def test_words_that_contradict_the_name_are_not(places, text):
    assert refusal(places, text).code == "name.unknown"


@pytest.mark.parametrize(
    ("slug", "row"),
    [
        ("agreements", {"title_ru": "Договор", "instrument_type": "treaty", "place": "Тошкент"}),
        ("forums", {"title_ru": "Форум", "event_type": "congress", "places": "Фрунзе; Шевченко"}),
        (
            "visits",
            {"title_ru": "Визит", "visitor": "РФ", "from_place": "г. Москва", "to_places": "Көкшетау"},
        ),
        (
            "statistics",
            {"indicator": "accumulated-investment", "area": "Ўзбекистон", "counterpart": "643", "value": "1"},
        ),
    ],
)
def test_every_column_of_places_reads_them(slug, row):
    report = load_rows(slug, {"key": "one", **row}, dry_run=True)
    assert not report.errors
    assert "converted" in warnings(report)


# Names that several places carry.


@pytest.mark.parametrize(
    ("text", "candidates"),
    [
        ("РК", "KZ RU-KR RU-KO UA-43 KR"),
        ("рк", "KZ RU-KR"),
        ("КР", "KG RU-KO"),
        ("РТ", "TJ RU-TA"),
        ("RK", "KZ RU-KR"),
        ("РБ", "BY RU-BA"),
    ],
)
def test_a_short_form_of_several_places_is_asked_about(places, text, candidates):
    problem = refusal(places, text)
    assert problem.code == "name.ambiguous"
    assert all(f"{code} (" in said(problem) for code in candidates.split())
    assert "CN (" not in said(problem)


def test_a_short_form_that_an_editor_gives_to_one_place_is_of_this_place():
    PlaceFactory(code="kz-rk", kind="group", parent=None, name_ru="Раздел Каспия", other_names_ru="РК")
    assert Lookups().places.find("РК").code == "kz-rk"


def test_an_ambiguous_part_of_several_names_is_asked_about(places):
    problem = refusal(places, "Россия, РК")
    assert (problem.code, problem.params["text"]) == ("name.ambiguous", "РК")


@pytest.mark.parametrize("name", ["РТ", "Шевченко"])
def test_an_organisation_with_such_a_name_is_found_where_a_column_takes_both(name):
    OrganizationFactory(key="such", name_ru=name)
    row = {"key": "f", "title_ru": "Форум", "event_type": "congress", "participants": name}
    report = load_rows("forums", row)
    assert not report.errors
    assert [one.organization.key for one in Forum.objects.get(key="f").participations.all()] == ["such"]


# Several places in one cell.


@pytest.mark.parametrize(
    "text",
    [
        "Россия и Казахстан", "Россия, Казахстан", "Россия/Казахстан", "Россия – Казахстан", "Россия—Казахстан",
        "Россия - Казахстан", "Россия\nКазахстан", "Russia and Kazakhstan", "Ресей & Қазақстан",
    ],
)  # fmt: skip
def test_several_places_are_refused_with_what_to_write(places, text):
    problem = refusal(places, text)
    assert problem.code == "value.commas"
    assert "Write “RU; KZ”." in said(problem)
    assert "Напишите «RU; KZ»." in problem.in_every_language()["ru"]


def test_what_is_written_as_the_message_says_is_stored():
    assert problems(agreement_of("Россия, Казахстан и Узбекистан")) == [("E2", "value.commas")]
    assert not agreement_of("RU; KZ; UZ").errors


@pytest.mark.parametrize("text", ["Россия и Атлантида", "Россия-Казахстан", "и", ",", "Россия и "])
def test_unless_every_part_is_a_place_it_is_one_unknown_name(places, text):
    assert refusal(places, text).code == "name.unknown"


def test_a_name_that_contains_a_dash_or_an_and_is_one_place(places):
    assert places.find("Россия и Центральная Азия").code == "central-asia-and-russia"
    assert places.find("Тромс и Финнмарк").code == "NO-54"
    assert places.find("Жалал-Абад").code == "kg-jalal-abad"


# Names that are refused.


def test_the_union_is_named_where_it_is_one_of_several(places):
    assert refusal(places, "СССР и Китай").code == "place.former_state"
    assert refusal(places, "СССР, Казахстан").code == "place.former_state"


@pytest.mark.parametrize(
    "text", ["СССР", "ссср", "USSR", "U.S.S.R.", "Советский Союз", "Soviet Union", "СССР*", "СCCP"]
)
def test_the_union_is_no_place_and_the_reason_is_said(places, text):
    problem = refusal(places, text)
    assert problem.code == "place.former_state"
    assert "ended in 1991" in said(problem)
    assert "прекратило существование в 1991 году" in problem.in_every_language()["ru"]


def test_the_union_is_refused_among_the_participants_too():
    row = {"key": "f", "title_ru": "Форум", "event_type": "congress", "participants": "СССР"}
    assert problems(load_rows("forums", row)) == [("D2", "place.former_state")]
    OrganizationFactory(key="museum", name_ru="СССР")
    assert not load_rows("forums", row, dry_run=True).errors


def test_a_cell_of_prose_is_answered_soon(places):
    assert refusal(places, "*" * 30_000).code == "name.unknown"
    assert refusal(places, "Россия и " * 5_000).code == "name.unknown"


@pytest.mark.parametrize(
    ("text", "code"), [("Узбекистана", "UZ"), ("Таджикистану", "TJ"), ("Киргизии", "KG")]
)
def test_another_case_is_suggested_and_not_accepted(places, text, code):
    problem = refusal(places, text)
    assert problem.code == "name.unknown"
    assert f"Did you mean {code} (" in said(problem)


def test_listed_names_are_suggested_but_no_short_forms_or_codes(places):
    assert "kz-kokshetau (" in said(refusal(places, "Кокчетаф"))
    assert "Did you mean" not in said(refusal(places, "397"))


@pytest.mark.parametrize("text", ["Орск", "Целинный"])
def test_a_city_that_the_register_does_not_have_is_none_that_it_has(places, text):
    assert refusal(places, text).code == "name.unknown"


def test_letters_of_two_alphabets_are_found_and_said():
    report = agreement_of("Poccия; Kaзахстан")
    assert not report.errors
    assert sorted(warnings(report)).count("text.mixed") == 1
    assert "text.mixed" not in warnings(agreement_of("Россия; Казахстан; UZ"))


# The list.


def test_every_listed_name_is_of_a_place_of_the_register():
    codes = set(Place.objects.values_list("code", flat=True))
    assert {row["code"] for row in rows_of_the_list()} - codes == {"SUHH"}


def test_a_listed_name_means_its_place_and_only_short_forms_mean_several(places):
    for row in rows_of_the_list():
        if row["kind"] in ("name", "former", "code"):
            assert places.find(row["name"]).code == row["code"], row
        elif row["kind"] == "short":
            assert row["code"] in {place.code for place in places.called(row["name"])}, row


def test_a_main_name_never_means_another_place():
    """Each is found as before the list: it is looked for among the names of the register first."""
    places = Lookups().places
    for place in Place.objects.all():
        assert place in places.called(place.name_ru)
        assert place in places.called(place.name_en)


def test_every_source_and_kind_of_the_list_is_explained():
    explained = (REFERENCE / "names.md").read_text(encoding="utf-8")
    for row in rows_of_the_list():
        assert f"| `{row['source']}` |" in explained, row
        assert f"| `{row['kind']}` |" in explained, row


def test_the_years_of_a_former_name_are_in_order():
    for row in rows_of_the_list():
        assert row["kind"] == "former" or not row["from"] + row["to"]
        assert not (row["from"] and row["to"]) or int(row["from"]) < int(row["to"]), row
