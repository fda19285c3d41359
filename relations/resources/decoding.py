"""Text files as people really have them: which encoding the bytes are in, and what separates the cells."""

import csv
import io
import re

from django.utils.translation import gettext_lazy as _

from relations.problems import Problem

from .writing import unguarded

MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
CYRILLIC_PAGES = ("cp1251", "koi8-r", "cp866")
WESTERN = "cp1252"
DELIMITERS = ";,\t|"
#: lower case on purpose: read in the wrong Cyrillic page, a text turns its case inside out
COMMON = re.compile("[оеаинтсрвлкмдпуя]")
STRANGE = re.compile("[\u2500-\u259f\x80-\x9f°·√∙■≈≤≥÷¤¦§¬±µ¶Ђ-ЏѐЀѝЍђ-џ]")
MIXED = re.compile("[a-z][а-яё]|[а-яё][a-z]", re.IGNORECASE)
ACCENT_RUN = re.compile("[À-ÿ]{3,}")
SAMPLE = 200_000
SEP_LINE = re.compile(r"^sep=(.)\r?\n", re.IGNORECASE)


def decode(data):
    """(text, encoding): the byte order mark says, else UTF-8 if it fits, else the page in which the text reads best."""
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return strict(data, encoding), encoding.replace("-sig", "")
    if looks_like_utf16(data):
        encoding = "utf-16-le" if data[1:2] == b"\x00" else "utf-16-be"
        return strict(data, encoding), encoding
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        encoding = max((*CYRILLIC_PAGES, WESTERN), key=lambda page: readability(data[:SAMPLE], page))
        return strict(data, encoding), encoding


def strict(data, encoding):
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Problem(
            "file.encoding", _("The letters of this file cannot be read. Save it as UTF-8.")
        ) from error


def looks_like_utf16(data):
    """Without a mark: every other byte of ordinary text is NUL."""
    sample = data[:2000]
    return len(sample) > 3 and (
        sample[1::2].count(0) > len(sample) // 4 or sample[::2].count(0) > len(sample) // 4
    )


def readability(data, page):
    """How much a text looks like one: common letters, less what only the wrong page shows."""
    text = data.decode(page, errors="replace")
    spoiled = 6 * text.count("\ufffd") + 4 * len(STRANGE.findall(text)) + 3 * len(MIXED.findall(text))
    if page == WESTERN:
        return len(re.findall("[À-ÿ]", text)) - spoiled - 8 * len(ACCENT_RUN.findall(text))
    return len(COMMON.findall(text)) - spoiled


def csv_rows(text):
    """Lists of cells. `sep=` in the first line is obeyed; else the delimiter that makes the most even table is taken."""
    if "\x00" in text:
        raise Problem("file.unreadable", _("This is not a table: it holds bytes that no text has."))
    stated = SEP_LINE.match(text)
    delimiter = stated[1] if stated else max(DELIMITERS, key=lambda one: evenness(text, one))
    lines = io.StringIO(text, newline="")
    if stated:
        lines.readline()
        yield []
    try:
        for row in csv.reader(lines, delimiter=delimiter):
            yield [unguarded(cell) for cell in row]
    except csv.Error as error:
        message = _("The table cannot be read: %(reason)s.")
        raise Problem("file.unreadable", message, reason=str(error)) from error


def evenness(text, delimiter):
    """How many rows of a sample have the usual number of cells, times that number less one."""
    sample = io.StringIO(text[:SAMPLE], newline="")
    try:
        widths = [
            len(row)
            for row, _n in zip(csv.reader(sample, delimiter=delimiter), range(200), strict=False)
            if row
        ]
    except csv.Error:
        return 0
    usual = max(set(widths), key=widths.count, default=0)
    return widths.count(usual) * (usual - 1)
