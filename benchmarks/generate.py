"""Synthetic agreements: always the same ones, and the first thousand of a million are those of a thousand."""

from itertools import islice
from random import Random

import xlsxwriter

SEED = 20240601
SOURCES = 2_000
COLUMNS = (
    "key", "title_ru", "title_en", "instrument_type", "status", "date_signed", "parties", "topics", "source", "locator",
)  # fmt: skip
WIDTH = len(COLUMNS)
PARTIES = {
    "RU": ("Российской Федерацией", "the Russian Federation"),
    "KZ": ("Республикой Казахстан", "the Republic of Kazakhstan"),
    "KG": ("Кыргызской Республикой", "the Kyrgyz Republic"),
    "TJ": ("Республикой Таджикистан", "the Republic of Tajikistan"),
    "TM": ("Туркменистаном", "Turkmenistan"),
    "UZ": ("Республикой Узбекистан", "the Republic of Uzbekistan"),
}
TOPICS = {
    "agriculture": ("сельского хозяйства", "agriculture"),
    "border-cooperation": ("охраны государственной границы", "the protection of the state border"),
    "culture": ("культуры и искусства", "culture and the arts"),
    "education": ("высшего образования", "higher education"),
    "energy": ("электроэнергетики", "electric power"),
    "environment": ("рационального использования водных ресурсов", "the rational use of water resources"),
    "health": ("здравоохранения", "health care"),
    "industry": ("машиностроения", "mechanical engineering"),
    "investment": ("поощрения и защиты капиталовложений", "the promotion and protection of investments"),
    "language": ("изучения русского языка", "the study of the Russian language"),
    "law": ("правовой помощи по гражданским делам", "legal assistance in civil matters"),
    "migration": ("трудовой миграции", "labour migration"),
    "military": ("военно-технического взаимодействия", "military and technical matters"),
    "science": ("фундаментальных исследований", "basic research"),
    "security": ("борьбы с терроризмом", "the fight against terrorism"),
    "tourism": ("туризма", "tourism"),
    "trade": ("взаимной торговли", "mutual trade"),
    "transport": ("железнодорожных перевозок", "carriage by rail"),
}
KINDS = {
    "agreement": ("Соглашение", "Agreement"),
    "treaty": ("Договор", "Treaty"),
    "protocol": ("Протокол", "Protocol"),
    "memorandum_of_understanding": ("Меморандум о взаимопонимании", "Memorandum of Understanding"),
    "programme": ("Программа", "Programme"),
    "declaration": ("Декларация", "Declaration"),
}
DEEDS = (
    ("о сотрудничестве", "on cooperation"),
    ("об обмене опытом", "on the exchange of experience"),
    ("о подготовке специалистов", "on the training of specialists"),
    ("о совместных проектах", "on joint projects"),
    ("о взаимном признании документов", "on the mutual recognition of documents"),
    ("об упрощении процедур", "on the simplification of procedures"),
)
STATUSES = ("signed", "in_force", "expired", "terminated")
LOCATORS = ("page", "paragraph", "article")


def agreements():
    """Rows without end: 2.3 parties, 1.75 topics and one source at one place on average, cells as a sheet
    holds them."""
    random, number = Random(SEED), 0
    while True:
        number += 1
        yield agreement(random, number)


def agreement(random, number):
    kind, deed = random.choice(list(KINDS)), random.choice(DEEDS)
    parties = ["RU", *random.sample(list(PARTIES)[1:], random.choices((1, 2, 3), (75, 20, 5))[0])]
    topics = random.sample(list(TOPICS), random.choices((1, 2, 3), (40, 45, 15))[0])
    title_ru, title_en = (
        title(language, KINDS[kind], deed, parties, topics[0], number) for language in (0, 1)
    )
    return {
        "key": f"benchmark-{number}",
        "title_ru": title_ru,
        "title_en": title_en,
        "instrument_type": kind,
        "status": random.choice(STATUSES),
        "date_signed": f"{random.randint(1992, 2023)}-{random.randint(1, 12):02}-{random.randint(1, 28):02}",
        "parties": "; ".join(parties),
        "topics": "; ".join(sorted(topics)),  # as the register writes them
        "source": source_key(random.randrange(SOURCES)),
        "locator": f"{random.choice(LOCATORS)} {random.randint(1, 400)}",
    }


def title(language, kind, deed, parties, topic, number):
    """The title in one language, 0 Russian or 1 English; its number makes it unlike any other."""
    between, end, field = (("между", "и", "в области"), ("between", "and", "in the field of"))[language]
    *others, last = (PARTIES[code][language] for code in parties)
    sides = f"{between} {', '.join(others)} {end} {last}"
    return f"{kind[language]} {sides} {deed[language]} {field} {TOPICS[topic][language]} № {number}"


def source_key(number):
    return f"benchmark-source-{number}"


def workbook(path, number, start=0, width=WIDTH):
    """Writes agreements `start` to `start` + `number` as xlsx, the first `width` columns; returns how many of what."""
    columns, start = COLUMNS[: int(width)], int(start)
    counts = dict.fromkeys(("records", "parties", "topics", "citations"), 0)
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, columns)
        for i, row in enumerate(islice(agreements(), start, start + int(number)), 1):
            sheet.write_row(i, 0, [row[name] for name in columns])
            counts["records"] += 1
            counts["parties"] += len(row["parties"].split("; "))
            counts["topics"] += len(row["topics"].split("; "))
            counts["citations"] += 1
    return counts
