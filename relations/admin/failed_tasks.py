"""Buttons of the list of failed tasks on the first page of the admin."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseNotAllowed, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django_tasks_db.models import DBTaskResult

from relations.workers import failed


class FailedTaskPages(admin.ModelAdmin):
    """Adds them to the admin of imports."""

    def get_urls(self) -> list[URLPattern]:
        pages = {"again": self.try_again, "remove": self.remove}
        return [
            path(
                f"tasks/<uuid:pk>/{name}/",
                self.admin_site.admin_view(view),
                name=f"relations_importbatch_task_{name}",
            )
            for name, view in pages.items()
        ] + super().get_urls()

    def try_again(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        return self.act(request, pk, failed.try_again, gettext("The task will be done again."))

    def remove(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        return self.act(request, pk, failed.remove, gettext("The task is no longer in the list."))

    def act(
        self, request: HttpRequest, pk: UUID, do: Callable[[DBTaskResult], bool], done: str
    ) -> HttpResponseBase:
        if not failed.types_of(request.user):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        task = DBTaskResult.objects.failed().filter(pk=pk).first()
        if task and not failed.visible_to(request.user).filter(pk=pk).exists():
            raise PermissionDenied
        if task and do(task):
            messages.success(request, done)
        else:
            messages.warning(request, gettext("Somebody else has already dealt with this task."))
        return HttpResponseRedirect(reverse("admin:index"))
