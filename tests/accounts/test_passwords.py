"""How passwords are kept, and which are refused."""

import pytest
from django.contrib.auth.hashers import identify_hasher, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from config.settings import PASSWORD_HASHERS
from tests.helpers.admin import signed_in, text
from tests.helpers.logins import log_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def slow_hashes(settings, quick_passwords):
    settings.PASSWORD_HASHERS = PASSWORD_HASHERS


def test_a_new_password_is_kept_by_argon2(slow_hashes):
    assert make_password("correct horse battery").startswith("argon2$argon2id$")


def test_an_old_hash_is_accepted_and_replaced_at_login(slow_hashes, client, staff):
    user = staff("editor")
    user.password = make_password("correct horse battery", hasher="pbkdf2_sha256")
    user.save()
    assert log_in(client, "editor", "correct horse battery").status_code == 302
    user.refresh_from_db()
    assert identify_hasher(user.password).algorithm == "argon2"
    client.logout()
    assert log_in(client, "editor", "correct horse battery").status_code == 302


@pytest.mark.parametrize("password", ["nine char", "password123", "3141592653589", "aliceeditor"])
def test_a_weak_password_is_refused(password, django_user_model):
    user = django_user_model(username="alice-editor")
    with pytest.raises(ValidationError):
        validate_password(password, user)


def test_a_long_phrase_is_accepted(django_user_model):
    validate_password("four words are enough", django_user_model(username="alice"))


def test_the_form_of_the_admin_says_why_a_password_is_refused(staff):
    client = signed_in(staff("editor"))
    sent = {"old_password": "editor", "new_password1": "short", "new_password2": "short"}
    page = client.post("/admin/password_change/", sent)
    assert "at least 10 characters" in text(page)
