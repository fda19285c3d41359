"""Sheets of synthetic agreements: always the same ones, and the first thousand of a million are those of a thousand."""

import xlsxwriter

from relations.synthetic.agreements import plain_agreement

COLUMNS = tuple(plain_agreement(1))
WIDTH = len(COLUMNS)


def workbook(path, number, start=0, width=WIDTH):
    """Writes agreements `start` to `start` + `number` as xlsx, the first `width` columns; returns how many of what."""
    columns, start = COLUMNS[: int(width)], int(start)
    counts = dict.fromkeys(("records", "parties", "topics", "citations"), 0)
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, columns)
        for i in range(1, int(number) + 1):
            row = plain_agreement(start + i)
            sheet.write_row(i, 0, [row[name] for name in columns])
            counts["records"] += 1
            counts["parties"] += len(row["parties"].split("; "))
            counts["topics"] += len(row["topics"].split("; "))
            counts["citations"] += 1
    return counts
