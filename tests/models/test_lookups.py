"""Questions about what no column can hold are answered: an address of the admin may ask them."""

import pytest

from relations.models import Forum
from tests.helpers.factories import ForumFactory

pytestmark = pytest.mark.django_db
TOO_LARGE = ("10000", "9" * 20, "9" * 400)
TOO_SMALL = ("0", "-9999", "-" + "9" * 400)


@pytest.fixture(autouse=True)
def forum():
    return ForumFactory(period="2009-09-11")


def number(**asked):
    return Forum.objects.filter(**asked).count()


@pytest.mark.parametrize("year", TOO_LARGE)
def test_every_date_is_earlier_than_a_year_that_is_too_large(year):
    lookups = ("exact", "gt", "gte", "lt", "lte")
    assert [number(**{f"first_day__year__{one}": year}) for one in lookups] == [0, 0, 0, 1, 1]


@pytest.mark.parametrize("year", TOO_SMALL)
def test_every_date_is_later_than_a_year_that_is_too_small(year):
    lookups = ("exact", "gt", "gte", "lt", "lte")
    assert [number(**{f"first_day__year__{one}": year}) for one in lookups] == [0, 1, 1, 0, 0]


def test_possible_years_are_compared_as_before():
    found = {one: number(**{f"first_day__year__{one}": 2009}) for one in ("exact", "gt", "gte", "lt", "lte")}
    assert found == {"exact": 1, "gt": 0, "gte": 1, "lt": 0, "lte": 1}


@pytest.mark.parametrize("value", [*TOO_LARGE[1:], TOO_SMALL[2]])
def test_a_number_that_is_too_large_is_among_none(value, forum):
    assert number(id__in=[value]) == number(first_day__year__in=[value]) == 0
    assert number(id__in=[value, forum.pk]) == 1
    assert number(id__in=Forum.objects.values("pk")) == 1


@pytest.mark.parametrize(
    "query", ["first_day__year=-9999", f"id__in={'9' * 30}", f"first_day__year__gte={'9' * 30}"]
)
def test_the_admin_answers(query, admin_client):
    assert admin_client.get(f"/admin/relations/forum/?{query}").status_code in (200, 302)
