"""Names of months in the languages of the region and of its neighbours, as CLDR has them, and their case endings.

Russian and English are in `period_parser`. Only whole words are months here; «мамырдан» (from May) is none, since an
ending that means “since” or “until” makes another date.
"""

import re
from itertools import product

#: {endings: the months from January to December of each language that has them; “/” between spellings of one month}
NAMES = {
    # Kazakh
    "ы і сы сі ы да де та те нда нде ында інде сында сінде ның нің дың дің тың тің ының інің сының сінің"
    " дағы дегі тағы тегі ындағы індегі": (
        "қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек/қыркүйег қазан қараша желтоқсан",
    ),
    # Kyrgyz, Uzbek and Tajik in Cyrillic letters
    "ы и у ү да до де та то те ында инде унда ида дагы даги ындагы идаги дын дин дун дүн тын тин тун нын нин нун"
    " нинг ининг ынын инин унун нүн": (
        "январ феврал март апрел май июн июл август сентябр октябр ноябр декабр",
    ),
    # Uzbek in Latin letters
    "i da ida dagi idagi ning ining": (
        "yanvar fevral mart aprel may iyun iyul avgust sentabr/sentyabr oktabr/oktyabr noyabr dekabr",
    ),
    # Turkmen, also without its marks
    "y i da de ynda inde ndaky yň iň ynyň iniň nyň": (
        "ýanwar fewral mart aprel maý iýun iýul awgust sentýabr oktýabr noýabr dekabr",
        "yanwar fewral mart aprel may iyun iyul awgust sentyabr oktyabr noyabr dekabr",
    ),
    # Ukrainian, German and French, and what CLDR abbreviates: with a point where it would be a word without
    "": (
        "січень/січня/січні лютий/лютого/лютому березень/березня/березні квітень/квітня/квітні"
        " травень/травня/травні червень/червня/червні липень/липня/липні серпень/серпня/серпні"
        " вересень/вересня/вересні жовтень/жовтня/жовтні листопад/листопада/листопаді грудень/грудня/грудні",
        "січ. лют. бер. квіт. трав. черв. лип. серп. вер. жовт. лист. груд.",
        "januar/jänner/jän februar/feber märz/maerz/mär april mai juni juli august september oktober/okt november"
        " dezember/dez",
        "janvier/janv février/fevrier/févr/fevr mars avril/avr mai juin juillet/juil août/aout septembre octobre"
        " novembre décembre/decembre/déc",
        "қаң. ақп. нау. сәу. мам. мау. шіл. там. қыр. қаз. қар. жел.",
        "yan fev mar apr may iyn iyl avg sen okt noy dek",
        "ýan few mar apr maý iýun iýul awg sen okt noý dek",
    ),
}


def months_of_words() -> dict[str, int]:
    """{word in lower case: number of its month}, of every name with every ending of its language."""
    return {
        stem + ending: number
        for endings, calendars in NAMES.items()
        for calendar in calendars
        for number, spellings in enumerate(calendar.split(), 1)
        for stem, ending in product(spellings.split("/"), ["", *endings.split()])
    }


MONTH_OF_WORD = months_of_words()
WORD = re.compile(r"[^\W\d_]+\.?")
#: what a month is called in the text that is read further
ENGLISH = "january february march april may june july august september october november december".split()

ORDINAL = "інші|нші|ші|шы|інчі|инчи|нчи|нчы|чи|чы|чу|чү|inchi|nchi|chi|nji|njy|уми|юми|ум|юм"
#: «1993-жылдын», “1993-nji ýylyň”, «1993 року»: the words for a year behind its number that mean “in” or “of” it
YEAR = re.compile(
    rf"(?<=\d{{4}})(?:-?\s?(?:{ORDINAL}))?\s?-?\s?(?:"
    r"жыл(?:ы|ғы|гы|дың|дын|ының|ынын|да|ында)?|йил(?:и|ги|нинг|ининг|да|ида)?|yil(?:i|gi|ning|ining|da|ida)?"
    r"|[ýy]yl(?:y|yň|ynyň|da|ynda)?|року|рік|році|роки|(?:ж|й|y|ý|рр?)\.)(?![^\W\d_])"
)
#: Tajik: the word for a year before its number
YEAR_BEFORE = re.compile(r"(?:(?<=\s)|^(?:дар\s)?)соли\s(?=\d{4})")


def with_english_months(text: str) -> str:
    """A text in lower case with the months of these languages in English, and without their words for a year."""
    return YEAR_BEFORE.sub("", YEAR.sub(" ", WORD.sub(in_english, text)))


def in_english(match: re.Match[str]) -> str:
    word = match[0]
    number = MONTH_OF_WORD.get(word) or MONTH_OF_WORD.get(word.removesuffix("."))
    return ENGLISH[number - 1] + "."[: word.endswith(".")] if number else word
