"""What a competent ModelResource of django-import-export does over the same models, before anybody makes it fast.

It saves through the models, as the library does and as any code must that wants its records found by the search.
"""

from pathlib import Path

from import_export.fields import Field
from import_export.formats.base_formats import XLSX
from import_export.resources import ModelResource
from import_export.widgets import ManyToManyWidget
from tablib import Dataset

from benchmarks.measuring import expect, measured
from benchmarks.ours import narrow_sheet_of_all, wake
from relations.models import Agreement, Participation, Place, Role, Source, Topic


class StockResource(ModelResource):
    status = Field("status_in_law", "status")
    date_signed = Field("signed", "date_signed")
    topics = Field("topics", "topics", ManyToManyWidget(Topic, "; ", "key"))

    class Meta:
        model = Agreement
        fields = ("key", "title_ru", "title_en", "instrument_type", "status", "date_signed", "topics")
        import_id_fields = ("key",)
        skip_unchanged = True

    def skip_row(self, instance, original, row, import_validation_errors=None):
        """Parties and citation count too: otherwise a row in which only they differ would be passed over."""
        same = super().skip_row(instance, original, row, import_validation_errors)
        return same and parties_of(original) == row["parties"] and citations_of(original) == [cited_in(row)]

    def after_save_instance(self, instance, row, **kwargs):
        """What the library has no widget for: the parties in one statement, and the citation."""
        codes = row["parties"].split("; ")
        places = {place.code: place for place in Place.objects.filter(code__in=codes)}
        instance.participations.all().delete()
        Participation.objects.bulk_create(
            Participation(agreement=instance, role=Role.PARTY, place=places[code], position=i)
            for i, code in enumerate(codes)
        )
        if citations_of(instance) != [cited_in(row)]:
            instance.citations.all().delete()
            key, label, locator = cited_in(row)
            instance.cite(Source.objects.get(key=key), locator_label=label, locator=locator)


def parties_of(agreement):
    parties = agreement.participations.filter(role=Role.PARTY)
    return "; ".join(parties.values_list("place__code", flat=True))


def citations_of(agreement):
    return list(agreement.citations.values_list("source__key", "locator_label", "locator"))


def cited_in(row):
    """(key of the source, "page", "12") of a row that says "page 12"."""
    label, _, locator = row["locator"].partition(" ")
    return row["source"], label, locator


def preview(path, rows):
    return take(path, rows, "new", dry_run=True)


def store(path, rows):
    return take(path, rows, "new")


def again(path, rows):
    return take(path, rows, "skip")


def take(path, rows, outcome, dry_run=False):
    """One pass of the library's admin over the file; every row must come out as `outcome`."""
    warm_up(path)
    with measured() as taken:
        dataset = XLSX().create_dataset(Path(path).read_bytes())
        result = StockResource().import_data(dataset, dry_run=dry_run)
    expect("rows", [str(error.error) for _number, errors in result.row_errors() for error in errors][:3], [])
    expect(f"{outcome} rows", result.totals[outcome], int(rows))
    return taken


def warm_up(path):
    """What happens once in a process must not weigh on the few rows that stock is measured by."""
    wake()
    dataset = XLSX().create_dataset(Path(path).read_bytes())
    StockResource().import_data(Dataset(dataset[0], headers=dataset.headers), dry_run=True)


def read(path, rows):
    with measured() as taken, Path(path).open("rb") as stream:
        number = sum(1 for _row in Dataset().load(stream, format="xlsx"))
    expect("rows read", number, int(rows))
    return taken


def export_xlsx():
    """The library's writer on the register's own rows."""
    names, rows = narrow_sheet_of_all()
    with measured() as taken:
        dataset = Dataset(headers=names)
        for row in rows:
            dataset.append(row)
        dataset.export("xlsx")
    return taken
