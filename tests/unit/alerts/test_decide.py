from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from alert_news import NOON, development, later, story, subscription, toll, view

from monitor.alerts.decide import Outcome, decide
from monitor.model import Alert, Kind, Reason, Told

MINUTE = timedelta(minutes=1)
NEWS = development("d1", Kind.NEW_STORY, "Four people were killed off La Guaira.")


def reasons(outcome: Outcome) -> dict[str, Reason]:
    return {one: decision.reason for decision in outcome.decisions for one in decision.developments}


def until(outcome: Outcome) -> datetime | None:
    return outcome.decisions[0].until


def only_alert(outcome: Outcome) -> Alert:
    (alert,) = outcome.alerts
    return alert


def test_a_first_report_is_told_at_once_where_nothing_has_to_settle():
    outcome = decide(view([NEWS]), NOON)
    assert reasons(outcome) == {"d1": Reason.FIRST_REPORT}
    assert only_alert(outcome).developments == ("d1",)
    assert outcome.decisions[0].alert == only_alert(outcome).id


def test_the_first_alert_of_a_story_waits_for_sibling_reports():
    sub = subscription(settle=timedelta(seconds=90))
    held = decide(view([NEWS], sub=sub), NOON + timedelta(seconds=30))
    assert reasons(held) == {"d1": Reason.SETTLING}
    assert until(held) == NOON + timedelta(seconds=90)
    sibling = later(development("d2"), seconds=60)
    told = decide(view([NEWS, sibling], sub=sub), until(held))
    assert only_alert(told).developments == ("d1", "d2")


def test_a_development_is_told_with_what_changed():
    outcome = decide(view([toll("d2", 3, 5)], told=[toll("d1", None, 3)]), NOON)
    assert reasons(outcome) == {"d2": Reason.DEVELOPMENT}
    assert "dead 3 → 5" in only_alert(outcome).message.title


def test_the_gap_between_two_alerts_of_one_story_holds_the_second():
    before = view([development("d2")], told=[NEWS], told_at=NOON - 5 * MINUTE)
    outcome = decide(before, NOON)
    assert reasons(outcome) == {"d2": Reason.GAP}
    assert until(outcome) == NOON + 10 * MINUTE
    assert reasons(decide(before, until(outcome))) == {"d2": Reason.DEVELOPMENT}


def test_what_turns_a_claim_round_breaks_the_gap():
    turned = development("d2", Kind.STATUS, "The navy confirmed it.", status="confirmed", importance=0.8)
    assert reasons(decide(view([turned], told=[NEWS], told_at=NOON - MINUTE), NOON)) == {"d2": Reason.DEVELOPMENT}
    corrected = replace(toll("d2", 5, 4, importance=0.75, replaces="d1"), kind=Kind.CORRECTION)
    told = [toll("d1", 3, 5)]
    assert reasons(decide(view([corrected], told=told, told_at=NOON - MINUTE), NOON)) == {"d2": Reason.CORRECTION}
    lesser = replace(turned, importance=0.7)
    assert reasons(decide(view([lesser], told=[NEWS], told_at=NOON - MINUTE), NOON)) == {"d2": Reason.GAP}


def test_a_large_change_breaks_the_gap_only_when_several_origins_say_it():
    leap, known = toll("d2", 3, 30, importance=0.9), {"told": [NEWS], "told_at": NOON - MINUTE}
    assert reasons(decide(view([leap], stories=[story(origins=("EFE",))], **known), NOON)) == {"d2": Reason.GAP}
    assert reasons(decide(view([leap], stories=[story(origins=("EFE", "AP"))], **known), NOON)) == {
        "d2": Reason.DEVELOPMENT
    }


def test_an_alert_on_its_way_holds_the_next_of_its_story():
    promised = {"st_1": Told(channel="desk", story="st_1", promised=frozenset({"d0"}))}
    assert reasons(decide(replace(view([NEWS]), told=promised), NOON)) == {"d1": Reason.GAP}


def test_below_the_threshold_waits_for_the_digest():
    outcome = decide(view([development("d1", importance=0.5)]), NOON)
    assert reasons(outcome) == {"d1": Reason.BELOW_THRESHOLD}
    assert until(outcome) == datetime(2026, 3, 2, 19, tzinfo=UTC)
    assert not outcome.decisions[0].settles


