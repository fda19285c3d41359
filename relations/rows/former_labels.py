"""Former labels of columns and choices, still accepted in sheets. Add the old label when you change one."""

#: {column name: its former headings, in either language}
HEADINGS: dict[str, tuple[str, ...]] = {
    "url": ("address",),
    "regions": ("regions and cities as parties", "регионы и города как стороны"),
    "quoted_in": ("origin named by the source", "первоисточник, названный в источнике"),
    "citation_note_ru": ("remark on the citation in Russian",),
    "citation_note_en": ("remark on the citation in English",),
}
#: {"model.field": {former label of a choice, in either language: code}}
CHOICES: dict[str, dict[str, str]] = {
    "observation.measure": {"place in a ranking": "rank"},
    "observation.qualifier": {
        "direction without a number": "direction_only",
        "направление без числа": "direction_only",
    },
}


def former_headings(column_name: str) -> tuple[str, ...]:
    return HEADINGS.get(column_name, ())


def former_choices(model_name: str, field_name: str) -> dict[str, str]:
    return CHOICES.get(f"{model_name}.{field_name}", {})
