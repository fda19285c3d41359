"""The grid of figures: what is typed is read by the import's own parser, shown in words, and stored as one import."""

from html.parser import HTMLParser

import pytest
from django.urls import reverse

from relations.catalog import RESOURCES
from relations.imports.undo import undo
from relations.models import CountryLimit, ImportBatch, Indicator, Observation, Revision, Version
from relations.models.rechecks import CitedPlace
from tests.helpers.admin import signed_in, text, url
from tests.helpers.factories import (
    IndicatorFactory,
    ObservationFactory,
    PlaceFactory,
    SourceFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db


class Sent(HTMLParser):
    """What a browser without scripts would send back from the page: {name: value}."""

    def __init__(self, response):
        super().__init__()
        self.fields, self.select = {}, None
        self.feed(response.content.decode())

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag == "input" and found.get("name") and "csrf" not in found["name"]:
            self.fields[found["name"]] = found.get("value", "")
        if tag == "select":
            self.select = found["name"]
        if tag == "option" and self.select and "selected" in found:
            self.fields[self.select] = found["value"]

    def handle_endtag(self, tag):
        if tag == "select":
            self.select = None


def grid():
    return reverse("admin:relations_observation_grid")


@pytest.fixture
def places(russia, uzbekistan, kazakhstan):
    return russia, uzbekistan, kazakhstan


@pytest.fixture
def trade(places):
    unit = UnitFactory(
        key="usd",
        name_ru="доллар США",
        name_en="US dollar",
        symbol_ru="долл.",
        symbol_en="USD",
        dimension="money",
    )
    return IndicatorFactory(key="trade", name_ru="Товарооборот", name_en="Trade", unit=unit)


@pytest.fixture
def source():
    return SourceFactory(key="yearbook", title="Statistical Yearbook", url="https://example.org/yearbook")


@pytest.fixture
def editor(staff):
    return signed_in(staff("editor"))


def block(**changes):
    usual = {
        "indicator": "trade", "areas": "Kazakhstan; UZ", "first_year": "2015", "last_year": "2017", "unit": "USD",
        "unit_mult": "6", "measure": "level", "obs_status": "A", "source": "yearbook", "locator": "page 5",
    }  # fmt: skip
    return usual | changes


def checked(client, cells, **changes):
    return client.post(grid(), {**block(**changes), **cells, "_check": "1"})


def saved(client, cells, **changes):
    """The answer to what a person does: check, look, save."""
    page = checked(client, cells, **changes)
    assert page.context["may_save"], text(page)
    return client.post(grid(), {**Sent(page).fields, "_save": "1"}, follow=True)


def figures(page):
    """{name of the cell: what the page says of it}"""
    return {cell.name: cell.figure for line in page.context["lines"] for cell in line.cells}


def figure(**given):
    """A stored figure of the block’s indicator, cited from the block’s source."""
    cited = given.pop("cited", "yearbook")
    published = given.pop("published", False)
    usual = {"indicator": Indicator.objects.get(key="trade"), "unit": Indicator.objects.get(key="trade").unit}
    one = ObservationFactory(**usual, **{"period": "2015", "unit_mult": 6, "sources": 0, **given})
    one.cite(SourceFactory._meta.model.objects.get(key=cited), locator_label="page", locator="4")
    if published:
        one.publish()
    return Observation.objects.get(pk=one.pk)


# Reading.


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("около 470", "about USD 470 million"),
        ("1234,5", "USD 1,234.5 million"),
        ("1 234.5", "USD 1,234.5 million"),
        ("5–7", "USD 5–7 million"),
        ("more than 200", "more than USD 200 million"),
        ("54.82 e", "USD 54.82 million, estimate"),
        ("н/д", "missing value"),
        ("54.\u200b82\u00a0\u202ae\u202c", "USD 54.82 million, estimate"),
    ],
)
def test_a_cell_is_read_as_a_sheet_reads_it_and_shown_in_words(typed, words, editor, trade, source):
    page = checked(editor, {"cell-2016-KZ": typed})
    assert figures(page)["cell-2016-KZ"].words.replace("\u00a0", " ") == words
    assert not Observation.objects.exists()


def test_a_power_of_ten_may_be_written_in_the_cell_where_the_block_has_none(editor, trade, source):
    page = checked(editor, {"cell-2016-KZ": "около 470 млрд"}, unit_mult="0")
    assert figures(page)["cell-2016-KZ"].words.replace("\u00a0", " ") == "about USD 470 bn"
    page = checked(editor, {"cell-2016-KZ": "около 470 млрд"}, unit_mult="6")
    assert "two powers of ten" in figures(page)["cell-2016-KZ"].errors[0]


