"""Who has the form of which entity open: a hint to other editors, never a lock.

It is kept for a quarter of an hour in the cache that all processes share, one entry per editor, so that no editor
overwrites what is kept of another.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.core.cache import caches
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext

#: seconds after which a form that was opened no longer counts as open
OPEN_FOR = 15 * 60
#: how many forms of one editor are kept
MOST_FORMS = 100
#: {form: when it was opened, in Unix time}
Forms = dict[str, float]

log = logging.getLogger(__name__)


def kept_under(user_pk: int) -> str:
    return f"open-forms-{user_pk}"


def form_of(obj: Any) -> str:
    return f"{obj._meta.label_lower}-{obj.pk}"


def still_open(forms: Forms, now: float) -> Forms:
    """Those that count as open, the newest last."""
    found = {form: at for form, at in forms.items() if now - at < OPEN_FOR}
    return dict(sorted(found.items(), key=lambda one: one[1])[-MOST_FORMS:])


def opened(obj: Any, user: Any) -> None:
    """Remembers that this user has just opened the form."""
    keep(user, lambda forms: forms | {form_of(obj): time.time()})


def closed(obj: Any, user: Any) -> None:
    """Forgets that this user has the form open."""
    keep(user, lambda forms: {form: at for form, at in forms.items() if form != form_of(obj)})


def keep(user: Any, change: Callable[[Forms], Forms]) -> None:
    cache = caches["progress"]
    with logged():
        forms = still_open(cache.get(kept_under(user.pk)) or {}, time.time())
        cache.set(kept_under(user.pk), change(forms), OPEN_FOR)


@contextmanager
def logged() -> Iterator[None]:
    """A cache that fails is written to the log: a hint keeps no one from the form."""
    try:
        yield
    except Exception:  # noqa: BLE001 - each cache has errors of its own
        log.warning("It is not known who has which form open.", exc_info=True)


def others_with(obj: Any, user: Any) -> list[tuple[Any, int]]:
    """[(editor, minutes since they opened the form)], the latest first."""
    staff = get_user_model().objects.filter(is_staff=True, is_active=True).exclude(pk=user.pk)
    editors = {kept_under(one.pk): one for one in staff}
    found, now = [], time.time()
    with logged():
        for name, forms in caches["progress"].get_many(editors).items():
            if at := still_open(forms, now).get(form_of(obj)):
                found.append((editors[name], int(now - at) // 60))
    return sorted(found, key=lambda one: (one[1], one[0].pk))


def in_words(editor: Any, minutes: int) -> str:
    name = editor.get_full_name() or editor.get_username()
    if not minutes:
        sentence = gettext("%(name)s opened this form less than a minute ago and may be changing it now.")
        return sentence % {"name": name}
    sentence = ngettext(
        "%(name)s opened this form %(n)d minute ago and may be changing it now.",
        "%(name)s opened this form %(n)d minutes ago and may be changing it now.",
        minutes,
    )
    return sentence % {"name": name, "n": minutes}


class OpenForms(admin.ModelAdmin):
    """Says at the head of a form which other editors have it open."""

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        obj = kwargs.get("obj")
        if obj and obj.pk and self.has_change_permission(request, obj):
            context |= {"open_elsewhere": self.open_elsewhere(request, obj)}
        return super().render_change_form(request, context, *args, **kwargs)

    def open_elsewhere(self, request: HttpRequest, obj: Any) -> list[str]:
        opened(obj, request.user)
        return [in_words(*one) for one in others_with(obj, request.user)]

    def response_change(self, request: HttpRequest, obj: Any) -> Any:
        """Who has saved and left no longer has the form open."""
        if "_continue" not in request.POST:
            closed(obj, request.user)
        return super().response_change(request, obj)
