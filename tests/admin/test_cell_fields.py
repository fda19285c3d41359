"""What a cell of a sheet accepts, the field of the form accepts, reads alike, and says in words."""

import pytest
from django.contrib import admin
from django.test import RequestFactory
from django.urls import reverse
from django.utils.translation import override

from relations.admin.cell_fields import CellField, WordChoiceField
from relations.admin.form_rows import row_of_form
from relations.catalog import RESOURCES
from relations.models import Agreement, Observation, Place, Source, Topic, Unit
from relations.models.fields import PeriodFormField
from relations.rows.about_column import AboutColumn
from relations.rows.bound_columns import BoundReasonColumn
from relations.rows.citation_parts import Part
from relations.rows.columns import (
    Choice,
    Derived,
    Key,
    Lines,
    Number,
    PeriodColumn,
    PowerOfTen,
    Reference,
    Text,
    Whole,
    is_plain,
)
from relations.rows.former_labels import former_choices
from relations.rows.measure_columns import Value
from relations.rows.related_columns import Links, Participants, ParticipationStatuses, Topics
from relations.rows.sources import Address, Extent
from relations.writers.template import example_of
from tests.helpers.admin import filled_in, signed_in, text, url
from tests.helpers.factories import (
    FACTORIES,
    AgreementFactory,
    ObservationFactory,
    PlaceFactory,
    SourceFactory,
    TopicFactory,
    UnitFactory,
)
from tests.helpers.sheets import load_rows

pytestmark = pytest.mark.django_db

#: examples by the class of a column, the most special class first
EXAMPLES = (
    (Value, ("более 200", "около 470 млрд", "1 234,5", "1234.5", "5–7", "от 5 до 7", "54.82 e", "н/д", "25 %", "много",
             "1,234")),
    (Number, ("1 234,5", "6.50", "", "много")),
    (PowerOfTen, ("6", "9.0", "0")),
    (Whole, ("6", "6.0", "12,0", "", "шесть", "0")),
    (Lines, ("Дружба; Соседство", "Дружба", "Один\\; два; три", "")),
    (Extent, ("абзац 52; сноска 13", "p. 7", "", "много")),
    (Address, ("https://example.org/page", "")),
    (PeriodColumn, ("2009", "2009-09", "25.05.1993", "2018-10-24/2018-10-26", "около 2014", "весна 2022", "2022-21",
                    "с мая 1993", "до 2014 г.", "1990-е гг.", "III квартал 2023", "2015/16 учебный год", "2011 (?)", "",
                    "позавчера", "31.02.2000")),
    (Key, ("other-key",)),
    (Text, ("Просто текст", "Текст; с точкой с запятой")),
)  # fmt: skip
#: found by search, or gathered from the rows of an inline
SEARCHED = (Reference, Topics, Participants, ParticipationStatuses, AboutColumn, Part)


def examples(slug, column):
    given = next((cells for kind, cells in EXAMPLES if isinstance(column, kind)), ())
    own = example_of(slug).get(column.name)
    if isinstance(column, Choice):
        given = [one for code, label in column.field.choices for one in (code, code.upper(), *in_both(label))]
        given += former_choices(column.field.model._meta.model_name, column.field.name)
    longest = getattr(column.field, "max_length", None) or 100
    return [
        cell for cell in dict.fromkeys((*given, *([own] if own else ()))) if len(cell) <= longest or not given
    ]


def in_both(label):
    found = []
    for language in ("ru", "en"):
        with override(language):
            found.append(str(label))
    return found


def stored_one(slug):
    return SourceFactory() if slug == "sources" else FACTORIES[slug]()


def as_sheet(slug, record, name, cell):
    """(row, codes of the errors of this column) after a sheet with the whole row of the record and this cell."""
    changes = []
    row = plain_row(slug, record) | {name: cell}
    report = load_rows(slug, row, dry_run=True, watch=lambda _report, found: changes.extend(found))
    return changes[0].after if changes else {}, [
        one.problem.code for one in report.errors if one.header == name
    ]


