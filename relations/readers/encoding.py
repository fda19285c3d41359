"""Detects the character encoding of a text file."""

import re
from functools import partial
from itertools import islice, pairwise

from django.utils.translation import gettext_lazy as _

from relations.errors import Problem

MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
UTF_32 = (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")
CYRILLIC_PAGES = ("cp1251", "koi8-r", "cp866")
WESTERN = "cp1252"
#: the letters that make up most of a Russian text, and which letters often follow which: «ст», «но», but hardly «нб»
COMMON = re.compile("[оеаинтсрвлкмдпуя]")
FOLLOWERS = {
    group[0]: frozenset(group[1:])
    for group in (
        "абвгдезийклмнопрстхцчшюя белорыауяио всаеёиклносытпршяумзгд гаилоруден даеёинорсувлпыряь "
        "евгджйклмнрстчзшщбоюпеёхц жднеаби завдимноеуы ивгдезийклмнорстхцчюяшебп йсштнк каеилоруствц "
        "лаеиноуьяюыжс маеёимоуынпя наеиностуыяёдьцнкг обвгдезйклмнопрстчшжхюя паеиорулытья "
        "рагеиностуыядмьвшткж сфавеиклнопстуьяыхч тавеинорсуыьякч убгджклмнпрстчзшюеащ фоеиру хорсаин цеиыа "
        "чаеинтлку шаеилниуо щеиауё ъеяё ывеймхлтсшрч ьнсякмюшезт эктлнс юбщдтр ямтвзлснщдюех ётнмлрв"
    ).split()
}
CYRILLIC = re.compile("[а-яё]")
CYRILLIC_PAIR = re.compile("(?=[а-яё]{2})")
#: the wrong Cyrillic code page swaps upper and lower case
INVERTED = re.compile("[а-яё][А-ЯЁ]")
STRANGE = re.compile("[\u2500-\u259f\x80-\x9f°·√∙■≈≤≥÷¤¦§¬±µ¶Ђ-ЏѐЀѝЍђ-џ]")
MIXED = re.compile("[a-z][а-яё]|[а-яё][a-z]", re.IGNORECASE)
ACCENT = re.compile("[À-ÿ]")
ACCENT_RUN = re.compile("[À-ÿ]{3,}")
FOREIGN_WORD = re.compile(rb"[A-Za-z]*[\x80-\xff][A-Za-z\x80-\xff]*")
#: frequent words that identify the code page
LOOKED_THROUGH, WORDS = 200_000, 20_000


def decode(data: bytes) -> tuple[str, str]:
    """(text, encoding): as the byte order mark gives it, else UTF-8 if it fits, else the most plausible code page."""
    if data.startswith(UTF_32) or looks_like_utf32(data):
        raise unread_letters()
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return strict(data, encoding), encoding.replace("-sig", "")
    if looks_like_utf16(data):
        encoding = "utf-16-le" if data[1:2] == b"\x00" else "utf-16-be"
        return strict(data, encoding), encoding
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        refuse_broken_utf8(data, error.start)
    words = foreign_words(data)
    encoding = max((*CYRILLIC_PAGES, WESTERN), key=partial(readability, words))
    if encoding == WESTERN and ACCENT_RUN.search(words.decode(WESTERN, errors="replace")):
        raise unread_letters()  # no Western language has words of accents only, so this is another code page
    return strict(data, encoding), encoding


def foreign_words(data: bytes) -> bytes:
    """Distinct words with non-English letters: a repeated dash would outweigh them."""
    found = (match[0] for match in islice(FOREIGN_WORD.finditer(data), LOOKED_THROUGH))
    return b" ".join(islice(dict.fromkeys(found), WORDS))


def unread_letters() -> Problem:
    return Problem("file.encoding", _("The encoding of this file was not recognised. Save it as UTF-8."))


def strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise unread_letters() from error


def looks_like_utf16(data: bytes) -> bool:
    """UTF-16 without a mark: every other byte of ordinary text is NUL."""
    sample = data[:2000]
    return len(sample) > 3 and (
        sample[1::2].count(0) > len(sample) // 4 or sample[::2].count(0) > len(sample) // 4
    )


def looks_like_utf32(data: bytes) -> bool:
    """UTF-32 without a mark: the upper two of every four bytes are NUL, but not all four."""
    sample = data[:2000]
    low, high = sample[::4] + sample[1::4], sample[2::4] + sample[3::4]
    return len(sample) > 7 and bool(low.strip(b"\0")) != bool(high.strip(b"\0"))


def refuse_broken_utf8(data: bytes, at: int) -> None:
    """Tolerates a few damaged bytes among valid text."""
    text = data.decode("utf-8", errors="replace")
    spoiled = text.count("\ufffd")
    good = len(text) - len(text.encode("ascii", errors="ignore")) - spoiled
    if good > 4 * spoiled:
        message = _(
            "The file is in UTF-8, but line %(line)d contains invalid bytes. Save the file again as UTF-8."
        )
        raise Problem("file.encoding", message, line=data.count(b"\n", 0, at) + 1)


def readability(data: bytes, page: str) -> int | float:
    """Rates a text as Russian by common letters and pairs, less what only the wrong code page produces."""
    text = data.decode(page, errors="replace")
    spoiled = 6 * text.count("\ufffd") + 4 * len(STRANGE.findall(text)) + 3 * len(MIXED.findall(text))
    if page == WESTERN:
        return len(ACCENT.findall(text)) - spoiled - 8 * len(ACCENT_RUN.findall(text))
    return russian(text.lower()) - spoiled - 3 * len(INVERTED.findall(text))


def russian(text: str) -> float:
    """Rates lower case text as Russian by letters and pairs of letters."""
    pairs = len(CYRILLIC_PAIR.findall(text))
    common = sum(second in FOLLOWERS.get(first, "") for first, second in pairwise(text))
    letters = 0.1 * len(CYRILLIC.findall(text)) + 0.5 * len(COMMON.findall(text))
    return letters + 2 * common - 2 * (pairs - common)
