"""What the writer wants, and whether every word is accounted for as administrative: the closed world (P2)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from escalation_desk.doubts import BARE, WISHING, Said, doubtful, is_courtesy
from escalation_desk.lexicon import Lexicon
from escalation_desk.matching import Match
from escalation_desk.moments import Moments, moments
from escalation_desk.spelling import Spelled
from escalation_desk.values import choice, is_when

OPT_OUT = "opt_out"
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
        " cancel_visit+preference preference+decline preference+question late+confirm"
        " arrived+confirm wrong_number+who wrong_number+decline opt_out+wrong_number opt_out+decline opt_out+who"
        " person+confirm person+decline person+question language+question language+repeat language+decline"
        " repeat+question language+person who+question wrong_number+opt_out another_time+question"
    ).split()
)


# One-word answers that mean nothing certain in the middle of a longer talk ("When I use my card, it says decline?").
_SHORT_ANSWERS = frozenset({"confirm", "decline", "late", "arrived", "thanks", "repeat"})
_MOST_TALK = 5
_WITH_MOMENT = frozenset({"preference", "another_time", "cancel_visit", "confirm", "late", "decline"})


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
    said = _said(found)
    greeted = _greeted(said)
    picked, named = choice(words, text, expected), moments(words, found, greeted)
    of_health = any(match.entry.is_clinical for match in found)
    intents = _intents(said, picked is not None, not named.places <= greeted, of_health)
    if not intents:
        return Wish("none", None, False)
    intent = min(intents, key=_ORDER.index)
    value = _value(intent, said, picked, named)
    if not _means_one_thing(intents) or (intent == "choose" and expected and value not in expected):
        return Wish(intent, value, False)
    if (intent == "choose" and named.places) or (intent == "confirm" and named.unsaid):
        return Wish(intent, value, False)  # a day or time that the value cannot carry would be lost
    if intent == "preference" and "today" in (value or "").split():
        return Wish(intent, value, False)  # who must come today cannot wait until staff look for another day
    if named.days > 1 and intent in ("decline", "cancel_visit"):
        return Wish(intent, value, False)  # "not Tuesday, Friday": which of them?
    accounted = {place for match in said for place in match.used} | named.places | ({picked[1]} if picked else set())
    closed = _closed(intent, words, accounted, found, lexicon, benign)
    return Wish(intent, value, closed and not doubtful(Said(words, text, intent, said, found, lexicon)))


def _means_one_thing(intents: Collection[str]) -> bool:
    return all(frozenset({one, other}) in _ONE_MEANING for one in intents for other in intents if one < other)


def _greeted(said: Sequence[Match]) -> set[int]:
    """The places of "good morning" and "buenas tardes", which name no part of the day."""
    return {place for match in said if match.entry.intent == "thanks" for place in match.used}


def _said(found: Sequence[Match]) -> list[Match]:
    """The longest entries first; one whose words are all spoken for says nothing new ("no problem" is not "no").

    Courtesies and unclear phrases speak for their words too: "hello again" asks for nothing again, and whoever is
    "fine" has not said yes. Nor is an answer what is only part of a complaint: who "cannot breathe" declines nothing;
    nor a wish to hear no more what is begun by its contrary ("please don't stop the reminders").
    """
    taken: set[int] = set()
    said: list[Match] = []
    telling = [match for match in found if match.entry.kind == "intent" or _says_nothing(match)]
    for match in sorted(telling, key=lambda m: (-len(m.used), _says_nothing(m), m.entry.weak, -m.score, m.first)):
        exact_enough = match.score == 100 or match.entry.match == "anywhere"
        if exact_enough and not taken.issuperset(match.used):
            taken.update(match.used)
            said.append(match)
    complaints = [set(match.used) for match in found if match.entry.is_clinical]
    to_go_on = {place for match in found if OPT_OUT in match.entry.doubts for place in match.used}
    return [
        match for match in said
        if match.entry.kind == "intent"
        and not (match.entry.intent in _SHORT_ANSWERS and any(each > set(match.used) for each in complaints))
        and not (match.entry.intent == OPT_OUT and match.first in to_go_on)
    ]  # fmt: skip


def _says_nothing(match: Match) -> bool:
    return match.entry.kind == "unclear" or (match.entry.kind == "polite" and len(match.used) > 1)


def _intents(said: Sequence[Match], picked: bool, has_when: bool, of_health: bool) -> set[str]:
    """The distinct wishes; weak ones ("ok", "thanks") and a mere day count only when nothing else is said, and beside
    words about health nobody means them ("ya me duele menos")."""
    strong = {match.entry.intent for match in said if not match.entry.weak}
    if picked:
        strong.add("choose")
    if strong or of_health:
        return strong
    weak = {match.entry.intent for match in said}
    if has_when and "confirm" not in weak:  # "Tuesday works": a yes, if Tuesday is the day
        return {"preference"}
    return {min(weak, key=_ORDER.index)} if weak else set()


def _value(
    intent: str, said: Sequence[Match], picked: tuple[str, int] | None, named: Moments
) -> str | None:  # fmt: skip
    own = next((m.entry.value for m in said if m.entry.intent == intent and m.entry.value), None)
    if intent == "choose":
        return picked[0] if picked else own
    return named.value if own is None and intent in _WITH_MOMENT else own


def _closed(
    intent: str, words: Sequence[Spelled], accounted: Collection[int], found: Sequence[Match],
    lexicon: Lexicon, benign: Collection[str],
) -> bool:  # fmt: skip
    """True if every word is part of the wish, a time, or benign, and the wish is not buried in talk.

    What acts at once, or ends the talk, is not acted on beside words that may speak of anything ("it is still there",
    "I'll do it"): a yes, a number or thanks stand among the plain words alone, a no or a day also among the wishing.
    """
    bare = intent in BARE
    courtesies = {place for match in found if is_courtesy(match, intent) for place in match.used}
    others = [
        word for at, word in enumerate(words)
        if not (at in accounted or at in courtesies or (not bare and is_when(words, at)))
    ]  # fmt: skip
    allowed = lexicon.plain if bare else lexicon.wishing if intent in WISHING else lexicon.benign
    if any(allowed.isdisjoint(word.forms) and word.text not in benign for word in others):
        return False
    talk = [word for word in others if lexicon.polite.isdisjoint(word.forms)]
    return intent not in _SHORT_ANSWERS or len(talk) <= _MOST_TALK
