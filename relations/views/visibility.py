"""Staff see what is not public."""

from django.conf import settings
from django.http import HttpRequest

from relations.catalog import RecordType
from relations.filters.parameters import Records


def is_staff(request: HttpRequest) -> bool:
    """Without a session cookie nobody is signed in; a page that looks for a session anyway cannot be kept."""
    has_session = settings.SESSION_COOKIE_NAME in request.COOKIES
    return has_session and request.user.is_active and request.user.is_staff


def visible_to(request: HttpRequest, record_type: RecordType) -> Records:
    records: Records = record_type.model.objects.all()
    return records if is_staff(request) else records.shown()
