"""Invented news, for the gallery, for trying out a template, and for tests: developments that go through the functions of real alerts.

What is seen of them is therefore what is sent. The news are in their own languages, as they are in life; our words are in the reader's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from monitor.alerts.decide import View
from monitor.alerts.feedback import links
from monitor.alerts.notice import notice
from monitor.alerts.render.living import living
from monitor.alerts.render.message import message
from monitor.alerts.render.words import counted, word
from monitor.alerts.spikes import Spike, spike_alert
from monitor.model import (
    Alert,
    Development,
    Kind,
    Language,
    Line,
    Message,
    Span,
    Status,
    Story,
    Subscription,
    Told,
    Topic,
)

TOPIC = Topic(id="caribbean", name="Venezuela and the Caribbean", query="venezuela")
_AT = datetime(2026, 3, 2, 18, 5, tzinfo=UTC)
_STRIKE = Story(
    id="st_1",
    topic=TOPIC.id,
    headline="Boat strike off La Guaira",
    created=_AT,
    updated=_AT,
    items=14,
    origins=("EFE", "AP", "AFP"),
)
_FIRE = replace(_STRIKE, id="st_2", headline="Brand in de Isla-raffinaderij, Curaçao", items=6, origins=("ANP", "AP"))


def samples(language: Language = "en") -> dict[str, Message]:
    """By name: every kind of message, with our words in this language."""
    digest = [_toll(), _confirmed(), _quote(), _homes(), _possible()]
    return {
        "first report": _written([_first()], language, known=replace(_STRIKE, items=2, origins=("EFE",))),
        "changed figure": _written([_toll(), _quote()], language, told=[_marines()]),
        "claim denied": _written([_denied()], language, told=[_marines()]),
        "correction": _written([_correction()], language, told=[_toll()]),
        "digest": _written(digest, language, mode="digest", late=[_confirmed(), _quote()]),
        "long digest": _written([_report(n) for n in range(18)], language, mode="digest"),
        "spike": _spike(language),
        "hostile text": _hostile(),
        "system": Message(
            title="Feed Diario del Puerto has failed for six hours: the server answers 503", lines=(), mode="system"
        ),
    }


def living_sample(language: Language = "en") -> tuple[Message, Message]:
    """A story's first message as it reads after an edit, and the short update below it."""
    sub = _reader(language)
    after = living([_first(), _marines(), _toll(), _confirmed()], _STRIKE, sub, TOPIC.name, _AT)
    update = _written([_toll()], language, told=[_first(), _marines()])
    return after, replace(update, standing=("", *update.standing[1:]))


def answers_to(said: Message, address: str = "https://monitor.example") -> tuple[tuple[str, str], ...]:
    """What a reader can do from a message: (label, address)."""
    alert = notice("sample", said, _reader(said.language), TOPIC, "now", _AT)
    mode: Literal["now", "digest", "system"] = said.mode
    story = said.lines[0].story if len({line.story for line in said.lines}) == 1 else None
    return links(replace(alert, mode=mode, story=story), address, "a secret of the samples")


def _reader(language: Language) -> Subscription:
    return Subscription(
        id="sample", topic=TOPIC.id, channel="desk", language=language, timezone="America/Caracas", max_per_day=10
    )


def _written(
    developments: Sequence[Development],
    language: Language,
    *,
    mode: Literal["now", "digest"] = "now",
    told: Sequence[Development] = (),
    known: Story = _STRIKE,
    late: Sequence[Development] = (),
) -> Message:
    """What a real decision would say of them to a reader who was told `told`; `late` is what an alert that died had promised."""
    view = View(
        subscription=_reader(language),
        topic=TOPIC,
        owed=tuple(developments),
        stories={known.id: known, _FIRE.id: _FIRE},
        told={known.id: Told(channel="desk", story=known.id, developments=frozenset(one.id for one in told))},
        told_developments={one.id: one for one in told},
        sent_today=1,
        last_digest=None,
        began=_AT - timedelta(days=30),
        dead=(_died(late),) if late else (),
    )
    return message(view, developments, mode, _AT)


def _died(late: Sequence[Development]) -> Alert:
    dead = notice("dead", Message(title="", lines=()), _reader("en"), TOPIC, "now", _AT - timedelta(hours=3))
    return replace(dead, developments=tuple(one.id for one in late), state="dead")


