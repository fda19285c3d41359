"""The curated content: loaded by two commands, complete, cited, and found by people."""

import json

import pytest
from django.core.management import call_command
from django.http import QueryDict

from relations.catalog import RECORD_TYPES, RESOURCES
from relations.models import (
    Agreement,
    Citation,
    Forum,
    Indicator,
    Membership,
    Observation,
    Organization,
    Person,
    Place,
    Source,
    Version,
    Visit,
)
from relations.models.row_cache import refresh
from relations.queries.record_query import RecordQuery
from relations.registry import resource_of
from relations.revisions.saving import row_of, save_row
from relations.rows.lookup_tables import NameTable
from relations.rows.members import Members
from relations.text.cell_syntax import split
from tests.helpers.admin import filled_in, signed_in, url
from tests.helpers.factories import AgreementFactory, ForumFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("content")]


def test_everything_is_public_and_cited():
    for one in RECORD_TYPES:
        assert one.model.objects.exists()
        assert one.model.objects.published().count() == one.model.objects.count()
    assert not Citation.objects.filter(locator="").exists()


def test_loading_again_adds_and_changes_nothing():
    Agreement.objects.filter(key="treaty-foundations-ru-uz-1992").update(summary_ru="Правка редактора")
    counts = [one.model.objects.count() for one in RECORD_TYPES]
    call_command("load_content", only=["seeds"])
    assert counts == [one.model.objects.count() for one in RECORD_TYPES]
    assert Agreement.objects.get(key="treaty-foundations-ru-uz-1992").summary_ru == "Правка редактора"


@pytest.mark.parametrize("slug", RESOURCES)
def test_the_sheets_are_in_the_form_that_export_writes(slug, tmp_path, settings):
    call_command("export_sheet", slug, output=str(tmp_path / "out.csv"))
    assert (tmp_path / "out.csv").read_bytes() == (
        settings.BASE_DIR / "fixtures" / "records" / f"{slug}.csv"
    ).read_bytes()


def test_one_treaty_in_three_wordings_is_one_record():
    treaty = Agreement.objects.get(key="treaty-foundations-ru-uz-1992")
    assert {c.source.key for c in treaty.citations.all()} == {
        "suyunov-2024",
        "interregional-cooperation-article",
        "mfa-lavrov-2021",
    }
    assert len({c.locator for c in treaty.citations.all()}) == 4
    assert len(treaty.alternative_titles.splitlines()) >= 2


@pytest.mark.parametrize(
    ("model", "words", "key"),
    [
        (Forum, "форумы Оренбург", "forum-ru-kz-6-2009"),
        (Forum, "forums Orenburg 2009", "forum-ru-kz-6-2009"),
        (Visit, "визиты Мирзиёева", "visit-mirziyoyev-moscow-2023"),
        (Visit, "visits Mirziyoyev", "visit-mirziyoyev-moscow-2023"),
        (Observation, "предприятие Узбекистан 961", "enterprises-uz-2018"),
        (Observation, "enterprise Uzbekistan 961", "enterprises-uz-2018"),
    ],
)
def test_what_people_look_for_is_found_in_another_inflection(model, words, key):
    assert key in model.objects.published().matching(words).values_list("key", flat=True)


def test_facts_are_as_the_sources_state_them():
    forum = Forum.objects.get(key="forum-ru-kz-6-2009")
    assert (str(forum.period), forum.edition_number) == ("2009-09", 6)
    assert [one.place.code for one in forum.in_role("location")] == ["ru-orenburg"]
    assert str(Visit.objects.get(key="visit-mirziyoyev-moscow-2023").period) == "2023-10-05/2023-10-07"
    assert Observation.objects.get(key="enterprises-uz-2018").obs_value == 961
    sanctions = Observation.objects.get(indicator__key="sanctions")
    assert (sanctions.obs_value, sanctions.qualifier) == (16500, "more_than")


