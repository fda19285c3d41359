"""The words that synthetic titles are made of, each as (Russian, English)."""

PARTIES = {
    "RU": ("Российской Федерацией", "the Russian Federation"),
    "KZ": ("Республикой Казахстан", "the Republic of Kazakhstan"),
    "KG": ("Кыргызской Республикой", "the Kyrgyz Republic"),
    "TJ": ("Республикой Таджикистан", "the Republic of Tajikistan"),
    "TM": ("Туркменистаном", "Turkmenistan"),
    "UZ": ("Республикой Узбекистан", "the Republic of Uzbekistan"),
}
PARTNERS = tuple(code for code in PARTIES if code != "RU")
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
FORUMS = {
    "interregional_forum": ("Межрегиональный форум", "Interregional forum"),
    "ministerial_meeting": ("Встреча министров", "Ministerial meeting"),
    "intergovernmental_commission": ("Межправительственная комиссия", "Intergovernmental commission"),
    "economic_forum": ("Экономический форум", "Economic forum"),
    "congress": ("Конгресс", "Congress"),
    "conference": ("Конференция", "Conference"),
}
VISITS = {
    "state": ("Государственный визит", "State visit"),
    "official": ("Официальный визит", "Official visit"),
    "working": ("Рабочий визит", "Working visit"),
}
SOURCES = {
    "article-journal": ("Обзор", "Review"),
    "article-newspaper": ("Сообщение", "News item"),
    "webpage": ("Страница", "Page"),
    "book": ("Сборник", "Collection"),
    "report": ("Доклад", "Report"),
    "document": ("Документ", "Document"),
}
INDICATORS = (
    ("Экспорт товаров", "Exports of goods", "usd"),
    ("Поездки граждан", "Journeys of citizens", "visit"),
    ("Студенты по обмену", "Exchange students", "student"),
    ("Совместные предприятия", "Joint enterprises", "enterprise"),
    ("Вложенный капитал", "Capital invested", "usd"),
    ("Совместные мероприятия", "Joint events", "event"),
    ("Импорт товаров", "Imports of goods", "usd"),
    ("Перевезённые пассажиры", "Passengers carried", "person"),
)


def in_the_field_of(topic: str) -> tuple[str, str]:
    """«в области туризма», “in the field of tourism”"""
    russian, english = TOPICS[topic]
    return f"в области {russian}", f"in the field of {english}"
