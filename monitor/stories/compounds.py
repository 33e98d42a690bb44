"""Dutch writes "hulpzending" and "olieraffinaderij" as one word: what its parts mean, where the lexicon knows both."""

from __future__ import annotations

from functools import lru_cache

from monitor.text.lexicon import Lexicon
from monitor.text.normal import fold
from monitor.text.stems import stem

_LEAST = 4
_JOINTS = ("", "s", "e", "en")


def compound(word: str, language: str, lexicon: Lexicon) -> tuple[str, ...]:
    """The ids of the two concepts that a Dutch compound is made of; one of them where only the last part is known; else none."""
    return _split(fold(word), id(lexicon), _Held(lexicon)) if language == "nl" and len(word) >= 2 * _LEAST else ()


class _Held:
    """A lexicon as an argument that a cache does not look at."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and other.lexicon is self.lexicon

    def __hash__(self) -> int:
        return id(self.lexicon)


@lru_cache(maxsize=20_000)
def _split(word: str, _identity: int, held: _Held) -> tuple[str, ...]:
    forms = held.lexicon.concept_forms.get("nl", {})
    for at in range(len(word) - _LEAST, _LEAST - 2, -1):
        tail = _alone(forms, word[at:])
        if tail is None:
            continue
        for joint in _JOINTS:
            head = word[:at].removesuffix(joint) if joint else word[:at]
            first = _alone(forms, head) if len(head) >= _LEAST - 1 else None
            if first is not None:
                return (first, tail)
        return (tail,) if len(word) - at >= 6 else ()
    return ()


def _alone(forms: object, word: str) -> str | None:
    """The concept that a single word means."""
    found = forms.get(stem(word, "nl"), ()) if isinstance(forms, dict) else ()
    return next((form.entry.id for form in found if not form.rest and not form.ambiguous), None)