def plain_row(slug, record):
    resource = RESOURCES[slug]
    cells = resource.cells_of(resource.model.objects.for_row().get(pk=record.pk))
    return {column.name: cells[column.name] for column in resource.columns() if is_plain(column)}


def form_of(slug, record, changes=None):
    model_admin = admin.site.get_model_admin(RESOURCES[slug].model)
    request = RequestFactory().get("/")
    request.user = editor_in_memory()
    form = model_admin.get_form(request, record, change=True)
    fresh = type(record).objects.get(pk=record.pk)
    if changes is None:
        return form(instance=fresh)
    shown = form(instance=type(record).objects.get(pk=record.pk))
    data = {bound.html_name: bound.value() for bound in shown if bound.value() is not None}
    return form({**data, **changes}, instance=fresh)


def editor_in_memory():
    from django.contrib.auth import get_user_model

    return get_user_model()(pk=1, is_staff=True, is_superuser=True)


def as_form(slug, record, attribute, cell):
    """(row, errors of the field) of the form of the record with this text in a field."""
    reason = {f"{attribute}_reason": "text"} if cell and attribute in ("not_before", "not_after") else {}
    form = form_of(slug, record, {attribute: cell, **reason})
    form.is_valid()
    return row_of_form(RESOURCES[slug], form, []), form.errors.get(attribute, [])


def columns_in_fields():
    for slug, resource in RESOURCES.items():
        for column in resource.columns():
            in_field = not isinstance(column, (*SEARCHED, Derived, Links)) and is_plain(column)
            if in_field:
                yield slug, column


@pytest.mark.parametrize(
    ("slug", "column"), [pytest.param(*one, id=f"{one[0]}-{one[1].name}") for one in columns_in_fields()]
)
def test_the_field_reads_what_a_cell_of_the_column_reads(slug, column):
    record = stored_one(slug)
    UnitFactory(
        key="percent", name_ru="процент", name_en="per cent", symbol_ru="%", symbol_en="%", dimension="share"
    )
    plain = [one.name for one in RESOURCES[slug].columns() if is_plain(one) and not isinstance(one, Derived)]
    names = plain if isinstance(column, Value) else [column.name]  # a phrase sets other columns too
    found = examples(slug, column)
    assert found
    for cell in found:
        sheet, errors = as_sheet(slug, record, column.name, cell)
        form, refused = as_form(slug, record, column.attribute, cell)
        assert bool(refused) == bool(errors), (cell, refused, errors)
        if not errors:
            assert {name: form.get(name) for name in names} == {name: sheet.get(name) for name in names}, cell


def test_every_column_is_typed_searched_or_derived():
    for resource in RESOURCES.values():
        for column in resource.columns():
            known = isinstance(column, (*SEARCHED, Derived, Links)) or is_plain(column)
            assert known, column.name


@pytest.mark.parametrize("slug", RESOURCES)
def test_what_a_field_shows_is_read_back_as_what_is_stored(slug):
    periods = {"period": "2022-21", "signed": "2014~", "issued": "2023-33/..", "accessed": "2009-09"}
    record = stored_one(slug)
    for name, value in periods.items():
        if hasattr(record, name) and any(one.name == name for one in record._meta.concrete_fields):
            setattr(record, name, value)
    if slug == "statistics":
        record.obs_value, record.unit_mult = "1234.567", 9
    if slug == "sources":
        record.extent = "sheet-row 52; footnote 13"
    record.save()
    before = plain_row(slug, record)
    for language in ("ru", "en"):
        with override(language):
            form = form_of(slug, record, {})
            assert form.is_valid(), form.errors
            row = row_of_form(RESOURCES[slug], form, [])
            assert {name: row.get(name, "") for name in before} == before
            assert not form.changed_data


