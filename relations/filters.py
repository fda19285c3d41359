"""What a reader may ask of a list. One filter set a type; its query set feeds the page, the files and the counts."""

from django import forms
from django.db.models import F
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, FilterSet, MultipleChoiceFilter, NumberFilter

from relations.models import Agreement, EventType, Forum, Indicator, Observation, Place, Source, Topic, Visit
from relations.search.lemmas import question
from relations.values.period import FIRST_YEAR, LAST_YEAR, Period

SORTS = {
    "-date": (_("newest first"), None),
    "date": (_("oldest first"), (F("first_day").asc(nulls_last=True), "pk")),
    "title": (_("by title"), None),
}
SOURCED = [("all", _("every fact")), ("some", _("some facts, not all"))]
MANY = (
    "country",
    "region",
    "with",
    "topic",
    "type",
    "status",
    "level",
    "office",
    "source",
    "sourced",
    "undated",
    "indicator",
    "area",
    "counterpart",
)


class Loaded:
    """Choices from the database: loaded when first asked for, once for all fields of one form, and anew for the next."""

    def __init__(self, load):
        self.load = load

    def __call__(self):
        if not hasattr(self, "choices"):
            self.choices = self.load()
        return self.choices

    def __deepcopy__(self, memo):
        """Forms are made by copying."""
        return type(self)(self.load)


place_choices = Loaded(lambda: [(place.code, place.name) for place in Place.objects.all()])


def key_choices(model):
    return Loaded(lambda: [(thing.key, str(thing)) for thing in model.objects.all()])


class Many(MultipleChoiceFilter):
    """Several values mean "or". The choices are compared in Python: nothing a reader types reaches the database."""

    def __init__(self, label, choices, method):
        super().__init__(label=label, choices=choices, method=method, error_messages=UNKNOWN_CHOICE)


TOO_LONG = {"max_length": _("Search for at most %(limit_value)d characters.")}
UNKNOWN_CHOICE = {"invalid_choice": _("“%(value)s” is not a valid choice.")}


class Question(forms.Form):
    """The form of every filter set: refuses what makes no sense, with a sentence at the field."""

    def clean_q(self):
        words = self.cleaned_data["q"]
        if words and not question(words):
            raise forms.ValidationError(_("These words are too common to search for."))
        return words

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("year_from"), cleaned.get("year_to")
        if first and last and first > last:
            self.add_error("year_to", _("The end year is earlier than the start year."))
        for name in self.fields:
            if name not in MANY and hasattr(self.data, "getlist") and len(set(self.data.getlist(name))) > 1:
                self.add_error(name, _("This parameter was given twice with different values."))
        return cleaned


class Year(NumberFilter):
    """A whole year the register can hold."""

    field_class = forms.IntegerField

    def __init__(self, label):
        messages = {
            "invalid": _("Enter the year as four digits, such as 1992."),
            "min_value": _("The year must not be earlier than %(limit_value)s."),
            "max_value": _("The year must not be later than %(limit_value)s."),
        }
        limits = {"min_value": FIRST_YEAR, "max_value": LAST_YEAR}
        super().__init__(label=label, method="ignore", error_messages=messages, **limits)

    def get_max_validator(self):
        """The limits of the field suffice."""


