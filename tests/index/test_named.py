"""Names are sorted once for each language of the reader."""

import pytest
from django.utils.translation import override

from relations.index.names import Names
from relations.models import Source, Topic
from tests.helpers.factories import TopicFactory

pytestmark = pytest.mark.django_db


def test_each_language_has_its_own_names_and_order(django_assert_num_queries):
    TopicFactory(key="water", name_ru="вода", name_en="water")
    TopicFactory(key="science", name_ru="Наука", name_en="Science")
    names, found = Names(), {}
    with django_assert_num_queries(1):
        for language in ("ru", "en", "ru"):
            with override(language):
                found[language] = [name for _topic, name in names.named(Topic)]
    assert found == {"ru": ["вода", "Наука"], "en": ["Science", "water"]}


def test_sources_are_too_many_to_be_named():
    assert Names().named(Source) == []
