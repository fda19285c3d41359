"""Views of indicators: the list, one indicator with its charts, and the charts and their data as files."""

import hashlib
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Max, prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from relations.charts import LOOKS, Looks, Size, in_looks, rendered, size
from relations.charts.data_table import COLUMNS, rows_of
from relations.charts.discrepancies import differences
from relations.charts.indicator_chart import Drawing
from relations.charts.panels import Panel
from relations.charts.render import CACHED_SECONDS, CONTENT_TYPES
from relations.models import Indicator, Observation, Unit
from relations.models.observation_querysets import ObservationQuerySet
from relations.presentation.indicators import by_topic, in_series, newest_of, series_numbers, summaries
from relations.rows.columns import Label
from relations.site import site_of
from relations.writers import responses
from relations.writers.file_names import file_name
from relations.writers.redirects import not_kept

from .pagination import page_of
from .visibility import is_staff

#: (primary key of the unit or None, measure, number of figures)
PanelKey = tuple[int | None, str, int]

TABLE_ROWS, MOST_PANELS, MOST_RIVALS, MOST_FIGURES = 200, 8, 200, 5000


def indicator_list(request: HttpRequest) -> HttpResponse:
    return render(request, "relations/indicator_list.html", {"topics": by_topic(summaries())})


def published(key: str) -> tuple[Indicator, ObservationQuerySet]:
    """The indicator of this key, present or former, and its public figures."""
    indicators = Indicator.objects.select_related("unit")
    indicator = indicators.filter(key=key).first()
    if not indicator:
        indicator = get_object_or_404(indicators, key=Indicator.objects.present_keys().get(key))
    return indicator, Observation.objects.published().filter(indicator=indicator)


@dataclass
class Shown:
    """One picture on the page of an indicator; `stem` begins the addresses of its forms.

    The sizes are known so that the page keeps the room.
    """

    stem: str
    unit: Unit | None
    measure: Label
    wide: Size
    narrow: Size

    @property
    def looks(self) -> Looks:
        return in_looks(lambda name: f"{self.stem}-{name}.svg", self.wide, self.narrow)


def drawn_panels(observations: ObservationQuerySet) -> list[PanelKey]:
    """The panels worth a picture: the first one, and others of several figures."""
    panels = observations.panels()
    return [*panels[:1], *(panel for panel in panels[1:] if panel[2] > 1)][:MOST_PANELS]


def shown(
    request: HttpRequest, indicator: Indicator, observations: ObservationQuerySet, panels: list[PanelKey]
) -> list[Shown]:
    units = Unit.objects.in_bulk([unit for unit, _measure, _n in panels if unit])
    version = observations.aggregate(changed=Max("updated_at"), number=Count("pk"))
    return [
        Shown(
            f"{indicator.get_absolute_url()}chart{f'-{number}' if number > 1 else ''}",
            units.get(panel[0]),
            Observation.Measure(panel[1]).label,
            *kept_sizes(request, indicator, observations, panel, version),
        )
        for number, panel in enumerate(panels, 1)
    ]


def kept_sizes(
    request: HttpRequest,
    indicator: Indicator,
    observations: ObservationQuerySet,
    panel: PanelKey,
    version: dict[str, Any],
) -> list[Size]:
    """The sizes of the wide and the narrow picture, cached for each state of the figures."""
    identity = [indicator.pk, *panel, *version.values(), get_language(), site_of(request)]
    key = "chart-sizes-" + hashlib.sha256(repr(identity).encode()).hexdigest()
    return cache.get_or_set(key, lambda: sizes(request, indicator, observations, panel), CACHED_SECONDS) or []


def sizes(
    request: HttpRequest, indicator: Indicator, observations: ObservationQuerySet, panel: PanelKey
) -> list[Size]:
    drawing = drawing_of(request, indicator, figures_of(observations, panel))
    return [size(drawing.specification(LOOKS[look])) for look in ("light", "light-narrow")]


def drawing_of(request: HttpRequest, indicator: Indicator, panel: Panel) -> Drawing:
    return Drawing(indicator, panel, site_of(request) + indicator.get_absolute_url())


def figures_of(observations: ObservationQuerySet, panel: PanelKey) -> Panel:
    unit, measure, total = panel
    return Panel(list(observations.of_panel(unit, measure).newest(MOST_FIGURES).for_chart().in_time()), total)


def detail(request: HttpRequest, key: str) -> HttpResponse:
    indicator, observations = published(key)
    if indicator.key != key:
        return not_kept(redirect(indicator, permanent=True))
    page = page_of(
        observations.for_list().with_parts().in_series_order(), request.GET.get("page"), TABLE_ROWS
    )
    if not page.paginator.count and not is_staff(request):
        raise Http404(_("There is no such indicator."))
    panels = drawn_panels(observations)
    rivals = list(observations.newest(MOST_FIGURES).rivals().for_list().in_time().reverse()[:MOST_RIVALS])
    prefetch_related_objects(
        [*page, *rivals], "citations__source"
    )  # once for both, so that it costs the same
    context = {
        "indicator": indicator,
        "page": page,
        "figures": list(page),
        "series": list(in_series(list(page))),
        "series_count": series_numbers(observations)[indicator.pk],
        "newest": newest_of(observations).for_list().first(),
        "panels": shown(request, indicator, observations, panels),
        "differences": differences(rivals),
        "has_more": sum(n for _unit, _measure, n in panels) < page.paginator.count,
    }
    return render(request, "relations/indicator_detail.html", context)


def panel_of(key: str, number: int | None) -> tuple[Indicator, Panel]:
    """404 where there is no panel of this number. The first one has no number in its address."""
    indicator, observations = published(key)
    panels = drawn_panels(observations)
    if number is not None and number < 2 or (number or 1) > len(panels):
        raise Http404(_("There is no such chart."))
    return indicator, figures_of(observations, panels[(number or 1) - 1])


def chart(request: HttpRequest, key: str, look: str, form: str, number: int | None = None) -> HttpResponse:
    """A panel of the indicator as a picture, for the page's <picture>, for slides and for print."""
    if look not in LOOKS or form not in CONTENT_TYPES:
        raise Http404(_("There is no such chart."))
    indicator, panel = panel_of(key, number)
    picture = rendered(drawing_of(request, indicator, panel).specification(LOOKS[look]), form)
    name = file_name(f"{indicator.key}-chart{f'-{number}' if number else ''}-{look}", form)
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return HttpResponse(picture, content_type=CONTENT_TYPES[form], headers=headers)


def drawn_figures(request: HttpRequest, key: str, number: int | None = None) -> HttpResponseBase:
    """Exactly the figures that the picture shows, as a sheet."""
    indicator, panel = panel_of(key, number)
    name = file_name(f"{indicator.key}-chart{f'-{number}' if number else ''}", "csv")
    return responses.response_of(name, COLUMNS, rows_of(panel.drawn), "csv")