def test_below_the_floor_is_no_longer_owed():
    outcome = decide(view([development("d1", importance=0.2)]), NOON)
    assert reasons(outcome) == {"d1": Reason.BELOW_THRESHOLD}
    assert outcome.decisions[0].settles


def test_what_is_only_possibly_new_never_interrupts():
    outcome = decide(view([development("d1", importance=0.95, sure=False)]), NOON)
    assert reasons(outcome) == {"d1": Reason.WAITING_FOR_DIGEST}


def test_lesser_news_of_the_story_goes_along_with_what_interrupts_but_the_unsure_waits():
    lesser, unsure = development("d2", importance=0.5), development("d3", importance=0.9, sure=False)
    outcome = decide(view([NEWS, lesser, unsure]), NOON)
    assert only_alert(outcome).developments == ("d1", "d2")
    assert reasons(outcome)["d3"] is Reason.WAITING_FOR_DIGEST


def test_quiet_hours_hold_and_what_they_held_of_several_stories_is_one_message():
    sub = subscription(quiet=(time(23), time(6, 30)))
    night = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
    first, second = replace(NEWS, at=night), development("d2", Kind.NEW_STORY, "A fire.", story="st_2", at=night)
    held = decide(view([first, second], sub=sub), night)
    assert set(reasons(held).values()) == {Reason.QUIET}
    assert until(held) == datetime(2026, 3, 3, 6, 30, tzinfo=UTC)
    told = decide(view([first, second], sub=sub, last_digest=night), until(held))
    assert set(only_alert(told).developments) == {"d1", "d2"}
    assert only_alert(told).story is None


def test_lesser_news_of_the_night_does_not_make_one_message_of_the_days_stories():
    sub = subscription(quiet=(time(23), time(6, 30)))
    night = datetime(2026, 3, 2, 3, tzinfo=UTC)
    piles = [
        one
        for n in (1, 2)
        for one in (
            development(f"n{n}", importance=0.5, story=f"st_{n}", at=night),
            development(f"d{n}", story=f"st_{n}"),
        )
    ]
    outcome = decide(view(piles, sub=sub, last_digest=NOON - timedelta(hours=5)), NOON)
    assert sorted(alert.story for alert in outcome.alerts) == ["st_1", "st_2"]


def test_what_was_held_and_no_longer_holds_is_not_told():
    later_toll = later(toll("d2", 3, 6), minutes=20)
    outcome = decide(view([toll("d1", 2, 3), later_toll], told=[toll("d0", None, 2)]), NOON + 30 * MINUTE)
    assert reasons(outcome) == {"d1": Reason.SUPERSEDED, "d2": Reason.DEVELOPMENT}
    assert "dead 2 → 6" in only_alert(outcome).message.title


def test_over_the_budget_the_best_goes_now_and_the_rest_with_the_digest():
    piles = [
        development(f"d{n}", Kind.NEW_STORY, f"Event {n}.", story=f"st_{n}", importance=0.7 + n / 100) for n in range(4)
    ]
    outcome = decide(view(piles, sub=subscription(max_per_day=3), sent_today=1), NOON)
    told = {one for alert in outcome.alerts for one in alert.developments}
    assert told == {"d3", "d2"}
    assert reasons(outcome)["d0"] is Reason.BUDGET
    assert next(one.until for one in outcome.decisions if one.reason is Reason.BUDGET) == datetime(
        2026, 3, 2, 19, tzinfo=UTC
    )


def test_when_much_of_the_budget_is_spent_it_takes_more_to_interrupt():
    news = development("d1", importance=0.72)
    assert reasons(decide(view([news], sent_today=3), NOON)) == {"d1": Reason.FIRST_REPORT}
    assert reasons(decide(view([news], sent_today=8), NOON)) == {"d1": Reason.BUDGET}
    assert reasons(decide(view([replace(news, importance=0.9)], sent_today=8), NOON)) == {"d1": Reason.FIRST_REPORT}
    denied = replace(news, kind=Kind.STATUS, status="denied")
    assert reasons(decide(view([denied], sent_today=8), NOON)) == {"d1": Reason.FIRST_REPORT}


