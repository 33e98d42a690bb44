"""What is announced has its day, in five languages, where the reader is; what was only said on a day has none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from newsdesk import START, Desk, lexicon

from monitor.stories.expectations import PROMISED, announced
from monitor.stories.facts import statements
from monitor.text.reading import read

CARACAS = ZoneInfo("America/Caracas")
#: a Monday
SAID = datetime(2026, 10, 12, 15, tzinfo=UTC)


def day_of(text: str, language: str = "en") -> str | None:
    (sentence,) = statements(read(text, language, lexicon()))
    found = announced(sentence, SAID, CARACAS)
    return None if found is None else f"{found.due.astimezone(CARACAS):%m-%d %H:%M} {found.kind}"


@pytest.mark.parametrize(
    ("language", "text", "day"),
    [
        ("en", "The National Assembly will vote on the bill on 12 December.", "12-12 00:00 day"),
        ("en", "A vote on the budget is expected on Friday, officials said.", "10-16 00:00 day"),
        ("en", "On Wednesday the Security Council will hold an emergency session.", "10-14 00:00 day"),
        ("en", "The deadline for bids is October 20, 2026.", "10-20 00:00 day"),
        ("en", "The minister said on Monday that the talks will resume on Thursday.", "10-15 00:00 day"),
        ("en", "Venezuela has told carriers to return within 48 hours or lose their rights.", "10-14 11:00 hour"),
        ("en", "There will be no school until Wednesday.", "10-14 00:00 end"),
        ("es", "La Asamblea votará el proyecto el 12 de diciembre.", "12-12 00:00 day"),
        ("es", "El Consejo de Seguridad tratará la crisis el miércoles.", "10-14 00:00 day"),
        ("es", "El gobierno dio un plazo de dos días para retomar los vuelos.", "10-14 11:00 hour"),
        ("es", "El canciller se reunirá mañana con su homólogo.", "10-13 00:00 day"),
        ("fr", "Le Parlement votera le texte vendredi, selon le gouvernement.", "10-16 00:00 day"),
        ("fr", "Une réunion est prévue le 20 octobre à Bridgetown.", "10-20 00:00 day"),
        ("pt", "A Assembleia vai votar o projeto na quinta-feira.", "10-15 00:00 day"),
        ("pt", "O governo deu prazo de 48 horas para a retomada dos voos.", "10-14 11:00 hour"),
        ("nl", "Het parlement stemt op 12 december over de wet.", "12-12 00:00 day"),
        ("nl", "De raad komt vrijdag bijeen en zal dan een besluit nemen.", "10-16 00:00 day"),
    ],
)
def test_what_is_announced_has_its_day(language, text, day):
    assert day_of(text, language) == day


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The ministry said on Friday that the army will stay."),
        ("en", "The army will stay, as it has since Tuesday."),
        ("en", "The president on Friday announced that troops will be sent."),
        ("en", "Schools will reopen after the strike of 3 September."),
        ("en", "The exercise will last 72 hours."),
        ("en", "The council met on Wednesday."),
        ("en", "The council will meet on Monday."),  # said on a Monday: today, or in a week?
        ("es", "El ministro dijo el viernes que el ejército se quedará."),
        ("es", "El ejército seguirá allí, como desde el viernes pasado."),
        ("fr", "L'armée restera, a dit vendredi le ministre."),
        ("pt", "O exército ficará, disse na sexta-feira o ministro."),
        ("nl", "Het leger zal blijven, zei de minister vrijdag."),
        ("de", "Das Parlament stimmt am Freitag ab."),
    ],
)
def test_a_day_on_which_something_was_said_or_done_is_no_appointment(language, text):
    assert day_of(text, language) is None


def test_an_update_that_is_promised_without_a_day_is_looked_for_two_days_later():
    (sentence,) = statements(read("Further updates are expected.", "en", lexicon()))
    assert announced(sentence, SAID) == (SAID + PROMISED, "update")


def test_an_item_keeps_what_it_announces_with_the_sentence_that_says_so():
    desk = Desk()
    text = (
        "Lawmakers met in Caracas. The National Assembly will vote on the amnesty bill on 12 April, its speaker said."
    )
    desk.read("Assembly to vote on amnesty", text, publisher="A")
    (one,) = desk.last.expectations
    assert text[one.span.start : one.span.end] == one.text
    assert (one.due, one.ask, one.state) == (datetime(2026, 4, 12, tzinfo=UTC), one.due, "open")


def test_a_copy_announces_nothing_again():
    desk = Desk()
    text = "The National Assembly will vote on the amnesty bill on 12 April, its speaker said."
    desk.read("Assembly to vote", text, publisher="A")
    desk.read("Assembly to vote", text, publisher="B", is_copy=True)
    assert desk.last.expectations == ()


def test_what_lies_behind_already_is_not_expected():
    desk = Desk()
    desk.number = 24 * 200
    assert START + timedelta(hours=desk.number) > datetime(2026, 4, 14, tzinfo=UTC)
    desk.read("Assembly", "The National Assembly will vote on the amnesty bill on 12 April 2026, its speaker said.")
    assert desk.last.expectations == ()
