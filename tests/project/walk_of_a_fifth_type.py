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
PROJECTS = BY_SLUG["projects"]
Project = PROJECTS.model


@pytest.fixture
def ministry(db):
    return OrganizationFactory(
        key="ministry", name_ru="Министерство энергетики", name_en="Ministry of Energy"
    )


@pytest.fixture
def agreement(db):
    return AgreementFactory(key="on-energy", title_en="Agreement on energy", published=True)


@pytest.fixture
def project(russia, uzbekistan, ministry, agreement):
    """A published project with a value in every column."""
    found = Project.objects.create(
        key="power-plant", title_ru="Строительство электростанции", title_en="Construction of a power plant",
        summary_en="Two units.", period="2018-10-19/2022", project_type="industry", status="under_way", amount=120,
    )  # fmt: skip
    for place in (russia, uzbekistan):
        found.participations.create(role="location", place=place)
    found.participations.create(role="participant", organization=ministry)
    RecordLink.objects.create(kind="implements", from_project=found, to_agreement=agreement)
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
            ("", 1), ("?q=электростанций", 1), ("?q=energy", 1), ("?country=UZ&with=RU", 1), ("?country=KZ", 0),
            ("?type=industry&status=under_way", 1), ("?type=education", 0), ("?year_from=2019&year_to=2020", 1),
            ("?year_from=2023", 0), ("?source=chronicle&sourced=all&sort=title", 1),
        ],
    )  # fmt: skip
    def test_the_list(self, client, project, kazakhstan, question, number):
        answer = client.get(f"/en/projects/{question}")
        assert answer.context["page"].paginator.count == number
        assert ("Construction of a power plant" in text(answer)) == bool(number)

    def test_its_line_has_countries_and_codes(self, client, project):
        found = page(client, "/en/projects/")
        assert "Uzbekistan" in found
        assert "industry" in found
        assert "under way" in found

    def test_the_page_of_a_record(self, client, project):
        found = page(client, "/en/projects/power-plant/")
        for part in ("120", "Ministry of Energy", "Хроника", "Agreement on energy", '"@type":"Project"'):
            assert part in found, part
        assert '"foundingDate":"2018-10-19","dissolutionDate":"2022"' in found

    def test_the_link_reads_back(self, client, project):
        assert "Construction of a power plant" in page(client, "/en/agreements/on-energy/")

    def test_words_are_in_russian_too(self, client, project):
        assert "1 проект" in page(client, "/ru/projects/")
        assert "Каждый проект учитывается один раз" in page(client, "/ru/about/")
        assert "Проекты" in page(client, "/ru/")

    @pytest.mark.parametrize(
        "address",
        [
            "search/?q=электростанция", "timeline/", "timeline/?type=projects", "places/UZ/", "relations/ru-uz/",
            "sources/chronicle/",
        ],
    )  # fmt: skip
    def test_pages_of_all_types_have_it(self, client, project, address):
        assert "Строительство" in page(client, f"/ru/{address}")

    @pytest.mark.parametrize("view", ["years", "map", "matrix"])
    def test_other_views_of_the_list(self, client, project, view):
        page(client, f"/en/{view}/projects/?country=UZ")

    @pytest.mark.parametrize(
        "address", ["/en/projects/", "/en/timeline/", "/api/v1/projects/", "/en/projects.atom"]
    )
    def test_more_records_need_no_more_queries(self, client, project, russia, agreement, address):
        file(client, address)  # what is loaded only once is loaded now
        with CaptureQueriesContext(connection) as for_one:
            file(client, address)
        for number in range(4):
            other = FACTORIES["projects"](title_en=f"Road {number}", sources=2, published=True)
            other.links.create(kind="implements", to_agreement=agreement)
        file(client, address)  # the index follows what has been written
        with CaptureQueriesContext(connection) as for_five:
            file(client, address)
        assert len(for_five) == len(for_one)

    def test_navigation_home_and_data_lead_to_it(self, client, project):
        assert page(client, "/en/").count('href="/en/projects/"') >= 2
        assert 'href="/en/projects.csv"' in page(client, "/en/data/")

    def test_a_withdrawn_record_is_gone_and_a_renamed_one_redirects(self, client, project):
        project.key = "new-key"
        project.save()
        assert FormerKey.objects.get(key="power-plant").project == project
        assert client.get("/en/projects/power-plant/").url == "/en/projects/new-key/"
        project.withdraw()
        assert client.get("/en/projects/new-key/").status_code == 410


