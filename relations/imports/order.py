"""The order in which sheets are loaded into an empty register."""

from django.core.exceptions import ImproperlyConfigured

from relations.catalog import RECORD_TYPES, RecordType
from relations.rows.about_column import AboutColumn
from relations.rows.bound_columns import BoundReasonColumn
from relations.rows.related_columns import Links


def in_order_of_links() -> list[str]:
    """The slugs of all sheets: sources first, and a type after those to which its links lead."""
    ordered, waiting = ["sources"], list(RECORD_TYPES)
    while waiting:
        ready = [one for one in waiting if linked_types(one) <= set(ordered)]
        if not ready:
            names = ", ".join(one.slug for one in waiting)
            raise ImproperlyConfigured(
                f"The links of {names} lead in a circle, so that no order of loading is possible."
            )
        ordered += [one.slug for one in ready]
        waiting = [one for one in waiting if one not in ready]
    return ordered


def linked_types(record_type: RecordType) -> set[str]:
    """The types whose records must be there before. Dates may be bounded by any event, so these links do not count."""
    found: set[str] = set()
    for column in record_type.resource.columns():
        if isinstance(column, AboutColumn) or (
            isinstance(column, Links) and not isinstance(column, BoundReasonColumn)
        ):
            found.update(column.ends)
    return found - {record_type.slug}
