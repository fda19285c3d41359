"""Sheets of places, people and other reference data: the same import, with the same reports, as of records."""

import pytest
from django.core.management import CommandError, call_command

from relations.catalog import REFERENCE
from relations.models import ImportBatch, Organization, Person, Place, Revision, Version
from relations.readers.sheet import make_sheet, read_sheet
from relations.rows.lookups import Lookups
from tests.helpers.factories import PersonFactory, SourceFactory, VisitFactory
from tests.helpers.sheets import codes, load_rows, load_table, problems

pytestmark = pytest.mark.django_db


@pytest.fixture
def sheet(tmp_path):
    """A function: the path of a csv file with these lines."""

    def write(*lines):
        path = tmp_path / "sheet.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return str(path)

    return write


@pytest.mark.parametrize("slug", REFERENCE)
def test_what_is_exported_is_imported_again_without_changing_anything(slug, content, tmp_path, capsys):
    path = str(tmp_path / f"{slug}.csv")
    call_command("export_sheet", slug, output=path)
    call_command("import_sheet", slug, path)
    number = REFERENCE[slug].model.objects.count()
    assert f"{number} rows: 0 new, 0 changed, {number} unchanged, 0 errors" in capsys.readouterr().out


@pytest.mark.parametrize("slug", REFERENCE)
def test_a_template_has_headings_in_both_languages_and_an_example_of_its_type(slug, tmp_path, capsys):
    path = tmp_path / f"{slug}.xlsx"
    call_command("export_sheet", slug, template=True, output=str(path))
    sheet = read_sheet(path.read_bytes())
    known = REFERENCE[slug].known_headings()
    assert [known[heading.casefold()] for heading in sheet.header if heading.casefold() in known]
    example = [row.cells for row in sheet.rows][-1]
    assert example[0] == "example"
    assert len(list(filter(None, example))) > 2
    call_command("import_sheet", slug, str(path), dry_run=True)
    assert "0 rows" in capsys.readouterr().out


def test_headings_in_either_language_are_accepted(uzbekistan):
    labels = {column.name: list(column.labels()) for column in REFERENCE["people"].columns()}
    headings = [labels["name_ru"][0], labels["name_en"][1], labels["office_en"][1], labels["place"][0]]
    assert all(headings)
    report = load_table("people", headings, ["Орлов", "Orlov", "minister", "Узбекистан"])
    assert not report.errors
    person = Person.objects.get()
    assert (person.key, person.office_en, person.place.code) == ("orlov", "minister", "UZ")


def test_a_row_names_its_parent_further_down_and_a_group_its_members_of_the_same_sheet(uzbekistan):
    SourceFactory(key="statute")
    members = "XX; UZ 1991-12-21/.. statute"
    rows = [
        {"key": "unions", "kind": "group", "name_ru": "Союз", "name_en": "Union", "members": members},
        {"key": "x-town", "kind": "city", "parent": "Region X", "name_ru": "Город", "name_en": "Town"},
        {"key": "XX-1", "kind": "region", "parent": "XX", "name_ru": "Область", "name_en": "Region X"},
        {"key": "XX", "kind": "country", "name_ru": "Страна", "name_en": "Xland", "other_names_en": "Land of X; X"},
    ]  # fmt: skip
    rows = [{"parent": "", "members": "", "other_names_en": "", **row} for row in rows]
    for options in ({"dry_run": True}, {}):
        report = load_rows("places", *rows, **options)
        assert (report.errors, report.created) == ([], 4)
    town, group = Place.objects.get(code="x-town"), Place.objects.get(code="unions")
    assert town.parent.parent.code == "XX"
    assert town.parent.parent.other_names_en == "Land of X\nX"
    joined = {one.member.code: str(one.joined) for one in group.memberships.all()}
    assert joined == {"XX": "", "UZ": "1991-12-21"}
    assert load_rows("places", *rows).unchanged == 4


def test_one_wrong_row_does_not_make_those_wrong_that_name_others(uzbekistan):
    rows = [
        {"key": "XX", "kind": "country", "parent": "", "name_ru": "Страна", "name_en": "Xland"},
        {"key": "YY", "kind": "planet", "parent": "", "name_ru": "Планета", "name_en": "Planet"},
        {"key": "XX-1", "kind": "region", "parent": "XX", "name_ru": "Область", "name_en": "Region"},
    ]
    report = load_rows("places", *rows)
    assert [column for column, _code in problems(report)] == ["B3"]
    assert not Place.objects.filter(code="XX").exists()


