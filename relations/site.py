from django.conf import settings
from django.utils import timezone


def site_of(request):
    return settings.SITE_URL or request.build_absolute_uri("/").rstrip("/")


def today():
    return timezone.localdate()
