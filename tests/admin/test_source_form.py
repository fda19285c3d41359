"""The form of a source."""

import pytest
from django.contrib import admin

from relations.models import Source


@pytest.mark.parametrize("name", ["url", "archive_url"])
def test_an_address_typed_without_its_scheme_is_a_secure_one(name):
    source_admin = admin.site.get_model_admin(Source)
    field = source_admin.formfield_for_dbfield(Source._meta.get_field(name), request=None)
    assert field.clean("example.org/page") == "https://example.org/page"
    assert field.clean("http://example.org/page") == "http://example.org/page"
