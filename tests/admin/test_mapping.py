"""The pages on which a foreign table is brought in, as a browser without scripts."""

import json

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from relations.errors import Problem
from relations.imports.recipes import keep_recipe
from relations.mapping.recipe import Across, Recipe
from relations.models import Agreement, ImportBatch, ImportRecipe, Observation, Place, Revision
from tests.helpers.admin import filled_in, signed_in
from tests.helpers.factories import IndicatorFactory, PlaceFactory, UnitFactory
from tests.helpers.import_pages import batch_of, press, upload

pytestmark = pytest.mark.django_db
WIDE = "Таблица 1;;\nСтрана;2001;2002\nРоссия;5;6\nКазахстан;7;восемь\nМир;9;9\n".encode()
ANSWERS = {
    "headings": "2", "at": ["0"], "c0": "area", "part1": "period", "across": ["2001", "2002"], "new_years": "on",
    "constant": ["indicator", "unit"], "constant_text": ["exports", "USD"],
}  # fmt: skip


@pytest.fixture(autouse=True)
def register(russia, kazakhstan):
    """What the table names."""
    IndicatorFactory(key="exports", name_ru="Экспорт", name_en="Exports")
    UnitFactory(key="usd", symbol_ru="долл.", symbol_en="USD")


def mapping(client, page, answers, button="preview"):
    address = reverse("admin:relations_importbatch_mapping", args=[page.context["batch"].pk])
    return client.post(address, {**answers, button: "1"}, follow=True)


def mend(client, page, **answers):
    address = reverse("admin:relations_importbatch_mend", args=[page.context["batch"].pk])
    return client.post(address, answers, follow=True)


def test_a_foreign_table_is_asked_about_before_its_preview(admin_client):
    page = upload(admin_client, WIDE, model=Observation)
    assert page.redirect_chain[-1][0].endswith("/mapping/")
    assert batch_of(page).status == ImportBatch.Status.MAPPING
    form = page.context["form"]
    assert form.recipe.across == Across(("period",))
    assert page.context["read_rows"][0][-2:] == ["2001", "5"]


def test_a_table_of_ours_is_not_asked_about(admin_client):
    page = upload(admin_client, "title_ru;date_signed\nДоговор;1993\n".encode(), model=Agreement)
    assert batch_of(page).status == ImportBatch.Status.PREVIEWED


def test_answers_lead_to_the_preview_and_errors_are_mended_on_the_page(admin_client):
    page = mapping(admin_client, upload(admin_client, WIDE, model=Observation), ANSWERS)
    assert batch_of(page).status == ImportBatch.Status.REFUSED
    page = mend(admin_client, page, column="area", cell="Мир", pass_over="1")
    page = mend(admin_client, page, column="value", cell="восемь", typed="8")
    assert batch_of(page).status == ImportBatch.Status.PREVIEWED
    page = press(admin_client, page, "confirm")
    assert batch_of(page).status == ImportBatch.Status.STORED
    stored = Observation.objects.order_by("key").values_list("ref_area__code", "period", "obs_value")
    assert sorted((code, str(period), int(value)) for code, period, value in stored) == [
        ("KZ", "2001", 7), ("KZ", "2002", 8), ("RU", "2001", 5), ("RU", "2002", 6),
    ]  # fmt: skip


def test_an_error_names_the_cell_of_the_uploaded_file(admin_client):
    page = mapping(admin_client, upload(admin_client, WIDE, model=Observation), ANSWERS)
    found = {(one["column"], one["row"]) for one in batch_of(page).report["errors"]}
    assert found == {("C", 4), ("A", 5)}


def test_the_good_rows_can_be_stored_alone(admin_client):
    page = mapping(admin_client, upload(admin_client, WIDE, model=Observation), ANSWERS)
    press(admin_client, page, "good")
    assert Observation.objects.count() == 3


def test_candidates_are_offered_for_an_unknown_name(admin_client):
    page = upload(admin_client, "Страна;2001;2002\nКазакстан РК;5;6\n".encode(), model=Observation)
    page = mapping(admin_client, page, ANSWERS | {"headings": "1"})
    (line,) = page.context["tabs"].page
    assert "KZ" in [one.cell for one in line["candidates"]]
    assert line["count"] == 1  # one label of two unfolded rows