def test_a_place_in_a_place_that_cannot_contain_it_is_refused_at_its_cell(uzbekistan):
    rows = [{"key": "XX-1", "kind": "region", "parent": "town", "name_ru": "Область", "name_en": "Region"}]
    rows.append({"key": "town", "kind": "city", "parent": "UZ", "name_ru": "Город", "name_en": "Town"})
    assert codes(load_rows("places", *rows).errors) == ["place.parent"]


def test_a_new_name_that_another_has_is_asked_about():
    PersonFactory(key="orlov-1950", name_ru="Орлов", name_en="Orlov")
    report = load_rows("people", {"name_ru": "Орлов", "name_en": "A. Orlov"})
    assert codes(report.warnings) == ["duplicate.name"]


@pytest.mark.parametrize("cells", [{"name_ru": "", "name_en": "Orlov"}, {"name_ru": "Орлов", "name_en": ""}])
def test_a_name_in_both_languages_is_required(cells):
    assert codes(load_rows("people", {"key": "orlov", **cells}).errors) == ["cell.required"]


def test_a_change_of_a_public_person_waits_and_of_others_does_not(sheet, capsys):
    visit = VisitFactory(published=True)
    visit.participations.create(role="visitor", person=PersonFactory(key="public", name_en="Public"))
    PersonFactory(key="draft", name_en="Draft")
    path = sheet("key,name_en", "public,Changed", "draft,Changed")
    call_command("import_sheet", "people", path)
    assert "1 of the changed rows are public" in capsys.readouterr().out
    assert {one.key: one.name_en for one in Person.objects.all()} == {"public": "Public", "draft": "Changed"}
    (revision,) = Revision.objects.all()
    assert (revision.type, revision.row["name_en"]) == ("people", "Changed")
    call_command("import_sheet", "people", path, publish=True)
    assert Person.objects.get(key="public").name_en == "Changed"
    assert Version.objects.filter(type="people", number__isnull=True).exists()


def test_an_import_of_people_has_its_page_in_the_admin_and_is_undone(sheet, staff, client):
    call_command("import_sheet", "people", sheet("name_ru,name_en", "Орлов,Orlov"))
    batch = ImportBatch.objects.get()
    client.force_login(staff("administrator"))
    for page in ("", f"{batch.pk}/change/", f"{batch.pk}/proposals/", f"{batch.pk}/undo/"):
        assert client.get(f"/admin/relations/importbatch/{page}").status_code == 200, page
    call_command("undo_import", batch.pk)
    assert not Person.objects.exists()


def test_who_may_not_write_them_may_not_import_them(sheet, staff):
    path = sheet("name_ru,name_en", "Фирма,Firm")
    for role in ("reader", "editor"):
        with pytest.raises(CommandError, match="may not import"):
            call_command("import_sheet", "organizations", path, user=staff(role).username)
    call_command("import_sheet", "organizations", path, user=staff("importer").username)
    assert Organization.objects.get().key == "firm"


def test_a_rejected_sheet_ends_with_code_1(sheet):
    with pytest.raises(SystemExit) as ended:
        call_command("import_sheet", "topics", sheet("key,name_ru", "trade,Торговля"))
    assert ended.value.code == 1


def test_what_a_table_of_names_learns_is_found_at_once():
    lookups = Lookups()
    assert not lookups.people.called("Орлов")
    lookups.meet_entities("people", [PersonFactory(name_ru="Орлов")])
    assert lookups.people.find("Орлов").name_ru == "Орлов"


def test_a_sheet_of_places_without_keys_makes_them_of_the_names(uzbekistan):
    sheet = make_sheet("", [["kind", "parent", "name_ru", "name_en"], ["city", "UZ", "Термез", "Termez"]], "")
    assert sheet.header
    report = load_table("places", sheet.header, *(row.cells for row in sheet.rows))
    assert not report.errors
    assert Place.objects.filter(code="termez").exists()
