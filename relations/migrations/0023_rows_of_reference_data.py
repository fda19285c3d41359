"""Places, organisations, people, topics, series, indicators and units keep their rows, and a version as found."""

import json

from django.db import migrations, models
from django.db.models import Exists, OuterRef

NAMES = ["name_ru", "name_en", "other_names_ru", "other_names_en"]
#: {type: (model, key, columns in the order of the row)}
TYPES = {
    "places": (
        "Place",
        "code",
        ["kind", "parent", "is_city_region", *NAMES, "former_names_ru", "former_names_en", "existed", "members"],
    ),
    "topics": ("Topic", "key", NAMES),
    "units": ("Unit", "key", [*NAMES, "symbol_ru", "symbol_en", "dimension"]),
    "indicators": (
        "Indicator",
        "key",
        [*NAMES, "definition_ru", "definition_en", "former_keys", "unit", "producer_ru", "producer_en",
         "processing_ru", "processing_en", "topics"],
    ),
    "organizations": ("Organization", "key", [*NAMES, "place"]),
    "people": ("Person", "key", [*NAMES, "office_ru", "office_en", "in_office", "place"]),
    "series": ("ForumSeries", "key", [*NAMES, "event_type"]),
}
#: columns with a text in each line
LINES = {"other_names_ru", "other_names_en", "former_names_ru", "former_names_en", "former_keys"}
#: columns that refer to one other, with the field of its key
REFERENCES = {"parent": "code", "place": "code", "unit": "key"}
OPTIONS = {
    "forumseries": ("forum series", "series of forums"),
    "indicator": ("indicator", "indicators"),
    "organization": ("organisation", "organisations"),
    "person": ("person", "people"),
    "place": ("place", "places"),
    "topic": ("topic", "topics"),
    "unit": ("unit", "units"),
}


def keep_rows(apps, schema_editor):
    versions = apps.get_model("relations", "Version")
    members = members_of(apps.get_model("relations", "Membership"))
    for slug, (name, key, columns) in TYPES.items():
        entities = []
        for one in apps.get_model("relations", name)._base_manager.order_by("pk"):
            cells = {"key": getattr(one, key), **{column: cell(one, column, members) for column in columns}}
            row = {column: text for column, text in cells.items() if text}
            one.row = json.dumps(row, ensure_ascii=False, separators=(",", ":"))
            entities.append(one)
        apps.get_model("relations", name)._base_manager.bulk_update(entities, ["row"], batch_size=200)
        remember(versions, slug, apps.get_model("relations", name), key)


def members_of(memberships):
    """{primary key of a group: [member with its dates and their sources]}"""
    found = {}
    for one in memberships._base_manager.select_related("member", "joined_source", "left_source"):
        sources = [source.key for source in (one.joined_source, one.left_source) if source]
        dates = f"{one.joined or '..'}/{one.left or '..'}" if one.joined or one.left else ""
        text = " ".join(filter(None, (one.member.code, dates, "/".join(dict.fromkeys(sources)))))
        found.setdefault(one.group_id, []).append(text)
    return found


def cell(one, column, members):
    if column == "members":
        return join(sorted(members.get(one.pk, []), key=lambda text: text.partition(" ")[0]))
    value = getattr(one, column)
    if column in LINES:
        return join(line for line in value.splitlines() if line.strip())
    if column in REFERENCES:
        return getattr(value, REFERENCES[column]) if value else ""
    if column == "topics":
        return join(sorted(value.values_list("key", flat=True)))
    if column == "is_city_region":
        return "yes" if value else ""
    return str(value)


def join(values):
    return "; ".join(value.replace("\\", "\\\\").replace(";", "\\;") for value in values)


def remember(versions, slug, model, key):
    known = versions.objects.filter(type=slug, object_id=OuterRef("pk"))
    without = model._base_manager.filter(~Exists(known)).order_by("pk")
    versions.objects.bulk_create(
        [
            versions(type=slug, object_id=pk, key=its_key, after=json.loads(row), reason="as found")
            for pk, its_key, row in without.values_list("pk", key, "row")
        ],
        batch_size=500,
    )


class Migration(migrations.Migration):
    dependencies = [("relations", "0022_source_bounds")]
    operations = [
        *(
            migrations.AlterModelOptions(
                name,
                {
                    "default_permissions": ("add", "change", "delete", "view", "publish"),
                    "ordering": ["name_ru"],
                    "verbose_name": one,
                    "verbose_name_plural": many,
                },
            )
            for name, (one, many) in OPTIONS.items()
        ),
        *(
            migrations.AddField(name, "row", models.TextField(blank=True, default="", editable=False))
            for name in OPTIONS
        ),
        migrations.RunPython(keep_rows, migrations.RunPython.noop),
    ]
