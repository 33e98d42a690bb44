"""Developments on the gold stories: fits the weights and measures them, each story by weights that never saw it.

    python bench/developments.py fit        writes monitor/stories/developments.json (all stories)
    python bench/developments.py measure    out of fold, with the labels' stories and with our own; the same with items cut to two sentences
    python bench/developments.py errors     the false alarms and the misses, worst first

Needs ../shared/data/gold and scikit-learn. The data stay outside the project; only floats come in.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from monitor.model import Item
from monitor.stories.developments import Context, diff
from monitor.stories.ledger import Ledger
from monitor.stories.memory import TopicMemory
from monitor.stories.novelty import Features, Model, Models
from monitor.stories.reading import Reading, read_item
from monitor.stories.sentences import weigh
from monitor.text.lexicon import Lexicon

from bench.replaying import DATA, ROOT, lexicon, line, read_items, run  # isort: skip

GOLD = DATA / "gold"
OUT = ROOT / "monitor" / "stories" / "developments.json"
SAY, POSSIBLE = 0.5, 0.45
#: strength of the prior (smaller is stronger), chosen on whole stories held out
STRENGTH = {"news": 0.1, "novel": 0.02, "importance": 0.012}
#: the chance of a key fact that is worth an interruption (importance .65)
KEY = 0.33
#: what a story of its own, labelled by nobody, counts beside a sentence of a labelled story
ASIDE = 1.0
#: what a model may look at; everything else about a sentence is the other model's
NEWS = (
    "cue_say cue_claim cue_rumour cue_unverified cue_deny cue_confirm cue_correct cue_prior cue_history "
    "cue_nocomment cue_boilerplate cue_recap cue_habit "
    "cue_opinion cue_change cue_fresh cue_expect cue_update cue_official cue_independent cue_against "
    "cue_subset cue_toll place lead long quote "
    "figures names title no_body told opinion alike_same alike_other contained covered item_unseen "
    "near_news near_title title_unseen "
    "figure_known figure_change figure_inside quote_new quote_heard"
    " item_opinion grave light"
).split()
NOVEL = (
    "alike_same alike_other contained covered unseen unseen_concepts core_contained core_pairs "
    "unseen_values unseen_names near_news near_title item_unseen title title_unseen title_covered "
    "title_new "
    "figure_change figure_inside figure_known figure_other figure_fresh figure_all_known quote_new "
    "quote_heard status_change status_again first_denial "
    "cue_say cue_deny cue_confirm cue_correct cue_prior cue_change cue_fresh cue_history cue_against names "
    "lead place told no_body "
    "dated fresh_day fresh_first"
).split()
IMPORTANCE = (
    "lead title title_new place victims grave light figures figure_change figure_inside figure_fresh quote quote_new "
    "status_change cue_deny cue_confirm cue_toll cue_change cue_correct "
    "cue_independent cue_official cue_fresh cue_expect unseen_mass unseen_names kind_fact kind_figure "
    "kind_quote kind_status kind_correction kind_contradiction opens no_body "
    "turns turns_title turns_new routine figure_known figure_all_known durations"
).split()


@dataclass
class Row:
    """A sentence of the gold set with its features and labels."""

    story: str
    item: str
    text: str
    features: Features
    stated: frozenset[str]
    fresh: frozenset[str]
    importance: int
    first: bool = False
    shortened: bool = False


# ── the data ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def headlines(folder: Path = GOLD) -> tuple[list[Item], dict[str, dict[str, Any]], dict[str, dict[str, Any]]]:
    """The items as bare headlines, which is all that some feeds carry."""
    items, labels, nuggets = load(folder)
    bare = [replace(item, content="", summary="") for item in items]
    for item in items:
        labels[item.id]["sentences"] = [
            {"start": 0, "end": len(item.title), "nuggets": labels[item.id].get("title_nuggets", [])}
        ]
    return bare, labels, nuggets


def load(
    folder: Path = GOLD, sentences: int = 0
) -> tuple[list[Item], dict[str, dict[str, Any]], dict[str, dict[str, Any]]]:
    """Items of labelled stories in order, labels and nuggets; with `sentences`, items cut to their title and first sentences."""
    labels = {row["id"]: row for row in _lines(folder / "labels.jsonl")}
    nuggets = {row["id"]: row for row in _lines(folder / "nuggets.jsonl")}
    items = [item for item in read_items(folder / "items.jsonl") if labels[item.id].get("story")]
    if sentences:
        for row in labels.values():
            row["sentences"] = row["sentences"][:sentences]
        items = [_cut(item, labels[item.id]["sentences"]) for item in items]
        stated = {
            nugget
            for row in labels.values()
            for nugget in [*(n for s in row["sentences"] for n in s["nuggets"]), *row.get("title_nuggets", [])]
        }
        nuggets = {key: nugget for key, nugget in nuggets.items() if key in stated}
    return items, labels, nuggets


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(text) for text in path.open(encoding="utf-8")]


def asides(words: Lexicon) -> list[Row]:
    """The first sentences of what belongs to the topic and to none of its labelled stories: no key facts."""
    labels = {row["id"]: row for row in _lines(GOLD / "labels.jsonl")}
    found: list[Row] = []
    for item in read_items(GOLD / "items.jsonl"):
        label = labels[item.id]
        if label.get("relevant") and not label.get("story") and not label.get("copy_of"):
            for row in weigh(read_item(item, words), [Ledger()], item.family, None)[:1]:
                features = row.features | {"kind_fact": 1.0, "opens": 1.0}
                found.append(Row(item.id, item.id, row.statement.text, features, frozenset(), frozenset("*"), 0, True))
    return found


def _cut(item: Item, sentences: Sequence[Mapping[str, Any]]) -> Item:
    text = item.content[: sentences[-1]["end"]] if sentences else item.content
    return replace(item, content=text, summary=text)


def rows(
    words: Lexicon,
    data: tuple[list[Item], dict[str, Any], dict[str, Any]],
    guide: Models | None,
    *,
    shortened: bool = False,
) -> Iterator[Row]:
    """Every sentence in order, weighed against all that its story said before. `guide` supplies what the ledger remembers as news."""
    items, labels, nuggets = data
    ledgers: dict[str, Ledger] = {}
    covered: dict[str, set[str]] = {}
    for item in items:
        label = labels[item.id]
        ledger = ledgers.setdefault(label["story"], Ledger())
        seen = covered.setdefault(label["story"], set())
        reading = read_item(item, words)
        if not label["copy_of"]:
            for row in weigh(reading, [ledger], item.family, None):
                stated = _stated(label, row.statement.start, row.statement.end)
                fresh = stated - seen
                importance = max((nuggets[one]["importance"] for one in fresh if one in nuggets), default=0)
                kind = _kind(fresh, nuggets)
                features = row.features | {f"kind_{kind}": 1.0, "opens": float(len(ledger) == 0)}
                yield Row(
                    label["story"],
                    item.id,
                    row.statement.text,
                    features,
                    stated,
                    fresh,
                    importance,
                    len(ledger) == 0,
                    shortened,
                )
                seen |= stated
            ledger.add(diff(reading, ledger, _context(item, label["story"], ledger), words, weights=guide))
        seen |= {nugget for sentence in label["sentences"] for nugget in sentence["nuggets"]}


def _stated(label: Mapping[str, Any], start: int, end: int) -> frozenset[str]:
    return frozenset(
        nugget for one in label["sentences"] if one["start"] < end and start < one["end"] for nugget in one["nuggets"]
    )


def _kind(fresh: Iterable[str], nuggets: Mapping[str, Any]) -> str:
    return next((str(nuggets[one]["kind"]) for one in sorted(fresh) if one in nuggets), "fact")


def _context(item: Item, story: str, ledger: Ledger, previous: Reading | None = None) -> Context:
    return Context(
        topic="gold",
        story=story,
        new_story=len(ledger) == 0,
        origin=item.family,
        previous=previous,
        now=item.first_seen,
    )


# ── fitting ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def fit(found: Sequence[Row], beside: Sequence[Row] = ()) -> Models:
    """The three models: news on all sentences, novelty on those that are news, importance on what is new."""
    weight = [(0.35 if row.features["no_body"] else 0.5) if row.shortened else 1.0 for row in found]
    news = _fit(found, [bool(row.stated) for row in found], weight, NEWS, STRENGTH["news"])
    stating = [(row, w) for row, w in zip(found, weight, strict=True) if row.stated]
    novel = _fit(
        [row for row, _ in stating],
        [bool(row.fresh) for row, _ in stating],
        [w for _, w in stating],
        NOVEL,
        STRENGTH["novel"],
    )
    fresh = [(row, w) for row, w in zip(found, weight, strict=True) if row.fresh]
    fresh += [(row, ASIDE) for row in beside]
    heavy = _fit(
        [row for row, _ in fresh],
        [row.importance >= 3 for row, _ in fresh],
        [w for _, w in fresh],
        IMPORTANCE,
        STRENGTH["importance"],
    )
    # An interruption wants a one-in-three chance of a key fact: missing one costs more than one alert too many.
    heavy = Model(heavy.bias + float(np.log(0.65 / 0.35) - np.log(KEY / (1 - KEY))), heavy.weights)
    return Models(news, novel, heavy, SAY, POSSIBLE)


def _fit(
    found: Sequence[Row], wanted: Sequence[bool], weight: Sequence[float], names: Sequence[str], strength: float
) -> Model:
    table = np.array([[row.features.get(name, 0.0) for name in names] for row in found])
    spread = table.std(axis=0)
    spread[spread < 1e-9] = 1.0
    # a cue seen in a handful of sentences must not get a large weight only because its spread is small
    spread = np.maximum(spread, 0.12)
    middle = table.mean(axis=0)
    model = LogisticRegression(C=strength, max_iter=5000).fit(
        (table - middle) / spread, np.array(wanted), sample_weight=np.array(weight)
    )
    raw = model.coef_[0] / spread
    bias = float(model.intercept_[0] - (raw * middle).sum())
    return Model(bias, {name: float(value) for name, value in zip(names, raw, strict=True)})


def folds(words: Lexicon) -> tuple[dict[str, Models], Models]:
    """For each story the models that never saw it, and the models of all."""
    full, short, bare = load(), load(sentences=2), headlines()
    guide, beside = _blank(), asides(words)
    for _ in range(2):  # what the ledger remembers as news comes from the model itself
        found = [
            *rows(words, full, guide),
            *rows(words, short, guide, shortened=True),
            *rows(words, bare, guide, shortened=True),
        ]
        guide = fit(found, beside)
    stories = sorted({row.story for row in found})
    return {story: fit([row for row in found if row.story != story], beside) for story in stories}, guide


def _blank() -> Models:
    even = Model(2.0, {})
    return Models(even, even, even, SAY, POSSIBLE)


def save(models: Models) -> None:
    """Writes the weights as data."""
    data: dict[str, Any] = {
        "fitted_by": "python bench/developments.py fit",
        "say": models.say,
        "possible": models.possible,
    }
    for name in ("news", "novel", "importance"):
        model: Model = getattr(models, name)
        data[name] = {
            "bias": round(model.bias, 4),
            "weights": {key: round(value, 4) for key, value in model.weights.items() if abs(value) >= 0.005},
        }
    OUT.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


# ── measuring ────────────────────────────────────────────────────────────────────────────────────────────────────────


def replayed(
    words: Lexicon, data: tuple[list[Item], dict[str, Any], dict[str, Any]], by_story: Mapping[str, Models]
) -> list[dict[str, Any]]:
    """The replay output for the labels' stories and copies, each story by its own models."""
    items, labels, _ = data
    ledgers: dict[str, Ledger] = {}
    versions: dict[str, Reading] = {}
    out: list[dict[str, Any]] = []
    for item in items:
        label = labels[item.id]
        story = label["story"]
        ledger = ledgers.setdefault(story, Ledger())
        reading = read_item(item, words)
        versions[item.id] = reading
        said: Any = ()
        if not label["copy_of"]:
            context = _context(item, story, ledger, versions.get(label["revision_of"] or ""))
            found = diff(reading, ledger, context, words, weights=by_story[story])
            ledger.add(found)
            said = found.developments
        out.append(line(item, _Said(story, label["copy_of"], said)))  # type: ignore[arg-type]  # has the three fields of a judgement that a line shows
    return out


