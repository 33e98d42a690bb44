"""How sure a claim is, and how that changes: the status lattice, and quotations that were heard before.

rumoured < claimed < reported < official < confirmed is a ladder; denied and retracted stand beside it (design/judgement 3.3.6).
A status is news when a sentence that speaks of a known claim puts it elsewhere than it stood.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from monitor.model import Status
from monitor.stories.facts import Statement, quote_keys, speaker_key
from monitor.stories.ledger import Known, Ledger, Near
from monitor.stories.said import credit
from monitor.text.attribution import is_official, speaker
from monitor.text.normal import fold
from monitor.text.quotes import Quote
from monitor.text.tokens import folded

#: how much of a sentence a known one must say for both to speak of one claim
_SAME_CLAIM = 0.25
#: and how much for the known one to have said the same of it
_SAID_AGAIN = 0.35
#: the same where one admits what was denied
_ADMITTED = 0.15
_SAME_QUOTE = 0.5
#: translated pairs share from .2 of their units on, other pairs of one story less than .15 (bench/developments.py)
_TRANSLATED = 0.22


@dataclass(frozen=True, slots=True)
class StatusChange:
    """A claim that moved on the lattice."""

    before: Status
    after: Status
    #: the development that told the claim, or ""
    told: str = ""


def status_of(statement: Statement) -> Status:
    """Where a sentence puts what it says.

    What a side in a conflict says of its own forces and of the enemy's losses is a claim, whoever of that side says so.
    """
    found = statement.cues
    for status, meant in (
        (Status.RETRACTED, "retract" in found),
        # "a day after denying it": who denied says now that it is so
        (Status.CONFIRMED, bool(found & {"reverse", "admit"})),
        # what somebody "had denied" is told for background
        (Status.DENIED, "deny" in found and "denied" not in found),
        (Status.CONFIRMED, "confirm" in found and "unverified" not in found),
        (Status.CLAIMED, bool(found & {"unverified", "claim"})),
        (Status.RUMOURED, "rumour" in found),
    ):
        if meant:
            return status
    return _attributed(statement)


def _attributed(statement: Statement) -> Status:
    if _is_partial(statement):
        return Status.CLAIMED
    if not {"official", "say"} <= statement.cues:
        return Status.REPORTED
    # "of the 120 releases that the ministry announced it has verified 47, the network said" is not the ministry's word
    who = source_of(statement)
    return Status.OFFICIAL if not who or is_official(who, statement.language) else Status.REPORTED


def _is_partial(statement: Statement) -> bool:
    found = statement.cues
    if not {"say", "party", "forces"} <= found or "independent" in found:
        return False
    return "losses" in found or any(figure.bound for figure in statement.figures)


def source_of(statement: Statement) -> str:
    """Who says so, as written: the speaker of its quotation, else whom the sentence names as its source; "" where it names nobody."""
    quoted = next((quote.speaker for quote in statement.quotes if quote.speaker), "")
    return quoted or speaker(statement.text, statement.words, statement.marked, statement.language)


def status_change(statement: Statement, nearest: Sequence[Near]) -> StatusChange | None:
    """What a denial, a confirmation or a doubt changes; None where no known claim is spoken of, or it stood there already."""
    after = status_of(statement)
    if after not in (Status.DENIED, Status.CONFIRMED, Status.RETRACTED) and "unverified" not in statement.cues:
        return None
    about = [near for near in nearest if _is_about(near, admitted=bool({"reverse", "admit"} & statement.cues))]
    if not about or any(
        near.known.status == after and (near.contained >= _SAID_AGAIN or near.alike >= _SAID_AGAIN) for near in about
    ):
        return None
    stood = [near.known.status for near in about if near.known.status]
    before = (
        Status.DENIED
        if after is Status.CONFIRMED and Status.DENIED in stood
        else Status(stood[0])
        if stood
        else Status.REPORTED
    )
    if before == after:
        return None
    return StatusChange(before, after, next((near.known.told for near in about if near.known.told), ""))


def _is_about(near: Near, *, admitted: bool) -> bool:
    """Whether a known sentence speaks of the same claim. Who admits tells it in other words than who denied."""
    least = _ADMITTED if admitted and near.known.status == Status.DENIED else _SAME_CLAIM
    return max(near.contained, near.alike) >= least


# ── quotations ───────────────────────────────────────────────────────────────────────────────────────────────────────


def keep_quotes(statement: Statement) -> tuple[tuple[str, str], ...]:
    """Its quotations as the ledger remembers them: (speaker, words)."""
    return tuple((speaker_key(quote.speaker), fold(quote.text)[:300]) for quote in statement.quotes)


def heard(quote: Quote, statement: Statement, ledgers: Sequence[Ledger]) -> bool:
    """Whether a quotation is known: in its own words, excerpted, or translated."""
    grams, speaker = quote_keys(quote), speaker_key(quote.speaker)
    for ledger in ledgers:
        for known in ledger.quoted:
            if known.language == statement.language:
                if any(_shared(grams, words) >= _SAME_QUOTE for _, words in known.quotes):
                    return True
            elif _translated(statement, known, speaker):
                return True
    return False


def _translated(statement: Statement, known: Known, speaker: str) -> bool:
    """Two sentences with quotations in two languages that share meaning beyond chance, less of it where the speaker is the same."""
    keys = frozenset(key for unit in known.units for key in unit)
    shared = sum(credit(unit, keys) for unit in statement.units) / max(3, min(len(statement.units), len(known.units)))
    same = bool(speaker) and any(said == speaker for said, _ in known.quotes)
    return shared >= (0.15 if same else _TRANSLATED)


def quote_text_shared(one: str, two: str) -> float:
    """How much of the shorter of two quotations the other has, between 0 and 1."""
    return _shared(quote_keys(Quote(one, "", 0, 0)), " ".join(folded(two)))


def _shared(grams: frozenset[str], words: str) -> float:
    other = frozenset(words[at : at + 5] for at in range(max(1, len(words) - 4)))
    return len(grams & other) / max(1, min(len(grams), len(other)))


def features(statement: Statement, nearest: Sequence[Near], ledgers: Sequence[Ledger]) -> Mapping[str, float]:
    """What claims and quotations tell the novelty model."""
    known = [heard(quote, statement, ledgers) for quote in statement.quotes]
    change = status_change(statement, nearest)
    said = status_of(statement)
    again = any(near.known.status == said and (near.contained >= 0.45 or near.alike >= 0.4) for near in nearest)
    return {
        "quote_new": float(any(not one for one in known)),
        "quote_heard": float(bool(known) and all(known)),
        "status_change": float(change is not None),
        "status_again": float(again and said in (Status.DENIED, Status.CONFIRMED, Status.RETRACTED)),
        "first_denial": float(
            said is Status.DENIED and not any(near.known.status == Status.DENIED for near in nearest)
        ),
    }
