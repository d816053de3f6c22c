"""What makes an answer mean two things: questions, conditions, contrasts, negations; such a reply is unsure (P2)."""

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from escalation_desk.lexicon import Lexicon
from escalation_desk.matching import Match
from escalation_desk.spelling import Spelled
from escalation_desk.values import parted

_QUESTION_MARKS = frozenset("?¿？؟❓❔⁉⁈")
_ANSWERS = frozenset({"confirm", "choose", "decline", "late", "arrived"})
_WISHES = frozenset({"cancel_visit", "another_time", "preference"})
_ASKS_POLITELY = frozenset(
    "can could would may how anything any available there do puedo puede pueden podria podrian podemos pudiera hay"
    " tienen tendran".split()
)
BARE = frozenset({"confirm", "choose", "thanks"})
"""They act at once or end the talk: no phrase softens them, and only plain words stand beside them."""
WISHING = frozenset({"decline", "preference"})
"""They ask for another day in few words."""
_BARE_NO = frozenset("no nope nop nah naw n".split())
_STARTS_ANEW = frozenset("i im id ill ive we well weve can could please lets my yo me thanks thank no nope".split())
_REACH = 5  # words before a wish within which a "not" turns it round
_IF_SO = frozenset("puedo podemos pudiera logro alcanzo".split())
_THEN_GOES = frozenset("voy vamos ahi alli alla estare estaremos ire iremos llego nos asistire paso confirmo".split())


class Said(NamedTuple):
    """A message as heard so far: its `intent` as it would be reported, the matches that say so, and all others."""

    words: Sequence[Spelled]
    text: str
    intent: str
    wishes: Sequence[Match]
    found: Sequence[Match]
    lexicon: Lexicon


def doubtful(said: Said) -> bool:
    """True if the message may mean something else than its intent."""
    return _asked(said) or any(_doubts(said)) or _turned_round(said) or _bare_no_runs_on(said) or _conditional_si(said)


def _asked(said: Said) -> bool:
    """An answer with a question mark asks back; a wish may be put as a question ("can we do Friday?")."""
    if _QUESTION_MARKS.isdisjoint(said.text):
        return False
    if said.intent in _WISHES:
        return all(_ASKS_POLITELY.isdisjoint(word.forms) for word in said.words)
    return said.intent in _ANSWERS


def _doubts(said: Said) -> Iterator[bool]:
    explained = [match.used for match in said.found if is_courtesy(match, said.intent)]
    explained += [match.used for match in said.wishes]
    for match in said.found:
        applies = said.intent in match.entry.doubts and not _parted_between(said, match.first, match.last)
        if match.entry.kind == "unclear" or applies:
            yield not any(len(match.used) <= len(used) and set(match.used) <= set(used) for used in explained)


def is_courtesy(match: Match, intent: str) -> bool:
    """A phrase like "if possible" or "at that time"; a bare yes takes none but "God willing" and plain ones."""
    mild = (
        {"polite", "plain"} | (set() if intent in BARE else {"benign"}) | ({"wishing"} if intent in WISHING else set())
    )
    return len(match.used) > 1 and match.entry.kind in mild


def _turned_round(said: Said) -> bool:
    """A "not" that belongs to no wish of its own and stands close before one ("don't cancel", "not Tuesday")."""
    if said.intent not in _WISHES | {"late", "arrived"}:
        return False
    used = {place for match in said.wishes for place in match.used}
    meant = [m for m in said.found if m.entry.kind == "when"] if said.intent == "preference" else []
    meant += [match for match in said.wishes if match.entry.intent == said.intent]
    return any(
        negation.first not in used
        and 0 < abs(match.first - negation.first) <= _REACH
        and (negation.first < match.first or said.intent == "preference")
        and not _parted_between(said, *sorted((negation.first, match.first)))
        for negation in said.found if negation.entry.kind == "negation"
        for match in meant
    )  # fmt: skip


def _parted_between(said: Said, first: int, last: int) -> bool:
    return any(parted(said.words, at, said.text) for at in range(first, last))


def _bare_no_runs_on(said: Said) -> bool:
    """A lone "no" that runs into other words may deny those: "no cancelen", "el martes no", "no Friday"."""
    if said.intent not in _ANSWERS | _WISHES:
        return False
    denials = [m for m in said.wishes if m.entry.intent == "decline" and said.words[m.first].text in _BARE_NO]
    return any(
        _shared(said, match)
        or _softened(said, match)
        or (len(match.used) == 1 and (_runs_into_the_next(said, match.first) or _follows_others(said, match.first)))
        for match in denials
    )


def _runs_into_the_next(said: Said, at: int) -> bool:
    if at + 1 == len(said.words) or parted(said.words, at, said.text):
        return False
    following = said.words[at + 1]
    return following.text not in _STARTS_ANEW and said.lexicon.polite.isdisjoint(following.forms)


def _follows_others(said: Said, at: int) -> bool:
    if at == 0 or parted(said.words, at - 1, said.text):
        return False
    return at - 1 not in _yielding(said) and said.lexicon.polite.isdisjoint(said.words[at - 1].forms)


def _shared(said: Said, match: Match) -> bool:
    """The words of a denial reach into another wish: "no puedo cancelar"."""
    return any(
        other.entry.intent != match.entry.intent and not set(other.used).isdisjoint(match.used) for other in said.wishes
    )


def _softened(said: Said, match: Match) -> bool:
    """A lone "no" before a mild yes may mean either: "no, that's fine"."""
    return len(match.used) == 1 and any(
        other.first > match.first and other.entry.intent == "confirm" for other in said.wishes
    )


def _yielding(said: Said) -> set[int]:
    """The places of thanks, greetings and weak yeses, which only lead up to what is said."""
    return {place for match in said.wishes if match.entry.weak for place in match.used}


def _conditional_si(said: Said) -> bool:
    """Spanish "si" without its accent is "if" within a sentence (voy si puedo), and most likely "sí" at its start."""
    leading = _yielding(said)
    for at, word in enumerate(said.words):
        if word.text != "si" or "í" in said.text[word.start : word.end].lower():
            continue
        if any(at in match.used and (match.first < at or match.entry.kind == "polite") for match in _phrases(said)):
            continue
        after = {other.text for other in said.words[at + 1 :]}
        if after and at and not (leading.issuperset(range(at)) or _only_polite(said, range(at))):
            return not _only_polite(said, range(at + 1, len(said.words)))
        if said.words[at + 1 : at + 2] and said.words[at + 1].text in _IF_SO and not after.isdisjoint(_THEN_GOES):
            return True
    return False


def _phrases(said: Said) -> Iterator[Match]:
    return (match for match in said.found if len(match.used) > 1 and match.entry.kind in ("intent", "polite", "benign"))


def _only_polite(said: Said, places: Collection[int]) -> bool:
    return all(at in _yielding(said) or not said.lexicon.polite.isdisjoint(said.words[at].forms) for at in places)
