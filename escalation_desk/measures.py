"""Numbers that are clinical by themselves: doses, blood pressures, temperatures, ratings of pain, weights."""

import re
from collections.abc import Iterator, Sequence

from escalation_desk.reading import Mention
from escalation_desk.spelling import Spelled

_DOSE_UNITS = frozenset(
    "mg mgs mcg ug ml mls cc iu unit units unidad unidades miligramo miligramos mililitro mililitros milligram"
    " milligrams microgram micrograms tablet tablets tab tabs capsule capsules caps puff puffs drop drops gota gotas"
    " pastilla pastillas tableta tabletas capsula capsulas inhalacion inhalaciones teaspoon teaspoons tsp cucharadita"
    " cucharaditas dose doses dosis mmol mmhg bpm lpm".split()
)
_WEIGHT_UNITS = frozenset("lb lbs pound pounds kg kgs kilo kilos libra libras".split())
_DEGREES = frozenset("degree degrees grado grados deg f c fahrenheit celsius temp temperature temperatura".split())
_PRESSURE = re.compile(r"(\d{2,3})/(\d{2,3})")
_OVER = frozenset({"over", "sobre", "on", "con", "por"})


def measured(words: Sequence[Spelled], text: str) -> Iterator[Mention]:
    """A mention for each number that measures a body or a medicine."""
    for at, word in enumerate(words):
        if not word.text[:1].isdecimal():
            continue
        following = words[at + 1].text if at + 1 < len(words) else ""
        next_but_one = words[at + 2].text if at + 2 < len(words) else ""
        found = _measure(word.text, following, next_but_one, text[max(0, word.start - 1) : word.end + 1])
        if found is not None:
            term, kind, reach = found
            end = words[at + reach].end
            yield Mention(word.start, end, text[word.start : end], term, kind, "pattern", 100.0)


def _measure(number: str, following: str, next_but_one: str, around: str) -> tuple[str, str, int] | None:
    """(term, kind, words beyond the number) or nothing; `around` is the number with one character each side."""
    if following in _DOSE_UNITS:
        return ("number with a dose unit", "medication", 1)
    if following in _WEIGHT_UNITS:
        return ("body weight", "symptom", 1)
    if _is_pressure(number):
        return ("blood pressure", "result", 0)
    if following in _OVER and number.isdecimal() and next_but_one.isdecimal():
        return ("blood pressure", "result", 2) if _is_pressure(f"{number}/{next_but_one}") else None
    if (following, next_but_one) in (("out", "of"), ("de", "10")):
        return ("rating out of ten", "symptom", 2)
    return _temperature(number, following, around)


def _is_pressure(number: str) -> bool:
    parts = _PRESSURE.fullmatch(number)
    if parts is None:
        return False
    upper, lower = int(parts[1]), int(parts[2])
    return 60 <= upper <= 280 and 30 <= lower <= 180 and lower < upper


def _temperature(number: str, following: str, around: str) -> tuple[str, str, int] | None:
    if "$" in around or "€" in around:
        return None
    try:
        degrees = float(number.replace(",", "."))
    except ValueError:
        return None
    warm = 35 <= degrees <= 43 or 94 <= degrees <= 109
    if warm and following in _DEGREES:
        return ("temperature", "symptom", 1)
    if warm and ("°" in around or "º" in around or "." in number or "," in number):
        return ("temperature", "symptom", 0)
    return None