def test_titles_and_names_are_there_in_both_languages():
    for model in (Agreement, Forum, Visit):
        assert not model.objects.filter(title_ru="").exists()
        assert not model.objects.filter(title_en="").exists()
    for model in (Place, Organization, Person):
        assert not model.objects.filter(name_en="").exists()


def test_every_source_is_used():
    assert not Source.objects.exclude(pk__in=Source.objects.public()).exists()


def test_the_six_countries_and_their_regions_are_complete():
    numbers = {
        code: Place.objects.filter(parent__code=code, kind="region").count()
        for code in ("RU", "KZ", "KG", "TJ", "TM", "UZ")
    }
    assert numbers == {"RU": 85, "KZ": 20, "KG": 9, "TJ": 5, "TM": 6, "UZ": 14}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Adygeya, Respublika", "RU-AD"),
        ("Orenburgskaya oblast'", "RU-ORE"),
        ("Yamalo-Nenets Okrug", "RU-YAN"),
        ("Buryat Republic", "RU-BU"),
        ("Qaraghandy oblysy", "KZ-35"),
        ("Batys Qazaqstan oblysy", "KZ-27"),
        ("Ysyk-Köl Region", "KG-Y"),
        ("Bishkek Shaary", "KG-GB"),
        ("nohiyahoi tobei jumhurí", "TJ-RA"),
        ("Daşoguz Region", "TM-D"),
        ("Qoraqalpog‘iston Respublikasi", "UZ-QR"),
        ("Korea, Republic of", "KR"),
        ("Тромс-ог-Финнмарк", "NO-54"),
    ],
)
def test_a_sheet_may_spell_places_as_iso_and_cldr_do(text, code):
    assert NameTable(Place.objects.all(), "place").find(text).code == code


def test_a_name_without_the_word_for_its_kind_means_the_city():
    places = NameTable(Place.objects.all(), "place")
    assert [places.find(text).kind for text in ("Orenburg", "Samarqand")] == ["city", "city"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Белоруссия", "BY"),
        ("Молдавия", "MD"),
        ("Turkey", "TR"),
        ("Yakutia", "RU-SA"),
        ("Северная Осетия", "RU-SE"),
        ("Тромс и Финнмарк", "NO-54"),
        ("Кайраккум", "tj-guliston"),
        ("Регионы России, граничащие с Белоруссией", "ru-regions-bordering-by"),
        ("Russia’s main partners (China, Turkey, India, Kazakhstan, Belarus)", "main-partners"),
    ],
)
def test_a_former_name_of_a_place_is_still_accepted(text, code):
    assert NameTable(Place.objects.all(), "place").find(text).code == code


def fixture_members(settings):
    places = json.loads((settings.BASE_DIR / "fixtures/reference/places.json").read_text(encoding="utf-8"))
    return {one["fields"]["code"]: one["fields"]["members"] for one in places if one["fields"].get("members")}


def test_the_members_of_groups_are_written_as_the_table_of_places_has_them(settings):
    code_of = dict(Place.objects.values_list("pk", "code"))
    exported = {code_of[pk]: split(cell) for pk, cell in Members().cells().items()}
    assert {group: sorted(found) for group, found in fixture_members(settings).items()} == exported


def test_unions_of_states_have_a_date_and_a_source_for_each_member():
    for group in ("cis", "eu"):
        members = Membership.objects.filter(group__code=group)
        assert all(one.joined and one.joined_source for one in members)
    turkmenistan = Membership.objects.get(group__code="cis", member__code="TM")
    assert (str(turkmenistan.joined), str(turkmenistan.left)) == ("1991-12-21", "2005-08-26")
    assert turkmenistan.left_source.key == "ria-2005-08-27-cis"
    assert not Membership.objects.dated().exclude(group__code__in=("cis", "eu")).exists()


