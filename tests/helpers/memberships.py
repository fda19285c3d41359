"""Members of groups, which the admin shows in the form of the group."""

import factory
from factory.django import DjangoModelFactory

from relations.models import Membership
from tests.helpers.factories import SourceFactory


class MembershipFactory(DjangoModelFactory):
    """Each date that is given has a source."""

    class Meta:
        model = Membership

    joined, left = "", ""
    joined_source = factory.LazyAttribute(lambda one: SourceFactory() if one.joined else None)
    left_source = factory.LazyAttribute(lambda one: SourceFactory() if one.left else None)
