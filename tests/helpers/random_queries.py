"""Random parameters of lists, and how many records they find."""

from django.http import QueryDict

from relations.models import Indicator, Place, Source, Topic
from relations.queries.record_query import RecordQuery


def total(slug, parameters):
    parameters = parameters if isinstance(parameters, QueryDict) else QueryDict(parameters)
    return sum(records.count() for records in RecordQuery(slug, parameters).results.values())


def values_of(query):
    """{parameter: values it can have} of a query."""
    fields = query.form.fields
    codes, topics, sources = (
        list(model.objects.values_list(column, flat=True))
        for model, column in ((Place, "code"), (Topic, "key"), (Source, "key"))
    )
    found = {"sourced": ["all", "some"], "topic": topics, "source": sources}
    found |= dict.fromkeys({"country", "region", "with", "area", "counterpart"} & set(fields), codes)
    if "indicator" in fields:
        found["indicator"] = list(Indicator.objects.values_list("key", flat=True))
    for name in ("type", "status", "format", "level", "office"):
        if name in fields:
            found[name] = [value for value, _label in fields[name].choices if value]
    return found


def random_parameters(chance, values):
    data = QueryDict(mutable=True)
    for name in chance.sample(sorted(values), chance.choice((0, 1, 1, 2, 3))):
        data.setlist(name, chance.sample(values[name], chance.choice((1, 1, 2))))
    if chance.random() < 0.4:
        data["year_from"] = str(chance.randint(1985, 2024))
    if chance.random() < 0.3:
        data["year_to"] = str(int(data.get("year_from", 2000)) + chance.choice((0, 1, 5, 20)))
    if chance.random() < 0.4:
        data["undated"] = chance.choice(("0", "1", "only"))
    if chance.random() < 0.2:
        data["q"] = chance.choice(("договор", "форум", "сотрудничество", "visit"))
    return data
