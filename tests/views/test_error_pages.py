"""Pages for what went wrong: in the usual frame, in the reader's language."""

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation

from relations.models import Forum
from relations.views import error_pages, home
from tests.helpers.browser import DESKTOP, HEIGHT, PHONE

#: what leads to each page for what went wrong
ERRORS = {400: SuspiciousOperation, 403: PermissionDenied, 500: RuntimeError}


@pytest.fixture
def failing(monkeypatch):
    """A function: from now on the page about the register fails with this error."""

    def fail_with(error):
        def fail(*args, **kwargs):
            raise error

        monkeypatch.setattr(home, "render", fail)

    return fail_with


@pytest.mark.django_db
def test_a_failure_is_told_in_the_usual_frame(client, failing):
    failing(RuntimeError)
    client.raise_request_exception = False
    response = client.get("/en/about/")
    assert response.status_code == 500
    text = response.content.decode()
    assert "<h1>Server error</h1>" in text
    assert 'class="bottom"' in text
    assert '<meta name="robots" content="noindex">' in text


@pytest.mark.django_db
def test_where_the_frame_fails_too_the_failure_is_still_told(client, failing, monkeypatch):
    failing(RuntimeError)
    monkeypatch.setattr(error_pages, "page", home.render)
    client.raise_request_exception = False
    response = client.get("/en/about/")
    assert response.status_code == 500
    assert "<h1>Server error</h1>" in response.content.decode()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_the_foot_of_a_short_page_is_at_the_bottom_of_the_window(visit, width, theme, failing):
    withdrawn = Forum.objects.published().first()
    withdrawn.withdraw()
    pages = {404: "/ru/nowhere/", 410: withdrawn.get_absolute_url()}
    with visit(width=width, theme=theme) as reader:
        for status in (*pages, *ERRORS):
            failing(ERRORS.get(status))
            response = reader.page.goto(reader.site + pages.get(status, "/ru/about/"))
            assert response.status == status
            foot = reader.page.locator(".bottom").bounding_box()
            assert foot["y"] + foot["height"] == pytest.approx(HEIGHT, abs=1), status


@pytest.mark.django_db
def test_an_unknown_address_is_in_no_section(client):
    assert "aria-current" not in client.get("/ru/nowhere/").content.decode()
