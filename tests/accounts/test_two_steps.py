"""The second step of a login: set up, asked for, required and taken away."""

import re
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F
from django.test import Client
from django.urls import reverse
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from relations.accounts import two_steps
from relations.models import Agreement
from tests.helpers.admin import signed_in, text, url
from tests.helpers.logins import code_of, is_logged_in, log_in, with_app, wrong_code_of

pytestmark = pytest.mark.django_db
PAGE, PICTURE, CODE = "/admin/two-steps/", "/admin/two-steps/key.svg", "/admin/login/code/"


@pytest.fixture
def editor(staff):
    return staff("editor")


@pytest.fixture
def device(editor):
    return with_app(editor)


def sent(client, verb, code=""):
    return client.post(PAGE, {"verb": verb, "code": code})


def no_waiting():
    """As if the last wrong code were long ago."""
    for kind in (TOTPDevice, StaticDevice):
        kind.objects.update(
            throttling_failure_timestamp=F("throttling_failure_timestamp") - timedelta(days=1)
        )


def half_way(client, next_page=""):
    """The client after its password, before its code."""
    query = f"?next={next_page}" if next_page else ""
    answer = client.post(f"/admin/login/{query}", {"username": "editor", "password": "editor"})
    assert answer.url.startswith(CODE)
    return answer.url


class TestSettingUp:
    def test_is_a_key_as_text_and_picture_a_code_and_ten_recovery_codes(self, editor):
        client = signed_in(editor)
        assert "the password alone opens nothing" in text(client.get(PAGE))
        page = text(sent(client, "begin"))
        device = TOTPDevice.objects.get()
        assert two_steps.key_in_words(device) in page
        assert PICTURE in page
        assert not device.confirmed
        codes = sent(client, "confirm", code_of(device)).context["codes"]
        assert len(set(codes)) == 10
        device.refresh_from_db()
        assert device.confirmed
        shown_later = text(client.get(PAGE))
        assert not [code for code in codes if code in shown_later]
        assert "You have 10 recovery codes left" in shown_later

    def test_a_wrong_code_confirms_nothing(self, editor):
        client = signed_in(editor)
        sent(client, "begin")
        page = sent(client, "confirm", wrong_code_of(TOTPDevice.objects.get()))
        assert "This code is wrong" in text(page)
        assert not TOTPDevice.objects.get().confirmed
        assert two_steps.key_in_words(TOTPDevice.objects.get()) in text(page)

    def test_the_picture_is_svg_from_here_that_no_cache_keeps_and_that_ends_with_the_confirmation(
        self, editor
    ):
        client = signed_in(editor)
        assert client.get(PICTURE).status_code == 404
        page = sent(client, "begin")
        picture = client.get(PICTURE)
        assert picture["Content-Type"] == "image/svg+xml"
        assert b"<svg" in picture.content
        for secret in (picture, page):
            assert "no-store" in secret["Cache-Control"]
            assert "private" in secret["Cache-Control"]
        assert not re.search(r"<script(?! src=)|style=|<style| on\w+=", text(page))
        assert b"style=" not in picture.content
        sent(client, "confirm", code_of(TOTPDevice.objects.get()))
        assert client.get(PICTURE).status_code == 404

    def test_nobody_sees_the_key_of_another(self, editor, staff):
        sent(signed_in(editor), "begin")
        assert signed_in(staff("publisher")).get(PICTURE).status_code == 404
        assert Client().get(PICTURE).status_code == 302

    def test_a_page_that_was_left_open_replaces_no_device_in_use(self, editor, device):
        client = signed_in(editor)
        sent(client, "begin")
        sent(client, "confirm", code_of(device))
        assert TOTPDevice.objects.get() == device

    def test_ends_the_other_sessions_of_the_user(self, editor):
        client, other = signed_in(editor), signed_in(editor)
        sent(client, "begin")
        sent(client, "confirm", code_of(TOTPDevice.objects.get()))
        assert is_logged_in(client)
        assert not is_logged_in(other)

    def test_no_recovery_code_is_stored_as_it_is(self, editor):
        codes = two_steps.new_recovery_codes(editor)
        stored = set(StaticToken.objects.values_list("token", flat=True))
        assert not stored & {code.replace("-", "") for code in codes}

    def test_speaks_russian(self, editor):
        client = signed_in(editor, "ru")
        assert "Двухэтапный вход" in text(client.get("/admin/"))
        assert "Настроить" in text(client.get(PAGE))
        assert "наведите камеру" in text(sent(client, "begin"))


