"""Number words of five languages, as data. Everything is in normal form (folded)."""

from __future__ import annotations

from itertools import product

_SMALL = {
    "en": "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen",
    "es": "cero un dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciseis diecisiete dieciocho diecinueve",
    "fr": "zero un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf",
    "pt": "zero um dois tres quatro cinco seis sete oito nove dez onze doze treze catorze quinze dezesseis dezessete dezoito dezenove",
    "nl": "nul een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien zeventien achttien negentien",
}
_MORE = {
    "en": {},
    "es": {
        "uno": 1,
        "una": 1,
        "veintiun": 21,
        "veintiuno": 21,
        "veintiuna": 21,
        "veintidos": 22,
        "veintitres": 23,
        "veinticuatro": 24,
        "veinticinco": 25,
        "veintiseis": 26,
        "veintisiete": 27,
        "veintiocho": 28,
        "veintinueve": 29,
    },
    "fr": {"une": 1, "vingts": 20},
    "pt": {"uma": 1, "duas": 2, "quatorze": 14, "dezasseis": 16, "dezassete": 17, "dezanove": 19, "meia": 6},
    "nl": {"eenentwintig": 21},
}
_MORE["pt"].pop("meia")
_TENS = {
    "en": "twenty thirty forty fifty sixty seventy eighty ninety",
    "es": "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa",
    "fr": "vingt trente quarante cinquante soixante septante quatre-vingts nonante",
    "pt": "vinte trinta quarenta cinquenta sessenta setenta oitenta noventa",
    "nl": "twintig dertig veertig vijftig zestig zeventig tachtig negentig",
}
_HUNDREDS = {
    "es": "doscient* trescient* cuatrocient* quinient* seiscient* setecient* ochocient* novecient*",
    "pt": "duzent* trezent* quatrocent* quinhent* seiscent* setecent* oitocent* novecent*",
}
#: words that multiply what stands before them (or stand for themselves)
SCALES = {
    "en": {
        "hundred": 100,
        "thousand": 1000,
        "million": 10**6,
        "billion": 10**9,
        "trillion": 10**12,
        "bn": 10**9,
        "bln": 10**9,
        "tn": 10**12,
        "mn": 10**6,
        "mln": 10**6,
        "m": 10**6,
        "k": 1000,
        "dozen": 12,
        "score": 20,
    },
    "es": {
        "cien": 100,
        "ciento": 100,
        "mil": 1000,
        "millon": 10**6,
        "millones": 10**6,
        "millardo": 10**9,
        "millardos": 10**9,
        "billon": 10**12,
        "billones": 10**12,
        "docena": 12,
        "docenas": 12,
        "mm": 10**6,
    },
    "fr": {
        "cent": 100,
        "cents": 100,
        "mille": 1000,
        "million": 10**6,
        "millions": 10**6,
        "milliard": 10**9,
        "milliards": 10**9,
        "douzaine": 12,
        "douzaines": 12,
        "billion": 10**12,
        "billions": 10**12,
    },
    "pt": {
        "cem": 100,
        "cento": 100,
        "mil": 1000,
        "milhao": 10**6,
        "milhoes": 10**6,
        "bilhao": 10**9,
        "bilhoes": 10**9,
        "trilhao": 10**12,
        "trilhoes": 10**12,
        "duzia": 12,
        "duzias": 12,
        "bi": 10**9,
        "mi": 10**6,
        "tri": 10**12,
    },
    "nl": {
        "honderd": 100,
        "duizend": 1000,
        "miljoen": 10**6,
        "miljard": 10**9,
        "biljoen": 10**12,
        "dozijn": 12,
        "mln": 10**6,
        "mld": 10**9,
    },
}
SCALES[""] = {  # where the language is unknown, as in many headlines: words that mean one thing in all that have them
    word: value
    for language, words in SCALES.items()
    for word, value in words.items()
    if value >= 1000 and len(word) > 3 and not (language != "en" and word.startswith("billion"))
}
#: joining words inside a number
JOINS = {"en": {"and"}, "es": {"y"}, "fr": {"et"}, "pt": {"e"}, "nl": {"en"}}
#: plural counts without a number: low and high (design/judgement 3.3)
VAGUE: dict[str, dict[str, tuple[float, float]]] = {
    "en": {
        "dozens": (24, 99),
        "scores": (40, 99),
        "hundreds": (200, 999),
        "thousands": (2000, 9999),
        "millions": (2e6, 9.99e6),
        "tens": (20, 99),
    },
    "es": {
        "decenas": (20, 99),
        "docenas": (24, 99),
        "cientos": (200, 999),
        "centenares": (200, 999),
        "miles": (2000, 9999),
        "millares": (2000, 9999),
    },
    "fr": {"dizaines": (20, 99), "douzaines": (24, 99), "centaines": (200, 999), "milliers": (2000, 9999)},
    "pt": {"dezenas": (20, 99), "duzias": (24, 99), "centenas": (200, 999), "milhares": (2000, 9999)},
    "nl": {
        "tientallen": (20, 99),
        "dozijnen": (24, 99),
        "honderden": (200, 999),
        "duizenden": (2000, 9999),
        "miljoenen": (2e6, 9.99e6),
        "tienduizenden": (20_000, 99_999),
        "honderdduizenden": (200_000, 999_999),
    },
}
#: scales after a vague count: "tens of thousands", "decenas de miles"
VAGUE_SCALES = {
    "en": {"thousands": 1000, "millions": 10**6, "billions": 10**9},
    "es": {"miles": 1000, "millones": 10**6},
    "fr": {"milliers": 1000, "millions": 10**6, "milliards": 10**9},
    "pt": {"milhares": 1000, "milhoes": 10**6, "bilhoes": 10**9},
    "nl": {"duizenden": 1000, "miljoenen": 10**6},
}
#: round counts that are meant roughly: "une quarantaine", "una veintena"
ROUND: dict[str, dict[str, float]] = {
    "en": {},
    "es": {
        "decena": 10,
        "quincena": 15,
        "veintena": 20,
        "treintena": 30,
        "cuarentena": 40,
        "cincuentena": 50,
        "centena": 100,
        "centenar": 100,
        "millar": 1000,
    },
    "fr": {
        "dizaine": 10,
        "quinzaine": 15,
        "vingtaine": 20,
        "trentaine": 30,
        "quarantaine": 40,
        "cinquantaine": 50,
        "soixantaine": 60,
        "centaine": 100,
        "millier": 1000,
    },
    "pt": {"dezena": 10, "quinzena": 15, "vintena": 20, "trintena": 30, "centena": 100, "milhar": 1000},
    "nl": {
        "tiental": 10,
        "vijftiental": 15,
        "twintigtal": 20,
        "dertigtal": 30,
        "veertigtal": 40,
        "vijftigtal": 50,
        "honderdtal": 100,
        "duizendtal": 1000,
    },
}
#: half of the scale that follows: "half a million", "medio millón"
HALF = {
    "en": {"half": 0.5, "quarter": 0.25},
    "es": {"medio": 0.5, "media": 0.5},
    "fr": {"demi": 0.5},
    "pt": {"meio": 0.5, "meia": 0.5},
    "nl": {"half": 0.5, "halve": 0.5, "anderhalf": 1.5},
}
#: fractions: "two thirds" counts nothing
FRACTIONS = frozenset(
    "third thirds quarter quarters fifth fifths half halves tercio tercios cuarto cuartos quinto quintos "
    "tercera terceras tiers quart quarts cinquieme cinquiemes terco tercos quarto quartos "
    "derde kwart vijfde".split()
)
#: ordinals that count what happened: "the third airline", "la tercera compañía"
_ORDINALS = {
    "en": "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth",
    "es": "primer* segund* tercer* cuart* quint* sext* septim* octav* noven* decim* undecim* duodecim* decimotercer* decimocuart* decimoquint*",
    "fr": "premier* deuxieme troisieme quatrieme cinquieme sixieme septieme huitieme neuvieme dixieme onzieme "
    "douzieme treizieme quatorzieme quinzieme",
    "pt": "primeir* segunda-vez terceir* quart* quint* sext* setim* oitav* non* decim*",
    "nl": "eerste tweede derde vierde vijfde zesde zevende achtste negende tiende elfde twaalfde dertiende veertiende vijftiende",
}
_ENDINGS = {"es": ("", "o", "a", "os", "as"), "pt": ("o", "a", "os", "as"), "fr": ("", "e", "s", "es")}
_NOT_ORDINAL = frozenset(
    {
        "segundos",
        "cuartos",
        "quarto",
        "quartos",
        "quinta",
        "sexta",
        "segunda",
        "quarta",
        "nonas",
        "quinto",
        "quintas",
        "terceros",
        "terceras",
        "segundas",
        "quartas",
        "sextas",
    }
)
MONTHS = {
    "en": "january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre",
    "fr": "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
    "pt": "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december jan feb mrt apr aug sept okt nov dec",
}


