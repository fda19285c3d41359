"""Figures of an indicator, and what is in the pictures drawn of them."""

from xml.etree import ElementTree

from relations.charts import LOOKS
from relations.charts.indicator_chart import Drawing
from relations.charts.panels import Panel
from relations.models import Observation
from tests.helpers.factories import IndicatorFactory, ObservationFactory, SourceFactory

HERE = "/ru/indicators/enterprises/"


def figure(value, period="", source=None, **also):
    """One published figure, which cites `source` or a new one."""
    record = ObservationFactory(obs_value=value, period=period, sources=0, title_ru="", title_en="", **also)
    record.cite(source or SourceFactory(), locator_label="page", locator="7")
    assert not Observation.objects.filter(pk=record.pk).publish()
    return record


def series(values, first=2010, **also):
    source = SourceFactory()
    return [figure(value, str(first + i), source, **also) for i, value in enumerate(values)]


def panel(**asked):
    observations = list(Observation.objects.published().filter(**asked).for_chart().in_time())
    return Panel(observations, len(observations))


def specification(look="light", **asked):
    drawing = Drawing(
        IndicatorFactory(), panel(**asked), "https://register.example/ru/indicators/enterprises/"
    )
    return drawing.specification(LOOKS[look])


def marks(spec, kind, field=None):
    """The rows of all layers with marks of a kind, of those that use a field where one is named."""
    return [
        row
        for layer in spec["layer"]
        for row in layer["data"]["values"]
        if layer["mark"]["type"] == kind and (field is None or field in str(layer["encoding"]))
    ]


def points(spec):
    """The marked figures."""
    return marks(spec, "point", "says")


def steps(spec, dashed=False):
    """The pieces of lines, each (from, to)."""
    return [
        (round(row["x"]), round(row["x2"]))
        for layer in spec["layer"]
        for row in layer["data"]["values"]
        if "y2" in row and ("strokeDash" in layer["mark"]) == dashed
    ]


def texts(spec):
    return [" ".join(row["text"].split()) for row in marks(spec, "text", "{'field': 'text'}")]


def svg(client, address=f"{HERE}chart-light.svg"):
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def written(drawn):
    """All text of an SVG, in one line."""
    return " ".join(" ".join(ElementTree.fromstring(drawn).itertext()).split())
