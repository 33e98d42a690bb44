"""What a sentence model on your disk is worth: python -m bench.embeddings --model FOLDER [--sets gold,short,lookalikes,desk]

Each set is placed without the model and with it (by the folder's monitor.json, else by the shipped weight and neutral). Below stand the
cosines of pairs of items of one story and of different stories, which say where `neutral` should lie for this model: between the two.
Needs ../shared (data) and the extra `embeddings`; says so and ends where either is absent. No model is shipped, and none is downloaded.
"""

from __future__ import annotations

import argparse
import itertools
import sys
from pathlib import Path

import numpy as np

from bench.replaying import DATA
from bench.stories import Labelled, of_one, read_sets, row
from bench.streams import the_lexicon
from monitor.errors import EmbeddingsError
from monitor.stories.embedded import Embedding, embedding
from monitor.stories.memory import TopicMemory
from monitor.stories.reading import read_item
from monitor.text import embedding as models
from monitor.text.lexicon import Lexicon


def placed(one: Labelled, lexicon: Lexicon, model: Embedding | None) -> dict[str, str]:
    """item → story."""
    memory, found = TopicMemory("bench", lexicon, embedding=model), dict[str, str]()
    for item in one.items:
        place = memory.place(read_item(item, lexicon))
        found[item.id] = place.story
        for move in place.moves:
            found.update(dict.fromkeys(move.items, move.target))
    return found


def cosines(one: Labelled, lexicon: Lexicon, model: Embedding) -> dict[str, list[float]]:
    """The cosines of pairs, by what they are."""
    vectors = {
        item.id: vector
        for item in one.items
        if item.id in one.gold and (vector := model.vector(model.sense(read_item(item, lexicon)))) is not None
    }
    found: dict[str, list[float]] = {"one story": [], "one story, two languages": [], "two stories": []}
    for a, b in itertools.combinations(vectors, 2):
        same = one.gold[a] == one.gold[b]
        found["one story" if same else "two stories"].append(float(vectors[a] @ vectors[b]))
        if same and one.language[a] != one.language[b]:
            found["one story, two languages"].append(float(vectors[a] @ vectors[b]))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--sets", default="gold,short,lookalikes,desk")
    options = parser.parse_args()
    if options.model is None or not DATA.is_dir():
        sys.exit("bench/embeddings.py needs --model FOLDER and the evaluation data (../shared)")
    try:
        model = embedding(models.load(options.model), options.model / "monitor.json")
    except (EmbeddingsError, ValueError) as error:
        sys.exit(str(error))
    lexicon = the_lexicon()
    for one in read_sets(options.sets.split(",")):
        print(f"\n{one.name}: {len(one.gold)} items\n  {'':<18} {'P':>6} {'R':>6} {'F1':>6} {'cross':>7}")
        print(row("without a model", of_one(one, placed(one, lexicon, None))))
        print(row("with the model", of_one(one, placed(one, lexicon, model))))
        for name, values in cosines(one, lexicon, model).items():
            if values:
                low, middle, high = np.quantile(values, (0.1, 0.5, 0.9))
                print(
                    f"  cosine, {name:<26} 10 % {low:.2f}   50 % {middle:.2f}   90 % {high:.2f}   ({len(values)} pairs)"
                )


if __name__ == "__main__":
    main()