def test_an_agreement_of_1995_with_the_union_counts_for_its_members_of_1995(russia):
    union = Place.objects.get(code="eu")
    AgreementFactory(signed="1995-06", participants=[("party", russia), ("party", union)], published=True)
    facets = RecordQuery("agreements", QueryDict("year_from=1995&year_to=1995&country=eu")).facets
    counts = facets.counts("country")
    assert {code: counts.get(code, 0) for code in ("BE", "FI", "LT", "EE")} == {
        "BE": 1,
        "FI": 1,
        "LT": 0,
        "EE": 0,
    }


@pytest.fixture
def without_dates():
    """As an earlier release left the CIS: present members only, from no date."""
    group = Place.objects.get(code="cis")
    Membership.objects.filter(group=group, member__code__in=("TM", "GE")).delete()
    nothing = {"joined": "", "joined_source": None, "held_from": None}
    Membership.objects.filter(group=group).update(**nothing)
    refresh([group])
    return group


def dates_of(group):
    return set(Membership.objects.filter(group=group).values_list("member__code", "joined"))


def test_only_an_update_brings_the_dates_of_members(without_dates, capsys):
    call_command("load_content", only=["seeds"])
    assert not any(joined for _code, joined in dates_of(without_dates))
    call_command("load_content", "--update", only=["seeds"])
    assert ("KZ", "1991-12-21") in dates_of(without_dates)
    assert ("TM", "1991-12-21") in dates_of(without_dates)


def test_an_update_leaves_alone_a_group_that_somebody_has_changed(without_dates, staff):
    client, address = signed_in(staff("administrator")), url(Place, "change", without_dates.pk)
    client.post(address, filled_in(client.get(address), former_names_en="Union"))
    call_command("load_content", "--update", only=["seeds"])
    assert not any(joined for _code, joined in dates_of(without_dates))


def test_a_record_has_the_scope_of_the_members_that_an_update_brings():
    """A forum of the group alone is of both sides while members of both are in it."""
    group = Place.objects.get(code="central-asia-and-russia")
    Membership.objects.get(group=group, member__code="RU").delete()
    forum = ForumFactory(participants=[("participant", group)])
    assert not Forum.objects.get(pk=forum.pk).in_scope
    call_command("load_content", "--update", only=["seeds"])
    assert Forum.objects.get(pk=forum.pk).in_scope


def versions(entity):
    found = Version.objects.filter(type=resource_of(type(entity)).slug, object_id=entity.pk)
    return list(found.order_by("pk").values_list("reason", flat=True))


def test_reference_data_begin_with_a_version_of_the_release():
    for model in (Place, Organization, Person, Indicator):
        assert versions(model.objects.first()) == ["release"]


def test_a_release_changes_reference_data_that_nobody_has_changed_and_lists_the_rest(staff, capsys):
    """As rows: with a version, and the records that show them found by their present names."""
    kazakhstan, group = (Place.objects.get(code=code) for code in ("KZ", "central-asia"))
    indicator = Indicator.objects.exclude(topics=None).first()
    before = [one.row for one in (kazakhstan, group, indicator)]
    for one in (kazakhstan, indicator):  # as an earlier release had them
        one.name_ru = "Прежнее"
        one.save()
    group.memberships.first().delete()
    call_command("load_content", update=True, only=["seeds"])
    assert [type(one).objects.get(pk=one.pk).row for one in (kazakhstan, group, indicator)] == before
    assert versions(kazakhstan) == versions(indicator) == ["release", "release"]
    assert "places: 2 changed" in capsys.readouterr().out
    assert not Agreement.objects.matching("Прежнее")
    row = row_of(resource_of(Place), kazakhstan.pk) | {"name_ru": "Правка редактора"}
    save_row(resource_of(Place), row, ["name_ru"], kazakhstan.pk, user=staff("editor"))
    call_command("load_content", update=True, only=["seeds"])
    assert "since somebody has changed them: KZ" in capsys.readouterr().out
    assert Place.objects.get(code="KZ").name_ru == "Правка редактора"
