"""The page on which figures of one indicator are entered as a table: years down, areas across, one source for all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from relations.models import Observation, Place, Source, Unit
from relations.models.named import reader_language
from relations.revisions.figure_grid import MOST_CELLS, At, FigureGrid, ReadFigure, ReadTable, in_words

from .batch_review import link_to
from .cell_fields import reading_url
from .grid_form import GridForm, initial_data
from .unsaved import UnsavedText, told_as_saved

#: the beginning of the names of cells: cell-2015-KZ
CELL = "cell-"
LONGEST_CELL = 100
#: sources that the browser offers while one is typed, the newest first
MOST_OFFERED = 300


@dataclass
class Cell:
    """One cell as the page shows it."""

    name: str
    label: str
    text: str
    stored: list[tuple[str, str]]
    figure: ReadFigure = field(default_factory=ReadFigure)


@dataclass
class Line:
    year: int
    cells: list[Cell]


class FigureGridPage(UnsavedText):
    """Adds the page to the admin of figures."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.grid)
        return [path("grid/", view, name="relations_observation_grid"), *super().get_urls()]

    def grid(self, request: HttpRequest) -> HttpResponse:
        """Shows the table, checks what is typed into it, or stores it. Only checked figures are stored."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            given = {name: request.GET[name] for name in GridForm.base_fields if name in request.GET}
            return self.page(request, GridForm(initial_data(given)), {}, is_new="indicator" not in given)
        typed, is_refused = typed_in(request)
        is_asked = "_show" not in request.POST
        form = GridForm(request.POST, needs_source=is_asked)
        if is_refused or not is_asked or not form.is_valid():
            return self.page(request, form, typed)
        return self.checked_or_stored(request, form, typed)

    def checked_or_stored(self, request: HttpRequest, form: GridForm, typed: dict[At, str]) -> HttpResponse:
        table = FigureGrid(form.block(), *form.areas_and_years, request.user)
        inside = {at: text for at, text in typed.items() if at in set(places_of(form))}
        if not inside:
            messages.error(request, gettext("Type at least one figure into the table."))
            return self.page(request, form, typed)
        seen = request.POST.get("seen", "")
        if "_save" in request.POST and seen:
            read = table.store(inside, seen)
            if not read.has_errors:
                return self.stored(request, form, read)
            if read.is_stale:
                messages.warning(
                    request, gettext("Something has changed since the check. Look again and save.")
                )
                read = table.check(inside)
        else:
            read = table.check(inside)
        return self.page(request, form, typed, read)

    def stored(self, request: HttpRequest, form: GridForm, read: ReadTable) -> HttpResponse:
        report = read.report
        sentences = [
            ngettext("%(n)d figure stored as a draft.", "%(n)d figures stored as drafts.", report.created)
            % {"n": report.created}
        ]
        if changed := report.updated - report.proposed:
            sentences.append(
                ngettext("%(n)d draft changed.", "%(n)d drafts changed.", changed) % {"n": changed}
            )
        if report.proposed:
            waiting = ngettext(
                "%(n)d change of a public figure waits for approval.",
                "%(n)d changes of public figures wait for approval.",
                report.proposed,
            )
            sentences.append(waiting % {"n": report.proposed})
        link = (
            link_to(report.batch, gettext("See these figures, submit or undo them")) if report.batch else ""
        )
        messages.success(request, format_html("{} {}", " ".join(sentences), link))
        kept = {name: form.data.get(name, "") for name in GridForm.base_fields}
        query = urlencode({name: value for name, value in kept.items() if value})
        return told_as_saved(request, HttpResponseRedirect(f"{grid_url()}?{query}"))

    def page(
        self,
        request: HttpRequest,
        form: GridForm,
        typed: dict[At, str],
        read: ReadTable | None = None,
        is_new: bool = False,
    ) -> HttpResponse:
        lines = [] if is_new or not form.can_be_drawn else self.lines(request, form, typed, read)
        shown = {cell.name for line in lines for cell in line.cells}
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Enter figures as a grid"),
            "form": form,
            "is_new": is_new,
            "source_title": source_title(form),
            "areas": form.areas_and_years[0] if lines else [],
            "lines": lines,
            "outside": [(name_of(at), text) for at, text in typed.items() if name_of(at) not in shown],
            "read": read,
            "may_save": read is not None and not read.has_errors,
            "reading_url": reading_url(Observation, "value"),
            "media": self.media,
            "unsaved": self.about_form(request, None) | {"cells": CELL, "add_url": grid_url()},
            **offered(),
        }
        return TemplateResponse(request, "admin/relations/figure_grid.html", context)

    def lines(
        self, request: HttpRequest, form: GridForm, typed: dict[At, str], read: ReadTable | None
    ) -> list[Line]:
        areas, years = form.areas_and_years
        stored = FigureGrid(form.block(), areas, years, request.user).stored()
        figures = read.figures if read else {}

        def cell(at: At, area: Place) -> Cell:
            links = [(self.change_url(one), in_words(one)) for one in stored.get(at, ())]
            figure = figures.get(at, ReadFigure())
            return Cell(name_of(at), f"{area.name}, {at.year}", typed.get(at, ""), links, figure)

        return [Line(year, [cell(At(year, area.code), area) for area in areas]) for year in years]

    def change_url(self, figure: Observation) -> str:
        return reverse("admin:relations_observation_change", args=[figure.pk])


def source_title(form: GridForm) -> str:
    """The source as it was found by what was typed; "" where it was not."""
    key = form.cleaned_data.get("source", "") if form.is_bound and hasattr(form, "cleaned_data") else ""
    return Source.objects.filter(key=key).values_list("title", flat=True).first() or "" if key else ""


def grid_url() -> str:
    return reverse("admin:relations_observation_grid")


def name_of(at: At) -> str:
    return f"{CELL}{at.year}-{at.area}"


def places_of(form: GridForm) -> Iterable[At]:
    areas, years = form.areas_and_years
    return (At(year, area.code) for year in years for area in areas)


def typed_in(request: HttpRequest) -> tuple[dict[At, str], bool]:
    """The cells that are not empty, and whether the request had more or longer ones than a table takes."""
    found: dict[At, str] = {}
    for name, sent in request.POST.items():
        text = str(sent)
        year, _hyphen, code = name.removeprefix(CELL).partition("-")
        if (
            name.startswith(CELL)
            and year.isascii()
            and year.isdecimal()
            and len(year) == 4
            and code
            and text.strip()
        ):
            found[At(int(year), code[:40])] = text.strip()
    too_long = [text for text in found.values() if len(text) > LONGEST_CELL]
    if too_long:
        message = gettext("A cell may have at most %(n)d characters: “%(text)s…”.")
        messages.error(request, message % {"n": LONGEST_CELL, "text": too_long[0][:40]})
    if len(found) > MOST_CELLS:
        messages.error(request, gettext("A table may have at most %(n)d figures.") % {"n": MOST_CELLS})
    return dict(list(found.items())[:MOST_CELLS]), bool(too_long) or len(found) > MOST_CELLS


def offered() -> dict[str, Iterable[Any]]:
    """What the browser offers while a source, a unit or a place is typed."""
    name = f"name_{reader_language()}"
    return {
        "sources": Source.objects.order_by("-pk").values_list("key", "title")[:MOST_OFFERED],
        "units": Unit.objects.order_by(name).values_list(name, flat=True),
        "places": Place.objects.filter(kind=Place.Kind.COUNTRY).order_by(name).values_list(name, flat=True),
    }
