"""The second step of a login: a code of an app on the telephone (TOTP), or one of ten recovery codes."""

from __future__ import annotations

import secrets
from base64 import b32encode
from io import BytesIO
from typing import Any

import segno
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

RECOVERY_CODES = 10
#: letters and digits that are not taken for each other: forty-eight bits in ten of them
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
CODE_LENGTH = 10
KINDS = (TOTPDevice, StaticDevice)


def has_two_steps(user: Any) -> bool:
    return bool(TOTPDevice.objects.filter(user=user, confirmed=True).exists())


def must_have_two_steps(user: Any) -> bool:
    """Whether the installation asks it of this user (TWO_STEPS_REQUIRED_FOR)."""
    wanted = settings.TWO_STEPS_REQUIRED_FOR
    return wanted == "all" or (wanted == "publishers" and may_publish(user))


def may_publish(user: Any) -> bool:
    return any(name.startswith("relations.publish_") for name in user.get_all_permissions())


def begun_device(user: Any) -> Any:
    """The one that is being set up, if there is one."""
    return TOTPDevice.objects.filter(user=user, confirmed=False).first()


def begin(user: Any) -> None:
    """A new key, which replaces one that was never confirmed."""
    with transaction.atomic():
        TOTPDevice.objects.filter(user=user, confirmed=False).delete()
        TOTPDevice.objects.create(user=user, name="app", confirmed=False)


def key_in_words(device: Any) -> str:
    """The key as text to be typed, in groups of four."""
    text = b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def picture_of_key(device: Any) -> bytes:
    """The QR code as SVG, black on white in dark mode too."""
    stream = BytesIO()
    segno.make(device.config_url, error="m").save(stream, kind="svg", scale=5, light="#fff")
    return stream.getvalue()


def confirm(user: Any, code: str) -> list[str]:
    """The recovery codes, once a code of the new device has shown that the app has the key; none if it is wrong."""
    with transaction.atomic():
        device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=False).first()
        if not (device and looks_like_app(code) and device.verify_token(code)):
            return []
        device.confirmed = True
        device.save()
        return new_recovery_codes(user)


def new_recovery_codes(user: Any) -> list[str]:
    """They are shown once: of each a keyed hash is kept."""
    StaticDevice.objects.filter(user=user).delete()
    codes = ["".join(secrets.choice(ALPHABET) for _n in range(CODE_LENGTH)) for _n in range(RECOVERY_CODES)]
    device = StaticDevice.objects.create(user=user, name="recovery")
    for code in codes:
        device.token_set.create(token=hash_of_code(code))
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def hash_of_code(code: str) -> str:
    """As long as its field allows."""
    return salted_hmac(__name__, code, algorithm="sha256").hexdigest()[:16]


def codes_left(user: Any) -> int:
    return sum(device.token_set.count() for device in StaticDevice.objects.filter(user=user))


def matching_device(user: Any, typed: str) -> Any:
    """The confirmed device whose code this is; the code is used up. None if it is wrong, or if one must wait."""
    code = without_blanks(typed)
    kind, token = (TOTPDevice, code) if looks_like_app(code) else (StaticDevice, hash_of_code(code))
    with transaction.atomic():
        for device in kind.objects.select_for_update().filter(user=user, confirmed=True):
            if device.verify_token(token):
                return device
    return None


def without_blanks(typed: str) -> str:
    return "".join(typed.replace("-", "").split()).casefold()


def looks_like_app(code: str) -> bool:
    return len(code) == 6 and code.isascii() and code.isdigit()


def seconds_to_wait(user: Any) -> int:
    """After wrong codes the next one is looked at only later; 0 if it is looked at now."""
    left = [0]
    for device in (one for kind in KINDS for one in kind.objects.filter(user=user)):
        is_allowed, why = device.verify_is_allowed()
        if not is_allowed:
            left.append(int((why["locked_until"] - timezone.now()).total_seconds()) + 1)
    return max(left)


def why_refused(seconds: int) -> str:
    """What to do after a code was refused, given how long one must wait."""
    if not seconds:
        return _("This code is wrong, or it was used before. Wait for the next one.")
    message = ngettext(
        "This code is wrong, or it came too soon after a wrong one. Wait %(n)d second, and type a new code.",
        "This code is wrong, or it came too soon after a wrong one. Wait %(n)d seconds, and type a new code.",
        seconds,
    )
    return message % {"n": seconds}


def remove(user: Any) -> int:
    """All devices and recovery codes of this user; how many devices there were."""
    number = TOTPDevice.objects.filter(user=user, confirmed=True).count()
    with transaction.atomic():
        for kind in KINDS:
            kind.objects.filter(user=user).delete()
    return int(number)


def end_sessions(user: Any, but: str | None = None) -> int:
    """Of this user on all devices, but for one; sessions do not say whose they are until they are read."""
    own = [
        one.pk
        for one in Session.objects.filter(expire_date__gt=timezone.now()).iterator()
        if one.get_decoded().get("_auth_user_id") == str(user.pk) and one.pk != but
    ]
    return Session.objects.filter(pk__in=own).delete()[0]