class TestFiles:
    @pytest.mark.parametrize("form", ["csv", "json", "atom", "ris", "bib", "csl", "xlsx"])
    def test_the_list_as_a_file(self, client, project, form):
        answer = client.get(f"/en/projects.{form}?country=UZ")
        assert answer.status_code == 200
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert form == "xlsx" or b"power" in content

    def test_the_feed_says_its_kind(self, client, project):
        found = file(client, "/en/projects.atom")
        assert 'term="projects"' in found
        assert 'term="industry"' in found

    @pytest.mark.parametrize("form", ["ris", "bib", "json", "jsonld"])
    def test_a_record_is_cited(self, client, project, form):
        assert "Construction of a power plant" in file(client, f"/en/projects/power-plant/cite.{form}")

    def test_the_sitemap(self, client, project):
        assert "/projects/power-plant/" in file(client, "/sitemap-projects.xml")

    def test_the_interface_for_programs(self, client, project):
        (listed,) = json.loads(file(client, "/api/v1/projects/?status=under_way"))["results"]
        one = json.loads(file(client, "/api/v1/projects/power-plant/"))
        assert listed == one
        assert one["columns"]["amount"] == "120"
        assert one["links"][0]["key"] == "on-energy"
        assert "ProjectColumns" in file(client, "/api/v1/schema/")

    def test_the_dump(self, project, tmp_path):
        call_command("dump_register", output=str(tmp_path), date="2026-10-01")
        with zipfile.ZipFile(tmp_path / "register-2026-10-01.zip") as archive:
            names = archive.namelist()
            (row,) = csv.DictReader(io.StringIO(archive.read("projects.csv").decode("utf-8-sig")))
            assert "projects.csv,project_type" in archive.read("codebook.csv").decode()
        assert "projects.csv" in names
        assert (row["key"], row["places"], row["implements"]) == ("power-plant", "RU; UZ", "on-energy")


HEADINGS = "title_en,project_type,status,period,places,organizations,amount,implements,source,cited_fields\n"
ROW = "Bridge,infrastructure,completed,2005,UZ; RU,Ministry of Energy,7.5,on-energy,chronicle,\n"


class TestSheets:
    def test_it_is_imported_in_the_admin_and_undone(self, staff, project):
        client = signed_in(staff("publisher"))
        preview = upload(client, (HEADINGS + ROW).encode(), model=Project)
        assert counts(preview) == (1, 0, 0), text(preview)
        stored = press(client, preview, "confirm")
        bridge = Project.objects.get(title_en="Bridge")
        assert [link.target.key for link in bridge.links.all()] == ["on-energy"]
        assert {one.who.natural_key()[0] for one in bridge.participations.all()} == {"UZ", "RU", "ministry"}
        assert bridge.amount == 7.5
        undone(client, batch_of(stored))
        assert not Project.objects.filter(title_en="Bridge").exists()

    def test_an_error_is_reported_at_its_cell(self, project):
        data = HEADINGS + ROW.replace("infrastructure", "infrastructures").replace("7.5", "much")
        report = load_sheet(PROJECTS.resource, read_sheet(data.encode()))
        assert [finding.header for finding in report.errors] == ["project_type", "amount"]

    def test_an_export_is_read_back_and_changes_nothing(self, project, tmp_path):
        call_command("export_sheet", "projects", output=str(tmp_path / "projects.csv"))
        call_command("import_sheet", "projects", str(tmp_path / "projects.csv"))
        data = (tmp_path / "projects.csv").read_bytes()
        report = load_sheet(PROJECTS.resource, read_sheet(data))
        assert (report.rows, report.unchanged, report.errors) == (1, 1, [])

    def test_an_undone_change_restores_the_row_before(self, project):
        before = Project.objects.get().row
        data = b"key,amount,status\npower-plant,99,completed\n"
        report = load_sheet(
            PROJECTS.resource,
            read_sheet(
                data,
            ),
            keep_batch=True,
            publish=True,
        )
        assert Project.objects.get().amount == 99
        call_command("undo_import", str(report.batch))
        assert Project.objects.get().row == before

    def test_the_template_is_read_as_a_sheet_of_its_type(self, project):
        stream = io.BytesIO()
        write_template(stream, PROJECTS.resource)
        report = load_sheet(RESOURCES["projects"], read_sheet(stream.getvalue()), dry_run=True)
        assert not report.errors
        refused = load_sheet(RESOURCES["visits"], read_sheet((HEADINGS + ROW).encode()))
        assert refused.errors[0].problem.code == "header.other_type"


