"""Which language a text is in: a vote of its commonest words, then py3langid, else an honest ""."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from monitor.text.tokens import folded

_WORDS = {
    "en": "the of and to in is that for was on with as at by from are were has have had it its this which be an not been he she "
    "they who will would after over said their could before",
    "es": "el la los las de del y en que un una por con para se su al lo es fue son como mas pero sus este esta entre sobre desde "
    "hasta tras segun ha han habia dijo fueron muy ante",
    "fr": "le la les de des du et en que un une par pour dans est sont au aux ce cette qui sur avec ne pas plus ont ete selon apres "
    "leur il elle ces mais entre lors chez sous",
    "pt": "o a os as de do da dos das e em no na nos nas que um uma por com para se ao foi sao mais mas seu sua entre sobre apos "
    "segundo ele ela pelo pela nao disse foram nesta",
    "nl": "de het een en van in is dat op te voor met zijn aan niet door er naar uit bij ook als om dan nog wordt werd werden "
    "hebben heeft over na maar volgens die zei deze",
}
_VOTES: dict[str, tuple[str, ...]] = {}
for _language, _words in _WORDS.items():
    for _word in _words.split():
        _VOTES[_word] = (*_VOTES.get(_word, ()), _language)
_SURE = 2.0


# A text is asked about a few times while it is handled; to keep more of them would be to keep the texts.
@lru_cache(maxsize=256)
def detect(text: str, declared: str = "") -> str:
    """The language of `text` ("en", "es", "fr", "pt", "nl" or another code), or "" when it is too short to say.

    `declared` wins unless the text plainly contradicts it.
    """
    votes = dict.fromkeys(_WORDS, 0.0)
    for word in folded(text[:3000]):
        owners = _VOTES.get(word, ())
        for language in owners:
            votes[language] += 1 / len(owners)
    ranked = sorted(votes, key=lambda language: -votes[language])
    first, second = votes[ranked[0]], votes[ranked[1]]
    declared = declared.lower()[:2]
    if first >= _SURE and first >= 1.5 * second:
        clear = first >= 4 and first >= 2 * second
        return ranked[0] if clear or not declared or votes.get(declared, 0.0) < 0.7 * first else declared
    if declared:
        return declared
    return _by_model(text) if len(text) >= 20 else ""


def _by_model(text: str) -> str:
    language, log_probability = _model().classify(text)
    return str(language) if log_probability >= 0.9 else ""


@lru_cache(maxsize=1)
def _model() -> Any:
    # A second to load: only when the vote did not settle it.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
