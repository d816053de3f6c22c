"""Reads one message: clinical, unsure or routine, what it mentions, and what the writer wants (DESIGN 4).

`Reading.value` of an answer is the number chosen, or what it names of days and times, joined by spaces: a weekday
("tuesday", "weekday", "weekend"), "today", "tomorrow", an ISO date or "--MM-DD", a part of the day ("morning",
"afternoon", "evening"), and a time: "15:00" when the half of the day is certain, "3:00" (as on a dial) when it is not.
"Tuesday at 3 pm" is "tuesday 15:00". The app holds every part against the appointment; one that does not fit, or a
"weekday" it cannot tell, brings the answer to people. A bare yes with a day that has no value ("next week", "the 5th",
"after 3") and a choice with any day or time are unsure, since the value could not carry them.
"""

import gc
from collections.abc import Iterable, Sequence
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.fuzz import ratio

from escalation_desk import lexicon as lexicons
from escalation_desk.folding import Word, fold, fold_phrase
from escalation_desk.intents import Wish, wish
from escalation_desk.lexicon import Lexicon
from escalation_desk.matching import (
    Match,
    matches,
    mentions,
    without_repeats,
    without_told_by_a_saying,
    without_told_by_a_stop,
)
from escalation_desk.measures import measured
from escalation_desk.ordinary import ordinary_words
from escalation_desk.reading import CLINICAL_KINDS, Mention, Reading
from escalation_desk.spelling import Spelled, speller_for
from escalation_desk.unnamed import TITLES, unnamed

__all__ = ["CLINICAL_KINDS", "Mention", "Reading", "mentions_health", "nearest_to_clinical", "read", "warm"]

_NEAREST_FROM = 50.0


def read(
    text: str,
    language: str | None,  # noqa: ARG001  (the contract's; both languages are always tried)
    channel: str = "sms",  # noqa: ARG001  (the contract's; speech and typing are read alike so far)
    *,
    expected: Sequence[str] = (),
    names: Sequence[str] = (),
    lexicon: Lexicon | None = None,
) -> Reading:
    """The reading of `text` as it came; pure, and never raises for any string.

    `expected` (words the waiting state offers) and `names` (providers, places) only add benign words; a mention
    falls away for a name alone: the one right after Dr/Dra/Mr/Mrs/Doctor/Doctora. Without `lexicon`, the shipped one.
    """
    lexicon = lexicon or lexicons.current()
    named = _folded(names)
    offered = _folded(expected)
    words = _without_titled_names(speller_for(lexicon).spell(fold(text)), named)
    found = without_told_by_a_saying(without_told_by_a_stop(matches(words, lexicon)))
    seen = without_repeats([*_mentioned(words, found, text, lexicon), *_between_pictures(words, text, lexicon)])
    benign = named | {word for word in offered if not word.isdecimal()}  # a digit is a choice or nothing
    wanted = wish(words, found, text, lexicon, offered, benign)
    if not seen and not _clear_by_itself(wanted, words, found, text, lexicon, benign) and _readable(words, lexicon):
        seen = unnamed(words, text, lexicon)
    if seen:
        return Reading("clinical", seen, wanted.intent, wanted.value, None, lexicon.version)
    return _without_mentions(text, words, wanted, lexicon)


def _clear_by_itself(
    wanted: Wish, words: Sequence[Spelled], found: Sequence[Match], text: str, lexicon: Lexicon, benign: Iterable[str]
) -> bool:
    """Whether the wish would be clear to somebody who knows neither names nor what was offered (DESIGN 4)."""
    return wanted.clear and (not benign or wish(words, found, text, lexicon, (), frozenset()).clear)


def _mentioned(words: Sequence[Spelled], found: Sequence[Match], text: str, lexicon: Lexicon) -> list[Mention]:
    return [*mentions(found, words, text, lexicon), *measured(words, text)]


def _between_pictures(words: Sequence[Spelled], text: str, lexicon: Lexicon) -> list[Mention]:
    """What the words say when the pictures among them are left out: "I 👏 can't 👏 breathe"."""
    plain = [word for word in words if word.text[:1].isalnum()]
    return [] if len(plain) == len(words) else _mentioned(plain, matches(plain, lexicon), text, lexicon)


def mentions_health(words: str, lexicon: Lexicon | None = None) -> bool:
    """Whether the lists find health in it; our own texts may not say it (DESIGN 3)."""
    return any(mention.kind in CLINICAL_KINDS for mention in read(words, None, lexicon=lexicon).mentions)


def warm(lexicon: Lexicon | None = None) -> None:
    """Load every list, about a second of work: before the first text, and before workers are forked (they share it).

    What is loaded first stays, so the collector never walks through it again: that took a tenth of a second in the
    middle of some patient's text, and would copy the pages that forked workers share. Lists of later may go again.
    """
    collects = gc.isenabled()
    gc.disable()  # looking for garbage meanwhile costs a quarter of the time
    try:
        read("warm", None, lexicon=lexicon)
    finally:
        if collects:
            if not gc.get_freeze_count():
                gc.freeze()
            gc.enable()


def _folded(phrases: Iterable[str]) -> frozenset[str]:
    return frozenset(word for phrase in phrases for word in _folded_once(phrase))


_folded_once = lru_cache(maxsize=2_000)(fold_phrase)


def _without_titled_names(words: Sequence[Spelled], named: frozenset[str]) -> tuple[Spelled, ...]:
    """The words, with a known name right after a title meaning nothing but itself ("Dr. Payne", "Mrs. Cramp")."""
    return tuple(
        Spelled(word.text, word.start, word.end, {})
        if at and words[at - 1].text in TITLES and word.text in named
        else word
        for at, word in enumerate(words)
    )


def _without_mentions(text: str, words: Sequence[Spelled], wanted: Wish, lexicon: Lexicon) -> Reading:
    """Routine when the wish is clear; else unsure, and marked unreadable when no word of it is known."""
    if wanted.clear:
        nearest = nearest_to_clinical(words, text, lexicon)
        return Reading("routine", (), wanted.intent, wanted.value, nearest, lexicon.version)
    unread = () if _readable(words, lexicon) else (Mention(0, len(text), text, "", "unreadable", "exact", 0.0),)
    return Reading("unsure", unread, wanted.intent, wanted.value, None, lexicon.version)


def _readable(words: Sequence[Spelled], lexicon: Lexicon) -> bool:
    known = ordinary_words()
    return any(word.text in known or word.text in lexicon.vocabulary or _mended(word) for word in words)


def _mended(word: Spelled) -> bool:
    return any(form != word.text for form in word.forms)


def nearest_to_clinical(words: Sequence[Spelled | Word], text: str, lexicon: Lexicon) -> Mention | None:
    """The word that came closest to a clinical one, with the likeness in percent: what a reviewer should see."""
    best: Mention | None = None
    for word in words[:60]:
        term, score = _nearest_term(word.text, lexicon)
        if term and (best is None or score > best.score):
            best = Mention(word.start, word.end, text[word.start : word.end], term, "symptom", "fuzzy", score)
    return best


@lru_cache(maxsize=20_000)
def _nearest_term(word: str, lexicon: Lexicon) -> tuple[str, float]:
    found = process.extractOne(word, lexicon.terms, scorer=ratio, score_cutoff=_NEAREST_FROM)
    return (found[0], round(found[1], 1)) if found and len(word) > 2 else ("", 0.0)