def test_per_cent_contradicts_the_unit_of_the_block(editor, trade, source):
    page = checked(editor, {"cell-2016-KZ": "5%"})
    assert "per cent" in figures(page)["cell-2016-KZ"].errors[0]
    assert not page.context["may_save"]


def test_the_unit_of_the_block_may_be_written_with_its_power_of_ten(editor, trade, source):
    page = checked(editor, {"cell-2016-KZ": "470"}, unit="USD million", unit_mult="0")
    assert figures(page)["cell-2016-KZ"].words.replace("\u00a0", " ") == "USD 470 million"
    page = checked(editor, {"cell-2016-KZ": "470"}, unit="USD million", unit_mult="9")
    assert page.context["form"].errors.keys() == {"unit_mult"}


def test_without_a_unit_a_level_is_counted_in_the_usual_unit_of_the_indicator(editor, trade, source):
    words = figures(checked(editor, {"cell-2016-KZ": "470"}, unit=""))["cell-2016-KZ"].words
    assert words.replace("\u00a0", " ") == "USD 470 million"
    words = figures(checked(editor, {"cell-2016-KZ": "4"}, unit="", unit_mult="0", measure="share"))
    assert words["cell-2016-KZ"].words == "4"


def test_an_error_of_a_rule_is_shown_as_one_and_the_figure_stays_a_draft(editor, trade, source):
    UnitFactory(key="percent", name_ru="процент", name_en="per cent", symbol_ru="%", symbol_en="%")
    share = {"unit": "percent", "unit_mult": "0", "measure": "share"}
    page = checked(editor, {"cell-2016-KZ": "150", "cell-2016-UZ": "15"}, **share)
    found = figures(page)
    assert "more than the whole" in found["cell-2016-KZ"].stopping[0]
    assert not found["cell-2016-KZ"].warnings
    assert not found["cell-2016-UZ"].stopping
    said = text(page)
    assert "will not be approved like this" in said
    assert "If all are right, save them" not in said
    assert said.count('aria-invalid="true"') == 1
    assert page.context["may_save"]


@pytest.mark.parametrize(
    "named", ["yearbook", "https://example.org/yearbook", "statistical yearbook", "year statist", "Yearbooks"]
)
def test_a_source_is_found_by_its_key_address_or_title(named, editor, trade, source):
    page = checked(editor, {"cell-2016-KZ": "470"}, source=named)
    assert page.context["may_save"]
    assert "Statistical Yearbook</p>" in text(page)


def test_a_source_of_which_several_have_the_words_is_asked_for(editor, trade, source):
    SourceFactory(key="other", title="Yearbook of Trade")
    page = checked(editor, {"cell-2016-KZ": "470"}, source="yearb")
    (said,) = page.context["form"].errors["source"]
    for words in ("Statistical Yearbook (yearbook)", "Yearbook of Trade (other)"):
        assert words in said


def test_an_error_is_at_its_cell_and_nothing_typed_is_lost(editor, trade, source):
    cells = {"cell-2015-KZ": "470", "cell-2016-KZ": "many", "cell-2017-UZ": "<b>5</b>"}
    page = checked(editor, cells)
    found = figures(page)
    assert not found["cell-2015-KZ"].errors
    assert "“many” could not be read as a figure" in found["cell-2016-KZ"].errors[0]
    sent = Sent(page).fields
    assert {name: sent[name] for name in cells} == cells
    assert not page.context["may_save"]
    answer = editor.post(grid(), {**sent, "_save": "1"})
    assert figures(answer)["cell-2016-KZ"].errors
    assert not Observation.objects.exists()


def test_an_error_of_the_block_is_at_its_field_and_the_table_stays(editor, trade):
    page = checked(editor, {"cell-2015-KZ": "470"}, source="unknown-source")
    assert page.context["form"].errors.keys() == {"source"}
    assert Sent(page).fields["cell-2015-KZ"] == "470"
    assert page.context["lines"]


def test_what_lies_outside_a_table_that_was_changed_is_kept(editor, trade, source):
    page = editor.post(grid(), {**block(first_year="2016"), "cell-2015-KZ": "470", "_show": "1"})
    assert "2015-KZ: 470" in text(page)
    back = editor.post(grid(), {**Sent(page).fields, "first_year": "2015", "_show": "1"})
    assert figures(back).keys() >= {"cell-2015-KZ"}
    assert Sent(back).fields["cell-2015-KZ"] == "470"


# Storing.


