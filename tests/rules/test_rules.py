"""Every rule in both directions: a row that it asks about, and one like it that it leaves alone."""

from dataclasses import replace

import pytest

from relations.models import RuleException
from relations.registry import resource_named
from relations.rules.all_rules import BY_CODE, RULES
from tests.rules.world import applied

A, F, V, P, S = "agreements", "forums", "visits", "projects", "statistics"
#: a level figure of schools in Uzbekistan
FIGURE = {"indicator": "schools", "area": "UZ", "counterpart": "RU", "value": "26", "qualifier": "exact",
          "unit": "school", "unit_mult": "0", "measure": "level", "obs_status": "A"}  # fmt: skip
TRADE = {**FIGURE, "indicator": "trade", "unit": "usd", "unit_mult": "9"}
BOUGHT = {**TRADE, "indicator": "merchandise-imports", "period": "2020", "value": "106"}
SOLD = {
    **TRADE,
    "indicator": "merchandise-exports",
    "area": "RU",
    "counterpart": "UZ",
    "period": "2020",
    "value": "100",
}
RANK = {
    **FIGURE,
    "indicator": "gas-rank",
    "unit": "place-rank",
    "measure": "rank",
    "value": "3",
    "counterpart": "",
}
SHARE = {**FIGURE, "indicator": "trade", "unit": "percent", "measure": "share", "value": "40"}
BOTH = {"parties": "RU; UZ"}
CITES = {"source": "plain", "locator": "paragraph 20"}