# ── the news ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _first() -> Development:
    text = "Four people were killed when a boat was struck off La Guaira on Monday morning, the port authority said."
    return Development(
        id="d_first",
        topic=TOPIC.id,
        story=_STRIKE.id,
        item="i_1",
        kind=Kind.NEW_STORY,
        at=_AT,
        span=Span(item="i_1", field="content", start=0, end=len(text)),
        text=text,
        status=Status.REPORTED,
        origins=("EFE",),
        publisher="Diario del Puerto",
        url="https://puerto.example/strike",
    )


def _toll() -> Development:
    return replace(
        _first(),
        id="d_toll",
        kind=Kind.FIGURE,
        noun="dead",
        old=3.0,
        new=5.0,
        status=Status.OFFICIAL,
        text="Son ya cinco los fallecidos en el ataque a la lancha, informó la Armada.",
        speaker="Armada",
        origins=("EFE", "AP"),
    )


def _marines() -> Development:
    return replace(
        _toll(), id="d_marines", noun="Marines", old=None, new=4500.0, text="4,500 Marines are on their way."
    )


def _quote() -> Development:
    return replace(
        _first(),
        id="d_quote",
        kind=Kind.QUOTE,
        text="“Whoever did this will answer for it,” the defence minister said.",
        speaker="defence minister",
        publisher="Harbour Times",
        url="https://harbour.example/q",
    )


def _confirmed() -> Development:
    return replace(
        _first(),
        id="d_confirmed",
        kind=Kind.STATUS,
        status=Status.CONFIRMED,
        status_before=Status.CLAIMED,
        text="The US Department of Defense confirmed the strike.",
        publisher="Wire Service",
        url="https://wire.example/c",
    )


def _denied() -> Development:
    text = "A porta-voz negou que o ataque tenha ocorrido em águas venezuelanas."
    return replace(
        _confirmed(), id="d_denied", status=Status.DENIED, text=text, speaker="porta-voz", publisher="Folha do Mar"
    )


def _correction() -> Development:
    return replace(
        _toll(),
        id="d_correction",
        kind=Kind.CORRECTION,
        old=5.0,
        new=4.0,
        replaces="d_toll",
        speaker=None,
        text="Four people, not five, were killed, the hospital said, correcting an earlier count.",
        publisher="Harbour Times",
        origins=("AP",),
    )


def _homes() -> Development:
    return replace(
        _toll(),
        id="d_homes",
        story=_FIRE.id,
        noun="homes",
        old=1200.0,
        new=1850.0,
        speaker=None,
        text="Het aantal geëvacueerde woningen is opgelopen tot 1.850.",
        publisher="Amigu di Kòrsou",
        origins=("ANP",),
        url="https://amigu.example/b",
    )


def _possible() -> Development:
    return replace(
        _homes(),
        id="d_possible",
        kind=Kind.FACT,
        old=None,
        new=None,
        noun=None,
        sure=False,
        status=Status.CLAIMED,
        text="Des voisins disent que le feu a pris dans un réservoir fermé depuis 2019.",
    )


def _report(number: int) -> Development:
    """One of many, for a digest that no chat takes in one piece."""
    story = _STRIKE if number < 10 else _FIRE
    text = f"Report {number + 1}: the harbour master said that ship number {number + 3} had left its berth and was at anchor."
    return replace(_first(), id=f"d_{number}", kind=Kind.FACT, story=story.id, text=text)


def _spike(language: Language) -> Message:
    found = Spike(reports=27, usual=6, origins=5, stories=(_STRIKE.id, _FIRE.id))
    made = spike_alert(found, _reader(language), TOPIC, {_STRIKE.id: _STRIKE, _FIRE.id: _FIRE}, 0, _AT)
    return made.message if made else Message(title=counted(27, "report", "reports", language), lines=())


def _hostile() -> Message:
    text = "<script>alert(1)</script> <!channel> @here `rm -rf` ||spoiler|| [x](tg://user?id=1) /start"
    line = Line(
        story=_STRIKE.id,
        headline=_STRIKE.headline,
        kind="new_story",
        what=word("new_story", "en"),
        text=text,
        who="Diario del Puerto",
        status="reported",
        url="javascript:alert(1)",
        at=_AT,
    )
    return Message(title="@everyone <b>Free</b> *money* [click](javascript:alert(1))", topic="x", lines=(line,))
