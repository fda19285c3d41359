from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control

from relations.charts.bars import THEMES, draw, drawable
from relations.footnotes import Footnotes
from relations.models import Indicator, Observation


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
    observations = Observation.objects.published().filter(indicator=indicator).for_detail()
    return indicator, list(observations.order_by("first_day", "pk"))


def detail(request, key):
    indicator, observations = published(key)
    if not observations and not request.user.is_staff:
        raise Http404(_("There is no such indicator."))
    rows = [(observation, Footnotes(observation)) for observation in observations]
    context = {"indicator": indicator, "rows": rows, "drawn": drawable(observations)}
    return render(request, "relations/indicator_detail.html", context)


@cache_control(public=True, max_age=3600)
def chart(request, key, theme):
    """The indicator as a picture, for the page's <picture>, for slides and for print."""
    indicator, observations = published(key)
    drawn = drawable(observations)
    if theme not in THEMES or not drawn:
        raise Http404(_("There is no such chart."))
    return HttpResponse(draw(indicator, drawn, get_language(), theme), content_type="image/svg+xml")
