"""The ordinary words of English and Spanish: a word people write every day is not a misspelt symptom."""

from functools import lru_cache

from escalation_desk.folding import fold_phrase

_EVERYDAY = 4e-5  # about the five thousand commonest words of a language


@lru_cache(maxsize=1)
def ordinary_words() -> frozenset[str]:
    """Every folded word used at least once in a million words of English or Spanish (wordfreq, small lists)."""
    return _words_at_least(0.0)


@lru_cache(maxsize=1)
def everyday_words() -> frozenset[str]:
    """The commonest of them: what a misspelt word most likely meant."""
    return frozenset(word for word in _words_at_least(_EVERYDAY) if len(word) >= 4)


def _words_at_least(frequency: float) -> frozenset[str]:
    from wordfreq import get_frequency_dict  # a quarter of a second, which only a process that reads messages pays

    found: set[str] = set()
    for language in ("en", "es"):
        for word, share in get_frequency_dict(language, "small").items():
            if share >= frequency:
                found.update((word,) if word.isascii() and word.isalpha() else fold_phrase(word))
    return frozenset(word for word in found if word.isalpha())
