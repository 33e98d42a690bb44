"""Stories on every labelled set, out of fold, beside baselines made in the same run: python -m bench.stories [--errors 20] [--sets gold,…]

One configuration for all sets. Weights of a fold are fitted on the stories of the others (bench/stories_fit.py); a fold's stories are
scored in the whole stream, played with those weights. Folds keep together what looks alike (a topic of ECB+, a family of look-alikes),
and the short items of a gold story go with the story. Baselines have the threshold that is best in hindsight on each set:

    single pass     TF-IDF of words, an item joins the story with the nearest centroid
    title words     Jaccard of the words of titles, an item joins the story of the nearest item
    all alone, all one

`desk` is fitted by nobody. Sets under ../shared are left out where they are absent.
"""

from __future__ import annotations

import argparse
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from bench.stories_fit import learn, rows, table
from bench.streams import SETS, Stream, fold_of, play, stream, the_lexicon
from monitor.stories.cluster import load_weights
from monitor.stories.story import centroid_cosine
from monitor.text.tokens import tokens

FOLDS = 5
FITTED = ("gold", "short", "ecbplus", "headlines", "lookalikes")
THRESHOLDS = tuple(at / 20 for at in range(2, 15))
Grouping = Mapping[str, str]


def bcubed(gold: Grouping, found: Grouping, items: Iterable[str]) -> tuple[float, float, float]:
    """BCubed precision, recall and F1 over `items`; stories and clusters may have members beyond them."""
    theirs, ours = defaultdict(set), defaultdict(set)
    for item, story in gold.items():
        theirs[story].add(item)
        ours[found.get(item, item)].add(item)
    precision, recall = [], []
    for item in items:
        story, cluster = theirs[gold[item]], ours[found.get(item, item)]
        precision.append(len(story & cluster) / len(cluster))
        recall.append(len(story & cluster) / len(story))
    p, r = (sum(one) / max(1, len(one)) for one in (precision, recall))
    return p, r, 2 * p * r / (p + r) if p + r else 0.0


def across(one: Stream, found: Grouping) -> float | None:
    """F1 of pairs of items in different languages; None where there are none, or too many to count."""
    items = sorted(one.story)
    if len(items) > 600 or len({one.language[item] for item in items}) < 2:
        return None
    right = said = wanted = 0
    for at, a in enumerate(items):
        for b in items[:at]:
            if one.language[a] != one.language[b]:
                same, together = one.story[a] == one.story[b], found.get(a) == found.get(b)
                right, said, wanted = right + (same and together), said + together, wanted + same
    return 2 * right / max(1, said + wanted)


# ── ours ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def out_of_fold(streams: Mapping[str, Stream]) -> dict[str, list[Grouping]]:
    """For each set its stream played once a fold, by weights that never saw the fold's stories; for sets of no fit, by those of all."""
    fitted = [streams[name] for name in FITTED if name in streams]
    shipped = load_weights()
    items = table(fitted, rows)
    played: dict[str, list[Grouping]] = {name: [] for name in streams}
    for fold in range(FOLDS):
        weights = learn(fitted, items, fold, join=shipped.join, merge=shipped.merge)
        for name in streams:
            if name in FITTED:
                played[name].append(play(streams[name], weights))
    for name in streams.keys() - set(FITTED):
        played[name] = [play(streams[name], shipped)] * FOLDS
    return played


def joined(one: Stream, played: Sequence[Grouping], items: Sequence[str]) -> tuple[float, float, float]:
    """BCubed of `items`, each scored in the play of its own fold; means over all."""
    p = r = 0.0
    for fold in range(FOLDS):
        mine = [item for item in items if fold_of(one.name, one.story[item]) == fold]
        if mine:
            precision, recall, _ = bcubed(one.story, played[fold], mine)
            p, r = p + precision * len(mine), r + recall * len(mine)
    p, r = p / max(1, len(items)), r / max(1, len(items))
    return p, r, 2 * p * r / (p + r) if p + r else 0.0


# ── baselines ────────────────────────────────────────────────────────────────────────────────────────────────────────


def single_pass(one: Stream, threshold: float) -> Grouping:
    """An item joins the story whose centroid is nearest, if near enough; IDF of what came before."""
    seen: Counter[str] = Counter()
    sums: list[dict[str, float]] = []
    found: dict[str, str] = {}
    for number, signature in enumerate(one.signatures, 1):
        seen.update(signature.words.keys())
        vector = {word: weight * math.log(1 + number / seen[word]) for word, weight in signature.words.items()}
        norm = math.sqrt(sum(weight * weight for weight in vector.values())) or 1.0
        vector = {word: weight / norm for word, weight in vector.items()}
        scores = [(centroid_cosine(vector, total), at) for at, total in enumerate(sums)]
        best = max(scores, default=(0.0, -1))
        at = best[1] if best[0] >= threshold else len(sums)
        if at == len(sums):
            sums.append({})
        for word, weight in vector.items():
            sums[at][word] = sums[at].get(word, 0.0) + weight
        found[signature.item] = str(at)
    return found