def with_own_stories(
    words: Lexicon, data: tuple[list[Item], dict[str, Any], dict[str, Any]], by_story: Mapping[str, Models]
) -> list[dict[str, Any]]:
    """The same with copies and stories as the product finds them: all items once a story, of which that story's are kept."""
    items, labels, _ = data
    return [
        line(item, judgement)
        for story, models in by_story.items()
        for item, judgement, _ in run(items, TopicMemory("bench", words, models=models))
        if labels[item.id]["story"] == story
    ]


@dataclass
class _Said:
    story: str
    copy_of: str | None
    developments: Any


def scorer() -> Any:
    """The scoring tool, from beside the checkout."""
    spec = importlib.util.spec_from_file_location("score", ROOT.parent / "shared" / "tools" / "score.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def scored(
    out: list[dict[str, Any]], data: tuple[list[Item], dict[str, Any], dict[str, Any]], worst: int = 0
) -> dict[str, Any]:
    """The metrics of developments."""
    found: dict[str, Any] = scorer().developments(out, data[1], data[2], worst)
    return found


def summary(name: str, found: Mapping[str, Any]) -> str:
    """One line of figures."""
    f = found["figures"]
    return (
        f"{name:28} said {found['said']:4}  P {found['p']:.3f}  R {found['r']:.3f}  F1 {found['f1']:.3f}"
        f"  redundant {found['redundant']:3}  noise {found['noise']:3}"
        f"   figures: said {f['said']:3} of {f['changes']}  P {f['p']:.3f}  R {f['r']:.3f}"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["fit", "measure", "errors"])
    parser.add_argument("--errors", type=int, default=40)
    args = parser.parse_args()
    if not GOLD.exists():
        print(f"{GOLD} is not here: nothing to measure")
        return 1
    words = lexicon()
    by_story, everything = folds(words)
    if args.what == "fit":
        save(everything)
    full, short = load(), load(sentences=2)
    whole = scored(replayed(words, full, by_story), full, args.errors if args.what == "errors" else 0)
    print(summary("gold, out of fold", whole))
    for name, data in (("title and two sentences", short), ("headlines only", headlines())):
        print(summary(name, scored(replayed(words, data, by_story), data)))
    for name, data in (("gold, our own stories", full), ("two sentences, our own", short)):
        print(summary(name, scored(with_own_stories(words, data, by_story), data)))
    if args.what == "errors":
        for error in whole["errors"]:
            print(error["verdict"], error["kind"], error["item"], error["text"])
        for miss in whole["missed"]:
            print("missed", miss["nugget"], miss["kind"], miss["importance"], miss["text"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