@pytest.mark.parametrize(
    ("language", "season", "value"), [("ru", "весна 2022 г.", "6,5"), ("en", "spring 2022", "6.5")]
)
def test_a_field_shows_what_is_stored_in_the_language_of_the_reader(language, season, value, staff):
    figure = ObservationFactory(period="2022-21", obs_value="6.5")
    page = signed_in(staff("editor"), language).get(url(Observation, "change", figure.pk))
    data = filled_in(page)
    assert (data["period"], data["obs_value"]) == (season, value)
    assert 'value="2022-21"' not in text(page)


@pytest.mark.parametrize(("language", "season"), [("ru", "весна 2022 г."), ("en", "spring 2022")])
def test_a_form_that_may_only_be_read_and_a_list_say_dates_in_words_too(language, season, staff):
    treaty, source = AgreementFactory(signed="2022-21"), SourceFactory(issued="2022-21")
    client = signed_in(staff("reader"), language)
    for address in (
        url(Agreement, "change", treaty.pk),
        url(Source, "change", source.pk),
        url(Source),
        url(Agreement),
    ):
        page = text(client.get(address))
        assert "2022-21" not in page, address
        assert season.removesuffix(" г.") in page, address


def test_a_phrase_in_the_value_sets_what_belongs_to_it(staff):
    figure = ObservationFactory(period="2018")
    client, address = signed_in(staff("editor")), url(Observation, "change", figure.pk)
    answer = client.post(address, filled_in(client.get(address), obs_value="около 470 млрд"))
    assert answer.status_code == 302
    figure.refresh_from_db()
    assert (int(figure.obs_value), figure.qualifier, figure.unit_mult) == (470, "about", 9)


def test_a_phrase_that_contradicts_another_field_is_refused_at_its_field_and_kept(staff):
    figure = ObservationFactory(period="2018", unit_mult=6)
    client, address = signed_in(staff("editor")), url(Observation, "change", figure.pk)
    answer = client.post(address, filled_in(client.get(address), obs_value="около 470 млрд"))
    assert answer.context["adminform"].form.errors.keys() == {"obs_value"}
    assert "около 470 млрд" in text(answer)
    assert "two powers of ten" in text(answer)


def test_per_cent_beside_another_unit_is_refused_at_its_field_and_kept(staff):
    figure = ObservationFactory(period="2018", obs_value=1)
    client, address = signed_in(staff("editor")), url(Observation, "change", figure.pk)
    answer = client.post(address, filled_in(client.get(address), obs_value="5 %"))
    assert answer.context["adminform"].form.errors.keys() == {"obs_value"}
    assert 'value="5 %"' in text(answer)
    figure.refresh_from_db()
    assert figure.obs_value == 1


def test_an_unreadable_number_is_refused_at_its_field_and_kept(staff):
    figure = ObservationFactory(period="2018")
    client, address = signed_in(staff("editor")), url(Observation, "change", figure.pk)
    answer = client.post(address, filled_in(client.get(address), obs_value="много", unit_mult="сто"))
    assert answer.context["adminform"].form.errors.keys() == {"obs_value", "unit_mult"}
    assert "много" in text(answer)


def test_every_typed_field_has_a_field_that_reads_it():
    for slug, column in columns_in_fields():
        form = form_of(slug, stored_one(slug))
        one = form.fields[column.attribute]
        if isinstance(column, Choice):
            assert isinstance(one, WordChoiceField), column.name
        elif isinstance(column, PeriodColumn):
            assert isinstance(one, PeriodFormField), column.name
        elif isinstance(column, (Number, Whole, Lines, Extent)):
            assert isinstance(one, CellField), column.name


def test_the_reason_of_a_bound_may_be_written_as_in_a_sheet():
    form = form_of("agreements", AgreementFactory())
    for word in ("source", *in_both("source")):
        assert form.fields["not_before_reason"].clean(word) == "source"
    assert isinstance(RESOURCES["agreements"].column("not_before_reason"), BoundReasonColumn)


# What a cell finds by name, the search of a field finds.


