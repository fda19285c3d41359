"""The order in which sheets are loaded: a type comes after those to which its links lead."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from relations.catalog import RECORD_TYPES
from relations.imports import order


def test_a_type_comes_after_those_to_which_its_links_lead():
    found = order.in_order_of_links()
    assert set(found) == {"sources", *(one.slug for one in RECORD_TYPES)}
    for slug, earlier in (("agreements", "forums"), ("projects", "agreements"), ("statistics", "projects")):
        assert found.index(earlier) < found.index(slug)


def test_links_in_a_circle_are_refused_in_words(monkeypatch):
    monkeypatch.setattr(order, "linked_types", lambda one: {"projects", "statistics"} - {one.slug})
    with pytest.raises(ImproperlyConfigured, match="circle"):
        order.in_order_of_links()
