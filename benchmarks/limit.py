"""The limits: what the reader of workbooks and the database do when next to nothing is done between them.

No Django here. Columns of which these scripts know nothing are found in the database; what the register derives (the
words for search, for instance) they are given ready made, so that they write what it writes and need not work it out.
"""

import csv
import json
import os
from datetime import UTC, date, datetime
from pathlib import Path

from python_calamine import CalamineWorkbook

from benchmarks.databases import connect, is_sqlite
from benchmarks.measuring import Nowhere, expect, measured
from relations.synthetic.sources import ALL_SOURCES, source_key
from relations.synthetic.words import KINDS

URL = os.environ.get("DATABASE_URL", "")
#: columns that the import below sets itself
OWN = {"key", "title_ru", "title_en", "instrument_type", "status_in_law", "signed", "period", "state"}
IN_POSTGRESQL = """
    SELECT column_name, data_type FROM information_schema.columns
    WHERE table_name = %s AND is_nullable = 'NO' AND is_identity = 'NO' AND column_default IS NULL
    AND is_generated = 'NEVER'
"""
IN_SQLITE = 'SELECT name, type FROM pragma_table_info(?) WHERE "notnull" AND NOT pk AND dflt_value IS NULL'


class Tables:
    """The tables of one database, written by COPY on PostgreSQL and by executemany on SQLite."""

    def __init__(self, url):
        self.connection, self.is_sqlite = connect(url), is_sqlite(url)

    def ids(self, table, name):
        return dict(self.connection.execute(f"SELECT {name}, id FROM {table}").fetchall())

    def required(self, table):
        """{column: empty value} of the columns that must not be NULL."""
        query = IN_SQLITE if self.is_sqlite else IN_POSTGRESQL
        return {name: empty(kind.lower()) for name, kind in self.connection.execute(query, (table,))}

    def write(self, table, rows):
        """Rows are dictionaries alike; columns that none of them names are left empty."""
        rest = {name: value for name, value in self.required(table).items() if name not in rows[0]}
        names, more = [*rows[0], *rest], tuple(rest.values())
        self.write_whole(table, names, ((*row.values(), *more) for row in rows))

    def write_whole(self, table, names, rows):
        columns = ", ".join(f'"{name}"' for name in names)
        if self.is_sqlite:
            marks = ", ".join("?" * len(names))
            self.connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)
            return
        with self.connection.cursor().copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)


def empty(kind):
    """What a column of this SQL type holds when nothing is known."""
    if "char" in kind or "text" in kind:
        return ""
    if "time" in kind:
        return datetime.now(UTC).isoformat(sep=" ")
    return "{}" if "json" in kind else 0


def sources():
    """Writes the sources that the synthetic agreements cite."""
    tables = Tables(URL)
    rows = [{"key": source_key(i), "title": f"Benchmark source {i}"} for i in range(ALL_SOURCES)]
    tables.write("relations_source", [row | {"type": "document", "language": "en"} for row in rows])
    tables.connection.commit()
    return ALL_SOURCES


def keep(path):
    """Writes to `path` what the register has derived for each synthetic agreement, for `store` to copy."""
    tables = Tables(URL)
    texts = {name for name, value in tables.required("relations_agreement").items() if value == ""}
    names = sorted(texts - OWN)
    query = f"SELECT key, {', '.join(names)} FROM relations_agreement WHERE key LIKE 'synthetic-%'"
    kept = {key: dict(zip(names, values, strict=True)) for key, *values in tables.connection.execute(query)}
    Path(path).write_text(json.dumps(kept), encoding="utf-8")
    return len(kept)


def store(path, rows, kept):
    """Reads a workbook, looks everything up and writes it, in one transaction."""
    kept = json.loads(Path(kept).read_text(encoding="utf-8"))
    tables = Tables(URL)
    with measured() as taken:
        header, *cells = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
        written = write(tables, [dict(zip(header, row, strict=True)) for row in cells], kept)
        tables.connection.commit()
    expect("rows written", written, int(rows))
    return taken


