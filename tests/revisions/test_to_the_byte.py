"""Reverting and merging lose nothing: what is taken back, and taken back again, is stored as before to the byte."""

import random
from itertools import cycle

import pytest

from relations.catalog import RESOURCES, ROWS
from relations.errors import Problem
from relations.models.row_cache import unpacked
from relations.revisions.confirming import to_confirm
from relations.revisions.history import versions_of
from relations.revisions.merges import TYPES
from relations.revisions.saving import RowRefused, pending_revision, row_of, save_row
from relations.revisions.unmerging import undo_merge
from relations.rows.merging import groups_of
from tests.helpers.admin import signed_in, url
from tests.helpers.factories import VisitFactory
from tests.helpers.merging import proposed

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
#: how many versions are reverted, and how many pairs of each type are merged
VERSIONS, PAIRS = 50, 10
#: what a random choice of versions must contain
RELATIONS = {"participations", "citations", "links"}


@pytest.fixture
def anna(staff):
    return staff("publisher")


@pytest.fixture
def boris(staff):
    return staff("administrator")


def stored():
    """{(type, primary key): row and state} of the whole register, as the database has them."""
    found = {}
    for slug, resource in ROWS.items():
        names = ["pk", "row", *(["state"] if resource.citations else [])]
        found |= {(slug, pk): cells for pk, *cells in resource.model._base_manager.values_list(*names)}
    return found


def primary_keys(slug):
    return list(ROWS[slug].model._base_manager.order_by("pk").values_list("pk", flat=True))


def stored_row(resource, pk):
    return resource.model._base_manager.values_list("row", flat=True).get(pk=pk)


class TestVersions:
    @pytest.fixture
    def approved_by(self, approved):
        """A function: approves what waits, as another person who has opened the sources."""

        def approve(resource, pk, user):
            if pending_revision(resource, pk):
                assert approved(resource.model._base_manager.get(pk=pk), by=user)

        return approve

    def changed_at_random(self, resource, pk, donor, groups, user):
        """Gives an entity some columns of another one, as an editor; False where the register refuses that."""
        row, other = row_of(resource, pk), row_of(resource, donor)
        for group in groups:
            row = {name: cell for name, cell in row.items() if name not in group.names} | group.cells(other)
        places = frozenset(to_confirm(resource, pk, row_of(resource, pk), None))
        try:
            saved = save_row(
                resource, row, resource.names(), pk, user=user, reason="At random", proposes=True,
                confirmed={pk: places},
            )  # fmt: skip
        except RowRefused:
            return False
        return saved.change.is_changed

    def version_at_random(self, luck, slug, keys, anna, boris, approved_by):
        """(resource, primary key, number of the version): some entity that had some columns changed just now."""
        resource, pk = ROWS[slug], luck.choice(keys)
        chosen = groups_at_random(luck, resource)
        if resource.citations and luck.random() < 0.5:  # half of the records are no longer public
            resource.model.objects.get(pk=pk).withdraw()
        if not self.changed_at_random(resource, pk, luck.choice(keys), chosen, anna):
            return None
        try:
            approved_by(resource, pk, boris)
        except (Problem, RowRefused):
            return None
        return resource, pk, versions_of(resource, pk).first().pk

    def revert(self, client, resource, pk, version, by, approved_by):
        """Reverts in the admin, and approves that where it waits; the number of the version that it made."""
        sent = {"version": version, "confirmed": 1, "_reason": "A misprint"}
        client.post(url(resource.model, "revert", pk), sent)
        newest = versions_of(resource, pk).first()
        assert newest.pk > version, (resource.slug, pk)
        approved_by(resource, pk, by)
        return versions_of(resource, pk).first().pk

    def test_each_of_fifty_is_reverted_and_the_reverting_too(self, content, anna, boris, approved_by):
        luck, client = random.Random("fifty versions"), signed_in(anna)
        keys = {slug: primary_keys(slug) for slug in ROWS}
        types, relations = [], set()
        for slug in cycle([*ROWS, *RESOURCES]):  # records and sources twice as often as other types
            found = self.version_at_random(luck, slug, keys[slug], anna, boris, approved_by)
            if found is None:
                continue
            resource, pk, version = found
            after, before = stored_row(resource, pk), versions_of(resource, pk).get(pk=version).before
            back = self.revert(client, resource, pk, version, boris, approved_by)
            assert filled(unpacked(stored_row(resource, pk))) == filled(before), (resource.slug, pk)
            self.revert(client, resource, pk, back, boris, approved_by)
            assert stored_row(resource, pk) == after, (resource.slug, pk)
            types.append(resource.slug)
            relations |= relations_changed(resource, before, unpacked(after))
            if len(types) == VERSIONS:
                break
        assert set(types) == set(ROWS)
        assert relations >= {*RELATIONS, "value"}


def filled(row):
    """The columns of a row that are not empty."""
    return {name: cell for name, cell in row.items() if cell and name != "state"}


def groups_at_random(luck, resource):
    """Up to three columns, with those that go together with each; of records one of their relations, too."""
    groups = [one for one in groups_of(resource) if one.names[0] != "key"]
    chosen = luck.sample(groups, k=luck.randint(1, min(3, len(groups))))
    related = [one for one in groups if resource.column(one.names[0]).relation]
    for relation in sorted({resource.column(one.names[0]).relation for one in related}):
        if luck.random() < 0.5:
            chosen.append(
                luck.choice([one for one in related if resource.column(one.names[0]).relation == relation])
            )
    return [*chosen, *(one for one in groups if "value" in one.names)]


def relations_changed(resource, before, after):
    """The relations, and the columns of figures, in which two rows differ."""
    columns = [one for one in resource.columns() if before.get(one.name, "") != after.get(one.name, "")]
    return {one.relation for one in columns} | {one.name for one in columns if one.name == "value"}


class TestMerges:
    @pytest.mark.parametrize("slug", TYPES)
    def test_each_of_ten_pairs_is_undone(self, content, anna, settings, slug):
        settings.TWO_PAIRS_OF_EYES = False  # each is merged at once, not tried out first
        luck = random.Random(f"ten pairs of {slug}")
        if slug == "visits":  # too few are curated
            VisitFactory.create_batch(3)
        keys = primary_keys(slug)
        pairs = [(one, other) for one in keys for other in keys if one != other]
        luck.shuffle(pairs)
        before, merged = stored(), 0
        for pair in pairs:
            merge = self.merged(slug, *pair, anna)
            if merge:
                assert stored() != before
                undo_merge(merge, anna)
                merged += 1
            assert stored() == before, pair
            if merged == PAIRS:
                break
        assert merged == PAIRS

    def merged(self, slug, kept, other, user):
        """The merge that was carried out; None where the register refuses it."""
        find = ROWS[slug].model._base_manager.get
        try:
            return proposed(find(pk=kept), find(pk=other), user)
        except (Problem, RowRefused):
            return None
