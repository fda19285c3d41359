"""Django system checks of the catalogue: they name each part that a record type lacks, its file, and what to
add.

They look at the type from outside, so nothing but the app's configuration and commands imports them.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, Warning  # noqa: A004 - Django's name
from django.db.migrations.loader import MigrationLoader
from django.template import TemplateDoesNotExist
from django.utils.functional import Promise
from django.utils.translation import override

from relations import models
from relations.catalog import RECORD_TYPES, RecordType
from relations.doctor.translations import COMMAND, not_compiled
from relations.filters.parameters import ColumnFilter
from relations.models import ImportBatch, Record
from relations.models.events import Event
from relations.models.foreign_keys import EVENT_KEYS, RECORD_KEYS, key_to
from relations.rows.related_columns import Links
from relations.search.migrations import CreateSearchIndex
from relations.templatetags.repeated import macro

CATALOG, KEYS = "relations/catalog.py", "relations/models/foreign_keys.py"
#: parameters that every list has, beside those of RecordFilter
PARAMETERS = ("type", "status")
#: fields that no sheet has, since they are derived
DERIVED = frozenset(
    "id state period source_count search_text row fact_count sourced_count created_at updated_at published_at"
    " title_mark_ru title_mark_en"
    " first_day last_day possible_from possible_to certain_from certain_to in_scope identified_count"
    " corroborated_count told_by".split()
)
#: methods that a record type without participants must define
OF_PLACES = ("involvement", "places_named", "sides")


def check_record_types(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """All that the types of the catalogue lack, and the models that are not in it."""
    return [
        *(Error(sentence, id="relations.E001") for sentence in sentences(RECORD_TYPES)),
        # a warning, because an error would also stop makemigrations, which must run first
        *(Warning(sentence, id="relations.W001") for sentence in unindexed(RECORD_TYPES, indexed_models())),
    ]


def check_translations(app_configs: Any = None, databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Without compiled translations nothing starts but what makes an installation ready: `migrate` names a database."""
    if databases is not None or not (missing := not_compiled()):
        return []
    text = f"The translations are not compiled ({', '.join(missing)}). Run: {COMMAND}"
    return [Error(text, id="relations.E002")]


def sentences(record_types: Iterable[RecordType]) -> Iterator[str]:
    record_types = tuple(record_types)
    yield from missing_from_catalog({one.model for one in record_types})
    for one in record_types:
        yield from problems_of_entry(one)
        yield from problems_of_model(one.model)
        yield from problems_of_keys(one.model, RECORD_KEYS, EVENT_KEYS)
        yield from problems_of_schema(one)
        yield from problems_of_filter_set(one)


def file_of(cls: type[Any]) -> str:
    return str(cls.__module__).replace(".", "/") + ".py"


def missing_from_catalog(known: set[type[Any]]) -> Iterator[str]:
    for model in apps.get_models():
        if issubclass(model, Record) and model not in known:
            yield (
                f"{model.__name__} is a type of record, but not in the catalogue. "
                f"Add a RecordType of its row schema and filter set to RECORD_TYPES in {CATALOG}."
            )


def problems_of_entry(one: RecordType) -> Iterator[str]:
    """What the catalogue entry lacks."""
    wanted = {
        "noun": 'noun=ngettext_lazy("%(n)d forum", "%(n)d forums", "n")',
        "counting_rule": 'counting_rule=_("Every edition is counted once."), what is counted as one',
        "schema_org": 'schema_org="Event", the class of schema.org',
        "schema_org_dates": 'schema_org_dates=("startDate", "endDate"), properties of that class',
        "example": 'example={"title_en": "6th Forum of Regions"}, the example row of the template',
    }
    for name, example in wanted.items():
        if not getattr(one, name):
            yield f"The type “{one.slug}” has no {name}. Add it to its entry in {CATALOG}, such as {example}."
    if unknown := set(one.example or ()) - set(one.resource.names()):
        yield (
            f"The example of “{one.slug}” in {CATALOG} has cells of unknown columns: {listed(unknown)}. "
            f"Name them as in {file_of(one.resource)}."
        )
    try:
        macro(one.row_template, "row")
    except AttributeError:
        yield (
            f"The row template of “{one.slug}” has no row. Put what templates/jinja2/{one.row_template} shows "
            f"between {{% macro row(record) %}} and {{% endmacro %}}."
        )
    except TemplateDoesNotExist:
        yield (
            f"The row template of “{one.slug}” is missing. Add templates/jinja2/{one.row_template}, "
            f"or leave row_template out of its entry in {CATALOG} for the common one."
        )