class TestLoggingIn:
    def test_the_password_alone_opens_nothing(self, client, device):
        half_way(client)
        assert not is_logged_in(client)
        assert client.get(url(Agreement)).status_code == 302
        assert client.get(PAGE).status_code == 302

    def test_the_code_logs_in_and_leads_to_the_wanted_page(self, client, device):
        step = half_way(client, url(Agreement))
        assert text(client.get(step)).count('name="code"') == 1
        answer = client.post(step, {"code": code_of(device)})
        assert answer.url == url(Agreement)
        assert is_logged_in(client)
        assert client.get(url(Agreement)).status_code == 200

    def test_a_code_may_be_typed_with_a_blank(self, client, device):
        code = code_of(device)
        assert client.post(half_way(client), {"code": f" {code[:3]} {code[3:]}"}).status_code == 302

    def test_it_never_leads_to_another_site(self, client, device):
        step = half_way(client, "https://elsewhere.example/")
        assert (
            client.post(f"{CODE}?next=https://elsewhere.example/", {"code": code_of(device)}).url == "/admin/"
        )
        assert "elsewhere" not in step

    def test_a_code_is_good_once(self, client, device):
        code = code_of(device)
        client.post(half_way(client), {"code": code})
        second = Client()
        answer = second.post(half_way(second), {"code": code})
        assert answer.status_code == 200
        assert not is_logged_in(second)

    def test_a_recovery_code_is_good_once_and_the_number_left_is_told(self, client, editor, device):
        code = two_steps.new_recovery_codes(editor)[0]
        page = client.post(half_way(client), {"code": code.upper()}, follow=True)
        assert is_logged_in(client)
        assert "9 резервных кодов" in text(page)
        second = Client()
        assert second.post(half_way(second), {"code": code}).status_code == 200
        assert not is_logged_in(second)

    @pytest.mark.parametrize("code", ["", "abc", "１２３４５６", "0" * 41, "\x00", "-" * 40])
    def test_what_is_no_code_is_refused_with_a_sentence(self, code, client, device):
        page = client.post(half_way(client), {"code": code})
        assert page.status_code == 200
        assert "errornote" in text(page)

    def test_after_a_wrong_code_even_the_right_one_must_wait(self, client, device):
        step = half_way(client)
        assert "Подождите" in text(client.post(step, {"code": wrong_code_of(device)}))
        client.post(step, {"code": code_of(device)})
        assert not is_logged_in(client)
        no_waiting()
        client.post(step, {"code": code_of(device)})
        assert is_logged_in(client)

    def test_ten_wrong_codes_lock_the_account(self, client, device):
        step = half_way(client)
        for _ in range(10):
            answer = client.post(step, {"code": wrong_code_of(device)})
            no_waiting()
        assert answer.status_code == 429
        assert client.post(step, {"code": code_of(device)}).status_code == 429
        assert log_in(Client(), "editor", "editor").status_code == 429

    def test_a_right_password_does_not_forget_wrong_codes(self, client, device):
        for _ in range(10):
            answer = client.post(half_way(client), {"code": wrong_code_of(device)})
            no_waiting()
        assert answer.status_code == 429

    def test_the_code_must_follow_within_ten_minutes(self, client, device):
        step = half_way(client)
        session = client.session
        session["half_way_in"] |= {"at": session["half_way_in"]["at"] - 601}
        session.save()
        assert client.post(step, {"code": code_of(device)}).url == "/admin/login/"
        assert not is_logged_in(client)

    @pytest.mark.parametrize("change", ["password", "is_active", "is_staff"])
    def test_the_account_must_still_be_as_it_was_at_the_password(self, change, client, editor, device):
        step = half_way(client)
        setattr(editor, change, "" if change == "password" else False)
        editor.save()
        assert client.post(step, {"code": code_of(device)}).url == "/admin/login/"
        assert not is_logged_in(client)

    def test_nobody_comes_to_the_code_without_a_password(self, client, device):
        assert client.get(CODE).url == "/admin/login/"

    def test_who_was_logged_in_before_is_logged_out_by_another_password(self, device, staff):
        client = signed_in(staff("publisher"))
        half_way(client)
        assert not is_logged_in(client)

    def test_a_device_that_was_never_confirmed_is_not_asked_for(self, client, editor):
        two_steps.begin(editor)
        assert log_in(client, "editor", "editor").url == "/admin/"

    def test_the_code_is_never_stored_or_told(self, client, device, caplog):
        code = wrong_code_of(device)
        client.post(half_way(client), {"code": code})
        assert code not in caplog.text


