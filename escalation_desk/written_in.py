"""In which languages a message is plainly written: English, Spanish, or some of each."""

from math import log10

from escalation_desk.folding import fold
from escalation_desk.ordinary import shares

_HARDLY_USED = 1e-6
_TEN_TIMES = 1.0
_MOST = 2.5
"""Of one word, however rare it is in the other language: in powers of ten, like the others."""


def written_in(words: str) -> tuple[str, ...]:
    """The languages in which `words` plainly are. One, when all in all they are ten times likelier in it than in the
    other and none of them is ten times likelier in the other; both, when there are such words of each; none when it
    cannot be told, as of numbers, pictures and names."""
    each = [_likelier_in_english(word.text) for word in fold(words)]
    english, spanish = max(each, default=0.0) >= _TEN_TIMES, min(each, default=0.0) <= -_TEN_TIMES
    if english and spanish:
        return "en", "es"
    if sum(each) >= _TEN_TIMES and not spanish:
        return ("en",)
    return ("es",) if sum(each) <= -_TEN_TIMES and not english else ()


def _likelier_in_english(word: str) -> float:
    """How many powers of ten; below 0: in Spanish."""
    english, spanish = (shares()[language].get(word, 0.0) + _HARDLY_USED for language in ("en", "es"))
    return max(-_MOST, min(_MOST, log10(english / spanish)))
