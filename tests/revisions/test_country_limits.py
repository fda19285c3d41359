"""An editor who is limited to countries changes nothing else: by form, sheet, action, deletion or approval."""

import pytest

from relations.catalog import RESOURCES
from relations.errors import Problem
from relations.models import Agreement, CountryLimit, Observation, ReviewComment, State
from relations.revisions.approval import approve, seen_by
from tests.helpers.admin import act, filled_in, signed_in, text, url
from tests.helpers.factories import AgreementFactory, ObservationFactory, PlaceFactory
from tests.helpers.sheets import codes, load_rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def kazakhstan(db):
    return PlaceFactory(code="KZ", kind="country", name_ru="Казахстан", name_en="Kazakhstan")


@pytest.fixture
def limited(staff, kazakhstan):
    """A function: a user of a role who is limited to Kazakhstan."""

    def make(role):
        user = staff(role)
        CountryLimit.objects.create(user=user).countries.add(kazakhstan)
        return user

    return make


@pytest.fixture
def own(russia, kazakhstan):
    return AgreementFactory(
        key="own", title_en="Own", participants=[("party", russia), ("party", kazakhstan)]
    )


@pytest.fixture
def other(db):
    return AgreementFactory(key="other", title_en="Other")


def test_the_form_of_another_country_can_be_read_and_not_sent(limited, own, other):
    client = signed_in(limited("editor"))
    data = filled_in(client.get(url(Agreement, "change", own.pk)), title_en="Changed")
    assert client.post(url(Agreement, "change", own.pk), data).status_code == 302
    assert client.get(url(Agreement, "change", other.pk)).status_code == 200
    assert client.post(url(Agreement, "change", other.pk), data).status_code == 403
    assert Agreement.objects.get(key="other").title_en == "Other"


def test_a_new_record_must_involve_one_of_the_countries(limited, russia, kazakhstan, uzbekistan):
    client = signed_in(limited("editor"))
    data = filled_in(client.get(url(Agreement, "add")), title_en="Treaty", signed="1992-05-30")
    for second, is_stored in ((uzbekistan, False), (kazakhstan, True)):
        parties = {"participations-TOTAL_FORMS": 2}
        for i, place in enumerate((russia, second)):
            parties |= {f"participations-{i}-role": "party", f"participations-{i}-place": place.pk}
        answer = client.post(url(Agreement, "add"), {**data, **parties})
        assert Agreement.objects.exists() == is_stored
        if not is_stored:
            assert "in which one of your countries takes part" in text(answer)


def test_a_sheet_is_refused_at_the_rows_of_other_countries(limited, own, other):
    user = limited("importer")
    rows = [{"key": key, "title_en": "Changed"} for key in ("own", "other")]
    report = load_rows("agreements", *rows, user=user)
    assert codes(report.errors) == ["editor.country"]
    assert [one.row for one in report.errors] == [3]
    new = {"key": "new", "title_en": "New", "instrument_type": "treaty", "parties": "RU; UZ"}
    assert codes(load_rows("agreements", new, user=user).errors) == ["editor.country"]
    assert not load_rows("agreements", new | {"parties": "RU; KZ"}, user=user).errors


def test_an_action_leaves_out_the_records_of_other_countries(limited, own, other):
    page = text(act(signed_in(limited("editor")), "submit", own, other))
    assert "in which one of your countries takes part" in page
    states = dict(Agreement.objects.values_list("key", "state"))
    assert states == {"own": State.REVIEW, "other": State.DRAFT}


def test_only_drafts_of_the_own_countries_are_deleted(limited, own, other):
    client = signed_in(limited("editor"))
    assert client.post(url(Agreement, "delete", other.pk), {"post": "yes"}).status_code == 403
    client.post(url(Agreement, "delete", own.pk), {"post": "yes"})
    assert list(Agreement.objects.values_list("key", flat=True)) == ["other"]


def test_only_records_of_the_own_countries_are_approved(limited, own, other):
    user, resource = limited("publisher"), RESOURCES["agreements"]
    assert approve(resource, own.pk, seen_by(resource, own.pk, None), user)
    with pytest.raises(Problem) as refused:
        approve(resource, other.pk, seen_by(resource, other.pk, None), user)
    assert refused.value.code == "editor.country"


def test_only_records_of_the_own_countries_are_commented_on(limited, own, other):
    client = signed_in(limited("editor"))
    sent = {"verb": "comment", "text": "Which source?"}
    assert client.post(url(Agreement, "comment", own.pk), sent).status_code == 302
    assert client.post(url(Agreement, "comment", other.pk), sent).status_code == 403
    assert [one.object_id for one in ReviewComment.objects.all()] == [own.pk]


def test_a_figure_is_of_its_area_and_its_counterpart(limited, russia, kazakhstan):
    client = signed_in(limited("editor"))
    figures = [ObservationFactory(), ObservationFactory(ref_area=russia, counterpart_area=kazakhstan)]
    may = [client.post(url(Observation, "change", one.pk), {}).status_code == 200 for one in figures]
    assert may == [False, True]


def test_without_a_limit_every_country_may_be_changed(staff, own, other):
    client = signed_in(staff("editor"))
    data = filled_in(client.get(url(Agreement, "change", other.pk)), title_en="Changed")
    assert client.post(url(Agreement, "change", other.pk), data).status_code == 302


def test_an_administrator_sets_the_limit_at_the_account(staff, kazakhstan, django_user_model):
    administrator = staff("administrator")
    administrator.is_superuser = False
    administrator.save()
    user = staff("editor")
    client, address = signed_in(administrator), url(django_user_model, "change", user.pk)
    data = filled_in(client.get(address)) | {
        "country_limit-TOTAL_FORMS": 1,
        "country_limit-0-countries": [kazakhstan.pk],
        "date_joined_0": "2026-01-01",
        "date_joined_1": "12:00",
    }
    client.post(address, data)
    assert [place.code for place in CountryLimit.objects.get(user=user).countries.all()] == ["KZ"]