class TestTurningItOff:
    def test_takes_a_code(self, editor, device):
        client = signed_in(editor)
        assert "This code is wrong" in text(sent(client, "off", wrong_code_of(device)))
        assert two_steps.has_two_steps(editor)
        no_waiting()
        assert "is turned off" in text(sent(client, "off", code_of(device)))
        assert not TOTPDevice.objects.exists()
        assert not StaticDevice.objects.exists()

    def test_new_recovery_codes_take_one_too_and_replace_the_old_ones(self, editor, device):
        old, client = two_steps.new_recovery_codes(editor), signed_in(editor)
        assert "codes" not in sent(client, "codes", wrong_code_of(device)).context
        no_waiting()
        assert len(sent(client, "codes", code_of(device)).context["codes"]) == 10
        assert two_steps.matching_device(editor, old[0]) is None

    def test_is_done_by_a_command_for_who_has_lost_the_telephone(self, client, editor, device, capsys):
        other = signed_in(editor)
        two_steps.new_recovery_codes(editor)
        call_command("remove_two_steps", "editor")
        assert capsys.readouterr().out == "the two-step login is removed; sessions ended: 1\n"
        assert not StaticDevice.objects.exists()
        assert not is_logged_in(other)
        assert log_in(client, "editor", "editor").url == "/admin/"
        call_command("remove_two_steps", "editor")
        assert "there was no two-step login" in capsys.readouterr().out
        with pytest.raises(CommandError, match="There is no user “nobody”"):
            call_command("remove_two_steps", "nobody")


class TestRequiring:
    @pytest.mark.parametrize(
        ("required", "led"),
        [
            ("", set()),
            ("publishers", {"publisher", "administrator"}),
            ("all", {"editor", "publisher", "administrator"}),
        ],
    )
    def test_leads_to_the_page_whoever_must_have_it(self, required, led, settings, staff):
        settings.TWO_STEPS_REQUIRED_FOR = required
        clients = {role: signed_in(staff(role)) for role in ("editor", "publisher", "administrator")}
        assert {role for role, one in clients.items() if one.get("/admin/").status_code == 302} == led

    def test_lets_nothing_else_be_done_until_it_is_set_up(self, settings, publisher):
        settings.TWO_STEPS_REQUIRED_FOR = "publishers"
        client = signed_in(publisher)
        places = [
            url(Agreement),
            url(Agreement, "add"),
            "/admin/guide/",
            "/admin/password_change/",
            "/admin/nowhere/",
        ]
        for address in places:
            assert client.get(address).url == PAGE, address
            assert client.post(address, {}).url == PAGE, address
        assert "The other pages open when it is set up" in text(client.get(PAGE))
        sent(client, "begin")
        assert client.get(PICTURE).status_code == 200
        sent(client, "confirm", code_of(TOTPDevice.objects.get()))
        assert client.get(url(Agreement)).status_code == 200

    def test_lets_everybody_log_out(self, settings, publisher):
        settings.TWO_STEPS_REQUIRED_FOR = "all"
        client = signed_in(publisher)
        assert client.post(reverse("admin:logout")).status_code == 200
        assert not is_logged_in(client)

    def test_asks_readers_nothing(self, settings, client, content):
        settings.TWO_STEPS_REQUIRED_FOR = "all"
        assert client.get("/ru/").status_code == 200
        assert client.get("/admin/login/").status_code == 200


def test_no_list_of_the_admin_shows_keys_or_failed_logins(staff):
    client = signed_in(staff("administrator"))
    page = text(client.get("/admin/"))
    for address in ("otp_totp", "otp_static", "axes"):
        assert address not in page
        assert client.get(f"/admin/{address}/").status_code == 404
