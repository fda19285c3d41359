"""The database alone: the statements of a page and its count, and COPY, without anything around them."""

import csv
from time import perf_counter

from benchmarks.limit import EXPORT, Encoded
from benchmarks.measuring import Nowhere
from relations.models import Agreement
from relations.values.period import Period

SIZE = 50


def asked(given):
    """The records that the parameters of an address ask for; they are put into words before the clock starts."""
    years = Period.years(
        *(int(given[name]) if given.get(name) else None for name in ("year_from", "year_to"))
    )
    records = Agreement.objects.published()
    if given.get("country"):
        records = records.involving([given["country"]])
    if given.get("q"):
        records = records.matching(given["q"])
    return records.certainly_in(years) if years else records


def answer(connection, given):
    """{seconds, total, first}: as the driver gives them."""
    if "copy" in given:
        return copied(connection, given)
    records, start = asked(given), (int(given.get("page", 1)) - 1) * SIZE
    page = records.values_list("pk", "key", "title_ru", "title_en")[
        start : start + SIZE
    ].query.sql_with_params()
    count = records.order_by().values_list("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        begin = perf_counter()
        cursor.execute(*page)
        rows = cursor.fetchall()
        cursor.execute(f"SELECT count(*) FROM ({count[0]}) AS found", count[1])
        total = cursor.fetchone()[0]
        return {"seconds": perf_counter() - begin, "total": total, "first": rows[0][1] if rows else ""}


def copied(connection, given):
    """The same records joined by the database, to nowhere."""
    sql, parameters = asked(given).order_by().values_list("pk").query.sql_with_params()
    joined = "string_agg" if connection.vendor == "postgresql" else "group_concat"
    export = EXPORT.format(joined=joined).replace("ORDER BY agreement.id", f"WHERE agreement.id IN ({sql})")
    stream = Nowhere()
    with connection.cursor() as cursor:
        begin = perf_counter()
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY ({export}) TO STDOUT (FORMAT csv)", parameters) as copy:
                stream.lines = sum(1 for data in copy if stream.write(bytes(data)) is not None)
        else:
            rows = cursor.execute(export, parameters).fetchall()
            csv.writer(Encoded(stream)).writerows(rows)
            stream.lines = len(rows)
        return {"seconds": perf_counter() - begin, "total": stream.lines, "first": ""}
