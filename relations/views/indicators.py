import hashlib
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Count, Max, Q, prefetch_related_objects
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page

from relations.charts import LOOKS, in_looks, rendered, size
from relations.charts.data_table import COLUMNS, rows_of
from relations.charts.discrepancies import differences
from relations.charts.indicator_chart import Drawing
from relations.charts.panels import Panel
from relations.charts.render import CONTENT_TYPES, KEPT_FOR
from relations.models import Indicator, Observation, Unit
from relations.presentation.footnotes import Footnotes
from relations.site import site_of
from relations.writers import responses

from .pagination import page_of

TABLE_ROWS, MOST_PANELS, MOST_RIVALS, MOST_FIGURES = 200, 8, 200, 5000


def indicator_list(request):
    published = Count("observations", filter=Q(observations__state="published"))
    indicators = (
        Indicator.objects.annotate(figures=published).filter(figures__gt=0).prefetch_related("topics")
    )
    return render(
        request, "relations/indicator_list.html", {"indicators": sorted(indicators, key=lambda one: one.name)}
    )


def published(key):
    indicator = get_object_or_404(Indicator.objects.select_related("unit"), key=key)
    return indicator, Observation.objects.published().filter(indicator=indicator)


@dataclass
class Shown:
    """One picture on the page of an indicator; `stem` begins the addresses of its forms.

    `wide` and `narrow` are (width, height) in pixels, so that the page keeps the room.
    """

    stem: str
    unit: Unit | None
    measure: str
    wide: tuple
    narrow: tuple

    @property
    def looks(self):
        return in_looks(lambda name: f"{self.stem}-{name}.svg", self.wide, self.narrow)


def drawn_panels(observations):
    """The panels worth a picture: the first one, and others of several figures."""
    first, *others = observations.panels() or [None]
    return [panel for panel in (first, *(other for other in others if other[2] > 1)) if panel][:MOST_PANELS]


def shown(request, indicator, observations, panels):
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


def kept_sizes(request, indicator, observations, panel, version):
    """((width, height), the same of the narrow picture); drawn up once for each state of the figures."""
    told = [indicator.pk, *panel, *version.values(), get_language(), site_of(request)]
    key = "chart-sizes-" + hashlib.sha256(repr(told).encode()).hexdigest()
    return cache.get_or_set(key, lambda: sizes(request, indicator, observations, panel), KEPT_FOR)


def sizes(request, indicator, observations, panel):
    drawing = drawing_of(request, indicator, figures_of(observations, panel))
    return [size(drawing.specification(LOOKS[look])) for look in ("light", "light-narrow")]


def drawing_of(request, indicator, panel):
    return Drawing(indicator, panel, site_of(request) + indicator.get_absolute_url())


def figures_of(observations, panel):
    unit, measure, total = panel
    return Panel(list(observations.of_panel(unit, measure).newest(MOST_FIGURES).for_chart().in_time()), total)


def detail(request, key):
    indicator, observations = published(key)
    page = page_of(observations.for_list().in_time(), request.GET.get("page"), TABLE_ROWS)
    if not page.paginator.count and not request.user.is_staff:
        raise Http404(_("There is no such indicator."))
    panels = drawn_panels(observations)
    rivals = list(observations.newest(MOST_FIGURES).rivals().for_list().in_time().reverse()[:MOST_RIVALS])
    prefetch_related_objects(
        [*page, *rivals], "citations__source"
    )  # once for both, so that it costs the same
    context = {
        "indicator": indicator,
        "page": page,
        "rows": [(observation, Footnotes(observation)) for observation in page],
        "panels": shown(request, indicator, observations, panels),
        "differences": differences(rivals),
        "has_more": sum(n for _unit, _measure, n in panels) < page.paginator.count,
    }
    return render(request, "relations/indicator_detail.html", context)


def panel_of(key, number):
    """(indicator, its Panel of this number); 404 where there is none. The first one has no number in its address."""
    indicator, observations = published(key)
    panels = drawn_panels(observations)
    if number is not None and number < 2 or (number or 1) > len(panels):
        raise Http404(_("There is no such chart."))
    return indicator, figures_of(observations, panels[(number or 1) - 1])


@conditional_page
@cache_control(public=True, max_age=3600)
def chart(request, key, look, form, number=None):
    """A panel of the indicator as a picture, for the page's <picture>, for slides and for print."""
    if look not in LOOKS or form not in CONTENT_TYPES:
        raise Http404(_("There is no such chart."))
    indicator, panel = panel_of(key, number)
    picture = rendered(drawing_of(request, indicator, panel).specification(LOOKS[look]), form)
    name = f"{indicator.key}-chart{f'-{number}' if number else ''}-{look}.{form}"
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return HttpResponse(picture, content_type=CONTENT_TYPES[form], headers=headers)


@conditional_page
@cache_control(public=True, max_age=3600)
def drawn_figures(request, key, number=None):
    """Exactly the figures that the picture shows, as a sheet."""
    indicator, panel = panel_of(key, number)
    name = f"{indicator.key}-chart{f'-{number}' if number else ''}"
    return responses.response_of(name, COLUMNS, rows_of(panel.drawn), "csv")
