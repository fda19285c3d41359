"""Logging in by the form, as a browser does, and the codes of an app."""

from django.urls import reverse
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

WRONG = "not-the-password"


def log_in(client, name, password=WRONG, **more):
    """The answer to the form of the login; no redirect is followed."""
    return client.post(reverse("admin:login"), {"username": name, "password": password}, **more)


def is_logged_in(client):
    return "_auth_user_id" in client.session


def with_app(user):
    """A confirmed device of this user."""
    return TOTPDevice.objects.create(user=user, name="app", confirmed=True)


def code_of(device):
    """What the app shows now."""
    return f"{totp(device.bin_key):06d}"


def wrong_code_of(device):
    """Six digits that the app shows neither now nor a step before or after."""
    valid = {totp(device.bin_key, drift=step) for step in range(-3, 4)}
    return next(f"{number:06d}" for number in range(10) if number not in valid)
