"""The reconciliation service: what names mean in the register, for OpenRefine and other clients."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relations.api.reconciliation import tables
from relations.api.reconciliation.kinds import PLACES
from relations.api.reconciliation.tables import table_of
from relations.models import FormerKey, Place, Role, Source
from tests.helpers.factories import (
    ForumFactory,
    ObservationFactory,
    OrganizationFactory,
    PersonFactory,
    PlaceFactory,
    SourceFactory,
    VisitFactory,
)
from tests.helpers.reconciliation import SERVICES, Service, is_as_specified

pytestmark = pytest.mark.django_db


@pytest.fixture
def places(client):
    return Service(client, "places")


@pytest.fixture
def people(client):
    return Service(client, "people")


@pytest.fixture
def organizations(client):
    return Service(client, "organizations")


@pytest.fixture
def sources(client):
    return Service(client, "sources")


@pytest.fixture
def ministry(uzbekistan):
    """An organisation that readers see."""
    found = OrganizationFactory(
        key="trade", name_ru="Министерство торговли", name_en="Ministry of Trade", place=uzbekistan
    )
    return shown(found)


def shown(who):
    """The same organisation or person, in a published record."""
    ForumFactory(participants=[(Role.PARTICIPANT, who)], published=True)
    return who


def cited(**fields):
    """A source that readers see."""
    source = SourceFactory(**fields)
    forum = ForumFactory(sources=0)
    forum.cite(source)
    forum.publish()
    return source


# The manifest.


@pytest.mark.parametrize("slug", SERVICES)
def test_a_service_says_what_it_offers_and_where(slug, client, settings):
    settings.SITE_URL = "https://register.example.org"
    manifest = is_as_specified(Service(client, slug).get(), "manifest")
    service = f"https://register.example.org/reconcile/{slug}"
    assert manifest["versions"] == ["0.2"]
    assert manifest["identifierSpace"] == f"{service}/"
    assert manifest["batchSize"] == 50
    assert manifest["suggest"]["type"] == {"service_url": service, "service_path": "/suggest/type"}
    assert manifest["preview"]["url"] == f"{service}/preview?id={{{{id}}}}"


@pytest.mark.parametrize("slug", SERVICES)
def test_all_that_a_manifest_names_is_there(slug, client, ministry, mirziyoyev):
    shown(mirziyoyev)
    key = {"places": "UZ", "people": mirziyoyev.key, "organizations": ministry.key}.get(slug)
    key = key or Source.objects.public().first().key
    manifest = Service(client, slug).get()
    endpoints = [*manifest["suggest"].values(), manifest["extend"]["propose_properties"]]
    addresses = [one["service_url"] + one["service_path"] for one in endpoints]
    pages = [manifest[name]["url"].replace("{{id}}", key) for name in ("view", "preview")]
    for address in (*addresses, *pages, manifest["documentation"]):
        assert client.get(address).status_code == 200, address


def test_a_manifest_in_russian_leads_to_answers_in_russian(places, uzbekistan):
    manifest = is_as_specified(places.get(lang="ru"), "manifest")
    assert manifest["name"] == "Россия и Центральная Азия. Регистр отношений: места"
    path = manifest["suggest"]["entity"]["service_path"]
    assert path == "/suggest/entity?lang=ru"
    assert manifest["preview"]["url"].endswith("/preview?id={{id}}&lang=ru")
    assert places.get("/suggest/entity", lang="ru", prefix="узб")["result"][0]["name"] == "Узбекистан"
    assert places.get("/suggest/entity", prefix="узб")["result"][0]["name"] == "Uzbekistan"


# Names.


@pytest.mark.parametrize(
    "text", ["Узбекистан", "узбекистан ", "Uzbekistan", "Республика Узбекистан", "UZ", "uz", "Узбекиcтан"]
)
def test_a_name_in_either_language_another_name_or_a_code_is_a_match(text, places, uzbekistan, russia):
    (first, *others) = places.candidates(text)
    assert (first["id"], first["name"], first["match"], first["score"]) == ("UZ", "Uzbekistan", True, 100)
    assert first["type"] == [{"id": "country", "name": "Country"}, {"id": "place", "name": "Place"}]
    assert not any(one["match"] for one in others)


def test_a_former_name_is_a_match(places, orenburg):
    assert places.found("Чкалов") == [("ru-orenburg", True, 100)]


def test_the_key_of_what_was_merged_means_what_was_kept(people, mirziyoyev):
    shown(mirziyoyev)
    FormerKey.objects.lead("sh-mirziyoyev", mirziyoyev)
    assert people.found("sh-mirziyoyev") == [("shavkat-mirziyoyev", True, 100)]
    rows = people.extended(["sh-mirziyoyev"], "name_en")["rows"]
    assert rows == {"sh-mirziyoyev": {"name_en": [{"str": "Shavkat Mirziyoyev"}]}}


def test_an_ambiguous_name_gives_all_who_have_it_and_no_match(people, uzbekistan, kazakhstan):
    for place in (uzbekistan, kazakhstan):
        shown(PersonFactory(key=f"orlov-{place.code.lower()}", place=place))
    assert people.found("Пётр Орлов") == [("orlov-kz", False, 100), ("orlov-uz", False, 100)]
    descriptions = [one["description"] for one in people.candidates("Петр Орлов")]
    assert descriptions == ["Kazakhstan, orlov-kz", "Uzbekistan, orlov-uz"]


def test_a_property_tells_namesakes_apart(people, uzbekistan, kazakhstan):
    for place in (uzbekistan, kazakhstan):
        shown(PersonFactory(key=f"orlov-{place.code.lower()}", place=place))
    for value in ("UZ", "Узбекистан", {"id": "UZ"}, ["AM", "Республика Узбекистан"]):
        (first, second) = people.candidates("Пётр Орлов", properties=[{"pid": "place", "v": value}])
        assert (first["id"], first["match"], first["score"]) == ("orlov-uz", True, 100)
        assert (second["id"], second["match"], second["score"]) == ("orlov-kz", False, 60)
        assert {"id": "property_place", "value": False} in second["features"]


def test_a_type_leaves_out_the_others(places, orenburg, orenburg_oblast):
    assert [one[0] for one in places.found("Оренбург")] == ["ru-orenburg"]
    assert places.found("Оренбург", type="region") == []
    assert places.found("Оренбургская область", type=["region", "city"])[0] == ("RU-ORE", True, 100)
    assert places.found("Оренбург", type="place", type_strict="should") == places.found("Оренбург")


def test_near_names_are_ranked_below(places, uzbekistan, kazakhstan):
    PlaceFactory(code="uz-near", kind="city", parent=uzbekistan, name_ru="Узбекистан-2", name_en="Nearby")
    found = places.found("Узбекистон")
    assert [one[0] for one in found] == ["UZ", "uz-near"]
    assert not any(match for _key, match, _score in found)
    assert 100 > found[0][2] > found[1][2] >= 60


def test_a_name_in_another_order_is_almost_the_same(people, mirziyoyev):
    shown(mirziyoyev)
    assert people.found("Мирзиеев, Шавкат") == [("shavkat-mirziyoyev", False, 99)]


def test_nothing_is_found_of_what_is_nothing_like_a_name(places, uzbekistan):
    for text in ("Атлантида", "!!!", " ", "\u202e"):
        assert places.found(text) == []


def test_a_query_without_a_text_goes_by_a_property_that_names(places, orenburg):
    asked = {"properties": [{"pid": "kind", "v": "city"}, {"pid": "key", "v": "ru-orenburg"}]}
    assert places.results(q0=asked)["q0"][0]["match"]
    assert places.results(q0={"properties": [{"pid": "kind", "v": "country"}]})["q0"] == []


def test_as_many_candidates_as_asked_for(places, uzbekistan, kazakhstan):
    assert len(places.candidates("Узбекистон", limit=1)) == 1
    for number in range(12):
        PlaceFactory(code=f"city-{number}", kind="city", parent=uzbekistan, name_ru="Новый", name_en="New")
    assert len(places.candidates("Новый")) == 10
    assert len(places.candidates("Новый", limit=12)) == 12


def test_a_batch_may_come_in_the_address(places, uzbekistan):
    answer = places.get(queries='{"q0": {"query": "UZ"}}')
    assert answer["q0"]["result"][0]["match"]


def test_a_source_is_found_by_title_url_and_numbers(sources):
    cited(
        key="vestnik",
        title="Торговля в Азии",
        title_translation="Trade in Asia",
        author="Орлов, Пётр",
        url="https://www.example.org/asia/?utm_source=x",
        doi="10.1000/182",
    )
    names = ("Торговля в Азии", "Trade in Asia", "Орлов, Пётр. Торговля в Азии")
    for text in (*names, "http://example.org/asia", "10.1000/182", "vestnik"):
        assert sources.found(text) == [("vestnik", True, 100)], text
    (found,) = sources.candidates("Торговля в Азии")
    assert found["type"][-1] == {"id": "source", "name": "Source"}
    assert found["description"].startswith("Орлов, Пётр")


# Only what readers see.


def test_who_takes_part_in_drafts_alone_is_not_found(people, organizations):
    hidden = PersonFactory(key="hidden", name_ru="Иван Тайный", name_en="Ivan Secret")
    bureau = OrganizationFactory(key="bureau", name_ru="Тайное бюро", name_en="Secret Bureau")
    draft = VisitFactory(participants=[(Role.VISITOR, hidden), (Role.HOST, bureau)])
    for service, entity in ((people, hidden), (organizations, bureau)):
        for text in (entity.name_ru, entity.key, f"{entity.name_ru}а"):
            assert service.found(text) == []
        assert service.suggested("entity", entity.name_ru[:5], "suggest-entities-response") == []
        assert service.extended([entity.key], "name_ru")["rows"] == {entity.key: {"name_ru": []}}
        service.get("/preview", 404, id=entity.key)
    draft.participations.create(role=Role.ORIGIN, place=PlaceFactory(code="UZ"))
    draft.participations.create(role=Role.DESTINATION, place=PlaceFactory(code="RU"))
    draft.publish()
    assert people.found("Иван Тайный") == [("hidden", True, 100)]
    draft.withdraw()
    assert people.found("Иван Тайный") == []


def test_a_hidden_namesake_leaves_a_name_unambiguous(people):
    shown(PersonFactory(key="seen"))
    PersonFactory(key="hidden")
    assert people.found("Пётр Орлов") == [("seen", True, 100)]


def test_a_source_of_drafts_alone_is_not_found(sources):
    source = SourceFactory(key="hidden", title="Тайный доклад", notes="geheim")
    forum = ForumFactory(sources=0)
    forum.cite(source)
    assert sources.found("Тайный доклад") == []
    forum.publish()
    assert sources.found("Тайный доклад") == [("hidden", True, 100)]
    assert "notes" not in [one["id"] for one in sources.get("/properties")["properties"]]
    sources.post(400, extend={"ids": ["hidden"], "properties": [{"id": "notes"}]})
    assert b"geheim" not in sources.client.get("/reconcile/sources/preview?id=hidden").content


def test_an_organisation_that_a_public_figure_is_about_is_found(organizations):
    factory = OrganizationFactory(key="plant", name_ru="Завод", name_en="Plant")
    figure = ObservationFactory(about_organization=factory)
    assert organizations.found("Завод") == []
    figure.publish()
    assert organizations.found("Завод") == [("plant", True, 100)]


def test_what_is_written_meanwhile_is_found(places, uzbekistan):
    assert places.found("Ташкент") == []
    city = PlaceFactory(
        code="uz-tashkent", kind="city", parent=uzbekistan, name_ru="Ташкент", name_en="Tashkent"
    )
    assert places.found("Ташкент") == [("uz-tashkent", True, 100)]
    city.name_ru, city.other_names_ru = "Тошкент", ""
    city.save()
    assert places.found("Тошкент") == [("uz-tashkent", True, 100)]
    assert not any(match for _key, match, _score in places.found("Ташкент"))
    Place.objects.filter(pk=city.pk).delete()
    assert places.found("Тошкент") == []


def test_nothing_is_written(places, uzbekistan):
    with CaptureQueriesContext(connection) as captured:
        places.candidates("Узбекистон")
        places.extended(["UZ"], "name_ru")
    assert len(captured)
    assert all(one["sql"].startswith("SELECT") for one in captured)


# Suggestions.


def test_entities_are_suggested_by_the_beginning_of_a_name_a_word_or_a_code(places, orenburg, uzbekistan):
    def suggested(prefix, **more):
        return places.suggested("entity", prefix, "suggest-entities-response", **more)

    assert suggested("орен") == ["ru-orenburg", "RU-ORE"]
    assert suggested("oren", cursor=1) == ["RU-ORE"]
    assert suggested("обл") == ["RU-ORE"]
    assert set(suggested("ru-o")) == {"ru-orenburg", "RU-ORE"}
    assert suggested("RU-ORE")[0] == "RU-ORE"
    assert suggested("ренбург") == []
    assert set(suggested("")) == {"RU", "UZ", "RU-ORE", "ru-orenburg"}


def test_types_and_properties_are_suggested_in_either_language(places, people):
    assert places.suggested("type", "reg", "suggest-types-response") == ["region"]
    assert places.suggested("type", "Город", "suggest-types-response") == ["city"]
    assert people.suggested("type", "", "suggest-types-response") == ["person"]
    assert places.suggested("property", "lat", "suggest-properties-response") == ["latitude"]
    assert "name_ru" in places.suggested("property", "назв", "suggest-properties-response")
    assert places.suggested("property", "dragon", "suggest-properties-response") == []


@pytest.mark.parametrize("slug", SERVICES)
def test_the_properties_of_a_type_are_proposed_and_can_all_be_fetched(slug, client, content):
    service = Service(client, slug)
    found = is_as_specified(service.get("/properties"), "data-extension-property-proposal")
    names = [one["id"] for one in found["properties"]]
    assert found["type"] == service.get()["defaultTypes"][0]["id"]
    limited = is_as_specified(service.get("/properties", limit=2), "data-extension-property-proposal")
    assert [one["id"] for one in limited["properties"]] == names[:2]
    ids = service.suggested("entity", "", "suggest-entities-response")
    rows = service.extended(ids, *names)["rows"]
    assert list(rows) == ids
    assert ids
    assert all(list(row) == names and row["key"] == [{"str": key}] for key, row in rows.items())


# Extension.


def test_values_are_those_of_the_row(places, orenburg):
    answer = places.extended(["ru-orenburg", "nowhere"], "name_ru", "kind", "parent", "former_names_ru")
    assert answer["meta"][2] == {
        "id": "parent",
        "name": "located in",
        "type": {"id": "place", "name": "Place"},
    }
    assert answer["rows"] == {
        "ru-orenburg": {
            "name_ru": [{"str": "Оренбург"}],
            "kind": [{"str": "city"}],
            "parent": [{"id": "RU-ORE", "name": "Orenburg Oblast"}],
            "former_names_ru": [{"str": "Чкалов"}],
        },
        "nowhere": {"name_ru": [], "kind": [], "parent": [], "former_names_ru": []},
    }


def test_a_region_has_the_coordinates_of_its_centre_and_a_country_none(places, orenburg_oblast):
    rows = places.extended(["RU-ORE", "RU"], "latitude", "longitude")["rows"]
    (latitude,), (longitude,) = rows["RU-ORE"].values()
    assert 51 < latitude["float"] < 52
    assert 55 < longitude["float"] < 56
    assert rows["RU"] == {"latitude": [], "longitude": []}


def test_a_place_of_an_organisation_names_the_service_of_places(organizations, ministry):
    answer = organizations.extended(["trade"], "name_en", "place")
    assert answer["meta"][1]["service"] == "http://testserver/reconcile/places"
    assert answer["rows"]["trade"]["place"] == [{"id": "UZ", "name": "Uzbekistan"}]


def test_a_source_gives_title_author_date_and_url(sources):
    cited(key="vestnik", title="Вестник", author="Орлов, Пётр", issued="2004-05", url="https://example.org/")
    rows = sources.extended(["vestnik"], "title", "author", "issued", "url")["rows"]
    values = [one["str"] for (one,) in rows["vestnik"].values()]
    assert values == ["Вестник", "Орлов, Пётр", "2004-05", "https://example.org/"]


def test_a_setting_limits_the_values(places, uzbekistan):
    uzbekistan.other_names_ru = "Один\nДва\nТри"
    uzbekistan.save()
    for limit, number in ((2, 2), ("1", 1), (0, 3), ("", 3), (2.0, 2)):
        asked = {"id": "other_names_ru", "settings": {"limit": limit}}
        assert len(places.extended(["UZ"], asked)["rows"]["UZ"]["other_names_ru"]) == number


# The preview.


def test_a_preview_is_a_small_page_without_scripts_that_may_be_framed(client, orenburg):
    response = client.get("/reconcile/places/preview?id=ru-orenburg")
    page = response.content.decode()
    assert "<h1>Orenburg</h1>" in page
    assert 'href="/en/places/ru-orenburg/"' in page
    assert "<script" not in page
    assert "X-Frame-Options" not in response
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors *" in policy
    assert "unsafe" not in policy
    assert "Оренбург</h1>" in client.get("/reconcile/places/preview?id=ru-orenburg&lang=ru").content.decode()


def test_a_preview_escapes_what_it_shows(client):
    shown(PersonFactory(key="bobby", name_en="<script>alert(1)</script>", office_en='"><img src=x>'))
    page = client.get("/reconcile/people/preview?id=bobby").content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script" not in page
    assert "<img" not in page


def test_there_is_no_preview_of_what_is_not_there(places):
    for key in ("nowhere", "", "uz'--"):
        assert places.get("/preview", 404, id=key)["status"] == 404
    places.get("/preview", 404)


# Costs.


@pytest.mark.parametrize("slug", SERVICES)
def test_a_batch_costs_the_same_statements_for_one_name_and_for_fifty(slug, client, ministry, mirziyoyev):
    shown(mirziyoyev)
    cited(title="Узбекистан")
    service = Service(client, slug)
    names = ["Узбекистан", "Министерство торговли", "Шавкат Мирзиёев", "Вестник", "dragon"] * 10

    def statements(number):
        batch = {f"q{i}": {"query": name} for i, name in enumerate(names[:number])}
        with CaptureQueriesContext(connection) as captured:
            service.results(**batch)
        return len(captured)

    statements(50)  # the names are read once
    assert statements(5) == statements(50) <= 4


def test_of_a_large_table_only_names_with_like_words_are_compared(monkeypatch, places, orenburg, uzbekistan):
    monkeypatch.setattr(tables, "MOST_COMPARED", 3)
    assert len(table_of(PLACES).to_compare("оренбургская обл")) == 2
    assert places.found("Оренбургскя область")[0][0] == "RU-ORE"
    assert places.found("dragon") == []


def test_names_are_read_once_until_one_changes(places, uzbekistan):
    before = table_of(PLACES)
    places.candidates("Узбекистан")
    assert table_of(PLACES) is before
    uzbekistan.save()
    assert table_of(PLACES) is not before
