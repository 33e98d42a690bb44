"""An optional sentence model: reports without a word in common find together, and nothing changes for who has none."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest
from glossary import Glossary
from newsdesk import START, article, lexicon
from typer.testing import CliRunner

from monitor import config as configs
from monitor.cli import app
from monitor.errors import ConfigError, EmbeddingsError
from monitor.model import Item, Judgement, Match, Remembered
from monitor.ports import Embedder
from monitor.run.app import embedding_of
from monitor.stories.cluster import load_weights
from monitor.stories.embedded import Embedding, embedding
from monitor.stories.judge import TopicMemory, judge
from monitor.text import embedding as models

OTTERS = article(
    0,
    "Otter cubs rescued from drain by plumber",
    "A plumber pulled four otter cubs out of a flooded drain behind a bakery and carried them to a vet. The cubs are cold but healthy.",
)
OTTERS_IN_DUTCH = article(
    1,
    "Loodgieter redt jonge otters uit riool",
    "Een loodgieter haalde vier jonge otters uit een ondergelopen riool achter een bakkerij en bracht ze naar een dierenarts. "
    "De jongen zijn koud maar gezond.",
    "nl",
)
PAINTING_IN_DUTCH = article(
    2,
    "Museum koopt oud schilderij",
    "Het museum kocht een schilderij van een onbekende meester op een veiling en hangt het volgende maand in de grote zaal.",
    "nl",
)
NEWS = (OTTERS, OTTERS_IN_DUTCH, PAINTING_IN_DUTCH)
WORDS = (
    "otter otters", "cubs jonge jongen", "plumber loodgieter", "drain riool", "rescued redt", "bakery bakkerij", "vet dierenarts",
    "flooded ondergelopen", "cold koud", "healthy gezond", "pulled haalde", "carried bracht", "four vier",
)  # fmt: skip


def trusted(glossary: Glossary | None = None) -> Embedding:
    """A model of which its user knows that it can be believed."""
    return replace(embedding(glossary or Glossary(WORDS)), weight=20.0, neutral=0.5)


def judged(items: tuple[Item, ...], model: Embedding | None) -> list[Judgement]:
    memory = TopicMemory("t", lexicon(), embedding=model)
    return [judge(memory, item, Match(topic="t", score=1.0), item.first_seen)[0] for item in items]


def test_one_event_in_two_languages_joins_with_a_model_where_it_stays_apart_without():
    apart, together = judged(NEWS, None), judged(NEWS, trusted())
    assert len({one.story for one in apart}) == 3
    assert [one.story == together[0].story for one in together] == [True, True, False]


def test_what_a_model_finds_unlike_is_judged_as_without_it():
    """A headline and a long report of one event are not alike either: a low cosine says nothing."""
    with_model, without = judged((OTTERS, PAINTING_IN_DUTCH), trusted()), judged((OTTERS, PAINTING_IN_DUTCH), None)
    assert with_model[1].score == without[1].score


def test_what_the_model_said_stands_among_the_reasons():
    (_, otters, _), plain = judged(NEWS, trusted()), judged(NEWS, None)
    assert otters.terms["embedding"] > 2
    assert sum(otters.terms.values()) == pytest.approx(otters.score - load_weights().join, abs=0.1)
    assert all("embedding" not in one.terms for one in plain)


def test_a_story_that_only_the_model_finds_is_considered():
    english, dutch = (
        article(0, "Choir sings", "Voices rang."),
        article(1, "Koor zingt", "Stemmen klonken.", "nl"),
    )
    model = trusted(Glossary(["choir koor", "sings zingt", "voices stemmen", "rang klonken"]))
    assert judged((english, dutch), None)[1].terms == {}
    assert judged((english, dutch), model)[1].terms["embedding"] > 0


def test_the_same_news_makes_the_same_stories_each_time_and_after_a_restart():
    model = trusted()
    whole = judged(NEWS, model)
    assert whole == judged(NEWS, model)
    first = whole[0]
    restarted = TopicMemory("t", lexicon(), embedding=model)
    restarted.restore([Remembered(item=first.item, story=first.story, copy_of=None, at=first.at, memory=first.memory)])
    second, _ = judge(restarted, OTTERS_IN_DUTCH, Match(topic="t", score=1.0), OTTERS_IN_DUTCH.first_seen)
    assert (second.story, second.score, second.terms) == (whole[1].story, whole[1].score, whole[1].terms)


def test_vectors_of_another_model_say_nothing():
    first = judged((OTTERS,), trusted())[0]
    other = TopicMemory("t", lexicon(), embedding=trusted(Glossary(WORDS, name="another")))
    other.restore([Remembered(item=first.item, story=first.story, copy_of=None, at=first.at, memory=first.memory)])
    second, _ = judge(other, OTTERS_IN_DUTCH, Match(topic="t", score=1.0), START)
    assert second.new_story
    assert "embedding" not in second.terms


def test_a_models_folder_may_say_what_its_cosines_are_worth(tmp_path: Path):
    (tmp_path / "monitor.json").write_text('{"weight": 2, "neutral": 0.7}')
    model = embedding(Glossary(), tmp_path / "monitor.json")
    assert (model.weight, model.neutral) == (2.0, 0.7)
    assert model.worth(0.8) == pytest.approx(0.2)
    (tmp_path / "monitor.json").write_text('{"weight": "much"}')
    with pytest.raises(ValueError, match=r"monitor\.json: expected"):
        embedding(Glossary(), tmp_path / "monitor.json")


# ── configured ───────────────────────────────────────────────────────────────────────────────────────────────────────

CONFIG = """
[[topic]]
id = "animals"
query = "*"
[[channel]]
id = "screen"
url = "terminal://"
[[subscription]]
topic = "animals"
channel = "screen"
"""


def configured(folder: Path, model: str) -> Path:
    (folder / "stories.toml").write_text(f'[stories]\nembeddings = "{model}"\n')
    (folder / "monitor.toml").write_text(f'include = ["stories.toml"]\n{CONFIG}')
    return folder / "monitor.toml"


def wrong(path: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        embedding_of(configs.load(path))
    (problem,) = caught.value.problems
    assert (Path(problem.file).name, problem.key) == ("stories.toml", "stories.embeddings")
    return problem.what


def test_without_the_key_there_is_no_model(tmp_path: Path):
    (tmp_path / "monitor.toml").write_text(CONFIG)
    assert embedding_of(configs.load(tmp_path / "monitor.toml")) is None


def test_a_missing_model_is_an_error_with_file_key_and_the_way_out(tmp_path: Path):
    said = wrong(configured(tmp_path, "models/none"))
    assert f"there is no folder {tmp_path / 'models' / 'none'}" in said
    assert "take the key out" in said


def test_a_folder_without_a_model_says_which_files_were_expected(tmp_path: Path):
    (tmp_path / "model").mkdir()
    assert "config.json, model.safetensors, tokenizer.json were expected" in wrong(configured(tmp_path, "model"))


@pytest.mark.skipif(find_spec("model2vec") is not None, reason="the extra is installed here")
def test_a_model_without_the_extra_says_what_to_install(tmp_path: Path):
    (tmp_path / "model").mkdir()
    for name in ("config.json", "model.safetensors", "tokenizer.json"):
        (tmp_path / "model" / name).touch()
    assert "pip install '.[embeddings]'" in wrong(configured(tmp_path, "model"))


# ── a real model ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A model2vec model of a handful of tokens, written by model2vec itself."""
    model2vec = pytest.importorskip("model2vec", reason="needs the extra: pip install '.[embeddings]'")
    import numpy as np
    from tokenizers import Tokenizer, normalizers, pre_tokenizers
    from tokenizers import models as kinds

    vocabulary = ["[UNK]", *(word for row in WORDS for word in row.split()), "museum", "schilderij", "veiling"]
    directions = Glossary(WORDS).embed(vocabulary)
    tokenizer = Tokenizer(kinds.WordLevel({word: at for at, word in enumerate(vocabulary)}, unk_token="[UNK]"))
    tokenizer.normalizer, tokenizer.pre_tokenizer = normalizers.Lowercase(), pre_tokenizers.Whitespace()
    table = np.array([(0.0,) * len(directions[0]), *directions[1:]], np.float32)
    model2vec.StaticModel(table, tokenizer, normalize=True).save_pretrained(tmp_path / "model")
    return tmp_path / "model"


