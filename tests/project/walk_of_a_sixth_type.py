"""A walk through everything that follows from the catalogue, for the type of docs/adding-a-record-type.md.

Only a tree that has this type can run it: test_adding_a_record_type.py makes one, and runs it there.
"""

import csv
import io
import json
import zipfile

import pytest
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from relations.catalog import BY_SLUG, RESOURCES
from relations.imports.pipeline import load_sheet
from relations.models import FormerKey, ImportBatch, Participation, RecordLink, Source
from relations.readers.sheet import read_sheet
from relations.writers.template import write_template
from tests.helpers.admin import act, filled_in, signed_in, text, url
from tests.helpers.factories import FACTORIES, AgreementFactory, OrganizationFactory, SourceFactory
from tests.helpers.import_pages import batch_of, counts, press, undone, upload

pytestmark = pytest.mark.django_db
EXPEDITIONS = BY_SLUG["expeditions"]
Expedition = EXPEDITIONS.model


@pytest.fixture
def institute(db):
    return OrganizationFactory(
        key="institute", name_ru="Институт географии", name_en="Institute of Geography"
    )


@pytest.fixture
def agreement(db):
    return AgreementFactory(key="on-glaciers", title_en="Agreement on glaciers", published=True)


@pytest.fixture
def expedition(russia, uzbekistan, institute, agreement):
    """A published expedition with a value in every column."""
    found = Expedition.objects.create(
        key="fedchenko", title_ru="Экспедиция на ледник Федченко", title_en="Expedition to the Fedchenko Glacier",
        summary_en="Two camps.", period="2018-10-19/2022", expedition_type="glaciological", status="under_way",
        amount=120,
    )  # fmt: skip
    for place in (russia, uzbekistan):
        found.participations.create(role="location", place=place)
    found.participations.create(role="participant", organization=institute)
    RecordLink.objects.create(kind="implements", from_expedition=found, to_agreement=agreement)
    found.cite(SourceFactory(key="chronicle", title="Хроника"), locator_label="page", locator="7")
    found.publish()
    return found


