"""What a competent site of plain Django has over the same tables: ListView, django-filter, DetailView, an admin.

It asks the same questions with the register's own conditions, so that it finds the same records; how it counts, shows
and pages them is Django's own.
"""

import django_filters
from django.contrib.admin import AdminSite, ModelAdmin, SimpleListFilter
from django.db import connection
from django.db.models import Count
from django.http import JsonResponse
from django.urls import path
from django.views.generic import DetailView
from django_filters.views import FilterView

from benchmarks.bare import answer
from relations.models import Agreement
from relations.models.places import COUNTRIES
from relations.values.period import Period


class AgreementFilter(django_filters.FilterSet):
    country = django_filters.ChoiceFilter(choices=[(code, code) for code in COUNTRIES], method="of_country")
    q = django_filters.CharFilter(method="with_words")
    year_from = django_filters.NumberFilter(method="in_years")
    year_to = django_filters.NumberFilter(method="in_years")

    class Meta:
        model = Agreement
        fields = ("instrument_type", "status_in_law", "topics")

    def of_country(self, records, name, value):
        return records.involving([value])

    def with_words(self, records, name, value):
        return records.matching(value)

    def in_years(self, records, name, value):
        year = int(value)
        return records.certainly_in(Period.years(*((year, None) if name == "year_from" else (None, year))))


class AgreementList(FilterView):
    queryset = Agreement.objects.published().prefetch_related(
        "participations__place", "participations__organization", "participations__person"
    )
    filterset_class = AgreementFilter
    template_name = "stock/list.html"
    paginate_by = 50

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        if "facets" in self.request.GET:
            context["facets"] = facets(self.object_list.prefetch_related(None).order_by())
        return context


def facets(found):
    """Four of them, one statement each."""
    names = ("instrument_type", "status_in_law", "topics__key", "participations__place__code")
    return {
        name: list(found.values_list(name).annotate(n=Count("pk", distinct=True)).order_by("-n"))
        for name in names
    }


class AgreementPage(DetailView):
    queryset = Agreement.objects.published().prefetch_related(
        "topics", "citations__source", "participations__place", "participations__organization",
        "participations__person",
    )  # fmt: skip
    slug_field = slug_url_kwarg = "key"
    template_name = "stock/record.html"


class CountryFilter(SimpleListFilter):
    title = parameter_name = "country"

    def lookups(self, request, model_admin):
        return [(code, code) for code in COUNTRIES]

    def queryset(self, request, queryset):
        return queryset.involving([self.value()]) if self.value() else queryset


class AgreementAdmin(ModelAdmin):
    list_display = ("key", "title_ru", "state", "signed", "instrument_type", "status_in_law")
    list_filter = ("state", CountryFilter, "instrument_type", "status_in_law", "topics")
    search_fields = ("key", "title_ru", "title_en")
    list_per_page = 50


def bare(request):
    return JsonResponse(answer(connection, request.GET))


site = AdminSite()
site.register(Agreement, AgreementAdmin)
urlpatterns = [
    path("agreements/", AgreementList.as_view()),
    path("agreements/<slug:key>/", AgreementPage.as_view()),
    path("bare/", bare),
    path("admin/", site.urls),
]