def test_what_was_checked_is_stored_as_drafts_of_one_import_that_can_be_undone(editor, trade, source):
    page = saved(editor, {"cell-2015-KZ": "470", "cell-2016-UZ": "около 12,5", "cell-2017-KZ": "н/д"})
    assert "3 figures stored as drafts." in text(page)
    stored = {(str(one.period), one.ref_area.code): one for one in Observation.objects.all()}
    assert stored.keys() == {("2015", "KZ"), ("2016", "UZ"), ("2017", "KZ")}
    about, missing = stored["2016", "UZ"], stored["2017", "KZ"]
    assert (about.qualifier, str(about.obs_value.normalize()), about.unit_mult) == ("about", "12.5", 6)
    assert (missing.obs_status, missing.obs_value) == ("O", None)
    for one in stored.values():
        assert (one.state, one.indicator, one.unit) == ("draft", trade, trade.unit)
        assert [(cited.source, cited.where) for cited in one.citations.all()] == [(source, "page 5")]
    batch = ImportBatch.objects.get()
    assert (batch.created, batch.versions.count()) == (3, 3)
    assert f'<a href="{url(ImportBatch, "change", batch.pk)}">' in text(page)
    assert "Submit 3 new drafts for review" in text(editor.get(url(ImportBatch, "change", batch.pk)))
    assert undo(batch, RESOURCES).deleted == 3
    assert not Observation.objects.exists()


def test_the_table_shows_what_is_stored_and_saving_the_same_again_changes_nothing(editor, trade, source):
    page = saved(editor, {"cell-2015-KZ": "470"})
    assert "USD 470 million" in text(page).replace("\u00a0", " ")
    again = checked(editor, {"cell-2015-KZ": "470"})
    found = figures(again)["cell-2015-KZ"]
    assert (found.is_new, found.is_changed) == (False, False)
    assert Observation.objects.count() == 1


def test_saving_without_a_check_only_checks(editor, trade, source):
    page = editor.post(grid(), {**block(), "cell-2015-KZ": "470", "_save": "1"})
    assert page.context["may_save"]
    assert not Observation.objects.exists()


def test_what_was_changed_after_the_check_is_shown_again_before_it_is_stored(editor, trade, source):
    page = checked(editor, {"cell-2015-KZ": "470"})
    answer = editor.post(grid(), {**Sent(page).fields, "cell-2015-KZ": "471", "_save": "1"})
    assert "Something has changed since the check." in text(answer)
    assert figures(answer)["cell-2015-KZ"].words.replace("\u00a0", " ") == "USD 471 million"
    assert not Observation.objects.exists()
    editor.post(grid(), {**Sent(answer).fields, "_save": "1"})
    assert Observation.objects.get().obs_value == 471


def test_a_public_figure_of_the_same_source_is_changed_by_a_proposal(editor, trade, source, kazakhstan):
    public = figure(ref_area=kazakhstan, obs_value=460, published=True)
    page = checked(editor, {"cell-2015-KZ": "470"})
    found = figures(page)["cell-2015-KZ"]
    assert (found.is_new, found.is_proposal) == (False, True)
    assert (found.before, found.words) == ("USD\u00a0460\u00a0million", "USD\u00a0470\u00a0million")
    assert "1 change of a public figure waits for approval." in text(saved(editor, {"cell-2015-KZ": "470"}))
    public.refresh_from_db()
    assert public.obs_value == 460
    revision = Revision.objects.get()
    assert (revision.object_id, revision.row["value"], revision.row["locator"]) == (
        public.pk,
        "470",
        "page 5",
    )
    assert CitedPlace("yearbook", "page 5", "", "") in {CitedPlace(*one) for one in revision.confirmed}


def test_a_draft_of_the_same_source_is_changed_at_once_and_keeps_its_other_sources(
    editor, trade, source, kazakhstan
):
    draft = figure(ref_area=kazakhstan, obs_value=460)
    draft.cite(SourceFactory(key="other"), locator_label="page", locator="9")
    saved(editor, {"cell-2015-KZ": "470"})
    draft.refresh_from_db()
    assert draft.obs_value == 470
    assert {(one.source.key, one.where) for one in draft.citations.all()} == {
        ("yearbook", "page 5"),
        ("other", "page 9"),
    }
    assert Version.objects.filter(type="statistics", object_id=draft.pk).exists()


@pytest.mark.parametrize("other", [{"cited": "another"}, {"definition_en": "re-exports included"}])
def test_a_figure_of_another_source_or_definition_stays_beside_the_new_one(
    other, editor, trade, source, kazakhstan
):
    SourceFactory(key="another")
    key = "trade-kz-2015-yearbook"  # the key that the new figure would have had
    kept = figure(ref_area=kazakhstan, obs_value=460, key=key, **other)
    saved(editor, {"cell-2015-KZ": "470"})
    kept.refresh_from_db()
    assert kept.obs_value == 460
    assert {one.obs_value for one in Observation.objects.all()} == {460, 470}


