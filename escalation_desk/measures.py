"""Numbers that are clinical by themselves: doses, blood pressures, temperatures, ratings of pain, weights."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

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


class _Quantity(NamedTuple):
    """What is measured of a body, how people call it, and between which numbers it is that and nothing else."""

    term: str
    kind: str
    names: frozenset[str]
    least: float
    most: float


_QUANTITIES = (
    _Quantity("temperature", "symptom", frozenset("temp temps temperature temperatura".split()), 34, 43),
    _Quantity("temperature", "symptom", frozenset("temp temps temperature temperatura".split()), 93, 110),
    _Quantity("temperature", "symptom", frozenset("running runnin ran spiking spiked".split()), 99, 110),
    _Quantity("blood sugar", "result", frozenset("bg bs sugar sugars glucose azucar glucosa".split()), 20, 999),
    _Quantity("oxygen", "result", frozenset("o2 ox oxygen sat sats spo2 oxigeno saturacion".split()), 50, 100),
    _Quantity("pulse", "result", frozenset("pulse heartrate pulso".split()), 25, 250),
    _Quantity("pulse", "result", frozenset({"hr"}), 61, 250),  # up to 60 it may be "1 hr 45"
)
_BETWEEN = frozenset(
    "is was of at its it in to a the now still up down around about like over reads reading read says said hit hits"
    " es era esta estaba de en a la lo marca marco salio ahora todavia subio bajo llego como tiene".split()
)
_MOST_BETWEEN = 3


def measured(words: Sequence[Spelled], text: str) -> Iterator[Mention]:
    """A mention for each number that measures a body or a medicine."""
    for at, word in enumerate(words):
        if not word.text[:1].isdecimal():
            continue
        yield from _named(words, at, text)
        following = words[at + 1].text if at + 1 < len(words) else ""
        next_but_one = words[at + 2].text if at + 2 < len(words) else ""
        found = _measure(word.text, following, next_but_one, text[max(0, word.start - 1) : word.end + 1])
        if found is not None:
            term, kind, reach = found
            end = words[at + reach].end
            yield Mention(word.start, end, text[word.start : end], term, kind, "pattern", 100.0)


def _named(words: Sequence[Spelled], at: int, text: str) -> Iterator[Mention]:
    """A number behind the name of what it measures: "temp is 103", "bg 400", "azúcar en 300"."""
    number = _number(words[at].text)
    first = at - 1
    while first >= max(0, at - _MOST_BETWEEN) and words[first].text in _BETWEEN:
        first -= 1
    if number is None or first < 0:
        return
    for quantity in _QUANTITIES:
        if quantity.least <= number <= quantity.most and not quantity.names.isdisjoint(words[first].forms):
            start, end = words[first].start, words[at].end
            yield Mention(start, end, text[start:end], quantity.term, quantity.kind, "pattern", 100.0)


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
    degrees = _number(number)
    if degrees is None or "$" in around or "€" in around:
        return None
    warm = 35 <= degrees <= 43 or 94 <= degrees <= 109
    if warm and following in _DEGREES:
        return ("temperature", "symptom", 1)
    if warm and ("°" in around or "º" in around or "." in number or "," in number):
        return ("temperature", "symptom", 0)
    return None


def _number(written: str) -> float | None:
    try:
        return float(written.replace(",", "."))
    except ValueError:
        return None