def write(tables, rows, kept):
    """The record, its parties, topics, citation and words of every row; returns the number of rows."""
    place, topic = tables.ids("relations_place", "code"), tables.ids("relations_topic", "key")
    source = tables.ids("relations_source", "key")
    pk = max(tables.ids("relations_agreement", "key").values(), default=0)
    numbered = [(row, number) for number, row in enumerate(rows, pk + 1)]
    tables.write("relations_agreement", [record(row, pk) | kept[row["key"]] for row, pk in numbered])
    tables.write("relations_participation", [
        {"agreement_id": pk, "role": "party", "place_id": place[code], "position": i}
        for row, pk in numbered for i, code in enumerate(row["parties"].split("; "))
    ])  # fmt: skip
    tables.write("relations_agreement_topics", [
        {"agreement_id": pk, "topic_id": topic[key]} for row, pk in numbered for key in row["topics"].split("; ")
    ])  # fmt: skip
    tables.write("relations_citation", [citation(row, pk, source) for row, pk in numbered])
    if tables.is_sqlite:
        words = [(pk, kept[row["key"]]["search_text"]) for row, pk in numbered]
        tables.write_whole("relations_agreement_words", ["rowid", "words"], words)
    return len(rows)


def record(row, pk):
    day = date.fromisoformat(row["date_signed"]).isoformat()
    if row["instrument_type"] not in KINDS:
        raise ValueError(row["instrument_type"])
    return {
        "id": pk,
        "key": row["key"],
        "title_ru": row["title_ru"],
        "title_en": row["title_en"],
        "instrument_type": row["instrument_type"],
        "status_in_law": row["status"],
        "signed": day,
        "period": day,
        "first_day": day,
        "last_day": day,
        "source_count": 1,
        "state": "draft",
    }


def citation(row, pk, source):
    label, _, locator = row["locator"].partition(" ")
    return {
        "agreement_id": pk,
        "source_id": source[row["source"]],
        "locator_label": label,
        "locator": locator,
        "confidence": "high",
    }


#: the rows of an export, put together by the database; `joined` is its function for lists
EXPORT = """
    SELECT key, title_ru, title_en, alternative_titles, summary_ru, summary_en, topics, instrument_type, level,
        status_in_law, signed, adopted, entered_into_force, provisionally_applied, terminated, status_as_of, parties,
        notes, sources, locators
    FROM relations_agreement AS agreement
    LEFT JOIN (
        SELECT agreement_id, {joined}(topic.key, '; ') AS topics
        FROM relations_agreement_topics AS link JOIN relations_topic AS topic ON topic.id = link.topic_id
        GROUP BY agreement_id
    ) AS of_topics ON of_topics.agreement_id = agreement.id
    LEFT JOIN (
        SELECT agreement_id, {joined}(place.code, '; ') AS parties
        FROM relations_participation AS link JOIN relations_place AS place ON place.id = link.place_id
        WHERE role = 'party' AND agreement_id IS NOT NULL GROUP BY agreement_id
    ) AS of_parties ON of_parties.agreement_id = agreement.id
    LEFT JOIN (
        SELECT agreement_id, {joined}(source.key, '; ') AS sources,
            {joined}(locator_label || ' ' || locator, '; ') AS locators
        FROM relations_citation AS citation JOIN relations_source AS source ON source.id = citation.source_id
        WHERE agreement_id IS NOT NULL GROUP BY agreement_id
    ) AS of_citations ON of_citations.agreement_id = agreement.id
    ORDER BY agreement.id
"""


def export_csv():
    """All records as csv."""
    tables, stream = Tables(URL), Nowhere()
    with measured() as taken:
        (rows_to_csv if tables.is_sqlite else copy_to)(tables.connection, stream)
    return taken | {"first": stream.first, "size": stream.size}


def rows_to_csv(connection, stream):
    lines = csv.writer(Encoded(stream))
    lines.writerows(connection.execute(EXPORT.format(joined="group_concat")))


def copy_to(connection, stream):
    query = f"COPY ({EXPORT.format(joined='string_agg')}) TO STDOUT (FORMAT csv)"
    with connection.cursor().copy(query) as copy:
        for data in copy:
            stream.write(bytes(data))


class Encoded:
    """What csv.writer writes text to when bytes are wanted."""

    def __init__(self, stream):
        self.stream = stream

    def write(self, line):
        self.stream.write(line.encode())


def analyse():
    """Fresh statistics for the planner after a bulk load."""
    tables = Tables(URL)
    tables.connection.execute("ANALYZE")
    tables.connection.commit()
    return True
