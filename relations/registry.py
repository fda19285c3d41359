"""Row schemas by model. The catalogue registers them when the app is ready; whatever stands below it looks them up here."""

SCHEMAS = {}


def register(schema):
    SCHEMAS[schema.model] = schema


def schema_of(model):
    """The schema of a model's flat row."""
    return SCHEMAS[model]


def schemas():
    """All registered schemas, in the order of the catalogue."""
    return tuple(SCHEMAS.values())
