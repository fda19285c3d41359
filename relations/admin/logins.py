"""The login of the admin: password, second step, the page of a lock, and the page where the second step is set up."""

from __future__ import annotations

import time
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_login_failed
from django.contrib.auth.views import LoginView
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.crypto import constant_time_compare
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from relations.accounts import two_steps
from relations.accounts.locking import is_locked, seconds_locked

#: where a session without a login keeps whose password was right
HALF_WAY = "half_way_in"
#: seconds in which the code must follow
CODE_WITHIN = 600
TOO_LATE = gettext_lazy("The login took too long. Begin again, please.")


class CodeForm(forms.Form):
    """The second step of a login; `request` says whose."""

    code = forms.CharField(max_length=40)

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request, self.user = request, half_way_in(request)

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        check_code(self.request, self.user, code)
        return code

    def get_user(self) -> Any:
        return self.user


def check_code(request: HttpRequest, user: Any, code: str) -> None:
    """Leaves the device with the user whose code is right; a wrong one counts as a failed login."""
    name = user.get_username()
    if is_locked(request, name):
        raise ValidationError(two_steps.why_refused(0))
    seconds = two_steps.seconds_to_wait(user)
    if device := two_steps.matching_device(user, code):
        user.otp_device = device
        return
    if not seconds:
        user_login_failed.send(sender=__name__, credentials={"username": name}, request=request)
    raise ValidationError(two_steps.why_refused(two_steps.seconds_to_wait(user)))


def half_way_in(request: HttpRequest) -> Any:
    """The user whose password was right a moment ago; None if that was long ago, or does not hold any more."""
    kept = request.session.get(HALF_WAY)
    if not kept or time.time() - kept["at"] > CODE_WITHIN:
        return None
    user = get_user_model()._default_manager.filter(pk=kept["user"], is_active=True, is_staff=True).first()
    if user is None or not constant_time_compare(user.get_session_auth_hash(), kept["hash"]):
        return None
    user.backend = kept["backend"]
    return user


class Login(LoginView):
    """Name and password. Who has a second step is not logged in by them."""

    authentication_form = AdminAuthenticationForm
    template_name = "admin/login.html"

    def form_valid(self, form: Any) -> HttpResponse:
        user = form.get_user()
        if not two_steps.has_two_steps(user):
            return super().form_valid(form)
        self.request.session.flush()  # whoever was logged in here before
        self.request.session[HALF_WAY] = {
            "user": user.pk,
            "backend": user.backend,
            "hash": user.get_session_auth_hash(),
            "at": int(time.time()),
        }
        query = urlencode({self.redirect_field_name: self.get_success_url()})
        return HttpResponseRedirect(f"{reverse('login-code')}?{query}")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the admin gives the page of its login."""
        context = super().get_context_data(**kwargs)
        context |= page_of_login(self.request, _("Log in"))
        context[self.redirect_field_name] = self.get_success_url()
        return context


class Code(LoginView):
    """The second step, for whom the first one has let through."""

    authentication_form = CodeForm  # type: ignore[assignment]  # its second step takes no name
    template_name = "admin/login_code.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if half_way_in(request) is None:
            messages.warning(request, str(TOO_LATE))
            return HttpResponseRedirect(reverse("admin:login"))
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        self.request.session.pop(HALF_WAY, None)
        answer = super().form_valid(form)
        if "static" in form.user.otp_device.persistent_id:
            warn_of_few_codes(self.request, two_steps.codes_left(form.user))
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | page_of_login(self.request, _("Second step of the login"))


def warn_of_few_codes(request: HttpRequest, left: int) -> None:
    message = ngettext("%(n)d recovery code is left.", "%(n)d recovery codes are left.", left)
    messages.warning(request, message % {"n": left})


def page_of_login(request: HttpRequest, title: str) -> dict[str, Any]:
    return {
        **admin.site.each_context(request),
        "title": title,
        "subtitle": None,
        "app_path": request.get_full_path(),
        "username": request.user.get_username(),
    }


def log_in(request: HttpRequest) -> HttpResponseBase:
    """Who is logged in already goes on to the first page of the admin."""
    if request.method == "GET" and admin.site.has_permission(request):
        return HttpResponseRedirect(reverse("admin:index"))
    return Login.as_view()(request)


def locked_page(
    request: HttpRequest, original: HttpResponseBase | None = None, credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """The same for an account that exists and for one that does not."""
    seconds = seconds_locked(request, credentials)
    minutes = -(-seconds // 60)
    again = ngettext("Try again in %(n)d minute.", "Try again in %(n)d minutes.", minutes) % {"n": minutes}
    context = page_of_login(request, _("The login is locked for a while"))
    context |= {"again": again, "keeper": settings.KEEPER_NAME, "contact": settings.KEEPER_CONTACT}
    answer = TemplateResponse(request, "admin/login_locked.html", context, status=429).render()
    add_never_cache_headers(answer)
    answer["Retry-After"] = str(seconds)
    return answer


def two_steps_page(request: HttpRequest) -> HttpResponse:
    """Sets the second step up, step by step, and turns it off."""
    user, shown = request.user, dict[str, Any]()
    acts = {"begin": begun, "confirm": confirmed, "codes": new_codes, "off": turned_off}
    if act := acts.get(request.POST.get("verb", "")):
        shown = act(request)
    has_them = two_steps.has_two_steps(user)
    device = None if has_them else two_steps.begun_device(user)
    context = {
        **admin.site.each_context(request),
        "title": _("Two-step login"),
        "has_two_steps": has_them,
        "must_have_two_steps": two_steps.must_have_two_steps(user),
        "codes_left": two_steps.codes_left(user),
        "key": two_steps.key_in_words(device) if device else "",
        **shown,
    }
    return TemplateResponse(request, "admin/two_steps.html", context)


def begun(request: HttpRequest) -> dict[str, Any]:
    """A page that was left open is no reason to replace a device that is in use."""
    if not two_steps.has_two_steps(request.user):
        two_steps.begin(request.user)
    return {}


def confirmed(request: HttpRequest) -> dict[str, Any]:
    code = two_steps.without_blanks(request.POST.get("code", ""))
    if two_steps.has_two_steps(request.user):
        return {}
    if codes := two_steps.confirm(request.user, code):
        end_other_sessions(request)
        return {"codes": codes}
    return {"error": two_steps.why_refused(two_steps.seconds_to_wait(request.user))}


def new_codes(request: HttpRequest) -> dict[str, Any]:
    if error := why_code_is_refused(request):
        return {"error": error}
    return {"codes": two_steps.new_recovery_codes(request.user)}


def turned_off(request: HttpRequest) -> dict[str, Any]:
    if error := why_code_is_refused(request):
        return {"error": error}
    two_steps.remove(request.user)
    end_other_sessions(request)
    messages.success(request, _("The two-step login is turned off."))
    return {}


def why_code_is_refused(request: HttpRequest) -> str:
    try:
        check_code(request, request.user, request.POST.get("code", ""))
    except ValidationError as error:
        return str(error.message)
    return ""


def end_other_sessions(request: HttpRequest) -> None:
    """Those that were begun by a password alone, or by somebody who has the telephone."""
    two_steps.end_sessions(request.user, but=request.session.session_key)


def key_picture(request: HttpRequest) -> HttpResponse:
    """The QR code of the key that is being set up; a confirmed key is never shown again."""
    device = two_steps.begun_device(request.user)
    if device is None:
        raise Http404
    return HttpResponse(two_steps.picture_of_key(device), content_type="image/svg+xml")
