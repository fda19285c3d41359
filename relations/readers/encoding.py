"""Detects the character encoding of a text file."""

import codecs
import re
from collections.abc import Iterable
from itertools import islice, pairwise

from django.utils.translation import gettext_lazy as _

from relations.errors import Problem

MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
UTF_32 = (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")
CYRILLIC_PAGES = ("cp1251", "koi8-r", "cp866")
WESTERN = "cp1252"
#: Kazakh letters stand where cp1251 has signs of other languages, Turkmen ones where cp1252 has signs of numbers
KAZAKH_PAGE, TURKMEN_PAGE = "kz1048", "cp1250"
#: in this order, if they read the same
PAGES = (*CYRILLIC_PAGES, WESTERN, KAZAKH_PAGE, "mac_cyrillic", "iso8859-5")
NAMED = (*PAGES, TURKMEN_PAGE, "utf-8", "utf-16", "utf-16-le", "utf-16-be")
#: two pages fit about equally if the ratings of their texts differ by less, in points and as a share
NEAR, NEAR_SHARE = 2, 0.1
#: how much of a text is shown for each of several pages
PREVIEW_WORDS, PREVIEW_LETTERS = 5, 80
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
MIXED = re.compile("[a-z][\u0400-\u04ff]|[\u0400-\u04ff][a-z]", re.IGNORECASE)
#: capital letters of another page look like these in front of a small letter
GLUED = re.compile("[‚…†‡€‰‹•\x98™ƒ∆][а-яё]|(?<!\\w)[’”][а-яё]")
#: in Kazakh alone, and what the same bytes are in cp1251
KAZAKH = re.compile("[қәңһ]")
#: what may be Kazakh by its neighbours, or a Ukrainian, Belarusian or Uzbek letter
GH_BEFORE_VOWEL = re.compile("ғ[аеоуыі]")
GH, ROUNDED = re.compile(r"(\w?)ғ(?=(\w?))"), re.compile("(.?)[ұүө]")
VOWELS = "аәеёиоөуұүыіэюя"
#: Turkmen «ş» and «ň» as cp1252 reads them
TURKMEN = re.compile("[a-zäçöüýž][ºª]|[ºª][a-zäçöüýž]|[aeiouyäöüý]ò", re.IGNORECASE)
ACCENT = re.compile("[À-ÿ]")
ACCENT_RUN = re.compile("[À-ÿ]{3,}")
FOREIGN_WORD = re.compile(rb"[A-Za-z]*[\x80-\xff][A-Za-z\x80-\xff]*")
#: frequent words that identify the code page
LOOKED_THROUGH, WORDS = 200_000, 20_000


def decode(data: bytes, encoding: str = "") -> tuple[str, str]:
    """(text, encoding): as it is given, or the byte order mark says, else UTF-8 if it fits, else by the letters.

    Where two code pages fit about equally and read differently, the Problem names both.
    """
    if encoding:
        return in_named(data, encoding)
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
    pages = likely_pages(words)
    if len(pages) > 1:
        raise choice_of(previews(words, pages))
    return strict(data, pages[0]), pages[0]


def in_named(data: bytes, name: str) -> tuple[str, str]:
    """The text in the encoding that a person has chosen."""
    known = {codecs.lookup(one).name: one for one in NAMED}
    try:
        encoding = known[codecs.lookup(name).name]
    except (LookupError, ValueError):
        message = _("“%(name)s” is not an encoding that can be read. Choose one of: %(known)s.")
        known_names = ", ".join(NAMED)
        raise Problem("file.encoding_name", message, name=name[:40], known=known_names) from None
    try:
        return data.decode("utf-8-sig" if encoding == "utf-8" else encoding), encoding
    except UnicodeError:
        message = _("The file is not in the encoding %(name)s. Choose another one, or save it as UTF-8.")
        raise Problem("file.encoding_wrong", message, name=encoding) from None


def candidates(data: bytes) -> list[tuple[str, str]]:
    """[(encoding, preview)] of a file in a code page, most likely first; pages that read alike are one.

    Empty for a file in Unicode, about which there is no doubt.
    """
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        if data.startswith(tuple(mark for mark, _encoding in MARKS)) or looks_like_utf16(data):
            return []
        words = foreign_words(data)
        return previews(words, [*likely_pages(words), *ranked(words)])
    return []


def likely_pages(words: bytes) -> list[str]:
    """The page that fits the words; several where they fit about equally and read differently."""
    rated = {page: readability(words, page) for page in PAGES}
    best = max(PAGES, key=rated.__getitem__)
    if best == WESTERN:
        return western_pages(words)
    if best in ("cp1251", KAZAKH_PAGE):
        return kazakh_or_russian(words)
    others = (page for page in PAGES if page != best and is_near(rated[page], rated[best]))
    return [best, *(page for page in others if reads_otherwise(words, page, best))]


def is_near(rating: float, best: float) -> bool:
    return best - rating < min(NEAR, NEAR_SHARE * best)


def reads_otherwise(words: bytes, page: str, other: str) -> bool:
    return words.decode(page, errors="replace") != words.decode(other, errors="replace")


def western_pages(words: bytes) -> list[str]:
    text = words.decode(WESTERN, errors="replace")
    if ACCENT_RUN.search(text):
        raise unread_letters()  # no Western language has words of accents only, so this is another code page
    return [TURKMEN_PAGE if TURKMEN.search(text) else WESTERN]


def kazakh_or_russian(words: bytes) -> list[str]:
    """Letters that only Kazakh has decide; the others may be Ukrainian, Belarusian or Uzbek ones."""
    text = words.decode(KAZAKH_PAGE, errors="replace").lower()
    kazakh = 3 * len(KAZAKH.findall(text)) + sum(weight_of_gh(*around) for around in GH.findall(text))
    rounded = ROUNDED.findall(text)
    kazakh -= sum(before != "" and before in VOWELS for before in rounded)
    if kazakh == 0 and (rounded or "ғ" in text):
        return ["cp1251", KAZAKH_PAGE]
    return [KAZAKH_PAGE if kazakh > 0 else "cp1251"]


def weight_of_gh(before: str, behind: str) -> int:
    """A vowel follows «ғ», but hardly the Ukrainian «є» in its place, which may begin and end a word."""
    if behind and behind in VOWELS:
        return 1
    return 0 if before and behind else -1


def ranked(words: bytes) -> list[str]:
    """All pages with letters of which a word may be, best first."""
    rated = {page: readability(words, page) for page in PAGES}
    return sorted((page for page in PAGES if rated[page] > 0), key=rated.__getitem__, reverse=True)


def previews(words: bytes, pages: Iterable[str]) -> list[tuple[str, str]]:
    """[(page, first words that the pages read differently)]; of pages that read alike the first."""
    texts = {page: words.decode(page, errors="replace") for page in pages}
    first: dict[str, str] = {}
    for page, text in texts.items():
        first.setdefault(text, page)
    split = {page: text.split(" ") for text, page in first.items()}
    differ = [at for at, read in enumerate(zip(*split.values(), strict=False)) if len(set(read)) > 1]
    shown = differ[:PREVIEW_WORDS] or range(PREVIEW_WORDS)
    return [
        (page, " ".join(read[at] for at in shown if at < len(read))[:PREVIEW_LETTERS])
        for page, read in split.items()
    ]


def choice_of(found: list[tuple[str, str]]) -> Problem:
    message = _(
        "The letters of this file can be read in more than one way: %(readings)s. Choose the encoding,"
        " or save the file as UTF-8."
    )
    readings = "; ".join(f"{page} – “{preview}”" for page, preview in found)
    return Problem("file.encoding_choice", message, readings=readings)


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
    strange = len(STRANGE.findall(text)) + len(GLUED.findall(text))
    spoiled = 6 * text.count("\ufffd") + 4 * strange + 3 * len(MIXED.findall(text))
    if page == WESTERN:
        return len(ACCENT.findall(text)) - spoiled - 8 * len(ACCENT_RUN.findall(text))
    unclosed = max(0, text.count("‘") - text.count("’"))
    kazakh = len(KAZAKH.findall(text.lower())) + len(GH_BEFORE_VOWEL.findall(text.lower()))
    return russian(text.lower()) + 2 * kazakh - spoiled - 3 * len(INVERTED.findall(text)) - 3 * unclosed


def russian(text: str) -> float:
    """Rates lower case text as Russian by letters and pairs of letters."""
    pairs = len(CYRILLIC_PAIR.findall(text))
    common = sum(second in FOLLOWERS.get(first, "") for first, second in pairwise(text))
    letters = 0.1 * len(CYRILLIC.findall(text)) + 0.5 * len(COMMON.findall(text))
    return letters + 2 * common - 2 * (pairs - common)