@pytest.mark.parametrize("named", ["uz", "Узбекистан", "Uzbekistan", "Республика Узбекистан"])
def test_a_place_is_found_by_every_name_that_a_cell_takes(named, staff, uzbekistan):
    PlaceFactory(
        code="UZ-TAS", kind="region", parent=uzbekistan, name_ru="Область Узбекистана", name_en="Uzbek region"
    )
    assert first_found(staff, "observation", "ref_area", named) == str(uzbekistan.pk)


@pytest.mark.parametrize("named", ["usd", "доллар США", "US dollar", "долл. США", "USD"])
def test_a_unit_is_found_by_every_name_and_sign_that_a_cell_takes(named, staff):
    unit = UnitFactory(
        key="usd",
        name_ru="доллар США",
        name_en="US dollar",
        symbol_ru="долл. США",
        symbol_en="USD",
        dimension="money",
    )
    assert first_found(staff, "observation", "unit", named) == str(unit.pk)
    assert Unit.objects.get() == unit


def test_a_topic_is_found_by_its_key(staff):
    topic = TopicFactory(key="transit-1", name_ru="Перевозки", name_en="Transport")
    assert first_found(staff, "agreement", "topics", "transit-1") == str(topic.pk)
    assert Topic.objects.get() == topic
    assert not Place.objects.exists()


def first_found(staff, model, field, term):
    given = {"app_label": "relations", "model_name": model, "field_name": field, "term": term}
    answer = signed_in(staff("editor")).get(reverse("admin:autocomplete"), given)
    return answer.json()["results"][0]["id"]


# How a text is read, before it is saved.


def reading(client, column, cell, model=Observation):
    return client.post(f"{url(model, 'reading')}?column={column}", {"cell": cell})


@pytest.mark.parametrize(
    ("model", "column", "cell", "said"),
    [
        (Observation, "period", "2022-21", "read as: spring 2022"),
        (Observation, "period", "spring 2022", ""),
        (Observation, "value", "около 470 млрд", "read as: about 470 bn"),
        (Observation, "value", "1234,5", "read as: 1,234.5"),
        (Observation, "value", "н/д", "read as: missing value"),
        (Observation, "value", "", ""),
        (Observation, "title_ru", "Заголовок", ""),
        (Agreement, "date_signed", "25.05.1993", "read as: 25 May 1993"),
        (Source, "extent", "абз. 52", "read as: paragraph 52"),
    ],
)
def test_what_is_typed_is_said_back_in_words_where_they_differ(model, column, cell, said, staff):
    answer = reading(signed_in(staff("editor")), column, cell, model).json()
    assert {**answer, "said": answer["said"].replace("\u00a0", " ")} == {
        "said": said,
        "errors": [],
        "warnings": [],
    }


def test_it_says_what_is_wrong_and_what_is_doubtful(staff):
    client = signed_in(staff("editor"))
    assert "could not be read" in reading(client, "value", "много").json()["errors"][0]
    assert "Latin letters" in reading(client, "title_ru", "Дoговор").json()["warnings"][0]


def test_it_speaks_the_language_of_the_reader(staff):
    answer = reading(signed_in(staff("editor"), "ru"), "period", "2022-21").json()
    assert answer["said"] == "прочитано: весна 2022 г."


def test_only_who_may_write_is_answered_and_only_about_columns_that_are_typed(staff):
    reader, editor = signed_in(staff("reader")), signed_in(staff("editor"))
    assert reading(reader, "value", "5").status_code == 403
    for column in ("nothing", "indicator", "scope", "source", ""):
        assert reading(editor, column, "5").status_code == 404
    assert editor.get(f"{url(Observation, 'reading')}?column=value").status_code == 405


@pytest.mark.parametrize(
    "cell", ["x" * 100_000, "\u202etxet", "9" * 300, "1e999", "<b>5</b>", "2009-13-45", "\ud800"]
)
def test_hostile_texts_are_answered_too(cell, staff):
    client = signed_in(staff("editor"))
    for column in ("value", "period", "title_ru", "unit_mult", "alternative_titles"):
        assert reading(client, column, cell.encode("utf-8", "replace").decode()).status_code == 200