class TestDesk:
    def test_every_page_opens(self, staff, project):
        client = signed_in(staff("publisher"))
        for address in ("/admin/", url(Project), url(Project, "add"), url(Project, "change", project.pk)):
            assert client.get(address).status_code == 200, address
        assert "Construction of a power plant" in text(client.get(url(Project), {"q": "power"}))
        assert "Projects" in text(client.get("/admin/"))

    def test_a_form_is_filled_in_saved_and_published(self, staff, project, russia, agreement):
        client, address = signed_in(staff("publisher")), url(Project, "add")
        data = filled_in(client.get(address), title_en="School", project_type="education", period="2024")
        data |= {"citations-TOTAL_FORMS": 1, "citations-0-source": Source.objects.get(key="chronicle").pk}
        data |= {"citations-0-confidence": "high"}
        data |= {"participations-TOTAL_FORMS": 1, "participations-0-role": "location"}
        data |= {"participations-0-place": russia.pk}
        data |= {"links-TOTAL_FORMS": 1, "links-0-kind": "implements", "links-0-to_agreement": agreement.pk}
        answer = client.post(address, data)
        assert answer.status_code == 302, answer.context["errors"]
        school = Project.objects.get(title_en="School")
        act(signed_in(staff("administrator")), "publish", school)
        assert school in Project.objects.published().matching("school").involving(["RU"])
        assert [link.target for link in school.links.all()] == [agreement]

    def test_one_without_a_source_is_not_published(self, project):
        bare = Project.objects.create(title_en="Bare")
        assert [problem.code for problem in bare.publication_problems()] == ["publish.source"]

    def test_roles_have_their_permissions(self, roles):
        of = Permission.objects.filter(group__name="publisher").values_list("codename", flat=True)
        assert {"publish_project", "import_project", "change_project", "delete_project"} <= set(of)
        of = Permission.objects.filter(group__name="editor").values_list("codename", flat=True)
        assert "publish_project" not in of


class TestDatabase:
    def test_a_row_that_belongs_to_two_records_is_refused(self, project, agreement, russia):
        with pytest.raises(IntegrityError), transaction.atomic():
            Participation(project=project, agreement=agreement, role="location", place=russia).save()
        with pytest.raises(IntegrityError), transaction.atomic():
            RecordLink(kind="signed_at", from_project=project, to_agreement=agreement).save()

    def test_it_has_a_search_index(self, project):
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SELECT count(*) FROM pg_indexes WHERE indexname = 'relations_project_words'")
            else:
                cursor.execute("SELECT count(*) FROM relations_project_words")
            assert cursor.fetchone() == (1,)

    def test_deleting_it_leaves_no_import_behind(self, project):
        project.withdraw()
        Project.objects.filter(pk=project.pk).delete()
        assert not RecordLink.objects.exists()
        assert not ImportBatch.objects.exists()

    def test_curated_content_and_rows_are_made_for_it(self, project):
        call_command("refresh_records")
        assert "power-plant" in Project.objects.get().row