def test_a_cell_with_two_figures_of_one_source_is_left_to_their_forms(editor, trade, source, kazakhstan):
    for value in (1, 2):
        figure(ref_area=kazakhstan, obs_value=value, key=f"figure-{value}")
    page = checked(editor, {"cell-2015-KZ": "470", "cell-2016-KZ": "5"})
    assert "several such figures" in figures(page)["cell-2015-KZ"].errors[0]
    editor.post(grid(), {**Sent(page).fields, "seen": page.context["read"].report.fingerprint, "_save": "1"})
    assert Observation.objects.count() == 2


# Rights and limits.


def test_who_may_only_add_changes_nothing_that_is_there(trade, source, kazakhstan, django_user_model, roles):
    from django.contrib.auth.models import Permission

    adder = django_user_model.objects.create_user("adder", is_staff=True)
    adder.user_permissions.add(Permission.objects.get(codename="add_observation"))
    figure(ref_area=kazakhstan, obs_value=460)
    page = checked(signed_in(adder), {"cell-2015-KZ": "470"})
    assert "not change this one" in figures(page)["cell-2015-KZ"].errors[0]


@pytest.mark.parametrize("role", ["reader"])
def test_who_may_not_add_figures_sees_no_grid(role, staff, trade, source):
    client = signed_in(staff(role))
    assert client.get(grid()).status_code == 403
    assert checked(client, {"cell-2015-KZ": "470"}).status_code == 403
    assert grid() not in text(client.get(url(Observation)))
    assert grid() not in text(client.get(url(Indicator, "change", trade.pk)))


def test_an_editor_of_one_country_enters_only_its_figures(staff, trade, source, uzbekistan):
    user = staff("editor")
    CountryLimit.objects.create(user=user).countries.add(uzbekistan)
    page = checked(signed_in(user), {"cell-2015-KZ": "470", "cell-2015-UZ": "5"})
    found = figures(page)
    assert "one of your countries" in found["cell-2015-KZ"].errors[0]
    assert not found["cell-2015-UZ"].errors


def test_the_grid_is_reached_from_the_list_and_from_an_indicator(editor, trade):
    assert grid() in text(editor.get(url(Observation)))
    assert f"{grid()}?indicator=trade" in text(editor.get(url(Indicator, "change", trade.pk)))
    page = editor.get(grid(), {"indicator": "trade"})
    assert page.context["lines"]
    assert Sent(page).fields["unit"] == "US dollar"


HOSTILE = (
    "\u202etxet",
    "9" * 100,
    "1e999",
    "NaN",
    "{{ 7*7 }}",
    "'; DROP TABLE relations_observation; --",
    "\u200b",
)


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize(
    "name",
    "indicator areas first_year unit unit_mult measure obs_status counterpart source locator definition_en seen"
    " cell-2015-KZ".split(),
)
def test_hostile_values_are_answered_with_a_page(name, value, editor, trade, source):
    for verb in ("_check", "_save", "_show"):
        sent = {**block(), "cell-2016-UZ": "5", name: value, verb: "1"}
        assert editor.post(grid(), sent).status_code == 200
    assert not Observation.objects.exists()


@pytest.mark.parametrize(
    "sent",
    [
        {"first_year": "2017", "last_year": "2015"},
        {"first_year": "1600", "last_year": "2200"},
        {"first_year": "", "last_year": ""},
        {"areas": ";;;"},
        {"areas": "KZ; KZ; Nowhere"},
        {"cell-2015-": "5", "cell-": "5", "cell-20155-KZ": "5", "cell-२०१५-KZ": "5", "cell-2015-XX": "5"},
        {f"cell-{year}-KZ": "1" for year in range(1500, 1901)},
        {"cell-2015-KZ": "1" * 101},
        {"source": ""},
        {"locator": "x" * 201},
    ],
)
def test_a_request_beyond_the_limits_stores_nothing_and_says_why(sent, editor, trade, source):
    page = checked(editor, sent)
    assert page.status_code == 200
    assert not page.context.get("may_save")
    assert page.context["form"].errors or list(page.context["messages"])


def test_the_cost_does_not_grow_with_the_number_of_figures(
    editor, trade, source, django_assert_max_num_queries
):
    few = {"cell-2015-KZ": "470"}
    many = {f"cell-{year}-{code}": "5" for year in range(2001, 2018) for code in ("KZ", "UZ")}
    PlaceFactory()
    with django_assert_max_num_queries(60):
        checked(editor, few)
    with django_assert_max_num_queries(60):
        checked(editor, many, first_year="2001")
