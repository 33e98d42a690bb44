"""Our own words, in the five languages of a subscription. The words of the news are never translated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

_WORDS: Mapping[str, tuple[str, str, str, str, str]] = {
    # in the order en, es, fr, pt, nl
    "digest": ("Digest", "Resumen", "Résumé", "Resumo", "Overzicht"),
    "new": ("new", "nuevo", "nouveau", "novo", "nieuw"),
    "corrected": ("corrected", "corregido", "corrigé", "corrigido", "gecorrigeerd"),
    "disputed": ("disputed", "discutido", "contesté", "contestado", "omstreden"),
    "or": ("or", "o", "ou", "ou", "of"),
    "was": ("was", "antes", "avant", "antes", "was"),
    "now": ("now", "ahora", "maintenant", "agora", "nu"),
    "more": ("more", "más", "de plus", "mais", "meer"),
    "stories": ("stories", "historias", "sujets", "histórias", "onderwerpen"),
    "story": ("story", "historia", "sujet", "história", "onderwerp"),
    "developments": ("developments", "novedades", "développements", "novidades", "ontwikkelingen"),
    "development": ("development", "novedad", "développement", "novidade", "ontwikkeling"),
    "reports": ("reports", "informes", "articles", "notícias", "berichten"),
    "report": ("report", "informe", "article", "notícia", "bericht"),
    "sources": (
        "independent sources",
        "fuentes independientes",
        "sources indépendantes",
        "fontes independentes",
        "onafhankelijke bronnen",
    ),
    "source": (
        "independent source",
        "fuente independiente",
        "source indépendante",
        "fonte independente",
        "onafhankelijke bron",
    ),
    "unchanged": ("Unchanged", "Sin cambios", "Inchangé", "Sem alteração", "Onveranderd"),
    "figures": (
        "Changed figures",
        "Cifras que cambiaron",
        "Chiffres modifiés",
        "Números alterados",
        "Gewijzigde cijfers",
    ),
    "what": ("What", "Qué", "Quoi", "O quê", "Wat"),
    "owed": (
        "undelivered, owed since",
        "sin entregar desde",
        "non remis, dus depuis",
        "por entregar desde",
        "niet bezorgd, verschuldigd sinds",
    ),
    "instead": (
        "sent here instead of to",
        "enviado aquí en lugar de a",
        "envoyé ici au lieu de",
        "enviado aqui em vez de",
        "hierheen in plaats van naar",
    ),
    "unverified": ("possibly new", "posible novedad", "peut-être nouveau", "possível novidade", "mogelijk nieuw"),
    "due": ("due", "vence", "prévu", "previsto", "verwacht"),
    "overdue": (
        "overdue, nothing heard",
        "vencido, sin noticias",
        "échéance passée, aucune nouvelle",
        "vencido, sem notícias",
        "verstreken, niets vernomen",
    ),
    "awake": (
        "re-awakened after",
        "reactivada tras",
        "relancé après",
        "retomada após",
        "weer in het nieuws na",
    ),
    "days": ("days", "días", "jours", "dias", "dagen"),
    "gone": (
        "no longer in the text",
        "ya no está en el texto",
        "ne figure plus dans le texte",
        "não está mais no texto",
        "staat niet meer in de tekst",
    ),
    "edited": ("text changed", "texto cambiado", "texte modifié", "texto alterado", "tekst gewijzigd"),
    "cut": ("continued", "continúa", "suite", "continua", "vervolg"),
    "spike": (
        "unusually many reports",
        "más informes de lo usual",
        "plus d'articles que d'habitude",
        "mais notícias que o usual",
        "ongewoon veel berichten",
    ),
    "usual": ("usually", "lo usual", "d'habitude", "o usual", "gewoonlijk"),
    "feedback": ("Was this useful?", "¿Le fue útil?", "Était-ce utile ?", "Foi útil?", "Was dit nuttig?"),
    "known": ("I knew already", "ya lo sabía", "je le savais déjà", "já sabia", "wist ik al"),
    "wrong_story": ("wrong story", "otra historia", "mauvais sujet", "história errada", "verkeerd onderwerp"),
    "not_relevant": ("not relevant", "no relevante", "pas pertinent", "não relevante", "niet relevant"),
    "important": ("important", "importante", "important", "importante", "belangrijk"),
    "mute": ("mute for 24 h", "silenciar 24 h", "couper 24 h", "silenciar 24 h", "24 uur stil"),
    "nothing_new": (
        "nothing new since",
        "sin novedades desde",
        "rien de nouveau depuis",
        "sem novidades desde",
        "niets nieuws sinds",
    ),
    "feeds_read": ("feeds read", "fuentes leídas", "flux lus", "fontes lidas", "feeds gelezen"),
    "feed_read": ("feed read", "fuente leída", "flux lu", "fonte lida", "feed gelezen"),
    "last_item": ("last item", "último artículo", "dernier article", "último artigo", "laatste bericht"),
    "held": ("held back", "retenidas", "retenus", "retidas", "vastgehouden"),
    "as_of": ("as of", "a las", "à", "às", "stand van"),
    "say_so": ("Say so", "Confirmar", "Confirmer", "Confirmar", "Bevestigen"),
    "take_back": ("Take it back", "Deshacer", "Annuler", "Desfazer", "Terugnemen"),
    "thanks": (
        "Thank you. You said:",
        "Gracias. Dijo:",
        "Merci. Vous avez dit :",
        "Obrigado. Disse:",
        "Dank u. U zei:",
    ),
    "why": (
        "why you got this",
        "por qué lo recibe",
        "pourquoi ce message",
        "por que recebeu isto",
        "waarom u dit kreeg",
    ),
    # kinds
    "new_story": ("first report", "primera noticia", "premier article", "primeira notícia", "eerste bericht"),
    "fact": ("new", "nuevo", "nouveau", "novo", "nieuw"),
    "figure": ("figure", "cifra", "chiffre", "número", "cijfer"),
    "quote": ("said", "dijo", "déclaration", "disse", "uitspraak"),
    "actor": ("new actor", "nuevo actor", "nouvel acteur", "novo ator", "nieuwe betrokkene"),
    "status": ("status", "estado", "statut", "estado", "status"),
    "correction": ("correction", "corrección", "correction", "correção", "correctie"),
    "contradiction": ("contradiction", "contradicción", "contradiction", "contradição", "tegenspraak"),
    # how sure a claim is
    "rumoured": ("rumoured", "rumor", "rumeur", "rumor", "gerucht"),
    "claimed": ("claimed", "según afirma", "affirmé", "alegado", "beweerd"),
    "reported": ("reported", "informado", "rapporté", "noticiado", "gemeld"),
    "official": ("official", "oficial", "officiel", "oficial", "officieel"),
    "confirmed": ("confirmed", "confirmado", "confirmé", "confirmado", "bevestigd"),
    "denied": ("denied", "desmentido", "démenti", "desmentido", "ontkend"),
    "retracted": ("retracted", "retractado", "retiré", "retratado", "ingetrokken"),
    # what figures count, where the text layer names a class
    "dead": ("dead", "muertos", "morts", "mortos", "doden"),
    "injured": ("injured", "heridos", "blessés", "feridos", "gewonden"),
    "missing": ("missing", "desaparecidos", "disparus", "desaparecidos", "vermisten"),
    "arrested": ("arrested", "detenidos", "arrêtés", "detidos", "arrestaties"),
    "displaced": ("displaced", "desplazados", "déplacés", "deslocados", "ontheemden"),
    "kidnapped": ("kidnapped", "secuestrados", "enlevés", "sequestrados", "ontvoerden"),
    "freed": ("freed", "liberados", "libérés", "libertados", "vrijgelaten"),
    "evacuated": ("evacuated", "evacuados", "évacués", "retirados", "geëvacueerden"),
    "rescued": ("rescued", "rescatados", "secourus", "resgatados", "geredden"),
    "released": ("released", "liberados", "libérés", "libertados", "vrijgelaten"),
    "troops": ("troops", "tropas", "soldats", "tropas", "troepen"),
    "ships": ("ships", "buques", "navires", "navios", "schepen"),
    "boats": ("boats", "lanchas", "bateaux", "barcos", "boten"),
    "aircraft": ("aircraft", "aeronaves", "aéronefs", "aeronaves", "vliegtuigen"),
    "missiles": ("missiles", "misiles", "missiles", "mísseis", "raketten"),
    "people": ("people", "personas", "personnes", "pessoas", "mensen"),
    "money": ("money", "dinero", "argent", "dinheiro", "geld"),
    "percent": ("percent", "por ciento", "pour cent", "por cento", "procent"),
    "votes": ("votes", "votos", "voix", "votos", "stemmen"),
    "flights": ("flights", "vuelos", "vols", "voos", "vluchten"),
    "homes": ("homes", "viviendas", "logements", "casas", "huizen"),
}
_MONTHS: Mapping[str, Sequence[str]] = {
    "en": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(),
    "es": "ene feb mar abr may jun jul ago sept oct nov dic".split(),
    "fr": "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.".split(),
    "pt": "jan. fev. mar. abr. maio jun. jul. ago. set. out. nov. dez.".split(),
    "nl": "jan feb mrt apr mei jun jul aug sep okt nov dec".split(),
}
_AT = {"en": 0, "es": 1, "fr": 2, "pt": 3, "nl": 4}
LANGUAGES = tuple(_AT)


def word(key: str, language: str) -> str:
    """Our word for `key`; a key that is none of ours (the news' own noun) comes back as it is."""
    return _WORDS[key][_AT.get(language, 0)] if key in _WORDS else key.replace("_", " ")


def counted(number: int, one: str, many: str, language: str) -> str:
    """A count with its word: "1 report", "14 reports"."""
    return f"{number} {word(one if number == 1 else many, language)}"


def moment(at: datetime, language: str) -> str:
    """A day and a time, as short as they are plain: "2 Mar 14:05", "2 mrt 14:05"."""
    return f"{at.day} {_MONTHS.get(language, _MONTHS['en'])[at.month - 1]} {at:%H:%M}"


def figure(value: float | str | None, language: str) -> str:
    """A number as the language writes it: 4,500 · 4.500 · 4 500; a value that is text stays as it is."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    text = f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}".rstrip("0")
    group, point = {"en": (",", "."), "fr": ("\u202f", ","), "es": (".", ","), "pt": (".", ","), "nl": (".", ",")}.get(
        language, (",", ".")
    )
    return text.translate({ord(","): group, ord("."): point})