def problems_of_model(model: type[Any]) -> Iterator[str]:
    file, meta = file_of(model), model._meta
    if getattr(models, model.__name__, None) is not model:
        yield f"Import {model.__name__} in relations/models/__init__.py, as the other types of record."
    if "publish" not in meta.default_permissions:
        yield f"Let the Meta of {model.__name__} in {file} inherit Record.Meta: class Meta(Record.Meta)."
    if not all(isinstance(name, Promise) for name in (meta.verbose_name, meta.verbose_name_plural)):
        yield f"Give {model.__name__} in {file} a verbose_name and a verbose_name_plural, both in _(…)."
    own = [parent for parent in model.__mro__ if issubclass(parent, Record) and parent is not Record]
    if lacking := [name for name in OF_PLACES if not any(name in vars(parent) for parent in own)]:
        yield (
            f"{model.__name__} in {file} does not say which places it concerns. Derive it from Event, "
            f"or add {listed(lacking)}, as Observation has."
        )


def problems_of_keys(
    model: type[Any], record_keys: Iterable[str], event_keys: Iterable[str]
) -> Iterator[str]:
    key = key_to(model)
    if issubclass(model, Event) and key not in event_keys:
        yield f"Citations and participants cannot belong to {model.__name__}. Add “{key}” to EVENTS in {KEYS}."
    elif key not in record_keys:
        yield f"Citations cannot belong to {model.__name__}. Add “{key}” to RECORD_KEYS in {KEYS}."


def indexed_models() -> set[str]:
    """The models that some migration gives a search index."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    operations = (one for migration in loader.disk_migrations.values() for one in migration.operations)
    return {name for one in operations if isinstance(one, CreateSearchIndex) for name in one.names}


def unindexed(record_types: Iterable[RecordType], indexed: set[str]) -> Iterator[str]:
    for model in (one.model for one in record_types if key_to(one.model) not in indexed):
        yield (
            f"{model.__name__} has no search index. Add CreateSearchIndex(“{key_to(model)}”) "
            "to the operations of the migration in relations/migrations that creates its table."
        )


def problems_of_schema(one: RecordType) -> Iterator[str]:
    """Errors of the row schema that the columns do not detect themselves."""
    schema, model, file = one.resource, one.model, file_of(one.resource)
    longest = ImportBatch._meta.get_field("type").max_length or 0
    if not schema.slug or len(schema.slug) > longest:
        yield f"{schema.__name__} in {file} needs a slug of at most {longest} letters, such as “forums”."
    if schema.citations is None:
        yield f"{schema.__name__} in {file} has no columns for sources. Add citations = CitationColumns()."
    if not schema.telling_columns or set(schema.telling_columns) - set(schema.names()):
        yield (
            f"{schema.__name__} in {file} does not name the columns by which its sheets are recognised. "
            "Add telling_columns = (…) with names of columns that only this type has."
        )
    said = {name for column in schema.columns() for name in (column.attribute, *column.other_fields)}
    own = {field.name for field in model._meta.concrete_fields}
    if unsaid := own - DERIVED - said:
        yield f"The row of “{one.slug}” leaves out {listed(unsaid)}. Add columns for them to {file}."
    if unknown := set(model.MUST_BE_CITED) - set(schema.names()):
        yield (
            f"MUST_BE_CITED of {model.__name__} in {file_of(model)} names {listed(unknown)}, "
            f"which are no columns. Name them as in {file}."
        )
    yield from shared_labels(one)
    yield from useless_links(one)


def shared_labels(one: RecordType) -> Iterator[str]:
    for language in ("ru", "en"):
        with override(language):
            labels = [str(column.label) for column in one.resource.columns()]
        if twice := {label for label in labels if labels.count(label) > 1}:
            yield (
                f"Several columns of “{one.slug}” have the label {listed(twice)} in “{language}”, so that no sheet "
                f"can tell them apart. Give one of them in {file_of(one.resource)} another label."
            )


def useless_links(one: RecordType) -> Iterator[str]:
    """Link columns of a kind that leads from this type to no other."""
    for column in one.resource.columns():
        if isinstance(column, Links) and not column.ends:
            yield (
                f"The column “{column.name}” of “{one.slug}” is for links that lead to no type. "
                f"Add “{column.kind}” with the types to which it leads to “{key_to(one.model)}” of EVENTS in {KEYS}."
            )


def problems_of_filter_set(one: RecordType) -> Iterator[str]:
    filterset, file = one.filterset, file_of(one.filterset)
    for name in PARAMETERS:
        if name not in filterset.base_filters:
            yield f"{filterset.__name__} in {file} has no parameter “{name}”. Add it, as ForumFilter has."
    coded = {field.name for field in one.model._meta.concrete_fields if field.choices}
    for name, filter_ in filterset.base_filters.items():
        if isinstance(filter_, ColumnFilter) and filter_.field_name not in coded:
            yield (
                f"The parameter “{name}” of {filterset.__name__} in {file} asks for “{filter_.field_name}”, "
                f"which is no field with choices of {one.model.__name__}. Give its ColumnFilter another column."
            )


def listed(names: Iterable[str]) -> str:
    return ", ".join(f"“{name}”" for name in sorted(names))