def _values(language: str) -> dict[str, int]:
    found = {word: value for value, word in enumerate(_SMALL[language].split())} | _MORE[language]
    found |= {word: 10 * value for value, word in enumerate(_TENS[language].split(), 2)}
    for value, word in enumerate(_HUNDREDS.get(language, "").split(), 2):
        found |= {word[:-1] + ending: 100 * value for ending in ("os", "as")}
    return (
        {word: value for word, value in found.items() if "-" not in word} | {"quatre-vingts": 80}
        if language == "fr"
        else found
    )


def _dutch() -> dict[str, int]:
    """Dutch writes "vijfentwintig", "driehonderdvijftig" and "vierduizendvijfhonderd" as one word."""
    small = _SMALL["nl"].split()
    tens = dict(enumerate(_TENS["nl"].split(), 2))
    below = {word: value for value, word in enumerate(small)} | {word: 10 * value for value, word in tens.items()}
    below |= {f"{small[unit]}en{tens[ten]}": 10 * ten + unit for unit, ten in product(range(1, 10), tens)}
    hundreds = {"honderd": 100} | {f"{small[value]}honderd": 100 * value for value in range(2, 20) if value != 10}
    for (word, value), (rest, more) in product(tuple(hundreds.items()), tuple(below.items())):
        if more:
            hundreds[word + rest] = hundreds[f"{word}en{rest}"] = value + more
    found = below | hundreds
    thousands = {f"{word}duizend": value * 1000 for word, value in found.items() if 2 <= value < 1000}
    round_hundreds = {word: value for word, value in found.items() if value % 100 == 0 and 0 < value < 1000}
    for (word, value), (rest, more) in product(tuple(thousands.items()), tuple(round_hundreds.items())):
        if value <= 20_000:
            thousands[word + rest] = value + more
    return found | thousands


#: word → value, below the scales; Dutch compounds written out
VALUES = {language: (_dutch() if language == "nl" else _values(language)) for language in _SMALL}


def _ordinals(language: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for value, word in enumerate(_ORDINALS[language].split(), 1):
        forms = [word[:-1] + ending for ending in _ENDINGS[language]] if word.endswith("*") else [word]
        found |= {form: value for form in forms if form not in _NOT_ORDINAL}
    return found


ORDINALS = {language: _ordinals(language) for language in _ORDINALS}
MONTH_WORDS = {language: frozenset(words.split()) for language, words in MONTHS.items()}
MONTH_WORDS[""] = frozenset(word for words in MONTHS.values() for word in words.split() if len(word) > 3) - {
    "mars",
    "maio",
    "marco",
}
