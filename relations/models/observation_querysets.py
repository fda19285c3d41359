"""Query set of figures: panels of charts, competing figures, order in time, and what charts and lists fetch."""

from typing import TYPE_CHECKING, Self

from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, F, OuterRef, Prefetch, Q
from django.db.models.functions import Coalesce

from .foreign_keys import EVENT_KEYS, SUBJECT_KEYS
from .links import LinkKind, RecordLink
from .named import reader_language
from .querysets import NOT_IN_LISTS, RecordQuerySet
from .series import REFERENCES, SERIES_FIELDS

if TYPE_CHECKING:
    from .statistics import Observation  # noqa: F401 - the type argument of the query set

AMOUNTS = ("level", "index")
IN_TIME = (F("first_day").asc(nulls_last=True), F("last_day").asc(nulls_last=True), "pk")
NOT_IN_PICTURES = ("row", "search_text", "notes", "summary_ru", "summary_en", "alternative_titles")
#: what a figure may be about, and its long texts, which only its own page shows
SUBJECTS = tuple(f"about_{key}" for key in SUBJECT_KEYS)
NOT_OF_SUBJECTS = tuple(f"about_{key}__{name}" for key in EVENT_KEYS for name in NOT_IN_PICTURES)
#: a figure that is said to be defined otherwise, without a word on how
UNEXPLAINED = Q(obs_status="D", definition_ru="", definition_en="")


class ObservationQuerySet(RecordQuerySet["Observation"]):
    def by_title(self) -> Self:
        """Sorted by indicator and area, since figures usually have no titles."""
        name = f"name_{reader_language()}"
        return self.order_by(f"indicator__{name}", f"ref_area__{name}", "first_day", "pk")

    def for_list(self) -> Self:
        return self.select_related(
            "indicator", "unit", "ref_area__parent__parent", "counterpart_area__parent__parent", *SUBJECTS
        ).defer(*NOT_OF_SUBJECTS)

    def without_places(self) -> Self:
        found = self.select_related("indicator", "unit", *SUBJECTS)
        return found.defer(*NOT_OF_SUBJECTS, *NOT_IN_LISTS)

    def in_time(self) -> Self:
        """The oldest first, those without a date at the end."""
        return self.order_by(*IN_TIME)

    def in_series_order(self) -> Self:
        """The figures of one series next to each other, each series in order of time.

        Series without a counterpart or a subject come first; the databases differ on where NULL belongs.
        """
        name = f"name_{reader_language()}"
        series = (f"{one}_id" for one in REFERENCES if one not in ("ref_area", "counterpart_area"))
        texts = (f"definition_{reader_language()}", *(one for one in SERIES_FIELDS if one not in REFERENCES))
        places = (f"ref_area__{name}", "ref_area_id", f"counterpart_area__{name}", "counterpart_area_id")
        fields = (F(one).asc(nulls_first=True) for one in (*places, *series, *texts))
        return self.order_by(*fields, *IN_TIME)

    def with_parts(self) -> Self:
        """With the figures of which they are parts, and those that are their parts."""
        links = RecordLink.objects.filter(kind=LinkKind.PART_OF)
        shown = ("unit", "indicator", "ref_area", "counterpart_area", *SUBJECTS)
        ends = {"links": "to_observation", "links_back": "from_observation"}
        return self.prefetch_related(
            *(
                Prefetch(name, links.select_related(*(f"{end}__{one}" for one in shown)))
                for name, end in ends.items()
            )
        )

    def newest(self, number: int) -> Self:
        """The `number` figures of the newest periods."""
        found = self.order_by(*(self.model._meta.ordering or ())).values("pk")[:number]
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
        """Figures with a competing public figure: same series, same period, both facts or both forecasts."""
        texts = [name for name in SERIES_FIELDS if name not in REFERENCES]
        # indicator and area as they are, for the index; the others may be NULL, which equals nothing
        same = (
            "indicator",
            "ref_area",
            "first_day",
            "period",
            *texts,
            *(f"{one}_or_0" for one in REFERENCES),
            "is_forecast",
        )
        others = self.model.objects.published().comparable()
        others = others.filter(**{name: OuterRef(name) for name in same}).exclude(pk=OuterRef("pk"))
        return self.comparable().filter(Exists(others.order_by()))

    def comparable(self) -> Self:
        """Figures that may be compared; a missing reference is 0, so that two without one are equal."""
        known = {f"{name}_or_0": Coalesce(f"{name}_id", 0) for name in REFERENCES}
        is_forecast = ExpressionWrapper(Q(obs_status="F"), BooleanField())
        return self.drawable().exclude(UNEXPLAINED).alias(is_forecast=is_forecast, **known)

    def for_chart(self) -> Self:
        """With everything a chart needs, each place and source fetched once, and without the long texts."""
        return self.defer(*NOT_IN_PICTURES).prefetch_related(
            "unit",
            "ref_area__parent__parent",
            "counterpart_area__parent__parent",
            "citations__source",
            *SUBJECTS,
            Prefetch(
                "links",
                RecordLink.objects.filter(kind=LinkKind.PART_OF).select_related("to_observation__unit"),
            ),
        )

    def for_row(self) -> Self:
        return super().for_row().for_list()

    def for_change(self) -> Self:
        return self.for_list().select_related("indicator__unit")
