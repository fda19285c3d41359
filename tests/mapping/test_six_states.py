"""Rows of the six states are chosen with one tick; what may be one of them is kept, so that it is asked about."""

import pytest
from django.http import QueryDict

from relations.catalog import RESOURCES
from relations.imports.report import grouped
from relations.mapping.answers import Answers
from relations.mapping.recipe import Recipe
from relations.mapping.sample import sample_of
from relations.readers.sheet import make_sheet
from tests.helpers.factories import PlaceFactory
from tests.helpers.sheets import load_table

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def places(russia, kazakhstan, uzbekistan):
    PlaceFactory(code="KG", name_ru="Киргизия", name_en="Kyrgyzstan", other_names_en="Kyrgyz Republic")
    PlaceFactory(code="UA", name_ru="Украина", name_en="Ukraine")


def kept(slug, ours, *cells, separator=""):
    """The cells of one column that are kept by a tick at the six states."""
    sheet = make_sheet("Лист1", [["Partner", "2001"], *([cell, "1"] for cell in cells)], "")
    form = Answers(
        RESOURCES[slug], sample_of(sheet), Recipe(slug, heading_rows=(1,), headings=("Partner", "2001"))
    )
    post = QueryDict(mutable=True)
    post.update({"headings": "1", "c0": ours, "six0": "on", "by0": separator})
    post.setlist("at", ["0", "1"])
    return form.posted(post).recipe.only.get("Partner", ())


def test_names_of_the_six_are_kept_in_the_spelling_of_their_producer():
    names = ("Russia", "Kazakhstan, Rep. of", "Kyrgyz Rep.", "KZ", "Usbekistan", "Узбекистан¹")
    assert kept("statistics", "counterpart", *names) == names


def test_names_of_others_are_not():
    assert (
        kept(
            "statistics", "counterpart", "Ukraine", "Cyprus", "Tunisia", "World", "Belgium", "Serbia, Rep. of"
        )
        == ()
    )


def test_of_several_names_in_a_cell_each_counts():
    cells = ("Ukraine, Kazakhstan", "Kyrgyz Rep., Moldova", "Ukraine, Moldova")
    assert kept("agreements", "parties", *cells, separator=",") == ("Kazakhstan", "Kyrgyz Rep.")


def test_columns_that_are_not_read_are_one_remark_of_a_page_and_one_each_of_a_report():
    header = ["title_ru", "date_signed", "Прочее А", "Прочее Б", "Прочее В"]
    report = load_table("agreements", header, ["Договор", "1993", "1", "2", "3"], dry_run=True)
    ignored = [one for one in report.as_json()["warnings"] if one["code"] == "column.ignored"]
    assert len(ignored) == 3
    (group,) = [one for one in grouped(report.warnings, by_kind=True) if one["code"] == "column.ignored"]
    assert (group["count"], len(group["examples"])) == (3, 3)
