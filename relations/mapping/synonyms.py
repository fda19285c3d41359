"""Words with which foreign tables head our columns. They are proposals, asked before they are used."""

from relations.text.normalize import fold

from .headings import heading_of

#: {our column: headings that may mean it}; of two columns with the same word, the first that the type has is meant
SYNONYMS: dict[str, tuple[str, ...]] = {
    "title_ru": (
        "название", "наименование", "заголовок", "документ", "договор", "соглашение", "мероприятие", "событие",
    ),
    "title_en": ("title", "name", "common name", "agreement", "treaty", "event", "headline"),
    "instrument_type": ("вид", "вид договора", "тип", "тип документа", "type", "kind", "instrument"),
    "event_type": ("вид", "вид мероприятия", "тип", "тип мероприятия", "type", "kind"),
    "visit_type": ("вид", "вид визита", "тип", "type", "kind"),
    "level": ("уровень", "уровень договора"),
    "status": ("статус", "действует", "in force status", "current status", "state"),
    "date_signed": ("дата", "дата подписания", "подписан", "подписание", "date", "date of signature", "signed on"),
    "date_in_force": ("дата вступления в силу", "вступление в силу", "date of entry into force", "entry into force"),
    "date": ("дата", "дата проведения", "когда", "сроки", "год", "date", "when", "year"),
    "period": ("год", "годы", "период", "месяц", "квартал", "дата", "year", "years", "time", "time period", "month"),
    "parties": (
        "страны", "страна", "участники", "государства", "стороны договора", "membership", "members", "countries",
    ),
    "participants": ("участники", "стороны", "страны", "members", "countries", "parties"),
    "visitor": ("гость", "кто", "глава делегации", "делегация", "guest", "who", "delegation"),
    "to_places": ("куда", "место", "город", "место проведения", "страна", "where", "destination", "city", "venue"),
    "from_place": ("откуда", "origin"),
    "hosts": ("кто принимал", "принимающая сторона", "host"),
    "place": ("место", "город", "где подписан", "city", "signed in"),
    "places": ("место", "город", "место проведения", "venue", "city", "location"),
    "organizations": ("организации", "организаторы", "organisations", "organizations", "organizers"),
    "series": ("серия", "форум", "forum"),
    "edition": ("номер", "выпуск", "edition number", "no"),
    "indicator": ("показатели", "наименование показателя", "series", "series name", "variable", "measure", "subject"),
    "area": (
        "страна", "страна отчитывающаяся", "отчитывающаяся страна", "регион", "территории", "государство", "экспортер",
        "reporter", "reporting country", "country", "country name", "ref area", "location", "region", "exporter",
        "destination", "reporting economy", "entity",
    ),
    "counterpart": (
        "страна партнер", "партнеры", "импортер", "контрагент", "страна происхождения", "partner", "partner country",
        "counterpart area", "counterpart country", "importer", "origin", "partner economy",
    ),
    "value": (
        "объем", "сумма", "количество", "число", "величина", "всего", "стоимость", "показатель значение", "amount",
        "obs value", "figure", "number", "quantity", "total", "trade value", "cifvalue", "fobvalue",
    ),
    "unit": ("единица", "единицы", "ед изм", "единицы измерения", "units", "unit of measure", "measure unit"),
    "unit_mult": ("множитель", "multiplier", "scale", "unit multiplier"),
    "obs_status": ("примечание к значению", "flag", "flags", "observation status"),
    "source_title": ("источник", "источники", "название источника", "source", "sources", "publication", "reference"),
    "source_url": ("ссылка", "ссылки", "адрес", "url", "link", "web", "hyperlink", "сайт"),
    "source_date": ("дата источника", "дата публикации", "date of source", "published"),
    "source_author": ("автор", "author"),
    "locator": ("страница", "стр", "страницы", "page", "pages"),
    "summary_ru": ("описание", "содержание", "краткое описание", "предмет договора"),
    "summary_en": ("description", "summary", "abstract"),
    "topics": ("тема", "тематика", "сфера", "отрасль", "topic", "subject area", "sector"),
    "notes": ("примечание", "примечания", "комментарий", "заметки", "note", "remarks", "comment", "comments"),
}  # fmt: skip


def columns_meant(heading: str) -> list[str]:
    """Our columns that a heading may mean, of all types."""
    text = fold(heading_of(heading).name)
    return [column for column, words in SYNONYMS.items() if text in words] if text else []
