"""One factory for each model, with the fewest valid values; tests give only the values that matter to them."""

import factory
from factory.django import DjangoModelFactory

from relations.catalog import BY_MODEL, RECORD_TYPES
from relations.models import (
    Agreement,
    Forum,
    ForumSeries,
    Indicator,
    Observation,
    Organization,
    Person,
    Place,
    Project,
    Role,
    Source,
    Topic,
    Unit,
    Visit,
)
from relations.models.events import Event
from relations.models.row_cache import refreshed_once


class PlaceFactory(DjangoModelFactory):
    class Meta:
        model = Place
        django_get_or_create = ("code",)

    code = "RU"
    kind = "country"
    name_ru = factory.LazyAttribute(lambda place: f"Место {place.code}")
    name_en = factory.LazyAttribute(lambda place: f"Place {place.code}")


class OrganizationFactory(DjangoModelFactory):
    class Meta:
        model = Organization

    key = factory.Sequence("organization-{}".format)
    name_ru, name_en = "Министерство", "Ministry"


class PersonFactory(DjangoModelFactory):
    class Meta:
        model = Person

    key = factory.Sequence("person-{}".format)
    name_ru, name_en = "Пётр Орлов", "Pyotr Orlov"


class TopicFactory(DjangoModelFactory):
    class Meta:
        model = Topic
        django_get_or_create = ("key",)

    key, name_ru, name_en = "trade", "Торговля", "Trade"


class SourceFactory(DjangoModelFactory):
    class Meta:
        model = Source

    key = factory.Sequence("source-{}".format)
    title = factory.Sequence("Вестник, выпуск {}".format)
    language = "ru"


class UnitFactory(DjangoModelFactory):
    class Meta:
        model = Unit
        django_get_or_create = ("key",)

    key, name_ru, name_en = "enterprise", "предприятие", "enterprise"
    symbol_ru, symbol_en = "предприятие|предприятия|предприятий", "enterprise|enterprises"


class IndicatorFactory(DjangoModelFactory):
    class Meta:
        model = Indicator
        django_get_or_create = ("key",)

    key, name_ru, name_en = "enterprises", "Предприятия", "Enterprises"
    unit = factory.SubFactory(UnitFactory)


class ForumSeriesFactory(DjangoModelFactory):
    class Meta:
        model = ForumSeries

    key = factory.Sequence("series-{}".format)
    name_ru, name_en, event_type = "Форум регионов", "Forum of Regions", "interregional_forum"


def two_countries():
    """Russia and Uzbekistan, the usual two sides."""
    return (
        PlaceFactory(code="RU", name_ru="Россия", name_en="Russia"),
        PlaceFactory(code="UZ", name_ru="Узбекистан", name_en="Uzbekistan"),
    )


class RecordFactory(DjangoModelFactory):
    """`participants` are (role, who) pairs, `sources` a number of sources; `published` publishes through the
    one gate."""

    class Meta:
        abstract = True
        skip_postgeneration_save = True

    title_ru = factory.Sequence("Запись {}".format)
    title_en = factory.Sequence("Record {}".format)

    @factory.post_generation
    def participants(self, create, extracted, **kwargs):
        usual = zip(usual_roles(type(self)), two_countries(), strict=False)
        for role, who in usual if extracted is None else extracted:
            self.participations.create(role=role, **{who._meta.model_name: who})

    @factory.post_generation
    def sources(self, create, extracted, **kwargs):
        for _number in range(1 if extracted is None else extracted):
            self.cite(SourceFactory(), locator_label="paragraph", locator="7")

    @classmethod
    def _generate(cls, strategy, params):
        published = params.pop("published", False)
        with refreshed_once():
            record = super()._generate(strategy, params)
        if published:
            record.publish()
        return record


USUAL_ROLES = {
    Agreement: (Role.PARTY, Role.PARTY),
    Forum: (Role.PARTICIPANT, Role.PARTICIPANT),
    Visit: (Role.DESTINATION, Role.ORIGIN),
    Project: (Role.PARTY, Role.PARTY),
}


def usual_roles(model):
    """The roles of the two usual sides; of a type that is not named here, the first that takes places."""
    if model in USUAL_ROLES or not issubclass(model, Event):
        return USUAL_ROLES.get(model, ())
    columns = (one for one in BY_MODEL[model].resource.columns() if Place in getattr(one, "takes", ()))
    return (next(columns).role,) * 2


class AgreementFactory(RecordFactory):
    class Meta:
        model = Agreement

    instrument_type = "treaty"


class ForumFactory(RecordFactory):
    class Meta:
        model = Forum

    event_type = "interregional_forum"


class VisitFactory(RecordFactory):
    class Meta:
        model = Visit


class ProjectFactory(RecordFactory):
    class Meta:
        model = Project

    project_type = "industrial_project"


class ObservationFactory(RecordFactory):
    class Meta:
        model = Observation

    indicator = factory.SubFactory(IndicatorFactory)
    unit = factory.SubFactory(UnitFactory)
    ref_area = factory.LazyFunction(lambda: two_countries()[1])
    obs_value = 961


OWN_FACTORIES = {
    "agreements": AgreementFactory,
    "forums": ForumFactory,
    "visits": VisitFactory,
    "projects": ProjectFactory,
    "statistics": ObservationFactory,
}
#: a type without its own factory gets one that sets only the title, the two parties and the source
FACTORIES = {
    one.slug: OWN_FACTORIES.get(one.slug) or factory.make_factory(one.model, FACTORY_CLASS=RecordFactory)
    for one in RECORD_TYPES
}