#: (rule, type, cells of a row that is asked about, cells that differ in the one that is not, other records)
CASES = [
    ("in_force_before_signed", A, {"date_signed": "2005-06", "date_in_force": "2004"}, {"date_in_force": "2005"}),
    ("in_force_before_signed", A, {"date_signed": "2005", "date_in_force": "2004-12-31"}, {"date_signed": "2004~"}),
    ("applied_before_signed", A, {"date_signed": "2005", "date_provisional": "2004"}, {"date_provisional": "2005"}),
    ("terminated_before_signed", A, {"date_signed": "2005", "date_terminated": "2004"}, {"date_terminated": ""}),
    ("terminated_before_in_force", A, {"date_in_force": "2005", "date_terminated": "2004"}, {"date_in_force": "2003"}),
    ("adopted_after_signed", A, {"date_adopted": "2005", "date_signed": "2004"}, {"date_adopted": "2003"}),
    ("status_before_date", A, {"date_signed": "2005", "status_as_of": "2004"}, {"status_as_of": "2005/.."}),
    ("status_before_date", P, {"period": "2005/..", "status": "closed", "status_as_of": "2004"}, {"status": "planned"}),
    ("in_the_future", A, {"date_signed": "2062", "status": "signed"}, {"status": "planned"}),
    ("in_the_future", P, {"period": "2062/..", "status": "ongoing"}, {"status": "proposed"}),
    ("in_the_future", F, {"date": "2062", "event_status": "held"}, {"event_status": "planned"}),
    ("in_the_future", V, {"date": "2026-11-30", "visit_status": "held"}, {"date": "2026-11-29"}),
    ("in_the_future", S, {**FIGURE, "period": "2062"}, {"obs_status": "F"}),
    ("in_the_future", S, {**FIGURE, "period": "../2062"}, {"period": "2022/.."}),
    ("planned_in_the_past", A, {"date_signed": "2020", "status": "planned"}, {"status": "signed"}),
    ("planned_in_the_past", F, {"date": "2020", "event_status": "planned"}, {"event_status": "cancelled"}),
    ("planned_in_the_past", S, {**TRADE, "period": "2020", "obs_status": "F"}, {"period": "2027"}),
    ("status_against_dates", A, {"date_signed": "2005", "status": "in_force"}, {"date_in_force": "2006"}),
    ("status_against_dates", A, {"status": "terminated"}, {"date_terminated": "2006"}),
    ("status_against_dates", A, {"status": "in_force", "date_terminated": "2006"}, {"status": "terminated"}),
    ("status_against_dates", A, {"status": "signed", "date_adopted": "2006"}, {"date_signed": "2006"}),
    ("planned_in_the_past", P, {"period": "2019/2020", "status": "in_preparation"}, {"status": "operating"}),
    ("status_against_period", P, {"period": "2019/..", "status": "closed"}, {"period": "2019/2022"}),
    ("status_against_period", P, {"period": "2019/2020", "status": "ongoing", "status_as_of": "2021"},
     {"status_as_of": "2020"}),
    ("event_of_another_date", A, {"date_signed": "2005-06-01", "signed_at": "other-0"}, {"date_signed": "2005-06"},
     {"slug": F, "date": "2005-06-02/2005-06-04"}),
    ("refers_to_later", A, {"date_signed": "2005", "amends": "other-0"}, {"date_signed": "2007"},
     {"date_signed": "2006"}),
    ("before_states", A, {**BOTH, "date_signed": "1952"}, {"date_signed": "1992"}),
    ("before_states", A, {"parties": "RU; KZ", "date_signed": "1990"}, {"date_signed": "1992"}),
    ("before_states", V, {"to_places": "ru-orenburg", "date": "1952"}, {"date": ""}),
    ("before_states", P, {"parties": "RU; UZ", "period": "1952/1960"}, {"period": "1952/1995"}),
    ("figure_before_states", S, {**FIGURE, "period": "1913"}, {"period": "2013"}),
    ("after_end", A, {"parties": "RU; SU", "date_signed": "1995"}, {"date_signed": "1990"}),
    ("out_of_office", A, {"signed_by": "orlov", "date_signed": "2022"}, {"date_signed": "2018"}),
    ("source_before_event", A, {"source": "plain", "date_signed": "2012", "status": "signed"}, {"status": "planned"}),
    ("source_before_event", F, {"source": "plain", "date": "2012"}, {"date": "2010-12"}),
    ("source_in_the_future", A, {"source": "future"}, {"source": "plain"}),
    ("year_against_title", F, {"title_en": "Forum 2024", "date": "2014"}, {"date": "2024-06"}),
    ("year_against_title", A, {"title_ru": "Программа на 2021–2025 годы", "date_signed": "2002"},
     {"date_signed": "2020"}),
    ("year_against_text", S, {**FIGURE, "summary_en": "In 2022, 26 schools.", "period": "2012"}, {"period": "2022"}),
    ("year_against_key", A, {"key": "treaty-ru-uz-2005", "date_signed": "2015"}, {"date_signed": "2005-11"}),
    ("year_against_key", S, {**FIGURE, "key": "schools-2017", "period": "1997/.."}, {"period": "2017/.."}),
    ("editions_out_of_order", F, {"series": "forum-ru-uz", "edition": "6", "date": "2003"}, {"date": "2007"},
     {"series": "forum-ru-uz", "edition": "5", "date": "2005"}),
    ("states_with_regions", A, {"level": "interstate", "regions": "RU-ORE"}, {"level": "interregional"}),
    ("regions_without_regions", A, {"level": "interregional", **BOTH}, {"regions": "RU-ORE"}),
    ("regions_without_regions", A, {"level": "municipal", **BOTH}, {"parties": "RU; central-asia"}),
    ("one_party", A, {"parties": "RU", "instrument_type": "treaty"}, {"instrument_type": "law_or_concept"}),
    ("one_party", A, {"parties": "RU"}, {"regions": "UZ-SA"}),
    ("municipal_without_cities", A, {"level": "municipal", "regions": "RU-ORE"}, {"regions": "ru-orenburg"}),
    ("signed_elsewhere", A, {**BOTH, "place": "TR"}, {"place": "ru-orenburg"}),
    ("signed_elsewhere", A, {"parties": "RU; central-asia", "place": "TR"}, {"place": "TJ"}),
    ("held_elsewhere", F, {"participants": "RU; UZ", "places": "TR"}, {"participants": "RU; world"}),
    ("hosts_elsewhere", V, {"hosts": "UZ", "to_places": "TR"}, {"to_places": "UZ-SA"}),
    ("visitor_from_elsewhere", V, {"visitor": "person:orlov", "from_place": "UZ"}, {"from_place": "RU"}),
    ("visit_at_home", V, {"visitor": "person:orlov", "to_places": "RU"}, {"to_places": "UZ"}),
    ("signer_of_another_country", A, {"parties": "TJ; UZ", "signed_by": "orlov"}, {"parties": "RU; UZ"}),
    ("another_office", V, {"visitor": "person:orlov", "office": "mayor"}, {"office": "head_of_state"}),
    ("another_office", V, {"visitor": "person:karimova", "office": "mayor", "title_en": "Visit of the Prime Minister"},
     {"office": "head_of_government"}),
    ("named_but_absent", A, {"title_ru": "Договор России и Узбекистана", "parties": "RU; TJ"}, BOTH),
    ("named_but_absent", F, {"title_en": "Days of Uzbek culture", "participants": "RU"},
     {"participants": "RU; central-asia"}),
    ("present_but_unnamed", A, {"title_en": "Treaty between Russia and Uzbekistan", "parties": "RU; TJ"}, BOTH),
    ("region_of_another_country", A, {**BOTH, "regions": "tj-khujand"}, {"regions": "UZ-SA"}),
    ("region_of_another_country", A, {"title_en": "Ties of Orenburg", "regions": "ru-orenburg; tj-khujand"},
     {"title_en": "Ties of Orenburg and Khujand"}),
    ("key_of_others", A, {"key": "treaty-ru-uz", "parties": "RU; TJ"}, BOTH),
    ("key_of_others", S, {**FIGURE, "key": "schools-tj"}, {"area": "tj-khujand"}),
    ("key_turned_round", S, {**FIGURE, "key": "schools-ru-uz"}, {"area": "RU", "counterpart": "UZ"}),
    ("key_turned_round", S, {**FIGURE, "key": "schools-ru"}, {"measure": "rank"}),
    ("text_of_others", S, {**FIGURE, "summary_ru": "В Таджикистане 26 школ."}, {"area": "TJ"}),
    ("text_of_others", S, {**FIGURE, "counterpart": "world", "summary_en": "Turkey has 26 schools."},
     {"summary_en": "Uzbekistan has 26 schools."}),
    ("same_record_twice", A, {"title_ru": "Договор", "date_signed": "2005", **BOTH}, {"date_signed": "2006"},
     {"title_ru": "Договор", "date_signed": "2005", **BOTH}),
    ("titles_of_other_years", F, {"title_ru": "Форум 2023 года", "title_en": "Forum 2024"}, {"title_en": "Forum 2023"}),
    ("titles_of_other_numbers", F, {"title_ru": "VI форум", "title_en": "5th Forum"}, {"title_en": "Sixth Forum"}),
    ("titles_of_other_numbers", A, {"title_ru": "Шестой протокол", "title_en": "7th Protocol"},
     {"title_en": "6th Protocol"}),
    ("titles_of_other_places", A, {"title_ru": "Договор с Узбекистаном", "title_en": "Treaty with Tajikistan"},
     {"title_en": "Uzbek treaty"}),
    ("summaries_of_other_places", A, {"summary_ru": "О границе Казахстана.", "summary_en": "On the Uzbek border."},
     {"summary_en": "On the Kazakh border."}),
    ("summaries_of_other_numbers", S, {"summary_ru": "Работают 26 школ.", "summary_en": "There are 62 schools."},
     {"summary_en": "There are twenty-six schools."}),
    ("edition_against_title", F, {"edition": "5", "title_ru": "Шестой форум"}, {"edition": "6"}),
    ("edition_against_title", F, {"edition": "5", "title_en": "6th Forum of the 21st century"}, {"edition": "6"}),
    ("another_instrument", A, {"instrument_type": "treaty", "title_ru": "Соглашения о торговле"},
     {"instrument_type": "agreement"}),
    ("another_kind_of_visit", V, {"visit_type": "working", "title_en": "State visit to Russia"},
     {"visit_type": "state"}),
    ("kind_against_series", F, {"series": "forum-ru-uz", "event_type": "congress"}, {"event_type": "economic_forum"}),
    ("series_of_others", F, {"series": "forum-ru-uz", "participants": "RU; TJ"}, {"participants": "RU; UZ"}),
    ("share_over_100", S, {**SHARE, "value": "140"}, {"value": "100"}),
    ("share_over_100", S, {**SHARE, "value": "140"}, {"measure": "growth"}),
    ("negative", S, {**FIGURE, "value": "-26"}, {"measure": "growth"}),
    ("no_rank", S, {**RANK, "value": "0"}, {"value": "1"}),
    ("no_rank", S, {**RANK, "value": "1.5"}, {"value": "2"}),
    ("not_whole", S, {**FIGURE, "value": "2.6"}, {"unit_mult": "3"}),
    ("measure_against_unit", S, {**FIGURE, "measure": "share"}, {"unit": "percent"}),
    ("measure_against_unit", S, {**RANK, "measure": "level"}, {"measure": "rank"}),
    ("another_dimension", S, {**FIGURE, "unit": "usd"}, {"unit": "school"}),
    ("another_dimension", S, {**FIGURE, "unit": "percent", "summary_en": "26 %"}, {"measure": "growth"}),
    ("another_unit", S, {**FIGURE, "unit": "book"}, {"summary_en": "There are 26 books."}),
    ("rank_of_a_group", S, {**RANK, "area": "world", "counterpart": "UZ"}, {"area": "UZ"}),
    ("value_against_text", S, {**FIGURE, "value": "62", "summary_ru": "Работают 26 школ."}, {"value": "26"}),
    ("value_against_text", S, {**TRADE, "value": "3", "summary_en": "Over USD 30 billion."}, {"value": "30"}),
    ("value_against_text", S, {**TRADE, "value": "38.18", "summary_ru": "Это 3,818 млрд."}, {"value": "3.818"}),
    ("value_against_text", S, {**RANK, "summary_ru": "Первое место в мире."}, {"value": "1"}),
    ("value_against_text", S, {**FIGURE, "value": "2", "summary_en": "It grew fourfold in 2022."}, {"value": "4"}),
    ("qualifier_lost", S, {**FIGURE, "summary_ru": "Почти 26 школ."}, {"qualifier": "almost"}),
    ("qualifier_lost", S, {**FIGURE, "quotation": "more than 26 schools", "source": "plain"},
     {"qualifier": "more_than"}),
    ("qualifier_lost", S, {**FIGURE, "qualifier": "about", "summary_en": "There are 26 schools."},
     {"qualifier": "exact"}),
    ("qualifier_lost", S, {**FIGURE, "qualifier": "more_than", "summary_en": "Not more than 26."},
     {"qualifier": "at_most"}),
    ("qualifier_lost", S, {**FIGURE, "qualifier": "more_than", "summary_en": "Over the last five years 26 opened."},
     {"qualifier": "exact"}),
    ("currency_against_text", S, {**TRADE, "summary_ru": "Превысил 26 млрд рублей."}, {"unit": "rub"}),
    ("percent_against_text", S, {**FIGURE, "summary_ru": "26 % школ", "summary_en": "26 per cent"},
     {"unit": "percent"}),
    ("out_of_series", S, {**FIGURE, "value": "2600"}, {"value": "30"}, FIGURE, {**FIGURE, "value": "28"}),
    ("more_than_whole", S, {**FIGURE, "value": "30", "part_of": "other-0"}, {"value": "5"}, FIGURE),
    ("against_mirror", S, {**TRADE, "period": "2020", "value": "260"}, {"period": "2021"},
     {**TRADE, "area": "RU", "counterpart": "UZ", "period": "2020"}),
    ("against_mirror", S, {**BOUGHT, "value": "700"}, {"value": "130"}, SOLD),
    ("against_mirror", S, {**BOUGHT, "value": "700"}, {"indicator": "migrant-stock"},
     {**SOLD, "indicator": "merchandise-exports"}),
    ("made_from_mirror", S, BOUGHT, {"obs_status": "E"}, SOLD),
    ("made_from_mirror", S, BOUGHT, {"value": "106.01"}, SOLD),
    ("made_from_mirror", S, SOLD, {"value": "100.01"}, BOUGHT),
    ("made_from_mirror", S, {**SOLD, "value": "50"}, {"value": "53"}, {**BOUGHT, "value": "55"}),
    ("another_currency", S, {**TRADE, "unit": "rub"}, {"summary_ru": "26 млрд рублей"}, TRADE),
    ("turned_round", S, {**FIGURE, "area": "RU", "counterpart": "UZ"}, {"key": "schools-ru-uz"}, FIGURE),
    ("turned_round", S, {**FIGURE, "area": "RU", "counterpart": "UZ"}, {"area": "UZ", "counterpart": "RU"}, FIGURE),
    ("same_figure_twice", S, {**FIGURE, "period": "2020", "source": "plain"}, {"source": "headed"},
     {**FIGURE, "period": "2020", "source": "plain"}),
    ("locator_beyond_end", A, {"source": "measured", "locator": "paragraph 53"}, {"locator": "paragraph 52"}),
    ("locator_beyond_end", A, {"source": "measured", "locator": "footnote 14"}, {"locator": "page 14"}),
    ("locator_far_away", A, {"source": "plain", "locator": "paragraph 200"}, {"locator": "paragraph 45"}),
    ("heading_missing", A, {"source": "headed", "locator": "paragraph 2"}, {"locator": "paragraph 2, Trade"}),
    ("heading_unknown", A, {"source": "plain", "locator": "paragraph 2, Trade"}, {"locator": "paragraph 2"}),
    ("another_kind_of_locator", A, {"source": "plain", "locator": "page 2"}, {"locator": "paragraph 2"}),
    ("source_of_others", A, {"source": "on-uzbekistan", "parties": "RU; TJ"}, BOTH),
    ("source_of_others", S, {**FIGURE, "source": "on-uzbekistan", "area": "TJ"}, {"area": "central-asia"}),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[f"{i}-{case[0]}" for i, case in enumerate(CASES)])
