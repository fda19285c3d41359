"""Two thousand POSTs made up by hand, as each role: never a server error, and no change beyond a right."""

import random

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.urls import NoReverseMatch, reverse

from relations.catalog import RECORD_TYPES
from relations.models import Place, Source
from tests.helpers.admin import filled_in, signed_in, url
from tests.helpers.factories import FACTORIES
from tests.helpers.hostile import VALUES

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ROLES = ("reader", "editor", "importer", "publisher", "administrator")
POSTS = 400
PAGES = ("changelist", "add", "change", "delete", "history", "review", "answer", "import", "export", "trash",
         "revert", "compare", "read", "undo", "proposals", "process_import", "comment", "citations",
         "sample", "grid", "reading", "citation_rows")  # fmt: skip
HOSTILE = (
    *VALUES, "publish", "approve", "send_back", "mark", "comment", "answer", "settle", "right", "wrong", "supports",
    "does_not",
)  # fmt: skip
NAMES = (
    "action", "_selected_action", "index", "select_across", "confirmed", "reason", "verb", "seen", "comment", "post",
    "rule", "values", "version", "column", "since", "reference", "_began_from", "_shown", "_reason", "_unsaved",
    "_save", "_continue", "_saveasnew", "_popup", "_to_field", "key", "state", "published_at", "row", "title_ru",
    "title_en", "period", "signed", "obs_value", "unit", "topics", "username", "is_superuser", "groups",
    "user_permissions",
    "citations-TOTAL_FORMS", "citations-INITIAL_FORMS", "citations-0-id", "citations-0-source", "citations-0-facts",
    "citations-0-quotation", "participations-TOTAL_FORMS", "participations-0-place", "participations-0-role", "answer",
    "indicator", "areas", "first_year", "last_year", "source", "locator", "cell-2015-KZ", "cell-2016-UZ", "_check",
    "cell", "column",
    "links-TOTAL_FORMS", "links-0-kind", "links-0-to_forum", "file", "sheet", "resource", "format", "thread", "field",
    "text", "page", "place", "value", "outcome",
    "mark-title_en", "comment-title_en", "mark-title", "after", "month",
)  # fmt: skip


def addresses(entities):
    found = []
    for model in admin.site._registry:
        for page in PAGES:
            for args in ([], [entities.get(model, 1)]):
                try:
                    found.append(url(model, page, *args))
                except NoReverseMatch:
                    continue
    return sorted({*found, reverse("admin:index"), reverse("admin:password_change")})


def public_rows():
    return {
        one.slug: sorted(one.model.objects.published().values_list("key", "row", "state"))
        for one in RECORD_TYPES
    } | {"sources": sorted(Source.objects.values_list("key", "title", "url"))}


def rights():
    users = get_user_model().objects.order_by("pk")
    return (
        list(users.values_list("username", "is_superuser", "is_staff")),
        list(Group.objects.order_by("pk").values_list("name", "permissions")),
    )


@pytest.mark.parametrize("role", ROLES)
def test_hand_made_posts_bring_no_server_error_and_no_change_beyond_a_right(role, staff):
    public = {one.model: FACTORIES[one.slug](published=True).pk for one in RECORD_TYPES}
    drafts = {one.model: FACTORIES[one.slug]().pk for one in RECORD_TYPES}
    user = staff(role)
    user.is_superuser = False
    user.save()
    client = signed_in(user)
    client.raise_request_exception = False
    before = public_rows(), Place.objects.count(), rights()
    chance = random.Random(f"posts of {role}")
    targets = addresses(public) + addresses(drafts)
    forms = {address: {} for address in targets}
    for address in chance.sample(targets, 20):
        page = client.get(address)
        if page.status_code == 200 and page.context and "adminform" in page.context:
            forms[address] = filled_in(page)
    for _number in range(POSTS):
        address = chance.choice(targets)
        names = chance.sample(NAMES, chance.randrange(1, 8)) + chance.sample(
            sorted(forms[address]), min(2, len(forms[address]))
        )
        data = forms[address] | {name: chance.choice(HOSTILE) for name in names}
        answer = client.post(address, data)
        assert answer.status_code < 500, (address, data)
    if role in ("reader", "editor", "importer"):
        after = public_rows()
        known = {key for key, *_rest in before[0]["sources"]}
        after["sources"] = [one for one in after["sources"] if one[0] in known]
        assert after == before[0]
    if role != "administrator":
        assert rights() == before[2]
    if role == "reader":
        assert Place.objects.count() == before[1]
