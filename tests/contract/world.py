"""A made-up event: what becomes known of it, fact by fact, and how five papers in three languages write that."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from workroom import Newsroom

from monitor.model import Development, Item, Kind

PAPERS = {"Caribbean Ledger": "en", "Windward Post": "en", "El Faro": "es", "Diario del Sur": "es", "Le Courrier": "fr"}
TITLES = {
    "en": "Ferry Virgen del Valle sinks off Margarita island",
    "es": "Se hunde el ferry Virgen del Valle frente a la isla de Margarita",
    "fr": "Le ferry Virgen del Valle coule au large de l'île de Margarita",
}
#: fact → its sentence in each language; every report begins with the first
FACTS: dict[str, dict[str, str]] = {
    "sank": {
        "en": "The ferry Virgen del Valle sank off Margarita island on Monday and 14 people were killed, the coast guard said.",
        "es": "El ferry Virgen del Valle se hundió el lunes frente a la isla de Margarita y dejó 14 muertos, informó la guardia costera.",
        "fr": "Le ferry Virgen del Valle a coulé lundi au large de l'île de Margarita, faisant 14 morts, ont annoncé les garde-côtes.",
    },
    "captain": {
        "en": "Police arrested the captain of the ferry, Ramón Figuera, the prosecutor said.",
        "es": "La policía detuvo al capitán del ferry, Ramón Figuera, informó la fiscalía.",
        "fr": "La police a arrêté le capitaine du ferry, Ramón Figuera, a indiqué le parquet.",
    },
    "mourning": {
        "en": "The government declared three days of national mourning, the presidency announced.",
        "es": "El Gobierno decretó tres días de duelo nacional, anunció la presidencia.",
        "fr": "Le gouvernement a décrété trois jours de deuil national, a annoncé la présidence.",
    },
    "licence": {
        "en": "The transport ministry suspended the licence of the company Navibus on Tuesday.",
        "es": "El Ministerio de Transporte suspendió el martes la licencia de la empresa Navibus.",
        "fr": "Le ministère des Transports a suspendu mardi la licence de l'entreprise Navibus.",
    },
    "divers": {
        "en": "Divers of the Colombian navy joined the search on Tuesday, the navy said.",
        "es": "Buzos de la armada colombiana se sumaron el martes a la búsqueda, informó la armada.",
        "fr": "Des plongeurs de la marine colombienne ont rejoint les recherches mardi, a indiqué la marine.",
    },
}
_FACT = {text: fact for fact, texts in FACTS.items() for text in texts.values()}


@dataclass(frozen=True)
class Report:
    """What a paper prints; `words` names the paper whose text it is, where it prints another's."""

    paper: str
    facts: tuple[str, ...]
    words: str = ""

    @property
    def language(self) -> str:
        return PAPERS[self.words or self.paper]

    @property
    def text(self) -> str:
        return " ".join(FACTS[fact][self.language] for fact in ("sank", *self.facts))


def publish(room: Newsroom, report: Report, at: datetime, **more: object) -> Item:
    values: dict[str, object] = {"language": report.language, "publisher": report.paper, "family": report.paper.lower()}
    return room.publish(at, TITLES[report.language], report.text, **{**values, **more})


def made(room: Newsroom) -> list[Development]:
    """Every development of the newsroom in order, "source" left out."""
    judged = [judgement for update in room.made for judgement in update.judgements]
    return [one for judgement in judged for one in judgement.developments if one.kind is not Kind.SOURCE]


def facts_of(developments: Iterable[Development]) -> list[str]:
    """The facts that developments tell, in order."""
    return [_FACT[one.text] for one in developments]