def test_a_name_is_proposed_for_all_tables_and_waits_for_approval(admin_client, admin_user):
    page = upload(admin_client, "Страна;2001;2002\nКазахия;5;6\n".encode(), model=Observation)
    page = mapping(admin_client, page, ANSWERS | {"headings": "1"})
    page = mend(admin_client, page, column="area", cell="Казахия", instead="KZ", for_all="on")
    assert batch_of(page).status == ImportBatch.Status.PREVIEWED
    assert "Казахия" not in Place.objects.get(code="KZ").other_names_ru
    proposed = Revision.objects.get(type="places")
    assert (proposed.user, proposed.row["other_names_ru"].endswith("Казахия")) == (admin_user, True)
    assert "Казахия" in proposed.reason
    assert any("Казахия" in str(one) for one in page.context["messages"])


def test_who_may_not_change_places_may_not_propose_a_name(staff):
    client = signed_in(staff("importer"))
    client.get("/admin/")
    page = upload(client, "Страна;2001;2002\nКазахия;5;6\n".encode(), model=Observation)
    page = mapping(client, page, ANSWERS | {"headings": "1"})
    user = batch_of(page).user
    user.is_superuser = False
    user.save()
    user.groups.get().permissions.remove(Permission.objects.get(codename="change_place"))
    page = mend(client, page, column="area", cell="Казахия", instead="KZ", for_all="on")
    assert batch_of(page).status == ImportBatch.Status.REFUSED
    assert not Revision.objects.exists()


def test_an_answer_that_says_nothing_is_asked_again(admin_client):
    page = mapping(admin_client, upload(admin_client, WIDE, model=Observation), ANSWERS)
    page = mend(admin_client, page, column="area", cell="Мир", typed=" ")
    assert batch_of(page).status == ImportBatch.Status.REFUSED
    assert list(page.context["messages"])


def test_first_rows_are_shown_by_the_answers_without_reading_the_whole(admin_client):
    page = upload(admin_client, WIDE, model=Observation)
    page = mapping(admin_client, page, ANSWERS | {"c0": "counterpart"}, button="show")
    assert page.context["read_names"][0] == "counterpart"
    assert batch_of(page).status == ImportBatch.Status.MAPPING


def test_answers_that_contradict_each_other_are_said_and_nothing_typed_is_lost(admin_client):
    page = upload(admin_client, WIDE, model=Observation)
    page = mapping(
        admin_client, page, ANSWERS | {"constant": ["area"], "constant_text": ["RU"], "name": "Мой рецепт"}
    )
    assert "area" in str(page.context["problem"])
    assert 'value="Мой рецепт"' in page.content.decode()
    assert not ImportRecipe.objects.exists()


def test_a_named_recipe_reads_the_next_file_without_questions(admin_client):
    page = upload(admin_client, WIDE, model=Observation)
    mapping(admin_client, page, ANSWERS | {"name": "Экспорт", "only0": "Россия\nКазахстан"})
    assert ImportRecipe.objects.get().name == "Экспорт"
    following = "Таблица 1;;;\nСтрана;2001;2002;2003\nРоссия;5;6;7\nМир;9;9;9\n".encode()
    page = upload(admin_client, following, model=Observation)
    assert batch_of(page).status == ImportBatch.Status.PREVIEWED
    assert batch_of(page).created == 3


def test_a_saved_recipe_and_a_file_of_one_can_be_used(admin_client, tmp_path):
    kept = keep_recipe(Recipe("statistics", name="x", heading_rows=(2,), columns={"Страна": "counterpart"}))
    page = upload(admin_client, WIDE, model=Observation)
    page = mapping(admin_client, page, {"saved": str(kept.pk)}, button="use")
    assert page.context["form"].recipe.columns == {"Страна": "counterpart"}
    file = tmp_path / "recipe.json"
    file.write_text(Recipe("statistics", columns={"Страна": "area"}).as_text())
    with file.open("rb") as opened:
        page = mapping(admin_client, page, {"recipe_file": opened}, button="use")
    assert page.context["form"].recipe.columns == {"Страна": "area"}


