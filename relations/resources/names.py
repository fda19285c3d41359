"""Things with names as a table: for files of lists, not for imports."""

from relations.models import Place
from relations.rows import CHUNK

LEFT_OUT = frozenset({"id", "folded_names"})


class NamesTable:
    """The own columns of places, people, topics and the like; a foreign key stands by the key of what it points at."""

    def __init__(self, model):
        self.model, self.slug = model, f"{model._meta.model_name}s"
        self.fields = [field for field in model._meta.concrete_fields if field.name not in LEFT_OUT]

    def names(self):
        return [field.name for field in self.fields]

    def rows(self, things):
        columns = [self.column(field) for field in self.fields]
        for row in things.order_by("pk").values_list(*columns).iterator(chunk_size=CHUNK):
            yield ["" if value is None else str(value) for value in row]

    @staticmethod
    def column(field):
        return f"{field.name}__{field.related_model.natural_key_field}" if field.is_relation else field.name


PLACES = NamesTable(Place)
