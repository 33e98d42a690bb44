"""Sentence vectors from a model that lies on the user's disk: the one adapter of `ports.Embedder`. Optional, and never a download.

A folder as model2vec writes it (config.json, tokenizer.json, model.safetensors), or as sentence-transformers writes a static model. Such a
model is a table of token vectors: an item takes well under a millisecond on one core. The package comes with the extra `embeddings`, and
is imported only when a folder is configured.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import xxhash

from monitor.errors import EmbeddingsError
from monitor.ports import Embedder

#: one of these sets of files makes a model
_LAYOUTS = (
    ("config.json", "model.safetensors", "tokenizer.json"),
    ("config_sentence_transformers.json", "model.safetensors", "tokenizer.json"),
    ("config_sentence_transformers.json", "0_StaticEmbedding/model.safetensors", "0_StaticEmbedding/tokenizer.json"),
)
#: bytes of a model's table that tell it from others, beside its size
_HEAD = 1 << 16


class StaticEmbedder:
    """A static model in memory."""

    def __init__(self, name: str, model: Any) -> None:
        self.name, self._model = name, model

    def embed(self, texts: Sequence[str]) -> list[tuple[float, ...]]:
        """One vector a text, all of one length; a text without a known word has a vector of zeros."""
        return [tuple(map(float, row)) for row in self._model.encode(list(texts), show_progress_bar=False)]


def trouble(folder: Path) -> str:
    """Why no model can be read from a folder, and the way out; "" where nothing speaks against it. Reads no model."""
    if not folder.is_dir():
        return f"there is no folder {folder}: name one that holds a model, or take the key out (nothing is ever downloaded)"
    if _files(folder) is None:
        wanted = ", ".join(_LAYOUTS[0])
        return f"{folder} holds no model: {wanted} were expected, as model2vec or sentence-transformers write a static model"
    if find_spec("model2vec") is None:
        return "needs the extra `embeddings`, which is not installed: pip install '.[embeddings]' (model2vec), or take the key out"
    return ""


def load(folder: Path) -> Embedder:
    """The model in a folder; read once as long as its files do not change. Raises `EmbeddingsError`."""
    if found := trouble(folder):
        raise EmbeddingsError(found)
    table = (_files(folder) or ())[1]
    state = table.stat()
    return _load(folder.resolve(), table, state.st_size, state.st_mtime_ns)


@lru_cache(maxsize=1)
def _load(folder: Path, table: Path, size: int, _changed: int) -> StaticEmbedder:
    # An optional extra: who has no model pays nothing for it.
    from model2vec import StaticModel  # noqa: PLC0415

    try:
        # An absolute path with these files in it is read from disk: it cannot be the name of a model on a hub.
        model = StaticModel.from_pretrained(folder)
        embedder = StaticEmbedder(_name(table, size), model)
        embedder.embed(["news"])
    except Exception as error:  # safetensors, tokenizers and model2vec raise their own, down to bare `Exception`
        raise EmbeddingsError(
            f"the model in {folder} cannot be read ({type(error).__name__}: {error}): copy it anew, or take the key out"
        ) from error
    return embedder


def _files(folder: Path) -> tuple[Path, ...] | None:
    """The files of the first layout that is complete."""
    layouts = (tuple(folder / name for name in names) for names in _LAYOUTS)
    return next((files for files in layouts if all(file.is_file() for file in files)), None)


def _name(table: Path, size: int) -> str:
    """What tells one model's vectors from another's: sixteen hexadecimal digits."""
    with table.open("rb") as file:
        head = file.read(_HEAD)
        file.seek(max(0, size - _HEAD))
        return xxhash.xxh3_64_hexdigest(head + file.read(_HEAD) + str(size).encode())