@pytest.mark.parametrize("content", ["", "{", '{"recipe": 9, "type": "statistics"}', "\x00"])
def test_a_file_that_is_no_recipe_is_answered_in_words(admin_client, tmp_path, content):
    page = upload(admin_client, WIDE, model=Observation)
    file = tmp_path / "recipe.json"
    file.write_text(content or " ")
    with file.open("rb") as opened:
        page = mapping(admin_client, page, {"recipe_file": opened}, button="use")
    assert (page.status_code, len(list(page.context["messages"]))) == (200, 1)


def test_the_answers_are_downloaded_as_a_recipe(admin_client):
    page = mapping(admin_client, upload(admin_client, WIDE, model=Observation), ANSWERS)
    address = reverse("admin:relations_importbatch_recipe", args=[page.context["batch"].pk])
    found = json.loads(admin_client.get(address).content)
    assert found["columns"] == {"Страна": "area"}
    assert Recipe.of(found).across == Across(("period",))


def test_a_pasted_table_takes_the_same_way(admin_client):
    address = reverse("admin:relations_observation_import")
    page = admin_client.post(address, {"pasted": "Страна\t2001\t2002\nРоссия\t5\t6\n"}, follow=True)
    assert batch_of(page).status == ImportBatch.Status.MAPPING


def test_neither_a_file_nor_a_pasted_table_is_said(admin_client):
    page = admin_client.post(reverse("admin:relations_observation_import"), {"pasted": " "})
    assert page.context["form"].non_field_errors()
    assert not ImportBatch.objects.exists()


def test_another_user_may_not_answer(admin_client, client, django_user_model):
    page = upload(admin_client, WIDE, model=Observation)
    other = django_user_model.objects.create_superuser("other", password="x")
    client.force_login(other)
    for name in ("mapping", "mend"):
        address = reverse(f"admin:relations_importbatch_{name}", args=[page.context["batch"].pk])
        assert client.post(address, ANSWERS).status_code == 403
    assert batch_of(page).status == ImportBatch.Status.MAPPING


def test_nothing_is_answered_once_it_is_stored(admin_client):
    page = upload(admin_client, "Страна;2001;2002\nРоссия;5;6\n".encode(), model=Observation)
    page = mapping(admin_client, page, ANSWERS | {"headings": "1"})
    page = press(admin_client, page, "confirm")
    assert batch_of(page).status == ImportBatch.Status.STORED
    page = mapping(admin_client, page, ANSWERS)
    assert batch_of(page).status == ImportBatch.Status.STORED


@pytest.mark.parametrize(
    "hostile",
    [
        {"headings": "0"}, {"headings": "99999-1"}, {"at": ["-1", "x", "99999999999999999999"]}, {"c0": "nonsense"},
        {"part1": "value"}, {"part1": "key", "part2": "key"}, {"constant": ["x"], "constant_text": ["y"]},
        {"first_row": "-5", "last_row": "abc"}, {"only0": "\x00"}, {"by0": "\n"}, {"order0": "ydm"},
        {"constant": ["indicator"], "constant_text": ["=ZZZ999999"]}, {"saved": "abc"}, {"sheet": "нет такого"},
        {"sheet": "\x00"}, {"name": "\x00\x00", "producer": "\x00"}, {"constant": ["area"], "constant_text": ["\x00"]},
    ],
)  # fmt: skip
@pytest.mark.parametrize("button", ["show", "preview", "use"])
def test_no_answer_breaks_the_page(admin_client, hostile, button):
    page = mapping(admin_client, upload(admin_client, WIDE, model=Observation), ANSWERS | hostile, button)
    assert page.status_code == 200


def test_an_encoding_is_chosen_from_the_first_words(admin_client, monkeypatch):
    data = "title_ru;date_signed\nДоговор;1993\n".encode("cp1251")
    page = upload(admin_client, data, model=Agreement)
    address = reverse("admin:relations_importbatch_encoding", args=[page.context["batch"].pk])
    page = admin_client.post(address, {"encoding": "koi8-r"}, follow=True)
    assert batch_of(page).encoding == "koi8-r"
    assert page.status_code == 200


