"""The admin as a browser without scripts sees it: pages, search and filters."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from relations.models import (
    Agreement,
    ErrorReport,
    Forum,
    ImportBatch,
    ImportRecipe,
    Observation,
    Organization,
    Person,
    Place,
    Source,
    Visit,
)
from tests.helpers import factories
from tests.helpers.admin import MADE_BY, filled_in, signed_in, text, url
from tests.helpers.factories import AgreementFactory, ForumFactory, ObservationFactory, SourceFactory

pytestmark = pytest.mark.django_db
ROLES = ("editor", "publisher", "importer", "administrator")
NONSENSE = {
    "nul": "a\x00b",
    "quotes": "'\" OR 1=1 --",
    "punctuation": "!?…—«»",
    "wildcards": "%_\\*^:()",
    "one long word": "щ" * 5000,
    "one long Latin word": "x" * 5000,
    "many short words": "я х " * 1250,
    "many different words": " ".join(f"w{i}" for i in range(1000)),
}


def listed(client, model, **question):
    page = client.get(url(model), question)
    assert page.status_code == 200
    return set(page.context["cl"].queryset)


def suggested(client, model, field, term):
    question = {"app_label": "relations", "model_name": model, "field_name": field, "term": term}
    answer = client.get(reverse("admin:autocomplete"), question)
    assert answer.status_code == 200
    return [one["text"] for one in answer.json()["results"]]


def test_what_begins_so_is_suggested_before_what_has_such_a_word(staff):
    client = signed_in(staff("editor"), "ru")
    factories.PlaceFactory(
        code="border", name_ru="Приграничные субъекты РФ", other_names_ru="российские приграничные регионы"
    )
    factories.PlaceFactory(code="RU", name_ru="Россия", name_en="Russia")
    for title in ("Вестник России", "Россия и Центральная Азия", "Газета: Россия"):
        factories.SourceFactory(title=title)
    assert suggested(client, "participation", "place", "Росс")[0] == "Россия"
    assert suggested(client, "citation", "source", "росс")[0] == "Россия и Центральная Азия"


# Pages.


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("role", ROLES)
def test_every_list_and_form_answers_whoever_may_see_it(role, language, staff):
    client = signed_in(staff(role), language)
    assert set(admin.site._registry) == {*MADE_BY, User, Group, ImportBatch, ImportRecipe, ErrorReport}
    for model in (*MADE_BY, User, Group):
        thing = MADE_BY[model]() if model in MADE_BY else model.objects.first()
        for address in (url(model), url(model, "add"), url(model, "change", thing.pk)):
            page = client.get(address)
            assert page.status_code == (200 if model in MADE_BY or role == "administrator" else 403), address
            assert page.status_code == 403 or f'<html lang="{language}"' in text(page), address


@pytest.mark.parametrize("page", ["change", "delete"])
def test_a_field_without_a_name_is_no_field(page, staff):
    client, place = signed_in(staff("administrator")), factories.PlaceFactory(code="KZ")
    address = url(Place, page, place.pk)
    assert client.get(address, {"_to_field": ""}).status_code == 200
    assert client.post(address, {"_to_field": ""}).status_code in (200, 302)
    assert client.get(address, {"_to_field": "nothing"}).status_code == 400


def test_a_reader_is_sent_to_the_sign_in_page_of_the_admin(client, django_user_model):
    client.force_login(django_user_model.objects.create_user("reader"))
    assert client.get(url(Agreement)).url.startswith(reverse("admin:login"))


def another(model, number, orenburg, mirziyoyev):
    """One more thing with participants of its own, so that a query for each of them would show."""
    if model in (Agreement, Forum, Visit):
        ministry = factories.OrganizationFactory(place=orenburg)
        roles = {Agreement: "party", Forum: "participant", Visit: "visitor"}
        return MADE_BY[model](participants=[(roles[model], ministry), (roles[model], mirziyoyev)])
    if model is Place:
        return factories.PlaceFactory(code=f"town-{number}", kind="city", parent=orenburg.parent)
    if model is Observation:
        indicator = factories.IndicatorFactory(key=f"indicator-{number}")
        return ObservationFactory(title_ru="", title_en="", ref_area=orenburg, indicator=indicator)
    own = {Organization: {"place": orenburg}, Person: {"place": orenburg}}
    keyed = {} if model is Source else {"key": f"thing-{number}"}
    return MADE_BY[model](**keyed, **own.get(model, {}))


@pytest.mark.parametrize("model", MADE_BY, ids=lambda model: model._meta.model_name)
def test_a_list_of_ten_asks_the_database_no_more_than_a_list_of_one(model, staff, orenburg, mirziyoyev):
    client, asked = signed_in(staff("publisher")), []
    another(model, 0, orenburg, mirziyoyev)
    client.get(url(model))
    for numbers in ((), range(1, 10)):
        for number in numbers:
            another(model, number, orenburg, mirziyoyev)
        client.get(url(model))  # reads into the index what was written
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url(model)).status_code == 200
        asked.append(len(queries))
    assert model.objects.count() >= 10
    assert asked[0] == asked[1]


def test_a_draft_is_shown_on_the_site_to_staff_only(staff, client):
    editor, agreement = signed_in(staff("editor")), AgreementFactory()
    address = editor.get(url(Agreement, "change", agreement.pk)).context["absolute_url"]
    assert editor.get(address).status_code == 200
    assert client.get(address).status_code == 404
    agreement.publish()
    assert client.get(address).status_code == 200


# Finding.


@pytest.mark.parametrize("term", ["Чкалов", "чкалов", "ЧКАЛОВ", "orenBURG", "чкал"])
def test_a_place_is_suggested_by_any_of_its_names_in_any_case(term, staff, orenburg, uzbekistan):
    assert "Orenburg" in suggested(signed_in(staff("editor")), "participation", "place", term)


def test_a_source_is_suggested_by_a_word_in_another_inflection(staff):
    SourceFactory(title="Вестник высшей школы")
    client = signed_in(staff("editor"))
    for term in ("вестника", "ШКОЛАМИ", "выс"):
        assert suggested(client, "citation", "source", term) == ["Вестник высшей школы"]
    assert suggested(client, "citation", "source", "газета") == []


def test_a_person_is_suggested_by_the_name_in_either_language(staff, mirziyoyev):
    client = signed_in(staff("editor"), "ru")
    for term in ("mirziyoyev", "МИРЗИЕЕВ", "Shavkat Mir"):
        assert suggested(client, "participation", "person", term) == ["Шавкат Мирзиёев"]
    assert suggested(client, "participation", "person", "Orlov") == []


def test_agreements_are_found_by_inflected_names_and_by_beginnings(staff, russia, kazakhstan):
    client, with_uzbekistan = (
        signed_in(staff("editor")),
        AgreementFactory(title_ru="Договор о военном сотрудничестве"),
    )
    with_kazakhstan = AgreementFactory(participants=[("party", russia), ("party", kazakhstan)])
    for words in ("Узбекистаном", "узбекистана", "узбек", "военн", "военная", with_uzbekistan.key):
        assert listed(client, Agreement, q=words) == {with_uzbekistan}, words
    assert listed(client, Agreement, q="россией") == {with_uzbekistan, with_kazakhstan}
    assert listed(client, Agreement, q="Туркмения") == set()


@pytest.mark.parametrize("nonsense", NONSENSE.values(), ids=NONSENSE)
def test_a_meaningless_search_for_records_is_answered_with_a_list(nonsense, staff):
    AgreementFactory()
    client = signed_in(staff("editor"))
    for model in (Agreement, Observation, Source):
        listed(client, model, q=nonsense)
    for model, field in (("citation", "source"), ("recordlink", "to_agreement")):
        suggested(client, model, field, nonsense)


@pytest.mark.parametrize("nonsense", NONSENSE.values(), ids=NONSENSE)
def test_a_meaningless_search_for_names_is_answered_with_a_list(nonsense, staff, mirziyoyev):
    client = signed_in(staff("editor"))
    for model in (Place, Person):
        listed(client, model, q=nonsense)
    suggested(client, "participation", "place", nonsense)


def test_sources_are_suggested_in_an_order_so_that_a_long_list_repeats_nothing(staff):
    for number in (2, 0, 1):
        SourceFactory(title=f"Вестник {number}")
    found = suggested(signed_in(staff("editor")), "citation", "source", "вестник")
    assert found == [f"Вестник {number}" for number in range(3)]


def test_a_renamed_place_makes_its_records_findable_under_the_new_name(
    staff, russia, orenburg, uzbekistan, approved
):
    own = AgreementFactory(participants=[("party", orenburg), ("party", uzbekistan)])
    figure = ObservationFactory(ref_area=orenburg)
    client = signed_in(staff("editor"))
    assert not listed(client, Agreement, q="Яикском")
    page = client.get(url(Place, "change", orenburg.pk))
    assert client.post(url(Place, "change", orenburg.pk), filled_in(page, name_ru="Яикск")).status_code == 302
    assert not listed(client, Agreement, q="Яикском")
    approved(orenburg)
    assert listed(client, Agreement, q="Яикском") == {own}
    assert listed(client, Observation, q="Яикском") == {figure}


def test_a_renamed_country_makes_the_records_of_its_cities_findable_too(staff, russia, orenburg, approved):
    ministry = factories.OrganizationFactory(place=orenburg)
    by_city, by_ministry = (ForumFactory(participants=[("location", who)]) for who in (orenburg, ministry))
    client = signed_in(staff("editor"))
    page = client.get(url(Place, "change", russia.pk))
    client.post(url(Place, "change", russia.pk), filled_in(page, name_ru="Гардарика"))
    approved(russia)
    assert listed(client, Forum, q="Гардарики") == {by_city, by_ministry}
    assert not listed(client, Forum, q="Россия")


# Filters.


def test_the_country_filter_includes_regions_cities_and_people(staff, orenburg, mirziyoyev, kazakhstan):
    forums = {who: ForumFactory(participants=[("location", who)]) for who in (orenburg, orenburg.parent)}
    of_person = ForumFactory(participants=[("participant", mirziyoyev)])
    client = signed_in(staff("editor"))
    assert listed(client, Forum, country="RU") == set(forums.values())
    assert listed(client, Forum, country="UZ") == {of_person}
    assert listed(client, Forum, country="KZ") == listed(client, Forum, country="nowhere") == set()


def test_filters_by_state_sources_and_date_part_the_list(staff):
    bare, one, many = (ForumFactory(sources=number) for number in (0, 1, 2))
    dated = ForumFactory(period="2018", published=True)
    client = signed_in(staff("editor"))
    assert listed(client, Forum, state__exact="published") == {dated}
    assert listed(client, Forum, state__exact="draft") == {bare, one, many}
    assert listed(client, Forum, sourced="no") == {bare}
    assert listed(client, Forum, sourced="one") == {one, dated}
    assert listed(client, Forum, sourced="more") == {many}
    assert listed(client, Forum, dated="yes") == {dated}
    assert listed(client, Forum, dated="no") == {bare, one, many}


@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "country=%00",
        "state__exact=%00",
        "state__exact=%0%000",
        "key=%0%000",
        "%00=1",
        "topics__id__exact=abc",
        "p=abc",
        "o=99",
        "key__regex=(",
        "key__iregex=*",
        "title_ru__range=2000",
        "created_at__range=2018/2010",
    ],
)
def test_no_address_of_the_admin_fails(query, client, staff):
    client.force_login(staff("administrator"))
    assert client.get(f"/admin/relations/agreement/?{query}").status_code in (200, 302, 400)


@pytest.mark.parametrize("model", [Agreement, Source, DBTaskResult])
@pytest.mark.parametrize("number", ["0", "x", "9" * 30, "-1", "1%00"])
def test_no_public_page_is_found_for_a_number_that_nothing_has(model, number, client, staff):
    client.force_login(staff("administrator"))
    table = ContentType.objects.get_for_model(model).pk
    assert client.get(f"/admin/r/{table}/{number}/").status_code == 404