def title_words(one: Stream, threshold: float) -> Grouping:
    """An item joins the story of the item whose title shares most words with its own, if it shares enough."""
    holding: dict[str, list[int]] = defaultdict(list)
    titles: list[frozenset[str]] = []
    found: dict[str, str] = {}
    for number, signature in enumerate(one.signatures):
        words = frozenset(token.folded for token in tokens(one.titles[signature.item]) if len(token.folded) > 2)
        shared = Counter(at for word in words for at in holding[word])
        best = max(((n / len(words | titles[at]), -at) for at, n in shared.items()), default=(0.0, 0))
        titles.append(words)
        for word in words:
            holding[word].append(number)
        near = one.signatures[-best[1]].item
        found[signature.item] = found[near] if best[0] >= threshold and near in found else str(number)
    return found


def baselines(one: Stream) -> dict[str, Grouping]:
    """Each baseline's grouping of a set."""
    items = list(one.story)
    best = {}
    for name, make in (("single pass", single_pass), ("title words", title_words)):
        tries = [make(one, threshold) for threshold in THRESHOLDS]
        best[name] = max(tries, key=lambda found: bcubed(one.story, found, items)[2])
    return best | {"all alone": {item: item for item in items}, "all one": dict.fromkeys(items, "one")}


# ── the report ───────────────────────────────────────────────────────────────────────────────────────────────────────


def report(one: Stream, played: Sequence[Grouping]) -> None:
    """The lines of one set."""
    items = list(one.story)
    p, r, f = joined(one, played, items)
    crossing = [found for found in (across(one, grouping) for grouping in played) if found is not None]
    across_text = f"   across languages {sum(crossing) / len(crossing):.3f}" if crossing else ""
    print(f"\n{one.name}: {len(items)} items, {len(set(one.story.values()))} stories")
    print(f"  {'monitor':<14} P {p:.3f}  R {r:.3f}  F1 {f:.3f}{across_text}")
    for name, found in baselines(one).items():
        p, r, f = bcubed(one.story, found, items)
        over = across(one, found)
        print(
            f"  {name:<14} P {p:.3f}  R {r:.3f}  F1 {f:.3f}"
            + (f"   across languages {over:.3f}" if over is not None else "")
        )
    languages = Counter(one.language[item] for item in items)
    if len(languages) > 1:
        by = {
            name: joined(one, played, [item for item in items if one.language[item] == name])[2] for name in languages
        }
        print("  by language    " + "  ".join(f"{name} {f:.3f}" for name, f in sorted(by.items())))


def worst(one: Stream, played: Sequence[Grouping], most: int) -> None:
    """The largest wrong unions and the largest wrong splits, with a title of each side."""
    errors = []
    for fold, found in enumerate(played):
        clusters: dict[str, Counter[str]] = defaultdict(Counter)
        stories: dict[str, Counter[str]] = defaultdict(Counter)
        for item, story in one.story.items():
            clusters[found[item]][story] += 1
            stories[story][found[item]] += 1
        title = {(found[item], story): one.titles[item] for item, story in one.story.items()}
        for cluster, held in clusters.items():
            for (a, _), (b, n) in zip(held.most_common(1), held.most_common(2)[1:], strict=False):
                if fold_of(one.name, b) == fold:
                    errors.append((n, "joined", title[cluster, a], title[cluster, b]))
        for story, held in stories.items():
            if fold_of(one.name, story) == fold:
                main = held.most_common(1)[0][0]
                errors += [
                    (n, "split", title[main, story], title[part, story]) for part, n in held.items() if part != main
                ]
    for n, what, a, b in sorted(errors, key=lambda error: (-error[0], error[1:]))[:most]:
        print(f"  {what:<6} {n:>3}  {a[:70]}  |  {b[:70]}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", default=",".join(name for name, paths in SETS.items() if paths[0].exists()))
    parser.add_argument("--errors", type=int, default=0, help="how many of the worst errors of each set to show")
    options = parser.parse_args()
    lexicon = the_lexicon()
    streams = {name: stream(name, lexicon) for name in options.sets.split(",")}
    played = out_of_fold(streams)
    for name, one in streams.items():
        report(one, played[name])
        worst(one, played[name], options.errors)


if __name__ == "__main__":
    main()
