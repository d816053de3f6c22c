"""What the writer wants, and whether every word is accounted for as administrative: the closed world (P2)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from escalation_desk.lexicon import Lexicon
from escalation_desk.matching import Match
from escalation_desk.spelling import Spelled
from escalation_desk.values import choice, date_in, is_clock_time, month_of

# Strongest first: what is reported when several are said in one breath.
_ORDER = (
    "opt_out opt_in help choose wrong_number who language person repeat another_time cancel_visit late arrived"
    " preference decline question confirm thanks"
).split()
# Together these still mean one thing: the first named wins, by _ORDER. All other pairs are unsure.
_ONE_MEANING = frozenset(
    frozenset(pair.split("+"))
    for pair in (
        "another_time+cancel_visit another_time+decline another_time+preference cancel_visit+decline"
        " cancel_visit+preference preference+confirm preference+decline preference+question late+confirm"
        " arrived+confirm wrong_number+who wrong_number+decline opt_out+wrong_number opt_out+decline opt_out+who"
        " person+confirm person+decline person+question language+question language+repeat language+decline"
        " repeat+question language+person who+question wrong_number+opt_out another_time+question"
    ).split()
)


# One-word answers that mean nothing certain in the middle of a longer talk ("When I use my card, it says decline?").
_SHORT_ANSWERS = frozenset({"confirm", "decline", "late", "arrived", "thanks", "repeat"})
_MOST_TALK = 5


@dataclass(frozen=True, slots=True)
class Wish:
    """The intent and its value; `clear` when it means one thing and no word is left over."""

    intent: str
    value: str | None
    clear: bool


def wish(
    words: Sequence[Spelled], found: Sequence[Match], text: str, lexicon: Lexicon,
    expected: Collection[str], benign: Collection[str],
) -> Wish:  # fmt: skip
    """What is wanted; `expected` are folded offered words, `benign` folded names and offered words."""
    said = _said([m for m in found if m.entry.kind == "intent"])
    when = [m for m in found if m.entry.kind == "when"]
    picked, dated = choice(words, text, expected), date_in(words)
    accounted = {place for match in (*said, *when) for place in match.used}
    accounted |= {picked[1]} if picked else set()
    accounted |= dated[1] if dated else set()
    intents = _intents(said, picked is not None, bool(when) or dated is not None)
    if not intents:
        return Wish("none", None, False)
    intent = min(intents, key=_ORDER.index)
    value = _value(intent, said, when, picked, dated)
    one_meaning = all(frozenset({one, other}) in _ONE_MEANING for one in intents for other in intents if one < other)
    offered = intent != "choose" or not expected or value in expected
    certain = one_meaning and offered and not any(m.entry.kind == "unclear" for m in found)
    clear = certain and _closed(intent, words, accounted, lexicon, benign)
    return Wish(intent, value, clear)


def _said(found: Sequence[Match]) -> list[Match]:
    """The longest entries first; one whose words are all spoken for says nothing new ("no problem" is not "no")."""
    taken: set[int] = set()
    said: list[Match] = []
    for match in sorted(found, key=lambda m: (-len(m.used), m.entry.weak, -m.score, m.first)):
        exact_enough = match.score == 100 or match.entry.match == "anywhere"
        if exact_enough and not taken.issuperset(match.used):
            taken.update(match.used)
            said.append(match)
    return said


def _intents(said: Sequence[Match], picked: bool, has_when: bool) -> set[str]:
    """The distinct wishes; weak ones ("ok", "thanks") and a mere day count only when nothing else is said."""
    strong = {match.entry.intent for match in said if not match.entry.weak}
    if picked:
        strong.add("choose")
    if strong:
        return strong
    if has_when:
        return {"preference"}
    weak = {match.entry.intent for match in said}
    return {min(weak, key=_ORDER.index)} if weak else set()


def _value(
    intent: str, said: Sequence[Match], when: Sequence[Match],
    picked: tuple[str, int] | None, dated: tuple[str, frozenset[int]] | None,
) -> str | None:  # fmt: skip
    if intent == "choose":
        return picked[0] if picked else None
    own = next((m.entry.value for m in said if m.entry.intent == intent and m.entry.value), None)
    if own is not None or intent not in ("preference", "another_time", "cancel_visit", "confirm", "late", "decline"):
        return own
    if dated is not None:
        return dated[0]
    named = [m.entry.value for m in sorted(when, key=lambda m: m.first) if m.entry.value]
    days = [value for value in named if value.endswith("day")]
    return next(iter(days or named), None)


def _closed(
    intent: str, words: Sequence[Spelled], accounted: Collection[int], lexicon: Lexicon, benign: Collection[str]
) -> bool:
    """True if every word is part of the wish, a time, or benign, and the wish is not buried in talk."""
    others = [
        word for at, word in enumerate(words)
        if not (at in accounted or month_of(word.text) is not None or is_clock_time(words, at))
    ]  # fmt: skip
    if any(lexicon.benign.isdisjoint(word.forms) and word.text not in benign for word in others):
        return False
    talk = [word for word in others if lexicon.polite.isdisjoint(word.forms)]
    return intent not in _SHORT_ANSWERS or len(talk) <= _MOST_TALK
