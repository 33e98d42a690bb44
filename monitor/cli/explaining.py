"""What `monitor explain` says: it only reads what every step recorded with its reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from monitor.model import Alert, Development, Item, Judgement, Reason
from monitor.ports import Store
from monitor.run.app import App
from monitor.run.output import number
from monitor.stories.glance import names_of


def explain_item(app: App, item: Item | None) -> Iterator[str]:
    """From the feed to the reader: what each step made of an item, and why."""
    assert item is not None
    store = app.store
    yield f"{item.id}  {item.title}"
    yield f"  {item.publisher or item.feed} · first seen {item.first_seen:%Y-%m-%d %H:%M:%S}Z · {item.language or 'language unknown'} · {item.url}"
    if item.revision_of:
        yield f"  another version of {item.revision_of}"
    if not item.live:
        yield "  it was there when this feed was first read: a silent baseline, never news"
    told = [line for desk in app.desks for line in app.matcher.explain(item, desk.topic.id)]
    yield from told
    # What was noted when it came in, of its page for instance, cannot be found out again.
    noted = dict.fromkeys(reason for match in store.matches(item.id) for reason in match.reasons)
    yield from (f"  {reason}" for reason in noted if not any(reason in line for line in told))
    judgements = store.judgements(item.id)
    if not judgements:
        yield "no story: nothing made news of it"
    for judgement in judgements:
        yield from _judgement(store, judgement)


def _judgement(store: Store, judgement: Judgement) -> Iterator[str]:
    story = store.story(judgement.story)
    yield f"topic {judgement.topic}: story {judgement.story} ({story.headline if story else '?'})"
    if judgement.copy_of:
        yield from _copy(store, judgement)
    elif "contained" in judgement.terms:
        yield f"  {judgement.score:.0%} of a text that was known, and more: what it adds is below; origin {_origin(store, judgement)}"
    elif judgement.new_story:
        yield f"  it began this story; nearest other: {judgement.runner_up or 'none'} at {judgement.runner_up_score:.2f}"
    else:
        ahead = (
            f", {judgement.score - judgement.runner_up_score:.2f} ahead of {judgement.runner_up}"
            if judgement.runner_up
            else ""
        )
        yield f"  joined with score {judgement.score:.2f}{ahead}; origin {_origin(store, judgement)}"
    if judgement.terms:
        yield f"  because: {_terms(judgement.terms)}"
    developments = store.developments(item=judgement.item)
    if not developments:
        yield "  nothing in it was new"
    for development in developments:
        yield from _development(store, development)


def _copy(store: Store, judgement: Judgement) -> Iterator[str]:
    """What it is a copy of, how much of the shorter text stands in the longer, and how far behind the next text is."""
    original = store.item(judgement.copy_of or "")
    what = f" (“{original.title}”, {original.publisher})" if original else ""
    yield f"  a copy of {judgement.copy_of}{what}; origin {_origin(store, judgement)}"
    ahead = ""
    if judgement.runner_up:
        ahead = f", {judgement.score - judgement.runner_up_score:.0%} ahead of {judgement.runner_up}"
    yield f"  {judgement.score:.0%} of the shorter text stands in the longer{ahead}"


def _origin(store: Store, judgement: Judgement) -> str:
    """Who said it first, as readers know them and not by the key."""
    return names_of(store.story_items(judgement.story)).get(judgement.origin, judgement.origin)


def _development(store: Store, development: Development) -> Iterator[str]:
    old, new = number(development.old), number(development.new)
    change = f" {development.noun or ''} {old} → {new}" if old is not None else ""
    yield f"  {development.kind}{change}: “{development.text}”"
    yield f"    importance {development.importance:.2f}, novelty {development.novelty:.2f}{'' if development.sure else ' (possible: digest only)'}"
    if development.terms:
        yield f"    because: {_terms(development.terms)}"
    for decision in store.decisions(developments=[development.id]):
        until = f", asked again {decision.until:%Y-%m-%d %H:%M}Z" if decision.until else ""
        made = f" → {decision.alert}" if decision.alert else ""
        yield f"    {decision.at:%Y-%m-%d %H:%M}Z {decision.channel}: {decision.reason}{until}{made}"


def explain_alert(store: Store, alert: Alert) -> Iterator[str]:
    """One message: what it says, why it was made, and every try to deliver it."""
    yield f"{alert.id}  {alert.message.title}"
    yield f"  to {alert.channel} ({alert.mode}), made {alert.created:%Y-%m-%d %H:%M:%S}Z, {alert.state}{': ' + alert.error if alert.error else ''}"
    for development in store.developments(ids=alert.developments):
        yield f"  {development.kind}: “{development.text}” ({development.publisher}, {development.item})"
    for reason in _why(store, alert):
        yield f"  because: {reason}"
    for attempt in store.attempts(alert.id):
        outcome = f"not accepted: {attempt.error}" if attempt.error else f"accepted: {attempt.receipt}"
        again = f"; again at {attempt.retry_at:%H:%M:%S}Z" if attempt.retry_at else ""
        alone = f"; the channel is left alone until {attempt.not_before:%H:%M:%S}Z" if attempt.not_before else ""
        yield f"  {attempt.at:%Y-%m-%d %H:%M:%S}Z {outcome}{again}{alone}"


def _why(store: Store, alert: Alert) -> list[str]:
    """The reasons of the decisions that made it, with how many developments each concerned; what no development made says so itself."""
    if any(line.kind == "spike" for line in alert.message.lines):
        return [str(Reason.SPIKE)]
    made = [one for one in store.decisions(developments=alert.developments) if one.alert == alert.id]
    counts = Counter(str(one.reason) for one in made for _ in one.developments)
    return [f"{reason} ({number})" for reason, number in counts.items()]


def _terms(terms: Mapping[str, float]) -> str:
    strongest = sorted(terms.items(), key=lambda pair: (-abs(pair[1]), pair[0]))[:8]
    return ", ".join(f"{name} {value:+.2f}" for name, value in strongest)
