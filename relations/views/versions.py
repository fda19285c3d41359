"""Views of what records were before: one version, all versions of one record, and the corrections of all."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from relations.catalog import RecordType
from relations.feeds import correction_entry, feed_response
from relations.models import Merge, Source, Version
from relations.presentation.versions import (
    AllCorrections,
    corrections,
    corrections_in,
    described,
    differences_of,
    numbered_versions,
    reason_of,
    record_then,
    version_address,
    with_row_before,
)
from relations.rows.columns import Label
from relations.rows.resource import SheetResource
from relations.rows.sources import SourceResource
from relations.writers.redirects import moved

from .pagination import page_of


class Kind(NamedTuple):
    """What has versions: a record type, or sources."""

    slug: str
    label: Label
    resource: type[SheetResource]

    @classmethod
    def of(cls, record_type: RecordType) -> Kind:
        return cls(record_type.slug, record_type.label, record_type.resource)

    @property
    def page(self) -> str:
        """The name of the address of one of them."""
        return str(self.resource.model._meta.model_name)

    @property
    def entities(self) -> Any:
        """With what their titles are made of."""
        return self.resource.model.objects.for_list() if self.resource.citations else Source.objects.all()

    @property
    def visible(self) -> Any:
        """Those to which a former key redirects."""
        return self.resource.model.objects.shown() if self.resource.citations else Source.objects.public()

    def is_public(self, entity: Any) -> bool:
        return bool(self.resource.public_among([entity.pk]))


OF_SOURCES = Kind("sources", gettext_lazy("sources"), SourceResource)


def version(request: HttpRequest, kind: Kind, key: str, number: int) -> HttpResponseBase:
    """A record as readers saw it. It does not change, and is gone with its record."""
    entity = kind.entities.filter(key=key).first()
    if entity is None:
        return elsewhere(request, kind, key, number)
    newest = numbered_versions(kind.resource, entity.pk).first()
    one: Any = with_row_before(numbered_versions(kind.resource, entity.pk)).filter(number=number).first()
    if newest is None or one is None:
        raise Http404(_("There is no such version."))
    if not kind.is_public(entity):
        return gone(request, kind)
    context = {
        "kind": kind,
        "record": entity,
        "version": one,
        "reason": reason_of(one),
        "then": record_then(kind.resource, one),
        "differences": differences_of(kind.resource, one, one.row_before),
        "newest": newest if newest.number != one.number else None,
        "newest_address": version_address(kind.page, key, newest.number or 0),
        "address": version_address(kind.page, key, number),
        "all_versions": reverse(f"{kind.page}-versions", args=[key]),
        "canonical": entity.get_absolute_url(),
    }
    return render(request, "relations/version.html", context)


def version_list(request: HttpRequest, kind: Kind, key: str) -> HttpResponseBase:
    """All versions of one record that readers have seen, and what each has changed."""
    entity = kind.entities.filter(key=key).first()
    if entity is None:
        return elsewhere(request, kind, key)
    versions = numbered_versions(kind.resource, entity.pk)
    page: Any = page_of(with_row_before(versions), request.GET.get("page"))
    if not page.paginator.count:
        raise Http404(_("It has no earlier versions."))
    if not kind.is_public(entity):
        return gone(request, kind)
    changed = [(one, one.row_before) for one in page if one.is_correction]
    labels = {one.pk: one.labels for one in corrections_in(kind.resource, changed)}
    context = {
        "kind": kind,
        "record": entity,
        "page": page,
        "versions": [
            (one, version_address(kind.page, key, one.number), labels.get(one.pk, []), reason_of(one))
            for one in page
        ],
        "canonical": entity.get_absolute_url(),
    }
    return render(request, "relations/version_list.html", context)


def elsewhere(request: HttpRequest, kind: Kind, key: str, number: int | None = None) -> HttpResponseBase:
    """The same under the present key; 410 where the record was deleted or merged, 404 where there was none."""
    if number is not None and Merge.objects.filter(type=kind.slug, merged_key=key, status="done").exists():
        return gone(request, kind)
    try:
        return moved(request, kind.visible, key, _("There is no such version."))
    except Http404:
        deleted = Version.objects.filter(type=kind.slug, key=key, number__isnull=False)
        if (deleted.filter(number=number) if number is not None else deleted).exists():
            return gone(request, kind)
        raise


def gone(request: HttpRequest, kind: Kind) -> HttpResponse:
    return render(request, "relations/withdrawn.html", {"record_type": kind}, status=410)


def correction_list(request: HttpRequest) -> HttpResponse:
    """What has been corrected in any public record, the newest first."""
    page: Any = page_of(with_row_before(corrections()), request.GET.get("page"))
    return render(request, "relations/corrections.html", {"page": page, "corrections": described(page)})


def correction_feed(request: HttpRequest) -> HttpResponseBase:
    parts = [(correction_entry, AllCorrections())]
    return feed_response(request, _("Corrections"), reverse("corrections"), parts)