class RecordFilter(FilterSet):
    """The parameters that every type knows."""

    q = CharFilter(label=_("words"), method="with_words", max_length=200, error_messages=TOO_LONG)
    country = Many(_("country"), place_choices, "in_places")
    region = Many(_("region or city"), place_choices, "in_places")
    vars()["with"] = Many(_("other side"), place_choices, "in_places")  # "with" is a word of Python itself
    year_from = Year(_("from year"))
    year_to = Year(_("to year"))
    undated = Many(_("include undated"), [("1", _("yes")), ("0", _("no"))], "ignore")
    topic = Many(_("topic"), key_choices(Topic), "on_topics")
    source = Many(_("source"), key_choices(Source), "citing")
    sourced = Many(_("sources for"), SOURCED, "by_coverage")
    sort = ChoiceFilter(
        label=_("order"), choices=[(key, label) for key, (label, _o) in SORTS.items()], method="ignore"
    )

    class Meta:
        form = Question

    def __init__(self, data=None, *args, **kwargs):
        """Empty values, as a form sends them for what was not chosen, ask nothing."""
        if data is not None:
            given, data = data, data.copy()
            for name in given:
                data.setlist(name, [value for value in given.getlist(name) if value.strip()])
        super().__init__(data, *args, **kwargs)

    @property
    def is_answerable(self):
        return not self.is_bound or self.form.is_valid()

    @property
    def results(self):
        """The records asked for, in the order asked for; none where the question makes no sense."""
        return self.ordered(self.without()) if self.is_answerable else self.queryset.none()

    def without(self, *names):
        """The records asked for by all parameters but these."""
        records = self.queryset
        for name, value in self.form.cleaned_data.items() if self.is_bound else ():
            if name not in names:
                records = self.filters[name].filter(records, value)
        years = Period() if "year_from" in names else self.years
        return records.during(years, self.takes_undated) if years or not self.takes_undated else records

    @property
    def years(self):
        return Period.years(self.asked("year_from"), self.asked("year_to"))

    @property
    def takes_undated(self):
        return "1" in (self.asked("undated") or ["1"])

    def ordered(self, records):
        sort = self.asked("sort") or "-date"
        if sort == "title":
            return records.by_title()
        return records.order_by(*SORTS[sort][1]) if SORTS[sort][1] else records

    def asked(self, name):
        return self.form.cleaned_data.get(name) if self.is_bound else None

    def ignore(self, records, name, value):
        """Taken up by `results`, which needs several parameters at once."""
        return records

    def with_words(self, records, name, value):
        return records.matching(value)

    def in_places(self, records, name, value):
        return records.involving(value)

    def on_topics(self, records, name, value):
        return records.on_topics(value)

    def citing(self, records, name, value):
        return records.citing(value)

    def by_coverage(self, records, name, value):
        return records.covered(value)

    def one_of(self, records, name, value):
        return records.filter(**{f"{self.COLUMNS[name]}__in": value})


class AgreementFilter(RecordFilter):
    COLUMNS = {"type": "instrument_type", "status": "status_in_law", "level": "level"}
    type = Many(_("kind of instrument"), Agreement.InstrumentType.choices, "one_of")
    status = Many(_("status"), Agreement.Status.choices, "one_of")
    level = Many(_("level"), Agreement.Level.choices, "one_of")

    class Meta(RecordFilter.Meta):
        model = Agreement
        fields = ()


class ForumFilter(RecordFilter):
    COLUMNS = {"type": "event_type", "status": "event_status"}
    type = Many(_("kind of event"), EventType.choices, "one_of")
    status = Many(_("status"), Forum.EventStatus.choices, "one_of")

    class Meta(RecordFilter.Meta):
        model = Forum
        fields = ()


class VisitFilter(RecordFilter):
    COLUMNS = {"type": "visit_type", "office": "visitor_office", "status": "format"}
    type = Many(_("kind of visit"), Visit.VisitType.choices, "one_of")
    office = Many(_("office of the visitor"), Visit.Office.choices, "one_of")
    status = Many(_("format"), Visit.Format.choices, "one_of")

    class Meta(RecordFilter.Meta):
        model = Visit
        fields = ()


class StatisticsFilter(RecordFilter):
    COLUMNS = {"type": "measure", "status": "obs_status"}
    indicator = Many(_("indicator"), key_choices(Indicator), "of_indicators")
    area = Many(_("area"), place_choices, "of_area")
    counterpart = Many(_("counterpart"), place_choices, "of_area")
    type = Many(_("measure"), Observation.Measure.choices, "one_of")
    status = Many(_("status of the value"), Observation.Status.choices, "one_of")

    class Meta(RecordFilter.Meta):
        model = Observation
        fields = ()

    def of_indicators(self, records, name, value):
        return records.filter(indicator__key__in=value)

    def of_area(self, records, name, value):
        column = {"area": "ref_area", "counterpart": "counterpart_area"}[name]
        return records.filter(**{f"{column}__in": Place.objects.within(value).values("pk")})
