"""Prepares what readers of a measured server need; in a process with Django."""

from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.db import connection

from relations.models import Agreement, Indicator, Observation, Place, Source, Topic


def prepare():
    """The cookie of an administrator, the keys of records and other words of questions."""
    user = get_user_model().objects.create_superuser("benchmark")
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    if connection.vendor == "postgresql":
        connection.cursor().execute("VACUUM ANALYZE")
    taking_part = Place.objects.exclude(kind="group").filter(participations__isnull=False).distinct()
    shown = Indicator.objects.filter(pk__in=Observation.objects.published().order_by().values("indicator"))
    agreements = Agreement.objects.published()
    return {
        "cookie": f"{settings.SESSION_COOKIE_NAME}={session.session_key}",
        "keys": list(agreements.filter(key__startswith="synthetic-").values_list("key", flat=True)[:500]),
        "places": list(taking_part.order_by("code").values_list("code", flat=True)),
        "indicators": list(shown.order_by("-key").values_list("key", flat=True)),
        "total": agreements.count(),
        "topic": list(Topic.objects.order_by("key").values_list("key", flat=True)),
        "source": list(Source.objects.order_by("key").values_list("key", flat=True)[:100]),
        "type": Agreement.InstrumentType.values,
        "status": Agreement.Status.values,
        "level": Agreement.Level.values,
    }