def test_a_rule_asks_about_the_one_row_and_not_about_the_other(case):
    code, slug, wrong, right, *others = case
    found = applied(BY_CODE[code], slug, wrong, others)
    assert found
    assert found.column in found.columns
    assert "%(" not in str(found.problem)
    assert applied(BY_CODE[code], slug, {**wrong, **right}, others) is None


@pytest.mark.parametrize("case", CASES, ids=[f"{i}-{case[0]}" for i, case in enumerate(CASES)])
def test_a_rule_would_find_nothing_without_the_columns_that_it_needs(case):
    code, slug, wrong, _right, *others = case
    always_looks = replace(BY_CODE[code], needs=frozenset())
    needs = BY_CODE[code].needs
    assert needs <= set(BY_CODE[code].columns)
    assert not needs or applied(always_looks, slug, {**wrong, **dict.fromkeys(needs, "")}, others) is None


def test_every_rule_has_a_case():
    assert {case[0] for case in CASES} == set(BY_CODE)


def test_an_empty_row_is_never_asked_about():
    for rule in RULES:
        for slug in rule.types:
            assert applied(rule, slug, {}) is None, rule.code


def test_a_row_with_cells_that_cannot_be_read_breaks_no_rule():
    for rule in RULES:
        for slug in rule.types:
            cells = dict.fromkeys(rule.columns, "?")
            applied(rule, slug, {**cells, "unit_mult": "0"})


def test_a_sentence_is_written_in_both_languages():
    for code, slug, wrong, _right, *others in CASES:
        said = applied(BY_CODE[code], slug, wrong, others).problem.in_every_language()
        assert said["ru"] != said["en"], code


def test_the_names_in_a_sentence_are_in_its_language_too():
    case = {"title_ru": "Договор России и Узбекистана", "parties": "RU; TJ"}
    said = applied(BY_CODE["named_but_absent"], A, case).problem.in_every_language()
    assert "Узбекистан" in said["ru"]
    assert "Uzbekistan" in said["en"]


def test_codes_fit_the_table_of_answers():
    longest = RuleException._meta.get_field("rule").max_length
    assert all(len(rule.code) <= longest for rule in RULES)
    assert len(BY_CODE) == len(RULES)


def test_columns_belong_to_the_types_of_the_rule():
    for rule in RULES:
        for slug in rule.types:
            assert set(rule.columns) & set(resource_named(slug).names()), (rule.code, slug)
        every = {name for slug in rule.types for name in resource_named(slug).names()}
        assert set(rule.columns) <= every, rule.code