def test_over_the_budget_without_digests_waits_for_midnight():
    outcome = decide(
        view([NEWS], sub=subscription(max_per_day=1, digest_at=(), timezone="America/Caracas"), sent_today=1), NOON
    )
    assert until(outcome) == datetime(2026, 3, 3, 4, tzinfo=UTC)


def test_yesterdays_surplus_does_not_interrupt_after_midnight():
    outcome = decide(view([NEWS]), NOON + timedelta(hours=13))
    assert reasons(outcome) == {"d1": Reason.DIGEST}  # 19:00 has passed: the digest takes it
    waits = decide(view([NEWS], last_digest=NOON + timedelta(hours=12)), NOON + timedelta(hours=13))
    assert reasons(waits) == {"d1": Reason.WAITING_FOR_DIGEST}


def test_a_digest_covers_everything_owed_and_is_one_message():
    owed = [
        development("d1", importance=0.5),
        development("d2", importance=0.4, story="st_2"),
        development("d3", importance=0.9, sure=False),
    ]
    outcome = decide(view(owed, last_digest=NOON - timedelta(hours=5)), datetime(2026, 3, 2, 19, tzinfo=UTC))
    digest = only_alert(outcome)
    assert (digest.mode, digest.story) == ("digest", None)
    assert set(digest.developments) == {"d1", "d2", "d3"}
    assert set(reasons(outcome).values()) == {Reason.DIGEST}


def test_a_digest_after_an_outage_is_sent_late_and_once():
    owed = [development("d1", importance=0.5)]
    evening = datetime(2026, 3, 2, 21, 17, tzinfo=UTC)
    assert only_alert(decide(view(owed, last_digest=NOON - timedelta(hours=5)), evening)).mode == "digest"
    assert not decide(
        view([development("d2", importance=0.5, at=evening)], last_digest=evening), evening + MINUTE
    ).alerts


def test_what_came_after_the_digests_time_waits_for_the_next_one():
    fresh = development("d1", importance=0.5, at=datetime(2026, 3, 2, 19, 5, tzinfo=UTC))
    outcome = decide(view([fresh], last_digest=NOON - timedelta(hours=5)), datetime(2026, 3, 2, 19, 6, tzinfo=UTC))
    assert until(outcome) == datetime(2026, 3, 3, 7, tzinfo=UTC)


def test_a_digest_subscription_is_never_interrupted():
    outcome = decide(view([NEWS], sub=subscription(send="digest")), NOON)
    assert reasons(outcome) == {"d1": Reason.WAITING_FOR_DIGEST}


def test_a_digest_due_in_quiet_hours_leaves_when_they_end():
    sub = subscription(quiet=(time(22), time(8)))
    owed = [development("d1", importance=0.5, at=datetime(2026, 3, 2, 22, tzinfo=UTC))]
    at_seven = decide(view(owed, sub=sub, last_digest=NOON + timedelta(hours=7)), datetime(2026, 3, 3, 7, tzinfo=UTC))
    assert not at_seven.alerts
    assert until(at_seven) == datetime(2026, 3, 3, 8, tzinfo=UTC)
    assert (
        only_alert(decide(view(owed, sub=sub, last_digest=NOON + timedelta(hours=7)), until(at_seven))).mode == "digest"
    )


def test_a_muted_story_is_held_until_the_mute_ends():
    quiet = story(muted_until=NOON + timedelta(hours=24))
    outcome = decide(view([NEWS], stories=[quiet]), NOON)
    assert reasons(outcome) == {"d1": Reason.MUTED}
    assert until(outcome) == NOON + timedelta(hours=24)


def test_one_origin_is_too_few_where_two_are_asked_for_until_a_second_one_reports_the_story():
    sub = subscription(min_origins=2)
    assert reasons(decide(view([NEWS], sub=sub, stories=[story(origins=("EFE",))]), NOON)) == {"d1": Reason.FEW_ORIGINS}
    assert reasons(decide(view([NEWS], sub=sub, stories=[story(origins=("EFE", "AP"))]), NOON)) == {
        "d1": Reason.FIRST_REPORT
    }