def test_recipes_are_listed_exported_and_deleted_but_not_typed(admin_client):
    kept = keep_recipe(Recipe("statistics", name="x", columns={"Страна": "area"}))
    listed = reverse("admin:relations_importrecipe_changelist")
    assert admin_client.get(listed).status_code == 200
    assert (
        "Страна"
        in admin_client.get(reverse("admin:relations_importrecipe_change", args=[kept.pk])).content.decode()
    )
    assert admin_client.get(reverse("admin:relations_importrecipe_add")).status_code == 403
    answer = admin_client.post(listed, {"action": "export", "_selected_action": [kept.pk]})
    assert Recipe.parse(answer.content.decode()) == Recipe("statistics", name="x", columns={"Страна": "area"})


def test_a_title_in_capitals_typed_into_a_form_is_a_record(admin_client):
    """A sheet would have it as the name of a section."""
    address = reverse("admin:relations_agreement_add")
    typed = filled_in(admin_client.get(address), title_ru="МЕМОРАНДУМ", signed="1993")
    admin_client.post(address, typed)
    assert Agreement.objects.get().title_ru == "МЕМОРАНДУМ"


@pytest.mark.parametrize(
    ("cell", "first"), [("Россия и Казахстан", "RU; KZ"), ("КР", "KG"), ("Казахстн", "KZ")]
)
def test_what_may_be_meant_by_a_name_is_offered_best_first(admin_client, cell, first):
    for code, name in (("KG", "Киргизия"), ("RU-KO", "Республика Коми")):
        PlaceFactory(code=code, name_ru=name, name_en=name)
    rows = f"title_ru;date_signed;parties\nДоговор о дружбе;1993;{cell}\n"
    page = upload(admin_client, rows.encode(), model=Agreement)
    (line,) = [one for one in page.context["tabs"].page if one["column_name"] == "parties"]
    assert line["candidates"][0].cell == first
    page = mend(admin_client, page, column="parties", cell=cell, instead=first)
    assert batch_of(page).status == ImportBatch.Status.PREVIEWED


@pytest.mark.parametrize("cell", ["Страна\x00", "\x00"])
def test_a_table_with_what_no_database_keeps_is_read_or_refused(admin_client, cell):
    rows = f"{cell};2001;2002\nРоссия{cell};5;6\n"
    page = upload(admin_client, rows.encode(), model=Observation)
    page = mapping(admin_client, page, ANSWERS | {"headings": "1"})
    page = mend(admin_client, page, column="area", cell="Россия\x00", instead="RU\x00")
    assert page.status_code == 200


def test_a_recipe_with_what_no_database_keeps_is_refused():
    with pytest.raises(Problem):
        Recipe.parse(json.dumps({"recipe": 1, "type": "statistics", "name": "\x00"}))


def test_a_file_that_is_gone_offers_no_encodings(admin_client):
    page = upload(admin_client, "title_ru;date_signed\nДоговор;1993\n".encode("cp1251"), model=Agreement)
    batch = batch_of(page)
    batch.status, batch.report = ImportBatch.Status.REFUSED, {"errors": [{"code": "file.encoding_choice"}]}
    batch.save()
    batch.kept_file.delete()
    assert admin_client.get(reverse("admin:relations_importbatch_change", args=[batch.pk])).status_code == 200


@pytest.mark.parametrize(("across", "years"), [(["2001", "2002"], {"2001", "2002"}), (["2002"], {"2002"})])
def test_only_the_headings_that_are_ticked_are_unfolded(admin_client, across, years):
    page = upload(admin_client, "Страна;2001;2002\nРоссия;5;6\n".encode(), model=Observation)
    answers = ANSWERS | {"headings": "1", "across": across, "ignore_others": "on"}
    page = press(admin_client, mapping(admin_client, page, answers), "confirm")
    assert {str(one) for one in Observation.objects.values_list("period", flat=True)} == years
