"""Numbers, days and times of day in an administrative answer: what they stand for, and which are accounted for."""

import re
from collections.abc import Collection, Sequence

from escalation_desk.spelling import Spelled

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan enero ene", "february feb febrero", "march mar marzo", "april apr abril abr",
            "may mayo", "june jun junio", "july jul julio", "august aug agosto ago",
            "september sept sep septiembre setiembre", "october oct octubre", "november nov noviembre",
            "december dec diciembre dic",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_NUMBERS = {
    word: str(number)
    for number, words in enumerate(
        (
            "zero cero", "one uno una first primero primera", "two dos second segundo segunda",
            "three tres third tercero tercera", "four cuatro fourth", "five cinco fifth", "six seis", "seven siete",
            "eight ocho", "nine nueve",
        )
    )
    for word in words.split()
}  # fmt: skip
_BEFORE_A_TIME = frozenset(
    "at by around about after before until till to from between and or for in on the of las la los el a al hasta"
    " desde antes despues sobre entre y o para en de room suite floor piso consultorio".split()
)
_AFTER_A_TIME = frozenset(
    "am pm a p m min mins minute minutes minuto minutos hr hrs hour hours hora horas oclock st nd rd th ish day days"
    " dia dias".split()
)
_JOINERS = frozenset(
    "and y e but pero then also tambien please pls plz por porfavor thanks thank gracias ok yes si".split()
)
_CHOICE_LEADS = frozenset(
    "option opcion number numero choice press choose pick elijo opt la el the i ill take reply replying answer"
    " answering respond responding respuesta respondo contesto escojo opto por going with".split()
)
_CHOICE_TAILS = frozenset("one option works work sounds funciona queda me".split())
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})(?:/(20)?(\d\d))?")
_ORDINALS = frozenset("st nd rd th".split())
_STRONG = re.compile(r"[.,;:!?\n()…]|--|—")


def choice(words: Sequence[Spelled], text: str, expected: Collection[str]) -> tuple[str, int] | None:
    """(number, its place) if the message picks a number: alone, leading ("1 and …"), or as a sentence of its own."""
    for at, word in enumerate(words):
        number = word.text if word.text.isdecimal() else _named_number(words, at, expected)
        if number is None or (len(number) > 1 and number not in expected):
            continue
        if _begins(words, at, text) and _ends(words, at, text):
            return number.lstrip("0") or "0", at
    return None


def _named_number(words: Sequence[Spelled], at: int, expected: Collection[str]) -> str | None:
    """A number word counts only where its digit is offered ("one" is also a pronoun)."""
    number = _NUMBERS.get(words[at].text)
    return number if number in expected else None


def _begins(words: Sequence[Spelled], at: int, text: str) -> bool:
    before = words[:at]
    if all(word.text in _CHOICE_LEADS or word.text in _JOINERS for word in before):
        return True
    return _STRONG.search(text[before[-1].end : words[at].start]) is not None


def _ends(words: Sequence[Spelled], at: int, text: str) -> bool:
    if at + 1 == len(words):
        return True
    following = words[at + 1]
    between = text[words[at].end : following.start]
    return following.text in _JOINERS or _STRONG.search(between) is not None or following.text in _CHOICE_TAILS


def parted(words: Sequence[Spelled], at: int, text: str) -> bool:
    """True if a comma, full stop or the like stands between the word at `at` and the next."""
    return at + 1 < len(words) and _STRONG.search(text[words[at].end : words[at + 1].start]) is not None


def date_in(words: Sequence[Spelled]) -> tuple[str, frozenset[int]] | None:
    """(ISO 8601 date, its places): 2025-05-05 with a year, --05-05 without one (we know no calendar here)."""
    for at, word in enumerate(words):
        month = _MONTHS.get(word.text)
        for side in (at + 1, at - 1, at - 2):
            if month is None or not 0 <= side < len(words):
                continue
            if side == at - 2 and words[at - 1].text not in ("de", "of"):
                continue
            day = words[side].text
            if day.isdecimal() and 1 <= int(day) <= 31:
                last = max(at, side)
                last += last + 1 < len(words) and words[last + 1].text in _ORDINALS
                return f"--{month:02}-{int(day):02}", frozenset(range(min(at, side), last + 1))
        slashed = _SLASHED.fullmatch(word.text) if word.text[0].isdecimal() else None
        if slashed and 1 <= int(slashed[1]) <= 12 and 1 <= int(slashed[2]) <= 31:
            year = f"20{slashed[4]}-" if slashed[4] else "--"
            return f"{year}{int(slashed[1]):02}-{int(slashed[2]):02}", frozenset({at})
    return None


def is_when(words: Sequence[Spelled], at: int) -> bool:
    """True for a month's name, and for a number that reads as a time."""
    return words[at].text in _MONTHS or is_clock_time(words, at)


def is_clock_time(words: Sequence[Spelled], at: int) -> bool:
    """True for a number that reads as an hour, a minute count or a day of the month, with the word that says so."""
    number = words[at].text
    if re.fullmatch(r"(?:[01]?\d|2[0-3])[:.][0-5]\d", number):
        return ":" in number or _beside(words, at - 1, _BEFORE_A_TIME) or _beside(words, at + 1, _AFTER_A_TIME)
    if not number.isdecimal() or len(number) > 2 or int(number) > 59:
        return False
    return _beside(words, at - 1, _BEFORE_A_TIME) or _beside(words, at + 1, _AFTER_A_TIME)


def _beside(words: Sequence[Spelled], at: int, wanted: frozenset[str]) -> bool:
    return 0 <= at < len(words) and words[at].text in wanted
