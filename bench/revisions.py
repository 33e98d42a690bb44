"""Edits injected into real paragraphs: style must stay silent, facts must speak with the right before and after.

    python bench/revisions.py [--paragraphs 500] [--seed 7]

Paragraphs come from ../shared/data (ecbplus, gold, reuters). Style edits: reporting verbs and other synonyms, typography, commas, a page's
clock and counters, a dropped adverb. Fact edits: another number where something is counted, two of them in one sentence, a "not", another name.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from monitor.model import Item, Kind
from monitor.stories.developments import Context, diff
from monitor.stories.ledger import Ledger
from monitor.stories.reading import Reading, read_item
from monitor.text.figures import read_figures
from monitor.text.lexicon import Lexicon

from bench.replaying import DATA, lexicon  # isort: skip

AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
_SWAPS = {
    "en": (
        ("said", "stated"),
        ("told", "informed"),
        ("about", "around"),
        ("began", "started"),
        ("also ", ""),
        ("huge", "large"),
        ("near", "close to"),
        ("but", "yet"),
        ("after", "following"),
    ),
    "es": (
        ("dijo", "señaló"),
        ("informó", "indicó"),
        ("unos", "cerca de"),
        ("también ", ""),
        ("comenzó", "empezó"),
        ("tras", "después de"),
        ("pero", "aunque"),
    ),
    "fr": (
        ("a dit", "a déclaré"),
        ("selon", "d'après"),
        ("environ", "quelque"),
        ("également ", ""),
        ("mais", "toutefois"),
    ),
    "pt": (
        ("disse", "declarou"),
        ("informou", "comunicou"),
        ("também ", ""),
        ("cerca de", "aproximadamente"),
        ("mas", "porém"),
    ),
    "nl": (("zei", "verklaarde"), ("meldde", "liet weten"), ("ongeveer", "circa"), ("ook ", ""), ("maar", "echter")),
}
_COUNTERS = {
    "en": ("{} min ago", "1,2{} views", "Comments ({})"),
    "es": ("hace {} minutos", "Comentarios ({})", "1.2{} lecturas"),
    "fr": ("il y a {} minutes", "{} commentaires"),
    "pt": ("há {} minutos", "{} comentários"),
    "nl": ("{} minuten geleden", "{} reacties"),
}
_NAMES = ("Rodrigues", "Thompson", "Beaumont", "Vandermeer", "Kowalski")


def paragraphs() -> Iterator[tuple[str, str, str]]:
    """(title, text, language) of real and authored news texts."""
    for name in ("clustering/ecbplus.items.jsonl", "gold/items.jsonl", "copies/reuters.items.jsonl"):
        path = DATA / name
        for row in map(json.loads, path.open(encoding="utf-8")) if path.exists() else ():
            text = row.get("content") or row.get("summary") or ""
            if len(text) >= 120 and "<" not in text:
                yield row["title"], " ".join(text.split()[:120]), row.get("language") or "en"


def style(text: str, language: str, chance: random.Random) -> str | None:
    """The same text in slightly other words; None where no edit applies."""
    swaps = [(old, new) for old, new in _SWAPS.get(language, ()) if re.search(rf"\b{re.escape(old)}", text)]
    kind = chance.choice(["swap", "swap", "typography", "clock", "counter", "comma"])
    if kind == "swap" and swaps:
        old, new = chance.choice(swaps)
        return re.sub(rf"\b{re.escape(old.strip())}\b ?", f"{new} " if new else "", text, count=1)
    if kind == "typography" and ("'" in text or '"' in text):
        return text.replace("'", "’").replace('"', "”")
    if kind == "comma" and ", " in text:
        return text.replace(", ", " ", 1)
    if kind == "counter":
        return f"{text.rstrip('.')}. {chance.choice(_COUNTERS[language]).format(chance.randrange(2, 59))}"
    return f"{text} Updated at 14:{chance.randrange(10, 59)}." if kind == "clock" else None


def another_number(text: str, reading: Reading, chance: random.Random) -> tuple[str, float, float] | None:
    """A counted number replaced by another."""
    figures = [
        one
        for one in read_figures(reading.body)
        if one.bound
        and one.kind in ("count", "percent")
        and one.low == one.high
        and text[one.start : one.end].isdigit()
        and one.value > 1
    ]
    if not figures:
        return None
    figure = chance.choice(figures)
    new = int(figure.shown) + chance.choice([1, 2, 3, 5])
    return text[: figure.start] + str(new) + text[figure.end :], figure.shown, new


def two_numbers(
    text: str, reading: Reading, chance: random.Random
) -> tuple[str, tuple[float, float], tuple[float, float]] | None:
    """Two counted numbers of one sentence, of two things, each replaced by another."""
    figures = [
        one
        for one in read_figures(reading.body)
        if one.bound and one.kind == "count" and one.low == one.high and text[one.start : one.end].isdigit()
    ]
    pairs = [
        (one, two)
        for one, two in pairwise(figures)
        if one.sentence == two.sentence and one.noun != two.noun and one.value != two.value
    ]
    if not pairs:
        return None
    one, two = chance.choice(pairs)
    first, second = int(one.shown) + 3, int(two.shown) + 20
    new = text[: one.start] + str(first) + text[one.end : two.start] + str(second) + text[two.end :]
    return new, (one.shown, two.shown), (first, second)


def negated(text: str, reading: Reading, _: random.Random) -> tuple[str, str, str] | None:
    """A "not" put in."""
    forms = {
        "en": (r"\b(was|were|is|are|will|has|have)\b(?! not)", r"\1 not"),
        "es": (r"\b(fue|fueron|es|son|está|han|ha)\b", r"no \1"),
    }
    if reading.language not in forms:
        return None
    pattern, put = forms[reading.language]
    new = re.sub(pattern, put, text, count=1)
    return (new, "", "not" if reading.language == "en" else "no") if new != text else None


def another_name(text: str, _: Reading, chance: random.Random) -> tuple[str, str, str] | None:
    """A surname in mid-sentence replaced by another."""
    found = [
        match
        for match in re.finditer(r"(?<=[a-z,] )[A-Z][a-z]{3,}(?= [a-z])", text)
        if match[0] not in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
        and text.count(match[0]) == 1
    ]
    found = [match for match in found if not re.search(r"(?i)ber$|ary$|uly$|une$|ugust$|pril$|arch$", match[0])]
    if not found:
        return None
    match, name = chance.choice(found), chance.choice(_NAMES)
    return text[: match.start()] + name + text[match.end() :], match[0], name


#: what was edited and what it became: a value each, or as many values each
Edits = tuple[object, object]


def spoken(
    title: str, before: str, after: str, language: str, words: Lexicon, edits: Edits | None
) -> tuple[bool, bool]:
    """Whether the revision speaks, and whether with the right before and after."""
    ledger = Ledger()
    first, second = _reading(1, title, before, language, words), _reading(2, title, after, language, words)
    opened = diff(first, ledger, Context(topic="t", story="s", new_story=True, origin="a", now=AT), words)
    ledger.add(opened)
    found = diff(
        second,
        ledger,
        Context(topic="t", story="s", new_story=False, origin="a", previous=first, now=AT + timedelta(hours=1)),
        words,
    )
    said = [one for one in found.developments if one.kind is not Kind.SOURCE]
    wanted = _pairs(edits)
    right = bool(wanted) and all(
        any(_has(one.old, old) and _has(one.new if one.new is not None else one.text, new) for one in said)
        for old, new in wanted
    )
    return bool(said), right


def _pairs(edits: Edits | None) -> list[tuple[object, object]]:
    """(before, after) for each edit of a sentence: one, or several side by side."""
    if edits is None:
        return []
    before, after = edits
    return list(zip(before, after, strict=True)) if isinstance(before, tuple) and isinstance(after, tuple) else [edits]


def _has(said: object, wanted: object) -> bool:
    return wanted in ("", said) or (isinstance(said, str) and str(wanted) in said)


def _reading(number: int, title: str, text: str, language: str, words: Lexicon) -> Reading:
    item = Item(
        id=f"i{number}",
        feed="f",
        guid="g",
        url="https://e.example/",
        title=title,
        content=text,
        family="a",
        language=language,
        first_seen=AT + timedelta(hours=number),
    )
    return read_item(item, words)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--paragraphs", type=int, default=500)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--errors", type=int, default=0)
    args = parser.parse_args()
    chance, words = random.Random(args.seed), lexicon()
    texts = list(paragraphs())
    chance.shuffle(texts)
    styled = loud = 0
    for title, text, language in texts:
        if styled >= args.paragraphs:
            break
        after = style(text, language, chance)
        if after is None or after == text:
            continue
        styled += 1
        spoke, _ = spoken(title, text, after, language, words, None)
        loud += spoke
        if spoke and loud <= args.errors:
            print("style spoke:", _differing(text, after))
    print(f"style edits: {styled}, spoke {loud} ({loud / max(1, styled):.1%})")
    edits: tuple[tuple[str, Callable[..., tuple[str, object, object] | None]], ...] = (
        ("number", another_number),
        ("two numbers", two_numbers),
        ("negation", negated),
        ("name", another_name),
    )
    for name, edit in edits:
        made = heard = right = 0
        for title, text, language in texts:
            if made >= args.paragraphs // 2:
                break
            done = edit(text, _reading(1, title, text, language, words), chance)
            if done is None:
                continue
            made += 1
            spoke, exact = spoken(title, text, done[0], language, words, done[1:])
            heard, right = heard + spoke, right + exact
            if not exact and made - right <= args.errors:
                print(f"{name} missed ({'spoke' if spoke else 'silent'}):", _differing(text, done[0]))
        print(
            f"{name} edits: {made}, spoke {heard / max(1, made):.1%}, with the right before and after {right / max(1, made):.1%}"
        )
    return 0


def _differing(one: str, two: str) -> str:
    at = next((k for k, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two)))
    return f"…{one[max(0, at - 50) : at + 50]}…  →  …{two[max(0, at - 50) : at + 50]}…"


if __name__ == "__main__":
    sys.exit(main())
