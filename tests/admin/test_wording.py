"""The Russian of the admin: numbers, states, labels, and one word for one thing."""

import re

import polib
import pytest
from django.conf import settings
from django.utils.translation import gettext

from relations.models import Agreement, Merge, Organization
from relations.revisions.comments import add_comment
from relations.rows.agreements import AgreementResource
from tests.helpers.admin import filled_in, signed_in, text, url
from tests.helpers.factories import AgreementFactory, OrganizationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief(publisher):
    return signed_in(publisher, "ru")


@pytest.mark.parametrize("number", [0, 1, 5])
def test_a_list_says_its_number_without_a_noun_that_would_have_to_agree(number, chief):
    OrganizationFactory.create_batch(number)
    foot = text(chief.get(url(Organization))).partition('<p class="paginator">')[2].partition("</p>")[0]
    assert foot.split() == ["Всего:", str(number)]


def test_the_number_of_what_was_deleted_needs_no_noun_either():
    said = gettext("Successfully deleted %(count)d %(items)s.") % {"count": 5, "items": "организации"}
    assert said == "Удалено (организации): 5."


def test_a_merge_that_was_undone_is_in_a_state_not_at_a_time():
    assert str(Merge.Status.UNDONE.label) == "отменено"


def test_an_answer_is_labelled_by_a_noun_and_sent_by_a_verb(chief, publisher):
    record = AgreementFactory()
    comment = add_comment(AgreementResource, record.pk, "date_signed", "Какой день?", publisher)
    page = text(chief.get(url(Agreement, "review", record.pk)))
    assert f'<label for="id_answer_{comment.pk}">Ответ</label>' in page
    assert 'value="answer">Ответить</button>' in page


def test_the_reason_of_a_version_stands_on_its_own_line(chief):
    record = AgreementFactory()
    address = url(Agreement, "change", record.pk)
    chief.post(address, filled_in(chief.get(address), notes="Проверено", _reason="Нет дня"))
    page = text(chief.get(url(Agreement, "history", record.pk)))
    assert '<span class="version-reason">Причина: Нет дня</span>' in page


def test_a_fact_has_one_name_in_russian():
    (path,) = (settings.BASE_DIR / "relations" / "locale" / "ru").glob("**/django.po")
    said = [text for one in polib.pofile(str(path)) for text in (one.msgstr, *one.msgstr_plural.values())]
    assert len(said) > 1000
    assert not [one for one in said if re.search(r"\bфакт(а|у|ом|е|ы|ов|ам|ами|ах)?\b", one.lower())]