def test_what_the_subscription_does_not_want_is_settled():
    outcome = decide(view([development("d1", Kind.QUOTE)], sub=subscription(kinds=("figure", "status"))), NOON)
    assert reasons(outcome) == {"d1": Reason.NOT_WANTED}
    assert outcome.decisions[0].settles
    dutch = decide(view([NEWS], sub=subscription(languages=("en", "es")), languages={"d1": "nl"}), NOON)
    assert reasons(dutch) == {"d1": Reason.NOT_WANTED}


def test_the_same_step_told_before_in_another_development_is_already_told():
    outcome = decide(view([toll("d2", 3, 5)], told=[toll("d1", 3, 5)]), NOON)
    assert reasons(outcome) == {"d2": Reason.ALREADY_TOLD}


def test_a_correction_of_what_was_told_needs_less_to_interrupt():
    correction = replace(toll("d2", 5, 4), kind=Kind.CORRECTION, replaces="d1", importance=0.55)
    assert reasons(decide(view([correction], told=[toll("d1", 3, 5)]), NOON)) == {"d2": Reason.CORRECTION}
    assert reasons(decide(view([replace(correction, replaces="d7")], told=[toll("d1", 3, 5)]), NOON)) == {
        "d2": Reason.BELOW_THRESHOLD
    }


def test_a_told_figure_that_moved_by_much_needs_less_to_interrupt_too():
    known = toll("d1", None, 3000)
    for new, expected in ((4500, Reason.DEVELOPMENT), (3100, Reason.BELOW_THRESHOLD)):
        moved = toll("d2", 3000, new, importance=0.55, replaces="d1")
        assert reasons(decide(view([moved], told=[known]), NOON)) == {"d2": expected}
    never_told = toll("d2", 3000, 4500, importance=0.55, replaces="d7")
    assert reasons(decide(view([never_told], told=[known]), NOON)) == {"d2": Reason.BELOW_THRESHOLD}


def test_an_always_condition_interrupts_beyond_threshold_gap_and_budget_but_not_at_night():
    minor = development("d2", importance=0.4)
    loud = view([minor], told=[NEWS], told_at=NOON - MINUTE, sent_today=99, urgent=frozenset({"d2"}))
    assert reasons(decide(loud, NOON)) == {"d2": Reason.DEVELOPMENT}
    night = replace(loud, subscription=subscription(quiet=(time(11), time(14))))
    assert reasons(decide(night, NOON)) == {"d2": Reason.QUIET}


def test_every_owed_development_ends_in_exactly_one_decision():
    owed = [
        NEWS, toll("d2", 3, 5), toll("d3", 5, 6), development("d4", importance=0.1), development("d5", importance=0.5, story="st_2"),
        development("d6", sure=False), development("d7", Kind.QUOTE, story="st_3"), development("d8", Kind.SOURCE, importance=0.3),
    ]  # fmt: skip
    for hour in range(24):
        for sub in (
            subscription(),
            subscription(send="digest"),
            subscription(quiet=(time(20), time(8))),
            subscription(min_origins=2),
            subscription(max_per_day=1),
        ):
            outcome = decide(view(owed, sub=sub, last_digest=NOON), NOON + timedelta(hours=hour))
            decided = [one for decision in outcome.decisions for one in decision.developments]
            assert sorted(decided) == sorted(one.id for one in owed)
            promised = [one for alert in outcome.alerts for one in alert.developments]
            assert sorted(promised) == sorted(
                one for decision in outcome.decisions if decision.alert for one in decision.developments
            )


def test_asking_twice_gives_the_same_answer():
    owed = [NEWS, toll("d2", 3, 5), development("d5", story="st_2")]
    assert decide(view(owed), NOON) == decide(view(owed), NOON)


def test_what_died_before_is_said_to_be_late():
    dead = replace(only_alert(decide(view([NEWS]), NOON)), created=NOON - timedelta(hours=2))
    outcome = decide(view([NEWS], dead=(replace(dead, state="dead"),)), NOON)
    assert only_alert(outcome).message.standing[-1] == "1 development undelivered, owed since 10:00"
    assert only_alert(outcome).id != dead.id
