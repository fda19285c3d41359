"""Query set of figures: panels of charts, competing figures, order in time, and what charts and lists fetch."""

from typing import TYPE_CHECKING, Self

from django.db.models import Count, Exists, F, OuterRef
from django.db.models.functions import Coalesce

from .named import reader_language
from .querysets import RecordQuerySet

if TYPE_CHECKING:
    from .statistics import Observation  # noqa: F401 - the type argument of the query set

AMOUNTS = ("level", "index")
NOT_IN_PICTURES = ("row", "search_text", "notes", "summary_ru", "summary_en", "alternative_titles")


class ObservationQuerySet(RecordQuerySet["Observation"]):
    def by_title(self) -> Self:
        """Sorted by indicator and area, since figures usually have no titles."""
        name = f"name_{reader_language()}"
        return self.order_by(f"indicator__{name}", f"ref_area__{name}", "first_day", "pk")

    def for_list(self) -> Self:
        return self.select_related(
            "indicator", "unit", "ref_area__parent__parent", "counterpart_area__parent__parent"
        )

    def in_time(self) -> Self:
        """The oldest first, those without a date at the end."""
        return self.order_by(F("first_day").asc(nulls_last=True), F("last_day").asc(nulls_last=True), "pk")

    def newest(self, number: int) -> Self:
        """The `number` figures of the newest periods."""
        found = self.order_by(F("first_day").desc(nulls_last=True), "-pk").values("pk")[:number]
        return self.filter(pk__in=found)

    def drawable(self) -> Self:
        """Figures with a number that fits an axis, which excludes ranks."""
        return self.filter(obs_value__isnull=False).exclude(measure="rank")

    def panels(self) -> list[tuple[int | None, str, int]]:
        """[(unit's pk, measure, number)] of figures that can share an axis: amounts first, then the most frequent."""
        counted = self.drawable().order_by().values_list("unit", "measure").annotate(n=Count("pk"))
        return sorted(counted, key=lambda one: (one[1] not in AMOUNTS, -one[2], one[0] or 0, one[1]))

    def of_panel(self, unit: int | None, measure: str) -> Self:
        return self.drawable().filter(unit=unit, measure=measure)

    def rivals(self) -> Self:
        """Figures with a competing public figure: same indicator, places, period and unit."""
        same = ("indicator", "ref_area", "first_day", "period", "measure", "side", "counted_in")
        others = self.model.objects.published().drawable().sides_and_units()
        others = others.filter(**{name: OuterRef(name) for name in same}).exclude(pk=OuterRef("pk"))
        return self.drawable().sides_and_units().filter(Exists(others.order_by()))

    def sides_and_units(self) -> Self:
        """Replaces a missing counterpart or unit by 0, so that two such figures are equal."""
        return self.alias(side=Coalesce("counterpart_area_id", 0), counted_in=Coalesce("unit_id", 0))

    def for_chart(self) -> Self:
        """With everything a chart needs, each place and source fetched once, and without the long texts."""
        return self.defer(*NOT_IN_PICTURES).prefetch_related(
            "unit",
            "ref_area__parent__parent",
            "counterpart_area__parent__parent",
            "citations__source",
        )

    def for_row(self) -> Self:
        return super().for_row().for_list()

    def for_change(self) -> Self:
        return self.for_list()
