"""Collections of public data: each is loaded whole, cited, public and answered, and is what its recipes make."""

import csv

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError

from relations.management.commands.load_content import chosen_collections
from relations.models import Observation, RuleException, Source
from relations.rules.findings import of_records

pytestmark = pytest.mark.django_db
COLLECTIONS = {path.name: path for path in chosen_collections([])}
#: the trade of Russia with each of the five states, by each side
PAIRS = [
    (area, other) for one in ("KZ", "KG", "TJ", "TM", "UZ") for area, other in (("RU", one), (one, "RU"))
]


def rows(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def sorted_lines(path):
    return sorted(path.read_text(encoding="utf-8-sig").splitlines())


def of(folder):
    """The stored figures of a collection."""
    source = rows(folder / "sources.csv")[0]["key"]
    return Observation.objects.filter(citations__source__key=source).distinct()


@pytest.fixture
def loaded(content):
    """A function: loads one collection over the seeds."""

    def load(name):
        call_command("load_content", only=[name], verbosity=0)
        return COLLECTIONS[name]

    return load


@pytest.mark.parametrize("name", COLLECTIONS)
def test_a_collection_is_loaded_whole_cited_public_and_without_an_open_hint(name, loaded):
    folder = loaded(name)
    sheet, stored = rows(folder / "statistics.csv"), of(folder)
    assert {one.key for one in stored} == {row["key"] for row in sheet}
    assert stored.published().count() == len(sheet)
    assert not stored.filter(citations__locator="").exists()
    assert not any(of_records(Observation, list(Observation.objects.values_list("pk", flat=True))).values())


@pytest.mark.parametrize("name", COLLECTIONS)
def test_a_collection_is_in_the_form_that_export_writes(name, loaded, tmp_path):
    folder = loaded(name)
    source = rows(folder / "sources.csv")[0]["key"]
    call_command("export_sheet", "statistics", query=f"source={source}", output=str(tmp_path / "out.csv"))
    assert sorted_lines(tmp_path / "out.csv") == sorted_lines(folder / "statistics.csv")


@pytest.mark.parametrize("name", COLLECTIONS)
def test_the_dataset_of_a_collection_says_where_it_is_from_and_on_what_terms(name, loaded):
    (row,) = rows(loaded(name) / "sources.csv")
    source = Source.objects.get(key=row["key"])
    assert source.type == Source.Type.DATASET
    assert source.author
    assert source.latest_date
    assert source.accessed
    assert source.named_licence.address.startswith("https://")
    readme = (COLLECTIONS[name] / "README.md").read_text(encoding="utf-8")
    assert source.named_licence.name.split(" (")[0] in readme
    assert source.title in (settings.BASE_DIR / "LICENSE-DATA").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", COLLECTIONS)
def test_every_answer_of_a_collection_answers_something_and_loading_again_doubles_none(name, loaded):
    folder = loaded(name)
    answers = rows(folder / "answers.csv") if (folder / "answers.csv").exists() else []
    assert RuleException.objects.count() == len(answers)
    loaded(name)
    assert RuleException.objects.count() == len(answers)


@pytest.mark.parametrize("name", ["imf-trade", "un-migrants"])
def test_what_was_judged_is_what_the_collection_says(name):
    figures = {row["key"]: row for row in rows(COLLECTIONS[name] / "statistics.csv")}
    for judged in rows(COLLECTIONS[name] / "judged.csv"):
        assert judged == {column: figures[judged["key"]][column] for column in judged}


def test_trade_has_a_series_of_ten_years_for_both_flows_of_every_pair_by_both_sides(loaded):
    figures = of(loaded("imf-trade"))
    for area, counterpart in PAIRS:
        for flow in ("merchandise-exports", "merchandise-imports"):
            own = figures.filter(indicator__key=flow, ref_area__code=area, counterpart_area__code=counterpart)
            assert own.count() >= 10, (area, counterpart, flow)
            # Turkmenistan has reported 1995 to 2003 alone
            assert own.exclude(obs_status="E").count() >= (9 if area == "TM" else 10), (
                area,
                counterpart,
                flow,
            )


def test_an_estimate_from_the_other_side_is_never_preferred_and_its_original_is():
    sheet = rows(COLLECTIONS["imf-trade"] / "statistics.csv")
    estimates = [row for row in sheet if row["obs_status"] == "E"]
    assert len(estimates) == 48
    assert {row["rank"] for row in estimates} == {"normal"}
    originals = {
        (row["area"], row["period"], row["indicator"]) for row in sheet if row["rank"] == "preferred"
    }
    flows = {
        "merchandise-exports": "merchandise-imports",
        "merchandise-imports": "merchandise-exports",
    }
    assert {("RU", row["period"], flows[row["indicator"]]) for row in estimates} <= originals


def test_a_comma_of_thousands_beside_a_flag_is_no_decimal_comma(loaded):
    figure = of(loaded("imf-trade")).get(key__startswith="merchandise-imports-uz-ru-1996")
    assert (str(figure.obs_value.normalize()), figure.obs_status) == ("1191.26", "E")


def test_the_seeds_alone_have_no_collection(content):
    assert not Observation.objects.filter(citations__source__key="direction-of-trade-statistics").exists()


def test_an_unknown_collection_is_named_with_the_known_ones(content):
    with pytest.raises(CommandError, match="nonsense.*seeds.*imf-trade"):
        call_command("load_content", only=["nonsense"])


def test_every_collection_says_how_it_is_made_again():
    recipes = {path.name for path in (settings.BASE_DIR / "fixtures" / "recipes").glob("*.json")}
    for folder in COLLECTIONS.values():
        text = (folder / "README.md").read_text(encoding="utf-8")
        assert any(name in text for name in recipes)
