"""Tables such as statistics offices publish, made by chance, together with the truth they were made from."""

import random
from dataclasses import dataclass, field
from decimal import Decimal

from relations.mapping.recipe import Across

#: what the makers of tables call things, by language: {what: (name of the register, their words)}
WORDS = {
    "ru": {
        "exports": "Экспорт товаров", "imports": "Импорт товаров", "RU": "Россия",
        "KZ": "Казахстан", "UZ": "Узбекистан",
        "unit": "млн долл. США", "country": "Страна", "year": "Год", "value": "Значение", "what": "Показатель",
        "total": "Итого", "note": "Примечание: предварительные данные", "none": "н/д", "section": "СТРАНЫ СНГ",
        "source": "Источник: национальная статистика", "from_to": "Экспортёр \\ Импортёр",
    },
    "en": {
        "exports": "Merchandise exports", "imports": "Merchandise imports", "RU": "Russian Federation",
        "KZ": "Kazakhstan", "UZ": "Uzbekistan", "unit": "US dollars, millions", "country": "Partner country",
        "year": "Year", "value": "Value", "what": "Indicator", "total": "Total", "note": "Note: provisional data",
        "none": "..", "section": "CIS COUNTRIES",
        "source": "Source: national statistics", "from_to": "Exporter \\ Importer",
    },
    "kk": {
        "exports": "Тауарлар экспорты", "imports": "Тауарлар импорты", "RU": "Ресей",
        "KZ": "Қазақстан", "UZ": "Өзбекстан",
        "unit": "млн долл. США", "country": "Ел", "year": "Жыл", "value": "Мәні", "what": "Көрсеткіш",
        "total": "Барлығы",
        "note": "* алдын ала деректер", "none": "…", "section": "ТМД ЕЛДЕРІ", "source": "Source: stat.gov.kz",
        "from_to": "Экспорттаушы / Импорттаушы",
    },
}  # fmt: skip
PLACES = ("RU", "KZ", "UZ")


@dataclass
class OfficialTable:
    """`rows` as they are published, the `answers` that a person gives about them, and `truth`:
    {(indicator, area, counterpart, year): value, None where the table says that there is none}.
    """

    rows: list[list[str]] = field(default_factory=list)
    answers: dict = field(default_factory=dict)
    truth: dict = field(default_factory=dict)


class Maker:
    """Makes tables of one seed."""

    def __init__(self, seed):
        self.chance = random.Random(seed)
        self.language = self.chance.choice(sorted(WORDS))
        self.words = WORDS[self.language]
        first = self.chance.randrange(1995, 2010)
        self.years = [str(first + at) for at in range(self.chance.randrange(3, 8))]
        self.table = OfficialTable()

    def make(self, shape):
        getattr(self, shape)()
        return self.table

    def cell(self, *key):
        """A figure as it is written, and noted as it is meant."""
        if self.chance.random() < 0.08:
            self.table.truth[key] = None
            return self.words["none"]
        value = Decimal(self.chance.randrange(1, 9_999_999)) / 10
        self.table.truth[key] = value
        whole, part = f"{value:.1f}".split(".")
        comma = "." if self.language == "en" else ","
        spaced = f"{int(whole):,}".replace(",", " ") if self.chance.random() < 0.5 else whole
        return f"{spaced}{comma}{part}" + ("¹" if self.chance.random() < 0.1 else "")

    def name(self, code):
        return self.words[code] + self.chance.choice(["", "", "¹", "*"])

    def titles(self, *texts):
        self.table.rows += [[text] for text in texts]
        if self.chance.random() < 0.5:
            self.table.rows.append([])

    def end(self, width):
        words = self.words
        self.table.rows.append([words["total"], *["99999"] * (width - 1)])
        self.table.rows += [[words["note"]], [words["source"]]]

    def numbers(self, width):
        if self.chance.random() < 0.5:
            self.table.rows.append([str(at) for at in range(1, width + 1)])

    # The shapes.

    def years_across(self):
        """Partners down, years across; everything else in the titles."""
        words, area = self.words, "KZ"
        self.titles(words["exports"], words[area], words["unit"])
        at = len(self.table.rows) + 1
        self.table.rows.append([words["country"], *self.years])
        self.numbers(len(self.years) + 1)
        self.table.rows.append([words["section"]])
        for code in ("RU", "UZ"):
            cells = [self.cell("exports", area, code, year) for year in self.years]
            self.table.rows.append([self.name(code), *cells])
        self.end(len(self.years) + 1)
        self.table.answers = {
            "heading_rows": (at,), "columns": {words["country"]: "counterpart"},
            "constants": {"indicator": "=A1", "area": "=A2", "unit": "=A3"},
        }  # fmt: skip

    def two_levels(self):
        """Years across, below each of them exports and imports."""
        words, area = self.words, "KZ"
        self.titles(words[area])
        at = len(self.table.rows) + 1
        both = ("exports", "imports")
        self.table.rows.append([words["country"], *(cell for year in self.years for cell in (year, ""))])
        self.table.rows.append(["", *(words[what] for _year in self.years for what in both)])
        for code in ("RU", "UZ"):
            cells = [self.cell(what, area, code, year) for year in self.years for what in both]
            self.table.rows.append([self.name(code), *cells])
        self.end(2 * len(self.years) + 1)
        self.table.answers = {
            "heading_rows": (at, at + 1), "columns": {words["country"]: "counterpart"},
            "constants": {"area": "=A1", "unit": words["unit"]},
        }  # fmt: skip

    def matrix(self):
        """Exporters down, importers across, of one year."""
        words, year = self.words, self.years[0]
        self.titles(words["exports"], words["unit"])
        at = len(self.table.rows) + 1
        self.table.rows.append([words["from_to"], *(words[code] for code in PLACES)])
        for area in PLACES:
            cells = ["" if area == code else self.cell("exports", area, code, year) for code in PLACES]
            self.table.rows.append([self.name(area), *cells])
        self.end(4)
        self.table.answers = {
            "heading_rows": (at,), "columns": {words["from_to"]: "area"},
            "constants": {"indicator": "=A1", "unit": "=A2", "period": year},
            "across": Across(("counterpart",), headings=tuple(words[code] for code in PLACES)),
        }  # fmt: skip

    def long(self):
        """A row for each figure, labels written once, the unit in a heading."""
        words, area = self.words, "UZ"
        value = f"{words['value']}, {words['unit']}"
        self.titles(words[area])
        at = len(self.table.rows) + 1
        heads = [words["what"], words["country"], words["year"], value]
        self.table.rows.append(heads)
        self.numbers(4)
        for what in ("exports", "imports"):
            for row, code in enumerate(("RU", "KZ")):
                for column, year in enumerate(self.years):
                    label = [words[what] if not row and not column else "", words[code] if not column else ""]
                    self.table.rows.append([*label, year, self.cell(what, area, code, year)])
        self.end(4)
        self.table.answers = {
            "heading_rows": (at,), "fill_down": tuple(heads[:2]), "constants": {"area": "=A1", "unit": words["unit"]},
            "columns": dict(zip(heads, ("indicator", "counterpart", "period", "value"), strict=True)),
        }  # fmt: skip


SHAPES = ("years_across", "two_levels", "matrix", "long")


def official_table(seed):
    return Maker(seed).make(SHAPES[seed % len(SHAPES)])