def test_a_model_on_disk_gives_vectors_and_is_read_once(model: Path):
    embedder: Embedder = models.load(model)
    drain, riool, museum = embedder.embed(["Drain.", "Riool.", "Museum."])
    assert drain == pytest.approx(riool, abs=1e-5)
    assert sum(a * b for a, b in zip(drain, museum, strict=True)) < 0.5
    assert not any(embedder.embed(["gxqz"])[0])
    assert models.load(model) is embedder


def test_a_model_on_disk_brings_two_languages_together_in_a_replay_twice_the_same(model: Path, tmp_path: Path):
    config = configured(tmp_path, "model")
    (model / "monitor.json").write_text('{"weight": 20, "neutral": 0.5}')
    rows = [
        {"id": one.id, "url": one.url, "publisher": one.publisher, "title": one.title, "content": one.content, "language": one.language,
         "first_seen": one.first_seen.isoformat()} for one in NEWS
    ]  # fmt: skip
    (tmp_path / "items.jsonl").write_text("\n".join(map(json.dumps, rows)))
    outs = [tmp_path / name for name in ("once.jsonl", "again.jsonl")]
    for out in outs:
        done = CliRunner().invoke(app, ["-c", str(config), "replay", str(tmp_path / "items.jsonl"), "--out", str(out)])
        assert done.exit_code == 0, done.output
    assert outs[0].read_bytes() == outs[1].read_bytes()
    stories = json.loads(outs[0].read_text().splitlines()[-1])["stories"]
    assert sorted(map(sorted, stories.values())) == [["i0", "i1"], ["i2"]]


def test_a_broken_model_is_an_error_of_monitor_check(model: Path, tmp_path: Path):
    config = configured(tmp_path, "model")
    assert CliRunner().invoke(app, ["-c", str(config), "check"]).exit_code == 0
    (model / "model.safetensors").write_bytes(b"not a table")
    with pytest.raises(EmbeddingsError, match="cannot be read"):
        models.load(model)
    assert "copy it anew, or take the key out" in wrong(config)