def page(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return text(answer)


def file(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode("utf-8-sig")


class TestPages:
    @pytest.mark.parametrize(
        ("question", "number"),
        [
            ("", 1), ("?q=ледников", 1), ("?q=geography", 1), ("?country=UZ&with=RU", 1), ("?country=KZ", 0),
            ("?type=glaciological&status=under_way", 1), ("?type=archaeological", 0),
            ("?year_from=2019&year_to=2020", 1), ("?year_from=2023", 0),
            ("?source=chronicle&sourced=all&sort=title", 1),
        ],
    )  # fmt: skip
    def test_the_list(self, client, expedition, kazakhstan, question, number):
        answer = client.get(f"/en/expeditions/{question}")
        assert answer.context["page"].paginator.count == number
        assert ("Expedition to the Fedchenko Glacier" in text(answer)) == bool(number)

    def test_its_line_has_countries_and_codes(self, client, expedition):
        found = page(client, "/en/expeditions/")
        assert "Uzbekistan" in found
        assert "glaciological" in found
        assert "under way" in found

    def test_the_page_of_a_record(self, client, expedition):
        found = page(client, "/en/expeditions/fedchenko/")
        for part in ("120", "Institute of Geography", "Хроника", "Agreement on glaciers", '"@type":"Event"'):
            assert part in found, part
        assert '"startDate":"2018-10-19","endDate":"2022"' in found

    def test_the_link_reads_back(self, client, expedition):
        assert "Expedition to the Fedchenko Glacier" in page(client, "/en/agreements/on-glaciers/")

    def test_words_are_in_russian_too(self, client, expedition):
        assert "1 экспедиция" in page(client, "/ru/expeditions/")
        assert "Каждая экспедиция учитывается один раз" in page(client, "/ru/about/")
        assert "Экспедиции" in page(client, "/ru/")

    @pytest.mark.parametrize(
        "address",
        [
            "search/?q=ледник", "timeline/", "timeline/?type=expeditions", "places/UZ/", "relations/ru-uz/",
            "sources/chronicle/",
        ],
    )  # fmt: skip
    def test_pages_of_all_types_have_it(self, client, expedition, address):
        assert "ледник" in page(client, f"/ru/{address}")

    @pytest.mark.parametrize("view", ["years", "map", "matrix"])
    def test_other_views_of_the_list(self, client, expedition, view):
        page(client, f"/en/{view}/expeditions/?country=UZ")

    @pytest.mark.parametrize(
        "address", ["/en/expeditions/", "/en/timeline/", "/api/v1/expeditions/", "/en/expeditions.atom"]
    )
    def test_more_records_need_no_more_queries(self, client, expedition, russia, agreement, address):
        file(client, address)  # what is loaded only once is loaded now
        with CaptureQueriesContext(connection) as for_one:
            file(client, address)
        for number in range(4):
            other = FACTORIES["expeditions"](title_en=f"Trip {number}", sources=2, published=True)
            other.links.create(kind="implements", to_agreement=agreement)
        file(client, address)  # the index follows what has been written
        with CaptureQueriesContext(connection) as for_five:
            file(client, address)
        assert len(for_five) == len(for_one)

    def test_navigation_home_and_data_lead_to_it(self, client, expedition):
        assert page(client, "/en/").count('href="/en/expeditions/"') >= 2
        assert 'href="/en/expeditions.csv"' in page(client, "/en/data/")

    def test_a_withdrawn_record_is_gone_and_a_renamed_one_redirects(self, client, expedition):
        expedition.key = "new-key"
        expedition.save()
        assert FormerKey.objects.get(key="fedchenko").expedition == expedition
        assert client.get("/en/expeditions/fedchenko/").url == "/en/expeditions/new-key/"
        expedition.withdraw()
        assert client.get("/en/expeditions/new-key/").status_code == 410


class TestFiles:
    @pytest.mark.parametrize("form", ["csv", "json", "atom", "ris", "bib", "csl", "xlsx"])
    def test_the_list_as_a_file(self, client, expedition, form):
        answer = client.get(f"/en/expeditions.{form}?country=UZ")
        assert answer.status_code == 200
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert form == "xlsx" or b"fedchenko" in content

    def test_the_feed_says_its_kind(self, client, expedition):
        found = file(client, "/en/expeditions.atom")
        assert 'term="expeditions"' in found
        assert 'term="glaciological"' in found

    @pytest.mark.parametrize("form", ["ris", "bib", "json", "jsonld"])
    def test_a_record_is_cited(self, client, expedition, form):
        assert "Expedition to the Fedchenko Glacier" in file(client, f"/en/expeditions/fedchenko/cite.{form}")

    def test_the_sitemap(self, client, expedition):
        assert "/expeditions/fedchenko/" in file(client, "/sitemap-expeditions.xml")

    def test_the_interface_for_programs(self, client, expedition):
        (listed,) = json.loads(file(client, "/api/v1/expeditions/?status=under_way"))["results"]
        one = json.loads(file(client, "/api/v1/expeditions/fedchenko/"))
        assert listed == one
        assert one["columns"]["amount"] == "120"
        assert one["links"][0]["key"] == "on-glaciers"
        assert "ExpeditionColumns" in file(client, "/api/v1/schema/")

    def test_the_dump(self, expedition, tmp_path):
        call_command("dump_register", output=str(tmp_path), date="2026-10-01")
        with zipfile.ZipFile(tmp_path / "register-2026-10-01.zip") as archive:
            names = archive.namelist()
            (row,) = csv.DictReader(io.StringIO(archive.read("expeditions.csv").decode("utf-8-sig")))
            assert "expeditions.csv,expedition_type" in archive.read("codebook.csv").decode()
        assert "expeditions.csv" in names
        assert (row["key"], row["places"], row["implements"]) == ("fedchenko", "RU; UZ", "on-glaciers")


HEADINGS = (
    "title_en,expedition_type,status,period,places,organizations,amount,implements,source,cited_fields\n"
)
ROW = "Digs,archaeological,completed,2005,UZ; RU,Institute of Geography,7.5,on-glaciers,chronicle,\n"


class TestSheets:
    def test_it_is_imported_in_the_admin_and_undone(self, staff, expedition):
        client = signed_in(staff("publisher"))
        preview = upload(client, (HEADINGS + ROW).encode(), model=Expedition)
        assert counts(preview) == (1, 0, 0), text(preview)
        stored = press(client, preview, "confirm")
        digs = Expedition.objects.get(title_en="Digs")
        assert [link.target.key for link in digs.links.all()] == ["on-glaciers"]
        assert {one.who.natural_key()[0] for one in digs.participations.all()} == {"UZ", "RU", "institute"}
        assert digs.amount == 7.5
        undone(client, batch_of(stored))
        assert not Expedition.objects.filter(title_en="Digs").exists()

    def test_an_error_is_reported_at_its_cell(self, expedition):
        data = HEADINGS + ROW.replace("archaeological", "archaeologicals").replace("7.5", "much")
        report = load_sheet(EXPEDITIONS.resource, read_sheet(data.encode()))
        assert [finding.header for finding in report.errors] == ["expedition_type", "amount"]

    def test_an_export_is_read_back_and_changes_nothing(self, expedition, tmp_path):
        call_command("export_sheet", "expeditions", output=str(tmp_path / "expeditions.csv"))
        call_command("import_sheet", "expeditions", str(tmp_path / "expeditions.csv"))
        data = (tmp_path / "expeditions.csv").read_bytes()
        report = load_sheet(EXPEDITIONS.resource, read_sheet(data))
        assert (report.rows, report.unchanged, report.errors) == (1, 1, [])

    def test_an_undone_change_restores_the_row_before(self, expedition):
        before = Expedition.objects.get().row
        data = b"key,amount,status\nfedchenko,99,completed\n"
        report = load_sheet(
            EXPEDITIONS.resource,
            read_sheet(
                data,
            ),
            keep_batch=True,
            publish=True,
        )
        assert Expedition.objects.get().amount == 99
        call_command("undo_import", str(report.batch))
        assert Expedition.objects.get().row == before

    def test_the_template_is_read_as_a_sheet_of_its_type(self, expedition):
        stream = io.BytesIO()
        write_template(stream, EXPEDITIONS.resource)
        report = load_sheet(RESOURCES["expeditions"], read_sheet(stream.getvalue()), dry_run=True)
        assert not report.errors
        refused = load_sheet(RESOURCES["visits"], read_sheet((HEADINGS + ROW).encode()))
        assert refused.errors[0].problem.code == "header.other_type"


class TestDesk:
    def test_every_page_opens(self, staff, expedition):
        client = signed_in(staff("publisher"))
        for address in (
            "/admin/",
            url(Expedition),
            url(Expedition, "add"),
            url(Expedition, "change", expedition.pk),
        ):
            assert client.get(address).status_code == 200, address
        assert "Expedition to the Fedchenko Glacier" in text(client.get(url(Expedition), {"q": "glacier"}))
        assert "Expeditions" in text(client.get("/admin/"))

    def test_a_form_is_filled_in_saved_and_published(self, staff, expedition, russia, agreement):
        client, address = signed_in(staff("publisher")), url(Expedition, "add")
        data = filled_in(
            client.get(address), title_en="Survey", expedition_type="archaeological", period="2024"
        )
        data |= {"citations-TOTAL_FORMS": 1, "citations-0-source": Source.objects.get(key="chronicle").pk}
        data |= {"citations-0-confidence": "high"}
        data |= {"participations-TOTAL_FORMS": 1, "participations-0-role": "location"}
        data |= {"participations-0-place": russia.pk}
        data |= {"links-TOTAL_FORMS": 1, "links-0-kind": "implements", "links-0-to_agreement": agreement.pk}
        answer = client.post(address, data)
        assert answer.status_code == 302, answer.context["errors"]
        survey = Expedition.objects.get(title_en="Survey")
        act(signed_in(staff("administrator")), "publish", survey)
        assert survey in Expedition.objects.published().matching("survey").involving(["RU"])
        assert [link.target for link in survey.links.all()] == [agreement]

    def test_one_without_a_source_is_not_published(self, expedition):
        bare = Expedition.objects.create(title_en="Bare")
        assert [problem.code for problem in bare.publication_problems()] == ["publish.source"]

    def test_roles_have_their_permissions(self, roles):
        of = Permission.objects.filter(group__name="publisher").values_list("codename", flat=True)
        assert {"publish_expedition", "import_expedition", "change_expedition", "delete_expedition"} <= set(
            of
        )
        of = Permission.objects.filter(group__name="editor").values_list("codename", flat=True)
        assert "publish_expedition" not in of


class TestDatabase:
    def test_a_row_that_belongs_to_two_records_is_refused(self, expedition, agreement, russia):
        with pytest.raises(IntegrityError), transaction.atomic():
            Participation(expedition=expedition, agreement=agreement, role="location", place=russia).save()
        with pytest.raises(IntegrityError), transaction.atomic():
            RecordLink(kind="signed_at", from_expedition=expedition, to_agreement=agreement).save()

    def test_it_has_a_search_index(self, expedition):
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(
                    "SELECT count(*) FROM pg_indexes WHERE indexname = 'relations_expedition_words'"
                )
            else:
                cursor.execute("SELECT count(*) FROM relations_expedition_words")
            assert cursor.fetchone() == (1,)

    def test_deleting_it_leaves_no_import_behind(self, expedition):
        expedition.withdraw()
        Expedition.objects.filter(pk=expedition.pk).delete()
        assert not RecordLink.objects.exists()
        assert not ImportBatch.objects.exists()

    def test_curated_content_and_rows_are_made_for_it(self, expedition):
        call_command("refresh_records")
        assert "fedchenko" in Expedition.objects.get().row
