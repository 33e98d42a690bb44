from __future__ import annotations

from datetime import timedelta

from alert_news import NOON, alert, line

from monitor.alerts.retry import CAP, GIVE_UP, after_failure, backoff, instead, jitter, went_round, without
from monitor.errors import SendError
from monitor.model import Alert, Message


def test_waits_grow_to_a_quarter_of_an_hour_and_no_further():
    for attempts in range(100):
        ceiling = min(CAP, timedelta(seconds=5) * 2 ** min(attempts, 20))
        assert timedelta(seconds=1) <= backoff("al_1", attempts) <= max(ceiling, timedelta(seconds=1))


def test_the_jitter_is_full_and_the_same_every_time():
    values = [jitter(f"al_{n}", 3) for n in range(2000)]
    assert values == [jitter(f"al_{n}", 3) for n in range(2000)]
    assert 0.45 < sum(values) / len(values) < 0.55
    assert min(values) < 0.01
    assert max(values) > 0.99


def test_a_refusal_is_final_at_once():
    attempt = after_failure(alert(), SendError("550 no such user", permanent=True), NOON)
    assert (attempt.permanent, attempt.retry_at, attempt.error) == (True, None, "550 no such user")


def test_trouble_is_tried_again_for_72_hours_and_then_it_is_final():
    trouble = SendError("no answer")
    almost = after_failure(alert(attempts=200), trouble, NOON + GIVE_UP - timedelta(seconds=1))
    assert almost.retry_at is not None
    assert after_failure(alert(attempts=200), trouble, NOON + GIVE_UP).retry_at is None


def test_the_peers_wish_is_honoured_up_to_a_day():
    asked = SendError("429", retry_at=NOON + timedelta(hours=2))
    assert after_failure(alert(), asked, NOON).retry_at == NOON + timedelta(hours=2)
    absurd = SendError("429", retry_at=NOON + timedelta(days=400))
    assert after_failure(alert(), absurd, NOON).retry_at == NOON + timedelta(hours=24)
    soon = SendError("429", retry_at=NOON)
    assert after_failure(alert(attempts=9), soon, NOON).retry_at == NOON + backoff("al_1", 9)


def test_72_hours_of_trouble_are_a_few_hundred_tries_and_not_thousands():
    now, tries = NOON, 0
    while (attempt := after_failure(alert(attempts=tries), SendError("down"), now)).retry_at:
        now, tries = attempt.retry_at, tries + 1
    assert 300 < tries < 900


def late(*developments: str, stories: tuple[str, ...] = (), **more) -> Alert:
    lines = tuple(line(story=story, text=one) for one, story in zip(developments, stories, strict=True))
    standing = tuple(f"of {story}" for story in dict.fromkeys(stories))
    return alert(Message(title="News", lines=lines, standing=standing), developments=developments, **more)


def test_the_channel_that_takes_over_is_told_only_what_it_does_not_know():
    both = late("d1", "d2", "d3", stories=("st_1", "st_2", "st_2"))
    rest = without(both, {"d1"})
    assert rest is not None
    assert rest.developments == ("d2", "d3")
    assert [one.text for one in rest.message.lines] == ["d2", "d3"]
    assert rest.message.standing == ("of st_2",)
    assert without(both, {"other"}) is both
    assert without(both, {"d1", "d2", "d3"}) is None


def test_the_channel_that_takes_over_hears_what_else_is_owed():
    dead = late("d1", stories=("st_1",))
    waiting = late("d2", "d3", stories=("st_1", "st_1"), created=NOON + timedelta(minutes=5))
    sent = instead(dead, "spare", NOON + timedelta(hours=2), [waiting])
    assert (sent.channel, sent.state, sent.attempts) == ("spare", "owed", 0)
    assert sent.message.standing[-1] == "sent here instead of to desk; 3 developments undelivered, owed since 12:00"
    assert instead(dead, "spare", NOON).message.standing[-1] == "sent here instead of to desk"


def test_two_dead_channels_do_not_play_ball():
    first = late("d1", stories=("st_1",))
    assert not went_round(first)
    assert went_round(instead(first, "spare", NOON))
