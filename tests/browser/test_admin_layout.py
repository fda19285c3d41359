"""Nothing in the admin lies over something else or is cut off on a small laptop, in real Chromium."""

import pytest

from relations.models import Agreement, ErrorReport, Observation
from tests.helpers.admin import url
from tests.helpers.reports import report_on

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LAPTOP = 1280


@pytest.fixture
def publisher(visit, staff):
    """A publisher who is signed in, at a small laptop."""
    staff("publisher")
    with visit(width=LAPTOP) as one:
        one.sign_in("publisher")
        yield one


def open_page(tab, model, page="changelist", *args):
    tab.open(url(model, page, *args).lstrip("/"))


def style(tab, selector, name):
    return tab.page.locator(selector).first.evaluate("(one, name) => getComputedStyle(one)[name]", name)


def test_the_heading_of_a_list_does_not_lie_under_its_buttons(publisher):
    for model in (Observation, Agreement):
        open_page(publisher, model)
        heading, tools = (
            publisher.page.locator(one).first.bounding_box() for one in ("#content h1", ".object-tools")
        )
        assert heading["y"] + heading["height"] <= tools["y"] + 1, model
        assert publisher.sideways(LAPTOP) <= 0


def test_no_table_of_a_form_is_cut_off(publisher):
    open_page(publisher, Agreement, "change", Agreement.objects.first().pk)
    measure = "all => all.map(one => [one.closest('.inline-group').id, one.scrollWidth - one.clientWidth])"
    found = publisher.page.locator(".inline-group .tabular").evaluate_all(measure)
    assert found
    assert not [one for one in found if one[1] > 0], found


def test_the_links_of_a_report_have_no_bullets_between_them(publisher):
    open_page(publisher, ErrorReport, "change", report_on(Agreement.objects.first()).pk)
    assert style(publisher, ".version-links li", "listStyleType") == "none"


def test_keys_in_the_headings_of_a_merge_are_written_as_they_are(publisher):
    one, other = Agreement.objects.all()[:2]
    publisher.open(f"{url(Agreement, 'merge', one.pk)}?with={other.key}".lstrip("/"))
    assert style(publisher, ".side-by-side thead code", "textTransform") == "none"
