"""What is particular to projects: dates, statuses, actors in roles, and what is connected with them."""

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

from relations.imports.pipeline import load_sheet
from relations.models import Observation, Project, RecordLink
from relations.readers.sheet import read_sheet
from relations.rows.projects import ProjectResource
from tests.helpers.admin import signed_in, text, url
from tests.helpers.factories import (
    AgreementFactory,
    ForumFactory,
    ObservationFactory,
    OrganizationFactory,
    PersonFactory,
    ProjectFactory,
    SourceFactory,
    VisitFactory,
)

pytestmark = pytest.mark.django_db


def told_in_2024(**values):
    project = ProjectFactory(sources=0, **values)
    project.cite(SourceFactory(issued="2024-05-27"), locator_label="paragraph", locator="1")
    return Project.objects.get(pk=project.pk)


class TestDates:
    def test_what_goes_on_is_not_bounded_by_the_source_that_tells_of_it(self):
        project = told_in_2024(status="operating", status_as_of="2024-05-27")
        assert (str(project.not_after), project.possible_to) == ("", None)

    def test_what_is_closed_is_over_when_the_source_tells_of_it(self):
        project = told_in_2024(status="closed")
        assert str(project.not_after) == "2024-05-27"
        assert project.not_after_reason == "source"

    def test_a_bound_goes_when_the_status_changes(self):
        project = told_in_2024(status="closed")
        project.status = "ongoing"
        project.save()
        assert str(Project.objects.get(pk=project.pk).not_after) == ""

    def test_a_project_from_start_to_end_is_found_in_each_year_between(self, client):
        ProjectFactory(title_en="Works", period="2019/2022", published=True)
        for year, is_found in (("2018", False), ("2019", True), ("2021", True), ("2023", False)):
            page = text(client.get(f"/en/projects/?year_from={year}&year_to={year}"))
            assert ("Works" in page) == is_found, year

    @pytest.mark.parametrize("status", ["proposed", "planned", "in_preparation"])
    def test_what_has_not_begun_is_no_fact(self, status):
        assert not ProjectFactory(status=status).has_happened

    @pytest.mark.parametrize(
        "status", ["under_construction", "operating", "ongoing", "suspended", "closed", "unknown"]
    )
    def test_everything_else_is(self, status):
        assert ProjectFactory(status=status).has_happened

    def test_an_end_before_the_start_is_refused(self):
        with pytest.raises(ValueError, match="2022"):
            ProjectFactory(period="2022/2019")


HEADINGS = (
    "key,title_en,project_type,status,status_as_of,period,places,parties,parent,operators,founders,hosts,investors,"
    "contractors,beneficiaries,actors,about,source,locator\n"
)
ROW = (
    "plant,Plant,joint_production,operating,2024-05,2019/..,UZ,RU; UZ,concern,org:concern; person:orlov,person:orlov,"
    "UZ,org:concern; RU,org:concern,UZ,org:concern,on-plants; fair; tour,chronicle,page 7\n"
)
ROLES = ["parent", "operator", "founder", "host", "investor", "contractor", "beneficiary", "participant"]


@pytest.fixture
def plant(russia, uzbekistan):
    """A published project with a value in every column, as a sheet has brought it."""
    SourceFactory(key="chronicle")
    OrganizationFactory(key="concern", name_en="Concern", place=russia)
    PersonFactory(key="orlov", name_en="Pyotr Orlov")
    AgreementFactory(key="on-plants", title_en="Agreement on plants", published=True)
    ForumFactory(key="fair", title_en="Fair", published=True)
    VisitFactory(key="tour", title_en="Tour", published=True)
    report = load_sheet(ProjectResource, read_sheet((HEADINGS + ROW).encode()), publish=True)
    assert not report.errors, report.errors
    return Project.objects.published().get()


class TestActors:
    def test_each_column_is_a_role(self, plant):
        assert {one.role for one in plant.participations.all()} == {*ROLES, "party", "location"}
        assert [one.who.key for one in plant.in_role("operator")] == ["concern", "orlov"]

    def test_the_page_names_them_by_their_roles(self, plant, client):
        page = text(client.get("/en/projects/plant/"))
        for word in (
            "parent organisation",
            "operators",
            "founders",
            "investors",
            "contractors",
            "beneficiaries",
        ):
            assert word in page.lower(), word
        assert "головная организация" in text(client.get("/ru/projects/plant/")).lower()

    def test_the_place_of_an_actor_takes_part(self, plant, client):
        assert plant.in_scope
        assert plant in Project.objects.involving(["RU"]).involving(["UZ"])

    def test_a_parent_is_an_organisation(self, plant):
        row = ROW.replace("RU; UZ,concern,", "RU; UZ,person:orlov,")
        report = load_sheet(ProjectResource, read_sheet((HEADINGS + row).encode()))
        assert [finding.header for finding in report.errors] == ["parent"]

    def test_the_form_offers_the_roles_of_projects_alone(self, plant, staff):
        page = signed_in(staff("editor")).get(url(Project, "add"))
        (participants,) = (
            one for one in page.context["inline_admin_formsets"] if one.formset.prefix == "participations"
        )
        offered = [value for value, _label in participants.formset.empty_form.fields["role"].choices if value]
        assert set(offered) == {*ROLES, "party", "location"}

    def test_a_sheet_that_is_exported_is_read_back_and_changes_nothing(self, plant, tmp_path):
        path = tmp_path / "projects.csv"
        call_command("export_sheet", "projects", output=str(path))
        report = load_sheet(ProjectResource, read_sheet(path.read_bytes()))
        assert (report.unchanged, report.errors) == (1, [])


class TestConnections:
    def test_lead_to_agreements_forums_and_visits_and_read_back(self, plant, client):
        page = text(client.get("/en/projects/plant/"))
        for address, title in (
            ("agreements/on-plants/", "Agreement on plants"), ("forums/fair/", "Fair"), ("visits/tour/", "Tour"),
        ):  # fmt: skip
            assert title in page
            assert "Plant" in text(client.get(f"/en/{address}")), address

    def test_a_figure_names_the_project_it_is_about(self, plant, client):
        figure = ObservationFactory(about_project=plant, published=True)
        assert client.get("/en/projects/plant/").context["figures"] == [figure]
        assert Observation.objects.get().about == plant

    def test_do_not_lead_to_figures(self, plant):
        link = RecordLink(kind="about", from_project=plant, to_observation=ObservationFactory())
        with pytest.raises(ValidationError):
            link.clean()


class TestLists:
    @pytest.mark.parametrize(
        ("question", "number"),
        [
            ("type=joint_production", 1), ("type=company", 0), ("status=operating", 1), ("status=closed", 0),
            ("status=closed&status=operating", 1), ("type=joint_production&country=UZ&with=RU", 1),
        ],
    )  # fmt: skip
    def test_are_filtered_by_type_and_status(self, plant, client, question, number):
        assert client.get(f"/en/projects/?{question}").context["page"].paginator.count == number

    def test_an_impossible_status_is_explained(self, plant, client):
        answer = client.get("/en/projects/?status=in_force")
        assert answer.status_code == 200
        assert answer.context["page"].paginator.count == 0

    def test_a_line_tells_the_kind_and_the_status(self, plant, client):
        page = text(client.get("/ru/projects/"))
        assert "совместное производство" in page
        assert "действует" in page
