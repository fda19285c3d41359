"""The guide for editors inside the admin: three pages and their pictures, for everyone who may sign in here."""

from __future__ import annotations

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path

from relations.models.named import reader_language
from relations.presentation.guide import PAGES, PICTURES, guide_page, pictures_of_guide


def page(request: HttpRequest, name: str) -> TemplateResponse:
    """One page in the language of the reader."""
    language = reader_language()
    shown = guide_page(name, language)
    context = {
        **admin.site.each_context(request),
        "title": shown.title,
        "shown": shown,
        "name": name,
        "pages": [(one, f"guide-{one}", guide_page(one, language).title) for one in PAGES],
    }
    return TemplateResponse(request, "admin/guide.html", context)


def picture(request: HttpRequest, name: str) -> HttpResponse:
    """A picture that the guide shows; no other name reaches the disk."""
    if name not in pictures_of_guide():
        raise Http404
    return HttpResponse((PICTURES / name).read_bytes(), content_type="image/png")


urlpatterns = [
    path("", admin.site.admin_view(page), {"name": "editors"}, name="guide-editors"),
    path("importing/", admin.site.admin_view(page), {"name": "importing"}, name="guide-importing"),
    path("truth/", admin.site.admin_view(page), {"name": "truth"}, name="guide-truth"),
    path("pictures/<str:name>", admin.site.admin_view(picture), name="guide-picture"),
]
